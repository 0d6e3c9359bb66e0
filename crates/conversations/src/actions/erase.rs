//! Erasing: what was said and what it was read from goes; rows stay, emptied, so that counts do not move.
use crate::actions::batch::Thread;
use crate::actions::files::erase_files;
use crate::actions::take_in::refresh_heads;
use crate::events;
use crate::store::conversations::{self, Head};
use crate::store::{emotions, entries, mails, partings, passages, replies, retention};
use base::{Error, PersonId, Result};
use std::collections::BTreeSet;
use store::{Tx, raws::Owner, search};
use textkit::index_terms;

/// Erases what a person said: texts and earlier texts, quotes, names, attachments, raw input, and their place in the
/// index; and what we wrote in conversations with nobody else. The raw input of a conversation in which they took part goes with them, since it holds their words as well.
/// Call it before `people::erase_person`, which forgets the addresses under which others wrote to them. How many entries.
pub async fn erase_person(tx: &mut Tx, id: PersonId) -> Result<usize> {
    let persons = conversations::list_person_ords(tx, id).await?;
    if persons.is_empty() {
        return Err(Error::NotFound("person"));
    }
    let theirs = entries::list_of_persons(tx, &persons).await?;
    let ords: Vec<i64> = theirs.iter().map(|(ord, _)| *ord).collect();
    empty_entries(tx, &ords).await?;
    // What we wrote to them names and quotes them. Where others took part, it was written to those as well.
    let ours = entries::list_written_to(tx, &persons).await?;
    empty_entries(tx, &ours).await?;
    let mut all: BTreeSet<i64> = conversations::list_of_persons(tx, &persons).await?.into_iter().collect();
    all.extend(theirs.iter().map(|(_, conversation)| *conversation));
    for ord in &all {
        tx.erase_raws(Owner { conversation_ord: Some(*ord), person_ord: None }).await?;
    }
    for ord in &persons {
        tx.erase_raws(Owner { conversation_ord: None, person_ord: Some(*ord) }).await?;
    }
    // Where others named them as a receiver, the name and the address go too.
    for address in conversations::list_addresses(tx, &persons).await? {
        conversations::delete_named(tx, &address).await?;
        retention::erase_deliveries_to(tx, &address).await?;
        mails::erase_named(tx, &address).await?;
    }
    conversations::erase_heads(tx, &persons).await?;
    let own = conversations::list_own(tx, &persons).await?;
    retention::erase_letters(tx, &own).await?;
    retention::delete_drafts(tx, &Vec::from_iter(all.iter().copied())).await?;
    erase_files(tx, &Vec::from_iter(all.iter().copied())).await?;
    replies::erase_events(tx, &Vec::from_iter(all.iter().copied())).await?;
    for ord in &all {
        // A subject is found through the first entry, which may be somebody else's.
        if let Some((first, text)) =
            entries::find_first_stored(tx, *ord).await?.filter(|(first, _)| !ords.contains(first))
        {
            search::index(tx, vec![(first, index_terms(&text))]).await?;
        }
    }
    show_what_is_left(tx, &Vec::from_iter(all)).await?;
    Ok(ords.len())
}

/// Empties letters of ours, wherever they stand: they quote somebody who is being erased. Call it before [`erase_person`],
/// which makes previews anew.
pub async fn erase_letters(tx: &mut Tx, ords: &[i64]) -> Result<()> {
    empty_entries(tx, ords).await
}

/// Empties entries: what was said, by which name, with which files, and what was made of it.
pub(super) async fn empty_entries(tx: &mut Tx, ords: &[i64]) -> Result<()> {
    for file in entries::list_attachments(tx, ords).await? {
        tx.erase_blob(&file.blob_hash).await?;
    }
    entries::erase(tx, ords).await?;
    passages::erase_quotes(tx, ords).await?;
    emotions::erase_words(tx, ords).await?;
    mails::erase_facts(tx, ords).await?;
    // The index keeps a row for every entry: these have no words any more.
    search::index(tx, ords.iter().map(|ord| (*ord, Default::default())).collect()).await
}

/// Previews and timelines are made anew from what is left.
pub(super) async fn show_what_is_left(tx: &mut Tx, conversation_ords: &[i64]) -> Result<Vec<Head>> {
    // What was joined or parted is not taken back any more: what is kept for that has a subject in it.
    partings::forget(tx, conversation_ords).await?;
    let heads = conversations::list_by_ord(tx, conversation_ords).await?;
    events::erased(tx, &heads);
    let mut threads: Vec<Thread<'_>> = heads.into_iter().map(Thread::stored).collect();
    refresh_heads(tx, &mut threads).await?;
    Ok(threads.into_iter().map(|thread| thread.head).collect())
}
