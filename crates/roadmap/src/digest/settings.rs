//! What each of us wants to read in the morning, and when it is due.
use crate::store::digest::{self as rows, SettingsRow};
use ::store::Tx;
use base::{Day, DoorId, Error, Lang, Result, StaffId, TagId, Time, Week, Zone};
use serde::{Deserialize, Serialize};
use tagging::Kind;

/// Words on a page, unless said.
pub const USUAL: i64 = 12;
const MOST: i64 = 40;
const MOST_CHOSEN: usize = 100;

/// What one of us wants to read in the morning. Filters that are empty let everything through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MorningSettings {
    /// Whether it comes by mail as well.
    pub mail: bool,
    /// The hour at which the mail comes, 0 to 23.
    pub hour: i64,
    /// The zone of that hour and of my days (IANA); that of the house unless said.
    pub zone: Option<String>,
    /// How many, 3 to 40.
    pub passages: i64,
    pub doors: Vec<DoorId>,
    /// With everything below them.
    pub tags: Vec<TagId>,
    #[schema(value_type = Vec<String>)]
    pub languages: Vec<Lang>,
    pub kinds: Vec<Kind>,
    /// Whether what is new on the items I own comes by mail on Mondays.
    pub week: bool,
}

impl Default for MorningSettings {
    fn default() -> MorningSettings {
        MorningSettings {
            mail: false,
            hour: 7,
            zone: None,
            passages: USUAL,
            doors: Vec::new(),
            tags: Vec::new(),
            languages: Vec::new(),
            kinds: Vec::new(),
            week: false,
        }
    }
}

impl MorningSettings {
    pub fn check(&self) -> Result<()> {
        if !(0..=23).contains(&self.hour) {
            return Err(Error::invalid("hour", "error-morning-hour"));
        }
        if !(3..=MOST).contains(&self.passages) {
            return Err(Error::invalid("passages", "error-morning-passages"));
        }
        if self.zone.as_deref().is_some_and(|zone| Zone::parse(zone).is_err()) {
            return Err(Error::invalid("zone", "error-zone"));
        }
        let chosen = [self.doors.len(), self.tags.len(), self.languages.len(), self.kinds.len()];
        if chosen.into_iter().any(|n| n > MOST_CHOSEN) {
            return Err(Error::invalid("tags", "error-morning-filters"));
        }
        Ok(())
    }

    /// The zone of the reader, given that of the house.
    pub fn zone(&self, house: Zone) -> Zone {
        self.zone.as_deref().and_then(|zone| Zone::parse(zone).ok()).unwrap_or(house)
    }

    /// The next moment after `now` at which the reader's clock shows the hour.
    pub fn next_after(&self, now: Time, zone: &Zone) -> Time {
        let today = now.day_in(zone);
        // A clock that goes back shows an hour twice, one that goes forward leaves one out: then it is the next day's.
        (0..3).map(|day| self.at_hour(today.plus(day), zone)).find(|at| *at > now).unwrap_or(now.plus(Time::DAY))
    }

    /// The same on a Monday.
    pub fn next_week_after(&self, now: Time, zone: &Zone) -> Time {
        let week = Week::of(now.day_in(zone));
        let mondays = (0..3).map(|weeks| self.at_hour(week.plus(weeks).monday(), zone));
        mondays.into_iter().find(|at| *at > now).unwrap_or(now.plus(7 * Time::DAY))
    }

    fn at_hour(&self, day: Day, zone: &Zone) -> Time {
        day.minute_in(self.hour * 60, zone)
    }
}

/// What somebody wants, and its version: 0 until they said anything.
pub async fn load(tx: &mut Tx, staff: StaffId) -> Result<(MorningSettings, i64)> {
    match rows::find_settings(tx, staff).await? {
        Some(row) => Ok((read(&row)?, row.rev)),
        None => Ok((MorningSettings::default(), 0)),
    }
}

pub fn read(row: &SettingsRow) -> Result<MorningSettings> {
    serde_json::from_str(&row.settings_json).map_err(Error::store)
}

/// Says what somebody wants; the version was checked by the caller. The new one.
pub async fn put(tx: &mut Tx, staff: StaffId, settings: &MorningSettings, rev: i64) -> Result<i64> {
    settings.check()?;
    let zone = settings.zone(staff::get_settings(tx).await?.zone);
    let now = tx.now();
    let row = SettingsRow {
        staff_id: staff,
        settings_json: serde_json::to_string(settings).map_err(Error::store)?,
        next_at: settings.mail.then(|| settings.next_after(now, &zone)),
        week_next_at: settings.week.then(|| settings.next_week_after(now, &zone)),
        rev: rev + 1,
    };
    rows::put_settings(tx, &row).await?;
    Ok(row.rev)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_is_due_at_the_readers_hour_also_when_clocks_change() {
        let at = |text: &str| Time::parse(text).unwrap();
        let seoul = Zone::parse("Asia/Seoul").unwrap();
        let seven = MorningSettings::default();
        assert_eq!(seven.next_after(at("2026-11-22T21:59:00Z"), &seoul), at("2026-11-22T22:00:00Z"));
        assert_eq!(seven.next_after(at("2026-11-22T22:00:00Z"), &seoul), at("2026-11-23T22:00:00Z"));
        // 22 November is a Sunday in UTC, and already Monday at seven in Seoul.
        assert_eq!(seven.next_week_after(at("2026-11-22T21:59:00Z"), &seoul), at("2026-11-22T22:00:00Z"));
        assert_eq!(seven.next_week_after(at("2026-11-22T22:00:00Z"), &seoul), at("2026-11-29T22:00:00Z"));
        // In Berlin 02:00 to 03:00 is left out on 29 March 2026; what is due then comes once, an hour later on the clock.
        let (berlin, two) = (Zone::parse("Europe/Berlin").unwrap(), MorningSettings { hour: 2, ..seven });
        let first = two.next_after(at("2026-03-28T12:00:00Z"), &berlin);
        assert_eq!(first, at("2026-03-29T01:00:00Z"));
        assert_eq!(two.next_after(first, &berlin), at("2026-03-30T00:00:00Z"));
    }
}
