//! One negative test for each class of attack that doors of this kind have fallen to: real requests through HTTP, real
//! mails through the door for archives and through mailboxes. The numbers are those of the list of classes kept with the
//! design.
//!
//! | class | shown in |
//! |---|---|
//! | 1 to 6 names of files, bodies, subjects, odd types, pages that mutate | `mails` |
//! | 7 pages in what we send | `mailboxes`; 18, 19 bombs and loops by robots and forged senders: `outgoing/machines.rs` |
//! | 8 what a stranger types | `mails`, as far as it comes by mail and the API; there is no chat widget yet |
//! | 9 calls to somebody inside | `requests` (hooks, pictures), `mailboxes` (servers of mail, grants) |
//! | 10 files of the machine | `requests` |
//! | 11, 12 in the name of another, another's thread | `live`, `mailboxes` (names of ours that were made up) |
//! | 13 single sign-on | there is none yet |
//! | 14 to 17 streams, fields, ids, secrets | `requests`, `mailboxes` |
//! | 18 the blocked and the erased | `live` |
//! | 20 to 23 readers that break or are led astray | `mails`; and `fuzz/` |
//! | 24 broken headers | `mails`, `outgoing/mod.rs` |
//! | 25, 26 taken ids, forged results | `mails`, `live` |
//! | 27 framing of IMAP | `live` (by a mail), `mailboxes` (by a server) |
//! | 28, 29 other sites, floods and guessing | `requests` |
//! | public pages: what is private, links that were made up, hosts, redirects, feeds | `outside` |
//! | 30 paths | `mails` |
//! | 31 to 33 data that acts: keys, instructions, kinds | `requests`; there is no script to embed yet |
mod live;
mod mailboxes;
mod mails;
mod outside;
mod requests;

use crate::app::{Client, TestApp};
use base::Role;
use reqwest::Method;
use serde_json::Value;

/// A mail with some header lines of its own.
fn mail(id: &str, header: &str, body: &str) -> String {
    let from = if header.contains("From:") { "" } else { "From: Mallory <mallory@evil.example>\n" };
    format!(
        "Message-ID: <{id}@evil>\nDate: Mon, 2 Mar 2026 00:00:00 +0000\n{from}To: help@soban.example\n{header}\n{body}\n"
    )
}

/// Brings mails in as an archive; the report.
async fn bring(app: &TestApp, mails: &[String]) -> Value {
    let quoted = |text: &str| {
        text.split_inclusive('\n')
            .map(|line| if line.starts_with("From ") { format!(">{line}") } else { line.into() })
            .collect::<String>()
    };
    let archive: String =
        mails.iter().map(|mail| format!("From x Mon Mar  2 00:00:00 2026\n{}\n", quoted(mail))).collect();
    import(app, "mbox", archive.into_bytes()).await
}

async fn import(app: &TestApp, format: &str, file: Vec<u8>) -> Value {
    let curator = app.as_role(Role::Curator);
    let made = curator
        .send(Method::POST, &format!("/api/imports?format={format}"), "application/octet-stream", file)
        .await
        .expect(201)
        .json;
    app.settle().await;
    let done = curator.get(&format!("/api/imports/{}", made["id"].as_str().unwrap())).await.ok().json;
    assert_eq!(done["state"], "done", "{done}");
    done["report"].clone()
}

/// The conversation that begins with this mail, whole.
async fn thread(by: &Client, id: &str) -> Value {
    let list = by.get(&format!("/api/conversations?external_id={id}@evil")).await.ok();
    let id = list.items()[0]["id"].as_str().unwrap().to_owned();
    by.get(&format!("/api/conversations/{id}")).await.ok().json
}

async fn original(by: &Client, thread: &Value) -> String {
    let entry = thread["entries"][0]["id"].as_str().unwrap();
    let answer = by.get(&format!("/api/entries/{entry}/original")).await.ok();
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"), "{policy}");
    // Our own style stands first, and nothing of the mail in it.
    let (ours, theirs) = answer.text.split_once("</style>").expect("a page begins with our style");
    assert!(ours.starts_with("<!doctype html>") && ours.matches('<').count() == 4, "{ours}");
    theirs.to_owned()
}

fn with_file(name: &str, kind: &str, bytes: &str) -> (String, String) {
    let header = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nSubject: file\n".to_owned();
    let body = format!(
        "--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: {kind}\nContent-Disposition: attachment; {name}\n\n{bytes}\n--b--"
    );
    (header, body)
}

/// What a browser would run or load in a cleaned page.
fn has_teeth(html: &str) -> Option<&'static str> {
    let lower = html.to_lowercase();
    let tags = [
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "<svg",
        "<math",
        "<form",
        "<link",
        "<meta http-equiv",
        "<base href",
        "<style",
        "<noscript",
        "<template",
    ];
    let inside = [
        "javascript:",
        "vbscript:",
        "data:text/html",
        " onerror",
        " onload",
        " onclick",
        " onfocus",
        " srcdoc",
        "expression(",
        "@import",
        "url(",
    ];
    tags.iter().chain(&inside).copied().find(|tooth| lower.contains(tooth))
}
