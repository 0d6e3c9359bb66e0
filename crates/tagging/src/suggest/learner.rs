//! The suggester of this process: knows the words of the catalogue at once, learns from all taggings in the background,
//! follows what is tagged by the outbox, and is fitted anew from time to time.
use super::said::read_lessons;
use crate::engine::TagEngine;
use crate::events;
use crate::model::{Catalogue, Tag, TagState};
use crate::store as rows;
use ::store::{Db, Event};
use base::{ConversationId, Error, Result};
use learn::suggest::{Context, Settings, Suggester, TagWords, Trained};
use std::collections::{BTreeSet, HashMap};
use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, oneshot, watch};

/// Of each tag its newest conversations, and so many in all: what fits into the memory of the suggester anyway.
const EACH: i64 = 400;
const MOST: i64 = 120_000;
/// Conversations read at a time.
const BLOCK: usize = 100;
/// So many are learned while somebody waits for suggestions; the rest in the background.
const AT_ONCE: usize = 20;
/// Events read at a time.
const EVENTS: i64 = 1_000;
/// Conversations of a merged tag that are learned anew.
const MOST_MERGED: i64 = 5_000;
/// The background looks at most so often for what is new.
const PACE: Duration = Duration::from_millis(500);
/// Fitted anew after so many lessons, or this share of all, whichever is more,
const FEW_LESSONS: usize = 20;
const SHARE: usize = 20;
/// and not before this many times as long as it took the last time.
const REST: u32 = 10;

/// Suggestions for everybody in this process; clones share everything.
#[derive(Clone)]
pub struct TagLearner(Arc<Inner>);

struct Inner {
    db: Db,
    engine: TagEngine,
    suggester: RwLock<Suggester>,
    at: Mutex<At>,
    /// Somebody's words are forgotten since the models were fitted: their share in them must not stay.
    must_refit: AtomicBool,
}

/// What the suggester knows of.
#[derive(Default)]
struct At {
    catalogue: Arc<Catalogue>,
    /// The outbox event that was learned up to; none before everything was read once.
    seq: Option<i64>,
    /// Conversations to be learned anew.
    waiting: BTreeSet<i64>,
    /// Words of somebody who was erased are among what waits.
    has_erased: bool,
}

impl TagLearner {
    pub fn new(db: Db, engine: TagEngine) -> TagLearner {
        let suggester = RwLock::new(Suggester::new(settings()));
        TagLearner(Arc::new(Inner { db, engine, suggester, at: Mutex::default(), must_refit: AtomicBool::new(false) }))
    }

