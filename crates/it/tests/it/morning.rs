//! The morning: raw words on a page and in a real mailbox, once a day; and answers from the mail that only their reader can
//! give.
use crate::app::{Client, TestApp};
use crate::outgoing::post_office::PostOffice;
use base::{Role, Time};
use frontdoor::send_mornings;
use serde_json::{Value, json};
use server::Config;
use std::time::{Duration, Instant};
use testkit::{Dovecot, MAIL_PASSWORD, OpenSmtpd};
use tokio::time::sleep;

async fn start(name: &str) -> TestApp {
    let outside_networks = vec!["127.0.0.0/8".parse().unwrap()];
    TestApp::with(name, Config { outside_networks, ..Config::default() }).await
}

/// Somebody says something; the conversation.
async fn say(by: &Client, person: &str, channel: &str, text: &str) -> String {
    let body = json!({"channel": channel, "person": {"external_id": person, "name": person}, "text": text});
    by.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

fn texts(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect()
}

async fn want(by: &Client, change: Value) -> Value {
    let rev = by.get("/api/me/morning").await.ok().rev();
    let mut all = by.get("/api/me/morning").await.ok().json;
    all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let put = by.clone().header("if-match", &format!("\"{rev}\"")).put("/api/me/morning", all).await.ok();
    put.json
}

#[tokio::test]
async fn the_first_morning_needs_no_tag_and_its_page_stays_the_same() {
    let app = start("morning_first").await;
    let (owner, agent) = (app.as_owner(), app.as_agent());
    let none = owner.get("/api/morning?date=2020-01-01").await.ok().json;
    assert_eq!((&none["made_at"], texts(&none).len()), (&Value::Null, 0));
    for n in 0..20 {
        let channel = if n % 4 == 0 { "chat" } else { "email" };
        say(&agent, &format!("p{n}"), channel, &format!("{n}번 고객의 말입니다. 줄이지 않습니다.")).await;
    }
    say(&agent, "p0", "email", "같은 사람이 또 한 말").await;
    let page = owner.get("/api/morning").await.ok().json;
    assert_eq!((texts(&page).len(), &page["heard"], &page["today"]), (12, &json!(21), &json!(true)));
    let whys: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["why"].as_str().unwrap()).collect();
    assert_eq!(whys.iter().filter(|why| **why == "chance").count(), 3);
    assert_eq!(whys.iter().filter(|why| **why == "new").count(), 9);
    say(&agent, "late", "email", "나중에 온 말").await;
    assert_eq!(owner.get("/api/morning").await.ok().json["items"], page["items"], "the page stays");

    // The day after there is what was not read, and nothing twice; then nothing is left.
    let reader = roadmap::digest::actor_of(&member(&app, Role::Owner).await);
    let later = |days: i64| Time::now().plus(days * Time::DAY);
    let mut had: Vec<String> = texts(&page).into_iter().map(str::to_owned).collect();
    for days in 1..=3 {
        let next = roadmap::digest::load_morning(&app.state, &reader, None, later(days)).await.unwrap();
        had.extend(next.items.into_iter().map(|one| one.text));
    }
    let all = had.len();
    had.sort_unstable();
    had.dedup();
    assert_eq!((all, had.len()), (22, 22));

    // Another reader has a page of their own; a filter narrows what comes, and a door that is closed hides what stood there.
    want(&agent, json!({"passages": 4})).await;
    assert_eq!(texts(&agent.get("/api/morning").await.ok().json).len(), 4);
    let curator = app.as_role(Role::Curator);
    let refused = json!({"mail": false, "hour": 24, "zone": null, "passages": 12, "doors": [], "tags": [], "languages": [], "kinds": [], "week": false});
    curator
        .clone()
        .header("if-match", "\"0\"")
        .put("/api/me/morning", refused)
        .await
        .refused(422, "error-morning-hour");
    want(&curator, json!({"languages": ["en"]})).await;
    assert_eq!(texts(&curator.get("/api/morning").await.ok().json).len(), 0, "nobody wrote English");
    let viewer = app.as_viewer();
    assert_eq!(texts(&viewer.get("/api/morning").await.ok().json).len(), 12);
    let doors = owner.get("/api/doors").await.ok();
    for door in doors.items().clone() {
        let closed = json!({"visibility": "teams", "staff_teams": []});
        owner
            .patch(&format!("/api/doors/{}", door["id"].as_str().unwrap()), door["rev"].as_i64().unwrap(), closed)
            .await
            .ok();
    }
    let hidden = viewer.get("/api/morning").await.ok().json;
    assert_eq!((texts(&hidden).len(), &hidden["gone"]), (0, &json!(12)));
    assert_eq!(texts(&owner.get("/api/morning").await.ok().json).len(), 12);
    app.end().await;
}

