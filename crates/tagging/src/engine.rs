//! The counting columns of this process: loaded from the rows, kept by the outbox, caught up before every answer.
use crate::counts::{Columns, Fact, LIVING, Standing, size_of};
use crate::curation::{Likeness, fold};
use crate::events;
use crate::model::{Catalogue, Kind};
use crate::store::{self as rows, TaggingRow};
use ::store::{Db, Event, Tx};
use base::{Error, Money, Result, Time};
use futures::{StreamExt, TryStreamExt, stream};
use std::any::Any;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, RwLock};
use tokio::sync::Mutex;

/// Rows to a block while loading.
const BLOCK: i64 = 4_000;
/// Blocks on their way at a time while loading: the storage reads on threads of its own while others are parsed.
const SIDE_BY_SIDE: usize = 3;
/// Events read at a time while catching up.
const EVENTS: i64 = 1_000;
/// More bulk rows than this to catch up with, and loading anew is quicker.
const MOST_MISSED: usize = 200_000;
/// Catalogues of the past that are kept.
const MOST_PAST: usize = 4;
/// Answers that are kept.
const MOST_ANSWERS: usize = 200;

/// Counts for everybody in this process; clones share everything.
#[derive(Clone)]
pub struct TagEngine(Arc<Inner>);

struct Inner {
    db: Db,
    columns: RwLock<Columns>,
    catalogue: RwLock<Arc<Catalogue>>,
    /// What means nearly the same in a catalogue, made when it is first asked for.
    likeness: std::sync::Mutex<Option<(Arc<Catalogue>, Arc<Likeness>)>>,
    /// Catalogues of the past that were asked for lately, by the newest line of the log they hold.
    past: std::sync::Mutex<Vec<Arc<Catalogue>>>,
    /// The outbox event the columns stand at; none before they were loaded. Held while catching up, so one does it.
    at: Mutex<Option<i64>>,
    trends: crate::trends::Kept,
    answers: std::sync::Mutex<Answers>,
}

/// What was answered while the columns stood at one event of the outbox.
#[derive(Default)]
struct Answers {
    at: i64,
    of: HashMap<String, Arc<dyn Any + Send + Sync>>,
}

impl TagEngine {
    pub fn new(db: Db) -> TagEngine {
        TagEngine(Arc::new(Inner {
            db,
            columns: Default::default(),
            catalogue: Default::default(),
            likeness: Default::default(),
            past: Default::default(),
            at: Mutex::new(None),
            trends: Default::default(),
            answers: Default::default(),
        }))
    }

    /// Brings the columns to the newest committed state; loads them the first time. What was committed before the call
    /// is counted after it, on every node.
    pub async fn catch_up(&self) -> Result<()> {
        let mut at = self.0.at.lock().await;
        loop {
            let Some(seq) = *at else {
                *at = Some(self.load().await?);
                continue;
            };
            let head = self.0.db.head().await?;
            if head == seq {
                return Ok(());
            }
            let found = self.0.db.events_after(seq, EVENTS).await?;
            // The log keeps a week; whoever slept longer loads anew.
            let gapless = found.first().is_some_and(|e| e.seq == seq + 1);
            let Some(last) = found.last().map(|e| e.seq).filter(|_| gapless) else {
                *at = None;
                continue;
            };
            match self.follow(&found).await? {
                true => *at = Some(last),
                false => *at = None,
            }
        }
    }

    /// The outbox event the columns stand at.
    pub(crate) async fn stands_at(&self) -> i64 {
        self.0.at.lock().await.unwrap_or_default()
    }

    pub(crate) fn kept_trends(&self) -> &crate::trends::Kept {
        &self.0.trends
    }

    /// The catalogue as of the last `catch_up`.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.0.catalogue.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// The catalogue as a transaction sees it: the kept one unless the taxonomy was changed since.
    pub async fn catalogue_in(&self, tx: &mut Tx) -> Result<Arc<Catalogue>> {
        let kept = self.catalogue();
        if kept.seq == rows::taxonomy_seq(tx).await? && !kept.tags.is_empty() {
            return Ok(kept);
        }
        Ok(Arc::new(rows::load_catalogue(tx).await?))
    }

