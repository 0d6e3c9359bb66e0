//! The spine, through the API alone: a conversation comes in, is tagged, and moves a roadmap item; and what hides it.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};

async fn make_conversation(client: &Client, name: &str, text: &str) -> Value {
    let person = json!({ "name": name, "email": format!("{}@hanbit.example", text.len()) });
    let input = json!({ "channel": "chat", "subject": "내보내기", "person": person, "text": text });
    client.post("/api/conversations", input).await.expect(201).json
}

async fn make_tag(client: &Client, ko: &str, en: &str) -> String {
    let made = client.post("/api/tags", json!({ "label": { "ko": ko, "en": en } })).await.expect(201);
    made.json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tagged_conversation_moves_the_roadmap_item() {
    let app = TestApp::start("spine").await;
    let (curator, agent) = (app.as_role(Role::Curator), app.as_agent());
    let tag = make_tag(&curator, "표 내보내기", "Table export").await;
    let join = json!([{ "tag": tag, "mode": "include", "subtree": true }]);
    let item = json!({ "title": { "ko": "표를 그대로", "en": "Tables as they are" }, "tags": join });
    let item = curator.post("/api/roadmap/items", item).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let evidence = format!("/api/roadmap/items/{item}/evidence");
    let counts = |answer: &crate::app::Answer| {
        let count = |name: &str| answer.json[name].as_i64().unwrap();
        (count("conversations"), count("persons"))
    };
    assert_eq!(counts(&agent.get(&evidence).await.ok()), (0, 0));

    let text = "분기 보고서를 표 그대로 내보내고 싶어요. 지금은 매번 손으로 옮깁니다.";
    let conversation = make_conversation(&agent, "최유진", text).await;
    let id = conversation["id"].as_str().unwrap();
    let entry = conversation["entries"][0]["id"].as_str().unwrap();
    app.told().await;
    let quote = "표 그대로 내보내고 싶어요";
    let start = text.chars().count() - text.split_once(quote).unwrap().1.chars().count() - quote.chars().count();
    let passage = json!({ "entry_id": entry, "start": start, "end": start + quote.chars().count(), "quote": quote });
    let tagging = json!({ "tag_id": tag, "kind": "request", "passage": passage });
    let path = format!("/api/conversations/{id}/taggings");
    let made = agent.post(&path, tagging.clone()).await.expect(201);
    // The same living tagging again is the same one.
    assert_eq!(agent.post(&path, tagging).await.expect(200).json["id"], made.json["id"]);
    assert!(app.told().await.contains(&"tagging.applied".to_owned()));

    let found = agent.get(&evidence).await.ok();
    assert_eq!(counts(&found), (1, 1));
    assert_eq!(found.items()[0]["quote"], quote);
    assert_eq!(found.items()[0]["person"]["name"], "최유진");
    let shown = agent.get(&format!("/api/conversations/{id}")).await.ok();
    assert_eq!(shown.json["tag_state"], "tagged");
    let hit = agent.get("/api/search?q=보고서를&room=conversations").await.ok();
    assert_eq!(hit.items()[0]["id"], id);

    agent.delete(&format!("/api/taggings/{}", made.json["id"].as_str().unwrap())).await.ok();
    assert_eq!(counts(&agent.get(&evidence).await.ok()), (0, 0));
    app.end().await;
}

#[tokio::test]
async fn what_is_behind_a_closed_door_is_nowhere() {
    let app = TestApp::start("closed_door").await;
    let (owner, agent) = (app.as_owner(), app.as_agent());
    let tag = make_tag(&owner, "비밀", "Secret").await;
    let conversation = make_conversation(&agent, "한도윤", "아무에게도 보이면 안 되는 이야기입니다").await;
    let id = conversation["id"].as_str().unwrap();
    agent.post(&format!("/api/conversations/{id}/taggings"), json!({ "tag_id": tag })).await.expect(201);
    let admin = format!("/api/staff/{}", app.id_of(Role::Admin));
    owner.patch(&admin, 1, json!({ "teams": ["Board"] })).await.ok();
    let door = &owner.get("/api/doors").await.ok().items()[0].clone();
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    let closed = json!({ "visibility": "teams", "staff_teams": ["Board"] });
    owner.patch(&path, door["rev"].as_i64().unwrap(), closed).await.ok();

    agent.get(&format!("/api/conversations/{id}")).await.expect(404);
    agent.post(&format!("/api/conversations/{id}/taggings"), json!({ "tag_id": tag })).await.expect(404);
    agent.post(&format!("/api/conversations/{id}/notes"), json!({ "text": "x" })).await.expect(404);
    assert!(agent.get("/api/conversations?view=all").await.ok().items().is_empty());
    assert!(agent.get("/api/search?q=이야기&room=conversations").await.ok().items().is_empty());
    let counts = format!("/api/tags/{tag}/counts");
    assert_eq!(agent.get(&counts).await.ok().json["conversations"], 0);
    assert!(agent.get(&format!("/api/tags/{tag}/evidence")).await.ok().items().is_empty());
    assert!(agent.get("/api/doors").await.ok().items().is_empty());
    assert_eq!(owner.get(&counts).await.ok().json["conversations"], 1);

    // Whoever is let into the team sees it at once.
    owner.patch(&format!("/api/staff/{}", app.id_of(Role::Agent)), 1, json!({ "teams": ["Board"] })).await.ok();
    agent.get(&format!("/api/conversations/{id}")).await.ok();
    app.end().await;
}
