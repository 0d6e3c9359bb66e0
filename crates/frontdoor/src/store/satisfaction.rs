//! Statements of the one question after a conversation.
use base::{EntryId, Result, SurveyId, Time};
use store::{Tx, args, row, sql};

/// (after closing, after help) of a door that asks.
pub async fn find_door(tx: &mut Tx, door: i64) -> Result<Option<(bool, bool)>> {
    let find = sql!("frontdoor.find_survey_door" => (bool, bool),
        "SELECT after_close, after_help FROM survey_doors WHERE door_ord = $1");
    tx.find(find, args![door]).await
}

pub async fn put_door(tx: &mut Tx, door: i64, after_close: bool, after_help: bool) -> Result<()> {
    let put = sql!(
        "frontdoor.put_survey_door",
        "INSERT INTO survey_doors (door_ord, after_close, after_help) VALUES ($1, $2, $3)
         ON CONFLICT (door_ord) DO UPDATE SET after_close = $2, after_help = $3"
    );
    tx.run(put, args![door, after_close, after_help]).await.map(drop)
}

row! {
    /// A question that was asked, and its answer.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SurveyRow {
        pub id: SurveyId,
        /// `csat` or `ces`.
        pub kind: String,
        pub conversation_ord: i64,
        pub entry_ord: i64,
        pub person_ord: i64,
        pub door_ord: i64,
        pub language: String,
        pub asked_at: Time,
        pub answered_at: Option<Time>,
        pub score: Option<i64>,
        pub did: String,
        pub said_ord: Option<i64>,
    }
}

pub async fn insert(tx: &mut Tx, s: &SurveyRow) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_survey",
        "INSERT INTO surveys (id, kind, conversation_ord, entry_ord, person_ord, door_ord, language, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let (kind, language) = (s.kind.as_str(), s.language.as_str());
    let row = args![s.id, kind, s.conversation_ord, s.entry_ord, s.person_ord, s.door_ord, language, s.asked_at];
    tx.run(insert, row).await.map(drop)
}

