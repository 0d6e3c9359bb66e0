//! Reading what was kept: mails become entries of conversations, each exactly once. What cannot be read becomes an entry
//! that says so and holds the raw file; nothing is passed over.
use crate::Keys;
use crate::mailbox::check_signatures::{Signed, check_signatures};
use crate::mailbox::{ArrivalState, Mailbox, Post};
use crate::model::Reason;
use crate::morning;
use crate::outgoing::{Came, follow};
use crate::store::mailboxes::{self as rows, Became, StoredRow};
use base::{ConversationId, Error, Result, StaffId, Time, Ui};
use conversations::{LiveMail, MailFacts, MailSource, PreparedMail, Scope, keep_files, prepare_mail, take_in_live};
use mailkit::machine::{MachineMail, classify};
use mailkit::{Address, Envelope, ParsedMail, Problem, parse_mail, read_envelope, read_forwarded};
use mailkit::{read_received_at, read_signatures};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use store::Tx;
use tokio::{select, task::spawn_blocking, time::sleep};

/// Mails read at once, and their bytes together; the last one may go beyond.
const MOST_MAILS: i64 = 256;
const MOST_BYTES: usize = 16 << 20;
/// A mail with which a process has died this often is not read again.
const MOST_TRIES: i64 = 8;
/// What another process kept and left lying is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// The word for a mail that could not be read.
const UNREADABLE: &str = "unreadable";
/// Threads in which nothing was said for this long when the mailbox was made are history.
const HISTORY: i64 = 7 * Time::DAY;

/// Reads whatever is kept, for ever.
pub(super) async fn read_all(post: &Post) {
    loop {
        match read_some(post).await {
            Ok(true) => {
                post.note_kept(Ok(()));
                continue;
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot read mail; trying again");
                post.note_kept(Err(&error));
                sleep(Duration::from_secs(2)).await;
                continue;
            }
        }
        select! {
            () = post.arrived.notified() => {}
            () = sleep(LOOK_EVERY) => {}
        }
    }
}

/// Reads the mails that wait longest; false when none does. Those in hand when a process died are read a few at a time, ever fewer,
/// until one that kills its reader is alone.
async fn read_some(post: &Post) -> Result<bool> {
    let mut tx = post.db.read().await?;
    let mut stored = rows::list_stored(&mut tx, 0, MOST_MAILS).await?;
    let Some(first) = stored.first().cloned() else { return Ok(false) };
    let most = (MOST_MAILS >> (2 * first.tries).min(16)).max(1) as usize;
    stored.retain(|row| row.door_ord == first.door_ord);
    let mailbox = rows::find(&mut tx, first.door_ord).await?;
    let (mut raws, mut bytes) = (Vec::new(), 0);
    for row in stored.iter().take_while(|row| row.tries == first.tries).take(most) {
        let raw = tx.read_raw(row.raw_ord).await?;
        bytes += raw.len();
        raws.push(raw);
        if bytes > MOST_BYTES {
            break;
        }
    }
    stored.truncate(raws.len());
    drop(tx);
    let Some(mailbox) = mailbox else { return forget(post, stored).await };
    begin(post, &stored).await?;
    let is_poison = first.tries >= MOST_TRIES;
    let (server, keys, door) = (mailbox.auth_server.clone(), post.keys.clone(), mailbox.door_id);
    let reading = spawn_blocking(move || {
        let is_personal = |to: &Address| keys.read_personal_address(&to.email, door).is_some();
        let read = |bytes: Vec<u8>| match is_poison {
            true => unreadable(&bytes, died()),
            false => read_mail(&bytes, server.as_deref(), &is_personal),
        };
        raws.into_iter().map(read).collect::<Vec<Read>>()
    });
    let mut read = reading.await.map_err(Error::store)?;
    for one in &mut read {
        for mail in [Some(&mut one.mail), one.forwarded.as_mut()].into_iter().flatten() {
            keep_files(&post.db, std::slice::from_mut(mail)).await?;
        }
    }
    let mut signed: Vec<&mut Signed> = read.iter_mut().map(|one| &mut one.signed).collect();
    check_signatures(post, &mailbox, &mut signed).await?;
    write(post, &mailbox, stored, read).await?;
    Ok(true)
}

