//! The project's own chores, one command each: `cargo xtask` prints them.

mod needs;
mod project;
mod serve;
mod steps;
mod tidy;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};
use project::Project;

const HELP: &str = "\
cargo xtask <command>

  run                    build interface and release binary, then serve ./data on 127.0.0.1:7420
  dev                    serve the development build beside the interface's hot-reloading server
  web                    install npm packages and build web/build, each only when it changed
  test [step…]           run every check, or only the named ones (--keep-going, --list)
  tidy                   check the rules of ARCHITECTURE.md
";

fn main() -> ExitCode {
    match act() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if matches!(words[..], [] | ["help" | "--help" | "-h"]) {
        print!("{HELP}");
        return Ok(());
    }
    let project = Project::find()?;
    match words[..] {
        ["run"] => serve::run(&project),
        ["dev"] => serve::dev(&project),
        ["web"] => web::build(&project),
        ["test", ref rest @ ..] => steps::test(&project, rest),
        ["tidy"] => tidy::run(&project),
        _ => bail!("`cargo xtask {}` is no command\n\n{HELP}", words.join(" ")),
    }
}
