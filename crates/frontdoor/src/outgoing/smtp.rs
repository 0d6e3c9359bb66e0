//! Handing a mail over (RFC 5321): one connection to a mailbox's server, one address at a time. What the server says decides:
//! whatever goes wrong before an address was named is tried again later, since the address is not to blame.
//!
//! Written here and not taken from a library, so that every byte goes through the one way out of the house.
use crate::mailbox::grant::fresh_token;
use crate::mailbox::{Auth, Mailbox, Reach, Tls};
use crate::model::Reason;
use base64::{Engine, engine::general_purpose::STANDARD};
use conversations::Tried;
use httpkit::{Fetcher, Wire};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;

/// Until the server is ready for mails.
const READY: Duration = Duration::from_secs(30);
/// For one mail. A server that looks at a mail before it takes it over may need its time.
const ONE_MAIL: Duration = Duration::from_secs(300);
/// The longest line of an answer that is read (RFC 5321 §4.5.3.1.5 says 512), and the most lines.
const LONGEST_LINE: u64 = 4096;
const MOST_LINES: usize = 100;

/// What a server answered: a code and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub code: u16,
    pub text: String,
}

impl Said {
    fn shown(&self) -> String {
        format!("{} {}", self.code, self.text)
    }

    /// Whether it says that there is nobody at the address, rather than that it does not want this mail: 5.1.x and 5.2.1
    /// (RFC 3463), or without such a code the old words for it.
    fn says_nobody(&self) -> bool {
        let word = self.text.split_whitespace().next().unwrap_or_default();
        let is_enhanced =
            word.len() >= 5 && word.starts_with("5.") && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        match is_enhanced {
            true => word.starts_with("5.1.") || word == "5.2.1",
            false => matches!(self.code, 550 | 551 | 553),
        }
    }
}

/// Why a connection is of no use: words for whoever looks at the delivery.
type Fault = String;

async fn within<T>(time: Duration, what: impl Future<Output = Result<T, Reason>>) -> Result<T, Reason> {
    let silent = || Reason::new("mailbox-fault-silent").arg("seconds", time.as_secs());
    timeout(time, what).await.unwrap_or_else(|_| Err(silent()))
}

/// A connection to a mailbox's server that is ready for mails.
pub struct Line {
    wire: BufReader<Box<dyn Wire>>,
    features: Vec<String>,
}

impl Line {
    /// Connects, protects the connection as the mailbox says, and shows who we are.
    pub async fn open(fetcher: &Fetcher, mailbox: &Mailbox, secret: &str) -> Result<Line, Fault> {
        let opening = Line::open_now(fetcher, mailbox, secret);
        timeout(READY, opening).await.unwrap_or_else(|_| Err(format!("{}: no answer in time", mailbox.smtp_host)))
    }

    async fn open_now(fetcher: &Fetcher, mailbox: &Mailbox, secret: &str) -> Result<Line, Fault> {
        let tell = |why: Reason| why.tell(base::Ui::En);
        let mut line = Line::connect(fetcher, mailbox).await.map_err(tell)?;
        line.sign_in(fetcher, mailbox, secret).await.map_err(tell)?;
        Ok(line)
    }

    /// Connects, and protects the connection as the mailbox says.
    pub async fn connect(fetcher: &Fetcher, mailbox: &Mailbox) -> Result<Line, Reason> {
        within(READY, Line::connect_now(fetcher, mailbox)).await
    }

    async fn connect_now(fetcher: &Fetcher, mailbox: &Mailbox) -> Result<Line, Reason> {
        let (host, port, tls) = (mailbox.smtp_host.clone(), mailbox.smtp_port, mailbox.smtp_tls);
        let reach = Reach { host, port, tls };
        let place = format!("{}:{}", reach.host, reach.port);
        let wire = reach.open(fetcher).await?;
        let mut line = Line { wire: BufReader::new(wire), features: Vec::new() };
        let no_smtp = |why: Fault| Reason::new("mailbox-fault-no-smtp").arg("place", &place).arg("why", why);
        line.wanted(220, "greeting").await.map_err(no_smtp)?;
        line.greet(mailbox).await.map_err(no_smtp)?;
        if reach.tls == Tls::StartTls {
            let without = |_| Reason::new("mailbox-fault-smtp-starttls").arg("host", &reach.host);
            line.ask("STARTTLS", 220).await.map_err(without)?;
            if !line.wire.buffer().is_empty() {
                // Whatever was said in the clear after it could come from anybody (CVE-2011-0411).
                return Err(no_smtp("the server spoke before the connection was protected".into()));
            }
            let wire = reach.protect(fetcher, line.wire.into_inner()).await?;
            line = Line { wire: BufReader::new(wire), features: Vec::new() };
            line.greet(mailbox).await.map_err(no_smtp)?;
        }
        Ok(line)
    }

