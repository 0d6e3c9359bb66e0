//! Mail: threads by Message-ID, In-Reply-To and References inside one source, whatever order the mails come in.
use crate::actions::join::join_all;
use crate::actions::take_in::take_in_prepared;
use crate::model::{AttachmentIn, AuthorIn, Channel, ConversationIn, EntryIn, EntryKind, ParticipantIn, Status, Taken};
use crate::prepare::{Prepared, Words, clean_line, main_language, prepare_entry};
use crate::store::conversations::{self, Head};
use crate::store::{entries, mails, retention};
use base::{Error, Result, StaffId, Time};
use mailkit::{Address, Attachment, ParsedMail, thread_keys};
use people::PersonIn;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::{Db, Tx, args};
use textkit::index_terms;

/// References to more mails than this are not followed: nobody's thread is that deep, but anybody can write the header.
const MOST_PARENTS: usize = 100;
/// People a mail was sent to, beyond which the thread does not name them.
const MOST_RECEIVERS: usize = 50;

/// A mail that may be stored. Made by `prepare_mail`.
#[derive(Clone, Debug)]
pub struct PreparedMail {
    pub(super) own: String,
    pub(super) parents: Vec<String>,
    pub(super) subject: Option<String>,
    pub(super) from: Option<Address>,
    pub(super) receivers: Vec<(&'static str, Address)>,
    is_automatic: bool,
    pub(super) is_blocked: bool,
    pub(super) list_id: Option<String>,
    pub(super) voice: Voice,
    /// Whose conversation it is, when that is not whoever wrote it.
    pub(super) customer: Option<Address>,
    pub(super) entry: EntryIn,
    words: Words,
    files: Vec<Attachment>,
}

/// Whose words a mail holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Voice {
    /// Those of whoever has the address it comes from, one of us included: so in archives.
    #[default]
    ByAddress,
    /// Of one of us, which is proven.
    Staff(StaffId),
    /// It comes from the address of one of us, and nothing proves it: a name, and nobody's words.
    Unproven,
}

impl PreparedMail {
    /// The address it says it is from.
    pub fn sender(&self) -> Option<&str> {
        self.from.as_ref().map(|from| from.email.as_str())
    }

    /// What it says, with what it quotes.
    pub fn text(&self) -> &str {
        &self.entry.text
    }

    /// Keeps it aside, being of a blocked sender: in a closed conversation of its own, which waits for nobody and is
    /// seen in the view `blocked` alone.
    pub fn block(&mut self) {
        self.is_blocked = true;
        self.parents.clear();
    }

    /// Comes in again although it was erased: of it nothing is left but that it is there.
    fn forget(&mut self) {
        (self.from, self.subject, self.entry.raw_ord) = (None, None, None);
        self.entry.text.clear();
        self.entry.name = None;
        self.entry.attachments.clear();
        self.receivers.clear();
        self.words = Words::default();
    }

    /// Says where its bytes are kept.
    pub fn set_raw(&mut self, raw_ord: i64) {
        self.entry.raw_ord = Some(raw_ord);
    }
}

/// Where mails come from, and how their threads begin.
#[derive(Clone, Debug)]
pub struct MailSource {
    pub source: String,
    /// The name of the door; one for each source when absent.
    pub door: Option<String>,
    /// Threads in which nothing was said since are closed: whoever moves an archive does not want all of it to wait for
    /// an answer. Without it they are open.
    pub closed_before: Option<Time>,
}

/// The pure half of taking in a mail: text, tokens and language. `raw_ord` is where its bytes are kept; `received_at`
/// stands in for a date that is missing.
pub fn prepare_mail(mail: ParsedMail, raw_ord: Option<i64>, received_at: Time) -> Result<PreparedMail> {
    let keys = thread_keys(&mail);
    let own = shorten_id(keys.own);
    let receivers = mail.to.into_iter().map(|to| ("to", to)).chain(mail.cc.into_iter().map(|cc| ("cc", cc)));
    let from = mail.from.or(mail.sender).filter(|from| from.email.contains('@'));
    let entry = EntryIn {
        external_id: own.clone(),
        kind: EntryKind::Message,
        author: AuthorIn::External,
        name: from.as_ref().and_then(|from| from.name.clone()),
        at: mail.date.map_or(received_at, Time),
        text: mail.text,
        has_html: mail.html.is_some(),
        raw_ord,
        attachments: Vec::new(),
        emotions: Vec::new(),
    };
    let (entry, words) = prepare_entry(entry)?;
    Ok(PreparedMail {
        own,
        parents: keys.parents.into_iter().take(MOST_PARENTS).map(shorten_id).collect(),
        subject: Some(clean_line(&mail.subject)).filter(|subject| !subject.is_empty()),
        from,
        receivers: receivers.take(MOST_RECEIVERS).collect(),
        is_automatic: mail.auto_submitted,
        is_blocked: false,
        list_id: mail.list_id,
        voice: Voice::default(),
        customer: None,
        entry,
        words,
        files: mail.attachments,
    })
}

