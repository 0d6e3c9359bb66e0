//! A store: where it is, how to read from it, how to write to it.
use crate::engine::{Engine, Mode, Pool, SQLITE_FILE};
use crate::fault::said;
use crate::outbox::Watch;
use crate::tx::Tx;
use base::{Result, Time};
use std::path::{Path, PathBuf};
use std::sync::{Arc, atomic::AtomicI64, atomic::AtomicU64, atomic::Ordering::SeqCst};
use std::time::Duration;

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A data folder: the database file, the blobs.
    Sqlite(PathBuf),
    /// A PostgreSQL database, and the folder that holds the blobs; all nodes share both.
    Postgres { url: String, folder: PathBuf },
}

impl Location {
    /// The data folder.
    pub fn folder(&self) -> &Path {
        match self {
            Location::Sqlite(folder) | Location::Postgres { folder, .. } => folder,
        }
    }

    pub fn engine(&self) -> Engine {
        match self {
            Location::Sqlite(_) => Engine::Sqlite,
            Location::Postgres { .. } => Engine::Postgres,
        }
    }
}

/// A store that is open; clones share everything.
#[derive(Clone)]
pub struct Db(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub at: Location,
    pub read: Arc<Pool>,
    pub write: Arc<Pool>,
    pub watch: Watch,
    pub job_added: tokio::sync::Notify,
    wait_ms: AtomicU64,
    clock: AtomicI64,
}

impl Db {
    /// Opens a store, making the folder if there is none; asks the engine for nothing yet.
    pub async fn open(at: &Location) -> Result<Db> {
        let folder = at.folder();
        std::fs::create_dir_all(folder).map_err(|e| said(format!("{}: {e}", folder.display())))?;
        Ok(Db::at(at))
    }

    /// Opens a store that was begun before. None where there is none, and nothing is made there.
    pub async fn find(at: &Location) -> Result<Option<Db>> {
        let db = Db::at(at);
        let is_file_there = || at.folder().join(SQLITE_FILE).is_file();
        if (at.engine() == Engine::Sqlite && !is_file_there()) || db.schema_version().await? == 0 {
            db.close().await;
            return Ok(None);
        }
        // A database may be there while its folder is not: a new machine, for one.
        Db::open(at).await.map(Some)
    }

    fn at(at: &Location) -> Db {
        let writers = if at.engine() == Engine::Sqlite { 1 } else { 4 };
        let inner = Inner {
            read: Pool::new(at.clone(), Mode::Read, 8),
            write: Pool::new(at.clone(), Mode::Write, writers),
            at: at.clone(),
            watch: Watch::default(),
            job_added: Default::default(),
            wait_ms: AtomicU64::new(10_000),
            clock: AtomicI64::new(i64::MIN),
        };
        Db(Arc::new(inner))
    }

    pub fn location(&self) -> &Location {
        &self.0.at
    }

    pub fn engine(&self) -> Engine {
        self.0.at.engine()
    }

    /// A transaction that sees one state of the store and writes nothing. Several run at once.
    pub async fn read(&self) -> Result<Tx> {
        let session = self.0.read.begin(self.wait()).await?;
        Ok(Tx::new(self.clone(), session, Mode::Read))
    }

    /// The write transaction: there is one at a time in the whole installation, so what it checked still holds when it
    /// commits. `Busy` when the writers before it take longer than the deadline. Never hold it across network, reading
    /// a body, or hashing a password.
    pub async fn write(&self) -> Result<Tx> {
        let session = self.0.write.begin(self.wait()).await?;
        Ok(Tx::new(self.clone(), session, Mode::Write))
    }

    /// How long one transaction of bulk work should take, so that others who write are never kept waiting for long; while
    /// nobody else writes it may be longer, for each commit costs what it costs, whatever is in it. PostgreSQL takes its
    /// time for each statement too.
    pub fn batch_time(&self, is_alone: bool) -> Duration {
        Duration::from_millis(if self.engine() == Engine::Sqlite && !is_alone { 50 } else { 200 })
    }

    /// How long `read` and `write` wait for their turn; 10 s unless said.
    pub fn set_wait(&self, wait: Duration) {
        self.0.wait_ms.store(wait.as_millis() as u64, SeqCst);
    }

    pub(crate) fn wait(&self) -> Duration {
        Duration::from_millis(self.0.wait_ms.load(SeqCst))
    }

    /// Stops the clock of transactions at a moment (None: the real clock again): for tests and for the sample company.
    pub fn set_clock(&self, at: Option<Time>) {
        self.0.clock.store(at.map_or(i64::MIN, |t| t.0), SeqCst);
    }

    pub(crate) fn now(&self) -> Time {
        match self.0.clock.load(SeqCst) {
            i64::MIN => Time::now(),
            micros => Time(micros),
        }
    }

    /// Closes all connections; those in use close when their transaction ends.
    pub async fn close(&self) {
        self.0.read.close().await;
        self.0.write.close().await;
    }
}
