//! What was learned from what somebody said: confirmed by one of us, onto the passage and its tags. Taken back, never changed.
use super::highlight::{Highlight, KINDS, highlight};
use crate::store::learning::{self as rows, AskRow, InsightRow};
use base::{Actor, Error, InsightId, Result};
use conversations::{Entry, Head, Scope};
use store::Tx;
use tagging::{Catalogue, PassageIn};

/// The answer that is worth reading for its reason, and where it stands in it.
pub struct Answered {
    pub entry: Entry,
    pub ask: AskRow,
    pub aim: String,
    pub highlight: Option<Highlight>,
}

/// The newest answer to a question of ours that nothing was learned from yet.
pub async fn find_answer(tx: &mut Tx, head: &Head) -> Result<Option<Answered>> {
    let known: Vec<i64> =
        rows::list_insights_of(tx, head.ord).await?.into_iter().map(|insight| insight.entry_ord).collect();
    let asks = rows::list_asks(tx, head.ord).await?;
    let fresh = asks.into_iter().rev().find(|ask| ask.answer_ord.is_some_and(|answer| !known.contains(&answer)));
    let Some((ask, answer)) = fresh.and_then(|ask| ask.answer_ord.map(|answer| (ask, answer))) else { return Ok(None) };
    let Some(entry) = conversations::entries_by_ord(tx, &[answer]).await?.pop() else { return Ok(None) };
    let probes = rows::list_probes(tx).await?;
    let aim = probes.into_iter().find(|probe| probe.id == ask.probe_id).map_or("why".to_owned(), |probe| probe.aim);
    let highlight = highlight(&entry.text, Some(&aim));
    Ok(Some(Answered { entry, ask, aim, highlight }))
}

/// Confirms what a passage taught us. The same again is the same insight.
pub async fn confirm(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    catalogue: &Catalogue,
    head: &Head,
    kind: &str,
    place: &PassageIn,
) -> Result<(InsightRow, bool)> {
    if !KINDS.contains(&kind) {
        return Err(Error::invalid("kind", "error-insight-kind"));
    }
    let (entry, of) = conversations::get_entry(tx, scope, place.entry_id).await?;
    if of.ord != head.ord {
        return Err(Error::invalid("passage.entry_id", "error-passage-elsewhere"));
    }
    let passage = conversations::make_passage(tx, entry.ord, place.start, place.end, &place.quote, actor.staff).await?;
    if let Some(same) = rows::find_living_insight(tx, passage.ord, kind).await? {
        return Ok((same, false));
    }
    let all = rows::list_tags_at(tx, head.ord, passage.ord).await?;
    let on_passage: Vec<i64> = all.iter().filter(|(_, at)| *at == Some(passage.ord)).map(|(tag, _)| *tag).collect();
    let mut tags = if on_passage.is_empty() { all.into_iter().map(|(tag, _)| tag).collect() } else { on_passage };
    tags.iter_mut().for_each(|tag| *tag = catalogue.canon(*tag));
    tags.sort_unstable();
    tags.dedup();
    let ask = rows::list_asks(tx, head.ord).await?.into_iter().find(|ask| ask.answer_ord == Some(entry.ord));
    let row = InsightRow {
        id: InsightId::new(),
        kind: kind.to_owned(),
        conversation_ord: head.ord,
        entry_ord: entry.ord,
        passage_ord: passage.ord,
        probe_id: ask.map(|ask| ask.probe_id),
        person_ord: entry.person_ord.or(head.person_ord),
        team_ord: head.team_ord,
        account_ord: head.account_ord,
        door_ord: head.door_ord,
        said_at: entry.said_at,
        confirmed_at: tx.now(),
        confirmed_by: actor.staff,
        retracted_at: None,
    };
    rows::insert_insight(tx, &row, &tags).await?;
    announce(tx, head);
    Ok((row, true))
}

/// Takes an insight back.
pub async fn retract(tx: &mut Tx, scope: &Scope, actor: &Actor, id: InsightId) -> Result<()> {
    let row =
        rows::find_insight(tx, id).await?.filter(|row| row.retracted_at.is_none()).ok_or(Error::NotFound("insight"))?;
    let head =
        conversations::get_by_ord(tx, scope, row.conversation_ord).await.map_err(|_| Error::NotFound("insight"))?;
    rows::retract_insight(tx, id, actor.staff).await?;
    announce(tx, &head);
    Ok(())
}

/// Says that more is known of what came of a conversation.
pub(super) fn announce(tx: &mut Tx, head: &Head) {
    tx.announce("frontdoor.learned", serde_json::json!({"conversation": head.id, "door": head.door_ord}));
}
