//! The verbs of the tagging room.
mod apply;
mod bulk;
mod catalogue;

pub use apply::*;
pub use bulk::*;
pub use catalogue::*;
