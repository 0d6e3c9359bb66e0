//! Putting the passages of a tag on others when it is split, and back again: each fact is retracted and made anew.
use super::apply::show_on;
use crate::curation::{Sheet, SplitMove};
use crate::events;
use crate::store::{self as rows, TaggingRow};
use base::{Actor, Error, Result, TaggingId};
use conversations::Scope;
use std::collections::{BTreeSet, HashMap};
use store::{Noun, Tx};

/// A tagging that was retracted, and the one that was made for it; 0 where one stood there already.
pub type Moved = (i64, i64);

/// Moves taggings of `tag`, or of tags that lead to it, to others. Those that were taken off meanwhile are left out.
pub(super) async fn move_taggings(
    tx: &mut Tx,
    scope: &Scope,
    actor: &Actor,
    sheet: &Sheet,
    tag: i64,
    moves: Vec<(SplitMove, i64)>,
) -> Result<Vec<Moved>> {
    let ids: Vec<TaggingId> = moves.iter().map(|(m, _)| m.tagging).collect();
    let ords: HashMap<TaggingId, i64> =
        rows::list_tagging_ords(tx, ids).await?.into_iter().map(|(ord, id)| (id, ord)).collect();
    let found = rows::list_by_ords(tx, ords.values().copied().collect()).await?;
    let by_id: HashMap<TaggingId, TaggingRow> = found.into_iter().map(|r| (r.id, r)).collect();
    let mut wanted = Vec::new();
    for (one, to) in moves {
        let row = by_id.get(&one.tagging).filter(|r| scope.sees(r.door_ord)).ok_or(Error::NotFound("tagging"))?;
        if sheet.get(row.tag_ord).is_none_or(|t| t.canon_ord != tag) {
            return Err(Error::invalid("moves", "error-split-elsewhere"));
        }
        if row.retracted_at.is_none() {
            // Who splits has read it and says where it belongs.
            wanted.push((TaggingRow { tagged_by: actor.staff, ..row.clone() }, to));
        }
    }
    remake(tx, actor, wanted).await
}

/// Takes moved taggings back to where they came from. What was retracted since stays retracted.
pub(super) async fn move_back(tx: &mut Tx, scope: &Scope, actor: &Actor, pairs: &[Moved]) -> Result<Vec<Moved>> {
    let ords: Vec<i64> = pairs.iter().flat_map(|(old, new)| [*old, *new]).filter(|o| *o != 0).collect();
    let found = rows::list_by_ords(tx, ords).await?;
    let by_ord: HashMap<i64, TaggingRow> = found.into_iter().map(|r| (r.ord, r)).collect();
    let mut wanted = Vec::new();
    let mut fresh = Vec::new();
    for (old, new) in pairs {
        let Some(old) = by_ord.get(old) else { continue };
        if !scope.sees(old.door_ord) {
            return Err(Error::NotFound("tagging"));
        }
        match by_ord.get(new) {
            // Where a tagging stood already nothing was made, and there is nothing to take off.
            None if *new == 0 => fresh.push(old.clone()),
            Some(row) if row.retracted_at.is_none() => {
                wanted.push((TaggingRow { tagged_by: old.tagged_by, ..row.clone() }, old.tag_ord));
            }
            _ => {}
        }
    }
    let mut moved = remake(tx, actor, wanted).await?;
    moved.extend(make_again(tx, fresh).await?);
    Ok(moved)
}

/// Retracts each tagging and makes it anew on another tag: one event for all that are new.
async fn remake(tx: &mut Tx, actor: &Actor, wanted: Vec<(TaggingRow, i64)>) -> Result<Vec<Moved>> {
    let mut made = Vec::with_capacity(wanted.len());
    let mut moved = Vec::with_capacity(wanted.len());
    let mut touched = BTreeSet::new();
    for (row, to) in wanted {
        rows::retract(tx, row.ord, actor.staff).await?;
        touched.insert(row.conversation_ord);
        // Announced as a batch, so that counting on every node reads it again.
        events::applied_many(tx, row.ord, row.ord);
        match rows::find_living(tx, to, row.conversation_ord, row.passage_ord).await? {
            Some(_) => moved.push((row.ord, 0)),
            None => made.push((row, to)),
        }
    }
    moved.extend(insert(tx, made).await?);
    for conversation in touched {
        show_on(tx, conversation).await?;
    }
    Ok(moved)
}

/// Taggings whose place was taken when they were moved stand again where they were.
async fn make_again(tx: &mut Tx, list: Vec<TaggingRow>) -> Result<Vec<Moved>> {
    let mut made = Vec::new();
    let mut touched = BTreeSet::new();
    for row in list {
        if rows::find_living(tx, row.tag_ord, row.conversation_ord, row.passage_ord).await?.is_none() {
            touched.insert(row.conversation_ord);
            let tag = row.tag_ord;
            made.push((row, tag));
        }
    }
    let moved = insert(tx, made).await?;
    for conversation in touched {
        show_on(tx, conversation).await?;
    }
    // The way forward again: from the one that was made now to the one that stood there.
    Ok(moved.into_iter().map(|(_, new)| (new, 0)).collect())
}

async fn insert(tx: &mut Tx, list: Vec<(TaggingRow, i64)>) -> Result<Vec<Moved>> {
    if list.is_empty() {
        return Ok(vec![]);
    }
    let ords = tx.next_ords(Noun::Tagging, list.len()).await?;
    let (now, seq) = (tx.now(), rows::taxonomy_seq(tx).await?);
    let made: Vec<TaggingRow> = list
        .iter()
        .zip(&ords)
        .map(|((old, to), ord)| TaggingRow {
            ord: *ord,
            id: TaggingId::new(),
            tag_ord: *to,
            tagged_at: now,
            retracted_at: None,
            retracted_by: None,
            taxonomy_seq: seq,
            ..old.clone()
        })
        .collect();
    rows::insert_taggings(tx, &made).await?;
    events::applied_many(tx, ords[0], ords[ords.len() - 1]);
    Ok(list.into_iter().zip(ords).map(|((old, _), new)| (old.ord, new)).collect())
}
