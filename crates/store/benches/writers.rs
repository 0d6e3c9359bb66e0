//! The figures behind docs/decisions/0002 and 0003: one writer on each engine, its rivals on PostgreSQL, readers beside
//! it, bulk, and the search index. `cargo bench -p store`, with `SARANG_TEST_DATABASE` for PostgreSQL.
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use std::sync::{Arc, atomic::AtomicBool, atomic::AtomicU64, atomic::Ordering::Relaxed};
use std::time::{Duration, Instant};
use store::{Db, Location, Noun, Value, args, search, sql};
use testkit::TestDb;

const RUN: Duration = Duration::from_secs(4);

/// Times in microseconds.
#[derive(Default)]
struct Times(Vec<u64>);

impl Times {
    fn say(mut self, what: &str) {
        self.0.sort_unstable();
        let at = |share: f64| self.0.get((self.0.len() as f64 * share) as usize).copied().unwrap_or(0);
        let rate = self.0.len() as f64 / RUN.as_secs_f64();
        println!("{what:58} {rate:8.0}/s   p50 {:6} µs   p99 {:7} µs", at(0.5), at(0.99));
    }
}

/// Runs `work` in some tasks for the time of a run; all times together.
async fn run<F, Fut>(tasks: usize, work: F) -> Times
where
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let until = Instant::now() + RUN;
    let tasks: Vec<_> = (0..tasks)
        .map(|n| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < until {
                    let started = Instant::now();
                    work(n).await;
                    times.push(started.elapsed().as_micros() as u64);
                }
                times
            })
        })
        .collect();
    let mut all = Times::default();
    for task in tasks {
        all.0.extend(task.await.unwrap());
    }
    all
}

/// What tagging a passage does to the store, roughly: a check, two rows, an event.
async fn write(db: &Db) {
    let mut tx = db.write().await.unwrap();
    let ord = tx.next_ord(Noun::Raw).await.unwrap();
    let find = sql!("bench.find_raw" => (i64,), "SELECT ord FROM raws WHERE ord = $1");
    assert!(tx.find(find, args![ord]).await.unwrap().is_none());
    let insert =
        sql!("bench.insert_raw", "INSERT INTO raws (ord, source, kind, bytes, kept_at) VALUES ($1, $2, $3, $4, $5)");
    tx.run(insert, args![ord, "bench", "k", 1, tx.now()]).await.unwrap();
    tx.announce("test.happened", json!({ "ord": ord }));
    tx.commit().await.unwrap();
}

/// The same by several writers at once under another isolation, tried again on 40001 and 40P01.
async fn write_otherwise(conn: &mut PgConnection, begin: &'static str, again: &AtomicU64) {
    loop {
        let done: Result<(), sqlx::Error> = async {
            conn.execute(sqlx::raw_sql(begin)).await?;
            let ord: (i64,) = sqlx::query_as("INSERT INTO ords (noun, last) VALUES ('raw', 1) ON CONFLICT (noun) DO UPDATE SET last = ords.last + 1 RETURNING last").fetch_one(&mut *conn).await?;
            sqlx::query("SELECT ord FROM raws WHERE ord = $1").bind(ord.0).fetch_optional(&mut *conn).await?;
            sqlx::query("INSERT INTO raws (ord, source, kind, bytes, kept_at) VALUES ($1, 'bench', 'k', 1, 1)").bind(ord.0).execute(&mut *conn).await?;
            let seq: (i64,) = sqlx::query_as("UPDATE outbox_head SET seq = seq + 1 WHERE id = 1 RETURNING seq").fetch_one(&mut *conn).await?;
            sqlx::query("INSERT INTO outbox (seq, at, kind, payload_json) VALUES ($1, 1, 'test.happened', '{}')").bind(seq.0).execute(&mut *conn).await?;
            conn.execute(sqlx::raw_sql("COMMIT")).await?;
            Ok(())
        }
        .await;
        let Err(error) = done else { return };
        conn.execute(sqlx::raw_sql("ROLLBACK")).await.unwrap();
        let code = error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned();
        assert!(code == "40001" || code == "40P01", "{error}");
        again.fetch_add(1, Relaxed);
    }
}

async fn measure_writers(db: &TestDb) {
    for tasks in [1, 8] {
        let node = Db::clone(db);
        let times = run(tasks, move |_| {
            let node = node.clone();
            async move { write(&node).await }
        });
        times.await.say(&format!("one writer at a time: check, row, event; {tasks} tasks"));
    }
    let Location::Postgres { url, .. } = db.location() else { return };
    for begin in ["BEGIN ISOLATION LEVEL SERIALIZABLE", "BEGIN ISOLATION LEVEL READ COMMITTED"] {
        let again = Arc::new(AtomicU64::new(0));
        let mut conns = Vec::new();
        for _ in 0..8 {
            conns.push(tokio::sync::Mutex::new(PgConnection::connect(url).await.unwrap()));
        }
        let (conns, counter) = (Arc::new(conns), again.clone());
        let times = run(8, move |n| {
            let (conns, counter) = (conns.clone(), counter.clone());
            async move { write_otherwise(&mut *conns[n].lock().await, begin, &counter).await }
        });
        times.await.say(&format!("rival: {}, 8 tasks", &begin[6..]));
        println!("    tried again: {}", again.load(Relaxed));
    }
}

