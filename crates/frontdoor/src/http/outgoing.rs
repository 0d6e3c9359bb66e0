//! Answering by mail: by which doors and to whom, the answer itself, and what a door says by itself when something came in.
use crate::mailbox::{Mailbox, get_for_door};
use crate::store::outgoing as rows;
use ::store::Tx;
use axum::http::StatusCode;
use base::{ConversationId, DoorId, EntryId, Error, FileId, Time};
use conversations::{Door, EntryOut, HELD, Head, Receiver, ReplyIn, Scope, get_conversation, get_entry_out};
use httpkit::{Answer, AppState, Can, Configure, Idem, Json, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The longest that an answer is held back, in seconds.
const LONGEST_HELD: i64 = 60;
const LONGEST_ACKNOWLEDGEMENT: usize = 5_000;

/// A mailbox an answer may go out by.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SenderOut {
    pub door: DoorId,
    pub name: String,
    pub address: String,
    /// What stands below each answer.
    pub signature: String,
}

/// Somebody an answer would go to.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReceiverOut {
    pub address: String,
    pub name: Option<String>,
    /// Mail came back from there: what was said, and since when nothing is sent.
    pub rests: Option<RestsOut>,
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct RestsOut {
    pub answer: String,
    pub since: Time,
}

/// How a conversation is answered.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AnsweringOut {
    /// The mailboxes that I see; the one that fits first. Without one nothing can be sent.
    pub senders: Vec<SenderOut>,
    pub to: Vec<ReceiverOut>,
    pub cc: Vec<ReceiverOut>,
    pub subject: String,
}

/// Read by which mailbox a conversation would be answered, and to whom: whoever wrote last, and those who had a copy.
#[utoipa::path(get, path = "/api/conversations/{id}/answering", tag = "frontdoor", operation_id = "get_answering",
    params(("id" = ConversationId, Path)), responses((status = 200, body = AnsweringOut)))]
pub async fn get_answering(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<AnsweringOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = get_conversation(&mut tx, &scope, id).await?;
    let senders = list_senders(&mut tx, &scope, &head).await?;
    let ours: HashSet<String> = crate::mailbox::list_addresses(&mut tx).await?.into_iter().collect();
    let asked = conversations::find_correspondents(&mut tx, &head).await?;
    let mut seen = HashSet::new();
    let mut fresh = |one: &Receiver| {
        let plain = without_plus(&one.address);
        !ours.contains(&plain) && seen.insert(one.address.to_lowercase())
    };
    let to: Vec<Receiver> = asked.to.into_iter().filter(&mut fresh).collect();
    let cc: Vec<Receiver> = asked.cc.into_iter().filter(&mut fresh).collect();
    let all: Vec<&str> = to.iter().chain(&cc).map(|one| one.address.as_str()).collect();
    let resting = conversations::list_resting(&mut tx, &all).await?;
    let out = |one: Receiver| {
        let rests = resting.iter().find(|(address, ..)| *address == one.address.to_lowercase());
        let rests = rests.map(|(_, answer, since)| RestsOut { answer: answer.clone(), since: *since });
        ReceiverOut { address: one.address, name: one.name, rests }
    };
    let sender =
        |one: Mailbox| SenderOut { door: one.door_id, name: one.name, address: one.address, signature: one.signature };
    Ok(Json(AnsweringOut {
        senders: senders.into_iter().map(sender).collect(),
        to: to.into_iter().map(out).collect(),
        cc: cc.into_iter().map(out).collect(),
        subject: conversations::answer_subject(&head),
    }))
}

fn without_plus(address: &str) -> String {
    let address = address.to_lowercase();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or_default()),
        None => address,
    }
}

/// The mailboxes that somebody sees, that of the conversation first.
pub(crate) async fn list_senders(tx: &mut Tx, scope: &Scope, head: &Head) -> base::Result<Vec<Mailbox>> {
    let mut doors: Vec<Door> = conversations::list_doors(tx).await?;
    doors.retain(|door| scope.sees(door.ord));
    doors.sort_by_key(|door| door.ord != head.door_ord);
    let mut senders = Vec::new();
    for door in doors {
        senders.extend(get_for_door(tx, door.ord).await?.filter(|mailbox| !mailbox.smtp_host.is_empty()));
    }
    Ok(senders)
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct ReplySaid {
    pub text: String,
    pub to: Vec<Receiver>,
    #[serde(default)]
    pub cc: Vec<Receiver>,
    #[serde(default)]
    pub bcc: Vec<Receiver>,
    /// The mailbox it goes out by; the one that fits unless said.
    pub door: Option<DoorId>,
    /// Unless said, the subject of the conversation.
    pub subject: Option<String>,
    /// Files of the draft that go with it.
    #[serde(default)]
    pub files: Vec<FileId>,
    /// Whether the customer's last words stand below it, as mail programs do; they do unless said.
    pub quotes: Option<bool>,
    /// The newest entry you have read: 409 when somebody wrote since.
    pub seen: Option<EntryId>,
    /// Seconds for which it can be taken back, up to 60; 10 unless said.
    pub held_secs: Option<i64>,
}

/// Answer a conversation by mail.
#[utoipa::path(post, path = "/api/conversations/{id}/replies", tag = "frontdoor", operation_id = "create_reply",
    params(("id" = ConversationId, Path)), request_body = ReplySaid, responses((status = 201, body = EntryOut)))]
