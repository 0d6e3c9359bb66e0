//! First run, signing in and out, invitations: what must work and what must not.
use crate::app::{PASSWORD, TestApp};
use base::{Role, Time};
use serde_json::json;
use server::Config;

fn setup(token: &str) -> serde_json::Value {
    json!({ "token": token, "name": "김민지", "email": "Minji@Soban.example", "password": PASSWORD, "company": "소반",
        "zone": "Asia/Seoul", "ui": "ko" })
}

#[tokio::test]
async fn the_first_run_link_makes_one_owner_and_only_one() {
    let app = TestApp::empty("first_run", Config::default()).await;
    let caller = app.anybody();
    assert_eq!(caller.get("/api/setup").await.ok().json["needs_owner"], true);
    caller.post("/api/setup", setup("guessed")).await.refused(403, "error-setup-token");
    let token = app.state.get::<staff::FirstRun>().secret().to_owned();
    let short = json!({ "token": token, "name": "a", "email": "a@b.c", "password": "short", "company": "c", "zone": "UTC", "ui": "en" });
    caller.post("/api/setup", short).await.refused(422, "error-password-short");
    let answer = caller.post("/api/setup", setup(&token)).await.expect(201);
    assert_eq!((answer.json["role"].as_str(), answer.json["zone"].as_str()), (Some("owner"), Some("Asia/Seoul")));
    assert_eq!(answer.json["reporting_currency"], "KRW");
    let me = app.anybody().header("cookie", &answer.cookie()).get("/api/me").await.ok();
    assert_eq!((me.json["name"].as_str(), me.json["via"].as_str()), (Some("김민지"), Some("session")));
    caller.post("/api/setup", setup(&token)).await.refused(409, "error-has-owner");
    assert_eq!(caller.get("/api/setup").await.ok().json["company"], "소반");
    app.expect_told(&["staff.changed", "staff.settings_changed"]).await;
    app.end().await;
}

#[tokio::test]
async fn a_session_begins_with_the_right_password_and_ends_when_told() {
    let app = TestApp::start("sessions").await;
    app.give_password(Role::Agent).await;
    let answer =
        app.anybody().post("/api/session", json!({ "email": "AGENT@soban.example", "password": PASSWORD })).await.ok();
    let cookie = answer.header("set-cookie").to_owned();
    for flag in ["sarang_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(flag), "{flag} is not in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "without https the browser would not send it back");
    let agent = app.anybody().header("cookie", &answer.cookie());
    agent.get("/api/me").await.ok();
    let stored = agent.delete("/api/session").await.expect(204);
    assert!(stored.header("set-cookie").contains("Max-Age=0"));
    agent.get("/api/me").await.refused(401, "error-unauthenticated");
    app.end().await;
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_bound_to_the_host() {
    let config = Config { public_url: Some("https://voice.soban.example".parse().unwrap()), ..Config::default() };
    let app = TestApp::with("secure_cookie", config).await;
    app.give_password(Role::Agent).await;
    let answer =
        app.anybody().post("/api/session", json!({ "email": "agent@soban.example", "password": PASSWORD })).await.ok();
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-sarang_session=") && cookie.contains("; Secure"), "{cookie}");
    assert!(!answer.header("strict-transport-security").is_empty());
    // A cookie without the prefix could have been set by a neighbour under the same domain.
    let planted = answer.cookie().replace("__Host-", "");
    app.anybody().header("cookie", &planted).get("/api/me").await.expect(401);
    app.end().await;
}

#[tokio::test]
async fn wrong_passwords_are_answered_alike_and_bounded() {
    let app = TestApp::start("rate_limit").await;
    app.give_password(Role::Agent).await;
    let caller = app.anybody();
    let with = |email: &str, password: &str| json!({ "email": email, "password": password });
    let known = caller.post("/api/session", with("agent@soban.example", "wrong")).await.refused(401, "error-sign-in");
    let unknown =
        caller.post("/api/session", with("nobody@soban.example", "wrong")).await.refused(401, "error-sign-in");
    assert_eq!(known.json, unknown.json);
    for _ in 0..9 {
        caller.post("/api/session", with("agent@soban.example", "wrong")).await.expect(401);
    }
    let answer =
        caller.post("/api/session", with("agent@soban.example", PASSWORD)).await.refused(429, "error-too-many");
    let wait: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // A quarter of an hour later the right password is right again, and forgives what was wrong.
    let later = Time::now().plus(16 * Time::MINUTE);
    app.db.set_clock(Some(later));
    caller.post("/api/session", with("agent@soban.example", PASSWORD)).await.ok();
    for _ in 0..9 {
        caller.post("/api/session", with("agent@soban.example", "wrong")).await.expect(401);
    }
    caller.post("/api/session", with("agent@soban.example", PASSWORD)).await.ok();
    app.end().await;
}

#[tokio::test]
async fn one_place_cannot_try_many_addresses() {
    let app = TestApp::start("one_place").await;
    let mut refused = 0;
    for n in 0..45 {
        let input = json!({ "email": format!("guess{n}@soban.example"), "password": "wrong password" });
        let answer = app.anybody().post("/api/session", input).await;
        refused += i32::from(answer.status == 429);
    }
    assert_eq!(refused, 5);
    app.end().await;
}

#[tokio::test]
async fn a_page_of_another_site_cannot_use_the_cookie() {
    let app = TestApp::start("other_site").await;
    app.give_password(Role::Owner).await;
    let owner = app.anybody().sign_in("owner@soban.example").await;
    let change = json!({ "name": "Mallory" });
    let evil = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "null"),
    ];
    for (name, value) in evil {
        owner.clone().header(name, value).patch("/api/me", 0, change.clone()).await.refused(403, "error-other-site");
        owner.clone().header(name, value).delete("/api/session").await.refused(403, "error-other-site");
    }
    // Nor can it sign somebody in as somebody else.
    let login = json!({ "email": "owner@soban.example", "password": PASSWORD });
    app.anybody()
        .header("origin", "https://evil.example")
        .post("/api/session", login)
        .await
        .refused(403, "error-other-site");
    owner
        .send(reqwest::Method::PATCH, "/api/me", "text/plain", "{\"name\":\"x\"}")
        .await
        .refused(415, "error-not-json");
    owner.clone().header("origin", &app.url).patch("/api/me", 0, json!({ "name": "Minji" })).await.ok();
    owner.clone().header("sec-fetch-site", "same-origin").patch("/api/me", 0, json!({ "name": "Minji" })).await.ok();
    assert_eq!(owner.get("/api/me").await.ok().json["name"], "Minji");
    app.end().await;
}

