//! What to build next: from rows of demand to the parts of a score, from scores to places, from places to a half-year.
//! `score` and `cut` are pure; `engine` keeps the ranking live.
pub mod cut;
mod engine;
mod rules;
pub mod score;

#[cfg(test)]
pub use engine::order;
pub use engine::{Asker, RankEngine, Ranked, Ranking, WhatIf};
pub use rules::{RankRules, load_rules, put_rules};
