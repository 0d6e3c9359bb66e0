//! Statements of learning why: questions, what was asked and answered, what was learned, how conversations closed.
use base::{EntryId, InsightId, ItemId, PassageId, ProbeId, Result, StaffId, Time};
use store::{Tx, args, row, sql};

row! {
    /// A question that may be asked after an answer.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ProbeRow {
        pub id: ProbeId,
        pub aim: String,
        pub purposes: String,
        pub tag_ord: Option<i64>,
        pub text_ko: String,
        pub text_en: String,
        pub is_active: bool,
        pub rev: i64,
    }
}

/// Oldest first.
pub async fn list_probes(tx: &mut Tx) -> Result<Vec<ProbeRow>> {
    let list = sql!("frontdoor.list_probes" => ProbeRow,
        "SELECT id, aim, purposes, tag_ord, text_ko, text_en, is_active, rev FROM probes ORDER BY created_at, id");
    tx.all(list, args![]).await
}

pub async fn insert_probe(tx: &mut Tx, p: &ProbeRow, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "frontdoor.insert_probe",
        "INSERT INTO probes (id, aim, purposes, tag_ord, text_ko, text_en, is_active, created_at, created_by, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"
    );
    let (aim, purposes, ko, en) = (p.aim.as_str(), p.purposes.as_str(), p.text_ko.as_str(), p.text_en.as_str());
    tx.run(insert, args![p.id, aim, purposes, p.tag_ord, ko, en, p.is_active, now, by]).await.map(drop)
}

pub async fn update_probe(tx: &mut Tx, p: &ProbeRow) -> Result<()> {
    let update = sql!(
        "frontdoor.update_probe",
        "UPDATE probes SET aim = $2, purposes = $3, tag_ord = $4, text_ko = $5, text_en = $6, is_active = $7, rev = rev + 1
         WHERE id = $1"
    );
    let (aim, purposes, ko, en) = (p.aim.as_str(), p.purposes.as_str(), p.text_ko.as_str(), p.text_en.as_str());
    tx.run(update, args![p.id, aim, purposes, p.tag_ord, ko, en, p.is_active]).await.map(drop)
}

row! {
    /// A question that stood in an answer of ours, and the answer to it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AskRow {
        pub entry_ord: i64,
        pub probe_id: ProbeId,
        pub conversation_ord: i64,
        pub asked_at: Time,
        pub answer_ord: Option<i64>,
        pub answered_at: Option<Time>,
    }
}

pub async fn insert_ask(tx: &mut Tx, ask: &AskRow, language: &str, by: Option<StaffId>) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_probe_ask",
        "INSERT INTO probe_asks (entry_ord, probe_id, conversation_ord, language, asked_at, asked_by)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (entry_ord) DO NOTHING"
    );
    tx.run(insert, args![ask.entry_ord, ask.probe_id, ask.conversation_ord, language, ask.asked_at, by]).await.map(drop)
}

