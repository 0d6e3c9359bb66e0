//! The answers kept for idempotency keys.
use base::{Result, Time};
use store::{Tx, args, row, sql};

/// How long an answer is kept.
const KEPT: i64 = Time::DAY;

row! {
    pub struct KeptReply { pub body_hash: [u8; 32], pub status: i64, pub response: String }
}

pub async fn find_reply(tx: &mut Tx, actor: &str, key: &str) -> Result<Option<KeptReply>> {
    let oldest = tx.now().plus(-KEPT);
    let find = sql!("httpkit.find_reply" => KeptReply,
        "SELECT body_hash, status, response FROM idempotency_keys WHERE actor = $1 AND idem_key = $2 AND at > $3");
    tx.find(find, args![actor, key, oldest]).await
}

/// Keeps an answer; a key older than a day may be used anew.
pub async fn keep_reply(
    tx: &mut Tx,
    actor: &str,
    key: &str,
    request_hash: [u8; 32],
    status: u16,
    json: &str,
) -> Result<()> {
    let now = tx.now();
    let keep = sql!("httpkit.keep_reply",
        "INSERT INTO idempotency_keys (actor, idem_key, body_hash, status, response, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (actor, idem_key) DO UPDATE SET body_hash = excluded.body_hash, status = excluded.status,
        response = excluded.response, at = excluded.at");
    tx.run(keep, args![actor, key, request_hash, i64::from(status), json, now]).await?;
    Ok(())
}

/// Empties what was answered in the last day: words of somebody who is erased may stand in it. That a call was done stays
/// known, so that nothing is done twice.
pub async fn empty_kept_replies(tx: &mut Tx) -> Result<()> {
    tx.run(sql!("httpkit.empty_kept_replies", "UPDATE idempotency_keys SET response = '{}'"), args![]).await.map(drop)
}

/// Forgets answers older than a day; how many. The worker calls this now and then.
pub async fn forget_old_replies(tx: &mut Tx) -> Result<u64> {
    let oldest = tx.now().plus(-KEPT);
    tx.run(sql!("httpkit.forget_old_replies", "DELETE FROM idempotency_keys WHERE at <= $1"), args![oldest]).await
}
