//! Changes of the taxonomy over HTTP: drafts, what they would do, publishing, undoing, what was published.
use super::tags::{StaffName, staff_names};
use crate::actions;
use crate::counts::{Columns, Filter, Four, Pick, Selector};
use crate::curation::{Fresh, Op, Sheet, Step};
use crate::engine::TagEngine;
use crate::model::{Catalogue, Tag, TagState, Texts};
use crate::store::{self as rows, ChangeRow};
use axum::http::StatusCode;
use base::{ChangeId, Cursor, Error, Page, TagId, Time};
use conversations::Scope;
use httpkit::{AppState, Can, Curate, Etag, Idem, IfMatch, Json, PageQuery, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What somebody wants done to the taxonomy.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[schema(as = CurationIn)]
pub struct ChangeIn {
    #[serde(default)]
    pub title: String,
    pub ops: Vec<Op>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct ChangePatch {
    pub title: Option<String>,
    pub ops: Option<Vec<Op>>,
}

/// A change: a draft, or one that was published or undone.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ChangeOut {
    pub id: ChangeId,
    /// `draft`, `published` or `undone`.
    pub state: String,
    pub title: String,
    /// The operation it consists of; `batch` for several, `table` for a table that was read in, `undo`.
    pub what: String,
    pub ops: Vec<Op>,
    /// The tags it touched, the first 20.
    pub tags: Vec<TouchedTag>,
    /// The change that this one took back.
    pub undoes: Option<ChangeId>,
    /// Who published it, or began the draft, and when.
    pub by: Option<StaffName>,
    pub at: Time,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TouchedTag {
    pub id: TagId,
    pub path: String,
    pub label: Texts,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftList {
    pub items: Vec<ChangeOut>,
}

/// A draft with what it would do.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DraftOut {
    #[serde(flatten)]
    pub change: ChangeOut,
    /// Absent when it can no longer be done as it stands; `problem` says why.
    pub impact: Option<ImpactOut>,
    pub problem: Option<httpkit::Problem>,
}

/// What operations would do: counts of all time, with everything below, before and after.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ImpactOut {
    pub tags: Vec<TagImpact>,
    /// Roadmap items that count other passages afterwards, or name a tag that is merged or retired.
    pub items: Vec<ItemImpact>,
    /// Tags in use before and after.
    pub active_before: u32,
    pub active_after: u32,
    /// Tags touched in all; the list has the first hundred.
    pub touched: u32,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TagImpact {
    pub id: TagId,
    /// Where it stands afterwards.
    pub path: String,
    pub label: Texts,
    /// What happens to it: `create`, `rename`, `move`, `merge`, `alias`, …
    pub ops: Vec<String>,
    /// The tag it leads to afterwards, when it is merged.
    pub into: Option<TagId>,
    /// Taggings that a split takes off it.
    pub moves: u32,
    pub before: Option<FourOut>,
    pub after: Option<FourOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemImpact {
    pub id: String,
    pub key: Option<String>,
    pub title: Texts,
    pub before: FourOut,
    pub after: FourOut,
}

#[derive(Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FourOut {
    pub conversations: u32,
    pub persons: u32,
    pub teams: u32,
    pub accounts: u32,
}

impl From<Four> for FourOut {
    fn from(f: Four) -> FourOut {
        FourOut { conversations: f.conversations, persons: f.persons, teams: f.teams, accounts: f.accounts }
    }
}

/// Tags of an impact that are listed.
const MOST_LISTED: usize = 100;
const MOST_TOUCHED: usize = 20;

async fn changes_out(tx: &mut ::store::Tx, list: Vec<ChangeRow>) -> Result<Vec<ChangeOut>> {
    let catalogue = rows::load_catalogue(tx).await?;
    let names = staff_names(tx, list.iter().filter_map(|c| c.published_by.or(c.created_by))).await?;
    let mut touched: HashMap<ChangeId, Vec<TouchedTag>> = HashMap::new();
    for (change, ord) in rows::list_touched(tx, list.iter().map(|c| c.id).collect()).await? {
        let shown = touched.entry(change).or_default();
        if let Some(t) = catalogue.by_ord(ord).filter(|_| shown.len() < MOST_TOUCHED) {
            shown.push(TouchedTag { id: t.id, path: t.path.clone(), label: t.label.clone() });
        }
    }
    let mut out = Vec::with_capacity(list.len());
    for c in list {
        out.push(ChangeOut {
            ops: actions::ops_of(&c)?,
            tags: touched.remove(&c.id).unwrap_or_default(),
            by: c.published_by.or(c.created_by).and_then(|id| names.get(&id).cloned()),
            at: c.published_at.unwrap_or(c.created_at),
            id: c.id,
            state: c.state,
            title: c.title,
            what: c.what,
            undoes: c.undoes,
            rev: c.rev,
        });
    }
    Ok(out)
}

async fn one_out(tx: &mut ::store::Tx, row: ChangeRow) -> Result<ChangeOut> {
    Ok(changes_out(tx, vec![row]).await?.pop().ok_or(Error::NotFound("change"))?)
}

fn pick(catalogue: &Catalogue, ord: i64) -> Selector {
    let tags = catalogue.subtree(ord).into_iter().map(|o| o as u32).collect();
    Selector { include: vec![Pick { tags, kinds: 0 }], exclude: vec![] }
}

fn active(catalogue: &Catalogue) -> u32 {
    catalogue.tags.iter().filter(|t| t.state == TagState::Active).count() as u32
}

/// Each touched tag with what is done to it, in the order of the steps.
fn by_tag(steps: &[Step]) -> Vec<(i64, Vec<String>, u32)> {
    let mut list: Vec<(i64, Vec<String>, u32)> = Vec::new();
    for step in steps {
        let place = list.iter().position(|(ord, ..)| *ord == step.ord).unwrap_or_else(|| {
            list.push((step.ord, vec![], 0));
            list.len() - 1
        });
        if !list[place].1.iter().any(|op| op == step.op) {
            list[place].1.push(step.op.to_owned());
        }
        list[place].2 += step.moves.len() as u32;
    }
    list
}

/// What operations would do, counted in the columns with the merges they would bring; no row is written.
async fn impact(app: &AppState, actor: &base::Actor, ops: &[Op]) -> Result<ImpactOut> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let mut tx = app.db.read().await?;
    let old = engine.catalogue_in(&mut tx).await?;
    let made: i64 = ops.iter().map(|op| op.makes() as i64).sum();
    // Ordinals of tags that are not there: nothing counts for them yet.
    let last = old.tags.iter().map(|t| t.ord).max().unwrap_or(0);
    let fresh = Fresh::new((last + 1..=last + made).collect(), tx.now());
    let (sheet, steps): (Sheet, Vec<Step>) = actions::try_ops(&old, ops, fresh)?;
    let new = Arc::new(sheet.into_catalogue());
    let needs = actions::list_needs(&mut tx).await?;
    drop(tx);
    let touched = by_tag(&steps);
    let shown: BTreeSet<i64> = touched.iter().take(MOST_LISTED).map(|t| t.0).collect();
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|d| d as u16).collect();
    let now = Filter { hidden: hidden.clone(), ..Filter::default() };
    let then = Filter { merged: Some(Arc::new(new.merged())), ..now.clone() };
    let tag_picks: Vec<(i64, Option<Selector>, Option<Selector>)> = shown
        .iter()
        .map(|ord| {
            let stands = |c: &Catalogue| {
                let tag = c.by_ord(*ord).filter(|t| t.state != TagState::Merged);
                tag.map(|t| pick(c, t.ord))
            };
            (*ord, stands(&old), stands(&new))
        })
        .collect();
    let item_picks: Vec<(Selector, Selector)> =
        needs.iter().map(|n| ((n.selector)(&old), (n.selector)(&new))).collect();
    let (tags, items) = engine
        .ask(move |c: &Columns| {
            let one = |s: &Selector, f: &Filter| FourOut::from(c.count_four(s, f).0);
            let count = |s: &Option<Selector>, f: &Filter| s.as_ref().map(|s| one(s, f));
            let tags: HashMap<i64, (Option<FourOut>, Option<FourOut>)> =
                tag_picks.iter().map(|(ord, a, b)| (*ord, (count(a, &now), count(b, &then)))).collect();
            let items: Vec<(FourOut, FourOut)> =
                item_picks.iter().map(|(a, b)| (one(a, &now), one(b, &then))).collect();
            (tags, items)
        })
        .await?;
    let is_gone = |ord: &i64| {
        let stops = |t: &Tag| matches!(t.state, TagState::Merged | TagState::Retired);
        let stopped = |c: &Catalogue| c.by_ord(*ord).is_none_or(stops);
        !stopped(&old) && stopped(&new)
    };
    let items = needs
        .into_iter()
        .zip(items)
        .filter(|(need, (before, after))| before != after || need.tags.iter().any(is_gone))
        .map(|(need, (before, after))| ItemImpact { id: need.id, key: need.key, title: need.title, before, after })
        .collect();
    let n = touched.len() as u32;
    let tags = touched
        .into_iter()
        .filter_map(|(ord, ops, moves)| {
            let tag = new.by_ord(ord).or_else(|| old.by_ord(ord))?;
            let (before, after) = tags.get(&ord).copied()?;
            let into = new.by_ord(tag.canon_ord).filter(|c| c.ord != ord).map(|c| c.id);
            let (path, label) = (tag.path.clone(), tag.label.clone());
            Some(TagImpact { id: tag.id, path, label, ops, into, moves, before, after })
        })
        .collect();
    Ok(ImpactOut { tags, items, active_before: active(&old), active_after: active(&new), touched: n })
}

