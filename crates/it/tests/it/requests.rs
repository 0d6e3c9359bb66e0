//! What holds for every call: languages, unknown things, sizes, idempotency, headers, the pages that are drawn here.
use crate::app::TestApp;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_failure_speaks_the_language_of_the_account_or_of_the_browser() {
    let app = TestApp::start("languages").await;
    let korean = app.anybody().header("accept-language", "ko-KR,ko;q=0.9,en;q=0.5").get("/api/me").await.expect(401);
    assert!(korean.json["title"].as_str().unwrap().contains("로그인"), "{}", korean.text);
    assert_eq!(korean.header("content-type"), "application/problem+json");
    let agent = app.as_agent();
    agent.patch("/api/me", 0, json!({ "ui": "ko" })).await.ok();
    let refused = agent.clone().header("accept-language", "en").get("/api/audit").await.expect(403);
    assert!(refused.json["title"].as_str().unwrap().contains("권한"), "{}", refused.text);
    app.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let app = TestApp::start("not_there").await;
    let owner = app.as_owner();
    owner.get("/api/nothing").await.refused(404, "error-no-route");
    owner.delete("/api/settings").await.refused(405, "error-method");
    owner.delete("/api/staff/not-an-id").await.refused(404, "error-not-found");
    owner.delete("/api/staff/stf_01m80e1xt1eahv7y00gk31pdvz").await.refused(404, "error-not-found");
    owner.send(Method::POST, "/api/tokens", "application/json", "{\"name\":").await.refused(400, "error-json-syntax");
    let answer = owner.post("/api/tokens", json!({ "name": 7, "scopes": [] })).await.refused(422, "error-field");
    assert_eq!(answer.json["field"], "name");
    owner.get("/api/jobs?state=lost").await.refused(422, "error-job-state");
    owner.get("/api/jobs?stat=dead").await.refused(422, "error-unknown-field");
    owner
        .send(Method::POST, "/api/tokens", "application/json", vec![b' '; 3 << 20])
        .await
        .refused(413, "error-body-too-large");
    app.end().await;
}

#[tokio::test]
async fn a_request_with_a_key_is_done_once() {
    let app = TestApp::start("idempotency").await;
    let agent = app.as_agent().header("idempotency-key", "k-1");
    let body = json!({ "name": "Once" });
    let first = agent.post("/api/persons", body.clone()).await.expect(201);
    let again = agent.post("/api/persons", body.clone()).await.expect(201);
    assert_eq!(first.json, again.json);
    agent.post("/api/persons", json!({ "name": "Other" })).await.refused(422, "error-idempotency");
    assert_eq!(app.as_agent().get("/api/persons?q=Once").await.ok().items().len(), 1);
    // A key belongs to its caller.
    let other = app.as_owner().header("idempotency-key", "k-1").post("/api/persons", body.clone()).await.expect(201);
    assert_ne!(other.json["id"], first.json["id"]);
    // What was refused was not done, and may be sent again.
    let careful = app.as_agent().header("idempotency-key", "k-2");
    careful.post("/api/persons", json!({})).await.expect(422);
    careful.post("/api/persons", json!({})).await.expect(422);
    // A day later the key is free again.
    app.db.set_clock(Some(base::Time::now().plus(base::Time::DAY + base::Time::MINUTE)));
    agent.post("/api/persons", json!({ "name": "Other" })).await.expect(201);
    agent
        .clone()
        .header("idempotency-key", &"k".repeat(201))
        .post("/api/persons", body)
        .await
        .refused(422, "error-idempotency-key");
    app.end().await;
}

#[tokio::test]
async fn two_requests_with_one_key_at_once_make_one_thing() {
    let app = TestApp::start("idempotency_at_once").await;
    let agent = app.as_agent().header("idempotency-key", "same");
    let calls = (0..8).map(|_| {
        let agent = agent.clone();
        tokio::spawn(async move {
            agent.post("/api/persons", json!({ "name": "Race" })).await.expect(201).json["id"].clone()
        })
    });
    let mut ids = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        ids.push(call.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    app.end().await;
}

#[tokio::test]
async fn a_secret_is_not_kept_for_a_key() {
    let app = TestApp::start("idempotency_secret").await;
    let owner = app.as_owner().header("idempotency-key", "t-1");
    let made = owner.post("/api/tokens", json!({ "name": "x", "scopes": ["read"] })).await.expect(201);
    let kept = store::testing::contents(&app.db).await.unwrap();
    let secret = made.json["token"].as_str().unwrap();
    assert!(!kept.values().flatten().any(|row| row.contains(secret)), "a secret stands in the store");
    app.end().await;
}

#[tokio::test]
async fn every_answer_protects_itself() {
    let app = TestApp::start("headers").await;
    for path in ["/api/health", "/api/nothing", "/api", "/inbox", "/_app/gone.js"] {
        let answer = app.anybody().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    let page = app.anybody().get("/inbox").await.ok();
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        !policy.contains("'unsafe-eval'") && !policy.split("style-src").next().unwrap().contains("'unsafe-inline'"),
        "{policy}"
    );
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    assert_ne!(
        app.anybody().get("/inbox").await.ok().header("content-security-policy"),
        policy,
        "a nonce is used once"
    );
    for script in page.text.match_indices("<script").map(|(at, _)| &page.text[at..]) {
        assert!(script.starts_with(&format!("<script nonce=\"{nonce}\"")), "a script without this answer's nonce");
    }
    app.anybody().get("/_app/gone.js").await.expect(404);
    app.end().await;
}

#[tokio::test]
async fn the_api_describes_itself_to_programs_and_people() {
    let app = TestApp::start("api_page").await;
    let document = app.anybody().get("/api/openapi.json").await.ok();
    assert!(document.json["paths"]["/api/session"]["post"].is_object());
    let korean = app.anybody().header("accept-language", "ko").get("/api").await.ok();
    assert!(
        korean.text.contains("<html lang=\"ko\">")
            && korean.text.contains("/api/session")
            && !korean.text.contains("<script")
    );
    app.end().await;
}
