//! What mails are made of: names, bodies, subjects, files, addresses, shapes that break readers.
use super::{bring, has_teeth, import, mail, original, thread, with_file};
use crate::app::TestApp;
use base::Role;
use serde_json::json;
use std::time::Instant;

/// Classes 1, 30: a name of a file becomes neither a path nor something that a server runs.
#[tokio::test]
async fn class_1_and_30_a_file_name_leads_nowhere() {
    let app = TestApp::start("attack_names").await;
    let names = [
        "filename=.htaccess",
        "filename=\"\u{200b}.htaccess\"",
        "filename=\"../../../../etc/cron.d/x\"",
        "filename=\"C:\\\\Windows\\\\x.pht\"",
        "filename*=utf-8''%2e%2e%2f%2e%2e%2fx.php",
        "filename=\"a\\0.php\"",
        "filename=\"..\"",
        "filename=\"\"",
    ];
    let mails: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let (header, body) = with_file(name, "application/octet-stream", "payload");
            mail(&format!("n{n}"), &header, &body)
        })
        .collect();
    assert_eq!(bring(&app, &mails).await["imported"], names.len());
    let viewer = app.as_viewer();
    for n in 0..names.len() {
        let thread = thread(&viewer, &format!("n{n}")).await;
        let file = &thread["entries"][0]["attachments"][0];
        let name = file["name"].as_str().unwrap();
        assert!(!name.contains(['/', '\\', '\0', '\u{200b}']) && !name.is_empty() && name != "..", "{name:?}");
        let got = viewer.get(file["url"].as_str().unwrap()).await.ok();
        assert_eq!((got.header("content-type"), got.text.as_str()), ("application/octet-stream", "payload"));
        assert!(got.header("content-disposition").starts_with("attachment;"), "{name}");
    }
    // Whatever it was called, it lies under its hash.
    let mut folders = vec![app.db.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(!name.contains("htaccess") && !name.ends_with(".php") && !name.ends_with(".pht"), "{path:?}");
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    app.end().await;
}

const BODIES: &[&str] = &[
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<a href=\" javascript:alert(1)\">x</a>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\"></object>",
    "<form action=//evil.example><button>x</button></form>",
    "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<div style=\"background:url(//evil.example/x)\">x</div>",
    "<div style=\"width:expression(alert(1))\">x</div>",
    "<style>@import '//evil.example/x.css';</style>",
];

/// Class 2: what a mail's body is made of is cleaned by an allow-list and shown in a page that can run nothing.
#[tokio::test]
async fn class_2_a_body_runs_nothing() {
    let app = TestApp::start("attack_bodies").await;
    let html = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nSubject: html\n";
    let mails: Vec<String> = BODIES
        .iter()
        .enumerate()
        .map(|(n, body)| mail(&format!("b{n}"), html, &format!("<p>before</p>{body}<p>after</p>")))
        .collect();
    bring(&app, &mails).await;
    for (n, body) in BODIES.iter().enumerate() {
        let thread = thread(&app.as_viewer(), &format!("b{n}")).await;
        let page = original(&app.as_viewer(), &thread).await;
        assert_eq!(has_teeth(&page), None, "{body} became {page}");
        assert!(page.contains("before") && page.contains("after"), "{body} became {page}");
    }
    app.end().await;
}

/// Classes 3, 4, 8: a subject, a name and a note are text in every answer, and no answer is read as a page.
#[tokio::test]
async fn class_3_and_4_and_8_a_subject_and_a_file_name_are_text() {
    let app = TestApp::start("attack_subjects").await;
    let evil = "\"><img src=x onerror=alert(1)><script>alert(2)</script>";
    let (header, body) = with_file(&format!("filename=\"{}\"", evil.replace('"', "\\\"")), "text/plain", "x");
    let header = header.replace("Subject: file", &format!("Subject: {evil}"));
    let header = format!("From: {evil} <mallory@evil.example>\n{header}");
    bring(&app, &[mail("s", &header, &body)]).await;
    let agent = app.as_agent();
    let seen = thread(&agent, "s").await;
    assert_eq!(seen["subject"], evil);
    let id = seen["id"].as_str().unwrap();
    agent.post(&format!("/api/conversations/{id}/notes"), json!({"text": evil})).await.expect(201);
    for path in [
        format!("/api/conversations/{id}"),
        "/api/conversations?view=all".into(),
        "/api/persons".into(),
        "/api/search?q=alert".into(),
    ] {
        let answer = agent.get(&path).await.ok();
        assert_eq!(
            (answer.header("content-type"), answer.header("x-content-type-options")),
            ("application/json", "nosniff"),
            "{path}"
        );
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
    }
    let file = agent.get(seen["entries"][0]["attachments"][0]["url"].as_str().unwrap()).await.ok();
    let disposition = file.header("content-disposition");
    assert!(!disposition.contains(['<', '>']) && disposition.matches('"').count() == 2, "{disposition}");
    app.end().await;
}

