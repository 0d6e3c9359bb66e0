//! Migrations: twin files in `migrations/{sqlite,postgres}`, carried in the binary, run once each under a lock.
use crate::engine::{Engine, Mode, Pool};
use crate::fault::said;
use crate::tx::Tx;
use crate::{Db, args, search, sql};
use base::Result;

pub(crate) struct Migration {
    pub version: i64,
    pub name: &'static str,
    pub text: [&'static str; 2],
}

pub(crate) const MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// The version the newest migration of this binary makes.
pub fn newest_version() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.version)
}

/// A word for the schema that all migrations together make: another one after any change of theirs.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    let mut all = blake3::Hasher::new();
    for text in MIGRATIONS.iter().flat_map(|m| m.text) {
        all.update(text.as_bytes());
    }
    all.finalize().to_hex()[..16].to_owned()
}

impl Db {
    /// Brings the store to the newest version this binary knows; refuses one that is newer. How many migrations ran.
    pub async fn migrate(&self) -> Result<usize> {
        let done = self.migrate_to(newest_version()).await?;
        if done > 0 {
            let mut tx = self.write().await?;
            // An index that holds nothing is of any version.
            if search::count(&mut tx).await? == 0 {
                search::mark_current(&mut tx).await?;
            }
            tx.commit().await?;
        }
        Ok(done)
    }

    /// Brings a store to a version and not further (a backup is read at the version it was made with).
    pub(crate) async fn migrate_to(&self, target: i64) -> Result<usize> {
        let pool = Pool::new(self.location().clone(), Mode::Migrate, 1);
        let done = self.migrate_in(&pool, target).await;
        pool.close().await;
        done
    }

    async fn migrate_in(&self, pool: &std::sync::Arc<Pool>, target: i64) -> Result<usize> {
        let mut done = 0;
        loop {
            // One transaction each, and the state is read anew in each: another node may be migrating too.
            let mut tx = Tx::new(
                self.clone(),
                pool.begin(self.wait().max(std::time::Duration::from_secs(60))).await?,
                Mode::Write,
            );
            let schema = "CREATE TABLE IF NOT EXISTS schema_migrations (
                version BIGINT PRIMARY KEY, name TEXT NOT NULL, run_at BIGINT NOT NULL)";
            tx.command("migrate", schema.into()).await?;
            let ran = sql!("store.list_migrations" => (i64, String),
                "SELECT version, name FROM schema_migrations ORDER BY version");
            let ran = tx.all(ran, []).await?;
            if let Some((version, name)) = ran.iter().find(|r| MIGRATIONS.iter().all(|m| m.version != r.0)) {
                return Err(said(format!(
                    "this data was written by a newer Sarangbang (its schema has {version} {name}, this program ends at \
                     {}): install that version or a later one, or restore an older backup",
                    newest_version()
                )));
            }
            let missing = |m: &&Migration| m.version <= target && ran.iter().all(|r| r.0 != m.version);
            let Some(next) = MIGRATIONS.iter().find(missing) else {
                tx.commit().await?;
                return Ok(done);
            };
            tracing::info!(version = next.version, name = next.name, "migrating");
            tx.command(next.name, next.text[self.engine() as usize].into()).await?;
            let (version, name, at) = (next.version, next.name, tx.now());
            let insert = sql!(
                "store.insert_migration",
                "INSERT INTO schema_migrations (version, name, run_at) VALUES ($1, $2, $3)"
            );
            tx.run(insert, args![version, name, at]).await?;
            tx.commit().await?;
            done += 1;
        }
    }

    /// The version of the newest migration that ran here; 0 for an empty store.
    pub async fn schema_version(&self) -> Result<i64> {
        let mut tx = self.read().await?;
        let there = match self.engine() {
            Engine::Sqlite => sql!("store.find_schema_sqlite" => (String,),
                "/*sqlite SELECT name FROM sqlite_schema WHERE name = 'schema_migrations'*/"),
            Engine::Postgres => sql!("store.find_schema_pg" => (String,),
                "/*pg SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE tablename = 'schema_migrations' AND schemaname = current_schema()*/"),
        };
        if tx.find(there, []).await?.is_none() {
            return Ok(0);
        }
        let newest = sql!("store.get_version" => (Option<i64>,), "SELECT MAX(version) FROM schema_migrations");
        Ok(tx.get(newest, []).await?.0.unwrap_or(0))
    }
}
