//! The verbs of this room, by noun.
mod batch;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod doors;
pub(crate) mod drafts;
pub(crate) mod emotions;
pub(crate) mod erase;
pub(crate) mod join;
pub(crate) mod list;
pub(crate) mod mail;
pub(crate) mod marks;
pub(crate) mod passages;
pub(crate) mod reindex;
pub(crate) mod reply;
pub(crate) mod retention;
pub(crate) mod search;
pub(crate) mod take_in;
pub(crate) mod whole;
