//! The trained model: its bytes, and how it reads a text.

use thiserror::Error;

use super::features::{BITS, Feature, HALF, id_of_said, is_hangul, list_features};
use super::{Emotion, Reading};

/// Negative, neutral, positive, then the emotions in their order.
pub(super) const OUTPUTS: usize = 3 + Emotion::ALL.len();
pub(super) const SIDES: usize = 3;
pub(super) const SPACE: usize = 1 << BITS;
/// Emotions are told by fewer words than valence: their features are folded into a quarter of the space.
pub(super) const FOLDED_SPACE: usize = SPACE / 4;
const MAGIC: &[u8; 8] = b"emotion2";
/// What a model may take in the binary, in bytes.
pub const LONGEST_MODEL: usize = 8_000_000;
/// Valence is ±2 from here: nine of ten readings as sure as this are right in their sign.
const STRONG: f32 = 0.9;
/// How far a feeling said in so many words moves the scores to its side, in English and in Korean, where what is said of a
/// story's people is less easily told from what is felt.
pub(super) const LEAN: [f32; 2] = [0.6, 0.3];
/// What naming a feeling counts among the words that say so.
const NAMED: f32 = 100.0;
/// As many words as a reader takes in at a glance.
const MOST_WORDS: usize = 3;

#[derive(Debug, Error, PartialEq, Eq)]
#[error("this is no emotion model, or one of another version")]
pub struct ModelError;

/// What depends on the language: Korean where at least a third of the letters are Hangul, else English.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Added to each output.
    pub bias: [f32; OUTPUTS],
    /// An emotion is named from this probability; above 1 never.
    pub sure: [f32; Emotion::ALL.len()],
}

/// The place of a feature among the weights of emotions: pieces of words stay in the lower half, all else in the upper.
pub(super) fn fold(id: u32) -> usize {
    let half = FOLDED_SPACE as u32 / 2;
    (id & (half - 1) | if id & HALF == 0 { 0 } else { half }) as usize
}

/// Weights of one byte for each feature and output, and one for how rare the feature is.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The largest weight of each output.
    pub(super) scales: [f32; OUTPUTS],
    /// English, Korean.
    pub(super) languages: [Thresholds; 2],
    /// `idf × 16`, rounded.
    pub(super) idf: Vec<u8>,
    pub(super) sides: Vec<[i8; SIDES]>,
    /// By folded feature.
    pub(super) emotions: Vec<[i8; Emotion::ALL.len()]>,
}

impl Model {
    /// Reads the bytes `to_bytes` made.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError)?;
        let per_language = OUTPUTS + Emotion::ALL.len();
        let (numbers, rest) = rest.split_at_checked(4 * (OUTPUTS + 2 * per_language)).ok_or(ModelError)?;
        let (idf, rest) = rest.split_at_checked(SPACE).ok_or(ModelError)?;
        let (sides, emotions) = rest.split_at_checked(SPACE * SIDES).ok_or(ModelError)?;
        if emotions.len() != FOLDED_SPACE * Emotion::ALL.len() {
            return Err(ModelError);
        }
        let number = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let numbers: Vec<f32> = numbers.chunks_exact(4).map(number).collect();
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(ModelError);
        }
        let language = |at: usize| Thresholds {
            bias: std::array::from_fn(|n| numbers[at + n]),
            sure: std::array::from_fn(|n| numbers[at + OUTPUTS + n]),
        };
        Ok(Self {
            scales: std::array::from_fn(|n| numbers[n]),
            languages: [language(OUTPUTS), language(OUTPUTS + per_language)],
            idf: idf.to_vec(),
            sides: rows(sides),
            emotions: rows(emotions),
        })
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let languages = self.languages.iter().flat_map(|one| one.bias.iter().chain(&one.sure));
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.scales.iter().chain(languages).flat_map(|number| number.to_le_bytes()));
        bytes.extend(&self.idf);
        bytes.extend(self.sides.iter().flatten().map(|&weight| weight as u8));
        bytes.extend(self.emotions.iter().flatten().map(|&weight| weight as u8));
        bytes
    }

    /// What this text says of how its writer feels. An empty text is neutral.
    pub fn read(&self, text: &str) -> Reading {
        let features = list_features(text);
        let vector = weigh(&features, &self.idf);
        let language = &self.languages[usize::from(is_korean(text))];
        let mut scores = language.bias;
        for &(id, value) in &vector {
            for (output, score) in scores.iter_mut().enumerate() {
                *score += value * self.weight(id, output);
            }
        }
        let lean = lean_of_said(&vector, LEAN[usize::from(is_korean(text))]);
        scores[..3].iter_mut().zip(lean).for_each(|(score, lean)| *score += lean);
        if vector.len() < 2 {
            // Nothing but its length: no letter, no sign.
            return Reading { valence: 0, shares: [0.0, 1.0, 0.0], emotion: None, words: Vec::new() };
        }
        let shares = softmax(&[scores[0], scores[1], scores[2]]);
        let side = (0..3).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).expect("there are three");
        let sign = side as i8 - 1;
        let has = |id: u32| vector.binary_search_by_key(&id, |one| one.0).is_ok();
        let emotion = Emotion::ALL
            .into_iter()
            .filter(|emotion| emotion.sign() == sign || emotion.sign() == 0)
            .map(|emotion| (emotion, logistic(scores[3 + emotion as usize]), has(id_of_said(emotion, false))))
            .filter(|&(emotion, share, said)| {
                said || share >= language.sure[emotion as usize] && !has(id_of_said(emotion, true))
            })
            .max_by(|a, b| a.2.cmp(&b.2).then(a.1.total_cmp(&b.1)))
            .map(|(emotion, share, said)| (emotion, if said { share.max(0.5) } else { share }));
        let valence = if shares[side] >= STRONG { 2 * sign } else { sign };
        let told = match (emotion, side) {
            (Some((emotion, _)), _) => Some(3 + emotion as usize),
            (None, 1) => None,
            (None, side) => Some(side),
        };
        let words = told.map_or(Vec::new(), |output| self.list_words(text, &features, &vector, output));
        Reading { valence, shares, emotion, words }
    }

    /// One weight; small ones are kept finer than large ones (their square root is stored).
    fn weight(&self, id: u32, output: usize) -> f32 {
        let stored = match output.checked_sub(SIDES) {
            None => self.sides[id as usize][output],
            Some(emotion) => self.emotions[fold(id)][emotion],
        };
        let stored = f32::from(stored) / 127.0;
        stored * stored.abs() * self.scales[output]
    }

    /// The words that raised this output most against the other outputs of its kind.
    fn list_words(&self, text: &str, features: &[Feature], vector: &[(u32, f32)], output: usize) -> Vec<(u32, u32)> {
        let against = |id: u32| match output {
            0 => self.weight(id, 2),
            2 => self.weight(id, 0),
            _ => 0.0,
        };
        let said = output.checked_sub(SIDES).map(|n| id_of_said(Emotion::ALL[n], false));
        let mut by_scalar = vec![0.0f32; text.chars().count()];
        for feature in features.iter().filter(|feature| feature.end > feature.start) {
            // What no text of the training had is not in the vector.
            let Ok(at) = vector.binary_search_by_key(&feature.id, |one| one.0) else { continue };
            let raised = vector[at].1 * (self.weight(feature.id, output) - against(feature.id));
            // Words that name the feeling come before all that hints at it.
            let raised = if said == Some(feature.id) { NAMED } else { raised };
            let scalars = &mut by_scalar[feature.start as usize..feature.end as usize];
            let each = raised / scalars.len() as f32;
            scalars.iter_mut().for_each(|scalar| *scalar += each);
        }
        let mut words: Vec<(f32, u32, u32)> = list_spans(text)
            .into_iter()
            .map(|(start, end)| (by_scalar[start as usize..end as usize].iter().sum(), start, end))
            .filter(|word: &(f32, u32, u32)| word.0 > 0.0)
            .collect();
        words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let strongest = words.first().map_or(0.0, |word| word.0);
        words.retain(|word| word.0 >= strongest * 0.3);
        words.truncate(MOST_WORDS);
        let mut words: Vec<(u32, u32)> = words.into_iter().map(|(_, start, end)| (start, end)).collect();
        words.sort_unstable();
        words
    }
}

