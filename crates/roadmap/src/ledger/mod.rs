//! The ledger: for each ask and each event of its item one row, which is pending, told or skipped with a reason. Always
//! asks = told + skipped + pending. What is decided is kept as it was decided; an ask is pinned with its words by the first
//! decision about it.
mod became;
mod coverage;
mod words;

pub use became::{AskBecame, EventBecame, list_asks_of_person};
pub use coverage::{AccountCoverage, Coverage, EventCoverage, cover_account, cover_events, cover_everything};
pub use words::{Words, list_words};

pub use crate::store::ledger::{
    Waiting, count_asking_accounts, find_event, list_events_by_ord, list_told, list_waiting, list_waiting_of_asks,
};

use crate::store::ledger::{self as rows, Decided};
use ::store::Tx;
use base::{Result, StaffId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tagging::Catalogue;

/// Why somebody is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SkipReason)]
pub enum Reason {
    NoAddress,
    OptedOut,
    Bounced,
    /// They never wrote to us themselves, and never said that we may write.
    NoConsent,
    LeftCompany,
    /// The same human was told under another record.
    ToldBefore,
    /// They were told something newer of the same item.
    ToldNewer,
    /// They ask for it no more.
    Withdrawn,
    /// One of us decided so.
    Held,
}

impl Reason {
    pub const ALL: [Reason; 9] = [
        Reason::NoAddress,
        Reason::OptedOut,
        Reason::Bounced,
        Reason::NoConsent,
        Reason::LeftCompany,
        Reason::ToldBefore,
        Reason::ToldNewer,
        Reason::Withdrawn,
        Reason::Held,
    ];
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NoAddress => "no_address",
            Reason::OptedOut => "opted_out",
            Reason::Bounced => "bounced",
            Reason::NoConsent => "no_consent",
            Reason::LeftCompany => "left_company",
            Reason::ToldBefore => "told_before",
            Reason::ToldNewer => "told_newer",
            Reason::Withdrawn => "withdrawn",
            Reason::Held => "held",
        }
    }
    pub fn parse(text: &str) -> Result<Reason> {
        let unknown = || base::Error::store(format!("somebody was skipped because “{text}”"));
        Reason::ALL.into_iter().find(|one| one.as_str() == text).ok_or_else(unknown)
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Pending,
    Told,
    Skipped(Reason),
}

/// A decision about the row of an ask and an event.
#[derive(Clone, Debug)]
pub struct Decision {
    pub event_ord: i64,
    pub ask_ord: i64,
    pub outcome: Outcome,
    /// The message that tells it, or would have.
    pub message_ord: Option<i64>,
    pub by_staff: Option<StaffId>,
    pub note: Option<String>,
}

impl Decision {
    fn decided(&self) -> Decided {
        let (state, reason) = match self.outcome {
            Outcome::Pending => ("pending", None),
            Outcome::Told => ("told", None),
            Outcome::Skipped(reason) => ("skipped", Some(reason.as_str())),
        };
        let (event_ord, message_ord, by_staff) = (self.event_ord, self.message_ord, self.by_staff);
        Decided { event_ord, state, reason, message_ord, by_staff, note: self.note.clone() }
    }
}

/// Writes decisions down. Whoever is told something need not hear older news of the same item: those rows are skipped. An
/// ask that is told or skipped for the first time is pinned with its words; one that nobody asks any more is not.
pub async fn decide(tx: &mut Tx, catalogue: &Catalogue, all: &[Decision]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let keeps_following =
        |one: &&Decision| matches!(one.outcome, Outcome::Pending | Outcome::Skipped(Reason::Withdrawn));
    let pinned: BTreeSet<i64> = all.iter().filter(|one| !keeps_following(one)).map(|one| one.ask_ord).collect();
    words::pin(tx, catalogue, &Vec::from_iter(pinned)).await?;
    let decided: HashSet<(i64, i64)> = all.iter().map(|one| (one.event_ord, one.ask_ord)).collect();
    let mut groups: BTreeMap<Decided, Vec<i64>> = BTreeMap::new();
    for one in all {
        groups.entry(one.decided()).or_default().push(one.ask_ord);
        if one.outcome == Outcome::Told {
            let older = rows::list_superseded(tx, &[one.ask_ord], one.event_ord).await?;
            for (event_ord, ask) in older.into_iter().filter(|row| !decided.contains(row)) {
                let newer = Outcome::Skipped(Reason::ToldNewer);
                let older = Decision { event_ord, outcome: newer, note: None, ..one.clone() };
                groups.entry(older.decided()).or_default().push(ask);
            }
        }
    }
    write(tx, groups).await
}

async fn write(tx: &mut Tx, groups: BTreeMap<Decided, Vec<i64>>) -> Result<()> {
    for (decided, asks) in &groups {
        rows::decide(tx, decided, asks).await?;
    }
    announce(tx, &groups.into_values().flatten().collect::<Vec<_>>()).await
}

/// Rows that follow from who is whom: of two that are one human the second need not be told, until they are parted again;
/// and who asks again after all waits again.
pub async fn follow_merges(tx: &mut Tx) -> Result<()> {
    let mut groups: BTreeMap<Decided, Vec<i64>> = BTreeMap::new();
    let mut put = |event_ord, ask_ord, outcome, message_ord| {
        let one = Decision { event_ord, ask_ord, outcome, message_ord, by_staff: None, note: None };
        groups.entry(one.decided()).or_default().push(ask_ord);
    };
    for (event, ask, message) in rows::list_merged(tx).await? {
        put(event, ask, Outcome::Skipped(Reason::ToldBefore), message);
    }
    for (event, ask) in rows::list_parted(tx).await?.into_iter().chain(rows::list_returned(tx).await?) {
        put(event, ask, Outcome::Pending, None);
    }
    write(tx, groups).await
}

/// Which of these rows are still pending.
pub async fn list_pending(tx: &mut Tx, asks: &[i64]) -> Result<HashSet<(i64, i64)>> {
    let all = rows::list_states(tx, asks).await?;
    Ok(all.into_iter().filter(|(_, _, state)| state == "pending").map(|(event, ask, _)| (event, ask)).collect())
}

/// Somebody said whether what they were told solved it.
pub async fn confirm(tx: &mut Tx, asks: &[i64], solved: bool) -> Result<()> {
    rows::confirm(tx, asks, solved).await?;
    announce(tx, asks).await
}

/// Empties the words of somebody's asks. Their rows stay in every sum.
pub async fn erase_person(tx: &mut Tx, persons: &[i64]) -> Result<()> {
    rows::erase_words(tx, persons).await
}

async fn announce(tx: &mut Tx, asks: &[i64]) -> Result<()> {
    for item in rows::list_items_of_asks(tx, asks).await? {
        tx.announce("roadmap.asks_changed", serde_json::json!({"item": item}));
    }
    Ok(())
}
