//! Fits everything anew from memory: models, centres, and the blend, to texts kept aside whose tags were thinned out on
//! purpose, so that the blend knows how far to trust each signal for a tag with few examples, one, or none.

use super::memory::{Memory, spread};
use super::rows::{BITS, Inverted, Rows};
use super::signals::{Corpus, Fitted, Signals, Words};
use super::stack::{Candidate, Case, HEAD, Stack, band, candidates, dot, fit_logistic, sigmoid};
use crate::directory::Directory;
use crate::hash::Idf;
use std::sync::Arc;
use textkit::LabelMatcher;

/// Below this many texts, several parts are kept aside in turn.
const FEW_TEXTS: usize = 4_000;
const PARTS: u64 = 4;
/// What a thinned tag keeps: the number of its examples, or nothing and its words neither.
const THINNED: [Option<usize>; 7] = [Some(1), Some(3), None, Some(5), Some(0), Some(2), Some(10)];

/// What a text of a thinned tag counts in the blend of tags with many examples: it lost to them only because its own tag
/// was thinned, which happens far more often here than where anybody asks.
const THINNED_WEIGHT: f32 = 0.01;

/// And in the judgement whether any tag fits: what was learned from few texts is doubted in any case.
const THINNED_NONE_WEIGHT: f32 = 0.1;

/// Fewer real texts that no tag fits say nothing about how frequent they are.
const FEW_REAL: usize = 20;
/// The share of texts with a tag that may be taken for one that none fits.
const TAKEN_WRONGLY: f32 = 0.004;

/// Below this probability it is never said.
const LEAST_SAID: f32 = 0.4;

/// Features of the judgement whether any tag fits.
const NONE_WIDTH: usize = 10;
/// What is believed before there are cases: the likelier the first tag, the less that none fits.
const CAUTIOUS: [f32; NONE_WIDTH] = [-2.0, -4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

/// A fitted suggester, to be installed.
#[derive(Clone, Debug)]
pub struct Trained {
    pub(crate) model: Model,
    /// The turn of memory it was fitted at.
    pub(crate) turn: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// The ids of the texts it was fitted to, by row, in order.
    pub ids: Vec<i64>,
    pub corpus: Corpus,
    pub fitted: Fitted,
    pub stack: Stack,
    none: NoneFits,
    /// A tag of at least this confidence is believed, and the first in any case unless none fits.
    pub threshold: f32,
}

impl Model {
    /// What there is before anything was fitted. That none fits is not said then.
    pub fn empty() -> Model {
        let corpus = Corpus::empty();
        let fitted = Fitted::empty();
        let none = NoneFits { weights: CAUTIOUS, said_from: 1.0 };
        Model { ids: Vec::new(), corpus, fitted, stack: Stack::before_evidence(), none, threshold: 0.5 }
    }

    /// How many of the first candidates are believed.
    pub fn believed(&self, judged: &Judged) -> usize {
        if self.says_none(judged) {
            return 0;
        }
        let sure = judged.ranked.iter().take_while(|(_, p)| *p >= self.threshold).count();
        // Before anything was learned nobody knows whether one fits at all.
        sure.max(usize::from(!self.ids.is_empty())).min(judged.ranked.len())
    }

    /// Whether the answer is that no tag fits.
    pub fn says_none(&self, judged: &Judged) -> bool {
        self.none_fits(judged) >= self.none.said_from
    }

    /// The probability that no tag fits, from the candidates' confidences and signals.
    pub fn none_fits(&self, judged: &Judged) -> f32 {
        self.none.probability(judged)
    }
}

/// The judgement whether any tag fits.
#[derive(Clone, Debug)]
struct NoneFits {
    weights: [f32; NONE_WIDTH],
    /// It is said from this probability.
    said_from: f32,
}

impl NoneFits {
    /// Learns from texts that no tag fits, real ones or ones whose tags were hidden. With few real ones nobody knows how
    /// frequent they are: then it is said so that few texts with a tag are taken for one without.
    fn fit(outcomes: &[Outcome]) -> NoneFits {
        let cases = outcomes.iter().map(|outcome| {
            let weight = if outcome.is_thinned { THINNED_NONE_WEIGHT } else { 1.0 };
            (&outcome.judged.none_features, outcome.truth.is_empty(), weight)
        });
        let weights = fit_logistic(cases, &CAUTIOUS, 1.0);
        let mut none = NoneFits { weights, said_from: 0.5 };
        let real = outcomes.iter().filter(|outcome| outcome.truth.is_empty() && !outcome.is_simulated).count();
        // Thinned tags are doubted more than they will be once all their texts are learned.
        let tagged = outcomes.iter().filter(|outcome| !outcome.truth.is_empty() && !outcome.is_thinned);
        let mut taken: Vec<f32> = tagged.map(|outcome| none.probability(&outcome.judged)).collect();
        if real < FEW_REAL && !taken.is_empty() {
            taken.sort_by(f32::total_cmp);
            none.said_from = taken[taken.len() - 1 - (taken.len() as f32 * TAKEN_WRONGLY) as usize].max(LEAST_SAID);
        }
        none
    }

    fn probability(&self, judged: &Judged) -> f32 {
        sigmoid(dot(&self.weights, &judged.none_features))
    }
}

/// A text's candidates with their probabilities, best first.
pub(crate) struct Judged {
    pub ranked: Vec<(usize, f32)>,
    none_features: [f32; NONE_WIDTH],
}

/// Judges the candidates of one text.
pub(crate) fn judge(stack: &Stack, found: &[Candidate], unknown: [f32; 2], lift: impl Fn(usize) -> f32) -> Judged {
    let judged = found.iter().map(|candidate| {
        let odds = stack.log_odds(band(candidate.signals.n), &candidate.features);
        (candidate.tag, sigmoid(odds + lift(candidate.tag)))
    });
    let mut ranked: Vec<(usize, f32)> = judged.collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let most = |of: fn(&Signals) -> f32| found.iter().map(|found| of(&found.signals)).fold(-2.0f32, f32::max);
    let p = |place: usize| ranked.get(place).map_or(0.0, |(_, p)| p.clamp(1e-4, 1.0 - 1e-4));
    let first = p(0).max(1e-4);
    let none_features = [
        1.0,
        (first / (1.0 - first)).ln() / 4.0,
        p(0) - p(1),
        most(|s| s.margin),
        most(|s| s.nearest),
        most(|s| s.centre),
        most(|s| s.votes),
        most(|s| s.words),
        unknown[0],
        unknown[1],
    ];
    Judged { ranked, none_features }
}

/// What training needs besides memory.
pub(crate) struct Plan<'a> {
    pub tags: usize,
    pub weights: usize,
    pub threads: usize,
    pub matcher: &'a LabelMatcher,
    /// By tag: the counted features of its words.
    pub words: &'a [Vec<(u32, f32)>],
}

