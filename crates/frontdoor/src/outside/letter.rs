//! The mails that these pages send by themselves. A mail says who sends it, for what, and how it goes on, in our words alone:
//! what a visitor wrote could be anything, and the address anybody's.
use super::public::House;
use super::say;
use crate::Keys;
use crate::mailbox::{Mailbox, get_for_door};
use crate::outgoing::{Line, find_sender};
use ::store::Tx;
use base::{Error, Result, Time, Ui};
use conversations::{Scope, Tried};
use httpkit::Fetcher;
use mailkit::{Address, Letter, compose};

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

/// Which mailbox sends them: that of the pages' door; else the oldest that every one of us sees.
pub async fn find_mailbox(tx: &mut Tx, house: &House) -> Result<Option<Mailbox>> {
    if let Some(door) = house.row.door_ord
        && let Some(own) = get_for_door(tx, door).await?.filter(|mailbox| !mailbox.smtp_host.is_empty())
    {
        return Ok(Some(own));
    }
    let shared = Scope::shared(tx).await?;
    find_sender(tx, &shared).await
}

/// Sends it, or says why it is to be tried again. What a server refuses is over as well.
pub async fn send(keys: &Keys, fetcher: &Fetcher, mailbox: Option<Mailbox>, note: &Note<'_>) -> Result<()> {
    let mailbox = mailbox.ok_or_else(|| Error::store("no mailbox sends what visitors asked for"))?;
    let bytes = write(&mailbox, note).map_err(Error::store)?;
    let secret = mailbox.secret(keys)?;
    let mut line = Line::open(fetcher, &mailbox, &secret).await.map_err(Error::store)?;
    let tried = line.send(&mailbox.address, note.to, &bytes).await;
    line.close().await;
    match tried {
        Ok(Tried::Sent(_)) | Ok(Tried::Refused { .. }) => Ok(()),
        Ok(Tried::Later(why)) | Err(why) => Err(Error::store(why)),
    }
}

fn write(mailbox: &Mailbox, note: &Note<'_>) -> std::result::Result<Vec<u8>, String> {
    let (_, domain) = mailbox.address.rsplit_once('@').ok_or("the mailbox has no address")?;
    let name = Some(mailbox.from_name.trim()).filter(|name| !name.is_empty());
    let subject = say(note.ui, &format!("{}-subject", note.key), note.args);
    let letter = Letter {
        from: Address { name: name.map(str::to_owned), email: mailbox.address.clone() },
        to: vec![Address { name: None, email: note.to.to_owned() }],
        subject: subject.chars().filter(|c| !c.is_control()).take(200).collect(),
        message_id: format!("{}@{domain}", note.name),
        date: note.at.0,
        text: format!("{}\n", say(note.ui, &format!("{}-text", note.key), note.args)),
        headers: vec![
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("X-Auto-Response-Suppress", "All".to_owned()),
            ("X-Sarangbang-Loop", domain.to_owned()),
        ],
        ..Letter::default()
    };
    compose(&letter).map_err(|unwritable| format!("cannot be written: {}", unwritable.0))
}
