//! The conversations a batch is about: those that are there, found in bulk, and those that will be.
use crate::actions::doors::doors_for;
use crate::model::{Author, AuthorIn, ConversationIn, Status, TagState, preview, read_tail};
use crate::prepare::Prepared;
use crate::store::conversations::{self, Head, Participant};
use crate::store::entries::{self, Said};
use base::{ConversationId, Result, Time};
use people::{Touchpoint, Who};
use std::collections::{HashMap, HashSet};
use store::{Noun, Tx};

pub(super) struct Batch<'a> {
    pub(super) threads: Vec<Thread<'a>>,
    /// The thread of each item; several items may be about one.
    of_item: Vec<usize>,
}

/// A conversation of a batch, as it stands and as it will be.
pub(super) struct Thread<'a> {
    pub(super) head: Head,
    pub(super) is_new: bool,
    /// It is new, and no item has had its say on its head yet.
    pub(super) unsaid: bool,
    /// The entries this batch names, by external id.
    pub(super) entries: HashMap<&'a str, i64>,
    /// The messages this batch adds, with their texts.
    pub(super) said: Vec<(Said, &'a str)>,
    /// Its subject has been made to be found.
    pub(super) subject_said: bool,
    pub(super) added: i64,
    pub(super) changed: i64,
    pub(super) participants: HashSet<Participant>,
    /// Team and account of the persons in `participants`.
    belongs: HashMap<i64, (Option<i64>, Option<i64>)>,
    /// Its head has to be made anew, even without a new or changed entry.
    moved: bool,
    /// An item says that what persons say opens it again; and one has.
    may_reopen: bool,
    reopens: bool,
}

impl<'a> Batch<'a> {
    pub(super) async fn load(tx: &mut Tx, items: &'a [Prepared]) -> Result<Batch<'a>> {
        let mut known = Known::find(tx, items).await?;
        let doors = doors_for(tx, items).await?;
        let unknown = items.iter().map(|item| key(&item.input)).filter(|key| known.ord(*key).is_none());
        let unknown = unknown.collect::<HashSet<_>>().len();
        let mut ords = tx.next_ords(Noun::Conversation, unknown).await?.into_iter();

        let mut batch = Batch { threads: Vec::with_capacity(items.len()), of_item: Vec::with_capacity(items.len()) };
        let (mut places, mut new_ords) = (HashMap::<i64, usize>::new(), HashMap::new());
        for (item, door) in items.iter().zip(doors) {
            let ord = match known.ord(key(&item.input)) {
                Some(ord) => ord,
                None => *new_ords.entry(key(&item.input)).or_insert_with(|| ords.next().unwrap_or_default()),
            };
            let place = match places.get(&ord) {
                Some(place) => *place,
                None => {
                    let head = known.heads.remove(&ord);
                    let is_new = head.is_none();
                    let head = head.unwrap_or_else(|| new_head(ord, &item.input, door, tx.now()));
                    batch.threads.push(Thread::new(head, is_new));
                    places.insert(ord, batch.threads.len() - 1);
                    batch.threads.len() - 1
                }
            };
            if let Some(stored) = known.entries.get(&ord) {
                let names = item.input.entries.iter().map(|entry| entry.external_id.as_str());
                batch.threads[place].entries.extend(names.filter_map(|name| Some((name, *stored.get(name)?))));
            }
            batch.of_item.push(place);
        }
        Ok(batch)
    }

    pub(super) fn thread(&mut self, item: usize) -> &mut Thread<'a> {
        &mut self.threads[self.of_item[item]]
    }

    pub(super) fn is_new(&self, item: usize) -> bool {
        self.threads[self.of_item[item]].is_new
    }

    /// How many entries of an item are not stored yet.
    pub(super) fn fresh_entries(&self, at: usize, item: &Prepared) -> usize {
        let stored = &self.threads[self.of_item[at]].entries;
        item.input.entries.iter().filter(|entry| !stored.contains_key(entry.external_id.as_str())).count()
    }

    /// The texts of all entries that this batch names and that are stored.
    pub(super) async fn stored_texts(&self, tx: &mut Tx) -> Result<HashMap<i64, String>> {
        let ords: Vec<i64> = self.threads.iter().flat_map(|thread| thread.entries.values().copied()).collect();
        Ok(entries::list_texts(tx, &ords).await?.into_iter().map(|(ord, _, text)| (ord, text)).collect())
    }
}

