//! What tests of every room stand on: a fresh, migrated store on the engine that is being tested, and a real mail server.
mod dovecot;
mod test_db;

pub use dovecot::{Dovecot, MAIL_PASSWORD};
pub use test_db::TestDb;
