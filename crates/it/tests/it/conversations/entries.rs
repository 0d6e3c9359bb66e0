//! Entries: what they were read from, cleaned, with files that do no harm.
use crate::app::TestApp;
use base::ConversationId;
use conversations::{Scope, get_conversation, take_in_mail};

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
