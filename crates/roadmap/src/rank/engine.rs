//! The ranking of all open items, live: only what changed is counted anew.
use super::rules::{RankRules, load_rules};
use super::score::{Heard, Parts, Place, Stand, Voice, fade, hear, list_says, rank, weigh};
use crate::asks::AskKeeper;
use crate::model::{Feasibility, Item};
use crate::shelf::ItemShelf;
use crate::store::plan::{DirectionRow, PlacementRow};
use crate::store::{plan as plans, rank as rows};
use ::store::{Db, Event, Tx};
use base::{DirectionId, Error, ItemId, Result, Time};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use tagging::TagEngine;
use tagging::counts::Columns;
use tokio::sync::Mutex;

const EVENTS: i64 = 2_000;
/// Items whose asks are read at once.
const ITEMS_AT_ONCE: usize = 2_000;
/// The standing of persons who have no account.
const NO_ACCOUNT: u16 = 0;

/// Value band, plan and size of accounts that stand alike; empty where nothing is known.
pub type Standing = [String; 3];

/// One item with where it stands.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// As it lies on the shelf.
    pub item: Arc<Item>,
    pub parts: Parts,
    /// How well it fits the direction: 0 to 3.
    pub fit: i64,
    /// By the score.
    pub place: Option<Place>,
    /// Outside the score, by one of us.
    pub placed: Option<PlacementRow>,
}

/// All open items, the best first; those without a place after them, in the order of the board. What somebody placed stands
/// where they placed it.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    pub rules: RankRules,
    pub rules_rev: i64,
    /// What the items are held against: the direction we follow, or the one that was asked for.
    pub direction: Option<DirectionRow>,
    pub items: Vec<Ranked>,
    /// What `Heard::by_standing` names; absent for persons without an account.
    pub standings: Vec<Option<Standing>>,
}

/// How it would be if we followed another direction, or other rules.
#[derive(Clone, Debug, Default)]
pub struct WhatIf {
    pub direction: Option<DirectionId>,
    pub rules: Option<RankRules>,
}

/// An asker with what they add to an item's demand.
#[derive(Clone, Debug)]
pub struct Asker {
    pub account: Option<i64>,
    /// (person, last said, what of an ask is left).
    pub persons: Vec<(i64, Time, f64)>,
    pub says: f64,
    pub weight: f64,
}

/// An open ask, as small as it goes: there may be millions.
#[derive(Clone, Copy, Debug)]
struct Said {
    person: u32,
    account: Option<NonZeroU32>,
    last_at: Time,
}

#[derive(Default)]
struct State {
    /// The event it stands at.
    at: Option<i64>,
    /// Asks fade by the day.
    day: i64,
    rules: Option<RankRules>,
    said: HashMap<ItemId, Arc<[Said]>>,
    heard: HashMap<ItemId, Heard>,
    /// What came in together: of everything from an id to another the asks are to be read again.
    taken_in: Vec<(ItemId, ItemId)>,
    /// The last ranking, while nothing was heard that could have changed it.
    last: Option<Arc<Ranking>>,
    standings: Standings,
    /// Something was heard that may have changed what accounts weigh.
    accounts_stirred: bool,
}

/// How accounts stand, each way with a number.
#[derive(Clone, Default)]
struct Standings {
    named: Vec<Option<Standing>>,
    of_account: HashMap<u32, u16>,
}

impl Standings {
    /// The number of a way to stand.
    fn number(&mut self, columns: &Columns, account: u32) -> u16 {
        if self.named.is_empty() {
            self.named.push(None);
        }
        let stands = columns.standing_of(account);
        let alike = |one: &Option<Standing>| one.as_ref().is_some_and(|one| one.iter().eq(stands.iter()));
        let at = self.named.iter().position(alike).unwrap_or_else(|| {
            self.named.push(Some(stands.map(str::to_owned)));
            self.named.len() - 1
        });
        at as u16
    }

    fn of(&mut self, columns: &Columns, account: u32) -> u16 {
        if let Some(number) = self.of_account.get(&account) {
            return *number;
        }
        let number = self.number(columns, account);
        self.of_account.insert(account, number);
        number
    }

