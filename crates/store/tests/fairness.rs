//! A bulk import in one process leaves room for people in another.
mod rows;

use rows::{count, insert, insert_many};
use std::time::{Duration, Instant};
use store::Db;
use testkit::TestDb;

/// Commits every 50 ms, one after the other without a pause, as an import does.
async fn import(db: Db, round: i64) {
    for n in round * 1_000.. {
        let mut tx = db.write().await.unwrap();
        let begun = Instant::now();
        let mut ord = n * 1_000_000;
        while begun.elapsed() < Duration::from_millis(50) {
            insert_many(&mut tx, ord..ord + 64).await.unwrap();
            ord += 64;
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_gets_in_between_the_commits_of_an_import() {
    let db = TestDb::new("fair").await;
    for (importer, round) in [Db::clone(&db), db.another_node().await].into_iter().zip(1..) {
        let before = count(&db).await;
        let import = tokio::spawn(import(importer, round));
        while count(&db).await == before && !import.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let mut waits = Vec::new();
        for n in 0..20 {
            let asked = Instant::now();
            let mut tx = db.write().await.expect("a turn within ten seconds");
            insert(&mut tx, round * 1_000 + n).await.unwrap();
            tx.commit().await.unwrap();
            waits.push(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        import.abort();
        let _ = import.await;
        waits.sort();
        println!("waited {:?} in the middle, {:?} at worst", waits[10], waits[19]);
        assert!(waits[10] < Duration::from_secs(1), "{waits:?}");
    }
}
