//! Every statement of the store holds on the engine that is being tested; and the proof finds planted mistakes.
use store::testing::{Street, check_registry};
use store::{FromRow, Sql, row, sql};
use testkit::TestDb;

row! {
    struct Swapped {
        bytes: i64,
        ord: i64,
    }
}

/// Never run, only registered: the proof must find each of them.
#[allow(dead_code, reason = "registered by being compiled")]
fn planted() {
    fn keep<R: FromRow, const N: usize>(_: Sql<R, N>) {}
    keep(sql!("test.read_star" => (i64,), "SELECT * FROM ords"));
    keep(sql!("test.read_typo" => (i64,), "SELECT byts FROM raws"));
    keep(sql!("test.read_two_columns" => (i64,), "SELECT ord, bytes FROM raws"));
    keep(sql!("test.write_elsewhere", "DELETE FROM jobs WHERE kind = $1"));
    keep(sql!("test.run_two", "DELETE FROM raws WHERE ord = $1; DELETE FROM raws"));
    keep(sql!("test.read_swapped" => Swapped, "SELECT ord, bytes FROM raws"));
    keep(sql!("test.read_sum" => (i64,), "SELECT SUM(bytes) FROM raws"));
    keep(sql!("test.read_quoted" => (String,), "SELECT source FROM raws WHERE source = \"typo\""));
    keep(sql!("test.read_untyped" => (i64,), "SELECT ord FROM raws WHERE $1 IS NULL"));
    keep(sql!("test.read_good" => (i64,), "SELECT COUNT(*) * 2 FROM outbox WHERE seq = ANY($1)"));
    keep(sql!("nowhere.read_raw" => (i64,), "SELECT ord FROM raws"));
}

#[tokio::test]
async fn every_statement_of_the_store_holds() {
    let db = TestDb::new("registry").await;
    let wrong = check_registry(&db, &Street::new(&[("nowhere", &[])]), false).await.unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn planted_mistakes_are_found() {
    let db = TestDb::new("planted").await;
    let wrong = check_registry(&db, &Street::new(&[("test", &[])]), true).await.unwrap();
    let wrong: Vec<&str> = wrong.iter().map(|w| w.split(' ').next().unwrap()).collect();
    let mut wanted = vec![
        "nowhere.read_raw",
        "test.read_star",
        "test.read_typo",
        "test.read_two_columns",
        "test.write_elsewhere",
        "test.run_two",
    ];
    match db.engine() {
        // It takes "typo" for a string and SUM for an integer; PostgreSQL tells.
        store::Engine::Sqlite => wanted.push("test.read_swapped"),
        store::Engine::Postgres => wanted.extend(["test.read_sum", "test.read_quoted", "test.read_untyped"]),
    }
    for name in wanted {
        assert!(wrong.contains(&name), "{name} was not found among {wrong:?}");
    }
    assert!(!wrong.contains(&"test.read_good"), "{wrong:?}");
}
