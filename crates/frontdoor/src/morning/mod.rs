//! The morning by mail: raw words of customers at the reader's hour, once a day; and answers that one of us writes to them
//! from that mail, on a phone, as themselves.
//!
//! The mail says of itself that a program wrote it, and bears the same signed Message-ID however often it is tried: between
//! the moment a server took it over and the moment we have written that down it may go out twice, as the same mail.
mod answer;
mod week;
mod write;

pub use answer::{Came, answer_from_mail};

use crate::Keys;
use crate::mailbox::Mailbox;
use crate::outgoing::{self, find_sender, is_ours, send_letter};
use ::store::Tx;
use base::Result;
use conversations::{Scope, Tried};
use httpkit::{AppState, Fetcher};
use mailkit::Letter;
use roadmap::digest::{DueMail, MailEnd, MailOf, claim_mails, load_morning, load_week, settle_mail};
use std::time::Duration;
use tokio::{select, time::sleep};

/// How often somebody looks.
const LOOK: Duration = Duration::from_secs(20);

/// Sends until `stop` is ready.
pub async fn run_mornings(app: &AppState, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        if let Err(error) = send_mornings(app, 0).await {
            tracing::warn!(%error, "morning mails wait; trying on");
        }
        select! {
            () = &mut stop => return,
            () = sleep(LOOK) => {}
        }
    }
}

/// Sends what is due `ahead` microseconds from now. How many mails went out.
pub async fn send_mornings(app: &AppState, ahead: i64) -> Result<usize> {
    let mut tx = app.db.read().await?;
    let now = tx.now().plus(ahead);
    // Nobody becomes a writer for nothing.
    if !roadmap::digest::is_any_due(&mut tx, now).await? {
        return Ok(0);
    }
    drop(tx);
    let mut tx = app.db.write().await?;
    let due = claim_mails(&mut tx, now).await?;
    tx.commit().await?;
    let mut sent = 0;
    for mail in due {
        let end = match send(app, &mail).await {
            Ok(end) => end,
            Err(error) => MailEnd::Later(error.to_string()),
        };
        match &end {
            MailEnd::Sent => sent += 1,
            MailEnd::Refused(why) | MailEnd::Later(why) => tracing::warn!(why, "a morning mail did not go out"),
            MailEnd::Nothing | MailEnd::NoMailbox => {}
        }
        let mut tx = app.db.write().await?;
        settle_mail(&mut tx, &mail, &end).await?;
        tx.commit().await?;
    }
    Ok(sent)
}

async fn send(app: &AppState, mail: &DueMail) -> Result<MailEnd> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, &mail.actor).await?;
    let mailbox = find_sender(&mut tx, &scope).await?;
    let is_loop = is_ours(&mut tx, &mail.member.email).await?;
    drop(tx);
    let Some(mailbox) = mailbox else { return Ok(MailEnd::NoMailbox) };
    // An address of a mailbox of ours would make a conversation of it.
    if is_loop {
        return Ok(MailEnd::Refused("the address is that of a mailbox of ours".into()));
    }
    let keys = app.get::<Keys>();
    let letter = match mail.of {
        MailOf::Morning => {
            let morning = load_morning(app, &mail.actor, Some(mail.day), mail.now).await?;
            if morning.items.is_empty() {
                return Ok(MailEnd::Nothing);
            }
            let mut tx = app.db.read().await?;
            let ways = list_ways(&mut tx, &keys, &mailbox, &morning).await?;
            drop(tx);
            write::write(app, &keys, &mailbox, mail, &morning, &ways)
        }
        MailOf::Week => {
            let owner = mail.member.id;
            let week = load_week(app, &mail.actor, owner, mail.now).await;
            let week = week.map_err(|error| base::Error::store(format!("{error:?}")))?;
            if week.is_empty() {
                return Ok(MailEnd::Nothing);
            }
            week::write(app, &keys, &mailbox, mail, &week)
        }
    };
    Ok(match send_letter(&keys, &app.get::<Fetcher>(), &mailbox, &letter).await {
        Ok(Tried::Sent(_)) => MailEnd::Sent,
        Ok(Tried::Refused { answer, .. }) => MailEnd::Refused(answer),
        Ok(Tried::Later(why)) | Err(why) => MailEnd::Later(why),
    })
}

/// By which address each of the words is answered: nothing where an answer by mail would reach nobody, or where the
/// mailbox has no room for an address of its own.
async fn list_ways(
    tx: &mut Tx,
    keys: &Keys,
    mailbox: &Mailbox,
    morning: &roadmap::digest::Morning,
) -> Result<Vec<Option<String>>> {
    let mut ways = Vec::with_capacity(morning.items.len());
    for one in &morning.items {
        let head = conversations::get_conversation(tx, &Scope::default(), one.conversation).await?;
        let reaches = !answer::list_receivers(tx, &head).await?.is_empty();
        ways.push(keys.morning_address(&mailbox.address, one.id, mailbox.door_id).filter(|_| reaches));
    }
    Ok(ways)
}

fn begin_letter(keys: &Keys, mailbox: &Mailbox, mail: &DueMail, subject: &str) -> Letter {
    let name = keys.sign_notification(name_of(mail), mailbox.domain());
    outgoing::begin_letter(mailbox, &mail.member.email, name, subject)
}

/// The same for the same reader, day and kind of mail.
fn name_of(mail: &DueMail) -> base::NotificationId {
    let what = format!("{} {} {}", mail.member.id, mail.of.as_str(), mail.day);
    let hash = blake3::hash(what.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    base::NotificationId::from_bytes(bytes)
}
