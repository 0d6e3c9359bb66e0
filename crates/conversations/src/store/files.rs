//! The rows of files of answers that are being written.
use base::{FileId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    /// A file of an answer that one of us is writing.
    #[derive(Clone, Debug)]
    pub(crate) struct DraftFile {
        pub(crate) id: FileId,
        pub(crate) staff_id: StaffId,
        pub(crate) conversation_ord: i64,
        pub(crate) name: String,
        pub(crate) mime: String,
        pub(crate) bytes: i64,
        pub(crate) blob_hash: String,
        pub(crate) added_at: Time,
    }
}

pub(crate) async fn insert(tx: &mut Tx, f: &DraftFile) -> Result<()> {
    let sql = sql!(
        "conversations.insert_draft_file",
        "INSERT INTO draft_files (id, staff_id, conversation_ord, name, mime, bytes, blob_hash, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let (name, mime, hash) = (f.name.as_str(), f.mime.as_str(), f.blob_hash.as_str());
    let row = args![f.id, f.staff_id, f.conversation_ord, name, mime, f.bytes, hash, f.added_at];
    tx.run(sql, row).await.map(drop)
}

/// In the order they were added.
pub(crate) async fn list(tx: &mut Tx, staff: StaffId, conversation: i64) -> Result<Vec<DraftFile>> {
    let sql = sql!("conversations.list_draft_files" => DraftFile,
        "SELECT id, staff_id, conversation_ord, name, mime, bytes, blob_hash, added_at FROM draft_files
         WHERE conversation_ord = $1 AND staff_id = $2 ORDER BY added_at, id");
    tx.all(sql, args![conversation, staff]).await
}

pub(crate) async fn find(tx: &mut Tx, staff: StaffId, id: FileId) -> Result<Option<DraftFile>> {
    let sql = sql!("conversations.find_draft_file" => DraftFile,
        "SELECT id, staff_id, conversation_ord, name, mime, bytes, blob_hash, added_at FROM draft_files
         WHERE id = $1 AND staff_id = $2");
    tx.find(sql, args![id, staff]).await
}

pub(crate) async fn delete(tx: &mut Tx, ids: Vec<FileId>) -> Result<()> {
    let sql = sql!("conversations.delete_draft_files", "DELETE FROM draft_files WHERE id = ANY_ID($1)");
    tx.run(sql, args![ids]).await.map(drop)
}

/// Files follow the conversation they were to go out in.
pub(crate) async fn follow(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let sql = sql!(
        "conversations.move_draft_files",
        "UPDATE draft_files SET conversation_ord = $2 WHERE conversation_ord = $1"
    );
    tx.run(sql, args![from, into]).await.map(drop)
}

/// Everybody's files in these conversations go: their blobs.
pub(crate) async fn take_all(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<String>> {
    let list = sql!("conversations.list_draft_blobs" => (String,),
        "SELECT blob_hash FROM draft_files WHERE conversation_ord = ANY($1)");
    let hashes = tx.all(list, args![conversations]).await?.into_iter().map(|(hash,)| hash).collect();
    let delete =
        sql!("conversations.delete_draft_files_of", "DELETE FROM draft_files WHERE conversation_ord = ANY($1)");
    tx.run(delete, args![conversations]).await?;
    Ok(hashes)
}
