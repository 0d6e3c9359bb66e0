//! Those who use Sarangbang: sign-in, roles, invitations, API tokens, the settings of the installation, the audit log.
mod access;
mod actions;
mod http;
mod model;
mod secrets;
mod store;

pub use access::{StaffAuthority, find_staff_by_email, get_settings, list_staff_names, needs_owner};
pub use actions::{
    adjust_settings, create_staff, create_token, forget_old_attempts, forget_old_sessions, note, set_password,
};
pub use http::routes;
pub use model::{NewStaff, Settings, StaffMember, ValueBand, check_password};
pub use secrets::{FirstRun, hash_password, new_nonce};
