//! Finds which of many labels (names and aliases of tags, in both languages) a text speaks of, and where.

mod scan;

use crate::fold::Folded;
use crate::korean::{is_syllable, strip_ending};
use crate::segment::{Piece, Script, pieces};
use crate::stem::stem_english;
use crate::term::join;
use scan::{Place, scan};
use std::collections::HashMap;

/// A label that a text speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelMatch {
    pub id: u32,
    /// Above 0, nearing 1 for a whole and specific label of weight 1; comparable between texts.
    pub score: f32,
    /// The words that caused it, in Unicode scalars of the text, half-open, in order.
    pub spans: Vec<(usize, usize)>,
}

/// All labels, prepared for matching. Building it costs a few milliseconds per thousand labels.
#[derive(Debug, Default)]
pub struct LabelMatcher {
    tokens: HashMap<String, u32>,
    /// Which wordings contain a token.
    wordings_of: Vec<Vec<u32>>,
    /// How much a token tells: rare ones more.
    information: Vec<f32>,
    wordings: Vec<Wording>,
    /// Characters of the longest token.
    longest: usize,
}

/// One way to write one label, as a sequence of tokens.
#[derive(Debug)]
struct Wording {
    id: u32,
    weight: f32,
    tokens: Vec<u32>,
    chars: usize,
    /// The information of all its tokens.
    says: f32,
}

/// Below this share of a label's information, a partial match says nothing.
const LEAST_COVERED: f32 = 0.25;
/// A partial match is worth at most this share of a whole one.
const PARTIAL_WORTH: f32 = 0.45;
/// Places of one token beyond this many are not tried.
const MOST_PLACES: usize = 32;

impl LabelMatcher {
    /// Takes any number of labels per id (languages, aliases), each with a weight from 0 to 1.
    pub fn new<'a>(labels: impl Iterator<Item = (u32, &'a str, f32)>) -> Self {
        let mut matcher = LabelMatcher::default();
        for (id, label, weight) in labels {
            for words in wordings(label) {
                matcher.add(id, weight, &words);
            }
        }
        let n = matcher.wordings.len() as f32;
        matcher.information = matcher.wordings_of.iter().map(|of| (1.0 + n / of.len() as f32).ln()).collect();
        for wording in &mut matcher.wordings {
            wording.says = wording.tokens.iter().map(|&token| matcher.information[token as usize]).sum();
        }
        matcher
    }

    fn add(&mut self, id: u32, weight: f32, words: &[String]) {
        let number = self.wordings.len() as u32;
        let mut tokens = Vec::with_capacity(words.len());
        for word in words {
            let next = self.tokens.len() as u32;
            let token = *self.tokens.entry(word.clone()).or_insert(next);
            if token == next {
                self.wordings_of.push(Vec::new());
                self.longest = self.longest.max(word.chars().count());
            }
            if !tokens.contains(&token) {
                tokens.push(token);
                self.wordings_of[token as usize].push(number);
            }
        }
        let chars = words.iter().map(|word| word.chars().count()).sum();
        self.wordings.push(Wording { id, weight, tokens, chars, says: 0.0 });
    }

    /// The labels the text speaks of, best first; each id once, with its best wording.
    pub fn matches(&self, text: &str) -> Vec<LabelMatch> {
        let folded = Folded::new(text);
        let places = self.find_places(&folded.chars);
        let mut best: HashMap<u32, (f32, Vec<Place>)> = HashMap::new();
        for number in self.covered(&places) {
            let wording = &self.wordings[number];
            let known = best.get(&wording.id).map_or(0.0, |(score, _)| *score);
            if let Some(found) = self.judge(wording, &places, known) {
                best.insert(wording.id, found);
            }
        }
        let mut matches: Vec<LabelMatch> = best
            .into_iter()
            .map(|(id, (score, mut chosen))| {
                chosen.sort_by_key(|place| (place.start, place.end));
                let mut spans: Vec<_> = chosen.iter().map(|place| folded.original(place.start, place.end)).collect();
                spans.dedup();
                LabelMatch { id, score, spans }
            })
            .collect();
        matches.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        matches
    }

    fn find_places(&self, text: &[char]) -> Places {
        let mut places = Places { of: vec![(0, 0); self.information.len()], ..Places::default() };
        scan(text, self.longest, |key, place| {
            if place.quality > 0.0
                && let Some(&token) = self.tokens.get(key)
            {
                places.all.push((token, place));
            }
        });
        places.all.sort_by_key(|(token, _)| *token);
        let mut from = 0;
        for group in places.all.chunk_by(|a, b| a.0 == b.0) {
            let token = group[0].0;
            places.tokens.push(token);
            places.of[token as usize] = (from, from + group.len().min(MOST_PLACES));
            from += group.len();
        }
        places
    }

    /// The wordings of which enough is in the text.
    fn covered(&self, places: &Places) -> Vec<usize> {
        let mut sums = vec![0.0f32; self.wordings.len()];
        let mut covered = Vec::new();
        for &token in &places.tokens {
            let information = self.information[token as usize];
            for &number in &self.wordings_of[token as usize] {
                let (sum, least) = (&mut sums[number as usize], LEAST_COVERED * self.wordings[number as usize].says);
                if *sum < least && *sum + information >= least {
                    covered.push(number as usize);
                }
                *sum += information;
            }
        }
        covered
    }

    /// The score of one wording and the places that earn it, if it is above `known`: coverage, quality of each place,
    /// nearness, specificity.
    fn judge(&self, wording: &Wording, places: &Places, known: f32) -> Option<(f32, Vec<Place>)> {
        let present = || wording.tokens.iter().copied().filter(|&token| !places.of(token).is_empty());
        let found: f32 = present().map(|token| self.information[token as usize]).sum();
        let is_whole = present().count() == wording.tokens.len();
        let covered = if is_whole { 1.0 } else { PARTIAL_WORTH * found / wording.says };
        let says = found + 0.3 * wording.chars as f32 * found / wording.says;
        let specific = says / (says + 5.0);
        let most = wording.weight * covered * specific;
        if most <= known {
            return None;
        }
        let chosen = closest(&present().map(|token| places.of(token)).collect::<Vec<_>>())?;
        let sure: f32 =
            present().zip(&chosen).map(|(token, place)| self.information[token as usize] * place.quality).sum();
        let (first, last) = (chosen.iter().map(|p| p.word).min()?, chosen.iter().map(|p| p.word).max()?);
        let near = match (last - first + 1).saturating_sub(chosen.len()) {
            0 => 1.0,
            1..=2 => 0.9,
            3..=8 => 0.7,
            _ => 0.4,
        };
        let score = most * (sure / found) * near;
        (score > known).then_some((score, chosen))
    }
}

