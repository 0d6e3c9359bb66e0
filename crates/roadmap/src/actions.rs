//! The verbs of the roadmap: make, change, move and remove items; take a table in. Every change is logged.
use crate::events::note_events;
use crate::model::{Feasibility, Item, JoinedTag, Mode, Status, TeamEffort, check_item, tidy_half};
use crate::store as rows;
use crate::table::{Line, Parsed, parse_table};
use ::store::Tx;
use base::{Actor, Error, ItemId, Result, StaffId, TagId};
use httpkit::{SkippedLine, UnknownColumn};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use tagging::{Catalogue, Kind, Texts, get_tag};

/// A tag to join an item to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct JoinIn {
    pub tag: TagId,
    pub mode: Mode,
    #[serde(default)]
    pub subtree: bool,
    /// Empty: every kind.
    #[serde(default)]
    pub kinds: Vec<Kind>,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct ItemIn {
    /// A short name of ours, such as `VIEW-218`; unique.
    pub key: Option<String>,
    pub title: Texts,
    #[serde(default)]
    pub problem: Texts,
    pub status: Option<Status>,
    /// `2026H2`.
    pub half: Option<String>,
    pub owner: Option<String>,
    pub owner_staff: Option<StaffId>,
    /// Person-weeks.
    pub effort_low: Option<f64>,
    pub effort_likely: Option<f64>,
    pub effort_high: Option<f64>,
    /// By team.
    #[serde(default)]
    pub efforts: Vec<TeamEffort>,
    #[serde(default)]
    pub feasibility: Feasibility,
    pub feasibility_reason: Option<String>,
    /// Items without which it cannot be built.
    #[serde(default)]
    pub needs: Vec<ItemId>,
    #[serde(default)]
    pub tags: Vec<JoinIn>,
}

/// What is given is put; what is absent stays. An empty `half`, `owner` or `key` takes it away, as `null` does an effort.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct ItemPatch {
    pub key: Option<String>,
    pub title: Option<Texts>,
    pub problem: Option<Texts>,
    pub status: Option<Status>,
    pub half: Option<String>,
    pub owner: Option<String>,
    pub owner_staff: Option<StaffId>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<f64>)]
    pub effort_low: Option<Option<f64>>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<f64>)]
    pub effort_high: Option<Option<f64>>,
    #[serde(default, deserialize_with = "httpkit::nullable")]
    #[schema(value_type = Option<f64>)]
    pub effort_likely: Option<Option<f64>>,
    pub efforts: Option<Vec<TeamEffort>>,
    pub feasibility: Option<Feasibility>,
    pub feasibility_reason: Option<String>,
    pub needs: Option<Vec<ItemId>>,
    pub tags: Option<Vec<JoinIn>>,
}

async fn log(
    tx: &mut Tx,
    actor: &Actor,
    what: &'static str,
    before: Option<&Item>,
    after: Option<&Item>,
) -> Result<()> {
    let Some(item) = after.or(before).map(|item| item.id) else { return Ok(()) };
    let [before, after] = [before, after].map(|item| item.map_or(json!(null), logged));
    rows::log_changes(tx, actor.staff, vec![rows::Logged { item, what, before, after }]).await
}

pub(crate) fn logged(i: &Item) -> serde_json::Value {
    let tags: Vec<_> = i
        .tags
        .iter()
        .map(|t| json!({"tag_ord": t.tag_ord, "mode": t.mode.as_str(), "subtree": t.subtree, "kinds": t.kinds}))
        .collect();
    json!({"key": i.key, "title": i.title, "problem": i.problem, "status": i.status.as_str(), "half": i.half,
        "owner": i.owner, "effort_low": i.effort_low, "effort_likely": i.effort_likely, "effort_high": i.effort_high,
        "efforts": i.efforts, "feasibility": i.feasibility, "feasibility_reason": i.feasibility_reason, "needs": i.needs,
        "tags": tags})
}

