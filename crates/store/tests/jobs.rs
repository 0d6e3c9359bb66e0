//! Background work: claimed once, tried again, given up, not added twice.
use base::{Error, Time};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::jobs::{self, Handlers, JobState, MOST_ATTEMPTS, run_worker};
use store::{Db, Job};
use testkit::TestDb;
use tokio::sync::oneshot;

fn job(kind: &'static str, n: i64) -> Job {
    Job { kind, dedupe_key: None, run_at: Time(0), payload: json!({ "n": n }) }
}

async fn enqueue(db: &Db, jobs: Vec<Job>) {
    let mut tx = db.write().await.unwrap();
    jobs.into_iter().for_each(|job| tx.enqueue(job));
    tx.commit().await.unwrap();
}

async fn counts(db: &Db) -> [i64; 3] {
    let mut tx = db.read().await.unwrap();
    let mut counts = [0; 3];
    for (count, state) in counts.iter_mut().zip([JobState::Pending, JobState::Running, JobState::Dead]) {
        *count = jobs::count_jobs(&mut tx, state).await.unwrap();
    }
    counts
}

async fn claim(db: &Db, who: &str) -> Option<jobs::Claimed> {
    let mut tx = db.write().await.unwrap();
    let claimed = jobs::claim(&mut tx, &["mail".to_owned()], who).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_job_is_claimed_once_by_many_workers() {
    let db = TestDb::new("claims").await;
    let other = db.another_node().await;
    enqueue(&db, (0..40).map(|n| job("mail", n)).chain([job("else", 99)]).collect()).await;
    let workers: Vec<_> = (0..6)
        .map(|w| {
            let node = if w % 2 == 0 { Db::clone(&db) } else { other.clone() };
            tokio::spawn(async move {
                let mut got = Vec::new();
                while let Some(job) = claim(&node, &format!("w{w}")).await {
                    got.push(job.payload_json["n"].as_i64().unwrap());
                }
                got
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 40);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), (0..40).collect());
    assert_eq!(counts(&db).await, [1, 40, 0], "the other kind waits for its own worker");
}

#[tokio::test]
async fn a_job_whose_worker_vanished_is_taken_over_and_the_old_worker_has_no_say() {
    let db = TestDb::new("lease").await;
    let start = Time::parse("2026-11-22T09:00:00Z").unwrap();
    db.set_clock(Some(start));
    enqueue(&db, vec![job("mail", 1)]).await;
    let first = claim(&db, "vanished").await.unwrap();
    assert!(claim(&db, "late").await.is_none());
    db.set_clock(Some(start.plus(jobs::LEASE + 1)));
    let second = claim(&db, "late").await.unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    let mut tx = db.write().await.unwrap();
    jobs::complete(&mut tx, first.id, "vanished").await.unwrap();
    assert!(!jobs::renew(&mut tx, first.id, "vanished").await.unwrap());
    assert!(jobs::renew(&mut tx, first.id, "late").await.unwrap());
    jobs::complete(&mut tx, first.id, "late").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&db).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_job_that_fails_is_tried_later_and_later_and_then_given_up() {
    let db = TestDb::new("dead").await;
    let mut now = Time::parse("2026-11-22T09:00:00Z").unwrap();
    db.set_clock(Some(now));
    enqueue(&db, vec![job("mail", 1)]).await;
    let mut waits = Vec::new();
    for _ in 0..MOST_ATTEMPTS {
        let started = now;
        let claimed = loop {
            match claim(&db, "w").await {
                Some(job) => break job,
                None => now = now.plus(Time::SECOND),
            }
            db.set_clock(Some(now));
        };
        waits.push(now.since(started) / Time::SECOND);
        let mut tx = db.write().await.unwrap();
        jobs::fail(&mut tx, &claimed, "w", "the mail server says no").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(waits, [0, 5, 10, 20, 40, 80, 160, 320]);
    assert_eq!(counts(&db).await, [0, 0, 1]);
    let dead = jobs::list_jobs(&mut db.read().await.unwrap(), JobState::Dead, 10).await.unwrap().remove(0);
    assert_eq!((dead.attempts, dead.last_error.as_deref()), (MOST_ATTEMPTS, Some("the mail server says no")));

    let mut tx = db.write().await.unwrap();
    jobs::retry(&mut tx, dead.id).await.unwrap();
    assert!(matches!(jobs::retry(&mut tx, dead.id).await, Err(Error::NotFound("job"))));
    tx.commit().await.unwrap();
    assert_eq!(claim(&db, "w").await.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_job_is_not_added_while_its_like_waits_but_is_while_its_like_runs() {
    let db = TestDb::new("dedupe").await;
    let like = || Job { dedupe_key: Some("tag 7".into()), ..job("mail", 1) };
    enqueue(&db, vec![like(), like(), Job { dedupe_key: Some("tag 8".into()), ..job("mail", 2) }]).await;
    enqueue(&db, vec![like()]).await;
    assert_eq!(counts(&db).await, [2, 0, 0]);
    let running = claim(&db, "w").await.unwrap();
    enqueue(&db, vec![like()]).await;
    assert_eq!(counts(&db).await, [2, 1, 0], "what runs may have read the old state");
    let mut tx = db.write().await.unwrap();
    jobs::fail(&mut tx, &running, "w", "no").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(counts(&db).await, [2, 0, 0], "the like that waits does it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_does_what_comes_survives_panics_and_stops_when_told() {
    let db = TestDb::new("worker").await;
    let done = Arc::new(Mutex::new(Vec::new()));
    let seen = done.clone();
    let handlers = Handlers::new()
        .on("note", move |_, job| {
            let seen = seen.clone();
            async move {
                seen.lock().unwrap().push(job.payload_json["n"].as_i64().unwrap());
                Ok(())
            }
        })
        .with(Handlers::new().on("panic", |_, _| async { panic!("a handler that panics") }));
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(run_worker(Db::clone(&db), handlers, async { drop(stopped.await) }));
    enqueue(&db, vec![job("note", 1), job("panic", 0), job("note", 2)]).await;
    let started = std::time::Instant::now();
    while done.lock().unwrap().len() < 2 || counts(&db).await != [1, 0, 0] {
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", counts(&db).await);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let left = jobs::list_jobs(&mut db.read().await.unwrap(), JobState::Pending, 10).await.unwrap().remove(0);
    assert!(left.last_error.unwrap().contains("a handler that panics"));
    stop.send(()).unwrap();
    worker.await.unwrap();
    assert_eq!(done.lock().unwrap().iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from([1, 2]));
}
