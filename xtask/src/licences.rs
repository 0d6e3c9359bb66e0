//! Under which licences the dependencies come: each must be one that an Apache-2.0 product may carry or be built with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::project::Project;

/// SPDX names. MPL-2.0 asks that changes to its own files stay open, OFL-1.1 that fonts are not sold alone; the rest ask
/// for a notice at most.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages whose metadata names no licence; somebody has read their licence file.
const READ_BY_HAND: &[(&str, &str)] = &[("svelte-toolbelt", "MIT")];

const TARGET: &str = "x86_64-unknown-linux-gnu";
const NPM_FOLDERS: &[&str] = &["web", "widget", "e2e"];

/// A dependency: name, version, and its licence as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: Option<String>,
}

pub fn run(project: &Project) -> Result<()> {
    let mut refused = report("crates", &list_crates(&read_cargo_metadata(project)?)?);
    for folder in NPM_FOLDERS.iter().filter(|folder| project.path(folder).join("package-lock.json").is_file()) {
        let packages = list_npm_packages(&read_lockfile(project, folder)?)
            .with_context(|| format!("reading {folder}/package-lock.json"))?;
        refused += report(&format!("npm packages of {folder}"), &packages);
    }
    if refused == 0 { Ok(()) } else { bail!("{refused} dependencies come under no licence that is allowed") }
}

fn read_cargo_metadata(project: &Project) -> Result<Value> {
    let filter = format!("--filter-platform={TARGET}");
    let metadata = project.output("cargo", ["metadata", "--format-version=1", "--locked", &filter])?;
    Ok(serde_json::from_str(&metadata)?)
}

fn read_lockfile(project: &Project, folder: &str) -> Result<Value> {
    Ok(serde_json::from_str(&std::fs::read_to_string(project.path(folder).join("package-lock.json"))?)?)
}

/// Prints what was found and answers how many are refused.
fn report(what: &str, packages: &BTreeSet<Package>) -> usize {
    let refused: Vec<_> = packages.iter().filter(|package| !is_package_allowed(package)).collect();
    println!("{} {what}, {} refused", packages.len(), refused.len());
    for package in &refused {
        let licence = package.licence.as_deref().unwrap_or("no licence named");
        println!("  refused: {} {}: {licence}", package.name, package.version);
    }
    let twice = list_duplicates(packages);
    if !twice.is_empty() {
        println!("  in more than one major version: {}", twice.join(", "));
    }
    refused.len()
}

fn is_package_allowed(package: &Package) -> bool {
    let by_hand = READ_BY_HAND.iter().find(|(name, _)| *name == package.name).map(|(_, licence)| *licence);
    package.licence.as_deref().or(by_hand).is_some_and(is_allowed)
}

fn list_crates(metadata: &Value) -> Result<BTreeSet<Package>> {
    let packages = list_crate_metadata(metadata)?;
    packages.into_iter().map(|package| read_package(package, &package["name"])).collect()
}

/// What the workspace's crates need to be built and to run; what only their tests need is not shipped, but is run, so
/// it counts too.
fn list_crate_metadata(metadata: &Value) -> Result<Vec<&Value>> {
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo metadata resolved nothing")?;
    let reached: BTreeSet<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    let ours: BTreeSet<&str> =
        metadata["workspace_members"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let wanted = |package: &&Value| package["id"].as_str().is_some_and(|id| reached.contains(id) && !ours.contains(id));
    Ok(packages.iter().filter(wanted).collect())
}

/// The notices that go with the binary: of each crate and npm package, the licence files its author put into it.
pub fn write_notices(project: &Project) -> Result<String> {
    let mut notices = String::from("Sarangbang contains work of others, under these licences.\n");
    for package in list_crate_metadata(&read_cargo_metadata(project)?)? {
        let manifest = Path::new(package["manifest_path"].as_str().context("a package without a manifest")?);
        let folder = manifest.parent().context("a manifest without a folder")?;
        notices += &write_notice(&read_package(package, &package["name"])?, folder)?;
    }
    let lockfile = read_lockfile(project, "web")?;
    for (path, package) in lockfile["packages"].as_object().into_iter().flatten() {
        let folder = project.path("web").join(path);
        // Packages for other platforms are in the lockfile but not installed, so they are not in the binary either.
        if !path.is_empty() && folder.is_dir() {
            let name = Value::from(path.rsplit("node_modules/").next().unwrap_or(path));
            notices += &write_notice(&read_package(package, &name)?, &folder)?;
        }
    }
    Ok(notices)
}

fn write_notice(package: &Package, folder: &Path) -> Result<String> {
    const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"];
    let licence = package.licence.as_deref().unwrap_or("see below");
    let mut notice = format!("\n{}\n{} {}: {licence}\n", "=".repeat(80), package.name, package.version);
    let mut papers: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    papers.sort_by_key(std::fs::DirEntry::file_name);
    for paper in papers {
        let name = paper.file_name().to_string_lossy().to_uppercase();
        if NAMES.iter().any(|start| name.starts_with(start)) && paper.path().is_file() {
            notice += &format!("\n{}\n", String::from_utf8_lossy(&std::fs::read(paper.path())?).trim());
        }
    }
    Ok(notice)
}

/// Everything a `package-lock.json` (version 3) installs.
fn list_npm_packages(lockfile: &Value) -> Result<BTreeSet<Package>> {
    let packages =
        lockfile["packages"].as_object().context("the lockfile has no packages: write it with npm 7 or newer")?;
    let installed = packages.iter().filter(|(path, package)| !path.is_empty() && package["link"] != true);
    let name = |path: &str| Value::from(path.rsplit("node_modules/").next().unwrap_or(path));
    installed.map(|(path, package)| read_package(package, &name(path))).collect()
}

fn read_package(package: &Value, name: &Value) -> Result<Package> {
    Ok(Package {
        name: name.as_str().context("a package without a name")?.to_owned(),
        version: package["version"].as_str().with_context(|| format!("{name} has no version"))?.to_owned(),
        licence: package["license"].as_str().map(str::to_owned),
    })
}

/// Whether an SPDX expression can be met with allowed licences alone. `/` is the old way to write OR.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Expression { words: &words };
    parser.either() == Some(true) && parser.words.is_empty()
}

