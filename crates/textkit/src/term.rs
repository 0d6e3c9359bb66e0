//! Tokens for the full-text index: what one entry contributes to the columns `words` and `grams`.

use crate::fold::Folded;
use crate::korean::stem_hangul;
use crate::segment::{Piece, Script, pieces};
use crate::stem::stem_english;

/// Raised whenever `index_terms` or `parse_query` change so that stored tokens have to be made anew.
pub const TOKEN_VERSION: u32 = 1;

/// Longer words are cut here, in characters: they are hashes and encoded bytes, and engines limit a token's length.
const LONGEST_WORD: usize = 40;
/// Joined pieces are indexed in runs up to this many (`a@b.co.kr` has four).
pub(crate) const LONGEST_JOIN: usize = 5;

/// The tokens of one text, in order of place. Each consists of letters and digits only, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexTerms {
    /// Whole words; Hangul words also without particle and verb ending; English words also stemmed; joined words
    /// (`v2.1`, `a@b.com`, `don't`) also as one (`v21`, `abcom`, `dont`); emoji as their code (`u1f600`).
    pub words: Vec<String>,
    /// Pairs of neighbouring characters of each Hangul or Han word; a word of one character is itself. Phrases rely on
    /// consecutive places, also across words.
    pub grams: Vec<String>,
}

/// The index column a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Words,
    Grams,
}

/// The tokens of a text as two lists.
pub fn index_terms(text: &str) -> IndexTerms {
    let mut terms = IndexTerms::default();
    visit_terms(text, |column, token| {
        match column {
            Column::Words => &mut terms.words,
            Column::Grams => &mut terms.grams,
        }
        .push(token.to_owned());
    });
    terms
}

/// Hands the tokens of a text over one by one, each column in order of place: `index_terms` without the lists.
pub fn visit_terms(text: &str, mut visit: impl FnMut(Column, &str)) {
    let folded = Folded::new(text);
    let pieces = pieces(&folded.chars);
    let mut token = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        let chars = &folded.chars[piece.start..piece.end];
        set(&mut token, chars);
        match piece.script {
            Script::Latin => {
                visit(Column::Words, &token);
                if let Some(stem) = stem_english(&token) {
                    visit(Column::Words, &stem);
                }
                visit_joins(&folded.chars, &pieces[..=i], &mut token, |joined| visit(Column::Words, joined));
            }
            Script::Hangul => {
                visit(Column::Words, &token);
                if let Some(stem) = stem_hangul(&token, 2) {
                    visit(Column::Words, stem);
                }
            }
            Script::Han => visit(Column::Words, &token),
            Script::Jamo => visit(Column::Words, &jamo_token(chars)),
            Script::Emoji => visit(Column::Words, &emoji_token(chars[0])),
        }
        if piece.script.has_grams() {
            visit_grams(chars, &mut token, |gram| visit(Column::Grams, gram));
        }
    }
}

fn set(token: &mut String, chars: &[char]) {
    token.clear();
    token.extend(chars.iter().take(LONGEST_WORD));
}

/// All joins of two or more pieces that end with the last one.
fn visit_joins(chars: &[char], pieces: &[Piece], token: &mut String, mut visit: impl FnMut(&str)) {
    let joined = pieces.iter().rev().take(LONGEST_JOIN - 1).take_while(|piece| piece.joined).count();
    for first in (pieces.len() - 1 - joined..pieces.len() - 1).rev() {
        join(chars, &pieces[first..], token);
        visit(token);
    }
}

/// Joined pieces as one token, without the marks between them.
pub(crate) fn join(chars: &[char], pieces: &[Piece], token: &mut String) {
    token.clear();
    for piece in pieces {
        token.extend(&chars[piece.start..piece.end]);
    }
    if let Some((cut, _)) = token.char_indices().nth(LONGEST_WORD) {
        token.truncate(cut);
    }
}

/// The pairs of neighbouring characters of a word; a word of one character is itself.
pub(crate) fn visit_grams(chars: &[char], token: &mut String, mut visit: impl FnMut(&str)) {
    for gram in chars.windows(chars.len().min(2)) {
        token.clear();
        token.extend(gram);
        visit(token);
    }
}

/// `ㅋㅋㅋㅋㅋ` and `ㅋㅋ` are one token: the run with each letter at most twice in a row.
pub(crate) fn jamo_token(chars: &[char]) -> String {
    let mut token = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if (i < 2 || chars[i - 1] != c || chars[i - 2] != c) && token.len() < LONGEST_WORD * 3 {
            token.push(c);
        }
    }
    token
}

pub(crate) fn emoji_token(c: char) -> String {
    format!("u{:x}", c as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        index_terms(text).words
    }

    #[test]
    fn a_hangul_word_is_indexed_with_and_without_its_end() {
        let terms = index_terms("결제 오류가 났어요");
        assert_eq!(terms.words, ["결제", "오류가", "오류", "났어요", "났어"]);
        assert_eq!(terms.grams, ["결제", "오류", "류가", "났어", "어요"]);
        assert_eq!(words("환불했어요"), ["환불했어요", "환불"]);
        assert_eq!(words("친구들은"), ["친구들은", "친구"]);
    }

    #[test]
    fn a_word_of_one_syllable_is_its_own_gram() {
        assert_eq!(index_terms("새 앱").grams, ["새", "앱"]);
    }

    #[test]
    fn english_words_keep_their_form_beside_the_stem() {
        assert_eq!(words("Refunds were refunded"), ["refunds", "refund", "were", "refunded", "refund"]);
    }

    #[test]
    fn versions_addresses_and_apostrophes_are_one_word_and_several() {
        assert_eq!(words("v2.1"), ["v2", "1", "v21"]);
        assert_eq!(words("a@b.com"), ["a", "b", "ab", "com", "bcom", "abcom"]);
        assert_eq!(words("don't"), ["don", "t", "dont"]);
        assert_eq!(words("1,000원, 2"), ["1", "000", "1000", "원", "2"]);
        assert_eq!(words("end. Start"), ["end", "start"]);
    }

    #[test]
    fn mixed_writing_is_cut_where_the_script_changes() {
        assert_eq!(words("API키를"), ["api", "키를"]);
        assert_eq!(words("좋아요ㅋㅋㅋㅋ😀👍"), ["좋아요", "좋아", "ㅋㅋ", "u1f600", "u1f44d"]);
    }

    #[test]
    fn a_long_hash_is_cut() {
        assert!(words(&"x1".repeat(5_000)).iter().all(|word| word.chars().count() <= LONGEST_WORD));
    }

    proptest! {
        #[test]
        fn tokens_are_letters_and_digits_only(text in any::<String>()) {
            let terms = index_terms(&text);
            for token in terms.words.iter().chain(&terms.grams) {
                prop_assert!(!token.is_empty() && token.chars().all(char::is_alphanumeric), "{token:?}");
            }
        }

        #[test]
        fn decomposed_text_has_the_same_terms(text in "[가-힣a-z .]{0,30}") {
            use unicode_normalization::UnicodeNormalization;
            prop_assert_eq!(index_terms(&text.nfd().collect::<String>()), index_terms(&text));
        }
    }
}
