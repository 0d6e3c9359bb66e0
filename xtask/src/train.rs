//! `cargo xtask train --data DIR`: the models the binary carries, made anew from data, the same bytes every time.

use anyhow::{Result, bail};

use crate::project::{self, Project};

pub fn run(project: &Project, words: &[&str]) -> Result<()> {
    let ["--data", folder] = words else { bail!("cargo xtask train --data DIR") };
    let folder = std::fs::canonicalize(folder)?;
    let arguments = ["run", "--quiet", "--locked", "--release", "--package=learn", "--example=train", "--"];
    project::run(project.command("cargo", arguments).arg(folder))
}
