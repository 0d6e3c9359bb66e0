//! Half-years over HTTP: what each team can do, what is promised, the choice with its reasons, “what if”, and decisions that
//! can be opened again as they were made.
use super::ranking::{DirectionRef, RankedOut, direction_ref, hide_few, ranked_out};
use crate::access;
use crate::model::Status;
use crate::plan::{self, Because, Capacity, Choice, Otherwise, Verdict, choose};
use crate::rank::cut::NoCut;
use crate::rank::{RankEngine, RankRules, Ranked, Ranking, WhatIf};
use crate::shelf::{ItemShelf, OnShelf};
use crate::store::plan as rows;
use axum::http::StatusCode;
use base::{DecisionId, DirectionId, Error, ItemId, Right, Time};
use httpkit::{AppState, Can, Etag, IfMatch, Json, Path, Plan, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A half-year: what is in, what is out, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HalfOut {
    pub half: String,
    /// Person-weeks by team.
    pub capacity: Capacity,
    pub rev: i64,
    pub rules: RankRules,
    pub direction: Option<DirectionRef>,
    /// In the order of the ranking, in or out: every open item that was estimated or promised, and the first of the others,
    /// which no choice can take in.
    pub items: Vec<PlannedOut>,
    /// Open items that are not listed: nobody estimated them.
    #[serde(default)]
    pub not_shown: usize,
    /// What each team can do and what the choice takes of it; the house, which has no name, last.
    pub teams: Vec<TeamUse>,
    /// Of what is in. Null when nothing can be chosen, or when you may not see it.
    pub value: Option<f64>,
    /// No choice is worth more than this.
    pub bound: Option<f64>,
    /// The share of the bound that may still be missing: 0 when the choice is proven to be the best.
    pub gap: Option<f64>,
    pub no_choice: Option<NoChoice>,
    pub on_direction: OnDirection,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlannedOut {
    #[serde(flatten)]
    pub ranked: RankedOut,
    pub is_in: bool,
    pub because: Because,
    /// The team that cannot, or the item that is missing.
    pub because_team: Option<String>,
    pub because_needs: Option<ItemId>,
    pub must: Option<MustOut>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MustOut {
    pub words: String,
    pub by: Option<String>,
    pub at: Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TeamUse {
    pub team: String,
    /// Person-weeks.
    pub can: f64,
    pub takes: f64,
}

/// Why nothing can be chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NoChoice {
    /// Nobody said what any team can do.
    NoCapacity,
    /// What is promised, with what it needs, is more than a team can do. Person-weeks.
    TooMuchPromised {
        team: String,
        needed: f64,
        capacity: f64,
    },
    /// Items need each other in a circle.
    NeedsItself {
        item: ItemId,
    },
    Unsolved {
        words: String,
    },
}

/// Person-weeks of a half-year, and what of them goes where the direction points (items that fit it at all).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OnDirection {
    /// Of what is in.
    pub planned: f64,
    pub planned_on: f64,
    /// Of what was shipped in this half-year: as it took, or as it was estimated.
    pub spent: f64,
    pub spent_on: f64,
}

/// Items that are listed though nobody estimated them.
const OTHERS_SHOWN: usize = 50;

/// Chooses for a half-year, away from the threads that answer requests.
pub async fn choice_of(app: &AppState, ranking: &Arc<Ranking>, half: &str, plan: &plan::Plan) -> Result<Choice> {
    let shelf = app.get::<ItemShelf>().items().await?;
    let is_done = |one: &&OnShelf| one.item.status == Status::Shipped;
    let done: HashSet<ItemId> = shelf.iter().filter(is_done).map(|one| one.item.id).collect();
    let promised: HashSet<ItemId> = plan.musts.iter().map(|must| must.item_id).collect();
    let (half, capacity, ranking) = (half.to_owned(), plan.capacity.clone(), ranking.clone());
    let work = move || choose(&ranking.items, &half, &capacity, &promised, &done);
    Ok(tokio::task::spawn_blocking(work).await.map_err(Error::store)?)
}

async fn half_out(
    app: &AppState,
    ranking: &Ranking,
    half: &str,
    plan: &plan::Plan,
    choice: &Choice,
    sees_few: bool,
) -> Result<HalfOut> {
    let mut others = 0;
    let promised: HashSet<ItemId> = plan.musts.iter().map(|must| must.item_id).collect();
    let is_shown = |one: &&Ranked| {
        let takes_part = one.parts.effort.is_some() || promised.contains(&one.item.id);
        others += usize::from(!takes_part);
        takes_part || others <= OTHERS_SHOWN
    };
    let ranked = ranked_out(app, ranking, ranking.items.iter().filter(is_shown), sees_few).await?;
    let mut tx = app.db.read().await?;
    let names = staff::list_staff_names(&mut tx, plan.musts.iter().filter_map(|must| must.by_staff).collect()).await?;
    let on_direction = spent_on(app, &mut tx, ranking, half, choice).await?;
    drop(tx);
    let verdicts: HashMap<ItemId, &Verdict> = choice.verdicts.iter().map(|one| (one.item, one)).collect();
    let must = |item: ItemId| {
        let must = plan.musts.iter().find(|must| must.item_id == item)?;
        let by = must.by_staff.and_then(|id| names.get(&id).cloned());
        Some(MustOut { words: must.words.clone(), by, at: must.at })
    };
    let planned = ranked.into_iter().filter_map(|ranked| {
        let verdict = verdicts.get(&ranked.item.id)?;
        let must = must(ranked.item.id);
        Some(planned_out(ranked, verdict, must))
    });
    let items: Vec<PlannedOut> = planned.collect();
    let teams = choice.teams.iter().map(|(team, can, takes)| TeamUse { team: team.clone(), can: *can, takes: *takes });
    // A sum with a hidden part would tell the part.
    let shows = items.iter().all(|one| !one.is_in || one.ranked.parts.value.is_some());
    let cut = choice.cut.as_ref().ok().filter(|_| shows);
    let no_choice = match &choice.cut {
        _ if plan.capacity.is_empty() => Some(NoChoice::NoCapacity),
        Ok(_) => None,
        Err(NoCut::TooMuchPromised { team, needed, capacity }) => {
            let team = choice.teams.get(*team).map(|(team, ..)| team.clone()).unwrap_or_default();
            let weeks = |tenths: u64| tenths as f64 / 10.0;
            Some(NoChoice::TooMuchPromised { team, needed: weeks(*needed), capacity: weeks(*capacity) })
        }
        Err(NoCut::NeedsItself(at)) => Some(NoChoice::NeedsItself { item: choice.item_at(*at) }),
        Err(NoCut::Unsolved(words)) => Some(NoChoice::Unsolved { words: words.clone() }),
    };
    Ok(HalfOut {
        half: half.to_owned(),
        capacity: plan.capacity.clone(),
        rev: plan.rev,
        rules: ranking.rules.clone(),
        direction: ranking.direction.as_ref().map(direction_ref),
        not_shown: ranking.items.len() - items.len(),
        items,
        teams: teams.collect(),
        value: cut.map(|cut| cut.value),
        bound: cut.map(|cut| cut.bound),
        gap: choice.cut.as_ref().ok().map(|cut| cut.gap()),
        no_choice,
        on_direction,
    })
}

pub fn planned_out(ranked: RankedOut, verdict: &Verdict, must: Option<MustOut>) -> PlannedOut {
    PlannedOut {
        ranked,
        is_in: verdict.is_in,
        because: verdict.because,
        because_team: verdict.team.clone(),
        because_needs: verdict.needs,
        must,
    }
}

async fn spent_on(
    app: &AppState,
    tx: &mut store::Tx,
    ranking: &Ranking,
    half: &str,
    choice: &Choice,
) -> Result<OnDirection> {
    let mut sum = OnDirection::default();
    let is_in: HashSet<ItemId> = choice.verdicts.iter().filter(|one| one.is_in).map(|one| one.item).collect();
    for one in ranking.items.iter().filter(|one| is_in.contains(&one.item.id)) {
        let weeks = one.parts.effort.unwrap_or_default();
        sum.planned += weeks;
        sum.planned_on += if one.fit > 0 { weeks } else { 0.0 };
    }
    let fits: HashMap<ItemId, i64> = match &ranking.direction {
        Some(direction) => rows::list_links(tx, direction.id).await?.into_iter().collect(),
        None => HashMap::new(),
    };
    let releases = plan::load_releases(tx).await?;
    for OnShelf { item, .. } in app.get::<ItemShelf>().items().await?.iter() {
        if item.status != Status::Shipped || item.half.as_deref() != Some(half) {
            continue;
        }
        let estimated = item.effort().map_or(0.0, crate::rank::score::expected_effort);
        let weeks = releases.get(&item.id).and_then(|note| note.weeks_actual).unwrap_or(estimated);
        sum.spent += weeks;
        sum.spent_on += if fits.get(&item.id).is_some_and(|fit| *fit > 0) { weeks } else { 0.0 };
    }
    Ok(sum)
}

async fn planned(app: &AppState, half: &str, sees_few: bool) -> Result<(HalfOut, Choice)> {
    let ranking = app.get::<RankEngine>().ranking(WhatIf::default()).await?;
    let mut tx = app.db.read().await?;
    let plan = plan::load_plan(&mut tx, half).await?;
    drop(tx);
    let choice = choice_of(app, &ranking, half, &plan).await?;
    Ok((half_out(app, &ranking, half, &plan, &choice, sees_few).await?, choice))
}

/// Show a half-year: what is in, what is out and why.
#[utoipa::path(get, path = "/api/roadmap/halves/{half}", tag = "roadmap", operation_id = "get_half",
    params(("half" = String, Path, description = "2026H2")),
    responses((status = 200, body = HalfOut), (status = 422, body = httpkit::Problem)))]
