//! The one way out for failures: `application/problem+json` (RFC 9457) in the caller's language.
use crate::{Caller, answer::NO_STORE, say};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base::{Right, Ui};
use serde::Serialize;
use std::sync::Arc;

pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// What a failed request answers with.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `about:blank#` and the key: names the kind of failure, the same in every language.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in the caller's language.
    pub title: String,
    pub status: u16,
    /// What was kept and what to do about it, in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The field of the body or of the query that cannot be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub key: String,
}

/// A failure on its way to the caller. `?` makes one of any `base::Error`.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    key: &'static str,
    field: Option<String>,
    args: Vec<(&'static str, String)>,
    retry_after_secs: Option<u64>,
    /// Logged, never shown.
    cause: Option<Arc<base::Error>>,
}

impl ApiError {
    pub fn new(status: StatusCode, key: &'static str) -> ApiError {
        ApiError { status, key, field: None, args: Vec::new(), retry_after_secs: None, cause: None }
    }

    /// Nobody is signed in, or no longer.
    pub fn unauthenticated() -> ApiError {
        ApiError::new(StatusCode::UNAUTHORIZED, "error-unauthenticated")
    }

    /// Tried too often.
    pub fn too_many(retry_after_secs: u64) -> ApiError {
        let minutes = retry_after_secs.div_ceil(60).to_string();
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "error-too-many").arg("minutes", minutes);
        ApiError { retry_after_secs: Some(retry_after_secs), ..error }
    }

    pub fn not_found(noun: &'static str) -> ApiError {
        base::Error::NotFound(noun).into()
    }

    pub(crate) fn other_site() -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, "error-other-site")
    }

    pub fn field(mut self, field: impl Into<String>) -> ApiError {
        self.field = Some(field.into());
        self
    }

    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> ApiError {
        self.args.push((name, value.into()));
        self
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn problem(&self, ui: Ui) -> Problem {
        let mut args = self.args.clone();
        // Rooms and the store may leave the beginning away.
        let key = if self.key.starts_with("error-") { self.key.to_owned() } else { format!("error-{}", self.key) };
        for (name, value) in &mut args {
            // A noun or a right is said in the caller's language too.
            if matches!(*name, "noun" | "right") {
                *value = say(ui, &format!("{name}-{}", value.replace(['_', ' '], "-")), &[]).unwrap_or(value.clone());
            }
            if *name == "why" {
                *value = say_why(ui, value).unwrap_or(value.clone());
            }
        }
        if let Some(field) = &self.field {
            args.push(("field", field.clone()));
        }
        let general = if self.status.is_server_error() { "error-store" } else { "error-invalid" };
        let said = say(ui, &key, &args).or_else(|| say(ui, general, &args)).unwrap_or_else(|| key.clone());
        // The first sentence says what happened; the others what to do.
        let (title, detail) = match said.split_once(". ") {
            Some((first, others)) => (format!("{first}."), Some(others.to_owned())),
            None => (said, None),
        };
        Problem {
            kind: format!("about:blank#{key}"),
            title,
            status: self.status.as_u16(),
            detail,
            field: self.field.clone(),
            key,
        }
    }

    fn render(&self, ui: Ui) -> Response {
        let body = serde_json::to_vec(&self.problem(ui)).unwrap_or_default();
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        let mut response = (self.status, [kind, (header::CACHE_CONTROL, NO_STORE)], body).into_response();
        if let Some(secs) = self.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, secs.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<base::Error> for ApiError {
    fn from(error: base::Error) -> ApiError {
        use base::Error::*;
        match error {
            NotFound(noun) => ApiError::new(StatusCode::NOT_FOUND, "error-not-found").arg("noun", noun),
            Forbidden(right) => forbidden(right),
            Invalid { field, key, args } => {
                ApiError { args, ..ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, key).field(field) }
            }
            Conflict { key } => ApiError::new(StatusCode::CONFLICT, key),
            Stale => ApiError::new(StatusCode::PRECONDITION_FAILED, "error-stale"),
            PreconditionRequired => ApiError::new(StatusCode::PRECONDITION_REQUIRED, "error-if-match"),
            Busy => {
                let error = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "error-busy");
                ApiError { retry_after_secs: Some(1), ..error }
            }
            TooLarge { limit_bytes } => {
                ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "error-too-large").arg("limit", bytes_said(limit_bytes))
            }
            Full => ApiError::new(StatusCode::INSUFFICIENT_STORAGE, "error-full"),
            Store(_) => {
                let shown = ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "error-store");
                ApiError { cause: Some(Arc::new(error)), ..shown }
            }
        }
    }
}

