//! Every file of the shared mail comes in by a mailbox, whatever it is: each is an entry, a card that says it could not be read,
//! or a copy of one that is there; and its bytes are kept. What is compared with was counted without any code of ours.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};
use server::Config;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};
use std::{fs, path::Path, path::PathBuf};
use testkit::{Dovecot, MAIL_PASSWORD};
use tokio::time::sleep;

/// How long a mailbox of a few thousand mails may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

fn list_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    for path in found {
        if path.is_dir() { list_files(&path, files) } else { files.push(path) }
    }
}

/// The mails of an archive: each begins after an empty line with one that begins with `From `.
fn split_archive(archive: &[u8]) -> Vec<Vec<u8>> {
    let (mut mails, mut after_empty): (Vec<Vec<u8>>, bool) = (Vec::new(), true);
    for line in archive.split_inclusive(|byte| *byte == b'\n') {
        if after_empty && line.starts_with(b"From ") {
            mails.push(Vec::new());
        } else if let Some(mail) = mails.last_mut() {
            let quoted = line.trim_ascii_start().starts_with(b">") && {
                let rest = &line[line.iter().take_while(|byte| **byte == b'>').count()..];
                rest.starts_with(b"From ")
            };
            mail.extend_from_slice(if quoted { &line[1..] } else { line });
        }
        after_empty = line == b"\n";
    }
    mails
}

/// The same bytes whatever its server made of line ends; a NUL may not stand in what IMAP carries.
fn carried(bytes: &[u8]) -> Vec<u8> {
    let kept = bytes.iter().filter(|byte| **byte != b'\r').map(|byte| if *byte == 0 { 0x80 } else { *byte });
    kept.collect()
}

/// The line of a mail's header that names it, with the one after it, should it be folded.
fn name_of(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text
        .lines()
        .take_while(|line| !line.is_empty())
        .skip_while(|line| !line.to_lowercase().starts_with("message-id:"));
    let (line, next) = (lines.next()?, lines.next().filter(|next| next.starts_with([' ', '\t'])).unwrap_or_default());
    Some(format!("{line}{next}").split_once(':')?.1.split_whitespace().collect())
}

async fn until_read(admin: &Client, mails: usize) -> Value {
    let began = Instant::now();
    loop {
        let one = admin.get("/api/mailboxes").await.ok().items()[0].clone();
        let read: u64 = ["taken", "copies", "unread"].iter().map(|name| one[name].as_u64().unwrap()).sum();
        if read as usize == mails && one["waiting"] == 0 {
            println!("{mails} mails in {:.1} s: {one}", began.elapsed().as_secs_f64());
            return one;
        }
        assert!(began.elapsed() < PATIENCE, "{mails} mails wanted: {one}");
        sleep(Duration::from_millis(200)).await;
    }
}

/// The raw file behind each entry of each conversation, as an agent gets it.
async fn list_raws(agent: &Client) -> Vec<(Value, Vec<u8>)> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = agent.get(&format!("/api/conversations?view=all&limit=100{after}")).await.ok().json;
        for talk in page["items"].as_array().unwrap() {
            let thread = agent.get(&format!("/api/conversations/{}", talk["id"].as_str().unwrap())).await.ok().json;
            for entry in thread["entries"].as_array().unwrap() {
                let raw = agent.open(&format!("/api/entries/{}/raw", entry["id"].as_str().unwrap())).await;
                assert!(raw.status().is_success(), "{entry}");
                all.push((entry.clone(), raw.bytes().await.unwrap().to_vec()));
            }
        }
        let Some(next) = page["next"].as_str() else { return all };
        after = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn every_file_of_shared_mail_comes_in_by_a_mailbox_and_none_is_lost() {
    let Some(data) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    let folder = PathBuf::from(data).join("mail");
    let mut files = Vec::new();
    list_files(&folder, &mut files);
    let mut mails: Vec<Vec<u8>> = Vec::new();
    for path in &files {
        match path.extension().is_some_and(|ending| ending == "mbox") {
            true => mails.extend(split_archive(&fs::read(path).unwrap())),
            false => mails.push(fs::read(path).unwrap()),
        }
    }
    let counted: Value = serde_json::from_slice(&fs::read(folder.join("easy-ham-2-expected.json")).unwrap()).unwrap();
    let archives = files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "mbox")).count();
    let in_archives = counted["messages"].as_u64().unwrap() as usize;
    assert_eq!((archives, mails.len()), (1, files.len() - 1 + in_archives), "the splitter of this test is right");

    let outside_networks = vec!["127.0.0.1".parse().unwrap()];
    let app = TestApp::with("mail_files", Config { outside_networks, ..Config::default() }).await;
    let dovecot = Dovecot::start();
    mails.iter().for_each(|mail| dovecot.deliver("help", mail));
    let admin = app.as_role(Role::Admin);
    let settings = json!({"address": "help@soban.example", "username": "help", "secret": MAIL_PASSWORD,
        "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    admin.post("/api/mailboxes", settings).await.expect(201);
    let told = until_read(&admin, mails.len()).await;

    let mut wanted: HashMap<Vec<u8>, usize> = HashMap::new();
    for mail in &mails {
        *wanted.entry(carried(mail)).or_default() += 1;
    }
    let shown = list_raws(&app.as_agent()).await;
    assert_eq!(shown.len() as u64, told["taken"].as_u64().unwrap() + told["unread"].as_u64().unwrap());
    let (mut raws, mut names): (HashSet<Vec<u8>>, HashSet<String>) = Default::default();
    for (entry, raw) in &shown {
        let raw = carried(raw);
        names.extend(name_of(&raw));
        raws.insert(raw.clone());
        let left = wanted.get_mut(&raw).unwrap_or_else(|| panic!("no file has these bytes: {entry}"));
        *left = left.checked_sub(1).unwrap_or_else(|| panic!("it is here more often than it came: {entry}"));
        assert!(entry["text"].is_string(), "{entry}");
    }
    // What is no entry is a copy: one that is shown has the same bytes, or the same name.
    let copies: Vec<&Vec<u8>> = wanted.iter().flat_map(|(raw, left)| std::iter::repeat_n(raw, *left)).collect();
    assert_eq!(copies.len() as u64, told["copies"].as_u64().unwrap());
    for copy in copies {
        let is_shown = raws.contains(copy) || name_of(copy).is_some_and(|name| names.contains(&name));
        assert!(is_shown, "lost: {}", String::from_utf8_lossy(&copy[..copy.len().min(300)]));
    }
    // The bytes of all of them are kept, those of copies too.
    let mut kept: BTreeMap<Vec<u8>, i64> = BTreeMap::new();
    let mut tx = app.db.read().await.unwrap();
    for ord in 1..=mails.len() as i64 {
        *kept.entry(carried(&tx.read_raw(ord).await.unwrap())).or_default() += 1;
    }
    drop(tx);
    mails.iter().for_each(|mail| *kept.entry(carried(mail)).or_default() -= 1);
    assert!(kept.values().all(|left| *left == 0), "what was kept is what came");
    app.end().await;
}
