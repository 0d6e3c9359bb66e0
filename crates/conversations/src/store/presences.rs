//! Statements about who has a conversation open.
use crate::model::Doing;
use base::{Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) struct PresenceRow {
        pub(crate) staff_id: StaffId,
        pub(crate) doing: Doing,
        pub(crate) until: Time,
    }
}

/// Whoever is there now.
pub(crate) async fn list(tx: &mut Tx, conversation: i64) -> Result<Vec<PresenceRow>> {
    let now = tx.now();
    let sql = sql!("conversations.list_presences" => PresenceRow,
        "SELECT staff_id, doing, until FROM presences WHERE conversation_ord = $1 AND until > $2 ORDER BY staff_id");
    tx.all(sql, args![conversation, now]).await
}

pub(crate) async fn upsert(tx: &mut Tx, conversation: i64, p: &PresenceRow) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_presence",
        "INSERT INTO presences (conversation_ord, staff_id, doing, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (conversation_ord, staff_id) DO UPDATE SET doing = excluded.doing, until = excluded.until"
    );
    tx.run(sql, args![conversation, p.staff_id, p.doing, p.until]).await.map(drop)
}

/// Somebody left; and all leases that ran out go.
pub(crate) async fn delete(tx: &mut Tx, conversation: i64, staff: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.delete_presences",
        "DELETE FROM presences WHERE until <= $3 OR (conversation_ord = $1 AND staff_id = $2)"
    );
    tx.run(sql, args![conversation, staff, now]).await.map(drop)
}
