//! English stems (Porter's second algorithm), remembered per thread: a few thousand words make up most of any text, and
//! looking one up is several times faster than stemming it.

use rust_stemmers::{Algorithm, Stemmer};
use std::cell::RefCell;
use std::collections::HashMap;

/// The words remembered; when there are more, remembering begins anew.
const MOST_WORDS: usize = 16_384;

thread_local! {
    static STEMS: RefCell<HashMap<String, Option<String>>> = RefCell::new(HashMap::new());
}

/// The English stem of a folded word, when it differs. Short words and words with other than ASCII letters have none.
pub(crate) fn stem_english(word: &str) -> Option<String> {
    if word.len() < 4 || word.len() > 24 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    STEMS.with_borrow_mut(|stems| {
        if let Some(stem) = stems.get(word) {
            return stem.clone();
        }
        if stems.len() >= MOST_WORDS {
            stems.clear();
        }
        let stem = Stemmer::create(Algorithm::English).stem(word);
        let stem = (stem != word).then(|| stem.into_owned());
        stems.insert(word.to_owned(), stem.clone());
        stem
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for word in ["refunds", "refunded", "refunding"] {
            assert_eq!(stem_english(word).as_deref(), Some("refund"));
        }
        assert_eq!(stem_english("refund"), None);
        assert_eq!(stem_english("v2s"), None);
    }

    #[test]
    fn a_full_memory_is_emptied_and_answers_on() {
        let words = (0..MOST_WORDS + 10).map(|i| {
            let letters: String = (0..4).map(|d| (b'a' + (i / 26usize.pow(d) % 26) as u8) as char).collect();
            format!("{letters}ings")
        });
        for word in words {
            assert_eq!(stem_english(&word), stem_english(&word));
        }
        assert!(STEMS.with_borrow(|stems| stems.len()) <= MOST_WORDS);
    }
}
