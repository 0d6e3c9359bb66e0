//! How customers feel: shown on their entries, corrected, narrowed and ordered by, and over time.
use super::{all, id_of, say};
use crate::app::TestApp;
use serde_json::{Value, json};

const ANGRY: &str = "This is terrible, I hate it and I am so angry!";
const THANKS: &str = "정말 감사합니다 덕분에 해결됐어요";

#[tokio::test]
async fn an_emotion_is_read_shown_corrected_and_taken_back() {
    let app = TestApp::start("emotion").await;
    let agent = app.as_agent();
    let id = id_of(&say(&agent, "c1", "민지", THANKS).await);
    let thread = async || agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    let read = thread().await;
    let emotion = &read["entries"][0]["emotion"];
    assert_eq!((&emotion["emotion"], &emotion["said"]), (&json!("gratitude"), &Value::Null));
    assert!(emotion["valence"].as_i64().unwrap() > 0 && !emotion["words"].as_array().unwrap().is_empty(), "{emotion}");
    assert_eq!(read["emotion"]["last"], "gratitude");

    let entry = format!("/api/entries/{}/emotion", read["entries"][0]["id"].as_str().unwrap());
    app.told().await;
    let said = agent.put(&entry, json!({"valence": -1, "emotion": "confusion"})).await.ok().json;
    app.expect_told(&["conversations.felt", "conversations.changed"]).await;
    let corrected = &said["emotion"];
    assert_eq!((&corrected["valence"], &corrected["said"]["origin"]), (&json!(-1), &json!("corrected")));
    assert_eq!((&corrected["said"]["by"]["name"], &corrected["read"]), (&json!("The agent"), &emotion["read"]));
    assert_eq!(thread().await["emotion"]["end"], -1);
    agent.put(&entry, json!({"valence": 5})).await.refused(422, "error-emotion-valence");
    agent.put(&entry, json!({"valence": 1, "emotion": "anger"})).await.refused(422, "error-emotion-side");
    app.as_viewer().put(&entry, json!({"valence": 1})).await.expect(403);
    let back = agent.delete(&entry).await.ok().json;
    assert_eq!(&back["emotion"], emotion);
    agent.delete(&entry).await.ok();

    let ours =
        agent.post(&format!("/api/conversations/{id}/entries"), json!({"author": "staff", "text": "done"})).await;
    let ours = ours.expect(201).json;
    assert_eq!(ours["emotion"], Value::Null);
    let path = format!("/api/entries/{}/emotion", ours["id"].as_str().unwrap());
    agent.put(&path, json!({"valence": 1})).await.refused(422, "error-emotion-not-felt");
    app.end().await;
}

#[tokio::test]
async fn a_list_is_narrowed_and_ordered_by_emotion() {
    let app = TestApp::start("moods").await;
    let agent = app.as_agent();
    for (n, text) in [THANKS, ANGRY, "Where is the invoice for March?", ANGRY].into_iter().enumerate() {
        let body = json!({"external_id": format!("c{n}"), "channel": "chat", "text": text,
            "person": {"external_id": format!("p{n}")}, "at": format!("2026-01-0{}T00:00:00Z", n + 1)});
        agent.post("/api/conversations", body).await.expect(201);
    }
    let names = async |query: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = agent.get(&format!("/api/conversations?limit=1&{query}{cursor}")).await.ok();
            found.extend(all(&page, "external_id").iter().map(|id| id.as_str().unwrap().to_owned()));
            let Some(next) = page.json["next"].as_str() else { return found.join(" ") };
            cursor = format!("&cursor={next}");
        }
    };
    assert_eq!(names("sort=worst").await, "c3 c1 c2 c0", "worst first, then the newest");
    assert_eq!(names("emotion=negative").await, "c3 c1");
    assert_eq!(names("emotion=neutral").await, "c2");
    assert_eq!(names("emotion=positive&sort=worst").await, "c0");
    assert_eq!(names("emotion=gratitude").await, "c0");
    assert_eq!(names("emotion=relief").await, "");
    agent.get("/api/conversations?emotion=boredom").await.expect(422);
    app.end().await;
}

#[tokio::test]
async fn somebodys_emotions_are_told_week_by_week_with_what_people_say_apart() {
    let app = TestApp::start("line").await;
    let agent = app.as_agent();
    let first = say(&agent, "c1", "민지", THANKS).await;
    say(&agent, "c2", "민지", ANGRY).await;
    let person = first.json["person"]["id"].as_str().unwrap();
    let entry = first.json["entries"][0]["id"].as_str().unwrap();
    agent.put(&format!("/api/entries/{entry}/emotion"), json!({"valence": 2})).await.ok();
    let line = agent.get(&format!("/api/emotions?person={person}")).await.ok();
    let week = &line.items()[0];
    assert_eq!(
        (&week["read"]["n"], &week["read"]["negative"], &week["read"]["positive"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!((&week["said"]["n"], &week["said"]["mean"]), (&json!(1), &json!(2.0)));
    assert!(agent.get(&format!("/api/emotions?person={}", base::PersonId::new())).await.ok().items().is_empty());
    agent.get("/api/emotions").await.refused(422, "error-emotion-of-whom");
    let reading = agent.get("/api/emotions/reading").await.ok().json;
    assert_eq!(reading["read"], reading["of"]);
    app.end().await;
}
