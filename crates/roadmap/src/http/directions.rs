//! Directions over HTTP: the one we follow, those that ask “what if”, and what following another would undo.
use super::plans::choice_of;
use super::ranking::{DirectionRef, direction_ref};
use crate::plan::{self, DirectionIn, DirectionPatch, FitIn, Undoes, find_moved};
use crate::rank::{RankEngine, WhatIf};
use crate::store::plan::{self as rows, DirectionRow};
use axum::http::StatusCode;
use base::{DirectionId, Error, StaffId, Time};
use httpkit::{AppState, Can, Etag, Idem, IfMatch, Json, Path, Plan, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Tx;

/// Where we go, or could go.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DirectionOut {
    #[serde(flatten)]
    pub about: DirectionRef,
    /// Followed since; written down, when nobody follows it.
    pub since: Time,
    /// Left for another.
    pub ended_at: Option<Time>,
    pub reason: String,
    pub by: Option<String>,
    /// What following it undid, as it was known then.
    pub undoes: Option<Undoes>,
    pub fits: Vec<FitIn>,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Directions {
    /// The one we follow first, then those that ask “what if”, then those we left.
    pub items: Vec<DirectionOut>,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct CommitIn {
    pub reason: String,
}

async fn out(tx: &mut Tx, row: DirectionRow, names: &HashMap<StaffId, String>) -> Result<DirectionOut> {
    let fits = rows::list_links(tx, row.id).await?.into_iter().map(|(item, weight)| FitIn { item, weight }).collect();
    Ok(DirectionOut {
        about: direction_ref(&row),
        since: row.since,
        ended_at: row.ended_at,
        by: row.by_staff.and_then(|id| names.get(&id).cloned()),
        undoes: serde_json::from_str(&row.undoes_json).map_err(Error::store)?,
        reason: row.reason,
        fits,
        rev: row.rev,
    })
}

async fn one(tx: &mut Tx, row: DirectionRow) -> Result<DirectionOut> {
    let names = staff::list_staff_names(tx, row.by_staff.into_iter().collect()).await?;
    out(tx, row, &names).await
}

/// List directions.
#[utoipa::path(get, path = "/api/roadmap/directions", tag = "roadmap", operation_id = "list_directions",
    responses((status = 200, body = Directions)))]
pub async fn list_directions(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<Directions>> {
    let mut tx = app.db.read().await?;
    let all = rows::list_directions(&mut tx).await?;
    let names = staff::list_staff_names(&mut tx, all.iter().filter_map(|row| row.by_staff).collect()).await?;
    let mut items = Vec::with_capacity(all.len());
    for row in all {
        items.push(out(&mut tx, row, &names).await?);
    }
    Ok(Json(Directions { items }))
}

/// Write a direction down. It only asks “what if” until somebody decides to follow it.
#[utoipa::path(post, path = "/api/roadmap/directions", tag = "roadmap", operation_id = "create_direction", request_body = DirectionIn,
    responses((status = 201, body = DirectionOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_direction(can: Can<Plan>, State(app): State<AppState>, input: Idem<DirectionIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let row = plan::create_direction(&mut tx, can.actor(), input.body.clone()).await?;
    let out = one(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Change a direction: its words, its owner, its end, how items fit it.
#[utoipa::path(patch, path = "/api/roadmap/directions/{id}", tag = "roadmap", operation_id = "update_direction", request_body = DirectionPatch,
    params(("id" = DirectionId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = DirectionOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_direction(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<DirectionId>,
    version: IfMatch,
    Json(patch): Json<DirectionPatch>,
) -> Result<Etag<DirectionOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find_direction(&mut tx, id).await?.ok_or(Error::NotFound("direction"))?;
    version.check(old.rev)?;
    let row = plan::update_direction(&mut tx, can.actor(), old, patch).await?;
    let out = one(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Etag(out.rev, out))
}

/// Say what following a direction would undo: items whose place falls, and what would leave the half-year that runs.
#[utoipa::path(get, path = "/api/roadmap/directions/{id}/effects", tag = "roadmap", operation_id = "get_direction_effects",
    params(("id" = DirectionId, Path)), responses((status = 200, body = Undoes), (status = 404, body = httpkit::Problem)))]
pub async fn get_direction_effects(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<DirectionId>,
) -> Result<Json<Undoes>> {
    Ok(Json(find_effects(&app, id).await?))
}

async fn find_effects(app: &AppState, id: DirectionId) -> Result<Undoes> {
    let engine = app.get::<RankEngine>();
    let now = engine.ranking(WhatIf::default()).await?;
    let then = engine.ranking(WhatIf { direction: Some(id), rules: None }).await?;
    let mut tx = app.db.read().await?;
    let half = tx.now().half_year(&staff::get_settings(&mut tx).await?.zone).to_string();
    let plan = plan::load_plan(&mut tx, &half).await?;
    drop(tx);
    let (fall, rise) = find_moved(&now, &then);
    let is_in = |choice: &plan::Choice| -> Vec<base::ItemId> {
        choice.verdicts.iter().filter(|one| one.is_in).map(|one| one.item).collect()
    };
    let before = is_in(&choice_of(app, &now, &half, &plan).await?);
    let after = is_in(&choice_of(app, &then, &half, &plan).await?);
    let leave = before.iter().filter(|item| !after.contains(item)).copied().collect();
    let come = after.iter().filter(|item| !before.contains(item)).copied().collect();
    Ok(Undoes { fall, rise, half, leave, come })
}

/// Follow a direction from now on: a decision, kept with its reason and what it undoes.
#[utoipa::path(post, path = "/api/roadmap/directions/{id}/commit", tag = "roadmap", operation_id = "commit_direction", request_body = CommitIn,
    params(("id" = DirectionId, Path)),
    responses((status = 200, body = DirectionOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn commit_direction(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<DirectionId>,
    Json(input): Json<CommitIn>,
) -> Result<Json<DirectionOut>> {
    let undoes = find_effects(&app, id).await?;
    let mut tx = app.db.write().await?;
    let old = rows::find_direction(&mut tx, id).await?.ok_or(Error::NotFound("direction"))?;
    let row = plan::commit_direction(&mut tx, can.actor(), old, &input.reason, &undoes).await?;
    let out = one(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Json(out))
}
