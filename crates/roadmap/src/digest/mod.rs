//! The founder's morning: raw words of customers, chosen and never summarised, on a page and by mail; and what whoever owns
//! items should know this week.
mod choose;
mod mails;
mod page;
mod settings;
mod week;

pub use mails::{DueMail, MailEnd, MailOf, actor_of, claim_mails, is_any_due, note_answered, settle_mail};
pub use page::{Morning, MorningPassage, WhyHere, find_answer_place, load_morning};
pub use settings::{MorningSettings, load as load_settings, put as put_settings};
pub use week::{ItemWeek, NewAsk, load_week};
