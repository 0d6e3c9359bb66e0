//! `sarang tags watch` beside others who tag: the real binary on the store that this process tags in, on the engine that is
//! being tested.
use base::{Actor, ConversationId};
use serde_json::json;
use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};
use store::Location;
use tagging::{ApplyTag, NewTag, Origin, TagEngine};
use testkit::TestDb;

fn sarang(db: &TestDb, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sarang"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SARANG_")) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").args(args).arg("--data").arg(db.folder()).stdin(Stdio::null());
    if let Location::Postgres { url, .. } = db.location() {
        command.args(["--database", url]);
    }
    command
}

/// Somebody who watches.
struct Watcher(Child, BufReader<ChildStdout>);

impl Watcher {
    fn start(db: &TestDb, args: &[&str]) -> Watcher {
        let mut child = sarang(db, &[&["tags", "watch"], args].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Watcher(child, out)
    }
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.1.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Brings in one conversation a person, said now, with tags by their paths.
fn import(db: &TestDb, persons: &[&str], tags: &[&str]) {
    let now = base::Time::now();
    let line = |person: &&str| {
        let entry = json!({"external_id": "1", "author": "person", "at": now, "text": "the export\ndrops columns"});
        json!({"external_id": person, "channel": "chat", "opened_at": now, "tags": tags, "entries": [entry],
            "person": {"external_id": person, "name": format!("Kim {person}")}})
    };
    let lines: String = persons.iter().map(|person| format!("{}\n", line(person))).collect();
    let file = db.folder().join("in.jsonl");
    fs::write(&file, lines).unwrap();
    let args = ["import", file.to_str().unwrap(), "--format", "jsonl", "--tags", "match"];
    let done = sarang(db, &args).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

async fn conversation_of(db: &TestDb, person: &str) -> ConversationId {
    let mut tx = db.read().await.unwrap();
    conversations::find_by_external(&mut tx, "jsonl", person).await.unwrap().expect("it came in").id
}

#[tokio::test]
async fn every_change_of_a_count_is_a_line_with_the_words_that_made_it() {
    let db = TestDb::new("watch").await;
    let (house, scope) = (Actor::system(), conversations::Scope::default());
    let make = async |new: serde_json::Value| {
        let new: NewTag = serde_json::from_value(new).unwrap();
        let mut tx = db.write().await.unwrap();
        let tag = tagging::create_tag(&mut tx, &house, new).await.unwrap();
        tx.commit().await.unwrap();
        tag
    };
    let reports = make(json!({"label": {"en": "Reports", "ko": "보고서"}})).await;
    let export = make(json!({"parent": reports.id, "label": {"en": "Export", "ko": "내보내기"}})).await;
    import(&db, &["minji", "jun"], &[]);

    let mut branch = Watcher::start(&db, &["Reports"]);
    assert_eq!(branch.line(), "Reports  0 conversations, 0 people, 0 accounts");
    assert!(branch.line().starts_with("Watching"));
    let mut all = Watcher::start(&db, &[]);
    assert!(all.line().starts_with("Watching"));

    // A tagging below is one of the branch too.
    let conversation = conversation_of(&db, "minji").await;
    let engine = TagEngine::new((*db).clone());
    let mut tx = db.write().await.unwrap();
    let catalogue = engine.catalogue_in(&mut tx).await.unwrap();
    let apply = ApplyTag { conversation, tag: export.id, kind: None, passage: None, origin: Origin::Human };
    let tagged = tagging::apply_tag(&mut tx, &scope, &house, &catalogue, apply).await.unwrap();
    tx.commit().await.unwrap();
    let counts = "1 (+1) conversations, 1 people, 0 accounts  “the export drops columns” Kim minji";
    assert_eq!(branch.line(), format!("Reports  {counts}"));
    assert_eq!(all.line(), format!("Reports / Export  {counts}"));

    // What comes in with its tags counts without a word for each; what is taken back is told as well, down to none.
    import(&db, &["sora", "haneul"], &["reports/export"]);
    assert_eq!(branch.line(), "Reports  3 (+2) conversations, 3 people, 0 accounts");
    assert_eq!(all.line(), "Reports / Export  3 (+2) conversations, 3 people, 0 accounts");
    let mut tx = db.write().await.unwrap();
    tagging::retract_tagging(&mut tx, &scope, &house, &catalogue, tagged.row.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(branch.line(), "Reports  2 (-1) conversations, 2 people, 0 accounts");

    let unknown = sarang(&db, &["tags", "watch", "Nothing"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no tag called Nothing"));
    drop((branch, all));
    db.close().await;
}