fn joined(catalogue: &Catalogue, list: &[JoinIn]) -> Result<Vec<JoinedTag>> {
    let mut out: Vec<JoinedTag> = Vec::new();
    for j in list {
        let tag_ord = get_tag(catalogue, j.tag).map_err(|_| Error::invalid("tags", "error-tag-unknown"))?.ord;
        let mut kinds = j.kinds.clone();
        kinds.sort_by_key(|k| k.number());
        kinds.dedup();
        if out.iter().any(|t| t.tag_ord == tag_ord && t.mode == j.mode) {
            return Err(Error::invalid("tags", "error-tag-twice"));
        }
        out.push(JoinedTag { tag_ord, mode: j.mode, subtree: j.subtree, kinds });
    }
    // In the order they are read back, so that the same list again is no change.
    out.sort_by_key(|t| (t.mode == Mode::Exclude, t.tag_ord));
    Ok(out)
}

fn said(text: Option<String>) -> Option<String> {
    text.map(|t| textkit::clean_text(t.trim())).filter(|t| !t.is_empty())
}

async fn check_key(tx: &mut Tx, item: &Item) -> Result<()> {
    if let Some(key) = &item.key
        && rows::find_by_key(tx, key).await?.is_some_and(|id| id != item.id)
    {
        return Err(Error::Conflict { key: "error-item-key-taken" });
    }
    Ok(())
}

