//! Types and rules of the staff room, without I/O.
use crate::hours::Hours;
use base::{Currency, Error, Lang, Money, Result, Role, StaffId, Time, Ui, Zone};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap};

/// A password has at least this many characters; length is what counts (NIST SP 800-63B-4 §3.1.1.2).
pub const SHORTEST_PASSWORD: usize = 10;
/// Longer ones are refused, since hashing them would be work for nothing.
pub const LONGEST_PASSWORD_BYTES: usize = 1_024;
/// How long a session lives after it was last used.
pub const SESSION_LIFE: i64 = 30 * Time::DAY;
/// How long an invitation can be accepted.
pub const INVITATION_LIFE: i64 = 7 * Time::DAY;

/// A staff member as others see them.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StaffMember {
    pub id: StaffId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// The language of their interface.
    pub ui: Ui,
    /// Teams of staff, for doors that only some may see.
    pub teams: Vec<String>,
    pub last_seen_at: Option<Time>,
    pub removed: bool,
    pub rev: i64,
}

/// Somebody to be let in; the password is hashed already, since hashing must not hold a transaction.
pub struct NewStaff {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub ui: Ui,
    pub password_hash: Option<String>,
}

/// What holds for the whole installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Settings {
    pub company: String,
    /// IANA zone in which days, weeks and half-years are counted.
    #[serde(with = "zone_name")]
    #[schema(value_type = String, example = "Asia/Seoul")]
    pub zone: Zone,
    /// Languages that texts such as tags and roadmap items are kept in.
    pub languages: Vec<Lang>,
    /// The currency in which values of accounts are compared.
    pub reporting_currency: Currency,
    /// How much one unit of a currency is worth in the reporting currency.
    pub rates: BTreeMap<Currency, f64>,
    /// Bands of account value, from the smallest.
    pub value_bands: Vec<ValueBand>,
    /// Whether single letters are shortcuts (WCAG 2.1.4).
    pub single_keys: bool,
    /// The share of conversations that show no tag suggestions, 0 to 1: what people tag there measures suggestions.
    #[serde(default = "default_unsuggested")]
    pub unsuggested_share: f64,
    /// How many of a hundred tagged conversations a second person tags blind, 0 to 100.
    #[serde(default = "two_percent")]
    pub double_coding_percent: f64,
    /// When we work. The first also hold for whom no other ones do; without any it is Monday to Friday, nine to six.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// Within how many minutes of working time we promise an answer; 0 promises nothing.
    #[serde(default = "a_working_day")]
    pub promise_minutes: i64,
}

fn a_working_day() -> i64 {
    9 * 60
}

fn two_percent() -> f64 {
    2.0
}

fn default_unsuggested() -> f64 {
    0.05
}

/// Accounts worth at least this much a year, in minor units of the reporting currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueBand {
    #[schema(example = "large")]
    pub key: String,
    pub min_minor: i64,
}

impl Default for Settings {
    fn default() -> Settings {
        let band = |key: &str, min_minor| ValueBand { key: key.into(), min_minor };
        Settings {
            company: String::new(),
            zone: Zone::utc(),
            languages: vec![Lang::KO, Lang::EN],
            reporting_currency: Currency::USD,
            rates: BTreeMap::new(),
            value_bands: vec![band("small", 0), band("medium", 500_000), band("large", 5_000_000)],
            single_keys: true,
            unsuggested_share: default_unsuggested(),
            double_coding_percent: two_percent(),
            hours: Vec::new(),
            promise_minutes: a_working_day(),
        }
    }
}

impl Settings {
    /// What customers know the house as: its name, or, before anybody gave it one, its address.
    pub fn called(&self, host: &str) -> String {
        if self.company.trim().is_empty() { host } else { &self.company }.to_owned()
    }

    /// An amount in minor units of the reporting currency; nothing when there is no rate for its currency.
    pub fn reported_minor(&self, money: Money) -> Option<i64> {
        if money.currency == self.reporting_currency {
            return Some(money.minor);
        }
        let rate = self.rates.get(&money.currency)?;
        let digits = self.reporting_currency.digits() as i32 - money.currency.digits() as i32;
        Some((money.minor as f64 * rate * 10f64.powi(digits)).round() as i64)
    }

    /// The highest band that an amount reaches.
    pub fn band_of(&self, money: Money) -> Option<&str> {
        let minor = self.reported_minor(money)?;
        self.value_bands.iter().rev().find(|band| band.min_minor <= minor).map(|band| band.key.as_str())
    }

