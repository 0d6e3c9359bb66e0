//! Background work: imports that came by the server. Broken off with the server, they go on when it is there again.
use crate::model::{Format, ImportState, Options};
use crate::run::{Import, run_import};
use crate::store::{self as rows, ImportRow};
use base::{Error, ImportId, Result};
use serde_json::json;
use std::path::PathBuf;
use store::{Db, Job, Tx, jobs};

const RUN_IMPORT: &str = "frontdoor.run_import";

/// What this room does in the background.
pub fn handlers() -> jobs::Handlers {
    jobs::Handlers::new().with(crate::satisfaction::handlers()).on(RUN_IMPORT, |db, job| async move {
        let id = job.payload_json["import"].as_str().unwrap_or_default();
        let id = ImportId::parse(id).map_err(Error::store)?;
        run_one(&db, id).await
    })
}

pub fn enqueue(tx: &mut Tx, id: ImportId) {
    let (dedupe_key, run_at) = (Some(id.to_string()), tx.now());
    tx.enqueue(Job { kind: RUN_IMPORT, dedupe_key, run_at, payload: json!({ "import": id }) });
}

async fn run_one(db: &Db, id: ImportId) -> Result<()> {
    let Some(row) = rows::find(&mut db.read().await?, id).await? else { return Ok(()) };
    let Some(path) = upload_path(db, &row) else { return Ok(()) };
    let import =
        Import { name: row.name.clone(), started_by: row.started_by, known: Some(id), ..of_row(path.clone(), &row) };
    let outcome = match run_import(db, &import, &|_| {}).await {
        Ok(outcome) => outcome,
        // Stopping takes the file away, also under an import that is just about to open it.
        Err(_) if is_stopped(db, id).await? => return Ok(()),
        Err(error) => return Err(error),
    };
    // A store that failed may be there again later: then the job is tried again, and goes on.
    let is_passing = |key: &str| matches!(key, "import-store" | "import-disk-full");
    if outcome.state == ImportState::Failed
        && let Some(why) = outcome.error.filter(|why| is_passing(&why.key))
    {
        return Err(Error::store(why.tell(base::Ui::En)));
    }
    match tokio::fs::remove_file(&path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::store(error)),
        _ => Ok(()),
    }
}

async fn is_stopped(db: &Db, id: ImportId) -> Result<bool> {
    let row = rows::find(&mut db.read().await?, id).await?;
    Ok(row.is_none_or(|row| row.state == ImportState::Stopped))
}

fn of_row(path: PathBuf, row: &ImportRow) -> Import {
    let options = Options {
        source: Some(row.source.clone()).filter(|source| source != row.format.as_str()),
        tags: row.tags_mode,
        ..Options::new(row.format)
    };
    Import::of(&path, options)
}

/// Where what was sent lies until it is imported.
pub fn upload_path(db: &Db, row: &ImportRow) -> Option<PathBuf> {
    let name = row.blob_path.as_deref()?;
    Some(db.location().folder().join("imports").join(name))
}

/// The name of the file that is sent, in the folder of imports; its ending is that of its format.
pub fn upload_name(id: ImportId, format: Format) -> String {
    format!("{id}.{format}")
}
