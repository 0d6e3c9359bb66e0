//! Backups, restoring, moving house: one portable stream of tables and blobs for both engines.
//!
//! A backup is taken of a running store: first the database as it is at one moment, then the blobs that it names, none
//! of which goes meanwhile. The search index (`search_…`) is not in it: it is made anew from the texts.
pub(crate) mod dump;
mod file;
mod load;

use crate::{Db, Location, args, fault::said, sql};
use base::{Error, JobId, Result, Time};
use std::path::Path;
use tokio::sync::mpsc;

use crate::value::{Kind, Value};

/// One piece of the stream.
#[derive(Debug, PartialEq)]
pub(crate) enum Record {
    /// First of all: the schema it was made with, and when.
    Begin {
        schema: i64,
        at: Time,
    },
    /// The rows after this one belong to this table.
    Table {
        name: String,
        columns: Vec<String>,
    },
    Row(Vec<Value>),
    Blob {
        hash: String,
        bytes: Vec<u8>,
    },
    /// Last of all: without it the stream is broken off.
    End {
        rows: i64,
        blobs: i64,
    },
}

/// What a backup, a restore or a move brought over.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub rows: i64,
    pub blobs: i64,
    /// Blobs that the database names and whose files are not there.
    pub missing: Vec<String>,
}

/// A table as the engine describes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<(String, Kind)>,
}

/// Between those who write the stream and those who read it.
const AHEAD: usize = 1024;

impl Db {
    /// Writes a backup of the running store to a file; the file is there whole or not at all.
    pub async fn backup(&self, file: &Path) -> Result<Report> {
        let (send, receive) = mpsc::channel(AHEAD);
        let target = file.to_owned();
        let writer = tokio::task::spawn_blocking(move || file::write(&target, receive));
        let report = self.dump_guarded(send).await;
        let written = writer.await.map_err(Error::store)?;
        // When the writer failed, the dump only failed to speak to it.
        written.and(report)
    }

    /// Brings all of this store into an empty one, which may be of the other engine. Nobody should be writing here
    /// meanwhile: what they write is not brought over.
    pub async fn copy_to(&self, to: &Location) -> Result<Report> {
        let (send, receive) = mpsc::channel(AHEAD);
        let target = to.clone();
        let loader = tokio::spawn(async move { load::load(&target, receive).await });
        let report = self.dump_guarded(send).await;
        let loaded = loader.await.map_err(Error::store)?;
        loaded.and(report)
    }

    /// Dumps while no blob may be swept.
    async fn dump_guarded(&self, send: mpsc::Sender<Record>) -> Result<Report> {
        let id = JobId::new();
        let mut tx = self.write().await?;
        let until = tx.now().plus(Time::DAY);
        let begin = sql!("store.begin_backup", "INSERT INTO backups_running (id, until) VALUES ($1, $2)");
        tx.run(begin, args![id, until]).await?;
        tx.commit().await?;
        let report = dump::dump(self, send).await;
        let mut tx = self.write().await?;
        tx.run(sql!("store.end_backup", "DELETE FROM backups_running WHERE id = $1"), args![id]).await?;
        tx.commit().await?;
        report
    }
}

/// Restores a backup into an empty place, and migrates it to the newest version. The search index is empty then: index
/// everything anew.
pub async fn restore(file: &Path, to: &Location) -> Result<Report> {
    let (send, receive) = mpsc::channel(AHEAD);
    let source = file.to_owned();
    let reader = tokio::task::spawn_blocking(move || file::read(&source, send));
    let loaded = load::load(to, receive).await;
    // When the file is broken, that is the reason; the loader only saw the stream end.
    reader.await.map_err(Error::store)??;
    loaded.map_err(|e| match e {
        Error::Full | Error::Busy => e,
        // A row that is there twice, say: the bytes changed before they were packed or after.
        e => said(format!("{} cannot be restored: {e}", file.display())),
    })
}

/// Whether a file is a backup at all, whole or not.
pub fn is_backup(file: &Path) -> std::io::Result<bool> {
    file::is_backup(file)
}

fn broken_off() -> Error {
    said("the backup is broken off: it has no end")
}
