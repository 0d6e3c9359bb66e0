//! The search index, made anew from the texts while everybody works on.
use crate::prepare::words_for;
use crate::store::conversations::Head;
use crate::store::entries;
use base::Result;
use store::{Db, Tx, search};
use textkit::{IndexTerms, index_terms};

/// Entries per transaction: short enough that nobody waits for it.
const BATCH: i64 = 500;

/// Indexes all entries anew, batch by batch; `progress` hears how many are done. What comes in meanwhile is indexed as
/// it comes in.
pub async fn reindex(db: &Db, mut progress: impl FnMut(u64)) -> Result<u64> {
    let (mut after, mut done) = (0, 0u64);
    loop {
        let mut tx = db.read().await?;
        let batch = entries::list_to_index(&mut tx, after, BATCH).await?;
        drop(tx);
        let Some(last) = batch.last().map(|entry| entry.ord) else { break };
        // Tokens are made outside the transaction; a text that changed in between is left to whoever changed it.
        let terms: Vec<(i64, i64, IndexTerms)> = batch
            .iter()
            .map(|entry| (entry.ord, entry.rev, with_subject(&entry.text, entry.subject.as_deref())))
            .collect();
        let mut tx = db.write().await?;
        let ords: Vec<i64> = batch.iter().map(|entry| entry.ord).collect();
        let now = entries::list_revs(&mut tx, &ords).await?;
        let same = |ord: &i64, rev: &i64| now.iter().any(|(o, r)| o == ord && r == rev);
        let fresh: Vec<_> = terms.into_iter().filter(|(ord, rev, _)| same(ord, rev)).map(|(o, _, t)| (o, t)).collect();
        done += fresh.len() as u64;
        search::index(&mut tx, fresh).await?;
        tx.commit().await?;
        progress(done);
        after = last;
    }
    let mut tx = db.write().await?;
    search::mark_current(&mut tx).await?;
    tx.commit().await?;
    Ok(done)
}

fn with_subject(text: &str, subject: Option<&str>) -> IndexTerms {
    let mut terms = words_for(crate::model::EntryKind::Message, text).terms;
    if let Some(subject) = subject {
        let more = index_terms(subject);
        terms.words.extend(more.words);
        terms.grams.extend(more.grams);
    }
    terms
}

/// Indexes the entry through which a subject is found: the first one that was stored.
pub(crate) async fn index_first_entry(tx: &mut Tx, head: &Head) -> Result<()> {
    let Some((ord, text)) = entries::find_first_stored(tx, head.ord).await? else { return Ok(()) };
    search::index(tx, vec![(ord, with_subject(&text, head.subject.as_deref()))]).await
}
