//! The words of the product: complete in both languages, really translated, used, and known to the interface's types.

mod ftl;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use crate::project::{Project, Tree};
use ftl::Message;

const KEYS: &str = "web/src/lib/i18n/keys.d.ts";
/// Keys whose text is the same in both languages on purpose, one a line; `#` begins a comment.
const SAME: &str = "locales/same.txt";

/// The words of one language by key, each with the file it stands in.
type Words = BTreeMap<String, (String, Message)>;

/// `cargo xtask i18n [--check]`: checks the words and writes the list of keys; with `--check` a stale list fails instead.
pub fn run(project: &Project, words: &[&str]) -> Result<()> {
    let only_check = match words {
        [] => false,
        ["--check"] => true,
        _ => bail!("cargo xtask i18n [--check]"),
    };
    project.require("locales/en", "the English words")?;
    project.require("locales/ko", "the Korean words")?;
    let tree = project.tree()?;
    let mut problems = check(&tree);
    let keys = write_keys(&tree);
    if tree.get(KEYS) != Some(&keys) {
        if only_check {
            problems.push(format!("{KEYS}: stale, run `cargo xtask i18n` and commit it"));
        } else {
            std::fs::create_dir_all(project.path("web/src/lib/i18n"))?;
            std::fs::write(project.path(KEYS), &keys)?;
            println!("wrote {KEYS}");
        }
    }
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => println!("i18n: {} texts in English and Korean", read(&tree, "en", &mut Vec::new()).len()),
        count => bail!("{count} problems with the words"),
    }
    Ok(())
}

fn read(tree: &Tree, language: &str, problems: &mut Vec<String>) -> Words {
    let folder = format!("locales/{language}/");
    let mut words = Words::new();
    for (path, text) in tree.iter().filter(|(path, _)| path.starts_with(&folder) && path.ends_with(".ftl")) {
        let (messages, mistakes) = ftl::parse(text);
        problems.extend(mistakes.iter().map(|mistake| format!("{path}:{}: {}", mistake.line, mistake.what)));
        for message in messages {
            if let Some((first, _)) = words.get(&message.key) {
                problems.push(format!("{path}:{}: {} stands already in {first}", message.line, message.key));
            }
            words.insert(message.key.clone(), (path.clone(), message));
        }
    }
    words
}

fn check(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    let english = read(tree, "en", &mut problems);
    let korean = read(tree, "ko", &mut problems);
    check_pairs(&english, &korean, &mut problems);
    check_pairs(&korean, &english, &mut problems);
    let same = tree.get(SAME).map_or("", String::as_str);
    check_translated(&english, &korean, &read_list(same), &mut problems);
    for words in [&english, &korean] {
        check_references(words, &mut problems);
    }
    usage::check(tree, &english, &mut problems);
    problems.sort();
    problems.dedup();
    problems
}

fn read_list(text: &str) -> BTreeSet<&str> {
    text.lines().map(|line| line.split('#').next().unwrap_or("").trim()).filter(|line| !line.is_empty()).collect()
}

/// Every key of one language exists in the other, in the same file, with the same variables.
fn check_pairs(here: &Words, there: &Words, problems: &mut Vec<String>) {
    for (key, (path, message)) in here {
        let place = format!("{path}:{}", message.line);
        let Some((twin_path, twin)) = there.get(key) else {
            problems.push(format!("{place}: {key} is missing in the other language"));
            continue;
        };
        if path.rsplit('/').next() != twin_path.rsplit('/').next() {
            problems.push(format!("{place}: {key} stands in another file in the other language: {twin_path}"));
        }
        let missing: Vec<_> = message.variables.difference(&twin.variables).map(String::as_str).collect();
        if !missing.is_empty() {
            problems.push(format!("{twin_path}:{}: {key} does not use {}", twin.line, missing.join(", ")));
        }
    }
}

/// A Korean text equal to the English one, or an English text with Korean letters, was forgotten, unless listed.
fn check_translated(english: &Words, korean: &Words, same: &BTreeSet<&str>, problems: &mut Vec<String>) {
    let is_hangul = |char: char| matches!(char, '가'..='힣' | 'ㄱ'..='ㅣ');
    // Only letters outside placeables can be translated: `{ $n } / { $total }` has none.
    let has_letters = |text: &str| text_outside_placeables(text).chars().any(char::is_alphabetic);
    for (key, (path, message)) in korean {
        let Some((english_path, twin)) = english.get(key) else { continue };
        if same.contains(key.as_str()) {
            continue;
        }
        if message.value == twin.value && has_letters(&message.value) {
            problems
                .push(format!("{path}:{}: {key} is not translated (if it shall be the same: {SAME})", message.line));
        }
        if twin.value.contains(is_hangul) {
            problems.push(format!("{english_path}:{}: {key} has Korean letters in English", twin.line));
        }
    }
    for key in same.iter().filter(|key| !korean.contains_key(**key)) {
        problems.push(format!("{SAME}: there is no {key}"));
    }
}