    /// The catalogue as it was just before a moment: a fold of the log.
    pub async fn catalogue_before(&self, tx: &mut Tx, moment: Time) -> Result<Arc<Catalogue>> {
        let seq = rows::seq_before(tx, moment).await?;
        let kept = |past: &Vec<Arc<Catalogue>>| past.iter().find(|c| c.seq == seq).cloned();
        let known = kept(&self.0.past.lock().unwrap_or_else(|e| e.into_inner()));
        if let Some(known) = known {
            return Ok(known);
        }
        let made = Arc::new(catalogue_at(tx, seq).await?);
        let mut past = self.0.past.lock().unwrap_or_else(|e| e.into_inner());
        past.insert(0, made.clone());
        past.truncate(MOST_PAST);
        Ok(made)
    }

    /// The present catalogue with its near words; made on a thread of its own when it is first asked for.
    pub async fn likeness(&self) -> Result<(Arc<Catalogue>, Arc<Likeness>)> {
        let catalogue = self.catalogue();
        let kept = |of: &Option<(Arc<Catalogue>, Arc<Likeness>)>| {
            of.as_ref().filter(|(of, _)| Arc::ptr_eq(of, &catalogue)).map(|(_, l)| l.clone())
        };
        let known = kept(&self.0.likeness.lock().unwrap_or_else(|e| e.into_inner()));
        if let Some(known) = known {
            return Ok((catalogue, known));
        }
        let of = catalogue.clone();
        let made = tokio::task::spawn_blocking(move || Arc::new(Likeness::new(&of))).await.map_err(Error::store)?;
        *self.0.likeness.lock().unwrap_or_else(|e| e.into_inner()) = Some((catalogue.clone(), made.clone()));
        Ok((catalogue, made))
    }

    /// Runs a count over the columns on a thread of its own, since a big one takes tens of milliseconds.
    pub async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&Columns) -> T + Send + 'static) -> Result<T> {
        self.catch_up().await?;
        let inner = self.0.clone();
        tokio::task::spawn_blocking(move || question(&inner.columns.read().unwrap_or_else(|e| e.into_inner())))
            .await
            .map_err(Error::store)
    }

    /// As `ask`, but a question put again before anything changed is answered from memory: a page that is opened by many,
    /// or again and again, is counted once. `question` says all there is to it apart from what the outbox tells, and whatever
    /// went into `answer` was read after the columns stood at the event `at`.
    pub(crate) async fn ask_once<T: Send + Sync + 'static>(
        &self,
        at: i64,
        question: String,
        answer: impl FnOnce(&Columns) -> T + Send + 'static,
    ) -> Result<Arc<T>> {
        let kept = || self.0.answers.lock().unwrap_or_else(|e| e.into_inner());
        let known = Some(kept()).filter(|kept| kept.at == at).and_then(|kept| kept.of.get(&question).cloned());
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return Ok(known);
        }
        let made = Arc::new(self.ask(answer).await?);
        // What came in meanwhile may be in it or not.
        if self.stands_at().await == at {
            let mut kept = kept();
            if kept.at != at || kept.of.len() >= MOST_ANSWERS {
                *kept = Answers { at, of: HashMap::new() };
            }
            kept.of.insert(question, made.clone());
        }
        Ok(made)
    }

    fn put(&self, columns: Columns, catalogue: Catalogue) {
        *self.0.columns.write().unwrap_or_else(|e| e.into_inner()) = columns;
        *self.0.catalogue.write().unwrap_or_else(|e| e.into_inner()) = Arc::new(catalogue);
    }

    /// Reads everything; the event the columns stand at. Blocks are read side by side, each as it is then: what was
    /// committed meanwhile comes again with its event, and a row put twice is put once.
    async fn load(&self) -> Result<i64> {
        let mut tx = self.0.db.read().await?;
        let seq = tx.head().await?;
        let last = rows::max_tagging_ord(&mut tx).await?;
        let read_block = async |from| rows::fact_block(&mut self.0.db.read().await?, from, from + BLOCK).await;
        let mut blocks = pin!(stream::iter((0..=last).step_by(BLOCK as usize)).map(read_block).buffered(SIDE_BY_SIDE));
        let mut columns = Columns::default();
        while let Some(block) = blocks.try_next().await? {
            put_block(&mut columns, &block)?;
        }
        let catalogue = rows::load_catalogue(&mut tx).await?;
        resolve(&mut tx, &catalogue, &mut columns).await?;
        self.put(columns, catalogue);
        Ok(seq)
    }

    /// Applies events in order; false when it is quicker or only right to load anew.
    async fn follow(&self, found: &[Event]) -> Result<bool> {
        let (mut changed, mut catalogue, mut people) = (Vec::new(), false, false);
        let (mut accounts, mut teams, mut felt) = (Vec::new(), Vec::new(), Vec::new());
        for event in found {
            let number = |name: &str| event.payload_json.get(name).and_then(serde_json::Value::as_i64);
            match event.kind.as_str() {
                events::APPLIED | events::RETRACTED => changed.extend(number("ord")),
                events::APPLIED_MANY => {
                    let (Some(first), Some(last)) = (number("first"), number("last")) else { return Ok(false) };
                    changed.extend(first..=last);
                    if changed.len() > MOST_MISSED {
                        return Ok(false);
                    }
                }
                events::TAXONOMY_CHANGED => catalogue = true,
                "people.merged" => people = true,
                "people.changed" => {
                    accounts.extend(number("account_ord"));
                    teams.extend(number("team_ord"));
                }
                "conversations.felt" => {
                    let ords = event.payload_json.get("ords").and_then(serde_json::Value::as_array);
                    felt.extend(ords.into_iter().flatten().filter_map(serde_json::Value::as_i64));
                }
                // New accounts of an import have plans too.
                "conversations.taken_in" | "people.created" | "staff.settings_changed" => people = true,
                "conversations.joined" | "conversations.parted" => return Ok(false),
                _ => {}
            }
        }
        let mut tx = self.0.db.read().await?;
        let mut fresh = Vec::new();
        for ords in changed.chunks(1_000) {
            fresh.extend(rows::list_by_ords(&mut tx, ords.to_vec()).await?);
        }
        let standings = match people {
            true => Some(people_of(&mut tx, None).await?),
            false if accounts.is_empty() && teams.is_empty() => None,
            false => Some(people_of(&mut tx, Some((accounts, teams))).await?),
        };
        let felt = if felt.is_empty() { vec![] } else { conversations::worst_felt(&mut tx, Some(&felt)).await? };
        let catalogue = if catalogue { Some(rows::load_catalogue(&mut tx).await?) } else { None };
        let mut columns = self.0.columns.write().unwrap_or_else(|e| e.into_inner());
        let mut facts = Vec::with_capacity(fresh.len());
        for row in &fresh {
            facts.push((row.tag_ord as u32, fact_of(&mut columns, row)?));
        }
        columns.push_all(facts);
        put_felt(&mut columns, felt);
        if let Some(known) = standings {
            known.put_into(&mut columns);
        }
        if let Some(catalogue) = catalogue {
            columns.merged_tags = catalogue.merged();
            drop(columns);
            *self.0.catalogue.write().unwrap_or_else(|e| e.into_inner()) = Arc::new(catalogue);
        }
        Ok(true)
    }
}

