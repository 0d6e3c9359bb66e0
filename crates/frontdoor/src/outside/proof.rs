//! The mail by which somebody proves that an address they left is theirs. It says who sends it, for what, and how it goes on,
//! in our words alone: what a visitor wrote could be anything, and the address anybody's.
use crate::Keys;
use crate::mailbox::Mailbox;
use crate::outgoing::Line;
use base::{Error, Result, Time};
use conversations::Tried;
use httpkit::Fetcher;
use mailkit::{Address, Letter, compose};

pub struct Proof {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// What its Message-ID begins with.
    pub name: String,
    pub at: Time,
}

impl Proof {
    /// Hands it to the mailbox's server. `Err`: to be tried again.
    pub async fn send(&self, keys: &Keys, fetcher: &Fetcher, mailbox: &Mailbox) -> Result<()> {
        let bytes = self.write(mailbox).map_err(Error::store)?;
        match self.hand_over(keys, fetcher, mailbox, &bytes).await {
            Ok(Tried::Sent(_)) | Ok(Tried::Refused { .. }) => Ok(()),
            Ok(Tried::Later(why)) | Err(why) => Err(Error::store(why)),
        }
    }

    async fn hand_over(
        &self,
        keys: &Keys,
        fetcher: &Fetcher,
        mailbox: &Mailbox,
        bytes: &[u8],
    ) -> std::result::Result<Tried, String> {
        let secret = mailbox.secret(keys).map_err(|error| error.to_string())?;
        let mut line = Line::open(fetcher, mailbox, &secret).await?;
        let tried = line.send(&mailbox.address, &self.to, bytes).await;
        line.close().await;
        tried
    }

    fn write(&self, mailbox: &Mailbox) -> std::result::Result<Vec<u8>, String> {
        let (_, domain) = mailbox.address.rsplit_once('@').ok_or("the mailbox has no address")?;
        let name = Some(mailbox.from_name.trim()).filter(|name| !name.is_empty());
        let letter = Letter {
            from: Address { name: name.map(str::to_owned), email: mailbox.address.clone() },
            to: vec![Address { name: None, email: self.to.clone() }],
            subject: self.subject.chars().filter(|c| !c.is_control()).take(200).collect(),
            message_id: format!("{}@{domain}", self.name),
            date: self.at.0,
            text: format!("{}\n", self.text),
            headers: vec![
                ("Auto-Submitted", "auto-generated".to_owned()),
                ("X-Auto-Response-Suppress", "All".to_owned()),
                ("X-Sarangbang-Loop", domain.to_owned()),
            ],
            ..Letter::default()
        };
        compose(&letter).map_err(|unwritable| format!("cannot be written: {}", unwritable.0))
    }
}
