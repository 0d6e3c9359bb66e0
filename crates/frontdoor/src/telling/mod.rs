//! Telling those who asked what became of it: a release of one or several events in words of ours, one message to each
//! person, in the thread they used, from whom they know. Planned whole and looked through before anything goes; sent a few a
//! minute, and stopped within a second; and whoever is not told is passed over with a reason.
//!
//! Nothing is sent here: a message becomes an entry with its delivery in one transaction, and the queue of everything that
//! goes out does the rest. The ledger of the roadmap room says "told" when the mail server has taken a message over.
mod page;
mod plan;
mod sample;
mod send;
mod text;

pub use page::{Told, ask_page, stop_page, thanks_page};
pub use plan::{Way, list_sending_doors};
pub use sample::send_sample;
pub use send::{follow_bounce, follow_delivery, run_tellings};
use text::Links;
pub use text::{in_language, preview, text_of, ui_of};

use crate::model::words;
use crate::store::tellings as rows;
use ::store::{Tx, row};
use base::{Actor, Error, EventId, MessageId, Result, StaffId, TellingId, Time};
use roadmap::ledger::{self, Decision, Outcome, Reason};
use roadmap::{EventKind, ItemEvent};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use tagging::Catalogue;

words!(
    /// Where a telling stands. `asked`: one of us wants it sent, and another one is to look at it first.
    TellingState { Draft = "draft", Asked = "asked", Sending = "sending", Paused = "paused", Done = "done" }
);
words!(
    /// Where a message stands. `handed`: it is with what goes out, and no server has taken it over yet.
    MessageState { Planned = "planned", Waiting = "waiting", Handed = "handed", Told = "told", Skipped = "skipped" }
);

row! {
    /// A release of events, and how far it is.
    #[derive(Clone, Debug)]
    pub struct Telling {
        pub id: TellingId, pub kind: String, pub state: TellingState,
        /// Messages a minute.
        pub rate: i64,
        /// How many of the most valuable accounts are written to by hand.
        pub by_hand: i64,
        pub created_by: Option<StaffId>, pub created_at: Time, pub planned_at: Time, pub asked_by: Option<StaffId>,
        pub asked_at: Option<Time>, pub approved_by: Option<StaffId>, pub approved_at: Option<Time>,
        pub began_at: Option<Time>, pub done_at: Option<Time>, pub next_at: Time, pub rev: i64,
    }
}

row! {
    /// What one person is told, or why not.
    #[derive(Clone, Debug)]
    pub struct Message {
        pub ord: i64, pub id: MessageId, pub telling_id: TellingId, pub person_ord: i64, pub account_ord: Option<i64>,
        pub language: String, pub way: Way, pub reason: Option<String>, pub is_leaver: bool, pub address: Option<String>,
        pub conversation_ord: Option<i64>, pub door_ord: Option<i64>, pub staff_id: Option<StaffId>,
        pub state: MessageState, pub entry_ord: Option<i64>, pub changed_at: Time, pub solved: Option<bool>,
        pub solved_at: Option<Time>,
    }
}

row! {
    /// How news goes out unless a telling says otherwise.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Settings {
        /// Messages a minute.
        pub rate: i64,
        /// A second pair of eyes is needed for more messages than this.
        pub four_eyes_over: i64,
        /// Whether those who voted elsewhere, and never wrote to us, are told.
        pub tells_voters: bool,
    }
}

pub const USUAL: Settings = Settings { rate: 20, four_eyes_over: 30, tells_voters: true };
/// A mail server that takes more in a minute is asked for no more.
pub const FASTEST: i64 = 60_000;
const LONGEST_SUBJECT: usize = 200;
const LONGEST_TEXT: usize = 20_000;
const MOST_EVENTS: usize = 50;
/// How many of the most valuable accounts are written to by hand, and never more than a tenth of them, unless said.
const MOST_BY_HAND: i64 = 3;

pub async fn get_telling(tx: &mut Tx, id: TellingId) -> Result<Telling> {
    rows::find(tx, id).await?.ok_or(Error::NotFound("telling"))
}

pub async fn get_settings(tx: &mut Tx) -> Result<Settings> {
    Ok(rows::find_settings(tx).await?.unwrap_or(USUAL))
}

