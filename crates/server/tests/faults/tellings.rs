//! A server that is killed while it tells people what became of what they asked for, through a mail server that refuses
//! some, breaks off now and then and takes its time: everybody is told, nobody twice but whom it had in hand at a death, and
//! then under the same Message-ID; one bad address never stops another; and the ledger is exact.
use crate::place::{Dice, Place, seeds};
use crate::taggings::{Server, make_token};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

type Taken = Arc<Mutex<BTreeMap<String, Vec<String>>>>;
/// Addresses the mail server broke off once already.
type Broken = Arc<Mutex<BTreeSet<String>>>;

/// How many ask, and how long a mail takes.
fn size() -> (usize, Duration) {
    if std::env::var_os("SARANG_SOAK").is_some() {
        (10_000, Duration::from_millis(1))
    } else {
        (80, Duration::from_millis(8))
    }
}

/// Refuses `refused-…`, breaks off before it takes over from `broken-…` once, and writes down what it took.
fn open_post_office(pause: Duration) -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, taken, broken) = (listener.local_addr().unwrap().port(), Taken::default(), Broken::default());
    let kept = taken.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (kept, broken) = (kept.clone(), broken.clone());
            thread::spawn(move || serve(stream, &kept, &broken, pause));
        }
    });
    (port, taken)
}

fn serve(stream: TcpStream, taken: &Taken, broken: &Broken, pause: Duration) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| {
        thread::sleep(pause);
        out.write_all(format!("{text}\r\n").as_bytes()).ok()
    };
    say("220 post")?;
    let mut to = String::new();
    while let Some(Ok(line)) = lines.next() {
        match line.get(..4).unwrap_or_default() {
            "EHLO" => say("250-post\r\n250 AUTH PLAIN")?,
            "AUTH" => say("235 in")?,
            "RCPT" => {
                to = line.split(['<', '>']).nth(1)?.to_owned();
                say(if to.starts_with("refused-") { "550 5.1.1 nobody of this name" } else { "250 ok" })?;
            }
            "DATA" => {
                say("354 go on")?;
                let mut id = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if let Some(found) = line.strip_prefix("Message-ID: ") {
                        id = found.to_owned();
                    }
                    if line == "." {
                        break;
                    }
                }
                if to.starts_with("broken-") && broken.lock().unwrap().insert(to.clone()) {
                    return None;
                }
                taken.lock().unwrap().entry(to.clone()).or_default().push(id);
                say("250 taken over")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
    None
}

fn address(n: usize) -> String {
    match n % 40 {
        7 => format!("refused-{n}@example.com"),
        // A second try comes after a minute: a few are enough.
        13 if n < 40 => format!("broken-{n}@example.com"),
        _ => format!("p{n}@example.com"),
    }
}

/// A house in which so many asked for an item that has shipped; the telling that is ready to be sent.
fn begin(place: &Place, server: &Server, port: u16, people: usize) -> String {
    let lines: String = (0..people)
        .map(|n| {
            let entry = json!({"external_id": "1", "author": "person", "at": "2026-05-02T00:00:00Z", "text": format!("필터 {n}")});
            let line = json!({"external_id": format!("c{n}"), "channel": "email", "opened_at": "2026-05-02T00:00:00Z",
                "person": {"external_id": format!("p{n}"), "name": format!("P{n}"), "email": address(n)},
                "tags": ["filters"], "entries": [entry]});
            format!("{line}\n")
        })
        .collect();
    let folder = std::env::temp_dir().join(format!("sarang-tellings-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("asks.jsonl");
    fs::write(&file, lines).unwrap();
    let (code, report) = place.import(&file, "jsonl");
    assert_eq!((code, &report["conversations"]), (0, &json!(people)), "{report}");
    fs::remove_dir_all(&folder).unwrap();
    let mailbox = json!({"name": "help", "address": "help@soban.example", "imap_host": "127.0.0.1", "imap_port": 1,
        "imap_tls": "none", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", "secret": "sesame",
        "active": false});
    let make = |method: &str, path: &str, body: &Value| {
        let (status, made) = server.send(method, path, &format!("{method} {path}"), body).unwrap();
        assert!((200..300).contains(&status), "{path}: {made}");
        made
    };
    make("POST", "/api/mailboxes", &mailbox);
    make("PUT", "/api/telling_settings", &json!({"rate": 60_000, "four_eyes_over": 1_000_000}));
    let tags = server.get("/api/tags");
    let tag = tags["items"].as_array().unwrap().iter().find(|tag| tag["path"].as_str().unwrap().ends_with("filters"));
    let tag = tag.expect("the imported tag")["id"].clone();
    let item = json!({"title": {"en": "Views keep their filters"}, "status": "shipped",
        "tags": [{"tag": tag, "mode": "include"}]});
    let item = make("POST", "/api/roadmap/items", &item)["id"].as_str().unwrap().to_owned();
    let shown = server.get(&format!("/api/roadmap/items/{item}/loop"));
    assert_eq!(shown["events"][0]["coverage"]["pending"], people, "{shown}");
    let telling = make("POST", "/api/tellings", &json!({"events": [shown["events"][0]["event"]]}));
    assert_eq!(telling["counts"]["by_mail"], people);
    let telling = telling["id"].as_str().unwrap().to_owned();
    make("POST", &format!("/api/tellings/{telling}/steps"), &json!({"step": "send"}));
    telling
}

#[tokio::test]
async fn everybody_is_told_although_the_server_is_killed_while_it_tells_them() {
    let place = Place::new("killed_tellings").await;
    let token = make_token(&place);
    let (people, pause) = size();
    let (port, taken) = open_post_office(pause);
    let mut server = Server::start(&place, &token);
    let telling = begin(&place, &server, port, people);
    let rounds = seeds();
    for seed in &rounds {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        thread::sleep(Duration::from_millis(50 + dice.below(700)));
        server.kill();
        server = Server::start(&place, &token);
    }
    let (path, began) = (format!("/api/tellings/{telling}"), Instant::now());
    // Once broken off, a mail is tried again after a minute, whenever we died; a large house takes its time.
    let patience = Duration::from_secs(240) + Duration::from_millis(120) * people as u32;
    let done = loop {
        let now = server.get(&path);
        if now["state"] == "done" {
            break now;
        }
        assert!(began.elapsed() < patience, "never done: {now}");
        thread::sleep(Duration::from_millis(300));
    };
    let wanted: BTreeSet<String> = (0..people).map(address).filter(|one| !one.starts_with("refused-")).collect();
    let refused = people - wanted.len();
    let taken = taken.lock().unwrap();
    assert_eq!(taken.keys().cloned().collect::<BTreeSet<_>>(), wanted, "nobody is lost, and no one stops another");
    assert_eq!(
        (&done["counts"]["told"], &done["counts"]["reasons"]["bounced"]),
        (&json!(wanted.len()), &json!(refused))
    );
    let coverage = &done["events"][0]["coverage"];
    assert_eq!(coverage["pending"], 0, "{coverage}");
    let twice: Vec<&Vec<String>> = taken.values().filter(|ids| ids.len() > 1).collect();
    println!("{} deaths, {} of {people} came twice", rounds.len(), twice.len());
    assert!(twice.len() <= rounds.len(), "{} deaths, {twice:?}", rounds.len());
    for ids in twice {
        assert!(ids.iter().all(|id| *id == ids[0]), "the same mail under the same name: {ids:?}");
    }
    server.kill();
    place.check();
}
