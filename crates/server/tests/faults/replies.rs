//! A server that is killed while its answers go out by mail: every answer it acknowledged arrives; and only the one that
//! was in hand at that moment may arrive twice, since nobody can know whether the other side had taken it over.
use crate::place::{Dice, Place, seeds};
use crate::taggings::{Server, make_token};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// Answers written between two deaths.
const ANSWERS: usize = 25;
/// A taken delivery is taken up again after ten seconds.
const PATIENCE: Duration = Duration::from_secs(90);

type Taken = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A mail server that takes its time and writes down the Message-IDs it took over, by address.
fn open_post_office() -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, taken) = (listener.local_addr().unwrap().port(), Taken::default());
    let kept = taken.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = kept.clone();
            thread::spawn(move || serve(stream, &kept));
        }
    });
    (port, taken)
}

fn serve(stream: TcpStream, taken: &Taken) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut say = |text: &str| {
        thread::sleep(Duration::from_millis(4));
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
                say("250 ok")?;
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
                taken.lock().unwrap().entry(to.clone()).or_default().push(id);
                say("250 taken over")?;
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
    None
}

fn begin(server: &Server, port: u16) -> String {
    let mailbox = json!({"name": "help", "address": "help@soban.example", "imap_host": "127.0.0.1", "imap_port": 1,
        "imap_tls": "none", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", "secret": "sesame",
        "active": false});
    let (status, made) = server.send("POST", "/api/mailboxes", "mailbox", &mailbox).unwrap();
    assert!((200..300).contains(&status), "{made}");
    let talk = json!({"person": {"external_id": "p", "name": "Minji"}, "text": "견적서를 다시 받을 수 있을까요?"});
    let (status, made) = server.send("POST", "/api/conversations", "conversation", &talk).unwrap();
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn answers_arrive_although_the_server_is_killed_while_they_go_out() {
    let place = Place::new("killed_replies").await;
    let token = make_token(&place);
    let (port, taken) = open_post_office();
    let mut server = Server::start(&place, &token);
    let conversation = begin(&server, port);
    let (mut acknowledged, mut nth) = (Vec::new(), 0);
    let rounds = seeds();
    for seed in &rounds {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let pid = server.child.id().to_string();
        let after = Duration::from_millis(200 + dice.below(1800));
        let killer = thread::spawn(move || {
            thread::sleep(after);
            assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        });
        let page = server.get(&format!("/api/conversations/{conversation}"));
        let mut seen = page["entries"].as_array().unwrap().last().unwrap()["id"].clone();
        for _ in 0..ANSWERS {
            nth += 1;
            let address = format!("a{nth}@example.com");
            let body =
                json!({"text": format!("답장 {nth}"), "to": [{"address": address}], "seen": seen, "held_secs": 0});
            let path = format!("/api/conversations/{conversation}/replies");
            match server.send("POST", &path, &format!("answer-{nth}"), &body) {
                Some((201, made)) => {
                    seen = made["id"].clone();
                    acknowledged.push(address);
                }
                Some(other) => panic!("{other:?}"),
                None => break,
            }
            thread::sleep(Duration::from_millis(dice.below(60)));
        }
        killer.join().unwrap();
        server.child.wait().unwrap();
        server = Server::start(&place, &token);
    }
    let began = Instant::now();
    let missing = || -> Vec<String> {
        let taken = taken.lock().unwrap();
        acknowledged.iter().filter(|address| !taken.contains_key(*address)).cloned().collect()
    };
    while !missing().is_empty() {
        assert!(began.elapsed() < PATIENCE, "never arrived: {:?}", missing());
        thread::sleep(Duration::from_millis(200));
    }
    // What the house says of them: all sent.
    let is_settled = |server: &Server| {
        let page = server.get(&format!("/api/conversations/{conversation}"));
        let all: Vec<Value> = page["entries"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|entry| entry["deliveries"].as_array().unwrap().clone())
            .collect();
        all.iter().all(|one| one["state"] == "sent")
    };
    while !is_settled(&server) {
        assert!(began.elapsed() < PATIENCE, "not all are sent");
        thread::sleep(Duration::from_millis(200));
    }
    let taken = taken.lock().unwrap();
    let twice: Vec<&Vec<String>> = taken.values().filter(|ids| ids.len() > 1).collect();
    assert!(twice.len() <= rounds.len(), "{} deaths, {twice:?}", rounds.len());
    for ids in twice {
        assert!(ids.len() == 2 && ids[0] == ids[1], "the same mail under the same name: {ids:?}");
    }
    server.kill();
    place.check();
}
