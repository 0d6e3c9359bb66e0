//! Saved views of the explorer: a name for an address, one's own or everybody's.
use super::tags::{StaffName, staff_names};
use crate::store::{self as rows, ViewRow};
use axum::http::StatusCode;
use base::{Error, Right, StaffId, ViewId};
use httpkit::{AppState, Can, Etag, Idem, IfMatch, Json, OwnAccount, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};

/// A view of the explorer that somebody gave a name.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ViewOut {
    pub id: ViewId,
    pub name: String,
    /// The address of the view, after the `?`.
    pub query: String,
    /// Everybody finds it.
    pub shared: bool,
    pub by: Option<StaffName>,
    /// Whether you may change it.
    pub mine: bool,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Views {
    pub items: Vec<ViewOut>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ViewIn {
    pub name: String,
    pub query: String,
    #[serde(default)]
    pub shared: bool,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ViewPatch {
    pub name: Option<String>,
    pub query: Option<String>,
    pub shared: Option<bool>,
}

fn checked(row: ViewRow) -> base::Result<ViewRow> {
    let (name, query) = conversations::check_view(&row.name, &row.query)?;
    Ok(ViewRow { name, query, ..row })
}

fn out(row: ViewRow, by: Option<StaffName>, me: Option<StaffId>) -> ViewOut {
    let mine = me == Some(row.owner);
    ViewOut { id: row.id, name: row.name, query: row.query, shared: row.is_shared, by, mine, rev: row.rev }
}

/// A view to be changed: one's own, or a shared one for those who set up the house. Others' own ones are not there.
async fn get_for_change(tx: &mut store::Tx, actor: &base::Actor, id: ViewId) -> base::Result<ViewRow> {
    let row = rows::find_view(tx, id).await?.ok_or(Error::NotFound("view"))?;
    match (actor.staff == Some(row.owner), row.is_shared) {
        (true, _) => Ok(row),
        (false, false) => Err(Error::NotFound("view")),
        (false, true) => actor.need(Right::Configure).map(|()| row),
    }
}

/// List the saved views: your own and the shared ones, by name.
#[utoipa::path(get, path = "/api/explore/views", tag = "tagging", operation_id = "list_views",
    responses((status = 200, body = Views)))]
pub async fn list_views(can: Can<Read>, State(app): State<AppState>) -> Result<Json<Views>> {
    let mut tx = app.db.read().await?;
    let me = can.actor().staff;
    let list = rows::list_views(&mut tx, me).await?;
    let names = staff_names(&mut tx, list.iter().map(|row| row.owner)).await?;
    let named = |row: ViewRow| {
        let by = names.get(&row.owner).cloned();
        out(row, by, me)
    };
    Ok(Json(Views { items: list.into_iter().map(named).collect() }))
}

/// Save a view.
#[utoipa::path(post, path = "/api/explore/views", tag = "tagging", operation_id = "save_view", request_body = ViewIn,
    responses((status = 201, body = ViewOut), (status = 422, body = httpkit::Problem)))]
pub async fn save_view(can: Can<OwnAccount>, State(app): State<AppState>, input: Idem<ViewIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let owner = can.actor().staff.ok_or(Error::NotFound("staff"))?;
    let ViewIn { name, query, shared } = input.body.clone();
    let row = checked(ViewRow { id: ViewId::new(), owner, name, query, is_shared: shared, rev: 1 })?;
    rows::insert_view(&mut tx, &row).await?;
    let by = staff_names(&mut tx, [owner].into_iter()).await?.remove(&owner);
    input.finish(tx, StatusCode::CREATED, &out(row, by, Some(owner))).await
}

/// Rename, change, share or unshare a view.
#[utoipa::path(patch, path = "/api/explore/views/{id}", tag = "tagging", operation_id = "update_view",
    params(("id" = ViewId, Path), ("If-Match" = String, Header, description = "The version you read")), request_body = ViewPatch,
    responses((status = 200, body = ViewOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn update_view(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Path(id): Path<ViewId>,
    rev: IfMatch,
    Json(patch): Json<ViewPatch>,
) -> Result<Etag<ViewOut>> {
    let mut tx = app.db.write().await?;
    let row = get_for_change(&mut tx, can.actor(), id).await?;
    rev.check(row.rev)?;
    let row = checked(ViewRow {
        name: patch.name.unwrap_or(row.name),
        query: patch.query.unwrap_or(row.query),
        is_shared: patch.shared.unwrap_or(row.is_shared),
        rev: row.rev + 1,
        ..row
    })?;
    rows::update_view(&mut tx, &row).await?;
    let by = staff_names(&mut tx, [row.owner].into_iter()).await?.remove(&row.owner);
    tx.commit().await?;
    Ok(Etag(row.rev, out(row, by, can.actor().staff)))
}

/// Forget a view.
#[utoipa::path(delete, path = "/api/explore/views/{id}", tag = "tagging", operation_id = "delete_view",
    params(("id" = ViewId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn delete_view(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    get_for_change(&mut tx, can.actor(), id).await?;
    rows::delete_view(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
