//! Sends what was planned, a few messages a minute: each becomes an entry with its delivery, in one transaction with what
//! the telling says of it. Who may not be told any more at that moment is passed over, and told why.
use super::plan::{Known, decide, load};
use super::text::preview;
use super::{Message, MessageState, Telling, TellingState, Way, announce, settle};
use crate::store::tellings as rows;
use ::store::{Db, Tx};
use base::{EntryId, Error, Result, Time};
use conversations::{
    About, Channel, ConversationIn, DeliveryState, Head, NoticeIn, Outgoing, Receiver, ReplyKind, Scope, Status,
};
use httpkit::AppState;
use people::PersonIn;
use roadmap::ledger::{self, Outcome, Reason, Waiting};
use std::collections::HashSet;
use std::time::Duration;
use tagging::{Catalogue, TagEngine};
use tokio::{select, time::sleep};

/// What is due is found within this.
const LOOK: Duration = Duration::from_millis(250);
/// Written in one transaction: short enough for others to have their turn.
const TOGETHER: i64 = 20;
/// With the queue of what goes out at once, so that a pause holds nearly everything.
const MOST_AHEAD: i64 = 40;
const SOURCE: &str = "news";

/// Sends what is due until `stop` is ready.
pub async fn run_tellings(app: &AppState, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        let pause = match send_due(app).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK,
            Err(error) => {
                tracing::warn!(%error, "messages that are due wait; trying on");
                LOOK * 4
            }
        };
        select! {
            () = &mut stop => return,
            () = sleep(pause) => {}
        }
    }
}

/// Whether something was sent, so that there may be more at once.
async fn send_due(app: &AppState) -> Result<bool> {
    let sending = rows::list_sending(&mut app.db.read().await?).await?;
    let mut any = false;
    for telling in sending {
        any |= send_some(&app.db, &app.get::<TagEngine>(), &telling).await?;
    }
    Ok(any)
}

async fn send_some(db: &Db, engine: &TagEngine, seen: &Telling) -> Result<bool> {
    let mut tx = db.read().await?;
    let (now, interval) = (tx.now(), Time::MINUTE / seen.rate.max(1));
    let handed = rows::list_handed(&mut tx, seen.id).await?;
    let ahead = rows::count_untried(&mut tx, &handed).await?;
    let next = rows::list_next(&mut tx, seen.id, 1).await?;
    drop(tx);
    if next.is_empty() && !handed.is_empty() || !next.is_empty() && (seen.next_at > now || ahead >= MOST_AHEAD) {
        return Ok(false);
    }
    let mut tx = db.write().await?;
    // Read again where nobody else writes: it may have been paused, or another node been quicker.
    let Some(mut telling) = rows::find(&mut tx, seen.id).await?.filter(|one| one.state == TellingState::Sending) else {
        return Ok(false);
    };
    let now = tx.now();
    if next.is_empty() {
        if rows::list_next(&mut tx, telling.id, 1).await?.is_empty()
            && rows::list_handed(&mut tx, telling.id).await?.is_empty()
        {
            (telling.state, telling.done_at) = (TellingState::Done, Some(now));
            super::put(&mut tx, telling).await?;
            tx.commit().await?;
        }
        return Ok(false);
    }
    if telling.next_at > now {
        return Ok(false);
    }
    // What was missed by sleeping is not made up for in one burst.
    let from = telling.next_at.max(now.plus(-interval * (TOGETHER - 1)));
    let due = ((now.0 - from.0) / interval.max(1) + 1).clamp(1, TOGETHER.min(MOST_AHEAD - ahead));
    let messages = rows::list_next(&mut tx, telling.id, due).await?;
    let catalogue = engine.catalogue_in(&mut tx).await?;
    let sent = messages.len() as i64;
    for message in messages {
        let (ord, mark) = (message.ord, tx.save().await?);
        match hand_over(&mut tx, &catalogue, &telling, message.clone()).await {
            Ok(()) => tx.release(mark).await?,
            Err(Error::Store(error)) => return Err(Error::Store(error)),
            Err(error) => {
                // One that cannot be written stops no other: one of us looks at it.
                tracing::warn!(%error, message = ord, "a message cannot be sent; it is to be written by hand");
                tx.rollback_to(mark).await?;
                let by_hand = Message { way: Way::Hand, reason: Some("unsendable".into()), ..message };
                rows::update_message(&mut tx, &by_hand).await?;
            }
        }
    }
    rows::set_next(&mut tx, telling.id, from.plus(interval * sent)).await?;
    announce(&mut tx, telling.id);
    tx.commit().await?;
    Ok(true)
}

