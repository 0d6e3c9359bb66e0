//! Finds the part of a reply that is new; the rest is folded, never deleted.
//!
//! Read line by line. A *marker* announces history: a line of attribution ("On Monday, Kim wrote:"), a divider
//! ("-----Original Message-----") or a block of header fields. What follows it is history if it is quoted, or if the
//! writer's own words came before. Quotes between the writer's own words stay: they are what the words answer.

mod words;

use std::ops::Range;

use words::{DIVIDERS, HeaderField, OPENERS, REPLY_ABOVE, SENT_FROM, SENT_FROM_ENDS, WROTE, header_field};

/// Where a text quotes and where it is signed. Ranges are in Unicode scalars, ascending, not overlapping.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Quoted history, attribution lines and headers of what was forwarded.
    pub quoted: Vec<Range<usize>>,
    pub signature: Option<Range<usize>>,
}

impl Reply {
    /// The ranges of `text` that are neither quoted nor the signature; blank stretches between them are left out.
    pub fn visible(&self, text: &str) -> Vec<Range<usize>> {
        let mut hidden: Vec<&Range<usize>> = self.quoted.iter().chain(&self.signature).collect();
        hidden.sort_by_key(|range| range.start);
        let mut visible = Vec::new();
        let (mut from, mut has_words) = (None, false);
        let mut hidden = hidden.into_iter().peekable();
        let mut len = 0;
        for (at, c) in text.chars().enumerate() {
            len = at + 1;
            while hidden.peek().is_some_and(|range| range.end <= at) {
                hidden.next();
            }
            if hidden.peek().is_some_and(|range| range.start <= at) {
                visible.extend(from.take().filter(|_| has_words).map(|from| from..at));
                has_words = false;
            } else {
                from.get_or_insert(at);
                has_words |= !c.is_whitespace();
            }
        }
        visible.extend(from.filter(|_| has_words).map(|from| from..len));
        visible
    }

    /// What the writer wrote: the visible ranges joined, without blank lines around them.
    pub fn visible_text(&self, text: &str) -> String {
        let mut written = String::new();
        let mut chars = text.chars();
        let mut at = 0;
        for range in self.visible(text) {
            written.extend(chars.by_ref().skip(range.start - at).take(range.len()));
            at = range.end;
        }
        written.trim().to_owned()
    }
}

/// How a line is read. Markers are decided first; the rest from what stands around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Own,
    Quoted,
    Marker,
    Signature,
    /// Decided to be folded as history.
    History,
}

/// Splits a text into what its writer wrote, what is quoted, and the signature.
pub fn split_reply(text: &str) -> Reply {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut kinds = read_kinds(&lines);
    mark_markers(&lines, &mut kinds);
    fold_unquoted_history(&mut kinds);
    mark_signature(&lines, &mut kinds);
    fold_quotes(&lines, &mut kinds);
    ranges_of(&lines, &kinds)
}

fn read_kinds(lines: &[&str]) -> Vec<Kind> {
    let mut in_code = false;
    lines
        .iter()
        .map(|line| {
            let line = line.trim();
            if line.starts_with("```") {
                in_code = !in_code;
                return Kind::Own;
            }
            match line {
                "" => Kind::Blank,
                line if !in_code && is_quoted(line) => Kind::Quoted,
                _ => Kind::Own,
            }
        })
        .collect()
}

/// `> text`, and `JK> text` with the initials of whoever is quoted.
fn is_quoted(line: &str) -> bool {
    let initials = line.bytes().take(3).take_while(u8::is_ascii_uppercase).count();
    line[initials..].starts_with('>')
}

fn mark_markers(lines: &[&str], kinds: &mut [Kind]) {
    let mut i = 0;
    while i < lines.len() {
        let end = match kinds[i] {
            Kind::Own => marker_end(lines, kinds, i),
            _ => None,
        };
        match end {
            Some(end) => {
                kinds[i..end].fill(Kind::Marker);
                // A rule drawn above the marker belongs to it.
                let above = (0..i).rev().find(|&k| kinds[k] != Kind::Blank);
                if let Some(above) = above.filter(|&k| kinds[k] == Kind::Own && is_rule(lines[k])) {
                    kinds[above..i].fill(Kind::Marker);
                }
                i = end;
            }
            None => i += 1,
        }
    }
}

/// If a marker begins at line `i`: the line after it.
fn marker_end(lines: &[&str], kinds: &[Kind], i: usize) -> Option<usize> {
    let line = lines[i].trim();
    if is_divider(line) {
        return Some(i + 1);
    }
    header_block_end(lines, kinds, i).or_else(|| attribution_end(lines, kinds, i))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 3 && line.chars().all(|c| "-_=*─━—–".contains(c))
}

