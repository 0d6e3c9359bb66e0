//! The rows of Message-IDs: which entry has one, and which thread waits for a mail that has not come.
use base::Result;
use store::{Tx, Value, args, sql};

/// (Message-ID, conversation, entry unless it has not come)
pub(crate) async fn list(tx: &mut Tx, source: &str, ids: Vec<String>) -> Result<Vec<(String, i64, Option<i64>)>> {
    let sql = sql!("conversations.list_message_ids" => (String, i64, Option<i64>),
        "SELECT message_id, conversation_ord, entry_ord FROM message_ids WHERE source = $1 AND message_id = ANY($2)");
    tx.all(sql, args![source, ids]).await
}

/// Rows are (source, Message-ID, conversation, entry). A known id keeps its entry.
pub(crate) async fn upsert(tx: &mut Tx, rows: Vec<[Value; 4]>) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_message_id",
        "INSERT INTO message_ids (source, message_id, conversation_ord, entry_ord) VALUES ($1, $2, $3, $4)
         ON CONFLICT (source, message_id) DO UPDATE SET entry_ord = COALESCE(message_ids.entry_ord, excluded.entry_ord),
            conversation_ord = excluded.conversation_ord"
    );
    tx.insert_rows(sql, rows).await.map(drop)
}
