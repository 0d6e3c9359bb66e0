//! Every statement about areas of the product and about where customers meet us.
use ::store::{Tx, args, row, sql};
use base::{ContactPointId, NextStepId, Result, StaffId, Time};

row! {
    /// What happens next in an area.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StepRow {
        pub id: NextStepId, pub tag_ord: i64, pub words: String, pub department: Option<String>,
        pub staff_id: Option<StaffId>, pub due: Option<i64>, pub done_at: Option<Time>, pub created_at: Time,
        pub created_by: Option<StaffId>, pub rev: i64,
    }
}

row! {
    /// Where customers meet us.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PointRow {
        pub id: ContactPointId, pub name_ko: String, pub name_en: String, pub stage: String,
        pub door_ord: Option<i64>, pub channel: Option<String>, pub department: Option<String>,
        pub staff_id: Option<StaffId>, pub good_ko: String, pub good_en: String, pub created_at: Time,
        pub created_by: Option<StaffId>, pub rev: i64,
    }
}

/// (department, who) of an area.
pub async fn list_owners(tx: &mut Tx, tags: &[i64]) -> Result<Vec<(i64, String, Option<StaffId>)>> {
    let sql = sql!("roadmap.list_area_owners" => (i64, String, Option<StaffId>),
        "SELECT tag_ord, department, staff_id FROM area_owners WHERE tag_ord = ANY($1) ORDER BY department");
    tx.all(sql, args![tags]).await
}

pub async fn put_owners(tx: &mut Tx, tag: i64, owners: &[(String, Option<StaffId>)]) -> Result<()> {
    tx.run(sql!("roadmap.delete_area_owners", "DELETE FROM area_owners WHERE tag_ord = $1"), args![tag]).await?;
    let sql = sql!(
        "roadmap.insert_area_owner",
        "INSERT INTO area_owners (tag_ord, department, staff_id) VALUES ($1, $2, $3)"
    );
    let values = |(department, staff): &(String, Option<StaffId>)| args![tag, department.as_str(), *staff];
    tx.insert_rows(sql, owners.iter().map(values).collect()).await.map(drop)
}

pub async fn list_steps(tx: &mut Tx, tags: &[i64]) -> Result<Vec<StepRow>> {
    let sql = sql!("roadmap.list_area_steps" => StepRow,
        "SELECT id, tag_ord, words, department, staff_id, due, done_at, created_at, created_by, rev FROM area_steps
         WHERE tag_ord = ANY($1) ORDER BY CASE WHEN done_at IS NULL THEN 0 ELSE 1 END, COALESCE(due, 9999999), created_at, id");
    tx.all(sql, args![tags]).await
}

pub async fn find_step(tx: &mut Tx, id: NextStepId) -> Result<Option<StepRow>> {
    let sql = sql!("roadmap.find_area_step" => StepRow,
        "SELECT id, tag_ord, words, department, staff_id, due, done_at, created_at, created_by, rev FROM area_steps
         WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub async fn put_step(tx: &mut Tx, r: &StepRow) -> Result<()> {
    let sql = sql!(
        "roadmap.put_area_step",
        "INSERT INTO area_steps (id, tag_ord, words, department, staff_id, due, done_at, created_at, created_by, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO UPDATE SET words = excluded.words, department = excluded.department,
           staff_id = excluded.staff_id, due = excluded.due, done_at = excluded.done_at, rev = excluded.rev"
    );
    let args = args![
        r.id,
        r.tag_ord,
        r.words.as_str(),
        r.department.as_deref(),
        r.staff_id,
        r.due,
        r.done_at,
        r.created_at,
        r.created_by,
        r.rev
    ];
    tx.run(sql, args).await.map(drop)
}

pub async fn delete_step(tx: &mut Tx, id: NextStepId) -> Result<u64> {
    tx.run(sql!("roadmap.delete_area_step", "DELETE FROM area_steps WHERE id = $1"), args![id]).await
}

pub async fn list_points(tx: &mut Tx) -> Result<Vec<PointRow>> {
    let sql = sql!("roadmap.list_contact_points" => PointRow,
        "SELECT id, name_ko, name_en, stage, door_ord, channel, department, staff_id, good_ko, good_en, created_at,
           created_by, rev FROM contact_points ORDER BY created_at, id");
    tx.all(sql, args![]).await
}

pub async fn find_point(tx: &mut Tx, id: ContactPointId) -> Result<Option<PointRow>> {
    let sql = sql!("roadmap.find_contact_point" => PointRow,
        "SELECT id, name_ko, name_en, stage, door_ord, channel, department, staff_id, good_ko, good_en, created_at,
           created_by, rev FROM contact_points WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub async fn put_point(tx: &mut Tx, r: &PointRow) -> Result<()> {
    let sql = sql!(
        "roadmap.put_contact_point",
        "INSERT INTO contact_points (id, name_ko, name_en, stage, door_ord, channel, department, staff_id, good_ko,
           good_en, created_at, created_by, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO UPDATE SET name_ko = excluded.name_ko, name_en = excluded.name_en, stage = excluded.stage,
           door_ord = excluded.door_ord, channel = excluded.channel, department = excluded.department,
           staff_id = excluded.staff_id, good_ko = excluded.good_ko, good_en = excluded.good_en, rev = excluded.rev"
    );
    let args = args![
        r.id,
        r.name_ko.as_str(),
        r.name_en.as_str(),
        r.stage.as_str(),
        r.door_ord,
        r.channel.as_deref(),
        r.department.as_deref(),
        r.staff_id,
        r.good_ko.as_str(),
        r.good_en.as_str(),
        r.created_at,
        r.created_by,
        r.rev
    ];
    tx.run(sql, args).await.map(drop)
}

pub async fn delete_point(tx: &mut Tx, id: ContactPointId) -> Result<u64> {
    tx.run(sql!("roadmap.delete_contact_point", "DELETE FROM contact_points WHERE id = $1"), args![id]).await
}
