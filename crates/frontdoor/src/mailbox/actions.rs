//! Making, changing and removing mailboxes.
use crate::Keys;
use crate::mailbox::dns::read_resolver;
use crate::mailbox::grant::is_grant;
use crate::mailbox::{Auth, Mailbox, Tls};
use crate::store::mailboxes as rows;
use base::{Actor, Error, Result, Time};
use conversations::{Visibility, open_door};
use serde::Deserialize;
use store::Tx;

/// The mailbox of a door; none when it is a door of another kind.
pub async fn get_for_door(tx: &mut Tx, door_ord: i64) -> Result<Option<Mailbox>> {
    rows::find(tx, door_ord).await
}

/// Our own addresses, in small letters.
pub async fn list_addresses(tx: &mut Tx) -> Result<Vec<String>> {
    rows::list_addresses(tx).await
}

/// What a person says of a mailbox. What is not said stays, or is what usually fits.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxIn {
    /// The name of the door; the address unless said.
    pub name: Option<String>,
    pub address: Option<String>,
    pub from_name: Option<String>,
    pub signature: Option<String>,
    pub imap_host: Option<String>,
    pub imap_port: Option<u16>,
    pub imap_tls: Option<Tls>,
    pub folder: Option<String>,
    pub smtp_host: Option<String>,
    pub smtp_port: Option<u16>,
    pub smtp_tls: Option<Tls>,
    /// The address unless said.
    pub username: Option<String>,
    pub auth: Option<Auth>,
    /// A password or an app password; with `xoauth2` a JSON object `{token_url, client_id, client_secret?, refresh_token}`.
    /// Sealed where it is kept and never shown.
    pub secret: Option<String>,
    /// The name under which the server writes Authentication-Results. Without it no claim of SPF or DMARC counts.
    pub auth_server: Option<String>,
    /// Who is asked for the keys of domains, so that their signatures are checked here: the address of a resolver, such as
    /// `10.0.0.53` or `tls://dns.example`. Nobody is asked while it is empty.
    pub resolver: Option<String>,
    pub active: Option<bool>,
    /// When it is made: how many months of earlier mail come in.
    pub months: Option<i64>,
}

/// As far back as mail is brought in.
const MOST_MONTHS: i64 = 240;
const MONTH: i64 = 31 * Time::DAY;

/// Makes a mailbox with its door, or changes the one that was read.
pub async fn put_mailbox(
    tx: &mut Tx,
    keys: &Keys,
    actor: &Actor,
    known: Option<Mailbox>,
    input: MailboxIn,
) -> Result<Mailbox> {
    let is_new = known.is_none();
    let before = known.clone();
    let mut mailbox = known.unwrap_or_else(|| unknown_yet(tx.now()));
    if let Some(months) = input.months.filter(|_| is_new) {
        mailbox.since_at = since(tx.now(), months)?;
    }
    let (name, secret) = (input.name.clone(), input.secret.clone());
    settle(&mut mailbox, input)?;
    let taken = rows::find_by_address(tx, &mailbox.address).await?;
    if taken.is_some_and(|ord| is_new || ord != mailbox.door_ord) {
        return Err(Error::Conflict { key: "error-mailbox-taken" });
    }
    if is_new {
        let name = name.unwrap_or_else(|| mailbox.address.clone());
        let door = open_door(tx, "mailbox", &name, Visibility::Open, &[]).await?;
        (mailbox.door_ord, mailbox.door_id, mailbox.name) = (door.ord, door.id, door.name);
    }
    let secret = secret.filter(|secret| !secret.is_empty());
    if mailbox.auth == Auth::Xoauth2 && secret.as_deref().is_some_and(|secret| !is_grant(secret)) {
        return Err(Error::invalid("secret", "error-mailbox-grant"));
    }
    match secret {
        Some(secret) => mailbox.secret_sealed = keys.seal(&mailbox.sealed_at(), &secret)?,
        None if is_new => return Err(Error::invalid("secret", "error-mailbox-secret")),
        None => {}
    }
    // Another server or folder numbers other mails.
    let place = |m: &Mailbox| (m.imap_host.clone(), m.username.clone(), m.folder.clone());
    if before.is_some_and(|before| place(&before) != place(&mailbox)) {
        (mailbox.uid_validity, mailbox.last_uid, mailbox.reconciled_at) = (None, 0, None);
    }
    if is_new {
        rows::insert(tx, &mailbox).await?;
    } else {
        rows::update(tx, &mailbox).await?;
        mailbox.rev += 1;
    }
    told(tx, &mailbox);
    let action = if is_new { "frontdoor.mailbox_added" } else { "frontdoor.mailbox_changed" };
    let detail = serde_json::json!({"address": mailbox.address, "host": mailbox.imap_host});
    staff::note(tx, actor, action, &mailbox.door_id.to_string(), detail).await?;
    Ok(mailbox)
}

fn unknown_yet(now: Time) -> Mailbox {
    Mailbox {
        door_ord: 0,
        door_id: base::DoorId::new(),
        name: String::new(),
        address: String::new(),
        from_name: String::new(),
        signature: String::new(),
        imap_host: String::new(),
        imap_port: 0,
        imap_tls: Tls::Tls,
        folder: "INBOX".into(),
        smtp_host: String::new(),
        smtp_port: 0,
        smtp_tls: Tls::Tls,
        username: String::new(),
        auth: Auth::Password,
        secret_sealed: String::new(),
        auth_server: None,
        resolver: None,
        is_active: true,
        since_at: now,
        uid_validity: None,
        last_uid: 0,
        reconciled_at: None,
        seen_at: None,
        failing_since: None,
        failures: 0,
        fault: None,
        created_at: now,
        rev: 1,
    }
}

