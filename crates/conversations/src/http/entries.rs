//! One entry: what it was read from, its earlier texts, its attachments.
use crate::access::{self, Scope};
use crate::file_type::picture_kind;
use crate::http::remote_pictures::bring_pictures;
use crate::model::Channel;
use crate::store::conversations::Head;
use crate::store::entries::{self, Entry};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{EntryId, Error, Time};
use httpkit::{AppState, Can, Fetcher, Json, Path, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Nothing is loaded, nothing runs, nothing leads away: this is what somebody outside wrote.
const ORIGINAL_POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";
/// Where a mail says nothing of its looks.
const ORIGINAL_STYLE: &str =
    "body{font:15px/1.6 system-ui,sans-serif;margin:16px;overflow-wrap:anywhere}img{max-width:100%}";
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// Pictures inside a mail that are shown with it, in bytes all together.
const MOST_INLINE: usize = 8 << 20;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OriginalQuery {
    /// Whether pictures that stand on other computers are fetched by this server and shown; whoever sent the mail may see that
    /// somebody did.
    #[serde(default)]
    pictures: bool,
}

/// Show an entry as it was written, cleaned.
#[utoipa::path(get, path = "/api/entries/{id}/original", tag = "conversations", operation_id = "get_original",
    params(("id" = EntryId, Path), OriginalQuery), responses((status = 200, body = String, content_type = "text/html")))]
pub async fn get_original(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<EntryId>,
    Query(query): Query<OriginalQuery>,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, head) = access::get_entry(&mut tx, &scope, id).await?;
    let raw = entry.raw_ord.filter(|_| entry.has_html).ok_or(Error::NotFound("raw"))?;
    let bytes = tx.read_raw(raw).await?;
    drop(tx);
    let html = tokio::task::spawn_blocking(move || original_html(&head, &entry, &bytes)).await.map_err(Error::store)?;
    let mut html = html.ok_or(Error::NotFound("raw"))?;
    if query.pictures {
        html = bring_pictures(&app.get::<Fetcher>(), html).await;
    }
    let page =
        format!("<!doctype html><meta charset=\"utf-8\"><base target=\"_blank\"><style>{ORIGINAL_STYLE}</style>{html}");
    Ok((guarded(ORIGINAL_POLICY, "SAMEORIGIN", "text/html; charset=utf-8"), page).into_response())
}

/// The cleaned HTML of a mail, or of an entry of a conversation that came as JSON.
fn original_html(head: &Head, entry: &Entry, raw: &[u8]) -> Option<String> {
    if head.channel == Channel::Email && raw.first() != Some(&b'{') {
        let mail = mailkit::parse_mail(raw);
        return mail.html.map(|html| inline_pictures(html, &mail.attachments));
    }
    let item: serde_json::Value = serde_json::from_slice(raw).ok()?;
    let of_entry = |one: &&serde_json::Value| one["external_id"] == entry.external_id.as_str();
    let html = item["entries"].as_array()?.iter().find(of_entry)?["html"].as_str()?;
    // HTML is cleaned in one place: where that of mails is.
    mailkit::parse_mail(format!("Content-Type: text/html; charset=utf-8\r\n\r\n{html}").as_bytes()).html
}

/// Pictures that came with the mail become part of the page, since a sandboxed page may ask for nothing.
fn inline_pictures(mut html: String, files: &[mailkit::Attachment]) -> String {
    let mut left = MOST_INLINE;
    for file in files {
        let (Some(id), Some(kind)) = (&file.content_id, picture_kind(&file.bytes)) else { continue };
        let name = format!("cid:{id}");
        if file.bytes.len() <= left && html.contains(&name) {
            left -= file.bytes.len();
            html = html.replace(&name, &format!("data:{kind};base64,{}", base64(&file.bytes)));
        }
    }
    html
}

/// RFC 4648, with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number = group.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63] as char;
            out.push(if place <= group.len() { letter } else { '=' });
        }
    }
    out
}

fn guarded(policy: &'static str, frames: &'static str, kind: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, kind);
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::X_FRAME_OPTIONS, frames);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    headers
}

