//! Answers that go out by mail: composed, held, sent through a mail server, and what became of each address.
mod files;
mod ledger;
mod machines;
mod notifications;
pub mod post_office;
mod satisfaction;
mod tellings;
mod trial;

use crate::app::{Client, TestApp};
use base::Role;
use post_office::{PostOffice, Taken};
use serde_json::{Value, json};
use server::Config;
use std::{future::Future, time::Duration};

/// A house whose mail goes out by a post office.
pub async fn with_mail(name: &str) -> (TestApp, PostOffice, String) {
    let config = Config { outside_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Config::default() };
    let app = TestApp::with(name, config).await;
    let post = PostOffice::open().await;
    // Nothing is read here: nobody answers at the port of IMAP.
    let mailbox = json!({"name": "문의", "address": "help@soban.example", "from_name": "소반 고객지원", "signature": "소반 드림",
        "imap_host": "127.0.0.1", "imap_port": 1, "imap_tls": "none", "smtp_host": "127.0.0.1", "smtp_port": post.port,
        "smtp_tls": "none", "secret": "sesame", "active": false});
    let made = app.as_owner().post("/api/mailboxes", mailbox).await.ok();
    let door = made.json["door"].as_str().or(made.json["id"].as_str()).expect("a door").to_owned();
    (app, post, door)
}

/// A conversation that a mail began; its id.
async fn bring_in(app: &TestApp, raw: &str) -> String {
    let mut tx = app.db.write().await.unwrap();
    let ord = tx.keep_raw("mbox", "eml", raw.as_bytes()).await.unwrap();
    let mail = mailkit::parse_mail(raw.as_bytes());
    let taken = conversations::take_in_mail(&mut tx, "mbox", vec![(mail, Some(ord))]).await.unwrap();
    tx.commit().await.unwrap();
    taken.into_iter().next().unwrap().unwrap().id.to_string()
}

fn question(n: usize) -> String {
    format!(
        "From: =?utf-8?B?6rmA66+87KeA?= <minji{n}@example.com>\r\nReply-To: minji{n}+work@example.com\r\n\
         To: help@soban.example\r\nCc: Jun <jun@example.com>\r\nMessage-ID: <question{n}@example.com>\r\n\
         References: <before{n}@example.com>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0900\r\nSubject: 견적 문의 {n}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n견적서를 다시 받을 수 있을까요?\r\n"
    )
}

fn to(address: &str) -> Value {
    json!([{ "address": address }])
}

/// The newest entry that was read.
async fn newest(client: &Client, id: &str) -> String {
    let page = client.get(&format!("/api/conversations/{id}")).await.ok();
    let entries = page.json["entries"].as_array().unwrap();
    entries
        .iter()
        .filter(|entry| entry["kind"] == "message")
        .map(|entry| entry["id"].as_str().unwrap())
        .max()
        .unwrap()
        .to_owned()
}

pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    for _ in 0..400 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} never came");
}

/// The deliveries of an entry once each of them has one of these states.
async fn settled(client: &Client, conversation: &str, entry: &str, states: &[&str]) -> Vec<Value> {
    let path = format!("/api/conversations/{conversation}");
    until(&format!("{states:?}"), || async {
        let page = client.get(&path).await.ok();
        let all = page.json["entries"].as_array().unwrap();
        let deliveries = all.iter().find(|one| one["id"] == entry)?["deliveries"].as_array().unwrap().clone();
        deliveries.iter().all(|one| states.contains(&one["state"].as_str().unwrap())).then_some(deliveries)
    })
    .await
}

