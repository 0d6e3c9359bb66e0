//! What we said to a customer, whoever of us it was.
use base::{Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    /// A message of ours.
    #[derive(Clone, Debug)]
    pub(crate) struct SaidByUs {
        pub(crate) conversation_ord: i64,
        pub(crate) staff_id: Option<StaffId>,
        pub(crate) author_name: Option<String>,
        pub(crate) said_at: Time,
        pub(crate) text: String,
    }
}

/// The newest messages of ours in conversations with an account, since a moment.
pub(crate) async fn list_of_accounts(
    tx: &mut Tx,
    accounts: &[i64],
    hidden: &[i64],
    since: Time,
    limit: i64,
) -> Result<Vec<SaidByUs>> {
    let sql = sql!("conversations.list_said_to_accounts" => SaidByUs,
        "SELECT e.conversation_ord, e.staff_id, e.author_name, e.said_at, e.text
         FROM conversations c JOIN entries e ON e.conversation_ord = c.ord
         WHERE c.account_ord = ANY($1) AND c.door_ord <> ALL($2) AND c.last_entry_at >= $3 AND e.said_at >= $3
            AND e.kind = 'message' AND e.author IN ('staff', 'external') ORDER BY e.said_at DESC, e.ord DESC LIMIT $4");
    tx.all(sql, args![accounts, hidden, since, limit]).await
}

/// The newest messages of ours in conversations of a person, since a moment.
pub(crate) async fn list_of_persons(
    tx: &mut Tx,
    persons: &[i64],
    hidden: &[i64],
    since: Time,
    limit: i64,
) -> Result<Vec<SaidByUs>> {
    let sql = sql!("conversations.list_said_to_persons" => SaidByUs,
        "SELECT e.conversation_ord, e.staff_id, e.author_name, e.said_at, e.text
         FROM conversations c JOIN entries e ON e.conversation_ord = c.ord
         WHERE c.person_ord = ANY($1) AND c.door_ord <> ALL($2) AND c.last_entry_at >= $3 AND e.said_at >= $3
            AND e.kind = 'message' AND e.author IN ('staff', 'external') ORDER BY e.said_at DESC, e.ord DESC LIMIT $4");
    tx.all(sql, args![persons, hidden, since, limit]).await
}
