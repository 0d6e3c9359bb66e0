//! A dry run: reads everything as an import would, asks no store and writes nothing.
use crate::line::{Context, parse_line, read_line};
use crate::model::{Counts, Format, ImportState, Reason};
use crate::prepare::{What, read_item};
use crate::read::{Place, Source};
use crate::requests::{RequestMark, mark_of_item, read_request};
use crate::run::{Import, Outcome, Progress, refuse_other_format, unreadable};
use base::{ImportId, Result, Time};
use mailkit::{parse_mail, thread_keys};
use people::PersonIn;
use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// What an import into an empty installation would report, and what it would skip. Takes as long as reading takes: not
/// for a thread that others wait for.
pub fn look_through(import: &Import, tell: &dyn Fn(&Progress)) -> Result<(Outcome, Vec<(String, Reason)>)> {
    let fault = |error| unreadable(&import.path, error);
    let source = Source::look_at(&import.path, import.options.format).map_err(fault)?;
    refuse_other_format(import)?;
    let beside = import.files_beside();
    let now = Time::now();
    let context = import.context(now);
    let mut seen = Seen::default();
    let (mut counts, mut skips) = (Counts::default(), Vec::new());
    for item in source.items(&import.options, Place::default()).map_err(fault)? {
        let item = item.map_err(fault)?;
        counts.read += 1;
        counts.done_bytes = item.after.bytes;
        let (what, warnings) =
            read_item(&item, &import.options, &context, now, &|file| Ok(beside.join(&file.hash).is_file()))?;
        warnings.into_iter().for_each(|warning| counts.warn(warning, 1));
        match what {
            What::Bad(why) => {
                counts.skipped += 1;
                skips.push((item.label, why));
            }
            What::Item(mark) => match seen.note_request(&mark) {
                true => counts.imported += 1,
                false => counts.unchanged += 1,
            },
            What::Conversation(_) | What::Mail(_) => match seen.note(&item.bytes, import.options.format, &context) {
                true => counts.imported += 1,
                false => counts.unchanged += 1,
            },
        }
        if counts.read.is_multiple_of(1000) {
            tell(&Progress { counts: counts.clone(), total_bytes: source.total_bytes });
        }
    }
    (counts.conversations, counts.entries) = (seen.threads.count() as u64, seen.entries.len() as u64);
    (counts.persons, counts.teams, counts.accounts) =
        (seen.persons.len() as u64, seen.teams.len() as u64, seen.accounts.len() as u64);
    (counts.items, counts.asks) = (seen.items.len() as u64, seen.asks.len() as u64);
    Ok((Outcome { id: ImportId::new(), state: ImportState::Done, counts, error: None }, skips))
}

/// What was met so far, each thing by eight bytes.
#[derive(Default)]
struct Seen {
    threads: Threads,
    entries: HashSet<u64>,
    persons: HashSet<u64>,
    teams: HashSet<u64>,
    accounts: HashSet<u64>,
    items: HashSet<u64>,
    asks: HashSet<u64>,
}

impl Seen {
    /// Whether an item that can be read brings anything new.
    fn note(&mut self, bytes: &[u8], format: Format, context: &Context) -> bool {
        match format {
            Format::Jsonl => parse_line(bytes).and_then(|(line, _)| read_line(line, context)).is_ok_and(|(line, _)| {
                let thread = hash(&(&line.source, &line.external_id));
                let mut is_new = self.threads.add(thread);
                for entry in &line.entries {
                    is_new |= self.entries.insert(hash(&(thread, &entry.external_id)));
                }
                line.people.iter().for_each(|person| self.note_person(person));
                is_new
            }),
            Format::Canny | Format::Fider | Format::Requests => {
                let read = read_request(bytes, format, &mut Vec::new()).and_then(|request| {
                    let line = read_line(request.line(), context)?.0;
                    let mark = mark_of_item(&request, &line.source)?;
                    Ok((line, mark))
                });
                read.is_ok_and(|(line, mark)| {
                    let thread = hash(&(&line.source, &line.external_id));
                    self.entries.extend(line.entries.iter().map(|entry| hash(&(thread, &entry.external_id))));
                    line.people.iter().for_each(|person| self.note_person(person));
                    if let Some(mark) = mark {
                        self.note_request(&mark);
                    }
                    self.threads.add(thread)
                })
            }
            // Of these nothing but items is read.
            Format::Roadmap => false,
            Format::Eml | Format::Mbox => {
                let mail = parse_mail(bytes);
                if let Some(from) = mail.from.as_ref().or(mail.sender.as_ref()).filter(|from| from.email.contains('@'))
                {
                    self.persons.insert(hash(&from.email.trim().to_lowercase()));
                }
                let keys = thread_keys(&mail);
                let own = hash(&keys.own);
                self.threads.add(own);
                keys.parents.iter().for_each(|parent| self.threads.unite(own, hash(parent)));
                self.entries.insert(hash(&(own, &mail.text)))
            }
        }
    }

    fn note_request(&mut self, mark: &RequestMark) -> bool {
        mark.people.iter().for_each(|person| self.note_person(person));
        let link = mark.brought.links.first().map(|link| hash(&(&link.source, &link.external_id)));
        let is_new = link.is_some_and(|link| self.items.insert(link));
        let person =
            |place: i64| mark.people.get(place as usize).map(|who| hash(&(&who.source, &who.external_id, &who.email)));
        self.asks.extend(mark.brought.asks.iter().map(|ask| hash(&(link, person(ask.person_ord)))));
        is_new
    }

    fn note_person(&mut self, person: &PersonIn) {
        self.persons.insert(match &person.email {
            Some(email) => hash(&email.trim().to_lowercase()),
            None => hash(&(&person.source, &person.external_id)),
        });
        self.teams.extend(person.team.as_ref().map(|team| hash(&(&team.source, &team.external_id))));
        let account = person.account.as_ref().and_then(|account| Some(hash(&(&account.source, account.key()?))));
        self.accounts.extend(account);
    }
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Disjoint sets (Tarjan 1975) of what belongs to one thread; a parent that never comes is no thread of its own.
#[derive(Default)]
struct Threads {
    above: HashMap<u64, u64>,
    there: HashSet<u64>,
}

impl Threads {
    fn add(&mut self, id: u64) -> bool {
        self.there.insert(id)
    }

    fn find(&self, mut id: u64) -> u64 {
        while let Some(above) = self.above.get(&id) {
            id = *above;
        }
        id
    }

    fn unite(&mut self, a: u64, b: u64) {
        let (a, b) = (self.find(a), self.find(b));
        if a != b {
            self.above.insert(a.max(b), a.min(b));
        }
    }

    fn count(&self) -> usize {
        self.there.iter().map(|id| self.find(*id)).collect::<HashSet<_>>().len()
    }
}
