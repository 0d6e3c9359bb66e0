//! Migrations run once, under a lock, and never on a store that is newer than the program.
use std::path::Path;
use store::{Db, Location, args, newest_version, sql};
use testkit::TestDb;

/// A place of the same engine where nothing is yet; its folder is not there either.
async fn empty_place(db: &Db, folder: &Path) -> Location {
    match db.location() {
        Location::Sqlite(_) => Location::Sqlite(folder.into()),
        // A schema of its own.
        Location::Postgres { url, .. } => {
            let mut tx = db.write().await.unwrap();
            tx.run(sql!("test.create_schema", "/*pg CREATE SCHEMA empty*/"), []).await.unwrap();
            tx.commit().await.unwrap();
            Location::Postgres { url: format!("{url}?options=-csearch_path%3Dempty"), folder: folder.into() }
        }
    }
}

#[tokio::test]
async fn a_store_that_was_never_begun_is_not_found_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let db = TestDb::new("find").await;
    let at = empty_place(&db, &folder.path().join("new")).await;
    assert!(Db::find(&at).await.unwrap().is_none());
    assert!(!at.folder().exists());
    let begun = Db::open(&at).await.unwrap();
    assert!(Db::find(&at).await.unwrap().is_none(), "nothing was migrated yet");
    begun.migrate().await.unwrap();
    assert_eq!(Db::find(&at).await.unwrap().unwrap().schema_version().await.unwrap(), newest_version());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_nodes_that_start_at_once_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let db = TestDb::new("migrate").await;
    let at = empty_place(&db, &folder.path().join("new")).await;
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let at = at.clone();
            tokio::spawn(async move { Db::open(&at).await.unwrap().migrate().await.unwrap() })
        })
        .collect();
    let mut ran = 0;
    for node in nodes {
        ran += node.await.unwrap();
    }
    let db = Db::open(&at).await.unwrap();
    assert!(ran >= 7, "{ran}");
    assert_eq!(db.schema_version().await.unwrap(), newest_version());
    assert_eq!(db.migrate().await.unwrap(), 0);
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.next_ord(store::Noun::Tag).await.unwrap(), 1);
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused_with_a_sentence() {
    let db = TestDb::new("newer").await;
    let mut tx = db.write().await.unwrap();
    let insert =
        sql!("test.insert_migration", "INSERT INTO schema_migrations (version, name, run_at) VALUES ($1, $2, 0)");
    tx.run(insert, args![999_912_312_359i64, "people_of_the_future"]).await.unwrap();
    tx.commit().await.unwrap();
    let refused = db.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("written by a newer Sarangbang") && refused.contains("people_of_the_future"), "{refused}");
}

#[tokio::test]
async fn an_empty_place_has_no_version() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Location::Sqlite(folder.path().join("a/b"))).await.unwrap();
    assert_eq!(db.schema_version().await.unwrap(), 0);
    db.close().await;
    assert!(db.read().await.is_err(), "closed is closed");
}
