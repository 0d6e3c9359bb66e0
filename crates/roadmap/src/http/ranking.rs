//! What to build next over HTTP: the ranking taken apart, the rules it follows, and what somebody placed outside it.
use super::items::{ItemsQuery, few};
use crate::access;
use crate::asks::AskKeeper;
use crate::model::{Feasibility, Item, Status, TeamEffort};
use crate::plan::{self, PlacementIn};
use crate::rank::{Asker, RankEngine, RankRules, Ranked, Ranking, WhatIf, load_rules, put_rules};
use crate::shelf::ItemShelf;
use crate::store::plan as rows;
use axum::http::StatusCode;
use base::{Cursor, DirectionId, ItemId, Page, Right, StaffId, TagId, Time};
use httpkit::{AppState, Can, Etag, IfMatch, Json, PageQuery, Path, Plan, Query, Read, Result, State};
use people::{AccountCard, PersonCard};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use tagging::{TagEngine, Texts};

/// An item as a ranking names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankedItem {
    pub id: ItemId,
    pub key: Option<String>,
    pub title: Texts,
    pub status: Status,
    pub half: Option<String>,
    pub owner: Option<String>,
    /// Person-weeks at best, most likely and at worst: of all teams, or of nobody’s in particular.
    pub effort: Option<[f64; 3]>,
    pub efforts: Vec<TeamEffort>,
    pub feasibility: Feasibility,
    pub feasibility_reason: Option<String>,
    pub needs: Vec<ItemId>,
    pub rev: i64,
}

/// An item with where it stands and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RankedOut {
    pub item: RankedItem,
    /// From 1, by the score; null for what cannot be built or was not estimated.
    pub place: Option<usize>,
    /// In four draws of five it stood between these two: items in there are as good as tied with it.
    pub place_from: Option<usize>,
    pub place_to: Option<usize>,
    pub placed: Option<PlacementOut>,
    pub parts: PartsOut,
}

/// Where one of us put an item outside the score, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlacementOut {
    pub place: i64,
    pub words: String,
    pub by: Option<String>,
    pub at: Time,
    /// At the end of this half-year it is looked at again.
    pub half: String,
    /// That end has come.
    pub is_due: bool,
    pub reviewed_at: Option<Time>,
}

/// The parts of a score. Null where fewer than three persons stand behind it and you may not see so few.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PartsOut {
    /// Open asks, and accounts or persons without one behind them.
    pub asks: Option<usize>,
    pub askers: Option<usize>,
    /// Σ over askers of log2(1 + their asks, each halved for every half-life since it was last said).
    pub demand: Option<f64>,
    /// What those askers weigh, the mean by their demand.
    pub importance: Option<f64>,
    /// The demand of askers that stand alike: what other weights would make of it.
    pub by_standing: Vec<StandingOut>,
    /// How well the item fits the direction: 0 to 3, and what of its worth that leaves.
    pub fit: i64,
    pub strategy: f64,
    /// Person-weeks: (at best + 4 × most likely + at worst) ÷ 6.
    pub effort: Option<f64>,
    /// Demand × importance × strategy.
    pub value: Option<f64>,
    /// Value ÷ effort, and between what it lies in four draws of five (bootstrap over askers).
    pub score: Option<f64>,
    pub score_low: Option<f64>,
    pub score_high: Option<f64>,
}

/// What accounts of one value band, plan and size say together; persons without an account have none of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingOut {
    pub is_account: bool,
    pub band: String,
    pub plan: String,
    pub size: String,
    pub demand: f64,
    /// The same if an ask counted half after 30, 60, 90, 120, 180, 270, 365, 730 or 1,825 days. Empty for what has no effort.
    #[serde(default)]
    pub by_half_life: Vec<f64>,
}

/// The direction that a ranking is held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DirectionRef {
    pub id: DirectionId,
    pub words: Texts,
    pub owner: String,
    pub until: Option<Time>,
    pub is_committed: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct RankingOut {
    /// The best first, what somebody placed where they placed it; what has no place after them.
    pub items: Vec<RankedOut>,
    pub next: Option<String>,
    /// Of all pages.
    pub total: usize,
    pub thirds: Option<Thirds>,
    pub rules: RankRules,
    pub rules_rev: i64,
    pub direction: Option<DirectionRef>,
}

/// From which value an item is among the third of all open ones that are worth most, and from which among the two thirds; of
/// those that are worth anything, as far as you may see.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Thirds {
    pub much: f64,
    pub some: f64,
}