/// A text kept aside.
struct Aside {
    found: Vec<Candidate>,
    /// See `Fitted::unknown`.
    unknown: [f32; 2],
    /// The tags it has, without hidden ones.
    truth: Vec<u16>,
    /// Whether no tag fits only because its tags are hidden.
    is_simulated: bool,
    /// Whether one of its tags was learned from fewer texts than there are.
    is_thinned: bool,
}

/// A text kept aside, judged.
struct Outcome {
    judged: Judged,
    truth: Vec<u16>,
    is_simulated: bool,
    is_thinned: bool,
}

pub(crate) fn train(memory: &Memory, plan: &Plan) -> Trained {
    let order = memory.alive();
    let features = order.iter().flat_map(|&row| memory.rows.row(row)).map(|(id, _)| id);
    let directory = Arc::new(Directory::new(BITS, features));
    let idf = Idf::new(order.len() as u32, BITS, directory.clone());
    let mut rows = Rows::new(1.0);
    order.iter().for_each(|&row| rows.push(&idf.weigh(&memory.rows.vector(row))));
    let inverted = Inverted::within(directory, &rows, |_| true);
    let tags = order.iter().map(|&row| memory.kept[row].tags.clone()).collect();
    let corpus = Corpus { idf, inverted, tags };
    let words = invert_words(plan.words, &corpus.idf, |_| true);
    let (stack, none, threshold) =
        Blend { memory, order: &order, corpus: &corpus, rows: &rows, words: &words, plan }.fit();
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let fitted = Fitted::new(&corpus, &rows, &all, plan.tags, plan.weights, plan.threads);
    let ids = order.iter().map(|&row| memory.kept[row].id).collect();
    Trained { model: Model { ids, corpus, fitted, stack, none, threshold }, turn: memory.turn() }
}

/// The words of the tags by feature.
pub(crate) fn invert_words(counted: &[Vec<(u32, f32)>], idf: &Idf, include: impl Fn(usize) -> bool) -> Inverted {
    let mut rows = Rows::new(1.0);
    counted.iter().for_each(|counted| rows.push(&idf.weigh(counted)));
    Inverted::new(&rows, include)
}

struct Blend<'a> {
    memory: &'a Memory,
    order: &'a [usize],
    corpus: &'a Corpus,
    rows: &'a Rows,
    words: &'a Inverted,
    plan: &'a Plan<'a>,
}

