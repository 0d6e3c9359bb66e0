//! The one that writes: short batches, each whole or not at all, with the import's own row in it.
use crate::line::Marks;
use crate::model::{Counts, Format, Reason};
use crate::prepare::{Ready, What};
use crate::read::Place;
use crate::requests::{Asked, RequestMark, take_in_requests};
use crate::run::{Import, announce};
use crate::store::{self as rows, ImportRow};
use crate::tags::{Marked, Tagger};
use base::{Error, ImportId, Result, StaffId};
use conversations::{MailSource, Prepared, PreparedMail, Taken};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use store::{Db, Noun, Tx, raws::Owner};

/// The weight of a batch before it is known how fast this machine is, and the bounds of what is learnt.
const FIRST_WEIGHT: usize = 200;
const WEIGHTS: std::ops::RangeInclusive<usize> = 16..=6_000;
/// For how long after somebody waited for an import it takes shorter turns.
const WAITED_FOR: Duration = Duration::from_secs(10);
/// When an import first lets the engine look at what it filled; each time after that it waits twice as long.
const FIRST_LOOK: Duration = Duration::from_secs(1);
/// How often others are told that an import moved.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(1);

/// What became of an item of the source.
type Became = std::result::Result<Came, Reason>;

/// What an item of the source brought.
#[derive(Default)]
struct Came {
    conversation: Option<Taken>,
    on_roadmap: Option<Asked>,
}

impl Came {
    fn is_new(&self) -> bool {
        match &self.conversation {
            Some(taken) => taken.new,
            None => self.on_roadmap.is_some_and(|asked| asked.item.is_new),
        }
    }

    fn is_moved(&self) -> bool {
        let said = |taken: &Taken| taken.new_entries + taken.changed_entries > 0;
        let asked = |asked: &Asked| asked.item.is_new || asked.item.new_asks > 0;
        self.conversation.as_ref().is_some_and(said) || self.on_roadmap.as_ref().is_some_and(asked)
    }
}

pub struct Writer<'a> {
    db: &'a Db,
    id: ImportId,
    format: Format,
    mails: MailSource,
    tagger: Tagger,
    pub counts: Counts,
    at: Place,
    total_bytes: u64,
    waiting: VecDeque<Ready>,
    waiting_weight: usize,
    batch_weight: usize,
    announced: Option<Instant>,
    /// When another writer was last seen to wait for this one.
    waited_for: Option<Instant>,
    /// When the engine was last let look at what grew, and how long until it is again.
    looked: (Instant, Duration),
    /// When this process began, and what was done by then: for the rate.
    began: (Instant, u64, u64),
}

