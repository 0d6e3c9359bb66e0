//! What one of us does with a conversation: assign, close, say why it is there, write a note, answer, read.
use crate::actions::batch::Thread;
use crate::actions::emotions::read_now;
use crate::actions::notifications::{tell, tell_named};
use crate::actions::take_in::refresh_heads;
use crate::events;
use crate::model::{Author, EntryKind, LONGEST_EXTERNAL_ID, NotificationKind, Purpose, Status, read_tail};
use crate::prepare::{clean_line, words_for};
use crate::store::conversations::{self, Head, Participant};
use crate::store::entries::{self, Entry};
use base::{Actor, EntryId, Error, Result, StaffId, Time};
use people::{PersonIn, Who};
use serde_json::json;
use std::pin::Pin;
use store::{Db, Job, Noun, Tx, search};
use textkit::IndexTerms;

/// The longest note or answer, in characters.
const LONGEST_NOTE: usize = 100_000;
const LONGEST_SUBJECT: usize = 500;
/// The job that wakes conversations.
pub(crate) const WAKE: &str = "conversations.wake";
/// So many are woken in one transaction.
const WAKE_AT_ONCE: i64 = 200;

/// What a room to the right does when a conversation is closed, in the same transaction:
/// `inventory::submit! { conversations::CloseHook(|tx, head| Box::pin(follow_closing(tx, head))) }`.
pub struct CloseHook(pub for<'a> fn(&'a mut Tx, &'a Head) -> Following<'a>);
type Following<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;
inventory::collect!(CloseHook);

/// What is to change; absent is left alone, `Some(None)` takes away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    pub assignee: Option<Option<StaffId>>,
    /// A team of ours, by its name.
    pub staff_team: Option<Option<String>>,
    /// Until when it rests; one that is closed does not.
    pub snoozed_until: Option<Option<Time>>,
    pub status: Option<Status>,
    pub purpose: Option<Option<Purpose>>,
    pub subject: Option<Option<String>>,
}

/// Changes a conversation that was read at its present version, and leaves an event of each change in the thread.
pub async fn change_conversation(tx: &mut Tx, actor: &Actor, mut head: Head, change: Change) -> Result<Head> {
    let mut told = Vec::new();
    if let Some(assignee) = change.assignee.filter(|assignee| *assignee != head.assignee) {
        if let Some(id) = assignee {
            let known = conversations::find_active_staff(tx, id).await?;
            known.ok_or(Error::invalid("assignee", "error-staff-unknown"))?;
        }
        told.push(json!({"what": "assignee", "before": head.assignee, "after": assignee}));
        head.assignee = assignee;
        if let Some(whom) = assignee {
            tell(tx, actor, whom, NotificationKind::Assigned, &head, None).await?;
        }
    }
    if let Some(team) = change.staff_team {
        let id = match &team {
            Some(name) => {
                let unknown = || {
                    let (field, key) = ("staff_team", "error-staff-team-unknown");
                    Error::Invalid { field, key, args: vec![("id", name.clone())] }
                };
                Some(staff::find_team(tx, name).await?.ok_or_else(unknown)?)
            }
            None => None,
        };
        if id != head.staff_team_id {
            told.push(json!({"what": "team", "before": head.staff_team_id, "after": team}));
            head.staff_team_id = id;
        }
    }
    if let Some(status) = change.status.filter(|status| *status != head.status) {
        told.push(json!({"what": "status", "before": head.status, "after": status}));
        head.status = status;
        let tail = entries::list_tail(tx, head.ord).await?;
        head.waiting_since = read_tail(head.opened_at, status, &tail).waiting_since;
        head.snoozed_until = head.snoozed_until.filter(|_| status == Status::Open);
    }
    if let Some(until) = change.snoozed_until.filter(|until| *until != head.snoozed_until) {
        told.push(json!({"what": "snooze", "before": head.snoozed_until, "after": until}));
        head.snoozed_until = begin_rest(tx, &head, until)?;
    }
    if let Some(purpose) = change.purpose.filter(|purpose| *purpose != head.purpose) {
        told.push(json!({"what": "purpose", "before": head.purpose, "after": purpose}));
        head.purpose = purpose;
    }
    let mut renamed = false;
    if let Some(subject) = change.subject {
        let subject = check_subject(subject)?;
        if subject != head.subject {
            told.push(json!({"what": "subject", "before": head.subject, "after": subject}));
            head.subject = subject;
            renamed = true;
        }
    }
    if told.is_empty() {
        return Ok(head);
    }
    conversations::update_head(tx, &head).await?;
    if renamed {
        crate::actions::reindex::index_first_entry(tx, &head).await?;
    }
    add_events(tx, actor, &head, told).await?;
    if change.status == Some(Status::Closed) {
        for hook in inventory::iter::<CloseHook> {
            hook.0(tx, &head).await?;
        }
    }
    events::changed(tx, &head);
    head.rev += 1;
    Ok(head)
}

