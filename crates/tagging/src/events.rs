//! What the tagging room tells others. Payloads carry ids and ordinals, never text.
use base::{ConversationId, DoubleCodingId, HookId, TagId, TaggingId};
use serde_json::json;
use store::Tx;

pub const APPLIED: &str = "tagging.applied";
pub const RETRACTED: &str = "tagging.retracted";
pub const APPLIED_MANY: &str = "tagging.applied_many";
pub const HOOKS_CHANGED: &str = "tagging.hooks_changed";
pub const NOTHING: &str = "tagging.nothing";
pub const DOUBLE_CODED: &str = "tagging.double_coded";
pub const DOUBLE_DECIDED: &str = "tagging.double_decided";
pub const TAXONOMY_CHANGED: &str = "tagging.taxonomy_changed";

pub fn applied(tx: &mut Tx, tagging: TaggingId, ord: i64, tag: TagId, conversation: ConversationId, door: i64) {
    tx.announce(
        APPLIED,
        json!({"tagging": tagging, "ord": ord, "tag": tag, "conversation": conversation, "door": door}),
    );
}

pub fn retracted(tx: &mut Tx, tagging: TaggingId, ord: i64, tag: TagId, conversation: ConversationId, door: i64) {
    tx.announce(
        RETRACTED,
        json!({"tagging": tagging, "ord": ord, "tag": tag, "conversation": conversation, "door": door}),
    );
}

/// One event for a batch: the taggings with these ordinals, both ends included.
pub fn applied_many(tx: &mut Tx, first: i64, last: i64) {
    tx.announce(APPLIED_MANY, json!({"first": first, "last": last}));
}

pub fn nothing(tx: &mut Tx, conversation: ConversationId, door: i64, marked: bool) {
    tx.announce(NOTHING, json!({"conversation": conversation, "door": door, "marked": marked}));
}

pub fn taxonomy_changed(tx: &mut Tx, tags: &[TagId]) {
    tx.announce(TAXONOMY_CHANGED, json!({"tags": tags.iter().take(50).collect::<Vec<_>>()}));
}

/// A second person coded a conversation, or somebody decided between the two; which conversation is not told.
pub fn double_coded(tx: &mut Tx, double: DoubleCodingId, door: i64, decided: bool) {
    let kind = if decided { DOUBLE_DECIDED } else { DOUBLE_CODED };
    tx.announce(kind, json!({"double_coding": double, "door": door}));
}

/// A webhook was added, changed or removed; or a message of it was sent, or not.
pub fn hooks_changed(tx: &mut Tx, hook: HookId) {
    tx.announce(HOOKS_CHANGED, json!({ "hook": hook }));
}
