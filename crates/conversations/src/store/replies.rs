//! The rows of what goes out: replies, their deliveries, and the addresses that rest.
use crate::model::{DeliveryRole, DeliveryState, ReplyKind};
use base::{Result, Time};
use store::{Tx, args, row, sql};

row! {
    /// What an entry that goes out carries beside its text.
    #[derive(Clone, Debug)]
    pub struct Reply {
        pub entry_ord: i64,
        /// By which it goes out.
        pub door_ord: i64,
        pub kind: ReplyKind,
        pub subject: String,
        pub held_until: Time,
        /// The entry whose words stand below its own.
        pub quoted_ord: Option<i64>,
    }
}

row! {
    /// One address an entry goes to, and what became of it.
    #[derive(Clone, Debug)]
    pub struct Delivery {
        pub entry_ord: i64,
        pub position: i64,
        pub role: DeliveryRole,
        pub name: Option<String>,
        pub address: String,
        pub state: DeliveryState,
        pub attempts: i64,
        /// When it is tried, or until when nobody else tries it.
        pub due_at: Option<Time>,
        pub changed_at: Time,
        /// What was answered to the last try.
        pub answer: Option<String>,
    }
}

/// How addresses are compared.
pub(crate) fn fold(address: &str) -> String {
    address.trim().to_lowercase()
}

pub(crate) async fn insert(tx: &mut Tx, r: &Reply) -> Result<()> {
    let sql = sql!(
        "conversations.insert_reply",
        "INSERT INTO replies (entry_ord, door_ord, kind, subject, held_until, quoted_ord) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    tx.run(sql, args![r.entry_ord, r.door_ord, r.kind, &r.subject, r.held_until, r.quoted_ord]).await.map(drop)
}

pub(crate) async fn insert_deliveries(tx: &mut Tx, door_ord: i64, all: &[Delivery]) -> Result<()> {
    let sql = sql!(
        "conversations.insert_delivery",
        "INSERT INTO deliveries (entry_ord, position, role, name, address, address_fold, door_ord, state, due_at,
            changed_at, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    );
    let row = |d: &Delivery| {
        args![
            d.entry_ord,
            d.position,
            d.role,
            d.name.clone(),
            &d.address,
            fold(&d.address),
            door_ord,
            d.state,
            d.due_at,
            d.changed_at,
            d.answer.clone()
        ]
    };
    tx.insert_rows(sql, all.iter().map(row).collect()).await.map(drop)
}

pub(crate) async fn list(tx: &mut Tx, entries: &[i64]) -> Result<Vec<Reply>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_replies" => Reply,
        "SELECT entry_ord, door_ord, kind, subject, held_until, quoted_ord FROM replies WHERE entry_ord = ANY($1)");
    tx.all(sql, args![entries]).await
}

pub(crate) async fn list_deliveries(tx: &mut Tx, entries: &[i64]) -> Result<Vec<Delivery>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_deliveries" => Delivery,
        "SELECT entry_ord, position, role, name, address, state, attempts, due_at, changed_at, answer
         FROM deliveries WHERE entry_ord = ANY($1) ORDER BY entry_ord, position");
    tx.all(sql, args![entries]).await
}

/// Doors by which something is to go out now.
pub(crate) async fn list_due_doors(tx: &mut Tx) -> Result<Vec<i64>> {
    let now = tx.now();
    let sql = sql!("conversations.list_due_doors" => (i64,),
        "SELECT DISTINCT door_ord FROM deliveries WHERE due_at <= $1");
    Ok(tx.all(sql, args![now]).await?.into_iter().map(|(door,)| door).collect())
}

