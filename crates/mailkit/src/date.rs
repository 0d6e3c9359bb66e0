//! Reads the dates of mail: RFC 5322 as it should be written, and the forms in which programs write it anyway.

use mail_parser::DateTime;

/// Microseconds since 1970 UTC. `None` unless day, month, year and time are there and can be.
pub(crate) fn read_date(text: &str) -> Option<i64> {
    // A comment, such as the zone's name, ends what counts.
    let text = text.split('(').next().unwrap_or_default();
    let mut date = DateTime::default();
    let (mut day, mut year, mut has_time) = (None, None, false);
    for token in text.split(|c: char| c.is_whitespace() || c == ',').filter(|token| !token.is_empty()) {
        if let Some((iso, rest)) = read_iso_date(token) {
            (year, date.month, day) = (Some(iso.0), iso.1, Some(iso.2));
            has_time |= !rest.is_empty() && read_time(rest, &mut date)?;
        } else if !has_time && token.contains(':') {
            has_time = read_time(token, &mut date)?;
        } else if let Some(month) = token.split(['-', '/', '.']).find_map(month_number) {
            date.month = month;
            // "21-Nov-2026"
            let numbers: Vec<&str> =
                token.split(['-', '/', '.']).filter(|n| !n.is_empty() && month_number(n).is_none()).collect();
            if let [d, y] = numbers[..] {
                (day, year) = (d.parse().ok(), read_year(y));
            }
        } else if has_time && read_zone(token, &mut date).is_some() {
        } else if let Some(number) = token.trim_end_matches('.').parse().ok().filter(|_| day.is_none()) {
            day = Some(number);
        } else if year.is_none() {
            year = read_year(token);
        }
    }
    (date.day, date.year) = (day?, year?);
    (has_time && date.is_valid()).then(|| date.to_timestamp() * 1_000_000)
}

fn month_number(token: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let head = token.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == head).map(|i| i as u8 + 1)
}

/// Years of two and three digits are read as RFC 5322 §4.3 says.
fn read_year(token: &str) -> Option<u16> {
    let year: u16 = token.parse().ok().filter(|_| token.bytes().all(|b| b.is_ascii_digit()))?;
    match token.len() {
        2 if year < 50 => Some(year + 2000),
        2 | 3 => Some(year + 1900),
        4 => Some(year).filter(|year| *year >= 1900),
        _ => None,
    }
}

/// `2026-11-21`, and what follows its `T`.
fn read_iso_date(token: &str) -> Option<((u16, u8, u8), &str)> {
    let (date, rest) = token.split_once(['T', 't']).unwrap_or((token, ""));
    let mut numbers = date.split('-');
    let (year, month, day) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let is_iso = year.len() == 4 && numbers.next().is_none();
    is_iso.then_some(((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?), rest))
}

/// `15:04`, `15:04:05`, `15:04:05.123`, with a zone behind it or not. `None` if it is no time of day.
fn read_time(token: &str, date: &mut DateTime) -> Option<bool> {
    let end = token.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(token.len());
    let (clock, rest) = token.split_at(end);
    let mut numbers = clock.split(':').map(|n| n.parse::<u8>().ok());
    date.hour = numbers.next()??;
    date.minute = numbers.next()??;
    date.second = numbers.next().flatten().unwrap_or(0);
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    if !zone.is_empty() {
        read_zone(zone, date);
    }
    Some(true)
}

/// `+0900`, `+09:00`, `GMT`, `EST`. A zone that nobody knows is taken for UTC, as RFC 5322 §4.3 says.
fn read_zone(token: &str, date: &mut DateTime) -> Option<()> {
    if let Some(sign) = token.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let digits: String = token[1..].chars().filter(char::is_ascii_digit).collect();
        let number: u16 = digits.parse().ok()?;
        let (hours, minutes) = if digits.len() > 2 { (number / 100, number % 100) } else { (number, 0) };
        if hours > 15 || minutes > 59 {
            return None;
        }
        (date.tz_before_gmt, date.tz_hour, date.tz_minute) = (sign == '-', hours as u8, minutes as u8);
        return Some(());
    }
    let hours = match token.to_ascii_uppercase().as_str() {
        "GMT" | "UT" | "UTC" | "Z" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "BST" | "CET" | "MET" => 1,
        "CEST" | "MEST" | "EET" => 2,
        "KST" | "JST" => 9,
        _ => return None,
    };
    (date.tz_before_gmt, date.tz_hour, date.tz_minute) = (hours < 0, i8::unsigned_abs(hours), 0);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::read_date;

    #[test]
    fn dates_are_read_as_programs_write_them() {
        let afternoon = Some(1_795_241_045_000_000);
        for date in [
            "Sat, 21 Nov 2026 15:04:05 +0900",
            "Sat, 21 Nov 2026 06:04:05 GMT",
            "21 Nov 2026 06:04:05 UT",
            "Sat, 21 Nov 2026 06:04:05 -0000 (UTC)",
            "Sat,21 Nov 2026 15:04:05+0900",
            "Saturday, 21 November 2026 15:04:05 +0900",
            "Sat Nov 21 06:04:05 2026",
            "Sat Nov 21 15:04:05 KST 2026",
            "Sat Nov 21 15:04:05 +0900 2026",
            "2026-11-21 15:04:05 +0900",
            "2026-11-21T06:04:05Z",
            "2026-11-21T15:04:05.123+09:00",
            "21-Nov-2026 15:04:05 +0900",
            "Sat, 21 Nov 26 15:04:05 +0900",
            "Sat, 21 Nov 126 15:04:05 +0900",
            "Sat, 21 Nov 2026 01:04:05 EST",
            "Sat, 21 Nov 2026 06:04:05",
            "Sat, 21 Nov 2026 06:04:05 XYZ",
        ] {
            assert_eq!(read_date(date), afternoon, "{date}");
        }
        assert_eq!(read_date("Sat, 21 Nov 2026 19:04 +1300"), Some(1_795_241_040_000_000));
        for date in [
            "",
            "yesterday",
            "Sat, 99 Nov 2026 15:04:05 +0900",
            "21 Foo 2026 15:04:05 +0900",
            "21 Nov 2026",
            "2026-13-21 01:00:00",
        ] {
            assert_eq!(read_date(date), None, "{date}");
        }
    }
}
