//! The loop centre over HTTP: who of those who asked knows it by now, what waits, and what came back; and the pages behind
//! the links of a message, which anybody may open who has one.
use super::tellings::{MessageConversation, MessageOut, TellingOut, ToldEvent, messages_out, telling_out, told_events};
use crate::Keys;
use crate::http::learned::ShareOut;
use crate::learning::share;
use crate::satisfaction::gone_page;
use crate::store::tellings::{self as rows, MessageFilter};
use crate::telling::{self, Message, TellingState, Told, Way, ask_page, stop_page, thanks_page};
use ::store::Tx;
use axum::body::Bytes;
use axum::extract::{Path as Part, Query as Asking};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use base::{AccountId, Actor, Cursor, Error, ItemId, Page, TellingId, Time, Ui};
use conversations::Scope;
use httpkit::{AppState, Caller, Can, Json, PageQuery, Path, Read, Result, State};
use people::Allowed;
use roadmap::ledger::{self, AccountCoverage, Coverage};
use roadmap::{EventKind, Status};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tagging::TagEngine;
use tagging::counts::Filter;

const MOST_ANSWERS: i64 = 50;
const MOST_BOUNCED: i64 = 100;
const WEEK: i64 = 7 * Time::DAY;
/// Looked at before and after.
const WEEKS: i64 = 8;

/// The newest event of an item, how many of those who asked know of it, and the telling that is under way.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NewsItem {
    #[serde(flatten)]
    pub event: ToldEvent,
    pub telling: Option<TellingId>,
}

/// Everything about who was told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct News {
    /// Of the newest event of every item, but for those that were only heard of.
    pub coverage: Coverage,
    pub items: Vec<NewsItem>,
    /// Drafts, what waits for a second pair of eyes, and what is being sent.
    pub tellings: Vec<TellingOut>,
    /// Persons that one of us is to write to.
    pub by_hand: i64,
    /// The newest that came back.
    pub bounced: Vec<MessageOut>,
}

/// Look at who of those who asked knows what became of it.
#[utoipa::path(get, path = "/api/news", tag = "frontdoor", operation_id = "get_news", responses((status = 200, body = News)))]
pub async fn get_news(can: Can<Read>, State(app): State<AppState>) -> Result<Json<News>> {
    app.get::<roadmap::AskKeeper>().catch_up().await?;
    let mut tx = app.db.read().await?;
    let (covered, coverage) = ledger::cover_everything(&mut tx).await?;
    let begun = rows::list_begun(&mut tx).await?;
    let telling_of: HashMap<i64, TellingId> = begun.iter().copied().collect();
    let tellings_of: Vec<Option<TellingId>> =
        covered.iter().map(|one| telling_of.get(&one.event.ord).copied()).collect();
    let events = told_events(&mut tx, covered.into_iter().map(|one| one.event).collect()).await?;
    let items = events.into_iter().zip(tellings_of).map(|(event, telling)| NewsItem { event, telling }).collect();
    let mut tellings = Vec::new();
    for telling in rows::list(&mut tx, 200).await?.into_iter().filter(|one| one.state != TellingState::Done) {
        tellings.push(telling_out(&mut tx, telling).await?);
    }
    let by_hand = rows::count_by_hand(&mut tx).await?;
    let bounced = rows::list_bounced(&mut tx, MOST_BOUNCED).await?;
    let bounced = messages_out(&mut tx, can.actor(), bounced).await?;
    Ok(Json(News { coverage, items, tellings, by_hand, bounced }))
}

/// List whom one of us is to write to by hand.
#[utoipa::path(get, path = "/api/news/by_hand", tag = "frontdoor", operation_id = "list_by_hand", params(PageQuery),
    responses((status = 200, body = Page<MessageOut>)))]
