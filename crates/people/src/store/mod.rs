//! Every statement of the people room, by noun.
mod accounts;
mod facts;
mod lists;
mod persons;
mod proposals;
mod rights;
mod teams;
mod timeline;

pub use accounts::*;
pub use facts::*;
pub use lists::*;
pub use persons::*;
pub use proposals::*;
pub use rights::*;
pub use teams::*;
pub use timeline::*;
