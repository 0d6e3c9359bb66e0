//! Learning why: questions after the answer, insights that people confirm, what was said of the roadmap, and what all of
//! it comes to. Nobody's time and nobody's number of answers is measured.
mod board;
mod close;
mod highlight;
mod insights;
mod measures;
mod probes;

pub use board::{AccountsSeen, Board, Period, load_board};
pub use close::{ItemWords, close, list_item_words, note_closed, note_item_words};
pub use highlight::KINDS;
pub use insights::{Answered, confirm, find_answer, retract};
pub use learn::figures::{FEW, Mean, Share, share};
pub use probes::{Offer, ask, check as check_probe, get_probe, list as list_probes, note_answers, offer, plant_seeds};
