//! Every statement of the roadmap room.
pub mod areas;
pub mod asks;
pub mod check;
pub mod digest;
pub mod events;
pub mod goals;
pub mod ledger;
pub mod links;
pub mod merges;
pub mod plan;
pub mod rank;
pub mod trackers;

use crate::model::{Feasibility, Item, JoinedTag, Mode, Status, TeamEffort};
use ::store::{Tx, args, row, sql};
use base::{ItemId, Result, StaffId, Time};
use std::collections::HashMap;
use tagging::{Kind, Texts};

row! { struct ItemRow {
    id: ItemId, item_key: Option<String>, status: String, half: Option<String>, owner: Option<String>,
    owner_staff: Option<StaffId>, effort_low: Option<f64>, effort_likely: Option<f64>, effort_high: Option<f64>,
    feasibility: String, feasibility_reason: Option<String>, position: f64, status_at: Time, rev: i64,
} }

/// All items that were not removed, in the order of the board. There may be a hundred thousand: a screen asks the shelf
/// (`crate::shelf`), and then for those it shows.
pub async fn load_items(tx: &mut Tx) -> Result<Vec<Item>> {
    let sql = sql!("roadmap.list_items" => ItemRow,
        "SELECT id, item_key, status, half, owner, owner_staff, effort_low, effort_likely, effort_high, feasibility,
           feasibility_reason, position, status_at, rev
         FROM roadmap_items WHERE removed_at IS NULL ORDER BY position, id");
    let rows = tx.all(sql, args![]).await?;
    whole(tx, rows).await
}

/// Those of some items that were not removed, in the order of the board.
pub async fn list_items(tx: &mut Tx, ids: Vec<ItemId>) -> Result<Vec<Item>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = sql!("roadmap.list_some_items" => ItemRow,
        "SELECT id, item_key, status, half, owner, owner_staff, effort_low, effort_likely, effort_high, feasibility,
           feasibility_reason, position, status_at, rev
         FROM roadmap_items WHERE id = ANY_ID($1) AND removed_at IS NULL ORDER BY position, id");
    let rows = tx.all(sql, args![ids]).await?;
    whole(tx, rows).await
}

pub async fn find_item(tx: &mut Tx, id: ItemId) -> Result<Option<Item>> {
    Ok(list_items(tx, vec![id]).await?.pop())
}

/// How many of some items are on the roadmap.
pub async fn count_items(tx: &mut Tx, ids: Vec<ItemId>) -> Result<i64> {
    let sql = sql!("roadmap.count_items" => (i64,),
        "SELECT COUNT(*) FROM roadmap_items WHERE id = ANY_ID($1) AND removed_at IS NULL");
    Ok(tx.get(sql, args![ids]).await?.0)
}

/// Items whose ids lie between two, with these.
pub async fn list_ids_between(tx: &mut Tx, first: ItemId, last: ItemId) -> Result<Vec<ItemId>> {
    let sql = sql!("roadmap.list_ids_between" => (ItemId,), "SELECT id FROM roadmap_items WHERE id >= $1 AND id <= $2");
    Ok(tx.all(sql, args![first, last]).await?.into_iter().map(|(id,)| id).collect())
}

/// Items that are joined to one of some tags, whichever way.
pub async fn list_joined(tx: &mut Tx, tags: Vec<i64>) -> Result<Vec<ItemId>> {
    let sql = sql!("roadmap.list_joined" => (ItemId,),
        "SELECT DISTINCT item_id FROM roadmap_item_tags WHERE tag_ord = ANY($1)");
    Ok(tx.all(sql, args![tags]).await?.into_iter().map(|(id,)| id).collect())
}

/// Items that are joined to tags; of one status, or of all.
pub async fn list_joined_with(tx: &mut Tx, status: Option<Status>) -> Result<Vec<Item>> {
    let sql = sql!("roadmap.list_joined_with" => (ItemId,),
        "SELECT id FROM roadmap_items
         WHERE ($1 = '' OR status = $1) AND removed_at IS NULL AND id IN (SELECT item_id FROM roadmap_item_tags)");
    let ids = tx.all(sql, args![status.map_or("", Status::as_str)]).await?.into_iter().map(|(id,)| id).collect();
    list_items(tx, ids).await
}

/// Items of which asks follow from taggings, or could.
pub async fn list_following(tx: &mut Tx) -> Result<Vec<ItemId>> {
    let sql = sql!("roadmap.list_following" => (ItemId,),
        "SELECT item_id FROM roadmap_item_tags UNION SELECT item_id FROM asks WHERE origin = 'taggings'");
    Ok(tx.all(sql, args![]).await?.into_iter().map(|(id,)| id).collect())
}

/// Where the last item stands, but for one.
pub async fn last_position_but(tx: &mut Tx, id: ItemId) -> Result<Option<f64>> {
    let sql = sql!("roadmap.last_position_but" => (Option<f64>,),
        "SELECT MAX(position) FROM roadmap_items WHERE removed_at IS NULL AND id <> $1");
    Ok(tx.get(sql, args![id]).await?.0)
}

/// Where the item stands that comes before a place, but for one item.
pub async fn position_before(tx: &mut Tx, position: f64, id: ItemId, but: ItemId) -> Result<Option<f64>> {
    let sql = sql!("roadmap.position_before" => (Option<f64>,),
        "SELECT MAX(position) FROM roadmap_items
         WHERE removed_at IS NULL AND id <> $3 AND (position < $1 OR position = $1 AND id < $2)");
    Ok(tx.get(sql, args![position, id, but]).await?.0)
}

/// Items are read with their parts so many at once: the list of their ids is an argument.
const PARTS_AT_ONCE: usize = 5_000;

async fn whole(tx: &mut Tx, rows: Vec<ItemRow>) -> Result<Vec<Item>> {
    let mut items = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<ItemRow> = rows.by_ref().take(PARTS_AT_ONCE).collect();
        items.extend(with_parts(tx, some).await?);
    }
    Ok(items)
}

async fn with_parts(tx: &mut Tx, rows: Vec<ItemRow>) -> Result<Vec<Item>> {
    let ids: Vec<ItemId> = rows.iter().map(|r| r.id).collect();
    let mut texts: HashMap<ItemId, (Texts, Texts)> = HashMap::new();
    for (id, lang, field, text) in tx
        .all(
            sql!("roadmap.list_texts" => (ItemId, String, String, String),
            "SELECT item_id, lang, field, text FROM roadmap_item_texts WHERE item_id = ANY_ID($1)"),
            args![ids.clone()],
        )
        .await?
    {
        let (title, problem) = texts.entry(id).or_default();
        if field == "title" { title.set(&lang, text) } else { problem.set(&lang, text) }
    }
    let mut tags: HashMap<ItemId, Vec<JoinedTag>> = HashMap::new();
    for (id, tag_ord, mode, subtree, kinds) in tx
        .all(
            sql!("roadmap.list_item_tags" => (ItemId, i64, String, bool, String),
            "SELECT item_id, tag_ord, mode, subtree, kinds FROM roadmap_item_tags WHERE item_id = ANY_ID($1)
             ORDER BY mode DESC, tag_ord"),
            args![ids.clone()],
        )
        .await?
    {
        let kinds = kinds.split(',').filter(|k| !k.is_empty()).map(Kind::parse).collect::<Result<_>>()?;
        tags.entry(id).or_default().push(JoinedTag { tag_ord, mode: Mode::parse(&mode)?, subtree, kinds });
    }
    let mut efforts: HashMap<ItemId, Vec<TeamEffort>> = HashMap::new();
    for (id, team, low, likely, high) in rank::list_efforts(tx, ids.clone()).await? {
        efforts.entry(id).or_default().push(TeamEffort { team, low, likely, high });
    }
    let mut needs: HashMap<ItemId, Vec<ItemId>> = HashMap::new();
    for (id, need) in rank::list_needs_of(tx, ids).await? {
        needs.entry(id).or_default().push(need);
    }
    rows.into_iter()
        .map(|r| {
            let (title, problem) = texts.remove(&r.id).unwrap_or_default();
            Ok(Item {
                status: Status::parse(&r.status)?,
                tags: tags.remove(&r.id).unwrap_or_default(),
                id: r.id,
                key: r.item_key,
                title,
                problem,
                half: r.half,
                owner: r.owner,
                owner_staff: r.owner_staff,
                effort_low: r.effort_low,
                effort_likely: r.effort_likely,
                effort_high: r.effort_high,
                efforts: efforts.remove(&r.id).unwrap_or_default(),
                feasibility: Feasibility::parse(&r.feasibility)?,
                feasibility_reason: r.feasibility_reason,
                needs: needs.remove(&r.id).unwrap_or_default(),
                position: r.position,
                status_at: r.status_at,
                rev: r.rev,
            })
        })
        .collect()
}

pub async fn list_titles(tx: &mut Tx, items: Vec<ItemId>) -> Result<HashMap<ItemId, Texts>> {
    let sql = sql!("roadmap.list_titles" => (ItemId, String, String),
        "SELECT item_id, lang, text FROM roadmap_item_texts WHERE item_id = ANY_ID($1) AND field = 'title'");
    let mut titles: HashMap<ItemId, Texts> = HashMap::new();
    for (id, lang, text) in tx.all(sql, args![items]).await? {
        titles.entry(id).or_default().set(&lang, text);
    }
    Ok(titles)
}

/// All items with when each was made, in the order of the board.
pub async fn load_dated_items(tx: &mut Tx) -> Result<Vec<(Item, Time)>> {
    let sql = sql!("roadmap.list_item_dates" => (ItemId, Time), "SELECT id, created_at FROM roadmap_items");
    let dates: HashMap<ItemId, Time> = tx.all(sql, args![]).await?.into_iter().collect();
    let items = load_items(tx).await?;
    Ok(items
        .into_iter()
        .map(|item| (dates.get(&item.id).copied().unwrap_or(item.status_at), item))
        .map(|(at, item)| (item, at))
        .collect())
}

pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<ItemId>> {
    let row = tx
        .find(
            sql!("roadmap.find_by_key" => (ItemId,),
            "SELECT id FROM roadmap_items WHERE item_key = $1 AND removed_at IS NULL"),
            args![key],
        )
        .await?;
    Ok(row.map(|r| r.0))
}

pub async fn list_by_key(tx: &mut Tx, keys: Vec<String>) -> Result<Vec<(String, ItemId)>> {
    let sql = sql!("roadmap.list_by_key" => (String, ItemId),
        "SELECT item_key, id FROM roadmap_items WHERE item_key = ANY($1) AND removed_at IS NULL");
    tx.all(sql, args![keys]).await
}

/// Items that are new, each with when it was made.
pub async fn insert_items(tx: &mut Tx, items: &[(Item, Time)], by: Option<StaffId>) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_item",
        "INSERT INTO roadmap_items (id, item_key, status, half, owner, owner_staff, effort_low, effort_likely, effort_high,
           feasibility, feasibility_reason, position, created_at, created_by, status_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    let values = |(i, created_at): &(Item, Time)| {
        args![
            i.id,
            i.key.as_deref(),
            i.status.as_str(),
            i.half.as_deref(),
            i.owner.as_deref(),
            i.owner_staff,
            i.effort_low,
            i.effort_likely,
            i.effort_high,
            i.feasibility.as_str(),
            i.feasibility_reason.as_deref(),
            i.position,
            *created_at,
            by,
            i.status_at,
            i.rev
        ]
    };
    tx.insert_rows(sql, items.iter().map(values).collect()).await?;
    write_parts(tx, items.iter().map(|(item, _)| item)).await
}

/// Puts the item as it now is; the caller has raised `rev`.
pub async fn update_item(tx: &mut Tx, i: &Item) -> Result<()> {
    tx.run(
        sql!("roadmap.update_item",
        "UPDATE roadmap_items SET item_key = $2, status = $3, half = $4, owner = $5, owner_staff = $6, effort_low = $7,
           effort_likely = $8, effort_high = $9, feasibility = $10, feasibility_reason = $11, position = $12, status_at = $13,
           rev = $14 WHERE id = $1"),
        args![
            i.id,
            i.key.as_deref(),
            i.status.as_str(),
            i.half.as_deref(),
            i.owner.as_deref(),
            i.owner_staff,
            i.effort_low,
            i.effort_likely,
            i.effort_high,
            i.feasibility.as_str(),
            i.feasibility_reason.as_deref(),
            i.position,
            i.status_at,
            i.rev
        ],
    )
    .await?;
    tx.run(sql!("roadmap.delete_texts", "DELETE FROM roadmap_item_texts WHERE item_id = $1"), args![i.id]).await?;
    tx.run(sql!("roadmap.delete_tags", "DELETE FROM roadmap_item_tags WHERE item_id = $1"), args![i.id]).await?;
    tx.run(sql!("roadmap.delete_efforts", "DELETE FROM item_efforts WHERE item_id = $1"), args![i.id]).await?;
    tx.run(sql!("roadmap.delete_needs", "DELETE FROM item_needs WHERE item_id = $1"), args![i.id]).await?;
    write_parts(tx, std::iter::once(i)).await
}

async fn write_parts(tx: &mut Tx, items: impl Iterator<Item = &Item>) -> Result<()> {
    let (mut texts, mut tags, mut efforts, mut needs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for i in items {
        for (field, all) in [("title", &i.title), ("problem", &i.problem)] {
            for (lang, text) in all.by_lang() {
                texts.extend(text.map(|text| args![i.id, lang, field, text, i.rev]));
            }
        }
        let kinds = |t: &JoinedTag| t.kinds.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(",");
        tags.extend(i.tags.iter().map(|t| args![i.id, t.tag_ord, t.mode.as_str(), t.subtree, kinds(t)]));
        efforts.extend(i.efforts.iter().map(|e| args![i.id, e.team.as_str(), e.low, e.likely, e.high]));
        needs.extend(i.needs.iter().map(|need| args![i.id, *need]));
    }
    let sql = sql!(
        "roadmap.insert_text",
        "INSERT INTO roadmap_item_texts (item_id, lang, field, text, source_rev) VALUES ($1, $2, $3, $4, $5)"
    );
    tx.insert_rows(sql, texts).await?;
    let sql = sql!(
        "roadmap.insert_tag",
        "INSERT INTO roadmap_item_tags (item_id, tag_ord, mode, subtree, kinds) VALUES ($1, $2, $3, $4, $5)"
    );
    tx.insert_rows(sql, tags).await?;
    let sql = sql!(
        "roadmap.insert_effort",
        "INSERT INTO item_efforts (item_id, team, low, likely, high) VALUES ($1, $2, $3, $4, $5)"
    );
    tx.insert_rows(sql, efforts).await?;
    let sql = sql!("roadmap.insert_need", "INSERT INTO item_needs (item_id, needs_id) VALUES ($1, $2)");
    tx.insert_rows(sql, needs).await?;
    Ok(())
}

/// A removed item keeps its rows; its key may be used again.
pub async fn remove_item(tx: &mut Tx, id: ItemId) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "roadmap.remove_item",
            "UPDATE roadmap_items SET removed_at = $2, item_key = NULL, rev = rev + 1 WHERE id = $1"
        ),
        args![id, at],
    )
    .await?;
    Ok(())
}

pub async fn last_position(tx: &mut Tx) -> Result<f64> {
    let row = tx
        .get(
            sql!("roadmap.last_position" => (f64,),
            "SELECT COALESCE(MAX(position), CAST(0 AS DOUBLE PRECISION)) FROM roadmap_items"),
            args![],
        )
        .await?;
    Ok(row.0)
}

/// A change of an item, to be kept.
pub struct Logged {
    pub item: ItemId,
    pub what: &'static str,
    pub before: serde_json::Value,
    pub after: serde_json::Value,
}

pub async fn log_changes(tx: &mut Tx, by: Option<StaffId>, all: Vec<Logged>) -> Result<()> {
    let at = tx.now();
    let sql = sql!(
        "roadmap.log_change",
        "INSERT INTO roadmap_item_log (item_id, at, by_staff, what, before_json, after_json) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    let values = |one: Logged| args![one.item, at, by, one.what, one.before.to_string(), one.after.to_string()];
    tx.insert_rows(sql, all.into_iter().map(values).collect()).await?;
    Ok(())
}

/// One change of one item.
pub async fn log_change(
    tx: &mut Tx,
    item: ItemId,
    by: Option<StaffId>,
    what: &'static str,
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> Result<()> {
    log_changes(tx, by, vec![Logged { item, what, before: before.clone(), after: after.clone() }]).await
}

row! { pub struct ChangeRow {
    pub seq: i64, pub item_id: ItemId, pub at: Time, pub by_staff: Option<StaffId>, pub what: String,
    pub before_json: String, pub after_json: String,
} }

pub async fn list_changes(tx: &mut Tx, item: ItemId) -> Result<Vec<ChangeRow>> {
    tx.all(
        sql!("roadmap.list_changes" => ChangeRow,
        "SELECT seq, item_id, at, by_staff, what, before_json, after_json FROM roadmap_item_log WHERE item_id = $1
         ORDER BY seq DESC LIMIT 200"),
        args![item],
    )
    .await
}

/// When some items came into work, for the last time.
pub async fn list_begun(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, Time)>> {
    let sql = sql!("roadmap.list_begun" => (ItemId, Time),
        "SELECT item_id, MAX(at) FROM roadmap_item_log
         WHERE item_id = ANY_ID($1) AND what = 'status' AND after_json LIKE '%\"status\":\"building\"%' GROUP BY item_id");
    tx.all(sql, args![items]).await
}

/// Changes of all items since a moment, newest first.
pub async fn list_changes_since(tx: &mut Tx, since: Time) -> Result<Vec<ChangeRow>> {
    tx.all(
        sql!("roadmap.list_changes_since" => ChangeRow,
        "SELECT seq, item_id, at, by_staff, what, before_json, after_json FROM roadmap_item_log WHERE at >= $1
         ORDER BY seq DESC LIMIT 50"),
        args![since],
    )
    .await
}

/// Items that rows of this room name and that are not there.
pub async fn list_orphans(tx: &mut Tx) -> Result<Vec<ItemId>> {
    let sql = sql!("roadmap.list_orphans" => (ItemId,),
        "SELECT item_id FROM (SELECT item_id FROM roadmap_item_texts UNION SELECT item_id FROM roadmap_item_tags
            UNION SELECT item_id FROM roadmap_item_log UNION SELECT item_id FROM item_events UNION SELECT item_id FROM asks) AS named
         WHERE NOT EXISTS (SELECT 1 FROM roadmap_items WHERE roadmap_items.id = named.item_id)");
    Ok(tx.all(sql, args![]).await?.into_iter().map(|(id,)| id).collect())
}
