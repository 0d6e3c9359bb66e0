//! The only ways to get at what this room keeps: who stands behind a credential, members, settings.
use crate::{
    model::{SESSION_LIFE, Settings, StaffMember, fold_email},
    secrets::hash_secret,
    store::{self as rows, StaffRow},
};
use ::store::{Db, Tx};
use base::{Actor, Error, Result, Role, Scope, StaffId, Time, Via};
use futures::future::BoxFuture;
use httpkit::{Authority, Credential};
use std::collections::HashMap;

/// Last use is noted at most this often, so that reading does not write.
const NOTE_EVERY: i64 = Time::HOUR;

/// Finds the actor of a session or token in the tables of this room.
pub struct StaffAuthority;

impl Authority for StaffAuthority {
    fn find_actor<'a>(&'a self, db: &'a Db, credential: Credential<'a>) -> BoxFuture<'a, Result<Option<Actor>>> {
        Box::pin(async move {
            match credential {
                Credential::Session(secret) => find_by_session(db, hash_secret(secret)).await,
                Credential::Token(secret) => find_by_token(db, hash_secret(secret)).await,
            }
        })
    }
}

async fn find_by_session(db: &Db, hash: [u8; 32]) -> Result<Option<Actor>> {
    let mut tx = db.read().await?;
    let now = tx.now();
    let Some(found) = rows::find_session(&mut tx, hash).await? else { return Ok(None) };
    drop(tx);
    if now.since(found.seen_at) > NOTE_EVERY {
        let (db, staff) = (db.clone(), found.id);
        // The answer does not wait for the writer's turn; a lost note is made up for by the next request.
        tokio::spawn(async move {
            let mut tx = db.write().await?;
            rows::prolong_session(&mut tx, hash, now.plus(SESSION_LIFE)).await?;
            rows::note_seen(&mut tx, staff).await?;
            tx.commit().await
        });
    }
    let scopes = vec![Scope::All];
    Ok(Some(Actor {
        staff: Some(found.id),
        name: found.name,
        role: found.role,
        scopes,
        ui: found.ui,
        via: Via::Session,
    }))
}

async fn find_by_token(db: &Db, hash: [u8; 32]) -> Result<Option<Actor>> {
    let mut tx = db.read().await?;
    let now = tx.now();
    let Some(found) = rows::find_token(&mut tx, hash).await? else { return Ok(None) };
    drop(tx);
    if found.last_used_at.is_none_or(|used| now.since(used) > NOTE_EVERY) {
        let (db, token) = (db.clone(), found.token);
        tokio::spawn(async move {
            let mut tx = db.write().await?;
            rows::note_token_used(&mut tx, token).await?;
            tx.commit().await
        });
    }
    let scopes = parse_scopes(&found.scopes);
    let via = Via::Token(found.token);
    Ok(Some(Actor { staff: Some(found.id), name: found.name, role: found.role, scopes, ui: found.ui, via }))
}

pub fn parse_scopes(text: &str) -> Vec<Scope> {
    text.split(',').filter_map(|scope| scope.parse().ok()).collect()
}

/// Whether nobody owns this installation yet.
pub async fn needs_owner(tx: &mut Tx) -> Result<bool> {
    Ok(rows::count_with_role(tx, Role::Owner).await? == 0)
}

/// A member who has not been removed.
pub async fn get_staff(tx: &mut Tx, id: StaffId) -> Result<StaffRow> {
    let found = rows::find_staff(tx, id).await?.filter(|row| row.removed_at.is_none());
    found.ok_or(Error::NotFound("staff_member"))
}

pub async fn find_staff_by_email(tx: &mut Tx, email: &str) -> Result<Option<StaffMember>> {
    let Some(row) = rows::find_staff_by_fold(tx, &fold_email(email)).await? else { return Ok(None) };
    if row.removed_at.is_some() {
        return Ok(None);
    }
    let teams = rows::list_teams_of(tx, row.id).await?;
    Ok(Some(row.member(teams)))
}

/// Everybody, also those who were removed: their names stand on what they did.
pub async fn list_members(tx: &mut Tx) -> Result<Vec<StaffMember>> {
    let mut teams: HashMap<StaffId, Vec<String>> = HashMap::new();
    for (staff, team) in rows::list_memberships(tx).await? {
        teams.entry(staff).or_default().push(team);
    }
    let members = rows::list_staff(tx).await?;
    Ok(members
        .into_iter()
        .map(|row| {
            let teams = teams.remove(&row.id).unwrap_or_default();
            row.member(teams)
        })
        .collect())
}

/// The names of staff members, for showing who did something.
pub async fn list_staff_names(tx: &mut Tx, mut ids: Vec<StaffId>) -> Result<HashMap<StaffId, String>> {
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(rows::list_names(tx, ids).await?.into_iter().collect())
}

/// The number of a team of staff by its name.
pub async fn find_team(tx: &mut Tx, name: &str) -> Result<Option<i64>> {
    rows::find_team(tx, name).await
}

/// The names of all teams of staff, by number.
pub async fn list_team_names(tx: &mut Tx) -> Result<HashMap<i64, String>> {
    Ok(rows::list_teams(tx).await?.into_iter().collect())
}

/// The teams a member is in, by name.
pub async fn list_teams_of(tx: &mut Tx, id: StaffId) -> Result<Vec<String>> {
    rows::list_teams_of(tx, id).await
}

pub const INSTALLATION: &str = "installation";

/// The settings of the installation as this transaction sees them, and their version.
pub async fn get_settings_rev(tx: &mut Tx) -> Result<(Settings, i64)> {
    match rows::find_setting(tx, INSTALLATION).await? {
        Some((value, rev)) => Ok((serde_json::from_value(value).map_err(Error::store)?, rev)),
        None => Ok((Settings::default(), 0)),
    }
}

/// The settings of the installation as this transaction sees them: one small row, read where it is needed.
pub async fn get_settings(tx: &mut Tx) -> Result<Settings> {
    Ok(get_settings_rev(tx).await?.0)
}
