//! Every statement about asks.
use crate::asks::{Because, State};
use ::store::{Tx, args, row, sql};
use base::{AskId, ItemId, Result, StaffId, Time};
use std::collections::HashMap;

row! {
    /// One person's demand for one item.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AskRow {
        pub ord: i64, pub id: AskId, pub item_id: ItemId, pub person_ord: i64, pub account_ord: Option<i64>,
        pub origin: String, pub state: String, pub because: Option<String>, pub first_at: Time, pub last_at: Time,
        pub conversations: i64, pub passages: i64, pub conversation_ord: Option<i64>, pub pinned_at: Option<Time>,
        pub language: Option<String>, pub way_back: Option<String>, pub words: Option<String>,
        pub by_staff: Option<StaffId>, pub created_at: Time, pub changed_at: Time, pub rev: i64,
    }
}

pub async fn list_of_item(tx: &mut Tx, item: ItemId) -> Result<Vec<AskRow>> {
    let sql = sql!("roadmap.list_asks_of_item" => AskRow,
        "SELECT ord, id, item_id, person_ord, account_ord, origin, state, because, first_at, last_at, conversations,
           passages, conversation_ord, pinned_at, language, way_back, words, by_staff, created_at, changed_at, rev
         FROM asks WHERE item_id = $1 ORDER BY last_at DESC, ord DESC");
    tx.all(sql, args![item]).await
}

/// Those of some persons and of whoever was merged into them.
pub async fn list_of_persons(tx: &mut Tx, item: ItemId, persons: Vec<i64>) -> Result<Vec<AskRow>> {
    let sql = sql!("roadmap.list_asks_of_persons" => AskRow,
        "SELECT ord, id, item_id, person_ord, account_ord, origin, state, because, first_at, last_at, conversations,
           passages, conversation_ord, pinned_at, language, way_back, words, by_staff, created_at, changed_at, rev
         FROM asks WHERE item_id = $1 AND person_ord IN (SELECT p.ord FROM persons p WHERE p.canon_ord = ANY($2))
         ORDER BY last_at DESC, ord DESC");
    tx.all(sql, args![item, persons]).await
}

/// Those of some items that do not follow from taggings alone.
pub async fn list_kept(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<AskRow>> {
    let sql = sql!("roadmap.list_kept_asks" => AskRow,
        "SELECT ord, id, item_id, person_ord, account_ord, origin, state, because, first_at, last_at, conversations,
           passages, conversation_ord, pinned_at, language, way_back, words, by_staff, created_at, changed_at, rev
         FROM asks WHERE item_id = ANY_ID($1)
           AND (origin <> 'taggings' OR words IS NOT NULL OR way_back IS NOT NULL OR language IS NOT NULL)");
    tx.all(sql, args![items]).await
}

/// Who asks for some items otherwise than by what was tagged: (item, person, account).
pub async fn list_direct(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, i64, Option<i64>)>> {
    let sql = sql!("roadmap.list_direct_asks" => (ItemId, i64, Option<i64>),
        "SELECT item_id, person_ord, account_ord FROM asks
         WHERE item_id = ANY_ID($1) AND origin <> 'taggings' AND state <> 'withdrawn'");
    tx.all(sql, args![items]).await
}

/// Somebody who may ask.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    Person(i64),
    Team(i64),
    Account(i64),
}

/// What somebody, under any record of theirs, asks for otherwise than by what was tagged: (item, first, last).
pub async fn list_direct_of(tx: &mut Tx, whose: Whose) -> Result<Vec<(ItemId, Time, Time)>> {
    let (sql, ord) = match whose {
        Whose::Person(ord) => (
            sql!("roadmap.list_direct_asks_of_person" => (ItemId, Time, Time),
                "SELECT a.item_id, a.first_at, a.last_at FROM persons p JOIN asks a ON a.person_ord = p.ord
                 WHERE p.canon_ord = $1 AND a.origin <> 'taggings' AND a.state = 'open'"),
            ord,
        ),
        Whose::Team(ord) => (
            sql!("roadmap.list_direct_asks_of_team" => (ItemId, Time, Time),
                "SELECT a.item_id, a.first_at, a.last_at
                 FROM teams t JOIN persons q ON q.team_ord = t.ord JOIN persons p ON p.canon_ord = q.ord
                 JOIN asks a ON a.person_ord = p.ord
                 WHERE t.canon_ord = $1 AND a.origin <> 'taggings' AND a.state = 'open'"),
            ord,
        ),
        Whose::Account(ord) => (
            sql!("roadmap.list_direct_asks_of_account" => (ItemId, Time, Time),
                "SELECT a.item_id, a.first_at, a.last_at FROM accounts c JOIN asks a ON a.account_ord = c.ord
                 WHERE c.canon_ord = $1 AND a.origin <> 'taggings' AND a.state = 'open'"),
            ord,
        ),
    };
    tx.all(sql, args![ord]).await
}

/// The asks for an item of persons, and of whoever they are the same as: (person, ask).
pub async fn list_of_persons_in(tx: &mut Tx, item: ItemId, persons: Vec<i64>) -> Result<Vec<(i64, AskRow)>> {
    let sql = sql!("roadmap.list_same_persons" => (i64, i64),
        "SELECT p.ord, q.ord FROM persons p JOIN persons q ON q.canon_ord = p.canon_ord WHERE p.ord = ANY($1)");
    let same: Vec<(i64, i64)> = tx.all(sql, args![persons]).await?;
    let of_other: HashMap<i64, i64> = same.into_iter().map(|(person, other)| (other, person)).collect();
    let all = list_of_item(tx, item).await?;
    Ok(all.into_iter().filter_map(|ask| Some((*of_other.get(&ask.person_ord)?, ask))).collect())
}

/// Puts the state of some asks, `rev` raised.
pub async fn put_state(tx: &mut Tx, asks: Vec<i64>, state: State, because: Option<Because>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.put_asks_state",
        "UPDATE asks SET state = $2, because = $3, changed_at = $4, rev = rev + 1 WHERE ord = ANY($1)"
    );
    tx.run(sql, args![asks, state.as_str(), because.map(Because::as_str), now]).await.map(drop)
}

/// Asks of an item that came of taggings since a moment.
pub async fn list_made_since(tx: &mut Tx, item: ItemId, since: Time) -> Result<Vec<i64>> {
    let sql = sql!("roadmap.list_asks_made_since" => (i64,),
        "SELECT ord FROM asks WHERE item_id = $1 AND origin = 'taggings' AND created_at >= $2");
    Ok(tx.all(sql, args![item, since]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Asks that never were, with their rows of the ledger. What was decided of one stays, and the ask with it.
pub async fn forget(tx: &mut Tx, asks: &[i64]) -> Result<()> {
    let undecided = sql!("roadmap.list_undecided_asks" => (i64,),
        "SELECT a.ord FROM asks a WHERE a.ord = ANY($1) AND a.pinned_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM notice_log l WHERE l.ask_ord = a.ord)
           AND NOT EXISTS (SELECT 1 FROM ask_passages p WHERE p.ask_ord = a.ord)");
    let gone: Vec<i64> = tx.all(undecided, args![asks]).await?.into_iter().map(|(ord,)| ord).collect();
    for sql in [
        sql!("roadmap.forget_notices", "DELETE FROM notices WHERE ask_ord = ANY($1)"),
        sql!("roadmap.forget_asks", "DELETE FROM asks WHERE ord = ANY($1)"),
    ] {
        tx.run(sql, args![gone.clone()]).await?;
    }
    Ok(())
}

/// Who of some persons, whatever they were called before they were merged, asks for which of some items.
pub async fn list_askers(tx: &mut Tx, items: Vec<ItemId>, persons: Vec<i64>) -> Result<Vec<(ItemId, i64)>> {
    let sql = sql!("roadmap.list_askers" => (ItemId, i64),
        "SELECT a.item_id, p.canon_ord FROM asks a JOIN persons p ON p.ord = a.person_ord
         WHERE a.item_id = ANY_ID($1) AND p.canon_ord = ANY($2)");
    tx.all(sql, args![items, persons]).await
}

pub async fn find(tx: &mut Tx, id: AskId) -> Result<Option<AskRow>> {
    let sql = sql!("roadmap.find_ask" => AskRow,
        "SELECT ord, id, item_id, person_ord, account_ord, origin, state, because, first_at, last_at, conversations,
           passages, conversation_ord, pinned_at, language, way_back, words, by_staff, created_at, changed_at, rev
         FROM asks WHERE id = $1");
    tx.find(sql, args![id]).await
}

/// Each has a row of the ledger for everything that happened to its item, from the same moment.
pub async fn insert(tx: &mut Tx, rows: Vec<AskRow>) -> Result<u64> {
    let sql = sql!(
        "roadmap.insert_ask",
        "INSERT INTO asks (ord, id, item_id, person_ord, account_ord, origin, state, because, first_at, last_at,
           conversations, passages, conversation_ord, pinned_at, language, way_back, words, by_staff, created_at,
           changed_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
    );
    let values = |r: AskRow| {
        args![
            r.ord,
            r.id,
            r.item_id,
            r.person_ord,
            r.account_ord,
            r.origin,
            r.state,
            r.because,
            r.first_at,
            r.last_at,
            r.conversations,
            r.passages,
            r.conversation_ord,
            r.pinned_at,
            r.language,
            r.way_back,
            r.words,
            r.by_staff,
            r.created_at,
            r.changed_at,
            r.rev
        ]
    };
    let ords = rows.iter().map(|row| row.ord).collect();
    let inserted = tx.insert_rows(sql, rows.into_iter().map(values).collect()).await?;
    super::ledger::open_asks(tx, ords).await?;
    Ok(inserted)
}

/// Puts an ask as it now is, `rev` raised.
pub async fn update(tx: &mut Tx, r: &AskRow) -> Result<u64> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.update_ask",
        "UPDATE asks SET account_ord = $2, state = $3, because = $4, first_at = $5, last_at = $6, conversations = $7,
           passages = $8, conversation_ord = $9, pinned_at = $10, language = $11, way_back = $12, words = $13,
           origin = $14, by_staff = $15, changed_at = $16, rev = rev + 1 WHERE ord = $1"
    );
    let args = args![
        r.ord,
        r.account_ord,
        r.state.as_str(),
        r.because.as_deref(),
        r.first_at,
        r.last_at,
        r.conversations,
        r.passages,
        r.conversation_ord,
        r.pinned_at,
        r.language.as_deref(),
        r.way_back.as_deref(),
        r.words.as_deref(),
        r.origin.as_str(),
        r.by_staff,
        now
    ];
    tx.run(sql, args).await
}

/// The event up to which the asks have followed; absent before the first time.
pub async fn find_followed(tx: &mut Tx) -> Result<Option<i64>> {
    let sql = sql!("roadmap.find_followed" => (i64,), "SELECT seq FROM asks_followed WHERE one = 1");
    Ok(tx.find(sql, args![]).await?.map(|(seq,)| seq))
}

pub async fn put_followed(tx: &mut Tx, seq: i64) -> Result<()> {
    let sql = sql!(
        "roadmap.put_followed",
        "INSERT INTO asks_followed (one, seq) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq"
    );
    tx.run(sql, args![seq]).await.map(drop)
}
