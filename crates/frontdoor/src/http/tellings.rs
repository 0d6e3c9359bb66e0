//! Tellings over HTTP: what is told, to whom and to whom not, and how far it is.
use crate::store::tellings::{self as rows, MessageFilter};
use crate::telling::{self, Message, MessageState, Telling, TellingPatch, TellingState, TellingText, Way};
use ::store::Tx;
use axum::http::StatusCode;
use base::{Actor, ConversationId, Cursor, Error, EventId, ItemId, MessageId, Page, StaffId, TellingId, Time};
use conversations::Scope;
use httpkit::{
    Answer, AppState, Can, Etag, Idem, IfMatch, Json, PageQuery, Path, Plan, Query, Read, Reply, Result, State,
};
use roadmap::EventKind;
use roadmap::ledger::{self, Coverage, Reason};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tagging::{TagEngine, Texts};

const MOST_SHOWN: i64 = 200;

/// An event of an item that people are told of.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ToldEvent {
    pub event: EventId,
    pub kind: EventKind,
    pub at: Time,
    pub item: ItemId,
    pub key: Option<String>,
    pub title: Texts,
    pub coverage: Coverage,
}

/// How many messages go where.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct TellingCounts {
    /// Persons; always sent by mail + by hand + skipped.
    pub persons: i64,
    /// By mail, in their thread or by a mail of its own.
    pub by_mail: i64,
    pub by_hand: i64,
    pub skipped: i64,
    /// Of them, whoever cancelled.
    pub leavers: i64,
    /// Of those by mail: wait for their turn; are on their way; were told.
    pub waiting: i64,
    pub handed: i64,
    pub told: i64,
    /// Told by one of us.
    pub told_by_hand: i64,
    /// Why skipped.
    pub reasons: BTreeMap<String, i64>,
    /// Why by hand.
    pub hand_reasons: BTreeMap<String, i64>,
    /// Those by mail by language.
    pub languages: BTreeMap<String, i64>,
}

