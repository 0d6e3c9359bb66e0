//! Which keys the code asks for: each must exist, and each that exists must be asked for.
//!
//! A key is asked for whole, `t('inbox-title')`, or made while running from fixed parts and words that stand quoted
//! elsewhere: `` t(`role-${staff.role}`) `` asks for `role-agent` when some source says `"agent"`.

use std::collections::BTreeSet;

use super::Words;
use crate::project::Tree;
use crate::rust_source::RustSource;

/// What the sources say about keys.
#[derive(Default)]
struct Asked {
    /// Every short quoted text, blanks, dots and underscores as dashes: `"staff member"` is `staff-member`.
    words: BTreeSet<String>,
    /// Keys made while running, as their fixed parts: `` `inbox-${view}-empty` `` and `format!("inbox-{view}-empty")` are
    /// `inbox-` and `-empty`.
    made: BTreeSet<Vec<String>>,
    /// Keys that are certainly asked for, with their place: `t('key'`, `Error::invalid("field", "key")`.
    certain: Vec<(String, String)>,
}

pub fn check(tree: &Tree, english: &Words, problems: &mut Vec<String>) {
    let mut asked = Asked::default();
    for (path, text) in tree.iter().filter(|(path, _)| may_ask(path)) {
        if path.ends_with(".rs") {
            asked.read_rust(path, text);
        } else {
            asked.read_web(path, text);
        }
    }
    for (place, key) in asked.certain.iter().filter(|(_, key)| !english.contains_key(key)) {
        problems.push(format!("{place}: asks for {key}, which is missing in locales/"));
    }
    let referred: BTreeSet<_> = english.values().flat_map(|(_, message)| &message.references).collect();
    for (key, (path, message)) in english {
        // An attribute is asked for with its message or by its full name.
        let message_key = key.split('.').next().unwrap_or(key);
        if !referred.contains(key) && !asked.asks_for(key) && !asked.asks_for(message_key) {
            problems.push(format!("{path}:{}: {key} is used nowhere", message.line));
        }
    }
}

fn may_ask(path: &str) -> bool {
    let is_code = [".svelte", ".ts", ".rs", ".html", ".txt", ".j2"].iter().any(|ending| path.ends_with(ending));
    let is_product = ["web/src/", "widget/src/", "crates/", "templates/"].iter().any(|folder| path.starts_with(folder));
    let is_test = path.contains(".test.") || path.contains("/tests/") || path.starts_with("crates/it/");
    is_code && is_product && !is_test && !path.ends_with("keys.d.ts")
}

impl Asked {
    fn asks_for(&self, key: &str) -> bool {
        let key = as_key(key);
        self.words.contains(&key) || self.made.iter().any(|parts| self.can_make(parts, &key))
    }

    /// Whether the fixed parts, with a known word or a number in each gap, make the key.
    fn can_make(&self, parts: &[String], key: &str) -> bool {
        let [first, rest @ ..] = parts else { return false };
        let Some(key) = key.strip_prefix(first.as_str()) else { return false };
        if rest.is_empty() {
            return key.is_empty();
        }
        // A gap may be filled with an ending that is made itself, such as `-closed` by `"-{status}"`.
        let is_ending = |word: &str| {
            let made = |parts: &Vec<String>| parts[0].starts_with('-') && self.can_make(parts, word);
            word.starts_with('-') && self.made.iter().any(made)
        };
        let is_number = |word: &str| word.chars().all(|char| char.is_ascii_digit());
        let is_known = |word: &str| self.words.contains(word) || is_number(word) || is_ending(word);
        (1..=key.len()).any(|end| is_known(&key[..end]) && self.can_make(rest, &key[end..]))
    }

