//! The API's description as the binary gives it, kept in `web/openapi.json`, and the interface's types made from that.

use anyhow::{Result, bail};

use crate::project::{self, Project};
use crate::web;

const DOCUMENT: &str = "web/openapi.json";
const TYPES: &str = "web/src/lib/api/schema.d.ts";

/// `cargo xtask openapi [--check]`: writes both files; with `--check` a stale one fails instead.
pub fn run(project: &Project, words: &[&str]) -> Result<()> {
    let only_check = match words {
        [] => false,
        ["--check"] => true,
        _ => bail!("cargo xtask openapi [--check]"),
    };
    let sarang = project.build_sarang("dev")?;
    let mut document = project::output(std::process::Command::new(sarang).arg("openapi").current_dir(&project.root))?;
    if !document.ends_with('\n') {
        document.push('\n');
    }
    let kept = std::fs::read_to_string(project.path(DOCUMENT)).unwrap_or_default();
    if kept != document {
        if only_check {
            bail!(
                "{DOCUMENT} is stale ({}): run `cargo xtask openapi` and commit it",
                first_difference(&kept, &document)
            );
        }
        std::fs::write(project.path(DOCUMENT), document)?;
        println!("wrote {DOCUMENT}");
    }
    check_types(project, only_check)
}

/// The types are made anew and compared; what was there is put back when it only had to be checked.
fn check_types(project: &Project, only_check: bool) -> Result<()> {
    web::install_packages(project, "web")?;
    let kept = std::fs::read_to_string(project.path(TYPES)).unwrap_or_default();
    project.npm("web", &["run", "--silent", "types"])?;
    let made = std::fs::read_to_string(project.path(TYPES))?;
    if made == kept {
        println!("openapi: {DOCUMENT} and {TYPES} are up to date");
        return Ok(());
    }
    if !only_check {
        println!("wrote {TYPES}");
        return Ok(());
    }
    std::fs::write(project.path(TYPES), &kept)?;
    bail!("{TYPES} is stale ({}): run `cargo xtask openapi` and commit it", first_difference(&kept, &made))
}

/// Where two texts begin to differ, as one would look for it.
fn first_difference(kept: &str, made: &str) -> String {
    let same = kept.lines().zip(made.lines()).take_while(|(kept, made)| kept == made).count();
    match (kept.lines().nth(same), made.lines().nth(same)) {
        (None, None) => "only the end of the file differs".to_owned(),
        (kept, made) => {
            format!("line {}: `{}` should be `{}`", same + 1, kept.unwrap_or("").trim(), made.unwrap_or("").trim())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_first_difference_is_told_by_line() {
        assert_eq!(first_difference("a\n b\nc", "a\n d\nc"), "line 2: `b` should be `d`");
        assert_eq!(first_difference("", "a"), "line 1: `` should be `a`");
        assert_eq!(first_difference("a\n", "a"), "only the end of the file differs");
    }
}