    /// Asks the suggester on a thread of its own, after what was committed before the call. Before everything was read
    /// once, it knows the words of the tags only.
    pub async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Suggester) -> T + Send + 'static) -> Result<T> {
        self.catch_up(AT_ONCE).await?;
        let inner = self.0.clone();
        let answer = move || question(&inner.suggester.read().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(answer).await.map_err(Error::store)
    }

    /// Reads everything, and then keeps learning until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => {}
            () = self.keep_learning() => {}
        }
    }

    async fn keep_learning(&self) {
        let mut moved = self.0.db.watch();
        let mut rests_until = Instant::now();
        loop {
            moved.mark_unchanged();
            let began = Instant::now();
            let mut done = self.learn_all().await;
            if done.is_ok() && self.is_due() && rests_until <= began {
                let began = Instant::now();
                done = self.train().await;
                rests_until = Instant::now() + began.elapsed() * REST;
            }
            let pause = if done.is_ok() { PACE } else { PACE * 20 };
            if let Err(error) = done {
                tracing::warn!(%error, "suggestions cannot learn just now; trying again");
            }
            tokio::time::sleep(pause).await;
            let rest = match self.is_due() {
                true => rests_until.saturating_duration_since(Instant::now()),
                false => Duration::from_secs(60),
            };
            // Whether something moved or the rest is over is all the same; a store that is gone is told by `stop`.
            let _ = tokio::time::timeout(rest, moved.changed()).await;
        }
    }

    /// Learns everything that waits to be learned; all there is the first time.
    async fn learn_all(&self) -> Result<()> {
        if self.0.at.lock().await.seq.is_none() {
            self.load().await?;
        }
        self.catch_up(usize::MAX).await
    }

    /// Follows the catalogue and the outbox, and learns at most so many conversations.
    async fn catch_up(&self, most: usize) -> Result<()> {
        self.0.engine.catch_up().await?;
        let catalogue = self.0.engine.catalogue();
        let mut at = self.0.at.lock().await;
        if !Arc::ptr_eq(&catalogue, &at.catalogue) {
            self.read_words(&mut at, catalogue).await?;
        }
        self.follow(&mut at).await?;
        let mut left = most;
        while left > 0 && !at.waiting.is_empty() {
            let some: Vec<i64> = at.waiting.iter().take(left.min(BLOCK)).copied().collect();
            left -= some.len();
            self.learn(&at.catalogue, &some).await?;
            some.iter().for_each(|conversation| _ = at.waiting.remove(conversation));
        }
        if at.waiting.is_empty() && std::mem::take(&mut at.has_erased) {
            self.0.must_refit.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Puts the words of the catalogue in place, and asks for what merged tags had to be learned anew.
    async fn read_words(&self, at: &mut At, catalogue: Arc<Catalogue>) -> Result<()> {
        let before: HashMap<i64, i64> = at.catalogue.tags.iter().map(|tag| (tag.ord, tag.canon_ord)).collect();
        let moved = |tag: &&Tag| before.get(&tag.ord).is_some_and(|canon| *canon != tag.canon_ord);
        let moved: Vec<i64> = catalogue.tags.iter().filter(moved).map(|tag| tag.ord).collect();
        let for_words = catalogue.clone();
        self.change(move |suggester| put_words(suggester, &for_words)).await?;
        if at.seq.is_some() && !moved.is_empty() {
            let mut tx = self.0.db.read().await?;
            at.waiting.extend(rows::list_conversations_with(&mut tx, moved, MOST_MERGED).await?);
        }
        at.catalogue = catalogue;
        Ok(())
    }

    /// Notes which conversations the events since the last time are about.
    async fn follow(&self, at: &mut At) -> Result<()> {
        while let Some(seq) = at.seq {
            let mut tx = self.0.db.read().await?;
            if tx.head().await? == seq {
                return Ok(());
            }
            let found = tx.events_after(seq, EVENTS).await?;
            // The log keeps a week; whoever slept longer reads everything anew.
            let Some(last) = found.last().filter(|_| found[0].seq == seq + 1).map(|event| event.seq) else {
                at.seq = None;
                return Ok(());
            };
            let (mut ids, mut said) = (Vec::new(), Vec::new());
            for event in &found {
                let number = |name: &str| event.payload_json.get(name).and_then(serde_json::Value::as_i64);
                match event.kind.as_str() {
                    events::APPLIED | events::RETRACTED | events::NOTHING => ids.extend(conversation_of(event)),
                    "conversations.said" | "conversations.changed" => said.extend(conversation_of(event)),
                    "conversations.erased" => at.has_erased = true,
                    events::APPLIED_MANY => {
                        if let (Some(first), Some(last)) = (number("first"), number("last")) {
                            at.waiting.extend(rows::list_conversations_of(&mut tx, first, last).await?);
                        }
                    }
                    "conversations.joined" | "conversations.parted" => {
                        at.waiting.extend(number("from_ord").into_iter().chain(number("into_ord")))
                    }
                    _ => {}
                }
            }
            at.waiting.extend(rows::list_conversations_by_id(&mut tx, ids).await?);
            // Only what is learned from already reads differently now.
            let said = rows::list_conversations_by_id(&mut tx, said).await?;
            let known = self.0.suggester.read().unwrap_or_else(PoisonError::into_inner);
            at.waiting.extend(said.into_iter().filter(|&conversation| known.knows(conversation)));
            at.seq = Some(last);
        }
        Ok(())
    }

    /// Reads what can be learned from into a fresh suggester, and puts it in place.
    async fn load(&self) -> Result<()> {
        self.0.engine.catch_up().await?;
        let catalogue = self.0.engine.catalogue();
        let mut tx = self.0.db.read().await?;
        // What happens from here on is learned again by its events.
        let seq = tx.head().await?;
        let mut conversations = rows::list_learned(&mut tx, EACH, MOST).await?;
        conversations.extend(rows::list_learned_nothing(&mut tx, MOST / 10).await?);
        drop(tx);
        conversations.sort_unstable();
        let mut fresh = Suggester::new(settings());
        put_words(&mut fresh, &catalogue);
        for some in conversations.chunks(BLOCK) {
            let lessons = read_lessons(&mut self.0.db.read().await?, &catalogue, some).await?;
            fresh = tokio::task::spawn_blocking(move || {
                lessons.iter().for_each(|lesson| learn(&mut fresh, lesson));
                fresh
            })
            .await
            .map_err(Error::store)?;
        }
        let mut at = self.0.at.lock().await;
        *self.0.suggester.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        *at = At { catalogue, seq: Some(seq), ..At::default() };
        Ok(())
    }

    /// Learns what conversations say and have now, or forgets them.
    async fn learn(&self, catalogue: &Catalogue, conversations: &[i64]) -> Result<()> {
        let mut tx = self.0.db.read().await?;
        let nothing: BTreeSet<i64> =
            rows::list_nothing(&mut tx, conversations.to_vec()).await?.into_iter().map(|(of, _)| of).collect();
        let lessons = read_lessons(&mut tx, catalogue, conversations).await?;
        drop(tx);
        let gone: Vec<i64> = {
            let there: BTreeSet<i64> = lessons.iter().map(|lesson| lesson.conversation).collect();
            conversations.iter().filter(|of| !there.contains(of)).copied().collect()
        };
        let inner = self.0.clone();
        let work = move || {
            // One lock for each, so that suggestions come in between.
            let change = || inner.suggester.write().unwrap_or_else(PoisonError::into_inner);
            for lesson in &lessons {
                let is_nothing = nothing.contains(&lesson.conversation);
                // Where the words were erased there is nothing to learn from.
                let is_over = lesson.tags.is_empty() && !is_nothing || lesson.text().trim().is_empty();
                match is_over {
                    true => change().forget(lesson.conversation),
                    false => learn(&mut change(), lesson),
                }
            }
            gone.iter().for_each(|&conversation| change().forget(conversation));
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::store)
    }

    /// Whether enough was learned to fit everything anew, or somebody is to be forgotten.
    fn is_due(&self) -> bool {
        if self.0.must_refit.load(Ordering::Relaxed) {
            return true;
        }
        let suggester = self.0.suggester.read().unwrap_or_else(PoisonError::into_inner);
        suggester.untrained() >= FEW_LESSONS.max(suggester.texts() / SHARE)
    }

    /// Fits everything anew while suggestions go on.
    async fn train(&self) -> Result<()> {
        self.0.must_refit.store(false, Ordering::Relaxed);
        let lesson = self.0.suggester.read().unwrap_or_else(PoisonError::into_inner).lesson();
        let (done, trained) = oneshot::channel::<Trained>();
        // A thread of its own: nobody who stops the server waits for it, nor does anybody who asks meanwhile.
        std::thread::spawn(move || {
            give_way();
            done.send(lesson.train()).ok()
        });
        let trained = trained.await.map_err(Error::store)?;
        self.change(|suggester| suggester.install(trained)).await?;
        tokio::task::spawn_blocking(learn::give_back).await.map_err(Error::store)
    }

    async fn change(&self, change: impl FnOnce(&mut Suggester) + Send + 'static) -> Result<()> {
        let inner = self.0.clone();
        let change = move || change(&mut inner.suggester.write().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(change).await.map_err(Error::store)
    }
}

/// One thread is enough for what nobody waits for.
fn settings() -> Settings {
    Settings { threads: 1, ..Settings::default() }
}

/// From now on this thread runs only when no other one wants to. Elsewhere than on Linux this would be said of the whole
/// process.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(why) = rustix::process::nice(19) {
        tracing::debug!(%why, "learning takes its turn like everybody");
    }
}