/// Until when a conversation rests: a moment to come, and a job that wakes it then.
fn begin_rest(tx: &mut Tx, head: &Head, until: Option<Time>) -> Result<Option<Time>> {
    let Some(until) = until else { return Ok(None) };
    if head.status == Status::Closed {
        return Err(Error::invalid("snoozed_until", "error-snooze-closed"));
    }
    if until <= tx.now() {
        return Err(Error::invalid("snoozed_until", "error-snooze-past"));
    }
    tx.enqueue(Job { kind: WAKE, dedupe_key: None, run_at: until, payload: json!({}) });
    Ok(Some(until))
}

/// Wakes the conversations whose rest is over. Whichever were woken by a customer, or rest longer now, are left alone.
pub(crate) async fn wake_rested(db: &Db) -> Result<()> {
    loop {
        let mut tx = db.write().await?;
        let now = tx.now();
        let ords = conversations::list_rested(&mut tx, now, WAKE_AT_ONCE).await?;
        for head in conversations::list_by_ord(&mut tx, &ords).await? {
            let change = Change { snoozed_until: Some(None), ..Change::default() };
            let head = change_conversation(&mut tx, &Actor::system(), head, change).await?;
            if let Some(whom) = head.assignee {
                tell(&mut tx, &Actor::system(), whom, NotificationKind::Woke, &head, None).await?;
            }
        }
        tx.commit().await?;
        if (ords.len() as i64) < WAKE_AT_ONCE {
            return Ok(());
        }
    }
}

/// Leaves events in a thread. They are counted; nothing else of the head moves.
async fn add_events(tx: &mut Tx, actor: &Actor, head: &Head, told: Vec<serde_json::Value>) -> Result<()> {
    let ords = tx.next_ords(Noun::Entry, told.len()).await?;
    let author = if actor.staff.is_some() { Author::Staff } else { Author::Machine };
    let now = tx.now();
    let rows: Vec<_> = ords
        .into_iter()
        .zip(told)
        .map(|(ord, event)| new_entry(ord, head, EntryKind::Event, (author, None, actor.staff), event.to_string(), now))
        .map(|(entry, _)| entry.into_values())
        .collect();
    let n = rows.len() as i64;
    entries::insert(tx, rows).await?;
    conversations::add_to_count(tx, head.ord, n).await
}

/// Says in a thread that something happened, in words of the event `event-…`.
pub async fn note_event(tx: &mut Tx, head: &Head, what: &str, after: &str) -> Result<()> {
    leave_event(tx, head, json!({"what": what, "before": null, "after": after})).await?;
    events::changed(tx, head);
    Ok(())
}

/// Leaves one event of a program in a thread; its ord and id.
pub(crate) async fn leave_event(tx: &mut Tx, head: &Head, event: serde_json::Value) -> Result<(i64, EntryId)> {
    let (ord, now) = (tx.next_ord(Noun::Entry).await?, tx.now());
    let (entry, _) = new_entry(ord, head, EntryKind::Event, (Author::Machine, None, None), event.to_string(), now);
    let id = entry.id;
    entries::insert(tx, vec![entry.into_values()]).await?;
    conversations::add_to_count(tx, head.ord, 1).await?;
    Ok((ord, id))
}

type By = (Author, Option<i64>, Option<StaffId>);

fn new_entry(ord: i64, head: &Head, kind: EntryKind, by: By, text: String, said_at: Time) -> (Entry, IndexTerms) {
    let words = words_for(kind, &text);
    let id = EntryId::new();
    let (author, person_ord, staff_id) = by;
    let entry = Entry {
        ord,
        id,
        conversation_ord: head.ord,
        external_id: id.to_string(),
        kind,
        author,
        person_ord,
        staff_id,
        author_name: None,
        said_at,
        language: words.language,
        language_confidence: words.confidence,
        text,
        rev: 1,
        has_html: false,
        raw_ord: None,
    };
    (entry, words.terms)
}

/// Writes a note for ourselves into a thread.
pub async fn write_note(tx: &mut Tx, actor: &Actor, head: &Head, text: &str) -> Result<EntryId> {
    let by = match actor.staff {
        Some(staff) => (Author::Staff, None, Some(staff)),
        None => (Author::Machine, None, None),
    };
    let (ord, now) = (tx.next_ord(Noun::Entry).await?, tx.now());
    let text = check_text(text)?;
    let (entry, terms) = new_entry(ord, head, EntryKind::Note, by, text.clone(), now);
    let id = entry.id;
    entries::insert(tx, vec![entry.into_values()]).await?;
    tell_named(tx, actor, head, &text, ord).await?;
    search::index(tx, vec![(ord, terms)]).await?;
    conversations::add_to_count(tx, head.ord, 1).await?;
    add_author(tx, head, by, None).await?;
    events::said(tx, head, id);
    Ok(id)
}

