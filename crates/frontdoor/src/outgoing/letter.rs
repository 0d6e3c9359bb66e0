//! An entry of ours as the mail that goes out: from its mailbox, in its thread, with the names by which an answer is
//! recognised.
use crate::Keys;
use crate::mailbox::Mailbox;
use conversations::{DeliveryRole, Outgoing, ReplyKind};
use mailkit::{Address, Letter, compose};

/// The Message-ID and the bytes of what goes out; or why it cannot be written.
pub fn write(
    keys: &Keys,
    mailbox: &Mailbox,
    out: &Outgoing,
    (text, html): (&str, Option<String>),
    files: Vec<(String, String, Vec<u8>)>,
    unsubscribe: Option<String>,
) -> Result<(String, Vec<u8>), String> {
    let (_, domain) = mailbox.address.rsplit_once('@').ok_or("the mailbox has no address")?;
    let of = |role: DeliveryRole| {
        let of_role = out.deliveries.iter().filter(move |one| one.role == role);
        of_role.map(|one| Address { name: one.name.clone(), email: one.address.clone() }).collect::<Vec<_>>()
    };
    let name = Some(mailbox.from_name.trim()).filter(|name| !name.is_empty());
    // RFC 3834 §5: what follows of what came in is a reply, what we begin is not. Exchange asks for the second header; ours
    // knows its own kind by the third.
    let by_itself = match out.reply.kind {
        ReplyKind::Answer | ReplyKind::Notice => None,
        ReplyKind::Acknowledgement => Some("auto-replied"),
        ReplyKind::Question => Some("auto-generated"),
    };
    let mut headers = Vec::new();
    if let Some(kind) = by_itself {
        headers.push(("Auto-Submitted", kind.to_owned()));
        headers.push(("X-Auto-Response-Suppress", "All".to_owned()));
        headers.push(("X-Sarangbang-Loop", domain.to_owned()));
    }
    if let Some(url) = unsubscribe {
        headers.push(("List-Unsubscribe", format!("<{url}>")));
        headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let letter = Letter {
        from: Address { name: name.map(str::to_owned), email: mailbox.address.clone() },
        reply_to: keys.reply_address(&mailbox.address, out.head.id, mailbox.door_id),
        to: of(DeliveryRole::To),
        cc: of(DeliveryRole::Cc),
        subject: out.reply.subject.clone(),
        message_id: keys.sign_message_id(out.entry.id, domain),
        in_reply_to: out.in_reply_to.clone(),
        references: out.references.clone(),
        date: out.reply.held_until.0,
        text: text.to_owned(),
        html,
        headers,
        files,
    };
    let bytes = compose(&letter).map_err(|unwritable| format!("cannot be written: {}", unwritable.0))?;
    Ok((letter.message_id, bytes))
}

/// Below `-- ` and a line break, by which readers know a signature (RFC 3676 §4.3).
pub fn with_signature(text: &str, signature: &str) -> String {
    match signature.trim() {
        "" => format!("{}\n", text.trim_end()),
        signature => format!("{}\n\n-- \n{signature}\n", text.trim_end()),
    }
}
