//! One conversation: reading it, changing its head, writing into it.
use super::out::{
    EntryOut, HeadOut, ParticipantOut, PassageOut, entries_out, heads_out, participants_out, passages_out,
};
use crate::access::{self, Scope};
use crate::actions::change::{self, Change, SaidBy, SaidIn, check_text};
use crate::actions::take_in::take_in;
use crate::model::{About, AuthorIn, Channel, ConversationIn, DraftKind, EntryIn, EntryKind, Purpose, Status};
use crate::store::conversations::Head;
use crate::store::drafts;
use crate::store::entries::{self, Entry};
use axum::http::StatusCode;
use base::{Actor, ConversationId, Cursor, EntryId, Error, Lang, StaffId, Time};
use httpkit::{Answer, AppState, Can, Etag, Idem, IfMatch, Json, Path, Query, Read, Reply, Result, State};
use people::{AccountIn, PersonIn};
use serde::{Deserialize, Serialize};
use store::Tx;

/// Entries on one page of a thread.
const PAGE: i64 = 200;
/// The source of what comes in by the API without naming one.
const API: &str = "api";

/// A conversation, whole.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ConversationPage {
    #[serde(flatten)]
    head: HeadOut,
    purpose: Option<Purpose>,
    about: Option<About>,
    #[schema(value_type = Object)]
    attributes: serde_json::Value,
    participants: Vec<ParticipantOut>,
    /// Oldest first: the newest 200, or those asked for.
    entries: Vec<EntryOut>,
    /// How many there are in all.
    entries_total: i64,
    /// Give it as `entries_before` to read what was said earlier.
    earlier: Option<String>,
    /// Give it as `entries_after` to read what was said later.
    later: Option<String>,
    passages: Vec<PassageOut>,
    rev: i64,
}

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ThreadIn {
    entries_before: Option<String>,
    entries_after: Option<String>,
}

/// Read a conversation.
#[utoipa::path(get, path = "/api/conversations/{id}", tag = "conversations", operation_id = "get_conversation",
    params(("id" = ConversationId, Path), ThreadIn), responses((status = 200, body = ConversationPage)))]
pub async fn get_conversation(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    Query(query): Query<ThreadIn>,
) -> Result<Etag<ConversationPage>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    page_of(&mut tx, can.actor(), head, &query).await
}

async fn page_of(tx: &mut Tx, actor: &Actor, head: Head, query: &ThreadIn) -> Result<Etag<ConversationPage>> {
    let (all, earlier, later) = read_entries(tx, &head, query).await?;
    let participants = participants_out(tx, &head).await?;
    let passages = passages_out(tx, &all).await?;
    let entries = entries_out(tx, actor.ui, &head, all).await?;
    let (rev, entries_total) = (head.rev, head.entry_count);
    let about = head.about_room.clone().zip(head.about_id.clone());
    let attributes = head.attributes_json.as_deref().unwrap_or("{}");
    let page = ConversationPage {
        purpose: head.purpose,
        about: about.map(|(room, id)| About { room, id, anchor: head.about_anchor.clone() }),
        attributes: serde_json::from_str(attributes).map_err(Error::store)?,
        participants,
        entries,
        entries_total,
        earlier,
        later,
        passages,
        rev,
        head: heads_out(tx, actor, vec![head]).await?.pop().ok_or(Error::NotFound("conversation"))?,
    };
    Ok(Etag(rev, page))
}

