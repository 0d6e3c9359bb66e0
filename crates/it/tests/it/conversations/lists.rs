//! Lists and search: views, filters, orders and pages.
use super::{all, id_of, say};
use crate::app::TestApp;
use base::Role;
use serde_json::json;

#[tokio::test]
async fn each_view_shows_what_it_says() {
    let app = TestApp::start("views").await;
    let agent = app.as_agent();
    let mut ids = Vec::new();
    for n in 1..=4 {
        ids.push(id_of(&say(&agent, &format!("c{n}"), &format!("p{n}"), "hello").await));
    }
    let path = |n: usize| format!("/api/conversations/{}", ids[n - 1]);
    let rev = agent.get(&path(1)).await.ok().rev();
    agent.patch(&path(1), rev, json!({"assignee": app.id_of(Role::Agent)})).await.ok();
    let rev = agent.get(&path(2)).await.ok().rev();
    agent.patch(&path(2), rev, json!({"status": "closed"})).await.ok();
    agent.post(&format!("{}/entries", path(3)), json!({"author": "staff", "text": "done"})).await.expect(201);
    let view = async |name: &str| {
        let list = agent.get(&format!("/api/conversations?view={name}")).await.ok();
        let mut ids: Vec<String> = all(&list, "external_id").iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids.join(" ")
    };
    assert_eq!(view("all").await, "c1 c2 c3 c4");
    assert_eq!(view("mine").await, "c1");
    assert_eq!(view("unassigned").await, "c3 c4");
    assert_eq!(view("untagged").await, "c1 c2 c3 c4");
    assert_eq!(view("waiting").await, "c1 c4");
    assert_eq!(view("closed").await, "c2");
    let counts = agent.get("/api/conversations/counts").await.ok().json;
    let n = |name: &str| counts[name]["n"].as_i64().unwrap();
    assert_eq!((n("all"), n("mine"), n("unassigned"), n("untagged"), n("waiting")), (4, 1, 2, 4, 2));
    let waiting = agent.get("/api/conversations?sort=waiting").await.ok();
    assert_eq!(all(&waiting, "external_id"), ["c1", "c4"]);
    agent.get("/api/conversations?view=everything").await.expect(422);
    agent.get("/api/conversations?colour=red").await.refused(422, "error-unknown-field");
    app.end().await;
}

#[tokio::test]
async fn a_list_is_narrowed_and_read_page_by_page() {
    let app = TestApp::start("narrowed").await;
    let agent = app.as_agent();
    for n in 0..7 {
        let (person, text) = if n % 2 == 0 {
            ("민지", "한국어로 결제 오류를 씁니다")
        } else {
            ("Lee", "an export problem in English")
        };
        let body = json!({"source": "shop", "external_id": format!("c{n}"), "channel": if n < 3 { "chat" } else { "form" },
            "person": {"external_id": person, "name": person}, "text": text, "at": format!("2026-01-0{}T00:00:00Z", n + 1)});
        agent.post("/api/conversations", body).await.expect(201);
    }
    let names = async |query: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = agent.get(&format!("/api/conversations?limit=2&{query}{cursor}")).await.ok();
            found.extend(all(&page, "external_id").iter().map(|id| id.as_str().unwrap().to_owned()));
            let Some(next) = page.json["next"].as_str() else { return found.join(" ") };
            cursor = format!("&cursor={next}");
        }
    };
    assert_eq!(names("").await, "c6 c5 c4 c3 c2 c1 c0");
    assert_eq!(names("sort=value").await, "c6 c5 c4 c3 c2 c1 c0");
    assert_eq!(names("channel=chat").await, "c2 c1 c0");
    assert_eq!(names("language=ko").await, "c6 c4 c2 c0");
    assert_eq!(names("language=ko&channel=form").await, "c6 c4");
    assert_eq!(names("source=shop&external_id=c3").await, "c3");
    assert_eq!(names("external_id=c3").await, "c3");
    assert_eq!(names("source=other").await, "");
    assert_eq!(names("q=export").await, "c5 c3 c1");
    assert_eq!(names("from=2026-01-03&to=2026-01-05").await.split(' ').count(), 2);
    let person = agent.get("/api/conversations?external_id=c1").await.ok().items()[0]["person"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(names(&format!("person={person}")).await, "c5 c3 c1");
    assert_eq!(names(&format!("person={}", base::PersonId::new())).await, "");
    agent.get("/api/conversations?from=yesterday").await.refused(422, "error-day");
    app.end().await;
}

#[tokio::test]
async fn what_i_have_read_is_read_until_more_is_said() {
    let app = TestApp::start("unread").await;
    let agent = app.as_agent();
    let id = id_of(&say(&agent, "c1", "p1", "hello").await);
    let unread = async || agent.get("/api/conversations").await.ok().items()[0]["unread"].clone();
    assert_eq!(unread().await, true);
    agent.post(&format!("/api/conversations/{id}/read"), json!({})).await.expect(204);
    assert_eq!(unread().await, false);
    let viewer = app.as_viewer().get("/api/conversations").await.ok();
    assert_eq!(viewer.items()[0]["unread"], true, "each reads for themselves");
    agent
        .post(&format!("/api/conversations/{id}/entries"), json!({"author": "person", "text": "hello?"}))
        .await
        .expect(201);
    assert_eq!(unread().await, true);
    app.end().await;
}

#[tokio::test]
async fn search_finds_each_conversation_once_and_marks_the_words() {
    let app = TestApp::start("search").await;
    let agent = app.as_agent();
    let first = id_of(&say(&agent, "c1", "민지", "간편결제가 계속 실패합니다").await);
    say(&agent, "c2", "Lee", "Payments are failing").await;
    agent
        .post(
            &format!("/api/conversations/{first}/entries"),
            json!({"author": "person", "text": "결제는 언제 되나요? 결제!"}),
        )
        .await
        .expect(201);
    let found = agent.get("/api/search?q=결제&room=conversations").await.ok();
    assert_eq!(all(&found, "external_id"), ["c1"]);
    let snippet = &found.items()[0]["snippet"];
    let text: Vec<char> = snippet["text"].as_str().unwrap().chars().collect();
    let (from, to) =
        (snippet["marks"][0][0].as_u64().unwrap() as usize, snippet["marks"][0][1].as_u64().unwrap() as usize);
    assert_eq!(text[from..to].iter().collect::<String>(), "결제");
    assert_eq!(found.json["ranked_newest"], serde_json::Value::Null);
    let stems = agent.get("/api/search?q=payment+fail").await.ok();
    assert_eq!(all(&stems, "external_id"), ["c2"]);
    agent.get("/api/search?q=결제&room=tags").await.refused(422, "error-search-room");
    assert!(agent.get("/api/search?q=%22%22").await.ok().items().is_empty());
    let rev = agent.get(&format!("/api/conversations/{first}")).await.ok().rev();
    agent.patch(&format!("/api/conversations/{first}"), rev, json!({"subject": "Refund of May"})).await.ok();
    assert_eq!(all(&agent.get("/api/search?q=refund").await.ok(), "external_id"), ["c1"], "by its subject");
    app.end().await;
}
