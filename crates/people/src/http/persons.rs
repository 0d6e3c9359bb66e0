//! Persons over HTTP.
use super::shared::{MergeIn, MergeOut, TouchOut, bad_id, before, timeline};
use crate::access;
use crate::actions::{self, CsvKind, CsvReport, PersonEdit};
use crate::model::{AccountCard, Noun, PersonCard, TeamCard};
use crate::store::{self as rows, PersonFilter, PersonRow};
use axum::http::StatusCode;
use base::{AccountId, Cursor, Page, PersonId, TeamId, Time};
use httpkit::{
    AppState, Can, EditPeople, Etag, Idem, IfMatch, Import, Json, PageQuery, Path, Query, Read, Reply, Result, State,
    Table,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Tx;

/// A person in a list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PersonOut {
    pub id: PersonId,
    pub name: String,
    pub email: Option<String>,
    pub role: Option<String>,
    pub language: Option<String>,
    pub team: Option<TeamCard>,
    pub account: Option<AccountCard>,
    pub first_seen_at: Option<Time>,
    pub last_seen_at: Option<Time>,
    pub conversations: i64,
}

/// A person, whole.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PersonPage {
    #[serde(flatten)]
    pub person: PersonOut,
    pub external_id: Option<String>,
    pub source: Option<String>,
    pub identities: Vec<IdentityOut>,
    /// Who was merged into this one.
    pub merged_from: Vec<MergedOut>,
    pub erased: bool,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct IdentityOut {
    pub kind: String,
    pub value: String,
    pub proof: String,
    pub source: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MergedOut {
    pub merge: i64,
    pub person: PersonCard,
    pub at: Time,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PersonsQuery {
    /// A name or the beginning of one, or a mail address.
    pub q: Option<String>,
    pub team: Option<String>,
    pub account: Option<String>,
    pub plan: Option<String>,
    pub language: Option<String>,
    pub seen_since: Option<Time>,
    /// `seen` (who spoke last first) or `name`.
    pub sort: Option<String>,
}

/// List persons.
#[utoipa::path(get, path = "/api/persons", tag = "people", operation_id = "list_persons", params(PersonsQuery, PageQuery),
    responses((status = 200, body = Page<PersonOut>)))]
pub async fn list_persons(
    _can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<PersonsQuery>,
    page: PageQuery,
) -> Result<Json<Page<PersonOut>>> {
    let mut tx = app.db.read().await?;
    let mut filter = PersonFilter {
        plan: query.plan,
        language: query.language,
        seen_since: query.seen_since,
        by_name: query.sort.as_deref() == Some("name"),
        limit: page.limit.plus_one(),
        ..PersonFilter::default()
    };
    if let Some(team) = &query.team {
        filter.team_ord = Some(access::get_team(&mut tx, TeamId::parse(team).map_err(|_| bad_id("team"))?).await?.ord);
    }
    if let Some(account) = &query.account {
        let id = AccountId::parse(account).map_err(|_| bad_id("account"))?;
        filter.account_ord = Some(access::get_account(&mut tx, id).await?.ord);
    }
    if let Some(q) = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        filter.ords = Some(rows::find_names(&mut tx, store::Noun::Person, q, 1000).await?);
    }
    if let Some([ord]) = page.place::<1>()? {
        // The place is the last person shown; what it was sorted by is read again.
        if let Some(row) = rows::list_persons_by_ord(&mut tx, vec![ord]).await?.pop() {
            filter.after = Some((row.last_seen_at.map_or(0, |t| t.0), textkit::fold_key(&row.name), ord));
        }
    }
    let found = rows::list_persons(&mut tx, &filter).await?;
    let places = Page::cut(found, page.limit, |(ord, _, _)| Cursor(vec![*ord]));
    let ords: Vec<i64> = places.items.iter().map(|p| p.0).collect();
    let mut people: HashMap<i64, PersonOut> = persons_out(&mut tx, ords.clone()).await?.into_iter().collect();
    let items = ords.iter().filter_map(|o| people.remove(o)).collect();
    Ok(Json(Page { items, next: places.next }))
}

async fn persons_out(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<(i64, PersonOut)>> {
    let list = rows::list_persons_by_ord(tx, ords.clone()).await?;
    let teams: Vec<i64> = list.iter().filter_map(|p| p.team_ord).collect();
    let accounts: Vec<i64> = list.iter().filter_map(|p| p.account_ord).collect();
    let cards = rows::cards(tx, &[], &teams, &accounts).await?;
    let counts: HashMap<i64, i64> = rows::count_conversations(tx, ords).await?.into_iter().collect();
    let out = list.into_iter().map(|p: PersonRow| {
        let out = PersonOut {
            id: p.id,
            name: p.name,
            email: p.email,
            role: p.role,
            language: p.language,
            team: cards.team(p.team_ord),
            account: cards.account(p.account_ord),
            first_seen_at: p.first_seen_at,
            last_seen_at: p.last_seen_at,
            conversations: counts.get(&p.ord).copied().unwrap_or(0),
        };
        (p.ord, out)
    });
    Ok(out.collect())
}

async fn person_page(tx: &mut Tx, row: PersonRow) -> Result<PersonPage> {
    let merged = rows::merged_ords(tx, Noun::Person, row.ord).await?;
    let identities = rows::list_identities(tx, merged.clone()).await?;
    let merges = rows::list_merges_into(tx, "person", row.ord).await?;
    let others = rows::list_persons_by_ord(tx, merges.iter().map(|m| m.from_ord).collect()).await?;
    let merged_from = merges
        .iter()
        .filter_map(|m| {
            let p = others.iter().find(|p| p.ord == m.from_ord)?;
            let person = PersonCard { id: p.id, name: p.name.clone(), role: p.role.clone(), ord: p.ord };
            Some(MergedOut { merge: m.id, person, at: m.at })
        })
        .collect();
    let (external_id, source, erased, rev, ord) =
        (row.external_id, row.source, row.erased_at.is_some(), row.rev, row.ord);
    let (_, mut person) = persons_out(tx, vec![ord]).await?.pop().ok_or(base::Error::NotFound("person"))?;
    person.conversations = rows::count_conversations(tx, merged).await?.iter().map(|c| c.1).sum();
    Ok(PersonPage {
        person,
        external_id,
        source,
        identities: identities
            .into_iter()
            .map(|i| IdentityOut { kind: i.kind, value: i.value, proof: i.proof, source: i.source })
            .collect(),
        merged_from,
        erased,
        rev,
    })
}

/// Show one person.
#[utoipa::path(get, path = "/api/persons/{id}", tag = "people", operation_id = "get_person",
    params(("id" = PersonId, Path)),
    responses((status = 200, body = PersonPage), (status = 404, body = httpkit::Problem)))]
