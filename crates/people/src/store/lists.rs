//! Lists with filters, display cards, and the maps of what was merged.
use crate::model::{AccountCard, Cards, PersonCard, TeamCard};
use crate::store::facts::{facts_at, list_account_facts};
use base::{AccountId, PersonId, Result, TeamId, Time};
use std::collections::{HashMap, HashSet};
use store::{Filter, Noun, Tx, args, search, sql};

/// Which persons a list shows. Texts are folded already.
#[derive(Clone, Debug, Default)]
pub struct PersonFilter {
    pub ords: Option<Vec<i64>>,
    pub team_ord: Option<i64>,
    pub account_ord: Option<i64>,
    pub plan: Option<String>,
    pub language: Option<String>,
    pub seen_since: Option<Time>,
    pub by_name: bool,
    /// The place of the last person of the page before: (seen, ord), or (name, ord) when listed by name.
    pub after: Option<(i64, String, i64)>,
    pub limit: i64,
}

pub async fn list_persons(tx: &mut Tx, f: &PersonFilter) -> Result<Vec<(i64, i64, String)>> {
    let mut q = Filter::new("people.list_persons", "SELECT ord, COALESCE(last_seen_at, 0), name_fold FROM persons");
    q.and("canon_ord = ord AND erased_at IS NULL", args![]);
    if let Some(ords) = &f.ords {
        q.and("ord = ANY($1)", args![ords.clone()]);
    }
    if let Some(team) = f.team_ord {
        q.and("team_ord = $1", args![team]);
    }
    if let Some(account) = f.account_ord {
        q.and("account_ord = $1", args![account]);
    }
    if let Some(language) = &f.language {
        q.and("language = $1", args![language.as_str()]);
    }
    if let Some(plan) = &f.plan {
        q.and(
            "account_ord IN (SELECT f.account_ord FROM account_facts f WHERE f.name = 'plan' AND f.value = $1
               AND NOT EXISTS (SELECT 1 FROM account_facts g WHERE g.account_ord = f.account_ord AND g.name = 'plan'
                 AND (g.valid_from > f.valid_from OR (g.valid_from = f.valid_from AND g.recorded_at > f.recorded_at))))",
            args![plan.as_str()],
        );
    }
    if let Some(since) = f.seen_since {
        q.and("last_seen_at >= $1", args![since]);
    }
    if f.by_name {
        if let Some((_, name, ord)) = &f.after {
            q.and("(name_fold > $1 OR (name_fold = $1 AND ord > $2))", args![name.as_str(), *ord]);
        }
        q.push("ORDER BY name_fold, ord LIMIT $1", args![f.limit]);
    } else {
        if let Some((seen, _, ord)) = &f.after {
            q.and(
                "(last_seen_at < $1 OR (last_seen_at = $1 AND ord < $2) OR last_seen_at IS NULL)",
                args![*seen, *ord],
            );
        } else {
            q.and("last_seen_at IS NOT NULL", args![]);
        }
        q.push("ORDER BY last_seen_at DESC, ord DESC LIMIT $1", args![f.limit]);
    }
    tx.all_dyn(q).await
}

pub async fn list_teams(
    tx: &mut Tx,
    ords: Option<Vec<i64>>,
    account: Option<i64>,
    after: Option<(String, i64)>,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let mut q = Filter::new("people.list_teams", "SELECT ord, name_fold FROM teams");
    q.and("canon_ord = ord", args![]);
    if let Some(ords) = ords {
        q.and("ord = ANY($1)", args![ords]);
    }
    if let Some(account) = account {
        q.and("account_ord = $1", args![account]);
    }
    if let Some((name, ord)) = after {
        q.and("(name_fold > $1 OR (name_fold = $1 AND ord > $2))", args![name, ord]);
    }
    q.push("ORDER BY name_fold, ord LIMIT $1", args![limit]);
    tx.all_dyn(q).await
}

pub async fn list_accounts(
    tx: &mut Tx,
    ords: Option<Vec<i64>>,
    after: Option<(String, i64)>,
    limit: i64,
) -> Result<Vec<(i64, String)>> {
    let mut q = Filter::new("people.list_accounts", "SELECT ord, name_fold FROM accounts");
    q.and("canon_ord = ord", args![]);
    if let Some(ords) = ords {
        q.and("ord = ANY($1)", args![ords]);
    }
    if let Some((name, ord)) = after {
        q.and("(name_fold > $1 OR (name_fold = $1 AND ord > $2))", args![name, ord]);
    }
    q.push("ORDER BY name_fold, ord LIMIT $1", args![limit]);
    tx.all_dyn(q).await
}

/// Merged ordinals and where they lead: persons, teams, accounts.
pub async fn canon_map(tx: &mut Tx) -> Result<[Vec<(i64, i64)>; 3]> {
    let persons = tx
        .all(
            sql!("people.canon_persons" => (i64, i64), "SELECT ord, canon_ord FROM persons WHERE canon_ord <> ord"),
            args![],
        )
        .await?;
    let teams = tx
        .all(
            sql!("people.canon_teams" => (i64, i64), "SELECT ord, canon_ord FROM teams WHERE canon_ord <> ord"),
            args![],
        )
        .await?;
    let accounts = tx
        .all(
            sql!("people.canon_accounts" => (i64, i64), "SELECT ord, canon_ord FROM accounts WHERE canon_ord <> ord"),
            args![],
        )
        .await?;
    Ok([persons, teams, accounts])
}

