//! A text as hashed features: word 1–2-grams, Korean words without their particle, and in-word character 1–4-grams, of which
//! a Korean one is also read without its last consonant, folded, weighed by TF-IDF. The same text has the same features on every machine
//! and in every version of a model.

use crate::directory::Directory;
use std::sync::Arc;
use textkit::{Folded, strip_particle};

/// Word features take the upper half of the space, character features the lower, so that they never collide.
const LONGEST_GRAM: usize = 4;
/// What stands before and after a word in its character n-grams.
const EDGE: char = ' ';

/// Hands over each feature of the text: its id below `1 << bits`, and its place in Unicode scalars, half-open.
/// A feature that occurs twice is handed over twice. `bits` is from 2 to 31.
pub fn visit_features(text: &str, bits: u32, mut visit: impl FnMut(u32, usize, usize)) {
    assert!((2..=31).contains(&bits), "a feature space of {bits} bits");
    let folded = Folded::new(text);
    let half = 1u32 << (bits - 1);
    visit_words(&folded.chars, |hash, start, end| {
        let (start, end) = folded.original(start, end);
        visit(half | (mix(hash) & (half - 1)), start, end);
    });
    visit_grams(&folded.chars, |hash, start, end| {
        let (start, end) = folded.original(start, end);
        visit(mix(hash) & (half - 1), start, end);
    });
}

/// The distinct features of a text in order of id, each with its sublinear count `1 + ln(times)`.
pub fn count_features(text: &str, bits: u32) -> Vec<(u32, f32)> {
    let mut ids = Vec::with_capacity(text.len() * 4);
    visit_features(text, bits, |id, _, _| ids.push(id));
    ids.sort_unstable();
    ids.chunk_by(|a, b| a == b).map(|same| (same[0], 1.0 + (same.len() as f32).ln())).collect()
}

/// How much each feature tells, learned from how many texts it occurs in: `ln((1 + n) / (1 + df)) + 1`.
#[derive(Clone, Debug)]
pub(crate) struct Idf {
    bits: u32,
    texts: u32,
    /// An entry for each text a feature occurs in.
    occurs: Arc<Directory>,
}

impl Idf {
    /// Learns from the features of texts as `count_features` gives them.
    pub fn fit<'a>(bits: u32, texts: impl ExactSizeIterator<Item = &'a [(u32, f32)]>) -> Idf {
        let n = texts.len() as u32;
        let features = texts.flatten().map(|feature| feature.0 as usize);
        Idf::new(n, bits, Arc::new(Directory::new(bits, features)))
    }

    pub fn new(texts: u32, bits: u32, occurs: Arc<Directory>) -> Idf {
        Idf { bits, texts, occurs }
    }

    /// Every feature tells as much as every other.
    pub fn flat(bits: u32) -> Idf {
        Idf::new(0, bits, Arc::default())
    }

    /// The weight of one feature, at least 1.
    pub fn weight(&self, id: u32) -> f32 {
        let df = self.occurs.range(id).len();
        ((1.0 + self.texts as f32) / (1.0 + df as f32)).ln() + 1.0
    }

    /// Counted features as a vector of length 1, in which words and characters have equal shares; empty stays empty.
    pub fn weigh(&self, counted: &[(u32, f32)]) -> Vec<(u32, f32)> {
        let half = 1u32 << (self.bits - 1);
        let mut vector: Vec<(u32, f32)> = counted.iter().map(|&(id, tf)| (id, tf * self.weight(id))).collect();
        let words = vector.partition_point(|&(id, _)| id < half);
        let (grams, words) = vector.split_at_mut(words);
        let blocks = [grams, words].into_iter().filter(|block| !block.is_empty()).collect::<Vec<_>>();
        let share = (1.0 / blocks.len().max(1) as f32).sqrt();
        for block in blocks {
            let length = block.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
            block.iter_mut().for_each(|(_, weight)| *weight *= share / length);
        }
        vector
    }
}

/// Words, pairs of neighbouring words, and Korean words without their particle.
fn visit_words(chars: &[char], mut visit: impl FnMut(u64, usize, usize)) {
    let mut before: Option<(u64, usize)> = None;
    let mut word = String::new();
    for (start, end) in runs(chars, |c| c.is_alphanumeric()) {
        let hash = hash_chars(WORD, &chars[start..end]);
        visit(hash, start, end);
        if let Some((hash_before, start_before)) = before {
            visit(step(hash_before, mix(hash)), start_before, end);
        }
        before = Some((hash, start));
        if is_hangul(chars[end - 1]) {
            word.clear();
            word.extend(&chars[start..end]);
            if let Some(bare) = strip_particle(&word) {
                visit(bare.chars().fold(WORD, |hash, c| step(hash, c as u32)), start, start + bare.chars().count());
            }
        }
    }
}