    /// The accounts that stand elsewhere than they did.
    fn follow(&mut self, columns: &Columns) -> HashSet<u32> {
        let known: Vec<(u32, u16)> = self.of_account.iter().map(|(account, number)| (*account, *number)).collect();
        let mut moved = HashSet::new();
        for (account, before) in known {
            let now = self.number(columns, account);
            if now != before {
                self.of_account.insert(account, now);
                moved.insert(account);
            }
        }
        moved
    }
}

/// Ranks, and remembers what it counted.
#[derive(Clone)]
pub struct RankEngine {
    db: Db,
    engine: TagEngine,
    keeper: AskKeeper,
    shelf: ItemShelf,
    state: Arc<Mutex<State>>,
}

impl RankEngine {
    pub fn new(db: Db, engine: TagEngine, keeper: AskKeeper, shelf: ItemShelf) -> RankEngine {
        RankEngine { db, engine, keeper, shelf, state: Arc::default() }
    }

    /// Reads and counts everything once, so that whoever asks first does not wait for it.
    pub async fn warm(self) {
        if let Err(error) = self.ranking(WhatIf::default()).await {
            tracing::warn!(%error, "the ranking could not be made ahead; it is made when somebody asks");
        }
    }

    /// The ranking as of everything that was committed before the call, or as it would be.
    pub async fn ranking(&self, what_if: WhatIf) -> Result<Arc<Ranking>> {
        self.keeper.catch_up().await?;
        let mut state = self.state.lock().await;
        self.follow(&mut state).await?;
        let shelf = self.shelf.items().await?;
        let mut tx = self.db.read().await?;
        let day = tx.now().0.div_euclid(Time::DAY);
        let stands = what_if.direction.is_none() && what_if.rules.is_none();
        if let Some(last) = state.last.as_ref().filter(|_| stands && state.day == day) {
            return Ok(last.clone());
        }
        let (rules, rules_rev) = load_rules(&mut tx).await?;
        if state.day != day || state.rules.as_ref() != Some(&rules) {
            (state.day, state.heard) = (day, HashMap::new());
            state.rules = Some(rules.clone());
        }
        let all: Vec<Arc<Item>> =
            shelf.iter().map(|one| &one.item).filter(|item| item.status.is_open()).cloned().collect();
        drop(shelf);
        let direction = match what_if.direction {
            Some(id) => Some(plans::find_direction(&mut tx, id).await?.ok_or(Error::NotFound("direction"))?),
            None => plans::find_committed(&mut tx).await?,
        };
        let fits: HashMap<ItemId, i64> = match &direction {
            Some(direction) => plans::list_links(&mut tx, direction.id).await?.into_iter().collect(),
            None => HashMap::new(),
        };
        let mut placed: HashMap<ItemId, PlacementRow> = HashMap::new();
        for row in plans::list_placements(&mut tx).await? {
            placed.insert(row.item_id, row);
        }
        self.read_asks(&mut tx, &mut state, &all).await?;
        drop(tx);
        let (heard, standings) = self.count(&state, &all, &rules, true).await?;
        state.heard.extend(heard);
        (state.standings, state.accounts_stirred) = (standings, false);
        if state.said.len() > all.len() {
            let there: HashSet<ItemId> = all.iter().map(|item| item.id).collect();
            state.heard.retain(|id, _| there.contains(id));
            state.said.retain(|id, _| there.contains(id));
        }
        let asked = what_if.rules.unwrap_or_else(|| rules.clone());
        // Fit and effort are weighed anew each time; only what changes what is heard is counted again, and not kept.
        let hears_alike = RankRules { without_fit: rules.without_fit, ..asked.clone() } == rules;
        let mut other = HashMap::new();
        if !hears_alike {
            other = self.count(&state, &all, &asked, false).await?.0.into_iter().collect();
        }
        let heard = if hears_alike { &state.heard } else { &other };
        let scoring = asked.scoring();
        let ranked = all.into_iter().map(|item| {
            let fit = fits.get(&item.id).copied().unwrap_or(0);
            let stand = Stand { fit: fit as f64 / 3.0, confidence: confidence(&item), effort: item.effort() };
            let parts = weigh(heard.get(&item.id).cloned().unwrap_or_default(), &stand, &scoring);
            let placed = placed.remove(&item.id);
            Ranked { item, parts, fit, place: None, placed }
        });
        let items: Vec<Ranked> = ranked.collect();
        let standings = state.standings.named.clone();
        let items = tokio::task::spawn_blocking(move || order(items)).await.map_err(Error::store)?;
        let ranking = Arc::new(Ranking { rules: asked, rules_rev, direction, items, standings });
        if stands {
            state.last = Some(ranking.clone());
        }
        Ok(ranking)
    }

