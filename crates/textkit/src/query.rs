//! What a person typed into a search box, as terms for the index and needles for the ranking.

use crate::fold::{Folded, fold, fold_key};
use crate::korean::{is_particle, stem_hangul};
use crate::segment::{Piece, Script, pieces};
use crate::stem::stem_english;
use crate::term::{emoji_token, jamo_token, join, visit_grams};

/// More terms than this are dropped: nobody reads what a pasted page would find.
const MOST_TERMS: usize = 24;
/// Longer words are not tried with a space at each place.
const LONGEST_SPLIT: usize = 12;
/// A Latin word is taken as the beginning of a word from this length on.
const SHORTEST_PREFIX: usize = 3;

/// A parsed search. A text matches when every term does; a query without terms matches nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub terms: Vec<Term>,
    /// Quoted passages, folded, each run of white space one space: `score` gives 0 to a text without one of them.
    pub(crate) quoted: Vec<String>,
}

/// One thing to find. A text matches when any of the alternatives does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Tokens of column `words`.
    pub words: Vec<String>,
    /// Phrases of column `grams`: tokens at consecutive places.
    pub phrases: Vec<Vec<String>>,
    /// Beginnings of tokens of column `words`.
    pub prefixes: Vec<String>,
    pub(crate) needle: Needle,
}

/// What the ranking looks for in the folded text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needle {
    pub script: Script,
    /// As typed, folded; joined words keep their marks.
    pub chars: Vec<char>,
    /// How many of `chars` are left without particle or verb ending.
    pub stem_len: usize,
    /// The English stem.
    pub stem: Option<String>,
    /// Longer words that begin so are meant too.
    pub is_prefix: bool,
}

impl Query {
    /// Whether all words that are sought stand in a squeezed text (`squeeze`), each as typed or without its ending. Quick, for
    /// many short texts that no index holds; `score` says how well.
    pub fn is_in(&self, squeezed: &str) -> bool {
        let stands = |term: &Term| {
            let needle = &term.needle;
            // An English stem may end otherwise than the word (`city`, `citi`): what both begin with.
            let stem = needle
                .stem
                .as_ref()
                .map(|stem| stem.strip_suffix('i').unwrap_or(stem))
                .map_or(needle.stem_len, |stem| stem.chars().zip(&needle.chars).take_while(|(a, b)| a == *b).count());
            let begins: String = needle.chars[..stem.min(needle.chars.len())].iter().filter(|c| stays(**c)).collect();
            squeezed.contains(&begins)
        };
        !self.terms.is_empty()
            && self.terms.iter().all(stands)
            && self.quoted.iter().all(|quoted| squeezed.contains(&squeeze(quoted)))
    }
}

/// A text as `Query::is_in` reads it: folded, without marks, and without the spaces of Korean, which everybody sets otherwise.
pub fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    let mut parted = false;
    for c in fold(text).chars() {
        if !stays(c) {
            parted |= c.is_whitespace();
            continue;
        }
        let last = squeezed.chars().next_back();
        if parted && last.is_some_and(|last| last.is_ascii() || c.is_ascii()) {
            squeezed.push(' ');
        }
        parted = false;
        squeezed.push(c);
    }
    squeezed
}

/// Emoji stay too.
fn stays(c: char) -> bool {
    c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() && !('\u{2000}'..='\u{206f}').contains(&c)
}

/// Reads a search. Words are ANDed; `"quoted passages"` must stand there as they are.
pub fn parse_query(q: &str) -> Query {
    let mut query = Query::default();
    let parts: Vec<&str> = q.split(['"', '“', '”']).collect();
    let last = parts.len() - 1;
    for (i, part) in parts.iter().enumerate() {
        // Every second part stands between two quotes; the last one lacks its closing quote.
        let is_quoted = i % 2 == 1 && i < last;
        if is_quoted {
            query.quoted.extend(Some(fold_key(part)).filter(|quoted| !quoted.is_empty()));
        }
        let is_typing = i == last && !part.ends_with(char::is_whitespace);
        for term in parse_part(part, is_quoted, is_typing) {
            if query.terms.len() < MOST_TERMS && !query.terms.contains(&term) {
                query.terms.push(term);
            }
        }
    }
    query
}

fn parse_part(part: &str, is_quoted: bool, is_typing: bool) -> Vec<Term> {
    let folded = Folded::new(part);
    let pieces = pieces(&folded.chars);
    let mut terms = Vec::new();
    let mut rest = &pieces[..];
    while let Some(piece) = rest.first() {
        let joined = rest[1..].iter().take_while(|piece| piece.joined).count().min(crate::term::LONGEST_JOIN - 1);
        let (run, after) = rest.split_at(1 + joined);
        let is_last = is_typing && after.is_empty() && run[joined].end == folded.chars.len();
        let chars = &folded.chars[piece.start..piece.end];
        terms.extend(match piece.script {
            Script::Latin => Some(latin_term(&folded.chars, run, is_last && !is_quoted)),
            Script::Hangul => {
                let before = piece.follows.then(|| folded.chars[piece.start - 1]);
                hangul_term(chars, before, is_quoted)
            }
            Script::Han => Some(han_term(chars)),
            Script::Jamo => {
                Some(jamo_token(chars)).map(|token| token_term(Script::Jamo, token.chars().collect(), token))
            }
            Script::Emoji => Some(token_term(Script::Emoji, chars.to_vec(), emoji_token(chars[0]))),
        });
        rest = after;
    }
    terms
}

