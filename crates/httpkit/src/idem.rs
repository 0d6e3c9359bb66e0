//! `Idempotency-Key`: a request that is sent again, because its answer was lost, gets the first answer and does nothing.
use crate::{
    ApiError,
    answer::NO_STORE,
    body::{parse_json, read_json_bytes},
    store::{KeptReply, find_reply, keep_reply},
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::{Actor, Via};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::Deref;
use store::Tx;

/// A JSON body whose action is done once for one key. `Deref`s to the body.
///
/// ```ignore
/// let mut tx = app.db.write().await?;
/// if let Some(reply) = input.replay(&mut tx).await? {
///     return Ok(reply);
/// }
/// let tagging = actions::apply_tag(&mut tx, can.actor(), id, &input).await?;
/// input.finish(tx, StatusCode::CREATED, &tagging).await
/// ```
pub struct Idem<T> {
    pub body: T,
    key: Option<Key>,
}

struct Key {
    actor: String,
    key: String,
    request_hash: [u8; 32],
}

/// An answer that was just made, or was made the first time.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    json: String,
}

impl Reply {
    pub fn new(status: StatusCode, body: &impl Serialize) -> Result<Reply, ApiError> {
        let json = serde_json::to_string(body).map_err(|e| ApiError::from(base::Error::store(e)))?;
        Ok(Reply { status, json })
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let kind = (header::CONTENT_TYPE, "application/json".parse().unwrap_or(NO_STORE));
        (self.status, [kind], self.json).into_response()
    }
}

impl<T> Deref for Idem<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.body
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Idem<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let actor = request.extensions().get::<Actor>().map(owner_of_keys);
        let key = key_of(request.headers())?.zip(actor);
        let asked = format!("{} {}\n", request.method(), request.uri());
        let bytes = read_json_bytes(request, state).await?;
        let hash = || *blake3::Hasher::new().update(asked.as_bytes()).update(&bytes).finalize().as_bytes();
        let key = key.map(|(key, actor)| Key { actor, key, request_hash: hash() });
        Ok(Idem { body: parse_json(&bytes)?, key })
    }
}

/// Keys belong to a token, or to the person behind a session.
fn owner_of_keys(actor: &Actor) -> String {
    match (actor.via, actor.staff) {
        (Via::Token(token), _) => token.to_string(),
        (_, Some(staff)) => staff.to_string(),
        (_, None) => "system".into(),
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=200).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "error-idempotency-key").field("Idempotency-Key")),
    }
}

impl<T> Idem<T> {
    /// The answer of the first time, if this request was done before. 422 when the key was used for another one.
    pub async fn replay(&self, tx: &mut Tx) -> Result<Option<Reply>, ApiError> {
        let Some(key) = &self.key else { return Ok(None) };
        let kept: Option<KeptReply> = find_reply(tx, &key.actor, &key.key).await?;
        match kept {
            None => Ok(None),
            Some(kept) if kept.body_hash != key.request_hash => {
                Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "error-idempotency").field("Idempotency-Key"))
            }
            Some(kept) => {
                let status = u16::try_from(kept.status).ok().and_then(|s| StatusCode::from_u16(s).ok());
                Ok(Some(Reply { status: status.unwrap_or(StatusCode::OK), json: kept.response }))
            }
        }
    }

    /// Keeps the answer in the transaction of the action, commits both, and gives the answer.
    pub async fn finish(&self, mut tx: Tx, status: StatusCode, answer: &impl Serialize) -> Result<Reply, ApiError> {
        let reply = Reply::new(status, answer)?;
        if let Some(key) = &self.key {
            keep_reply(&mut tx, &key.actor, &key.key, key.request_hash, status.as_u16(), &reply.json).await?;
        }
        tx.commit().await?;
        Ok(reply)
    }
}