/// A stretch of a thread, oldest first, and where to go on before and after it.
async fn read_entries(
    tx: &mut Tx,
    head: &Head,
    query: &ThreadIn,
) -> base::Result<(Vec<Entry>, Option<String>, Option<String>)> {
    let place = |field, text: &String| Cursor::decode::<2>(text).map_err(|_| Error::invalid(field, "error-cursor"));
    let cursor = |entry: Option<&Entry>| entry.map(|entry| Cursor(vec![entry.said_at.0, entry.ord]).encode());
    if let Some(text) = &query.entries_after {
        let [at, ord] = place("entries_after", text)?;
        let mut all = entries::list_after(tx, head.ord, Time(at), ord, PAGE + 1).await?;
        let more = all.len() as i64 > PAGE;
        all.truncate(PAGE as usize);
        let later = if more { cursor(all.last()) } else { None };
        return Ok((all, Some(text.clone()), later));
    }
    let [at, ord] = match &query.entries_before {
        Some(text) => place("entries_before", text)?,
        None => [i64::MAX, i64::MAX],
    };
    let mut all = entries::list_before(tx, head.ord, Time(at), ord, PAGE + 1).await?;
    let more = all.len() as i64 > PAGE;
    all.truncate(PAGE as usize);
    all.reverse();
    let earlier = if more { cursor(all.first()) } else { None };
    let later = query.entries_before.as_ref().and_then(|_| cursor(all.last()));
    Ok((all, earlier, later))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ChangeIn {
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<StaffId>)]
    assignee: Option<Option<StaffId>>,
    /// A team of staff, by its name.
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<String>)]
    staff_team: Option<Option<String>>,
    /// Until when it rests.
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<Time>)]
    snoozed_until: Option<Option<Time>>,
    status: Option<Status>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<Purpose>)]
    purpose: Option<Option<Purpose>>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<String>)]
    subject: Option<Option<String>>,
}

impl ChangeIn {
    pub(super) fn read(self) -> Change {
        let ChangeIn { assignee, staff_team, snoozed_until, status, purpose, subject } = self;
        Change { assignee, staff_team, snoozed_until, status, purpose, subject }
    }
}

/// Change who answers, until when it rests, whether it is open, why it is there, or its subject.
#[utoipa::path(patch, path = "/api/conversations/{id}", tag = "conversations", operation_id = "change_conversation",
    params(("id" = ConversationId, Path), ("If-Match" = String, Header)), request_body = ChangeIn,
    responses((status = 200, body = ConversationPage)))]
pub async fn change_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    if_match: IfMatch,
    Json(input): Json<ChangeIn>,
) -> Result<Etag<ConversationPage>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    if_match.check(head.rev)?;
    let ord = head.ord;
    change::change_conversation(&mut tx, can.actor(), head, input.read()).await?;
    let head = access::get_by_ord(&mut tx, &scope, ord).await?;
    let page = page_of(&mut tx, can.actor(), head, &ThreadIn::default()).await?;
    tx.commit().await?;
    Ok(page)
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct NoteIn {
    text: String,
}

/// Write a note for ourselves.
#[utoipa::path(post, path = "/api/conversations/{id}/notes", tag = "conversations", operation_id = "create_note",
    params(("id" = ConversationId, Path)), request_body = NoteIn, responses((status = 201, body = EntryOut)))]
pub async fn create_note(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<NoteIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let entry = change::write_note(&mut tx, can.actor(), &head, &input.text).await?;
    if let Some(staff) = can.staff {
        drafts::delete(&mut tx, staff, head.ord, DraftKind::Note).await?;
    }
    let out = get_entry_out(&mut tx, can.actor(), &scope, entry).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// An entry as it is read outside.
pub async fn get_entry_out(tx: &mut Tx, actor: &Actor, scope: &Scope, id: EntryId) -> base::Result<EntryOut> {
    let (entry, head) = access::get_entry(tx, scope, id).await?;
    entries_out(tx, actor.ui, &head, vec![entry]).await?.pop().ok_or(Error::NotFound("entry"))
}

/// Who says an entry that comes in by the API.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum AuthorSaid {
    /// Somebody outside: `person`, or whose conversation it is.
    Person,
    /// You.
    Staff,
    /// Somebody of whom only `name` is known.
    External,
    Machine,
}

/// Somebody outside, by what is known: an id of your own system, or an address.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PersonSaid {
    external_id: Option<String>,
    name: Option<String>,
    email: Option<String>,
    /// The company, by the id it has in the source.
    account: Option<AccountSaid>,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct AccountSaid {
    external_id: String,
    name: Option<String>,
}

