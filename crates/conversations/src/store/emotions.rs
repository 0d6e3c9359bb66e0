//! The rows of emotions: what was read from entries, what people say of it, what a conversation shows.
use crate::model::{Channel, Emotion, Felt, MarkOrigin};
use base::{Result, StaffId, Time};
use store::{Tx, Value, args, row, sql};

row! {
    /// A customer's entry whose emotion is to be read: the first 20,000 characters of it, as many as the model looks at.
    #[derive(Clone, Debug)]
    pub(crate) struct ToRead {
        pub(crate) ord: i64,
        pub(crate) rev: i64,
        pub(crate) conversation_ord: i64,
        pub(crate) channel: Channel,
        pub(crate) text: String,
    }
}

/// The customers' entries after an ord and up to another, in their order.
pub(crate) async fn list_to_read(tx: &mut Tx, after: i64, to: i64, limit: i64) -> Result<Vec<ToRead>> {
    let sql = sql!("conversations.list_to_read" => ToRead,
        "SELECT e.ord, e.rev, e.conversation_ord, c.channel, SUBSTR(e.text, 1, 20000) AS text
         FROM entries e JOIN conversations c ON c.ord = e.conversation_ord
         WHERE e.ord > $1 AND e.ord <= $2 AND e.kind = 'message' AND e.author = 'person' AND e.text <> ''
         ORDER BY e.ord LIMIT $3");
    tx.all(sql, args![after, to, limit]).await
}

/// Those of these entries that customers wrote and that have words.
pub(crate) async fn list_to_read_of(tx: &mut Tx, ords: &[i64]) -> Result<Vec<ToRead>> {
    let sql = sql!("conversations.list_to_read_of" => ToRead,
        "SELECT e.ord, e.rev, e.conversation_ord, c.channel, SUBSTR(e.text, 1, 20000) AS text
         FROM entries e JOIN conversations c ON c.ord = e.conversation_ord
         WHERE e.ord = ANY($1) AND e.kind = 'message' AND e.author = 'person' AND e.text <> '' ORDER BY e.ord");
    tx.all(sql, args![ords]).await
}

row! {
    /// What was read from an entry.
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) struct ReadRow {
        pub(crate) entry_ord: i64,
        pub(crate) entry_rev: i64,
        pub(crate) valence: i64,
        pub(crate) emotion: Option<Emotion>,
        pub(crate) words: String,
    }
}

pub(crate) async fn upsert_read(tx: &mut Tx, rows: Vec<ReadRow>) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_entry_emotion",
        "INSERT INTO entry_emotions (entry_ord, entry_rev, valence, emotion, words) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (entry_ord) DO UPDATE SET entry_rev = excluded.entry_rev, valence = excluded.valence,
            emotion = excluded.emotion, words = excluded.words"
    );
    let row = |r: ReadRow| args![r.entry_ord, r.entry_rev, r.valence, r.emotion, r.words];
    tx.insert_rows(sql, rows.into_iter().map(row).collect()).await.map(drop)
}

pub(crate) async fn list_read(tx: &mut Tx, entries: &[i64]) -> Result<Vec<ReadRow>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_entry_emotions" => ReadRow,
        "SELECT entry_ord, entry_rev, valence, emotion, words FROM entry_emotions WHERE entry_ord = ANY($1)");
    tx.all(sql, args![entries]).await
}

pub(crate) async fn delete_read(tx: &mut Tx, entries: &[i64]) -> Result<()> {
    let sql = sql!("conversations.delete_entry_emotions", "DELETE FROM entry_emotions WHERE entry_ord = ANY($1)");
    tx.run(sql, args![entries]).await.map(drop)
}

/// The words go; how it was felt stays, so that figures do not move.
pub(crate) async fn erase_words(tx: &mut Tx, entries: &[i64]) -> Result<()> {
    let sql =
        sql!("conversations.erase_emotion_words", "UPDATE entry_emotions SET words = '' WHERE entry_ord = ANY($1)");
    tx.run(sql, args![entries]).await.map(drop)
}

// -- What people say

row! {
    /// What a person says of an entry's emotion: one of us, or the customer who was asked.
    #[derive(Clone, Debug, PartialEq)]
    pub struct EmotionMark {
        pub entry_ord: i64,
        pub position: i64,
        pub valence: i64,
        pub emotion: Option<Emotion>,
        pub origin: MarkOrigin,
        pub marked_by: Option<StaffId>,
        /// Of somebody who is no member of staff here.
        pub marked_by_name: Option<String>,
        pub marked_at: Time,
        pub taken_back_by: Option<StaffId>,
        pub taken_back_by_name: Option<String>,
        pub taken_back_at: Option<Time>,
    }
}

