//! Counts cut by one or two dimensions or along time, on all processors. Facts are read in the order they were said, so
//! that a week is counted, told and forgotten before the next one begins.
use super::seen::{FourSeen, Seen};
use super::{Asked, By, Columns, Fact, Filter, Four, Selector, Slice};
use crate::model::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::thread;

/// Bands of employees and of seats: the key, and the least that is in it.
pub const SIZES: [(&str, i64); 5] = [("1-9", 1), ("10-49", 10), ("50-249", 50), ("250-999", 250), ("1000+", 1_000)];

/// The band of a number of employees or seats, 1 to 5; 0 where it is not known.
pub fn size_of(n: Option<i64>) -> u8 {
    n.map_or(0, |n| SIZES.iter().filter(|(_, least)| *least <= n).count() as u8)
}

/// What a count can be cut by, besides time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dim {
    Plan,
    ValueBand,
    CompanySize,
    TeamSize,
    Channel,
    Language,
    Kind,
}

/// Distinct counts of a whole, of each value of two dimensions, and of each pair. A value is a number that
/// `Columns::name_of` names; a dimension not asked for has the one value 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub total: Four,
    /// Living taggings behind the figures.
    pub n: u32,
    pub firsts: Vec<(u16, Four)>,
    pub seconds: Vec<(u16, Four)>,
    pub cells: Vec<([u16; 2], Four)>,
    /// One for each beginning, also where nothing was said.
    pub buckets: Vec<Bucket>,
}

/// A stretch of time: all of it, and each value of the first dimension that occurs in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    pub total: Four,
    pub firsts: Vec<(u16, Four)>,
}

/// A count with all its segments, as the page of a tag shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub total: Four,
    pub n: u32,
    /// The beginning of each stretch of time and what was counted in it.
    pub series: Vec<(i32, Four)>,
    pub plans: BTreeMap<String, Four>,
    pub value_bands: BTreeMap<String, Four>,
    pub channels: BTreeMap<String, Four>,
    pub languages: BTreeMap<String, Four>,
    pub kinds: BTreeMap<String, Four>,
}

/// Who was seen in each pair of values.
#[derive(Default)]
struct Cells(Vec<Vec<Option<Box<FourSeen>>>>);

impl Cells {
    fn at(&mut self, [first, second]: [u16; 2]) -> &mut FourSeen {
        let (first, second) = (first as usize, second as usize);
        if self.0.len() <= first {
            self.0.resize_with(first + 1, Vec::new);
        }
        let row = &mut self.0[first];
        if row.len() <= second {
            row.resize_with(second + 1, || None);
        }
        row[second].get_or_insert_default()
    }
    fn each(&self) -> impl Iterator<Item = ([u16; 2], &FourSeen)> {
        self.0.iter().enumerate().flat_map(|(first, row)| {
            let held = row.iter().enumerate().filter_map(|(second, seen)| Some((second, seen.as_deref()?)));
            held.map(move |(second, seen)| ([first as u16, second as u16], seen))
        })
    }
    fn absorb(&mut self, other: &Cells) {
        other.each().for_each(|(at, seen)| self.at(at).absorb(seen));
    }
    fn clear(&mut self) {
        self.0.iter_mut().flatten().flatten().for_each(|seen| seen.clear());
    }
}

/// A tag as it counts today: its own facts and those of the tags merged into it.
type Merged<'a> = (u32, Vec<&'a [Fact]>);

/// What one processor counted: everything between two moments.
#[derive(Default)]
struct Part {
    cells: Cells,
    n: u32,
    buckets: Vec<(usize, Bucket)>,
}

/// Below this many facts a second processor costs more than it brings.
const WORTH_SHARING: usize = 40_000;
const MOST_THREADS: usize = 4;

fn threads() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS))
}

impl Columns {
    /// The name of a value; empty for those without.
    pub fn name_of(&self, dim: Dim, value: u16) -> &str {
        match dim {
            Dim::Plan => self.plans.name(value),
            Dim::ValueBand => self.bands.name(value),
            Dim::CompanySize | Dim::TeamSize => {
                (value as usize).checked_sub(1).and_then(|i| SIZES.get(i)).map_or("", |(key, _)| key)
            }
            Dim::Channel => self.channels.name(value),
            Dim::Language => self.languages.name(value),
            Dim::Kind => Kind::from_number(value as u8).map_or("", Kind::as_str),
        }
    }