/// Mails of a mailbox that was removed before they were read.
async fn forget(post: &Post, stored: Vec<StoredRow>) -> Result<bool> {
    let mut tx = post.db.write().await?;
    let gone = |row: &StoredRow| Became {
        place: row.place(),
        state: ArrivalState::Unread,
        message_id: None,
        body_hash: None,
        entry_ord: None,
        fault: Some(Reason::new("mailbox-mail-homeless")),
    };
    rows::became(&mut tx, stored.iter().map(gone).collect()).await?;
    tx.commit().await?;
    Ok(true)
}

async fn begin(post: &Post, stored: &[StoredRow]) -> Result<()> {
    let ords: Vec<i64> = stored.iter().map(|row| row.raw_ord).collect();
    let mut tx = post.db.write().await?;
    rows::begin_reading(&mut tx, &ords).await?;
    tx.commit().await
}

/// A mail as far as it was read.
struct Read {
    mail: PreparedMail,
    message_id: String,
    envelope: Envelope,
    /// Whom it names anywhere as a receiver, and the ids it answers: where signatures of ours may stand.
    receivers: Vec<Address>,
    answers: Vec<String>,
    machine: Option<MachineMail>,
    /// The domain of the address it says it is from, what signatures are on it, and what came of them.
    from_domain: Option<String>,
    signed: Signed,
    /// The mail as whoever wrote the words that it passes on would have sent it.
    forwarded: Option<PreparedMail>,
    /// Why it could not be read.
    fault: Option<Reason>,
}

fn died() -> Reason {
    Reason::new("mailbox-mail-deadly")
}

/// Reads a mail whatever it holds. `is_personal` knows the addresses by which our people bring in their own mail.
fn read_mail(bytes: &[u8], server: Option<&str>, is_personal: &dyn Fn(&Address) -> bool) -> Read {
    let reading = catch_unwind(AssertUnwindSafe(|| {
        let mut mail = parse_mail(bytes);
        if mail.problems.contains(&Problem::NotMail) {
            return Err(Reason::new("mailbox-mail-not-mail"));
        }
        let (envelope, machine) = (read_envelope(bytes, &mail, server), classify(bytes));
        mail.auto_submitted |= machine.as_ref().is_some_and(|machine| *machine != MachineMail::List);
        let (receivers, answers) = named_in(&mail, &envelope);
        let (message_id, from_domain) = (mail.id.clone(), domain_of(&mail));
        let received_at = read_received_at(bytes).map(|seconds| Time(seconds.saturating_mul(Time::SECOND)));
        let signed = Signed { signatures: read_signatures(bytes), received_at, checked: None };
        let is_brought = receivers.iter().any(is_personal);
        let forwarded = if is_brought { passed_on(&mail).map_err(|error| Reason::from(&error))? } else { None };
        let mail = prepare_mail(mail, None, Time::now()).map_err(|error| Reason::from(&error))?;
        Ok(Read {
            mail,
            message_id,
            envelope,
            receivers,
            answers,
            machine,
            from_domain,
            signed,
            forwarded,
            fault: None,
        })
    }));
    match reading {
        Ok(Ok(read)) => read,
        Ok(Err(why)) => unreadable(bytes, why),
        Err(_) => unreadable(bytes, died()),
    }
}

fn passed_on(mail: &ParsedMail) -> Result<Option<PreparedMail>> {
    let Some(forwarded) = read_forwarded(mail) else { return Ok(None) };
    let subject = forwarded.subject.unwrap_or_else(|| mail.subject.clone());
    let (from, text, date) = (Some(forwarded.from), forwarded.text, forwarded.date.or(mail.date));
    let receivers = (Vec::new(), Vec::new());
    let mail = ParsedMail { subject, from, text, date, sender: None, to: receivers.0, cc: receivers.1, ..mail.clone() };
    prepare_mail(mail, None, Time::now()).map(Some)
}

