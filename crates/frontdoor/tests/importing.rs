//! What an import takes in, what it leaves out and why, on the engine that is being tested.
use base::Ui;
use frontdoor::{Format, Import, ImportState, Options, Outcome, Reason, TagsMode, list_all_skips, run_import};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testkit::TestDb;

struct House {
    db: TestDb,
    files: TempDir,
}

impl House {
    async fn new(name: &str) -> House {
        House { db: TestDb::new(name).await, files: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    async fn import(&self, path: &Path, options: Options) -> (Outcome, Vec<(String, Reason)>) {
        let outcome = run_import(&self.db, &Import::of(path, options), &|_| {}).await.unwrap();
        assert_eq!(outcome.state, ImportState::Done, "{:?}", outcome.error);
        let skips = list_all_skips(&self.db, outcome.id).await.unwrap();
        (outcome, skips)
    }

    async fn lines(&self, name: &str, lines: &[Value]) -> (Outcome, Vec<(String, Reason)>) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.import(&self.file(name, text), Options::new(Format::Jsonl)).await
    }

    async fn rows(&self, table: &str) -> usize {
        store::testing::contents(&self.db).await.unwrap().get(table).map_or(0, Vec::len)
    }

    async fn counts(&self) -> [i64; 4] {
        let all = store::testing::contents(&self.db).await.unwrap();
        ["conversations", "entries", "persons", "raws"].map(|table| all.get(table).map_or(0, Vec::len) as i64)
    }

    async fn export(&self) -> Vec<u8> {
        let mut export = frontdoor::Export::new((*self.db).clone(), conversations::Scope::default());
        let mut all = Vec::new();
        while let Some(page) = export.next_page().await.unwrap() {
            all.extend(page);
        }
        all
    }
}

fn line(id: &str) -> Value {
    json!({"external_id": id, "channel": "chat", "opened_at": "2026-11-02T09:00:00Z",
        "person": {"external_id": format!("p-{id}"), "name": "김민지"},
        "entries": [{"external_id": "1", "author": "person", "at": "2026-11-02T09:00:00Z", "text": "필터가 풀려요"}]})
}

fn with(mut line: Value, field: &str, value: Value) -> Value {
    line[field] = value;
    line
}

#[tokio::test]
async fn each_bad_line_says_why_while_its_neighbours_come_in() {
    let house = House::new("bad_lines").await;
    let good = |id: &str| line(id).to_string().into_bytes();
    let mut late = line("late");
    late["entries"][0]["at"] = json!("yesterday");
    let mut twice = line("twice");
    twice["entries"] = json!([twice["entries"][0], twice["entries"][0]]);
    let mut without = line("without");
    without.as_object_mut().unwrap().remove("entries");
    let mut nul = good("nul");
    nul.insert(5, 0);
    let mut latin = good("latin");
    latin[4] = 0xe9;
    let huge = with(line("huge"), "subject", json!("x".repeat(3 << 20)));
    let bad: Vec<(Vec<u8>, &str)> = vec![
        (b"{\"external_id\": \"cut".to_vec(), "import-not-json"),
        (b"[1, 2]".to_vec(), "import-not-an-object"),
        (without.to_string().into_bytes(), "import-missing-field"),
        (with(line("kinds"), "entries", json!("none")).to_string().into_bytes(), "import-wrong-kind"),
        (with(line("when"), "opened_at", json!("2026-13-45")).to_string().into_bytes(), "import-bad-time"),
        (late.to_string().into_bytes(), "import-bad-time"),
        (with(line("how"), "channel", json!("fax")).to_string().into_bytes(), "import-bad-channel"),
        (twice.to_string().into_bytes(), "error-entry-twice"),
        (with(line("nameless"), "external_id", json!("")).to_string().into_bytes(), "error-external-id"),
        (nul, "import-nul"),
        (latin, "import-not-utf8"),
        (huge.to_string().into_bytes(), "import-too-large"),
        (format!("{} {{}}", line("tail")).into_bytes(), "import-not-json"),
    ];
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    for (at, (bad, _)) in bad.iter().enumerate() {
        bytes.extend([good(&format!("good-{at}")), b"\r\n\r\n".to_vec(), bad.clone(), b"\n".to_vec()].concat());
    }
    let path = house.file("zoo.jsonl", &bytes);
    let options = Options { largest_item: 1 << 20, ..Options::new(Format::Jsonl) };
    let (outcome, skips) = house.import(&path, options).await;
    let told: Vec<(&str, &str)> = skips.iter().map(|(item, why)| (item.as_str(), why.key.as_str())).collect();
    let expected: Vec<(String, &str)> =
        bad.iter().enumerate().map(|(at, (_, key))| (format!("line {}", at * 3 + 3), *key)).collect();
    assert_eq!(told, expected.iter().map(|(item, key)| (item.as_str(), *key)).collect::<Vec<_>>());
    assert_eq!((outcome.counts.read, outcome.counts.imported), (2 * bad.len() as u64, bad.len() as u64));
    // Everything has a sentence in both languages, and its bytes are kept.
    for (_, why) in &skips {
        assert!(why.tell(Ui::Ko).chars().any(|c| ('가'..='힣').contains(&c)), "{why:?}");
        assert_ne!(why.tell(Ui::En), why.key);
    }
    assert_eq!(house.counts().await[3], 2 * bad.len() as i64);
}

#[tokio::test]
async fn importing_again_appends_what_is_new_and_changes_nothing_else() {
    let house = House::new("again").await;
    let (first, _) = house.lines("a.jsonl", &[line("a"), line("b")]).await;
    assert_eq!((first.counts.imported, first.counts.persons, first.counts.entries), (2, 2, 2));
    let before = house.counts().await;
    let (again, _) = house.lines("a.jsonl", &[line("a"), line("b")]).await;
    assert_eq!((again.counts.read, again.counts.unchanged, again.counts.entries), (2, 2, 0));
    assert_eq!(house.counts().await, before);
    let mut longer = line("a");
    longer["entries"][0]["text"] = json!("필터가 자꾸 풀려요");
    let more = json!({"external_id": "2", "author": "agent", "name": "하나", "at": "2026-11-02T10:00:00Z", "text": ""});
    longer["entries"].as_array_mut().unwrap().push(more);
    let (third, _) = house.lines("b.jsonl", &[longer, line("b")]).await;
    assert_eq!((third.counts.updated, third.counts.unchanged, third.counts.entries), (1, 1, 1));
    let text = String::from_utf8(house.export().await).unwrap();
    assert!(text.contains("필터가 자꾸 풀려요") && !text.contains("\"필터가 풀려요\",\"html\""));
}

#[tokio::test]
async fn a_name_is_a_user_only_with_a_login_and_nobody_is_made_twice() {
    let house = House::new("people").await;
    let mut one = line("one");
    one["person"] = json!({});
    one["account"] = json!({"name": "한빛출판", "revenue_cents": 100, "currency": "KRW"});
    one["entries"][0]["name"] = json!("누군가");
    one["mood"] = json!("fine");
    one["entries"][0]["score"] = json!(1);
    let mut two = with(line("two"), "account", one["account"].clone());
    two["mood"] = json!("fine");
    let (outcome, skips) = house.lines("people.jsonl", &[one.clone(), two]).await;
    assert!(skips.is_empty());
    assert_eq!((outcome.counts.persons, outcome.counts.accounts), (2, 1));
    let told: Vec<(String, u64)> = outcome.counts.warnings.iter().map(|w| (w.reason.tell(Ui::En), w.times)).collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|(text, times)| text.contains("“mood”") && *times == 2));
    assert!(told.iter().any(|(text, times)| text.contains("“entries.score”") && *times == 1));
    let exported = String::from_utf8(house.export().await).unwrap();
    assert!(exported.contains("\"person\":{\"external_id\":\"one\""), "{exported}");
    assert!(exported.contains("\"revenue_minor\":100"));
}

