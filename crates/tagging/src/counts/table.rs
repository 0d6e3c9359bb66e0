//! Counts cut by one or two dimensions or along time.
use super::hear::{Detail, lay};
use super::{By, Columns, Filter, Four, Mark, Selector};
use crate::model::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bands of employees and of seats: the key, and the least that is in it.
pub const SIZES: [(&str, i64); 5] = [("1-9", 1), ("10-49", 10), ("50-249", 50), ("250-999", 250), ("1000+", 1_000)];

/// How a conversation was felt at its worst, the worst first.
pub const EMOTIONS: [&str; 5] = ["very_bad", "bad", "neutral", "good", "very_good"];

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
    /// How the conversation was felt at its worst: one value each.
    Emotion,
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
            Dim::Emotion => (value as usize).checked_sub(1).and_then(|i| EMOTIONS.get(i)).copied().unwrap_or_default(),
        }
    }

    /// The first and the last moment of what counts.
    pub fn span(&self, selector: &Selector, filter: &Filter) -> Option<(i32, i32)> {
        let asked = self.asked(selector, filter)?;
        let mut span: Option<(i32, i32)> = None;
        let mut widen = |f: &Mark| {
            let at = filter.moment(f);
            span = Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        };
        for (facts, kinds) in &asked.slices {
            let mut counted = facts.iter().filter(|f| self.counts(f, *kinds, &asked.mask));
            match filter.by {
                By::Tagged => counted.for_each(&mut widen),
                By::Said => {
                    counted.next().into_iter().for_each(&mut widen);
                    let newest = facts.iter().rev().find(|f| self.counts(f, *kinds, &asked.mask));
                    newest.into_iter().for_each(&mut widen);
                }
            }
        }
        span
    }

    /// Distinct counts by up to two dimensions; with `starts` (ascending, each the end of the one before, the last one
    /// open) also along time, by the first dimension alone.
    pub fn tabulate(&self, selector: &Selector, filter: &Filter, by: [Option<Dim>; 2], starts: &[i32]) -> Table {
        let Some(asked) = self.asked(selector, filter) else {
            return Table { buckets: vec![Bucket::default(); starts.len()], ..Table::default() };
        };
        let along = (!starts.is_empty()).then_some(Detail::Firsts);
        let laid = lay(&[self.cross(by)], Detail::Cells, along);
        let heard = self.hear(&asked, &laid, starts);
        let told = self.tell(&heard, &laid, starts.len());
        let ([flags], [of_bucket], whole) = (laid.whole, laid.stretch, told.whole);
        let bucket = |told: Vec<Four>| Bucket { total: told[0], firsts: those(of_bucket.firsts(), &told) };
        Table {
            total: whole[0],
            n: heard.iter().map(|heard| heard.n).sum(),
            firsts: those(flags.firsts(), &whole),
            seconds: those(flags.seconds(), &whole),
            cells: those(flags.cells(), &whole),
            buckets: told.stretches.into_iter().map(bucket).collect(),
        }
    }

    /// Distinct counts, the series along time, and the counts by each segment. `starts` makes the beginnings of the
    /// series from the first and the last moment.
    pub fn count(&self, selector: &Selector, filter: &Filter, starts: impl FnOnce(i32, i32) -> Vec<i32>) -> Counted {
        let Some(asked) = self.asked(selector, filter) else { return Counted::default() };
        let starts = self.span(selector, filter).map_or_else(Vec::new, |(first, last)| starts(first, last));
        let ways = [[Dim::Plan, Dim::ValueBand], [Dim::Channel, Dim::Language]].map(|two| self.cross(two.map(Some)));
        let crosses = [ways[0], ways[1], self.cross([Some(Dim::Kind), None])];
        let laid = lay(&crosses, Detail::Sides, Some(Detail::Whole));
        let heard = self.hear(&asked, &laid, &starts);
        let told = self.tell(&heard, &laid, starts.len());
        let (along, told, [standing, way, kind]) = (told.stretches, told.whole, laid.whole);
        let named = |dim, values: Vec<(u16, Four)>| {
            values.into_iter().map(|(value, four)| (self.name_of(dim, value).to_owned(), four)).collect()
        };
        Counted {
            total: told[0],
            n: heard.iter().map(|heard| heard.n).sum(),
            series: starts.into_iter().zip(along).map(|(start, told)| (start, told[0])).collect(),
            plans: named(Dim::Plan, those(standing.firsts(), &told)),
            value_bands: named(Dim::ValueBand, those(standing.seconds(), &told)),
            channels: named(Dim::Channel, those(way.firsts(), &told)),
            languages: named(Dim::Language, those(way.seconds(), &told)),
            kinds: named(Dim::Kind, those(kind.firsts(), &told)),
        }
    }
}

/// What was told of some flags, where there is anything.
fn those<T>(flags: impl Iterator<Item = (T, usize)>, told: &[Four]) -> Vec<(T, Four)> {
    flags.map(|(value, flag)| (value, told[flag])).filter(|(_, four)| four.conversations > 0).collect()
}