fn named_in(mail: &ParsedMail, envelope: &Envelope) -> (Vec<Address>, Vec<String>) {
    let receivers = mail.to.iter().chain(&mail.cc).chain(&envelope.delivered_to).cloned().collect();
    let answers = mail.in_reply_to.iter().chain(mail.references.iter().rev()).cloned().collect();
    (receivers, answers)
}

fn domain_of(mail: &ParsedMail) -> Option<String> {
    mail.from.as_ref().and_then(|from| from.email.rsplit_once('@')).map(|(_, domain)| domain.to_lowercase())
}

impl Read {
    /// Whether the domain of its sender stands for it.
    fn is_proven(&self) -> bool {
        self.from_domain.as_deref().is_some_and(|domain| facts_of(self).prove(domain))
    }
}

/// The card of a mail that cannot be read: words in both languages; its raw file stands behind it.
fn card(id: &str, why: &Reason) -> PreparedMail {
    let said = |ui| format!("{}\n{}", Reason::new("mailbox-mail-unreadable").tell(ui), why.tell(ui));
    let text = format!("{}\n\n{}", said(Ui::Ko), said(Ui::En));
    let mail = ParsedMail { id: id.to_owned(), text, auto_submitted: true, ..ParsedMail::default() };
    prepare_mail(mail, None, Time::now()).expect("a card of ours is a mail")
}

fn unreadable(bytes: &[u8], why: Reason) -> Read {
    let hash = blake3::hash(bytes).to_hex().to_string();
    let id = format!("{}@unreadable.invalid", &hash[..32]);
    let envelope = Envelope { body_hash: hash[..32].to_owned(), ..Envelope::default() };
    Read {
        mail: card(&id, &why),
        message_id: id,
        envelope,
        receivers: Vec::new(),
        answers: Vec::new(),
        machine: None,
        from_domain: None,
        signed: Signed::default(),
        forwarded: None,
        fault: Some(why),
    }
}

