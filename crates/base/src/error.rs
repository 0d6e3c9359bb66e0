//! What can go wrong in any room, in words every door can answer with.
use crate::Right;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not visible: the two look the same from outside. The noun is what was looked for.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("this needs the right “{0}”")]
    Forbidden(Right),
    /// A value that cannot be taken; `key` and `args` name its sentence in the translation files.
    #[error("{field}: {key}")]
    Invalid { field: &'static str, key: &'static str, args: Vec<(&'static str, String)> },
    /// It clashes with what is there; `key` names the sentence.
    #[error("this clashes with what is there: {key}")]
    Conflict { key: &'static str },
    /// Somebody changed it since it was read.
    #[error("somebody changed this meanwhile: read it again")]
    Stale,
    #[error("say which version you mean (If-Match)")]
    PreconditionRequired,
    /// Other writers kept the store for too long; trying again later helps.
    #[error("too much is being written just now: try again")]
    Busy,
    #[error("too large: at most {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    /// The disk is full or refuses to be written.
    #[error("the disk is full or cannot be written: nothing of this was kept")]
    Full,
    #[error("the store failed: {0}")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A value that cannot be taken, with no more to say than its sentence.
    pub fn invalid(field: &'static str, key: &'static str) -> Error {
        Error::Invalid { field, key, args: Vec::new() }
    }

    /// Any failure of the store or of the machine below it.
    pub fn store(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Store(cause.into())
    }
}
