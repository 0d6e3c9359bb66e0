//! The real binary, killed while it imports, on a full disk, and beside other imports: nothing is lost, nothing twice.
use crate::place::{Dice, Place, read_report, sarang, seeds};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

fn write_lines(path: &Path, conversations: u64) {
    let mut dice = Dice(42);
    let mut text = String::new();
    for n in 0..conversations {
        let customer = dice.below(conversations / 3 + 1);
        let mut entries = Vec::new();
        for k in 0..1 + dice.below(5) {
            let author = if k % 2 == 0 { "person" } else { "agent" };
            let at = format!("2026-05-{:02}T{k:02}:{:02}:00Z", 1 + n % 28, dice.below(60));
            let text = format!("필터 {n} falls back {k}");
            entries.push(json!({"external_id": k.to_string(), "author": author, "at": at, "text": text}));
        }
        let email = format!("p{customer}@firm{}.example", customer % 50);
        let line = json!({"external_id": format!("c{n}"), "channel": "chat", "opened_at": "2026-05-01T00:00:00Z",
            "person": {"external_id": format!("p{customer}"), "email": email},
            "account": {"external_id": format!("a{}", customer % 50), "plan": "Team"},
            "tags": [format!("area/{}", n % 12)], "entries": entries});
        text.push_str(&format!("{line}\n"));
    }
    fs::write(path, text).unwrap();
}

fn write_mails(path: &Path, mails: u64) {
    let mut dice = Dice(7);
    let mut text = String::new();
    for n in 0..mails {
        // Some answer a mail that comes later.
        let answered = (n + mails + dice.below(60) - 20) % mails;
        let reference = if n % 3 == 0 { String::new() } else { format!("In-Reply-To: <m{answered}@x.example>\n") };
        let (who, hour, minute) = (n % 40, n / 60 % 24, n % 60);
        text.push_str(&format!(
            "From a@x.example Mon Nov  2 09:00:00 2026\nFrom: P{who} <p{who}@x.example>\nTo: b@x.example\nSubject: S{n}\n\
             Date: Mon, 02 Nov 2026 {hour:02}:{minute:02}:00 +0000\nMessage-ID: <m{n}@x.example>\n{reference}\nText {n}\n\n"
        ));
    }
    fs::write(path, text).unwrap();
}

/// Kills an import up to four times and lets it end; whether any kill came before its end.
fn kill_and_finish(place: &Place, file: &Path, format: &str, seed: u64) -> bool {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut was_killed = false;
    for _ in 0..1 + dice.below(4) {
        was_killed |= place.import_and_kill(file, format, Duration::from_millis(20 + dice.below(900)));
    }
    let (code, report) = place.import(file, format);
    assert_eq!(code, 0, "seed {seed}: {report}");
    was_killed
}

/// Each thread as the set of its mails: which of them it is named after depends on where the batches ended.
fn threads(lines: &[Value]) -> BTreeSet<Vec<String>> {
    let mails = |line: &Value| {
        let entries = line["entries"].as_array().unwrap();
        let mut all: Vec<String> = entries.iter().map(|entry| entry["external_id"].to_string()).collect();
        all.sort();
        all
    };
    lines.iter().map(mails).collect()
}

#[tokio::test]
async fn an_import_that_is_killed_goes_on_and_loses_and_doubles_nothing() {
    let files = tempfile::tempdir().unwrap();
    let (lines, mails) = (files.path().join("a.jsonl"), files.path().join("a.mbox"));
    write_lines(&lines, 3_000);
    write_mails(&mails, 2_000);
    let undisturbed = Place::new("undisturbed").await;
    assert_eq!(undisturbed.import(&lines, "jsonl").0, 0);
    let expected = undisturbed.export();
    assert_eq!(expected.len(), 3_000);
    let by_mail = Place::new("undisturbed_mail").await;
    assert_eq!(by_mail.import(&mails, "mbox").0, 0);
    let expected_threads = threads(&by_mail.export());

    let mut killed = 0;
    for seed in seeds() {
        let place = Place::new("killed").await;
        killed += usize::from(kill_and_finish(&place, &lines, "jsonl", seed));
        assert!(place.export() == expected, "seed {seed}: an export differs");
        place.check();
        let place = Place::new("killed_mail").await;
        killed += usize::from(kill_and_finish(&place, &mails, "mbox", seed));
        assert_eq!(threads(&place.export()), expected_threads, "seed {seed}");
        place.check();
    }
    println!("{killed} imports were killed under way");
    assert!(killed > 0, "no kill came in time: make the files larger");
}

#[tokio::test]
async fn several_imports_and_a_server_share_one_folder() {
    let files = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (0..3).map(|n| files.path().join(format!("{n}.jsonl"))).collect();
    paths.iter().for_each(|path| write_lines(path, 600));
    let place = Place::new("together").await;
    let mut server = place.sarang(&["serve", "--listen", "127.0.0.1:0"]);
    let mut server = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = |(n, path): (usize, &PathBuf)| {
        let source = format!("s{n}");
        let args = ["import", path.to_str().unwrap(), "--format", "jsonl", "--source", &source];
        place.sarang(&args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let imports: Vec<_> = paths.iter().enumerate().map(start).collect();
    for import in imports {
        let output = import.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(server.try_wait().unwrap().is_none(), "the server went away");
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(place.export().len(), 1_800);
    place.check();
}

#[test]
fn a_full_disk_stops_an_import_that_goes_on_once_there_is_room() {
    let mount = |args: &[&str]| Command::new("mount").args(args).output().is_ok_and(|output| output.status.success());
    let (files, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let shown = folder.path().to_str().unwrap();
    if !mount(&["-t", "tmpfs", "-o", "size=6m", "tmpfs", shown]) {
        println!("not run: mounting a small file system needs root");
        return;
    }
    let file = files.path().join("a.jsonl");
    write_lines(&file, 3_000);
    let args = ["import", file.to_str().unwrap(), "--format", "jsonl", "--report", "json"];
    let full = sarang(folder.path(), &args).output().unwrap();
    let there_is_room = mount(&["-o", "remount,size=300m", shown]);
    let ended = sarang(folder.path(), &args).output().unwrap();
    let unmounted = Command::new("umount").args(["--lazy", shown]).status().is_ok_and(|status| status.success());
    let said = String::from_utf8_lossy(&full.stderr).into_owned();
    assert_eq!(full.status.code(), Some(1), "{said}");
    assert!(said.contains("disk is full"), "{said}");
    assert!(there_is_room && unmounted);
    let (code, report) = read_report(ended);
    assert_eq!((code, &report["imported"], &report["skipped"]), (0, &json!(3_000), &json!([])));
}
