//! What to build next: pure, from rows of demand to parts of a score, and from scores to a half-year.
pub mod cut;
pub mod score;
