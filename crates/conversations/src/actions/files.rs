//! Files of an answer: kept with its draft while it is written, on the entry once it goes out, and back again when that is
//! taken back. The bytes are blobs all the while; only what refers to them moves.
use crate::file_type::type_of;
use crate::prepare::clean_line;
use crate::store::conversations::Head;
use crate::store::entries::{self, Attachment};
use crate::store::files::{self as rows, DraftFile};
use base::{Error, FileId, Result, StaffId};
use store::{Db, Tx, args};

/// All files of one answer together, in bytes: as many mail servers take 25 MB of a mail, in which a file is a third longer.
pub(crate) const MOST_BYTES: usize = 18 << 20;
const MOST_FILES: usize = 20;
const LONGEST_NAME: usize = 200;

/// Bytes that lie in the blob folder and are not yet anybody's.
pub(crate) struct Uploaded {
    name: String,
    mime: &'static str,
    bytes: i64,
    blob_hash: String,
}

/// Writes the bytes of a file; before the transaction, since syncing takes its time.
pub(crate) async fn keep_upload(db: &Db, name: &str, bytes: Vec<u8>) -> Result<Uploaded> {
    if bytes.is_empty() {
        return Err(Error::invalid("file", "error-file-empty"));
    }
    let (name, len) = (file_name(name), bytes.len() as i64);
    let mime = type_of(&name, &bytes);
    Ok(Uploaded { name, mime, bytes: len, blob_hash: db.put_blob(bytes).await? })
}

/// One line in NFC without folders; what is too long loses its middle, never its ending.
fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = clean_line(name).chars().filter(|c| !c.is_control()).collect();
    let chars: Vec<char> = name.trim_matches(['.', ' ']).chars().collect();
    match chars.len() {
        0 => "file".into(),
        1..=LONGEST_NAME => chars.into_iter().collect(),
        len => chars[..LONGEST_NAME - 20].iter().chain(&['…']).chain(&chars[len - 19..]).collect(),
    }
}

/// Adds a file to what one of us writes in a conversation. The same file again, after a lost answer, is the same.
pub(crate) async fn add_file(tx: &mut Tx, staff_id: StaffId, head: &Head, file: Uploaded) -> Result<DraftFile> {
    let there = rows::list(tx, staff_id, head.ord).await?;
    if let Some(same) = there.iter().find(|one| one.blob_hash == file.blob_hash && one.name == file.name) {
        return Ok(same.clone());
    }
    let together: i64 = there.iter().map(|one| one.bytes).sum::<i64>() + file.bytes;
    if together > MOST_BYTES as i64 || there.len() == MOST_FILES {
        let args = vec![("megabytes", (MOST_BYTES >> 20).to_string()), ("files", MOST_FILES.to_string())];
        return Err(Error::Invalid { field: "file", key: "error-files-too-large", args });
    }
    tx.use_blob(&file.blob_hash).await?;
    let Uploaded { name, mime, bytes, blob_hash } = file;
    let (id, mime, added_at) = (FileId::new(), mime.to_owned(), tx.now());
    let row = DraftFile { id, staff_id, conversation_ord: head.ord, name, mime, bytes, blob_hash, added_at };
    rows::insert(tx, &row).await?;
    Ok(row)
}

/// Takes a file away again. One that is not there any more was taken away on another device.
pub(crate) async fn remove_file(tx: &mut Tx, staff: StaffId, id: FileId) -> Result<()> {
    let Some(file) = rows::find(tx, staff, id).await? else { return Ok(()) };
    rows::delete(tx, vec![id]).await?;
    tx.drop_blob(&file.blob_hash).await
}

/// Puts files of a draft on the entry that it became, in the order they are named.
pub(crate) async fn attach(tx: &mut Tx, staff: StaffId, head: &Head, entry_ord: i64, ids: &[FileId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let there = rows::list(tx, staff, head.ord).await?;
    let mut files = Vec::with_capacity(ids.len());
    for (position, id) in (0i64..).zip(ids) {
        let file = there.iter().find(|one| one.id == *id).ok_or(Error::invalid("files", "error-file-gone"))?.clone();
        files.push(args![entry_ord, position, file.name, file.mime, file.bytes, file.blob_hash, None::<String>]);
    }
    entries::insert_attachments(tx, files).await?;
    rows::delete(tx, ids.to_vec()).await
}

/// Makes files of an entry that was taken back files of the draft again. Where the entry `stays` they are in both.
pub(crate) async fn detach(tx: &mut Tx, staff_id: StaffId, head: &Head, entry_ord: i64, stays: bool) -> Result<()> {
    for file in entries::list_attachments(tx, &[entry_ord]).await? {
        let Attachment { name, mime, bytes, blob_hash, .. } = file;
        if stays {
            tx.use_blob(&blob_hash).await?;
        }
        let (id, added_at) = (FileId::new(), tx.now());
        let row = DraftFile { id, staff_id, conversation_ord: head.ord, name, mime, bytes, blob_hash, added_at };
        rows::insert(tx, &row).await?;
    }
    if stays { Ok(()) } else { entries::delete_attachments(tx, &[entry_ord]).await }
}

/// Takes away what anybody was about to send in these conversations.
pub(crate) async fn erase_files(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    for hash in rows::take_all(tx, conversations).await? {
        tx.erase_blob(&hash).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_folders_and_keeps_its_ending() {
        assert_eq!(file_name("C:\\문서\\견적서 2026.pdf"), "견적서 2026.pdf");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("a\r\nBcc: b.txt"), "a Bcc: b.txt");
        // As a Mac writes it.
        assert_eq!(file_name("\u{1112}\u{1161}\u{11ab}.png"), "한.png");
        assert_eq!(file_name(" .. "), "file");
        let long = file_name(&format!("{}.pdf", "가".repeat(500)));
        assert!(long.chars().count() == LONGEST_NAME && long.ends_with(".pdf"), "{long}");
    }
}
