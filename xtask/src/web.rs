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
    let packages = format!("{folder}/node_modules");
    once(project, &packages, &format!("{packages}/.installed"), &lockfile, || {
        println!("installing the npm packages of {folder}/");
        project.npm(folder, &["ci", "--no-audit", "--no-fund"])
    })
}

/// Builds `web/build`, which the release binary embeds and the development binary serves.
pub fn build(project: &Project) -> Result<()> {
    install_packages(project, "web")?;
    let sources = project.tree()?;
    let sources: Vec<_> = sources.iter().filter(|(path, _)| is_source(path)).collect();
    // The stamp stays out of web/build: what lies there is served.
    once(project, "web/build", "web/node_modules/.built", &sources, || {
        println!("building the interface");
        project.npm("web", &["run", "build", "--", "--logLevel=warn"])
    })
}

/// The interface is made from `web/` and, for its words, from `locales/`.
fn is_source(path: &str) -> bool {
    (path.starts_with("web/") && !path.ends_with(".md")) || path.starts_with("locales/")
}

/// Does the work unless its product is there and `stamp` holds the fingerprint of `input`; the stamp is written last.
fn once(
    project: &Project,
    product: &str,
    stamp: &str,
    input: &impl Hash,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let fingerprint = format!("{:016x}\n", hasher.finish());
    let stamp = project.path(stamp);
    if project.path(product).is_dir() && std::fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) {
        return Ok(());
    }
    work()?;
    Ok(std::fs::write(stamp, fingerprint)?)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn work_is_done_again_when_its_input_changed_or_its_product_is_gone_but_not_when_it_failed() {
        let folder = std::env::temp_dir().join(format!("xtask-once-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let project = Project { root: folder.clone() };
        let done = Cell::new(0);
        let make = |input: &str| {
            once(&project, "product", "stamp", &input, || {
                done.set(done.get() + 1);
                Ok(std::fs::create_dir_all(project.path("product"))?)
            })
        };
        assert!(once(&project, "product", "stamp", &"a", || anyhow::bail!("no")).is_err());
        make("a").unwrap();
        make("a").unwrap();
        assert_eq!(done.get(), 1);
        make("b").unwrap();
        std::fs::remove_dir(project.path("product")).unwrap();
        make("b").unwrap();
        assert_eq!(done.get(), 3);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
