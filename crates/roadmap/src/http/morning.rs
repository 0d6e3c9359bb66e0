//! The morning over HTTP: the page of a day, what I want on it, and what whoever owns items should know this week.
use crate::digest::{ItemWeek, Morning, MorningSettings, load_morning, load_settings, load_week, put_settings};
use base::{Day, Error, StaffId};
use httpkit::{AppState, Can, Etag, IfMatch, Json, OwnAccount, Query, Read, Result, State};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MorningQuery {
    /// A day in my zone; today unless said.
    pub date: Option<String>,
}

/// Read raw words of customers of a day: some of the newest of each kind, of what rises, and by chance; never summarised,
/// never twice. Today's page is made when it is first asked for; then it stays.
#[utoipa::path(get, path = "/api/morning", tag = "roadmap", operation_id = "get_morning", params(MorningQuery),
    responses((status = 200, body = Morning), (status = 422, body = httpkit::Problem)))]
pub async fn get_morning(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<MorningQuery>,
) -> Result<Json<Morning>> {
    let day = query.date.as_deref().map(|text| Day::parse(text).map_err(|_| Error::invalid("date", "error-day")));
    let now = app.db.read().await?.now();
    Ok(Json(load_morning(&app, can.actor(), day.transpose()?, now).await?))
}

/// Read what I want to read in the morning.
#[utoipa::path(get, path = "/api/me/morning", tag = "roadmap", operation_id = "get_morning_settings",
    responses((status = 200, body = MorningSettings)))]
pub async fn get_morning_settings(can: Can<OwnAccount>, State(app): State<AppState>) -> Result<Etag<MorningSettings>> {
    let me = can.staff.ok_or(Error::NotFound("staff"))?;
    let (settings, rev) = load_settings(&mut app.db.read().await?, me).await?;
    Ok(Etag(rev, settings))
}

/// Say what I want to read in the morning, and whether it comes by mail.
#[utoipa::path(put, path = "/api/me/morning", tag = "roadmap", operation_id = "put_morning_settings",
    request_body = MorningSettings, params(("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = MorningSettings), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_morning_settings(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    version: IfMatch,
    Json(input): Json<MorningSettings>,
) -> Result<Etag<MorningSettings>> {
    let me = can.staff.ok_or(Error::NotFound("staff"))?;
    let mut tx = app.db.write().await?;
    let (_, rev) = load_settings(&mut tx, me).await?;
    version.check(rev)?;
    let rev = put_settings(&mut tx, me, &input, rev).await?;
    tx.commit().await?;
    Ok(Etag(rev, input))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WeekQuery {
    /// Whose items; mine unless said.
    pub owner: Option<StaffId>,
}

/// What is new on somebody's items.
#[derive(Serialize, utoipa::ToSchema)]
pub struct WeekOut {
    /// What most people spoke of first; items without news are left out.
    pub items: Vec<ItemWeek>,
}

/// Read what whoever owns items should know this week: the newest words about each, and who asks for it since.
#[utoipa::path(get, path = "/api/morning/week", tag = "roadmap", operation_id = "get_item_week", params(WeekQuery),
    responses((status = 200, body = WeekOut)))]
pub async fn get_item_week(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<WeekQuery>,
) -> Result<Json<WeekOut>> {
    let owner = query.owner.or(can.staff).ok_or(Error::NotFound("staff"))?;
    let now = app.db.read().await?.now();
    Ok(Json(WeekOut { items: load_week(&app, can.actor(), owner, now).await? }))
}
