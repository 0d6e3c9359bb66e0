//! Every statement about the ledger: who was told what became of what they asked for.
use super::events::ItemEvent;
use ::store::{Tx, args, sql};
use base::Result;

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