fn find_thirds(ranking: &Ranking, sees_few: bool) -> Option<Thirds> {
    let seen = ranking.items.iter().map(|one| &one.parts).filter(|parts| sees_few || !few(parts.heard.asks));
    let mut values: Vec<f64> = seen.map(|parts| parts.value).filter(|value| *value > 0.0).collect();
    if values.is_empty() {
        return None;
    }
    let n = values.len();
    let mut from = |share: usize| *values.select_nth_unstable_by((n * share).div_ceil(3) - 1, |a, b| b.total_cmp(a)).1;
    Some(Thirds { much: from(1), some: from(2) })
}

/// Which items, and as if what.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RankingQuery {
    /// As if we followed this direction.
    pub direction: Option<DirectionId>,
    pub status: Option<Status>,
    /// `none`: those without one.
    pub half: Option<String>,
    pub owner: Option<String>,
    /// Joined to this tag or to one below it.
    pub area: Option<TagId>,
    /// Words of the title, the key or the problem.
    pub q: Option<String>,
}

/// Rank all open items, each taken apart; places are among all of them, whatever the list is narrowed by.
#[utoipa::path(get, path = "/api/roadmap/ranking", tag = "roadmap", operation_id = "get_ranking", params(RankingQuery, PageQuery),
    responses((status = 200, body = RankingOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn get_ranking(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<RankingQuery>,
    page: PageQuery,
) -> Result<Json<RankingOut>> {
    let what_if = WhatIf { direction: query.direction, rules: None };
    let begins = page.place::<1>()?.map_or(0, |[at]| at.max(0));
    let ranking = app.get::<RankEngine>().ranking(what_if).await?;
    let RankingQuery { status, half, owner, area, q, .. } = query;
    let narrowed = ItemsQuery { status, half, owner, area, q };
    let catalogue = app.get::<TagEngine>().catalogue();
    let wanted = narrowed.wanted(&catalogue)?;
    let shelf = app.get::<ItemShelf>().items().await?;
    let taken: Option<HashSet<ItemId>> = (!wanted.is_everything())
        .then(|| shelf.iter().filter(|one| wanted.takes(one, &catalogue)).map(|one| one.item.id).collect());
    let found: Vec<&Ranked> =
        ranking.items.iter().filter(|one| taken.as_ref().is_none_or(|taken| taken.contains(&one.item.id))).collect();
    let total = found.len();
    let rows = found.into_iter().enumerate().skip(begins as usize).take(page.limit.plus_one() as usize).collect();
    let Page { items, next } = Page::cut(rows, page.limit, |(at, _)| Cursor(vec![*at as i64 + 1]));
    let sees_few = can.may(Right::SeeSmallCounts);
    let items = ranked_out(&app, &ranking, items.into_iter().map(|(_, one)| one), sees_few).await?;
    let direction = ranking.direction.as_ref().map(direction_ref);
    let thirds = find_thirds(&ranking, sees_few);
    let (rules, rules_rev) = (ranking.rules.clone(), ranking.rules_rev);
    Ok(Json(RankingOut { items, next, total, thirds, rules, rules_rev, direction }))
}

pub fn direction_ref(row: &rows::DirectionRow) -> DirectionRef {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    DirectionRef {
        id: row.id,
        words: Texts { ko: some(&row.words_ko), en: some(&row.words_en) },
        owner: row.owner.clone(),
        until: row.until,
        is_committed: row.is_committed && row.ended_at.is_none(),
    }
}

pub fn item_ref(item: &Item) -> RankedItem {
    RankedItem {
        id: item.id,
        key: item.key.clone(),
        title: item.title.clone(),
        status: item.status,
        half: item.half.clone(),
        owner: item.owner.clone(),
        effort: item.effort(),
        efforts: item.efforts.clone(),
        feasibility: item.feasibility,
        feasibility_reason: item.feasibility_reason.clone(),
        needs: item.needs.clone(),
        rev: item.rev,
    }
}

/// Some items of a ranking as the API shows them.
pub async fn ranked_out<'r>(
    app: &AppState,
    ranking: &Ranking,
    some: impl IntoIterator<Item = &'r Ranked>,
    sees_few: bool,
) -> Result<Vec<RankedOut>> {
    let some: Vec<&Ranked> = some.into_iter().collect();
    let mut tx = app.db.read().await?;
    let by: Vec<StaffId> = some.iter().filter_map(|one| one.placed.as_ref()?.by_staff).collect();
    let names = staff::list_staff_names(&mut tx, by).await?;
    let half = tx.now().half_year(&staff::get_settings(&mut tx).await?.zone).to_string();
    drop(tx);
    let out = |one: &&Ranked| {
        let placed = one.placed.as_ref().map(|placed| placement_out(placed, &names, &half));
        let mut parts = parts_out(ranking, one);
        if !sees_few {
            hide_few(&mut parts);
        }
        RankedOut {
            item: item_ref(&one.item),
            place: one.place.map(|place| place.rank),
            place_from: one.place.map(|place| place.from),
            place_to: one.place.map(|place| place.to),
            placed,
            parts,
        }
    };
    Ok(some.iter().map(out).collect())
}

fn placement_out(row: &rows::PlacementRow, names: &HashMap<StaffId, String>, half: &str) -> PlacementOut {
    PlacementOut {
        place: row.place,
        words: row.words.clone(),
        by: row.by_staff.and_then(|id| names.get(&id).cloned()),
        at: row.at,
        half: row.half.clone(),
        is_due: row.half.as_str() < half,
        reviewed_at: row.reviewed_at,
    }
}

pub fn parts_out(ranking: &Ranking, one: &Ranked) -> PartsOut {
    let (parts, heard) = (&one.parts, &one.parts.heard);
    let interval = parts.interval();
    let standing = |(at, (number, demand)): (usize, &(u16, f64))| {
        let known = ranking.standings.get(usize::from(*number)).cloned().flatten();
        let is_account = known.is_some();
        let [band, plan, size] = known.unwrap_or_default();
        let by_half_life = heard.by_half_life.iter().map(|of| of[at]).collect();
        StandingOut { is_account, band, plan, size, demand: *demand, by_half_life }
    };
    PartsOut {
        asks: Some(heard.asks),
        askers: Some(heard.askers),
        demand: Some(heard.demand),
        importance: Some(heard.importance),
        by_standing: heard.by_standing.iter().enumerate().map(standing).collect(),
        fit: one.fit,
        strategy: parts.strategy,
        effort: parts.effort,
        value: Some(parts.value),
        score: parts.score,
        score_low: interval.map(|(low, _)| low),
        score_high: interval.map(|(_, high)| high),
    }
}

/// Takes figures away that so few stand behind that they could be recognised.
pub fn hide_few(parts: &mut PartsOut) {
    if !parts.asks.is_some_and(few) {
        return;
    }
    (parts.asks, parts.askers, parts.demand, parts.importance) = (None, None, None, None);
    (parts.value, parts.score, parts.score_low, parts.score_high) = (None, None, None, None);
    parts.by_standing.clear();
}

/// Read the rules of ranking.
#[utoipa::path(get, path = "/api/roadmap/rules", tag = "roadmap", operation_id = "get_rank_rules",
    responses((status = 200, body = RankRules)))]