    /// When a team of ours, or whoever has none, works.
    pub fn hours_of(&self, team: Option<&str>) -> Cow<'_, Hours> {
        let own = self.hours.iter().find(|hours| team.is_some_and(|team| hours.teams.iter().any(|one| one == team)));
        match own.or(self.hours.first()) {
            Some(hours) => Cow::Borrowed(hours),
            None => Cow::Owned(Hours::usual(self.zone.clone())),
        }
    }

    /// Until when an answer is promised to whoever has been waiting for one of this team since `asked`.
    pub fn promise_due(&self, team: Option<&str>, asked: Time) -> Option<Time> {
        let minutes = Some(self.promise_minutes).filter(|minutes| *minutes > 0)?;
        self.hours_of(team).promise_due(asked, minutes)
    }

    pub fn check(&self) -> Result<()> {
        self.hours.iter().try_for_each(Hours::check)?;
        if self.hours.len() > 50 || !(0..=60 * 24 * 30).contains(&self.promise_minutes) {
            return Err(Error::invalid("promise_minutes", "error-promise"));
        }
        check_text("company", &self.company, 0, 200)?;
        if self.languages.is_empty() || self.languages.len() > 20 {
            return Err(Error::invalid("languages", "error-languages"));
        }
        if !(0.0..=100.0).contains(&self.double_coding_percent) {
            return Err(Error::invalid("double_coding_percent", "error-percent"));
        }
        if self.rates.values().any(|rate| !rate.is_finite() || *rate <= 0.0) {
            return Err(Error::invalid("rates", "error-rate"));
        }
        if !(0.0..=1.0).contains(&self.unsuggested_share) {
            return Err(Error::invalid("unsuggested_share", "error-share"));
        }
        let ascends = self.value_bands.windows(2).all(|two| two[0].min_minor < two[1].min_minor);
        let named = self.value_bands.iter().all(|band| !band.key.trim().is_empty() && band.key.len() <= 40);
        if !ascends || !named || self.value_bands.len() > 12 {
            return Err(Error::invalid("value_bands", "error-value-bands"));
        }
        Ok(())
    }
}

pub(crate) mod zone_name {
    use super::Zone;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(zone: &Zone, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(D::Error::custom)
    }
}

/// The form in which two spellings of an address are the same.
pub fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

pub fn check_email(email: &str) -> Result<String> {
    let email = email.trim();
    let is_plain =
        !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'));
    let has_parts = email.rsplit_once('@').is_some_and(|(who, domain)| {
        !who.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.')
    });
    if is_plain && has_parts && email.len() <= 254 {
        Ok(email.into())
    } else {
        Err(Error::invalid("email", "error-email"))
    }
}

pub fn check_password(field: &'static str, password: &str) -> Result<()> {
    if password.chars().count() < SHORTEST_PASSWORD {
        let args = vec![("least", SHORTEST_PASSWORD.to_string())];
        return Err(Error::Invalid { field, key: "error-password-short", args });
    }
    if password.len() > LONGEST_PASSWORD_BYTES {
        return Err(Error::invalid(field, "error-password-long"));
    }
    Ok(())
}

/// A text without control characters, trimmed, of a fitting number of characters.
pub fn check_text(field: &'static str, text: &str, least: usize, most: usize) -> Result<String> {
    let text = text.trim();
    let fits = (least..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let args = || vec![("least", least.to_string()), ("most", most.to_string())];
    if fits { Ok(text.into()) } else { Err(Error::Invalid { field, key: "error-text-length", args: args() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_what_is_none() {
        for good in ["minji@example.com", " Kim.MinJi+x@example.co.kr ", "민지@예시.한국", "root@localhost"] {
            assert!(check_email(good).is_ok(), "{good}");
        }
        for bad in ["", "minji", "@example.com", "minji@", "a b@example.com", "a@b\n.c", "<a@b.c>", "a@.c"] {
            assert!(check_email(bad).is_err(), "{bad}");
        }
        assert_eq!(fold_email(" Minji@Example.COM "), "minji@example.com");
    }

    #[test]
    fn the_length_of_a_password_is_counted_in_characters() {
        assert!(check_password("password", "사랑방손님과어머니와").is_ok());
        assert!(check_password("password", "사랑방손님과어머니").is_err());
        assert!(check_password("password", &"a".repeat(LONGEST_PASSWORD_BYTES + 1)).is_err());
    }

    #[test]
    fn a_value_is_reported_in_one_currency_and_falls_into_a_band() {
        let mut settings = Settings::default();
        settings.rates.insert(Currency::KRW, 0.0007);
        let krw = |minor| Money { minor, currency: Currency::KRW };
        assert_eq!(settings.reported_minor(krw(100_000_000)), Some(7_000_000));
        assert_eq!(settings.band_of(krw(100_000_000)), Some("large"));
        assert_eq!(settings.band_of(Money { minor: 499_999, currency: Currency::USD }), Some("small"));
        assert_eq!(settings.band_of(Money { minor: 1, currency: Currency::EUR }), None);
    }

    #[test]
    fn a_promise_follows_the_hours_of_the_team() {
        let zone = |name: &str| Zone::parse(name).unwrap();
        let asked = Time::parse("2026-11-23T01:00:00Z").unwrap();
        let mut settings = Settings { zone: zone("Asia/Seoul"), promise_minutes: 60, ..Settings::default() };
        assert_eq!(settings.promise_due(None, asked), Some(asked.plus(Time::HOUR)), "the usual hours");
        let berlin = Hours { teams: vec!["Berlin".into()], ..Hours::usual(zone("Europe/Berlin")) };
        settings.hours = vec![Hours::usual(zone("Asia/Seoul")), berlin];
        assert_eq!(settings.promise_due(Some("Berlin"), asked), Time::parse("2026-11-23T09:00:00Z").ok());
        assert_eq!(settings.promise_due(Some("Seoul"), asked), Some(asked.plus(Time::HOUR)));
        settings.promise_minutes = 0;
        assert_eq!(settings.promise_due(None, asked), None);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        let with = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            settings.check()
        };
        assert!(with(|_| ()).is_ok());
        assert!(with(|s| s.languages.clear()).is_err());
        assert!(with(|s| s.value_bands.reverse()).is_err());
        assert!(with(|s| s.rates = BTreeMap::from([(Currency::KRW, 0.0)])).is_err());
        assert!(with(|s| s.company = "a\u{0}b".into()).is_err());
    }
}
