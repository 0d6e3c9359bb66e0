//! First run, signing in and out, and oneself.
use crate::{
    access::{get_settings, get_staff, needs_owner},
    actions::{self, Attempt, begin_attempt},
    model::{NewStaff, SESSION_LIFE, Settings, ValueBand, check_password, check_text, fold_email},
    secrets::{FirstRun, hash_password, verify_password},
    store as rows,
};
use ::store::Tx;
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::{Actor, Currency, Error, Lang, Right, Role, StaffId, Ui, Via, Zone};
use httpkit::{ApiError, AppState, Can, ClientAddr, Json, OwnAccount, Read, State, session_cookie, session_secret};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Serialize, utoipa::ToSchema)]
pub struct SetupOut {
    /// True until the first owner is made.
    needs_owner: bool,
    company: Option<String>,
    /// Languages of the interface.
    languages: Vec<Ui>,
}

/// Whether this installation still waits for its owner.
#[utoipa::path(get, path = "/api/setup", tag = "staff", security(()), responses((status = 200, body = SetupOut)))]
pub async fn get_setup(State(app): State<AppState>) -> httpkit::Result<Json<SetupOut>> {
    let mut tx = app.db.read().await?;
    let needs_owner = needs_owner(&mut tx).await?;
    let company = Some(get_settings(&mut tx).await?.company).filter(|company| !company.is_empty());
    Ok(Json(SetupOut { needs_owner, company, languages: Ui::ALL.to_vec() }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct SetupIn {
    /// From the link that `sarang serve` prints.
    token: String,
    name: String,
    email: String,
    password: String,
    company: String,
    /// IANA zone.
    zone: String,
    ui: Ui,
    #[serde(default)]
    reporting_currency: Option<Currency>,
}

/// Makes the first owner and signs them in.
#[utoipa::path(post, path = "/api/setup", tag = "staff", security(()), request_body = SetupIn,
    responses((status = 201, body = Me), (status = 409, description = "There is an owner already")))]
pub async fn set_up(
    State(app): State<AppState>,
    headers: HeaderMap,
    Json(input): Json<SetupIn>,
) -> httpkit::Result<Response> {
    if !needs_owner(&mut app.db.read().await?).await? {
        return Err(Error::Conflict { key: "error-has-owner" }.into());
    }
    if !app.get::<FirstRun>().is(&input.token) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "error-setup-token").field("token"));
    }
    let zone = Zone::parse(&input.zone).map_err(|_| Error::invalid("zone", "error-zone"))?;
    let company = check_text("company", &input.company, 1, 200)?;
    check_password("password", &input.password)?;
    // The sample company may have come before its owner: what its money is counted in stays.
    let kept = crate::get_settings(&mut app.db.read().await?).await?;
    let usual = match input.ui {
        _ if !kept.rates.is_empty() => kept.reporting_currency,
        Ui::Ko => Currency::KRW,
        Ui::En => Currency::USD,
    };
    let reporting_currency = input.reporting_currency.unwrap_or(usual);
    let value_bands = bands_in(reporting_currency);
    let settings = Settings { company, zone, reporting_currency, value_bands, ..kept };
    let password_hash = Some(hash_password(input.password).await?);
    let new = NewStaff { email: input.email, name: input.name, role: Role::Owner, ui: input.ui, password_hash };
    let mut tx = app.db.write().await?;
    let id = actions::set_up(&mut tx, new, &settings).await?;
    welcome(&app, tx, id, &headers, "setup", StatusCode::CREATED).await
}

/// Value bands to begin with, of about the same worth in either currency.
fn bands_in(currency: Currency) -> Vec<ValueBand> {
    let band = |key: &str, min_minor| ValueBand { key: key.into(), min_minor };
    match currency {
        Currency::KRW => vec![band("small", 0), band("medium", 5_000_000), band("large", 50_000_000)],
        _ => Settings::default().value_bands,
    }
}

