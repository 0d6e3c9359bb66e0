//! What a program wrote by itself: automatic answers, lists, reports of what could not be delivered. None of them is ever
//! answered automatically (RFC 3834), or two programs would write to each other for ever.
use crate::header::{Fields, normal_id, read_addresses, read_ids, read_text};
use crate::mime::{MAX_DEPTH, Part, split_multipart, split_part};

/// The header that machines of ours write, so that they know each other.
pub const LOOP_HEADER: &str = "X-Sarangbang-Loop";

/// What kind of program wrote a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineMail {
    /// An answer nobody typed: out of office, a ticket number.
    AutoReply,
    /// A notice nobody typed, in answer to nothing.
    Generated,
    /// A mailing list or a newsletter.
    List,
    /// A mail of ours that did not arrive, for good.
    Bounce(Report),
    /// One that has not arrived yet; its server tries on.
    Delayed(Report),
}

impl MachineMail {
    /// The word for it, as it is stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            MachineMail::AutoReply => "auto_reply",
            MachineMail::Generated => "generated",
            MachineMail::List => "list",
            MachineMail::Bounce(_) => "bounce",
            MachineMail::Delayed(_) => "delayed",
        }
    }
}

/// What a server says became of a mail (RFC 3464).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    pub recipients: Vec<Undelivered>,
    /// The Message-ID of the mail it is about, without brackets.
    pub message_id: Option<String>,
}

/// One address that a mail did not reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undelivered {
    /// In lower case.
    pub address: String,
    /// `5.1.1`; empty when the report does not say.
    pub status: String,
    /// What the other server said, on one line.
    pub said: String,
}

impl Undelivered {
    /// Whether there is no sense in trying again.
    pub fn is_permanent(&self) -> bool {
        !self.status.starts_with(['2', '4'])
    }
}

/// What kind of program wrote a mail; nothing when a person did, as far as it says.
pub fn classify(bytes: &[u8]) -> Option<MachineMail> {
    let part = split_part(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start());
    let header = &part.header;
    let word = |name: &str| header.first(name).map(|raw| read_text(raw, None, &mut Vec::new()).trim().to_lowercase());
    let has = |name: &str| header.first(name).is_some();
    let has_no_sender = word("Return-Path").is_some_and(|path| path.replace(' ', "") == "<>");
    if let Some(report) = read_report(&part, has_no_sender) {
        return Some(report);
    }
    let submitted = word("Auto-Submitted").unwrap_or_default();
    let submitted = submitted.split([';', ' ']).next().unwrap_or_default();
    let precedence = word("Precedence").unwrap_or_default();
    let answers = ["X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-Mail-Autoreply"];
    let says_auto_reply = submitted == "auto-replied"
        || answers.iter().any(|name| has(name))
        || matches!(&*precedence, "auto_reply" | "auto-reply");
    let is_automatic = !matches!(submitted, "" | "no");
    let subject = word("Subject").unwrap_or_default();
    let is_away = AWAY.iter().any(|away| subject.starts_with(away));
    // Exchange marks every answer of its own as generated, and asks others not to answer; so do notices of all kinds.
    if says_auto_reply || is_away && (is_automatic || has("X-Auto-Response-Suppress") || has_no_sender) {
        Some(MachineMail::AutoReply)
    } else if is_automatic || has(LOOP_HEADER) {
        Some(MachineMail::Generated)
    } else if has("List-Id") || has("List-Unsubscribe") || matches!(&*precedence, "list" | "bulk" | "junk") {
        Some(MachineMail::List)
    } else if has_no_sender || word("X-Auto-Response-Suppress").is_some_and(|what| what.contains("all")) {
        Some(MachineMail::Generated)
    } else {
        None
    }
}

/// How the subject of an out-of-office notice begins, in lower case.
const AWAY: [&str; 14] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "out of office",
    "out of the office",
    "자동 회신",
    "자동회신",
    "자동 응답",
    "자동응답",
    "부재중",
    "부재 중",
    "自動応答",
    "自動返信",
];

