//! Mail that a program writes: it says so of itself, so that no other program answers it.
use super::Line;
use crate::Keys;
use crate::mailbox::Mailbox;
use base::Time;
use conversations::Tried;
use httpkit::Fetcher;
use mailkit::{Address, Letter, compose};

/// A letter from the mailbox, to be filled in. The same Message-ID is the same mail, however often it is tried.
pub fn begin_letter(mailbox: &Mailbox, to: &str, message_id: String, subject: &str) -> Letter {
    let name = Some(mailbox.from_name.trim()).filter(|name| !name.is_empty());
    Letter {
        from: Address { name: name.map(str::to_owned), email: mailbox.address.clone() },
        to: vec![Address { name: None, email: to.to_owned() }],
        subject: subject.chars().filter(|c| !c.is_control()).take(200).collect(),
        message_id,
        date: Time::now().0,
        headers: vec![
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("X-Auto-Response-Suppress", "All".to_owned()),
            ("X-Sarangbang-Loop", mailbox.domain().to_owned()),
        ],
        ..Letter::default()
    }
}

/// Hands it to the mailbox's server, at once and without a queue.
pub async fn send_letter(keys: &Keys, fetcher: &Fetcher, mailbox: &Mailbox, letter: &Letter) -> Result<Tried, String> {
    let to = letter.to.first().ok_or("nobody to send it to")?;
    let bytes = compose(letter).map_err(|unwritable| format!("cannot be written: {}", unwritable.0))?;
    let secret = mailbox.secret(keys).map_err(|error| error.to_string())?;
    let mut line = Line::open(fetcher, mailbox, &secret).await?;
    let tried = line.send(&mailbox.address, &to.email, &bytes).await;
    line.close().await;
    tried
}
