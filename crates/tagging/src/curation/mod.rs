//! Curation, pure: what a curator asks for, the steps it comes to, and how steps are taken back. The catalogue at any
//! moment is a fold of the logged steps (`log.rs`); nothing here reads or writes rows.
mod log;
mod near;
mod sheet;
mod sorter;
#[cfg(test)]
mod tests;
mod undo;

pub use log::{LoggedOp, fold, logged, read_moves, read_step};
pub use near::{Likeness, Words};
pub use sheet::{Fresh, Sheet};
pub use sorter::{Basket, Sorter};

use crate::actions::{NewTag, TagPatch};
use crate::model::Tag;
use base::{TagId, TaggingId};
use serde::{Deserialize, Serialize};

/// One thing a curator asks for.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
#[schema(as = CurationOp)]
pub enum Op {
    /// Makes a tag; with an `id`, later operations of the same change can name it.
    Create {
        #[serde(flatten)]
        tag: NewTag,
    },
    /// Changes texts, aliases or the place among its neighbours.
    Change {
        tag: TagId,
        #[serde(flatten)]
        patch: TagPatch,
    },
    /// Puts it, with everything below it, under another tag; without one it stands at the top.
    Move {
        tag: TagId,
        parent: Option<TagId>,
    },
    /// Leads one tag into another: what it was put on counts there from now on, its words become aliases, what lies
    /// below it moves along. Nothing is rewritten.
    Merge {
        tag: TagId,
        into: TagId,
    },
    /// Makes tags below one, or takes some that are there, and puts passages of the upper one on them.
    Split {
        tag: TagId,
        #[serde(default)]
        children: Vec<NewTag>,
        #[serde(default)]
        moves: Vec<SplitMove>,
    },
    Retire {
        tag: TagId,
    },
    Restore {
        tag: TagId,
    },
    Adopt {
        tag: TagId,
    },
}

/// A tagging that a split puts on another tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SplitMove {
    pub tagging: TaggingId,
    pub to: TagId,
}

impl Op {
    pub fn name(&self) -> &'static str {
        match self {
            Op::Create { .. } => "create",
            Op::Change { .. } => "change",
            Op::Move { .. } => "move",
            Op::Merge { .. } => "merge",
            Op::Split { .. } => "split",
            Op::Retire { .. } => "retire",
            Op::Restore { .. } => "restore",
            Op::Adopt { .. } => "adopt",
        }
    }
    /// How many tags it makes.
    pub fn makes(&self) -> usize {
        match self {
            Op::Create { .. } => 1,
            Op::Split { children, .. } => children.len(),
            _ => 0,
        }
    }
}

/// What happened to one tag: it was made (no `before`), changed, or its making was taken back (no `after`).
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub op: &'static str,
    pub ord: i64,
    pub before: Option<Tag>,
    pub after: Option<Tag>,
    /// Taggings that were taken off this tag and made anew on others.
    pub moves: Vec<SplitMove>,
}

impl Step {
    pub fn change(op: &'static str, before: &Tag, after: &Tag) -> Step {
        Step { op, ord: after.ord, before: Some(before.clone()), after: Some(after.clone()), moves: vec![] }
    }
}
