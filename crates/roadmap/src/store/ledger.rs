//! Every statement about the ledger: who was told what became of what they asked for, and what their asks were made of.
use super::events::ItemEvent;
use ::store::{Tx, args, row, sql};
use base::{AskId, EventId, ItemId, Result, StaffId, Time};

/// A row for each ask of an event's item.
pub async fn open_event(tx: &mut Tx, event: &ItemEvent) -> Result<u64> {
    let sql = sql!(
        "roadmap.open_notices_of_event",
        "INSERT INTO notices (event_ord, ask_ord, state, changed_at)
         SELECT CAST($1 AS BIGINT), a.ord, 'pending', CAST($3 AS BIGINT) FROM asks a WHERE a.item_id = $2"
    );
    tx.run(sql, args![event.ord, event.item_id, event.at]).await
}

/// A row for each event of an ask's item.
pub async fn open_asks(tx: &mut Tx, asks: Vec<i64>) -> Result<u64> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.open_notices_of_asks",
        "INSERT INTO notices (event_ord, ask_ord, state, changed_at)
         SELECT e.ord, a.ord, 'pending', CAST($2 AS BIGINT) FROM asks a JOIN item_events e ON e.item_id = a.item_id
         WHERE a.ord = ANY($1)"
    );
    tx.run(sql, args![asks, now]).await
}

/// Asks and events of one item without a row: there are none.
pub async fn list_missing(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_missing_notices" => (i64, i64),
        "SELECT e.ord, a.ord FROM item_events e JOIN asks a ON a.item_id = e.item_id
         WHERE NOT EXISTS (SELECT 1 FROM notices n WHERE n.event_ord = e.ord AND n.ask_ord = a.ord) LIMIT 20");
    tx.all(sql, args![]).await
}

/// Rows that belong to no ask and event of one item, or say something else than pending, told or skipped with a reason.
pub async fn list_false(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_false_notices" => (i64, i64),
        "SELECT n.event_ord, n.ask_ord FROM notices n
         LEFT JOIN item_events e ON e.ord = n.event_ord LEFT JOIN asks a ON a.ord = n.ask_ord
         WHERE e.ord IS NULL OR a.ord IS NULL OR e.item_id <> a.item_id OR n.state NOT IN ('pending', 'told', 'skipped')
           OR (n.state = 'skipped') <> (n.reason IS NOT NULL) LIMIT 20");
    tx.all(sql, args![]).await
}

row! {
    /// A row of the ledger that may be decided now, with what is known of its ask.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Waiting {
        pub event_ord: i64, pub ask_ord: i64, pub item_id: ItemId,
        /// Who it is after merges.
        pub person_ord: i64,
        pub account_ord: Option<i64>, pub origin: String,
        /// That of the ask.
        pub state: String,
        pub way_back: Option<String>, pub language: Option<String>, pub conversation_ord: Option<i64>, pub last_at: Time,
        /// Why it was skipped before: by an obstacle that may be gone.
        pub reason: Option<String>,
    }
}

