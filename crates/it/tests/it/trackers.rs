//! Items are linked to issues; trackers tell how far those are, signed; and other programs are told how far items are.
use crate::app::{Client, TestApp};
use axum::{Router, body::Bytes, extract::State, http::Method, routing::post};
use base::Role;
use serde_json::{Value, json};
use server::Config;
use std::sync::{Arc, Mutex};

/// HMAC-SHA256 by RFC 2104, written out, so that what we check is not checked by itself.
fn sign(secret: &str, body: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut key = secret.as_bytes().to_vec();
    if key.len() > 64 {
        key = Sha256::digest(&key).to_vec();
    }
    key.resize(64, 0);
    let pad = |with: u8| key.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([pad(0x36), body.as_bytes().to_vec()].concat());
    let outer = Sha256::digest([pad(0x5c), inner.to_vec()].concat());
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn knock(by: &Client, tracker: &Value, header: &'static str, signature: &str, body: &Value) -> u16 {
    let path = format!("/hooks/{}", tracker["id"].as_str().unwrap());
    let by = by.clone().header(header, signature);
    by.send(Method::POST, &path, "application/json", body.to_string()).await.status.as_u16()
}

fn issue(number: u64, state: &str, at: &str) -> Value {
    json!({"type": "Issue", "action": "update", "data": {"identifier": format!("ENG-{number}"), "updatedAt": at,
        "state": {"name": state, "type": state}}})
}

#[tokio::test]
async fn an_issue_tells_how_far_it_is_and_only_who_signs_is_heard() {
    let app = TestApp::start("trackers").await;
    let (admin, curator) = (app.as_role(Role::Admin), app.as_role(Role::Curator));
    let made =
        async |title: &str| curator.post("/api/roadmap/items", json!({"title": {"en": title}})).await.expect(201).json;
    let (item, other) = (made("Views keep their filters").await, made("Export to Excel").await);
    let path = |item: &Value| format!("/api/roadmap/items/{}/links", item["id"].as_str().unwrap());
    curator.post(&path(&item), json!({"url": "javascript:alert(1)"})).await.refused(422, "error-link-url");
    let url = "https://linear.app/acme/issue/ENG-41/keep-filters";
    let link = curator.post(&path(&item), json!({ "url": url })).await.expect(201).json;
    assert_eq!(
        (&link["source"], &link["external_id"], &link["state"]),
        (&json!("linear"), &json!("ENG-41"), &Value::Null)
    );
    curator.post(&path(&other), json!({ "url": url })).await.refused(409, "error-link-taken");
    app.as_viewer().post(&path(&other), json!({ "url": url })).await.expect(403);

    curator.post("/api/trackers", json!({"name": "Linear", "kind": "linear"})).await.expect(403);
    let body = json!({"name": "Linear", "kind": "linear", "moves_items": true});
    let tracker = admin.post("/api/trackers", body).await.expect(201).json;
    let secret = tracker["secret"].as_str().unwrap();
    assert!(tracker["url"].as_str().unwrap().ends_with(&format!("/hooks/{}", tracker["id"].as_str().unwrap())));
    assert!(admin.get("/api/trackers").await.ok().items()[0]["secret"].is_null(), "it is shown once");

    let anybody = app.anybody();
    let begun = issue(41, "started", "2026-11-02T09:00:00Z");
    for wrong in ["", "00", "zz", &sign("another", &begun.to_string())] {
        assert_eq!(knock(&anybody, &tracker, "linear-signature", wrong, &begun).await, 404, "{wrong}");
    }
    let status = async || {
        curator.get(&format!("/api/roadmap/items/{}", item["id"].as_str().unwrap())).await.ok().json["status"].clone()
    };
    assert_eq!(status().await, "considering");
    let say = async |body: Value| {
        let signature = sign(secret, &body.to_string());
        assert_eq!(knock(&anybody, &tracker, "linear-signature", &signature, &body).await, 204);
    };
    say(begun).await;
    assert_eq!(status().await, "building");
    // Older news that comes late, news of an issue nobody linked, and news about something else change nothing.
    say(issue(41, "backlog", "2026-11-01T09:00:00Z")).await;
    say(issue(99, "started", "2026-11-03T09:00:00Z")).await;
    say(json!({"type": "Comment", "data": {}})).await;
    let links = curator.get(&path(&item)).await.ok();
    assert_eq!((&links.items()[0]["state"], &links.items()[0]["state_name"]), (&json!("building"), &json!("started")));
    // Done there is no news to those who asked: that is for people to say.
    say(issue(41, "completed", "2026-11-04T09:00:00Z")).await;
    assert_eq!(
        (status().await, &curator.get(&path(&item)).await.ok().items()[0]["state"]),
        (json!("building"), &json!("done"))
    );
    let heard = admin.get("/api/trackers").await.ok().items()[0].clone();
    assert!(
        heard["heard_at"].is_string() && heard["refused_at"].is_string() && heard["heard_item"] == item["id"],
        "{heard}"
    );

    let paused = json!({"active": false});
    admin.patch(&format!("/api/trackers/{}", tracker["id"].as_str().unwrap()), 1, paused).await.ok();
    let late = issue(41, "started", "2026-11-05T09:00:00Z");
    let signature = sign(secret, &late.to_string());
    assert_eq!(knock(&anybody, &tracker, "linear-signature", &signature, &late).await, 404);
    let gone = format!("{}?source=linear&external_id=ENG-41", path(&item));
    curator.delete(&gone).await.expect(204);
    curator.delete(&gone).await.expect(404);
    app.end().await;
}

#[tokio::test]
async fn a_webhook_of_the_roadmap_is_told_how_far_items_are() {
    type Heard = Arc<Mutex<Vec<Value>>>;
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hear", listener.local_addr().unwrap());
    let hear = async |State(heard): State<Heard>, body: Bytes| {
        heard.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    };
    let routes = Router::new().route("/hear", post(hear)).with_state(heard.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let config = Config { outside_networks: vec!["127.0.0.1".parse().unwrap()], ..Config::default() };
    let app = TestApp::with("trackers-hook", config).await;
    let (admin, curator) = (app.as_role(Role::Admin), app.as_role(Role::Curator));
    let wrong = json!({"url": url, "topic": "roadmap", "least": 3, "days": 7});
    admin.post("/api/hooks", wrong).await.refused(422, "error-hook-topic");
    admin.post("/api/hooks", json!({"url": url, "topic": "roadmap"})).await.expect(201);
    let item = curator.post("/api/roadmap/items", json!({"title": {"en": "Dark mode"}})).await.expect(201).json;
    let path = format!("/api/roadmap/items/{}", item["id"].as_str().unwrap());
    curator.post(&format!("{path}/links"), json!({"url": "https://github.com/acme/app/issues/7"})).await.expect(201);
    let planned = curator.patch(&path, 1, json!({"status": "planned", "half": "2026H2"})).await.ok().json;
    curator.patch(&path, planned["rev"].as_i64().unwrap(), json!({"title": {"en": "Dark theme"}})).await.ok();
    app.settle().await;
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 1, "a new title is no news: {heard:?}");
    let data = &heard[0]["data"];
    assert_eq!(
        (&heard[0]["type"], &data["was"], &data["status"]),
        (&json!("roadmap.status"), &json!("considering"), &json!("planned"))
    );
    assert_eq!(data["links"][0]["external_id"], "acme/app#7");
    app.end().await;
}