impl EmotionMark {
    fn into_values(self) -> [Value; 11] {
        args![
            self.entry_ord,
            self.position,
            self.valence,
            self.emotion,
            self.origin,
            self.marked_by,
            self.marked_by_name,
            self.marked_at,
            self.taken_back_by,
            self.taken_back_by_name,
            self.taken_back_at
        ]
    }
}

pub(crate) async fn insert_marks(tx: &mut Tx, marks: Vec<EmotionMark>) -> Result<()> {
    let sql = sql!(
        "conversations.insert_emotion_mark",
        "INSERT INTO emotion_marks (entry_ord, position, valence, emotion, origin, marked_by, marked_by_name, marked_at,
            taken_back_by, taken_back_by_name, taken_back_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    );
    tx.insert_rows(sql, marks.into_iter().map(EmotionMark::into_values).collect()).await.map(drop)
}

/// All marks of these entries, those that were taken back too, in their order.
pub(crate) async fn list_marks(tx: &mut Tx, entries: &[i64]) -> Result<Vec<EmotionMark>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("conversations.list_emotion_marks" => EmotionMark,
        "SELECT entry_ord, position, valence, emotion, origin, marked_by, marked_by_name, marked_at, taken_back_by,
            taken_back_by_name, taken_back_at
         FROM emotion_marks WHERE entry_ord = ANY($1) ORDER BY entry_ord, position");
    tx.all(sql, args![entries]).await
}

pub(crate) async fn take_back_mark(tx: &mut Tx, entry: i64, position: i64, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.take_back_emotion_mark",
        "UPDATE emotion_marks SET taken_back_at = $3, taken_back_by = $4 WHERE entry_ord = $1 AND position = $2"
    );
    tx.run(sql, args![entry, position, now, by]).await.map(drop)
}

// -- What conversations show

row! {
    /// An entry's emotion as it stands: what people say, else what was read.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(crate) struct Standing {
        pub(crate) conversation_ord: i64,
        pub(crate) valence: i64,
        pub(crate) emotion: Option<Emotion>,
    }
}

