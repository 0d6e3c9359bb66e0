//! Mail to one of us about what happened in their conversations: who did what, and a link. Never what a customer wrote.
//!
//! It cannot begin a loop. It goes to no address of a mailbox of ours; should it come back all the same, or be answered by a
//! machine, it is known by its signed name and opens nothing; what a machine wrote brings no such mail about; and nobody
//! gets two within a quarter of an hour.
use super::{begin_letter, is_ours, send_letter};
use crate::Keys;
use crate::mailbox::{Mailbox, get_for_door};
use ::store::Tx;
use base::{Result, Time, Ui};
use conversations::{NotificationKind, NotificationLine, NotificationMail, Scope, Tried};
use httpkit::{AppState, Fetcher, PublicUrl};
use mailkit::Letter;
use std::time::Duration;
use tokio::{select, time::sleep};

/// How often somebody looks.
const LOOK: Duration = Duration::from_secs(15);
/// Who is at their screen has seen it by then.
const WAITED: i64 = 2 * Time::MINUTE;

/// Sends until `stop` is ready.
pub async fn run_notifications(app: &AppState, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    loop {
        select! {
            () = &mut stop => return,
            () = sleep(LOOK) => {}
        }
        if let Err(error) = tell_by_mail(app, WAITED).await {
            tracing::warn!(%error, "cannot tell by mail; trying on");
        }
    }
}

/// Tells everybody who wants it what they have not looked at for so long. How many mails went out. One that did not is
/// tried again in a quarter of an hour.
pub async fn tell_by_mail(app: &AppState, waited: i64) -> Result<usize> {
    let mut tx = app.db.write().await?;
    let mails = conversations::take_notification_mails(&mut tx, waited).await?;
    tx.commit().await?;
    let mut sent = 0;
    for mail in mails {
        let mut tx = app.db.read().await?;
        let mailbox = find_sender(&mut tx, &mail.scope).await?;
        let is_loop = is_ours(&mut tx, &mail.email).await?;
        drop(tx);
        let is_over = match mailbox {
            // An address of a mailbox of ours would make a conversation of it.
            _ if is_loop => true,
            None => false,
            Some(mailbox) => match send(app, &mailbox, &mail).await {
                Ok(Tried::Sent(_)) => {
                    sent += 1;
                    true
                }
                Ok(Tried::Refused { answer, .. }) => {
                    tracing::warn!(answer, "a mail to one of us was refused");
                    true
                }
                Ok(Tried::Later(why)) | Err(why) => {
                    tracing::info!(why, "a mail to one of us waits");
                    false
                }
            },
        };
        if is_over {
            let mut tx = app.db.write().await?;
            conversations::settle_notification_mail(&mut tx, &mail).await?;
            tx.commit().await?;
        }
    }
    Ok(sent)
}

/// The house's mailbox that sends: the oldest that they see themselves.
pub async fn find_sender(tx: &mut Tx, scope: &Scope) -> Result<Option<Mailbox>> {
    let mut doors = conversations::list_doors(tx).await?;
    doors.retain(|door| scope.sees(door.ord));
    doors.sort_by_key(|door| door.ord);
    for door in doors {
        if let Some(mailbox) = get_for_door(tx, door.ord).await?.filter(|mailbox| !mailbox.smtp_host.is_empty()) {
            return Ok(Some(mailbox));
        }
    }
    Ok(None)
}

async fn send(app: &AppState, mailbox: &Mailbox, mail: &NotificationMail) -> Result<Tried, String> {
    let letter = write(&app.get::<Keys>(), &app.public_url, mailbox, mail).ok_or("nothing to tell")?;
    send_letter(&app.get::<Keys>(), &app.get::<Fetcher>(), mailbox, &letter).await
}

fn write(keys: &Keys, url: &PublicUrl, mailbox: &Mailbox, mail: &NotificationMail) -> Option<Letter> {
    let say = |key: &str, args: &[(&str, String)]| httpkit::say(mail.ui, key, args).unwrap_or_default();
    let lines: Vec<String> = mail.items.iter().map(|one| line_of(mail.ui, url, one)).collect();
    let first = mail.items.first()?;
    let subject = match mail.items.len() {
        1 => sentence(mail.ui, first),
        n => say("notification-mail-subject", &[("n", n.to_string())]),
    };
    let end = say("notification-mail-end", &[("url", url.join("/settings/me"))]);
    let text = format!("{}\n\n-- \n{end}\n", lines.join("\n\n"));
    let name = keys.sign_notification(first.id, mailbox.domain());
    Some(Letter { text, ..begin_letter(mailbox, &mail.email, name, &subject) })
}

fn sentence(ui: Ui, one: &NotificationLine) -> String {
    let key = match one.kind {
        NotificationKind::Mention => "notification-mail-mention",
        NotificationKind::Assigned => "notification-mail-assigned",
        NotificationKind::Said => "notification-mail-said",
        NotificationKind::Woke => "notification-mail-woke",
    };
    let who = one.who.clone().unwrap_or_else(|| "Sarangbang".into());
    httpkit::say(ui, key, &[("who", who)]).unwrap_or_default()
}

fn line_of(ui: Ui, url: &PublicUrl, one: &NotificationLine) -> String {
    let subject: String = one.subject.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let place = one.entry.map(|entry| format!("#{entry}")).unwrap_or_default();
    let link = url.join(&format!("/inbox/{}?view=all{place}", one.conversation));
    let subject = if subject.is_empty() { String::new() } else { format!("\n{subject}") };
    format!("{}{subject}\n{link}", sentence(ui, one))
}
