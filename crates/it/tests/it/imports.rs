//! Files come in over HTTP and everything goes out again; what is skipped says why; who may not is refused.
use crate::app::TestApp;
use base::Role;
use frontdoor::{Format, Import, Options, run_import};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

fn line(id: &str, text: &str) -> Value {
    json!({"external_id": id, "channel": "chat", "opened_at": "2026-11-02T09:00:00Z",
        "person": {"external_id": format!("p-{id}"), "name": "김민지"}, "tags": ["보기/필터"],
        "entries": [{"external_id": "1", "author": "person", "at": "2026-11-02T09:00:00Z", "text": text}]})
}

#[tokio::test]
async fn a_file_comes_in_in_the_background_and_goes_out_again() {
    let app = TestApp::start("imports").await;
    let curator = app.as_role(Role::Curator);
    let file = format!("{}\nnot json\n{}\n", line("a", "필터가 자꾸 풀려요"), line("b", "The view is gone"));
    let path = "/api/imports?format=jsonl&source=desk&name=desk.jsonl";
    app.told().await;

    let dry = curator
        .send(Method::POST, &format!("{path}&dry_run=true"), "application/octet-stream", file.clone())
        .await
        .expect(201)
        .json;
    assert_eq!((&dry["report"]["imported"], &dry["report"]["skipped"][0]["item"]), (&json!(2), &json!("line 2")));
    assert_eq!(curator.get("/api/imports").await.ok().items().len(), 0);

    let made = curator.send(Method::POST, path, "application/octet-stream", file.clone()).await.expect(201).json;
    let id = made["id"].as_str().unwrap();
    app.settle().await;
    let told = app.told().await;
    assert!(told.iter().filter(|kind| *kind == "frontdoor.import_moved").count() >= 2, "{told:?}");
    let done = curator.get(&format!("/api/imports/{id}")).await.ok().json;
    assert_eq!(
        (&done["state"], &done["source"], &done["name"]),
        (&json!("done"), &json!("desk"), &json!("desk.jsonl"))
    );
    let report = &done["report"];
    let counts = ["read", "imported", "conversations", "entries", "persons"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [3, 2, 2, 2, 2]);
    assert_eq!(report["skipped"], json!([{"item": "line 2", "reason": "not JSON: broken at character 2"}]));
    let found = app.as_agent().get("/api/search?q=필터가&room=conversations").await.ok();
    assert_eq!(found.items()[0]["external_id"], "a");
    assert_eq!(std::fs::read_dir(app.db.folder().join("imports")).unwrap().count(), 0, "what was sent is gone");

    let again = curator.send(Method::POST, path, "application/octet-stream", file).await.expect(201).json;
    app.settle().await;
    let again = curator.get(&format!("/api/imports/{}", again["id"].as_str().unwrap())).await.ok().json;
    assert_eq!((&again["report"]["unchanged"], &again["report"]["conversations"]), (&json!(2), &json!(0)));
    assert_eq!(curator.get("/api/imports").await.ok().items().len(), 2);

    let out = curator.get("/api/export/conversations.jsonl").await.ok();
    let lines: Vec<Value> = out.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| &line["external_id"]).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((&lines[0]["source"], &lines[0]["tags"]), (&json!("desk"), &json!(["보기/필터"])));
    app.end().await;
}

#[tokio::test]
async fn who_may_not_import_is_refused_and_what_is_stopped_stays_stopped() {
    let app = TestApp::start("imports_stop").await;
    let curator = app.as_role(Role::Curator);
    for client in [app.as_viewer(), app.as_agent()] {
        client
            .send(Method::POST, "/api/imports?format=jsonl", "application/octet-stream", String::new())
            .await
            .expect(403);
        client.get("/api/export/conversations.jsonl").await.expect(403);
    }
    curator
        .send(Method::POST, "/api/imports?format=xlsx", "application/octet-stream", String::new())
        .await
        .refused(422, "error-field");
    let file: String = (0..20_000).map(|n| format!("{}\n", line(&format!("c{n}"), "필터"))).collect();
    let made = curator
        .send(Method::POST, "/api/imports?format=jsonl", "application/octet-stream", file)
        .await
        .expect(201)
        .json;
    let path = format!("/api/imports/{}", made["id"].as_str().unwrap());
    let stopped = curator.post(&format!("{path}/stop"), json!({})).await.ok().json;
    assert_eq!(stopped["state"], "stopped");
    app.settle().await;
    let after = curator.get(&path).await.ok().json;
    assert_eq!(after["state"], "stopped");
    assert!(after["read"].as_u64().unwrap() < 20_000);
    app.end().await;
}

