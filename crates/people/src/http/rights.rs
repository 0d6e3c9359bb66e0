//! What a person allows, and whose mail is kept aside, over HTTP.
use crate::access;
use crate::actions;
use crate::model::{Allowed, BlockKind};
use crate::store::{self as rows, Block, Consent};
use axum::http::StatusCode;
use base::{BlockId, ConsentId, PersonId, Time};
use httpkit::{AppState, Can, EditPeople, Idem, Json, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

/// One saying, with where and when it was said and who wrote it down.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ConsentOut {
    pub id: ConsentId,
    pub kind: Allowed,
    pub given: bool,
    pub source: String,
    pub said_at: Time,
    pub recorded_at: Time,
    pub recorded_by: String,
}

/// What a person allows.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ConsentsOut {
    /// We may write to them about what is new. Who never said so does not allow it.
    pub news: bool,
    /// Their words may be shown in public.
    pub quotes: bool,
    /// We may ask them to speak with somebody who considers us.
    pub ambassador: bool,
    /// We may ask them afterwards how it was. Who never said a word of it may be asked; who said no is not.
    pub questions: bool,
    /// Every saying, the newest first.
    pub items: Vec<ConsentOut>,
}

async fn consents_out(tx: &mut Tx, id: PersonId) -> base::Result<ConsentsOut> {
    let row = access::get_person(tx, id).await?;
    let said = actions::list_consents(tx, row.ord).await?;
    let holds = |kind| actions::newest_of_each(&said).any(|one| one.kind == kind && one.is_given);
    let (news, quotes, ambassador) = (holds(Allowed::News), holds(Allowed::Quotes), holds(Allowed::Ambassador));
    let questions = !actions::newest_of_each(&said).any(|one| one.kind == Allowed::Questions && !one.is_given);
    let out = |c: Consent| ConsentOut {
        id: c.id,
        kind: c.kind,
        given: c.is_given,
        source: c.source,
        said_at: c.said_at,
        recorded_at: c.recorded_at,
        recorded_by: c.recorded_by,
    };
    Ok(ConsentsOut { news, quotes, ambassador, questions, items: said.into_iter().map(out).collect() })
}

/// What a person allows, and everything they said of it.
#[utoipa::path(get, path = "/api/persons/{id}/consents", tag = "people", operation_id = "list_person_consents",
    params(("id" = PersonId, Path)),
    responses((status = 200, body = ConsentsOut), (status = 404, body = httpkit::Problem)))]
pub async fn list_person_consents(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
) -> Result<Json<ConsentsOut>> {
    Ok(Json(consents_out(&mut app.db.read().await?, id).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ConsentIn {
    pub kind: Allowed,
    pub given: bool,
    /// Where they said so, in words.
    pub source: String,
    /// Now unless said.
    pub said_at: Option<Time>,
}

/// Write down what a person said they allow. Nothing is overwritten: the newest saying counts.
#[utoipa::path(post, path = "/api/persons/{id}/consents", tag = "people", operation_id = "record_person_consent",
    request_body = ConsentIn, params(("id" = PersonId, Path)),
    responses((status = 201, body = ConsentsOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn record_person_consent(
    can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
    input: Idem<ConsentIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let ConsentIn { kind, given, source, said_at } = &input.body;
    actions::record_consent(&mut tx, can.actor(), id, *kind, *given, source, *said_at).await?;
    let out = consents_out(&mut tx, id).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// An address or a domain whose mail is kept aside.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BlockOut {
    pub id: BlockId,
    pub kind: BlockKind,
    pub sender: String,
    pub why: Option<String>,
    pub blocked_at: Time,
    pub blocked_by: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct BlocksOut {
    pub items: Vec<BlockOut>,
}

fn block_out(b: Block) -> BlockOut {
    BlockOut { id: b.id, kind: b.kind, sender: b.value, why: b.why, blocked_at: b.blocked_at, blocked_by: b.blocked_by }
}

/// List the senders whose mail is kept aside.
#[utoipa::path(get, path = "/api/blocked-senders", tag = "people", operation_id = "list_blocked_senders",
    responses((status = 200, body = BlocksOut)))]
pub async fn list_blocked_senders(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<BlocksOut>> {
    let all = rows::list_blocks(&mut app.db.read().await?).await?;
    Ok(Json(BlocksOut { items: all.into_iter().map(block_out).collect() }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct BlockIn {
    /// `spam@shop.example`, or `shop.example` for everybody there.
    pub sender: String,
    pub why: Option<String>,
}

/// Keep the mail of an address or a domain aside: it is kept and shown apart, and never acknowledged.
#[utoipa::path(post, path = "/api/blocked-senders", tag = "people", operation_id = "block_sender", request_body = BlockIn,
    responses((status = 201, body = BlockOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn block_sender(can: Can<EditPeople>, State(app): State<AppState>, input: Idem<BlockIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let block = actions::block_sender(&mut tx, can.actor(), &input.body.sender, input.body.why.as_deref()).await?;
    let out = block_out(block);
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Let the mail of a sender in again, from the next one on.
#[utoipa::path(delete, path = "/api/blocked-senders/{id}", tag = "people", operation_id = "unblock_sender",
    params(("id" = BlockId, Path)),
    responses((status = 204, description = "Let in again"), (status = 404, body = httpkit::Problem)))]
pub async fn unblock_sender(
    can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<BlockId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    actions::unblock_sender(&mut tx, can.actor(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
