//! What happens to an item that those who asked for it may be told: it was heard of, planned, shipped, declined, or a
//! promise changed. Written in the transaction that changes the item.
use crate::model::{Item, Status};
use crate::store::{events as rows, ledger};
use ::store::{Noun, Tx};
use base::{Actor, Error, EventId, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use crate::store::events::{ItemEvent, list_events_of_items, list_events_since};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ItemEventKind)]
pub enum EventKind {
    /// We know of it: each item begins with this.
    Heard,
    Planned,
    Shipped,
    Declined,
    /// What we said before is no more so: another half-year, or open again.
    Changed,
}

impl EventKind {
    pub const ALL: [EventKind; 5] =
        [EventKind::Heard, EventKind::Planned, EventKind::Shipped, EventKind::Declined, EventKind::Changed];
    pub fn as_str(self) -> &'static str {
        match self {
            EventKind::Heard => "heard",
            EventKind::Planned => "planned",
            EventKind::Shipped => "shipped",
            EventKind::Declined => "declined",
            EventKind::Changed => "changed",
        }
    }
    pub fn parse(text: &str) -> Result<EventKind> {
        EventKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Error::store(format!("an event of an item is “{text}”")))
    }
}

/// What a change of an item is, to those who asked for it.
pub fn what_happened(before: Option<&Item>, after: &Item) -> Option<EventKind> {
    let is_promise = |status: Status| matches!(status, Status::Planned | Status::Building);
    let was = before.map(|item| item.status);
    match (was, after.status) {
        (was, now) if was == Some(now) || was.is_some_and(is_promise) && is_promise(now) => {
            let half = before.and_then(|item| item.half.as_ref());
            (is_promise(now) && half.is_some() && half != after.half.as_ref()).then_some(EventKind::Changed)
        }
        (_, Status::Shipped) => Some(EventKind::Shipped),
        (_, Status::Declined) => Some(EventKind::Declined),
        (Some(Status::Shipped | Status::Declined), _) => Some(EventKind::Changed),
        (_, Status::Planned | Status::Building) => Some(EventKind::Planned),
        (Some(was), Status::Considering | Status::Parked) if is_promise(was) => Some(EventKind::Changed),
        _ => None,
    }
}

/// Items that came from elsewhere were heard of there; what became of them there was told there too.
pub async fn note_heard(tx: &mut Tx, actor: &Actor, items: &[(Item, Time)]) -> Result<()> {
    let ords = tx.next_ords(Noun::ItemEvent, items.len()).await?;
    let heard = |((item, at), ord): (&(Item, Time), i64)| ItemEvent {
        ord,
        id: EventId::new(),
        item_id: item.id,
        kind: EventKind::Heard.as_str().to_owned(),
        revision: 1,
        half: None,
        at: *at,
        by_staff: actor.staff,
    };
    let events: Vec<ItemEvent> = items.iter().zip(ords).map(heard).collect();
    rows::insert(tx, &events).await
}

/// Writes down what a change of an item is to those who asked for it: each of their asks has a row of the ledger at once.
pub async fn note_events(tx: &mut Tx, actor: &Actor, before: Option<&Item>, after: &Item) -> Result<()> {
    let heard = before.is_none().then_some(EventKind::Heard);
    for kind in heard.into_iter().chain(what_happened(before, after)) {
        note(tx, actor, after, kind).await?;
    }
    Ok(())
}

/// What an item is that came from elsewhere as it stands, and of which nothing was said here yet.
pub fn what_is_unsaid(item: &Item, events: &[ItemEvent]) -> Option<EventKind> {
    what_happened(None, item).filter(|_| events.iter().all(|event| event.kind == EventKind::Heard.as_str()))
}

/// Makes news of where an item stands that came from elsewhere: whoever asked may not have been told there.
pub async fn say_status(tx: &mut Tx, actor: &Actor, item: &Item) -> Result<()> {
    let events = list_events_of_items(tx, &[item.id]).await?;
    let kind = what_is_unsaid(item, &events).ok_or(Error::invalid("status", "error-nothing-unsaid"))?;
    note(tx, actor, item, kind).await
}

async fn note(tx: &mut Tx, actor: &Actor, item: &Item, kind: EventKind) -> Result<()> {
    let event = ItemEvent {
        ord: tx.next_ord(Noun::ItemEvent).await?,
        id: EventId::new(),
        item_id: item.id,
        kind: kind.as_str().to_owned(),
        revision: rows::count_of_kind(tx, item.id, kind.as_str()).await? + 1,
        half: item.half.clone(),
        at: tx.now(),
        by_staff: actor.staff,
    };
    rows::insert(tx, std::slice::from_ref(&event)).await?;
    ledger::open_event(tx, &event).await?;
    tx.announce("roadmap.item_event", json!({"item": item.id, "event": event.id, "kind": event.kind}));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Building, Considering, Declined, Parked, Planned, Shipped};

    fn item(status: Status, half: Option<&str>) -> Item {
        let half = half.map(str::to_owned);
        Item {
            id: base::ItemId::new(),
            key: None,
            title: Default::default(),
            problem: Default::default(),
            status,
            half,
            owner: None,
            owner_staff: None,
            effort_low: None,
            effort_likely: None,
            effort_high: None,
            efforts: Vec::new(),
            feasibility: Default::default(),
            feasibility_reason: None,
            needs: Vec::new(),
            position: 1.0,
            status_at: base::Time(0),
            rev: 1,
            tags: Vec::new(),
        }
    }

    #[test]
    fn what_people_are_told_follows_from_where_an_item_came_from() {
        let happened = |from, to| what_happened(Some(&item(from, None)), &item(to, None));
        for from in Status::ALL {
            for to in Status::ALL {
                let wanted = match (from, to) {
                    _ if from == to => None,
                    (_, Shipped) => Some(EventKind::Shipped),
                    (_, Declined) => Some(EventKind::Declined),
                    (Shipped | Declined, _) | (Planned | Building, Considering | Parked) => Some(EventKind::Changed),
                    (Considering | Parked, Planned | Building) => Some(EventKind::Planned),
                    _ => None,
                };
                assert_eq!(happened(from, to), wanted, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_promise_that_moves_is_a_change_and_one_that_is_first_made_is_none() {
        let moved = |from, to| what_happened(Some(&item(Planned, from)), &item(Building, to));
        assert_eq!(moved(Some("2026H2"), Some("2027H1")), Some(EventKind::Changed));
        assert_eq!(moved(Some("2026H2"), None), Some(EventKind::Changed));
        assert_eq!(moved(None, Some("2027H1")), None);
        assert_eq!(moved(Some("2026H2"), Some("2026H2")), None);
        let idle = what_happened(Some(&item(Considering, Some("2026H2"))), &item(Considering, Some("2027H1")));
        assert_eq!(idle, None, "nothing was promised");
        assert_eq!(what_happened(None, &item(Shipped, None)), Some(EventKind::Shipped));
        assert_eq!(what_happened(None, &item(Considering, None)), None);
    }
}
