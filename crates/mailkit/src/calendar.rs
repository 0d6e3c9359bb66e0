//! Invitations to meetings (RFC 5545, sent after RFC 5546), as one line each that can be read and searched:
//! `📅 2026-11-30 15:00–16:00 Asia/Seoul · title · place`. The times are those of the invitation's own zone.

/// More meetings in one part are left to the file they came in.
const MOST: usize = 20;
/// The longest title, place or name that is told, in characters.
const LONGEST: usize = 300;

/// A content line: `NAME;PARAMETER=value:value`.
struct Line {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn read(text: &str) -> Option<Line> {
        let mut parts = vec![String::new()];
        let (mut in_quotes, mut value) = (false, None);
        for (at, c) in text.char_indices() {
            match c {
                '"' => in_quotes = !in_quotes,
                ';' if !in_quotes => parts.push(String::new()),
                ':' if !in_quotes => {
                    value = Some(&text[at + 1..]);
                    break;
                }
                c => parts.last_mut()?.push(c),
            }
        }
        let mut parts = parts.into_iter();
        let name = parts.next()?.trim().to_ascii_uppercase();
        let parameter = |part: String| part.split_once('=').map(|(n, v)| (n.trim().to_ascii_uppercase(), v.to_owned()));
        Some(Line { name, parameters: parts.filter_map(parameter).collect(), value: value?.trim().to_owned() })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Lines as they were before they were folded.
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A text value on one line, without its escapes.
fn plain(value: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next().map_or('\\', |c| if matches!(c, 'n' | 'N') { ' ' } else { c })),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    Some(words.join(" ").chars().take(LONGEST).collect()).filter(|text: &String| !text.is_empty())
}

/// A moment as it is written: a day, or minutes into it, in a zone.
#[derive(Clone, PartialEq)]
struct Moment {
    /// Since 1970-01-01.
    day: i64,
    minute: Option<i64>,
    zone: String,
}

impl Moment {
    fn read(line: &Line) -> Option<Moment> {
        let (text, is_utc) = match line.value.strip_suffix(['Z', 'z']) {
            Some(text) => (text, true),
            None => (line.value.as_str(), false),
        };
        let (date, clock) = match text.split_once(['T', 't']) {
            Some((date, clock)) => (date, Some(clock)),
            None => (text, None),
        };
        let number = |text: &str, from: usize, to: usize| {
            text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<i64>().ok()
        };
        let (year, month, day) = (number(date, 0, 4)?, number(date, 4, 6)?, number(date, 6, 8)?);
        if date.len() != 8 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let minute = match clock {
            Some(clock) => {
                let (hour, minute) = (number(clock, 0, 2)?, number(clock, 2, 4)?);
                Some(hour * 60 + minute).filter(|_| hour < 24 && minute < 60).map(Some)?
            }
            None => None,
        };
        let zone = match is_utc {
            true => "UTC".to_owned(),
            false => plain(line.parameter("TZID").unwrap_or_default()).unwrap_or_default(),
        };
        Some(Moment { day: days_from_civil(year, month, day), minute, zone })
    }

    fn later(&self, minutes: i64) -> Moment {
        let all = self.day * 1440 + self.minute.unwrap_or(0) + minutes;
        let minute = self.minute.map(|_| all.rem_euclid(1440));
        Moment { day: all.div_euclid(1440), minute, zone: self.zone.clone() }
    }

    fn date(&self) -> String {
        let (year, month, day) = civil_from_days(self.day);
        format!("{year:04}-{month:02}-{day:02}")
    }

