//! Mailboxes themselves: servers that are told to be somewhere inside, servers that lie, names of ours that somebody makes up,
//! and settings that are not theirs to change. What goes out is shown here as far as what came in could be in it.
use crate::app::TestApp;
use crate::outgoing::post_office::PostOffice;
use base::Role;
use serde_json::{Value, json};
use server::Config;
use std::sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering::SeqCst};
use std::time::{Duration, Instant};
use testkit::{Dovecot, MAIL_PASSWORD};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

fn near() -> Config {
    Config { outside_networks: vec!["127.0.0.1".parse().unwrap()], ..Config::default() }
}

async fn first(app: &TestApp) -> Value {
    app.as_role(Role::Admin).get("/api/mailboxes").await.ok().items()[0].clone()
}

/// Waits until the first mailbox is as wanted.
async fn until(app: &TestApp, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let one = first(app).await;
        if is(&one) {
            return one;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: {one}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A port of this machine, and how often somebody came.
async fn listen() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, came) = (listener.local_addr().unwrap().port(), Arc::<AtomicUsize>::default());
    let count = came.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, SeqCst);
        }
    });
    (port, came)
}

/// Class 9: no mailbox, no trial of one and no place that gives tokens makes us call somebody inside.
#[tokio::test]
async fn class_9_a_mailbox_calls_nobody_inside() {
    let app = TestApp::start("attack_mailbox_inside").await;
    let admin = app.as_role(Role::Admin);
    let (port, came) = listen().await;
    for host in ["127.0.0.1", "localhost", "::1", "0x7f.1", "2130706433", "::ffff:127.0.0.1", "0.0.0.0"] {
        let settings = json!({"address": "help@soban.example", "secret": "s", "imap_host": host, "imap_port": port,
            "imap_tls": "none", "smtp_host": host, "smtp_port": port, "smtp_tls": "none"});
        let trial = admin.post("/api/mailboxes/test", settings).await;
        assert!(trial.status.as_u16() == 422 || trial.json["failed"] == "connect", "{host}: {}", trial.text);
    }
    let grant = json!({"token_url": format!("http://127.0.0.1:{port}/token"), "client_id": "c", "refresh_token": "r"});
    let settings = json!({"address": "help@soban.example", "secret": grant.to_string(), "auth": "xoauth2",
        "imap_host": "127.0.0.1", "imap_port": port, "imap_tls": "none"});
    admin.post("/api/mailboxes", settings).await.expect(201);
    let told = until(&app, "it fails", |one| one["failures"].as_i64().unwrap() > 0).await;
    assert!(told["fault"].is_string() && told["active"] == true, "{told}");
    assert_eq!(came.load(SeqCst), 0, "somebody inside was called");
    app.end().await;
}

/// Class 15: nobody but who may configure changes where mail goes, no call moves a cursor, and no answer tells a secret.
#[tokio::test]
async fn class_15_where_mail_goes_is_not_for_everybody_to_say() {
    let app = TestApp::start("attack_mailbox_fields").await;
    let admin = app.as_role(Role::Admin);
    let settings =
        json!({"address": "help@soban.example", "secret": "sesame-open", "imap_host": "mail.invalid", "active": false});
    let made = admin.post("/api/mailboxes", settings.clone()).await.expect(201);
    let path = format!("/api/mailboxes/{}", made.json["id"].as_str().unwrap());
    let theirs = json!({"smtp_host": "mx.evil.example", "imap_host": "mx.evil.example"});
    for role in [Role::Viewer, Role::Agent, Role::Curator] {
        let somebody = app.as_role(role);
        somebody.patch(&path, 1, theirs.clone()).await.expect(403);
        somebody.post("/api/mailboxes/test", settings.clone()).await.expect(403);
        somebody.delete(&path).await.expect(403);
        let list = somebody.get("/api/mailboxes").await;
        assert!(!list.text.contains("sesame"), "{}", list.text);
    }
    for field in ["last_uid", "uid_validity", "secret_sealed", "door_ord", "since_at", "failures"] {
        admin.patch(&path, 1, json!({field: 1})).await.refused(422, "error-field");
    }
    // Another server is never shown the secret that was given for this one.
    admin.post(&format!("/api/mailboxes/test?mailbox={}", made.json["id"].as_str().unwrap()), theirs).await.expect(422);
    let all = admin.get("/api/mailboxes").await.ok();
    assert!(!all.text.contains("sesame") && !made.text.contains("sesame"), "{}", all.text);
    assert_eq!(all.items()[0]["imap_host"], "mail.invalid");
    app.end().await;
}

