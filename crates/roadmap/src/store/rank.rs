//! Every statement about ranking: efforts, needs, the direction, rules, half-years.
use ::store::{Tx, args, row, sql};
use base::{ItemId, Result, StaffId, Time};

row! {
    /// Open demand of one person for an item, as far as ranking needs it.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct VoiceRow { pub item_id: ItemId, pub person_ord: i64, pub account_ord: Option<i64>, pub last_at: Time }
}

pub async fn list_voices(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<VoiceRow>> {
    let sql = sql!("roadmap.list_voices" => VoiceRow,
        "SELECT item_id, person_ord, account_ord, last_at FROM asks WHERE item_id = ANY_ID($1) AND state = 'open'");
    tx.all(sql, args![items]).await
}

/// (item, team, at best, most likely, at worst) in person-weeks.
pub async fn list_efforts(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, String, f64, f64, f64)>> {
    let sql = sql!("roadmap.list_efforts" => (ItemId, String, f64, f64, f64),
        "SELECT item_id, team, low, likely, high FROM item_efforts WHERE item_id = ANY_ID($1) ORDER BY item_id, team");
    tx.all(sql, args![items]).await
}

/// (item, what it needs).
pub async fn add_need(tx: &mut Tx, item: ItemId, need: ItemId) -> Result<()> {
    let sql = sql!(
        "roadmap.add_need",
        "INSERT INTO item_needs (item_id, needs_id) VALUES ($1, $2) ON CONFLICT (item_id, needs_id) DO NOTHING"
    );
    tx.run(sql, args![item, need]).await.map(drop)
}

pub async fn remove_need(tx: &mut Tx, item: ItemId, need: ItemId) -> Result<()> {
    let sql = sql!("roadmap.remove_need", "DELETE FROM item_needs WHERE item_id = $1 AND needs_id = $2");
    tx.run(sql, args![item, need]).await.map(drop)
}

/// It needs another one instead.
pub async fn put_need(tx: &mut Tx, item: ItemId, old: ItemId, new: ItemId) -> Result<()> {
    remove_need(tx, item, old).await?;
    add_need(tx, item, new).await
}

/// What some items need: (item, what it needs).
pub async fn list_needs_of(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, ItemId)>> {
    let sql = sql!("roadmap.list_needs_of" => (ItemId, ItemId),
        "SELECT item_id, needs_id FROM item_needs WHERE item_id = ANY_ID($1) ORDER BY item_id, needs_id");
    tx.all(sql, args![items]).await
}

/// What needs one of some items: (item, what it needs).
pub async fn list_needing(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, ItemId)>> {
    let sql = sql!("roadmap.list_needing" => (ItemId, ItemId),
        "SELECT item_id, needs_id FROM item_needs WHERE needs_id = ANY_ID($1) ORDER BY item_id, needs_id");
    tx.all(sql, args![items]).await
}

/// (rules as JSON, version).
pub async fn find_rules(tx: &mut Tx) -> Result<Option<(String, i64)>> {
    let sql = sql!("roadmap.find_rank_rules" => (String, i64), "SELECT rules_json, rev FROM rank_rules WHERE one = 1");
    tx.find(sql, args![]).await
}

pub async fn put_rules(tx: &mut Tx, rules_json: &str, rev: i64, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.put_rank_rules",
        "INSERT INTO rank_rules (one, rules_json, rev, changed_at, by_staff) VALUES (1, $1, $2, $3, $4)
         ON CONFLICT (one) DO UPDATE SET rules_json = excluded.rules_json, rev = excluded.rev,
           changed_at = excluded.changed_at, by_staff = excluded.by_staff"
    );
    tx.run(sql, args![rules_json, rev, now, by]).await.map(drop)
}
