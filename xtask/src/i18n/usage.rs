//! Which keys the code asks for: each must exist, and each that exists must be asked for.

use std::collections::BTreeSet;

use super::Words;
use crate::project::Tree;

/// What a source file says about keys.
#[derive(Default)]
struct Asked {
    /// Every quoted word that could be a key.
    words: BTreeSet<String>,
    /// The fixed beginning of a key made while running: `error-` of `` `error-${kind}` `` or `format!("error-{kind}")`.
    beginnings: BTreeSet<String>,
    /// Keys that are certainly asked for, with their line: `t('key'`, `text("key"`.
    certain: Vec<(usize, String)>,
}

/// How a call for words begins in Svelte, TypeScript and Rust, up to the quote.
const CALLS: &[&str] = &["t(", "text(", "has_words("];

pub fn check(tree: &Tree, english: &Words, problems: &mut Vec<String>) {
    let mut words = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for (path, text) in tree.iter().filter(|(path, _)| may_ask(path)) {
        let asked = read(text);
        for (line, key) in &asked.certain {
            if !english.contains_key(key) {
                problems.push(format!("{path}:{line}: asks for {key}, which is missing in locales/"));
            }
        }
        words.extend(asked.words);
        beginnings.extend(asked.beginnings);
    }
    let referred: BTreeSet<_> = english.values().flat_map(|(_, message)| &message.references).collect();
    for (key, (path, message)) in english {
        // An attribute is asked for with its message or by its full name.
        let message_key = key.split('.').next().unwrap_or(key);
        let is_used = words.contains(key)
            || words.contains(message_key)
            || referred.contains(key)
            || beginnings.iter().any(|beginning| key.starts_with(beginning.as_str()));
        if !is_used {
            problems.push(format!("{path}:{}: {key} is used nowhere", message.line));
        }
    }
}

fn may_ask(path: &str) -> bool {
    let is_code = [".svelte", ".ts", ".rs", ".html", ".txt", ".j2"].iter().any(|ending| path.ends_with(ending));
    let is_product = ["web/src/", "widget/src/", "crates/", "templates/"].iter().any(|folder| path.starts_with(folder));
    let is_test = path.contains(".test.") || path.contains("/tests/");
    is_code && is_product && !is_test && !path.ends_with("keys.d.ts")
}

fn read(text: &str) -> Asked {
    let mut asked = Asked::default();
    for (index, line) in text.lines().enumerate() {
        for (start, quote) in line.match_indices(['"', '\'', '`']) {
            let rest = &line[start + 1..];
            let length = rest.find(|char: char| !(char.is_ascii_alphanumeric() || "-_.".contains(char)));
            let (word, after) = rest.split_at(length.unwrap_or(rest.len()));
            if !is_like_key(word) {
                continue;
            }
            if after.starts_with(quote) {
                asked.words.insert(word.to_owned());
                if CALLS.iter().any(|call| ends_with_call(&line[..start], call)) {
                    asked.certain.push((index + 1, word.to_owned()));
                }
            } else if word.contains('-') && (after.starts_with("${") || (quote == "\"" && after.starts_with('{'))) {
                asked.beginnings.insert(word.to_owned());
            }
        }
    }
    asked
}

fn is_like_key(word: &str) -> bool {
    word.starts_with(|char: char| char.is_ascii_lowercase())
}

/// `t(` as a call by itself, not the end of `format(`.
fn ends_with_call(before: &str, call: &str) -> bool {
    let Some(rest) = before.trim_end().strip_suffix(call) else { return false };
    !rest.ends_with(|char: char| char.is_alphanumeric() || char == '_' || char == '.')
}

#[cfg(test)]
mod tests {
    use super::super::check;

    fn problems(path: &str, code: &str) -> Vec<String> {
        let files = [("locales/en/a.ftl", "error-gone = A"), ("locales/ko/a.ftl", "error-gone = 가"), (path, code)];
        check(&files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect())
    }

    #[test]
    fn a_key_that_is_asked_for_but_missing_is_found() {
        let found = problems("web/src/a.svelte", "{t('error-gone')}\n<b title={t(\"error-new\", { n })}>");
        assert_eq!(found, ["web/src/a.svelte:2: asks for error-new, which is missing in locales/"]);
        assert_eq!(problems("crates/httpkit/src/a.rs", "text(\"error-gone\"); text(\"error-new\")").len(), 1);
    }

    #[test]
    fn a_key_that_nothing_asks_for_is_found() {
        assert_eq!(
            problems("web/src/a.ts", "t_or('x'); format('y-z')"),
            ["locales/en/a.ftl:1: error-gone is used nowhere"]
        );
        assert_eq!(problems("web/src/a.test.ts", "t('error-gone')").len(), 1, "a test alone does not use it");
    }

    #[test]
    fn keys_made_while_running_are_used_by_their_beginning() {
        assert!(problems("web/src/a.ts", "t(`error-${kind}`)").is_empty());
        assert!(problems("crates/httpkit/src/a.rs", "format!(\"error-{kind}\")").is_empty());
        assert_eq!(problems("web/src/a.ts", "t(`e${kind}`)").len(), 1);
    }

    #[test]
    fn a_key_kept_in_a_table_is_used() {
        assert!(problems("web/src/lib/keys/keymap.ts", "{ key: 'j', words: 'error-gone' }").is_empty());
    }
}