#[tokio::test]
async fn unknown_tags_are_made_told_or_passed_over() {
    for (mode, tagged, warned) in [(TagsMode::Create, 3, 0), (TagsMode::Match, 0, 2), (TagsMode::Ignore, 0, 0)] {
        let house = House::new("tags").await;
        let tags = |id: &str, tags: Value| with(line(id), "tags", tags).to_string();
        let text = format!("{}\n{}\n", tags("a", json!(["Airline/Book Flight", "x"])), tags("b", json!(["x"])));
        let options = Options { tags: mode, source: Some("desk".into()), ..Options::new(Format::Jsonl) };
        let (outcome, _) = house.import(&house.file("t.jsonl", text), options).await;
        assert_eq!(house.rows("taggings").await, tagged, "{mode}");
        assert_eq!(outcome.counts.warnings.len(), warned, "{mode}");
        // The node of the source, and a tag below it for each part of a path.
        assert_eq!(house.rows("tags").await, if mode == TagsMode::Create { 4 } else { 0 }, "{mode}");
        assert_eq!(outcome.counts.imported, 2);
        let exported = String::from_utf8(house.export().await).unwrap();
        assert_eq!(exported.contains("\"tags\":[\"airline/book-flight\",\"x\"]"), mode == TagsMode::Create);
    }
}

