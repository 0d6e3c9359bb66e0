//! The statements of curation: the log, changes and drafts, the house's own measure of the taxonomy.
use super::{Tag, TagRow, update_tag};
use crate::curation::LoggedOp;
use crate::model::{Aliases, TagState, Texts};
use base::{ChangeId, Result, StaffId, TaggingId, Time};
use std::collections::HashMap;
use store::{Tx, args, row, sql};

/// The rows of all tags that ever were, without their texts: what never changes of them.
pub async fn list_fixed(tx: &mut Tx) -> Result<HashMap<i64, Tag>> {
    let list = tx
        .all(
            sql!("tagging.list_all_tags" => TagRow,
            "SELECT ord, id, parent_ord, canon_ord, slug, path, state, position, source, created_at, rev FROM tags"),
            args![],
        )
        .await?;
    let fixed = |r: TagRow| Tag {
        ord: r.ord,
        id: r.id,
        parent_ord: r.parent_ord,
        canon_ord: r.canon_ord,
        slug: r.slug,
        path: r.path,
        state: TagState::parse(&r.state).unwrap_or(TagState::Retired),
        position: r.position,
        source: r.source,
        created_at: r.created_at,
        rev: r.rev,
        label: Texts::default(),
        aliases: Aliases::default(),
        definition: Texts::default(),
        use_when: Texts::default(),
        not_for: Texts::default(),
    };
    Ok(list.into_iter().map(|r| (r.ord, fixed(r))).collect())
}

row! { struct LogRow { op: String, tag_ord: i64, before_json: String, after_json: String } }

fn line(r: LogRow) -> LoggedOp {
    LoggedOp { op: r.op, tag_ord: r.tag_ord, before_json: r.before_json, after_json: r.after_json }
}

/// The log up to a line, the oldest first.
pub async fn list_log(tx: &mut Tx, seq: i64) -> Result<Vec<LoggedOp>> {
    let rows = tx
        .all(
            sql!("tagging.list_log" => LogRow,
            "SELECT op, tag_ord, before_json, after_json FROM taxonomy_ops WHERE seq <= $1 ORDER BY seq"),
            args![seq],
        )
        .await?;
    Ok(rows.into_iter().map(line).collect())
}

/// The newest line of the log before a moment.
pub async fn seq_before(tx: &mut Tx, at: Time) -> Result<i64> {
    let row = tx
        .find(
            sql!("tagging.seq_before" => (i64,), "SELECT COALESCE(MAX(seq), 0) FROM taxonomy_ops WHERE at < $1"),
            args![at],
        )
        .await?;
    Ok(row.map_or(0, |r| r.0))
}

pub async fn list_log_of(tx: &mut Tx, change: ChangeId) -> Result<Vec<LoggedOp>> {
    let rows = tx
        .all(
            sql!("tagging.list_log_of" => LogRow,
            "SELECT op, tag_ord, before_json, after_json FROM taxonomy_ops WHERE change_id = $1 ORDER BY seq"),
            args![change],
        )
        .await?;
    Ok(rows.into_iter().map(line).collect())
}

