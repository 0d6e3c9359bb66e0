//! How fast conversations come in, end to end: parse, prepare on one thread, write on another, durable.
//! `cargo run --release -p conversations --example take_in_speed -- FILE.jsonl… [--batch N]`, or `--made N` for N made-up
//! conversations of five entries. The store is a fresh SQLite folder.
use base::Time;
use conversations::*;
use people::PersonIn;
use serde_json::Value;
use std::io::BufRead;
use std::time::Instant;
use store::{Db, Location};

fn item(source: &str, line: &Value) -> ConversationIn {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let time = |value: &Value| Time::parse(value.as_str().unwrap_or_default()).unwrap_or_default();
    let at = time(&line["opened_at"]);
    let person = PersonIn {
        source: source.into(),
        external_id: text(&line["person"]["external_id"]),
        name: text(&line["person"]["name"]),
        email: text(&line["person"]["email"]),
        at,
        ..PersonIn::default()
    };
    let entry = |entry: &Value| EntryIn {
        external_id: text(&entry["external_id"]).unwrap_or_default(),
        kind: EntryKind::Message,
        author: if entry["author"] == "person" { AuthorIn::Person(0) } else { AuthorIn::External },
        name: text(&entry["name"]),
        at: time(&entry["at"]),
        text: text(&entry["text"]).unwrap_or_default(),
        has_html: false,
        raw_ord: None,
        attachments: Vec::new(),
    };
    ConversationIn {
        source: source.into(),
        external_id: text(&line["external_id"]).unwrap_or_default(),
        channel: line["channel"].as_str().and_then(|word| word.parse().ok()).unwrap_or(Channel::Api),
        door: None,
        subject: text(&line["subject"]),
        language: line["language"].as_str().and_then(|word| word.parse().ok()),
        opened_at: at,
        opens_thread: false,
        status: Status::Closed,
        purpose: None,
        people: vec![person],
        person: Some(0),
        participants: Vec::new(),
        attributes: line["attributes"].is_object().then(|| line["attributes"].to_string()),
        entries: line["entries"].as_array().into_iter().flatten().map(entry).collect(),
        about: None,
    }
}

/// The nth of many alike: five entries of about a hundred characters, in turn Korean and English.
fn made(n: usize) -> ConversationIn {
    const KO: &str = "안녕하세요. 어제부터 내보내기를 누르면 화면이 멈추고 파일이 내려오지 않습니다. 결제는 정상이고 브라우저를 바꿔도 같아요. 번호는 ";
    const EN: &str = "Since yesterday the export stops half way and the file never arrives; payment is fine, other browsers do the same. Case ";
    let words = if n.is_multiple_of(2) { KO } else { EN };
    let entries: Vec<Value> = (0..5)
        .map(|k| {
            let author = if k % 2 == 0 { "person" } else { "agent" };
            let at = Time(1_700_000_000_000_000 + (n as i64 * 5 + k) * 1_000_000).to_string();
            serde_json::json!({"external_id": format!("e{n}-{k}"), "author": author, "name": "Kim", "at": at, "text": format!("{words}{}", n * 7 + k as usize)})
        })
        .collect();
    item(
        "made",
        &serde_json::json!({"external_id": format!("c{n}"), "channel": "chat", "opened_at": entries[0]["at"].clone(),
        "person": {"external_id": format!("p{}", n % 50_000), "name": "김민지"}, "entries": entries}),
    )
}

#[tokio::main]
async fn main() -> base::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, or: usize| {
        let place = args.iter().position(|arg| arg == name);
        place.and_then(|place| args.get(place + 1)?.parse().ok()).unwrap_or(or)
    };
    let folder = std::env::temp_dir().join(format!("take-in-{}", std::process::id()));
    let db = Db::open(&Location::Sqlite(folder.clone())).await?;
    db.migrate().await?;
    let (batch, count) = (number("--batch", 1000), number("--made", 0));
    let files: Vec<String> = args.iter().filter(|arg| arg.ends_with(".jsonl")).cloned().collect();
    let (send, mut receive) = tokio::sync::mpsc::channel::<Vec<base::Result<Prepared>>>(4);
    let start = Instant::now();
    std::thread::spawn(move || {
        let lines = files.iter().flat_map(|file| {
            let file = std::io::BufReader::with_capacity(1 << 20, std::fs::File::open(file).expect("the file"));
            file.lines().map(|line| item("jsonl", &serde_json::from_str(&line.expect("a line")).expect("JSON")))
        });
        let (mut ready, mut entries, mut busy) = (Vec::new(), 0, std::time::Duration::ZERO);
        for item in lines.chain((0..count).map(made)) {
            let begin = Instant::now();
            entries += item.entries.len();
            ready.push(prepare(item));
            busy += begin.elapsed();
            if entries >= batch {
                send.blocking_send(std::mem::take(&mut ready)).expect("the writer");
                entries = 0;
            }
        }
        send.blocking_send(ready).expect("the writer");
        println!("preparing alone took {busy:?}");
    });
    let (mut conversations, mut entries, mut writing) = (0, 0, std::time::Duration::ZERO);
    while let Some(items) = receive.recv().await {
        let begin = Instant::now();
        let mut tx = db.write().await?;
        for taken in take_in_each(&mut tx, items).await? {
            conversations += 1;
            entries += taken?.new_entries;
        }
        tx.commit().await?;
        writing += begin.elapsed();
    }
    let took = start.elapsed().as_secs_f64();
    println!(
        "{conversations} conversations, {entries} entries in {took:.1} s (writing {writing:?}): {:.0} entries/s",
        entries as f64 / took
    );
    if std::env::args().any(|arg| arg == "--keep") {
        println!("kept in {}", folder.display());
    } else {
        db.close().await;
        let _ = std::fs::remove_dir_all(folder);
    }
    Ok(())
}
