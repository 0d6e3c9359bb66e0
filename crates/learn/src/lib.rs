//! What can be learned from what people did: tag suggestions from confirmed taggings. Pure: data in, scores out.

pub mod eval;
pub mod hash;
pub mod suggest;
