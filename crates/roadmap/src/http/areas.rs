//! One page for each area of the product, which is a branch of the tags: everybody sees the same counts, what is asked for,
//! who owns it, what happens next, and who of us speaks with the same accounts.
use crate::asks::AskKeeper;
use crate::goals::{OwnerIn, check_owner, check_owners, check_words};
use crate::http::goals::{GoalOut, goals_about};
use crate::http::items::{ItemCounts, ItemOut, counts, shelved_out};
use crate::shelf::{ItemShelf, OnShelf, is_joined};
use crate::store::areas::{self as rows, StepRow};
use crate::store::goals as goal_rows;
use ::store::Tx;
use axum::http::StatusCode;
use base::{Actor, Day, Error, NextStepId, Right, StaffId, TagId, Time};
use conversations::Scope;
use httpkit::{Answer, AppState, Can, Etag, Idem, IfMatch, Json, Path, Plan, Read, Reply, Result, State};
use people::AccountCard;
use serde::{Deserialize, Serialize};
use tagging::counts::{Filter, Pick, Selector};
use tagging::{Catalogue, EvidenceOut, TagEngine, TrendOut};

/// What an area's figures are of, and what they are compared with.
const PERIOD: i64 = 28 * Time::DAY;
const WEEK: i64 = 7 * Time::DAY;
/// Accounts whose contacts are shown, the newest first.
const MOST_ACCOUNTS: usize = 8;
const MOST_SAID: usize = 8;
const MOST_ITEMS: usize = 50;

/// An area in the list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AreaLine {
    pub tag: TagId,
    /// Of the last 28 days.
    pub counts: ItemCounts,
    /// Of the 28 days before.
    pub before: ItemCounts,
    pub open_items: usize,
    pub open_steps: usize,
    /// Departments that own it.
    pub departments: Vec<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AreaList {
    pub items: Vec<AreaLine>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AreaOwner {
    pub department: String,
    pub staff: Option<StaffId>,
    pub name: Option<String>,
}

/// What happens next.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StepOut {
    pub id: NextStepId,
    pub words: String,
    pub department: Option<String>,
    pub staff: Option<StaffId>,
    pub name: Option<String>,
    pub due: Option<String>,
    pub done_at: Option<Time>,
    pub created_at: Time,
    pub rev: i64,
}

/// An account that spoke of the area, and what each department of ours said to it this week.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AreaAccount {
    pub account: AccountCard,
    pub last_at: Time,
    pub contacts: conversations::ContactsOut,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AreaOut {
    pub tag: TagId,
    /// Of the last 28 days: distinct conversations, persons, teams and accounts.
    pub counts: ItemCounts,
    pub before: ItemCounts,
    pub trend: Option<TrendOut>,
    /// Open asks of the items below.
    pub open_asks: i64,
    /// Items that are joined to a tag of the area: the first of them, and how many there are.
    pub items: Vec<ItemOut>,
    pub items_total: usize,
    pub owners: Vec<AreaOwner>,
    pub steps: Vec<StepOut>,
    pub said: Vec<EvidenceOut>,
    pub goals: Vec<GoalOut>,
    pub accounts: Vec<AreaAccount>,
}

fn selector_of(catalogue: &Catalogue, tag: i64) -> Selector {
    let tags = catalogue.subtree(tag).into_iter().map(|ord| ord as u32).collect();
    Selector { include: vec![Pick { tags, kinds: 0 }], exclude: Vec::new() }
}

/// The last 28 days, and the 28 before.
fn filters(hidden: &[u16], now: Time) -> [Filter; 2] {
    let hidden = || hidden.to_vec();
    let (from, before) = (tagging::minute(now.plus(-PERIOD)), tagging::minute(now.plus(-2 * PERIOD)));
    [
        Filter { from: Some(from), hidden: hidden(), ..Filter::default() },
        Filter { from: Some(before), to: Some(from), hidden: hidden(), ..Filter::default() },
    ]
}

