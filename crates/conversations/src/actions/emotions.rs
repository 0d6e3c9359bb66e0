//! How customers feel: read from what they write as it comes in, many at once by a job; corrected by one of us; shown on
//! the conversation. What was read and what people say of it stay apart.
use crate::actions::change::{WAKE, wake_rested};
use crate::events;
use crate::model::{Channel, Emotion, Felt, MarkBy, MarkIn, MarkOrigin};
use crate::store::conversations::Head;
use crate::store::emotions::{self, EmotionMark, ReadRow, ToRead};
use crate::store::entries::{self, Entry};
use base::{Actor, Error, Result, StaffId, Time};
use learn::emotion::{model_version, read_emotion};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use store::{Db, Job, Tx, jobs, jobs::JobState};

/// So many entries are read in the transaction that brings them. More are left to the job, so that an import need not
/// wait for them.
const AT_ONCE: usize = 32;
/// Entries the job reads per transaction.
const BATCH: i64 = 400;
/// How long one job works before it lets others have its place.
const TURN: Duration = Duration::from_secs(2);
/// While more entries than this come in within a quarter of a second, an import has the machine to itself.
const RUSH: i64 = 200;

const READ_EMOTIONS: &str = "conversations.read_emotions";

/// What this room does in the background.
pub fn handlers() -> jobs::Handlers {
    jobs::Handlers::new()
        .on(READ_EMOTIONS, |db, _| async move { read_waiting(&db).await })
        .on(WAKE, |db, _| async move { wake_rested(&db).await })
        .with(crate::actions::retention::handlers())
}

fn enqueue(tx: &mut Tx, wait: i64) {
    let run_at = tx.now().plus(wait);
    tx.enqueue(Job { kind: READ_EMOTIONS, dedupe_key: Some("all".into()), run_at, payload: json!({}) });
}

/// Has everything read that no model has read, or another one than this binary's. For the start of a server.
pub async fn begin_reading(db: &Db) -> Result<()> {
    let mut tx = db.read().await?;
    let (model, read_to) = emotions::get_state(&mut tx).await?;
    let newest = emotions::newest_entry(&mut tx).await?;
    drop(tx);
    if newest > read_to || (newest > 0 && model != model_version()) {
        let mut tx = db.write().await?;
        enqueue(&mut tx, 0);
        tx.commit().await?;
    }
    Ok(())
}

/// Reads entries that were just stored: at once when they are few or their text changed, else by the job.
pub(super) async fn read_stored(tx: &mut Tx, new: Vec<i64>, changed: Vec<i64>) -> Result<()> {
    let mut now = changed;
    if new.len() <= AT_ONCE {
        now.extend(new);
    } else {
        enqueue(tx, Time::SECOND);
    }
    read_now(tx, &now).await
}

/// Reads these entries anew. Those that are not a customer's, or have no words left, have no emotion.
pub(super) async fn read_now(tx: &mut Tx, ords: &[i64]) -> Result<()> {
    if ords.is_empty() {
        return Ok(());
    }
    let all = emotions::list_to_read_of(tx, ords).await?;
    let without: Vec<i64> = ords.iter().copied().filter(|ord| !all.iter().any(|one| one.ord == *ord)).collect();
    if !without.is_empty() {
        emotions::delete_read(tx, &without).await?;
    }
    emotions::upsert_read(tx, all.iter().map(read_one).collect()).await?;
    let mut conversations: BTreeSet<i64> = all.iter().map(|one| one.conversation_ord).collect();
    conversations.extend(entries::list_conversations_of(tx, &without).await?);
    show(tx, &Vec::from_iter(conversations)).await
}

/// What the model reads from an entry. In a mail, what it quotes and how it is signed are not what its writer feels.
fn read_one(entry: &ToRead) -> ReadRow {
    let reading = match entry.channel {
        Channel::Email => read_emotion(&blank_quotes(&entry.text)),
        _ => read_emotion(&entry.text),
    };
    let words: Vec<String> = reading.words.iter().map(|(start, end)| format!("{start}-{end}")).collect();
    ReadRow {
        entry_ord: entry.ord,
        entry_rev: entry.rev,
        valence: reading.valence.into(),
        emotion: reading.emotion.and_then(|(emotion, _)| emotion.name().parse().ok()),
        words: words.join(" "),
    }
}

/// The text with blanks where it quotes and where it is signed, so that places stay the same.
fn blank_quotes(text: &str) -> String {
    let parts = mailkit::split_reply(text);
    let hidden: Vec<_> = parts.quoted.iter().chain(&parts.signature).collect();
    let is_hidden = |at: usize| hidden.iter().any(|range| range.contains(&at));
    text.chars().enumerate().map(|(at, c)| if c != '\n' && is_hidden(at) { ' ' } else { c }).collect()
}

/// The places of words as they are kept: `3-7 12-15`.
pub(crate) fn parse_words(kept: &str) -> Vec<(usize, usize)> {
    let parse = |word: &str| {
        let (start, end) = word.split_once('-')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    };
    kept.split(' ').filter_map(parse).collect()
}

