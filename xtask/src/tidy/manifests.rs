//! Who may know whom, from every `Cargo.toml`: the street and what lies below and above it.

use toml::{Table, Value};

use super::Violation;
use super::rust::has_word;
use crate::project::Tree;
use crate::rust_source::RustSource;

/// Our crates from the ground up. A crate uses only crates of a lower row; crates of one row don't know each other.
const GROUND_UP: &[&[&str]] = &[
    &["base"],
    &["textkit", "mailkit"],
    &["learn"],
    &["store"],
    &["httpkit"],
    &["staff"],
    &["people"],
    &["conversations"],
    &["tagging"],
    &["signals"],
    &["journeys"],
    &["docs"],
    &["roadmap"],
    &["frontdoor"],
    &["server"],
    &["it", "bench", "fuzz"],
];
const STORE_ROW: usize = 3;

/// The rooms of the street, left to right.
pub const ROOMS: &[&str] =
    &["staff", "people", "conversations", "tagging", "signals", "journeys", "docs", "roadmap", "frontdoor"];

/// Crates of others that only some of ours may use.
const FENCED: &[(&[&str], &[&str], &str)] = &[
    (&["sqlx", "sqlx-core", "rusqlite", "libsqlite3-sys"], &["store"], "only store speaks to a database"),
    (
        &["reqwest", "hyper", "hyper-util", "ureq"],
        &["httpkit", "it", "bench"],
        "outgoing HTTP goes through httpkit's one client",
    ),
    (&["lettre"], &["frontdoor"], "outgoing mail goes through one client"),
    (&["openssl", "openssl-sys", "aws-lc-rs", "aws-lc-sys"], &[], "TLS is rustls with ring"),
];

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = check_workspace(tree);
    for (path, text) in tree.iter().filter(|(path, _)| path.ends_with("/Cargo.toml")) {
        match text.parse::<Table>() {
            Ok(manifest) => {
                check_manifest(path, text, &manifest, &mut violations);
                check_used(path, text, &manifest, tree, &mut violations);
            }
            Err(error) => violations.push(Violation::at(path, 0, format!("is no TOML: {error}"))),
        }
    }
    violations
}

fn check_manifest(path: &str, text: &str, manifest: &Table, violations: &mut Vec<Violation>) {
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str).unwrap_or("");
    let folder = path.trim_end_matches("/Cargo.toml").rsplit('/').next().unwrap_or("");
    let mut say = |dependency: &str, rule: String| {
        violations.push(Violation::at(path, line_of(text, dependency), rule));
    };
    if name != folder {
        say("name", format!("crate {name} lies in folder {folder}: give both the same name"));
    }
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
    if lints != Some(true) {
        say("lints", "takes the workspace's lints: add `[lints] workspace = true`".to_owned());
    }
    if name != "xtask" && name != "testkit" && row(name).is_none() {
        say("name", format!("{name} has no place on the street: add it to GROUND_UP in xtask/src/tidy/manifests.rs"));
        return;
    }
    for (section, dependency) in dependencies(manifest) {
        if let Some(reason) = refuse(name, section, dependency) {
            say(dependency, reason);
        }
    }
}

/// What the workspace offers its crates, some crate takes.
fn check_workspace(tree: &Tree) -> Vec<Violation> {
    let Some(text) = tree.get("Cargo.toml") else { return Vec::new() };
    let offered = text.parse::<Table>().ok().and_then(|root| root.get("workspace")?.get("dependencies").cloned());
    let manifests: Vec<Table> = tree
        .iter()
        .filter(|(path, _)| path.ends_with("/Cargo.toml"))
        .filter_map(|(_, text)| text.parse().ok())
        .collect();
    let is_taken =
        |name: &String| manifests.iter().any(|manifest| dependencies(manifest).iter().any(|(_, taken)| taken == name));
    let offered = offered.as_ref().and_then(Value::as_table).into_iter().flatten().map(|(name, _)| name);
    let idle = offered.filter(|name| !is_taken(name));
    let rule = |name: &String| format!("{name} is taken by no crate: take it out");
    idle.map(|name| Violation::at("Cargo.toml", line_of(text, name), rule(name))).collect()
}

