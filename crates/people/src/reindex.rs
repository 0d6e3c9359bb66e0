//! The names of everybody made findable anew: after a restore, or when the tokenizer has changed.
use crate::store as rows;
use base::Result;
use store::{Db, Noun};

const BATCH: i64 = 1_000;

/// Indexes the names of all persons, teams and accounts, batch by batch; how many. What changes meanwhile is indexed as
/// it changes.
pub async fn reindex(db: &Db) -> Result<u64> {
    let mut done = 0;
    for noun in [Noun::Person, Noun::Team, Noun::Account] {
        let mut after = 0;
        loop {
            let mut tx = db.write().await?;
            let names = rows::list_names(&mut tx, noun, after, BATCH).await?;
            let Some(last) = names.last() else { break };
            after = last.0;
            done += names.len() as u64;
            rows::index_names(&mut tx, noun, names.iter().map(|(ord, name)| (*ord, name.as_str()))).await?;
            tx.commit().await?;
        }
    }
    Ok(done)
}
