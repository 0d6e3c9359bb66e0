//! An import from beginning to end: one thread reads, several prepare, one writes short transactions that each hold the
//! raw input, what came of it, and the place where reading goes on. Broken off anywhere, it goes on there.
use crate::line::Context;
use crate::model::{Counts, ImportState, Options, Reason};
use crate::prepare::{Ready, prepare_items};
use crate::read::{Place, RawItem, Source, find_objection};
use crate::store::{self as rows, ImportRow};
use crate::write::Writer;
use base::{Actor, Error, ImportId, Result, StaffId, Time};
use futures::{StreamExt, stream};
use std::{
    collections::HashMap,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use store::Db;
use tokio::sync::mpsc;

/// Items that go to a thread together, and their bytes.
const CHUNK_ITEMS: usize = 64;
const CHUNK_BYTES: usize = 1 << 20;
/// How many are prepared ahead of the one who writes.
const READY_CHUNKS: usize = 4;
/// How long an import goes on trying while the store does not answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// How far an import is.
#[derive(Clone, Debug)]
pub struct Progress {
    pub counts: Counts,
    pub total_bytes: u64,
}

impl Progress {
    /// Between 0 and 1.
    pub fn share(&self) -> f64 {
        if self.total_bytes == 0 { 1.0 } else { (self.counts.done_bytes as f64 / self.total_bytes as f64).min(1.0) }
    }
}

/// Where the attachments of an export lie.
pub fn files_beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".files");
    name.into()
}

/// How an import ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub id: ImportId,
    pub state: ImportState,
    pub counts: Counts,
    pub error: Option<Reason>,
}

/// An import to be run.
#[derive(Clone)]
pub struct Import {
    pub path: PathBuf,
    /// What it is called where people see it.
    pub name: String,
    pub options: Options,
    pub started_by: Option<StaffId>,
    /// The row it has already, when it came by the server.
    pub known: Option<ImportId>,
    /// Agents who are members of staff, by name, who take turns at tagging: in the sample company.
    pub agents: Vec<(String, StaffId)>,
}

impl Import {
    pub fn of(path: &Path, options: Options) -> Import {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Import { path: path.into(), name, options, started_by: None, known: None, agents: Vec::new() }
    }

    /// Where the attachments of an export lie: beside it, each under its hash.
    pub(crate) fn files_beside(&self) -> PathBuf {
        files_beside(&self.path)
    }

    pub(crate) fn context(&self, began: Time) -> Context {
        Context {
            source: self.options.source.clone(),
            default_source: self.options.default_source().to_owned(),
            agents: self.agents.iter().cloned().collect::<HashMap<_, _>>(),
            closed_before: began.plus(-30 * Time::DAY),
        }
    }
}

/// Runs an import to its end, or on from where it was. `Err` when it could not even begin; whatever stops it later is in
/// the outcome, and running it again goes on.
pub async fn run_import(db: &Db, import: &Import, tell: &(dyn Fn(&Progress) + Sync)) -> Result<Outcome> {
    let source =
        Source::look_at(&import.path, import.options.format).map_err(|error| unreadable(&import.path, error))?;
    // One that came by the server was looked at there.
    if import.known.is_none() {
        refuse_other_format(import)?;
    }
    let fingerprint = match import.known {
        Some(id) => rows::find(&mut db.read().await?, id).await?.ok_or(Error::NotFound("import"))?.fingerprint,
        None => source.fingerprint(&import.options).map_err(|error| unreadable(&import.path, error))?,
    };
    let _alone = Alone::lock(db, &fingerprint, "error-import-running").await?;
    let Some(id) = begin(db, import, &source, &fingerprint).await? else {
        return Err(Error::NotFound("import"));
    };
    let (mut patience, mut at) = (Instant::now(), None);
    loop {
        let before = at;
        let error = match take_step(db, import, &source, id, &mut at, tell).await {
            Ok(Some(outcome)) => return Ok(outcome),
            Ok(None) => continue,
            Err(error) => error,
        };
        if at != before {
            patience = Instant::now();
        }
        if is_passing(&error) && patience.elapsed() < PATIENCE {
            tracing::warn!(%error, import = %id, "the store does not answer; the import tries on");
            wait_for(db, patience).await;
            continue;
        }
        let why = match error {
            Error::Full => Reason::new("import-disk-full"),
            other => Reason::new("import-store").arg("why", other),
        };
        // Where even this cannot be written down, the row says running, and running the import again goes on all the same.
        let told = end(db, id, ImportState::Failed, Some(why.clone())).await;
        if let Err(error) = told {
            tracing::warn!(%error, import = %id, "cannot write down how an import ended");
        }
        let row = rows::find(&mut db.read().await?, id).await?.ok_or(Error::NotFound("import"))?;
        return Ok(Outcome { state: ImportState::Failed, error: Some(why), ..outcome(&row) });
    }
}