fn rows<const N: usize>(bytes: &[u8]) -> Vec<[i8; N]> {
    bytes.chunks_exact(N).map(|row| std::array::from_fn(|n| row[n] as i8)).collect()
}

/// The runs without white space, without the stops around them unless there is nothing else.
fn list_spans(text: &str) -> Vec<(u32, u32)> {
    let chars: Vec<char> = text.chars().collect();
    let mut spans = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let length = chars[at..].iter().take_while(|c| !c.is_whitespace()).count();
        let is_word = |c: &char| c.is_alphanumeric();
        let run = &chars[at..at + length];
        let (start, end) = match (run.iter().position(is_word), run.iter().rposition(is_word)) {
            (Some(first), Some(last)) => (first, last + 1),
            _ => (0, length),
        };
        if length > 0 {
            spans.push(((at + start) as u32, (at + end) as u32));
        }
        at += length.max(1);
    }
    spans
}

/// Korean where at least a third of the letters are Hangul.
pub(super) fn is_korean(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    3 * text.chars().filter(|&c| is_hangul(c)).count() >= letters.max(1)
}

/// Counts features and weighs them by how rare they are, in order of id. Words and pieces of words each have length 1, so
/// that the many pieces don't drown the words.
pub(super) fn weigh(features: &[Feature], idf: &[u8]) -> Vec<(u32, f32)> {
    let mut ids: Vec<u32> = features.iter().map(|feature| feature.id).collect();
    ids.sort_unstable();
    let weight = |same: &[u32]| {
        let times = 1.0 + (same.len() as f32).ln();
        (same[0], times * f32::from(idf[same[0] as usize]))
    };
    let mut vector: Vec<(u32, f32)> = ids.chunk_by(|a, b| a == b).map(weight).filter(|one| one.1 > 0.0).collect();
    let middle = vector.partition_point(|one| one.0 < HALF);
    let (pieces, words) = vector.split_at_mut(middle);
    for block in [pieces, words] {
        let length = block.iter().map(|one| one.1 * one.1).sum::<f32>().sqrt();
        block.iter_mut().for_each(|one| one.1 /= length);
    }
    vector
}

/// Added to negative, neutral, positive for the feelings said in so many words, when all are of one side.
pub(super) fn lean_of_said(vector: &[(u32, f32)], much: f32) -> [f32; SIDES] {
    let is_said = |emotion: &Emotion| vector.binary_search_by_key(&id_of_said(*emotion, false), |one| one.0).is_ok();
    let signs = || Emotion::ALL.into_iter().filter(is_said).map(Emotion::sign);
    match (signs().any(|sign| sign < 0), signs().any(|sign| sign > 0)) {
        (true, false) => [much, 0.0, -much],
        (false, true) => [-much, 0.0, much],
        _ => [0.0; SIDES],
    }
}

pub(super) fn softmax<const N: usize>(scores: &[f32; N]) -> [f32; N] {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let raised = scores.map(|score| (score - highest).exp());
    let sum: f32 = raised.iter().sum();
    raised.map(|one| one / sum)
}

pub(super) fn logistic(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}