/// A release of events to those who asked.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TellingOut {
    pub id: TellingId,
    pub kind: EventKind,
    pub state: TellingState,
    /// Messages a minute.
    pub rate: i64,
    /// How many of the most valuable accounts are written to by hand.
    pub by_hand: i64,
    pub events: Vec<ToldEvent>,
    /// By language.
    pub texts: BTreeMap<String, TellingText>,
    pub counts: TellingCounts,
    /// For more messages than this a second pair of eyes is needed.
    pub four_eyes_over: i64,
    /// Whether mail can go out at all.
    pub has_mailbox: bool,
    pub created_by: Option<String>,
    pub created_at: Time,
    pub planned_at: Time,
    /// Who wants it sent, and waits for another one of us.
    pub asked_by: Option<StaffId>,
    pub asked_by_name: Option<String>,
    pub approved_by: Option<String>,
    pub began_at: Option<Time>,
    pub done_at: Option<Time>,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TellingList {
    pub items: Vec<TellingOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MessageConversation {
    pub id: ConversationId,
    pub subject: Option<String>,
}

/// What one person is told, or why not.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MessageOut {
    pub id: MessageId,
    pub telling: TellingId,
    /// Null for whom you may not see.
    pub person: Option<people::PersonCard>,
    pub account: Option<people::AccountCard>,
    pub language: String,
    pub way: Way,
    /// Why skipped, or why by hand.
    pub reason: Option<String>,
    pub is_leaver: bool,
    pub address: Option<String>,
    pub conversation: Option<MessageConversation>,
    /// Who of us it is from.
    pub by: Option<String>,
    pub state: MessageState,
    /// What it answers.
    pub titles: Vec<Texts>,
    pub asks: i64,
    /// What they said of whether it was solved.
    pub solved: Option<bool>,
    pub changed_at: Time,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct TellingIn {
    /// Events of one kind, of one or several items.
    pub events: Vec<EventId>,
}

pub async fn told_events(tx: &mut Tx, events: Vec<roadmap::ItemEvent>) -> base::Result<Vec<ToldEvent>> {
    let covered = ledger::cover_events(tx, events).await?;
    let about: BTreeSet<ItemId> = covered.iter().map(|one| one.event.item_id).collect();
    let items: HashMap<ItemId, _> =
        roadmap::list_items(tx, about.into_iter().collect()).await?.into_iter().map(|item| (item.id, item)).collect();
    covered
        .into_iter()
        .map(|one| {
            let item = items.get(&one.event.item_id);
            Ok(ToldEvent {
                event: one.event.id,
                kind: EventKind::parse(&one.event.kind)?,
                at: one.event.at,
                item: one.event.item_id,
                key: item.and_then(|item| item.key.clone()),
                title: item.map(|item| item.title.clone()).unwrap_or_default(),
                coverage: one.coverage,
            })
        })
        .collect()
}

async fn count(tx: &mut Tx, id: TellingId) -> base::Result<TellingCounts> {
    let mut counts = TellingCounts::default();
    for (way, reason, state, language, is_leaver, n) in rows::count_messages(tx, id).await? {
        counts.persons += n;
        counts.leavers += if is_leaver { n } else { 0 };
        if let Some(reason) = reason {
            let by_hand = way == "hand";
            let reasons = if by_hand { &mut counts.hand_reasons } else { &mut counts.reasons };
            *reasons.entry(reason).or_default() += n;
        }
        match way.as_str() {
            "skip" => counts.skipped += n,
            "hand" => {
                counts.by_hand += n;
                counts.told_by_hand += if state == "told" { n } else { 0 };
            }
            _ => {
                counts.by_mail += n;
                *counts.languages.entry(language).or_default() += n;
                match state.as_str() {
                    "waiting" => counts.waiting += n,
                    "handed" => counts.handed += n,
                    "told" => counts.told += n,
                    _ => {}
                }
            }
        }
    }
    Ok(counts)
}

pub async fn telling_out(tx: &mut Tx, telling: Telling) -> base::Result<TellingOut> {
    let ords = rows::list_events(tx, telling.id).await?;
    let events = ledger::list_events_by_ord(tx, &ords).await?;
    let staff: Vec<StaffId> =
        [telling.created_by, telling.asked_by, telling.approved_by].into_iter().flatten().collect();
    let names = staff::list_staff_names(tx, staff).await?;
    let name = |id: Option<StaffId>| id.and_then(|id| names.get(&id).cloned());
    let texts = rows::list_texts(tx, telling.id).await?;
    Ok(TellingOut {
        id: telling.id,
        kind: EventKind::parse(&telling.kind)?,
        state: telling.state,
        rate: telling.rate,
        by_hand: telling.by_hand,
        events: told_events(tx, events).await?,
        texts: texts.into_iter().map(|(language, subject, text)| (language, TellingText { subject, text })).collect(),
        counts: count(tx, telling.id).await?,
        four_eyes_over: telling::get_settings(tx).await?.four_eyes_over,
        has_mailbox: !telling::list_sending_doors(tx).await?.is_empty(),
        created_by: name(telling.created_by),
        created_at: telling.created_at,
        planned_at: telling.planned_at,
        asked_by: telling.asked_by,
        asked_by_name: name(telling.asked_by),
        approved_by: name(telling.approved_by),
        began_at: telling.began_at,
        done_at: telling.done_at,
        rev: telling.rev,
    })
}

/// List tellings, the newest first.
#[utoipa::path(get, path = "/api/tellings", tag = "frontdoor", operation_id = "list_tellings",
    responses((status = 200, body = TellingList)))]