/// A Message-ID that no header line could hold is told apart by its hash.
fn shorten_id(id: String) -> String {
    if id.len() <= crate::model::LONGEST_EXTERNAL_ID {
        id
    } else {
        format!("blake3:{}", blake3::hash(id.as_bytes()).to_hex())
    }
}

/// Writes the attachments of these mails to the blob folder; before the transaction, since syncing takes its time.
pub async fn keep_files(db: &Db, mails: &mut [PreparedMail]) -> Result<()> {
    for mail in mails {
        for file in std::mem::take(&mut mail.files) {
            let bytes = file.bytes.len() as i64;
            let (name, mime, content_id) = (file.name, file.mime, file.content_id);
            let blob_hash = db.put_blob(file.bytes).await?;
            mail.entry.attachments.push(AttachmentIn { name, mime, bytes, blob_hash, content_id });
        }
    }
    Ok(())
}

/// Takes in mails of one source, each with the ord of its raw bytes. Attachments are written here; an import of many
/// mails calls `prepare_mail` and `keep_files` before its transaction, and then `take_in_mails`.
pub async fn take_in_mail(
    tx: &mut Tx,
    source: &str,
    mails: Vec<(ParsedMail, Option<i64>)>,
) -> Result<Vec<Result<Taken>>> {
    let now = tx.now();
    let prepare = |(mail, raw_ord)| prepare_mail(mail, raw_ord, now);
    let mut mails = mails.into_iter().map(prepare).collect::<Result<Vec<_>>>()?;
    keep_files(&tx.db().clone(), &mut mails).await?;
    let source = MailSource { source: source.to_owned(), door: None, closed_before: None };
    take_in_mails(tx, &source, mails).await
}

/// Takes in mails whose files are kept, and says of each what became of it. A mail that is there already is left as it
/// is; another one under the same Message-ID is kept beside it.
pub async fn take_in_mails(
    tx: &mut Tx,
    source: &MailSource,
    mut mails: Vec<PreparedMail>,
) -> Result<Vec<Result<Taken>>> {
    part_namesakes(tx, &source.source, &mut mails).await?;
    let (threads, known) = find_threads(tx, &source.source, &mails).await?;
    let staff = find_staff(tx, &mails).await?;
    take_in_threads(tx, source, mails, threads, &known, &staff).await
}

