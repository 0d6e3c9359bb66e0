//! Learning why, over HTTP: what may be asked, what was answered, what was learned, how it closed.
use super::learned::ShareOut;
use crate::learning::{self, Answered, ItemWords, Offer};
use crate::store::learning::{self as rows, InsightRow, ProbeRow};
use ::store::Tx;
use axum::http::StatusCode;
use base::{ConversationId, EntryId, Error, InsightId, ItemId, PassageId, ProbeId, TagId, Time};
use conversations::{Purpose, Scope};
use httpkit::{Answer, AppState, Can, Created, Curate, Etag, Idem, IfMatch, Json, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use tagging::{Catalogue, PassageIn, TagEngine, Texts};

/// A question in both languages, with what came of it so far.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ProbeOut {
    pub id: ProbeId,
    /// `why`, `stakes`, `business`, `workflow`, `workaround` or `next`.
    pub aim: String,
    /// What conversations must be there for; every one when empty.
    pub purposes: Vec<Purpose>,
    /// What they must be tagged with, or below it.
    pub tag: Option<TagId>,
    pub text: Texts,
    pub active: bool,
    /// How often it was asked, answered, and answered with something that was learned.
    pub asked: i64,
    pub answered: i64,
    pub learned: i64,
    /// Of those it was asked, who answered.
    pub answered_share: ShareOut,
    /// Of those who answered, from whom something was learned.
    pub learned_share: ShareOut,
    pub rev: i64,
}

fn probe_out(catalogue: &Catalogue, offer: Offer) -> ProbeOut {
    let Offer { probe, asked, answered, learned } = offer;
    ProbeOut {
        id: probe.id,
        aim: probe.aim,
        purposes: probe.purposes.split(',').filter_map(|word| word.parse().ok()).collect(),
        tag: probe.tag_ord.and_then(|ord| catalogue.by_ord(catalogue.canon(ord))).map(|tag| tag.id),
        text: Texts { ko: Some(probe.text_ko), en: Some(probe.text_en) },
        active: probe.is_active,
        asked,
        answered,
        learned,
        answered_share: learning::share(answered, asked).into(),
        learned_share: learning::share(learned, answered).into(),
        rev: probe.rev,
    }
}

/// Something that was learned, at its passage.
#[derive(Serialize, utoipa::ToSchema)]
pub struct InsightOut {
    pub id: InsightId,
    /// `why`, `stakes`, `goal`, `workflow` or `workaround`.
    pub kind: String,
    pub conversation: ConversationId,
    pub entry_id: EntryId,
    pub passage_id: PassageId,
    pub start: i64,
    pub end: i64,
    pub quote: String,
    pub tags: Vec<TagId>,
    pub person: Option<people::PersonCard>,
    pub account: Option<people::AccountCard>,
    /// Whether a question of ours brought it.
    pub was_asked: bool,
    pub said_at: Time,
    pub confirmed_at: Time,
}

pub(super) async fn insights_out(
    tx: &mut Tx,
    catalogue: &Catalogue,
    all: Vec<InsightRow>,
) -> base::Result<Vec<InsightOut>> {
    let ords = |of: fn(&InsightRow) -> Option<i64>| all.iter().filter_map(of).collect::<Vec<_>>();
    let places = rows::list_places(tx, &ords(|row| Some(row.passage_ord))).await?;
    let heads = conversations::heads(tx, &ords(|row| Some(row.conversation_ord))).await?;
    let cards = people::cards(tx, &ords(|row| row.person_ord), &[], &ords(|row| row.account_ord)).await?;
    let tags = rows::list_insight_tags(tx, all.iter().map(|row| row.id).collect()).await?;
    let tag_id = |ord: i64| catalogue.by_ord(catalogue.canon(ord)).map(|tag| tag.id);
    let mut out = Vec::with_capacity(all.len());
    for row in all {
        let head = heads.iter().find(|head| head.ord == row.conversation_ord);
        let place = places.iter().find(|place| place.0 == row.passage_ord);
        let (Some(head), Some((_, passage_id, entry_id, start, end, quote))) = (head, place) else { continue };
        out.push(InsightOut {
            id: row.id,
            conversation: head.id,
            entry_id: *entry_id,
            passage_id: *passage_id,
            start: *start,
            end: *end,
            quote: quote.clone(),
            tags: tags.iter().filter(|(id, _)| *id == row.id).filter_map(|(_, tag)| tag_id(*tag)).collect(),
            person: cards.person(row.person_ord),
            account: cards.account(row.account_ord),
            was_asked: row.probe_id.is_some(),
            said_at: row.said_at,
            confirmed_at: row.confirmed_at,
            kind: row.kind,
        });
    }
    Ok(out)
}

/// What a customer answered to a question, and where its reason stands.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AnswerOut {
    pub entry_id: EntryId,
    pub probe: ProbeId,
    pub aim: String,
    /// What it may be, if any of it is worth a passage.
    pub kind: Option<&'static str>,
    /// Where it stands, in Unicode scalars, half-open.
    pub start: i64,
    pub end: i64,
    pub quote: String,
}

