//! How well a text answers a query: finds every place a term matches, judges each place, and adds up.

use crate::fold::{Folded, fold_key};
use crate::korean::{is_particle, is_verb_tail};
use crate::query::{Needle, Query};
use crate::segment::{Piece, Script, pieces};
use crate::term::stem_english;
use rust_stemmers::{Algorithm, Stemmer};

/// One place where a term matches, in folded characters, half-open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub term: usize,
    pub start: usize,
    pub end: usize,
    /// How surely the person meant this, from 0 to 1.
    pub quality: f32,
}

/// How well `text` answers `query`: 0 when no term occurs or a quoted passage is missing; otherwise the higher the
/// better, comparable between texts of one query only.
///
/// Whole words and words with a particle count most, then beginnings of words, then places inside; more, earlier and
/// closer places and shorter texts count more.
pub fn score(query: &Query, text: &str) -> f32 {
    let folded = Folded::new(text);
    if !has_quoted(query, text) {
        return 0.0;
    }
    let hits = find_hits(query, &folded);
    if hits.is_empty() {
        return 0.0;
    }
    let per_term = query.terms.len() as f32;
    let mut total = 0.0;
    for term in 0..query.terms.len() {
        let (mut best, mut sum) = (0.0f32, 0.0f32);
        for hit in hits.iter().filter(|hit| hit.term == term) {
            best = best.max(hit.quality);
            sum += hit.quality;
        }
        // A second place confirms the first; the tenth says little more.
        total += best + 0.08 * (sum - best).ln_1p();
    }
    let length = folded.chars.len() as f32;
    let early = 1.0 / (1.0 + hits[0].start as f32 / 100.0);
    let dense = 1.0 / (1.0 + length / 400.0);
    let near = if query.terms.len() > 1 { nearness(query, &hits) } else { 0.0 };
    total / per_term + 0.3 * near + 0.03 * early + 0.05 * dense
}

fn has_quoted(query: &Query, text: &str) -> bool {
    if query.quoted.is_empty() {
        return true;
    }
    let key = fold_key(text);
    query.quoted.iter().all(|quoted| key.contains(quoted.as_str()))
}

/// 1 when all terms stand side by side, falling towards 0 as the shortest stretch that holds them all grows; missing
/// terms lower it in proportion.
fn nearness(query: &Query, hits: &[Hit]) -> f32 {
    let n = query.terms.len();
    let mut counts = vec![0usize; n];
    let found = hits.iter().fold(vec![false; n], |mut seen, hit| {
        seen[hit.term] = true;
        seen
    });
    let wanted = found.iter().filter(|&&seen| seen).count();
    let needed: usize = query.terms.iter().map(|term| term.needle.stem_len + 1).sum();
    let (mut have, mut from, mut shortest) = (0, 0, usize::MAX);
    for hit in hits {
        counts[hit.term] += 1;
        have += usize::from(counts[hit.term] == 1);
        while have == wanted {
            shortest = shortest.min(hit.end.saturating_sub(hits[from].start));
            counts[hits[from].term] -= 1;
            have -= usize::from(counts[hits[from].term] == 0);
            from += 1;
        }
    }
    let slack = shortest.saturating_sub(needed) as f32;
    (wanted as f32 / n as f32) / (1.0 + slack / 20.0)
}

/// All places of all terms, in order of place.
pub(crate) fn find_hits(query: &Query, folded: &Folded) -> Vec<Hit> {
    let pieces = pieces(&folded.chars);
    let stemmer = Stemmer::create(Algorithm::English);
    let mut hits = Vec::new();
    for (term, found) in query.terms.iter().enumerate() {
        let needle = &found.needle;
        let mut push = |start, end, quality| hits.push(Hit { term, start, end, quality });
        match needle.script {
            Script::Latin => find_latin(needle, &folded.chars, &pieces, &stemmer, &mut push),
            Script::Hangul => find_hangul(needle, &folded.chars, &mut push),
            Script::Han => find_plain(needle, &folded.chars, 0.9, &mut push),
            Script::Jamo | Script::Emoji => find_plain(needle, &folded.chars, 1.0, &mut push),
        }
    }
    hits.sort_by_key(|hit| (hit.start, hit.end, hit.term));
    hits
}

fn find_plain(needle: &Needle, text: &[char], quality: f32, push: &mut impl FnMut(usize, usize, f32)) {
    let n = needle.chars.len();
    let mut at = 0;
    while at + n <= text.len() {
        if text[at..at + n] == needle.chars[..] {
            push(at, at + n, quality);
            at += n;
        } else {
            at += 1;
        }
    }
}

