//! Asking an ambassador: a customer who agreed to speak with somebody who considers us. Only with their word, never more
//! than a few times a month, and nothing of the asker goes along but what one of us writes.
use crate::store::ambassadors as rows;
use base::{Actor, ConversationId, Error, Lang, PersonId, Result, Time, Ui};
use conversations::{About, Channel, ConversationIn, HELD, Head, Purpose, Receiver, ReplyIn, Scope, Status};
use httpkit::say;
use people::{Allowed, PersonIn};
use std::collections::HashMap;
use store::Tx;
use tagging::Catalogue;

/// What somebody who works with us can tell better than we can.
const FITTING: [Purpose; 2] = [Purpose::Buy, Purpose::SelfServe];
/// Nobody is asked more often within thirty days.
pub const MOST_A_MONTH: i64 = 2;
const MONTH: i64 = 30 * Time::DAY;
const MOST_SHOWN: usize = 5;
const SOURCE: &str = "ambassadors";

/// Somebody who agreed to be asked, and may be now.
#[derive(Clone, Debug)]
pub struct Ambassador {
    pub person_ord: i64,
    pub email: String,
    /// The language they wrote in last.
    pub language: Option<Lang>,
    /// How often they may be asked yet this month.
    pub left: i64,
    /// Tags that they and the conversation have in common.
    shared: i64,
}

pub fn fits(purpose: Option<Purpose>) -> bool {
    purpose.is_some_and(|purpose| FITTING.contains(&purpose))
}

/// Those who may be asked about a conversation, with most in common first; nobody where its purpose does not fit.
pub async fn list_ambassadors(tx: &mut Tx, head: &Head) -> Result<Vec<Ambassador>> {
    if !fits(head.purpose) {
        return Ok(Vec::new());
    }
    let mut agreed = people::list_allowing(tx, Allowed::Ambassador).await?;
    if let Some(asker) = head.person_ord {
        let asker = rows::find_canon(tx, asker).await?;
        agreed.retain(|person| Some(*person) != asker);
    }
    let since = Time(tx.now().0 - MONTH);
    let asked: HashMap<i64, i64> = rows::count_asks(tx, since).await?.into_iter().collect();
    let shared: HashMap<i64, i64> = rows::list_shared_tags(tx, &agreed, head.ord).await?.into_iter().collect();
    let mut all = Vec::new();
    for (person_ord, email, language) in rows::list_addresses(tx, &agreed).await? {
        let left = MOST_A_MONTH - asked.get(&person_ord).copied().unwrap_or_default();
        let shared = shared.get(&person_ord).copied().unwrap_or_default();
        if left > 0 {
            all.push(Ambassador { person_ord, email, language, left, shared });
        }
    }
    all.sort_by_key(|one| (-one.shared, -one.left, one.person_ord));
    Ok(all)
}

/// Those of them that are shown.
pub fn first_of(all: Vec<Ambassador>) -> Vec<Ambassador> {
    all.into_iter().take(MOST_SHOWN).collect()
}

/// What is written to them unless one of us writes otherwise: what it is about in words of our own catalogue, and nothing
/// of who asks.
pub async fn draft_letter(tx: &mut Tx, catalogue: &Catalogue, head: &Head, ui: Ui) -> Result<String> {
    let tags = crate::store::learning::list_tags_at(tx, head.ord, 0).await?;
    let mut topics: Vec<String> = Vec::new();
    for (tag, _) in tags {
        let Some(tag) = catalogue.by_ord(catalogue.canon(tag)) else { continue };
        let (first, other) = match ui {
            Ui::Ko => (&tag.label.ko, &tag.label.en),
            Ui::En => (&tag.label.en, &tag.label.ko),
        };
        let label = first.clone().or_else(|| other.clone()).unwrap_or_default();
        if !label.is_empty() && !topics.contains(&label) {
            topics.push(label);
        }
    }
    let key = if topics.is_empty() { "ambassador-letter-plain" } else { "ambassador-letter" };
    Ok(say(ui, key, &[("topics", topics.join(", "))]).unwrap_or_else(|| key.to_owned()))
}

/// Writes to an ambassador, in a conversation of their own.
pub async fn ask_ambassador(
    tx: &mut Tx,
    actor: &Actor,
    scope: &Scope,
    head: &Head,
    person: PersonId,
    door: (i64, String),
    (subject, text): (String, String),
) -> Result<ConversationId> {
    let row = people::get_person(tx, person).await?;
    let found = list_ambassadors(tx, head).await?.into_iter().find(|one| one.person_ord == row.ord);
    // Whoever has not agreed, was asked enough, or does not fit.
    let one = found.ok_or(Error::Conflict { key: "error-ambassador" })?;
    let now = tx.now();
    let item = ConversationIn {
        source: SOURCE.to_owned(),
        external_id: ConversationId::new().to_string(),
        channel: Channel::Email,
        door: Some(door.1),
        subject: Some(subject.clone()),
        language: one.language,
        opened_at: now,
        opens_thread: false,
        status: Status::Open,
        purpose: None,
        people: vec![PersonIn {
            source: SOURCE.to_owned(),
            email: Some(one.email.clone()),
            at: now,
            ..PersonIn::default()
        }],
        person: Some(0),
        participants: Vec::new(),
        attributes: None,
        entries: Vec::new(),
        about: Some(About { room: "conversations".to_owned(), id: head.id.to_string(), anchor: None }),
    };
    let taken = conversations::take_in(tx, vec![item]).await?.pop().ok_or(Error::NotFound("conversation"))??;
    let theirs = conversations::get_by_ord(tx, scope, taken.conversation_ord).await?;
    let id = theirs.id;
    let reply = ReplyIn {
        door_ord: door.0,
        text,
        subject: Some(subject),
        to: vec![Receiver { address: one.email, name: None }],
        cc: Vec::new(),
        bcc: Vec::new(),
        files: Vec::new(),
        quotes: false,
        seen: None,
        held: HELD,
    };
    conversations::reply(tx, actor, theirs, reply).await?;
    rows::insert_ask(tx, head.ord, row.ord, taken.conversation_ord, actor.staff).await?;
    staff::note(
        tx,
        actor,
        "frontdoor.ambassador_asked",
        &row.id.to_string(),
        serde_json::json!({"conversation": head.id}),
    )
    .await?;
    super::route::announce(tx, head);
    Ok(id)
}