/// What is pending for some events, and what was skipped because nobody could be reached or wanted to be.
pub async fn list_waiting(tx: &mut Tx, events: &[i64]) -> Result<Vec<Waiting>> {
    let sql = sql!("roadmap.list_waiting_notices" => Waiting,
        "SELECT n.event_ord, n.ask_ord, a.item_id, COALESCE(p.canon_ord, a.person_ord) AS person_ord, a.account_ord,
           a.origin, a.state,
           a.way_back, a.language, a.conversation_ord, a.last_at, n.reason
         FROM notices n JOIN asks a ON a.ord = n.ask_ord LEFT JOIN persons p ON p.ord = a.person_ord
         WHERE n.event_ord = ANY($1) AND (n.state = 'pending'
           OR n.reason IN ('no_address', 'opted_out', 'bounced', 'no_consent'))
         ORDER BY n.ask_ord, n.event_ord");
    tx.all(sql, args![events]).await
}

/// The same of some asks only.
pub async fn list_waiting_of_asks(tx: &mut Tx, events: &[i64], asks: &[i64]) -> Result<Vec<Waiting>> {
    let sql = sql!("roadmap.list_waiting_notices_of_asks" => Waiting,
        "SELECT n.event_ord, n.ask_ord, a.item_id, COALESCE(p.canon_ord, a.person_ord) AS person_ord, a.account_ord,
           a.origin, a.state,
           a.way_back, a.language, a.conversation_ord, a.last_at, n.reason
         FROM notices n JOIN asks a ON a.ord = n.ask_ord LEFT JOIN persons p ON p.ord = a.person_ord
         WHERE n.ask_ord = ANY($2) AND n.event_ord = ANY($1) AND (n.state = 'pending'
           OR n.reason IN ('no_address', 'opted_out', 'bounced', 'no_consent'))
         ORDER BY n.ask_ord, n.event_ord");
    tx.all(sql, args![events, asks]).await
}

/// How many accounts wait for news of some events.
pub async fn count_asking_accounts(tx: &mut Tx, events: &[i64]) -> Result<i64> {
    let sql = sql!("roadmap.count_asking_accounts" => (i64,),
        "SELECT COUNT(DISTINCT a.account_ord) FROM notices n JOIN asks a ON a.ord = n.ask_ord
         WHERE n.event_ord = ANY($1) AND n.state = 'pending'");
    Ok(tx.get(sql, args![events]).await?.0)
}

/// Who was told of some events already: (event, person after merges).
pub async fn list_told(tx: &mut Tx, events: &[i64]) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_told_persons" => (i64, i64),
        "SELECT DISTINCT n.event_ord, COALESCE(p.canon_ord, a.person_ord)
         FROM notices n JOIN asks a ON a.ord = n.ask_ord LEFT JOIN persons p ON p.ord = a.person_ord
         WHERE n.event_ord = ANY($1) AND n.state = 'told'");
    tx.all(sql, args![events]).await
}

/// What is decided about the rows of some asks for an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decided {
    pub event_ord: i64,
    pub state: &'static str,
    pub reason: Option<&'static str>,
    pub message_ord: Option<i64>,
    pub by_staff: Option<StaffId>,
    pub note: Option<String>,
}

/// Puts a decision and keeps it as it was made.
pub async fn decide(tx: &mut Tx, one: &Decided, asks: &[i64]) -> Result<()> {
    let now = tx.now();
    let log = sql!(
        "roadmap.log_notices",
        "INSERT INTO notice_log (event_ord, ask_ord, position, state, reason, message_ord, by_staff, note, at)
         SELECT CAST($1 AS BIGINT), a.ord, (SELECT COUNT(*) FROM notice_log l WHERE l.ask_ord = a.ord AND l.event_ord = $1) + 1,
           $2, $3, $4, $5, $6, $7 FROM asks a WHERE a.ord = ANY($8)"
    );
    let (message, by, note) = (one.message_ord, one.by_staff, one.note.as_deref());
    tx.run(log, args![one.event_ord, one.state, one.reason, message, by, note, now, asks]).await?;
    let put = sql!(
        "roadmap.put_notices",
        "UPDATE notices SET state = $2, reason = $3, message_ord = $4, by_staff = $5, changed_at = $6
         WHERE event_ord = $1 AND ask_ord = ANY($7)"
    );
    tx.run(put, args![one.event_ord, one.state, one.reason, message, by, now, asks]).await.map(drop)
}

/// What is pending of earlier events of the same items: whoever is told the newer one need not hear the older.
pub async fn list_superseded(tx: &mut Tx, asks: &[i64], before: i64) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_superseded_notices" => (i64, i64),
        "SELECT event_ord, ask_ord FROM notices WHERE ask_ord = ANY($1) AND event_ord < $2 AND state = 'pending'");
    tx.all(sql, args![asks, before]).await
}

