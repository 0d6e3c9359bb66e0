//! Where conversations go and why: purpose, team, person, turn. Nobody is measured by it, and nobody's turn never comes.
mod ambassadors;
mod choose;
mod house;
mod measure;
mod reader;
mod route;
mod rules;
mod score;
mod sentence;
mod turn;
mod watch;
#[cfg(test)]
mod worlds;

pub use ambassadors::{ask_ambassador, draft_letter, first_of, fits, list_ambassadors};
pub use house::{House, load_rules};
pub use measure::{RoutingTimes, measure_routing};
pub use reader::{PurposeReader, words_at};
pub use route::{Reroute, find_next, follow_join, list_turns, reroute};
pub use rules::{OrderWeights, PersonWeights, Reason, Rules, TeamFor, WordRule};
pub use score::{Facts, PARTS};
pub use sentence::Why;
pub use watch::run;
