//! Every statement about what we decided: directions, half-years, promises, placements, decisions as they were made, and
//! what an item says before its release.
use ::store::{Tx, args, row, sql};
use base::{DecisionId, DirectionId, ItemId, Result, StaffId, Time};

row! {
    /// Where we go, or could go.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DirectionRow {
        pub id: DirectionId, pub words_ko: String, pub words_en: String, pub owner: String, pub is_committed: bool,
        pub since: Time, pub until: Option<Time>, pub reason: String, pub undoes_json: String,
        pub by_staff: Option<StaffId>, pub created_at: Time, pub ended_at: Option<Time>, pub rev: i64,
    }
}

/// The one we follow first, then those that only ask “what if”, then those we left, the newest first.
pub async fn list_directions(tx: &mut Tx) -> Result<Vec<DirectionRow>> {
    let sql = sql!("roadmap.list_directions" => DirectionRow,
        "SELECT id, words_ko, words_en, owner, is_committed, since, until, reason, undoes_json, by_staff, created_at,
           ended_at, rev
         FROM directions ORDER BY (CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END), is_committed DESC, created_at DESC");
    tx.all(sql, args![]).await
}

pub async fn find_direction(tx: &mut Tx, id: DirectionId) -> Result<Option<DirectionRow>> {
    let sql = sql!("roadmap.find_direction" => DirectionRow,
        "SELECT id, words_ko, words_en, owner, is_committed, since, until, reason, undoes_json, by_staff, created_at,
           ended_at, rev
         FROM directions WHERE id = $1");
    tx.find(sql, args![id]).await
}

/// The one we follow.
pub async fn find_committed(tx: &mut Tx) -> Result<Option<DirectionRow>> {
    let sql = sql!("roadmap.find_committed" => DirectionRow,
        "SELECT id, words_ko, words_en, owner, is_committed, since, until, reason, undoes_json, by_staff, created_at,
           ended_at, rev
         FROM directions WHERE is_committed AND ended_at IS NULL");
    tx.find(sql, args![]).await
}

pub async fn insert_direction(tx: &mut Tx, d: &DirectionRow) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_direction",
        "INSERT INTO directions (id, words_ko, words_en, owner, is_committed, since, until, reason, undoes_json, by_staff,
           created_at, ended_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    let args = args![
        d.id,
        d.words_ko.as_str(),
        d.words_en.as_str(),
        d.owner.as_str(),
        d.is_committed,
        d.since,
        d.until,
        d.reason.as_str(),
        d.undoes_json.as_str(),
        d.by_staff,
        d.created_at,
        d.ended_at,
        d.rev
    ];
    tx.run(sql, args).await.map(drop)
}

/// Puts a direction as it now is; the caller has raised `rev`.
pub async fn update_direction(tx: &mut Tx, d: &DirectionRow) -> Result<()> {
    let sql = sql!(
        "roadmap.update_direction",
        "UPDATE directions SET words_ko = $2, words_en = $3, owner = $4, is_committed = $5, since = $6, until = $7,
           reason = $8, undoes_json = $9, by_staff = $10, ended_at = $11, rev = $12 WHERE id = $1"
    );
    let args = args![
        d.id,
        d.words_ko.as_str(),
        d.words_en.as_str(),
        d.owner.as_str(),
        d.is_committed,
        d.since,
        d.until,
        d.reason.as_str(),
        d.undoes_json.as_str(),
        d.by_staff,
        d.ended_at,
        d.rev
    ];
    tx.run(sql, args).await.map(drop)
}

/// How items fit a direction: (item, 0 to 3).
pub async fn list_links(tx: &mut Tx, direction: DirectionId) -> Result<Vec<(ItemId, i64)>> {
    let sql = sql!("roadmap.list_fits" => (ItemId, i64),
        "SELECT item_id, weight FROM direction_links WHERE direction_id = $1 ORDER BY item_id");
    tx.all(sql, args![direction]).await
}

/// Puts how an item fits; 0 takes the row away.
pub async fn put_link(tx: &mut Tx, direction: DirectionId, item: ItemId, weight: i64) -> Result<()> {
    if weight == 0 {
        let sql = sql!("roadmap.delete_link", "DELETE FROM direction_links WHERE direction_id = $1 AND item_id = $2");
        return tx.run(sql, args![direction, item]).await.map(drop);
    }
    let sql = sql!(
        "roadmap.put_link",
        "INSERT INTO direction_links (direction_id, item_id, weight) VALUES ($1, $2, $3)
         ON CONFLICT (direction_id, item_id) DO UPDATE SET weight = excluded.weight"
    );
    tx.run(sql, args![direction, item, weight]).await.map(drop)
}

/// (person-weeks by team as JSON, version).
pub async fn find_half(tx: &mut Tx, half: &str) -> Result<Option<(String, i64)>> {
    let sql = sql!("roadmap.find_half" => (String, i64), "SELECT capacity_json, rev FROM half_plans WHERE half = $1");
    tx.find(sql, args![half]).await
}

pub async fn put_half(tx: &mut Tx, half: &str, capacity_json: &str, rev: i64, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.put_half",
        "INSERT INTO half_plans (half, capacity_json, rev, changed_at, by_staff) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (half) DO UPDATE SET capacity_json = excluded.capacity_json, rev = excluded.rev,
           changed_at = excluded.changed_at, by_staff = excluded.by_staff"
    );
    tx.run(sql, args![half, capacity_json, rev, now, by]).await.map(drop)
}

row! {
    /// An item that must be in a half-year.
    #[derive(Clone, Debug, PartialEq)]
    pub struct MustRow { pub item_id: ItemId, pub words: String, pub by_staff: Option<StaffId>, pub at: Time }
}

pub async fn list_musts(tx: &mut Tx, half: &str) -> Result<Vec<MustRow>> {
    let sql = sql!("roadmap.list_musts" => MustRow,
        "SELECT item_id, words, by_staff, at FROM half_musts WHERE half = $1 ORDER BY at, item_id");
    tx.all(sql, args![half]).await
}

pub async fn put_must(tx: &mut Tx, half: &str, item: ItemId, words: &str, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.put_must",
        "INSERT INTO half_musts (half, item_id, words, by_staff, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (half, item_id) DO UPDATE SET words = excluded.words, by_staff = excluded.by_staff, at = excluded.at"
    );
    tx.run(sql, args![half, item, words, by, now]).await.map(drop)
}