const MAIL: &str = "From: Kim <kim@hanbit.example>\nTo: help@moa.example\nSubject: Filters\n\
    Date: Mon, 02 Nov 2026 09:00:00 +0900\nMessage-ID: <m1@hanbit.example>\n\nThey fall back.\n";

#[tokio::test]
async fn a_folder_gives_its_mails_and_says_of_the_rest_what_it_is() {
    let house = House::new("folder").await;
    house.file("in/1.eml", MAIL);
    house.file(
        "in/2.eml",
        MAIL.replace("m1@", "m2@").replace("\n\nThey", "\nIn-Reply-To: <m1@hanbit.example>\n\nAgain they"),
    );
    house.file("in/empty.eml", "");
    house.file("in/notes.txt", "Milk\nBread\n");
    house.file("in/picture.png", [0x89, b'P', b'N', b'G']);
    house.file("in/cur/1700000000.M1P2.host:2,S", MAIL.replace("m1@", "m3@"));
    house.file("in/archive.eml", format!("From kim@hanbit.example Mon Nov  2 09:00:00 2026\n{MAIL}\n").repeat(3));
    house.file("in/.DS_Store", [0u8, 1, 2]);
    std::os::unix::fs::symlink("nowhere", house.files.path().join("in/zz-gone.eml")).unwrap();
    let (outcome, skips) = house.import(&house.files.path().join("in"), Options::new(Format::Eml)).await;
    assert_eq!((outcome.counts.imported, outcome.counts.conversations, outcome.counts.persons), (3, 2, 1));
    let told: Vec<(&str, &str)> = skips.iter().map(|(item, why)| (item.as_str(), why.key.as_str())).collect();
    let expected = [
        ("archive.eml", "import-is-mbox"),
        ("empty.eml", "import-not-mail"),
        ("notes.txt", "import-not-mail"),
        ("picture.png", "import-not-mail"),
        ("zz-gone.eml", "import-unreadable"),
    ];
    assert_eq!(told, expected);
    let exported = String::from_utf8(house.export().await).unwrap();
    assert!(exported.contains("\"external_id\":\"m1@hanbit.example\""));
}

