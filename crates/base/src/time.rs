//! Time: UTC microseconds inside; days, ISO weeks and half-years only in a zone.
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};

/// A moment, in microseconds since 1970 in UTC; written as RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Time(pub i64);

/// A text that is not a time, a day or a zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not {1}")]
pub struct BadTime(pub String, pub &'static str);

impl Time {
    pub const SECOND: i64 = 1_000_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    pub fn now() -> Time {
        Time(Timestamp::now().as_microsecond())
    }

    /// Reads RFC 3339 with any offset; a fraction finer than a microsecond is cut.
    pub fn parse(text: &str) -> Result<Time, BadTime> {
        let bad = || BadTime(text.into(), "a time such as 2026-11-22T09:12:00Z");
        text.parse::<Timestamp>().map(|t| Time(t.as_microsecond())).map_err(|_| bad())
    }

    /// The moment `micros` microseconds later (earlier when negative).
    pub fn plus(self, micros: i64) -> Time {
        Time(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this moment.
    pub fn since(self, earlier: Time) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    pub fn day_in(self, zone: &Zone) -> Day {
        Day(zone.0.to_datetime(self.timestamp()).date())
    }

    pub fn week_in(self, zone: &Zone) -> Week {
        Week::of(self.day_in(zone))
    }

    pub fn half_year(self, zone: &Zone) -> Half {
        Half::of(self.day_in(zone))
    }

    /// The nearest moment jiff can name: years -9999 to 9999.
    pub fn timestamp(self) -> Timestamp {
        let edge = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_microsecond(self.0).unwrap_or(edge)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl FromStr for Time {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Time, BadTime> {
        Time::parse(text)
    }
}

/// An IANA time zone, such as Asia/Seoul.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    pub fn parse(name: &str) -> Result<Zone, BadTime> {
        TimeZone::get(name).map(Zone).map_err(|_| BadTime(name.into(), "a time zone such as Asia/Seoul"))
    }

    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    pub fn inner(&self) -> &TimeZone {
        &self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = BadTime;
    fn from_str(name: &str) -> Result<Zone, BadTime> {
        Zone::parse(name)
    }
}

/// A day of the calendar, written 2026-11-22. Its moments depend on the zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(pub Date);

impl Day {
    pub fn parse(text: &str) -> Result<Day, BadTime> {
        let bad = || BadTime(text.into(), "a day such as 2026-11-22");
        if text.len() != 10 {
            return Err(bad());
        }
        text.parse().map(Day).map_err(|_| bad())
    }

    /// The first moment of this day in a zone; the day ends where the next one starts.
    pub fn start_in(self, zone: &Zone) -> Time {
        self.minute_in(0, zone)
    }

    /// The moment at which the clocks of a zone show so many minutes after this day's midnight; 1,440 is the next day's.
    pub fn minute_in(self, minutes: i64, zone: &Zone) -> Time {
        let midnight = self.0.to_datetime(jiff::civil::Time::midnight());
        let shown = midnight.saturating_add(jiff::Span::new().minutes(minutes.clamp(0, 10_000)));
        zone.0.to_ambiguous_timestamp(shown).compatible().map_or(Time::default(), |t| Time(t.as_microsecond()))
    }

    /// The day `days` days later (earlier when negative).
    pub fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i32 {
        let epoch = jiff::civil::date(1970, 1, 1);
        self.0.since(epoch).map_or(0, |span| span.get_days())
    }

    pub fn from_number(days: i32) -> Day {
        Day(jiff::civil::date(1970, 1, 1)).plus(days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Day, BadTime> {
        Day::parse(text)
    }
}

/// An ISO 8601 week, named by its Monday, written 2026-W47.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Week(Day);

impl Week {
    pub fn of(day: Day) -> Week {
        Week(day.plus(-i32::from(day.0.weekday().to_monday_zero_offset())))
    }

    pub fn monday(self) -> Day {
        self.0
    }

    pub fn plus(self, weeks: i32) -> Week {
        Week(self.0.plus(weeks.saturating_mul(7)))
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.0.0.iso_week_date();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

/// Half a year, written 2026H2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Half {
    pub year: i16,
    pub second: bool,
}

impl Half {
    pub fn of(day: Day) -> Half {
        Half { year: day.0.year(), second: day.0.month() > 6 }
    }

    pub fn parse(text: &str) -> Result<Half, BadTime> {
        let bad = || BadTime(text.into(), "a half-year such as 2026H2");
        let (year, half) = text.split_once('H').ok_or_else(bad)?;
        // 2026-H2 and 2026 H2 mean the same.
        let year = year.trim_end_matches(['-', ' ']);
        let year = if year.len() == 4 { year.parse().map_err(|_| bad())? } else { return Err(bad()) };
        match half {
            "1" => Ok(Half { year, second: false }),
            "2" => Ok(Half { year, second: true }),
            _ => Err(bad()),
        }
    }

    pub fn first_day(self) -> Day {
        Day(jiff::civil::date(self.year, if self.second { 7 } else { 1 }, 1))
    }

    pub fn next(self) -> Half {
        Half { year: self.year.saturating_add(i16::from(self.second)).min(9999), second: !self.second }
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}H{}", self.year, if self.second { 2 } else { 1 })
    }
}

impl FromStr for Half {
    type Err = BadTime;
    fn from_str(text: &str) -> Result<Half, BadTime> {
        Half::parse(text)
    }
}

/// Texts in JSON and in the API document: the same for every type here.
macro_rules! as_text {
    ($($type:ty: $format:expr, $example:literal;)*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl utoipa::PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).format($format).examples([$example]).into()
            }
        }
        impl utoipa::ToSchema for $type {}
    )*};
}
as_text! {
    Time: Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)), "2026-11-22T09:12:00Z";
    Day: Some(SchemaFormat::KnownFormat(KnownFormat::Date)), "2026-11-22";
    Zone: None, "Asia/Seoul";
    Week: None, "2026-W47";
    Half: None, "2026-H2";
}

