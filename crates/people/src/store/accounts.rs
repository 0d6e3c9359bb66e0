//! Accounts: the companies.
use base::{AccountId, Result, Time};
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct AccountRow {
    pub ord: i64, pub id: AccountId, pub canon_ord: i64, pub source: Option<String>, pub external_id: Option<String>,
    pub name: String, pub domain: Option<String>, pub created_at: Time, pub last_seen_at: Option<Time>, pub rev: i64,
} }

pub async fn find_account(tx: &mut Tx, id: AccountId) -> Result<Option<AccountRow>> {
    tx.find(
        sql!("people.find_account" => AccountRow,
            "SELECT ord, id, canon_ord, source, external_id, name, domain, created_at, last_seen_at, rev
             FROM accounts WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn list_accounts_by_ord(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<AccountRow>> {
    tx.all(
        sql!("people.list_accounts_by_ord" => AccountRow,
            "SELECT ord, id, canon_ord, source, external_id, name, domain, created_at, last_seen_at, rev
             FROM accounts WHERE ord = ANY($1)"),
        args![ords],
    )
    .await
}

/// Those that any source, or one of them, gives this id.
pub async fn list_accounts_by_key(tx: &mut Tx, source: Option<&str>, key: &str) -> Result<Vec<AccountRow>> {
    tx.all(
        sql!("people.list_accounts_by_key" => AccountRow,
            "SELECT ord, id, canon_ord, source, external_id, name, domain, created_at, last_seen_at, rev
             FROM accounts WHERE external_id = $1 AND (CAST($2 AS TEXT) IS NULL OR source = $2) ORDER BY ord"),
        args![key, source],
    )
    .await
}

pub async fn list_accounts_by_external(tx: &mut Tx, source: &str, keys: Vec<String>) -> Result<Vec<AccountRow>> {
    tx.all(
        sql!("people.list_accounts_by_external" => AccountRow,
            "SELECT ord, id, canon_ord, source, external_id, name, domain, created_at, last_seen_at, rev
             FROM accounts WHERE source = $1 AND external_id = ANY($2)"),
        args![source, keys],
    )
    .await
}

pub async fn find_account_by_domain(tx: &mut Tx, domain: &str) -> Result<Option<(i64,)>> {
    tx.find(
        sql!("people.find_account_by_domain" => (i64,),
            "SELECT MIN(ord) FROM accounts WHERE domain = $1 HAVING COUNT(*) > 0"),
        args![domain],
    )
    .await
}

pub async fn insert_accounts(tx: &mut Tx, rows: &[AccountRow]) -> Result<()> {
    tx.insert_rows(
        sql!("people.insert_account",
        "INSERT INTO accounts (ord, id, canon_ord, source, external_id, name, name_fold, domain, created_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
        rows.iter()
            .map(|r| {
                args![
                    r.ord, r.id, r.canon_ord, r.source.as_deref(), r.external_id.as_deref(), r.name.as_str(),
                    textkit::fold_key(&r.name), r.domain.as_deref(), r.created_at, r.last_seen_at
                ]
            })
            .collect(),
    )
    .await?;
    Ok(())
}

pub async fn rename_account(tx: &mut Tx, ord: i64, name: &str, domain: Option<&str>) -> Result<()> {
    tx.run(
        sql!(
            "people.rename_account",
            "UPDATE accounts SET name = $2, name_fold = $3, domain = COALESCE($4, domain), rev = rev + 1 WHERE ord = $1"
        ),
        args![ord, name, textkit::fold_key(name), domain],
    )
    .await?;
    Ok(())
}

/// Moves the moment accounts were last seen, forward only.
pub async fn see_accounts(tx: &mut Tx, seen: Vec<(i64, Time)>) -> Result<()> {
    let see = sql!(
        "people.see_accounts",
        "UPDATE accounts SET last_seen_at = seen.column2
         FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS seen
         WHERE ord = seen.column1 AND (last_seen_at IS NULL OR last_seen_at < seen.column2)"
    );
    tx.insert_rows(see, seen.into_iter().map(|(ord, at)| args![ord, at]).collect()).await.map(drop)
}

/// How many teams and persons an account has, merged ones not counted twice.
pub async fn list_account_sizes(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<(i64, i64, i64)>> {
    tx.all(
        sql!("people.list_account_sizes" => (i64, i64, i64),
            "SELECT a.ord,
               (SELECT COUNT(*) FROM teams t WHERE t.account_ord = a.ord AND t.canon_ord = t.ord),
               (SELECT COUNT(*) FROM persons p WHERE p.account_ord = a.ord AND p.canon_ord = p.ord)
             FROM accounts a WHERE a.ord = ANY($1)"),
        args![ords],
    )
    .await
}
