//! A bounded, fair pool of connections, and the session that borrows one for a transaction.
//!
//! Written here because a transaction must survive what sqlx's own does not (see docs/decisions): an engine that rolls
//! back by itself, a BEGIN whose caller went away, and a statement that runs on after its caller went away.
use super::{Conn, Mode};
use crate::{Engine, Location, fault::Fault};
use base::{Error, Result};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) struct Pool {
    at: Location,
    mode: Mode,
    places: Arc<Semaphore>,
    /// How many wait for one.
    waiting: AtomicUsize,
    idle: Mutex<Vec<Conn>>,
}

impl Pool {
    pub fn new(at: Location, mode: Mode, most: usize) -> Arc<Pool> {
        let places = Arc::new(Semaphore::new(most));
        Arc::new(Pool { at, mode, places, waiting: AtomicUsize::new(0), idle: Mutex::default() })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Conn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a connection and begins a transaction on it, both within `wait`; `Busy` when that is too short.
    pub async fn begin(self: &Arc<Pool>, wait: Duration) -> Result<Session> {
        let started = Instant::now();
        let place = {
            let _waits = Waits::of(&self.waiting);
            tokio::time::timeout(wait, self.places.clone().acquire_owned()).await
        };
        let place = place.map_err(|_| Error::Busy)?.map_err(Error::store)?;
        let pool = self.clone();
        // On its own task: a caller that goes away must not leave a BEGIN half done.
        tokio::spawn(async move { pool.begin_at(place, wait.saturating_sub(started.elapsed())).await })
            .await
            .map_err(Error::store)?
    }

    async fn begin_at(self: Arc<Pool>, place: OwnedSemaphorePermit, wait: Duration) -> Result<Session> {
        let fault = |e| Error::from(Fault::Sql("begin", e));
        loop {
            let idle = self.idle().pop();
            let (old, mut conn) = match idle {
                Some(conn) => (true, conn),
                None => (false, Conn::open(&self.at, self.mode).await.map_err(fault)?),
            };
            match conn.begin(self.mode, wait).await {
                Ok(()) => return Ok(Session { conn: Some(conn), running: false, pool: self, place: Some(place) }),
                // A connection that lay idle may have been cut meanwhile; a fresh one says what is really wrong.
                Err(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) if old => continue,
                Err(e) if old && is_shutdown(&e) => continue,
                Err(e) => {
                    conn.close().await;
                    return Err(fault(e));
                }
            }
        }
    }

    /// Closes what is idle; sessions that are out close when they come back.
    pub async fn close(&self) {
        self.places.close();
        let idle = std::mem::take(&mut *self.idle());
        for conn in idle {
            conn.close().await;
        }
    }
}

/// Counts somebody who waits, for as long as they do.
struct Waits<'a>(&'a AtomicUsize);

impl Waits<'_> {
    fn of(waiting: &AtomicUsize) -> Waits<'_> {
        waiting.fetch_add(1, SeqCst);
        Waits(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// The server ended this session: 57P01 to 57P03 of PostgreSQL.
fn is_shutdown(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.code()).is_some_and(|code| code.starts_with("57P0"))
}

/// A connection inside a transaction. Dropping it rolls back.
pub(crate) struct Session {
    conn: Option<Conn>,
    /// A statement is under way; seen when the session is dropped only if its caller went away.
    pub running: bool,
    pool: Arc<Pool>,
    place: Option<OwnedSemaphorePermit>,
}

impl Session {
    pub fn conn(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or_else(|| Fault::Poisoned("a connection that was lost").into())
    }

    pub fn engine(&self) -> Engine {
        match self.pool.at {
            Location::Sqlite(_) => Engine::Sqlite,
            Location::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Whether somebody waits until this session ends, in this process or, on SQLite, in another.
    pub fn is_waited_for(&self) -> bool {
        let elsewhere = |conn: &Conn| matches!(conn, Conn::Sqlite(_, _, turns) if turns.is_somebody_waiting());
        self.pool.waiting.load(SeqCst) > 0 || self.conn.as_ref().is_some_and(elsewhere)
    }

    /// Ends the transaction and gives the connection back. After an error nothing is known but what the engine holds.
    pub async fn commit(mut self) -> Result<()> {
        let done = self.conn()?.command("COMMIT".into()).await;
        if done.is_ok() {
            self.give_back();
        }
        done.map_err(|e| Fault::Sql("commit", e).into())
    }

    fn give_back(&mut self) {
        if let Some(conn) = self.conn.take()
            && !self.pool.places.is_closed()
        {
            self.pool.idle().push(conn);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        match &conn {
            Conn::Sqlite(_, stop, _) if self.running => stop.stop(),
            // Cutting the line is how PostgreSQL learns that nobody waits for the statement.
            Conn::Postgres(_) if self.running => return,
            _ => {}
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (pool, place) = (self.pool.clone(), self.place.take());
        runtime.spawn(async move {
            // SQLite may have rolled back by itself (disk full, interrupt): then this fails, and a fresh connection
            // is surer than a guess.
            match conn.command("ROLLBACK".into()).await {
                Ok(()) if !pool.places.is_closed() => pool.idle().push(conn),
                _ => conn.close().await,
            }
            drop(place);
        });
    }
}
