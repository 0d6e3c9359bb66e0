//! How far the figures can be trusted, over HTTP: agreement by branch, and which tags are taken for each other.
use super::double::period_of;
use crate::actions;
use crate::agreement::{Branch, list_pairs, measure_branches};
use crate::engine::TagEngine;
use crate::store::double;
use base::{Error, TagId};
use conversations::Scope;
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use learn::agreement::{Alpha, Verdict};
use serde::{Deserialize, Serialize};

/// Pairs listed at most.
const MOST_PAIRS: usize = 50;

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AgreementQuery {
    /// First day on which a second person coded, in the installation's zone; 180 days ago unless said.
    pub from: Option<String>,
    /// The day after the last; until now unless said.
    pub to: Option<String>,
    /// The branch to look into; the whole catalogue unless said.
    pub branch: Option<TagId>,
}

/// Krippendorff's alpha with its 95 % interval (bootstrap over conversations).
#[derive(Serialize, utoipa::ToSchema)]
pub struct AlphaOut {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl From<Alpha> for AlphaOut {
    fn from(a: Alpha) -> AlphaOut {
        AlphaOut { value: a.value, low: a.low, high: a.high }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AgreementVerdict)]
pub enum VerdictOut {
    /// Alpha of .800 and above.
    High,
    /// From .667.
    Fair,
    Low,
    /// Fewer than ten conversations.
    TooFew,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct BranchOut {
    /// None is the whole catalogue.
    pub tag: Option<TagId>,
    pub verdict: VerdictOut,
    /// Conversations of this branch that were tagged twice.
    pub n: usize,
    /// With MASI: partly shared sets are partly agreed. The verdict is made of this one. Absent below ten conversations.
    pub masi: Option<AlphaOut>,
    /// Sets are equal or not.
    pub nominal: Option<AlphaOut>,
    /// Mean share of tags in common, 0 to 1.
    pub overlap: Option<f64>,
}

impl From<Branch> for BranchOut {
    fn from(b: Branch) -> BranchOut {
        let verdict = match b.verdict {
            Verdict::High => VerdictOut::High,
            Verdict::Fair => VerdictOut::Fair,
            Verdict::Low => VerdictOut::Low,
            Verdict::TooFew => VerdictOut::TooFew,
        };
        let said = |alpha: Option<Alpha>| alpha.filter(|_| verdict != VerdictOut::TooFew).map(AlphaOut::from);
        BranchOut {
            tag: b.tag,
            verdict,
            n: b.units,
            masi: said(b.masi),
            nominal: said(b.nominal),
            overlap: b.overlap.filter(|_| verdict != VerdictOut::TooFew),
        }
    }
}

/// Two tags of which one person gave the first where another gave the second.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PairOut {
    pub tag: TagId,
    pub against: TagId,
    /// Conversations on which it happened.
    pub n: usize,
    /// Conversations tagged twice on which anybody gave either.
    pub of: usize,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AgreementOut {
    pub from: String,
    pub to: String,
    /// Of a hundred tagged conversations, so many are drawn now.
    pub percent: f64,
    /// Drawn, and waiting for a second person.
    pub waiting: i64,
    /// Tagged twice, differing, and not decided.
    pub undecided: usize,
    /// The branch asked for first, then those directly below it.
    pub branches: Vec<BranchOut>,
    pub pairs: Vec<PairOut>,
}

/// Show how far two people agree who tag the same conversations blind.
///
/// By branch of the catalogue, with intervals; and which tags are taken for each other. No figure is about a person.
#[utoipa::path(get, path = "/api/agreement", tag = "tagging", operation_id = "get_agreement", params(AgreementQuery),
    responses((status = 200, body = AgreementOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn get_agreement(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<AgreementQuery>,
) -> Result<Json<AgreementOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let above = query.branch.map(|id| crate::access::get_tag(&catalogue, id).map(|tag| tag.ord)).transpose()?;
    let (from, to, period) = period_of(&mut tx, &query.from, &query.to).await?;
    let doubles = actions::list_doubles(&mut tx, &scope, &catalogue, period).await?;
    let waiting = double::count_waiting(&mut tx, &scope.hidden).await?;
    let percent = staff::get_settings(&mut tx).await?.double_coding_percent;
    drop(tx);
    let named = catalogue.clone();
    // A thousand resamples a branch: not on the threads that answer.
    let (branches, pairs, undecided) = tokio::task::spawn_blocking(move || {
        let undecided = doubles.iter().filter(|d| d.differs() && d.decided.is_none()).count();
        (measure_branches(&doubles, &catalogue, above), list_pairs(&doubles), undecided)
    })
    .await
    .map_err(Error::store)?;
    let within = above.map(|ord| named.subtree(ord));
    let inside = |ord: i64| within.as_ref().is_none_or(|branch| branch.binary_search(&ord).is_ok());
    let pairs = pairs.into_iter().filter(|pair| inside(pair.tags.0) || inside(pair.tags.1)).filter_map(|pair| {
        Some(PairOut {
            tag: named.by_ord(pair.tags.0)?.id,
            against: named.by_ord(pair.tags.1)?.id,
            n: pair.conversations.len(),
            of: pair.of,
        })
    });
    Ok(Json(AgreementOut {
        from: from.to_string(),
        to: to.to_string(),
        percent,
        waiting,
        undecided,
        branches: branches.into_iter().map(BranchOut::from).collect(),
        pairs: pairs.take(MOST_PAIRS).collect(),
    }))
}