async fn add_author(tx: &mut Tx, head: &Head, by: By, name: Option<&str>) -> Result<()> {
    let (author, person_ord, staff) = by;
    let one = Participant {
        conversation_ord: head.ord,
        role: if person_ord.is_some() && person_ord == head.person_ord { "customer" } else { "author" }.to_owned(),
        person_ord: person_ord.unwrap_or_default(),
        staff_key: staff.map(|id| id.to_string()).unwrap_or_default(),
        name: name.filter(|_| author == Author::External).unwrap_or_default().to_owned(),
    };
    if one.person_ord == 0 && one.staff_key.is_empty() && one.name.is_empty() {
        return Ok(());
    }
    conversations::insert_participants(tx, [one].into_iter()).await
}

/// A subject on one line, none when nothing is left of it.
pub(crate) fn check_subject(subject: Option<String>) -> Result<Option<String>> {
    let subject = subject.map(|subject| clean_line(&subject)).filter(|subject| !subject.is_empty());
    if subject.as_ref().is_some_and(|subject| subject.chars().count() > LONGEST_SUBJECT) {
        return Err(Error::invalid("subject", "error-subject-too-long"));
    }
    Ok(subject)
}

/// Clean, and neither empty nor endless.
pub(crate) fn check_text(text: &str) -> Result<String> {
    let text = textkit::clean_text(text).trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "error-text-empty"));
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(Error::Invalid { field: "text", key: "error-note-too-long", args: Vec::new() });
    }
    Ok(text)
}

/// Who says a message; a person who is not named is the one whose conversation it is.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "one is made for a request and taken apart at once")]
pub enum SaidBy {
    Person(Option<PersonIn>),
    Staff(StaffId),
    External,
    Machine,
}

/// A message that is said in a conversation that is there.
#[derive(Clone, Debug)]
pub struct SaidIn {
    pub author: SaidBy,
    pub text: String,
    pub name: Option<String>,
    pub at: Time,
    /// The same id again is the same message.
    pub external_id: Option<String>,
}

/// Says something in a conversation: an answer of ours, or what somebody said elsewhere. Nothing is sent.
pub async fn say_in(tx: &mut Tx, head: Head, said: SaidIn) -> Result<EntryId> {
    if let Some(id) = &said.external_id {
        if id.is_empty() || id.len() > LONGEST_EXTERNAL_ID {
            return Err(Error::Invalid { field: "external_id", key: "error-external-id", args: Vec::new() });
        }
        if let Some(same) = entries::find_by_external(tx, head.ord, id).await? {
            return Ok(same);
        }
    }
    let text = check_text(&said.text)?;
    let (by, who) = match said.author {
        SaidBy::Person(None) => {
            let ord = head.person_ord.ok_or(Error::invalid("person", "error-person-missing"))?;
            let who =
                Who { person_ord: Some(ord), team_ord: head.team_ord, account_ord: head.account_ord, ..Who::default() };
            ((Author::Person, Some(ord), None), Some(who))
        }
        SaidBy::Person(Some(person)) => {
            let who = people::resolve_people(tx, &[person]).await?.pop().ok_or(Error::NotFound("person"))?;
            ((Author::Person, who.person_ord, None), Some(who))
        }
        SaidBy::Staff(id) => ((Author::Staff, None, Some(id)), None),
        SaidBy::External => ((Author::External, None, None), None),
        SaidBy::Machine => ((Author::Machine, None, None), None),
    };
    let ord = tx.next_ord(Noun::Entry).await?;
    let (mut entry, terms) = new_entry(ord, &head, EntryKind::Message, by, text, said.at);
    entry.author_name = said.name.map(|name| clean_line(&name)).filter(|name| !name.is_empty());
    if let Some(external_id) = said.external_id {
        entry.external_id = external_id;
    }
    let (id, name) = (entry.id, entry.author_name.clone());
    entries::insert(tx, vec![entry.into_values()]).await?;
    search::index(tx, vec![(ord, terms)]).await?;
    let known = conversations::list_participants(tx, &[head.ord]).await?;
    add_author(tx, &head, by, name.as_deref()).await?;
    let mut thread = [Thread::saying(head, by.0)];
    refresh_heads(tx, &mut thread).await?;
    read_now(tx, &[ord]).await?;
    let [thread] = thread;
    if let Some(who) = who.filter(|who| !known.iter().any(|one| Some(one.person_ord) == who.person_ord)) {
        people::touch(tx, &[thread.touchpoint(who.person_ord, who.team_ord, who.account_ord)]).await?;
    }
    events::said(tx, &thread.head, id);
    Ok(id)
}

/// Remembers that one of us has read a conversation up to now.
pub async fn mark_read(tx: &mut Tx, staff: StaffId, head: &Head) -> Result<()> {
    let now = tx.now();
    conversations::mark_read(tx, staff, head.ord, now.max(head.last_entry_at)).await
}