/// Takes in mails whose threads are found. `known` are those that are there already.
pub(super) async fn take_in_threads(
    tx: &mut Tx,
    source: &MailSource,
    mut mails: Vec<PreparedMail>,
    threads: Vec<Thread>,
    known: &HashSet<usize>,
    staff: &HashMap<String, StaffId>,
) -> Result<Vec<Result<Taken>>> {
    let lists: Vec<Option<String>> = mails.iter().map(|mail| mail.list_id.clone()).collect();
    let ids: Vec<String> = mails.iter().map(|mail| mail.own.clone()).collect();
    let parents: Vec<Vec<String>> = mails.iter_mut().map(|mail| std::mem::take(&mut mail.parents)).collect();
    let mut mails: Vec<Option<PreparedMail>> = mails.into_iter().map(Some).collect();
    let blocked: Vec<usize> =
        mails.iter().enumerate().filter(|(_, m)| m.as_ref().is_some_and(|m| m.is_blocked)).map(|(at, _)| at).collect();
    let mut items = Vec::with_capacity(threads.len());
    for thread in &threads {
        let elder = match thread.conversations.len() {
            0 => None,
            _ => Some(join_all(tx, &Vec::from_iter(thread.conversations.iter().copied())).await?),
        };
        let parts = thread.mails.iter().filter_map(|at| mails[*at].take()).collect();
        items.push(conversation_of(source, elder, parts, staff));
    }
    let taken = take_in_prepared(tx, items).await?;

    let mut answers: BTreeMap<usize, Result<Taken>> = BTreeMap::new();
    let mut rows: BTreeMap<&str, (i64, Option<i64>, Option<&str>)> = BTreeMap::new();
    for (thread, taken) in threads.iter().zip(&taken) {
        for (nth, &at) in thread.mails.iter().enumerate() {
            let answer = match taken {
                Ok(taken) => Ok(answer_of(taken, thread, nth, !known.contains(&at))),
                Err(error) => Err(say_again(error)),
            };
            if let Ok(Taken { conversation_ord, entry_ords, .. }) = &answer {
                rows.insert(&ids[at], (*conversation_ord, entry_ords.first().copied(), lists[at].as_deref()));
                for parent in &parents[at] {
                    rows.entry(parent).or_insert((*conversation_ord, None, None));
                }
            }
            answers.insert(at, answer);
        }
    }
    let rows = rows
        .into_iter()
        .map(|(id, (conversation, entry, list))| args![source.source.as_str(), id, conversation, entry, list]);
    mails::upsert(tx, rows.collect()).await?;
    let aside = blocked.iter().filter_map(|at| answers.get(at)?.as_ref().ok()).filter(|taken| taken.new);
    retention::insert_blocked(tx, &aside.map(|taken| taken.conversation_ord).collect::<Vec<_>>()).await?;
    Ok(answers.into_values().collect())
}

/// The answer for the nth mail of a thread that came in; what is counted once is told with the first.
fn answer_of(taken: &Taken, thread: &Thread, nth: usize, is_new: bool) -> Taken {
    let first = |n: usize| if nth == 0 { n } else { 0 };
    Taken {
        conversation_ord: taken.conversation_ord,
        id: taken.id,
        new: taken.new && nth == 0,
        new_entries: usize::from(is_new),
        changed_entries: 0,
        entry_ords: taken.entry_ords.get(nth).copied().into_iter().collect(),
        joined: first(thread.conversations.len().saturating_sub(1)),
        new_persons: first(taken.new_persons),
        new_teams: first(taken.new_teams),
        new_accounts: first(taken.new_accounts),
    }
}

/// One failure, told to each mail of the thread.
fn say_again(error: &Error) -> Error {
    match error {
        Error::Invalid { field, key, args } => Error::Invalid { field, key, args: args.clone() },
        other => Error::store(other.to_string()),
    }
}

/// Another mail under a Message-ID that is taken keeps its own words and files, under an id of its own, as an answer to the first.
pub(super) async fn part_namesakes(tx: &mut Tx, source: &str, mails: &mut [PreparedMail]) -> Result<()> {
    let owns = mails.iter().map(|mail| mail.own.clone()).collect();
    let stored: HashMap<i64, String> =
        mails::list(tx, source, owns).await?.into_iter().filter_map(|(id, _, entry, _)| Some((entry?, id))).collect();
    let ords: Vec<i64> = stored.keys().copied().collect();
    let emptied = retention::list_emptied(tx, &ords).await?;
    // The same mail by its date; another one that took its id is none the less another one.
    let emptied: HashSet<(&String, Time)> =
        emptied.iter().filter_map(|(ord, at)| Some((stored.get(ord)?, *at))).collect();
    let again = mails.iter_mut().filter(|mail| emptied.contains(&(&mail.own, mail.entry.at)));
    let raws: Vec<i64> = again.filter_map(|mail| (mail.entry.raw_ord, mail.forget()).0).collect();
    if !raws.is_empty() {
        tx.erase_raws_by_ord(&raws).await?;
    }
    let mut files: HashMap<i64, Vec<String>> = HashMap::new();
    for file in entries::list_attachments(tx, &ords).await? {
        files.entry(file.entry_ord).or_default().push(file.blob_hash);
    }
    // What each says: its words and its files.
    let mut said: HashMap<String, (String, Vec<String>)> = HashMap::new();
    for (ord, _, text) in entries::list_texts(tx, &ords).await? {
        said.extend(stored.get(&ord).map(|id| (id.clone(), (text, files.remove(&ord).unwrap_or_default()))));
    }
    for mail in mails {
        let files: Vec<String> = mail.entry.attachments.iter().map(|file| file.blob_hash.clone()).collect();
        match said.get(&mail.own) {
            Some((text, of_text)) if *text != mail.entry.text || *of_text != files => {
                let hash =
                    blake3::hash([std::slice::from_ref(&mail.entry.text), &files[..]].concat().join("\n").as_bytes())
                        .to_hex();
                let first = std::mem::take(&mut mail.own);
                mail.own = shorten_id(format!("{first}#{}", &hash[..16]));
                mail.entry.external_id = mail.own.clone();
                mail.parents.insert(0, first);
            }
            Some(_) => {}
            None => drop(said.insert(mail.own.clone(), (mail.entry.text.clone(), files))),
        }
    }
    Ok(())
}

