//! Conversations over HTTP: reading, answering, finding, and what is behind a door.
mod emotions;
mod entries;
mod lists;
mod thread;

use crate::app::{Answer, Client};
use serde_json::{Value, json};

/// Brings in a conversation of a person and answers with it.
pub async fn say(client: &Client, id: &str, person: &str, text: &str) -> Answer {
    let body =
        json!({"external_id": id, "channel": "chat", "person": {"external_id": person, "name": person}, "text": text});
    client.post("/api/conversations", body).await.expect(201)
}

pub fn id_of(answer: &Answer) -> String {
    answer.json["id"].as_str().expect("an id").to_owned()
}

/// One field of each item.
pub fn all<'a>(answer: &'a Answer, field: &str) -> Vec<&'a Value> {
    answer.items().iter().map(|item| &item[field]).collect()
}
