//! Keeps the asks of all items in step with what is tagged: follows the outbox from where it stood, also over a restart.
use super::Because;
use super::follow::{Changes, follow};
use crate::access::list_items_of_tags;
use crate::ledger;
use crate::model::{Item, Mode};
use crate::store::{self as items, asks as rows};
use ::store::{Db, Event, Noun};
use base::{ItemId, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tagging::counts::{Filter, PersonShare};
use tagging::{Catalogue, TagEngine};
use tokio::{select, sync::Mutex, time::sleep};

const EVENTS: i64 = 500;
/// Taggings beyond which whole items are compared instead of persons.
const MOST_TAGGINGS: usize = 2_000;
/// Written in one transaction: short enough for others to have their turn.
const BATCH: usize = 500;
const AT_LEAST: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_secs(2);

/// What is to be compared.
#[derive(Default)]
struct Todo {
    all: bool,
    items: BTreeMap<ItemId, Because>,
    taggings: BTreeSet<i64>,
}

/// Brings the asks up to date, one at a time.
#[derive(Clone)]
pub struct AskKeeper {
    db: Db,
    engine: TagEngine,
    turn: Arc<Mutex<()>>,
}

impl AskKeeper {
    pub fn new(db: Db, engine: TagEngine) -> AskKeeper {
        AskKeeper { db, engine, turn: Arc::default() }
    }

    /// Follows until `stopped` is ready.
    pub async fn run(self, stopped: impl Future<Output = ()>) {
        tokio::pin!(stopped);
        let mut head = self.db.watch();
        loop {
            head.mark_unchanged();
            let pause = match self.catch_up().await {
                Ok(()) => AT_LEAST,
                Err(error) => {
                    tracing::warn!(%error, "asks cannot follow what is tagged just now; trying again");
                    AGAIN
                }
            };
            select! {
                () = &mut stopped => return,
                changed = head.changed() => if changed.is_err() { return },
                () = sleep(pause) => {}
            }
        }
    }

    /// What was committed before the call is in the asks after it.
    pub async fn catch_up(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let asked = self.db.head().await?;
        loop {
            let mut tx = self.db.read().await?;
            let (followed, head) = (rows::find_followed(&mut tx).await?, tx.head().await?);
            if followed.is_some_and(|followed| followed >= asked) {
                return Ok(());
            }
            let mut todo = Todo { all: followed.is_none(), ..Todo::default() };
            let mut to = head;
            if let Some(from) = followed {
                let events = tx.events_after(from, EVENTS).await?;
                // The log keeps a week; after a longer sleep everything is compared.
                todo.all = events.first().is_none_or(|event| event.seq != from + 1);
                if !todo.all {
                    to = events.last().map_or(to, |event| event.seq);
                    events.iter().for_each(|event| todo.note(event));
                }
            }
            drop(tx);
            self.work(todo).await?;
            let mut tx = self.db.write().await?;
            // Another node may have been quicker; what it did was the same.
            if rows::find_followed(&mut tx).await? == followed {
                rows::put_followed(&mut tx, to).await?;
                tx.commit().await?;
            }
        }
    }

    async fn work(&self, todo: Todo) -> Result<()> {
        if !todo.all && todo.items.is_empty() && todo.taggings.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.read().await?;
        self.engine.catch_up().await?;
        let catalogue = self.engine.catalogue();
        let todo_all = todo.all;
        let mut whole = todo.items;
        let mut of_persons: BTreeMap<ItemId, BTreeSet<i64>> = BTreeMap::new();
        if todo.all || todo.taggings.len() > MOST_TAGGINGS {
            for item in items::list_following(&mut tx).await? {
                whole.entry(item).or_insert(Because::Untagged);
            }
        } else {
            let said = tagging::list_taggings(&mut tx, todo.taggings.into_iter().collect()).await?;
            let tags: BTreeSet<i64> = said.iter().map(|row| catalogue.canon(row.tag_ord)).collect();
            let near = list_items_of_tags(&mut tx, &catalogue, tags.into_iter().collect()).await?;
            let joined = joined_by_tag(&near, &catalogue);
            for row in said {
                for (item, mode) in joined.get(&catalogue.canon(row.tag_ord)).into_iter().flatten() {
                    // What leaves a conversation out leaves out everybody in it.
                    match (mode, row.person_ord) {
                        (Mode::Include, Some(person)) => {
                            of_persons.entry(*item).or_default().insert(person);
                        }
                        (Mode::Include, None) => {}
                        (Mode::Exclude, _) => {
                            whole.entry(*item).or_insert(Because::Untagged);
                        }
                    }
                }
            }
        }
        let named: BTreeSet<ItemId> = whole.keys().chain(of_persons.keys()).copied().collect();
        let all = items::list_items(&mut tx, named.into_iter().collect()).await?;
        drop(tx);
        for item in &all {
            if let Some(because) = whole.get(&item.id) {
                self.compare(item, &catalogue, None, *because).await?;
            } else if let Some(persons) = of_persons.get(&item.id) {
                self.compare(item, &catalogue, Some(persons), Because::Untagged).await?;
            }
        }
        // Who is whom may have changed.
        if todo_all {
            let mut tx = self.db.write().await?;
            ledger::follow_merges(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Compares the asks of an item, of everybody or of some persons, with what is said now.
    async fn compare(
        &self,
        item: &Item,
        catalogue: &Catalogue,
        persons: Option<&BTreeSet<i64>>,
        because: Because,
    ) -> Result<()> {
        let selector = item.selector(catalogue);
        let only: Option<Vec<i64>> = persons.map(|persons| persons.iter().copied().collect());
        let asked = only.clone();
        let (shares, canon): (Vec<PersonShare>, _) = self
            .engine
            .ask(move |columns| {
                let of = |person| columns.people(&selector, &Filter { person, ..Filter::default() });
                let canon = columns.merged_persons.clone();
                let shares = match asked {
                    None => of(None),
                    Some(persons) => {
                        let present: BTreeSet<u32> = persons.iter().map(|ord| canon.of(*ord as u32)).collect();
                        present.into_iter().flat_map(|person| of(Some(person))).collect()
                    }
                };
                (shares, canon)
            })
            .await?;
        let canon = |ord: i64| i64::from(canon.of(ord as u32));
        let mut tx = self.db.read().await?;
        let stored = match only {
            None => rows::list_of_item(&mut tx, item.id).await?,
            Some(persons) => rows::list_of_persons(&mut tx, item.id, persons.into_iter().map(canon).collect()).await?,
        };
        let changes = follow(item.id, stored, &shares, canon, because, tx.now());
        drop(tx);
        self.write(item.id, changes).await
    }

    async fn write(&self, item: ItemId, changes: Changes) -> Result<()> {
        let (mut new, mut changed) = (changes.new.into_iter().peekable(), changes.changed.into_iter().peekable());
        while new.peek().is_some() || changed.peek().is_some() {
            let mut tx = self.db.write().await?;
            let mut some: Vec<_> = new.by_ref().take(BATCH).collect();
            let ords = tx.next_ords(Noun::Ask, some.len()).await?;
            some.iter_mut().zip(ords).for_each(|(row, ord)| row.ord = ord);
            rows::insert(&mut tx, some).await?;
            for row in changed.by_ref().take(BATCH) {
                rows::update(&mut tx, &row).await?;
            }
            tx.announce("roadmap.asks_changed", serde_json::json!({"item": item}));
            tx.commit().await?;
        }
        Ok(())
    }
}

/// By each present tag, the items joined to it.
fn joined_by_tag(all: &[Item], catalogue: &Catalogue) -> BTreeMap<i64, Vec<(ItemId, Mode)>> {
    let mut joined: BTreeMap<i64, Vec<(ItemId, Mode)>> = BTreeMap::new();
    for item in all {
        for tag in &item.tags {
            let below = if tag.subtree { catalogue.subtree(tag.tag_ord) } else { vec![catalogue.canon(tag.tag_ord)] };
            below.into_iter().for_each(|ord| joined.entry(ord).or_default().push((item.id, tag.mode)));
        }
    }
    joined
}

impl Todo {
    fn note(&mut self, event: &Event) {
        let payload = &event.payload_json;
        let number = |name: &str| payload[name].as_i64();
        match event.kind.as_str() {
            "tagging.applied" | "tagging.retracted" => self.taggings.extend(number("ord")),
            "tagging.applied_many" => match (number("first"), number("last")) {
                (Some(first), Some(last)) if (last - first) as usize <= MOST_TAGGINGS => {
                    self.taggings.extend(first..=last)
                }
                _ => self.all = true,
            },
            "roadmap.item_created" | "roadmap.item_changed" => {
                let id = payload["item"].as_str().and_then(|id| ItemId::parse(id).ok());
                self.items.extend(id.map(|id| (id, Because::OtherTags)));
            }
            "roadmap.items_taken_in" => self.all |= payload["joined"].as_bool().unwrap_or(true),
            // Who speaks, or what a tag is, may have changed everywhere.
            "tagging.taxonomy_changed"
            | "people.merged"
            | "conversations.joined"
            | "conversations.parted"
            | "conversations.erased" => self.all = true,
            _ => {}
        }
    }
}
