//! Putting a tag on what somebody said, taking it off, saying that nothing fits. A fact is never changed: it is
//! retracted and made anew.
use super::double::draw_for_second;
use crate::access::{get_tag, get_tagging};
use crate::events;
use crate::model::{Catalogue, Kind, Origin};
use crate::store::{self as rows, TaggingRow};
use base::{Actor, ConversationId, EntryId, Error, Result, TagId, TaggingId};
use conversations::{Head, Scope, TagMark, TagState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Noun, Tx};

/// A stretch of an entry, in Unicode scalars, half-open. The quote wins over the offsets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PassageIn {
    pub entry_id: EntryId,
    pub start: i64,
    pub end: i64,
    pub quote: String,
}

#[derive(Clone, Debug)]
pub struct ApplyTag {
    pub conversation: ConversationId,
    pub tag: TagId,
    pub kind: Option<Kind>,
    pub passage: Option<PassageIn>,
    pub origin: Origin,
}

/// A living tagging, and whether it was made just now.
pub struct Tagged {
    pub row: TaggingRow,
    pub new: bool,
}

/// Puts a tag on a conversation or on a passage of it. The same living tagging again changes nothing; with another kind
/// the old one is retracted and a new one made.
pub async fn apply_tag(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    catalogue: &Catalogue,
    cmd: ApplyTag,
) -> Result<Tagged> {
    let head = conversations::get_conversation(tx, scope, cmd.conversation).await?;
    let tag = get_tag(catalogue, cmd.tag)?;
    if !tag.state.can_be_applied() {
        return Err(Error::invalid("tag_id", "error-tag-not-applicable"));
    }
    let (mut entry_ord, mut passage_ord) = (None, None);
    let (mut person_ord, mut said_at, mut language) = (head.person_ord, head.opened_at, head.language);
    if let Some(p) = &cmd.passage {
        let (entry, of) = conversations::get_entry(tx, scope, p.entry_id).await?;
        if of.ord != head.ord {
            return Err(Error::invalid("passage.entry_id", "error-passage-elsewhere"));
        }
        let passage = conversations::make_passage(tx, entry.ord, p.start, p.end, &p.quote, actor.staff).await?;
        (entry_ord, passage_ord) = (Some(entry.ord), Some(passage.ord));
        (person_ord, said_at) = (entry.person_ord.or(head.person_ord), entry.said_at);
        language = entry.language.or(language);
    }
    if let Some(living) = find_living(tx, catalogue, tag.ord, head.ord, passage_ord).await? {
        if cmd.kind.is_none() || cmd.kind == living.kind()? {
            return Ok(Tagged { row: living, new: false });
        }
        retract_row(tx, actor, &living, tag.id, &head).await?;
    }
    let row = TaggingRow {
        ord: tx.next_ord(Noun::Tagging).await?,
        id: TaggingId::new(),
        tag_ord: tag.ord,
        conversation_ord: head.ord,
        entry_ord,
        passage_ord,
        kind: cmd.kind.map(|k| k.as_str().to_owned()),
        origin: cmd.origin.as_str().to_owned(),
        said_at,
        tagged_at: tx.now(),
        tagged_by: actor.staff,
        retracted_at: None,
        retracted_by: None,
        person_ord,
        team_ord: head.team_ord,
        account_ord: head.account_ord,
        door_ord: head.door_ord,
        channel: head.channel.as_str().to_owned(),
        language: language.map(|l| l.to_string()),
        taxonomy_seq: rows::taxonomy_seq(tx).await?,
    };
    rows::insert_taggings(tx, std::slice::from_ref(&row)).await?;
    // A tag says that the earlier "nothing fits" no longer holds.
    rows::retract_nothing(tx, head.ord).await?;
    show_on(tx, head.ord).await?;
    draw_for_second(tx, actor, &head).await?;
    events::applied(tx, row.id, row.ord, tag.id, head.id, head.door_ord);
    Ok(Tagged { row, new: true })
}

/// The living tagging of a tag on a place, or of one that was merged into it: the two are one to whoever looks.
async fn find_living(
    tx: &mut Tx,
    catalogue: &Catalogue,
    tag: i64,
    conversation: i64,
    passage: Option<i64>,
) -> Result<Option<TaggingRow>> {
    let led = catalogue.tags.iter().filter(|t| t.canon_ord == tag && t.ord != tag).map(|t| t.ord);
    for ord in std::iter::once(tag).chain(led) {
        if let Some(living) = rows::find_living(tx, ord, conversation, passage).await? {
            return Ok(Some(living));
        }
    }
    Ok(None)
}

/// Takes a tagging back. Taking it back twice is the same as once.
pub async fn retract_tagging(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    catalogue: &Catalogue,
    id: TaggingId,
) -> Result<()> {
    let (row, head) = get_tagging(tx, scope, id).await?;
    if row.retracted_at.is_none() {
        let tag = catalogue.by_ord(row.tag_ord).ok_or(Error::NotFound("tag"))?;
        retract_row(tx, actor, &row, tag.id, &head).await?;
        show_on(tx, head.ord).await?;
    }
    Ok(())
}