#[tokio::test]
async fn a_cut_mbox_gives_what_there_is_and_a_file_that_is_none_says_so() {
    let house = House::new("mbox").await;
    let from = "From kim@hanbit.example Mon Nov  2 09:00:00 2026\n";
    let cut = format!("{from}{MAIL}\n{from}{}", &MAIL.replace("m1@", "m2@")[..MAIL.len() - 9]);
    let (outcome, skips) = house.import(&house.file("cut.mbox", cut), Options::new(Format::Mbox)).await;
    assert_eq!((outcome.counts.imported, skips.len()), (2, 0));
    assert_eq!(outcome.counts.warnings[0].reason.key, "import-truncated");
    let (outcome, skips) = house.import(&house.file("no.mbox", "Dear all,\n"), Options::new(Format::Mbox)).await;
    assert_eq!((outcome.counts.imported, skips[0].1.key.as_str()), (0, "import-not-mbox"));
    let (outcome, skips) = house.import(&house.file("empty.mbox", ""), Options::new(Format::Mbox)).await;
    assert_eq!((outcome.counts.read, skips.len()), (0, 0));
}

#[tokio::test]
async fn the_same_file_is_imported_by_one_at_a_time() {
    let house = House::new("alone").await;
    let lines: String = (0..400).map(|n| format!("{}\n", line(&n.to_string()))).collect();
    let path = house.file("many.jsonl", lines);
    let import = Import::of(&path, Options::new(Format::Jsonl));
    let (one, other) = tokio::join!(run_import(&house.db, &import, &|_| {}), run_import(&house.db, &import, &|_| {}));
    let (done, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(done.unwrap().counts.imported, 400);
    assert!(matches!(refused.unwrap_err(), base::Error::Conflict { key: "error-import-running" }));
    assert_eq!(house.counts().await[..3], [400, 400, 400]);
}

#[tokio::test]
async fn a_dry_run_says_what_an_import_would_and_touches_nothing() {
    let house = House::new("dry").await;
    let mut bad = line("bad");
    bad["entries"] = json!(1);
    let text = format!("{}\n{bad}\n{}\n{}\n", line("a"), line("b"), line("a"));
    let path = house.file("dry.jsonl", text);
    let import = Import::of(&path, Options::new(Format::Jsonl));
    let (dry, dry_skips) = frontdoor::look_through(&import, &|_| {}).unwrap();
    assert_eq!(house.counts().await, [0; 4]);
    let (wet, wet_skips) = house.import(&path, Options::new(Format::Jsonl)).await;
    let of = |o: &Outcome| {
        let c = &o.counts;
        [
            c.read,
            c.imported,
            c.updated,
            c.unchanged,
            c.skipped,
            c.conversations,
            c.entries,
            c.persons,
            c.teams,
            c.accounts,
        ]
    };
    assert_eq!((of(&dry), dry_skips), (of(&wet), wet_skips));
}

#[tokio::test]
async fn a_whole_file_of_another_format_is_refused_and_leaves_nothing() {
    let house = House::new("formats").await;
    let mbox = format!("From kim@hanbit.example Mon Nov  2 09:00:00 2026\n{MAIL}\n").repeat(3);
    let path = house.file("archive", mbox);
    for (format, likely) in [(Format::Jsonl, "error-import-is-mbox"), (Format::Eml, "error-import-is-mbox")] {
        let import = Import::of(&path, Options::new(format));
        let refused = run_import(&house.db, &import, &|_| {}).await.unwrap_err();
        assert!(matches!(&refused, base::Error::Invalid { key, .. } if *key == likely), "{refused:?}");
        assert!(frontdoor::look_through(&import, &|_| {}).is_err());
    }
    assert_eq!((house.counts().await, house.rows("imports").await), ([0; 4], 0));
    let (outcome, _) = house.import(&path, Options::new(Format::Mbox)).await;
    assert_eq!(outcome.counts.read, 3);
}

#[tokio::test]
async fn the_audit_log_tells_of_an_import_that_no_server_began() {
    let house = House::new("audit").await;
    house.lines("a.jsonl", &[line("a")]).await;
    let all = store::testing::contents(&house.db).await.unwrap();
    let told = format!("{:?}", all["audit_log"]);
    assert_eq!(all["audit_log"].len(), 1, "{told}");
    assert!(told.contains("frontdoor.import_started") && told.contains("a.jsonl"), "{told}");
}