fn find_latin(
    needle: &Needle,
    text: &[char],
    pieces: &[Piece],
    stemmer: &Stemmer,
    push: &mut impl FnMut(usize, usize, f32),
) {
    let is_joined = needle.chars.iter().any(|c| !c.is_alphanumeric());
    let solid: Vec<char> = needle.chars.iter().copied().filter(|c| c.is_alphanumeric()).collect();
    for (i, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.script == Script::Latin) {
        let word = &text[piece.start..piece.end];
        // Cheap refusal first: every form of a word shares its first letter, and joins begin with their first piece.
        if word[0] != solid[0] {
            continue;
        }
        if word == solid {
            push(piece.start, piece.end, 1.0);
        } else if let Some(end) = join_end(&solid, text, &pieces[i..]) {
            let as_typed = text[piece.start..end] == needle.chars[..];
            push(piece.start, end, if as_typed { 1.0 } else { 0.8 });
        } else if !is_joined && same_stem(needle, word, stemmer) {
            push(piece.start, piece.end, 0.85);
        } else if needle.is_prefix && word.starts_with(&solid) {
            push(piece.start, piece.end, 0.6);
        }
    }
}

/// Where a join of two or more pieces that spells `solid` ends.
fn join_end(solid: &[char], text: &[char], pieces: &[Piece]) -> Option<usize> {
    let mut rest = solid.strip_prefix(&text[pieces[0].start..pieces[0].end])?;
    for piece in pieces[1..].iter().take_while(|piece| piece.joined) {
        rest = rest.strip_prefix(&text[piece.start..piece.end])?;
        if rest.is_empty() {
            return Some(piece.end);
        }
    }
    None
}

fn same_stem(needle: &Needle, word: &[char], stemmer: &Stemmer) -> bool {
    let word: String = word.iter().collect();
    let stem = stem_english(stemmer, &word);
    let word_stem = stem.as_deref().unwrap_or(&word);
    match &needle.stem {
        Some(stem) => stem == word_stem,
        None => stem.is_some() && word_stem.chars().eq(needle.chars.iter().copied()),
    }
}

fn find_hangul(needle: &Needle, text: &[char], push: &mut impl FnMut(usize, usize, f32)) {
    let stem = &needle.chars[..needle.stem_len];
    let mut at = 0;
    while at + stem.len() <= text.len() {
        match match_hangul(&needle.chars, text, at).or_else(|| match_hangul(stem, text, at)) {
            Some((end, spaces)) => {
                let quality = judge_hangul(needle, text, at, end, spaces);
                if quality > 0.0 {
                    push(at, end, quality);
                }
                at = end;
            }
            None => at += 1,
        }
    }
}

/// Matches a stem at a place, with a space allowed where both sides keep two syllables; returns end and spaces.
fn match_hangul(stem: &[char], text: &[char], at: usize) -> Option<(usize, usize)> {
    if text[at] != stem[0] {
        return None;
    }
    let (mut end, mut spaces, mut since_space) = (at, 0, 0);
    for (i, &c) in stem.iter().enumerate() {
        if since_space >= 2 && stem.len() - i >= 2 && text.get(end).is_some_and(|c| c.is_whitespace()) {
            end += 1;
            spaces += 1;
            since_space = 0;
        }
        if text.get(end) != Some(&c) {
            return None;
        }
        end += 1;
        since_space += 1;
    }
    Some((end, spaces))
}

/// How surely a place holds the word: by what stands before and after it within the same run of Hangul.
fn judge_hangul(needle: &Needle, text: &[char], start: usize, end: usize, spaces: usize) -> f32 {
    let is_hangul = |&c: &char| crate::korean::is_syllable(c);
    let before = text[..start].iter().rev().take_while(|c| is_hangul(c)).count();
    let tail: String = text[end..].iter().take_while(|c| is_hangul(c)).take(8).collect();
    let last = text[end - 1];
    let ends_well = tail.is_empty() || is_particle(last, &tail) || is_verb_tail(&tail);
    if needle.stem_len == 1 {
        return match (before, tail.is_empty(), ends_well) {
            (0, true, _) => 1.0,
            (0, _, true) => 0.8,
            (0, ..) => 0.4,
            _ => 0.0,
        };
    }
    let quality = match (before > 0, ends_well) {
        (false, true) => 1.0,
        (false, false) => 0.8,
        (true, true) => 0.6,
        (true, false) => 0.4,
    };
    let as_typed = needle.stem_len < needle.chars.len() && end - start - spaces == needle.chars.len();
    (quality - 0.1 * spaces as f32 + if as_typed { 0.02 } else { 0.0 }).max(0.05)
}
