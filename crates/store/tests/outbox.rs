//! Events: commit order, no gaps, on all nodes; and the watch that wakes readers.
mod rows;

use rows::insert;
use serde_json::json;
use std::time::{Duration, Instant};
use store::sql;
use testkit::TestDb;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn seq_is_the_order_of_commits_without_gaps() {
    let db = TestDb::new("outbox").await;
    let nodes = [db.another_node().await, db.another_node().await];
    let tasks: Vec<_> = (0..40i64)
        .map(|n| {
            let node = nodes[n as usize % 2].clone();
            tokio::spawn(async move {
                let mut tx = node.write().await.unwrap();
                for part in 0..n % 3 {
                    tx.announce("test.happened", json!({ "n": n, "part": part }));
                }
                insert(&mut tx, n).await.unwrap();
                if n % 5 == 0 {
                    drop(tx); // What was undone did not happen.
                } else {
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    let (mut seen, mut last) = (Vec::new(), 0);
    let wanted: i64 = (0..40).filter(|n| n % 5 != 0).map(|n| n % 3).sum();
    let started = Instant::now();
    while seen.len() < wanted as usize && started.elapsed() < Duration::from_secs(20) {
        let events = db.events_after(last, 7).await.unwrap();
        last = events.last().map_or(last, |e| e.seq);
        seen.extend(events);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(seen.iter().map(|e| e.seq).eq(1..=wanted), "a reader that goes on from the last one misses none");
    for (before, after) in seen.iter().zip(&seen[1..]) {
        let part = |e: &store::Event| (e.payload_json["n"].as_i64().unwrap(), e.payload_json["part"].as_i64().unwrap());
        let ((n, p), (m, q)) = (part(before), part(after));
        assert!(if q > 0 { (m, q) == (n, p + 1) } else { m != n }, "the events of one commit stand together");
    }
    assert_eq!(db.head().await.unwrap(), wanted);
}

#[tokio::test]
async fn the_watch_hears_of_this_node_at_once_and_of_others_soon() {
    let db = TestDb::new("watch").await;
    let other = db.another_node().await;
    let (mut here, mut there) = (db.watch(), other.watch());
    let mut tx = db.write().await.unwrap();
    tx.announce("test.happened", json!({}));
    tx.commit().await.unwrap();
    assert_eq!(*here.borrow_and_update(), 1);
    let started = Instant::now();
    there.wait_for(|head| *head == 1).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    let events = other.events_after(0, 10).await.unwrap();
    assert_eq!((events[0].seq, &*events[0].kind), (1, "test.happened"));
}

#[tokio::test]
async fn events_are_forgotten_after_a_week_and_it_can_be_seen() {
    let db = TestDb::new("forget").await;
    let start = base::Time::parse("2026-11-22T09:00:00Z").unwrap();
    for day in [0, 3, 8] {
        db.set_clock(Some(start.plus(day * base::Time::DAY)));
        let mut tx = db.write().await.unwrap();
        tx.announce("test.happened", json!({ "day": day }));
        tx.commit().await.unwrap();
    }
    assert_eq!(db.forgotten_until().await.unwrap(), 0);
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.forget_old_events().await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(db.forgotten_until().await.unwrap(), 1);
    assert_eq!(db.events_after(1, 10).await.unwrap().len(), 2);
    let mut tx = db.write().await.unwrap();
    tx.run(sql!("test.delete_events", "DELETE FROM outbox"), []).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.forgotten_until().await.unwrap(), 3, "an empty log has forgotten all");
}