    /// Shows who we are. A relay inside may know us by where we are; one that wants to know more says so.
    pub async fn sign_in(&mut self, fetcher: &Fetcher, mailbox: &Mailbox, secret: &str) -> Result<(), Reason> {
        if !self.features.iter().any(|feature| feature.starts_with("AUTH")) {
            return Ok(());
        }
        let showing = async {
            let shown = match mailbox.auth {
                Auth::Password => self.show_password(&mailbox.username, secret).await,
                Auth::Xoauth2 => {
                    let token = fresh_token(fetcher, secret).await?;
                    self.show_token(&mailbox.username, &token).await
                }
            };
            shown.map_err(|why| Reason::new("mailbox-fault-smtp-login").arg("why", why))
        };
        within(READY, showing).await
    }

    /// Whether the server would take a mail from an address to an address. None is sent.
    pub async fn would_send(&mut self, from: &str, to: &str) -> Result<(), Reason> {
        let asking = async {
            let refused = |key: &'static str| move |why: Fault| Reason::new(key).arg("address", from).arg("why", why);
            self.ask(&format!("MAIL FROM:<{from}>"), 250).await.map_err(refused("mailbox-fault-sender"))?;
            let said = self.say(&format!("RCPT TO:<{to}>")).await.map_err(refused("mailbox-fault-relay"))?;
            self.ask("RSET", 250).await.map_err(refused("mailbox-fault-relay"))?;
            match said.code {
                // A server that asks to come again asks that of every stranger; the outbox does come again.
                250 | 251 | 450 | 451 | 452 => Ok(()),
                _ => Err(refused("mailbox-fault-relay")(said.shown())),
            }
        };
        within(READY, asking).await
    }

    async fn greet(&mut self, mailbox: &Mailbox) -> Result<(), Fault> {
        let domain = mailbox.domain();
        let said = self.ask(&format!("EHLO {domain}"), 250).await?;
        self.features = said.text.lines().skip(1).map(str::to_ascii_uppercase).collect();
        Ok(())
    }

    async fn show_password(&mut self, user: &str, secret: &str) -> Result<(), Fault> {
        let ways = self.features.iter().find_map(|line| line.strip_prefix("AUTH ")).unwrap_or_default().to_owned();
        let knows = |way: &str| ways.split_whitespace().any(|one| one == way);
        if knows("LOGIN") && !knows("PLAIN") {
            self.ask("AUTH LOGIN", 334).await?;
            self.ask(&STANDARD.encode(user), 334).await?;
            return self.ask(&STANDARD.encode(secret), 235).await.map(drop);
        }
        let plain = STANDARD.encode(format!("\0{user}\0{secret}"));
        self.ask(&format!("AUTH PLAIN {plain}"), 235).await.map(drop)
    }

    async fn show_token(&mut self, user: &str, token: &str) -> Result<(), Fault> {
        let token = STANDARD.encode(format!("user={user}\x01auth=Bearer {token}\x01\x01"));
        let said = self.say(&format!("AUTH XOAUTH2 {token}")).await?;
        // A refusal explains itself first and wants an empty line (Google, XOAUTH2 protocol).
        let said = if said.code == 334 { self.say("").await? } else { said };
        if said.code == 235 { Ok(()) } else { Err(format!("AUTH: {}", said.shown())) }
    }

    /// Hands one mail over to one address. An error when the connection broke, which then is of no more use.
    pub async fn send(&mut self, from: &str, to: &str, bytes: &[u8]) -> Result<Tried, Fault> {
        let sending = self.send_now(from, to, bytes);
        timeout(ONE_MAIL, sending).await.unwrap_or_else(|_| Err("no answer in time".into()))
    }

    async fn send_now(&mut self, from: &str, to: &str, bytes: &[u8]) -> Result<Tried, Fault> {
        for (command, wanted) in
            [(format!("MAIL FROM:<{from}>"), 250), (format!("RCPT TO:<{to}>"), 250), ("DATA".to_owned(), 354)]
        {
            let said = self.say(&command).await?;
            if said.code != wanted && !(command.starts_with("RCPT") && said.code == 251) {
                // So that the next address begins anew.
                self.say("RSET").await?;
                return Ok(judge(&said, command.starts_with("RCPT")));
            }
        }
        self.wire.write_all(&stuff_dots(bytes)).await.map_err(|error| error.to_string())?;
        let said = self.hear().await?;
        Ok(if said.code == 250 { Tried::Sent(said.shown()) } else { judge(&said, false) })
    }

