//! What these tests say over and over.
#![allow(dead_code, reason = "each test program uses a part")]
pub use testkit::TestDb;

use base::{Actor, Time};
use conversations::*;
use people::PersonIn;
use store::Db;

/// So many minutes into 2026.
pub fn at(minute: i64) -> Time {
    Time::parse("2026-01-01T00:00:00Z").unwrap().plus(minute * Time::MINUTE)
}

pub fn person(external_id: &str, name: &str) -> PersonIn {
    PersonIn {
        source: "test".into(),
        external_id: Some(external_id.into()),
        name: Some(name.into()),
        at: at(0),
        ..PersonIn::default()
    }
}

pub fn entry(external_id: &str, author: AuthorIn, minute: i64, text: &str) -> EntryIn {
    EntryIn {
        external_id: external_id.into(),
        kind: EntryKind::Message,
        name: (author == AuthorIn::External).then(|| "Agent Kim".into()),
        author,
        at: at(minute),
        text: text.into(),
        has_html: false,
        raw_ord: None,
        attachments: Vec::new(),
        emotions: Vec::new(),
    }
}

/// A chat of `p-{external_id}`: (entry, person or agent, text). An entry e1, e2, … is said a minute after the other.
pub fn chat(external_id: &str, entries: &[(&str, &str, &str)]) -> ConversationIn {
    let minute = |id: &str| id[1..].parse::<i64>().unwrap_or(1) - 1;
    let author = |who: &str| if who == "person" { AuthorIn::Person(0) } else { AuthorIn::External };
    ConversationIn {
        source: "test".into(),
        external_id: external_id.into(),
        channel: Channel::Chat,
        door: None,
        subject: None,
        language: None,
        opened_at: at(0),
        opens_thread: false,
        status: Status::Open,
        purpose: None,
        people: vec![person(&format!("p-{external_id}"), "김민지")],
        person: Some(0),
        participants: Vec::new(),
        attributes: None,
        entries: entries.iter().map(|(id, who, text)| entry(id, author(who), minute(id), text)).collect(),
        about: None,
    }
}

/// Takes all of these in, each of which must come in.
pub async fn take(db: &Db, items: Vec<ConversationIn>) -> Vec<Taken> {
    let mut tx = db.write().await.unwrap();
    let taken = take_in(&mut tx, items).await.unwrap();
    tx.commit().await.unwrap();
    taken.into_iter().collect::<base::Result<_>>().unwrap()
}

pub async fn head(db: &Db, external_id: &str) -> Head {
    let mut tx = db.read().await.unwrap();
    find_by_external(&mut tx, "test", external_id).await.unwrap().unwrap()
}

/// The external ids that a search finds, best first.
pub async fn found(db: &Db, q: &str) -> Vec<String> {
    let mut tx = db.read().await.unwrap();
    let scope = Scope::of(&mut tx, &Actor::system()).await.unwrap();
    let hits = search(&mut tx, &scope, q, None, Default::default()).await.unwrap();
    hits.items.into_iter().map(|hit| hit.head.external_id).collect()
}

pub async fn events(db: &Db, kind: &str) -> Vec<serde_json::Value> {
    let all = db.events_after(0, 10_000).await.unwrap();
    all.into_iter().filter(|event| event.kind == kind).map(|event| event.payload_json).collect()
}

/// Every invariant of this room holds.
pub async fn assert_sound(db: &Db) {
    let mut tx = db.read().await.unwrap();
    assert_eq!(check(&mut tx).await.unwrap(), []);
}