/// Each once and in the order they are read back, so that the same list again is no change.
fn in_order(mut needs: Vec<ItemId>) -> Vec<ItemId> {
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// What an item needs must be there, and must not need the item itself, also not by others.
async fn check_needs(tx: &mut Tx, item: &Item) -> Result<()> {
    if item.needs.is_empty() {
        return Ok(());
    }
    let (mut reached, mut next): (HashSet<ItemId>, Vec<ItemId>) = (HashSet::new(), item.needs.clone());
    while !next.is_empty() {
        next.retain(|need| reached.insert(*need));
        if next.contains(&item.id) {
            return Err(Error::invalid("needs", "error-item-needs-itself"));
        }
        if rows::count_items(tx, next.clone()).await? < next.len() as i64 {
            return Err(Error::invalid("needs", "error-item-unknown"));
        }
        next = rows::rank::list_needs_of(tx, next).await?.into_iter().map(|(_, need)| need).collect();
    }
    Ok(())
}

pub async fn create_item(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, new: ItemIn) -> Result<Item> {
    let item = Item {
        id: ItemId::new(),
        key: said(new.key),
        title: new.title.tidy(),
        problem: new.problem.tidy(),
        status: new.status.unwrap_or(Status::Considering),
        half: tidy_half(said(new.half))?,
        owner: said(new.owner),
        owner_staff: new.owner_staff,
        effort_low: new.effort_low,
        effort_likely: new.effort_likely,
        effort_high: new.effort_high,
        efforts: new.efforts,
        feasibility: new.feasibility,
        feasibility_reason: said(new.feasibility_reason),
        needs: in_order(new.needs),
        position: rows::last_position(tx).await? + 1.0,
        status_at: tx.now(),
        rev: 1,
        tags: joined(catalogue, &new.tags)?,
    };
    check_item(&item)?;
    check_key(tx, &item).await?;
    check_needs(tx, &item).await?;
    let now = tx.now();
    rows::insert_items(tx, &[(item.clone(), now)], actor.staff).await?;
    log(tx, actor, "create", None, Some(&item)).await?;
    note_events(tx, actor, None, &item).await?;
    tx.announce("roadmap.item_created", json!({"item": item.id}));
    Ok(item)
}

/// Changes an item; the version was checked by the caller.
pub async fn update_item(
    tx: &mut Tx,
    actor: &Actor,
    catalogue: &Catalogue,
    old: &Item,
    patch: ItemPatch,
) -> Result<Item> {
    let mut item = old.clone();
    if let Some(title) = patch.title {
        item.title = title.tidy();
    }
    if let Some(problem) = patch.problem {
        item.problem = problem.tidy();
    }
    for (place, given) in [(&mut item.key, patch.key), (&mut item.owner, patch.owner)] {
        if given.is_some() {
            *place = said(given);
        }
    }
    if patch.half.is_some() {
        item.half = tidy_half(said(patch.half))?;
    }
    item.owner_staff = patch.owner_staff.or(item.owner_staff);
    item.effort_low = patch.effort_low.unwrap_or(item.effort_low);
    item.effort_likely = patch.effort_likely.unwrap_or(item.effort_likely);
    item.effort_high = patch.effort_high.unwrap_or(item.effort_high);
    item.efforts = patch.efforts.unwrap_or(item.efforts);
    item.feasibility = patch.feasibility.unwrap_or(item.feasibility);
    if patch.feasibility_reason.is_some() {
        item.feasibility_reason = said(patch.feasibility_reason);
    }
    item.needs = patch.needs.map(in_order).unwrap_or(item.needs);
    if let Some(tags) = patch.tags {
        item.tags = joined(catalogue, &tags)?;
    }
    if let Some(status) = patch.status {
        item.status = status;
    }
    save(tx, actor, old, item).await
}

/// Keeps a changed item if anything changed.
async fn save(tx: &mut Tx, actor: &Actor, old: &Item, mut item: Item) -> Result<Item> {
    if item == *old {
        return Ok(item);
    }
    check_item(&item)?;
    check_key(tx, &item).await?;
    if item.needs != old.needs {
        check_needs(tx, &item).await?;
    }
    if item.status != old.status {
        item.status_at = tx.now();
    }
    item.rev = old.rev + 1;
    rows::update_item(tx, &item).await?;
    if item.status != old.status {
        tell_programs(tx, old, &item).await?;
    }
    let what = if item.status != old.status { "status" } else { "change" };
    log(tx, actor, what, Some(old), Some(&item)).await?;
    note_events(tx, actor, Some(old), &item).await?;
    tx.announce("roadmap.item_changed", json!({"item": item.id}));
    Ok(item)
}

/// Tells the webhooks about the roadmap; what trackers call the item stands with it.
async fn tell_programs(tx: &mut Tx, old: &Item, item: &Item) -> Result<()> {
    let links = rows::links::list_of_items(tx, vec![item.id]).await?;
    let link =
        |link: rows::links::LinkRow| json!({"source": link.source, "external_id": link.external_id, "url": link.url});
    let links: Vec<_> = links.into_iter().map(link).collect();
    let data = json!({"item": item.id, "key": item.key, "title": item.title, "status": item.status, "was": old.status,
        "half": item.half, "links": links});
    tagging::tell_of_roadmap(tx, "roadmap.status", &data).await
}

/// Puts an item into a half-year, where it stands on the board; with another status if one is given.
pub async fn put_into_half(tx: &mut Tx, actor: &Actor, old: &Item, status: Option<Status>, half: &str) -> Result<Item> {
    let half = tidy_half(Some(half.to_owned()))?;
    save(tx, actor, old, Item { status: status.unwrap_or(old.status), half, ..old.clone() }).await
}

/// Moves an item on the board: to a status, to a half-year, before another item (or to the end).
pub async fn move_item(
    tx: &mut Tx,
    actor: &Actor,
    old: &Item,
    status: Option<Status>,
    half: Option<String>,
    before: Option<ItemId>,
) -> Result<Item> {
    let mut item = old.clone();
    item.status = status.unwrap_or(item.status);
    if half.is_some() {
        item.half = tidy_half(said(half))?;
    }
    item.position = match before {
        None => rows::last_position_but(tx, old.id).await?.map_or(1.0, |last| last + 1.0),
        Some(id) => {
            let next = rows::find_item(tx, id).await?.filter(|next| next.id != old.id);
            let at = next.ok_or_else(|| Error::invalid("before", "error-item-unknown"))?.position;
            let above = rows::position_before(tx, at, id, old.id).await?.unwrap_or(at - 2.0);
            (above + at) / 2.0
        }
    };
    save(tx, actor, old, item).await
}

pub async fn remove_item(tx: &mut Tx, actor: &Actor, item: &Item) -> Result<()> {
    rows::remove_item(tx, item.id).await?;
    log(tx, actor, "remove", Some(item), None).await?;
    tx.announce("roadmap.item_removed", json!({"item": item.id}));
    Ok(())
}

/// What a table did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ItemReport {
    pub read: u64,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: Vec<SkippedLine>,
    /// Columns that were passed over.
    pub unknown: Vec<UnknownColumn>,
}

