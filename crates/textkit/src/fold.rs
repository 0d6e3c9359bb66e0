//! Folding: one spelling for everything that should match, with the way back to the original's offsets.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The form in which texts are compared: compatibility forms resolved (`ＡＰＩ` → `api`, Hangul from a Mac composed),
/// lower case, accents of Latin, Greek and Cyrillic letters and invisible characters left out.
///
/// Lone Hangul letters (`ㅋㅋ`, `ㄱㅅ`) stay what they are. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_each(text, |c, _| out.push(c));
    out
}

/// The form in which names are compared: folded, trimmed, each run of white space one space.
pub fn fold_key(name: &str) -> String {
    let folded = fold(name);
    let mut out = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A folded text and, for each of its characters, the Unicode scalar of the original it came from.
#[derive(Debug, Default)]
pub struct Folded {
    pub chars: Vec<char>,
    /// One longer than `chars`: the last is the original's length in scalars.
    at: Vec<u32>,
}

impl Folded {
    pub fn new(text: &str) -> Self {
        let mut folded = Folded { chars: Vec::with_capacity(text.len() / 2), at: Vec::with_capacity(text.len() / 2) };
        let end = fold_each(text, |c, i| {
            folded.chars.push(c);
            folded.at.push(i as u32);
        });
        folded.at.push(end as u32);
        folded
    }

    /// The range of the original, in scalars, that a range of folded characters came from.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let (first, after) = (self.at[start] as usize, self.at[end] as usize);
        if start == end {
            return (first, first);
        }
        // One original can fold to several characters: a range that ends within them takes the whole original.
        (first, after.max(self.at[end - 1] as usize + 1))
    }
}

/// Hands each folded character over with the scalar offset of its original; returns the original's length in scalars.
pub(crate) fn fold_each(text: &str, mut emit: impl FnMut(char, usize)) -> usize {
    let mut chars = text.chars().peekable();
    let mut at = 0;
    let mut cluster = String::new();
    while let Some(c) = chars.next() {
        let from = at;
        at += 1;
        if c.is_ascii() {
            emit(c.to_ascii_lowercase(), from);
        } else if stands_alone(c) && !chars.peek().is_some_and(|&next| goes_with(next)) {
            emit(c, from);
        } else if !is_invisible(c) {
            cluster.clear();
            cluster.push(c);
            while let Some(next) = chars.next_if(|&next| goes_with(next)) {
                cluster.push(next);
                at += 1;
            }
            fold_cluster(&cluster, |c| emit(c, from));
        }
    }
    at
}

/// Folds a base with what combines with it. Lower case can bring new marks (`İ`), hence the second look at marks.
fn fold_cluster(cluster: &str, emit: impl FnMut(char)) {
    let is_mark = |c: &char| ('\u{300}'..='\u{36F}').contains(c);
    cluster
        .chars()
        .flat_map(|c| -> Box<dyn Iterator<Item = char>> {
            match full_width_jamo(c) {
                Some(jamo) => Box::new(std::iter::once(jamo)),
                None => Box::new(std::iter::once(c).nfkd()),
            }
        })
        .filter(|c| !is_mark(c))
        .flat_map(char::to_lowercase)
        .filter(|c| !is_mark(c) && !is_invisible(*c))
        .nfc()
        .for_each(emit);
}

/// Letters that fold to themselves whatever stands around them, unless a combining character follows.
fn stands_alone(c: char) -> bool {
    matches!(c, '가'..='힣' | '一'..='鿿' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー') || is_lone_jamo(c)
}

fn is_lone_jamo(c: char) -> bool {
    ('\u{3131}'..='\u{318E}').contains(&c)
}

/// A lone Hangul letter in its usual width; NFKC would turn it into a part of a syllable.
fn full_width_jamo(c: char) -> Option<char> {
    let (narrow, full) = match c as u32 {
        0x3131..=0x318E => return Some(c),
        0xFFA1..=0xFFBE => (0xFFA1, 0x3131),
        0xFFC2..=0xFFC7 => (0xFFC2, 0x314F),
        0xFFCA..=0xFFCF => (0xFFCA, 0x3155),
        0xFFD2..=0xFFD7 => (0xFFD2, 0x315B),
        0xFFDA..=0xFFDC => (0xFFDA, 0x3161),
        _ => return None,
    };
    char::from_u32(c as u32 - narrow + full)
}

/// Whether a character belongs to the cluster begun before it.
fn goes_with(c: char) -> bool {
    joins_before(c) || is_invisible(c)
}

/// Whether a character composes with the one before it: combining marks, Hangul vowels and finals.
fn joins_before(c: char) -> bool {
    match c as u32 {
        0..0x300 => false,
        0x1160..=0x11FF | 0x3099 | 0x309A | 0xFF9E | 0xFF9F => true,
        0xAC00..=0xD7A3 | 0x3131..=0x318E | 0x4E00..=0x9FFF => false,
        _ => canonical_combining_class(c) != 0,
    }
}

/// Characters without a glyph that mails and web pages leave inside words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_one_word_fold_to_one() {
        assert_eq!(fold("ＡＰＩ ﬁle Café ÀÉ"), "api file cafe ae");
        assert_eq!(fold("\u{1100}\u{1167}\u{11af}\u{110c}\u{1166}"), "결제");
        assert_eq!(fold("결\u{200b}제\u{feff}"), "결제");
        assert_eq!(fold("①㎏"), "1kg");
    }

    #[test]
    fn lone_jamo_and_voiced_kana_stay() {
        assert_eq!(fold("ㅋㅋ ㄱㅏ"), "ㅋㅋ ㄱㅏ");
        assert_eq!(fold("ガが"), "ガが");
        assert_eq!(fold("ｶﾞ"), "ガ");
    }

    #[test]
    fn keys_collapse_white_space() {
        assert_eq!(fold_key("  Kim \u{3000} Min\tji\n"), "kim min ji");
    }

    #[test]
    fn offsets_lead_back_to_the_original() {
        let folded = Folded::new("\u{1100}\u{1161}ﬁx…e");
        assert_eq!(folded.chars.iter().collect::<String>(), "가fix...e");
        assert_eq!(folded.original(0, 1), (0, 2));
        assert_eq!(folded.original(1, 2), (2, 3));
        assert_eq!(folded.original(3, 4), (3, 4));
        assert_eq!(folded.original(5, 8), (4, 6));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn folding_twice_is_folding_once_for_parts_of_letters(text in "[ᄀ-하-ᅵᆨ-ᆫﾡ-ￜㄱ-ㅣ가-각か-げ\u{200b}\u{300}\u{3099}\u{ff9e}a-c]{0,8}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn original_ranges_stay_inside(text in any::<String>()) {
            let folded = Folded::new(&text);
            let (n, scalars) = (folded.chars.len(), text.chars().count());
            for i in 0..n {
                let (from, to) = folded.original(i, i + 1);
                prop_assert!(from < to && to <= scalars);
            }
        }
    }
}
