//! Rules on the interface: its rooms don't reach into each other, and nothing comes from another host.

use super::Violation;
use crate::project::Tree;

const ROOMS: &str = "web/src/rooms/";

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.iter().filter(|(path, _)| path.starts_with(ROOMS)) {
        let Some((room, _)) = path[ROOMS.len()..].split_once('/') else { continue };
        for (index, line) in text.lines().enumerate() {
            for import in imports(line) {
                if let Some(other) = imported_room(path, import).filter(|other| other != room) {
                    let rule = format!("{room} imports from {other}: share it through web/src/lib");
                    violations.push(Violation::at(path, index + 1, rule));
                }
            }
        }
    }
    violations
}

/// The quoted paths a line imports from: `from "…"`, `import "…"` and `import("…")`.
fn imports(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for keyword in ["from", "import"] {
        for (start, _) in line.match_indices(keyword) {
            let rest = line[start + keyword.len()..].trim_start_matches([' ', '(']);
            let Some(quote) = rest.chars().next().filter(|char| matches!(char, '"' | '\'' | '`')) else { continue };
            if let Some((path, _)) = rest[1..].split_once(quote) {
                found.push(path);
            }
        }
    }
    found
}

/// The room a path points into, seen from the importing file: relative, by alias (`$rooms/x`, `@/rooms/x`) or in full.
fn imported_room(importer: &str, import: &str) -> Option<String> {
    let full = if import.starts_with('.') {
        let mut folders: Vec<&str> = importer.split('/').collect();
        folders.pop();
        for part in import.split('/') {
            match part {
                "." => {}
                ".." => drop(folders.pop()),
                part => folders.push(part),
            }
        }
        folders.join("/")
    } else {
        import.to_owned()
    };
    let parts: Vec<&str> = full.split('/').collect();
    let at = parts.iter().position(|part| matches!(*part, "rooms" | "$rooms"))?;
    parts.get(at + 1).map(|room| room.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted;

    fn found(line: &str) -> usize {
        planted(check, &[("web/src/rooms/tagging/tree/Tree.svelte", line)]).len()
    }

    #[test]
    fn a_room_that_imports_from_another_is_found() {
        assert_eq!(found("import { list } from '$rooms/people/list';"), 1);
        assert_eq!(found("import Row from \"../../people/Row.svelte\";"), 1);
        assert_eq!(found("const page = await import('/src/rooms/people/Page.svelte');"), 1);
        assert_eq!(found("import '../../../rooms/people/style.css';"), 1);
    }

    #[test]
    fn a_room_may_import_from_itself_and_from_lib() {
        assert_eq!(found("import { t } from '$lib/i18n';"), 0);
        assert_eq!(found("import Row from '../Row.svelte';"), 0);
        assert_eq!(found("import Row from '$rooms/tagging/Row.svelte';"), 0);
        assert_eq!(found("import Button from '../../../lib/ui/Button.svelte';"), 0);
    }
}
