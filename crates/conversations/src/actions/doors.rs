//! Doors: made when something first comes in by them, and who may look through them.
use crate::model::Visibility;
use crate::prepare::Prepared;
use crate::store::doors::{self, Door};
use base::{DoorId, Error, Result};
use std::collections::{HashMap, hash_map::Entry};
use store::{Noun, Tx};

/// The doors of these items, in their order; those that are missing are made, and open.
pub(crate) async fn doors_for(tx: &mut Tx, items: &[Prepared]) -> Result<Vec<i64>> {
    let name_of = |item: &Prepared| {
        item.input.door.clone().unwrap_or_else(|| format!("{}/{}", item.input.source, item.input.channel))
    };
    let names: Vec<String> = items.iter().map(name_of).collect();
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let found = doors::list_by_name(tx, distinct.clone()).await?;
    let mut ords: HashMap<String, i64> = found.into_iter().map(|door| (door.name, door.ord)).collect();
    for name in distinct {
        if let Entry::Vacant(place) = ords.entry(name) {
            let door = make(tx, "import", place.key(), Visibility::Open).await?;
            place.insert(door.ord);
        }
    }
    Ok(names.iter().map(|name| ords[name]).collect())
}

async fn make(tx: &mut Tx, kind: &str, name: &str, visibility: Visibility) -> Result<Door> {
    let (ord, kind, name) = (tx.next_ord(Noun::Door).await?, kind.to_owned(), name.to_owned());
    let door = Door { ord, id: DoorId::new(), kind, name, visibility, rev: 1 };
    doors::insert(tx, &door).await?;
    Ok(door)
}

/// Makes a door. The teams of staff matter only when it is not open.
pub async fn open_door(
    tx: &mut Tx,
    kind: &str,
    name: &str,
    visibility: Visibility,
    staff_teams: &[String],
) -> Result<Door> {
    let name = check_name(tx, name, None).await?;
    let door = make(tx, kind, &name, visibility).await?;
    set_teams(tx, door.ord, staff_teams).await?;
    tx.announce("conversations.doors_changed", serde_json::json!({"door": door.ord}));
    Ok(door)
}

/// Changes a door that was read at this version.
pub async fn change_door(
    tx: &mut Tx,
    mut door: Door,
    name: Option<&str>,
    visibility: Option<Visibility>,
    staff_teams: Option<&[String]>,
) -> Result<Door> {
    if let Some(name) = name {
        door.name = check_name(tx, name, Some(door.id)).await?;
    }
    door.visibility = visibility.unwrap_or(door.visibility);
    doors::update(tx, &door).await?;
    if let Some(teams) = staff_teams {
        set_teams(tx, door.ord, teams).await?;
    }
    tx.announce("conversations.doors_changed", serde_json::json!({"door": door.ord}));
    door.rev += 1;
    Ok(door)
}

async fn check_name(tx: &mut Tx, name: &str, of: Option<DoorId>) -> Result<String> {
    let name = crate::prepare::clean_line(name);
    if name.is_empty() || name.chars().count() > 120 {
        return Err(Error::invalid("name", "error-door-name"));
    }
    let taken = doors::list_by_name(tx, vec![name.clone()]).await?;
    if taken.iter().any(|door| Some(door.id) != of) {
        return Err(Error::Conflict { key: "error-door-name-taken" });
    }
    Ok(name)
}

async fn set_teams(tx: &mut Tx, door: i64, names: &[String]) -> Result<()> {
    let teams = doors::list_team_ids(tx, names.to_vec()).await?;
    if let Some(unknown) = names.iter().find(|name| !teams.iter().any(|(_, known)| known == *name)) {
        let args = vec![("id", unknown.clone())];
        return Err(Error::Invalid { field: "staff_teams", key: "error-staff-team-unknown", args });
    }
    let ids: Vec<i64> = teams.iter().map(|(id, _)| *id).collect();
    doors::replace_teams(tx, door, &ids).await
}
