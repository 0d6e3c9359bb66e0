//! Statements of routing: rules, who is here, what is known of an asker, decisions.
use base::{ConversationId, Result, StaffId, Time};
use conversations::Purpose;
use store::{Tx, args, row, sql};

pub async fn find_rules(tx: &mut Tx) -> Result<Option<(serde_json::Value, i64)>> {
    let find = sql!("frontdoor.find_routing_rules" => (serde_json::Value, i64),
        "SELECT rules_json, rev FROM routing_settings WHERE id = 1");
    tx.find(find, args![]).await
}

pub async fn put_rules(tx: &mut Tx, rules: &serde_json::Value) -> Result<()> {
    let now = tx.now();
    let put = sql!(
        "frontdoor.put_routing_rules",
        "INSERT INTO routing_settings (id, rules_json, changed_at, rev) VALUES (1, $1, $2, 1)
         ON CONFLICT (id) DO UPDATE SET rules_json = $1, changed_at = $2, rev = routing_settings.rev + 1"
    );
    tx.run(put, args![rules.clone(), now]).await.map(drop)
}

row! {
    /// What one of us says of themselves.
    #[derive(Clone, Debug, PartialEq)]
    pub struct OursRow {
        pub staff_id: StaffId,
        pub name: String,
        /// Words joined by commas.
        pub languages: String,
        pub skills: String,
        pub is_here: bool,
        pub rev: i64,
    }
}

