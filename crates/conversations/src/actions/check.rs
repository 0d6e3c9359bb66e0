//! What must hold in this room, looked at row by row. For the operator, not for a request.
use crate::actions::emotions::felt_of;
use crate::model::{Felt, Status, preview, read_tail};
use crate::store::{check, conversations, entries};
use base::Result;
use store::{Broken, Tx, search};

const BATCH: i64 = 500;

/// Everything that is broken, with the ords of those that break it; nothing when all is well.
pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let mut found: Vec<(&'static str, Vec<i64>)> = Vec::new();
    for (rule, sql) in check::rules() {
        found.push((rule, tx.all(sql, []).await?.into_iter().map(|(ord,)| ord).collect()));
    }
    let (stored, indexed) = (check::count_searchable(tx).await?, search::count(tx).await?);
    let differ = if stored == indexed { Vec::new() } else { vec![stored, indexed] };
    found.push(("conversations: every entry is in the search index", differ));
    found.push(("conversations: a head shows its newest message and who waits", check_heads(tx).await?));
    found.push(("conversations: a conversation shows how its entries were felt", check_felt(tx).await?));
    found.push(("conversations: a passage stands where it says", check_passages(tx).await?));
    let broken = found.into_iter().filter(|(_, by)| !by.is_empty());
    Ok(broken.map(|(invariant, by)| Broken { invariant, detail: format!("{by:?}") }).collect())
}

async fn check_heads(tx: &mut Tx) -> Result<Vec<i64>> {
    let (mut wrong, mut after) = (Vec::new(), 0);
    loop {
        let ords = conversations::list_ords_after(tx, after, &[], BATCH).await?;
        let Some(last) = ords.last() else { return Ok(wrong) };
        after = *last;
        for head in conversations::list_by_ord(tx, &ords).await? {
            let tail = entries::list_tail(tx, head.ord).await?;
            let said = read_tail(head.opened_at, head.status, &tail);
            let text: Vec<i64> = said.last_ord.into_iter().collect();
            let text = entries::list_texts(tx, &text).await?.pop().map(|(_, _, text)| preview(&text));
            let is_right = head.last_said_by == said.last_said_by
                && head.waiting_since == said.waiting_since
                && head.preview == text.unwrap_or_default()
                && (head.status == Status::Open || head.waiting_since.is_none());
            wrong.extend((!is_right && wrong.len() < 20).then_some(head.ord));
        }
    }
}

async fn check_felt(tx: &mut Tx) -> Result<Vec<i64>> {
    let (mut wrong, mut after) = (Vec::new(), 0);
    loop {
        let ords = conversations::list_ords_after(tx, after, &[], BATCH).await?;
        let Some(last) = ords.last() else { return Ok(wrong) };
        after = *last;
        let felt = felt_of(tx, &ords).await?;
        for head in conversations::list_by_ord(tx, &ords).await? {
            let (start, end) = (head.emotion_start, head.emotion_end);
            let (worst, best) = (head.emotion_worst, head.emotion_best);
            let is_right = felt.get(&head.ord) == Some(&Felt { start, end, worst, best, last: head.last_emotion });
            wrong.extend((!is_right && wrong.len() < 20).then_some(head.ord));
        }
    }
}

async fn check_passages(tx: &mut Tx) -> Result<Vec<i64>> {
    let (mut wrong, mut after) = (Vec::new(), 0);
    loop {
        let batch = check::list_passages_after(tx, after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(wrong) };
        after = last.ord;
        for passage in batch {
            let (from, to) = (passage.start_at.max(0) as usize, passage.end_at.max(0) as usize);
            let stands = |text: String| text.chars().skip(from).take(to.saturating_sub(from)).eq(passage.quote.chars());
            let is_right = passage.text.is_some_and(stands);
            wrong.extend((!is_right && wrong.len() < 20).then_some(passage.ord));
        }
    }
}
