//! Statements about saved views.
use base::{Result, StaffId, ViewId};
use store::{Tx, args, row, sql};

row! { #[derive(Clone, Debug)] pub struct ViewRow {
    pub id: ViewId, pub owner: StaffId, pub name: String, pub query: String, pub is_shared: bool, pub rev: i64,
} }

/// One's own and the shared ones, by name.
pub async fn list_views(tx: &mut Tx, owner: Option<StaffId>) -> Result<Vec<ViewRow>> {
    tx.all(
        sql!("tagging.list_views" => ViewRow,
        "SELECT id, owner, name, query, is_shared, rev FROM tagging_views WHERE owner = $1 OR is_shared = $2
         ORDER BY name, id"),
        args![owner, true],
    )
    .await
}

pub async fn find_view(tx: &mut Tx, id: ViewId) -> Result<Option<ViewRow>> {
    tx.find(
        sql!("tagging.find_view" => ViewRow,
        "SELECT id, owner, name, query, is_shared, rev FROM tagging_views WHERE id = $1"),
        args![id],
    )
    .await
}

pub async fn insert_view(tx: &mut Tx, view: &ViewRow) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.insert_view",
            "INSERT INTO tagging_views (id, owner, name, query, is_shared, created_at, rev)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![view.id, view.owner, view.name.as_str(), view.query.as_str(), view.is_shared, at, view.rev],
    )
    .await?;
    Ok(())
}

pub async fn update_view(tx: &mut Tx, view: &ViewRow) -> Result<()> {
    tx.run(
        sql!(
            "tagging.update_view",
            "UPDATE tagging_views SET name = $2, query = $3, is_shared = $4, rev = $5 WHERE id = $1"
        ),
        args![view.id, view.name.as_str(), view.query.as_str(), view.is_shared, view.rev],
    )
    .await?;
    Ok(())
}

pub async fn delete_view(tx: &mut Tx, id: ViewId) -> Result<()> {
    tx.run(sql!("tagging.delete_view", "DELETE FROM tagging_views WHERE id = $1"), args![id]).await?;
    Ok(())
}
