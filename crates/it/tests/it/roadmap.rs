//! The roadmap: items joined to tags, live counts and words, who asked, the table, today.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};

async fn said(by: &Client, person: &str, text: &str) -> (String, String) {
    let body = json!({"channel": "email", "person": {"external_id": person, "name": person}, "text": text});
    let made = by.post("/api/conversations", body).await.expect(201).json;
    (made["id"].as_str().unwrap().to_owned(), made["person"]["id"].as_str().unwrap().to_owned())
}

async fn make_tag(by: &Client, parent: Option<&str>, label: &str) -> String {
    let body = json!({"parent": parent, "label": {"en": label}});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn tag(by: &Client, conversation: &str, tag: &str, kind: Value) {
    by.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag, "kind": kind}))
        .await
        .expect(201);
}

#[tokio::test]
async fn an_item_counts_its_tags_their_subtree_their_kinds_and_leaves_out_the_excluded() {
    let app = TestApp::start("item_counts").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let views = make_tag(&curator, None, "Views").await;
    let saved = make_tag(&curator, Some(&views), "Saved").await;
    let api = make_tag(&curator, None, "API").await;
    let (one, minji) = said(&agent, "minji", "필터를 저장해도 풀려요").await;
    let (two, _) = said(&agent, "daniel", "Every Monday I rebuild my view").await;
    let (three, _) = said(&agent, "maren", "The API view endpoint resets").await;
    tag(&agent, &one, &saved, json!("bug")).await;
    tag(&agent, &two, &views, json!("request")).await;
    tag(&agent, &three, &saved, json!("bug")).await;
    tag(&agent, &three, &api, Value::Null).await;
    let body = json!({"key": "VIEW-218", "title": {"ko": "보기의 필터를 모두에게 유지", "en": "Views keep their filters"},
        "tags": [{"tag": views, "mode": "include", "subtree": true}, {"tag": api, "mode": "exclude"}], "half": "2027 H1"});
    agent.post("/api/roadmap/items", body.clone()).await.expect(403);
    let item = curator.post("/api/roadmap/items", body.clone()).await.expect(201);
    assert_eq!((item.json["counts"]["conversations"].as_i64(), item.json["half"].as_str()), (Some(2), Some("2027H1")));
    curator.post("/api/roadmap/items", body).await.refused(409, "error-item-key-taken");
    let path = format!("/api/roadmap/items/{}", item.json["id"].as_str().unwrap());
    let evidence = agent.get(&format!("{path}/evidence")).await.ok();
    assert_eq!((evidence.json["conversations"].as_i64(), evidence.items().len()), (Some(2), 2));
    assert_eq!(evidence.items()[0]["quote"], "Every Monday I rebuild my view");
    assert_eq!(agent.get(&format!("{path}/people")).await.ok().items().len(), 2);

    let only_bugs = json!({"tags": [{"tag": views, "mode": "include", "subtree": true, "kinds": ["bug"]}]});
    let changed = curator.patch(&path, 1, only_bugs).await.ok();
    assert_eq!(changed.json["counts"]["conversations"], 2);
    curator.patch(&path, 1, json!({"status": "planned"})).await.expect(412);
    // It moves the moment somebody tags.
    tag(&agent, &two, &saved, json!("bug")).await;
    assert_eq!(agent.get(&path).await.ok().json["counts"]["conversations"], 3);
    let asks = agent.get(&format!("/api/roadmap/asks?person={minji}")).await.ok();
    assert_eq!((asks.items().len(), asks.items()[0]["conversations"].as_i64()), (1, Some(1)));
    let of_tag = agent.get(&format!("/api/tags/{saved}/items")).await.ok();
    assert_eq!(of_tag.items()[0]["key"], "VIEW-218");

    curator.patch(&path, changed.rev(), json!({"status": "shipped"})).await.ok();
    assert!(agent.get(&format!("/api/roadmap/asks?person={minji}")).await.ok().items().is_empty());
    let shipped = agent.get(&path).await.ok();
    let sized = curator.patch(&path, shipped.rev(), json!({"effort_low": 2, "effort_high": 3})).await.ok();
    let unsized_again = curator.patch(&path, sized.rev(), json!({"effort_low": null})).await.ok().json;
    assert_eq!((&unsized_again["effort_low"], &unsized_again["effort_high"]), (&json!(null), &json!(3.0)));
    let history = agent.get(&format!("{path}/history")).await.ok();
    assert_eq!(
        history.items().iter().map(|c| c["what"].as_str().unwrap()).collect::<Vec<_>>(),
        ["change", "change", "status", "change", "create"]
    );
    curator.delete(&path).await.expect(204);
    agent.get(&path).await.expect(404);
    app.end().await;
}