/// What serde finds wrong with a field, in a language; nothing of what is met too seldom to have words of its own.
fn say_why(ui: Ui, why: &str) -> Option<String> {
    let quoted = |place: usize| why.split('`').nth(place).unwrap_or_default().to_owned();
    let known = || why.split('`').skip(3).step_by(2).collect::<Vec<_>>().join(", ");
    match why {
        _ if why.starts_with("invalid type") => say(ui, "why-kind", &[]),
        _ if why.starts_with("unknown variant") => say(ui, "why-word", &[("value", quoted(1)), ("known", known())]),
        "invalid digit found in string" | "invalid float literal" => say(ui, "why-number", &[]),
        _ => None,
    }
}

fn forbidden(right: Right) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "error-forbidden").arg("right", right.as_str())
}

fn bytes_said(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} kB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

impl IntoResponse for ApiError {
    /// In English; the layer around all routes says it again in the caller's language.
    fn into_response(self) -> Response {
        self.render(Ui::En)
    }
}

/// The layer that knows the caller: failures leave in their language, and what broke is logged here, once.
pub(crate) async fn say_failures(mut request: Request, next: Next) -> Response {
    let caller = Caller::of(request.headers());
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<ApiError>() else { return response };
    if let Some(cause) = &error.cause {
        tracing::error!(key = error.key, cause = %chain(cause.as_ref()), "a request failed");
    }
    if caller.ui() == Ui::En { response } else { error.render(caller.ui()) }
}

/// An error and everything below it, joined by colons.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        below = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_speaks_the_language_of_its_reader() {
        let error = ApiError::from(base::Error::NotFound("tag"));
        assert_eq!(error.status(), 404);
        assert!(error.problem(Ui::Ko).title.contains("태그"), "{}", error.problem(Ui::Ko).title);
        assert!(error.problem(Ui::En).title.contains("tag"));
        assert_eq!(error.problem(Ui::Ko).key, "error-not-found");
    }

    #[test]
    fn every_right_and_every_failure_has_words_in_both_languages() {
        for ui in Ui::ALL {
            for right in Right::ALL {
                let title = ApiError::from(base::Error::Forbidden(*right)).problem(ui).title;
                assert!(!title.contains('_') && !title.contains("error-"), "{title}");
            }
            for error in [
                base::Error::Stale,
                base::Error::PreconditionRequired,
                base::Error::Busy,
                base::Error::Full,
                base::Error::TooLarge { limit_bytes: 2 << 20 },
                base::Error::store("x"),
            ] {
                let problem = ApiError::from(error).problem(ui);
                assert!(say(ui, &problem.key, &[]).is_some(), "{}", problem.key);
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_field_is_said_in_both_languages() {
        let why = |ui: Ui, why: &str| {
            let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "error-field").field("scopes").arg("why", why);
            let problem = error.problem(ui);
            problem.title + &problem.detail.unwrap_or_default()
        };
        for text in [
            "invalid type: integer `7`, expected a string",
            "unknown variant `fax`, expected one of `email`, `chat`",
            "invalid digit found in string",
        ] {
            let korean = why(Ui::Ko, text);
            let said = korean.split(": ").nth(1).unwrap_or_default();
            assert!(said.chars().any(|c| ('가'..='힣').contains(&c)), "{korean}");
        }
        assert!(why(Ui::En, "unknown variant `fax`, expected one of `email`, `chat`").contains("email, chat"));
        assert!(why(Ui::En, "unknown variant `fax`, expected `email`").contains("“fax” is not one of: email"));
        assert!(why(Ui::En, "something else").contains("something else"));
    }

    #[test]
    fn what_broke_inside_is_not_shown() {
        let problem = ApiError::from(base::Error::store("password=hunter2")).problem(Ui::En);
        assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"));
    }
}
