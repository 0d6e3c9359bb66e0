//! A server that is killed while four people tag: every tagging it acknowledged is there, once, and what was not
//! acknowledged is there once after it was sent again.
use crate::place::{Dice, Place, seeds};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

const PEOPLE: usize = 4;
const CONVERSATIONS: usize = 40;
const TAGS: usize = 12;

pub struct Server {
    pub child: Child,
    address: String,
    token: String,
}

impl Server {
    pub fn start(place: &Place, token: &str) -> Server {
        Server::serve(place.sarang(&["serve", "--listen", "127.0.0.1:0"]), token)
    }

    /// Waits until what this command starts says where it is.
    pub fn serve(mut command: Command, token: &str) -> Server {
        // Mail servers of tests are on this machine.
        command.env("SARANG_OUTSIDE_NETWORKS", "127.0.0.0/8");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().strip_prefix("http://").unwrap_or_else(|| panic!("the server said {said:?}"));
        Server { child, address: address.to_owned(), token: token.to_owned() }
    }

    /// Ends it as a power cut would.
    pub fn kill(self) {}

    /// The status and the answer; none where the connection broke before there was a whole one.
    pub fn send(&self, method: &str, path: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(&self.address).ok()?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some((status, if body.is_empty() { Value::Null } else { serde_json::from_str(body).ok()? }))
    }

    pub fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send("GET", path, path, &Value::Null).expect("an answer");
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

/// A test that fails leaves none behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What one person tags: slots of (conversation, tag) that nobody else touches, each with its living tagging.
struct Tagger {
    slots: Vec<(String, String)>,
    living: BTreeMap<usize, String>,
    /// The act that was under way when the server went: its slot and key.
    open: Option<(usize, String)>,
    acts: u64,
    name: usize,
    dice: Dice,
}

impl Tagger {
    /// Tags and takes back until the server is gone.
    fn work(&mut self, server: &Server) {
        loop {
            let (slot, key) = match self.open.take() {
                Some(open) => open,
                None => {
                    self.acts += 1;
                    (self.dice.below(self.slots.len() as u64) as usize, format!("{}-{}", self.name, self.acts))
                }
            };
            if !self.act(server, slot, &key) {
                self.open = Some((slot, key));
                return;
            }
        }
    }

    /// Whether the server acknowledged it.
    fn act(&mut self, server: &Server, slot: usize, key: &str) -> bool {
        let (conversation, tag) = &self.slots[slot];
        let answer = match self.living.get(&slot) {
            Some(id) => server.send("DELETE", &format!("/api/taggings/{id}"), key, &Value::Null),
            None => {
                let path = format!("/api/conversations/{conversation}/taggings");
                server.send("POST", &path, key, &json!({"tag_id": tag}))
            }
        };
        match answer {
            Some((201, made)) => {
                self.living.insert(slot, made["id"].as_str().unwrap().to_owned());
                true
            }
            // A tagging that was taken back before the server went is not there to be taken back again.
            Some((204 | 404, _)) => self.living.remove(&slot).is_some(),
            Some(other) => panic!("{other:?}"),
            None => false,
        }
    }
}

pub fn make_token(place: &Place) -> String {
    let mut command =
        place.sarang(&["user", "create", "--email", "a@moa.example", "--role", "owner", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a long sentence is a good password\n").unwrap();
    assert!(child.wait().unwrap().success());
    let made = place.sarang(&["token", "create", "--user", "a@moa.example", "--scope", "all"]).output().unwrap();
    assert!(made.status.success());
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// Conversations without tags, and tags to put on them, shared out among four.
fn share_out(server: &Server, place: &Place) -> Vec<Tagger> {
    let lines: String = (0..CONVERSATIONS)
        .map(|n| {
            let entry = json!({"external_id": "1", "author": "person", "at": "2026-05-02T00:00:00Z", "text": format!("필터 {n}")});
            let line = json!({"external_id": format!("c{n}"), "channel": "chat", "opened_at": "2026-05-02T00:00:00Z",
                "person": {"external_id": format!("p{}", n % 7)}, "entries": [entry]});
            format!("{line}\n")
        })
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), lines).unwrap();
    assert_eq!(place.import(file.path(), "jsonl").0, 0);
    let mut tags = Vec::new();
    for n in 0..TAGS {
        let body = json!({"label": {"ko": format!("태그 {n}"), "en": format!("tag {n}")}});
        let (status, made) = server.send("POST", "/api/tags", &format!("tag-{n}"), &body).unwrap();
        assert_eq!(status, 201, "{made}");
        tags.push(made["id"].as_str().unwrap().to_owned());
    }
    let listed = server.get("/api/conversations?view=all&limit=200");
    let conversations: Vec<String> =
        listed["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(conversations.len(), CONVERSATIONS);
    let all: Vec<(String, String)> =
        conversations.iter().flat_map(|c| tags.iter().map(move |t| (c.clone(), t.clone()))).collect();
    let slots = |name| all.iter().skip(name).step_by(PEOPLE).cloned().collect();
    (0..PEOPLE)
        .map(|name| Tagger {
            slots: slots(name),
            living: BTreeMap::new(),
            open: None,
            acts: 0,
            name,
            dice: Dice(name as u64 + 1),
        })
        .collect()
}

/// The taggings that must be there, and those that are.
fn compare(server: &Server, taggers: &[Tagger]) {
    let mut expected: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for tagger in taggers {
        for (slot, (conversation, _)) in tagger.slots.iter().enumerate() {
            let living = expected.entry(conversation).or_default();
            living.extend(tagger.living.get(&slot).map(String::as_str));
        }
    }
    for (conversation, living) in expected {
        let listed = server.get(&format!("/api/conversations/{conversation}/taggings"));
        let items = listed["items"].as_array().unwrap();
        let there: BTreeSet<&str> = items.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!((there.len(), &there), (items.len(), &living), "{conversation}");
    }
}

#[tokio::test]
async fn a_server_that_is_killed_while_people_tag_keeps_what_it_acknowledged_once() {
    let place = Place::new("killed_taggings").await;
    let token = make_token(&place);
    let mut server = Server::start(&place, &token);
    let mut taggers = share_out(&server, &place);
    let rounds = seeds();
    for seed in &rounds {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let after = Duration::from_millis(100 + dice.below(500));
        let pid = server.child.id().to_string();
        thread::scope(|people| {
            taggers.iter_mut().for_each(|tagger| drop(people.spawn(|| tagger.work(&server))));
            thread::sleep(after);
            assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        });
        server.kill();
        server = Server::start(&place, &token);
        for tagger in &mut taggers {
            if let Some((slot, key)) = tagger.open.take() {
                assert!(tagger.act(&server, slot, &key), "seed {seed}: sent again without an answer");
            }
        }
        compare(&server, &taggers);
    }
    let acts: u64 = taggers.iter().map(|tagger| tagger.acts).sum();
    println!("{acts} taggings and retractions, {} kills", rounds.len());
    assert!(acts > 10 * rounds.len() as u64, "too few to have met a kill: {acts}");
    server.kill();
    place.check();
}
