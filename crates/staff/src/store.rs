//! All statements of the staff room, one function each, no rules.
use crate::model::{NewStaff, StaffMember};
use base::{InvitationId, Result, Role, StaffId, Time, TokenId, Ui};
use store::{Tx, args, row, sql};

row! {
    pub struct StaffRow {
        pub id: StaffId, pub email: String, pub name: String, pub role: Role, pub ui: Ui,
        pub password_hash: Option<String>, pub prefs_json: serde_json::Value,
        pub last_seen_at: Option<Time>, pub removed_at: Option<Time>, pub rev: i64,
    }
}

impl StaffRow {
    pub fn member(self, teams: Vec<String>) -> StaffMember {
        StaffMember {
            id: self.id,
            name: self.name,
            email: self.email,
            role: self.role,
            ui: self.ui,
            teams,
            last_seen_at: self.last_seen_at,
            removed: self.removed_at.is_some(),
            rev: self.rev,
        }
    }
}

pub async fn find_staff(tx: &mut Tx, id: StaffId) -> Result<Option<StaffRow>> {
    let find = sql!("staff.find_staff" => StaffRow,
        "SELECT id, email, name, role, ui, password_hash, prefs_json, last_seen_at, removed_at, rev FROM staff WHERE id = $1");
    tx.find(find, args![id]).await
}

pub async fn find_staff_by_fold(tx: &mut Tx, email_fold: &str) -> Result<Option<StaffRow>> {
    let find = sql!("staff.find_staff_by_fold" => StaffRow,
        "SELECT id, email, name, role, ui, password_hash, prefs_json, last_seen_at, removed_at, rev FROM staff WHERE email_fold = $1");
    tx.find(find, args![email_fold]).await
}

pub async fn list_staff(tx: &mut Tx) -> Result<Vec<StaffRow>> {
    let list = sql!("staff.list_staff" => StaffRow,
        "SELECT id, email, name, role, ui, password_hash, prefs_json, last_seen_at, removed_at, rev FROM staff ORDER BY name, id");
    tx.all(list, []).await
}

pub async fn list_names(tx: &mut Tx, ids: Vec<StaffId>) -> Result<Vec<(StaffId, String)>> {
    tx.all(
        sql!("staff.list_names" => (StaffId, String), "SELECT id, name FROM staff WHERE id = ANY_ID($1)"),
        args![ids],
    )
    .await
}

pub async fn count_with_role(tx: &mut Tx, role: Role) -> Result<i64> {
    let count = sql!("staff.count_with_role" => (i64,),
        "SELECT COUNT(id) FROM staff WHERE role = $1 AND removed_at IS NULL");
    Ok(tx.get(count, args![role]).await?.0)
}

pub async fn insert_staff(tx: &mut Tx, id: StaffId, email_fold: &str, new: &NewStaff) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "staff.insert_staff",
        "INSERT INTO staff (id, email, email_fold, name, role, ui, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    tx.run(insert, args![id, &new.email, email_fold, &new.name, new.role, new.ui, new.password_hash.clone(), now])
        .await?;
    Ok(())
}

/// Lets somebody in again who had been removed.
pub async fn revive_staff(tx: &mut Tx, id: StaffId, new: &NewStaff) -> Result<()> {
    let revive = sql!(
        "staff.revive_staff",
        "UPDATE staff SET email = $2, name = $3, role = $4, ui = $5, password_hash = $6, removed_at = NULL, rev = rev + 1 WHERE id = $1"
    );
    tx.run(revive, args![id, &new.email, &new.name, new.role, new.ui, new.password_hash.clone()]).await?;
    Ok(())
}

pub async fn update_staff(tx: &mut Tx, id: StaffId, name: &str, role: Role) -> Result<()> {
    let update = sql!("staff.update_staff", "UPDATE staff SET name = $2, role = $3, rev = rev + 1 WHERE id = $1");
    tx.run(update, args![id, name, role]).await?;
    Ok(())
}

pub async fn update_me(tx: &mut Tx, id: StaffId, name: &str, ui: Ui, prefs: &serde_json::Value) -> Result<()> {
    let update =
        sql!("staff.update_me", "UPDATE staff SET name = $2, ui = $3, prefs_json = $4, rev = rev + 1 WHERE id = $1");
    tx.run(update, args![id, name, ui, prefs]).await?;
    Ok(())
}