/// Class 5: a picture that is a program, under whatever type, is only ever saved.
#[tokio::test]
async fn class_5_odd_types_are_saved_and_never_shown() {
    let app = TestApp::start("attack_types").await;
    let kinds = [
        "image/svg+xml",
        "image/svg+xml; x",
        "IMAGE/SVG+XML",
        "text/html",
        "application/xhtml+xml",
        "text/xml",
        "image/png",
        "application/pdf",
        "x/y",
    ];
    let mails: Vec<String> = kinds
        .iter()
        .enumerate()
        .map(|(n, kind)| {
            let (header, body) =
                with_file("filename=x.svg", kind, "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>");
            mail(&format!("t{n}"), &header, &body)
        })
        .collect();
    bring(&app, &mails).await;
    for (n, kind) in kinds.iter().enumerate() {
        let thread = thread(&app.as_viewer(), &format!("t{n}")).await;
        let got = app.as_viewer().get(thread["entries"][0]["attachments"][0]["url"].as_str().unwrap()).await.ok();
        assert_eq!(got.header("content-type"), "application/octet-stream", "{kind}");
        assert!(got.header("content-disposition").starts_with("attachment;"), "{kind}");
        assert!(got.header("content-security-policy").contains("sandbox"), "{kind}");
    }
    app.end().await;
}

/// Class 6: what changes its meaning when a browser reads the cleaned page again does not come alive.
#[tokio::test]
async fn class_6_a_page_that_mutates_stays_dead() {
    let app = TestApp::start("attack_mutation").await;
    let bodies = [
        "<math><mi><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
        "<math><annotation-xml encoding=\"text/html\"><img src=x onerror=alert(1)></annotation-xml></math>",
        "<svg><style><a id=\"</style><img src=x onerror=alert(1)>\"></a></style></svg>",
        "<svg></p><style><g title=\"</style><img src onerror=alert(1)>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<table><tr><td><svg><desc><table><style><img src=x onerror=alert(1)></style>",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
        "<template><p title=\"</template><img src=x onerror=alert(1)>\"></template>",
        "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[><img src=x onerror=alert(1)>]]>",
    ];
    let html = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nSubject: html\n";
    let mails: Vec<String> = bodies
        .iter()
        .enumerate()
        .map(|(n, body)| mail(&format!("m{n}"), html, &format!("<p>words</p>{body}")))
        .collect();
    bring(&app, &mails).await;
    for (n, body) in bodies.iter().enumerate() {
        let thread = thread(&app.as_viewer(), &format!("m{n}")).await;
        let page = original(&app.as_viewer(), &thread).await;
        // Attribute values may name anything as long as they stay quoted: look at the tags alone.
        let outside: String = page.split('"').step_by(2).collect();
        assert_eq!(has_teeth(&outside), None, "{body} became {page}");
        // Read once more, as a browser does, it still has none.
        let again = mailkit::parse_mail(format!("Content-Type: text/html; charset=utf-8\n\n{page}").as_bytes())
            .html
            .unwrap_or_default();
        assert_eq!(has_teeth(&again.split('"').step_by(2).collect::<String>()), None, "{body} became {again}");
    }
    app.end().await;
}

