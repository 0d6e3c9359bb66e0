//! Background work: added in the transaction that wants it, leased by one worker at a time, tried again, and shown
//! when it is given up.
mod worker;

pub use worker::{Handlers, run_worker};

use crate::{Tx, args, row, sql, text_column};
use base::{JobId, Result, Time};
use std::{fmt, str::FromStr};

/// Tries before a job is given up.
pub const MOST_ATTEMPTS: i64 = 8;
/// How long a worker has a job before another may take it, unless it renews.
pub const LEASE: i64 = Time::MINUTE;

/// Work to be done: `kind` is an imperative (`store.sweep_blobs`). Whatever does it may run twice and must not mind.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub kind: &'static str,
    /// While a job of the same kind and key waits, another one is not added.
    pub dedupe_key: Option<String>,
    pub run_at: Time,
    pub payload: serde_json::Value,
}

/// Where a job is; a job that is done is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobState {
    Pending,
    Running,
    Dead,
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JobState::Pending => "pending",
            JobState::Running => "running",
            JobState::Dead => "dead",
        })
    }
}

impl FromStr for JobState {
    type Err = String;
    fn from_str(text: &str) -> Result<JobState, String> {
        match text {
            "pending" => Ok(JobState::Pending),
            "running" => Ok(JobState::Running),
            "dead" => Ok(JobState::Dead),
            _ => Err(format!("“{text}” is not one of pending, running, dead")),
        }
    }
}
text_column!(JobState);

row! {
    /// A job that a worker has until its lease ends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Claimed {
        pub id: JobId,
        pub kind: String,
        pub payload_json: serde_json::Value,
        /// This try included.
        pub attempts: i64,
    }
}

row! {
    /// A job as staff see it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct JobRow {
        pub id: JobId,
        pub kind: String,
        pub state: JobState,
        pub attempts: i64,
        pub last_error: Option<String>,
        pub run_at: Time,
        pub changed_at: Time,
    }
}

/// Seconds until the next try: 5, 10, 20 … up to an hour.
fn wait_after(attempts: i64) -> i64 {
    (5 << (attempts - 1).clamp(0, 10)).min(3600) * Time::SECOND
}

