//! Sorts passages onto the tags that one tag is split into: by the words of each, and by what they hold already.
use crate::model::{Aliases, Texts};
use std::collections::{HashMap, HashSet};
use textkit::LabelMatcher;

/// A tag that passages may go to.
#[derive(Clone, Debug, Default)]
pub struct Basket {
    labels: Vec<String>,
    notes: Vec<String>,
    /// Passages it has already.
    pub texts: Vec<String>,
}

impl Basket {
    pub fn new(label: &Texts, aliases: &Aliases, definition: &Texts) -> Basket {
        let labels = [&label.ko, &label.en].into_iter().flatten().chain(&aliases.ko).chain(&aliases.en);
        let notes = [&definition.ko, &definition.en].into_iter().flatten();
        Basket { labels: labels.cloned().collect(), notes: notes.cloned().collect(), texts: vec![] }
    }
}

/// Where a passage seems to belong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sorted {
    pub place: Option<u32>,
    /// From 0 to 1.
    pub score: f32,
    pub is_sure: bool,
}

pub struct Sorter {
    labels: LabelMatcher,
    /// Each known text as its words with their weights, and the place it stands for.
    known: Vec<(u32, HashMap<String, f32>)>,
    rarity: HashMap<String, f32>,
}

/// Clear is what scores this much, and this much more than the next.
const SURE: f32 = 0.4;
const AHEAD: f32 = 0.15;
/// Below this nothing is suggested.
const LEAST: f32 = 0.12;

fn words_of(text: &str) -> HashSet<String> {
    textkit::index_terms(text).words.into_iter().collect()
}

impl Sorter {
    pub fn new(options: &[Basket]) -> Sorter {
        let labels =
            options.iter().enumerate().flat_map(|(i, o)| o.labels.iter().map(move |l| (i as u32, l.as_str(), 1.0)));
        let labels = LabelMatcher::new(labels);
        let texts: Vec<(u32, HashSet<String>)> = options
            .iter()
            .enumerate()
            .flat_map(|(i, o)| o.texts.iter().chain(&o.notes).chain(&o.labels).map(move |t| (i as u32, words_of(t))))
            .collect();
        let mut in_texts: HashMap<String, f32> = HashMap::new();
        for word in texts.iter().flat_map(|(_, words)| words) {
            *in_texts.entry(word.clone()).or_default() += 1.0;
        }
        let n = texts.len() as f32;
        let rarity: HashMap<String, f32> = in_texts.into_iter().map(|(w, df)| (w, (1.0 + n / df).ln())).collect();
        let known = texts.into_iter().map(|(place, words)| (place, weighed(&words, &rarity))).collect();
        Sorter { labels, known, rarity }
    }

    /// Labels found in a text count by themselves; likeness to what a tag holds, by the nearest text of it.
    pub fn sort(&self, text: &str) -> Sorted {
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for m in self.labels.matches(text) {
            let score = scores.entry(m.id).or_default();
            *score = score.max(m.score);
        }
        let words = weighed(&words_of(text), &self.rarity);
        for (place, known) in &self.known {
            let alike: f32 = words.iter().filter_map(|(w, x)| Some(x * known.get(w)?)).sum();
            let score = scores.entry(*place).or_default();
            *score = score.max(alike);
        }
        let mut list: Vec<(u32, f32)> = scores.into_iter().collect();
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let (place, score) = list.first().copied().unwrap_or((0, 0.0));
        let next = list.get(1).map_or(0.0, |n| n.1);
        let place = (score >= LEAST).then_some(place);
        Sorted { place, score, is_sure: score >= SURE && score - next >= AHEAD }
    }
}

/// Words weighed by how rare they are, to a length of 1.
fn weighed(words: &HashSet<String>, rarity: &HashMap<String, f32>) -> HashMap<String, f32> {
    let mut list: HashMap<String, f32> = words.iter().filter_map(|w| Some((w.clone(), *rarity.get(w)?))).collect();
    let length = list.values().map(|x| x * x).sum::<f32>().sqrt();
    list.values_mut().for_each(|x| *x /= length.max(f32::MIN_POSITIVE));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_go_to_the_tag_whose_words_they_use_and_unclear_ones_are_asked_about() {
        let option = |ko: &str, en: &str| {
            Basket::new(&Texts { ko: Some(ko.into()), en: Some(en.into()) }, &Aliases::default(), &Texts::default())
        };
        let mut pdf = option("PDF 내보내기", "PDF export");
        pdf.texts = vec!["인쇄하면 쪽이 잘려요".into()];
        let sorter = Sorter::new(&[option("CSV 내보내기", "CSV export"), pdf]);
        let csv = sorter.sort("CSV로 내보내기를 하면 한글이 깨져요");
        assert_eq!((csv.place, csv.is_sure), (Some(0), true), "{csv:?}");
        let printed = sorter.sort("인쇄할 때 쪽이 잘려서 나와요");
        assert_eq!(printed.place, Some(1), "{printed:?}");
        assert!(!sorter.sort("내보내기가 느려요").is_sure);
        assert_eq!(sorter.sort("로그인이 안 돼요").place, None);
    }
}
