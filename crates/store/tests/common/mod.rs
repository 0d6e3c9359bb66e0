//! Rows to write in the tests of the store: the `raws` table, which has every kind of column.
#![allow(dead_code, reason = "each test program uses its part")]

use base::{Result, Time};
use store::{Db, Fault, Tx, Value, args, sql};

pub fn raw(ord: i64) -> [Value; 7] {
    args![ord, format!("s{ord}"), "k", ord * 2, vec![0u8, 255, 7], None::<i64>, Time(ord)]
}

pub async fn insert(tx: &mut Tx, ord: i64) -> Result<u64> {
    let insert = sql!(
        "test.insert_raw",
        "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.run(insert, raw(ord)).await
}

pub async fn insert_many(tx: &mut Tx, ords: impl IntoIterator<Item = i64>) -> Result<u64> {
    let insert = sql!(
        "test.insert_raws",
        "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.insert_rows(insert, ords.into_iter().map(raw).collect()).await
}

pub async fn count(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    tx.get(sql!("test.count_raws" => (i64,), "SELECT COUNT(*) FROM raws"), []).await.unwrap().0
}

/// A statement that takes long on both engines: it writes `rows` rows from 1,000,001 on.
pub async fn insert_slowly(tx: &mut Tx, rows: i64) -> Result<u64> {
    let slow = sql!(
        "test.insert_slowly",
        "INSERT INTO raws (ord, source, kind, bytes, kept_at)
        WITH RECURSIVE n(i) AS (SELECT CAST($2 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT))
        SELECT 1000000 + i, 'slow', 'k', 0, 0 FROM n"
    );
    tx.run(slow, args![rows, 1]).await
}

pub fn is_poisoned<T>(outcome: Result<T>) -> bool {
    match outcome {
        Err(base::Error::Store(cause)) => matches!(cause.downcast_ref(), Some(Fault::Poisoned(_))),
        _ => false,
    }
}
