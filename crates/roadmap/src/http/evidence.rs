//! Who needs an item, in their words: live counts, passages newest first, the people behind them.
use crate::access;
use base::{Cursor, ItemId, Page, Time};
use httpkit::{AppState, Can, Json, PageQuery, Path, Query, Read, Result, State};
use people::{AccountCard, PersonCard};
use serde::Serialize;
use tagging::counts::Selector;
use tagging::{CountsOut, CountsQuery, EvidenceOut, TagEngine, catalogue_of, counts_out, evidence_page, filter_of};

/// The same numbers as a tag's counts, and a page of the passages they were counted from.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemEvidence {
    #[serde(flatten)]
    pub counts: CountsOut,
    pub items: Vec<EvidenceOut>,
    pub next: Option<String>,
}

async fn selector_of(app: &AppState, id: ItemId, query: &CountsQuery) -> Result<Selector> {
    let catalogue = catalogue_of(app, query).await?;
    let mut tx = app.db.read().await?;
    Ok(access::get_item(&mut tx, id).await?.selector(&catalogue))
}

/// Read who needs an item: live counts, and the passages themselves, newest first. Takes the filters of a tag's counts.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/evidence", tag = "roadmap", operation_id = "list_item_evidence",
    params(("id" = ItemId, Path), CountsQuery, PageQuery),
    responses((status = 200, body = ItemEvidence), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn list_item_evidence(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Query(query): Query<CountsQuery>,
    page: PageQuery,
) -> Result<Json<ItemEvidence>> {
    let selector = selector_of(&app, id, &query).await?;
    let counts = counts_out(&app, can.actor(), selector.clone(), &query).await?;
    let found = evidence_page(&app, can.actor(), selector, &query, &page).await?;
    Ok(Json(ItemEvidence { counts, items: found.items, next: found.next }))
}

/// Somebody who needs it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemPerson {
    pub person: PersonCard,
    pub account: Option<AccountCard>,
    pub conversations: u32,
    pub passages: u32,
    pub first_at: Time,
    pub last_at: Time,
}

/// List the people behind an item, who spoke last first.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/people", tag = "roadmap", operation_id = "list_item_people",
    params(("id" = ItemId, Path), CountsQuery, PageQuery),
    responses((status = 200, body = Page<ItemPerson>), (status = 404, body = httpkit::Problem)))]
pub async fn list_item_people(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Query(query): Query<CountsQuery>,
    page: PageQuery,
) -> Result<Json<Page<ItemPerson>>> {
    let selector = selector_of(&app, id, &query).await?;
    let (filter, _) = filter_of(&app, can.actor(), &query).await?;
    let from = page.place::<1>()?.map_or(0, |[n]| n.max(0)) as usize;
    let most = page.limit.plus_one() as usize;
    let found = app
        .get::<TagEngine>()
        .ask(move |c| c.people(&selector, &filter).into_iter().skip(from).take(most).collect::<Vec<_>>())
        .await?;
    let next = (from + page.limit.get() as usize) as i64;
    let found = Page::cut(found, page.limit, |_| Cursor(vec![next]));
    let persons: Vec<i64> = found.items.iter().map(|p| i64::from(p.person)).collect();
    let accounts: Vec<i64> = found.items.iter().map(|p| i64::from(p.account)).collect();
    let mut tx = app.db.read().await?;
    let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
    let at = |minute: i32| Time(i64::from(minute) * 60_000_000);
    let items = found
        .items
        .into_iter()
        .filter_map(|p| {
            Some(ItemPerson {
                person: cards.person(Some(i64::from(p.person)))?,
                account: cards.account(Some(i64::from(p.account))),
                conversations: p.conversations,
                passages: p.taggings,
                first_at: at(p.first),
                last_at: at(p.last),
            })
        })
        .collect();
    Ok(Json(Page { items, next: found.next }))
}
