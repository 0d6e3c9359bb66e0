//! The ranking of all open items, live: only what changed is counted anew.
use super::rules::{RankRules, load_rules};
use super::score::{Parts, Place, Stand, Voice, rank, score};
use crate::asks::AskKeeper;
use crate::model::{Feasibility, Item};
use crate::store::{self as items, rank as rows};
use ::store::{Db, Event};
use base::{ItemId, Result, Time};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tagging::TagEngine;
use tokio::sync::Mutex;

const EVENTS: i64 = 2_000;
/// Asks that ranking reads at once.
const ITEMS_AT_ONCE: usize = 50;

/// One item with where it stands.
#[derive(Clone, Debug)]
pub struct Ranked {
    pub item: Item,
    pub parts: Arc<Parts>,
    /// How well it fits the direction: 0 to 3.
    pub fit: i64,
    pub place: Option<Place>,
}

/// All open items, the best first; those without a place after them, in the order of the board.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    pub rules: RankRules,
    pub items: Vec<Ranked>,
}

#[derive(Default)]
struct State {
    /// The event it stands at.
    at: Option<i64>,
    /// Asks fade by the day.
    day: i64,
    voices: HashMap<ItemId, Arc<Vec<rows::VoiceRow>>>,
    parts: HashMap<ItemId, Arc<Parts>>,
}

/// Ranks, and remembers what it counted.
#[derive(Clone)]
pub struct RankEngine {
    db: Db,
    engine: TagEngine,
    keeper: AskKeeper,
    state: Arc<Mutex<State>>,
}

impl RankEngine {
    pub fn new(db: Db, engine: TagEngine, keeper: AskKeeper) -> RankEngine {
        RankEngine { db, engine, keeper, state: Arc::default() }
    }

    /// The ranking as of everything that was committed before the call.
    pub async fn ranking(&self) -> Result<Ranking> {
        self.keeper.catch_up().await?;
        let mut state = self.state.lock().await;
        self.follow(&mut state).await?;
        let mut tx = self.db.read().await?;
        let now = tx.now();
        let day = now.0.div_euclid(Time::DAY);
        if state.day != day {
            (state.day, state.parts) = (day, HashMap::new());
        }
        let mut all = items::load_items(&mut tx, None).await?;
        all.retain(|item| item.status.is_open());
        let rules = load_rules(&mut tx).await?.0;
        let fits: HashMap<ItemId, i64> = rows::list_fits(&mut tx).await?.into_iter().collect();
        let unread: Vec<ItemId> = all.iter().map(|item| item.id).filter(|id| !state.voices.contains_key(id)).collect();
        for some in unread.chunks(ITEMS_AT_ONCE) {
            let mut read: HashMap<ItemId, Vec<rows::VoiceRow>> = some.iter().map(|id| (*id, Vec::new())).collect();
            for row in rows::list_voices(&mut tx, some.to_vec()).await? {
                read.entry(row.item_id).or_default().push(row);
            }
            state.voices.extend(read.into_iter().map(|(id, rows)| (id, Arc::new(rows))));
        }
        drop(tx);
        let uncounted: Vec<(ItemId, Stand, Arc<Vec<rows::VoiceRow>>)> = all
            .iter()
            .filter(|item| !state.parts.contains_key(&item.id))
            .map(|item| {
                let fit = fits.get(&item.id).copied().unwrap_or(0) as f64 / 3.0;
                (item.id, Stand { fit, effort: item.effort() }, state.voices[&item.id].clone())
            })
            .collect();
        // The same moment for all of a day, so that an item that is counted anew stands beside the others.
        let moment = Time(day * Time::DAY);
        let (scoring, of_accounts) = (rules.scoring(), rules.clone());
        let counted = self
            .engine
            .ask(move |columns| {
                let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
                let mut weight = |account: u32| {
                    *weights.entry(account).or_insert_with(|| {
                        let [band, plan, size] = columns.standing_of(account);
                        of_accounts.weight(band, plan, size)
                    })
                };
                let count = |(id, stand, rows): (ItemId, Stand, Arc<Vec<rows::VoiceRow>>)| {
                    let mut last: BTreeMap<u32, (Option<u32>, Time)> = BTreeMap::new();
                    for row in rows.iter() {
                        let person = columns.merged_persons.of(row.person_ord as u32);
                        let account = row.account_ord.map(|account| columns.merged_accounts.of(account as u32));
                        let one = last.entry(person).or_insert((account, row.last_at));
                        if row.last_at >= one.1 {
                            *one = (account.or(one.0), row.last_at);
                        }
                    }
                    let voice = |(person, (account, last_at)): (&u32, &(Option<u32>, Time))| match account {
                        Some(account) => {
                            Voice { asker: u64::from(*account) * 2, last_at: *last_at, weight: weight(*account) }
                        }
                        None => Voice { asker: u64::from(*person) * 2 + 1, last_at: *last_at, weight: 1.0 },
                    };
                    let voices: Vec<Voice> = last.iter().map(voice).collect();
                    (id, Arc::new(score(&voices, &stand, &scoring, moment)))
                };
                uncounted.into_iter().map(count).collect::<Vec<_>>()
            })
            .await?;
        state.parts.extend(counted);
        let there: HashSet<ItemId> = all.iter().map(|item| item.id).collect();
        state.parts.retain(|id, _| there.contains(id));
        state.voices.retain(|id, _| there.contains(id));
        let parts = all.iter().map(|item| (item.clone(), state.parts[&item.id].clone())).collect();
        drop(state);
        Ok(order(rules, parts, &fits))
    }