/// Classes 11, 16, 17: names of ours that somebody made up, changed, or took from another door lead nowhere.
#[tokio::test]
async fn class_11_and_17_no_name_of_ours_can_be_made_up() {
    let app = TestApp::with("attack_mailbox_names", near()).await;
    let (dovecot, admin) = (Dovecot::start(), app.as_role(Role::Admin));
    let settings = |user: &str| {
        json!({"address": format!("{user}@soban.example"), "username": user, "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"})
    };
    let made = admin.post("/api/mailboxes", settings("help")).await.expect(201).json;
    let mail = |id: &str, from: &str, to: &str, more: &str, text: &str| {
        format!(
            "From: {from}\r\nTo: {to}\r\nSubject: s\r\nDate: Sun, 22 Nov 2026 09:00:00 +0900\r\nMessage-ID: <{id}>\r\n{more}\r\n{text}\r\n"
        )
    };
    dovecot.deliver("help", mail("1@hanok", "mina@hanok.example", "help@soban.example", "", "zanzibar"));
    until(&app, "hers is here", |one| one["taken"] == 1).await;
    let talk = app.as_agent().get("/api/conversations?view=all").await.ok().items()[0].clone();
    let (id, door) = (talk["id"].as_str().unwrap().parse().unwrap(), made["id"].as_str().unwrap().parse().unwrap());
    let keys = app.state.get::<frontdoor::Keys>();
    let fine = keys.reply_address("help@soban.example", id, door).unwrap();
    let (head, tail) = fine.split_once('.').unwrap();
    let changed = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        String::from_utf8(bytes).unwrap()
    };
    let another_door = keys.reply_address("help@soban.example", id, base::DoorId::new()).unwrap();
    let entry: base::EntryId = base::EntryId::new();
    let made_up = [
        changed(&fine, 6),
        changed(&fine, fine.find('@').unwrap() - 1),
        format!("{head}@soban.example"),
        format!("{head}.@soban.example"),
        format!("{head}.{}", changed(tail, 0)),
        another_door,
        format!("help+{}@soban.example", talk["id"].as_str().unwrap().replace('_', ".")),
    ];
    let eve = "eve@evil.example";
    for (n, address) in made_up.iter().enumerate() {
        dovecot.deliver("help", mail(&format!("a{n}@evil"), eve, address, "", &format!("forged {n}")));
    }
    // A name that we did give, of no entry that is there; and ids of ours that carry no signature.
    let ids = [keys.sign_message_id(entry, "soban.example"), format!("{}@soban.example", talk["id"].as_str().unwrap())];
    for (n, id) in ids.iter().enumerate() {
        let answers = format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n");
        dovecot.deliver("help", mail(&format!("b{n}@evil"), eve, "help@soban.example", &answers, "forged"));
    }
    // The one she was given does lead there, so that the others show something.
    dovecot.deliver("help", mail("2@hanok", "mina@elsewhere.example", &fine, "", "wombat"));
    let all = 2 + made_up.len() + ids.len();
    until(&app, "all are here", |one| one["taken"] == all).await;
    let thread = app.as_agent().get(&format!("/api/conversations/{}", talk["id"].as_str().unwrap())).await.ok().json;
    let said: Vec<&str> =
        thread["entries"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["zanzibar", "wombat"], "nobody else fell into her conversation");
    app.end().await;
}