/// Shows on these conversations how their entries were felt, and tells of which it was worse or better than shown before.
pub(super) async fn show(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    let mut felt_now = felt_of(tx, conversations).await?;
    let mut moved: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (ord, shown, door) in emotions::list_worst_of(tx, conversations).await? {
        let Some(felt) = felt_now.remove(&ord) else { continue };
        emotions::update_conversation(tx, ord, felt).await?;
        if shown != felt.worst {
            moved.entry(door).or_default().push(ord);
        }
    }
    moved.into_iter().for_each(|(door, ords)| events::felt(tx, door, &ords));
    Ok(())
}

/// How these conversations were felt, by ord.
pub(super) async fn felt_of(tx: &mut Tx, conversations: &[i64]) -> Result<BTreeMap<i64, Felt>> {
    let standing = emotions::list_standing(tx, conversations).await?;
    let mut all: BTreeMap<i64, Felt> = conversations.iter().map(|ord| (*ord, Felt::default())).collect();
    for of_one in standing.chunk_by(|a, b| a.conversation_ord == b.conversation_ord) {
        all.insert(of_one[0].conversation_ord, Felt::of(of_one.iter().map(|one| (one.valence, one.emotion))));
    }
    Ok(all)
}

/// How far reading got: entries looked at by this binary's model, and all there are. Without a job, nothing waits.
pub(crate) async fn progress(tx: &mut Tx) -> Result<(i64, i64)> {
    let (model, read_to) = emotions::get_state(tx).await?;
    let newest = emotions::newest_entry(tx).await?;
    for state in [JobState::Pending, JobState::Running] {
        if jobs::list_jobs(tx, state, 200).await?.iter().any(|job| job.kind == READ_EMOTIONS) {
            return Ok((if model == model_version() { read_to.min(newest) } else { 0 }, newest));
        }
    }
    Ok((newest, newest))
}

// -- The job

/// Reads for one turn. It may be broken off anywhere and goes on where it was.
async fn read_waiting(db: &Db) -> Result<()> {
    let before = emotions::newest_entry(&mut db.read().await?).await?;
    tokio::time::sleep(Duration::from_millis(250)).await;
    let after = emotions::newest_entry(&mut db.read().await?).await?;
    if after - before > RUSH {
        let mut tx = db.write().await?;
        enqueue(&mut tx, 2 * Time::SECOND);
        return tx.commit().await;
    }
    let began = Instant::now();
    while read_batch(db).await? {
        if began.elapsed() > TURN {
            let mut tx = db.write().await?;
            enqueue(&mut tx, 0);
            return tx.commit().await;
        }
    }
    Ok(())
}

/// Reads the next entries; false when there are none.
async fn read_batch(db: &Db) -> Result<bool> {
    let mut tx = db.read().await?;
    let (model, read_to) = emotions::get_state(&mut tx).await?;
    let after = if model == model_version() { read_to } else { 0 };
    // Looked at before the entries, so that none that is committed later is passed over.
    let newest = emotions::newest_entry(&mut tx).await?;
    let all = emotions::list_to_read(&mut tx, after, newest, BATCH).await?;
    drop(tx);
    let reached = if (all.len() as i64) < BATCH { newest } else { all.last().map_or(newest, |last| last.ord) };
    if all.is_empty() && (reached == read_to && model == model_version()) {
        return Ok(false);
    }
    let work = move || (all.iter().map(read_one).collect::<Vec<_>>(), all);
    let (rows, all) = tokio::task::spawn_blocking(work).await.map_err(Error::store)?;

    let mut tx = db.write().await?;
    if emotions::get_state(&mut tx).await? != (model, read_to) {
        // Another node was faster.
        return Ok(true);
    }
    // A text that changed meanwhile was read by whoever changed it.
    let ords: Vec<i64> = all.iter().map(|one| one.ord).collect();
    let revs = entries::list_revs(&mut tx, &ords).await?;
    let revs: BTreeMap<i64, i64> = revs.into_iter().collect();
    let rows: Vec<ReadRow> = rows.into_iter().filter(|row| revs.get(&row.entry_ord) == Some(&row.entry_rev)).collect();
    let read = rows.len();
    emotions::upsert_read(&mut tx, rows).await?;
    // By now an entry may stand in another conversation than before.
    let conversations: BTreeSet<i64> = entries::list_conversations_of(&mut tx, &ords).await?.into_iter().collect();
    show(&mut tx, &Vec::from_iter(conversations)).await?;
    emotions::set_state(&mut tx, model_version(), reached).await?;
    if read > 0 {
        events::emotions_read(&mut tx, reached, newest);
    }
    tx.commit().await?;
    Ok(reached < newest)
}

// -- What people say

