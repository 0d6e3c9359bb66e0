//! Statements about joining conversations by hand and parting one, and about taking that back.
use base::{PartingId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug)]
    pub(crate) struct PartingRow {
        pub(crate) id: PartingId,
        /// `joined` or `parted`.
        pub(crate) kind: String,
        pub(crate) from_ord: i64,
        pub(crate) into_ord: i64,
        pub(crate) at: Time,
        pub(crate) by_staff: Option<StaffId>,
        pub(crate) kept_json: serde_json::Value,
        pub(crate) undone_at: Option<Time>,
    }
}

pub(crate) async fn insert(tx: &mut Tx, p: &PartingRow) -> Result<()> {
    let sql = sql!(
        "conversations.insert_parting",
        "INSERT INTO partings (id, kind, from_ord, into_ord, at, by_staff, kept_json) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.run(sql, args![p.id, &p.kind, p.from_ord, p.into_ord, p.at, p.by_staff, p.kept_json.clone()]).await.map(drop)
}

pub(crate) async fn find(tx: &mut Tx, id: PartingId) -> Result<Option<PartingRow>> {
    let sql = sql!("conversations.find_parting" => PartingRow,
        "SELECT id, kind, from_ord, into_ord, at, by_staff, kept_json, undone_at FROM partings WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub(crate) async fn mark_undone(tx: &mut Tx, id: PartingId) -> Result<()> {
    let now = tx.now();
    let sql = sql!("conversations.undo_parting", "UPDATE partings SET undone_at = $2 WHERE id = $1");
    tx.run(sql, args![id, now]).await.map(drop)
}

/// What was kept of these conversations goes, and with it the way back.
pub(crate) async fn forget(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let sql =
        sql!("conversations.forget_partings", "DELETE FROM partings WHERE into_ord = ANY($1) OR from_ord = ANY($1)");
    tx.run(sql, args![conversations]).await.map(drop)
}

/// Whether something was joined to a conversation, or parted from it, after a moment, and still stands.
pub(crate) async fn is_any_later(tx: &mut Tx, conversations: &[i64], at: Time, but: PartingId) -> Result<bool> {
    let sql = sql!("conversations.find_later_parting" => (PartingId,),
        "SELECT id FROM partings WHERE (into_ord = ANY($1) OR from_ord = ANY($1)) AND at >= $2 AND id <> $3
            AND undone_at IS NULL LIMIT 1");
    Ok(tx.find(sql, args![conversations, at, but]).await?.is_some())
}

// -- What belongs to a conversation, as it is kept

/// The conversation that another one was joined to, if it still leads there.
pub(crate) async fn find_joined_into(tx: &mut Tx, from: i64) -> Result<Option<i64>> {
    let sql =
        sql!("conversations.find_joined_into" => (i64,), "SELECT into_ord FROM joined_conversations WHERE ord = $1");
    Ok(tx.find(sql, args![from]).await?.map(|(into,)| into))
}

pub(crate) async fn list_joined_to(tx: &mut Tx, into: i64) -> Result<Vec<i64>> {
    let sql =
        sql!("conversations.list_joined_to" => (i64,), "SELECT ord FROM joined_conversations WHERE into_ord = $1");
    Ok(tx.all(sql, args![into]).await?.into_iter().map(|(ord,)| ord).collect())
}

pub(crate) async fn list_waiting_ids(tx: &mut Tx, conversation: i64) -> Result<Vec<String>> {
    let sql = sql!("conversations.list_waiting_ids" => (String,),
        "SELECT message_id FROM message_ids WHERE conversation_ord = $1 AND entry_ord IS NULL");
    Ok(tx.all(sql, args![conversation]).await?.into_iter().map(|(id,)| id).collect())
}

pub(crate) async fn list_reads_of(tx: &mut Tx, conversation: i64) -> Result<Vec<(StaffId, Time)>> {
    let sql = sql!("conversations.list_reads_of" => (StaffId, Time),
        "SELECT staff_id, read_at FROM conversation_reads WHERE conversation_ord = $1");
    tx.all(sql, args![conversation]).await
}

pub(crate) async fn list_notification_ids(tx: &mut Tx, conversation: i64) -> Result<Vec<base::NotificationId>> {
    let sql = sql!("conversations.list_notification_ids" => (base::NotificationId,),
        "SELECT id FROM notifications WHERE conversation_ord = $1 ORDER BY at, id");
    Ok(tx.all(sql, args![conversation]).await?.into_iter().map(|(id,)| id).collect())
}

// -- Moving

/// Entries go to another conversation, with their passages and Message-IDs.
pub(crate) async fn move_entries(tx: &mut Tx, entries: &[i64], into: i64) -> Result<()> {
    for sql in [
        sql!("conversations.part_entries", "UPDATE entries SET conversation_ord = $2 WHERE ord = ANY($1)"),
        sql!("conversations.part_passages", "UPDATE passages SET conversation_ord = $2 WHERE entry_ord = ANY($1)"),
        sql!(
            "conversations.part_message_ids",
            "UPDATE message_ids SET conversation_ord = $2 WHERE entry_ord = ANY($1)"
        ),
        sql!(
            "conversations.part_notifications",
            "UPDATE notifications SET conversation_ord = $2 WHERE entry_ord = ANY($1)"
        ),
    ] {
        tx.run(sql, args![entries, into]).await?;
    }
    Ok(())
}

/// Message-IDs that wait for their mail go to another conversation.
pub(crate) async fn move_waiting_ids(tx: &mut Tx, source: &str, ids: Vec<String>, into: i64) -> Result<()> {
    let sql = sql!(
        "conversations.part_waiting_ids",
        "UPDATE message_ids SET conversation_ord = $3 WHERE source = $1 AND message_id = ANY($2)"
    );
    tx.run(sql, args![source, ids, into]).await.map(drop)
}

pub(crate) async fn move_notifications(tx: &mut Tx, ids: Vec<base::NotificationId>, into: i64) -> Result<()> {
    for id in ids {
        let sql =
            sql!("conversations.part_notification", "UPDATE notifications SET conversation_ord = $2 WHERE id = $1");
        tx.run(sql, args![id, into]).await?;
    }
    Ok(())
}

/// A conversation is itself again, and those that were joined to it lead to it.
pub(crate) async fn forget_joined(tx: &mut Tx, from: i64, led: &[i64]) -> Result<()> {
    tx.run(sql!("conversations.delete_joined", "DELETE FROM joined_conversations WHERE ord = $1"), args![from]).await?;
    let lead = sql!("conversations.lead_joined", "UPDATE joined_conversations SET into_ord = $2 WHERE ord = ANY($1)");
    tx.run(lead, args![led, from]).await.map(drop)
}

pub(crate) async fn delete_participants(tx: &mut Tx, conversation: i64) -> Result<()> {
    let sql = sql!("conversations.delete_participants", "DELETE FROM participants WHERE conversation_ord = $1");
    tx.run(sql, args![conversation]).await.map(drop)
}
