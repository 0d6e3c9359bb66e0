//! Answers and conditions of HTTP that every room uses: 201 with its place, versions of a thing, pages.
use crate::{ApiError, Query};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use base::{Cursor, Limit};
use serde::{Deserialize, Serialize};

/// 201 with the thing that was made.
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, axum::Json(self.0)).into_response()
    }
}

/// A thing and the version it stands at; the version comes back as `If-Match`.
pub struct Etag<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Etag<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, format!("\"{}\"", self.0))], axum::Json(self.1)).into_response()
    }
}

/// The version a caller has read. Without the header: 428.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub i64);

impl IfMatch {
    /// 412 unless the thing still stands at the version the caller has read.
    pub fn check(&self, current: i64) -> base::Result<()> {
        if self.0 == current { Ok(()) } else { Err(base::Error::Stale) }
    }

    fn read(headers: &HeaderMap) -> base::Result<IfMatch> {
        let value = headers.get(header::IF_MATCH).ok_or(base::Error::PreconditionRequired)?;
        let text = value.to_str().unwrap_or_default().trim();
        // A text that is no version of ours can match nothing.
        let rev = text.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| base::Error::Stale)?;
        Ok(IfMatch(rev))
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(IfMatch::read(&parts.headers)?)
    }
}

/// `?cursor&limit` of a list. Put it beside `Query<Filters>`, and both into `params(…)`.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where to go on: `next` of the page before.
    pub cursor: Option<String>,
    /// 1 to 200, 50 unless said.
    #[serde(default)]
    #[param(required = false, inline)]
    pub limit: Limit,
}

impl PageQuery {
    /// The numbers of the cursor; 422 when it is not one of this list.
    pub fn place<const N: usize>(&self) -> base::Result<Option<[i64; N]>> {
        let decode = |text: &String| Cursor::decode(text);
        self.cursor.as_ref().map(decode).transpose().map_err(|_| base::Error::invalid("cursor", "error-cursor"))
    }
}

impl<S: Sync> FromRequestParts<S> for PageQuery {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query: Query<PageQuery> = Query::lenient(parts, state)?;
        Ok(query.0)
    }
}

/// Says that an answer must not be kept by anybody.
pub(crate) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_it_was_given() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, text.parse().unwrap());
            IfMatch::read(&headers).map(|v| v.0)
        };
        assert_eq!((read("\"7\"").unwrap(), read("7").unwrap(), read("W/\"7\"").unwrap()), (7, 7, 7));
        assert!(matches!(read("*"), Err(base::Error::Stale)));
        assert!(matches!(IfMatch::read(&HeaderMap::new()), Err(base::Error::PreconditionRequired)));
        assert!(IfMatch(3).check(3).is_ok() && IfMatch(3).check(4).is_err());
    }
}
