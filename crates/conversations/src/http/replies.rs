//! What goes out: taking it back while it is held, and sending again what did not arrive.
use super::out::EntryOut;
use super::thread::get_entry_out;
use crate::access::{self, Scope};
use crate::actions::reply;
use axum::http::StatusCode;
use base::EntryId;
use httpkit::{Answer, AppState, Can, Idem, Path, Reply, Result, State};
use serde::Deserialize;

#[derive(Deserialize, utoipa::ToSchema)]
pub struct Nothing {}

/// Take an answer back before it goes out. Its text is a draft again. 409 once it has begun to go out.
#[utoipa::path(post, path = "/api/entries/{id}/take_back", tag = "conversations", operation_id = "take_back_reply",
    params(("id" = EntryId, Path)), request_body = Nothing, responses((status = 200)))]
pub async fn take_back_reply(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<EntryId>,
    input: Idem<Nothing>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, head) = access::get_entry(&mut tx, &scope, id).await?;
    reply::take_back(&mut tx, can.actor(), entry, head).await?;
    input.finish(tx, StatusCode::OK, &serde_json::json!({})).await
}

/// Send to an address again that failed, came back or rests; or now instead of later.
#[utoipa::path(post, path = "/api/entries/{id}/deliveries/{position}/send", tag = "conversations",
    operation_id = "send_delivery_again", params(("id" = EntryId, Path), ("position" = i64, Path)),
    request_body = Nothing, responses((status = 200, body = EntryOut)))]
pub async fn send_delivery_again(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path((id, position)): Path<(EntryId, i64)>,
    input: Idem<Nothing>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, head) = access::get_entry(&mut tx, &scope, id).await?;
    reply::send_again(&mut tx, &entry, &head, position).await?;
    let out = get_entry_out(&mut tx, can.actor(), &scope, id).await?;
    input.finish(tx, StatusCode::OK, &out).await
}
