//! The house as it stands when somebody is to be found: rules, who is here, who may see what, who speaks what.
use super::choose::Candidate;
use super::rules::Rules;
use super::score::Facts;
use super::turn::FLOOR;
use crate::store::routing::{self as rows, OursRow};
use base::{Error, Lang, Money, Result, StaffId, Time};
use conversations::{Head, Purpose};
use staff::Settings;
use std::collections::{HashMap, HashSet};
use store::Tx;

/// How far back growth is looked at.
const GROWTH: i64 = 30 * Time::DAY;

pub struct House {
    pub rules: Rules,
    pub ours: Vec<OursRow>,
    pub teams: Vec<(i64, String)>,
    settings: Settings,
    members: HashSet<(i64, StaffId)>,
    sight: HashSet<(i64, StaffId)>,
    closed: HashSet<i64>,
    loads: HashMap<StaffId, i64>,
}

/// When an asker's turn comes, by the hours of those who answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Due {
    /// Until when an answer was promised, if one was.
    pub promised_at: Option<Time>,
    /// The same, or what stands for it where nothing is promised.
    pub promise_at: Time,
    pub floor_at: Time,
    /// The share of the working time until then that has gone by, 0 to 1.
    pub gone: f64,
}

/// Who of us answered an asker, and their company, before.
#[derive(Default)]
pub struct Known {
    person: Vec<StaffId>,
    account: Vec<StaffId>,
}

pub async fn load_rules(tx: &mut Tx) -> Result<(Rules, i64)> {
    match rows::find_rules(tx).await? {
        Some((json, rev)) => Ok((serde_json::from_value(json).map_err(Error::store)?, rev)),
        None => Ok((Rules::default(), 0)),
    }
}

pub async fn load_known(tx: &mut Tx, person: Option<i64>, account: Option<i64>) -> Result<Known> {
    let mut known = Known::default();
    if let Some(person) = person {
        known.person = rows::list_answered_person(tx, person).await?.into_iter().map(|(staff,)| staff).collect();
    }
    if let Some(account) = account {
        known.account = rows::list_answered_account(tx, account).await?.into_iter().map(|(staff,)| staff).collect();
    }
    Ok(known)
}

impl House {
    pub async fn load(tx: &mut Tx) -> Result<House> {
        let (rules, _) = load_rules(tx).await?;
        Ok(House {
            rules,
            ours: rows::list_ours(tx).await?,
            teams: rows::list_staff_teams(tx).await?,
            settings: staff::get_settings(tx).await?,
            members: rows::list_team_members(tx).await?.into_iter().collect(),
            sight: rows::list_sight(tx).await?.into_iter().collect(),
            closed: rows::list_closed_doors(tx).await?.into_iter().map(|(door,)| door).collect(),
            loads: rows::list_loads(tx).await?.into_iter().collect(),
        })
    }

    /// When the turn of somebody comes who has been waiting for a team since then.
    pub fn due(&self, team: Option<i64>, since: Time, now: Time) -> Due {
        let team = self.teams.iter().find(|(id, _)| Some(*id) == team).map(|(_, name)| name.as_str());
        let promised_at = self.settings.promise_due(team, since);
        let hours = self.settings.hours_of(team);
        // Where the house promises nothing, what houses usually promise keeps the floor: nobody's turn never comes.
        let promised = Some(self.settings.promise_minutes).filter(|minutes| *minutes > 0);
        let minutes = promised.unwrap_or_else(|| Settings::default().promise_minutes);
        let within = |minutes| hours.promise_due(since, minutes).unwrap_or(since.plus(minutes * Time::MINUTE));
        let promise_at = promised_at.unwrap_or_else(|| within(minutes));
        let gone = match now < promise_at {
            true => hours.worked(since, now) as f64 / (minutes * Time::MINUTE) as f64,
            false => 1.0,
        };
        let floor_at = within((minutes as f64 * FLOOR) as i64).min(promise_at);
        Due { promised_at, promise_at, floor_at, gone: gone.min(1.0) }
    }

    pub fn team_id(&self, name: &str) -> Option<i64> {
        self.teams.iter().find(|(_, known)| known == name).map(|(id, _)| *id)
    }

    pub fn team_name(&self, id: Option<i64>) -> Option<String> {
        self.teams.iter().find(|(team, _)| Some(*team) == id).map(|(_, name)| name.clone())
    }

    /// The team that answers a purpose; none where the house named none, or one that is gone.
    pub fn team_for(&self, purpose: Option<Purpose>) -> Option<i64> {
        self.team_id(self.rules.team_for(purpose?)?)
    }

    pub fn sees(&self, staff: StaffId, door: i64) -> bool {
        !self.closed.contains(&door) || self.sight.contains(&(door, staff))
    }

    pub fn candidate(
        &self,
        one: &OursRow,
        team: Option<i64>,
        lang: Option<Lang>,
        purpose: Option<Purpose>,
        known: &Known,
    ) -> Candidate {
        let has = |words: &str, word: &str| words.split(',').any(|known| known == word);
        let knows = match () {
            () if known.person.contains(&one.staff_id) => 1.0,
            () if known.account.contains(&one.staff_id) => 0.5,
            () => 0.0,
        };
        Candidate {
            in_team: team.is_some_and(|team| self.members.contains(&(team, one.staff_id))),
            speaks: lang.is_some_and(|lang| has(&one.languages, lang.as_str())),
            knows,
            is_skilled: purpose.is_some_and(|purpose| has(&one.skills, purpose.as_str())),
            load: self.loads.get(&one.staff_id).copied().unwrap_or_default(),
        }
    }

    /// Those who are here and may see what came by a door.
    pub fn here(&self, door: i64) -> impl Iterator<Item = &OursRow> {
        self.ours.iter().filter(move |one| one.is_here && self.sees(one.staff_id, door))
    }

    /// What is known of an asker besides what they said.
    pub async fn facts(
        &self,
        tx: &mut Tx,
        head: &Head,
        sure: f64,
        team: Option<i64>,
        purpose: Option<Purpose>,
    ) -> Result<Facts> {
        let now = tx.now();
        let mut facts = Facts { sure, has_team: team.is_some(), felt: head.emotion_worst, ..Facts::default() };
        let good = |one: &OursRow| purpose.is_some_and(|p| one.skills.split(',').any(|skill| skill == p.as_str()));
        facts.is_skilled = self.here(head.door_ord).any(good);
        if let Some(account) = head.account_ord {
            let all = people::standings(tx, Some(vec![account])).await?;
            if let Some(today) = all.iter().rfind(|one| one.from <= now) {
                facts.plan = today.plan.clone();
                facts.employees = today.employees;
                let currency = today.currency.as_deref().and_then(|code| code.parse().ok());
                let currency = currency.unwrap_or(self.settings.reporting_currency);
                let money = today.revenue_minor.map(|minor| Money { minor, currency });
                let large = self.settings.value_bands.last().map_or(0, |band| band.min_minor);
                if let Some(minor) = money.and_then(|money| self.settings.reported_minor(money)) {
                    facts.set_worth(minor, large);
                }
            }
        }
        if let Some(team) = head.team_ord {
            let all = people::team_sizes(tx, Some(vec![team])).await?;
            let seats = |at: Time| {
                let then = all.iter().rfind(|one| one.from <= at)?;
                then.seats_active.or(then.seats_paid)
            };
            (facts.seats_before, facts.seats) = (seats(Time(now.0 - GROWTH)), seats(now));
        }
        Ok(facts)
    }
}