    /// Forgets what events say has changed.
    async fn follow(&self, state: &mut State) -> Result<()> {
        let head = self.db.head().await?;
        let Some(mut at) = state.at else {
            *state = State { at: Some(head), ..State::default() };
            return Ok(());
        };
        while at < head {
            let events = self.db.events_after(at, EVENTS).await?;
            // The log keeps a week.
            if events.first().is_none_or(|event| event.seq != at + 1) {
                *state = State { at: Some(head), ..State::default() };
                return Ok(());
            }
            events.iter().for_each(|event| state.note(event));
            at = events.last().map_or(head, |event| event.seq);
        }
        state.at = Some(at);
        Ok(())
    }
}

impl State {
    fn note(&mut self, event: &Event) {
        let item = event.payload_json["item"].as_str().and_then(|id| ItemId::parse(id).ok());
        match (event.kind.as_str(), item) {
            ("roadmap.asks_changed", Some(item)) => {
                self.voices.remove(&item);
                self.parts.remove(&item);
            }
            ("roadmap.item_changed", Some(item)) => drop(self.parts.remove(&item)),
            ("roadmap.items_taken_in", _) => (self.voices, self.parts) = Default::default(),
            // What accounts weigh, or who is who.
            ("people.merged" | "people.changed" | "people.created" | "conversations.taken_in", _)
            | ("staff.settings_changed" | "roadmap.rank_changed", _) => self.parts.clear(),
            _ => {}
        }
    }
}

/// Puts items in order. What cannot be built has no place; neither has what nobody estimated.
fn order(rules: RankRules, all: Vec<(Item, Arc<Parts>)>, fits: &HashMap<ItemId, i64>) -> Ranking {
    let ranks = |item: &Item| item.feasibility != Feasibility::No;
    let scored: Vec<Parts> = all.iter().filter(|(item, _)| ranks(item)).map(|(_, parts)| (**parts).clone()).collect();
    let mut places = rank(&scored).into_iter();
    let mut items: Vec<Ranked> = all
        .into_iter()
        .map(|(item, parts)| {
            let place = if ranks(&item) { places.next().flatten() } else { None };
            Ranked { fit: fits.get(&item.id).copied().unwrap_or(0), item, parts, place }
        })
        .collect();
    items.sort_by_key(|one| one.place.map_or(usize::MAX, |place| place.rank));
    Ranking { rules, items }
}