#[tokio::test]
async fn an_invitation_lets_one_person_in_once_within_a_week() {
    let app = TestApp::start("invitations").await;
    let owner = app.as_owner();
    let invite = |email: &str| json!({ "email": email, "role": "agent" });
    let made = owner.post("/api/invitations", invite("new@soban.example")).await.expect(201);
    let url = made.json["url"].as_str().unwrap().to_owned();
    let token = url.rsplit('/').next().unwrap().to_owned();
    assert!(url.starts_with(&app.url) && url.contains("/invite/"), "{url}");
    assert_eq!(owner.get("/api/invitations").await.ok().items()[0]["url"], serde_json::Value::Null);
    let link = format!("/api/invitations/by-token/{token}");
    assert_eq!(app.anybody().get(&link).await.ok().json["email"], "new@soban.example");
    let accept = json!({ "name": "New", "password": PASSWORD, "ui": "en" });
    let me = app.anybody().post(&link, accept.clone()).await.expect(201);
    assert_eq!((me.json["role"].as_str(), me.json["email"].as_str()), (Some("agent"), Some("new@soban.example")));
    app.anybody().post(&link, accept.clone()).await.expect(404);
    app.anybody().get(&link).await.expect(404);
    owner.post("/api/invitations", invite("New@Soban.example")).await.refused(409, "error-email-taken");

    let made = owner.post("/api/invitations", invite("late@soban.example")).await.expect(201);
    let link = format!("/api/invitations/by-token/{}", made.json["url"].as_str().unwrap().rsplit('/').next().unwrap());
    app.db.set_clock(Some(Time::now().plus(7 * Time::DAY + Time::MINUTE)));
    app.anybody().post(&link, accept.clone()).await.expect(404);
    app.db.set_clock(None);
    owner.delete(&format!("/api/invitations/{}", made.json["id"].as_str().unwrap())).await.expect(204);
    app.anybody().post(&link, accept).await.expect(404);
    app.end().await;
}

#[tokio::test]
async fn a_session_sleeps_for_thirty_days_and_no_longer() {
    let app = TestApp::start("thirty_days").await;
    app.give_password(Role::Agent).await;
    let agent = app.anybody().sign_in("agent@soban.example").await;
    let now = Time::now();
    app.db.set_clock(Some(now.plus(29 * Time::DAY)));
    agent.get("/api/me").await.ok();
    // That use is noted in the background, and the thirty days begin anew.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    app.db.set_clock(Some(now.plus(58 * Time::DAY)));
    agent.get("/api/me").await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    app.db.set_clock(Some(now.plus(89 * Time::DAY)));
    agent.get("/api/me").await.expect(401);
    app.end().await;
}
