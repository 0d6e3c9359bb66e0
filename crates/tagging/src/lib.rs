//! The tagging room: one catalogue of tags in two languages, and the fact that somebody put a tag on what a customer
//! said. Counts are kept in memory, live, and can always be rebuilt from the rows.
mod access;
mod actions;
pub mod agreement;
mod check;
pub mod counts;
mod curation;
mod engine;
mod events;
mod http;
mod jobs;
mod model;
mod store;
mod suggest;
mod trends;
mod tsv;

pub use access::{find_tag, get_tag};
pub use actions::{
    ApplyTag, Need, NeedsHook, NewTag, PassageIn, TagPatch, Tagged, adopt_tag, apply_many, apply_tag, create_tag,
    import_taxonomy, mark_nothing, match_paths, path_in_source, propose_tag, restore_tag, retire_tag, retract_tagging,
    set_kind, unmark_nothing, update_tag,
};
pub use actions::{ManyTaggings, PathMode, apply_nothing, refresh_badges};
pub use actions::{change_draft, draft, publish, publish_draft, undo_change};
pub use actions::{list_confusable_tags, list_doubles};
pub use check::check;
pub use curation::{Op, SplitMove};
pub use engine::{TagEngine, catalogue_at, load_columns, minute};
pub use http::{
    CountsOut, CountsQuery, EvidenceOut, QueueItem, catalogue_of, counts_out, evidence_of, evidence_page, filter_of,
    routes,
};
pub use http::{TrendIs, TrendOut, trends_out};
pub use jobs::{handlers, tell_of_roadmap, watch_hooks};
pub use model::{Catalogue, Kind, Origin, Tag, TagState, Texts};
pub use store::{
    ChangeRow, LessonRow, TaggingRow, list_by_ords as list_taggings, list_hidden_of, list_history, list_lessons,
    list_nothing, load_catalogue, taxonomy_seq,
};
pub use suggest::{Lesson, Said, TagLearner, read_lessons};
pub use trends::{TagTrend, TrendTable};
pub use tsv::{STARTER, export_tsv};
