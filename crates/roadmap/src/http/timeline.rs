//! The roadmap along time, over HTTP: what is in work when, by whom, what it waits for, and what was shipped on which day.
use super::items::ItemsQuery;
use crate::model::{Item, Status};
use crate::shelf::{ItemShelf, OnShelf};
use crate::store as rows;
use base::{Half, ItemId, Limit, TagId, Time, Zone};
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tagging::{Catalogue, TagEngine, Texts};

/// Half-years that are shown at most.
const MOST_HALVES: usize = 8;
/// Groups that are shown, those with most first.
const MOST_GROUPS: usize = 30;
/// Items of a group unless more are asked for.
const EACH: i64 = 12;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Whoever owns it.
    #[default]
    Owner,
    /// The team that it costs most.
    Team,
    /// The branch of the tags it is joined to.
    Area,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// The first half-year that is shown; the one before the current one unless said.
    #[param(value_type = Option<String>)]
    pub from: Option<Half>,
    /// How many, 1 to 8; 4 unless said.
    pub halves: Option<usize>,
    #[param(inline)]
    #[serde(default)]
    pub by: GroupBy,
    pub owner: Option<String>,
    /// Joined to this tag or to one below it.
    pub area: Option<TagId>,
    /// Words of the title, the key or the problem.
    pub q: Option<String>,
    /// Items of each group, at most 200; 12 unless said.
    pub each: Option<i64>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Timeline {
    /// The half-years that are shown, each with its first moment; `ends` is the last moment of the last.
    pub halves: Vec<HalfSpan>,
    pub ends: Time,
    /// Who has most first, those of nobody last.
    pub groups: Vec<TimelineGroup>,
    /// Items that stand somewhere in these half-years, and groups that are not shown.
    pub total: usize,
    pub more_groups: usize,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct HalfSpan {
    pub half: String,
    pub begins: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TimelineGroup {
    /// An owner or a team; null for an area, and for those of nobody.
    pub name: Option<String>,
    pub area: Option<TagId>,
    /// How many there are; `items` are the first of them.
    pub total: usize,
    pub items: Vec<BarOut>,
}

/// An item from when to when.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BarOut {
    pub id: ItemId,
    pub key: Option<String>,
    pub title: Texts,
    pub status: Status,
    pub half: Option<String>,
    pub owner: Option<String>,
    pub begins: Time,
    pub ends: Time,
    /// It began, or was shipped, on that day. Otherwise it is where its half-year begins or ends.
    pub began: bool,
    pub shipped: bool,
    pub needs: Vec<NeedOut>,
}

/// What an item waits for.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct NeedOut {
    pub id: ItemId,
    pub title: Texts,
    pub status: Status,
    pub half: Option<String>,
}

/// Where an item stands in time, as far as its own row says it.
struct Span {
    begins: Time,
    ends: Time,
    began: bool,
}

fn span_of(item: &Item, now: Time, zone: &Zone) -> Option<Span> {
    let half = item.half.as_deref().and_then(|half| Half::parse(half).ok());
    let whole = half.map(|half| (half.first_day().start_in(zone), half.next().first_day().start_in(zone)));
    let planned = |begins: Time, ends: Time| Some(Span { begins, ends, began: false });
    match (item.status, whole) {
        (Status::Declined, _) => None,
        // It was in work since some day before; `begun` says which, where the history knows.
        (Status::Shipped, whole) => {
            let begins = whole.map_or(item.status_at, |(begins, _)| begins.min(item.status_at));
            Some(Span { begins, ends: item.status_at, began: false })
        }
        (Status::Building, whole) => {
            // What runs late runs on until today.
            let ends = whole.map_or(now, |(_, ends)| ends).max(now).max(item.status_at);
            Some(Span { begins: item.status_at, ends, began: true })
        }
        (_, Some((begins, ends))) => planned(begins, ends),
        (_, None) => None,
    }
}

/// Show the roadmap along time.
#[utoipa::path(get, path = "/api/roadmap/timeline", tag = "roadmap", operation_id = "get_timeline", params(TimelineQuery),
    responses((status = 200, body = Timeline), (status = 422, body = httpkit::Problem)))]
