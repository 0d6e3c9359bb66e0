//! What to build next: from rows of demand to the parts of a score, from scores to ranks, from ranks to a half-year. `score`
//! and `cut` are pure; `engine` keeps the ranking live.
#[allow(dead_code, reason = "the half-year cut calls it next")]
pub mod cut;
mod engine;
mod rules;
pub mod score;

pub use engine::{RankEngine, Ranked};
pub use rules::{RankRules, load_rules, put_rules};
