//! What the emotion of a text is read from: words, pairs of words, pieces of words, and what is denied, in Korean and
//! English alike; each with its place.

use super::Emotion;
use super::said::list_said;
use crate::hash::{mix, step};
use textkit::Folded;

/// Features are numbered below `1 << BITS`: pieces of words in the lower half, all else in the upper.
pub const BITS: u32 = 20;
pub const HALF: u32 = 1 << (BITS - 1);
/// Longer texts are read up to here, in characters.
const LONGEST: usize = 20_000;

/// So many numbers from `HALF` on are kept for the feelings said in so many words, apart from all that is hashed.
const SAID: u32 = 16;

/// The feature of a feeling that is said in so many words, or denied.
pub fn id_of_said(emotion: Emotion, is_denied: bool) -> u32 {
    HALF + 2 * emotion as u32 + u32::from(is_denied)
}

/// A feature and the scalars it stands on, half-open; empty for what belongs to the text as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    pub id: u32,
    pub start: u32,
    pub end: u32,
}

/// Kinds of features, so that the same letters in another role are another feature.
#[derive(Clone, Copy)]
enum Role {
    Word = 1,
    Pair,
    Denied,
    Piece,
    Across,
    Mark,
    Whole,
}

/// The features of a text, in order of place within each role.
pub fn list_features(text: &str) -> Vec<Feature> {
    let folded = Folded::new(text);
    let (chars, at) = squeeze(&folded.chars);
    let tokens = tokens(&chars);
    let mut list = List { folded: &folded, at: &at, features: Vec::with_capacity(chars.len() * 5) };
    list_words(&chars, &tokens, &mut list);
    list_pieces(&chars, &tokens, &mut list);
    list_across(&chars, &mut list);
    list_whole(text, &tokens, &mut list);
    let words: Vec<(usize, usize)> =
        tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| (token.start, token.end)).collect();
    for said in list_said(&chars, &words) {
        let (start, end) = list.place(said.start, said.end);
        list.features.push(Feature { id: id_of_said(said.emotion, said.is_denied), start, end });
    }
    list.features
}

struct List<'a> {
    folded: &'a Folded,
    /// Where each character stood before the squeeze.
    at: &'a [usize],
    features: Vec<Feature>,
}

impl List<'_> {
    fn add(&mut self, role: Role, hash: u64, start: usize, end: usize) {
        let (start, end) = self.place(start, end);
        let id = mix(hash ^ (role as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)) & (HALF - 1);
        let id =
            if matches!(role, Role::Piece | Role::Across) { id } else { HALF | if id < SAID { id + SAID } else { id } };
        self.features.push(Feature { id, start, end });
    }

    fn place(&self, start: usize, end: usize) -> (u32, u32) {
        if start == end {
            return (0, 0);
        }
        let (start, end) = self.folded.original(self.at[start], self.at[end - 1] + 1);
        (start as u32, end as u32)
    }
}

/// Runs of one character longer than three are as good as three: `ㅋㅋㅋㅋㅋ`, `!!!!!`, `soooooo`. The characters left of the
/// first `LONGEST`, and where each stood.
fn squeeze(chars: &[char]) -> (Vec<char>, Vec<usize>) {
    let mut run = 0;
    let mut last = None;
    let is_kept = |&(_, &c): &(usize, &char)| {
        run = if last == Some(c) { run + 1 } else { 1 };
        last = Some(c);
        run <= 3
    };
    chars.iter().enumerate().filter(is_kept).map(|(at, &c)| (c, at)).take(LONGEST).unzip()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// Ends what a negation reaches.
    Stop,
    /// Emoji, smileys, question and exclamation marks, lone Korean letters.
    Sign,
}

#[derive(Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
    hash: u64,
}

fn tokens(chars: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        let kind = if is_letter(c) {
            while at < chars.len() && (is_letter(chars[at]) || is_joint(chars, at)) {
                at += 1;
            }
            Kind::Word
        } else if c.is_whitespace() {
            at += 1;
            continue;
        } else if matches!(c, '.' | ',' | ';' | '。' | '\n') {
            while at < chars.len() && chars[at] == c {
                at += 1;
            }
            // An ellipsis is a way of saying something.
            if at - start > 1 { Kind::Sign } else { Kind::Stop }
        } else {
            while at < chars.len() && !is_letter(chars[at]) && !chars[at].is_whitespace() {
                at += 1;
            }
            Kind::Sign
        };
        tokens.push(Token { kind, start, end: at, hash: hash_of(&chars[start..at]) });
    }
    tokens
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_lone_jamo(c)
}

/// `ㅋㅋ`, `ㅠㅠ`: a face, not a word.
fn is_lone_jamo(c: char) -> bool {
    ('\u{3131}'..='\u{318e}').contains(&c)
}

/// The apostrophe of `don't`.
fn is_joint(chars: &[char], at: usize) -> bool {
    matches!(chars[at], '\'' | '’') && chars.get(at + 1).is_some_and(|c| c.is_ascii_alphabetic())
}

