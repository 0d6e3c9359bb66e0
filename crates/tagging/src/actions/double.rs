//! Double coding: a random share of what was tagged is tagged again by somebody who does not see what was given, and
//! where the two differ a curator decides. The second coding enters no count; a decision is ordinary taggings.
use super::apply::{ApplyTag, apply_tag, mark_nothing, retract_tagging};
use crate::access::get_tag;
use crate::agreement::{ConfusablePair, Double, list_pairs, resolve};
use crate::events;
use crate::model::{Catalogue, Origin};
use crate::store::{
    self as rows,
    double::{self, DoubleRow, Side},
};
use base::{Actor, ConversationId, DoubleCodingId, Error, Result, StaffId, TagId, Time};
use conversations::{Head, Scope};
use learn::random::Random;
use std::collections::BTreeSet;
use store::Tx;

/// More tags than this on one conversation are a slip.
const MOST_TAGS: usize = 50;

/// A number from 0 up to 1 that belongs to a conversation for ever: it is drawn when this lies below the share. So a
/// larger share draws all that a smaller one would have drawn, and nobody can choose what is drawn.
fn lot_of(id: ConversationId) -> f64 {
    let random: [u8; 8] = std::array::from_fn(|place| id.bytes()[8 + place]);
    Random::new(u64::from_be_bytes(random)).unit()
}

/// Draws a conversation that somebody just tagged, or said of that nothing fits, with the chance of the settings.
pub(super) async fn draw_for_second(tx: &mut Tx, actor: &Actor, head: &Head) -> Result<()> {
    if actor.staff.is_none() {
        return Ok(());
    }
    let share = staff::get_settings(tx).await?.double_coding_percent / 100.0;
    if lot_of(head.id) < share { double::insert_double(tx, head.ord, share).await } else { Ok(()) }
}

fn person(actor: &Actor) -> Result<StaffId> {
    actor.staff.ok_or(Error::Forbidden(base::Right::Tag))
}

/// The next conversation this person may tag as the second one, after a place in the queue; and how many there are from
/// there, counted up to a hundred.
pub async fn find_next_double(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    after: i64,
) -> Result<(Option<(DoubleRow, Head)>, usize)> {
    let waiting = double::list_waiting_for(tx, person(actor)?, &scope.hidden, after, 100).await?;
    let n = waiting.len();
    let Some(row) = waiting.into_iter().next() else { return Ok((None, 0)) };
    let head = conversations::get_by_ord(tx, scope, row.conversation_ord).await?;
    Ok((Some((row, head)), n))
}

async fn get_double(tx: &mut Tx, scope: &Scope, id: DoubleCodingId) -> Result<(DoubleRow, Head)> {
    let row = double::find_double(tx, id).await?.ok_or(Error::NotFound("double_coding"))?;
    match conversations::get_by_ord(tx, scope, row.conversation_ord).await {
        Ok(head) => Ok((row, head)),
        Err(Error::NotFound(_)) => Err(Error::NotFound("double_coding")),
        Err(other) => Err(other),
    }
}

fn ords_of(catalogue: &Catalogue, tags: &[TagId], can_be_old: bool) -> Result<BTreeSet<i64>> {
    if tags.len() > MOST_TAGS {
        return Err(Error::invalid("tags", "error-double-tags"));
    }
    let ord = |id: &TagId| {
        let tag = get_tag(catalogue, *id)?;
        if can_be_old || tag.state.can_be_applied() {
            Ok(tag.ord)
        } else {
            Err(Error::invalid("tags", "error-tag-not-applicable"))
        }
    };
    tags.iter().map(ord).collect()
}