/// The settings that would be kept, for a trial before anything is: the mailbox and its secret.
pub(super) fn draft(known: Option<Mailbox>, input: MailboxIn) -> Result<(Mailbox, Option<String>)> {
    let mut mailbox = known.unwrap_or_else(|| unknown_yet(Time::now()));
    let secret = input.secret.clone().filter(|secret| !secret.is_empty());
    settle(&mut mailbox, input)?;
    Ok((mailbox, secret))
}

/// Takes over what was said, fills in what usually fits, and refuses what cannot be.
fn settle(mailbox: &mut Mailbox, input: MailboxIn) -> Result<()> {
    let line = |text: String| text.trim().to_owned();
    let take = |place: &mut String, said: Option<String>| {
        if let Some(said) = said {
            *place = line(said);
        }
    };
    take(&mut mailbox.address, input.address);
    take(&mut mailbox.from_name, input.from_name);
    take(&mut mailbox.imap_host, input.imap_host);
    take(&mut mailbox.smtp_host, input.smtp_host);
    take(&mut mailbox.folder, input.folder);
    take(&mut mailbox.username, input.username);
    mailbox.signature = input.signature.unwrap_or(std::mem::take(&mut mailbox.signature));
    mailbox.imap_tls = input.imap_tls.unwrap_or(mailbox.imap_tls);
    mailbox.smtp_tls = input.smtp_tls.unwrap_or(mailbox.smtp_tls);
    mailbox.auth = input.auth.unwrap_or(mailbox.auth);
    mailbox.is_active = input.active.unwrap_or(mailbox.is_active);
    if let Some(server) = input.auth_server {
        mailbox.auth_server = Some(line(server).to_lowercase()).filter(|server| !server.is_empty());
    }
    if let Some(resolver) = input.resolver {
        mailbox.resolver = Some(line(resolver)).filter(|resolver| !resolver.is_empty());
    }
    if mailbox.username.is_empty() {
        mailbox.username = mailbox.address.clone();
    }
    if mailbox.folder.is_empty() {
        mailbox.folder = "INBOX".into();
    }
    let usual = |tls: Tls, inner: u16, outer: u16| if tls == Tls::Tls { inner } else { outer };
    mailbox.imap_port = input.imap_port.unwrap_or(match mailbox.imap_port {
        0 => usual(mailbox.imap_tls, 993, 143),
        port => port,
    });
    mailbox.smtp_port = input.smtp_port.unwrap_or(match mailbox.smtp_port {
        0 => usual(mailbox.smtp_tls, 465, 587),
        port => port,
    });
    check(mailbox)
}

fn check(m: &Mailbox) -> Result<()> {
    let is_line = |text: &str| text.len() <= 320 && !text.contains(char::is_control);
    let is_host = |text: &str| !text.is_empty() && is_line(text) && !text.contains([' ', '/', '@']);
    let is_address = m.address.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && is_host(domain) && !local.contains([' ', '<', '>', ',', ';', '"'])
    });
    let faults = [
        (is_address && is_line(&m.address), "address", "error-mailbox-address"),
        (is_host(&m.imap_host), "imap_host", "error-mailbox-host"),
        (m.smtp_host.is_empty() || is_host(&m.smtp_host), "smtp_host", "error-mailbox-host"),
        (m.imap_port > 0, "imap_port", "error-mailbox-port"),
        (m.smtp_port > 0, "smtp_port", "error-mailbox-port"),
        (is_line(&m.username), "username", "error-mailbox-line"),
        (is_line(&m.from_name), "from_name", "error-mailbox-line"),
        (is_line(&m.folder), "folder", "error-mailbox-line"),
        (m.resolver.as_deref().is_none_or(|one| read_resolver(one).is_some()), "resolver", "error-mailbox-resolver"),
        (m.signature.len() <= 10_000, "signature", "error-mailbox-signature"),
    ];
    match faults.into_iter().find(|(is_fine, _, _)| !is_fine) {
        Some((_, field, key)) => Err(Error::invalid(field, key)),
        None => Ok(()),
    }
}

fn since(now: Time, months: i64) -> Result<Time> {
    match (0..=MOST_MONTHS).contains(&months) {
        true => Ok(now.plus(-months * MONTH)),
        false => Err(Error::invalid("months", "error-mailbox-months")),
    }
}

/// Brings in what the server received in the last months as well; what is here already stays as it is.
pub async fn bring_in(tx: &mut Tx, actor: &Actor, mut mailbox: Mailbox, months: i64) -> Result<Mailbox> {
    mailbox.since_at = mailbox.since_at.min(since(tx.now(), months)?);
    mailbox.reconciled_at = None;
    rows::update(tx, &mailbox).await?;
    mailbox.rev += 1;
    told(tx, &mailbox);
    let detail = serde_json::json!({"address": mailbox.address, "months": months});
    staff::note(tx, actor, "frontdoor.mailbox_brought_in", &mailbox.door_id.to_string(), detail).await?;
    Ok(mailbox)
}

/// Forgets how its server is reached. What came in by it stays behind its door.
pub async fn remove_mailbox(tx: &mut Tx, actor: &Actor, mailbox: &Mailbox) -> Result<()> {
    rows::delete(tx, mailbox.door_ord).await?;
    told(tx, mailbox);
    let detail = serde_json::json!({"address": mailbox.address});
    staff::note(tx, actor, "frontdoor.mailbox_removed", &mailbox.door_id.to_string(), detail).await
}

/// Its settings or its state are others than before.
pub(super) fn told(tx: &mut Tx, mailbox: &Mailbox) {
    tx.announce("frontdoor.mailbox_changed", serde_json::json!({"mailbox": mailbox.door_id}));
}
