//! Teams over HTTP.
use super::shared::{FactOut, MergeIn, MergeOut, TouchOut, bad_id, before, facts_out, timeline};
use crate::access;
use crate::actions::{self, TeamFactsIn};
use crate::model::{AccountCard, Noun};
use crate::store::{self as rows, FactRow, TeamRow, facts_at};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base::{AccountId, Cursor, Page, TeamId, Time};
use httpkit::{AppState, Can, EditPeople, Etag, Json, PageQuery, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Tx;

#[derive(Serialize, utoipa::ToSchema)]
pub struct TeamOut {
    pub id: TeamId,
    pub name: String,
    pub external_id: Option<String>,
    pub source: Option<String>,
    pub account: Option<AccountCard>,
    pub plan: Option<String>,
    pub seats_paid: Option<i64>,
    pub seats_active: Option<i64>,
    /// Persons of ours who are in it.
    pub members: i64,
    pub last_seen_at: Option<Time>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TeamPage {
    #[serde(flatten)]
    pub team: TeamOut,
    pub facts: Vec<FactOut>,
    pub rev: i64,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TeamsQuery {
    pub q: Option<String>,
    pub account: Option<String>,
}

pub async fn teams_out(tx: &mut Tx, list: Vec<TeamRow>) -> Result<Vec<TeamOut>> {
    let ords: Vec<i64> = list.iter().map(|t| t.ord).collect();
    let facts = rows::list_team_facts(tx, ords.clone()).await?;
    let held = facts_at(&facts, tx.now());
    let sizes: HashMap<i64, i64> = rows::list_team_sizes(tx, ords).await?.into_iter().collect();
    let accounts: Vec<i64> = list.iter().filter_map(|t| t.account_ord).collect();
    let cards = rows::cards(tx, &[], &[], &accounts).await?;
    let fact = |ord: i64, name| held.get(&(ord, name)).copied();
    let number = |ord, name| fact(ord, name).and_then(|v| v.parse().ok());
    let out = list.into_iter().map(|t| TeamOut {
        id: t.id,
        plan: fact(t.ord, "plan").map(str::to_owned),
        seats_paid: number(t.ord, "seats_paid"),
        seats_active: number(t.ord, "seats_active"),
        members: sizes.get(&t.ord).copied().unwrap_or(0),
        account: cards.account(t.account_ord),
        name: t.name,
        external_id: t.external_id,
        source: t.source,
        last_seen_at: t.last_seen_at,
    });
    Ok(out.collect())
}

/// List teams.
#[utoipa::path(get, path = "/api/teams", tag = "people", operation_id = "list_teams", params(TeamsQuery, PageQuery),
    responses((status = 200, body = Page<TeamOut>)))]
pub async fn list_teams(
    _can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<TeamsQuery>,
    page: PageQuery,
) -> Result<Json<Page<TeamOut>>> {
    let mut tx = app.db.read().await?;
    let account = match &query.account {
        None => None,
        Some(a) => Some(access::get_account(&mut tx, AccountId::parse(a).map_err(|_| bad_id("account"))?).await?.ord),
    };
    let ords = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        None => None,
        Some(q) => Some(rows::find_names(&mut tx, store::Noun::Team, q, 1000).await?),
    };
    let after = match page.place::<1>()? {
        None => None,
        Some([ord]) => {
            rows::list_teams_by_ord(&mut tx, vec![ord]).await?.pop().map(|t| (textkit::fold_key(&t.name), ord))
        }
    };
    let found = rows::list_teams(&mut tx, ords, account, after, page.limit.plus_one()).await?;
    let places = Page::cut(found, page.limit, |(ord, _)| Cursor(vec![*ord]));
    let order: HashMap<i64, usize> = places.items.iter().enumerate().map(|(i, p)| (p.0, i)).collect();
    let mut list = rows::list_teams_by_ord(&mut tx, order.keys().copied().collect()).await?;
    list.sort_by_key(|t| order.get(&t.ord).copied());
    Ok(Json(Page { items: teams_out(&mut tx, list).await?, next: places.next }))
}

