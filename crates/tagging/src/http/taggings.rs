//! Taggings of a conversation over HTTP.
use super::tags::{StaffName, staff_names};
use crate::actions::{self, ApplyTag, PassageIn};
use crate::engine::TagEngine;
use crate::model::{Catalogue, Kind, Origin};
use crate::store::{self as rows, TaggingRow};
use ::store::Tx;
use axum::http::StatusCode;
use base::{ConversationId, EntryId, PassageId, TagId, TaggingId, Time};
use conversations::Scope;
use httpkit::{AppState, Can, Idem, Json, Path, Read, Reply, Result, State, Tag};
use serde::{Deserialize, Serialize};

/// A tag that somebody put on a conversation or on a passage of it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TaggingOut {
    pub id: TaggingId,
    pub tag: TagId,
    pub kind: Option<Kind>,
    pub passage: Option<PassageOut>,
    pub origin: Origin,
    pub by: Option<StaffName>,
    pub tagged_at: Time,
}

/// A stretch of an entry, in Unicode scalars, half-open.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = TaggedPassage)]
pub struct PassageOut {
    pub id: PassageId,
    pub entry: EntryId,
    pub start: i64,
    pub end: i64,
    pub quote: String,
    /// False when the entry was changed and no longer says this.
    pub current: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TaggingList {
    pub items: Vec<TaggingOut>,
    /// "Nothing to tag", when somebody said so.
    pub nothing: Option<NothingOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct NothingOut {
    pub id: TaggingId,
}

async fn taggings_out(tx: &mut Tx, catalogue: &Catalogue, list: Vec<TaggingRow>) -> Result<Vec<TaggingOut>> {
    let names = staff_names(tx, list.iter().filter_map(|t| t.tagged_by)).await?;
    let passage_ords: Vec<i64> = list.iter().filter_map(|t| t.passage_ord).collect();
    let passages = conversations::passages_by_ord(tx, &passage_ords).await?;
    let entry_ords: Vec<i64> = passages.iter().map(|p| p.entry_ord).collect();
    let entries = conversations::entries_by_ord(tx, &entry_ords).await?;
    let mut out = Vec::with_capacity(list.len());
    for t in list {
        let Some(tag) = catalogue.by_ord(t.tag_ord).and_then(|tag| catalogue.by_ord(tag.canon_ord)) else { continue };
        let passage = t.passage_ord.and_then(|ord| passages.iter().find(|p| p.ord == ord)).and_then(|p| {
            let entry = entries.iter().find(|e| e.ord == p.entry_ord)?;
            let current = entry.rev == p.entry_rev;
            Some(PassageOut {
                id: p.id,
                entry: entry.id,
                start: p.start_at,
                end: p.end_at,
                quote: p.quote.clone(),
                current,
            })
        });
        out.push(TaggingOut {
            id: t.id,
            tag: tag.id,
            kind: t.kind()?,
            passage,
            origin: t.origin()?,
            by: t.tagged_by.and_then(|id| names.get(&id).cloned()),
            tagged_at: t.tagged_at,
        });
    }
    Ok(out)
}

async fn one_out(tx: &mut Tx, catalogue: &Catalogue, row: TaggingRow) -> Result<TaggingOut> {
    Ok(taggings_out(tx, catalogue, vec![row]).await?.pop().ok_or(base::Error::NotFound("tag"))?)
}

/// List the living taggings of a conversation.
#[utoipa::path(get, path = "/api/conversations/{id}/taggings", tag = "tagging", operation_id = "list_taggings",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = TaggingList), (status = 404, body = httpkit::Problem)))]
pub async fn list_taggings(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<TaggingList>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let living = rows::list_living(&mut tx, vec![head.ord]).await?;
    let items = taggings_out(&mut tx, &engine.catalogue(), living).await?;
    let nothing = rows::find_nothing(&mut tx, head.ord).await?.map(|id| NothingOut { id });
    Ok(Json(TaggingList { items, nothing }))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct TaggingIn {
    pub tag_id: TagId,
    pub kind: Option<Kind>,
    pub passage: Option<PassageIn>,
    /// Whether it was one of the suggestions shown.
    #[serde(default)]
    pub suggested: bool,
}

/// Put a tag on a conversation, or on a passage of it.
///
/// The same living tagging again answers 200 with it. Another `kind` retracts the old one and makes a new one. Offsets
/// are Unicode scalars; where the quote does not stand there, its nearest occurrence is meant. 422 when it is nowhere.
#[utoipa::path(post, path = "/api/conversations/{id}/taggings", tag = "tagging", operation_id = "apply_tag", request_body = TaggingIn,
    params(("id" = ConversationId, Path), ("Idempotency-Key" = Option<String>, Header, description = "Kept for 24 hours")),
    responses((status = 201, body = TaggingOut), (status = 200, body = TaggingOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn apply_tag(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<TaggingIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let body = input.body.clone();
    let origin = if body.suggested { Origin::Accepted } else { Origin::Human };
    let cmd = ApplyTag { conversation: id, tag: body.tag_id, kind: body.kind, passage: body.passage, origin };
    let tagged = actions::apply_tag(&mut tx, &scope, can.actor(), &catalogue, cmd).await?;
    let status = if tagged.new { StatusCode::CREATED } else { StatusCode::OK };
    let out = one_out(&mut tx, &catalogue, tagged.row).await?;
    input.finish(tx, status, &out).await
}

/// Take a tagging back. The fact stays, retracted. Doing it again changes nothing.
#[utoipa::path(delete, path = "/api/taggings/{id}", tag = "tagging", operation_id = "retract_tagging", params(("id" = TaggingId, Path)),
    responses((status = 204, description = "Retracted"), (status = 404, body = httpkit::Problem)))]
pub async fn retract_tagging(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<TaggingId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    actions::retract_tagging(&mut tx, &scope, can.actor(), &catalogue, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct KindIn {
    pub kind: Option<Kind>,
}

/// Say why it was said: give a tagging a kind.
///
/// The old fact is retracted and a new one made, whose id is answered. 409 when it was retracted meanwhile.
#[utoipa::path(post, path = "/api/taggings/{id}/kind", tag = "tagging", operation_id = "set_tagging_kind", request_body = KindIn,
    params(("id" = TaggingId, Path)),
    responses((status = 200, body = TaggingOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn set_tagging_kind(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<TaggingId>,
    input: Idem<KindIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let tagged = actions::set_kind(&mut tx, &scope, can.actor(), &catalogue, id, input.kind).await?;
    let out = one_out(&mut tx, &catalogue, tagged.row).await?;
    input.finish(tx, StatusCode::OK, &out).await
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct NothingIn {}

/// Say that no tag fits. It is an answer, and enters denominators. 409 while a tag is there.
#[utoipa::path(post, path = "/api/conversations/{id}/nothing", tag = "tagging", operation_id = "mark_nothing_to_tag",
    request_body = NothingIn, params(("id" = ConversationId, Path)),
    responses((status = 201, body = NothingOut), (status = 200, body = NothingOut), (status = 409, body = httpkit::Problem)))]
pub async fn mark_nothing(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<NothingIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (id, new) = actions::mark_nothing(&mut tx, &scope, can.actor(), id).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    input.finish(tx, status, &NothingOut { id }).await
}

/// Take "nothing to tag" back.
#[utoipa::path(delete, path = "/api/conversations/{id}/nothing", tag = "tagging", operation_id = "unmark_nothing_to_tag",
    params(("id" = ConversationId, Path)), responses((status = 204, description = "Taken back"), (status = 404, body = httpkit::Problem)))]
pub async fn unmark_nothing(
    can: Can<Tag>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    actions::unmark_nothing(&mut tx, &scope, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
