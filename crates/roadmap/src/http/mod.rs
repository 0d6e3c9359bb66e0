//! The room's doors over HTTP, by noun.
mod areas;
mod asks;
mod board;
mod contact_points;
mod directions;
mod evidence;
mod goals;
#[cfg(test)]
mod golden;
mod item_asks;
pub(crate) mod items;
mod links;
mod merges;
mod morning;
mod plans;
mod ranking;
mod ranking_table;
mod releases;
mod search;
mod timeline;
mod trackers;

pub use trackers::pages;

use httpkit::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(items::list_items, items::create_item))
        .routes(routes!(items::get_item, items::update_item, items::remove_item))
        .routes(routes!(board::get_board))
        .routes(routes!(timeline::get_timeline))
        .routes(routes!(items::move_item))
        .routes(routes!(items::say_item_status))
        .routes(routes!(items::list_item_history))
        .routes(routes!(items::import_items))
        .routes(routes!(items::list_items_of_tag))
        .routes(routes!(evidence::list_item_evidence))
        .routes(routes!(evidence::list_item_people))
        .routes(routes!(asks::list_asks))
        .routes(routes!(item_asks::list_item_asks, item_asks::create_ask))
        .routes(routes!(item_asks::update_ask))
        .routes(routes!(links::list_item_links, links::add_item_link, links::remove_item_link))
        .routes(routes!(merges::merge_item))
        .routes(routes!(merges::list_merged_items))
        .routes(routes!(merges::undo_item_merge))
        .routes(routes!(trackers::list_trackers, trackers::add_tracker))
        .routes(routes!(trackers::update_tracker, trackers::delete_tracker))
        .routes(routes!(ranking::get_ranking))
        .routes(routes!(ranking::get_rank_rules, ranking::put_rank_rules))
        .routes(routes!(ranking::get_item_score))
        .routes(routes!(ranking::put_item_fit))
        .routes(routes!(ranking::place_item, ranking::unplace_item))
        .routes(routes!(ranking::review_placement))
        .routes(routes!(ranking_table::export_ranking, ranking_table::import_ranking))
        .routes(routes!(directions::list_directions, directions::create_direction))
        .routes(routes!(directions::update_direction))
        .routes(routes!(directions::get_direction_effects))
        .routes(routes!(directions::commit_direction))
        .routes(routes!(plans::get_half, plans::put_capacity))
        .routes(routes!(plans::put_must, plans::delete_must))
        .routes(routes!(plans::get_otherwise))
        .routes(routes!(plans::ask_what_if))
        .routes(routes!(plans::decide))
        .routes(routes!(plans::list_decisions))
        .routes(routes!(plans::get_decision))
        .routes(routes!(releases::get_release, releases::put_release))
        .routes(routes!(search::search_rooms))
        .routes(routes!(morning::get_morning))
        .routes(routes!(morning::get_morning_settings, morning::put_morning_settings))
        .routes(routes!(morning::get_item_week))
        .routes(routes!(goals::list_goals, goals::create_goal))
        .routes(routes!(goals::get_goal, goals::change_goal, goals::end_goal))
        .routes(routes!(goals::get_measures))
        .routes(routes!(areas::list_areas))
        .routes(routes!(areas::get_area))
        .routes(routes!(areas::put_area_owners))
        .routes(routes!(areas::create_area_step))
        .routes(routes!(areas::change_area_step, areas::delete_area_step))
        .routes(routes!(contact_points::list_contact_points, contact_points::create_contact_point))
        .routes(routes!(contact_points::change_contact_point, contact_points::delete_contact_point))
        .routes(routes!(crate::today::get_today))
}
