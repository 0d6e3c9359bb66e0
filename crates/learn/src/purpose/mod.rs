//! Why somebody writes: to buy, to help themselves, to get help, to partner, or to give feedback. A softmax regression
//! over hashed features of words and characters, small enough to be fitted at start from the enquiries in this crate, and to go on learning from what people correct. It says which words moved it.
mod enquiries;
mod measure;

pub use enquiries::{Enquiry, Writing, enquiries, fresh_enquiries, parse_enquiries, writings};
pub use measure::{Confusion, cross_check, measure, measure_apart};

use crate::hash::{Idf, count_features, visit_features};
use crate::random::Random;
use std::collections::BTreeMap;

/// The purposes by their words, in the order of every row of numbers here.
pub const PURPOSES: [&str; 5] = ["buy", "self_serve", "help", "partner", "feedback"];
const N: usize = PURPOSES.len();
const BITS: u32 = 18;
/// What is said first says what somebody wants; what follows are signatures and what was quoted.
const MOST_CHARS: usize = 2_000;
const EPOCHS: usize = 15;
const RATE: f32 = 0.2;
/// Keeps weights small, so that one rare word does not decide. Chosen with the other numbers on other writers and trades, not on
/// a random part.
const DECAY: f32 = 3e-5;
/// Steps that one correction is worth at most: it is learned when the model agrees with this much odds.
const STEPS: usize = 12;
const LEARNED: f32 = 0.6;
/// The place of a purpose in `PURPOSES`.
pub fn place_of(purpose: &str) -> Option<usize> {
    PURPOSES.iter().position(|word| *word == purpose)
}

/// What was read from a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// A place in `PURPOSES`.
    pub purpose: usize,
    /// The chance of each purpose; they come to 1.
    pub odds: [f32; N],
    /// The words that say so most, in the order of the text: half-open, in Unicode scalars.
    pub words: Vec<(usize, usize)>,
}

impl Guess {
    pub fn confidence(&self) -> f32 {
        self.odds[self.purpose]
    }
}

type Features = Vec<(u32, f32)>;

#[derive(Clone)]
pub struct PurposeModel {
    idf: Idf,
    /// `N` weights for each feature, and how far each was moved already (AdaGrad).
    weights: Vec<[f32; N]>,
    moved: Vec<[f32; N]>,
    bias: [f32; N],
}

impl PurposeModel {
    /// Fitted on all enquiries of this crate.
    pub fn standard() -> PurposeModel {
        let all = enquiries();
        PurposeModel::fit(all.iter().map(|one| (one.text.as_str(), one.purpose)))
    }

