//! The room's doors over HTTP, by noun.
mod accounts;
mod persons;
mod rights;
mod shared;
mod teams;

use httpkit::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(persons::list_persons, persons::create_person))
        .routes(routes!(persons::get_person, persons::update_person))
        .routes(routes!(persons::list_person_timeline))
        .routes(routes!(persons::merge_person))
        .routes(routes!(rights::list_person_consents, rights::record_person_consent))
        .routes(routes!(rights::list_blocked_senders, rights::block_sender))
        .routes(routes!(rights::unblock_sender))
        .routes(routes!(teams::list_teams))
        // One path, two readers: a look-up by our id, a fact by theirs.
        .routes(routes!(teams::get_team, teams::put_team))
        .routes(routes!(teams::list_team_timeline))
        .routes(routes!(teams::merge_team))
        .routes(routes!(accounts::list_accounts))
        .routes(routes!(accounts::list_account_segments))
        .routes(routes!(accounts::get_account, accounts::put_account))
        .routes(routes!(accounts::list_account_timeline))
        .routes(routes!(accounts::merge_account))
        .routes(routes!(accounts::list_account_proposals))
        .routes(routes!(accounts::decide_account_proposal))
        .routes(routes!(persons::import_people))
        .routes(routes!(shared::undo_merge))
}
