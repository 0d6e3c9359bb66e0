//! Teams: the groups that use and decide.
use base::{Result, TeamId, Time};
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct TeamRow {
    pub ord: i64, pub id: TeamId, pub canon_ord: i64, pub source: Option<String>, pub external_id: Option<String>,
    pub name: String, pub account_ord: Option<i64>, pub created_at: Time, pub last_seen_at: Option<Time>, pub rev: i64,
} }

pub async fn find_team(tx: &mut Tx, id: TeamId) -> Result<Option<TeamRow>> {
    tx.find(
        sql!("people.find_team" => TeamRow,
            "SELECT ord, id, canon_ord, source, external_id, name, account_ord, created_at, last_seen_at, rev
             FROM teams WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn list_teams_by_ord(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<TeamRow>> {
    tx.all(
        sql!("people.list_teams_by_ord" => TeamRow,
            "SELECT ord, id, canon_ord, source, external_id, name, account_ord, created_at, last_seen_at, rev
             FROM teams WHERE ord = ANY($1)"),
        args![ords],
    )
    .await
}

/// Those that any source, or one of them, gives this id.
pub async fn list_teams_by_key(tx: &mut Tx, source: Option<&str>, key: &str) -> Result<Vec<TeamRow>> {
    tx.all(
        sql!("people.list_teams_by_key" => TeamRow,
            "SELECT ord, id, canon_ord, source, external_id, name, account_ord, created_at, last_seen_at, rev
             FROM teams WHERE external_id = $1 AND (CAST($2 AS TEXT) IS NULL OR source = $2) ORDER BY ord"),
        args![key, source],
    )
    .await
}

pub async fn list_teams_by_external(tx: &mut Tx, source: &str, keys: Vec<String>) -> Result<Vec<TeamRow>> {
    tx.all(
        sql!("people.list_teams_by_external" => TeamRow,
            "SELECT ord, id, canon_ord, source, external_id, name, account_ord, created_at, last_seen_at, rev
             FROM teams WHERE source = $1 AND external_id = ANY($2)"),
        args![source, keys],
    )
    .await
}

pub async fn list_teams_of_account(tx: &mut Tx, account_ords: Vec<i64>) -> Result<Vec<TeamRow>> {
    tx.all(
        sql!("people.list_teams_of_account" => TeamRow,
            "SELECT ord, id, canon_ord, source, external_id, name, account_ord, created_at, last_seen_at, rev
             FROM teams WHERE account_ord = ANY($1) AND canon_ord = ord ORDER BY name_fold, ord LIMIT 200"),
        args![account_ords],
    )
    .await
}

pub async fn insert_teams(tx: &mut Tx, rows: &[TeamRow]) -> Result<()> {
    tx.insert_rows(
        sql!("people.insert_team",
        "INSERT INTO teams (ord, id, canon_ord, source, external_id, name, name_fold, account_ord, created_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
        rows.iter()
            .map(|r| {
                args![
                    r.ord, r.id, r.canon_ord, r.source.as_deref(), r.external_id.as_deref(), r.name.as_str(),
                    textkit::fold_key(&r.name), r.account_ord, r.created_at, r.last_seen_at
                ]
            })
            .collect(),
    )
    .await?;
    Ok(())
}

pub async fn change_team(tx: &mut Tx, ord: i64, name: &str, account_ord: Option<i64>) -> Result<()> {
    tx.run(
        sql!("people.change_team",
        "UPDATE teams SET name = $2, name_fold = $3, account_ord = COALESCE($4, account_ord), rev = rev + 1 WHERE ord = $1"),
        args![ord, name, textkit::fold_key(name), account_ord],
    )
    .await?;
    Ok(())
}

/// Moves the moment teams were last seen, forward only.
pub async fn see_teams(tx: &mut Tx, seen: Vec<(i64, Time)>) -> Result<()> {
    let see = sql!(
        "people.see_teams",
        "UPDATE teams SET last_seen_at = seen.column2
         FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS seen
         WHERE ord = seen.column1 AND (last_seen_at IS NULL OR last_seen_at < seen.column2)"
    );
    tx.insert_rows(see, seen.into_iter().map(|(ord, at)| args![ord, at]).collect()).await.map(drop)
}

pub async fn list_team_sizes(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<(i64, i64)>> {
    tx.all(
        sql!("people.list_team_sizes" => (i64, i64),
            "SELECT team_ord, COUNT(*) FROM persons WHERE team_ord = ANY($1) AND canon_ord = ord GROUP BY team_ord"),
        args![ords],
    )
    .await
}
