//! Customers from a table (CSV): persons, teams or accounts, one a line. A bad line never stops its neighbours.
use super::facts::{AccountFactsIn, TeamFactsIn, put_account, put_team};
use super::resolve::resolve_people;
use crate::model::{AccountIn, PersonIn, TeamIn, fold_email};
use base::{Error, Result, Time};
use httpkit::{SkippedLine, UnknownColumn, find_unknown_columns};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Tx;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CsvKind {
    Persons,
    Teams,
    Accounts,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CsvReport {
    pub read: u64,
    pub imported: u64,
    pub updated: u64,
    pub skipped: Vec<SkippedLine>,
    /// Columns that were passed over.
    pub unknown: Vec<UnknownColumn>,
}

impl CsvKind {
    fn columns(self) -> &'static [&'static str] {
        match self {
            CsvKind::Accounts => &[
                "external_id",
                "name",
                "domain",
                "plan",
                "revenue_minor",
                "currency",
                "employees",
                "valid_from",
                "since",
                "at",
            ],
            CsvKind::Teams => &[
                "external_id",
                "name",
                "account_external_id",
                "plan",
                "seats_paid",
                "seats_active",
                "valid_from",
                "since",
                "at",
            ],
            CsvKind::Persons => &[
                "external_id",
                "name",
                "email",
                "role",
                "language",
                "team_external_id",
                "team",
                "account_external_id",
                "account",
                "valid_from",
                "since",
                "at",
            ],
        }
    }
}

/// A line by column name; empty cells are absent.
type Line = HashMap<String, String>;

pub async fn import_csv(tx: &mut Tx, kind: CsvKind, source: &str, table: &str) -> Result<CsvReport> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(h) => h.iter().map(|c| c.trim().to_lowercase()).collect(),
        Err(_) => return Err(Error::invalid("csv", "error-csv-header")),
    };
    let needed = if kind == CsvKind::Persons { ["external_id", "email"] } else { ["external_id", "name"] };
    if !header.iter().any(|h| needed.contains(&h.as_str())) {
        return Err(Error::invalid("csv", "error-csv-header"));
    }
    let unknown = find_unknown_columns(&header, kind.columns());
    let mut report = CsvReport { unknown, ..CsvReport::default() };
    for (i, record) in reader.records().enumerate() {
        report.read += 1;
        let at_line = record.as_ref().ok().and_then(|r| r.position()).map_or(i as u64 + 2, csv::Position::line);
        let outcome = match record {
            Err(_) => Err(Error::invalid("csv", "error-csv-line")),
            Ok(record) => {
                let cell = |(name, value): (&String, &str)| {
                    let value = value.trim();
                    (!value.is_empty()).then(|| (name.clone(), value.to_owned()))
                };
                let line: Line = header.iter().zip(record.iter()).filter_map(cell).collect();
                take_line(tx, kind, source, &line).await
            }
        };
        match outcome {
            Ok(true) => report.imported += 1,
            Ok(false) => report.updated += 1,
            Err(Error::Invalid { key, .. } | Error::Conflict { key }) => {
                report.skipped.push(SkippedLine::new(at_line, key));
            }
            Err(other) => return Err(other),
        }
    }
    tx.announce("people.created", serde_json::json!({"persons": report.imported}));
    Ok(report)
}

fn number(line: &Line, name: &'static str) -> Result<Option<i64>> {
    let Some(text) = line.get(name) else { return Ok(None) };
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    plain.parse().map(Some).map_err(|_| Error::invalid(name, "error-number"))
}

fn moment(line: &Line) -> Result<Option<Time>> {
    let Some(text) = ["valid_from", "since", "at"].iter().find_map(|n| line.get(*n)) else { return Ok(None) };
    let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.clone() };
    Time::parse(&full).map(Some).map_err(|_| Error::invalid("valid_from", "error-time"))
}

/// Whether the line made something new.
async fn take_line(tx: &mut Tx, kind: CsvKind, source: &str, line: &Line) -> Result<bool> {
    let text = |name: &str| line.get(name).cloned();
    match kind {
        CsvKind::Accounts => {
            let key = text("external_id")
                .or_else(|| text("name"))
                .ok_or_else(|| Error::invalid("external_id", "error-field-empty"))?;
            let facts = AccountFactsIn {
                name: text("name"),
                domain: text("domain"),
                plan: text("plan"),
                revenue_minor: number(line, "revenue_minor")?,
                currency: text("currency"),
                employees: number(line, "employees")?,
                source: Some(source.to_owned()),
                valid_from: moment(line)?,
            };
            Ok(put_account(tx, &key, facts).await?.1)
        }
        CsvKind::Teams => {
            let key = text("external_id").ok_or_else(|| Error::invalid("external_id", "error-field-empty"))?;
            let facts = TeamFactsIn {
                name: text("name"),
                account_external_id: text("account_external_id"),
                plan: text("plan"),
                seats_paid: number(line, "seats_paid")?,
                seats_active: number(line, "seats_active")?,
                source: Some(source.to_owned()),
                valid_from: moment(line)?,
            };
            Ok(put_team(tx, &key, facts).await?.1)
        }
        CsvKind::Persons => {
            if let Some(email) = text("email")
                && fold_email(&email).is_none()
            {
                return Err(Error::invalid("email", "error-email"));
            }
            if text("external_id").is_none() && text("email").is_none() {
                return Err(Error::invalid("external_id", "error-person-no-identity"));
            }
            let account = text("account_external_id").map(|key| AccountIn {
                source: source.to_owned(),
                external_id: Some(key),
                name: text("account"),
                ..AccountIn::default()
            });
            let team = text("team_external_id").map(|key| TeamIn {
                source: source.to_owned(),
                external_id: key,
                name: text("team"),
                account: account.clone(),
                ..TeamIn::default()
            });
            let person = PersonIn {
                source: source.to_owned(),
                external_id: text("external_id"),
                name: text("name"),
                email: text("email"),
                role: text("role"),
                language: text("language"),
                team,
                account,
                at: moment(line)?.unwrap_or(tx.now()),
            };
            Ok(resolve_people(tx, &[person]).await?[0].new_person)
        }
    }
}
