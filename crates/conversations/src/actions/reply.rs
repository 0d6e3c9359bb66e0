//! Answers that go out: one of us writes one, may take it back for a moment, and sees what became of each address.
use crate::actions::batch::Thread;
use crate::actions::change::{SaidBy, SaidIn, leave_event, say_in};
use crate::actions::drafts::{Envelope, keep_draft};
use crate::actions::files;
use crate::actions::take_in::refresh_heads;
use crate::events;
use crate::model::{Author, DeliveryRole, DeliveryState, DraftKind, ReplyKind, Status};
use crate::prepare::clean_line;
use crate::store::conversations::{self, Head};
use crate::store::entries::{self, Attachment, Entry};
use crate::store::replies::{self, Delivery, Reply, fold};
use crate::store::{drafts, mails, passages};
use base::{Actor, EntryId, Error, FileId, Result, Right, StaffId, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use store::{Tx, args, search};

/// How long an answer can be taken back.
pub const HELD: i64 = 10 * Time::SECOND;
/// Addresses of one answer.
const MOST_RECEIVERS: usize = 50;
const LONGEST_SUBJECT: usize = 500;
/// Pauses after the first tries, in minutes; the last one is repeated.
const PAUSES: [i64; 6] = [1, 5, 15, 30, 60, 120];
/// When trying ends (RFC 5321 §4.5.4.1 wants days, and nobody waits for an answer much longer).
const TRIED_FOR: i64 = 3 * Time::DAY;
/// Acknowledgements to one address in a day.
const MOST_ACKNOWLEDGED: usize = 3;

/// Somebody it goes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receiver {
    pub address: String,
    #[serde(default)]
    pub name: Option<String>,
}

/// An answer as it is given.
#[derive(Clone, Debug)]
pub struct ReplyIn {
    /// The door it goes out by.
    pub door_ord: i64,
    pub text: String,
    /// That of the conversation unless said.
    pub subject: Option<String>,
    pub to: Vec<Receiver>,
    pub cc: Vec<Receiver>,
    pub bcc: Vec<Receiver>,
    /// Files of the draft, in their order.
    pub files: Vec<FileId>,
    /// Whether the customer's last words stand below it.
    pub quotes: bool,
    /// The newest entry its author has read.
    pub seen: Option<EntryId>,
    /// How long it can be taken back.
    pub held: i64,
}

/// Answers a conversation. Refused when somebody wrote since `seen`: two who answer at once are one too many, and who
/// is second looks at what the first one wrote.
pub async fn reply(tx: &mut Tx, actor: &Actor, head: Head, input: ReplyIn) -> Result<EntryId> {
    let staff = actor.staff.ok_or(Error::Forbidden(Right::Answer))?;
    check_seen(tx, &head, input.seen).await?;
    let receivers = check_receivers(&input)?;
    let subject = match &input.subject {
        Some(subject) => check_subject(subject)?,
        None => answer_subject(&head),
    };
    let (conversation, now) = (head.clone(), tx.now());
    let quoted_ord = match input.quotes {
        true => entries::find_last_of_person(tx, head.ord).await?,
        false => None,
    };
    let said = SaidIn { author: SaidBy::Staff(staff), text: input.text, name: None, at: now, external_id: None };
    let id = say_in(tx, head, said).await?;
    let entry_ord = entries::find_ord(tx, id).await?.ok_or(Error::NotFound("entry"))?;
    let held_until = now.plus(input.held);
    let kind = ReplyKind::Answer;
    let row = Reply { entry_ord, door_ord: input.door_ord, kind, subject, held_until, quoted_ord };
    replies::insert(tx, &row).await?;
    files::attach(tx, staff, &conversation, entry_ord, &input.files).await?;
    let addresses: Vec<&str> = receivers.iter().map(|(_, one)| one.address.as_str()).collect();
    let resting = replies::list_resting(tx, &addresses).await?;
    let all: Vec<Delivery> = (0..)
        .zip(receivers)
        .map(|(position, (role, one))| {
            let rests = resting.iter().find(|rests| rests.address_fold == fold(&one.address));
            Delivery {
                entry_ord,
                position,
                role,
                name: one.name,
                address: one.address,
                state: if rests.is_some() { DeliveryState::Resting } else { DeliveryState::Queued },
                attempts: 0,
                due_at: rests.is_none().then_some(held_until),
                changed_at: now,
                answer: rests.map(|rests| rests.answer.clone()),
            }
        })
        .collect();
    if all.iter().all(|one| one.state == DeliveryState::Resting) {
        return Err(Error::invalid("to", "error-address-rests"));
    }
    replies::insert_deliveries(tx, input.door_ord, &all).await?;
    drafts::delete(tx, staff, conversation.ord, DraftKind::Reply).await?;
    Ok(id)
}