/// A dependency that no file of the crate names costs build time for nothing.
fn check_used(path: &str, text: &str, manifest: &Table, tree: &Tree, violations: &mut Vec<Violation>) {
    let folder = path.trim_end_matches("Cargo.toml");
    let is_code = |file: &&String| file.starts_with(folder) && file.ends_with(".rs");
    // Strings count too: serde's attributes name modules in them.
    let code = |text: &String| {
        let source = RustSource::parse(text);
        source.strings.into_iter().fold(source.code, |code, (_, string)| code + "\n" + &string)
    };
    let sources: Vec<String> = tree.iter().filter(|(file, _)| is_code(file)).map(|(_, text)| code(text)).collect();
    for (_, dependency) in dependencies(manifest) {
        let name = dependency.replace('-', "_");
        if !sources.iter().any(|source| has_word(source, &name)) {
            let rule = format!("{dependency} is used nowhere in this crate: take it out");
            violations.push(Violation::at(path, line_of(text, dependency), rule));
        }
    }
}

/// Why `name` may not depend on `dependency`, if it may not.
fn refuse(name: &str, section: &str, dependency: &str) -> Option<String> {
    for (fenced, users, reason) in FENCED {
        if fenced.contains(&dependency) && !users.contains(&name) {
            return Some(format!("{name} may not use {dependency}: {reason}"));
        }
    }
    if dependency == "testkit" {
        let is_test = section == "dev-dependencies" && row(name).is_some_and(|row| row >= STORE_ROW);
        let fine = is_test || name == "bench";
        return (!fine).then(|| {
            format!("{name} may not use testkit here: it is for the tests of store and of what stands over it, and for measuring")
        });
    }
    let below = row(dependency)?;
    let here = match name {
        "testkit" => STORE_ROW + 1,
        "xtask" => return Some(format!("xtask may not use {dependency}: the chores run without the product")),
        _ => row(name)?,
    };
    (below >= here)
        .then(|| format!("{name} may not know {dependency}: a crate uses only what lies below it or to its left"))
}

fn row(name: &str) -> Option<usize> {
    GROUND_UP.iter().position(|row| row.contains(&name))
}

/// Every dependency of a manifest with its section, those of `[target.…]` included.
fn dependencies(manifest: &Table) -> Vec<(&'static str, &str)> {
    const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = std::iter::once(manifest).chain(targets.filter_map(|(_, target)| target.as_table()));
    let mut found = Vec::new();
    for table in tables {
        for section in SECTIONS {
            for (key, value) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
                // `package = "…"` renames: what counts is what is really used.
                found.push((section, value.get("package").and_then(Value::as_str).unwrap_or(key)));
            }
        }
    }
    found
}

