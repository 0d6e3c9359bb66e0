//! The rows of conversations: their heads, participants, reads, and the tags the tagging room shows on them.
use crate::model::{Author, Channel, Emotion, Purpose, Status, TagState};
use base::{ConversationId, Lang, PersonId, Result, StaffId, TagId, Time};
use serde::{Deserialize, Serialize};
use store::{Tx, Value, args, row, sql};

row! {
    /// A whole conversation without its entries.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct Head {
        pub ord: i64,
        pub id: ConversationId,
        pub source: String,
        pub external_id: String,
        pub channel: Channel,
        pub door_ord: i64,
        pub subject: Option<String>,
        pub purpose: Option<Purpose>,
        pub status: Status,
        pub assignee: Option<StaffId>,
        /// The team of ours that answers.
        pub staff_team_id: Option<i64>,
        /// Until when it rests; a customer who speaks wakes it earlier.
        pub snoozed_until: Option<Time>,
        pub person_ord: Option<i64>,
        pub team_ord: Option<i64>,
        pub account_ord: Option<i64>,
        pub language: Option<Lang>,
        pub opened_at: Time,
        pub last_entry_at: Time,
        pub last_said_by: Author,
        pub preview: String,
        pub entry_count: i64,
        pub waiting_since: Option<Time>,
        pub tag_state: TagState,
        pub last_emotion: Option<Emotion>,
        pub emotion_start: Option<i64>,
        pub emotion_end: Option<i64>,
        pub emotion_worst: Option<i64>,
        pub emotion_best: Option<i64>,
        pub about_room: Option<String>,
        pub about_id: Option<String>,
        pub about_anchor: Option<String>,
        pub attributes_json: Option<String>,
        pub created_at: Time,
        pub rev: i64,
    }
}

pub(crate) async fn insert(tx: &mut Tx, heads: &[&Head]) -> Result<()> {
    let rows = heads
        .iter()
        .map(|h| {
            args![
                h.ord,
                h.id,
                &h.source,
                &h.external_id,
                h.channel,
                h.door_ord,
                h.subject.clone(),
                h.purpose,
                h.status,
                h.assignee,
                h.person_ord,
                h.team_ord,
                h.account_ord,
                h.language,
                h.opened_at,
                h.last_entry_at,
                h.last_said_by,
                &h.preview,
                h.entry_count,
                h.waiting_since,
                h.tag_state,
                h.about_room.clone(),
                h.about_id.clone(),
                h.about_anchor.clone(),
                h.attributes_json.clone(),
                h.created_at
            ]
        })
        .collect();
    let sql = sql!("conversations.insert_conversation",
        "INSERT INTO conversations (ord, id, source, external_id, channel, door_ord, subject, purpose, status, assignee,
            person_ord, team_ord, account_ord, language, opened_at, last_entry_at, last_said_by, preview, entry_count,
            waiting_since, tag_state, about_room, about_id, about_anchor, attributes_json, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26)");
    tx.insert_rows(sql, rows).await.map(drop)
}

