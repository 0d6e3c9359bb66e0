//! A fresh, migrated store for one test: a SQLite file, or a PostgreSQL database when `SARANG_TEST_DATABASE` is the
//! url of a server's `postgres` database. The same tests run on both.
use std::{env, ops::Deref, process, sync::atomic::AtomicU32, sync::atomic::Ordering::SeqCst};
use store::{Db, Location, testing};
use tempfile::TempDir;
use tokio::sync::OnceCell;

static COUNT: AtomicU32 = AtomicU32::new(0);
/// A migrated SQLite file is made once in each test program; tests get copies.
static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// A store that goes away with the test.
pub struct TestDb {
    db: Db,
    folder: TempDir,
    postgres: Option<(String, String)>,
}

impl TestDb {
    /// A fresh store; `name` tells in the server's list of databases which test it belongs to.
    pub async fn new(name: &str) -> TestDb {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let Some(server) = server() else {
            let file = FILE.get_or_init(make_file).await;
            std::fs::write(folder.path().join(testing::SQLITE_FILE), file).expect("a copy");
            let db = open(Location::Sqlite(folder.path().into())).await;
            return TestDb { db, folder, postgres: None };
        };
        let template = testing::template(&server, folder.path()).await.expect("a template");
        let name: String = name.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).take(40).collect();
        let name = format!("t{}_{}_{name}", process::id(), COUNT.fetch_add(1, SeqCst));
        let url = testing::create_database(&server, &name, Some(&template)).await.expect("a database");
        let db = open(Location::Postgres { url, folder: folder.path().into() }).await;
        TestDb { db, folder, postgres: Some((server, name)) }
    }

    /// The same store opened again, as another node or another process would.
    pub async fn another_node(&self) -> Db {
        open(self.db.location().clone()).await
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Some((server, name)) = self.postgres.take() else { return };
        // The test's runtime may be gone already, so this one brings its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(testing::drop_database(&server, &name))
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("a test database stays behind: {error}");
        }
    }
}

fn server() -> Option<String> {
    env::var("SARANG_TEST_DATABASE").ok().filter(|url| url.starts_with("postgres"))
}

async fn open(at: Location) -> Db {
    Db::open(&at).await.expect("the store opens")
}

async fn make_file() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let db = open(Location::Sqlite(folder.path().into())).await;
    db.migrate().await.expect("the migrations run");
    // Closing the last connection folds the log into the file.
    db.close().await;
    std::fs::read(folder.path().join(testing::SQLITE_FILE)).expect("the file")
}