/// Opens a session for somebody, commits, and answers with who they are and their cookie.
pub(super) async fn welcome(
    app: &AppState,
    mut tx: Tx,
    id: StaffId,
    headers: &HeaderMap,
    how: &str,
    status: StatusCode,
) -> httpkit::Result<Response> {
    let row = get_staff(&mut tx, id).await?;
    let secret = actions::open_session(&mut tx, id, &row.name, user_agent(headers), how).await?;
    let me = me(&mut tx, row, Via::Session, None).await?;
    tx.commit().await?;
    Ok((status, [(header::SET_COOKIE, session_cookie(app, &secret, LIFE))], Json(me)).into_response())
}

const LIFE: Duration = Duration::from_micros(SESSION_LIFE as u64);

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct SessionIn {
    email: String,
    password: String,
}

/// Signs in. Too many wrong passwords, for one address or from one place, are answered with 429 for a while.
#[utoipa::path(post, path = "/api/session", tag = "staff", security(()), request_body = SessionIn,
    responses((status = 200, body = Me), (status = 401, description = "Wrong e-mail or password"), (status = 429)))]
pub async fn sign_in(
    State(app): State<AppState>,
    place: ClientAddr,
    headers: HeaderMap,
    Json(input): Json<SessionIn>,
) -> httpkit::Result<Response> {
    let place = place.bucket();
    let mut tx = app.db.write().await?;
    let row =
        rows::find_staff_by_fold(&mut tx, &fold_email(&input.email)).await?.filter(|row| row.removed_at.is_none());
    let attempt = begin_attempt(&mut tx, &input.email, &place).await?.map_err(ApiError::too_many)?;
    tx.commit().await?;
    let hash = row.as_ref().and_then(|row| row.password_hash.clone());
    let is_right = verify_password(hash, input.password).await?;
    let mut tx = app.db.write().await?;
    let Some(row) = row.filter(|_| is_right) else {
        actions::note_failed_sign_in(&mut tx, &input.email, &place).await?;
        tx.commit().await?;
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "error-sign-in"));
    };
    let secret = actions::sign_in(&mut tx, &row, &attempt, user_agent(&headers)).await?;
    let row = get_staff(&mut tx, row.id).await?;
    let me = me(&mut tx, row, Via::Session, None).await?;
    tx.commit().await?;
    Ok(([(header::SET_COOKIE, session_cookie(&app, &secret, LIFE))], Json(me)).into_response())
}

/// Signs out: the session ends, its cookie is taken back.
#[utoipa::path(delete, path = "/api/session", tag = "staff", responses((status = 204)))]
pub async fn sign_out(can: Can<Read>, State(app): State<AppState>, headers: HeaderMap) -> httpkit::Result<Response> {
    if let Some(secret) = session_secret(&headers, &app).filter(|_| can.via == Via::Session) {
        let mut tx = app.db.write().await?;
        actions::sign_out(&mut tx, can.actor(), &secret).await?;
        tx.commit().await?;
    }
    let taken_back = session_cookie(&app, "", Duration::ZERO);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, taken_back)]).into_response())
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Me {
    id: StaffId,
    name: String,
    email: String,
    role: Role,
    /// The language of the interface.
    ui: Ui,
    /// What the role, and the token if one was used, allow.
    rights: Vec<Right>,
    /// Choices of the interface: any object of at most 16 kB.
    prefs: serde_json::Value,
    company: String,
    zone: String,
    languages: Vec<Lang>,
    reporting_currency: Currency,
    /// `session` or `token`.
    via: String,
}

