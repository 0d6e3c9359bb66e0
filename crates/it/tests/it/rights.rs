//! What belongs to a person: erased without a word left and without a count moved, also after an old backup and an old
//! archive; taken along whole; kept no longer than a door keeps; left alone; asked.
use crate::app::{Answer, Client, TestApp};
use crate::tagging::make_tag;
use base::{PersonId, Role};
use reqwest::Method;
use serde_json::{Value, json};
use store::{Location, backup};

/// Mina writes twice and sends a file, we answer, Otto answers into her thread and copies her.
fn archive() -> String {
    let mail = |id: &str, minute: u32, from: &str, more: &str, text: &str| {
        format!(
            "From MAILER-DAEMON Mon Mar  2 00:{minute:02}:00 2026\nMessage-ID: <{id}@x>\nDate: Mon, 2 Mar 2026 00:{minute:02}:00 +0000\n\
             From: {from}\nTo: help@soban.example\n{more}\n{text}\n\n"
        )
    };
    let file = "Subject: =?utf-8?B?6rOE7JW97ISc?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n";
    let parts = "--b\nContent-Type: text/plain; charset=utf-8\n\n페이지보냄이 zanzibar 에서 멈춰요\n--b\nContent-Type: text/plain; \
                 name=secret.txt\nContent-Disposition: attachment; filename=secret.txt\n\nquagga attachment\n--b--";
    let plain = "Content-Type: text/plain; charset=utf-8\n";
    [
        mail("a", 1, "\"민아 정\" <Mina@hanbit.example>", file, parts),
        mail("b", 2, "agent@soban.example", &format!("{plain}References: <a@x>\nSubject: Re\n"), "확인해 보겠습니다"),
        mail(
            "c",
            3,
            "Otto <otto@b.example>",
            &format!("{plain}References: <a@x>\nSubject: Re\nCc: 정민아 <mina@hanbit.example>\n"),
            "me too, wombat",
        ),
        mail(
            "d",
            4,
            "mina@hanbit.example",
            &format!("{plain}References: <c@x>\nSubject: Re\n"),
            "다시 해 봐도 zanzibar",
        ),
    ]
    .concat()
}

async fn import(app: &TestApp, format: &str, file: String) -> Value {
    let curator = app.as_role(Role::Curator);
    let path = format!("/api/imports?format={format}");
    let made = curator.send(Method::POST, &path, "application/octet-stream", file).await.expect(201).json;
    app.settle().await;
    let done = curator.get(&format!("/api/imports/{}", made["id"].as_str().unwrap())).await.ok().json;
    assert_eq!(done["state"], "done", "{done}");
    done["report"].clone()
}

async fn person_called(by: &Client, q: &str) -> Option<String> {
    let found = by.get(&format!("/api/persons?q={q}")).await.ok();
    found.items().first().map(|person| person["id"].as_str().unwrap().to_owned())
}

async fn hits(by: &Client, q: &str) -> usize {
    by.get(&format!("/api/search?room=conversations&q={q}")).await.ok().items().len()
}

async fn audit(app: &TestApp, action: &str) -> Vec<Value> {
    let lines = app.as_owner().get("/api/audit?limit=200").await.ok();
    lines.items().iter().filter(|line| line["action"] == action).cloned().collect()
}

async fn must_hold(app: &TestApp) {
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(store::check(&mut tx).await.unwrap(), vec![]);
    assert_eq!(people::check(&mut tx).await.unwrap(), vec![]);
    assert_eq!(conversations::check(&mut tx).await.unwrap(), vec![]);
    assert_eq!(tagging::check(&mut tx).await.unwrap(), vec![]);
}

/// Every text that the database holds, and all raw input, searched for words that must not be there.
async fn must_not_hold(app: &TestApp, words: &[&str]) {
    let rows = store::testing::contents(&app.db).await.unwrap();
    let mut texts: Vec<String> = rows.into_values().flatten().collect();
    for ord in 1..40 {
        // Raw input is deflated in its row.
        let raw = app.db.read().await.unwrap().read_raw(ord).await;
        texts.push(String::from_utf8_lossy(&raw.unwrap_or_default()).into_owned());
    }
    for word in words {
        let found = texts.iter().find(|text| text.contains(word));
        assert_eq!(found, None, "“{word}” is still there");
    }
}

const WORDS: &[&str] = &["zanzibar", "Mina@hanbit", "mina@hanbit", "민아 정", "정민아", "secret.txt", "계약서"];