    /// Whether the server is still there.
    pub async fn is_alive(&mut self) -> bool {
        matches!(timeout(Duration::from_secs(5), self.say("NOOP")).await, Ok(Ok(said)) if said.code == 250)
    }

    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.say("QUIT")).await;
    }

    async fn wanted(&mut self, code: u16, at: &str) -> Result<Said, Fault> {
        let said = self.hear().await?;
        if said.code == code { Ok(said) } else { Err(format!("{at}: {}", said.shown())) }
    }

    async fn ask(&mut self, command: &str, code: u16) -> Result<Said, Fault> {
        let said = self.say(command).await?;
        let verb = command.split(' ').next().unwrap_or_default();
        // What follows a verb, or stands alone, may be a secret.
        let verb = if verb.chars().all(|c| c.is_ascii_uppercase()) { verb } else { "AUTH" };
        if said.code == code { Ok(said) } else { Err(format!("{verb}: {}", said.shown())) }
    }

    async fn say(&mut self, command: &str) -> Result<Said, Fault> {
        if command.bytes().any(|b| b == b'\r' || b == b'\n') {
            return Err("a command is one line".into());
        }
        let line = format!("{command}\r\n");
        self.wire.write_all(line.as_bytes()).await.map_err(|error| error.to_string())?;
        self.wire.flush().await.map_err(|error| error.to_string())?;
        self.hear().await
    }

    /// Reads an answer: `250-…` lines and a last one `250 …`.
    async fn hear(&mut self) -> Result<Said, Fault> {
        let mut lines: Vec<String> = Vec::new();
        for _ in 0..MOST_LINES {
            let mut line = Vec::new();
            let read = (&mut self.wire).take(LONGEST_LINE).read_until(b'\n', &mut line).await;
            read.map_err(|error| error.to_string())?;
            let line = String::from_utf8_lossy(&line);
            if !line.ends_with('\n') {
                return Err("the server broke off".into());
            }
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok()).filter(|code| *code >= 200);
            let Some(code) = code else { return Err("the server does not speak SMTP".into()) };
            let text: String =
                line.get(4..).unwrap_or_default().trim_end().chars().filter(|c| !c.is_control()).collect();
            lines.push(text);
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(Said { code, text: lines.join("\n") });
            }
        }
        Err("the server never ends its answer".into())
    }
}

/// What an answer means for the address that was named.
fn judge(said: &Said, to_address: bool) -> Tried {
    let answer: String = said.shown().replace('\n', " ").chars().take(500).collect();
    // Who we are, and how often we may write, is no fault of the address.
    let is_ours = matches!(said.code, 421 | 454 | 530 | 534 | 535 | 538);
    match said.code {
        500..=599 if !is_ours => Tried::Refused { answer, rests: to_address && said.says_nobody() },
        _ => Tried::Later(answer),
    }
}

/// The text as it goes after `DATA`: lines that begin with a point get another one, and a point alone ends it.
fn stuff_dots(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 50 + 5);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        assert_eq!(stuff_dots(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuff_dots(b".QUIT"), b"..QUIT\r\n.\r\n");
        assert_eq!(stuff_dots(b""), b"\r\n.\r\n");
    }

    #[test]
    fn only_nobody_there_lets_an_address_rest() {
        let said = |code, text: &str| judge(&Said { code, text: text.into() }, true);
        let rests = |tried| matches!(tried, Tried::Refused { rests: true, .. });
        for nobody in
            [said(550, "5.1.1 no such user"), said(550, "User unknown"), said(553, "5.1.3 bad"), said(551, "5.2.1 off")]
        {
            assert!(rests(nobody));
        }
        for other in [
            said(550, "5.7.1 relaying denied"),
            said(552, "5.2.2 mailbox full"),
            said(554, "5.7.26 unauthenticated"),
            said(554, "no"),
        ] {
            assert!(matches!(other, Tried::Refused { rests: false, .. }), "{other:?}");
        }
        for later in [
            said(451, "4.7.1 greylisted"),
            said(421, "closing"),
            said(535, "5.7.8 bad password"),
            said(530, "5.7.0 first"),
        ] {
            assert!(matches!(later, Tried::Later(_)), "{later:?}");
        }
        assert!(!rests(judge(&Said { code: 550, text: "5.1.1 sender".into() }, false)), "it was not about the address");
    }
}