/// Makes a message an entry that goes out, unless something speaks against it now.
async fn hand_over(tx: &mut Tx, catalogue: &Catalogue, telling: &Telling, mut message: Message) -> Result<()> {
    let asks = rows::list_asks(tx, &[message.ord]).await?;
    let pairs: HashSet<(i64, i64)> = asks.iter().map(|(_, event, ask)| (*event, *ask)).collect();
    let events: Vec<i64> = rows::list_events(tx, telling.id).await?;
    if let Some(reason) = find_obstacle(tx, telling, &events, &pairs, &mut message).await? {
        message.state = MessageState::Skipped;
        (message.way, message.reason) = (Way::Skip, Some(reason.as_str().to_owned()));
        rows::update_message(tx, &message).await?;
        let pending = ledger::list_pending(tx, &asks.iter().map(|one| one.2).collect::<Vec<_>>()).await?;
        // What others decided meanwhile stands.
        if pairs.iter().all(|pair| pending.contains(pair)) {
            settle(tx, catalogue, &message, Outcome::Skipped(reason), None, None).await?;
        }
        return Ok(());
    }
    let (subject, text) = preview(tx, catalogue, telling, &message).await?;
    let staff = message.staff_id.or(telling.created_by).ok_or(Error::NotFound("staff"))?;
    let door_ord = message.door_ord.ok_or(Error::invalid("door", "error-no-mailbox"))?;
    let address = message.address.clone().ok_or(Error::invalid("to", "error-no-receiver"))?;
    let theirs = find_thread(tx, &message).await?;
    let (head, subject) = match theirs {
        Some(head) => {
            let subject = conversations::answer_subject(&head);
            (head, subject)
        }
        None => (begin_conversation(tx, &message, &address, &subject).await?, subject),
    };
    message.conversation_ord = Some(head.ord);
    let to = Receiver { address, name: None };
    let (entry_ord, _) = conversations::send_notice(tx, head, NoticeIn { staff, door_ord, text, subject, to }).await?;
    message.entry_ord = Some(entry_ord);
    message.state = MessageState::Handed;
    rows::update_message(tx, &message).await
}

/// What speaks against it by now: they were told, said no, are gone, or their address rests.
async fn find_obstacle(
    tx: &mut Tx,
    telling: &Telling,
    events: &[i64],
    pairs: &HashSet<(i64, i64)>,
    message: &mut Message,
) -> Result<Option<Reason>> {
    let who = rows::list_canons(tx, message.person_ord).await?;
    // Two records that turned out to be one human, both on their way in this telling: one message is enough.
    if rows::is_on_its_way(tx, telling.id, &who, message.ord).await? {
        return Ok(Some(Reason::ToldBefore));
    }
    let all = rows::list_waiting_of(tx, who).await?;
    let waiting: Vec<Waiting> = ledger::list_waiting_of_asks(tx, events, &all).await?;
    let mine: Vec<Waiting> = waiting.into_iter().filter(|row| pairs.contains(&(row.event_ord, row.ask_ord))).collect();
    if mine.is_empty() {
        return Ok(Some(Reason::ToldBefore));
    }
    let known: Known = load(tx, &mine, events, telling).await?;
    let now = decide(&mine, &Known { by_hand: 0, ..known });
    let skips = now.iter().filter(|one| one.way == Way::Skip);
    let reasons: Vec<Reason> = skips.filter_map(|one| Reason::parse(one.reason?).ok()).collect();
    if reasons.len() == now.len() {
        return Ok(reasons.into_iter().next().or(Some(Reason::ToldBefore)));
    }
    // Their address may be another one by now.
    if let Some(one) = now.into_iter().find(|one| one.way != Way::Skip) {
        message.address = one.address.or(message.address.take());
        message.door_ord = one.door_ord.or(message.door_ord);
    }
    Ok(None)
}

