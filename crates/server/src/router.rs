//! Every route of the house on one page, in the order of the street.
use crate::{api_page, embed, mcp};
use axum::{Router, routing::get};
use httpkit::{ApiError, AppState};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

/// Routes that move whole files, and take as long as their stream flows.
const UNHURRIED: &[&str] = &[
    "/api/imports",
    "/api/export",
    "/api/people/import",
    "/api/tags/import",
    "/api/roadmap/import",
    "/api/demo",
    "/api/draft_files",
];

fn rooms() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        // First run, sign-in, staff, invitations, tokens, settings, audit, jobs, health, live events.
        .merge(staff::routes())
        // Persons, teams, accounts: lists, facts, proposals, merging, timelines, CSV.
        .merge(people::routes())
        // Conversations: lists, threads, entries, originals, attachments, doors, search.
        .merge(conversations::routes())
        // The taxonomy, taggings, suggestions, counts, evidence.
        .merge(tagging::routes())
        // Items joined to tags, the passages and people behind them, today's page.
        .merge(roadmap::routes())
        // Imports and exports, the sample company.
        .merge(frontdoor::routes())
}

pub fn all_routes(state: &AppState) -> Router {
    let (api, _) = rooms().split_for_parts();
    // What the tools of a program may call is what everybody may call.
    let calls = httpkit::wrap(api.clone().with_state(state.clone()), state, UNHURRIED);
    let routes = api
        .merge(mcp::routes(state, calls))
        // Pages for customers, behind signed links.
        .merge(frontdoor::pages())
        // Where issue trackers tell how far their issues are, signed.
        .merge(roadmap::pages())
        // The description of all calls: for programs, and for people.
        .route("/api/openapi.json", get(api_page::document))
        .route("/api", get(api_page::page))
        .route("/api/{*rest}", axum::routing::any(no_such_call))
        .method_not_allowed_fallback(wrong_method)
        // Everything else is the staff interface.
        .fallback(embed::serve)
        .with_state(state.clone());
    httpkit::wrap(routes, state, UNHURRIED)
}

/// The description of the whole API, generated from the handlers.
pub fn api_document() -> utoipa::openapi::OpenApi {
    rooms().into_openapi()
}

async fn no_such_call() -> ApiError {
    ApiError::new(axum::http::StatusCode::NOT_FOUND, "error-no-route")
}

async fn wrong_method() -> ApiError {
    ApiError::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "error-method")
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Sarangbang", description = "Everything the staff interface does goes through this API.", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    components(schemas(httpkit::Problem)),
    security(("token" = []), ("session" = [])),
    modifiers(&Credentials),
    tags(
        (name = "staff", description = "Those who use Sarangbang: sign-in, roles, tokens, settings, audit"),
        (name = "people", description = "Persons, their teams and accounts, facts over time, one timeline"),
        (name = "conversations", description = "Conversations of every kind, their entries and passages, search"),
        (name = "tagging", description = "The taxonomy, taggings, counts"),
        (name = "roadmap", description = "Items joined to tags, with the passages behind them"),
        (name = "frontdoor", description = "Import and export")
    )
)]
struct Document;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token.")).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(httpkit::SESSION_COOKIE, "The session of a browser.");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}