/// Goes on from where the row stands; the outcome when it has ended, one way or another. `at` is where that was.
async fn take_step(
    db: &Db,
    import: &Import,
    source: &Source,
    id: ImportId,
    at: &mut Option<i64>,
    tell: &(dyn Fn(&Progress) + Sync),
) -> Result<Option<Outcome>> {
    let row = rows::find(&mut db.read().await?, id).await?.ok_or(Error::NotFound("import"))?;
    *at = Some(row.cursor_at);
    if row.state != ImportState::Running {
        return Ok(Some(outcome(&row)));
    }
    match go_on(db, import, source, &row, tell).await {
        Ok(true) => end(db, id, ImportState::Done, None).await?,
        // Stopped by somebody, or taken over: the row says which.
        Ok(false) => {}
        Err(Trouble::Store(error)) => return Err(error),
        Err(Trouble::Source(error)) => {
            let why = match error.downcast::<Error>() {
                Ok(told) => Reason::from(&told),
                Err(error) => Reason::new("import-unreadable").arg("why", error),
            };
            end(db, id, ImportState::Failed, Some(why)).await?;
        }
    }
    Ok(None)
}

fn outcome(row: &ImportRow) -> Outcome {
    Outcome { id: row.id, state: row.state, counts: row.counts(), error: row.error() }
}

/// A whole file of another format is refused before anything is read of it.
pub fn refuse_other_format(import: &Import) -> Result<()> {
    let objection = find_objection(&import.path, import.options.format);
    match objection.map_err(|error| unreadable(&import.path, error))? {
        None => Ok(()),
        Some(key) => Err(Error::Invalid { field: "format", key, args: vec![("name", import.name.clone())] }),
    }
}

/// What keeps a source from being read: as its reader said it, or with its path.
pub fn unreadable(path: &Path, error: io::Error) -> Error {
    error.downcast::<Error>().unwrap_or_else(|error| {
        let (path, why) = (path.display().to_string(), error.to_string());
        Error::Invalid { field: "path", key: "error-import-path", args: vec![("path", path), ("why", why)] }
    })
}

/// Keeps every other process from doing the same; goes with this one, however it ends.
pub struct Alone {
    path: PathBuf,
    _file: File,
}

impl Alone {
    /// Conflict with this key while somebody else holds it.
    pub async fn lock(db: &Db, name: &str, key: &'static str) -> Result<Alone> {
        let path = lock_path(db, name);
        // Whoever only asks whether it is held holds it for a moment.
        for _ in 0..3 {
            let file = fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| File::create(&path));
            let file = file.map_err(Error::store)?;
            match file.try_lock() {
                Ok(()) => return Ok(Alone { path, _file: file }),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(1)).await,
                Err(TryLockError::Error(error)) => return Err(Error::store(error)),
            }
        }
        Err(Error::Conflict { key })
    }
}