fn latin_term(text: &[char], run: &[Piece], is_last: bool) -> Term {
    let mut word = String::new();
    join(text, run, &mut word);
    let chars = text[run[0].start..run[run.len() - 1].end].to_vec();
    let stem = if run.len() == 1 { stem_english(&word) } else { None };
    let is_prefix = is_last && word.chars().count() >= SHORTEST_PREFIX;
    Term {
        // Whatever holds the word itself holds its stem as well.
        words: vec![stem.clone().unwrap_or_else(|| word.clone())],
        phrases: Vec::new(),
        prefixes: if is_prefix { vec![word] } else { Vec::new() },
        needle: Needle { script: Script::Latin, stem_len: chars.len(), chars, stem, is_prefix },
    }
}

/// A Hangul word; nothing for the particle of a word in another script (`API는`).
fn hangul_term(chars: &[char], before: Option<char>, is_quoted: bool) -> Option<Term> {
    let word: String = chars.iter().collect();
    if before.is_some_and(|before| is_particle(before, &word)) {
        return None;
    }
    let mut words = vec![word.clone()];
    if !is_quoted {
        // What hangs on another script is a short noun of its own (`API키를`).
        words.extend(stem_hangul(&word, if before.is_some() { 1 } else { 2 }).map(str::to_owned));
    }
    let stem_len = words[words.len() - 1].chars().count();
    let stem = &chars[..stem_len];
    let (mut all, mut prefixes) = (Vec::new(), Vec::new());
    if stem_len == 1 {
        prefixes.push(stem.iter().collect());
    } else {
        all = phrases(stem);
        // What looks like a particle may belong to the word (문의): spaced, the whole word is no longer than the stem.
        all.extend(phrases(chars).into_iter().skip(1).filter(|_| stem_len < chars.len()));
    }
    let needle =
        Needle { script: Script::Hangul, chars: chars.to_vec(), stem_len, stem: None, is_prefix: stem_len == 1 };
    Some(Term { words, phrases: all, prefixes, needle })
}

fn han_term(chars: &[char]) -> Term {
    let word: String = chars.iter().collect();
    let is_prefix = chars.len() == 1;
    Term {
        phrases: if is_prefix { Vec::new() } else { vec![grams(chars)] },
        prefixes: if is_prefix { vec![word.clone()] } else { Vec::new() },
        words: vec![word],
        needle: Needle { script: Script::Han, stem_len: chars.len(), chars: chars.to_vec(), stem: None, is_prefix },
    }
}

fn token_term(script: Script, chars: Vec<char>, token: String) -> Term {
    Term {
        words: vec![token],
        phrases: Vec::new(),
        prefixes: Vec::new(),
        needle: Needle { script, stem_len: chars.len(), chars, stem: None, is_prefix: false },
    }
}

/// The word unbroken, and with a space at each place that leaves two syllables on both sides, since writers space
/// compounds as they like; from six syllables on with two spaces as well.
fn phrases(stem: &[char]) -> Vec<Vec<String>> {
    let mut all = vec![grams(stem)];
    let n = stem.len();
    if n > LONGEST_SPLIT {
        return all;
    }
    for first in 2..n.saturating_sub(1) {
        let (left, right) = stem.split_at(first);
        all.push([grams(left), grams(right)].concat());
        for second in 2..right.len().saturating_sub(1) {
            let (middle, end) = right.split_at(second);
            all.push([grams(left), grams(middle), grams(end)].concat());
        }
    }
    all
}