fn answer_out(answered: Answered) -> AnswerOut {
    let Answered { entry, ask, aim, highlight } = answered;
    let (start, end) = highlight.as_ref().map_or((0, 0), |found| (found.start, found.end));
    AnswerOut {
        entry_id: entry.id,
        probe: ask.probe_id,
        aim,
        kind: highlight.map(|found| found.kind),
        start: start as i64,
        end: end as i64,
        quote: entry.text.chars().skip(start).take(end - start).collect(),
    }
}

/// A sentence about a roadmap item, for the answer.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemWordsOut {
    pub item: ItemId,
    pub title: Texts,
    /// `noted`: it stands on the roadmap. `told`: it is there now.
    pub kind: &'static str,
    pub text: Texts,
}

fn words_out(words: ItemWords) -> ItemWordsOut {
    let ItemWords { item, title, kind, ko, en } = words;
    ItemWordsOut { item, title, kind, text: Texts { ko: Some(ko), en: Some(en) } }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ClosingOut {
    pub outcome: Option<String>,
    pub learned: Option<String>,
    pub closed_at: Time,
}

/// What can be asked, learned and said of the roadmap in a conversation.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LearningOut {
    /// At most three; none while an answer is waited for.
    pub questions: Vec<ProbeOut>,
    pub answer: Option<AnswerOut>,
    pub insights: Vec<InsightOut>,
    pub roadmap: Vec<ItemWordsOut>,
    pub closing: Option<ClosingOut>,
}