fn lock_path(db: &Db, name: &str) -> PathBuf {
    db.location().folder().join("imports").join(format!("{name}.lock"))
}

/// Whether a process, here or on another node, is at this import. One that came by the server is always: when its process
/// died, another takes it up.
pub fn is_alive(db: &Db, row: &ImportRow) -> bool {
    let is_locked = |file: File| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    row.blob_path.is_some() || File::open(lock_path(db, &row.fingerprint)).is_ok_and(is_locked)
}

impl Drop for Alone {
    fn drop(&mut self) {
        // Removed while it is still locked; what is left of a process that was killed is taken over by the next.
        let _ = fs::remove_file(&self.path);
    }
}

/// The row of this import: one that was broken off, or a new one. None when it was stopped before it began.
async fn begin(db: &Db, import: &Import, source: &Source, fingerprint: &str) -> Result<Option<ImportId>> {
    let mut tx = db.write().await?;
    let id = match import.known {
        Some(id) => match rows::find(&mut tx, id).await? {
            Some(row) if matches!(row.state, ImportState::Stopped | ImportState::Done) => return Ok(Some(id)),
            Some(_) => id,
            None => return Ok(None),
        },
        None => match rows::find_unfinished(&mut tx, fingerprint).await? {
            Some(row) => row.id,
            None => {
                let row = new_row(import, fingerprint, tx.now());
                rows::insert(&mut tx, &row).await?;
                note_started(&mut tx, &Actor::system(), &row).await?;
                row.id
            }
        },
    };
    rows::start(&mut tx, id, fingerprint, source.total_bytes).await?;
    announce(&mut tx, id);
    tx.commit().await?;
    Ok(Some(id))
}

/// An import that has not begun yet.
pub fn new_row(import: &Import, fingerprint: &str, now: Time) -> ImportRow {
    ImportRow {
        id: ImportId::new(),
        fingerprint: fingerprint.to_owned(),
        name: import.name.clone(),
        format: import.options.format,
        source: import.options.default_source().to_owned(),
        tags_mode: import.options.tags,
        state: ImportState::Waiting,
        cursor_at: 0,
        total_bytes: 0,
        report_json: serde_json::json!({}),
        error_key: None,
        blob_path: None,
        started_by: import.started_by,
        started_at: now,
        updated_at: now,
        finished_at: None,
    }
}

/// Writes into the audit log who began an import.
pub async fn note_started(tx: &mut ::store::Tx, actor: &Actor, row: &ImportRow) -> Result<()> {
    let detail = serde_json::json!({ "name": row.name, "format": row.format, "source": row.source });
    staff::note(tx, actor, "frontdoor.import_started", &row.id.to_string(), detail).await
}

/// Says that an import moved; at most once a second while it runs.
pub fn announce(tx: &mut ::store::Tx, id: ImportId) {
    tx.announce("frontdoor.import_moved", serde_json::json!({ "import": id }));
}

async fn end(db: &Db, id: ImportId, state: ImportState, why: Option<Reason>) -> Result<()> {
    let mut tx = db.write().await?;
    rows::finish(&mut tx, id, state, why.as_ref()).await?;
    announce(&mut tx, id);
    tx.commit().await
}

/// What stops an import on its way.
pub enum Trouble {
    Store(Error),
    Source(io::Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble::Store(error)
    }
}

/// A full disk does not pass by waiting a minute; a database that is restarted, or another long writer, does.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Busy | Error::Store(_))
}

/// Waits until the store answers again, or patience ends.
async fn wait_for(db: &Db, since: Instant) {
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if since.elapsed() > PATIENCE || db.head().await.is_ok() {
            return;
        }
    }
}

