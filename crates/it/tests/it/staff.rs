//! Members, tokens, settings, audit.
use crate::app::{PASSWORD, TestApp};
use base::{Role, Scope};
use serde_json::{Value, json};

#[tokio::test]
async fn the_last_owner_stays_owner() {
    let app = TestApp::start("last_owner").await;
    let owner = app.as_owner();
    let me = format!("/api/staff/{}", app.id_of(Role::Owner));
    owner.patch(&me, 1, json!({ "role": "admin" })).await.refused(409, "error-last-owner");
    owner.delete(&me).await.refused(409, "error-last-owner");
    let admin = format!("/api/staff/{}", app.id_of(Role::Admin));
    let raised = owner.patch(&admin, 1, json!({ "role": "owner" })).await.ok();
    assert_eq!((raised.json["role"].as_str(), raised.rev()), (Some("owner"), 2));
    owner.patch(&me, 1, json!({ "role": "viewer" })).await.ok();
    app.end().await;
}

#[tokio::test]
async fn nobody_gives_or_takes_a_role_above_their_own() {
    let app = TestApp::start("rank").await;
    let admin = app.as_role(Role::Admin);
    let path = |role: Role| format!("/api/staff/{}", app.id_of(role));
    admin.patch(&path(Role::Agent), 1, json!({ "role": "owner" })).await.refused(409, "error-role-above");
    admin.patch(&path(Role::Owner), 1, json!({ "role": "agent" })).await.refused(409, "error-role-above");
    admin.delete(&path(Role::Owner)).await.refused(409, "error-role-above");
    admin
        .post("/api/invitations", json!({ "email": "x@y.zz", "role": "owner" }))
        .await
        .refused(409, "error-role-above");
    admin.patch(&path(Role::Agent), 1, json!({ "role": "curator", "teams": ["Support", "Seoul"] })).await.ok();
    let list = admin.get("/api/staff").await.ok();
    let agent = list.items().iter().find(|member| member["id"] == app.id_of(Role::Agent).to_string()).unwrap();
    assert_eq!(agent["teams"], json!(["Seoul", "Support"]));
    app.end().await;
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once_and_may_come_back() {
    let app = TestApp::start("removed").await;
    app.give_password(Role::Agent).await;
    let by_cookie = app.anybody().sign_in("agent@soban.example").await;
    let by_token = app.as_agent();
    app.as_owner().delete(&format!("/api/staff/{}", app.id_of(Role::Agent))).await.expect(204);
    by_cookie.get("/api/me").await.expect(401);
    by_token.get("/api/me").await.expect(401);
    let login = json!({ "email": "agent@soban.example", "password": PASSWORD });
    app.anybody().post("/api/session", login).await.refused(401, "error-sign-in");
    let made = app
        .as_owner()
        .post("/api/invitations", json!({ "email": "agent@soban.example", "role": "viewer" }))
        .await
        .expect(201);
    let token = made.json["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let back = app
        .anybody()
        .post(
            &format!("/api/invitations/by-token/{token}"),
            json!({ "name": "Back", "password": PASSWORD, "ui": "ko" }),
        )
        .await
        .expect(201);
    assert_eq!(
        (back.json["id"].as_str(), back.json["role"].as_str()),
        (Some(&*app.id_of(Role::Agent).to_string()), Some("viewer"))
    );
    by_token.get("/api/me").await.expect(401);
    app.end().await;
}

#[tokio::test]
async fn a_token_is_shown_once_and_narrows_its_owner() {
    let app = TestApp::start("tokens").await;
    let owner = app.as_owner();
    let made = owner.post("/api/tokens", json!({ "name": "export", "scopes": ["read"] })).await.expect(201);
    let secret = made.json["token"].as_str().unwrap();
    let listed = owner.get("/api/tokens").await.ok();
    assert!(!listed.text.contains(secret));
    let program = app.with_token(secret);
    program.get("/api/me").await.ok();
    program.patch("/api/settings", 0, json!({})).await.refused(403, "error-forbidden");
    // Not even for itself: a token must not become the way to take over an account.
    program.patch("/api/me", 0, json!({ "name": "x" })).await.refused(403, "error-whole-account");
    program.post("/api/tokens", json!({ "name": "more", "scopes": ["all"] })).await.refused(403, "error-whole-account");
    app.as_viewer().delete(&format!("/api/tokens/{}", made.json["id"].as_str().unwrap())).await.expect(404);
    owner.delete(&format!("/api/tokens/{}", made.json["id"].as_str().unwrap())).await.expect(204);
    program.get("/api/me").await.expect(401);
    owner.post("/api/tokens", json!({ "name": "none", "scopes": [] })).await.refused(422, "error-scopes");
    let narrow = app.with_scopes(Role::Viewer, &[Scope::Admin]).await;
    narrow.get("/api/audit").await.expect(403);
    app.end().await;
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start("password").await;
    app.give_password(Role::Agent).await;
    let here = app.anybody().sign_in("agent@soban.example").await;
    let there = app.anybody().sign_in("agent@soban.example").await;
    let change = |old: &str, new: &str| json!({ "password": { "old": old, "new": new } });
    here.patch("/api/me", 0, change("wrong", "어머니와 사랑방 손님")).await.refused(422, "error-old-password");
    here.patch("/api/me", 0, change(PASSWORD, "짧다")).await.refused(422, "error-password-short");
    here.patch("/api/me", 0, change(PASSWORD, "어머니와 사랑방 손님")).await.ok();
    here.get("/api/me").await.ok();
    there.get("/api/me").await.expect(401);
    app.end().await;
}

#[tokio::test]
async fn settings_change_by_version_and_are_told() {
    let app = TestApp::start("settings").await;
    let owner = app.as_owner();
    let before = owner.get("/api/settings").await.ok();
    let rev = before.rev();
    let change = json!({ "company": "소반", "zone": "Asia/Seoul", "rates": { "KRW": 0.0007 } });
    let after = owner.patch("/api/settings", rev, change.clone()).await.ok();
    assert_eq!((after.json["zone"].as_str(), after.json["rates"]["KRW"].as_f64()), (Some("Asia/Seoul"), Some(0.0007)));
    app.expect_told(&["staff.settings_changed"]).await;
    owner.patch("/api/settings", rev, change.clone()).await.refused(412, "error-stale");
    owner.patch("/api/settings", after.rev(), change).await.ok();
    app.expect_told(&[]).await;
    let call = |body: Value| owner.call(reqwest::Method::PATCH, "/api/settings", Some(body));
    call(json!({ "company": "x" })).await.refused(428, "error-if-match");
    let wrong = |body: Value| owner.patch("/api/settings", after.rev(), body);
    wrong(json!({ "zone": "Mars/Olympus" })).await.refused(422, "error-zone");
    wrong(json!({ "zoen": "Asia/Seoul" })).await.refused(422, "error-unknown-field");
    wrong(json!({ "rates": { "KRW": -1 } })).await.refused(422, "error-rate");
    app.end().await;
}

#[tokio::test]
async fn the_audit_log_says_who_did_what_newest_first() {
    let app = TestApp::start("audit").await;
    let owner = app.as_owner();
    owner.post("/api/invitations", json!({ "email": "x@soban.example", "role": "agent" })).await.expect(201);
    owner.delete(&format!("/api/staff/{}", app.id_of(Role::Viewer))).await.expect(204);
    let first = owner.get("/api/audit?limit=1").await.ok();
    assert_eq!(
        (first.items()[0]["action"].as_str(), first.items()[0]["actor"].as_str()),
        (Some("staff.removed"), Some("The owner"))
    );
    let next = first.json["next"].as_str().unwrap();
    let second = owner.get(&format!("/api/audit?limit=1&cursor={next}")).await.ok();
    assert_eq!(second.items()[0]["action"], "staff.invited");
    owner.get("/api/audit?cursor=nonsense").await.refused(422, "error-cursor");
    owner.get("/api/audit?limit=0").await.refused(422, "error-limit");
    app.end().await;
}
