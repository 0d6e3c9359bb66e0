//! `make bench`: the real binary on made data of a given size, against the goals of docs/benchmarks.md. Prints a table
//! in Markdown; what is slower than its goal is marked, not hidden.
mod company;
mod measure;

use anyhow::{Context, Result, bail};
use clap::Parser;
use measure::{Clock, Sarang, Table};
use std::{env, fs, path::PathBuf};

#[derive(Parser)]
struct Arguments {
    /// 10k, 100k or 1m conversations
    #[arg(long, default_value = "10k")]
    size: String,
    /// sqlite or postgres
    #[arg(long, default_value = "sqlite")]
    engine: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let conversations: u64 = match arguments.size.as_str() {
        "10k" => 10_000,
        "100k" => 100_000,
        "1m" => 1_000_000,
        other => bail!("--size {other}: 10k, 100k or 1m"),
    };
    let binary = PathBuf::from(env::var_os("SARANG_BIN").context("SARANG_BIN names the binary to be measured")?);
    let cache = env::temp_dir().join("sarang-bench");
    fs::create_dir_all(&cache)?;
    let lines = company::lines(&cache, conversations)?;
    let mails = company::mails(&cache, conversations.min(50_000))?;
    let folder = tempfile::tempdir()?;
    let database = match arguments.engine.as_str() {
        "sqlite" => None,
        "postgres" => Some(env::var("SARANG_TEST_DATABASE").context("SARANG_TEST_DATABASE names an empty database")?),
        other => bail!("--engine {other}: sqlite or postgres"),
    };
    let sarang = Sarang::at(binary, folder.path(), database);
    let mut table = Table::new(&format!("{} conversations, {}", arguments.size, arguments.engine));

    let import = sarang.import(&lines, "jsonl")?;
    table.at_least("jsonl, entries/s", import.entries as f64 / import.secs, 10_000.0);
    table.told("jsonl, conversations/s", import.conversations as f64 / import.secs);
    table.told("jsonl, memory at most, MB", import.peak_mb);
    let import = sarang.import(&mails, "mbox")?;
    table.at_least("mbox, mails/s", import.read as f64 / import.secs, 1_500.0);
    table.told("mbox, memory at most, MB", import.peak_mb);
    table.told("disk, MB", sarang.disk_mb()?);

    let token = sarang.make_owner()?;
    let mut server = sarang.serve().await?;
    table.at_most("start to health, ms", server.started_ms, 300.0);
    let questions = [
        ("list, p95 ms", company::lists(), 50.0),
        ("search, rare words, p95 ms", company::rare_words(), if arguments.engine == "sqlite" { 150.0 } else { 400.0 }),
        ("search, frequent words, p95 ms", company::frequent_words(), 300.0),
        ("people, p95 ms", company::people(), 50.0),
    ];
    for (name, paths, goal) in questions {
        let clock = Clock::ask(&server, &token, &paths, 60).await?;
        table.at_most(name, clock.p95_ms, goal);
    }
    let threads = server.list(&token, "/api/conversations?limit=100", "/api/conversations").await?;
    table.at_most("thread, p95 ms", Clock::ask(&server, &token, &threads, 100).await?.p95_ms, 50.0);
    let tags = server.tag_pages(&token).await?;
    table.at_most("tag page, p95 ms", Clock::ask(&server, &token, &tags, 60).await?.p95_ms, 50.0);
    table.at_most("server memory, MB", server.memory_mb()?, 350.0);
    server.stop()?;
    table.print();
    Ok(())
}