#[tokio::test]
async fn an_item_that_cannot_be_is_refused_in_words() {
    let app = TestApp::start("bad_items").await;
    let curator = app.as_role(Role::Curator);
    let refused = async |body: Value, key: &str| {
        curator.post("/api/roadmap/items", body).await.refused(422, key);
    };
    refused(json!({"title": {}}), "error-item-title-empty").await;
    refused(json!({"title": {"en": "x"}, "half": "soon"}), "error-half").await;
    refused(json!({"title": {"en": "x"}, "effort_low": 9, "effort_high": 5}), "error-effort-order").await;
    refused(
        json!({"title": {"en": "x"}, "tags": [{"tag": "tag_01m80fd5cke6qa38vhgyg1f9qr", "mode": "include"}]}),
        "error-tag-unknown",
    )
    .await;
    refused(json!({"title": {"en": "x"}, "colour": "red"}), "error-unknown-field").await;
    assert!(curator.get("/api/roadmap/items").await.ok().items().is_empty());
    curator.call(reqwest::Method::PATCH, "/api/me", Some(json!({"ui": "ko"}))).await.ok();
    let said = curator.post("/api/roadmap/items", json!({"title": {}})).await.expect(422).json;
    assert!(said["title"].as_str().unwrap().chars().any(|c| ('가'..='힣').contains(&c)), "{said}");
    app.end().await;
}

#[tokio::test]
async fn the_board_moves_and_the_table_comes_in() {
    let app = TestApp::start("board").await;
    let curator = app.as_role(Role::Curator);
    curator.post("/api/tags/starter", json!({})).await.ok();
    let table = include_str!("../../../../demo/roadmap.csv");
    let send = async |table: &str| {
        curator.send(reqwest::Method::POST, "/api/roadmap/import", "text/csv", table.to_owned()).await.ok().json
    };
    let report = send(table).await;
    assert_eq!(report["created"], report["read"], "{report}");
    let again = send(table).await;
    assert_eq!(again["unchanged"], again["read"], "{again}");
    let broken = send("key,title_en,status\nA,Good,planned\nB,Bad,someday\n").await;
    assert_eq!(
        (broken["created"].as_i64(), broken["skipped"][0]["reason"].as_str()),
        (Some(1), Some("error-item-status"))
    );
    assert_eq!(send("key,title_en,statsu\nA,Good,planned\n").await["unknown"][0]["nearest"], "status");
    let list = curator.get("/api/roadmap/items").await.ok();
    let id = |n: usize| list.items()[n]["id"].as_str().unwrap().to_owned();
    let moved = curator
        .post(&format!("/api/roadmap/items/{}/move", id(3)), json!({"status": "building", "before": id(0)}))
        .await
        .ok();
    assert_eq!(moved.json["status"], "building");
    let order: Vec<String> = curator
        .get("/api/roadmap/items")
        .await
        .ok()
        .items()
        .iter()
        .map(|i| i["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(order[..3], [id(3), id(0), id(1)]);
    let building = curator.get("/api/roadmap/items?status=building").await.ok();
    assert!(building.items().iter().all(|i| i["status"] == "building"));
    app.end().await;
}

#[tokio::test]
async fn today_and_search_look_into_every_room() {
    let app = TestApp::start("today").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let filters = make_tag(&curator, None, "Filters").await;
    for n in 0..6 {
        let (c, _) = said(&agent, &format!("한지우{n}"), "보기의 필터가 풀려요").await;
        tag(&agent, &c, &filters, Value::Null).await;
    }
    said(&agent, "untagged", "가격이 궁금해요").await;
    curator.post("/api/roadmap/items", json!({"title": {"ko": "필터를 모두에게"}})).await.expect(201);
    let today = agent.get("/api/today").await.ok().json;
    // A house as old as today has nothing to compare with: it claims no rise.
    assert_eq!((today["untagged"].as_i64(), today["rising"].as_array().unwrap().len()), (Some(1), 0));
    assert_eq!((today["items"].as_array().unwrap().len(), today["voices"].as_array().unwrap().len()), (1, 7));
    // Younger and longer: it stands below the tag that is called just so.
    make_tag(&curator, None, "API filters").await;
    let found = agent.get("/api/search/rooms?q=%ED%95%84%ED%84%B0").await.ok().json;
    assert_eq!((found["conversations"].as_array().unwrap().len(), found["items"].as_array().unwrap().len()), (5, 1));
    assert_eq!(agent.get("/api/search/rooms?q=filters").await.ok().json["tags"][0]["id"], filters.as_str());
    assert_eq!(
        agent.get("/api/search/rooms?q=%ED%95%9C%EC%A7%80%EC%9A%B0").await.ok().json["persons"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    app.end().await;
}
