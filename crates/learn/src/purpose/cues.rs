//! Words that go with a purpose, from general knowledge: what few examples cannot teach.
use super::{N, place_of};
use std::sync::LazyLock;
use textkit::Folded;

const TABLE: &str = include_str!("../../purposes/cues.txt");

/// By purpose, folded.
static CUES: LazyLock<[Vec<Vec<char>>; N]> = LazyLock::new(|| read_cues(TABLE));

/// Lines of a purpose, a colon and words divided by commas; `#` begins a comment.
fn read_cues(table: &str) -> [Vec<Vec<char>>; N] {
    let mut cues: [Vec<Vec<char>>; N] = Default::default();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (purpose, words) = line.split_once(':').unwrap_or_else(|| panic!("cues.txt: {line}"));
        let place = place_of(purpose).unwrap_or_else(|| panic!("cues.txt: {purpose}"));
        let words = words.split(',').map(|word| Folded::new(word.trim()).chars);
        cues[place].extend(words.filter(|word| !word.is_empty()));
    }
    cues
}

/// Hands over each word that goes with a purpose, once, where it stands first: half-open, in Unicode scalars.
pub(super) fn visit_cues(text: &str, mut visit: impl FnMut(usize, usize, usize)) {
    let folded = Folded::new(text);
    let chars = &folded.chars;
    for (purpose, cues) in CUES.iter().enumerate() {
        for cue in cues {
            let begins = |at: usize| !cue[0].is_ascii() || at == 0 || !chars[at - 1].is_alphanumeric();
            let found =
                chars.windows(cue.len()).enumerate().find(|(at, window)| *window == cue.as_slice() && begins(*at));
            if let Some((at, _)) = found {
                let (start, end) = folded.original(at, at + cue.len());
                visit(purpose, start, end);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_words_begin_a_word_and_korean_ones_stand_anywhere() {
        let found = |text: &str| {
            let mut places = Vec::new();
            visit_cues(text, |purpose, start, end| {
                places.push((purpose, text.chars().skip(start).take(end - start).collect::<String>()))
            });
            places
        };
        assert!(found("The PRICE, please").contains(&(0, "PRICE".into())));
        assert!(!found("misprice").iter().any(|(_, word)| word == "price"));
        assert!(found("연간견적을").contains(&(0, "견적".into())));
    }

    #[test]
    fn every_purpose_has_words_in_both_languages_and_no_word_twice() {
        for cues in CUES.iter() {
            let ascii = cues.iter().filter(|cue| cue[0].is_ascii()).count();
            assert!(ascii >= 20 && cues.len() - ascii >= 20);
            let mut distinct = cues.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), cues.len());
        }
    }
}
