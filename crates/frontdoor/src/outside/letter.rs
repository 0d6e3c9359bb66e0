//! The mails that these pages send by themselves. A mail says who sends it, for what, and how it goes on, in our words alone:
//! what a visitor wrote could be anything, and the address anybody's.
use super::say;
use crate::Keys;
use crate::mailbox::{Mailbox, get_for_door};
use crate::outgoing::{begin_letter, find_sender, send_letter};
use ::store::Tx;
use base::{Error, Result, Time, Ui};
use conversations::{Scope, Tried};
use httpkit::Fetcher;
use mailkit::Letter;

/// A mail of ours: `{key}-subject` and `{key}-text` with `args`.
pub struct Note<'a> {
    pub to: &'a str,
    pub key: &'static str,
    pub args: &'a [(&'a str, String)],
    pub ui: Ui,
    /// What stands before the `@` of its Message-ID: the same for every try.
    pub name: &'a str,
    pub at: Time,
}

/// Which mailbox sends them: that of the first of these doors that has one that sends; else the oldest that every one of us
/// sees.
pub async fn find_mailbox(tx: &mut Tx, doors: &[Option<i64>]) -> Result<Option<Mailbox>> {
    for door in doors.iter().flatten() {
        if let Some(own) = get_for_door(tx, *door).await?.filter(|mailbox| !mailbox.smtp_host.is_empty()) {
            return Ok(Some(own));
        }
    }
    let shared = Scope::shared(tx).await?;
    find_sender(tx, &shared).await
}

/// Sends it, or says why it is to be tried again. What a server refuses is over as well.
pub async fn send(keys: &Keys, fetcher: &Fetcher, mailbox: Option<Mailbox>, note: &Note<'_>) -> Result<()> {
    let mailbox = mailbox.ok_or_else(|| Error::store("no mailbox sends what visitors asked for"))?;
    let letter = write(&mailbox, note);
    match send_letter(keys, fetcher, &mailbox, &letter).await {
        Ok(Tried::Sent(_)) | Ok(Tried::Refused { .. }) => Ok(()),
        Ok(Tried::Later(why)) | Err(why) => Err(Error::store(why)),
    }
}

fn write(mailbox: &Mailbox, note: &Note<'_>) -> Letter {
    let subject = say(note.ui, &format!("{}-subject", note.key), note.args);
    let text = format!("{}\n", say(note.ui, &format!("{}-text", note.key), note.args));
    let name = format!("{}@{}", note.name, mailbox.domain());
    Letter { text, date: note.at.0, ..begin_letter(mailbox, note.to, name, &subject) }
}
