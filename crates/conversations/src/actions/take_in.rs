//! Taking in: many conversations of any source in one short transaction, each thing exactly once.
use crate::actions::batch::{Batch, Thread};
use crate::actions::emotions::{mark_row, read_stored};
use crate::actions::notifications::tell;
use crate::actions::passages::anchor_again;
use crate::events;
use crate::model::{Author, AuthorIn, ConversationIn, EntryIn, EntryKind, NotificationKind, Taken};
use crate::prepare::{Prepared, Words, prepare, words_for};
use crate::store::conversations::{self, Participant};
use crate::store::emotions::{self, EmotionMark};
use crate::store::entries::{self, Entry, Said};
use crate::store::retention;
use base::{Actor, EntryId, Error, Result, StaffId};
use people::Who;
use std::collections::{BTreeSet, HashMap};
use store::{Noun, Tx, Value, args, search};
use textkit::IndexTerms;

/// Takes in conversations of any source: what is there already stays, new entries are appended, a changed text becomes
/// a new revision. One that cannot be taken says why in its place and stops no other.
pub async fn take_in(tx: &mut Tx, items: Vec<ConversationIn>) -> Result<Vec<Result<Taken>>> {
    take_in_each(tx, items.into_iter().map(prepare).collect()).await
}

/// `take_in` for what `prepare` has looked at already, on other threads for one.
pub async fn take_in_each(tx: &mut Tx, items: Vec<Result<Prepared>>) -> Result<Vec<Result<Taken>>> {
    let (mut good, mut places) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for item in items {
        places.push(item.map(|item| good.push(item)));
    }
    let mut taken = take_in_prepared(tx, good).await?.into_iter();
    let missing = || Err(Error::store("fewer answers than items"));
    Ok(places.into_iter().map(|place| place.and_then(|()| taken.next().unwrap_or_else(missing))).collect())
}

pub(crate) async fn take_in_prepared(tx: &mut Tx, mut items: Vec<Prepared>) -> Result<Vec<Result<Taken>>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    // The tokens are handed on without a copy.
    let words = items.iter_mut().map(|item| std::mem::take(&mut item.words)).collect();
    let save = tx.save().await?;
    let error = match take_batch(tx, &items, words).await {
        Ok(taken) => {
            tx.release(save).await?;
            return Ok(taken.into_iter().map(Ok).collect());
        }
        Err(error) => error,
    };
    // What was checked beforehand cannot fail by itself: this is a full disk, or something nobody thought of. Then each
    // item is tried alone, so that only the one at fault is left out.
    tx.rollback_to(save).await?;
    if matches!(error, Error::Full | Error::Busy) {
        return Err(error);
    }
    if items.len() == 1 {
        return Ok(vec![Err(error)]);
    }
    let mut all = Vec::with_capacity(items.len());
    for mut item in items {
        item.words = item.input.entries.iter().map(|entry| words_for(entry.kind, &entry.text)).collect();
        all.extend(Box::pin(take_in_prepared(tx, vec![item])).await?);
    }
    Ok(all)
}

