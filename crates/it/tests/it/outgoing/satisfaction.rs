//! The one question after a conversation: who is asked and who never is, and what counts as an answer.
use super::{newest, one_taken, settled, to, with_mail};
use crate::app::TestApp;
use base::{ConversationId, Role};
use conversations::{LiveMail, MailFacts, MailSource, Purpose};
use reqwest::Method;
use serde_json::{Value, json};
use store::jobs::JobState;

const FORM: &str = "application/x-www-form-urlencoded";

fn proven() -> MailFacts {
    MailFacts { dmarc: Some("pass".into()), ..MailFacts::default() }
}

/// A mail that came in by the mailbox; its conversation.
async fn comes_in(app: &TestApp, door: &str, name: &str, more: &str, facts: MailFacts, text: &str) -> String {
    let raw = format!(
        "From: {name} <{name}@example.com>\r\nTo: help@soban.example\r\nMessage-ID: <{name}.{}@example.com>\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0900\r\nSubject: 문의 {name}\r\n{more}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        base::RawId::new()
    );
    let mut tx = app.db.write().await.unwrap();
    let ord = tx.keep_raw(&format!("mail:{door}"), "eml", raw.as_bytes()).await.unwrap();
    let mail = conversations::prepare_mail(mailkit::parse_mail(raw.as_bytes()), Some(ord), tx.now()).unwrap();
    let source = MailSource { source: format!("mail:{door}"), door: Some("문의".into()), closed_before: None };
    let live = LiveMail { mail, signed: None, proven: facts.dmarc.is_some(), facts };
    let own = ["help@soban.example".to_owned()].into();
    let taken = conversations::take_in_live(&mut tx, &source, &own, vec![live]).await.unwrap();
    tx.commit().await.unwrap();
    taken.into_iter().next().unwrap().unwrap().id.to_string()
}

async fn ask(app: &TestApp, door: &str, after_close: bool, after_help: bool) {
    let path = format!("/api/doors/{door}/questions");
    app.as_agent().put(&path, json!({"after_close": true, "after_help": true})).await.expect(403);
    app.as_owner().put(&path, json!({"after_close": after_close, "after_help": after_help})).await.ok();
}

