//! The rows of entries: texts with their revisions, attachments, and the tail that a conversation's head is made from.
use crate::model::{Author, EntryKind};
use base::{EntryId, Lang, Result, StaffId, Time};
use store::{Tx, Value, args, row, sql};

row! {
    /// One message, note or event.
    #[derive(Clone, Debug)]
    pub struct Entry {
        pub ord: i64,
        pub id: EntryId,
        pub conversation_ord: i64,
        pub external_id: String,
        pub kind: EntryKind,
        pub author: Author,
        pub person_ord: Option<i64>,
        pub staff_id: Option<StaffId>,
        pub author_name: Option<String>,
        pub said_at: Time,
        pub language: Option<Lang>,
        pub language_confidence: f64,
        pub text: String,
        pub rev: i64,
        pub has_html: bool,
        pub raw_ord: Option<i64>,
    }
}

impl Entry {
    pub(crate) fn into_values(self) -> [Value; 15] {
        args![
            self.ord,
            self.id,
            self.conversation_ord,
            self.external_id,
            self.kind,
            self.author,
            self.person_ord,
            self.staff_id,
            self.author_name,
            self.said_at,
            self.language,
            self.language_confidence,
            self.text,
            self.has_html,
            self.raw_ord
        ]
    }
}

pub(crate) async fn insert(tx: &mut Tx, rows: Vec<[Value; 15]>) -> Result<()> {
    let sql =
        sql!("conversations.insert_entry",
        "INSERT INTO entries (ord, id, conversation_ord, external_id, kind, author, person_ord, staff_id, author_name,
            said_at, language, language_confidence, text, has_html, raw_ord)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
    tx.insert_rows(sql, rows).await.map(drop)
}

/// (conversation, external id, ord) of all entries of these conversations.
pub(crate) async fn list_external(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, String, i64)>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_entry_externals" => (i64, String, i64),
        "SELECT conversation_ord, external_id, ord FROM entries WHERE conversation_ord = ANY($1)");
    tx.all(sql, args![conversations]).await
}