/// What is to go out by a door now, the longest due first: (entry, position).
pub(crate) async fn list_due(tx: &mut Tx, door: i64, limit: i64) -> Result<Vec<(i64, i64)>> {
    let now = tx.now();
    let sql = sql!("conversations.list_due_deliveries" => (i64, i64),
        "SELECT entry_ord, position FROM deliveries WHERE due_at <= $1 AND door_ord = $2
         ORDER BY due_at, entry_ord, position LIMIT $3");
    tx.all(sql, args![now, door, limit]).await
}

/// Takes a delivery that is due, until a moment. False when somebody else has it, or it is due no more. What we died over
/// is the same attempt still: our death says nothing about the other server, and must not make the next wait longer.
pub(crate) async fn claim(tx: &mut Tx, entry: i64, position: i64, until: Time) -> Result<bool> {
    let now = tx.now();
    let sql = sql!(
        "conversations.claim_delivery",
        "UPDATE deliveries SET state = 'sending', attempts = attempts + CASE state WHEN 'queued' THEN 1 ELSE 0 END,
           due_at = $3, changed_at = $4
         WHERE entry_ord = $1 AND position = $2 AND due_at <= $4 AND state IN ('queued', 'sending')"
    );
    Ok(tx.run(sql, args![entry, position, until, now]).await? == 1)
}

/// Says of a delivery that was taken that it is still being sent.
pub(crate) async fn keep(tx: &mut Tx, entry: i64, position: i64, until: Time) -> Result<()> {
    let sql = sql!(
        "conversations.keep_delivery",
        "UPDATE deliveries SET due_at = $3 WHERE entry_ord = $1 AND position = $2 AND state = 'sending'"
    );
    tx.run(sql, args![entry, position, until]).await.map(drop)
}

pub(crate) async fn settle(
    tx: &mut Tx,
    (entry, position): (i64, i64),
    state: DeliveryState,
    due_at: Option<Time>,
    answer: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    let answer = answer.map(str::to_owned);
    let sql = sql!(
        "conversations.settle_delivery",
        "UPDATE deliveries SET state = $3, due_at = $4, answer = $5, changed_at = $6
         WHERE entry_ord = $1 AND position = $2"
    );
    tx.run(sql, args![entry, position, state, due_at, answer, now]).await.map(drop)
}

/// Takes the moment away from what waits, or gives it one again.
pub(crate) async fn hold(tx: &mut Tx, entries: &[i64], is_held: bool) -> Result<u64> {
    let now = tx.now();
    let sql = match is_held {
        true => sql!(
            "conversations.hold_deliveries",
            "UPDATE deliveries SET due_at = NULL, changed_at = $2
             WHERE entry_ord = ANY($1) AND state = 'queued' AND due_at IS NOT NULL"
        ),
        false => sql!(
            "conversations.release_deliveries",
            "UPDATE deliveries SET due_at = $2, changed_at = $2
             WHERE entry_ord = ANY($1) AND state = 'queued' AND due_at IS NULL"
        ),
    };
    tx.run(sql, args![entries, now]).await
}

/// What was not tried yet is not sent; how many were stopped.
pub(crate) async fn take_back(tx: &mut Tx, entry: i64) -> Result<u64> {
    let now = tx.now();
    let sql = sql!(
        "conversations.take_back_deliveries",
        "UPDATE deliveries SET state = 'taken_back', due_at = NULL, changed_at = $2
         WHERE entry_ord = $1 AND state = 'queued' AND attempts = 0"
    );
    tx.run(sql, args![entry, now]).await
}

pub(crate) async fn delete(tx: &mut Tx, entry: i64) -> Result<()> {
    for sql in [
        sql!("conversations.delete_deliveries", "DELETE FROM deliveries WHERE entry_ord = $1"),
        sql!("conversations.delete_reply", "DELETE FROM replies WHERE entry_ord = $1"),
    ] {
        tx.run(sql, args![entry]).await?;
    }
    Ok(())
}

/// Whether something in a conversation was acknowledged.
pub(crate) async fn is_acknowledged(tx: &mut Tx, conversation: i64) -> Result<bool> {
    let sql = sql!("conversations.find_acknowledged" => (i64,),
        "SELECT r.entry_ord FROM replies r JOIN entries e ON e.ord = r.entry_ord
         WHERE e.conversation_ord = $1 AND r.kind = 'acknowledgement' LIMIT 1");
    Ok(tx.find(sql, args![conversation]).await?.is_some())
}

/// When an address was sent acknowledgements since a moment.
pub(crate) async fn list_acknowledged(tx: &mut Tx, address: &str, since: Time) -> Result<Vec<Time>> {
    let sql = sql!("conversations.list_acknowledged" => (Time,),
        "SELECT r.held_until FROM deliveries d JOIN replies r ON r.entry_ord = d.entry_ord
         WHERE d.address_fold = $1 AND d.changed_at >= $2 AND r.kind = 'acknowledgement'");
    Ok(tx.all(sql, args![fold(address), since]).await?.into_iter().map(|(at,)| at).collect())
}

/// Takes away the addresses that events of these conversations name.
pub(crate) async fn erase_events(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    for sql in [
        sql!(
            "conversations.erase_undelivered",
            "UPDATE entries SET text = '{\"after\":\"\",\"before\":null,\"what\":\"undelivered\"}'
             WHERE conversation_ord = ANY($1) AND kind = 'event' AND text LIKE '%\"what\":\"undelivered\"%'"
        ),
        sql!(
            "conversations.erase_acknowledged",
            "UPDATE entries SET text = '{\"after\":\"\",\"before\":null,\"what\":\"acknowledged\"}'
             WHERE conversation_ord = ANY($1) AND kind = 'event' AND text LIKE '%\"what\":\"acknowledged\"%'"
        ),
        sql!(
            "conversations.erase_asked",
            "UPDATE entries SET text = '{\"after\":\"\",\"before\":null,\"what\":\"asked\"}'
             WHERE conversation_ord = ANY($1) AND kind = 'event' AND text LIKE '%\"what\":\"asked\"%'"
        ),
    ] {
        tx.run(sql, args![conversations]).await?;
    }
    Ok(())
}

// -- Addresses that rest

row! {
    /// An address that mail came back from.
    #[derive(Clone, Debug)]
    pub struct Resting {
        pub address_fold: String,
        pub answer: String,
        pub rests_since: Time,
    }
}

pub(crate) async fn list_resting(tx: &mut Tx, addresses: &[&str]) -> Result<Vec<Resting>> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let folded: Vec<String> = addresses.iter().map(|address| fold(address)).collect();
    let sql = sql!("conversations.list_resting" => Resting,
        "SELECT address_fold, answer, rests_since FROM resting_addresses WHERE address_fold = ANY($1)");
    tx.all(sql, args![folded]).await
}

pub(crate) async fn rest(tx: &mut Tx, address: &str, entry: i64, answer: &str) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.upsert_resting",
        "INSERT INTO resting_addresses (address_fold, entry_ord, answer, rests_since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (address_fold) DO UPDATE SET answer = excluded.answer"
    );
    tx.run(sql, args![fold(address), entry, answer, now]).await.map(drop)
}

pub(crate) async fn wake(tx: &mut Tx, address: &str) -> Result<bool> {
    let sql = sql!("conversations.delete_resting", "DELETE FROM resting_addresses WHERE address_fold = $1");
    Ok(tx.run(sql, args![fold(address)]).await? == 1)
}