#[tokio::test]
async fn the_sample_company_fills_an_empty_house_for_its_owner() {
    let app = TestApp::start("demo").await;
    app.as_role(Role::Admin).post("/api/demo", json!({})).await.expect(403);
    let made = app.as_owner().post("/api/demo", json!({})).await.ok().json;
    assert!(made["conversations"].as_u64().unwrap() >= 300, "{made}");
    app.settle().await;
    let items = app.as_agent().get("/api/roadmap/items").await.ok();
    assert_eq!(items.items().len() as u64, made["roadmap_items"].as_u64().unwrap());
    let voiced = items.items().iter().filter(|item| item["counts"]["conversations"].as_i64() > Some(0)).count();
    assert!(voiced * 2 > items.items().len(), "{voiced} of {} items have voices", items.items().len());
    // It follows a direction, and what fits into its next half-year is proven.
    let directions = app.as_agent().get("/api/roadmap/directions").await.ok();
    assert_eq!((directions.items().len(), directions.items()[0]["fits"].as_array().unwrap().len()), (1, 6));
    let half = app.as_agent().get("/api/roadmap/halves/2027H1").await.ok().json;
    let is_in = half["items"].as_array().unwrap().iter().filter(|one| one["is_in"] == true).count();
    assert!(half["gap"] == 0.0 && is_in > 2, "{half}");
    let again = app.as_owner().post("/api/demo", json!({})).await.ok().json;
    assert_eq!(app.as_agent().get("/api/roadmap/directions").await.ok().items().len(), 1);
    assert_eq!((&again["conversations"], &again["persons"]), (&json!(0), &json!(0)));
    let text = json!({"channel": "chat", "person": {"name": "최유진"}, "text": "다른 곳에서 왔어요"});
    app.as_agent().post("/api/conversations", text).await.expect(201);
    app.as_owner().post("/api/demo", json!({})).await.refused(409, "error-demo-not-empty");
    app.end().await;
}

#[tokio::test]
async fn the_sample_company_goes_on_when_the_page_is_left() {
    let app = TestApp::start("demo_left").await;
    let owner = app.as_owner();
    let left = tokio::time::timeout(Duration::from_millis(200), owner.post("/api/demo", json!({}))).await;
    assert!(left.is_err(), "it was there before anybody could leave");
    // The last that comes in is the roadmap.
    let filled = async {
        while owner.get("/api/roadmap/items").await.ok().items().is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), filled).await.expect("the whole sample company");
    let imports = owner.get("/api/imports").await.ok();
    assert_eq!((imports.items().len(), &imports.items()[0]["state"]), (1, &json!("done")));
    app.end().await;
}

#[tokio::test]
async fn a_file_of_another_format_is_refused_and_nothing_of_it_is_kept() {
    let app = TestApp::start("imports_format").await;
    let curator = app.as_role(Role::Curator);
    let path = "/api/imports?format=jsonl&name=talks.csv";
    for path in [path, &format!("{path}&dry_run=true")] {
        let refused =
            curator.send(Method::POST, path, "application/octet-stream", "id,text\n1,hello\n".to_owned()).await;
        let told = refused.refused(422, "error-import-not-jsonl").json;
        assert!(told["title"].as_str().unwrap().contains("talks.csv"), "{told}");
    }
    assert!(curator.get("/api/imports").await.ok().items().is_empty());
    assert_eq!(std::fs::read_dir(app.db.folder().join("imports")).unwrap().count(), 0);
    app.end().await;
}

#[tokio::test]
async fn an_import_whose_process_died_is_shown_as_stopped_and_goes_on_when_run_again() {
    let app = TestApp::start("imports_dead").await;
    let curator = app.as_role(Role::Curator);
    let file = app.db.folder().join("many.jsonl");
    let lines: String = (0..20_000).map(|n| format!("{}\n", line(&format!("c{n}"), "필터"))).collect();
    std::fs::write(&file, lines).unwrap();
    let import = Import::of(&file, Options::new(Format::Jsonl));
    let run = tokio::spawn({
        let (db, import) = ((*app.db).clone(), import.clone());
        async move { run_import(&db, &import, &|_| {}).await }
    });
    let state = async || {
        let list = curator.get("/api/imports").await.ok();
        list.items().first().map(|import| (import["state"].clone(), import["read"].as_u64().unwrap()))
    };
    while state().await.is_none_or(|(_, read)| read == 0) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(state().await.unwrap().0, "running");
    run.abort();
    assert!(run.await.is_err(), "it ended before it could be broken off");
    assert_eq!(state().await.unwrap().0, "stopped");
    let outcome = run_import(&app.db, &import, &|_| {}).await.unwrap();
    assert_eq!(outcome.counts.read, 20_000);
    assert_eq!(state().await.unwrap(), (json!("done"), 20_000));
    app.end().await;
}
