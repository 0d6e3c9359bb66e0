//! The asks of an item over HTTP: who asks, what they said; one that was heard elsewhere written down by hand.
use crate::access;
use crate::asks::{self, AskIn, AskKeeper, AskPatch, Origin, State as AskState};
use crate::store::asks::{self as rows, AskRow};
use axum::http::StatusCode;
use base::{Actor, AskId, Cursor, ItemId, Page, StaffId, Time};
use httpkit::{Answer, AppState, Can, Etag, Idem, IfMatch, Json, PageQuery, Path, Query, Read, Reply, Result, State};
use people::{AccountCard, PersonCard};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use tagging::counts::{Filter, PersonShare};
use tagging::{EvidenceOut, TagEngine};

/// One person's demand for an item.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemAsk {
    pub id: AskId,
    pub person: PersonCard,
    pub account: Option<AccountCard>,
    pub origin: Origin,
    pub state: AskState,
    /// Why it was withdrawn: `untagged` or `other_tags`.
    pub because: Option<String>,
    pub first_at: Time,
    pub last_at: Time,
    pub conversations: i64,
    pub passages: i64,
    /// What they said last that was tagged.
    pub said: Option<EvidenceOut>,
    /// What one of us wrote down.
    pub words: Option<String>,
    pub by_staff: Option<StaffId>,
    /// How they would be told: `thread`, `mail` or `hand`; ours to choose when null.
    pub way_back: Option<String>,
    pub language: Option<String>,
    /// Since they were first told something of it, it follows its tags no more.
    pub pinned_at: Option<Time>,
    pub rev: i64,
}

/// A page of asks, and how many there are.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemAsks {
    /// Open asks; persons and accounts behind them.
    pub open: usize,
    pub persons: usize,
    pub accounts: usize,
    pub withdrawn: usize,
    pub items: Vec<ItemAsk>,
    pub next: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemAsksQuery {
    /// Both unless said.
    pub state: Option<AskState>,
}

/// List who asks for an item, who spoke last first.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/asks", tag = "roadmap", operation_id = "list_item_asks",
    params(("id" = ItemId, Path), ItemAsksQuery, PageQuery),
    responses((status = 200, body = ItemAsks), (status = 404, body = httpkit::Problem)))]
pub async fn list_item_asks(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Query(query): Query<ItemAsksQuery>,
    page: PageQuery,
) -> Result<Json<ItemAsks>> {
    app.get::<AskKeeper>().catch_up().await?;
    let all = load_visible(&app, can.actor(), id).await?;
    let open: Vec<&Seen> = all.iter().filter(|seen| seen.row.state == AskState::Open.as_str()).collect();
    let distinct = |mut ords: Vec<i64>| {
        ords.sort_unstable();
        ords.dedup();
        ords.len()
    };
    let (n_open, withdrawn) =
        (open.len(), all.iter().filter(|seen| seen.row.state == AskState::Withdrawn.as_str()).count());
    let persons = distinct(open.iter().map(|seen| seen.person).collect());
    let accounts = distinct(open.iter().filter_map(|seen| seen.account).collect());
    let from = page.place::<1>()?.map_or(0, |[n]| n.max(0)) as usize;
    let asked = all.into_iter().filter(|seen| query.state.is_none_or(|state| seen.row.state == state.as_str()));
    let some: Vec<Seen> = asked.skip(from).take(page.limit.plus_one() as usize).collect();
    let next = (from + page.limit.get() as usize) as i64;
    let page = Page::cut(some, page.limit, |_| Cursor(vec![next]));
    let items = asks_out(&app, page.items).await?;
    Ok(Json(ItemAsks { open: n_open, persons, accounts, withdrawn, items, next: page.next }))
}

/// An ask as somebody may see it: with what was said where they may read.
struct Seen {
    row: AskRow,
    /// Who it is after merges.
    person: i64,
    account: Option<i64>,
    /// The tagging behind their last words.
    last_tagging: Option<i64>,
}

/// The asks of an item that somebody may see, who spoke last first. What was said behind a door they may not pass does
/// not count; who said nothing else is not there.
async fn load_visible(app: &AppState, actor: &Actor, id: ItemId) -> Result<Vec<Seen>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let mut tx = app.db.read().await?;
    let selector = access::get_item(&mut tx, id).await?.selector(&catalogue);
    let stored = rows::list_of_item(&mut tx, id).await?;
    drop(tx);
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|door| door as u16).collect();
    let sees_all = hidden.is_empty();
    let filter = Filter { hidden, ..Filter::default() };
    let (shares, canon) = engine
        .ask(move |columns| {
            let shares = columns.people(&selector, &filter);
            (shares, (columns.merged_persons.clone(), columns.merged_accounts.clone()))
        })
        .await?;
    let of_person: HashMap<u32, PersonShare> = shares.into_iter().map(|share| (share.person, share)).collect();
    let mut seen: Vec<Seen> = stored
        .into_iter()
        .filter_map(|mut row| {
            let person = canon.0.of(row.person_ord as u32);
            let share = of_person.get(&person);
            if !sees_all {
                if share.is_none() && row.origin == Origin::Taggings.as_str() {
                    return None;
                }
                asks::show_only(&mut row, share);
            }
            let account = row.account_ord.map(|account| i64::from(canon.1.of(account as u32)));
            let last_tagging = share.map(|share| i64::from(share.last_tagging));
            Some(Seen { person: i64::from(person), account, last_tagging, row })
        })
        .collect();
    seen.sort_by_key(|seen| std::cmp::Reverse((seen.row.last_at, seen.row.ord)));
    Ok(seen)
}

