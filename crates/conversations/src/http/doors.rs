//! Doors over HTTP.
use crate::access::Scope;
use crate::actions::doors as actions;
use crate::model::Visibility;
use crate::store::doors::{self, Door};
use base::{DoorId, Error};
use httpkit::{AppState, Can, Configure, Created, Etag, IfMatch, Json, Path, Read, Result, State};
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
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let door = doors::find(&mut tx, id).await?.filter(|door| scope.sees(door.ord)).ok_or(Error::NotFound("door"))?;
    if_match.check(door.rev)?;
    let DoorPatch { name, visibility, staff_teams } = input;
    let door = actions::change_door(&mut tx, door, name.as_deref(), visibility, staff_teams.as_deref()).await?;
    let rev = door.rev;
    let out = door_out(&mut tx, door).await?;
    tx.commit().await?;
    Ok(Etag(rev, out))
}
