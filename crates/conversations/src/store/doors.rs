//! The rows of doors, and which teams of staff may look through them.
use crate::model::Visibility;
use base::{DoorId, Result, StaffId};
use store::{Tx, args, row, sql};

row! {
    /// A way in: a mailbox, an import, the API.
    #[derive(Clone, Debug)]
    pub struct Door {
        pub ord: i64,
        pub id: DoorId,
        pub kind: String,
        pub name: String,
        pub visibility: Visibility,
        pub rev: i64,
    }
}

pub(crate) async fn list(tx: &mut Tx) -> Result<Vec<Door>> {
    let sql = sql!("conversations.list_doors" => Door, "SELECT ord, id, kind, name, visibility, rev FROM doors ORDER BY name");
    tx.all(sql, args![]).await
}

pub(crate) async fn list_by_name(tx: &mut Tx, names: Vec<String>) -> Result<Vec<Door>> {
    let sql = sql!("conversations.list_doors_by_name" => Door,
        "SELECT ord, id, kind, name, visibility, rev FROM doors WHERE name = ANY($1)");
    tx.all(sql, args![names]).await
}

pub(crate) async fn find(tx: &mut Tx, id: DoorId) -> Result<Option<Door>> {
    let sql = sql!("conversations.find_door" => Door,
        "SELECT ord, id, kind, name, visibility, rev FROM doors WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub(crate) async fn insert(tx: &mut Tx, door: &Door) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "conversations.insert_door",
        "INSERT INTO doors (ord, id, kind, name, visibility, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    tx.run(sql, args![door.ord, door.id, &door.kind, &door.name, door.visibility, now]).await.map(drop)
}

pub(crate) async fn update(tx: &mut Tx, door: &Door) -> Result<()> {
    let sql =
        sql!("conversations.update_door", "UPDATE doors SET name = $2, visibility = $3, rev = rev + 1 WHERE ord = $1");
    tx.run(sql, args![door.ord, &door.name, door.visibility]).await.map(drop)
}

/// (door, team of staff, its name)
pub(crate) async fn list_teams(tx: &mut Tx) -> Result<Vec<(i64, i64, String)>> {
    let sql = sql!("conversations.list_door_teams" => (i64, i64, String),
        "SELECT d.door_ord, t.id, t.name FROM door_staff_teams d JOIN staff_teams t ON t.id = d.staff_team_id ORDER BY t.name");
    tx.all(sql, args![]).await
}

pub(crate) async fn list_team_ids(tx: &mut Tx, names: Vec<String>) -> Result<Vec<(i64, String)>> {
    let sql = sql!("conversations.list_staff_team_ids" => (i64, String), "SELECT id, name FROM staff_teams WHERE name = ANY($1)");
    tx.all(sql, args![names]).await
}

pub(crate) async fn replace_teams(tx: &mut Tx, door: i64, teams: &[i64]) -> Result<()> {
    tx.run(sql!("conversations.delete_door_teams", "DELETE FROM door_staff_teams WHERE door_ord = $1"), args![door])
        .await?;
    let sql = sql!(
        "conversations.insert_door_team",
        "INSERT INTO door_staff_teams (door_ord, staff_team_id) VALUES ($1, $2)"
    );
    tx.insert_rows(sql, teams.iter().map(|team| args![door, *team]).collect()).await.map(drop)
}

/// Doors only for teams that this member of staff is not in.
pub(crate) async fn list_hidden(tx: &mut Tx, staff: StaffId) -> Result<Vec<(i64,)>> {
    let sql = sql!("conversations.list_hidden_doors" => (i64,),
        "SELECT d.ord FROM doors d WHERE d.visibility = 'teams' AND NOT EXISTS (
            SELECT 1 FROM door_staff_teams t JOIN staff_team_members m ON m.staff_team_id = t.staff_team_id
            WHERE t.door_ord = d.ord AND m.staff_id = $1)");
    tx.all(sql, args![staff]).await
}
