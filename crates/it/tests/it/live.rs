//! Live events: told to every stream once, in order, and only to those who may see them.
use crate::app::TestApp;
use base::Role;
use futures::StreamExt;
use serde_json::json;
use std::time::Duration;

/// A stream as a browser reads it.
struct Stream {
    body: std::pin::Pin<Box<dyn futures::Stream<Item = reqwest::Result<axum::body::Bytes>> + Send>>,
    text: String,
}

impl Stream {
    async fn open(client: &crate::app::Client) -> Stream {
        let response = client.open("/api/events").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { body: Box::pin(response.bytes_stream()), text: String::new() }
    }

    /// The next event as (name, id); None when the stream ended.
    async fn next(&mut self) -> Option<(String, i64)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    block.lines().find_map(|line| line.strip_prefix(name)).map(|text| text.trim().to_owned())
                };
                let event = field("event:").zip(field("id:"));
                self.text = rest.to_owned();
                match event {
                    Some((name, id)) => return Some((name, id.parse().unwrap())),
                    None => continue,
                }
            }
            let chunk =
                tokio::time::timeout(Duration::from_secs(5), self.body.next()).await.expect("an event within 5 s");
            self.text.push_str(std::str::from_utf8(&chunk?.unwrap()).unwrap());
        }
    }
}

async fn change_company(app: &TestApp, company: &str) {
    let rev = app.as_owner().get("/api/settings").await.ok().rev();
    app.as_owner().patch("/api/settings", rev, json!({ "company": company })).await.ok();
}

#[tokio::test]
async fn what_happens_is_told_to_every_stream_in_order() {
    let app = TestApp::start("live_order").await;
    let (mut one, mut two) = (Stream::open(&app.as_agent()).await, Stream::open(&app.as_viewer()).await);
    let (hello, head) = one.next().await.unwrap();
    assert_eq!((hello.as_str(), two.next().await.unwrap().1), ("hello", head));
    for company in ["a", "b", "c"] {
        change_company(&app, company).await;
    }
    for stream in [&mut one, &mut two] {
        for n in 1..=3 {
            assert_eq!(stream.next().await.unwrap(), ("staff.settings_changed".to_owned(), head + n));
        }
    }
    app.end().await;
}

#[tokio::test]
async fn a_stream_that_comes_back_hears_what_it_missed_and_nothing_twice() {
    let app = TestApp::start("live_replay").await;
    let head = Stream::open(&app.as_agent()).await.next().await.unwrap().1;
    change_company(&app, "a").await;
    change_company(&app, "b").await;
    let mut back = Stream::open(&app.as_agent().header("last-event-id", &(head + 1).to_string())).await;
    assert_eq!(back.next().await.unwrap().0, "hello");
    assert_eq!(back.next().await.unwrap(), ("staff.settings_changed".to_owned(), head + 2));
    change_company(&app, "c").await;
    assert_eq!(back.next().await.unwrap().1, head + 3);
    app.end().await;
}

#[tokio::test]
async fn a_stream_from_before_the_log_is_told_to_begin_anew() {
    let app = TestApp::start("live_reset").await;
    let old = Stream::open(&app.as_agent()).await.next().await.unwrap().1;
    change_company(&app, "a").await;
    app.db.set_clock(Some(base::Time::now().plus(8 * base::Time::DAY)));
    change_company(&app, "b").await;
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.forget_old_events().await.unwrap() > 0);
    tx.commit().await.unwrap();
    let mut back = Stream::open(&app.as_agent().header("last-event-id", &(old - 1).to_string())).await;
    assert_eq!(back.next().await.unwrap(), ("reset".to_owned(), old + 2));
    // An id from a future that was restored away is as bad.
    let mut lost = Stream::open(&app.as_agent().header("last-event-id", "999999")).await;
    assert_eq!(lost.next().await.unwrap().0, "reset");
    app.end().await;
}

#[tokio::test]
async fn whoever_loses_their_rights_loses_their_stream() {
    let app = TestApp::start("live_rights").await;
    let (mut agent, mut viewer) = (Stream::open(&app.as_agent()).await, Stream::open(&app.as_viewer()).await);
    agent.next().await.unwrap();
    viewer.next().await.unwrap();
    app.as_owner().delete(&format!("/api/staff/{}", app.id_of(Role::Agent))).await.expect(204);
    // It ends at once, without a last word.
    assert_eq!(agent.next().await, None);
    change_company(&app, "a").await;
    assert_eq!(viewer.next().await.unwrap().0, "staff.changed");
    assert_eq!(viewer.next().await.unwrap().0, "staff.settings_changed");
    app.end().await;
}

#[tokio::test]
async fn another_node_hears_it_too() {
    let app = TestApp::start("live_nodes").await;
    let mut stream = Stream::open(&app.as_agent()).await;
    let head = stream.next().await.unwrap().1;
    let other = app.db.another_node().await;
    let mut tx = other.write().await.unwrap();
    tx.announce("staff.settings_changed", json!({}));
    tx.commit().await.unwrap();
    assert_eq!(stream.next().await.unwrap(), ("staff.settings_changed".to_owned(), head + 1));
    other.close().await;
    app.end().await;
}

#[tokio::test]
async fn what_happened_behind_a_hidden_door_is_not_told() {
    let app = TestApp::start("live_doors").await;
    let owner = app.as_owner();
    let make = json!({ "channel": "chat", "person": { "name": "Kim" }, "text": "hello" });
    let id = app.as_agent().post("/api/conversations", make).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let door = owner.get("/api/doors").await.ok().items()[0].clone();
    let admin = format!("/api/staff/{}", app.id_of(Role::Admin));
    owner.patch(&admin, 1, json!({ "teams": ["Board"] })).await.ok();
    let (mut agent, mut chief) = (Stream::open(&app.as_agent()).await, Stream::open(&owner).await);
    let head = agent.next().await.unwrap().1;
    chief.next().await.unwrap();
    let closed = json!({ "visibility": "teams", "staff_teams": ["Board"] });
    owner
        .patch(&format!("/api/doors/{}", door["id"].as_str().unwrap()), door["rev"].as_i64().unwrap(), closed)
        .await
        .ok();
    owner.post(&format!("/api/conversations/{id}/notes"), json!({ "text": "for the board" })).await.expect(201);
    let angry = json!({ "author": "person", "text": "This is terrible, I hate it and I am so angry!" });
    owner.post(&format!("/api/conversations/{id}/entries"), angry).await.expect(201);
    change_company(&app, "after").await;
    // What the agent still has on the screen is to go: the door closed before everything else.
    assert_eq!(agent.next().await.unwrap().0, "reset");
    let heard = agent.next().await.unwrap();
    assert_eq!(heard.0, "staff.settings_changed", "nothing of the closed door in between");
    let mut seen = Vec::new();
    loop {
        let (kind, id) = chief.next().await.unwrap();
        seen.push(kind);
        if id == heard.1 {
            break;
        }
    }
    assert_eq!(seen.len() as i64, heard.1 - head, "the owner hears everything");
    for kind in ["conversations.said", "conversations.felt"] {
        assert!(seen.contains(&kind.to_owned()), "{kind} in {seen:?}");
    }
    app.end().await;
}