/// What is stored of the conversations of a batch.
#[derive(Default)]
struct Known {
    /// Source, external id, conversation; those that were joined to another lead to it.
    ords: HashMap<String, HashMap<String, i64>>,
    heads: HashMap<i64, Head>,
    /// Conversation, external id, entry.
    entries: HashMap<i64, HashMap<String, i64>>,
}

impl Known {
    async fn find(tx: &mut Tx, items: &[Prepared]) -> Result<Known> {
        let mut by_source: HashMap<&str, HashSet<&str>> = HashMap::new();
        for (source, id) in items.iter().map(|item| key(&item.input)) {
            by_source.entry(source).or_default().insert(id);
        }
        let mut known = Known::default();
        for (source, ids) in by_source {
            let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
            let joined = conversations::list_joined(tx, source, ids.clone()).await?;
            let elders: Vec<i64> = joined.iter().map(|(_, into)| *into).collect();
            let elders = conversations::list_by_ord(tx, &elders).await?;
            let found = conversations::list_by_external(tx, source, ids).await?;
            let ords = known.ords.entry(source.to_owned()).or_default();
            ords.extend(joined);
            ords.extend(found.iter().map(|head| (head.external_id.clone(), head.ord)));
            known.heads.extend(found.into_iter().chain(elders).map(|head| (head.ord, head)));
        }
        let conversations: Vec<i64> = known.heads.keys().copied().collect();
        for (conversation, external_id, ord) in entries::list_external(tx, &conversations).await? {
            known.entries.entry(conversation).or_default().insert(external_id, ord);
        }
        Ok(known)
    }

    fn ord(&self, (source, external_id): (&str, &str)) -> Option<i64> {
        self.ords.get(source)?.get(external_id).copied()
    }
}

fn key(input: &ConversationIn) -> (&str, &str) {
    (&input.source, &input.external_id)
}

fn new_head(ord: i64, input: &ConversationIn, door_ord: i64, now: Time) -> Head {
    let about = input.about.as_ref();
    Head {
        ord,
        id: ConversationId::new(),
        source: input.source.clone(),
        external_id: input.external_id.clone(),
        channel: input.channel,
        door_ord,
        subject: input.subject.clone(),
        purpose: input.purpose,
        status: input.status,
        assignee: None,
        staff_team_id: None,
        snoozed_until: None,
        person_ord: None,
        team_ord: None,
        account_ord: None,
        language: input.language,
        opened_at: input.opened_at,
        last_entry_at: input.opened_at,
        last_said_by: Author::Machine,
        preview: String::new(),
        entry_count: 0,
        waiting_since: None,
        tag_state: TagState::Untagged,
        last_emotion: None,
        emotion_start: None,
        emotion_end: None,
        emotion_worst: None,
        emotion_best: None,
        about_room: about.map(|about| about.room.clone()),
        about_id: about.map(|about| about.id.clone()),
        about_anchor: about.and_then(|about| about.anchor.clone()),
        attributes_json: input.attributes.clone(),
        created_at: now,
        rev: 1,
    }
}

