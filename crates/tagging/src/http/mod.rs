//! The room's doors over HTTP, by noun.
mod agreement;
mod changes;
mod counts;
mod double;
mod evidence;
mod explore;
mod hooks;
mod queue;
mod split;
mod suggestions;
mod taggings;
mod tags;
mod trends;
mod views;

pub use counts::{CountsOut, CountsQuery, catalogue_of, counts_out, filter_of};
pub use evidence::{EvidenceOut, evidence_of, evidence_page};
pub use queue::QueueItem;
pub use trends::{TrendIs, TrendOut, trends_out};

use httpkit::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(tags::list_tags, tags::create_tag))
        .routes(routes!(tags::propose_tag))
        .routes(routes!(tags::export_tags))
        .routes(routes!(tags::import_tags))
        .routes(routes!(tags::adopt_starter))
        .routes(routes!(tags::get_tag, tags::update_tag))
        .routes(routes!(tags::adopt_tag))
        .routes(routes!(tags::retire_tag))
        .routes(routes!(tags::restore_tag))
        .routes(routes!(tags::list_tag_history))
        .routes(routes!(tags::list_used_tags))
        .routes(routes!(taggings::list_taggings, taggings::apply_tag))
        .routes(routes!(taggings::retract_tagging))
        .routes(routes!(taggings::set_tagging_kind))
        .routes(routes!(taggings::mark_nothing, taggings::unmark_nothing))
        .routes(routes!(suggestions::suggest_tags))
        .routes(routes!(suggestions::suggest_tags_for_text))
        .routes(routes!(suggestions::list_similar))
        .routes(routes!(suggestions::measure_suggestions))
        .routes(routes!(double::find_next))
        .routes(routes!(double::code_second))
        .routes(routes!(double::decide))
        .routes(routes!(double::list_doubles))
        .routes(routes!(agreement::get_agreement))
        .routes(routes!(trends::list_trends))
        .routes(routes!(counts::count_tag))
        .routes(routes!(evidence::list_tag_evidence))
        .routes(routes!(evidence::list_tag_neighbours))
        .routes(routes!(explore::explore_counts))
        .routes(routes!(explore::explore_around))
        .routes(routes!(explore::list_explored_evidence))
        .routes(routes!(explore::export_explored))
        .routes(routes!(views::list_views, views::save_view))
        .routes(routes!(views::update_view, views::delete_view))
        .routes(routes!(split::sort_passages))
        .routes(routes!(split::find_passages))
        .routes(routes!(queue::list_queue, queue::leave_in_queue))
        .routes(routes!(queue::set_budget))
        .routes(routes!(queue::list_nearest))
        .routes(routes!(changes::preview_change))
        .routes(routes!(hooks::list_hooks, hooks::add_hook))
        .routes(routes!(hooks::update_hook, hooks::delete_hook))
        .routes(routes!(hooks::test_hook))
        .routes(routes!(changes::list_changes, changes::publish_change))
        .routes(routes!(changes::undo_change))
        .routes(routes!(changes::list_drafts, changes::create_draft))
        .routes(routes!(changes::get_draft, changes::update_draft, changes::drop_draft))
        .routes(routes!(changes::publish_draft))
}
