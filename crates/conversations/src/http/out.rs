//! What conversations and entries look like outside. Names, tags and marks are read in bulk, once for a page.
use super::emotions::{EntryEmotion, Feeling, emotions_of};
use crate::model::{Author, Channel, DeliveryRole, DeliveryState, EntryKind, Status, TagState};
use crate::store::conversations::{self, Head, TagOn};
use crate::store::entries::{self, Attachment, Entry};
use crate::store::replies::{self, Delivery};
use crate::store::{doors, passages};
use base::{Actor, ConversationId, DoorId, EntryId, Lang, PassageId, Result, StaffId, TagId, Time, Ui, Zone};
use people::{AccountCard, Cards, PersonCard, TeamCard};
use serde::Serialize;
use std::collections::HashMap;
use store::Tx;

/// One of us.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StaffCard {
    pub id: StaffId,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DoorCard {
    pub id: DoorId,
    pub name: String,
}

/// A text in both languages; either may be missing.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LabelOut {
    pub ko: Option<String>,
    pub en: Option<String>,
}

/// A tag on a conversation, with the kinds of its taggings.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = TagOnConversation)]
pub struct TagOut {
    pub id: TagId,
    pub path: String,
    pub label: LabelOut,
    pub kinds: Vec<String>,
}

/// A conversation in a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ConversationOut {
    #[serde(flatten)]
    pub head: HeadOut,
    /// How many.
    pub entries: i64,
}

/// What is shown of a conversation everywhere.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HeadOut {
    pub id: ConversationId,
    pub external_id: String,
    pub source: String,
    pub channel: Channel,
    pub subject: Option<String>,
    pub status: Status,
    /// The first words of the newest message.
    pub preview: String,
    pub last_said_by: Author,
    /// Something was said since you looked.
    pub unread: bool,
    pub person: Option<PersonCard>,
    pub team: Option<TeamCard>,
    pub account: Option<AccountCard>,
    pub assignee: Option<StaffCard>,
    /// The team of ours that answers.
    pub staff_team: Option<String>,
    /// Until when it rests.
    pub snoozed_until: Option<Time>,
    pub language: Option<Lang>,
    pub opened_at: Time,
    pub last_entry_at: Time,
    /// Since when somebody outside has had no answer.
    pub waiting_since: Option<Time>,
    /// Until when we promised to answer.
    pub promised_at: Option<Time>,
    pub tag_state: TagState,
    pub tags: Vec<TagOut>,
    pub door: Option<DoorCard>,
    /// How its customers felt; null while nothing of theirs has been read.
    pub emotion: Option<Feeling>,
}

fn tag_out(tag: TagOn) -> TagOut {
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    let kinds = tag.kinds.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    TagOut { id: tag.tag_id, path: tag.path, label: LabelOut { ko: said(tag.label_ko), en: said(tag.label_en) }, kinds }
}

/// What stands in a list for these heads, in their order.
pub async fn list_out(tx: &mut Tx, actor: &Actor, heads: Vec<Head>) -> Result<Vec<ConversationOut>> {
    let counts: Vec<i64> = heads.iter().map(|head| head.entry_count).collect();
    let heads = heads_out(tx, actor, heads).await?;
    Ok(heads.into_iter().zip(counts).map(|(head, entries)| ConversationOut { head, entries }).collect())
}

