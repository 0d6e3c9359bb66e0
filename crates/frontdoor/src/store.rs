//! Every statement of the front door.
pub mod ambassadors;
pub mod learning;
pub mod leaving;
pub mod mailboxes;
pub mod outgoing;
pub mod outside;
pub mod routing;
pub mod satisfaction;
pub mod tellings;

use crate::model::{Counts, Format, ImportState, Reason, TagsMode};
use base::{ImportId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    /// An import: what it reads, how far it is, what came of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ImportRow {
        pub id: ImportId,
        pub fingerprint: String,
        pub name: String,
        pub format: Format,
        pub source: String,
        pub tags_mode: TagsMode,
        pub state: ImportState,
        /// Where reading goes on; see `Place`.
        pub cursor_at: i64,
        pub total_bytes: i64,
        pub report_json: serde_json::Value,
        pub error_key: Option<String>,
        /// Where what was sent to the server lies until it is done.
        pub blob_path: Option<String>,
        pub started_by: Option<StaffId>,
        pub started_at: Time,
        pub updated_at: Time,
        pub finished_at: Option<Time>,
    }
}

impl ImportRow {
    pub fn counts(&self) -> Counts {
        serde_json::from_value(self.report_json.clone()).unwrap_or_default()
    }

    /// Why it failed.
    pub fn error(&self) -> Option<Reason> {
        let text = self.error_key.as_deref()?;
        Some(serde_json::from_str(text).unwrap_or_else(|_| Reason::new(text)))
    }
}

