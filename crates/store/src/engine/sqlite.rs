//! SQLite: how its connections are opened, how its one writer begins, how a broken-off statement is stopped.
use super::Mode;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering::SeqCst};
use std::time::{Duration, Instant};

/// The file inside the data folder.
pub const FILE: &str = "sarang.sqlite";

/// A writer that waits for another process asks this often: SQLite's own busy handler backs off to 100 ms.
const ASK_AGAIN: Duration = Duration::from_millis(2);
/// A writer that comes back while another process waits lets it go first.
const LET_GO_FIRST: Duration = Duration::from_millis(10);

/// Stops the running statement of a connection, for one whose caller went away.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub fn stop(&self) {
        self.0.store(true, SeqCst);
    }
}

/// How the writers of several processes take turns. SQLite has no queue: an import that begins again at once after each
/// commit would never let anybody else in. So whoever waits holds a shared lock on a file, and whoever begins looks
/// whether somebody does. The system lets go of the lock of a process that dies.
pub(crate) struct Turns {
    wait: File,
    look: File,
}

impl Turns {
    fn open(folder: &Path) -> io::Result<Turns> {
        let open = || File::options().create(true).append(true).open(folder.join("waiting.lock"));
        Ok(Turns { wait: open()?, look: open()? })
    }

    pub fn is_somebody_waiting(&self) -> bool {
        match self.look.try_lock() {
            Ok(()) => self.look.unlock().is_err(),
            Err(_) => true,
        }
    }
}

pub(super) async fn open(folder: &Path, mode: Mode) -> Result<(SqliteConnection, Stop, Turns), sqlx::Error> {
    let turns = Turns::open(folder)?;
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
        // Pages that an import touches again and again go to the database file once for many commits.
        .pragma("wal_autocheckpoint", "8000")
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
    Ok((conn, stop, turns))
}

pub(super) async fn begin(
    conn: &mut SqliteConnection,
    stop: &Stop,
    turns: &Turns,
    mode: Mode,
    wait: Duration,
) -> Result<(), sqlx::Error> {
    stop.0.store(false, SeqCst);
    if mode == Mode::Read {
        return conn.execute(sqlx::raw_sql("BEGIN")).await.map(drop);
    }
    let started = Instant::now();
    if turns.is_somebody_waiting() {
        tokio::time::sleep(LET_GO_FIRST).await;
    }
    let mut is_waiting = false;
    let begun = loop {
        match conn.execute(sqlx::raw_sql("BEGIN IMMEDIATE")).await {
            Err(e) if is_busy(&e) && started.elapsed() < wait => {
                is_waiting = is_waiting || turns.wait.try_lock_shared().is_ok();
                tokio::time::sleep(ASK_AGAIN).await;
            }
            other => break other.map(drop),
        }
    };
    if is_waiting {
        turns.wait.unlock()?;
    }
    begun
}

fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code());
    code.is_some_and(|c| matches!(&*c, "5" | "6" | "261" | "262" | "517" | "773"))
}
