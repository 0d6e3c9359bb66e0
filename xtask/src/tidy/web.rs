//! Rules on the interface: one room's screens use another room's parts only through its door, `$rooms/<room>`.

use super::Violation;
use crate::project::Tree;

const ROOMS: &str = "web/src/rooms/";

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.iter().filter(|(path, _)| path.starts_with(ROOMS)) {
        let Some((room, _)) = path[ROOMS.len()..].split_once('/') else { continue };
        for (index, line) in text.lines().enumerate() {
            for import in imports(line) {
                let Some((other, is_door)) = imported_room(path, import) else { continue };
                if other != room && !is_door {
                    let rule = format!("{room} reaches into {other}: import it from its door, $rooms/{other}");
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

/// The room a path points into, seen from the importing file: relative, by alias (`$rooms/x`, `@/rooms/x`) or in full;
/// and whether it stops at the room's door, its `index.ts`.
fn imported_room(importer: &str, import: &str) -> Option<(String, bool)> {
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
    let room = parts.get(at + 1)?;
    Some((room.to_string(), matches!(parts[at + 2..], [] | ["index" | "index.ts"])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted;

    fn found(line: &str) -> usize {
        planted(check, &[("web/src/rooms/tagging/tree/Tree.svelte", line)]).len()
    }

    #[test]
    fn a_room_that_reaches_into_another_is_found() {
        assert_eq!(found("import { list } from '$rooms/people/list';"), 1);
        assert_eq!(found("import Row from \"../../people/Row.svelte\";"), 1);
        assert_eq!(found("const page = await import('/src/rooms/people/Page.svelte');"), 1);
        assert_eq!(found("import '../../../rooms/people/style.css';"), 1);
    }

    #[test]
    fn a_room_may_import_from_itself_from_lib_and_from_another_rooms_door() {
        assert_eq!(found("import { person_name } from '$rooms/people';"), 0);
        assert_eq!(found("import { person_name } from '../../people/index.ts';"), 0);
        assert_eq!(found("import { t } from '$lib/i18n';"), 0);
        assert_eq!(found("import Row from '../Row.svelte';"), 0);
        assert_eq!(found("import Row from '$rooms/tagging/Row.svelte';"), 0);
        assert_eq!(found("import Button from '../../../lib/ui/Button.svelte';"), 0);
    }
}
