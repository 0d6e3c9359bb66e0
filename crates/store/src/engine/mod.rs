//! The two engines: everything that differs between them, apart from the text of a statement, is in this folder.
mod pool;
mod postgres;
mod sqlite;

pub(crate) use pool::{Pool, Session};
pub use sqlite::FILE as SQLITE_FILE;
pub(crate) use sqlite::{Stop, Turns};

use crate::Location;
use base::Result;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use std::time::Duration;

/// Which engine a store runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite = 0,
    Postgres = 1,
}

/// What a session is opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// One view of the data; writes are refused.
    Read,
    /// The only writer of the whole installation.
    Write,
    /// The only process that migrates; the store's tables may not be there yet.
    Migrate,
}

/// One open connection.
pub(crate) enum Conn {
    Sqlite(SqliteConnection, Stop, Turns),
    Postgres(PgConnection),
}

impl Conn {
    pub async fn open(at: &Location, mode: Mode) -> Result<Conn, sqlx::Error> {
        match at {
            Location::Sqlite(folder) => {
                let (conn, stop, turns) = sqlite::open(folder, mode).await?;
                Ok(Conn::Sqlite(conn, stop, turns))
            }
            Location::Postgres { url, .. } => Ok(Conn::Postgres(postgres::open(url, mode).await?)),
        }
    }

    /// Begins a transaction. A writer waits here for the writer before it, at most `wait`.
    pub async fn begin(&mut self, mode: Mode, wait: Duration) -> Result<(), sqlx::Error> {
        match self {
            Conn::Sqlite(conn, stop, turns) => sqlite::begin(conn, stop, turns, mode, wait).await,
            Conn::Postgres(conn) => postgres::begin(conn, mode, wait).await,
        }
    }

    /// One of the few texts that are no statement of a room: COMMIT, ROLLBACK, SAVEPOINT.
    pub async fn command(&mut self, text: String) -> Result<(), sqlx::Error> {
        let text = sqlx::raw_sql(sqlx::AssertSqlSafe(text));
        match self {
            Conn::Sqlite(conn, ..) => conn.execute(text).await.map(drop),
            Conn::Postgres(conn) => conn.execute(text).await.map(drop),
        }
    }

    /// Says goodbye, so that the engine need not find out.
    pub async fn close(self) {
        let closed = match self {
            Conn::Sqlite(conn, ..) => conn.close().await,
            Conn::Postgres(conn) => conn.close().await,
        };
        if let Err(error) = closed {
            tracing::debug!(%error, "a connection did not close well");
        }
    }
}
