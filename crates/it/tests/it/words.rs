//! Every key of a failure that the code names has a sentence; every sentence is used.
use crate::app::this_clone;
use std::{collections::BTreeSet, fs, path::Path};

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// All texts in quotes that begin so.
fn named<'a>(code: &'a str, begin: &str) -> BTreeSet<&'a str> {
    let texts = code.split('"').filter(|text| text.starts_with(begin) && text.len() > begin.len());
    texts.filter(|text| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')).collect()
}

#[test]
fn every_failure_has_a_sentence_and_every_sentence_a_failure() {
    let crates = this_clone().join("crates");
    let mut code = String::new();
    for entry in fs::read_dir(&crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        if folder.exists() {
            sources(&folder, &mut code);
        }
    }
    let has = |key: &str| base::Ui::ALL.iter().all(|ui| httpkit::say(*ui, key, &[]).is_some());
    let mut used = named(&code, "error-");
    used.extend(named(&code, "cli-"));
    let silent: Vec<_> = used.iter().filter(|key| !has(key)).collect();
    assert!(silent.is_empty(), "keys without a sentence in both languages: {silent:?}");

    let files = crates.join("../locales/en");
    let texts =
        fs::read_to_string(files.join("errors.ftl")).unwrap() + &fs::read_to_string(files.join("server.ftl")).unwrap();
    let keys = texts.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    let unused: Vec<_> = keys
        .filter(|key| key.starts_with("error-") || key.starts_with("cli-"))
        .filter(|key| !used.contains(key))
        .collect();
    // The store leaves the beginning away.
    let unused: Vec<_> =
        unused.into_iter().filter(|key| !code.contains(&format!("\"{}\"", key.trim_start_matches("error-")))).collect();
    assert!(unused.is_empty(), "sentences nobody says: {unused:?}");
}