/// Rows that wait to be written together.
#[derive(Default)]
struct Rows<'a> {
    entries: Vec<[Value; 15]>,
    /// Blobs and the attachments that are them.
    files: Vec<(&'a str, [Value; 7])>,
    terms: Vec<(i64, IndexTerms)>,
    /// Raw input and the conversation it belongs to.
    raws: BTreeSet<(i64, i64)>,
    revisions: Vec<(i64, &'a EntryIn, Words)>,
    /// What customers wrote.
    spoken: Vec<i64>,
    marks: Vec<EmotionMark>,
}

async fn take_batch(tx: &mut Tx, items: &[Prepared], words: Vec<Vec<Words>>) -> Result<Vec<Taken>> {
    let mut batch = Batch::load(tx, items).await?;
    let who = resolve_people(tx, items, &batch).await?;
    let texts = batch.stored_texts(tx).await?;
    // What was erased does not come back with an old archive.
    let emptied: Vec<i64> = texts.iter().filter(|(_, text)| text.is_empty()).map(|(ord, _)| *ord).collect();
    let emptied: Vec<i64> = retention::list_emptied(tx, &emptied).await?.into_iter().map(|(ord, _)| ord).collect();
    let fresh = (0..items.len()).map(|at| batch.fresh_entries(at, &items[at])).sum();
    let mut ords = tx.next_ords(Noun::Entry, fresh).await?.into_iter();

    let mut rows = Rows::default();
    let mut answers = Vec::with_capacity(items.len());
    for ((at, item), words) in items.iter().enumerate().zip(words) {
        let (thread, who) = (batch.thread(at), &who[at]);
        let mut answer = new_answer(thread, who);
        thread.take_head(&item.input, who);
        thread.unsaid = false;
        for (entry, words) in item.input.entries.iter().zip(words) {
            if let Some(&ord) = thread.entries.get(entry.external_id.as_str()) {
                if texts.get(&ord).is_some_and(|text| *text != entry.text) && !emptied.contains(&ord) {
                    rows.revisions.push((ord, entry, words));
                    thread.changed += 1;
                    answer.changed_entries += 1;
                }
                answer.entry_ords.push(ord);
                continue;
            }
            let ord = ords.next().ok_or_else(|| Error::store("fewer entry ords than entries"))?;
            thread.entries.insert(&entry.external_id, ord);
            rows.add(thread, ord, entry, words, who, &item.subject_terms);
            answer.new_entries += 1;
            answer.entry_ords.push(ord);
        }
        if thread.is_new || answer.new_entries > 0 {
            add_participants(thread, &item.input, who);
        }
        answers.push(answer);
    }
    write(tx, batch, rows).await?;
    events::taken_in(tx, &answers);
    Ok(answers)
}

/// Who everybody is, for each item that brings something new; nobody for the others.
async fn resolve_people(tx: &mut Tx, items: &[Prepared], batch: &Batch<'_>) -> Result<Vec<Vec<Who>>> {
    let brings = |at: usize| batch.is_new(at) || batch.fresh_entries(at, &items[at]) > 0;
    let wanted: Vec<usize> =
        (0..items.len()).map(|at| if brings(at) { items[at].input.people.len() } else { 0 }).collect();
    let of_items = items.iter().zip(&wanted).flat_map(|(item, n)| item.input.people.iter().take(*n));
    let people: Vec<_> = of_items.cloned().collect();
    let mut who = people::resolve_people(tx, &people).await?.into_iter();
    Ok(wanted.into_iter().map(|n| who.by_ref().take(n).collect()).collect())
}

fn new_answer(thread: &mut Thread<'_>, who: &[Who]) -> Taken {
    Taken {
        conversation_ord: thread.head.ord,
        id: thread.head.id,
        new: thread.unsaid,
        new_entries: 0,
        changed_entries: 0,
        entry_ords: Vec::new(),
        joined: 0,
        new_persons: who.iter().filter(|who| who.new_person).count(),
        new_teams: who.iter().filter(|who| who.new_team).count(),
        new_accounts: who.iter().filter(|who| who.new_account).count(),
    }
}

impl<'a> Rows<'a> {
    fn add(
        &mut self,
        thread: &mut Thread<'a>,
        ord: i64,
        entry: &'a EntryIn,
        mut words: Words,
        who: &[Who],
        subject: &IndexTerms,
    ) {
        let (author, person_ord, staff_id) = author_of(&entry.author, who);
        let row = Entry {
            ord,
            id: EntryId::new(),
            conversation_ord: thread.head.ord,
            external_id: entry.external_id.clone(),
            kind: entry.kind,
            author,
            person_ord,
            staff_id,
            author_name: entry.name.clone(),
            said_at: entry.at,
            language: words.language,
            language_confidence: words.confidence,
            text: entry.text.clone(),
            rev: 1,
            has_html: entry.has_html,
            raw_ord: entry.raw_ord,
        };
        if entry.kind != EntryKind::Event {
            // The subject is found through the first entry.
            if !std::mem::replace(&mut thread.subject_said, true) {
                words.terms.words.extend_from_slice(&subject.words);
                words.terms.grams.extend_from_slice(&subject.grams);
            }
            self.terms.push((ord, words.terms));
        }
        self.raws.extend(entry.raw_ord.map(|raw| (raw, thread.head.ord)));
        thread.added += 1;
        if entry.kind == EntryKind::Message {
            thread.said.push((Said { ord, author, said_at: entry.at }, &entry.text));
            self.spoken.extend((author == Author::Person).then_some(ord));
        }
        let marks = entry.emotions.iter().cloned().enumerate();
        self.marks.extend(marks.map(|(position, mark)| mark_row(ord, position, mark)));
        for (position, file) in (0i64..).zip(&entry.attachments) {
            let hash = file.blob_hash.as_str();
            let (name, mime) = (file.name.as_str(), file.mime.as_str());
            let row = args![ord, position, name, mime, file.bytes, hash, file.content_id.clone()];
            self.files.push((hash, row));
        }
        self.entries.push(row.into_values());
    }
}

fn author_of(author: &AuthorIn, who: &[Who]) -> (Author, Option<i64>, Option<StaffId>) {
    match author {
        AuthorIn::Person(place) => (Author::Person, who.get(*place).and_then(|who| who.person_ord), None),
        AuthorIn::Staff(id) => (Author::Staff, None, Some(*id)),
        AuthorIn::External => (Author::External, None, None),
        AuthorIn::Machine(place) => {
            (Author::Machine, place.and_then(|place| who.get(place)).and_then(|who| who.person_ord), None)
        }
    }
}

/// The customer, all who said something, and those who are named without having said anything.
fn add_participants(thread: &mut Thread<'_>, input: &ConversationIn, who: &[Who]) {
    if let Some(customer) = input.person.and_then(|place| who.get(place)) {
        thread.add_person("customer", customer);
    }
    let customer = input.person;
    for entry in &input.entries {
        match &entry.author {
            AuthorIn::Person(place) | AuthorIn::Machine(Some(place)) if Some(*place) == customer => {}
            AuthorIn::Person(place) | AuthorIn::Machine(Some(place)) => thread.add_person("author", &who[*place]),
            author => thread.add_other("author", author, entry.name.as_deref()),
        }
    }
    for named in &input.participants {
        match &named.who {
            AuthorIn::Person(place) => thread.add_person(&named.role, &who[*place]),
            other => thread.add_other(&named.role, other, named.name.as_deref()),
        }
    }
}

async fn write(tx: &mut Tx, mut batch: Batch<'_>, rows: Rows<'_>) -> Result<()> {
    for thread in batch.threads.iter_mut().filter(|thread| thread.is_new) {
        thread.said.sort_by_key(|(said, _)| (said.said_at, said.ord));
        let newest_first: Vec<Said> = thread.said.iter().rev().map(|(said, _)| *said).collect();
        let last = thread.said.last().map_or("", |(_, text)| text);
        thread.read_tail(&newest_first, last);
    }
    let new: Vec<_> = batch.threads.iter().filter(|thread| thread.is_new).map(|thread| &thread.head).collect();
    conversations::insert(tx, &new).await?;
    entries::insert(tx, rows.entries).await?;
    for (hash, _) in &rows.files {
        tx.use_blob(hash).await?;
    }
    entries::insert_attachments(tx, rows.files.into_iter().map(|(_, row)| row).collect()).await?;
    tx.link_raws(&rows.raws.into_iter().collect::<Vec<_>>()).await?;
    search::index_new(tx, rows.terms).await?;
    emotions::insert_marks(tx, rows.marks).await?;
    let changed = rows.revisions.iter().map(|(ord, _, _)| *ord).collect();
    for (ord, entry, words) in rows.revisions {
        entries::revise(tx, ord, &entry.text, words.language, words.confidence, entry.raw_ord).await?;
        if entry.kind != EntryKind::Event {
            search::index(tx, vec![(ord, words.terms)]).await?;
        }
        anchor_again(tx, ord, &entry.text).await?;
    }
    read_stored(tx, rows.spoken, changed).await?;
    refresh_heads(tx, &mut batch.threads).await?;
    let known = known_people(tx, &batch.threads).await?;
    let mut touched = Vec::new();
    for thread in &batch.threads {
        let seen = |person: i64| known.get(&thread.head.ord).is_some_and(|all| all.contains(&person));
        touched.extend(thread.touchpoints().filter(|touch| !touch.person_ord.is_some_and(seen)));
    }
    people::touch(tx, &touched).await?;
    let participants = batch.threads.iter_mut().flat_map(|thread| thread.participants.drain());
    conversations::insert_participants(tx, participants).await
}

/// Makes the heads of conversations that were there anew from what is stored now.
pub(super) async fn refresh_heads(tx: &mut Tx, threads: &mut [Thread<'_>]) -> Result<()> {
    for thread in threads.iter_mut().filter(|thread| !thread.is_new && thread.has_moved()) {
        thread.reopen();
        let tail = entries::list_tail(tx, thread.head.ord).await?;
        let last: Vec<i64> = tail.first().map(|said| said.ord).into_iter().collect();
        let text = entries::list_texts(tx, &last).await?.pop().map(|(_, _, text)| text);
        thread.read_tail(&tail, text.as_deref().unwrap_or_default());
        conversations::update_taken(tx, &thread.head).await?;
        if let Some(whom) = thread.head.assignee.filter(|_| thread.spoke_lately(tx.now())) {
            tell(tx, &Actor::system(), whom, NotificationKind::Said, &thread.head, tail.first().map(|said| said.ord))
                .await?;
        }
        people::retouch(tx, thread.head.id.bytes(), thread.head.last_entry_at, thread.summary()).await?;
    }
    Ok(())
}

/// Persons who already take part, in conversations that were there.
async fn known_people(tx: &mut Tx, threads: &[Thread<'_>]) -> Result<HashMap<i64, Vec<i64>>> {
    let moved = threads.iter().filter(|thread| !thread.is_new && !thread.participants.is_empty());
    let ords: Vec<i64> = moved.map(|thread| thread.head.ord).collect();
    let mut known: HashMap<i64, Vec<i64>> = HashMap::new();
    for Participant { conversation_ord, person_ord, .. } in conversations::list_participants(tx, &ords).await? {
        known.entry(conversation_ord).or_default().push(person_ord);
    }
    Ok(known)
}
