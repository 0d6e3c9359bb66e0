//! How well a text answers a query: finds every place a term matches, judges each place, and adds up.

use crate::fold::{Folded, fold_key};
use crate::korean::{is_particle, is_syllable, is_verb_tail};
use crate::query::{Needle, Query};
use crate::segment::{Piece, Script, pieces, script};
use crate::stem::stem_english;

/// With so many good texts, much worse ones are set apart.
const ENOUGH_GOOD: usize = 3;
/// What share of the third best text's sureness is still good.
const STRONG_SHARE: f32 = 0.45;
/// White space and marks between the parts of a compound.
const LONGEST_GAP: usize = 8;
/// A compound written in another spacing than typed.
const SPACED_WORTH: f32 = 0.25;
/// A word that only shares the beginning of what turned out to be a noun of its own.
const OTHER_WORD_WORTH: f32 = 0.25;

/// One place where a term matches, in folded characters, half-open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub term: usize,
    pub start: usize,
    pub end: usize,
    /// How surely the person meant this, from 0 to 1.
    pub quality: f32,
    /// The whole word as typed stands here, not only its stem.
    pub as_typed: bool,
    /// As typed, and with a particle of its own: so what looked like its particle is part of the word.
    pub shows_noun: bool,
}

impl Hit {
    fn new(start: usize, end: usize, quality: f32) -> Self {
        Hit { term: 0, start, end, quality, as_typed: true, shows_noun: false }
    }
}

/// How well `text` answers `query`: 0 when no term occurs or a quoted passage is missing; otherwise the higher the
/// better, comparable between texts of one query only.
///
/// Whole words and words with a particle count most, then beginnings of words, then places inside; more, earlier and
/// closer places and shorter texts count more.
pub fn score(query: &Query, text: &str) -> f32 {
    let found = find(query, text);
    let mut is_noun = vec![false; query.terms.len()];
    for hit in &found.hits {
        is_noun[hit.term] |= hit.shows_noun;
    }
    judge(query, &found, &is_noun).score
}

/// Candidates in order of `score`, best first, each with its place in `texts`; those that score 0 are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    pub order: Vec<(usize, f32)>,
    /// How many of them, from the first, answer the query about as surely as the third best does. The others hold it only
    /// in another spacing than typed or across the bounds of words. They are matches all the same: show them after the
    /// strong ones, on a page of their own, so that they are neither lost nor in the way.
    pub strong: usize,
}

/// Ranks texts that an index handed over. Equal scores keep their order, so newest first stays newest first.
pub fn rank<'t>(query: &Query, texts: impl IntoIterator<Item = &'t str>) -> Ranking {
    let found: Vec<Found> = texts.into_iter().map(|text| find(query, text)).collect();
    let mut is_noun = vec![false; query.terms.len()];
    for hit in found.iter().flat_map(|found| &found.hits) {
        is_noun[hit.term] |= hit.shows_noun;
    }
    let judged = found.iter().map(|found| judge(query, found, &is_noun)).enumerate();
    let mut judged: Vec<(usize, Judgement)> = judged.filter(|(_, j)| j.score > 0.0).collect();
    let mut sure: Vec<f32> = judged.iter().map(|(_, j)| j.sure).collect();
    sure.sort_by(|a, b| b.total_cmp(a));
    let floor = sure.get(ENOUGH_GOOD - 1).map_or(0.0, |third| third * STRONG_SHARE);
    judged.sort_by(|(_, a), (_, b)| (b.sure >= floor).cmp(&(a.sure >= floor)).then(b.score.total_cmp(&a.score)));
    let strong = judged.iter().take_while(|(_, j)| j.sure >= floor).count();
    Ranking { order: judged.into_iter().map(|(i, j)| (i, j.score)).collect(), strong }
}

/// The places of all terms in one text; none when a quoted passage is missing.
#[derive(Default)]
struct Found {
    hits: Vec<Hit>,
    chars: usize,
}

fn find(query: &Query, text: &str) -> Found {
    if !has_quoted(query, text) {
        return Found::default();
    }
    let folded = Folded::new(text);
    Found { hits: find_hits(query, &folded), chars: folded.chars.len() }
}

