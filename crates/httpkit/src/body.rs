//! What comes in: JSON bodies, queries and paths, read strictly and refused with words that help.
use crate::ApiError;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use encoding_rs::{EUC_KR, Encoding};
use futures::StreamExt;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// A JSON body. A field we do not know is refused, since it is mostly a field misspelt. An empty body is read as `{}`.
/// As an answer it is plain JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: serde::Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = read_json_bytes(request, state).await?;
        parse_json(&bytes).map(Json)
    }
}

/// For `deserialize_with` in a change: `null` takes away, an absent field leaves alone.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Largest table that comes in one request.
const TABLE_BYTES: usize = 32 << 20;

/// The body of a request that brings a table, as spreadsheets save them: in UTF-8, in UTF-16 with its mark, or in the
/// Korean code page. A longer body than of other requests.
#[derive(Clone, Debug)]
pub struct Table(pub String);

impl<S: Send + Sync> FromRequest<S> for Table {
    type Rejection = ApiError;
    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (mut parts, mut bytes) = (request.into_body().into_data_stream(), Vec::new());
        while let Some(part) = parts.next().await {
            let part = part.map_err(|_| ApiError::new(StatusCode::BAD_REQUEST, "error-body-broken-off"))?;
            if bytes.len() + part.len() > TABLE_BYTES {
                return Err(base::Error::TooLarge { limit_bytes: TABLE_BYTES as u64 }.into());
            }
            bytes.extend_from_slice(&part);
        }
        let unknown = || ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "error-table-encoding");
        decode_table(&bytes).map(Table).ok_or_else(unknown)
    }
}

/// A table as spreadsheets save it: in UTF-8, in UTF-16 with its mark, or in the Korean code page.
pub fn decode_table(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode(bytes).0.into_owned());
    }
    let korean = || EUC_KR.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned());
    std::str::from_utf8(bytes).map(str::to_owned).ok().or_else(korean)
}

/// The whole body of a request that says it is JSON.
pub(crate) async fn read_json_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default().to_owned());
    let bytes = read_bytes(request, state).await?;
    // A body that is not announced as JSON is refused: a form of another site could send it without asking.
    let is_json = kind.is_some_and(|kind| {
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    });
    if !is_json && !bytes.is_empty() {
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "error-not-json"));
    }
    Ok(bytes)
}

async fn read_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|refused| {
        use axum::response::IntoResponse;
        match refused.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "error-body-too-large"),
            _ => ApiError::new(StatusCode::BAD_REQUEST, "error-body-broken-off"),
        }
    })
}

pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = parse_strictly(&mut reader, |_| true)?;
    reader
        .end()
        .map_err(|_| ApiError::new(StatusCode::BAD_REQUEST, "error-json-syntax").arg("why", "trailing characters"))?;
    Ok(value)
}

/// Reads a value, names the place of a fault, and refuses names that nothing took.
fn parse_strictly<'de, T, D>(reader: D, is_refused: impl Fn(&str) -> bool) -> Result<T, ApiError>
where
    T: DeserializeOwned,
    D: serde::Deserializer<'de, Error: Faulty>,
{
    let mut unknown: Option<String> = None;
    let mut track = serde_path_to_error::Track::new();
    let mut note = |path: serde_ignored::Path<'_>| {
        let name = path.to_string();
        if is_refused(&name) {
            unknown.get_or_insert(name);
        }
    };
    let tracked =
        serde_path_to_error::Deserializer::new(serde_ignored::Deserializer::new(reader, &mut note), &mut track);
    let value = T::deserialize(tracked);
    let path = track.path().to_string();
    match (value, unknown) {
        (Err(fault), _) if fault.is_syntax() => {
            Err(ApiError::new(StatusCode::BAD_REQUEST, "error-json-syntax").arg("why", fault.to_string()))
        }
        (Err(fault), _) => {
            let why = fault.to_string();
            let why = why.split(" at line ").next().unwrap_or_default().to_owned();
            let missing = why.starts_with("missing field");
            let field = if path == "." || missing { named_in(&why).unwrap_or_default() } else { path };
            let key = match field.as_str() {
                _ if missing => "error-field-missing",
                "limit" => "error-limit",
                _ => "error-field",
            };
            Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, key).field(field).arg("why", why))
        }
        (Ok(_), Some(name)) => Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "error-unknown-field").field(name)),
        (Ok(value), None) => Ok(value),
    }
}

