//! Looking up who asks, and handing items with their asks to the roadmap.
use super::RequestMark;
use crate::model::{Counts, Reason};
use base::{Actor, Result};
use people::{PersonIn, Who};
use roadmap::{Brought, JoinedTag, TagMark, TakenItem, take_in_items};
use std::collections::HashMap;
use store::Tx;
use tagging::Catalogue;

/// What a request made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub item: TakenItem,
    pub persons: u64,
    pub accounts: u64,
}

/// Conversations by source and external id.
type SaidIn = HashMap<(String, String), i64>;

/// Takes in what requests make of the roadmap; with each the conversation it came as, if it did.
pub(crate) async fn take_in_requests(
    tx: &mut Tx,
    wanted: Vec<(Box<RequestMark>, Option<i64>)>,
    counts: &mut Counts,
) -> Result<Vec<Asked>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<PersonIn> = wanted.iter().flat_map(|(one, _)| one.people.iter().cloned()).collect();
    let found = people::resolve_people(tx, &people).await?;
    let said_in = find_said_in(tx, &wanted).await?;
    let catalogue = match wanted.iter().any(|(one, _)| !one.tags.is_empty()) {
        true => Some(tagging::load_catalogue(tx).await?),
        false => None,
    };
    let (mut all, mut new, mut first) = (Vec::new(), Vec::new(), 0);
    for (one, _) in wanted {
        let RequestMark { mut brought, people, said_in: named, tags } = *one;
        let who = &found[first..first + people.len()];
        first += people.len();
        let made = |is_new: fn(&Who) -> bool| who.iter().filter(|one| is_new(one)).count() as u64;
        new.push((made(|one| one.new_person), made(|one| one.new_account)));
        fill_in(&mut brought, who, &named, &said_in);
        if let Some(catalogue) = &catalogue {
            brought.item.tags = join(catalogue, tags, counts);
        }
        all.push(brought);
    }
    let taken = take_in_items(tx, &Actor::system(), all).await?;
    let asked = |(item, (persons, accounts))| Asked { item, persons, accounts };
    Ok(taken.into_iter().zip(new).map(asked).collect())
}

/// The conversations that asks were said in: those that came along, and those that are looked up.
async fn find_said_in(tx: &mut Tx, wanted: &[(Box<RequestMark>, Option<i64>)]) -> Result<SaidIn> {
    let mut found = SaidIn::new();
    for (one, came_as) in wanted {
        for name in one.said_in.iter().flatten() {
            if let Some(ord) = came_as {
                found.insert(name.clone(), *ord);
            } else if !found.contains_key(name)
                && let Some(head) = conversations::find_by_external(tx, &name.0, &name.1).await?
            {
                found.insert(name.clone(), head.ord);
            }
        }
    }
    Ok(found)
}

/// Puts the persons of the store where an ask named a place among the persons of its request.
fn fill_in(brought: &mut Brought, who: &[Who], named: &[Option<(String, String)>], said_in: &SaidIn) {
    let asks = std::mem::take(&mut brought.asks);
    for (mut ask, named) in asks.into_iter().zip(named) {
        let Some(one) = who.get(ask.person_ord as usize) else { continue };
        let Some(person_ord) = one.person_ord else { continue };
        ask.person_ord = person_ord;
        ask.account_ord = one.account_ord;
        ask.conversation_ord = named.as_ref().and_then(|name| said_in.get(name).copied());
        brought.asks.push(ask);
    }
}

fn join(catalogue: &Catalogue, marks: Vec<TagMark>, counts: &mut Counts) -> Vec<JoinedTag> {
    let mut joined = Vec::new();
    for TagMark { path, mode, subtree, kinds } in marks {
        match catalogue.by_any_path(&path) {
            Some(tag) => joined.push(JoinedTag { tag_ord: tag.ord, mode, subtree, kinds }),
            None => counts.warn(Reason::new("import-unknown-tag").arg("path", &path), 1),
        }
    }
    joined
}
