//! What PostgreSQL knows of its tables, which its plans depend on.
use crate::{Db, Engine, sql};
use base::Result;

impl Db {
    /// Has PostgreSQL look at the tables that have grown by a third or more since it last did. It does so by itself within
    /// minutes; bulk work fills an empty house in less, and all that time would be planned for as if it were empty. No
    /// writer waits for it. Tables that somebody else looks at just now are passed over.
    pub async fn look_at_grown_tables(&self) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            return Ok(());
        }
        let mut tx = self.read().await?;
        let grown = sql!("store.list_grown_tables" => (String,),
            "/*pg SELECT CAST(CAST(oid AS REGCLASS) AS TEXT) FROM pg_class
            WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS REGNAMESPACE)
            AND pg_stat_get_mod_since_analyze(oid) > 1000 + pg_stat_get_live_tuples(oid) / 3 ORDER BY oid*/");
        let grown = tx.all(grown, []).await?;
        // Which ones were passed over is no news for a log.
        tx.command("store.look_quietly", "SET LOCAL client_min_messages = error".into()).await?;
        for (table,) in grown {
            tx.command("store.look_at_table", format!("ANALYZE (SKIP_LOCKED) {table}")).await?;
        }
        tx.commit().await
    }
}