/// The thread they used, unless somebody waits in it for another answer by now.
async fn find_thread(tx: &mut Tx, message: &Message) -> Result<Option<Head>> {
    let Some(ord) = message.conversation_ord.filter(|_| message.way == Way::Thread) else { return Ok(None) };
    match conversations::get_by_ord(tx, &Scope::default(), ord).await {
        Ok(head) => Ok(Some(head).filter(|head| head.waiting_since.is_none())),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn begin_conversation(tx: &mut Tx, message: &Message, address: &str, subject: &str) -> Result<Head> {
    let now = tx.now();
    let doors = conversations::list_doors(tx).await?;
    let door = doors.into_iter().find(|door| Some(door.ord) == message.door_ord).ok_or(Error::NotFound("door"))?;
    let item = rows::list_items(tx, &[message.ord]).await?.into_iter().next();
    let item = ConversationIn {
        source: SOURCE.to_owned(),
        external_id: message.id.to_string(),
        channel: Channel::Email,
        door: Some(door.name),
        subject: Some(subject.to_owned()),
        language: base::Lang::parse(&message.language).ok(),
        opened_at: now,
        opens_thread: false,
        // It is work once they answer.
        status: Status::Closed,
        purpose: None,
        people: vec![PersonIn {
            source: SOURCE.to_owned(),
            email: Some(address.to_owned()),
            at: now,
            ..PersonIn::default()
        }],
        person: Some(0),
        participants: Vec::new(),
        attributes: None,
        entries: Vec::new(),
        about: item.map(|(_, item, _)| About { room: "roadmap".to_owned(), id: item.to_string(), anchor: None }),
    };
    let taken = conversations::take_in(tx, vec![item]).await?.pop().ok_or(Error::NotFound("conversation"))??;
    conversations::get_by_ord(tx, &Scope::default(), taken.conversation_ord).await
}

/// What became of a message on its way, in the transaction that says so: a mail server has taken it over, or never will.
pub async fn follow_delivery(tx: &mut Tx, engine: &TagEngine, out: &Outgoing, state: DeliveryState) -> Result<()> {
    if out.reply.kind != ReplyKind::Notice || !matches!(state, DeliveryState::Sent | DeliveryState::Failed) {
        return Ok(());
    }
    let catalogue = engine.catalogue_in(tx).await?;
    let is_sent = state == DeliveryState::Sent;
    follow(tx, &catalogue, out.entry.ord, if is_sent { Outcome::Told } else { Outcome::Skipped(Reason::Bounced) }).await
}

/// A message came back after a mail server had taken it over: whoever was told was not.
pub async fn follow_bounce(tx: &mut Tx, entry: EntryId) -> Result<()> {
    let Some(entry_ord) = rows::find_told_entry(tx, entry).await? else { return Ok(()) };
    let catalogue = tagging::load_catalogue(tx).await?;
    follow(tx, &catalogue, entry_ord, Outcome::Skipped(Reason::Bounced)).await
}

async fn follow(tx: &mut Tx, catalogue: &Catalogue, entry_ord: i64, outcome: Outcome) -> Result<()> {
    let Some(mut message) = rows::find_message_of_entry(tx, entry_ord).await? else { return Ok(()) };
    (message.state, message.reason) = match outcome {
        Outcome::Skipped(reason) => (MessageState::Skipped, Some(reason.as_str().to_owned())),
        _ => (MessageState::Told, None),
    };
    settle(tx, catalogue, &message, outcome, message.staff_id, None).await?;
    rows::update_message(tx, &message).await?;
    announce(tx, message.telling_id);
    Ok(())
}
