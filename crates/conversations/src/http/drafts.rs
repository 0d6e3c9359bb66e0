//! What I am writing: read when a conversation is opened, kept as it is typed.
use crate::access::{self, Scope};
use crate::actions::drafts::{self, Envelope};
use crate::model::DraftKind;
use crate::store::drafts as rows;
use base::{ConversationId, Error, Right, Time};
use httpkit::{Answer, AppState, Can, Json, Path, Result, State};
use serde::{Deserialize, Serialize};

/// A draft of mine.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftOut {
    kind: DraftKind,
    rev: i64,
    text: String,
    envelope: Envelope,
    at: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Drafts {
    items: Vec<DraftOut>,
}

/// List what I am writing in a conversation.
#[utoipa::path(get, path = "/api/conversations/{id}/drafts", tag = "conversations", operation_id = "list_drafts",
    params(("id" = ConversationId, Path)), responses((status = 200, body = Drafts)))]
pub async fn list_drafts(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<Drafts>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let Some(staff) = can.staff else { return Ok(Json(Drafts { items: Vec::new() })) };
    let all = rows::list(&mut tx, staff, head.ord).await?;
    let out = |row: rows::Draft| {
        let envelope = serde_json::from_value(row.envelope_json).map_err(Error::store)?;
        Ok(DraftOut { kind: row.kind, rev: row.rev, text: row.text, envelope, at: row.changed_at })
    };
    Ok(Json(Drafts { items: all.into_iter().map(out).collect::<base::Result<_>>()? }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct DraftIn {
    /// The version it was written on; 0 when there was none.
    rev: i64,
    text: String,
    #[serde(default)]
    envelope: Envelope,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftKept {
    rev: i64,
}

/// Keep what I am writing. 412 when another device of mine kept something since `rev`: then read it and decide.
#[utoipa::path(put, path = "/api/conversations/{id}/drafts/{kind}", tag = "conversations", operation_id = "keep_draft",
    params(("id" = ConversationId, Path), ("kind" = DraftKind, Path)), request_body = DraftIn,
    responses((status = 200, body = DraftKept)))]
pub async fn keep_draft(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path((id, kind)): Path<(ConversationId, DraftKind)>,
    Json(input): Json<DraftIn>,
) -> Result<Json<DraftKept>> {
    let staff = can.staff.ok_or(Error::Forbidden(Right::Answer))?;
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let rev = drafts::keep_draft(&mut tx, staff, head.ord, kind, &input.text, &input.envelope, Some(input.rev)).await?;
    tx.commit().await?;
    Ok(Json(DraftKept { rev }))
}
