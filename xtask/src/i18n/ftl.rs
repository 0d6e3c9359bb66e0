//! A reader of Fluent files: as much as the checks need, which is every message with its attributes and what it names.

use std::collections::BTreeSet;

/// A message (`key`), a term (`-key`) or an attribute (`key.attribute`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub key: String,
    /// The pattern as written, lines trimmed.
    pub value: String,
    pub line: usize,
    /// The variables of its placeables, `$count`, selectors included.
    pub variables: BTreeSet<String>,
    /// The messages and terms its placeables refer to.
    pub references: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    pub line: usize,
    pub what: String,
}

/// Reads a file; what cannot be read is told by line and the rest is read on.
pub fn parse(text: &str) -> (Vec<Message>, Vec<Mistake>) {
    let mut messages: Vec<Message> = Vec::new();
    let mut mistakes = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if line.trim().is_empty() || line.starts_with('#') {
            at += 1;
            continue;
        }
        let end = end_of_entry(&lines, at);
        match split_definition(line) {
            Some((key, _)) => read_entry(&key, &lines[at..end], at + 1, &mut messages, &mut mistakes),
            None => mistakes.push(Mistake { line: at + 1, what: "neither a message, a term nor a comment".to_owned() }),
        }
        at = end;
    }
    (messages, mistakes)
}

/// An entry goes on with indented lines, empty lines between them, and everything inside an open placeable.
fn end_of_entry(lines: &[&str], start: usize) -> usize {
    let mut depth = depth_after(0, lines[start]);
    let mut end = start + 1;
    for (index, line) in lines.iter().enumerate().skip(start + 1) {
        // An entry that begins at the margin ends even a placeable that was never closed.
        let goes_on = line.starts_with([' ', '\t']) || (depth > 0 && split_definition(line).is_none());
        if !line.trim().is_empty() && !goes_on {
            break;
        }
        depth = depth_after(depth, line);
        if !line.trim().is_empty() {
            end = index + 1;
        }
    }
    end
}

/// How many placeables are open after a line. A brace in a string literal inside a placeable is text.
fn depth_after(mut depth: usize, line: &str) -> usize {
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        match char {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '"' if depth > 0 => skip_literal(&mut chars),
            _ => {}
        }
    }
    depth
}

fn skip_literal(chars: &mut std::str::Chars<'_>) {
    while let Some(char) = chars.next() {
        match char {
            '\\' => drop(chars.next()),
            '"' => return,
            _ => {}
        }
    }
}

/// `key = value` or `-term = value`, at the margin.
fn split_definition(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end_matches([' ', '\t']);
    let word = name.strip_prefix('-').unwrap_or(name);
    (is_identifier(word)).then(|| (name.to_owned(), value))
}

/// `.title = value`, indented.
fn split_attribute(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('.')?.split_once('=')?;
    let name = name.trim_end();
    is_identifier(name).then_some((name, value))
}

fn is_identifier(word: &str) -> bool {
    word.starts_with(|char: char| char.is_ascii_alphabetic())
        && word.chars().all(|char| char.is_ascii_alphanumeric() || char == '-' || char == '_')
}

fn read_entry(key: &str, lines: &[&str], first: usize, messages: &mut Vec<Message>, mistakes: &mut Vec<Mistake>) {
    // Parts: the message's own value, then each attribute's, with the line it begins on.
    let mut parts = vec![(key.to_owned(), first, vec![lines[0].split_once('=').map_or("", |(_, value)| value)])];
    let mut depth = depth_after(0, lines[0]);
    for (index, line) in lines.iter().enumerate().skip(1) {
        match split_attribute(line).filter(|_| depth == 0) {
            Some((name, value)) => parts.push((format!("{key}.{name}"), first + index, vec![value])),
            None => parts.last_mut().into_iter().for_each(|(_, _, part)| part.push(line)),
        }
        depth = depth_after(depth, line);
    }
    if depth > 0 {
        mistakes.push(Mistake { line: first, what: format!("{key} leaves a placeable open") });
    }
    let has_attributes = parts.len() > 1;
    for (name, line, part) in parts {
        let value = part.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n").trim().to_owned();
        // A message may consist of attributes alone.
        if value.is_empty() && has_attributes && name == key {
            continue;
        }
        if value.is_empty() {
            mistakes.push(Mistake { line, what: format!("{name} has no text") });
        }
        let (variables, references) = names_in_placeables(&value);
        messages.push(Message { key: name, value, line, variables, references });
    }
}

