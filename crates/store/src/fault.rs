//! What went wrong below, with the name of the statement; rooms see only `base::Error`.
use crate::value::Kind;
use base::Error;

/// The detail inside `base::Error::Store`.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{0}: {1}")]
    Sql(&'static str, #[source] sqlx::Error),
    #[error("{name}: argument {arg} was of kind {first} at the first call and is {now:?} here")]
    Kinds { name: &'static str, arg: usize, first: u8, now: Kind },
    #[error("the transaction is lost: {0} failed in it or was broken off")]
    Poisoned(&'static str),
    #[error("{0}: a write in a transaction that was opened to read")]
    ReadOnly(&'static str),
    #[error("{0}")]
    Said(String),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        let Fault::Sql(name, source) = fault else { return Error::store(fault) };
        if let Some(database) = source.as_database_error() {
            let code = database.code().unwrap_or_default();
            if database.is_unique_violation() {
                tracing::debug!(statement = name, %source, "already there");
                return Error::Conflict { key: "already-there" };
            }
            match &*code {
                // SQLite: busy and locked; PostgreSQL: lock timeout, deadlock.
                "5" | "6" | "261" | "262" | "517" | "55P03" | "40P01" => return Error::Busy,
                // SQLite: full, and the family of I/O errors; PostgreSQL: disk full, I/O error.
                "13" | "53100" | "58030" => return full(name, source),
                code if code.len() < 5 && code.parse::<i32>().is_ok_and(|c| c & 0xff == 10) => {
                    return full(name, source);
                }
                _ => {}
            }
        }
        Error::store(Fault::Sql(name, source))
    }
}

fn full(name: &'static str, source: sqlx::Error) -> Error {
    tracing::error!(statement = name, %source, "the disk is full or cannot be written");
    Error::Full
}

/// A failure told in one sentence.
pub(crate) fn said(sentence: impl Into<String>) -> Error {
    Fault::Said(sentence.into()).into()
}
