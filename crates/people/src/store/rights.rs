//! What belongs to a person: erasures, consents, and blocked senders.
use crate::model::{Allowed, BlockKind};
use base::{BlockId, ConsentId, IdentityId, PersonId, Result, Time};
use store::{Tx, args, row, sql};

// -- Erasing

/// (kind, folded value) of everything these persons are known by, and (source, external id) of their rows as `id:source`.
pub async fn list_known_by(tx: &mut Tx, person_ords: &[i64]) -> Result<Vec<(String, String)>> {
    tx.all(
        sql!("people.list_known_by" => (String, String),
            "SELECT kind, value_fold FROM identities WHERE person_ord = ANY($1) AND kind <> 'erased'
             UNION SELECT 'id:' || source, external_id FROM persons WHERE ord = ANY($1) AND external_id IS NOT NULL
               AND source IS NOT NULL"),
        args![person_ords],
    )
    .await
}

/// Empties these rows; team, account and moments stay.
pub async fn erase_persons(tx: &mut Tx, person_ords: &[i64]) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "people.erase_persons",
            "UPDATE persons SET name = '', name_fold = '', email = NULL, role = NULL, language = NULL, source = NULL,
               external_id = NULL, erased_at = $2, rev = rev + 1 WHERE ord = ANY($1)"
        ),
        args![person_ords, at],
    )
    .await?;
    tx.run(
        sql!("people.erase_identities", "DELETE FROM identities WHERE person_ord = ANY($1) AND kind <> 'erased'"),
        args![person_ords],
    )
    .await?;
    tx.run(sql!("people.erase_consents", "DELETE FROM consents WHERE person_ord = ANY($1)"), args![person_ords])
        .await?;
    Ok(())
}

/// What an erased person was known by, as digests: it can be recognised and not read.
pub async fn remember_digests(tx: &mut Tx, person_ord: i64, digests: Vec<String>) -> Result<()> {
    let at = tx.now();
    // Who wrote again under the same address is erased under the newer row.
    tx.run(
        sql!("people.forget_digests", "DELETE FROM identities WHERE kind = 'erased' AND value_fold = ANY($1)"),
        args![digests.clone()],
    )
    .await?;
    let insert = sql!(
        "people.insert_digest",
        "INSERT INTO identities (id, person_ord, kind, value, value_fold, proof, source, first_seen_at)
         VALUES ($1, $2, 'erased', '', $3, 'erased', '', $4)"
    );
    let rows = digests.into_iter().map(|digest| args![IdentityId::new(), person_ord, digest, at]);
    tx.insert_rows(insert, rows.collect()).await?;
    Ok(())
}

/// (digest, person, erased at)
pub async fn list_digests(tx: &mut Tx, digests: Vec<String>) -> Result<Vec<(String, i64, Time)>> {
    tx.all(
        sql!("people.list_digests" => (String, i64, Time),
            "SELECT value_fold, person_ord, first_seen_at FROM identities WHERE kind = 'erased' AND value_fold = ANY($1)"),
        args![digests],
    )
    .await
}

pub async fn has_erasures(tx: &mut Tx) -> Result<bool> {
    let any = sql!("people.find_erasure" => (PersonId,), "SELECT person_id FROM erasures LIMIT 1");
    Ok(tx.find(any, args![]).await?.is_some())
}

row! {
    /// Somebody who was erased, by whom and when. Ids only: it is what a restored backup is told.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Erasure { pub person_id: PersonId, pub erased_at: Time, pub erased_by: String }
}

pub async fn insert_erasures(tx: &mut Tx, all: Vec<Erasure>) -> Result<()> {
    let insert = sql!(
        "people.insert_erasure",
        "INSERT INTO erasures (person_id, erased_at, erased_by) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO NOTHING"
    );
    let rows = all.into_iter().map(|one| args![one.person_id, one.erased_at, one.erased_by]);
    tx.insert_rows(insert, rows.collect()).await?;
    Ok(())
}

/// Everybody who was erased, oldest first.
pub async fn list_erasures(tx: &mut Tx) -> Result<Vec<Erasure>> {
    tx.all(
        sql!("people.list_erasures" => Erasure,
            "SELECT person_id, erased_at, erased_by FROM erasures ORDER BY erased_at, person_id"),
        args![],
    )
    .await
}

/// Ids of these rows.
pub async fn list_person_ids(tx: &mut Tx, person_ords: &[i64]) -> Result<Vec<PersonId>> {
    let ids = sql!("people.list_person_ids" => (PersonId,), "SELECT id FROM persons WHERE ord = ANY($1) ORDER BY ord");
    Ok(tx.all(ids, args![person_ords]).await?.into_iter().map(|(id,)| id).collect())
}

/// A person and everybody who was merged into them, by ord.
pub async fn merged_persons(tx: &mut Tx, canon_ord: i64) -> Result<Vec<i64>> {
    super::merged_ords(tx, crate::model::Noun::Person, canon_ord).await
}

