//! What I am told, and who else has a conversation open.
use super::out::StaffCard;
use crate::access::{self, Scope};
use crate::events;
use crate::model::{Doing, NotificationKind, preview};
use crate::store::conversations;
use crate::store::entries;
use crate::store::notification_mails;
use crate::store::notifications::{self as rows, NotificationRow};
use crate::store::presences::{self, PresenceRow};
use axum::http::StatusCode;
use base::{ConversationId, EntryId, Error, NotificationId, StaffId, Time};
use httpkit::{AppState, Can, Json, OwnAccount, Path, Read, Result, State};
use people::PersonCard;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Tx;

/// The newest notifications that are shown.
const SHOWN: i64 = 50;
/// How long somebody is taken to be there who does not say so again.
const LEASE: i64 = 40 * Time::SECOND;

/// Something I am told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NotificationOut {
    id: NotificationId,
    at: Time,
    kind: NotificationKind,
    conversation: ConversationId,
    subject: Option<String>,
    person: Option<PersonCard>,
    /// Who did it, if it was one of us.
    by: Option<StaffCard>,
    entry: Option<EntryId>,
    /// The first words of the entry, or of the conversation.
    words: String,
    read: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct NotificationsOut {
    /// Newest first, fifty at most.
    items: Vec<NotificationOut>,
    unread: i64,
}

/// Show what I was told: who named me in a note, what I was given, what moved in conversations of mine.
#[utoipa::path(get, path = "/api/notifications", tag = "conversations", operation_id = "list_notifications",
    responses((status = 200, body = NotificationsOut)))]
pub async fn list_notifications(can: Can<Read>, State(app): State<AppState>) -> Result<Json<NotificationsOut>> {
    let mut tx = app.db.read().await?;
    let Some(me) = can.staff else { return Ok(Json(NotificationsOut { items: Vec::new(), unread: 0 })) };
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let all = rows::list(&mut tx, me, &scope.hidden, SHOWN).await?;
    let unread = rows::count_unread(&mut tx, me, &scope.hidden).await?;
    Ok(Json(NotificationsOut { items: notifications_out(&mut tx, all).await?, unread }))
}

async fn notifications_out(tx: &mut Tx, all: Vec<NotificationRow>) -> base::Result<Vec<NotificationOut>> {
    let ords: Vec<i64> = all.iter().map(|row| row.conversation_ord).collect();
    let heads = conversations::list_by_ord(tx, &ords).await?;
    let persons: Vec<i64> = heads.iter().filter_map(|head| head.person_ord).collect();
    let cards = people::cards(tx, &persons, &[], &[]).await?;
    let heads: HashMap<i64, _> = heads.into_iter().map(|head| (head.ord, head)).collect();
    let entry_ords: Vec<i64> = all.iter().filter_map(|row| row.entry_ord).collect();
    let entries = entries::list_by_ord(tx, &entry_ords).await?;
    let entries: HashMap<i64, _> =
        entries.into_iter().map(|entry| (entry.ord, (entry.id, preview(&entry.text)))).collect();
    let names = staff::list_staff_names(tx, all.iter().filter_map(|row| row.by_staff).collect()).await?;
    let out = |row: NotificationRow| {
        let head = heads.get(&row.conversation_ord)?;
        let entry = row.entry_ord.and_then(|ord| entries.get(&ord));
        Some(NotificationOut {
            id: row.id,
            at: row.at,
            kind: row.kind,
            conversation: head.id,
            subject: head.subject.clone(),
            person: cards.person(head.person_ord),
            by: row.by_staff.and_then(|id| Some(StaffCard { id, name: names.get(&id)?.clone() })),
            entry: entry.map(|(id, _)| *id),
            words: entry.map_or_else(|| head.preview.clone(), |(_, words)| words.clone()),
            read: row.read_at.is_some(),
        })
    };
    Ok(all.into_iter().filter_map(out).collect())
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct NotificationsRead {
    /// Everything told until then was read.
    until: Time,
    /// Only of this conversation.
    conversation: Option<ConversationId>,
}

/// Remember that I have read what I was told.
#[utoipa::path(post, path = "/api/notifications/read", tag = "conversations", operation_id = "read_notifications",
    request_body = NotificationsRead, responses((status = 204)))]