pub async fn update_password(tx: &mut Tx, id: StaffId, hash: &str) -> Result<()> {
    tx.run(sql!("staff.update_password", "UPDATE staff SET password_hash = $2 WHERE id = $1"), args![id, hash]).await?;
    Ok(())
}

pub async fn remove_staff(tx: &mut Tx, id: StaffId) -> Result<()> {
    let now = tx.now();
    let remove = sql!(
        "staff.remove_staff",
        "UPDATE staff SET removed_at = $2, password_hash = NULL, rev = rev + 1 WHERE id = $1"
    );
    tx.run(remove, args![id, now]).await?;
    Ok(())
}

// Teams of staff.

pub async fn list_memberships(tx: &mut Tx) -> Result<Vec<(StaffId, String)>> {
    let list = sql!("staff.list_memberships" => (StaffId, String),
        "SELECT m.staff_id, t.name FROM staff_team_members m JOIN staff_teams t ON t.id = m.staff_team_id ORDER BY t.name");
    tx.all(list, []).await
}

pub async fn find_team(tx: &mut Tx, name: &str) -> Result<Option<i64>> {
    let sql = sql!("staff.find_team" => (i64,), "SELECT id FROM staff_teams WHERE name = $1");
    Ok(tx.find(sql, args![name]).await?.map(|(id,)| id))
}

pub async fn list_teams(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    tx.all(sql!("staff.list_teams" => (i64, String), "SELECT id, name FROM staff_teams ORDER BY name"), args![]).await
}

pub async fn list_teams_of(tx: &mut Tx, id: StaffId) -> Result<Vec<String>> {
    let list = sql!("staff.list_teams_of" => (String,),
        "SELECT t.name FROM staff_team_members m JOIN staff_teams t ON t.id = m.staff_team_id WHERE m.staff_id = $1 ORDER BY t.name");
    Ok(tx.all(list, args![id]).await?.into_iter().map(|row| row.0).collect())
}

pub async fn leave_teams(tx: &mut Tx, id: StaffId) -> Result<()> {
    tx.run(sql!("staff.leave_teams", "DELETE FROM staff_team_members WHERE staff_id = $1"), args![id]).await?;
    Ok(())
}

