//! What tests of every room stand on: a fresh, migrated store on the engine that is being tested, and real mail servers.
mod dovecot;
mod opensmtpd;
mod test_db;

pub use dovecot::{Dovecot, MAIL_PASSWORD};
pub use opensmtpd::OpenSmtpd;
pub use test_db::TestDb;