/// The `$variables` and the messages and terms named between braces; literals, variant keys and functions are neither.
fn names_in_placeables(value: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut variables, mut references) = (BTreeSet::new(), BTreeSet::new());
    let chars: Vec<char> = value.chars().collect();
    // Where text stands between placeables; inside a select, a variant's text is text again until its line ends.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let in_expression = open.last().is_some_and(|is_text| !is_text);
        match chars[at] {
            '{' => open.push(false),
            '}' => drop(open.pop()),
            '"' if in_expression => {
                at += 1;
                while at < chars.len() && chars[at] != '"' {
                    at += if chars[at] == '\\' { 2 } else { 1 };
                }
            }
            '$' if in_expression => {
                let name = word_at(&chars, at + 1);
                at += name.chars().count();
                variables.insert(format!("${name}"));
            }
            // `[one]` or `*[other]`: a variant's key, then its text.
            '[' if begins_variant(&chars, at) && !open.is_empty() => {
                while at < chars.len() && chars[at] != ']' {
                    at += 1;
                }
                if let Some(is_text) = open.last_mut() {
                    *is_text = true;
                }
            }
            char if in_expression && (char.is_ascii_alphabetic() || char == '-') => {
                let name = word_at(&chars, at);
                let length = name.chars().count();
                let next = chars[at + length..].iter().find(|char| !char.is_whitespace());
                let is_name = !name.trim_start_matches('-').is_empty();
                // NUMBER(…) is a function, `minimumFractionDigits:` an argument's name, `brand.gender` an attribute.
                let is_call = next == Some(&'(') && !name.starts_with('-');
                if is_name && !is_call && next != Some(&':') {
                    references.insert(name.clone());
                }
                at += length.max(1) - 1;
            }
            _ => {}
        }
        at += 1;
    }
    (variables, references)
}

/// A variant's key stands first on its line, after at most a `*`.
fn begins_variant(chars: &[char], at: usize) -> bool {
    let before = chars[..at].iter().rev().find(|char| **char != '*' && **char != ' ' && **char != '\t');
    matches!(before, Some('\n' | '>'))
}

fn word_at(chars: &[char], at: usize) -> String {
    let part = |char: &&char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    let word: String = chars[at.min(chars.len())..].iter().take_while(part).collect();
    // `$n->` has no blank before its arrow.
    if word.len() > 1 { word.trim_end_matches('-').to_owned() } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        let (messages, mistakes) = parse(text);
        assert_eq!(mistakes, []);
        messages[0].clone()
    }

    fn names(set: &BTreeSet<String>) -> Vec<&str> {
        set.iter().map(String::as_str).collect()
    }

    #[test]
    fn messages_terms_attributes_and_comments_are_told_apart() {
        let text = "# a comment = none\n\n-brand = Sarangbang\ninbox-title = Inbox\n    .hint = Press g then i\nonly-parts =\n    .a = A\n";
        let (messages, mistakes) = parse(text);
        let keys: Vec<_> = messages.iter().map(|message| (message.key.as_str(), message.line)).collect();
        assert_eq!(keys, [("-brand", 3), ("inbox-title", 4), ("inbox-title.hint", 5), ("only-parts.a", 7)]);
        assert_eq!(mistakes, []);
    }

    #[test]
    fn a_value_goes_on_over_indented_and_empty_lines() {
        let (messages, _) = parse("a =\n    one\n\n    two\nb = three\n");
        assert_eq!(messages[0].value, "one\n\ntwo");
        assert_eq!(messages[1].key, "b");
    }

    #[test]
    fn a_selection_gives_its_variables_and_references_but_not_its_variants() {
        let text = "found = { $count ->\n    [0] nothing in {$place}\n    [one] one in { -brand }\n   *[other] { NUMBER($count, minimumFractionDigits: 1) } of { total-words } { \"{$not}\" }\n}\nnext = x\n";
        let (messages, mistakes) = parse(text);
        assert_eq!(mistakes, []);
        assert_eq!(names(&messages[0].variables), ["$count", "$place"]);
        assert_eq!(names(&messages[0].references), ["-brand", "total-words"]);
        assert_eq!(messages[1].key, "next");
    }

    #[test]
    fn words_of_a_variant_are_no_references_and_an_arrow_needs_no_blank() {
        let found =
            message("a = { $n->\n    [one] a single thing\n   *[other] { $n } things: [sic] \"{ $quoted }\"\n  }\n");
        assert_eq!(names(&found.variables), ["$n", "$quoted"]);
        assert!(found.references.is_empty());
    }

    #[test]
    fn a_selection_inside_a_selection_is_read_too() {
        let text = "a = { $a ->\n   *[x] { $b ->\n        [one] { $c }\n       *[other] plain words\n    }\n  } after { $d }\n";
        assert_eq!(names(&message(text).variables), ["$a", "$b", "$c", "$d"]);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_line_and_the_rest_is_read() {
        let (messages, mistakes) = parse("good = yes\nthis is nothing\nopen = { $x\nlast = z\nempty =\n");
        assert_eq!(mistakes.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [2, 3, 5]);
        assert!(messages.iter().any(|message| message.key == "last"));
    }

    #[test]
    fn any_cut_of_a_file_is_read_without_a_panic() {
        let text = "a = { $n ->\n  [one] {\"\\\"\"} x\n *[other] { -t(k: \"v\") }\n}\n  .b = 한글 { $x }\n";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            parse(&text[..end]);
        }
    }
}
