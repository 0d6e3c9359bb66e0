//! Every statement about items that were merged into others.
use ::store::{Tx, args, row, sql};
use base::{ItemId, Result, StaffId, Time};

row! { pub struct MergeRow {
    pub ord: i64, pub from_id: ItemId, pub into_id: ItemId, pub moved_json: String, pub at: Time, pub undone_at: Option<Time>,
} }

pub async fn insert(tx: &mut Tx, m: &MergeRow, by: Option<StaffId>) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_item_merge",
        "INSERT INTO item_merges (ord, from_id, into_id, moved_json, at, by_staff) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    tx.run(sql, args![m.ord, m.from_id, m.into_id, m.moved_json.as_str(), m.at, by]).await.map(drop)
}

pub async fn find(tx: &mut Tx, ord: i64) -> Result<Option<MergeRow>> {
    let sql = sql!("roadmap.find_item_merge" => MergeRow,
        "SELECT ord, from_id, into_id, moved_json, at, undone_at FROM item_merges WHERE ord = $1");
    tx.find(sql, args![ord]).await
}

/// The merges into an item that were not taken back, newest first.
pub async fn list_into(tx: &mut Tx, item: ItemId) -> Result<Vec<MergeRow>> {
    let sql = sql!("roadmap.list_item_merges" => MergeRow,
        "SELECT ord, from_id, into_id, moved_json, at, undone_at FROM item_merges
         WHERE into_id = $1 AND undone_at IS NULL ORDER BY ord DESC");
    tx.all(sql, args![item]).await
}

pub async fn undo(tx: &mut Tx, ord: i64) -> Result<()> {
    let at = tx.now();
    tx.run(sql!("roadmap.undo_item_merge", "UPDATE item_merges SET undone_at = $2 WHERE ord = $1"), args![ord, at])
        .await
        .map(drop)
}

/// From now on the one leads to the other, or stands alone.
pub async fn lead(tx: &mut Tx, item: ItemId, into: Option<ItemId>) -> Result<()> {
    let sql = sql!("roadmap.lead_item", "UPDATE roadmap_items SET merged_into = $2 WHERE id = $1");
    tx.run(sql, args![item, into]).await.map(drop)
}

/// Where a removed item leads.
pub async fn find_lead(tx: &mut Tx, item: ItemId) -> Result<Option<ItemId>> {
    let sql =
        sql!("roadmap.find_item_lead" => (Option<ItemId>,), "SELECT merged_into FROM roadmap_items WHERE id = $1");
    Ok(tx.find(sql, args![item]).await?.and_then(|(into,)| into))
}

/// A removed item is there again.
pub async fn restore(tx: &mut Tx, item: ItemId, key: Option<&str>) -> Result<()> {
    let sql = sql!(
        "roadmap.restore_item",
        "UPDATE roadmap_items SET removed_at = NULL, item_key = $2, rev = rev + 1 WHERE id = $1"
    );
    tx.run(sql, args![item, key]).await.map(drop)
}

/// Items that were merged into something that is neither there nor leads further.
pub async fn list_lost(tx: &mut Tx) -> Result<Vec<ItemId>> {
    let sql = sql!("roadmap.list_lost_merges" => (ItemId,),
        "SELECT f.id FROM roadmap_items f JOIN roadmap_items i ON i.id = f.merged_into
         WHERE f.merged_into IS NOT NULL AND (f.removed_at IS NULL OR (i.removed_at IS NOT NULL AND i.merged_into IS NULL))");
    Ok(tx.all(sql, args![]).await?.into_iter().map(|(id,)| id).collect())
}
