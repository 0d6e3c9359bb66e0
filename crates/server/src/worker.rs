//! Work that nobody waits for: the jobs of all rooms, and forgetting what has served its time.
use httpkit::AppState;
use std::time::Duration;
use store::{Db, blobs, jobs};
use tagging::{TagEngine, TagLearner};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// How often what has served its time is forgotten.
const CLEAN_EVERY: Duration = Duration::from_secs(600);

/// What each room does in the background.
fn handlers(state: &AppState) -> jobs::Handlers {
    jobs::Handlers::new()
        .with(frontdoor::handlers())
        .with(conversations::handlers())
        .with(tagging::handlers(state))
        .with(frontdoor::outside_handlers(state))
}

/// Starts the background work; it ends when `stop` turns true.
pub fn start(state: &AppState, stop: watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let until = |mut stop: watch::Receiver<bool>| async move {
        // A sender that is gone means the same.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let working = tokio::spawn(jobs::run_worker(state.db.clone(), handlers(state), until(stop.clone())));
    let (db, stopped) = (state.db.clone(), until(stop.clone()));
    let cleaning = tokio::spawn(async move {
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                () = &mut stopped => return,
                () = sleep(CLEAN_EVERY) => {
                    if let Err(error) = clean(&db).await {
                        tracing::warn!(%error, "cannot forget what has served its time; trying again later");
                    }
                }
            }
        }
    });
    let db = state.db.clone();
    let reading = tokio::spawn(async move {
        if let Err(error) = conversations::begin_reading(&db).await {
            tracing::warn!(%error, "emotions that are not read yet wait for the next start");
        }
    });
    let db = state.db.clone();
    let noting = tokio::spawn(async move {
        if let Err(error) = frontdoor::keep_erasure_list(&db).await {
            tracing::error!(%error, "the list of erased persons cannot be written");
        }
    });
    let engine = state.get::<TagEngine>();
    let counting = tokio::spawn(async move {
        // Whoever asks first would otherwise wait for the counts to be loaded.
        if let Err(error) = engine.catch_up().await {
            tracing::warn!(%error, "counts are not loaded yet; the first question will");
        }
    });
    let (watched, stopped) = (state.clone(), until(stop.clone()));
    let watching = tokio::spawn(async move { tagging::watch_hooks(&watched, stopped).await });
    let post = state.get::<frontdoor::mailbox::Post>().run(until(stop.clone()));
    let receiving = tokio::spawn(post);
    let (sender, stopped) = (state.clone(), until(stop.clone()));
    let sending = tokio::spawn(async move { frontdoor::run_outgoing(&sender, stopped).await });
    let (told, stopped) = (state.clone(), until(stop.clone()));
    let telling = tokio::spawn(async move { frontdoor::run_notifications(&told, stopped).await });
    let (read, stopped) = (state.clone(), until(stop.clone()));
    let morning = tokio::spawn(async move { frontdoor::run_mornings(&read, stopped).await });
    let (kept, stopped) = (state.clone(), until(stop.clone()));
    let goals = tokio::spawn(async move { roadmap::goals::run_goals(&kept, stopped).await });
    let (releases, stopped) = (state.clone(), until(stop.clone()));
    let releasing = tokio::spawn(async move { frontdoor::run_tellings(&releases, stopped).await });
    let (routed, stopped) = (state.clone(), until(stop.clone()));
    let routing = tokio::spawn(async move { frontdoor::route_conversations(&routed, stopped).await });
    let asks = tokio::spawn(roadmap::AskKeeper::clone(&state.get::<roadmap::AskKeeper>()).run(until(stop.clone())));
    let (warming, stopped) =
        (roadmap::RankEngine::clone(&state.get::<roadmap::RankEngine>()).warm(), until(stop.clone()));
    let ranking = tokio::spawn(async move {
        tokio::select! { () = warming => {}, () = stopped => {} }
    });
    let learning = tokio::spawn(TagLearner::clone(&state.get::<TagLearner>()).run(stop));
    vec![
        working, cleaning, reading, noting, counting, watching, receiving, sending, telling, releasing, morning, goals,
        routing, asks, ranking, learning,
    ]
}

/// Answers kept for a day, attempts, ended sessions, events and unused blobs kept for a week. One short transaction each.
async fn clean(db: &Db) -> base::Result<()> {
    let mut tx = db.write().await?;
    httpkit::forget_old_replies(&mut tx).await?;
    tx.commit().await?;
    let mut tx = db.write().await?;
    staff::forget_old_attempts(&mut tx).await?;
    staff::forget_old_sessions(&mut tx).await?;
    tx.commit().await?;
    let mut tx = db.write().await?;
    tx.forget_old_events().await?;
    tx.commit().await?;
    let mut tx = db.write().await?;
    frontdoor::forget_wishes(&mut tx).await?;
    tx.commit().await?;
    frontdoor::take_in_unproved(db).await?;
    conversations::begin_forgetting(db).await?;
    blobs::sweep(db).await.map(drop)
}