    /// The same examples give the same model, on every machine.
    pub fn fit<'a>(examples: impl Iterator<Item = (&'a str, usize)>) -> PurposeModel {
        let counted: Vec<(Features, usize)> =
            examples.map(|(text, purpose)| (count_features(cut(text), BITS), purpose)).collect();
        let idf = Idf::fit(BITS, counted.iter().map(|(features, _)| features.as_slice()));
        let zero = || vec![[0.0; N]; 1 << BITS];
        let mut model = PurposeModel { idf, weights: zero(), moved: zero(), bias: [0.0; N] };
        let vectors: Vec<(Features, usize)> =
            counted.into_iter().map(|(features, purpose)| (model.idf.weigh(&features), purpose)).collect();
        let mut random = Random::new(7);
        let mut order: Vec<usize> = (0..vectors.len()).collect();
        for _ in 0..EPOCHS {
            random.shuffle(&mut order);
            for &at in &order {
                model.step(&vectors[at].0, vectors[at].1);
            }
        }
        model
    }

    fn odds(&self, vector: &[(u32, f32)]) -> [f32; N] {
        let mut sums = self.bias;
        for &(id, x) in vector {
            let weights = &self.weights[id as usize];
            (0..N).for_each(|k| sums[k] += weights[k] * x);
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        let powers = sums.map(|sum| (sum - most).exp());
        let all: f32 = powers.iter().sum();
        powers.map(|power| power / all)
    }

    /// One step of AdaGrad towards the truth; the odds as they were before it.
    fn step(&mut self, vector: &[(u32, f32)], truth: usize) -> [f32; N] {
        let odds = self.odds(vector);
        for (k, odds) in odds.iter().enumerate() {
            let wrong = odds - f32::from(u8::from(k == truth));
            self.bias[k] -= 0.02 * wrong;
            for &(id, x) in vector {
                let (weight, moved) = (&mut self.weights[id as usize][k], &mut self.moved[id as usize][k]);
                let slope = wrong * x + DECAY * *weight;
                *moved += slope * slope;
                *weight -= RATE * slope / (1e-2 + *moved).sqrt();
            }
        }
        odds
    }

    /// Learns that a text has another purpose than was thought; what was learned before stays.
    pub fn learn(&mut self, text: &str, purpose: usize) {
        assert!(purpose < N, "a purpose numbered {purpose}");
        let vector = self.idf.weigh(&count_features(cut(text), BITS));
        for _ in 0..STEPS {
            if vector.is_empty() || self.step(&vector, purpose)[purpose] >= LEARNED {
                return;
            }
        }
    }

    /// None for a text without any word.
    pub fn read(&self, text: &str) -> Option<Guess> {
        let text = cut(text);
        let vector = self.idf.weigh(&count_features(text, BITS));
        if vector.is_empty() {
            return None;
        }
        let odds = self.odds(&vector);
        let purpose = (0..N).max_by(|a, b| odds[*a].total_cmp(&odds[*b]))?;
        Some(Guess { purpose, odds, words: self.words(text, &vector, purpose) })
    }

    /// The words that speak for a purpose more than for the others: at most three, each at least a tenth of all that does.
    fn words(&self, text: &str, vector: &[(u32, f32)], purpose: usize) -> Vec<(usize, usize)> {
        let speaks: BTreeMap<u32, f32> = vector
            .iter()
            .map(|&(id, x)| {
                let weights = &self.weights[id as usize];
                let others = weights.iter().sum::<f32>() - weights[purpose];
                (id, x * (weights[purpose] - others / (N - 1) as f32))
            })
            .collect();
        let mut times: BTreeMap<u32, f32> = BTreeMap::new();
        visit_features(text, BITS, |id, _, _| *times.entry(id).or_default() += 1.0);
        let words = words_of(text);
        let mut shares = vec![0.0f32; words.len()];
        visit_features(text, BITS, |id, start, end| {
            let first = words.partition_point(|word| word.1 <= start);
            let over = words[first..].iter().take_while(|word| word.0 < end).count();
            let share = speaks.get(&id).copied().unwrap_or_default() / times[&id] / over.max(1) as f32;
            shares[first..first + over].iter_mut().for_each(|sum| *sum += share);
        });
        let all: f32 = shares.iter().filter(|share| **share > 0.0).sum();
        let mut best: Vec<usize> =
            (0..words.len()).filter(|&at| shares[at] > 0.0 && shares[at] >= all / 10.0).collect();
        best.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]));
        best.truncate(3);
        best.sort_unstable();
        best.into_iter().map(|at| words[at]).collect()
    }
}

/// The part of a text that is read.
fn cut(text: &str) -> &str {
    text.char_indices().nth(MOST_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Words with a letter or a digit, without the marks around them: half-open, in Unicode scalars.
fn words_of(text: &str) -> Vec<(usize, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let end = at + chars[at..].iter().take_while(|c| !c.is_whitespace()).count();
        let inner = (at..end).filter(|&i| chars[i].is_alphanumeric());
        if let (Some(first), Some(last)) = (inner.clone().min(), inner.max()) {
            words.push((first, last + 1));
        }
        at = end + 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_without_the_marks_around_them() {
        assert_eq!(words_of("“결제” 안 돼요! — ok"), vec![(1, 3), (5, 6), (7, 9), (13, 15)]);
    }
}
