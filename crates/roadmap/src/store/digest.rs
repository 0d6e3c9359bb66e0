//! Every statement about the morning page: what each of us wants, what stood on it, the mails it went out in.
use ::store::{Tx, args, row, sql};
use base::{DigestPassageId, Result, StaffId, Time};

row! {
    #[derive(Clone, Debug, PartialEq)]
    pub struct SettingsRow {
        pub staff_id: StaffId, pub settings_json: String, pub next_at: Option<Time>, pub week_next_at: Option<Time>,
        pub rev: i64,
    }
}

row! {
    /// Words that stood on somebody's page.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PassageRow {
        pub id: DigestPassageId, pub staff_id: StaffId, pub day: i64, pub position: i64, pub entry_ord: i64,
        pub passage_ord: Option<i64>, pub why: String, pub tag_ord: Option<i64>, pub answer_ord: Option<i64>,
        pub answered_at: Option<Time>,
    }
}

row! {
    /// A page: when it was made, of what time, and how many messages it was chosen from.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PageRow { pub made_at: Time, pub since: Time, pub heard: i64 }
}

pub async fn find_settings(tx: &mut Tx, staff: StaffId) -> Result<Option<SettingsRow>> {
    let sql = sql!("roadmap.find_digest_settings" => SettingsRow,
        "SELECT staff_id, settings_json, next_at, week_next_at, rev FROM digest_settings WHERE staff_id = $1");
    tx.find(sql, args![staff]).await
}

pub async fn put_settings(tx: &mut Tx, row: &SettingsRow) -> Result<()> {
    let sql = sql!(
        "roadmap.put_digest_settings",
        "INSERT INTO digest_settings (staff_id, settings_json, next_at, week_next_at, rev) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (staff_id) DO UPDATE SET settings_json = excluded.settings_json, next_at = excluded.next_at,
           week_next_at = excluded.week_next_at, rev = excluded.rev"
    );
    let args = args![row.staff_id, row.settings_json.as_str(), row.next_at, row.week_next_at, row.rev];
    tx.run(sql, args).await.map(drop)
}

/// Whose morning mail is due.
pub async fn list_due(tx: &mut Tx, now: Time) -> Result<Vec<SettingsRow>> {
    let sql = sql!("roadmap.list_due_digests" => SettingsRow,
        "SELECT staff_id, settings_json, next_at, week_next_at, rev FROM digest_settings WHERE next_at <= $1 ORDER BY next_at");
    tx.all(sql, args![now]).await
}

/// Whose weekly mail is due.
pub async fn list_due_weeks(tx: &mut Tx, now: Time) -> Result<Vec<SettingsRow>> {
    let sql = sql!("roadmap.list_due_weeks" => SettingsRow,
        "SELECT staff_id, settings_json, next_at, week_next_at, rev FROM digest_settings
         WHERE week_next_at <= $1 ORDER BY week_next_at");
    tx.all(sql, args![now]).await
}

/// Says when the next morning mail is due.
pub async fn set_next(tx: &mut Tx, staff: StaffId, next: Time) -> Result<()> {
    let sql = sql!(
        "roadmap.set_digest_next",
        "UPDATE digest_settings SET next_at = $2 WHERE staff_id = $1 AND next_at IS NOT NULL"
    );
    tx.run(sql, args![staff, next]).await.map(drop)
}

pub async fn set_next_week(tx: &mut Tx, staff: StaffId, next: Time) -> Result<()> {
    let sql = sql!(
        "roadmap.set_week_next",
        "UPDATE digest_settings SET week_next_at = $2 WHERE staff_id = $1 AND week_next_at IS NOT NULL"
    );
    tx.run(sql, args![staff, next]).await.map(drop)
}

pub async fn find_page(tx: &mut Tx, staff: StaffId, day: i64) -> Result<Option<PageRow>> {
    let sql = sql!("roadmap.find_digest" => PageRow,
        "SELECT made_at, since, heard FROM digests WHERE staff_id = $1 AND day = $2");
    tx.find(sql, args![staff, day]).await
}

/// The days before and after one on which a page was made.
pub async fn list_days(tx: &mut Tx, staff: StaffId) -> Result<Vec<(i64,)>> {
    let sql = sql!("roadmap.list_digest_days" => (i64,),
        "SELECT day FROM digests WHERE staff_id = $1 ORDER BY day DESC LIMIT 400");
    tx.all(sql, args![staff]).await
}

pub async fn insert_page(tx: &mut Tx, staff: StaffId, day: i64, page: PageRow) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_digest",
        "INSERT INTO digests (staff_id, day, made_at, since, heard) VALUES ($1, $2, $3, $4, $5)"
    );
    tx.run(sql, args![staff, day, page.made_at, page.since, page.heard]).await.map(drop)
}