/// (ord, revision, text)
pub(crate) async fn list_texts(tx: &mut Tx, ords: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    if ords.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_entry_texts" => (i64, i64, String),
        "SELECT ord, rev, text FROM entries WHERE ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

/// Stores a new text and keeps the one it replaces as a revision.
pub(crate) async fn revise(
    tx: &mut Tx,
    ord: i64,
    text: &str,
    language: Option<Lang>,
    confidence: f64,
    raw_ord: Option<i64>,
) -> Result<()> {
    let now = tx.now();
    let keep = sql!(
        "conversations.insert_revision",
        "INSERT INTO entry_revisions (entry_ord, rev, text, replaced_at) SELECT ord, rev, text, $2 FROM entries WHERE ord = $1"
    );
    tx.run(keep, args![ord, now]).await?;
    let sql = sql!("conversations.revise_entry",
        "UPDATE entries SET text = $2, language = $3, language_confidence = $4, raw_ord = COALESCE($5, raw_ord), rev = rev + 1
         WHERE ord = $1");
    tx.run(sql, args![ord, text, language, confidence, raw_ord]).await.map(drop)
}

pub(crate) async fn list_revisions(tx: &mut Tx, ord: i64) -> Result<Vec<(i64, String, Time)>> {
    let sql = sql!("conversations.list_revisions" => (i64, String, Time),
        "SELECT rev, text, replaced_at FROM entry_revisions WHERE entry_ord = $1 ORDER BY rev DESC");
    tx.all(sql, args![ord]).await
}

row! {
    /// A message as a head is made from it.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Said {
        pub(crate) ord: i64,
        pub(crate) author: Author,
        pub(crate) said_at: Time,
    }
}

/// How far back a head looks for the last answer.
pub(crate) const TAIL: i64 = 50;

/// The last messages, newest first.
pub(crate) async fn list_tail(tx: &mut Tx, conversation: i64) -> Result<Vec<Said>> {
    let sql = sql!("conversations.list_tail" => Said,
        "SELECT ord, author, said_at FROM entries WHERE conversation_ord = $1 AND kind = 'message'
         ORDER BY said_at DESC, ord DESC LIMIT $2");
    tx.all(sql, args![conversation, TAIL]).await
}

/// One page of a thread, newest first, before a place or from the end.
pub(crate) async fn list_before(tx: &mut Tx, conversation: i64, at: Time, ord: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = sql!("conversations.list_entries_before" => Entry,
        "SELECT ord, id, conversation_ord, external_id, kind, author, person_ord, staff_id, author_name, said_at,
            language, language_confidence, text, rev, has_html, raw_ord
         FROM entries WHERE conversation_ord = $1 AND (said_at, ord) < ($2, $3)
         ORDER BY said_at DESC, ord DESC LIMIT $4");
    tx.all(sql, args![conversation, at, ord, limit]).await
}

/// One page of a thread after a place, oldest first.
pub(crate) async fn list_after(tx: &mut Tx, conversation: i64, at: Time, ord: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = sql!("conversations.list_entries_after" => Entry,
        "SELECT ord, id, conversation_ord, external_id, kind, author, person_ord, staff_id, author_name, said_at,
            language, language_confidence, text, rev, has_html, raw_ord
         FROM entries WHERE conversation_ord = $1 AND (said_at, ord) > ($2, $3)
         ORDER BY said_at, ord LIMIT $4");
    tx.all(sql, args![conversation, at, ord, limit]).await
}

pub(crate) async fn list_by_ord(tx: &mut Tx, ords: &[i64]) -> Result<Vec<Entry>> {
    if ords.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_entries_by_ord" => Entry,
        "SELECT ord, id, conversation_ord, external_id, kind, author, person_ord, staff_id, author_name, said_at,
            language, language_confidence, text, rev, has_html, raw_ord
         FROM entries WHERE ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

pub(crate) async fn find_ord(tx: &mut Tx, id: EntryId) -> Result<Option<i64>> {
    let sql = sql!("conversations.find_entry_ord" => (i64,), "SELECT ord FROM entries WHERE id = $1");
    Ok(tx.find(sql, args![id]).await?.map(|(ord,)| ord))
}

pub(crate) async fn find_by_external(tx: &mut Tx, conversation: i64, external_id: &str) -> Result<Option<EntryId>> {
    let sql = sql!("conversations.find_entry_by_external" => (EntryId,),
        "SELECT id FROM entries WHERE conversation_ord = $1 AND external_id = $2");
    Ok(tx.find(sql, args![conversation, external_id]).await?.map(|(id,)| id))
}

/// Whether somebody said something in a conversation that was stored after an entry; programs do not count.
pub(crate) async fn find_said_after(tx: &mut Tx, conversation: i64, ord: i64) -> Result<bool> {
    let sql = sql!("conversations.find_said_after" => (i64,),
        "SELECT ord FROM entries WHERE conversation_ord = $1 AND ord > $2 AND kind = 'message' AND author <> 'machine' LIMIT 1");
    Ok(tx.find(sql, args![conversation, ord]).await?.is_some())
}

/// The message that was stored last; programs do not count.
pub(crate) async fn find_last_said(tx: &mut Tx, conversation: i64) -> Result<Option<EntryId>> {
    let sql = sql!("conversations.find_last_said" => (EntryId,),
        "SELECT id FROM entries WHERE conversation_ord = $1 AND kind = 'message' AND author <> 'machine' ORDER BY ord DESC LIMIT 1");
    Ok(tx.find(sql, args![conversation]).await?.map(|(id,)| id))
}

/// The external ids of messages before a place, oldest first, and who wrote them: those of mails are Message-IDs.
pub(crate) async fn list_mail_ids_before(
    tx: &mut Tx,
    conversation: i64,
    at: Time,
    ord: i64,
) -> Result<Vec<(String, Author)>> {
    let sql = sql!("conversations.list_mail_ids_before" => (String, Author),
        "SELECT external_id, author FROM entries
         WHERE conversation_ord = $1 AND (said_at, ord) < ($2, $3) AND kind = 'message' ORDER BY said_at, ord");
    tx.all(sql, args![conversation, at, ord]).await
}

/// The newest message of a person that has words.
pub(crate) async fn find_last_of_person(tx: &mut Tx, conversation: i64) -> Result<Option<i64>> {
    let sql = sql!("conversations.find_last_of_person" => (i64,),
        "SELECT ord FROM entries WHERE conversation_ord = $1 AND kind = 'message' AND author = 'person' AND text <> ''
         ORDER BY said_at DESC, ord DESC LIMIT 1");
    Ok(tx.find(sql, args![conversation]).await?.map(|(ord,)| ord))
}

/// Where the bytes of the newest message of a person are kept.
pub(crate) async fn find_last_raw_of_person(tx: &mut Tx, conversation: i64) -> Result<Option<i64>> {
    let sql = sql!("conversations.find_last_raw_of_person" => (Option<i64>,),
        "SELECT raw_ord FROM entries WHERE conversation_ord = $1 AND kind = 'message' AND author = 'person'
         ORDER BY said_at DESC, ord DESC LIMIT 1");
    Ok(tx.find(sql, args![conversation]).await?.and_then(|(raw,)| raw))
}

/// Says under which id an entry of ours went out, and where its bytes are kept.
pub(crate) async fn name(tx: &mut Tx, ord: i64, external_id: &str, raw_ord: i64) -> Result<()> {
    let sql = sql!("conversations.name_entry", "UPDATE entries SET external_id = $2, raw_ord = $3 WHERE ord = $1");
    tx.run(sql, args![ord, external_id, raw_ord]).await.map(drop)
}

pub(crate) async fn delete(tx: &mut Tx, ord: i64) -> Result<()> {
    tx.run(sql!("conversations.delete_entry", "DELETE FROM entries WHERE ord = $1"), args![ord]).await.map(drop)
}

/// The first thing a person said, else the first anybody said: (entry, text).
pub(crate) async fn find_first_words(tx: &mut Tx, conversation: i64) -> Result<Option<(i64, String)>> {
    let by_person = sql!("conversations.find_first_words" => (i64, String),
        "SELECT ord, text FROM entries WHERE conversation_ord = $1 AND kind = 'message' AND author = 'person' AND text <> ''
         ORDER BY said_at, ord LIMIT 1");
    if let Some(first) = tx.find(by_person, args![conversation]).await? {
        return Ok(Some(first));
    }
    let by_anybody = sql!("conversations.find_first_text" => (i64, String),
        "SELECT ord, text FROM entries WHERE conversation_ord = $1 AND kind = 'message' ORDER BY said_at, ord LIMIT 1");
    tx.find(by_anybody, args![conversation]).await
}

/// The first messages of a thread, oldest first.
pub(crate) async fn list_messages(tx: &mut Tx, conversation: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = sql!("conversations.list_messages" => Entry,
        "SELECT ord, id, conversation_ord, external_id, kind, author, person_ord, staff_id, author_name, said_at,
            language, language_confidence, text, rev, has_html, raw_ord
         FROM entries WHERE conversation_ord = $1 AND kind = 'message' ORDER BY said_at, ord LIMIT $2");
    tx.all(sql, args![conversation, limit]).await
}

/// All entries of some conversations, each in its order.
pub(crate) async fn list_of(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<Entry>> {
    let sql = sql!("conversations.list_entries_of" => Entry,
        "SELECT ord, id, conversation_ord, external_id, kind, author, person_ord, staff_id, author_name, said_at,
            language, language_confidence, text, rev, has_html, raw_ord
         FROM entries WHERE conversation_ord = ANY($1) ORDER BY conversation_ord, said_at, ord");
    tx.all(sql, args![conversations]).await
}

// -- Attachments

row! {
    /// A file that came with an entry.
    #[derive(Clone, Debug)]
    pub struct Attachment {
        pub entry_ord: i64,
        pub position: i64,
        pub name: String,
        pub mime: String,
        pub bytes: i64,
        pub blob_hash: String,
        pub content_id: Option<String>,
    }
}

pub(crate) async fn insert_attachments(tx: &mut Tx, rows: Vec<[Value; 7]>) -> Result<()> {
    let sql = sql!(
        "conversations.insert_attachment",
        "INSERT INTO attachments (entry_ord, position, name, mime, bytes, blob_hash, content_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.insert_rows(sql, rows).await.map(drop)
}

pub(crate) async fn list_attachments(tx: &mut Tx, entries: &[i64]) -> Result<Vec<Attachment>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_attachments" => Attachment,
        "SELECT entry_ord, position, name, mime, bytes, blob_hash, content_id FROM attachments
         WHERE entry_ord = ANY($1) ORDER BY entry_ord, position");
    tx.all(sql, args![entries]).await
}

/// The conversations these entries stand in; one may come up several times.
pub(crate) async fn list_conversations_of(tx: &mut Tx, entries: &[i64]) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_conversations_of" => (i64,), "SELECT conversation_ord FROM entries WHERE ord = ANY($1)");
    Ok(tx.all(sql, args![entries]).await?.into_iter().map(|(ord,)| ord).collect())
}

row! {
    /// An entry that a search found.
    #[derive(Clone, Debug)]
    pub(crate) struct Candidate {
        pub(crate) ord: i64,
        pub(crate) id: EntryId,
        pub(crate) conversation_ord: i64,
        pub(crate) door_ord: i64,
        pub(crate) said_at: Time,
        pub(crate) text: String,
        pub(crate) subject: Option<String>,
    }
}

pub(crate) async fn list_candidates(tx: &mut Tx, ords: &[i64]) -> Result<Vec<Candidate>> {
    let sql = sql!("conversations.list_candidates" => Candidate,
        "SELECT e.ord, e.id, e.conversation_ord, c.door_ord, e.said_at, e.text, c.subject
         FROM entries e JOIN conversations c ON c.ord = e.conversation_ord WHERE e.ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

/// (entry, conversation) of these entries, newest first, but for those behind hidden doors.
pub(crate) async fn list_places(tx: &mut Tx, ords: &[i64], hidden: &[i64]) -> Result<Vec<(i64, i64)>> {
    if ords.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_entry_places" => (i64, i64),
        "SELECT e.ord, e.conversation_ord FROM entries e JOIN conversations c ON c.ord = e.conversation_ord
         WHERE e.ord = ANY($1) AND c.door_ord <> ALL($2) ORDER BY e.ord DESC");
    tx.all(sql, args![ords, hidden]).await
}

row! {
    pub(crate) struct ToIndex {
        pub(crate) ord: i64,
        pub(crate) rev: i64,
        pub(crate) text: String,
        /// Only with the entry through which it is found.
        pub(crate) subject: Option<String>,
    }
}

/// The next entries after an ord, with what they are found by.
pub(crate) async fn list_to_index(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<ToIndex>> {
    let sql = sql!("conversations.list_to_index" => ToIndex,
        "SELECT e.ord, e.rev, e.text, (SELECT c.subject FROM conversations c WHERE c.ord = e.conversation_ord AND e.ord = (
            SELECT MIN(f.ord) FROM entries f WHERE f.conversation_ord = c.ord AND f.kind <> 'event')) AS subject
         FROM entries e WHERE e.ord > $1 AND e.kind <> 'event' ORDER BY e.ord LIMIT $2");
    tx.all(sql, args![after, limit]).await
}

pub(crate) async fn list_revs(tx: &mut Tx, ords: &[i64]) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("conversations.list_entry_revs" => (i64, i64), "SELECT ord, rev FROM entries WHERE ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

/// The entry of a conversation that was stored first, with its text; events do not count.
pub(crate) async fn find_first_stored(tx: &mut Tx, conversation: i64) -> Result<Option<(i64, String)>> {
    let sql = sql!("conversations.find_first_stored" => (i64, String),
        "SELECT ord, text FROM entries WHERE conversation_ord = $1 AND kind <> 'event' ORDER BY ord LIMIT 1");
    tx.find(sql, args![conversation]).await
}

row! {
    /// What a customer said, as far as choosing among such needs it.
    #[derive(Clone, Debug)]
    pub struct SaidByPerson {
        pub ord: i64,
        pub conversation_ord: i64,
        pub person_ord: i64,
        /// 0 for none.
        pub account_ord: i64,
        pub channel: String,
        pub language: Option<Lang>,
        pub said_at: Time,
    }
}

/// What customers said between two moments in the conversations that moved last, but for those behind hidden doors and of
/// blocked senders; of other doors than `only`, where it names any, nothing.
pub(crate) async fn list_said_by_persons(
    tx: &mut Tx,
    (from, to): (Time, Time),
    hidden: &[i64],
    only: &[i64],
    conversations: i64,
) -> Result<Vec<SaidByPerson>> {
    let sql = sql!("conversations.list_said_by_persons" => SaidByPerson,
        "SELECT e.ord, e.conversation_ord, COALESCE(e.person_ord, 0) AS person_ord, COALESCE(c.account_ord, 0) AS account_ord,
            c.channel, e.language, e.said_at
         FROM (SELECT k.ord, k.account_ord, k.channel FROM conversations k
            WHERE k.last_entry_at >= $1 AND k.door_ord <> ALL($3) AND (CAST($4 AS BIGINT) = 0 OR k.door_ord = ANY($5))
            AND NOT EXISTS (SELECT 1 FROM blocked_conversations b WHERE b.conversation_ord = k.ord)
            ORDER BY k.last_entry_at DESC, k.ord DESC LIMIT $6) c
         JOIN entries e ON e.conversation_ord = c.ord
         WHERE e.kind = 'message' AND e.author = 'person' AND e.text <> '' AND e.said_at >= $1 AND e.said_at < $2");
    tx.all(sql, args![from, to, hidden, only.len() as i64, only, conversations]).await
}

/// What these persons said: (entry, conversation).
pub(crate) async fn list_of_persons(tx: &mut Tx, persons: &[i64]) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("conversations.list_entries_of_persons" => (i64, i64),
        "SELECT ord, conversation_ord FROM entries WHERE person_ord = ANY($1) ORDER BY ord");
    tx.all(sql, args![persons]).await
}

/// Letters of ours in conversations that these persons had with nobody else.
pub(crate) async fn list_written_to(tx: &mut Tx, persons: &[i64]) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_letters_to_persons" => (i64,),
        "SELECT e.ord FROM conversations c JOIN entries e ON e.conversation_ord = c.ord
         WHERE c.person_ord = ANY($1) AND e.kind = 'message' AND e.author IN ('staff', 'external') AND e.text <> ''
           AND NOT EXISTS (SELECT 1 FROM entries o WHERE o.conversation_ord = c.ord AND o.person_ord IS NOT NULL
             AND o.person_ord <> ALL($1))");
    Ok(tx.all(sql, args![persons]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Empties these entries; that they were said, when and by whose ordinal, stays.
pub(crate) async fn erase(tx: &mut Tx, ords: &[i64]) -> Result<()> {
    let texts =
        sql!("conversations.erase_entries",
        "UPDATE entries SET text = '', author_name = NULL, language = NULL, language_confidence = 0, has_html = FALSE,
            raw_ord = NULL, rev = rev + 1 WHERE ord = ANY($1)");
    tx.run(texts, args![ords]).await?;
    let earlier = sql!("conversations.delete_revisions", "DELETE FROM entry_revisions WHERE entry_ord = ANY($1)");
    tx.run(earlier, args![ords]).await?;
    delete_attachments(tx, ords).await
}

pub(crate) async fn delete_attachments(tx: &mut Tx, entries: &[i64]) -> Result<()> {
    let sql = sql!("conversations.delete_attachments", "DELETE FROM attachments WHERE entry_ord = ANY($1)");
    tx.run(sql, args![entries]).await.map(drop)
}
