//! PostgreSQL (14 or later): how its connections are opened, how its one writer begins.
use super::Mode;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};
use std::time::Duration;

pub(super) async fn open(url: &str, mode: Mode) -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let options = options
        .application_name("sarang")
        .statement_cache_capacity(512)
        // A statement whose caller went away is given up within this time: it may hold the writers' lock.
        .options([("client_connection_check_interval", "500ms")])
        // Planned for what is there and asked: a plan kept from when a table was empty reads all of it once it is full,
        // until the server happens to look at it again.
        .options([("plan_cache_mode", "force_custom_plan")])
        .options([("default_transaction_read_only", if mode == Mode::Read { "on" } else { "off" })]);
    options.connect().await
}

pub(super) async fn begin(conn: &mut PgConnection, mode: Mode, wait: Duration) -> Result<(), sqlx::Error> {
    let patience = format!("SET LOCAL lock_timeout = {}", wait.as_millis().max(1));
    let text = match mode {
        Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(),
        // The lock comes before any snapshot, so that this writer sees all that the one before it wrote. All go in one
        // message: one way there and back.
        Mode::Write => {
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; {patience}; LOCK TABLE outbox_head IN EXCLUSIVE MODE")
        }
        // 'sarang' in ASCII: the lock of those who migrate, before there is any table.
        Mode::Migrate => {
            format!("BEGIN ISOLATION LEVEL READ COMMITTED; {patience}; SELECT pg_advisory_xact_lock(126862368009831)")
        }
    };
    conn.execute(sqlx::raw_sql(AssertSqlSafe(text))).await.map(drop)
}