pub async fn create_reply(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    input: Idem<ReplySaid>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = get_conversation(&mut tx, &scope, id).await?;
    let senders = list_senders(&mut tx, &scope, &head).await?;
    let sender = match input.door {
        Some(door) => senders.into_iter().find(|one| one.door_id == door),
        None => senders.into_iter().next(),
    };
    let sender = sender.ok_or(Error::invalid("door", "error-no-mailbox"))?;
    let held = input.held_secs.map_or(HELD, |secs| secs.clamp(0, LONGEST_HELD) * Time::SECOND);
    let ReplySaid { text, to, cc, bcc, subject, seen, .. } = &*input;
    let reply = ReplyIn {
        door_ord: sender.door_ord,
        text: text.clone(),
        subject: subject.clone(),
        to: to.clone(),
        cc: cc.clone(),
        bcc: bcc.clone(),
        files: input.files.clone(),
        quotes: input.quotes.unwrap_or(true),
        seen: *seen,
        held,
    };
    let entry = conversations::reply(&mut tx, can.actor(), head, reply).await?;
    let out = get_entry_out(&mut tx, can.actor(), &scope, entry).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// What a door says by itself when somebody begins a conversation. Off when null.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct AcknowledgementIn {
    /// In words of your own; empty for ours.
    pub text: Option<Words>,
}

#[derive(Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AcknowledgementWords)]
pub struct Words {
    pub ko: String,
    pub en: String,
}

/// What a door says by itself, and the words of ours that stand in for empty ones.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AcknowledgementOut {
    pub text: Option<Words>,
    pub ours: Words,
}

/// Read what a door says by itself.
#[utoipa::path(get, path = "/api/doors/{id}/acknowledgement", tag = "frontdoor", operation_id = "get_acknowledgement",
    params(("id" = DoorId, Path)), responses((status = 200, body = AcknowledgementOut)))]
pub async fn get_acknowledgement(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
) -> Result<Json<AcknowledgementOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let door = find_door(&mut tx, &scope, id).await?;
    let row = rows::find_acknowledgement(&mut tx, door.ord).await?;
    let ours = |ui| crate::Reason::new("acknowledge-text").tell(ui);
    let ours = Words { ko: ours(base::Ui::Ko), en: ours(base::Ui::En) };
    Ok(Json(AcknowledgementOut { text: row.map(|(ko, en)| Words { ko, en }), ours }))
}

/// Say what a door says by itself, or that it says nothing.
#[utoipa::path(put, path = "/api/doors/{id}/acknowledgement", tag = "frontdoor", operation_id = "put_acknowledgement",
    params(("id" = DoorId, Path)), request_body = AcknowledgementIn, responses((status = 200, body = AcknowledgementIn)))]
pub async fn put_acknowledgement(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    Json(input): Json<AcknowledgementIn>,
) -> Result<Json<AcknowledgementIn>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let door = find_door(&mut tx, &scope, id).await?;
    let is_long = |text: &str| text.chars().count() > LONGEST_ACKNOWLEDGEMENT;
    if input.text.as_ref().is_some_and(|words| is_long(&words.ko) || is_long(&words.en)) {
        return Err(Error::invalid("text", "error-note-too-long").into());
    }
    rows::put_acknowledgement(&mut tx, door.ord, input.text.as_ref().map(|words| (&*words.ko, &*words.en))).await?;
    tx.commit().await?;
    Ok(Json(input))
}

pub(super) async fn find_door(tx: &mut Tx, scope: &Scope, id: DoorId) -> base::Result<Door> {
    let found = conversations::list_doors(tx).await?.into_iter().find(|door| door.id == id && scope.sees(door.ord));
    found.ok_or(Error::NotFound("door"))
}
