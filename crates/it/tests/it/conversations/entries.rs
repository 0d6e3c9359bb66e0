//! Entries: what they were read from, cleaned, with files that do no harm.
use crate::app::TestApp;
use base::ConversationId;
use conversations::{Scope, get_conversation, take_in_mail};
use server::Config;
use std::sync::{Arc, atomic::AtomicUsize, atomic::Ordering::SeqCst};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const MAIL: &str = "Message-ID: <f@x>\r\nDate: Thu, 1 Jan 2026 00:01:00 +0000\r\nFrom: =?utf-8?B?6rmA66+87KeA?= <minji@a.example>\r\n\
To: help@soban.example\r\nSubject: picture\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
Content-Type: text/html; charset=utf-8\r\n\r\n<p onclick=\"steal()\">Look <b>here</b></p><script>steal()</script><img src=\"cid:pic\"><img src=\"https://spy.example/x.png\">\r\n\
--b\r\nContent-Type: image/png\r\nContent-ID: <pic>\r\nContent-Disposition: inline; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAA==\r\n\
--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename*=UTF-8''%EA%B2%AC%EC%A0%81.svg\r\n\r\n<svg onload=steal()>\r\n--b--\r\n";

#[tokio::test]
async fn an_original_is_shown_without_its_teeth_and_a_file_is_only_saved() {
    let app = TestApp::start("original").await;
    let mut tx = app.db.write().await.unwrap();
    let raw = tx.keep_raw("mail", "mail", MAIL.as_bytes()).await.unwrap();
    let taken = take_in_mail(&mut tx, "mail", vec![(mailkit::parse_mail(MAIL.as_bytes()), Some(raw))]).await.unwrap();
    let id: ConversationId = taken[0].as_ref().unwrap().id;
    get_conversation(&mut tx, &Scope::default(), id).await.unwrap();
    tx.commit().await.unwrap();
    let viewer = app.as_viewer();
    let thread = viewer.get(&format!("/api/conversations/{id}")).await.ok().json;
    let entry = &thread["entries"][0];
    assert_eq!((&entry["has_original"], entry["attachments"].as_array().unwrap().len()), (&true.into(), 2));

    let original = viewer.get(&format!("/api/entries/{}/original", entry["id"].as_str().unwrap())).await.ok();
    assert!(original.text.contains("<b>here</b>") && original.text.contains("data:image/png;base64,iVBORw0KGgoAAA=="));
    assert!(!original.text.contains("steal") && !original.text.contains(" src=\"https://"), "{}", original.text);
    let policy = original.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("allow-scripts"));
    assert_eq!(original.header("x-frame-options"), "SAMEORIGIN");

    let files = entry["attachments"].as_array().unwrap();
    let picture = viewer.get(files[0]["url"].as_str().unwrap()).await.ok();
    assert_eq!(
        (picture.header("content-type"), picture.header("content-disposition").starts_with("inline")),
        ("image/png", true)
    );
    let disguised = viewer.get(files[1]["url"].as_str().unwrap()).await.ok();
    assert_eq!(disguised.header("content-type"), "application/octet-stream", "looked at, not believed");
    assert!(disguised.header("content-disposition").starts_with("attachment;"));
    assert!(disguised.header("content-disposition").ends_with("filename*=UTF-8''%EA%B2%AC%EC%A0%81.svg"));
    assert_eq!(disguised.header("x-content-type-options"), "nosniff");

    let raw = viewer.get(&format!("/api/entries/{}/raw", entry["id"].as_str().unwrap())).await.ok();
    assert_eq!(raw.text, MAIL);
    assert!(raw.header("content-disposition").starts_with("attachment;"));
    viewer.get(&format!("/api/attachments/{}/9", entry["id"].as_str().unwrap())).await.refused(404, "error-not-found");
    app.anybody().get(files[0]["url"].as_str().unwrap()).await.refused(401, "error-unauthenticated");
    app.end().await;
}

/// A place on this machine that has pictures, and things that are called so; it counts who asks.
async fn gallery() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::<AtomicUsize>::default());
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, SeqCst);
            let mut heard = [0; 2048];
            let n = stream.read(&mut heard).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&heard[..n]).to_lowercase();
            assert!(!head.contains("cookie") && !head.contains("referer"), "{head}");
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let png: &[u8] = b"\x89PNG\r\n\x1a\n0000";
            let (first, body): (String, Vec<u8>) = match path.as_str() {
                "/a.png?x=1&y=2" => ("200 OK".into(), png.to_vec()),
                "/led" => (format!("302 Found\r\nLocation: http://127.0.0.1:{port}/a.png?x=1&y=2"), Vec::new()),
                "/inside" => ("302 Found\r\nLocation: http://10.0.0.1/a.png".into(), Vec::new()),
                "/round" => ("302 Found\r\nLocation: /round".into(), Vec::new()),
                "/large.png" => ("200 OK".into(), [png, &vec![0; 5 << 20]].concat()),
                _ => ("200 OK".into(), b"<svg onload=steal()>".to_vec()),
            };
            let head = format!("HTTP/1.1 {first}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
        }
    });
    (port, asked)
}

#[tokio::test]
async fn pictures_elsewhere_are_fetched_by_the_server_and_only_when_somebody_asks() {
    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    let app = TestApp::with("pictures", Config { outside_networks, ..Config::default() }).await;
    let (port, asked) = gallery().await;
    let image = |path: &str| format!("<img alt=\"{path}\" src=\"http://127.0.0.1:{port}/{path}\">");
    let all: String = ["a.png?x=1&amp;y=2", "led", "inside", "round", "large.png", "evil.png"].map(image).concat();
    let mail = format!(
        "Message-ID: <p@x>\r\nFrom: minji@a.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n<p>Look</p>{all}\
         <img src=\"http://10.0.0.1/x.png\"><img src=\"file:///etc/passwd\">"
    );
    let mut tx = app.db.write().await.unwrap();
    let raw = tx.keep_raw("mail", "mail", mail.as_bytes()).await.unwrap();
    let taken = take_in_mail(&mut tx, "mail", vec![(mailkit::parse_mail(mail.as_bytes()), Some(raw))]).await.unwrap();
    tx.commit().await.unwrap();
    let viewer = app.as_viewer();
    let thread = viewer.get(&format!("/api/conversations/{}", taken[0].as_ref().unwrap().id)).await.ok().json;
    let path = format!("/api/entries/{}/original", thread["entries"][0]["id"].as_str().unwrap());
    let plain = viewer.get(&path).await.ok();
    assert_eq!((plain.text.matches(" src=").count(), asked.load(SeqCst)), (0, 0), "{}", plain.text);

    let shown = viewer.get(&format!("{path}?pictures=true")).await.ok();
    assert_eq!(shown.text.matches(" src=\"data:image/png;base64,").count(), 2, "{}", shown.text);
    assert_eq!(shown.text.matches(" src=").count(), 2, "only pictures, and none from inside: {}", shown.text);
    assert!(!shown.text.contains("steal"), "{}", shown.text);
    let policy = shown.header("content-security-policy");
    assert!(policy.contains("img-src data:;") && policy.contains("default-src 'none'"), "{policy}");
    app.anybody().get(&format!("{path}?pictures=true")).await.refused(401, "error-unauthenticated");
    app.end().await;
}