async fn member(app: &TestApp, role: Role) -> staff::StaffMember {
    let all = staff::list_members(&mut app.db.read().await.unwrap()).await.unwrap();
    all.into_iter().find(|one| one.id == app.id_of(role)).unwrap()
}

#[tokio::test]
async fn a_reader_may_ask_for_some_tags_and_kinds_only() {
    let app = start("morning_tags").await;
    let (owner, agent) = (app.as_owner(), app.as_agent());
    let make = async |label: &str| {
        let made = app.as_role(Role::Curator).post("/api/tags", json!({"label": {"en": label}})).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    };
    let (filters, export) = (make("Filters").await, make("Export").await);
    for (person, tag, kind) in [("a", &filters, "request"), ("b", &filters, "praise"), ("c", &export, "request")] {
        let id = say(&agent, person, "email", &format!("said by {person}")).await;
        agent
            .post(&format!("/api/conversations/{id}/taggings"), json!({"tag_id": tag, "kind": kind}))
            .await
            .expect(201);
    }
    say(&agent, "d", "email", "not tagged").await;
    want(&owner, json!({"tags": [filters], "kinds": ["request"]})).await;
    let page = owner.get("/api/morning").await.ok().json;
    assert_eq!(texts(&page), ["said by a"]);
    assert_eq!(page["items"][0]["tags"], json!([filters]));
    want(&agent, json!({"kinds": ["request"]})).await;
    let page = agent.get("/api/morning").await.ok().json;
    let mut said = texts(&page);
    said.sort_unstable();
    assert_eq!(said, ["said by a", "said by c"]);
    app.end().await;
}

/// A house with a mailbox at real servers: mail to `soban.example` is delivered to Dovecot, all other mail to a post office.
struct House {
    app: TestApp,
    dovecot: Dovecot,
    smtpd: OpenSmtpd,
    post: PostOffice,
    mailbox: Value,
}

impl House {
    async fn open(name: &str) -> Option<House> {
        let (app, dovecot, post) = (start(name).await, Dovecot::start(), PostOffice::open().await);
        let Some(smtpd) = OpenSmtpd::start(&dovecot, "soban.example", post.port) else {
            app.end().await;
            return None;
        };
        let body = json!({"name": "문의", "address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
            "from_name": "소반", "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none",
            "smtp_host": "127.0.0.1", "smtp_port": smtpd.port(), "smtp_tls": "none", "auth_server": "mx.trusted.example"});
        let mailbox = app.as_role(Role::Admin).post("/api/mailboxes", body).await.expect(201).json;
        Some(House { app, dovecot, smtpd, post, mailbox })
    }

