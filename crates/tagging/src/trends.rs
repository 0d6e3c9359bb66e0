//! What is said more or less than before: the newest whole week of every tag against half a year, judged over all tags
//! together. Worked out beside the requests and kept until there is something new.
use crate::counts::{Columns, Filter};
use crate::engine::{TagEngine, minute};
use crate::model::Catalogue;
use base::{Day, Error, Result, Time, Week, Zone};
use learn::trend::{Trend, Window, judge_trends};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The trend of one tag with everything below it, in conversations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TagTrend {
    pub trend: Trend,
    /// Distinct persons in the newest days.
    pub persons: u32,
    /// Whether something below it is new or rising too, which says it more exactly.
    pub is_said_below: bool,
}

/// The trends of all tags that were ever said.
#[derive(Clone, Debug)]
pub struct TrendTable {
    /// The newest days: half-open. The last one is yesterday, since today is not over.
    pub from: Day,
    pub to: Day,
    /// The first day they are compared with.
    pub since: Day,
    pub tags: HashMap<i64, TagTrend>,
}

/// What one tag was said on: conversations and persons by day, and its first day ever.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// (day, conversation, person)
    pub on: Vec<(i32, u32, u32)>,
    pub first: i32,
}

/// Works out the table for a day, which is not over and not looked at.
fn judge(own: &HashMap<u32, Said>, catalogue: &Catalogue, today: Day, zone: &Zone) -> TrendTable {
    let window = Window::default();
    let since = first_day(today, &window);
    let first_ever = own.values().map(|said| said.first).min().unwrap_or(since);
    // A tag counts with all below it, as the tree shows it.
    let mut below: BTreeMap<i64, Vec<&Said>> = BTreeMap::new();
    for (ord, said) in own {
        let line = catalogue.by_ord(i64::from(*ord)).map(|tag| catalogue.line(tag)).unwrap_or_default();
        line.iter().for_each(|tag| below.entry(tag.ord).or_default().push(said));
    }
    let (mut days, mut persons) = (Vec::with_capacity(below.len()), Vec::with_capacity(below.len()));
    for (ord, said) in &below {
        let made = catalogue.by_ord(*ord).map_or(since, |tag| tag.created_at.day_in(zone).number());
        let first = said.iter().map(|said| said.first).min().unwrap_or(made);
        // A tag said before it was made here came with its history, which is as old as the oldest of all.
        let begun = if first < made { first_ever } else { made }.max(since);
        let (by_day, who) = count_days(said, begun, today.number(), window.days);
        days.push(by_day);
        persons.push(who);
    }
    let yesterday = today.plus(-1);
    let weekday = (yesterday.number() - Week::of(yesterday).monday().number()) as usize;
    let views: Vec<&[u32]> = days.iter().map(Vec::as_slice).collect();
    let trends = judge_trends(&views, weekday, &window);
    let mut tags: HashMap<i64, TagTrend> = HashMap::new();
    for ((ord, persons), trend) in below.keys().zip(persons).zip(trends) {
        tags.insert(*ord, TagTrend { trend, persons, is_said_below: false });
    }
    let up: Vec<i64> = tags.iter().filter(|(_, t)| t.trend.verdict.is_up()).map(|(ord, _)| *ord).collect();
    for tag in up.iter().filter_map(|ord| catalogue.by_ord(*ord)) {
        for above in catalogue.line(tag).into_iter().filter(|above| above.ord != tag.ord) {
            tags.entry(above.ord).and_modify(|t| t.is_said_below = true);
        }
    }
    TrendTable { from: today.plus(-(window.days as i32)), to: today, since: Day::from_number(since), tags }
}

/// Distinct conversations on each day from `begun` up to `end`, and distinct persons on the newest days of them.
fn count_days(said: &[&Said], begun: i32, end: i32, newest: usize) -> (Vec<u32>, u32) {
    let mut on: Vec<(i32, u32, u32)> = said.iter().flat_map(|said| said.on.iter().copied()).collect();
    let of_newest = |s: &&(i32, u32, u32)| s.0 >= end - newest as i32 && s.2 != 0;
    let persons: BTreeSet<u32> = on.iter().filter(of_newest).map(|s| s.2).collect();
    on.sort_unstable();
    on.dedup_by_key(|s| (s.0, s.1));
    let mut days = vec![0; (end - begun).max(0) as usize];
    for (day, _, _) in on {
        if let Some(n) = usize::try_from(day - begun).ok().and_then(|place| days.get_mut(place)) {
            *n += 1;
        }
    }
    (days, persons.len() as u32)
}

