//! The catalogue over HTTP.
use crate::access;
use crate::actions::{self, NewTag, TableReport, TagPatch};
use crate::counts::Filter;
use crate::engine::{TagEngine, minute};
use crate::model::{Aliases, Tag, TagState, Texts};
use crate::store as rows;
use crate::tsv::{STARTER, export_tsv};
use axum::{http::header, response::IntoResponse};
use base::{ChangeId, StaffId, TagId, Time};
use httpkit::{AppState, Can, Curate, Etag, Idem, IfMatch, Json, Path, ProposeTag, Read, Reply, Result, State, Table};
use serde::Serialize;
use std::collections::HashMap;

/// A tag with its texts and how much it was used.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TagOut {
    pub id: TagId,
    pub parent: Option<TagId>,
    /// Keys of its ancestors and itself, joined by `/`.
    pub path: String,
    pub label: Texts,
    pub aliases: Aliases,
    pub definition: Texts,
    #[serde(rename = "use")]
    pub use_when: Texts,
    pub not_for: Texts,
    pub state: TagState,
    pub position: i64,
    /// Distinct conversations of today and the 29 days before, by when it was said.
    pub n30: u32,
    /// The same with everything below it.
    pub n30_subtree: u32,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TagList {
    pub items: Vec<TagOut>,
}

async fn tags_out(app: &AppState, can: &base::Actor) -> Result<Vec<TagOut>> {
    let engine = app.get::<TagEngine>();
    let hidden = app.hub.hidden_doors(can).await?;
    let zone = staff::get_settings(&mut app.db.read().await?).await?.zone;
    // Today is one of the thirty days, as on the page of a tag.
    let first = Time::now().day_in(&zone).plus(-29);
    let filter = Filter {
        from: Some(minute(first.start_in(&zone))),
        hidden: hidden.iter().map(|d| *d as u16).collect(),
        ..Filter::default()
    };
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let parents: HashMap<u32, u32> =
        catalogue.tags.iter().filter(|t| t.parent_ord != 0).map(|t| (t.ord as u32, t.parent_ord as u32)).collect();
    let used = engine.ask(move |c| c.recent(&filter, |t| parents.get(&t).copied())).await?;
    let items = catalogue.tags.iter().filter(|t| t.state != TagState::Merged).map(|t| {
        let (n30, n30_subtree) = used.get(&(t.ord as u32)).copied().unwrap_or_default();
        tag_out(t, catalogue.by_ord(t.parent_ord).map(|p| p.id), n30, n30_subtree)
    });
    Ok(items.collect())
}

fn tag_out(t: &Tag, parent: Option<TagId>, n30: u32, n30_subtree: u32) -> TagOut {
    TagOut {
        id: t.id,
        parent,
        path: t.path.clone(),
        label: t.label.clone(),
        aliases: t.aliases.clone(),
        definition: t.definition.clone(),
        use_when: t.use_when.clone(),
        not_for: t.not_for.clone(),
        state: t.state,
        position: t.position,
        n30,
        n30_subtree,
        rev: t.rev,
    }
}

/// The answer after a change: the tag as it is now, with its counts.
async fn one(app: &AppState, can: &base::Actor, id: TagId) -> Result<TagOut> {
    Ok(tags_out(app, can).await?.into_iter().find(|t| t.id == id).ok_or(base::Error::NotFound("tag"))?)
}

/// List the whole catalogue.
///
/// All tags at once, with their texts and 30-day use: two thousand tags are some hundred kilobytes.
#[utoipa::path(get, path = "/api/tags", tag = "tagging", operation_id = "list_tags",
    responses((status = 200, body = TagList)))]
pub async fn list_tags(can: Can<Read>, State(app): State<AppState>) -> Result<Json<TagList>> {
    Ok(Json(TagList { items: tags_out(&app, can.actor()).await? }))
}

