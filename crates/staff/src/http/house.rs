//! The house: settings, audit log, health, live events.
use crate::{
    access, actions,
    hours::Hours,
    model::{Settings, ValueBand},
    store::{self as rows, AuditRow},
};
use ::store::newest_version;
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base::{Currency, Cursor, Error, Lang, Page, Time, Zone};
use httpkit::{ApiError, AppState, Can, Configure, Etag, IfMatch, Json, PageQuery, Read, ReadAudit, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings of the installation. Their version stands in the ETag.
#[utoipa::path(get, path = "/api/settings", tag = "staff", responses((status = 200, body = Settings)))]
pub async fn get_settings(_: Can<Read>, State(app): State<AppState>) -> httpkit::Result<Etag<Settings>> {
    let (settings, rev) = access::get_settings_rev(&mut app.db.read().await?).await?;
    Ok(Etag(rev, settings))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct SettingsPatch {
    #[serde(default)]
    company: Option<String>,
    /// IANA zone, such as Asia/Seoul.
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    languages: Option<Vec<Lang>>,
    #[serde(default)]
    reporting_currency: Option<Currency>,
    #[serde(default)]
    rates: Option<BTreeMap<Currency, f64>>,
    #[serde(default)]
    value_bands: Option<Vec<ValueBand>>,
    #[serde(default)]
    single_keys: Option<bool>,
    #[serde(default)]
    unsuggested_share: Option<f64>,
    /// Of a hundred tagged conversations, so many are tagged blind by a second person.
    #[serde(default)]
    double_coding_percent: Option<f64>,
    /// When we work.
    #[serde(default)]
    hours: Option<Vec<Hours>>,
    /// Within how many minutes of working time we promise an answer.
    #[serde(default)]
    promise_minutes: Option<i64>,
}

/// Changes settings of the version that was read.
#[utoipa::path(patch, path = "/api/settings", tag = "staff", params(("If-Match" = String, Header)), request_body = SettingsPatch,
    responses((status = 200, body = Settings), (status = 412)))]
pub async fn change_settings(
    can: Can<Configure>,
    State(app): State<AppState>,
    version: IfMatch,
    Json(input): Json<SettingsPatch>,
) -> httpkit::Result<Etag<Settings>> {
    let zone = input.zone.as_deref().map(Zone::parse).transpose().map_err(|_| Error::invalid("zone", "error-zone"))?;
    let mut tx = app.db.write().await?;
    actions::change_settings(&mut tx, &can, version.0, |settings| {
        fn set<T>(place: &mut T, value: Option<T>) {
            if let Some(value) = value {
                *place = value;
            }
        }
        set(&mut settings.company, input.company);
        set(&mut settings.zone, zone);
        set(&mut settings.languages, input.languages);
        set(&mut settings.reporting_currency, input.reporting_currency);
        set(&mut settings.rates, input.rates);
        set(&mut settings.value_bands, input.value_bands);
        set(&mut settings.single_keys, input.single_keys);
        set(&mut settings.unsuggested_share, input.unsuggested_share);
        set(&mut settings.double_coding_percent, input.double_coding_percent);
        set(&mut settings.hours, input.hours);
        set(&mut settings.promise_minutes, input.promise_minutes);
    })
    .await?;
    let (settings, rev) = access::get_settings_rev(&mut tx).await?;
    tx.commit().await?;
    Ok(Etag(rev, settings))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditLine {
    at: Time,
    actor: String,
    /// `room.past_tense`.
    action: String,
    subject: String,
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// Sign-ins, permissions, exports, deletions: newest first.
#[utoipa::path(get, path = "/api/audit", tag = "staff", params(PageQuery), responses((status = 200, body = Page<AuditLine>)))]
pub async fn list_audit(
    _: Can<ReadAudit>,
    State(app): State<AppState>,
    page: PageQuery,
) -> httpkit::Result<Json<Page<AuditLine>>> {
    let [before] = page.place()?.unwrap_or([i64::MAX]);
    let rows = rows::list_audit(&mut app.db.read().await?, before, page.limit.plus_one()).await?;
    let page = Page::cut(rows, page.limit, |row| Cursor(vec![row.seq]));
    Ok(Json(page.map(|AuditRow { at, actor, action, subject, detail_json: detail, .. }| AuditLine {
        at,
        actor,
        action,
        subject,
        detail,
    })))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`, or `failing` when the database does not answer.
    status: &'static str,
    version: &'static str,
    /// The newest migration of this binary.
    schema: i64,
    ready: bool,
}

/// Whether this node can answer. 503 when its database does not.
#[utoipa::path(get, path = "/api/health", tag = "staff", security(()), responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn get_health(State(app): State<AppState>) -> Response {
    let ready = app.db.head().await.inspect_err(|error| tracing::warn!(%error, "the database does not answer")).is_ok();
    let health = Health {
        status: if ready { "ok" } else { "failing" },
        version: env!("CARGO_PKG_VERSION"),
        schema: newest_version(),
        ready,
    };
    (if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(health)).into_response()
}

/// Live events as server-sent events: `event: <room>.<past_tense>`, `id: <seq>`, JSON data with ids.
///
/// The first event is `hello` with the newest `seq`. With `Last-Event-ID` whatever was missed comes first; when that is
/// older than the log, `reset` says to read everything anew. A comment comes every 15 seconds. A stream ends after an
/// hour, or when the listener's rights change: open it anew.
#[utoipa::path(get, path = "/api/events", tag = "staff", params(("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub async fn listen(can: Can<Read>, State(app): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    Ok(app.hub.open(&can, &headers).await?)
}
