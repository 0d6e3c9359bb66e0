//! Following one mailbox: everything it has is brought here, once, whatever happens in between.
//!
//! The cursor is the number of the last mail that is here, under the server's current numbering (UIDVALIDITY, RFC 3501
//! §2.3.1). It moves in the transaction that keeps the mails it passes. Once a day, and whenever the server numbers anew,
//! all numbers since the mailbox's beginning are compared with what is here; a copy is known by what it says.
use crate::mailbox::actions::told;
use crate::mailbox::imap::{Inbox, Listed};
use crate::mailbox::{Mailbox, Post};
use crate::model::Reason;
use crate::store::mailboxes::{self as rows, Place};
use base::{Error, Result, Time};
use std::time::Duration;
use tokio::time::sleep;

/// How often everything is compared.
const RECONCILE_EVERY: i64 = Time::DAY;
/// The clock of a server may differ from ours by this much.
const CLOCKS_DIFFER: i64 = Time::HOUR;
/// Mails asked for at once, and their bytes together.
const MOST_MAILS: usize = 128;
const MOST_BYTES: u64 = 8 << 20;
/// A larger mail stays on its server and is told.
pub(super) const LARGEST_MAIL: u64 = 64 << 20;
/// Pauses after failures, doubling from the first to the last, for ever.
const FIRST_PAUSE: u64 = 2;
const LONGEST_PAUSE: u64 = 600;
/// A mail that breaks the connection this often by itself is passed over, told, and tried again the next day.
const MOST_BREAKS: u32 = 3;
/// How often it is written down that a mailbox is well.
const SAY_WELL_EVERY: i64 = 10 * Time::MINUTE;

/// Why a visit to a server ended.
enum End {
    /// There is no such mailbox any more, or it rests.
    Gone,
    /// Its settings or its cursor are others by now.
    Changed,
    Server(Reason),
    Store(Error),
}

impl From<Error> for End {
    fn from(error: Error) -> End {
        End::Store(error)
    }
}

impl From<Reason> for End {
    fn from(reason: Reason) -> End {
        End::Server(reason)
    }
}

/// Mails are asked for one by one after a batch broke the connection; and how often one did that alone.
#[derive(Default)]
struct Care {
    is_on: bool,
    broken: (i64, u32),
}

/// Follows a mailbox until it is gone or rests. Whatever fails is tried again, ever later, and never given up.
pub(super) async fn follow(post: &Post, door_ord: i64) {
    let mut care = Care::default();
    loop {
        let pause = match visit(post, door_ord, &mut care).await {
            Err(End::Gone) => return,
            Ok(()) | Err(End::Changed) => 0,
            Err(End::Server(reason)) => {
                let failures = note_fault(post, door_ord, &reason).await.unwrap_or(1);
                (FIRST_PAUSE << (failures - 1).clamp(0, 20)).min(LONGEST_PAUSE)
            }
            Err(End::Store(error)) => {
                tracing::warn!(mailbox = door_ord, %error, "cannot keep mail; trying again");
                post.note_kept(Err(&error));
                5
            }
        };
        // Not all at once when a server that many mailboxes share is back.
        let jitter = u64::from(blake3::hash(&door_ord.to_le_bytes()).as_bytes()[0]) * pause * 1000 / 1024;
        sleep(Duration::from_millis(pause * 1000 + jitter)).await;
    }
}

async fn note_fault(post: &Post, door_ord: i64, reason: &Reason) -> Result<i64> {
    let mut tx = post.db.write().await?;
    let failures = rows::note_fault(&mut tx, door_ord, reason).await?;
    if matches!(failures, 1 | 3)
        && let Some(mailbox) = rows::find(&mut tx, door_ord).await?
    {
        tracing::warn!(mailbox = door_ord, failures, why = reason.tell(base::Ui::En), "a mailbox cannot be read");
        told(&mut tx, &mailbox);
    }
    tx.commit().await?;
    Ok(failures)
}

async fn get(post: &Post, door_ord: i64) -> std::result::Result<Mailbox, End> {
    let mailbox = rows::find(&mut post.db.read().await?, door_ord).await?;
    mailbox.filter(|mailbox| mailbox.is_active).ok_or(End::Gone)
}