    /// The mails that lie in somebody's real mailbox.
    fn mails_of(&self, user: &str) -> Vec<Vec<u8>> {
        let home = self.dovecot.maildir(user);
        let files = ["new", "cur"].into_iter().flat_map(|name| std::fs::read_dir(home.join(name)).unwrap());
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    async fn mail_of(&self, user: &str) -> mailkit::ParsedMail {
        let began = Instant::now();
        loop {
            if let Some(mail) = self.mails_of(user).pop() {
                return mailkit::parse_mail(&mail);
            }
            assert!(began.elapsed() < Duration::from_secs(30), "no mail for {user}: {}", self.smtpd.log());
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn until_read(&self, mails: i64) -> Value {
        let began = Instant::now();
        loop {
            let all = self.app.as_owner().get("/api/mailboxes").await.ok();
            let one = all.items().iter().find(|one| one["id"] == self.mailbox["id"]).unwrap().clone();
            let read: i64 = ["taken", "copies", "unread"].iter().map(|name| one[name].as_i64().unwrap()).sum();
            if read >= mails && one["waiting"] == 0 {
                return one;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{mails} mails wanted: {one}");
            sleep(Duration::from_millis(25)).await;
        }
    }

    /// A customer writes by mail; the conversation.
    async fn customer_writes(&self, n: i64) -> String {
        self.dovecot.deliver(
            "help",
            format!(
                "From: Minji <minji{n}@example.com>\r\nTo: help@soban.example\r\nSubject: Views {n}\r\nMessage-ID: <q{n}@example.com>\r\n\
                 Content-Type: text/plain; charset=utf-8\r\n\r\n필터를 저장해도 자꾸 풀려요. <b>{n}</b>\r\n\r\nOn 1 May, Jun <jun@example.com> wrote:\r\n> 예전 말\r\n"
            ),
        );
        self.until_read(n).await;
        let all = self.app.as_owner().get("/api/conversations?view=all&limit=50").await.ok();
        let of = |one: &&Value| one["subject"] == format!("Views {n}");
        all.items().iter().find(of).unwrap()["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_of_the_morning_arrives_in_a_real_mailbox_once_a_day_in_the_readers_language() {
    let Some(house) = House::open("morning_mail").await else { return };
    let (app, owner) = (&house.app, house.app.as_owner());
    owner.patch("/api/me", 0, json!({"ui": "ko"})).await.ok();
    let conversation = house.customer_writes(1).await;
    let in_app = say(&app.as_agent(), "daniel", "chat", "Every Monday I rebuild my view").await;
    assert_eq!(send_mornings(&app.state, 2 * Time::DAY).await.unwrap(), 0, "nobody asked for mail");
    want(&owner, json!({"mail": true, "hour": 7, "zone": "Asia/Seoul"})).await;
    want(&app.as_agent(), json!({"mail": true, "hour": 9})).await;
    assert_eq!(send_mornings(&app.state, 0).await.unwrap(), 0, "the hour has not come");
    let tomorrow = Time::DAY + Time::HOUR;
    // Two processes look at the same time, and again: each reader gets one.
    let (one, other) = tokio::join!(send_mornings(&app.state, tomorrow), send_mornings(&app.state, tomorrow));
    assert_eq!(one.unwrap() + other.unwrap(), 2);
    assert_eq!(send_mornings(&app.state, tomorrow).await.unwrap(), 0);

    let mail = house.mail_of("owner").await;
    assert_eq!(mail.problems, []);
    assert!(mail.subject.starts_with("오늘의 말씀 2건"), "{}", mail.subject);
    assert_eq!(mail.from.as_ref().unwrap().email, "help@soban.example");
    let raw = house.mails_of("owner").pop().unwrap();
    let wire = String::from_utf8_lossy(&raw);
    for header in ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"] {
        assert!(wire.contains(header), "{header}");
    }
    assert!(
        mail.text.contains("필터를 저장해도 자꾸 풀려요. <b>1</b>") && !mail.text.contains("예전 말"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("Minji 님") && mail.text.contains("daniel 님"), "{}", mail.text);
    assert!(mail.text.contains(&format!("/inbox/{conversation}?view=all#ent_")), "{}", mail.text);
    let html = mail.html.as_deref().unwrap();
    assert!(html.contains("&lt;b&gt;1&lt;/b&gt;") && !html.contains("<b>1</b>"), "what customers write is no markup");
    // The one who wrote by mail can be answered from here, the one in the chat left no address.
    assert_eq!(html.matches("mailto:help+").count(), 1, "{html}");
    assert!(mail.text.contains("대화에서 답해 주세요") && mail.text.contains(&in_app), "{}", mail.text);
    let english = house.mail_of("agent").await;
    assert!(english.subject.starts_with("2 voices · "), "{}", english.subject);

    // The next day there is nothing new: no mail says so.
    assert_eq!(send_mornings(&app.state, tomorrow + Time::DAY).await.unwrap(), 0);
    assert_eq!(house.mails_of("owner").len(), 1);
    house.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_delays_the_mail_and_a_missed_hour_is_made_up_for_once() {
    let (app, post) = (start("morning_away").await, PostOffice::open().await);
    let body = json!({"name": "문의", "address": "help@soban.example", "imap_host": "127.0.0.1", "imap_port": 1, "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_tls": "none", "secret": "sesame", "active": false});
    say(&app.as_agent(), "minji", "email", "필터가 풀려요").await;
    let owner = app.as_owner();
    want(&owner, json!({"mail": true, "hour": 7})).await;
    // Without a mailbox nothing goes out, and that day is over.
    assert_eq!(send_mornings(&app.state, Time::DAY).await.unwrap(), 0);
    owner.post("/api/mailboxes", body).await.ok();
    say(&app.as_agent(), "jun", "email", "또 풀려요").await;
    post.close(true);
    // Missed for days: one mail, of the day on which it is sent.
    let at = 4 * Time::DAY;
    assert_eq!(send_mornings(&app.state, at).await.unwrap(), 0);
    assert_eq!(send_mornings(&app.state, at).await.unwrap(), 0, "it rests before it is tried again");
    post.close(false);
    assert_eq!(send_mornings(&app.state, at + 11 * Time::MINUTE).await.unwrap(), 1);
    assert_eq!(send_mornings(&app.state, at + 12 * Time::MINUTE).await.unwrap(), 0);
    assert_eq!(post.to("owner@soban.example").len(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_the_mail_goes_to_the_customer_as_its_reader_and_forgeries_go_nowhere() {
    let Some(house) = House::open("morning_answer").await else { return };
    let (app, owner, agent) = (&house.app, house.app.as_owner(), house.app.as_agent());
    let conversation = house.customer_writes(1).await;
    let path = format!("/api/conversations/{conversation}");
    let rev = owner.get(&path).await.ok().rev();
    owner.patch(&path, rev, json!({"assignee": app.id_of(Role::Agent).to_string()})).await.ok();
    want(&owner, json!({"mail": true})).await;
    assert_eq!(send_mornings(&app.state, Time::DAY).await.unwrap(), 1);
    let mail = house.mail_of("owner").await;
    let html = mail.html.unwrap();
    let address = html.split("mailto:").nth(1).unwrap().split('?').next().unwrap().to_owned();
    let answer = |n: i64, from: &str, to: &str, headers: &str| {
        let text = "제가 직접 보고 있습니다. 고맙습니다.\r\n\r\nOn Mon, 23 Nov 2026 at 07:00, 소반 <help@soban.example> wrote:\r\n> 비밀 다른 고객의 말\r\n";
        house.dovecot.deliver(
            "help",
            format!(
                "{headers}From: {from}\r\nTo: {to}\r\nSubject: Re: Views\r\nMessage-ID: <a{n}@soban.example>\r\n\
                 Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
            ),
        );
    };
    let proven = "Authentication-Results: mx.trusted.example; dmarc=pass header.from=soban.example\r\n";
    let said = async || {
        let page = owner.get(&path).await.ok().json;
        let all = page["entries"].as_array().unwrap().iter();
        all.filter(|one| one["author"] == "staff" && one["kind"] == "message").cloned().collect::<Vec<_>>()
    };
    // Nobody proves it; a server that nobody trusts does; a colleague who got it passed on; a stranger; a changed address; a
    // machine that answers for its owner.
    answer(2, "The owner <owner@soban.example>", &address, "");
    let other_server = proven.replace("mx.trusted", "mx.evil");
    answer(3, "The owner <owner@soban.example>", &address, &other_server);
    answer(4, "The agent <agent@soban.example>", &address, proven);
    let stranger = proven.replace("soban", "evil");
    answer(5, "Eve <eve@evil.example>", &address, &stranger);
    let at = address.find('@').unwrap() - 1;
    let last = if address.as_bytes()[at] == b'0' { '1' } else { '0' };
    answer(6, "The owner <owner@soban.example>", &format!("{}{last}{}", &address[..at], &address[at + 1..]), proven);
    answer(7, "The owner <owner@soban.example>", &address, &format!("{proven}Auto-Submitted: auto-replied\r\n"));
    house.until_read(7).await;
    assert_eq!(said().await.len(), 0, "none of these is an answer");
    sleep(Duration::from_millis(300)).await;
    assert!(house.post.taken().is_empty(), "and nothing went out");

    answer(8, "The owner <owner@soban.example>", &address.to_uppercase(), proven);
    house.until_read(8).await;
    let all = said().await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["text"], "제가 직접 보고 있습니다. 고맙습니다.");
    assert_eq!(all[0]["staff"]["name"], "The owner", "{}", all[0]);
    assert_eq!(all[0]["deliveries"][0]["address"], "minji1@example.com");
    let told = agent.get("/api/notifications").await.ok();
    let told = told.items().iter().find(|one| one["kind"] == "said").unwrap().clone();
    assert_eq!((&told["by"]["name"], &told["conversation"]), (&json!("The owner"), &json!(conversation)));
    let day = Time::now().plus(Time::DAY).day_in(&base::Zone::utc());
    let page = owner.get(&format!("/api/morning?date={day}")).await.ok().json;
    assert!(page["items"][0]["answered_at"].is_string(), "{page}");
    // The same mail again is the same answer.
    answer(8, "The owner <owner@soban.example>", &address.to_uppercase(), proven);
    house.until_read(9).await;
    assert_eq!(said().await.len(), 1);
    // And it reaches the customer, from the mailbox, in their thread, without a word of another customer.
    let began = Instant::now();
    let sent = loop {
        if let Some(sent) = house.post.to("minji1@example.com").pop() {
            break sent.mail();
        }
        assert!(began.elapsed() < Duration::from_secs(40), "nothing reached the customer");
        sleep(Duration::from_millis(100)).await;
    };
    assert!(sent.text.starts_with("제가 직접 보고 있습니다. 고맙습니다."), "{}", sent.text);
    assert!(!sent.text.contains("비밀") && sent.in_reply_to == ["q1@example.com"], "{}", sent.text);
    house.app.end().await;
}

#[tokio::test]
async fn whoever_owns_items_is_told_who_needs_them_this_week() {
    let (app, post) = (start("morning_week").await, PostOffice::open().await);
    let body = json!({"name": "문의", "address": "help@soban.example", "imap_host": "127.0.0.1", "imap_port": 1, "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_tls": "none", "secret": "sesame", "active": false});
    app.as_owner().post("/api/mailboxes", body).await.ok();
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = curator.post("/api/tags", json!({"label": {"en": "Filters"}})).await.expect(201).json["id"].clone();
    let item = json!({"key": "VIEW-1", "title": {"ko": "필터 유지", "en": "Views keep their filters"},
        "owner_staff": app.id_of(Role::Agent).to_string(), "tags": [{"tag": tag, "mode": "include"}]});
    curator.post("/api/roadmap/items", item).await.expect(201);
    assert_eq!(agent.get("/api/morning/week").await.ok().items().len(), 0, "nothing happened");
    let id = say(&agent, "daniel", "email", "My filters fall back").await;
    agent
        .post(&format!("/api/conversations/{id}/taggings"), json!({"tag_id": tag, "kind": "request"}))
        .await
        .expect(201);
    let week = agent.get("/api/morning/week").await.ok();
    let one = &week.items()[0];
    assert_eq!((&one["conversations"], &one["new_asks"]), (&json!(1), &json!(1)));
    assert_eq!(one["said"][0]["quote"], "My filters fall back");
    assert_eq!(one["askers"][0]["person"]["name"], "daniel");
    assert_eq!(curator.get("/api/morning/week").await.ok().items().len(), 0, "they own nothing");
    want(&agent, json!({"week": true})).await;
    assert_eq!(send_mornings(&app.state, 7 * Time::DAY).await.unwrap(), 1);
    let mail = post.to("agent@soban.example").pop().unwrap().mail();
    assert!(mail.subject.contains("1 of your items"), "{}", mail.subject);
    assert!(mail.text.contains("My filters fall back") && mail.text.contains("daniel"), "{}", mail.text);
    app.end().await;
}
