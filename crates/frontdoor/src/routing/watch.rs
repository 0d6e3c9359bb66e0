//! Follows what comes in: each conversation that waits is decided about within moments, and what nobody tends to is
//! handed out.
use super::house::House;
use super::reader::PurposeReader;
use super::route::{RECENT, follow_purpose, hand_out_waiting, plan_moves, route};
use crate::learning;
use crate::store::{learning as learning_rows, routing as rows};
use base::{ConversationId, Result, Time};
use httpkit::AppState;
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Db, Event};
use tokio::{select, time::sleep};

/// Decided in one transaction: short enough for others to have their turn.
const BATCH: usize = 10;
const EVENTS: i64 = 500;
const SWEEP: i64 = 1_000;
/// Promises come near without anything happening.
const AT_LEAST: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_secs(2);

/// What is to be looked at.
#[derive(Default)]
struct Todo {
    /// Everything that waits: not all of it was named.
    all: bool,
    route: BTreeSet<i64>,
    changed: BTreeSet<i64>,
}

/// Routes until `stopped` is ready.
pub async fn run(app: &AppState, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    let (db, reader) = (app.db.clone(), PurposeReader::clone(&app.get::<PurposeReader>()));
    let mut head = db.watch();
    // What came while nobody watched is among what waits.
    let mut at: Option<i64> = None;
    loop {
        head.mark_unchanged();
        // Thousands may wait after an import. What is broken off was not committed, and is looked at again.
        let done = select! {
            () = &mut stopped => return,
            done = look(&db, &reader, &mut at) => done,
        };
        let pause = if done.is_ok() { AT_LEAST } else { AGAIN };
        if let Err(error) = done {
            tracing::warn!(%error, "conversations cannot be routed just now; trying again");
        }
        select! {
            () = &mut stopped => return,
            changed = head.changed() => if changed.is_err() { return },
            () = sleep(pause) => {}
        }
    }
}

async fn look(db: &Db, reader: &PurposeReader, at: &mut Option<i64>) -> Result<()> {
    let mut tx = db.read().await?;
    let mut todo = Todo { all: at.is_none(), ..Todo::default() };
    let mut to = tx.head().await?;
    if let Some(from) = *at
        && from < to
    {
        let events = tx.events_after(from, EVENTS).await?;
        // The log keeps a week; after a longer sleep everything that waits is looked at.
        todo.all = events.first().is_none_or(|event| event.seq != from + 1);
        to = events.last().map_or(to, |event| event.seq);
        for event in &events {
            note(&mut todo, reader, &mut tx, event).await?;
        }
    }
    reader.catch_up(&mut tx).await?;
    let since = Time(tx.now().0 - RECENT);
    let named: Vec<i64> = todo.route.iter().copied().collect();
    let mut ords = rows::list_unrouted_of(&mut tx, &named, since).await?;
    let moved: Vec<i64> = todo.changed.into_iter().collect();
    let changed = rows::list_purposes_changed(&mut tx, &moved).await?;
    let closed = learning_rows::list_closed_unsaid(&mut tx, &moved).await?;
    let spoken = learning_rows::list_answered(&mut tx, &named).await?;
    let has_questions = !learning_rows::list_probes(&mut tx).await?.is_empty();
    drop(tx);
    if !spoken.is_empty() || !closed.is_empty() || !has_questions {
        let mut tx = db.write().await?;
        learning::note_closed(&mut tx, &moved).await?;
        learning::note_answers(&mut tx, &named).await?;
        // Another node may have been quicker.
        if learning_rows::list_probes(&mut tx).await?.is_empty() {
            learning::plant_seeds(&mut tx).await?;
        }
        tx.commit().await?;
    }
    loop {
        for some in ords.chunks(BATCH) {
            let mut tx = db.write().await?;
            let house = House::load(&mut tx).await?;
            for (ord,) in some {
                route(&mut tx, reader, &house, *ord).await?;
            }
            tx.commit().await?;
        }
        if !todo.all {
            break;
        }
        let rest = rows::list_unrouted(&mut db.read().await?, since, SWEEP).await?;
        // Whatever cannot be decided now would be found for ever.
        todo.all = !rest.is_empty() && rest != ords;
        ords = rest;
    }
    for (ord,) in changed {
        let mut tx = db.write().await?;
        follow_purpose(&mut tx, ord).await?;
        tx.commit().await?;
    }
    let mut tx = db.read().await?;
    let house = House::load(&mut tx).await?;
    if !plan_moves(&mut tx, &house).await?.is_empty() {
        drop(tx);
        let mut tx = db.write().await?;
        let house = House::load(&mut tx).await?;
        hand_out_waiting(&mut tx, &house).await?;
        tx.commit().await?;
    }
    *at = Some(to);
    Ok(())
}

async fn note(todo: &mut Todo, reader: &PurposeReader, tx: &mut store::Tx, event: &Event) -> Result<()> {
    let payload = &event.payload_json;
    let ids = |name: &str| {
        let id = payload[name].as_str().and_then(|id| ConversationId::parse(id).ok());
        id.into_iter().collect::<Vec<_>>()
    };
    match event.kind.as_str() {
        "conversations.taken_in" => {
            todo.route.extend(payload["ords"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_i64));
            todo.all |= payload["more"] == true;
        }
        "conversations.said" => {
            todo.route.extend(rows::list_ords(tx, ids("conversation")).await?.into_iter().map(|(ord,)| ord));
        }
        "conversations.changed" => {
            todo.changed.extend(rows::list_ords(tx, ids("conversation")).await?.into_iter().map(|(ord,)| ord));
        }
        "conversations.erased" => reader.forget(),
        _ => {}
    }
    Ok(())
}
