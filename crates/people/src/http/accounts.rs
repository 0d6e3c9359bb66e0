//! Accounts and the proposals of mail domains over HTTP.
use super::shared::{FactOut, MergeIn, MergeOut, MoneyOut, TouchOut, bad_id, before, facts_out, timeline};
use super::teams::{TeamOut, teams_out};
use crate::access;
use crate::actions::{self, AccountFactsIn};
use crate::model::{AccountCard, Noun, Standing};
use crate::store::{self as rows, AccountRow, facts_at};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base::{AccountId, Cursor, Page, Time};
use httpkit::{AppState, Can, EditPeople, Etag, Json, PageQuery, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Tx;

#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountOut {
    pub id: AccountId,
    pub name: String,
    pub domain: Option<String>,
    pub external_id: Option<String>,
    pub source: Option<String>,
    pub plan: Option<String>,
    pub value: Option<MoneyOut>,
    /// The band of the settings that the value falls into, in the reporting currency.
    pub value_band: Option<String>,
    pub employees: Option<i64>,
    pub teams: i64,
    pub persons: i64,
    pub last_seen_at: Option<Time>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountPage {
    #[serde(flatten)]
    pub account: AccountOut,
    pub facts: Vec<FactOut>,
    pub team_list: Vec<TeamOut>,
    pub rev: i64,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountsQuery {
    pub q: Option<String>,
    pub plan: Option<String>,
    /// A band of a year's value, as the settings name them.
    pub value_band: Option<String>,
}

/// What accounts may be told apart by, and how many are of each kind now.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Segments {
    pub plans: Vec<SegmentOut>,
    pub value_bands: Vec<SegmentOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SegmentOut {
    pub key: String,
    pub accounts: usize,
}

/// Plan and value band of every account that has one, as they are now.
async fn list_standing_now(tx: &mut Tx) -> Result<Vec<(i64, Option<String>, Option<String>)>> {
    let settings = staff::get_settings(tx).await?;
    let now = tx.now();
    let mut held: BTreeMap<i64, Standing> = BTreeMap::new();
    // Oldest first: the newest that holds by now stays.
    for standing in rows::standings(tx, None).await?.into_iter().filter(|standing| standing.from <= now) {
        held.insert(standing.account_ord, standing);
    }
    let band = |standing: &Standing| {
        let currency = standing.currency.as_deref()?.parse().ok()?;
        settings.band_of(base::Money { minor: standing.revenue_minor?, currency }).map(str::to_owned)
    };
    Ok(held.into_iter().map(|(ord, standing)| (ord, standing.plan.clone(), band(&standing))).collect())
}

/// The accounts of a plan and a value band; all of them when neither is asked for.
async fn find_of_segment(tx: &mut Tx, query: &AccountsQuery) -> Result<Option<HashSet<i64>>> {
    if query.plan.is_none() && query.value_band.is_none() {
        return Ok(None);
    }
    let is = |asked: &Option<String>, held: &Option<String>| asked.is_none() || asked == held;
    let all = list_standing_now(tx).await?.into_iter();
    let wanted = all.filter(|(_, plan, band)| is(&query.plan, plan) && is(&query.value_band, band));
    Ok(Some(wanted.map(|(ord, ..)| ord).collect()))
}

async fn accounts_out(tx: &mut Tx, list: Vec<AccountRow>) -> Result<Vec<AccountOut>> {
    let ords: Vec<i64> = list.iter().map(|a| a.ord).collect();
    let facts = rows::list_account_facts(tx, ords.clone()).await?;
    let held = facts_at(&facts, tx.now());
    let sizes: HashMap<i64, (i64, i64)> =
        rows::list_account_sizes(tx, ords).await?.into_iter().map(|(o, t, p)| (o, (t, p))).collect();
    let settings = staff::get_settings(tx).await?;
    let fact = |ord: i64, name| held.get(&(ord, name)).copied();
    let number = |ord, name| fact(ord, name).and_then(|v| v.parse::<i64>().ok());
    let out = list.into_iter().map(|a| {
        let money = number(a.ord, "revenue_minor").zip(fact(a.ord, "currency"));
        AccountOut {
            id: a.id,
            plan: fact(a.ord, "plan").map(str::to_owned),
            value: money.map(|(minor, currency)| MoneyOut { minor, currency: currency.to_owned() }),
            value_band: money.and_then(|(minor, c)| {
                settings.band_of(base::Money { minor, currency: c.parse().ok()? }).map(str::to_owned)
            }),
            employees: number(a.ord, "employees"),
            teams: sizes.get(&a.ord).map_or(0, |s| s.0),
            persons: sizes.get(&a.ord).map_or(0, |s| s.1),
            name: a.name,
            domain: a.domain,
            external_id: a.external_id,
            source: a.source,
            last_seen_at: a.last_seen_at,
        }
    });
    Ok(out.collect())
}

/// List accounts.
#[utoipa::path(get, path = "/api/accounts", tag = "people", operation_id = "list_accounts", params(AccountsQuery, PageQuery),
    responses((status = 200, body = Page<AccountOut>)))]