/// Where the tokens of the labels stand in a text.
#[derive(Default)]
struct Places {
    /// By token, then by place.
    all: Vec<(u32, Place)>,
    /// The tokens that occur.
    tokens: Vec<u32>,
    /// The range of each token within `all`.
    of: Vec<(usize, usize)>,
}

impl Places {
    fn of(&self, token: u32) -> &[(u32, Place)] {
        let (from, to) = self.of[token as usize];
        &self.all[from..to]
    }
}

/// One place per token so that all lie as close together as can be: the places nearest to one of the places of the
/// token that is rarest in the text.
fn closest(lists: &[&[(u32, Place)]]) -> Option<Vec<Place>> {
    let rarest = lists.iter().min_by_key(|places| places.len())?;
    let total =
        |anchor: &Place| lists.iter().filter_map(|list| nearest(anchor, list)).map(|(cost, _)| cost).sum::<f32>();
    let anchors = rarest.iter().map(|(_, anchor)| (total(anchor), anchor));
    let (_, anchor) = anchors.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(lists.iter().filter_map(|list| nearest(anchor, list)).map(|(_, place)| place).collect())
}

/// The place nearest to another, and how far that is in words; a doubtful place counts as farther. Places are in order,
/// so only the neighbours of where the other would stand are looked at.
fn nearest(anchor: &Place, list: &[(u32, Place)]) -> Option<(f32, Place)> {
    let at = list.partition_point(|(_, place)| place.word < anchor.word);
    let near = &list[at.saturating_sub(2)..(at + 2).min(list.len())];
    let cost = |place: &Place| place.word.abs_diff(anchor.word) as f32 + 2.0 * (1.0 - place.quality);
    near.iter().map(|(_, place)| (cost(place), *place)).min_by(|a, b| a.0.total_cmp(&b.0))
}

/// English words that a label can do without.
fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "of"
            | "to"
            | "for"
            | "and"
            | "or"
            | "in"
            | "on"
            | "at"
            | "by"
            | "is"
            | "are"
            | "be"
            | "my"
            | "with"
            | "from"
    )
}

/// The ways a label may be written in a text: as it is; joined words as one (`e-mail`, `email`); long Hangul compounds
/// with a space (`결제오류`, `결제 오류`).
fn wordings(label: &str) -> Vec<Vec<String>> {
    let folded = Folded::new(label);
    let pieces = pieces(&folded.chars);
    let apart = pieces.iter().map(|piece| token(&folded.chars, std::slice::from_ref(piece))).collect();
    let mut all: Vec<Vec<String>> = vec![without_filler(apart)];
    if pieces.iter().any(|piece| piece.joined) {
        let runs = pieces.chunk_by(|_, next| next.joined);
        all.push(without_filler(runs.map(|run| token(&folded.chars, run)).collect()));
    }
    for (i, word) in all[0].clone().iter().enumerate() {
        let chars: Vec<char> = word.chars().collect();
        if chars.len() >= 4 && chars.iter().all(|&c| is_syllable(c)) {
            for at in 2..chars.len() - 1 {
                let mut split = all[0].clone();
                split.splice(i..=i, [chars[..at].iter().collect(), chars[at..].iter().collect()]);
                all.push(split);
            }
        }
    }
    all.retain(|words| !words.is_empty());
    all
}