pub async fn list_by_hand(
    can: Can<Read>,
    State(app): State<AppState>,
    page: PageQuery,
) -> Result<Json<Page<MessageOut>>> {
    let mut tx = app.db.read().await?;
    let filter = MessageFilter {
        ways: vec![Way::Hand.as_str()],
        state: Some("waiting".into()),
        is_due: true,
        after: page.place::<1>()?.map_or(0, |[ord]| ord),
        limit: page.limit.plus_one(),
        ..MessageFilter::default()
    };
    let all = rows::list_messages(&mut tx, &filter).await?;
    let page = Page::cut(all, page.limit, |message| Cursor(vec![message.ord]));
    let next = page.next;
    Ok(Json(Page { items: messages_out(&mut tx, can.actor(), page.items).await?, next }))
}

/// Somebody wrote after they were told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LoopAnswer {
    pub person: Option<people::PersonCard>,
    pub conversation: MessageConversation,
    pub text: String,
    pub said_at: Time,
}

/// An event, who knows of it, and what those who were told said of whether it was solved.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LoopEvent {
    #[serde(flatten)]
    pub event: ToldEvent,
    pub telling: Option<TellingId>,
    pub solved: i64,
    pub unsolved: i64,
}

/// Persons who mention it, of those who were active.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MentionWeek {
    pub from: Time,
    pub persons: i64,
    pub active: i64,
}

/// What became of the need after it shipped: persons per 1,000 active who mention it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Mentions {
    pub shipped_at: Time,
    /// Eight weeks before; n persons of so many active, with the 95 % interval. Shares, not per 1,000.
    pub before: ShareOut,
    /// As far as it goes, eight weeks at most.
    pub after: ShareOut,
    pub weeks: Vec<MentionWeek>,
}

/// The loop of an item.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemLoop {
    /// Newest first.
    pub events: Vec<LoopEvent>,
    /// Where it stands, when it came from elsewhere as it is and nobody was told of it from here.
    pub unsaid: Option<EventKind>,
    /// What people wrote after they were told, newest first.
    pub answers: Vec<LoopAnswer>,
    /// Once it shipped, where it is joined to a tag.
    pub mentions: Option<Mentions>,
}

/// Show who of those who asked for an item knows what became of it, what they answered, and whether it is still mentioned.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/loop", tag = "frontdoor", operation_id = "get_item_loop",
    params(("id" = ItemId, Path)), responses((status = 200, body = ItemLoop), (status = 404, body = httpkit::Problem)))]