async fn visit(post: &Post, door_ord: i64, care: &mut Care) -> std::result::Result<(), End> {
    let mailbox = get(post, door_ord).await?;
    let login = post.login(&mailbox).await?;
    let mut inbox = Inbox::enter(&mailbox.imap_reach(), &post.fetcher, &login, &mailbox.folder).await?;
    let mut well_at = say_well(post, &mailbox).await?;
    if mailbox.uid_validity != Some(inbox.uid_validity) {
        let last = match inbox.uid_next {
            Some(next) => next - 1,
            None => inbox.list_after(0).await?.last().copied().unwrap_or(0),
        };
        let mut tx = post.db.write().await?;
        rows::begin_numbers(&mut tx, door_ord, inbox.uid_validity, last).await?;
        tx.commit().await?;
    }
    let rev = mailbox.rev;
    loop {
        let mailbox = get(post, door_ord).await?;
        if mailbox.rev != rev || mailbox.uid_validity != Some(inbox.uid_validity) {
            return Err(End::Changed);
        }
        // What was there before comes in before what answers it. Should that fail, new mail comes in all the same.
        let earlier = match mailbox.reconciled_at {
            None => reconcile(post, door_ord, &mut inbox, care).await,
            Some(_) => Ok(()),
        };
        let fresh = bring_fresh(post, &mailbox, &mut inbox, care).await;
        earlier.and(fresh)?;
        if mailbox.reconciled_at.is_some_and(|at| post.db_now().since(at) > RECONCILE_EVERY) {
            reconcile(post, door_ord, &mut inbox, care).await?;
        }
        *care = Care::default();
        inbox = inbox.wait().await?;
        if post.db_now().since(well_at) > SAY_WELL_EVERY {
            well_at = say_well(post, &mailbox).await?;
        }
    }
}

async fn bring_fresh(
    post: &Post,
    mailbox: &Mailbox,
    inbox: &mut Inbox,
    care: &mut Care,
) -> std::result::Result<(), End> {
    let fresh = inbox.list_after(mailbox.last_uid).await?;
    keep(post, mailbox, inbox, care, &fresh, Aim::AllPastCursor).await
}

async fn say_well(post: &Post, mailbox: &Mailbox) -> Result<Time> {
    let mut tx = post.db.write().await?;
    rows::note_seen(&mut tx, mailbox.door_ord).await?;
    if mailbox.failures > 0 || mailbox.seen_at.is_none() {
        told(&mut tx, mailbox);
    }
    let now = tx.now();
    tx.commit().await?;
    post.note_kept(Ok(()));
    Ok(now)
}

/// Compares everything since the mailbox's beginning with what is here, and brings in what is missing.
async fn reconcile(post: &Post, door_ord: i64, inbox: &mut Inbox, care: &mut Care) -> std::result::Result<(), End> {
    let mailbox = get(post, door_ord).await?;
    let since = mailbox.since_at.plus(-CLOCKS_DIFFER);
    let there = inbox.list_since(since).await?;
    let here = rows::list_uids(&mut post.db.read().await?, door_ord, &mailbox.folder, inbox.uid_validity).await?;
    let is_missing = |uid: &i64| *uid <= mailbox.last_uid && here.binary_search(uid).is_err();
    let missing: Vec<i64> = there.into_iter().filter(is_missing).collect();
    keep(post, &mailbox, inbox, care, &missing, Aim::ReceivedSince(since)).await?;
    let mut tx = post.db.write().await?;
    rows::reconciled(&mut tx, door_ord).await?;
    told(&mut tx, &mailbox);
    tx.commit().await?;
    Ok(())
}

/// Which mails of a list are brought in, and whether the cursor moves past them.
#[derive(Clone, Copy)]
enum Aim {
    AllPastCursor,
    ReceivedSince(Time),
}

/// Brings in these mails, in their order. While a batch is kept the server hands over the next.
async fn keep(
    post: &Post,
    mailbox: &Mailbox,
    inbox: &mut Inbox,
    care: &mut Care,
    uids: &[i64],
    aim: Aim,
) -> std::result::Result<(), End> {
    let (mut at, uid_validity) = (mailbox.last_uid, inbox.uid_validity);
    let store = |came: Option<(Vec<Came>, i64)>, at: i64| async move {
        let Some((mails, last)) = came else { return Ok(at) };
        let cursor = matches!(aim, Aim::AllPastCursor).then_some((at, last));
        store(post, mailbox, uid_validity, mails, cursor).await.map(|()| last)
    };
    let mut came = None;
    for some in uids.chunks(4 * MOST_MAILS) {
        let mut listed = inbox.describe(some).await?;
        if let Aim::ReceivedSince(since) = aim {
            listed.retain(|mail| mail.received_at.is_none_or(|at| at >= since));
        }
        let mut rest = &listed[..];
        loop {
            let (batch, after) = rest.split_at(how_many(rest, care.is_on));
            rest = after;
            // Those at the end that are gone from the server need not be asked for again.
            let last = if rest.is_empty() { some.last().copied() } else { batch.last().map(|mail| mail.uid) };
            let (stored, fetched) = tokio::join!(store(came.take(), at), fetch(inbox, care, batch));
            at = stored?;
            came = Some((fetched?, last.unwrap_or(at)));
            if rest.is_empty() {
                break;
            }
        }
    }
    store(came, at).await.map(drop)
}

