//! What an item is called elsewhere, over HTTP.
use crate::access;
use crate::links::{self, LinkState};
use crate::store::links::{self as rows, LinkRow};
use axum::http::StatusCode;
use base::{ItemId, Time};
use httpkit::{AppState, Can, Idem, Json, Path, Plan, Query, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};

/// Something elsewhere that is this item.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LinkOut {
    /// `github`, `linear`, `jira`, `web`, or the source of an import.
    pub source: String,
    /// What it is called there: `acme/app#12`, `ENG-41`, `acme.atlassian.net/CORE-9`.
    pub external_id: String,
    pub url: Option<String>,
    /// How far it is there, in their word and in ours, and since when; null until they told.
    pub state_name: Option<String>,
    pub state: Option<LinkState>,
    pub state_at: Option<Time>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemLinks {
    pub items: Vec<LinkOut>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct LinkIn {
    pub url: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LinkQuery {
    pub source: String,
    pub external_id: String,
}

fn link_out(row: LinkRow) -> base::Result<LinkOut> {
    let LinkRow { source, external_id, url, state_name, state, state_at, .. } = row;
    let state = state.as_deref().map(LinkState::parse).transpose()?;
    // What came with an import may hold anything; only what a browser may follow is given on.
    let url = url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    Ok(LinkOut { source, external_id, url, state_name, state, state_at })
}

/// List what an item is called elsewhere.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/links", tag = "roadmap", operation_id = "list_item_links",
    params(("id" = ItemId, Path)), responses((status = 200, body = ItemLinks), (status = 404, body = httpkit::Problem)))]
pub async fn list_item_links(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Json<ItemLinks>> {
    let mut tx = app.db.read().await?;
    let item = access::get_item(&mut tx, id).await?;
    let rows = rows::list_of_items(&mut tx, vec![item.id]).await?;
    Ok(Json(ItemLinks { items: rows.into_iter().map(link_out).collect::<base::Result<_>>()? }))
}

/// Link an item to an issue of GitHub, Linear or Jira, or to any address.
///
/// 409 when that is linked to another item.
#[utoipa::path(post, path = "/api/roadmap/items/{id}/links", tag = "roadmap", operation_id = "add_item_link",
    params(("id" = ItemId, Path)), request_body = LinkIn,
    responses((status = 201, body = LinkOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem),
        (status = 422, body = httpkit::Problem)))]
pub async fn add_item_link(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    input: Idem<LinkIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let item = access::get_item(&mut tx, id).await?;
    let link = links::add_link(&mut tx, can.actor(), &item, &input.body.url).await?;
    input.finish(tx, StatusCode::CREATED, &link_out(link)?).await
}

/// Take a link off an item.
#[utoipa::path(delete, path = "/api/roadmap/items/{id}/links", tag = "roadmap", operation_id = "remove_item_link",
    params(("id" = ItemId, Path), LinkQuery), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn remove_item_link(
    _can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Query(named): Query<LinkQuery>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    links::remove_link(&mut tx, item.id, &named.source, &named.external_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
