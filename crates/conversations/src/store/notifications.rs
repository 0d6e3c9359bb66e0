//! Statements about what members of staff are told.
use crate::model::NotificationKind;
use base::{NotificationId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug)]
    pub(crate) struct NotificationRow {
        pub(crate) id: NotificationId,
        pub(crate) staff_id: StaffId,
        pub(crate) at: Time,
        pub(crate) kind: NotificationKind,
        pub(crate) conversation_ord: i64,
        pub(crate) entry_ord: Option<i64>,
        pub(crate) by_staff: Option<StaffId>,
        pub(crate) read_at: Option<Time>,
    }
}

/// Tells somebody. What they were told of the same kind and conversation and have not read is taken back for it.
pub(crate) async fn insert(tx: &mut Tx, n: &NotificationRow) -> Result<()> {
    let same = sql!(
        "conversations.delete_same_notification",
        "DELETE FROM notifications WHERE staff_id = $1 AND kind = $2 AND conversation_ord = $3 AND read_at IS NULL
            AND kind <> 'mention'"
    );
    tx.run(same, args![n.staff_id, n.kind, n.conversation_ord]).await?;
    let sql = sql!(
        "conversations.insert_notification",
        "INSERT INTO notifications (id, staff_id, at, kind, conversation_ord, entry_ord, by_staff, read_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    tx.run(sql, args![n.id, n.staff_id, n.at, n.kind, n.conversation_ord, n.entry_ord, n.by_staff, n.read_at])
        .await
        .map(drop)
}

/// The newest that somebody was told, but of conversations behind some doors.
pub(crate) async fn list(tx: &mut Tx, staff: StaffId, hidden: &[i64], limit: i64) -> Result<Vec<NotificationRow>> {
    let sql = sql!("conversations.list_notifications" => NotificationRow,
        "SELECT n.id, n.staff_id, n.at, n.kind, n.conversation_ord, n.entry_ord, n.by_staff, n.read_at
         FROM notifications n JOIN conversations c ON c.ord = n.conversation_ord
         WHERE n.staff_id = $1 AND c.door_ord <> ALL($2) ORDER BY n.at DESC, n.id DESC LIMIT $3");
    tx.all(sql, args![staff, hidden, limit]).await
}

pub(crate) async fn count_unread(tx: &mut Tx, staff: StaffId, hidden: &[i64]) -> Result<i64> {
    let sql = sql!("conversations.count_unread_notifications" => (i64,),
        "SELECT COUNT(*) FROM notifications n JOIN conversations c ON c.ord = n.conversation_ord
         WHERE n.staff_id = $1 AND n.read_at IS NULL AND c.door_ord <> ALL($2)");
    Ok(tx.get(sql, args![staff, hidden]).await?.0)
}

/// Somebody has read what they were told until a moment; of one conversation only, if one is named.
pub(crate) async fn mark_read(tx: &mut Tx, staff: StaffId, until: Time, conversation: Option<i64>) -> Result<u64> {
    let now = tx.now();
    let sql = sql!(
        "conversations.read_notifications",
        "UPDATE notifications SET read_at = $4 WHERE staff_id = $1 AND read_at IS NULL AND at <= $2
            AND conversation_ord = COALESCE($3, conversation_ord)"
    );
    tx.run(sql, args![staff, until, conversation, now]).await
}

/// Notifications follow a conversation that is part of another now.
pub(crate) async fn follow(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let sql = sql!(
        "conversations.move_notifications",
        "UPDATE notifications SET conversation_ord = $2 WHERE conversation_ord = $1"
    );
    tx.run(sql, args![from, into]).await.map(drop)
}