    #[inline]
    fn value_of(&self, dim: Option<Dim>, f: &Fact, then: bool) -> u16 {
        match dim {
            None => 0,
            Some(Dim::Plan) => self.accounts.at(f.account, f.said, then).plan,
            Some(Dim::ValueBand) => self.accounts.at(f.account, f.said, then).band,
            Some(Dim::CompanySize) => self.accounts.at(f.account, f.said, then).size.into(),
            Some(Dim::TeamSize) => self.teams.at(f.team, f.said, then).size.into(),
            Some(Dim::Channel) => f.channel.into(),
            Some(Dim::Language) => f.language,
            Some(Dim::Kind) => f.kind.into(),
        }
    }

    /// The first and the last moment of what counts.
    pub fn span(&self, selector: &Selector, filter: &Filter) -> Option<(i32, i32)> {
        let asked = self.asked(selector, filter)?;
        let mut span: Option<(i32, i32)> = None;
        let mut widen = |f: Fact| {
            let at = filter.moment(&f);
            span = Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        };
        for (facts, kinds) in &asked.slices {
            let mut counted = facts.iter().filter_map(|f| self.counted(f, *kinds, &asked.mask));
            match filter.by {
                By::Tagged => counted.for_each(&mut widen),
                By::Said => {
                    counted.next().into_iter().for_each(&mut widen);
                    let newest = facts.iter().rev().find_map(|f| self.counted(f, *kinds, &asked.mask));
                    newest.into_iter().for_each(&mut widen);
                }
            }
        }
        span
    }

    /// Distinct counts by up to two dimensions; with `starts` (ascending, each the end of the one before, the last one
    /// open) also along time, by the first dimension alone.
    pub fn tabulate(&self, selector: &Selector, filter: &Filter, by: [Option<Dim>; 2], starts: &[i32]) -> Table {
        let Some(mut asked) = self.asked(selector, filter) else {
            return Table { buckets: vec![Bucket::default(); starts.len()], ..Table::default() };
        };
        // Told by when it was tagged, facts are first laid out in the order of the buckets.
        let laid_out: Vec<Fact>;
        if filter.by == By::Tagged && !starts.is_empty() {
            laid_out = self.lay_out(&asked, starts);
            asked.slices = vec![(&laid_out, 0)];
        }
        let parts = self.parts(&asked, starts);
        let whole = thread::scope(|scope| {
            let (first, others) = parts.split_first().expect("there is at least one part");
            let asked = &asked;
            let others: Vec<_> =
                others.iter().map(|p| scope.spawn(move || self.count_part(asked, by, starts, *p))).collect();
            let mut whole = self.count_part(asked, by, starts, *first);
            for other in others {
                // A panic of a part is a panic of the whole.
                let part = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                whole.cells.absorb(&part.cells);
                whole.n += part.n;
                whole.buckets.extend(part.buckets);
            }
            whole
        });
        let mut buckets = vec![Bucket::default(); starts.len()];
        for (place, bucket) in whole.buckets {
            buckets[place] = bucket;
        }
        let (mut total, mut firsts, mut seconds) = (FourSeen::default(), Cells::default(), Cells::default());
        for ([first, second], seen) in whole.cells.each() {
            firsts.at([first, 0]).absorb(seen);
            seconds.at([second, 0]).absorb(seen);
        }
        firsts.each().for_each(|(_, seen)| total.absorb(seen));
        let fours = |cells: &Cells| cells.each().map(|([value, _], seen)| (value, seen.four())).collect();
        Table {
            total: total.four(),
            n: whole.n,
            firsts: fours(&firsts),
            seconds: fours(&seconds),
            cells: whole.cells.each().map(|(at, seen)| (at, seen.four())).collect(),
            buckets,
        }
    }

    fn lay_out(&self, asked: &Asked, starts: &[i32]) -> Vec<Fact> {
        let mut lists: Vec<Vec<Fact>> = vec![Vec::new(); starts.len() + 1];
        for (facts, kinds) in &asked.slices {
            for f in facts.iter().filter(|f| self.counted(f, *kinds, &asked.mask).is_some()) {
                lists[starts.partition_point(|s| *s <= asked.mask.filter.moment(f))].push(*f);
            }
        }
        lists.concat()
    }

