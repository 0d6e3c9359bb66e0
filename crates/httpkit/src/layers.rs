//! What stands around every route, outermost first: request id, trace, failures in the caller's language, panics,
//! other sites, time, body size, headers that protect, compression.
use crate::{ApiError, AppState, Limits, address::refuse_other_sites, answer::NO_STORE, error::say_failures};
use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use std::{any::Any, time::Duration};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::TraceLayer,
};
use tracing::{Span, field::Empty};

/// Puts all layers around the routes. `unhurried` are the beginnings of routes that move whole files and may take
/// as long as their stream flows.
pub fn wrap(routes: Router, app: &AppState, unhurried: &'static [&'static str]) -> Router {
    let Limits { body_bytes, request } = app.limits;
    let hurry = move |matched: Option<MatchedPath>, request_in: Request, next: Next| async move {
        let is_free = matched.is_some_and(|route| unhurried.iter().any(|start| route.as_str().starts_with(start)));
        if is_free { next.run(request_in).await } else { within(request, request_in, next).await }
    };
    routes
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), protect))
        .layer(DefaultBodyLimit::max(body_bytes))
        .layer(from_fn(hurry))
        .layer(from_fn_with_state(app.clone(), keep_other_sites_out))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(say_failures))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(
            TraceLayer::new_for_http().make_span_with(span_of).on_request(()).on_response(note_answer).on_failure(()),
        )
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

async fn within(limit: Duration, request: Request, next: Next) -> Response {
    let late = || ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "error-too-slow").into_response();
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_| late())
}

async fn keep_other_sites_out(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match refuse_other_sites(&parts, &app) {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(refused) => refused.into_response(),
    }
}

fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    tracing::error!(said, "a handler panicked");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "error-store").into_response()
}

/// A span names the route, never the address itself: a query may hold somebody's name.
fn span_of<B>(request: &axum::http::Request<B>) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("-", |matched| matched.as_str());
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("-");
    tracing::info_span!("request", method = %request.method(), route, id, status = Empty)
}

fn note_answer<B>(response: &axum::http::Response<B>, took: Duration, span: &Span) {
    span.record("status", response.status().as_u16());
    tracing::debug!(parent: span, status = response.status().as_u16(), took_ms = took.as_millis() as u64, "answered");
}

/// Headers that narrow what a browser does with our answers. A route that knows better has set its own already.
async fn protect(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut suggest = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    suggest(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    suggest(header::X_FRAME_OPTIONS, "DENY");
    suggest(header::REFERRER_POLICY, "same-origin");
    suggest(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    suggest(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    suggest(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    suggest(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()");
    if app.public_url.is_https() {
        suggest(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if is_api {
        headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    }
    response
}

/// The policy of our own pages: scripts only from ourselves, and of those written into the page only the ones that
/// carry this answer's nonce. Styles may stand in the page, since components set them on elements.
pub fn page_policy(nonce: &str) -> HeaderValue {
    let text = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
         font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'self'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}
