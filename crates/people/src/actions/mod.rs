//! The verbs of the people room.
mod describe;
mod edit;
mod facts;
mod resolve;
mod table;

pub use describe::{Described, describe};
pub use edit::*;
pub use facts::*;
pub use resolve::resolve_people;
pub use table::*;