fn is_divider(line: &str) -> bool {
    let is_ended = line.ends_with([':', '：']);
    let is_above = || ["above", "ABOVE", "위에"].iter().any(|word| line.contains(word));
    // Most lines are told by their first and last character.
    if line.len() > 400 || !is_ended && !line.starts_with(is_drawing) && !is_above() {
        return false;
    }
    let lower = line.to_lowercase();
    if REPLY_ABOVE.iter().any(|phrase| lower.contains(phrase)) && lower.chars().count() < 80 {
        return true;
    }
    let core = lower.trim_matches(|c: char| is_drawing(c) || "<>|[]:：.".contains(c) || c.is_whitespace());
    let drawn = lower.len() - lower.trim_start_matches(|c| is_drawing(c) || c == ' ').len();
    (drawn >= 2 || is_ended)
        && DIVIDERS.iter().any(|phrase| {
            core == *phrase || core.strip_prefix(phrase).is_some_and(|rest| drawn >= 2 && rest.chars().count() < 60)
        })
}

fn is_drawing(c: char) -> bool {
    "-_=*#~─━—–".contains(c)
}

/// At least three fields of a header, or two under a rule or divider, one of them with a subject or an address.
fn header_block_end(lines: &[&str], kinds: &[Kind], i: usize) -> Option<usize> {
    let mut seen: Vec<HeaderField> = Vec::new();
    let mut fields = 0;
    let mut has_address = false;
    let mut end = i;
    let mut k = i;
    while k < lines.len() && k < i + 40 {
        match read_header_line(lines[k]).filter(|_| kinds[k] != Kind::Quoted) {
            Some(field) => {
                fields += 1;
                if !seen.contains(&field) {
                    seen.push(field);
                }
                has_address |= lines[k].contains('@');
                end = k + 1;
            }
            None if k == i => return None,
            // A long field goes on over one or two lines; some programs put an empty line between fields.
            None if k < end + 2 && kinds[k] != Kind::Quoted && fields >= 1 => {}
            None => break,
        }
        k += 1;
    }
    let is_announced =
        (0..i).rev().find(|&k| kinds[k] != Kind::Blank).is_some_and(|k| kinds[k] == Kind::Marker || is_rule(lines[k]));
    let needed = if is_announced { 2 } else { 3 };
    let is_plain = has_address || seen.contains(&HeaderField::Subject);
    let is_sent =
        seen.contains(&HeaderField::From) || seen.contains(&HeaderField::Date) && seen.contains(&HeaderField::Subject);
    (seen.len() >= 2 && fields >= needed && is_plain && is_sent).then_some(end)
}

fn read_header_line(line: &str) -> Option<HeaderField> {
    let line = line.trim().trim_start_matches(['*', '-', '|', '·', '•', ' ']);
    let colon = line.find([':', '：'])?;
    let name = line[..colon].trim_matches(|c: char| c == '*' || c.is_whitespace());
    if name.is_empty() || name.chars().count() > 24 {
        return None;
    }
    header_field(&name.to_lowercase())
}

/// The most lines over which an attribution is broken.
const MAX_ATTRIBUTION: usize = 4;

/// "On Monday, Kim <kim@example.com> wrote:", on one line or several.
fn attribution_end(lines: &[&str], kinds: &[Kind], i: usize) -> Option<usize> {
    let own = (i..lines.len().min(i + MAX_ATTRIBUTION)).take_while(|&k| kinds[k] == Kind::Own);
    let is_stamped = lines[i].trim_start().starts_with(|c: char| c.is_ascii_digit());
    for k in own {
        // It ends in a colon, but for a stamp of date and time; so most lines are told by their last character.
        let last = lines[k].trim_end().trim_end_matches('*');
        if !last.ends_with([':', '：']) && !is_stamped {
            continue;
        }
        let joined = lines[i..=k].iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").to_lowercase();
        if joined.len() > 1200 {
            return None;
        }
        // Several lines are one attribution only if the first begins like one; else the match is in a later line.
        let begins = k == i || begins_attribution(lines[i]);
        let next = || (k + 1..lines.len()).find(|&n| kinds[n] != Kind::Blank);
        if begins && is_attribution(&joined, || next().is_some_and(|n| kinds[n] == Kind::Quoted)) {
            return Some(k + 1);
        }
    }
    None
}

fn begins_attribution(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let has_date = has_year(&lower) || has_time(&lower);
    lower.contains(['@', '<']) || has_date && (OPENERS.iter().any(|o| lower.starts_with(o)) || starts_date(&lower))
}

