//! npm packages and the interface's build, each redone only when what it is made from changed.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use anyhow::Result;

use crate::needs;
use crate::project::Project;

/// Installs the packages of an npm folder exactly as its lockfile says, unless that was done for this lockfile.
pub fn install_packages(project: &Project, folder: &str) -> Result<()> {
    project.require(&format!("{folder}/package-lock.json"), &format!("the npm lockfile of {folder}/"))?;
    needs::node()?;
    let lockfile = std::fs::read_to_string(project.path(&format!("{folder}/package-lock.json")))?;
    once(project, &format!("{folder}/node_modules/.installed"), &lockfile, || {
        println!("installing the npm packages of {folder}/");
        project.npm(folder, &["ci", "--no-audit", "--no-fund"])
    })
}

/// Builds `web/build`, which the release binary embeds and the development binary serves.
pub fn build(project: &Project) -> Result<()> {
    install_packages(project, "web")?;
    let sources = project.tree()?;
    let sources: Vec<_> = sources.iter().filter(|(path, _)| is_source(path)).collect();
    once(project, "web/build/.built", &sources, || {
        println!("building the interface");
        project.npm("web", &["run", "build", "--", "--logLevel=warn"])
    })
}

/// The interface is made from `web/` and, for its words, from `locales/`.
fn is_source(path: &str) -> bool {
    (path.starts_with("web/") && !path.ends_with(".md")) || path.starts_with("locales/")
}

/// Does the work unless `stamp` already holds the fingerprint of `input`; the stamp is written last.
fn once(project: &Project, stamp: &str, input: &impl Hash, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let fingerprint = format!("{:016x}\n", hasher.finish());
    let stamp = project.path(stamp);
    if std::fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) {
        return Ok(());
    }
    work()?;
    Ok(std::fs::write(stamp, fingerprint)?)
}
