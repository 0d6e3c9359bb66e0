//! The statements of double coding: what was drawn, what the second person said, what was decided.
use base::{DoubleCodingId, Result, StaffId, Time};
use std::collections::{BTreeMap, BTreeSet};
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct DoubleRow {
    pub conversation_ord: i64, pub id: DoubleCodingId, pub probability: f64, pub sampled_at: Time,
    pub coded_at: Option<Time>, pub coded_by: Option<StaffId>, pub decided_at: Option<Time>,
    pub decided_by: Option<StaffId>,
} }

/// Whose set of tags it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    First,
    Second,
    Decided,
}

impl Side {
    pub fn as_str(self) -> &'static str {
        match self {
            Side::First => "first",
            Side::Second => "second",
            Side::Decided => "decided",
        }
    }
}

/// Notes that a conversation was drawn, and with what chance. One that was drawn before stays as it is.
pub async fn insert_double(tx: &mut Tx, conversation: i64, probability: f64) -> Result<()> {
    let now = tx.now();
    tx.run(
        sql!(
            "tagging.insert_double_coding",
            "INSERT INTO double_codings (conversation_ord, id, probability, sampled_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (conversation_ord) DO NOTHING"
        ),
        args![conversation, DoubleCodingId::new(), probability, now],
    )
    .await?;
    Ok(())
}