/// List the areas: the branches at the top of the tags, what most spoke of first.
#[utoipa::path(get, path = "/api/areas", tag = "roadmap", operation_id = "list_areas", responses((status = 200, body = AreaList)))]
pub async fn list_areas(can: Can<Read>, State(app): State<AppState>) -> Result<Json<AreaList>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let hidden: Vec<u16> = app.hub.hidden_doors(can.actor()).await?.into_iter().map(|door| door as u16).collect();
    let mut tx = app.db.read().await?;
    let now = tx.now();
    let shelf = app.get::<ItemShelf>().items().await?;
    let tops: Vec<(i64, TagId)> = catalogue
        .tags
        .iter()
        .filter(|tag| tag.parent_ord == 0 && tag.canon_ord == tag.ord && tag.state.can_be_applied())
        .map(|tag| (tag.ord, tag.id))
        .collect();
    let ords: Vec<i64> = tops.iter().map(|(ord, _)| *ord).collect();
    let owners = rows::list_owners(&mut tx, &ords).await?;
    let steps = rows::list_steps(&mut tx, &ords).await?;
    drop(tx);
    let selectors: Vec<Selector> = ords.iter().map(|ord| selector_of(&catalogue, *ord)).collect();
    let [lately, earlier] = filters(&hidden, now);
    let counted = engine
        .ask(move |columns| {
            let count = |one: &Selector| (columns.count_four(one, &lately), columns.count_four(one, &earlier));
            selectors.iter().map(count).collect::<Vec<_>>()
        })
        .await?;
    let sees_few = can.may(Right::SeeSmallCounts);
    let mut lines: Vec<AreaLine> = tops
        .into_iter()
        .zip(counted)
        .map(|((ord, tag), (now, before))| {
            let below = catalogue.subtree(ord).into_iter().collect();
            let is_here = |one: &&OnShelf| one.item.status.is_open() && is_joined(&one.item, &below, &catalogue);
            AreaLine {
                tag,
                counts: counts(now.0, now.1, sees_few),
                before: counts(before.0, before.1, sees_few),
                open_items: shelf.iter().filter(is_here).count(),
                open_steps: steps.iter().filter(|step| step.tag_ord == ord && step.done_at.is_none()).count(),
                departments: owners.iter().filter(|one| one.0 == ord).map(|one| one.1.clone()).collect(),
            }
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.counts.conversations));
    Ok(Json(AreaList { items: lines }))
}

async fn step_out(tx: &mut Tx, row: StepRow) -> base::Result<StepOut> {
    let names = staff::list_staff_names(tx, row.staff_id.into_iter().collect()).await?;
    Ok(StepOut {
        id: row.id,
        words: row.words,
        department: row.department,
        staff: row.staff_id,
        name: row.staff_id.and_then(|id| names.get(&id).cloned()),
        due: row.due.map(|day| Day::from_number(day as i32).to_string()),
        done_at: row.done_at,
        created_at: row.created_at,
        rev: row.rev,
    })
}

/// A tag, and those that were merged into it: what was written down of them is its own now.
fn stands_for(catalogue: &Catalogue, ord: i64) -> Vec<i64> {
    catalogue.tags.iter().filter(|tag| tag.canon_ord == ord).map(|tag| tag.ord).collect()
}

/// Each department once; what was said of the tag itself goes before what came with one that was merged into it.
async fn owners_out(tx: &mut Tx, tag: i64, all: &[i64]) -> base::Result<Vec<AreaOwner>> {
    let mut owners = rows::list_owners(tx, all).await?;
    owners.sort_by_key(|one| (one.1.clone(), one.0 != tag));
    owners.dedup_by_key(|one| one.1.clone());
    let names = staff::list_staff_names(tx, owners.iter().filter_map(|one| one.2).collect()).await?;
    let out = |(_, department, staff): (i64, String, Option<StaffId>)| {
        let name = staff.and_then(|id| names.get(&id).cloned());
        AreaOwner { department, staff, name }
    };
    Ok(owners.into_iter().map(out).collect())
}