async fn measure_reads(db: &TestDb, writing: bool) {
    let stop = Arc::new(AtomicBool::new(false));
    let (node, stopped) = (Db::clone(db), stop.clone());
    let writer = tokio::spawn(async move {
        while writing && !stopped.load(Relaxed) {
            write(&node).await;
        }
    });
    let node = Db::clone(db);
    let times = run(8, move |n| {
        let node = node.clone();
        async move {
            let mut tx = node.read().await.unwrap();
            let get = sql!("bench.get_raw" => (i64, String), "SELECT ord, source FROM raws WHERE ord = $1");
            tx.find(get, args![n as i64 + 1]).await.unwrap();
        }
    });
    times.await.say(if writing { "read one row, 8 tasks, beside a writer" } else { "read one row, 8 tasks" });
    stop.store(true, Relaxed);
    writer.await.unwrap();
}

async fn measure_bulk(db: &TestDb) {
    let started = Instant::now();
    let (mut rows, mut commits) = (0, 0);
    while rows < 200_000 {
        let mut tx = db.write().await.unwrap();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(50) {
            let ords = tx.next_ords(Noun::Raw, 256).await.unwrap();
            let row = |ord: i64| -> [Value; 5] { args![ord, "bulk", "k", ord, ord] };
            let insert = sql!(
                "bench.insert_raws",
                "INSERT INTO raws (ord, source, kind, bytes, kept_at) VALUES ($1, $2, $3, $4, $5)"
            );
            tx.insert_rows(insert, ords.into_iter().map(row).collect()).await.unwrap();
            rows += 256;
        }
        tx.commit().await.unwrap();
        commits += 1;
    }
    println!("bulk: {:.0} rows/s in commits of 50 ms ({commits})", rows as f64 / started.elapsed().as_secs_f64());
}

/// A text of sixty words: each word is as frequent as its rank says (Zipf).
fn text(state: &mut u64) -> String {
    let mut words = String::new();
    for _ in 0..30 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let rank = (30_000f64.powf((*state >> 11) as f64 / (1u64 << 53) as f64)) as u32;
        let syllable = |n: u32| char::from_u32(0xac00 + n * 7919 % 11_172).unwrap();
        words.extend([syllable(rank), syllable(rank + 5), if rank.is_multiple_of(3) { '을' } else { '가' }, ' ']);
    }
    words
}

async fn measure_search(db: &TestDb) {
    let count: i64 = std::env::var("ENTRIES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let (mut state, mut spent, started) = (42, Duration::ZERO, Instant::now());
    for chunk in (0..count).collect::<Vec<_>>().chunks(2000) {
        let cut = Instant::now();
        let terms = chunk.iter().map(|n| (n + 1, textkit::index_terms(&text(&mut state)))).collect();
        spent += cut.elapsed();
        let mut tx = db.write().await.unwrap();
        search::index_new(&mut tx, terms).await.unwrap();
        tx.commit().await.unwrap();
    }
    let took = started.elapsed();
    println!(
        "search index: {:.0} texts of 30 words/s, {:.0} % of it cutting them into tokens",
        count as f64 / took.as_secs_f64(),
        100.0 * spent.as_secs_f64() / took.as_secs_f64()
    );
    let word = |rank: u32| {
        let syllable = |n: u32| char::from_u32(0xac00 + n * 7919 % 11_172).unwrap();
        [syllable(rank), syllable(rank + 5)].iter().collect::<String>()
    };
    for (what, query) in [
        ("most frequent word", word(1)),
        ("word in about 1 %", word(300)),
        ("rare word", word(20_000)),
        ("two frequent words", format!("{} {}", word(1), word(2))),
        ("a prefix in Latin letters", "abc".into()),
    ] {
        let query = textkit::parse_query(&query);
        for most in [1_000, search::MOST_RANKED] {
            let mut times = Vec::new();
            let mut found = search::Found::default();
            for _ in 0..15 {
                let mut tx = db.read().await.unwrap();
                let started = Instant::now();
                found = search::find(&mut tx, &query, most).await.unwrap();
                times.push(started.elapsed());
            }
            times.sort();
            println!(
                "    find {what:26} most {most:6}: {:6} words, {:6} inside, p50 {:?}, worst {:?}",
                found.words.len(),
                found.grams.len(),
                times[7],
                times[14]
            );
        }
    }
}

#[tokio::main]
async fn main() {
    let db = TestDb::new("bench").await;
    println!("{:?}", db.engine());
    measure_writers(&db).await;
    measure_reads(&db, false).await;
    measure_reads(&db, true).await;
    measure_bulk(&db).await;
    measure_search(&db).await;
}
