//! One conversation: what is said in it, by whom, and what one of us does with it.
use super::{id_of, say};
use crate::app::TestApp;
use base::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn a_conversation_is_read_answered_and_closed() {
    let app = TestApp::start("thread").await;
    let agent = app.as_agent();
    let said = say(&agent, "c1", "김민지", "결제가 안 돼요").await;
    let path = format!("/api/conversations/{}", id_of(&said));
    app.expect_told(&["conversations.felt", "conversations.taken_in"]).await;

    let note = agent.post(&format!("{path}/notes"), json!({"text": "카드사에 물어봄"})).await.expect(201);
    assert_eq!((&note.json["kind"], &note.json["staff"]["name"]), (&json!("note"), &json!("The agent")));
    let answer = json!({"author": "staff", "text": "확인해 볼게요", "external_id": "r1"});
    let first = agent.post(&format!("{path}/entries"), answer.clone()).await.expect(201);
    let again = agent.post(&format!("{path}/entries"), answer).await.expect(201);
    assert_eq!(first.json["id"], again.json["id"], "the same external id is the same entry");
    app.expect_told(&["conversations.said", "conversations.said"]).await;

    let read = agent.get(&path).await.ok();
    let thread = &read.json;
    assert_eq!((&thread["last_said_by"], &thread["waiting_since"]), (&json!("staff"), &Value::Null));
    assert_eq!((&thread["preview"], &thread["entries_total"]), (&json!("확인해 볼게요"), &json!(3)));
    assert_eq!(thread["participants"].as_array().unwrap().len(), 2);
    let kinds: Vec<&Value> = thread["entries"].as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(kinds, ["message", "note", "message"]);
    assert_eq!(thread["entries"][0]["person"]["name"], "김민지");

    let change = json!({"status": "closed", "assignee": app.id_of(Role::Agent), "purpose": "help"});
    agent.patch(&path, read.rev() + 7, change.clone()).await.refused(412, "error-stale");
    agent.clone().send(reqwest::Method::PATCH, &path, "application/json", "{}").await.refused(428, "error-if-match");
    app.as_viewer().patch(&path, read.rev(), change.clone()).await.refused(403, "error-forbidden");
    let closed = agent.patch(&path, read.rev(), change).await.ok();
    assert_eq!((&closed.json["status"], &closed.json["assignee"]["name"]), (&json!("closed"), &json!("The agent")));
    assert!(closed.rev() > read.rev());
    let events: Vec<&str> = closed.json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["kind"] == "event")
        .filter_map(|e| e["text"].as_str())
        .collect();
    assert_eq!(
        events,
        [
            "The agent gave the conversation to The agent",
            "The agent closed the conversation",
            "The agent set the purpose to help"
        ]
    );
    app.expect_told(&["conversations.changed"]).await;
    // What the person says next opens it again.
    agent.post(&format!("{path}/entries"), json!({"author": "person", "text": "아직도 안 돼요"})).await.expect(201);
    let open = agent.get(&path).await.ok();
    assert_eq!(open.json["status"], "open");
    assert!(open.json["waiting_since"].is_string());
    let nobody = agent.patch(&path, open.rev(), json!({"assignee": null, "purpose": null})).await.ok();
    assert_eq!((&nobody.json["assignee"], &nobody.json["purpose"]), (&Value::Null, &Value::Null));
    app.end().await;
}

#[tokio::test]
async fn a_lost_answer_does_not_make_a_second_note() {
    let app = TestApp::start("note_twice").await;
    let agent = app.as_agent();
    let said = say(&agent, "c1", "p1", "hello").await;
    let path = format!("/api/conversations/{}", id_of(&said));
    let keyed = agent.clone().header("idempotency-key", "once");
    let first = keyed.post(&format!("{path}/notes"), json!({"text": "a note"})).await.expect(201);
    let second = keyed.post(&format!("{path}/notes"), json!({"text": "a note"})).await.expect(201);
    assert_eq!(first.json["id"], second.json["id"]);
    keyed.post(&format!("{path}/notes"), json!({"text": "another"})).await.refused(422, "error-idempotency");
    assert_eq!(agent.get(&path).await.ok().json["entries_total"], 2);
    agent.post(&format!("{path}/notes"), json!({"text": " \n"})).await.refused(422, "error-text-empty");
    app.end().await;
}