/// Rows whose person was told under another record, by the message that told it; and such rows whose person was parted
/// from that record again: (event, ask, message or none).
pub async fn list_merged(tx: &mut Tx) -> Result<Vec<(i64, i64, Option<i64>)>> {
    let sql = sql!("roadmap.list_merged_notices" => (i64, i64, Option<i64>),
        "SELECT n.event_ord, n.ask_ord, MAX(t.message_ord) FROM notices n
         JOIN asks a ON a.ord = n.ask_ord JOIN persons p ON p.ord = a.person_ord
         JOIN persons q ON q.canon_ord = p.canon_ord AND q.ord <> p.ord
         JOIN asks b ON b.person_ord = q.ord AND b.item_id = a.item_id
         JOIN notices t ON t.ask_ord = b.ord AND t.event_ord = n.event_ord AND t.state = 'told'
         WHERE n.state = 'pending' GROUP BY n.event_ord, n.ask_ord");
    tx.all(sql, args![]).await
}

pub async fn list_parted(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_parted_notices" => (i64, i64),
        "SELECT n.event_ord, n.ask_ord FROM notices n JOIN asks a ON a.ord = n.ask_ord
         WHERE n.reason = 'told_before' AND NOT EXISTS (SELECT 1 FROM persons p
           JOIN persons q ON q.canon_ord = p.canon_ord AND q.ord <> p.ord
           JOIN asks b ON b.person_ord = q.ord AND b.item_id = a.item_id
           JOIN notices t ON t.ask_ord = b.ord AND t.event_ord = n.event_ord AND t.state = 'told'
           WHERE p.ord = a.person_ord)");
    tx.all(sql, args![]).await
}

/// Asks that are open again were withdrawn when they were passed over.
pub async fn list_returned(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_returned_notices" => (i64, i64),
        "SELECT n.event_ord, n.ask_ord FROM notices n JOIN asks a ON a.ord = n.ask_ord
         WHERE n.reason = 'withdrawn' AND a.state = 'open'");
    tx.all(sql, args![]).await
}

// -- What an ask was made of

/// Asks among these that are not pinned yet: (ask, item, person after merges, where it was last said).
pub async fn list_unpinned(tx: &mut Tx, asks: &[i64]) -> Result<Vec<(i64, ItemId, i64, Option<i64>)>> {
    let sql = sql!("roadmap.list_unpinned_asks" => (i64, ItemId, i64, Option<i64>),
        "SELECT a.ord, a.item_id, COALESCE(p.canon_ord, a.person_ord), a.conversation_ord
         FROM asks a LEFT JOIN persons p ON p.ord = a.person_ord WHERE a.ord = ANY($1) AND a.pinned_at IS NULL");
    tx.all(sql, args![asks]).await
}

pub async fn pin(tx: &mut Tx, asks: &[i64]) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.pin_asks",
        "UPDATE asks SET pinned_at = $2, changed_at = $2, rev = rev + 1 WHERE ord = ANY($1) AND pinned_at IS NULL"
    );
    tx.run(sql, args![asks, now]).await.map(drop)
}

row! {
    /// Something a person said that was tagged and still is.
    #[derive(Clone, Debug)]
    pub struct Tagged {
        pub ord: i64, pub tag_ord: i64, pub kind: Option<String>, pub conversation_ord: i64, pub passage_ord: Option<i64>,
        pub person_ord: i64, pub said_at: Time, pub language: Option<String>,
    }
}

/// What persons said, by their ordinals after merges, in conversations they take part in; newest first.
pub async fn list_tagged(tx: &mut Tx, persons: &[i64]) -> Result<Vec<Tagged>> {
    let sql = sql!("roadmap.list_tagged_of_persons" => Tagged,
        "SELECT t.ord, t.tag_ord, t.kind, t.conversation_ord, t.passage_ord, p.canon_ord AS person_ord, t.said_at, t.language
         FROM persons p JOIN taggings t ON t.person_ord = p.ord
         WHERE p.canon_ord = ANY($1) AND t.retracted_at IS NULL AND t.conversation_ord IN (
           SELECT c.conversation_ord FROM participants c JOIN persons q ON q.ord = c.person_ord WHERE q.canon_ord = ANY($1)
           UNION SELECT c.ord FROM conversations c JOIN persons q ON q.ord = c.person_ord WHERE q.canon_ord = ANY($1))
         ORDER BY t.said_at DESC, t.ord DESC");
    tx.all(sql, args![persons]).await
}

row! {
    /// Words that an ask was made of.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AskPassage {
        pub ask_ord: i64, pub position: i64, pub tagging_ord: Option<i64>, pub conversation_ord: Option<i64>,
        pub quote: String, pub language: Option<String>, pub said_at: Time,
    }
}

pub async fn insert_passages(tx: &mut Tx, all: Vec<AskPassage>) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_ask_passages",
        "INSERT INTO ask_passages (ask_ord, position, tagging_ord, conversation_ord, quote, language, said_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    let row =
        |p: AskPassage| args![p.ask_ord, p.position, p.tagging_ord, p.conversation_ord, p.quote, p.language, p.said_at];
    tx.insert_rows(sql, all.into_iter().map(row).collect()).await.map(drop)
}