pub async fn list_accounts(
    _can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<AccountsQuery>,
    page: PageQuery,
) -> Result<Json<Page<AccountOut>>> {
    let mut tx = app.db.read().await?;
    let ords = match query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        None => None,
        Some(q) => Some(rows::find_names(&mut tx, store::Noun::Account, q, 1000).await?),
    };
    let after = match page.place::<1>()? {
        None => None,
        Some([ord]) => {
            rows::list_accounts_by_ord(&mut tx, vec![ord]).await?.pop().map(|a| (textkit::fold_key(&a.name), ord))
        }
    };
    let ords = match (find_of_segment(&mut tx, &query).await?, ords) {
        (Some(segment), Some(named)) => Some(named.into_iter().filter(|ord| segment.contains(ord)).collect()),
        (Some(segment), None) => Some(segment.into_iter().collect()),
        (None, named) => named,
    };
    let found = rows::list_accounts(&mut tx, ords, after, page.limit.plus_one()).await?;
    let places = Page::cut(found, page.limit, |(ord, _)| Cursor(vec![*ord]));
    let order: HashMap<i64, usize> = places.items.iter().enumerate().map(|(i, p)| (p.0, i)).collect();
    let mut list = rows::list_accounts_by_ord(&mut tx, order.keys().copied().collect()).await?;
    list.sort_by_key(|a| order.get(&a.ord).copied());
    Ok(Json(Page { items: accounts_out(&mut tx, list).await?, next: places.next }))
}

/// Count the accounts of each plan and value band.
#[utoipa::path(get, path = "/api/account-segments", tag = "people", operation_id = "list_account_segments",
    responses((status = 200, body = Segments)))]
pub async fn list_account_segments(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<Segments>> {
    let mut tx = app.db.read().await?;
    let (mut plans, mut bands): (BTreeMap<String, usize>, BTreeMap<String, usize>) = Default::default();
    for (_, plan, band) in list_standing_now(&mut tx).await? {
        plan.into_iter().for_each(|key| *plans.entry(key).or_default() += 1);
        band.into_iter().for_each(|key| *bands.entry(key).or_default() += 1);
    }
    let mut value_bands = segments(bands);
    let order = staff::get_settings(&mut tx).await?.value_bands;
    value_bands.sort_by_key(|one| order.iter().position(|band| band.key == one.key));
    Ok(Json(Segments { plans: segments(plans), value_bands }))
}

fn segments(counted: BTreeMap<String, usize>) -> Vec<SegmentOut> {
    counted.into_iter().map(|(key, accounts)| SegmentOut { key, accounts }).collect()
}

async fn account_page(tx: &mut Tx, row: AccountRow) -> Result<AccountPage> {
    let ords = rows::merged_ords(tx, Noun::Account, row.ord).await?;
    let facts = rows::list_account_facts(tx, ords.clone()).await?;
    let teams = rows::list_teams_of_account(tx, ords).await?;
    let team_list = teams_out(tx, teams).await?;
    let rev = row.rev;
    let account = accounts_out(tx, vec![row]).await?.pop().ok_or(base::Error::NotFound("account"))?;
    Ok(AccountPage { account, facts: facts_out(&facts), team_list, rev })
}

/// Show one account.
#[utoipa::path(get, path = "/api/accounts/{id}", tag = "people", operation_id = "get_account",
    params(("id" = String, Path, description = "An account id of ours")),
    responses((status = 200, body = AccountPage), (status = 404, body = httpkit::Problem)))]
pub async fn get_account(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<AccountId>,
) -> Result<Etag<AccountPage>> {
    let mut tx = app.db.read().await?;
    let row = access::get_account(&mut tx, id).await?;
    let page = account_page(&mut tx, row).await?;
    Ok(Etag(page.rev, page))
}

/// Say what an account is: facts with their source and moment.
///
/// The path carries the id that `source` gives the account. What differs from what held is appended; nothing is
/// overwritten. `revenue_minor` is a year's revenue in minor units and needs `currency`.
#[utoipa::path(put, path = "/api/accounts/{id}", tag = "people", operation_id = "put_account", request_body = AccountFactsIn,
    params(("id" = String, Path, description = "The id in the source")),
    responses((status = 200, body = AccountPage), (status = 201, body = AccountPage), (status = 422, body = httpkit::Problem)))]
