//! The test of a mailbox goes all the way: in by a real Dovecot, out by a mail server, and no mail is sent.
use super::PostOffice;
use crate::app::TestApp;
use base::Role;
use serde_json::{Value, json};
use server::Config;
use testkit::{Dovecot, MAIL_PASSWORD, OpenSmtpd};

async fn start(name: &str) -> TestApp {
    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    TestApp::with(name, Config { outside_networks, ..Config::default() }).await
}

#[tokio::test]
async fn a_test_says_which_step_of_sending_fails_and_what_to_do() {
    let (app, dovecot, post) = (start("trial_smtp").await, Dovecot::start(), PostOffice::open().await);
    let (admin, in_korean) = (app.as_role(Role::Admin), app.as_owner());
    in_korean.patch("/api/me", 0, json!({"ui": "ko"})).await.ok();
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_tls": "none"});
    let with = |change: Value| {
        let mut body = settings.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let fine = admin.post("/api/mailboxes/test", settings.clone()).await.ok().json;
    assert_eq!(fine["failed"], Value::Null, "{fine}");
    assert_eq!(fine["passed"], json!(["connect", "sign_in", "folder", "smtp_connect", "smtp_sign_in", "sender"]));
    let failed = async |change: Value, step: &str, english: &str, korean: &str| {
        let trial = admin.post("/api/mailboxes/test", with(change.clone())).await.ok().json;
        assert_eq!(trial["failed"], step, "{trial}");
        assert!(trial["fault"].as_str().unwrap().contains(english), "{trial}");
        let trial = in_korean.post("/api/mailboxes/test", with(change)).await.ok().json;
        assert!(trial["fault"].as_str().unwrap().contains(korean), "{trial}");
    };
    failed(json!({"smtp_port": 1}), "smtp_connect", "cannot be reached", "연결할 수 없습니다").await;
    failed(json!({"smtp_port": dovecot.port()}), "smtp_connect", "takes mail there", "465번").await;
    failed(json!({"smtp_tls": "starttls"}), "smtp_connect", "STARTTLS", "STARTTLS").await;
    failed(json!({"smtp_tls": "tls"}), "smtp_connect", "encrypted", "암호화할 수 없습니다").await;
    failed(json!({"smtp_host": "10.0.0.1"}), "smtp_connect", "outside_networks", "outside_networks").await;
    let foreign = json!({"address": "foreign-help@soban.example"});
    failed(foreign, "sender", "write as foreign-help@soban.example", "허용하지 않습니다").await;
    let nobody = json!({"address": "refused-help@soban.example"});
    failed(nobody, "sender", "takes no mail from", "맡아 주지 않습니다").await;
    // One that asks everybody to come again is one to send by: answers come again by themselves.
    let later = admin.post("/api/mailboxes/test", with(json!({"address": "later-help@soban.example"}))).await.ok();
    assert_eq!(later.json["failed"], Value::Null, "{}", later.text);
    post.close(true);
    failed(json!({}), "smtp_connect", "closed today", "closed today").await;
    post.close(false);
    assert!(post.taken().is_empty(), "a test sends nothing");

    // A secret that is kept goes to no other server, in neither direction.
    let made = admin.post("/api/mailboxes", settings.clone()).await.ok().json;
    let path = format!("/api/mailboxes/test?mailbox={}", made["id"].as_str().unwrap());
    let trial = admin.post(&path, json!({})).await.ok().json;
    assert_eq!(trial["failed"], Value::Null, "{trial}");
    let other = PostOffice::open().await;
    admin.post(&path, json!({"smtp_port": other.port})).await.refused(422, "error-mailbox-secret");
    admin.post(&path, json!({"smtp_tls": "starttls"})).await.refused(422, "error-mailbox-secret");
    app.end().await;
}

#[tokio::test]
async fn a_password_that_the_outgoing_server_does_not_take_is_told_as_such() {
    let (app, dovecot, post) = (start("trial_login").await, Dovecot::start(), PostOffice::open().await);
    let admin = app.as_role(Role::Admin);
    let settings = json!({"address": "help@soban.example", "username": "locked", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_tls": "none"});
    let trial = admin.post("/api/mailboxes/test", settings).await.ok();
    assert_eq!(trial.json["failed"], "smtp_sign_in", "{}", trial.text);
    let fault = trial.json["fault"].as_str().unwrap();
    assert!(fault.contains("does not let us in") && fault.contains("no such password"), "{fault}");
    assert!(!trial.text.contains("AGxvY2tl"), "what was shown to the server is not told");
    app.end().await;
}

#[tokio::test]
async fn a_test_of_sending_passes_at_a_real_server() {
    let (app, dovecot) = (start("trial_real").await, Dovecot::start());
    let Some(smtpd) = OpenSmtpd::start(&dovecot, "soban.example", 1) else { return };
    let admin = app.as_role(Role::Admin);
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": smtpd.port(), "smtp_tls": "none"});
    let trial = admin.post("/api/mailboxes/test", settings).await.ok().json;
    assert_eq!(trial["failed"], Value::Null, "{trial}");
    assert_eq!(trial["passed"].as_array().unwrap().len(), 6);
    app.end().await;
}
