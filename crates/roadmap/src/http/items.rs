//! Roadmap items over HTTP.
use crate::access;
use crate::actions::{self, ItemIn, ItemPatch, ItemReport, JoinIn};
use crate::events;
use crate::model::{Feasibility, Item, Status, TeamEffort};
use crate::shelf::{ItemShelf, OnShelf, Place, Wanted};
use crate::store::{self as rows, asks};
use axum::http::StatusCode;
use base::{Cursor, ItemId, Limit, Page, Right, StaffId, TagId, Time};
use httpkit::{
    AppState, Can, Etag, Idem, IfMatch, Json, PageQuery, Path, Plan, Query, Read, Reply, Result, State, Table,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tagging::counts::{Filter, Four};
use tagging::{Catalogue, TagEngine, Texts};

/// A roadmap item with its live numbers, over all time.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct ItemOut {
    pub id: ItemId,
    pub key: Option<String>,
    pub title: Texts,
    pub problem: Texts,
    pub status: Status,
    pub half: Option<String>,
    pub owner: Option<String>,
    pub owner_staff: Option<StaffId>,
    /// Person-weeks.
    pub effort_low: Option<f64>,
    pub effort_likely: Option<f64>,
    pub effort_high: Option<f64>,
    /// The same by team; with any of these the three above say nothing.
    pub efforts: Vec<TeamEffort>,
    pub feasibility: Feasibility,
    /// Why it cannot be built, or what is to be found out first.
    pub feasibility_reason: Option<String>,
    /// Items without which it cannot be built.
    pub needs: Vec<ItemId>,
    pub tags: Vec<JoinIn>,
    /// What was said that is tagged.
    pub counts: ItemCounts,
    /// Who asks for it, in whatever way.
    pub asked: Asked,
    pub position: f64,
    pub status_at: Time,
    pub rev: i64,
}

/// Null where fewer than three persons stand behind a number and you may not see so few.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct ItemCounts {
    pub conversations: Option<u32>,
    pub persons: Option<u32>,
    pub teams: Option<u32>,
    pub accounts: Option<u32>,
    /// Living taggings behind the figures.
    pub n: Option<u32>,
    pub too_few: bool,
}

/// Everybody whose words are tagged for an item, who voted for it elsewhere, asked for it in public, or was written down.
/// Null where they are fewer than three and you may not see so few.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct Asked {
    pub persons: Option<u32>,
    /// Of those persons who belong to one.
    pub accounts: Option<u32>,
}

/// The first 200 items of a tag, and how many there are.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemsOfTag {
    pub items: Vec<ItemOut>,
    pub total: usize,
}

/// A page of items; `total` of all pages.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemPage {
    pub items: Vec<ItemOut>,
    pub next: Option<String>,
    pub total: usize,
}

/// Which items: those of which everything that is said here is true.
#[derive(Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ItemsQuery {
    pub status: Option<Status>,
    /// `none`: those without one.
    pub half: Option<String>,
    pub owner: Option<String>,
    /// Joined to this tag or to one below it.
    pub area: Option<TagId>,
    /// Words of the title, the key or the problem.
    pub q: Option<String>,
}

impl ItemsQuery {
    pub fn wanted(&self, catalogue: &Catalogue) -> base::Result<Wanted> {
        let below = |id| Ok(catalogue.subtree(tagging::get_tag(catalogue, id)?.ord).into_iter().collect());
        let words = self.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        Ok(Wanted {
            status: self.status,
            half: self.half.clone(),
            owner: self.owner.clone(),
            tags: self
                .area
                .map(below)
                .transpose()
                .map_err(|_: base::Error| base::Error::invalid("area", "error-tag-unknown"))?,
            words: words.map(textkit::parse_query),
        })
    }
}

/// The item after which a page begins.
fn after(page: &PageQuery) -> base::Result<Option<Place>> {
    let Some([position, high, low]) = page.place::<3>()? else { return Ok(None) };
    let id = (u128::from(high as u64) << 64 | u128::from(low as u64)).to_be_bytes();
    Ok(Some(Place(f64::from_bits(position as u64), ItemId::from_bytes(id))))
}

