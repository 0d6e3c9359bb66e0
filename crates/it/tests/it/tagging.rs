//! Tagging: applying, taking back, kinds, passages, "nothing fits", the catalogue; and that counts always agree.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};

/// A conversation that a person opens, by its id.
pub async fn said(by: &Client, person: &str, text: &str) -> String {
    let body = json!({"channel": "chat", "person": {"external_id": person, "name": person}, "text": text, "at": "2026-11-18T03:00:00Z"});
    by.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

pub async fn make_tag(by: &Client, parent: Option<&str>, en: &str, ko: &str) -> String {
    let body = json!({"parent": parent, "label": {"en": en, "ko": ko}});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn count(by: &Client, tag: &str, more: &str) -> Value {
    by.get(&format!("/api/tags/{tag}/counts?{more}")).await.ok().json
}

fn four(c: &Value) -> [i64; 5] {
    ["conversations", "persons", "teams", "accounts", "n"].map(|k| c[k].as_i64().unwrap_or(-1))
}

async fn must_hold(app: &TestApp) {
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(tagging::check(&mut tx).await.unwrap(), vec![]);
    assert_eq!(conversations::check(&mut tx).await.unwrap(), vec![]);
    assert_eq!(people::check(&mut tx).await.unwrap(), vec![]);
}

#[tokio::test]
async fn the_same_tagging_again_is_the_same_tagging() {
    let app = TestApp::start("same_tagging").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    let conversation = said(&agent, "minji", "필터가 자꾸 풀려요").await;
    let path = format!("/api/conversations/{conversation}/taggings");
    app.told().await;
    let made = agent.post(&path, json!({"tag_id": tag})).await.expect(201);
    app.expect_told(&["tagging.applied"]).await;
    let again = agent.post(&path, json!({"tag_id": tag})).await.expect(200);
    assert_eq!(made.json["id"], again.json["id"]);
    app.expect_told(&[]).await;
    assert_eq!(four(&count(&agent, &tag, "").await), [1, 1, 0, 0, 1]);
    let shown = agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
    assert_eq!((shown["tag_state"].as_str(), shown["tags"][0]["id"].as_str()), (Some("tagged"), Some(tag.as_str())));

    let tagging = made.json["id"].as_str().unwrap();
    agent.delete(&format!("/api/taggings/{tagging}")).await.expect(204);
    agent.delete(&format!("/api/taggings/{tagging}")).await.expect(204);
    app.expect_told(&["tagging.retracted"]).await;
    assert_eq!(four(&count(&agent, &tag, "").await), [0, 0, 0, 0, 0]);
    let shown = agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
    assert_eq!((shown["tag_state"].as_str(), shown["tags"].as_array().unwrap().len()), (Some("untagged"), 0));
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_request_sent_twice_with_its_key_happens_once() {
    let app = TestApp::start("idempotent_tagging").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    let conversation = said(&agent, "minji", "필터가 자꾸 풀려요").await;
    let path = format!("/api/conversations/{conversation}/taggings");
    let keyed = agent.clone().header("idempotency-key", "k-1");
    let first = keyed.post(&path, json!({"tag_id": tag})).await.expect(201);
    agent.delete(&format!("/api/taggings/{}", first.json["id"].as_str().unwrap())).await.expect(204);
    // The answer that was lost comes again; the tagging taken back meanwhile is not made anew.
    assert_eq!(keyed.post(&path, json!({"tag_id": tag})).await.expect(201).json, first.json);
    assert_eq!(four(&count(&agent, &tag, "").await)[0], 0);
    keyed.post(&path, json!({"tag_id": tag, "kind": "bug"})).await.refused(422, "error-idempotency");
    app.end().await;
}

#[tokio::test]
async fn a_kind_is_a_new_fact_and_counts_by_kind() {
    let app = TestApp::start("kinds").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Export", "내보내기").await;
    let conversation = said(&agent, "aiko", "CSV export drops the linked column names").await;
    let made =
        agent.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
    let id = made.json["id"].as_str().unwrap();
    let with_kind = agent.post(&format!("/api/taggings/{id}/kind"), json!({"kind": "bug"})).await.ok();
    assert_ne!(with_kind.json["id"], made.json["id"]);
    assert_eq!(with_kind.json["kind"], "bug");
    agent
        .post(&format!("/api/taggings/{id}/kind"), json!({"kind": "praise"}))
        .await
        .refused(409, "error-tagging-retracted");
    let counted = count(&agent, &tag, "").await;
    assert_eq!(four(&counted), [1, 1, 0, 0, 1]);
    assert_eq!(counted["by"]["kind"][0]["key"], "bug");
    assert_eq!(four(&count(&agent, &tag, "kind=praise").await)[0], 0);
    agent
        .post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag, "kind": "rage"}))
        .await
        .expect(422);
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_passage_is_found_by_its_quote_and_counts_its_author() {
    let app = TestApp::start("passages").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    let text = "안녕하세요. 🙂 필터를 저장해도 새로고침하면 자꾸 풀려요.";
    let conversation = said(&agent, "minji", text).await;
    let page = agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
    let entry = page["entries"][0]["id"].as_str().unwrap();
    let quote = "필터를 저장해도";
    let start = text.chars().position(|c| c == '필').unwrap();
    let path = format!("/api/conversations/{conversation}/taggings");
    let passage = |start: usize| json!({"entry_id": entry, "start": start, "end": start + 8, "quote": quote});
    // The quote wins over an offset that is a little off.
    let made = agent.post(&path, json!({"tag_id": tag, "passage": passage(start + 2)})).await.expect(201);
    assert_eq!(made.json["passage"]["start"].as_u64(), Some(start as u64));
    agent.post(&path, json!({"tag_id": tag, "passage": passage(start)})).await.expect(200);
    // The same tag on the whole conversation is another fact, in the same conversation.
    agent.post(&path, json!({"tag_id": tag})).await.expect(201);
    assert_eq!(four(&count(&agent, &tag, "").await), [1, 1, 0, 0, 2]);
    let evidence = agent.get(&format!("/api/tags/{tag}/evidence")).await.ok();
    let quotes: Vec<_> =
        evidence.items().iter().map(|e| (e["quote"].as_str().unwrap(), e["is_passage"].as_bool().unwrap())).collect();
    assert!(quotes.contains(&(quote, true)) && quotes.contains(&(text, false)), "{quotes:?}");
    let nowhere = json!({"entry_id": entry, "start": 0, "end": 4, "quote": "없는 말입니다"});
    agent.post(&path, json!({"tag_id": tag, "passage": nowhere})).await.refused(422, "error-quote-not-there");
    let other = said(&agent, "daniel", "Every Monday").await;
    agent
        .post(&format!("/api/conversations/{other}/taggings"), json!({"tag_id": tag, "passage": passage(start)}))
        .await
        .refused(422, "error-passage-elsewhere");
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn nothing_fits_is_an_answer_until_a_tag_does() {
    let app = TestApp::start("nothing").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Praise", "칭찬").await;
    let conversation = said(&agent, "lea", "ok").await;
    let nothing = format!("/api/conversations/{conversation}/nothing");
    let made = agent.post(&nothing, json!({})).await.expect(201);
    assert_eq!(agent.post(&nothing, json!({})).await.expect(200).json, made.json);
    let state = async || {
        agent.get(&format!("/api/conversations/{conversation}")).await.ok().json["tag_state"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(state().await, "nothing");
    agent.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
    assert_eq!(state().await, "tagged");
    agent.post(&nothing, json!({})).await.refused(409, "error-nothing-but-tagged");
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn who_may_not_tag_reads_and_sees_no_small_counts() {
    let app = TestApp::start("viewer_counts").await;
    let (agent, curator, viewer) = (app.as_agent(), app.as_role(Role::Curator), app.as_viewer());
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    for person in ["a", "b"] {
        let conversation = said(&agent, person, "filters reset").await;
        agent.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
        viewer.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(403);
    }
    let few = count(&viewer, &tag, "").await;
    assert_eq!((few["too_few"].as_bool(), few["conversations"].clone()), (Some(true), Value::Null));
    assert_eq!(count(&agent, &tag, "").await["conversations"], 2);
    let third = said(&agent, "c", "filters reset").await;
    agent.post(&format!("/api/conversations/{third}/taggings"), json!({"tag_id": tag})).await.expect(201);
    assert_eq!(count(&viewer, &tag, "").await["conversations"], 3);
    viewer.post("/api/tags", json!({"label": {"en": "x"}})).await.expect(403);
    agent.post("/api/tags", json!({"label": {"en": "x"}})).await.expect(403);
    app.end().await;
}

#[tokio::test]
async fn a_hidden_door_hides_counts_words_and_suggestions() {
    let app = TestApp::start("hidden_door").await;
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    let conversation = said(&owner, "a", "filters reset").await;
    owner.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
    assert_eq!(count(&agent, &tag, "").await["conversations"], 1);
    let lawyer = format!("/api/staff/{}", app.id_of(Role::Admin));
    owner.patch(&lawyer, 1, json!({"teams": ["Legal"]})).await.ok();
    let door = owner.get("/api/doors").await.ok().items()[0].clone();
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    owner
        .patch(&path, door["rev"].as_i64().unwrap(), json!({"visibility": "teams", "staff_teams": ["Legal"]}))
        .await
        .ok();
    assert_eq!(count(&agent, &tag, "").await["conversations"], 0);
    assert!(agent.get(&format!("/api/tags/{tag}/evidence")).await.ok().items().is_empty());
    agent.get(&format!("/api/conversations/{conversation}/suggestions")).await.expect(404);
    agent.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(404);
    assert_eq!(count(&owner, &tag, "").await["conversations"], 1);
    app.end().await;
}

#[tokio::test]
async fn the_catalogue_is_curated_and_every_change_is_kept() {
    let app = TestApp::start("catalogue").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let parent = make_tag(&curator, None, "Database", "데이터베이스").await;
    let child = make_tag(&curator, Some(&parent), "Filters", "필터").await;
    curator
        .post("/api/tags", json!({"parent": parent, "label": {"en": "Filters"}}))
        .await
        .refused(409, "error-tag-path-taken");
    curator.post("/api/tags", json!({"label": {}})).await.expect(422);
    let shown = curator.get(&format!("/api/tags/{child}")).await.ok();
    assert_eq!(shown.json["path"], "database/filters");
    let patched = curator.patch(&format!("/api/tags/{parent}"), 1, json!({"parent": child})).await;
    patched.refused(422, "error-tag-below-itself");
    let changed = curator
        .patch(&format!("/api/tags/{child}"), shown.rev(), json!({"label": {"en": "Filters", "ko": "거르기"}}))
        .await
        .ok();
    curator.patch(&format!("/api/tags/{child}"), shown.rev(), json!({"label": {"en": "Stale"}})).await.expect(412);
    let moved = curator.patch(&format!("/api/tags/{child}"), changed.rev(), json!({"to_root": true})).await.ok();
    assert_eq!(moved.json["path"], "filters");
    let history = curator.get(&format!("/api/tags/{child}/history")).await.ok();
    assert_eq!(
        history.items().iter().map(|o| o["op"].as_str().unwrap()).collect::<Vec<_>>(),
        ["move", "rename", "create"]
    );

    let proposed = agent.post("/api/tags/propose", json!({"label": {"ko": "행 단위 권한"}})).await.expect(201);
    let id = proposed.json["id"].as_str().unwrap();
    let conversation = said(&agent, "lee", "행마다 권한을 다르게").await;
    let path = format!("/api/conversations/{conversation}/taggings");
    agent.post(&path, json!({"tag_id": id})).await.refused(422, "error-tag-not-applicable");
    agent.post(&format!("/api/tags/{id}/adopt"), json!({})).await.expect(403);
    curator.post(&format!("/api/tags/{id}/adopt"), json!({})).await.ok();
    agent.post(&path, json!({"tag_id": id})).await.expect(201);
    curator.post(&format!("/api/tags/{id}/retire"), json!({})).await.ok();
    let other = said(&agent, "han", "권한").await;
    agent
        .post(&format!("/api/conversations/{other}/taggings"), json!({"tag_id": id}))
        .await
        .refused(422, "error-tag-not-applicable");
    // What it was applied to stays and counts.
    assert_eq!(count(&agent, id, "").await["conversations"], 1);
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn the_table_goes_out_as_it_came_in() {
    let app = TestApp::start("tsv").await;
    let curator = app.as_role(Role::Curator);
    let report = curator.post("/api/tags/starter", json!({})).await.ok().json;
    assert!(report["created"].as_i64().unwrap() >= 120 && report["skipped"].as_array().unwrap().is_empty(), "{report}");
    let table = curator.get("/api/tags.tsv").await.ok().text;
    let send = async |table: String| {
        curator.send(reqwest::Method::POST, "/api/tags/import", "text/tab-separated-values", table).await
    };
    let again = send(table.clone()).await.ok().json;
    assert_eq!((again["created"].as_i64(), again["updated"].as_i64()), (Some(0), Some(0)), "{again}");
    assert_eq!(curator.get("/api/tags.tsv").await.ok().text, table);
    let bad =
        "path\tlabel_en\tstate\nnew\tNew\t\nno/parent/here\tX\t\n\tno path\t\nnew2\tNew 2\tmerged\nnew\tTwice\t\n";
    let report = send(bad.to_owned()).await.ok().json;
    assert_eq!(report["created"], 1);
    let reasons: Vec<_> = report["skipped"].as_array().unwrap().iter().map(|s| s["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    let misspelt = send("path\tlabel_eng\nnew\tNew\n".into()).await.ok().json;
    assert_eq!(misspelt["unknown"][0]["nearest"], "label_en", "{misspelt}");
    send("nothing here".into()).await.refused(422, "error-tsv-header");
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn counts_split_by_period_segment_and_what_was_then() {
    let app = TestApp::start("segments").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    for (external, plan, from) in [
        ("a", "Plus", "2026-01-01T00:00:00Z"),
        ("a", "Team", "2026-11-01T00:00:00Z"),
        ("b", "Team", "2026-01-01T00:00:00Z"),
    ] {
        let facts = json!({"name": external, "plan": plan, "source": "api", "valid_from": from});
        agent.put(&format!("/api/accounts/{external}"), facts).await.ok();
    }
    for (n, account, at) in
        [(1, "a", "2026-10-05T00:00:00Z"), (2, "a", "2026-11-10T00:00:00Z"), (3, "b", "2026-11-11T00:00:00Z")]
    {
        let body = json!({"channel": "email", "person": {"external_id": format!("p{n}"), "account": {"external_id": account}}, "text": "filters", "at": at});
        let made = agent.post("/api/conversations", body).await.expect(201);
        let path = format!("/api/conversations/{}/taggings", made.json["id"].as_str().unwrap());
        agent.post(&path, json!({"tag_id": tag})).await.expect(201);
    }
    assert_eq!(four(&count(&agent, &tag, "").await), [3, 3, 0, 2, 3]);
    assert_eq!(four(&count(&agent, &tag, "from=2026-11-01&to=2026-12-01").await)[0], 2);
    assert_eq!(four(&count(&agent, &tag, "plan=Team").await)[0], 3);
    assert_eq!(four(&count(&agent, &tag, "plan=Team&as_of=then").await)[0], 2);
    assert_eq!(four(&count(&agent, &tag, "plan=Plus&as_of=then").await)[0], 1);
    assert_eq!(four(&count(&agent, &tag, "channel=chat").await)[0], 0);
    let weeks = count(&agent, &tag, "").await["series"].as_array().unwrap().clone();
    assert_eq!(
        (weeks.len(), weeks[0]["week"].as_str(), weeks[5]["conversations"].as_i64()),
        (6, Some("2026-W41"), Some(2))
    );
    agent.get(&format!("/api/tags/{tag}/counts?from=yesterday")).await.refused(422, "error-day");
    agent.get(&format!("/api/tags/{tag}/counts?from=2026-12-01&to=2026-11-01")).await.refused(422, "error-period");
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn another_node_counts_what_this_one_committed() {
    let app = TestApp::start("two_nodes").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    let other = tagging::TagEngine::new(app.db.another_node().await);
    other.catch_up().await.unwrap();
    let conversation = said(&agent, "minji", "필터").await;
    let made =
        agent.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
    let n = async || {
        other.ask(|c| c.facts().filter(|(_, f)| f.retracted == tagging::counts::LIVING).count()).await.unwrap()
    };
    assert_eq!(n().await, 1);
    agent.delete(&format!("/api/taggings/{}", made.json["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(n().await, 0);
    app.end().await;
}
