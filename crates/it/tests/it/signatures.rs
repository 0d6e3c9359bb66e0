//! Signatures of domains at a live door: checked by us when the owner named a resolver, and by nobody otherwise. The mails
//! were signed by another program; the resolver is a small one on loopback that speaks DNS.
use crate::app::{Client, TestApp};
use base::{Role, Time};
use serde_json::{Value, json};
use server::Config;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::{Dovecot, MAIL_PASSWORD};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

fn signed(name: &str) -> Vec<u8> {
    let folder = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
    std::fs::read(folder.join("../mailkit/tests/signed").join(name)).unwrap()
}

/// A resolver that knows the keys of the signed mails, and which names it was asked for.
struct Resolver {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Resolver {
    async fn start() -> Resolver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let keys: HashMap<String, String> = serde_json::from_slice(&signed("keys.json")).unwrap();
        let (keys, asked) = (Arc::new(keys), Arc::<Mutex<Vec<String>>>::default());
        let heard = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, keys.clone(), heard.clone()));
            }
        });
        Resolver { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(
    mut stream: TcpStream,
    keys: Arc<HashMap<String, String>>,
    asked: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    loop {
        let mut question = vec![0; usize::from(stream.read_u16().await.ok()?)];
        stream.read_exact(&mut question).await.ok()?;
        let (mut name, mut at) = (Vec::new(), 12);
        while question[at] > 0 {
            let end = at + 1 + usize::from(question[at]);
            name.push(String::from_utf8_lossy(&question[at + 1..end]).into_owned());
            at = end;
        }
        let name = name.join(".");
        let mut said = question.clone();
        (said[2], said[3]) = (0x81, 0x80);
        match keys.get(&name) {
            Some(key) => {
                said[7] = 1;
                let data: Vec<u8> =
                    key.as_bytes().chunks(200).flat_map(|some| [&[some.len() as u8], some].concat()).collect();
                said.extend_from_slice(&[0xc0, 12, 0, 16, 0, 1, 0, 0, 14, 16]);
                said.extend_from_slice(&(data.len() as u16).to_be_bytes());
                said.extend_from_slice(&data);
            }
            None => said[3] |= 3,
        }
        asked.lock().unwrap().push(name);
        stream.write_all(&[&(said.len() as u16).to_be_bytes()[..], &said].concat()).await.ok()?;
    }
}

async fn start(name: &str) -> TestApp {
    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    TestApp::with(name, Config { outside_networks, ..Config::default() }).await
}

async fn add(admin: &Client, dovecot: &Dovecot, more: Value) -> Value {
    let mut body = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.post("/api/mailboxes", body).await.expect(201).json
}

/// As the server that received it hands it over, with its line on top.
fn received(mail: Vec<u8>) -> Vec<u8> {
    let now = Time::now().timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    [format!("Received: from mx.soban.example by mx.soban.example; {now}\r\n").into_bytes(), mail].concat()
}

fn replaced(name: &str, from: &str, to: &str) -> Vec<u8> {
    let mail = String::from_utf8(signed(name)).unwrap();
    assert!(mail.contains(from), "{name} has no {from}");
    mail.replace(from, to).into_bytes()
}

async fn until_read(admin: &Client, mails: i64) {
    let began = Instant::now();
    loop {
        let one = admin.get("/api/mailboxes").await.ok().items()[0].clone();
        if ["taken", "copies", "unread"].iter().map(|name| one[name].as_i64().unwrap()).sum::<i64>() == mails {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{mails} mails wanted: {one}");
        sleep(Duration::from_millis(25)).await;
    }
}

/// By Message-ID: what is known of the mail, and whether it is taken for the word of one of us.
async fn facts(by: &Client) -> HashMap<String, (Value, bool)> {
    let mut found = HashMap::new();
    for one in by.get("/api/conversations?limit=100").await.ok().items() {
        let path = format!("/api/conversations/{}", one["id"].as_str().unwrap());
        let mails = by.get(&format!("{path}/mails")).await.ok();
        let author = by.get(&path).await.ok().json["entries"][0]["author"].clone();
        let id = one["external_id"].as_str().unwrap().split('@').next().unwrap().to_owned();
        found.insert(id, (mails.items()[0].clone(), author == "staff"));
    }
    found
}

#[tokio::test]
async fn a_signature_is_checked_by_us_and_only_who_is_proven_by_it_is_one_of_us() {
    let (app, dovecot, dns) = (start("signatures").await, Dovecot::start(), Resolver::start().await);
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let resolver = format!("127.0.0.1:{}", dns.port);
    add(&admin, &dovecot, json!({"resolver": resolver, "auth_server": "mx.soban.example"})).await;
    // All say that they are from one of us; who is proven is taken for one.
    for name in ["mailer", "missing", "gone", "timed", "trying"] {
        dovecot.deliver("help", received(signed(&format!("{name}.eml"))));
    }
    dovecot.deliver("help", received(replaced("mixed.eml", "풀립니다", "좋습니다")));
    dovecot.deliver("help", received(replaced("short-key.eml", "help@soban", "boss@soban")));
    let mut longer = signed("length.eml");
    longer.extend_from_slice("여기로 보내 주세요\r\n".as_bytes());
    dovecot.deliver("help", received(longer));
    // Nobody signed it, and the server we trust says otherwise: what we found counts. Its word on DMARC still does.
    let claims = "Authentication-Results: mx.soban.example; dkim=pass header.d=soban.example";
    let plain = |id: &str, claims: &str| {
        let mail = format!(
            "{claims}\r\nFrom: agent@soban.example\r\nSubject: x\r\nMessage-ID: <{id}@soban.example>\r\n\r\nx\r\n"
        );
        received(mail.into_bytes())
    };
    dovecot.deliver("help", plain("unsigned", claims));
    dovecot.deliver("help", plain("dmarc", &format!("{claims}; dmarc=pass header.from=soban.example; spf=fail")));
    for name in ["rsa", "ed25519", "simple", "both", "two-domains"] {
        dovecot.deliver("help", received(signed(&format!("{name}.eml"))));
    }
    until_read(&admin, 15).await;

    let all = facts(&agent).await;
    let told = |id: &str| {
        let (facts, is_ours) = &all[id];
        let list = facts["signatures"].as_array().unwrap_or_else(|| panic!("{id}: {facts}"));
        let results: Vec<&str> = list.iter().map(|one| one["result"].as_str().unwrap()).collect();
        let whys: Vec<&str> = list.iter().filter_map(|one| one["why"].as_str()).collect();
        (results.join(" "), whys.join(" "), *is_ours)
    };
    let wanted = [
        ("rsa", "pass", "", true),
        ("simple", "pass", "", true),
        ("ed25519", "pass", "", true),
        ("both", "pass pass", "", true),
        ("two-domains", "pass pass", "", true),
        // Good, but it speaks for another domain than that of the address.
        ("mailer", "pass", "", false),
        ("missing", "permerror", "no_key", false),
        ("gone", "permerror", "revoked", false),
        ("timed", "permerror", "expired", false),
        ("trying", "neutral", "testing", false),
        ("mixed", "fail", "altered_body", false),
        ("short-key", "fail", "altered_header", false),
        ("length", "policy", "partial_body", false),
        ("unsigned", "", "", false),
        ("dmarc", "", "", true),
    ];
    for (id, results, whys, is_ours) in wanted {
        assert_eq!(told(id), (results.to_owned(), whys.to_owned(), is_ours), "{id}");
    }
    let (both, _) = &all["two-domains"];
    assert_eq!(
        (&both["signatures"][0]["domain"], &both["signatures"][1]["domain"]),
        (&json!("mailer.example"), &json!("soban.example"))
    );
    let (dmarc, _) = &all["dmarc"];
    assert_eq!((&dmarc["dkim"], &dmarc["spf"], &dmarc["dmarc"]), (&json!("pass"), &json!("fail"), &json!("pass")));

    // Each key is asked for once; a mail whose body was altered asks for none.
    let mut asked = dns.asked();
    let (before, _) = (asked.len(), asked.sort_unstable());
    asked.dedup();
    assert_eq!(asked.len(), before, "{asked:?}");
    assert!(asked.iter().any(|name| name == "e._domainkey.soban.example"), "{asked:?}");
    dovecot.deliver("help", received(replaced("rsa.eml", "X", "X")));
    dovecot.deliver("help", received(signed("bare.eml")));
    until_read(&admin, 17).await;
    assert_eq!(dns.asked().len(), before + 1, "only the key that was not known yet");

    app.end().await;
}

#[tokio::test]
async fn nobody_is_asked_unless_the_owner_says_so_and_a_silent_resolver_holds_nothing_up() {
    let (app, dovecot, dns) = (start("signatures_off").await, Dovecot::start(), Resolver::start().await);
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    let made = add(&admin, &dovecot, json!({})).await;
    dovecot.deliver("help", received(signed("rsa.eml")));
    until_read(&admin, 1).await;
    assert!(dns.asked().is_empty());
    assert_eq!(facts(&agent).await["rsa"].0["signatures"], Value::Null, "not checked by us");

    let path = format!("/api/mailboxes/{}", made["id"].as_str().unwrap());
    admin.patch(&path, 1, json!({"resolver": "https://dns.example/"})).await.refused(422, "error-mailbox-resolver");
    // An address inside that nobody allowed is not asked, and one where nobody is gives no answer.
    for (at, resolver) in [(1, "10.0.0.53"), (2, "127.0.0.1:9")] {
        admin.patch(&path, at, json!({"resolver": resolver})).await.ok();
        let name = ["simple", "ed25519"][at as usize - 1];
        let began = Instant::now();
        dovecot.deliver("help", received(signed(&format!("{name}.eml"))));
        until_read(&admin, 1 + at).await;
        assert!(began.elapsed() < Duration::from_secs(10));
        let facts = facts(&agent).await;
        let one = &facts[name].0["signatures"][0];
        assert_eq!((&one["result"], &one["why"]), (&json!("temperror"), &json!("unreachable")), "{resolver}");
    }
    assert!(dns.asked().is_empty());
    // The test of a mailbox asks as well.
    let test = format!("/api/mailboxes/test?mailbox={}", made["id"].as_str().unwrap());
    let failed = admin.post(&test, json!({})).await.ok().json;
    assert_eq!(failed["failed"], "resolver", "{failed}");
    let fine = admin.post(&test, json!({"resolver": format!("127.0.0.1:{}", dns.port)})).await.ok().json;
    assert_eq!((&fine["failed"], &fine["passed"][3]), (&Value::Null, &json!("resolver")), "{fine}");
    app.end().await;
}

#[tokio::test]
async fn mail_of_long_ago_is_taken_in_without_asking_for_keys_that_may_rightly_be_gone() {
    let (app, dovecot, dns) = (start("signatures_old").await, Dovecot::start(), Resolver::start().await);
    let (admin, agent) = (app.as_role(Role::Admin), app.as_agent());
    add(&admin, &dovecot, json!({"resolver": format!("127.0.0.1:{}", dns.port)})).await;
    let line = b"Received: from a.example by b.example; Mon, 1 Jun 2026 10:00:00 +0900\r\n".to_vec();
    dovecot.deliver("help", [line, signed("rsa.eml")].concat());
    until_read(&admin, 1).await;
    assert_eq!(facts(&agent).await["rsa"].0["signatures"], Value::Null);
    assert!(dns.asked().is_empty());
    app.end().await;
}