/// Takes the job that waits longest among some kinds, or one whose lease ran out.
pub async fn claim(tx: &mut Tx, kinds: &[String], who: &str) -> Result<Option<Claimed>> {
    let now = tx.now();
    let claim = sql!("store.claim_job" => Claimed,
        "UPDATE jobs SET state = 'running', leased_until = $2, leased_by = $3, attempts = attempts + 1, changed_at = $1
        WHERE id = (
            SELECT id FROM jobs
            WHERE kind = ANY($4) AND (state = 'pending' AND run_at <= $1 OR state = 'running' AND leased_until < $1)
            ORDER BY run_at, id LIMIT 1)
        RETURNING id, kind, payload_json, attempts");
    tx.find(claim, args![now, now.plus(LEASE), who, kinds]).await
}

/// Whether `claim` would find something; asks without being a writer.
pub async fn is_any_ready(tx: &mut Tx, kinds: &[String]) -> Result<bool> {
    let now = tx.now();
    let ready = sql!("store.find_ready_job" => (JobId,),
        "SELECT id FROM jobs
        WHERE kind = ANY($2) AND (state = 'pending' AND run_at <= $1 OR state = 'running' AND leased_until < $1) LIMIT 1");
    Ok(tx.find(ready, args![now, kinds]).await?.is_some())
}

/// Keeps a job longer; false when another worker has it by now.
pub async fn renew(tx: &mut Tx, id: JobId, who: &str) -> Result<bool> {
    let until = tx.now().plus(LEASE);
    let renew = sql!(
        "store.renew_job",
        "UPDATE jobs SET leased_until = $1 WHERE id = $2 AND leased_by = $3 AND state = 'running'"
    );
    Ok(tx.run(renew, args![until, id, who]).await? == 1)
}

/// The job is done and goes.
pub async fn complete(tx: &mut Tx, id: JobId, who: &str) -> Result<()> {
    let complete =
        sql!("store.complete_job", "DELETE FROM jobs WHERE id = $1 AND leased_by = $2 AND state = 'running'");
    tx.run(complete, args![id, who]).await?;
    Ok(())
}

/// The try failed: later again, or given up after `MOST_ATTEMPTS`. A job whose like waits already goes instead.
pub async fn fail(tx: &mut Tx, job: &Claimed, who: &str, why: &str) -> Result<()> {
    let now = tx.now();
    let why: String = why.chars().take(2000).collect();
    if job.attempts >= MOST_ATTEMPTS {
        let give_up = sql!(
            "store.give_up_job",
            "UPDATE jobs SET state = 'dead', leased_until = NULL, last_error = $1, changed_at = $2
            WHERE id = $3 AND leased_by = $4 AND state = 'running'"
        );
        tx.run(give_up, args![why, now, job.id, who]).await?;
        return Ok(());
    }
    let later = sql!(
        "store.postpone_job",
        "UPDATE jobs SET state = 'pending', leased_until = NULL, last_error = $1, run_at = $2, changed_at = $3
        WHERE id = $4 AND leased_by = $5 AND state = 'running' AND NOT EXISTS (
            SELECT 1 FROM jobs AS other
            WHERE other.kind = jobs.kind AND other.dedupe_key = jobs.dedupe_key AND other.state = 'pending')"
    );
    if tx.run(later, args![why, now.plus(wait_after(job.attempts)), now, job.id, who]).await? == 0 {
        complete(tx, job.id, who).await?;
    }
    Ok(())
}

/// Jobs in a state, the newest change first.
pub async fn list_jobs(tx: &mut Tx, state: JobState, limit: i64) -> Result<Vec<JobRow>> {
    let list = sql!("store.list_jobs" => JobRow,
        "SELECT id, kind, state, attempts, last_error, run_at, changed_at FROM jobs
        WHERE state = $1 ORDER BY changed_at DESC, id LIMIT $2");
    tx.all(list, args![state, limit]).await
}

/// How many jobs are in a state.
pub async fn count_jobs(tx: &mut Tx, state: JobState) -> Result<i64> {
    let count = sql!("store.count_jobs" => (i64,), "SELECT COUNT(*) FROM jobs WHERE state = $1");
    Ok(tx.get(count, args![state]).await?.0)
}

/// Gives a job that was given up another eight tries. One whose like waits already goes.
pub async fn retry(tx: &mut Tx, id: JobId) -> Result<()> {
    let now = tx.now();
    let dead = sql!("store.get_job" => (JobId,), "SELECT id FROM jobs WHERE id = $1 AND state = 'dead'");
    tx.get(dead, args![id]).await?;
    let retry = sql!(
        "store.retry_job",
        "UPDATE jobs SET state = 'pending', attempts = 0, run_at = $1, changed_at = $1
        WHERE id = $2 AND state = 'dead' AND NOT EXISTS (
            SELECT 1 FROM jobs AS other
            WHERE other.kind = jobs.kind AND other.dedupe_key = jobs.dedupe_key AND other.state = 'pending')"
    );
    if tx.run(retry, args![now, id]).await? == 0 {
        tx.run(sql!("store.delete_job", "DELETE FROM jobs WHERE id = $1 AND state = 'dead'"), args![id]).await?;
    }
    tx.wake_workers();
    Ok(())
}

impl Tx {
    pub(crate) async fn write_jobs(&mut self) -> Result<()> {
        let jobs = std::mem::take(&mut self.jobs);
        if jobs.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let rows = jobs.into_iter().map(|j| args![JobId::new(), j.kind, j.dedupe_key, j.payload, j.run_at, now]);
        let insert = sql!(
            "store.insert_job",
            "INSERT INTO jobs (id, kind, state, dedupe_key, payload_json, run_at, created_at, changed_at)
            VALUES ($1, $2, 'pending', $3, $4, $5, $6, $6)
            ON CONFLICT (kind, dedupe_key) WHERE state = 'pending' AND dedupe_key IS NOT NULL DO NOTHING"
        );
        self.insert_rows(insert, rows.collect()).await?;
        self.wake_workers();
        Ok(())
    }

    fn wake_workers(&mut self) {
        let db = self.db().clone();
        self.after_commit(move || db.0.job_added.notify_one());
    }
}
