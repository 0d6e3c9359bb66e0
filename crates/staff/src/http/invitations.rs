//! Invitations: a link that lets one person in, once, within a week.
use super::session::{Me, welcome};
use crate::{
    access, actions,
    model::{NewStaff, check_password},
    secrets::hash_password,
    store::{self as rows, InvitationRow},
};
use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};
use base::{InvitationId, Role, Time, Ui};
use httpkit::{AppState, Can, Created, Json, ManageStaff, Path, State};
use serde::{Deserialize, Serialize};

#[derive(Serialize, utoipa::ToSchema)]
pub struct InvitationOut {
    id: InvitationId,
    email: String,
    role: Role,
    created_at: Time,
    expires_at: Time,
    /// The link to hand over. It is shown once: only its hash is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl InvitationOut {
    fn of(row: InvitationRow, url: Option<String>) -> InvitationOut {
        let InvitationRow { id, email, role, created_at, expires_at, .. } = row;
        InvitationOut { id, email, role, created_at, expires_at, url }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct InvitationList {
    items: Vec<InvitationOut>,
}

/// Invitations that can still be accepted.
#[utoipa::path(get, path = "/api/invitations", tag = "staff", responses((status = 200, body = InvitationList)))]
pub async fn list_invitations(
    _: Can<ManageStaff>,
    State(app): State<AppState>,
) -> httpkit::Result<Json<InvitationList>> {
    let rows = rows::list_invitations(&mut app.db.read().await?).await?;
    Ok(Json(InvitationList { items: rows.into_iter().map(|row| InvitationOut::of(row, None)).collect() }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct InvitationIn {
    email: String,
    role: Role,
}

/// Invites somebody by e-mail address; the answer holds the link, and is not kept for an Idempotency-Key.
#[utoipa::path(post, path = "/api/invitations", tag = "staff", request_body = InvitationIn,
    responses((status = 201, body = InvitationOut), (status = 409)))]
pub async fn invite(
    can: Can<ManageStaff>,
    State(app): State<AppState>,
    Json(input): Json<InvitationIn>,
) -> httpkit::Result<Created<InvitationOut>> {
    let mut tx = app.db.write().await?;
    let (row, secret) = actions::invite(&mut tx, &can, &input.email, input.role).await?;
    let url = app.public_url.join(&format!("/invite/{secret}"));
    tx.commit().await?;
    Ok(Created(InvitationOut::of(row, Some(url))))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/invitations/{id}", tag = "staff", params(("id" = InvitationId, Path)), responses((status = 204)))]
pub async fn revoke_invitation(
    can: Can<ManageStaff>,
    State(app): State<AppState>,
    Path(id): Path<InvitationId>,
) -> httpkit::Result<StatusCode> {
    let mut tx = app.db.write().await?;
    actions::revoke_invitation(&mut tx, &can, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct InvitationSeen {
    email: String,
    role: Role,
    company: String,
}

/// What the holder of a link is invited to. 404 once it was used, taken back or is a week old.
#[utoipa::path(get, path = "/api/invitations/by-token/{token}", tag = "staff", security(()), params(("token" = String, Path)),
    responses((status = 200, body = InvitationSeen), (status = 404)))]
pub async fn read_invitation(
    State(app): State<AppState>,
    Path(token): Path<String>,
) -> httpkit::Result<Json<InvitationSeen>> {
    let mut tx = app.db.read().await?;
    let InvitationRow { email, role, .. } = actions::get_invitation(&mut tx, &token).await?;
    let company = access::get_settings(&mut tx).await?.company;
    Ok(Json(InvitationSeen { email, role, company }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct AcceptIn {
    name: String,
    password: String,
    ui: Ui,
}

/// Accepts an invitation: makes the staff member and signs them in.
#[utoipa::path(post, path = "/api/invitations/by-token/{token}", tag = "staff", security(()), params(("token" = String, Path)),
    request_body = AcceptIn, responses((status = 201, body = Me), (status = 404)))]
pub async fn accept_invitation(
    State(app): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Json(input): Json<AcceptIn>,
) -> httpkit::Result<Response> {
    // Looked up before the password is hashed, so that a stranger cannot make us work.
    let InvitationRow { email, role, .. } = actions::get_invitation(&mut app.db.read().await?, &token).await?;
    check_password("password", &input.password)?;
    let password_hash = Some(hash_password(input.password).await?);
    let mut tx = app.db.write().await?;
    let new = NewStaff { email, name: input.name, role, ui: input.ui, password_hash };
    let id = actions::accept_invitation(&mut tx, &token, new).await?;
    welcome(&app, tx, id, &headers, "invitation", StatusCode::CREATED).await
}
