//! How far two people who tag the same conversations blind agree: Krippendorff's alpha for sets of tags, with its
//! interval, and which tags are taken for each other.
//!
//! Sources: Krippendorff, *Content Analysis* (alpha for any number of coders and missing codings); Passonneau 2006
//! (MASI); the constants .67 and .33 are those of NLTK up to 3.9. Golden values: `tests/golden/README.md`.

use std::collections::{BTreeMap, BTreeSet};

use crate::random::Random;

/// What one coder gave one unit. A unit somebody did not code has no coding of theirs; an empty set of tags is an
/// answer: "nothing to tag".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coding {
    pub unit: u64,
    pub coder: u64,
    pub tags: BTreeSet<u64>,
}

/// How far apart two sets of tags are, from 0 (the same) to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// Equal or not.
    Nominal,
    /// Partly shared sets are partly agreed.
    Masi,
}

impl Distance {
    pub fn between(self, a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> f64 {
        if a == b {
            return 0.0;
        }
        let shared = a.intersection(b).count();
        let weight = match self {
            Self::Nominal => 0.0,
            Self::Masi if shared == a.len().min(b.len()) => 0.67,
            Self::Masi => 0.33,
        };
        1.0 - shared as f64 / (a.len() + b.len() - shared) as f64 * weight
    }
}

/// Alpha with its 95 % interval, and what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alpha {
    /// 1 is perfect agreement, 0 what chance gives, below 0 less than that.
    pub value: f64,
    /// Bootstrap over units, percentiles 2.5 and 97.5.
    pub low: f64,
    pub high: f64,
    /// Units coded by two people or more; only these count.
    pub units: usize,
    /// The codings of those units.
    pub codings: usize,
}

/// What the page says; the figure is one click away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    High,
    Fair,
    Low,
    TooFew,
}

/// With fewer double-coded units only their number is shown.
pub const FEWEST_UNITS: usize = 10;

impl Verdict {
    /// Krippendorff's customary thresholds: .800 is reliable, .667 is good enough for tentative conclusions.
    pub fn of(alpha: Option<&Alpha>) -> Self {
        match alpha {
            Some(alpha) if alpha.units < FEWEST_UNITS => Self::TooFew,
            Some(alpha) if alpha.value >= 0.8 => Self::High,
            Some(alpha) if alpha.value >= 0.667 => Self::Fair,
            Some(_) => Self::Low,
            None => Self::TooFew,
        }
    }
}

const RESAMPLES: usize = 1000;

/// Krippendorff's alpha. None when no unit was coded twice. When everybody always gave the same, alpha is 1, as in NLTK.
/// The order of the codings does not matter; if one coder has several for a unit, the last one counts.
/// The same codings and seed give the same interval.
pub fn measure_agreement(codings: &[Coding], distance: Distance, seed: u64) -> Option<Alpha> {
    let table = Table::new(codings, distance);
    let all: Vec<usize> = (0..table.units.len()).collect();
    let value = table.alpha(&all)?;
    let mut random = Random::new(seed);
    let mut drawn = all.clone();
    let mut resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            drawn.iter_mut().for_each(|unit| *unit = random.below(all.len()));
            table.alpha(&drawn).expect("each unit is coded twice")
        })
        .collect();
    resampled.sort_by(f64::total_cmp);
    let codings = table.units.iter().map(|unit| unit.answers.len()).sum();
    Some(Alpha {
        value,
        low: percentile(&resampled, 0.025),
        high: percentile(&resampled, 0.975),
        units: all.len(),
        codings,
    })
}

/// The codings as seen by one branch of the taxonomy: only its tags are left. Units on which no coder gave one of them
/// are left out: agreement that something is *not* there would hide disagreement on what is (QualCoder's issue 667).
pub fn restrict_to_branch(codings: &[Coding], branch: &BTreeSet<u64>) -> Vec<Coding> {
    let narrow = |coding: &Coding| Coding { tags: &coding.tags & branch, ..*coding };
    let narrowed: Vec<Coding> = codings.iter().map(narrow).collect();
    let touched: BTreeSet<u64> = narrowed.iter().filter(|coding| !coding.tags.is_empty()).map(|c| c.unit).collect();
    narrowed.into_iter().filter(|coding| touched.contains(&coding.unit)).collect()
}

/// Two tags of which one coder gave the first where another gave the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confusion {
    /// The smaller id first.
    pub tags: (u64, u64),
    /// Units on which it happened.
    pub units: usize,
    /// Units coded twice on which anybody gave either tag.
    pub of_units: usize,
}

impl Confusion {
    /// From 0 to 1: how often, of the units with either tag, they stood against each other.
    pub fn share(&self) -> f64 {
        self.units as f64 / self.of_units as f64
    }
}

