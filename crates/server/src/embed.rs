//! The staff interface, carried in the binary: files of `web/build` as they are, and one page for every other address.
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use httpkit::{ApiError, Caller, page_policy};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/build"]
#[allow_missing = true]
struct Interface;

/// The page that shows every address the interface knows.
const PAGE: &str = "200.html";

pub async fn serve(caller: Caller, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "error-method").into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    // The parts of a build are named by their content: a page of an older build must learn that its parts are gone.
    let is_part = path.starts_with("_app/");
    match find_file(path, request.headers()) {
        Some(response) => response,
        None if is_part => ApiError::not_found("place").into_response(),
        None => page(&caller),
    }
}

fn find_file(path: &str, asked: &HeaderMap) -> Option<Response> {
    let is_plain = !path.is_empty() && !path.ends_with(".br") && !path.ends_with(".gz") && path != PAGE;
    if !is_plain {
        return None;
    }
    let accepts = |coding: &str| {
        let offered = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        offered.split(',').any(|part| part.split(';').next().unwrap_or_default().trim() == coding)
    };
    let packed = |coding: &'static str, ending: &str| {
        Some(coding)
            .filter(|coding| accepts(coding))
            .and_then(|_| Interface::get(&format!("{path}.{ending}")))
            .map(|file| (Some(coding), file))
    };
    let (coding, file) =
        packed("br", "br").or_else(|| packed("gzip", "gz")).or_else(|| Some((None, Interface::get(path)?)))?;
    Some(answer(path, coding, file, asked))
}

fn answer(path: &str, coding: Option<&'static str>, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag: String = file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let keep = if path.starts_with("_app/immutable/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind_of(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    (headers, axum::body::Bytes::from(file.data.into_owned())).into_response()
}

/// The page, with this answer's nonce on its scripts.
fn page(caller: &Caller) -> Response {
    let nonce = staff::new_nonce();
    let html = match Interface::get(PAGE) {
        Some(file) => String::from_utf8_lossy(&file.data).replace("<script", &format!("<script nonce=\"{nonce}\"")),
        None => {
            let said = httpkit::say(caller.ui(), "page-without-interface", &[]).unwrap_or_default();
            format!(
                "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>Sarangbang</title><p>{said}</p></html>",
                caller.ui()
            )
        }
    };
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let keep = (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    ([kind, keep, (header::CONTENT_SECURITY_POLICY, page_policy(&nonce))], html).into_response()
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" | "ftl" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
