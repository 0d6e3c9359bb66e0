//! The real binary, killed at random points while mail comes in from a real server: every mail is there, exactly once.
use crate::place::{Dice, Place, seeds};
use crate::taggings::{Server, make_token};
use serde_json::json;
use std::{collections::BTreeMap, thread::sleep, time::Duration, time::Instant};
use testkit::{Dovecot, MAIL_PASSWORD};

fn mail(n: u64) -> String {
    // Every third answers an earlier one, by the same sender.
    let answered = if n % 3 == 2 { format!("In-Reply-To: <m{}@x.example>\r\n", n - 2) } else { String::new() };
    let who = n - if n % 3 == 2 { 2 } else { 0 };
    let (hour, minute) = (n / 60 % 24, n % 60);
    format!(
        "From: P{who} <p{who}@x.example>\r\nTo: help@soban.example\r\nSubject: S{n}\r\nMessage-ID: <m{n}@x.example>\r\n\
         Date: Mon, 02 Nov 2026 {hour:02}:{minute:02}:00 +0000\r\n{answered}\r\nText {n}\r\n"
    )
}

#[tokio::test]
async fn a_server_killed_while_mail_comes_in_has_every_mail_exactly_once_in_the_end() {
    let kills = seeds().len() as u64 - 1;
    let mails = if kills > 100 { 10_000 } else { 2_000 };
    let place = Place::new("killed_intake").await;
    place.write_config("outside_networks = \"127.0.0.1\"\n");
    let token = make_token(&place);
    let dovecot = Dovecot::start();
    (0..mails / 2).for_each(|n| dovecot.deliver("help", mail(n)));
    let server = Server::start(&place, &token);
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD, "months": 1,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    assert_eq!(server.send("POST", "/api/mailboxes", "add", &settings).expect("an answer").0, 201);
    let mut dice = Dice(kills * 7919 + 11);
    let (mut delivered, mut under_way) = (mails / 2, 0);
    let mut server = Some(server);
    for kill in 1..=kills {
        let until = mails / 2 + mails / 2 * kill / kills;
        let one = server.take().expect("a server");
        let came = || {
            let all = one.get("/api/mailboxes");
            let count = |name: &str| all["items"][0][name].as_u64().unwrap_or(0);
            (count("taken"), count("waiting"))
        };
        let (before, began) = (came(), Instant::now());
        (delivered..until).for_each(|n| dovecot.deliver("help", mail(n)));
        delivered = until;
        // From the first that came until a moment that nobody chose.
        while came() == before && began.elapsed() < Duration::from_secs(5) {}
        sleep(Duration::from_millis(dice.below(60)));
        let (taken, waiting) = came();
        under_way += u64::from(taken < delivered || waiting > 0);
        one.kill();
        server = Some(Server::start(&place, &token));
    }
    println!("{under_way} of {kills} kills came while mail was coming in");
    let server = server.expect("a server");
    let began = Instant::now();
    loop {
        let one = server.get("/api/mailboxes")["items"][0].clone();
        if one["waiting"] == 0 && one["taken"] == mails {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(300), "{mails} wanted: {one}");
        sleep(Duration::from_millis(100));
    }
    server.kill();
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    let threads = place.export();
    for entry in threads.iter().flat_map(|thread| thread["entries"].as_array().unwrap()) {
        *times.entry(entry["external_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let missing: Vec<u64> = (0..mails).filter(|n| !times.contains_key(&format!("m{n}@x.example"))).collect();
    let doubled: Vec<(&String, &u64)> = times.iter().filter(|(_, times)| **times != 1).collect();
    assert!(missing.is_empty() && doubled.is_empty() && times.len() as u64 == mails, "{missing:?} {doubled:?}");
    assert_eq!(threads.len() as u64, mails - (0..mails).filter(|n| n % 3 == 2).count() as u64, "threads are right");
    place.check();
    assert!(under_way > 0, "no kill came in time: deliver more mails");
}