#[derive(Clone, Copy, Debug, Default)]
struct Judgement {
    score: f32,
    /// The quality of the best place of the worst term.
    sure: f32,
}

/// `is_noun` says of which terms the texts have shown that their ending belongs to the word (문의를: 문의, not 문).
fn judge(query: &Query, found: &Found, is_noun: &[bool]) -> Judgement {
    let Some(first) = found.hits.first() else { return Judgement::default() };
    let (mut total, mut sure) = (0.0, 1.0f32);
    for (term, is_noun) in is_noun.iter().enumerate() {
        let (mut best, mut sum) = (0.0f32, 0.0f32);
        for hit in found.hits.iter().filter(|hit| hit.term == term) {
            let quality = if *is_noun && !hit.as_typed { hit.quality * OTHER_WORD_WORTH } else { hit.quality };
            best = best.max(quality);
            sum += quality;
        }
        sure = sure.min(best);
        // A second place confirms the first; the tenth says little more.
        total += best + 0.08 * (sum - best).ln_1p();
    }
    let early = 1.0 / (1.0 + first.start as f32 / 100.0);
    let dense = 1.0 / (1.0 + found.chars as f32 / 400.0);
    let near = if query.terms.len() > 1 { nearness(query, &found.hits) } else { 0.0 };
    Judgement { score: total / query.terms.len() as f32 + 0.3 * near + 0.03 * early + 0.05 * dense, sure }
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
    let mut hits = Vec::new();
    for (term, found) in query.terms.iter().enumerate() {
        let needle = &found.needle;
        let mut push = |hit: Hit| hits.push(Hit { term, ..hit });
        match needle.script {
            Script::Latin => find_latin(needle, &folded.chars, &pieces, &mut push),
            Script::Hangul => find_hangul(needle, &folded.chars, &mut push),
            Script::Han => find_plain(needle, &folded.chars, 0.9, &mut push),
            Script::Jamo | Script::Emoji => find_plain(needle, &folded.chars, 1.0, &mut push),
        }
    }
    hits.sort_by_key(|hit| (hit.start, hit.end, hit.term));
    hits
}

fn find_plain(needle: &Needle, text: &[char], quality: f32, push: &mut impl FnMut(Hit)) {
    let n = needle.chars.len();
    let mut at = 0;
    while at + n <= text.len() {
        if text[at..at + n] == needle.chars[..] {
            push(Hit::new(at, at + n, quality));
            at += n;
        } else {
            at += 1;
        }
    }
}

fn find_latin(needle: &Needle, text: &[char], pieces: &[Piece], push: &mut impl FnMut(Hit)) {
    let is_joined = needle.chars.iter().any(|c| !c.is_alphanumeric());
    let solid: Vec<char> = needle.chars.iter().copied().filter(|c| c.is_alphanumeric()).collect();
    for (i, piece) in pieces.iter().enumerate().filter(|(_, piece)| piece.script == Script::Latin) {
        let word = &text[piece.start..piece.end];
        // Cheap refusal first: every form of a word shares its first letter, and joins begin with their first piece.
        if word[0] != solid[0] {
            continue;
        }
        if word == solid {
            push(Hit::new(piece.start, piece.end, 1.0));
        } else if let Some(end) = join_end(&solid, needle.is_prefix, text, &pieces[i..]) {
            let as_typed = text[piece.start..end] == needle.chars[..];
            push(Hit::new(piece.start, end, if as_typed { 1.0 } else { 0.8 }));
        } else if !is_joined && same_stem(needle, word) {
            push(Hit::new(piece.start, piece.end, 0.85));
        } else if needle.is_prefix && word.starts_with(&solid) {
            push(Hit::new(piece.start, piece.end, 0.6));
        }
    }
}

/// Where a join of two or more pieces that spells `solid`, or only begins so, ends.
fn join_end(solid: &[char], is_prefix: bool, text: &[char], pieces: &[Piece]) -> Option<usize> {
    let mut rest = solid.strip_prefix(&text[pieces[0].start..pieces[0].end])?;
    for piece in pieces[1..].iter().take_while(|piece| piece.joined) {
        let word = &text[piece.start..piece.end];
        if is_prefix && word.starts_with(rest) {
            return Some(piece.end);
        }
        rest = rest.strip_prefix(word)?;
        if rest.is_empty() {
            return Some(piece.end);
        }
    }
    None
}