/// The catalogue as it stood after a line of the log: what the log up to there comes to.
pub async fn catalogue_at(tx: &mut Tx, seq: i64) -> Result<Catalogue> {
    let (log, fixed) = (rows::list_log(tx, seq).await?, rows::list_fixed(tx).await?);
    let mut catalogue = fold(log.iter(), &fixed)?.into_catalogue();
    catalogue.seq = seq;
    Ok(catalogue)
}

/// All facts and the maps that resolve them, straight from the rows, as one transaction sees them.
pub async fn load_columns(tx: &mut Tx) -> Result<Columns> {
    let mut columns = Columns::default();
    let last = rows::max_tagging_ord(tx).await?;
    for from in (0..=last).step_by(BLOCK as usize) {
        put_block(&mut columns, &rows::fact_block(tx, from, from + BLOCK).await?)?;
    }
    let catalogue = rows::load_catalogue(tx).await?;
    resolve(tx, &catalogue, &mut columns).await?;
    Ok(columns)
}

fn put_block(columns: &mut Columns, block: &str) -> Result<()> {
    for line in block.split(';').filter(|l| !l.is_empty()) {
        let (tag, fact) = parse_fact(columns, line).ok_or_else(|| Error::store(format!("a tagging reads “{line}”")))?;
        columns.load(tag, fact);
    }
    Ok(())
}

async fn resolve(tx: &mut Tx, catalogue: &Catalogue, columns: &mut Columns) -> Result<()> {
    columns.settle();
    columns.merged_tags = catalogue.merged();
    people_of(tx, None).await?.put_into(columns);
    put_felt(columns, conversations::worst_felt(tx, None).await?);
    Ok(())
}

fn put_felt(columns: &mut Columns, felt: Vec<(i64, Option<i64>)>) {
    felt.into_iter().for_each(|(conversation, worst)| columns.emotions.set(conversation as u32, worst));
}

/// Whole minutes since 1970, rounded down; a time outside what 32 bits hold is put at the edge.
pub fn minute(t: Time) -> i32 {
    t.0.div_euclid(60_000_000).clamp(i64::from(i32::MIN + 1), i64::from(i32::MAX - 1)) as i32
}

