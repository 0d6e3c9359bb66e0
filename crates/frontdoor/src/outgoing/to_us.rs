//! A mail to one of us: it says of itself that a program wrote it, and under its signed name it is known again, so that it
//! opens no conversation should it come back.
use super::Line;
use crate::Keys;
use crate::mailbox::Mailbox;
use base::{NotificationId, Time};
use conversations::Tried;
use httpkit::{AppState, Fetcher};
use mailkit::{Address, Letter, compose};

/// A letter from the mailbox to one of us, to be filled in. The same `id` is the same mail, however often it is tried.
pub fn begin_letter_to_us(keys: &Keys, mailbox: &Mailbox, to: &str, id: NotificationId, subject: &str) -> Letter {
    let domain = mailbox.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let name = Some(mailbox.from_name.trim()).filter(|name| !name.is_empty());
    Letter {
        from: Address { name: name.map(str::to_owned), email: mailbox.address.clone() },
        to: vec![Address { name: None, email: to.to_owned() }],
        subject: subject.chars().filter(|c| !c.is_control()).take(200).collect(),
        message_id: keys.sign_notification(id, domain),
        date: Time::now().0,
        headers: vec![
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("X-Auto-Response-Suppress", "All".to_owned()),
            ("X-Sarangbang-Loop", domain.to_owned()),
        ],
        ..Letter::default()
    }
}

/// Hands it to the mailbox's server, at once and without a queue.
pub async fn send_to_us(app: &AppState, mailbox: &Mailbox, to: &str, letter: &Letter) -> Result<Tried, String> {
    let (keys, fetcher) = (app.get::<Keys>(), app.get::<Fetcher>());
    let bytes = compose(letter).map_err(|unwritable| format!("cannot be written: {}", unwritable.0))?;
    let secret = mailbox.secret(&keys).map_err(|error| error.to_string())?;
    let mut line = Line::open(&fetcher, mailbox, &secret).await?;
    let tried = line.send(&mailbox.address, to, &bytes).await;
    line.close().await;
    tried
}