    /// Stretches of time with about as many facts each, one for each processor; they begin where a bucket begins.
    fn parts(&self, asked: &Asked, starts: &[i32]) -> Vec<(i32, i32)> {
        let facts: usize = asked.slices.iter().map(|(facts, _)| facts.len()).sum();
        let longest = asked.slices.iter().map(|(facts, _)| *facts).max_by_key(|facts| facts.len()).unwrap_or_default();
        let mut cuts = vec![i32::MIN];
        let sorted_by_time = asked.mask.filter.by == By::Said;
        if facts >= WORTH_SHARING && sorted_by_time {
            let n = threads();
            for i in 1..n {
                let at = longest[longest.len() * i / n].said;
                let begins = starts.partition_point(|s| *s <= at).checked_sub(1).map(|i| starts[i]);
                cuts.extend(if starts.is_empty() { Some(at) } else { begins });
            }
        }
        cuts.push(i32::MAX);
        cuts.dedup();
        cuts.windows(2).map(|two| (two[0], two[1])).collect()
    }

    fn count_part(&self, asked: &Asked, by: [Option<Dim>; 2], starts: &[i32], (from, to): (i32, i32)) -> Part {
        let mask = &asked.mask;
        let then = mask.filter.then;
        let mut part = Part::default();
        let (mut now, mut sum) = (Cells::default(), FourSeen::default());
        let mut rest: Vec<(i32, Slice)> = asked.slices.iter().map(|s| (i32::MIN, *s)).collect();
        if mask.filter.by == By::Said && from > i32::MIN {
            for (_, (facts, _)) in &mut rest {
                *facts = &facts[facts.partition_point(|f| f.said < from)..];
            }
        }
        // Bucket 0 is what was before the first beginning: everything, where time is not asked for.
        for bucket in starts.partition_point(|s| *s <= from)..=starts.len() {
            let end = starts.get(bucket).copied().unwrap_or(i32::MAX).min(to);
            for (next, (facts, kinds)) in &mut rest {
                if *next >= end {
                    continue;
                }
                let mut read = 0;
                *next = i32::MAX;
                while let Some(f) = facts.get(read) {
                    let at = mask.filter.moment(f);
                    if at >= end {
                        *next = at;
                        break;
                    }
                    read += 1;
                    let Some(f) = self.counted(f, *kinds, mask) else { continue };
                    let value = by.map(|dim| self.value_of(dim, &f, then));
                    if bucket == 0 { part.cells.at(value) } else { now.at(value) }.insert(&f);
                    part.n += 1;
                }
                *facts = &facts[read..];
            }
            if bucket > 0 {
                part.buckets.push((bucket - 1, bucket_of(&now, &mut sum)));
                part.cells.absorb(&now);
                now.clear();
            }
            if end == to {
                break;
            }
        }
        part
    }

    /// Distinct counts, the series along time, and the counts by each segment. `starts` makes the beginnings of the
    /// series from the first and the last moment.
    pub fn count(&self, selector: &Selector, filter: &Filter, starts: impl FnOnce(i32, i32) -> Vec<i32>) -> Counted {
        let starts = self.span(selector, filter).map_or_else(Vec::new, |(first, last)| starts(first, last));
        let along = self.tabulate(selector, filter, [None, None], &starts);
        let two = |first, second| self.tabulate(selector, filter, [Some(first), second], &[]);
        let named = |dim, values: Vec<(u16, Four)>| {
            values.into_iter().map(|(value, four)| (self.name_of(dim, value).to_owned(), four)).collect()
        };
        let (standing, way, kind) =
            (two(Dim::Plan, Some(Dim::ValueBand)), two(Dim::Channel, Some(Dim::Language)), two(Dim::Kind, None));
        Counted {
            total: along.total,
            n: along.n,
            series: starts.into_iter().zip(along.buckets).map(|(start, bucket)| (start, bucket.total)).collect(),
            plans: named(Dim::Plan, standing.firsts),
            value_bands: named(Dim::ValueBand, standing.seconds),
            channels: named(Dim::Channel, way.firsts),
            languages: named(Dim::Language, way.seconds),
            kinds: named(Dim::Kind, kind.firsts),
        }
    }