pub async fn insert_passages(tx: &mut Tx, rows: Vec<PassageRow>) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_digest_passage",
        "INSERT INTO digest_passages (id, staff_id, day, position, entry_ord, passage_ord, why, tag_ord, answer_ord, answered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let values = |r: PassageRow| {
        args![
            r.id,
            r.staff_id,
            r.day,
            r.position,
            r.entry_ord,
            r.passage_ord,
            r.why,
            r.tag_ord,
            r.answer_ord,
            r.answered_at
        ]
    };
    tx.insert_rows(sql, rows.into_iter().map(values).collect()).await.map(drop)
}

pub async fn list_passages(tx: &mut Tx, staff: StaffId, day: i64) -> Result<Vec<PassageRow>> {
    let sql = sql!("roadmap.list_digest_passages" => PassageRow,
        "SELECT id, staff_id, day, position, entry_ord, passage_ord, why, tag_ord, answer_ord, answered_at
         FROM digest_passages WHERE staff_id = $1 AND day = $2 ORDER BY position");
    tx.all(sql, args![staff, day]).await
}

pub async fn find_passage(tx: &mut Tx, id: DigestPassageId) -> Result<Option<PassageRow>> {
    let sql = sql!("roadmap.find_digest_passage" => PassageRow,
        "SELECT id, staff_id, day, position, entry_ord, passage_ord, why, tag_ord, answer_ord, answered_at
         FROM digest_passages WHERE id = $1");
    tx.find(sql, args![id]).await
}

/// Which of these entries somebody had on an earlier page.
pub async fn list_seen(tx: &mut Tx, staff: StaffId) -> Result<Vec<(i64,)>> {
    let sql = sql!("roadmap.list_digest_seen" => (i64,), "SELECT entry_ord FROM digest_passages WHERE staff_id = $1");
    tx.all(sql, args![staff]).await
}

pub async fn set_answered(tx: &mut Tx, id: DigestPassageId, entry_ord: Option<i64>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.set_digest_answered",
        "UPDATE digest_passages SET answer_ord = $2, answered_at = $3 WHERE id = $1"
    );
    tx.run(sql, args![id, entry_ord, now]).await.map(drop)
}

/// The state of a mail of a day: (state, tries).
pub async fn find_mail(tx: &mut Tx, staff: StaffId, what: &str, day: i64) -> Result<Option<(String, i64)>> {
    let sql = sql!("roadmap.find_digest_mail" => (String, i64),
        "SELECT state, tries FROM digest_mails WHERE staff_id = $1 AND what = $2 AND day = $3");
    tx.find(sql, args![staff, what, day]).await
}

/// One more try, or how it ended.
pub async fn put_mail(
    tx: &mut Tx,
    staff: StaffId,
    (what, day): (&str, i64),
    state: &str,
    tries: i64,
    answer: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.put_digest_mail",
        "INSERT INTO digest_mails (staff_id, what, day, state, tries, changed_at, answer) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (staff_id, what, day) DO UPDATE SET state = excluded.state, tries = digest_mails.tries + excluded.tries,
           changed_at = excluded.changed_at, answer = excluded.answer"
    );
    tx.run(sql, args![staff, what, day, state, tries, now, answer]).await.map(drop)
}

/// Tags of conversations as they are shown on them: (conversation, tag).
pub async fn list_tags_of(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_tags_of_conversations" => (i64, i64),
        "SELECT conversation_ord, tag_ord FROM conversation_tags WHERE conversation_ord = ANY($1) ORDER BY taggings DESC, tag_ord");
    tx.all(sql, args![conversations]).await
}
