//! The verbs of this room: sign in, invite, let in, change, remove; tokens, settings, audit.
use crate::{
    access::{INSTALLATION, get_settings_rev, get_staff, needs_owner},
    model::{INVITATION_LIFE, NewStaff, SESSION_LIFE, Settings, check_email, check_text, fold_email},
    secrets::{hash_secret, new_secret},
    store::{self as rows, InvitationRow, StaffRow},
};
use ::store::Tx;
use base::{Actor, Error, InvitationId, Result, Role, Scope, StaffId, Time, TokenId};
use serde_json::{Value, json};

/// Writes one line of the audit log: who did what to whom. `action` is a past tense such as `conversations.exported`.
pub async fn note(tx: &mut Tx, actor: &Actor, action: &str, subject: &str, detail: Value) -> Result<()> {
    rows::insert_audit(tx, actor.staff, &actor.name, action, subject, &detail).await
}

// Signing in.

/// Attempts are counted over this time.
const WINDOW: i64 = 15 * Time::MINUTE;
/// Wrong passwords for one e-mail address, and from one place, within the window.
const MOST_PER_EMAIL: i64 = 10;
const MOST_PER_PLACE: i64 = 40;

/// What an attempt counts for. The same bound holds over all nodes, since it stands in the store.
pub struct Attempt {
    email: String,
    place: String,
    at: Time,
}

/// Counts an attempt before it is tried, so that many at once do not slip through. `Err(secs)`: too many, come back then.
pub async fn begin_attempt(tx: &mut Tx, email: &str, place: &str) -> Result<std::result::Result<Attempt, u64>> {
    let (email, place) = (format!("email:{}", fold_email(email)), format!("place:{place}"));
    let now = tx.now();
    for (subject, most) in [(&email, MOST_PER_EMAIL), (&place, MOST_PER_PLACE)] {
        let (count, oldest) = rows::count_attempts(tx, subject, now.plus(-WINDOW)).await?;
        if count >= most {
            let wait = WINDOW - now.since(oldest.unwrap_or(now));
            return Ok(Err((wait / Time::SECOND).max(1) as u64));
        }
    }
    rows::insert_attempt(tx, &email).await?;
    rows::insert_attempt(tx, &place).await?;
    Ok(Ok(Attempt { email, place, at: now }))
}

/// A right password forgives what went wrong for this address before, but not what else came from the same place.
pub async fn forgive(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    rows::forgive_attempts(tx, &attempt.email).await?;
    rows::forgive_attempt(tx, &attempt.place, attempt.at).await
}

pub async fn forget_old_attempts(tx: &mut Tx) -> Result<u64> {
    let before = tx.now().plus(-WINDOW);
    rows::delete_old_attempts(tx, before).await
}

pub async fn forget_old_sessions(tx: &mut Tx) -> Result<u64> {
    rows::delete_old_sessions(tx).await
}

/// Opens a session and gives its secret, which is kept nowhere.
pub async fn open_session(tx: &mut Tx, staff: StaffId, name: &str, user_agent: &str, how: &str) -> Result<String> {
    let secret = new_secret("");
    let expires_at = tx.now().plus(SESSION_LIFE);
    let user_agent: String = user_agent.chars().filter(|c| !c.is_control()).take(200).collect();
    rows::insert_session(tx, hash_secret(&secret), staff, expires_at, &user_agent).await?;
    rows::insert_audit(tx, Some(staff), name, "staff.signed_in", &staff.to_string(), &json!({ "how": how })).await?;
    Ok(secret)
}

/// Opens a session after the password was found right. The row was read before: it must still be the same.
pub async fn sign_in(tx: &mut Tx, checked: &StaffRow, attempt: &Attempt, user_agent: &str) -> Result<String> {
    let now = get_staff(tx, checked.id).await?;
    if now.password_hash != checked.password_hash {
        return Err(Error::Stale);
    }
    forgive(tx, attempt).await?;
    open_session(tx, checked.id, &checked.name, user_agent, "password").await
}

pub async fn note_failed_sign_in(tx: &mut Tx, email: &str, place: &str) -> Result<()> {
    let subject: String = email.chars().filter(|c| !c.is_control()).take(254).collect();
    rows::insert_audit(tx, None, "?", "staff.sign_in_failed", &subject, &json!({ "place": place })).await
}

pub async fn sign_out(tx: &mut Tx, actor: &Actor, secret: &str) -> Result<()> {
    if rows::delete_session(tx, hash_secret(secret)).await? > 0 {
        note(tx, actor, "staff.signed_out", &actor.staff.map(|id| id.to_string()).unwrap_or_default(), json!({}))
            .await?;
        announce_changed(tx, actor.staff);
    }
    Ok(())
}

/// Whoever listens for this person asks again whether they may.
fn announce_changed(tx: &mut Tx, staff: Option<StaffId>) {
    if let Some(staff) = staff {
        tx.announce("staff.changed", json!({ "staff": staff }));
    }
}