#[tokio::test]
async fn an_erased_person_leaves_no_word_and_no_count_moves() {
    let app = TestApp::start("erased").await;
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    import(&app, "mbox", archive()).await;
    let mina = person_called(&agent, "mina@hanbit.example").await.expect("Mina");
    let list = agent.get("/api/conversations?view=all").await.ok();
    let conversation = list.items()[0]["id"].as_str().unwrap().to_owned();
    let tag = make_tag(&curator, None, "Export", "내보내기").await;
    let thread = agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
    let entry = &thread["entries"][0];
    let said =
        json!({"tag_id": tag, "passage": {"entry_id": entry["id"], "start": 0, "end": 5, "quote": "페이지보냄"}});
    agent.post(&format!("/api/conversations/{conversation}/taggings"), said).await.expect(201);
    agent
        .post(&format!("/api/persons/{mina}/consents"), json!({"kind": "news", "given": true, "source": "통화"}))
        .await
        .expect(201);
    let counts = async || agent.get(&format!("/api/tags/{tag}/counts")).await.ok().json;
    let before = counts().await;
    assert_eq!((hits(&agent, "zanzibar").await, hits(&agent, "계약서").await), (1, 1));

    agent.post(&format!("/api/persons/{mina}/erase"), json!({})).await.expect(403);
    let erased = owner.post(&format!("/api/persons/{mina}/erase"), json!({})).await.ok().json;
    assert_eq!(erased["entries"], 2);
    assert_eq!(counts().await, before, "counts do not move");
    for q in ["zanzibar", "계약서", "페이지보냄"] {
        assert_eq!(hits(&agent, q).await, 0, "{q}");
    }
    assert_eq!(hits(&agent, "wombat").await, 1, "what Otto said stays");
    assert_eq!(person_called(&agent, "mina").await, None);
    let page = agent.get(&format!("/api/persons/{mina}")).await.ok();
    assert_eq!(
        (&page.json["erased"], &page.json["email"], &page.json["name"]),
        (&json!(true), &Value::Null, &json!(""))
    );
    assert_eq!((&page.json["identities"], &page.json["external_id"]), (&json!([]), &Value::Null));
    agent
        .patch(&format!("/api/persons/{mina}"), page.rev(), json!({"name": "Mina"}))
        .await
        .refused(409, "error-person-erased");
    agent.get(&format!("/api/entries/{}/raw", entry["id"].as_str().unwrap())).await.expect(404);
    let after = agent.get(&format!("/api/conversations/{conversation}")).await.ok();
    assert_eq!((after.json["entries_total"].as_i64(), after.json["subject"].as_str()), (Some(4), None));
    let lines = audit(&app, "people.erased").await;
    assert_eq!((lines.len(), &lines[0]["subject"], &lines[0]["detail"]["entries"]), (1, &json!(mina), &json!(2)));
    must_hold(&app).await;
    must_not_hold(&app, WORDS).await;

    // The same archive again brings nothing back, and nobody new.
    let people = async || agent.get("/api/persons").await.ok().items().len();
    let known = people().await;
    let again = import(&app, "mbox", archive()).await;
    assert_eq!((&again["unchanged"], &again["imported"], &again["persons"]), (&json!(4), &json!(0), &json!(0)));
    assert_eq!((hits(&agent, "zanzibar").await, people().await), (0, known));
    must_hold(&app).await;
    must_not_hold(&app, WORDS).await;

    // Who writes again is somebody new.
    let new = json!({"person": {"email": "mina@hanbit.example", "name": "민아"}, "text": "안녕하세요, 다시 왔어요"});
    let new = agent.post("/api/conversations", new).await.expect(201).json;
    assert_ne!(new["person"]["id"], json!(mina));
    owner.post("/api/persons/per_00000000000000000000000000/erase", json!({})).await.expect(404);
    app.end().await;
}

