//! What an item says before its release over HTTP, and what really came of it.
use crate::access;
use crate::plan::{self, ReleaseNote};
use base::{ItemId, Time};
use httpkit::{AppState, Can, Etag, IfMatch, Json, Path, Plan, Read, Result, State};
use serde::Serialize;
use tagging::TagEngine;
use tagging::counts::Filter;

/// What was said before a release, and what is counted after it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReleaseOut {
    pub note: ReleaseNote,
    /// Conversations under the item's tags in the 30 days before it was shipped and in the days since, 30 at most.
    pub measured: Option<Measured>,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Measured {
    pub before: u32,
    pub after: u32,
    /// Days behind `after`.
    pub days: i64,
}

const DAYS: i64 = 30;

async fn measure(app: &AppState, actor: &base::Actor, item: &crate::model::Item) -> Result<Option<Measured>> {
    if item.status != crate::model::Status::Shipped {
        return Ok(None);
    }
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let selector = item.selector(&engine.catalogue());
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|door| door as u16).collect();
    let now = Time::now();
    let between = |from: Time, to: Time| Filter {
        from: Some(tagging::minute(from)),
        to: Some(tagging::minute(to)),
        hidden: hidden.clone(),
        ..Filter::default()
    };
    let before = between(item.status_at.plus(-DAYS * Time::DAY), item.status_at);
    let end = item.status_at.plus(DAYS * Time::DAY).min(now);
    let after = between(item.status_at, end);
    let days = end.since(item.status_at) / Time::DAY;
    let (before, after) = engine
        .ask(move |columns| {
            let of = |filter: &Filter| columns.count_four(&selector, filter).0.conversations;
            (of(&before), of(&after))
        })
        .await?;
    Ok(Some(Measured { before, after, days }))
}

/// Read what an item says before its release, and what came of it.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/release", tag = "roadmap", operation_id = "get_release",
    params(("id" = ItemId, Path)), responses((status = 200, body = ReleaseOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_release(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Etag<ReleaseOut>> {
    let mut tx = app.db.read().await?;
    let item = access::get_item(&mut tx, id).await?;
    let (note, rev) = plan::load_release(&mut tx, id).await?;
    drop(tx);
    let measured = measure(&app, can.actor(), &item).await?;
    Ok(Etag(rev, ReleaseOut { note, measured, rev }))
}

/// Say what must be ready before a release, what is expected of it, and afterwards what came.
#[utoipa::path(put, path = "/api/roadmap/items/{id}/release", tag = "roadmap", operation_id = "put_release", request_body = ReleaseNote,
    params(("id" = ItemId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = ReleaseOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_release(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    version: IfMatch,
    Json(note): Json<ReleaseNote>,
) -> Result<Etag<ReleaseOut>> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    let rev = plan::load_release(&mut tx, id).await?.1;
    version.check(rev)?;
    let (note, rev) = plan::put_release(&mut tx, can.actor(), &item, note, rev).await?;
    tx.commit().await?;
    let measured = measure(&app, can.actor(), &item).await?;
    Ok(Etag(rev, ReleaseOut { note, measured, rev }))
}
