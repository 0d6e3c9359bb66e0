//! Fits everything anew from memory: models, centres, and the blend, to texts kept aside whose tags were thinned out on
//! purpose, so that the blend knows how far to trust each signal for a tag with few examples, one, or none.

use super::memory::{Memory, spread};
use super::rows::{BITS, Inverted, Rows};
use super::signals::{Corpus, Fitted, Words};
use super::stack::{Case, Stack, band, candidates, fit_logistic, sigmoid};
use crate::hash::Idf;
use textkit::LabelMatcher;

/// Below this many texts, several parts are kept aside in turn.
const FEW_TEXTS: usize = 4_000;
const PARTS: u64 = 4;
/// What a thinned tag keeps: the number of its examples, or nothing and its words neither.
const THINNED: [Option<usize>; 7] = [Some(1), Some(3), None, Some(5), Some(0), Some(2), Some(10)];

/// Features of the judgement whether any tag fits.
const NONE_WIDTH: usize = 8;

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
    none: [f32; NONE_WIDTH],
    /// A tag of at least this confidence is believed.
    pub threshold: f32,
    /// Whether the first is believed whatever its confidence, unless none fits.
    pub first_always: bool,
}

impl Model {
    /// How many of the first candidates are believed.
    pub fn believed(&self, judged: &Judged) -> usize {
        if self.none_fits(judged) >= 0.5 {
            return 0;
        }
        let sure = judged.ranked.iter().take_while(|(_, p)| *p >= self.threshold).count();
        sure.max(usize::from(self.first_always && !judged.ranked.is_empty()))
    }

    /// The probability that no tag fits, from the candidates' confidences and signals.
    pub fn none_fits(&self, judged: &Judged) -> f32 {
        sigmoid(super::stack::dot(&self.none, &judged.none_features))
    }
}

/// A text's candidates with their probabilities, best first.
pub(crate) struct Judged {
    pub ranked: Vec<(usize, f32)>,
    none_features: [f32; NONE_WIDTH],
}

