//! The one question after a conversation over HTTP: by which doors it is asked, what was answered, and the pages behind its
//! links, which anybody may open who has one.
use crate::Keys;
use crate::http::learned::{MeanOut, PeriodOut, ShareOut};
use crate::http::outgoing::find_door;
use crate::learning::Period;
use crate::satisfaction::{self, Asked, Figures, KINDS, Said, ask_page, gone_page, stop_page, thanks_page};
use crate::store::satisfaction::{self as rows, SurveyRow};
use ::store::Tx;
use axum::body::Bytes;
use axum::extract::{Path as Part, Query as Asking};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use base::{ConversationId, DoorId, EntryId, Time};
use conversations::{Scope, heads};
use httpkit::{AppState, Caller, Can, Configure, Json, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is looked at unless said.
const PERIOD: i64 = 91 * Time::DAY;
const MOST_SHOWN: usize = 200;

/// Whether somebody is asked after a conversation by this door.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct DoorQuestions {
    /// How it was, when a conversation was closed.
    pub after_close: bool,
    /// How easy help was to get, when a conversation about help was closed.
    pub after_help: bool,
}

/// Read whether a door asks how it was.
#[utoipa::path(get, path = "/api/doors/{id}/questions", tag = "frontdoor", operation_id = "get_door_questions",
    params(("id" = DoorId, Path)), responses((status = 200, body = DoorQuestions)))]
pub async fn get_door_questions(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
) -> Result<Json<DoorQuestions>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let door = find_door(&mut tx, &scope, id).await?;
    let (after_close, after_help) = rows::find_door(&mut tx, door.ord).await?.unwrap_or_default();
    Ok(Json(DoorQuestions { after_close, after_help }))
}

/// Say whether a door asks how it was. It does not unless said.
#[utoipa::path(put, path = "/api/doors/{id}/questions", tag = "frontdoor", operation_id = "put_door_questions",
    params(("id" = DoorId, Path)), request_body = DoorQuestions, responses((status = 200, body = DoorQuestions)))]
pub async fn put_door_questions(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    Json(input): Json<DoorQuestions>,
) -> Result<Json<DoorQuestions>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let door = find_door(&mut tx, &scope, id).await?;
    rows::put_door(&mut tx, door.ord, input.after_close, input.after_help).await?;
    let detail =
        serde_json::json!({"door": door.name, "after_close": input.after_close, "after_help": input.after_help});
    staff::note(&mut tx, can.actor(), "frontdoor.questions_changed", &id.to_string(), detail).await?;
    tx.commit().await?;
    Ok(Json(input))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SatisfactionQuery {
    /// Asked from then on; thirteen weeks unless said.
    pub from: Option<Time>,
    /// Asked before then.
    pub to: Option<Time>,
}

/// One question: how many answered, what, and what they did next.
#[derive(Serialize, utoipa::ToSchema)]
pub struct QuestionFigures {
    /// `csat` (how it was) or `ces` (how easy help was to get).
    pub kind: &'static str,
    /// Of those asked, who answered.
    pub answered: ShareOut,
    /// 1 to 5.
    pub score: MeanOut,
    /// Of the answers, those of 4 and 5.
    pub good: ShareOut,
    /// How many gave 1, 2, … 5.
    pub scores: Vec<i64>,
    /// Of those who answered, who did this next, in their own words.
    pub did: Vec<DidOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DidOut {
    /// `recommended`, `bought`, `switched` or `warned`.
    pub what: &'static str,
    pub share: ShareOut,
}

impl From<Figures> for QuestionFigures {
    fn from(f: Figures) -> QuestionFigures {
        let did = f.did.into_iter().map(|(what, share)| DidOut { what, share: share.into() }).collect();
        let (answered, score, good) = (f.answered.into(), f.score.into(), f.good.into());
        QuestionFigures { kind: f.kind, answered, score, good, scores: f.scores, did }
    }
}

/// One answer, and the words beside it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SurveyOut {
    pub kind: String,
    pub score: i64,
    pub did: Vec<String>,
    pub at: Time,
    /// What it was about.
    pub conversation: ConversationId,
    pub person: Option<people::PersonCard>,
    pub account: Option<people::AccountCard>,
    pub said: Option<SaidOut>,
}

/// What they wrote, in a conversation of its own.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SaidOut {
    pub conversation: ConversationId,
    pub entry: EntryId,
    pub text: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Satisfaction {
    pub period: PeriodOut,
    pub questions: Vec<QuestionFigures>,
    /// The newest two hundred answers.
    pub answers: Vec<SurveyOut>,
}

/// What customers answered to the one question after a conversation, with the words behind the numbers.
#[utoipa::path(get, path = "/api/satisfaction", tag = "frontdoor", operation_id = "get_satisfaction",
    params(SatisfactionQuery), responses((status = 200, body = Satisfaction)))]
pub async fn get_satisfaction(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<SatisfactionQuery>,
) -> Result<Json<Satisfaction>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let to = query.to.unwrap_or(tx.now().plus(1));
    let period = Period { from: query.from.unwrap_or(to.plus(-PERIOD)), to };
    let (figures, answers) = satisfaction::load_figures(&mut tx, period, &scope.hidden).await?;
    let answers = answers_out(&mut tx, answers).await?;
    let questions = figures.into_iter().map(QuestionFigures::from).collect();
    Ok(Json(Satisfaction { period: period.into(), questions, answers }))
}