/// See what operations would do to counts and roadmap items, without doing them.
#[utoipa::path(post, path = "/api/curation/preview", tag = "tagging", operation_id = "preview_change", request_body = ChangeIn,
    responses((status = 200, body = ImpactOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn preview_change(
    can: Can<Curate>,
    State(app): State<AppState>,
    Json(input): Json<ChangeIn>,
) -> Result<Json<ImpactOut>> {
    Ok(Json(impact(&app, can.actor(), &actions::settle_ids(input.ops)?).await?))
}

/// List what was done to the taxonomy, the newest first.
#[utoipa::path(get, path = "/api/curation/changes", tag = "tagging", operation_id = "list_changes", params(PageQuery),
    responses((status = 200, body = Page<ChangeOut>)))]
pub async fn list_changes(
    _can: Can<Read>,
    State(app): State<AppState>,
    page: PageQuery,
) -> Result<Json<Page<ChangeOut>>> {
    let before = page.place::<1>()?.map_or(Time(i64::MAX), |[at]| Time(at));
    let mut tx = app.db.read().await?;
    let list = rows::list_changes(&mut tx, before, page.limit.plus_one()).await?;
    let at = |c: &ChangeRow| Cursor(vec![c.published_at.unwrap_or(c.created_at).0]);
    let cut = Page::cut(list, page.limit, at);
    Ok(Json(Page { items: changes_out(&mut tx, cut.items).await?, next: cut.next }))
}

