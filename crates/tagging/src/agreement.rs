//! How far two people agree who tag the same conversations blind: by branch of the catalogue, and which tags are taken
//! for each other. Pure: codings in, figures out. Nobody is named: the coders are "first" and "second".
use crate::model::Catalogue;
use crate::store::double::DoubleRow;
use base::{TagId, Time};
use learn::agreement::{
    Alpha, Coding, Confusion, Distance, Verdict, list_confusable_pairs, measure_agreement, measure_overlap,
    restrict_to_branch,
};
use std::collections::{BTreeMap, BTreeSet};

/// A conversation that two people tagged, with tags as they are mapped today.
#[derive(Clone, Debug, PartialEq)]
pub struct Double {
    pub conversation_ord: i64,
    pub id: base::DoubleCodingId,
    pub coded_at: Time,
    pub first: BTreeSet<i64>,
    pub second: BTreeSet<i64>,
    pub decided: Option<BTreeSet<i64>>,
}

impl Double {
    pub fn differs(&self) -> bool {
        self.first != self.second
    }
}

/// Puts rows and their sets together; tags that were merged since count as the tag they became.
pub fn resolve(
    rows: Vec<DoubleRow>,
    mut sides: BTreeMap<i64, [BTreeSet<i64>; 3]>,
    catalogue: &Catalogue,
) -> Vec<Double> {
    let today = |tags: BTreeSet<i64>| -> BTreeSet<i64> {
        tags.into_iter().map(|tag| catalogue.by_ord(tag).map_or(tag, |t| t.canon_ord)).collect()
    };
    rows.into_iter()
        .filter_map(|row| {
            let [first, second, decided] = sides.remove(&row.conversation_ord).unwrap_or_default();
            Some(Double {
                conversation_ord: row.conversation_ord,
                id: row.id,
                coded_at: row.coded_at?,
                first: today(first),
                second: today(second),
                decided: row.decided_at.map(|_| today(decided)),
            })
        })
        .collect()
}

/// The agreement of one branch: a tag and everything below it; no tag is the whole catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub tag: Option<TagId>,
    pub verdict: Verdict,
    /// Alpha with MASI: partly shared sets are partly agreed. The verdict is made of this one.
    pub masi: Option<Alpha>,
    /// Alpha where sets are equal or not.
    pub nominal: Option<Alpha>,
    /// Mean share of tags in common (Hooper), from 0 to 1.
    pub overlap: Option<f64>,
    /// Conversations of this branch that were tagged twice.
    pub units: usize,
}

fn codings(doubles: &[Double]) -> Vec<Coding> {
    let set = |tags: &BTreeSet<i64>| tags.iter().map(|tag| *tag as u64).collect();
    let both = |d: &Double| {
        let unit = d.conversation_ord as u64;
        [Coding { unit, coder: 1, tags: set(&d.first) }, Coding { unit, coder: 2, tags: set(&d.second) }]
    };
    doubles.iter().flat_map(both).collect()
}

/// The same figures with the same codings, on every machine.
const SEED: u64 = 20_261_122;

fn measure(tag: Option<TagId>, codings: &[Coding]) -> Branch {
    let masi = measure_agreement(codings, Distance::Masi, SEED);
    Branch {
        tag,
        verdict: Verdict::of(masi.as_ref()),
        nominal: measure_agreement(codings, Distance::Nominal, SEED),
        overlap: measure_overlap(codings),
        units: masi.as_ref().map_or(0, |alpha| alpha.units),
        masi,
    }
}

/// The branch of `above` (none: the whole catalogue) first, then each tag directly below it that anybody used.
pub fn measure_branches(doubles: &[Double], catalogue: &Catalogue, above: Option<i64>) -> Vec<Branch> {
    let all = codings(doubles);
    let within = |ord: i64| {
        let branch: BTreeSet<u64> = catalogue.subtree(ord).into_iter().map(|tag| tag as u64).collect();
        restrict_to_branch(&all, &branch)
    };
    let named = |ord: i64| catalogue.by_ord(ord).map(|tag| tag.id);
    let whole = match above {
        Some(ord) => measure(named(ord), &within(ord)),
        None => measure(None, &all),
    };
    let below = catalogue.tags.iter().filter(|t| t.parent_ord == above.unwrap_or(0) && t.canon_ord == t.ord);
    let below = below.map(|t| measure(Some(t.id), &within(t.ord))).filter(|branch| branch.units > 0);
    std::iter::once(whole).chain(below).collect()
}

/// Two tags of which one person gave the first where another gave the second, and where it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfusablePair {
    pub tags: (i64, i64),
    pub conversations: Vec<i64>,
    /// Conversations tagged twice with either tag.
    pub of: usize,
}

/// The pairs taken for each other, most often first.
pub fn list_pairs(doubles: &[Double]) -> Vec<ConfusablePair> {
    let pair = |Confusion { tags: (a, b), of_units, .. }| {
        let (a, b) = (a as i64, b as i64);
        let stands = |x: &BTreeSet<i64>, y: &BTreeSet<i64>| {
            x.contains(&a) && !y.contains(&a) && y.contains(&b) && !x.contains(&b)
        };
        let there = |d: &&Double| stands(&d.first, &d.second) || stands(&d.second, &d.first);
        let conversations = doubles.iter().filter(there).map(|d| d.conversation_ord).collect();
        ConfusablePair { tags: (a, b), conversations, of: of_units }
    };
    list_confusable_pairs(&codings(doubles)).into_iter().map(pair).collect()
}