/// What is shown of these heads, in their order.
pub async fn heads_out(tx: &mut Tx, actor: &Actor, heads: Vec<Head>) -> Result<Vec<HeadOut>> {
    let ords: Vec<i64> = heads.iter().map(|head| head.ord).collect();
    let all = |of: fn(&Head) -> Option<i64>| heads.iter().filter_map(of).collect::<Vec<_>>();
    let cards = people::cards(tx, &all(|h| h.person_ord), &all(|h| h.team_ord), &all(|h| h.account_ord)).await?;
    let names = staff::list_staff_names(tx, heads.iter().filter_map(|head| head.assignee).collect()).await?;
    let teams = staff::list_team_names(tx).await?;
    let settings = staff::get_settings(tx).await?;
    let doors: HashMap<i64, DoorCard> =
        doors::list(tx).await?.into_iter().map(|door| (door.ord, DoorCard { id: door.id, name: door.name })).collect();
    let mut tags: HashMap<i64, Vec<TagOut>> = HashMap::new();
    for tag in conversations::list_tags(tx, &ords).await? {
        let shown = tags.entry(tag.conversation_ord).or_default();
        let tag = tag_out(tag);
        // Two tags of which one was merged into the other are one to whoever looks.
        match shown.iter_mut().find(|one| one.id == tag.id) {
            Some(one) => one.kinds.extend(tag.kinds.into_iter().filter(|k| !one.kinds.contains(k)).collect::<Vec<_>>()),
            None => shown.push(tag),
        }
    }
    let reads: HashMap<i64, Time> = match actor.staff {
        Some(staff) => conversations::list_reads(tx, staff, &ords).await?.into_iter().collect(),
        None => HashMap::new(),
    };
    let team_of = |head: &Head| head.staff_team_id.and_then(|id| teams.get(&id));
    let out = |head: Head| HeadOut {
        promised_at: head
            .waiting_since
            .and_then(|since| settings.promise_due(team_of(&head).map(String::as_str), since)),
        staff_team: team_of(&head).cloned(),
        snoozed_until: head.snoozed_until,
        emotion: Feeling::of(&head),
        id: head.id,
        external_id: head.external_id,
        source: head.source,
        channel: head.channel,
        subject: head.subject,
        status: head.status,
        preview: head.preview,
        last_said_by: head.last_said_by,
        unread: reads.get(&head.ord).is_none_or(|read| *read < head.last_entry_at),
        person: cards.person(head.person_ord),
        team: cards.team(head.team_ord),
        account: cards.account(head.account_ord),
        assignee: head.assignee.and_then(|id| Some(StaffCard { id, name: names.get(&id)?.clone() })),
        language: head.language,
        opened_at: head.opened_at,
        last_entry_at: head.last_entry_at,
        waiting_since: head.waiting_since,
        tag_state: head.tag_state,
        tags: tags.remove(&head.ord).unwrap_or_default(),
        door: doors.get(&head.door_ord).cloned(),
    };
    Ok(heads.into_iter().map(out).collect())
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AttachmentOut {
    pub name: String,
    /// As the sender said; what is delivered is looked at first.
    pub mime: String,
    pub bytes: i64,
    pub url: String,
}

/// One message, note or event. Ranges count Unicode scalars, half-open.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EntryOut {
    pub id: EntryId,
    pub external_id: String,
    pub kind: EntryKind,
    pub author: Author,
    pub person: Option<PersonCard>,
    pub staff: Option<StaffCard>,
    /// The name as it stood there.
    pub name: Option<String>,
    pub at: Time,
    pub language: Option<Lang>,
    /// Of an event: what happened, in your language.
    pub text: String,
    pub rev: i64,
    /// Quoted history, to be folded.
    pub quoted: Vec<(usize, usize)>,
    pub signature: Option<(usize, usize)>,
    pub has_original: bool,
    pub attachments: Vec<AttachmentOut>,
    /// Of a customer's message, once it has been read.
    pub emotion: Option<EntryEmotion>,
    /// Of what goes out: each address, and what became of it.
    pub deliveries: Vec<DeliveryOut>,
    /// Until when it can be taken back, unless that is over.
    pub held_until: Option<Time>,
}

/// One address an entry goes to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryOut {
    pub position: i64,
    pub role: DeliveryRole,
    pub name: Option<String>,
    pub address: String,
    pub state: DeliveryState,
    pub attempts: i64,
    /// Of a queued one: when it is tried next.
    pub due_at: Option<Time>,
    pub at: Time,
    /// What was answered to the last try, in the words of the other server.
    pub answer: Option<String>,
}

fn delivery_out(one: Delivery) -> DeliveryOut {
    let Delivery { position, role, name, address, state, attempts, due_at, changed_at, answer, .. } = one;
    let due_at = due_at.filter(|_| state == DeliveryState::Queued);
    DeliveryOut { position, role, name, address, state, attempts, due_at, at: changed_at, answer }
}