fn is_attribution(lower: &str, is_next_quoted: impl Fn() -> bool) -> bool {
    let is_ended = lower.ends_with([':', '：']) || lower.ends_with(":*") || lower.ends_with(": *");
    let has_address = lower.contains('@') || lower.contains('<');
    let has_date = has_year(lower) || has_time(lower);
    if is_iso_stamp(lower) {
        // "2016-03-03 17:21 GMT+01:00 Some One <someone@example.com>:", as an old Gmail wrote it.
        return is_ended || !lower.contains('<');
    }
    if !is_ended {
        return false;
    }
    let verb = WROTE.iter().find_map(|verb| lower.find(verb).map(|at| &lower[at..]));
    match verb {
        Some(tail) => {
            // The verb comes near the end, or an address or date still follows it.
            let is_near = tail.chars().count() <= 40 || has_date && tail.chars().count() <= 120;
            // "At 10:30 it said:" may well be followed by the writer's own words, unless those are quoted.
            let is_sure = has_address || has_year(lower) && is_dated_attribution(lower) && !tail.starts_with("said");
            is_near && (is_sure || (has_date || lower.split(' ').count() <= 10) && is_next_quoted())
        }
        // "2026年11月21日(土) 15:04 Kim <kim@example.com>:" has no verb, "On Monday at 15:04 Kim mused:" a rare one.
        None => {
            let begins = OPENERS.iter().any(|opener| lower.starts_with(opener)) || starts_date(lower);
            has_date && (lower.contains('@') && starts_date(lower) || (has_address || begins) && is_next_quoted())
        }
    }
}

/// "In 2014 the committee wrote:" is prose; an attribution begins with its date, or has the time of day.
fn is_dated_attribution(lower: &str) -> bool {
    has_time(lower) || OPENERS.iter().any(|o| lower.starts_with(o)) || starts_date(lower) || has_weekday(lower)
}

fn starts_date(lower: &str) -> bool {
    let first = lower.trim_start_matches(['\'', '"', '(', '[']);
    first.starts_with(|c: char| c.is_ascii_digit())
        || has_weekday(first.split([' ', ',', '.']).next().unwrap_or_default())
}

fn has_weekday(lower: &str) -> bool {
    const DAYS: [&str; 33] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "понедельник",
        "вторник",
        "среда",
        "четверг",
        "пятница",
        "суббота",
        "воскресенье",
        "요일",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
    ];
    DAYS.iter().any(|day| lower.contains(day))
}

/// A year of four digits that stands alone, 1980 to 2099, or a date in numbers: 21.11.26, 11/21/26.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let is_numeric = |word: &str| {
        let parts: Vec<&str> = word.trim_matches(',').split(['.', '/', '-']).collect();
        parts.len() == 3 && parts.iter().all(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    };
    numbers.any(|n| n.len() == 4 && ("1980".."2100").contains(&n)) || text.split(' ').any(is_numeric)
}

/// A time of day: 15:04, 3.04, 15h04, 오후 3시.
fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_clock = (1..bytes.len().saturating_sub(2)).any(|i| {
        matches!(bytes[i], b':' | b'h' | b'.')
            && bytes[i - 1].is_ascii_digit()
            && bytes[i + 1].is_ascii_digit()
            && bytes[i + 2].is_ascii_digit()
            && !bytes.get(i + 3).is_some_and(u8::is_ascii_digit)
    });
    is_clock || ["오전 ", "오후 "].iter().any(|half| text.contains(half))
}

fn is_iso_stamp(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    bytes.len() > 20
        && bytes[..16]
            .iter()
            .zip(b"dddd-dd-dd dd:dd")
            .all(|(b, p)| if *p == b'd' { b.is_ascii_digit() } else { b == p })
        && [" gmt", " utc", " +", " -"].iter().any(|zone| lower[16..].starts_with(zone))
}

/// Folds all that follows a marker when the writer's words came before it and what follows is not quoted with `>`:
/// Outlook and its kin put the whole history there. With no words before, only the marker is folded: a forward.
fn fold_unquoted_history(kinds: &mut [Kind]) {
    let mut has_own = false;
    for i in 0..kinds.len() {
        has_own |= kinds[i] == Kind::Own;
        let is_end = kinds[i] == Kind::Marker && kinds.get(i + 1) != Some(&Kind::Marker);
        if !is_end || !has_own {
            continue;
        }
        let next = kinds[i + 1..].iter().find(|kind| **kind != Kind::Blank);
        match next {
            Some(Kind::Quoted | Kind::Marker) => {}
            _ => {
                kinds[i + 1..].fill(Kind::History);
                return;
            }
        }
    }
}

