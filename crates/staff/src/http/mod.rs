//! The HTTP door of the staff room.
mod house;
mod invitations;
mod jobs;
mod members;
mod session;
mod tokens;

use httpkit::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        // First run, signing in, oneself.
        .routes(routes!(session::get_setup, session::set_up))
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::get_me, session::change_me))
        // The others.
        .routes(routes!(members::list_staff))
        .routes(routes!(members::change_member, members::remove_member))
        .routes(routes!(invitations::list_invitations, invitations::invite))
        .routes(routes!(invitations::revoke_invitation))
        .routes(routes!(invitations::read_invitation, invitations::accept_invitation))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        // The house.
        .routes(routes!(house::get_settings, house::change_settings))
        .routes(routes!(house::list_audit))
        .routes(routes!(jobs::list_jobs))
        .routes(routes!(jobs::retry_job))
        .routes(routes!(house::get_health))
        .routes(routes!(house::listen))
}
