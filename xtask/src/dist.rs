//! `make dist`: one archive for an operator, with the binary, the guides, and the licences of everything in it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::licences;
use crate::project::{self, Project};
use crate::web;

/// What lies beside the binary, as far as this tree has it.
const PAPERS: &[&str] = &["README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"];

pub fn run(project: &Project) -> Result<()> {
    web::build(project)?;
    let sarang = project.build_sarang("release")?;
    let version = project::output(Command::new(&sarang).arg("--version"))?;
    let version = version.split_whitespace().last().context("sarang --version says nothing")?.to_owned();
    let name = format!("sarang-{version}-{}-{}", std::env::consts::ARCH, std::env::consts::OS);

    let folder = project.path("dist").join(&name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    copy(&sarang, &folder.join("sarang"))?;
    for paper in PAPERS {
        project.require(paper, "a paper of the archive")?;
        copy(&project.path(paper), &folder.join(paper))?;
    }
    std::fs::write(folder.join("THIRD-PARTY.txt"), licences::write_notices(project)?)?;

    // The same tree gives the same bytes: names sorted, nobody's owner, the time of the commit.
    let committed_at = project.output("git", ["log", "-1", "--format=%cI"])?;
    let archive = format!("{name}.tar.gz");
    let options = ["--create", "--gzip", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
    let mut tar = Command::new("tar");
    tar.args(options).arg(format!("--mtime={}", committed_at.trim())).args(["--file", &archive, &name]);
    project::run(tar.env("GZIP", "-n").current_dir(project.path("dist")))?;
    let sum = project::output(Command::new("sha256sum").arg(&archive).current_dir(project.path("dist")))?;
    std::fs::write(project.path("dist").join(format!("{archive}.sha256")), &sum)?;
    println!("dist/{archive}\n{}", sum.trim());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}