/// What somebody is told of what they asked for, as it goes out.
#[derive(Clone, Debug)]
pub struct NoticeIn {
    /// Who of us tells it.
    pub staff: StaffId,
    pub door_ord: i64,
    pub text: String,
    pub subject: String,
    pub to: Receiver,
}

/// Tells somebody in a conversation what became of what they asked for, in the name of one of us: the ordinal of the entry.
/// It goes out at once. Whether an address may be written to was asked before.
pub async fn send_notice(tx: &mut Tx, head: Head, notice: NoticeIn) -> Result<(i64, EntryId)> {
    let address = mailkit::check_address(&notice.to.address).ok_or(Error::invalid("to", "error-mail-address"))?;
    let subject = check_subject(&notice.subject)?;
    let now = tx.now();
    let said =
        SaidIn { author: SaidBy::Staff(notice.staff), text: notice.text, name: None, at: now, external_id: None };
    let id = say_in(tx, head, said).await?;
    let entry_ord = entries::find_ord(tx, id).await?.ok_or(Error::NotFound("entry"))?;
    let (door_ord, kind) = (notice.door_ord, ReplyKind::Notice);
    replies::insert(tx, &Reply { entry_ord, door_ord, kind, subject, held_until: now, quoted_ord: None }).await?;
    let one = Delivery {
        entry_ord,
        position: 0,
        role: DeliveryRole::To,
        name: notice.to.name,
        address,
        state: DeliveryState::Queued,
        attempts: 0,
        due_at: Some(now),
        changed_at: now,
        answer: None,
    };
    replies::insert_deliveries(tx, door_ord, &[one]).await?;
    Ok((entry_ord, id))
}

/// Holds entries that wait to go out, or lets them go on. What is being sent at this moment is not broken off.
pub async fn hold_deliveries(tx: &mut Tx, entries: &[i64], is_held: bool) -> Result<u64> {
    replies::hold(tx, entries, is_held).await
}

/// What became of entries that go out.
pub async fn list_deliveries(tx: &mut Tx, entries: &[i64]) -> Result<Vec<Delivery>> {
    replies::list_deliveries(tx, entries).await
}

/// Whether the newest message that somebody wrote is one that was read. Programs and notes do not count.
async fn check_seen(tx: &mut Tx, head: &Head, seen: Option<EntryId>) -> Result<()> {
    let seen = match seen {
        Some(id) => entries::find_ord(tx, id).await?.unwrap_or_default(),
        None => 0,
    };
    if entries::find_said_after(tx, head.ord, seen).await? {
        return Err(Error::Conflict { key: "error-answered-meanwhile" });
    }
    Ok(())
}

/// Whom it goes to, each address once, in its strongest role.
fn check_receivers(input: &ReplyIn) -> Result<Vec<(DeliveryRole, Receiver)>> {
    let of = |role: DeliveryRole, all: &[Receiver]| all.iter().map(|one| (role, one.clone())).collect::<Vec<_>>();
    let all =
        [of(DeliveryRole::To, &input.to), of(DeliveryRole::Cc, &input.cc), of(DeliveryRole::Bcc, &input.bcc)].concat();
    let (mut known, mut out) = (HashSet::new(), Vec::with_capacity(all.len()));
    for (role, one) in all {
        let address = mailkit::check_address(&one.address).ok_or_else(|| {
            let shown = one.address.chars().filter(|c| !c.is_control()).take(120).collect();
            Error::Invalid { field: role.as_str(), key: "error-mail-address", args: vec![("address", shown)] }
        })?;
        let name = one.name.map(|name| clean_line(&name)).filter(|name| !name.is_empty() && *name != address);
        let name = name.map(|name| name.chars().filter(|c| !c.is_control()).take(200).collect());
        if known.insert(fold(&address)) {
            out.push((role, Receiver { address, name }));
        }
    }
    if input.to.is_empty() || out.is_empty() {
        return Err(Error::invalid("to", "error-no-receiver"));
    }
    if out.len() > MOST_RECEIVERS {
        return Err(Error::invalid("to", "error-too-many-receivers"));
    }
    Ok(out)
}