async fn write(post: &Post, mailbox: &Mailbox, stored: Vec<StoredRow>, read: Vec<Read>) -> Result<()> {
    let mut tx = post.db.write().await?;
    let ords: Vec<i64> = stored.iter().map(|row| row.raw_ord).collect();
    let waiting: HashSet<i64> = rows::list_waiting(&mut tx, &ords).await?.into_iter().collect();
    let (mut live, mut ends, mut faults) = (Vec::new(), Vec::new(), HashMap::new());
    let mut came = Vec::new();
    let mut copies = Copies::load(&mut tx, mailbox, &read).await?;
    let own: HashSet<String> = rows::list_addresses(&mut tx).await?.into_iter().collect();
    for (row, mut one) in stored.into_iter().zip(read).filter(|(row, _)| waiting.contains(&row.raw_ord)) {
        let state = if one.fault.is_some() { ArrivalState::Unread } else { ArrivalState::Taken };
        let mut end = Became {
            place: row.place(),
            state,
            message_id: Some(one.message_id.clone()),
            body_hash: Some(one.envelope.body_hash.clone()),
            entry_ord: None,
            fault: one.fault.clone(),
        };
        let is_ours = one.mail.sender_fold().is_some_and(|sender| own.contains(&sender));
        let ours = post.keys.read_message_id(&one.message_id).filter(|_| is_ours);
        if copies.is_copy(&one) || ours.is_some() || is_about_notification(&post.keys, &one) {
            end.state = ArrivalState::Copy;
            ends.push((row.raw_ord, end, None));
            continue;
        }
        if let Some(entry_ord) = answer_morning(&mut tx, post, mailbox, &one).await? {
            tx.link_raws(&[(row.raw_ord, entry_ord.0)]).await?;
            end.entry_ord = Some(entry_ord.1);
            ends.push((row.raw_ord, end, None));
            continue;
        }
        let signed = find_signed(&mut tx, post, mailbox, &one).await?;
        if let Some(sender) = one.mail.sender()
            && people::is_blocked(&mut tx, sender).await?
        {
            one.mail.block();
        }
        let brought_by =
            one.receivers.iter().find_map(|to| post.keys.read_personal_address(&to.email, mailbox.door_id));
        if let Some(staff) = brought_by {
            bring(post, mailbox, &own, &mut one, staff);
        }
        one.mail.set_raw(row.raw_ord);
        ends.push((row.raw_ord, end, Some(live.len())));
        came.push(Came {
            from: one.mail.sender().map(str::to_owned),
            is_proven: one.is_proven(),
            machine: one.machine.clone(),
        });
        live.push(LiveMail { signed, proven: one.is_proven(), facts: facts_of(&one), mail: one.mail });
    }
    let closed_before = Some(mailbox.created_at.plus(-HISTORY));
    let source = MailSource { source: mailbox.source(), door: Some(mailbox.name.clone()), closed_before };
    let raw_of: Vec<i64> = ends.iter().filter(|(_, _, place)| place.is_some()).map(|(raw, _, _)| *raw).collect();
    let mut taken = take_in_live(&mut tx, &source, &own, live).await?;
    for (at, taken) in taken.iter_mut().enumerate() {
        // What the store refuses of a mail is told by a card in its place.
        if let Err(error) = taken {
            let why = Reason::from(&*error);
            let mut mail = card(&format!("raw-{}@unreadable.invalid", raw_of[at]), &why);
            mail.set_raw(raw_of[at]);
            let facts = MailFacts { machine: Some(UNREADABLE.into()), ..MailFacts::default() };
            let card = LiveMail { mail, signed: None, proven: false, facts };
            *taken = take_in_live(&mut tx, &source, &own, vec![card]).await?.remove(0);
            faults.insert(at, why);
        }
    }
    follow(&mut tx, &post.keys, mailbox.door_ord, &came, &taken).await?;
    let (mut all, mut doubles) = (Vec::with_capacity(ends.len()), Vec::new());
    for (raw, mut end, place) in ends {
        if let Some(at) = place {
            if let Some(why) = faults.remove(&at) {
                (end.state, end.fault) = (ArrivalState::Unread, Some(why));
            }
            let taken = taken.get(at).ok_or_else(|| Error::store("fewer answers than mails"))?;
            let taken = taken.as_ref().ok();
            end.entry_ord = taken.and_then(|taken| taken.entry_ords.first().copied());
            // The same words and files under the same id, only wrapped in another way.
            if taken.is_some_and(|taken| taken.new_entries == 0) {
                end.state = ArrivalState::Copy;
            }
        }
        doubles.extend(end.message_id.clone().filter(|_| end.state == ArrivalState::Copy).map(|id| (raw, id)));
        all.push(end);
    }
    conversations::link_copies(&mut tx, &source.source, doubles).await?;
    rows::became(&mut tx, all).await?;
    tx.commit().await
}

/// What one of us answers from the mail of their morning becomes their answer: its conversation and entry.
async fn answer_morning(tx: &mut Tx, post: &Post, mailbox: &Mailbox, one: &Read) -> Result<Option<(i64, i64)>> {
    if one.machine.is_some() || one.fault.is_some() {
        return Ok(None);
    }
    let receivers: Vec<String> = one.receivers.iter().map(|to| to.email.clone()).collect();
    let from = one.mail.sender().unwrap_or_default();
    let came = morning::Came { from, is_proven: one.is_proven(), receivers: &receivers, text: one.mail.text() };
    let Some(answered) = morning::answer_from_mail(tx, &post.keys, mailbox, &came).await? else { return Ok(None) };
    let (entry, head) = conversations::get_entry(tx, &Scope::default(), answered).await?;
    Ok(Some((head.ord, entry.ord)))
}

