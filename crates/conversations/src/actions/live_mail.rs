//! Mail at a live door: anybody may write any header, so a mail joins a thread only when it proves that it belongs there.
//!
//! The proofs are: a signature of ours (of the address it was sent to, or of the mail it answers); or that it answers a
//! mail we know and comes from somebody who takes part there, or by the same list. Our own addresses prove nothing.
use crate::actions::mail::{
    MailSource, PreparedMail, Thread, Voice, find_staff, fold_email, part_namesakes, take_in_threads,
};
use crate::model::Taken;
use crate::store::conversations;
use crate::store::mails::{self, MailRow};
use base::{ConversationId, Result, StaffId, Time};
use mailkit::{Address, normalised_subject, speaks_for};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use store::Tx;

/// A mail of a live door, and what is known of it beside what it says.
#[derive(Clone, Debug)]
pub struct LiveMail {
    pub mail: PreparedMail,
    /// The conversation that a signature of ours leads to.
    pub signed: Option<ConversationId>,
    /// Whether its sender's address is proven, by a signature of its domain for one.
    pub proven: bool,
    pub facts: MailFacts,
}

/// What proves a mail's sender, and what wrote it. Each is a word, as in Authentication-Results (RFC 8601).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MailFacts {
    pub dkim: Option<String>,
    pub dkim_domain: Option<String>,
    pub spf: Option<String>,
    pub dmarc: Option<String>,
    /// What we found out ourselves; nothing where nobody let us look.
    pub signatures: Option<Vec<CheckedSignature>>,
    pub machine: Option<String>,
}

/// A signature of a domain on a mail, as we checked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CheckedSignature {
    /// The domain that signed, and which of its keys it used.
    pub domain: String,
    pub selector: String,
    /// `pass`, `fail`, `policy`, `neutral`, `temperror` or `permerror` (RFC 8601).
    pub result: String,
    /// Why it is no `pass`: `altered_body`, `altered_header`, `partial_body`, `doubled_field`, `weak`, `expired`, `no_key`,
    /// `revoked`, `testing`, `malformed`, or `unreachable`.
    pub why: Option<String>,
}

impl MailFacts {
    /// Whether the domain of its sender stands for it: by a signature of that domain, or by DMARC. A signature counts as we
    /// found it; where we could not look, as the server that is trusted did.
    pub fn prove(&self, domain: &str) -> bool {
        let is_pass = |result: &Option<String>| result.as_deref() == Some("pass");
        let is_signed = match &self.signatures {
            Some(all) if all.iter().any(|one| one.result == "pass" && speaks_for(&one.domain, domain)) => true,
            Some(all) if all.iter().all(|one| one.result != "temperror") => false,
            _ => is_pass(&self.dkim) && self.dkim_domain.as_deref().is_some_and(|signer| speaks_for(signer, domain)),
        };
        is_signed || is_pass(&self.dmarc)
    }
}

impl PreparedMail {
    /// Its words are those of one of us, which is proven; whose conversation it is.
    pub fn said_by(&mut self, staff: StaffId, customer: Option<Address>) {
        (self.voice, self.customer) = (Voice::Staff(staff), customer);
    }

    /// The one it comes from, with the address in small letters.
    pub fn sender_fold(&self) -> Option<String> {
        self.from.as_ref().map(|from| fold_email(&from.email))
    }
}

/// Takes in mails of a live door in the order they came. `own` are the addresses of our mailboxes, in small letters.
pub async fn take_in_live(
    tx: &mut Tx,
    source: &MailSource,
    own: &HashSet<String>,
    live: Vec<LiveMail>,
) -> Result<Vec<Result<Taken>>> {
    let (mut mails, mut beside) = (Vec::with_capacity(live.len()), Vec::with_capacity(live.len()));
    for LiveMail { mail, signed, proven, facts } in live {
        let said = facts_of(&mail, facts);
        mails.push(mail);
        beside.push((signed, proven, said));
    }
    part_namesakes(tx, &source.source, &mut mails).await?;
    let staff = find_staff(tx, &mails).await?;
    for (mail, (_, proven, _)) in mails.iter_mut().zip(&beside) {
        mail.receivers.retain(|(_, to)| !own.contains(&fold_email(&to.email)));
        let of_us = mail.sender_fold().and_then(|sender| staff.get(&sender).copied());
        mail.voice = match (&mail.voice, of_us) {
            (Voice::ByAddress, Some(id)) if *proven => Voice::Staff(id),
            (Voice::ByAddress, Some(_)) => Voice::Unproven,
            (Voice::ByAddress, None) if mail.sender_fold().is_some_and(|sender| own.contains(&sender)) => {
                Voice::Unproven
            }
            (voice, _) => voice.clone(),
        };
    }
    let signed: Vec<Option<ConversationId>> = beside.iter().map(|(signed, _, _)| *signed).collect();
    let mut found = Found::load(tx, &source.source, &mails, &signed).await?;
    for (at, mail) in mails.iter_mut().enumerate() {
        found.place(at, mail, own);
    }
    let known = found.known.clone();
    let threads = found.into_threads(&mails);
    let splits = offer_splits(tx, &threads, &mails).await?;
    let taken = take_in_threads(tx, source, mails, threads, &known, &staff).await?;
    let mut rows = Vec::new();
    for (at, (taken, (_, _, facts))) in taken.iter().zip(beside).enumerate() {
        if let Ok(Taken { entry_ords, new_entries: 1.., .. }) = taken
            && let Some(entry_ord) = entry_ords.first().copied()
        {
            rows.push(MailRow { entry_ord, offers_split: splits.contains(&at), ..facts });
        }
    }
    mails::insert_facts(tx, rows).await?;
    Ok(taken)
}

