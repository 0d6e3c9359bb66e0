//! The board over HTTP: of each status how many items there are, and the first of them.
use super::items::{ItemOut, ItemsQuery, shelved_out};
use crate::model::Status;
use crate::shelf::{ItemShelf, OnShelf};
use base::{ItemId, Limit, TagId};
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tagging::TagEngine;

/// Cards of a column unless more are asked for.
const EACH: usize = 20;
/// Owners that are offered to narrow the board; who has most comes first.
const MOST_OWNERS: usize = 40;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BoardQuery {
    /// `none`: those without one.
    pub half: Option<String>,
    pub owner: Option<String>,
    pub area: Option<TagId>,
    pub q: Option<String>,
    /// Columns of which more cards are wanted: `considering:70,planned:40`. At most 200 of each.
    pub longer: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Board {
    pub columns: Vec<BoardColumn>,
    /// Of all columns.
    pub total: usize,
    /// What there is to narrow the board by, whatever it is narrowed by now: those who own most items first, half-years in order.
    pub owners: Vec<OwnedBy>,
    pub halves: Vec<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct BoardColumn {
    pub status: Status,
    /// How many there are; `items` are the first of them.
    pub total: usize,
    pub items: Vec<ItemOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct OwnedBy {
    pub owner: String,
    pub total: usize,
}

/// Show the board: each status with how many items it has and the first of them.
#[utoipa::path(get, path = "/api/roadmap/board", tag = "roadmap", operation_id = "get_board", params(BoardQuery),
    responses((status = 200, body = Board), (status = 422, body = httpkit::Problem)))]
pub async fn get_board(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<BoardQuery>,
) -> Result<Json<Board>> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let longer = read_longer(query.longer.as_deref().unwrap_or_default())?;
    let BoardQuery { half, owner, area, q, .. } = query;
    let narrowed = ItemsQuery { status: None, half, owner, area, q };
    let wanted = narrowed.wanted(&catalogue)?;
    let shelf = app.get::<ItemShelf>().items().await?;
    let mut of_status: HashMap<Status, (usize, Vec<ItemId>)> = HashMap::new();
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    let mut halves: BTreeSet<&str> = BTreeSet::new();
    for OnShelf { item, .. } in shelf.iter() {
        if let Some(owner) = &item.owner {
            *owners.entry(owner).or_default() += 1;
        }
        halves.extend(item.half.as_deref());
    }
    for one in shelf.iter().filter(|one| wanted.takes(one, &catalogue)) {
        let status = one.item.status;
        let (total, shown) = of_status.entry(status).or_default();
        *total += 1;
        if shown.len() < longer.get(&status).copied().unwrap_or(EACH) {
            shown.push(one.item.id);
        }
    }
    let shown = of_status.values().flat_map(|(_, shown)| shown).copied().collect();
    let mut items = shelved_out(&app, can.actor(), shown).await?;
    let columns: Vec<BoardColumn> = Status::ALL
        .into_iter()
        .map(|status| {
            let total = of_status.get(&status).map_or(0, |(total, _)| *total);
            BoardColumn { status, total, items: items.extract_if(.., |item| item.status == status).collect() }
        })
        .collect();
    let total = columns.iter().map(|column| column.total).sum();
    let mut owners: Vec<OwnedBy> =
        owners.into_iter().map(|(owner, total)| OwnedBy { owner: owner.to_owned(), total }).collect();
    owners.sort_by_key(|one| std::cmp::Reverse(one.total));
    owners.truncate(MOST_OWNERS);
    Ok(Json(Board { columns, total, owners, halves: halves.into_iter().map(str::to_owned).collect() }))
}

/// `considering:70,planned:40`.
fn read_longer(text: &str) -> base::Result<HashMap<Status, usize>> {
    let bad = || base::Error::invalid("longer", "error-field-unknown");
    let one = |part: &str| {
        let (status, most) = part.split_once(':').ok_or_else(bad)?;
        let most: i64 = most.parse().map_err(|_| bad())?;
        Ok((Status::parse(status)?, Limit::new(most).get() as usize))
    };
    text.split(',').filter(|part| !part.is_empty()).map(one).collect()
}
