//! How long a merge takes until whoever asks counts it, and how long its undo: nothing that was tagged is rewritten.
use crate::measure::Server;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::Instant;

pub struct Merge {
    /// Taggings of the tags that were led into another, all in one change.
    pub taggings: f64,
    pub shown_ms: f64,
    pub undone_ms: f64,
}

/// Of this many tags the most used ones are merged into the next, until there are as many taggings as the goal names.
const LOOKED_AT: usize = 60;
const GOAL: f64 = 200_000.0;

async fn count(server: &Server, token: &str, tag: &str) -> Result<f64> {
    let counts = server.get(token, &format!("{tag}/counts?subtree=false")).await?;
    counts["n"].as_f64().context("a count without n")
}

pub async fn measure(server: &Server, token: &str) -> Result<Merge> {
    let mut used = Vec::new();
    let tags = server.list(token, "/api/tags", "/api/tags").await?;
    for tag in tags.into_iter().take(LOOKED_AT) {
        used.push((count(server, token, &tag).await?, tag));
    }
    used.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut taggings, mut merged) = (0.0, 0);
    while taggings < GOAL && merged + 1 < used.len() {
        taggings += used[merged].0;
        merged += 1;
    }
    let (before, into) = used.get(merged).filter(|_| merged > 0).context("two tags are needed")?;
    let id = |path: &str| path.trim_start_matches("/api/tags/").to_owned();
    let from = used[..merged].iter();
    let ops: Vec<Value> = from.map(|(_, tag)| json!({"op": "merge", "tag": id(tag), "into": id(into)})).collect();
    let began = Instant::now();
    let change: Value = server.post(token, "/api/curation/changes", &json!({"ops": ops})).await?;
    until(server, token, into, before + taggings).await?;
    let shown_ms = began.elapsed().as_secs_f64() * 1e3;
    let began = Instant::now();
    let change = change["id"].as_str().context("a change without its id")?;
    server.post(token, &format!("/api/curation/changes/{change}/undo"), &json!({})).await?;
    until(server, token, into, *before).await?;
    Ok(Merge { taggings, shown_ms, undone_ms: began.elapsed().as_secs_f64() * 1e3 })
}

async fn until(server: &Server, token: &str, tag: &str, wanted: f64) -> Result<()> {
    while count(server, token, tag).await? != wanted {}
    Ok(())
}