/// Every ordinal that now stands for the same person, team or account, itself included.
pub async fn merged_ords(tx: &mut Tx, noun: crate::model::Noun, canon: i64) -> Result<Vec<i64>> {
    use crate::model::Noun::*;
    let rows = match noun {
        Person => {
            tx.all(
                sql!("people.merged_persons" => (i64,), "SELECT ord FROM persons WHERE canon_ord = $1"),
                args![canon],
            )
            .await?
        }
        Team => {
            tx.all(sql!("people.merged_teams" => (i64,), "SELECT ord FROM teams WHERE canon_ord = $1"), args![canon])
                .await?
        }
        Account => {
            tx.all(
                sql!("people.merged_accounts" => (i64,), "SELECT ord FROM accounts WHERE canon_ord = $1"),
                args![canon],
            )
            .await?
        }
    };
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Names and ids to show for ordinals, through merges; the key is the ordinal asked for.
pub async fn cards(tx: &mut Tx, persons: &[i64], teams: &[i64], accounts: &[i64]) -> Result<Cards> {
    let mut cards = Cards::default();
    let distinct = |list: &[i64]| list.iter().copied().collect::<HashSet<_>>().into_iter().collect::<Vec<_>>();
    if !persons.is_empty() {
        let rows = tx
            .all(
                sql!("people.person_cards" => (i64, i64, PersonId, String, Option<String>),
                "SELECT a.ord, c.ord, c.id, c.name, c.role FROM persons a JOIN persons c ON c.ord = a.canon_ord
                 WHERE a.ord = ANY($1)"),
                args![distinct(persons)],
            )
            .await?;
        cards.persons =
            rows.into_iter().map(|(key, ord, id, name, role)| (key, PersonCard { id, name, role, ord })).collect();
    }
    if !teams.is_empty() {
        let rows = tx
            .all(
                sql!("people.team_cards" => (i64, i64, TeamId, String),
                "SELECT a.ord, c.ord, c.id, c.name FROM teams a JOIN teams c ON c.ord = a.canon_ord WHERE a.ord = ANY($1)"),
                args![distinct(teams)],
            )
            .await?;
        cards.teams = rows.into_iter().map(|(key, ord, id, name)| (key, TeamCard { id, name, ord })).collect();
    }
    if !accounts.is_empty() {
        let rows = tx
            .all(
                sql!("people.account_cards" => (i64, i64, AccountId, String),
                "SELECT a.ord, c.ord, c.id, c.name FROM accounts a JOIN accounts c ON c.ord = a.canon_ord
                 WHERE a.ord = ANY($1)"),
                args![distinct(accounts)],
            )
            .await?;
        let facts = list_account_facts(tx, rows.iter().map(|r| r.1).collect()).await?;
        let held: HashMap<(i64, &str), &str> = facts_at(&facts, tx.now());
        cards.accounts = rows
            .into_iter()
            .map(|(key, ord, id, name)| {
                let plan = held.get(&(ord, "plan")).map(|p| (*p).to_owned());
                (key, AccountCard { id, name, plan, ord })
            })
            .collect();
    }
    Ok(cards)
}

/// Makes names findable. A name indexed again replaces the earlier one; an empty one is found no more.
pub async fn index_names<'a>(tx: &mut Tx, noun: Noun, names: impl Iterator<Item = (i64, &'a str)>) -> Result<()> {
    search::index_names(tx, noun, names.map(|(ord, name)| (ord, textkit::index_terms(name))).collect()).await
}

/// Names by ordinal, from after one; those of the erased are empty already.
pub async fn list_names(tx: &mut Tx, noun: Noun, after: i64, limit: i64) -> Result<Vec<(i64, String)>> {
    let list = match noun {
        Noun::Team => sql!("people.list_team_names" => (i64, String),
            "SELECT ord, name FROM teams WHERE ord > $1 ORDER BY ord LIMIT $2"),
        Noun::Account => sql!("people.list_account_names" => (i64, String),
            "SELECT ord, name FROM accounts WHERE ord > $1 ORDER BY ord LIMIT $2"),
        _ => sql!("people.list_person_names" => (i64, String),
            "SELECT ord, name FROM persons WHERE ord > $1 ORDER BY ord LIMIT $2"),
    };
    tx.all(list, args![after, limit]).await
}

/// Ordinals of persons, teams or accounts whose name matches, the better tier first; an address finds its person too.
pub async fn find_names(tx: &mut Tx, noun: Noun, q: &str, most: usize) -> Result<Vec<i64>> {
    let mut found: Vec<i64> = Vec::new();
    if noun == Noun::Person && q.contains('@') {
        let from = textkit::fold(q.trim());
        let until = format!("{from}\u{10ffff}");
        let rows = tx
            .all(
                sql!("people.find_by_address" => (i64,),
                "SELECT person_ord FROM identities WHERE kind = 'email' AND value_fold >= $1 AND value_fold < $2
                 ORDER BY value_fold LIMIT $3"),
                args![from, until, most as i64],
            )
            .await?;
        found.extend(rows.into_iter().map(|r| r.0));
    }
    for ord in search::find_names(tx, noun, &textkit::parse_query(q), most).await?.ords() {
        if !found.contains(&ord) {
            found.push(ord);
        }
    }
    Ok(found)
}
