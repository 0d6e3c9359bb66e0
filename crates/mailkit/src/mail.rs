//! One message, read: who wrote to whom, when, in answer to what, the text that is read, and the attachments.

use crate::body::{BodyReader, Piece, join_html, join_texts, normal_text};
use crate::charset::decode;
use crate::date::read_date;
use crate::header::{Address, Fields, normal_id, read_addresses, read_ids, read_text, unfold};
use crate::html::{clean_html, text_of_html};
use crate::mime::{Part, split_part};

/// A message as it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedMail {
    /// The Message-ID without brackets, or one made from the message's bytes if it has none
    /// (`<blake3>@no-message-id.invalid`): the same message gets the same id again, from a file as from an mbox.
    pub id: String,
    /// The Message-ID without brackets, as the message has it.
    pub message_id: Option<String>,
    /// Ids without brackets, in their order.
    pub in_reply_to: Vec<String>,
    /// Ids without brackets, oldest first.
    pub references: Vec<String>,
    /// Decoded, one line, NFC. Empty if there is none.
    pub subject: String,
    pub from: Option<Address>,
    pub sender: Option<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub reply_to: Vec<Address>,
    /// Microseconds since 1970 UTC. Without a usable `Date`, when the last server received it.
    pub date: Option<i64>,
    /// What is read: NFC, lines end in LF, no trailing white space at its end. Invitations to meetings stand on top, a line
    /// each.
    pub text: String,
    /// Cleaned by an allow-list; images from the network are blocked: their address is in `data-remote-src`.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The List-Id without brackets.
    pub list_id: Option<String>,
    /// Whether a program sent it by itself (RFC 3834, reports, null return path): never answer automatically.
    pub auto_submitted: bool,
    /// `bulk`, `list`, `junk`, …, in lower case.
    pub precedence: Option<String>,
    pub problems: Vec<Problem>,
}

/// A file that came with a message, or a message inside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// NFC, without folders and invisible characters; made up from the type if the part has none.
    pub name: String,
    /// As declared, lower case, without parameters. Not to be trusted.
    pub mime: String,
    pub bytes: Vec<u8>,
    /// Without brackets; `cid:` addresses in the HTML point to it.
    pub content_id: Option<String>,
    /// Whether it is shown in the text rather than offered beside it.
    pub inline: bool,
}

/// What was wrong with a message. None of them means that something was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The bytes have no header of a message; all of them are the text.
    NotMail,
    NoMessageId,
    NoFrom,
    /// The date is missing or cannot be read.
    BadDate,
    /// A charset nobody knows; the text was guessed.
    UnknownCharset(String),
    /// A multipart without its end.
    Truncated,
    /// Parts nested too deep are one attachment.
    TooDeep,
    /// Parts beyond the five-hundredth are one attachment, unread.
    TooManyParts,
    /// The HTML is too large or too deep to be cleaned; it is an attachment, and its text is read.
    HtmlNotCleaned,
}

/// Reads a message. Takes anything, never fails; see [`Problem`].
pub fn parse_mail(bytes: &[u8]) -> ParsedMail {
    let part = split_part(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start());
    if !is_mail(&part.header) {
        let mut problems = vec![Problem::NotMail];
        let text = normal_text(&decode(bytes, None, &mut problems));
        return ParsedMail { id: synthetic_id(bytes), text, problems, ..Default::default() };
    }
    let mut mail = read_header(&part);
    mail.id = mail.message_id.clone().unwrap_or_else(|| synthetic_id(bytes));
    let mut reader = BodyReader::default();
    let pieces = reader.read(&part);
    finish_body(&mut mail, pieces, reader);
    mail
}

/// A stable id for a message without one. Line ends and trailing empty lines do not count, since they differ
/// between a message in a file and the same message in an mbox.
fn synthetic_id(bytes: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    for line in bytes.trim_ascii_end().split(|&b| b == b'\n') {
        hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
        hasher.update(b"\n");
    }
    let hex = hasher.finalize().to_hex();
    format!("{}@no-message-id.invalid", &hex[..32])
}

fn is_mail(header: &Fields<'_>) -> bool {
    const KNOWN: [&str; 14] = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Received",
        "Return-Path",
        "Sender",
        "Cc",
        "Reply-To",
        "MIME-Version",
        "Content-Type",
        "Delivered-To",
        "Content-Transfer-Encoding",
    ];
    KNOWN.iter().any(|name| header.first(name).is_some())
}