#[tokio::test]
async fn who_was_merged_is_erased_whole_and_an_old_list_of_customers_does_not_bring_them_back() {
    let app = TestApp::start("erased_merged").await;
    let (owner, agent) = (app.as_owner(), app.as_agent());
    let line = |id: &str, person: &str, text: &str| {
        let person = json!({"external_id": person, "name": "Mina Jeong", "email": format!("{person}@hanbit.example")});
        json!({"external_id": id, "channel": "chat", "opened_at": "2026-03-02T00:00:00Z", "person": person,
            "entries": [{"external_id": "1", "author": "person", "at": "2026-03-02T00:00:00Z", "text": text}]})
    };
    let file = format!("{}\n{}\n", line("one", "m1", "zanzibar once"), line("two", "m2", "zanzibar twice"));
    import(&app, "jsonl", file.clone()).await;
    let (one, two) =
        (person_called(&agent, "m1@hanbit").await.unwrap(), person_called(&agent, "m2@hanbit").await.unwrap());
    agent.post(&format!("/api/persons/{one}/merge"), json!({"into": two})).await.ok();
    let erased = owner.post(&format!("/api/persons/{two}/erase"), json!({})).await.ok().json;
    assert_eq!((erased["entries"].as_i64(), hits(&agent, "zanzibar").await), (Some(2), 0));
    must_not_hold(&app, &["zanzibar", "Mina Jeong", "hanbit.example"]).await;
    let again = import(&app, "jsonl", file).await;
    assert_eq!((&again["unchanged"], &again["persons"]), (&json!(2), &json!(0)));
    // A conversation of before that was not known yet belongs to the emptied row.
    let older = import(&app, "jsonl", format!("{}\n", line("three", "m2", "from long ago"))).await;
    assert_eq!((&older["imported"], &older["persons"]), (&json!(1), &json!(0)));
    let page = agent.get(&format!("/api/persons/{two}")).await.ok().json;
    assert_eq!((&page["name"], &page["email"], &page["identities"]), (&json!(""), &Value::Null, &json!([])));
    assert_eq!(person_called(&agent, "mina").await, None);
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_restored_backup_from_before_is_erased_again() {
    let app = TestApp::start("erased_restored").await;
    let (owner, agent) = (app.as_owner(), app.as_agent());
    import(&app, "mbox", archive()).await;
    let mina = person_called(&agent, "mina@hanbit.example").await.unwrap();
    let file = app.db.folder().join("before.backup");
    app.db.backup(&file).await.unwrap();
    owner.post(&format!("/api/persons/{mina}/erase"), json!({})).await.ok();
    let list = std::fs::read_to_string(app.db.folder().join("erasures.txt")).unwrap();
    assert!(list.starts_with(&mina) && list.lines().count() == 1, "{list}");

    let place = app.db.folder().join("restored");
    backup::restore(&file, &Location::Sqlite(place.clone())).await.unwrap();
    let db = store::Db::open(&Location::Sqlite(place.clone())).await.unwrap();
    let id: PersonId = mina.parse().unwrap();
    let mut tx = db.read().await.unwrap();
    assert!(people::get_person(&mut tx, id).await.unwrap().erased_at.is_none(), "the backup does not know it");
    drop(tx);
    let list = frontdoor::read_erasure_list(&list).unwrap();
    assert_eq!(frontdoor::erase_again(&db, &list).await.unwrap(), 1);
    assert_eq!(frontdoor::erase_again(&db, &list).await.unwrap(), 0, "once is enough");
    let mut tx = db.read().await.unwrap();
    assert!(people::get_person(&mut tx, id).await.unwrap().erased_at.is_some());
    assert!(conversations::check(&mut tx).await.unwrap().iter().all(|broken| broken.invariant.contains("index")));
    drop(tx);
    assert!(std::fs::read_to_string(place.join("erasures.txt")).unwrap().starts_with(&mina));
    db.close().await;
    app.end().await;
}

#[tokio::test]
async fn a_person_takes_along_what_is_theirs_and_nobody_elses_words() {
    let app = TestApp::start("person_export").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    import(&app, "mbox", archive()).await;
    let mina = person_called(&agent, "mina@hanbit.example").await.unwrap();
    let list = agent.get("/api/conversations?view=all").await.ok();
    let conversation = list.items()[0]["id"].as_str().unwrap().to_owned();
    agent
        .post(&format!("/api/conversations/{conversation}/notes"), json!({"text": "a note among us: platypus"}))
        .await
        .expect(201);
    let chat =
        json!({"person": {"email": "mina@hanbit.example"}, "text": "From here:\nFrom the chat", "channel": "chat"});
    agent.post("/api/conversations", chat).await.expect(201);
    let path = |form: &str| format!("/api/export/persons/{mina}/person.{form}");
    agent.get(&path("json")).await.expect(403);
    let answer = curator.get(&path("json")).await.ok();
    assert!(answer.header("content-disposition").contains("person.json"));
    let told = answer.json;
    assert_eq!(
        (&told["format"], &told["person"]["email"]),
        (&json!("sarangbang person 1"), &json!("Mina@hanbit.example"))
    );
    let first = &told["conversations"][0];
    let said: Vec<(&str, &str)> = first["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["said_by"].as_str().unwrap(), e["text"].as_str().unwrap()))
        .collect();
    assert_eq!(said.iter().map(|s| s.0).collect::<Vec<_>>(), ["person", "us", "person"]);
    assert_eq!(first["said_by_others_left_out"], 1);
    assert_eq!(first["entries"][0]["attachments"][0]["name"], "secret.txt");
    assert_eq!(first["entries"][0]["attachments"][0]["base64"], "cXVhZ2dhIGF0dGFjaG1lbnQ=");
    assert_eq!(told["conversations"].as_array().unwrap().len(), 2);

    let mbox = curator.get(&path("mbox")).await.ok().text;
    for text in [&told.to_string(), &mbox] {
        assert!(!text.contains("wombat") && !text.contains("platypus"), "{text}");
    }
    let mails: Vec<_> =
        mailkit::MboxReader::new(mbox.as_bytes()).map(|item| mailkit::parse_mail(&item.unwrap().bytes)).collect();
    let texts: Vec<&str> = mails.iter().map(|mail| mail.text.lines().next().unwrap()).collect();
    assert_eq!(
        texts,
        ["페이지보냄이 zanzibar 에서 멈춰요", "확인해 보겠습니다", "다시 해 봐도 zanzibar", "From here:"]
    );
    assert_eq!(mails[0].attachments[0].name, "secret.txt");
    assert_eq!(
        (mails[3].text.as_str(), mails[3].from.as_ref().unwrap().email.as_str()),
        ("From here:\nFrom the chat", "Mina@hanbit.example")
    );
    assert_eq!(audit(&app, "people.exported").await.len(), 2);

    // What one may not see is not in it.
    let door = agent.get("/api/doors").await.ok().items().iter().find(|d| d["name"] == "mbox/email").cloned().unwrap();
    let admin = app.as_role(Role::Admin);
    let close = json!({"visibility": "teams", "staff_teams": []});
    admin
        .patch(&format!("/api/doors/{}", door["id"].as_str().unwrap()), door["rev"].as_i64().unwrap(), close)
        .await
        .ok();
    let narrowed = curator.get(&path("json")).await.ok().json;
    assert_eq!(narrowed["conversations"].as_array().unwrap().len(), 1);
    app.end().await;
}

#[tokio::test]
async fn thousands_of_entries_are_taken_along_and_erased_within_a_minute() {
    let app = TestApp::start("erased_large").await;
    let person = json!({"external_id": "big", "name": "Big", "email": "big@hanbit.example"});
    let line = |n: usize| {
        let entry = |k: usize| json!({"external_id": format!("{k}"), "author": "person", "at": "2026-03-02T00:00:00Z", "text": format!("zanzibar {n} {k} 내보내기가 멈춰요")});
        json!({"external_id": format!("c{n}"), "channel": "chat", "opened_at": "2026-03-02T00:00:00Z", "person": person,
            "entries": (0..5).map(entry).collect::<Vec<_>>()})
    };
    import(&app, "jsonl", (0..1000).map(|n| format!("{}\n", line(n))).collect()).await;
    let big = person_called(&app.as_agent(), "big@hanbit").await.unwrap();
    let began = std::time::Instant::now();
    let told = app.as_owner().get(&format!("/api/export/persons/{big}/person.json")).await.ok().json;
    let exported = began.elapsed();
    assert_eq!(told["conversations"].as_array().unwrap().len(), 1000);
    let began = std::time::Instant::now();
    let erased = app.as_owner().post(&format!("/api/persons/{big}/erase"), json!({})).await.ok().json;
    eprintln!("5,000 entries: exported in {exported:?}, erased in {:?}", began.elapsed());
    assert_eq!((erased["entries"].as_i64(), hits(&app.as_agent(), "zanzibar").await), (Some(5000), 0));
    app.end().await;
}

#[tokio::test]
async fn a_door_keeps_only_what_is_younger_once_somebody_saw_what_would_go() {
    let app = TestApp::start("retention").await;
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let line = |id: &str, at: String, text: &str| {
        json!({"external_id": id, "channel": "chat", "subject": format!("subject {text}"), "opened_at": at, "person": {"external_id": id, "name": "A"},
            "participants": [{"role": "cc", "name": "Bystander"}], "entries": [{"external_id": "1", "author": "person", "at": at, "text": text}]})
    };
    let ago = |days: i64| base::Time::now().plus(-days * base::Time::DAY).to_string();
    let file = format!("{}\n{}\n", line("old", ago(60), "zanzibar"), line("young", ago(5), "wombat"));
    import(&app, "jsonl", file.clone()).await;
    let tag = make_tag(&app.as_role(Role::Curator), None, "Export", "내보내기").await;
    for item in agent.get("/api/conversations?view=all").await.ok().items() {
        agent
            .post(&format!("/api/conversations/{}/taggings", item["id"].as_str().unwrap()), json!({"tag_id": tag}))
            .await
            .expect(201);
    }
    let counts = async || agent.get(&format!("/api/tags/{tag}/counts")).await.ok().json;
    let before = counts().await;
    let door = agent.get("/api/doors").await.ok().items()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/doors/{door}/retention");
    agent.get(&path).await.expect(403);
    let shown = admin.get(&format!("{path}?days=30")).await.ok().json;
    assert_eq!(
        (&shown["days"], &shown["would"]["conversations"], &shown["would"]["entries"]),
        (&Value::Null, &json!(1), &json!(1))
    );
    assert_eq!(hits(&agent, "zanzibar").await, 1, "looking empties nothing");
    admin.get(&format!("{path}?days=7")).await.refused(422, "error-retention-days");
    admin.put(&path, json!({"days": 30, "conversations": 0})).await.refused(409, "error-retention-more");
    admin.put(&path, json!({"days": 30, "conversations": 1})).await.ok();
    app.settle().await;
    assert_eq!((hits(&agent, "zanzibar").await, hits(&agent, "wombat").await), (0, 1), "only what is older");
    assert_eq!(counts().await, before, "counts do not move");
    let old = agent.get("/api/conversations?view=all&external_id=old").await.ok().items()[0].clone();
    assert_eq!((&old["subject"], &old["status"]), (&Value::Null, &json!("closed")));
    let lines = audit(&app, "conversations.emptied").await;
    assert_eq!((lines.len(), &lines[0]["detail"]["conversations"]), (1, &json!(1)));
    assert_eq!(audit(&app, "conversations.retention_changed").await.len(), 1);
    must_hold(&app).await;
    must_not_hold(&app, &["zanzibar"]).await;
    // The same file again brings nothing back.
    assert_eq!(import(&app, "jsonl", file).await["unchanged"], 2);
    assert_eq!(hits(&agent, "zanzibar").await, 0);
    assert_eq!(admin.get(&format!("{path}?days=30")).await.ok().json["would"]["conversations"], 0);
    // What is said in it later is kept again, until its time is up.
    let id = old["id"].as_str().unwrap();
    agent
        .post(&format!("/api/conversations/{id}/entries"), json!({"author": "person", "text": "quokka is back"}))
        .await
        .expect(201);
    conversations::begin_forgetting(&app.db).await.unwrap();
    app.settle().await;
    assert_eq!(hits(&agent, "quokka").await, 1);
    admin.put(&path, json!({"days": null})).await.ok();
    assert_eq!(admin.get(&path).await.ok().json["days"], Value::Null);
    app.end().await;
}

#[tokio::test]
async fn what_a_person_allows_is_a_saying_with_its_source_and_the_newest_counts() {
    let app = TestApp::start("consent").await;
    let agent = app.as_agent();
    let make = async |email: &str| {
        let made = agent.post("/api/persons", json!({"email": email})).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    };
    let (id, other) = (make("kim@a.example").await, make("kim@b.example").await);
    let path = format!("/api/persons/{id}/consents");
    let none = agent.get(&path).await.ok().json;
    assert_eq!((&none["news"], &none["quotes"], &none["items"]), (&json!(false), &json!(false), &json!([])));
    let say = async |path: &str, kind: &str, given: bool, at: &str| {
        agent.post(path, json!({"kind": kind, "given": given, "source": "전화", "said_at": at})).await
    };
    say(&path, "news", true, "2026-03-01T00:00:00Z").await.expect(201);
    let said = say(&path, "news", false, "2026-05-01T00:00:00Z").await.expect(201).json;
    assert_eq!((&said["news"], said["items"].as_array().unwrap().len()), (&json!(false), 2));
    // What was said before the newest saying and is written down later does not count.
    assert_eq!(say(&path, "news", true, "2026-04-01T00:00:00Z").await.expect(201).json["news"], false);
    say(&path, "quotes", true, "2126-01-01T00:00:00Z").await.refused(422, "error-said-later");
    agent.post(&path, json!({"kind": "news", "given": true, "source": " "})).await.refused(422, "error-field-empty");
    app.as_viewer().post(&path, json!({"kind": "news", "given": true, "source": "x"})).await.expect(403);
    // Of two who are one, the newest saying of both counts.
    say(&format!("/api/persons/{other}/consents"), "news", true, "2026-06-01T00:00:00Z").await.expect(201);
    agent.post(&format!("/api/persons/{other}/merge"), json!({"into": id})).await.ok();
    assert_eq!(agent.get(&path).await.ok().json["news"], true);
    assert_eq!(audit(&app, "people.consent_recorded").await.len(), 4);
    app.end().await;
}

#[tokio::test]
async fn blocked_mail_is_kept_apart_and_waits_for_nobody() {
    let app = TestApp::start("blocked").await;
    let agent = app.as_agent();
    let block = async |sender: &str| -> Answer { agent.post("/api/blocked-senders", json!({"sender": sender})).await };
    let made = block(" Spam@Shop.example ").await.expect(201).json;
    assert_eq!((&made["kind"], &made["sender"]), (&json!("address"), &json!("spam@shop.example")));
    block("spam@shop.example").await.refused(409, "error-blocked-already");
    block("@noise.example").await.expect(201);
    block("owner@soban.example").await.refused(422, "error-block-ours");
    block("soban.example").await.refused(422, "error-block-ours");
    block("gmail.com").await.refused(422, "error-block-shared");
    block("nothing").await.refused(422, "error-blocked-sender");
    app.as_viewer().post("/api/blocked-senders", json!({"sender": "x@y.example"})).await.expect(403);
    let mut tx = app.db.write().await.unwrap();
    for (address, is) in [
        ("SPAM@shop.example", true),
        ("ham@shop.example", false),
        ("x@mail.noise.example", true),
        ("x@anoise.example", false),
        ("", false),
    ] {
        assert_eq!(people::is_blocked(&mut tx, address).await.unwrap(), is, "{address}");
    }
    let mail = |id: &str, from: &str| {
        format!(
            "Message-ID: <{id}>\nFrom: {from}\nReferences: <known@x>\nSubject: s\nDate: Mon, 2 Mar 2026 00:00:00 +0000\n\nzanzibar {id}\n"
        )
    };
    let mut mails = Vec::new();
    for (id, from) in [("known@x", "kim@a.example"), ("spam@x", "spam@shop.example")] {
        let text = mail(id, from);
        let raw = tx.keep_raw("mail", "mail", text.as_bytes()).await.unwrap();
        let mut mail = conversations::prepare_mail(mailkit::parse_mail(text.as_bytes()), Some(raw), tx.now()).unwrap();
        if people::is_blocked(&mut tx, mail.sender().unwrap()).await.unwrap() {
            mail.block();
        }
        mails.push(mail);
    }
    let source = conversations::MailSource { source: "mail".into(), door: None, closed_before: None };
    let taken = conversations::take_in_mails(&mut tx, &source, mails).await.unwrap();
    assert!(taken.iter().all(|one| one.is_ok()));
    tx.commit().await.unwrap();
    let list = async |view: &str| {
        let list = agent.get(&format!("/api/conversations?view={view}")).await.ok();
        list.items().iter().map(|item| item["external_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((list("blocked").await, list("waiting").await), (vec!["spam@x".to_owned()], vec!["known@x".to_owned()]));
    let blocked = agent.get("/api/conversations?view=blocked").await.ok().items()[0].clone();
    let thread = agent.get(&format!("/api/conversations/{}", blocked["id"].as_str().unwrap())).await.ok().json;
    let raw = agent.get(&format!("/api/entries/{}/raw", thread["entries"][0]["id"].as_str().unwrap())).await.ok();
    assert!(raw.text.contains("zanzibar spam@x"), "the original is kept");
    let all = agent.get("/api/blocked-senders").await.ok();
    agent.delete(&format!("/api/blocked-senders/{}", all.items()[1]["id"].as_str().unwrap())).await.expect(204);
    let mut tx = app.db.read().await.unwrap();
    assert!(!people::is_blocked(&mut tx, "spam@shop.example").await.unwrap(), "let in again");
    drop(tx);
    assert_eq!(
        (audit(&app, "people.sender_blocked").await.len(), audit(&app, "people.sender_unblocked").await.len()),
        (2, 1)
    );
    app.end().await;
}