/// A reader of SPDX expressions: OR binds weaker than AND, WITH only ever adds permissions. Nothing when ill-formed.
struct Expression<'e> {
    words: &'e [&'e str],
}

impl Expression<'_> {
    fn take(&mut self, word: &str) -> bool {
        let here = self.words.first() == Some(&word);
        if here {
            self.words = &self.words[1..];
        }
        here
    }

    fn either(&mut self) -> Option<bool> {
        let mut allowed = self.both()?;
        while self.take("OR") {
            allowed |= self.both()?;
        }
        Some(allowed)
    }

    fn both(&mut self) -> Option<bool> {
        let mut allowed = self.one()?;
        while self.take("AND") {
            allowed &= self.one()?;
        }
        Some(allowed)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let allowed = self.either()?;
            return self.take(")").then_some(allowed);
        }
        let (name, rest) = self.words.split_first()?;
        self.words = rest;
        if self.take("WITH") {
            self.words = self.words.split_first()?.1;
        }
        Some(ALLOWED.contains(name))
    }
}

/// Packages of which two versions that can't stand for each other are built.
fn list_duplicates(packages: &BTreeSet<Package>) -> Vec<String> {
    let mut majors: BTreeMap<&str, BTreeMap<String, &str>> = BTreeMap::new();
    for package in packages {
        majors.entry(&package.name).or_default().insert(major(&package.version), &package.version);
    }
    let twice = majors.into_iter().filter(|(_, versions)| versions.len() > 1);
    twice
        .map(|(name, versions)| format!("{name} {}", versions.into_values().collect::<Vec<_>>().join(" and ")))
        .collect()
}

/// What must be equal for two versions to be compatible: `1.2.3` → `1`, `0.8.5` → `0.8`, `0.0.3` → `0.0.3`.
fn major(version: &str) -> String {
    let numbers: Vec<&str> = version.split(['.', '-', '+']).take(3).collect();
    let first = numbers.iter().position(|number| *number != "0").unwrap_or(numbers.len() - 1);
    numbers[..=first].join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_expression_is_allowed_when_allowed_licences_can_meet_it() {
        for fine in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "Apache-2.0 OR GPL-2.0-only",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
            "(Apache-2.0 OR MIT) AND BSD-3-Clause",
        ] {
            assert!(is_allowed(fine), "{fine}");
        }
        for refused in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "MIT AND (GPL-3.0-only OR AGPL-3.0-only)",
            "AGPL-3.0-only OR SSPL-1.0",
            "SEE LICENSE IN LICENSE.md",
            "MIT OR",
            "(MIT",
            "MIT)",
            "",
        ] {
            assert!(!is_allowed(refused), "{refused}");
        }
    }

    #[test]
    fn a_crate_without_a_licence_is_refused_and_our_own_are_left_out() {
        let metadata = json!({
            "workspace_members": ["ours"],
            "packages": [
                {"id": "ours", "name": "ours", "version": "0.1.0", "license": null},
                {"id": "a", "name": "a", "version": "1.0.0", "license": null},
                {"id": "w", "name": "windows-only", "version": "1.0.0", "license": "GPL-3.0-only"},
            ],
            "resolve": {"nodes": [{"id": "ours"}, {"id": "a"}]},
        });
        let crates = list_crates(&metadata).unwrap();
        assert_eq!(crates.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["a"]);
        assert_eq!(report("crates", &crates), 1);
    }

    #[test]
    fn npm_packages_are_named_by_their_last_folder() {
        let lockfile = json!({"packages": {
            "": {"name": "web"},
            "node_modules/@x/y": {"version": "1.0.0", "license": "MIT"},
            "node_modules/@x/y/node_modules/z": {"version": "2.0.0", "license": "GPL-2.0"},
        }});
        let packages = list_npm_packages(&lockfile).unwrap();
        assert_eq!(packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["@x/y", "z"]);
        assert_eq!(report("npm packages", &packages), 1);
    }

    #[test]
    fn two_major_versions_of_one_package_are_listed() {
        let package = |name: &str, version: &str| Package { name: name.into(), version: version.into(), licence: None };
        let packages = [("a", "0.8.5"), ("a", "0.9.1"), ("b", "1.0.0"), ("b", "1.9.0")];
        let packages = packages.iter().map(|(name, version)| package(name, version)).collect();
        assert_eq!(list_duplicates(&packages), ["a 0.8.5 and 0.9.1"]);
        assert_eq!([major("1.2.3"), major("0.8.5"), major("0.0.3"), major("0.0.0")], ["1", "0.8", "0.0.3", "0.0.0"]);
    }
}
