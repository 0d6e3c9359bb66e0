//! The only crate that names sqlx: one SQL text, two engines (SQLite and PostgreSQL), one kind of transaction.
//!
//! Every statement is written once with `sql!`, takes `args!`, gives rows made with `row!` or tuples, and runs on a
//! `Tx` from `Db::read` or `Db::write`. Events (`Tx::announce`), jobs (`Tx::enqueue`), raw input (`raws`), the search
//! index (`search`) and backups live here too, since they share the transaction.
pub mod backup;
pub mod blobs;
mod check;
mod db;
mod engine;
mod fault;
mod filter;
pub mod jobs;
mod migrate;
mod ords;
mod outbox;
pub mod raws;
mod row;
pub mod search;
mod statement;
mod statistics;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;

pub use check::{Broken, check};
pub use db::{Db, Location};
pub use engine::Engine;
pub use fault::Fault;
pub use filter::Filter;
pub use jobs::Job;
pub use migrate::newest_version;
pub use ords::Noun;
pub use outbox::Event;
pub use row::{Column, Columns, FromRow, RowRef};
pub use statement::{Meta, Sql, registry};
pub use tx::{Savepoint, Tx};
pub use value::{Kind, Value};

pub use base::{Error, Result};
#[doc(hidden)]
pub use inventory as __inventory;
#[doc(hidden)]
pub use sqlx::Error as __SqlxError;
#[doc(hidden)]
pub use statement::{Entry as __Entry, count_params as __count_params};