/// Begins a telling of events of one kind: with words to begin from, and everybody it would go to.
pub async fn begin_draft(tx: &mut Tx, actor: &Actor, ids: &[EventId]) -> Result<Telling> {
    let mut events: Vec<ItemEvent> = Vec::new();
    for id in ids.iter().collect::<BTreeSet<_>>() {
        events.push(ledger::find_event(tx, *id).await?.ok_or(Error::NotFound("event"))?);
    }
    let kind =
        events.first().map(|event| event.kind.clone()).ok_or(Error::invalid("events", "error-telling-events"))?;
    if events.len() > MOST_EVENTS || events.iter().any(|event| event.kind != kind) {
        return Err(Error::invalid("events", "error-telling-events"));
    }
    let begun = rows::list_begun(tx).await?;
    if events.iter().any(|event| begun.iter().any(|(ord, _)| *ord == event.ord)) {
        return Err(Error::Conflict { key: "error-telling-begun" });
    }
    let (now, rate) = (tx.now(), get_settings(tx).await?.rate);
    let ords: Vec<i64> = events.iter().map(|event| event.ord).collect();
    let accounts = ledger::count_asking_accounts(tx, &ords).await?;
    let telling = Telling {
        id: TellingId::new(),
        state: TellingState::Draft,
        rate,
        by_hand: MOST_BY_HAND.min(accounts / 10),
        created_by: actor.staff,
        created_at: now,
        planned_at: now,
        asked_by: None,
        asked_at: None,
        approved_by: None,
        approved_at: None,
        began_at: None,
        done_at: None,
        next_at: Time(0),
        rev: 1,
        kind,
    };
    rows::insert(tx, &telling).await?;
    rows::insert_events(tx, telling.id, &ords).await?;
    let items = crate::outside::list_names(tx, events.iter().map(|event| event.item_id).collect()).await?;
    let titles: Vec<_> = events.iter().filter_map(|event| items.get(&event.item_id).cloned()).collect();
    for (language, subject, words) in text::first_words(EventKind::parse(&telling.kind)?, &titles) {
        rows::put_text(tx, telling.id, language, &subject, &words).await?;
    }
    plan::plan(tx, &telling).await?;
    announce(tx, telling.id);
    Ok(telling)
}

/// What may be changed of a telling.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TellingPatch {
    /// By language, `ko` and `en`.
    pub texts: Option<HashMap<String, TellingText>>,
    /// Messages a minute.
    pub rate: Option<i64>,
    /// How many of the most valuable accounts are written to by hand.
    pub by_hand: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct TellingText {
    pub subject: String,
    /// What is the same for everybody; greeting, their own words and the date are each one's.
    pub text: String,
}

/// Changes a draft; of one under way only its rate. What another one was to look at is looked at anew.
pub async fn change(tx: &mut Tx, mut telling: Telling, patch: TellingPatch) -> Result<Telling> {
    let is_open = matches!(telling.state, TellingState::Draft | TellingState::Asked);
    if !is_open && (patch.texts.is_some() || patch.by_hand.is_some()) {
        return Err(Error::Conflict { key: "error-telling-under-way" });
    }
    if let Some(rate) = patch.rate {
        if !(1..=FASTEST).contains(&rate) {
            return Err(Error::invalid("rate", "error-telling-rate"));
        }
        telling.rate = rate;
    }
    let replans = patch.by_hand.is_some_and(|n| n != telling.by_hand);
    telling.by_hand = patch.by_hand.unwrap_or(telling.by_hand).clamp(0, 1_000);
    for (language, one) in patch.texts.unwrap_or_default() {
        let (subject, text) = (textkit::clean_text(one.subject.trim()), textkit::clean_text(one.text.trim()));
        if !["ko", "en"].contains(&language.as_str()) {
            return Err(Error::invalid("texts", "error-telling-language"));
        }
        if subject.chars().count() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(Error::invalid("texts", "error-telling-subject"));
        }
        if text.chars().count() > LONGEST_TEXT {
            return Err(Error::Invalid {
                field: "texts",
                key: "error-longest",
                args: vec![("max", LONGEST_TEXT.to_string())],
            });
        }
        rows::put_text(tx, telling.id, &language, &subject, &text).await?;
        if telling.state == TellingState::Asked {
            (telling.state, telling.asked_by, telling.asked_at) = (TellingState::Draft, None, None);
        }
    }
    if replans {
        plan::plan(tx, &telling).await?;
        telling.planned_at = tx.now();
    }
    put(tx, telling).await
}

/// Looks anew who would be told; what was changed by hand of the plan is gone.
pub async fn plan_again(tx: &mut Tx, mut telling: Telling) -> Result<Telling> {
    if telling.state != TellingState::Draft {
        return Err(Error::Conflict { key: "error-telling-under-way" });
    }
    plan::plan(tx, &telling).await?;
    telling.planned_at = tx.now();
    put(tx, telling).await
}

