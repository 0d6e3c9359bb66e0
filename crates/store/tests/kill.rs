//! kill -9 at any moment: what was acknowledged is there, whole, once.
mod rows;

use rows::insert;
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use store::{Db, Location, check, sql};
use testkit::TestDb;

/// Where the child writes; set by the test for the copy of this program that it starts and kills.
const AT: &str = "SARANG_TEST_KILL_AT";

fn location() -> Option<Location> {
    let at = std::env::var(AT).ok()?;
    let (folder, url) = at.split_once('|')?;
    let folder = PathBuf::from(folder);
    Some(if url.is_empty() { Location::Sqlite(folder) } else { Location::Postgres { url: url.into(), folder } })
}

/// Writes until it is killed and says what was acknowledged.
async fn write_for_ever(at: Location) {
    let db = Db::open(&at).await.unwrap();
    let mut next = db.head().await.unwrap() + 1;
    loop {
        let mut tx = db.write().await.unwrap();
        insert(&mut tx, next * 2).await.unwrap();
        insert(&mut tx, next * 2 + 1).await.unwrap();
        tx.announce("test.happened", json!({ "n": next }));
        tx.commit().await.unwrap();
        println!("\nacknowledged {next}");
        std::io::stdout().flush().unwrap();
        next += 1;
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    if let Some(at) = location() {
        // This is the copy that is to be killed.
        write_for_ever(at).await;
    }
    let db = TestDb::new("kill").await;
    let at = match db.location() {
        Location::Sqlite(folder) => format!("{}|", folder.display()),
        Location::Postgres { url, folder } => format!("{}|{url}", folder.display()),
    };
    let mut acknowledged = 0;
    let rounds = if std::env::var_os("SARANG_SOAK").is_some() { 200 } else { 6 };
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "what_was_acknowledged_survives_kill_9", "--nocapture"])
            .env(AT, &at)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let lines = said.lines().map_while(Result::ok);
            lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<i64>().ok()).last()
        });
        tokio::time::sleep(Duration::from_millis(150 + round * 37 % 400)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = reader.join().unwrap().unwrap_or(acknowledged);

        let mut tx = db.write().await.expect("the writer that was killed holds nothing");
        let head = tx.head().await.unwrap();
        assert!(head == acknowledged || head == acknowledged + 1, "{head} of {acknowledged} acknowledged");
        let rows = sql!("test.count_killed" => (i64, i64), "SELECT COUNT(*), COALESCE(MAX(ord), 1) FROM raws");
        assert_eq!(tx.get(rows, []).await.unwrap(), (head * 2, head * 2 + 1), "both rows of each commit or none");
        let broken = check(&mut tx).await.unwrap();
        assert!(broken.iter().all(|b| b.invariant == "ords come from their counter"), "{broken:?}");
    }
    assert!(acknowledged > rounds as i64, "the child wrote {acknowledged}");
}