pub async fn find(tx: &mut Tx, id: SurveyId) -> Result<Option<SurveyRow>> {
    let find = sql!("frontdoor.find_survey" => SurveyRow,
        "SELECT id, kind, conversation_ord, entry_ord, person_ord, door_ord, language, asked_at, answered_at, score, did,
            said_ord FROM surveys WHERE id = $1");
    tx.find(find, args![id]).await
}

/// The question that went out as an entry.
pub async fn find_of_entry(tx: &mut Tx, entry: i64) -> Result<Option<SurveyRow>> {
    let find = sql!("frontdoor.find_survey_of_entry" => SurveyRow,
        "SELECT id, kind, conversation_ord, entry_ord, person_ord, door_ord, language, asked_at, answered_at, score, did,
            said_ord FROM surveys WHERE entry_ord = $1");
    tx.find(find, args![entry]).await
}

/// Whether somebody was asked anything since a moment, under any record that became theirs, or at this address.
pub async fn was_asked(tx: &mut Tx, person: i64, address: &str, since: Time) -> Result<bool> {
    let find = sql!("frontdoor.find_recent_survey" => (i64,),
        "SELECT s.entry_ord FROM surveys s WHERE s.asked_at > $3 AND (s.person_ord = $1
            OR EXISTS (SELECT 1 FROM persons a JOIN persons b ON b.canon_ord = a.canon_ord WHERE a.ord = $1 AND b.ord = s.person_ord)
            OR EXISTS (SELECT 1 FROM deliveries d WHERE d.entry_ord = s.entry_ord AND d.address_fold = $2)) LIMIT 1");
    Ok(tx.find(find, args![person, address.to_lowercase(), since]).await?.is_some())
}

/// Writes down an answer, once.
pub async fn answer(tx: &mut Tx, id: SurveyId, score: i64, did: &str, said: Option<i64>) -> Result<()> {
    let now = tx.now();
    let answer = sql!(
        "frontdoor.answer_survey",
        "UPDATE surveys SET answered_at = $2, score = $3, did = $4, said_ord = $5 WHERE id = $1 AND answered_at IS NULL"
    );
    tx.run(answer, args![id, now, score, did, said]).await.map(drop)
}

/// Asked in a time, newest first; what stands behind hidden doors is left out.
pub async fn list_asked(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<Vec<SurveyRow>> {
    let list = sql!("frontdoor.list_surveys" => SurveyRow,
        "SELECT id, kind, conversation_ord, entry_ord, person_ord, door_ord, language, asked_at, answered_at, score, did,
            said_ord FROM surveys WHERE asked_at >= $1 AND asked_at < $2 AND NOT door_ord = ANY($3)
         ORDER BY asked_at DESC, entry_ord DESC");
    tx.all(list, args![from, to, hidden.to_vec()]).await
}

/// Everything that these persons were asked, oldest first.
pub async fn list_of_persons(tx: &mut Tx, persons: Vec<i64>) -> Result<Vec<SurveyRow>> {
    let list = sql!("frontdoor.list_surveys_of" => SurveyRow,
        "SELECT id, kind, conversation_ord, entry_ord, person_ord, door_ord, language, asked_at, answered_at, score, did,
            said_ord FROM surveys WHERE person_ord = ANY($1) ORDER BY asked_at, entry_ord");
    tx.all(list, args![persons]).await
}

/// What is asked of a conversation goes with it into another.
pub async fn follow_join(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    for follow in [
        sql!("frontdoor.move_surveys", "UPDATE surveys SET conversation_ord = $2 WHERE conversation_ord = $1"),
        sql!("frontdoor.move_survey_words", "UPDATE surveys SET said_ord = $2 WHERE said_ord = $1"),
    ] {
        tx.run(follow, args![from, into]).await?;
    }
    Ok(())
}

row! {
    /// What a person's newest message says of who sent it, where it came as mail.
    #[derive(Clone, Debug)]
    pub struct LastMail {
        pub person_ord: Option<i64>,
        pub from_email: Option<String>,
        pub dkim: Option<String>,
        pub dkim_domain: Option<String>,
        pub dmarc: Option<String>,
        pub signatures_json: Option<serde_json::Value>,
        pub machine: Option<String>,
        pub list_id: Option<String>,
    }
}

/// The newest message that came from outside, if it was mail.
pub async fn find_last_mail(tx: &mut Tx, conversation: i64) -> Result<Option<LastMail>> {
    let newest = sql!("frontdoor.find_last_from_outside" => (i64,),
        "SELECT ord FROM entries WHERE conversation_ord = $1 AND kind = 'message' AND author IN ('person', 'machine')
         ORDER BY said_at DESC, ord DESC LIMIT 1");
    let Some((newest,)) = tx.find(newest, args![conversation]).await? else { return Ok(None) };
    let find = sql!("frontdoor.find_last_mail" => LastMail,
        "SELECT e.person_ord, m.from_email, m.dkim, m.dkim_domain, m.dmarc, m.signatures_json, m.machine, m.list_id
         FROM entries e JOIN entry_mail m ON m.entry_ord = e.ord WHERE e.ord = $1 AND e.author = 'person'");
    tx.find(find, args![newest]).await
}

/// Whether one of us answered in a conversation.
pub async fn was_answered(tx: &mut Tx, conversation: i64) -> Result<bool> {
    let find = sql!("frontdoor.find_answer_of_ours" => (i64,),
        "SELECT ord FROM entries WHERE conversation_ord = $1 AND kind = 'message' AND author = 'staff' LIMIT 1");
    Ok(tx.find(find, args![conversation]).await?.is_some())
}

/// The first words of conversations: (conversation, entry, text).
pub async fn list_words(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, EntryId, String)>> {
    let list = sql!("frontdoor.list_survey_words" => (i64, EntryId, String),
        "SELECT conversation_ord, id, text FROM entries
         WHERE conversation_ord = ANY($1) AND kind = 'message' AND author = 'person' ORDER BY ord");
    tx.all(list, args![conversations.to_vec()]).await
}