pub async fn get_item_loop(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Json<ItemLoop>> {
    app.get::<roadmap::AskKeeper>().catch_up().await?;
    let mut tx = app.db.read().await?;
    let item = roadmap::find_item(&mut tx, id).await?.ok_or(Error::NotFound("item"))?;
    let mut events = roadmap::list_events_of_items(&mut tx, &[id]).await?;
    events.reverse();
    let ords: Vec<i64> = events.iter().map(|event| event.ord).collect();
    let unsaid = roadmap::what_is_unsaid(&item, &events);
    let shipped = events.iter().find(|event| event.kind == EventKind::Shipped.as_str()).map(|event| event.at);
    let shipped_at = (item.status == Status::Shipped).then_some(item.status_at).or(shipped);
    let telling_of: HashMap<i64, TellingId> = rows::list_begun(&mut tx).await?.into_iter().collect();
    let solved = rows::count_solved(&mut tx, &ords).await?;
    let count = |ord: i64, is: bool| solved.iter().find(|one| one.0 == ord && one.1 == is).map_or(0, |one| one.2);
    let told = told_events(&mut tx, events).await?;
    let events = told
        .into_iter()
        .zip(&ords)
        .map(|(event, ord)| LoopEvent {
            event,
            telling: telling_of.get(ord).copied(),
            solved: count(*ord, true),
            unsolved: count(*ord, false),
        })
        .collect();
    let answers = answers(&mut tx, can.actor(), &ords).await?;
    // Without a tag nothing that is said is counted.
    let mentions = match shipped_at.filter(|_| !item.tags.is_empty()) {
        Some(at) => Some(count_mentions(&app, &mut tx, can.actor(), &item, at).await?),
        None => None,
    };
    Ok(Json(ItemLoop { events, unsaid, answers, mentions }))
}

async fn answers(tx: &mut Tx, actor: &Actor, events: &[i64]) -> base::Result<Vec<LoopAnswer>> {
    let scope = Scope::of(tx, actor).await?;
    let mut all = rows::list_answers(tx, events, MOST_ANSWERS).await?;
    all.dedup_by_key(|one| one.entry_ord);
    let heads: HashMap<i64, _> =
        conversations::heads(tx, &all.iter().map(|one| one.conversation_ord).collect::<Vec<_>>())
            .await?
            .into_iter()
            .filter(|head| scope.sees(head.door_ord))
            .map(|head| (head.ord, head))
            .collect();
    let entries: HashMap<i64, String> =
        conversations::entries_by_ord(tx, &all.iter().map(|one| one.entry_ord).collect::<Vec<_>>())
            .await?
            .into_iter()
            .map(|entry| (entry.ord, mailkit::split_reply(&entry.text).visible_text(&entry.text).to_string()))
            .collect();
    let persons: Vec<i64> = all.iter().map(|one| one.person_ord).collect();
    let cards = people::cards(tx, &persons, &[], &[]).await?;
    let out = |one: rows::AnswerRow| {
        let head = heads.get(&one.conversation_ord)?;
        Some(LoopAnswer {
            person: cards.person(Some(one.person_ord)),
            conversation: MessageConversation { id: head.id, subject: head.subject.clone() },
            text: entries.get(&one.entry_ord).cloned().unwrap_or_default().chars().take(400).collect(),
            said_at: one.said_at,
        })
    };
    Ok(all.into_iter().filter_map(out).collect())
}

async fn count_mentions(
    app: &AppState,
    tx: &mut Tx,
    actor: &Actor,
    item: &roadmap::Item,
    shipped_at: Time,
) -> base::Result<Mentions> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|door| door as u16).collect();
    let now = tx.now();
    let first = shipped_at.plus(-WEEKS * WEEK);
    let end = shipped_at.plus(WEEKS * WEEK).min(now);
    let mut stretches = vec![(first, shipped_at), (shipped_at, end)];
    stretches.extend((0..2 * WEEKS).map(|n| (first.plus(n * WEEK), first.plus((n + 1) * WEEK).min(now))));
    stretches.retain(|(from, to)| from < to || *from == shipped_at);
    let mut active = Vec::with_capacity(stretches.len());
    for (from, to) in &stretches {
        active.push(rows::count_active(tx, *from, *to).await?);
    }
    let selector = item.selector(&engine.catalogue());
    let asked = stretches.clone();
    let persons: Vec<i64> = engine
        .ask(move |columns| {
            let of = |(from, to): &(Time, Time)| {
                let (from, to) = (Some(tagging::minute(*from)), Some(tagging::minute(*to)));
                let filter = Filter { from, to, hidden: hidden.clone(), ..Filter::default() };
                i64::from(columns.count_four(&selector, &filter).0.persons)
            };
            asked.iter().map(of).collect()
        })
        .await?;
    let shown = |at: usize| share(persons[at].min(active[at]), active[at]).into();
    let weeks =
        (2..stretches.len()).map(|at| MentionWeek { from: stretches[at].0, persons: persons[at], active: active[at] });
    Ok(Mentions { shipped_at, before: shown(0), after: shown(1), weeks: weeks.collect() })
}

/// Count what became of everything that an account asked for.
#[utoipa::path(get, path = "/api/accounts/{id}/loop", tag = "frontdoor", operation_id = "get_account_loop",
    params(("id" = AccountId, Path)), responses((status = 200, body = AccountCoverage), (status = 404, body = httpkit::Problem)))]
pub async fn get_account_loop(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<AccountId>,
) -> Result<Json<AccountCoverage>> {
    app.get::<roadmap::AskKeeper>().catch_up().await?;
    let mut tx = app.db.read().await?;
    let account = people::get_account(&mut tx, id).await?;
    let same = rows::list_same_accounts(&mut tx, account.ord).await?;
    Ok(Json(ledger::cover_account(&mut tx, &same).await?))
}

// -- The pages. No caller is known here: the signed address is all there is.