fn read_header(part: &Part<'_>) -> ParsedMail {
    let header = &part.header;
    let mut problems = Vec::new();
    let charset = part.content_type().plain("charset");
    let hint = charset.as_deref();
    let mut addresses =
        |name| header.all(name).flat_map(|raw| read_addresses(raw, hint, &mut problems)).collect::<Vec<Address>>();
    // Of several authors the first with an address counts.
    let best = |list: Vec<Address>| {
        let with_email = list.iter().position(|a| a.email.contains('@')).unwrap_or(0);
        list.into_iter().nth(with_email)
    };
    let (from, sender) = (best(addresses("From")), best(addresses("Sender")));
    let (to, cc, reply_to) = (addresses("To"), addresses("Cc"), addresses("Reply-To"));
    let message_id = header.all("Message-ID").flat_map(read_ids).next().or_else(|| {
        let bare = header.first("Message-ID")?;
        normal_id(&String::from_utf8_lossy(bare))
    });
    if message_id.is_none() {
        problems.push(Problem::NoMessageId);
    }
    if !from.as_ref().is_some_and(|a| a.email.contains('@')) {
        problems.push(Problem::NoFrom);
    }
    let date = header.all("Date").find_map(read_date_field);
    if date.is_none() {
        problems.push(Problem::BadDate);
    }
    let received = || header.all("Received").find_map(|raw| read_date_field(raw.rsplit(|&b| b == b';').next()?));
    let word = |name: &str| header.first(name).map(|raw| read_text(raw, None, &mut Vec::new()).to_lowercase());
    ParsedMail {
        message_id,
        in_reply_to: header.all("In-Reply-To").flat_map(read_ids).collect(),
        references: header.all("References").flat_map(read_ids).collect(),
        subject: header.first("Subject").map(|raw| read_text(raw, hint, &mut problems)).unwrap_or_default(),
        from,
        sender,
        to,
        cc,
        reply_to,
        date: date.or_else(received),
        list_id: header.first("List-Id").and_then(|raw| read_list_id(raw, hint)),
        auto_submitted: is_automatic(part, &word),
        precedence: word("Precedence").filter(|p| !p.is_empty()),
        problems,
        ..Default::default()
    }
}

fn read_date_field(raw: &[u8]) -> Option<i64> {
    read_date(&String::from_utf8_lossy(&unfold(raw)))
}

fn read_list_id(raw: &[u8], hint: Option<&str>) -> Option<String> {
    let text = read_text(raw, hint, &mut Vec::new());
    let id = text.rsplit_once('<').map_or(text.as_str(), |(_, id)| id);
    Some(id.trim_end_matches('>').trim().to_owned()).filter(|id| !id.is_empty())
}

fn is_automatic(part: &Part<'_>, word: &impl Fn(&str) -> Option<String>) -> bool {
    word("Auto-Submitted").is_some_and(|v| !v.is_empty() && v != "no" && !v.starts_with("no;") && !v.starts_with("no "))
        || word("Return-Path").is_some_and(|v| v.replace(' ', "") == "<>")
        || ["X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder"]
            .iter()
            .any(|n| part.header.first(n).is_some())
        || matches!(word("Precedence").as_deref(), Some("auto_reply" | "auto-reply"))
        || part.content_type().value == "multipart/report"
}

/// The largest HTML that is cleaned.
const MAX_HTML: usize = 4 << 20;

fn finish_body(mail: &mut ParsedMail, mut pieces: Vec<Piece>, mut reader: BodyReader) {
    // A message that only carries other messages (a digest, a forward as attachment) is read through them.
    if pieces.iter().all(|p| p.html.is_none() && p.plain.as_ref().is_none_or(|t| t.trim().is_empty())) {
        pieces.extend(
            reader
                .attachments
                .iter()
                .filter(|a| a.mime == "message/rfc822")
                .map(|a| Piece { plain: Some(read_nested(&a.bytes)), html: None }),
        );
    }
    let mut texts = Vec::new();
    let mut can_clean = true;
    for (i, piece) in pieces.iter_mut().enumerate() {
        let Some(raw) = piece.html.take() else {
            texts.extend(piece.plain.clone());
            continue;
        };
        let cleaned = if raw.len() <= MAX_HTML { clean_html(&raw) } else { None };
        let text = || text_of_html(cleaned.as_deref().unwrap_or(&raw), cleaned.is_some());
        texts.push(match &piece.plain {
            Some(plain) if !is_stub(plain, cleaned.as_deref().unwrap_or(&raw)) => plain.clone(),
            _ => text(),
        });
        if cleaned.is_none() {
            can_clean = false;
            reader.note(Problem::HtmlNotCleaned);
            let name = format!("message-{}.html", i + 1);
            reader.attachments.push(Attachment {
                name,
                mime: "text/html".into(),
                bytes: raw.into_bytes(),
                ..Default::default()
            });
        }
        piece.html = cleaned;
    }
    if can_clean && pieces.iter().any(|p| p.html.is_some()) {
        mail.html = Some(join_html(&pieces));
    }
    // On top, where no history that follows hides them.
    texts.insert(0, reader.meetings.join("\n"));
    mail.text = normal_text(&join_texts(texts.into_iter()));
    mail.attachments = reader.attachments;
    for problem in reader.problems {
        if !mail.problems.contains(&problem) {
            mail.problems.push(problem);
        }
    }
}

/// A plain part that only says that the message is HTML.
fn is_stub(plain: &str, html: &str) -> bool {
    let plain = plain.trim();
    plain.is_empty() || plain.len() < 300 && html.len() > 4 * plain.len() && plain.to_ascii_lowercase().contains("html")
}

fn read_nested(bytes: &[u8]) -> String {
    let part = split_part(bytes);
    let header = read_header(&part);
    let mut reader = BodyReader::default();
    let pieces = reader.read(&part);
    let texts = pieces.into_iter().map(|p| match (p.plain, p.html) {
        (Some(plain), _) => plain,
        (None, html) => html.map(|h| text_of_html(&h, false)).unwrap_or_default(),
    });
    let mut text = String::new();
    if let Some(Address { name, email }) = header.from {
        text.push_str(&format!("From: {} <{email}>\n", name.unwrap_or_default()));
    }
    if !header.subject.is_empty() {
        text.push_str(&format!("Subject: {}\n", header.subject));
    }
    format!("{text}\n{}", join_texts(texts))
}