/// Mails of a batch, oldest first, and the conversations that are there, which turn out to be one thread.
#[derive(Default)]
pub(super) struct Thread {
    pub(super) conversations: BTreeSet<i64>,
    pub(super) mails: Vec<usize>,
}

/// Finds the threads of a batch, and which of its mails are there already.
async fn find_threads(tx: &mut Tx, source: &str, mails: &[PreparedMail]) -> Result<(Vec<Thread>, HashSet<usize>)> {
    let ids: BTreeSet<&str> =
        mails.iter().flat_map(|mail| mail.parents.iter().chain([&mail.own])).map(String::as_str).collect();
    let place: HashMap<&str, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut sets = Sets::new(ids.len());
    let (mut of_conversation, mut stored) = (HashMap::<i64, usize>::new(), HashSet::new());
    for (id, conversation, entry, _) in mails::list(tx, source, ids.iter().map(|id| (*id).to_owned()).collect()).await?
    {
        let at = place[id.as_str()];
        sets.unite(*of_conversation.entry(conversation).or_insert(at), at);
        stored.extend(entry.map(|_| at));
    }
    for mail in mails {
        for parent in &mail.parents {
            sets.unite(place[mail.own.as_str()], place[parent.as_str()]);
        }
    }
    let mut threads: BTreeMap<usize, Thread> = BTreeMap::new();
    let mut known = HashSet::new();
    for (at, mail) in mails.iter().enumerate() {
        threads.entry(sets.find(place[mail.own.as_str()])).or_default().mails.push(at);
        // A second copy in one batch is there already by the time it is looked at.
        if !stored.insert(place[mail.own.as_str()]) {
            known.insert(at);
        }
    }
    for (conversation, at) in of_conversation {
        threads.entry(sets.find(at)).or_default().conversations.insert(conversation);
    }
    for thread in threads.values_mut() {
        thread.mails.sort_by_key(|at| (mails[*at].entry.at, *at));
    }
    Ok((threads.into_values().filter(|thread| !thread.mails.is_empty()).collect(), known))
}

/// Disjoint sets of places, united in near-constant time (Tarjan 1975: path halving).
struct Sets(Vec<usize>);

impl Sets {
    fn new(len: usize) -> Sets {
        Sets((0..len).collect())
    }

    fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}

pub(super) fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Those of us who wrote one of these mails.
pub(super) async fn find_staff(tx: &mut Tx, mails: &[PreparedMail]) -> Result<HashMap<String, StaffId>> {
    let folded: BTreeSet<String> =
        mails.iter().filter_map(|mail| mail.from.as_ref()).map(|from| fold_email(&from.email)).collect();
    let found = conversations::list_staff_by_email(tx, folded.into_iter().collect()).await?;
    Ok(found.into_iter().collect())
}