async fn team_page(tx: &mut Tx, row: TeamRow) -> Result<TeamPage> {
    let facts: Vec<FactRow> = rows::list_team_facts(tx, vec![row.ord]).await?;
    let rev = row.rev;
    let team = teams_out(tx, vec![row]).await?.pop().ok_or(base::Error::NotFound("team"))?;
    Ok(TeamPage { team, facts: facts_out(&facts), rev })
}

/// Show one team.
#[utoipa::path(get, path = "/api/teams/{id}", tag = "people", operation_id = "get_team", params(("id" = String, Path, description = "A team id of ours")),
    responses((status = 200, body = TeamPage), (status = 404, body = httpkit::Problem)))]
pub async fn get_team(_can: Can<Read>, State(app): State<AppState>, Path(id): Path<TeamId>) -> Result<Etag<TeamPage>> {
    let mut tx = app.db.read().await?;
    let row = access::get_team(&mut tx, id).await?;
    let page = team_page(&mut tx, row).await?;
    Ok(Etag(page.rev, page))
}

/// Say what a team is: facts with their source and moment.
///
/// The path carries the id that `source` gives the team. What differs from what held is appended; nothing is overwritten.
#[utoipa::path(put, path = "/api/teams/{id}", tag = "people", operation_id = "put_team", request_body = TeamFactsIn,
    params(("id" = String, Path, description = "The id in the source")),
    responses((status = 200, body = TeamPage), (status = 201, body = TeamPage), (status = 422, body = httpkit::Problem)))]
pub async fn put_team(
    _can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<String>,
    Json(facts): Json<TeamFactsIn>,
) -> Result<Response> {
    let mut tx = app.db.write().await?;
    let (row, new) = actions::put_team(&mut tx, &id, facts).await?;
    let page = team_page(&mut tx, row).await?;
    tx.commit().await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Etag(page.rev, page)).into_response())
}

/// Everything that happened with a team, newest first.
#[utoipa::path(get, path = "/api/teams/{id}/timeline", tag = "people", operation_id = "list_team_timeline",
    params(("id" = TeamId, Path), PageQuery), responses((status = 200, body = Page<TouchOut>), (status = 404, body = httpkit::Problem)))]
pub async fn list_team_timeline(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<TeamId>,
    page: PageQuery,
) -> Result<Json<Page<TouchOut>>> {
    let hidden = app.hub.hidden_doors(can.actor()).await?;
    let mut tx = app.db.read().await?;
    let row = access::get_team(&mut tx, id).await?;
    let ords = rows::merged_ords(&mut tx, Noun::Team, row.ord).await?;
    let touches = rows::list_team_touches(&mut tx, ords, hidden, before(&page)?, page.limit.plus_one()).await?;
    Ok(Json(timeline(&mut tx, touches, page.limit).await?))
}

/// Say that two teams are one. It can be taken back.
#[utoipa::path(post, path = "/api/teams/{id}/merge", tag = "people", operation_id = "merge_team", request_body = MergeIn,
    params(("id" = TeamId, Path)), responses((status = 200, body = MergeOut), (status = 404, body = httpkit::Problem)))]
pub async fn merge_team(
    can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<TeamId>,
    Json(input): Json<MergeIn>,
) -> Result<Json<MergeOut>> {
    let into = TeamId::parse(&input.into).map_err(|_| bad_id("into"))?;
    let mut tx = app.db.write().await?;
    let (from, into) = (access::get_team(&mut tx, id).await?.ord, access::get_team(&mut tx, into).await?.ord);
    let merge = actions::merge(&mut tx, can.actor(), Noun::Team, from, into).await?;
    tx.commit().await?;
    Ok(Json(MergeOut { merge }))
}
