//! How many of those who asked were told: of each event, of everything, of an account.
use super::{Reason, became};
use crate::events::ItemEvent;
use crate::store::ledger as rows;
use ::store::Tx;
use base::Result;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Always asks = told + skipped + pending.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Coverage {
    pub asks: i64,
    pub told: i64,
    pub skipped: i64,
    pub pending: i64,
    /// The skipped ones by reason.
    #[schema(value_type = std::collections::HashMap<String, i64>)]
    pub reasons: BTreeMap<Reason, i64>,
}

impl Coverage {
    fn add(&mut self, state: &str, reason: Option<&str>, asks: i64) -> Result<()> {
        self.asks += asks;
        match state {
            "told" => self.told += asks,
            "skipped" => self.skipped += asks,
            _ => self.pending += asks,
        }
        if let Some(reason) = reason {
            *self.reasons.entry(Reason::parse(reason)?).or_default() += asks;
        }
        Ok(())
    }
}

/// An event and how many were told.
#[derive(Clone, Debug)]
pub struct EventCoverage {
    pub event: ItemEvent,
    pub coverage: Coverage,
}

/// Of some events, in their order.
pub async fn cover_events(tx: &mut Tx, events: Vec<ItemEvent>) -> Result<Vec<EventCoverage>> {
    let ords: Vec<i64> = events.iter().map(|event| event.ord).collect();
    let counted = rows::count_of_events(tx, &ords).await?;
    join(events, counted)
}

/// The newest event of every item that is on the roadmap, newest first, and all of them together. That an item was heard of
/// is news to nobody; everything else should be told.
pub async fn cover_everything(tx: &mut Tx) -> Result<(Vec<EventCoverage>, Coverage)> {
    let last = rows::list_last_events(tx).await?;
    let counted = rows::count_all(tx).await?;
    let all = join(last, counted)?;
    let mut total = Coverage::default();
    for one in &all {
        let Coverage { asks, told, skipped, pending, reasons } = &one.coverage;
        (total.asks, total.told) = (total.asks + asks, total.told + told);
        (total.skipped, total.pending) = (total.skipped + skipped, total.pending + pending);
        reasons.iter().for_each(|(reason, n)| *total.reasons.entry(*reason).or_default() += n);
    }
    Ok((all, total))
}

fn join(events: Vec<ItemEvent>, counted: Vec<rows::Counted>) -> Result<Vec<EventCoverage>> {
    let mut of_event: HashMap<i64, Coverage> = HashMap::new();
    for one in counted {
        of_event.entry(one.event_ord).or_default().add(&one.state, one.reason.as_deref(), one.asks)?;
    }
    let cover = |event: ItemEvent| EventCoverage { coverage: of_event.remove(&event.ord).unwrap_or_default(), event };
    Ok(events.into_iter().map(cover).collect())
}

/// What became of everything that an account asked for, counted by item: "asked for 7: 3 shipped and told, …".
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AccountCoverage {
    pub items: i64,
    pub shipped_told: i64,
    /// Shipped, and somebody who asked does not know it yet.
    pub shipped_untold: i64,
    pub declined_told: i64,
    pub declined_untold: i64,
    /// Promised.
    pub planned: i64,
    /// Nothing decided yet.
    pub open: i64,
}

/// Of an account and those merged into it.
pub async fn cover_account(tx: &mut Tx, accounts: &[i64]) -> Result<AccountCoverage> {
    use crate::model::Status;
    let all = rows::list_of_accounts(tx, accounts).await?;
    let asks = became::fold(tx, all).await?;
    // An item is told when everybody of the account who asked for it and could be told was.
    let mut items: HashMap<base::ItemId, (Option<Status>, bool, bool)> = HashMap::new();
    for ask in asks.iter().filter(|ask| ask.state != "withdrawn") {
        let one = items.entry(ask.item).or_insert((ask.status, false, false));
        let last = ask.events.last().map(|event| event.state.as_str());
        one.1 |= last == Some("told");
        one.2 |= last == Some("pending");
    }
    let mut cover = AccountCoverage { items: items.len() as i64, ..AccountCoverage::default() };
    for (status, is_told, is_pending) in items.into_values() {
        let told = is_told && !is_pending;
        let place = match status {
            Some(Status::Shipped) if told => &mut cover.shipped_told,
            Some(Status::Shipped) => &mut cover.shipped_untold,
            Some(Status::Declined) if told => &mut cover.declined_told,
            Some(Status::Declined) => &mut cover.declined_untold,
            Some(Status::Planned | Status::Building) => &mut cover.planned,
            _ => &mut cover.open,
        };
        *place += 1;
    }
    Ok(cover)
}
