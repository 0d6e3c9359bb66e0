//! The keys a text offers to labels: each word in every form and, for Hangul and Han, every part of it.

use crate::korean::{is_particle, is_verb_tail};
use crate::segment::{Piece, Script, pieces};
use crate::stem::stem_english;
use crate::term::{LONGEST_JOIN, join};

/// Where a key stands, in folded characters, half-open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub start: usize,
    pub end: usize,
    /// The number of the word it stands in: words since the beginning.
    pub word: usize,
    /// How surely the text means the key as a word, from 0 to 1.
    pub quality: f32,
}

/// Hands over all keys of at most `longest` characters.
pub(super) fn scan(text: &[char], longest: usize, mut offer: impl FnMut(&str, Place)) {
    let pieces = pieces(text);
    let mut key = String::new();
    for (word, piece) in pieces.iter().enumerate() {
        match piece.script {
            Script::Hangul => scan_hangul(text, piece, word, longest, &mut key, &mut offer),
            Script::Han => scan_parts(text, piece, longest, &mut key, |key, start, end| {
                offer(key, Place { start, end, word, quality: 1.0 });
            }),
            Script::Latin => scan_latin(text, &pieces, word, &mut key, &mut offer),
            Script::Jamo | Script::Emoji => {
                join(text, std::slice::from_ref(piece), &mut key);
                offer(&key, Place { start: piece.start, end: piece.end, word, quality: 1.0 });
            }
        }
    }
}

fn scan_latin(text: &[char], pieces: &[Piece], word: usize, key: &mut String, offer: &mut impl FnMut(&str, Place)) {
    let joined = pieces[..=word].iter().rev().take(LONGEST_JOIN - 1).take_while(|piece| piece.joined).count();
    for first in word - joined..=word {
        join(text, &pieces[first..=word], key);
        let place = Place { start: pieces[first].start, end: pieces[word].end, word, quality: 1.0 };
        match stem_english(key) {
            Some(stem) => offer(&stem, place),
            None => offer(key, place),
        }
    }
}

fn scan_hangul(
    text: &[char],
    piece: &Piece,
    word: usize,
    longest: usize,
    key: &mut String,
    offer: &mut impl FnMut(&str, Place),
) {
    scan_parts(text, piece, longest, key, |key, start, end| {
        let judge = || {
            let is_first = start == piece.start;
            let tail: String = text[end..piece.end].iter().take(8).collect();
            let ends_well = tail.is_empty() || is_particle(text[end - 1], &tail) || is_verb_tail(&tail);
            match (end - start, is_first, ends_well) {
                (1, true, true) => 0.9,
                (1, ..) => 0.0,
                (_, true, true) => 1.0,
                (_, false, true) => 0.8,
                (_, true, false) => 0.75,
                (2, false, false) => 0.4,
                _ => 0.6,
            }
        };
        offer(key, Place { start, end, word, quality: judge() });
    });
}

/// Every part of a piece, up to the longest key.
fn scan_parts(
    text: &[char],
    piece: &Piece,
    longest: usize,
    key: &mut String,
    mut offer: impl FnMut(&str, usize, usize),
) {
    for start in piece.start..piece.end {
        key.clear();
        for end in start + 1..=piece.end.min(start + longest) {
            key.push(text[end - 1]);
            offer(key, start, end);
        }
    }
}