/// Reads, prepares and writes from where the row stands. False when the row is no longer ours to move.
async fn go_on(
    db: &Db,
    import: &Import,
    source: &Source,
    row: &ImportRow,
    tell: &(dyn Fn(&Progress) + Sync),
) -> Result<bool, Trouble> {
    let counts = row.counts();
    let from = Place { cursor: row.cursor_at as u64, lines: counts.lines, bytes: counts.done_bytes };
    let mut writer = Writer::new(db, import, row, from);
    let items = source.items(&import.options, from).map_err(Trouble::Source)?;
    let (send, chunks) = mpsc::channel::<io::Result<Vec<RawItem>>>(2);
    let reading = tokio::task::spawn_blocking(move || send_chunks(items, &send));
    let shared = Arc::new((import.options.clone(), import.context(row.started_at), import.files_beside()));
    let db = db.clone();
    let prepared = stream::unfold(chunks, |mut chunks| async move { Some((chunks.recv().await?, chunks)) })
        .map(move |chunk| prepare_chunk(db.clone(), chunk, shared.clone()))
        .buffered(std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4));
    // On a task of its own, so that what comes next is prepared while a batch is written.
    let (hand_on, mut ready) = mpsc::channel(READY_CHUNKS);
    let preparing = tokio::spawn(async move {
        tokio::pin!(prepared);
        while let Some(chunk) = prepared.next().await {
            if hand_on.send(chunk).await.is_err() {
                return;
            }
        }
    });
    let mut told = Instant::now();
    while let Some(chunk) = ready.recv().await {
        if !writer.take(chunk?).await? {
            return Ok(false);
        }
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            tell(&Progress { counts: writer.counts.clone(), total_bytes: source.total_bytes });
        }
    }
    // Whoever broke off does not pass for the end of the source.
    reading.await.map_err(Error::store)?;
    preparing.await.map_err(Error::store)?;
    let ours = writer.finish().await?;
    tell(&Progress { counts: writer.counts.clone(), total_bytes: source.total_bytes });
    Ok(ours)
}

fn send_chunks(items: crate::read::Items, send: &mpsc::Sender<io::Result<Vec<RawItem>>>) {
    let (mut chunk, mut bytes) = (Vec::with_capacity(CHUNK_ITEMS), 0);
    for item in items {
        match item {
            Ok(item) => {
                bytes += item.bytes.len();
                chunk.push(item);
            }
            Err(error) => {
                // What was read before the fault is kept.
                let _ = send.blocking_send(Ok(std::mem::take(&mut chunk)));
                let _ = send.blocking_send(Err(error));
                return;
            }
        }
        if chunk.len() == CHUNK_ITEMS || bytes > CHUNK_BYTES {
            bytes = 0;
            if send.blocking_send(Ok(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_ITEMS)))).is_err() {
                return;
            }
        }
    }
    let _ = send.blocking_send(Ok(chunk));
}

async fn prepare_chunk(
    db: Db,
    chunk: io::Result<Vec<RawItem>>,
    shared: Arc<(Options, Context, PathBuf)>,
) -> Result<Vec<Ready>, Trouble> {
    let items = chunk.map_err(Trouble::Source)?;
    let runtime = tokio::runtime::Handle::current();
    let work =
        tokio::task::spawn_blocking(move || prepare_items(&db, &runtime, &shared.2, items, &shared.0, &shared.1));
    Ok(work.await.map_err(Error::store)??)
}

/// What an import skipped after the first `after`, at most `limit`.
pub async fn list_skips_of(db: &Db, id: ImportId, after: i64, limit: i64) -> Result<Vec<(String, Reason)>> {
    let page = rows::list_skips(&mut db.read().await?, id, after, limit).await?;
    Ok(page.into_iter().map(|skip| (skip.item.clone(), skip.reason())).collect())
}

/// Everything an import skipped, in the order of its source.
pub async fn list_all_skips(db: &Db, id: ImportId) -> Result<Vec<(String, Reason)>> {
    let mut all = Vec::new();
    loop {
        // They are numbered from one, without gaps.
        let page = list_skips_of(db, id, all.len() as i64, 1000).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
