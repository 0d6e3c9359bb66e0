//! An answer that one of us writes to words of their morning, from the mail itself.
//!
//! It counts only with both proofs: the address was signed for words that stood on their page, and the mail is from their
//! own address, whose domain stands for it. Anything else is a mail like any other, and nothing goes out.
use crate::Keys;
use crate::http::list_senders;
use crate::mailbox::Mailbox;
use crate::outgoing::is_ours;
use ::store::Tx;
use base::{EntryId, Error, Result, Right, Ui};
use conversations::{HELD, Head, Receiver, ReplyIn, Scope, get_by_ord, reply, tell_assignee, write_note};
use roadmap::digest::{actor_of, find_answer_place, note_answered};

/// A mail that came in by a mailbox, as far as this needs to know.
pub struct Came<'a> {
    pub from: &'a str,
    /// Whether the sender's domain stands behind it.
    pub is_proven: bool,
    pub receivers: &'a [String],
    pub text: &'a str,
}

/// Answers as whoever wrote the mail, if it is theirs to answer: the entry. What cannot go out stands there as their note,
/// which says why.
pub async fn answer_from_mail(tx: &mut Tx, keys: &Keys, mailbox: &Mailbox, came: &Came<'_>) -> Result<Option<EntryId>> {
    let named = came.receivers.iter().find_map(|to| keys.read_morning_address(to, mailbox.door_id));
    let Some(passage) = named.filter(|_| came.is_proven) else { return Ok(None) };
    let Some((reader, conversation_ord)) = find_answer_place(tx, passage).await? else { return Ok(None) };
    let member = staff::find_staff_by_email(tx, came.from).await?.filter(|member| member.id == reader);
    let Some(member) = member else { return Ok(None) };
    let actor = actor_of(&member);
    let scope = Scope::of(tx, &actor).await?;
    // What was hidden from them since, or what they may do no more.
    let head = match get_by_ord(tx, &scope, conversation_ord).await {
        Ok(head) if actor.may(Right::Answer) => head,
        Ok(_) | Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = mailkit::split_reply(came.text).visible_text(came.text);
    if text.trim().is_empty() {
        return Ok(None);
    }
    let before = tx.save().await?;
    let answered = match send(tx, &actor, &scope, mailbox, head.clone(), &text).await {
        Ok(entry) => {
            tx.release(before).await?;
            entry
        }
        Err(error @ (Error::Invalid { .. } | Error::Conflict { .. })) => {
            tx.rollback_to(before).await?;
            let why = crate::Reason::from(&error).tell(member.ui);
            let words = say(member.ui, "morning-answer-kept", &[("why", why), ("text", text)]);
            write_note(tx, &actor, &head, &words).await?
        }
        Err(error) => return Err(error),
    };
    note_answered(tx, passage, answered).await?;
    tell_assignee(tx, &actor, &head, answered).await?;
    Ok(Some(answered))
}

async fn send(
    tx: &mut Tx,
    actor: &base::Actor,
    scope: &Scope,
    mailbox: &Mailbox,
    head: Head,
    text: &str,
) -> Result<EntryId> {
    let senders = list_senders(tx, scope, &head).await?;
    let sender = senders.iter().find(|one| one.door_ord == head.door_ord).map_or(mailbox.door_ord, |one| one.door_ord);
    let input = ReplyIn {
        door_ord: sender,
        text: text.to_owned(),
        subject: None,
        to: list_receivers(tx, &head).await?,
        cc: Vec::new(),
        bcc: Vec::new(),
        files: Vec::new(),
        quotes: true,
        // Whoever answers from their morning answers what they read there, whatever was said since.
        seen: conversations::find_last_said(tx, head.ord).await?,
        held: HELD,
    };
    reply(tx, actor, head, input).await
}

/// Whom an answer to a conversation reaches by mail: the customer, never ourselves.
pub async fn list_receivers(tx: &mut Tx, head: &Head) -> Result<Vec<Receiver>> {
    let mut to = Vec::new();
    for one in conversations::find_correspondents(tx, head).await?.to {
        if !is_ours(tx, &one.address).await? {
            to.push(one);
        }
    }
    Ok(to)
}

fn say(ui: Ui, key: &str, args: &[(&str, String)]) -> String {
    httpkit::say(ui, key, args).unwrap_or_default()
}