pub async fn put_account(
    _can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<String>,
    Json(facts): Json<AccountFactsIn>,
) -> Result<Response> {
    let mut tx = app.db.write().await?;
    let (row, new) = actions::put_account(&mut tx, &id, facts).await?;
    let page = account_page(&mut tx, row).await?;
    tx.commit().await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Etag(page.rev, page)).into_response())
}

/// Everything that happened with an account, newest first.
#[utoipa::path(get, path = "/api/accounts/{id}/timeline", tag = "people", operation_id = "list_account_timeline",
    params(("id" = AccountId, Path), PageQuery), responses((status = 200, body = Page<TouchOut>), (status = 404, body = httpkit::Problem)))]
pub async fn list_account_timeline(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<AccountId>,
    page: PageQuery,
) -> Result<Json<Page<TouchOut>>> {
    let hidden = app.hub.hidden_doors(can.actor()).await?;
    let mut tx = app.db.read().await?;
    let row = access::get_account(&mut tx, id).await?;
    let ords = rows::merged_ords(&mut tx, Noun::Account, row.ord).await?;
    let touches = rows::list_account_touches(&mut tx, ords, hidden, before(&page)?, page.limit.plus_one()).await?;
    Ok(Json(timeline(&mut tx, touches, page.limit).await?))
}

/// Say that two accounts are one. It can be taken back.
#[utoipa::path(post, path = "/api/accounts/{id}/merge", tag = "people", operation_id = "merge_account", request_body = MergeIn,
    params(("id" = AccountId, Path)), responses((status = 200, body = MergeOut), (status = 404, body = httpkit::Problem)))]
pub async fn merge_account(
    can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<AccountId>,
    Json(input): Json<MergeIn>,
) -> Result<Json<MergeOut>> {
    let into = AccountId::parse(&input.into).map_err(|_| bad_id("into"))?;
    let mut tx = app.db.write().await?;
    let (from, into) = (access::get_account(&mut tx, id).await?.ord, access::get_account(&mut tx, into).await?.ord);
    let merge = actions::merge(&mut tx, can.actor(), Noun::Account, from, into).await?;
    tx.commit().await?;
    Ok(Json(MergeOut { merge }))
}

/// A mail domain of several persons that may be a company.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ProposalOut {
    pub domain: String,
    pub persons: i64,
    pub proposed_at: Time,
    /// The account that has this domain already, if there is one.
    pub account: Option<AccountCard>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Proposals {
    pub items: Vec<ProposalOut>,
}

/// List accounts that mail domains propose, most persons first.
#[utoipa::path(get, path = "/api/account-proposals", tag = "people", operation_id = "list_account_proposals",
    responses((status = 200, body = Proposals)))]
pub async fn list_account_proposals(_can: Can<Read>, State(app): State<AppState>) -> Result<Json<Proposals>> {
    let mut tx = app.db.read().await?;
    let list = rows::list_open_proposals(&mut tx, 200).await?;
    let accounts: Vec<i64> = list.iter().filter_map(|p| p.account_ord).collect();
    let cards = rows::cards(&mut tx, &[], &[], &accounts).await?;
    let items = list
        .into_iter()
        .map(|p| ProposalOut {
            account: cards.account(p.account_ord),
            domain: p.domain,
            persons: p.persons,
            proposed_at: p.proposed_at,
        })
        .collect();
    Ok(Json(Proposals { items }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Accept,
    Decline,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct DecisionIn {
    pub decision: Decision,
    /// What the account is called; the domain unless said.
    pub name: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DecisionOut {
    pub account: Option<AccountId>,
}

/// Accept or decline the account that a domain proposes.
#[utoipa::path(post, path = "/api/account-proposals/{domain}", tag = "people", operation_id = "decide_account_proposal",
    request_body = DecisionIn, params(("domain" = String, Path)),
    responses((status = 200, body = DecisionOut), (status = 404, body = httpkit::Problem)))]
pub async fn decide_account_proposal(
    can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(domain): Path<String>,
    Json(input): Json<DecisionIn>,
) -> Result<Json<DecisionOut>> {
    let mut tx = app.db.write().await?;
    let accept = matches!(input.decision, Decision::Accept);
    let account = actions::decide_proposal(&mut tx, can.actor(), &domain, accept, input.name).await?;
    tx.commit().await?;
    Ok(Json(DecisionOut { account }))
}
