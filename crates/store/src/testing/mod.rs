//! What tests need of the engines, since nobody else may name them: fresh PostgreSQL databases, and the proof that
//! every registered statement holds on both.
mod registry;
mod tables;

pub use registry::{Street, check_registry};

use crate::Db;
use crate::engine::{Conn, Mode};
use crate::fault::said;
use base::Result;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

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

/// A connection of its own, outside the pools.
async fn connect(db: &Db) -> Result<Conn> {
    Conn::open(db.location(), Mode::Write, db.wait()).await.map_err(|e| said(e.to_string()))
}
