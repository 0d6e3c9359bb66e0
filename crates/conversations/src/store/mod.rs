//! Every statement of this room, by noun. No rules here.
pub(crate) mod check;
pub(crate) mod contacts;
pub(crate) mod conversations;
pub(crate) mod doors;
pub(crate) mod drafts;
pub(crate) mod emotions;
pub(crate) mod entries;
pub(crate) mod lists;
pub(crate) mod macros;
pub(crate) mod mails;
pub(crate) mod notices;
pub(crate) mod partings;
pub(crate) mod passages;
pub(crate) mod presences;
pub(crate) mod replies;
pub(crate) mod retention;
pub(crate) mod views;