/// A thread, or what is new in it, as a conversation. Mails are oldest first.
fn conversation_of(
    source: &MailSource,
    elder: Option<Head>,
    mails: Vec<PreparedMail>,
    staff: &HashMap<String, StaffId>,
) -> Prepared {
    let (mut people, mut places) = (Vec::<PersonIn>::new(), HashMap::<String, usize>::new());
    let (mut entries, mut words, mut participants) = (Vec::new(), Vec::new(), Vec::new());
    let (mut person, mut named) = (None, HashSet::new());
    let opened_at = mails.first().map(|mail| mail.entry.at).unwrap_or_default();
    let is_old = |said_at: Time| source.closed_before.is_some_and(|before| said_at < before);
    let is_closed = mails.last().is_some_and(|mail| mail.is_blocked || is_old(mail.entry.at));
    let status = if is_closed { Status::Closed } else { Status::Open };
    let subject = mails.first().and_then(|mail| mail.subject.clone());
    let external_id = elder.map(|head| head.external_id);
    let external_id = external_id.or_else(|| mails.first().map(|mail| mail.own.clone())).unwrap_or_default();
    for mut mail in mails {
        let mut place_of = |who: &Address| {
            *places.entry(fold_email(&who.email)).or_insert_with(|| {
                people.push(person_of(&source.source, who, mail.entry.at));
                people.len() - 1
            })
        };
        let by_address = |from: &Address| staff.get(&fold_email(&from.email)).copied();
        mail.entry.author = match (&mail.voice, &mail.from) {
            (Voice::Staff(id), _) => AuthorIn::Staff(*id),
            (Voice::Unproven, _) => AuthorIn::External,
            // Nobody of ours, as far as it says: programs write such mails.
            (Voice::ByAddress, None) => AuthorIn::Machine(None),
            (Voice::ByAddress, Some(from)) => match by_address(from) {
                Some(id) => AuthorIn::Staff(id),
                None => {
                    let place = place_of(from);
                    person = person.or(Some(place));
                    if mail.is_automatic { AuthorIn::Machine(Some(place)) } else { AuthorIn::Person(place) }
                }
            },
        };
        if let Some(customer) = &mail.customer {
            person = person.or(Some(place_of(customer)));
        }
        for (role, to) in mail.receivers {
            if !staff.contains_key(&fold_email(&to.email)) && named.insert(fold_email(&to.email)) {
                let name = to.name.map_or(to.email.clone(), |name| format!("{name} <{}>", to.email));
                participants.push(ParticipantIn { role: role.into(), who: AuthorIn::External, name: Some(name) });
            }
        }
        entries.push(mail.entry);
        words.push(mail.words);
    }
    // Those who wrote are there as persons already.
    participants.retain(|one| !places.keys().any(|email| is_address(one, email)));
    let language = main_language(&entries, &words);
    let subject_terms = subject.as_deref().map(index_terms).unwrap_or_default();
    let input = ConversationIn {
        source: source.source.clone(),
        external_id,
        channel: Channel::Email,
        door: source.door.clone(),
        subject,
        language,
        opened_at,
        opens_thread: true,
        status,
        purpose: None,
        people,
        person,
        participants,
        attributes: None,
        entries,
        about: None,
    };
    Prepared { input, words, subject_terms }
}

fn person_of(source: &str, from: &Address, at: Time) -> PersonIn {
    PersonIn {
        source: source.to_owned(),
        name: from.name.clone(),
        email: Some(from.email.clone()),
        at,
        ..PersonIn::default()
    }
}

fn is_address(one: &ParticipantIn, email: &str) -> bool {
    let name = one.name.as_deref().unwrap_or_default().to_lowercase();
    name == email || name.ends_with(&format!("<{email}>"))
}

/// Says of the raw bytes of copies which conversation holds the mail, so that they are erased with it: (raw, Message-ID).
/// Of a mail that was erased already nothing is kept.
pub async fn link_copies(tx: &mut Tx, source: &str, copies: Vec<(i64, String)>) -> Result<()> {
    if copies.is_empty() {
        return Ok(());
    }
    let ids = copies.iter().map(|(_, id)| shorten_id(id.clone())).collect();
    let known: HashMap<String, (i64, Option<i64>)> =
        mails::list(tx, source, ids).await?.into_iter().map(|(id, on, entry, _)| (id, (on, entry))).collect();
    let entries: Vec<i64> = known.values().filter_map(|(_, entry)| *entry).collect();
    let emptied: Vec<i64> = retention::list_emptied(tx, &entries).await?.into_iter().map(|(ord, _)| ord).collect();
    let (mut links, mut gone) = (Vec::new(), Vec::new());
    for (raw, id) in copies {
        let Some((conversation, entry)) = known.get(&shorten_id(id)) else { continue };
        links.push((raw, *conversation));
        gone.extend(entry.filter(|entry| emptied.contains(entry)).map(|_| raw));
    }
    tx.link_raws(&links).await?;
    tx.erase_raws_by_ord(&gone).await
}
