//! What a transaction promises, on the engine that is being tested.
use base::{Error, Time};
use serde_json::json;
use std::sync::{Arc, atomic::AtomicU32, atomic::Ordering::SeqCst};
use std::time::Duration;
use store::{Db, Noun, Tx, Value, args, row, sql};
use testkit::TestDb;

row! {
    #[derive(Debug, Clone, PartialEq)]
    struct Raw {
        ord: i64,
        source: String,
        kind: String,
        bytes: i64,
        body: Option<Vec<u8>>,
        conversation_ord: Option<i64>,
        kept_at: Time,
    }
}

fn raw(ord: i64) -> [Value; 7] {
    args![ord, format!("s{ord}"), "k", ord * 2, vec![0u8, 255, 7], None::<i64>, Time(ord)]
}

async fn insert(tx: &mut Tx, ord: i64) -> base::Result<u64> {
    let insert = sql!("test.insert_raw",
        "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    tx.run(insert, raw(ord)).await
}

async fn count(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    tx.get(sql!("test.count_raws" => (i64,), "SELECT COUNT(*) FROM raws"), []).await.unwrap().0
}

#[tokio::test]
async fn rows_survive_the_round_trip() {
    let db = TestDb::new("round trip").await;
    let mut tx = db.write().await.unwrap();
    for ord in 1..=3 {
        insert(&mut tx, ord).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    let find = sql!("test.find_raw" => Raw,
        "SELECT ord, source, kind, bytes, body, conversation_ord, kept_at FROM raws WHERE ord = $1");
    let (source, kind, body) = ("s2".to_owned(), "k".to_owned(), Some(vec![0, 255, 7]));
    let wanted = Raw { ord: 2, source, kind, bytes: 4, body, conversation_ord: None, kept_at: Time(2) };
    assert_eq!(tx.find(find, args![2]).await.unwrap(), Some(wanted));
    assert_eq!(tx.find(find, args![9]).await.unwrap(), None);
    assert!(matches!(tx.get(find, args![9]).await, Err(Error::NotFound("raw"))));
}
