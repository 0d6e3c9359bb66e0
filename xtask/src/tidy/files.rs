//! Rules on files whatever their language: size, name, and nothing of the machine they were written on.

use super::Violation;
use crate::project::Tree;

const LONGEST: usize = 650;
const CODE: &[&str] = &[".rs", ".ts", ".js", ".mjs", ".svelte", ".css", ".html", ".sql", ".sh"];
const VAGUE: &[&str] = &["util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"];

/// Written by a program of ours, so nobody has to see them at once.
const GENERATED: &[&str] = &["web/src/lib/api/schema.d.ts", "web/src/lib/i18n/keys.d.ts"];

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree {
        let lines = text.lines().count();
        let is_code = CODE.iter().any(|ending| path.ends_with(ending)) && !GENERATED.contains(&path.as_str());
        if is_code && lines > LONGEST {
            let rule = format!("{lines} lines, more than {LONGEST}: make it a folder of the same name, split by noun");
            violations.push(Violation::at(path, 0, rule));
        }
        if let Some(vague) = path.split('/').map(stem).find(|stem| VAGUE.contains(stem)) {
            violations.push(Violation::at(path, 0, format!("`{vague}` says nothing: name it after what it does")));
        }
        if path.ends_with(".md") {
            for (line, link) in list_links(text).filter(|(_, link)| !leads_somewhere(tree, path, link)) {
                violations.push(Violation::at(path, line, format!("links to {link}, which is not there")));
            }
        }
        for (index, line) in text.lines().enumerate() {
            if names_machine_path(line) {
                violations.push(Violation::at(path, index + 1, "names a path that only one machine has"));
            }
            if is_code && is_web_test(path) && switches_tests_off(line) {
                violations.push(Violation::at(path, index + 1, "switches tests off: mend the test or remove it"));
            }
        }
    }
    violations
}

/// Where a Markdown text links to inside the project, by line; other hosts and places on the page are left out.
fn list_links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let links = line.match_indices("](").map(move |(start, _)| &line[start + 2..]);
        let paths = links.filter_map(|rest| rest.split([')', '#', ' ']).next());
        let inside = paths.filter(|path| !path.is_empty() && !path.contains(':') && !path.starts_with('/'));
        inside.map(move |path| (index + 1, path))
    })
}

fn leads_somewhere(tree: &Tree, from: &str, link: &str) -> bool {
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    let target = folders.join("/");
    tree.contains_key(&target) || tree.keys().any(|path| path.starts_with(&format!("{target}/")))
}

fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// An absolute path below somebody's home or work folder. A relative or URL path that only contains such a word is none.
fn names_machine_path(line: &str) -> bool {
    ["work", "root", "home"].iter().any(|folder| {
        let needle = format!("/{folder}/");
        line.match_indices(&needle).any(|(start, _)| {
            let before = line[..start].chars().next_back();
            let after = line[start + needle.len()..].chars().next();
            !before.is_some_and(|char| char.is_alphanumeric() || "_-.})$*".contains(char))
                && after.is_some_and(|char| char.is_alphanumeric() || char == '.' || char == '_')
        })
    })
}

fn is_web_test(path: &str) -> bool {
    path.starts_with("e2e/") || path.contains(".test.") || path.contains(".spec.")
}

fn switches_tests_off(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or(line);
    ["skip", "only", "fixme", "todo", "skipIf", "runIf"].iter().any(|word| {
        ["test", "it", "describe", "suite", "context"].iter().any(|block| code.contains(&format!("{block}.{word}(")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted;

    #[test]
    fn a_file_too_long_to_see_is_found_unless_generated() {
        let long = "x\n".repeat(LONGEST + 1);
        assert_eq!(planted(check, &[("crates/base/src/lib.rs", &long)]).len(), 1);
        assert!(planted(check, &[("crates/base/src/lib.rs", &long[2..])]).is_empty());
        assert!(planted(check, &[(GENERATED[0], &long)]).is_empty());
        assert!(planted(check, &[("Cargo.lock", &long)]).is_empty());
    }

    #[test]
    fn a_vague_name_is_found_for_files_and_folders() {
        for path in ["crates/base/src/utils.rs", "web/src/lib/helpers/date.ts", "web/src/lib/common.test.ts"] {
            assert_eq!(planted(check, &[(path, "")]).len(), 1, "{path}");
        }
        assert!(planted(check, &[("web/src/lib/commons.ts", "")]).is_empty());
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        for path in [concat!("/wo", "rk/x"), concat!("/ro", "ot/.cargo"), concat!("/ho", "me/minji/x")] {
            for line in [format!("cd {path}"), format!("\"{path}\""), format!("file://{path}")] {
                assert_eq!(planted(check, &[("docs/a.md", &line)]).len(), 1, "{line}");
            }
        }
        let fine = "see docs/work/a.md, {base}/root/x, ../home/page and api/work/, or /home/ alone";
        assert!(planted(check, &[("docs/a.md", fine)]).is_empty());
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_is_found() {
        let text = "[a](../LICENSE) ![b](shots/inbox.png \"inbox\") [c](https://example.org/x) [d](#here)\n[e](decisions/#x) [f](gone.md#y)";
        let files =
            [("docs/a.md", text), ("LICENSE", ""), ("docs/shots/inbox.png", ""), ("docs/decisions/0001-x.md", "")];
        assert_eq!(planted(check, &files), ["docs/a.md:2: links to gone.md, which is not there"]);
    }

    #[test]
    fn a_switched_off_web_test_is_found() {
        for word in ["skip", "only", "fixme"] {
            let line = format!("test.{word}('a story', async () => {{}});");
            assert_eq!(planted(check, &[("e2e/inbox/tag.spec.ts", &line)]).len(), 1);
            assert!(planted(check, &[("web/src/lib/list.ts", &line)]).is_empty());
        }
        assert!(planted(check, &[("e2e/inbox/tag.spec.ts", "items.skip(3); // test.only(1)")]).is_empty());
    }
}
