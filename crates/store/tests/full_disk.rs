//! A disk that is really full: a small memory file system, which only root can mount.
mod rows;

use base::Error;
use rows::{count, insert, insert_slowly, raw};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use store::{Db, Location, sql};

/// A file system of a few megabytes.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path, megabytes: u32) -> Option<SmallDisk> {
        let size = format!("size={megabytes}m");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output().ok()?;
        done.status.success().then(|| SmallDisk(folder.to_owned()))
    }

    /// Leaves no room at all; the file that takes it.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let mut file = fs::File::create(&filler).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_loses_nothing_and_is_got_over() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path(), 64) else {
        println!("not run: mounting a small file system needs root");
        return;
    };
    let reserve = disk.0.join("reserve");
    fs::write(&reserve, vec![7; 40_000_000]).unwrap();
    let db = Db::open(&Location::Sqlite(disk.0.clone())).await.unwrap();
    db.migrate().await.unwrap();
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();

    // It becomes full within a transaction.
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 2).await.unwrap();
    let outcome = match insert_slowly(&mut tx, 2_000_000).await {
        Ok(_) => tx.commit().await,
        Err(e) => Err(e),
    };
    assert!(matches!(outcome, Err(Error::Full)), "{outcome:?}");
    assert_eq!(count(&db).await, 1, "what was there is there");

    // It is full before one begins. The log still has room of its own, so some may get through: those count.
    let filler = disk.fill();
    let (mut acknowledged, mut refused) = (1, 0);
    for batch in 1.. {
        let outcome = async {
            let mut tx = db.write().await?;
            for n in 0..10 {
                let mut row = raw(batch * 1000 + n);
                row[4] = vec![7u8; 50_000].into();
                let insert = sql!(
                    "test.insert_large",
                    "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                );
                tx.run(insert, row).await?;
            }
            tx.commit().await
        };
        match outcome.await {
            Ok(()) => acknowledged += 10,
            Err(Error::Full) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        if refused == 3 {
            break;
        }
        assert!(batch < 10_000, "the disk is never full");
    }
    let blob = db.put_blob(vec![7; 3_000_000]).await;
    assert!(matches!(blob, Err(Error::Full)), "{blob:?}");
    assert_eq!(count(&db).await, acknowledged);

    // Room again: it goes on by itself.
    fs::remove_file(filler).unwrap();
    fs::remove_file(reserve).unwrap();
    for ord in 2..20 {
        let mut tx = db.write().await.unwrap();
        insert(&mut tx, ord).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(count(&db).await, acknowledged + 18);
    let hash = db.put_blob(vec![7; 3_000_000]).await.unwrap();
    assert_eq!(db.read_blob(&hash).await.unwrap(), vec![7; 3_000_000]);
    db.close().await;
    let again = Db::open(&Location::Sqlite(disk.0.clone())).await.unwrap();
    assert_eq!(count(&again).await, acknowledged + 18);
    again.close().await;
}
