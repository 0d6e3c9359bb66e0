//! Lists the twin migration folders, so that the binary carries both; each side must have the same files.
use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};

fn names(folder: &Path) -> BTreeSet<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries.map(|e| e.unwrap().file_name().into_string().unwrap()).filter(|n| n.ends_with(".sql")).collect()
}

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../migrations").canonicalize().unwrap();
    let (sqlite, postgres) = (names(&root.join("sqlite")), names(&root.join("postgres")));
    let alone: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(alone.is_empty(), "migrations of one engine only: {alone:?}");
    let mut code = String::from("&[\n");
    let mut versions = BTreeSet::new();
    for name in &sqlite {
        let (version, rest) = name.split_once('_').unwrap_or_else(|| panic!("{name}: YYYYMMDDHHMM_room_what.sql"));
        assert!(version.len() == 12 && rest.contains('_'), "{name}: YYYYMMDDHHMM_room_what.sql");
        let version: i64 = version.parse().unwrap_or_else(|_| panic!("{name}: YYYYMMDDHHMM_room_what.sql"));
        assert!(versions.insert(version), "{name}: another migration has this minute");
        let text = |engine: &str| root.join(engine).join(name).display().to_string();
        let what = rest.trim_end_matches(".sql");
        writeln!(
            code,
            "Migration {{ version: {version}, name: {what:?}, text: [include_str!({:?}), include_str!({:?})] }},",
            text("sqlite"),
            text("postgres")
        )
        .unwrap();
    }
    code.push(']');
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("migrations.rs"), code).unwrap();
}
