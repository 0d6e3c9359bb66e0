//! What a person, a team or an account asked for and still waits for.
use super::items::{ItemOut, shelved_out};
use crate::model::Item;
use crate::shelf::ItemShelf;
use base::{AccountId, Error, ItemId, PersonId, TeamId, Time};
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use tagging::TagEngine;
use tagging::counts::Filter;

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
    /// Conversations in which they asked.
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
    let hidden = app.hub.hidden_doors(can.actor()).await?.into_iter().map(|d| d as u16).collect();
    let mut filter = Filter { hidden, ..Filter::default() };
    let mut tx = app.db.read().await?;
    match (&query.person, &query.team, &query.account) {
        (Some(id), None, None) => {
            let id = PersonId::parse(id).map_err(|_| bad("person"))?;
            filter.person = Some(people::get_person(&mut tx, id).await?.ord as u32);
        }
        (None, Some(id), None) => {
            let id = TeamId::parse(id).map_err(|_| bad("team"))?;
            filter.team = Some(people::get_team(&mut tx, id).await?.ord as u32);
        }
        (None, None, Some(id)) => {
            let id = AccountId::parse(id).map_err(|_| bad("account"))?;
            filter.account = Some(people::get_account(&mut tx, id).await?.ord as u32);
        }
        _ => return Err(Error::invalid("person", "error-asks-of-whom").into()),
    }
    drop(tx);
    let shelf = app.get::<ItemShelf>().items().await?;
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    // What nothing is joined to counts nothing.
    let items: Vec<Arc<Item>> =
        shelf.iter().map(|one| &one.item).filter(|i| i.status.is_open() && !i.tags.is_empty()).cloned().collect();
    let selectors: Vec<_> = items.iter().map(|i| i.selector(&catalogue)).collect();
    // First and last moment and the conversations, over everybody the filter lets through.
    let asked = engine
        .ask(move |c| {
            selectors
                .iter()
                .map(|s| {
                    let places = c.newest(s, &filter, None, usize::MAX);
                    let last = places.first()?.0;
                    let first = places.last()?.0;
                    Some((c.count_four(s, &filter).0.conversations, first, last))
                })
                .collect::<Vec<_>>()
        })
        .await?;
    let at = |minute: i32| Time(i64::from(minute) * 60_000_000);
    let (kept, asked): (Vec<_>, Vec<_>) = items.into_iter().zip(asked).filter_map(|(i, a)| Some((i, a?))).unzip();
    let asked: HashMap<ItemId, _> = kept.iter().map(|item: &Arc<Item>| item.id).zip(asked).collect();
    let mut out: Vec<AskOut> = shelved_out(&app, can.actor(), asked.keys().copied().collect())
        .await?
        .into_iter()
        .map(|item| {
            let (conversations, first, last) = asked[&item.id];
            AskOut { item, conversations, first_at: at(first), last_at: at(last) }
        })
        .collect();
    out.sort_by_key(|a| std::cmp::Reverse(a.last_at));
    Ok(Json(Asks { items: out }))
}