/// Takes a table in; an item with the same key is changed. A bad line never stops its neighbours.
pub async fn import_items(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, table: &str) -> Result<ItemReport> {
    let Parsed { lines, bad, unknown } = parse_table(table)?;
    let read = (lines.len() + bad.len()) as u64;
    let mut report = ItemReport { read, skipped: bad, unknown, ..ItemReport::default() };
    for line in lines {
        let number = line.number;
        match take_line(tx, actor, catalogue, line).await {
            Ok(Took::Created) => report.created += 1,
            Ok(Took::Updated) => report.updated += 1,
            Ok(Took::Unchanged) => report.unchanged += 1,
            Err(Error::Invalid { key, .. } | Error::Conflict { key }) => {
                report.skipped.push(SkippedLine::new(number, key));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(report)
}

enum Took {
    Created,
    Updated,
    Unchanged,
}

async fn take_line(tx: &mut Tx, actor: &Actor, catalogue: &Catalogue, line: Line) -> Result<Took> {
    let mut tags = Vec::new();
    for t in &line.tags {
        let tag = catalogue.by_any_path(&t.path).ok_or_else(|| Error::invalid("tags", "error-tag-unknown"))?;
        tags.push(JoinIn { tag: tag.id, mode: t.mode, subtree: t.subtree, kinds: t.kinds.clone() });
    }
    let known = match &line.key {
        Some(key) => rows::find_by_key(tx, key).await?,
        None => None,
    };
    let (key, title, problem, status) = (line.key, line.title, line.problem, line.status);
    let (half, owner, effort_low, effort_high) = (line.half, line.owner, line.effort_low, line.effort_high);
    match known {
        None => {
            let new =
                ItemIn { key, title, problem, status, half, owner, effort_low, effort_high, tags, ..ItemIn::default() };
            create_item(tx, actor, catalogue, new).await?;
            Ok(Took::Created)
        }
        Some(id) => {
            let old = crate::access::get_item(tx, id).await?;
            let both = |old: &Texts, new: Texts| Texts { ko: new.ko.or(old.ko.clone()), en: new.en.or(old.en.clone()) };
            let patch = ItemPatch {
                key: None,
                title: Some(both(&old.title, title)),
                problem: Some(both(&old.problem, problem)),
                status,
                half,
                owner,
                owner_staff: None,
                effort_low: effort_low.map(Some),
                effort_high: effort_high.map(Some),
                tags: (!tags.is_empty()).then_some(tags),
                ..ItemPatch::default()
            };
            let item = update_item(tx, actor, catalogue, &old, patch).await?;
            Ok(if item.rev == old.rev { Took::Unchanged } else { Took::Updated })
        }
    }
}

/// What the tagging room shows a curator of this room: the items, and what each counts.
async fn list_needs(tx: &mut Tx) -> Result<Vec<tagging::Need>> {
    let need = |item: crate::model::Item| tagging::Need {
        id: item.id.to_string(),
        key: item.key.clone(),
        title: item.title.clone(),
        tags: item.tags.iter().map(|t| t.tag_ord).collect(),
        selector: Box::new(move |catalogue| item.selector(catalogue)),
    };
    Ok(rows::list_joined_with(tx, None).await?.into_iter().map(need).collect())
}

inventory::submit! { tagging::NeedsHook(|tx| Box::pin(list_needs(tx))) }