pub async fn remove(tx: &mut Tx, telling: &Telling) -> Result<()> {
    if !matches!(telling.state, TellingState::Draft | TellingState::Asked) {
        return Err(Error::Conflict { key: "error-telling-under-way" });
    }
    rows::delete(tx, telling.id).await?;
    announce(tx, telling.id);
    Ok(())
}

/// Sends what was planned; or asks for a second pair of eyes, where it goes to many.
pub async fn send(tx: &mut Tx, catalogue: &Catalogue, actor: &Actor, mut telling: Telling) -> Result<Telling> {
    if telling.state != TellingState::Draft {
        return Err(Error::Conflict { key: "error-telling-under-way" });
    }
    let counted = rows::count_messages(tx, telling.id).await?;
    let by_mail = counted.iter().filter(|(way, ..)| ["thread", "mail"].contains(&way.as_str()));
    let by_mail: Vec<_> = by_mail.collect();
    let n: i64 = by_mail.iter().map(|one| one.5).sum();
    if n > 0 && list_sending_doors(tx).await?.is_empty() {
        return Err(Error::invalid("door", "error-no-mailbox"));
    }
    let texts = rows::list_texts(tx, telling.id).await?;
    let is_written = |language: &str| {
        texts.iter().any(|(l, subject, text)| l == language && !subject.is_empty() && !text.is_empty())
    };
    if let Some(missing) = by_mail.iter().find(|one| !is_written(&one.3)) {
        let key = if missing.3 == "ko" { "error-telling-no-korean" } else { "error-telling-no-english" };
        return Err(Error::invalid("texts", key));
    }
    if n > get_settings(tx).await?.four_eyes_over {
        telling.state = TellingState::Asked;
        (telling.asked_by, telling.asked_at) = (actor.staff, Some(tx.now()));
        return put(tx, telling).await;
    }
    begin(tx, catalogue, telling).await
}

/// Another one of us has looked at it: it goes out.
pub async fn approve(tx: &mut Tx, catalogue: &Catalogue, actor: &Actor, mut telling: Telling) -> Result<Telling> {
    if telling.state != TellingState::Asked {
        return Err(Error::Conflict { key: "error-telling-not-asked" });
    }
    if actor.staff.is_none() || actor.staff == telling.asked_by {
        return Err(Error::Conflict { key: "error-telling-own" });
    }
    (telling.approved_by, telling.approved_at) = (actor.staff, Some(tx.now()));
    begin(tx, catalogue, telling).await
}

/// From here on the ledger knows who is passed over, and the others wait for their turn.
async fn begin(tx: &mut Tx, catalogue: &Catalogue, mut telling: Telling) -> Result<Telling> {
    let skipped = rows::list_skipped_asks(tx, telling.id).await?;
    let mut decisions = Vec::with_capacity(skipped.len());
    for (_, event_ord, ask_ord, reason) in skipped {
        let outcome = Outcome::Skipped(Reason::parse(&reason)?);
        decisions.push(Decision { event_ord, ask_ord, outcome, message_ord: None, by_staff: None, note: None });
    }
    ledger::decide(tx, catalogue, &decisions).await?;
    rows::begin_messages(tx, telling.id).await?;
    rows::supersede_by_hand(tx, telling.id).await?;
    telling.state = TellingState::Sending;
    telling.began_at = Some(tx.now());
    telling.next_at = tx.now();
    put(tx, telling).await
}

/// Nothing more goes out but what is being handed over at this moment.
pub async fn pause(tx: &mut Tx, mut telling: Telling) -> Result<Telling> {
    if telling.state == TellingState::Paused {
        return Ok(telling);
    }
    if telling.state != TellingState::Sending {
        return Err(Error::Conflict { key: "error-telling-not-sending" });
    }
    let handed = rows::list_handed(tx, telling.id).await?;
    conversations::hold_deliveries(tx, &handed, true).await?;
    telling.state = TellingState::Paused;
    put(tx, telling).await
}

pub async fn resume(tx: &mut Tx, mut telling: Telling) -> Result<Telling> {
    if telling.state != TellingState::Paused {
        return Err(Error::Conflict { key: "error-telling-not-paused" });
    }
    let handed = rows::list_handed(tx, telling.id).await?;
    conversations::hold_deliveries(tx, &handed, false).await?;
    telling.state = TellingState::Sending;
    telling.next_at = tx.now();
    put(tx, telling).await
}