/// What taking in may change of a conversation that is there.
pub(crate) async fn update_taken(tx: &mut Tx, h: &Head) -> Result<()> {
    let sql = sql!("conversations.update_taken",
        "UPDATE conversations SET subject = $2, status = $3, person_ord = $4, team_ord = $5, account_ord = $6,
            opened_at = $7, last_entry_at = $8, last_said_by = $9, preview = $10, entry_count = $11, waiting_since = $12,
            language = $13, snoozed_until = $14, rev = rev + 1
         WHERE ord = $1");
    let args = args![
        h.ord,
        h.subject.clone(),
        h.status,
        h.person_ord,
        h.team_ord,
        h.account_ord,
        h.opened_at,
        h.last_entry_at,
        h.last_said_by,
        &h.preview,
        h.entry_count,
        h.waiting_since,
        h.language,
        h.snoozed_until
    ];
    tx.run(sql, args).await.map(drop)
}

/// What one of us may change.
pub(crate) async fn update_head(tx: &mut Tx, h: &Head) -> Result<()> {
    let sql = sql!(
        "conversations.update_head",
        "UPDATE conversations SET subject = $2, purpose = $3, status = $4, assignee = $5, waiting_since = $6,
            staff_team_id = $7, snoozed_until = $8, rev = rev + 1 WHERE ord = $1"
    );
    let (team, until) = (h.staff_team_id, h.snoozed_until);
    tx.run(sql, args![h.ord, h.subject.clone(), h.purpose, h.status, h.assignee, h.waiting_since, team, until])
        .await
        .map(drop)
}

pub(crate) async fn list_by_ord(tx: &mut Tx, ords: &[i64]) -> Result<Vec<Head>> {
    if ords.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_by_ord" => Head,
        "SELECT ord, id, source, external_id, channel, door_ord, subject, purpose, status, assignee, staff_team_id,
            snoozed_until, person_ord, team_ord, account_ord, language, opened_at, last_entry_at, last_said_by, preview, entry_count,
            waiting_since, tag_state, last_emotion, emotion_start, emotion_end, emotion_worst, emotion_best, about_room,
            about_id, about_anchor, attributes_json, created_at, rev
         FROM conversations WHERE ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

pub(crate) async fn list_by_external(tx: &mut Tx, source: &str, external_ids: Vec<String>) -> Result<Vec<Head>> {
    let sql = sql!("conversations.list_by_external" => Head,
        "SELECT ord, id, source, external_id, channel, door_ord, subject, purpose, status, assignee, staff_team_id,
            snoozed_until, person_ord, team_ord, account_ord, language, opened_at, last_entry_at, last_said_by, preview, entry_count,
            waiting_since, tag_state, last_emotion, emotion_start, emotion_end, emotion_worst, emotion_best, about_room,
            about_id, about_anchor, attributes_json, created_at, rev
         FROM conversations WHERE external_id = ANY($1) AND source = $2");
    tx.all(sql, args![external_ids, source]).await
}

/// The ord behind an id, also of a conversation that was joined to another.
pub(crate) async fn find_ord(tx: &mut Tx, id: ConversationId) -> Result<Option<i64>> {
    let sql = sql!("conversations.find_ord" => (i64,), "SELECT ord FROM conversations WHERE id = $1
        UNION ALL SELECT into_ord FROM joined_conversations WHERE id = $1");
    Ok(tx.find(sql, args![id]).await?.map(|(ord,)| ord))
}

/// Entries of ours came in, which are no messages.
pub(crate) async fn add_to_count(tx: &mut Tx, ord: i64, entries: i64) -> Result<()> {
    let sql =
        sql!("conversations.add_to_count", "UPDATE conversations SET entry_count = entry_count + $2 WHERE ord = $1");
    tx.run(sql, args![ord, entries]).await.map(drop)
}

pub(crate) async fn set_entry_count(tx: &mut Tx, ord: i64, entries: i64) -> Result<()> {
    let sql = sql!("conversations.set_entry_count", "UPDATE conversations SET entry_count = $2 WHERE ord = $1");
    tx.run(sql, args![ord, entries]).await.map(drop)
}

/// Conversations of these persons, or in which they take part.
pub(crate) async fn list_of_persons(tx: &mut Tx, persons: &[i64]) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_of_persons" => (i64,),
        "SELECT ord FROM conversations WHERE person_ord = ANY($1)
         UNION SELECT conversation_ord FROM participants WHERE person_ord <> 0 AND person_ord = ANY($1)");
    Ok(tx.all(sql, args![persons]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Conversations that are theirs.
pub(crate) async fn list_own(tx: &mut Tx, persons: &[i64]) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_own" => (i64,), "SELECT ord FROM conversations WHERE person_ord = ANY($1)");
    Ok(tx.all(sql, args![persons]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// The folded mail addresses of these persons.
pub(crate) async fn list_addresses(tx: &mut Tx, persons: &[i64]) -> Result<Vec<String>> {
    // Asked for by kind, SQLite would go through all addresses there are.
    let sql = sql!("conversations.list_addresses" => (String, String),
        "SELECT kind, value_fold FROM identities WHERE person_ord = ANY($1)");
    let known = tx.all(sql, args![persons]).await?;
    Ok(known.into_iter().filter(|(kind, _)| kind == "email").map(|(_, address)| address).collect())
}

/// Participants known by name only go where that is this address: `kim@a.example`, or `Kim <kim@a.example>`.
pub(crate) async fn delete_named(tx: &mut Tx, address: &str) -> Result<()> {
    let escaped = address.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let sql = sql!(
        "conversations.delete_named",
        "DELETE FROM participants WHERE person_ord = 0 AND staff_key = '' AND name <> ''
            AND (LOWER(name) = $1 OR LOWER(name) LIKE $2 ESCAPE '\\')"
    );
    tx.run(sql, args![address, format!("%<{escaped}>")]).await.map(drop)
}

/// What stands on the heads of a person's own conversations goes.
pub(crate) async fn erase_heads(tx: &mut Tx, persons: &[i64]) -> Result<()> {
    let sql = sql!(
        "conversations.erase_heads",
        "UPDATE conversations SET subject = NULL, attributes_json = NULL, rev = rev + 1 WHERE person_ord = ANY($1)"
    );
    tx.run(sql, args![persons]).await.map(drop)
}

/// The conversations whose rest is over.
pub(crate) async fn list_rested(tx: &mut Tx, now: Time, limit: i64) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_rested" => (i64,),
        "SELECT ord FROM conversations WHERE snoozed_until IS NOT NULL AND snoozed_until <= $1 ORDER BY ord LIMIT $2");
    Ok(tx.all(sql, args![now, limit]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Of the conversations that a person opened on or after a day and that still are or were open: how many there are, and
/// in how many a person of ours has answered.
pub(crate) async fn count_answered(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<(i64, i64)> {
    let sql = sql!("conversations.count_answered" => (i64, i64),
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM entries e WHERE e.conversation_ord = c.ord
            AND e.kind = 'message' AND e.author IN ('staff', 'external')) THEN 1 ELSE 0 END), 0)
         FROM conversations c WHERE c.last_entry_at >= $1 AND c.opened_at >= $1 AND c.opened_at < $2
            AND c.door_ord <> ALL($3) AND EXISTS (SELECT 1 FROM entries p WHERE p.conversation_ord = c.ord
            AND p.kind = 'message' AND p.author = 'person')");
    Ok(tx.find(sql, args![from, to, hidden]).await?.unwrap_or_default())
}

// -- Joined threads

pub(crate) async fn list_joined(tx: &mut Tx, source: &str, external_ids: Vec<String>) -> Result<Vec<(String, i64)>> {
    let sql = sql!("conversations.list_joined" => (String, i64),
        "SELECT external_id, into_ord FROM joined_conversations WHERE external_id = ANY($1) AND source = $2");
    tx.all(sql, args![external_ids, source]).await
}

/// Everything of one conversation goes to another; the first remains as a redirect.
pub(crate) async fn join(tx: &mut Tx, from: &Head, into: i64) -> Result<()> {
    let now = tx.now();
    let redirect = sql!(
        "conversations.insert_joined",
        "INSERT INTO joined_conversations (ord, id, source, external_id, into_ord, joined_at)
         VALUES ($1, $2, $3, $4, $5, $6)"
    );
    tx.run(redirect, args![from.ord, from.id, &from.source, &from.external_id, into, now]).await?;
    let shorten =
        sql!("conversations.shorten_joined", "UPDATE joined_conversations SET into_ord = $2 WHERE into_ord = $1");
    tx.run(shorten, args![from.ord, into]).await?;
    let entries =
        sql!("conversations.move_entries", "UPDATE entries SET conversation_ord = $2 WHERE conversation_ord = $1");
    tx.run(entries, args![from.ord, into]).await?;
    let passages =
        sql!("conversations.move_passages", "UPDATE passages SET conversation_ord = $2 WHERE conversation_ord = $1");
    tx.run(passages, args![from.ord, into]).await?;
    let mails = sql!(
        "conversations.move_message_ids",
        "UPDATE message_ids SET conversation_ord = $2 WHERE conversation_ord = $1"
    );
    tx.run(mails, args![from.ord, into]).await?;
    super::notifications::follow(tx, from.ord, into).await?;
    let people = sql!(
        "conversations.copy_participants",
        "INSERT INTO participants (conversation_ord, role, person_ord, staff_key, name)
         SELECT $2, role, person_ord, staff_key, name FROM participants WHERE conversation_ord = $1
         ON CONFLICT DO NOTHING"
    );
    tx.run(people, args![from.ord, into]).await?;
    for sql in [
        sql!("conversations.drop_participants", "DELETE FROM participants WHERE conversation_ord = $1"),
        sql!("conversations.drop_presences", "DELETE FROM presences WHERE conversation_ord = $1"),
        sql!("conversations.drop_reads", "DELETE FROM conversation_reads WHERE conversation_ord = $1"),
        sql!("conversations.drop_conversation", "DELETE FROM conversations WHERE ord = $1"),
    ] {
        tx.run(sql, args![from.ord]).await?;
    }
    Ok(())
}

// -- Participants

row! {
    #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub struct Participant {
        pub conversation_ord: i64,
        pub role: String,
        /// 0 for nobody.
        pub person_ord: i64,
        /// The text of a staff id, or empty.
        pub staff_key: String,
        /// Only of somebody of whom nothing else is known.
        pub name: String,
    }
}

pub(crate) async fn insert_participants(tx: &mut Tx, all: impl Iterator<Item = Participant>) -> Result<()> {
    let sql = sql!(
        "conversations.insert_participant",
        "INSERT INTO participants (conversation_ord, role, person_ord, staff_key, name)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
    );
    let rows = all.map(|p| args![p.conversation_ord, p.role, p.person_ord, p.staff_key, p.name]).collect();
    tx.insert_rows(sql, rows).await.map(drop)
}

pub(crate) async fn list_participants(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<Participant>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_participants" => Participant,
        "SELECT conversation_ord, role, person_ord, staff_key, name FROM participants
         WHERE conversation_ord = ANY($1) ORDER BY conversation_ord, role, person_ord, staff_key, name");
    tx.all(sql, args![conversations]).await
}

// -- People and staff

/// Whether there is a conversation of another source.
pub async fn has_other_sources(tx: &mut Tx, source: &str) -> Result<bool> {
    let sql =
        sql!("conversations.find_other_source" => (i64,), "SELECT ord FROM conversations WHERE source <> $1 LIMIT 1");
    Ok(tx.find(sql, args![source]).await?.is_some())
}

/// The ords of conversations after one, in their order, but for those behind some doors.
pub(crate) async fn list_ords_after(tx: &mut Tx, after: i64, hidden: &[i64], limit: i64) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_ords_after" => (i64,),
        "SELECT ord FROM conversations WHERE ord > $1 AND door_ord <> ALL($2) ORDER BY ord LIMIT $3");
    Ok(tx.all(sql, args![after, hidden, limit]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Members of staff by the folded form of their addresses; those who left still wrote what they wrote.
pub(crate) async fn list_staff_by_email(tx: &mut Tx, folded: Vec<String>) -> Result<Vec<(String, StaffId)>> {
    let sql = sql!("conversations.list_staff_by_email" => (String, StaffId),
        "SELECT email_fold, id FROM staff WHERE email_fold = ANY($1)");
    tx.all(sql, args![folded]).await
}

pub(crate) async fn find_active_staff(tx: &mut Tx, id: StaffId) -> Result<Option<String>> {
    let sql = sql!("conversations.find_active_staff" => (String,),
        "SELECT name FROM staff WHERE id = $1 AND removed_at IS NULL");
    Ok(tx.find(sql, args![id]).await?.map(|(name,)| name))
}

/// The canonical ord of a person, and all ords that were merged into it.
pub(crate) async fn list_person_ords(tx: &mut Tx, id: PersonId) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_person_ords" => (i64,),
        "SELECT ord FROM persons WHERE canon_ord = (SELECT p.canon_ord FROM persons p WHERE p.id = $1)");
    Ok(tx.all(sql, args![id]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// The newest address of a person, by ord.
pub(crate) async fn find_email(tx: &mut Tx, person: i64) -> Result<Option<String>> {
    // Asked for by kind, SQLite would begin with all addresses there are.
    let sql = sql!("conversations.find_email" => (String, String),
        "SELECT i.kind, i.value FROM identities i JOIN persons p ON p.ord = i.person_ord
         WHERE p.canon_ord = (SELECT q.canon_ord FROM persons q WHERE q.ord = $1)
         ORDER BY i.first_seen_at DESC, i.value");
    let known = tx.all(sql, args![person]).await?;
    Ok(known.into_iter().find(|(kind, _)| kind == "email").map(|(_, email)| email))
}

pub(crate) async fn list_team_ords(tx: &mut Tx, id: base::TeamId) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_team_ords" => (i64,),
        "SELECT ord FROM teams WHERE canon_ord = (SELECT t.canon_ord FROM teams t WHERE t.id = $1)");
    Ok(tx.all(sql, args![id]).await?.into_iter().map(|(ord,)| ord).collect())
}

pub(crate) async fn list_account_ords(tx: &mut Tx, id: base::AccountId) -> Result<Vec<i64>> {
    let sql = sql!("conversations.list_account_ords" => (i64,),
        "SELECT ord FROM accounts WHERE canon_ord = (SELECT a.canon_ord FROM accounts a WHERE a.id = $1)");
    Ok(tx.all(sql, args![id]).await?.into_iter().map(|(ord,)| ord).collect())
}

// -- Read marks

pub(crate) async fn mark_read(tx: &mut Tx, staff: StaffId, conversation: i64, at: Time) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_read",
        "INSERT INTO conversation_reads (staff_id, conversation_ord, read_at) VALUES ($1, $2, $3)
         ON CONFLICT (staff_id, conversation_ord) DO UPDATE SET read_at = excluded.read_at"
    );
    tx.run(sql, args![staff, conversation, at]).await.map(drop)
}

pub(crate) async fn list_reads(tx: &mut Tx, staff: StaffId, conversations: &[i64]) -> Result<Vec<(i64, Time)>> {
    let sql = sql!("conversations.list_reads" => (i64, Time),
        "SELECT conversation_ord, read_at FROM conversation_reads WHERE staff_id = $1 AND conversation_ord = ANY($2)");
    tx.all(sql, args![staff, conversations]).await
}

// -- What the tagging room writes here

pub(crate) async fn set_tag_states(tx: &mut Tx, conversations: &[i64], state: TagState) -> Result<()> {
    let sql = sql!(
        "conversations.set_tag_states",
        "UPDATE conversations SET tag_state = $2 WHERE ord = ANY($1) AND tag_state <> $2"
    );
    tx.run(sql, args![conversations, state]).await.map(drop)
}

pub(crate) async fn set_purpose_read(tx: &mut Tx, conversation: i64, purpose: Purpose) -> Result<()> {
    let sql = sql!(
        "conversations.set_purpose_read",
        "UPDATE conversations SET purpose = $2 WHERE ord = $1 AND purpose IS NULL"
    );
    tx.run(sql, args![conversation, purpose]).await.map(drop)
}

pub(crate) async fn delete_tags(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let sql = sql!("conversations.delete_tags", "DELETE FROM conversation_tags WHERE conversation_ord = ANY($1)");
    tx.run(sql, args![conversations]).await.map(drop)
}

/// What one conversation shows, another one shows as well; the first is gone.
pub(crate) async fn move_tags(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let copy = sql!("conversations.copy_tags",
        "INSERT INTO conversation_tags (tag_ord, conversation_ord, kinds, taggings)
         SELECT tag_ord, $2, kinds, taggings FROM conversation_tags WHERE conversation_ord = $1
         ON CONFLICT (tag_ord, conversation_ord) DO UPDATE SET taggings = conversation_tags.taggings + excluded.taggings");
    tx.run(copy, args![from, into]).await?;
    delete_tags(tx, &[from]).await
}

pub(crate) async fn insert_tags(tx: &mut Tx, rows: Vec<[Value; 4]>) -> Result<()> {
    let sql = sql!(
        "conversations.insert_tag",
        "INSERT INTO conversation_tags (tag_ord, conversation_ord, kinds, taggings) VALUES ($1, $2, $3, $4)"
    );
    tx.insert_rows(sql, rows).await.map(drop)
}

row! {
    #[derive(Clone, Debug)]
    pub(crate) struct TagOn {
        pub(crate) conversation_ord: i64,
        pub(crate) tag_ord: i64,
        pub(crate) kinds: String,
        pub(crate) tag_id: TagId,
        pub(crate) path: String,
        pub(crate) label_ko: String,
        pub(crate) label_en: String,
    }
}

pub(crate) async fn list_tags(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<TagOn>> {
    let sql = sql!("conversations.list_tags" => TagOn,
        "SELECT c.conversation_ord, c.tag_ord, c.kinds, b.tag_id, b.path, b.label_ko, b.label_en
         FROM conversation_tags c JOIN tag_badges b ON b.tag_ord = c.tag_ord
         WHERE c.conversation_ord = ANY($1) ORDER BY c.conversation_ord, b.path");
    tx.all(sql, args![conversations]).await
}

pub(crate) async fn upsert_badges(tx: &mut Tx, rows: Vec<[Value; 5]>) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_badge",
        "INSERT INTO tag_badges (tag_ord, tag_id, path, label_ko, label_en) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tag_ord) DO UPDATE SET tag_id = excluded.tag_id, path = excluded.path,
            label_ko = excluded.label_ko, label_en = excluded.label_en"
    );
    tx.insert_rows(sql, rows).await.map(drop)
}

/// The tag of an id and all below it, by path.
pub(crate) async fn list_subtree(tx: &mut Tx, id: TagId) -> Result<Vec<(i64,)>> {
    let sql = sql!("conversations.list_subtree" => (i64,),
        "SELECT DISTINCT b.tag_ord FROM tag_badges b JOIN tag_badges t ON t.tag_id = $1
         WHERE b.tag_ord = t.tag_ord OR SUBSTR(b.path, 1, LENGTH(t.path) + 1) = t.path || '/'");
    tx.all(sql, args![id]).await
}
