//! The rows of passages: stretches of an entry chosen as evidence.
use base::{PassageId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    /// A stretch of an entry's text, in Unicode scalars, half-open.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Passage {
        pub ord: i64,
        pub id: PassageId,
        pub conversation_ord: i64,
        pub entry_ord: i64,
        /// The revision of the text that start and end count in. An older one than the entry's: the quote is no longer there.
        pub entry_rev: i64,
        pub start_at: i64,
        pub end_at: i64,
        pub quote: String,
        pub made_by: Option<StaffId>,
        pub made_at: Time,
    }
}

pub(crate) async fn insert(tx: &mut Tx, p: &Passage) -> Result<()> {
    let sql = sql!("conversations.insert_passage",
        "INSERT INTO passages (ord, id, conversation_ord, entry_ord, entry_rev, start_at, end_at, quote, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let args = args![
        p.ord,
        p.id,
        p.conversation_ord,
        p.entry_ord,
        p.entry_rev,
        p.start_at,
        p.end_at,
        &p.quote,
        p.made_by,
        p.made_at
    ];
    tx.run(sql, args).await.map(drop)
}

pub(crate) async fn find_at(tx: &mut Tx, entry: i64, rev: i64, start: i64, end: i64) -> Result<Option<Passage>> {
    let sql = sql!("conversations.find_passage_at" => Passage,
        "SELECT ord, id, conversation_ord, entry_ord, entry_rev, start_at, end_at, quote, made_by, made_at
         FROM passages WHERE entry_ord = $1 AND entry_rev = $2 AND start_at = $3 AND end_at = $4");
    tx.find(sql, args![entry, rev, start, end]).await
}

pub(crate) async fn find(tx: &mut Tx, id: PassageId) -> Result<Option<Passage>> {
    let sql = sql!("conversations.find_passage" => Passage,
        "SELECT ord, id, conversation_ord, entry_ord, entry_rev, start_at, end_at, quote, made_by, made_at
         FROM passages WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub(crate) async fn list_by_ord(tx: &mut Tx, ords: &[i64]) -> Result<Vec<Passage>> {
    if ords.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_passages_by_ord" => Passage,
        "SELECT ord, id, conversation_ord, entry_ord, entry_rev, start_at, end_at, quote, made_by, made_at
         FROM passages WHERE ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

pub(crate) async fn list_of_entries(tx: &mut Tx, entries: &[i64]) -> Result<Vec<Passage>> {
    let sql = sql!("conversations.list_passages_of_entries" => Passage,
        "SELECT ord, id, conversation_ord, entry_ord, entry_rev, start_at, end_at, quote, made_by, made_at
         FROM passages WHERE entry_ord = ANY($1) ORDER BY entry_ord, start_at");
    tx.all(sql, args![entries]).await
}

pub(crate) async fn move_to(tx: &mut Tx, ord: i64, rev: i64, start: i64, end: i64) -> Result<()> {
    let sql = sql!(
        "conversations.move_passage",
        "UPDATE passages SET entry_rev = $2, start_at = $3, end_at = $4 WHERE ord = $1"
    );
    tx.run(sql, args![ord, rev, start, end]).await.map(drop)
}

/// The quotes of these entries go; the passages stay where they are, emptied.
pub(crate) async fn erase_quotes(tx: &mut Tx, entries: &[i64]) -> Result<()> {
    let sql = sql!("conversations.erase_quotes", "UPDATE passages SET quote = '' WHERE entry_ord = ANY($1)");
    tx.run(sql, args![entries]).await.map(drop)
}
