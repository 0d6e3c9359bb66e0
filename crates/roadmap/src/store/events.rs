//! Every statement about what happened to items.
use ::store::{Tx, args, row, sql};
use base::{EventId, ItemId, Result, StaffId, Time};

row! {
    /// Something that those who asked for an item may be told.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ItemEvent {
        pub ord: i64, pub id: EventId, pub item_id: ItemId,
        /// heard, planned, shipped, declined, changed.
        pub kind: String,
        /// The how manieth of its kind.
        pub revision: i64,
        /// The half-year it was promised for then.
        pub half: Option<String>,
        pub at: Time, pub by_staff: Option<StaffId>,
    }
}

pub async fn insert(tx: &mut Tx, all: &[ItemEvent]) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_item_event",
        "INSERT INTO item_events (ord, id, item_id, kind, revision, half, at, by_staff)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let values =
        |e: &ItemEvent| args![e.ord, e.id, e.item_id, e.kind.as_str(), e.revision, e.half.as_deref(), e.at, e.by_staff];
    tx.insert_rows(sql, all.iter().map(values).collect()).await.map(drop)
}

pub async fn count_of_kind(tx: &mut Tx, item: ItemId, kind: &str) -> Result<i64> {
    let sql = sql!("roadmap.count_item_events" => (i64,),
        "SELECT COUNT(*) FROM item_events WHERE item_id = $1 AND kind = $2");
    Ok(tx.get(sql, args![item, kind]).await?.0)
}

/// What happened to some items, oldest first.
pub async fn list_events_of_items(tx: &mut Tx, items: &[ItemId]) -> Result<Vec<ItemEvent>> {
    let sql = sql!("roadmap.list_events_of_items" => ItemEvent,
        "SELECT ord, id, item_id, kind, revision, half, at, by_staff FROM item_events WHERE item_id = ANY_ID($1) ORDER BY ord");
    tx.all(sql, args![items.to_vec()]).await
}

/// What happened since a moment to items that were not removed, newest first; at most `limit`.
pub async fn list_events_since(tx: &mut Tx, since: Time, limit: i64) -> Result<Vec<ItemEvent>> {
    let sql = sql!("roadmap.list_events_since" => ItemEvent,
        "SELECT e.ord, e.id, e.item_id, e.kind, e.revision, e.half, e.at, e.by_staff
         FROM item_events e JOIN roadmap_items i ON i.id = e.item_id
         WHERE e.at >= $1 AND i.removed_at IS NULL ORDER BY e.at DESC, e.ord DESC LIMIT $2");
    tx.all(sql, args![since, limit]).await
}
