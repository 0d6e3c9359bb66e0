//! `sarang eval routing`: how long deciding where a conversation goes takes in a full house, on a store of its own.
use crate::words::tell_error;
use anyhow::Result;
use clap::Args;
use frontdoor::measure_routing;
use serde_json::{Value, json};
use std::time::Duration;
use store::{Db, Location};

#[derive(Args)]
pub struct RoutingArgs {
    /// How many wait
    #[arg(long, default_value_t = 10_000)]
    waiting: usize,
    /// How many of us there are; every second one is away
    #[arg(long, default_value_t = 50)]
    staff: usize,
    /// How many more are decided about and measured
    #[arg(long, default_value_t = 500)]
    decisions: usize,
}

/// Prints milliseconds of a decision, of handing out, and of the order of turns as one line of JSON.
pub async fn evaluate_routing(args: &RoutingArgs) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("sarang-eval-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&folder, args).await;
    std::fs::remove_dir_all(&folder)?;
    println!("{}", measured?);
    Ok(())
}

async fn measure(folder: &std::path::Path, args: &RoutingArgs) -> Result<Value> {
    let db = Db::open(&Location::Sqlite(folder.to_path_buf())).await.map_err(tell_error)?;
    db.migrate().await.map_err(tell_error)?;
    let times = measure_routing(&db, args.waiting, args.staff, args.decisions).await.map_err(tell_error)?;
    db.close().await;
    Ok(json!({
        "waiting": args.waiting,
        "staff": args.staff,
        "decision_ms": quantiles(times.decisions),
        "plan_moves_ms": quantiles(times.plans),
        "turns_ms": quantiles(times.turns),
    }))
}

fn quantiles(mut all: Vec<Duration>) -> Value {
    all.sort_unstable();
    let at = |share: f64| {
        let place = ((all.len() as f64 * share).ceil() as usize).clamp(1, all.len().max(1)) - 1;
        all.get(place).map(|took| (took.as_secs_f64() * 1e5).round() / 100.0)
    };
    json!({"n": all.len(), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99)})
}
