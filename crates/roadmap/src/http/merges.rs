//! Merging items, over HTTP.
use crate::access;
use crate::merge;
use crate::store::merges as rows;
use axum::http::StatusCode;
use base::{ItemId, Time};
use httpkit::{AppState, Can, Json, Path, Plan, Read, Result, State};
use serde::{Deserialize, Serialize};
use tagging::{TagEngine, Texts};

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ItemMergeIn {
    /// The item that remains.
    pub into: ItemId,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemMergeOut {
    /// What `POST /api/roadmap/merges/{id}/undo` takes.
    pub merge: i64,
}

/// An item that leads here.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MergedItem {
    pub merge: i64,
    pub id: ItemId,
    pub title: Texts,
    pub at: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MergedItems {
    pub items: Vec<MergedItem>,
}

/// Merge an item into another.
///
/// Its address leads to the other one from then on; its tags, links and askers go along. It can be taken back.
#[utoipa::path(post, path = "/api/roadmap/items/{id}/merge", tag = "roadmap", operation_id = "merge_item",
    params(("id" = ItemId, Path)), request_body = ItemMergeIn,
    responses((status = 200, body = ItemMergeOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn merge_item(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Json(input): Json<ItemMergeIn>,
) -> Result<Json<ItemMergeOut>> {
    let mut tx = app.db.write().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let from = access::get_item(&mut tx, id).await?;
    let into = access::get_item(&mut tx, input.into).await?;
    let merge = merge::merge_items(&mut tx, can.actor(), &catalogue, &from, &into).await?;
    tx.commit().await?;
    Ok(Json(ItemMergeOut { merge }))
}

/// List the items that were merged into one, newest first.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/merged", tag = "roadmap", operation_id = "list_merged_items",
    params(("id" = ItemId, Path)), responses((status = 200, body = MergedItems), (status = 404, body = httpkit::Problem)))]
pub async fn list_merged_items(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Json<MergedItems>> {
    let mut tx = app.db.read().await?;
    let item = access::get_item(&mut tx, id).await?;
    let merges = rows::list_into(&mut tx, item.id).await?;
    let titles = crate::store::list_titles(&mut tx, merges.iter().map(|merge| merge.from_id).collect()).await?;
    let merged = |merge: rows::MergeRow| MergedItem {
        merge: merge.ord,
        id: merge.from_id,
        title: titles.get(&merge.from_id).cloned().unwrap_or_default(),
        at: merge.at,
    };
    Ok(Json(MergedItems { items: merges.into_iter().map(merged).collect() }))
}

/// Take a merge of items back.
#[utoipa::path(post, path = "/api/roadmap/merges/{id}/undo", tag = "roadmap", operation_id = "undo_item_merge",
    params(("id" = i64, Path, description = "What the merge answered")),
    responses((status = 204), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn undo_item_merge(can: Can<Plan>, State(app): State<AppState>, Path(id): Path<i64>) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    merge::undo_merge(&mut tx, can.actor(), &catalogue, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
