//! Two items that turn out to be one. The first leads to the second from then on; its tags, its links and everybody who
//! asked for it by other ways than taggings go along, and all of it can be taken back. What its askers were told stays with
//! their old asks, which are withdrawn and remain in every sum.
use crate::access::get_item;
use crate::actions::{ItemPatch, JoinIn, update_item};
use crate::asks::{Because, Origin, State};
use crate::model::Item;
use crate::store::asks::{self as asks, AskRow};
use crate::store::merges::{self as rows, MergeRow};
use crate::store::{self as items, links};
use ::store::{Noun, Tx};
use base::{Actor, AskId, Error, ItemId, Result, TagId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use tagging::Catalogue;

/// What a merge moved.
#[derive(Default, Deserialize, Serialize)]
struct Moved {
    key: Option<String>,
    tags: Vec<TagId>,
    links: Vec<(String, String)>,
    /// Items that need the second now.
    needed_by: Vec<ItemId>,
    /// Items that needed both, or were the second itself: their need of the first is gone.
    no_longer_needed_by: Vec<ItemId>,
    /// Asks of the first that were withdrawn; asks of the second that were made, and that were opened again.
    withdrawn: Vec<i64>,
    made: Vec<i64>,
    reopened: Vec<i64>,
}

/// Merges an item into another. What `undo_merge` takes.
pub async fn merge_items(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, from: &Item, into: &Item) -> Result<i64> {
    if from.id == into.id {
        return Err(Error::invalid("into", "error-item-merge-itself"));
    }
    let mut moved = Moved { key: from.key.clone(), ..Moved::default() };
    move_needs(tx, from.id, into.id, &mut moved).await?;
    for link in links::list_of_items(tx, vec![from.id]).await? {
        links::lead(tx, &link.source, &link.external_id, into.id).await?;
        moved.links.push((link.source, link.external_id));
    }
    move_asks(tx, from.id, into.id, &mut moved).await?;
    items::remove_item(tx, from.id).await?;
    rows::lead(tx, from.id, Some(into.id)).await?;
    // With its tags come those who follow from taggings.
    let tags = union(catalogue, into, from, &mut moved);
    if !moved.tags.is_empty() {
        let patch = ItemPatch { tags: Some(tags), ..ItemPatch::default() };
        update_item(tx, actor, catalogue, into, patch).await?;
    }
    let ord = tx.next_ord(Noun::ItemMerge).await?;
    let moved_json = serde_json::to_string(&moved).map_err(Error::store)?;
    let merge = MergeRow { ord, from_id: from.id, into_id: into.id, moved_json, at: tx.now(), undone_at: None };
    rows::insert(tx, &merge, actor.staff).await?;
    tell(tx, &merge, &moved);
    Ok(ord)
}

/// Takes a merge back: both stand alone again. Whoever was told as an asker of the second stays in its ledger.
pub async fn undo_merge(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, ord: i64) -> Result<()> {
    let merge = rows::find(tx, ord).await?.filter(|merge| merge.undone_at.is_none());
    let merge = merge.ok_or(Error::NotFound("merge"))?;
    let moved: Moved = serde_json::from_str(&merge.moved_json).map_err(Error::store)?;
    let into = get_item(tx, merge.into_id).await?;
    if let Some(key) = &moved.key
        && items::find_by_key(tx, key).await?.is_some()
    {
        return Err(Error::Conflict { key: "error-item-key-taken" });
    }
    rows::undo(tx, ord).await?;
    rows::restore(tx, merge.from_id, moved.key.as_deref()).await?;
    rows::lead(tx, merge.from_id, None).await?;
    for (source, external_id) in &moved.links {
        links::lead(tx, source, external_id, merge.from_id).await?;
    }
    for item in moved.needed_by.iter().copied() {
        items::rank::put_need(tx, item, merge.into_id, merge.from_id).await?;
    }
    for item in moved.no_longer_needed_by.iter().copied() {
        items::rank::add_need(tx, item, merge.from_id).await?;
    }
    asks::put_state(tx, moved.withdrawn.clone(), State::Open, None).await?;
    // Whoever came along never asked for the second: only what was answered meanwhile stays in its sum.
    let mut made: Vec<i64> = moved.made.iter().chain(&moved.reopened).copied().collect();
    asks::put_state(tx, made.clone(), State::Withdrawn, Some(Because::Parted)).await?;
    made.retain(|ask| !moved.reopened.contains(ask));
    made.extend(asks::list_made_since(tx, merge.into_id, merge.at).await?);
    asks::forget(tx, &made).await?;
    let brought: HashSet<TagId> = moved.tags.iter().copied().collect();
    let kept: Vec<JoinIn> = joined(catalogue, &into).into_iter().filter(|join| !brought.contains(&join.tag)).collect();
    if !brought.is_empty() {
        let patch = ItemPatch { tags: Some(kept), ..ItemPatch::default() };
        update_item(tx, actor, catalogue, &into, patch).await?;
    }
    tell(tx, &merge, &moved);
    Ok(())
}

fn tell(tx: &mut Tx, merge: &MergeRow, moved: &Moved) {
    for item in moved.needed_by.iter().chain(&moved.no_longer_needed_by) {
        tx.announce("roadmap.item_changed", json!({ "item": item }));
    }
    for item in [merge.from_id, merge.into_id] {
        tx.announce("roadmap.item_changed", json!({ "item": item }));
        tx.announce("roadmap.asks_changed", json!({ "item": item }));
    }
}

fn joined(catalogue: &Catalogue, item: &Item) -> Vec<JoinIn> {
    let join = |tag: &crate::model::JoinedTag| {
        let known = catalogue.by_ord(catalogue.canon(tag.tag_ord))?;
        Some(JoinIn { tag: known.id, mode: tag.mode, subtree: tag.subtree, kinds: tag.kinds.clone() })
    };
    item.tags.iter().filter_map(join).collect()
}

/// The tags of both; where both know one, the second's way of it stays.
fn union(catalogue: &Catalogue, into: &Item, from: &Item, moved: &mut Moved) -> Vec<JoinIn> {
    let mut tags = joined(catalogue, into);
    for join in joined(catalogue, from) {
        if !tags.iter().any(|own| own.tag == join.tag) {
            moved.tags.push(join.tag);
            tags.push(join);
        }
    }
    tags
}

async fn move_needs(tx: &mut Tx, from: ItemId, into: ItemId, moved: &mut Moved) -> Result<()> {
    let all = items::rank::list_needing(tx, vec![from, into]).await?;
    let needs_into: HashSet<ItemId> = all.iter().filter(|(_, need)| *need == into).map(|(item, _)| *item).collect();
    for item in all.iter().filter(|(_, need)| *need == from).map(|(item, _)| *item) {
        if item == into || needs_into.contains(&item) {
            items::rank::remove_need(tx, item, from).await?;
            moved.no_longer_needed_by.push(item);
        } else {
            items::rank::put_need(tx, item, from, into).await?;
            moved.needed_by.push(item);
        }
    }
    Ok(())
}

/// Everybody who asks for the first asks for the second. Those of taggings follow its tags by themselves.
async fn move_asks(tx: &mut Tx, from: ItemId, into: ItemId, moved: &mut Moved) -> Result<()> {
    let open = State::Open.as_str();
    let leaving: Vec<AskRow> =
        asks::list_of_item(tx, from).await?.into_iter().filter(|ask| ask.state == open).collect();
    let persons: Vec<i64> = leaving.iter().map(|ask| ask.person_ord).collect();
    let there = asks::list_of_persons_in(tx, into, persons).await?;
    let mut made = Vec::new();
    for ask in leaving.iter().filter(|ask| ask.origin != Origin::Taggings.as_str()) {
        match there.iter().find(|(person, _)| *person == ask.person_ord) {
            Some((_, old)) if old.state == open => {}
            Some((_, old)) => moved.reopened.push(old.ord),
            None => made.push(AskRow {
                id: AskId::new(),
                item_id: into,
                pinned_at: None,
                rev: 1,
                created_at: tx.now(),
                changed_at: tx.now(),
                ..ask.clone()
            }),
        }
    }
    let ords = tx.next_ords(Noun::Ask, made.len()).await?;
    made.iter_mut().zip(&ords).for_each(|(ask, ord)| ask.ord = *ord);
    asks::insert(tx, made).await?;
    moved.made = ords;
    moved.withdrawn = leaving.iter().map(|ask| ask.ord).collect();
    asks::put_state(tx, moved.withdrawn.clone(), State::Withdrawn, Some(Because::Merged)).await?;
    asks::put_state(tx, moved.reopened.clone(), State::Open, None).await
}
