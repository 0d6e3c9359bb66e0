//! `sarang check`, `backup`, `restore`, `reindex` and `db copy`: what an operator does with the store.
use crate::{
    Config,
    app::{open_house, without_password},
    words::{tell, tell_error},
};
use anyhow::{Context, Result, bail};
use base::PersonId;
use std::{
    fs,
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};
use store::{Db, Location};
use tagging::TagEngine;

/// Names each broken invariant; exit code 1 when there is one.
pub async fn check(config: &Config) -> Result<ExitCode> {
    let db = open_house(config).await?;
    let mut tx = db.read().await.map_err(tell_error)?;
    let mut broken = store::check(&mut tx).await.map_err(tell_error)?;
    broken.extend(people::check(&mut tx).await.map_err(tell_error)?);
    broken.extend(conversations::check(&mut tx).await.map_err(tell_error)?);
    broken.extend(tagging::check(&mut tx).await.map_err(tell_error)?);
    broken.extend(roadmap::check(&mut tx).await.map_err(tell_error)?);
    broken.extend(frontdoor::check(&mut tx).await.map_err(tell_error)?);
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
    let db = open_house(config).await?;
    let report = db.backup(file).await.map_err(tell_error)?;
    db.close().await;
    tell_report("cli-backed-up", &report, file)
}

/// Brings a backup into an empty place.
pub async fn restore(config: &Config, file: &Path, erasures: Option<&Path>) -> Result<ExitCode> {
    // Read before anything is restored, so that a list that is broken stops it.
    let erased = read_erasures(config, erasures)?;
    let shown = file.display().to_string();
    if !store::backup::is_backup(file).with_context(|| tell("cli-backup-unreadable", &[("file", &shown)]))? {
        bail!(tell("cli-no-backup", &[("file", &shown)]));
    }
    let report = store::backup::restore(file, &config.location()).await;
    let report = report.map_err(tell_error).with_context(|| tell("cli-not-restored", &[("file", &shown)]))?;
    reindex(config).await?;
    let db = open_house(config).await?;
    let again = frontdoor::erase_again(&db, &erased).await.map_err(tell_error)?;
    db.close().await;
    if again > 0 {
        println!("{}", tell("cli-erased-again", &[("n", &again.to_string())]));
    }
    tell_report("cli-restored", &report, file)
}

/// Who was erased, by the list in the data folder and by another one.
fn read_erasures(config: &Config, other: Option<&Path>) -> Result<Vec<PersonId>> {
    let own = config.data_dir.join("erasures.txt");
    let mut all = Vec::new();
    for file in [Some(own.as_path()).filter(|own| own.exists()), other].into_iter().flatten() {
        let shown = file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| tell("cli-erasures-unreadable", &[("file", &shown)]))?;
        all.extend(frontdoor::read_erasure_list(&text).map_err(tell_error)?);
    }
    Ok(all)
}

/// Moves house: everything into an empty PostgreSQL database, or an empty SQLite folder.
pub async fn copy(config: &Config, to: &str, to_data: Option<PathBuf>) -> Result<ExitCode> {
    let is_postgres = to.starts_with("postgres");
    let location = match (is_postgres, to_data) {
        (true, Some(folder)) => Location::Postgres { url: to.to_owned(), folder },
        (true, None) => Location::Postgres { url: to.to_owned(), folder: config.data_dir.clone() },
        (false, None) => Location::Sqlite(to.trim_start_matches("sqlite://").into()),
        (false, Some(_)) => bail!(tell("cli-copy-data", &[])),
    };
    let db = open_house(config).await?;
    let report = db.copy_to(&location).await.map_err(tell_error)?;
    db.close().await;
    index_anew(&Db::open(&location).await.map_err(tell_error)?).await?;
    tell_report("cli-copied", &report, Path::new(without_password(to)))
}

/// Makes the search index anew from the texts, beside a running server.
pub async fn reindex(config: &Config) -> Result<ExitCode> {
    let db = open_house(config).await?;
    index_anew(&db).await?;
    Ok(ExitCode::SUCCESS)
}

async fn index_anew(db: &Db) -> Result<()> {
    let shows_progress = std::io::stderr().is_terminal();
    let done = conversations::reindex(db, |done| {
        if shows_progress {
            eprint!("\r{}", tell("cli-reindexing", &[("done", &done.to_string())]));
        }
    });
    let entries = done.await.map_err(tell_error)?;
    let names = people::reindex(db).await.map_err(tell_error)?;
    let mut tx = db.write().await.map_err(tell_error)?;
    let catalogue = TagEngine::new(db.clone()).catalogue_in(&mut tx).await.map_err(tell_error)?;
    tagging::refresh_badges(&mut tx, &catalogue).await.map_err(tell_error)?;
    tx.commit().await.map_err(tell_error)?;
    if shows_progress {
        eprintln!();
    }
    println!("{}", tell("cli-reindexed", &[("entries", &entries.to_string()), ("names", &names.to_string())]));
    db.close().await;
    Ok(())
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