    fn clock(&self) -> Option<String> {
        self.minute.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60))
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar, and back (Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// `PT1H30M`, `P1D`, `P2W`, in minutes.
fn read_duration(text: &str) -> Option<i64> {
    let rest = text.trim_start_matches('+').strip_prefix('P')?;
    let (mut minutes, mut number) = (0i64, String::new());
    for c in rest.chars() {
        let unit = match c {
            '0'..='9' if number.len() < 6 => {
                number.push(c);
                continue;
            }
            'T' => continue,
            'W' => 7 * 1440,
            'D' => 1440,
            'H' => 60,
            'M' => 1,
            'S' => 0,
            _ => return None,
        };
        minutes += std::mem::take(&mut number).parse::<i64>().ok()? * unit;
    }
    Some(minutes)
}

fn say_when(start: &Moment, end: Option<&Moment>) -> String {
    let stamp = |at: &Moment| match at.clock() {
        Some(clock) => format!("{} {clock}", at.date()),
        None => at.date(),
    };
    let with_zone = |text: String, at: &Moment| if at.zone.is_empty() { text } else { format!("{text} {}", at.zone) };
    let Some(end) = end.filter(|end| *end != start) else { return with_zone(stamp(start), start) };
    if end.zone != start.zone {
        return format!("{} – {}", with_zone(stamp(start), start), with_zone(stamp(end), end));
    }
    match end.clock().filter(|_| end.day == start.day) {
        Some(clock) => with_zone(format!("{}–{clock}", stamp(start)), start),
        None => with_zone(format!("{} – {}", stamp(start), stamp(end)), start),
    }
}

/// What a VEVENT says, line by line.
#[derive(Default)]
struct Event {
    start: Option<Moment>,
    end: Option<Moment>,
    minutes: Option<i64>,
    title: Option<String>,
    place: Option<String>,
    is_cancelled: bool,
    repeats: bool,
    /// Who answers, and how.
    answer: Option<(String, &'static str)>,
}

impl Event {
    fn take(&mut self, line: &Line) {
        match line.name.as_str() {
            "DTSTART" => self.start = Moment::read(line),
            "DTEND" => self.end = Moment::read(line),
            "DURATION" => self.minutes = read_duration(&line.value),
            "SUMMARY" => self.title = plain(&line.value),
            "LOCATION" => self.place = plain(&line.value),
            "STATUS" => self.is_cancelled |= line.value.eq_ignore_ascii_case("CANCELLED"),
            "RRULE" => self.repeats = true,
            "ATTENDEE" => {
                let mark = match line.parameter("PARTSTAT").map(str::to_ascii_uppercase).as_deref() {
                    Some("ACCEPTED") => "✓",
                    Some("DECLINED") => "✕",
                    Some("TENTATIVE") => "?",
                    _ => return,
                };
                let address = line.value.get(7..).filter(|_| line.value.to_ascii_lowercase().starts_with("mailto:"));
                let name = line.parameter("CN").and_then(plain).or_else(|| plain(address.unwrap_or(&line.value)));
                self.answer = name.map(|name| (name, mark));
            }
            _ => {}
        }
    }

    /// Only of what has a beginning.
    fn tell(self, method: &str) -> Option<String> {
        let start = self.start?;
        let last_day = |end: Moment| if end.minute.is_none() { end.later(-1440) } else { end };
        let end = self.end.or_else(|| self.minutes.map(|minutes| start.later(minutes))).map(last_day);
        let mut when = say_when(&start, end.as_ref().filter(|end| end.day >= start.day));
        if self.repeats {
            when.push_str(" ↻");
        }
        let is_answer = method == "REPLY";
        let (name, mark) = match self.answer.filter(|_| is_answer) {
            Some((name, mark)) => (Some(name), Some(mark)),
            None => (None, (method == "CANCEL" || self.is_cancelled).then_some("✕")),
        };
        let parts: Vec<String> = name.into_iter().chain([when]).chain(self.title).chain(self.place).collect();
        let mark = mark.map(|mark| format!("{mark} ")).unwrap_or_default();
        Some(format!("📅 {mark}{}", parts.join(" · ")))
    }
}

/// The meetings of a calendar, a line each.
pub(crate) fn read_meetings(text: &str) -> Vec<String> {
    let (mut method, mut meetings) = (String::new(), Vec::new());
    let (mut event, mut inside) = (None::<Event>, 0);
    for line in unfold(text).iter().filter_map(|line| Line::read(line)) {
        let value = line.value.to_ascii_uppercase();
        match (line.name.as_str(), value.as_str()) {
            ("METHOD", _) if event.is_none() => method = value,
            ("BEGIN", "VEVENT") if event.is_none() => event = Some(Event::default()),
            ("END", "VEVENT") => {
                meetings.extend(event.take().and_then(|event| event.tell(&method)));
                inside = 0;
            }
            // An alarm inside has a duration of its own.
            ("BEGIN", _) => inside += i32::from(event.is_some()),
            ("END", _) => inside -= i32::from(event.is_some()),
            _ if inside == 0 => event.iter_mut().for_each(|event| event.take(&line)),
            _ => {}
        }
        if meetings.len() == MOST {
            break;
        }
    }
    meetings.dedup();
    meetings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        assert_eq!(days_from_civil(1970, 1, 1), 0);
        assert_eq!(days_from_civil(2000, 3, 1), 11_017);
        for day in (-1_000_000..1_000_000).step_by(997) {
            let (year, month, of_month) = civil_from_days(day);
            assert_eq!(days_from_civil(year, month, of_month), day);
        }
        assert_eq!(read_duration("P1DT2H30M"), Some(1440 + 150));
        assert_eq!(read_duration("soon"), None);
    }
}