impl Blend<'_> {
    fn fit(&self) -> (Stack, NoneFits, f32) {
        let parts = if self.order.len() < FEW_TEXTS { PARTS } else { 1 };
        let judged: Vec<_> = (0..parts).flat_map(|part| self.keep_aside(part)).collect();
        let mut cases = Vec::new();
        for aside in judged.iter().filter(|aside| !aside.is_simulated) {
            cases.extend(aside.found.iter().map(|candidate| {
                let is_right = aside.truth.contains(&(candidate.tag as u16));
                let band = band(candidate.signals.n);
                let weight = if aside.is_thinned && band == HEAD { THINNED_WEIGHT } else { 1.0 };
                Case { band, features: candidate.features, is_right, weight }
            }));
        }
        let stack = if cases.len() < 200 { Stack::before_evidence() } else { Stack::fit(&cases) };
        drop(cases);
        let outcomes: Vec<Outcome> = judged
            .into_iter()
            .map(|Aside { found, unknown, truth, is_simulated, is_thinned }| Outcome {
                judged: judge(&stack, &found, unknown, |_| 0.0),
                truth,
                is_simulated,
                is_thinned,
            })
            .collect();
        let none = NoneFits::fit(&outcomes);
        let threshold = best_threshold(&outcomes);
        (stack, none, threshold)
    }

    /// The signals of one part of the texts from models that have not seen it.
    fn keep_aside(&self, part: u64) -> Vec<Aside> {
        let is_aside = |row: usize| {
            let of = self.order[row];
            spread(self.memory.kept[of].id ^ 0x5eed) % PARTS == part && self.memory.text(of).is_some()
        };
        let (learned, hidden, thinned) = self.thin_out(part, is_aside);
        let Plan { tags, weights, threads, matcher, .. } = *self.plan;
        let fitted = Fitted::new(self.corpus, self.rows, &learned, tags, weights, threads);
        (0..self.order.len())
            .filter(|&row| is_aside(row))
            .filter_map(|row| {
                let text = self.memory.text(self.order[row])?;
                let vector = self.rows.vector(row);
                let mut words = Words::new(&matcher.matches(text), self.words, &vector, tags);
                words.hide(&hidden);
                let all = &self.corpus.tags[row];
                let truth: Vec<u16> = all.iter().copied().filter(|&tag| !hidden[tag as usize]).collect();
                let is_simulated = truth.is_empty() && !all.is_empty();
                let is_thinned = truth.iter().any(|&tag| thinned[tag as usize]);
                let signals = fitted.signals(self.corpus, &[], &vector, &words, tags);
                let unknown = fitted.unknown(&vector);
                Some(Aside {
                    found: candidates(&signals, |tag| !hidden[tag]),
                    unknown,
                    truth,
                    is_simulated,
                    is_thinned,
                })
            })
            .collect()
    }

    /// The rows to learn from, with some tags cut to few examples; which tags are hidden altogether, and which are cut.
    fn thin_out(&self, part: u64, is_aside: impl Fn(usize) -> bool) -> (Vec<u32>, Vec<bool>, Vec<bool>) {
        let mut of_tag = vec![Vec::new(); self.plan.tags];
        let rows: Vec<u32> = (0..self.order.len()).filter(|&row| !is_aside(row)).map(|row| row as u32).collect();
        for &row in &rows {
            self.corpus.tags[row as usize].iter().for_each(|&tag| of_tag[tag as usize].push(row));
        }
        let mut tags: Vec<usize> = (0..self.plan.tags).filter(|&tag| of_tag[tag].len() > 1).collect();
        tags.sort_by_key(|&tag| spread(tag as i64 + 7919 * part as i64));
        let mut is_dropped = vec![false; self.order.len()];
        let (mut hidden, mut thinned) = (vec![false; self.plan.tags], vec![false; self.plan.tags]);
        let (mut dropped, most) = (0, rows.len() / 5);
        for (&tag, keeps) in tags.iter().take(tags.len() * 3 / 10).zip(THINNED.iter().cycle()) {
            (hidden[tag], thinned[tag]) = (keeps.is_none(), keeps.is_some());
            let mut members = of_tag[tag].clone();
            members.sort_by_key(|&row| spread(self.memory.kept[self.order[row as usize]].id));
            for &row in members.iter().skip(keeps.unwrap_or(0)) {
                dropped += usize::from(!std::mem::replace(&mut is_dropped[row as usize], true));
            }
            if dropped > most {
                break;
            }
        }
        (rows.into_iter().filter(|&row| !is_dropped[row as usize]).collect(), hidden, thinned)
    }
}

/// The confidence from which tags are believed: where the harmonic mean of precision and recall over all tags is best.
fn best_threshold(outcomes: &[Outcome]) -> f32 {
    let mut best = (-1.0f32, 0.5);
    for threshold in (5..95).step_by(5).map(|percent| percent as f32 / 100.0) {
        let (mut right, mut shown, mut there) = (0, 0, 0);
        for outcome in outcomes.iter().filter(|outcome| !outcome.truth.is_empty()) {
            let believed = outcome.judged.ranked.iter().enumerate();
            for (_, (tag, _)) in believed.filter(|(place, (_, p))| *p >= threshold || *place == 0) {
                shown += 1;
                right += usize::from(outcome.truth.contains(&(*tag as u16)));
            }
            there += outcome.truth.len();
        }
        let f1 = 2.0 * right as f32 / (shown + there).max(1) as f32;
        if f1 > best.0 {
            best = (f1, threshold);
        }
    }
    best.1
}