impl<'a> Thread<'a> {
    fn new(head: Head, is_new: bool) -> Thread<'a> {
        Thread {
            head,
            is_new,
            unsaid: is_new,
            entries: HashMap::new(),
            said: Vec::new(),
            subject_said: !is_new,
            added: 0,
            changed: 0,
            participants: HashSet::new(),
            belongs: HashMap::new(),
            moved: false,
            may_reopen: false,
            reopens: false,
        }
    }

    /// A conversation that is there and whose head is to be made anew.
    pub(super) fn stored(head: Head) -> Thread<'static> {
        Thread { moved: true, ..Thread::new(head, false) }
    }

    /// A conversation that is there, in which one more message was stored.
    pub(super) fn saying(head: Head, author: Author) -> Thread<'static> {
        let opens = author == Author::Person;
        Thread { added: 1, reopens: opens, ..Thread::new(head, false) }
    }

    /// A conversation from which one message was taken away.
    pub(super) fn losing(head: Head) -> Thread<'static> {
        Thread { added: -1, moved: true, ..Thread::new(head, false) }
    }

    /// Whose conversation it is, what it is about: said by whoever opened it. An import says it once and for all; of
    /// mails, an earlier one that comes later opened the thread after all.
    pub(super) fn take_head(&mut self, input: &ConversationIn, who: &[Who]) {
        let customer = input.person.and_then(|place| who.get(place));
        let earlier = input.opens_thread && input.opened_at < self.head.opened_at;
        if earlier && !self.is_new {
            self.moved = true;
            self.head.opened_at = input.opened_at;
            self.head.subject = input.subject.clone();
        }
        if let Some(customer) = customer.filter(|_| earlier || self.head.person_ord.is_none()) {
            self.head.person_ord = customer.person_ord;
            self.head.team_ord = customer.team_ord;
            self.head.account_ord = customer.account_ord;
        }
        self.may_reopen |= input.status == Status::Open;
    }

    pub(super) fn add_person(&mut self, role: &str, who: &Who) {
        let Some(person_ord) = who.person_ord else { return };
        self.belongs.insert(person_ord, (who.team_ord, who.account_ord));
        self.add_participant(role, person_ord, String::new(), String::new());
    }

    /// One of us by id, somebody else by name; programs and the nameless do not take part.
    pub(super) fn add_other(&mut self, role: &str, who: &AuthorIn, name: Option<&str>) {
        match (who, name) {
            (AuthorIn::Staff(id), _) => self.add_participant(role, 0, id.to_string(), String::new()),
            (AuthorIn::External, Some(name)) => self.add_participant(role, 0, String::new(), name.to_owned()),
            _ => {}
        }
    }

    fn add_participant(&mut self, role: &str, person_ord: i64, staff_key: String, name: String) {
        let (conversation_ord, role) = (self.head.ord, role.to_owned());
        self.participants.insert(Participant { conversation_ord, role, person_ord, staff_key, name });
    }

    /// Whether anything about it is other than before.
    pub(super) fn has_moved(&self) -> bool {
        self.added > 0 || self.changed > 0 || self.moved
    }

    /// What a person says opens a closed conversation again, and wakes one that rests.
    pub(super) fn reopen(&mut self) {
        let spoke = self.said.iter().any(|(said, _)| said.author == Author::Person);
        if self.reopens || self.may_reopen && spoke {
            self.head.status = Status::Open;
        }
        if self.reopens || spoke {
            self.head.snoozed_until = None;
        }
    }

    /// Whether a person spoke just now, and not in what an archive brings.
    pub(super) fn spoke_lately(&self, now: Time) -> bool {
        let lately = |(said, _): &(Said, &str)| said.author == Author::Person && now.since(said.said_at) < Time::DAY;
        self.reopens || self.said.iter().any(lately)
    }

    /// Takes over what the newest messages, newest first, say; `last` is the text of the first of them.
    pub(super) fn read_tail(&mut self, newest_first: &[Said], last: &str) {
        let tail = read_tail(self.head.opened_at, self.head.status, newest_first);
        self.head.last_entry_at = tail.last_entry_at;
        self.head.last_said_by = tail.last_said_by;
        self.head.waiting_since = tail.waiting_since;
        self.head.preview = preview(last);
        self.head.entry_count += std::mem::take(&mut self.added);
    }

    /// One line for a timeline.
    pub(super) fn summary(&self) -> &str {
        self.head.subject.as_deref().unwrap_or(&self.head.preview)
    }

    /// One touchpoint for each person who takes part.
    pub(super) fn touchpoints(&self) -> impl Iterator<Item = Touchpoint> {
        let persons: HashSet<i64> = self.participants.iter().map(|p| p.person_ord).filter(|ord| *ord != 0).collect();
        persons.into_iter().map(|person| {
            let (team_ord, account_ord) = self.belongs.get(&person).copied().unwrap_or_default();
            self.touchpoint(Some(person), team_ord, account_ord)
        })
    }

    /// This conversation on the timeline of somebody.
    pub(super) fn touchpoint(
        &self,
        person_ord: Option<i64>,
        team_ord: Option<i64>,
        account_ord: Option<i64>,
    ) -> Touchpoint {
        Touchpoint {
            person_ord,
            team_ord,
            account_ord,
            at: self.head.last_entry_at,
            room: "conversations",
            kind: self.head.channel.as_str().into(),
            subject_id: self.head.id.bytes(),
            door_ord: self.head.door_ord,
            summary: self.summary().to_owned(),
        }
    }
}