fn read_report(part: &Part<'_>, has_no_sender: bool) -> Option<MachineMail> {
    let kind = part.content_type();
    let says_report = kind.value == "multipart/report";
    let mut found = Parts::default();
    if kind.value.starts_with("multipart/") && (says_report || has_no_sender || is_daemon(&part.header)) {
        found.look(part, 0);
    }
    let from_header = || -> Vec<Undelivered> {
        let failed = part.header.first("X-Failed-Recipients").unwrap_or_default();
        let addresses = read_addresses(failed, None, &mut Vec::new());
        addresses.into_iter().map(|a| Undelivered { address: a.email.to_lowercase(), ..Default::default() }).collect()
    };
    let failed = from_header();
    let mut report = Report { message_id: found.message_id, ..Report::default() };
    if found.recipients.is_empty() && !failed.is_empty() {
        report.recipients = failed;
        return Some(MachineMail::Bounce(report));
    }
    let of = |action: &str| -> Vec<Undelivered> {
        found.recipients.iter().filter(|(said, _)| said == action).map(|(_, who)| who.clone()).collect()
    };
    let (failed, delayed) = (of("failed"), of("delayed"));
    if !failed.is_empty() {
        report.recipients = failed;
        return Some(MachineMail::Bounce(report));
    }
    if !delayed.is_empty() {
        report.recipients = delayed;
        return Some(MachineMail::Delayed(report));
    }
    (says_report && !found.recipients.is_empty()).then_some(MachineMail::Generated)
}

/// Whether a mail server itself writes.
fn is_daemon(header: &Fields<'_>) -> bool {
    let from = header.first("From").map(|raw| read_addresses(raw, None, &mut Vec::new())).unwrap_or_default();
    from.iter().any(|from| {
        let local = from.email.split('@').next().unwrap_or_default().to_lowercase();
        matches!(&*local, "mailer-daemon" | "postmaster")
    })
}

#[derive(Default)]
struct Parts {
    /// What became of it, and for whom.
    recipients: Vec<(String, Undelivered)>,
    message_id: Option<String>,
}

impl Parts {
    fn look(&mut self, part: &Part<'_>, depth: usize) {
        let kind = part.content_type();
        match kind.value.as_str() {
            _ if depth > MAX_DEPTH => {}
            "message/delivery-status" | "message/global-delivery-status" => self.read_status(&part.decoded_body()),
            "message/rfc822"
            | "text/rfc822-headers"
            | "message/rfc822-headers"
            | "message/global-headers"
            | "message/global" => {
                let body = part.decoded_body();
                let about = split_part(body.trim_ascii_start());
                let id = about.header.first("Message-ID");
                let id = id.and_then(|raw| {
                    read_ids(raw).into_iter().next().or_else(|| normal_id(&String::from_utf8_lossy(raw)))
                });
                self.message_id = self.message_id.take().or(id);
            }
            other if other.starts_with("multipart/") => {
                let boundary = kind.plain("boundary");
                for piece in split_multipart(part.body, boundary.as_deref()).into_iter().flat_map(|cut| cut.parts) {
                    self.look(&split_part(piece), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Groups of fields: the first is about the mail, each other about one address.
    fn read_status(&mut self, body: &[u8]) {
        let mut rest = body.trim_ascii_start();
        while !rest.is_empty() {
            let group = split_part(rest);
            let word = |name: &str| {
                let raw = group.header.first(name)?;
                Some(read_text(raw, None, &mut Vec::new()).trim().to_owned())
            };
            let address = word("Final-Recipient").or_else(|| word("Original-Recipient"));
            if let Some(address) = address {
                let typed = |text: &str| text.split_once(';').map_or(text, |(_, rest)| rest).trim().to_owned();
                let address = typed(&address).trim_matches(['<', '>']).to_lowercase();
                let action = word("Action").unwrap_or_default().to_lowercase();
                let status = word("Status").unwrap_or_default();
                let status = status.split(' ').next().unwrap_or_default().to_owned();
                let said = word("Diagnostic-Code").map(|text| typed(&text)).unwrap_or_default();
                self.recipients.push((action, Undelivered { address, status, said }));
            }
            let next = group.body.trim_ascii_start();
            if next.len() >= rest.len() {
                break;
            }
            rest = next;
        }
    }
}