/// Answers and closes a conversation, for a purpose.
async fn answer_and_close(app: &TestApp, id: &str, purpose: Purpose) {
    let agent = app.as_agent();
    let seen = newest(&agent, id).await;
    let body = json!({"text": "네, 됩니다.", "to": to("answered@example.com"), "seen": seen, "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    settled(&agent, id, entry["id"].as_str().unwrap(), &["sent"]).await;
    let rev = agent.get(&format!("/api/conversations/{id}")).await.ok().rev();
    agent.patch(&format!("/api/conversations/{id}"), rev, json!({"purpose": purpose, "status": "closed"})).await.ok();
}

/// Whether a conversation is asked about, an hour after it was closed.
async fn is_asked(app: &TestApp, id: &str) -> bool {
    frontdoor::ask_how_it_was(&app.db, id.parse::<ConversationId>().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_goes_out_in_the_thread_and_only_what_is_sent_from_its_page_counts() {
    let (app, post, door) = with_mail("satisfaction").await;
    let (agent, anybody) = (app.as_agent(), app.anybody());
    ask(&app, &door, true, true).await;
    let id = comes_in(&app, &door, "minji", "", proven(), "필터가 사라졌어요. 어떻게 하나요?").await;
    answer_and_close(&app, &id, Purpose::Help).await;
    let mut tx = app.db.read().await.unwrap();
    let jobs = store::jobs::list_jobs(&mut tx, JobState::Pending, 100).await.unwrap();
    drop(tx);
    assert!(jobs.iter().any(|job| job.kind == "frontdoor.ask_how_it_was"), "it is looked at in an hour");

    assert!(is_asked(&app, &id).await);
    assert!(!is_asked(&app, &id).await, "not twice");
    let taken = one_taken(&post, "minji@example.com").await;
    let (mail, wire) = (taken.mail(), taken.text());
    assert_eq!(mail.subject, "Re: 문의 minji");
    assert!(!mail.in_reply_to.is_empty() && mail.auto_submitted);
    for header in ["Auto-Submitted: auto-generated", "List-Unsubscribe-Post: List-Unsubscribe=One-Click", "Precedence"]
    {
        assert_eq!(wire.contains(header), header != "Precedence", "{header}");
    }
    assert!(mail.text.contains("도움을 받으시기가 얼마나 쉬우셨나요?"), "{}", mail.text);
    let links: Vec<String> = mail
        .text
        .split_whitespace()
        .filter(|word| word.starts_with("http"))
        .map(|url| url[url.find("/how/").unwrap()..].to_owned())
        .collect();
    assert_eq!(links.len(), 6, "five answers, and one not to be asked: {links:?}");
    let page = links[0].split('?').next().unwrap().to_owned();
    assert!(links[0].ends_with("?score=5") && links[5].ends_with("/stop"));

    // A program looks at every link, and nothing is kept.
    for link in &links {
        for method in [Method::GET, Method::HEAD] {
            anybody.call(method, link, None).await.expect(200);
        }
    }
    let asked = async || agent.get("/api/satisfaction").await.ok().json["questions"][1].clone();
    assert_eq!((asked().await["answered"]["of"].as_i64(), asked().await["answered"]["n"].as_i64()), (Some(1), Some(0)));
    let shown = anybody.get(&format!("{page}?score=2")).await.ok();
    assert!(shown.text.contains("value=\"2\" required checked") && shown.text.contains("lang=\"ko\""));
    assert!(!shown.text.contains("<script") && shown.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(shown.header("cache-control"), "no-store");
    let tricked = anybody.get(&format!("{page}?score=%22%3E%3Cscript%3E")).await.ok();
    assert!(!tricked.text.contains("<script"));

    anybody.send(Method::POST, &page, FORM, "text=x").await.expect(422);
    let words = "score=2&did=warned&did=bought&did=stole&text=%ED%95%84%ED%84%B0+%EB%95%8C%EB%AC%B8%EC%97%90+%EB%B3%B4%EA%B3%A0%EA%B0%80+%EB%8A%A6%EC%97%88%EC%96%B4%EC%9A%94";
    let (one, other) =
        tokio::join!(anybody.send(Method::POST, &page, FORM, words), anybody.send(Method::POST, &page, FORM, words));
    assert!(one.ok().text.contains("고맙습니다") && other.ok().text.contains("고맙습니다"));
    anybody.send(Method::POST, &page, FORM, "score=5").await.ok();

    let found = agent.get("/api/satisfaction").await.ok().json;
    let (ces, answers) = (&found["questions"][1], found["answers"].as_array().unwrap());
    assert_eq!((ces["kind"].as_str(), ces["answered"]["n"].as_i64()), (Some("ces"), Some(1)));
    assert_eq!(
        (ces["scores"].clone(), &ces["score"]["mean"]),
        (json!([0, 1, 0, 0, 0]), &Value::Null),
        "too few to say"
    );
    assert_eq!(answers.len(), 1);
    assert_eq!((&answers[0]["score"], &answers[0]["did"]), (&json!(2), &json!(["bought", "warned"])));
    assert_eq!(
        (answers[0]["conversation"].as_str(), answers[0]["person"]["name"].as_str()),
        (Some(&*id), Some("minji"))
    );
    // What was written is a conversation of that person, by the same door, with a passage that can be tagged.
    let said = &answers[0]["said"];
    assert_eq!(said["text"], "필터 때문에 보고가 늦었어요");
    let thread = agent.get(&format!("/api/conversations/{}", said["conversation"].as_str().unwrap())).await.ok().json;
    assert_eq!(
        (thread["channel"].as_str(), thread["person"]["id"].clone()),
        (Some("survey"), answers[0]["person"]["id"].clone())
    );
    assert_eq!((&thread["door"]["id"], &thread["purpose"]), (&json!(door), &json!("feedback")));
    assert!(thread["waiting_since"].is_string(), "somebody answers it");
    let person = answers[0]["person"]["id"].as_str().unwrap();
    let export = app.as_owner().get(&format!("/api/export/persons/{person}/person.json")).await.ok().json;
    assert_eq!(
        (&export["person"]["questions"][0]["score"], export["conversations"].as_array().unwrap().len()),
        (&json!(2), 2)
    );
    let there = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    let events: Vec<&str> = there["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "event")
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert!(events.contains(&"The customer answered: 2 of 5"), "{events:?}");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_whom_one_does_not_ask() {
    let (app, post, door) = with_mail("satisfaction_nobody").await;
    let owner = app.as_owner();
    let closed = async |name: &str, more: &str, facts: MailFacts| {
        let id = comes_in(&app, &door, name, more, facts, "견적서를 다시 받을 수 있을까요?").await;
        answer_and_close(&app, &id, Purpose::Buy).await;
        id
    };
    // A door asks nobody unless an admin says so.
    let id = closed("off", "", proven()).await;
    assert!(!is_asked(&app, &id).await);
    ask(&app, &door, false, true).await;
    assert!(!is_asked(&app, &id).await, "only after help");
    ask(&app, &door, true, false).await;

    let unproven = closed("unproven", "", MailFacts::default()).await;
    let failed = closed("failed", "", MailFacts { dmarc: Some("fail".into()), ..proven() }).await;
    let other =
        MailFacts { dkim: Some("pass".into()), dkim_domain: Some("elsewhere.example".into()), dmarc: None, ..proven() };
    let signed_by_another = closed("signed", "", other).await;
    let machine = MailFacts { machine: Some("auto_reply".into()), ..proven() };
    let machine = closed("machine", "", machine).await;
    let nobody = closed("no-reply", "", proven()).await;
    let blocked = closed("blocked", "", proven()).await;
    owner.post("/api/blocked-senders", json!({"sender": "blocked@example.com"})).await.ok();
    let refused = closed("refused", "", proven()).await;
    let person = app.as_agent().get(&format!("/api/conversations/{refused}")).await.ok().json["person"]["id"].clone();
    let consents = format!("/api/persons/{}/consents", person.as_str().unwrap());
    assert_eq!(owner.get(&consents).await.ok().json["questions"], true);
    owner.post(&consents, json!({"kind": "questions", "given": false, "source": "a call"})).await.ok();
    let open = comes_in(&app, &door, "open", "", proven(), "아직 열려 있어요").await;
    let unanswered = comes_in(&app, &door, "unanswered", "", proven(), "답이 없었어요").await;
    let rev = owner.get(&format!("/api/conversations/{unanswered}")).await.ok().rev();
    owner.patch(&format!("/api/conversations/{unanswered}"), rev, json!({"status": "closed"})).await.ok();
    for (id, why) in [
        (unproven, "unproven"),
        (failed, "proven not to be"),
        (signed_by_another, "signed by somebody else"),
        (machine, "a machine"),
        (nobody, "nobody reads there"),
        (blocked, "blocked"),
        (refused, "said no"),
        (open, "not closed"),
        (unanswered, "never answered"),
    ] {
        assert!(!is_asked(&app, &id).await, "{why}");
    }
    // One question in thirty days, whichever conversation and kind.
    let first = closed("twice", "", proven()).await;
    assert!(is_asked(&app, &first).await);
    ask(&app, &door, true, true).await;
    let second = comes_in(&app, &door, "twice", "", proven(), "또 여쭙니다").await;
    answer_and_close(&app, &second, Purpose::Help).await;
    assert!(!is_asked(&app, &second).await);
    one_taken(&post, "twice@example.com").await;
    assert_eq!(post.taken().iter().filter(|one| one.text().contains("auto-generated")).count(), 1);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_stop_is_not_asked_again_and_no_address_can_be_made_up() {
    let (app, post, door) = with_mail("satisfaction_stop").await;
    ask(&app, &door, true, true).await;
    let id = comes_in(&app, &door, "ann", "", proven(), "Could you please send the quote for ten seats again?").await;
    answer_and_close(&app, &id, Purpose::Buy).await;
    assert!(is_asked(&app, &id).await);
    let mail = one_taken(&post, "ann@example.com").await.mail();
    assert!(mail.text.contains("How was it to write to us?"), "in their language: {}", mail.text);
    let url = mail.text.split_whitespace().find(|word| word.ends_with("/stop")).unwrap();
    let stop = url[url.find("/how/").unwrap()..].to_owned();
    let anybody = app.anybody();
    assert!(anybody.get(&stop).await.ok().text.contains("<form method=\"post\""));
    let person = app.as_agent().get(&format!("/api/conversations/{id}")).await.ok().json["person"]["id"].clone();
    let consents = format!("/api/persons/{}/consents", person.as_str().unwrap());
    let allows = async || app.as_owner().get(&consents).await.ok().json["questions"].clone();
    assert_eq!(allows().await, true, "looking at it says nothing");
    // As mail programs do it.
    anybody.send(Method::POST, &stop, FORM, "List-Unsubscribe=One-Click").await.ok();
    anybody.send(Method::POST, &stop, FORM, "").await.ok();
    assert_eq!(allows().await, false);
    assert_eq!(app.as_owner().get(&consents).await.ok().items().len(), 1, "said once");

    let token = stop.trim_start_matches("/how/").trim_end_matches("/stop").to_owned();
    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
        let forged = String::from_utf8(forged).unwrap();
        anybody.get(&format!("/how/{forged}")).await.expect(404);
    }
    for junk in ["x", "%00", "..%2f", "cnv_1.0000000000000000"] {
        anybody.send(Method::POST, &format!("/how/{junk}"), FORM, "score=5").await.expect(404);
    }
    // Whoever wants to look at the page keeps nothing by it.
    for kind in ["csat", "ces"] {
        anybody.get(&format!("/how/look-{kind}")).await.expect(200);
        anybody.send(Method::POST, &format!("/how/look-{kind}"), FORM, "score=1&text=x").await.expect(200);
    }
    anybody.get("/how/look-nps").await.expect(404);
    // Another site cannot answer in somebody's name.
    let page = format!("/how/{token}");
    let elsewhere = anybody.clone().header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    elsewhere.send(Method::POST, &page, FORM, "score=1").await.expect(403);

    // What stands behind a door is shown to those who see it.
    anybody.send(Method::POST, &page, FORM, "score=4&text=Good").await.ok();
    let owner = app.as_owner();
    let doors = owner.get("/api/doors").await.ok();
    let one = doors.items().iter().find(|one| one["id"] == *door).unwrap().clone();
    let rev = one["rev"].as_i64().unwrap();
    owner.patch(&format!("/api/doors/{door}"), rev, json!({"visibility": "teams", "staff_teams": []})).await.ok();
    let seen = async |role: Role| {
        let found = app.as_role(role).get("/api/satisfaction").await.ok().json;
        (found["answers"].as_array().unwrap().len(), found["questions"][0]["answered"]["of"].as_i64().unwrap())
    };
    assert_eq!(seen(Role::Owner).await, (1, 1));
    assert_eq!(seen(Role::Agent).await, (0, 0));
    app.end().await;
}
