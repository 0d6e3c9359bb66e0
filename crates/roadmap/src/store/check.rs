//! What must not be found: rows of the ledger, of goals and of the morning that contradict each other.
use ::store::{Tx, args, sql};
use base::{DigestPassageId, GoalId, Result};

/// Events of which an item has a gap: (event, kind).
pub async fn list_gaps(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    let sql = sql!("roadmap.list_event_gaps" => (i64, String),
        "SELECT MAX(e.ord), e.kind FROM item_events e GROUP BY e.item_id, e.kind
         HAVING MIN(e.revision) <> 1 OR MAX(e.revision) <> COUNT(*) LIMIT 20");
    tx.all(sql, args![]).await
}

/// Rows of the ledger that say something else than what was decided last, or whose decisions have a gap: (event, ask).
pub async fn list_undecided(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("roadmap.list_undecided_notices" => (i64, i64),
        "SELECT n.event_ord, n.ask_ord FROM notices n
         LEFT JOIN notice_log l ON l.event_ord = n.event_ord AND l.ask_ord = n.ask_ord AND l.position = (
           SELECT COUNT(*) FROM notice_log c WHERE c.event_ord = n.event_ord AND c.ask_ord = n.ask_ord)
         WHERE (l.state IS NULL AND (n.state <> 'pending' OR EXISTS (
             SELECT 1 FROM notice_log c WHERE c.event_ord = n.event_ord AND c.ask_ord = n.ask_ord)))
           OR l.state <> n.state OR COALESCE(l.reason, '') <> COALESCE(n.reason, '')
           OR COALESCE(l.message_ord, 0) <> COALESCE(n.message_ord, 0) LIMIT 20");
    tx.all(sql, args![]).await
}

/// Asks that were told and still follow their tags, and kept words of asks that do: (ask,).
pub async fn list_unpinned_told(tx: &mut Tx) -> Result<Vec<(i64,)>> {
    let sql = sql!("roadmap.list_unpinned_told" => (i64,),
        "SELECT a.ord FROM asks a WHERE a.pinned_at IS NULL AND (
           EXISTS (SELECT 1 FROM notices n WHERE n.ask_ord = a.ord AND n.state = 'told')
           OR EXISTS (SELECT 1 FROM ask_passages p WHERE p.ask_ord = a.ord)) LIMIT 20");
    tx.all(sql, args![]).await
}

/// Decisions and words of asks that are not there: (ask,).
pub async fn list_of_no_ask(tx: &mut Tx) -> Result<Vec<(i64,)>> {
    let sql = sql!("roadmap.list_rows_of_no_ask" => (i64,),
        "SELECT l.ask_ord FROM notice_log l WHERE NOT EXISTS (
           SELECT 1 FROM notices n WHERE n.event_ord = l.event_ord AND n.ask_ord = l.ask_ord)
         UNION SELECT p.ask_ord FROM ask_passages p WHERE NOT EXISTS (SELECT 1 FROM asks a WHERE a.ord = p.ask_ord)");
    tx.all(sql, args![]).await
}

/// Goals that nobody owns, that measure what is not there, or that conflict with themselves or with none.
pub async fn list_wrong_goals(tx: &mut Tx) -> Result<Vec<(GoalId,)>> {
    let sql = sql!("roadmap.list_wrong_goals" => (GoalId,),
        "SELECT g.id FROM goals g
         WHERE NOT EXISTS (SELECT 1 FROM goal_owners o WHERE o.goal_id = g.id)
           OR (g.item_id IS NOT NULL AND (g.tag_ord IS NOT NULL
             OR NOT EXISTS (SELECT 1 FROM roadmap_items i WHERE i.id = g.item_id)))
           OR (g.tag_ord IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.ord = g.tag_ord))
           OR (g.conflicts_id IS NOT NULL AND (g.conflicts_id = g.id OR g.conflict_words IS NULL
             OR NOT EXISTS (SELECT 1 FROM goals o WHERE o.id = g.conflicts_id)))");
    tx.all(sql, args![]).await
}

/// Owners and figures of goals that are not there.
pub async fn list_of_no_goal(tx: &mut Tx) -> Result<Vec<(GoalId,)>> {
    let sql = sql!("roadmap.list_rows_of_no_goal" => (GoalId,),
        "SELECT o.goal_id FROM goal_owners o WHERE NOT EXISTS (SELECT 1 FROM goals g WHERE g.id = o.goal_id)
         UNION SELECT v.goal_id FROM goal_values v WHERE NOT EXISTS (SELECT 1 FROM goals g WHERE g.id = v.goal_id)");
    tx.all(sql, args![]).await
}

/// Areas at tags and touchpoints at doors that are not there: their ordinals.
pub async fn list_nowhere(tx: &mut Tx) -> Result<Vec<(i64,)>> {
    let sql = sql!("roadmap.list_areas_nowhere" => (i64,),
        "SELECT o.tag_ord FROM area_owners o WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE t.ord = o.tag_ord)
         UNION SELECT s.tag_ord FROM area_steps s WHERE NOT EXISTS (SELECT 1 FROM tags t WHERE t.ord = s.tag_ord)
         UNION SELECT c.door_ord FROM contact_points c
           WHERE c.door_ord IS NOT NULL AND NOT EXISTS (SELECT 1 FROM doors d WHERE d.ord = c.door_ord)");
    tx.all(sql, args![]).await
}

/// Words of the morning that stand on no page, that nobody said, or that were answered by nothing.
pub async fn list_wrong_words(tx: &mut Tx) -> Result<Vec<(DigestPassageId,)>> {
    let sql = sql!("roadmap.list_wrong_digest_words" => (DigestPassageId,),
        "SELECT w.id FROM digest_passages w LEFT JOIN entries e ON e.ord = w.entry_ord
         WHERE e.ord IS NULL OR w.why NOT IN ('new', 'rising', 'chance')
           OR NOT EXISTS (SELECT 1 FROM digests d WHERE d.staff_id = w.staff_id AND d.day = w.day)
           OR (w.passage_ord IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM passages p WHERE p.ord = w.passage_ord AND p.entry_ord = w.entry_ord))
           OR (w.answer_ord IS NOT NULL AND (w.answered_at IS NULL
             OR NOT EXISTS (SELECT 1 FROM entries a WHERE a.ord = w.answer_ord))) LIMIT 20");
    tx.all(sql, args![]).await
}

/// Mails of the morning that are in no known state: (day, state).
pub async fn list_wrong_mails(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    let sql = sql!("roadmap.list_wrong_digest_mails" => (i64, String),
        "SELECT m.day, m.state FROM digest_mails m WHERE m.what NOT IN ('morning', 'week') OR m.tries < 0
           OR m.state NOT IN ('sending', 'sent', 'refused', 'nothing', 'no_mailbox') LIMIT 20");
    tx.all(sql, args![]).await
}