/// The line that opens with the dependency's name, or 0.
fn line_of(text: &str, key: &str) -> usize {
    text.lines().position(|line| line.trim_start().starts_with(key)).map_or(0, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted;

    fn crate_with(name: &str, rest: &str) -> Vec<String> {
        let manifest = format!("[package]\nname = \"{name}\"\n[lints]\nworkspace = true\n{rest}");
        // A source that names every dependency, so that only what the test plants is found.
        let words: Vec<&str> = rest.split(|char: char| !(char.is_alphanumeric() || "-_".contains(char))).collect();
        let source = words.join(" ").replace('-', "_");
        let files = [(format!("crates/{name}/Cargo.toml"), manifest), (format!("crates/{name}/src/lib.rs"), source)];
        planted(check, &files.each_ref().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    #[test]
    fn a_dependency_that_nothing_names_is_found() {
        let manifest =
            "[package]\nname = \"base\"\n[lints]\nworkspace = true\n[dependencies]\nserde-json = \"1\"\njiff = \"1\"\n";
        let source = "//! serde_json is only spoken of.\n#[serde(with = \"jiff::fmt::serde\")]\nstruct A;\n";
        let found = planted(check, &[("crates/base/Cargo.toml", manifest), ("crates/base/src/lib.rs", source)]);
        assert_eq!(found, ["crates/base/Cargo.toml:6: serde-json is used nowhere in this crate: take it out"]);
    }

    #[test]
    fn a_dependency_that_no_crate_takes_is_found() {
        let root = "[workspace.dependencies]\nserde = \"1\"\ntower = \"1\"\n";
        let base = "[package]\nname = \"base\"\n[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\n";
        let files = [
            ("Cargo.toml", root),
            ("crates/base/Cargo.toml", base),
            ("crates/base/src/lib.rs", "use serde::Serialize;"),
        ];
        assert_eq!(planted(check, &files), ["Cargo.toml:3: tower is taken by no crate: take it out"]);
    }

    #[test]
    fn a_room_uses_rooms_to_its_left() {
        assert!(
            crate_with("tagging", "[dependencies]\nconversations.workspace = true\nstore.workspace = true").is_empty()
        );
    }

    #[test]
    fn a_room_that_uses_a_room_to_its_right_is_found() {
        let found = crate_with("people", "[dependencies]\nbase.workspace = true\ntagging.workspace = true\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/people/Cargo.toml:7: people may not know tagging"), "{found:?}");
    }

    #[test]
    fn crates_of_one_row_do_not_know_each_other() {
        assert_eq!(crate_with("mailkit", "[dependencies]\ntextkit.workspace = true").len(), 1);
    }

    #[test]
    fn a_right_hand_room_is_refused_even_for_tests_or_one_platform_or_under_another_name() {
        assert_eq!(crate_with("people", "[dev-dependencies]\ntagging.workspace = true").len(), 1);
        assert_eq!(crate_with("people", "[target.'cfg(unix)'.dependencies]\ntagging.workspace = true").len(), 1);
        assert_eq!(
            crate_with("people", "[dependencies]\nt = { path = \"../tagging\", package = \"tagging\" }").len(),
            1
        );
    }

    #[test]
    fn testkit_is_for_the_tests_of_store_and_what_stands_over_it() {
        assert!(crate_with("people", "[dev-dependencies]\ntestkit.workspace = true").is_empty());
        assert!(crate_with("store", "[dev-dependencies]\ntestkit.workspace = true").is_empty());
        assert!(crate_with("testkit", "[dependencies]\nstore.workspace = true").is_empty());
        assert!(crate_with("bench", "[dependencies]\ntestkit.workspace = true").is_empty());
        assert_eq!(crate_with("people", "[dependencies]\ntestkit.workspace = true").len(), 1);
        assert_eq!(crate_with("textkit", "[dev-dependencies]\ntestkit.workspace = true").len(), 1);
        assert_eq!(crate_with("testkit", "[dependencies]\nstaff.workspace = true").len(), 1);
    }

    #[test]
    fn only_store_names_sqlx_and_only_httpkit_speaks_http_outwards() {
        assert!(crate_with("store", "[dependencies]\nsqlx.workspace = true").is_empty());
        assert_eq!(crate_with("server", "[dependencies]\nsqlx.workspace = true").len(), 1);
        assert_eq!(crate_with("people", "[dependencies]\nreqwest.workspace = true").len(), 1);
    }

    #[test]
    fn a_crate_without_a_place_or_without_the_lints_is_found() {
        assert_eq!(crate_with("sideroom", "").len(), 1);
        let found = planted(check, &[("crates/base/Cargo.toml", "[package]\nname = \"base\"\n")]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn the_rooms_stand_on_the_street_in_their_order() {
        let rows: Vec<_> = ROOMS.iter().map(|room| row(room).unwrap()).collect();
        assert!(rows.is_sorted());
    }
}
