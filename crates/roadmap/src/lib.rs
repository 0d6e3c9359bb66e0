//! The roadmap room: problems worth solving, joined to the tags that say who needs them, with their words and their
//! numbers live. Today's page is composed here too, since this room sees every room to its left.
mod access;
mod actions;
mod asks;
mod check;
pub mod digest;
mod events;
pub mod goals;
mod http;
pub mod ledger;
mod links;
mod merge;
mod model;
pub mod plan;
mod rank;
mod shelf;
mod store;
mod table;
mod take_in;
mod today;

pub use access::{has_item, list_items_of_tags, list_tags_of_item};
pub use actions::{ItemReport, create_item, import_items, update_item};
pub use asks::{AskKeeper, Origin, Wish, blank_ask, take_wish};
pub use check::check;
pub use events::{EventKind, ItemEvent, list_events_of_items, list_events_since, what_is_unsaid};
pub use http::{pages, routes};
pub use model::{Feasibility, Item, JoinedTag, Status, TeamEffort, check_item};
pub use rank::RankEngine;
pub use shelf::ItemShelf;
pub use store::asks::{AskRow, list_kept as list_kept_asks};
pub use store::links::{LinkRow, list_of_items as list_links};
pub use store::{find_item, list_by_key, list_items, list_joined_with, list_titles, load_dated_items};
pub use table::{TagMark, parse_mark};
pub use take_in::{Brought, TakenItem, take_in_items};