    /// Reads the asks of items whose asks are not known.
    async fn read_asks(&self, tx: &mut Tx, state: &mut State, all: &[Arc<Item>]) -> Result<()> {
        for (first, last) in std::mem::take(&mut state.taken_in) {
            let stale = |id: &ItemId| *id >= first && *id <= last;
            state.said.retain(|id, _| !stale(id));
            state.heard.retain(|id, _| !stale(id));
        }
        let unread: Vec<ItemId> = all.iter().map(|item| item.id).filter(|id| !state.said.contains_key(id)).collect();
        for some in unread.chunks(ITEMS_AT_ONCE) {
            let mut read: HashMap<ItemId, Vec<Said>> = some.iter().map(|id| (*id, Vec::new())).collect();
            for row in rows::list_voices(tx, some.to_vec()).await? {
                let account = row.account_ord.and_then(|ord| NonZeroU32::new(ord as u32));
                let one = Said { person: row.person_ord as u32, account, last_at: row.last_at };
                read.entry(row.item_id).or_default().push(one);
            }
            state.said.extend(read.into_iter().map(|(id, rows)| (id, rows.into())));
        }
        Ok(())
    }

    /// Counts what is not known, and what accounts that moved weigh now, or everything by rules that are not those of the
    /// house; how accounts stand comes back too.
    async fn count(
        &self,
        state: &State,
        all: &[Arc<Item>],
        rules: &RankRules,
        only_new: bool,
    ) -> Result<(Vec<(ItemId, Heard)>, Standings)> {
        // The same moment for all of a day, so that an item that is counted anew stands beside the others.
        let moment = Time(state.day * Time::DAY);
        let said = all.iter().filter_map(|item| {
            let is_ranked = item.effort().is_some();
            let suits = |heard: &Heard| heard.is_drawn() || !is_ranked;
            let known = only_new && state.heard.get(&item.id).is_some_and(suits);
            if known && !state.accounts_stirred {
                return None;
            }
            Some((item.id, is_ranked, known, state.said.get(&item.id)?.clone()))
        });
        let said: Vec<(ItemId, bool, bool, Arc<[Said]>)> = said.collect();
        let (mut standings, stirred) = (state.standings.clone(), state.accounts_stirred);
        let rules = rules.clone();
        let work = move |columns: &Columns| {
            let moved = if stirred { standings.follow(columns) } else { HashSet::new() };
            let concerns = |rows: &[Said]| {
                let account = |one: &Said| one.account.map(|account| columns.merged_accounts.of(account.get()));
                !moved.is_empty() && rows.iter().filter_map(account).any(|account| moved.contains(&account))
            };
            let anew = said.into_iter().filter(|(_, _, known, rows)| !known || concerns(rows));
            let heard = |(id, is_ranked, _, rows): (ItemId, bool, bool, Arc<[Said]>)| {
                let voices: Vec<Voice> =
                    list_voices(columns, &mut standings, &rows, &rules).into_iter().map(|(_, voice)| voice).collect();
                (id, hear(&voices, &rules.scoring(), moment, is_ranked))
            };
            let heard: Vec<(ItemId, Heard)> = anew.map(heard).collect();
            (heard, standings)
        };
        self.engine.ask(work).await
    }

