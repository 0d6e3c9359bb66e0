//! One question after a conversation: how it was, or how easy help was to get. Asked by mail, at most once in thirty days
//! over both, of those only who proved to be who they are and never said no.
//!
//! A click in the mail opens a page and counts for nothing: programs that look at links click as well. What is sent from the
//! page counts, once.
mod answer;
mod ask;
mod figures;
mod page;

pub use answer::{Said, answer, refuse};
pub use ask::{ask_how_it_was, handlers, text_of};
pub use figures::{Figures, load_figures};
pub use page::{Asked, ask_page, gone_page, html_page, stop_page, thanks_page};

use crate::store::satisfaction as rows;
use base::Ui;

inventory::submit! { conversations::CloseHook(|tx, head| Box::pin(ask::follow_closing(tx, head))) }
inventory::submit! { conversations::JoinHook(|tx, from, into| Box::pin(rows::follow_join(tx, from, into))) }

/// How it was; how easy help was to get.
pub const KINDS: [&str; 2] = ["csat", "ces"];
/// What somebody may have done next.
pub const DID: [&str; 4] = ["recommended", "bought", "switched", "warned"];
pub const SCORES: std::ops::RangeInclusive<i64> = 1..=5;

pub fn ui_of(language: &str) -> Ui {
    if language == "ko" { Ui::Ko } else { Ui::En }
}

fn say(ui: Ui, key: &str, args: &[(&str, String)]) -> String {
    httpkit::say(ui, key, args).unwrap_or_default()
}
