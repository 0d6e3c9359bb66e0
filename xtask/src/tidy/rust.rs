//! Rules on Rust code: which file may name what.

use super::Violation;
use super::manifests::ROOMS;
use crate::project::Tree;
use crate::rust_source::RustSource;

/// A word that only some files may use, and the sentence for the others.
struct Fence {
    words: &'static [&'static str],
    allowed: fn(&Place) -> bool,
    rule: &'static str,
}

const FENCES: &[Fence] = &[
    Fence {
        words: &["sqlx"],
        allowed: |place| place.krate == "store",
        rule: "sqlx is named only in store: write a statement with sql! and run it through Db or Tx",
    },
    Fence {
        words: &["axum", "axum_extra", "utoipa_axum"],
        allowed: |place| matches!(place.krate, "httpkit" | "server" | "it" | "bench") || place.is_layer("http"),
        rule: "axum is named only in httpkit, http.rs and server: rules and statements don't know HTTP",
    },
    Fence {
        words: &["sql!"],
        allowed: |place| matches!(place.krate, "store" | "testkit") || place.is_layer("store") || place.is_test,
        rule: "statements stand only in the room's store.rs: give this one a name there",
    },
    Fence {
        words: &["Engine::Sqlite", "Engine::Postgres"],
        allowed: |place| matches!(place.krate, "store" | "testkit") || place.is_test,
        rule: "no code outside store knows the engine: two bodies for one intent drift apart",
    },
    Fence {
        words: &["async"],
        allowed: |place| !place.is_layer("model"),
        rule: "model.rs has no I/O, so nothing in it is async",
    },
    Fence { words: &["todo!", "unimplemented!"], allowed: |_| false, rule: "unfinished code does not land" },
    Fence {
        words: &["#[ignore"],
        allowed: |_| false,
        rule: "a test that is not run tests nothing: mend it or remove it",
    },
];

/// Where a Rust file stands.
struct Place<'p> {
    krate: &'p str,
    /// The path below `src/`, without `.rs`; empty for tests and build scripts.
    module: &'p str,
    /// Below the crate's `tests/`, or after `#[cfg(test)]`: a test may look at rows, and at one engine's plan.
    is_test: bool,
}

impl<'p> Place<'p> {
    fn of(path: &'p str) -> Self {
        let below = path.strip_prefix("crates/").unwrap_or(path);
        let (krate, rest) = below.split_once('/').unwrap_or((below, ""));
        let module = rest.strip_prefix("src/").unwrap_or("").trim_end_matches(".rs");
        Self { krate, module, is_test: rest.starts_with("tests/") }
    }

    /// Whether the file is the room's `http.rs` (or `store.rs`, `model.rs`), or lies in the folder of that name.
    fn is_layer(&self, layer: &str) -> bool {
        self.module == layer || self.module.strip_prefix(layer).is_some_and(|rest| rest.starts_with('/'))
    }
}

pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let mut place = Place::of(path);
        let source = RustSource::parse(text);
        if !text.trim_start().starts_with("//!") {
            violations.push(Violation::at(path, 1, "each file opens with a `//!` line that says what it is for"));
        }
        for (index, line) in source.code.lines().enumerate() {
            place.is_test |= line.starts_with("#[cfg(test)]");
            for fence in FENCES.iter().filter(|fence| !(fence.allowed)(&place)) {
                if fence.words.iter().any(|word| has_word(line, word)) {
                    violations.push(Violation::at(path, index + 1, fence.rule));
                }
            }
            if place.module == "lib" && ROOMS.contains(&place.krate) && opens_a_layer(line) {
                violations.push(Violation::at(
                    path,
                    index + 1,
                    "a room's layers are private: `pub use` its door instead",
                ));
            }
        }
    }
    violations
}

/// `pub mod store;` and the like. A module of pure notions may be public, such as `tagging::counts`.
fn opens_a_layer(line: &str) -> bool {
    const LAYERS: [&str; 7] = ["model", "access", "actions", "store", "http", "jobs", "events"];
    let module = line.trim_start().strip_prefix("pub mod ");
    module.is_some_and(|module| LAYERS.contains(&module.trim_end_matches([';', '{', ' '])))
}

