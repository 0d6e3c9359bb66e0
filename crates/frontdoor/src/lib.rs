//! How conversations come in and go out: imports of files that lose nothing and can be broken off anywhere, exports that
//! give everything back, and the sample company.
mod check;
mod demo;
mod export;
mod http;
mod jobs;
mod learning;
mod line;
mod look;
pub mod mailbox;
mod model;
mod morning;
mod outgoing;
mod outside;
mod prepare;
mod read;
mod requests;
mod rights;
mod routing;
mod run;
mod satisfaction;
mod secret;
mod sign;
mod store;
mod tags;
mod telling;
mod write;

pub use check::check;
pub use demo::{DemoReport, fill_demo};
pub use export::Export;
pub use http::{pages, routes};
pub use jobs::handlers;
pub use look::look_through;
pub use model::{Counts, Format, ImportState, LARGEST_ITEM, Options, Reason, Report, TagsMode};
pub use morning::{run_mornings, send_mornings};
pub use outgoing::{Line, run_notifications, run_outgoing, tell_by_mail};
pub use outside::{Pace, forget_wishes, handlers as outside_handlers, sign_own_page, take_in_unproved};
pub use requests::RoadmapExport;
pub use rights::{Erased, erase_again, erase_person, keep_erasure_list, read_erasure_list};
pub use routing::{PurposeReader, RoutingTimes, measure_routing, run as route_conversations};
pub use run::{Import, Outcome, Progress, files_beside, list_all_skips, run_import};
pub use satisfaction::ask_how_it_was;
pub use secret::Keys;
pub use telling::run_tellings;

inventory::submit! { conversations::JoinHook(|tx, from, into| Box::pin(routing::follow_join(tx, from, into))) }
inventory::submit! { conversations::TurnHook(|tx| Box::pin(routing::list_turns(tx))) }
inventory::submit! { conversations::JoinHook(|tx, from, into| Box::pin(store::tellings::follow_join(tx, from, into))) }