/// Everybody who said something of themselves and is still one of us.
pub async fn list_ours(tx: &mut Tx) -> Result<Vec<OursRow>> {
    let list = sql!("frontdoor.list_routing_staff" => OursRow,
        "SELECT r.staff_id, s.name, r.languages, r.skills, r.is_here, r.rev FROM routing_staff r
         JOIN staff s ON s.id = r.staff_id WHERE s.removed_at IS NULL AND s.role <> 'viewer' ORDER BY r.staff_id");
    tx.all(list, args![]).await
}

pub async fn put_ours(tx: &mut Tx, row: &OursRow) -> Result<()> {
    let put = sql!(
        "frontdoor.put_routing_staff",
        "INSERT INTO routing_staff (staff_id, languages, skills, is_here, rev) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (staff_id) DO UPDATE SET languages = $2, skills = $3, is_here = $4, rev = routing_staff.rev + 1"
    );
    tx.run(put, args![row.staff_id, row.languages.as_str(), row.skills.as_str(), row.is_here]).await.map(drop)
}

/// Who may see what came by doors of some teams only: (door, staff). Owners see every door.
pub async fn list_sight(tx: &mut Tx) -> Result<Vec<(i64, StaffId)>> {
    let list = sql!("frontdoor.list_routing_sight" => (i64, StaffId),
        "SELECT DISTINCT d.ord, s.id FROM doors d, staff s WHERE d.visibility = 'teams' AND s.removed_at IS NULL AND (
            s.role = 'owner' OR EXISTS (SELECT 1 FROM door_staff_teams t
                JOIN staff_team_members m ON m.staff_team_id = t.staff_team_id
                WHERE t.door_ord = d.ord AND m.staff_id = s.id))");
    tx.all(list, args![]).await
}

pub async fn list_closed_doors(tx: &mut Tx) -> Result<Vec<(i64,)>> {
    tx.all(sql!("frontdoor.list_closed_doors" => (i64,), "SELECT ord FROM doors WHERE visibility = 'teams'"), args![])
        .await
}

/// (team, its name), by name.
pub async fn list_staff_teams(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    let list = sql!("frontdoor.list_staff_teams" => (i64, String), "SELECT id, name FROM staff_teams ORDER BY name");
    tx.all(list, args![]).await
}

/// (team, member)
pub async fn list_team_members(tx: &mut Tx) -> Result<Vec<(i64, StaffId)>> {
    let list = sql!("frontdoor.list_staff_of_teams" => (i64, StaffId),
        "SELECT staff_team_id, staff_id FROM staff_team_members");
    tx.all(list, args![]).await
}

/// How many askers wait for each of us.
pub async fn list_loads(tx: &mut Tx) -> Result<Vec<(StaffId, i64)>> {
    let list = sql!("frontdoor.list_loads" => (StaffId, i64),
        "SELECT assignee, COUNT(*) AS askers FROM conversations
         WHERE waiting_since IS NOT NULL AND assignee IS NOT NULL GROUP BY assignee");
    tx.all(list, args![]).await
}

/// Who of us answered a person before, in their newest fifty conversations.
pub async fn list_answered_person(tx: &mut Tx, person: i64) -> Result<Vec<(StaffId,)>> {
    let list = sql!("frontdoor.list_answered_person" => (StaffId,),
        "SELECT DISTINCT e.staff_id FROM entries e WHERE e.staff_id IS NOT NULL AND e.kind = 'message'
         AND e.conversation_ord IN (SELECT ord FROM conversations WHERE person_ord = $1
            ORDER BY last_entry_at DESC, ord DESC LIMIT 50)");
    tx.all(list, args![person]).await
}

/// Who of us answered a company before, in its newest fifty conversations.
pub async fn list_answered_account(tx: &mut Tx, account: i64) -> Result<Vec<(StaffId,)>> {
    let list = sql!("frontdoor.list_answered_account" => (StaffId,),
        "SELECT DISTINCT e.staff_id FROM entries e WHERE e.staff_id IS NOT NULL AND e.kind = 'message'
         AND e.conversation_ord IN (SELECT ord FROM conversations WHERE account_ord = $1
            ORDER BY last_entry_at DESC, ord DESC LIMIT 50)");
    tx.all(list, args![account]).await
}

row! {
    /// A decision: the newest of a conversation holds.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DecisionRow {
        pub conversation_ord: i64,
        pub seq: i64,
        pub decided_at: Time,
        /// Who decided otherwise; nobody when it was decided here.
        pub decided_by: Option<StaffId>,
        pub reason: Option<String>,
        pub purpose: Option<Purpose>,
        /// `words`, `rule`, `person`, or `nothing` where nothing could be read.
        pub purpose_from: String,
        pub sure: f64,
        pub entry_ord: Option<i64>,
        pub words: String,
        pub facts_json: serde_json::Value,
        pub staff_team_id: Option<i64>,
        pub assignee: Option<StaffId>,
        pub chosen_for: String,
        /// Until when an answer was promised, if one was.
        pub promise_at: Option<Time>,
    }
}

pub async fn insert_decision(tx: &mut Tx, row: &DecisionRow) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_decision",
        "INSERT INTO route_decisions (conversation_ord, seq, decided_at, decided_by, reason, purpose, purpose_from, sure,
            entry_ord, words, facts_json, staff_team_id, assignee, chosen_for, promise_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    let r = row.clone();
    let args = args![
        r.conversation_ord,
        r.seq,
        r.decided_at,
        r.decided_by,
        r.reason,
        r.purpose,
        r.purpose_from,
        r.sure,
        r.entry_ord,
        r.words,
        r.facts_json,
        r.staff_team_id,
        r.assignee,
        r.chosen_for,
        r.promise_at
    ];
    tx.run(insert, args).await.map(drop)
}

/// Of these conversations, newest decision last.
pub async fn list_decisions(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<DecisionRow>> {
    let list = sql!("frontdoor.list_decisions" => DecisionRow,
        "SELECT conversation_ord, seq, decided_at, decided_by, reason, purpose, purpose_from, sure, entry_ord, words,
            facts_json, staff_team_id, assignee, chosen_for, promise_at
         FROM route_decisions WHERE conversation_ord = ANY($1) ORDER BY conversation_ord, seq");
    tx.all(list, args![conversations.to_vec()]).await
}

/// Open conversations that wait since then and that nobody decided about.
pub async fn list_unrouted(tx: &mut Tx, since: Time, limit: i64) -> Result<Vec<(i64,)>> {
    let list = sql!("frontdoor.list_unrouted" => (i64,),
        "SELECT c.ord FROM conversations c WHERE c.waiting_since > $1
         AND NOT EXISTS (SELECT 1 FROM route_decisions d WHERE d.conversation_ord = c.ord)
         ORDER BY c.waiting_since, c.ord LIMIT $2");
    tx.all(list, args![since, limit]).await
}

/// Those of these conversations that wait since then and that nobody decided about.
pub async fn list_unrouted_of(tx: &mut Tx, conversations: &[i64], since: Time) -> Result<Vec<(i64,)>> {
    let list = sql!("frontdoor.list_unrouted_of" => (i64,),
        "SELECT c.ord FROM conversations c WHERE c.ord = ANY($1) AND c.waiting_since > $2
         AND NOT EXISTS (SELECT 1 FROM route_decisions d WHERE d.conversation_ord = c.ord) ORDER BY c.ord");
    tx.all(list, args![conversations.to_vec(), since]).await
}

/// Those of these conversations that somebody gave another purpose than was decided last.
pub async fn list_purposes_changed(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64,)>> {
    let list = sql!("frontdoor.list_purposes_changed" => (i64,),
        "SELECT c.ord FROM conversations c JOIN route_decisions d ON d.conversation_ord = c.ord
         WHERE c.ord = ANY($1) AND c.purpose IS NOT NULL AND (d.purpose IS NULL OR d.purpose <> c.purpose)
         AND d.seq = (SELECT MAX(n.seq) FROM route_decisions n WHERE n.conversation_ord = c.ord)");
    tx.all(list, args![conversations.to_vec()]).await
}

row! {
    /// Somebody who waits, with what was decided.
    #[derive(Clone, Debug)]
    pub struct AskerRow {
        pub ord: i64,
        pub door_ord: i64,
        pub assignee: Option<StaffId>,
        pub person_ord: Option<i64>,
        pub account_ord: Option<i64>,
        pub waiting_since: Option<Time>,
        pub language: Option<base::Lang>,
        pub purpose: Option<Purpose>,
        pub facts_json: serde_json::Value,
        pub staff_team_id: Option<i64>,
    }
}

/// Those who wait, longest first.
pub async fn list_askers(tx: &mut Tx, since: Time, limit: i64) -> Result<Vec<AskerRow>> {
    let list = sql!("frontdoor.list_askers" => AskerRow,
        "SELECT c.ord, c.door_ord, c.assignee, c.person_ord, c.account_ord, c.waiting_since, c.language, d.purpose,
            d.facts_json, COALESCE(c.staff_team_id, d.staff_team_id) AS staff_team_id
         FROM conversations c JOIN route_decisions d ON d.conversation_ord = c.ord
         WHERE c.waiting_since > $1 AND c.snoozed_until IS NULL AND d.seq = (SELECT MAX(n.seq) FROM route_decisions n WHERE n.conversation_ord = c.ord)
         ORDER BY c.waiting_since, c.ord LIMIT $2");
    tx.all(list, args![since, limit]).await
}

pub async fn list_ords(tx: &mut Tx, ids: Vec<ConversationId>) -> Result<Vec<(i64,)>> {
    let list =
        sql!("frontdoor.list_conversation_ords" => (i64,), "SELECT ord FROM conversations WHERE id = ANY_ID($1)");
    tx.all(list, args![ids]).await
}

pub async fn forget_decisions(tx: &mut Tx, conversation: i64) -> Result<()> {
    let forget = sql!("frontdoor.forget_decisions", "DELETE FROM route_decisions WHERE conversation_ord = $1");
    tx.run(forget, args![conversation]).await.map(drop)
}

pub async fn move_decisions(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let moved = sql!(
        "frontdoor.move_decisions",
        "UPDATE route_decisions SET conversation_ord = $2 WHERE conversation_ord = $1"
    );
    tx.run(moved, args![from, into]).await.map(drop)
}

pub async fn move_lessons(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let moved =
        sql!("frontdoor.move_lessons", "UPDATE purpose_lessons SET conversation_ord = $2 WHERE conversation_ord = $1");
    tx.run(moved, args![from, into]).await.map(drop)
}

/// What a person said a conversation is there for.
pub async fn insert_lesson(tx: &mut Tx, conversation: i64, purpose: Purpose) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "frontdoor.insert_purpose_lesson",
        "INSERT INTO purpose_lessons (seq, conversation_ord, purpose, learned_at)
         SELECT COALESCE(MAX(seq), 0) + 1, CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM purpose_lessons"
    );
    tx.run(insert, args![conversation, purpose, now]).await.map(drop)
}

/// (seq, conversation, purpose) after a place, in order.
pub async fn list_lessons(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(i64, i64, Purpose)>> {
    let list = sql!("frontdoor.list_purpose_lessons" => (i64, i64, Purpose),
        "SELECT seq, conversation_ord, purpose FROM purpose_lessons WHERE seq > $1 ORDER BY seq LIMIT $2");
    tx.all(list, args![after, limit]).await
}

/// Passages that were tagged of a company, or of a person without one, newest first: (tag, what they said).
pub async fn list_tagged_words(tx: &mut Tx, person: i64, account: i64, hidden: &[i64]) -> Result<Vec<(i64, String)>> {
    let list = sql!("frontdoor.list_tagged_words" => (i64, String),
        "SELECT t.tag_ord, p.quote FROM taggings t JOIN passages p ON p.ord = t.passage_ord
         WHERE t.retracted_at IS NULL AND (t.account_ord = $2 OR t.person_ord = $1) AND NOT t.door_ord = ANY($3)
         ORDER BY t.said_at DESC, t.ord DESC LIMIT 20");
    tx.all(list, args![person, account, hidden.to_vec()]).await
}

/// The newest conversations of a company, or of a person, but this one: (id, subject or first words, when).
pub async fn list_talks(
    tx: &mut Tx,
    but: i64,
    person: i64,
    account: i64,
    hidden: &[i64],
) -> Result<Vec<(ConversationId, String, Time)>> {
    let list = sql!("frontdoor.list_talks" => (ConversationId, String, Time),
        "SELECT id, COALESCE(subject, preview) AS words, last_entry_at FROM conversations
         WHERE ord <> $1 AND (account_ord = $3 OR person_ord = $2) AND NOT door_ord = ANY($4)
         ORDER BY last_entry_at DESC, ord DESC LIMIT 5");
    tx.all(list, args![but, person, account, hidden.to_vec()]).await
}