impl PersonSaid {
    fn read(&self, at: Time) -> PersonIn {
        // Who cannot be recognised again is somebody new, under an id of our making.
        let unknown = self.external_id.is_none() && self.email.is_none();
        PersonIn {
            source: API.to_owned(),
            external_id: self.external_id.clone().or_else(|| unknown.then(|| base::PersonId::new().to_string())),
            name: self.name.clone(),
            email: self.email.clone(),
            account: self.account.as_ref().map(|account| AccountIn {
                source: API.to_owned(),
                external_id: Some(account.external_id.clone()),
                name: account.name.clone(),
                ..AccountIn::default()
            }),
            at,
            ..PersonIn::default()
        }
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct EntrySaid {
    author: AuthorSaid,
    text: String,
    person: Option<PersonSaid>,
    name: Option<String>,
    /// Now unless said.
    at: Option<Time>,
    /// The same id again is the same entry.
    external_id: Option<String>,
}

impl EntrySaid {
    fn read(&self, actor: &Actor, now: Time) -> base::Result<SaidIn> {
        let at = self.at.unwrap_or(now);
        let author = match self.author {
            AuthorSaid::Person => SaidBy::Person(self.person.as_ref().map(|person| person.read(at))),
            AuthorSaid::Staff => SaidBy::Staff(actor.staff.ok_or(Error::Forbidden(base::Right::Answer))?),
            AuthorSaid::External => SaidBy::External,
            AuthorSaid::Machine => SaidBy::Machine,
        };
        let (text, name, external_id) = (self.text.clone(), self.name.clone(), self.external_id.clone());
        Ok(SaidIn { author, text, name, at, external_id })
    }
}

/// Say something in a conversation. What we say is stored; it is not sent to anybody.
#[utoipa::path(post, path = "/api/conversations/{id}/entries", tag = "conversations", operation_id = "create_entry",
    params(("id" = ConversationId, Path)), request_body = EntrySaid, responses((status = 201, body = EntryOut)))]
pub async fn create_entry(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<EntrySaid>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let said = input.read(can.actor(), tx.now())?;
    let entry = change::say_in(&mut tx, head, said).await?;
    let out = get_entry_out(&mut tx, can.actor(), &scope, entry).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ConversationSaid {
    /// `api` unless said. External ids are unique within a source.
    source: Option<String>,
    /// The same id again is the same conversation.
    external_id: Option<String>,
    channel: Option<Channel>,
    subject: Option<String>,
    language: Option<Lang>,
    person: PersonSaid,
    /// What the person said first.
    text: String,
    at: Option<Time>,
    about: Option<About>,
}

/// Bring a conversation in.
#[utoipa::path(post, path = "/api/conversations", tag = "conversations", operation_id = "create_conversation",
    request_body = ConversationSaid, responses((status = 201, body = ConversationPage)))]
pub async fn create_conversation(
    can: Can<Answer>,
    State(app): State<AppState>,
    input: Idem<ConversationSaid>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let at = input.at.unwrap_or(tx.now());
    let external_id = input.external_id.clone().unwrap_or_else(|| ConversationId::new().to_string());
    let entry = EntryIn {
        external_id: format!("{external_id}/1"),
        kind: EntryKind::Message,
        author: AuthorIn::Person(0),
        name: input.person.name.clone(),
        at,
        text: check_text(&input.text)?,
        has_html: false,
        raw_ord: None,
        attachments: Vec::new(),
        emotions: Vec::new(),
    };
    let item = ConversationIn {
        source: input.source.clone().unwrap_or_else(|| API.to_owned()),
        external_id,
        channel: input.channel.unwrap_or(Channel::Api),
        door: None,
        subject: input.subject.clone(),
        language: input.language,
        opened_at: at,
        opens_thread: false,
        status: Status::Open,
        purpose: None,
        people: vec![input.person.read(at)],
        person: Some(0),
        participants: Vec::new(),
        attributes: None,
        entries: vec![entry],
        about: input.about.clone(),
    };
    let taken = take_in(&mut tx, vec![item]).await?.pop().ok_or(Error::NotFound("conversation"))??;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_by_ord(&mut tx, &scope, taken.conversation_ord).await?;
    let Etag(_, page) = page_of(&mut tx, can.actor(), head, &ThreadIn::default()).await?;
    input.finish(tx, StatusCode::CREATED, &page).await
}

/// Remember that I have read it up to now.
#[utoipa::path(post, path = "/api/conversations/{id}/read", tag = "conversations", operation_id = "mark_conversation_read",
    params(("id" = ConversationId, Path)), responses((status = 204)))]
pub async fn mark_conversation_read(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    if let Some(staff) = can.staff {
        change::mark_read(&mut tx, staff, &head).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