/// Show one tag.
#[utoipa::path(get, path = "/api/tags/{id}", tag = "tagging", operation_id = "get_tag", params(("id" = TagId, Path)),
    responses((status = 200, body = TagOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_tag(can: Can<Read>, State(app): State<AppState>, Path(id): Path<TagId>) -> Result<Etag<TagOut>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let id = access::get_tag(&engine.catalogue(), id)?.id;
    let tag = one(&app, can.actor(), id).await?;
    Ok(Etag(tag.rev, tag))
}

/// Make a tag.
///
/// 409 when the path is taken.
#[utoipa::path(post, path = "/api/tags", tag = "tagging", operation_id = "create_tag", request_body = NewTag,
    responses((status = 201, body = TagOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_tag(can: Can<Curate>, State(app): State<AppState>, input: Idem<NewTag>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let tag = actions::create_tag(&mut tx, can.actor(), input.body.clone()).await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let out = tag_out(&tag, catalogue.by_ord(tag.parent_ord).map(|p| p.id), 0, 0);
    input.finish(tx, axum::http::StatusCode::CREATED, &out).await
}

/// Propose a tag that is missing.
///
/// It cannot be applied until a curator adopts it.
#[utoipa::path(post, path = "/api/tags/propose", tag = "tagging", operation_id = "propose_tag", request_body = NewTag,
    responses((status = 201, body = TagOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn propose_tag(can: Can<ProposeTag>, State(app): State<AppState>, input: Idem<NewTag>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = conversations::Scope::of(&mut tx, can.actor()).await?;
    let tag = actions::propose_tag(&mut tx, &scope, can.actor(), input.body.clone()).await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let out = tag_out(&tag, catalogue.by_ord(tag.parent_ord).map(|p| p.id), 0, 0);
    input.finish(tx, axum::http::StatusCode::CREATED, &out).await
}

/// Change a tag's texts or its place in the tree.
#[utoipa::path(patch, path = "/api/tags/{id}", tag = "tagging", operation_id = "update_tag", request_body = TagPatch,
    params(("id" = TagId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = TagOut), (status = 409, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_tag(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    version: IfMatch,
    Json(patch): Json<TagPatch>,
) -> Result<Etag<TagOut>> {
    let mut tx = app.db.write().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let old = access::get_tag(&catalogue, id)?;
    version.check(old.rev)?;
    actions::update_tag(&mut tx, can.actor(), old, patch).await?;
    let id = old.id;
    tx.commit().await?;
    let tag = one(&app, can.actor(), id).await?;
    Ok(Etag(tag.rev, tag))
}

/// Take an imported or proposed tag into the catalogue.
#[utoipa::path(post, path = "/api/tags/{id}/adopt", tag = "tagging", operation_id = "adopt_tag", params(("id" = TagId, Path)),
    responses((status = 200, body = TagOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn adopt_tag(can: Can<Curate>, State(app): State<AppState>, Path(id): Path<TagId>) -> Result<Json<TagOut>> {
    let mut tx = app.db.write().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let tag = actions::adopt_tag(&mut tx, can.actor(), access::get_tag(&catalogue, id)?).await?;
    tx.commit().await?;
    Ok(Json(one(&app, can.actor(), tag.id).await?))
}

/// Stop a tag from being applied. What it was applied to stays and counts.
#[utoipa::path(post, path = "/api/tags/{id}/retire", tag = "tagging", operation_id = "retire_tag", params(("id" = TagId, Path)),
    responses((status = 200, body = TagOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn retire_tag(can: Can<Curate>, State(app): State<AppState>, Path(id): Path<TagId>) -> Result<Json<TagOut>> {
    let mut tx = app.db.write().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let tag = actions::retire_tag(&mut tx, can.actor(), access::get_tag(&catalogue, id)?).await?;
    tx.commit().await?;
    Ok(Json(one(&app, can.actor(), tag.id).await?))
}

/// Let a retired tag be applied again.
#[utoipa::path(post, path = "/api/tags/{id}/restore", tag = "tagging", operation_id = "restore_tag", params(("id" = TagId, Path)),
    responses((status = 200, body = TagOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn restore_tag(can: Can<Curate>, State(app): State<AppState>, Path(id): Path<TagId>) -> Result<Json<TagOut>> {
    let mut tx = app.db.write().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let tag = actions::restore_tag(&mut tx, can.actor(), access::get_tag(&catalogue, id)?).await?;
    tx.commit().await?;
    Ok(Json(one(&app, can.actor(), tag.id).await?))
}

/// The catalogue as a table.
///
/// Tab-separated, parents before children; what `POST /api/tags/import` takes.
#[utoipa::path(get, path = "/api/tags.tsv", tag = "tagging", operation_id = "export_tags",
    responses((status = 200, body = String, content_type = "text/tab-separated-values")))]
pub async fn export_tags(_can: Can<Read>, State(app): State<AppState>) -> Result<impl IntoResponse> {
    let mut tx = app.db.read().await?;
    let table = export_tsv(&rows::load_catalogue(&mut tx).await?);
    let headers = [
        (header::CONTENT_TYPE, "text/tab-separated-values; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"taxonomy.tsv\""),
    ];
    Ok((headers, table))
}

/// Take tags from a table.
///
/// A header with `path`, and any of `label_ko label_en aliases_ko aliases_en definition_ko definition_en use_ko use_en
/// not_for_ko not_for_en state`; aliases separated by `|`. Empty cells leave what is there. Bad lines are skipped with
/// their number and reason.
#[utoipa::path(post, path = "/api/tags/import", tag = "tagging", operation_id = "import_tags",
    request_body(content = String, content_type = "text/tab-separated-values"),
    responses((status = 200, body = TableReport), (status = 422, body = httpkit::Problem)))]
pub async fn import_tags(
    can: Can<Curate>,
    State(app): State<AppState>,
    Table(table): Table,
) -> Result<Json<TableReport>> {
    let mut tx = app.db.write().await?;
    let mut report = actions::import_taxonomy(&mut tx, can.actor(), &table).await?;
    tx.commit().await?;
    httpkit::say_table(can.ui, &mut report.skipped, &mut report.unknown);
    Ok(Json(report))
}

/// Begin with the starter taxonomy for a software product, in Korean and English.
#[utoipa::path(post, path = "/api/tags/starter", tag = "tagging", operation_id = "adopt_starter_tags",
    responses((status = 200, body = TableReport)))]
pub async fn adopt_starter(can: Can<Curate>, State(app): State<AppState>) -> Result<Json<TableReport>> {
    let mut tx = app.db.write().await?;
    let report = actions::import_taxonomy(&mut tx, can.actor(), STARTER).await?;
    tx.commit().await?;
    Ok(Json(report))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TagChange {
    pub seq: i64,
    pub at: Time,
    pub by: Option<StaffName>,
    pub op: String,
    /// The change it was part of: what is undone together.
    pub change: Option<ChangeId>,
    #[schema(value_type = Object)]
    pub before: serde_json::Value,
    #[schema(value_type = Object)]
    pub after: serde_json::Value,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StaffName {
    pub id: StaffId,
    pub name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TagHistory {
    pub items: Vec<TagChange>,
}

/// What was done to a tag, newest first.
#[utoipa::path(get, path = "/api/tags/{id}/history", tag = "tagging", operation_id = "list_tag_history", params(("id" = TagId, Path)),
    responses((status = 200, body = TagHistory), (status = 404, body = httpkit::Problem)))]
pub async fn list_tag_history(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
) -> Result<Json<TagHistory>> {
    let mut tx = app.db.read().await?;
    let catalogue = rows::load_catalogue(&mut tx).await?;
    let tag = access::get_tag(&catalogue, id)?;
    let ops = rows::list_ops(&mut tx, tag.ord).await?;
    let names = staff_names(&mut tx, ops.iter().filter_map(|op| op.by_staff)).await?;
    let items = ops
        .into_iter()
        .map(|op| TagChange {
            seq: op.seq,
            at: op.at,
            by: op.by_staff.and_then(|id| names.get(&id).cloned()),
            op: op.op,
            change: op.change_id,
            before: serde_json::from_str(&op.before_json).unwrap_or_default(),
            after: serde_json::from_str(&op.after_json).unwrap_or_default(),
        })
        .collect();
    Ok(Json(TagHistory { items }))
}

pub async fn staff_names(
    tx: &mut ::store::Tx,
    ids: impl Iterator<Item = StaffId>,
) -> base::Result<HashMap<StaffId, StaffName>> {
    let list = staff::list_staff_names(tx, ids.collect()).await?;
    Ok(list.into_iter().map(|(id, name)| (id, StaffName { id, name })).collect())
}

/// The tags you used last and most, in the last 30 days.
#[derive(Serialize, utoipa::ToSchema)]
pub struct UsedTags {
    pub recent: Vec<TagId>,
    pub frequent: Vec<TagId>,
}

/// Show the tags you used last and most.
#[utoipa::path(get, path = "/api/tagging/recent", tag = "tagging", operation_id = "list_used_tags",
    responses((status = 200, body = UsedTags)))]
pub async fn list_used_tags(can: Can<Read>, State(app): State<AppState>) -> Result<Json<UsedTags>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let Some(staff) = can.staff else { return Ok(Json(UsedTags { recent: vec![], frequent: vec![] })) };
    let mut tx = app.db.read().await?;
    let since = Time(tx.now().0 - 30 * Time::DAY);
    let mut used = rows::list_used_by(&mut tx, staff, since).await?;
    let ids =
        |list: &[(i64, i64, Time)]| list.iter().filter_map(|u| Some(catalogue.by_ord(u.0)?.id)).take(20).collect();
    let recent = ids(&used);
    used.sort_by_key(|u| std::cmp::Reverse(u.1));
    Ok(Json(UsedTags { recent, frequent: ids(&used) }))
}
