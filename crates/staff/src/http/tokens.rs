//! API tokens: what a program shows instead of a password.
use crate::{
    access::parse_scopes,
    actions,
    store::{self as rows, TokenRow},
};
use axum::http::StatusCode;
use base::{Error, Right, Scope, StaffId, Time, TokenId};
use httpkit::{AppState, Can, Created, Json, OwnAccount, Path, State};
use serde::{Deserialize, Serialize};

#[derive(Serialize, utoipa::ToSchema)]
pub struct Owner {
    id: StaffId,
    name: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenOut {
    id: TokenId,
    name: String,
    scopes: Vec<Scope>,
    owner: Owner,
    created_at: Time,
    last_used_at: Option<Time>,
    /// The token itself. It is shown once: only its hash is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl TokenOut {
    fn of(row: TokenRow, token: Option<String>) -> TokenOut {
        TokenOut {
            id: row.id,
            name: row.name,
            scopes: parse_scopes(&row.scopes),
            owner: Owner { id: row.staff_id, name: row.staff_name },
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            token,
        }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenList {
    items: Vec<TokenOut>,
}

/// One's own tokens; everybody's for those who manage staff.
#[utoipa::path(get, path = "/api/tokens", tag = "staff", responses((status = 200, body = TokenList)))]
pub async fn list_tokens(can: Can<OwnAccount>, State(app): State<AppState>) -> httpkit::Result<Json<TokenList>> {
    let sees_all = can.may(Right::ManageStaff);
    let rows = rows::list_tokens(&mut app.db.read().await?).await?;
    let seen = rows.into_iter().filter(|row| sees_all || Some(row.staff_id) == can.staff);
    Ok(Json(TokenList { items: seen.map(|row| TokenOut::of(row, None)).collect() }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct TokenIn {
    name: String,
    /// Each allows what the ones before it allow: read, tag, write, admin, all. Never more than the owner's role.
    scopes: Vec<Scope>,
}

/// Makes a token for oneself. The answer is not kept for an Idempotency-Key, since it holds the secret.
#[utoipa::path(post, path = "/api/tokens", tag = "staff", request_body = TokenIn, responses((status = 201, body = TokenOut)))]
pub async fn create_token(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Json(input): Json<TokenIn>,
) -> httpkit::Result<Created<TokenOut>> {
    let owner = can.staff.ok_or(Error::NotFound("staff_member"))?;
    let mut tx = app.db.write().await?;
    let (id, secret) = actions::create_token(&mut tx, &can, owner, &input.name, &input.scopes).await?;
    let made =
        rows::list_tokens(&mut tx).await?.into_iter().find(|row| row.id == id).ok_or(Error::NotFound("token"))?;
    tx.commit().await?;
    Ok(Created(TokenOut::of(made, Some(secret))))
}

/// Revokes a token: one's own, or anybody's for those who manage staff.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "staff", params(("id" = TokenId, Path)), responses((status = 204)))]
pub async fn revoke_token(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Path(id): Path<TokenId>,
) -> httpkit::Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let row = rows::list_tokens(&mut tx).await?.into_iter().find(|row| row.id == id);
    let is_mine = |row: &TokenRow| can.may(Right::ManageStaff) || Some(row.staff_id) == can.staff;
    let row = row.filter(is_mine).ok_or(Error::NotFound("token"))?;
    actions::revoke_token(&mut tx, &can, id, row.staff_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
