//! What is known of some persons, teams and accounts, for rooms that hand it on whole.
use crate::store::{self as rows, AccountRow, FactRow, PersonRow, TeamRow, facts_at};
use base::{Result, Time};
use std::collections::HashMap;
use store::Tx;

/// Rows by ord, and the facts of teams and accounts over time.
#[derive(Clone, Debug, Default)]
pub struct Described {
    pub persons: HashMap<i64, PersonRow>,
    pub teams: HashMap<i64, TeamRow>,
    pub accounts: HashMap<i64, AccountRow>,
    team_facts: Vec<FactRow>,
    account_facts: Vec<FactRow>,
}

impl Described {
    /// A fact of a team as it stood at a moment; before the first that is known, that one.
    pub fn team_fact(&self, ord: i64, name: &str, at: Time) -> Option<&str> {
        fact(&self.team_facts, ord, name, at)
    }

    pub fn account_fact(&self, ord: i64, name: &str, at: Time) -> Option<&str> {
        fact(&self.account_facts, ord, name, at)
    }
}

fn fact<'a>(facts: &'a [FactRow], ord: i64, name: &str, at: Time) -> Option<&'a str> {
    let from = facts.partition_point(|fact| fact.owner < ord);
    let to = facts.partition_point(|fact| fact.owner <= ord);
    facts_at(&facts[from..to], at).get(&(ord, name)).copied()
}

/// Everything about these, by ord.
pub async fn describe(tx: &mut Tx, persons: Vec<i64>, teams: Vec<i64>, accounts: Vec<i64>) -> Result<Described> {
    let persons = rows::list_persons_by_ord(tx, persons).await?;
    Ok(Described {
        persons: persons.into_iter().map(|row| (row.ord, row)).collect(),
        team_facts: rows::list_team_facts(tx, teams.clone()).await?,
        teams: rows::list_teams_by_ord(tx, teams).await?.into_iter().map(|row| (row.ord, row)).collect(),
        account_facts: rows::list_account_facts(tx, accounts.clone()).await?,
        accounts: rows::list_accounts_by_ord(tx, accounts).await?.into_iter().map(|row| (row.ord, row)).collect(),
    })
}
