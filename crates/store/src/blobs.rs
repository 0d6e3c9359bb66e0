//! Large bytes: files named by their BLAKE3 hash in the data folder, synced before the commit that names them.
use crate::fault::said;
use crate::{Db, Tx, args, sql};
use base::{Error, Result, Time};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How long a blob stays after its last reference went.
pub const KEPT_UNUSED: i64 = 7 * Time::DAY;

pub(crate) fn path(folder: &Path, hash: &str) -> PathBuf {
    let (shelf, name) = hash.split_at_checked(2).unwrap_or(("00", hash));
    folder.join("blobs").join(shelf).join(name)
}

/// A disk that is full or refuses is `Full`; anything else tells itself.
pub(crate) fn file_fault(path: &Path, error: io::Error) -> Error {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    tracing::error!(path = %path.display(), %error, "a file cannot be read or written");
    match error.kind() {
        StorageFull | QuotaExceeded | ReadOnlyFilesystem | FileTooLarge => Error::Full,
        _ => said(format!("{}: {error}", path.display())),
    }
}

/// Writes a file so that it is there whole or not at all, also after a power cut.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
        if let Some(above) = folder.parent() {
            File::open(above)?.sync_all()?;
        }
    }
    let temporary = folder.join(format!("{}.new", base::RawId::new()));
    let written = (|| {
        let mut file = File::create_new(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        // What is left of it would only fill a full disk further.
        let _ = fs::remove_file(&temporary);
    }
    written
}

impl Db {
    /// Writes bytes to the blob folder and gives their hash. Outside a transaction, since syncing takes its time; the
    /// transaction that wants to keep them then calls `use_blob`.
    pub async fn put_blob(&self, bytes: Vec<u8>) -> Result<String> {
        let folder = self.location().folder().to_owned();
        tokio::task::spawn_blocking(move || {
            let hash = blake3::hash(&bytes).to_hex().to_string();
            let path = path(&folder, &hash);
            // Written anew even if it is there: the sweep looks at the file's age.
            write_whole(&path, &bytes).map_err(|e| file_fault(&path, e))?;
            Ok(hash)
        })
        .await
        .map_err(Error::store)?
    }

    /// The bytes of a blob.
    pub async fn read_blob(&self, hash: &str) -> Result<Vec<u8>> {
        let path = self.blob_path(hash);
        match tokio::fs::read(&path).await {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Err(Error::NotFound("blob")),
            other => other.map_err(|e| file_fault(&path, e)),
        }
    }

    /// Where a blob's file is, for those who stream it.
    pub fn blob_path(&self, hash: &str) -> PathBuf {
        path(self.location().folder(), hash)
    }
}

impl Tx {
    /// One more row refers to a blob that `put_blob` wrote.
    pub async fn use_blob(&mut self, hash: &str) -> Result<()> {
        let path = self.db().blob_path(hash);
        // The sweep and this take turns as writers: what is there now stays as long as the reference does.
        let bytes = match fs::metadata(&path) {
            Ok(file) => file.len() as i64,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(Error::NotFound("blob")),
            Err(e) => return Err(file_fault(&path, e)),
        };
        let add = sql!(
            "store.use_blob",
            "INSERT INTO blobs (hash, bytes, refs) VALUES ($1, $2, 1)
            ON CONFLICT (hash) DO UPDATE SET refs = blobs.refs + 1, unused_since = NULL"
        );
        self.run(add, args![hash, bytes]).await?;
        Ok(())
    }

    /// One row less refers to a blob; a week after the last one its file goes.
    pub async fn drop_blob(&mut self, hash: &str) -> Result<()> {
        let now = self.now();
        self.drop_blob_as_of(hash, now).await
    }

    /// The same for what was erased: after the last reference its file goes with the next sweep, not after a week.
    pub async fn erase_blob(&mut self, hash: &str) -> Result<()> {
        self.drop_blob_as_of(hash, Time(0)).await
    }

    async fn drop_blob_as_of(&mut self, hash: &str, at: Time) -> Result<()> {
        let drop =
            sql!("store.drop_blob",
            "UPDATE blobs SET refs = refs - 1, unused_since = CASE WHEN refs = 1 THEN CAST($1 AS BIGINT) ELSE NULL END
            WHERE hash = $2 AND refs > 0");
        if self.run(drop, args![at, hash]).await? == 0 {
            return Err(Error::NotFound("blob"));
        }
        Ok(())
    }
}

/// Removes the files that nothing has referred to for a week; none while a backup is being taken. How many.
pub async fn sweep(db: &Db) -> Result<u64> {
    let mut tx = db.write().await?;
    let now = tx.now();
    let running = sql!("store.find_backup" => (Vec<u8>,), "SELECT id FROM backups_running WHERE until > $1 LIMIT 1");
    if tx.find(running, args![now]).await?.is_some() {
        return Ok(0);
    }
    let unused = sql!("store.list_unused_blobs" => (String,),
        "SELECT hash FROM blobs WHERE unused_since < $1 ORDER BY hash LIMIT 1000");
    let hashes: Vec<String> = tx.all(unused, args![now.plus(-KEPT_UNUSED)]).await?.into_iter().map(|r| r.0).collect();
    let mut gone = Vec::new();
    for hash in hashes {
        let path = db.blob_path(&hash);
        // Somebody may just have written the same bytes again and be about to refer to them.
        let is_young = fs::metadata(&path)
            .and_then(|m| m.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_micros() < Time::DAY as u128));
        if is_young {
            continue;
        }
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(file_fault(&path, e)),
            _ => gone.push(hash),
        }
    }
    let delete = sql!("store.delete_blobs", "DELETE FROM blobs WHERE hash = ANY($1) AND refs = 0");
    let swept = tx.run(delete, args![gone]).await?;
    tx.commit().await?;
    Ok(swept)
}