/// Read all about an area: any branch of the tags is one.
#[utoipa::path(get, path = "/api/areas/{id}", tag = "roadmap", operation_id = "get_area", params(("id" = TagId, Path)),
    responses((status = 200, body = AreaOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_area(can: Can<Read>, State(app): State<AppState>, Path(id): Path<TagId>) -> Result<Json<AreaOut>> {
    app.get::<AskKeeper>().catch_up().await?;
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let tag = tagging::get_tag(&catalogue, id)?;
    let (ord, below) = (tag.ord, catalogue.subtree(tag.ord));
    let hidden: Vec<u16> = app.hub.hidden_doors(can.actor()).await?.into_iter().map(|door| door as u16).collect();
    let mut tx = app.db.read().await?;
    let now = tx.now();
    let within = below.iter().copied().collect();
    let shelf = app.get::<ItemShelf>().items().await?;
    let joined: Vec<base::ItemId> =
        shelf.iter().filter(|one| is_joined(&one.item, &within, &catalogue)).map(|one| one.item.id).collect();
    let open_asks = goal_rows::count_open_asks(&mut tx, None, Some(&below)).await?;
    let own = stands_for(&catalogue, ord);
    let owners = owners_out(&mut tx, ord, &own).await?;
    let mut steps = Vec::new();
    for row in rows::list_steps(&mut tx, &own).await? {
        steps.push(step_out(&mut tx, row).await?);
    }
    drop(tx);
    let selector = selector_of(&catalogue, ord);
    let [lately, earlier] = filters(&hidden, now);
    let (four, before, newest, people) = engine
        .ask(move |columns| {
            let newest = columns.newest(&selector, &lately, None, MOST_SAID);
            let people = columns.people(&selector, &lately);
            (columns.count_four(&selector, &lately), columns.count_four(&selector, &earlier), newest, people)
        })
        .await?;
    let mut accounts: Vec<(u32, i32)> = Vec::new();
    for one in people.iter().filter(|one| one.account != 0) {
        if accounts.len() < MOST_ACCOUNTS && !accounts.iter().any(|(account, _)| *account == one.account) {
            accounts.push((one.account, one.last));
        }
    }
    let sees_few = can.may(Right::SeeSmallCounts);
    let trends = tagging::trends_out(&app, can.actor()).await?.3;
    let tags: Vec<TagId> = below.iter().filter_map(|ord| catalogue.by_ord(*ord)).map(|tag| tag.id).collect();
    let goals = goals_about(&app, &tags, &joined).await?;
    let ords: Vec<i64> = newest.iter().map(|(_, ord)| i64::from(*ord)).collect();
    let mut tx = app.db.read().await?;
    let mut said = tagging::evidence_of(&mut tx, &engine, ords.clone()).await?;
    let accounts = accounts_out(&mut tx, can.actor(), accounts, now).await?;
    drop(tx);
    Ok(Json(AreaOut {
        tag: tag.id,
        counts: counts(four.0, four.1, sees_few),
        before: counts(before.0, before.1, sees_few),
        trend: trends.into_iter().find(|one| one.tag == tag.id),
        open_asks,
        items_total: joined.len(),
        items: shelved_out(&app, can.actor(), joined.into_iter().take(MOST_ITEMS).collect()).await?,
        owners,
        steps,
        said: ords.iter().filter_map(|ord| said.remove(ord)).collect(),
        goals,
        accounts,
    }))
}

async fn accounts_out(
    tx: &mut Tx,
    actor: &Actor,
    accounts: Vec<(u32, i32)>,
    now: Time,
) -> base::Result<Vec<AreaAccount>> {
    let scope = Scope::of(tx, actor).await?;
    let ords: Vec<i64> = accounts.iter().map(|(account, _)| i64::from(*account)).collect();
    let cards = people::cards(tx, &[], &[], &ords).await?;
    let mut out = Vec::with_capacity(accounts.len());
    for (account, last) in accounts {
        let Some(card) = cards.account(Some(i64::from(account))) else { continue };
        let contacts = conversations::list_contacts_since(tx, &scope, card.id, now.plus(-WEEK)).await?;
        out.push(AreaAccount { account: card, last_at: Time(i64::from(last) * Time::MINUTE), contacts });
    }
    Ok(out)
}

/// The ord of the tag that an area is.
async fn find_ord(app: &AppState, tx: &mut Tx, id: TagId) -> base::Result<i64> {
    let catalogue = app.get::<TagEngine>().catalogue_in(tx).await?;
    tagging::get_tag(&catalogue, id).map(|tag| tag.ord)
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaOwnersIn {
    pub owners: Vec<OwnerIn>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AreaOwners {
    pub owners: Vec<AreaOwner>,
}

/// Say who owns an area, one for each department.
#[utoipa::path(put, path = "/api/areas/{id}/owners", tag = "roadmap", operation_id = "put_area_owners", request_body = AreaOwnersIn,
    params(("id" = TagId, Path)),
    responses((status = 200, body = AreaOwners), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_area_owners(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    Json(input): Json<AreaOwnersIn>,
) -> Result<Json<AreaOwners>> {
    let mut tx = app.db.write().await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let ord = tagging::get_tag(&catalogue, id)?.ord;
    let owners = check_owners(&mut tx, input.owners).await?;
    for own in stands_for(&catalogue, ord) {
        rows::put_owners(&mut tx, own, if own == ord { &owners } else { &[] }).await?;
    }
    let departments: Vec<&String> = owners.iter().map(|(department, _)| department).collect();
    let detail = serde_json::json!({ "departments": departments });
    staff::note(&mut tx, can.actor(), "roadmap.area_owned", &id.to_string(), detail).await?;
    tx.announce("roadmap.area_changed", serde_json::json!({ "tag": id }));
    let out = owners_out(&mut tx, ord, &[ord]).await?;
    tx.commit().await?;
    Ok(Json(AreaOwners { owners: out }))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    pub words: String,
    #[serde(default)]
    pub department: Option<String>,
    #[serde(default)]
    pub staff: Option<StaffId>,
    /// A day.
    #[serde(default)]
    pub due: Option<String>,
    #[serde(default)]
    pub done: bool,
}

async fn put_step(
    tx: &mut Tx,
    actor: &Actor,
    tag_ord: i64,
    old: Option<StepRow>,
    new: StepIn,
) -> base::Result<StepRow> {
    check_owner(tx, new.department.as_deref(), new.staff).await?;
    let due =
        new.due.as_deref().map(|day| Day::parse(day).map_err(|_| Error::invalid("due", "error-day"))).transpose()?;
    let now = tx.now();
    let row = StepRow {
        id: old.as_ref().map_or_else(NextStepId::new, |old| old.id),
        tag_ord,
        words: check_words("words", &new.words)?,
        department: new.department,
        staff_id: new.staff,
        due: due.map(|day| i64::from(day.number())),
        done_at: new.done.then(|| old.as_ref().and_then(|old| old.done_at).unwrap_or(now)),
        created_at: old.as_ref().map_or(now, |old| old.created_at),
        created_by: old.as_ref().map_or(actor.staff, |old| old.created_by),
        rev: old.as_ref().map_or(1, |old| old.rev + 1),
    };
    rows::put_step(tx, &row).await?;
    tx.announce("roadmap.area_changed", serde_json::json!({ "step": row.id }));
    Ok(row)
}

/// Add what happens next in an area.
#[utoipa::path(post, path = "/api/areas/{id}/steps", tag = "roadmap", operation_id = "create_area_step", request_body = StepIn,
    params(("id" = TagId, Path)),
    responses((status = 201, body = StepOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_area_step(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<TagId>,
    input: Idem<StepIn>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let ord = find_ord(&app, &mut tx, id).await?;
    let row = put_step(&mut tx, can.actor(), ord, None, input.body.clone()).await?;
    let out = step_out(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Change what happens next: all of it is said anew.
#[utoipa::path(put, path = "/api/area-steps/{id}", tag = "roadmap", operation_id = "put_area_step", request_body = StepIn,
    params(("id" = NextStepId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = StepOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn change_area_step(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<NextStepId>,
    version: IfMatch,
    Json(input): Json<StepIn>,
) -> Result<Etag<StepOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find_step(&mut tx, id).await?.ok_or(Error::NotFound("step"))?;
    version.check(old.rev)?;
    let row = put_step(&mut tx, can.actor(), old.tag_ord, Some(old), input).await?;
    let out = step_out(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Etag(out.rev, out))
}

/// Take away what was to happen next.
#[utoipa::path(delete, path = "/api/area-steps/{id}", tag = "roadmap", operation_id = "delete_area_step",
    params(("id" = NextStepId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn delete_area_step(
    _can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<NextStepId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    if rows::delete_step(&mut tx, id).await? == 0 {
        return Err(Error::NotFound("step").into());
    }
    tx.announce("roadmap.area_changed", serde_json::json!({ "step": id }));
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
