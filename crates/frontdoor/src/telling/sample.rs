//! A message as it will be read, sent to one of us first.
use super::text::{compose_mail, preview, say, ui_of};
use super::{Links, Message, get_telling};
use crate::Keys;
use crate::mailbox::get_for_door;
use crate::outgoing::{begin_letter, find_sender, is_ours, send_letter};
use base::{Actor, Error, NotificationId, Result};
use conversations::{Scope, Tried};
use httpkit::{AppState, Fetcher};
use mailkit::Letter;
use roadmap::EventKind;
use tagging::TagEngine;

/// Sends a message to the one of us who asks, and to nobody else: its links lead nowhere, and nobody counts as told. Where it
/// went.
pub async fn send_sample(app: &AppState, actor: &Actor, message: &Message) -> Result<String> {
    let keys = app.get::<Keys>();
    let mut tx = app.db.read().await?;
    let members = staff::list_members(&mut tx).await?;
    let me = members.into_iter().find(|one| Some(one.id) == actor.staff).ok_or(Error::NotFound("staff"))?;
    let mailbox = match message.door_ord {
        Some(door) => get_for_door(&mut tx, door).await?,
        None => {
            let scope = Scope::of(&mut tx, actor).await?;
            find_sender(&mut tx, &scope).await?
        }
    };
    let mailbox = mailbox.ok_or(Error::invalid("door", "error-no-mailbox"))?;
    // A mailbox of ours would make a conversation of it.
    if is_ours(&mut tx, &me.email).await? {
        return Err(Error::invalid("to", "error-sample-ours"));
    }
    let telling = get_telling(&mut tx, message.telling_id).await?;
    let catalogue = app.get::<TagEngine>().catalogue_in(&mut tx).await?;
    let (subject, text) = preview(&mut tx, &catalogue, &telling, message).await?;
    let person = people::cards(&mut tx, &[message.person_ord], &[], &[]).await?.person(Some(message.person_ord));
    drop(tx);
    let intro = say(actor.ui, "notice-sample", &[("name", person.map(|one| one.name).unwrap_or_default())]);
    let nowhere = app.public_url.join("/told/sample");
    let links = Links { page: nowhere.clone(), own: nowhere };
    let solves = telling.kind == EventKind::Shipped.as_str();
    let body = format!("{intro}\n\n{text}");
    let mail = compose_mail(ui_of(&message.language), &body, &links, solves, &mailbox.signature);
    // Under a name that is known again, so that it opens no conversation should it come back.
    let name = keys.sign_notification(NotificationId::new(), mailbox.domain());
    let letter = Letter { text: mail.text, html: Some(mail.html), ..begin_letter(&mailbox, &me.email, name, &subject) };
    match send_letter(&keys, &app.get::<Fetcher>(), &mailbox, &letter).await {
        Ok(Tried::Sent(_)) => Ok(me.email),
        Ok(Tried::Refused { answer, .. } | Tried::Later(answer)) | Err(answer) => {
            Err(Error::Invalid { field: "to", key: "error-sample-unsent", args: vec![("answer", answer)] })
        }
    }
}
