//! Imports and exports over HTTP, and the sample company; the rest in files of their own.
mod ambassadors;
mod learned;
mod learning;
mod leave;
mod leave_pages;
mod mailboxes;
mod news;
mod outgoing;
mod outside;
mod outside_pages;
mod packet;
mod rights;
pub(crate) mod routing;
mod satisfaction;
mod tellings;

pub(crate) use outgoing::list_senders;

use crate::demo::{DemoReport, fill_demo};
use crate::export::Export;
use crate::jobs::{enqueue, upload_name, upload_path};
use crate::look::look_through;
use crate::model::{Format, ImportState, Options, Report, TagsMode};
use crate::requests::RoadmapExport;
use crate::run::{Import, announce, is_alive, list_skips_of, new_row, note_started, refuse_other_format};
use crate::store::{self as rows, ImportRow};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Cursor, Error, ImportId, Page, Time, Ui};
use conversations::Scope;
use futures::{StreamExt, stream};
use httpkit::{AppState, Can, Created, Json, OwnerOnly, PageQuery, Path, Query, Result, State};
use serde::{Deserialize, Serialize};
use store::Db;
use tokio::{fs::File, io::AsyncWriteExt};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The pages for customers.
pub fn pages() -> axum::Router<AppState> {
    satisfaction::pages().merge(news::pages()).merge(outside_pages::pages())
}

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_imports, create_import))
        .routes(routes!(get_import))
        .routes(routes!(stop_import))
        .routes(routes!(export_conversations))
        .routes(routes!(export_roadmap))
        .routes(routes!(fill_sample))
        .merge(rights::routes())
        .routes(routes!(mailboxes::list_mailboxes, mailboxes::add_mailbox))
        .routes(routes!(mailboxes::change_mailbox, mailboxes::delete_mailbox))
        .routes(routes!(mailboxes::test_mailbox))
        .routes(routes!(mailboxes::list_personal))
        .routes(routes!(mailboxes::bring_in_mail))
        .routes(routes!(outgoing::get_answering))
        .routes(routes!(outgoing::create_reply))
        .routes(routes!(outgoing::get_acknowledgement, outgoing::put_acknowledgement))
        .routes(routes!(routing::get_route, routing::reroute_conversation))
        .routes(routes!(packet::get_packet))
        .routes(routes!(ambassadors::list_for_conversation, ambassadors::ask))
        .routes(routes!(routing::find_next_asker))
        .routes(routes!(routing::get_routing, routing::change_routing))
        .routes(routes!(routing::list_ready))
        .routes(routes!(routing::set_ready))
        .routes(routes!(learning::get_learning))
        .routes(routes!(learning::note_question))
        .routes(routes!(learning::confirm_insight))
        .routes(routes!(learning::retract_insight))
        .routes(routes!(learning::close_conversation))
        .routes(routes!(learning::note_roadmap_words))
        .routes(routes!(learning::list_probes, learning::add_probe))
        .routes(routes!(learning::update_probe))
        .routes(routes!(learned::get_learned))
        .routes(routes!(learned::list_insights))
        .routes(routes!(satisfaction::get_door_questions, satisfaction::put_door_questions))
        .routes(routes!(satisfaction::get_satisfaction))
        .routes(routes!(tellings::list_tellings, tellings::create_telling))
        .routes(routes!(tellings::get_telling, tellings::update_telling, tellings::delete_telling))
        .routes(routes!(tellings::step_telling))
        .routes(routes!(tellings::list_messages))
        .routes(routes!(tellings::preview_message))
        .routes(routes!(tellings::send_sample))
        .routes(routes!(tellings::update_message))
        .routes(routes!(tellings::tell_by_hand))
        .routes(routes!(tellings::get_settings, tellings::put_settings))
        .routes(routes!(news::get_news))
        .routes(routes!(news::list_by_hand))
        .routes(routes!(news::get_item_loop))
        .routes(routes!(news::get_account_loop))
        .routes(routes!(outside::get_outside, outside::put_outside))
        .routes(routes!(outside::get_public_item, outside::put_public_item))
        .routes(routes!(outside::make_own_address))
        .routes(routes!(leave::get_leave_form, leave::put_leave_form))
}

