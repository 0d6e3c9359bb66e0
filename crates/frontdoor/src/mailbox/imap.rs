//! What we ask of an IMAP server (RFC 3501, RFC 2177): which mails it has, their bytes, and to say when there are more. A
//! mailbox is only ever examined: nothing on the server changes, not even what counts as read.
use crate::mailbox::{Mailbox, Reach, Tls};
use crate::model::Reason;
use async_imap::error::Error as ImapError;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response, Status};
use async_imap::types::UnsolicitedResponse;
use async_imap::{Authenticator, Client, Session};
use base::Time;
use httpkit::{Fetcher, Wire};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::timeout;

/// How long a server may take for one step.
const STEP: Duration = Duration::from_secs(60);
/// How long it may take to hand over a batch of mails.
const HAND_OVER: Duration = Duration::from_secs(300);
/// How long we wait to be told before we ask again; a connection that died meanwhile is noticed then.
const WAIT: Duration = Duration::from_secs(5 * 60);
/// How often a server that cannot tell is asked.
const POLL: Duration = Duration::from_secs(30);
/// Numbers named in one question.
const MOST_NAMED: usize = 500;

/// Who we are to a mail server.
#[derive(Clone)]
pub enum Login {
    Password { username: String, password: String },
    Token { username: String, token: String },
}

/// A connection that nobody has signed in on.
pub struct Hall {
    client: Client<Box<dyn Wire>>,
}

/// A folder that is open for reading.
pub struct Inbox {
    session: Session<Box<dyn Wire>>,
    /// Whether the server tells of new mail by itself.
    tells: bool,
    /// Whether it mentioned new mail while it answered something else; it does not say so twice.
    heard: bool,
    pub uid_validity: i64,
    /// The number of the next mail, when the server says it.
    pub uid_next: Option<i64>,
    pub mails: u32,
}

/// A mail that the server has: how large it is, and when the server received it.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    pub uid: i64,
    pub bytes: u64,
    pub received_at: Option<Time>,
}

impl Mailbox {
    /// Where its mail comes from.
    pub fn imap_reach(&self) -> Reach {
        Reach { host: self.imap_host.clone(), port: self.imap_port, tls: self.imap_tls }
    }
}

async fn step<T>(within: Duration, what: impl Future<Output = Result<T, ImapError>>) -> Result<T, Reason> {
    match timeout(within, what).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Reason::new("mailbox-fault-server").arg("why", said(&error))),
        Err(_) => Err(Reason::new("mailbox-fault-silent").arg("seconds", within.as_secs())),
    }
}

/// What the server said, without the shape our library prints it in: `code: None, info: Some("…")`.
fn said(error: &ImapError) -> String {
    let text = error.to_string();
    let quoted = text.split_once("Some(\"").and_then(|(_, rest)| rest.rsplit_once("\")"));
    quoted.map_or(text.clone(), |(said, _)| said.replace("\\\"", "\""))
}

/// Connects, encrypts and hears the greeting.
pub async fn connect(reach: &Reach, fetcher: &Fetcher) -> Result<Hall, Reason> {
    let mut client = Client::new(reach.open(fetcher).await?);
    let no_imap = || Reason::new("mailbox-fault-no-imap").arg("place", format!("{}:{}", reach.host, reach.port));
    match timeout(STEP, client.read_response()).await {
        Ok(Ok(Some(greeting))) if is_greeting(greeting.parsed()) => {}
        Ok(_) => return Err(no_imap()),
        Err(_) => return Err(no_imap()),
    }
    if reach.tls == Tls::StartTls {
        let asked = timeout(STEP, client.run_command_and_check_ok("STARTTLS", None)).await;
        if !matches!(asked, Ok(Ok(()))) {
            return Err(Reason::new("mailbox-fault-starttls").arg("host", &reach.host));
        }
        // What came before the handshake is thrown away with the old client.
        client = Client::new(reach.protect(fetcher, client.into_inner()).await?);
    }
    Ok(Hall { client })
}

fn is_greeting(greeting: &Response<'_>) -> bool {
    matches!(greeting, Response::Data { status: Status::Ok | Status::PreAuth, .. })
}

/// Answers what a server asks when it lets somebody in; the first answer says it all.
struct Shown(Option<String>);

