//! Everything between axum and a room: who calls and what they may do, bodies in, answers and errors out, live events.
//!
//! A handler reads like its contract. The first argument is the permission:
//! `async fn apply_tag(can: Can<Tag>, State(app): State<AppState>, Path(id): Path<ConversationId>, input: Idem<TaggingIn>) -> Answer`.
mod address;
mod answer;
mod body;
mod can;
mod error;
mod fetch;
mod idem;
mod josa;
mod layers;
mod live;
mod state;
mod store;
mod table;
mod words;

pub use self::store::{empty_kept_replies, forget_old_replies};
pub use address::{ClientAddr, Network, PublicUrl};
pub use answer::{Created, Etag, IfMatch, PageQuery};
pub use body::{Json, Path, Query, Table, decode_table, nullable};
pub use can::{
    Answer, Authority, Can, Configure, Credential, Curate, EditPeople, Export, Import, ManageStaff, OwnAccount,
    OwnerOnly, Permit, Plan, ProposeTag, Read, ReadAudit, SESSION_COOKIE, SeeSmallCounts, Tag, session_cookie,
    session_secret,
};
pub use error::{ApiError, Problem, Result};
pub use fetch::{FetchError, Fetcher, Wire, is_signed, new_signing_secret, sign_message};
pub use idem::{Idem, Reply};
pub use layers::{page_policy, wrap};
pub use live::{Hub, LiveScope};
pub use state::{AppState, AppStateBuilder, Limits};
pub use table::{SkippedLine, UnknownColumn, find_unknown_columns, say_table};
pub use words::{Caller, say};

pub use axum::extract::State;
pub use base::Page;