fn same_stem(needle: &Needle, word: &[char]) -> bool {
    let word: String = word.iter().collect();
    let stem = stem_english(&word);
    let word_stem = stem.as_deref().unwrap_or(&word);
    match &needle.stem {
        Some(stem) => stem == word_stem,
        None => stem.is_some() && word_stem.chars().eq(needle.chars.iter().copied()),
    }
}

fn find_hangul(needle: &Needle, text: &[char], push: &mut impl FnMut(Hit)) {
    let stem = &needle.chars[..needle.stem_len];
    let mut at = 0;
    while at + stem.len() <= text.len() {
        match match_hangul(&needle.chars, text, at).or_else(|| match_hangul(stem, text, at)) {
            Some((end, between)) => {
                let hit = judge_hangul(needle, text, at, end, between);
                if hit.quality > 0.0 {
                    push(hit);
                }
                at = end;
            }
            None => at += 1,
        }
    }
}

/// Matches a stem at a place, with white space or a few marks allowed where both sides keep two syllables; returns the
/// end and the characters in between.
fn match_hangul(stem: &[char], text: &[char], at: usize) -> Option<(usize, usize)> {
    let (mut end, mut between, mut unbroken) = (at, 0, 0);
    for (i, &c) in stem.iter().enumerate() {
        if text.get(end) != Some(&c) {
            let gap = text[end..].iter().take(LONGEST_GAP).take_while(|c| script(**c).is_none()).count();
            if gap == 0 || unbroken < 2 || stem.len() - i < 2 || text.get(end + gap) != Some(&c) {
                return None;
            }
            end += gap;
            between += gap;
            unbroken = 0;
        }
        end += 1;
        unbroken += 1;
    }
    Some((end, between))
}

/// How surely a place holds the word, by what stands before and after it within the same run of Hangul. The figures are
/// close to how often a morphological analyser agrees that such a place holds such a word.
fn judge_hangul(needle: &Needle, text: &[char], start: usize, end: usize, between: usize) -> Hit {
    let is_hangul = |c: &&char| is_syllable(**c);
    let before = text[..start].iter().rev().take_while(is_hangul).count();
    let tail: String = text[end..].iter().take_while(is_hangul).take(8).collect();
    let ends_well = tail.is_empty() || is_particle(text[end - 1], &tail) || is_verb_tail(&tail);
    let is_tail_short = tail.chars().count() == 1;
    if needle.stem_len == 1 {
        let quality = match (before, tail.is_empty(), ends_well) {
            (0, true, _) => 1.0,
            (0, _, true) => 0.8,
            (0, ..) => 0.4,
            _ => 0.0,
        };
        return Hit::new(start, end, quality);
    }
    let quality = match (before, ends_well, is_tail_short) {
        (0, true, _) => 1.0,
        (0, _, false) => 0.8,
        (0, _, true) => 0.6,
        // One syllable before makes another word more often (환경 is no 경) than a compound.
        (1, true, _) => 0.4,
        (1, _, false) => 0.3,
        (1, _, true) => 0.15,
        (_, true, _) => 0.75,
        (_, _, false) => 0.65,
        (_, _, true) => 0.4,
    };
    // Longer words rarely meet by chance, though three syllables after one still make another word (외할머니).
    let is_long = needle.stem_len > 3 || (needle.stem_len == 3 && before != 1);
    let quality = if is_long { 0.5 + 0.5 * quality } else { quality };
    let as_typed = end - start - between == needle.chars.len();
    let worth = if between > 0 { SPACED_WORTH } else { 1.0 };
    let has_ending = needle.stem_len < needle.chars.len();
    let bonus = if as_typed && has_ending { 0.02 } else { 0.0 };
    let shows_noun = as_typed && has_ending && shows_noun(needle, &tail);
    Hit { as_typed, shows_noun, ..Hit::new(start, end, quality * worth + bonus) }
}