fn token(chars: &[char], run: &[Piece]) -> String {
    let mut word = String::new();
    join(chars, run, &mut word);
    match run[0].script {
        Script::Latin => stem_english(&word).unwrap_or(word),
        Script::Hangul => strip_ending(&word).map(str::to_owned).unwrap_or(word),
        _ => word,
    }
}

fn without_filler(words: Vec<String>) -> Vec<String> {
    let telling: Vec<String> = words.iter().filter(|word| !is_filler(word)).cloned().collect();
    if telling.is_empty() { words } else { telling }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matcher() -> LabelMatcher {
        LabelMatcher::new(
            [
                (1, "결제 오류", 1.0),
                (1, "Payment error", 1.0),
                (2, "환불", 1.0),
                (2, "Refund", 1.0),
                (3, "간편결제 오류", 1.0),
                (4, "E-mail notifications", 1.0),
                (4, "이메일 알림", 1.0),
                (5, "Export to PDF", 1.0),
                (6, "오류", 0.8),
                (7, "로그인 안됨", 1.0),
                (8, "앱", 1.0),
            ]
            .into_iter(),
        )
    }

    fn best(text: &str) -> Vec<u32> {
        matcher().matches(text).iter().map(|m| m.id).collect()
    }

    #[test]
    fn whole_labels_are_found_whatever_hangs_on_their_words() {
        assert_eq!(best("결제에서 오류가 납니다")[0], 1);
        assert_eq!(best("결제오류가 나요")[0], 1);
        assert_eq!(best("환불했어요"), [2]);
        assert_eq!(best("I was refunded twice"), [2]);
        assert_eq!(best("email notification is late")[0], 4);
        assert_eq!(best("exporting PDFs fails")[0], 5);
    }

    #[test]
    fn a_longer_label_beats_the_shorter_inside_it() {
        assert_eq!(best("간편결제 오류가 나요")[..2], [3, 1]);
    }

    #[test]
    fn words_far_apart_count_less_than_side_by_side() {
        let near = matcher().matches("payment error")[0].score;
        let apart = matcher().matches("payment was fine until I saw an error")[0].score;
        assert!(near > apart);
    }

    #[test]
    fn a_part_of_a_label_counts_less_than_the_whole() {
        let matches = matcher().matches("payment");
        assert!(matches.iter().all(|m| m.score < 0.4), "{matches:?}");
    }

    #[test]
    fn a_label_of_one_syllable_is_a_word_of_its_own() {
        assert!(best("앱이 느려요").contains(&8));
        assert!(!best("앱솔루트").contains(&8));
        assert!(!best("해피앱스").contains(&8));
    }

    #[test]
    fn spans_are_the_words_in_scalars() {
        let matches = matcher().matches("😀 결제 화면에서 오류가 나요");
        assert_eq!(matches[0].id, 1);
        assert_eq!(matches[0].spans, [(2, 4), (10, 12)]);
    }

    #[test]
    fn nothing_matches_nothing() {
        assert!(best("안녕하세요, 좋은 아침입니다").is_empty());
        assert!(LabelMatcher::new(std::iter::empty()).matches("결제").is_empty());
        assert!(LabelMatcher::new([(1, "?!", 1.0)].into_iter()).matches("?!").is_empty());
    }

    proptest! {
        #[test]
        fn a_label_is_found_in_a_text_that_holds_it(label in "[가-힣]{2,6}( [가-힣]{2,5})?|[a-z]{3,9}( [a-z]{3,9})?", before in "[가-힣a-z ]{0,20}") {
            let matcher = LabelMatcher::new([(7, label.as_str(), 1.0)].into_iter());
            let text = format!("{before} {label}");
            let matches = matcher.matches(&text);
            prop_assert_eq!(matches.len(), 1);
            let n = text.chars().count();
            prop_assert!(matches[0].spans.iter().all(|&(from, to)| from < to && to <= n));
        }

        #[test]
        fn any_text_and_label_are_taken(label in any::<String>(), text in any::<String>()) {
            for found in LabelMatcher::new([(1, label.as_str(), 1.0)].into_iter()).matches(&text) {
                prop_assert!(found.score > 0.0 && found.score <= 1.0);
            }
        }
    }
}