/// The field that serde names in ``missing field `title` ``.
fn named_in(why: &str) -> Option<String> {
    why.split('`').nth(1).map(str::to_owned)
}

trait Faulty: serde::de::Error {
    fn is_syntax(&self) -> bool;
}
impl Faulty for serde_json::Error {
    fn is_syntax(&self) -> bool {
        !self.is_data()
    }
}
impl Faulty for serde::de::value::Error {
    fn is_syntax(&self) -> bool {
        false
    }
}

/// The query of an address. An empty parameter is an absent one; an unknown one is refused.
/// `cursor` and `limit` belong to `PageQuery`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    fn read(parts: &Parts, is_refused: impl Fn(&str) -> bool) -> Result<Query<T>, ApiError> {
        let said = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty());
        let query: Vec<&str> = parts.uri.query().unwrap_or_default().split('&').filter(said).collect();
        let query = query.join("&");
        let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        parse_strictly(reader, is_refused).map(Query)
    }

    pub(crate) fn lenient<S>(parts: &Parts, _: &S) -> Result<Query<T>, ApiError> {
        Query::read(parts, |_| false)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Query::read(parts, |name| !matches!(name, "cursor" | "limit"))
    }
}

/// Parts of the path. A text that is no id of the wanted kind names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(_) => Err(ApiError::not_found("place")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug)]
    struct In {
        title: String,
        #[serde(default)]
        inner: Vec<Inner>,
    }
    #[derive(Deserialize, Debug)]
    struct Inner {
        n: i64,
    }

    fn refused(text: &str) -> (u16, String, String) {
        let error = parse_json::<In>(text.as_bytes()).unwrap_err();
        let problem = error.problem(base::Ui::En);
        (problem.status, problem.key, problem.field.unwrap_or_default())
    }

    #[test]
    fn a_body_is_refused_with_the_place_of_its_fault() {
        assert_eq!(refused("{\"title\":1}"), (422, "error-field".into(), "title".into()));
        assert_eq!(
            refused("{\"title\":\"a\",\"inner\":[{\"n\":1},{\"n\":\"x\"}]}"),
            (422, "error-field".into(), "inner[1].n".into())
        );
        assert_eq!(refused(""), (422, "error-field-missing".into(), "title".into()));
        assert_eq!(refused("{\"title\":\"a\",\"titel\":\"b\"}"), (422, "error-unknown-field".into(), "titel".into()));
        assert_eq!(refused("{\"title\":").1, "error-json-syntax");
        assert_eq!(refused("{\"title\":\"a\"} x").1, "error-json-syntax");
        let read = parse_json::<In>("{\"title\":\"가\",\"inner\":[{\"n\":2}]}".as_bytes()).unwrap();
        assert_eq!((read.title.as_str(), read.inner[0].n), ("가", 2));
    }

    #[derive(Deserialize, Debug)]
    struct Filter {
        q: Option<String>,
        n: Option<i64>,
    }

    fn query(text: &str) -> Result<Query<Filter>, ApiError> {
        let (parts, ()) = axum::http::Request::builder().uri(format!("/x?{text}")).body(()).unwrap().into_parts();
        Query::read(&parts, |name| !matches!(name, "cursor" | "limit"))
    }

    #[test]
    fn a_query_takes_what_it_knows_and_nothing_else() {
        let Query(read) = query("q=%ED%95%9C+x&n=&cursor=abc").unwrap();
        assert_eq!((read.q.as_deref(), read.n), (Some("한 x"), None));
        assert_eq!(query("n=7").unwrap().0.n, Some(7));
        let key = |text: &str| query(text).unwrap_err().problem(base::Ui::En).key;
        assert_eq!(key("tga=1"), "error-unknown-field");
        assert_eq!(key("n=seven"), "error-field");
    }
}
