//! How long a ranking of a thousand items takes: at first, again, and after somebody tagged.
use crate::measure::{Clock, Server};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::Instant;

const ITEMS: usize = 1_000;
const TEAMS: [&str; 3] = ["Views", "Web", "Core"];
const WRITES: usize = 40;
const ROUNDS: usize = 100;

pub struct Ranking {
    pub asks: f64,
    /// Until the asks of all items are made and ranked for the first time.
    pub first_secs: f64,
    /// The best hundred, asked for while nothing changes.
    pub again_p95_ms: f64,
    /// From the answer to whoever tagged until the ranking that holds it has come.
    pub changed_p95_ms: f64,
}

/// Makes the items, each joined to one tag and estimated, and ranks them.
pub async fn measure(server: &Server, token: &str) -> Result<Ranking> {
    let tags = server.get(token, "/api/tags").await?;
    let tags: Vec<&str> =
        tags["items"].as_array().context("tags")?.iter().filter_map(|tag| tag["id"].as_str()).collect();
    let tag = |n: usize| tags[n % tags.len()];
    for n in 0..ITEMS {
        let weeks = 1.0 + (n % 17) as f64 / 2.0;
        let efforts = json!([{"team": TEAMS[n % TEAMS.len()], "low": weeks, "likely": weeks, "high": weeks * 2.0}]);
        let body = json!({"title": {"en": format!("Item {n}")}, "efforts": efforts,
            "tags": [{"tag": tag(n), "mode": "include"}]});
        server.post(token, "/api/roadmap/items", &body).await?;
    }
    let path = "/api/roadmap/ranking?limit=100".to_owned();
    let began = Instant::now();
    loop {
        // Making all asks may take longer than a request may.
        match server.get(token, "/api/roadmap/ranking").await {
            Ok(_) => break,
            Err(error) if began.elapsed().as_secs() > 3_600 => return Err(error),
            Err(_) => {}
        }
    }
    let first_secs = began.elapsed().as_secs_f64();
    let (mut asks, mut cursor) = (0.0, String::new());
    loop {
        let page = server.get(token, &format!("/api/roadmap/ranking?limit=200{cursor}")).await?;
        let items = page["items"].as_array().context("items")?;
        asks += items.iter().filter_map(|one| one["parts"]["asks"].as_f64()).sum::<f64>();
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let again_p95_ms = Clock::ask(server, token, std::slice::from_ref(&path), ROUNDS).await?.p95_ms;
    let conversations = server.list(token, "/api/conversations?limit=100", "/api/conversations").await?;
    let mut took = Vec::new();
    for (n, conversation) in conversations.iter().take(WRITES).enumerate() {
        let body = json!({"tag_id": tag(n * 7)});
        let _: Value = server.post(token, &format!("{conversation}/taggings"), &body).await?;
        let began = Instant::now();
        server.get(token, &path).await?;
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let changed_p95_ms = took.get(took.len() * 95 / 100).copied().context("nothing was measured")?;
    Ok(Ranking { asks, first_secs, again_p95_ms, changed_p95_ms })
}