/// The kept words of asks, newest first.
pub async fn list_passages(tx: &mut Tx, asks: &[i64]) -> Result<Vec<AskPassage>> {
    let sql = sql!("roadmap.list_ask_passages" => AskPassage,
        "SELECT ask_ord, position, tagging_ord, conversation_ord, quote, language, said_at FROM ask_passages
         WHERE ask_ord = ANY($1) ORDER BY ask_ord, position");
    tx.all(sql, args![asks]).await
}

/// What people wrote when they asked themselves, here or with a vote elsewhere: (ask, words, when, conversation).
pub async fn list_own_words(tx: &mut Tx, asks: &[i64]) -> Result<Vec<(i64, String, Time, Option<i64>)>> {
    let sql = sql!("roadmap.list_own_words" => (i64, String, Time, Option<i64>),
        "SELECT ord, words, last_at, conversation_ord FROM asks
         WHERE ord = ANY($1) AND origin IN ('visitor', 'vote') AND words <> ''");
    tx.all(sql, args![asks]).await
}

/// Empties what asks of these persons were made of, and words of theirs behind asks of others; the rows stay, so that no
/// sum moves.
pub async fn erase_words(tx: &mut Tx, persons: &[i64]) -> Result<()> {
    for sql in [
        sql!(
            "roadmap.erase_ask_passages",
            "UPDATE ask_passages SET quote = '' WHERE ask_ord IN (SELECT ord FROM asks WHERE person_ord = ANY($1))
               OR tagging_ord IN (SELECT t.ord FROM entries e JOIN passages p ON p.entry_ord = e.ord
                 JOIN taggings t ON t.passage_ord = p.ord WHERE e.person_ord = ANY($1))
               OR tagging_ord IN (SELECT t.ord FROM entries e JOIN taggings t ON t.conversation_ord = e.conversation_ord
                 WHERE e.person_ord = ANY($1) AND t.passage_ord IS NULL AND e.ord = (SELECT f.ord FROM entries f
                   WHERE f.conversation_ord = e.conversation_ord AND f.kind = 'message' AND f.author = 'person'
                     AND f.text <> '' ORDER BY f.said_at, f.ord LIMIT 1))"
        ),
        sql!("roadmap.erase_ask_words", "UPDATE asks SET words = NULL, rev = rev + 1 WHERE person_ord = ANY($1)"),
        sql!(
            "roadmap.erase_notice_notes",
            "UPDATE notice_log SET note = NULL WHERE ask_ord IN (SELECT ord FROM asks WHERE person_ord = ANY($1))"
        ),
    ] {
        tx.run(sql, args![persons]).await?;
    }
    Ok(())
}

// -- What is read of it

row! {
    /// How many rows of an event say the same.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Counted { pub event_ord: i64, pub state: String, pub reason: Option<String>, pub asks: i64 }
}

/// Of all events but that an item was heard of, which is news to nobody.
pub async fn count_all(tx: &mut Tx) -> Result<Vec<Counted>> {
    let sql = sql!("roadmap.count_notices" => Counted,
        "SELECT n.event_ord, n.state, n.reason, COUNT(*) AS asks FROM item_events e JOIN notices n ON n.event_ord = e.ord
         WHERE e.kind <> 'heard' GROUP BY n.event_ord, n.state, n.reason ORDER BY n.event_ord, n.state, n.reason");
    tx.all(sql, args![]).await
}

pub async fn count_of_events(tx: &mut Tx, events: &[i64]) -> Result<Vec<Counted>> {
    let sql = sql!("roadmap.count_notices_of_events" => Counted,
        "SELECT event_ord, state, reason, COUNT(*) AS asks FROM notices WHERE event_ord = ANY($1)
         GROUP BY event_ord, state, reason ORDER BY event_ord, state, reason");
    tx.all(sql, args![events]).await
}

row! {
    /// What became of an ask at an event.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Became {
        pub ask_ord: i64, pub ask: AskId, pub item_id: ItemId, pub ask_state: String, pub first_at: Time, pub last_at: Time,
        pub event: EventId, pub event_ord: i64, pub kind: String, pub at: Time, pub state: String,
        pub reason: Option<String>, pub changed_at: Time,
    }
}

/// What became of everything that some persons asked for: by ask, then in the order it happened.
pub async fn list_of_persons(tx: &mut Tx, persons: &[i64]) -> Result<Vec<Became>> {
    let sql = sql!("roadmap.list_notices_of_persons" => Became,
        "SELECT a.ord AS ask_ord, a.id AS ask, a.item_id, a.state AS ask_state, a.first_at, a.last_at, e.id AS event,
           e.ord AS event_ord, e.kind, e.at, n.state, n.reason, n.changed_at
         FROM asks a JOIN notices n ON n.ask_ord = a.ord JOIN item_events e ON e.ord = n.event_ord
         WHERE a.person_ord = ANY($1) ORDER BY a.last_at DESC, a.ord, e.ord");
    tx.all(sql, args![persons]).await
}

/// The same for everybody of some accounts.
pub async fn list_of_accounts(tx: &mut Tx, accounts: &[i64]) -> Result<Vec<Became>> {
    let sql = sql!("roadmap.list_notices_of_accounts" => Became,
        "SELECT a.ord AS ask_ord, a.id AS ask, a.item_id, a.state AS ask_state, a.first_at, a.last_at, e.id AS event,
           e.ord AS event_ord, e.kind, e.at, n.state, n.reason, n.changed_at
         FROM asks a JOIN notices n ON n.ask_ord = a.ord JOIN item_events e ON e.ord = n.event_ord
         WHERE a.account_ord = ANY($1) ORDER BY a.last_at DESC, a.ord, e.ord");
    tx.all(sql, args![accounts]).await
}

/// The last event of each item of which more is known than that it was heard of.
pub async fn list_last_events(tx: &mut Tx) -> Result<Vec<ItemEvent>> {
    let sql = sql!("roadmap.list_last_events" => ItemEvent,
        "SELECT e.ord, e.id, e.item_id, e.kind, e.revision, e.half, e.at, e.by_staff FROM item_events e
         JOIN roadmap_items i ON i.id = e.item_id
         WHERE i.removed_at IS NULL AND e.kind <> 'heard' AND e.ord = (SELECT MAX(l.ord) FROM item_events l WHERE l.item_id = e.item_id)
         ORDER BY e.at DESC, e.ord DESC");
    tx.all(sql, args![]).await
}

pub async fn find_event(tx: &mut Tx, id: EventId) -> Result<Option<ItemEvent>> {
    let sql = sql!("roadmap.find_item_event" => ItemEvent,
        "SELECT ord, id, item_id, kind, revision, half, at, by_staff FROM item_events WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub async fn list_events_by_ord(tx: &mut Tx, ords: &[i64]) -> Result<Vec<ItemEvent>> {
    let sql = sql!("roadmap.list_item_events_by_ord" => ItemEvent,
        "SELECT ord, id, item_id, kind, revision, half, at, by_staff FROM item_events WHERE ord = ANY($1) ORDER BY ord");
    tx.all(sql, args![ords]).await
}

/// The states of some rows: (event, ask, state).
pub async fn list_states(tx: &mut Tx, asks: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    let sql = sql!("roadmap.list_notice_states" => (i64, i64, String),
        "SELECT event_ord, ask_ord, state FROM notices WHERE ask_ord = ANY($1)");
    tx.all(sql, args![asks]).await
}

/// Says whether what was told solved it; an ask that it did is answered.
pub async fn confirm(tx: &mut Tx, asks: &[i64], solved: bool) -> Result<()> {
    let now = tx.now();
    let (from, to) = if solved { ("open", "confirmed") } else { ("confirmed", "open") };
    let sql = sql!(
        "roadmap.confirm_asks",
        "UPDATE asks SET state = $3, changed_at = $4, rev = rev + 1 WHERE ord = ANY($1) AND state = $2"
    );
    tx.run(sql, args![asks, from, to, now]).await.map(drop)
}

/// Items of these asks.
pub async fn list_items_of_asks(tx: &mut Tx, asks: &[i64]) -> Result<Vec<ItemId>> {
    let sql = sql!("roadmap.list_items_of_asks" => (ItemId,), "SELECT DISTINCT item_id FROM asks WHERE ord = ANY($1)");
    Ok(tx.all(sql, args![asks]).await?.into_iter().map(|(id,)| id).collect())
}