    fn read_web(&mut self, path: &str, text: &str) {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            for (start, quote) in line.match_indices(['"', '\'', '`']) {
                let rest = &line[start + 1..];
                let (word, after) = rest.split_at(rest.find(|char| !may_be_word(char)).unwrap_or(rest.len()));
                if after.starts_with(quote) {
                    self.words.insert(as_key(word));
                    if word.contains('-')
                        && ["t(", "has_words("].iter().any(|call| ends_with_call(&line[..start], call))
                    {
                        self.certain.push((format!("{path}:{}", index + 1), word.to_owned()));
                    }
                } else if quote == "`" {
                    self.made.extend(rest.split('`').next().and_then(|text| split_made_key(text, "${")));
                }
            }
        }
    }

    fn read_rust(&mut self, path: &str, text: &str) {
        // What only the file's tests say asks for nothing.
        let text = text.split("#[cfg(test)]").next().unwrap_or(text);
        let source = RustSource::parse(text);
        let mut said = BTreeSet::new();
        let mut begins_with_any_word = false;
        for (line, word) in &source.strings {
            if word.chars().all(may_be_word) && word.len() <= 60 {
                said.insert(as_key(word));
                if word.starts_with("error-") && *word != "error-" {
                    self.certain.push((format!("{path}:{line}"), word.clone()));
                }
            } else if let Some(parts) = split_made_key(word, "{") {
                // `"{name}-{}"`: the beginning is some word that this file says.
                begins_with_any_word |= parts == ["", "-", ""];
                self.made.insert(parts);
            }
        }
        if begins_with_any_word {
            self.made.extend(said.iter().map(|word| vec![format!("{word}-"), String::new()]));
        }
        self.words.extend(said);
        for (line, key) in list_error_keys(text) {
            let key = if key.starts_with("error-") { key } else { format!("error-{key}") };
            self.certain.push((format!("{path}:{line}"), key));
        }
    }
}

/// The keys given to `Error::invalid(field, key)`, `Error::Invalid { key, … }` and `Error::Conflict { key }`, by line.
/// Only what stands quoted there is seen.
fn list_error_keys(text: &str) -> Vec<(usize, String)> {
    let mut keys = Vec::new();
    for (opening, closing, before_key) in
        [("Error::invalid(\"", ')', "\", \""), ("Invalid {", '}', "key: \""), ("Conflict {", '}', "key: \"")]
    {
        for (start, _) in text.match_indices(opening) {
            let rest = &text[start + opening.len()..];
            let inside = rest.split(closing).next().unwrap_or(rest);
            if let Some((_, key)) = inside.split_once(before_key) {
                let line = text[..start].matches('\n').count() + 1;
                keys.push((line, key.split('"').next().unwrap_or(key).to_owned()));
            }
        }
    }
    keys
}

/// The fixed parts of a text with gaps, if it can be a key: one of them has a dash, and none what a key cannot have.
fn split_made_key(text: &str, gap: &str) -> Option<Vec<String>> {
    let mut pieces = text.split(gap);
    let mut parts = vec![as_key(pieces.next()?)];
    for piece in pieces {
        parts.push(as_key(piece.split_once('}')?.1));
    }
    let is_key = |part: &String| part.chars().all(|char| char.is_ascii_alphanumeric() || char == '-');
    (parts.len() > 1 && parts.iter().all(is_key) && parts.iter().any(|part| part.contains('-'))).then_some(parts)
}

fn may_be_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | ' ')
}

fn as_key(word: &str) -> String {
    word.replace(['_', ' ', '.'], "-")
}

fn is_comment(line: &str) -> bool {
    ["//", "*", "/*", "<!--"].iter().any(|mark| line.trim_start().starts_with(mark))
}