fn facts_of(mail: &PreparedMail, facts: MailFacts) -> MailRow {
    let named = |role: &str| {
        let of_role = mail.receivers.iter().filter(|(named, _)| *named == role);
        of_role.map(|(_, to)| json!({"name": to.name, "email": to.email})).collect::<Vec<_>>().into()
    };
    MailRow {
        entry_ord: 0,
        subject: mail.subject.clone(),
        from_email: mail.from.as_ref().map(|from| from.email.clone()),
        to_json: named("to"),
        cc_json: named("cc"),
        dkim: facts.dkim,
        dkim_domain: facts.dkim_domain,
        spf: facts.spf,
        dmarc: facts.dmarc,
        signatures_json: facts.signatures.map(|all| json!(all)),
        machine: facts.machine,
        list_id: mail.list_id.clone(),
        offers_split: false,
    }
}

/// A thread that is being found: conversations that are there, mails of the batch, the addresses of all who take part.
#[derive(Default)]
struct Group {
    conversations: BTreeSet<i64>,
    mails: Vec<usize>,
    people: HashSet<String>,
}

/// Where a Message-ID belongs, by which list its mail came, and whether it has come.
#[derive(Clone)]
struct Belongs {
    group: usize,
    list_id: Option<String>,
    has_come: bool,
}

#[derive(Default)]
struct Found {
    groups: Vec<Group>,
    of_id: HashMap<String, Belongs>,
    of_conversation: HashMap<i64, usize>,
    /// Where the signature of a mail leads.
    signed: Vec<Option<usize>>,
    /// Mails that are there already.
    known: HashSet<usize>,
}

impl Found {
    async fn load(
        tx: &mut Tx,
        source: &str,
        mails: &[PreparedMail],
        signed: &[Option<ConversationId>],
    ) -> Result<Found> {
        let mut found = Found::default();
        for id in signed {
            let ord = match id {
                Some(id) => conversations::find_ord(tx, *id).await?,
                None => None,
            };
            let group = ord.map(|ord| found.group_of(ord));
            found.signed.push(group);
        }
        let ids: BTreeSet<String> =
            mails.iter().flat_map(|mail| mail.parents.iter().chain([&mail.own])).cloned().collect();
        for (id, conversation, entry, list_id) in mails::list(tx, source, ids.into_iter().collect()).await? {
            let group = found.group_of(conversation);
            found.of_id.insert(id, Belongs { group, list_id, has_come: entry.is_some() });
        }
        let ords: Vec<i64> = found.of_conversation.keys().copied().collect();
        let mut people = mails::list_participant_emails(tx, &ords).await?;
        people.extend(mails::list_participant_names(tx, &ords).await?);
        for (conversation, name) in people {
            let address = name.rsplit_once('<').map_or(name.as_str(), |(_, address)| address).trim_end_matches('>');
            if address.contains('@') {
                let group = found.of_conversation[&conversation];
                found.groups[group].people.insert(fold_email(address));
            }
        }
        Ok(found)
    }

    fn group_of(&mut self, conversation: i64) -> usize {
        let groups = &mut self.groups;
        *self.of_conversation.entry(conversation).or_insert_with(|| {
            groups.push(Group { conversations: BTreeSet::from([conversation]), ..Group::default() });
            groups.len() - 1
        })
    }

