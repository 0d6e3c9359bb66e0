//! The room's doors over HTTP, by noun.
mod asks;
mod evidence;
mod item_asks;
pub(crate) mod items;
mod links;
mod ranking;
mod search;
mod trackers;

pub use trackers::pages;

use httpkit::AppState;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(items::list_items, items::create_item))
        .routes(routes!(items::get_item, items::update_item, items::remove_item))
        .routes(routes!(items::move_item))
        .routes(routes!(items::list_item_history))
        .routes(routes!(items::import_items))
        .routes(routes!(items::list_items_of_tag))
        .routes(routes!(evidence::list_item_evidence))
        .routes(routes!(evidence::list_item_people))
        .routes(routes!(asks::list_asks))
        .routes(routes!(item_asks::list_item_asks, item_asks::create_ask))
        .routes(routes!(item_asks::update_ask))
        .routes(routes!(links::list_item_links, links::add_item_link, links::remove_item_link))
        .routes(routes!(trackers::list_trackers, trackers::add_tracker))
        .routes(routes!(trackers::update_tracker, trackers::delete_tracker))
        .routes(routes!(ranking::get_ranking))
        .routes(routes!(ranking::get_rank_rules, ranking::put_rank_rules))
        .routes(routes!(search::search_rooms))
        .routes(routes!(crate::today::get_today))
}
