//! The learning board over HTTP: two figures lead, the rest stands below, and each opens its passages.
use super::learning::{InsightOut, insights_out};
use crate::learning::{self, AccountsSeen, Board, Mean, Period, Share, load_board};
use crate::store::learning as rows;
use base::{Error, ItemId, ProbeId, Time};
use conversations::Scope;
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use tagging::{TagEngine, Texts};

/// Weeks that the lower figures are of.
const WEEKS: i32 = 13;
const MOST_SHOWN: i64 = 200;

/// A share with its 95 % interval, both left out below ten cases.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ShareOut {
    pub n: i64,
    pub of: i64,
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<Share> for ShareOut {
    fn from(Share { of, n, share, low, high }: Share) -> ShareOut {
        ShareOut { n, of, share, low, high }
    }
}

/// A mean with its 95 % interval, both left out below ten cases.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MeanOut {
    pub n: i64,
    pub mean: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl From<Mean> for MeanOut {
    fn from(Mean { n, mean, low, high }: Mean) -> MeanOut {
        MeanOut { n, mean, low, high }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct PeriodOut {
    pub from: Time,
    pub to: Time,
}

impl From<Period> for PeriodOut {
    fn from(Period { from, to }: Period) -> PeriodOut {
        PeriodOut { from, to }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct FeelingOut {
    /// None where the purpose is not known.
    pub purpose: Option<String>,
    /// How much better the last word was felt than the first, −4 to +4.
    pub change: MeanOut,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct QuestionOut {
    pub id: ProbeId,
    pub aim: String,
    pub text: Texts,
    /// Of those it was asked, who answered.
    pub answered: ShareOut,
    /// Of those who answered, from whom something was learned.
    pub learned: ShareOut,
}

/// How accounts fared with which something happened, beside all others. Association, not cause.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountsOut {
    /// `talked`, `learned` or `told`.
    pub with: &'static str,
    /// Who paid before and still pays.
    pub kept: ShareOut,
    pub kept_others: ShareOut,
    /// Who pays more than before.
    pub grew: ShareOut,
    pub grew_others: ShareOut,
}

impl From<AccountsSeen> for AccountsOut {
    fn from(a: AccountsSeen) -> AccountsOut {
        AccountsOut {
            with: a.with,
            kept: a.kept.into(),
            kept_others: a.kept_others.into(),
            grew: a.grew.into(),
            grew_others: a.grew_others.into(),
        }
    }
}

/// What was learned.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BoardOut {
    pub week: PeriodOut,
    /// What the figures below the first two are of.
    pub period: PeriodOut,
    /// Reasons learned this week that were new for their tags, of all that were learned.
    pub reasons_new: i64,
    pub reasons: i64,
    /// Of those who asked for something that is there now, who was told.
    pub heard: ShareOut,
    /// Of closed conversations where there was something to learn, those something was learned from.
    pub learned: ShareOut,
    /// Pairs of a tag and a plan that something was learned of for the first time.
    pub novelty: i64,
    pub feelings: Vec<FeelingOut>,
    /// First answers within the promise.
    pub promise: ShareOut,
    /// What somebody sent elsewhere than it was sent first.
    pub rerouted: ShareOut,
    pub questions: Vec<QuestionOut>,
    pub accounts: Vec<AccountsOut>,
}

fn board_out(board: Board) -> BoardOut {
    BoardOut {
        week: board.week.into(),
        period: board.period.into(),
        reasons_new: board.reasons_new.0,
        reasons: board.reasons_new.1,
        heard: board.heard.into(),
        learned: board.learned.into(),
        novelty: board.novelty,
        feelings: board
            .feelings
            .into_iter()
            .map(|(purpose, change)| FeelingOut {
                purpose: Some(purpose).filter(|p| !p.is_empty()),
                change: change.into(),
            })
            .collect(),
        promise: board.promise.into(),
        rerouted: board.rerouted.into(),
        questions: board
            .questions
            .into_iter()
            .map(|(offer, answered, learned)| QuestionOut {
                id: offer.probe.id,
                aim: offer.probe.aim,
                text: Texts { ko: Some(offer.probe.text_ko), en: Some(offer.probe.text_en) },
                answered: answered.into(),
                learned: learned.into(),
            })
            .collect(),
        accounts: board.accounts.into_iter().map(AccountsOut::from).collect(),
    }
}

/// Read what was learned this week and in the last thirteen.
#[utoipa::path(get, path = "/api/learned", tag = "frontdoor", operation_id = "get_learned",
    responses((status = 200, body = BoardOut)))]
pub async fn get_learned(can: Can<Read>, State(app): State<AppState>) -> Result<Json<BoardOut>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let zone = staff::get_settings(&mut tx).await?.zone;
    let week = tx.now().week_in(&zone);
    let start = |weeks: i32| week.plus(weeks).monday().start_in(&zone);
    let (this, long) = (Period { from: start(0), to: start(1) }, Period { from: start(1 - WEEKS), to: start(1) });
    let board = load_board(&mut tx, &engine, &scope.hidden, this, long).await?;
    Ok(Json(board_out(board)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InsightsQuery {
    /// Confirmed from then on.
    pub from: Option<Time>,
    /// Confirmed before then.
    pub to: Option<Time>,
    pub kind: Option<String>,
    /// Those a question brought.
    pub probe: Option<String>,
    /// Those under the tags of a roadmap item, the newest said first.
    pub item: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct InsightList {
    /// The newest two hundred.
    pub items: Vec<InsightOut>,
}

/// List what was learned, newest first, at its passages.
#[utoipa::path(get, path = "/api/insights", tag = "frontdoor", operation_id = "list_insights", params(InsightsQuery),
    responses((status = 200, body = InsightList), (status = 422, body = httpkit::Problem)))]
pub async fn list_insights(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<InsightsQuery>,
) -> Result<Json<InsightList>> {
    if query.kind.as_deref().is_some_and(|kind| !learning::KINDS.contains(&kind)) {
        return Err(Error::invalid("kind", "error-insight-kind").into());
    }
    let probe =
        query.probe.as_deref().map(ProbeId::parse).transpose().map_err(|_| Error::invalid("probe", "error-id"))?;
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let (from, to) = (query.from.unwrap_or(Time(0)), query.to.unwrap_or(Time(i64::MAX)));
    let mut all = match query.item.as_deref().map(ItemId::parse).transpose() {
        Ok(None) => rows::list_insights(&mut tx, from, to, &scope.hidden, MOST_SHOWN).await?,
        Ok(Some(item)) => {
            let tags = roadmap::list_tags_of_item(&mut tx, &catalogue, item).await?;
            let mut all = rows::list_insights_under(&mut tx, tags, &scope.hidden, MOST_SHOWN).await?;
            all.retain(|row| from <= row.confirmed_at && row.confirmed_at < to);
            all
        }
        Err(_) => return Err(Error::invalid("item", "error-id").into()),
    };
    all.retain(|row| query.kind.as_ref().is_none_or(|kind| row.kind == *kind));
    all.retain(|row| probe.is_none_or(|probe| row.probe_id == Some(probe)));
    Ok(Json(InsightList { items: insights_out(&mut tx, &catalogue, all).await? }))
}
