//! Telling somebody who wrote that it arrived, without ever being of use to anybody else: to the proven only, once in a
//! conversation, three times a day, in our words alone, and never to a machine. And what comes back of what we sent.
use crate::Keys;
use crate::mailbox::list_addresses;
use crate::store::outgoing as rows;
use ::store::Tx;
use base::{Result, Time, Ui};
use conversations::{Head, Outgoing, Taken};
use mailkit::machine::{MachineMail, Report};

/// A mail that came in by a mailbox, as far as this needs to know.
#[derive(Clone, Debug)]
pub struct Came {
    /// The address it says it is from.
    pub from: Option<String>,
    /// Whether the sender's domain stands behind it.
    pub is_proven: bool,
    pub machine: Option<MachineMail>,
}

/// How old what came in may be to be acknowledged: nobody waits for that after a day, and history that is brought in must
/// not be answered.
const FRESH: i64 = Time::DAY;

/// What follows from mails that came in, in the same transaction: reports of what did not arrive are told on their entries,
/// addresses that rested wake, and who begins a conversation is told that it arrived.
pub async fn follow(tx: &mut Tx, keys: &Keys, door_ord: i64, came: &[Came], taken: &[Result<Taken>]) -> Result<()> {
    for (came, taken) in came.iter().zip(taken) {
        let Ok(taken @ Taken { new_entries: 1.., .. }) = taken else { continue };
        match (&came.machine, &came.from) {
            (Some(MachineMail::Bounce(report)), _) => tell_bounced(tx, keys, report).await?,
            (None, Some(from)) => {
                conversations::wake_address(tx, from).await?;
                if taken.new && came.is_proven {
                    acknowledge(tx, door_ord, from, taken.conversation_ord).await?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

async fn tell_bounced(tx: &mut Tx, keys: &Keys, report: &Report) -> Result<()> {
    // Only a mail of ours that the report holds by its signed name: anybody could write a report.
    let Some(entry) = report.message_id.as_deref().and_then(|id| keys.read_message_id(id)) else { return Ok(()) };
    for one in report.recipients.iter().filter(|one| one.is_permanent()) {
        let answer = if one.said.is_empty() { &one.status } else { &one.said };
        if conversations::bounce(tx, entry, Some(&one.address), answer).await? {
            crate::telling::follow_bounce(tx, entry).await?;
        }
    }
    Ok(())
}

async fn acknowledge(tx: &mut Tx, door_ord: i64, from: &str, conversation_ord: i64) -> Result<()> {
    if is_nobody(from) || is_ours(tx, from).await? || rows::find_acknowledgement(tx, door_ord).await?.is_none() {
        return Ok(());
    }
    let Some(head) = conversations::heads(tx, &[conversation_ord]).await?.pop() else { return Ok(()) };
    if head.opened_at.plus(FRESH) < tx.now() {
        return Ok(());
    }
    let subject = say(ui_of(&head), "acknowledge-subject");
    conversations::acknowledge(tx, &head, door_ord, from, &subject).await.map(drop)
}

/// What is sent: the words of the door, or ours, in the language of the conversation.
pub(super) async fn text_of(tx: &mut Tx, out: &Outgoing) -> Result<String> {
    let ui = ui_of(&out.head);
    let own =
        rows::find_acknowledgement(tx, out.reply.door_ord).await?.map(|(ko, en)| if ui == Ui::Ko { ko } else { en });
    Ok(own.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| say(ui, "acknowledge-text")))
}

fn ui_of(head: &Head) -> Ui {
    if head.language.as_ref().is_some_and(|language| language.as_str() == "ko") { Ui::Ko } else { Ui::En }
}

fn say(ui: Ui, key: &str) -> String {
    httpkit::say(ui, key, &[]).unwrap_or_default()
}

/// Addresses that no person reads.
pub fn is_nobody(address: &str) -> bool {
    const NOBODY: [&str; 9] = [
        "mailer-daemon",
        "postmaster",
        "no-reply",
        "noreply",
        "do-not-reply",
        "donotreply",
        "bounce",
        "bounces",
        "daemon",
    ];
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let local = local.split('+').next().unwrap_or_default();
    NOBODY.contains(&local)
}

/// Whether mail to this address comes to one of our mailboxes, also by a signed one.
pub async fn is_ours(tx: &mut Tx, address: &str) -> Result<bool> {
    let address = address.trim().to_lowercase();
    let plain = match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or_default()),
        None => address.clone(),
    };
    let all = list_addresses(tx).await?;
    Ok(all.contains(&address) || all.contains(&plain))
}