/// The pairs of tags taken for each other, most units first, then by share and tags. A tag that both coders gave is no
/// part of a confusion, whatever else they gave.
pub fn list_confusable_pairs(codings: &[Coding]) -> Vec<Confusion> {
    let mut confused: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    let mut given: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for (unit, answers) in units_coded_twice(codings) {
        let mut pairs = BTreeSet::new();
        for (n, a) in answers.iter().enumerate() {
            for &tag in *a {
                given.entry(tag).or_default().insert(unit);
            }
            for b in &answers[n + 1..] {
                let only_b: Vec<u64> = b.difference(a).copied().collect();
                a.difference(b).for_each(|&x| pairs.extend(only_b.iter().map(|&y| (x.min(y), x.max(y)))));
            }
        }
        pairs.into_iter().for_each(|pair| *confused.entry(pair).or_default() += 1);
    }
    let count = |((a, b), units)| Confusion { tags: (a, b), units, of_units: given[&a].union(&given[&b]).count() };
    let mut list: Vec<Confusion> = confused.into_iter().map(count).collect();
    list.sort_by(|a, b| (b.units, b.share()).partial_cmp(&(a.units, a.share())).expect("no share is NaN"));
    list
}

/// Mean share of tags two coders have in common (Hooper, Jaccard), from 0 to 1: the figure people understand at once.
/// None when no unit was coded twice.
pub fn measure_overlap(codings: &[Coding]) -> Option<f64> {
    let mut shares = Vec::new();
    for (_, answers) in units_coded_twice(codings) {
        for (n, a) in answers.iter().enumerate() {
            let share = |b: &&BTreeSet<u64>| match a.union(b).count() {
                0 => 1.0,
                all => a.intersection(b).count() as f64 / all as f64,
            };
            shares.extend(answers[n + 1..].iter().map(share));
        }
    }
    let n = shares.len();
    (n > 0).then(|| shares.iter().sum::<f64>() / n as f64)
}

/// By unit that two coders or more coded: their answers, in the order of the coders.
fn units_coded_twice(codings: &[Coding]) -> BTreeMap<u64, Vec<&BTreeSet<u64>>> {
    let mut units: BTreeMap<u64, BTreeMap<u64, &BTreeSet<u64>>> = BTreeMap::new();
    for coding in codings {
        units.entry(coding.unit).or_default().insert(coding.coder, &coding.tags);
    }
    units.retain(|_, coders| coders.len() >= 2);
    units.into_iter().map(|(unit, coders)| (unit, coders.into_values().collect())).collect()
}

/// The codings as numbers, so that a thousand resamples take little.
struct Table {
    units: Vec<Unit>,
    /// How many different sets of tags were given.
    sets: usize,
    /// Likeness (1 − distance) of different sets, where there is any; both orders.
    likeness: Vec<(u32, u32, f64)>,
}

struct Unit {
    /// Which set each coder gave.
    answers: Vec<u32>,
    /// Sum over coders of the mean distance to the others.
    disagreement: f64,
}

impl Table {
    fn new(codings: &[Coding], distance: Distance) -> Self {
        let coded = units_coded_twice(codings);
        let sets: BTreeSet<&BTreeSet<u64>> = coded.values().flatten().copied().collect();
        let sets: Vec<_> = sets.into_iter().collect();
        let number = |set: &BTreeSet<u64>| sets.binary_search(&set).expect("every set is listed") as u32;
        let unit = |answers: &Vec<&BTreeSet<u64>>| {
            let pairs = answers.iter().flat_map(|a| answers.iter().map(|b| distance.between(a, b)));
            Unit {
                disagreement: pairs.sum::<f64>() / (answers.len() - 1) as f64,
                answers: answers.iter().map(|set| number(set)).collect(),
            }
        };
        let mut likeness = Vec::new();
        if distance != Distance::Nominal {
            for (i, a) in sets.iter().enumerate() {
                let alike = |(j, b): (usize, &&BTreeSet<u64>)| (i as u32, j as u32, 1.0 - distance.between(a, b));
                likeness.extend(sets.iter().enumerate().filter(|(j, _)| *j != i).map(alike).filter(|l| l.2 > 0.0));
            }
        }
        Self { units: coded.values().map(unit).collect(), sets: sets.len(), likeness }
    }

    /// Alpha of these units, which may be drawn several times.
    fn alpha(&self, drawn: &[usize]) -> Option<f64> {
        let mut times = vec![0.0f64; self.sets];
        let (mut n, mut observed) = (0.0, 0.0);
        for unit in drawn.iter().map(|&unit| &self.units[unit]) {
            unit.answers.iter().for_each(|&set| times[set as usize] += 1.0);
            n += unit.answers.len() as f64;
            observed += unit.disagreement;
        }
        let alike: f64 = self.likeness.iter().map(|&(a, b, like)| times[a as usize] * times[b as usize] * like).sum();
        let expected = (n * n - times.iter().map(|t| t * t).sum::<f64>() - alike) / (n - 1.0);
        match (n > 0.0, expected > 0.0) {
            (false, _) => None,
            (true, false) => Some(1.0),
            (true, true) => Some(1.0 - observed / expected),
        }
    }
}

/// The value below which `share` of the sorted values lie, between two neighbours by their distance.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}
