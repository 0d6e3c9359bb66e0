//! The verbs of the tagging room.
mod apply;
mod bulk;
mod catalogue;
mod double;

pub use apply::*;
pub use bulk::*;
pub use catalogue::*;
pub use double::*;
