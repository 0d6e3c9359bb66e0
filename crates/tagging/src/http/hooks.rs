//! Webhooks: whom to tell when a tag is spoken of often enough, or is new or rising. Nobody is told unless it stands here.
use crate::access;
use crate::engine::TagEngine;
use crate::jobs;
use crate::store::{self as rows, HookRow, MessageRow};
use ::store::Tx;
use axum::http::StatusCode;
use base::{Error, HookId, HookMessageId, TagId, Time};
use httpkit::{AppState, Can, Configure, Etag, FetchError, Fetcher, Idem, IfMatch, Json, Path, Reply, Result, State};
use serde::{Deserialize, Serialize};
use serde_json::json;

const MOST_URL: usize = 2_000;
const MOST_DAYS: i64 = 366;
/// Messages shown of a webhook.
const SHOWN: i64 = 20;

/// Another program that is told. With `least` and `days`: when so many conversations were spoken of it in so many days,
/// today included; it is told again once the count has been lower. Without both: when it is new or rising, beyond chance. Of the
/// roadmap: when an item is planned, built, shipped, declined or put back.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HookOut {
    pub id: HookId,
    pub url: String,
    /// `tags` or `roadmap`.
    pub topic: String,
    /// The tag, with everything below it; each tag by itself when there is none.
    pub tag: Option<TagId>,
    pub least: Option<i64>,
    pub days: Option<i64>,
    pub active: bool,
    /// When it was told last of a tag that stands under the rule still.
    pub told_at: Option<Time>,
    /// What messages are signed with, by the Standard Webhooks specification. Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The newest messages.
    pub messages: Vec<HookMessageOut>,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct HookMessageOut {
    pub id: HookMessageId,
    pub at: Time,
    /// `tagging.threshold`, `tagging.trend`, `roadmap.status` or `tagging.test`.
    pub kind: String,
    /// `waiting`, `sent`, or `failed` after the last try. A failed one can be sent again under jobs.
    pub state: String,
    pub attempts: i64,
    /// What was answered to the last try.
    pub status: Option<i64>,
    pub error: Option<String>,
}

impl HookMessageOut {
    fn of(row: MessageRow) -> HookMessageOut {
        let MessageRow { id, at, kind, state, attempts, status, error, .. } = row;
        HookMessageOut { id, at, kind, state, attempts, status, error }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Hooks {
    pub items: Vec<HookOut>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct HookIn {
    pub url: String,
    /// `tags` unless said; `roadmap`: whatever an item's status becomes, with no tag and no rule.
    pub topic: Option<String>,
    pub tag: Option<TagId>,
    pub least: Option<i64>,
    pub days: Option<i64>,
}

/// What is not said stays.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct HookPatch {
    pub url: Option<String>,
    pub least: Option<i64>,
    pub days: Option<i64>,
    pub active: Option<bool>,
}

fn check(fetcher: &Fetcher, hook: &HookRow) -> base::Result<()> {
    fetcher.check(&hook.url).map_err(|why| match why {
        FetchError::Inside(_) => Error::invalid("url", "error-hook-inside"),
        _ => Error::invalid("url", "error-hook-url"),
    })?;
    if hook.url.len() > MOST_URL {
        return Err(Error::invalid("url", "error-hook-url"));
    }
    match hook.topic.as_str() {
        jobs::TAGS => {}
        jobs::ROADMAP if hook.tag_ord.is_none() && hook.least.is_none() && hook.days.is_none() => return Ok(()),
        jobs::ROADMAP => return Err(Error::invalid("topic", "error-hook-topic")),
        _ => return Err(Error::invalid("topic", "error-field-unknown")),
    }
    match (hook.least, hook.days) {
        (None, None) => Ok(()),
        (Some(least), Some(days)) if least >= 1 && (1..=MOST_DAYS).contains(&days) => Ok(()),
        (Some(least), _) if least >= 1 => Err(Error::invalid("days", "error-hook-rule")),
        _ => Err(Error::invalid("least", "error-hook-rule")),
    }
}

/// For the audit log: whom it is about, without what may be a secret in the address.
fn host_of(app: &AppState, hook: &HookRow) -> serde_json::Value {
    let url = app.get::<Fetcher>().check(&hook.url).ok();
    json!({ "host": url.as_ref().and_then(|url| url.host_str()) })
}

async fn shown(app: &AppState, tx: &mut Tx, hook: HookRow, secret: bool) -> base::Result<HookOut> {
    let messages = rows::list_messages(tx, hook.id, SHOWN).await?;
    let told = rows::list_told(tx, hook.id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(tx).await?;
    let tag = hook.tag_ord.and_then(|ord| catalogue.by_ord(catalogue.canon(ord)));
    Ok(HookOut {
        id: hook.id,
        url: hook.url,
        topic: hook.topic,
        tag: tag.map(|tag| tag.id),
        least: hook.least,
        days: hook.days,
        active: hook.is_active,
        told_at: told.into_iter().map(|(_, at)| at).max(),
        secret: secret.then_some(hook.secret),
        messages: messages.into_iter().map(HookMessageOut::of).collect(),
        rev: hook.rev,
    })
}

async fn get(tx: &mut Tx, id: HookId) -> base::Result<HookRow> {
    rows::find_hook(tx, id).await?.ok_or(Error::NotFound("hook"))
}

/// List the webhooks and what they sent.
#[utoipa::path(get, path = "/api/hooks", tag = "tagging", operation_id = "list_hooks",
    responses((status = 200, body = Hooks)))]
pub async fn list_hooks(_: Can<Configure>, State(app): State<AppState>) -> Result<Json<Hooks>> {
    let mut tx = app.db.read().await?;
    let mut items = Vec::new();
    for hook in rows::list_hooks(&mut tx).await? {
        items.push(shown(&app, &mut tx, hook, false).await?);
    }
    Ok(Json(Hooks { items }))
}

/// Add a webhook.
///
/// The answer holds the secret that its messages are signed with; it is shown only here.
#[utoipa::path(post, path = "/api/hooks", tag = "tagging", operation_id = "add_hook", request_body = HookIn,
    responses((status = 201, body = HookOut), (status = 422, body = httpkit::Problem)))]
