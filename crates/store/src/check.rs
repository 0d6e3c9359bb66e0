//! The invariants of the store's own tables; `sarang check` names each that is broken.
use crate::{Engine, Tx, args, search, sql};
use base::Result;

/// An invariant that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Broken {
    pub invariant: &'static str,
    pub detail: String,
}

/// All that is broken in the store's own tables and files.
pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    let mut say = |invariant, detail| broken.push(Broken { invariant, detail });

    if tx.engine() == Engine::Sqlite {
        let quick = sql!("store.check_file" => (String,), "/*sqlite SELECT quick_check FROM pragma_quick_check*/");
        for (said,) in tx.all(quick, []).await?.into_iter().filter(|r| r.0 != "ok") {
            say("the database file is sound", said);
        }
    }

    let log = sql!("store.check_outbox" => (i64, i64, i64),
        "SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0), COUNT(*) FROM outbox");
    let ((first, last, events), head) = (tx.get(log, []).await?, tx.head().await?);
    if events > 0 && last - first + 1 != events {
        say("the events have no gaps", format!("{events} events from {first} to {last}"));
    }
    if events > 0 && last != head {
        say("the newest event is the head", format!("the head is {head}, the newest event {last}"));
    }

    if !search::is_current(tx).await? {
        say("the search index is of this version", "it was made by another one: run sarang reindex".into());
    }

    let given = sql!("store.check_raw_ords" => (i64, i64),
        "SELECT COALESCE(MAX(ord), 0), COALESCE((SELECT last FROM ords WHERE noun = 'raw'), 0) FROM raws");
    let (used, given) = tx.get(given, []).await?;
    if used > given {
        say("ords come from their counter", format!("raw {used} is there, the counter is at {given}"));
    }

    let named = sql!("store.check_raw_blobs" => (i64, String),
        "SELECT ord, blob_hash FROM raws WHERE blob_hash IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.hash = raws.blob_hash AND blobs.refs > 0) ORDER BY ord LIMIT 100");
    for (ord, hash) in tx.all(named, []).await? {
        say("raw input names blobs that are kept", format!("raw {ord} names {hash}"));
    }

    let mut after = String::new();
    loop {
        let page = sql!("store.check_blobs" => (String, i64),
            "SELECT hash, bytes FROM blobs WHERE refs > 0 AND hash > $1 ORDER BY hash LIMIT 1000");
        let page = tx.all(page, args![&after]).await?;
        let Some(last) = page.last() else { break };
        after = last.0.clone();
        for (hash, bytes) in page {
            match std::fs::metadata(tx.db().blob_path(&hash)) {
                Ok(file) if file.len() as i64 == bytes => {}
                Ok(file) => say("blobs are whole", format!("{hash} has {} bytes, not {bytes}", file.len())),
                Err(e) => say("blobs are there", format!("{hash}: {e}")),
            }
        }
    }
    Ok(broken)
}