/// The pages behind the links of a message.
pub fn pages() -> Router<AppState> {
    Router::new()
        .route("/told/{token}", get(show_told).post(take_answer))
        .route("/told/{token}/stop", get(show_stop).post(stop_news))
}

struct Shown {
    message: Message,
    company: String,
    titles: Vec<String>,
    ui: Ui,
}

async fn find_shown(app: &AppState, token: &str) -> base::Result<Option<Shown>> {
    let Some(id) = app.get::<Keys>().read_message(token) else { return Ok(None) };
    let mut tx = app.db.read().await?;
    let Some(message) = rows::find_message(&mut tx, id).await? else { return Ok(None) };
    let ui = telling::ui_of(&message.language);
    let about = rows::list_items(&mut tx, &[message.ord]).await?;
    let items = crate::outside::list_names(&mut tx, about.iter().map(|(_, item, _)| *item).collect()).await?;
    let titles = about.iter().filter_map(|(_, item, _)| Some(telling::in_language(items.get(item)?, ui))).collect();
    let company = staff::get_settings(&mut tx).await?.called(app.public_url.host());
    Ok(Some(Shown { message, company, titles, ui }))
}

#[derive(Deserialize)]
struct Clicked {
    answer: Option<String>,
}

async fn show_told(
    caller: Caller,
    State(app): State<AppState>,
    Part(token): Part<String>,
    Asking(clicked): Asking<Clicked>,
) -> Result<Response> {
    let Some(Shown { message, company, titles, ui }) = find_shown(&app, &token).await? else {
        return Ok(super::satisfaction::html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    if let Some(solved) = message.solved {
        return Ok(super::satisfaction::html(StatusCode::OK, thanks_page(ui, &token, solved)));
    }
    let told = Told { ui, company: &company, titles: &titles, token: &token };
    let chosen = clicked.answer.map(|answer| answer == "yes");
    Ok(super::satisfaction::html(StatusCode::OK, ask_page(&told, chosen)))
}

async fn take_answer(
    caller: Caller,
    State(app): State<AppState>,
    Part(token): Part<String>,
    form: Bytes,
) -> Result<Response> {
    let Some(Shown { message, .. }) = find_shown(&app, &token).await? else {
        return Ok(super::satisfaction::html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let said = form_urlencoded::parse(&form).find(|(name, _)| name == "answer").map(|(_, value)| value.into_owned());
    if let Some(solved) = said.filter(|said| said == "yes" || said == "no").map(|said| said == "yes") {
        let mut tx = app.db.write().await?;
        telling::take_solved(&mut tx, &message, solved).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&format!("/told/{token}")).into_response())
}

async fn show_stop(caller: Caller, State(app): State<AppState>, Part(token): Part<String>) -> Result<Response> {
    let Some(Shown { company, titles, ui, .. }) = find_shown(&app, &token).await? else {
        return Ok(super::satisfaction::html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let told = Told { ui, company: &company, titles: &titles, token: &token };
    Ok(super::satisfaction::html(StatusCode::OK, stop_page(&told, false)))
}

/// From the page, or from a mail program that offers it beside the mail (RFC 8058).
async fn stop_news(caller: Caller, State(app): State<AppState>, Part(token): Part<String>) -> Result<Response> {
    let Some(Shown { message, company, titles, ui }) = find_shown(&app, &token).await? else {
        return Ok(super::satisfaction::html(StatusCode::NOT_FOUND, gone_page(caller.ui())));
    };
    let mut tx = app.db.write().await?;
    let card = people::cards(&mut tx, &[message.person_ord], &[], &[]).await?.person(Some(message.person_ord));
    if let Some(card) = card
        && !people::refuses(&mut tx, card.ord, Allowed::News).await?
    {
        let source = httpkit::say(ui, "notice-stop-source", &[]).unwrap_or_default();
        people::record_consent(&mut tx, &Actor::system(), card.id, Allowed::News, false, &source, None).await?;
    }
    tx.commit().await?;
    let told = Told { ui, company: &company, titles: &titles, token: &token };
    Ok(super::satisfaction::html(StatusCode::OK, stop_page(&told, true)))
}