/// Keeps what the second person says of a conversation; no tags say that nothing fits. What the first one gave is kept
/// beside it as it stands now. Refused to whoever tagged the conversation, and when somebody else was quicker.
pub async fn code_second(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    catalogue: &Catalogue,
    id: DoubleCodingId,
    tags: &[TagId],
) -> Result<()> {
    let (row, head) = get_double(tx, scope, id).await?;
    let by = person(actor)?;
    if double::has_coded(tx, head.ord, by).await? {
        return Err(Error::Conflict { key: "error-double-same-person" });
    }
    let second = ords_of(catalogue, tags, false)?;
    if row.coded_at.is_some() || !double::set_coded(tx, head.ord, by).await? {
        return Err(Error::Conflict { key: "error-double-coded" });
    }
    let living = rows::list_living(tx, vec![head.ord]).await?;
    let first = living.iter().map(|t| catalogue.by_ord(t.tag_ord).map_or(t.tag_ord, |tag| tag.canon_ord)).collect();
    double::insert_side(tx, head.ord, Side::First, &first).await?;
    double::insert_side(tx, head.ord, Side::Second, &second).await?;
    events::double_coded(tx, id, head.door_ord, false);
    Ok(())
}

/// Decides between two codings: afterwards the conversation carries these tags. What is missing is applied, what does
/// not belong is taken back, as anybody would do it.
pub async fn decide_double(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    catalogue: &Catalogue,
    id: DoubleCodingId,
    tags: &[TagId],
) -> Result<()> {
    let (row, head) = get_double(tx, scope, id).await?;
    if row.coded_at.is_none() {
        return Err(Error::NotFound("double_coding"));
    }
    let decided = ords_of(catalogue, tags, true)?;
    if !double::set_decided(tx, head.ord, actor.staff).await? {
        return Err(Error::Conflict { key: "error-double-decided" });
    }
    double::insert_side(tx, head.ord, Side::Decided, &decided).await?;
    let mut there = BTreeSet::new();
    for tagging in rows::list_living(tx, vec![head.ord]).await? {
        let tag = catalogue.by_ord(tagging.tag_ord).map_or(tagging.tag_ord, |tag| tag.canon_ord);
        if !decided.contains(&tag) {
            retract_tagging(tx, scope, actor, catalogue, tagging.id).await?;
        }
        there.insert(tag);
    }
    for tag in decided.difference(&there).filter_map(|ord| catalogue.by_ord(*ord)) {
        let cmd = ApplyTag { conversation: head.id, tag: tag.id, kind: None, passage: None, origin: Origin::Human };
        apply_tag(tx, scope, actor, catalogue, cmd).await?;
    }
    if decided.is_empty() {
        mark_nothing(tx, scope, actor, head.id).await?;
    }
    events::double_coded(tx, id, head.door_ord, true);
    Ok(())
}

/// Conversations tagged twice, by when the second person did: a half-open period, behind no hidden door.
pub async fn list_doubles(
    tx: &mut Tx,
    scope: &Scope,
    catalogue: &Catalogue,
    period: (Time, Time),
) -> Result<Vec<Double>> {
    let coded = double::list_coded(tx, period.0, period.1, &scope.hidden).await?;
    let ords: Vec<i64> = coded.iter().map(|row| row.conversation_ord).collect();
    let sides = double::list_sides(tx, &ords).await?;
    Ok(resolve(coded, sides, catalogue))
}

/// Tags taken for each other in conversations tagged twice since a time, most often first: for the curator's queue.
pub async fn list_confusable_tags(
    tx: &mut Tx,
    scope: &Scope,
    catalogue: &Catalogue,
    since: Time,
) -> Result<Vec<ConfusablePair>> {
    let until = tx.now().plus(1);
    Ok(list_pairs(&list_doubles(tx, scope, catalogue, (since, until)).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_fixed_and_spread_evenly() {
        let ids: Vec<ConversationId> = (0..20_000).map(|_| ConversationId::new()).collect();
        assert!(ids.iter().all(|id| lot_of(*id) == lot_of(*id) && (0.0..1.0).contains(&lot_of(*id))));
        for share in [0.02, 0.5] {
            let drawn = ids.iter().filter(|id| lot_of(**id) < share).count() as f64;
            let expected = 20_000.0 * share;
            // Five standard deviations: by chance once in two million runs.
            assert!((drawn - expected).abs() < 5.0 * (expected * (1.0 - share)).sqrt(), "{drawn} of {expected}");
        }
    }
}