pub async fn add_hook(can: Can<Configure>, State(app): State<AppState>, input: Idem<HookIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let HookIn { url, topic, tag, least, days } = input.body.clone();
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let tag_ord = tag.map(|id| access::get_tag(&catalogue, id).map(|tag| tag.ord)).transpose()?;
    let hook = HookRow {
        id: HookId::new(),
        url: url.trim().to_owned(),
        secret: httpkit::new_signing_secret(),
        tag_ord,
        least,
        days,
        is_active: true,
        topic: topic.unwrap_or_else(|| jobs::TAGS.into()),
        rev: 1,
    };
    check(&app.get::<Fetcher>(), &hook)?;
    rows::insert_hook(&mut tx, &hook, can.actor().staff).await?;
    staff::note(&mut tx, can.actor(), "tagging.hook_added", &hook.id.to_string(), host_of(&app, &hook)).await?;
    crate::events::hooks_changed(&mut tx, hook.id);
    let out = shown(&app, &mut tx, hook, true).await?;
    input.finish(tx, StatusCode::CREATED, &out).await
}

/// Change a webhook, pause it or let it go on.
#[utoipa::path(patch, path = "/api/hooks/{id}", tag = "tagging", operation_id = "update_hook",
    params(("id" = HookId, Path), ("If-Match" = String, Header, description = "The version you read")),
    request_body = HookPatch,
    responses((status = 200, body = HookOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn update_hook(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<HookId>,
    version: IfMatch,
    Json(patch): Json<HookPatch>,
) -> Result<Etag<HookOut>> {
    let mut tx = app.db.write().await?;
    let hook = get(&mut tx, id).await?;
    version.check(hook.rev)?;
    let changed = HookRow {
        url: patch.url.map_or_else(|| hook.url.clone(), |url| url.trim().to_owned()),
        least: patch.least.or(hook.least),
        days: patch.days.or(hook.days),
        is_active: patch.active.unwrap_or(hook.is_active),
        rev: hook.rev + 1,
        ..hook.clone()
    };
    check(&app.get::<Fetcher>(), &changed)?;
    // Another rule is a new one: what the old one told of does not count for it.
    if (changed.least, changed.days) != (hook.least, hook.days) {
        rows::forget_told(&mut tx, id).await?;
    }
    let hook = changed;
    rows::update_hook(&mut tx, &hook).await?;
    staff::note(&mut tx, can.actor(), "tagging.hook_changed", &id.to_string(), host_of(&app, &hook)).await?;
    crate::events::hooks_changed(&mut tx, hook.id);
    let out = shown(&app, &mut tx, hook, false).await?;
    tx.commit().await?;
    Ok(Etag(out.rev, out))
}

/// Remove a webhook with what it sent.
#[utoipa::path(delete, path = "/api/hooks/{id}", tag = "tagging", operation_id = "delete_hook",
    params(("id" = HookId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn delete_hook(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<HookId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let hook = get(&mut tx, id).await?;
    rows::delete_hook(&mut tx, id).await?;
    staff::note(&mut tx, can.actor(), "tagging.hook_removed", &id.to_string(), host_of(&app, &hook)).await?;
    crate::events::hooks_changed(&mut tx, id);
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a message to try it out, with the counts as they are now.
#[utoipa::path(post, path = "/api/hooks/{id}/test", tag = "tagging", operation_id = "test_hook",
    params(("id" = HookId, Path)),
    responses((status = 202, body = HookMessageOut), (status = 404, body = httpkit::Problem)))]
pub async fn test_hook(
    _: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<HookId>,
) -> Result<(StatusCode, axum::Json<HookMessageOut>)> {
    let hook = get(&mut app.db.read().await?, id).await?;
    let standings = if hook.topic == jobs::TAGS { jobs::look_at(&app, &hook).await? } else { Vec::new() };
    let data = jobs::describe(&app, &app.get::<TagEngine>().catalogue(), &hook, standings);
    let mut tx = app.db.write().await?;
    // It may have been removed meanwhile.
    let hook = get(&mut tx, id).await?;
    let message = jobs::send(&mut tx, &hook, jobs::TEST, &data).await?;
    crate::events::hooks_changed(&mut tx, id);
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(HookMessageOut::of(message))))
}