/// The persons, as they are after merges, whose asks for an item somebody may see.
pub async fn list_visible_askers(app: &AppState, actor: &Actor, id: ItemId) -> Result<HashSet<i64>> {
    Ok(load_visible(app, actor, id).await?.into_iter().map(|seen| seen.person).collect())
}

async fn asks_out(app: &AppState, seen: Vec<Seen>) -> Result<Vec<ItemAsk>> {
    let mut tx = app.db.read().await?;
    let persons: Vec<i64> = seen.iter().map(|one| one.person).collect();
    let accounts: Vec<i64> = seen.iter().filter_map(|one| one.account).collect();
    let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
    let taggings: Vec<i64> = seen.iter().filter_map(|one| one.last_tagging).collect();
    let mut said = tagging::evidence_of(&mut tx, &app.get::<TagEngine>(), taggings).await?;
    let out = |one: Seen| {
        let said = one.last_tagging.and_then(|ord| said.remove(&ord));
        show(one.row, cards.person(Some(one.person)), cards.account(one.account), said)
    };
    seen.into_iter().map(out).collect()
}

fn show(
    row: AskRow,
    person: Option<PersonCard>,
    account: Option<AccountCard>,
    said: Option<EvidenceOut>,
) -> Result<ItemAsk> {
    Ok(ItemAsk {
        id: row.id,
        person: person.ok_or(base::Error::NotFound("person"))?,
        account,
        origin: Origin::parse(&row.origin)?,
        state: AskState::parse(&row.state)?,
        because: row.because,
        first_at: row.first_at,
        last_at: row.last_at,
        conversations: row.conversations,
        passages: row.passages,
        said,
        words: row.words,
        by_staff: row.by_staff,
        way_back: row.way_back,
        language: row.language,
        pinned_at: row.pinned_at,
        rev: row.rev,
    })
}

/// Write down what somebody asked for elsewhere: in a sales call, at a workshop. Who asks already keeps their one ask.
#[utoipa::path(post, path = "/api/roadmap/items/{id}/asks", tag = "roadmap", operation_id = "create_ask", request_body = AskIn,
    params(("id" = ItemId, Path)),
    responses((status = 201, body = ItemAsk), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_ask(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    input: Idem<AskIn>,
) -> Result<Reply> {
    app.get::<AskKeeper>().catch_up().await?;
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let item = access::get_item(&mut tx, id).await?;
    let row = asks::write_down(&mut tx, can.actor(), &item, input.body.clone()).await?;
    let out = of_row(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Change what is known of an ask: its words, the language and the way in which they would be told.
#[utoipa::path(patch, path = "/api/asks/{id}", tag = "roadmap", operation_id = "update_ask", request_body = AskPatch,
    params(("id" = AskId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = ItemAsk), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_ask(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<AskId>,
    version: IfMatch,
    Json(patch): Json<AskPatch>,
) -> Result<Etag<ItemAsk>> {
    let item = {
        let mut tx = app.db.read().await?;
        rows::find(&mut tx, id).await?.ok_or(base::Error::NotFound("ask"))?.item_id
    };
    let visible = load_visible(&app, can.actor(), item).await?;
    if !visible.iter().any(|seen| seen.row.id == id) {
        return Err(base::Error::NotFound("ask").into());
    }
    let mut tx = app.db.write().await?;
    let old = rows::find(&mut tx, id).await?.ok_or(base::Error::NotFound("ask"))?;
    version.check(old.rev)?;
    let row = asks::change(&mut tx, can.actor(), old, patch).await?;
    let out = of_row(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Etag(out.rev, out))
}

/// An ask just written, without the words that were tagged.
async fn of_row(tx: &mut store::Tx, row: AskRow) -> Result<ItemAsk> {
    let accounts: Vec<i64> = row.account_ord.into_iter().collect();
    let cards = people::cards(tx, &[row.person_ord], &[], &accounts).await?;
    let (person, account) = (cards.person(Some(row.person_ord)), cards.account(row.account_ord));
    show(row, person, account, None)
}
