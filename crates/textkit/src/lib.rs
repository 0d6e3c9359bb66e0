//! Text as people of both languages write and look for it: cleaning, folding, search tokens and ranking, snippets,
//! language, Korean particles, label matching, offsets. Pure: no input, no output, no clock.

mod clean;
mod fold;
mod korean;
mod label;
mod language;
mod offset;
mod query;
mod rank;
mod segment;
mod snippet;
mod stem;
mod term;
mod when;

pub use clean::clean_text;
pub use fold::{Folded, fold, fold_key};
pub use korean::{choseong, josa, strip_ending, strip_particle};
pub use label::{LabelMatch, LabelMatcher};
pub use language::detect_language;
pub use offset::{find_quote, scalar_to_byte, scalar_to_utf16, utf16_to_scalar};
pub use query::{Query, Term, parse_query, squeeze};
pub use rank::{Ranking, rank, score};
pub use snippet::{Snippet, snippet};
pub use term::{Column, IndexTerms, TOKEN_VERSION, index_terms, visit_terms};
pub use when::read_when;
