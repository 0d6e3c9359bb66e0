//! Every statement about what items are called elsewhere.
use ::store::{Tx, args, row, sql};
use base::{ItemId, Result, StaffId, Time};

row! {
    /// One thing elsewhere that is this item.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LinkRow {
        pub item_id: ItemId, pub source: String, pub external_id: String, pub url: Option<String>,
        pub state_name: Option<String>, pub state: Option<String>, pub state_at: Option<Time>, pub created_at: Time,
        pub by_staff: Option<StaffId>,
    }
}

impl LinkRow {
    /// What is called so elsewhere, of no item yet.
    pub fn blank(source: &str, external_id: &str, at: Time) -> LinkRow {
        LinkRow {
            item_id: ItemId::new(),
            source: source.into(),
            external_id: external_id.into(),
            url: None,
            state_name: None,
            state: None,
            state_at: None,
            created_at: at,
            by_staff: None,
        }
    }
}

pub async fn list_of_items(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<LinkRow>> {
    let sql = sql!("roadmap.list_links" => LinkRow,
        "SELECT item_id, source, external_id, url, state_name, state, state_at, created_at, by_staff FROM item_links
         WHERE item_id = ANY_ID($1) ORDER BY created_at, source, external_id");
    tx.all(sql, args![items]).await
}

/// Those of a source that are there already.
pub async fn list_named(tx: &mut Tx, source: &str, external_ids: Vec<String>) -> Result<Vec<LinkRow>> {
    let sql = sql!("roadmap.list_links_named" => LinkRow,
        "SELECT item_id, source, external_id, url, state_name, state, state_at, created_at, by_staff FROM item_links
         WHERE source = $1 AND external_id = ANY($2)");
    tx.all(sql, args![source, external_ids]).await
}

pub async fn insert(tx: &mut Tx, rows: Vec<LinkRow>) -> Result<u64> {
    let sql = sql!(
        "roadmap.insert_link",
        "INSERT INTO item_links (item_id, source, external_id, url, state_name, state, state_at, created_at, by_staff)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    let values = |r: LinkRow| {
        let LinkRow { item_id, source, external_id, url, state_name, state, state_at, created_at, by_staff } = r;
        args![item_id, source, external_id, url, state_name, state, state_at, created_at, by_staff]
    };
    tx.insert_rows(sql, rows.into_iter().map(values).collect()).await
}

/// How it stands there now.
pub async fn put_state(tx: &mut Tx, link: &LinkRow) -> Result<u64> {
    let sql = sql!(
        "roadmap.put_link_state",
        "UPDATE item_links SET state_name = $3, state = $4, state_at = $5 WHERE source = $1 AND external_id = $2"
    );
    let LinkRow { source, external_id, state_name, state, state_at, .. } = link;
    tx.run(sql, args![source.as_str(), external_id.as_str(), state_name.as_deref(), state.as_deref(), *state_at]).await
}

/// What is called so is this item now.
pub async fn lead(tx: &mut Tx, source: &str, external_id: &str, item: ItemId) -> Result<u64> {
    let sql = sql!("roadmap.lead_link", "UPDATE item_links SET item_id = $3 WHERE source = $1 AND external_id = $2");
    tx.run(sql, args![source, external_id, item]).await
}

pub async fn remove(tx: &mut Tx, item: ItemId, source: &str, external_id: &str) -> Result<u64> {
    let sql =
        sql!("roadmap.remove_link", "DELETE FROM item_links WHERE item_id = $1 AND source = $2 AND external_id = $3");
    tx.run(sql, args![item, source, external_id]).await
}
