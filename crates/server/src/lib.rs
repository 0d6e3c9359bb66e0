//! The one binary, `sarang`: commands, configuration, every route on one page, background work.
mod api_page;
mod app;
mod commands;
mod config;
mod embed;
mod mcp;
mod router;
mod serve;
mod words;
mod worker;

pub use app::{App, open_store};
pub use commands::run;
pub use config::Config;
pub use router::api_document;
