//! Statements about saved views of the inbox.
use base::{Result, StaffId, ViewId};
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug)]
    pub(crate) struct ViewRow {
        pub(crate) id: ViewId,
        pub(crate) owner: StaffId,
        pub(crate) name: String,
        /// The address after the question mark.
        pub(crate) query: String,
        pub(crate) is_shared: bool,
        pub(crate) rev: i64,
    }
}

/// One's own and the shared ones, by name.
pub(crate) async fn list(tx: &mut Tx, owner: Option<StaffId>) -> Result<Vec<ViewRow>> {
    let sql = sql!("conversations.list_inbox_views" => ViewRow,
        "SELECT id, owner, name, query, is_shared, rev FROM inbox_views WHERE owner = $1 OR is_shared = $2 ORDER BY name, id");
    tx.all(sql, args![owner, true]).await
}

pub(crate) async fn find(tx: &mut Tx, id: ViewId) -> Result<Option<ViewRow>> {
    let sql = sql!("conversations.find_inbox_view" => ViewRow,
        "SELECT id, owner, name, query, is_shared, rev FROM inbox_views WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub(crate) async fn insert(tx: &mut Tx, view: &ViewRow) -> Result<()> {
    let at = tx.now();
    let sql = sql!(
        "conversations.insert_inbox_view",
        "INSERT INTO inbox_views (id, owner, name, query, is_shared, created_at, rev) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.run(sql, args![view.id, view.owner, &view.name, &view.query, view.is_shared, at, view.rev]).await.map(drop)
}

pub(crate) async fn update(tx: &mut Tx, view: &ViewRow) -> Result<()> {
    let sql = sql!(
        "conversations.update_inbox_view",
        "UPDATE inbox_views SET name = $2, query = $3, is_shared = $4, rev = $5 WHERE id = $1"
    );
    tx.run(sql, args![view.id, &view.name, &view.query, view.is_shared, view.rev]).await.map(drop)
}

pub(crate) async fn delete(tx: &mut Tx, id: ViewId) -> Result<()> {
    tx.run(sql!("conversations.delete_inbox_view", "DELETE FROM inbox_views WHERE id = $1"), args![id]).await.map(drop)
}