/// Says how an entry was felt, against or beside what was read. The earlier saying stays, and stands again when this
/// one is taken back.
pub async fn correct_emotion(
    tx: &mut Tx,
    actor: &Actor,
    (entry, head): (&Entry, &Head),
    valence: i64,
    emotion: Option<Emotion>,
) -> Result<()> {
    check_mark(valence, emotion)?;
    let mut read = emotions::list_read(tx, &[entry.ord]).await?;
    if read.is_empty() {
        // It waits for the job.
        read_now(tx, &[entry.ord]).await?;
        read = emotions::list_read(tx, &[entry.ord]).await?;
    }
    if read.is_empty() {
        return Err(Error::invalid("valence", "error-emotion-not-felt"));
    }
    let marks = emotions::list_marks(tx, &[entry.ord]).await?;
    let standing = marks.iter().rfind(|mark| mark.taken_back_at.is_none());
    if standing.is_some_and(|mark| mark.valence == valence && mark.emotion == emotion) {
        return Ok(());
    }
    let now = tx.now();
    let mark = MarkIn {
        valence,
        emotion,
        origin: MarkOrigin::Corrected,
        by: actor.staff.map(MarkBy::Staff),
        at: now,
        taken_back: None,
    };
    emotions::insert_marks(tx, vec![mark_row(entry.ord, marks.len(), mark)]).await?;
    show(tx, &[head.ord]).await?;
    events::changed(tx, head);
    Ok(())
}

/// Takes back what one of us said last of an entry. Nothing when nobody said anything.
pub async fn take_back_emotion(tx: &mut Tx, actor: &Actor, (entry, head): (&Entry, &Head)) -> Result<()> {
    let marks = emotions::list_marks(tx, &[entry.ord]).await?;
    let is_ours = |mark: &&EmotionMark| mark.taken_back_at.is_none() && mark.origin == MarkOrigin::Corrected;
    let Some(mark) = marks.iter().rfind(is_ours) else { return Ok(()) };
    emotions::take_back_mark(tx, entry.ord, mark.position, actor.staff).await?;
    show(tx, &[head.ord]).await?;
    events::changed(tx, head);
    Ok(())
}

/// Whether this can be said at all: −2 to +2, and an emotion of the same side.
pub fn check_mark(valence: i64, emotion: Option<Emotion>) -> Result<()> {
    if !(-2..=2).contains(&valence) {
        return Err(Error::invalid("valence", "error-emotion-valence"));
    }
    match emotion.map_or(0, Emotion::sign) {
        0 => Ok(()),
        sign if sign == valence.signum() => Ok(()),
        _ => Err(Error::invalid("emotion", "error-emotion-side")),
    }
}

/// The row of a mark; `position` counts the marks of the entry before it.
pub(super) fn mark_row(entry_ord: i64, position: usize, mark: MarkIn) -> EmotionMark {
    fn parts(by: Option<MarkBy>) -> (Option<StaffId>, Option<String>) {
        match by {
            Some(MarkBy::Staff(id)) => (Some(id), None),
            Some(MarkBy::Name(name)) => (None, Some(name)),
            None => (None, None),
        }
    }
    let (marked_by, marked_by_name) = parts(mark.by);
    let (taken_by, taken_back_at) = mark.taken_back.map_or((None, None), |(by, at)| (by, Some(at)));
    let (taken_back_by, taken_back_by_name) = parts(taken_by);
    EmotionMark {
        entry_ord,
        position: position as i64,
        valence: mark.valence,
        emotion: mark.emotion,
        origin: mark.origin,
        marked_by,
        marked_by_name,
        marked_at: mark.at,
        taken_back_by,
        taken_back_by_name,
        taken_back_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_without_what_it_quotes() {
        let text = "Thanks!\n\nOn Mon, 1 Jan 2026, Kim wrote:\n> this is terrible\n> I hate it\n";
        let blanked = blank_quotes(text);
        assert_eq!(blanked.chars().count(), text.chars().count());
        assert!(blanked.starts_with("Thanks!") && !blanked.contains("terrible"), "{blanked}");
    }

    #[test]
    fn a_conversation_shows_where_it_began_and_ended_and_its_lowest_and_highest() {
        let felt = Felt::of([(0, None), (-2, Some(Emotion::Anger)), (1, None)].into_iter());
        assert_eq!((felt.start, felt.end, felt.worst, felt.best), (Some(0), Some(1), Some(-2), Some(1)));
        assert_eq!(felt.last, Some(Emotion::Anger));
        assert_eq!(Felt::of(std::iter::empty()), Felt::default());
    }

    #[test]
    fn an_emotion_is_of_the_side_of_its_valence() {
        assert!(check_mark(-1, Some(Emotion::Anger)).is_ok() && check_mark(0, Some(Emotion::Confusion)).is_ok());
        assert!(check_mark(1, Some(Emotion::Anger)).is_err() && check_mark(0, Some(Emotion::Relief)).is_err());
        assert!(check_mark(3, None).is_err() && check_mark(-2, None).is_ok());
    }

    #[test]
    fn places_of_words_come_back_as_they_were_kept() {
        assert_eq!(parse_words("3-7 12-15"), [(3, 7), (12, 15)]);
        assert_eq!(parse_words(""), []);
    }
}
