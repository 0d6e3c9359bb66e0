//! What I am writing: read when a conversation is opened, kept as it is typed.
use super::entries::file_response;
use crate::access::{self, Scope};
use crate::actions::drafts::{self, Envelope};
use crate::actions::files::{MOST_BYTES, add_file, keep_upload, remove_file};
use crate::model::DraftKind;
use crate::store::drafts as rows;
use crate::store::files::{self, DraftFile};
use axum::body::{Body, to_bytes};
use axum::http::StatusCode;
use axum::response::Response;
use base::{ConversationId, Error, FileId, Right, Time};
use httpkit::{Answer, AppState, Can, Created, Json, Path, Query, Result, State};
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

/// A file of an answer I am writing.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftFileOut {
    id: FileId,
    name: String,
    /// What its bytes are.
    mime: String,
    bytes: i64,
    url: String,
}

impl DraftFileOut {
    fn of(row: DraftFile) -> DraftFileOut {
        let url = format!("/api/draft_files/{}", row.id);
        DraftFileOut { id: row.id, name: row.name, mime: row.mime, bytes: row.bytes, url }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Drafts {
    items: Vec<DraftOut>,
    /// What goes out with the answer.
    files: Vec<DraftFileOut>,
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
    let Some(staff) = can.staff else { return Ok(Json(Drafts { items: Vec::new(), files: Vec::new() })) };
    let all = rows::list(&mut tx, staff, head.ord).await?;
    let out = |row: rows::Draft| {
        let envelope = serde_json::from_value(row.envelope_json).map_err(Error::store)?;
        Ok(DraftOut { kind: row.kind, rev: row.rev, text: row.text, envelope, at: row.changed_at })
    };
    let files = files::list(&mut tx, staff, head.ord).await?.into_iter().map(DraftFileOut::of).collect();
    Ok(Json(Drafts { items: all.into_iter().map(out).collect::<base::Result<_>>()?, files }))
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

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DraftFileQuery {
    conversation: ConversationId,
    /// What it is called.
    name: String,
}

/// Add a file to the answer I am writing: its bytes are the body. 413 when it is too large for a mail.
#[utoipa::path(post, path = "/api/draft_files", tag = "conversations", operation_id = "add_draft_file",
    params(DraftFileQuery), request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = DraftFileOut), (status = 413), (status = 422)))]
pub async fn add_draft_file(
    can: Can<Answer>,
    State(app): State<AppState>,
    Query(query): Query<DraftFileQuery>,
    body: Body,
) -> Result<Created<DraftFileOut>> {
    let staff = can.staff.ok_or(Error::Forbidden(Right::Answer))?;
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    access::get_conversation(&mut tx, &scope, query.conversation).await?;
    drop(tx);
    let limit_bytes = MOST_BYTES as u64;
    // Whoever broke off hears no answer; so it was too long.
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| Error::TooLarge { limit_bytes })?;
    let uploaded = keep_upload(&app.db, &query.name, bytes.into()).await?;
    let mut tx = app.db.write().await?;
    let head = access::get_conversation(&mut tx, &scope, query.conversation).await?;
    let file = add_file(&mut tx, staff, &head, uploaded).await?;
    tx.commit().await?;
    Ok(Created(DraftFileOut::of(file)))
}

/// Show a file of an answer I am writing. A picture that is one is shown; everything else is only ever saved.
#[utoipa::path(get, path = "/api/draft_files/{id}", tag = "conversations", operation_id = "get_draft_file",
    params(("id" = FileId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn get_draft_file(can: Can<Answer>, State(app): State<AppState>, Path(id): Path<FileId>) -> Result<Response> {
    let staff = can.staff.ok_or(Error::Forbidden(Right::Answer))?;
    let file = files::find(&mut app.db.read().await?, staff, id).await?.ok_or(Error::NotFound("file"))?;
    let bytes = app.db.read_blob(&file.blob_hash).await?;
    Ok(file_response(&file.name, bytes))
}

/// Take a file away from the answer I am writing.
#[utoipa::path(delete, path = "/api/draft_files/{id}", tag = "conversations", operation_id = "remove_draft_file",
    params(("id" = FileId, Path)), responses((status = 204)))]
pub async fn remove_draft_file(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<FileId>,
) -> Result<StatusCode> {
    let staff = can.staff.ok_or(Error::Forbidden(Right::Answer))?;
    let mut tx = app.db.write().await?;
    remove_file(&mut tx, staff, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
