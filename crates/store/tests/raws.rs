//! Raw input and blobs: byte for byte, large and small; swept only when nothing refers to them.
use base::{Error, Time};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};
use store::raws::{LARGEST_ROW, Owner};
use store::{Db, blobs};
use testkit::TestDb;

fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}

#[tokio::test]
async fn raw_input_comes_back_byte_for_byte() {
    let db = TestDb::new("raws").await;
    let inputs =
        [Vec::new(), b"From: \0\xff a".to_vec(), noise(LARGEST_ROW), noise(LARGEST_ROW + 1), vec![0; 5_000_000]];
    let mut packed = Vec::new();
    for input in &inputs {
        packed.push(db.pack_raw("mail", "message", input).await.unwrap());
    }
    let mut tx = db.write().await.unwrap();
    let mut ords = tx.keep_raws(packed).await.unwrap();
    ords.push(tx.keep_raw("mail", "message", b"one more").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ords, [1, 2, 3, 4, 5, 6]);
    let mut tx = db.read().await.unwrap();
    for (ord, input) in ords.iter().zip(inputs.iter().map(|i| &**i).chain([&b"one more"[..]])) {
        assert!(tx.read_raw(*ord).await.unwrap() == input, "raw {ord}");
    }
    assert!(matches!(tx.read_raw(7).await, Err(Error::NotFound("raw"))));
}

#[tokio::test]
async fn what_belongs_to_somebody_is_erased_with_them() {
    let db = TestDb::new("erase").await;
    let mut tx = db.write().await.unwrap();
    let large = noise(LARGEST_ROW + 1);
    let mine = [tx.keep_raw("s", "k", b"small").await.unwrap(), tx.keep_raw("s", "k", &large).await.unwrap()];
    let theirs = tx.keep_raw("s", "k", &large).await.unwrap();
    for ord in mine {
        tx.link_raw(ord, Owner { conversation_ord: Some(4), person_ord: None }).await.unwrap();
        tx.link_raw(ord, Owner { conversation_ord: None, person_ord: Some(9) }).await.unwrap();
    }
    tx.link_raw(theirs, Owner { person_ord: Some(10), ..Owner::default() }).await.unwrap();
    assert!(matches!(tx.link_raw(99, Owner::default()).await, Err(Error::NotFound("raw"))));
    assert_eq!(tx.erase_raws(Owner { conversation_ord: Some(4), person_ord: None }).await.unwrap(), 2);
    assert_eq!(tx.erase_raws(Owner::default()).await.unwrap(), 0);
    for ord in mine {
        assert!(matches!(tx.read_raw(ord).await, Err(Error::NotFound("raw"))));
    }
    assert!(tx.read_raw(theirs).await.unwrap() == large);
}

/// Makes a blob's file look as old as it would be.
fn age(db: &Db, hash: &str, days: u64) {
    let file = File::options().write(true).open(db.blob_path(hash)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400)).unwrap();
}

#[tokio::test]
async fn a_blob_goes_a_week_after_its_last_reference_and_not_before() {
    let db = TestDb::new("sweep").await;
    let start = Time::parse("2026-11-22T09:00:00Z").unwrap();
    db.set_clock(Some(start));
    let hash = db.put_blob(b"twice".to_vec()).await.unwrap();
    assert_eq!(hash, db.put_blob(b"twice".to_vec()).await.unwrap());
    age(&db, &hash, 30);
    let mut tx = db.write().await.unwrap();
    tx.use_blob(&hash).await.unwrap();
    tx.use_blob(&hash).await.unwrap();
    tx.drop_blob(&hash).await.unwrap();
    tx.commit().await.unwrap();
    db.set_clock(Some(start.plus(30 * Time::DAY)));
    assert_eq!(blobs::sweep(&db).await.unwrap(), 0, "something refers to it");
    let mut tx = db.write().await.unwrap();
    tx.drop_blob(&hash).await.unwrap();
    assert!(matches!(tx.drop_blob(&hash).await, Err(Error::NotFound("blob"))));
    tx.commit().await.unwrap();
    db.set_clock(Some(start.plus(36 * Time::DAY)));
    assert_eq!(blobs::sweep(&db).await.unwrap(), 0, "six days");
    db.set_clock(Some(start.plus(38 * Time::DAY)));
    // The same bytes were just put again by somebody who is about to refer to them.
    db.put_blob(b"twice".to_vec()).await.unwrap();
    assert_eq!(blobs::sweep(&db).await.unwrap(), 0, "its file is new");
    age(&db, &hash, 30);
    assert_eq!(blobs::sweep(&db).await.unwrap(), 1);
    assert!(matches!(db.read_blob(&hash).await, Err(Error::NotFound("blob"))));
    let mut tx = db.write().await.unwrap();
    assert!(matches!(tx.use_blob(&hash).await, Err(Error::NotFound("blob"))), "nothing may refer to what is gone");
}

#[tokio::test]
async fn an_interrupted_blob_leaves_no_file_under_its_name() {
    let db = TestDb::new("whole").await;
    let hash = db.put_blob(b"whole".to_vec()).await.unwrap();
    assert_eq!(db.read_blob(&hash).await.unwrap(), b"whole");
    let shelf = db.blob_path(&hash).parent().unwrap().to_owned();
    assert_eq!(fs::read_dir(&shelf).unwrap().count(), 1, "no temporary file is left");
    // A folder that cannot be written: the error is told and nothing is left.
    let blocked = db.folder().join("blobs").join(&blake3::hash(b"blocked").to_hex()[..2]);
    fs::write(&blocked, b"a file where a folder should be").unwrap();
    db.put_blob(b"blocked".to_vec()).await.unwrap_err();
}
