//! What is run now and then rather than on every change: benchmarks, long fault tests, random input in numbers.

use anyhow::{Result, bail};

use crate::pg;
use crate::project::{self, Project, find_program};
use crate::web;

const SIZES: [&str; 3] = ["10k", "100k", "1m"];
const PARTS: [&str; 4] = ["mailbox", "ranking", "requests", "telling"];

/// `cargo xtask bench [--size 10k|100k|1m] [--engine sqlite|postgres] [--only PART]`: the release binary against docs/benchmarks.md.
pub fn bench(project: &Project, words: &[&str]) -> Result<()> {
    let BenchOptions { size, engine, only } = read_bench_options(words)?;
    project.require("crates/bench", "the benchmark")?;
    web::build(project)?;
    let sarang = project.build_sarang("release")?;
    let mut arguments =
        vec!["run", "--locked", "--release", "--package=bench", "--", "--size", size, "--engine", engine];
    arguments.extend(only.iter().flat_map(|part| ["--only", part]));
    let mut command = project.command("cargo", arguments);
    command.env("SARANG_BIN", sarang).env_remove(pg::VARIABLE);
    if engine == "sqlite" {
        return project::run(&mut command);
    }
    // With fsync, as an operator would run it.
    let ended = pg::with_cluster(pg::Options::default(), &mut command)?;
    if ended.status.success() { Ok(()) } else { bail!("the benchmark failed ({})", ended.status) }
}

#[derive(Debug, PartialEq)]
struct BenchOptions<'w> {
    size: &'w str,
    engine: &'w str,
    only: Option<&'w str>,
}

fn read_bench_options<'w>(words: &[&'w str]) -> Result<BenchOptions<'w>> {
    let mut options = BenchOptions { size: "10k", engine: "sqlite", only: None };
    for pair in words.chunks(2) {
        match *pair {
            ["--size", value] if SIZES.contains(&value) => options.size = value,
            ["--engine", value @ ("sqlite" | "postgres")] => options.engine = value,
            ["--only", value] if PARTS.contains(&value) => options.only = Some(value),
            _ => bail!(
                "cargo xtask bench [--size {}] [--engine sqlite|postgres] [--only {}]",
                SIZES.join("|"),
                PARTS.join("|")
            ),
        }
    }
    Ok(options)
}

/// The tests of everything over the store, with `SARANG_SOAK` set: fault tests then take their full numbers.
pub fn soak(project: &Project) -> Result<()> {
    if find_program("cargo-nextest").is_none() {
        bail!("the soak needs cargo-nextest: run `cargo install --locked cargo-nextest`");
    }
    let arguments =
        ["nextest", "run", "--profile=soak", "--locked", "--workspace", "--no-fail-fast", "-E", "rdeps(store)"];
    println!("\n── on SQLite");
    project::run(project.command("cargo", arguments).env("SARANG_SOAK", "1").env_remove(pg::VARIABLE))?;
    println!("\n── on PostgreSQL");
    let mut command = project.command("cargo", arguments);
    let ended = pg::with_cluster(pg::Options::default(), command.env("SARANG_SOAK", "1"))?;
    if ended.status.success() { Ok(()) } else { bail!("the soak failed on PostgreSQL ({})", ended.status) }
}

/// `cargo xtask fuzz [--cases N] [--secs S]`: every property of the crates that have some, with new random seeds; then
/// every target of `fuzz/` for some seconds, led by what of the code it has reached.
pub fn fuzz(project: &Project, words: &[&str]) -> Result<()> {
    let (mut cases, mut secs) = (20_000u32, 60u32);
    for pair in words.chunks(2) {
        match *pair {
            ["--cases", number] => cases = number.parse()?,
            ["--secs", number] => secs = number.parse()?,
            _ => bail!("cargo xtask fuzz [--cases N] [--secs S]"),
        }
    }
    let packages = list_packages_with_properties(project)?;
    if packages.is_empty() {
        bail!("no crate has properties to test: none depends on proptest");
    }
    println!("{cases} cases for each property of {}", packages.join(", "));
    let mut arguments = vec!["test".to_owned(), "--locked".to_owned(), "--release".to_owned()];
    arguments.extend(packages.iter().map(|name| format!("--package={name}")));
    project::run(project.command("cargo", arguments).env("PROPTEST_CASES", cases.to_string()))?;
    fuzz_targets(project, secs)
}

fn fuzz_targets(project: &Project, secs: u32) -> Result<()> {
    if find_program("cargo-fuzz").is_none() {
        println!("the targets of fuzz/ were not run: cargo-fuzz is missing (`cargo install --locked cargo-fuzz`)");
        return Ok(());
    }
    if project.output("cargo", ["+nightly", "--version"]).is_err() {
        println!(
            "the targets of fuzz/ were not run: the nightly compiler is missing (`rustup toolchain install nightly`)"
        );
        return Ok(());
    }
    let listed = project.output("cargo", ["+nightly", "fuzz", "list"])?;
    let mut failed = Vec::new();
    for target in listed.lines().map(str::trim).filter(|name| !name.is_empty()) {
        println!("\n── {target}, {secs} s");
        // What it has reached before comes first; new finds are written there.
        let found = project.path(&format!("fuzz/corpus/{target}"));
        std::fs::create_dir_all(&found)?;
        let mut command = project.command("cargo", ["+nightly", "fuzz", "run", "--sanitizer=none", target]);
        command.arg(found).arg(project.path("crates/mailkit/tests/golden"));
        let limits = [
            format!("-max_total_time={secs}"),
            "-rss_limit_mb=4096".into(),
            "-timeout=25".into(),
            "-print_final_stats=1".into(),
        ];
        if project::run(command.arg("--").args(limits)).is_err() {
            failed.push(target.to_owned());
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("fuzz/artifacts has what broke {}", failed.join(", ")) }
}

fn list_packages_with_properties(project: &Project) -> Result<Vec<String>> {
    let metadata = project.output("cargo", ["metadata", "--format-version=1", "--no-deps", "--locked"])?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let has_properties = |package: &&serde_json::Value| {
        package["dependencies"].as_array().into_iter().flatten().any(|dependency| dependency["name"] == "proptest")
    };
    let packages = metadata["packages"].as_array().into_iter().flatten().filter(has_properties);
    Ok(packages.filter_map(|package| package["name"].as_str()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::{BenchOptions, read_bench_options};

    #[test]
    fn bench_takes_known_sizes_and_engines_only() {
        let read = |words: &[&'static str]| read_bench_options(words).unwrap();
        assert_eq!(read(&[]), BenchOptions { size: "10k", engine: "sqlite", only: None });
        let words = ["--engine", "postgres", "--size", "1m", "--only", "mailbox"];
        assert_eq!(read(&words), BenchOptions { size: "1m", engine: "postgres", only: Some("mailbox") });
        for wrong in [["--size", "2k"], ["--engine", "mysql"], ["--sizes", "10k"], ["--only", "search"]] {
            assert!(read_bench_options(&wrong).is_err());
        }
        assert!(read_bench_options(&["--size"]).is_err());
    }
}
