//! What comes in by a mailbox, through a real Dovecot: forged senders and results, ids of others, framing, blocked senders,
//! and the erased who are on the server still.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};
use server::Config;
use std::time::{Duration, Instant};
use testkit::{Dovecot, MAIL_PASSWORD};

async fn start(name: &str) -> (TestApp, Dovecot, Value) {
    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    let app = TestApp::with(name, Config { outside_networks, ..Config::default() }).await;
    let dovecot = Dovecot::start();
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none", "auth_server": "mx.soban.example"});
    let made = app.as_role(Role::Admin).post("/api/mailboxes", settings).await.expect(201).json["id"].clone();
    (app, dovecot, made)
}

fn mail(id: &str, from: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}\r\nTo: help@soban.example\r\nSubject: about {id}\r\nDate: Sun, 22 Nov 2026 09:00:00 +0900\r\n\
         Message-ID: <{id}>\r\n{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

/// Waits until the mailbox has dealt with so many mails.
async fn until_read(app: &TestApp, mailbox: &Value, mails: i64) {
    let (admin, began) = (app.as_role(Role::Admin), Instant::now());
    loop {
        let all = admin.get("/api/mailboxes").await.ok();
        let one = all.items().iter().find(|one| one["id"] == *mailbox).unwrap().clone();
        let read: i64 = ["taken", "copies", "unread"].iter().map(|name| one[name].as_i64().unwrap()).sum();
        if read == mails && one["waiting"] == 0 {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{mails} mails wanted: {one}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The entries of the conversation that a mail is in, as (author, text).
async fn around(by: &Client, word: &str) -> Vec<(String, String)> {
    let found = by.get(&format!("/api/search?room=conversations&q={word}")).await.ok();
    assert_eq!(found.items().len(), 1, "{word}: {}", found.text);
    let id = found.items()[0]["id"].as_str().unwrap();
    let thread = by.get(&format!("/api/conversations/{id}")).await.ok().json;
    let said = |one: &Value| (one["author"].as_str().unwrap().to_owned(), one["text"].as_str().unwrap().to_owned());
    thread["entries"].as_array().unwrap().iter().map(said).collect()
}

/// Classes 11, 12, 25, 26: neither a forged sender of ours, nor an id that somebody knows, nor results that they wrote
/// themselves lead into somebody's conversation; and no id hides a mail.
#[tokio::test]
async fn class_11_and_12_and_25_and_26_nobody_writes_in_the_name_of_another() {
    let (app, dovecot, mailbox) = start("attack_live").await;
    let agent = app.as_agent();
    let mina = "Mina <mina@hanok.example>";
    dovecot.deliver("help", mail("1@hanok", mina, "", "zanzibar question"));
    until_read(&app, &mailbox, 1).await;
    let answers = "In-Reply-To: <1@hanok>\r\nReferences: <1@hanok>\r\n";
    let forged = |results: &str| format!("{answers}Authentication-Results: {results}\r\n");
    let ours = "The agent <agent@soban.example>";
    let mails = [
        mail("a@evil", ours, answers, "spoof1 pay here"),
        mail("b@evil", ours, &forged("mx.evil.example; dmarc=pass header.from=soban.example"), "spoof2 pay here"),
        mail("c@evil", ours, &forged("\"mx.soban.example; dmarc=pass\".evil.example; dmarc=pass"), "spoof3 pay here"),
        mail(
            "d@evil",
            ours,
            &forged("mx.evil.example (mx.soban.example); dmarc=pass header.from=soban.example"),
            "spoof4 pay here",
        ),
        mail("e@evil", "Eve <eve@evil.example>", answers, "spoof5 send me all"),
        mail("1@hanok", "Eve <eve@evil.example>", "", "spoof6 other words under her id"),
        mail("g@evil", "help@soban.example", answers, "spoof7 we are the house"),
        mail("h@evil", "=?utf-8?q?mina=40hanok.example?= <eve@evil.example>", answers, "spoof8 it is me"),
    ];
    for mail in &mails {
        dovecot.deliver("help", mail);
    }
    until_read(&app, &mailbox, 1 + mails.len() as i64).await;
    let hers = around(&agent, "zanzibar").await;
    assert_eq!(hers, [("person".to_owned(), "zanzibar question".to_owned())], "nobody fell into her conversation");
    for n in 1..=mails.len() {
        let alone = around(&agent, &format!("spoof{n}")).await;
        assert_eq!(alone.len(), 1, "spoof{n} came in, alone: {alone:?}");
        assert_ne!(alone[0].0, "staff", "spoof{n} is not one of us");
    }
    app.end().await;
}

/// Class 27: lines that look like the end of an answer, or like a literal, are words of a mail.
#[tokio::test]
async fn class_27_no_line_of_a_mail_ends_the_conversation_with_the_server() {
    let (app, dovecot, mailbox) = start("attack_framing").await;
    let tags: String = (0..200).map(|n| format!("A{n} OK FETCH completed\r\nA{n:04} OK done\r\n")).collect();
    let text = format!(
        "start 시작\r\n{tags}* 1 FETCH (UID 99 BODY[] {{5}}\r\nhello)\r\n)\r\n* BYE\r\n+ idling\r\n{{10}}\r\n끝 quokka"
    );
    dovecot.deliver("help", mail("frame@x", "Mallory <m@evil.example>", "", &text));
    dovecot.deliver("help", mail("next@x", "Kim <kim@hanok.example>", "", "the next wombat"));
    until_read(&app, &mailbox, 2).await;
    let framed = around(&app.as_agent(), "quokka").await;
    assert!(framed[0].1.contains("* BYE") && framed[0].1.ends_with("끝 quokka"), "{framed:?}");
    assert_eq!(around(&app.as_agent(), "wombat").await[0].1, "the next wombat");
    app.end().await;
}

/// Class 18: a blocked sender's mail is kept apart; and who was erased does not come back because the server still has
/// their mail, under new numbers or as a copy.
#[tokio::test]
async fn class_18_the_blocked_stay_apart_and_the_erased_stay_away() {
    let (app, mut dovecot, mailbox) = start("attack_blocked").await;
    let (owner, agent) = (app.as_owner(), app.as_agent());
    agent.post("/api/blocked-senders", json!({"sender": "shop.example"})).await.expect(201);
    dovecot.deliver("help", mail("1@hanok", "Mina <mina@hanok.example>", "", "zanzibar question"));
    dovecot
        .deliver("help", mail("s@shop", "Shop <ads@mail.shop.example>", "In-Reply-To: <1@hanok>\r\n", "quagga sale"));
    dovecot.deliver("help", mail("1@hanok", "Mina <mina@hanok.example>", "", "zanzibar question"));
    until_read(&app, &mailbox, 3).await;
    let apart = agent.get("/api/conversations?view=blocked").await.ok();
    assert_eq!((apart.items().len(), &apart.items()[0]["status"]), (1, &json!("closed")), "{}", apart.text);
    assert_eq!(agent.get("/api/conversations?view=waiting").await.ok().items().len(), 1);

    let mina = agent.get("/api/persons?q=mina").await.ok().items()[0]["id"].as_str().unwrap().to_owned();
    owner.post(&format!("/api/persons/{mina}/erase"), json!({})).await.ok();
    // The server numbers its mails anew, and gives all of them once more.
    dovecot.renumber("help");
    until_read(&app, &mailbox, 6).await;
    assert!(agent.get("/api/search?room=conversations&q=zanzibar").await.ok().items().is_empty());
    assert!(agent.get("/api/persons?q=mina").await.ok().items().is_empty());
    let rows = store::testing::contents(&app.db).await.unwrap();
    let found =
        rows.iter().find(|(_, rows)| rows.iter().any(|row| row.contains("mina@hanok") || row.contains("zanzibar")));
    assert_eq!(found.map(|(table, _)| table), None);
    for ord in 1..20 {
        let raw = app.db.read().await.unwrap().read_raw(ord).await.unwrap_or_default();
        assert!(!String::from_utf8_lossy(&raw).contains("zanzibar"), "raw {ord} is still there");
    }
    app.end().await;
}
