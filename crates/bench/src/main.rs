//! `make bench`: the real binary on made data of a given size, against the goals of docs/benchmarks.md. Prints a table
//! in Markdown; what is slower than its goal is marked, not hidden.
mod company;
mod live;
mod mailbox;
mod measure;
mod merge;
mod ranking;
mod requests;
mod telling;

use anyhow::{Context, Result, bail};
use clap::Parser;
use measure::{Clock, Sarang, Table};
use std::{env, fs, path::PathBuf, time::Duration};

/// Seconds an empty installation idles.
const IDLE: u64 = 60;
/// Questions of each kind.
const ROUNDS: usize = 100;
const WRITES_PER_SEC: u64 = 200;
const WRITING_SECS: u64 = 15;

#[derive(Parser)]
struct Arguments {
    /// 10k, 100k or 1m conversations
    #[arg(long, default_value = "10k")]
    size: String,
    /// sqlite or postgres
    #[arg(long, default_value = "sqlite")]
    engine: String,
    /// One part only: mailbox, requests or telling, on an empty installation; ranking, after the import
    #[arg(long)]
    only: Option<String>,
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

    let mailbox_mails = conversations.min(100_000);
    match arguments.only.as_deref() {
        Some("mailbox") => {
            measure_mailbox(&sarang, &mut table, &sarang.make_owner()?, mailbox_mails).await?;
            table.print();
            return Ok(());
        }
        Some("ranking") => {
            sarang.import(&lines, "jsonl")?;
            let (token, mut server) = (sarang.make_owner()?, sarang.serve().await?);
            server.rest().await?;
            measure_ranking(&server, &mut table, &token).await?;
            server.stop()?;
            table.print();
            return Ok(());
        }
        Some("requests") => {
            requests::measure(&sarang, &cache, &mut table).await?;
            table.print();
            return Ok(());
        }
        Some("telling") => {
            telling::measure(&sarang, &cache, &mut table).await?;
            table.print();
            return Ok(());
        }
        Some(other) => bail!("--only {other}: mailbox, ranking, requests or telling"),
        None => {}
    }
    let empty = sarang.serve().await?;
    table.at_most("empty: start to health, ms", empty.started_ms, 300.0);
    tokio::time::sleep(Duration::from_secs(IDLE)).await;
    table.at_most("empty: memory after 60 s, MB", empty.memory_mb()?, 60.0);
    drop(empty);

    let import = sarang.import(&lines, "jsonl")?;
    table.at_least("jsonl, entries/s", import.entries as f64 / import.secs, 10_000.0);
    table.told("jsonl, conversations/s", import.conversations as f64 / import.secs);
    table.told("jsonl, memory at most, MB", import.peak_mb);
    let entries = import.entries;
    let import = sarang.import(&mails, "mbox")?;
    table.at_least("mbox, mails/s", import.read as f64 / import.secs, 1_500.0);
    table.told("mbox, memory at most, MB", import.peak_mb);

    let token = sarang.make_owner()?;
    let mut server = sarang.serve().await?;
    table.at_most("start to health, ms", server.started_ms, 300.0);
    let first = server.list(&token, "/api/tags", "/api/tags").await?;
    table.at_most("counts ready after start, ms", server.began.elapsed().as_secs_f64() * 1e3, 10_000.0);
    let slow = if arguments.engine == "sqlite" { 150.0 } else { 400.0 };
    let questions = [
        ("list, p95 ms", company::lists(), 50.0),
        ("thread, p95 ms", server.list(&token, "/api/conversations?limit=100", "/api/conversations").await?, 50.0),
        ("person, p95 ms", server.with_timeline(&token, "/api/persons").await?, 50.0),
        ("account, p95 ms", server.with_timeline(&token, "/api/accounts").await?, 50.0),
        ("tag page, p95 ms", measure::tag_pages(&first), 50.0),
        ("segment views of the explorer, p95 ms", measure::segment_views(&first, ROUNDS), 50.0),
        ("search, rare words, p95 ms", company::rare_words(), slow),
        ("search, frequent words, p95 ms", company::frequent_words(), 300.0),
    ];
    for (name, paths, goal) in questions {
        table.at_most(name, Clock::ask(&server, &token, &paths, ROUNDS).await?.p95_ms, goal);
    }
    let live = live::measure(&server, &token, WRITES_PER_SEC, WRITING_SECS).await?;
    table.at_least("taggings acknowledged/s", live.writes_per_sec, WRITES_PER_SEC as f64 * 0.98);
    table.told("tagging acknowledged, p99 ms", live.acknowledged_p99_ms);
    table.at_most("commit to another screen's count, p99 ms", live.shown_p99_ms, 1_000.0);
    let merge = merge::measure(&server, &token).await?;
    table.told("merge: taggings of the tag", merge.taggings);
    table.at_most("merge until it is counted, ms", merge.shown_ms, 200.0);
    table.at_most("its undo until it is counted, ms", merge.undone_ms, 200.0);
    table.told("until an import is learned, s", server.rest().await?);
    measure_ranking(&server, &mut table, &token).await?;
    let views = measure::segment_views(&first, ROUNDS);
    table.at_most("segment views afterwards, p95 ms", Clock::ask(&server, &token, &views, ROUNDS).await?.p95_ms, 50.0);
    table.at_most("server memory, MB", server.memory_mb()?, 350.0);
    table.told("disk, MB", sarang.disk_mb()?);
    table.told("disk, kB for each entry", sarang.disk_mb()? * 1e3 / entries as f64);
    server.stop()?;
    measure_mailbox(&sarang, &mut table, &token, mailbox_mails).await?;
    table.print();
    Ok(())
}

async fn measure_ranking(server: &measure::Server, table: &mut Table, token: &str) -> Result<()> {
    let ranking = ranking::measure(server, token).await?;
    table.told("ranking of 1,000 items: open asks", ranking.asks);
    table.told("its first time, all asks made, s", ranking.first_secs);
    table.at_most("best hundred again, p95 ms", ranking.again_p95_ms, 150.0);
    table.at_most("ranking after a tagging, p95 ms", ranking.changed_p95_ms, 1_000.0);
    Ok(())
}

/// On a server of its own, so that its peak is that of the mail.
async fn measure_mailbox(sarang: &Sarang, table: &mut Table, token: &str, mails: u64) -> Result<()> {
    if !testkit::Dovecot::is_installed() {
        eprintln!(
            "mail by IMAP is not measured: install Dovecot (on Debian or Ubuntu `apt-get install dovecot-imapd`)"
        );
        return Ok(());
    }
    let mut server = sarang.serve().await?;
    table.told("mailbox, mails in it", mails as f64);
    let intake = mailbox::measure(&server, token, mails).await?;
    table.at_least("mailbox by IMAP, mails/s", intake.mails_per_sec, 1_500.0);
    table.told("mailbox by IMAP, memory at most, MB", intake.peak_mb);
    table.told("a new mail on the screen, median ms", intake.shown_median_ms);
    table.at_most("a new mail on the screen, p95 ms", intake.shown_p95_ms, 2_000.0);
    server.stop()
}
