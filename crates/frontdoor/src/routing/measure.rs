//! How long deciding takes in a full house: made askers and staff on a store of their own, and the functions that decide
//! every day. `sarang eval routing`.
use super::house::House;
use super::reader::PurposeReader;
use super::route::{list_turns, plan_moves, route};
use crate::store::routing::{self as rows, OursRow};
use base::{Actor, Result, Role, StaffId, Ui};
use conversations::{AuthorIn, Channel, ConversationIn, EntryIn, EntryKind, Status};
use learn::purpose::enquiries;
use people::PersonIn;
use std::time::{Duration, Instant};
use store::{Db, Tx};

const SOURCE: &str = "measure";
const BATCH: usize = 200;
/// Handing out and listing turns look at everybody: so many times is enough.
const WHOLE: usize = 40;

/// How long each took.
#[derive(Default)]
pub struct RoutingTimes {
    /// One decision: what was said read, the house looked at, written and committed.
    pub decisions: Vec<Duration>,
    /// Who takes whom of all who wait.
    pub plans: Vec<Duration>,
    /// All who wait in the order of their turns.
    pub turns: Vec<Duration>,
}

/// Lets so many wait for so many of us, of whom every second one is away, and decides about some more.
pub async fn measure_routing(db: &Db, waiting: usize, staff: usize, more: usize) -> Result<RoutingTimes> {
    let mut tx = db.write().await?;
    for n in 0..staff {
        let languages = ["ko", "en", "en,ko"][n % 3];
        make_one(&mut tx, n, languages, ["buy", "help", "partner", ""][n % 4], n % 2 == 0).await?;
    }
    tx.commit().await?;
    let reader = PurposeReader::default();
    reader.catch_up(&mut db.read().await?).await?;
    let texts = enquiries();
    let mut times = RoutingTimes::default();
    for from in (0..waiting).step_by(BATCH) {
        let mut tx = db.write().await?;
        let some = from..(from + BATCH).min(waiting);
        let ords = bring_in(&mut tx, some.map(|n| (n, texts[n % texts.len()].text.as_str()))).await?;
        let house = House::load(&mut tx).await?;
        for ord in ords {
            route(&mut tx, &reader, &house, ord).await?;
        }
        tx.commit().await?;
    }
    for n in waiting..waiting + more {
        let mut tx = db.write().await?;
        let ords = bring_in(&mut tx, [(n, texts[n % texts.len()].text.as_str())].into_iter()).await?;
        tx.commit().await?;
        let began = Instant::now();
        let mut tx = db.write().await?;
        let house = House::load(&mut tx).await?;
        route(&mut tx, &reader, &house, ords[0]).await?;
        tx.commit().await?;
        times.decisions.push(began.elapsed());
    }
    for _ in 0..WHOLE {
        let mut tx = db.read().await?;
        let began = Instant::now();
        let house = House::load(&mut tx).await?;
        plan_moves(&mut tx, &house).await?;
        times.plans.push(began.elapsed());
        let began = Instant::now();
        list_turns(&mut tx).await?;
        times.turns.push(began.elapsed());
    }
    Ok(times)
}

/// One of us, and what they say of themselves.
pub(super) async fn make_one(tx: &mut Tx, n: usize, languages: &str, skills: &str, is_here: bool) -> Result<StaffId> {
    let (email, name) = (format!("one{n}@measure.example"), format!("One {n}"));
    let new = staff::NewStaff { email, name: name.clone(), role: Role::Agent, ui: Ui::En, password_hash: None };
    let staff_id = staff::create_staff(tx, &Actor::system(), new).await?;
    let (languages, skills) = (languages.to_owned(), skills.to_owned());
    rows::put_ours(tx, &OursRow { staff_id, name, languages, skills, is_here, rev: 1 }).await?;
    Ok(staff_id)
}

/// Somebody new writes each of these: their conversations, by ord.
pub(super) async fn bring_in<'a>(tx: &mut Tx, said: impl Iterator<Item = (usize, &'a str)>) -> Result<Vec<i64>> {
    let now = tx.now();
    let item = |(n, text): (usize, &str)| ConversationIn {
        source: SOURCE.to_owned(),
        external_id: n.to_string(),
        channel: Channel::Email,
        door: None,
        subject: None,
        language: None,
        opened_at: now,
        opens_thread: false,
        status: Status::Open,
        purpose: None,
        people: vec![PersonIn {
            source: SOURCE.to_owned(),
            external_id: Some(n.to_string()),
            at: now,
            ..PersonIn::default()
        }],
        person: Some(0),
        participants: Vec::new(),
        attributes: None,
        entries: vec![EntryIn {
            external_id: format!("{n}/1"),
            kind: EntryKind::Message,
            author: AuthorIn::Person(0),
            name: None,
            at: now,
            text: text.to_owned(),
            has_html: false,
            raw_ord: None,
            attachments: Vec::new(),
            emotions: Vec::new(),
        }],
        about: None,
    };
    let taken = conversations::take_in(tx, said.map(item).collect()).await?;
    taken.into_iter().map(|one| Ok(one?.conversation_ord)).collect()
}
