//! Trends over HTTP: which tags are new, rising or falling, beyond chance.
use crate::engine::TagEngine;
use base::{Day, Right, TagId};
use httpkit::{AppState, Can, Json, Read, Result, State};
use learn::trend::Verdict;
use serde::Serialize;

/// A count behind fewer persons than this is not shown to everybody.
const FEW: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TrendVerdict)]
pub enum TrendIs {
    /// Never said in the months before, and now more than chance.
    New,
    Rising,
    Falling,
    Steady,
    /// Fewer than ten cases, or too short a past.
    TooFew,
}

/// How one tag, with everything below it, stands against its past.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TrendOut {
    pub tag: TagId,
    pub is: TrendIs,
    /// Conversations of the newest days. Null where fewer than three persons stand behind it and you may not see so few.
    pub n: Option<u32>,
    /// Conversations there would be, were all as before.
    pub expected: Option<f64>,
    /// Where the number would be in 95 of 100 weeks, were all as before.
    pub usual: Option<[u32; 2]>,
    /// The share of verdicts this clear that are chance (Benjamini and Hochberg over all tags).
    pub q: Option<f64>,
    /// Whether a tag below it is new or rising too.
    pub is_said_below: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Trends {
    /// The newest days, half-open: `/api/tags/{id}/counts?from&to` counts the same.
    pub from: String,
    pub to: String,
    /// The first day they are compared with.
    pub since: String,
    /// New and rising first, then falling; then the others by their number.
    pub items: Vec<TrendOut>,
}

/// The trends as one person may see them: new and rising first.
pub async fn trends_out(app: &AppState, actor: &base::Actor) -> Result<(Day, Day, Day, Vec<TrendOut>)> {
    let hidden = app.hub.hidden_doors(actor).await?.into_iter().map(|door| door as u16).collect();
    let zone = staff::get_settings(&mut app.db.read().await?).await?.zone;
    let engine = app.get::<TagEngine>();
    let table = engine.trends(hidden, zone).await?;
    let (catalogue, sees_few) = (engine.catalogue(), actor.may(Right::SeeSmallCounts));
    let mut items: Vec<TrendOut> = table
        .tags
        .iter()
        .filter_map(|(ord, t)| {
            let trend = &t.trend;
            let is = match trend.verdict {
                Verdict::New => TrendIs::New,
                Verdict::Rising => TrendIs::Rising,
                Verdict::Falling => TrendIs::Falling,
                Verdict::Steady => TrendIs::Steady,
                Verdict::TooFew => TrendIs::TooFew,
            };
            let tag = catalogue.by_ord(*ord).filter(|tag| tag.canon_ord == tag.ord)?.id;
            if !sees_few && t.persons < FEW && trend.observed > 0 {
                let is_said_below = t.is_said_below;
                return Some(TrendOut {
                    tag,
                    is: TrendIs::TooFew,
                    n: None,
                    expected: None,
                    usual: None,
                    q: None,
                    is_said_below,
                });
            }
            Some(TrendOut {
                tag,
                is,
                n: Some(trend.observed),
                expected: trend.expected.filter(|_| is != TrendIs::TooFew),
                usual: trend.usual.filter(|_| is != TrendIs::TooFew).map(|(low, high)| [low, high]),
                q: trend.q,
                is_said_below: t.is_said_below,
            })
        })
        .collect();
    let rank = |is: TrendIs| match is {
        TrendIs::New | TrendIs::Rising => 0,
        TrendIs::Falling => 1,
        TrendIs::Steady | TrendIs::TooFew => 2,
    };
    items.sort_by(|a, b| {
        let by_q = a.q.unwrap_or(1.0).total_cmp(&b.q.unwrap_or(1.0));
        let by_n = b.n.unwrap_or(0).cmp(&a.n.unwrap_or(0));
        let clear = if rank(a.is) < 2 { by_q } else { std::cmp::Ordering::Equal };
        rank(a.is).cmp(&rank(b.is)).then(clear).then(by_n).then(a.tag.cmp(&b.tag))
    });
    Ok((table.from, table.to, table.since, items))
}

/// Show which tags are new, rising or falling.
///
/// The newest seven whole days against half a year before, with weekdays, judged over all tags together: of the verdicts,
/// at most 5 % are chance. A tag counts with everything below it.
#[utoipa::path(get, path = "/api/tags/trends", tag = "tagging", operation_id = "list_trends", responses((status = 200, body = Trends)))]
pub async fn list_trends(can: Can<Read>, State(app): State<AppState>) -> Result<Json<Trends>> {
    let (from, to, since, items) = trends_out(&app, can.actor()).await?;
    Ok(Json(Trends { from: from.to_string(), to: to.to_string(), since: since.to_string(), items }))
}
