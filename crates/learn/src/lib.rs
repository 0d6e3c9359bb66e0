//! What can be learned from what people did and said: tag suggestions from confirmed taggings, the feeling of an entry,
//! how far taggers agree, and which tags rise or fall. Pure: data in, scores out.

pub mod agreement;
mod directory;
pub mod emotion;
pub mod eval;
pub mod figures;
pub mod hash;
mod heap;
pub mod purpose;
pub mod random;
pub mod suggest;
pub mod trend;

pub use heap::{give_back, share_arenas};