/// The character n-grams of each run without white space, with an edge before and after it. A Korean ending often closes
/// the syllable before it (`하`, `한`, `할`): a closed last syllable counts as the open one too.
fn visit_grams(chars: &[char], mut visit: impl FnMut(u64, usize, usize)) {
    let mut padded = Vec::new();
    for (start, end) in runs(chars, |c| !c.is_whitespace()) {
        padded.clear();
        padded.push(EDGE);
        padded.extend(&chars[start..end]);
        padded.push(EDGE);
        for from in 0..padded.len() {
            let mut hash = GRAM;
            for (n, &c) in padded[from..].iter().take(LONGEST_GRAM).enumerate() {
                let before = hash;
                hash = step(hash, c as u32);
                if n == 0 && c == EDGE {
                    continue;
                }
                // The edges stand on no character of their own.
                let (first, last) = (start + from.saturating_sub(1), (start + from + n).min(end));
                visit(hash, first, last);
                if let Some(open) = open_syllable(c) {
                    visit(step(before, open as u32), first, last);
                }
            }
        }
    }
}

/// The longest runs of characters for which `holds`, half-open.
fn runs(chars: &[char], holds: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + chars[at..].iter().position(|&c| holds(c))?;
        let end = chars[start..].iter().position(|&c| !holds(c)).map_or(chars.len(), |n| start + n);
        at = end;
        Some((start, end))
    })
}

/// A closed Korean syllable without its last consonant.
fn open_syllable(c: char) -> Option<char> {
    let last = if is_hangul(c) { (c as u32 - '가' as u32) % 28 } else { 0 };
    if last == 0 { None } else { char::from_u32(c as u32 - last) }
}

fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

const WORD: u64 = 0x9ae1_6a3b_2f90_404f;
const GRAM: u64 = 0xcbf2_9ce4_8422_2325;

fn hash_chars(seed: u64, chars: &[char]) -> u64 {
    chars.iter().fold(seed, |hash, &c| step(hash, c as u32))
}

pub(crate) fn step(hash: u64, next: u32) -> u64 {
    (hash ^ u64::from(next)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
}

/// Spreads a hash over all bits (the finalizer of SplitMix64).
pub(crate) fn mix(hash: u64) -> u32 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_one_text_have_the_same_features() {
        assert_eq!(count_features("ＡＰＩ Café", 18), count_features("api cafe", 18));
        assert_eq!(count_features("\u{1100}\u{1161}", 18), count_features("가", 18));
    }

    #[test]
    fn a_korean_word_shares_a_feature_with_and_without_its_particle() {
        let words = |text: &str| -> Vec<u32> {
            count_features(text, 20).iter().map(|f| f.0).filter(|&id| id >= 1 << 19).collect()
        };
        let bare = words("결제");
        assert!(words("결제가").iter().any(|id| bare.contains(id)));
    }

    #[test]
    fn a_closed_syllable_has_the_features_of_the_open_one() {
        let features =
            |text: &str| -> Vec<u32> { count_features(text, 20).into_iter().map(|feature| feature.0).collect() };
        let pieces = |text: &str| -> Vec<u32> { features(text).into_iter().filter(|&id| id < 1 << 19).collect() };
        let (open, closed) = (pieces("하"), pieces("한"));
        // Those that end with the syllable; what goes on to the edge behind it holds the syllable as it was written.
        let alike: Vec<&u32> = open.iter().filter(|id| closed.contains(id)).collect();
        assert_eq!((open.len(), alike.len(), closed.len()), (4, 2, 6));
        assert_eq!(pieces("a").len(), 4, "a letter is a feature, the edge of a word alone is none");
    }

    #[test]
    fn an_empty_text_has_no_features() {
        assert!(count_features(" \n", 18).is_empty());
    }

    proptest! {
        #[test]
        fn features_lie_in_the_space_and_places_in_the_text(text in any::<String>(), bits in 4u32..24) {
            let n = text.chars().count();
            visit_features(&text, bits, |id, start, end| {
                assert!(id < 1 << bits);
                assert!(start <= end && end <= n, "{start}..{end} of {n}");
            });
        }

        #[test]
        fn weighed_vectors_have_length_one(texts in prop::collection::vec("[a-z가-힣 ]{0,40}", 1..6)) {
            let counted: Vec<_> = texts.iter().map(|text| count_features(text, 16)).collect();
            let idf = Idf::fit(16, counted.iter().map(Vec::as_slice));
            for features in &counted {
                let length: f32 = idf.weigh(features).iter().map(|(_, w)| w * w).sum();
                prop_assert!(features.is_empty() || (length - 1.0).abs() < 1e-3, "{length}");
            }
        }

        #[test]
        fn features_come_in_order_and_once(text in any::<String>()) {
            let features = count_features(&text, 18);
            prop_assert!(features.windows(2).all(|two| two[0].0 < two[1].0));
        }
    }
}
