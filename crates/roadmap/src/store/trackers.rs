//! Every statement about trackers that may tell us how far issues are.
use ::store::{Tx, args, row, sql};
use base::{ItemId, Result, StaffId, Time, TrackerId};

row! { #[derive(Clone, Debug)] pub struct TrackerRow {
    pub id: TrackerId, pub name: String, pub kind: String, pub secret: String, pub moves_items: bool, pub is_active: bool,
    pub heard_at: Option<Time>, pub heard_item: Option<ItemId>, pub refused_at: Option<Time>, pub rev: i64,
} }

pub async fn list(tx: &mut Tx) -> Result<Vec<TrackerRow>> {
    let sql = sql!("roadmap.list_trackers" => TrackerRow,
        "SELECT id, name, kind, secret, moves_items, is_active, heard_at, heard_item, refused_at, rev FROM trackers
         ORDER BY created_at, id");
    tx.all(sql, args![]).await
}

pub async fn find(tx: &mut Tx, id: TrackerId) -> Result<Option<TrackerRow>> {
    let sql = sql!("roadmap.find_tracker" => TrackerRow,
        "SELECT id, name, kind, secret, moves_items, is_active, heard_at, heard_item, refused_at, rev FROM trackers
         WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub async fn insert(tx: &mut Tx, t: &TrackerRow, by: Option<StaffId>) -> Result<()> {
    let at = tx.now();
    let sql = sql!(
        "roadmap.insert_tracker",
        "INSERT INTO trackers (id, name, kind, secret, moves_items, is_active, created_at, created_by, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let TrackerRow { id, name, kind, secret, moves_items, is_active, rev, .. } = t;
    let args = args![*id, name.as_str(), kind.as_str(), secret.as_str(), *moves_items, *is_active, at, by, *rev];
    tx.run(sql, args).await.map(drop)
}

/// Puts a tracker as it now is.
pub async fn update(tx: &mut Tx, t: &TrackerRow) -> Result<()> {
    let sql = sql!(
        "roadmap.update_tracker",
        "UPDATE trackers SET name = $2, moves_items = $3, is_active = $4, heard_at = $5, heard_item = $6, refused_at = $7,
           rev = $8 WHERE id = $1"
    );
    let args = args![t.id, t.name.as_str(), t.moves_items, t.is_active, t.heard_at, t.heard_item, t.refused_at, t.rev];
    tx.run(sql, args).await.map(drop)
}

pub async fn remove(tx: &mut Tx, id: TrackerId) -> Result<u64> {
    tx.run(sql!("roadmap.remove_tracker", "DELETE FROM trackers WHERE id = $1"), args![id]).await
}
