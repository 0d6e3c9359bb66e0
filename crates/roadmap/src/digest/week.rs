//! What whoever owns items should know this week: who needs what they build, in their words.
use crate::asks::{AskKeeper, Origin, State, show_only};
use crate::http::items::{ItemOut, shelved_out};
use crate::shelf::ItemShelf;
use crate::store::{self as items, asks::AskRow};
use base::{Actor, StaffId, Time};
use httpkit::{AppState, Result};
use people::{AccountCard, PersonCard};
use serde::Serialize;
use std::collections::HashSet;
use tagging::counts::{Filter, Four};
use tagging::{EvidenceOut, TagEngine};

const WEEK: i64 = 7 * Time::DAY;
/// Words and people shown of each item.
const MOST: usize = 5;

/// Somebody who asked for it for the first time this week.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NewAsk {
    pub person: PersonCard,
    pub account: Option<AccountCard>,
    pub at: Time,
    /// What they wrote themselves or one of us wrote down, where nothing was tagged.
    pub words: Option<String>,
}

/// An item with what is new about it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemWeek {
    pub item: ItemOut,
    /// Of the last seven days. Null where fewer than three persons stand behind it and you may not see so few.
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub accounts: Option<u32>,
    /// The newest words of these days.
    pub said: Vec<EvidenceOut>,
    /// Who asks for it since this week; the newest of them.
    pub new_asks: usize,
    pub askers: Vec<NewAsk>,
}

/// What is new on the open items that somebody owns, since a week before `now`, as `actor` may see it; what most happened
/// with first. Items without news are left out.
pub async fn load_week(app: &AppState, actor: &Actor, owner: StaffId, now: Time) -> Result<Vec<ItemWeek>> {
    app.get::<AskKeeper>().catch_up().await?;
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let shelf = app.get::<ItemShelf>().items().await?;
    let owned = shelf.iter().map(|one| &one.item);
    let owned = owned.filter(|item| item.owner_staff == Some(owner) && item.status.is_open());
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|door| door as u16).collect();
    let since = tagging::minute(now.plus(-WEEK));
    let sees_few = actor.may(base::Right::SeeSmallCounts);
    let mut weeks = Vec::new();
    for item in owned {
        let selector = item.selector(&catalogue);
        let all = Filter { hidden: hidden.clone(), ..Filter::default() };
        let (four, newest, askers) = engine
            .ask(move |columns| {
                let lately = Filter { from: Some(since), ..all.clone() };
                let mut askers = columns.people(&selector, &all);
                askers.retain(|one| one.first >= since);
                (columns.count_four(&selector, &lately).0, columns.newest(&selector, &lately, None, MOST), askers)
            })
            .await?;
        let mut tx = app.db.read().await?;
        let known: HashSet<i64> = askers.iter().map(|one| i64::from(one.person)).collect();
        let mut direct = items::asks::list_of_item(&mut tx, item.id).await?;
        direct.retain(|ask| !known.contains(&ask.person_ord) && is_new_and_direct(ask, now.plus(-WEEK)));
        if !hidden.is_empty() {
            direct.iter_mut().for_each(|ask| show_only(ask, None));
        }
        if four.conversations == 0 && direct.is_empty() {
            continue;
        }
        let mut found: Vec<(i64, i64, Time, Option<String>)> = askers
            .iter()
            .map(|one| (i64::from(one.person), i64::from(one.account), Time(i64::from(one.first) * Time::MINUTE), None))
            .chain(
                direct.into_iter().map(|ask| (ask.person_ord, ask.account_ord.unwrap_or(0), ask.first_at, ask.words)),
            )
            .collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.2));
        let new_asks = found.len();
        found.truncate(MOST);
        let persons: Vec<i64> = found.iter().map(|one| one.0).collect();
        let accounts: Vec<i64> = found.iter().map(|one| one.1).collect();
        let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
        let ords: Vec<i64> = newest.iter().map(|(_, ord)| i64::from(*ord)).collect();
        let mut said = tagging::evidence_of(&mut tx, &engine, ords.clone()).await?;
        drop(tx);
        let shows = sees_few || four.persons >= 3;
        let some = |n: fn(&Four) -> u32| shows.then(|| n(&four));
        let askers = found.into_iter().filter_map(|(person, account, at, words)| {
            Some(NewAsk { person: cards.person(Some(person))?, account: cards.account(Some(account)), at, words })
        });
        let askers = askers.collect();
        let Some(out) = shelved_out(app, actor, vec![item.id]).await?.pop() else { continue };
        weeks.push(ItemWeek {
            item: out,
            conversations: some(|four| four.conversations),
            persons: some(|four| four.persons),
            accounts: some(|four| four.accounts),
            said: ords.iter().filter_map(|ord| said.remove(ord)).collect(),
            new_asks,
            askers,
        });
    }
    weeks.sort_by_key(|week| std::cmp::Reverse(week.conversations));
    Ok(weeks)
}

/// Asked for otherwise than by what was tagged, since a moment. What one of us wrote down is news when it is written,
/// whenever it was said; what came with an import may be old.
fn is_new_and_direct(ask: &AskRow, since: Time) -> bool {
    let at = if ask.origin == Origin::Hand.as_str() { ask.created_at } else { ask.first_at };
    ask.origin != Origin::Taggings.as_str() && ask.state == State::Open.as_str() && at >= since
}
