//! The real binary, killed at random points while mail comes in from a real server, and twice on one store: every mail is
//! there, exactly once.
use crate::place::{Dice, Place, seeds};
use crate::taggings::{Server, make_token};
use serde_json::json;
use std::{collections::BTreeMap, thread::sleep, time::Duration, time::Instant};
use testkit::{Dovecot, MAIL_PASSWORD};

/// The mail that one answers: every third answers an earlier one of the same sender, of another delivery, since Dovecot may number
/// what is delivered while it looks in another order.
fn answered_by(n: u64) -> Option<u64> {
    n.checked_sub(302).filter(|_| n % 3 == 2)
}

fn mail(n: u64) -> String {
    let answered = answered_by(n).map(|n| format!("In-Reply-To: <m{n}@x.example>\r\n")).unwrap_or_default();
    let who = answered_by(n).unwrap_or(n);
    let (hour, minute) = (n / 60 % 24, n % 60);
    format!(
        "From: P{who} <p{who}@x.example>\r\nTo: help@soban.example\r\nSubject: S{n}\r\nMessage-ID: <m{n}@x.example>\r\n\
         Date: Mon, 02 Nov 2026 {hour:02}:{minute:02}:00 +0000\r\n{answered}\r\nText {n}\r\n"
    )
}

fn add_mailbox(server: &Server, dovecot: &Dovecot) {
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD, "months": 1,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    assert_eq!(server.send("POST", "/api/mailboxes", "add", &settings).expect("an answer").0, 201);
}

/// How many mails have become entries, and how many wait to.
fn count(server: &Server) -> (u64, u64) {
    let all = server.get("/api/mailboxes");
    let count = |name: &str| all["items"][0][name].as_u64().unwrap_or(0);
    (count("taken"), count("waiting"))
}

fn wait_for(server: &Server, mails: u64) {
    let began = Instant::now();
    while count(server) != (mails, 0) {
        assert!(began.elapsed() < Duration::from_secs(300), "{mails} wanted: {}", server.get("/api/mailboxes"));
        sleep(Duration::from_millis(100));
    }
}

/// Each of so many mails is an entry, once, in the thread it belongs to.
fn expect_each_once(place: &Place, mails: u64) {
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    let threads = place.export();
    for entry in threads.iter().flat_map(|thread| thread["entries"].as_array().unwrap()) {
        *times.entry(entry["external_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let missing: Vec<u64> = (0..mails).filter(|n| !times.contains_key(&format!("m{n}@x.example"))).collect();
    let doubled: Vec<(&String, &u64)> = times.iter().filter(|(_, times)| **times != 1).collect();
    assert!(missing.is_empty() && doubled.is_empty() && times.len() as u64 == mails, "{missing:?} {doubled:?}");
    assert_eq!(threads.len() as u64, mails - (0..mails).filter_map(answered_by).count() as u64, "threads are right");
    place.check();
}

#[tokio::test]
async fn two_servers_on_one_store_bring_in_each_mail_once_and_one_goes_on_alone() {
    const MAILS: u64 = 900;
    let place = Place::new("two_post_offices").await;
    place.write_config("outside_networks = \"127.0.0.1\"\n");
    let token = make_token(&place);
    let dovecot = Dovecot::start();
    (0..MAILS / 3).for_each(|n| dovecot.deliver("help", mail(n)));
    let (first, second) = (Server::start(&place, &token), Server::start(&place, &token));
    add_mailbox(&first, &dovecot);
    for n in MAILS / 3..MAILS * 2 / 3 {
        dovecot.deliver("help", mail(n));
        sleep(Duration::from_millis(3));
    }
    wait_for(&second, MAILS * 2 / 3);
    let going = std::thread::spawn(move || {
        sleep(Duration::from_millis(100));
        first.kill();
    });
    (MAILS * 2 / 3..MAILS).for_each(|n| dovecot.deliver("help", mail(n)));
    going.join().unwrap();
    wait_for(&second, MAILS);
    second.kill();
    expect_each_once(&place, MAILS);
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
    add_mailbox(&server, &dovecot);
    let mut dice = Dice(kills * 7919 + 11);
    let (mut delivered, mut under_way) = (mails / 2, 0);
    let mut server = Some(server);
    for kill in 1..=kills {
        let until = mails / 2 + mails / 2 * kill / kills;
        let one = server.take().expect("a server");
        let (before, began) = (count(&one), Instant::now());
        (delivered..until).for_each(|n| dovecot.deliver("help", mail(n)));
        delivered = until;
        // From the first that came until a moment that nobody chose.
        while count(&one) == before && began.elapsed() < Duration::from_secs(5) {}
        sleep(Duration::from_millis(dice.below(60)));
        let (taken, waiting) = count(&one);
        under_way += u64::from(taken < delivered || waiting > 0);
        one.kill();
        server = Some(Server::start(&place, &token));
    }
    println!("{under_way} of {kills} kills came while mail was coming in");
    let server = server.expect("a server");
    wait_for(&server, mails);
    server.kill();
    expect_each_once(&place, mails);
    assert!(under_way > 0, "no kill came in time: deliver more mails");
}
