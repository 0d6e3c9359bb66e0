//! Nothing is lost on the way out and in again: an export, imported into an empty installation and exported again, is
//! the same to the byte.
use base::Actor;
use frontdoor::{Export, Format, Import, ImportState, Options, fill_demo, run_import};
use std::{fs, io::BufRead, path::Path, path::PathBuf};
use testkit::TestDb;

/// Writes an export as `sarang export` does: the lines, and beside them the attachments.
async fn export_to(db: &store::Db, path: &Path) -> Vec<u8> {
    let mut export = Export::new(db.clone(), conversations::Scope::default());
    let mut all = Vec::new();
    while let Some(page) = export.next_page().await.unwrap() {
        all.extend(page);
    }
    fs::write(path, &all).unwrap();
    let beside = frontdoor::files_beside(path);
    fs::create_dir_all(&beside).unwrap();
    for hash in &export.files {
        fs::copy(db.blob_path(hash), beside.join(hash)).unwrap();
    }
    all
}

async fn import(db: &store::Db, path: &Path, format: Format) {
    let outcome = run_import(db, &Import::of(path, Options::new(format)), &|_| {}).await.unwrap();
    assert_eq!((outcome.state, outcome.counts.skipped), (ImportState::Done, 0), "{:?}", outcome.error);
    assert_eq!(outcome.counts.warnings, [], "{}", path.display());
}

async fn check_round_trip(db: &TestDb, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let first = export_to(db, &folder.path().join("first.jsonl")).await;
    assert!(!first.is_empty());
    let empty = TestDb::new(name).await;
    import(&empty, &folder.path().join("first.jsonl"), Format::Jsonl).await;
    let second = export_to(&empty, &folder.path().join("second.jsonl")).await;
    for (n, (one, other)) in first.lines().zip(second.lines()).enumerate() {
        assert_eq!(one.unwrap(), other.unwrap(), "line {}", n + 1);
    }
    assert!(first == second);
}

#[tokio::test]
async fn the_sample_company_comes_back_as_it_was() {
    let db = TestDb::new("round_demo").await;
    let made = fill_demo(&db, &Actor::system(), false).await.unwrap();
    assert!(made.conversations >= 300 && made.tags >= 120 && made.roadmap_items > 5, "{made:?}");
    // What staff did since: taken back, said to fit nothing.
    let mut tx = db.write().await.unwrap();
    let catalogue = tagging::load_catalogue(&mut tx).await.unwrap();
    let (actor, scope) = (Actor::system(), conversations::Scope::default());
    let history = tagging::list_history(&mut tx, (1..=498).collect()).await.unwrap();
    tagging::retract_tagging(&mut tx, &scope, &actor, &catalogue, history[0].id).await.unwrap();
    let heads = conversations::heads(&mut tx, &(1..=498).collect::<Vec<_>>()).await.unwrap();
    let untagged = heads.iter().find(|head| history.iter().all(|row| row.conversation_ord != head.ord)).unwrap();
    tagging::mark_nothing(&mut tx, &scope, &actor, untagged.id).await.unwrap();
    conversations::write_note(&mut tx, &actor, untagged, "나중에 다시 보기").await.unwrap();
    let first = conversations::first_words(&mut tx, &[untagged.ord]).await.unwrap()[0].1;
    let entry = conversations::entries_by_ord(&mut tx, &[first]).await.unwrap().remove(0);
    for (valence, emotion) in [(-2, Some(conversations::Emotion::Anger)), (1, None)] {
        conversations::correct_emotion(&mut tx, &actor, (&entry, untagged), valence, emotion).await.unwrap();
    }
    conversations::take_back_emotion(&mut tx, &actor, (&entry, untagged)).await.unwrap();
    tx.commit().await.unwrap();
    check_round_trip(&db, "round_demo_back").await;
}

#[tokio::test]
async fn filling_the_sample_company_twice_changes_nothing() {
    let db = TestDb::new("demo_twice").await;
    let first = fill_demo(&db, &Actor::system(), false).await.unwrap();
    let again = fill_demo(&db, &Actor::system(), false).await.unwrap();
    assert_eq!((again.conversations, again.entries, again.persons, again.tags, again.roadmap_items), (0, 0, 0, 0, 0));
    let ords: Vec<i64> = (1..=first.conversations as i64).collect();
    let heads = conversations::heads(&mut db.read().await.unwrap(), &ords).await.unwrap();
    let newest = heads.into_iter().map(|head| head.last_entry_at).max().unwrap();
    assert!(base::Time::now().since(newest) < 15 * base::Time::MINUTE);
}

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("SARANG_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("not run: set SARANG_DATA");
    }
    folder
}

#[tokio::test]
async fn real_chats_reviews_and_mails_come_back_as_they_were() {
    let Some(data) = data() else { return };
    let (db, folder) = (TestDb::new("round_real").await, tempfile::tempdir().unwrap());
    for file in ["community-chats-en", "service-chats-en", "reviews-ko"] {
        let text = fs::read_to_string(data.join(format!("conversations/{file}.jsonl"))).unwrap();
        let some: String = text.lines().take(700).map(|line| format!("{line}\n")).collect();
        let path = folder.path().join(format!("{file}.jsonl"));
        fs::write(&path, some).unwrap();
        import(&db, &path, Format::Jsonl).await;
    }
    import(&db, &data.join("mail/easy-ham-2.mbox"), Format::Mbox).await;
    check_round_trip(&db, "round_real_back").await;
}
