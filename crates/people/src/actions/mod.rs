//! The verbs of the people room.
mod block;
mod consent;
mod describe;
mod edit;
mod erase;
mod facts;
mod resolve;
mod table;

pub use block::*;
pub use consent::*;
pub use describe::{Described, describe};
pub use edit::*;
pub use erase::*;
pub use facts::*;
pub use resolve::resolve_people;
pub use table::*;