fn cursor_of(one: &OnShelf) -> Cursor {
    let id = u128::from_be_bytes(one.item.id.bytes());
    Cursor(vec![one.item.position.to_bits() as i64, (id >> 64) as i64, id as i64])
}

/// Some items that lie on the shelf, as the API shows them, counted now.
pub async fn shelved_out(app: &AppState, actor: &base::Actor, some: Vec<ItemId>) -> Result<Vec<ItemOut>> {
    let mut tx = app.db.read().await?;
    let items = rows::list_items(&mut tx, some).await?;
    drop(tx);
    items_out(app, actor, items).await
}

/// Whether so few stand behind a figure that they could be recognised.
pub fn few(persons: usize) -> bool {
    (1..3).contains(&persons)
}

pub fn counts(four: Four, n: u32, sees_few: bool) -> ItemCounts {
    let visible = sees_few || four.persons >= 3 || four.conversations == 0;
    let some = |n: u32| visible.then_some(n);
    ItemCounts {
        conversations: some(four.conversations),
        persons: some(four.persons),
        teams: some(four.teams),
        accounts: some(four.accounts),
        n: some(n),
        too_few: !visible,
    }
}

/// Items as the API shows them, counted now.
pub async fn items_out(app: &AppState, actor: &base::Actor, items: Vec<Item>) -> Result<Vec<ItemOut>> {
    let engine = app.get::<TagEngine>();
    let hidden: Vec<u16> = app.hub.hidden_doors(actor).await?.into_iter().map(|d| d as u16).collect();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let filter = Filter { hidden, ..Filter::default() };
    let mut tx = app.db.read().await?;
    let direct = asks::list_direct(&mut tx, items.iter().map(|i| i.id).collect()).await?;
    drop(tx);
    let mut others: HashMap<ItemId, Vec<(u32, u32)>> = HashMap::new();
    for (item, person, account) in direct {
        others.entry(item).or_default().push((person as u32, account.unwrap_or(0) as u32));
    }
    let wanted: Vec<_> =
        items.iter().map(|i| (i.selector(&catalogue), others.remove(&i.id).unwrap_or_default())).collect();
    let counted: Vec<_> = engine
        .ask(move |c| wanted.iter().map(|(selector, others)| c.count_with(selector, &filter, others)).collect())
        .await?;
    let sees_few = actor.may(Right::SeeSmallCounts);
    Ok(items.into_iter().zip(counted).map(|(i, counted)| item_out(i, &catalogue, counted, sees_few)).collect())
}

/// What is said of an item, and the persons and accounts that ask for it.
type Counted = (Four, u32, [u32; 2]);

fn item_out(i: Item, catalogue: &Catalogue, (four, n, [persons, accounts]): Counted, sees_few: bool) -> ItemOut {
    let visible = sees_few || !few(persons as usize);
    let asked = Asked { persons: visible.then_some(persons), accounts: visible.then_some(accounts) };
    let joined = |t: crate::model::JoinedTag| {
        let tag = catalogue.by_ord(t.tag_ord).and_then(|tag| catalogue.by_ord(tag.canon_ord))?.id;
        Some(JoinIn { tag, mode: t.mode, subtree: t.subtree, kinds: t.kinds })
    };
    ItemOut {
        id: i.id,
        key: i.key,
        title: i.title,
        problem: i.problem,
        status: i.status,
        half: i.half,
        owner: i.owner,
        owner_staff: i.owner_staff,
        effort_low: i.effort_low,
        effort_likely: i.effort_likely,
        effort_high: i.effort_high,
        efforts: i.efforts,
        feasibility: i.feasibility,
        feasibility_reason: i.feasibility_reason,
        needs: i.needs,
        tags: i.tags.into_iter().filter_map(joined).collect(),
        counts: counts(four, n, sees_few),
        asked,
        position: i.position,
        status_at: i.status_at,
        rev: i.rev,
    }
}

async fn one(app: &AppState, actor: &base::Actor, item: Item) -> Result<ItemOut> {
    Ok(items_out(app, actor, vec![item]).await?.pop().ok_or(base::Error::NotFound("item"))?)
}

/// List roadmap items in the order of the board, each with its live numbers.
#[utoipa::path(get, path = "/api/roadmap/items", tag = "roadmap", operation_id = "list_items", params(ItemsQuery, PageQuery),
    responses((status = 200, body = ItemPage), (status = 422, body = httpkit::Problem)))]
