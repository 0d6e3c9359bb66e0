//! Whole conversations, for giving everything back.
use crate::access::Scope;
use crate::store::conversations::{self, Head, Participant};
use crate::store::emotions::{self, EmotionMark};
use crate::store::entries::{self, Attachment, Entry};
use crate::store::passages::{self, Passage};
use base::{PersonId, Result};
use std::collections::HashMap;
use store::Tx;

/// A conversation with all that belongs to it, each in its order.
#[derive(Clone, Debug)]
pub struct Whole {
    pub head: Head,
    pub entries: Vec<Entry>,
    pub participants: Vec<Participant>,
    pub passages: Vec<Passage>,
    pub attachments: Vec<Attachment>,
    /// What people say of the emotion of entries.
    pub marks: Vec<EmotionMark>,
}

/// The conversations after an ord that the scope sees, at most `limit`, in the order they came in.
pub async fn list_whole(tx: &mut Tx, scope: &Scope, after: i64, limit: i64) -> Result<Vec<Whole>> {
    let ords = conversations::list_ords_after(tx, after, &scope.hidden, limit).await?;
    load(tx, &ords).await
}

/// The same of one person: those that are theirs, and those in which they take part.
pub async fn list_whole_of(tx: &mut Tx, scope: &Scope, id: PersonId, after: i64, limit: i64) -> Result<Vec<Whole>> {
    let persons = conversations::list_person_ords(tx, id).await?;
    let mut ords = conversations::list_of_persons(tx, &persons).await?;
    ords.retain(|ord| *ord > after);
    ords.sort_unstable();
    let mut page = Vec::new();
    for some in ords.chunks(limit.max(1) as usize) {
        let seen = conversations::list_by_ord(tx, some).await?;
        page.extend(seen.into_iter().filter(|head| scope.sees(head.door_ord)).map(|head| head.ord));
        if page.len() as i64 >= limit {
            break;
        }
    }
    page.sort_unstable();
    page.truncate(limit as usize);
    load(tx, &page).await
}

async fn load(tx: &mut Tx, ords: &[i64]) -> Result<Vec<Whole>> {
    if ords.is_empty() {
        return Ok(Vec::new());
    }
    let mut heads = conversations::list_by_ord(tx, ords).await?;
    heads.sort_by_key(|head| head.ord);
    let (mut whole, mut place) = (Vec::with_capacity(heads.len()), HashMap::new());
    for head in heads {
        place.insert(head.ord, whole.len());
        let (entries, participants, passages, attachments, marks) = Default::default();
        whole.push(Whole { head, entries, participants, passages, attachments, marks });
    }
    let all = entries::list_of(tx, ords).await?;
    let entry_ords: Vec<i64> = all.iter().map(|entry| entry.ord).collect();
    let of_entry: HashMap<i64, i64> = all.iter().map(|entry| (entry.ord, entry.conversation_ord)).collect();
    for entry in all {
        whole[place[&entry.conversation_ord]].entries.push(entry);
    }
    for one in conversations::list_participants(tx, ords).await? {
        whole[place[&one.conversation_ord]].participants.push(one);
    }
    for passage in passages::list_of_entries(tx, &entry_ords).await? {
        whole[place[&of_entry[&passage.entry_ord]]].passages.push(passage);
    }
    for file in entries::list_attachments(tx, &entry_ords).await? {
        whole[place[&of_entry[&file.entry_ord]]].attachments.push(file);
    }
    for mark in emotions::list_marks(tx, &entry_ords).await? {
        whole[place[&of_entry[&mark.entry_ord]]].marks.push(mark);
    }
    Ok(whole)
}
