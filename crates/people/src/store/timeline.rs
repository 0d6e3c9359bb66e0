//! The one timeline, written by the rooms where things happen.
use crate::model::Touchpoint;
use base::{Result, Time};
use store::{Noun, Tx, args, row, sql};

pub async fn insert_touchpoints(tx: &mut Tx, list: &[Touchpoint]) -> Result<()> {
    let ords = tx.next_ords(Noun::Touchpoint, list.len()).await?;
    tx.insert_rows(
        sql!("people.insert_touchpoint",
        "INSERT INTO touchpoints (ord, person_ord, team_ord, account_ord, at, room, kind, subject_id, door_ord, summary)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
        list.iter()
            .zip(ords)
            .map(|(t, ord)| {
                args![
                    ord,
                    t.person_ord,
                    t.team_ord,
                    t.account_ord,
                    t.at,
                    t.room,
                    t.kind.as_str(),
                    t.subject_id.to_vec(),
                    t.door_ord,
                    t.summary.as_str()
                ]
            })
            .collect(),
    )
    .await?;
    Ok(())
}

/// Moves the touchpoints of a subject to a later moment, with a new summary.
pub async fn update_touchpoints(tx: &mut Tx, subject: [u8; 16], at: Time, summary: &str) -> Result<()> {
    tx.run(
        sql!(
            "people.update_touchpoints",
            "UPDATE touchpoints SET at = CASE WHEN at < $2 THEN $2 ELSE at END, summary = $3 WHERE subject_id = $1"
        ),
        args![subject.to_vec(), at, summary],
    )
    .await?;
    Ok(())
}

pub async fn delete_touchpoints(tx: &mut Tx, subject: [u8; 16]) -> Result<()> {
    let sql = sql!("people.delete_touchpoints_of", "DELETE FROM touchpoints WHERE subject_id = $1");
    tx.run(sql, args![subject.to_vec()]).await?;
    Ok(())
}

/// What happened turned out to be part of something else: its touchpoints lead there, once for each person.
pub async fn move_touchpoints(tx: &mut Tx, from: [u8; 16], into: [u8; 16]) -> Result<()> {
    tx.run(
        sql!("people.drop_double_touchpoints",
        "DELETE FROM touchpoints WHERE subject_id = $1 AND EXISTS
           (SELECT 1 FROM touchpoints o WHERE o.subject_id = $2 AND COALESCE(o.person_ord, 0) = COALESCE(touchpoints.person_ord, 0))"),
        args![from.to_vec(), into.to_vec()],
    )
    .await?;
    tx.run(
        sql!("people.move_touchpoints", "UPDATE touchpoints SET subject_id = $2 WHERE subject_id = $1"),
        args![from.to_vec(), into.to_vec()],
    )
    .await?;
    Ok(())
}

row! { #[derive(Clone, Debug)] pub struct TouchRow {
    pub ord: i64, pub person_ord: Option<i64>, pub at: Time, pub room: String, pub kind: String, pub subject_id: Vec<u8>,
    pub summary: String,
} }

pub async fn list_person_touches(
    tx: &mut Tx,
    ords: Vec<i64>,
    hidden: Vec<i64>,
    before: (i64, i64),
    limit: i64,
) -> Result<Vec<TouchRow>> {
    tx.all(
        sql!("people.list_person_touches" => TouchRow,
            "SELECT ord, person_ord, at, room, kind, subject_id, summary FROM touchpoints
             WHERE person_ord = ANY($1) AND door_ord <> ALL($2) AND (at < $3 OR (at = $3 AND ord < $4))
             ORDER BY at DESC, ord DESC LIMIT $5"),
        args![ords, hidden, before.0, before.1, limit],
    )
    .await
}

pub async fn list_team_touches(
    tx: &mut Tx,
    ords: Vec<i64>,
    hidden: Vec<i64>,
    before: (i64, i64),
    limit: i64,
) -> Result<Vec<TouchRow>> {
    tx.all(
        sql!("people.list_team_touches" => TouchRow,
            "SELECT ord, person_ord, at, room, kind, subject_id, summary FROM touchpoints
             WHERE team_ord = ANY($1) AND door_ord <> ALL($2) AND (at < $3 OR (at = $3 AND ord < $4))
             ORDER BY at DESC, ord DESC LIMIT $5"),
        args![ords, hidden, before.0, before.1, limit],
    )
    .await
}

pub async fn list_account_touches(
    tx: &mut Tx,
    ords: Vec<i64>,
    hidden: Vec<i64>,
    before: (i64, i64),
    limit: i64,
) -> Result<Vec<TouchRow>> {
    tx.all(
        sql!("people.list_account_touches" => TouchRow,
            "SELECT ord, person_ord, at, room, kind, subject_id, summary FROM touchpoints
             WHERE account_ord = ANY($1) AND door_ord <> ALL($2) AND (at < $3 OR (at = $3 AND ord < $4))
             ORDER BY at DESC, ord DESC LIMIT $5"),
        args![ords, hidden, before.0, before.1, limit],
    )
    .await
}

/// Conversations somebody had, for lists of people.
pub async fn count_conversations(tx: &mut Tx, person_ords: Vec<i64>) -> Result<Vec<(i64, i64)>> {
    tx.all(
        sql!("people.count_conversations" => (i64, i64),
            "SELECT person_ord, COUNT(*) FROM touchpoints WHERE person_ord = ANY($1) AND room = 'conversations'
             GROUP BY person_ord"),
        args![person_ords],
    )
    .await
}
