//! Erasing a person: what was said and what it was read from goes; rows stay, emptied, so that counts do not move.
use crate::actions::batch::Thread;
use crate::actions::take_in::refresh_heads;
use crate::events;
use crate::store::{conversations, emotions, entries, passages};
use base::{Error, PersonId, Result};
use std::collections::BTreeSet;
use store::{Tx, raws::Owner, search};

/// Erases what a person said: texts and earlier texts, quotes, names, attachments, raw input, and their place in the
/// index. The raw input of a conversation in which they took part goes with them, since it holds their words as well.
pub async fn erase_person(tx: &mut Tx, id: PersonId) -> Result<()> {
    let persons = conversations::list_person_ords(tx, id).await?;
    if persons.is_empty() {
        return Err(Error::NotFound("person"));
    }
    let theirs = entries::list_of_persons(tx, &persons).await?;
    let ords: Vec<i64> = theirs.iter().map(|(ord, _)| *ord).collect();
    for file in entries::list_attachments(tx, &ords).await? {
        tx.drop_blob(&file.blob_hash).await?;
    }
    entries::erase(tx, &ords).await?;
    passages::erase_quotes(tx, &ords).await?;
    emotions::erase_words(tx, &ords).await?;
    // The index keeps a row for every entry: these have no words any more.
    search::index(tx, ords.iter().map(|ord| (*ord, Default::default())).collect()).await?;
    let mut all: BTreeSet<i64> = conversations::list_of_persons(tx, &persons).await?.into_iter().collect();
    all.extend(theirs.iter().map(|(_, conversation)| *conversation));
    for ord in &all {
        tx.erase_raws(Owner { conversation_ord: Some(*ord), person_ord: None }).await?;
    }
    for ord in &persons {
        tx.erase_raws(Owner { conversation_ord: None, person_ord: Some(*ord) }).await?;
    }
    conversations::erase_heads(tx, &persons).await?;
    // Previews and timelines are made anew from what is left.
    let heads = conversations::list_by_ord(tx, &Vec::from_iter(all)).await?;
    events::erased(tx, &heads);
    let mut threads: Vec<Thread<'_>> = heads.into_iter().map(Thread::stored).collect();
    refresh_heads(tx, &mut threads).await
}
