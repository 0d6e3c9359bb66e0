//! Saved views of the inbox: a name for an address, one's own or everybody's.
use super::out::StaffCard;
use crate::events;
use crate::store::views::{self as rows, ViewRow};
use axum::http::StatusCode;
use base::{Actor, Error, Right, StaffId, ViewId};
use httpkit::{AppState, Can, Etag, Idem, IfMatch, Json, OwnAccount, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

/// A view of the inbox that somebody gave a name.
#[derive(Serialize, utoipa::ToSchema)]
pub struct InboxView {
    id: ViewId,
    name: String,
    /// The address of the view, after the `?`.
    query: String,
    /// Everybody finds it.
    shared: bool,
    by: Option<StaffCard>,
    /// Whether you may change it.
    mine: bool,
    rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct InboxViews {
    items: Vec<InboxView>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct InboxViewIn {
    name: String,
    query: String,
    #[serde(default)]
    shared: bool,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct InboxViewPatch {
    name: Option<String>,
    query: Option<String>,
    shared: Option<bool>,
}

fn check(row: ViewRow) -> base::Result<ViewRow> {
    let (name, query) = crate::model::check_view(&row.name, &row.query)?;
    Ok(ViewRow { name, query, ..row })
}

async fn views_out(tx: &mut Tx, me: Option<StaffId>, all: Vec<ViewRow>) -> base::Result<Vec<InboxView>> {
    let names = staff::list_staff_names(tx, all.iter().map(|row| row.owner).collect()).await?;
    let by = |id: StaffId| names.get(&id).map(|name| StaffCard { id, name: name.clone() });
    let out = |row: ViewRow| InboxView {
        mine: me == Some(row.owner),
        by: by(row.owner),
        id: row.id,
        name: row.name,
        query: row.query,
        shared: row.is_shared,
        rev: row.rev,
    };
    Ok(all.into_iter().map(out).collect())
}

async fn view_out(tx: &mut Tx, actor: &Actor, row: ViewRow) -> base::Result<InboxView> {
    views_out(tx, actor.staff, vec![row]).await?.pop().ok_or(Error::NotFound("view"))
}

/// A view to be changed: one's own, or a shared one for those who set up the house. Others' own ones are not there.
async fn get_for_change(tx: &mut Tx, actor: &Actor, id: ViewId) -> base::Result<ViewRow> {
    let row = rows::find(tx, id).await?.ok_or(Error::NotFound("view"))?;
    match (actor.staff == Some(row.owner), row.is_shared) {
        (true, _) => Ok(row),
        (false, false) => Err(Error::NotFound("view")),
        (false, true) => actor.need(Right::Configure).map(|()| row),
    }
}

/// List the saved views of the inbox: your own and the shared ones, by name.
#[utoipa::path(get, path = "/api/inbox/views", tag = "conversations", operation_id = "list_inbox_views",
    responses((status = 200, body = InboxViews)))]
pub async fn list_inbox_views(can: Can<Read>, State(app): State<AppState>) -> Result<Json<InboxViews>> {
    let mut tx = app.db.read().await?;
    let all = rows::list(&mut tx, can.staff).await?;
    Ok(Json(InboxViews { items: views_out(&mut tx, can.staff, all).await? }))
}

/// Save a view of the inbox.
#[utoipa::path(post, path = "/api/inbox/views", tag = "conversations", operation_id = "save_inbox_view",
    request_body = InboxViewIn, responses((status = 201, body = InboxView)))]
pub async fn save_inbox_view(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    input: Idem<InboxViewIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let owner = can.staff.ok_or(Error::NotFound("staff"))?;
    let InboxViewIn { name, query, shared } = input.body.clone();
    let row = check(ViewRow { id: ViewId::new(), owner, name, query, is_shared: shared, rev: 1 })?;
    rows::insert(&mut tx, &row).await?;
    events::views_changed(&mut tx);
    let out = view_out(&mut tx, can.actor(), row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Rename, change, share or unshare a view of the inbox.
#[utoipa::path(patch, path = "/api/inbox/views/{id}", tag = "conversations", operation_id = "change_inbox_view",
    params(("id" = ViewId, Path), ("If-Match" = String, Header)), request_body = InboxViewPatch,
    responses((status = 200, body = InboxView)))]
pub async fn change_inbox_view(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Path(id): Path<ViewId>,
    if_match: IfMatch,
    Json(patch): Json<InboxViewPatch>,
) -> Result<Etag<InboxView>> {
    let mut tx = app.db.write().await?;
    let row = get_for_change(&mut tx, can.actor(), id).await?;
    if_match.check(row.rev)?;
    let row = check(ViewRow {
        name: patch.name.unwrap_or(row.name),
        query: patch.query.unwrap_or(row.query),
        is_shared: patch.shared.unwrap_or(row.is_shared),
        rev: row.rev + 1,
        ..row
    })?;
    rows::update(&mut tx, &row).await?;
    events::views_changed(&mut tx);
    let rev = row.rev;
    let out = view_out(&mut tx, can.actor(), row).await?;
    tx.commit().await?;
    Ok(Etag(rev, out))
}

/// Forget a view of the inbox.
#[utoipa::path(delete, path = "/api/inbox/views/{id}", tag = "conversations", operation_id = "delete_inbox_view",
    params(("id" = ViewId, Path)), responses((status = 204)))]
pub async fn delete_inbox_view(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    get_for_change(&mut tx, can.actor(), id).await?;
    rows::delete(&mut tx, id).await?;
    events::views_changed(&mut tx);
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
