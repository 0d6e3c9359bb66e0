//! A disk that is full while mail comes in: it is said, nothing is lost, and it goes on by itself once there is room.
use crate::place::sarang;
use crate::taggings::Server;
use serde_json::json;
use std::{
    io::Write,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
    time::Instant,
};
use testkit::{Dovecot, MAIL_PASSWORD};

const MAILS: u64 = 60;

/// A mail of a quarter of a megabyte that nothing packs.
fn mail(n: u64) -> String {
    let mut dice = crate::place::Dice(n + 1);
    let line = |_| (0..70).map(|_| char::from(b'A' + dice.below(26) as u8)).chain(['\r', '\n']).collect::<String>();
    let text: String = (0..3_600).map(line).collect();
    format!(
        "From: P{n} <p{n}@x.example>\r\nTo: help@soban.example\r\nSubject: S{n}\r\nMessage-ID: <m{n}@x.example>\r\n\
         Date: Mon, 02 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: application/octet-stream; name=a.bin\r\nContent-Disposition: attachment; filename=a.bin\r\n\r\n{text}"
    )
}

#[test]
fn mail_waits_on_its_server_while_the_disk_is_full_and_comes_in_by_itself_afterwards() {
    let mount = |args: &[&str]| Command::new("mount").args(args).output().is_ok_and(|output| output.status.success());
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().to_str().unwrap().to_owned();
    if !mount(&["-t", "tmpfs", "-o", "size=16m", "tmpfs", &shown]) {
        println!("not run: mounting a small file system needs root");
        return;
    }
    let user = ["user", "create", "--email", "a@moa.example", "--role", "owner", "--password-stdin"];
    let mut child = sarang(folder.path(), &user).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a long sentence is a good password\n").unwrap();
    assert!(child.wait().unwrap().success());
    let made =
        sarang(folder.path(), &["token", "create", "--user", "a@moa.example", "--scope", "all"]).output().unwrap();
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();

    let dovecot = Dovecot::start();
    let server = Server::serve(sarang(folder.path(), &["serve", "--listen", "127.0.0.1:0"]), &token);
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    assert_eq!(server.send("POST", "/api/mailboxes", "add", &settings).expect("an answer").0, 201);
    (0..MAILS).for_each(|n| dovecot.deliver("help", mail(n)));
    let until = |what: &str, is_so: &dyn Fn(&serde_json::Value) -> bool| {
        let began = Instant::now();
        loop {
            let one = server.get("/api/mailboxes")["items"][0].clone();
            if is_so(&one) {
                return one;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "{what}: {one}");
            sleep(Duration::from_millis(100));
        }
    };
    let full = until("a word about the disk", &|one| one["trouble"].is_string());
    assert!(full["trouble"].as_str().unwrap().contains("disk of this server is full"), "{full}");
    assert!(full["taken"].as_u64().unwrap() < MAILS, "the disk was too large: {full}");
    assert_eq!(full["active"], true);
    // Whoever looks is still answered.
    server.get("/api/conversations");
    assert!(mount(&["-o", "remount,size=300m", &shown]));
    let whole = until("all mails", &|one| one["taken"] == MAILS && one["waiting"] == 0);
    assert_eq!(
        (&whole["trouble"], &whole["copies"], &whole["unread"]),
        (&json!(null), &json!(0), &json!(0)),
        "{whole}"
    );
    let all = server.get("/api/conversations?limit=100");
    assert_eq!(all["items"].as_array().unwrap().len() as u64, MAILS);
    server.kill();
    let checked = sarang(folder.path(), &["check"]).output().unwrap();
    let unmounted = Command::new("umount").args(["--lazy", &shown]).status().is_ok_and(|status| status.success());
    assert!(checked.status.success() && unmounted, "{}", String::from_utf8_lossy(&checked.stdout));
}
