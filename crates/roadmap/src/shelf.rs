//! All items of the roadmap in memory, in the order of the board: so lists, the ranking and the finder answer at once also
//! among a hundred thousand. Nothing here is only here: it follows the outbox, and is read from the rows again whenever
//! the outbox does not reach back far enough.
use crate::model::{Item, Status};
use crate::store as rows;
use ::store::{Db, Event, Tx};
use base::{ItemId, Result};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tagging::{Catalogue, Texts};
use textkit::Query;
use tokio::sync::Mutex;

const EVENTS: i64 = 2_000;

/// An item as it lies on the shelf.
#[derive(Clone, Debug)]
pub struct OnShelf {
    /// Without its problem, which stays where it is stored.
    pub item: Arc<Item>,
    /// What it can be found by: its key and titles, and after them its problem.
    words: Arc<str>,
    named: usize,
}

impl OnShelf {
    fn new(mut item: Item) -> OnShelf {
        let problem = std::mem::take(&mut item.problem);
        let squeeze = |texts: &Texts, words: &mut String| {
            for (_, text) in texts.by_lang() {
                words.push_str(&text.map(textkit::squeeze).unwrap_or_default());
                words.push(' ');
            }
        };
        let mut words = item.key.as_deref().map(textkit::squeeze).unwrap_or_default();
        words.push(' ');
        squeeze(&item.title, &mut words);
        let named = words.len();
        squeeze(&problem, &mut words);
        OnShelf { item: Arc::new(item), words: words.into(), named }
    }

    /// Whether all words that are sought stand in it.
    pub fn holds(&self, query: &Query) -> bool {
        query.is_in(&self.words)
    }

    /// Whether they stand in what it is called.
    pub fn is_called(&self, query: &Query) -> bool {
        query.is_in(&self.words[..self.named])
    }

    pub fn place(&self) -> Place {
        Place(self.item.position, self.item.id)
    }
}

/// Where an item stands on the board.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place(pub f64, pub ItemId);

impl Place {
    pub fn is_after(&self, other: &Place) -> bool {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1)).is_gt()
    }
}

/// Which items are wanted: those of which everything that is said here is true.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub status: Option<Status>,
    /// `none`: those without one.
    pub half: Option<String>,
    pub owner: Option<String>,
    /// Joined to one of these present tags.
    pub tags: Option<HashSet<i64>>,
    pub words: Option<Query>,
}

impl Wanted {
    /// Nothing is said, so all are wanted.
    pub fn is_everything(&self) -> bool {
        self.status.is_none()
            && self.half.is_none()
            && self.owner.is_none()
            && self.tags.is_none()
            && self.words.is_none()
    }

    pub fn takes(&self, one: &OnShelf, catalogue: &Catalogue) -> bool {
        let item = &one.item;
        self.status.is_none_or(|status| status == item.status)
            && self.half.as_ref().is_none_or(|half| half == item.half.as_deref().unwrap_or("none"))
            && (self.owner.is_none() || self.owner == item.owner)
            && self.tags.as_ref().is_none_or(|tags| is_joined(item, tags, catalogue))
            && self.words.as_ref().is_none_or(|words| one.holds(words))
    }
}

/// Whether an item is joined to one of some present tags.
pub fn is_joined(item: &Item, tags: &HashSet<i64>, catalogue: &Catalogue) -> bool {
    item.tags.iter().any(|joined| tags.contains(&catalogue.canon(joined.tag_ord)))
}

/// Everything on the shelf at a moment, in the order of the board.
pub type Shelf = Arc<Vec<OnShelf>>;

#[derive(Clone)]
pub struct ItemShelf {
    db: Db,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The event it stands at.
    at: Option<i64>,
    all: Shelf,
}

/// What is to be read again.
#[derive(Default)]
struct Stale {
    all: bool,
    items: HashSet<ItemId>,
    /// What came in together: everything from an id to another.
    ranges: Vec<(ItemId, ItemId)>,
}

impl Stale {
    fn note(&mut self, event: &Event) {
        let id = |name: &str| event.payload_json[name].as_str().and_then(|id| ItemId::parse(id).ok());
        match event.kind.as_str() {
            "roadmap.item_created" | "roadmap.item_changed" | "roadmap.item_removed" => self.items.extend(id("item")),
            "roadmap.items_taken_in" => match (id("first"), id("last")) {
                (Some(first), Some(last)) => self.ranges.push((first, last)),
                _ => self.all = true,
            },
            _ => {}
        }
    }
}

impl ItemShelf {
    pub fn new(db: Db) -> ItemShelf {
        ItemShelf { db, state: Arc::default() }
    }

    /// Everything that was committed before the call.
    pub async fn items(&self) -> Result<Shelf> {
        let mut state = self.state.lock().await;
        let mut tx = self.db.read().await?;
        let head = tx.head().await?;
        if state.at == Some(head) {
            return Ok(state.all.clone());
        }
        let stale = match state.at {
            Some(at) => read_events(&mut tx, at, head).await?,
            None => Stale { all: true, ..Stale::default() },
        };
        if stale.all {
            state.all = Arc::new(rows::load_items(&mut tx).await?.into_iter().map(OnShelf::new).collect());
        } else if !stale.items.is_empty() || !stale.ranges.is_empty() {
            let mut ids = stale.items;
            for (first, last) in stale.ranges {
                ids.extend(rows::list_ids_between(&mut tx, first, last).await?);
            }
            let mut changed: HashMap<ItemId, Item> = rows::list_items(&mut tx, ids.iter().copied().collect())
                .await?
                .into_iter()
                .map(|i| (i.id, i))
                .collect();
            let all = Arc::make_mut(&mut state.all);
            all.retain(|one| !ids.contains(&one.item.id));
            all.extend(changed.drain().map(|(_, item)| OnShelf::new(item)));
            all.sort_by(|a, b| a.place().0.total_cmp(&b.place().0).then(a.item.id.cmp(&b.item.id)));
        }
        state.at = Some(head);
        Ok(state.all.clone())
    }
}

async fn read_events(tx: &mut Tx, mut at: i64, head: i64) -> Result<Stale> {
    let mut stale = Stale::default();
    while at < head && !stale.all {
        let events = tx.events_after(at, EVENTS).await?;
        // The log keeps a week.
        stale.all = events.first().is_none_or(|event| event.seq != at + 1);
        events.iter().for_each(|event| stale.note(event));
        at = events.last().map_or(head, |event| event.seq);
    }
    Ok(stale)
}
