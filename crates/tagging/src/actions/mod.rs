//! The verbs of the tagging room.
mod apply;
mod bulk;
mod catalogue;
mod curate;
mod double;
mod part;
mod sort;

pub use apply::*;
pub use bulk::*;
pub use catalogue::*;
pub use curate::*;
pub use double::*;
