//! Persons, teams and accounts: types and rules without I/O.
use base::{AccountId, PersonId, TeamId, Time};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    Person,
    Team,
    Account,
}

impl Noun {
    pub fn as_str(self) -> &'static str {
        match self {
            Noun::Person => "person",
            Noun::Team => "team",
            Noun::Account => "account",
        }
    }
}

/// What a person may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    /// We may write to them about what is new.
    News,
    /// Their words may be shown in public, beside a roadmap item for one.
    Quotes,
    /// We may ask them to speak with somebody who considers us.
    Ambassador,
    /// We may ask them afterwards how it was.
    Questions,
}

/// What is blocked: one address, or everybody at a domain and below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    Address,
    Domain,
}

macro_rules! word_column {
    ($type:ident, $wanted:literal, $($variant:ident = $word:literal),*) => {
        impl $type {
            pub fn as_str(self) -> &'static str {
                match self { $($type::$variant => $word),* }
            }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $type {
            type Err = base::BadWord;
            fn from_str(text: &str) -> Result<$type, base::BadWord> {
                match text {
                    $($word => Ok($type::$variant),)*
                    _ => Err(base::BadWord { text: text.into(), wanted: $wanted }),
                }
            }
        }
        ::store::text_column!($type);
    };
}
word_column!(
    Allowed,
    "news, quotes, ambassador or questions",
    News = "news",
    Quotes = "quotes",
    Ambassador = "ambassador",
    Questions = "questions"
);
word_column!(BlockKind, "address or domain", Address = "address", Domain = "domain");

/// What a source says about somebody, at a moment.
#[derive(Clone, Debug, Default)]
pub struct PersonIn {
    pub source: String,
    pub external_id: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub role: Option<String>,
    pub language: Option<String>,
    pub team: Option<TeamIn>,
    pub account: Option<AccountIn>,
    pub at: Time,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TeamIn {
    pub source: String,
    pub external_id: String,
    pub name: Option<String>,
    pub plan: Option<String>,
    pub seats_paid: Option<i64>,
    pub seats_active: Option<i64>,
    pub account: Option<AccountIn>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountIn {
    pub source: String,
    pub external_id: Option<String>,
    pub name: Option<String>,
    pub domain: Option<String>,
    pub plan: Option<String>,
    /// Revenue a year in minor units of `currency`.
    pub revenue_minor: Option<i64>,
    pub currency: Option<String>,
    pub employees: Option<i64>,
}

impl AccountIn {
    /// What makes an account of a source the same account again: its id there, else its domain, else its name.
    pub fn key(&self) -> Option<String> {
        let named = |prefix: &str, text: &Option<String>| {
            text.as_deref().map(textkit::fold_key).filter(|t| !t.is_empty()).map(|t| format!("{prefix}:{t}"))
        };
        self.external_id
            .clone()
            .filter(|e| !e.is_empty())
            .or_else(|| named("domain", &self.domain))
            .or_else(|| named("name", &self.name))
    }
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let mut add = |name, value: Option<String>| facts.extend(value.filter(|v| !v.is_empty()).map(|v| (name, v)));
        add("name", self.name.clone());
        add("domain", self.domain.as_deref().map(str::to_lowercase));
        add("plan", self.plan.clone());
        add("revenue_minor", self.revenue_minor.map(|v| v.to_string()));
        add("currency", self.currency.as_deref().map(str::to_uppercase));
        add("employees", self.employees.map(|v| v.to_string()));
        facts
    }
}

impl TeamIn {
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let mut add = |name, value: Option<String>| facts.extend(value.filter(|v| !v.is_empty()).map(|v| (name, v)));
        add("name", self.name.clone());
        add("plan", self.plan.clone());
        add("seats_paid", self.seats_paid.map(|v| v.to_string()));
        add("seats_active", self.seats_active.map(|v| v.to_string()));
        facts
    }
}

/// Who somebody turned out to be, and what had to be made for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub person_ord: Option<i64>,
    pub team_ord: Option<i64>,
    pub account_ord: Option<i64>,
    pub new_person: bool,
    pub new_team: bool,
    pub new_account: bool,
}

/// Something that happened between a customer and us, in any room.
#[derive(Clone, Debug)]
pub struct Touchpoint {
    pub person_ord: Option<i64>,
    pub team_ord: Option<i64>,
    pub account_ord: Option<i64>,
    pub at: Time,
    pub room: &'static str,
    pub kind: String,
    pub subject_id: [u8; 16],
    /// The door that decides who may see it; 0 is for everybody.
    pub door_ord: i64,
    pub summary: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PersonCard {
    pub id: PersonId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip)]
    pub ord: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TeamCard {
    pub id: TeamId,
    pub name: String,
    #[serde(skip)]
    pub ord: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AccountCard {
    pub id: AccountId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    #[serde(skip)]
    pub ord: i64,
}

/// Display names of many at once, already resolved through merges.
#[derive(Clone, Debug, Default)]
pub struct Cards {
    pub persons: std::collections::HashMap<i64, PersonCard>,
    pub teams: std::collections::HashMap<i64, TeamCard>,
    pub accounts: std::collections::HashMap<i64, AccountCard>,
}

impl Cards {
    pub fn person(&self, ord: Option<i64>) -> Option<PersonCard> {
        ord.and_then(|o| self.persons.get(&o)).cloned()
    }
    pub fn team(&self, ord: Option<i64>) -> Option<TeamCard> {
        ord.and_then(|o| self.teams.get(&o)).cloned()
    }
    pub fn account(&self, ord: Option<i64>) -> Option<AccountCard> {
        ord.and_then(|o| self.accounts.get(&o)).cloned()
    }
}

/// A plan, value and size an account had from a moment on.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub account_ord: i64,
    pub from: Time,
    pub plan: Option<String>,
    pub revenue_minor: Option<i64>,
    pub currency: Option<String>,
    pub employees: Option<i64>,
}

/// The seats a team used from a moment on; those it paid for where use is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TeamSize {
    pub team_ord: i64,
    pub from: Time,
    pub seats_active: Option<i64>,
    pub seats_paid: Option<i64>,
}

pub const MAX_NAME: usize = 200;

/// A name as it is kept: clean, on one line, bounded.
pub fn tidy_name(text: &str) -> String {
    let clean = textkit::clean_text(text);
    clean.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_NAME).collect()
}

/// A mail address as it is compared: trimmed, in small letters, its domain as it goes on the wire; none when it is no
/// address. What stands behind a `+` belongs to it, and so do accents: at `mína@` lives somebody else than at `mina@`.
pub fn fold_email(text: &str) -> Option<String> {
    let (local, host) = text.trim().rsplit_once('@')?;
    let host = if host.is_ascii() { host.to_ascii_lowercase() } else { fold_domain(host) };
    let folded = format!("{}@{host}", textkit::clean_text(local).to_lowercase());
    let fine = !local.is_empty() && !host.is_empty() && folded.len() <= 320 && !folded.contains(char::is_whitespace);
    fine.then_some(folded)
}

/// A domain as it is compared: `예시.한국` is `xn--vv4b11d.xn--3e0b707e`.
pub fn fold_domain(text: &str) -> String {
    mailkit::ascii_domain(text).unwrap_or_else(|| text.to_lowercase())
}