pub async fn read_notifications(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Json(input): Json<NotificationsRead>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let me = can.staff.ok_or(Error::NotFound("staff"))?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let conversation = match input.conversation {
        Some(id) => Some(access::get_conversation(&mut tx, &scope, id).await?.ord),
        None => None,
    };
    if rows::mark_read(&mut tx, me, input.until, conversation).await? > 0 {
        events::notifications_read(&mut tx, me);
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What I am told by mail as well, of what I have not looked at.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct NotificationMailsIn {
    /// Somebody named me in a note.
    mention: bool,
    /// I was given a conversation.
    assigned: bool,
    /// A customer wrote in a conversation of mine, or its rest is over.
    said: bool,
}

/// Read what I am told by mail as well.
#[utoipa::path(get, path = "/api/me/notification-mails", tag = "conversations", operation_id = "get_notification_mails",
    responses((status = 200, body = NotificationMailsIn)))]
pub async fn get_notification_mails(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
) -> Result<Json<NotificationMailsIn>> {
    let me = can.staff.ok_or(Error::NotFound("staff"))?;
    let row = notification_mails::find(&mut app.db.read().await?, me).await?;
    let (mention, assigned, said) = row.map(|row| (row.mention, row.assigned, row.said)).unwrap_or_default();
    Ok(Json(NotificationMailsIn { mention, assigned, said }))
}

/// Say what I am told by mail as well. Nothing unless said.
#[utoipa::path(put, path = "/api/me/notification-mails", tag = "conversations", operation_id = "put_notification_mails",
    request_body = NotificationMailsIn, responses((status = 200, body = NotificationMailsIn)))]
pub async fn put_notification_mails(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Json(input): Json<NotificationMailsIn>,
) -> Result<Json<NotificationMailsIn>> {
    let me = can.staff.ok_or(Error::NotFound("staff"))?;
    let mut tx = app.db.write().await?;
    notification_mails::put(&mut tx, me, input.mention, input.assigned, input.said).await?;
    tx.commit().await?;
    Ok(Json(input))
}

/// Somebody who has a conversation open.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PresenceOut {
    staff: StaffCard,
    doing: Doing,
    /// When they are taken to have left, unless they say again that they are there.
    until: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct PresencesOut {
    /// Everybody but you.
    items: Vec<PresenceOut>,
}

async fn others(tx: &mut Tx, me: Option<StaffId>, conversation: i64) -> base::Result<PresencesOut> {
    let all = presences::list(tx, conversation).await?;
    let names = staff::list_staff_names(tx, all.iter().map(|row| row.staff_id).collect()).await?;
    let out = |row: PresenceRow| {
        let staff = StaffCard { id: row.staff_id, name: names.get(&row.staff_id)?.clone() };
        Some(PresenceOut { staff, doing: row.doing, until: row.until })
    };
    Ok(PresencesOut { items: all.into_iter().filter(|row| Some(row.staff_id) != me).filter_map(out).collect() })
}

/// Show who else has a conversation open.
#[utoipa::path(get, path = "/api/conversations/{id}/presence", tag = "conversations", operation_id = "list_presence",
    params(("id" = ConversationId, Path)), responses((status = 200, body = PresencesOut)))]
pub async fn list_presence(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<PresencesOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    Ok(Json(others(&mut tx, can.staff, head.ord).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct PresenceIn {
    /// Null when you leave.
    doing: Option<Doing>,
}

/// Say that I have a conversation open, for the next forty seconds, and see who else has.
#[utoipa::path(put, path = "/api/conversations/{id}/presence", tag = "conversations", operation_id = "say_presence",
    params(("id" = ConversationId, Path)), request_body = PresenceIn, responses((status = 200, body = PresencesOut)))]
pub async fn say_presence(
    can: Can<OwnAccount>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
    Json(input): Json<PresenceIn>,
) -> Result<Json<PresencesOut>> {
    let mut tx = app.db.write().await?;
    let me = can.staff.ok_or(Error::NotFound("staff"))?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let before = presences::list(&mut tx, head.ord).await?.into_iter().find(|row| row.staff_id == me);
    let gone = Some(me).filter(|_| input.doing.is_none());
    presences::delete(&mut tx, head.ord, gone).await?;
    if let Some(doing) = input.doing {
        let until = tx.now().plus(LEASE);
        presences::upsert(&mut tx, head.ord, &PresenceRow { staff_id: me, doing, until }).await?;
    }
    // Who only stays is no news.
    if before.map(|row| row.doing) != input.doing {
        events::presence(&mut tx, &head);
    }
    let out = others(&mut tx, Some(me), head.ord).await?;
    tx.commit().await?;
    Ok(Json(out))
}