async fn retract_row(tx: &mut Tx, actor: &Actor, row: &TaggingRow, tag: TagId, head: &Head) -> Result<()> {
    rows::retract(tx, row.ord, actor.staff).await?;
    events::retracted(tx, row.id, row.ord, tag, head.id, head.door_ord);
    Ok(())
}

/// Gives a tagging another kind: the old fact is retracted, a new one made on the same place.
pub async fn set_kind(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    catalogue: &Catalogue,
    id: TaggingId,
    kind: Option<Kind>,
) -> Result<Tagged> {
    let (old, head) = get_tagging(tx, scope, id).await?;
    if old.retracted_at.is_some() {
        return Err(Error::Conflict { key: "error-tagging-retracted" });
    }
    if old.kind()? == kind {
        return Ok(Tagged { row: old, new: false });
    }
    let tag = catalogue.by_ord(old.tag_ord).ok_or(Error::NotFound("tag"))?;
    retract_row(tx, actor, &old, tag.id, &head).await?;
    let row = TaggingRow {
        ord: tx.next_ord(Noun::Tagging).await?,
        id: TaggingId::new(),
        kind: kind.map(|k| k.as_str().to_owned()),
        origin: Origin::Human.as_str().to_owned(),
        tagged_at: tx.now(),
        tagged_by: actor.staff,
        ..old
    };
    rows::insert_taggings(tx, std::slice::from_ref(&row)).await?;
    show_on(tx, head.ord).await?;
    events::applied(tx, row.id, row.ord, tag.id, head.id, head.door_ord);
    Ok(Tagged { row, new: true })
}

/// Says that none of the tags fits: a fact that enters denominators. Refused while a tag is there.
pub async fn mark_nothing(tx: &mut Tx, scope: &Scope, actor: &Actor, id: ConversationId) -> Result<(TaggingId, bool)> {
    let head = conversations::get_conversation(tx, scope, id).await?;
    if let Some(known) = rows::find_nothing(tx, head.ord).await? {
        return Ok((known, false));
    }
    if !rows::list_living(tx, vec![head.ord]).await?.is_empty() {
        return Err(Error::Conflict { key: "error-nothing-but-tagged" });
    }
    let now = tx.now();
    let made = rows::insert_nothing(tx, head.ord, head.opened_at, now, actor.staff).await?;
    show_on(tx, head.ord).await?;
    draw_for_second(tx, actor, &head).await?;
    events::nothing(tx, head.id, head.door_ord, true);
    Ok((made, true))
}

pub async fn unmark_nothing(tx: &mut Tx, scope: &Scope, id: ConversationId) -> Result<()> {
    let head = conversations::get_conversation(tx, scope, id).await?;
    if rows::retract_nothing(tx, head.ord).await? > 0 {
        show_on(tx, head.ord).await?;
        events::nothing(tx, head.id, head.door_ord, false);
    }
    Ok(())
}

/// Writes onto a conversation what this room knows of it: its tags with their kinds, and whether there is still work.
pub(super) async fn show_on(tx: &mut Tx, conversation: i64) -> Result<()> {
    let living = rows::list_living(tx, vec![conversation]).await?;
    let mut tags: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for row in &living {
        let kinds = tags.entry(row.tag_ord).or_default();
        if let Some(kind) = row.kind.as_deref()
            && !kinds.contains(&kind)
        {
            kinds.push(kind);
        }
    }
    let state = match tags.is_empty() {
        false => TagState::Tagged,
        true if rows::find_nothing(tx, conversation).await?.is_some() => TagState::Nothing,
        true => TagState::Untagged,
    };
    let counted = |tag: i64| living.iter().filter(|r| r.tag_ord == tag).count() as i64;
    let mark =
        |(tag, kinds): (i64, Vec<&str>)| TagMark { tag_ord: tag, kinds: kinds.join(","), taggings: counted(tag) };
    let shown = tags.into_iter().map(mark).collect();
    conversations::set_conversation_tags(tx, &[(conversation, shown)]).await?;
    conversations::set_tag_state(tx, conversation, state).await
}

/// What this room does when one conversation turns out to be part of another: living facts follow; of two for the same
/// tag and place one stays.
async fn follow_join(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let moved = rows::list_living(tx, vec![from]).await?;
    for row in moved {
        if rows::find_living(tx, row.tag_ord, into, row.passage_ord).await?.is_some() {
            rows::retract(tx, row.ord, None).await?;
        }
    }
    rows::move_taggings(tx, from, into).await?;
    rows::forget_shown(tx, from).await?;
    rows::double::forget_doubles(tx, vec![from, into]).await?;
    if rows::find_nothing(tx, into).await?.is_some() || !rows::list_living(tx, vec![into]).await?.is_empty() {
        rows::retract_nothing(tx, from).await?;
    }
    rows::move_nothing(tx, from, into).await?;
    if !rows::list_living(tx, vec![into]).await?.is_empty() {
        rows::retract_nothing(tx, into).await?;
    }
    show_on(tx, into).await
}

inventory::submit! { conversations::JoinHook(|tx, from, into| Box::pin(follow_join(tx, from, into))) }
