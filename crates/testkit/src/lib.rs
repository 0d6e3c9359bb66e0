//! What tests of every room stand on: a fresh, migrated store on the engine that is being tested.
mod test_db;

pub use test_db::TestDb;