/// How many mails of a list are asked for at once.
fn how_many(listed: &[Listed], one_by_one: bool) -> usize {
    let mut bytes = 0;
    let fits = |mail: &&Listed| {
        bytes += mail.bytes;
        bytes <= MOST_BYTES
    };
    let most = if one_by_one { 1 } else { MOST_MAILS };
    listed.iter().take(most).take_while(fits).count().max(1).min(listed.len())
}

type Came = (i64, std::result::Result<Vec<u8>, Reason>);

async fn fetch(inbox: &mut Inbox, care: &mut Care, batch: &[Listed]) -> std::result::Result<Vec<Came>, End> {
    let too_large = |mail: &&Listed| mail.bytes > LARGEST_MAIL;
    let refuse =
        |mail: &Listed| (mail.uid, Err(Reason::new("mailbox-mail-too-large").arg("limit", LARGEST_MAIL >> 20)));
    let mut came: Vec<Came> = batch.iter().filter(too_large).map(refuse).collect();
    let wanted: Vec<i64> = batch.iter().filter(|mail| !too_large(mail)).map(|mail| mail.uid).collect();
    if !wanted.is_empty() {
        match inbox.fetch(&wanted).await {
            Ok(mails) => came.extend(mails.into_iter().map(|(uid, bytes)| (uid, Ok(bytes)))),
            Err(reason) if wanted.len() == 1 && care.breaks(wanted[0]) >= MOST_BREAKS => {
                came.push((wanted[0], Err(reason)));
            }
            Err(reason) => {
                care.is_on = true;
                return Err(End::Server(reason));
            }
        }
    }
    came.sort_by_key(|(uid, _)| *uid);
    Ok(came)
}

impl Care {
    fn breaks(&mut self, uid: i64) -> u32 {
        self.broken = if self.broken.0 == uid { (uid, self.broken.1 + 1) } else { (uid, 1) };
        self.broken.1
    }
}

/// Keeps mails byte for byte, and moves the cursor `from … to` with them.
async fn store(
    post: &Post,
    mailbox: &Mailbox,
    uid_validity: i64,
    mails: Vec<Came>,
    cursor: Option<(i64, i64)>,
) -> std::result::Result<(), End> {
    if mails.is_empty() && cursor.is_none() {
        return Ok(());
    }
    let (source, mut packed, mut came) = (mailbox.source(), Vec::new(), Vec::new());
    for (uid, mail) in mails {
        let place = Place { door_ord: mailbox.door_ord, folder: mailbox.folder.clone(), uid_validity, uid };
        let mail = match mail {
            Ok(bytes) => Ok(post.db.pack_raw(&source, "mail", &bytes).await?),
            Err(why) => Err(why),
        };
        packed.push((place, mail));
    }
    let mut tx = post.db.write().await?;
    if let Some((from, to)) = cursor
        && !rows::advance(&mut tx, mailbox.door_ord, (uid_validity, from), to).await?
    {
        // Another process reads the same mailbox and was faster.
        return Err(End::Changed);
    }
    let uids: Vec<i64> = packed.iter().map(|(place, _)| place.uid).collect();
    let here = rows::list_known(&mut tx, mailbox.door_ord, &mailbox.folder, uid_validity, &uids).await?;
    packed.retain(|(place, _)| !here.contains(&place.uid));
    let mut raws = Vec::new();
    for (place, mail) in packed {
        came.push((place, mail.map(|mail| raws.push(mail))));
    }
    let mut ords = tx.keep_raws(raws).await?.into_iter();
    let came: Vec<_> =
        came.into_iter().map(|(place, kept)| (place, kept.map(|()| ords.next().unwrap_or_default()))).collect();
    let is_any = !came.is_empty();
    rows::insert_arrivals(&mut tx, came).await?;
    tx.commit().await?;
    if is_any {
        post.arrived.notify_one();
    }
    Ok(())
}
