//! Permission in the signature: a handler whose first argument is `Can<Tag>` runs only for somebody who may tag.
use crate::{ApiError, AppState, Caller};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
};
use axum_extra::extract::cookie::CookieJar;
use base::{Actor, Right, Role, Scope, Via};
use futures::future::BoxFuture;
use std::{marker::PhantomData, ops::Deref, time::Duration};
use store::Db;

/// What a caller shows.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// The cookie of a browser.
    Session(&'a str),
    /// `Authorization: Bearer …` of a program.
    Token(&'a str),
}

/// Knows who stands behind a credential. The staff room does; the server introduces it.
pub trait Authority: Send + Sync {
    fn find_actor<'a>(&'a self, db: &'a Db, credential: Credential<'a>) -> BoxFuture<'a, base::Result<Option<Actor>>>;
}

/// What a handler needs of its caller, as a type.
pub trait Permit: Send + Sync + 'static {
    fn check(actor: &Actor) -> Result<(), ApiError>;
}

macro_rules! permits {
    ($($name:ident),*) => {$(
        #[doc = concat!("The right “", stringify!($name), "” as a type, for `Can<", stringify!($name), ">`.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Permit for $name {
            fn check(actor: &Actor) -> Result<(), ApiError> {
                Ok(actor.need(Right::$name)?)
            }
        }
    )*};
}
permits!(
    Read,
    Tag,
    Answer,
    EditPeople,
    ProposeTag,
    Curate,
    Plan,
    Import,
    Export,
    ManageStaff,
    Configure,
    SeeSmallCounts,
    ReadAudit
);

/// Somebody in person, for what concerns their own account: by a session, or by a token made for everything. A token made
/// for some purpose must not become the way to take over its owner's account.
#[derive(Clone, Copy, Debug)]
pub struct OwnAccount;
impl Permit for OwnAccount {
    fn check(actor: &Actor) -> Result<(), ApiError> {
        let in_person = actor.via == Via::Session || actor.scopes.contains(&Scope::All);
        if in_person { Ok(()) } else { Err(ApiError::new(StatusCode::FORBIDDEN, "error-whole-account")) }
    }
}

/// An owner in person, for the few things that are theirs alone.
#[derive(Clone, Copy, Debug)]
pub struct OwnerOnly;
impl Permit for OwnerOnly {
    fn check(actor: &Actor) -> Result<(), ApiError> {
        match actor.role {
            Role::Owner => OwnAccount::check(actor),
            _ => Err(ApiError::new(StatusCode::FORBIDDEN, "error-owner-only")),
        }
    }
}

/// An actor who has the right `P`; `Deref`s to the [`Actor`]. Without a credential: 401. Without the right: 403.
#[derive(Clone, Debug)]
pub struct Can<P> {
    actor: Actor,
    right: PhantomData<P>,
}

impl<P> Deref for Can<P> {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl<P> Can<P> {
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}

impl<P: Permit> FromRequestParts<AppState> for Can<P> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let actor = find_actor(&parts.headers, app).await?.ok_or_else(ApiError::unauthenticated)?;
        if let Some(caller) = parts.extensions.get::<Caller>() {
            caller.is_known_as(actor.ui);
        }
        P::check(&actor)?;
        // For what comes after in the same request: the idempotency key belongs to this actor.
        parts.extensions.insert(actor.clone());
        Ok(Can { actor, right: PhantomData })
    }
}

/// Who calls, if anybody we know. A token wins over a cookie.
pub(crate) async fn find_actor(headers: &HeaderMap, app: &AppState) -> Result<Option<Actor>, ApiError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default();
        let Some((scheme, token)) = text.split_once(' ') else { return Ok(None) };
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Ok(None);
        }
        return Ok(app.authority.find_actor(&app.db, Credential::Token(token.trim())).await?);
    }
    match CookieJar::from_headers(headers).get(cookie_name(app)) {
        Some(cookie) => Ok(app.authority.find_actor(&app.db, Credential::Session(cookie.value())).await?),
        None => Ok(None),
    }
}

/// The name of the session cookie where we are reached without https.
pub const SESSION_COOKIE: &str = "sarang_session";
const SECURE_SESSION_COOKIE: &str = "__Host-sarang_session";

fn cookie_name(app: &AppState) -> &'static str {
    if app.public_url.is_https() { SECURE_SESSION_COOKIE } else { SESSION_COOKIE }
}

/// The secret of the session in the caller's cookie.
pub fn session_secret(headers: &HeaderMap, app: &AppState) -> Option<String> {
    CookieJar::from_headers(headers).get(cookie_name(app)).map(|cookie| cookie.value().to_owned())
}

/// The `Set-Cookie` of a session: out of reach of scripts, never sent along by other sites' forms, over https only
/// where we have https. A lifetime of zero takes the cookie back.
pub fn session_cookie(app: &AppState, secret: &str, lifetime: Duration) -> HeaderValue {
    let secure = if app.public_url.is_https() { "; Secure" } else { "" };
    let (name, secs) = (cookie_name(app), lifetime.as_secs());
    let text = format!("{name}={secret}; Path=/; Max-Age={secs}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