macro_rules! from_text {
    ($($type:ty),*) => {$(
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$type>::parse(&Cow::<str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}
from_text!(Time, Day, Zone, Half);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_with_a_fraction_only_when_there_is_one() {
        let time = Time::parse("2026-11-22T18:12:00+09:00").unwrap();
        assert_eq!(time.to_string(), "2026-11-22T09:12:00Z");
        assert_eq!(time.plus(1).to_string(), "2026-11-22T09:12:00.000001Z");
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-11-22T09:12:00Z\"");
        assert_eq!(serde_json::from_str::<Time>("\"2026-11-22T09:12:00.123456789Z\"").unwrap(), time.plus(123_456));
        assert!(Time::parse("2026-11-22").is_err() && Time::parse("2026-11-22T09:12:00").is_err());
        assert_eq!(Time(i64::MAX).to_string().get(..4), Some("9999"), "no panic at the edge");
    }

    #[test]
    fn days_weeks_and_halves_belong_to_a_zone() {
        let seoul = Zone::parse("Asia/Seoul").unwrap();
        let time = Time::parse("2026-06-30T15:00:00Z").unwrap();
        assert_eq!(time.day_in(&seoul).to_string(), "2026-07-01");
        assert_eq!(time.day_in(&Zone::utc()).to_string(), "2026-06-30");
        assert_eq!(time.half_year(&seoul).to_string(), "2026H2");
        assert_eq!(time.half_year(&Zone::utc()).next(), time.half_year(&seoul));
        assert_eq!(time.day_in(&seoul).start_in(&seoul), time);
        assert_eq!(Time::parse("2027-01-01T00:00:00Z").unwrap().week_in(&Zone::utc()).to_string(), "2026-W53");
        assert_eq!(Week::of(Day::parse("2026-11-22").unwrap()).monday().to_string(), "2026-11-16");
        assert!(Zone::parse("Mars/Olympus").is_err());
    }

    #[test]
    fn a_day_that_has_no_midnight_starts_at_its_first_moment() {
        let cairo = Zone::parse("Africa/Cairo").unwrap();
        let day = Day::parse("2024-04-26").unwrap();
        assert_eq!(day.start_in(&cairo).to_string(), "2024-04-25T22:00:00Z");
    }

    #[test]
    fn days_are_numbered_from_1970() {
        for text in ["1970-01-01", "1969-12-31", "2026-11-22"] {
            let day = Day::parse(text).unwrap();
            assert_eq!(Day::from_number(day.number()), day);
        }
        assert_eq!(Day::parse("1970-02-01").unwrap().number(), 31);
        assert!(Day::parse("2026-11-22T09:12:00Z").is_err());
    }
}
