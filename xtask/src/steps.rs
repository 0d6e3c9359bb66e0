//! `make test`: the list of everything that must hold, in the order in which it is cheapest to learn that it does not.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::project::{Project, find_program};
use crate::{i18n, licences, needs, openapi, pg, tidy, web};

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Project) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step { name: "needs", what: "what the tests need is on this machine", run: |_| needs::test_tools() },
    Step { name: "format", what: "Rust sources are formatted", run: format },
    Step { name: "tidy", what: "the rules of ARCHITECTURE.md hold", run: tidy::run },
    Step { name: "licences", what: "every dependency comes under an allowed licence", run: licences::run },
    Step {
        name: "i18n",
        what: "every text is there in both languages",
        run: |project| i18n::run(project, &["--check"]),
    },
    Step { name: "clippy", what: "no warning in any Rust target", run: clippy },
    Step { name: "rust", what: "Rust tests on SQLite", run: rust_tests },
    Step { name: "pg", what: "the same Rust tests on a temporary PostgreSQL", run: rust_tests_on_postgres },
    Step { name: "openapi", what: "the API's description and client are up to date", run: check_openapi },
    Step { name: "web", what: "interface types, unit tests and build", run: web_tests },
    Step { name: "e2e", what: "browser stories against the real binary", run: browser_stories },
];

fn format(project: &Project) -> Result<()> {
    project.run("cargo", ["fmt", "--all", "--check"])
}

fn clippy(project: &Project) -> Result<()> {
    project.run("cargo", ["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
}

fn rust_tests(project: &Project) -> Result<()> {
    println!(
        "SARANG_DATA {}",
        if std::env::var_os("SARANG_DATA").is_some() { "is set" } else { "is not set: tests on real data are not run" }
    );
    crate::project::run(project.command("cargo", rust_test_command()).env_remove(pg::VARIABLE))
}

/// Pure crates never ask for a database, so nextest leaves them out the second time.
fn rust_tests_on_postgres(project: &Project) -> Result<()> {
    let mut command = rust_test_command();
    if command[0] == "nextest" {
        command.extend(["-E", "rdeps(store)"]);
    }
    let options = pg::Options { fast: true, keep: false };
    let ended = pg::with_cluster(options, &mut project.command("cargo", command))?;
    if !ended.status.success() {
        bail!("the Rust tests failed on PostgreSQL");
    }
    println!("PostgreSQL wrote {} MB", ended.written_bytes / 1_000_000);
    if ended.written_bytes < LEAST_WRITTEN_BYTES {
        bail!("the tests hardly touched PostgreSQL: do they read {}?", pg::VARIABLE);
    }
    Ok(())
}

/// One test that makes its tables writes more.
const LEAST_WRITTEN_BYTES: u64 = 500_000;

fn check_openapi(project: &Project) -> Result<()> {
    openapi::run(project, &["--check"])
}

/// nextest runs every test in its own process, all cores busy; plain `cargo test` will do where it is not installed.
fn rust_test_command() -> Vec<&'static str> {
    match find_program("cargo-nextest") {
        Some(_) => vec!["nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--status-level=slow"],
        None => vec!["test", "--locked", "--workspace", "--no-fail-fast"],
    }
}

fn web_tests(project: &Project) -> Result<()> {
    web::install_packages(project, "web")?;
    project.npm("web", &["run", "check"])?;
    project.npm("web", &["test"])?;
    web::build(project)
}

fn browser_stories(project: &Project) -> Result<()> {
    web::build(project)?;
    web::install_packages(project, "e2e")?;
    project.npm("e2e", &["run", "check"])?;
    let sarang = project.build_sarang("dev")?;
    let mut playwright = project.command("npm", ["test"]);
    playwright.current_dir(project.path("e2e")).env("SARANG_BIN", sarang);
    if let Some(chromium) = needs::find_chromium() {
        playwright.env("SARANG_CHROMIUM", chromium);
    }
    crate::project::run(&mut playwright)
}

/// Runs all steps, or the named ones; stops at the first that fails unless told to go on.
pub fn test(project: &Project, words: &[&str]) -> Result<()> {
    let (options, names): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with('-'));
    let keep_going = match options[..] {
        [] => false,
        ["--keep-going"] => true,
        ["--list"] => {
            STEPS.iter().for_each(|step| println!("{:<10} {}", step.name, step.what));
            return Ok(());
        }
        _ => bail!("cargo xtask test [--list] [--keep-going] [step…]"),
    };
    let steps = choose(&names)?;
    let mut report = Vec::new();
    for step in &steps {
        println!("\n── {}: {}", step.name, step.what);
        let start = Instant::now();
        let result = (step.run)(project);
        let secs = start.elapsed().as_secs_f64();
        if let Err(error) = &result {
            println!("   {error:#}");
        }
        println!("── {} {} in {secs:.1} s", step.name, if result.is_ok() { "passed" } else { "failed" });
        report.push((step.name, result.is_ok(), secs));
        if result.is_err() && !keep_going {
            break;
        }
    }
    summarise(&report, steps.len())
}

fn choose(names: &[&str]) -> Result<Vec<&'static Step>> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &&str| match STEPS.iter().find(|step| step.name == *name) {
        Some(step) => Ok(step),
        None => bail!("there is no step {name}: `cargo xtask test --list` names them"),
    };
    names.iter().map(find).collect()
}

fn summarise(report: &[(&str, bool, f64)], planned: usize) -> Result<()> {
    println!();
    for (name, passed, secs) in report {
        println!("{} {name:<10} {secs:>7.1} s", if *passed { "✓" } else { "✗" });
    }
    let total: f64 = report.iter().map(|(_, _, secs)| secs).sum();
    let failed = report.iter().filter(|(_, passed, _)| !passed).count();
    println!("  {:<10} {total:>7.1} s\n", "together");
    if report.len() < planned {
        println!("{} steps after it were not run", planned - report.len());
    }
    println!("steps: {} passed, {failed} failed", report.len() - failed);
    if failed == 0 { Ok(()) } else { bail!("not everything holds") }
}

#[cfg(test)]
mod tests {
    use super::{choose, summarise};

    #[test]
    fn steps_are_chosen_in_the_order_given_and_a_wrong_name_is_refused() {
        let names: Vec<_> = choose(&["rust", "format"]).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(names, ["rust", "format"]);
        assert!(choose(&["rusty"]).is_err());
        assert!(choose(&[]).unwrap().len() > 5);
    }

    #[test]
    fn one_failed_step_fails_the_whole() {
        assert!(summarise(&[("format", true, 0.1), ("tidy", false, 0.1)], 2).is_err());
        assert!(summarise(&[("format", true, 0.1)], 1).is_ok());
    }
}
