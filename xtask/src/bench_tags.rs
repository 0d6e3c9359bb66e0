//! `cargo xtask bench-tags`: our tag suggestions beside scikit-learn and omikuji on the splits of a data folder.

use anyhow::{Result, bail};

use crate::project::{self, Project, find_program};

/// Builds the release binary, makes a Python environment for the peers under `target`, and prints the table. A peer
/// that cannot be installed is said to be missing; ours is measured all the same.
pub fn run(project: &Project) -> Result<()> {
    let Ok(data) = std::env::var("SARANG_DATA") else {
        bail!("not run: set SARANG_DATA to the folder that holds tagging/banking77-train.jsonl and the other sets")
    };
    if find_program("python3").is_none() {
        bail!("not run: the splits and the peers need python3");
    }
    let sarang = project.build_sarang("release")?;
    let folder = project.path("target/bench-tags");
    let python = folder.join("bin/python");
    if !python.is_file() {
        project::run(project.command("python3", ["-m", "venv"]).arg(&folder))?;
    }
    for peer in ["scikit-learn", "omikuji"] {
        let mut install = project.command(&python.display().to_string(), ["-m", "pip", "install", "--quiet", peer]);
        if let Err(why) = project::run(&mut install) {
            eprintln!("{peer} cannot be installed and is left out: {why:#}");
        }
    }
    let mut measure = project.command(&python.display().to_string(), ["xtask/bench/tags.py"]);
    project::run(measure.arg(sarang).arg(data))
}