/// One line. What would become a header of its own is refused, not repaired: nobody writes that by accident.
fn check_subject(subject: &str) -> Result<String> {
    let is_line = !subject.chars().any(char::is_control) && subject.chars().count() <= LONGEST_SUBJECT;
    let subject = Some(clean_line(subject)).filter(|subject| is_line && !subject.is_empty());
    subject.ok_or(Error::invalid("subject", "error-subject-too-long"))
}

/// What an answer to a conversation is called.
pub fn answer_subject(head: &Head) -> String {
    let subject: String = head.subject.as_deref().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let subject = clean_line(&subject);
    let is_answer = mailkit::normalised_subject(&subject) != subject.to_lowercase();
    let subject: String = subject.chars().take(LONGEST_SUBJECT - 4).collect();
    match subject.is_empty() {
        true => "Re:".into(),
        false if is_answer => subject,
        false => format!("Re: {subject}"),
    }
}

/// Takes an answer back that has not begun to go out: what was written is a draft of whoever took it back.
pub async fn take_back(tx: &mut Tx, actor: &Actor, entry: Entry, head: Head) -> Result<()> {
    let staff = actor.staff.ok_or(Error::Forbidden(Right::Answer))?;
    let Some(reply) = replies::list(tx, &[entry.ord]).await?.pop() else { return Err(Error::NotFound("reply")) };
    let all = replies::list_deliveries(tx, &[entry.ord]).await?;
    let to_stop = all.iter().filter(|one| one.state != DeliveryState::Resting).count() as u64;
    if reply.kind != ReplyKind::Answer || replies::take_back(tx, entry.ord).await? != to_stop {
        return Err(Error::Conflict { key: "error-reply-gone" });
    }
    let of = |role: DeliveryRole| {
        let of_role = all.iter().filter(|one| one.role == role);
        Some(of_role.map(|one| Receiver { address: one.address.clone(), name: one.name.clone() }).collect())
    };
    let envelope = Envelope {
        to: of(DeliveryRole::To),
        cc: of(DeliveryRole::Cc),
        bcc: of(DeliveryRole::Bcc),
        subject: Some(reply.subject),
        quotes: reply.quoted_ord.is_some(),
        ..Envelope::default()
    };
    keep_draft(tx, staff, head.ord, DraftKind::Reply, &entry.text, &envelope, None).await?;
    let stays = !passages::list_of_entries(tx, &[entry.ord]).await?.is_empty();
    files::detach(tx, staff, &head, entry.ord, stays).await?;
    if !stays {
        entries::delete(tx, entry.ord).await?;
        replies::delete(tx, entry.ord).await?;
        search::remove(tx, &[entry.ord]).await?;
        refresh_heads(tx, &mut [Thread::losing(head.clone())]).await?;
    }
    // Otherwise somebody has chosen words of it already: it stays, and says that it was not sent.
    events::changed(tx, &head);
    Ok(())
}

/// Sends to an address again that failed, came back or rested, or does not wait for its next try.
pub async fn send_again(tx: &mut Tx, entry: &Entry, head: &Head, position: i64) -> Result<()> {
    let all = replies::list_deliveries(tx, &[entry.ord]).await?;
    let one = all.into_iter().find(|one| one.position == position).ok_or(Error::NotFound("delivery"))?;
    use DeliveryState::{Bounced, Failed, Queued, Resting};
    let is_over = matches!(one.state, Failed | Bounced | Resting);
    let was_tried = one.state == Queued && one.attempts > 0;
    if !is_over && !was_tried {
        return Err(Error::Conflict { key: "error-delivery-under-way" });
    }
    replies::wake(tx, &one.address).await?;
    let now = tx.now();
    replies::settle(tx, (entry.ord, position), Queued, Some(now), None).await?;
    events::sent(tx, head, entry.id);
    Ok(())
}

// -- What the room that sends asks for and tells.

/// An entry that goes out, with everything that is known of its way.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub entry: Entry,
    pub head: Head,
    pub reply: Reply,
    pub deliveries: Vec<Delivery>,
    /// Message-IDs of the mails before it, oldest first.
    pub references: Vec<String>,
    /// That of the mail it answers.
    pub in_reply_to: Option<String>,
    pub files: Vec<Attachment>,
    /// Whose words stand below it.
    pub quoted: Option<Quoted>,
}

/// A customer's message that an answer carries below its own words.
#[derive(Clone, Debug)]
pub struct Quoted {
    pub entry: Entry,
    pub by: Receiver,
}

/// Doors by which something is to go out now.
pub async fn list_due_doors(tx: &mut Tx) -> Result<Vec<i64>> {
    replies::list_due_doors(tx).await
}

