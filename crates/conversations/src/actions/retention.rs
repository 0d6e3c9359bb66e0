//! How long what came in by a door is kept: shown before it is switched on, then done by a job, each step in the audit log.
use crate::actions::erase::{empty_entries, show_what_is_left};
use crate::actions::files::erase_files;
use crate::store::doors::{self, Door};
use crate::store::retention::{self as rows, Due};
use base::{Actor, Error, Result, Time};
use serde_json::json;
use store::{Db, Job, Tx, jobs, raws::Owner};

/// The shortest and the longest time that can be set, in days.
const DAYS: std::ops::RangeInclusive<i64> = 30..=36_500;
/// Conversations emptied in one transaction.
const BATCH: i64 = 100;
const FORGET_OLD: &str = "conversations.forget_old";

/// What this does in the background.
pub(super) fn handlers() -> jobs::Handlers {
    jobs::Handlers::new().on(FORGET_OLD, |db, _| async move { forget_old(&db).await })
}

fn enqueue(tx: &mut Tx) {
    let run_at = tx.now();
    tx.enqueue(Job { kind: FORGET_OLD, dedupe_key: Some("all".into()), run_at, payload: json!({}) });
}

/// Conversations last said in before this moment are older than so many days.
fn limit_of(now: Time, days: i64) -> Time {
    now.plus(-days * Time::DAY)
}

/// What keeping so many days would empty now. Writes nothing.
pub async fn preview_retention(tx: &mut Tx, door: &Door, days: i64) -> Result<Due> {
    check_days(days)?;
    let before = limit_of(tx.now(), days);
    rows::count_due(tx, door.ord, before).await
}

/// How many days what comes in by a door is kept; for good without an answer.
pub async fn find_retention(tx: &mut Tx, door: &Door) -> Result<Option<i64>> {
    rows::find(tx, door.ord).await
}

/// Sets or lifts how long what comes in by a door is kept. `expected` is the number of conversations that the preview
/// showed: when more would be emptied by now, nothing is switched on, and somebody looks again.
pub async fn set_retention(tx: &mut Tx, actor: &Actor, door: &Door, days: Option<i64>, expected: i64) -> Result<()> {
    let before = rows::find(tx, door.ord).await?;
    if let Some(days) = days {
        if preview_retention(tx, door, days).await?.conversations > expected {
            return Err(Error::Conflict { key: "error-retention-more" });
        }
        rows::upsert(tx, door.ord, days).await?;
        enqueue(tx);
    } else {
        rows::delete(tx, door.ord).await?;
    }
    let detail = json!({"door": door.name, "before": {"days": before}, "after": {"days": days}});
    staff::note(tx, actor, "conversations.retention_changed", &door.id.to_string(), detail).await?;
    tx.announce("conversations.doors_changed", json!({"door": door.ord}));
    Ok(())
}

fn check_days(days: i64) -> Result<()> {
    let args = vec![("least", DAYS.start().to_string()), ("most", DAYS.end().to_string())];
    if DAYS.contains(&days) { Ok(()) } else { Err(Error::Invalid { field: "days", key: "error-retention-days", args }) }
}

/// Enqueues the job when the time of something is up. For whoever looks now and then.
pub async fn begin_forgetting(db: &Db) -> Result<()> {
    let mut tx = db.read().await?;
    let now = tx.now();
    for (door, days) in rows::list(&mut tx).await? {
        if !rows::list_due(&mut tx, door, limit_of(now, days), 1).await?.is_empty() {
            drop(tx);
            let mut tx = db.write().await?;
            enqueue(&mut tx);
            return tx.commit().await;
        }
    }
    Ok(())
}

/// Empties what is older than its door keeps, in short steps, each with its line in the audit log.
async fn forget_old(db: &Db) -> Result<()> {
    for (door, _) in rows::list(&mut db.read().await?).await? {
        while forget_some(db, door).await? {}
    }
    Ok(())
}

async fn forget_some(db: &Db, door_ord: i64) -> Result<bool> {
    let mut tx = db.write().await?;
    // Asked in each step: somebody may have lifted it or set it longer meanwhile.
    let Some(days) = rows::find(&mut tx, door_ord).await? else { return Ok(false) };
    let before = limit_of(tx.now(), days);
    let due = rows::list_due(&mut tx, door_ord, before, BATCH).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let entries = empty_conversations(&mut tx, &due).await?;
    let door = doors::list(&mut tx).await?.into_iter().find(|door| door.ord == door_ord);
    let (id, name) = door.map(|door| (door.id.to_string(), door.name)).unwrap_or_default();
    let older_than = before.to_string();
    let detail = json!({"door": name, "conversations": due.len(), "entries": entries, "older_than": older_than});
    staff::note(&mut tx, &Actor::system(), "conversations.emptied", &id, detail).await?;
    tx.commit().await?;
    Ok(true)
}

/// Empties whole conversations: they stay as rows that count, closed, without a word. How many entries.
async fn empty_conversations(tx: &mut Tx, ords: &[i64]) -> Result<usize> {
    let entries = rows::list_entries(tx, ords).await?;
    empty_entries(tx, &entries).await?;
    for ord in ords {
        tx.erase_raws(Owner { conversation_ord: Some(*ord), person_ord: None }).await?;
    }
    rows::empty_heads(tx, ords).await?;
    rows::erase_letters(tx, ords).await?;
    rows::erase_deliveries_in(tx, ords).await?;
    rows::delete_drafts(tx, ords).await?;
    erase_files(tx, ords).await?;
    rows::insert_emptied(tx, ords).await?;
    show_what_is_left(tx, ords).await?;
    Ok(entries.len())
}