fn conversation_of(event: &Event) -> Option<ConversationId> {
    event.payload_json.get("conversation")?.as_str()?.parse().ok()
}

fn learn(suggester: &mut Suggester, lesson: &super::said::Lesson) {
    let context = Context { account: lesson.account, door: Some(lesson.door), tags: Vec::new() };
    suggester.learn(lesson.conversation, &lesson.text(), &lesson.tags, &context);
}

/// Active tags are suggested; imported ones wait for a curator, retired and merged ones are over.
fn put_words(suggester: &mut Suggester, catalogue: &Catalogue) {
    let (active, others): (Vec<&Tag>, Vec<&Tag>) = catalogue.tags.iter().partition(|tag| tag.state == TagState::Active);
    let others: Vec<i64> = others.into_iter().map(|tag| tag.ord).collect();
    suggester.set_tags(active.into_iter().map(|tag| (tag.ord, words_of(tag))), &others);
}

pub(super) fn words_of(tag: &Tag) -> TagWords {
    let both = |texts: &crate::model::Texts| [&texts.ko, &texts.en].into_iter().flatten().cloned().collect::<Vec<_>>();
    TagWords {
        labels: both(&tag.label),
        aliases: tag.aliases.ko.iter().chain(&tag.aliases.en).cloned().collect(),
        definitions: [both(&tag.definition), both(&tag.use_when)].concat(),
    }
}
