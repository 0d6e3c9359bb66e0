//! What a goal can be measured by: figures that the house counts anyway, taken live. Rooms to the right add theirs:
//! `inventory::submit! { roadmap::goals::Measure { key: "promise_kept", unit: Unit::Share, read: |ask| Box::pin(read(ask)) } }`.
//!
//! A goal is shared, so everybody sees the same figure: of what came in by doors that all of us see.
use crate::ledger;
use crate::store::goals as rows;
use base::{Error, ItemId, Result, TagId, Time};
use conversations::Scope;
use httpkit::AppState;
use learn::figures::{Mean, Share, share};
use serde::Serialize;
use std::pin::Pin;
use tagging::TagEngine;

/// A measure of time is of so long.
pub const PERIOD: i64 = 91 * Time::DAY;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MeasureUnit)]
pub enum Unit {
    /// From 0 to 1.
    Share,
    /// On a scale of its own.
    Mean,
    Count,
}

/// What is to be measured.
#[derive(Clone)]
pub struct MeasureAsk {
    pub app: AppState,
    /// What all of us may see.
    pub scope: Scope,
    pub from: Time,
    pub to: Time,
    pub item: Option<ItemId>,
    pub tag: Option<TagId>,
}

/// A figure with what it was counted from.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Measured {
    /// Nothing below ten cases.
    pub value: Option<f64>,
    /// With 95 in 100.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub n: i64,
    /// Of how many; nothing for a count and a mean.
    pub of: Option<i64>,
    /// Where to see what it counts.
    pub place: String,
}

impl Measured {
    pub fn of_share(share: Share, place: &str) -> Measured {
        let Share { of, n, share: value, low, high } = share;
        Measured { value, low, high, n, of: Some(of), place: place.to_owned() }
    }

    pub fn of_mean(mean: Mean, place: &str) -> Measured {
        let Mean { n, mean: value, low, high } = mean;
        Measured { value, low, high, n, of: None, place: place.to_owned() }
    }
}

type Reading = Pin<Box<dyn Future<Output = Result<Measured>> + Send>>;

/// Something that can be measured.
pub struct Measure {
    pub key: &'static str,
    pub unit: Unit,
    /// Whether it is of an item or a tag where one is named.
    pub can_narrow: bool,
    /// Whether it looks at the last thirteen weeks; otherwise at all there is now.
    pub is_of_period: bool,
    pub read: fn(MeasureAsk) -> Reading,
}
inventory::collect!(Measure);

inventory::submit! { Measure { key: "demand_met", unit: Unit::Share, can_narrow: false, is_of_period: false, read: |ask| Box::pin(demand_met(ask)) } }
inventory::submit! { Measure { key: "open_asks", unit: Unit::Count, can_narrow: true, is_of_period: false, read: |ask| Box::pin(open_asks(ask)) } }
inventory::submit! { Measure { key: "told_back", unit: Unit::Share, can_narrow: false, is_of_period: false, read: |ask| Box::pin(told_back(ask)) } }

pub fn list() -> Vec<&'static Measure> {
    let mut all: Vec<&Measure> = inventory::iter::<Measure>().collect();
    all.sort_unstable_by_key(|measure| measure.key);
    all
}

pub fn get(key: &str) -> Result<&'static Measure> {
    list().into_iter().find(|one| one.key == key).ok_or(Error::invalid("measure", "error-goal-measure"))
}

/// Of everything that persons ask for and nobody declined, how much is there now.
async fn demand_met(ask: MeasureAsk) -> Result<Measured> {
    let (met, all) = rows::count_demand(&mut ask.app.db.read().await?).await?;
    Ok(Measured::of_share(share(met, all), "/roadmap?view=table"))
}

/// Asks that nobody has answered by building it or declining: of an item, of the items of a tag, or of all.
async fn open_asks(ask: MeasureAsk) -> Result<Measured> {
    let mut tx = ask.app.db.read().await?;
    let tags = match ask.tag {
        Some(id) => {
            let catalogue = ask.app.get::<TagEngine>().catalogue_in(&mut tx).await?;
            Some(tagging::find_tag(&catalogue, id).map(|tag| catalogue.subtree(tag.ord)).unwrap_or_default())
        }
        None => None,
    };
    let n = rows::count_open_asks(&mut tx, ask.item, tags.as_deref()).await?;
    let place = match (ask.item, ask.tag) {
        (Some(item), _) => format!("/roadmap/{item}"),
        (None, Some(tag)) => format!("/areas/{tag}"),
        (None, None) => "/roadmap".to_owned(),
    };
    Ok(Measured { value: Some(n as f64), low: None, high: None, n, of: None, place })
}

/// Of those who should hear what became of what they asked for, who did.
async fn told_back(ask: MeasureAsk) -> Result<Measured> {
    let (_, all) = ledger::cover_everything(&mut ask.app.db.read().await?).await?;
    Ok(Measured::of_share(share(all.told, all.asks), "/news"))
}
