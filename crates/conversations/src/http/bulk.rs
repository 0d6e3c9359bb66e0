//! Many conversations at once: each changed on its own, so that one that cannot be changed stops no other.
use super::thread::ChangeIn;
use crate::access::{self, Scope};
use crate::actions::change::change_conversation;
use crate::model::Status;
use crate::store::conversations::Head;
use axum::http::StatusCode;
use base::{Actor, ConversationId, Error, StaffId, Time};
use httpkit::{Answer, AppState, Can, Idem, Reply, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Tx;

/// Conversations that are changed at once, at most.
const MOST: usize = 500;

#[derive(Deserialize, utoipa::ToSchema)]
pub struct BulkIn {
    /// At most 500.
    items: Vec<BulkItem>,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct BulkItem {
    id: ConversationId,
    change: ChangeIn,
}

/// How a conversation was before: sent as a change, it brings that back.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Before {
    id: ConversationId,
    assignee: Option<StaffId>,
    staff_team: Option<String>,
    status: Status,
    snoozed_until: Option<Time>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Refused {
    id: ConversationId,
    /// Why, as the key of its sentence.
    why: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct BulkOut {
    done: Vec<Before>,
    refused: Vec<Refused>,
}

/// Change many conversations: who answers, until when they rest, whether they are open.
#[utoipa::path(post, path = "/api/conversations/bulk", tag = "conversations", operation_id = "change_conversations",
    request_body = BulkIn, responses((status = 200, body = BulkOut)))]
pub async fn change_conversations(can: Can<Answer>, State(app): State<AppState>, input: Idem<BulkIn>) -> Result<Reply> {
    if input.items.len() > MOST {
        return Err(
            Error::Invalid { field: "items", key: "error-bulk-many", args: vec![("most", MOST.to_string())] }.into()
        );
    }
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let teams = staff::list_team_names(&mut tx).await?;
    let mut out = BulkOut { done: Vec::new(), refused: Vec::new() };
    for item in &input.items {
        let save = tx.save().await?;
        match change_one(&mut tx, can.actor(), &scope, item).await {
            Ok(head) => {
                tx.release(save).await?;
                out.done.push(before(item.id, head, &teams));
            }
            Err(error @ (Error::Busy | Error::Full | Error::Store(_))) => return Err(error.into()),
            Err(error) => {
                tx.rollback_to(save).await?;
                out.refused.push(Refused { id: item.id, why: key_of(&error).to_owned() });
            }
        }
    }
    input.finish(tx, StatusCode::OK, &out).await
}

/// Changes one, and says how it was.
async fn change_one(tx: &mut Tx, actor: &Actor, scope: &Scope, item: &BulkItem) -> base::Result<Head> {
    let head = access::get_conversation(tx, scope, item.id).await?;
    change_conversation(tx, actor, head.clone(), item.change.clone().read()).await?;
    Ok(head)
}

fn before(id: ConversationId, head: Head, teams: &HashMap<i64, String>) -> Before {
    let staff_team = head.staff_team_id.and_then(|id| teams.get(&id).cloned());
    Before { id, assignee: head.assignee, staff_team, status: head.status, snoozed_until: head.snoozed_until }
}

fn key_of(error: &Error) -> &'static str {
    match error {
        Error::Invalid { key, .. } | Error::Conflict { key } => key,
        _ => "error-not-found",
    }
}
