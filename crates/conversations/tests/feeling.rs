//! How customers feel: read when it comes in, read anew when it changes, corrected, taken back, joined, erased.
mod saying;

use base::Actor;
use conversations::*;
use saying::*;
use std::time::Duration;
use store::jobs::run_worker;

const ANGRY: &str = "This is terrible, I hate it and I am so angry!";
const THANKS: &str = "Thank you so much, this is wonderful!";

async fn entry_of(db: &store::Db, external_id: &str) -> (Entry, Head) {
    let head = head(db, external_id).await;
    let mut tx = db.read().await.unwrap();
    let first = first_words(&mut tx, &[head.ord]).await.unwrap()[0].1;
    (entries_by_ord(&mut tx, &[first]).await.unwrap().remove(0), head)
}

fn felt(head: &Head) -> [Option<i64>; 4] {
    [head.emotion_start, head.emotion_end, head.emotion_worst, head.emotion_best].map(|one| one.map(i64::signum))
}

#[tokio::test]
async fn a_conversation_shows_how_its_customer_felt_from_first_to_last() {
    let db = TestDb::new("felt").await;
    take(&db, vec![chat("c1", &[("e1", "person", ANGRY), ("e2", "agent", ANGRY), ("e3", "person", THANKS)])]).await;
    let first = head(&db, "c1").await;
    assert_eq!(felt(&first), [Some(-1), Some(1), Some(-1), Some(1)]);
    assert_eq!(first.last_emotion, Some(Emotion::Gratitude));
    // Of what we said ourselves nothing is read.
    take(&db, vec![chat("c2", &[("e1", "agent", THANKS)])]).await;
    assert_eq!(felt(&head(&db, "c2").await), [None; 4]);
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_changed_text_is_read_anew_and_an_emptied_one_says_nothing() {
    let db = TestDb::new("felt_anew").await;
    take(&db, vec![chat("c1", &[("e1", "person", THANKS)])]).await;
    take(&db, vec![chat("c1", &[("e1", "person", ANGRY)])]).await;
    assert_eq!(felt(&head(&db, "c1").await), [Some(-1); 4]);
    take(&db, vec![chat("c1", &[("e1", "person", "")])]).await;
    assert_eq!(felt(&head(&db, "c1").await), [None; 4]);
    assert_sound(&db).await;
}

#[tokio::test]
async fn what_one_of_us_says_stands_until_it_is_taken_back() {
    let db = TestDb::new("corrected").await;
    take(&db, vec![chat("c1", &[("e1", "person", THANKS)])]).await;
    let (entry, head_before) = entry_of(&db, "c1").await;
    let actor = Actor::system();
    let say = async |valence, emotion| {
        let mut tx = db.write().await.unwrap();
        let done = correct_emotion(&mut tx, &actor, (&entry, &head_before), valence, emotion).await;
        tx.commit().await.unwrap();
        done
    };
    say(-1, Some(Emotion::Annoyance)).await.unwrap();
    say(-2, None).await.unwrap();
    assert_eq!(head(&db, "c1").await.emotion_end, Some(-2));
    let worst = worst_felt(&mut db.read().await.unwrap(), None).await.unwrap();
    assert_eq!(worst, [(head_before.ord, Some(-2))]);
    assert!(say(2, Some(Emotion::Anger)).await.is_err(), "anger is no good thing");
    assert!(say(3, None).await.is_err());
    let back = async || {
        let mut tx = db.write().await.unwrap();
        take_back_emotion(&mut tx, &actor, (&entry, &head_before)).await.unwrap();
        tx.commit().await.unwrap();
        head(&db, "c1").await
    };
    let once = back().await;
    assert_eq!((once.emotion_end, once.last_emotion), (Some(-1), Some(Emotion::Annoyance)), "what was said before");
    assert_eq!(
        (back().await.emotion_end, back().await.last_emotion),
        (head_before.emotion_end, head_before.last_emotion)
    );
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_correction_outlives_a_change_of_the_text() {
    let db = TestDb::new("outlives").await;
    take(&db, vec![chat("c1", &[("e1", "person", "fine")])]).await;
    let (entry, before) = entry_of(&db, "c1").await;
    let mut tx = db.write().await.unwrap();
    correct_emotion(&mut tx, &Actor::system(), (&entry, &before), -2, None).await.unwrap();
    tx.commit().await.unwrap();
    take(&db, vec![chat("c1", &[("e1", "person", THANKS)])]).await;
    assert_eq!(head(&db, "c1").await.emotion_end, Some(-2));
    assert_sound(&db).await;
}

/// Runs what waits in the background until nothing waits any more.
async fn work(db: &store::Db) {
    begin_reading(db).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn(run_worker(db.clone(), handlers(), async move { drop(stopped.await) }));
    for _ in 0..400 {
        tokio::time::sleep(Duration::from_millis(25)).await;
        let mut tx = db.read().await.unwrap();
        let count = async |tx: &mut store::Tx, state| store::jobs::count_jobs(tx, state).await.unwrap();
        use store::jobs::JobState::{Pending, Running};
        if count(&mut tx, Pending).await + count(&mut tx, Running).await == 0 {
            break;
        }
    }
    stop.send(()).unwrap();
    worker.await.unwrap();
}

#[tokio::test]
async fn many_at_once_are_read_by_a_job_that_may_run_twice() {
    let db = TestDb::new("many").await;
    let items: Vec<_> = (0..40).map(|n| chat(&format!("c{n}"), &[("e1", "person", ANGRY)])).collect();
    take(&db, items.clone()).await;
    assert_eq!(felt(&head(&db, "c39").await), [None; 4], "an import does not wait");
    assert_sound(&db).await;
    work(&db).await;
    assert_eq!(felt(&head(&db, "c0").await), [Some(-1); 4]);
    assert_eq!(felt(&head(&db, "c39").await), [Some(-1); 4]);
    let told = events(&db, "conversations.emotions_read").await;
    assert_eq!(told.last().unwrap(), &serde_json::json!({"read": 40, "of": 40}));
    let felt_told = events(&db, "conversations.felt").await;
    let ords = felt_told.iter().flat_map(|event| event["ords"].as_array().unwrap());
    assert_eq!(ords.count(), 40, "each conversation is told of once");
    take(&db, items).await;
    work(&db).await;
    assert_eq!(events(&db, "conversations.felt").await, felt_told);
    assert_eq!(events(&db, "conversations.emotions_read").await.len(), told.len(), "nothing is read twice");
    assert_sound(&db).await;
}

#[tokio::test]
async fn erasing_a_person_keeps_how_it_was_felt_and_not_the_words() {
    let db = TestDb::new("felt_erased").await;
    take(&db, vec![chat("c1", &[("e1", "person", ANGRY)])]).await;
    let before = head(&db, "c1").await;
    let mut tx = db.write().await.unwrap();
    let cards = people::cards(&mut tx, &[before.person_ord.unwrap()], &[], &[]).await.unwrap();
    erase_person(&mut tx, cards.person(before.person_ord).unwrap().id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(head(&db, "c1").await.emotion_end, before.emotion_end);
    assert_sound(&db).await;
}
