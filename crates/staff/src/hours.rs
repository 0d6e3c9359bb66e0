//! When we work, and until when an answer is promised: hours of a week in a zone, with days off. Pure.
use base::{Day, Error, Result, Time, Zone};
use serde::{Deserialize, Serialize};

const MINUTES_A_DAY: i64 = 24 * 60;
/// A promise that is not kept within so many days is none.
const FURTHEST_DAYS: i32 = 400;

/// A stretch of a day, in minutes from midnight, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    #[schema(example = 540)]
    pub from: i64,
    #[schema(example = 1080)]
    pub to: i64,
}

/// When some teams of ours work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The IANA zone of these hours.
    #[serde(with = "super::model::zone_name")]
    #[schema(value_type = String, example = "Asia/Seoul")]
    pub zone: Zone,
    /// The teams of staff they hold for; the first hours also hold for everybody else.
    #[serde(default)]
    pub teams: Vec<String>,
    /// From Monday to Sunday, the stretches of each day.
    pub week: Vec<Vec<Shift>>,
    /// Days on which nobody works.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub holidays: Vec<Day>,
}

impl Hours {
    /// Monday to Friday, nine to six.
    pub fn usual(zone: Zone) -> Hours {
        let day = |n| if n < 5 { vec![Shift { from: 9 * 60, to: 18 * 60 }] } else { Vec::new() };
        Hours { zone, teams: Vec::new(), week: (0..7).map(day).collect(), holidays: Vec::new() }
    }

    pub fn check(&self) -> Result<()> {
        let is_day = |day: &Vec<Shift>| {
            let fits = |s: &Shift| 0 <= s.from && s.from < s.to && s.to <= MINUTES_A_DAY;
            day.len() <= 6 && day.iter().all(fits) && day.windows(2).all(|two| two[0].to <= two[1].from)
        };
        let is_week =
            self.week.len() == 7 && self.week.iter().all(is_day) && self.week.iter().any(|day| !day.is_empty());
        if is_week && self.holidays.len() <= 1_000 && self.teams.len() <= 100 {
            Ok(())
        } else {
            Err(Error::invalid("hours", "error-hours"))
        }
    }

    /// The stretches of a day as moments, in order.
    fn shifts_on(&self, day: Day) -> impl Iterator<Item = (Time, Time)> {
        let weekday = usize::try_from(day.0.weekday().to_monday_zero_offset()).unwrap_or_default();
        let shifts = self.week.get(weekday).filter(|_| !self.holidays.contains(&day));
        let at = move |minutes: i64| day.minute_in(minutes, &self.zone);
        shifts.into_iter().flatten().map(move |shift| (at(shift.from), at(shift.to)))
    }

    /// When an answer that takes `minutes` of working time is due that was asked for at `asked`; nothing when we never
    /// work so long.
    pub fn promise_due(&self, asked: Time, minutes: i64) -> Option<Time> {
        let mut left = minutes * Time::MINUTE;
        let first = asked.day_in(&self.zone);
        for day in (0..FURTHEST_DAYS).map(|n| first.plus(n)) {
            for (from, to) in self.shifts_on(day) {
                let from = from.max(asked);
                let open = to.since(from);
                if open >= left && to > from {
                    return Some(from.plus(left));
                }
                left -= open.max(0);
            }
        }
        None
    }

    /// Working time from one moment to another, in microseconds.
    pub fn worked(&self, from: Time, to: Time) -> i64 {
        let days = (0..=FURTHEST_DAYS).map(|n| from.day_in(&self.zone).plus(n));
        let last = to.day_in(&self.zone);
        let shifts = days.take_while(|day| *day <= last).flat_map(|day| self.shifts_on(day));
        shifts.map(|(opens, closes)| closes.min(to).since(opens.max(from)).max(0)).sum()
    }