pub async fn delete_must(tx: &mut Tx, half: &str, item: ItemId) -> Result<u64> {
    let sql = sql!("roadmap.delete_must", "DELETE FROM half_musts WHERE half = $1 AND item_id = $2");
    tx.run(sql, args![half, item]).await
}

row! {
    /// Where somebody put an item outside the score.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PlacementRow {
        pub item_id: ItemId, pub place: i64, pub words: String, pub half: String, pub by_staff: Option<StaffId>,
        pub at: Time, pub reviewed_at: Option<Time>,
    }
}

pub async fn list_placements(tx: &mut Tx) -> Result<Vec<PlacementRow>> {
    let sql = sql!("roadmap.list_placements" => PlacementRow,
        "SELECT item_id, rank AS place, words, half, by_staff, at, reviewed_at FROM placements ORDER BY rank, at");
    tx.all(sql, args![]).await
}

pub async fn put_placement(tx: &mut Tx, p: &PlacementRow) -> Result<()> {
    let sql = sql!(
        "roadmap.put_placement",
        "INSERT INTO placements (item_id, rank, words, half, by_staff, at, reviewed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (item_id) DO UPDATE SET rank = excluded.rank, words = excluded.words, half = excluded.half,
           by_staff = excluded.by_staff, at = excluded.at, reviewed_at = excluded.reviewed_at"
    );
    let args = args![p.item_id, p.place, p.words.as_str(), p.half.as_str(), p.by_staff, p.at, p.reviewed_at];
    tx.run(sql, args).await.map(drop)
}

pub async fn delete_placement(tx: &mut Tx, item: ItemId) -> Result<u64> {
    tx.run(sql!("roadmap.delete_placement", "DELETE FROM placements WHERE item_id = $1"), args![item]).await
}

row! {
    /// A decision, without what it was made from.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DecisionRow {
        pub id: DecisionId, pub half: String, pub words: String, pub at: Time, pub by_staff: Option<StaffId>,
    }
}

/// The newest first; of one half-year, or of all.
pub async fn list_decisions(tx: &mut Tx, half: Option<&str>) -> Result<Vec<DecisionRow>> {
    let sql = sql!("roadmap.list_decisions" => DecisionRow,
        "SELECT id, half, words, at, by_staff FROM plan_snapshots WHERE $1 = '' OR half = $1 ORDER BY at DESC, id DESC
         LIMIT 200");
    tx.all(sql, args![half.unwrap_or_default()]).await
}

/// A decision with what it was made from, as JSON.
pub async fn find_decision(tx: &mut Tx, id: DecisionId) -> Result<Option<(DecisionRow, String)>> {
    let sql = sql!("roadmap.find_decision" => DecisionRow,
        "SELECT id, half, words, at, by_staff FROM plan_snapshots WHERE id = $1");
    let Some(row) = tx.find(sql, args![id]).await? else { return Ok(None) };
    let sql = sql!("roadmap.get_decision_body" => (String,), "SELECT body_json FROM plan_snapshots WHERE id = $1");
    let (body,) = tx.get(sql, args![id]).await?;
    Ok(Some((row, body)))
}

pub async fn insert_decision(tx: &mut Tx, d: &DecisionRow, body_json: &str) -> Result<()> {
    let sql = sql!(
        "roadmap.insert_decision",
        "INSERT INTO plan_snapshots (id, half, words, at, by_staff, body_json) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    let args = args![d.id, d.half.as_str(), d.words.as_str(), d.at, d.by_staff, body_json];
    tx.run(sql, args).await.map(drop)
}

/// (what is said before and after the release as JSON, version).
pub async fn find_release(tx: &mut Tx, item: ItemId) -> Result<Option<(String, i64)>> {
    let sql =
        sql!("roadmap.find_release" => (String, i64), "SELECT note_json, rev FROM item_releases WHERE item_id = $1");
    tx.find(sql, args![item]).await
}

/// All of them: (item, JSON).
pub async fn list_releases(tx: &mut Tx) -> Result<Vec<(ItemId, String)>> {
    let sql = sql!("roadmap.list_releases" => (ItemId, String), "SELECT item_id, note_json FROM item_releases");
    tx.all(sql, args![]).await
}

pub async fn put_release(tx: &mut Tx, item: ItemId, note_json: &str, rev: i64, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "roadmap.put_release",
        "INSERT INTO item_releases (item_id, note_json, rev, changed_at, by_staff) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (item_id) DO UPDATE SET note_json = excluded.note_json, rev = excluded.rev,
           changed_at = excluded.changed_at, by_staff = excluded.by_staff"
    );
    tx.run(sql, args![item, note_json, rev, now, by]).await.map(drop)
}