pub async fn one_taken(post: &PostOffice, address: &str) -> Taken {
    until(address, || async { post.to(address).into_iter().next() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_out_in_its_thread_from_the_mailbox() {
    let (app, post, door) = with_mail("outgoing_answer").await;
    let agent = app.as_agent();
    let id = bring_in(&app, &question(1)).await;
    let answering = agent.get(&format!("/api/conversations/{id}/answering")).await.ok().json;
    assert_eq!(answering["senders"][0]["address"], "help@soban.example");
    assert_eq!(answering["to"][0]["address"], "minji1+work@example.com", "where answers are wanted");
    assert_eq!(
        answering["cc"],
        json!([{"address": "jun@example.com", "name": "Jun", "rests": null}]),
        "we are not among them"
    );
    assert_eq!(answering["subject"], "Re: 견적 문의 1");

    let seen = newest(&agent, &id).await;
    let body = json!({"text": "네, 다시 보내 드립니다.\n.\nFrom 저희", "to": to("minji1+work@example.com"),
        "cc": [{"address": "jun@example.com", "name": "Jun"}], "bcc": to("secret@example.com"), "door": door, "seen": seen,
        "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    let deliveries = settled(&agent, &id, entry["id"].as_str().unwrap(), &["sent"]).await;
    assert_eq!(deliveries.len(), 3);
    assert_eq!(deliveries[2]["role"], "bcc");

    let taken = one_taken(&post, "minji1+work@example.com").await;
    let mail = taken.mail();
    assert_eq!(mail.problems, []);
    assert_eq!(taken.from, "help@soban.example");
    let from = mail.from.unwrap();
    assert_eq!((from.name.as_deref(), from.email.as_str()), (Some("소반 고객지원"), "help@soban.example"));
    assert_eq!(mail.subject, "Re: 견적 문의 1");
    assert_eq!(mail.in_reply_to, ["question1@example.com"]);
    assert_eq!(mail.references.last().unwrap(), "question1@example.com");
    assert!(
        mail.text.starts_with("네, 다시 보내 드립니다.\n.\nFrom 저희\n\n-- \n소반 드림\n\n2026년"),
        "{}",
        mail.text
    );
    assert_eq!(mail.cc[0].email, "jun@example.com");
    assert!(!taken.text().contains("secret@example.com"), "a blind copy names nobody");
    assert_eq!(post.to("secret@example.com").len(), 1);
    // By both of these an answer finds its way back.
    let keys = app.state.get::<frontdoor::Keys>();
    let known = keys.read_message_id(mail.message_id.as_deref().unwrap()).unwrap();
    assert_eq!(known.to_string(), entry["id"]);
    let conversation = keys.read_reply_address(&mail.reply_to[0].email, door.parse().unwrap()).unwrap();
    assert_eq!(conversation.to_string(), id);
    assert!(mail.reply_to[0].email.starts_with("help+"));

    // What is shown is what went out, and nobody waits any more.
    let page = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    assert_eq!(page["waiting_since"], Value::Null);
    let raw = agent.get(&format!("/api/entries/{}/raw", entry["id"].as_str().unwrap())).await.ok();
    assert_eq!(raw.text, taken.text());
    assert_eq!(page["entries"][1]["external_id"].as_str(), mail.message_id.as_deref());
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_address_never_stops_another_and_each_says_what_became_of_it() {
    let (app, post, _) = with_mail("outgoing_bad").await;
    let agent = app.as_agent();
    let id = bring_in(&app, &question(1)).await;
    let seen = newest(&agent, &id).await;
    let all: Vec<Value> = [
        "a@example.com",
        "refused-b@example.com",
        "full-c@example.com",
        "later-d@example.com",
        "broken-e@example.com",
        "f@example.com",
    ]
    .iter()
    .map(|address| json!({"address": address}))
    .collect();
    let body = json!({"text": "모두에게", "to": all, "seen": seen, "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    let entry = entry["id"].as_str().unwrap();
    let path = format!("/api/conversations/{id}");
    let deliveries = until("every address to be tried", || async {
        let page = agent.get(&path).await.ok();
        let one = page.json["entries"].as_array().unwrap().iter().find(|one| one["id"] == entry).unwrap().clone();
        let all = one["deliveries"].as_array().unwrap().clone();
        all.iter().all(|one| one["attempts"].as_i64() >= Some(1) && one["state"] != "sending").then_some(all)
    })
    .await;
    let states: Vec<&str> = deliveries.iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["sent", "failed", "failed", "queued", "queued", "sent"]);
    assert_eq!(deliveries[1]["answer"], "550 5.1.1 nobody of this name");
    assert_eq!(deliveries[3]["answer"], "451 4.7.1 come again");
    assert!(deliveries[3]["due_at"].is_string(), "it is tried again");
    assert_eq!((post.to("a@example.com").len(), post.to("f@example.com").len()), (1, 1));
    // The thread says which did not arrive.
    let page = agent.get(&path).await.ok().json;
    let said: Vec<&str> = page["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "event")
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["The answer did not reach refused-b@example.com", "The answer did not reach full-c@example.com"]);

    // Where nobody is nothing more is sent, until somebody says so; a full one is tried by the next answer.
    let seen = newest(&agent, &id).await;
    let only = json!({"text": "다시", "to": to("REFUSED-b@example.com"), "seen": seen, "held_secs": 0});
    agent.post(&format!("/api/conversations/{id}/replies"), only).await.refused(422, "error-address-rests");
    let both = json!({"text": "다시", "to": [{"address": "refused-b@example.com"}, {"address": "a@example.com"}], "seen": seen,
        "held_secs": 0});
    let second = agent.post(&format!("/api/conversations/{id}/replies"), both).await.expect(201).json;
    let second = second["id"].as_str().unwrap();
    let deliveries = settled(&agent, &id, second, &["sent", "resting"]).await;
    assert_eq!(deliveries[0]["answer"], "550 5.1.1 nobody of this name");
    let again = format!("/api/entries/{second}/deliveries/0/send");
    agent.post(&again, json!({})).await.ok();
    settled(&agent, &id, second, &["sent", "failed"]).await;
    agent
        .post(&format!("/api/entries/{second}/deliveries/1/send"), json!({}))
        .await
        .refused(409, "error-delivery-under-way");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_loses_nothing() {
    let (app, post, _) = with_mail("outgoing_away").await;
    let agent = app.as_agent();
    post.close(true);
    let id = bring_in(&app, &question(1)).await;
    let seen = newest(&agent, &id).await;
    let body = json!({"text": "기다립니다", "to": to("a@example.com"), "seen": seen, "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    let entry = entry["id"].as_str().unwrap();
    let path = format!("/api/conversations/{id}");
    let late = until("the first try", || async {
        let page = agent.get(&path).await.ok();
        let one = page.json["entries"].as_array().unwrap().iter().find(|one| one["id"] == entry).unwrap().clone();
        (one["deliveries"][0]["attempts"] == 1 && one["deliveries"][0]["state"] == "queued")
            .then(|| one["deliveries"][0].clone())
    })
    .await;
    assert!(late["answer"].as_str().unwrap().contains("421 4.3.2 closed today"), "{late}");
    // It would be tried in a minute; somebody does not wait for that.
    post.close(false);
    agent.post(&format!("/api/entries/{entry}/deliveries/0/send"), json!({})).await.ok();
    settled(&agent, &id, entry, &["sent"]).await;
    assert_eq!(post.taken().len(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_taken_back_before_it_goes_and_is_a_draft_again() {
    let (app, post, _) = with_mail("outgoing_undo").await;
    let agent = app.as_agent();
    let id = bring_in(&app, &question(1)).await;
    let before = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    let seen = newest(&agent, &id).await;
    let body = json!({"text": "앗, 이건 아니에요", "to": to("a@example.com"), "seen": seen});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    assert!(entry["held_until"].is_string());
    assert_eq!(entry["deliveries"][0]["state"], "queued");
    let take_back = format!("/api/entries/{}/take_back", entry["id"].as_str().unwrap());
    agent.post(&take_back, json!({})).await.ok();
    let after = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    for field in ["entries_total", "waiting_since", "preview", "last_said_by", "last_entry_at"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert!(agent.get("/api/search?room=conversations&q=앗").await.ok().items().is_empty());
    let drafts = agent.get(&format!("/api/conversations/{id}/drafts")).await.ok();
    assert_eq!(drafts.items()[0]["text"], "앗, 이건 아니에요");
    assert_eq!(drafts.items()[0]["envelope"]["to"][0]["address"], "a@example.com");
    agent.post(&take_back, json!({})).await.expect(404);

    // What has begun to go out goes.
    let body = json!({"text": "이것은 갑니다", "to": to("a@example.com"), "seen": seen, "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    settled(&agent, &id, entry["id"].as_str().unwrap(), &["sent"]).await;
    let take_back = format!("/api/entries/{}/take_back", entry["id"].as_str().unwrap());
    agent.post(&take_back, json!({})).await.refused(409, "error-reply-gone");
    assert_eq!(post.taken().len(), 1, "the first one never went");
    let left = agent.get(&format!("/api/conversations/{id}/drafts")).await.ok();
    assert!(left.items().is_empty(), "what was sent is no draft");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_answer_at_once_one_is_sent_and_the_other_is_shown_it() {
    let (app, post, _) = with_mail("outgoing_two").await;
    let id = bring_in(&app, &question(1)).await;
    let (one, other) = (app.as_agent(), app.as_owner());
    let seen = newest(&one, &id).await;
    let path = format!("/api/conversations/{id}/replies");
    let body =
        |who: &str| json!({"text": format!("{who}의 답장"), "to": to("a@example.com"), "seen": seen, "held_secs": 0});
    let (first, second) = tokio::join!(one.post(&path, body("하나")), other.post(&path, body("둘")));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let (won, lost, loser) = if first.status == 201 { (first, second, &other) } else { (second, first, &one) };
    lost.refused(409, "error-answered-meanwhile");
    // Read now, and still wanted.
    let page = loser.get(&format!("/api/conversations/{id}")).await.ok().json;
    assert!(page["entries"].as_array().unwrap().iter().any(|entry| entry["id"] == won.json["id"]));
    let again =
        json!({"text": "덧붙입니다", "to": to("a@example.com"), "seen": newest(loser, &id).await, "held_secs": 0});
    let again = loser.post(&path, again).await.expect(201).json;
    settled(&one, &id, again["id"].as_str().unwrap(), &["sent"]).await;
    assert_eq!(post.to("a@example.com").len(), 2);

    // The same request again, because nobody heard the answer, is the same answer.
    let seen = newest(&one, &id).await;
    let body = json!({"text": "한 번만", "to": to("b@example.com"), "seen": seen, "held_secs": 0});
    let keyed = one.clone().header("idempotency-key", "once");
    let (first, second) =
        (keyed.post(&path, body.clone()).await.expect(201), keyed.post(&path, body).await.expect(201));
    assert_eq!(first.json["id"], second.json["id"]);
    settled(&one, &id, first.json["id"].as_str().unwrap(), &["sent"]).await;
    assert_eq!(post.to("b@example.com").len(), 1);
    app.end().await;
}

/// A thousand times two answer at once: a thousand are taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_times_two_answer_at_once_and_nobody_is_answered_twice() {
    let (app, _, door) = with_mail("outgoing_thousand").await;
    let id = bring_in(&app, &question(1)).await;
    let mut tx = app.db.read().await.unwrap();
    let door_ord = conversations::list_doors(&mut tx)
        .await
        .unwrap()
        .into_iter()
        .find(|one| one.id.to_string() == door)
        .unwrap()
        .ord;
    drop(tx);
    let answer = |role: Role, seen: base::EntryId| {
        let (db, staff, id) = ((*app.db).clone(), app.id_of(role), id.clone());
        async move {
            let actor = base::Actor { staff: Some(staff), ..base::Actor::system() };
            let mut tx = db.write().await.unwrap();
            let scope = conversations::Scope::default();
            let head = conversations::get_conversation(&mut tx, &scope, id.parse().unwrap()).await.unwrap();
            let to = vec![conversations::Receiver { address: "a@example.com".into(), name: None }];
            // Held for ever: only who may answer is tried here.
            let reply = conversations::ReplyIn {
                door_ord,
                text: "답".into(),
                subject: None,
                to,
                cc: Vec::new(),
                bcc: Vec::new(),
                files: Vec::new(),
                quotes: true,
                seen: Some(seen),
                held: base::Time::DAY,
            };
            let answered = conversations::reply(&mut tx, &actor, head, reply).await;
            match answered {
                Ok(entry) => {
                    tx.commit().await.unwrap();
                    Some(entry)
                }
                Err(base::Error::Conflict { key: "error-answered-meanwhile" }) => None,
                Err(error) => panic!("{error}"),
            }
        }
    };
    let mut seen: base::EntryId = newest(&app.as_agent(), &id).await.parse().unwrap();
    let trials = 1000;
    for trial in 0..trials {
        let (one, other) =
            tokio::join!(tokio::spawn(answer(Role::Agent, seen)), tokio::spawn(answer(Role::Owner, seen)));
        let sent: Vec<base::EntryId> = [one.unwrap(), other.unwrap()].into_iter().flatten().collect();
        assert_eq!(sent.len(), 1, "trial {trial}");
        seen = sent[0];
    }
    let page = app.as_agent().get(&format!("/api/conversations/{id}")).await.ok().json;
    assert_eq!(page["entries_total"], trials + 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_becomes_a_header_or_another_address() {
    let (app, post, _) = with_mail("outgoing_injection").await;
    let agent = app.as_agent();
    let id = bring_in(&app, &question(1)).await;
    let seen = newest(&agent, &id).await;
    let path = format!("/api/conversations/{id}/replies");
    for bad in [
        "a@example.com\r\nBcc: all@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
        "a@example.com, b@example.com",
        "a b@example.com",
        "a",
        "",
        "a@",
        "\"a b\"@example.com",
        "a@[127.0.0.1]",
        "<a@example.com>",
        "가@example.com",
    ] {
        let body = json!({"text": "글", "to": to(bad), "seen": seen, "held_secs": 0});
        agent.post(&path, body).await.refused(422, "error-mail-address");
    }
    for bad in ["x\r\nBcc: all@example.com", "x\ny", "x\u{0}y"] {
        let body = json!({"text": "글", "to": to("a@example.com"), "subject": bad, "seen": seen, "held_secs": 0});
        agent.post(&path, body).await.refused(422, "error-subject-too-long");
    }
    agent.post(&path, json!({"text": "글", "to": [], "seen": seen})).await.refused(422, "error-no-receiver");
    agent
        .post(&path, json!({"text": " \n", "to": to("a@example.com"), "seen": seen}))
        .await
        .refused(422, "error-text-empty");
    let many: Vec<Value> = (0..51).map(|n| json!({"address": format!("a{n}@example.com")})).collect();
    agent.post(&path, json!({"text": "글", "to": many, "seen": seen})).await.refused(422, "error-too-many-receivers");
    // A name, and what the customer called the conversation, are text and stay text.
    let trick = "From: x@example.com\r\nTo: help@soban.example\r\nMessage-ID: <trick@example.com>\r\n\
        Subject: =?utf-8?Q?hi=0D=0ABcc:_all@example.com?=\r\n\r\nhi\r\n";
    let other = bring_in(&app, trick).await;
    let seen = newest(&agent, &other).await;
    let body = json!({"text": "Bcc: all@example.com\n\n.\nQUIT", "to": [{"address": "a@example.com", "name": "a\r\nBcc: all@example.com"}],
        "seen": seen, "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{other}/replies"), body).await.expect(201).json;
    settled(&agent, &other, entry["id"].as_str().unwrap(), &["sent"]).await;
    let taken = post.taken();
    assert_eq!(taken.len(), 1);
    let head = taken[0].text().split("\r\n\r\n").next().unwrap().to_ascii_lowercase();
    assert!(!head.lines().any(|line| line.starts_with("bcc")), "{head}");
    assert_eq!(taken[0].mail().text.lines().next(), Some("Bcc: all@example.com"));
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_for_each_of_us_and_two_devices_never_overwrite_each_other() {
    let (app, _, _) = with_mail("outgoing_drafts").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let id = bring_in(&app, &question(1)).await;
    let all = format!("/api/conversations/{id}/drafts");
    let reply = format!("{all}/reply");
    let first = agent
        .put(&reply, json!({"rev": 0, "text": "쓰는 중", "envelope": {"to": to("a@example.com")}}))
        .await
        .ok()
        .json;
    assert_eq!(first["rev"], 1);
    // Another device of mine, which has not seen that.
    agent.put(&reply, json!({"rev": 0, "text": "다른 기기에서"})).await.refused(412, "error-stale");
    assert_eq!(agent.put(&reply, json!({"rev": 1, "text": "쓰는 중이에요"})).await.ok().json["rev"], 2);
    assert!(owner.get(&all).await.ok().items().is_empty(), "a draft is its author's alone");
    owner.put(&reply, json!({"rev": 0, "text": "나도"})).await.ok();
    agent.put(&format!("{all}/note"), json!({"rev": 0, "text": "메모 초안"})).await.ok();
    let kept = agent.get(&all).await.ok();
    let texts: Vec<(&str, &str)> =
        kept.items().iter().map(|one| (one["kind"].as_str().unwrap(), one["text"].as_str().unwrap())).collect();
    assert_eq!(texts, [("note", "메모 초안"), ("reply", "쓰는 중이에요")]);
    // A note that was written takes its draft along, and leaves the other.
    agent.post(&format!("/api/conversations/{id}/notes"), json!({"text": "메모"})).await.expect(201);
    assert_eq!(agent.get(&all).await.ok().items().len(), 1);
    app.as_viewer().get(&all).await.expect(403);
    agent.put(&reply, json!({"rev": 2, "text": "가".repeat(400_000)})).await.expect(413);
    app.end().await;
}
