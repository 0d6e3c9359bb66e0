//! What customers see: the public roadmap and what shipped, with their feeds; “tell me when”, which is an ask once the
//! address is proved; the form for those who leave; and each person's own page. Plain HTML that needs no script and loads nothing.
//!
//! What is public is a projection of its own ([`public::PublicItem`]): it is read by statements that name each column, and no
//! type of the staff interface leads into a page.
mod leave;
mod letter;
mod look;
mod lost;
mod own;
mod pace;
mod page;
mod public;
mod wish;

pub use leave::{
    LeaveIn, Leaves, OpenForm, find_leaving, leave_as, leave_unproved, load_form, mails_proofs, prove_leaving,
    take_in_unproved,
};
pub use letter::find_mailbox;
pub use look::{check_colour, contrast_of};
pub use lost::ask_for_link;
pub use own::{
    GOOD_FOR, Reader, find_reader, known_as, list_own_words, load_own_page, say_more, set_news, sign_own_page,
};
pub use pace::Pace;
pub use page::{Frame, render, style_policy};
pub use public::{Feed, House, PublicItem, default_page, list_names, load_house, load_public, shipped};
pub use wish::{Left, WishIn, forget_wishes, leave_wish, prove_wish};

use ::store::jobs;
use base::{Time, Ui, Zone};
use httpkit::AppState;

/// What these pages do in the background: their mails.
pub fn handlers(app: &AppState) -> jobs::Handlers {
    wish::handlers(app).with(lost::handlers(app)).with(leave::handlers(app))
}

/// A day in words: 2026년 11월 22일, 22 November 2026.
pub fn say_day(ui: Ui, at: Time, zone: &Zone) -> String {
    let day = at.day_in(zone).0;
    let form = if ui == Ui::Ko { "%Y년 %-m월 %-d일" } else { "%-d %B %Y" };
    day.strftime(form).to_string()
}

fn say(ui: Ui, key: &str, args: &[(&str, String)]) -> String {
    httpkit::say(ui, key, args).unwrap_or_default()
}

pub fn ui_of(language: Option<&str>) -> Ui {
    if language == Some("ko") { Ui::Ko } else { Ui::En }
}