/// Classes 20, 21: mails made to take for ever or to break the reader come in, quickly, and lose nothing.
#[tokio::test]
async fn class_20_and_21_a_mail_made_to_break_the_reader_comes_in_like_any_other() {
    let app = TestApp::start("attack_parser").await;
    let plain = "Content-Type: text/plain; charset=utf-8\n";
    let nested = |depth: usize| {
        (0..depth).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect::<String>()
    };
    let rfc822 = "Content-Type: message/rfc822\n\nSubject: x\n".repeat(2_000);
    let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--", "--b\n\nx\n".repeat(20_000));
    let html = |body: String| format!("Content-Type: text/html\n\n{body}");
    let mails: Vec<String> = vec![
        nested(5_000),
        rfc822,
        many,
        html("<div>".repeat(100_000)),
        html(format!("<a href=\"{}\">x</a>", "a".repeat(500_000))),
        html("<table><tr><td>".repeat(20_000)),
        html("&".repeat(300_000)),
        html("<!--".repeat(100_000)),
        format!("{plain}\n{}", "xn--a.".repeat(50_000)),
        format!("{plain}\nx{}y", " ".repeat(500_000)),
        format!("{plain}\n{}", "> ".repeat(200_000)),
        format!("{plain}\n{}", "On Monday wrote:\n".repeat(30_000)),
        format!("{plain}\n{}", "http://".repeat(70_000)),
        format!("References: {}\n{plain}\nx", "<a@b> ".repeat(50_000)),
        format!("To: {}\n{plain}\nx", "a@b.example, ".repeat(30_000)),
        format!("X: {}\n{plain}\nx", "=?utf-8?B?4pi6?= ".repeat(30_000)),
        "Content-Type: text/plain; charset=utf-7\n\n+AAA-+///-".into(),
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQ29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PSI=".into(),
        "Content-Type: multipart/mixed; boundary=\"\"\n\n----\n\nx\n------\n".into(),
        format!("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999T999999\nDURATION:P{}D\n", "9".repeat(5_000)),
    ];
    let count = mails.len();
    let mails: Vec<String> = mails
        .into_iter()
        .enumerate()
        .map(|(n, rest)| {
            let (header, body) = rest.split_once("\n\n").unwrap_or((&rest, ""));
            mail(&format!("p{n}"), &format!("Subject: p{n}\nMIME-Version: 1.0\n{header}\n"), body)
        })
        .collect();
    let began = Instant::now();
    let report = bring(&app, &mails).await;
    eprintln!("{count} mails made to break the reader: {:?}", began.elapsed());
    assert_eq!((&report["imported"], &report["skipped"]), (&json!(count), &json!([])), "{report}");
    for n in 0..count {
        let seen = thread(&app.as_viewer(), &format!("p{n}")).await;
        assert_eq!(seen["subject"], format!("p{n}"));
    }
    app.end().await;
}

/// Class 22: an address is what stands in the field, not what an encoded word makes of it.
#[tokio::test]
async fn class_22_an_encoded_word_makes_no_address() {
    let app = TestApp::start("attack_address").await;
    let senders = [
        "=?utf-8?q?=40attacker.example?=@microsoft.example",
        "=?utf-8?q?ceo=40soban.example=3E_=3C?= <mallory@evil.example>",
        "\"ceo@soban.example\" <mallory@evil.example>",
        "\"ceo@soban.example <ceo@soban.example>\" <mallory@evil.example>",
        "=?utf-8?B?Y2VvQHNvYmFuLmV4YW1wbGU=?= <mallory@evil.example>",
    ];
    let mails: Vec<String> = senders
        .iter()
        .enumerate()
        .map(|(n, from)| mail(&format!("a{n}"), &format!("From: {from}\nSubject: x\n"), "x"))
        .collect();
    bring(&app, &mails).await;
    let people = app.as_agent().get("/api/persons").await.ok();
    for person in people.items() {
        let email = person["email"].as_str().unwrap_or_default().to_owned();
        assert!(email == "mallory@evil.example" || email.ends_with("@microsoft.example"), "{email}");
    }
    assert!(people.items().iter().any(|person| person["email"] == "mallory@evil.example"));
    app.end().await;
}