    /// Whether somebody works now.
    pub fn is_open(&self, at: Time) -> bool {
        self.shifts_on(at.day_in(&self.zone)).any(|(from, to)| from <= at && at < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    fn seoul() -> Hours {
        let holidays = vec![Day::parse("2026-12-25").unwrap()];
        Hours { holidays, ..Hours::usual(Zone::parse("Asia/Seoul").unwrap()) }
    }

    #[test]
    fn a_promise_counts_working_time_only() {
        let due = |asked: &str, minutes| seoul().promise_due(at(asked), minutes).unwrap();
        assert_eq!(due("2026-11-23T10:00:00+09:00", 120), at("2026-11-23T12:00:00+09:00"));
        assert_eq!(due("2026-11-23T17:00:00+09:00", 120), at("2026-11-24T10:00:00+09:00"));
        assert_eq!(due("2026-11-20T23:00:00+09:00", 60), at("2026-11-23T10:00:00+09:00"), "over the weekend");
        assert_eq!(due("2026-12-24T17:30:00+09:00", 60), at("2026-12-28T09:30:00+09:00"), "over a day off");
        assert_eq!(due("2026-11-23T17:00:00+09:00", 60), at("2026-11-23T18:00:00+09:00"), "to the last minute");
        assert_eq!(due("2026-11-22T12:00:00+09:00", 0), at("2026-11-23T09:00:00+09:00"), "as soon as we are there");
    }

    #[test]
    fn a_break_at_noon_and_a_night_without_an_hour_are_kept() {
        let lunch = vec![Shift { from: 540, to: 720 }, Shift { from: 780, to: 1080 }];
        let hours = Hours { week: vec![lunch; 7], ..seoul() };
        assert_eq!(hours.promise_due(at("2026-11-23T11:30:00+09:00"), 60), Some(at("2026-11-23T13:30:00+09:00")));
        assert!(!hours.is_open(at("2026-11-23T12:30:00+09:00")) && hours.is_open(at("2026-11-23T13:00:00+09:00")));
        // In Berlin the clock goes from two to three in this night: six hours of the clock are five.
        let night = Hours {
            week: vec![vec![Shift { from: 0, to: 360 }]; 7],
            zone: Zone::parse("Europe/Berlin").unwrap(),
            ..seoul()
        };
        assert_eq!(night.promise_due(at("2026-03-28T23:00:00Z"), 300), Some(at("2026-03-29T04:00:00Z")));
    }

    #[test]
    fn hours_that_make_no_sense_are_refused() {
        let with = |week: Vec<Vec<Shift>>| Hours { week, ..seoul() }.check();
        assert!(seoul().check().is_ok());
        assert!(with(vec![Vec::new(); 7]).is_err(), "never open");
        assert!(with(vec![vec![Shift { from: 0, to: 60 }]; 6]).is_err());
        assert!(with(vec![vec![Shift { from: 60, to: 60 }]; 7]).is_err());
        assert!(with(vec![vec![Shift { from: 0, to: 1441 }]; 7]).is_err());
        assert!(with(vec![vec![Shift { from: 0, to: 90 }, Shift { from: 60, to: 120 }]; 7]).is_err());
    }

    proptest! {
        #[test]
        fn a_promise_is_later_the_longer_it_is_and_ends_within_working_hours(asked in 1_700_000_000i64..1_900_000_000, minutes in 1i64..3_000, more in 1i64..500) {
            let asked = Time(asked * Time::SECOND);
            let hours = seoul();
            let due = hours.promise_due(asked, minutes).unwrap();
            prop_assert!(due.since(asked) >= minutes * Time::MINUTE);
            prop_assert!(hours.is_open(due.plus(-1)));
            prop_assert_eq!(hours.worked(asked, due), minutes * Time::MINUTE, "what was worked until then is what it takes");
            prop_assert!(hours.promise_due(asked, minutes + more).unwrap() > due);
            prop_assert!(hours.promise_due(asked.plus(Time::HOUR), minutes).unwrap() >= due);
        }
    }
}
