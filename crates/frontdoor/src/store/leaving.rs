//! The rows of the form for customers who leave, and of what they said there.
use base::{LeavingId, Result, StaffId, TagId, Time, Ui};
use serde_json::Value as Json;
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct FormRow { pub is_on: bool, pub door_ord: Option<i64>, pub rev: i64 }
}

pub async fn find_form(tx: &mut Tx) -> Result<Option<FormRow>> {
    let find =
        sql!("frontdoor.find_leave_form" => FormRow, "SELECT is_on, door_ord, rev FROM leave_form WHERE one = 1");
    tx.find(find, args![]).await
}

pub async fn put_form(tx: &mut Tx, form: &FormRow, reasons: &[TagId], by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let put = sql!(
        "frontdoor.put_leave_form",
        "INSERT INTO leave_form (one, is_on, door_ord, rev, changed_at, by_staff) VALUES (1, $1, $2, $3, $4, $5)
         ON CONFLICT (one) DO UPDATE SET is_on = $1, door_ord = $2, rev = $3, changed_at = $4, by_staff = $5"
    );
    tx.run(put, args![form.is_on, form.door_ord, form.rev, now, by]).await?;
    tx.run(sql!("frontdoor.delete_leave_reasons", "DELETE FROM leave_reasons"), args![]).await?;
    let insert = sql!("frontdoor.insert_leave_reason", "INSERT INTO leave_reasons (tag_id, position) VALUES ($1, $2)");
    let rows = reasons.iter().enumerate().map(|(at, tag)| args![*tag, at as i64]).collect();
    tx.insert_rows(insert, rows).await.map(drop)
}

pub async fn list_reasons(tx: &mut Tx) -> Result<Vec<TagId>> {
    let list =
        sql!("frontdoor.list_leave_reasons" => (TagId,), "SELECT tag_id FROM leave_reasons ORDER BY position, tag_id");
    Ok(tx.all(list, args![]).await?.into_iter().map(|(tag,)| tag).collect())
}

row! {
    /// What somebody said who leaves.
    #[derive(Clone, Debug)]
    pub struct LeavingRow {
        pub id: LeavingId, pub once: String, pub email: String, pub words: String, pub reasons_json: Json,
        pub allows_news: Option<bool>, pub language: Ui, pub place: String, pub said_at: Time,
        pub mailed_at: Option<Time>, pub taken_at: Option<Time>, pub conversation_ord: Option<i64>,
        pub person_ord: Option<i64>,
    }
}

pub async fn insert(tx: &mut Tx, l: &LeavingRow) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_leaving",
        "INSERT INTO leavings (id, once, email, email_fold, words, reasons_json, allows_news, language, place, said_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    );
    let fold = l.email.to_lowercase();
    let row = args![
        l.id,
        l.once.as_str(),
        l.email.as_str(),
        fold,
        l.words.as_str(),
        l.reasons_json.clone(),
        l.allows_news,
        l.language,
        l.place.as_str(),
        l.said_at
    ];
    tx.run(insert, row).await.map(drop)
}

pub async fn find(tx: &mut Tx, id: LeavingId) -> Result<Option<LeavingRow>> {
    let find = sql!("frontdoor.find_leaving" => LeavingRow,
        "SELECT id, once, email, words, reasons_json, allows_news, language, place, said_at, mailed_at, taken_at,
           conversation_ord, person_ord FROM leavings WHERE id = $1");
    tx.find(find, args![id]).await
}

pub async fn has_once(tx: &mut Tx, once: &str) -> Result<bool> {
    let find = sql!("frontdoor.find_leaving_once" => (LeavingId,), "SELECT id FROM leavings WHERE once = $1");
    Ok(tx.find(find, args![once]).await?.is_some())
}

/// Since a moment: of a network, and of all.
pub async fn count(tx: &mut Tx, place: &str, since: Time) -> Result<[i64; 2]> {
    let of_place = sql!("frontdoor.count_leavings_of_place" => (i64,),
        "SELECT COUNT(*) FROM leavings WHERE place = $1 AND said_at > $2");
    let of_all = sql!("frontdoor.count_leavings" => (i64,), "SELECT COUNT(*) FROM leavings WHERE said_at > $1");
    let place = tx.get(of_place, args![place, since]).await?.0;
    Ok([place, tx.get(of_all, args![since]).await?.0])
}

pub async fn note_mailed(tx: &mut Tx, id: LeavingId) -> Result<()> {
    let now = tx.now();
    let note = sql!("frontdoor.note_leaving_mailed", "UPDATE leavings SET mailed_at = $2 WHERE id = $1");
    tx.run(note, args![id, now]).await.map(drop)
}

/// What they said is a conversation now; nothing of it stays here. The network and the address count for a day.
pub async fn take(tx: &mut Tx, id: LeavingId, conversation: i64, person: Option<i64>) -> Result<()> {
    let now = tx.now();
    let take = sql!(
        "frontdoor.take_leaving",
        "UPDATE leavings SET taken_at = $2, conversation_ord = $3, person_ord = $4, email = '', words = '',
           reasons_json = '[]', allows_news = NULL WHERE id = $1"
    );
    tx.run(take, args![id, now, conversation, person]).await.map(drop)
}

/// Those whose address nobody proved before a moment.
pub async fn list_unproved(tx: &mut Tx, before: Time, limit: i64) -> Result<Vec<LeavingId>> {
    let list = sql!("frontdoor.list_unproved_leavings" => (LeavingId,),
        "SELECT id FROM leavings WHERE taken_at IS NULL AND said_at < $1 ORDER BY said_at LIMIT $2");
    Ok(tx.all(list, args![before, limit]).await?.into_iter().map(|(id,)| id).collect())
}

/// What only counted for a day is forgotten, and whoever said it without a name.
pub async fn forget_old(tx: &mut Tx, before: Time) -> Result<()> {
    let forget = sql!(
        "frontdoor.forget_leavings",
        "DELETE FROM leavings WHERE taken_at IS NOT NULL AND person_ord IS NULL AND said_at < $1"
    );
    tx.run(forget, args![before]).await?;
    let empty = sql!(
        "frontdoor.empty_leavings",
        "UPDATE leavings SET place = '', email_fold = '' WHERE taken_at IS NOT NULL AND said_at < $1
           AND (place <> '' OR email_fold <> '')"
    );
    tx.run(empty, args![before]).await.map(drop)
}

/// What persons left, by their ordinals or their addresses, is forgotten with them.
pub async fn forget_of(tx: &mut Tx, persons: &[i64], emails: Vec<String>) -> Result<()> {
    let forget =
        sql!("frontdoor.forget_leavings_of", "DELETE FROM leavings WHERE person_ord = ANY($1) OR email_fold = ANY($2)");
    tx.run(forget, args![persons.to_vec(), emails]).await.map(drop)
}

/// What was taken in and is no conversation, or still says who and what.
pub async fn list_broken(tx: &mut Tx) -> Result<Vec<(LeavingId,)>> {
    let list = sql!("frontdoor.list_broken_leavings" => (LeavingId,),
        "SELECT l.id FROM leavings l WHERE l.taken_at IS NOT NULL AND (l.email <> '' OR l.words <> ''
           OR NOT EXISTS (SELECT 1 FROM conversations c WHERE c.ord = l.conversation_ord)
           OR (l.person_ord IS NOT NULL AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.ord = l.person_ord)))");
    tx.all(list, args![]).await
}