pub async fn get_rank_rules(_can: Can<Read>, State(app): State<AppState>) -> Result<Etag<RankRules>> {
    let mut tx = app.db.read().await?;
    let (rules, rev) = load_rules(&mut tx).await?;
    Ok(Etag(rev, rules))
}

/// Change the rules of ranking.
#[utoipa::path(put, path = "/api/roadmap/rules", tag = "roadmap", operation_id = "put_rank_rules", request_body = RankRules,
    params(("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = RankRules), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_rank_rules(
    can: Can<Plan>,
    State(app): State<AppState>,
    version: IfMatch,
    Json(rules): Json<RankRules>,
) -> Result<Etag<RankRules>> {
    let mut tx = app.db.write().await?;
    let (_, rev) = load_rules(&mut tx).await?;
    version.check(rev)?;
    let rev = put_rules(&mut tx, can.actor(), &rules, rev).await?;
    tx.commit().await?;
    Ok(Etag(rev, rules))
}

/// Somebody behind the demand for an item, and what they add to it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AskerOut {
    /// Null for a person without one.
    pub account: Option<AccountCard>,
    pub persons: Vec<AskingPerson>,
    /// log2(1 + what is left of their asks); how many they are by the preset.
    pub says: f64,
    pub weight: f64,
    /// says × weight, as a share of the item's demand × importance.
    pub share: f64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AskingPerson {
    pub person: PersonCard,
    pub last_at: Time,
    /// What is left of their ask: 1, halved for every half-life.
    pub left: f64,
}

/// A score taken apart, down to who asks.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemScore {
    /// Null when the item is not open any more.
    pub ranked: Option<RankedOut>,
    pub thirds: Option<Thirds>,
    pub rules: RankRules,
    pub direction: Option<DirectionRef>,
    /// Who says most first, at most 200 of them.
    pub askers: Vec<AskerOut>,
    /// Askers that are not shown: too many, or behind doors that you may not pass.
    pub not_shown: usize,
}