    /// The columns of each tag as they count in the catalogue asked about: with those of tags merged into it.
    fn by_canonical_tag(&self, filter: &Filter, tags: impl Iterator<Item = u32>) -> Vec<Merged<'_>> {
        let mut own: BTreeMap<u32, Vec<&[Fact]>> = BTreeMap::new();
        for tag in tags {
            let into = self.current(filter, tag);
            own.entry(into).or_default().extend(self.tags.get(&tag).map(Vec::as_slice));
        }
        own.into_iter().collect()
    }

    /// Tags that stand on the same conversations, most shared first, with whom they are shared by.
    pub fn neighbours(&self, selector: &Selector, filter: &Filter, limit: usize) -> Vec<(u32, Four)> {
        let mut here = Seen::default();
        self.each(selector, filter, |f| here.insert(f.conversation));
        if here.len() == 0 {
            return vec![];
        }
        let own = self.chosen(&selector.include, filter);
        let others = self.by_canonical_tag(filter, self.tags.keys().copied().filter(|t| !own.contains_key(t)));
        let shared = |tags: &[Merged]| -> Vec<(u32, Four)> {
            let mut seen = FourSeen::default();
            let count = |(tag, columns): &Merged| {
                seen.clear();
                for f in columns.iter().copied().flatten().filter(|f| filter.stands(f)) {
                    let conversation = self.joined_conversations.of(f.conversation);
                    if here.has(conversation) {
                        let (person, team) = (self.merged_persons.of(f.person), self.merged_teams.of(f.team));
                        seen.insert(&Fact {
                            conversation,
                            person,
                            team,
                            account: self.merged_accounts.of(f.account),
                            ..*f
                        });
                    }
                }
                (*tag, seen.four())
            };
            tags.iter().map(count).filter(|(_, four)| four.conversations > 0).collect()
        };
        // Tags are few and of very different sizes: dealt out like cards.
        let n = if self.len() >= WORTH_SHARING { threads() } else { 1 };
        let mut hands: Vec<Vec<Merged>> = vec![Vec::new(); n];
        others.into_iter().enumerate().for_each(|(i, tag)| hands[i % n].push(tag));
        let mut list: Vec<(u32, Four)> = thread::scope(|scope| {
            let (first, rest) = hands.split_first().expect("there is at least one hand");
            let shared = &shared;
            let rest: Vec<_> = rest.iter().map(|hand| scope.spawn(move || shared(hand))).collect();
            let mut list = shared(first);
            for other in rest {
                list.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            list
        });
        list.sort_unstable_by_key(|(tag, four)| (std::cmp::Reverse(four.conversations), *tag));
        list.truncate(limit);
        list
    }

    /// For each chosen tag that was spoken of since the first beginning, what was counted from each beginning to the next.
    pub fn lately(&self, selector: &Selector, filter: &Filter, starts: &[i32]) -> Vec<(u32, Vec<Four>)> {
        let recent = Filter { from: starts.first().copied(), to: None, by: By::Said, ..filter.clone() };
        let Some(asked) = self.asked(&Selector { include: vec![], ..selector.clone() }, &recent) else { return vec![] };
        let chosen = self.chosen(&selector.include, filter);
        let (mut out, mut seen) = (Vec::new(), FourSeen::default());
        for (tag, columns) in self.by_canonical_tag(filter, chosen.keys().copied()) {
            let kinds = chosen.get(&tag).copied().unwrap_or(0);
            let mut counts = Vec::with_capacity(starts.len());
            for (i, start) in starts.iter().enumerate() {
                let end = starts.get(i + 1).copied().unwrap_or(i32::MAX);
                seen.clear();
                for f in columns.iter().flat_map(|facts| super::said_between(facts, *start, end)) {
                    self.counted(f, kinds, &asked.mask).iter().for_each(|f| seen.insert(f));
                }
                counts.push(seen.four());
            }
            if counts.iter().any(|four| four.conversations > 0) {
                out.push((tag, counts));
            }
        }
        out
    }
}

/// What the cells of one stretch of time add up to; `sum` is lent to add in.
fn bucket_of(now: &Cells, sum: &mut FourSeen) -> Bucket {
    let counted = now.each().map(|([first, _], seen)| (first, seen.four()));
    let firsts: Vec<(u16, Four)> = counted.filter(|(_, four)| four.conversations > 0).collect();
    let total = match firsts.as_slice() {
        [] => Four::default(),
        [(_, four)] => *four,
        _ => {
            sum.clear();
            now.each().for_each(|(_, seen)| sum.absorb(seen));
            sum.four()
        }
    };
    Bucket { total, firsts }
}