pub async fn insert(tx: &mut Tx, row: &ImportRow) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_import",
        "INSERT INTO imports (id, fingerprint, name, format, source, tags_mode, state, cursor_at, total_bytes,
            report_json, error_key, blob_path, started_by, started_at, updated_at, finished_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    let r = row.clone();
    let args = args![
        r.id,
        r.fingerprint,
        r.name,
        r.format,
        r.source,
        r.tags_mode,
        r.state,
        r.cursor_at,
        r.total_bytes,
        r.report_json,
        r.error_key,
        r.blob_path,
        r.started_by,
        r.started_at,
        r.updated_at,
        r.finished_at
    ];
    tx.run(insert, args).await?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: ImportId) -> Result<Option<ImportRow>> {
    let find = sql!("frontdoor.find_import" => ImportRow,
        "SELECT id, fingerprint, name, format, source, tags_mode, state, cursor_at, total_bytes, report_json, error_key,
            blob_path, started_by, started_at, updated_at, finished_at
        FROM imports WHERE id = $1");
    tx.find(find, args![id]).await
}

/// The newest import of the same source that did not come to its end.
pub async fn find_unfinished(tx: &mut Tx, fingerprint: &str) -> Result<Option<ImportRow>> {
    let find = sql!("frontdoor.find_unfinished" => ImportRow,
        "SELECT id, fingerprint, name, format, source, tags_mode, state, cursor_at, total_bytes, report_json, error_key,
            blob_path, started_by, started_at, updated_at, finished_at
        FROM imports WHERE fingerprint = $1 AND state <> 'done' ORDER BY started_at DESC, id DESC LIMIT 1");
    tx.find(find, args![fingerprint]).await
}

/// Newest first, from before a place.
pub async fn list(tx: &mut Tx, before: (Time, ImportId), limit: i64) -> Result<Vec<ImportRow>> {
    let list = sql!("frontdoor.list_imports" => ImportRow,
        "SELECT id, fingerprint, name, format, source, tags_mode, state, cursor_at, total_bytes, report_json, error_key,
            blob_path, started_by, started_at, updated_at, finished_at
        FROM imports WHERE started_at < $1 OR (started_at = $1 AND id < $2)
        ORDER BY started_at DESC, id DESC LIMIT $3");
    tx.all(list, args![before.0, before.1, limit]).await
}

/// Moves a running import on from where this process believes it is; false when it was stopped or moved meanwhile.
pub async fn advance(tx: &mut Tx, id: ImportId, from: u64, to: u64, counts: &Counts) -> Result<bool> {
    let now = tx.now();
    let advance = sql!(
        "frontdoor.advance_import",
        "UPDATE imports SET cursor_at = $3, report_json = $4, updated_at = $5
        WHERE id = $1 AND cursor_at = $2 AND state = 'running'"
    );
    let counts = serde_json::to_value(counts).map_err(base::Error::store)?;
    Ok(tx.run(advance, args![id, from as i64, to as i64, counts, now]).await? == 1)
}

/// Begins or goes on.
pub async fn start(tx: &mut Tx, id: ImportId, fingerprint: &str, total_bytes: u64) -> Result<()> {
    let now = tx.now();
    let start = sql!(
        "frontdoor.start_import",
        "UPDATE imports SET state = 'running', fingerprint = $2, total_bytes = $3, updated_at = $4, error_key = NULL,
            finished_at = NULL
        WHERE id = $1"
    );
    tx.run(start, args![id, fingerprint, total_bytes as i64, now]).await?;
    Ok(())
}

/// Writes down how a running import ended; false when it was stopped meanwhile.
pub async fn finish(tx: &mut Tx, id: ImportId, state: ImportState, error: Option<&Reason>) -> Result<bool> {
    let now = tx.now();
    let finish = sql!(
        "frontdoor.finish_import",
        "UPDATE imports SET state = $2, error_key = $3, updated_at = $4, finished_at = $4 WHERE id = $1 AND state = 'running'"
    );
    let error = error.map(serde_json::to_string).transpose().map_err(base::Error::store)?;
    Ok(tx.run(finish, args![id, state, error, now]).await? == 1)
}

/// Stops one that waits or runs; false when it does neither.
pub async fn stop(tx: &mut Tx, id: ImportId) -> Result<bool> {
    let now = tx.now();
    let stop = sql!(
        "frontdoor.stop_import",
        "UPDATE imports SET state = 'stopped', updated_at = $2, finished_at = $2
        WHERE id = $1 AND state IN ('waiting', 'running')"
    );
    Ok(tx.run(stop, args![id, now]).await? == 1)
}

/// Items that did not come in: (number among the skipped, item, why, raw input).
pub async fn insert_skips(tx: &mut Tx, id: ImportId, skips: Vec<(i64, String, Reason, Option<i64>)>) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_skip",
        "INSERT INTO import_skips (import_id, position, item, reason, raw_ord) VALUES ($1, $2, $3, $4, $5)"
    );
    let mut rows = Vec::with_capacity(skips.len());
    for (position, item, reason, raw_ord) in skips {
        let reason = serde_json::to_string(&reason).map_err(base::Error::store)?;
        rows.push(args![id, position, item, reason, raw_ord]);
    }
    tx.insert_rows(insert, rows).await?;
    Ok(())
}

row! {
    pub struct SkipRow {
        pub position: i64,
        pub item: String,
        pub reason: String,
        pub raw_ord: Option<i64>,
    }
}

impl SkipRow {
    pub fn reason(&self) -> Reason {
        serde_json::from_str(&self.reason).unwrap_or_else(|_| Reason::new(&self.reason))
    }
}

/// In the order of the source, after a position.
pub async fn list_skips(tx: &mut Tx, id: ImportId, after: i64, limit: i64) -> Result<Vec<SkipRow>> {
    let list = sql!("frontdoor.list_skips" => SkipRow,
        "SELECT position, item, reason, raw_ord FROM import_skips
        WHERE import_id = $1 AND position > $2 ORDER BY position LIMIT $3");
    tx.all(list, args![id, after, limit]).await
}

/// Every import with its report and how many items it has kept as skipped.
pub async fn list_with_skips(tx: &mut Tx) -> Result<Vec<(ImportId, serde_json::Value, i64)>> {
    let list = sql!("frontdoor.list_imports_with_skips" => (ImportId, serde_json::Value, i64),
        "SELECT id, report_json, (SELECT COUNT(*) FROM import_skips WHERE import_id = imports.id) AS skips FROM imports
        ORDER BY started_at, id");
    tx.all(list, args![]).await
}
