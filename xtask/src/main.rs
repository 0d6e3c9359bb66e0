//! The project's own chores, one command each: `cargo xtask` prints them.

mod bench_tags;
mod dist;
mod i18n;
mod licences;
mod measure;
mod needs;
mod openapi;
mod pg;
mod project;
mod rust_source;
mod serve;
mod steps;
mod tidy;
mod train;
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
  bench [--size S] [--engine E] [--only mailbox|ranking]
                         measure the release binary: sizes 10k, 100k, 1m; engines sqlite, postgres
  bench-tags             measure tag suggestions beside scikit-learn and omikuji on the sets in SARANG_DATA
  soak                   run the fault tests with their full numbers, on both engines
  fuzz [--cases N] [--secs S]
                         give every property of the parsers N random inputs (20000), then run the targets of fuzz/ for
                         S seconds each (60)
  dist                   pack the release binary, papers and notices into dist/
  tidy                   check the rules of ARCHITECTURE.md
  train --data DIR       make the models of crates/learn/models anew, the same bytes every time
  licences               check the licences of all dependencies and list those built twice
  i18n [--check]         check the words of both languages and write the interface's list of keys
  openapi [--check]      write web/openapi.json and the interface's types from the binary's API
  pg [--fast] [--keep] -- command…
                         run a command with SARANG_TEST_DATABASE naming a temporary PostgreSQL
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
        ["bench", ref rest @ ..] => measure::bench(&project, rest),
        ["bench-tags"] => bench_tags::run(&project),
        ["soak"] => measure::soak(&project),
        ["fuzz", ref rest @ ..] => measure::fuzz(&project, rest),
        ["dist"] => dist::run(&project),
        ["tidy"] => tidy::run(&project),
        ["train", ref rest @ ..] => train::run(&project, rest),
        ["licences"] => licences::run(&project),
        ["i18n", ref rest @ ..] => i18n::run(&project, rest),
        ["openapi", ref rest @ ..] => openapi::run(&project, rest),
        ["pg", ref rest @ ..] => pg::run(&project, rest),
        _ => bail!("`cargo xtask {}` is no command\n\n{HELP}", words.join(" ")),
    }
}