/// The next entry that is to go out by a door, and by which addresses.
pub async fn find_due(tx: &mut Tx, door_ord: i64) -> Result<Option<(Outgoing, i64)>> {
    let Some((entry_ord, position)) = replies::list_due(tx, door_ord, 1).await?.pop() else { return Ok(None) };
    let entry = entries::list_by_ord(tx, &[entry_ord]).await?.pop().ok_or(Error::NotFound("entry"))?;
    let head = conversations::list_by_ord(tx, &[entry.conversation_ord]).await?.pop();
    let head = head.ok_or(Error::NotFound("conversation"))?;
    let reply = replies::list(tx, &[entry_ord]).await?.pop().ok_or(Error::NotFound("reply"))?;
    let deliveries = replies::list_deliveries(tx, &[entry_ord]).await?;
    let (references, in_reply_to) = find_references(tx, &entry).await?;
    let files = entries::list_attachments(tx, &[entry_ord]).await?;
    let quoted = find_quoted(tx, &reply).await?;
    Ok(Some((Outgoing { entry, head, reply, deliveries, references, in_reply_to, files, quoted }, position)))
}

/// Nothing once the words are gone, or without an address that could say whose they are.
async fn find_quoted(tx: &mut Tx, reply: &Reply) -> Result<Option<Quoted>> {
    let Some(ord) = reply.quoted_ord else { return Ok(None) };
    let found = entries::list_by_ord(tx, &[ord]).await?.pop().filter(|entry| !entry.text.is_empty());
    let Some(entry) = found else { return Ok(None) };
    let address = match mails::find_sender(tx, ord).await? {
        Some(address) => Some(address),
        None => match entry.person_ord {
            Some(person) => conversations::find_email(tx, person).await?,
            None => None,
        },
    };
    let name = entry.author_name.clone();
    Ok(address.map(|address| Quoted { entry, by: Receiver { address, name } }))
}

/// References are those of the first mail and the nearest ones (RFC 5322 §3.6.4; nobody needs the middle of a long thread).
const MOST_REFERENCES: usize = 20;

async fn find_references(tx: &mut Tx, entry: &Entry) -> Result<(Vec<String>, Option<String>)> {
    let before = entries::list_mail_ids_before(tx, entry.conversation_ord, entry.said_at, entry.ord).await?;
    let (mut all, mut answers) = (Vec::new(), None);
    for (id, author) in before {
        if !mailkit::is_message_id(&id) {
            continue;
        }
        if author == Author::Person {
            answers = Some(id.clone());
        }
        all.push(id);
    }
    let answers = answers.or_else(|| all.last().cloned());
    // The one that is answered comes last.
    if let Some(place) = answers.as_ref().and_then(|id| all.iter().position(|one| one == id)) {
        let id = all.remove(place);
        all.push(id);
    }
    if all.len() > MOST_REFERENCES {
        all.drain(1..=all.len() - MOST_REFERENCES);
    }
    Ok((all, answers))
}

/// Takes a delivery until a moment, so that nobody else sends it. False when it is due no more.
pub async fn claim_delivery(tx: &mut Tx, entry_ord: i64, position: i64, until: Time) -> Result<bool> {
    replies::claim(tx, entry_ord, position, until).await
}

/// Says that a delivery that was taken is still being sent, until a moment.
pub async fn keep_delivery(tx: &mut Tx, entry_ord: i64, position: i64, until: Time) -> Result<()> {
    replies::keep(tx, entry_ord, position, until).await
}