/// Publish operations at once.
#[utoipa::path(post, path = "/api/curation/changes", tag = "tagging", operation_id = "publish_change", request_body = ChangeIn,
    responses((status = 201, body = ChangeOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn publish_change(can: Can<Curate>, State(app): State<AppState>, input: Idem<ChangeIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (title, ops) = (input.body.title.clone(), input.body.ops.clone());
    let row = actions::publish(&mut tx, &scope, can.actor(), &title, ops).await?;
    let out = one_out(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Take a published change back in one step.
///
/// 409 when somebody has changed the same things since: then the later change has to be undone first.
#[utoipa::path(post, path = "/api/curation/changes/{id}/undo", tag = "tagging", operation_id = "undo_change", params(("id" = ChangeId, Path)),
    responses((status = 200, body = ChangeOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn undo_change(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<ChangeId>,
) -> Result<Json<ChangeOut>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let undo = actions::undo_change(&mut tx, &scope, can.actor(), id).await?;
    let out = one_out(&mut tx, undo).await?;
    tx.commit().await?;
    Ok(Json(out))
}

/// List drafts of changes.
#[utoipa::path(get, path = "/api/curation/drafts", tag = "tagging", operation_id = "list_drafts",
    responses((status = 200, body = DraftList)))]
pub async fn list_drafts(_can: Can<Curate>, State(app): State<AppState>) -> Result<Json<DraftList>> {
    let mut tx = app.db.read().await?;
    let list = rows::list_drafts(&mut tx).await?;
    Ok(Json(DraftList { items: changes_out(&mut tx, list).await? }))
}

/// Begin a draft: operations that are published together, later.
#[utoipa::path(post, path = "/api/curation/drafts", tag = "tagging", operation_id = "create_draft", request_body = ChangeIn,
    responses((status = 201, body = ChangeOut), (status = 422, body = httpkit::Problem)))]
pub async fn create_draft(can: Can<Curate>, State(app): State<AppState>, input: Idem<ChangeIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let row = actions::draft(&mut tx, can.actor(), &input.body.title, input.body.ops.clone()).await?;
    let out = one_out(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Show a draft with what it would do now.
#[utoipa::path(get, path = "/api/curation/drafts/{id}", tag = "tagging", operation_id = "get_draft", params(("id" = ChangeId, Path)),
    responses((status = 200, body = DraftOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn get_draft(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<ChangeId>,
) -> Result<Etag<DraftOut>> {
    let mut tx = app.db.read().await?;
    let row = actions::get_draft(&mut tx, id).await?;
    let change = one_out(&mut tx, row).await?;
    drop(tx);
    let (impact, problem) = match impact(&app, can.actor(), &change.ops).await {
        Ok(impact) => (Some(impact), None),
        // Somebody changed the catalogue since: the draft is shown, and why it cannot be done as it stands.
        Err(e) if e.status().is_client_error() => (None, Some(e.problem(can.actor().ui))),
        Err(e) => return Err(e),
    };
    Ok(Etag(change.rev, DraftOut { change, impact, problem }))
}

/// Write a draft anew.
#[utoipa::path(patch, path = "/api/curation/drafts/{id}", tag = "tagging", operation_id = "update_draft", request_body = ChangePatch,
    params(("id" = ChangeId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = ChangeOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_draft(
    _can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<ChangeId>,
    version: IfMatch,
    Json(patch): Json<ChangePatch>,
) -> Result<Etag<ChangeOut>> {
    let mut tx = app.db.write().await?;
    let row = actions::get_draft(&mut tx, id).await?;
    version.check(row.rev)?;
    let row = actions::change_draft(&mut tx, row, patch.title, patch.ops).await?;
    let out = one_out(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Etag(out.rev, out))
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/api/curation/drafts/{id}", tag = "tagging", operation_id = "drop_draft", params(("id" = ChangeId, Path)),
    responses((status = 204), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn drop_draft(
    _can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<ChangeId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let row = actions::get_draft(&mut tx, id).await?;
    actions::drop_draft(&mut tx, row).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Publish a draft: all of it, or nothing.
#[utoipa::path(post, path = "/api/curation/drafts/{id}/publish", tag = "tagging", operation_id = "publish_draft", params(("id" = ChangeId, Path)),
    responses((status = 200, body = ChangeOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn publish_draft(
    can: Can<Curate>,
    State(app): State<AppState>,
    Path(id): Path<ChangeId>,
) -> Result<Json<ChangeOut>> {
    let mut tx = app.db.write().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let row = actions::get_draft(&mut tx, id).await?;
    let row = actions::publish_draft(&mut tx, &scope, can.actor(), row).await?;
    let out = one_out(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Json(out))
}
