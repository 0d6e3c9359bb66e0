//! What to build next over HTTP: the ranking taken apart, and the rules it follows.
use super::items::{ItemOut, items_out};
use crate::rank::{RankEngine, RankRules, Ranked, load_rules, put_rules};
use base::Right;
use httpkit::{AppState, Can, Etag, IfMatch, Json, Plan, Read, Result, State};
use serde::Serialize;

/// An item with where it stands and why.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RankedOut {
    pub item: ItemOut,
    /// From 1; null for what cannot be built or was not estimated.
    pub place: Option<usize>,
    /// In four draws of five it stood between these two: items in there are as good as tied with it.
    pub place_from: Option<usize>,
    pub place_to: Option<usize>,
    pub parts: PartsOut,
}

/// The parts of a score. Null where fewer than three persons stand behind it and you may not see so few.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PartsOut {
    /// Open asks, and accounts or persons without one behind them.
    pub asks: Option<usize>,
    pub askers: Option<usize>,
    /// Σ over askers of log2(1 + their asks, each halved for every half-life since it was last said).
    pub demand: Option<f64>,
    /// What those askers weigh, the mean by their demand.
    pub importance: Option<f64>,
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

#[derive(Serialize, utoipa::ToSchema)]
pub struct RankingOut {
    /// The best first; what has no place after them.
    pub items: Vec<RankedOut>,
    pub rules: RankRules,
    pub rules_rev: i64,
}

/// Rank all open items, each taken apart.
#[utoipa::path(get, path = "/api/roadmap/ranking", tag = "roadmap", operation_id = "get_ranking",
    responses((status = 200, body = RankingOut)))]
pub async fn get_ranking(can: Can<Read>, State(app): State<AppState>) -> Result<Json<RankingOut>> {
    let ranking = app.get::<RankEngine>().ranking().await?;
    let mut tx = app.db.read().await?;
    let rules_rev = load_rules(&mut tx).await?.1;
    drop(tx);
    let (items, ranked): (Vec<_>, Vec<Ranked>) = ranking.items.into_iter().map(|one| (one.item.clone(), one)).unzip();
    let shown = items_out(&app, can.actor(), items).await?;
    let sees_few = can.may(Right::SeeSmallCounts);
    let items = shown.into_iter().zip(ranked).map(|(item, one)| ranked_out(item, &one, sees_few)).collect();
    Ok(Json(RankingOut { items, rules: ranking.rules, rules_rev }))
}

fn ranked_out(item: ItemOut, one: &Ranked, sees_few: bool) -> RankedOut {
    let parts = &one.parts;
    let shows = sees_few || parts.askers >= 3 || parts.askers == 0;
    let interval = parts.interval();
    fn some<T>(shows: bool, value: T) -> Option<T> {
        shows.then_some(value)
    }
    RankedOut {
        item,
        place: one.place.map(|place| place.rank),
        place_from: one.place.map(|place| place.from),
        place_to: one.place.map(|place| place.to),
        parts: PartsOut {
            asks: some(shows, parts.asks),
            askers: some(shows, parts.askers),
            demand: some(shows, parts.demand),
            importance: some(shows, parts.importance),
            fit: one.fit,
            strategy: parts.strategy,
            effort: parts.effort,
            value: some(shows, parts.value),
            score: parts.score.filter(|_| shows),
            score_low: interval.filter(|_| shows).map(|(low, _)| low),
            score_high: interval.filter(|_| shows).map(|(_, high)| high),
        },
    }
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
