//! Which tags mean nearly the same, also across Korean and English: by equal words, by words that this catalogue or the
//! starter taxonomy translates, and by loanwords that sound alike (필터 and “filter” share the consonants p-l-t).
use crate::model::{Aliases, Catalogue, Tag, TagState, Texts};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Another tag, and how near it is: 1 for the same words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closeness {
    pub ord: i64,
    pub score: f32,
}

/// What a tag, or somebody who misses one, calls a thing.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<Label>);

#[derive(Clone, Debug)]
struct Label {
    /// A name of the tag, not one of its aliases.
    is_name: bool,
    /// All of it without spaces, folded.
    whole: String,
    tokens: Vec<Token>,
}

/// A word of a label with everything it may be recognised by.
#[derive(Clone, Debug)]
struct Token {
    is_korean: bool,
    keys: Vec<String>,
}

/// All tags that may be put on something, prepared for looking for near ones.
pub struct Likeness {
    tags: Vec<(i64, i64, TagState, Words)>,
    by_key: HashMap<String, Vec<u32>>,
    translations: Translations,
}

#[derive(Default)]
struct Translations(HashMap<String, Vec<String>>);

/// From here on two tags are shown to a curator as near duplicates.
pub const NEAR: f32 = 0.8;
/// The same words under quite different tags are often meant: “Speed” of the editor and of search.
const ELSEWHERE: f32 = 0.75;
/// An alias is a hint for whoever searches, and often wider than the tag: “pricing” leads to billing and to quotes. Words
/// that a name shares with an alias say less than those of two names, and two aliases alone make no duplicate.
const BY_ALIAS: f32 = 0.8;
const BY_ALIASES: f32 = 0.75;
/// Three consonants are a hint: 데이터베이스 sounds like “tabs”.
const BY_SOUND: f32 = 0.7;

impl Words {
    pub fn new(label: &Texts, aliases: &Aliases) -> Words {
        let none = Translations::default();
        Words::with(label, aliases, &none)
    }
    fn with(label: &Texts, aliases: &Aliases, known: &Translations) -> Words {
        let names = [&label.ko, &label.en].into_iter().flatten().map(|t| (t, true));
        let texts = names.chain(aliases.ko.iter().chain(&aliases.en).map(|t| (t, false)));
        Words(texts.map(|(t, is_name)| Label::new(t, is_name, known)).filter(|l| !l.tokens.is_empty()).collect())
    }
    fn translated(&self, known: &Translations) -> Words {
        let token = |t: &Token| Token { is_korean: t.is_korean, keys: known.spread(&t.keys) };
        let label = |l: &Label| Label { tokens: l.tokens.iter().map(token).collect(), ..l.clone() };
        Words(self.0.iter().map(label).collect())
    }
}