pub async fn get_half(can: Can<Read>, State(app): State<AppState>, Path(half): Path<String>) -> Result<Etag<HalfOut>> {
    let half = plan::read_half(&half)?;
    let out = planned(&app, &half, can.may(Right::SeeSmallCounts)).await?.0;
    Ok(Etag(out.rev, out))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct CapacityIn {
    /// Person-weeks by team.
    pub capacity: Capacity,
}

/// Say what each team can do in a half-year.
#[utoipa::path(put, path = "/api/roadmap/halves/{half}", tag = "roadmap", operation_id = "put_capacity", request_body = CapacityIn,
    params(("half" = String, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = HalfOut), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_capacity(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(half): Path<String>,
    version: IfMatch,
    Json(input): Json<CapacityIn>,
) -> Result<Etag<HalfOut>> {
    let half = plan::read_half(&half)?;
    let mut tx = app.db.write().await?;
    let rev = plan::load_plan(&mut tx, &half).await?.rev;
    version.check(rev)?;
    plan::put_capacity(&mut tx, can.actor(), &half, &input.capacity, rev).await?;
    tx.commit().await?;
    let out = planned(&app, &half, can.may(Right::SeeSmallCounts)).await?.0;
    Ok(Etag(out.rev, out))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct MustIn {
    /// To whom it was promised, and why.
    pub words: String,
}

/// Promise an item for a half-year, whatever the score says.
#[utoipa::path(put, path = "/api/roadmap/halves/{half}/musts/{item}", tag = "roadmap", operation_id = "put_must", request_body = MustIn,
    params(("half" = String, Path), ("item" = ItemId, Path)),
    responses((status = 204, description = "Promised"), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_must(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path((half, item)): Path<(String, ItemId)>,
    Json(input): Json<MustIn>,
) -> Result<StatusCode> {
    let half = plan::read_half(&half)?;
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, item).await?;
    plan::put_must(&mut tx, can.actor(), &half, &item, &input.words).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a promise back.
#[utoipa::path(delete, path = "/api/roadmap/halves/{half}/musts/{item}", tag = "roadmap", operation_id = "delete_must",
    params(("half" = String, Path), ("item" = ItemId, Path)),
    responses((status = 204, description = "Taken back"), (status = 404, body = httpkit::Problem)))]
pub async fn delete_must(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path((half, item)): Path<(String, ItemId)>,
) -> Result<StatusCode> {
    let half = plan::read_half(&half)?;
    let mut tx = app.db.write().await?;
    plan::delete_must(&mut tx, can.actor(), &half, item).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say what an item displaced in a half-year, or what it would displace: what would be otherwise if it were not in, or had to be.
#[utoipa::path(get, path = "/api/roadmap/halves/{half}/items/{item}", tag = "roadmap", operation_id = "get_otherwise",
    params(("half" = String, Path), ("item" = ItemId, Path)),
    responses((status = 200, body = Otherwise), (status = 404, body = httpkit::Problem)))]
pub async fn get_otherwise(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path((half, item)): Path<(String, ItemId)>,
) -> Result<Json<Otherwise>> {
    let half = plan::read_half(&half)?;
    let choice = planned(&app, &half, true).await?.1;
    let found = tokio::task::spawn_blocking(move || choice.otherwise(item)).await.map_err(Error::store)?;
    Ok(Json(found.ok_or(Error::NotFound("item"))?))
}

/// What is asked instead of what stands; what is absent stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct WhatIfIn {
    pub capacity: Option<Capacity>,
    pub rules: Option<RankRules>,
    pub direction: Option<DirectionId>,
    /// Items that must be in.
    pub musts: Option<Vec<ItemId>>,
}