impl Authenticator for Shown {
    type Response = String;
    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

impl Hall {
    /// Shows who we are.
    pub async fn sign_in(self, login: &Login) -> Result<SignedIn, Reason> {
        let refused = |error: ImapError| match &error {
            ImapError::Io(_) | ImapError::ConnectionLost => {
                Reason::new("mailbox-fault-server").arg("why", said(&error))
            }
            _ => Reason::new("mailbox-fault-login").arg("why", said(&error)),
        };
        let entering = async {
            match login {
                // In this form a password may hold any letter (RFC 4616).
                Login::Password { username, password } => {
                    self.client.authenticate("PLAIN", Shown(Some(format!("\0{username}\0{password}")))).await
                }
                Login::Token { username, token } => {
                    let shown = format!("user={username}\x01auth=Bearer {token}\x01\x01");
                    self.client.authenticate("XOAUTH2", Shown(Some(shown))).await
                }
            }
        };
        let entered = timeout(STEP, entering).await;
        let slow = || Reason::new("mailbox-fault-silent").arg("seconds", STEP.as_secs());
        match (entered.map_err(|_| slow())?, login) {
            (Ok(session), _) => Ok(SignedIn { session }),
            // Old servers know the old command only.
            (Err((ImapError::Bad(_), client)), Login::Password { username, password }) => {
                let entered = timeout(STEP, client.login(username, password)).await.map_err(|_| slow())?;
                entered.map(|session| SignedIn { session }).map_err(|(error, _)| refused(error))
            }
            (Err((error, _)), _) => Err(refused(error)),
        }
    }
}

/// A connection on which we are known.
pub struct SignedIn {
    session: Session<Box<dyn Wire>>,
}

impl SignedIn {
    pub async fn open_folder(mut self, folder: &str) -> Result<Inbox, Reason> {
        let capabilities = step(STEP, self.session.capabilities()).await?;
        let opened = step(STEP, self.session.examine(folder)).await;
        let opened = opened.map_err(|why| match why.key.as_str() {
            "mailbox-fault-server" => {
                let said = why.args.into_iter().next().map(|(_, said)| said).unwrap_or_default();
                Reason::new("mailbox-fault-folder").arg("folder", folder).arg("why", said)
            }
            _ => why,
        })?;
        let uid_validity = opened.uid_validity.ok_or_else(|| Reason::new("mailbox-fault-no-numbers"))?;
        Ok(Inbox {
            session: self.session,
            tells: capabilities.has_str("IDLE"),
            heard: false,
            uid_validity: i64::from(uid_validity),
            uid_next: opened.uid_next.map(i64::from),
            mails: opened.exists,
        })
    }
}

impl Inbox {
    /// Connects, signs in and opens the folder.
    pub async fn enter(reach: &Reach, fetcher: &Fetcher, login: &Login, folder: &str) -> Result<Inbox, Reason> {
        connect(reach, fetcher).await?.sign_in(login).await?.open_folder(folder).await
    }

    /// Whether the server tells of new mail by itself.
    pub fn tells(&self) -> bool {
        self.tells
    }

    /// Asks something and hands on each part of the answer; an error unless the server ends it with OK. An answer that breaks off must
    /// never pass for a short one.
    async fn ask(&mut self, question: &str, mut hear: impl FnMut(&Response<'_>)) -> Result<(), Reason> {
        let asking = async {
            let tag = self.session.run_command(question).await?;
            loop {
                let part = self.session.read_response().await?.ok_or(ImapError::ConnectionLost)?;
                match part.parsed() {
                    Response::Done { tag: ended, status, outcome } if *ended == tag => {
                        let said = || outcome.information.as_deref().unwrap_or_default().to_owned();
                        return match status {
                            Status::Ok => Ok(()),
                            Status::Bad => Err(ImapError::Bad(said())),
                            _ => Err(ImapError::No(said())),
                        };
                    }
                    Response::Data { status: Status::Bye, .. } => return Err(ImapError::ConnectionLost),
                    Response::MailboxData(MailboxDatum::Exists(_)) => self.heard = true,
                    other => hear(other),
                }
            }
        };
        step(HAND_OVER, asking).await
    }

    async fn search(&mut self, query: &str) -> Result<Vec<i64>, Reason> {
        let mut uids = Vec::new();
        let hear = |part: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = part {
                uids.extend(found.iter().map(|uid| i64::from(*uid)));
            }
        };
        self.ask(&format!("UID SEARCH {query}"), hear).await?;
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// The numbers of the mails after one, ascending.
    pub async fn list_after(&mut self, uid: i64) -> Result<Vec<i64>, Reason> {
        // `n:*` names the last mail, too, when it is before n.
        let found = self.search(&format!("UID {}:*", uid + 1)).await?;
        Ok(found.into_iter().filter(|found| *found > uid).collect())
    }

    /// The numbers of the mails the server received since about a day, ascending: whole days, in the server's zone.
    pub async fn list_since(&mut self, since: Time) -> Result<Vec<i64>, Reason> {
        self.search(&format!("SINCE {}", imap_day(since.plus(-Time::DAY)))).await
    }

    /// How large these mails are and when they were received, in the order asked; those that are gone are left out.
    pub async fn describe(&mut self, uids: &[i64]) -> Result<Vec<Listed>, Reason> {
        let mut all = HashMap::new();
        for some in uids.chunks(MOST_NAMED) {
            let hear = |part: &Response<'_>| {
                let Response::Fetch(_, attributes) = part else { return };
                let Some(uid) = uid_of(attributes) else { return };
                let mut listed = Listed { uid, bytes: 0, received_at: None };
                for attribute in attributes {
                    match attribute {
                        AttributeValue::Rfc822Size(bytes) => listed.bytes = u64::from(*bytes),
                        AttributeValue::InternalDate(at) => listed.received_at = read_internal_date(at),
                        _ => {}
                    }
                }
                all.insert(uid, listed);
            };
            self.ask(&format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE)", set_of(some)), hear).await?;
        }
        Ok(uids.iter().filter_map(|uid| all.get(uid).copied()).collect())
    }

