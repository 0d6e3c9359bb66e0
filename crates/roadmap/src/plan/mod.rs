//! What we decided: the one direction, what a half-year holds, what is promised, what somebody placed outside the score,
//! and what an item says before its release. `choose` is pure; the rest are verbs.
pub mod choose;
mod directions;
mod halves;
mod placements;
mod releases;

pub use crate::store::plan::find_committed;
pub use choose::{Because, Choice, Otherwise, Verdict, choose};
pub use directions::{
    DirectionIn, DirectionPatch, FitIn, Undoes, commit_direction, create_direction, find_moved, put_fit,
    update_direction,
};
pub use halves::{Capacity, Plan, check_capacity, delete_must, freeze, load_plan, put_capacity, put_must, read_half};
pub use placements::{PlacementIn, place, review, unplace};
pub use releases::{ReleaseNote, load_release, load_releases, put_release};
