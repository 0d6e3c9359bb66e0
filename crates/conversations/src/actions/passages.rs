//! Passages: choosing a stretch of an entry, and finding it again when the text changes. The quote wins.
use crate::store::{entries, passages, passages::Passage};
use base::{Error, PassageId, Result, StaffId};
use store::{Noun, Tx};
use textkit::{clean_text, find_quote};

/// The longest passage, in characters: more than that is not a passage but the entry.
const LONGEST_QUOTE: usize = 4_000;

/// Marks a stretch of an entry, in Unicode scalars, half-open. Where the quote does not stand at `start`, its nearest
/// occurrence is meant. The same place gives the same passage.
pub async fn make_passage(
    tx: &mut Tx,
    entry_ord: i64,
    start: i64,
    end: i64,
    quote: &str,
    by: Option<StaffId>,
) -> Result<Passage> {
    let entry = entries::list_by_ord(tx, &[entry_ord]).await?.pop().ok_or(Error::NotFound("entry"))?;
    let hint = usize::try_from(start).map_err(|_| Error::invalid("passage.start", "error-passage-place"))?;
    let quote = clean_text(quote);
    if end <= start || quote.trim().is_empty() || quote.chars().count() > LONGEST_QUOTE {
        return Err(Error::invalid("passage.quote", "error-passage-place"));
    }
    let place = find_quote(&entry.text, &quote, hint);
    let (from, to) = place.ok_or_else(|| Error::invalid("passage.quote", "error-quote-not-there"))?;
    let (start_at, end_at) = (from as i64, to as i64);
    if let Some(same) = passages::find_at(tx, entry_ord, entry.rev, start_at, end_at).await? {
        return Ok(same);
    }
    let passage = Passage {
        ord: tx.next_ord(Noun::Passage).await?,
        id: PassageId::new(),
        conversation_ord: entry.conversation_ord,
        entry_ord,
        entry_rev: entry.rev,
        start_at,
        end_at,
        quote: entry.text.chars().skip(from).take(to - from).collect(),
        made_by: by,
        made_at: tx.now(),
    };
    passages::insert(tx, &passage).await?;
    Ok(passage)
}

/// Finds the passages of an entry in its new text. One whose quote is gone stays with the old revision, which is kept.
pub(crate) async fn anchor_again(tx: &mut Tx, entry_ord: i64, text: &str) -> Result<()> {
    let all = passages::list_of_entries(tx, &[entry_ord]).await?;
    let Some(rev) = entries::list_texts(tx, &[entry_ord]).await?.pop().map(|(_, rev, _)| rev) else { return Ok(()) };
    for passage in all.iter().filter(|passage| passage.entry_rev < rev) {
        let Some((from, to)) = find_quote(text, &passage.quote, passage.start_at as usize) else { continue };
        let (start, end) = (from as i64, to as i64);
        if passages::find_at(tx, entry_ord, rev, start, end).await?.is_none() {
            passages::move_to(tx, passage.ord, rev, start, end).await?;
        }
    }
    Ok(())
}