fn split(text: &str) -> Vec<String> {
    let folded = textkit::fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// A word itself, its stem or what is left without a particle, and how it sounds.
fn keys_of(word: &str) -> Vec<String> {
    let mut keys = vec![word.to_owned()];
    keys.extend(textkit::index_terms(word).words);
    if let Some(sound) = sound_of(word) {
        keys.push(sound);
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl Label {
    fn new(text: &str, is_name: bool, known: &Translations) -> Label {
        let words = split(text);
        let token = |w: &String| Token { is_korean: w.chars().any(is_hangul), keys: known.spread(&keys_of(w)) };
        Label { is_name, tokens: words.iter().map(token).collect(), whole: words.concat() }
    }
}

impl Token {
    /// How far the two are one word. A sound stands for a loanword, so it is compared across the languages only.
    fn likeness(&self, other: &Token) -> f32 {
        let shared = |is_sound: bool| {
            let mut keys = other.keys.iter().filter(|k| k.starts_with('~') == is_sound);
            keys.any(|k| self.keys.binary_search(k).is_ok())
        };
        if shared(false) {
            1.0
        } else if self.is_korean != other.is_korean && shared(true) {
            BY_SOUND
        } else {
            0.0
        }
    }
}

impl Translations {
    /// Learns from labels of one word in each language. Of longer ones it is not known which word is which: 보기 저장 is
    /// “saved views”.
    fn learn(&mut self, ko: &str, en: &str) {
        if let ([ko], [en]) = (&split(ko)[..], &split(en)[..]) {
            self.add(ko, en);
        }
    }
    fn add(&mut self, one: &str, other: &str) {
        for (from, to) in [(one, other), (other, one)] {
            for key in index_keys(from) {
                let list = self.0.entry(key).or_default();
                for to in index_keys(to) {
                    if !list.contains(&to) {
                        list.push(to);
                    }
                }
            }
        }
    }
    fn spread(&self, keys: &[String]) -> Vec<String> {
        let mut all = keys.to_vec();
        all.extend(keys.iter().filter_map(|k| self.0.get(k)).flatten().cloned());
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn index_keys(word: &str) -> Vec<String> {
    let mut keys = vec![word.to_owned()];
    keys.extend(textkit::index_terms(word).words);
    keys.dedup();
    keys
}

impl Likeness {
    pub fn new(catalogue: &Catalogue) -> Likeness {
        let mut known = Translations::default();
        for line in crate::tsv::STARTER.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            if let [_, ko, en, ..] = cells[..] {
                known.learn(ko, en);
            }
        }
        for tag in &catalogue.tags {
            if let (Some(ko), Some(en)) = (&tag.label.ko, &tag.label.en) {
                known.learn(ko, en);
            }
        }
        let usable = |t: &&Tag| matches!(t.state, TagState::Active | TagState::Imported | TagState::Proposed);
        let tags: Vec<(i64, i64, TagState, Words)> = catalogue
            .tags
            .iter()
            .filter(usable)
            .map(|t| (t.ord, t.parent_ord, t.state, Words::with(&t.label, &t.aliases, &known)))
            .collect();
        let mut by_key: HashMap<String, Vec<u32>> = HashMap::new();
        for (place, (.., words)) in tags.iter().enumerate() {
            let keys: HashSet<&String> = words.0.iter().flat_map(|l| &l.tokens).flat_map(|t| &t.keys).collect();
            for key in keys {
                by_key.entry(key.clone()).or_default().push(place as u32);
            }
        }
        Likeness { tags, by_key, translations: known }
    }

    /// The tags nearest to some words, best first. `skip` is the tag they belong to.
    pub fn nearest(&self, words: &Words, skip: Option<i64>, most: usize) -> Vec<Closeness> {
        let words = words.translated(&self.translations);
        let mut found: Vec<Closeness> = self
            .candidates(&words)
            .into_iter()
            .map(|place| &self.tags[place as usize])
            .filter(|(ord, _, state, _)| Some(*ord) != skip && *state != TagState::Proposed)
            .map(|(ord, .., other)| Closeness { ord: *ord, score: self.score(&words, other) })
            .filter(|c| c.score >= 0.3)
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.ord.cmp(&b.ord)));
        found.truncate(most);
        found
    }

    /// Pairs of tags that mean nearly the same, nearest first; of each the one with the smaller ordinal first.
    pub fn pairs(&self) -> Vec<(i64, i64, f32)> {
        let mut found = BTreeMap::new();
        for (place, (ord, parent, state, words)) in self.tags.iter().enumerate() {
            for other in self.candidates(words).into_iter().filter(|o| (*o as usize) > place) {
                let (other_ord, other_parent, other_state, other_words) = &self.tags[other as usize];
                if *ord == *other_parent || *other_ord == *parent {
                    continue;
                }
                let both_settled = *state == TagState::Active && *other_state == TagState::Active;
                let elsewhere = both_settled && parent != other_parent && *parent != 0 && *other_parent != 0;
                let score = self.score(words, other_words) * if elsewhere { ELSEWHERE } else { 1.0 };
                if score >= NEAR {
                    found.insert((*ord.min(other_ord), *ord.max(other_ord)), score);
                }
            }
        }
        let mut list: Vec<(i64, i64, f32)> = found.into_iter().map(|((a, b), s)| (a, b, s)).collect();
        list.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        list
    }

    fn candidates(&self, words: &Words) -> Vec<u32> {
        let keys = words.0.iter().flat_map(|l| &l.tokens).flat_map(|t| &t.keys);
        let mut all: Vec<u32> = keys.filter_map(|k| self.by_key.get(k)).flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn score(&self, one: &Words, other: &Words) -> f32 {
        let pairs = one.0.iter().flat_map(|a| other.0.iter().map(move |b| (a, b)));
        let weighed = pairs.map(|(a, b)| {
            let by = [BY_ALIASES, BY_ALIAS, 1.0][usize::from(a.is_name) + usize::from(b.is_name)];
            by * self.alike(a, b)
        });
        weighed.fold(0.0, f32::max)
    }

    /// Dice's measure over words, each as heavy as it is rare in the catalogue; or over pairs of letters, for spacing
    /// and slips.
    fn alike(&self, a: &Label, b: &Label) -> f32 {
        if a.whole == b.whole {
            return 1.0;
        }
        let mut free: Vec<&Token> = b.tokens.iter().collect();
        let mut shared = 0.0;
        for token in &a.tokens {
            let alike = free.iter().map(|other| token.likeness(other)).enumerate();
            let best = alike.max_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, alike)| *alike > 0.0);
            if let Some((place, alike)) = best {
                shared += alike * self.weight(token).min(self.weight(free.swap_remove(place)));
            }
        }
        let all = |l: &Label| l.tokens.iter().map(|t| self.weight(t)).sum::<f32>();
        let by_words = 2.0 * shared / (all(a) + all(b));
        by_words.min(0.98).max(letters(&a.whole, &b.whole).min(0.95))
    }

    fn weight(&self, token: &Token) -> f32 {
        let most = token.keys.iter().filter_map(|k| self.by_key.get(k)).map(Vec::len).max().unwrap_or(0);
        (1.0 + self.tags.len() as f32 / (1.0 + most as f32)).ln()
    }
}

/// Dice's measure over pairs of letters; nothing for short words, which differ by one letter easily.
fn letters(a: &str, b: &str) -> f32 {
    let pairs = |t: &str| -> Vec<(char, char)> { t.chars().zip(t.chars().skip(1)).collect() };
    let (one, mut other) = (pairs(a), pairs(b));
    let n = one.len() + other.len();
    if one.len() < 4 || other.len() < 4 {
        return 0.0;
    }
    let mut shared = 0;
    for pair in one {
        if let Some(place) = other.iter().position(|p| *p == pair) {
            other.swap_remove(place);
            shared += 2;
        }
    }
    shared as f32 / n as f32
}

/// The consonants of a word as a Korean ear hears them, for loanwords; none when they say too little. Marked, so that a
/// sound is never taken for a word.
fn sound_of(word: &str) -> Option<String> {
    let sound = match word.chars().all(is_hangul) {
        true => korean_sound(word),
        false if word.chars().all(|c| c.is_ascii_alphabetic()) => english_sound(word),
        false => return None,
    };
    (sound.chars().count() >= 3).then(|| format!("~{sound}"))
}

fn korean_sound(word: &str) -> String {
    // Initial and final consonants in the order of the Unicode block; an empty place is silent.
    const INITIAL: [&str; 19] =
        ["k", "k", "n", "t", "t", "l", "m", "p", "p", "s", "s", "", "c", "c", "c", "k", "t", "p", "h"];
    const FINAL: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "l", "l", "l", "l", "l", "l", "l", "m", "p", "p", "t", "t", "n",
        "t", "t", "k", "t", "p", "",
    ];
    let mut sound = String::new();
    for c in word.chars() {
        let n = c as usize - '가' as usize;
        push_sound(&mut sound, INITIAL[n / 588]);
        push_sound(&mut sound, FINAL[n % 28]);
    }
    sound
}