pub async fn get_person(
    _can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
) -> Result<Etag<PersonPage>> {
    let mut tx = app.db.read().await?;
    let row = access::get_person(&mut tx, id).await?;
    let page = person_page(&mut tx, row).await?;
    Ok(Etag(page.rev, page))
}

/// Write down a person.
///
/// 409 when somebody has the address already.
#[utoipa::path(post, path = "/api/persons", tag = "people", operation_id = "create_person", request_body = PersonEdit,
    responses((status = 201, body = PersonPage), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn create_person(
    _can: Can<EditPeople>,
    State(app): State<AppState>,
    input: Idem<PersonEdit>,
) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let row = actions::create_person(&mut tx, input.body.clone()).await?;
    let page = person_page(&mut tx, row).await?;
    input.finish(tx, StatusCode::CREATED, &page).await
}

/// Change what is known of a person.
#[utoipa::path(patch, path = "/api/persons/{id}", tag = "people", operation_id = "update_person", request_body = PersonEdit,
    params(("id" = PersonId, Path), ("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = PersonPage), (status = 409, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn update_person(
    _can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
    version: IfMatch,
    Json(edit): Json<PersonEdit>,
) -> Result<Etag<PersonPage>> {
    let mut tx = app.db.write().await?;
    let row = access::get_person(&mut tx, id).await?;
    version.check(row.rev)?;
    let row = actions::change_person(&mut tx, row, edit).await?;
    let page = person_page(&mut tx, row).await?;
    tx.commit().await?;
    Ok(Etag(page.rev, page))
}

/// Everything that happened with a person, newest first.
#[utoipa::path(get, path = "/api/persons/{id}/timeline", tag = "people", operation_id = "list_person_timeline",
    params(("id" = PersonId, Path), PageQuery),
    responses((status = 200, body = Page<TouchOut>), (status = 404, body = httpkit::Problem)))]
pub async fn list_person_timeline(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
    page: PageQuery,
) -> Result<Json<Page<TouchOut>>> {
    let hidden = app.hub.hidden_doors(can.actor()).await?;
    let mut tx = app.db.read().await?;
    let row = access::get_person(&mut tx, id).await?;
    let ords = rows::merged_ords(&mut tx, Noun::Person, row.ord).await?;
    let touches = rows::list_person_touches(&mut tx, ords, hidden, before(&page)?, page.limit.plus_one()).await?;
    Ok(Json(timeline(&mut tx, touches, page.limit).await?))
}

/// Say that two persons are one.
///
/// Nothing is rewritten: this one leads to the other from now on, and it can be taken back.
#[utoipa::path(post, path = "/api/persons/{id}/merge", tag = "people", operation_id = "merge_person", request_body = MergeIn,
    params(("id" = PersonId, Path)),
    responses((status = 200, body = MergeOut), (status = 404, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn merge_person(
    can: Can<EditPeople>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
    Json(input): Json<MergeIn>,
) -> Result<Json<MergeOut>> {
    let into = PersonId::parse(&input.into).map_err(|_| bad_id("into"))?;
    let mut tx = app.db.write().await?;
    let (from, into) = (access::get_person(&mut tx, id).await?.ord, access::get_person(&mut tx, into).await?.ord);
    let merge = actions::merge(&mut tx, can.actor(), Noun::Person, from, into).await?;
    tx.commit().await?;
    Ok(Json(MergeOut { merge }))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    #[param(inline)]
    pub kind: CsvKind,
    /// Whose ids the table carries; `csv` unless said.
    pub source: Option<String>,
}

/// Read customers from a table.
///
/// CSV with a header. Accounts: `external_id, name, domain, plan, revenue_minor, currency, employees, valid_from`; teams:
/// `external_id, name, account_external_id, plan, seats_paid, seats_active, valid_from`; persons: `external_id, name,
/// email, role, language, team_external_id, account_external_id`. A bad line is skipped with its number and reason.
#[utoipa::path(post, path = "/api/people/import", tag = "people", operation_id = "import_people", params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = CsvReport), (status = 422, body = httpkit::Problem)))]
pub async fn import_people(
    can: Can<Import>,
    State(app): State<AppState>,
    Query(query): Query<ImportQuery>,
    Table(table): Table,
) -> Result<Json<CsvReport>> {
    let mut tx = app.db.write().await?;
    let source = query.source.as_deref().unwrap_or("csv");
    let mut report = actions::import_csv(&mut tx, query.kind, source, &table).await?;
    tx.commit().await?;
    httpkit::say_table(can.ui, &mut report.skipped, &mut report.unknown);
    Ok(Json(report))
}
