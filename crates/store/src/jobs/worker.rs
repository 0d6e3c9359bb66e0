//! The loop that claims jobs and runs their handlers.
use super::{Claimed, LEASE};
use crate::{Db, jobs};
use base::{JobId, Result};
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::{select, sync::Semaphore, task::JoinSet, time::sleep};

/// Jobs of other processes and those whose time has come are found within this.
const POLL: Duration = Duration::from_secs(1);
/// Jobs that run side by side in one process.
const AT_ONCE: usize = 4;

type Handler = Arc<dyn Fn(Db, Claimed) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// What to do for each kind of job.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<String, Handler>);

impl Handlers {
    pub fn new() -> Handlers {
        Handlers::default()
    }

    /// Says what a kind of job does. It may run twice for one job and must not mind.
    pub fn on<F, Fut>(mut self, kind: &'static str, handler: F) -> Handlers
    where
        F: Fn(Db, Claimed) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |db, job| Box::pin(handler(db, job)));
        let before = self.0.insert(kind.into(), handler);
        assert!(before.is_none(), "two handlers for {kind}");
        self
    }

    /// The handlers of several rooms together.
    pub fn with(mut self, others: Handlers) -> Handlers {
        for (kind, handler) in others.0 {
            assert!(self.0.insert(kind.clone(), handler).is_none(), "two handlers for {kind}");
        }
        self
    }
}

/// Runs jobs until `stop` is ready; then waits for those under way.
pub async fn run_worker(db: Db, handlers: Handlers, stop: impl Future<Output = ()>) {
    let who = format!("{}-{}", std::process::id(), JobId::new());
    let kinds: Arc<[String]> = handlers.0.keys().cloned().collect();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    tokio::pin!(stop);
    loop {
        while running.try_join_next().is_some() {}
        let claimed = match places.clone().try_acquire_owned() {
            Err(_) => None,
            Ok(place) => match claim(&db, &kinds, &who).await {
                Ok(claimed) => claimed.map(|job| (place, job)),
                Err(error) => {
                    tracing::warn!(%error, "cannot look for jobs; trying on");
                    None
                }
            },
        };
        let Some((place, job)) = claimed else {
            select! {
                () = &mut stop => break,
                () = db.0.job_added.notified() => continue,
                () = sleep(POLL) => continue,
                Some(_) = running.join_next() => continue,
            }
        };
        let (db, handler, who) = (db.clone(), handlers.0[&job.kind].clone(), who.clone());
        running.spawn(async move {
            run_one(db, handler, job, &who).await;
            drop(place);
        });
    }
    while running.join_next().await.is_some() {}
}

async fn claim(db: &Db, kinds: &[String], who: &str) -> Result<Option<Claimed>> {
    if !jobs::is_any_ready(&mut db.read().await?, kinds).await? {
        return Ok(None);
    }
    let mut tx = db.write().await?;
    let claimed = jobs::claim(&mut tx, kinds, who).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Runs a job, renewing its lease meanwhile, and writes down how it ended.
async fn run_one(db: Db, handler: Handler, job: Claimed, who: &str) {
    let mut work = tokio::spawn(handler(db.clone(), job.clone()));
    let outcome = loop {
        select! {
            outcome = &mut work => break outcome,
            () = sleep(Duration::from_micros(LEASE as u64 / 3)) => match renew(&db, job.id, who).await {
                Ok(true) => {}
                Ok(false) => {
                    // Another worker has it: two at once would be one too many.
                    work.abort();
                    tracing::warn!(kind = job.kind, id = %job.id, "a job was taken over by another worker");
                    return;
                }
                Err(error) => tracing::warn!(%error, kind = job.kind, "cannot renew a job's lease; trying on"),
            },
        }
    };
    let outcome = match outcome {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic.to_string()),
    };
    if let Err(error) = end(&db, &job, who, outcome).await {
        // Its lease runs out and it is tried again.
        tracing::warn!(%error, kind = job.kind, id = %job.id, "cannot write down how a job ended");
    }
}

async fn renew(db: &Db, id: JobId, who: &str) -> Result<bool> {
    let mut tx = db.write().await?;
    let ours = jobs::renew(&mut tx, id, who).await?;
    tx.commit().await?;
    Ok(ours)
}

async fn end(db: &Db, job: &Claimed, who: &str, outcome: Result<(), String>) -> Result<()> {
    let mut tx = db.write().await?;
    match outcome {
        Ok(()) => jobs::complete(&mut tx, job.id, who).await?,
        Err(why) => {
            tracing::warn!(kind = job.kind, id = %job.id, attempts = job.attempts, why, "a job failed");
            jobs::fail(&mut tx, job, who, &why).await?;
        }
    }
    tx.commit().await
}