pub async fn list_items(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ItemsQuery>,
    page: PageQuery,
) -> Result<Json<ItemPage>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let (wanted, after) = (query.wanted(&catalogue)?, after(&page)?);
    let shelf = app.get::<ItemShelf>().items().await?;
    let found: Vec<&OnShelf> = shelf.iter().filter(|one| wanted.takes(one, &catalogue)).collect();
    let total = found.len();
    let begins = after.map_or(0, |after| found.partition_point(|one| !one.place().is_after(&after)));
    let rows = found[begins..].iter().take(page.limit.plus_one() as usize).copied().collect();
    let Page { items, next } = Page::cut(rows, page.limit, |one| cursor_of(one));
    let ids = items.iter().map(|one| one.item.id).collect();
    Ok(Json(ItemPage { items: shelved_out(&app, can.actor(), ids).await?, next, total }))
}

/// Make a roadmap item.
#[utoipa::path(post, path = "/api/roadmap/items", tag = "roadmap", operation_id = "create_item", request_body = ItemIn,
    responses((status = 201, body = ItemOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_item(can: Can<Plan>, State(app): State<AppState>, input: Idem<ItemIn>) -> Result<Reply> {
    let engine = app.get::<TagEngine>();
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let catalogue = engine.catalogue_in(&mut tx).await?;
    let item = actions::create_item(&mut tx, can.actor(), &catalogue, input.body.clone()).await?;
    // Counted from the columns as they stand: this transaction changes no tagging.
    let (selector, sees_few) = (item.selector(&catalogue), can.may(Right::SeeSmallCounts));
    let hidden: Vec<u16> = app.hub.hidden_doors(can.actor()).await?.into_iter().map(|d| d as u16).collect();
    let filter = Filter { hidden, ..Filter::default() };
    let counted = engine.ask(move |c| c.count_with(&selector, &filter, &[])).await?;
    let out = item_out(item, &catalogue, counted, sees_few);
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Show one roadmap item.
#[utoipa::path(get, path = "/api/roadmap/items/{id}", tag = "roadmap", operation_id = "get_item", params(("id" = ItemId, Path)),
    responses((status = 200, body = ItemOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_item(can: Can<Read>, State(app): State<AppState>, Path(id): Path<ItemId>) -> Result<Etag<ItemOut>> {
    let mut tx = app.db.read().await?;
    let item = access::get_item(&mut tx, id).await?;
    drop(tx);
    let out = one(&app, can.actor(), item).await?;
    Ok(Etag(out.rev, out))
}

/// Change a roadmap item: its texts, status, half-year, owner, effort or tags.
#[utoipa::path(patch, path = "/api/roadmap/items/{id}", tag = "roadmap", operation_id = "update_item", request_body = ItemPatch,
    params(("id" = ItemId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = ItemOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn update_item(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    version: IfMatch,
    Json(patch): Json<ItemPatch>,
) -> Result<Etag<ItemOut>> {
    let mut tx = app.db.write().await?;
    let old = access::get_item(&mut tx, id).await?;
    version.check(old.rev)?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let item = actions::update_item(&mut tx, can.actor(), &catalogue, &old, patch).await?;
    tx.commit().await?;
    let out = one(&app, can.actor(), item).await?;
    Ok(Etag(out.rev, out))
}

/// Take a roadmap item off the roadmap. Its history stays.
#[utoipa::path(delete, path = "/api/roadmap/items/{id}", tag = "roadmap", operation_id = "remove_item", params(("id" = ItemId, Path)),
    responses((status = 204, description = "Removed"), (status = 404, body = httpkit::Problem)))]
pub async fn remove_item(can: Can<Plan>, State(app): State<AppState>, Path(id): Path<ItemId>) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    actions::remove_item(&mut tx, can.actor(), &item).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct MoveIn {
    pub status: Option<Status>,
    /// An empty text takes the half-year away.
    pub half: Option<String>,
    /// The item it comes to stand before; the end unless said.
    pub before: Option<ItemId>,
}

/// Move an item on the board.
#[utoipa::path(post, path = "/api/roadmap/items/{id}/move", tag = "roadmap", operation_id = "move_item", request_body = MoveIn,
    params(("id" = ItemId, Path)),
    responses((status = 200, body = ItemOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn move_item(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    Json(input): Json<MoveIn>,
) -> Result<Json<ItemOut>> {
    let mut tx = app.db.write().await?;
    let old = access::get_item(&mut tx, id).await?;
    let item = actions::move_item(&mut tx, can.actor(), &old, input.status, input.half, input.before).await?;
    tx.commit().await?;
    Ok(Json(one(&app, can.actor(), item).await?))
}

/// Make news of where an item stands that came in from elsewhere, for those who were not told there.
#[utoipa::path(post, path = "/api/roadmap/items/{id}/news", tag = "roadmap", operation_id = "say_item_status",
    params(("id" = ItemId, Path)),
    responses((status = 204, description = "Those who asked can be told"), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn say_item_status(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let item = access::get_item(&mut tx, id).await?;
    events::say_status(&mut tx, can.actor(), &item).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemChange {
    pub seq: i64,
    pub at: Time,
    pub by: Option<String>,
    pub what: String,
    #[schema(value_type = Object)]
    pub before: serde_json::Value,
    #[schema(value_type = Object)]
    pub after: serde_json::Value,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ItemHistory {
    pub items: Vec<ItemChange>,
}

/// What was done to an item, newest first.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/history", tag = "roadmap", operation_id = "list_item_history",
    params(("id" = ItemId, Path)), responses((status = 200, body = ItemHistory), (status = 404, body = httpkit::Problem)))]
pub async fn list_item_history(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Json<ItemHistory>> {
    let mut tx = app.db.read().await?;
    access::get_item(&mut tx, id).await?;
    let changes = rows::list_changes(&mut tx, id).await?;
    let names = staff::list_staff_names(&mut tx, changes.iter().filter_map(|c| c.by_staff).collect()).await?;
    let items = changes
        .into_iter()
        .map(|c| ItemChange {
            seq: c.seq,
            at: c.at,
            by: c.by_staff.and_then(|id| names.get(&id).cloned()),
            what: c.what,
            before: serde_json::from_str(&c.before_json).unwrap_or_default(),
            after: serde_json::from_str(&c.after_json).unwrap_or_default(),
        })
        .collect();
    Ok(Json(ItemHistory { items }))
}

/// Take roadmap items from a table.
///
/// CSV with a header: `key, title_ko, title_en, problem_ko, problem_en, status, half, owner, effort_low, effort_high, tags`.
/// Tags are paths separated by `|`; `!path` excludes, `path/*` takes everything below, `path:bug+request` only these
/// kinds. An item with the same key is changed. Bad lines are skipped with their number and reason.
#[utoipa::path(post, path = "/api/roadmap/import", tag = "roadmap", operation_id = "import_items",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ItemReport), (status = 422, body = httpkit::Problem)))]
pub async fn import_items(
    can: Can<Plan>,
    State(app): State<AppState>,
    Table(table): Table,
) -> Result<Json<ItemReport>> {
    let mut tx = app.db.write().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let mut report = actions::import_items(&mut tx, can.actor(), &catalogue, &table).await?;
    tx.commit().await?;
    httpkit::say_table(can.ui, &mut report.skipped, &mut report.unknown);
    Ok(Json(report))
}

/// List the roadmap items that a tag counts for.
#[utoipa::path(get, path = "/api/tags/{id}/items", tag = "roadmap", operation_id = "list_items_of_tag", params(("id" = TagId, Path)),
    responses((status = 200, body = ItemsOfTag), (status = 404, body = httpkit::Problem)))]
pub async fn list_items_of_tag(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
) -> Result<Json<ItemsOfTag>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let ord = tagging::get_tag(&catalogue, id)?.ord;
    let mut tx = app.db.read().await?;
    let mut items = access::list_items_of_tags(&mut tx, &catalogue, vec![ord]).await?;
    drop(tx);
    items.retain(|i| i.selector(&catalogue).include.iter().any(|p| p.tags.contains(&(ord as u32))));
    let total = items.len();
    items.truncate(Limit::MOST as usize);
    Ok(Json(ItemsOfTag { items: items_out(&app, can.actor(), items).await?, total }))
}
