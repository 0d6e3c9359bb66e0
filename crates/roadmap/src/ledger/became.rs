//! What became of everything that one person asked for.
use crate::events::EventKind;
use crate::store::ledger as rows;
use crate::store::list_items;
use ::store::Tx;
use base::{AskId, EventId, ItemId, Result, Time};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use tagging::Texts;

/// Something a person asked for, and what became of it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AskBecame {
    pub id: AskId,
    #[serde(skip)]
    pub ord: i64,
    pub item: ItemId,
    pub title: Texts,
    /// Where the item stands now; none once it was taken off the roadmap.
    pub status: Option<crate::model::Status>,
    /// `open`, `confirmed` or `withdrawn`.
    pub state: String,
    pub first_at: Time,
    pub last_at: Time,
    /// In the order it happened.
    pub events: Vec<EventBecame>,
}

/// Whether a person was told of an event.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EventBecame {
    pub event: EventId,
    pub kind: EventKind,
    pub at: Time,
    /// `pending`, `told` or `skipped`.
    pub state: String,
    pub reason: Option<super::Reason>,
    /// When it was told or skipped.
    pub decided_at: Option<Time>,
}

/// Everything that somebody asked for under any record that is theirs, who was last asked first.
pub async fn list_asks_of_person(tx: &mut Tx, person_ord: i64) -> Result<Vec<AskBecame>> {
    let persons = people::merged_persons(tx, person_ord).await?;
    let all = rows::list_of_persons(tx, &persons).await?;
    fold(tx, all).await
}

pub async fn fold(tx: &mut Tx, all: Vec<rows::Became>) -> Result<Vec<AskBecame>> {
    let wanted: BTreeSet<ItemId> = all.iter().map(|row| row.item_id).collect();
    let items: HashMap<ItemId, _> =
        list_items(tx, wanted.into_iter().collect()).await?.into_iter().map(|item| (item.id, item)).collect();
    let mut asks: Vec<AskBecame> = Vec::new();
    for row in all {
        if asks.last().is_none_or(|ask| ask.ord != row.ask_ord) {
            let item = items.get(&row.item_id);
            asks.push(AskBecame {
                id: row.ask,
                ord: row.ask_ord,
                item: row.item_id,
                title: item.map(|item| item.title.clone()).unwrap_or_default(),
                status: item.map(|item| item.status),
                state: row.ask_state,
                first_at: row.first_at,
                last_at: row.last_at,
                events: Vec::new(),
            });
        }
        let event = EventBecame {
            event: row.event,
            kind: EventKind::parse(&row.kind)?,
            at: row.at,
            reason: row.reason.as_deref().map(super::Reason::parse).transpose()?,
            decided_at: (row.state != "pending").then_some(row.changed_at),
            state: row.state,
        };
        asks.last_mut().expect("the ask of this row").events.push(event);
    }
    Ok(asks)
}
