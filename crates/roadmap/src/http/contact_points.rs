//! The register of touchpoints: where customers meet us, in which stage, who looks after it, and what good looks like.
use crate::goals::{check_owner, check_texts};
use crate::store::areas::{self as rows, PointRow};
use ::store::Tx;
use axum::http::StatusCode;
use base::{Actor, ContactPointId, DoorId, Error, StaffId};
use conversations::Channel;
use httpkit::{AppState, Can, Etag, Idem, IfMatch, Json, Path, Plan, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tagging::Texts;

/// Where somebody is on their way with us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Discover,
    Evaluate,
    Buy,
    Begin,
    Use,
    Help,
    Renew,
    Leave,
}

impl Stage {
    const ALL: [(Stage, &'static str); 8] = [
        (Stage::Discover, "discover"),
        (Stage::Evaluate, "evaluate"),
        (Stage::Buy, "buy"),
        (Stage::Begin, "begin"),
        (Stage::Use, "use"),
        (Stage::Help, "help"),
        (Stage::Renew, "renew"),
        (Stage::Leave, "leave"),
    ];

    fn as_str(self) -> &'static str {
        Stage::ALL.into_iter().find(|(stage, _)| *stage == self).map_or("use", |(_, word)| word)
    }

    fn parse(text: &str) -> base::Result<Stage> {
        let found = Stage::ALL.into_iter().find(|(_, word)| *word == text).map(|(stage, _)| stage);
        found.ok_or_else(|| Error::store(format!("a touchpoint is of the stage “{text}”")))
    }
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPointIn {
    pub name: Texts,
    pub stage: Stage,
    /// The door through which they come.
    #[serde(default)]
    pub door: Option<DoorId>,
    #[serde(default)]
    pub channel: Option<Channel>,
    #[serde(default)]
    pub department: Option<String>,
    #[serde(default)]
    pub staff: Option<StaffId>,
    /// What good looks like.
    pub good: Texts,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ContactPointOut {
    pub id: ContactPointId,
    pub name: Texts,
    pub stage: Stage,
    pub door: Option<DoorId>,
    pub door_name: Option<String>,
    pub channel: Option<String>,
    pub department: Option<String>,
    pub staff: Option<StaffId>,
    pub staff_name: Option<String>,
    pub good: Texts,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ContactPointList {
    pub items: Vec<ContactPointOut>,
}

async fn points_out(tx: &mut Tx, all: Vec<PointRow>) -> base::Result<Vec<ContactPointOut>> {
    let doors: HashMap<i64, (DoorId, String)> =
        conversations::list_doors(tx).await?.into_iter().map(|door| (door.ord, (door.id, door.name))).collect();
    let names = staff::list_staff_names(tx, all.iter().filter_map(|row| row.staff_id).collect()).await?;
    let mut out = Vec::with_capacity(all.len());
    for row in all {
        let door = row.door_ord.and_then(|ord| doors.get(&ord));
        out.push(ContactPointOut {
            id: row.id,
            name: Texts { ko: Some(row.name_ko), en: Some(row.name_en) },
            stage: Stage::parse(&row.stage)?,
            door: door.map(|(id, _)| *id),
            door_name: door.map(|(_, name)| name.clone()),
            channel: row.channel,
            department: row.department,
            staff: row.staff_id,
            staff_name: row.staff_id.and_then(|id| names.get(&id).cloned()),
            good: Texts { ko: Some(row.good_ko), en: Some(row.good_en) },
            rev: row.rev,
        });
    }
    out.sort_by_key(|one| one.stage);
    Ok(out)
}

async fn put(tx: &mut Tx, actor: &Actor, old: Option<PointRow>, new: ContactPointIn) -> base::Result<PointRow> {
    check_owner(tx, new.department.as_deref(), new.staff).await?;
    let door_ord = match new.door {
        Some(id) => {
            let door = conversations::list_doors(tx).await?.into_iter().find(|door| door.id == id);
            Some(door.ok_or(Error::NotFound("door"))?.ord)
        }
        None => None,
    };
    let ((name_ko, name_en), (good_ko, good_en)) = (check_texts("name", new.name)?, check_texts("good", new.good)?);
    let now = tx.now();
    let row = PointRow {
        id: old.as_ref().map_or_else(ContactPointId::new, |old| old.id),
        name_ko,
        name_en,
        stage: new.stage.as_str().to_owned(),
        door_ord,
        channel: new.channel.map(|channel| channel.as_str().to_owned()),
        department: new.department,
        staff_id: new.staff,
        good_ko,
        good_en,
        created_at: old.as_ref().map_or(now, |old| old.created_at),
        created_by: old.as_ref().map_or(actor.staff, |old| old.created_by),
        rev: old.as_ref().map_or(1, |old| old.rev + 1),
    };
    rows::put_point(tx, &row).await?;
    tx.announce("roadmap.contact_points_changed", serde_json::json!({ "point": row.id }));
    Ok(row)
}

/// List where customers meet us, in the order of their way with us.
#[utoipa::path(get, path = "/api/contact-points", tag = "roadmap", operation_id = "list_contact_points",
    responses((status = 200, body = ContactPointList)))]
pub async fn list_contact_points(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<ContactPointList>> {
    let mut tx = app.db.read().await?;
    let all = rows::list_points(&mut tx).await?;
    Ok(Json(ContactPointList { items: points_out(&mut tx, all).await? }))
}

async fn one_out(tx: &mut Tx, row: PointRow) -> base::Result<ContactPointOut> {
    points_out(tx, vec![row]).await?.pop().ok_or(Error::NotFound("contact_point"))
}

/// Write down where customers meet us.
#[utoipa::path(post, path = "/api/contact-points", tag = "roadmap", operation_id = "create_contact_point",
    request_body = ContactPointIn,
    responses((status = 201, body = ContactPointOut), (status = 422, body = httpkit::Problem)))]
pub async fn create_contact_point(
    can: Can<Plan>,
    State(app): State<AppState>,
    input: Idem<ContactPointIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let row = put(&mut tx, can.actor(), None, input.body.clone()).await?;
    let out = one_out(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Change a touchpoint: all of it is said anew.
#[utoipa::path(put, path = "/api/contact-points/{id}", tag = "roadmap", operation_id = "put_contact_point",
    request_body = ContactPointIn,
    params(("id" = ContactPointId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = ContactPointOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn change_contact_point(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ContactPointId>,
    version: IfMatch,
    Json(input): Json<ContactPointIn>,
) -> Result<Etag<ContactPointOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find_point(&mut tx, id).await?.ok_or(Error::NotFound("contact_point"))?;
    version.check(old.rev)?;
    let row = put(&mut tx, can.actor(), Some(old), input).await?;
    let out = one_out(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Etag(out.rev, out))
}

/// Take a touchpoint out of the register.
#[utoipa::path(delete, path = "/api/contact-points/{id}", tag = "roadmap", operation_id = "delete_contact_point",
    params(("id" = ContactPointId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn delete_contact_point(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ContactPointId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    if rows::delete_point(&mut tx, id).await? == 0 {
        return Err(Error::NotFound("contact_point").into());
    }
    staff::note(&mut tx, can.actor(), "roadmap.contact_point_removed", &id.to_string(), serde_json::json!({})).await?;
    tx.announce("roadmap.contact_points_changed", serde_json::json!({ "point": id }));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