fn grams(chars: &[char]) -> Vec<String> {
    let mut grams = Vec::with_capacity(chars.len());
    visit_grams(chars, &mut String::new(), |gram| grams.push(gram.to_owned()));
    grams
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index_terms;
    use proptest::prelude::*;

    /// Whether an index of `index_terms` answers the query with this text.
    fn is_found(q: &str, text: &str) -> bool {
        let terms = index_terms(text);
        let query = parse_query(q);
        !query.terms.is_empty()
            && query.terms.iter().all(|term| {
                term.words.iter().any(|word| terms.words.contains(word))
                    || term
                        .prefixes
                        .iter()
                        .any(|prefix| terms.words.iter().any(|word| word.starts_with(prefix.as_str())))
                    || term.phrases.iter().any(|phrase| terms.grams.windows(phrase.len()).any(|place| place == phrase))
            })
    }

    #[test]
    fn short_texts_are_found_without_an_index() {
        let stands = |q: &str, text: &str| parse_query(q).is_in(&squeeze(text));
        for (q, text) in [
            ("필터를", "저장된 필터가 남게 해 주세요"),
            ("다크 모드", "다크모드를 켜고 끄기"),
            ("다크모드", "다크 모드 지원"),
            ("filters", "Keep my Filter"),
            ("cities", "City names"),
            ("v2.1 export", "Export of V2.1"),
            ("\"saved view\"", "a Saved  View is lost"),
            ("VIEW-218", "VIEW-218"),
        ] {
            assert!(stands(q, text), "{q} in {text}");
        }
        for (q, text) in [("필터 알림", "필터만"), ("api", "a pin"), ("", "anything"), ("\"view saved\"", "saved view")]
        {
            assert!(!stands(q, text), "{q} in {text}");
        }
    }

    #[test]
    fn spacing_of_compounds_does_not_matter() {
        assert!(is_found("결제오류", "결제 오류가 났어요"));
        assert!(is_found("결제 오류", "결제오류가 났어요"));
        assert!(is_found("결제 오류", "간편결제 오류가"));
        assert!(is_found("결제오류", "간편결제 오류가"));
        assert!(is_found("결제오류문의", "결제 오류 문의합니다"));
        assert!(!is_found("결제오류", "결제는 됐고 오류는 없어요"));
    }

    #[test]
    fn particles_do_not_matter() {
        for q in ["친구는", "친구", "친구에게", "친구들이"] {
            for text in ["친구가 왔다", "내 친구", "소꿉친구와", "친구들은"] {
                assert!(is_found(q, text), "{q} in {text}");
            }
        }
        assert!(is_found("환불했어요", "환불 부탁"));
        assert!(is_found("한글은", "한글이 깨져요"));
    }

    #[test]
    fn english_words_are_found_by_any_form() {
        assert!(is_found("refunds", "a refund please"));
        assert!(is_found("refund", "refunding twice"));
        assert!(is_found("REFU", "Refund"));
        assert!(!is_found("refu ", "Refund"));
        assert!(!is_found("cat", "a dog"));
    }

    #[test]
    fn versions_addresses_and_emoji_are_found_whole() {
        assert!(is_found("v2.1", "since v2.1.3 it fails"));
        assert!(!is_found("v2.1", "v2 has 1 fault"));
        assert!(is_found("a@b.com", "<a@b.com>"));
        assert!(is_found("b.com", "write to a@b.com"));
        assert!(is_found("email", "an e-mail"));
        assert!(is_found("👍🏽", "좋아요👍"));
        assert!(is_found("ㅋㅋ", "ㅋㅋㅋㅋ"));
    }

    #[test]
    fn mixed_writing_is_found_either_way() {
        for q in ["API키", "api 키", "API키를"] {
            for text in ["API키가 없어요", "api 키를 잃었어요"] {
                assert!(is_found(q, text), "{q} in {text}");
            }
        }
        assert_eq!(parse_query("API는").terms.len(), 1);
    }

    #[test]
    fn one_syllable_finds_words_that_begin_with_it() {
        assert!(is_found("앱", "앱이 느려요"));
        assert!(is_found("앱", "새 앱"));
    }

    #[test]
    fn quotes_keep_words_as_they_are() {
        let query = parse_query("\"결제  오류\" 환불");
        assert_eq!(query.quoted, ["결제 오류"]);
        assert_eq!(query.terms.len(), 3);
        assert!(parse_query("5\" 모니터").quoted.is_empty());
        assert_eq!(parse_query("\"친구는\"").terms[0].words, ["친구는"]);
    }

    #[test]
    fn nothing_to_look_for_is_no_term() {
        for q in ["", "  ", "?!", "\"\"", "\u{301}"] {
            assert!(parse_query(q).terms.is_empty(), "{q}");
        }
        assert_eq!(parse_query(&"가나다라 마바사 ".repeat(500)).terms.len(), 2);
    }

    proptest! {
        #[test]
        fn a_word_of_the_text_finds_the_text(text in "[가-힣a-z0-9ㅋ漢字😀 .@-]{1,30}") {
            for word in text.split_whitespace().filter(|word| !parse_query(word).terms.is_empty()) {
                prop_assert!(is_found(word, &text), "{word}");
            }
        }

        #[test]
        fn any_part_of_two_or_more_hangul_syllables_finds_the_text(word in "[가-힣]{2,10}", from in 0usize..8, len in 2usize..6) {
            let part: String = word.chars().skip(from).take(len).collect();
            if part.chars().count() >= 2 {
                prop_assert!(is_found(&part, &word));
            }
        }

        #[test]
        fn the_ranking_sees_what_the_index_finds(text in "[가나다는에서을하했ab1ㅋ漢字😀 .@/-]{1,24}", q in "[가나다는에서을하했ab1ㅋ漢字😀 .@-]{1,8}") {
            // The index takes Hangul on both sides of other writing for neighbours; the ranking knows better.
            let has_other = text.chars().any(|c| "ab1ㅋ漢字😀".contains(c));
            if is_found(&q, &text) && !(has_other && parse_query(&q).terms.iter().any(|term| term.phrases.len() > 1)) {
                prop_assert!(crate::score(&parse_query(&q), &text) > 0.0);
            }
        }

        #[test]
        fn parsing_never_fails(q in any::<String>()) {
            for term in parse_query(&q).terms {
                prop_assert!(!term.words.is_empty() && term.needle.stem_len >= 1);
            }
        }
    }
}