fn parse_fact(columns: &mut Columns, line: &str) -> Option<(u32, Fact)> {
    let mut fields = line.split(',');
    let mut number = || -> Option<i64> {
        let text = fields.next()?;
        if text.is_empty() { Some(0) } else { text.parse().ok() }
    };
    let (ord, tag, said, tagged, retracted) = (number()?, number()?, number()?, number()?, number()?);
    let (conversation, person, team, account, door) = (number()?, number()?, number()?, number()?, number()?);
    let (channel, language, kind) = (fields.next()?, fields.next()?, fields.next()?);
    let fact = Fact {
        ord: ord as u32,
        said: minute(Time(said)),
        tagged: minute(Time(tagged)),
        retracted: if retracted == 0 { LIVING } else { minute(Time(retracted)) },
        conversation: conversation as u32,
        person: person as u32,
        team: team as u32,
        account: account as u32,
        door: door as u16,
        language: columns.languages.number(language),
        channel: columns.channels.number(channel) as u8,
        kind: if kind.is_empty() { 0 } else { Kind::parse(kind).ok()?.number() },
    };
    Some((tag as u32, fact))
}

fn fact_of(columns: &mut Columns, row: &TaggingRow) -> Result<Fact> {
    Ok(Fact {
        ord: row.ord as u32,
        said: minute(row.said_at),
        tagged: minute(row.tagged_at),
        retracted: row.retracted_at.map_or(LIVING, minute),
        conversation: row.conversation_ord as u32,
        person: row.person_ord.unwrap_or(0) as u32,
        team: row.team_ord.unwrap_or(0) as u32,
        account: row.account_ord.unwrap_or(0) as u32,
        door: row.door_ord as u16,
        language: columns.languages.number(row.language.as_deref().unwrap_or("")),
        channel: columns.channels.number(&row.channel) as u8,
        kind: row.kind()?.map_or(0, Kind::number),
    })
}

/// What the people room says: who was merged; each account's plan, value and size over time; each team's size.
struct Known {
    merged: Option<[Vec<(i64, i64)>; 3]>,
    accounts: Vec<(people::Standing, Option<String>)>,
    teams: Vec<people::TeamSize>,
}

/// About everybody, or about some accounts and teams by their ordinals.
async fn people_of(tx: &mut Tx, only: Option<(Vec<i64>, Vec<i64>)>) -> Result<Known> {
    let merged = if only.is_none() { Some(people::canon_map(tx).await?) } else { None };
    let settings = staff::get_settings(tx).await?;
    let band = |s: &people::Standing| {
        let currency = s.currency.as_deref()?.parse().ok()?;
        settings.band_of(Money { minor: s.revenue_minor?, currency }).map(str::to_owned)
    };
    let (accounts, teams) = only.unzip();
    let accounts = people::standings(tx, accounts).await?.into_iter();
    let accounts = accounts.map(|s| (band(&s), s)).map(|(band, s)| (s, band)).collect();
    Ok(Known { merged, accounts, teams: people::team_sizes(tx, teams).await? })
}

impl Known {
    fn put_into(self, columns: &mut Columns) {
        if let Some([persons, teams, accounts]) = self.merged {
            let map = |list: Vec<(i64, i64)>| list.into_iter().map(|(from, into)| (from as u32, into as u32)).collect();
            columns.merged_persons = map(persons);
            columns.merged_teams = map(teams);
            columns.merged_accounts = map(accounts);
        }
        let mut by_account: HashMap<u32, Vec<Standing>> = HashMap::new();
        for (s, band) in self.accounts {
            let standing = Standing {
                from: minute(s.from),
                plan: columns.plans.number(s.plan.as_deref().unwrap_or("")),
                band: columns.bands.number(band.as_deref().unwrap_or("")),
                size: size_of(s.employees),
            };
            by_account.entry(s.account_ord as u32).or_default().push(standing);
        }
        by_account.into_iter().for_each(|(account, list)| columns.set_standings(account, list));
        let mut by_team: HashMap<u32, Vec<Standing>> = HashMap::new();
        for s in self.teams {
            let size = size_of(s.seats_active.or(s.seats_paid));
            let standing = Standing { from: minute(s.from), size, ..Standing::default() };
            by_team.entry(s.team_ord as u32).or_default().push(standing);
        }
        by_team.into_iter().for_each(|(team, list)| columns.set_team_sizes(team, list));
    }
}
