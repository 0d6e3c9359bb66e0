//! What tests need of the engines, since nobody else may name them: fresh PostgreSQL databases, and the proof that
//! every registered statement holds on both.
mod registry;
mod tables;

pub use crate::engine::SQLITE_FILE;
pub use registry::{Street, check_registry};

use crate::backup::{Record, dump};
use crate::engine::{Conn, Mode};
use crate::fault::said;
use crate::{Db, Location, Value, migrate};
use base::Result;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::BTreeMap;
use std::path::Path;
use tokio::sync::mpsc;

/// A migrated, empty database on the server of `admin_url`, to be copied by every test of every test program; made by
/// whichever comes first. Its name.
pub async fn template(admin_url: &str, folder: &Path) -> Result<String> {
    let name = format!("t_template_{}", migrate::fingerprint());
    let failed = |e: sqlx::Error| said(e.to_string());
    let mut conn = PgConnection::connect(admin_url).await.map_err(failed)?;
    conn.execute(sqlx::raw_sql("SELECT pg_advisory_lock(126862368009831)")).await.map_err(failed)?;
    let there = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&name);
    if conn.fetch_optional(there).await.map_err(failed)?.is_none() {
        let making = format!("{name}_new");
        drop_database(admin_url, &making).await?;
        let url = create_database(admin_url, &making, None).await?;
        let db = Db::open(&Location::Postgres { url, folder: folder.into() }).await?;
        db.migrate().await?;
        // Only a database that nobody is connected to can be renamed or copied.
        db.close().await;
        admin(admin_url, format!("ALTER DATABASE {making} RENAME TO {name}")).await?;
    }
    conn.close().await.map_err(failed)?;
    Ok(name)
}

/// Makes a database on the server of `admin_url`, as a copy of `template` when there is one; its url.
pub async fn create_database(admin_url: &str, name: &str, template: Option<&str>) -> Result<String> {
    let copy = template.map(|t| format!(" TEMPLATE {t}")).unwrap_or_default();
    admin(admin_url, format!("CREATE DATABASE {name}{copy}")).await?;
    let (server, _) = split(admin_url)?;
    Ok(format!("{server}/{name}"))
}

/// Drops a database, whoever is still connected to it.
pub async fn drop_database(admin_url: &str, name: &str) -> Result<()> {
    admin(admin_url, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
}

/// Cuts every connection to a database and refuses new ones, as a server that is stopped does; or lets them in again.
pub async fn shut_database(admin_url: &str, name: &str, is_shut: bool) -> Result<()> {
    admin(admin_url, format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !is_shut)).await?;
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    if is_shut { admin(admin_url, cut).await } else { Ok(()) }
}

/// The url without its last part, and that part.
fn split(url: &str) -> Result<(&str, &str)> {
    url.rsplit_once('/').ok_or_else(|| said(format!("{url} names no database")))
}

async fn admin(url: &str, text: String) -> Result<()> {
    let failed = |e: sqlx::Error| said(format!("{text}: {e}"));
    let mut conn = PgConnection::connect(url).await.map_err(failed)?;
    conn.execute(sqlx::raw_sql(AssertSqlSafe(text.clone()))).await.map_err(failed)?;
    conn.close().await.map_err(failed)
}

/// All rows of a store, by table, in an order of their own: the same for two stores that hold the same, whatever their
/// engines.
pub async fn contents(db: &Db) -> Result<BTreeMap<String, Vec<String>>> {
    let (send, mut receive) = mpsc::channel(100);
    let node = db.clone();
    let dumped = tokio::spawn(async move { dump::dump(&node, send).await });
    let (mut tables, mut name): (BTreeMap<String, Vec<String>>, _) = Default::default();
    while let Some(record) = receive.recv().await {
        match record {
            Record::Table { name: next, .. } => name = next,
            Record::Row(row) => {
                let plain = row.into_iter().map(|value| match value {
                    Value::Bool(b) => Value::I64(b.into()),
                    value => value,
                });
                tables.entry(name.clone()).or_default().push(format!("{:?}", plain.collect::<Vec<_>>()));
            }
            _ => {}
        }
    }
    dumped.await.map_err(base::Error::store)??;
    tables.values_mut().for_each(|rows| rows.sort());
    Ok(tables)
}

/// A connection of its own, outside the pools.
async fn connect(db: &Db) -> Result<Conn> {
    Conn::open(db.location(), Mode::Write).await.map_err(|e| said(e.to_string()))
}