impl<'a> Writer<'a> {
    pub fn new(db: &'a Db, import: &Import, row: &ImportRow, from: Place) -> Writer<'a> {
        let counts = row.counts();
        let staff: Vec<StaffId> = import.agents.iter().map(|(_, id)| *id).collect();
        let source = import.options.default_source().to_owned();
        Writer {
            db,
            id: row.id,
            format: import.options.format,
            mails: MailSource { source, door: None, closed_before: Some(import.context(row.started_at).closed_before) },
            tagger: Tagger::new(import.options.tags, staff),
            began: (Instant::now(), counts.read, from.bytes),
            counts,
            at: from,
            total_bytes: row.total_bytes as u64,
            waiting: VecDeque::new(),
            waiting_weight: 0,
            batch_weight: FIRST_WEIGHT,
            announced: None,
            waited_for: None,
            looked: (Instant::now(), FIRST_LOOK),
        }
    }

    /// Takes what is prepared and writes as much of it as fills batches. False when the import is no longer ours.
    pub async fn take(&mut self, items: Vec<Ready>) -> Result<bool> {
        self.waiting_weight += items.iter().map(|item| item.weight).sum::<usize>();
        self.waiting.extend(items);
        while self.waiting_weight >= self.batch_weight && !self.waiting.is_empty() {
            if !self.write_batch().await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes the rest.
    pub async fn finish(&mut self) -> Result<bool> {
        while !self.waiting.is_empty() {
            if !self.write_batch().await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn write_batch(&mut self) -> Result<bool> {
        let (mut batch, mut weight) = (Vec::new(), 0);
        while weight < self.batch_weight {
            let Some(item) = self.waiting.pop_front() else { break };
            weight += item.weight;
            batch.push(item);
        }
        self.waiting_weight -= weight;
        let Some(after) = batch.last().map(|last| last.after) else { return Ok(true) };
        if self.looked.0.elapsed() > self.looked.1 {
            self.db.look_at_grown_tables().await?;
            self.looked = (Instant::now(), self.looked.1 * 2);
        }
        let mut tx = self.db.write().await?;
        let began = Instant::now();
        let mut counts = self.counts.clone();
        self.store(&mut tx, batch, &mut counts).await?;
        (counts.lines, counts.done_bytes) = (after.lines, after.bytes);
        let secs = self.began.0.elapsed().as_secs_f64().max(0.001);
        counts.rate = (counts.read - self.began.1) as f64 / secs;
        let byte_rate = (after.bytes - self.began.2) as f64 / secs;
        counts.seconds_left = (self.total_bytes.saturating_sub(after.bytes) as f64 / byte_rate.max(1.0)).ceil();
        if !rows::advance(&mut tx, self.id, self.at.cursor, after.cursor, &counts).await? {
            return Ok(false);
        }
        if self.announced.is_none_or(|at| at.elapsed() > ANNOUNCE_EVERY) {
            self.announced = Some(Instant::now());
            announce(&mut tx, self.id);
        }
        if tx.is_waited_for() {
            self.waited_for = Some(Instant::now());
        }
        tx.commit().await?;
        (self.at, self.counts) = (after, counts);
        self.learn_weight(weight, began.elapsed());
        Ok(true)
    }

    /// Makes the next batch as large as fits into its time, by at most twice or half of this one.
    fn learn_weight(&mut self, weight: usize, took: Duration) {
        let wanted = self.db.batch_time(self.waited_for.is_none_or(|at| at.elapsed() > WAITED_FOR));
        if weight < self.batch_weight / 2 && took < wanted {
            return;
        }
        let fitting = weight as f64 * wanted.as_secs_f64() / took.as_secs_f64().max(0.001);
        let bounded = (fitting as usize).clamp(self.batch_weight / 2, self.batch_weight * 2);
        self.batch_weight = bounded.clamp(*WEIGHTS.start(), *WEIGHTS.end());
    }

    async fn store(&mut self, tx: &mut Tx, batch: Vec<Ready>, counts: &mut Counts) -> Result<()> {
        let raw_ords = tx.next_ords(Noun::Raw, batch.len()).await?;
        let mut outcomes: Vec<Option<Became>> = Vec::with_capacity(batch.len());
        let (mut conversations, mut mails, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        let mut requests = Vec::new();
        let mut kept = Vec::with_capacity(batch.len());
        for (item, raw_ord) in batch.into_iter().zip(raw_ords) {
            counts.read += 1;
            item.warnings.into_iter().for_each(|warning| counts.warn(warning, 1));
            outcomes.push(match item.what {
                What::Bad(why) => Some(Err(why)),
                What::Conversation(both) => {
                    let (mut prepared, mut mark) = *both;
                    prepared.set_raw(raw_ord);
                    requests.extend(mark.request.take().map(|request| (outcomes.len(), request)));
                    marks.push((outcomes.len(), prepared.input().source.clone(), mark));
                    conversations.push(prepared);
                    None
                }
                What::Item(item) => {
                    requests.push((outcomes.len(), item));
                    Some(Ok(Came::default()))
                }
                What::Mail(mut mail) => {
                    mail.set_raw(raw_ord);
                    mails.push(*mail);
                    None
                }
            });
            kept.push((item.label, raw_ord, item.raw));
        }
        let taken = self.take_in(tx, conversations, mails).await.inspect_err(|_| self.tagger.forget())?;
        let mut taken = taken.into_iter();
        for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_none()) {
            let came = |taken: Result<Taken>| match taken {
                Ok(taken) => Ok(Came { conversation: Some(taken), on_roadmap: None }),
                Err(error) => Err(Reason::from(&error)),
            };
            *outcome = taken.next().map(came);
        }
        self.tag(tx, marks, &outcomes, counts).await.inspect_err(|_| self.tagger.forget())?;
        self.ask(tx, requests, &mut outcomes, counts).await?;
        self.keep(tx, kept, outcomes, counts).await
    }

    async fn take_in(
        &self,
        tx: &mut Tx,
        conversations: Vec<Prepared>,
        mails: Vec<PreparedMail>,
    ) -> Result<Vec<Result<Taken>>> {
        match self.format {
            format if format.is_mail() => conversations::take_in_mails(tx, &self.mails, mails).await,
            _ => conversations::take_in_each(tx, conversations.into_iter().map(Ok).collect()).await,
        }
    }

    /// What requests make of the roadmap, once their conversations are there.
    async fn ask(
        &self,
        tx: &mut Tx,
        requests: Vec<(usize, Box<RequestMark>)>,
        outcomes: &mut [Option<Became>],
        counts: &mut Counts,
    ) -> Result<()> {
        let mut places = Vec::with_capacity(requests.len());
        let mut wanted = Vec::with_capacity(requests.len());
        for (at, request) in requests {
            if let Some(Ok(came)) = &outcomes[at] {
                places.push(at);
                wanted.push((request, came.conversation.as_ref().map(|taken| taken.conversation_ord)));
            }
        }
        for (at, asked) in places.into_iter().zip(take_in_requests(tx, wanted, counts).await?) {
            if let Some(Ok(came)) = &mut outcomes[at] {
                came.on_roadmap = Some(asked);
            }
        }
        Ok(())
    }

    /// Tags come with a conversation's first coming; afterwards they are the business of staff.
    async fn tag(
        &mut self,
        tx: &mut Tx,
        marks: Vec<(usize, String, Marks)>,
        outcomes: &[Option<Became>],
        counts: &mut Counts,
    ) -> Result<()> {
        let marked = marks.into_iter().filter_map(|(at, source, marks)| match &outcomes[at] {
            Some(Ok(came)) => {
                let taken = came.conversation.clone().filter(|taken| taken.new)?;
                Some(Marked { taken, source, marks })
            }
            _ => None,
        });
        self.tagger.apply(tx, &marked.collect::<Vec<_>>(), counts).await
    }

    /// Counts what became of each item, and keeps the bytes of those that brought something or could not come in.
    async fn keep(
        &self,
        tx: &mut Tx,
        kept: Vec<(String, i64, Option<store::raws::Packed>)>,
        outcomes: Vec<Option<Became>>,
        counts: &mut Counts,
    ) -> Result<()> {
        let (mut raws, mut skips) = (Vec::new(), Vec::new());
        for ((label, raw_ord, raw), outcome) in kept.into_iter().zip(outcomes) {
            let outcome = outcome.ok_or_else(|| Error::store("fewer answers than items"))?;
            match outcome {
                Ok(came) => {
                    let is_moved = came.is_moved();
                    match (came.is_new() || (self.format.is_mail() && is_moved), is_moved) {
                        (true, _) => counts.imported += 1,
                        (false, true) => counts.updated += 1,
                        (false, false) => counts.unchanged += 1,
                    }
                    let (is_kept, taken) = (came.is_new() || is_moved, came.conversation);
                    let conversation_ord = taken.as_ref().map(|taken| taken.conversation_ord);
                    count(counts, taken, came.on_roadmap);
                    if is_kept {
                        let owner = Owner { conversation_ord, person_ord: None };
                        raws.extend(raw.map(|raw| (raw_ord, raw, owner)));
                    }
                }
                Err(why) => {
                    counts.skipped += 1;
                    skips.push((counts.skipped as i64, label, why, raw.as_ref().map(|_| raw_ord)));
                    raws.extend(raw.map(|raw| (raw_ord, raw, Owner::default())));
                }
            }
        }
        tx.keep_raws_as(raws).await?;
        rows::insert_skips(tx, self.id, skips).await
    }
}

/// Adds the rows that an item of the source made.
fn count(counts: &mut Counts, taken: Option<Taken>, asked: Option<Asked>) {
    if let Some(taken) = taken {
        counts.conversations += u64::from(taken.new);
        counts.conversations = counts.conversations.saturating_sub(taken.joined as u64);
        counts.entries += taken.new_entries as u64;
        counts.persons += taken.new_persons as u64;
        counts.teams += taken.new_teams as u64;
        counts.accounts += taken.new_accounts as u64;
    }
    if let Some(asked) = asked {
        counts.items += u64::from(asked.item.is_new);
        counts.asks += asked.item.new_asks as u64;
        counts.persons += asked.persons;
        counts.accounts += asked.accounts;
    }
}