/// How each entry of these conversations was felt, in the order they were said.
pub(crate) async fn list_standing(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<Standing>> {
    let sql = sql!("conversations.list_standing_emotions" => Standing,
        "SELECT e.conversation_ord, COALESCE(m.valence, x.valence) AS valence,
            CASE WHEN m.valence IS NULL THEN x.emotion ELSE m.emotion END AS emotion
         FROM entries e JOIN entry_emotions x ON x.entry_ord = e.ord
         LEFT JOIN emotion_marks m ON m.entry_ord = e.ord AND m.position = (SELECT MAX(o.position) FROM emotion_marks o
            WHERE o.entry_ord = e.ord AND o.taken_back_at IS NULL)
         WHERE e.conversation_ord = ANY($1) ORDER BY e.conversation_ord, e.said_at, e.ord");
    tx.all(sql, args![conversations]).await
}

pub(crate) async fn update_conversation(tx: &mut Tx, ord: i64, felt: Felt) -> Result<()> {
    let sql = sql!(
        "conversations.update_emotion",
        "UPDATE conversations SET emotion_start = $2, emotion_end = $3, emotion_worst = $4, emotion_best = $5,
            last_emotion = $6 WHERE ord = $1"
    );
    tx.run(sql, args![ord, felt.start, felt.end, felt.worst, felt.best, felt.last]).await.map(drop)
}

/// How these conversations show they were felt at their worst, and behind which door.
pub(crate) async fn list_worst_of(tx: &mut Tx, ords: &[i64]) -> Result<Vec<(i64, Option<i64>, i64)>> {
    let sql = sql!("conversations.list_worst_of" => (i64, Option<i64>, i64),
        "SELECT ord, emotion_worst, door_ord FROM conversations WHERE ord = ANY($1)");
    tx.all(sql, args![ords]).await
}

/// The same of all that were felt, in one text, `ord,worst` each: a million rows one by one would take seconds.
pub(crate) async fn find_all_worst(tx: &mut Tx) -> Result<String> {
    let sql = sql!("conversations.find_all_worst" => (Option<String>,),
        "SELECT STRING_AGG(CAST(ord AS TEXT) || ',' || CAST(emotion_worst AS TEXT), ';')
         FROM conversations WHERE emotion_worst IS NOT NULL");
    Ok(tx.find(sql, args![]).await?.and_then(|(all,)| all).unwrap_or_default())
}

// -- How far reading got

/// The model that read, and up to which entry.
pub(crate) async fn get_state(tx: &mut Tx) -> Result<(String, i64)> {
    let sql = sql!("conversations.get_emotion_state" => (String, i64),
        "SELECT model, read_to FROM emotion_state WHERE id = 1");
    tx.get(sql, args![]).await
}

pub(crate) async fn set_state(tx: &mut Tx, model: &str, read_to: i64) -> Result<()> {
    let sql = sql!("conversations.set_emotion_state", "UPDATE emotion_state SET model = $1, read_to = $2 WHERE id = 1");
    tx.run(sql, args![model, read_to]).await.map(drop)
}

/// The ord of the newest entry; 0 for none. Entries are committed in the order of their ords.
pub(crate) async fn newest_entry(tx: &mut Tx) -> Result<i64> {
    let sql = sql!("conversations.find_newest_entry" => (i64,), "SELECT ord FROM entries ORDER BY ord DESC LIMIT 1");
    Ok(tx.find(sql, args![]).await?.map_or(0, |(ord,)| ord))
}

// -- Over time

row! {
    /// One entry in the line of a person, team or account.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub(crate) struct InLine {
        pub(crate) said_at: Time,
        pub(crate) read: i64,
        /// What people say of it.
        pub(crate) told: Option<i64>,
    }
}

pub(crate) async fn list_of_persons(tx: &mut Tx, persons: &[i64], hidden: &[i64], from: Time) -> Result<Vec<InLine>> {
    let sql = sql!("conversations.list_emotions_of_persons" => InLine,
        "SELECT e.said_at, x.valence AS read, m.valence AS told
         FROM entries e JOIN entry_emotions x ON x.entry_ord = e.ord JOIN conversations c ON c.ord = e.conversation_ord
         LEFT JOIN emotion_marks m ON m.entry_ord = e.ord AND m.position = (SELECT MAX(o.position) FROM emotion_marks o
            WHERE o.entry_ord = e.ord AND o.taken_back_at IS NULL)
         WHERE e.person_ord = ANY($1) AND c.door_ord <> ALL($2) AND e.said_at >= $3 ORDER BY e.said_at, e.ord");
    tx.all(sql, args![persons, hidden, from]).await
}

pub(crate) async fn list_of_teams(tx: &mut Tx, teams: &[i64], hidden: &[i64], from: Time) -> Result<Vec<InLine>> {
    let sql = sql!("conversations.list_emotions_of_teams" => InLine,
        "SELECT e.said_at, x.valence AS read, m.valence AS told
         FROM conversations c JOIN entries e ON e.conversation_ord = c.ord JOIN entry_emotions x ON x.entry_ord = e.ord
         LEFT JOIN emotion_marks m ON m.entry_ord = e.ord AND m.position = (SELECT MAX(o.position) FROM emotion_marks o
            WHERE o.entry_ord = e.ord AND o.taken_back_at IS NULL)
         WHERE c.team_ord = ANY($1) AND c.door_ord <> ALL($2) AND e.said_at >= $3 AND c.last_entry_at >= $3
         ORDER BY e.said_at, e.ord");
    tx.all(sql, args![teams, hidden, from]).await
}

pub(crate) async fn list_of_accounts(tx: &mut Tx, accounts: &[i64], hidden: &[i64], from: Time) -> Result<Vec<InLine>> {
    let sql = sql!("conversations.list_emotions_of_accounts" => InLine,
        "SELECT e.said_at, x.valence AS read, m.valence AS told
         FROM conversations c JOIN entries e ON e.conversation_ord = c.ord JOIN entry_emotions x ON x.entry_ord = e.ord
         LEFT JOIN emotion_marks m ON m.entry_ord = e.ord AND m.position = (SELECT MAX(o.position) FROM emotion_marks o
            WHERE o.entry_ord = e.ord AND o.taken_back_at IS NULL)
         WHERE c.account_ord = ANY($1) AND c.door_ord <> ALL($2) AND e.said_at >= $3 AND c.last_entry_at >= $3
         ORDER BY e.said_at, e.ord");
    tx.all(sql, args![accounts, hidden, from]).await
}