/// The number of the first day that is looked at.
fn first_day(today: Day, window: &Window) -> i32 {
    today.plus(-((window.days + window.baseline_days) as i32)).number()
}

/// The civil day of a minute, as its number. Facts come nearly in order, so the last day found is tried first.
fn days(zone: &Zone) -> impl Fn(i32) -> i32 + '_ {
    let last: Cell<(i32, i32, i32)> = Cell::new((0, 0, 0));
    move |at| {
        let (from, to, day) = last.get();
        if at >= from && at < to {
            return day;
        }
        let found = Time(i64::from(at) * 60_000_000).day_in(zone);
        let known = (minute(found.start_in(zone)), minute(found.plus(1).start_in(zone)), found.number());
        last.set(known);
        known.2
    }
}

/// Tables kept: one for each set of doors that somebody may not see.
const MOST_KEPT: usize = 16;
/// A table is made anew when it is this many times as old as it took to make, so that it never takes more than that
/// share of a core however much is tagged.
const REST: u32 = 10;

/// The tables of this process.
#[derive(Default)]
pub(crate) struct Kept(Mutex<HashMap<Vec<u16>, Table>>);

struct Table {
    table: Arc<TrendTable>,
    /// The event log and the day it stands at.
    head: i64,
    today: Day,
    made: Instant,
    took: Duration,
    is_being_renewed: bool,
}

impl Kept {
    fn tables(&self) -> std::sync::MutexGuard<'_, HashMap<Vec<u16>, Table>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl TagEngine {
    /// The trends of all tags, without what came in by these doors. An older table is answered at once, while a newer
    /// one is made behind it; only the very first is waited for.
    pub async fn trends(&self, mut hidden: Vec<u16>, zone: Zone) -> Result<Arc<TrendTable>> {
        self.catch_up().await?;
        hidden.sort_unstable();
        let (head, today) = (self.stands_at().await, Time::now().day_in(&zone));
        let mut renew = false;
        let known = self.kept_trends().tables().get_mut(&hidden).map(|kept| {
            let is_old = (kept.head, kept.today) != (head, today);
            renew = is_old && !kept.is_being_renewed && kept.made.elapsed() >= kept.took * REST;
            kept.is_being_renewed |= renew;
            kept.table.clone()
        });
        let Some(known) = known else { return self.make_trends(hidden, zone, head, today).await };
        if renew {
            let engine = self.clone();
            tokio::spawn(async move {
                if let Err(error) = engine.make_trends(hidden.clone(), zone, head, today).await {
                    tracing::warn!(%error, "the trends are not made anew; the older ones stay");
                    engine.kept_trends().tables().remove(&hidden);
                }
            });
        }
        Ok(known)
    }

    async fn make_trends(&self, hidden: Vec<u16>, zone: Zone, head: i64, today: Day) -> Result<Arc<TrendTable>> {
        let began = Instant::now();
        let filter = Filter { to: Some(minute(today.start_in(&zone))), hidden: hidden.clone(), ..Filter::default() };
        let since = first_day(today, &Window::default());
        let for_days = zone.clone();
        let said = self.ask(move |c: &Columns| c.said_by_day(&filter, since, days(&for_days))).await?;
        let catalogue = self.catalogue();
        let table = tokio::task::spawn_blocking(move || Arc::new(judge(&said, &catalogue, today, &zone)))
            .await
            .map_err(Error::store)?;
        let mut tables = self.kept_trends().tables();
        if tables.len() >= MOST_KEPT && !tables.contains_key(&hidden) {
            tables.clear();
        }
        let (made, took) = (Instant::now(), began.elapsed());
        tables.insert(hidden, Table { table: table.clone(), head, today, made, took, is_being_renewed: false });
        Ok(table)
    }
}