fn text_outside_placeables(value: &str) -> String {
    let mut depth = 0;
    let mut text = String::new();
    for char in value.chars() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            char if depth <= 0 => text.push(char),
            // The texts of a selection stand inside its braces: they count when any word follows a variant's key.
            ']' => text.push_str("variant"),
            _ => {}
        }
    }
    text
}

fn check_references(words: &Words, problems: &mut Vec<String>) {
    for (path, message) in words.values() {
        for reference in message.references.iter().filter(|reference| !words.contains_key(*reference)) {
            problems.push(format!("{path}:{}: {} refers to {reference}, which is missing", message.line, message.key));
        }
    }
}

/// The TypeScript union of all keys that `t(…)` may be asked for; terms are for other messages only.
fn write_keys(tree: &Tree) -> String {
    let words = read(tree, "en", &mut Vec::new());
    let keys: Vec<_> = words.keys().filter(|key| !key.starts_with('-')).map(|key| format!("\n\t| '{key}'")).collect();
    let union = if keys.is_empty() { " never".to_owned() } else { keys.concat() };
    format!("// Written by `cargo xtask i18n` from locales/en; do not edit.\nexport type Key ={union};\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(english: &str, korean: &str, rest: &[(&str, &str)]) -> Tree {
        let files = [("locales/en/inbox.ftl", english), ("locales/ko/inbox.ftl", korean)];
        files.iter().chain(rest).map(|(path, text)| (path.to_string(), text.to_string())).collect()
    }

    fn problems(english: &str, korean: &str, code: &str) -> Vec<String> {
        check(&tree(english, korean, &[("web/src/a.svelte", code)]))
    }

    #[test]
    fn complete_and_used_words_are_fine() {
        let found = problems("inbox-n = { $n } new", "inbox-n = 새 대화 { $n }건", "{t('inbox-n', { n })}");
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_key_missing_on_either_side_is_found() {
        assert_eq!(problems("a-b = A\nc-d = C", "a-b = 가", "t('a-b') t('c-d')").len(), 1);
        assert_eq!(problems("a-b = A", "a-b = 가\nc-d = 나", "t('a-b')").len(), 1);
    }

    #[test]
    fn a_variable_missing_on_either_side_is_found() {
        assert_eq!(
            problems("a-b = { $n } new", "a-b = 새것", "t('a-b')"),
            ["locales/ko/inbox.ftl:1: a-b does not use $n"]
        );
        assert_eq!(problems("a-b = new", "a-b = 새것 { $n }", "t('a-b')").len(), 1);
    }

    #[test]
    fn a_text_that_was_not_translated_is_found_unless_listed() {
        assert_eq!(problems("a-b = Webhook", "a-b = Webhook", "t('a-b')").len(), 1);
        assert_eq!(problems("a-b = 한국어", "a-b = 한국말", "t('a-b')").len(), 1);
        assert!(problems("a-b = { $n } / { $of }", "a-b = { $n } / { $of }", "t('a-b')").is_empty());
        assert_eq!(problems("a-b = { $n ->\n *[x] day }", "a-b = { $n ->\n *[x] day }", "t('a-b')").len(), 1);
        let listed = [("locales/same.txt", "a-b # a name\n"), ("web/src/a.ts", "t('a-b')")];
        assert!(check(&tree("a-b = Webhook", "a-b = Webhook", &listed)).is_empty());
        let stale = [("locales/same.txt", "gone-key\n"), ("web/src/a.ts", "t('a-b')")];
        assert_eq!(check(&tree("a-b = A", "a-b = 가", &stale)), ["locales/same.txt: there is no gone-key"]);
    }

    #[test]
    fn a_reference_to_nothing_and_a_key_given_twice_are_found() {
        assert_eq!(problems("a-b = { -brand }", "a-b = 가 { -brand }", "t('a-b')").len(), 2);
        assert_eq!(problems("a-b = A\na-b = B", "a-b = 가", "t('a-b')").len(), 1);
    }

    #[test]
    fn the_list_of_keys_leaves_terms_out() {
        let list = write_keys(&tree("-brand = S\na-b = A\n    .hint = H", "", &[]));
        assert!(list.ends_with("export type Key =\n\t| 'a-b'\n\t| 'a-b.hint';\n"), "{list}");
    }
}