/// Class 7: what somebody writes to us never comes out of us as a page: our mail is text and nothing else.
#[tokio::test]
async fn class_7_what_we_send_runs_nothing() {
    let app = TestApp::with("attack_mailbox_page", near()).await;
    let (post, agent) = (PostOffice::open().await, app.as_agent());
    let settings = json!({"address": "help@soban.example", "from_name": "<script>alert(1)</script>", "secret": "s",
        "signature": "<img src=x onerror=alert(2)>", "imap_host": "127.0.0.1", "imap_port": 1, "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_tls": "none", "active": false});
    app.as_role(Role::Admin).post("/api/mailboxes", settings).await.expect(201);
    let evil = "<script>alert(3)</script>\r\nContent-Type: text/html\r\n\r\n<b>";
    let talk = json!({"person": {"external_id": "p", "name": evil, "email": "p@x.example"}, "subject": evil,
        "text": format!("{evil} zanzibar")});
    let talk = agent.post("/api/conversations", talk).await.expect(201).json;
    let seen = agent.get(&format!("/api/conversations/{}", talk["id"].as_str().unwrap())).await.ok().json;
    let body = json!({"text": "<b onclick=alert(4)>네</b>", "to": [{"address": "p@x.example", "name": evil.replace("\r\n", " ")}],
        "seen": seen["entries"][0]["id"], "held_secs": 0});
    agent.post(&format!("/api/conversations/{}/replies", talk["id"].as_str().unwrap()), body).await.expect(201);
    let began = Instant::now();
    while post.taken().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(30), "it never went out");
        sleep(Duration::from_millis(50)).await;
    }
    let taken = post.taken().remove(0);
    let (header, _) = taken.text().split_once("\r\n\r\n").map(|(a, b)| (a.to_lowercase(), b.to_owned())).unwrap();
    let types: Vec<&str> = header.lines().filter(|line| line.starts_with("content-type:")).collect();
    assert!(types.len() == 1 && types[0].contains("text/plain"), "{header}");
    let mail = taken.mail();
    assert!(mail.html.is_none() && mail.attachments.is_empty(), "{}", taken.text());
    assert!(mail.text.contains("<b onclick=alert(4)>네</b>"), "{}", mail.text);
    app.end().await;
}

/// A server that lies: after it let us in it answers whatever was asked with what `lie` says.
async fn open_liar(lie: impl Fn(&str, usize) -> String + Send + Sync + 'static) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Vec<String>>>::default());
    let (kept, lie) = (asked.clone(), Arc::new(lie));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(tell_lies(stream, kept.clone(), lie.clone()));
        }
    });
    (port, asked)
}

async fn tell_lies(stream: TcpStream, asked: Arc<Mutex<Vec<String>>>, lie: Arc<impl Fn(&str, usize) -> String>) {
    let (reading, mut out) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let mut say = async |text: String| out.write_all(text.as_bytes()).await.is_ok();
    say("* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n".into()).await;
    let mut nth = 0;
    while let Ok(Some(line)) = lines.next_line().await {
        let (tag, question) = line.split_once(' ').unwrap_or((&line, ""));
        asked.lock().unwrap().push(question.to_owned());
        let answer = match question.split(' ').next().unwrap_or_default() {
            "AUTHENTICATE" => {
                say("+ \r\n".into()).await;
                lines.next_line().await.ok();
                format!("{tag} OK in\r\n")
            }
            "CAPABILITY" => format!("* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK\r\n"),
            "EXAMINE" => {
                format!("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n{tag} OK [READ-ONLY] open\r\n")
            }
            "IDLE" => "+ idling\r\n".into(),
            _ => {
                nth += 1;
                lie(question, nth).replace("TAG", tag)
            }
        };
        let is_last = answer.contains("* BYE");
        if !say(answer).await || is_last {
            return;
        }
    }
}

fn listed(text: &str) -> String {
    format!("* 1 FETCH (UID {text} RFC822.SIZE 60 INTERNALDATE \"22-Nov-2026 09:00:00 +0900\")\r\n")
}

fn fetched(uid: &str, text: &str) -> String {
    format!("* 1 FETCH (UID {uid} BODY[] {{{}}}\r\n{text})\r\n", text.len())
}