/// What was done after a change and stands: neither undone nor an undoing. Lines without a change stand always.
pub async fn list_standing_after(tx: &mut Tx, change: ChangeId) -> Result<Vec<LoggedOp>> {
    let rows = tx
        .all(
            sql!("tagging.list_standing_after" => LogRow,
            "SELECT o.op, o.tag_ord, o.before_json, o.after_json FROM taxonomy_ops o
             WHERE o.seq > (SELECT MAX(m.seq) FROM taxonomy_ops m WHERE m.change_id = $1) AND o.op <> 'missed'
               AND o.tag_ord IN (SELECT m.tag_ord FROM taxonomy_ops m WHERE m.change_id = $1)
               AND NOT EXISTS (SELECT 1 FROM taxonomy_changes c
                 WHERE c.id = o.change_id AND (c.state = 'undone' OR c.undoes IS NOT NULL))
             ORDER BY o.seq"),
            args![change],
        )
        .await?;
    Ok(rows.into_iter().map(line).collect())
}

/// The tag ordinals that changes touched, for their lists.
pub async fn list_touched(tx: &mut Tx, changes: Vec<ChangeId>) -> Result<Vec<(ChangeId, i64)>> {
    tx.all(
        sql!("tagging.list_touched" => (ChangeId, i64),
        "SELECT change_id, tag_ord FROM taxonomy_ops WHERE change_id = ANY_ID($1) GROUP BY change_id, tag_ord
         ORDER BY MIN(seq)"),
        args![changes],
    )
    .await
}

/// Why proposed tags are missed: the newest word on each.
pub async fn list_missed(tx: &mut Tx, tags: Vec<i64>) -> Result<Vec<(i64, Option<StaffId>, Time, String)>> {
    tx.all(
        sql!("tagging.list_missed" => (i64, Option<StaffId>, Time, String),
        "SELECT tag_ord, by_staff, at, after_json FROM taxonomy_ops WHERE op IN ('missed', 'propose') AND tag_ord = ANY($1)
         ORDER BY seq"),
        args![tags],
    )
    .await
}

/// Writes tags as they now are. Paths are cleared first, since two tags may change places.
pub async fn put_tags(tx: &mut Tx, changed: &[Tag]) -> Result<()> {
    if changed.len() > 1 {
        let ords: Vec<i64> = changed.iter().map(|t| t.ord).collect();
        tx.run(
            sql!("tagging.clear_paths", "UPDATE tags SET path = '~' || CAST(ord AS TEXT) WHERE ord = ANY($1)"),
            args![ords],
        )
        .await?;
    }
    for tag in changed {
        update_tag(tx, tag).await?;
    }
    Ok(())
}

/// The making of a tag was taken back: its row stays, for its ordinal and the log.
pub async fn remove_tag(tx: &mut Tx, ord: i64) -> Result<()> {
    tx.run(sql!("tagging.remove_tag", "UPDATE tags SET state = 'removed', rev = rev + 1 WHERE ord = $1"), args![ord])
        .await?;
    Ok(())
}

/// Whether any of some tags is on something.
pub async fn has_living(tx: &mut Tx, tags: Vec<i64>) -> Result<bool> {
    let row = tx
        .find(
            sql!("tagging.has_living" => (i64,),
            "SELECT tag_ord FROM taggings WHERE tag_ord = ANY($1) AND retracted_at IS NULL LIMIT 1"),
            args![tags],
        )
        .await?;
    Ok(row.is_some())
}

/// Finds taggings by their ids.
pub async fn list_tagging_ords(tx: &mut Tx, ids: Vec<TaggingId>) -> Result<Vec<(i64, TaggingId)>> {
    tx.all(
        sql!("tagging.list_tagging_ords" => (i64, TaggingId), "SELECT ord, id FROM taggings WHERE id = ANY_ID($1)"),
        args![ids],
    )
    .await
}

row! { #[derive(Clone, Debug)] pub struct ChangeRow {
    pub id: ChangeId, pub state: String, pub title: String, pub what: String, pub ops_json: String,
    pub undoes: Option<ChangeId>, pub created_at: Time, pub created_by: Option<StaffId>,
    pub published_at: Option<Time>, pub published_by: Option<StaffId>, pub rev: i64,
} }

pub async fn insert_change(tx: &mut Tx, c: &ChangeRow) -> Result<()> {
    tx.run(
        sql!("tagging.insert_change",
        "INSERT INTO taxonomy_changes (id, state, title, what, ops_json, undoes, created_at, created_by, published_at,
           published_by, rev) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
        args![
            c.id,
            c.state.as_str(),
            c.title.as_str(),
            c.what.as_str(),
            c.ops_json.as_str(),
            c.undoes,
            c.created_at,
            c.created_by,
            c.published_at,
            c.published_by,
            c.rev
        ],
    )
    .await?;
    Ok(())
}

pub async fn update_change(tx: &mut Tx, c: &ChangeRow) -> Result<()> {
    tx.run(
        sql!(
            "tagging.update_change",
            "UPDATE taxonomy_changes SET state = $2, title = $3, what = $4, ops_json = $5, published_at = $6,
           published_by = $7, rev = $8 WHERE id = $1"
        ),
        args![
            c.id,
            c.state.as_str(),
            c.title.as_str(),
            c.what.as_str(),
            c.ops_json.as_str(),
            c.published_at,
            c.published_by,
            c.rev
        ],
    )
    .await?;
    Ok(())
}

pub async fn find_change(tx: &mut Tx, id: ChangeId) -> Result<Option<ChangeRow>> {
    tx.find(
        sql!("tagging.find_change" => ChangeRow,
        "SELECT id, state, title, what, ops_json, undoes, created_at, created_by, published_at, published_by, rev
         FROM taxonomy_changes WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn list_drafts(tx: &mut Tx) -> Result<Vec<ChangeRow>> {
    tx.all(
        sql!("tagging.list_drafts" => ChangeRow,
        "SELECT id, state, title, what, ops_json, undoes, created_at, created_by, published_at, published_by, rev
         FROM taxonomy_changes WHERE state = 'draft' ORDER BY created_at DESC LIMIT 200"),
        args![],
    )
    .await
}

/// Published changes, the newest first, before a moment.
pub async fn list_changes(tx: &mut Tx, before: Time, most: i64) -> Result<Vec<ChangeRow>> {
    tx.all(
        sql!("tagging.list_changes" => ChangeRow,
        "SELECT id, state, title, what, ops_json, undoes, created_at, created_by, published_at, published_by, rev
         FROM taxonomy_changes WHERE published_at < $1 ORDER BY published_at DESC LIMIT $2"),
        args![before, most],
    )
    .await
}

pub async fn find_setting(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let row = tx
        .find(
            sql!("tagging.find_setting" => (String,), "SELECT value FROM tagging_settings WHERE name = $1"),
            args![name],
        )
        .await?;
    Ok(row.map(|r| r.0))
}

pub async fn put_setting(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    tx.run(
        sql!(
            "tagging.put_setting",
            "INSERT INTO tagging_settings (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        args![name, value],
    )
    .await?;
    Ok(())
}

/// Changes that point nowhere: lines without their change, or a change taken back by none.
pub async fn list_stray_ops(tx: &mut Tx) -> Result<Vec<(i64,)>> {
    tx.all(
        sql!("tagging.list_stray_ops" => (i64,),
        "SELECT o.seq FROM taxonomy_ops o WHERE o.change_id IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM taxonomy_changes c WHERE c.id = o.change_id) LIMIT 100"),
        args![],
    )
    .await
}

/// What curators left as it is: (source, tag, other tag or 0).
pub async fn list_left(tx: &mut Tx) -> Result<Vec<(String, i64, i64)>> {
    tx.all(
        sql!("tagging.list_left" => (String, i64, i64), "SELECT source, tag_ord, other_ord FROM curation_left"),
        args![],
    )
    .await
}

pub async fn leave(tx: &mut Tx, source: &str, tag: i64, other: i64, by: Option<StaffId>) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.leave",
            "INSERT INTO curation_left (source, tag_ord, other_ord, at, by_staff) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (source, tag_ord, other_ord) DO UPDATE SET at = excluded.at, by_staff = excluded.by_staff"
        ),
        args![source, tag, other, at, by],
    )
    .await?;
    Ok(())
}

pub async fn unleave(tx: &mut Tx, source: &str, tag: i64, other: i64) -> Result<()> {
    tx.run(
        sql!("tagging.unleave", "DELETE FROM curation_left WHERE source = $1 AND tag_ord = $2 AND other_ord = $3"),
        args![source, tag, other],
    )
    .await?;
    Ok(())
}