/// Sets a new password and ends all other sessions.
pub async fn change_password(tx: &mut Tx, actor: &Actor, checked: &StaffRow, hash: &str, session: &str) -> Result<()> {
    if get_staff(tx, checked.id).await?.password_hash != checked.password_hash {
        return Err(Error::Stale);
    }
    rows::update_password(tx, checked.id, hash).await?;
    rows::delete_sessions_of(tx, checked.id, hash_secret(session)).await?;
    announce_changed(tx, Some(checked.id));
    note(tx, actor, "staff.password_changed", &checked.id.to_string(), json!({})).await
}

/// Sets somebody's password from outside, as an operator does; all their sessions end.
pub async fn set_password(tx: &mut Tx, staff: StaffId, hash: &str) -> Result<()> {
    get_staff(tx, staff).await?;
    rows::update_password(tx, staff, hash).await?;
    rows::delete_sessions_of(tx, staff, [0; 32]).await?;
    announce_changed(tx, Some(staff));
    note(tx, &Actor::system(), "staff.password_set", &staff.to_string(), json!({})).await
}

// Members.

/// Lets somebody in. Whoever was removed before comes back as the same person.
pub async fn create_staff(tx: &mut Tx, actor: &Actor, mut new: NewStaff) -> Result<StaffId> {
    new.email = check_email(&new.email)?;
    new.name = check_text("name", &new.name, 1, 100)?;
    let fold = fold_email(&new.email);
    let id = match rows::find_staff_by_fold(tx, &fold).await? {
        Some(row) if row.removed_at.is_none() => return Err(Error::Conflict { key: "error-email-taken" }),
        Some(row) => {
            rows::revive_staff(tx, row.id, &new).await?;
            row.id
        }
        None => {
            let id = StaffId::new();
            rows::insert_staff(tx, id, &fold, &new).await?;
            id
        }
    };
    note(tx, actor, "staff.created", &id.to_string(), json!({ "role": new.role })).await?;
    announce_changed(tx, Some(id));
    Ok(id)
}

/// Makes the first owner and the first settings, if there is no owner yet.
pub async fn set_up(tx: &mut Tx, new: NewStaff, settings: &Settings) -> Result<StaffId> {
    if !needs_owner(tx).await? {
        return Err(Error::Conflict { key: "error-has-owner" });
    }
    settings.check()?;
    let house = Actor::system();
    let id = create_staff(tx, &house, new).await?;
    let value = serde_json::to_value(settings).map_err(Error::store)?;
    rows::put_setting(tx, INSTALLATION, &value, Some(id)).await?;
    tx.announce("staff.settings_changed", json!({}));
    Ok(id)
}

/// Nobody gives or takes away a role above their own.
fn need_rank(actor: &Actor, role: Role) -> Result<()> {
    if actor.role >= role { Ok(()) } else { Err(Error::Conflict { key: "error-role-above" }) }
}

async fn keep_an_owner(tx: &mut Tx, row: &StaffRow) -> Result<()> {
    if row.role == Role::Owner && rows::count_with_role(tx, Role::Owner).await? <= 1 {
        return Err(Error::Conflict { key: "error-last-owner" });
    }
    Ok(())
}

/// What may change about somebody.
#[derive(Default)]
pub struct MemberChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub teams: Option<Vec<String>>,
}

pub async fn change_member(tx: &mut Tx, actor: &Actor, id: StaffId, rev: i64, change: MemberChange) -> Result<()> {
    let row = get_staff(tx, id).await?;
    if row.rev != rev {
        return Err(Error::Stale);
    }
    need_rank(actor, row.role)?;
    let role = change.role.unwrap_or(row.role);
    need_rank(actor, role)?;
    if role != row.role && role != Role::Owner {
        keep_an_owner(tx, &row).await?;
    }
    let name = change.name.map_or(Ok(row.name), |name| check_text("name", &name, 1, 100))?;
    rows::update_staff(tx, id, &name, role).await?;
    if let Some(teams) = change.teams {
        let named = teams.iter().map(|team| check_text("teams", team, 1, 60)).collect::<Result<Vec<String>>>()?;
        rows::leave_teams(tx, id).await?;
        rows::join_teams(tx, id, &named).await?;
        note(tx, actor, "staff.teams_changed", &id.to_string(), json!({ "teams": named })).await?;
        tx.announce("staff.teams_changed", json!({ "staff": id }));
    }
    if role != row.role {
        note(tx, actor, "staff.role_changed", &id.to_string(), json!({ "from": row.role, "to": role })).await?;
    }
    announce_changed(tx, Some(id));
    Ok(())
}