pub async fn join_teams(tx: &mut Tx, id: StaffId, teams: &[String]) -> Result<()> {
    let make = sql!(
        "staff.insert_team",
        "INSERT INTO staff_teams (id, name) SELECT COALESCE(MAX(id), 0) + 1, $1 FROM staff_teams WHERE TRUE ON CONFLICT (name) DO NOTHING"
    );
    for team in teams {
        tx.run(make, args![team]).await?;
    }
    let join = sql!("staff.join_teams",
        "INSERT INTO staff_team_members (staff_team_id, staff_id) SELECT t.id, s.id FROM staff_teams t JOIN staff s ON s.id = $2
        WHERE t.name = ANY($1) ON CONFLICT DO NOTHING");
    tx.run(join, args![teams, id]).await?;
    Ok(())
}

// Sessions and tokens: only hashes are kept.

row! {
    pub struct SignedIn { pub id: StaffId, pub name: String, pub role: Role, pub ui: Ui, pub seen_at: Time }
}

pub async fn find_session(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<SignedIn>> {
    let now = tx.now();
    let find = sql!("staff.find_session" => SignedIn,
        "SELECT s.id, s.name, s.role, s.ui, x.seen_at FROM sessions x JOIN staff s ON s.id = x.staff_id
        WHERE x.token_hash = $1 AND x.expires_at > $2 AND s.removed_at IS NULL");
    tx.find(find, args![hash, now]).await
}

pub async fn insert_session(
    tx: &mut Tx,
    hash: [u8; 32],
    staff: StaffId,
    expires_at: Time,
    user_agent: &str,
) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "staff.insert_session",
        "INSERT INTO sessions (token_hash, staff_id, created_at, seen_at, expires_at, user_agent) VALUES ($1, $2, $3, $3, $4, $5)"
    );
    tx.run(insert, args![hash, staff, now, expires_at, user_agent]).await?;
    note_seen(tx, staff).await
}

pub async fn prolong_session(tx: &mut Tx, hash: [u8; 32], expires_at: Time) -> Result<()> {
    let now = tx.now();
    let prolong =
        sql!("staff.prolong_session", "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE token_hash = $1");
    tx.run(prolong, args![hash, now, expires_at]).await?;
    Ok(())
}

pub async fn note_seen(tx: &mut Tx, staff: StaffId) -> Result<()> {
    let now = tx.now();
    tx.run(sql!("staff.note_seen", "UPDATE staff SET last_seen_at = $2 WHERE id = $1"), args![staff, now]).await?;
    Ok(())
}

pub async fn delete_session(tx: &mut Tx, hash: [u8; 32]) -> Result<u64> {
    tx.run(sql!("staff.delete_session", "DELETE FROM sessions WHERE token_hash = $1"), args![hash]).await
}

/// Ends the sessions of somebody, except one they may keep (a hash that none has keeps none).
pub async fn delete_sessions_of(tx: &mut Tx, staff: StaffId, except: [u8; 32]) -> Result<u64> {
    let delete = sql!("staff.delete_sessions_of", "DELETE FROM sessions WHERE staff_id = $1 AND token_hash <> $2");
    tx.run(delete, args![staff, except]).await
}

pub async fn delete_old_sessions(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    tx.run(sql!("staff.delete_old_sessions", "DELETE FROM sessions WHERE expires_at <= $1"), args![now]).await
}

row! {
    pub struct TokenHolder {
        pub id: StaffId, pub name: String, pub role: Role, pub ui: Ui, pub token: TokenId, pub scopes: String,
        pub last_used_at: Option<Time>,
    }
}

pub async fn find_token(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<TokenHolder>> {
    let find = sql!("staff.find_token" => TokenHolder,
        "SELECT s.id, s.name, s.role, s.ui, t.id AS token, t.scopes, t.last_used_at FROM api_tokens t JOIN staff s ON s.id = t.staff_id
        WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND s.removed_at IS NULL");
    tx.find(find, args![hash]).await
}

row! {
    pub struct TokenRow {
        pub id: TokenId, pub name: String, pub scopes: String, pub staff_id: StaffId, pub staff_name: String,
        pub created_at: Time, pub last_used_at: Option<Time>,
    }
}

/// Living tokens of everybody.
pub async fn list_tokens(tx: &mut Tx) -> Result<Vec<TokenRow>> {
    let list = sql!("staff.list_tokens" => TokenRow,
        "SELECT t.id, t.name, t.scopes, t.staff_id, s.name AS staff_name, t.created_at, t.last_used_at
        FROM api_tokens t JOIN staff s ON s.id = t.staff_id WHERE t.revoked_at IS NULL ORDER BY t.created_at DESC, t.id");
    tx.all(list, []).await
}

pub async fn insert_token(
    tx: &mut Tx,
    id: TokenId,
    hash: [u8; 32],
    staff: StaffId,
    name: &str,
    scopes: &str,
) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "staff.insert_token",
        "INSERT INTO api_tokens (id, token_hash, staff_id, name, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    tx.run(insert, args![id, hash, staff, name, scopes, now]).await?;
    Ok(())
}

pub async fn note_token_used(tx: &mut Tx, id: TokenId) -> Result<()> {
    let now = tx.now();
    tx.run(sql!("staff.note_token_used", "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1"), args![id, now])
        .await?;
    Ok(())
}

pub async fn revoke_token(tx: &mut Tx, id: TokenId) -> Result<u64> {
    let now = tx.now();
    let revoke =
        sql!("staff.revoke_token", "UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    tx.run(revoke, args![id, now]).await
}

pub async fn revoke_tokens_of(tx: &mut Tx, staff: StaffId) -> Result<u64> {
    let now = tx.now();
    let revoke = sql!(
        "staff.revoke_tokens_of",
        "UPDATE api_tokens SET revoked_at = $2 WHERE staff_id = $1 AND revoked_at IS NULL"
    );
    tx.run(revoke, args![staff, now]).await
}

// Invitations.

row! {
    pub struct InvitationRow {
        pub id: InvitationId, pub email: String, pub role: Role, pub invited_by: Option<StaffId>,
        pub created_at: Time, pub expires_at: Time,
    }
}

pub async fn insert_invitation(tx: &mut Tx, hash: [u8; 32], invitation: &InvitationRow) -> Result<()> {
    let insert = sql!(
        "staff.insert_invitation",
        "INSERT INTO invitations (id, token_hash, email, role, invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    let InvitationRow { id, email, role, invited_by, created_at, expires_at } = invitation;
    tx.run(insert, args![id, hash, email, *role, *invited_by, *created_at, *expires_at]).await?;
    Ok(())
}

/// An invitation that can still be accepted.
pub async fn find_invitation(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<InvitationRow>> {
    let now = tx.now();
    let find = sql!("staff.find_invitation" => InvitationRow,
        "SELECT id, email, role, invited_by, created_at, expires_at FROM invitations
        WHERE token_hash = $1 AND expires_at > $2 AND accepted_at IS NULL AND revoked_at IS NULL");
    tx.find(find, args![hash, now]).await
}

pub async fn list_invitations(tx: &mut Tx) -> Result<Vec<InvitationRow>> {
    let now = tx.now();
    let list = sql!("staff.list_invitations" => InvitationRow,
        "SELECT id, email, role, invited_by, created_at, expires_at FROM invitations
        WHERE expires_at > $1 AND accepted_at IS NULL AND revoked_at IS NULL ORDER BY created_at DESC, id");
    tx.all(list, args![now]).await
}

pub async fn accept_invitation(tx: &mut Tx, id: InvitationId) -> Result<u64> {
    let now = tx.now();
    let accept = sql!(
        "staff.accept_invitation",
        "UPDATE invitations SET accepted_at = $2 WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL"
    );
    tx.run(accept, args![id, now]).await
}

pub async fn revoke_invitation(tx: &mut Tx, id: InvitationId) -> Result<u64> {
    let now = tx.now();
    let revoke = sql!(
        "staff.revoke_invitation",
        "UPDATE invitations SET revoked_at = $2 WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL"
    );
    tx.run(revoke, args![id, now]).await
}

// Attempts.

/// How many attempts at a subject since a moment, and when the oldest of them was.
pub async fn count_attempts(tx: &mut Tx, subject: &str, since: Time) -> Result<(i64, Option<Time>)> {
    let count = sql!("staff.count_attempts" => (i64, Option<Time>),
        "SELECT COUNT(at), MIN(at) FROM attempts WHERE subject = $1 AND at > $2");
    tx.get(count, args![subject, since]).await
}

pub async fn insert_attempt(tx: &mut Tx, subject: &str) -> Result<()> {
    let now = tx.now();
    tx.run(sql!("staff.insert_attempt", "INSERT INTO attempts (subject, at) VALUES ($1, $2)"), args![subject, now])
        .await?;
    Ok(())
}

/// Takes back one attempt that turned out to be right.
pub async fn forgive_attempt(tx: &mut Tx, subject: &str, at: Time) -> Result<()> {
    let forgive = sql!("staff.forgive_attempt", "DELETE FROM attempts WHERE subject = $1 AND at = $2");
    tx.run(forgive, args![subject, at]).await?;
    Ok(())
}

pub async fn forgive_attempts(tx: &mut Tx, subject: &str) -> Result<()> {
    tx.run(sql!("staff.forgive_attempts", "DELETE FROM attempts WHERE subject = $1"), args![subject]).await?;
    Ok(())
}

pub async fn delete_old_attempts(tx: &mut Tx, before: Time) -> Result<u64> {
    tx.run(sql!("staff.delete_old_attempts", "DELETE FROM attempts WHERE at <= $1"), args![before]).await
}

// Settings and the audit log.

pub async fn find_setting(tx: &mut Tx, name: &str) -> Result<Option<(serde_json::Value, i64)>> {
    let find =
        sql!("staff.find_setting" => (serde_json::Value, i64), "SELECT value_json, rev FROM settings WHERE name = $1");
    tx.find(find, args![name]).await
}

pub async fn put_setting(tx: &mut Tx, name: &str, value: &serde_json::Value, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let put = sql!(
        "staff.put_setting",
        "INSERT INTO settings (name, value_json, changed_at, changed_by) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET value_json = excluded.value_json, rev = settings.rev + 1,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by"
    );
    tx.run(put, args![name, value, now, by]).await?;
    Ok(())
}

row! {
    pub struct AuditRow {
        pub seq: i64, pub at: Time, pub actor: String, pub action: String, pub subject: String,
        pub detail_json: serde_json::Value,
    }
}

pub async fn insert_audit(
    tx: &mut Tx,
    staff: Option<StaffId>,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "staff.insert_audit",
        "INSERT INTO audit_log (at, staff_id, actor, action, subject, detail_json) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    tx.run(insert, args![now, staff, actor, action, subject, detail]).await?;
    Ok(())
}

/// Newest first, from before a seq.
pub async fn list_audit(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<AuditRow>> {
    let list = sql!("staff.list_audit" => AuditRow,
        "SELECT seq, at, actor, action, subject, detail_json FROM audit_log WHERE seq < $1 ORDER BY seq DESC LIMIT $2");
    tx.all(list, args![before, limit]).await
}