/// These entries as they are read, in their order.
pub async fn entries_out(tx: &mut Tx, ui: Ui, head: &Head, all: Vec<Entry>) -> Result<Vec<EntryOut>> {
    let ords: Vec<i64> = all.iter().map(|entry| entry.ord).collect();
    let persons: Vec<i64> = all.iter().filter_map(|entry| entry.person_ord).collect();
    let cards = people::cards(tx, &persons, &[], &[]).await?;
    let events: Vec<_> = all.iter().map(Event::read).collect();
    let named = events.iter().flatten().flat_map(Event::staff);
    let names =
        staff::list_staff_names(tx, all.iter().filter_map(|entry| entry.staff_id).chain(named).collect()).await?;
    let mut files: HashMap<i64, Vec<Attachment>> = HashMap::new();
    for file in entries::list_attachments(tx, &ords).await? {
        files.entry(file.entry_ord).or_default().push(file);
    }
    let zone = staff::get_settings(tx).await?.zone;
    let mut felt = emotions_of(tx, &all).await?;
    let held: HashMap<i64, Time> =
        replies::list(tx, &ords).await?.into_iter().map(|reply| (reply.entry_ord, reply.held_until)).collect();
    let mut deliveries: HashMap<i64, Vec<DeliveryOut>> = HashMap::new();
    for one in replies::list_deliveries(tx, &ords).await? {
        deliveries.entry(one.entry_ord).or_default().push(delivery_out(one));
    }
    let out = |(entry, event): (Entry, Option<Event>)| {
        let files = files.remove(&entry.ord).unwrap_or_default();
        let emotion = felt.remove(&entry.ord);
        let text = event.map(|event| event.say(ui, entry.staff_id, &names, &zone));
        let deliveries = deliveries.remove(&entry.ord).unwrap_or_default();
        let is_held = deliveries.iter().any(|one| one.state == DeliveryState::Queued && one.attempts == 0);
        let held_until = held.get(&entry.ord).copied().filter(|_| is_held);
        EntryOut { emotion, deliveries, held_until, ..entry_out(head, &cards, &names, entry, text, files) }
    };
    Ok(all.into_iter().zip(events).map(out).collect())
}

fn entry_out(
    head: &Head,
    cards: &Cards,
    names: &HashMap<StaffId, String>,
    entry: Entry,
    said: Option<String>,
    files: Vec<Attachment>,
) -> EntryOut {
    let is_mail = head.channel == Channel::Email && entry.kind == EntryKind::Message;
    let parts = if is_mail { mailkit::split_reply(&entry.text) } else { mailkit::Reply::default() };
    let url = |file: &Attachment| format!("/api/attachments/{}/{}", entry.id, file.position);
    EntryOut {
        attachments: files
            .into_iter()
            .map(|file| AttachmentOut { url: url(&file), name: file.name, mime: file.mime, bytes: file.bytes })
            .collect(),
        id: entry.id,
        external_id: entry.external_id,
        kind: entry.kind,
        author: entry.author,
        person: cards.person(entry.person_ord),
        staff: entry.staff_id.and_then(|id| Some(StaffCard { id, name: names.get(&id)?.clone() })),
        name: entry.author_name,
        at: entry.said_at,
        language: entry.language,
        text: said.unwrap_or(entry.text),
        rev: entry.rev,
        quoted: parts.quoted.into_iter().map(|range| (range.start, range.end)).collect(),
        signature: parts.signature.map(|range| (range.start, range.end)),
        has_original: entry.has_html && entry.raw_ord.is_some(),
        emotion: None,
        deliveries: Vec::new(),
        held_until: None,
    }
}

/// What happened to a conversation, as it is kept in the text of an event.
#[derive(serde::Deserialize)]
struct Event {
    what: String,
    before: Option<serde_json::Value>,
    after: Option<String>,
}

impl Event {
    fn read(entry: &Entry) -> Option<Event> {
        if entry.kind == EntryKind::Event { serde_json::from_str(&entry.text).ok() } else { None }
    }

    /// The member of staff it is about.
    fn staff(&self) -> Option<StaffId> {
        (self.what == "assignee").then(|| self.after.as_deref()?.parse().ok()).flatten()
    }