fn hash_of(chars: &[char]) -> u64 {
    let plain = |c: &char| if *c == '’' { '\'' } else { *c };
    chars.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| step(hash, plain(c) as u32))
}

/// How many words an English negation reaches.
const REACH: usize = 4;
const NEGATIONS: &[&str] = &[
    "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "without", "hardly", "barely",
    "cant", "dont", "doesnt", "didnt", "isnt", "wasnt", "wont", "wouldnt", "shouldnt", "couldnt", "aint",
];

pub(super) fn is_negation(word: &[char]) -> bool {
    word.ends_with(&['n', '\'', 't'])
        || word.ends_with(&['n', '’', 't'])
        || NEGATIONS.iter().any(|negation| word.iter().copied().eq(negation.chars()))
}

/// `안`, `못` deny the next word; `-지 않…`, `-지 못…`, `-이/가 아니…`, `없…` the one before.
fn denies_next(word: &[char]) -> bool {
    matches!(word, ['안'] | ['못'])
}

fn denies_last(word: &[char]) -> bool {
    matches!(word, ['않' | '없' | '못', ..] | ['아', '니' | '닌' | '님' | '닙', ..])
}

fn list_words(chars: &[char], tokens: &[Token], list: &mut List) {
    let mut reach = 0;
    let mut before: Option<Token> = None;
    for token in tokens {
        let word = &chars[token.start..token.end];
        match token.kind {
            Kind::Stop => reach = 0,
            Kind::Sign => {
                list.add(Role::Mark, token.hash, token.start, token.end);
                word.iter().enumerate().for_each(|(n, &c)| {
                    list.add(Role::Mark, step(7, c as u32), token.start + n, token.start + n + 1);
                });
            }
            Kind::Word => {
                list.add(Role::Word, token.hash, token.start, token.end);
                if reach > 0 {
                    list.add(Role::Denied, token.hash, token.start, token.end);
                    reach -= 1;
                }
                if let Some(last) = before.filter(|_| denies_last(word)) {
                    list.add(Role::Denied, last.hash, last.start, token.end);
                    // A Korean verb changes its end: what is denied is known by its beginning.
                    let stem = &chars[last.start..last.end.min(last.start + 2)];
                    list.add(Role::Denied, step(hash_of(stem), 3), last.start, token.end);
                }
                if is_negation(word) {
                    reach = REACH;
                } else if denies_next(word) {
                    reach = 1;
                }
            }
        }
        if token.kind != Kind::Stop
            && let Some(last) = before
        {
            list.add(Role::Pair, step(last.hash, mix(token.hash)), last.start, token.end);
        }
        before = Some(*token);
    }
}

/// Two to five characters of a word and its edges.
fn list_pieces(chars: &[char], tokens: &[Token], list: &mut List) {
    let mut padded = Vec::new();
    for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
        padded.clear();
        padded.push(' ');
        padded.extend(&chars[token.start..token.end]);
        padded.push(' ');
        for from in 0..padded.len() {
            for n in 2..=5.min(padded.len() - from) {
                let (start, end) = (token.start + from.saturating_sub(1), token.start + from + n - 1);
                let hash = hash_of(&padded[from..from + n]);
                list.add(Role::Piece, hash, start, end.min(token.end).max(start));
            }
        }
        for (at, &c) in chars[token.start..token.end].iter().enumerate().filter(|(_, c)| is_hangul(**c)) {
            list.add(Role::Piece, step(11, c as u32), token.start + at, token.start + at + 1);
        }
    }
}

/// Two to four Korean syllables whatever the spacing, since spaces are often left out or put in anywhere.
fn list_across(chars: &[char], list: &mut List) {
    let hangul: Vec<usize> = (0..chars.len()).filter(|&at| is_hangul(chars[at])).collect();
    for from in 0..hangul.len() {
        let mut hash = 5;
        for n in 1..=4.min(hangul.len() - from) {
            let at = hangul[from + n - 1];
            // Only white space may lie between.
            if n > 1 && chars[hangul[from + n - 2] + 1..at].iter().any(|c| !c.is_whitespace()) {
                break;
            }
            hash = step(hash, chars[at] as u32);
            if n >= 2 {
                list.add(Role::Across, hash, hangul[from], at + 1);
            }
        }
    }
}

/// Length, capitals and the last sign of the text.
fn list_whole(text: &str, tokens: &[Token], list: &mut List) {
    let words = tokens.iter().filter(|token| token.kind == Kind::Word).count();
    list.add(Role::Whole, step(1, words.max(1).ilog2()), 0, 0);
    let capitals =
        text.split_whitespace().filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase()));
    let capitals = capitals.filter(|word| !word.starts_with('[')).count() as u32;
    if capitals > 0 {
        list.add(Role::Whole, step(2, capitals.min(3)), 0, 0);
    }
    if let Some(last) = text.trim_end().chars().next_back().filter(|c| !c.is_alphanumeric()) {
        list.add(Role::Whole, step(3, last as u32), 0, 0);
    }
}

pub fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}
