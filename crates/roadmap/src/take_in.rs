//! Items that come in from elsewhere in bulk, with who asks for them. One that is known by what it is called there gets
//! the askers that are new; what was decided here meanwhile stays as it is.
use crate::actions::logged;
use crate::events::note_heard;
use crate::model::Item;
use crate::store::asks::{self as asks, AskRow};
use crate::store::links::{self as links, LinkRow};
use crate::store::{self as rows, Logged};
use ::store::{Noun, Tx};
use base::{Actor, ItemId, Result, Time};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An item as somebody else keeps it. Of its rows only what was said there is read: ids and ords are given here.
#[derive(Clone, Debug)]
pub struct Brought {
    pub item: Item,
    pub created_at: Time,
    /// The first is what makes it the same again.
    pub links: Vec<LinkRow>,
    pub asks: Vec<AskRow>,
    /// What items that came before are called under the source of the first link, without which this one cannot be built.
    pub needs: Vec<String>,
}

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakenItem {
    pub item: ItemId,
    pub is_new: bool,
    pub new_asks: usize,
}

/// Takes in items that `check_item` let pass, in their order. No event of theirs is told to anybody: whoever asked was
/// told where they come from.
pub async fn take_in_items(tx: &mut Tx, actor: &Actor, all: Vec<Brought>) -> Result<Vec<TakenItem>> {
    let mut known = find_known(tx, &all).await?;
    let mut at = rows::last_position(tx).await?;
    let (mut taken, mut new_items, mut new_links, mut wanted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut called: HashSet<Name> = HashSet::new();
    for Brought { mut item, created_at, links, asks, needs } in all {
        let names: Vec<Name> =
            links.iter().map(name_of).chain(item.key.clone().map(|key| (String::new(), key))).collect();
        let found = names.iter().find_map(|name| known.get(name).copied());
        let id = found.unwrap_or_else(ItemId::new);
        let source = links.first().map(|link| link.source.clone()).unwrap_or_default();
        known.extend(names.into_iter().map(|name| (name, id)));
        let now = tx.now();
        for link in links {
            if called.insert(name_of(&link)) {
                new_links.push(LinkRow { item_id: id, created_at: now, by_staff: actor.staff, ..link });
            }
        }
        if found.is_none() {
            if item.position <= 0.0 {
                at += 1.0;
                item.position = at;
            }
            (item.id, item.rev) = (id, 1);
            item.needs = needs.into_iter().filter_map(|need| known.get(&(source.clone(), need)).copied()).collect();
            new_items.push((item, created_at));
        }
        wanted.push((id, asks));
        taken.push(TakenItem { item: id, is_new: found.is_none(), new_asks: 0 });
    }
    let made =
        |(item, _): &(Item, Time)| Logged { item: item.id, what: "create", before: Value::Null, after: logged(item) };
    let joined = new_items.iter().any(|(item, _)| !item.tags.is_empty());
    let logs = new_items.iter().map(made).collect();
    rows::insert_items(tx, &new_items, actor.staff).await?;
    rows::log_changes(tx, actor.staff, logs).await?;
    note_heard(tx, actor, &new_items).await?;
    insert_new_links(tx, new_links).await?;
    insert_new_asks(tx, wanted, &mut taken).await?;
    if taken.iter().any(|one| one.is_new || one.new_asks > 0) {
        // Those that are new or asked for by more lie between these two; what came in at once was made at once.
        let stirred = || taken.iter().filter(|one| one.is_new || one.new_asks > 0).map(|one| one.item);
        let (first, last) = (stirred().min(), stirred().max());
        let told = json!({"items": taken.len(), "joined": joined, "first": first, "last": last});
        tx.announce("roadmap.items_taken_in", told);
    }
    Ok(taken)
}

/// A source, and what an item is called there; under an empty source our own key.
type Name = (String, String);

fn name_of(link: &LinkRow) -> Name {
    (link.source.clone(), link.external_id.clone())
}

/// Items that are here already, by what they are called.
async fn find_known(tx: &mut Tx, all: &[Brought]) -> Result<HashMap<Name, ItemId>> {
    let mut by_source: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in all {
        for link in &one.links {
            by_source.entry(&link.source).or_default().push(link.external_id.clone());
        }
        if let Some(first) = one.links.first() {
            by_source.entry(&first.source).or_default().extend(one.needs.iter().cloned());
        }
    }
    let mut known = HashMap::new();
    for (source, names) in by_source {
        let found = links::list_named(tx, source, names).await?;
        known.extend(found.into_iter().map(|link| (name_of(&link), link.item_id)));
    }
    let keys: Vec<String> = all.iter().filter_map(|one| one.item.key.clone()).collect();
    if !keys.is_empty() {
        known.extend(rows::list_by_key(tx, keys).await?.into_iter().map(|(key, id)| ((String::new(), key), id)));
    }
    Ok(known)
}

/// Whatever is linked to an item already stays so.
async fn insert_new_links(tx: &mut Tx, all: Vec<LinkRow>) -> Result<()> {
    let mut by_source: BTreeMap<String, Vec<LinkRow>> = BTreeMap::new();
    all.into_iter().for_each(|link| by_source.entry(link.source.clone()).or_default().push(link));
    for (source, mut some) in by_source {
        let names = some.iter().map(|link| link.external_id.clone()).collect();
        let there: HashSet<String> =
            links::list_named(tx, &source, names).await?.into_iter().map(|link| link.external_id).collect();
        some.retain(|link| !there.contains(&link.external_id));
        links::insert(tx, some).await?;
    }
    Ok(())
}

/// Of each person one ask of an item; those who ask already are not asked for twice.
async fn insert_new_asks(tx: &mut Tx, wanted: Vec<(ItemId, Vec<AskRow>)>, taken: &mut [TakenItem]) -> Result<()> {
    let persons: HashSet<i64> = wanted.iter().flat_map(|(_, asks)| asks.iter().map(|ask| ask.person_ord)).collect();
    let old: Vec<ItemId> = taken.iter().filter(|one| !one.is_new).map(|one| one.item).collect();
    let mut held: HashSet<(ItemId, i64)> = HashSet::new();
    if !old.is_empty() {
        held.extend(asks::list_askers(tx, old, persons.into_iter().collect()).await?);
    }
    let mut new = Vec::new();
    for ((item_id, asks), one) in wanted.into_iter().zip(taken) {
        for ask in asks {
            if held.insert((item_id, ask.person_ord)) {
                one.new_asks += 1;
                new.push(AskRow { item_id, ..ask });
            }
        }
    }
    let ords = tx.next_ords(Noun::Ask, new.len()).await?;
    new.iter_mut().zip(ords).for_each(|(ask, ord)| ask.ord = ord);
    asks::insert(tx, new).await?;
    Ok(())
}