#[tokio::test]
async fn a_long_thread_is_read_page_by_page() {
    let app = TestApp::start("long_thread").await;
    let agent = app.as_agent();
    let said = say(&agent, "c1", "p1", "word 0").await;
    let id = id_of(&said);
    let mut tx = app.db.write().await.unwrap();
    let scope = conversations::Scope::default();
    for n in 1..=450 {
        let head = conversations::get_conversation(&mut tx, &scope, id.parse().unwrap()).await.unwrap();
        let at = head.opened_at.plus(n * 1000);
        let said = conversations::SaidIn {
            author: conversations::SaidBy::External,
            text: format!("word {n}"),
            name: Some("Kim".into()),
            at,
            external_id: None,
        };
        conversations::say_in(&mut tx, head, said).await.unwrap();
    }
    tx.commit().await.unwrap();
    let path = format!("/api/conversations/{id}");
    let mut texts: Vec<String> = Vec::new();
    let mut page = agent.get(&path).await.ok().json;
    loop {
        let entries = page["entries"].as_array().unwrap();
        let mut these: Vec<String> = entries.iter().map(|e| e["text"].as_str().unwrap().to_owned()).collect();
        these.extend(texts);
        texts = these;
        let Some(earlier) = page["earlier"].as_str() else { break };
        page = agent.get(&format!("{path}?entries_before={earlier}")).await.ok().json;
    }
    assert_eq!(texts, (0..=450).map(|n| format!("word {n}")).collect::<Vec<_>>());
    let later = page["later"].as_str().expect("there is more after the first page");
    let after = agent.get(&format!("{path}?entries_after={later}")).await.ok().json;
    assert_eq!(after["entries"].as_array().unwrap().len(), 200);
    assert_eq!(after["entries"][0]["text"], "word 51");
    agent.get(&format!("{path}?entries_before=zzz")).await.refused(422, "error-cursor");
    app.end().await;
}

#[tokio::test]
async fn what_is_behind_a_door_does_not_exist_for_those_outside() {
    let app = TestApp::start("hidden").await;
    let said = say(&app.as_agent(), "c1", "p1", "the secret offer").await;
    let path = format!("/api/conversations/{}", id_of(&said));
    let owner = app.as_owner();
    let doors = owner.get("/api/doors").await.ok();
    let door = &doors.items()[0];
    let (id, rev) = (door["id"].as_str().unwrap(), door["rev"].as_i64().unwrap());
    app.as_agent().patch(&format!("/api/doors/{id}"), rev, json!({"visibility": "teams"})).await.expect(403);
    owner.patch(&format!("/api/doors/{id}"), rev, json!({"visibility": "teams"})).await.ok();
    let entry = said.json["entries"][0]["id"].as_str().unwrap();
    let agent = app.as_agent();
    agent.get(&path).await.refused(404, "error-not-found");
    agent.get(&format!("/api/entries/{entry}/revisions")).await.refused(404, "error-not-found");
    agent.get(&format!("/api/entries/{entry}/raw")).await.refused(404, "error-not-found");
    agent.post(&format!("{path}/notes"), json!({"text": "x"})).await.refused(404, "error-not-found");
    agent.post(&format!("{path}/read"), json!({})).await.refused(404, "error-not-found");
    assert!(agent.get("/api/conversations").await.ok().items().is_empty());
    assert!(agent.get("/api/search?q=secret").await.ok().items().is_empty());
    assert!(agent.get("/api/doors").await.ok().items().is_empty());
    assert_eq!(agent.get("/api/conversations/counts").await.ok().json["all"]["n"], 0);
    assert_eq!(owner.get(&path).await.ok().json["id"], said.json["id"]);
    app.end().await;
}