pub async fn find_double(tx: &mut Tx, id: DoubleCodingId) -> Result<Option<DoubleRow>> {
    tx.find(
        sql!("tagging.find_double_coding" => DoubleRow,
            "SELECT conversation_ord, id, probability, sampled_at, coded_at, coded_by, decided_at, decided_by
             FROM double_codings WHERE id = $1"),
        args![id],
    )
    .await
}

/// What waits for a second person other than this one: drawn, still tagged, behind no hidden door, and never touched by
/// them. In the order of the conversations.
pub async fn list_waiting_for(
    tx: &mut Tx,
    staff: StaffId,
    hidden: &[i64],
    after: i64,
    limit: i64,
) -> Result<Vec<DoubleRow>> {
    tx.all(
        sql!("tagging.list_double_waiting" => DoubleRow,
            "SELECT d.conversation_ord, d.id, d.probability, d.sampled_at, d.coded_at, d.coded_by, d.decided_at, d.decided_by
             FROM double_codings d JOIN conversations c ON c.ord = d.conversation_ord
             WHERE d.coded_at IS NULL AND d.conversation_ord > $3 AND c.tag_state <> 'untagged' AND c.door_ord <> ALL($2)
               AND NOT EXISTS (SELECT 1 FROM taggings t WHERE t.conversation_ord = d.conversation_ord AND t.tagged_by = $1)
               AND NOT EXISTS (SELECT 1 FROM nothing_to_tag n WHERE n.conversation_ord = d.conversation_ord AND n.by_staff = $1)
             ORDER BY d.conversation_ord LIMIT $4"),
        args![staff, hidden, after, limit],
    )
    .await
}

/// Whether this person ever tagged the conversation, or said that nothing fits.
pub async fn has_coded(tx: &mut Tx, conversation: i64, staff: StaffId) -> Result<bool> {
    let found = tx
        .find(
            sql!("tagging.find_coder" => (i64,),
            "SELECT conversation_ord FROM taggings WHERE conversation_ord = $1 AND tagged_by = $2
             UNION SELECT conversation_ord FROM nothing_to_tag WHERE conversation_ord = $1 AND by_staff = $2 LIMIT 1"),
            args![conversation, staff],
        )
        .await?;
    Ok(found.is_some())
}

/// Keeps the second coding; false when somebody was quicker.
pub async fn set_coded(tx: &mut Tx, conversation: i64, by: StaffId) -> Result<bool> {
    let now = tx.now();
    let changed = tx
        .run(
            sql!(
                "tagging.code_double",
                "UPDATE double_codings SET coded_at = $2, coded_by = $3 WHERE conversation_ord = $1 AND coded_at IS NULL"
            ),
            args![conversation, now, by],
        )
        .await?;
    Ok(changed > 0)
}

/// Keeps that it was decided; false when it was before.
pub async fn set_decided(tx: &mut Tx, conversation: i64, by: Option<StaffId>) -> Result<bool> {
    let now = tx.now();
    let changed = tx
        .run(
            sql!(
                "tagging.decide_double",
                "UPDATE double_codings SET decided_at = $2, decided_by = $3
                 WHERE conversation_ord = $1 AND coded_at IS NOT NULL AND decided_at IS NULL"
            ),
            args![conversation, now, by],
        )
        .await?;
    Ok(changed > 0)
}

pub async fn insert_side(tx: &mut Tx, conversation: i64, side: Side, tags: &BTreeSet<i64>) -> Result<()> {
    let rows = tags.iter().map(|tag| args![conversation, side.as_str(), *tag]).collect();
    tx.insert_rows(
        sql!(
            "tagging.insert_double_tag",
            "INSERT INTO double_coding_tags (conversation_ord, side, tag_ord) VALUES ($1, $2, $3)"
        ),
        rows,
    )
    .await?;
    Ok(())
}

/// Codings of a period by when the second person coded, half-open, behind no hidden door; in the order of conversations.
pub async fn list_coded(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<Vec<DoubleRow>> {
    tx.all(
        sql!("tagging.list_double_coded" => DoubleRow,
            "SELECT d.conversation_ord, d.id, d.probability, d.sampled_at, d.coded_at, d.coded_by, d.decided_at, d.decided_by
             FROM double_codings d JOIN conversations c ON c.ord = d.conversation_ord
             WHERE d.coded_at >= $1 AND d.coded_at < $2 AND c.door_ord <> ALL($3) ORDER BY d.conversation_ord"),
        args![from, to, hidden],
    )
    .await
}

/// The sets of some conversations: [first, second, decided].
pub async fn list_sides(tx: &mut Tx, conversations: &[i64]) -> Result<BTreeMap<i64, [BTreeSet<i64>; 3]>> {
    let mut all: BTreeMap<i64, [BTreeSet<i64>; 3]> = BTreeMap::new();
    for some in conversations.chunks(1_000) {
        let found = tx
            .all(
                sql!("tagging.list_double_tags" => (i64, String, i64),
                "SELECT conversation_ord, side, tag_ord FROM double_coding_tags WHERE conversation_ord = ANY($1)"),
                args![some],
            )
            .await?;
        for (conversation, side, tag) in found {
            let which = [Side::First, Side::Second, Side::Decided].into_iter().position(|s| s.as_str() == side);
            if let Some(which) = which {
                all.entry(conversation).or_default()[which].insert(tag);
            }
        }
    }
    Ok(all)
}

/// How many were drawn and wait for a second person, behind no hidden door.
pub async fn count_waiting(tx: &mut Tx, hidden: &[i64]) -> Result<i64> {
    let row = tx
        .find(
            sql!("tagging.count_double_waiting" => (i64,),
            "SELECT COUNT(*) FROM double_codings d JOIN conversations c ON c.ord = d.conversation_ord
             WHERE d.coded_at IS NULL AND c.tag_state <> 'untagged' AND c.door_ord <> ALL($1)"),
            args![hidden],
        )
        .await?;
    Ok(row.map_or(0, |r| r.0))
}

/// Forgets that some conversations were drawn and coded: they became another text.
pub async fn forget_doubles(tx: &mut Tx, conversations: Vec<i64>) -> Result<()> {
    tx.run(
        sql!("tagging.forget_double_tags", "DELETE FROM double_coding_tags WHERE conversation_ord = ANY($1)"),
        args![conversations.clone()],
    )
    .await?;
    tx.run(
        sql!("tagging.forget_doubles", "DELETE FROM double_codings WHERE conversation_ord = ANY($1)"),
        args![conversations],
    )
    .await?;
    Ok(())
}

/// Codings by somebody who had tagged the conversation before, or tags of sets that nobody coded.
pub async fn list_wrong_doubles(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    tx.all(
        sql!("tagging.list_wrong_doubles" => (i64, String),
            "SELECT d.conversation_ord, 'coded twice by the same person' FROM double_codings d
             WHERE EXISTS (SELECT 1 FROM taggings t WHERE t.conversation_ord = d.conversation_ord
               AND t.tagged_by = d.coded_by AND t.tagged_at < d.coded_at)
             UNION
             SELECT g.conversation_ord, 'has the tags of a coding that is not there' FROM double_coding_tags g
             WHERE NOT EXISTS (SELECT 1 FROM double_codings d WHERE d.conversation_ord = g.conversation_ord
               AND d.coded_at IS NOT NULL AND (g.side <> 'decided' OR d.decided_at IS NOT NULL))
             UNION
             SELECT g.conversation_ord, 'names a tag that is not there' FROM double_coding_tags g
             WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE t.ord = g.tag_ord)
             LIMIT 100"),
        args![],
    )
    .await
}
