//! Every statement about goals: what is wanted, who owns it, what it was on each day.
use ::store::{Tx, args, row, sql};
use base::{GoalId, ItemId, Result, StaffId, Time};

row! {
    #[derive(Clone, Debug, PartialEq)]
    pub struct GoalRow {
        pub id: GoalId, pub words_ko: String, pub words_en: String, pub measure: String, pub item_id: Option<ItemId>,
        pub tag_ord: Option<i64>, pub target: f64, pub is_more: bool, pub until: i64, pub conflicts_id: Option<GoalId>,
        pub conflict_words: Option<String>, pub created_at: Time, pub created_by: Option<StaffId>,
        pub closed_at: Option<Time>, pub rev: i64,
    }
}

row! {
    #[derive(Clone, Debug, PartialEq)]
    pub struct OwnerRow { pub goal_id: GoalId, pub department: String, pub staff_id: Option<StaffId> }
}

row! {
    #[derive(Clone, Debug, PartialEq)]
    pub struct ValueRow { pub goal_id: GoalId, pub day: i64, pub value: Option<f64>, pub n: i64, pub cases: Option<i64> }
}

pub async fn list(tx: &mut Tx) -> Result<Vec<GoalRow>> {
    let sql = sql!("roadmap.list_goals" => GoalRow,
        "SELECT id, words_ko, words_en, measure, item_id, tag_ord, target, is_more, until, conflicts_id, conflict_words,
           created_at, created_by, closed_at, rev FROM goals ORDER BY until, id");
    tx.all(sql, args![]).await
}

pub async fn find(tx: &mut Tx, id: GoalId) -> Result<Option<GoalRow>> {
    let sql = sql!("roadmap.find_goal" => GoalRow,
        "SELECT id, words_ko, words_en, measure, item_id, tag_ord, target, is_more, until, conflicts_id, conflict_words,
           created_at, created_by, closed_at, rev FROM goals WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub async fn put(tx: &mut Tx, r: &GoalRow) -> Result<()> {
    let sql = sql!(
        "roadmap.put_goal",
        "INSERT INTO goals (id, words_ko, words_en, measure, item_id, tag_ord, target, is_more, until, conflicts_id,
           conflict_words, created_at, created_by, closed_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         ON CONFLICT (id) DO UPDATE SET words_ko = excluded.words_ko, words_en = excluded.words_en,
           measure = excluded.measure, item_id = excluded.item_id, tag_ord = excluded.tag_ord, target = excluded.target,
           is_more = excluded.is_more, until = excluded.until, conflicts_id = excluded.conflicts_id,
           conflict_words = excluded.conflict_words, closed_at = excluded.closed_at, rev = excluded.rev"
    );
    let args = args![
        r.id,
        r.words_ko.as_str(),
        r.words_en.as_str(),
        r.measure.as_str(),
        r.item_id,
        r.tag_ord,
        r.target,
        r.is_more,
        r.until,
        r.conflicts_id,
        r.conflict_words.as_deref(),
        r.created_at,
        r.created_by,
        r.closed_at,
        r.rev
    ];
    tx.run(sql, args).await.map(drop)
}

pub async fn list_owners(tx: &mut Tx) -> Result<Vec<OwnerRow>> {
    let sql = sql!("roadmap.list_goal_owners" => OwnerRow,
        "SELECT goal_id, department, staff_id FROM goal_owners ORDER BY goal_id, department");
    tx.all(sql, args![]).await
}

pub async fn put_owners(tx: &mut Tx, goal: GoalId, owners: &[(String, Option<StaffId>)]) -> Result<()> {
    tx.run(sql!("roadmap.delete_goal_owners", "DELETE FROM goal_owners WHERE goal_id = $1"), args![goal]).await?;
    let sql = sql!(
        "roadmap.insert_goal_owner",
        "INSERT INTO goal_owners (goal_id, department, staff_id) VALUES ($1, $2, $3)"
    );
    let values = |(department, staff): &(String, Option<StaffId>)| args![goal, department.as_str(), *staff];
    tx.insert_rows(sql, owners.iter().map(values).collect()).await.map(drop)
}

pub async fn list_values(tx: &mut Tx, since: i64) -> Result<Vec<ValueRow>> {
    let sql = sql!("roadmap.list_goal_values" => ValueRow,
        "SELECT goal_id, day, value, n, cases FROM goal_values WHERE day >= $1 ORDER BY goal_id, day");
    tx.all(sql, args![since]).await
}

/// Keeps the figure of a day; the last one of the day stays.
pub async fn put_value(tx: &mut Tx, r: &ValueRow) -> Result<()> {
    let sql = sql!(
        "roadmap.put_goal_value",
        "INSERT INTO goal_values (goal_id, day, value, n, cases) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (goal_id, day) DO UPDATE SET value = excluded.value, n = excluded.n, cases = excluded.cases"
    );
    tx.run(sql, args![r.goal_id, r.day, r.value, r.n, r.cases]).await.map(drop)
}

/// (of items that are there, of all items that nobody declined): asks that were not withdrawn.
pub async fn count_demand(tx: &mut Tx) -> Result<(i64, i64)> {
    let sql = sql!("roadmap.count_demand" => (i64, i64),
        "SELECT COUNT(CASE WHEN i.status = 'shipped' THEN 1 END) AS met, COUNT(*) AS asked
         FROM asks a JOIN roadmap_items i ON i.id = a.item_id
         WHERE a.state = 'open' AND i.removed_at IS NULL AND i.status <> 'declined'");
    tx.get(sql, args![]).await
}

/// Open asks of open items: of one, of those that are joined to any of some tags, or of all.
pub async fn count_open_asks(tx: &mut Tx, item: Option<ItemId>, tags: Option<&[i64]>) -> Result<i64> {
    let (of_tags, tags) = (tags.is_some(), tags.unwrap_or_default());
    let sql = sql!("roadmap.count_open_asks" => (i64,),
        "SELECT COUNT(*) AS n FROM asks a JOIN roadmap_items i ON i.id = a.item_id
         WHERE a.state = 'open' AND i.removed_at IS NULL AND i.status NOT IN ('shipped', 'declined')
         AND ($1 OR a.item_id = $2)
         AND ($3 OR EXISTS (SELECT 1 FROM roadmap_item_tags t WHERE t.item_id = i.id AND t.mode = 'include'
            AND t.tag_ord = ANY($4)))");
    Ok(tx.get(sql, args![item.is_none(), item, !of_tags, tags]).await?.0)
}
