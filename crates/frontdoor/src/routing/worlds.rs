//! Random days in random houses, through the functions that decide every day: nobody waits beyond the promise while
//! somebody is free, the floor holds for the smallest, and every decision has its sentence in both languages.
use super::house::House;
use super::measure::{bring_in, make_one};
use super::reader::PurposeReader;
use super::route::{Reroute, hand_out_waiting, load_queue, reroute, route};
use super::rules::Reason;
use crate::http::routing::sentence_of;
use crate::store::routing::{self as rows, OursRow};
use base::{Actor, Role, StaffId, Time};
use conversations::{Change, Scope, Status};
use learn::purpose::enquiries;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use testkit::TestDb;

const WORLDS: u64 = 8;
const STEPS: usize = 24;

async fn set_promise(db: &TestDb, minutes: i64) {
    let mut tx = db.write().await.unwrap();
    staff::adjust_settings(&mut tx, &Actor::system(), |settings| settings.promise_minutes = minutes).await.unwrap();
    tx.commit().await.unwrap();
}

/// Everybody whose turn cannot wait is first with somebody who is here, or nobody is free for them.
async fn check_turns(db: &TestDb, seed: u64) {
    let mut tx = db.read().await.unwrap();
    let now = tx.now();
    let house = House::load(&mut tx).await.unwrap();
    let queue = load_queue(&mut tx, &house).await.unwrap();
    let in_turn = || queue.order.iter().map(|at| &queue.askers[*at]);
    let first_of = |who: StaffId| in_turn().find(|(row, _)| row.assignee == Some(who)).map(|(row, _)| row.ord);
    let free = house.ours.iter().find(|one| one.is_here && first_of(one.staff_id).is_none());
    for (row, asker) in in_turn().filter(|(_, asker)| asker.is_due(now.0)) {
        let is_here = |who: StaffId| house.ours.iter().any(|one| one.staff_id == who && one.is_here);
        let is_tended = row.assignee.is_some_and(|who| is_here(who) && first_of(who) == Some(row.ord));
        assert!(is_tended || free.is_none(), "world {seed}: {asker:?} waits while {free:?} is free");
    }
    // What is due comes before what is not, whatever it is worth.
    let due: Vec<bool> = in_turn().map(|(_, asker)| asker.is_due(now.0)).collect();
    assert!(due.windows(2).all(|two| two[0] || !two[1]), "world {seed}: the floor");
}

async fn check_sentences(db: &TestDb, ords: &[i64], seed: u64) {
    let mut tx = db.read().await.unwrap();
    let house = House::load(&mut tx).await.unwrap();
    let mut told = 0;
    for head in conversations::heads(&mut tx, ords).await.unwrap() {
        for decision in rows::list_decisions(&mut tx, &[head.ord]).await.unwrap() {
            let sentence = sentence_of(&mut tx, &house, &head, &decision).await.unwrap();
            for text in [&sentence.ko, &sentence.en] {
                assert!(text.ends_with('.') && !text.contains("route-") && !text.contains('{'), "world {seed}: {text}");
            }
            assert!(sentence.ko.chars().any(|c| ('가'..='힣').contains(&c)) && sentence.ko != sentence.en);
            told += 1;
        }
    }
    assert!(told >= ords.len(), "world {seed}: every conversation was decided about");
}

#[tokio::test]
async fn nobody_waits_beyond_the_promise_while_somebody_is_free_and_every_decision_is_told() {
    let texts = enquiries();
    let reader = PurposeReader::default();
    for seed in 0..WORLDS {
        let mut random = StdRng::seed_from_u64(seed);
        let db = TestDb::new("worlds").await;
        let mut now = Time::parse("2026-11-23T09:00:00Z").unwrap();
        db.set_clock(Some(now));
        set_promise(&db, [0, 60, 480, 2_000][random.random_range(0..4)]).await;
        let mut tx = db.write().await.unwrap();
        let mut ours = Vec::new();
        for n in 0..random.random_range(1..6) {
            let languages = ["ko", "en", "en,ko", ""][random.random_range(0..4)];
            ours.push(
                make_one(&mut tx, n, languages, ["buy", "help", ""][random.random_range(0..3)], n > 0).await.unwrap(),
            );
        }
        reader.catch_up(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let (mut all, mut open): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
        for _ in 0..STEPS {
            now = now.plus(random.random_range(0..300) * Time::MINUTE);
            db.set_clock(Some(now));
            let mut tx = db.write().await.unwrap();
            let house = House::load(&mut tx).await.unwrap();
            match random.random_range(0..8) {
                0..4 => {
                    let some = random.random_range(1..4);
                    let said = (all.len()..all.len() + some).map(|n| (n, texts[n * 31 % texts.len()].text.as_str()));
                    for ord in bring_in(&mut tx, said).await.unwrap() {
                        route(&mut tx, &reader, &house, ord).await.unwrap();
                        all.push(ord);
                        open.push(ord);
                    }
                }
                4 if !open.is_empty() => {
                    let ord = open.swap_remove(random.random_range(0..open.len()));
                    let head = conversations::heads(&mut tx, &[ord]).await.unwrap().remove(0);
                    let change = Change { status: Some(Status::Closed), ..Change::default() };
                    conversations::change_conversation(&mut tx, &Actor::system(), head, change).await.unwrap();
                }
                5 if !open.is_empty() => {
                    let ord = open[random.random_range(0..open.len())];
                    let head = conversations::heads(&mut tx, &[ord]).await.unwrap().remove(0);
                    let by = Actor { staff: Some(ours[0]), role: Role::Agent, ..Actor::system() };
                    let reason = [Reason::Language, Reason::Load, Reason::Value][random.random_range(0..3)];
                    let to = Reroute { reason, purpose: None, team: None, assignee: None };
                    reroute(&mut tx, &by, &Scope::default(), head.id, to).await.unwrap();
                }
                _ => {
                    // Somebody comes or goes.
                    let one: OursRow = house.ours[random.random_range(0..house.ours.len())].clone();
                    rows::put_ours(&mut tx, &OursRow { is_here: !one.is_here, ..one }).await.unwrap();
                }
            }
            let house = House::load(&mut tx).await.unwrap();
            hand_out_waiting(&mut tx, &house).await.unwrap();
            tx.commit().await.unwrap();
            check_turns(&db, seed).await;
        }
        check_sentences(&db, &all, seed).await;
    }
}
