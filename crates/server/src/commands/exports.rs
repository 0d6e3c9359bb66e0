//! `sarang export` and `demo`: giving everything back, and the sample company.
use crate::{
    Config,
    app::open_house,
    open_store,
    words::{tell, tell_error},
};
use anyhow::{Context, Result, bail};
use base::Actor;
use conversations::Scope;
use frontdoor::{Export, RoadmapExport};
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(clap::Args)]
pub struct ExportArgs {
    /// The file to write; attachments lie beside it in PATH.files
    path: PathBuf,
    /// jsonl: a conversation a line; roadmap: an item a line, with who asks for it
    #[arg(long, value_name = "FORMAT", value_parser = ["jsonl", "roadmap"])]
    format: String,
}

/// Writes all conversations; the file is there whole or not at all.
pub async fn export(config: &Config, args: &ExportArgs) -> Result<ExitCode> {
    let db = open_house(config).await?;
    let mut half = args.path.clone().into_os_string();
    half.push(".part");
    let half = PathBuf::from(half);
    let shown = args.path.display().to_string();
    let unwritable = || tell("cli-export-unwritable", &[("path", &shown)]);
    let mut out = BufWriter::new(File::create(&half).with_context(unwritable)?);
    let is_roadmap = args.format == "roadmap";
    let mut export = Export::new(db.clone(), Scope::default());
    let mut items = RoadmapExport::begin(&db).await.map_err(tell_error)?;
    let mut lines = 0;
    loop {
        let page = if is_roadmap { items.next_page().await } else { export.next_page().await };
        let Some(page) = page.map_err(tell_error)? else { break };
        lines += page.iter().filter(|byte| **byte == b'\n').count();
        out.write_all(&page).with_context(unwritable)?;
    }
    let file = out.into_inner().map_err(|fault| fault.into_error()).with_context(unwritable)?;
    file.sync_all().with_context(unwritable)?;
    let beside = frontdoor::files_beside(&args.path);
    if !export.files.is_empty() {
        fs::create_dir_all(&beside).with_context(unwritable)?;
    }
    for hash in &export.files {
        copy_file(&db.blob_path(hash), &beside.join(hash)).with_context(unwritable)?;
    }
    fs::rename(&half, &args.path).with_context(unwritable)?;
    let mut tx = db.write().await.map_err(tell_error)?;
    let detail = serde_json::json!({});
    let what = if is_roadmap { "roadmap" } else { "conversations" };
    staff::note(&mut tx, &Actor::system(), "frontdoor.exported", what, detail).await.map_err(tell_error)?;
    tx.commit().await.map_err(tell_error)?;
    db.close().await;
    let (lines, files) = (lines.to_string(), export.files.len().to_string());
    if is_roadmap {
        eprintln!("{}", tell("cli-exported-roadmap", &[("items", &lines), ("place", &shown)]));
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", tell("cli-exported", &[("conversations", &lines), ("files", &files), ("place", &shown)]));
    Ok(ExitCode::SUCCESS)
}

/// One that is there already is the same: its name is the hash of its bytes.
fn copy_file(from: &Path, to: &Path) -> std::io::Result<()> {
    if !to.is_file() {
        fs::copy(from, to)?;
    }
    Ok(())
}

/// Fills an empty installation with the sample company.
pub async fn demo(config: &Config, anyway: bool) -> Result<ExitCode> {
    let db = open_store(config).await.map_err(tell_error)?;
    let made = match frontdoor::fill_demo(&db, &Actor::system(), anyway).await {
        Err(base::Error::Conflict { key: "error-demo-not-empty" }) => bail!(tell("cli-demo-not-empty", &[])),
        other => other.map_err(tell_error)?,
    };
    db.close().await;
    let [conversations, entries, persons, tags, items] =
        [made.conversations, made.entries, made.persons, made.tags, made.roadmap_items].map(|n| n.to_string());
    let args = [
        ("conversations", conversations.as_str()),
        ("entries", &entries),
        ("persons", &persons),
        ("tags", &tags),
        ("items", &items),
    ];
    let is_there = made.conversations == 0 && made.roadmap_items == 0;
    println!("{}", tell(if is_there { "cli-demo-there" } else { "cli-demo" }, &args));
    Ok(ExitCode::SUCCESS)
}