/// The longest signature, in lines with words. More is text under a line of two dashes.
const MAX_SIGNATURE: usize = 24;
/// The longest footer under a drawn line.
const MAX_FOOTER: usize = 8;

fn mark_signature(lines: &[&str], kinds: &mut [Kind]) {
    let Some(first) = kinds.iter().position(|kind| *kind == Kind::Own) else { return };
    let last = kinds.iter().rposition(|kind| *kind == Kind::Own).unwrap_or(first);
    let is_followed_by_own = |i: usize| kinds[i + 1..].iter().find(|kind| **kind != Kind::Blank) == Some(&Kind::Own);
    for i in first + 1..=last {
        let line = lines[i].trim();
        let most = match line {
            _ if kinds[i] != Kind::Own => continue,
            "--" | "—" | "––" => MAX_SIGNATURE,
            line if is_rule(line) && line.chars().count() >= 5 => MAX_FOOTER,
            line if !is_followed_by_own(i) && is_sent_from(line) => 0,
            _ => continue,
        };
        // A signature reaches to the next quote or marker, or to the end.
        let (mut end, mut words) = (i + 1, 0);
        while end < kinds.len() && matches!(kinds[end], Kind::Own | Kind::Blank) && words <= most {
            words += usize::from(kinds[end] == Kind::Own);
            end += 1;
        }
        let is_footer = || {
            let is_last = end > last && words > 0;
            is_last && (line.starts_with('_') || lines[i + 1..end].iter().any(|line| is_footer_line(line)))
        };
        if words <= most && (most != MAX_FOOTER || is_footer()) {
            kinds[i..end].fill(Kind::Signature);
            return;
        }
    }
}

fn is_footer_line(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["://", "unsubscribe", "mailing list", "수신거부", "www."].iter().any(|mark| lower.contains(mark))
}

fn is_sent_from(line: &str) -> bool {
    let lower = line.to_lowercase();
    let lower =
        lower.trim_matches(|c: char| c == '(' || c == ')' || c == '<' || c == '>' || c == '*' || c.is_whitespace());
    lower.chars().count() <= 100
        && (SENT_FROM.iter().any(|words| lower.starts_with(words))
            || SENT_FROM_ENDS.iter().any(|words| lower.ends_with(words)))
}

fn fold_quotes(lines: &[&str], kinds: &mut [Kind]) {
    let is_own = |kind: &Kind| *kind == Kind::Own;
    // A rule under the last words parts them from what is folded, or from nothing. (The dot is a mark of Gmail's.)
    while let Some(last) = kinds.iter().rposition(is_own)
        && (is_rule(lines[last]) || lines[last].trim() == "ᐧ")
    {
        kinds[last] = Kind::History;
    }
    // Quotes after the last own word answer nothing.
    let tail = kinds.iter().rposition(is_own).map_or(0, |last| last + 1);
    for kind in &mut kinds[tail..] {
        if *kind == Kind::Quoted {
            *kind = Kind::History;
        }
    }
    // "Kim wrote:", one quote, then the answer to all of it: written below instead of above.
    let words: Vec<Kind> = kinds.iter().copied().filter(|k| *k != Kind::Blank).collect();
    let after_marker = words.iter().skip_while(|k| **k == Kind::Marker);
    let after_quote = after_marker.clone().skip_while(|k| **k == Kind::Quoted);
    if words.first() == Some(&Kind::Marker)
        && after_marker.clone().next() == Some(&Kind::Quoted)
        && !after_quote.clone().any(|k| *k == Kind::Quoted)
    {
        for kind in kinds.iter_mut().filter(|k| **k == Kind::Quoted) {
            *kind = Kind::History;
        }
    }
}

fn ranges_of(lines: &[&str], kinds: &[Kind]) -> Reply {
    let mut reply = Reply::default();
    let mut at = 0;
    let mut blank_from = None;
    for (line, kind) in lines.iter().zip(kinds) {
        let end = at + line.chars().count();
        match kind {
            Kind::Marker | Kind::History => match reply.quoted.last_mut() {
                // Blank lines between two folded lines are folded with them.
                Some(last) if last.end == blank_from.unwrap_or(at) => last.end = end,
                _ => reply.quoted.push(at..end),
            },
            Kind::Signature => {
                let signature = reply.signature.get_or_insert(at..end);
                signature.end = end;
            }
            _ => {}
        }
        blank_from = match kind {
            Kind::Blank => blank_from.or(Some(at)),
            _ => None,
        };
        at = end;
    }
    reply
}
