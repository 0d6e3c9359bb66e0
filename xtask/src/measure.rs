//! What is run now and then rather than on every change: benchmarks, long fault tests, random input in numbers.

use anyhow::{Result, bail};

use crate::pg;
use crate::project::{self, Project, find_program};
use crate::web;

const SIZES: [&str; 3] = ["10k", "100k", "1m"];

/// `cargo xtask bench [--size 10k|100k|1m] [--engine sqlite|postgres]`: the release binary against docs/benchmarks.md.
pub fn bench(project: &Project, words: &[&str]) -> Result<()> {
    let (size, engine) = read_bench_options(words)?;
    project.require("crates/bench", "the benchmark")?;
    web::build(project)?;
    let sarang = project.build_sarang("release")?;
    let arguments = ["run", "--locked", "--release", "--package=bench", "--", "--size", size, "--engine", engine];
    let mut command = project.command("cargo", arguments);
    command.env("SARANG_BIN", sarang).env_remove(pg::VARIABLE);
    if engine == "sqlite" {
        return project::run(&mut command);
    }
    // With fsync, as an operator would run it.
    let ended = pg::with_cluster(pg::Options::default(), &mut command)?;
    if ended.status.success() { Ok(()) } else { bail!("the benchmark failed ({})", ended.status) }
}

fn read_bench_options<'w>(words: &[&'w str]) -> Result<(&'w str, &'w str)> {
    let (mut size, mut engine) = ("10k", "sqlite");
    for pair in words.chunks(2) {
        match *pair {
            ["--size", value] if SIZES.contains(&value) => size = value,
            ["--engine", value @ ("sqlite" | "postgres")] => engine = value,
            _ => bail!("cargo xtask bench [--size {}] [--engine sqlite|postgres]", SIZES.join("|")),
        }
    }
    Ok((size, engine))
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

/// `cargo xtask fuzz [--cases N]`: every property of the crates that have some, with new random seeds.
pub fn fuzz(project: &Project, words: &[&str]) -> Result<()> {
    let cases = match words {
        [] => 20_000,
        ["--cases", number] => number.parse::<u32>()?,
        _ => bail!("cargo xtask fuzz [--cases N]"),
    };
    let packages = list_packages_with_properties(project)?;
    if packages.is_empty() {
        bail!("no crate has properties to test: none depends on proptest");
    }
    println!("{cases} cases for each property of {}", packages.join(", "));
    let mut arguments = vec!["test".to_owned(), "--locked".to_owned(), "--release".to_owned()];
    arguments.extend(packages.iter().map(|name| format!("--package={name}")));
    project::run(project.command("cargo", arguments).env("PROPTEST_CASES", cases.to_string()))
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
    use super::read_bench_options;

    #[test]
    fn bench_takes_known_sizes_and_engines_only() {
        assert_eq!(read_bench_options(&[]).unwrap(), ("10k", "sqlite"));
        assert_eq!(read_bench_options(&["--engine", "postgres", "--size", "1m"]).unwrap(), ("1m", "postgres"));
        for wrong in [["--size", "2k"], ["--engine", "mysql"], ["--sizes", "10k"]] {
            assert!(read_bench_options(&wrong).is_err());
        }
        assert!(read_bench_options(&["--size"]).is_err());
    }
}
