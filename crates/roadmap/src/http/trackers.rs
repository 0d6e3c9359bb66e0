//! Issue trackers that tell us how far their issues are: which may, and what they say. Nobody is heard unless it stands
//! here and signs.
use crate::links::{self, TrackerKind, read_heard};
use crate::store::trackers::{self as rows, TrackerRow};
use ::store::Tx;
use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base::{Actor, Error, ItemId, Time, TrackerId};
use httpkit::{AppState, Can, Configure, Etag, Idem, IfMatch, Json, Path, Reply, Result, State, is_signed};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tagging::TagEngine;

const MOST_NAME: usize = 100;

#[derive(Serialize, utoipa::ToSchema)]
pub struct TrackerOut {
    pub id: TrackerId,
    pub name: String,
    pub kind: TrackerKind,
    /// Where its messages are to go.
    pub url: String,
    /// Whether an item that is begun there counts as being built. That it is done there never tells anybody by itself.
    pub moves_items: bool,
    pub active: bool,
    /// When it last told something, and of which item.
    pub heard_at: Option<Time>,
    pub heard_item: Option<ItemId>,
    /// When somebody last knocked with a wrong signature.
    pub refused_at: Option<Time>,
    /// What its messages are to be signed with. Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Trackers {
    pub items: Vec<TrackerOut>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct TrackerIn {
    pub name: String,
    pub kind: TrackerKind,
    #[serde(default)]
    pub moves_items: bool,
}

/// What is not said stays.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct TrackerPatch {
    pub name: Option<String>,
    pub moves_items: Option<bool>,
    pub active: Option<bool>,
}

fn shown(app: &AppState, t: TrackerRow, with_secret: bool) -> base::Result<TrackerOut> {
    Ok(TrackerOut {
        url: app.public_url.join(&format!("/hooks/{}", t.id)),
        id: t.id,
        kind: TrackerKind::parse(&t.kind)?,
        name: t.name,
        moves_items: t.moves_items,
        active: t.is_active,
        heard_at: t.heard_at,
        heard_item: t.heard_item,
        refused_at: t.refused_at,
        secret: with_secret.then_some(t.secret),
        rev: t.rev,
    })
}

fn check_name(name: &str) -> base::Result<String> {
    let name = textkit::clean_text(name.trim());
    match name.chars().count() {
        1..=MOST_NAME => Ok(name),
        _ => Err(Error::invalid("name", "error-tracker-name")),
    }
}

async fn get(tx: &mut Tx, id: TrackerId) -> base::Result<TrackerRow> {
    rows::find(tx, id).await?.ok_or(Error::NotFound("tracker"))
}

async fn changed(tx: &mut Tx, actor: &Actor, what: &str, t: &TrackerRow) -> base::Result<()> {
    staff::note(tx, actor, what, &t.id.to_string(), json!({"name": t.name, "kind": t.kind})).await?;
    tx.announce("roadmap.trackers_changed", json!({ "tracker": t.id }));
    Ok(())
}

/// List the trackers that may tell us something.
#[utoipa::path(get, path = "/api/trackers", tag = "roadmap", operation_id = "list_trackers",
    responses((status = 200, body = Trackers)))]
pub async fn list_trackers(_: Can<Configure>, State(app): State<AppState>) -> Result<Json<Trackers>> {
    let all = rows::list(&mut app.db.read().await?).await?;
    let items = all.into_iter().map(|t| shown(&app, t, false)).collect::<base::Result<_>>()?;
    Ok(Json(Trackers { items }))
}

/// Let a tracker tell us how far issues are.
///
/// The answer holds the address and the secret for its webhook; the secret is shown only here.
#[utoipa::path(post, path = "/api/trackers", tag = "roadmap", operation_id = "add_tracker", request_body = TrackerIn,
    responses((status = 201, body = TrackerOut), (status = 422, body = httpkit::Problem)))]
