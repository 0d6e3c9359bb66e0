//! How long doors keep what came in, and which conversations were emptied or are kept aside.
use base::{Result, Time};
use store::{Tx, args, row, sql};

row! {
    /// What would be emptied.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Due {
        pub conversations: i64,
        pub entries: i64,
        pub oldest: Option<Time>,
        pub newest: Option<Time>,
    }
}

pub(crate) async fn find(tx: &mut Tx, door: i64) -> Result<Option<i64>> {
    let sql = sql!("conversations.find_retention" => (i64,), "SELECT days FROM door_retention WHERE door_ord = $1");
    Ok(tx.find(sql, args![door]).await?.map(|(days,)| days))
}

/// (door, days)
pub(crate) async fn list(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("conversations.list_retentions" => (i64, i64), "SELECT door_ord, days FROM door_retention ORDER BY door_ord");
    tx.all(sql, args![]).await
}

pub(crate) async fn upsert(tx: &mut Tx, door: i64, days: i64) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.upsert_retention",
        "INSERT INTO door_retention (door_ord, days, set_at) VALUES ($1, $2, $3)
         ON CONFLICT (door_ord) DO UPDATE SET days = excluded.days, set_at = excluded.set_at"
    );
    tx.run(sql, args![door, days, now]).await.map(drop)
}

pub(crate) async fn delete(tx: &mut Tx, door: i64) -> Result<()> {
    let sql = sql!("conversations.delete_retention", "DELETE FROM door_retention WHERE door_ord = $1");
    tx.run(sql, args![door]).await.map(drop)
}

/// What is behind a door, last said in before a moment, and not emptied since.
pub(crate) async fn count_due(tx: &mut Tx, door: i64, before: Time) -> Result<Due> {
    let sql = sql!("conversations.count_due" => Due,
        "SELECT COUNT(*) AS conversations, CAST(COALESCE(SUM(c.entry_count), 0) AS BIGINT) AS entries,
            MIN(c.last_entry_at) AS oldest, MAX(c.last_entry_at) AS newest
         FROM conversations c WHERE c.door_ord = $1 AND c.last_entry_at < $2 AND NOT EXISTS (
            SELECT 1 FROM emptied_conversations x WHERE x.conversation_ord = c.ord AND x.emptied_at > c.last_entry_at)");
    tx.get(sql, args![door, before]).await
}

/// The oldest of them.
pub(crate) async fn list_due(tx: &mut Tx, door: i64, before: Time, limit: i64) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_due" => (i64,),
        "SELECT c.ord FROM conversations c WHERE c.door_ord = $1 AND c.last_entry_at < $2 AND NOT EXISTS (
            SELECT 1 FROM emptied_conversations x WHERE x.conversation_ord = c.ord AND x.emptied_at > c.last_entry_at)
         ORDER BY c.last_entry_at, c.ord LIMIT $3");
    Ok(tx.all(sql, args![door, before, limit]).await?.into_iter().map(|(ord,)| ord).collect())
}

pub(crate) async fn list_entries(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<i64>> {
    let sql =
        sql!("conversations.list_entry_ords" => (i64,), "SELECT ord FROM entries WHERE conversation_ord = ANY($1)");
    Ok(tx.all(sql, args![conversations]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Subject, attributes and the names of those who are no persons go; nobody waits in it any more.
pub(crate) async fn empty_heads(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let heads = sql!(
        "conversations.empty_heads",
        "UPDATE conversations SET subject = NULL, attributes_json = NULL, status = 'closed', waiting_since = NULL,
            snoozed_until = NULL, rev = rev + 1 WHERE ord = ANY($1)"
    );
    tx.run(heads, args![conversations]).await?;
    let named = sql!(
        "conversations.delete_names",
        "DELETE FROM participants WHERE conversation_ord = ANY($1) AND person_ord = 0 AND staff_key = ''"
    );
    tx.run(named, args![conversations]).await.map(drop)
}

pub(crate) async fn insert_emptied(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.insert_emptied",
        "INSERT INTO emptied_conversations (conversation_ord, emptied_at) VALUES ($1, $2)
         ON CONFLICT (conversation_ord) DO UPDATE SET emptied_at = excluded.emptied_at"
    );
    tx.insert_rows(sql, conversations.iter().map(|ord| args![*ord, now]).collect()).await.map(drop)
}

/// Of these entries those that were emptied, with when they were said: their person was erased, or the time of their
/// conversation was up.
pub(crate) async fn list_emptied(tx: &mut Tx, entries: &[i64]) -> Result<Vec<(i64, Time)>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_emptied" => (i64, Time),
        "SELECT e.ord, e.said_at FROM entries e WHERE e.ord = ANY($1) AND e.text = '' AND (
            EXISTS (SELECT 1 FROM persons p WHERE p.ord = e.person_ord AND p.erased_at >= e.said_at)
            OR EXISTS (SELECT 1 FROM emptied_conversations x
                WHERE x.conversation_ord = e.conversation_ord AND x.emptied_at >= e.said_at))");
    tx.all(sql, args![entries]).await
}

/// Conversations that are kept aside, being of a blocked sender.
pub(crate) async fn insert_blocked(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.insert_blocked",
        "INSERT INTO blocked_conversations (conversation_ord, blocked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    );
    tx.insert_rows(sql, conversations.iter().map(|ord| args![*ord, now]).collect()).await.map(drop)
}

// -- What goes with what is emptied: letters of ours, and what somebody was about to write.

/// The subjects of letters in these conversations.
pub(crate) async fn erase_letters(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let sql = sql!(
        "conversations.erase_letters",
        "UPDATE replies SET subject = '' WHERE entry_ord IN (SELECT ord FROM entries WHERE conversation_ord = ANY($1))"
    );
    tx.run(sql, args![conversations]).await.map(drop)
}

/// To whom letters in these conversations went; what was not sent yet goes nowhere.
pub(crate) async fn erase_deliveries_in(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let sql = sql!(
        "conversations.erase_deliveries_in",
        "UPDATE deliveries SET name = NULL, address = '', address_fold = '', answer = NULL, due_at = NULL,
            state = CASE WHEN due_at IS NULL THEN state ELSE 'taken_back' END
         WHERE entry_ord IN (SELECT ord FROM entries WHERE conversation_ord = ANY($1))"
    );
    tx.run(sql, args![conversations]).await.map(drop)
}

/// An address in what was sent or waits to be; what was not sent yet goes nowhere.
pub(crate) async fn erase_deliveries_to(tx: &mut Tx, address: &str) -> Result<()> {
    let sent = sql!(
        "conversations.erase_deliveries_to",
        "UPDATE deliveries SET name = NULL, address = '', address_fold = '', answer = NULL, due_at = NULL,
            state = CASE WHEN due_at IS NULL THEN state ELSE 'taken_back' END WHERE address_fold = $1"
    );
    tx.run(sent, args![address]).await?;
    let rests = sql!("conversations.erase_resting", "DELETE FROM resting_addresses WHERE address_fold = $1");
    tx.run(rests, args![address]).await.map(drop)
}

pub(crate) async fn delete_drafts(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let sql = sql!("conversations.delete_drafts_of", "DELETE FROM drafts WHERE conversation_ord = ANY($1)");
    tx.run(sql, args![conversations]).await.map(drop)
}
