//! The rows of drafts: what one of us is writing.
use crate::model::DraftKind;
use base::{Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug)]
    pub(crate) struct Draft {
        pub(crate) staff_id: StaffId,
        pub(crate) conversation_ord: i64,
        pub(crate) kind: DraftKind,
        pub(crate) rev: i64,
        pub(crate) text: String,
        pub(crate) envelope_json: serde_json::Value,
        pub(crate) changed_at: Time,
    }
}

pub(crate) async fn list(tx: &mut Tx, staff: StaffId, conversation: i64) -> Result<Vec<Draft>> {
    let sql = sql!("conversations.list_drafts" => Draft,
        "SELECT staff_id, conversation_ord, kind, rev, text, envelope_json, changed_at FROM drafts
         WHERE staff_id = $1 AND conversation_ord = $2");
    tx.all(sql, args![staff, conversation]).await
}

pub(crate) async fn list_of_conversation(tx: &mut Tx, conversation: i64) -> Result<Vec<Draft>> {
    let sql = sql!("conversations.list_drafts_of_conversation" => Draft,
        "SELECT staff_id, conversation_ord, kind, rev, text, envelope_json, changed_at FROM drafts
         WHERE conversation_ord = $1");
    tx.all(sql, args![conversation]).await
}

pub(crate) async fn upsert(tx: &mut Tx, d: &Draft) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_draft",
        "INSERT INTO drafts (staff_id, conversation_ord, kind, rev, text, envelope_json, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (staff_id, conversation_ord, kind) DO UPDATE SET rev = excluded.rev, text = excluded.text,
            envelope_json = excluded.envelope_json, changed_at = excluded.changed_at"
    );
    let envelope = d.envelope_json.clone();
    tx.run(sql, args![d.staff_id, d.conversation_ord, d.kind, d.rev, &d.text, envelope, d.changed_at]).await.map(drop)
}

pub(crate) async fn delete(tx: &mut Tx, staff: StaffId, conversation: i64, kind: DraftKind) -> Result<()> {
    let sql = sql!(
        "conversations.delete_draft",
        "DELETE FROM drafts WHERE staff_id = $1 AND conversation_ord = $2 AND kind = $3"
    );
    tx.run(sql, args![staff, conversation, kind]).await.map(drop)
}

pub(crate) async fn delete_of_conversation(tx: &mut Tx, conversation: i64) -> Result<()> {
    let sql = sql!("conversations.delete_drafts", "DELETE FROM drafts WHERE conversation_ord = $1");
    tx.run(sql, args![conversation]).await.map(drop)
}