    /// Who stands behind an item's demand, who says most first.
    pub async fn list_askers(&self, item: ItemId) -> Result<Vec<Asker>> {
        let ranking = self.ranking(WhatIf::default()).await?;
        let state = self.state.lock().await;
        let (said, day) = (state.said.get(&item).cloned().unwrap_or_default(), state.day);
        drop(state);
        let (rules, moment) = (ranking.rules.clone(), Time(day * Time::DAY));
        let of_askers = move |columns: &Columns| {
            let voices = list_voices(columns, &mut Standings::default(), &said, &rules);
            let scoring = rules.scoring();
            let only: Vec<Voice> = voices.iter().map(|(_, voice)| *voice).collect();
            let mut askers: Vec<Asker> = Vec::new();
            for (asker, (says, weight, _)) in list_says(&only, &scoring, moment) {
                let account = (asker % 2 == 0).then_some((asker / 2) as i64);
                let own = voices.iter().filter(|(_, voice)| voice.asker == asker);
                let persons = own
                    .map(|(person, voice)| (i64::from(*person), voice.last_at, fade(voice.last_at, &scoring, moment)));
                askers.push(Asker { account, persons: persons.collect(), says, weight });
            }
            askers.sort_by(|a, b| (b.says * b.weight).total_cmp(&(a.says * a.weight)));
            askers
        };
        self.engine.ask(of_askers).await
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
        let id = |name: &str| event.payload_json[name].as_str().and_then(|id| ItemId::parse(id).ok());
        // Whatever happens on the roadmap or to who is who may show in the ranking.
        if event.kind.starts_with("roadmap.") || event.kind.starts_with("people.") {
            self.last = None;
        }
        match event.kind.as_str() {
            "roadmap.asks_changed" => {
                if let Some(item) = id("item") {
                    self.said.remove(&item);
                    self.heard.remove(&item);
                }
            }
            "roadmap.items_taken_in" => match (id("first"), id("last")) {
                (Some(first), Some(last)) => self.taken_in.push((first, last)),
                _ => (self.said, self.heard) = Default::default(),
            },
            // Who is who.
            "people.merged" => self.heard.clear(),
            // What accounts weigh.
            "people.changed" | "people.created" | "conversations.taken_in" | "staff.settings_changed" => {
                self.accounts_stirred = true;
                self.last = None;
            }
            _ => {}
        }
    }
}

/// The asks of an item as they count now, each with its person: one for each present person.
fn list_voices(columns: &Columns, standings: &mut Standings, rows: &[Said], rules: &RankRules) -> Vec<(u32, Voice)> {
    let mut last: BTreeMap<u32, (Option<u32>, Time)> = BTreeMap::new();
    for row in rows {
        let person = columns.merged_persons.of(row.person);
        let account = row.account.map(|account| columns.merged_accounts.of(account.get()));
        let one = last.entry(person).or_insert((account, row.last_at));
        if row.last_at >= one.1 {
            *one = (account.or(one.0), row.last_at);
        }
    }
    let mut voice = |person: u32, account: Option<u32>, last_at: Time| match account {
        Some(account) => {
            let standing = standings.of(columns, account);
            let weight = match standings.named.get(usize::from(standing)) {
                Some(Some([band, plan, size])) => rules.weight(band, plan, size),
                _ => 1.0,
            };
            Voice { asker: u64::from(account) * 2, last_at, weight, standing }
        }
        None => Voice { asker: u64::from(person) * 2 + 1, last_at, weight: 1.0, standing: NO_ACCOUNT },
    };
    last.into_iter().map(|(person, (account, last_at))| (person, voice(person, account, last_at))).collect()
}

/// How sure it is that an item can be built, for the preset that asks.
fn confidence(item: &Item) -> f64 {
    match item.feasibility {
        Feasibility::Yes => 1.0,
        Feasibility::NeedsResearch => 0.5,
        Feasibility::No => 0.0,
    }
}

/// Puts items in order. What cannot be built has no place; neither has what nobody estimated.
pub fn order(mut items: Vec<Ranked>) -> Vec<Ranked> {
    let builds = |one: &Ranked| one.item.feasibility != Feasibility::No;
    let scored: Vec<&Parts> = items.iter().filter(|one| builds(one)).map(|one| &one.parts).collect();
    let mut places = rank(&scored).into_iter();
    items.iter_mut().filter(|one| builds(one)).for_each(|one| one.place = places.next().flatten());
    items.sort_by_key(|one| one.place.map_or(usize::MAX, |place| place.rank));
    let (mut by_hand, mut order): (Vec<Ranked>, Vec<Ranked>) = items.into_iter().partition(|one| one.placed.is_some());
    by_hand.sort_by_key(|one| one.placed.as_ref().map(|placed| (placed.place, placed.at)));
    for one in by_hand {
        let at = one.placed.as_ref().map_or(0, |placed| placed.place.max(1) as usize - 1);
        order.insert(at.min(order.len()), one);
    }
    order
}
