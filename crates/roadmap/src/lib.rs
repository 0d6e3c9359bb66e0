//! The roadmap room: problems worth solving, joined to the tags that say who needs them, with their words and their
//! numbers live. Today's page is composed here too, since this room sees every room to its left.
mod access;
mod actions;
mod asks;
mod check;
pub mod events;
mod http;
pub mod ledger;
mod model;
mod rank;
mod store;
mod table;
mod today;

pub use actions::{ItemReport, create_item, import_items, update_item};
pub use asks::AskKeeper;
pub use check::check;
pub use http::routes;
pub use model::{Item, Status};
pub use rank::RankEngine;
pub use store::load_items;