const ASKERS_SHOWN: usize = 200;

/// Take the score of an item apart, down to who asks. Their passages are in the item's asks.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/score", tag = "roadmap", operation_id = "get_item_score",
    params(("id" = ItemId, Path)), responses((status = 200, body = ItemScore), (status = 404, body = httpkit::Problem)))]
pub async fn get_item_score(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Json<ItemScore>> {
    app.get::<AskKeeper>().catch_up().await?;
    let sees_few = can.may(Right::SeeSmallCounts);
    let engine = app.get::<RankEngine>();
    let visible: HashSet<i64> = super::item_asks::list_visible_askers(&app, can.actor(), id).await?;
    let ranking = engine.ranking(WhatIf::default()).await?;
    let this = ranking.items.iter().find(|one| one.item.id == id);
    let ranked = ranked_out(&app, &ranking, this, sees_few).await?.pop();
    let thirds = find_thirds(&ranking, sees_few);
    let asking = engine.list_askers(id).await?;
    let whole: f64 = asking.iter().map(|one| one.says * one.weight).sum();
    let all = asking.len();
    let shows = |asker: &Asker| sees_few || all >= 3 || asker.persons.len() >= 3;
    let sees = |asker: &Asker| asker.persons.iter().all(|(person, ..)| visible.contains(person));
    let shown: Vec<Asker> = asking.into_iter().filter(|one| sees(one) && shows(one)).take(ASKERS_SHOWN).collect();
    let mut tx = app.db.read().await?;
    let persons: Vec<i64> = shown.iter().flat_map(|one| one.persons.iter().map(|(person, ..)| *person)).collect();
    let accounts: Vec<i64> = shown.iter().filter_map(|one| one.account).collect();
    let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
    let person = |(person, last_at, left): &(i64, Time, f64)| {
        Some(AskingPerson { person: cards.person(Some(*person))?, last_at: *last_at, left: *left })
    };
    let askers: Vec<AskerOut> = shown
        .iter()
        .map(|one| AskerOut {
            account: cards.account(one.account),
            persons: one.persons.iter().filter_map(person).collect(),
            says: one.says,
            weight: one.weight,
            share: if whole > 0.0 { one.says * one.weight / whole } else { 0.0 },
        })
        .collect();
    let direction = ranking.direction.as_ref().map(direction_ref);
    let rules = ranking.rules.clone();
    Ok(Json(ItemScore { ranked, thirds, rules, direction, not_shown: all - askers.len(), askers }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ItemFitIn {
    /// 0 to 3.
    pub weight: i64,
}

/// Say how well an item fits the direction we follow.
#[utoipa::path(put, path = "/api/roadmap/items/{id}/fit", tag = "roadmap", operation_id = "put_item_fit", request_body = ItemFitIn,
    params(("id" = ItemId, Path)),
    responses((status = 204, description = "Said"), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_item_fit(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Json(input): Json<ItemFitIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    plan::put_fit(&mut tx, can.actor(), &item, input.weight).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Place an item outside the score, under your name, with a sentence that everybody sees.
#[utoipa::path(put, path = "/api/roadmap/items/{id}/placement", tag = "roadmap", operation_id = "place_item", request_body = PlacementIn,
    params(("id" = ItemId, Path)),
    responses((status = 204, description = "Placed"), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn place_item(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Json(input): Json<PlacementIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    plan::place(&mut tx, can.actor(), &item, input).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an item back to the score.
#[utoipa::path(delete, path = "/api/roadmap/items/{id}/placement", tag = "roadmap", operation_id = "unplace_item",
    params(("id" = ItemId, Path)), responses((status = 204, description = "Given back"), (status = 404, body = httpkit::Problem)))]
pub async fn unplace_item(can: Can<Plan>, State(app): State<AppState>, Path(id): Path<ItemId>) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    plan::unplace(&mut tx, can.actor(), &item).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ReviewIn {
    /// Why it stays.
    pub words: String,
    /// At the end of this half-year it is looked at again.
    pub half: String,
}

/// Look at a placement again, and keep it.
#[utoipa::path(post, path = "/api/roadmap/items/{id}/placement/review", tag = "roadmap", operation_id = "review_placement",
    request_body = ReviewIn, params(("id" = ItemId, Path)),
    responses((status = 204, description = "Kept"), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn review_placement(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Json(input): Json<ReviewIn>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    plan::review(&mut tx, can.actor(), &item, &input.words, &input.half).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
