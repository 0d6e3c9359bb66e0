//! A server that is killed while somebody writes an answer, a note, and adds files: every word it acknowledged is there when
//! it is there again, and so is every file; what it did not acknowledge is sent once more, as the interface does.
use crate::place::{Dice, Place, seeds};
use crate::taggings::{Server, make_token};
use serde_json::{Value, json};
use std::{process::Command, thread, time::Duration};

/// Words typed between two deaths.
const WORDS: usize = 60;

struct Draft {
    kind: &'static str,
    typed: String,
    acknowledged: String,
    rev: i64,
}

impl Draft {
    /// Types one more word. False when nobody answered.
    fn write(&mut self, server: &Server, conversation: &str, nth: usize) -> bool {
        self.typed = format!("{}{} {nth} ", self.typed, if self.kind == "reply" { "답장" } else { "메모" });
        self.keep(server, conversation)
    }

    fn keep(&mut self, server: &Server, conversation: &str) -> bool {
        let path = format!("/api/conversations/{conversation}/drafts/{}", self.kind);
        match server.send("PUT", &path, "draft", &json!({"rev": self.rev, "text": self.typed})) {
            Some((200, kept)) => {
                self.rev = kept["rev"].as_i64().unwrap();
                self.acknowledged = self.typed.clone();
                true
            }
            Some(other) => panic!("{}: {other:?}", self.kind),
            None => false,
        }
    }

    /// What a screen does that finds the server again: it looks at what is there, and goes on from it.
    fn look(&mut self, server: &Server, conversation: &str) {
        let page = server.get(&format!("/api/conversations/{conversation}/drafts"));
        let there = page["items"].as_array().unwrap().iter().find(|one| one["kind"] == self.kind).cloned();
        let text = there.as_ref().map_or("", |one| one["text"].as_str().unwrap());
        let is_known = text == self.acknowledged || text == self.typed;
        assert!(is_known, "{}: {text:?} is neither {:?} nor {:?}", self.kind, self.acknowledged, self.typed);
        self.rev = there.map_or(0, |one| one["rev"].as_i64().unwrap());
        assert!(self.keep(server, conversation));
    }
}

#[tokio::test]
async fn what_is_typed_while_the_server_dies_is_there_after_it_starts_again() {
    let place = Place::new("killed_drafts").await;
    let token = make_token(&place);
    let mut server = Server::start(&place, &token);
    let talk = json!({"person": {"external_id": "p", "name": "Minji"}, "text": "견적서를 다시 받을 수 있을까요?"});
    let (status, made) = server.send("POST", "/api/conversations", "conversation", &talk).unwrap();
    assert_eq!(status, 201, "{made}");
    let conversation = made["id"].as_str().unwrap().to_owned();
    let draft = |kind| Draft { kind, typed: String::new(), acknowledged: String::new(), rev: 0 };
    let mut drafts = [draft("reply"), draft("note")];
    let (mut files, mut nth) = (Vec::<Value>::new(), 0);
    for seed in seeds() {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let pid = server.child.id().to_string();
        let after = Duration::from_millis(50 + dice.below(1200));
        let killer = thread::spawn(move || {
            thread::sleep(after);
            assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        });
        'writing: for _ in 0..WORDS {
            nth += 1;
            for one in &mut drafts {
                if !one.write(&server, &conversation, nth) {
                    break 'writing;
                }
            }
            // A few files in all: an answer takes twenty.
            if files.len() < 15 && dice.below(10) == 0 {
                let path = format!("/api/draft_files?conversation={conversation}&name=f{nth}.txt");
                match server.send("POST", &path, &format!("file-{nth}"), &json!(format!("file {nth}"))) {
                    Some((201, file)) => files.push(file["id"].clone()),
                    Some(other) => panic!("{other:?}"),
                    None => break,
                }
            }
            thread::sleep(Duration::from_millis(dice.below(20)));
        }
        killer.join().unwrap();
        server.child.wait().unwrap();
        server = Server::start(&place, &token);
        for one in &mut drafts {
            one.look(&server, &conversation);
        }
        let page = server.get(&format!("/api/conversations/{conversation}/drafts"));
        let there: Vec<&Value> = page["files"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert!(files.iter().all(|id| there.contains(&id)), "{files:?} in {there:?}");
    }
    assert!(nth > 0 && drafts.iter().all(|one| one.acknowledged == one.typed));
    server.kill();
    place.check();
}
