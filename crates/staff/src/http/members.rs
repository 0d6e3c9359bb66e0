//! Staff members: list, change, remove.
use crate::{
    access,
    actions::{self, MemberChange},
    model::StaffMember,
};
use axum::http::StatusCode;
use base::{Role, StaffId};
use httpkit::{AppState, Can, Etag, IfMatch, Json, ManageStaff, Path, Read, State};
use serde::{Deserialize, Serialize};

#[derive(Serialize, utoipa::ToSchema)]
pub struct StaffList {
    items: Vec<StaffMember>,
}

/// Everybody of ours; also those who were removed, since their names stand on what they did.
#[utoipa::path(get, path = "/api/staff", tag = "staff", responses((status = 200, body = StaffList)))]
pub async fn list_staff(_: Can<Read>, State(app): State<AppState>) -> httpkit::Result<Json<StaffList>> {
    let mut tx = app.db.read().await?;
    Ok(Json(StaffList { items: access::list_members(&mut tx).await? }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct StaffPatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    role: Option<Role>,
    /// All teams of staff this member is in; a name not used before makes a team.
    #[serde(default)]
    teams: Option<Vec<String>>,
}

/// Changes somebody's name, role or teams. Nobody gives or takes a role above their own; the last owner stays owner.
#[utoipa::path(patch, path = "/api/staff/{id}", tag = "staff", params(("id" = StaffId, Path), ("If-Match" = String, Header)),
    request_body = StaffPatch, responses((status = 200, body = StaffMember), (status = 409), (status = 412)))]
pub async fn change_member(
    can: Can<ManageStaff>,
    State(app): State<AppState>,
    Path(id): Path<StaffId>,
    version: IfMatch,
    Json(input): Json<StaffPatch>,
) -> httpkit::Result<Etag<StaffMember>> {
    let mut tx = app.db.write().await?;
    let change = MemberChange { name: input.name, role: input.role, teams: input.teams };
    actions::change_member(&mut tx, &can, id, version.0, change).await?;
    let row = access::get_staff(&mut tx, id).await?;
    let teams = crate::store::list_teams_of(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Etag(row.rev, row.member(teams)))
}

/// Removes somebody. Their sessions and tokens end at once.
#[utoipa::path(delete, path = "/api/staff/{id}", tag = "staff", params(("id" = StaffId, Path)), responses((status = 204), (status = 409)))]
pub async fn remove_member(
    can: Can<ManageStaff>,
    State(app): State<AppState>,
    Path(id): Path<StaffId>,
) -> httpkit::Result<StatusCode> {
    let mut tx = app.db.write().await?;
    actions::remove_member(&mut tx, &can, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
