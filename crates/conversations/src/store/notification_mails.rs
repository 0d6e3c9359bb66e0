//! Statements about notifications that are told by mail as well.
use super::notifications::NotificationRow;
use base::{Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    /// What one of us wants to be told by mail.
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) struct NotificationMails {
        pub(crate) staff_id: StaffId,
        pub(crate) mention: bool,
        pub(crate) assigned: bool,
        pub(crate) said: bool,
        /// What came until then was told, or was too old when they began.
        pub(crate) mailed_until: Time,
        /// Nothing is sent before.
        pub(crate) next_at: Time,
    }
}

pub(crate) async fn find(tx: &mut Tx, staff: StaffId) -> Result<Option<NotificationMails>> {
    let sql = sql!("conversations.find_notification_mails" => NotificationMails,
        "SELECT staff_id, mention, assigned, said, mailed_until, next_at FROM notification_mails WHERE staff_id = $1");
    tx.find(sql, args![staff]).await
}

/// Says what somebody wants; what came before they wanted anything is left.
pub(crate) async fn put(tx: &mut Tx, staff: StaffId, mention: bool, assigned: bool, said: bool) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.put_notification_mails",
        "INSERT INTO notification_mails (staff_id, mention, assigned, said, mailed_until, next_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (staff_id) DO UPDATE SET mention = $2, assigned = $3, said = $4, mailed_until =
            CASE WHEN notification_mails.mention OR notification_mails.assigned OR notification_mails.said THEN notification_mails.mailed_until ELSE $5 END"
    );
    tx.run(sql, args![staff, mention, assigned, said, now]).await.map(drop)
}

/// Whoever has something unread that came before a moment and was not told by mail, and may be written to now.
pub(crate) async fn list_due(tx: &mut Tx, before: Time) -> Result<Vec<(StaffId,)>> {
    let now = tx.now();
    let sql = sql!("conversations.list_due_notification_mails" => (StaffId,),
        "SELECT m.staff_id FROM notification_mails m WHERE m.next_at <= $1 AND EXISTS (SELECT 1 FROM notifications n
            WHERE n.staff_id = m.staff_id AND n.read_at IS NULL AND n.at > m.mailed_until AND n.at <= $2
            AND ((n.kind = 'mention' AND m.mention) OR (n.kind = 'assigned' AND m.assigned) OR (n.kind IN ('said', 'woke') AND m.said)))");
    tx.all(sql, args![now, before]).await
}

/// Takes somebody's next mail until a moment. False when somebody else has it.
pub(crate) async fn claim(tx: &mut Tx, staff: StaffId, until: Time) -> Result<bool> {
    let now = tx.now();
    let sql = sql!(
        "conversations.claim_notification_mail",
        "UPDATE notification_mails SET next_at = $2 WHERE staff_id = $1 AND next_at <= $3"
    );
    Ok(tx.run(sql, args![staff, until, now]).await? == 1)
}

pub(crate) async fn settle(tx: &mut Tx, staff: StaffId, mailed_until: Time) -> Result<()> {
    let sql = sql!(
        "conversations.settle_notification_mail",
        "UPDATE notification_mails SET mailed_until = $2 WHERE staff_id = $1"
    );
    tx.run(sql, args![staff, mailed_until]).await.map(drop)
}

/// What somebody was told between two moments and has not read, but of conversations behind some doors.
pub(crate) async fn list(
    tx: &mut Tx,
    m: &NotificationMails,
    to: Time,
    hidden: &[i64],
    limit: i64,
) -> Result<Vec<NotificationRow>> {
    let sql = sql!("conversations.list_notifications_to_mail" => NotificationRow,
        "SELECT n.id, n.staff_id, n.at, n.kind, n.conversation_ord, n.entry_ord, n.by_staff, n.read_at
         FROM notifications n JOIN conversations c ON c.ord = n.conversation_ord
         WHERE n.staff_id = $1 AND n.read_at IS NULL AND n.at > $2 AND n.at <= $3 AND c.door_ord <> ALL($4)
         AND ((n.kind = 'mention' AND $5) OR (n.kind = 'assigned' AND $6) OR (n.kind IN ('said', 'woke') AND $7))
         ORDER BY n.at, n.id LIMIT $8");
    tx.all(sql, args![m.staff_id, m.mailed_until, to, hidden, m.mention, m.assigned, m.said, limit]).await
}
