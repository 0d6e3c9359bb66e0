//! The database and its blobs as a stream.
use super::{Record, Report, Table, broken_off};
use crate::engine::Conn;
use crate::fault::{Fault, said};
use crate::row::RowRef;
use crate::value::{Kind, Value};
use crate::{Db, Engine, Tx, sql};
use base::{Error, Result};
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;
use tokio::sync::mpsc::Sender;

pub(crate) async fn dump(db: &Db, send: Sender<Record>) -> Result<Report> {
    let schema = db.schema_version().await?;
    let mut report = Report::default();
    let mut tx = db.read().await?;
    say(&send, Record::Begin { schema, at: tx.now() }).await?;
    for table in list_tables(&mut tx).await? {
        let columns = table.columns.iter().map(|c| c.0.clone()).collect();
        say(&send, Record::Table { name: table.name.clone(), columns }).await?;
        report.rows += dump_table(&mut tx, &table, &send).await?;
    }
    let hashes = sql!("store.list_blobs" => (String,), "SELECT hash FROM blobs WHERE refs > 0 ORDER BY hash");
    let hashes = tx.all(hashes, []).await?;
    drop(tx);
    for (hash,) in hashes {
        match db.read_blob(&hash).await {
            Ok(bytes) => {
                say(&send, Record::Blob { hash, bytes }).await?;
                report.blobs += 1;
            }
            Err(Error::NotFound(_)) => report.missing.push(hash),
            Err(e) => return Err(e),
        }
    }
    say(&send, Record::End { rows: report.rows, blobs: report.blobs }).await?;
    Ok(report)
}

async fn say(send: &Sender<Record>, record: Record) -> Result<()> {
    send.send(record).await.map_err(|_| broken_off())
}

/// All tables but those that are made anew from others or hold only for a moment.
pub(super) async fn list_tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let list = match tx.engine() {
        Engine::Sqlite => sql!("store.list_columns_sqlite" => (String, String, String),
            "/*sqlite SELECT t.name, c.name, c.type FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid*/"),
        Engine::Postgres => sql!("store.list_columns_pg" => (String, String, String),
            "/*pg SELECT CAST(c.relname AS TEXT), CAST(a.attname AS TEXT), CAST(y.typname AS TEXT)
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid JOIN pg_type AS y ON y.oid = a.atttypid
            WHERE c.relkind = 'r' AND c.relnamespace = CAST(current_schema() AS REGNAMESPACE)
            AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, a.attnum*/"),
    };
    let mut tables: Vec<Table> = Vec::new();
    for (table, column, kind) in tx.all(list, []).await? {
        if table.starts_with("search_") || table == "schema_migrations" || table == "backups_running" {
            continue;
        }
        let kind = match &*kind.to_lowercase() {
            "integer" | "int8" => Kind::I64,
            "real" | "float8" => Kind::F64,
            "text" => Kind::Text,
            "blob" | "bytea" => Kind::Blob,
            "bool" => Kind::Bool,
            other => return Err(said(format!("{table}.{column} has the type {other}, which no backup can hold"))),
        };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push((column, kind)),
            _ => tables.push(Table { name: table, columns: vec![(column, kind)] }),
        }
    }
    Ok(tables)
}

async fn dump_table(tx: &mut Tx, table: &Table, send: &Sender<Record>) -> Result<i64> {
    let names: Vec<String> = table.columns.iter().map(|c| format!("\"{}\"", c.0)).collect();
    let text = AssertSqlSafe(format!("SELECT {} FROM \"{}\"", names.join(", "), table.name));
    let kinds: Vec<Kind> = table.columns.iter().map(|c| c.1).collect();
    let fault = |e| Error::from(Fault::Sql("store.dump", e));
    let mut rows = 0;
    match tx.conn("store.dump")? {
        Conn::Sqlite(conn, ..) => {
            let mut found = sqlx::query(text).fetch(conn);
            while let Some(row) = found.try_next().await.map_err(fault)? {
                say(send, Record::Row(values(RowRef::Sqlite(&row), &kinds).map_err(fault)?)).await?;
                rows += 1;
            }
        }
        Conn::Postgres(conn) => {
            let mut found = sqlx::query(text).fetch(conn);
            while let Some(row) = found.try_next().await.map_err(fault)? {
                say(send, Record::Row(values(RowRef::Postgres(&row), &kinds).map_err(fault)?)).await?;
                rows += 1;
            }
        }
    }
    tx.conn_done();
    Ok(rows)
}

fn values(row: RowRef<'_>, kinds: &[Kind]) -> Result<Vec<Value>, sqlx::Error> {
    let value = |(place, kind): (usize, &Kind)| match kind {
        Kind::I64 => row.get::<Option<i64>>(place).map(Value::from),
        Kind::F64 => row.get::<Option<f64>>(place).map(Value::from),
        Kind::Bool => row.get::<Option<bool>>(place).map(Value::from),
        Kind::Blob => row.get::<Option<Vec<u8>>>(place).map(Value::from),
        _ => row.get::<Option<String>>(place).map(Value::from),
    };
    kinds.iter().enumerate().map(value).collect()
}