/// Judges the candidates of one text.
pub(crate) fn judge(
    stack: &Stack,
    signals: &[super::signals::Signals],
    may: impl Fn(usize) -> bool,
    adjust: impl Fn(usize) -> f32,
) -> Judged {
    let found = candidates(signals, may);
    let mut ranked: Vec<(usize, f32)> = found
        .iter()
        .map(|(tag, features)| {
            let odds = stack.log_odds(band(signals[*tag].n), features);
            (*tag, sigmoid(odds + adjust(*tag)))
        })
        .collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let most = |of: fn(&super::signals::Signals) -> f32| {
        found.iter().map(|(tag, _)| of(&signals[*tag])).fold(f32::NEG_INFINITY, f32::max).max(-2.0)
    };
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

/// A text kept aside, judged.
struct Outcome {
    judged: Judged,
    /// The tags it has, without hidden ones.
    truth: Vec<u16>,
    is_none: bool,
}

pub(crate) fn train(memory: &Memory, plan: &Plan) -> Trained {
    let order = memory.alive();
    let mut df = vec![0u32; 1 << BITS];
    order.iter().for_each(|&row| memory.rows.row(row).for_each(|(id, _)| df[id] += 1));
    let idf = Idf::from_counts(BITS, order.len() as u32, &df);
    drop(df);
    let mut rows = Rows::new(1.0);
    order.iter().for_each(|&row| rows.push(&idf.weigh(&memory.rows.vector(row))));
    let inverted = Inverted::new(&rows, |_| true);
    let tags = order.iter().map(|&row| memory.kept[row].tags.clone()).collect();
    let corpus = Corpus { idf, inverted, tags };
    let words = invert_words(plan.words, &corpus.idf, |_| true);
    let (stack, none, threshold, first_always) =
        Blend { memory, order: &order, corpus: &corpus, rows: &rows, words: &words, plan }.fit();
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let fitted = Fitted::new(&corpus, &rows, &all, plan.tags, plan.weights, plan.threads);
    let ids = order.iter().map(|&row| memory.kept[row].id).collect();
    Trained { model: Model { ids, corpus, fitted, stack, none, threshold, first_always }, turn: memory.turn() }
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
    fn fit(&self) -> (Stack, [f32; NONE_WIDTH], f32, bool) {
        let parts = if self.order.len() < FEW_TEXTS { PARTS } else { 1 };
        let judged: Vec<_> = (0..parts).flat_map(|part| self.keep_aside(part)).collect();
        let mut cases = Vec::new();
        for (signals, truth, hidden, is_simulated) in &judged {
            if *is_simulated {
                continue;
            }
            for (tag, features) in candidates(signals, |tag| !hidden[tag]) {
                let is_right = truth.contains(&(tag as u16));
                cases.push(Case { band: band(signals[tag].n), features, is_right });
            }
        }
        let stack = if cases.len() < 200 { Stack::before_evidence() } else { Stack::fit(&cases) };
        let outcomes: Vec<Outcome> = judged
            .into_iter()
            .map(|(signals, truth, hidden, _)| {
                let judged = judge(&stack, &signals, |tag| !hidden[tag], |_| 0.0);
                Outcome { judged, is_none: truth.is_empty(), truth }
            })
            .collect();
        let mut cautious = [0.0; NONE_WIDTH];
        (cautious[0], cautious[1]) = (-2.0, -4.0);
        let none = fit_logistic(outcomes.iter().map(|o| (&o.judged.none_features, o.is_none)), &cautious, 1.0);
        let (threshold, first_always) = best_threshold(&outcomes);
        (stack, none, threshold, first_always)
    }

    /// The signals of one part of the texts from models that have not seen it.
    #[allow(clippy::type_complexity)]
    fn keep_aside(&self, part: u64) -> Vec<(Vec<super::signals::Signals>, Vec<u16>, Vec<bool>, bool)> {
        let is_aside = |row: usize| {
            let of = self.order[row];
            spread(self.memory.kept[of].id ^ 0x5eed) % PARTS == part && self.memory.text(of).is_some()
        };
        let (learned, hidden) = self.thin_out(part, is_aside);
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
                Some((fitted.signals(self.corpus, &[], &vector, &words, tags), truth, hidden.clone(), is_simulated))
            })
            .collect()
    }

    /// The rows to learn from, with some tags cut to few examples, and which tags are hidden altogether.
    fn thin_out(&self, part: u64, is_aside: impl Fn(usize) -> bool) -> (Vec<u32>, Vec<bool>) {
        let mut of_tag = vec![Vec::new(); self.plan.tags];
        let rows: Vec<u32> = (0..self.order.len()).filter(|&row| !is_aside(row)).map(|row| row as u32).collect();
        for &row in &rows {
            self.corpus.tags[row as usize].iter().for_each(|&tag| of_tag[tag as usize].push(row));
        }
        let mut tags: Vec<usize> = (0..self.plan.tags).filter(|&tag| of_tag[tag].len() > 1).collect();
        tags.sort_by_key(|&tag| spread(tag as i64 + 7919 * part as i64));
        let mut is_dropped = vec![false; self.order.len()];
        let mut hidden = vec![false; self.plan.tags];
        let (mut dropped, most) = (0, rows.len() / 5);
        for (&tag, keeps) in tags.iter().take(tags.len() * 3 / 10).zip(THINNED.iter().cycle()) {
            hidden[tag] = keeps.is_none();
            let mut members = of_tag[tag].clone();
            members.sort_by_key(|&row| spread(self.memory.kept[self.order[row as usize]].id));
            for &row in members.iter().skip(keeps.unwrap_or(0)) {
                dropped += usize::from(!std::mem::replace(&mut is_dropped[row as usize], true));
            }
            if dropped > most {
                break;
            }
        }
        (rows.into_iter().filter(|&row| !is_dropped[row as usize]).collect(), hidden)
    }
}

/// The confidence from which tags are believed: where the harmonic mean of precision and recall over all tags is best.
fn best_threshold(outcomes: &[Outcome]) -> (f32, bool) {
    let mut best = (-1.0f32, 0.5, false);
    for first_always in [false, true] {
        for threshold in (5..95).step_by(5).map(|percent| percent as f32 / 100.0) {
            let (mut right, mut shown, mut there) = (0, 0, 0);
            for outcome in outcomes.iter().filter(|outcome| !outcome.is_none) {
                let believed = outcome
                    .judged
                    .ranked
                    .iter()
                    .enumerate()
                    .filter(|(place, (_, p))| *p >= threshold || (first_always && *place == 0));
                for (_, (tag, _)) in believed {
                    shown += 1;
                    right += usize::from(outcome.truth.contains(&(*tag as u16)));
                }
                there += outcome.truth.len();
            }
            let f1 = 2.0 * right as f32 / (shown + there).max(1) as f32;
            if f1 > best.0 {
                best = (f1, threshold, first_always);
            }
        }
    }
    (best.1, best.2)
}
