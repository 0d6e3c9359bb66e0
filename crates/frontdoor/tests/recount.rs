//! Every file of the shared data comes in with nothing lost: what an import says, and what is stored, compared with a
//! recount that shares no code with it.
use frontdoor::{Counts, Format, Import, ImportState, Options, run_import};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::{fs, path::Path, path::PathBuf};
use testkit::TestDb;

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("SARANG_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("not run: set SARANG_DATA");
    }
    folder
}

async fn import(db: &TestDb, path: &Path, format: Format) -> Counts {
    let outcome = run_import(db, &Import::of(path, Options::new(format)), &|_| {}).await.unwrap();
    assert_eq!(outcome.state, ImportState::Done, "{:?}", outcome.error);
    outcome.counts
}

async fn stored(db: &TestDb) -> BTreeMap<String, u64> {
    store::testing::contents(db).await.unwrap().into_iter().map(|(table, rows)| (table, rows.len() as u64)).collect()
}

#[tokio::test]
async fn every_conversation_of_the_shared_data_comes_in() {
    let Some(data) = data() else { return };
    let mut files: Vec<PathBuf> =
        fs::read_dir(data.join("conversations")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 3);
    for path in files {
        let (mut conversations, mut entries, mut taggings) = (0u64, 0u64, 0u64);
        let (mut persons, mut tags) = (HashSet::new(), HashSet::new());
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            conversations += 1;
            entries += line["entries"].as_array().unwrap().len() as u64;
            persons.insert(line["person"]["external_id"].to_string());
            let of_line: HashSet<String> =
                line["tags"].as_array().into_iter().flatten().map(|tag| tag.as_str().unwrap().to_owned()).collect();
            taggings += of_line.len() as u64;
            tags.extend(of_line);
        }
        let db = TestDb::new("recount").await;
        let counts = import(&db, &path, Format::Jsonl).await;
        let said = (counts.read, counts.imported, counts.conversations, counts.entries, counts.persons);
        let persons = persons.len() as u64;
        assert_eq!(said, (conversations, conversations, conversations, entries, persons), "{}", path.display());
        assert_eq!((counts.skipped, counts.warnings.len()), (0, 0));
        let rows = stored(&db).await;
        let of = |table: &str| rows.get(table).copied().unwrap_or_default();
        let found = [of("conversations"), of("entries"), of("persons"), of("taggings"), of("raws")];
        assert_eq!(found, [conversations, entries, persons, taggings, conversations], "{}", path.display());
        assert!(of("tags") >= tags.len() as u64);
    }
}

/// Message-ID, and the mails it names as those it answers.
fn read_header(bytes: &[u8]) -> (String, Vec<String>) {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let header = text.split("\n\n").next().unwrap().replace("\n\t", " ").replace("\n ", " ");
    let field = |name: &str| {
        let line = header.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        line.map(|line| line[name.len() + 1..].to_owned()).unwrap_or_default()
    };
    let ids = |text: String| -> Vec<String> {
        text.split('<').skip(1).filter_map(|part| Some(part.split_once('>')?.0.trim().to_owned())).collect()
    };
    let own = ids(field("message-id")).pop().unwrap_or_default();
    (own, ids(field("in-reply-to")).into_iter().chain(ids(field("references"))).collect())
}

#[tokio::test]
async fn replies_lie_in_the_thread_of_their_parent_from_a_folder_as_from_an_mbox() {
    let Some(data) = data() else { return };
    let folder = data.join("mail/easy-ham-2");
    let mut mails = HashMap::new();
    for file in fs::read_dir(&folder).unwrap() {
        let (own, parents) = read_header(&fs::read(file.unwrap().path()).unwrap());
        mails.insert(own, parents);
    }
    let pairs: Vec<(&String, &String)> = mails
        .iter()
        .filter_map(|(own, parents)| {
            Some((own, parents.iter().find(|parent| mails.contains_key(*parent) && *parent != own)?))
        })
        .collect();
    let expected: Value =
        serde_json::from_slice(&fs::read(data.join("mail/easy-ham-2-expected.json")).unwrap()).unwrap();
    assert_eq!(Some(pairs.len() as i64), expected["reply_parent_in_folder"].as_i64());
    for (path, format) in [(folder.clone(), Format::Eml), (data.join("mail/easy-ham-2.mbox"), Format::Mbox)] {
        let db = TestDb::new("threads").await;
        let counts = import(&db, &path, format).await;
        assert_eq!(Some(counts.entries as i64), expected["distinct_message_ids"].as_i64());
        assert_eq!(Some(counts.persons as i64), expected["distinct_senders"].as_i64());
        assert_eq!((counts.imported, counts.skipped), (counts.read, 0));
        let mut thread_of = HashMap::new();
        let mut export = frontdoor::Export::new((*db).clone(), conversations::Scope::default());
        while let Some(page) = export.next_page().await.unwrap() {
            for line in String::from_utf8(page).unwrap().lines() {
                let line: Value = serde_json::from_str(line).unwrap();
                for entry in line["entries"].as_array().unwrap() {
                    thread_of.insert(entry["external_id"].as_str().unwrap().to_owned(), line["external_id"].clone());
                }
            }
        }
        assert_eq!(thread_of.len(), mails.len());
        let together = pairs.iter().filter(|(own, parent)| thread_of[*own] == thread_of[*parent]).count();
        println!("{format}: {together} of {} pairs together, {} threads", pairs.len(), counts.conversations);
        assert!(together * 100 >= pairs.len() * 99);
    }
}

#[tokio::test]
async fn hostile_and_broken_mails_come_in_or_say_why_not() {
    let Some(data) = data() else { return };
    for name in ["cpython-email", "ruby-mail", "stalwart-mail-parser"] {
        let folder = data.join("mail").join(name);
        let (mut files, mut folders) = (0u64, vec![folder.clone()]);
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap().map(|entry| entry.unwrap()) {
                match entry.file_type().unwrap().is_dir() {
                    true => folders.push(entry.path()),
                    false => files += u64::from(!entry.file_name().to_string_lossy().starts_with('.')),
                }
            }
        }
        let db = TestDb::new("hostile").await;
        let outcome = run_import(&db, &Import::of(&folder, Options::new(Format::Eml)), &|_| {}).await.unwrap();
        let counts = &outcome.counts;
        assert_eq!((counts.read, counts.imported + counts.unchanged + counts.skipped), (files, files), "{name}");
        // What is left out is no mail: pictures, licences, what the fixtures expect.
        let skips = frontdoor::list_all_skips(&db, outcome.id).await.unwrap();
        assert_eq!(skips.len() as u64, counts.skipped);
        let mails: Vec<_> = skips.iter().filter(|(item, _)| item.ends_with(".eml")).collect();
        assert!(mails.is_empty(), "{name}: {mails:?}");
        println!("{name}: {} of {files} imported, {} are no mails", counts.imported, counts.skipped);
    }
}
