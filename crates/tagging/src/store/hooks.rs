//! Statements about webhooks, what they told of, and the messages they sent.
use base::{HookId, HookMessageId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct HookRow {
    pub id: HookId, pub url: String, pub secret: String, pub tag_ord: Option<i64>, pub least: Option<i64>,
    pub days: Option<i64>, pub is_active: bool, pub topic: String, pub rev: i64,
} }

row! { #[derive(Clone, Debug)] pub struct MessageRow {
    pub id: HookMessageId, pub hook_id: HookId, pub at: Time, pub kind: String, pub body: String, pub state: String,
    pub attempts: i64, pub status: Option<i64>, pub error: Option<String>,
} }

/// All webhooks, the oldest first.
pub async fn list_hooks(tx: &mut Tx) -> Result<Vec<HookRow>> {
    tx.all(
        sql!("tagging.list_hooks" => HookRow,
        "SELECT id, url, secret, tag_ord, least, days, is_active, topic, rev FROM tagging_hooks ORDER BY created_at, id"),
        args![],
    )
    .await
}

pub async fn find_hook(tx: &mut Tx, id: HookId) -> Result<Option<HookRow>> {
    tx.find(
        sql!("tagging.find_hook" => HookRow,
        "SELECT id, url, secret, tag_ord, least, days, is_active, topic, rev FROM tagging_hooks WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn insert_hook(tx: &mut Tx, hook: &HookRow, by: Option<StaffId>) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.insert_hook",
            "INSERT INTO tagging_hooks (id, url, secret, tag_ord, least, days, is_active, created_at, created_by, topic, rev)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            hook.id,
            hook.url.as_str(),
            hook.secret.as_str(),
            hook.tag_ord,
            hook.least,
            hook.days,
            hook.is_active,
            at,
            by,
            hook.topic.as_str(),
            hook.rev
        ],
    )
    .await?;
    Ok(())
}

pub async fn update_hook(tx: &mut Tx, hook: &HookRow) -> Result<()> {
    tx.run(
        sql!(
            "tagging.update_hook",
            "UPDATE tagging_hooks SET url = $2, least = $3, days = $4, is_active = $5, rev = $6 WHERE id = $1"
        ),
        args![hook.id, hook.url.as_str(), hook.least, hook.days, hook.is_active, hook.rev],
    )
    .await?;
    Ok(())
}

/// The webhook with everything it sent and told of.
pub async fn delete_hook(tx: &mut Tx, id: HookId) -> Result<()> {
    forget_told(tx, id).await?;
    let messages = sql!("tagging.delete_hook_messages", "DELETE FROM tagging_hook_messages WHERE hook_id = $1");
    tx.run(messages, args![id]).await?;
    tx.run(sql!("tagging.delete_hook", "DELETE FROM tagging_hooks WHERE id = $1"), args![id]).await?;
    Ok(())
}

/// The tags a webhook told of, and when.
pub async fn list_told(tx: &mut Tx, hook: HookId) -> Result<Vec<(i64, Time)>> {
    tx.all(
        sql!("tagging.list_hook_told" => (i64, Time),
        "SELECT tag_ord, told_at FROM tagging_hook_told WHERE hook_id = $1 ORDER BY tag_ord"),
        args![hook],
    )
    .await
}

pub async fn insert_told(tx: &mut Tx, hook: HookId, tags: &[i64]) -> Result<()> {
    let at = tx.now();
    tx.insert_rows(
        sql!(
            "tagging.insert_hook_told",
            "INSERT INTO tagging_hook_told (hook_id, tag_ord, told_at) VALUES ($1, $2, $3)"
        ),
        tags.iter().map(|tag| args![hook, *tag, at]).collect(),
    )
    .await?;
    Ok(())
}

pub async fn delete_told(tx: &mut Tx, hook: HookId, tags: Vec<i64>) -> Result<()> {
    tx.run(
        sql!("tagging.delete_hook_told", "DELETE FROM tagging_hook_told WHERE hook_id = $1 AND tag_ord = ANY($2)"),
        args![hook, tags],
    )
    .await?;
    Ok(())
}

/// A webhook told of nothing yet.
pub async fn forget_told(tx: &mut Tx, hook: HookId) -> Result<()> {
    tx.run(sql!("tagging.forget_hook_told", "DELETE FROM tagging_hook_told WHERE hook_id = $1"), args![hook]).await?;
    Ok(())
}

pub async fn insert_message(tx: &mut Tx, m: &MessageRow) -> Result<()> {
    tx.run(
        sql!(
            "tagging.insert_hook_message",
            "INSERT INTO tagging_hook_messages (id, hook_id, at, kind, body, state, attempts, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $3)"
        ),
        args![m.id, m.hook_id, m.at, m.kind.as_str(), m.body.as_str(), m.state.as_str(), m.attempts],
    )
    .await?;
    Ok(())
}

pub async fn find_message(tx: &mut Tx, id: HookMessageId) -> Result<Option<MessageRow>> {
    tx.find(
        sql!("tagging.find_hook_message" => MessageRow,
        "SELECT id, hook_id, at, kind, body, state, attempts, status, error FROM tagging_hook_messages WHERE id = $1"),
        args![id],
    )
    .await
}

/// The newest messages of one webhook.
pub async fn list_messages(tx: &mut Tx, hook: HookId, limit: i64) -> Result<Vec<MessageRow>> {
    tx.all(
        sql!("tagging.list_hook_messages" => MessageRow,
        "SELECT id, hook_id, at, kind, body, state, attempts, status, error FROM tagging_hook_messages
         WHERE hook_id = $1 ORDER BY at DESC, id DESC LIMIT $2"),
        args![hook, limit],
    )
    .await
}

/// Writes down how a try to send ended.
pub async fn end_try(
    tx: &mut Tx,
    id: HookMessageId,
    state: &str,
    attempts: i64,
    status: Option<i64>,
    error: Option<&str>,
) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.end_hook_try",
            "UPDATE tagging_hook_messages SET state = $2, attempts = $3, status = $4, error = $5, changed_at = $6
             WHERE id = $1"
        ),
        args![id, state, attempts, status, error, at],
    )
    .await?;
    Ok(())
}

/// What was settled before a moment; what still waits stays to be seen.
pub async fn forget_messages(tx: &mut Tx, before: Time) -> Result<u64> {
    tx.run(
        sql!(
            "tagging.forget_hook_messages",
            "DELETE FROM tagging_hook_messages WHERE state <> 'waiting' AND changed_at < $1"
        ),
        args![before],
    )
    .await
}
