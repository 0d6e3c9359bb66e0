//! Asks: one person's demand for one item. Those that come from taggings follow them, and the tags of their item, until
//! they are answered for the first time; then they stay as they are. What nobody says any more is withdrawn, with the
//! reason, and stays in the sum.
mod by_hand;
mod follow;
mod keeper;

pub use by_hand::{AskIn, AskPatch, Wish, change, show_only, take_wish, write_down};
pub use follow::blank as blank_ask;
pub use keeper::AskKeeper;

use base::{Error, Result};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AskOrigin)]
pub enum Origin {
    /// What was tagged.
    Taggings,
    /// One of us wrote it down: a sales call, a workshop.
    Hand,
    /// They asked on the public roadmap and proved their address.
    Visitor,
    /// It came with an import: written or voted for elsewhere.
    Vote,
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Taggings => "taggings",
            Origin::Hand => "hand",
            Origin::Visitor => "visitor",
            Origin::Vote => "vote",
        }
    }
    pub fn parse(text: &str) -> Result<Origin> {
        match text {
            "taggings" => Ok(Origin::Taggings),
            "hand" => Ok(Origin::Hand),
            "visitor" => Ok(Origin::Visitor),
            "vote" => Ok(Origin::Vote),
            _ => Err(Error::store(format!("an ask comes from “{text}”"))),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AskState)]
pub enum State {
    Open,
    Withdrawn,
    /// They said that what they were told solved it.
    Confirmed,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Withdrawn => "withdrawn",
            State::Confirmed => "confirmed",
        }
    }
    pub fn parse(text: &str) -> Result<State> {
        match text {
            "open" => Ok(State::Open),
            "withdrawn" => Ok(State::Withdrawn),
            "confirmed" => Ok(State::Confirmed),
            _ => Err(Error::store(format!("an ask is “{text}”"))),
        }
    }
}

/// Why an ask is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// No living tagging of theirs matches.
    Untagged,
    /// The item is joined to other tags now.
    OtherTags,
    /// The item was merged into another, where the ask goes on.
    Merged,
    /// The item it came from stands alone again.
    Parted,
}

impl Because {
    pub fn as_str(self) -> &'static str {
        match self {
            Because::Untagged => "untagged",
            Because::OtherTags => "other_tags",
            Because::Merged => "merged",
            Because::Parted => "parted",
        }
    }
}