    /// Finds the thread of a mail, and leaves it only those parents that are in it or that nobody knows yet.
    fn place(&mut self, at: usize, mail: &mut PreparedMail, own: &HashSet<String>) {
        if self.of_id.get(&mail.own).is_some_and(|known| known.has_come) {
            self.known.insert(at);
        }
        let sender = mail.sender_fold().filter(|sender| !own.contains(sender) && mail.voice != Voice::Unproven);
        let known = |id: &String| self.of_id.get(id);
        // One of us, which is proven, takes part where somebody does to whom it was sent.
        let is_staff = matches!(mail.voice, Voice::Staff(_));
        let sent_to = |group: usize| {
            mail.receivers.iter().any(|(_, to)| self.groups[group].people.contains(&fold_email(&to.email)))
        };
        let admits = |known: &Belongs| {
            let takes_part = sender.as_ref().is_some_and(|sender| self.groups[known.group].people.contains(sender));
            takes_part || is_staff && sent_to(known.group) || mail.list_id.is_some() && known.list_id == mail.list_id
        };
        let itself = known(&mail.own).filter(|known| known.has_come).map(|known| known.group);
        let answers = || mail.parents.iter().filter_map(known).find(|known| admits(known)).map(|known| known.group);
        let target = if mail.is_blocked { itself } else { itself.or(self.signed[at]).or_else(answers) };
        // Answers that came before it wait for it; it must be one of theirs, and have been sent to one of theirs.
        let waits = known(&mail.own)
            .filter(|known| !mail.is_blocked && !known.has_come && admits(known) && sent_to(known.group));
        let waiting = waits.map(|known| known.group);
        let group = match (target, waiting) {
            (Some(target), Some(waiting)) if target != waiting => self.unite(target, waiting),
            (Some(group), _) | (None, Some(group)) => group,
            (None, None) => {
                self.groups.push(Group::default());
                self.groups.len() - 1
            }
        };
        let is_claimable = |id: &String| self.of_id.get(id).is_none_or(|known| known.group == group);
        mail.parents.retain(is_claimable);
        for parent in &mail.parents {
            let pending = Belongs { group, list_id: None, has_come: false };
            self.of_id.entry(parent.clone()).or_insert(pending);
        }
        let group_now = &mut self.groups[group];
        group_now.mails.push(at);
        group_now.people.extend(sender);
        group_now.people.extend(mail.receivers.iter().map(|(_, to)| fold_email(&to.email)));
        group_now.people.extend(mail.customer.iter().map(|who| fold_email(&who.email)));
        let list_id = mail.list_id.clone();
        let belongs = self.of_id.entry(mail.own.clone()).or_insert(Belongs { group, list_id, has_come: true });
        // A pending id that is claimed by a stranger to it does not move; the mail itself does where it belongs.
        if belongs.group == group || !belongs.has_come {
            (belongs.group, belongs.has_come) = (group, true);
        }
    }

    fn unite(&mut self, into: usize, from: usize) -> usize {
        let other = std::mem::take(&mut self.groups[from]);
        self.groups[into].conversations.extend(other.conversations);
        self.groups[into].mails.extend(other.mails);
        self.groups[into].people.extend(other.people);
        for belongs in self.of_id.values_mut().filter(|belongs| belongs.group == from) {
            belongs.group = into;
        }
        for group in self.of_conversation.values_mut().chain(self.signed.iter_mut().flatten()) {
            if *group == from {
                *group = into;
            }
        }
        into
    }

    fn into_threads(self, mails: &[PreparedMail]) -> Vec<Thread> {
        let threads = self.groups.into_iter().filter(|group| !group.mails.is_empty()).map(|mut group| {
            group.mails.sort_by_key(|at| (mails[*at].entry.at, *at));
            Thread { conversations: group.conversations, mails: group.mails }
        });
        threads.collect()
    }
}

/// Mails that speak of something else a day later: (place in the batch). Whoever reads them may make them a conversation
/// of their own.
async fn offer_splits(tx: &mut Tx, threads: &[Thread], mails: &[PreparedMail]) -> Result<HashSet<usize>> {
    let ords: Vec<i64> = threads.iter().flat_map(|thread| thread.conversations.iter().copied()).collect();
    let heads = conversations::list_by_ord(tx, &ords).await?;
    let mut splits = HashSet::new();
    for thread in threads {
        // A thread that begins in this batch has no head yet; its first mail says what it is about.
        let head = heads.iter().find(|head| thread.conversations.contains(&head.ord));
        let mut spoken: HashSet<String> = HashSet::new();
        if let Some(head) = head {
            let facts = mails::list_facts(tx, head.ord).await?;
            let subjects = facts.iter().filter_map(|mail| mail.subject.as_deref()).chain(head.subject.as_deref());
            spoken.extend(subjects.map(normalised_subject));
        }
        let mut last = head.map(|head| head.last_entry_at);
        for at in &thread.mails {
            let (mail, said_at) = (&mails[*at], mails[*at].entry.at);
            let subject = mail.subject.as_deref().map(normalised_subject).filter(|subject| !subject.is_empty());
            if let (Some(subject), Some(last)) = (&subject, last)
                && !spoken.contains(subject)
                && said_at.since(last) > Time::DAY
            {
                splits.insert(*at);
            }
            spoken.extend(subject);
            last = last.max(Some(said_at));
        }
    }
    Ok(splits)
}
