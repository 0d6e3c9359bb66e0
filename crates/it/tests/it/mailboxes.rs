//! Mailboxes against a real Dovecot: mail comes in, once, into the right thread, whatever the server and the sender do.
use crate::app::{Client, TestApp};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base::Role;
use serde_json::{Value, json};
use server::Config;
use std::collections::HashMap;
use std::sync::{Arc, atomic::AtomicBool, atomic::AtomicUsize, atomic::Ordering::SeqCst};
use std::time::{Duration, Instant, SystemTime};
use testkit::{Dovecot, MAIL_PASSWORD};
use tokio::{net::TcpListener, time::sleep};

/// A house that may call this machine.
async fn start(name: &str) -> TestApp {
    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    TestApp::with(name, Config { outside_networks, ..Config::default() }).await
}

fn settings(dovecot: &Dovecot, user: &str) -> Value {
    json!({"address": format!("{user}@soban.example"), "username": user, "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"})
}

async fn add(admin: &Client, dovecot: &Dovecot, user: &str, more: Value) -> Value {
    let mut body = settings(dovecot, user);
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    admin.post("/api/mailboxes", body).await.expect(201).json
}

fn mail(id: &str, from: &str, subject: &str, more: &str, text: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("Message-ID: <{id}>\r\n") };
    format!(
        "From: {from}\r\nTo: help@soban.example\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 09:00:00 +0900\r\n\
         {id}{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

/// Waits until a mailbox has read so many mails, copies included.
async fn until_read(admin: &Client, id: &Value, mails: i64) -> Value {
    let began = Instant::now();
    loop {
        let all = admin.get("/api/mailboxes").await.ok();
        let one = all.items().iter().find(|one| one["id"] == *id).unwrap().clone();
        let read: i64 = ["taken", "copies", "unread"].iter().map(|name| one[name].as_i64().unwrap()).sum();
        if read == mails && one["waiting"] == 0 {
            return one;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{mails} mails wanted: {one}");
        sleep(Duration::from_millis(25)).await;
    }
}

async fn conversations(by: &Client) -> Vec<Value> {
    let mut all = by.get("/api/conversations?limit=200").await.ok().items().clone();
    all.sort_by_key(|one| one["subject"].to_string());
    all
}

/// The texts of a conversation, with who said each.
async fn said(by: &Client, conversation: &Value) -> Vec<(String, String)> {
    let path = format!("/api/conversations/{}", conversation["id"].as_str().unwrap());
    let thread = by.get(&path).await.ok().json;
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let entry = |one: &Value| (word(&one["author"]), word(&one["text"]));
    thread["entries"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn a_mail_that_is_delivered_is_a_conversation_a_moment_later() {
    let (app, dovecot) = (start("mailbox").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    agent.post("/api/mailboxes", settings(&dovecot, "help")).await.expect(403);
    let made = add(&admin, &dovecot, "help", json!({})).await;
    assert!(made["secret"].is_null() && made["username"] == "help");
    until_read(&admin, &made["id"], 0).await;

    dovecot.deliver(
        "help",
        mail("1@x.example", "김민지 <mina@hanok.example>", "=?utf-8?B?7ZWE7YSw?=", "", "필터가 자꾸 풀려요"),
    );
    until_read(&admin, &made["id"], 1).await;
    let all = conversations(&agent).await;
    assert_eq!((all.len(), &all[0]["subject"], &all[0]["channel"]), (1, &json!("필터"), &json!("email")));
    assert_eq!(all[0]["person"]["name"], "김민지");
    let texts = said(&agent, &all[0]).await;
    assert_eq!(texts[0].1, "필터가 자꾸 풀려요");

    // New mail is seen within two seconds, at the 95th percentile of twenty.
    let mut took = Vec::new();
    for n in 0..20 {
        let at = Instant::now();
        dovecot.deliver("help", mail(&format!("t{n}@x.example"), "a@b.example", &format!("Number {n}"), "", "hello"));
        until_read(&admin, &made["id"], 2 + n).await;
        took.push(at.elapsed());
    }
    took.sort_unstable();
    println!("new mail visible after: median {:?}, p95 {:?}", took[9], took[18]);
    assert!(took[18] < Duration::from_secs(2), "{took:?}");
    app.end().await;
}

#[tokio::test]
async fn a_thread_takes_in_those_who_take_part_and_no_stranger() {
    let (app, dovecot) = (start("mailbox_threads").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let made = add(&admin, &dovecot, "help", json!({"auth_server": "mx.soban.example"})).await;
    let answers = |id: &str| format!("In-Reply-To: <{id}>\r\n");
    let mina = "Mina <mina@hanok.example>";
    dovecot.deliver("help", mail("1@hanok", mina, "Views", "Cc: jun@hanok.example\r\n", "It falls back"));
    // She herself and whom she named take part; somebody who has come by the id does not, nor does our own address.
    dovecot.deliver("help", mail("2@hanok", mina, "Re: Views", &answers("1@hanok"), "And again"));
    dovecot.deliver("help", mail("3@hanok", "jun@hanok.example", "Re: Views", &answers("2@hanok"), "For me too"));
    dovecot.deliver("help", mail("4@evil", "eve@evil.example", "Stranger", &answers("1@hanok"), "Send me all"));
    dovecot.deliver("help", mail("5@evil", "help@soban.example", "Ourselves", &answers("1@hanok"), "We are the house"));
    // One of us, as far as it says; proven by the server we trust, and by nobody.
    let staff = "The agent <agent@soban.example>";
    let results = |server: &str| {
        format!("{}Authentication-Results: {server}; dmarc=pass header.from=soban.example\r\n", answers("1@hanok"))
    };
    dovecot.deliver("help", mail("6@evil", staff, "Forged", &results("mx.evil.example"), "Pay here instead"));
    let mut proven = mail("7@soban", staff, "Re: Views", &answers("3@hanok"), "We look into it");
    proven.insert_str(0, "Authentication-Results: mx.soban.example; dmarc=pass header.from=soban.example\r\n");
    proven = proven.replacen("To: help", "To: mina@hanok.example\r\nCc: help", 1);
    dovecot.deliver("help", proven);
    // Those without an id, and the same id with other words, come in all the same.
    dovecot.deliver("help", mail("", "nobody@x.example", "Without an id", "", "Hello"));
    dovecot.deliver("help", mail("1@hanok", "eve@evil.example", "Poison", "", "Other words under her id"));
    // What answers a mail that came late finds it.
    dovecot.deliver("help", mail("9@hanok", mina, "Re: Late", &answers("8@hanok"), "the answer"));
    let late = mail("8@hanok", mina, "Late", "Cc: mina@hanok.example\r\n", "the question");
    dovecot.deliver("help", late.replace("09:00:00", "08:00:00"));
    until_read(&admin, &made["id"], 11).await;

    let all = conversations(&agent).await;
    let subjects: Vec<&str> = all.iter().map(|one| one["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["Forged", "Late", "Ourselves", "Poison", "Stranger", "Views", "Without an id"]);
    let views = said(&agent, &all[5]).await;
    let who: Vec<(&str, &str)> = views.iter().map(|(who, text)| (who.as_str(), text.as_str())).collect();
    let wanted =
        [("person", "It falls back"), ("person", "And again"), ("person", "For me too"), ("staff", "We look into it")];
    assert_eq!(who, wanted);
    assert_eq!(said(&agent, &all[0]).await, [("external".to_owned(), "Pay here instead".to_owned())]);
    assert_eq!(said(&agent, &all[2]).await[0].0, "external");
    assert_eq!(said(&agent, &all[1]).await.len(), 2);
    app.end().await;
}

#[tokio::test]
async fn the_same_mail_in_two_mailboxes_arrives_in_both_and_a_copy_only_once() {
    let (app, dovecot) = (start("mailbox_two").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let help = add(&admin, &dovecot, "help", json!({})).await;
    let sales = add(&admin, &dovecot, "sales", json!({})).await;
    let one = mail("1@x.example", "a@x.example", "To both", "", "Hello");
    for _ in 0..2 {
        dovecot.deliver("help", &one);
    }
    dovecot.deliver("sales", &one);
    let of_help = until_read(&admin, &help["id"], 2).await;
    let of_sales = until_read(&admin, &sales["id"], 1).await;
    assert_eq!((&of_help["taken"], &of_help["copies"]), (&json!(1), &json!(1)));
    assert_eq!((&of_sales["taken"], &of_sales["copies"]), (&json!(1), &json!(0)));
    assert_eq!(conversations(&agent).await.len(), 2);
    // A second mailbox of one address is refused, and a name that nobody has.
    admin.post("/api/mailboxes", settings(&dovecot, "help")).await.refused(409, "error-mailbox-taken");
    app.end().await;
}

#[tokio::test]
async fn what_came_in_thirty_days_of_outage_comes_in_whole_and_new_numbers_double_nothing() {
    let (app, mut dovecot) = (start("mailbox_outage").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let days_ago = |days: u64| SystemTime::now() - Duration::from_secs(days * 86_400);
    let numbered =
        |n: usize| mail(&format!("m{n}@x.example"), &format!("p{n}@x.example"), &format!("S{n:03}"), "", "text");
    // Before the mailbox was added: of no concern, until somebody asks for it.
    for n in 0..5 {
        dovecot.deliver_at("help", numbered(n), days_ago(45));
    }
    let made = add(&admin, &dovecot, "help", json!({})).await;
    dovecot.deliver("help", numbered(5));
    until_read(&admin, &made["id"], 1).await;

    dovecot.stop();
    // It is noticed, told with what to do, and never switched off.
    let began = Instant::now();
    let failing = loop {
        let one = admin.get("/api/mailboxes").await.ok().items()[0].clone();
        if one["failures"].as_i64().unwrap() >= 2 {
            break one;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{one}");
        sleep(Duration::from_millis(50)).await;
    };
    assert!(failing["fault"].as_str().unwrap().contains("127.0.0.1") && failing["active"] == true, "{failing}");
    for n in 6..306 {
        dovecot.deliver_at("help", numbered(n), days_ago(30 - (n as u64 - 6) / 10));
    }
    dovecot.go_on();
    let back = until_read(&admin, &made["id"], 301).await;
    assert_eq!((&back["fault"], &back["failures"], &back["copies"]), (&Value::Null, &json!(0), &json!(0)));

    dovecot.renumber("help");
    dovecot.deliver("help", numbered(306));
    // Those that came by while it was here are known again by what they say; the new one is new.
    let began = Instant::now();
    loop {
        let one = admin.get("/api/mailboxes").await.ok().items()[0].clone();
        if one["taken"] == 302 && one["waiting"] == 0 {
            break;
        }
        assert!(one["taken"].as_i64().unwrap() <= 302 && began.elapsed() < Duration::from_secs(60), "{one}");
        sleep(Duration::from_millis(50)).await;
    }

    let path = format!("/api/mailboxes/{}/bring-in", made["id"].as_str().unwrap());
    agent.post(&path, json!({"months": 2})).await.expect(403);
    admin.post(&path, json!({"months": 2})).await.ok();
    let began = Instant::now();
    loop {
        let one = admin.get("/api/mailboxes").await.ok().items()[0].clone();
        if one["taken"] == 307 && one["waiting"] == 0 && one["reconciled_at"].is_string() {
            break;
        }
        assert!(one["taken"].as_i64().unwrap() <= 307 && began.elapsed() < Duration::from_secs(60), "{one}");
        sleep(Duration::from_millis(50)).await;
    }
    let found = agent.get("/api/conversations?limit=200").await.ok();
    let more = format!("/api/conversations?limit=200&cursor={}", found.json["next"].as_str().unwrap());
    assert_eq!(found.items().len() + agent.get(&more).await.ok().items().len(), 307);
    app.end().await;
}

#[tokio::test]
async fn a_test_says_which_step_fails_and_why_and_shows_a_kept_secret_to_no_other_server() {
    let (app, dovecot) = (start("mailbox_test").await, Dovecot::start());
    let admin = app.as_role(Role::Admin);
    let try_with = async |change: Value| {
        let mut body = settings(&dovecot, "help");
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        admin.post("/api/mailboxes/test", body).await.ok().json
    };
    let fine = try_with(json!({})).await;
    assert_eq!((&fine["passed"], &fine["tells"]), (&json!(["connect", "sign_in", "folder"]), &json!(true)));
    let failed = async |change: Value, step: &str, words: &str| {
        let trial = try_with(change).await;
        assert_eq!(trial["failed"], step, "{trial}");
        assert!(trial["fault"].as_str().unwrap().contains(words), "{trial}");
    };
    failed(json!({"secret": "wrong"}), "sign_in", "does not let us in").await;
    failed(json!({"folder": "Elsewhere"}), "folder", "Elsewhere").await;
    failed(json!({"imap_tls": "starttls"}), "connect", "STARTTLS").await;
    failed(json!({"imap_tls": "tls"}), "connect", "encrypted").await;
    failed(json!({"imap_port": 1}), "connect", "cannot be reached").await;
    failed(json!({"imap_host": "10.0.0.1"}), "connect", "outside_networks").await;
    assert!(admin.get("/api/mailboxes").await.ok().items().is_empty(), "a test keeps nothing");

    let made = add(&admin, &dovecot, "help", json!({})).await;
    let path = format!("/api/mailboxes/test?mailbox={}", made["id"].as_str().unwrap());
    let trial = admin.post(&path, json!({})).await.ok().json;
    assert_eq!(trial["failed"], Value::Null, "{trial}");
    admin.post(&path, json!({"imap_port": 1})).await.refused(422, "error-mailbox-secret");
    let all = admin.get("/api/mailboxes").await.ok();
    assert!(!all.text.contains(MAIL_PASSWORD) && !all.text.contains("sealed"), "{}", all.text);
    let path = format!("/api/mailboxes/{}", made["id"].as_str().unwrap());
    let rested = admin.patch(&path, 1, json!({"active": false, "from_name": "도움"})).await.ok();
    assert_eq!((&rested.json["active"], &rested.json["from_name"]), (&json!(false), &json!("도움")));
    dovecot.deliver("help", mail("1@x.example", "a@x.example", "While it rests", "", "text"));
    sleep(Duration::from_millis(1_000)).await;
    assert!(conversations(&app.as_agent()).await.is_empty());
    admin.patch(&path, rested.rev(), json!({"active": true})).await.ok();
    until_read(&admin, &made["id"], 1).await;
    admin.delete(&path).await.expect(204);
    assert!(admin.get("/api/mailboxes").await.ok().items().is_empty());
    assert_eq!(conversations(&app.as_agent()).await.len(), 1);
    app.end().await;
}

/// Who gives out tokens, and tells a mail server whose they are: the newest counts, until it is taken back.
#[derive(Clone, Default)]
struct TokenGiver {
    given: Arc<AtomicUsize>,
    refuses: Arc<AtomicBool>,
}

impl TokenGiver {
    async fn open(self) -> String {
        let (give, tell) = (self.clone(), self);
        let routes = Router::new()
            .route("/token", post(async move |form: String| give.give(&form)))
            .route("/info", get(async move |Query(of): Query<HashMap<String, String>>| tell.tell(&of["token"])));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    fn give(&self, form: &str) -> (StatusCode, Json<Value>) {
        let fine = ["grant_type=refresh_token", "client_id=house", "refresh_token=long-lived"]
            .iter()
            .all(|part| form.contains(part));
        match fine && !self.refuses.load(SeqCst) {
            true => {
                let n = self.given.fetch_add(1, SeqCst) + 1;
                (
                    StatusCode::OK,
                    Json(json!({"access_token": format!("token-{n}"), "token_type": "Bearer", "expires_in": 3600})),
                )
            }
            false => (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))),
        }
    }

    fn tell(&self, token: &str) -> (StatusCode, Json<Value>) {
        match token == format!("token-{}", self.given.load(SeqCst)) {
            true => (StatusCode::OK, Json(json!({"user": "help", "active": true}))),
            false => (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_token"}))),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_entered_by_a_token_and_a_spent_one_is_fetched_anew() {
    let giver = TokenGiver::default();
    let url = giver.clone().open().await;
    let (app, mut dovecot) = (start("mailbox_token").await, Dovecot::start_with_tokens(&format!("{url}/info?token=")));
    let admin = app.as_role(Role::Admin);
    let grant = json!({"token_url": format!("{url}/token"), "client_id": "house", "refresh_token": "long-lived"});
    let by_token = json!({"auth": "xoauth2", "secret": grant.to_string()});
    admin
        .post("/api/mailboxes", {
            let mut body = settings(&dovecot, "help");
            (body["auth"], body["secret"]) = (json!("xoauth2"), json!("a password"));
            body
        })
        .await
        .refused(422, "error-mailbox-grant");
    let mut body = settings(&dovecot, "help");
    (body["auth"], body["secret"]) = (by_token["auth"].clone(), by_token["secret"].clone());
    let trial = admin.post("/api/mailboxes/test", body).await.ok().json;
    assert_eq!(
        (&trial["failed"], &trial["passed"]),
        (&Value::Null, &json!(["connect", "sign_in", "folder"])),
        "{trial}"
    );
    let made = add(&admin, &dovecot, "help", by_token).await;
    assert!(!made.to_string().contains("long-lived"), "{made}");
    dovecot.deliver("help", mail("1@x.example", "a@x.example", "By a token", "", "hello"));
    until_read(&admin, &made["id"], 1).await;

    // The grant is taken back: why stands there, and nothing is switched off. Given again, all is here.
    giver.refuses.store(true, SeqCst);
    dovecot.stop();
    dovecot.go_on();
    let began = Instant::now();
    loop {
        let one = admin.get("/api/mailboxes").await.ok().items()[0].clone();
        if one["fault"].as_str().is_some_and(|fault| fault.contains("invalid_grant")) {
            assert_eq!(one["active"], true);
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{one}");
        sleep(Duration::from_millis(50)).await;
    }
    let given = giver.given.load(SeqCst);
    dovecot.deliver("help", mail("2@x.example", "a@x.example", "Later", "", "hello"));
    giver.refuses.store(false, SeqCst);
    until_read(&admin, &made["id"], 2).await;
    assert!(giver.given.load(SeqCst) > given, "a token that is spent is not shown again");
    app.end().await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_read_is_a_card_with_its_raw_file() {
    let (app, dovecot) = (start("mailbox_card").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let made = add(&admin, &dovecot, "help", json!({})).await;
    let junk = b"\x00\xff\xfe this has no header\r\nat all\r\n";
    dovecot.deliver("help", junk);
    let after = until_read(&admin, &made["id"], 1).await;
    assert_eq!((&after["unread"], &after["taken"]), (&json!(1), &json!(0)));
    let all = conversations(&agent).await;
    let path = format!("/api/conversations/{}", all[0]["id"].as_str().unwrap());
    let thread = agent.get(&path).await.ok().json;
    let entry = &thread["entries"][0];
    let text = entry["text"].as_str().unwrap();
    assert!(text.contains("읽지 못한 메일") && text.contains("could not be read"), "{text}");
    let raw = agent.open(&format!("/api/entries/{}/raw", entry["id"].as_str().unwrap())).await;
    let kept = raw.bytes().await.unwrap();
    // Its server gives lines the ends it likes.
    assert!(kept.windows(18).any(|some| some == b"this has no header"), "{kept:?}");
    app.end().await;
}

#[tokio::test]
async fn ones_own_mail_comes_in_by_a_blind_copy_and_by_passing_it_on() {
    let (app, dovecot) = (start("mailbox_personal").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let made = add(&admin, &dovecot, "help", json!({})).await;
    app.as_viewer().get("/api/mailboxes/personal").await.expect(403);
    let own = agent.get("/api/mailboxes/personal").await.ok().items()[0]["address"].as_str().unwrap().to_owned();
    assert_ne!(admin.get("/api/mailboxes/personal").await.ok().items()[0]["address"], own.as_str());
    let to_jun = |head: &str, id: &str| {
        let mail = mail(id, "seller@elsewhere.example", "Offer", "", "Here is our offer");
        format!("{head}{}", mail.replacen("To: help@soban.example", "To: Jun <jun@hanok.example>", 1))
    };
    dovecot.deliver("help", to_jun(&format!("Delivered-To: {own}\r\n"), "1@mine"));
    // What Jun answers is passed on to the same address.
    let passed = "Look at this.\r\n\r\n---------- Forwarded message ---------\r\n보낸사람: 준 <jun@hanok.example>\r\n\
                  Date: Sun, 22 Nov 2026 11:00:00 +0900\r\nSubject: Re: Offer\r\nTo: seller@elsewhere.example\r\n\r\n\
                  값이 괜찮네요";
    let mut passed = mail("2@mine", "seller@elsewhere.example", "Fwd: Re: Offer", "In-Reply-To: <1@mine>\r\n", passed);
    passed = passed.replacen("To: help@soban.example", &format!("To: {own}"), 1);
    dovecot.deliver("help", passed);
    // An address that somebody made up is none.
    let forged = format!("Delivered-To: {}\r\n", own.replacen("+0", "+1", 1).replacen('.', ".0", 1));
    dovecot.deliver("help", to_jun(&forged, "3@evil"));
    until_read(&admin, &made["id"], 3).await;
    let all = conversations(&agent).await;
    let offer = all.iter().find(|one| one["person"]["name"] == "Jun").unwrap();
    let texts = said(&agent, offer).await;
    assert_eq!(texts[0], ("staff".to_owned(), "Here is our offer".to_owned()));
    assert_eq!(texts[1], ("person".to_owned(), "값이 괜찮네요".to_owned()));
    let made_up = all.iter().find(|one| one["external_id"] == "3@evil").unwrap();
    assert_eq!(said(&agent, made_up).await[0].0, "person");
    assert_ne!(made_up["person"]["name"], "Jun");
    app.end().await;
}

#[tokio::test]
async fn another_subject_a_day_later_offers_a_split_and_what_proves_a_sender_is_told() {
    let (app, dovecot) = (start("mailbox_facts").await, Dovecot::start());
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let made = add(&admin, &dovecot, "help", json!({"auth_server": "mx.soban.example"})).await;
    let mina = "Mina <mina@hanok.example>";
    let first = mail("1@hanok", mina, "Views", "Cc: Jun <jun@hanok.example>\r\n", "It falls back");
    // Only the topmost result counts, and only that of the server that was named.
    let results = "Authentication-Results: mx.soban.example; dmarc=fail (p=none; dis=none) header.from=hanok.example;\r\n \
                   dkim=pass header.d=mailer.example; spf=softfail\r\n\
                   Authentication-Results: mx.soban.example; dmarc=pass header.from=hanok.example\r\n";
    dovecot.deliver("help", format!("{results}{first}"));
    let again = |id: &str, subject: &str, day: &str| {
        let mail = mail(id, mina, subject, "In-Reply-To: <1@hanok>\r\n", "text");
        mail.replacen("22 Nov 2026", day, 1)
    };
    dovecot.deliver("help", again("2@hanok", "답장: Views", "24 Nov 2026"));
    dovecot.deliver("help", again("3@hanok", "Invoice", "26 Nov 2026"));
    dovecot.deliver("help", again("4@hanok", "Re: Invoice", "28 Nov 2026"));
    let away = "Auto-Submitted: auto-replied\r\nIn-Reply-To: <1@hanok>\r\n";
    dovecot.deliver("help", mail("5@hanok", mina, "부재중: Views", away, "자리를 비웠습니다"));
    until_read(&admin, &made["id"], 5).await;
    let all = conversations(&agent).await;
    assert_eq!(all.len(), 1);
    let path = format!("/api/conversations/{}/mails", all[0]["id"].as_str().unwrap());
    let facts = agent.get(&path).await.ok();
    let splits: Vec<bool> = facts.items().iter().map(|one| one["offers_split"].as_bool().unwrap()).collect();
    assert_eq!(splits.iter().filter(|split| **split).count(), 1, "{}", facts.text);
    assert_eq!((&facts.items()[3]["offers_split"], &facts.items()[3]["subject"]), (&json!(true), &json!("Invoice")));
    let first = &facts.items()[0];
    assert_eq!((&first["dmarc"], &first["spf"]), (&json!("fail"), &json!("softfail")));
    assert_eq!((&first["dkim"], &first["dkim_domain"]), (&json!("pass"), &json!("mailer.example")));
    assert_eq!(first["cc"], json!([{"name": "Jun", "email": "jun@hanok.example"}]));
    assert_eq!(facts.items()[1]["machine"], "auto_reply");
    app.end().await;
}