/// Another way for one person: `hand`, or `skip` because they left their company or are held back; `null` as planned.
pub async fn change_message(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    mut message: Message,
    way: Way,
    reason: Option<Reason>,
) -> Result<Message> {
    let telling = get_telling(tx, message.telling_id).await?;
    if !matches!(message.state, MessageState::Planned | MessageState::Waiting) {
        return Err(Error::Conflict { key: "error-telling-message-gone" });
    }
    (message.way, message.reason) = match (way, reason) {
        (Way::Hand, _) => (Way::Hand, Some("chosen".into())),
        (Way::Skip, Some(why @ (Reason::Held | Reason::LeftCompany | Reason::NoAddress))) => {
            (Way::Skip, Some(why.as_str().into()))
        }
        (Way::Mail | Way::Thread, _) if message.address.is_some() && message.door_ord.is_some() => {
            let way = if message.conversation_ord.is_some() { Way::Thread } else { Way::Mail };
            (way, None)
        }
        _ => return Err(Error::invalid("way", "error-telling-way")),
    };
    if message.way == Way::Skip && message.state == MessageState::Waiting {
        message.state = MessageState::Skipped;
        let why = reason.unwrap_or(Reason::Held);
        settle(tx, catalogue, &message, Outcome::Skipped(why), actor.staff, None).await?;
    }
    rows::update_message(tx, &message).await?;
    announce(tx, telling.id);
    Ok(message)
}

/// One of us told somebody by hand.
pub async fn tell_by_hand(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    mut message: Message,
    note: Option<String>,
) -> Result<Message> {
    if message.way != Way::Hand || message.state != MessageState::Waiting {
        return Err(Error::Conflict { key: "error-telling-message-gone" });
    }
    if !is_due(tx, &message).await? {
        return Err(Error::Conflict { key: "error-telling-message-gone" });
    }
    let note = note.map(|note| textkit::clean_text(note.trim())).filter(|note| !note.is_empty());
    message.state = MessageState::Told;
    message.staff_id = actor.staff;
    settle(tx, catalogue, &message, Outcome::Told, actor.staff, note).await?;
    rows::update_message(tx, &message).await?;
    announce(tx, message.telling_id);
    Ok(message)
}

/// Whether somebody is still to be told what a message says: meanwhile they may have been told by another way, also under
/// another record.
async fn is_due(tx: &mut Tx, message: &Message) -> Result<bool> {
    let pairs: HashSet<(i64, i64)> =
        rows::list_asks(tx, &[message.ord]).await?.into_iter().map(|(_, event, ask)| (event, ask)).collect();
    let (events, asks): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
    let told: HashSet<(i64, i64)> = ledger::list_told(tx, &events).await?.into_iter().collect();
    let waiting = ledger::list_waiting_of_asks(tx, &events, &asks).await?;
    let is_due = |row: &ledger::Waiting| {
        pairs.contains(&(row.event_ord, row.ask_ord)) && !told.contains(&(row.event_ord, row.person_ord))
    };
    Ok(waiting.iter().any(is_due))
}

/// Writes into the ledger what became of everything a message answers.
async fn settle(
    tx: &mut Tx,
    catalogue: &Catalogue,
    message: &Message,
    outcome: Outcome,
    by_staff: Option<StaffId>,
    note: Option<String>,
) -> Result<()> {
    let asks = rows::list_asks(tx, &[message.ord]).await?;
    let decide = |(message_ord, event_ord, ask_ord)| {
        let message_ord = Some(message_ord);
        Decision { event_ord, ask_ord, outcome, message_ord, by_staff, note: note.clone() }
    };
    ledger::decide(tx, catalogue, &asks.into_iter().map(decide).collect::<Vec<_>>()).await
}

/// Somebody said on the page of a message whether it was solved.
pub async fn take_solved(tx: &mut Tx, message: &Message, solved: bool) -> Result<()> {
    rows::set_solved(tx, message.ord, solved).await?;
    let asks: Vec<i64> = rows::list_asks(tx, &[message.ord]).await?.into_iter().map(|one| one.2).collect();
    ledger::confirm(tx, &asks, solved).await?;
    announce(tx, message.telling_id);
    Ok(())
}

async fn put(tx: &mut Tx, telling: Telling) -> Result<Telling> {
    rows::update(tx, &telling).await?;
    announce(tx, telling.id);
    Ok(Telling { rev: telling.rev + 1, ..telling })
}

fn announce(tx: &mut Tx, id: TellingId) {
    tx.announce("frontdoor.telling_changed", json!({"telling": id}));
}