/// Skipped items that are told with an import; the rest is in its pages.
const SKIPS_TOLD: i64 = 500;

#[derive(Serialize, utoipa::ToSchema)]
pub struct ImportOut {
    pub id: ImportId,
    pub state: ImportState,
    pub name: String,
    pub format: Format,
    pub source: String,
    pub tags: TagsMode,
    /// Source items dealt with.
    pub read: u64,
    pub skipped: u64,
    pub total_bytes: i64,
    pub done_bytes: u64,
    /// Items a second.
    pub rate: f64,
    /// Until it is done, at the present rate; none unless it runs.
    pub seconds_left: Option<f64>,
    /// Why it failed.
    pub error: Option<String>,
    pub report: Report,
    pub started_at: Time,
    pub finished_at: Option<Time>,
}

impl ImportOut {
    fn of(db: &Db, row: &ImportRow, skips: &[(String, crate::Reason)], ui: Ui) -> ImportOut {
        let counts = row.counts();
        // A process that was killed could not write down that it stopped.
        let is_dead = row.state == ImportState::Running && !is_alive(db, row);
        let state = if is_dead { ImportState::Stopped } else { row.state };
        ImportOut {
            id: row.id,
            state,
            name: row.name.clone(),
            format: row.format,
            source: row.source.clone(),
            tags: row.tags_mode,
            read: counts.read,
            skipped: counts.skipped,
            total_bytes: row.total_bytes,
            done_bytes: counts.done_bytes,
            rate: counts.rate,
            seconds_left: (state == ImportState::Running).then_some(counts.seconds_left),
            error: row.error().map(|why| why.tell(ui)),
            report: Report::of(&counts, skips, ui),
            started_at: row.started_at,
            finished_at: row.finished_at,
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    pub format: Format,
    /// Whose external ids these are; the name of the format unless said.
    pub source: Option<String>,
    /// What becomes of tags the catalogue does not know: create unless said.
    pub tags: Option<TagsMode>,
    /// What the file is called.
    pub name: Option<String>,
    /// Read everything, write nothing; the answer is the report.
    #[serde(default)]
    pub dry_run: bool,
}

/// Import a file: its bytes are the body. It comes in in the background; follow it by its id or by live events.
#[utoipa::path(post, path = "/api/imports", tag = "frontdoor", operation_id = "create_import", params(ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = ImportOut), (status = 409), (status = 507)))]
pub async fn create_import(
    can: Can<httpkit::Import>,
    State(app): State<AppState>,
    Query(query): Query<ImportQuery>,
    body: Body,
) -> Result<Created<ImportOut>> {
    let id = ImportId::new();
    let folder = app.db.location().folder().join("imports");
    tokio::fs::create_dir_all(&folder).await.map_err(disk)?;
    let file_name = upload_name(id, query.format);
    let path = folder.join(&file_name);
    let uploaded = match receive(&path, body).await {
        Ok(uploaded) => uploaded,
        Err(error) => {
            let _ = tokio::fs::remove_file(&path).await;
            return Err(error.into());
        }
    };
    let options = Options {
        source: query.source.filter(|source| !source.trim().is_empty()),
        tags: query.tags.unwrap_or(TagsMode::Create),
        ..Options::new(query.format)
    };
    let name = query.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| format!("{}", query.format));
    let import = Import { name, started_by: can.staff, ..Import::of(&path, options) };
    let looked = tokio::task::spawn_blocking({
        let import = import.clone();
        move || refuse_other_format(&import)
    });
    if let Err(refused) = looked.await.map_err(Error::store)? {
        let _ = tokio::fs::remove_file(&path).await;
        return Err(refused.into());
    }
    let fingerprint = format!("{} {} {:?} {}", uploaded.1, query.format, import.options.source, import.options.tags);
    let fingerprint = blake3::hash(fingerprint.as_bytes()).to_hex().to_string();
    let row = |now| ImportRow {
        id,
        total_bytes: uploaded.0 as i64,
        blob_path: Some(file_name.clone()),
        ..new_row(&import, &fingerprint, now)
    };
    if query.dry_run {
        let row = row(Time::now());
        let looked = tokio::task::spawn_blocking(move || look_through(&import, &|_| {})).await;
        let _ = tokio::fs::remove_file(&path).await;
        let (outcome, skips) = looked.map_err(Error::store)??;
        let report_json = serde_json::to_value(&outcome.counts).map_err(Error::store)?;
        let row = ImportRow { state: ImportState::Done, report_json, ..row };
        return Ok(Created(ImportOut::of(&app.db, &row, &skips, can.ui)));
    }
    let mut tx = app.db.write().await?;
    if let Some(other) = rows::find_unfinished(&mut tx, &fingerprint).await?
        && matches!(other.state, ImportState::Waiting | ImportState::Running)
    {
        drop(tx);
        let _ = tokio::fs::remove_file(&path).await;
        return Err(Error::Conflict { key: "error-import-running" }.into());
    }
    let row = row(tx.now());
    rows::insert(&mut tx, &row).await?;
    enqueue(&mut tx, id);
    announce(&mut tx, id);
    note_started(&mut tx, can.actor(), &row).await?;
    tx.commit().await?;
    Ok(Created(ImportOut::of(&app.db, &row, &[], can.ui)))
}

/// Writes what is sent to the disk as it comes: how long it is, and its hash.
async fn receive(path: &std::path::Path, body: Body) -> base::Result<(u64, String)> {
    let mut file = File::create(path).await.map_err(disk)?;
    let (mut hash, mut bytes) = (blake3::Hasher::new(), 0);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| Error::invalid("body", "error-body-broken-off"))?;
        hash.update(&part);
        bytes += part.len() as u64;
        file.write_all(&part).await.map_err(disk)?;
    }
    file.sync_all().await.map_err(disk)?;
    Ok((bytes, hash.finalize().to_hex().to_string()))
}

