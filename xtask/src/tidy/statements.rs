//! Rules on SQL text: migrations come in twins, and no statement asks for "every column".

use super::Violation;
use crate::project::Tree;
use crate::rust_source::RustSource;

const SQLITE: &str = "migrations/sqlite/";
const POSTGRES: &str = "migrations/postgres/";

/// Tests here plant mistakes to see them found.
const PLANTING: &[&str] = &["xtask/", "crates/store/tests/"];

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = check_twins(tree);
    for (path, text) in tree.iter().filter(|(path, _)| !PLANTING.iter().any(|folder| path.starts_with(folder))) {
        let statements = if path.ends_with(".rs") {
            RustSource::parse(text).strings
        } else if path.ends_with(".sql") {
            vec![(1, text.clone())]
        } else {
            continue;
        };
        for (first_line, statement) in statements {
            if let Some(offset) = find_star(&statement) {
                let line = first_line + statement[..offset].matches('\n').count();
                violations.push(Violation::at(
                    path,
                    line,
                    "a statement names its columns: `*` breaks when a migration adds one",
                ));
            }
        }
    }
    violations
}

fn check_twins(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for path in tree.keys() {
        let Some(name) = path.strip_prefix(SQLITE).or_else(|| path.strip_prefix(POSTGRES)) else { continue };
        let twin = if path.starts_with(SQLITE) { format!("{POSTGRES}{name}") } else { format!("{SQLITE}{name}") };
        if !tree.contains_key(&twin) {
            violations.push(Violation::at(path, 0, format!("has no twin for the other engine: {twin}")));
        }
        if !is_migration_name(name) {
            violations.push(Violation::at(path, 0, "is not named YYYYMMDDHHMM_<room>_<what>.sql"));
        }
    }
    violations
}

fn is_migration_name(name: &str) -> bool {
    let Some((time, words)) = name.strip_suffix(".sql").and_then(|stem| stem.split_once('_')) else { return false };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    time.len() == 12
        && time.chars().all(|char| char.is_ascii_digit())
        && words.split('_').count() >= 2
        && words.split('_').all(is_word)
}

/// Where a `*` stands for columns: after SELECT, DISTINCT, ALL or RETURNING, after a comma, or as `table.*`. `count(*)`
/// and a product are something else.
fn find_star(statement: &str) -> Option<usize> {
    // A backslash only joins the lines of a Rust literal.
    let upper = statement.to_ascii_uppercase().replace('\\', " ");
    // The first of these words opens the list of columns; a text without any is no statement.
    let opens = ["SELECT ", "SELECT\n", "RETURNING "].iter().filter_map(|word| upper.find(word)).min()?;
    upper.match_indices('*').map(|(offset, _)| offset).filter(|offset| *offset > opens).find(|offset| {
        let before = upper[..*offset].trim_end();
        let is_table = upper[..*offset].ends_with('.') && upper[..*offset - 1].ends_with(is_name);
        let ends_list = ["SELECT", "DISTINCT", "ALL", "RETURNING"].iter().any(|word| ends_with_word(before, word));
        is_table || ends_list || before.ends_with(',')
    })
}

fn is_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == '"'
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| !rest.ends_with(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted;

    #[test]
    fn a_migration_without_its_twin_or_with_another_kind_of_name_is_found() {
        let good = "202611221000_people_start.sql";
        let twins = [(format!("{SQLITE}{good}"), ""), (format!("{POSTGRES}{good}"), "")];
        let twins: Vec<_> = twins.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert!(planted(check, &twins).is_empty());
        assert_eq!(planted(check, &twins[..1]).len(), 1);
        assert_eq!(planted(check, &[("migrations/sqlite/1_x.sql", ""), ("migrations/postgres/1_x.sql", "")]).len(), 2);
    }

    #[test]
    fn every_column_is_found_wherever_it_is_asked_for() {
        for statement in [
            "SELECT * FROM tags",
            "select distinct *\nfrom tags",
            "SELECT t.*, 1 FROM tags t",
            "SELECT id, * FROM tags",
            "SELECT \\\n * FROM tags",
            "INSERT INTO tags (id) VALUES ($1) RETURNING *",
            "SELECT id FROM (SELECT * FROM tags) t",
        ] {
            assert!(find_star(statement).is_some(), "{statement}");
        }
    }

    #[test]
    fn counting_and_multiplying_are_no_list_of_columns() {
        for statement in [
            "SELECT count(*) FROM tags",
            "SELECT count(*), price * 2, (a) * b FROM tags",
            "* a list\n* of things",
            "SELECT id FROM tags /* a comment */ WHERE x > 1",
            "select a.b FROM c",
        ] {
            assert_eq!(find_star(statement), None, "{statement}");
        }
    }

    #[test]
    fn the_line_of_a_statement_over_several_lines_is_right() {
        let code = "//! x\nfn f() {\n  sql!(\"a.b\" => i64, \"SELECT\n   t.*\n FROM t\");\n}\n";
        let found = planted(check, &[("crates/people/src/store.rs", code)]);
        assert!(found[0].starts_with("crates/people/src/store.rs:4:"), "{found:?}");
    }
}