async fn answers_out(tx: &mut Tx, mut all: Vec<SurveyRow>) -> base::Result<Vec<SurveyOut>> {
    all.truncate(MOST_SHOWN);
    let said: Vec<i64> = all.iter().filter_map(|row| row.said_ord).collect();
    let mut words: HashMap<i64, (EntryId, String)> = HashMap::new();
    for (conversation, entry, text) in rows::list_words(tx, &said).await? {
        words.entry(conversation).or_insert((entry, text));
    }
    let ords: Vec<i64> = all.iter().map(|row| row.conversation_ord).chain(said).collect();
    let heads: HashMap<i64, _> = heads(tx, &ords).await?.into_iter().map(|head| (head.ord, head)).collect();
    let persons: Vec<i64> = all.iter().map(|row| row.person_ord).collect();
    let accounts: Vec<i64> = heads.values().filter_map(|head| head.account_ord).collect();
    let cards = people::cards(tx, &persons, &[], &accounts).await?;
    let out = |row: SurveyRow| {
        let head = heads.get(&row.conversation_ord)?;
        let said = row.said_ord.and_then(|ord| Some((heads.get(&ord)?.id, words.get(&ord)?.clone())));
        Some(SurveyOut {
            score: row.score?,
            did: row.did.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
            at: row.answered_at?,
            conversation: head.id,
            person: cards.person(Some(row.person_ord)),
            account: cards.account(head.account_ord),
            said: said.map(|(conversation, (entry, text))| SaidOut { conversation, entry, text }),
            kind: row.kind,
        })
    };
    Ok(all.into_iter().filter_map(out).collect())
}

// -- The pages. No caller is known here: the signed address is all there is.

/// The pages behind the links of a question.
pub fn pages() -> Router<AppState> {
    Router::new()
        .route("/how/{token}", get(show_question).post(take_answer))
        .route("/how/{token}/stop", get(show_stop).post(stop_asking))
}

const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

pub(super) fn html(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

/// What stands in the address of a page that somebody only wants to look at: `look-csat`. Nothing is kept of it.
const LOOK: &str = "look-";

async fn show_sample(caller: &Caller, app: &AppState, token: &str, sent: bool) -> Result<Option<Response>> {
    let Some(kind) = token.strip_prefix(LOOK).and_then(|kind| KINDS.into_iter().find(|one| *one == kind)) else {
        return Ok(None);
    };
    let company = staff::get_settings(&mut app.db.read().await?).await?.called(app.public_url.host());
    let asked = Asked { ui: caller.ui(), kind, company: &company, token };
    let page = if sent { thanks_page(asked.ui, false) } else { ask_page(&asked, Some(5), false) };
    Ok(Some(html(StatusCode::OK, page)))
}

/// The question an address was made for, and the name of the house.
async fn find_question(app: &AppState, token: &str) -> base::Result<Option<(SurveyRow, String)>> {
    let Some(id) = app.get::<Keys>().read_survey(token) else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let Some(row) = rows::find(&mut tx, id).await? else { return Ok(None) };
    Ok(Some((row, staff::get_settings(&mut tx).await?.called(app.public_url.host()))))
}

#[derive(Deserialize)]
struct Clicked {
    score: Option<String>,
}

async fn show_question(
    caller: Caller,
    State(app): State<AppState>,
    Part(token): Part<String>,
    Asking(clicked): Asking<Clicked>,
) -> Result<Response> {
    if let Some(page) = show_sample(&caller, &app, &token, false).await? {
        return Ok(page);
    }
    let Some((row, company)) = find_question(&app, &token).await? else {
        return Ok(html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let ui = satisfaction::ui_of(&row.language);
    if row.answered_at.is_some() {
        return Ok(html(StatusCode::OK, thanks_page(ui, false)));
    }
    let asked = Asked { ui, kind: &row.kind, company: &company, token: &token };
    let chosen = clicked.score.and_then(|score| score.parse().ok());
    Ok(html(StatusCode::OK, ask_page(&asked, chosen, false)))
}

async fn take_answer(
    caller: Caller,
    State(app): State<AppState>,
    Part(token): Part<String>,
    form: Bytes,
) -> Result<Response> {
    if let Some(page) = show_sample(&caller, &app, &token, true).await? {
        return Ok(page);
    }
    let Some((row, company)) = find_question(&app, &token).await? else {
        return Ok(html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let Some(said) = Said::read(&form) else {
        let ui = satisfaction::ui_of(&row.language);
        let asked = Asked { ui, kind: &row.kind, company: &company, token: &token };
        return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, ask_page(&asked, None, true)));
    };
    let mut tx = app.db.write().await?;
    // Read again where nobody else writes: two clicks are one answer.
    if let Some(row) = rows::find(&mut tx, row.id).await? {
        satisfaction::answer(&mut tx, &row, &said).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/how/{token}")).into_response())
}

async fn show_stop(caller: Caller, State(app): State<AppState>, Part(token): Part<String>) -> Result<Response> {
    let Some((row, company)) = find_question(&app, &token).await? else {
        return Ok(html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let ui = satisfaction::ui_of(&row.language);
    let asked = Asked { ui, kind: &row.kind, company: &company, token: &token };
    Ok(html(StatusCode::OK, stop_page(&asked)))
}

/// From the page, or from a mail program that offers it beside the mail (RFC 8058).
async fn stop_asking(caller: Caller, State(app): State<AppState>, Part(token): Part<String>) -> Result<Response> {
    let Some((row, _)) = find_question(&app, &token).await? else {
        return Ok(html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let mut tx = app.db.write().await?;
    satisfaction::refuse(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(html(StatusCode::OK, thanks_page(satisfaction::ui_of(&row.language), true)))
}
