//! What one of us is told by mail: what they want, bundled, seldom, never what they may not see, and never in a loop.
use super::post_office::PostOffice;
use super::{bring_in, one_taken, question, until, with_mail};
use crate::app::TestApp;
use base::Role;
use frontdoor::tell_by_mail;
use serde_json::json;
use server::Config;
use testkit::{Dovecot, MAIL_PASSWORD};

async fn wants(app: &TestApp, role: Role) {
    let all = json!({"mention": true, "assigned": true, "said": true});
    app.as_role(role).put("/api/me/notification-mails", all).await.ok();
}

async fn assign(app: &TestApp, id: &str, to: Role) {
    let path = format!("/api/conversations/{id}");
    let rev = app.as_owner().get(&path).await.ok().rev();
    app.as_owner().patch(&path, rev, json!({"assignee": app.id_of(to).to_string()})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_come_in_one_mail_to_whom_wants_them_and_say_nothing_that_was_written() {
    let (app, post, _) = with_mail("notification_mails").await;
    let (one, other) = (bring_in(&app, &question(1)).await, bring_in(&app, &question(2)).await);
    let owner = app.as_owner();
    assert_eq!(
        app.as_agent().get("/api/me/notification-mails").await.ok().json,
        json!({"mention": false, "assigned": false, "said": false})
    );
    owner
        .post(&format!("/api/conversations/{one}/notes"), json!({"text": "@The agent 이 비밀을 보세요"}))
        .await
        .expect(201);
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 0, "nobody asked for mail");
    wants(&app, Role::Agent).await;
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 0, "what was before they asked is left");

    owner.post(&format!("/api/conversations/{one}/notes"), json!({"text": "@The agent 다시 보세요"})).await.expect(201);
    assign(&app, &other, Role::Agent).await;
    let said = json!({"author": "person", "text": "아직인가요? 아주 급합니다"});
    owner.post(&format!("/api/conversations/{other}/entries"), said).await.expect(201);
    assert_eq!(tell_by_mail(&app.state, base::Time::MINUTE).await.unwrap(), 0, "they may look first");
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 1);
    let taken = one_taken(&post, "agent@soban.example").await;
    let (mail, wire) = (taken.mail(), taken.text());
    assert_eq!(mail.subject, "3 notifications");
    for line in [
        "The owner named you in a note",
        "The owner gave you a conversation",
        "김민지 wrote in a conversation of yours",
    ] {
        assert!(mail.text.contains(line), "{line}: {}", mail.text);
    }
    assert!(mail.text.contains(&format!("/inbox/{one}?view=all#ent_")), "{}", mail.text);
    for secret in ["다시 보세요", "급합니다", "견적서를"] {
        assert!(!mail.text.contains(secret), "{secret}");
    }
    for header in
        ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "X-Sarangbang-Loop: soban.example"]
    {
        assert!(wire.contains(header), "{header}");
    }
    assert!(mail.reply_to.is_empty(), "it is no address of a conversation");
    // Told is told; and what comes within a quarter of an hour waits.
    owner.post(&format!("/api/conversations/{one}/notes"), json!({"text": "@The agent 또"})).await.expect(201);
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 0);
    assert_eq!(post.to("agent@soban.example").len(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_mailed_what_they_saw_have_open_may_not_see_or_what_a_machine_wrote() {
    let (app, post, door) = with_mail("notification_mails_not").await;
    let owner = app.as_owner();
    for role in [Role::Agent, Role::Curator, Role::Viewer, Role::Admin] {
        wants(&app, role).await;
    }
    let ids: Vec<String> = {
        let mut ids = Vec::new();
        for n in 0..4 {
            ids.push(bring_in(&app, &question(n)).await);
        }
        ids
    };
    // Seen on the screen.
    assign(&app, &ids[0], Role::Agent).await;
    let seen = json!({"until": base::Time::now().plus(base::Time::MINUTE).to_string()});
    app.as_agent().post("/api/notifications/read", seen).await.expect(204);
    // Open before them.
    app.as_role(Role::Curator)
        .put(&format!("/api/conversations/{}/presence", ids[1]), json!({"doing": "reading"}))
        .await
        .ok();
    assign(&app, &ids[1], Role::Curator).await;
    // Behind a door that closed meanwhile.
    assign(&app, &ids[2], Role::Viewer).await;
    let doors = owner.get("/api/doors").await.ok();
    let import = owner.get(&format!("/api/conversations/{}", ids[2])).await.ok().json["door"]["id"].clone();
    let row = doors.items().iter().find(|one| one["id"] == import).unwrap().clone();
    let closed = json!({"visibility": "teams", "staff_teams": []});
    owner.patch(&format!("/api/doors/{}", import.as_str().unwrap()), row["rev"].as_i64().unwrap(), closed).await.ok();
    assert_ne!(import, *door);
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 0);
    assert!(post.taken().is_empty());
    // What a machine wrote, given out by no person, brings no mail about.
    let machine = json!({"author": "machine", "text": "자동 응답"});
    owner.post(&format!("/api/conversations/{}/entries", ids[3]), machine).await.expect(201);
    let mut tx = app.db.write().await.unwrap();
    let scope = conversations::Scope::default();
    let head = conversations::get_conversation(&mut tx, &scope, ids[3].parse().unwrap()).await.unwrap();
    let change = conversations::Change { assignee: Some(Some(app.id_of(Role::Admin))), ..Default::default() };
    conversations::change_conversation(&mut tx, &base::Actor::system(), head, change).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 0);
    assert!(post.taken().is_empty());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_one_of_us_that_comes_back_or_is_answered_by_a_machine_opens_nothing() {
    let dovecot = Dovecot::start();
    let post = PostOffice::open().await;
    let config = Config { outside_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Config::default() };
    let app = TestApp::with("notification_mails_loop", config).await;
    let mailbox = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none", "smtp_host": "127.0.0.1",
        "smtp_port": post.port, "smtp_tls": "none", "name": "문의"});
    let made = app.as_owner().post("/api/mailboxes", mailbox).await.expect(201).json;
    wants(&app, Role::Agent).await;
    let id = bring_in(&app, &question(1)).await;
    assign(&app, &id, Role::Agent).await;
    assert_eq!(tell_by_mail(&app.state, 0).await.unwrap(), 1);
    let taken = one_taken(&post, "agent@soban.example").await;
    let told = taken.mail().message_id.unwrap();
    // The address of that person is passed on to the mailbox; and their machine says that they are away.
    dovecot.deliver("help", taken.text());
    dovecot.deliver(
        "help",
        format!(
            "From: The agent <agent@soban.example>\r\nTo: help@soban.example\r\nMessage-ID: <away@soban.example>\r\n\
             In-Reply-To: <{told}>\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\n\r\nI am away.\r\n"
        ),
    );
    let read = until("both mails", || async {
        let all = app.as_owner().get("/api/mailboxes").await.ok();
        let one = all.items().iter().find(|one| one["id"] == made["id"])?.clone();
        (one["taken"].as_i64()? + one["copies"].as_i64()? == 2).then_some(one)
    })
    .await;
    assert_eq!(read["copies"], 2);
    let all = app.as_agent().get("/api/conversations?view=all").await.ok();
    assert_eq!(all.items().len(), 1, "nothing was begun");
    app.end().await;
}
