//! How long it takes to know who was told, and to plan what everybody is told, when a hundred thousand asked for one thing.
use crate::company::make;
use crate::measure::{Clock, Sarang, Table};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{path::Path, time::Instant};

const PEOPLE: usize = 100_000;
const ROUNDS: usize = 20;

pub async fn measure(sarang: &Sarang, cache: &Path, table: &mut Table) -> Result<()> {
    let file = make(cache.join("asks.jsonl"), |file| {
        for n in 0..PEOPLE {
            let at = format!("2026-05-{:02}T{:02}:00:00Z", 1 + n % 28, n % 24);
            let entry = json!({"external_id": "1", "author": "person", "at": at, "text": format!("필터가 {n} 풀려요")});
            let line = json!({"external_id": format!("c{n}"), "channel": "email", "opened_at": at,
                "person": {"external_id": format!("p{n}"), "name": format!("손님 {n}"), "email": format!("p{n}@firm{}.example", n % 9_000)},
                "account": {"external_id": format!("a{}", n % 9_000), "name": format!("Firm {}", n % 9_000)},
                "tags": ["filters"], "entries": [entry]});
            writeln!(file, "{line}")?;
        }
        Ok(())
    })?;
    sarang.import(&file, "jsonl")?;
    let token = sarang.make_owner()?;
    let mut server = sarang.serve().await?;
    let mailbox = json!({"name": "help", "address": "help@moa.example", "imap_host": "127.0.0.1", "imap_port": 1,
        "imap_tls": "none", "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_tls": "none", "secret": "sesame", "active": false});
    server.post(&token, "/api/mailboxes", &mailbox).await?;
    server.rest().await?;
    let tags = server.get(&token, "/api/tags").await?;
    let filters = |tag: &&Value| tag["path"].as_str().is_some_and(|path| path.ends_with("filters"));
    let tag = tags["items"].as_array().and_then(|tags| tags.iter().find(filters)).context("the imported tag")?;
    let body = json!({"title": {"en": "Views keep their filters"}, "tags": [{"tag": tag["id"], "mode": "include"}]});
    let item = server.post(&token, "/api/roadmap/items", &body).await?;
    let item = format!("/api/roadmap/items/{}", item["id"].as_str().context("an item")?);
    server.rest().await?;
    let began = Instant::now();
    server.patch(&token, &item, &json!({"status": "shipped"})).await?;
    table.told("an item of 100,000 asks ships, ms", began.elapsed().as_secs_f64() * 1e3);
    let shown = server.get(&token, &format!("{item}/loop")).await?;
    let event = &shown["events"][0];
    ensure!(event["coverage"]["pending"] == PEOPLE, "{}", event["coverage"]);
    for (name, path) in [("of the item", format!("{item}/loop")), ("of everything", "/api/news".to_owned())] {
        let p95 = Clock::ask(&server, &token, &[path], ROUNDS).await?.p95_ms;
        table.at_most(&format!("coverage of 100,000 asks, {name}, p95 ms"), p95, 1_000.0);
    }
    let began = Instant::now();
    let telling = server.post(&token, "/api/tellings", &json!({"events": [event["event"]]})).await?;
    table.at_most("planning 100,000 messages, s", began.elapsed().as_secs_f64(), 10.0);
    let planned: u64 = ["by_mail", "by_hand"].iter().filter_map(|way| telling["counts"][way].as_u64()).sum();
    ensure!(planned == PEOPLE as u64, "{}", telling["counts"]);
    table.told("server memory, MB", server.memory_mb()?);
    server.stop()
}
