//! Persons and their identities.
use base::{IdentityId, PersonId, Result, StaffId, Time};
use std::collections::BTreeMap;
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct PersonRow {
    pub ord: i64, pub id: PersonId, pub canon_ord: i64, pub source: Option<String>, pub external_id: Option<String>,
    pub name: String, pub email: Option<String>, pub role: Option<String>, pub language: Option<String>,
    pub team_ord: Option<i64>, pub account_ord: Option<i64>, pub created_at: Time, pub first_seen_at: Option<Time>,
    pub last_seen_at: Option<Time>, pub erased_at: Option<Time>, pub rev: i64,
} }

pub async fn find_person(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRow>> {
    tx
        .find(
            sql!("people.find_person" => PersonRow,
            "SELECT ord, id, canon_ord, source, external_id, name, email, role, language, team_ord, account_ord, created_at,
               first_seen_at, last_seen_at, erased_at, rev FROM persons WHERE id = $1"),
            args![id],
        )
        .await
}

pub async fn list_persons_by_ord(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<PersonRow>> {
    tx
        .all(
            sql!("people.list_persons_by_ord" => PersonRow,
            "SELECT ord, id, canon_ord, source, external_id, name, email, role, language, team_ord, account_ord, created_at,
               first_seen_at, last_seen_at, erased_at, rev FROM persons WHERE ord = ANY($1)"),
            args![ords],
        )
        .await
}

row! { #[derive(Clone, Debug)] pub struct Known {
    pub ord: i64, pub external_id: Option<String>, pub email: Option<String>, pub team_ord: Option<i64>,
    pub account_ord: Option<i64>, pub last_seen_at: Option<Time>,
} }

pub async fn list_known(tx: &mut Tx, source: &str, external_ids: Vec<String>) -> Result<Vec<Known>> {
    tx.all(
        sql!("people.list_known" => Known,
            "SELECT ord, external_id, email, team_ord, account_ord, last_seen_at FROM persons
             WHERE source = $1 AND external_id = ANY($2)"),
        args![source, external_ids],
    )
    .await
}

/// (identity value, person) of one kind of identity.
pub async fn list_identified(tx: &mut Tx, kind: &str, values: Vec<String>) -> Result<Vec<(String, i64)>> {
    tx.all(
        sql!("people.list_identified" => (String, i64),
            "SELECT value_fold, person_ord FROM identities WHERE kind = $1 AND value_fold = ANY($2)"),
        args![kind, values],
    )
    .await
}

pub async fn insert_persons(tx: &mut Tx, rows: &[PersonRow]) -> Result<()> {
    tx.insert_rows(
        sql!("people.insert_person",
        "INSERT INTO persons (ord, id, canon_ord, source, external_id, name, name_fold, email, role, language, team_ord,
           account_ord, created_at, first_seen_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"),
        rows.iter()
            .map(|r| {
                args![
                    r.ord,
                    r.id,
                    r.canon_ord,
                    r.source.as_deref(),
                    r.external_id.as_deref(),
                    r.name.as_str(),
                    textkit::fold_key(&r.name),
                    r.email.as_deref(),
                    r.role.as_deref(),
                    r.language.as_deref(),
                    r.team_ord,
                    r.account_ord,
                    r.created_at,
                    r.first_seen_at,
                    r.last_seen_at
                ]
            })
            .collect(),
    )
    .await?;
    Ok(())
}

/// Puts the row as it now is; the caller has raised `rev`.
pub async fn update_person(tx: &mut Tx, r: &PersonRow) -> Result<()> {
    tx.run(
        sql!("people.update_person",
        "UPDATE persons SET canon_ord = $2, name = $3, name_fold = $4, email = $5, role = $6, language = $7, team_ord = $8,
           account_ord = $9, first_seen_at = $10, last_seen_at = $11, erased_at = $12, rev = $13 WHERE ord = $1"),
        args![
            r.ord, r.canon_ord, r.name.as_str(), textkit::fold_key(&r.name), r.email.as_deref(), r.role.as_deref(),
            r.language.as_deref(), r.team_ord, r.account_ord, r.first_seen_at, r.last_seen_at, r.erased_at, r.rev
        ],
    )
    .await?;
    Ok(())
}

/// Moves the moments persons were first and last seen, outwards only: (person, first, last).
pub async fn see_persons(tx: &mut Tx, seen: Vec<(i64, Time, Time)>) -> Result<()> {
    let see = sql!(
        "people.see_persons",
        "UPDATE persons SET
           first_seen_at = CASE WHEN first_seen_at < seen.column2 THEN first_seen_at ELSE seen.column2 END,
           last_seen_at = CASE WHEN last_seen_at > seen.column3 THEN last_seen_at ELSE seen.column3 END
         FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT))) AS seen
         WHERE ord = seen.column1 AND (first_seen_at IS NULL OR first_seen_at > seen.column2
           OR last_seen_at IS NULL OR last_seen_at < seen.column3)"
    );
    tx.insert_rows(see, seen.into_iter().map(|(ord, first, last)| args![ord, first, last]).collect()).await.map(drop)
}

/// What a source says of somebody who is known already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fill {
    pub email: Option<String>,
    pub team_ord: Option<i64>,
    pub account_ord: Option<i64>,
    pub role: Option<String>,
    pub language: Option<String>,
}

impl Fill {
    /// What another saying adds; what was said first stays.
    pub fn add(&mut self, other: Fill) {
        self.email = self.email.take().or(other.email);
        self.team_ord = self.team_ord.or(other.team_ord);
        self.account_ord = self.account_ord.or(other.account_ord);
        self.role = self.role.take().or(other.role);
        self.language = self.language.take().or(other.language);
    }
}

/// Fills what is still empty of persons; what a person of ours or an earlier source said stays.
pub async fn fill_persons(tx: &mut Tx, said: BTreeMap<i64, Fill>) -> Result<()> {
    let fill = sql!(
        "people.fill_persons",
        "UPDATE persons SET email = COALESCE(email, said.column2), team_ord = COALESCE(team_ord, said.column3),
           account_ord = COALESCE(account_ord, said.column4), role = COALESCE(role, said.column5),
           language = COALESCE(language, said.column6)
         FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS TEXT),
           CAST($6 AS TEXT))) AS said
         WHERE ord = said.column1 AND (email IS NULL AND said.column2 IS NOT NULL
           OR team_ord IS NULL AND said.column3 IS NOT NULL OR account_ord IS NULL AND said.column4 IS NOT NULL
           OR role IS NULL AND said.column5 IS NOT NULL OR language IS NULL AND said.column6 IS NOT NULL)"
    );
    let said = said.into_iter().filter(|(_, fill)| *fill != Fill::default());
    let rows = said.map(|(ord, f)| args![ord, f.email, f.team_ord, f.account_ord, f.role, f.language]);
    tx.insert_rows(fill, rows.collect()).await.map(drop)
}

