//! The stretch of a text that shows best why it was found.

use crate::fold::Folded;
use crate::query::Query;
use crate::rank::{Hit, find_hits};

/// A stretch of a text on one line, and the matched ranges in it in Unicode scalars, half-open, in order, not
/// overlapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    pub text: String,
    pub marks: Vec<(usize, usize)>,
}

/// Cuts the best stretch of at most `max_chars` scalars out of `text`, at word boundaries where there are any near, with
/// `…` where something was left out; white space becomes single spaces. Without a match it is the beginning.
pub fn snippet(text: &str, query: &Query, max_chars: usize) -> Snippet {
    let line = one_line(text);
    let folded = Folded::new(&line);
    let mut marks: Vec<(Hit, (usize, usize))> =
        find_hits(query, &folded).into_iter().map(|hit| (hit, folded.original(hit.start, hit.end))).collect();
    marks.sort_by_key(|(_, range)| *range);
    let chars: Vec<char> = line.chars().collect();
    if chars.len() <= max_chars {
        return Snippet { text: line, marks: merged(marks.iter().map(|(_, range)| *range)) };
    }
    if max_chars < 3 {
        return Snippet { text: "…".repeat(max_chars.min(1)), marks: Vec::new() };
    }
    let (start, end) = cut(&chars, &marks, max_chars);
    let lead = usize::from(start > 0);
    let mut out = String::new();
    out.extend((start > 0).then_some('…'));
    out.extend(&chars[start..end]);
    out.extend((end < chars.len()).then_some('…'));
    let inside = marks.iter().filter(|(_, (from, to))| *from >= start && *to <= end);
    Snippet { text: out, marks: merged(inside.map(|(_, (from, to))| (from - start + lead, to - start + lead))) }
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The stretch to show: room for two ellipses is kept, the matches stand a third from its beginning.
fn cut(chars: &[char], marks: &[(Hit, (usize, usize))], max_chars: usize) -> (usize, usize) {
    let room = max_chars.saturating_sub(2);
    let (first, last) = best_window(marks, room).unwrap_or((0, 0));
    let spare = room.saturating_sub(last - first);
    let mut start = first.saturating_sub(spare / 3);
    let mut end = (start + room).min(chars.len());
    start = start.min(end.saturating_sub(room));
    // Moving inwards to a boundary may cost context but never a match.
    if start > 0 && chars[start - 1] != ' ' {
        let boundary = (start..first.min(start + 12)).find(|&i| chars[i] == ' ').map(|i| i + 1);
        start = boundary.unwrap_or(start);
    }
    if end < chars.len() && chars[end] != ' ' {
        let boundary = (last.max(end.saturating_sub(12))..end).rev().find(|&i| chars[i] == ' ');
        end = boundary.unwrap_or(end);
    }
    while end > start && chars[end - 1] == ' ' {
        end -= 1;
    }
    (start, end)
}

/// The first and last scalar of the group of matches that fits into `room` and says most: different terms before many.
fn best_window(marks: &[(Hit, (usize, usize))], room: usize) -> Option<(usize, usize)> {
    let mut best: Option<(f32, (usize, usize))> = None;
    for (i, (_, (from, _))) in marks.iter().enumerate() {
        let mut terms: Vec<(usize, f32)> = Vec::new();
        let (mut sum, mut to) = (0.0, *from);
        for (hit, (_, end)) in marks[i..].iter().take_while(|(_, (_, end))| *end <= from + room).take(64) {
            to = to.max(*end);
            sum += hit.quality * 0.1;
            match terms.iter_mut().find(|(term, _)| *term == hit.term) {
                Some((_, quality)) => *quality = quality.max(hit.quality),
                None => terms.push((hit.term, hit.quality)),
            }
        }
        let value = sum + terms.iter().map(|(_, quality)| quality).sum::<f32>();
        if to > *from && best.is_none_or(|(highest, _)| value > highest) {
            best = Some((value, (*from, to)));
        }
    }
    best.map(|(_, window)| window)
}

fn merged(ranges: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in ranges {
        match merged.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_query;
    use proptest::prelude::*;

    fn marked(text: &str, q: &str, max: usize) -> (String, Vec<String>) {
        let snippet = snippet(text, &parse_query(q), max);
        let words =
            snippet.marks.iter().map(|&(from, to)| snippet.text.chars().skip(from).take(to - from).collect()).collect();
        (snippet.text, words)
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(
            marked("결제\n 오류가 났어요", "오류", 80),
            ("결제 오류가 났어요".to_owned(), vec!["오류".to_owned()])
        );
    }

    #[test]
    fn a_long_text_is_cut_around_the_match_at_words() {
        let text =
            format!("{}the refund never arrived {}", "filler words here ".repeat(20), "and more follows ".repeat(20));
        let (cut, words) = marked(&text, "refunds", 60);
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.chars().count() <= 60, "{cut}");
        assert!(!cut.contains("… ") && !cut.contains(" …"), "{cut}");
        assert_eq!(words, ["refund"]);
    }

    #[test]
    fn the_stretch_with_all_terms_wins() {
        let text = format!("결제 {} 결제 오류 {}", "가나다 ".repeat(50), "라마바 ".repeat(50));
        assert_eq!(marked(&text, "결제 오류", 40).1, ["결제", "오류"]);
    }

    #[test]
    fn marks_count_scalars_of_the_original() {
        assert_eq!(
            marked("😀😀 \u{1100}\u{1167}\u{11af}\u{110c}\u{1166} 오류", "결제", 80).1,
            ["\u{1100}\u{1167}\u{11af}\u{110c}\u{1166}"]
        );
    }

    #[test]
    fn without_a_match_it_is_the_beginning() {
        let (text, words) = marked(&"가나다 ".repeat(50), "결제", 20);
        assert!(text.starts_with("가나다 가나다") && text.ends_with('…') && words.is_empty());
    }

    proptest! {
        #[test]
        fn snippets_keep_their_length_and_marks_their_place(text in "[가-힣a-c \n😀é]{0,200}", q in "[가-힣a-c ]{1,6}", max in 0usize..60) {
            let snippet = snippet(&text, &parse_query(&q), max);
            let n = snippet.text.chars().count();
            prop_assert!(n <= max, "{n} > {max}");
            let mut last = 0;
            for (from, to) in snippet.marks {
                prop_assert!(last <= from && from < to && to <= n);
                last = to;
            }
        }
    }
}