pub async fn list_tellings(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<TellingList>> {
    let mut tx = app.db.read().await?;
    let mut items = Vec::new();
    for telling in rows::list(&mut tx, MOST_SHOWN).await? {
        items.push(telling_out(&mut tx, telling).await?);
    }
    Ok(Json(TellingList { items }))
}

/// Begin to tell those who asked: a draft with words to begin from, and everybody it would go to and would not.
#[utoipa::path(post, path = "/api/tellings", tag = "frontdoor", operation_id = "create_telling", request_body = TellingIn,
    responses((status = 201, body = TellingOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_telling(can: Can<Plan>, State(app): State<AppState>, input: Idem<TellingIn>) -> Result<Reply> {
    app.get::<roadmap::AskKeeper>().catch_up().await?;
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let telling = telling::begin_draft(&mut tx, can.actor(), &input.events).await?;
    let out = telling_out(&mut tx, telling).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Show a telling.
#[utoipa::path(get, path = "/api/tellings/{id}", tag = "frontdoor", operation_id = "get_telling", params(("id" = TellingId, Path)),
    responses((status = 200, body = TellingOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_telling(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TellingId>,
) -> Result<Etag<TellingOut>> {
    let mut tx = app.db.read().await?;
    let telling = telling::get_telling(&mut tx, id).await?;
    Ok(Etag(telling.rev, telling_out(&mut tx, telling).await?))
}

/// Change the words of a telling, how fast it goes, or how many are written to by hand.
#[utoipa::path(patch, path = "/api/tellings/{id}", tag = "frontdoor", operation_id = "update_telling", request_body = TellingPatch,
    params(("id" = TellingId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = TellingOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_telling(
    _can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<TellingId>,
    version: IfMatch,
    Json(patch): Json<TellingPatch>,
) -> Result<Etag<TellingOut>> {
    let mut tx = app.db.write().await?;
    let telling = telling::get_telling(&mut tx, id).await?;
    version.check(telling.rev)?;
    let telling = telling::change(&mut tx, telling, patch).await?;
    finish(tx, telling).await
}

async fn finish(mut tx: Tx, telling: Telling) -> Result<Etag<TellingOut>> {
    let rev = telling.rev;
    let out = telling_out(&mut tx, telling).await?;
    tx.commit().await?;
    Ok(Etag(rev, out))
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/api/tellings/{id}", tag = "frontdoor", operation_id = "delete_telling", params(("id" = TellingId, Path)),
    responses((status = 204, description = "Gone"), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn delete_telling(
    _can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<TellingId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let telling = telling::get_telling(&mut tx, id).await?;
    telling::remove(&mut tx, &telling).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is to happen with a telling.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TellingStep {
    /// Look anew who asked.
    Plan,
    /// Send it; or, where it goes to many, ask another one of us to look at it.
    Send,
    /// It was looked at by another one of us: send it.
    Approve,
    Pause,
    Resume,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct TellingStepIn {
    pub step: TellingStep,
}

/// Plan a telling anew, send it, approve it, pause it or go on with it.
#[utoipa::path(post, path = "/api/tellings/{id}/steps", tag = "frontdoor", operation_id = "step_telling", request_body = TellingStepIn,
    params(("id" = TellingId, Path)),
    responses((status = 200, body = TellingOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn step_telling(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<TellingId>,
    Json(input): Json<TellingStepIn>,
) -> Result<Etag<TellingOut>> {
    if input.step == TellingStep::Plan {
        app.get::<roadmap::AskKeeper>().catch_up().await?;
    }
    let mut tx = app.db.write().await?;
    let telling = telling::get_telling(&mut tx, id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let telling = match input.step {
        TellingStep::Plan => telling::plan_again(&mut tx, telling).await?,
        TellingStep::Send => telling::send(&mut tx, &catalogue, can.actor(), telling).await?,
        TellingStep::Approve => telling::approve(&mut tx, &catalogue, can.actor(), telling).await?,
        TellingStep::Pause => telling::pause(&mut tx, telling).await?,
        TellingStep::Resume => telling::resume(&mut tx, telling).await?,
    };
    let detail = serde_json::json!({"state": telling.state.as_str()});
    staff::note(&mut tx, can.actor(), "frontdoor.telling_stepped", &id.to_string(), detail).await?;
    finish(tx, telling).await
}

// -- Messages

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// `mail` lists those in their own thread as well.
    pub way: Option<Way>,
    pub reason: Option<String>,
    pub state: Option<MessageState>,
}

/// List everybody a telling goes to, and everybody it does not, with the reason.
#[utoipa::path(get, path = "/api/tellings/{id}/messages", tag = "frontdoor", operation_id = "list_telling_messages",
    params(("id" = TellingId, Path), MessagesQuery, PageQuery),
    responses((status = 200, body = Page<MessageOut>), (status = 404, body = httpkit::Problem)))]
pub async fn list_messages(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TellingId>,
    Query(query): Query<MessagesQuery>,
    page: PageQuery,
) -> Result<Json<Page<MessageOut>>> {
    let mut tx = app.db.read().await?;
    telling::get_telling(&mut tx, id).await?;
    let filter = MessageFilter {
        telling: Some(id),
        ways: match query.way {
            Some(Way::Mail) => vec![Way::Mail.as_str(), Way::Thread.as_str()],
            way => way.iter().map(|way| way.as_str()).collect(),
        },
        reason: query.reason,
        state: query.state.map(|state| state.as_str().to_owned()),
        is_due: false,
        after: page.place::<1>()?.map_or(0, |[ord]| ord),
        limit: page.limit.plus_one(),
    };
    let all = rows::list_messages(&mut tx, &filter).await?;
    let page = Page::cut(all, page.limit, |message| Cursor(vec![message.ord]));
    let next = page.next;
    Ok(Json(Page { items: messages_out(&mut tx, can.actor(), page.items).await?, next }))
}

pub async fn messages_out(tx: &mut Tx, actor: &Actor, all: Vec<Message>) -> base::Result<Vec<MessageOut>> {
    let scope = Scope::of(tx, actor).await?;
    let ords: Vec<i64> = all.iter().map(|one| one.ord).collect();
    let places: Vec<i64> = all.iter().filter_map(|one| one.conversation_ord).collect();
    let heads: HashMap<i64, _> =
        conversations::heads(tx, &places).await?.into_iter().map(|head| (head.ord, head)).collect();
    let asked_at = rows::list_asking_doors(tx, &ords).await?;
    let persons: Vec<i64> = all.iter().map(|one| one.person_ord).collect();
    let accounts: Vec<i64> = all.iter().filter_map(|one| one.account_ord).collect();
    let cards = people::cards(tx, &persons, &[], &accounts).await?;
    let names = staff::list_staff_names(tx, all.iter().filter_map(|one| one.staff_id).collect()).await?;
    let about = rows::list_items(tx, &ords).await?;
    let wanted: BTreeSet<ItemId> = about.iter().map(|(_, item, _)| *item).collect();
    let items = roadmap::list_titles(tx, wanted.into_iter().collect()).await?;
    let mut titles: HashMap<i64, Vec<Texts>> = HashMap::new();
    for (message, item, _) in about {
        titles.entry(message).or_default().extend(items.get(&item).cloned());
    }
    let mut asks: HashMap<i64, i64> = HashMap::new();
    rows::list_asks(tx, &ords).await?.into_iter().for_each(|(message, ..)| *asks.entry(message).or_default() += 1);
    let out = |one: Message| {
        // Who asked only behind doors that one may not pass is a number, and no name.
        let doors = asked_at.iter().filter(|(message, _)| *message == one.ord);
        let is_hidden =
            !scope.hidden.is_empty() && doors.clone().count() > 0 && doors.clone().all(|(_, door)| !scope.sees(*door));
        let head = one.conversation_ord.and_then(|ord| heads.get(&ord)).filter(|head| scope.sees(head.door_ord));
        MessageOut {
            id: one.id,
            telling: one.telling_id,
            person: cards.person(Some(one.person_ord)).filter(|_| !is_hidden),
            account: cards.account(one.account_ord).filter(|_| !is_hidden),
            language: one.language,
            way: one.way,
            reason: one.reason,
            is_leaver: one.is_leaver,
            address: one.address.filter(|_| !is_hidden),
            conversation: head.map(|head| MessageConversation { id: head.id, subject: head.subject.clone() }),
            by: one.staff_id.and_then(|id| names.get(&id).cloned()),
            state: one.state,
            titles: titles.remove(&one.ord).unwrap_or_default(),
            asks: asks.get(&one.ord).copied().unwrap_or_default(),
            solved: one.solved,
            changed_at: one.changed_at,
        }
    };
    Ok(all.into_iter().map(out).collect())
}

async fn get_message(tx: &mut Tx, actor: &Actor, id: MessageId) -> base::Result<Message> {
    let message = rows::find_message(tx, id).await?.ok_or(Error::NotFound("message"))?;
    let scope = Scope::of(tx, actor).await?;
    let doors = rows::list_asking_doors(tx, &[message.ord]).await?;
    let is_hidden = !doors.is_empty() && doors.iter().all(|(_, door)| !scope.sees(*door));
    if is_hidden { Err(Error::NotFound("message")) } else { Ok(message) }
}

/// A message as its reader will read it, but for its links.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MessagePreview {
    pub subject: String,
    /// Lines that begin with `> ` are their own words.
    pub text: String,
    /// Whether it asks if that solved it.
    pub asks: bool,
}

/// Read a message as it will be read.
#[utoipa::path(get, path = "/api/telling_messages/{id}/preview", tag = "frontdoor", operation_id = "preview_message",
    params(("id" = MessageId, Path)), responses((status = 200, body = MessagePreview), (status = 404, body = httpkit::Problem)))]
pub async fn preview_message(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<MessageId>,
) -> Result<Json<MessagePreview>> {
    let mut tx = app.db.read().await?;
    let message = get_message(&mut tx, can.actor(), id).await?;
    let telling = telling::get_telling(&mut tx, message.telling_id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let (subject, text) = telling::preview(&mut tx, &catalogue, &telling, &message).await?;
    Ok(Json(MessagePreview { subject, text, asks: telling.kind == EventKind::Shipped.as_str() }))
}

/// Where the sample went.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SampleOut {
    pub to: String,
}

/// Send a message to yourself as it will be read. Nobody counts as told, and its links lead nowhere.
#[utoipa::path(post, path = "/api/telling_messages/{id}/sample", tag = "frontdoor", operation_id = "send_sample",
    params(("id" = MessageId, Path)),
    responses((status = 200, body = SampleOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn send_sample(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<MessageId>,
) -> Result<Json<SampleOut>> {
    let message = get_message(&mut app.db.read().await?, can.actor(), id).await?;
    Ok(Json(SampleOut { to: telling::send_sample(&app, can.actor(), &message).await? }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct MessagePatch {
    pub way: Way,
    /// Of `skip`: `held`, `left_company` or `no_address`.
    pub reason: Option<Reason>,
}

/// Let one of us write to somebody, leave them out with a reason, or send it after all.
#[utoipa::path(patch, path = "/api/telling_messages/{id}", tag = "frontdoor", operation_id = "update_message", request_body = MessagePatch,
    params(("id" = MessageId, Path)),
    responses((status = 200, body = MessageOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_message(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<MessageId>,
    Json(patch): Json<MessagePatch>,
) -> Result<Json<MessageOut>> {
    let mut tx = app.db.write().await?;
    let message = get_message(&mut tx, can.actor(), id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let message = telling::change_message(&mut tx, &catalogue, can.actor(), message, patch.way, patch.reason).await?;
    let out = messages_out(&mut tx, can.actor(), vec![message]).await?.pop().ok_or(Error::NotFound("message"))?;
    tx.commit().await?;
    Ok(Json(out))
}

#[derive(Default, Deserialize, utoipa::ToSchema)]
pub struct ToldByHand {
    /// How: in words for us.
    pub note: Option<String>,
}

/// Say that you told somebody yourself.
#[utoipa::path(post, path = "/api/telling_messages/{id}/told", tag = "frontdoor", operation_id = "tell_by_hand", request_body = ToldByHand,
    params(("id" = MessageId, Path)),
    responses((status = 200, body = MessageOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn tell_by_hand(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<MessageId>,
    Json(input): Json<ToldByHand>,
) -> Result<Json<MessageOut>> {
    let mut tx = app.db.write().await?;
    let message = get_message(&mut tx, can.actor(), id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let message = telling::tell_by_hand(&mut tx, &catalogue, can.actor(), message, input.note).await?;
    let out = messages_out(&mut tx, can.actor(), vec![message]).await?.pop().ok_or(Error::NotFound("message"))?;
    tx.commit().await?;
    Ok(Json(out))
}

/// How news goes out unless a telling says otherwise.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct TellingSettings {
    /// Messages a minute.
    pub rate: i64,
    /// A second pair of eyes is needed for more messages than this.
    pub four_eyes_over: i64,
    /// Whether those are told who voted elsewhere and never wrote to us; so unless said.
    #[serde(default = "yes")]
    pub tells_voters: bool,
}

fn yes() -> bool {
    telling::USUAL.tells_voters
}

/// Read how news goes out.
#[utoipa::path(get, path = "/api/telling_settings", tag = "frontdoor", operation_id = "get_telling_settings",
    responses((status = 200, body = TellingSettings)))]
pub async fn get_settings(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<TellingSettings>> {
    let telling::Settings { rate, four_eyes_over, tells_voters } =
        telling::get_settings(&mut app.db.read().await?).await?;
    Ok(Json(TellingSettings { rate, four_eyes_over, tells_voters }))
}

/// Change how news goes out.
#[utoipa::path(put, path = "/api/telling_settings", tag = "frontdoor", operation_id = "put_telling_settings", request_body = TellingSettings,
    responses((status = 200, body = TellingSettings), (status = 422, body = httpkit::Problem)))]
pub async fn put_settings(
    can: Can<httpkit::Configure>,
    State(app): State<AppState>,
    Json(input): Json<TellingSettings>,
) -> Result<Json<TellingSettings>> {
    if !(1..=telling::FASTEST).contains(&input.rate) {
        return Err(Error::invalid("rate", "error-telling-rate").into());
    }
    if input.four_eyes_over < 0 {
        return Err(Error::invalid("four_eyes_over", "error-telling-four-eyes").into());
    }
    let mut tx = app.db.write().await?;
    let TellingSettings { rate, four_eyes_over, tells_voters } = input;
    rows::put_settings(&mut tx, telling::Settings { rate, four_eyes_over, tells_voters }).await?;
    let detail = serde_json::json!({"rate": rate, "four_eyes_over": four_eyes_over, "tells_voters": tells_voters});
    staff::note(&mut tx, can.actor(), "frontdoor.telling_settings", "tellings", detail).await?;
    tx.commit().await?;
    Ok(Json(input))
}
