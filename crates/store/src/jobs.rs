//! Background work: added in the transaction that wants it, leased by one worker at a time, tried again, and shown
//! when it is given up.
use crate::{Tx, args, sql};
use base::{JobId, Result, Time};

/// Tries before a job is given up.
pub const MOST_ATTEMPTS: i64 = 8;

/// Work to be done: `kind` is an imperative (`sweep_blobs`). Whatever does it may run twice and must not mind.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub kind: &'static str,
    /// While a job of the same kind and key waits, another one is not added.
    pub dedupe_key: Option<String>,
    pub run_at: Time,
    pub payload: serde_json::Value,
}

impl Tx {
    pub(crate) async fn write_jobs(&mut self) -> Result<()> {
        let jobs = std::mem::take(&mut self.jobs);
        if jobs.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let rows = jobs.into_iter().map(|j| args![JobId::new(), j.kind, j.dedupe_key, j.payload, j.run_at, now]);
        self.insert_rows(
            sql!("store.insert_job",
                "INSERT INTO jobs (id, kind, state, dedupe_key, payload_json, run_at, created_at, changed_at)
                VALUES ($1, $2, 'pending', $3, $4, $5, $6, $6)
                ON CONFLICT (kind, dedupe_key) WHERE state = 'pending' AND dedupe_key IS NOT NULL DO NOTHING"),
            rows.collect(),
        )
        .await?;
        let db = self.db().clone();
        self.after_commit(move || db.0.job_added.notify_waiters());
        Ok(())
    }
}
