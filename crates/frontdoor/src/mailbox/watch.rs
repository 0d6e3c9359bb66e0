//! The post office of a process: follows every mailbox that is not resting, and reads what came.
use crate::Keys;
use crate::mailbox::imap::Login;
use crate::mailbox::{Auth, Mailbox, intake, sync};
use crate::model::Reason;
use crate::store::mailboxes as rows;
use base::{Error, Result, Time};
use httpkit::Fetcher;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::Db;
use tokio::{select, sync::Notify, task::JoinHandle, time::sleep};

/// How often it is looked whether mailboxes were changed by another process.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Kept once a process; the server introduces it to the handlers.
pub struct Post {
    pub(super) db: Db,
    pub(super) fetcher: Arc<Fetcher>,
    pub(super) keys: Arc<Keys>,
    /// Mail was kept and waits to be read.
    pub(super) arrived: Notify,
    /// Why what comes cannot be kept: it may be that nothing can be written, so it is not written down.
    trouble: Mutex<Option<Reason>>,
    /// A resolver that gave no answer is left alone until then.
    pub(super) dns_rests_until: Mutex<Option<Instant>>,
    /// A mailbox was made, changed or removed here.
    changed: Notify,
}

/// A mailbox that is being followed, at a version of its settings. It ends with this.
struct Following {
    rev: i64,
    task: JoinHandle<()>,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Post {
    pub fn new(db: Db, fetcher: Arc<Fetcher>, keys: Arc<Keys>) -> Arc<Post> {
        Arc::new(Post {
            db,
            fetcher,
            keys,
            arrived: Notify::new(),
            trouble: Mutex::default(),
            dns_rests_until: Mutex::default(),
            changed: Notify::new(),
        })
    }

    /// Looks at the mailboxes again at once; whoever changed one calls it after the commit.
    pub fn look_again(&self) {
        self.changed.notify_one();
    }

    /// Follows all mailboxes and reads what comes, until `stop`.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let mut following: HashMap<i64, Following> = HashMap::new();
        let reading = intake::read_all(&self);
        let watching = async {
            loop {
                if let Err(error) = self.look(&mut following).await {
                    tracing::warn!(%error, "cannot look at the mailboxes; trying again");
                }
                select! {
                    () = self.changed.notified() => {}
                    () = sleep(LOOK_EVERY) => {}
                }
            }
        };
        select! {
            () = stop => {}
            () = reading => {}
            () = watching => {}
        }
    }

    async fn look(self: &Arc<Self>, following: &mut HashMap<i64, Following>) -> Result<()> {
        let mut mailboxes = rows::list(&mut self.db.read().await?).await?;
        mailboxes.retain(|mailbox| mailbox.is_active);
        let is_as_before = |ord: &i64, one: &Following| {
            mailboxes.iter().any(|mailbox| mailbox.door_ord == *ord && mailbox.rev == one.rev)
                && !one.task.is_finished()
        };
        following.retain(|ord, one| is_as_before(ord, one));
        for mailbox in mailboxes {
            following.entry(mailbox.door_ord).or_insert_with(|| {
                let (post, ord) = (self.clone(), mailbox.door_ord);
                Following { rev: mailbox.rev, task: tokio::spawn(async move { sync::follow(&post, ord).await }) }
            });
        }
        Ok(())
    }

    /// Why mail cannot be kept now, if it cannot. It waits on its server meanwhile.
    pub fn trouble(&self) -> Option<Reason> {
        self.trouble.lock().ok().and_then(|trouble| trouble.clone())
    }

    /// What came was kept, or was not.
    pub(super) fn note_kept(&self, kept: std::result::Result<(), &Error>) {
        if let Ok(mut trouble) = self.trouble.lock() {
            *trouble = kept.err().map(|error| match error {
                Error::Full => Reason::new("mailbox-trouble-full"),
                other => Reason::new("mailbox-trouble-store").arg("why", other),
            });
        }
    }

    pub(super) fn db_now(&self) -> Time {
        Time::now()
    }

    /// Who we are to the server of a mailbox.
    pub(super) async fn login(&self, mailbox: &Mailbox) -> std::result::Result<Login, Reason> {
        let secret = mailbox.secret(&self.keys).map_err(|_| Reason::new("mailbox-fault-sealed"))?;
        self.login_with(mailbox, secret).await
    }

    pub(super) async fn login_with(&self, mailbox: &Mailbox, secret: String) -> std::result::Result<Login, Reason> {
        let username = mailbox.username.clone();
        match mailbox.auth {
            Auth::Password => Ok(Login::Password { username, password: secret }),
            Auth::Xoauth2 => {
                Ok(Login::Token { username, token: super::grant::fresh_token(&self.fetcher, &secret).await? })
            }
        }
    }
}