/// Ask how a half-year would be; nothing is changed.
#[utoipa::path(post, path = "/api/roadmap/halves/{half}/what-if", tag = "roadmap", operation_id = "ask_what_if", request_body = WhatIfIn,
    params(("half" = String, Path)),
    responses((status = 200, body = HalfOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn ask_what_if(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(half): Path<String>,
    Json(input): Json<WhatIfIn>,
) -> Result<Json<HalfOut>> {
    let half = plan::read_half(&half)?;
    if let Some(rules) = &input.rules {
        rules.check()?;
    }
    let ranking = app.get::<RankEngine>().ranking(WhatIf { direction: input.direction, rules: input.rules }).await?;
    let mut tx = app.db.read().await?;
    let mut plan = plan::load_plan(&mut tx, &half).await?;
    let now = tx.now();
    drop(tx);
    if let Some(capacity) = input.capacity {
        plan::check_capacity(&capacity)?;
        plan.capacity = capacity;
    }
    if let Some(musts) = input.musts {
        let kept = std::mem::take(&mut plan.musts);
        let must = |item: ItemId| {
            let asked = || rows::MustRow { item_id: item, words: String::new(), by_staff: can.actor().staff, at: now };
            kept.iter().find(|must| must.item_id == item).cloned().unwrap_or_else(asked)
        };
        plan.musts = musts.into_iter().map(must).collect();
    }
    let choice = choice_of(&app, &ranking, &half, &plan).await?;
    Ok(Json(half_out(&app, &ranking, &half, &plan, &choice, can.may(Right::SeeSmallCounts)).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct DecideIn {
    pub words: String,
    /// Puts what is in into this half-year, and what was only considered becomes planned.
    #[serde(default)]
    pub apply: bool,
}

/// A decision without what it was made from.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DecisionHead {
    pub id: DecisionId,
    pub half: String,
    pub words: String,
    pub at: Time,
    pub by: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Decisions {
    pub items: Vec<DecisionHead>,
}

/// Everything a decision was made from, and why the others are not in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DecisionBody {
    pub plan: HalfOut,
    /// For what was promised, what it displaced; for those left out, the best first, what they would displace.
    pub why_not: Vec<WhyNot>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WhyNot {
    pub item: ItemId,
    pub otherwise: Otherwise,
}

/// A decision as it was made.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DecisionOut {
    #[serde(flatten)]
    pub head: DecisionHead,
    pub body: DecisionBody,
}

/// Items for which a decision keeps what they displaced or would displace.
const REASONS_KEPT: usize = 40;

/// Decide: freeze the half-year as it is chosen now.
#[utoipa::path(post, path = "/api/roadmap/halves/{half}/decisions", tag = "roadmap", operation_id = "decide", request_body = DecideIn,
    params(("half" = String, Path)),
    responses((status = 201, body = DecisionOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn decide(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(half): Path<String>,
    input: httpkit::Idem<DecideIn>,
) -> Result<httpkit::Reply> {
    let half = plan::read_half(&half)?;
    let (plan, choice) = planned(&app, &half, true).await?;
    if plan.no_choice.is_some() {
        return Err(Error::Conflict { key: "error-no-choice" }.into());
    }
    let asked: Vec<ItemId> = plan
        .items
        .iter()
        .filter(|one| one.must.is_some() || one.because == Because::WorthLess)
        .map(|one| one.ranked.item.id)
        .take(REASONS_KEPT)
        .collect();
    let reasons = move || {
        let why = |item: ItemId| Some(WhyNot { item, otherwise: choice.otherwise(item)? });
        asked.into_iter().filter_map(why).collect::<Vec<_>>()
    };
    let why_not = tokio::task::spawn_blocking(reasons).await.map_err(Error::store)?;
    let body = DecisionBody { plan, why_not };
    let json = serde_json::to_string(&body).map_err(Error::store)?;
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let row = plan::freeze(&mut tx, can.actor(), &half, &input.words, &json).await?;
    if input.apply {
        for one in body.plan.items.iter().filter(|one| one.is_in) {
            let old = access::get_item(&mut tx, one.ranked.item.id).await?;
            let status = (old.status == Status::Considering).then_some(Status::Planned);
            crate::actions::put_into_half(&mut tx, can.actor(), &old, status, &half).await?;
        }
    }
    let head = head_of(&mut tx, row).await?;
    let out = DecisionOut { head, body: as_seen(body, can.may(Right::SeeSmallCounts)) };
    input.finish(tx, StatusCode::CREATED, &out).await
}

async fn head_of(tx: &mut store::Tx, row: rows::DecisionRow) -> Result<DecisionHead> {
    let names = staff::list_staff_names(tx, row.by_staff.into_iter().collect()).await?;
    let by = row.by_staff.and_then(|id| names.get(&id).cloned());
    Ok(DecisionHead { id: row.id, half: row.half, words: row.words, at: row.at, by })
}

/// Without figures that so few stand behind that they could be recognised.
fn as_seen(mut body: DecisionBody, sees_few: bool) -> DecisionBody {
    if !sees_few {
        body.plan.items.iter_mut().for_each(|one| hide_few(&mut one.ranked.parts));
        if body.plan.items.iter().any(|one| one.is_in && one.ranked.parts.value.is_none()) {
            (body.plan.value, body.plan.bound) = (None, None);
        }
    }
    body
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DecisionsQuery {
    /// Of all unless said.
    pub half: Option<String>,
}

/// List decisions, the newest first.
#[utoipa::path(get, path = "/api/roadmap/decisions", tag = "roadmap", operation_id = "list_decisions", params(DecisionsQuery),
    responses((status = 200, body = Decisions), (status = 422, body = httpkit::Problem)))]
pub async fn list_decisions(
    _can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<DecisionsQuery>,
) -> Result<Json<Decisions>> {
    let half = query.half.map(|half| plan::read_half(&half)).transpose()?;
    let mut tx = app.db.read().await?;
    let mut items = Vec::new();
    for row in rows::list_decisions(&mut tx, half.as_deref()).await? {
        items.push(head_of(&mut tx, row).await?);
    }
    Ok(Json(Decisions { items }))
}

/// Open a decision again, as it was made.
#[utoipa::path(get, path = "/api/roadmap/decisions/{id}", tag = "roadmap", operation_id = "get_decision",
    params(("id" = DecisionId, Path)), responses((status = 200, body = DecisionOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_decision(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<DecisionId>,
) -> Result<Json<DecisionOut>> {
    let mut tx = app.db.read().await?;
    let (row, json) = rows::find_decision(&mut tx, id).await?.ok_or(Error::NotFound("decision"))?;
    let body = serde_json::from_str(&json).map_err(Error::store)?;
    let head = head_of(&mut tx, row).await?;
    Ok(Json(DecisionOut { head, body: as_seen(body, can.may(Right::SeeSmallCounts)) }))
}
