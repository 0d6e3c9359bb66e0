//! What persons, teams and accounts answer alike: facts, the timeline, merges.
use crate::actions;
use crate::model::{Cards, PersonCard};
use crate::store::{self as rows, FactRow, TouchRow};
use base::{ConversationId, Cursor, Error, ItemId, Limit, Page, Time};
use httpkit::{AppState, Can, EditPeople, PageQuery, Path, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

/// One fact, from a moment on, and who said it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FactOut {
    pub name: String,
    pub value: String,
    pub source: String,
    pub valid_from: Time,
}

pub fn facts_out(facts: &[FactRow]) -> Vec<FactOut> {
    let mut out: Vec<FactOut> = facts
        .iter()
        .map(|f| FactOut {
            name: f.name.clone(),
            value: f.value.clone(),
            source: f.source.clone(),
            valid_from: f.valid_from,
        })
        .collect();
    out.sort_by(|a, b| b.valid_from.cmp(&a.valid_from).then_with(|| a.name.cmp(&b.name)));
    out
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct MoneyOut {
    /// A year, in minor units.
    pub minor: i64,
    pub currency: String,
}

/// Something that happened, in any room.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TouchOut {
    pub at: Time,
    pub room: String,
    pub kind: String,
    /// The prefixed id of what happened: a conversation, a roadmap item.
    pub subject: String,
    pub summary: String,
    pub person: Option<PersonCard>,
}

/// The place after the page before, or the far future.
pub fn before(page: &PageQuery) -> Result<(i64, i64)> {
    Ok(page.place::<2>()?.map_or((i64::MAX, i64::MAX), |[at, ord]| (at, ord)))
}

pub async fn timeline(tx: &mut Tx, touches: Vec<TouchRow>, limit: Limit) -> Result<Page<TouchOut>> {
    let persons: Vec<i64> = touches.iter().filter_map(|t| t.person_ord).collect();
    let cards: Cards = rows::cards(tx, &persons, &[], &[]).await?;
    let page = Page::cut(touches, limit, |t| Cursor(vec![t.at.0, t.ord]));
    Ok(page.map(|t| TouchOut {
        at: t.at,
        subject: subject_id(&t.room, &t.subject_id),
        person: cards.person(t.person_ord),
        room: t.room,
        kind: t.kind,
        summary: t.summary,
    }))
}

/// The room says what kind of id its subjects have.
fn subject_id(room: &str, bytes: &[u8]) -> String {
    let Ok(bytes) = <[u8; 16]>::try_from(bytes) else { return String::new() };
    match room {
        "roadmap" => ItemId::from_bytes(bytes).to_string(),
        _ => ConversationId::from_bytes(bytes).to_string(),
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct MergeIn {
    /// The id of the one that stays.
    pub into: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MergeOut {
    /// What `POST /api/merges/{id}/undo` takes.
    pub merge: i64,
}

/// Take a merge back.
///
/// Both stand alone again, with everything they had. 404 when there is no such merge or it was taken back already.
#[utoipa::path(post, path = "/api/merges/{id}/undo", tag = "people", operation_id = "undo_merge",
    params(("id" = i64, Path, description = "What the merge answered")),
    responses((status = 204, description = "Taken back"), (status = 404, body = httpkit::Problem)))]
pub async fn undo_merge(
    _can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<i64>,
) -> Result<axum::http::StatusCode> {
    let mut tx = app.db.write().await?;
    actions::undo_merge(&mut tx, id).await?;
    tx.commit().await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

pub fn bad_id(field: &'static str) -> Error {
    Error::invalid(field, "error-id")
}