/// Says under which Message-ID of which source an entry goes out, and where its bytes are kept. Said once, with the first
/// try: every later one sends the same bytes.
pub async fn name_outgoing(tx: &mut Tx, out: &Outgoing, source: &str, id: &str, raw_ord: i64) -> Result<()> {
    entries::name(tx, out.entry.ord, id, raw_ord).await?;
    let conversation = out.head.ord;
    tx.link_raws(&[(raw_ord, conversation)]).await?;
    mails::upsert(tx, vec![args![source, id, conversation, out.entry.ord, None::<String>]]).await
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Tried {
    /// The server took it over.
    Sent(String),
    /// It was not reached, or asks for another try.
    Later(String),
    /// It will never take it; `rests` when there is nobody at that address.
    Refused { answer: String, rests: bool },
}

/// Writes down how a try ended. What is tried later is tried in a minute, then ever more seldom, for three days.
pub async fn settle_delivery(tx: &mut Tx, out: &Outgoing, position: i64, tried: Tried) -> Result<DeliveryState> {
    let place = (out.entry.ord, position);
    let one = replies::list_deliveries(tx, &[out.entry.ord]).await?.into_iter().find(|one| one.position == position);
    let one = one.ok_or(Error::NotFound("delivery"))?;
    let now = tx.now();
    let state = match tried {
        Tried::Sent(answer) => {
            replies::settle(tx, place, DeliveryState::Sent, None, Some(&answer)).await?;
            DeliveryState::Sent
        }
        Tried::Later(answer) if now < out.reply.held_until.plus(TRIED_FOR) => {
            let nth = (one.attempts.max(1) as usize - 1).min(PAUSES.len() - 1);
            let due = now.plus(PAUSES[nth] * Time::MINUTE);
            replies::settle(tx, place, DeliveryState::Queued, Some(due), Some(&answer)).await?;
            DeliveryState::Queued
        }
        Tried::Later(answer) => fail(tx, out, &one, &answer, false).await?,
        Tried::Refused { answer, rests } => fail(tx, out, &one, &answer, rests).await?,
    };
    events::sent(tx, &out.head, out.entry.id);
    Ok(state)
}

async fn fail(tx: &mut Tx, out: &Outgoing, one: &Delivery, answer: &str, rests: bool) -> Result<DeliveryState> {
    replies::settle(tx, (one.entry_ord, one.position), DeliveryState::Failed, None, Some(answer)).await?;
    if rests {
        replies::rest(tx, &one.address, one.entry_ord, answer).await?;
    }
    tell_undelivered(tx, out.reply.kind, out.head.clone(), &one.address).await?;
    Ok(DeliveryState::Failed)
}

/// A mail of ours came back from an address: its entry says so, and the address rests. False when nothing of the kind was
/// sent, or when it is known already.
pub async fn bounce(tx: &mut Tx, entry: EntryId, address: Option<&str>, answer: &str) -> Result<bool> {
    let Some(ord) = entries::find_ord(tx, entry).await? else { return Ok(false) };
    let Some(reply) = replies::list(tx, &[ord]).await?.pop() else { return Ok(false) };
    let all = replies::list_deliveries(tx, &[ord]).await?;
    let is_it = |one: &&Delivery| match address {
        Some(address) => fold(&one.address) == fold(address),
        None => all.len() == 1,
    };
    // A report that names another address than we wrote to: it was forwarded from the only one there was.
    let Some(one) = all.iter().find(is_it).or(all.first().filter(|_| all.len() == 1)) else { return Ok(false) };
    if one.state != DeliveryState::Sent {
        return Ok(false);
    }
    let answer: String = clean_line(answer).chars().take(500).collect();
    replies::settle(tx, (ord, one.position), DeliveryState::Bounced, None, Some(&answer)).await?;
    replies::rest(tx, &one.address, ord, &answer).await?;
    let entry = entries::list_by_ord(tx, &[ord]).await?.pop().ok_or(Error::NotFound("entry"))?;
    let head = conversations::list_by_ord(tx, &[entry.conversation_ord]).await?.pop();
    let head = head.ok_or(Error::NotFound("conversation"))?;
    events::sent(tx, &head, entry.id);
    tell_undelivered(tx, reply.kind, head, &one.address).await?;
    Ok(true)
}

/// Somebody wrote from this address: there is somebody again.
pub async fn wake_address(tx: &mut Tx, address: &str) -> Result<bool> {
    replies::wake(tx, address).await
}

/// An answer that did not arrive is work again: the thread says so, and is open.
async fn tell_undelivered(tx: &mut Tx, kind: ReplyKind, mut head: Head, address: &str) -> Result<()> {
    if kind != ReplyKind::Answer {
        return Ok(());
    }
    leave_event(tx, &head, json!({"what": "undelivered", "before": null, "after": address})).await?;
    if head.status == Status::Closed {
        head.status = Status::Open;
        conversations::update_head(tx, &head).await?;
    }
    events::changed(tx, &head);
    Ok(())
}

/// Notes that a conversation is to be acknowledged to the address that began it, unless that was done before, or the
/// address was told within the hour, or three times today. The words are those of the door; nothing of what came in is in them.
pub async fn acknowledge(tx: &mut Tx, head: &Head, door: i64, address: &str, subject: &str) -> Result<Option<EntryId>> {
    let Some(address) = mailkit::check_address(address) else { return Ok(None) };
    let now = tx.now();
    let told = replies::list_acknowledged(tx, &address, now.plus(-Time::DAY)).await?;
    // Whoever begins anew within the hour may be a program that answers our words.
    let is_echo = told.iter().any(|at| at.plus(Time::HOUR) > now);
    if is_echo || told.len() >= MOST_ACKNOWLEDGED || replies::is_acknowledged(tx, head.ord).await? {
        return Ok(None);
    }
    if !replies::list_resting(tx, &[&address]).await?.is_empty() {
        return Ok(None);
    }
    let kind = ReplyKind::Acknowledgement;
    send_by_itself(tx, head, kind, "acknowledged", door, address, subject).await.map(|(_, id)| Some(id))
}

/// Asks somebody by mail how a conversation was: the ord of the event that says so. The words are those of whoever calls.
pub async fn ask_by_mail(tx: &mut Tx, head: &Head, address: &str, subject: &str) -> Result<i64> {
    let address = mailkit::check_address(address).ok_or(Error::invalid("address", "error-mail-address"))?;
    let sent = send_by_itself(tx, head, ReplyKind::Question, "asked", head.door_ord, address, subject).await?;
    Ok(sent.0)
}

/// Something that goes out to one address without one of us having written it, and an event that says so.
async fn send_by_itself(
    tx: &mut Tx,
    head: &Head,
    kind: ReplyKind,
    what: &str,
    door: i64,
    address: String,
    subject: &str,
) -> Result<(i64, EntryId)> {
    let (entry_ord, id) = leave_event(tx, head, json!({"what": what, "before": null, "after": address})).await?;
    let (subject, now) = (check_subject(subject)?, tx.now());
    replies::insert(tx, &Reply { entry_ord, door_ord: door, kind, subject, held_until: now, quoted_ord: None }).await?;
    let one = Delivery {
        entry_ord,
        position: 0,
        role: DeliveryRole::To,
        name: None,
        address,
        state: DeliveryState::Queued,
        attempts: 0,
        due_at: Some(now),
        changed_at: now,
        answer: None,
    };
    replies::insert_deliveries(tx, door, &[one]).await?;
    events::sent(tx, head, id);
    Ok((entry_ord, id))
}

/// Addresses among these from which mail came back: (address, what was answered, since when).
pub async fn list_resting(tx: &mut Tx, addresses: &[&str]) -> Result<Vec<(String, String, Time)>> {
    let all = replies::list_resting(tx, addresses).await?;
    Ok(all.into_iter().map(|one| (one.address_fold, one.answer, one.rests_since)).collect())
}

/// Whom an answer to a conversation goes to, as far as it says.
#[derive(Clone, Debug, Default)]
pub struct Correspondents {
    pub to: Vec<Receiver>,
    pub cc: Vec<Receiver>,
}

/// No header worth reading is longer, in bytes.
const LONGEST_HEADER: usize = 256 << 10;

/// To whoever wrote last, where they want answers to; a copy to those who had one. Of a conversation without mail: to the
/// newest address of whose conversation it is.
pub async fn find_correspondents(tx: &mut Tx, head: &Head) -> Result<Correspondents> {
    let receiver = |one: mailkit::Address| {
        let address = mailkit::check_address(&one.email)?;
        Some(Receiver { address, name: one.name })
    };
    if let Some(raw) = entries::find_last_raw_of_person(tx, head.ord).await? {
        let bytes = match tx.read_raw(raw).await {
            Ok(bytes) => bytes,
            Err(Error::NotFound(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let end =
            bytes.windows(2).zip(2..).find(|(two, at)| *two == b"\n\n" || bytes[*at - 2..].starts_with(b"\n\r\n"));
        let header = &bytes[..end.map_or(bytes.len(), |(_, at)| at).min(LONGEST_HEADER)];
        let mail = mailkit::parse_mail(header);
        let writer = if mail.reply_to.is_empty() { Vec::from_iter(mail.from.or(mail.sender)) } else { mail.reply_to };
        let to: Vec<Receiver> = writer.into_iter().filter_map(receiver).collect();
        if !to.is_empty() {
            return Ok(Correspondents { to, cc: mail.to.into_iter().chain(mail.cc).filter_map(receiver).collect() });
        }
    }
    let Some(person) = head.person_ord else { return Ok(Correspondents::default()) };
    let email = conversations::find_email(tx, person).await?;
    let to = email.and_then(|email| receiver(mailkit::Address { name: None, email }));
    Ok(Correspondents { to: to.into_iter().collect(), cc: Vec::new() })
}