fn disk(error: std::io::Error) -> Error {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | ReadOnlyFilesystem => Error::Full,
        _ => Error::store(error),
    }
}

/// All imports, newest first.
#[utoipa::path(get, path = "/api/imports", tag = "frontdoor", operation_id = "list_imports", params(PageQuery),
    responses((status = 200, body = Page<ImportOut>)))]
pub async fn list_imports(
    can: Can<httpkit::Import>,
    State(app): State<AppState>,
    page: PageQuery,
) -> Result<Json<Page<ImportOut>>> {
    let before = match page.place::<3>()? {
        Some([at, high, low]) => {
            let bytes = [high.to_be_bytes(), low.to_be_bytes()].concat();
            (Time(at), ImportId::from_bytes(bytes.try_into().unwrap_or_default()))
        }
        None => (Time(i64::MAX), ImportId::from_bytes([0xff; 16])),
    };
    let found = rows::list(&mut app.db.read().await?, before, page.limit.plus_one()).await?;
    let place = |row: &ImportRow| {
        let bytes = row.id.bytes();
        let half = |from: usize| i64::from_be_bytes(bytes[from..from + 8].try_into().unwrap_or_default());
        Cursor(vec![row.started_at.0, half(0), half(8)])
    };
    let page = Page::cut(found, page.limit, place);
    Ok(Json(page.map(|row| ImportOut::of(&app.db, &row, &[], can.ui))))
}

/// One import with its report; the first 500 of what it skipped are in it.
#[utoipa::path(get, path = "/api/imports/{id}", tag = "frontdoor", operation_id = "get_import",
    params(("id" = ImportId, Path)), responses((status = 200, body = ImportOut), (status = 404)))]
pub async fn get_import(
    can: Can<httpkit::Import>,
    State(app): State<AppState>,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportOut>> {
    let row = rows::find(&mut app.db.read().await?, id).await?.ok_or(Error::NotFound("import"))?;
    let skips = list_skips_of(&app.db, id, 0, SKIPS_TOLD).await?;
    Ok(Json(ImportOut::of(&app.db, &row, &skips, can.ui)))
}

/// Stop an import. What came in stays; importing the same file again goes on from the beginning and finds it there.
#[utoipa::path(post, path = "/api/imports/{id}/stop", tag = "frontdoor", operation_id = "stop_import",
    params(("id" = ImportId, Path)), responses((status = 200, body = ImportOut), (status = 404), (status = 409)))]