/// Whether `word` stands in the line by itself, not as a part of a longer name.
pub fn has_word(line: &str, word: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back().is_some_and(is_part);
        let after = line[start + word.len()..].chars().next().is_some_and(is_part);
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::planted;

    fn found_in(path: &str, code: &str) -> usize {
        planted(check, &[(path, &format!("//! What it is for.\n{code}\n"))]).len()
    }

    #[test]
    fn sqlx_outside_store_is_found_but_not_in_words_about_it() {
        assert_eq!(found_in("crates/people/src/store.rs", "use sqlx::Row;"), 1);
        assert_eq!(found_in("crates/store/src/db.rs", "use sqlx::Row;"), 0);
        assert_eq!(found_in("crates/people/src/store.rs", "// sqlx does this\nlet x = \"sqlx\"; let sqlxy = 1;"), 0);
    }

    #[test]
    fn axum_belongs_to_http_files() {
        for path in ["crates/people/src/http.rs", "crates/people/src/http/teams.rs", "crates/server/src/router.rs"] {
            assert_eq!(found_in(path, "use axum::Json;"), 0, "{path}");
        }
        for path in ["crates/people/src/actions.rs", "crates/people/src/https.rs", "crates/base/src/lib.rs"] {
            assert_eq!(found_in(path, "use axum::Json;"), 1, "{path}");
        }
    }

    #[test]
    fn statements_belong_to_store_files() {
        assert_eq!(found_in("crates/people/src/store/teams.rs", "let s = sql!(\"people.x\" => i64, \"SELECT 1\");"), 0);
        assert_eq!(found_in("crates/people/src/actions.rs", "let s = sql!(\"people.x\" => i64, \"SELECT 1\");"), 1);
        assert_eq!(found_in("crates/people/tests/merging.rs", "let s = sql!(\"test.x\" => i64, \"SELECT 1\");"), 0);
        assert_eq!(found_in("crates/people/src/jobs.rs", "let s = store::sql!(\"x\");"), 1);
    }

    #[test]
    fn an_engine_fork_outside_store_is_found() {
        assert_eq!(found_in("crates/tagging/src/store.rs", "if db.engine() == Engine::Sqlite {}"), 1);
        let test = "#[cfg(test)]\nmod tests { fn f() { if db.engine() == Engine::Sqlite {} } }";
        assert_eq!(found_in("crates/tagging/src/store.rs", test), 0);
        assert_eq!(found_in("crates/testkit/src/lib.rs", "match engine { Engine::Postgres => {} }"), 0);
    }

    #[test]
    fn an_async_model_is_found() {
        assert_eq!(found_in("crates/tagging/src/model.rs", "pub async fn load() {}"), 1);
        assert_eq!(found_in("crates/tagging/src/actions.rs", "pub async fn apply_tag() {}"), 0);
    }

    #[test]
    fn unfinished_and_ignored_things_are_found() {
        assert_eq!(found_in("crates/base/src/lib.rs", concat!("fn f() { to", "do!() }")), 1);
        assert_eq!(found_in("crates/base/src/lib.rs", concat!("#[ign", "ore = \"slow\"]\nfn f() {}")), 1);
    }

    #[test]
    fn a_file_without_an_opening_line_is_found() {
        assert_eq!(planted(check, &[("crates/base/src/time.rs", "use std::fmt;\n")]).len(), 1);
    }

    #[test]
    fn a_public_layer_of_a_room_is_found() {
        assert_eq!(found_in("crates/people/src/lib.rs", "pub mod store;"), 1);
        assert_eq!(found_in("crates/people/src/lib.rs", "mod store;\npub mod counts;\npub use model::Person;"), 0);
        assert_eq!(found_in("crates/httpkit/src/lib.rs", "pub mod page;"), 0);
    }
}
