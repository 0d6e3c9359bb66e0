//! What a person, a team or an account asked for and still waits for.
use super::items::{ItemOut, shelved_out};
use crate::model::Item;
use crate::shelf::ItemShelf;
use crate::store::asks::{self as rows, Whose};
use base::{AccountId, Actor, Error, ItemId, PersonId, TeamId, Time};
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tagging::TagEngine;
use tagging::counts::{Columns, Filter, Selector};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsksQuery {
    /// One of the three.
    pub person: Option<String>,
    pub team: Option<String>,
    pub account: Option<String>,
}

/// An item that somebody asked for.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AskOut {
    pub item: ItemOut,
    /// Conversations in which they asked; none of whoever voted elsewhere or was written down.
    pub conversations: u32,
    pub first_at: Time,
    pub last_at: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Asks {
    pub items: Vec<AskOut>,
}

/// List what somebody asked for that is not done yet, asked last first.
#[utoipa::path(get, path = "/api/roadmap/asks", tag = "roadmap", operation_id = "list_asks", params(AsksQuery),
    responses((status = 200, body = Asks), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn list_asks(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<AsksQuery>,
) -> Result<Json<Asks>> {
    let bad = |field: &'static str| Error::invalid(field, "error-id");
    let mut tx = app.db.read().await?;
    let whose = match (&query.person, &query.team, &query.account) {
        (Some(id), None, None) => {
            let id = PersonId::parse(id).map_err(|_| bad("person"))?;
            Whose::Person(people::get_person(&mut tx, id).await?.ord)
        }
        (None, Some(id), None) => {
            let id = TeamId::parse(id).map_err(|_| bad("team"))?;
            Whose::Team(people::get_team(&mut tx, id).await?.ord)
        }
        (None, None, Some(id)) => {
            let id = AccountId::parse(id).map_err(|_| bad("account"))?;
            Whose::Account(people::get_account(&mut tx, id).await?.ord)
        }
        _ => return Err(Error::invalid("person", "error-asks-of-whom").into()),
    };
    let direct = rows::list_direct_of(&mut tx, whose).await?;
    drop(tx);
    let shelf = app.get::<ItemShelf>().items().await?;
    let open: Vec<Arc<Item>> =
        shelf.iter().map(|one| &one.item).filter(|item| item.status.is_open()).cloned().collect();
    drop(shelf);
    let mut asked = said_of(&app, can.actor(), whose, &open).await?;
    let open: HashSet<ItemId> = open.iter().map(|item| item.id).collect();
    for (item, first, last) in direct.into_iter().filter(|(item, ..)| open.contains(item)) {
        let (_, first_at, last_at) = asked.entry(item).or_insert((0, first, last));
        (*first_at, *last_at) = ((*first_at).min(first), (*last_at).max(last));
    }
    let mut out: Vec<AskOut> = shelved_out(&app, can.actor(), asked.keys().copied().collect())
        .await?
        .into_iter()
        .map(|item| {
            let (conversations, first_at, last_at) = asked[&item.id];
            AskOut { item, conversations, first_at, last_at }
        })
        .collect();
    out.sort_by_key(|a| std::cmp::Reverse(a.last_at));
    Ok(Json(Asks { items: out }))
}

/// What somebody said of some items that is tagged: conversations, first and last.
type SaidOf = HashMap<ItemId, (u32, Time, Time)>;

async fn said_of(app: &AppState, actor: &Actor, whose: Whose, items: &[Arc<Item>]) -> Result<SaidOf> {
    let hidden = app.hub.hidden_doors(actor).await?.into_iter().map(|door| door as u16).collect();
    let mut filter = Filter { hidden, ..Filter::default() };
    match whose {
        Whose::Person(ord) => filter.person = Some(ord as u32),
        Whose::Team(ord) => filter.team = Some(ord as u32),
        Whose::Account(ord) => filter.account = Some(ord as u32),
    }
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    // What nothing is joined to counts nothing.
    let joined = items.iter().filter(|item| !item.tags.is_empty());
    let selectors: Vec<_> = joined.map(|item| (item.id, item.selector(&catalogue))).collect();
    let at = |minute: i32| Time(i64::from(minute) * Time::MINUTE);
    let said = move |columns: &Columns| {
        let of = |(id, selector): (ItemId, Selector)| {
            let places = columns.newest(&selector, &filter, None, usize::MAX);
            let (last, first) = (places.first()?.0, places.last()?.0);
            Some((id, (columns.count_four(&selector, &filter).0.conversations, at(first), at(last))))
        };
        selectors.into_iter().filter_map(of).collect()
    };
    Ok(engine.ask(said).await?)
}
