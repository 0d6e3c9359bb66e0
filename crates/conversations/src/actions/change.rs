//! What one of us does with a conversation: assign, close, say why it is there, write a note, answer, read.
use crate::actions::take_in::take_in;
use crate::events;
use crate::model::{Author, AuthorIn, ConversationIn, EntryIn, EntryKind, Purpose, Status, read_tail};
use crate::prepare::{clean_line, words_for};
use crate::store::conversations::{self, Head, Participant};
use crate::store::entries::{self, Entry};
use base::{Actor, EntryId, Error, Result, StaffId};
use serde_json::json;
use store::{Noun, Tx, search};

/// The longest note or answer, in characters.
const LONGEST_NOTE: usize = 100_000;
const LONGEST_SUBJECT: usize = 500;

/// What is to change; absent is left alone, `Some(None)` takes away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    pub assignee: Option<Option<StaffId>>,
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
    }
    if let Some(status) = change.status.filter(|status| *status != head.status) {
        told.push(json!({"what": "status", "before": head.status, "after": status}));
        head.status = status;
        let tail = entries::list_tail(tx, head.ord).await?;
        head.waiting_since = read_tail(head.opened_at, status, &tail).waiting_since;
    }
    if let Some(purpose) = change.purpose.filter(|purpose| *purpose != head.purpose) {
        told.push(json!({"what": "purpose", "before": head.purpose, "after": purpose}));
        head.purpose = purpose;
    }
    let mut renamed = false;
    if let Some(subject) = change.subject {
        let subject = subject.map(|subject| clean_line(&subject)).filter(|subject| !subject.is_empty());
        if subject.as_ref().is_some_and(|subject| subject.chars().count() > LONGEST_SUBJECT) {
            return Err(Error::invalid("subject", "error-subject-too-long"));
        }
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
    let events = told.into_iter().map(|event| (EntryKind::Event, event.to_string()));
    add_entries(tx, actor, &head, events.collect()).await?;
    events::changed(tx, &head);
    head.rev += 1;
    Ok(head)
}

/// Writes something of ours into a thread; the ids. The head's count moves, its newest message does not.
async fn add_entries(tx: &mut Tx, actor: &Actor, head: &Head, what: Vec<(EntryKind, String)>) -> Result<Vec<EntryId>> {
    let ords = tx.next_ords(Noun::Entry, what.len()).await?;
    let (mut rows, mut ids, mut found) = (Vec::new(), Vec::new(), Vec::new());
    let now = tx.now();
    for (ord, (kind, text)) in ords.into_iter().zip(what) {
        let words = words_for(kind, &text);
        let id = EntryId::new();
        let entry = Entry {
            ord,
            id,
            conversation_ord: head.ord,
            external_id: id.to_string(),
            kind,
            author: if actor.staff.is_some() { Author::Staff } else { Author::Machine },
            person_ord: None,
            staff_id: actor.staff,
            author_name: None,
            said_at: now,
            language: words.language,
            language_confidence: words.confidence,
            text,
            rev: 1,
            has_html: false,
            raw_ord: None,
        };
        rows.push(entry.into_values());
        ids.push(id);
        if kind != EntryKind::Event {
            found.push((ord, words.terms));
        }
    }
    entries::insert(tx, rows).await?;
    conversations::add_to_count(tx, head.ord, ids.len() as i64).await?;
    search::index(tx, found).await?;
    Ok(ids)
}

/// Writes a note for ourselves into a thread.
pub async fn write_note(tx: &mut Tx, actor: &Actor, head: &Head, text: &str) -> Result<EntryId> {
    let text = check_text(text)?;
    let ids = add_entries(tx, actor, head, vec![(EntryKind::Note, text)]).await?;
    if let Some(staff) = actor.staff {
        let (role, staff_key) = ("author".to_owned(), staff.to_string());
        let one = Participant { conversation_ord: head.ord, role, person_ord: 0, staff_key, name: String::new() };
        conversations::insert_participants(tx, [one].into_iter()).await?;
    }
    let id = ids.first().copied().ok_or_else(|| Error::store("a note without an id"))?;
    events::said(tx, head, id);
    Ok(id)
}

/// Clean, and neither empty nor endless.
pub(crate) fn check_text(text: &str) -> Result<String> {
    let text = textkit::clean_text(text).trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "error-text-empty"));
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(Error::invalid("text", "error-text-too-long"));
    }
    Ok(text)
}

/// Appends one entry to a conversation that is there: an answer of ours, or what somebody said through the API. The same
/// external id again is the same entry; a changed text is a new revision.
pub async fn add_entry(tx: &mut Tx, head: &Head, entry: EntryIn, people: Vec<people::PersonIn>) -> Result<Entry> {
    let item = ConversationIn {
        source: head.source.clone(),
        external_id: head.external_id.clone(),
        channel: head.channel,
        door: None,
        subject: head.subject.clone(),
        language: head.language,
        opened_at: head.opened_at,
        opens_thread: false,
        status: Status::Open,
        person: (head.person_ord.is_none() && matches!(entry.author, AuthorIn::Person(_))).then_some(0),
        people,
        participants: Vec::new(),
        attributes: None,
        entries: vec![entry],
        about: None,
    };
    let taken = take_in(tx, vec![item]).await?.pop().ok_or_else(|| Error::store("an entry without an answer"))??;
    let entry = entries::list_by_ord(tx, &taken.entry_ords).await?.pop().ok_or(Error::NotFound("entry"))?;
    if taken.new_entries + taken.changed_entries > 0 {
        events::said(tx, head, entry.id);
    }
    Ok(entry)
}

/// Remembers that one of us has read a conversation up to now.
pub async fn mark_read(tx: &mut Tx, staff: StaffId, head: &Head) -> Result<()> {
    let now = tx.now();
    conversations::mark_read(tx, staff, head.ord, now.max(head.last_entry_at)).await
}
