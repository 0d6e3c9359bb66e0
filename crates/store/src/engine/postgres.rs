//! PostgreSQL (14 or later): how its connections are opened, how its one writer begins.
use super::Mode;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Executor};
use std::time::Duration;

pub(super) async fn open(url: &str, mode: Mode, wait: Duration) -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let wait = format!("{}ms", wait.as_millis().max(1));
    let options = options
        .application_name("sarang")
        .statement_cache_capacity(512)
        // A statement whose caller went away is given up within this time: it may hold the writers' lock.
        .options([("client_connection_check_interval", "500ms"), ("lock_timeout", &wait)])
        .options([("default_transaction_read_only", if mode == Mode::Read { "on" } else { "off" })]);
    options.connect().await
}

pub(super) async fn begin(conn: &mut PgConnection, mode: Mode) -> Result<(), sqlx::Error> {
    let text = match mode {
        Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        // The lock comes before any snapshot, so that this writer sees all that the one before it wrote. Both go in
        // one message: one way there and back.
        Mode::Write => "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE outbox_head IN EXCLUSIVE MODE",
        // 'sarang' in ASCII: the lock of those who migrate, before there is any table.
        Mode::Migrate => "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(126879214956135)",
    };
    conn.execute(sqlx::raw_sql(text)).await.map(drop)
}