/// A mail of ours to one of us that came back, or what a machine said to it: nobody needs that as a conversation.
fn is_about_notification(keys: &Keys, one: &Read) -> bool {
    let reported = match &one.machine {
        Some(MachineMail::Bounce(report) | MachineMail::Delayed(report)) => report.message_id.as_deref(),
        _ => None,
    };
    let mut answers = one.answers.iter().map(String::as_str).chain(reported);
    keys.is_notification(&one.message_id) || one.machine.is_some() && answers.any(|id| keys.is_notification(id))
}

/// A mail that one of us brought in by their personal address: their own mail to a customer, of which we got a blind copy,
/// or a customer's mail that they passed on.
fn bring(post: &Post, mailbox: &Mailbox, own: &HashSet<String>, one: &mut Read, staff: StaffId) {
    let is_ours = |to: &Address| {
        let folded = to.email.to_lowercase();
        own.contains(&folded)
            || post.keys.read_personal_address(&folded, mailbox.door_id).is_some()
            || one.mail.sender_fold().as_deref() == Some(&folded)
    };
    let customer = one.receivers.iter().find(|to| to.email.contains('@') && !is_ours(to)).cloned();
    match (customer, one.forwarded.take()) {
        (None, Some(forwarded)) => {
            // What was found out is about whoever passed it on.
            (one.from_domain, one.envelope.results, one.signed) = (None, None, Signed::default());
            one.mail = forwarded;
        }
        (customer, _) => one.mail.said_by(staff, customer),
    }
}

fn facts_of(one: &Read) -> MailFacts {
    let results = one.envelope.results.clone().unwrap_or_default();
    let machine = match &one.fault {
        Some(_) => Some(UNREADABLE.to_owned()),
        None => one.machine.as_ref().map(|machine| machine.as_str().to_owned()),
    };
    MailFacts {
        dkim: results.dkim,
        dkim_domain: results.dkim_domain,
        spf: results.spf,
        dmarc: results.dmarc,
        signatures: one.signed.checked.clone(),
        machine,
    }
}

/// Mails that are here already: the same Message-ID and the same body by the same door. The same id with another body is
/// another mail, whoever wrote it.
struct Copies(HashSet<(String, String)>);

impl Copies {
    async fn load(tx: &mut Tx, mailbox: &Mailbox, read: &[Read]) -> Result<Copies> {
        let ids = read.iter().map(|one| one.message_id.clone()).collect();
        let known = rows::list_read(tx, mailbox.door_ord, ids).await?;
        Ok(Copies(known.into_iter().filter_map(|(id, hash)| Some((id, hash?))).collect()))
    }

    fn is_copy(&mut self, one: &Read) -> bool {
        !self.0.insert((one.message_id.clone(), one.envelope.body_hash.clone()))
    }
}

/// The conversation that a signature of ours in this mail leads to, if it came in by this very door: of the address it was
/// sent to, or of a mail of ours that it answers or reports on.
async fn find_signed(tx: &mut Tx, post: &Post, mailbox: &Mailbox, one: &Read) -> Result<Option<ConversationId>> {
    let everywhere = Scope::default();
    let by_address = |to: &Address| post.keys.read_reply_address(&to.email, mailbox.door_id);
    let mut found: Vec<ConversationId> = one.receivers.iter().filter_map(by_address).collect();
    let reported = match &one.machine {
        Some(MachineMail::Bounce(report) | MachineMail::Delayed(report)) => report.message_id.clone(),
        _ => None,
    };
    for id in reported.iter().chain(&one.answers).filter_map(|id| post.keys.read_message_id(id)) {
        match conversations::get_entry(tx, &everywhere, id).await {
            Ok((_, head)) => found.push(head.id),
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    for id in found {
        match conversations::get_conversation(tx, &everywhere, id).await {
            Ok(head) if head.door_ord == mailbox.door_ord => return Ok(Some(head.id)),
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
