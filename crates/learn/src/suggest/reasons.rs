//! Which words of a text caused a suggestion.

use super::rows::BITS;
use crate::hash::visit_features;

/// At most so many words are shown as causes,
const MOST: usize = 6;
/// those that say at least this share of what the strongest says.
const LEAST_SHARE: f32 = 0.35;
/// Places beyond this many scalars are not looked at.
const LOOKED_AT: usize = 6_000;

/// Where the words and features of a text stand.
pub(crate) struct Reasons {
    /// Half-open, in scalars.
    words: Vec<(usize, usize)>,
    /// By scalar: one more than the number of the word it belongs to or that comes before it.
    word_at: Vec<u32>,
    features: Vec<(u32, u32, u32)>,
}

impl Reasons {
    pub fn new(text: &str) -> Reasons {
        let text = &text[..textkit::scalar_to_byte(text, LOOKED_AT)];
        let (mut words, mut word_at) = (Vec::<(usize, usize)>::new(), Vec::new());
        let mut inside = false;
        for (at, c) in text.chars().enumerate() {
            let is_word = c.is_alphanumeric();
            match words.last_mut() {
                Some(word) if is_word && inside => word.1 = at + 1,
                _ if is_word => words.push((at, at + 1)),
                _ => {}
            }
            inside = is_word;
            word_at.push(words.len() as u32);
        }
        let mut features = Vec::new();
        visit_features(text, BITS, |id, start, end| features.push((id, start as u32, end as u32)));
        features.sort_unstable();
        Reasons { words, word_at, features }
    }

    /// The words with the most support, and the places of labels; in order and apart from each other. `support` is by
    /// feature id, in order.
    pub fn find(&self, support: &[(u32, f32)], labels: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let mut value = vec![0.0f32; self.words.len()];
        let mut at = 0;
        for &(id, by) in support {
            at += self.features[at..].partition_point(|feature| feature.0 < id);
            let places = self.features[at..].iter().take_while(|feature| feature.0 == id);
            for &(_, start, end) in places {
                let (first, last) = self.words_within(start as usize, end as usize);
                let share = by / (last.saturating_sub(first).max(1)) as f32;
                value[first..last].iter_mut().for_each(|value| *value += share);
            }
        }
        let mut strongest: Vec<usize> = (0..value.len()).filter(|&word| value[word] > 0.0).collect();
        strongest.sort_by(|&a, &b| value[b].total_cmp(&value[a]).then(a.cmp(&b)));
        let least = strongest.first().map_or(0.0, |&word| value[word] * LEAST_SHARE);
        let chosen = strongest.into_iter().take(MOST).take_while(|&word| value[word] >= least);
        let mut spans: Vec<(usize, usize)> =
            chosen.map(|word| self.words[word]).chain(labels.iter().copied()).collect();
        spans.sort_unstable();
        join(spans)
    }

    fn words_within(&self, start: usize, end: usize) -> (usize, usize) {
        if start >= end || end > self.word_at.len() {
            return (0, 0);
        }
        let before = if start == 0 { 0 } else { self.word_at[start - 1] as usize };
        let starts_inside = before > 0 && self.words[before - 1].1 > start;
        (before - usize::from(starts_inside), self.word_at[end - 1] as usize)
    }
}

/// Spans in order of start become spans apart from each other; a single place between two joins them.
fn join(spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans.into_iter().filter(|(start, end)| start < end) {
        match joined.last_mut() {
            Some(last) if start <= last.1 + 1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}