async fn me(tx: &mut Tx, row: rows::StaffRow, via: Via, actor: Option<&Actor>) -> base::Result<Me> {
    let settings = get_settings(tx).await?;
    let allows = |right: Right| actor.map_or(row.role.has(right), |actor| actor.may(right));
    Ok(Me {
        id: row.id,
        rights: Right::ALL.iter().copied().filter(|right| allows(*right)).collect(),
        name: row.name,
        email: row.email,
        role: row.role,
        ui: row.ui,
        prefs: row.prefs_json,
        company: settings.company,
        zone: settings.zone.name().into(),
        languages: settings.languages,
        reporting_currency: settings.reporting_currency,
        via: if via == Via::Session { "session" } else { "token" }.into(),
    })
}

fn own_id(actor: &Actor) -> base::Result<StaffId> {
    actor.staff.ok_or(Error::NotFound("staff_member"))
}

/// Who is signed in. The cookie's life begins anew.
#[utoipa::path(get, path = "/api/me", tag = "staff", responses((status = 200, body = Me)))]
pub async fn get_me(can: Can<Read>, State(app): State<AppState>, headers: HeaderMap) -> httpkit::Result<Response> {
    let mut tx = app.db.read().await?;
    let row = get_staff(&mut tx, own_id(&can)?).await?;
    let answer = Json(me(&mut tx, row, can.via, Some(&can)).await?);
    match session_secret(&headers, &app).filter(|_| can.via == Via::Session) {
        Some(secret) => Ok(([(header::SET_COOKIE, session_cookie(&app, &secret, LIFE))], answer).into_response()),
        None => Ok(answer.into_response()),
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct MePatch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    ui: Option<Ui>,
    #[serde(default)]
    prefs: Option<serde_json::Value>,
    #[serde(default)]
    password: Option<PasswordChange>,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct PasswordChange {
    old: String,
    new: String,
}

/// Changes one's own name, language, choices or password. A new password ends all other sessions.
#[utoipa::path(patch, path = "/api/me", tag = "staff", request_body = MePatch, responses((status = 200, body = Me)))]
pub async fn change_me(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    place: ClientAddr,
    headers: HeaderMap,
    Json(input): Json<MePatch>,
) -> httpkit::Result<Json<Me>> {
    let id = own_id(&can)?;
    let new_hash = match &input.password {
        Some(change) => Some(check_password_change(&app, id, place, change).await?),
        None => None,
    };
    let mut tx = app.db.write().await?;
    let row = get_staff(&mut tx, id).await?;
    let name = input.name.map_or(Ok(row.name.clone()), |name| check_text("name", &name, 1, 100))?;
    let prefs = input.prefs.unwrap_or(row.prefs_json.clone());
    if !prefs.is_object() || prefs.to_string().len() > 16 << 10 {
        return Err(Error::invalid("prefs", "error-prefs").into());
    }
    rows::update_me(&mut tx, id, &name, input.ui.unwrap_or(row.ui), &prefs).await?;
    if let Some((checked, hash, attempt)) = new_hash {
        actions::forgive(&mut tx, &attempt).await?;
        let secret = session_secret(&headers, &app).unwrap_or_default();
        actions::change_password(&mut tx, &can, &checked, &hash, &secret).await?;
    }
    let row = get_staff(&mut tx, id).await?;
    let answer = me(&mut tx, row, can.via, Some(&can)).await?;
    tx.commit().await?;
    Ok(Json(answer))
}

/// The old password is asked for, and guessing it is bounded like signing in.
async fn check_password_change(
    app: &AppState,
    id: StaffId,
    place: ClientAddr,
    change: &PasswordChange,
) -> httpkit::Result<(rows::StaffRow, String, Attempt)> {
    check_password("password.new", &change.new)?;
    let mut tx = app.db.write().await?;
    let row = get_staff(&mut tx, id).await?;
    let attempt = begin_attempt(&mut tx, &row.email, &place.bucket()).await?.map_err(ApiError::too_many)?;
    tx.commit().await?;
    if !verify_password(row.password_hash.clone(), change.old.clone()).await? {
        return Err(Error::invalid("password.old", "error-old-password").into());
    }
    Ok((row, hash_password(change.new.clone()).await?, attempt))
}
