//! What the store does for itself once a day: forget old events, sweep unused blobs.
use crate::{Db, Job, blobs, jobs::Handlers};
use base::{Result, Time};

const KIND: &str = "store.keep_house";

/// The handlers of the store's own jobs.
pub fn handlers() -> Handlers {
    Handlers::new().on(KIND, |db, _| async move { keep_house(&db).await })
}

/// Makes sure that the next day's housekeeping waits; to be called when a server starts.
pub async fn start(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    let run_at = tx.now().plus(Time::MINUTE);
    tx.enqueue(job(run_at));
    tx.commit().await
}

fn job(run_at: Time) -> Job {
    Job { kind: KIND, dedupe_key: Some("daily".into()), run_at, payload: serde_json::Value::Null }
}

async fn keep_house(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    let tomorrow = tx.now().plus(Time::DAY);
    tx.enqueue(job(tomorrow));
    let events = tx.forget_old_events().await?;
    tx.commit().await?;
    let blobs = blobs::sweep(db).await?;
    tracing::info!(events, blobs, "kept house: forgotten events, swept blobs");
    Ok(())
}
