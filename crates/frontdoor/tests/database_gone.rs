//! PostgreSQL goes away in the middle of an import and comes back: the import waits, goes on, and everything is there once.
use frontdoor::{Format, Import, ImportState, Options, run_import};
use std::{fs, time::Duration};
use store::{Location, testing};
use testkit::TestDb;

#[tokio::test(flavor = "multi_thread")]
async fn an_import_waits_for_a_database_that_went_away() {
    let db = TestDb::new("gone").await;
    let Location::Postgres { url, .. } = db.location().clone() else {
        println!("not run: SQLite cannot go away by itself");
        return;
    };
    let (server, name) = url.rsplit_once('/').unwrap();
    let admin = format!("{server}/postgres");
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("a.jsonl");
    let line = |n: u32| {
        format!(
            "{{\"external_id\":\"c{n}\",\"channel\":\"chat\",\"opened_at\":\"2026-11-02T09:00:00Z\",\"person\":{{}},\
             \"entries\":[{{\"external_id\":\"1\",\"author\":\"person\",\"at\":\"2026-11-02T09:00:00Z\",\"text\":\"필터 {n}\"}}]}}\n"
        )
    };
    fs::write(&path, (0..4_000).map(line).collect::<String>()).unwrap();
    let import = Import::of(&path, Options::new(Format::Jsonl));
    let node = (*db).clone();
    let running = tokio::spawn(async move { run_import(&node, &import, &|_| {}).await.unwrap() });
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        testing::shut_database(&admin, name, true).await.unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        testing::shut_database(&admin, name, false).await.unwrap();
    }
    let outcome = running.await.unwrap();
    assert_eq!(outcome.state, ImportState::Done, "{:?}", outcome.error);
    assert_eq!((outcome.counts.read, outcome.counts.imported), (4_000, 4_000));
    let rows = testing::contents(&db).await.unwrap();
    assert_eq!([rows["conversations"].len(), rows["entries"].len(), rows["persons"].len()], [4_000; 3]);
}