/// `t(` as a call by itself, not the end of `format(`.
fn ends_with_call(before: &str, call: &str) -> bool {
    let Some(rest) = before.trim_end().strip_suffix(call) else { return false };
    !rest.ends_with(|char: char| char.is_alphanumeric() || char == '_' || char == '.')
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::list_error_keys;

    fn problems(path: &str, code: &str) -> Vec<String> {
        problems_of("error-gone", path, code)
    }

    fn problems_of(key: &str, path: &str, code: &str) -> Vec<String> {
        let (english, korean) = (format!("{key} = A"), format!("{key} = 가"));
        let files = [("locales/en/a.ftl", english.as_str()), ("locales/ko/a.ftl", &korean), (path, code)];
        check(&files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect())
    }

    #[test]
    fn a_key_that_is_asked_for_but_missing_is_found() {
        let found = problems("web/src/a.svelte", "{t('error-gone')}\n<b title={t(\"error-new\", { n })}>");
        assert_eq!(found, ["web/src/a.svelte:2: asks for error-new, which is missing in locales/"]);
        let found =
            problems("crates/httpkit/src/a.rs", "ApiError::new(S, \"error-gone\");\nApiError::new(S, \"error-new\")");
        assert_eq!(found, ["crates/httpkit/src/a.rs:2: asks for error-new, which is missing in locales/"]);
        assert!(problems("web/src/a.ts", "// like t('some-thing')\nt('error-gone')").is_empty());
    }

    #[test]
    fn a_key_that_nothing_asks_for_is_found() {
        let found = problems("web/src/a.ts", "t_or('x'); format('y-z')");
        assert_eq!(found, ["locales/en/a.ftl:1: error-gone is used nowhere"]);
        assert_eq!(problems("web/src/a.test.ts", "t('error-gone')").len(), 1, "a test alone does not use it");
        let code = "fn f() {}\n#[cfg(test)]\nmod tests { fn g() { say(\"error-gone\") } }";
        assert_eq!(problems("crates/httpkit/src/a.rs", code).len(), 1, "a test alone does not use it");
    }

    #[test]
    fn an_error_key_may_leave_its_beginning_away_but_must_exist() {
        assert!(problems("crates/people/src/a.rs", "Error::invalid(\"name\", \"error-gone\")").is_empty());
        let found = problems("crates/people/src/a.rs", "x(\"error-gone\"); Error::Conflict { key: \"new\" }");
        assert_eq!(found, ["crates/people/src/a.rs:1: asks for error-new, which is missing in locales/"]);
        let code = "\nError::Invalid { field: \"f\", key: \"a\", args }\nError::Conflict { key }\nError::invalid(\"f\", \"b\")";
        assert_eq!(list_error_keys(code), [(4, "b".to_owned()), (2, "a".to_owned())]);
    }

    #[test]
    fn a_key_made_while_running_needs_its_beginning_and_its_word() {
        assert!(problems("web/src/a.ts", "t(`error-${kind}`); const kind = 'gone';").is_empty());
        assert!(problems("crates/httpkit/src/a.rs", "format!(\"error-{kind}\"); \"gone\"").is_empty());
        assert_eq!(problems("web/src/a.ts", "t(`error-${kind}`); const kind = 'here';").len(), 1);
        assert!(problems_of("month-12", "web/src/a.ts", "t(`month-${n}`)").is_empty());
        let code = "t(`inbox-none-${view}-detail`); const views = ['not_mine'];";
        assert!(problems_of("inbox-none-not_mine-detail", "web/src/a.ts", code).is_empty());
        assert_eq!(problems_of("inbox-none-not_mine-title", "web/src/a.ts", code).len(), 1);
        let code = "format!(\"event-{}{end}\", what); [\"status\", \"-none\"]";
        assert!(problems_of("event-status-none", "crates/conversations/src/a.rs", code).is_empty());
        let code = "let end = format!(\"-{status}\"); format!(\"event-{}{end}\", what); [\"status\", \"closed\"]";
        assert!(problems_of("event-status-closed", "crates/conversations/src/a.rs", code).is_empty());
        let code = "format!(\"{name}-{}\", value); (\"noun\", \"staff member\")";
        assert!(problems_of("noun-staff-member", "crates/httpkit/src/a.rs", code).is_empty());
    }

    #[test]
    fn a_key_kept_in_a_table_is_used() {
        assert!(problems("web/src/lib/keys/keymap.ts", "{ key: 'j', words: 'error-gone' }").is_empty());
    }
}