/// Whether what follows a word as typed is a particle of the whole, and not the rest of a longer ending (에서 + 는).
fn shows_noun(needle: &Needle, tail: &str) -> bool {
    let ending: String = needle.chars[needle.stem_len..].iter().copied().chain(tail.chars()).collect();
    let (stem_last, last) = (needle.chars[needle.stem_len - 1], needle.chars[needle.chars.len() - 1]);
    !tail.is_empty() && is_particle(last, tail) && !is_particle(stem_last, &ending) && !is_verb_tail(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_query;
    use proptest::prelude::*;

    /// The texts in the order of their rank, and how many are strong.
    fn ranked<'t>(q: &str, texts: &[&'t str]) -> (Vec<&'t str>, usize) {
        let ranking = rank(&parse_query(q), texts.iter().copied());
        (ranking.order.iter().map(|&(i, _)| texts[i]).collect(), ranking.strong)
    }

    fn score_of(q: &str, text: &str) -> f32 {
        score(&parse_query(q), text)
    }

    #[test]
    fn whole_words_come_before_parts_of_words() {
        let texts = ["환경의 변화", "경의중앙선이 느려요", "경의를 표합니다"];
        assert_eq!(ranked("경의", &texts).0, ["경의를 표합니다", "경의중앙선이 느려요", "환경의 변화"]);
        assert_eq!(ranked("refund", &["refunding it", "refund it"]).0[0], "refund it");
        assert_eq!(ranked("v2.1", &["since v2-1", "since v2.1"]).0[0], "since v2.1");
    }

    #[test]
    fn one_unbroken_word_comes_before_the_spaced_one() {
        assert_eq!(ranked("결제오류", &["결제 오류", "결제오류가"]), (vec!["결제오류가", "결제 오류"], 2));
    }

    #[test]
    fn weak_matches_are_set_apart_once_there_are_enough_strong_ones() {
        let texts = ["환경의 변화", "경의를 표합니다", "경의와 존경", "경의는 없다"];
        let (order, strong) = ranked("경의", &texts);
        assert_eq!((order.len(), strong, order[3]), (4, 3, "환경의 변화"));
        assert_eq!(ranked("경의", &texts[..3]).1, 3);
    }

    #[test]
    fn an_ending_that_takes_particles_is_part_of_the_word() {
        let texts = ["고양시에 살아요", "고양이를 키워요", "고양이가 좋아요", "고양이 사료"];
        let (order, strong) = ranked("고양이", &texts);
        assert_eq!((order[3], strong), ("고양시에 살아요", 3));
        // Nothing shows that 친구가 is a word, so all forms of 친구 are as good.
        assert_eq!(ranked("친구가", &["친구는 와요", "친구가 와요", "친구도 와요", "친구의 말"]).1, 4);
    }

    #[test]
    fn words_side_by_side_come_before_words_far_apart() {
        let apart = format!("결제는 됐고 {} 오류는 없어요", "그런데 ".repeat(20));
        assert!(score_of("결제 오류", "결제 오류가 났어요") > score_of("결제 오류", &apart));
        assert!(score_of("결제 오류", &apart) > score_of("결제 오류", "결제는 됐어요"));
    }

    #[test]
    fn more_places_and_shorter_texts_count() {
        assert!(score_of("환불", "환불 언제 되나요, 환불") > score_of("환불", "환불 언제 되나요, 정말"));
        assert!(score_of("환불", "환불") > score_of("환불", &format!("환불 {}", "가나다 ".repeat(200))));
    }

    #[test]
    fn a_quoted_passage_must_be_there() {
        assert!(score_of("\"결제 오류\"", "간편결제  오류가") > 0.0);
        assert_eq!(score_of("\"결제 오류\"", "결제의 오류가"), 0.0);
        assert_eq!(score_of("환불", "취소"), 0.0);
    }

    proptest! {
        #[test]
        fn every_text_has_a_finite_score_and_ranks_once(q in any::<String>(), texts in prop::collection::vec("[가-힣a-c0-9 .]{0,30}", 0..8)) {
            let query = parse_query(&q);
            let ranking = rank(&query, texts.iter().map(String::as_str));
            let mut seen: Vec<usize> = ranking.order.iter().map(|&(i, _)| i).collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), ranking.order.len());
            prop_assert!(ranking.strong <= ranking.order.len());
            prop_assert!(ranking.order.iter().all(|(_, score)| score.is_finite() && *score > 0.0));
        }
    }
}
