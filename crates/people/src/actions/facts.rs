//! Facts by `PUT`: what an account or a team is, said by a system of ours, with its source and its moment.
use super::resolve::{Said, append_facts};
use crate::model::{AccountIn, Noun, TeamIn, tidy_name};
use crate::store::{self as rows, AccountRow, TeamRow};
use base::{AccountId, Error, Result, TeamId, Time};
use serde::Deserialize;
use serde_json::json;
use store::Tx;

/// The source of facts that name none, about something that no source has named.
pub const OWN_SOURCE: &str = "api";

/// The one that is meant by an id. Where several sources use it, the caller has to say whose it is.
fn the_one<T>(mut found: Vec<T>) -> Result<Option<T>> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(Error::invalid("source", "error-source-several")),
    }
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct AccountFactsIn {
    pub name: Option<String>,
    pub domain: Option<String>,
    pub plan: Option<String>,
    /// Revenue a year, in minor units of `currency`.
    pub revenue_minor: Option<i64>,
    /// ISO 4217.
    pub currency: Option<String>,
    pub employees: Option<i64>,
    /// Whose id the path carries. Unless said, the one source that uses it, or `api` for a new one.
    pub source: Option<String>,
    /// From when it holds; now unless said.
    pub valid_from: Option<Time>,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct TeamFactsIn {
    pub name: Option<String>,
    pub account_external_id: Option<String>,
    pub plan: Option<String>,
    pub seats_paid: Option<i64>,
    pub seats_active: Option<i64>,
    pub source: Option<String>,
    pub valid_from: Option<Time>,
}

fn check_number(field: &'static str, n: Option<i64>) -> Result<()> {
    match n {
        Some(n) if n < 0 => Err(Error::invalid(field, "error-number-negative")),
        _ => Ok(()),
    }
}

fn check_currency(code: &Option<String>, needed: bool) -> Result<()> {
    match code {
        Some(c) if c.len() == 3 && c.chars().all(|c| c.is_ascii_alphabetic()) => Ok(()),
        Some(_) => Err(Error::invalid("currency", "error-currency")),
        None if needed => Err(Error::invalid("currency", "error-currency-missing")),
        None => Ok(()),
    }
}

/// Makes or updates an account; whether it is new. The facts that differ are appended.
pub async fn put_account(tx: &mut Tx, external_id: &str, facts: AccountFactsIn) -> Result<(AccountRow, bool)> {
    check_number("employees", facts.employees)?;
    check_currency(&facts.currency, facts.revenue_minor.is_some())?;
    if external_id.trim().is_empty() {
        return Err(Error::invalid("external_id", "error-field-empty"));
    }
    let source = facts.source.clone().unwrap_or_else(|| OWN_SOURCE.into());
    let at = facts.valid_from.unwrap_or(tx.now());
    let said = AccountIn {
        source: source.clone(),
        external_id: Some(external_id.to_owned()),
        name: facts.name.as_deref().map(tidy_name),
        domain: facts.domain,
        plan: facts.plan,
        revenue_minor: facts.revenue_minor,
        currency: facts.currency,
        employees: facts.employees,
    };
    let known = the_one(rows::list_accounts_by_key(tx, facts.source.as_deref(), external_id).await?)?;
    let new = known.is_none();
    let row = match known {
        Some(row) => row,
        None => {
            let ord = tx.next_ord(store::Noun::Account).await?;
            let row = AccountRow {
                ord,
                id: AccountId::new(),
                canon_ord: ord,
                source: Some(source.clone()),
                external_id: Some(external_id.to_owned()),
                name: said.name.clone().or_else(|| said.domain.clone()).unwrap_or_else(|| tidy_name(external_id)),
                domain: said.domain.as_deref().map(str::to_lowercase),
                created_at: tx.now(),
                last_seen_at: None,
                rev: 1,
            };
            rows::insert_accounts(tx, std::slice::from_ref(&row)).await?;
            row
        }
    };
    if !new && (said.name.is_some() || said.domain.is_some()) {
        let domain = said.domain.as_deref().map(str::to_lowercase);
        rows::rename_account(tx, row.ord, said.name.as_deref().unwrap_or(&row.name), domain.as_deref()).await?;
    }
    let name = said.name.clone().unwrap_or_else(|| row.name.clone());
    rows::index_names(tx, store::Noun::Account, std::iter::once((row.ord, name.as_str()))).await?;
    append_facts(tx, Noun::Account, vec![Said { owner: row.ord, facts: said.facts(), source: &source, at }]).await?;
    tx.announce("people.changed", json!({"account": row.id, "account_ord": row.ord}));
    let row = rows::list_accounts_by_ord(tx, vec![row.ord]).await?.pop().ok_or(Error::NotFound("account"))?;
    Ok((row, new))
}

/// Makes or updates a team; whether it is new.
pub async fn put_team(tx: &mut Tx, external_id: &str, facts: TeamFactsIn) -> Result<(TeamRow, bool)> {
    check_number("seats_paid", facts.seats_paid)?;
    check_number("seats_active", facts.seats_active)?;
    if external_id.trim().is_empty() {
        return Err(Error::invalid("external_id", "error-field-empty"));
    }
    let source = facts.source.clone().unwrap_or_else(|| OWN_SOURCE.into());
    let at = facts.valid_from.unwrap_or(tx.now());
    let account_ord = match &facts.account_external_id {
        None => None,
        Some(key) => {
            let row = the_one(rows::list_accounts_by_key(tx, facts.source.as_deref(), key).await?)?;
            Some(row.ok_or_else(|| Error::invalid("account_external_id", "error-account-unknown"))?.ord)
        }
    };
    let said = TeamIn {
        source: source.clone(),
        external_id: external_id.to_owned(),
        name: facts.name.as_deref().map(tidy_name),
        plan: facts.plan,
        seats_paid: facts.seats_paid,
        seats_active: facts.seats_active,
        account: None,
    };
    let known = the_one(rows::list_teams_by_key(tx, facts.source.as_deref(), external_id).await?)?;
    let new = known.is_none();
    let row = match known {
        Some(row) => row,
        None => {
            let ord = tx.next_ord(store::Noun::Team).await?;
            let row = TeamRow {
                ord,
                id: TeamId::new(),
                canon_ord: ord,
                source: Some(source.clone()),
                external_id: Some(external_id.to_owned()),
                name: said.name.clone().unwrap_or_else(|| tidy_name(external_id)),
                account_ord,
                created_at: tx.now(),
                last_seen_at: None,
                rev: 1,
            };
            rows::insert_teams(tx, std::slice::from_ref(&row)).await?;
            row
        }
    };
    let name = said.name.clone().unwrap_or_else(|| row.name.clone());
    if !new {
        rows::change_team(tx, row.ord, &name, account_ord).await?;
    }
    rows::index_names(tx, store::Noun::Team, std::iter::once((row.ord, name.as_str()))).await?;
    append_facts(tx, Noun::Team, vec![Said { owner: row.ord, facts: said.facts(), source: &source, at }]).await?;
    tx.announce("people.changed", json!({"team": row.id, "team_ord": row.ord}));
    let row = rows::list_teams_by_ord(tx, vec![row.ord]).await?.pop().ok_or(Error::NotFound("team"))?;
    Ok((row, new))
}