/// Class 27: a server that names mails nobody asked for, ends an answer early, says NO in its middle or breaks off has nothing
/// dropped and nothing taken that was not asked for; once it behaves, everything is here once.
#[tokio::test]
async fn class_27_a_server_that_lies_loses_us_nothing() {
    let mail = |n: u32| format!("From: a@x.example\r\nMessage-ID: <l{n}@x>\r\nSubject: l{n}\r\n\r\nliar {n}\r\n");
    let fetches = Arc::<AtomicUsize>::default();
    let count = fetches.clone();
    let (port, _) = open_liar(move |question, _| {
        if question.starts_with("UID SEARCH") {
            return "* SEARCH 3 1 2 2\r\nTAG OK done\r\n".into();
        }
        if question.contains("RFC822.SIZE") {
            return format!("{}{}{}{}TAG OK done\r\n", listed("1"), listed("2"), listed("3"), listed("99"));
        }
        if !question.contains("BODY.PEEK") {
            return "TAG OK done\r\n".into();
        }
        let all: String = (1..=3).map(|n| fetched(&n.to_string(), &mail(n))).collect();
        match count.fetch_add(1, SeqCst) {
            // Less than was asked for, and yet OK.
            0 => format!("{}TAG OK done\r\n", fetched("1", &mail(1))),
            // A mail that was not asked for, one twice, then NO.
            1 => format!("{}{}TAG NO busy\r\n", fetched("99", &mail(99)), fetched("1", &mail(1))),
            // It breaks off within a literal.
            2 => "* 1 FETCH (UID 1 BODY[] {900}\r\nFrom: a@x.example\r\n\r\ncut off\r\nTAG OK done\r\n* BYE\r\n".into(),
            // The end of another question first.
            3 => format!("A0000 OK done\r\n{}* BYE gone\r\n", fetched("1", &mail(1))),
            _ => format!("{}{all}TAG OK done\r\n", fetched("99", &mail(99))),
        }
    })
    .await;
    let app = TestApp::with("attack_mailbox_liar", near()).await;
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": "s", "months": 1,
        "imap_host": "127.0.0.1", "imap_port": port, "imap_tls": "none"});
    app.as_role(Role::Admin).post("/api/mailboxes", settings).await.expect(201);
    let told = until(&app, "all three", |one| one["taken"].as_i64().unwrap() >= 3 && one["waiting"] == 0).await;
    assert_eq!((&told["taken"], &told["copies"], &told["unread"]), (&json!(3), &json!(0), &json!(0)), "{told}");
    let talks = app.as_agent().get("/api/conversations?view=all").await.ok();
    let mut subjects: Vec<&str> = talks.items().iter().map(|one| one["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["l1", "l2", "l3"]);
    assert!(fetches.load(SeqCst) >= 3, "it lied");
    app.end().await;
}

/// Class 25: whoever knows an id and the words of a mail hides neither it nor its files by being first; the same mail wrapped in
/// another way is said to be a copy.
#[tokio::test]
async fn class_25_nobody_hides_the_files_of_a_mail_by_sending_its_words_first() {
    let app = TestApp::with("attack_mailbox_files", near()).await;
    let dovecot = Dovecot::start();
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    app.as_role(Role::Admin).post("/api/mailboxes", settings).await.expect(201);
    let head = "To: help@soban.example\r\nSubject: offer\r\nDate: Sun, 22 Nov 2026 09:00:00 +0900\r\nMessage-ID: <same@x>\r\nMIME-Version: 1.0\r\n";
    dovecot.deliver("help", format!("From: eve@evil.example\r\n{head}\r\nthe words\r\n"));
    dovecot.deliver(
        "help",
        format!("From: eve@evil.example\r\n{head}Content-Transfer-Encoding: base64\r\n\r\ndGhlIHdvcmRzCg==\r\n"),
    );
    dovecot.deliver(
        "help",
        format!(
            "From: mina@hanok.example\r\n{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nthe words\r\n--b\r\n\
             Content-Disposition: attachment; filename=offer.txt\r\n\r\nzanzibar\r\n--b--\r\n"
        ),
    );
    let told =
        until(&app, "all came", |one| one["taken"].as_i64().unwrap() + one["copies"].as_i64().unwrap() == 3).await;
    assert_eq!((&told["taken"], &told["copies"]), (&json!(2), &json!(1)), "{told}");
    let agent = app.as_agent();
    let mut files = Vec::new();
    for talk in agent.get("/api/conversations?view=all").await.ok().items() {
        let thread = agent.get(&format!("/api/conversations/{}", talk["id"].as_str().unwrap())).await.ok().json;
        for entry in thread["entries"].as_array().unwrap() {
            files.extend(entry["attachments"].as_array().unwrap().iter().map(|file| file["name"].clone()));
        }
    }
    assert_eq!(files, [json!("offer.txt")]);
    app.end().await;
}
