//! What this room tells the others. Ids only, never text.
use crate::model::Taken;
use crate::store::conversations::Head;
use base::{ConversationId, EntryId, StaffId};
use serde_json::json;
use store::Tx;

/// One event for a whole batch, naming no more than the first fifty conversations.
pub(crate) fn taken_in(tx: &mut Tx, taken: &[Taken]) {
    let moved: Vec<&Taken> = taken.iter().filter(|t| t.new || t.new_entries + t.changed_entries > 0).collect();
    if moved.is_empty() {
        return;
    }
    let entries: usize = moved.iter().map(|t| t.new_entries).sum();
    let (ids, ords): (Vec<ConversationId>, Vec<i64>) =
        moved.iter().take(50).map(|t| (t.id, t.conversation_ord)).unzip();
    let ids = json!({"conversations": ids, "ords": ords, "more": moved.len() > 50, "entries": entries});
    tx.announce("conversations.taken_in", ids);
}

pub(crate) fn said(tx: &mut Tx, head: &Head, entry: EntryId) {
    let (conversation, door) = (head.id, head.door_ord);
    tx.announce("conversations.said", json!({"conversation": conversation, "entry": entry, "door": door}));
}

/// Something became of an entry on its way out.
pub(crate) fn sent(tx: &mut Tx, head: &Head, entry: EntryId) {
    let (conversation, door) = (head.id, head.door_ord);
    tx.announce("conversations.sent", json!({"conversation": conversation, "entry": entry, "door": door}));
}

pub(crate) fn changed(tx: &mut Tx, head: &Head) {
    tx.announce("conversations.changed", json!({"conversation": head.id, "door": head.door_ord}));
}

/// One of us was told something of a conversation.
pub(crate) fn notified(tx: &mut Tx, head: &Head, whom: StaffId) {
    tx.announce("conversations.notified", json!({"whom": whom, "conversation": head.id, "door": head.door_ord}));
}

/// One of us has read what they were told, on one of their screens.
pub(crate) fn notifications_read(tx: &mut Tx, whom: StaffId) {
    tx.announce("conversations.notifications_read", json!({"whom": whom}));
}

/// Somebody came to a conversation, left it, or does something else there now.
pub(crate) fn presence(tx: &mut Tx, head: &Head) {
    tx.announce("conversations.presence", json!({"conversation": head.id, "door": head.door_ord}));
}

/// Saved views or prepared answers were changed.
pub(crate) fn views_changed(tx: &mut Tx) {
    tx.announce("conversations.views_changed", json!({}));
}

pub(crate) fn macros_changed(tx: &mut Tx) {
    tx.announce("conversations.macros_changed", json!({}));
}

/// The words of a person are gone for good, from so many conversations: whoever keeps what was made of them forgets it.
pub(crate) fn erased(tx: &mut Tx, heads: &[Head]) {
    heads.iter().for_each(|head| changed(tx, head));
    tx.announce("conversations.erased", json!({"conversations": heads.len()}));
}

/// The emotion of more entries is known: read up to one, of all there are.
pub(crate) fn emotions_read(tx: &mut Tx, read: i64, of: i64) {
    tx.announce("conversations.emotions_read", json!({"read": read, "of": of}));
}

/// These conversations behind a door were at their worst felt otherwise than was known before.
pub(crate) fn felt(tx: &mut Tx, door: i64, ords: &[i64]) {
    tx.announce("conversations.felt", json!({"ords": ords, "door": door}));
}

/// Some of one conversation, or what was joined to it, now stands in one of its own.
pub(crate) fn parted(tx: &mut Tx, from: &Head, into: &Head) {
    let ids =
        json!({"from": from.id, "into": into.id, "from_ord": from.ord, "into_ord": into.ord, "door": from.door_ord});
    tx.announce("conversations.parted", ids);
}

/// Everything of one conversation now stands in another. Ords for the rooms that count, ids for the interface.
pub(crate) fn joined(tx: &mut Tx, from: (i64, ConversationId), into: &Head) {
    let ids = json!({"from": from.1, "into": into.id, "from_ord": from.0, "into_ord": into.ord, "door": into.door_ord});
    tx.announce("conversations.joined", ids);
}