/// Removes somebody: their sessions and tokens end at once; what they did keeps their name.
pub async fn remove_member(tx: &mut Tx, actor: &Actor, id: StaffId) -> Result<()> {
    let row = get_staff(tx, id).await?;
    need_rank(actor, row.role)?;
    keep_an_owner(tx, &row).await?;
    rows::remove_staff(tx, id).await?;
    rows::leave_teams(tx, id).await?;
    rows::delete_sessions_of(tx, id, [0; 32]).await?;
    rows::revoke_tokens_of(tx, id).await?;
    note(tx, actor, "staff.removed", &id.to_string(), json!({ "role": row.role })).await?;
    announce_changed(tx, Some(id));
    Ok(())
}

// Invitations.

/// Invites somebody; the secret of the link is given once.
pub async fn invite(tx: &mut Tx, actor: &Actor, email: &str, role: Role) -> Result<(InvitationRow, String)> {
    let email = check_email(email)?;
    need_rank(actor, role)?;
    if rows::find_staff_by_fold(tx, &fold_email(&email)).await?.is_some_and(|row| row.removed_at.is_none()) {
        return Err(Error::Conflict { key: "error-email-taken" });
    }
    let (created_at, expires_at) = (tx.now(), tx.now().plus(INVITATION_LIFE));
    let invitation =
        InvitationRow { id: InvitationId::new(), email, role, invited_by: actor.staff, created_at, expires_at };
    let secret = new_secret("");
    rows::insert_invitation(tx, hash_secret(&secret), &invitation).await?;
    note(tx, actor, "staff.invited", &invitation.id.to_string(), json!({ "role": role })).await?;
    Ok((invitation, secret))
}

pub async fn get_invitation(tx: &mut Tx, secret: &str) -> Result<InvitationRow> {
    rows::find_invitation(tx, hash_secret(secret)).await?.ok_or(Error::NotFound("invitation"))
}

pub async fn revoke_invitation(tx: &mut Tx, actor: &Actor, id: InvitationId) -> Result<()> {
    if rows::revoke_invitation(tx, id).await? == 0 {
        return Err(Error::NotFound("invitation"));
    }
    note(tx, actor, "staff.invitation_revoked", &id.to_string(), json!({})).await
}

/// Lets in whoever holds the link, once.
pub async fn accept_invitation(tx: &mut Tx, secret: &str, mut new: NewStaff) -> Result<StaffId> {
    let invitation = get_invitation(tx, secret).await?;
    if rows::accept_invitation(tx, invitation.id).await? == 0 {
        return Err(Error::NotFound("invitation"));
    }
    (new.email, new.role) = (invitation.email, invitation.role);
    let invited = Actor { name: new.name.clone(), ..Actor::system() };
    create_staff(tx, &invited, new).await
}

// Tokens.

/// Makes a token for a staff member; its secret is given once.
pub async fn create_token(
    tx: &mut Tx,
    actor: &Actor,
    owner: StaffId,
    name: &str,
    scopes: &[Scope],
) -> Result<(TokenId, String)> {
    let name = check_text("name", name, 1, 100)?;
    if scopes.is_empty() {
        return Err(Error::invalid("scopes", "error-scopes"));
    }
    let (id, secret) = (TokenId::new(), new_secret("sarang_"));
    let said: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    rows::insert_token(tx, id, hash_secret(&secret), owner, &name, &said.join(",")).await?;
    note(tx, actor, "staff.token_created", &id.to_string(), json!({ "scopes": said, "for": owner })).await?;
    Ok((id, secret))
}

pub async fn revoke_token(tx: &mut Tx, actor: &Actor, id: TokenId, owner: StaffId) -> Result<()> {
    if rows::revoke_token(tx, id).await? == 0 {
        return Err(Error::NotFound("token"));
    }
    announce_changed(tx, Some(owner));
    note(tx, actor, "staff.token_revoked", &id.to_string(), json!({})).await
}

// Settings.

/// Changes settings whatever version they stand at, for the house's own work.
pub async fn adjust_settings(tx: &mut Tx, actor: &Actor, change: impl FnOnce(&mut Settings)) -> Result<()> {
    let (_, rev) = get_settings_rev(tx).await?;
    change_settings(tx, actor, rev, change).await
}

/// Changes settings of the version that was read; gives the new version.
pub async fn change_settings(tx: &mut Tx, actor: &Actor, rev: i64, change: impl FnOnce(&mut Settings)) -> Result<()> {
    let (mut settings, current) = get_settings_rev(tx).await?;
    if current != rev {
        return Err(Error::Stale);
    }
    let before = settings.clone();
    change(&mut settings);
    settings.check()?;
    settings.company = settings.company.trim().into();
    if settings == before {
        return Ok(());
    }
    let value = serde_json::to_value(&settings).map_err(Error::store)?;
    rows::put_setting(tx, INSTALLATION, &value, actor.staff).await?;
    tx.announce("staff.settings_changed", json!({}));
    let before = serde_json::to_value(&before).map_err(Error::store)?;
    note(tx, actor, "staff.settings_changed", "settings", json!({ "before": before, "after": value })).await
}
