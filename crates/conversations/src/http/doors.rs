//! Doors over HTTP.
use crate::access::Scope;
use crate::actions::{doors as actions, retention};
use crate::model::Visibility;
use crate::store::doors::{self, Door};
use base::{Actor, DoorId, Error, Time};
use httpkit::{AppState, Can, Configure, Created, Etag, IfMatch, Json, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

/// A way in, and who may see what came in by it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DoorOut {
    id: DoorId,
    kind: String,
    name: String,
    visibility: Visibility,
    /// Names of the teams of staff who may see it when it is not open.
    staff_teams: Vec<String>,
    rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DoorsOut {
    items: Vec<DoorOut>,
}

async fn doors_out(tx: &mut Tx, all: Vec<Door>) -> base::Result<Vec<DoorOut>> {
    let teams = doors::list_teams(tx).await?;
    let of = |ord: i64| teams.iter().filter(|(door, _, _)| *door == ord).map(|(_, _, name)| name.clone()).collect();
    let out = |door: Door| DoorOut {
        staff_teams: of(door.ord),
        id: door.id,
        kind: door.kind,
        name: door.name,
        visibility: door.visibility,
        rev: door.rev,
    };
    Ok(all.into_iter().map(out).collect())
}

async fn door_out(tx: &mut Tx, door: Door) -> base::Result<DoorOut> {
    doors_out(tx, vec![door]).await?.pop().ok_or(Error::NotFound("door"))
}

/// List the doors you can see.
#[utoipa::path(get, path = "/api/doors", tag = "conversations", operation_id = "list_doors",
    responses((status = 200, body = DoorsOut)))]
pub async fn list_doors(can: Can<Read>, State(app): State<AppState>) -> Result<Json<DoorsOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let all = doors::list(&mut tx).await?.into_iter().filter(|door| scope.sees(door.ord)).collect();
    Ok(Json(DoorsOut { items: doors_out(&mut tx, all).await? }))
}

/// How long what comes in by a door is kept, and what that would empty.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RetentionOut {
    /// For good when there is none.
    days: Option<i64>,
    /// With `days` asked for: what keeping so many days would empty now.
    would: Option<DueOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DueOut {
    days: i64,
    conversations: i64,
    entries: i64,
    /// When was last said something in the oldest and in the newest of them.
    oldest: Option<Time>,
    newest: Option<Time>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RetentionQuery {
    /// Try so many days; nothing is written.
    days: Option<i64>,
}

/// How long what comes in by a door is kept; with `days`, what so many would empty.
#[utoipa::path(get, path = "/api/doors/{id}/retention", tag = "conversations", operation_id = "get_door_retention",
    params(("id" = DoorId, Path), RetentionQuery), responses((status = 200, body = RetentionOut)))]
pub async fn get_door_retention(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    Query(query): Query<RetentionQuery>,
) -> Result<Json<RetentionOut>> {
    let mut tx = app.db.read().await?;
    let door = get_door(&mut tx, can.actor(), id).await?;
    let would = match query.days {
        Some(days) => Some((days, retention::preview_retention(&mut tx, &door, days).await?)),
        None => None,
    };
    Ok(Json(RetentionOut {
        days: retention::find_retention(&mut tx, &door).await?,
        would: would.map(|(days, due)| DueOut {
            days,
            conversations: due.conversations,
            entries: due.entries,
            oldest: due.oldest,
            newest: due.newest,
        }),
    }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct RetentionIn {
    /// From 30 days; null keeps everything for good.
    #[serde(default)]
    days: Option<i64>,
    /// The number of conversations that trying it showed. 409 when it would be more by now.
    #[serde(default)]
    conversations: i64,
}

/// Set how long what comes in by a door is kept. What is older is emptied in the background and cannot be brought back.
#[utoipa::path(put, path = "/api/doors/{id}/retention", tag = "conversations", operation_id = "set_door_retention",
    params(("id" = DoorId, Path)), request_body = RetentionIn,
    responses((status = 200, body = RetentionOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn set_door_retention(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    Json(input): Json<RetentionIn>,
) -> Result<Json<RetentionOut>> {
    let mut tx = app.db.write().await?;
    let door = get_door(&mut tx, can.actor(), id).await?;
    retention::set_retention(&mut tx, can.actor(), &door, input.days, input.conversations).await?;
    tx.commit().await?;
    Ok(Json(RetentionOut { days: input.days, would: None }))
}

async fn get_door(tx: &mut Tx, actor: &Actor, id: DoorId) -> base::Result<Door> {
    let scope = Scope::of(tx, actor).await?;
    doors::find(tx, id).await?.filter(|door| scope.sees(door.ord)).ok_or(Error::NotFound("door"))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct DoorIn {
    kind: String,
    name: String,
    visibility: Visibility,
    #[serde(default)]
    staff_teams: Vec<String>,
}

/// Make a door.
#[utoipa::path(post, path = "/api/doors", tag = "conversations", operation_id = "create_door", request_body = DoorIn,
    responses((status = 201, body = DoorOut)))]
pub async fn create_door(
    _can: Can<Configure>,
    State(app): State<AppState>,
    Json(input): Json<DoorIn>,
) -> Result<Created<DoorOut>> {
    let mut tx = app.db.write().await?;
    let teams = &input.staff_teams;
    let door = actions::open_door(&mut tx, &input.kind, &input.name, input.visibility, teams).await?;
    let out = door_out(&mut tx, door).await?;
    tx.commit().await?;
    Ok(Created(out))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct DoorPatch {
    name: Option<String>,
    visibility: Option<Visibility>,
    staff_teams: Option<Vec<String>>,
}

/// Rename a door, or say who may see what came in by it.
#[utoipa::path(patch, path = "/api/doors/{id}", tag = "conversations", operation_id = "change_door",
    params(("id" = DoorId, Path), ("If-Match" = String, Header)), request_body = DoorPatch,
    responses((status = 200, body = DoorOut)))]
pub async fn change_door(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    if_match: IfMatch,
    Json(input): Json<DoorPatch>,
) -> Result<Etag<DoorOut>> {
    let mut tx = app.db.write().await?;
    let door = get_door(&mut tx, can.actor(), id).await?;
    if_match.check(door.rev)?;
    let DoorPatch { name, visibility, staff_teams } = input;
    let door = actions::change_door(&mut tx, door, name.as_deref(), visibility, staff_teams.as_deref()).await?;
    let rev = door.rev;
    let out = door_out(&mut tx, door).await?;
    tx.commit().await?;
    Ok(Etag(rev, out))
}
