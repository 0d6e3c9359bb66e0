//! Facts over time: appended, never changed.
use crate::model::{Standing, TeamSize};
use base::{Result, Time};
use std::collections::HashMap;
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct FactRow {
    pub owner: i64, pub name: String, pub value: String, pub source: String, pub valid_from: Time, pub recorded_at: Time,
} }

/// Oldest first; of two recorded for one moment the later recorded comes last and holds.
pub async fn list_account_facts(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<FactRow>> {
    tx.all(
        sql!("people.list_account_facts" => FactRow,
            "SELECT account_ord AS owner, name, value, source, valid_from, recorded_at FROM account_facts
             WHERE account_ord = ANY($1) ORDER BY account_ord, name, valid_from, recorded_at"),
        args![ords],
    )
    .await
}

pub async fn list_team_facts(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<FactRow>> {
    tx.all(
        sql!("people.list_team_facts" => FactRow,
            "SELECT team_ord AS owner, name, value, source, valid_from, recorded_at FROM team_facts
             WHERE team_ord = ANY($1) ORDER BY team_ord, name, valid_from, recorded_at"),
        args![ords],
    )
    .await
}

pub async fn insert_account_facts(tx: &mut Tx, rows: &[FactRow]) -> Result<()> {
    tx.insert_rows(
        sql!(
            "people.insert_account_fact",
            "INSERT INTO account_facts (account_ord, name, value, source, valid_from, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_ord, name, valid_from, recorded_at) DO NOTHING"
        ),
        rows.iter().map(fact_args).collect(),
    )
    .await?;
    Ok(())
}

pub async fn insert_team_facts(tx: &mut Tx, rows: &[FactRow]) -> Result<()> {
    tx.insert_rows(
        sql!(
            "people.insert_team_fact",
            "INSERT INTO team_facts (team_ord, name, value, source, valid_from, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (team_ord, name, valid_from, recorded_at) DO NOTHING"
        ),
        rows.iter().map(fact_args).collect(),
    )
    .await?;
    Ok(())
}

fn fact_args(r: &FactRow) -> [store::Value; 6] {
    args![r.owner, r.name.as_str(), r.value.as_str(), r.source.as_str(), r.valid_from, r.recorded_at]
}

/// The fact that holds at a moment (or the first there is, before any), by owner and name.
pub fn facts_at(facts: &[FactRow], at: Time) -> HashMap<(i64, &str), &str> {
    let mut held: HashMap<(i64, &str), &str> = HashMap::new();
    for f in facts {
        let key = (f.owner, f.name.as_str());
        if f.valid_from <= at || !held.contains_key(&key) {
            held.insert(key, &f.value);
        }
    }
    held
}

/// Plan, value and size of every account over time, for counting by segment.
pub async fn standings(tx: &mut Tx, accounts: Option<Vec<i64>>) -> Result<Vec<Standing>> {
    let rows = match accounts {
        Some(ords) => {
            tx.all(
                sql!("people.list_standings_of" => (i64, String, String, Time),
                "SELECT account_ord, name, value, valid_from FROM account_facts
                 WHERE account_ord = ANY($1) AND name IN ('plan', 'revenue_minor', 'currency', 'employees')
                 ORDER BY account_ord, valid_from, recorded_at"),
                args![ords],
            )
            .await?
        }
        None => {
            tx.all(
                sql!("people.list_standings" => (i64, String, String, Time),
                "SELECT account_ord, name, value, valid_from FROM account_facts
                 WHERE name IN ('plan', 'revenue_minor', 'currency', 'employees') ORDER BY account_ord, valid_from, recorded_at"),
                args![],
            )
            .await?
        }
    };
    let mut list: Vec<Standing> = Vec::new();
    for (account_ord, name, value, from) in rows {
        let before = list.last().filter(|s| s.account_ord == account_ord).cloned();
        if before.as_ref().is_none_or(|b| b.from != from) {
            let blank =
                Standing { account_ord, from, plan: None, revenue_minor: None, currency: None, employees: None };
            list.push(before.map_or(blank, |b| Standing { from, ..b }));
        }
        if let Some(now) = list.last_mut() {
            match name.as_str() {
                "plan" => now.plan = Some(value),
                "currency" => now.currency = Some(value),
                "employees" => now.employees = value.parse().ok(),
                _ => now.revenue_minor = value.parse().ok(),
            }
        }
    }
    Ok(list)
}

/// Seats of every team over time, for counting by segment.
pub async fn team_sizes(tx: &mut Tx, teams: Option<Vec<i64>>) -> Result<Vec<TeamSize>> {
    let rows = match teams {
        Some(ords) => {
            tx.all(
                sql!("people.list_seats_of" => (i64, String, String, Time),
                "SELECT team_ord, name, value, valid_from FROM team_facts
                 WHERE team_ord = ANY($1) AND name IN ('seats_active', 'seats_paid')
                 ORDER BY team_ord, valid_from, recorded_at"),
                args![ords],
            )
            .await?
        }
        None => {
            tx.all(
                sql!("people.list_seats" => (i64, String, String, Time),
                "SELECT team_ord, name, value, valid_from FROM team_facts
                 WHERE name IN ('seats_active', 'seats_paid') ORDER BY team_ord, valid_from, recorded_at"),
                args![],
            )
            .await?
        }
    };
    let mut list: Vec<TeamSize> = Vec::new();
    for (team_ord, name, value, from) in rows {
        let before = list.last().filter(|s| s.team_ord == team_ord).copied();
        if before.is_none_or(|b| b.from != from) {
            let blank = TeamSize { team_ord, from, seats_active: None, seats_paid: None };
            list.push(before.map_or(blank, |b| TeamSize { from, ..b }));
        }
        if let Some(now) = list.last_mut() {
            let seats = value.parse().ok();
            if name == "seats_active" { now.seats_active = seats } else { now.seats_paid = seats }
        }
    }
    Ok(list)
}
