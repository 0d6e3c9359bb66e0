//! When somebody means: “내일 오전 10시”, “tomorrow 10am”, “월요일”, “in 3 hours”, read in a zone as a moment to come.
use crate::fold;
use base::{Time, Zone};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday, date, time};

/// The hour of a day that is named without one.
const MORNING: i8 = 9;
/// Nobody means a moment further away than this.
const FURTHEST: i64 = 5 * 366 * Time::DAY;

/// The moment a text names, after `now`; nothing when a word of it is not understood or the moment has passed. A day
/// without an hour begins at nine; an hour from one to six without a half of the day is in the afternoon; a week begins
/// on Monday.
pub fn read_when(text: &str, now: Time, zone: &Zone) -> Option<Time> {
    let here = zone.inner().to_datetime(now.timestamp());
    let mut wish = Wish::default();
    wish.read(&lex(text)?)?;
    let at = wish.resolve(here, now, zone)?;
    (at > now && at.since(now) <= FURTHEST).then_some(at)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Lex {
    /// A number and how many digits it was written with.
    Num(i64, usize),
    Colon,
    Slash,
    Dash,
    Minutes,
    OClock,
    Hours,
    Days,
    Weeks,
    Months,
    /// 월 and 일: the month and day of a date; 일 also counts days.
    MonthOf,
    DayOf,
    /// A length of time in one word: 이틀, 일주일.
    Some(i64, Unit),
    MonthName(i8),
    Weekday(Weekday),
    /// Days from today.
    Ahead(i32),
    Next,
    This,
    Am,
    Pm,
    /// A part of the day, and the hour it begins at.
    Part(i8),
    Half,
    In,
    After,
    At,
    Noise,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Days,
    Weeks,
    Months,
}

use Lex::{After, Ahead, Am, At, Half, In, MonthName, Next, Noise, Num, OClock, Part, Pm, This};

/// Words that stand alone. Korean ones may follow each other without a space; the longest that fits is meant.
const KOREAN: &[(&str, Lex)] = &[
    ("오늘", Ahead(0)),
    ("내일", Ahead(1)),
    ("내일모레", Ahead(2)),
    ("모레", Ahead(2)),
    ("글피", Ahead(3)),
    ("다음", Next),
    ("담", Next),
    ("이번", This),
    ("월요일", Lex::Weekday(Weekday::Monday)),
    ("화요일", Lex::Weekday(Weekday::Tuesday)),
    ("수요일", Lex::Weekday(Weekday::Wednesday)),
    ("목요일", Lex::Weekday(Weekday::Thursday)),
    ("금요일", Lex::Weekday(Weekday::Friday)),
    ("토요일", Lex::Weekday(Weekday::Saturday)),
    ("일요일", Lex::Weekday(Weekday::Sunday)),
    ("오전", Am),
    ("오후", Pm),
    ("새벽", Part(5)),
    ("아침", Part(8)),
    ("점심", Part(12)),
    ("정오", Part(12)),
    ("저녁", Part(18)),
    ("밤", Part(20)),
    ("자정", Part(0)),
    ("시간", Lex::Hours),
    ("시", OClock),
    ("분", Lex::Minutes),
    ("반", Half),
    ("일", Lex::DayOf),
    ("주", Lex::Weeks),
    ("주일", Lex::Weeks),
    ("달", Lex::Months),
    ("개월", Lex::Months),
    ("월", Lex::MonthOf),
    ("하루", Lex::Some(1, Unit::Days)),
    ("이틀", Lex::Some(2, Unit::Days)),
    ("사흘", Lex::Some(3, Unit::Days)),
    ("나흘", Lex::Some(4, Unit::Days)),
    ("닷새", Lex::Some(5, Unit::Days)),
    ("열흘", Lex::Some(10, Unit::Days)),
    ("보름", Lex::Some(15, Unit::Days)),
    ("일주일", Lex::Some(1, Unit::Weeks)),
    ("한", Num(1, 1)),
    ("두", Num(2, 1)),
    ("세", Num(3, 1)),
    ("네", Num(4, 1)),
    ("다섯", Num(5, 1)),
    ("여섯", Num(6, 1)),
    ("일곱", Num(7, 1)),
    ("여덟", Num(8, 1)),
    ("아홉", Num(9, 1)),
    ("열", Num(10, 2)),
    ("열한", Num(11, 2)),
    ("열두", Num(12, 2)),
    ("뒤", After),
    ("후", After),
    ("이후", After),
    ("있다가", After),
    ("에", Noise),
    ("까지", Noise),
    ("쯤", Noise),
    ("경", Noise),
    ("로", Noise),
];

const ENGLISH: &[(&str, Lex)] = &[
    ("today", Ahead(0)),
    ("tonight", Part(20)),
    ("tomorrow", Ahead(1)),
    ("tmr", Ahead(1)),
    ("next", Next),
    ("this", This),
    ("monday mon", Lex::Weekday(Weekday::Monday)),
    ("tuesday tue tues", Lex::Weekday(Weekday::Tuesday)),
    ("wednesday wed", Lex::Weekday(Weekday::Wednesday)),
    ("thursday thu thur thurs", Lex::Weekday(Weekday::Thursday)),
    ("friday fri", Lex::Weekday(Weekday::Friday)),
    ("saturday sat", Lex::Weekday(Weekday::Saturday)),
    ("sunday sun", Lex::Weekday(Weekday::Sunday)),
    ("january jan", MonthName(1)),
    ("february feb", MonthName(2)),
    ("march mar", MonthName(3)),
    ("april apr", MonthName(4)),
    ("may", MonthName(5)),
    ("june jun", MonthName(6)),
    ("july jul", MonthName(7)),
    ("august aug", MonthName(8)),
    ("september sep sept", MonthName(9)),
    ("october oct", MonthName(10)),
    ("november nov", MonthName(11)),
    ("december dec", MonthName(12)),
    ("am", Am),
    ("pm", Pm),
    ("morning", Part(8)),
    ("noon midday", Part(12)),
    ("afternoon", Part(14)),
    ("evening", Part(18)),
    ("night", Part(20)),
    ("midnight", Part(0)),
    ("minute minutes min mins m", Lex::Minutes),
    ("hour hours hr hrs h", Lex::Hours),
    ("day days d", Lex::Days),
    ("week weeks wk wks w", Lex::Weeks),
    ("month months", Lex::Months),
    ("half", Half),
    ("a an one", Num(1, 1)),
    ("two", Num(2, 1)),
    ("three", Num(3, 1)),
    ("in", In),
    ("later hence after", After),
    ("at", At),
    ("oclock", OClock),
    ("on the until till by around of st nd rd th", Noise),
];

/// The words of a text; nothing when one of them is not known.
fn lex(text: &str) -> Option<Vec<Lex>> {
    let text = fold(text).replace("o'clock", "oclock").replace("a.m.", "am").replace("p.m.", "pm");
    let text = text.replace("day after tomorrow", "모레");
    let mut rest = text.as_str();
    let mut out = Vec::new();
    while let Some(c) = rest.chars().next() {
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        if c.is_ascii_digit() {
            let end = run(|c| c.is_ascii_digit());
            out.push(Num(rest[..end].parse().ok().filter(|n| *n < 10_000)?, end));
            rest = &rest[end..];
        } else if c.is_ascii_alphabetic() {
            let end = run(|c| c.is_ascii_alphabetic());
            let known = |(words, _): &&(&str, Lex)| words.split(' ').any(|word| word == &rest[..end]);
            out.push(ENGLISH.iter().find(known)?.1);
            rest = &rest[end..];
        } else if ('가'..='힣').contains(&c) {
            let fits = KOREAN.iter().filter(|(word, _)| rest.starts_with(word));
            let (word, lex) = fits.max_by_key(|(word, _)| word.len())?;
            out.push(*lex);
            rest = &rest[word.len()..];
        } else {
            match c {
                ':' => out.push(Lex::Colon),
                '/' => out.push(Lex::Slash),
                '-' => out.push(Lex::Dash),
                '.' | ',' => {}
                c if c.is_whitespace() => {}
                _ => return None,
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    out.retain(|lex| *lex != Noise);
    (!out.is_empty()).then_some(out)
}

/// What was read of a text so far.
#[derive(Default)]
struct Wish {
    day: Option<Day>,
    /// Which week a weekday is meant in: this (0) or the next (1).
    week: Option<i64>,
    /// Hour and minute, and whether the hour was said so that it can only be meant on a clock of 24.
    clock: Option<(i64, i64, bool)>,
    half: Option<Lex>,
    later: Option<Later>,
}

/// So much later than now: what a clock counts, and what a calendar counts.
#[derive(Default)]
struct Later {
    micros: i64,
    days: i64,
    months: i64,
    is_calendar: bool,
}

enum Day {
    Ahead(i32),
    Weekday(Weekday),
    /// Month and day; the next to come.
    Of(i64, i64),
    OfMonth(i64),
    Full(Date),
    NextMonth,
}

impl Wish {
    fn read(&mut self, all: &[Lex]) -> Option<()> {
        let is_later = all.contains(&In) || all.contains(&After);
        let mut at = 0;
        while at < all.len() {
            at += self.step(&all[at..], is_later)?;
        }
        Some(())
    }

    /// Reads what stands first, and says how many words that were.
    fn step(&mut self, rest: &[Lex], is_later: bool) -> Option<usize> {
        use Lex::{Colon, Dash, DayOf, Days, Hours, Minutes, MonthOf, Months, Slash, Weeks};
        Some(match *rest {
            [In | After, ..] | [At, Num(..), Lex::Colon | Am | Pm, ..] | [At, Part(_), ..] => 1,
            [Num(year, 4), Dash, Num(month, _), Dash, Num(day, _), ..] => {
                let full = Date::new(year as i16, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
                self.on(Day::Full(full), 5)?
            }
            [Num(month, _), Slash, Num(day, _), ..] => self.on(Day::Of(month, day), 3)?,
            [Num(month, _), MonthOf, Num(day, _), DayOf, ..] => self.on(Day::Of(month, day), 4)?,
            [MonthName(month), Num(day, 1 | 2), ..] | [Num(day, 1 | 2), MonthName(month), ..] => {
                self.on(Day::Of(i64::from(month), day), 2)?
            }
            [Num(hour, digits), Colon, Num(minute, 2), ..] => self.clock(hour, minute, digits == 2 && hour < 10, 3)?,
            [Num(hour, _), OClock, Num(minute, _), Minutes, ..] if !is_later => self.clock(hour, minute, false, 4)?,
            [Num(hour, _), OClock, Half, ..] => self.clock(hour, 30, false, 3)?,
            [Num(hour, _), OClock, ..] => self.clock(hour, 0, false, 2)?,
            [Half, Num(1, _), Hours, ..] => self.later(30 * Time::MINUTE, 3)?,
            [Num(n, _), Hours, Half, ..] => self.later(n * Time::HOUR + 30 * Time::MINUTE, 3)?,
            [Num(n, _), Hours, ..] => self.later(n * Time::HOUR, 2)?,
            [Num(n, _), Minutes, ..] => self.later(n * Time::MINUTE, 2)?,
            [Num(n, _), Weeks, ..] => self.calendar(n, Unit::Weeks, 2)?,
            [Num(n, _), Months, ..] => self.calendar(n, Unit::Months, 2)?,
            [Num(n, _), Days, ..] => self.calendar(n, Unit::Days, 2)?,
            [Num(n, _), DayOf, ..] if is_later => self.calendar(n, Unit::Days, 2)?,
            [Num(n, _), DayOf, ..] => self.on(Day::OfMonth(n), 2)?,
            [Lex::Some(n, unit), ..] => self.calendar(n, unit, 1)?,
            [Num(hour, 1 | 2), half @ (Am | Pm), ..] => {
                self.half(half)?;
                self.clock(hour, 0, false, 2)?
            }
            [Next, Weeks, ..] => self.week(1, 2)?,
            [This, Weeks, ..] => self.week(0, 2)?,
            [Next, Months, ..] => self.on(Day::NextMonth, 2)?,
            [Next, Lex::Weekday(_), ..] => self.week(1, 1)?,
            [This, Lex::Weekday(_), ..] => self.week(0, 1)?,
            [This, Part(_), ..] => self.on(Day::Ahead(0), 1)?,
            [Lex::Weekday(day), ..] => self.on(Day::Weekday(day), 1)?,
            [Ahead(days), ..] => self.on(Day::Ahead(days), 1)?,
            [half @ (Am | Pm | Part(_)), ..] => {
                self.half(half)?;
                1
            }
            [At, Num(hour, 1 | 2), ..] => self.clock(hour, 0, false, 2)?,
            [Num(hour, 1 | 2)] if self.day.is_some() || self.half.is_some() => self.clock(hour, 0, false, 1)?,
            _ => return None,
        })
    }

    fn on(&mut self, day: Day, words: usize) -> Option<usize> {
        self.day.replace(day).is_none().then_some(words)
    }

    fn week(&mut self, week: i64, words: usize) -> Option<usize> {
        self.week.replace(week).is_none().then_some(words)
    }

    fn half(&mut self, half: Lex) -> Option<()> {
        self.half.replace(half).is_none().then_some(())
    }

    fn clock(&mut self, hour: i64, minute: i64, is_exact: bool, words: usize) -> Option<usize> {
        let is_time = hour <= 24 && minute < 60 && (hour < 24 || minute == 0);
        (is_time && self.clock.replace((hour, minute, is_exact)).is_none()).then_some(words)
    }

    fn later(&mut self, micros: i64, words: usize) -> Option<usize> {
        let later = self.later.get_or_insert_default();
        later.micros = later.micros.checked_add(micros)?;
        Some(words)
    }

    fn calendar(&mut self, n: i64, unit: Unit, words: usize) -> Option<usize> {
        let later = self.later.get_or_insert_default();
        match unit {
            Unit::Days => later.days += n,
            Unit::Weeks => later.days += 7 * n,
            Unit::Months => later.months += n,
        }
        later.is_calendar = true;
        Some(words)
    }

    fn resolve(&self, here: DateTime, now: Time, zone: &Zone) -> Option<Time> {
        let clock = self.read_clock()?;
        if let Some(later) = &self.later {
            if self.day.is_some() || self.week.is_some() {
                return None;
            }
            if !later.is_calendar {
                return clock.is_none().then(|| now.plus(later.micros));
            }
            let day = here.date().checked_add(later.months.months()).ok()?.checked_add(later.days.days()).ok()?;
            return Some(moment(day, clock.unwrap_or((MORNING, 0)), zone)?.plus(later.micros));
        }
        let (today, at) = (here.date(), clock.unwrap_or((MORNING, 0)));
        let on = |day: Date| moment(day, at, zone);
        let to_come = |day: Date| on(day).filter(|at| *at > now);
        if let Some(week) = self.week {
            let weekday = match self.day {
                None if week > 0 => Weekday::Monday,
                Some(Day::Weekday(day)) => day,
                _ => return None,
            };
            let monday = i64::from(today.weekday().to_monday_zero_offset());
            let ahead = 7 * week - monday + i64::from(weekday.to_monday_zero_offset());
            return on(today.checked_add(ahead.days()).ok()?);
        }
        match &self.day {
            // An hour that has passed today is meant tomorrow.
            None => {
                clock?;
                [today, today.tomorrow().ok()?].into_iter().find_map(to_come)
            }
            Some(Day::Ahead(days)) => on(today.checked_add(i64::from(*days).days()).ok()?),
            Some(Day::Weekday(wanted)) => {
                // Today is meant only with an hour that is still to come.
                let first = i64::from(clock.is_none());
                let days = (first..=7).filter_map(|n| today.checked_add(n.days()).ok());
                days.filter(|day| day.weekday() == *wanted).find_map(to_come)
            }
            Some(Day::Full(day)) => on(*day),
            Some(Day::Of(month, day)) => {
                let (month, day) = (i8::try_from(*month).ok()?, i8::try_from(*day).ok()?);
                (0..=8).filter_map(|n| Date::new(today.year().checked_add(n)?, month, day).ok()).find_map(to_come)
            }
            Some(Day::OfMonth(day)) => {
                let day = i8::try_from(*day).ok()?;
                let month = |n: i64| today.first_of_month().checked_add(n.months()).ok();
                (0..=2)
                    .filter_map(|n| month(n).and_then(|m| Date::new(m.year(), m.month(), day).ok()))
                    .find_map(to_come)
            }
            Some(Day::NextMonth) => on(today.first_of_month().checked_add(1.months()).ok()?),
        }
    }

    /// Hour and minute, if any were said; nothing when they cannot be.
    #[allow(clippy::option_option, reason = "the outer one says that it makes no sense")]
    fn read_clock(&self) -> Option<Option<(i8, i8)>> {
        let Some((hour, minute, is_exact)) = self.clock else {
            return Some(match self.half {
                None => None,
                Some(Part(hour)) => Some((hour, 0)),
                Some(Am) => Some((MORNING, 0)),
                Some(_) => Some((14, 0)),
            });
        };
        let hour = match self.half {
            Some(Am) if (1..=12).contains(&hour) => hour % 12,
            Some(Pm) if (1..=12).contains(&hour) => hour % 12 + 12,
            // Two at night is a day that was not named.
            Some(Part(20)) if (1..=5).contains(&hour) => return None,
            Some(Part(part)) if hour <= 12 && part >= 12 => hour % 12 + if part >= 18 && hour == 12 { 24 } else { 12 },
            Some(Part(_)) if hour <= 12 => hour,
            Some(_) => return None,
            None if !is_exact && (1..=6).contains(&hour) => hour + 12,
            None => hour,
        };
        // 밤 12시 and 24:00 are the end of the day that was named, not its beginning.
        Some(Some((i8::try_from(hour).ok()?, i8::try_from(minute).ok()?)))
    }
}

/// A day's hour in a zone; 24 is the first moment of the next day.
fn moment(day: Date, (hour, minute): (i8, i8), zone: &Zone) -> Option<Time> {
    let day = if hour == 24 { day.tomorrow().ok()? } else { day };
    let at = day.to_datetime(time(hour % 24, minute, 0, 0));
    let at = zone.inner().to_ambiguous_timestamp(at).compatible().ok()?;
    Some(Time(at.as_microsecond())).filter(|_| day >= date(1970, 1, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seoul() -> Zone {
        Zone::parse("Asia/Seoul").unwrap()
    }

    /// In Seoul, said on Sunday 22 November 2026 at 14:30.
    fn read(text: &str) -> Option<String> {
        let now = Time::parse("2026-11-22T14:30:00+09:00").unwrap();
        let at = read_when(text, now, &seoul())?;
        Some(seoul().inner().to_datetime(at.timestamp()).strftime("%m-%d %H:%M").to_string())
    }

    #[test]
    fn moments_are_read_as_people_say_them() {
        let table = [
            ("내일 오전 10시", "11-23 10:00"),
            ("내일오전10시", "11-23 10:00"),
            ("내일", "11-23 09:00"),
            ("내일까지", "11-23 09:00"),
            ("모레 오후 3시 반", "11-24 15:30"),
            ("내일모레 3시", "11-24 15:00"),
            ("글피 아침 8시에", "11-25 08:00"),
            ("월요일", "11-23 09:00"),
            ("일요일", "11-29 09:00"),
            ("일요일 오후 6시", "11-22 18:00"),
            ("일요일 오전 10시", "11-29 10:00"),
            ("다음 주", "11-23 09:00"),
            ("다음주 수요일 14:00", "11-25 14:00"),
            ("이번 주 일요일 18시", "11-22 18:00"),
            ("다음 달", "12-01 09:00"),
            ("12월 3일 오후 2시 5분", "12-03 14:05"),
            ("3일", "12-03 09:00"),
            ("25일 저녁 7시", "11-25 19:00"),
            ("3시간 뒤", "11-22 17:30"),
            ("한 시간 반 후", "11-22 16:00"),
            ("30분 뒤", "11-22 15:00"),
            ("30분", "11-22 15:00"),
            ("3일 뒤", "11-25 09:00"),
            ("이틀 뒤 오후 4시", "11-24 16:00"),
            ("일주일 뒤", "11-29 09:00"),
            ("2주 뒤", "12-06 09:00"),
            ("한 달 뒤", "12-22 09:00"),
            ("오후 5시", "11-22 17:00"),
            ("오전 9시", "11-23 09:00"),
            ("5시", "11-22 17:00"),
            ("자정", "11-23 00:00"),
            ("밤 12시", "11-23 00:00"),
            ("내일 정오", "11-23 12:00"),
            ("tomorrow 10am", "11-23 10:00"),
            ("Tomorrow at 10", "11-23 10:00"),
            ("tomorrow at 3", "11-23 15:00"),
            ("tomorrow 03:00", "11-23 03:00"),
            ("Monday", "11-23 09:00"),
            ("next monday", "11-23 09:00"),
            ("next week", "11-23 09:00"),
            ("next Friday 4:30 p.m.", "11-27 16:30"),
            ("fri 4pm", "11-27 16:00"),
            ("tonight", "11-22 20:00"),
            ("this evening", "11-22 18:00"),
            ("tomorrow morning", "11-23 08:00"),
            ("tomorrow evening at 7", "11-23 19:00"),
            ("day after tomorrow", "11-24 09:00"),
            ("in 3 hours", "11-22 17:30"),
            ("in an hour", "11-22 15:30"),
            ("in half an hour", "11-22 15:00"),
            ("in 20 minutes", "11-22 14:50"),
            ("2 days later", "11-24 09:00"),
            ("in two weeks", "12-06 09:00"),
            ("in 2 days at 4pm", "11-24 16:00"),
            ("3h", "11-22 17:30"),
            ("2d", "11-24 09:00"),
            ("next month", "12-01 09:00"),
            ("Dec 3rd", "12-03 09:00"),
            ("on 3 December at 14:15", "12-03 14:15"),
            ("12/3 10am", "12-03 10:00"),
            ("2026-12-03", "12-03 09:00"),
            ("2월 29일", "02-29 09:00"),
            ("noon", "11-23 12:00"),
        ];
        let wrong: Vec<_> = table
            .iter()
            .map(|(said, meant)| (*said, read(said), *meant))
            .filter(|(_, got, meant)| got.as_deref() != Some(*meant))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_past_or_makes_no_sense_is_not_guessed() {
        for text in [
            "",
            " ",
            "later",
            "soon",
            "어제",
            "오늘 오전 9시",
            "2020-01-01",
            "내일 25시",
            "오전 15시",
            "31월 2일",
            "내일 모레",
            "10",
            "tomorrow friday",
            "다음",
            "next",
            "9999년",
            "내일 내일",
            "in 9999 months",
            "99:99",
            "monday 10am 11am",
            "0분",
            "in 3",
            "2월 30일",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_hour_that_the_zone_leaves_out_is_the_next_one_there_is() {
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        let now = Time::parse("2026-03-28T12:00:00Z").unwrap();
        let at = read_when("tomorrow 02:30", now, &berlin).unwrap();
        assert_eq!(at.to_string(), "2026-03-29T01:30:00Z");
        assert_eq!(read_when("in 24 hours", now, &berlin), Some(now.plus(Time::DAY)));
    }

    const WORDS: &[&str] = &[
        "내일",
        "모레",
        "월요일",
        "다음 주",
        "오전",
        "오후",
        "10시",
        "30분",
        "뒤",
        "3일",
        "반",
        "한",
        "달",
        "in",
        "an",
        "hour",
        "half",
        "3",
        "12",
        "at",
        "tomorrow",
        "friday",
        "10am",
        "next",
        "month",
        "dec",
        ":",
        "/",
        "-",
        "2026",
        "99",
        "저녁",
        "밤",
        "12시",
    ];

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_moment_to_come_or_nothing(text in ".{0,40}", now in 0i64..4_000_000_000_000_000) {
            let at = read_when(&text, Time(now), &seoul());
            prop_assert!(at.is_none_or(|at| at > Time(now) && at.since(Time(now)) <= FURTHEST));
        }

        #[test]
        fn known_words_in_any_order_are_a_moment_to_come_or_nothing(picks in prop::collection::vec(0..WORDS.len(), 0..7), now in 0i64..4_000_000_000_000_000) {
            let text = picks.into_iter().map(|n| WORDS[n]).collect::<Vec<_>>().join(" ");
            let at = read_when(&text, Time(now), &seoul());
            prop_assert!(at.is_none_or(|at| at > Time(now) && at.since(Time(now)) <= FURTHEST), "{text}");
        }

        #[test]
        fn hours_and_minutes_from_now_are_exact_in_both_languages(n in 1i64..2_000, now in 0i64..4_000_000_000_000_000) {
            let now = Time(now);
            for (text, each) in [(format!("in {n} hours"), Time::HOUR), (format!("{n}시간 뒤"), Time::HOUR), (format!("{n} minutes later"), Time::MINUTE), (format!("{n}분 후"), Time::MINUTE)] {
                prop_assert_eq!(read_when(&text, now, &seoul()), Some(now.plus(n * each)), "{}", text);
            }
        }

        #[test]
        fn a_date_and_hour_that_are_written_out_come_back(day in 1i32..1_500, hour in 0i8..24, minute in 0i8..60) {
            let now = Time::parse("2026-11-22T14:30:00+09:00").unwrap();
            let date = now.day_in(&seoul()).plus(day).0;
            let text = format!("{date} {hour:02}:{minute:02}");
            let at = read_when(&text, now, &seoul()).unwrap();
            prop_assert_eq!(seoul().inner().to_datetime(at.timestamp()), date.at(hour, minute, 0, 0));
        }
    }
}
