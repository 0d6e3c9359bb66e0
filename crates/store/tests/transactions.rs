//! What a transaction promises, on the engine that is being tested.
mod rows;

use base::{Error, TagId, Time};
use rows::{count, insert, insert_many, is_poisoned, raw};
use serde_json::json;
use std::sync::{Arc, atomic::AtomicU32, atomic::Ordering::SeqCst};
use std::time::{Duration, Instant};
use store::{Db, Filter, Noun, args, row, sql};
use testkit::TestDb;

row! {
    #[derive(Debug, Clone, PartialEq)]
    struct Raw {
        ord: i64,
        source: String,
        kind: String,
        bytes: i64,
        body: Option<Vec<u8>>,
        conversation_ord: Option<i64>,
        kept_at: Time,
    }
}

#[tokio::test]
async fn rows_survive_the_round_trip() {
    let db = TestDb::new("round trip").await;
    let mut tx = db.write().await.unwrap();
    for ord in 1..=3 {
        insert(&mut tx, ord).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    let find = sql!("test.find_raw" => Raw,
        "SELECT ord, source, kind, bytes, body, conversation_ord, kept_at FROM raws WHERE ord = $1");
    let (source, kind, body) = ("s2".to_owned(), "k".to_owned(), Some(vec![0, 255, 7]));
    let wanted = Raw { ord: 2, source, kind, bytes: 4, body, conversation_ord: None, kept_at: Time(2) };
    assert_eq!(tx.find(find, args![2]).await.unwrap(), Some(wanted));
    assert_eq!(tx.find(find, args![9]).await.unwrap(), None);
    assert!(matches!(tx.get(find, args![9]).await, Err(Error::NotFound("raw"))));
}

#[tokio::test]
async fn a_list_is_one_argument_and_may_be_empty() {
    let db = TestDb::new("lists").await;
    let mut tx = db.write().await.unwrap();
    insert_many(&mut tx, 1..=5).await.unwrap();
    let among =
        sql!("test.list_among" => (i64,), "SELECT ord FROM raws WHERE ord = ANY($1) AND source = ANY($2) ORDER BY ord");
    let texts = |n: &[i64]| n.iter().map(|n| format!("s{n}")).collect::<Vec<_>>();
    assert_eq!(tx.all(among, args![vec![1i64, 2, 3], texts(&[2, 3, 4])]).await.unwrap(), [(2,), (3,)]);
    assert_eq!(tx.all(among, args![Vec::<i64>::new(), texts(&[2])]).await.unwrap(), []);
    let others = sql!("test.list_others" => (i64,), "SELECT ord FROM raws WHERE ord <> ALL($1) ORDER BY ord");
    assert_eq!(tx.all(others, args![vec![1i64, 2, 3]]).await.unwrap(), [(4,), (5,)]);
    assert_eq!(tx.all(others, args![Vec::<i64>::new()]).await.unwrap().len(), 5);
}

#[tokio::test]
async fn ids_are_sixteen_bytes_inside_and_one_argument_as_a_list() {
    let db = TestDb::new("ids").await;
    let ids: Vec<TagId> = (0..3).map(|_| TagId::new()).collect();
    let mut tx = db.write().await.unwrap();
    let insert = sql!("test.insert_backup", "INSERT INTO backups_running (id, until) VALUES ($1, $2)");
    tx.insert_rows(insert, ids.iter().zip(0..).map(|(id, n): (_, i64)| args![id, n]).collect()).await.unwrap();
    let find = sql!("test.list_by_ids" => (TagId, i64), "SELECT id, until FROM backups_running WHERE id = ANY_ID($1) ORDER BY until");
    assert_eq!(tx.all(find, args![vec![ids[0], ids[2], TagId::new()]]).await.unwrap(), [(ids[0], 0), (ids[2], 2)]);
    assert_eq!(tx.all(find, args![Vec::<TagId>::new()]).await.unwrap(), []);
}

#[tokio::test]
async fn a_failed_statement_spoils_its_transaction() {
    let db = TestDb::new("poison").await;
    let ran = Arc::new(AtomicU32::new(0));
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    assert!(matches!(insert(&mut tx, 1).await, Err(Error::Conflict { key: "already-there" })));
    assert!(is_poisoned(insert(&mut tx, 2).await));
    let hook = ran.clone();
    tx.after_commit(move || {
        hook.fetch_add(1, SeqCst);
    });
    assert!(is_poisoned(tx.commit().await), "what was swallowed must not look like a commit");
    assert_eq!((count(&db).await, ran.load(SeqCst)), (0, 0));

    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    let hook = ran.clone();
    tx.after_commit(move || {
        hook.fetch_add(1, SeqCst);
    });
    tx.commit().await.unwrap();
    assert_eq!((count(&db).await, ran.load(SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_bad_item_of_a_batch_leaves_its_neighbours() {
    let db = TestDb::new("savepoints").await;
    let mut tx = db.write().await.unwrap();
    for (n, ord) in [1, 2, 2, 3].into_iter().enumerate() {
        let place = tx.save().await.unwrap();
        tx.announce("test.inserted", json!({ "n": n }));
        match insert(&mut tx, ord).await {
            Ok(_) => tx.release(place).await.unwrap(),
            Err(Error::Conflict { .. }) => tx.rollback_to(place).await.unwrap(),
            Err(e) => panic!("{e}"),
        }
    }
    // Nested, and undone with all inside.
    let outer = tx.save().await.unwrap();
    insert(&mut tx, 4).await.unwrap();
    let inner = tx.save().await.unwrap();
    insert(&mut tx, 5).await.unwrap();
    tx.release(inner).await.unwrap();
    tx.rollback_to(outer).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 3);
    let events = db.events_after(0, 10).await.unwrap();
    let told: Vec<_> = events.iter().map(|e| e.payload_json["n"].as_i64().unwrap()).collect();
    assert_eq!(told, [0, 1, 3], "what was undone is not told");
}

#[tokio::test]
async fn many_rows_go_in_once_each() {
    let db = TestDb::new("many").await;
    let mut tx = db.write().await.unwrap();
    assert_eq!(insert_many(&mut tx, 1..=1000).await.unwrap(), 1000);
    assert_eq!(insert_many(&mut tx, []).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    let sums = sql!("test.sum_raws" => (i64, i64), "SELECT COUNT(*), CAST(SUM(ord) AS BIGINT) FROM raws WHERE bytes = ord * 2");
    assert_eq!(tx.get(sums, []).await.unwrap(), (1000, 500_500));
}

#[tokio::test]
async fn an_argument_of_another_kind_is_refused_before_it_becomes_garbage() {
    let db = TestDb::new("kinds").await;
    let mut tx = db.write().await.unwrap();
    let set = sql!("test.set_bytes", "UPDATE raws SET bytes = $1 WHERE source = $2");
    tx.run(set, args![None::<i64>, "nobody"]).await.unwrap();
    tx.run(set, args![1, "nobody"]).await.unwrap();
    tx.run(set, args![None::<i64>, "nobody"]).await.unwrap();
    let refused = tx.run(set, args![1.5, "nobody"]).await.unwrap_err().to_string();
    assert!(refused.contains("test.set_bytes: argument 1"), "{refused}");
    tx.run(set, args![2, "nobody"]).await.expect("nothing was sent, nothing is spoiled");
}

#[tokio::test]
async fn nul_in_a_text_becomes_a_replacement_character() {
    let db = TestDb::new("nul").await;
    let mut tx = db.write().await.unwrap();
    let mut row = raw(1);
    row[1] = "a\0b".into();
    let insert = sql!(
        "test.insert_nul",
        "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    tx.run(insert, row).await.unwrap();
    let source = sql!("test.get_source" => (String,), "SELECT source FROM raws WHERE source = ANY($1)");
    assert_eq!(tx.get(source, args![vec!["a\0b"]]).await.unwrap().0, "a\u{fffd}b");
}

#[tokio::test]
async fn a_transaction_that_reads_sees_one_state_and_writes_nothing() {
    let db = TestDb::new("snapshot").await;
    let mut reader = db.read().await.unwrap();
    let all = sql!("test.count_snapshot" => (i64,), "SELECT COUNT(*) FROM raws");
    assert_eq!(reader.get(all, []).await.unwrap().0, 0);
    let mut writer = db.write().await.unwrap();
    insert(&mut writer, 1).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(reader.get(all, []).await.unwrap().0, 0);
    let refused = insert(&mut reader, 2).await.unwrap_err().to_string();
    assert!(refused.contains("opened to read"), "{refused}");
    // Also a write that gives rows, which only the engine can see.
    let sneaky = sql!("test.delete_sneaky" => (i64,), "DELETE FROM raws RETURNING ord");
    reader.all(sneaky, []).await.unwrap_err();
    drop(reader);
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_text_put_together_keeps_arguments_and_conditions_apart() {
    let db = TestDb::new("filter").await;
    let mut tx = db.write().await.unwrap();
    insert_many(&mut tx, 1..=20).await.unwrap();
    let mut filter = Filter::new("test.list_dyn", "SELECT ord, source FROM raws");
    filter.and("ord > $1 OR ord = $2", args![15, 3]);
    filter.and("source <> $1 AND ord = ANY($2)", args!["s17", vec![3i64, 16, 17, 18, 19]]);
    filter.push("ORDER BY ord DESC LIMIT $1", args![2]);
    let rows: Vec<(i64, String)> = tx.all_dyn(filter).await.unwrap();
    assert_eq!(rows, [(19, "s19".to_owned()), (18, "s18".to_owned())]);
    let all: Vec<(i64,)> = tx.all_dyn(Filter::new("test.list_all", "SELECT ord FROM raws")).await.unwrap();
    assert_eq!(all.len(), 20);
}

#[tokio::test]
async fn ords_are_dense_and_come_from_one_counter_on_all_nodes() {
    let db = TestDb::new("ords").await;
    let other = db.another_node().await;
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.next_ords(Noun::Entry, 3).await.unwrap(), [1, 2, 3]);
    assert!(tx.next_ords(Noun::Entry, 0).await.unwrap().is_empty());
    assert_eq!(tx.next_ord(Noun::Person).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut tx = other.write().await.unwrap();
    assert_eq!(tx.next_ords(Noun::Entry, 2).await.unwrap(), [4, 5]);
    drop(tx);
    let mut tx = db.write().await.unwrap();
    assert_eq!(tx.next_ord(Noun::Entry).await.unwrap(), 4, "what was undone was never given out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_take_turns_so_that_what_was_checked_still_holds() {
    let db = TestDb::new("skew").await;
    let nodes = [db.another_node().await, db.another_node().await];
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let node = nodes[n % 2].clone();
            tokio::spawn(async move {
                let mut tx = node.write().await.unwrap();
                let all = sql!("test.count_skew" => (i64,), "SELECT COUNT(*) FROM raws");
                let before = tx.get(all, []).await.unwrap().0;
                tokio::time::sleep(Duration::from_millis(2)).await;
                // The rule: at most five.
                if before < 5 {
                    insert(&mut tx, before + 1).await.unwrap();
                }
                tx.commit().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(count(&db).await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_knows_whether_another_waits_for_it() {
    let db = TestDb::new("waited_for").await;
    let mut nodes = vec![store::Db::clone(&db)];
    // Other processes are asked after where they cannot write side by side anyway.
    if db.engine() == store::Engine::Sqlite {
        nodes.push(db.another_node().await);
    }
    for node in nodes {
        let mut tx = db.write().await.unwrap();
        insert(&mut tx, count(&db).await + 1).await.unwrap();
        assert!(!tx.is_waited_for(), "nobody is there");
        // Of as many as there are places, at least one waits.
        let others: Vec<_> =
            (0..8).map(|_| node.clone()).map(|node| tokio::spawn(async move { drop(node.write().await) })).collect();
        let asked = std::time::Instant::now();
        while !tx.is_waited_for() {
            assert!(asked.elapsed() < Duration::from_secs(5), "somebody waits");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tx.commit().await.unwrap();
        for other in others {
            other.await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_writer_that_waits_too_long_is_told_so() {
    let db = TestDb::new("busy").await;
    let other = db.another_node().await;
    other.set_wait(Duration::from_millis(100));
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, 1).await.unwrap();
    assert!(matches!(other.write().await.err(), Some(Error::Busy)), "the writer before is on another node");
    db.set_wait(Duration::from_millis(100));
    if db.engine() == store::Engine::Sqlite {
        assert!(matches!(db.write().await.err(), Some(Error::Busy)), "the writer before is in this process");
    }
    tx.commit().await.unwrap();
    let mut tx = other.write().await.expect("the turn came");
    insert(&mut tx, 2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn many_rows_are_written_whatever_their_number_and_a_row_without_a_key_is_not_taken_for_a_missing_one() {
    let db = TestDb::new("wide").await;
    let insert = sql!("test.insert_wide", "INSERT INTO attempts (subject, at) VALUES ($1, $2)");
    for n in [1, 2, 5, 17, 64, 65, 130] {
        let mut tx = db.write().await.unwrap();
        let rows = (0..n).map(|at: i64| args![format!("of {n}"), at]).collect();
        assert_eq!(tx.insert_rows(insert, rows).await.unwrap(), n as u64);
        let refused = vec![args![None::<String>, 1], args!["kept", 2]];
        let save = tx.save().await.unwrap();
        assert!(tx.insert_rows(insert, refused).await.is_err(), "a subject cannot be missing");
        tx.rollback_to(save).await.unwrap();
        tx.commit().await.unwrap();
        let count = sql!("test.count_wide" => (i64, i64),
            "SELECT COUNT(*), COUNT(DISTINCT at) FROM attempts WHERE subject = $1");
        assert_eq!(db.read().await.unwrap().get(count, args![format!("of {n}")]).await.unwrap(), (n, n));
    }
}

#[tokio::test]
async fn what_is_missing_in_some_of_many_rows_or_in_all_of_them_stays_missing() {
    let db = TestDb::new("gaps").await;
    let insert = sql!(
        "test.insert_gaps",
        "INSERT INTO raws (ord, source, kind, bytes, body, conversation_ord, kept_at)
         VALUES ($1, COALESCE($2, 'none'), 'k', 0, $3, $4, 7)"
    );
    let find = sql!("test.list_gaps" => (i64, String, Option<Vec<u8>>, Option<i64>),
        "SELECT ord, source, body, conversation_ord FROM raws WHERE ord > $1 ORDER BY ord LIMIT 3");
    let mut tx = db.write().await.unwrap();
    // First none has a conversation, then some have.
    for (first, conversation) in [(0, None), (3, Some(9)), (6, None)] {
        let row = |ord: i64, source: Option<&str>, body: Option<Vec<u8>>, c: Option<i64>| args![ord, source, body, c];
        let rows = vec![
            row(first + 1, Some("a\0b"), None, conversation),
            row(first + 2, None, Some(vec![0, 1]), None),
            row(first + 3, Some("다"), Some(Vec::new()), conversation),
        ];
        assert_eq!(tx.insert_rows(insert, rows).await.unwrap(), 3);
        let expected = [
            (first + 1, "a\u{fffd}b".to_owned(), None, conversation),
            (first + 2, "none".to_owned(), Some(vec![0, 1]), None),
            (first + 3, "다".to_owned(), Some(Vec::new()), conversation),
        ];
        assert_eq!(tx.all(find, args![first]).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn what_an_engine_knows_of_a_table_grows_with_it() {
    let db = TestDb::new("grown").await;
    let mut tx = db.write().await.unwrap();
    insert_many(&mut tx, 1..=3_000).await.unwrap();
    tx.commit().await.unwrap();
    let known = sql!("test.find_statistics" => (i64,),
        "/*pg SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = 'raws'::regclass*/
         /*sqlite SELECT COUNT(*) FROM raws*/");
    // A session tells what it did once a second, and this one is over when its connection is.
    db.close().await;
    let db = Db::open(db.location()).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        db.look_at_grown_tables().await.unwrap();
        let rows = db.read().await.unwrap().get(known, []).await.unwrap().0;
        if rows == 3_000 {
            return;
        }
        assert!(Instant::now() < deadline, "it thinks of {rows}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