pub struct NewIdentity {
    pub person_ord: i64,
    pub kind: String,
    pub value: String,
    pub proof: &'static str,
    pub source: String,
    pub at: Time,
}

/// An identity that already belongs to somebody stays theirs.
pub async fn insert_identities(tx: &mut Tx, rows: Vec<NewIdentity>) -> Result<()> {
    tx.insert_rows(
        sql!(
            "people.insert_identity",
            "INSERT INTO identities (id, person_ord, kind, value, value_fold, proof, source, first_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (kind, value_fold) DO NOTHING"
        ),
        rows.into_iter()
            .map(|r| {
                let fold = if r.kind == "email" { textkit::fold(r.value.trim()) } else { r.value.clone() };
                args![IdentityId::new(), r.person_ord, r.kind, r.value, fold, r.proof, r.source, r.at]
            })
            .collect(),
    )
    .await?;
    Ok(())
}

row! { pub struct IdentityRow { pub kind: String, pub value: String, pub proof: String, pub source: String, pub first_seen_at: Time } }

pub async fn list_identities(tx: &mut Tx, person_ords: Vec<i64>) -> Result<Vec<IdentityRow>> {
    tx.all(
        sql!("people.list_identities" => IdentityRow,
            "SELECT kind, value, proof, source, first_seen_at FROM identities
             WHERE person_ord = ANY($1) AND kind <> 'erased' ORDER BY first_seen_at, kind, value"),
        args![person_ords],
    )
    .await
}

/// Persons without an account whose mail address ends in a domain.
pub async fn list_by_domain(tx: &mut Tx, domain: &str) -> Result<Vec<(i64,)>> {
    tx.all(
        sql!("people.list_by_domain" => (i64,),
            "SELECT DISTINCT p.ord FROM identities i JOIN persons p ON p.ord = i.person_ord
             WHERE i.kind = 'email' AND (i.value_fold LIKE $1 OR i.value_fold LIKE $2) AND p.account_ord IS NULL"),
        args![format!("%@{domain}"), format!("%.{domain}")],
    )
    .await
}

pub async fn set_account(tx: &mut Tx, person_ords: Vec<i64>, account_ord: i64) -> Result<u64> {
    tx.run(
        sql!("people.set_account", "UPDATE persons SET account_ord = $2, rev = rev + 1 WHERE ord = ANY($1)"),
        args![person_ords, account_ord],
    )
    .await
}

pub async fn set_canon(tx: &mut Tx, noun: crate::model::Noun, from: i64, into: i64) -> Result<u64> {
    use crate::model::Noun::*;
    Ok(match noun {
        Person => {
            tx.run(
                sql!("people.set_person_canon", "UPDATE persons SET canon_ord = $2, rev = rev + 1 WHERE ord = $1"),
                args![from, into],
            )
            .await?
        }
        Team => {
            tx.run(
                sql!("people.set_team_canon", "UPDATE teams SET canon_ord = $2, rev = rev + 1 WHERE ord = $1"),
                args![from, into],
            )
            .await?
        }
        Account => {
            tx.run(
                sql!("people.set_account_canon", "UPDATE accounts SET canon_ord = $2, rev = rev + 1 WHERE ord = $1"),
                args![from, into],
            )
            .await?
        }
    })
}

row! { #[derive(Clone, Debug)] pub struct MergeRow {
    pub id: i64, pub noun: String, pub from_ord: i64, pub into_ord: i64, pub at: Time, pub undone_at: Option<Time>,
} }

pub async fn insert_merge(tx: &mut Tx, noun: &str, from: i64, into: i64, by: Option<StaffId>) -> Result<i64> {
    let at = tx.now();
    let row = tx
        .get(
            sql!("people.insert_merge" => (i64,),
            "INSERT INTO merges (noun, from_ord, into_ord, at, by_staff) VALUES ($1, $2, $3, $4, $5) RETURNING id"),
            args![noun, from, into, at, by],
        )
        .await?;
    Ok(row.0)
}

pub async fn find_merge(tx: &mut Tx, id: i64) -> Result<Option<MergeRow>> {
    tx.find(
        sql!("people.find_merge" => MergeRow,
            "SELECT id, noun, from_ord, into_ord, at, undone_at FROM merges WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn list_merges_into(tx: &mut Tx, noun: &str, into: i64) -> Result<Vec<MergeRow>> {
    tx.all(
        sql!("people.list_merges_into" => MergeRow,
            "SELECT id, noun, from_ord, into_ord, at, undone_at FROM merges
             WHERE noun = $1 AND into_ord = $2 AND undone_at IS NULL ORDER BY id"),
        args![noun, into],
    )
    .await
}

pub async fn undo_merge(tx: &mut Tx, id: i64) -> Result<()> {
    let at = tx.now();
    tx.run(sql!("people.undo_merge", "UPDATE merges SET undone_at = $2 WHERE id = $1"), args![id, at]).await?;
    Ok(())
}

/// Redirects that do not end at a row that is its own canon.
pub async fn list_broken_canons(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    tx.all(
        sql!("people.list_broken_canons" => (String, i64),
            "SELECT 'person', a.ord FROM persons a LEFT JOIN persons b ON b.ord = a.canon_ord
               WHERE a.canon_ord <> a.ord AND (b.ord IS NULL OR b.canon_ord <> b.ord)
             UNION ALL SELECT 'team', a.ord FROM teams a LEFT JOIN teams b ON b.ord = a.canon_ord
               WHERE a.canon_ord <> a.ord AND (b.ord IS NULL OR b.canon_ord <> b.ord)
             UNION ALL SELECT 'account', a.ord FROM accounts a LEFT JOIN accounts b ON b.ord = a.canon_ord
               WHERE a.canon_ord <> a.ord AND (b.ord IS NULL OR b.canon_ord <> b.ord)"),
        args![],
    )
    .await
}

/// Persons, teams or identities that point at nothing.
pub async fn list_dangling(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    tx.all(
        sql!("people.list_dangling" => (String, i64),
            "SELECT 'person team', p.ord FROM persons p LEFT JOIN teams t ON t.ord = p.team_ord
               WHERE p.team_ord IS NOT NULL AND t.ord IS NULL
             UNION ALL SELECT 'person account', p.ord FROM persons p LEFT JOIN accounts a ON a.ord = p.account_ord
               WHERE p.account_ord IS NOT NULL AND a.ord IS NULL
             UNION ALL SELECT 'team account', t.ord FROM teams t LEFT JOIN accounts a ON a.ord = t.account_ord
               WHERE t.account_ord IS NOT NULL AND a.ord IS NULL
             UNION ALL SELECT 'identity', i.person_ord FROM identities i LEFT JOIN persons p ON p.ord = i.person_ord
               WHERE p.ord IS NULL"),
        args![],
    )
    .await
}