/// Read what can be asked, learned and said of the roadmap in a conversation.
#[utoipa::path(get, path = "/api/conversations/{id}/learning", tag = "frontdoor", operation_id = "get_learning",
    params(("id" = ConversationId, Path)), responses((status = 200, body = LearningOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_learning(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<LearningOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let questions = learning::offer(&mut tx, &catalogue, &head).await?;
    let answer = learning::find_answer(&mut tx, &head).await?;
    let insights = rows::list_insights_of(&mut tx, head.ord).await?;
    let roadmap = learning::list_item_words(&mut tx, &catalogue, &head).await?;
    let closing = rows::find_closing(&mut tx, head.ord).await?;
    Ok(Json(LearningOut {
        questions: questions.into_iter().map(|offer| probe_out(&catalogue, offer)).collect(),
        answer: answer.map(answer_out),
        insights: insights_out(&mut tx, &catalogue, insights).await?,
        roadmap: roadmap.into_iter().map(words_out).collect(),
        closing: closing.map(|row| ClosingOut { outcome: row.outcome, learned: row.learned, closed_at: row.closed_at }),
    }))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct AskIn {
    pub probe: ProbeId,
    /// The answer of ours that it stands in.
    pub entry_id: EntryId,
}

/// Remember that a question stood in an answer. One at a time: 409 while an answer is waited for.
#[utoipa::path(post, path = "/api/conversations/{id}/questions", tag = "frontdoor", operation_id = "note_question",
    params(("id" = ConversationId, Path)), request_body = AskIn,
    responses((status = 204), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn note_question(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    Json(input): Json<AskIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    learning::ask(&mut tx, can.actor(), &scope, &head, input.probe, input.entry_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct InsightIn {
    /// `why`, `stakes`, `goal`, `workflow` or `workaround`.
    pub kind: String,
    pub passage: PassageIn,
}

/// Confirm what a passage taught us, onto it and its tags. The same again is the same insight: 200.
#[utoipa::path(post, path = "/api/conversations/{id}/insights", tag = "frontdoor", operation_id = "confirm_insight",
    params(("id" = ConversationId, Path)), request_body = InsightIn,
    responses((status = 200, body = InsightOut), (status = 201, body = InsightOut), (status = 422, body = httpkit::Problem)))]
pub async fn confirm_insight(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<InsightIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let InsightIn { kind, passage } = &input.body;
    let (row, is_new) = learning::confirm(&mut tx, &scope, can.actor(), &catalogue, &head, kind, passage).await?;
    let out = insights_out(&mut tx, &catalogue, vec![row]).await?.pop().ok_or(Error::NotFound("insight"))?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    input.finish(tx, status, &out).await
}

/// Take an insight back.
#[utoipa::path(delete, path = "/api/insights/{id}", tag = "frontdoor", operation_id = "retract_insight",
    params(("id" = InsightId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn retract_insight(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<InsightId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    learning::retract(&mut tx, &scope, can.actor(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ClosingIn {
    /// `solved`, `answered`, `noted`, `no_answer` or `not_ours`; may stay unsaid.
    pub outcome: Option<String>,
    /// Whether we learned something: `yes`, `no`, or `nothing` where there was nothing to learn; may stay unsaid.
    pub learned: Option<String>,
}

/// Close a conversation, and say what came of it; or say it later.
#[utoipa::path(post, path = "/api/conversations/{id}/closing", tag = "frontdoor", operation_id = "close_conversation",
    params(("id" = ConversationId, Path)), request_body = ClosingIn,
    responses((status = 200, body = ClosingOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn close_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    Json(input): Json<ClosingIn>,
) -> Result<Json<ClosingOut>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let row = learning::close(&mut tx, can.actor(), head, input.outcome, input.learned).await?;
    tx.commit().await?;
    Ok(Json(ClosingOut { outcome: row.outcome, learned: row.learned, closed_at: row.closed_at }))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ItemWordsIn {
    pub item: ItemId,
    /// `noted` or `told`.
    pub kind: String,
    /// The answer of ours that says so.
    pub entry_id: EntryId,
}

/// Remember that an answer said what stands on the roadmap, or what became of it.
#[utoipa::path(post, path = "/api/conversations/{id}/roadmap-words", tag = "frontdoor", operation_id = "note_roadmap_words",
    params(("id" = ConversationId, Path)), request_body = ItemWordsIn,
    responses((status = 204), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn note_roadmap_words(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    Json(input): Json<ItemWordsIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = conversations::get_conversation(&mut tx, &scope, id).await?;
    let ItemWordsIn { item, kind, entry_id } = input;
    learning::note_item_words(&mut tx, can.actor(), &scope, &head, item, &kind, entry_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ProbeList {
    pub items: Vec<ProbeOut>,
}

/// List the questions of the house with what came of them.
#[utoipa::path(get, path = "/api/probes", tag = "frontdoor", operation_id = "list_probes",
    responses((status = 200, body = ProbeList)))]
pub async fn list_probes(_: Can<Read>, State(app): State<AppState>) -> Result<Json<ProbeList>> {
    let mut tx = app.db.read().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let all = learning::list_probes(&mut tx).await?;
    Ok(Json(ProbeList { items: all.into_iter().map(|offer| probe_out(&catalogue, offer)).collect() }))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ProbeIn {
    pub aim: String,
    #[serde(default)]
    pub purposes: Vec<Purpose>,
    pub tag: Option<TagId>,
    pub text_ko: String,
    pub text_en: String,
}

fn joined(purposes: &[Purpose]) -> String {
    purposes.iter().map(Purpose::to_string).collect::<Vec<_>>().join(",")
}

/// Add a question.
#[utoipa::path(post, path = "/api/probes", tag = "frontdoor", operation_id = "add_probe", request_body = ProbeIn,
    responses((status = 201, body = ProbeOut), (status = 422, body = httpkit::Problem)))]
pub async fn add_probe(
    can: Can<Curate>,
    State(app): State<AppState>,
    Json(input): Json<ProbeIn>,
) -> Result<Created<ProbeOut>> {
    let mut tx = app.db.write().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let tag_ord = input.tag.map(|id| tagging::get_tag(&catalogue, id).map(|tag| tag.ord)).transpose()?;
    let probe = ProbeRow {
        id: ProbeId::new(),
        aim: input.aim,
        purposes: joined(&input.purposes),
        tag_ord,
        text_ko: input.text_ko.trim().to_owned(),
        text_en: input.text_en.trim().to_owned(),
        is_active: true,
        rev: 1,
    };
    learning::check_probe(&probe)?;
    rows::insert_probe(&mut tx, &probe, can.actor().staff).await?;
    tx.commit().await?;
    Ok(Created(probe_out(&catalogue, Offer { probe, asked: 0, answered: 0, learned: 0 })))
}

/// What is not said stays.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ProbePatch {
    pub purposes: Option<Vec<Purpose>>,
    pub text_ko: Option<String>,
    pub text_en: Option<String>,
    pub active: Option<bool>,
}

/// Change a question, or lay it to rest.
#[utoipa::path(patch, path = "/api/probes/{id}", tag = "frontdoor", operation_id = "update_probe",
    params(("id" = ProbeId, Path), ("If-Match" = String, Header, description = "The version you read")),
    request_body = ProbePatch,
    responses((status = 200, body = ProbeOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn update_probe(
    _: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<ProbeId>,
    version: IfMatch,
    Json(patch): Json<ProbePatch>,
) -> Result<Etag<ProbeOut>> {
    let mut tx = app.db.write().await?;
    let before = learning::get_probe(&mut tx, id).await?;
    version.check(before.rev)?;
    let probe = ProbeRow {
        purposes: patch.purposes.map_or(before.purposes.clone(), |purposes| joined(&purposes)),
        text_ko: patch.text_ko.map_or(before.text_ko.clone(), |text| text.trim().to_owned()),
        text_en: patch.text_en.map_or(before.text_en.clone(), |text| text.trim().to_owned()),
        is_active: patch.active.unwrap_or(before.is_active),
        ..before
    };
    learning::check_probe(&probe)?;
    rows::update_probe(&mut tx, &probe).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let all = learning::list_probes(&mut tx).await?;
    let offer = all.into_iter().find(|offer| offer.probe.id == id).ok_or(Error::NotFound("probe"))?;
    tx.commit().await?;
    let out = probe_out(&catalogue, offer);
    Ok(Etag(out.rev, out))
}