pub async fn add_tracker(can: Can<Configure>, State(app): State<AppState>, input: Idem<TrackerIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let tracker = TrackerRow {
        id: TrackerId::new(),
        name: check_name(&input.body.name)?,
        kind: input.body.kind.as_str().into(),
        secret: httpkit::new_signing_secret(),
        moves_items: input.body.moves_items,
        is_active: true,
        heard_at: None,
        heard_item: None,
        refused_at: None,
        rev: 1,
    };
    rows::insert(&mut tx, &tracker, can.actor().staff).await?;
    changed(&mut tx, can.actor(), "roadmap.tracker_added", &tracker).await?;
    let out = shown(&app, tracker, true)?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Change a tracker, pause it or let it go on.
#[utoipa::path(patch, path = "/api/trackers/{id}", tag = "roadmap", operation_id = "update_tracker",
    params(("id" = TrackerId, Path), ("If-Match" = String, Header, description = "The version you read")),
    request_body = TrackerPatch,
    responses((status = 200, body = TrackerOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn update_tracker(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<TrackerId>,
    version: IfMatch,
    Json(patch): Json<TrackerPatch>,
) -> Result<Etag<TrackerOut>> {
    let mut tx = app.db.write().await?;
    let old = get(&mut tx, id).await?;
    version.check(old.rev)?;
    let tracker = TrackerRow {
        name: patch.name.as_deref().map(check_name).transpose()?.unwrap_or(old.name),
        moves_items: patch.moves_items.unwrap_or(old.moves_items),
        is_active: patch.active.unwrap_or(old.is_active),
        rev: old.rev + 1,
        ..old
    };
    rows::update(&mut tx, &tracker).await?;
    changed(&mut tx, can.actor(), "roadmap.tracker_changed", &tracker).await?;
    tx.commit().await?;
    Ok(Etag(tracker.rev, shown(&app, tracker, false)?))
}

/// Hear a tracker no more.
#[utoipa::path(delete, path = "/api/trackers/{id}", tag = "roadmap", operation_id = "delete_tracker",
    params(("id" = TrackerId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn delete_tracker(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<TrackerId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let tracker = get(&mut tx, id).await?;
    rows::remove(&mut tx, id).await?;
    changed(&mut tx, can.actor(), "roadmap.tracker_removed", &tracker).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where trackers send their messages.
pub fn pages() -> Router<AppState> {
    Router::new().route("/hooks/{id}", post(hear_tracker))
}

/// Takes a message in. What is signed is answered 204, also when it is about nothing of ours, so that nothing is told
/// about which issues are linked; everything else is 404.
async fn hear_tracker(
    State(app): State<AppState>,
    Path(id): Path<TrackerId>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode> {
    let tracker = get(&mut app.db.read().await?, id).await?;
    let kind = TrackerKind::parse(&tracker.kind)?;
    let signature = headers.get(kind.signature_header()).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_theirs = tracker.is_active && is_signed(&tracker.secret, &body, signature);
    // Whoever guesses is written down once a minute at most.
    let knocked_lately = tracker.refused_at.is_some_and(|at| Time::now().since(at) < Time::MINUTE);
    if !is_theirs {
        if !knocked_lately {
            let mut tx = app.db.write().await?;
            let refused_at = Some(tx.now());
            let now = get(&mut tx, id).await?;
            rows::update(&mut tx, &TrackerRow { refused_at, ..now }).await?;
            tx.announce("roadmap.trackers_changed", json!({ "tracker": id }));
            tx.commit().await?;
        }
        return Err(Error::NotFound("tracker").into());
    }
    let read: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let heard = read.and_then(|read| read_heard(kind, &read));
    let mut tx = app.db.write().await?;
    let now = get(&mut tx, id).await?;
    let mut heard_item = now.heard_item;
    if let Some(heard) = &heard {
        let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
        heard_item = links::hear(&mut tx, &catalogue, kind.as_str(), heard, now.moves_items).await?.or(heard_item);
    }
    let heard_at = Some(tx.now());
    rows::update(&mut tx, &TrackerRow { heard_at, heard_item, ..now }).await?;
    tx.announce("roadmap.trackers_changed", json!({ "tracker": id }));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