pub async fn stop_import(
    can: Can<httpkit::Import>,
    State(app): State<AppState>,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportOut>> {
    let mut tx = app.db.write().await?;
    let row = rows::find(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    if row.state != ImportState::Stopped && !rows::stop(&mut tx, id).await? {
        return Err(Error::Conflict { key: "error-import-ended" }.into());
    }
    announce(&mut tx, id);
    staff::note(&mut tx, can.actor(), "frontdoor.import_stopped", &id.to_string(), serde_json::json!({})).await?;
    let row = rows::find(&mut tx, id).await?.ok_or(Error::NotFound("import"))?;
    tx.commit().await?;
    // One that had not begun leaves its file to nobody else.
    if row.counts().read == 0
        && let Some(path) = upload_path(&app.db, &row)
    {
        let _ = tokio::fs::remove_file(path).await;
    }
    Ok(Json(ImportOut::of(&app.db, &row, &[], can.ui)))
}

/// Everything you may see, a conversation a line, in the format that imports read.
#[utoipa::path(get, path = "/api/export/conversations.jsonl", tag = "frontdoor", operation_id = "export_conversations",
    responses((status = 200, body = String, content_type = "application/jsonl")))]
pub async fn export_conversations(can: Can<httpkit::Export>, State(app): State<AppState>) -> Result<Response> {
    let scope = Scope::of(&mut app.db.read().await?, can.actor()).await?;
    let mut tx = app.db.write().await?;
    staff::note(&mut tx, can.actor(), "frontdoor.exported", "conversations", serde_json::json!({})).await?;
    tx.commit().await?;
    let export = Export::new(app.db.clone(), scope);
    let pages = stream::try_unfold(export, |mut export| async move {
        let page = export.next_page().await?;
        Ok::<_, Error>(page.map(|page| (Bytes::from(page), export)))
    });
    Ok(download("conversations.jsonl", Body::from_stream(pages)))
}

/// The roadmap, an item a line with who asks for it, in the format that imports read.
#[utoipa::path(get, path = "/api/export/roadmap.jsonl", tag = "frontdoor", operation_id = "export_roadmap",
    responses((status = 200, body = String, content_type = "application/jsonl")))]
pub async fn export_roadmap(can: Can<httpkit::Export>, State(app): State<AppState>) -> Result<Response> {
    let mut tx = app.db.write().await?;
    staff::note(&mut tx, can.actor(), "frontdoor.exported", "roadmap", serde_json::json!({})).await?;
    tx.commit().await?;
    let export = RoadmapExport::begin(&app.db).await?;
    let pages = stream::try_unfold(export, |mut export| async move {
        let page = export.next_page().await?;
        Ok::<_, Error>(page.map(|page| (Bytes::from(page), export)))
    });
    Ok(download("roadmap.jsonl", Body::from_stream(pages)))
}

fn download(name: &str, body: Body) -> Response {
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (headers, body).into_response()
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DemoQuery {
    /// Also when there are conversations already.
    #[serde(default)]
    pub anyway: bool,
}

/// Fill an empty installation with the sample company.
#[utoipa::path(post, path = "/api/demo", tag = "frontdoor", operation_id = "fill_sample", params(DemoQuery),
    responses((status = 200, body = DemoReport), (status = 409)))]
pub async fn fill_sample(
    can: Can<OwnerOnly>,
    State(app): State<AppState>,
    Query(query): Query<DemoQuery>,
) -> Result<Json<DemoReport>> {
    // It goes on when whoever asked for it leaves the page, which ends the request.
    let (db, actor) = (app.db.clone(), can.actor().clone());
    let filling = tokio::spawn(async move { fill_demo(&db, &actor, query.anyway).await });
    Ok(Json(filling.await.map_err(Error::store)??))
}