/// Of one conversation, oldest first; an answer that was taken back asked nothing.
pub async fn list_asks(tx: &mut Tx, conversation: i64) -> Result<Vec<AskRow>> {
    let list = sql!("frontdoor.list_probe_asks" => AskRow,
        "SELECT entry_ord, probe_id, conversation_ord, asked_at, answer_ord, answered_at FROM probe_asks
         WHERE conversation_ord = $1 AND EXISTS (SELECT 1 FROM entries e WHERE e.ord = probe_asks.entry_ord)
         ORDER BY asked_at, entry_ord");
    tx.all(list, args![conversation]).await
}

/// Questions of these conversations that a person wrote after: (question's entry, answer's entry, when).
pub async fn list_answered(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, i64, Time)>> {
    let list = sql!("frontdoor.list_probes_answered" => (i64, i64, Time),
        "SELECT a.entry_ord, MIN(e.ord) AS answer_ord, MIN(e.said_at) AS said_at FROM probe_asks a
         JOIN entries q ON q.ord = a.entry_ord
         JOIN entries e ON e.conversation_ord = a.conversation_ord AND e.kind = 'message' AND e.author = 'person'
            AND e.ord > q.ord
         WHERE a.conversation_ord = ANY($1) AND a.answer_ord IS NULL GROUP BY a.entry_ord ORDER BY a.entry_ord");
    tx.all(list, args![conversations.to_vec()]).await
}

pub async fn set_answer(tx: &mut Tx, entry: i64, answer: i64, at: Time) -> Result<()> {
    let set = sql!(
        "frontdoor.set_probe_answer",
        "UPDATE probe_asks SET answer_ord = $2, answered_at = $3 WHERE entry_ord = $1 AND answer_ord IS NULL"
    );
    tx.run(set, args![entry, answer, at]).await.map(drop)
}

row! {
    /// How a question does: asked, answered, and how many answers something was learned from.
    #[derive(Clone, Debug, PartialEq)]
    pub struct YieldRow {
        pub probe_id: ProbeId,
        pub language: String,
        pub asked: i64,
        pub answered: i64,
        pub learned: i64,
    }
}

pub async fn list_yields(tx: &mut Tx, from: Time, to: Time) -> Result<Vec<YieldRow>> {
    let list = sql!("frontdoor.list_probe_yields" => YieldRow,
        "SELECT a.probe_id, a.language, COUNT(*) AS asked, COUNT(a.answer_ord) AS answered,
            COUNT(CASE WHEN EXISTS (SELECT 1 FROM insights i WHERE i.entry_ord = a.answer_ord AND i.retracted_at IS NULL)
                THEN 1 END) AS learned
         FROM probe_asks a WHERE a.asked_at >= $1 AND a.asked_at < $2 GROUP BY a.probe_id, a.language
         ORDER BY a.probe_id, a.language");
    tx.all(list, args![from, to]).await
}

row! {
    /// Something learned from a passage.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InsightRow {
        pub id: InsightId,
        pub kind: String,
        pub conversation_ord: i64,
        pub entry_ord: i64,
        pub passage_ord: i64,
        pub probe_id: Option<ProbeId>,
        pub person_ord: Option<i64>,
        pub team_ord: Option<i64>,
        pub account_ord: Option<i64>,
        pub door_ord: i64,
        pub said_at: Time,
        pub confirmed_at: Time,
        pub confirmed_by: Option<StaffId>,
        pub retracted_at: Option<Time>,
    }
}

pub async fn insert_insight(tx: &mut Tx, r: &InsightRow, tags: &[i64]) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_insight",
        "INSERT INTO insights (id, kind, conversation_ord, entry_ord, passage_ord, probe_id, person_ord, team_ord,
            account_ord, door_ord, said_at, confirmed_at, confirmed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    let args = args![
        r.id,
        r.kind.as_str(),
        r.conversation_ord,
        r.entry_ord,
        r.passage_ord,
        r.probe_id,
        r.person_ord,
        r.team_ord,
        r.account_ord,
        r.door_ord,
        r.said_at,
        r.confirmed_at,
        r.confirmed_by
    ];
    tx.run(insert, args).await?;
    let tag = sql!("frontdoor.insert_insight_tag", "INSERT INTO insight_tags (insight_id, tag_ord) VALUES ($1, $2)");
    tx.insert_rows(tag, tags.iter().map(|tag| args![r.id, *tag]).collect()).await.map(drop)
}

pub async fn find_insight(tx: &mut Tx, id: InsightId) -> Result<Option<InsightRow>> {
    let find = sql!("frontdoor.find_insight" => InsightRow,
        "SELECT id, kind, conversation_ord, entry_ord, passage_ord, probe_id, person_ord, team_ord, account_ord, door_ord,
            said_at, confirmed_at, confirmed_by, retracted_at FROM insights WHERE id = $1");
    tx.find(find, args![id]).await
}

pub async fn find_living_insight(tx: &mut Tx, passage: i64, kind: &str) -> Result<Option<InsightRow>> {
    let find = sql!("frontdoor.find_living_insight" => InsightRow,
        "SELECT id, kind, conversation_ord, entry_ord, passage_ord, probe_id, person_ord, team_ord, account_ord, door_ord,
            said_at, confirmed_at, confirmed_by, retracted_at FROM insights
         WHERE passage_ord = $1 AND kind = $2 AND retracted_at IS NULL");
    tx.find(find, args![passage, kind]).await
}

/// Living ones of a conversation, oldest first.
pub async fn list_insights_of(tx: &mut Tx, conversation: i64) -> Result<Vec<InsightRow>> {
    let list = sql!("frontdoor.list_insights_of" => InsightRow,
        "SELECT id, kind, conversation_ord, entry_ord, passage_ord, probe_id, person_ord, team_ord, account_ord, door_ord,
            said_at, confirmed_at, confirmed_by, retracted_at FROM insights
         WHERE conversation_ord = $1 AND retracted_at IS NULL ORDER BY confirmed_at, id");
    tx.all(list, args![conversation]).await
}

/// Living ones that were confirmed in a time, newest first.
pub async fn list_insights(tx: &mut Tx, from: Time, to: Time, hidden: &[i64], limit: i64) -> Result<Vec<InsightRow>> {
    let list = sql!("frontdoor.list_insights" => InsightRow,
        "SELECT id, kind, conversation_ord, entry_ord, passage_ord, probe_id, person_ord, team_ord, account_ord, door_ord,
            said_at, confirmed_at, confirmed_by, retracted_at FROM insights
         WHERE retracted_at IS NULL AND confirmed_at >= $1 AND confirmed_at < $2 AND NOT door_ord = ANY($3)
         ORDER BY confirmed_at DESC, id DESC LIMIT $4");
    tx.all(list, args![from, to, hidden.to_vec(), limit]).await
}

/// Living ones under some tags, the newest said first.
pub async fn list_insights_under(tx: &mut Tx, tags: Vec<i64>, hidden: &[i64], limit: i64) -> Result<Vec<InsightRow>> {
    let list = sql!("frontdoor.list_insights_under" => InsightRow,
        "SELECT id, kind, conversation_ord, entry_ord, passage_ord, probe_id, person_ord, team_ord, account_ord, door_ord,
            said_at, confirmed_at, confirmed_by, retracted_at FROM insights
         WHERE retracted_at IS NULL AND NOT door_ord = ANY($2)
           AND id IN (SELECT t.insight_id FROM insight_tags t WHERE t.tag_ord = ANY($1))
         ORDER BY said_at DESC, id DESC LIMIT $3");
    tx.all(list, args![tags, hidden.to_vec(), limit]).await
}

pub async fn list_insight_tags(tx: &mut Tx, ids: Vec<InsightId>) -> Result<Vec<(InsightId, i64)>> {
    let list = sql!("frontdoor.list_insight_tags" => (InsightId, i64),
        "SELECT insight_id, tag_ord FROM insight_tags WHERE insight_id = ANY_ID($1) ORDER BY insight_id, tag_ord");
    tx.all(list, args![ids]).await
}

pub async fn retract_insight(tx: &mut Tx, id: InsightId, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let retract = sql!(
        "frontdoor.retract_insight",
        "UPDATE insights SET retracted_at = $2, retracted_by = $3 WHERE id = $1 AND retracted_at IS NULL"
    );
    tx.run(retract, args![id, now, by]).await.map(drop)
}

/// Tags of a passage, or else of its whole conversation.
pub async fn list_tags_at(tx: &mut Tx, conversation: i64, passage: i64) -> Result<Vec<(i64, Option<i64>)>> {
    let list = sql!("frontdoor.list_tags_at" => (i64, Option<i64>),
        "SELECT DISTINCT tag_ord, passage_ord FROM taggings WHERE conversation_ord = $1 AND retracted_at IS NULL
         AND (passage_ord = $2 OR passage_ord IS NULL OR $2 = 0)");
    tx.all(list, args![conversation, passage]).await
}

row! {
    #[derive(Clone, Debug, PartialEq)]
    pub struct ClosingRow {
        pub conversation_ord: i64,
        pub closed_at: Time,
        pub outcome: Option<String>,
        pub learned: Option<String>,
    }
}

pub async fn find_closing(tx: &mut Tx, conversation: i64) -> Result<Option<ClosingRow>> {
    let find = sql!("frontdoor.find_closing" => ClosingRow,
        "SELECT conversation_ord, closed_at, outcome, learned FROM closings WHERE conversation_ord = $1
         ORDER BY closed_at DESC LIMIT 1");
    tx.find(find, args![conversation]).await
}

/// Closed conversations of these of which no closing is known: (conversation, who answers them). What came in closed is
/// none of ours.
pub async fn list_closed_unsaid(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, Option<StaffId>)>> {
    let list = sql!("frontdoor.list_closed_unsaid" => (i64, Option<StaffId>),
        "SELECT c.ord, c.assignee FROM conversations c WHERE c.ord = ANY($1) AND c.status = 'closed'
         AND NOT EXISTS (SELECT 1 FROM closings k WHERE k.conversation_ord = c.ord) ORDER BY c.ord");
    tx.all(list, args![conversations.to_vec()]).await
}

pub async fn put_closing(tx: &mut Tx, row: &ClosingRow, by: Option<StaffId>) -> Result<()> {
    let put = sql!(
        "frontdoor.put_closing",
        "INSERT INTO closings (conversation_ord, closed_at, closed_by, outcome, learned) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (conversation_ord, closed_at) DO UPDATE SET outcome = $4, learned = $5"
    );
    tx.run(put, args![row.conversation_ord, row.closed_at, by, row.outcome.clone(), row.learned.clone()])
        .await
        .map(drop)
}

row! {
    /// What was said to somebody of a roadmap item.
    #[derive(Clone, Debug, PartialEq)]
    pub struct WordsRow {
        pub conversation_ord: i64,
        pub item_id: ItemId,
        /// `noted` or `told`.
        pub kind: String,
        pub entry_ord: i64,
        pub person_ord: Option<i64>,
        pub said_at: Time,
    }
}

pub async fn insert_words(tx: &mut Tx, row: &WordsRow, by: Option<StaffId>) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_roadmap_words",
        "INSERT INTO roadmap_words (conversation_ord, item_id, kind, entry_ord, person_ord, said_at, said_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (conversation_ord, item_id, kind) DO NOTHING"
    );
    let kind = row.kind.as_str();
    tx.run(insert, args![row.conversation_ord, row.item_id, kind, row.entry_ord, row.person_ord, row.said_at, by])
        .await
        .map(drop)
}

pub async fn list_words_of(tx: &mut Tx, conversation: i64) -> Result<Vec<WordsRow>> {
    let list = sql!("frontdoor.list_roadmap_words_of" => WordsRow,
        "SELECT conversation_ord, item_id, kind, entry_ord, person_ord, said_at FROM roadmap_words
         WHERE conversation_ord = $1 ORDER BY said_at, item_id");
    tx.all(list, args![conversation]).await
}

/// Everybody who was told what became of an item, and of which.
pub async fn list_told(tx: &mut Tx) -> Result<Vec<(ItemId, i64)>> {
    let list = sql!("frontdoor.list_told" => (ItemId, i64),
        "SELECT item_id, person_ord FROM roadmap_words WHERE kind = 'told' AND person_ord IS NOT NULL");
    tx.all(list, args![]).await
}

/// The passage and entry behind an insight's row, by their ids.
pub async fn list_places(tx: &mut Tx, passages: &[i64]) -> Result<Vec<(i64, PassageId, EntryId, i64, i64, String)>> {
    let list = sql!("frontdoor.list_insight_places" => (i64, PassageId, EntryId, i64, i64, String),
        "SELECT p.ord, p.id, e.id AS entry_id, p.start_at, p.end_at, p.quote FROM passages p JOIN entries e ON e.ord = p.entry_ord
         WHERE p.ord = ANY($1)");
    tx.all(list, args![passages.to_vec()]).await
}

// -- What the board counts. Doors that the reader does not see are left out.

/// Insights that were the first of their kind for their tag: how many, of how many, in a time.
pub async fn count_first_insights(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<(i64, i64)> {
    let count = sql!("frontdoor.count_first_insights" => (i64, i64),
        "SELECT COUNT(CASE WHEN NOT EXISTS (SELECT 1 FROM insight_tags t
                JOIN insight_tags u ON u.tag_ord = t.tag_ord JOIN insights o ON o.id = u.insight_id
                WHERE t.insight_id = i.id AND o.kind = i.kind AND o.retracted_at IS NULL
                AND (o.confirmed_at < i.confirmed_at OR (o.confirmed_at = i.confirmed_at AND o.id < i.id))) THEN 1 END) AS firsts,
            COUNT(*) AS n
         FROM insights i WHERE i.retracted_at IS NULL AND i.confirmed_at >= $1 AND i.confirmed_at < $2
         AND NOT i.door_ord = ANY($3)");
    tx.get(count, args![from, to, hidden.to_vec()]).await
}

/// Pairs of a tag and a plan that something was learned of for the first time in a time: (tag, account) of the insights.
pub async fn list_learned_pairs(tx: &mut Tx, to: Time, hidden: &[i64]) -> Result<Vec<(i64, Option<i64>, Time)>> {
    let list = sql!("frontdoor.list_learned_pairs" => (i64, Option<i64>, Time),
        "SELECT t.tag_ord, i.account_ord, MIN(i.confirmed_at) AS first_at FROM insights i
         JOIN insight_tags t ON t.insight_id = i.id
         WHERE i.retracted_at IS NULL AND i.confirmed_at < $1 AND NOT i.door_ord = ANY($2)
         GROUP BY t.tag_ord, i.account_ord ORDER BY t.tag_ord, i.account_ord");
    tx.all(list, args![to, hidden.to_vec()]).await
}

/// Closed conversations in a time, those something was learned from, and those where there was nothing to learn.
pub async fn count_learned_closings(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<(i64, i64, i64)> {
    let count = sql!("frontdoor.count_learned_closings" => (i64, i64, i64),
        "SELECT COUNT(*) AS closed,
            COUNT(CASE WHEN EXISTS (SELECT 1 FROM insights i WHERE i.conversation_ord = k.conversation_ord
                AND i.retracted_at IS NULL) THEN 1 END) AS learned,
            COUNT(CASE WHEN k.learned = 'nothing' THEN 1 END) AS idle
         FROM closings k JOIN conversations c ON c.ord = k.conversation_ord
         WHERE k.closed_at >= $1 AND k.closed_at < $2 AND NOT c.door_ord = ANY($3)");
    tx.get(count, args![from, to, hidden.to_vec()]).await
}

/// By purpose: conversations with a first and a last feeling, the sum of what changed and of its squares.
pub async fn list_feeling_changes(
    tx: &mut Tx,
    from: Time,
    to: Time,
    hidden: &[i64],
) -> Result<Vec<(String, i64, i64, i64)>> {
    let list = sql!("frontdoor.list_feeling_changes" => (String, i64, i64, i64),
        "SELECT COALESCE(c.purpose, '') AS purpose, COUNT(*) AS n, CAST(SUM(c.emotion_end - c.emotion_start) AS BIGINT) AS change,
            CAST(SUM((c.emotion_end - c.emotion_start) * (c.emotion_end - c.emotion_start)) AS BIGINT) AS squares
         FROM closings k JOIN conversations c ON c.ord = k.conversation_ord
         WHERE k.closed_at >= $1 AND k.closed_at < $2 AND NOT c.door_ord = ANY($3)
         AND c.emotion_start IS NOT NULL AND c.emotion_end IS NOT NULL GROUP BY COALESCE(c.purpose, '') ORDER BY 1");
    tx.all(list, args![from, to, hidden.to_vec()]).await
}

/// Of conversations that were decided about in a time with a promise and answered by one of us, or whose time is over: how
/// many within the promise, of how many.
pub async fn count_promises(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<(i64, i64)> {
    let now = tx.now();
    let count = sql!("frontdoor.count_promises" => (i64, i64),
        "SELECT COUNT(CASE WHEN a.said_at IS NOT NULL AND a.said_at <= d.promise_at THEN 1 END) AS kept,
            COUNT(CASE WHEN d.promise_at IS NOT NULL AND (a.said_at IS NOT NULL OR d.promise_at < $4) THEN 1 END) AS n
         FROM route_decisions d JOIN conversations c ON c.ord = d.conversation_ord
         LEFT JOIN (SELECT e.conversation_ord, MIN(e.said_at) AS said_at FROM entries e
            JOIN route_decisions r ON r.conversation_ord = e.conversation_ord AND r.seq = 1
            WHERE e.kind = 'message' AND e.author = 'staff' AND r.decided_at >= $1 AND r.decided_at < $2
            GROUP BY e.conversation_ord) AS a ON a.conversation_ord = d.conversation_ord
         WHERE d.seq = 1 AND d.decided_at >= $1 AND d.decided_at < $2 AND NOT c.door_ord = ANY($3)");
    tx.get(count, args![from, to, hidden.to_vec(), now]).await
}

/// Conversations that were decided about in a time, and those of them that somebody decided otherwise.
pub async fn count_reroutes(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<(i64, i64)> {
    let count = sql!("frontdoor.count_reroutes" => (i64, i64),
        "SELECT COUNT(*) AS n, COUNT(CASE WHEN EXISTS (SELECT 1 FROM route_decisions r
            WHERE r.conversation_ord = d.conversation_ord AND r.reason IS NOT NULL) THEN 1 END) AS otherwise
         FROM route_decisions d JOIN conversations c ON c.ord = d.conversation_ord
         WHERE d.seq = 1 AND d.decided_at >= $1 AND d.decided_at < $2 AND NOT c.door_ord = ANY($3)");
    tx.get(count, args![from, to, hidden.to_vec()]).await
}

/// Accounts that somebody of ours answered in a time.
pub async fn list_accounts_talked(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<Vec<(i64,)>> {
    let list = sql!("frontdoor.list_accounts_talked" => (i64,),
        "SELECT DISTINCT c.account_ord FROM conversations c WHERE c.account_ord IS NOT NULL
         AND c.last_entry_at >= $1 AND c.opened_at < $2 AND NOT c.door_ord = ANY($3)
         AND EXISTS (SELECT 1 FROM entries e WHERE e.conversation_ord = c.ord AND e.author = 'staff' AND e.kind = 'message'
            AND e.said_at >= $1 AND e.said_at < $2)");
    tx.all(list, args![from, to, hidden.to_vec()]).await
}

pub async fn list_accounts_learned(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<Vec<(i64,)>> {
    let list = sql!("frontdoor.list_accounts_learned" => (i64,),
        "SELECT DISTINCT account_ord FROM insights WHERE account_ord IS NOT NULL AND retracted_at IS NULL
         AND confirmed_at >= $1 AND confirmed_at < $2 AND NOT door_ord = ANY($3)");
    tx.all(list, args![from, to, hidden.to_vec()]).await
}

pub async fn list_accounts_told(tx: &mut Tx, from: Time, to: Time, hidden: &[i64]) -> Result<Vec<(i64,)>> {
    let list = sql!("frontdoor.list_accounts_told" => (i64,),
        "SELECT DISTINCT c.account_ord FROM roadmap_words w JOIN conversations c ON c.ord = w.conversation_ord
         WHERE w.kind = 'told' AND c.account_ord IS NOT NULL AND w.said_at >= $1 AND w.said_at < $2
         AND NOT c.door_ord = ANY($3)");
    tx.all(list, args![from, to, hidden.to_vec()]).await
}
