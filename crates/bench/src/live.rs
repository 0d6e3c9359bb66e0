//! From the commit of a tagging to the count on somebody else's screen, while many write.
use crate::measure::Server;
use anyhow::{Context, Result};
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, sync::Notify, time::interval};

pub struct Live {
    pub writes_per_sec: f64,
    pub acknowledged_p99_ms: f64,
    /// From the answer to whoever tagged until a count that holds it has come to whoever watches.
    pub shown_p99_ms: f64,
}

/// Tags so many conversations a second with one new tag. Whoever watches hears of it by the live stream and asks for
/// the count again, one question at a time, as the interface does.
pub async fn measure(server: &Server, token: &str, per_sec: u64, secs: u64) -> Result<Live> {
    let wanted = (per_sec * secs) as usize;
    let conversations = list_conversations(server, token, wanted).await?;
    let label = json!({"ko": "재는 태그", "en": "measured"});
    let tag = server.post(token, "/api/tags", &json!({"slug": "measured", "label": label})).await?;
    let tag = tag["id"].as_str().context("the new tag")?.to_owned();
    let heard = Arc::new(Notify::new());
    let mut events = server.events(token).await?;
    let (shown, acknowledged) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));

    let listen = async {
        while let Ok(Some(_)) = events.chunk().await {
            heard.notify_one();
        }
        anyhow::bail!("the live stream ended")
    };
    let watch = async {
        let path = format!("/api/tags/{tag}/counts");
        loop {
            heard.notified().await;
            let count = server.get(token, &path).await?["conversations"].as_u64().unwrap_or_default() as usize;
            shown.lock().await.push((Instant::now(), count));
            if count >= conversations.len() {
                return Ok(());
            }
        }
    };
    let began = Instant::now();
    let write = async {
        let mut turns = interval(Duration::from_micros(1_000_000 / per_sec));
        let (mut waiting, mut writing) = (conversations.iter(), FuturesUnordered::new());
        loop {
            tokio::select! {
                _ = turns.tick(), if waiting.len() > 0 => {
                    let Some(conversation) = waiting.next() else { continue };
                    let (sent, path) = (Instant::now(), format!("/api/conversations/{conversation}/taggings"));
                    let body = json!({"tag_id": tag});
                    writing.push(async move { (sent, server.post(token, &path, &body).await) });
                }
                Some((sent, answer)) = writing.next(), if !writing.is_empty() => {
                    answer?;
                    acknowledged.lock().await.push((Instant::now(), sent.elapsed()));
                }
                else => return anyhow::Ok(()),
            }
        }
    };
    tokio::select! {
        ended = async { tokio::try_join!(write, watch) } => ended.map(drop)?,
        ended = listen => ended?,
    }
    let (mut acknowledged, shown) = (acknowledged.into_inner(), shown.into_inner());
    acknowledged.sort_by_key(|(at, _)| *at);
    let last = acknowledged.last().context("nothing was written")?.0;
    // The nth answer is shown by the first count that is n or more.
    let waits = acknowledged.iter().enumerate().filter_map(|(n, (at, _))| {
        let (seen, _) = shown.iter().find(|(_, count)| *count > n)?;
        Some(seen.saturating_duration_since(*at))
    });
    Ok(Live {
        writes_per_sec: acknowledged.len() as f64 / (last - began).as_secs_f64(),
        shown_p99_ms: p99_ms(waits.collect()),
        acknowledged_p99_ms: p99_ms(acknowledged.iter().map(|(_, took)| *took).collect()),
    })
}

fn p99_ms(mut took: Vec<Duration>) -> f64 {
    took.sort_unstable();
    took.get(took.len() * 99 / 100).map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
}

async fn list_conversations(server: &Server, token: &str, wanted: usize) -> Result<Vec<String>> {
    let (mut all, mut after) = (Vec::new(), String::new());
    while all.len() < wanted {
        let page = server.get(token, &format!("/api/conversations?view=all&limit=100{after}")).await?;
        let ids = page["items"].as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
        all.extend(ids.map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&cursor={next}");
    }
    all.truncate(wanted);
    Ok(all)
}
