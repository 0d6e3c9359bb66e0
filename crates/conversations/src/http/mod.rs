//! The room's doors over HTTP, by noun.
mod bulk;
mod contacts;
mod doors;
mod drafts;
mod emotions;
mod entries;
mod lists;
mod macros;
mod mails;
mod notifications;
mod out;
mod part;
mod remote_pictures;
mod replies;
mod search;
mod thread;
mod views;

pub use contacts::{ContactsOut, list_contacts_since};
pub use out::{ConversationOut, EntryOut, HitOut};
pub use search::{SearchOut, find_conversations};
pub use thread::get_entry_out;

use httpkit::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(lists::list_conversations, thread::create_conversation))
        .routes(routes!(lists::count_views))
        .routes(routes!(lists::count_answered))
        .routes(routes!(lists::read_when))
        .routes(routes!(bulk::change_conversations))
        .routes(routes!(views::list_inbox_views, views::save_inbox_view))
        .routes(routes!(views::change_inbox_view, views::delete_inbox_view))
        .routes(routes!(notifications::list_notifications))
        .routes(routes!(notifications::read_notifications))
        .routes(routes!(notifications::get_notification_mails, notifications::put_notification_mails))
        .routes(routes!(notifications::list_presence, notifications::say_presence))
        .routes(routes!(macros::list_macros, macros::create_macro))
        .routes(routes!(macros::change_macro, macros::delete_macro))
        .routes(routes!(macros::fill_macros))
        .routes(routes!(contacts::list_contacts))
        .routes(routes!(part::join_conversation))
        .routes(routes!(part::part_conversation))
        .routes(routes!(part::undo))
        .routes(routes!(thread::get_conversation, thread::change_conversation))
        .routes(routes!(thread::create_note))
        .routes(routes!(thread::create_entry))
        .routes(routes!(thread::mark_conversation_read))
        .routes(routes!(drafts::list_drafts))
        .routes(routes!(drafts::keep_draft))
        .routes(routes!(drafts::add_draft_file))
        .routes(routes!(drafts::get_draft_file, drafts::remove_draft_file))
        .routes(routes!(replies::take_back_reply))
        .routes(routes!(replies::send_delivery_again))
        .routes(routes!(emotions::correct_emotion, emotions::take_back_emotion))
        .routes(routes!(emotions::list_emotions))
        .routes(routes!(emotions::get_emotion_reading))
        .routes(routes!(entries::get_original))
        .routes(routes!(entries::get_raw))
        .routes(routes!(entries::list_revisions))
        .routes(routes!(entries::get_attachment))
        .routes(routes!(mails::list_mails))
        .routes(routes!(doors::list_doors, doors::create_door))
        .routes(routes!(doors::change_door))
        .routes(routes!(doors::get_door_retention, doors::set_door_retention))
        .routes(routes!(search::search_conversations))
}