pub async fn get_timeline(
    _can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<Timeline>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let shelf = app.get::<ItemShelf>().items().await?;
    let mut tx = app.db.read().await?;
    let (now, zone) = (tx.now(), staff::get_settings(&mut tx).await?.zone);
    let TimelineQuery { from, halves, by, owner, area, q, each } = query;
    let narrowed = ItemsQuery { status: None, half: None, owner, area, q };
    let wanted = narrowed.wanted(&catalogue)?;
    let first = from.unwrap_or_else(|| now.plus(-182 * Time::DAY).half_year(&zone));
    let shown: Vec<Half> = std::iter::successors(Some(first), |half| Some(half.next()))
        .take(halves.unwrap_or(4).clamp(1, MOST_HALVES))
        .collect();
    let begins = first.first_day().start_in(&zone);
    let ends = shown.last().map_or(begins, |last| last.next().first_day().start_in(&zone));
    let mut groups: BTreeMap<Group, Vec<(Span, Arc<Item>)>> = BTreeMap::new();
    for one in shelf.iter().filter(|one| wanted.takes(one, &catalogue)) {
        let Some(span) = span_of(&one.item, now, &zone) else { continue };
        if span.begins < ends && span.ends >= begins {
            groups.entry(group_of(&one.item, by, &catalogue)).or_default().push((span, one.item.clone()));
        }
    }
    let total = groups.values().map(Vec::len).sum();
    let mut groups = Vec::from_iter(groups);
    groups.sort_by_key(|(group, items)| (*group == Group::default(), std::cmp::Reverse(items.len())));
    let more_groups = groups.len().saturating_sub(MOST_GROUPS);
    groups.truncate(MOST_GROUPS);
    let each = Limit::new(each.unwrap_or(EACH)).get() as usize;
    let mut out = Vec::new();
    for (group, mut items) in groups {
        let total = items.len();
        items.sort_by_key(|(span, _)| span.begins);
        items.truncate(each);
        out.push((group, total, items));
    }
    let items = || out.iter().flat_map(|(.., items)| items.iter().map(|(_, item)| item));
    let done = items().filter(|item| item.status == Status::Shipped).map(|item| item.id).collect();
    let begun: HashMap<ItemId, Time> = rows::list_begun(&mut tx, done).await?.into_iter().collect();
    drop(tx);
    let needed: HashMap<ItemId, Option<NeedOut>> =
        items().flat_map(|item| &item.needs).map(|need| (*need, None)).collect();
    let needed = find_needs(&shelf, needed);
    let bar = |(span, item): (Span, Arc<Item>)| {
        let since = begun.get(&item.id).copied().filter(|at| *at <= span.ends);
        BarOut {
            id: item.id,
            key: item.key.clone(),
            title: item.title.clone(),
            status: item.status,
            half: item.half.clone(),
            owner: item.owner.clone(),
            begins: since.unwrap_or(span.begins),
            ends: span.ends,
            began: span.began || since.is_some(),
            shipped: item.status == Status::Shipped,
            needs: item.needs.iter().filter_map(|need| needed.get(need).cloned()).collect(),
        }
    };
    let groups = out.into_iter().map(|(group, total, items)| TimelineGroup {
        name: group.name,
        area: group.area.and_then(|ord| catalogue.by_ord(ord)).map(|tag| tag.id),
        total,
        items: items.into_iter().map(bar).collect(),
    });
    let groups = groups.collect();
    let span = |half: &Half| HalfSpan { half: half.to_string(), begins: half.first_day().start_in(&zone) };
    Ok(Json(Timeline { halves: shown.iter().map(span).collect(), ends, groups, total, more_groups }))
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    name: Option<String>,
    area: Option<i64>,
}

fn group_of(item: &Item, by: GroupBy, catalogue: &Catalogue) -> Group {
    let name = |name: Option<String>| Group { name, area: None };
    match by {
        GroupBy::Owner => name(item.owner.clone()),
        GroupBy::Team => {
            let most = item.efforts.iter().max_by(|a, b| a.likely.total_cmp(&b.likely));
            name(most.map(|effort| effort.team.clone()))
        }
        GroupBy::Area => {
            let joined = item.tags.iter().find(|tag| tag.mode == crate::model::Mode::Include);
            let tag = joined.and_then(|tag| catalogue.by_ord(catalogue.canon(tag.tag_ord)));
            let top = tag.and_then(|tag| catalogue.line(tag).first().map(|top| top.ord));
            Group { name: None, area: top }
        }
    }
}

fn find_needs(shelf: &[OnShelf], mut needed: HashMap<ItemId, Option<NeedOut>>) -> HashMap<ItemId, NeedOut> {
    if needed.is_empty() {
        return HashMap::new();
    }
    for OnShelf { item, .. } in shelf {
        if let Some(need) = needed.get_mut(&item.id) {
            let (title, half) = (item.title.clone(), item.half.clone());
            *need = Some(NeedOut { id: item.id, title, status: item.status, half });
        }
    }
    needed.into_iter().filter_map(|(id, need)| Some((id, need?))).collect()
}
