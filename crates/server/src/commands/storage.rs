//! `sarang check` and `backup`: what an operator does with the store.
use crate::{
    Config, open_store,
    words::{tell, tell_error},
};
use anyhow::Result;
use std::{path::Path, process::ExitCode};

/// Names each broken invariant; exit code 1 when there is one.
pub async fn check(config: &Config) -> Result<ExitCode> {
    let db = open_store(config).await.map_err(tell_error)?;
    let mut tx = db.read().await.map_err(tell_error)?;
    let broken = store::check(&mut tx).await.map_err(tell_error)?;
    drop(tx);
    db.close().await;
    for one in &broken {
        println!("{}: {}", one.invariant, one.detail);
    }
    if broken.is_empty() {
        println!("{}", tell("cli-check-sound", &[]));
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// Writes a backup beside the running server; the file is there whole or not at all.
pub async fn backup(config: &Config, file: &Path) -> Result<ExitCode> {
    let db = open_store(config).await.map_err(tell_error)?;
    let report = db.backup(file).await.map_err(tell_error)?;
    db.close().await;
    tell_report("cli-backed-up", &report, file)
}

/// Blobs that were named and not there are told, and make the exit code 3: the rest came over.
fn tell_report(key: &str, report: &store::backup::Report, place: &Path) -> Result<ExitCode> {
    let (rows, blobs) = (report.rows.to_string(), report.blobs.to_string());
    println!("{}", tell(key, &[("rows", &rows), ("blobs", &blobs), ("place", &place.display().to_string())]));
    for hash in &report.missing {
        eprintln!("{}", tell("cli-blob-missing", &[("hash", hash)]));
    }
    Ok(if report.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}
