//! Backups of a store under load, restored, and moved to the other engine, hold all and the same.
mod rows;

use base::Error;
use rows::{count, insert, insert_many, raw};
use serde_json::json;
use std::fs;
use store::raws::LARGEST_ROW;
use store::testing::contents;
use store::{Db, Job, Location, backup, check, sql};
use testkit::TestDb;

async fn fill(db: &Db) {
    let mut tx = db.write().await.unwrap();
    tx.keep_raw("s", "k", &vec![7; LARGEST_ROW + 1]).await.unwrap();
    tx.keep_raw("s", "k", "작은 글\0".as_bytes()).await.unwrap();
    tx.next_ords(store::Noun::Raw, 1_000_000).await.unwrap();
    insert_many(&mut tx, 1000..4000).await.unwrap();
    let mut odd = raw(9);
    odd[1] = "따옴표 ' \" 줄\n끝".into();
    let insert = sql!(
        "test.insert_odd",
        "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.run(insert, odd).await.unwrap();
    tx.announce("test.happened", json!({ "n": 1 }));
    tx.enqueue(Job { kind: "mail", dedupe_key: None, run_at: base::Time(5), payload: json!([1, null]) });
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_busy_store_restores_to_one_moment() {
    let db = TestDb::new("backup").await;
    fill(&db).await;
    let node = Db::clone(&db);
    let busy = tokio::spawn(async move {
        // Pairs: a backup that is of one moment holds an even number.
        for ord in (10_000..).step_by(2) {
            let mut tx = node.write().await.unwrap();
            insert(&mut tx, ord).await.unwrap();
            insert(&mut tx, ord + 1).await.unwrap();
            tx.commit().await.unwrap();
        }
    });
    let file = db.folder().join("today.backup");
    let report = db.backup(&file).await.unwrap();
    busy.abort();
    assert_eq!((report.blobs, report.missing.len()), (1, 0));

    let place = tempfile::tempdir().unwrap();
    let at = Location::Sqlite(place.path().join("restored"));
    assert_eq!(backup::restore(&file, &at).await.unwrap().rows, report.rows);
    let restored = Db::open(&at).await.unwrap();
    let rows = count(&restored).await;
    assert!(rows >= 3003 && rows % 2 == 1, "{rows}");
    let mut tx = restored.read().await.unwrap();
    assert!(tx.read_raw(1).await.unwrap() == vec![7; LARGEST_ROW + 1]);
    assert_eq!(tx.read_raw(2).await.unwrap(), "작은 글\0".as_bytes());
    assert_eq!(check(&mut tx).await.unwrap(), []);
    drop(tx);
    let refused = backup::restore(&file, &at).await.unwrap_err().to_string();
    assert!(refused.contains("holds a store already"), "{refused}");
}

#[tokio::test]
async fn a_store_moves_house_and_holds_the_same() {
    let db = TestDb::new("move").await;
    fill(&db).await;
    let place = tempfile::tempdir().unwrap();
    let at = Location::Sqlite(place.path().join("moved"));
    db.copy_to(&at).await.unwrap();
    let moved = Db::open(&at).await.unwrap();
    let wanted = contents(&db).await.unwrap();
    assert_eq!(wanted["raws"].len(), 3003);
    assert_eq!(contents(&moved).await.unwrap(), wanted);
    assert_eq!(check(&mut moved.read().await.unwrap()).await.unwrap(), []);

    // And into the engine under test.
    let empty = TestDb::new("move back").await;
    if let Location::Postgres { .. } = empty.location() {
        moved.copy_to(empty.location()).await.unwrap();
        assert_eq!(contents(&empty).await.unwrap(), wanted);
        let refused = moved.copy_to(empty.location()).await.unwrap_err().to_string();
        assert!(refused.contains("holds a store already"), "{refused}");
    }
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_leaves_no_store() {
    let db = TestDb::new("damaged").await;
    fill(&db).await;
    let file = db.folder().join("whole.backup");
    db.backup(&file).await.unwrap();
    let whole = fs::read(&file).unwrap();
    let place = tempfile::tempdir().unwrap();
    let flip = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        bytes
    };
    let mut broken =
        vec![b"hello".to_vec(), Vec::new(), whole[..whole.len() / 2].to_vec(), whole[..whole.len() - 3].to_vec()];
    broken.extend((1..8).map(|n| flip(whole.len() * n / 8)));
    for (n, bytes) in broken.into_iter().enumerate() {
        let (bad, at) = (place.path().join("bad"), Location::Sqlite(place.path().join(format!("at{n}"))));
        fs::write(&bad, bytes).unwrap();
        match backup::restore(&bad, &at).await {
            Err(Error::Store(_)) => assert!(!at.folder().join("sarang.sqlite").exists(), "case {n}"),
            Err(other) => panic!("case {n}: {other:?}"),
            // A flipped bit may unpack to the very same bytes (another distance within a run of equal ones).
            Ok(_) => {
                assert!(n >= 4, "case {n}");
                assert_eq!(contents(&Db::open(&at).await.unwrap()).await.unwrap(), contents(&db).await.unwrap());
                continue;
            }
        }
        fs::write(&bad, &whole).unwrap();
        backup::restore(&bad, &at).await.expect("a second try in the same folder with a whole file");
    }
}

#[tokio::test]
async fn no_blob_goes_while_a_backup_is_being_taken() {
    let db = TestDb::new("guard").await;
    let start = base::Time::parse("2026-11-22T09:00:00Z").unwrap();
    db.set_clock(Some(start));
    let mut tx = db.write().await.unwrap();
    let raw = tx.keep_raw("s", "k", &vec![7; LARGEST_ROW + 1]).await.unwrap();
    let owner = store::raws::Owner { conversation_ord: Some(1), person_ord: None };
    tx.link_raw(raw, owner).await.unwrap();
    tx.erase_raws(owner).await.unwrap();
    tx.commit().await.unwrap();
    let hash = blake3::hash(&vec![7; LARGEST_ROW + 1]).to_hex().to_string();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(90 * 86_400);
    fs::File::options().write(true).open(db.blob_path(&hash)).unwrap().set_modified(old).unwrap();
    db.set_clock(Some(start.plus(8 * base::Time::DAY)));
    let mut tx = db.write().await.unwrap();
    let begin = sql!("test.begin_backup", "INSERT INTO backups_running (id, until) VALUES ($1, $2)");
    tx.run(begin, store::args![base::JobId::new(), start.plus(9 * base::Time::DAY)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store::blobs::sweep(&db).await.unwrap(), 0);
    db.set_clock(Some(start.plus(10 * base::Time::DAY)));
    assert_eq!(store::blobs::sweep(&db).await.unwrap(), 1, "a backup that crashed does not keep them for ever");
}

#[tokio::test]
async fn check_names_what_is_broken() {
    let db = TestDb::new("check").await;
    fill(&db).await;
    let mut tx = db.write().await.unwrap();
    for _ in 0..3 {
        tx.announce("test.happened", json!({}));
    }
    tx.commit().await.unwrap();
    let mut tx = db.write().await.unwrap();
    assert_eq!(check(&mut tx).await.unwrap(), []);
    tx.run(sql!("test.break_outbox", "DELETE FROM outbox WHERE seq = 2"), []).await.unwrap();
    tx.run(sql!("test.break_head", "UPDATE outbox_head SET seq = 9"), []).await.unwrap();
    tx.run(sql!("test.break_ords", "UPDATE ords SET last = 1"), []).await.unwrap();
    tx.run(sql!("test.break_blob", "UPDATE raws SET blob_hash = 'gone' WHERE ord = 2"), []).await.unwrap();
    let hash = blake3::hash(&vec![7; LARGEST_ROW + 1]).to_hex().to_string();
    fs::write(db.blob_path(&hash), b"cut").unwrap();
    let broken: Vec<_> = check(&mut tx).await.unwrap().into_iter().map(|b| b.invariant).collect();
    assert_eq!(
        broken,
        [
            "the events have no gaps",
            "the newest event is the head",
            "ords come from their counter",
            "raw input names blobs that are kept",
            "blobs are whole",
        ]
    );
}
