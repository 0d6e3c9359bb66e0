//! Those who use Sarangbang: sign-in, roles, invitations, API tokens, the settings of the installation, the audit log.
mod access;
mod actions;
mod hours;
mod http;
mod model;
mod secrets;
mod store;

pub use access::{
    StaffAuthority, find_staff_by_email, find_team, get_settings, list_members, list_staff_names, list_team_names,
    list_teams_of, needs_owner,
};
pub use actions::{
    adjust_settings, create_staff, create_token, forget_old_attempts, forget_old_sessions, note, set_password,
};
pub use hours::{Hours, Shift};
pub use http::routes;
pub use model::{NewStaff, Settings, StaffMember, ValueBand, check_password};
pub use secrets::{FirstRun, hash_password, new_nonce};
