//! The stream into an empty store: a SQLite one comes into being beside its place and is then moved there; PostgreSQL
//! takes it in one transaction.
use super::dump::list_tables;
use super::{Record, Report, Table, broken_off};
use crate::blobs::{self, file_fault, write_whole};
use crate::engine::SQLITE_FILE;
use crate::fault::said;
use crate::value::{Kind, Value};
use crate::{Db, Engine, Location, Tx, newest_version, sql};
use base::{Error, Result};
use std::fs;
use tokio::sync::mpsc::Receiver;

pub(super) async fn load(to: &Location, receive: Receiver<Record>) -> Result<Report> {
    match to {
        Location::Postgres { .. } => {
            let db = Db::open(to).await?;
            let report = load_into(&db, receive).await;
            db.close().await;
            report
        }
        Location::Sqlite(folder) => {
            let place = folder.join(SQLITE_FILE);
            if place.exists() {
                return Err(said(format!("{} holds a store already: restore into an empty folder", folder.display())));
            }
            let beside = folder.join("restoring");
            if beside.exists() {
                fs::remove_dir_all(&beside).map_err(|e| file_fault(&beside, e))?;
            }
            let db = Db::open(&Location::Sqlite(beside.clone())).await?;
            let report = load_into(&db, receive).await;
            // Closing the last connection folds the log into the file.
            db.close().await;
            let report = report?;
            for name in ["blobs", SQLITE_FILE] {
                let from = beside.join(name);
                if from.exists() {
                    fs::rename(&from, folder.join(name)).map_err(|e| file_fault(&from, e))?;
                }
            }
            fs::File::open(folder).and_then(|f| f.sync_all()).map_err(|e| file_fault(folder, e))?;
            fs::remove_dir_all(&beside).map_err(|e| file_fault(&beside, e))?;
            Ok(report)
        }
    }
}

async fn load_into(db: &Db, mut receive: Receiver<Record>) -> Result<Report> {
    let Some(Record::Begin { schema, .. }) = receive.recv().await else { return Err(broken_off()) };
    if schema > newest_version() {
        return Err(said(format!(
            "the backup was made by a newer Sarangbang (schema {schema}, this program ends at {}): use that version",
            newest_version()
        )));
    }
    let there = db.schema_version().await?;
    db.migrate_to(schema).await?;
    let used = sql!("store.find_ord" => (String,), "SELECT noun FROM ords LIMIT 1");
    if there > schema || db.head().await? > 0 || db.read().await?.find(used, []).await?.is_some() {
        return Err(said("the database holds a store already: restore into an empty one"));
    }
    let mut loader = Loader::begin(db).await?;
    let counted = loop {
        match receive.recv().await.ok_or_else(broken_off)? {
            Record::Begin { .. } => return Err(said("the backup begins twice")),
            Record::Table { name, columns } => loader.turn_to(name, columns).await?,
            Record::Row(row) => loader.add(row).await?,
            Record::Blob { hash, bytes } => loader.put_blob(hash, bytes).await?,
            Record::End { rows, blobs } => break (rows, blobs),
        }
    };
    let report = loader.end().await?;
    if (report.rows, report.blobs) != counted {
        return Err(said(format!("the backup should hold {counted:?} rows and blobs, {report:?} came")));
    }
    db.migrate().await?;
    Ok(report)
}

/// SQLite commits in between, since its log would grow as large as the store.
const ROWS_A_COMMIT: i64 = 100_000;

struct Loader<'a> {
    db: &'a Db,
    /// There but for the moment between two commits.
    tx: Option<Tx>,
    tables: Vec<Table>,
    /// The insert of the table that is being filled, and the kinds of its columns.
    text: String,
    kinds: Vec<Kind>,
    waiting: Vec<Vec<Value>>,
    report: Report,
}

impl<'a> Loader<'a> {
    async fn begin(db: &'a Db) -> Result<Loader<'a>> {
        let mut tx = db.write().await?;
        let tables = list_tables(&mut tx).await?;
        // Migrations leave a few rows of their own.
        for table in &tables {
            tx.command("store.load", format!("DELETE FROM \"{}\"", table.name)).await?;
        }
        let (text, kinds, waiting, report) = Default::default();
        Ok(Loader { db, tx: Some(tx), tables, text, kinds, waiting, report })
    }

    async fn turn_to(&mut self, name: String, columns: Vec<String>) -> Result<()> {
        self.flush().await?;
        let unknown = |what: &str| said(format!("the backup holds {what}, which this schema does not know"));
        let table = self.tables.iter().find(|t| t.name == name).ok_or_else(|| unknown(&name))?;
        let kind = |column: &String| table.columns.iter().find(|c| c.0 == *column).map(|c| c.1);
        self.kinds =
            columns.iter().map(|c| kind(c).ok_or_else(|| unknown(&format!("{name}.{c}")))).collect::<Result<_>>()?;
        let names: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        self.text = format!("INSERT INTO \"{name}\" ({}) VALUES ({})", names.join(", "), places.join(", "));
        Ok(())
    }

    async fn add(&mut self, row: Vec<Value>) -> Result<()> {
        if row.len() != self.kinds.len() {
            return Err(said("the backup holds a row of another table"));
        }
        let fitted = row.into_iter().zip(&self.kinds).map(|(value, kind)| match (value, kind) {
            (Value::I64(n), Kind::Bool) => Value::Bool(n != 0),
            (Value::Bool(b), Kind::I64) => Value::I64(b.into()),
            (value, _) => value,
        });
        self.waiting.push(fitted.collect());
        self.report.rows += 1;
        if self.waiting.len() >= 256 {
            self.flush().await?;
        }
        if self.report.rows % ROWS_A_COMMIT == 0 && self.db.engine() == Engine::Sqlite {
            self.flush().await?;
            self.commit().await?;
            self.tx = Some(self.db.write().await?);
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        match &mut self.tx {
            Some(tx) => tx.insert_dyn("store.load", &self.text, &self.kinds, rows).await,
            None => Err(broken_off()),
        }
    }

    async fn commit(&mut self) -> Result<()> {
        self.tx.take().ok_or_else(broken_off)?.commit().await
    }

    async fn put_blob(&mut self, hash: String, bytes: Vec<u8>) -> Result<()> {
        let path = blobs::path(self.db.location().folder(), &hash);
        let written = tokio::task::spawn_blocking(move || {
            if blake3::hash(&bytes).to_hex().as_str() != hash {
                return Err(said(format!("the blob {hash} is damaged in the backup")));
            }
            write_whole(&path, &bytes).map_err(|e| file_fault(&path, e))
        });
        written.await.map_err(Error::store)??;
        self.report.blobs += 1;
        Ok(())
    }

    async fn end(mut self) -> Result<Report> {
        self.flush().await?;
        self.commit().await?;
        Ok(self.report)
    }
}
