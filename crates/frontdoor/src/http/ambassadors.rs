//! Asking an ambassador over HTTP: who may be asked about a conversation, what would be written, and the asking.
use super::outgoing::list_senders;
use crate::routing::{ask_ambassador, draft_letter, first_of, fits, list_ambassadors};
use crate::store::ambassadors as rows;
use axum::http::StatusCode;
use base::{ConversationId, DoorId, Error, Lang, PersonId, Time, Ui};
use conversations::Scope;
use httpkit::{Answer, AppState, Can, Idem, Json, Path, Reply, Result, State, say};
use serde::{Deserialize, Serialize};
use tagging::{TagEngine, Texts};

const LONGEST: usize = 10_000;

/// Somebody who agreed to be asked.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AmbassadorOut {
    pub person: people::PersonCard,
    /// The language they wrote in last.
    pub language: Option<Lang>,
    /// How often they may be asked yet this month.
    pub left: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AskedOut {
    pub person: PersonId,
    /// The conversation with them.
    pub conversation: ConversationId,
    pub at: Time,
}

/// Whether an ambassador may be asked, and who.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AmbassadorsOut {
    /// Whether what the conversation is there for fits.
    pub fits: bool,
    /// At most five, with most in common first.
    pub items: Vec<AmbassadorOut>,
    pub subject: Texts,
    /// What would be written: nothing of who asks stands in it.
    pub letter: Texts,
    pub asked: Vec<AskedOut>,
}

/// List ambassadors who may be asked about a conversation: who agreed to it, and was not asked too often this month.
#[utoipa::path(get, path = "/api/conversations/{id}/ambassadors", tag = "frontdoor", operation_id = "list_ambassadors",
    params(("id" = ConversationId, Path)), responses((status = 200, body = AmbassadorsOut), (status = 404, body = httpkit::Problem)))]
pub async fn list_for_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<AmbassadorsOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let all = first_of(list_ambassadors(&mut tx, &head).await?);
    let persons: Vec<i64> = all.iter().map(|one| one.person_ord).collect();
    let cards = people::cards(&mut tx, &persons, &[], &[]).await?;
    let out = all.into_iter().filter_map(|one| {
        let person = cards.person(Some(one.person_ord))?;
        Some(AmbassadorOut { person, language: one.language, left: one.left })
    });
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let letter = Texts {
        ko: Some(draft_letter(&mut tx, &catalogue, &head, Ui::Ko).await?),
        en: Some(draft_letter(&mut tx, &catalogue, &head, Ui::En).await?),
    };
    let asked = rows::list_asked(&mut tx, head.ord, &scope.hidden).await?;
    Ok(Json(AmbassadorsOut {
        fits: fits(head.purpose),
        items: out.collect(),
        subject: Texts {
            ko: say(Ui::Ko, "ambassador-letter-subject", &[]),
            en: say(Ui::En, "ambassador-letter-subject", &[]),
        },
        letter,
        asked: asked.into_iter().map(|(person, conversation, at)| AskedOut { person, conversation, at }).collect(),
    }))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct AskAmbassadorIn {
    pub person: PersonId,
    pub subject: String,
    pub text: String,
    /// The mailbox it goes out by; the one that fits unless said.
    pub door: Option<DoorId>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AskedAmbassador {
    /// The conversation with them.
    pub conversation: ConversationId,
}

/// Ask an ambassador, by mail in a conversation of their own. 409 for whoever did not agree or was asked enough this month.
#[utoipa::path(post, path = "/api/conversations/{id}/ambassadors", tag = "frontdoor", operation_id = "ask_ambassador",
    params(("id" = ConversationId, Path)), request_body = AskAmbassadorIn,
    responses((status = 201, body = AskedAmbassador), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn ask(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<AskAmbassadorIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let AskAmbassadorIn { person, subject, text, door } = &*input;
    if text.trim().is_empty() || text.chars().count() > LONGEST {
        return Err(Error::invalid("text", "error-note-too-long").into());
    }
    let senders = list_senders(&mut tx, &scope, &head).await?;
    let sender = senders.into_iter().find(|one| door.is_none_or(|door| one.door_id == door));
    let sender = sender.ok_or(Error::invalid("door", "error-no-mailbox"))?;
    let by = (sender.door_ord, sender.name);
    let letter = (subject.clone(), text.clone());
    let conversation = ask_ambassador(&mut tx, can.actor(), &scope, &head, *person, by, letter).await?;
    input.finish(tx, StatusCode::CREATED, &AskedAmbassador { conversation }).await
}