    fn say(&self, ui: Ui, by: Option<StaffId>, names: &HashMap<StaffId, String>, zone: &Zone) -> String {
        let who = by.and_then(|id| names.get(&id)).cloned().unwrap_or_else(|| "sarang".into());
        let after = match self.staff() {
            Some(id) => names.get(&id).cloned().unwrap_or_default(),
            None if self.what == "snooze" => self.after.as_deref().map(|at| say_moment(at, zone)).unwrap_or_default(),
            None => self.after.clone().unwrap_or_default(),
        };
        let end = match (self.what.as_str(), &self.after) {
            ("status", Some(status)) => format!("-{status}"),
            (_, None) => "-none".into(),
            _ => String::new(),
        };
        let key = format!("event-{}{end}", self.what);
        let before = self.before.as_ref().and_then(|before| before.as_str()).unwrap_or_default().to_owned();
        let value = if self.what == "purpose" {
            httpkit::say(ui, &format!("event-purpose-is-{}", after.replace('_', "-")), &[]).unwrap_or(after)
        } else {
            after
        };
        httpkit::say(ui, &key, &[("who", who), ("after", value), ("before", before)]).unwrap_or(key)
    }
}

/// A moment as a calendar of a zone shows it.
fn say_moment(at: &str, zone: &Zone) -> String {
    let shown = |at: Time| zone.inner().to_datetime(at.timestamp()).strftime("%Y-%m-%d %H:%M").to_string();
    Time::parse(at).map_or_else(|_| at.to_owned(), shown)
}

/// Somebody who takes part.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ParticipantOut {
    pub role: String,
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonCard>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffCard>,
}

pub async fn participants_out(tx: &mut Tx, head: &Head) -> Result<Vec<ParticipantOut>> {
    let all = conversations::list_participants(tx, &[head.ord]).await?;
    let persons: Vec<i64> = all.iter().map(|one| one.person_ord).filter(|ord| *ord != 0).collect();
    let cards = people::cards(tx, &persons, &[], &[]).await?;
    let staff_of = |key: &str| key.parse::<StaffId>().ok();
    let names = staff::list_staff_names(tx, all.iter().filter_map(|one| staff_of(&one.staff_key)).collect()).await?;
    let out = |one: conversations::Participant| {
        let person = cards.person(Some(one.person_ord));
        let staff = staff_of(&one.staff_key).and_then(|id| Some(StaffCard { id, name: names.get(&id)?.clone() }));
        let known = person.as_ref().map(|p| p.name.clone()).or_else(|| staff.as_ref().map(|s| s.name.clone()));
        let name = known.or(Some(one.name)).filter(|name| !name.is_empty());
        ParticipantOut { role: one.role, name, person, staff }
    };
    Ok(all.into_iter().map(out).collect())
}

/// A stretch of an entry chosen as evidence.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PassageOut {
    pub id: PassageId,
    pub entry: EntryId,
    pub start: i64,
    pub end: i64,
    pub quote: String,
}

/// The passages that stand in the present texts of these entries.
pub async fn passages_out(tx: &mut Tx, all: &[Entry]) -> Result<Vec<PassageOut>> {
    let by_ord: HashMap<i64, &Entry> = all.iter().map(|entry| (entry.ord, entry)).collect();
    let ords: Vec<i64> = by_ord.keys().copied().collect();
    let found = passages::list_of_entries(tx, &ords).await?;
    let present = found.into_iter().filter_map(|passage| {
        let entry = by_ord.get(&passage.entry_ord).filter(|entry| entry.rev == passage.entry_rev)?;
        let (start, end) = (passage.start_at, passage.end_at);
        Some(PassageOut { id: passage.id, entry: entry.id, start, end, quote: passage.quote })
    });
    Ok(present.collect())
}

/// A conversation that was found, with the words that answer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct HitOut {
    pub id: ConversationId,
    pub external_id: String,
    pub entry_id: EntryId,
    pub subject: Option<String>,
    pub channel: Channel,
    pub person: Option<PersonCard>,
    pub at: Time,
    pub snippet: SnippetOut,
    pub score: f64,
}

/// A stretch of text with the words that matched, in Unicode scalars.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SnippetOut {
    pub text: String,
    pub marks: Vec<(usize, usize)>,
}
