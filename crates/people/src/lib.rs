//! The people room: persons, the teams that use and decide, the accounts that pay; how we know who they are; what was
//! true of them when; and the one timeline of everything that happened between them and us.
mod access;
mod actions;
mod check;
mod domains;
mod http;
mod model;
mod reindex;
mod store;

pub use access::{find_by_email, get_account, get_person, get_team};
pub use actions::{
    AccountFactsIn, CsvKind, CsvReport, Described, TeamFactsIn, allows, belongs, block_sender, decide_proposal,
    describe, erase_person, import_csv, is_blocked, list_consents, merge, put_account, put_team, record_consent,
    refuses, resolve_people, retouch, retouch_subject, touch, unblock_sender, undo_merge, untouch,
};
pub use check::check;
pub use domains::company_domain;
pub use http::routes;
pub use model::{
    AccountCard, AccountIn, Allowed, BlockKind, Cards, Noun, PersonCard, PersonIn, Standing, TeamCard, TeamIn,
    TeamSize, Touchpoint, Who,
};
pub use reindex::reindex;
pub use store::{
    AccountRow, Block, Consent, Erasure, PersonRow, TeamRow, canon_map, cards, find_names, list_allowing,
    list_erasures, list_known_as, merged_persons, standings, team_sizes,
};
