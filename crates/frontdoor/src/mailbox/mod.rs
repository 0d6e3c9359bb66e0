//! Mailboxes: doors that mail comes in by. What is known of one, the connection to its server, keeping every mail before
//! anything is read out of it, and reading what was kept into conversations.
mod actions;
mod check_signatures;
mod connect;
mod dns;
pub(crate) mod grant;
mod imap;
mod intake;
mod sync;
mod trial;
mod watch;

pub use actions::{MailboxIn, bring_in, get_for_door, list_addresses, put_mailbox, remove_mailbox};
pub use connect::Reach;
pub use trial::{Step, try_mailbox};
pub use watch::Post;

use crate::model::{Reason, words};
use base::{DoorId, Time};

words!(
    /// How a connection to a mail server is protected: from its first byte, from STARTTLS on, or not at all. The last is for
    /// servers inside only.
    Tls { Tls = "tls", StartTls = "starttls", None = "none" }
);
words!(
    /// How a mail server is shown who we are: a password (an app password, too), or a token by OAuth 2.
    Auth { Password = "password", Xoauth2 = "xoauth2" }
);
words!(
    /// What became of a mail that a server gave us: it waits to be read; it is an entry; it is a copy of one; it could not
    /// be read and is an entry that says so; the server did not give it.
    ArrivalState { Stored = "stored", Taken = "taken", Copy = "copy", Unread = "unread", Withheld = "withheld" }
);

/// A mailbox with its settings, its cursor and how it fares.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub door_ord: i64,
    pub door_id: DoorId,
    /// The name of the door.
    pub name: String,
    pub address: String,
    /// Whose name stands before the address in mail that goes out; nobody's when empty.
    pub from_name: String,
    pub signature: String,
    pub imap_host: String,
    pub imap_port: u16,
    pub imap_tls: Tls,
    pub folder: String,
    pub smtp_host: String,
    pub smtp_port: u16,
    pub smtp_tls: Tls,
    pub username: String,
    pub auth: Auth,
    pub secret_sealed: String,
    /// The name under which the server writes Authentication-Results; without it none counts.
    pub auth_server: Option<String>,
    /// Who is asked for the keys of domains, so that their signatures are checked here; nobody unless the owner says so.
    pub resolver: Option<String>,
    pub is_active: bool,
    /// Everything the server received since then is to be here.
    pub since_at: Time,
    pub uid_validity: Option<i64>,
    pub last_uid: i64,
    pub reconciled_at: Option<Time>,
    /// When the server last let us in.
    pub seen_at: Option<Time>,
    pub failing_since: Option<Time>,
    pub failures: i64,
    pub fault: Option<Reason>,
    pub created_at: Time,
    pub rev: i64,
}

impl Mailbox {
    /// What its mails' external ids are unique in.
    pub fn source(&self) -> String {
        format!("mail:{}", self.door_id)
    }

    /// What stands behind the `@` of its address.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }

    /// Where its secret stands, for `Keys::seal` and `Keys::open`.
    pub fn sealed_at(&self) -> String {
        format!("mailbox {}", self.door_id)
    }

    /// Its password or its OAuth grant, opened.
    pub fn secret(&self, keys: &crate::Keys) -> base::Result<String> {
        keys.open(&self.sealed_at(), &self.secret_sealed)
    }
}
