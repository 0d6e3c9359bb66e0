//! Webhooks: a rule is told of once, signed, tried again when refused; nobody inside is called, nothing behind a closed
//! door is counted.
use crate::app::{Client, TestApp};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base::{Role, Time};
use serde_json::{Value, json};
use server::Config;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, time::sleep};

/// Another program that is told: what came, and how it answers.
#[derive(Clone)]
struct Ear {
    url: String,
    heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<u16>>,
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, body: Bytes) -> (StatusCode, [(&'static str, String); 1]) {
    ear.heard.lock().unwrap().push((headers, String::from_utf8(body.to_vec()).unwrap()));
    (StatusCode::from_u16(*ear.answers.lock().unwrap()).unwrap(), [("location", ear.url.clone())])
}

impl Ear {
    async fn open() -> Ear {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hear?key=1", listener.local_addr().unwrap());
        let ear = Ear { url, heard: Arc::default(), answers: Arc::new(Mutex::new(200)) };
        let routes = Router::new().route("/hear", post(hear)).with_state(ear.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        ear
    }

    fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    /// Waits until so many messages came; the newest one's headers and body.
    async fn wait_for(&self, n: usize) -> (HeaderMap, Value) {
        until("a message comes", async || self.count() >= n).await;
        let heard = self.heard.lock().unwrap();
        assert_eq!(heard.len(), n, "{heard:?}");
        (heard[n - 1].0.clone(), serde_json::from_str(&heard[n - 1].1).unwrap())
    }
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if is_so().await {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}

/// Long enough for the rules to be looked at again.
async fn a_look() {
    sleep(Duration::from_millis(2_500)).await;
}

/// A house that may call this machine.
async fn start(name: &str) -> TestApp {
    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    TestApp::with(name, Config { outside_networks, ..Config::default() }).await
}

async fn make_tag(by: &Client, parent: Option<&str>, en: &str, ko: &str) -> String {
    let body = json!({"parent": parent, "label": {"en": en, "ko": ko}});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

/// Somebody says something that is tagged; the tagging.
async fn said_at(by: &Client, person: &str, tag: &str, at: Time) -> String {
    let body = json!({"channel": "chat", "person": {"external_id": person}, "text": "secret words", "at": at});
    let made = by.post("/api/conversations", body).await.expect(201);
    let path = format!("/api/conversations/{}/taggings", made.json["id"].as_str().unwrap());
    by.post(&path, json!({"tag_id": tag})).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn said(by: &Client, person: &str, tag: &str) -> String {
    said_at(by, person, tag, Time::now()).await
}

async fn hook_of(by: &Client) -> Value {
    by.get("/api/hooks").await.ok().items()[0].clone()
}

#[tokio::test]
async fn a_threshold_is_told_of_once_signed_and_again_only_after_it_was_lower() {
    let (app, ear) = (start("hooks").await, Ear::open().await);
    let (admin, agent, curator) = (app.as_role(Role::Admin), app.as_agent(), app.as_role(Role::Curator));
    let above = make_tag(&curator, None, "Reports", "보고서").await;
    let tag = make_tag(&curator, Some(&above), "Export", "내보내기").await;
    let body = json!({"url": ear.url, "tag": above, "least": 2, "days": 7});
    agent.post("/api/hooks", body.clone()).await.expect(403);
    let made = admin.post("/api/hooks", body).await.expect(201).json;
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_") && hook_of(&admin).await["secret"].is_null());

    // What is below counts; once reached, it is told.
    said(&agent, "a", &tag).await;
    let second = said(&agent, "b", &tag).await;
    let (headers, message) = ear.wait_for(1).await;
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let text = ear.heard.lock().unwrap()[0].1.clone();
    assert_eq!(header("webhook-signature"), httpkit::sign_message(&secret, &id, at.parse().unwrap(), &text));
    assert_eq!(message["type"], "tagging.threshold");
    let told = &message["data"]["tags"][0];
    assert_eq!((&told["conversations"], &told["persons"]), (&json!(2), &json!(2)));
    assert_eq!((&told["id"], &told["label"]["ko"]), (&json!(above), &json!("보고서")));
    assert_eq!(told["link"], json!(format!("{}/tags/{above}", app.url)));
    assert!(!text.contains("secret words"), "what a customer wrote stays here");

    // More of the same tells nobody.
    said(&agent, "c", &tag).await;
    a_look().await;
    app.settle().await;
    assert_eq!(ear.count(), 1);
    let hook = hook_of(&admin).await;
    assert_eq!((&hook["messages"][0]["state"], &hook["messages"][0]["status"]), (&json!("sent"), &json!(200)));
    assert!(hook["told_at"].is_string());

    // Another rule is told of anew; falling below and rising again is too.
    let path = format!("/api/hooks/{}", hook["id"].as_str().unwrap());
    admin.patch(&path, hook["rev"].as_i64().unwrap(), json!({"least": 3})).await.ok();
    ear.wait_for(2).await;
    agent.delete(&format!("/api/taggings/{second}")).await.expect(204);
    until("the rule is ready again", async || hook_of(&admin).await["told_at"].is_null()).await;
    said(&agent, "d", &tag).await;
    ear.wait_for(3).await;

    // A paused one tells nobody; a removed one is gone. Who set it up stands in the audit log, without the address.
    app.settle().await;
    let rev = hook_of(&admin).await["rev"].as_i64().unwrap();
    admin.patch(&path, rev, json!({"active": false, "least": 4})).await.ok();
    said(&agent, "e", &tag).await;
    a_look().await;
    assert_eq!(ear.count(), 3);
    admin.delete(&path).await.expect(204);
    admin.delete(&path).await.expect(404);
    let log = admin.get("/api/audit").await.ok();
    let ours = log.items().iter().filter(|line| line["action"].as_str().unwrap().starts_with("tagging.hook_"));
    let (ours, whole) = (ours.count(), log.text.clone());
    assert!(ours == 4 && whole.contains("127.0.0.1") && !whole.contains("key=1"), "{whole}");
    app.end().await;
}

#[tokio::test]
async fn a_refused_message_says_so_and_is_tried_again_and_no_redirect_is_followed() {
    let (app, ear) = (start("hook_again").await, Ear::open().await);
    let (admin, agent, curator) = (app.as_role(Role::Admin), app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Export", "내보내기").await;
    *ear.answers.lock().unwrap() = 302;
    admin.post("/api/hooks", json!({"url": ear.url, "tag": tag, "least": 1, "days": 1})).await.expect(201);
    said(&agent, "a", &tag).await;
    let (first, _) = ear.wait_for(1).await;
    let message = async || hook_of(&admin).await["messages"][0].clone();
    until("the refusal is seen", async || message().await["attempts"] == 1).await;
    let refused = message().await;
    assert_eq!((&refused["state"], &refused["status"]), (&json!("waiting"), &json!(302)));
    assert_eq!(refused["error"], "answered 302");
    // Seconds later it is tried again, by itself: the same message, signed anew.
    *ear.answers.lock().unwrap() = 204;
    let (again, _) = ear.wait_for(2).await;
    assert_eq!(first["webhook-id"], again["webhook-id"]);
    assert_ne!(first["webhook-timestamp"], again["webhook-timestamp"]);
    app.settle().await;
    assert_eq!((&message().await["state"], &message().await["attempts"]), (&json!("sent"), &json!(2)));
    // A test message says how it stands, whether the rule is reached or not.
    let path = format!("/api/hooks/{}/test", hook_of(&admin).await["id"].as_str().unwrap());
    assert_eq!(admin.post(&path, json!({})).await.expect(202).json["state"], "waiting");
    let (_, test) = ear.wait_for(3).await;
    assert_eq!((&test["type"], &test["data"]["tags"][0]["conversations"]), (&json!("tagging.test"), &json!(1)));
    app.settle().await;
    app.end().await;
}

#[tokio::test]
async fn an_address_inside_is_refused_unless_the_operator_allows_it() {
    let app = TestApp::start("hook_inside").await;
    let admin = app.as_role(Role::Admin);
    let add =
        async |url: &str, least: i64| admin.post("/api/hooks", json!({"url": url, "least": least, "days": 7})).await;
    for inside in ["http://127.0.0.1:9/", "http://169.254.169.254/latest/", "http://[::1]/", "https://10.0.0.8/hook"] {
        add(inside, 1).await.refused(422, "error-hook-inside");
    }
    add("ftp://example.com/", 1).await.refused(422, "error-hook-url");
    add("https://user:secret@example.com/", 1).await.refused(422, "error-hook-url");
    add("https://example.com/", 0).await.refused(422, "error-hook-rule");
    let half = json!({"url": "https://example.com/", "least": 3});
    admin.post("/api/hooks", half).await.refused(422, "error-hook-rule");
    // What a name leads to is looked at when it is resolved: nothing inside is called.
    let ear = Ear::open().await;
    let made = add(&ear.url.replace("127.0.0.1", "localhost"), 1_000).await.expect(201).json;
    let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
    admin.post(&format!("{path}/test"), json!({})).await.expect(202);
    until("the try ended", async || hook_of(&admin).await["messages"][0]["attempts"] == 1).await;
    let why = hook_of(&admin).await["messages"][0]["error"].as_str().unwrap().to_owned();
    assert!(why.contains("outside_networks") && ear.count() == 0, "{why}");
    // Removing the hook ends its tries.
    admin.delete(&path).await.expect(204);
    app.end().await;
}

#[tokio::test]
async fn without_a_tag_each_is_told_of_by_itself_and_a_closed_door_is_not_counted() {
    let (app, ear) = (start("hook_each").await, Ear::open().await);
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    let [one, two] = [make_tag(&curator, None, "One", "하나").await, make_tag(&curator, None, "Two", "둘").await];
    owner.post("/api/hooks", json!({"url": ear.url, "least": 2, "days": 1})).await.expect(201);
    // Three came by a door that is closed to most.
    let line = |n: i64| {
        json!({"external_id": n.to_string(), "channel": "chat", "opened_at": Time::now(),
        "person": {"external_id": n.to_string()},
        "entries": [{"external_id": "1", "author": "person", "at": Time::now(), "text": "in confidence"}]})
    };
    let lines: String = (1..4).map(|n| format!("{}\n", line(n))).collect();
    let path = "/api/imports?format=jsonl&source=legal&name=legal.jsonl";
    owner.send(reqwest::Method::POST, path, "application/octet-stream", lines).await.expect(201);
    app.settle().await;
    let legal = owner.get("/api/conversations?source=legal").await.ok();
    let door = &legal.items()[0]["door"]["id"];
    let doors = owner.get("/api/doors").await.ok();
    let door = doors.items().iter().find(|d| d["id"] == *door).expect("the door of the import");
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    owner.patch(&path, door["rev"].as_i64().unwrap(), json!({"visibility": "teams", "staff_teams": []})).await.ok();
    for conversation in legal.items() {
        let path = format!("/api/conversations/{}/taggings", conversation["id"].as_str().unwrap());
        owner.post(&path, json!({"tag_id": two})).await.expect(201);
    }
    assert_eq!(owner.get(&format!("/api/tags/{two}/counts")).await.ok().json["conversations"], 3);
    said(&agent, "a", &one).await;
    said(&agent, "b", &one).await;
    let (_, message) = ear.wait_for(1).await;
    let tags = message["data"]["tags"].as_array().unwrap();
    assert_eq!((tags.len(), &tags[0]["id"], &message["data"]["rule"]["tag"]), (1, &json!(one), &Value::Null));
    said(&agent, "a", &two).await;
    a_look().await;
    assert_eq!(ear.count(), 1);
    said(&agent, "b", &two).await;
    let (_, message) = ear.wait_for(2).await;
    let tags = message["data"]["tags"].as_array().unwrap();
    assert_eq!((tags.len(), &tags[0]["id"], &tags[0]["conversations"]), (1, &json!(two), &json!(2)));
    app.end().await;
}

#[tokio::test]
async fn a_tag_that_rises_is_told_of_once() {
    let (app, ear) = (start("hook_trend").await, Ear::open().await);
    let (admin, agent, curator) = (app.as_role(Role::Admin), app.as_agent(), app.as_role(Role::Curator));
    let area = make_tag(&curator, None, "Database", "데이터베이스").await;
    let surge = make_tag(&curator, Some(&area), "Filters", "필터").await;
    let steady = make_tag(&curator, None, "Price", "가격").await;
    let noon = Time(Time::now().0.div_euclid(Time::DAY) * Time::DAY + Time::DAY / 2);
    let days_ago = |days: i64| noon.plus(-days * Time::DAY);
    for week in 1..26 {
        for day in [2, 5] {
            said_at(&agent, &format!("p{week}"), &surge, days_ago(7 * week + day)).await;
            said_at(&agent, &format!("p{week}"), &steady, days_ago(7 * week + day)).await;
        }
    }
    for day in 1..8 {
        said_at(&agent, &format!("q{day}"), &surge, days_ago(day)).await;
        said_at(&agent, &format!("r{day}"), &surge, days_ago(day)).await;
    }
    admin.post("/api/hooks", json!({"url": ear.url})).await.expect(201);
    let (_, message) = ear.wait_for(1).await;
    assert_eq!(message["type"], "tagging.trend");
    // What it is about is said by the tag below, and once.
    let tags = message["data"]["tags"].as_array().unwrap();
    assert_eq!((tags.len(), &tags[0]["id"]), (1, &json!(surge)));
    assert_eq!((&tags[0]["is"], &tags[0]["conversations"]), (&json!("rising"), &json!(14)));
    said_at(&agent, "s", &surge, days_ago(1)).await;
    a_look().await;
    app.settle().await;
    assert_eq!(ear.count(), 1);
    app.end().await;
}
