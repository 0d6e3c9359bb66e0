//! The whole circle with real servers, and machines that would write to each other for ever.
use super::post_office::PostOffice;
use super::{newest, settled, to, until};
use crate::app::{Client, TestApp};
use serde_json::{Value, json};
use server::Config;
use std::collections::HashSet;
use std::time::{Duration, Instant};
use testkit::{Dovecot, MAIL_PASSWORD, OpenSmtpd};

/// A house with a mailbox that is read and sends; the id of its door.
async fn house(name: &str, dovecot: &Dovecot, smtp_port: u16) -> (TestApp, String) {
    let config = Config { outside_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Config::default() };
    let app = TestApp::with(name, config).await;
    let mailbox = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none", "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port, "smtp_tls": "none", "auth_server": "mx.soban.example", "name": "문의"});
    let made = app.as_owner().post("/api/mailboxes", mailbox).await.expect(201).json;
    (app, made["id"].as_str().unwrap().to_owned())
}

async fn conversations(by: &Client) -> Vec<Value> {
    by.get("/api/conversations?view=all&limit=200").await.ok().items().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_comes_in_is_answered_and_what_comes_back_is_told_through_real_servers() {
    let dovecot = Dovecot::start();
    // What the real server relays ends here, and somebody there is nobody.
    let away = PostOffice::open().await;
    let Some(smtpd) = OpenSmtpd::start(&dovecot, "soban.example", away.port) else { return };
    let (app, _) = house("outgoing_real", &dovecot, smtpd.port()).await;
    let agent = app.as_agent();
    dovecot.deliver(
        "help",
        "From: Minji <refused-minji@hanok.example>\r\nTo: help@soban.example\r\nCc: Jun <jun@hanok.example>\r\n\
         Message-ID: <first@hanok.example>\r\nDate: Sun, 22 Nov 2026 09:00:00 +0900\r\nSubject: Filters\r\n\r\nThey vanish.\r\n",
    );
    let id =
        until("the question", || async { Some(conversations(&agent).await.first()?["id"].as_str()?.to_owned()) }).await;
    let answering = agent.get(&format!("/api/conversations/{id}/answering")).await.ok().json;
    let body = json!({"text": "We are looking.", "to": answering["to"].as_array().unwrap().iter()
        .map(|one| json!({"address": one["address"]})).collect::<Vec<_>>(), "cc": to("jun@hanok.example"),
        "seen": newest(&agent, &id).await, "held_secs": 0});
    let entry = agent.post(&format!("/api/conversations/{id}/replies"), body).await.expect(201).json;
    let entry = entry["id"].as_str().unwrap();
    // The server takes both over; later one comes back.
    let deliveries = settled(&agent, &id, entry, &["sent", "bounced"]).await;
    assert_eq!(deliveries.len(), 2, "{}", smtpd.log());
    let deliveries = until("the report", || async {
        let page = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
        let one = page["entries"].as_array().unwrap().iter().find(|one| one["id"] == entry)?.clone();
        (one["deliveries"][0]["state"] == "bounced").then(|| one["deliveries"].clone())
    })
    .await;
    assert_eq!(deliveries[1]["state"], "sent");
    let taken = until("the copy", || async { away.to("jun@hanok.example").into_iter().next() }).await;
    assert_eq!(taken.mail().in_reply_to, ["first@hanok.example"]);
    let answering = agent.get(&format!("/api/conversations/{id}/answering")).await.ok().json;
    assert!(answering["to"][0]["rests"]["since"].is_string(), "the address rests: {answering}");
    // The report is in the thread, is no reason to answer, and nobody is told by a machine.
    let page = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
    let events: Vec<&str> = page["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "event")
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["The answer did not reach refused-minji@hanok.example"]);
    assert_eq!(conversations(&agent).await.len(), 1);

    // Jun answers what he was sent: by the address it came with, although nobody knew him.
    let mail = taken.mail();
    let back = &mail.reply_to[0].email;
    dovecot.deliver(
        "help",
        format!(
            "From: Jun <jun@hanok.example>\r\nTo: {back}\r\nMessage-ID: <second@hanok.example>\r\n\
            Date: Sun, 22 Nov 2026 10:00:00 +0900\r\nSubject: Another subject\r\n\r\nThank you.\r\n"
        ),
    );
    until("the answer in its thread", || async {
        let page = agent.get(&format!("/api/conversations/{id}")).await.ok().json;
        page["entries"].as_array().unwrap().iter().any(|one| one["text"] == "Thank you.").then_some(())
    })
    .await;
    assert_eq!(conversations(&agent).await.len(), 1);
    app.end().await;
}

const PROVEN: &str = "Authentication-Results: mx.soban.example; dmarc=pass header.from=robot.example";

/// What robots put into their answers, from the polite to the rude: (headers, whether it keeps the thread, subject).
const ROBOTS: [(&str, bool, &str); 20] = [
    ("Auto-Submitted: auto-replied", true, "Re: {}"),
    ("Auto-Submitted: auto-generated", false, "Ticket 17"),
    ("X-Autoreply: yes", true, "Re: {}"),
    ("X-Autorespond: {}", false, "Thanks"),
    ("Precedence: auto_reply", false, "Thanks"),
    ("Precedence: bulk", true, "Re: {}"),
    ("Precedence: junk", false, "Offer"),
    ("List-Id: <news.robot.example>", false, "News"),
    ("List-Unsubscribe: <https://robot.example/u>", false, "News"),
    ("Return-Path: <>", false, "Out of office"),
    ("X-Auto-Response-Suppress: All", true, "Automatic reply: {}"),
    ("", true, "Automatic reply: {}"),
    ("", true, "Re: {}"),
    ("", false, "자동 응답: 부재중입니다"),
    ("", false, "Re: {}"),
    ("", false, "Your ticket was opened"),
    ("", false, ""),
    ("X-Sarangbang-Loop: robot.example", false, "We have your message"),
    ("REPORT", false, "Undelivered Mail Returned to Sender"),
    ("REPORT", true, "Delivery Status Notification (Failure)"),
];

fn robot_answer(robot: usize, round: usize, to: &str, answered: Option<&str>) -> String {
    let (headers, keeps_thread, subject) = ROBOTS[robot];
    let thread = answered.filter(|_| keeps_thread).map(|id| format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n"));
    let (kind, from, body, headers) = match headers {
        "REPORT" => (
            "multipart/report; report-type=delivery-status; boundary=b".to_owned(),
            format!("mailer-daemon@robot{robot}.robot.example"),
            format!(
                "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; \
                robot{robot}@robot.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
                Message-ID: <{}>\r\n\r\n--b--\r\n",
                answered.unwrap_or("nothing@x.example")
            ),
            "Return-Path: <>\r\n".to_owned(),
        ),
        "" => (
            "text/plain".to_owned(),
            format!("robot{robot}@robot.example"),
            "We got your message.".into(),
            String::new(),
        ),
        headers => {
            ("text/plain".to_owned(), format!("robot{robot}@robot.example"), "Hello.".into(), format!("{headers}\r\n"))
        }
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let date = base::Time(now as i64 * base::Time::SECOND);
    let date = mail_date(date);
    format!(
        "{PROVEN}\r\n{headers}From: Robot <{from}>\r\nTo: {to}\r\nSubject: {}\r\nDate: {date}\r\n\
         Message-ID: <{robot}.{round}@robot.example>\r\n{}MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{body}\r\n",
        subject.replace("{}", "We have your message"),
        thread.unwrap_or_default()
    )
}

/// As a Date header of a mail that we write.
fn mail_date(at: base::Time) -> String {
    let from = mailkit::Address { name: None, email: "a@b.example".into() };
    let letter = mailkit::Letter { from, message_id: "a@b".into(), date: at.0, ..mailkit::Letter::default() };
    let text = String::from_utf8(mailkit::compose(&letter).unwrap()).unwrap();
    text.lines().find_map(|line| line.strip_prefix("Date: ")).unwrap().to_owned()
}

/// Each robot writes first as a person would, and then answers every mail it is sent.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_robots_are_sent_two_mails_at_most() {
    let dovecot = Dovecot::start();
    let post = PostOffice::open().await;
    let (app, door) = house("outgoing_robots", &dovecot, post.port).await;
    let owner = app.as_owner();
    let words = json!({"text": {"ko": "", "en": "We have it. A person will answer."}});
    owner.put(&format!("/api/doors/{door}/acknowledgement"), words).await.ok();
    for robot in 0..ROBOTS.len() {
        let opening = robot_answer(12, 0, "help@soban.example", None).replace("robot12", &format!("robot{robot}"));
        dovecot.deliver(
            "help",
            opening.replace("<12.0@", &format!("<{robot}.0@")).replace("Re: We", &format!("Question {robot}: we")),
        );
    }
    let (mut answered, mut rounds) = (HashSet::new(), vec![0; ROBOTS.len()]);
    let mut quiet_since = Instant::now();
    let began = Instant::now();
    while quiet_since.elapsed() < Duration::from_secs(6) && began.elapsed() < Duration::from_secs(90) {
        for mail in post.taken() {
            let robot: usize = mail.to.trim_start_matches("robot").split('@').next().unwrap().parse().unwrap();
            let parsed = mail.mail();
            let id = parsed.message_id.clone().unwrap();
            if !answered.insert((robot, id.clone())) {
                continue;
            }
            quiet_since = Instant::now();
            assert!(mail.text().contains("Auto-Submitted: auto-replied"), "machines say that they are");
            assert!(!mail.text().contains("Question"), "nothing of what came in is in it: {}", mail.text());
            assert_eq!(parsed.text.trim_end(), "We have it. A person will answer.");
            rounds[robot] += 1;
            let back = parsed.reply_to.first().map_or("help@soban.example".into(), |one| one.email.clone());
            // The rude ones answer to the plain address.
            let back = if ROBOTS[robot].1 { back } else { "help@soban.example".into() };
            dovecot.deliver("help", robot_answer(robot, rounds[robot], &back, Some(&id)));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("mails sent to each robot: {rounds:?}");
    assert!(rounds.iter().all(|sent| *sent <= 2), "{rounds:?}");
    assert!(rounds.iter().all(|sent| *sent >= 1), "each was told once that its first mail arrived: {rounds:?}");
    app.end().await;
}

/// Nobody is told anything whose address anybody could have written.
#[tokio::test(flavor = "multi_thread")]
async fn forged_senders_are_never_acknowledged() {
    let many = if std::env::var_os("SARANG_SOAK").is_some() { 10_000 } else { 1_000 };
    let dovecot = Dovecot::start();
    let post = PostOffice::open().await;
    let (app, door) = house("outgoing_forged", &dovecot, post.port).await;
    let owner = app.as_owner();
    owner.put(&format!("/api/doors/{door}/acknowledgement"), json!({"text": {"ko": "", "en": ""}})).await.ok();
    let forgeries = [
        "",
        "Authentication-Results: mx.evil.example; dmarc=pass header.from=victim.example",
        "Authentication-Results: mx.soban.example; dmarc=fail header.from=victim.example",
        "Authentication-Results: mx.soban.example; spf=pass smtp.mailfrom=evil.example",
        "Authentication-Results: mx.soban.example; dkim=pass header.d=evil.example",
        "DKIM-Signature: v=1; a=rsa-sha256; d=victim.example; s=x; h=from; bh=AA==; b=AA==",
    ];
    let now = mail_date(base::Time::now());
    for n in 0..many {
        let results = forgeries[n % forgeries.len()];
        let results = if results.is_empty() { String::new() } else { format!("{results}\r\n") };
        dovecot.deliver("help", format!("{results}From: Victim <v{n}@victim.example>\r\nTo: help@soban.example\r\n\
            Subject: buy pills at https://spam.example {n}\r\nDate: {now}\r\nMessage-ID: <{n}@victim.example>\r\n\r\nspam\r\n"));
    }
    let began = Instant::now();
    loop {
        let all = owner.get("/api/mailboxes").await.ok();
        if all.items()[0]["taken"].as_i64() == Some(many as i64) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(600), "{}", all.items()[0]);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    println!("{many} forged senders, {} acknowledgements", post.taken().len());
    assert_eq!(post.taken().len(), 0);
    // Somebody who is proven is told, once.
    let real = format!(
        "{PROVEN}\r\nFrom: Minji <minji@robot.example>\r\nTo: help@soban.example\r\nSubject: hello\r\nDate: {now}\r\n\
        Message-ID: <real@robot.example>\r\n\r\nhello\r\n"
    );
    dovecot.deliver("help", real);
    let told = until("the acknowledgement", || async { post.taken().into_iter().next() }).await;
    assert_eq!((told.to.as_str(), post.taken().len()), ("minji@robot.example", 1));
    app.end().await;
}
