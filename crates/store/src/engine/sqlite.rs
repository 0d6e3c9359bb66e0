//! SQLite: how its connections are opened, how its one writer begins, how a broken-off statement is stopped.
use super::Mode;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor};
use std::path::Path;
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst};
use std::time::{Duration, Instant};

/// The file inside the data folder.
pub(crate) const FILE: &str = "sarang.sqlite";

/// A writer asks for the lock this often: SQLite's own busy handler backs off to 100 ms, and a patient writer would
/// then never get in between the commits of a bulk import in another process.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// Stops the running statement of a connection, for one whose caller went away.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn stop(&self) {
        self.0.store(true, SeqCst);
    }
}

pub(super) async fn open(folder: &Path, mode: Mode) -> Result<(SqliteConnection, Stop), sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit that was answered must survive a power cut: cursors and events rely on it.
        .synchronous(SqliteSynchronous::Full)
        // The schema has no references: the rooms keep them, `check` proves them.
        .foreign_keys(false)
        .busy_timeout(if mode == Mode::Read { Duration::from_secs(5) } else { Duration::ZERO })
        .statement_cache_capacity(512)
        .pragma("cache_size", if mode == Mode::Read { "-8000" } else { "-32000" })
        .pragma("temp_store", "memory")
        .pragma("journal_size_limit", "67108864");
    let options = if mode == Mode::Read { options.pragma("query_only", "on") } else { options };
    let started = Instant::now();
    let mut conn = loop {
        match options.connect().await {
            // Another process is just turning the journal to WAL, or recovering it.
            Err(e) if is_busy(&e) && started.elapsed() < Duration::from_secs(10) => tokio::time::sleep(ASK_AGAIN).await,
            other => break other?,
        }
    };
    let stop = Stop::default();
    let asked = stop.clone();
    conn.lock_handle().await?.set_progress_handler(2000, move || !asked.0.load(SeqCst));
    Ok((conn, stop))
}

pub(super) async fn begin(
    conn: &mut SqliteConnection,
    stop: &Stop,
    mode: Mode,
    wait: Duration,
) -> Result<(), sqlx::Error> {
    stop.0.store(false, SeqCst);
    if mode == Mode::Read {
        return conn.execute(sqlx::raw_sql("BEGIN")).await.map(drop);
    }
    let started = Instant::now();
    loop {
        match conn.execute(sqlx::raw_sql("BEGIN IMMEDIATE")).await {
            Err(e) if is_busy(&e) && started.elapsed() < wait => tokio::time::sleep(ASK_AGAIN).await,
            other => return other.map(drop),
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code());
    code.is_some_and(|c| matches!(&*c, "5" | "6" | "261" | "262" | "517" | "773"))
}