/// What a person is known by, for themselves: (kind, value, source, since).
pub async fn list_known_as(tx: &mut Tx, canon_ord: i64) -> Result<Vec<(String, String, String, Time)>> {
    let ords = merged_persons(tx, canon_ord).await?;
    let all = super::list_identities(tx, ords).await?;
    Ok(all.into_iter().map(|i| (i.kind, i.value, i.source, i.first_seen_at)).collect())
}

// -- Consent

row! {
    /// One saying: what somebody allowed or forbade, where and when they said so, and who of us wrote it down.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Consent {
        pub id: ConsentId, pub person_ord: i64, pub kind: Allowed, pub is_given: bool, pub source: String,
        pub said_at: Time, pub recorded_at: Time, pub recorded_by: String,
    }
}

pub async fn insert_consent(tx: &mut Tx, c: &Consent) -> Result<()> {
    let insert = sql!(
        "people.insert_consent",
        "INSERT INTO consents (id, person_ord, kind, is_given, source, said_at, recorded_at, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let args = args![c.id, c.person_ord, c.kind, c.is_given, &c.source, c.said_at, c.recorded_at, &c.recorded_by];
    tx.run(insert, args).await.map(drop)
}

/// What these persons said, the newest first.
pub async fn list_consents(tx: &mut Tx, person_ords: &[i64]) -> Result<Vec<Consent>> {
    tx.all(
        sql!("people.list_consents" => Consent,
            "SELECT id, person_ord, kind, is_given, source, said_at, recorded_at, recorded_by FROM consents
             WHERE person_ord = ANY($1) ORDER BY said_at DESC, recorded_at DESC, id DESC"),
        args![person_ords],
    )
    .await
}

/// Persons who allow something, by their newest saying, also under records that were merged into theirs.
pub async fn list_allowing(tx: &mut Tx, kind: Allowed) -> Result<Vec<i64>> {
    let list = sql!("people.list_allowing" => (i64, bool),
        "SELECT p.canon_ord, c.is_given FROM consents c JOIN persons p ON p.ord = c.person_ord WHERE c.kind = $1
         ORDER BY p.canon_ord, c.said_at, c.recorded_at, c.id");
    let mut newest = std::collections::BTreeMap::new();
    newest.extend(tx.all(list, args![kind]).await?);
    Ok(newest.into_iter().filter_map(|(person, is_given)| is_given.then_some(person)).collect())
}

// -- Blocked senders

row! {
    /// An address or a domain whose mail is kept aside.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Block {
        pub id: BlockId, pub kind: BlockKind, pub value: String, pub why: Option<String>, pub blocked_at: Time,
        pub blocked_by: String,
    }
}

/// False when it is blocked already.
pub async fn insert_block(tx: &mut Tx, b: &Block) -> Result<bool> {
    let insert = sql!(
        "people.insert_block",
        "INSERT INTO blocked_senders (id, kind, value, why, blocked_at, blocked_by) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (value) DO NOTHING"
    );
    Ok(tx.run(insert, args![b.id, b.kind, &b.value, b.why.clone(), b.blocked_at, &b.blocked_by]).await? == 1)
}

pub async fn list_blocks(tx: &mut Tx) -> Result<Vec<Block>> {
    tx.all(
        sql!("people.list_blocks" => Block,
            "SELECT id, kind, value, why, blocked_at, blocked_by FROM blocked_senders ORDER BY value"),
        args![],
    )
    .await
}

pub async fn find_block(tx: &mut Tx, id: BlockId) -> Result<Option<Block>> {
    tx.find(
        sql!("people.find_block" => Block,
            "SELECT id, kind, value, why, blocked_at, blocked_by FROM blocked_senders WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn delete_block(tx: &mut Tx, id: BlockId) -> Result<()> {
    tx.run(sql!("people.delete_block", "DELETE FROM blocked_senders WHERE id = $1"), args![id]).await.map(drop)
}

/// Which of these addresses and domains are blocked.
pub async fn list_blocked_values(tx: &mut Tx, values: Vec<String>) -> Result<Vec<String>> {
    let find =
        sql!("people.list_blocked_values" => (String,), "SELECT value FROM blocked_senders WHERE value = ANY($1)");
    Ok(tx.all(find, args![values]).await?.into_iter().map(|(value,)| value).collect())
}

/// Whether one of us has this address, or, of a domain, an address in it.
pub async fn is_of_staff(tx: &mut Tx, value: &str) -> Result<bool> {
    let find = sql!("people.find_staff_address" => (String,),
        "SELECT email_fold FROM staff WHERE removed_at IS NULL AND (email_fold = $1 OR email_fold LIKE $2) LIMIT 1");
    Ok(tx.find(find, args![value, format!("%@{value}")]).await?.is_some())
}
