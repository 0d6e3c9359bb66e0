//! Files of an answer, from the draft to the mail and back; and the customer's words below it.
use super::{bring_in, newest, one_taken, question, settled, to, with_mail};
use crate::app::{Answer, Client};
use reqwest::Method;
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789";

async fn add(by: &Client, conversation: &str, name: &str, bytes: &[u8]) -> Answer {
    let name: String = url_encoded(name);
    let path = format!("/api/draft_files?conversation={conversation}&name={name}");
    by.send(Method::POST, &path, "application/octet-stream", bytes.to_vec()).await
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn files(by: &Client, conversation: &str) -> Vec<Value> {
    let drafts = by.get(&format!("/api/conversations/{conversation}/drafts")).await.ok().json;
    drafts["files"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_with_the_draft_go_out_under_their_names_and_are_shown_on_the_entry() {
    let (app, post, _) = with_mail("outgoing_files").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let id = bring_in(&app, &question(1)).await;
    let long = format!("{}최종.pdf", "견적서 ".repeat(20));
    let pdf = add(&agent, &id, &long, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n..\n.\n").await.expect(201).json;
    // Called a picture by whoever gave it, and none; lines that begin with a point, and one that is one alone.
    let text = add(&agent, &id, "../a.png", "안녕\n.\nFrom x\n".as_bytes()).await.expect(201).json;
    let picture = add(&agent, &id, "그림.png", PNG).await.expect(201).json;
    assert_eq!((text["name"].as_str(), text["mime"].as_str()), (Some("a.png"), Some("text/plain")));
    assert_eq!(add(&agent, &id, "그림.png", PNG).await.expect(201).json["id"], picture["id"], "sent twice, kept once");
    let extra = add(&agent, &id, "빼기.txt", b"x").await.expect(201).json;
    agent.delete(&format!("/api/draft_files/{}", extra["id"].as_str().unwrap())).await.expect(204);
    let there: Vec<Value> = files(&agent, &id).await.iter().map(|one| one["id"].clone()).collect();
    assert_eq!(there, [pdf["id"].clone(), text["id"].clone(), picture["id"].clone()]);

    // They are their writer's alone, and a picture is shown while nothing else is.
    let url = picture["url"].as_str().unwrap();
    assert_eq!(agent.get(url).await.ok().header("content-type"), "image/png");
    let plain = agent.get(text["url"].as_str().unwrap()).await.ok();
    assert_eq!(plain.header("content-type"), "application/octet-stream");
    assert!(plain.header("content-disposition").starts_with("attachment"));
    owner.get(url).await.expect(404);
    assert!(files(&owner, &id).await.is_empty());
    owner.delete(url).await.expect(204);
    assert_eq!(files(&agent, &id).await.len(), 3, "nobody else takes them away");

    let path = format!("/api/conversations/{id}/replies");
    let seen = newest(&agent, &id).await;
    let body =
        |files: &[&Value]| json!({"text": "보내 드립니다.", "to": to("a@example.com"), "seen": seen, "files": files});
    owner.post(&path, body(&[&pdf["id"]])).await.refused(422, "error-file-gone");
    let entry = agent.post(&path, body(&[&pdf["id"], &text["id"], &picture["id"]])).await.expect(201).json;
    assert!(files(&agent, &id).await.is_empty());
    // Taken back, they are the draft's again; and out again.
    agent.post(&format!("/api/entries/{}/take_back", entry["id"].as_str().unwrap()), json!({})).await.ok();
    let back = files(&agent, &id).await;
    assert_eq!(back.len(), 3);
    let ids: Vec<&Value> = back.iter().map(|one| &one["id"]).collect();
    let mut last = body(&ids);
    last["held_secs"] = json!(0);
    let entry = agent.post(&path, last).await.expect(201).json;
    settled(&agent, &id, entry["id"].as_str().unwrap(), &["sent"]).await;

    let taken = one_taken(&post, "a@example.com").await;
    let mail = taken.mail();
    assert_eq!(mail.problems, []);
    let got: Vec<(&str, &str, usize)> =
        mail.attachments.iter().map(|one| (one.name.as_str(), one.mime.as_str(), one.bytes.len())).collect();
    assert_eq!(
        got,
        [(long.as_str(), "application/pdf", 20), ("a.png", "text/plain", 16), ("그림.png", "image/png", PNG.len())]
    );
    assert_eq!(mail.attachments[1].bytes, "안녕\n.\nFrom x\n".as_bytes(), "bytes stay bytes");
    let wire = taken.text();
    assert!(wire.is_ascii() && wire.lines().all(|line| line.len() <= 998));
    assert!(wire.to_ascii_lowercase().contains("filename*"), "RFC 2231: {wire:.3000}");
    let page = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    let shown = page["entries"][1]["attachments"].as_array().unwrap().clone();
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[0]["name"], long);
    assert_eq!(agent.get(shown[2]["url"].as_str().unwrap()).await.ok().header("content-type"), "image/png");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_for_a_mail_is_refused_with_the_limit_in_words() {
    let (app, _, _) = with_mail("outgoing_large").await;
    let agent = app.as_agent();
    let id = bring_in(&app, &question(1)).await;
    let limit = 18 << 20;
    let refused = add(&agent, &id, "큰 것.zip", &vec![1; limit + 1]).await.refused(413, "error-too-large");
    assert!(refused.text.contains("18"), "{}", refused.text);
    add(&agent, &id, "비었음.txt", b"").await.refused(422, "error-file-empty");
    add(&agent, &id, "반.bin", &vec![0; limit / 2 + 1]).await.expect(201);
    let refused = add(&agent, &id, "또 반.bin", &vec![0; limit / 2]).await.refused(422, "error-files-too-large");
    assert!(refused.text.contains("18 MB"), "{}", refused.text);
    for n in 0..19 {
        add(&agent, &id, &format!("{n}.txt"), b"x").await.expect(201);
    }
    add(&agent, &id, "20.txt", b"x").await.refused(422, "error-files-too-large");
    add(&app.as_viewer(), &id, "x.txt", b"x").await.expect(403);
    add(&agent, "cnv_01hzzzzzzzzzzzzzzzzzzzzzzz", "x.txt", b"x").await.expect(404);
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customers_last_words_stand_below_an_answer_as_others_write_and_fold_them() {
    let (app, post, _) = with_mail("outgoing_quotes").await;
    let agent = app.as_agent();
    let send = async |raw: &str, more: Value| {
        let id = bring_in(&app, raw).await;
        let address = format!("{}@example.com", &id[4..]).to_lowercase();
        let seen = newest(&agent, &id).await;
        let mut body = json!({"text": "답장입니다.", "to": to(&address), "seen": seen, "held_secs": 0});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201);
        (id, one_taken(&post, &address).await.mail().text.replace("\r\n", "\n"))
    };
    let (_, text) = send(&question(1), json!({})).await;
    assert_eq!(
        text.trim_end(),
        "답장입니다.\n\n-- \n소반 드림\n\n2026년 11월 22일 (일) 오전 12:00, 김민지 <minji1@example.com>님이 작성:\n\n> 견적서를 다시 받을 수 있을까요?"
    );
    let read = mailkit::split_reply(&text);
    assert_eq!(read.visible_text(&text), "답장입니다.", "as readers trim it");

    // Only what was new in what is quoted; and in the words of its language.
    let english = "From: Ann <ann@example.com>\r\nTo: help@soban.example\r\nMessage-ID: <ann@example.com>\r\n\
        Date: Sun, 22 Nov 2026 15:04:00 +0900\r\nSubject: Quote\r\n\r\nCould you please send the quote again?\r\n\r\n\
        Thanks a lot for your help with this.\r\n\r\nOn Mon, Nov 16, 2026 at 9:00 AM Soban <help@soban.example> wrote:\r\n> Old history\r\n";
    let (_, text) = send(english, json!({})).await;
    assert!(text.contains("On Sun, Nov 22, 2026 at 6:04 AM Ann <ann@example.com> wrote:\n\n> Could you please send the quote again?\n>\n> Thanks"), "{text}");
    assert!(!text.contains("Old history"));

    let (_, text) = send(&question(2), json!({"quotes": false})).await;
    assert_eq!(text.trim_end(), "답장입니다.\n\n-- \n소반 드림");
    app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_draft_follow_a_conversation_that_is_joined_and_go_with_whoever_is_erased() {
    let (app, _, _) = with_mail("outgoing_files_follow").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let (one, other) = (bring_in(&app, &question(1)).await, bring_in(&app, &question(2)).await);
    let kept = add(&agent, &other, "계약.pdf", b"%PDF-1.7 secret").await.expect(201).json;
    agent.post(&format!("/api/conversations/{other}/join"), json!({"into": one})).await.ok();
    assert_eq!(files(&agent, &one).await[0]["id"], kept["id"]);
    let person = agent.get(&format!("/api/conversations/{one}")).await.ok().json["person"]["id"].clone();
    owner.post(&format!("/api/persons/{}/erase", person.as_str().unwrap()), json!({})).await.ok();
    assert!(files(&agent, &one).await.is_empty());
    agent.get(kept["url"].as_str().unwrap()).await.expect(404);
    app.end().await;
}