/// Class 23: where a mail can be read in two ways, no part that a reader may see is left out.
#[tokio::test]
async fn class_23_no_reading_of_an_ambiguous_mail_hides_a_part() {
    let app = TestApp::start("attack_ambiguous").await;
    let two_types =
        "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\nSubject: x\n";
    let two_bounds = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a; boundary=b\nSubject: x\n";
    let body =
        "--a\n\nzanzibar\n--a--\n--b\n\nwombat\n--b\nContent-Disposition: attachment; filename=q.txt\n\nquagga\n--b--";
    let two_ways = "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\nSubject: x\n";
    let alternative = "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\nSubject: x\n";
    let forms = "--b\nContent-Type: text/plain\n\nzanzibar\n--b\nContent-Type: text/html\n\n<p>wombat</p>\n--b--";
    bring(
        &app,
        &[
            mail("w0", two_types, body),
            mail("w1", two_bounds, body),
            mail("w2", two_ways, "d29tYmF0"),
            mail("w3", alternative, forms),
        ],
    )
    .await;
    let agent = app.as_agent();
    for n in 0..4 {
        let seen = thread(&agent, &format!("w{n}")).await;
        let entry = &seen["entries"][0];
        let raw = agent.get(&format!("/api/entries/{}/raw", entry["id"].as_str().unwrap())).await.ok().text;
        assert!(raw.contains(&format!("w{n}@evil")), "the bytes that came are there to be looked at");
        let mut all = entry["text"].as_str().unwrap().to_owned();
        for file in entry["attachments"].as_array().unwrap() {
            all.push_str(&agent.get(file["url"].as_str().unwrap()).await.ok().text);
        }
        if n < 2 {
            for word in ["zanzibar", "wombat", "quagga"] {
                assert!(all.contains(word), "mail {n} lost {word}: {all}");
            }
        }
    }
    let forms = thread(&agent, "w3").await;
    assert!(
        forms["entries"][0]["text"].as_str().unwrap().contains("zanzibar")
            && original(&agent, &forms).await.contains("wombat"),
        "both forms can be seen"
    );
    app.end().await;
}

/// Class 24: no text that came in breaks out of a header that goes out.
#[tokio::test]
async fn class_24_no_header_is_broken_out_of() {
    let app = TestApp::start("attack_headers").await;
    let evil = "x\r\nBcc: everybody@evil.example\r\n\r\nbody";
    let line = json!({"external_id": "e", "channel": "chat", "subject": evil, "opened_at": "2026-03-02T00:00:00Z",
        "person": {"external_id": "p", "name": format!("P{evil}"), "email": "p@evil.example"},
        "entries": [{"external_id": "1", "author": "person", "name": evil, "at": "2026-03-02T00:00:00Z", "text": "hello"}]});
    import(&app, "jsonl", format!("{line}\n").into_bytes()).await;
    let curator = app.as_role(Role::Curator);
    let person = curator.get("/api/persons").await.ok().items()[0]["id"].as_str().unwrap().to_owned();
    let mbox = curator.get(&format!("/api/export/persons/{person}/person.mbox")).await.ok().text;
    assert!(!mbox.lines().any(|line| line.starts_with("Bcc:")), "{mbox}");
    assert_eq!(mailkit::MboxReader::new(mbox.as_bytes()).count(), 1);
    let seen = mailkit::parse_mail(mbox.split_once('\n').unwrap().1.as_bytes());
    assert_eq!((seen.text.as_str(), seen.from.unwrap().email.as_str()), ("hello", "p@evil.example"));
    app.end().await;
}

/// Class 25: a Message-ID that somebody else used first hides no mail, in no door.
#[tokio::test]
async fn class_25_a_taken_message_id_hides_no_mail() {
    let app = TestApp::start("attack_ids_taken").await;
    bring(
        &app,
        &[
            mail("same", "Subject: first\n", "zanzibar"),
            mail("same", "From: kim@a.example\nSubject: second\n", "wombat"),
            mail("same", "From: lee@b.example\n", "quagga"),
        ],
    )
    .await;
    for word in ["zanzibar", "wombat", "quagga"] {
        assert_eq!(
            app.as_agent().get(&format!("/api/search?room=conversations&q={word}")).await.ok().items().len(),
            1,
            "{word}"
        );
    }
    app.end().await;
}