fn english_sound(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let is_vowel = |c: &char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'w');
    let mut sound = String::new();
    for (i, c) in letters.iter().enumerate() {
        let next = letters.get(i + 1);
        let one = match c {
            'p' if next == Some(&'h') => "p",
            'b' | 'p' | 'f' | 'v' => "p",
            'd' | 't' => "t",
            'c' if next == Some(&'h') => "c",
            'c' if matches!(next, Some('e' | 'i' | 'y')) => "s",
            'g' if matches!(next, Some('e')) => "c",
            'c' | 'k' | 'q' | 'g' => "k",
            'x' => "ks",
            's' | 'z' => "s",
            'j' => "c",
            'm' => "m",
            'n' => "n",
            'l' => "l",
            // Before a consonant and at the end an r is not heard.
            'r' if next.is_some_and(is_vowel) => "l",
            'h' if i == 0 => "h",
            _ => "",
        };
        push_sound(&mut sound, one);
    }
    sound
}

/// Doubled consonants are one.
fn push_sound(sound: &mut String, more: &str) {
    for c in more.chars() {
        if !sound.ends_with(c) {
            sound.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curation::{Fresh, Sheet};
    use crate::model::TagState;
    use base::Time;

    fn catalogue(tags: &[(&str, &str)]) -> Catalogue {
        let mut sheet = Sheet::default();
        let mut fresh = Fresh::new((1..=tags.len() as i64).collect(), Time(0));
        for (i, (ko, en)) in tags.iter().enumerate() {
            let text = |t: &str| Some(t.to_owned()).filter(|t| !t.is_empty());
            let label = Texts { ko: text(ko), en: text(en) };
            let new = crate::NewTag { label, slug: Some(format!("t{i}")), ..Default::default() };
            sheet.create("create", &new, TagState::Active, &mut fresh).unwrap();
        }
        sheet.into_catalogue()
    }

    #[test]
    fn loanwords_sound_alike_in_both_languages() {
        for (ko, en) in [
            ("필터", "filter"),
            ("데이터베이스", "database"),
            ("템플릿", "template"),
            ("캘린더", "calendar"),
            ("대시보드", "dashboard"),
        ] {
            assert_eq!(sound_of(ko), sound_of(en), "{ko} {en}");
        }
        assert_ne!(sound_of("내보내기"), sound_of("export"));
    }

    #[test]
    fn near_duplicates_are_found_across_languages_and_others_are_left_alone() {
        let c = catalogue(&[
            ("필터 저장", ""),
            ("", "Saved filters"),
            ("", "Save filter"),
            ("저장", "Save"),
            ("달력 보기", "Calendar view"),
            ("캘린더 뷰", ""),
            ("", "Exporting CSV files"),
            ("", "CSV file export"),
            ("결제 실패", "Payment failed"),
            ("결제 수단", "Payment method"),
            ("로그인", "Sign-in"),
        ]);
        let pairs: Vec<(i64, i64)> = Likeness::new(&c).pairs().into_iter().map(|(a, b, _)| (a, b)).collect();
        for wanted in [(1, 3), (7, 8)] {
            assert!(pairs.contains(&wanted), "{wanted:?} in {pairs:?}");
        }
        for wrong in [(9, 10), (4, 11), (5, 9)] {
            assert!(!pairs.contains(&wrong), "{wrong:?} in {pairs:?}");
        }
    }

    #[test]
    fn a_shared_alias_and_words_that_sound_alike_in_one_language_make_no_duplicate() {
        let mut c = catalogue(&[
            ("요금", "Billing"),
            ("견적", "Quotes"),
            ("보기 저장", "Saved views"),
            ("보기 잠금", "Locked views"),
            ("보기", "Views"),
            ("저장", "Saving"),
        ]);
        for tag in &mut c.tags[..2] {
            tag.aliases.en = vec!["pricing".into()];
        }
        assert_eq!(Likeness::new(&c).pairs(), vec![]);
    }

    #[test]
    fn the_nearest_tags_to_words_come_best_first_and_never_the_tag_itself() {
        let c = catalogue(&[("필터 저장", "Saved filters"), ("필터", "Filters"), ("정렬", "Sorting")]);
        let words = Words::new(&Texts { ko: Some("필터를 저장".into()), en: None }, &Aliases::default());
        let found = Likeness::new(&c).nearest(&words, None, 3);
        assert_eq!(found.first().map(|f| f.ord), Some(1), "{found:?}");
        assert!(Likeness::new(&c).nearest(&words, Some(1), 3).iter().all(|f| f.ord != 1));
    }
}
