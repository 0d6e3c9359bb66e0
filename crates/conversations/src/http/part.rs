//! Joining and parting conversations by hand, and taking it back.
use super::out::{HeadOut, heads_out};
use crate::access::{self, Scope};
use crate::actions::part::{Parted, join_by_hand, part_from, undo_parting};
use crate::store::conversations::Head;
use crate::store::partings;
use axum::http::StatusCode;
use base::{Actor, ConversationId, EntryId, Error, PartingId};
use httpkit::{Answer, AppState, Can, Idem, Json, Path, Reply, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

#[derive(Deserialize, utoipa::ToSchema)]
pub struct JoinIn {
    /// The conversation that stays.
    into: ConversationId,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct PartIn {
    /// The first entry that goes.
    entry: EntryId,
    subject: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct PartedOut {
    /// With this it can be taken back.
    id: PartingId,
    /// The conversation that has the entries now.
    conversation: HeadOut,
}

async fn head_out(tx: &mut Tx, actor: &Actor, head: Head) -> base::Result<HeadOut> {
    heads_out(tx, actor, vec![head]).await?.pop().ok_or(Error::NotFound("conversation"))
}

async fn parted_out(tx: &mut Tx, actor: &Actor, parted: Parted) -> base::Result<PartedOut> {
    Ok(PartedOut { id: parted.id, conversation: head_out(tx, actor, parted.head).await? })
}

/// Make a conversation part of another one. Its address leads there from then on.
#[utoipa::path(post, path = "/api/conversations/{id}/join", tag = "conversations", operation_id = "join_conversation",
    params(("id" = ConversationId, Path)), request_body = JoinIn, responses((status = 200, body = PartedOut)))]
pub async fn join_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<JoinIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let from = access::get_conversation(&mut tx, &scope, id).await?;
    let into = access::get_conversation(&mut tx, &scope, input.into).await?;
    let parted = join_by_hand(&mut tx, can.actor(), from, into).await?;
    let out = parted_out(&mut tx, can.actor(), parted).await?;
    input.finish(tx, StatusCode::OK, &out).await
}

/// Make a conversation of its own of an entry and all that was said after it.
#[utoipa::path(post, path = "/api/conversations/{id}/part", tag = "conversations", operation_id = "part_conversation",
    params(("id" = ConversationId, Path)), request_body = PartIn, responses((status = 201, body = PartedOut)))]
pub async fn part_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<PartIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let (entry, of) = access::get_entry(&mut tx, &scope, input.entry).await?;
    if of.ord != head.ord {
        return Err(Error::NotFound("entry").into());
    }
    let subject = crate::actions::change::check_subject(input.subject.clone())?;
    let parted = part_from(&mut tx, can.actor(), head, &entry, subject).await?;
    let out = parted_out(&mut tx, can.actor(), parted).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Take back that conversations were joined or that one was parted: both are what they were.
#[utoipa::path(post, path = "/api/partings/{id}/undo", tag = "conversations", operation_id = "undo_parting",
    params(("id" = PartingId, Path)), responses((status = 200, body = HeadOut)))]
pub async fn undo(can: Can<Answer>, State(app): State<AppState>, Path(id): Path<PartingId>) -> Result<Json<HeadOut>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let row = partings::find(&mut tx, id).await?.ok_or(Error::NotFound("parting"))?;
    // The one that has the entries now tells whether one may see them.
    let held = if row.kind == "joined" { row.into_ord } else { row.from_ord };
    access::get_by_ord(&mut tx, &scope, held).await.map_err(|_| Error::NotFound("parting"))?;
    let head = undo_parting(&mut tx, can.actor(), row).await?;
    let out = head_out(&mut tx, can.actor(), head).await?;
    tx.commit().await?;
    Ok(Json(out))
}
