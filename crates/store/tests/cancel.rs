//! Callers that go away at any moment leave nothing half done and nothing locked.
mod rows;

use rows::{count, insert, insert_slowly, is_poisoned};
use std::sync::{Arc, atomic::AtomicU32, atomic::Ordering::SeqCst};
use std::task::Poll;
use std::time::{Duration, Instant};
use store::{Db, args, sql};
use testkit::TestDb;

/// Polls a future some times and drops it; whether it was ready by then.
async fn poll_and_drop<F: Future>(future: F, times: usize) -> bool {
    let (mut future, mut polled) = (Box::pin(future), 0);
    std::future::poll_fn(|cx| {
        polled += 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if polled >= times => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn busy_wait(micros: u64) {
    let started = Instant::now();
    while started.elapsed().as_micros() < micros.into() {
        tokio::task::yield_now().await;
    }
}

/// sqlx loses count of a transaction whose BEGIN was dropped: the next one's writes would never be committed.
#[tokio::test]
async fn a_begin_that_is_dropped_leaves_no_transaction_behind() {
    let db = TestDb::new("begin").await;
    for (ord, times) in (1..).zip([1, 1, 2, 2, 3, 4, 5, 6]) {
        poll_and_drop(db.write(), times).await;
        poll_and_drop(db.read(), times).await;
        let mut tx = db.write().await.unwrap();
        insert(&mut tx, ord).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&db.another_node().await).await, ord, "another connection sees what was committed");
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_at_any_moment_is_undone() {
    let db = TestDb::new("dropped").await;
    for micros in (0..4000).step_by(97) {
        let node = Db::clone(&db);
        let task = tokio::spawn(async move {
            let mut tx = node.write().await.unwrap();
            for ord in 1..=50 {
                insert(&mut tx, ord).await.unwrap();
            }
            std::future::pending::<()>().await;
        });
        busy_wait(micros).await;
        task.abort();
        task.await.unwrap_err();
    }
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
}

/// Without the poison a statement whose caller timed out is committed with the rest (raw sqlx: 300,000 rows).
#[tokio::test]
async fn a_statement_that_is_broken_off_is_never_committed() {
    let db = TestDb::new("broken off").await;
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    tokio::time::timeout(Duration::from_millis(20), insert_slowly(&mut tx, 3_000_000)).await.unwrap_err();
    assert!(is_poisoned(insert(&mut tx, 2).await));
    assert!(is_poisoned(tx.commit().await));
    assert_eq!(count(&db).await, 0);
}

/// On SQLite a dropped statement would hold the writer until it ends by itself; PostgreSQL's would hold the lock.
#[tokio::test]
async fn a_statement_that_is_broken_off_gives_the_writer_back_soon() {
    let db = TestDb::new("runaway").await;
    let mut tx = db.write().await.unwrap();
    let broken = tokio::time::timeout(Duration::from_millis(20), insert_slowly(&mut tx, 50_000_000)).await;
    assert!(broken.is_err(), "it would take minutes");
    drop(tx);
    db.set_wait(Duration::from_secs(5));
    let started = Instant::now();
    for ord in 1..=3 {
        let mut tx = db.write().await.expect("the writer is there again");
        insert(&mut tx, ord).await.unwrap();
        tx.commit().await.unwrap();
    }
    println!("the next three writers were done after {:?}", started.elapsed());
    assert_eq!(count(&db).await, 3);
}

#[tokio::test]
async fn a_read_that_is_broken_off_gives_its_connection_back_soon() {
    let db = TestDb::new("slow read").await;
    let slow = sql!("test.count_slowly" => (i64,),
        "WITH RECURSIVE n(i) AS (SELECT CAST($2 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT))
        SELECT COUNT(*) FROM n");
    // More than there are connections.
    for _ in 0..20 {
        let mut tx = db.read().await.expect("a connection is free");
        let broken = tokio::time::timeout(Duration::from_millis(5), tx.all(slow, args![200_000_000, 1])).await;
        assert!(broken.is_err(), "it would take minutes");
    }
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn a_commit_whose_caller_goes_away_is_done_whole_or_not_at_all() {
    let db = TestDb::new("committer").await;
    let ran = Arc::new(AtomicU32::new(0));
    for ord in 1..=30 {
        let (node, hook) = (Db::clone(&db), ran.clone());
        let task = tokio::spawn(async move {
            let mut tx = node.write().await.unwrap();
            insert(&mut tx, ord).await.unwrap();
            tx.after_commit(move || {
                hook.fetch_add(1, SeqCst);
            });
            tx.commit().await.unwrap();
        });
        busy_wait(ord as u64 * 130).await;
        task.abort();
        let _ = task.await;
    }
    // The last writer's turn comes after all of theirs.
    db.write().await.unwrap().commit().await.unwrap();
    let (rows, hooks) = (count(&db).await, ran.load(SeqCst));
    assert_eq!(rows, i64::from(hooks), "a hook for each row that is there");
    println!("{rows} of 30 got as far as the commit");
}