/// `attachment` or `inline`, with the name for old and new readers (RFC 6266, RFC 8187).
fn disposition(kind: &str, name: &str) -> HeaderValue {
    let plain = |c: char| c.is_ascii_alphanumeric() || " .-_()".contains(c);
    let fallback: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let mut text = format!("{kind}; filename=\"{fallback}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(byte as char);
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Download the bytes an entry was read from.
#[utoipa::path(get, path = "/api/entries/{id}/raw", tag = "conversations", operation_id = "get_raw",
    params(("id" = EntryId, Path)), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn get_raw(can: Can<Read>, State(app): State<AppState>, Path(id): Path<EntryId>) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, head) = access::get_entry(&mut tx, &scope, id).await?;
    let bytes = tx.read_raw(entry.raw_ord.ok_or(Error::NotFound("raw"))?).await?;
    let ending = if head.channel == Channel::Email { "eml" } else { "json" };
    let mut headers = guarded(FILE_POLICY, "DENY", "application/octet-stream");
    headers.insert(header::CONTENT_DISPOSITION, disposition("attachment", &format!("{id}.{ending}")));
    Ok((headers, bytes).into_response())
}

/// An earlier text of an entry.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RevisionOut {
    rev: i64,
    text: String,
    replaced_at: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct RevisionsOut {
    items: Vec<RevisionOut>,
}

/// List the earlier texts of an entry, newest first.
#[utoipa::path(get, path = "/api/entries/{id}/revisions", tag = "conversations", operation_id = "list_revisions",
    params(("id" = EntryId, Path)), responses((status = 200, body = RevisionsOut)))]
pub async fn list_revisions(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<EntryId>,
) -> Result<Json<RevisionsOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, _) = access::get_entry(&mut tx, &scope, id).await?;
    let all = entries::list_revisions(&mut tx, entry.ord).await?;
    let items = all.into_iter().map(|(rev, text, replaced_at)| RevisionOut { rev, text, replaced_at }).collect();
    Ok(Json(RevisionsOut { items }))
}

/// Download an attachment. A picture that is one is shown; everything else is only ever saved.
#[utoipa::path(get, path = "/api/attachments/{entry}/{position}", tag = "conversations", operation_id = "get_attachment",
    params(("entry" = EntryId, Path), ("position" = i64, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn get_attachment(
    can: Can<Read>,
    State(app): State<AppState>,
    Path((entry, position)): Path<(EntryId, i64)>,
) -> Result<Response> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let (entry, _) = access::get_entry(&mut tx, &scope, entry).await?;
    let files = entries::list_attachments(&mut tx, &[entry.ord]).await?;
    drop(tx);
    let file = files.into_iter().find(|file| file.position == position).ok_or(Error::NotFound("attachment"))?;
    let bytes = app.db.read_blob(&file.blob_hash).await?;
    Ok(file_response(&file.name, bytes))
}

/// A file as it is given out: shown if it is a picture, else saved.
pub(super) fn file_response(name: &str, bytes: Vec<u8>) -> Response {
    let picture = picture_kind(&bytes);
    let mut headers = guarded(FILE_POLICY, "DENY", picture.unwrap_or("application/octet-stream"));
    let kind = if picture.is_some() { "inline" } else { "attachment" };
    headers.insert(header::CONTENT_DISPOSITION, disposition(kind, name));
    (headers, Body::from(bytes)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_korean_name_is_kept_and_a_trick_is_not() {
        let value = disposition("attachment", "견적서 \"1\".pdf");
        let text = value.to_str().unwrap();
        assert!(text.ends_with("filename*=UTF-8''%EA%B2%AC%EC%A0%81%EC%84%9C%20%221%22.pdf"), "{text}");
        assert!(text.starts_with("attachment; filename=\"___ _1_.pdf\";"), "{text}");
        assert!(disposition("attachment", "a\r\nSet-Cookie: b").to_str().is_ok_and(|text| !text.contains('\r')));
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, said) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), said);
        }
    }
}