    /// The bytes of these mails, by number. One that is not among them is gone from the server.
    pub async fn fetch(&mut self, uids: &[i64]) -> Result<BTreeMap<i64, Vec<u8>>, Reason> {
        let mut mails = BTreeMap::new();
        let hear = |part: &Response<'_>| {
            let Response::Fetch(_, attributes) = part else { return };
            let body = attributes.iter().find_map(|attribute| match attribute {
                AttributeValue::BodySection { section: None, data: Some(bytes), .. } => Some(bytes.to_vec()),
                _ => None,
            });
            if let (Some(uid), Some(body)) = (uid_of(attributes).filter(|uid| uids.contains(uid)), body) {
                mails.insert(uid, body);
            }
        };
        self.ask(&format!("UID FETCH {} (UID BODY.PEEK[])", set_of(uids)), hear).await?;
        let missing: Vec<i64> = uids.iter().copied().filter(|uid| !mails.contains_key(uid)).collect();
        if !missing.is_empty()
            && let Some(kept) = self.search(&format!("UID {}", set_of(&missing))).await?.first()
        {
            return Err(Reason::new("mailbox-fault-withheld").arg("uid", kept));
        }
        Ok(mails)
    }

    /// Waits until the server says that something changed, for some minutes at most. The folder is looked at again after it,
    /// whatever was said.
    pub async fn wait(mut self) -> Result<Inbox, Reason> {
        if std::mem::take(&mut self.heard) {
            return Ok(self);
        }
        if !self.tells {
            tokio::time::sleep(POLL).await;
            self.ask("NOOP", |_| {}).await?;
            return Ok(self);
        }
        let Inbox { session, tells, heard, uid_validity, uid_next, mails } = self;
        // What the server says before we listen goes here.
        let whispers = session.unsolicited_responses.clone();
        let mut idle = session.idle();
        step(STEP, idle.init()).await?;
        let mut whispered = false;
        while let Ok(whisper) = whispers.try_recv() {
            whispered |= matches!(whisper, UnsolicitedResponse::Exists(_));
        }
        if !whispered {
            let (told, _interrupt) = idle.wait_with_timeout(WAIT);
            told.await.map_err(|error| Reason::new("mailbox-fault-server").arg("why", said(&error)))?;
        }
        let session = step(STEP, idle.done()).await?;
        Ok(Inbox { session, tells, heard, uid_validity, uid_next, mails })
    }

    /// Takes leave; a server that does not answer is left as it is.
    pub async fn leave(mut self) {
        let _ = timeout(Duration::from_secs(5), self.session.logout()).await;
    }
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<i64> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(i64::from(*uid)),
        _ => None,
    })
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `17-Jul-1996 02:44:25 -0700`; the day may begin with a space.
fn read_internal_date(text: &str) -> Option<Time> {
    let mut parts = text.split_whitespace();
    let (date, time, zone) = (parts.next()?, parts.next()?, parts.next()?);
    let mut date = date.split('-');
    let (day, month, year) = (date.next()?.parse::<u8>().ok()?, date.next()?, date.next()?);
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? + 1;
    let (hours, minutes) = zone.split_at_checked(3)?;
    Time::parse(&format!("{year}-{month:02}-{day:02}T{time}{hours}:{minutes}")).ok()
}

/// `1:3,7`
fn set_of(uids: &[i64]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < uids.len() {
        let mut end = at;
        while end + 1 < uids.len() && uids[end + 1] == uids[end] + 1 {
            end += 1;
        }
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&uids[at].to_string());
        if end > at {
            text.push_str(&format!(":{}", uids[end]));
        }
        at = end + 1;
    }
    text
}

/// `9-Nov-2026`, in UTC.
fn imap_day(at: Time) -> String {
    let text = at.to_string();
    let mut parts = text.split(['-', 'T']);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    format!("{}-{}-{}", number(day), MONTHS[(number(month) - 1).min(11)], year.unwrap_or("1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_named_as_one_stretch() {
        assert_eq!(set_of(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(set_of(&[5]), "5");
    }

    #[test]
    fn the_time_a_server_received_a_mail_is_read() {
        let read = |text| read_internal_date(text).map(|at| at.to_string());
        assert_eq!(read("17-Jul-1996 02:44:25 -0700").as_deref(), Some("1996-07-17T09:44:25Z"));
        assert_eq!(read(" 2-Nov-2026 18:00:00 +0900").as_deref(), Some("2026-11-02T09:00:00Z"));
        assert_eq!(read("nonsense"), None);
    }

    #[test]
    fn a_day_is_written_as_imap_wants_it() {
        assert_eq!(imap_day(Time::parse("2026-11-09T23:59:00Z").unwrap()), "9-Nov-2026");
        assert_eq!(imap_day(Time::parse("2026-01-31T00:00:00Z").unwrap()), "31-Jan-2026");
    }
}
