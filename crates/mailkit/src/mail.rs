//! One message, read: who wrote to whom, when, in answer to what, the text that is read, and the attachments.

use crate::charset::{decode, nfc};
use crate::date::read_date;
use crate::header::{
    Address, Fields, Parameters, read_addresses, read_ids, read_name, read_text, strip_invisible, unfold,
};
use crate::html::{clean_html, escape_html, text_of_html};
use crate::mime::{MAX_DEPTH, MAX_PARTS, Part, split_multipart, split_part};

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
    /// What is read: NFC, lines end in LF, no trailing white space at its end.
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
    let part = split_part(bytes);
    if !is_mail(&part.header) {
        let mut problems = vec![Problem::NotMail];
        let text = normal_text(&decode(bytes, None, &mut problems));
        return ParsedMail { id: synthetic_id(bytes), text, problems, ..Default::default() };
    }
    let mut mail = read_header(&part);
    mail.id = mail.message_id.clone().unwrap_or_else(|| synthetic_id(bytes));
    let mut reader = BodyReader::default();
    let pieces = reader.read_part(&part, 0, Place::Alone);
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
    let addresses = |name: &str, problems: &mut Vec<Problem>| -> Vec<Address> {
        header.all(name).flat_map(|raw| read_addresses(raw, hint, problems)).collect()
    };
    let from = addresses("From", &mut problems);
    let sender = addresses("Sender", &mut problems);
    let to = addresses("To", &mut problems);
    let cc = addresses("Cc", &mut problems);
    let reply_to = addresses("Reply-To", &mut problems);
    let best = |list: Vec<Address>| {
        let with_email = list.iter().position(|a| a.email.contains('@')).unwrap_or(0);
        list.into_iter().nth(with_email)
    };
    let (from, sender) = (best(from), best(sender));
    let message_id = header.all("Message-ID").flat_map(read_ids).next().or_else(|| {
        let bare = header.first("Message-ID")?;
        crate::header::normal_id(&String::from_utf8_lossy(bare))
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

/// A stretch of the body that is read.
struct Piece {
    plain: Option<String>,
    html: Option<String>,
}

/// Where a part stands, which decides whether it is text or an attachment.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The first thing in the message.
    Alone,
    Following,
    /// A part of a digest, a message unless it says otherwise.
    Digest,
    /// Beside an HTML part that refers to it.
    Related,
}

#[derive(Default)]
struct BodyReader {
    attachments: Vec<Attachment>,
    problems: Vec<Problem>,
    parts: usize,
}

impl BodyReader {
    fn read_part(&mut self, part: &Part<'_>, depth: usize, place: Place) -> Vec<Piece> {
        self.parts += 1;
        let content_type = part.content_type();
        let kind = match content_type.value.as_str() {
            "" | "text" if place == Place::Digest => "message/rfc822",
            "" | "text" => "text/plain",
            value => value,
        };
        if kind.starts_with("multipart/") {
            let boundary = content_type.plain("boundary");
            let problem = match split_multipart(part.body, boundary.as_deref()) {
                _ if depth >= MAX_DEPTH => Problem::TooDeep,
                _ if self.parts >= MAX_PARTS => Problem::TooManyParts,
                Some(pieces) => {
                    if !pieces.is_closed {
                        self.note(Problem::Truncated);
                    }
                    let [before, after] = pieces.outside.map(|raw| self.read_outside(raw));
                    let inside = self.read_multipart(kind, &pieces.parts, depth, place);
                    return before.into_iter().chain(inside).chain(after).collect();
                }
                // No boundary anywhere: it is all one text.
                None => return self.read_text_part(part, "text/plain", &content_type),
            };
            self.note(problem);
            self.attach(part, kind, &content_type, part.raw.to_vec(), place);
            return Vec::new();
        }
        if self.is_read(part, kind, &content_type, place) {
            return self.read_text_part(part, kind, &content_type);
        }
        self.attach(part, kind, &content_type, part.decoded_body(), place);
        Vec::new()
    }

    fn read_multipart(&mut self, kind: &str, parts: &[&[u8]], depth: usize, place: Place) -> Vec<Piece> {
        let mut children: Vec<Vec<Piece>> = Vec::new();
        for (i, raw) in parts.iter().enumerate() {
            if self.parts >= MAX_PARTS {
                self.note(Problem::TooManyParts);
                let (name, mime) = ("unread-parts.bin".to_owned(), "application/octet-stream".to_owned());
                let bytes = parts[i..].join(&b"\r\n\r\n"[..]);
                self.attachments.push(Attachment { name, mime, bytes, ..Default::default() });
                break;
            }
            let child = split_part(raw);
            let place = match (kind, place) {
                ("multipart/digest", _) => Place::Digest,
                (_, place) if i == 0 => place,
                ("multipart/related", _) => Place::Related,
                _ => Place::Following,
            };
            // In an alternative every form may be the text, wherever it stands.
            let place = if kind == "multipart/alternative" && i > 0 && place == Place::Following {
                Place::Alone
            } else {
                place
            };
            children.push(self.read_part(&child, depth + 1, place));
        }
        if kind != "multipart/alternative" {
            return children.into_iter().flatten().collect();
        }
        self.choose_form(children)
    }

    /// Of several forms of one text the first plain one with words in it is read and the last HTML one, the richest,
    /// is shown; any other becomes an attachment.
    fn choose_form(&mut self, children: Vec<Vec<Piece>>) -> Vec<Piece> {
        let has_words = |p: &Piece| p.plain.as_ref().is_some_and(|t| !t.trim().is_empty());
        let plain = children.iter().position(|pieces| pieces.iter().any(has_words));
        let html = children.iter().rposition(|pieces| pieces.iter().any(|p| p.html.is_some()));
        let mut chosen = Piece { plain: None, html: None };
        for (i, pieces) in children.into_iter().enumerate() {
            if Some(i) == plain && plain == html {
                return pieces;
            } else if Some(i) == html {
                chosen.html = Some(join_html(&pieces));
            } else if Some(i) == plain {
                chosen.plain = Some(join_texts(pieces.into_iter().filter_map(|p| p.plain)));
            } else if pieces.iter().any(|p| has_words(p) || p.html.is_some()) {
                self.attach_form(pieces);
            }
        }
        vec![chosen]
    }

    fn attach_form(&mut self, pieces: Vec<Piece>) {
        let is_html = pieces.iter().any(|p| p.html.is_some());
        let (mime, text) = match is_html {
            true => ("text/html", join_html(&pieces)),
            false => ("text/plain", join_texts(pieces.into_iter().filter_map(|p| p.plain))),
        };
        let name = self.make_name(mime, text.as_bytes());
        self.attachments.push(Attachment {
            name,
            mime: mime.to_owned(),
            bytes: text.into_bytes(),
            ..Default::default()
        });
    }

    /// Text outside the boundaries of a multipart. It says nearly always that the message is MIME; if it does not,
    /// a broken program meant it to be read.
    fn read_outside(&mut self, raw: &[u8]) -> Option<Piece> {
        let raw = raw.trim_ascii();
        if raw.is_empty() {
            return None;
        }
        let text = decode(raw, None, &mut self.problems).into_owned();
        let lower = text.to_lowercase();
        let is_notice = ["mime", "multi-part", "multipart"].iter().any(|word| lower.contains(word));
        (!is_notice).then_some(Piece { plain: Some(text), html: None })
    }

    /// Whether a part is text to be read rather than a file.
    fn is_read(&self, part: &Part<'_>, kind: &str, content_type: &Parameters, place: Place) -> bool {
        let disposition = Parameters::read(part.header.first("Content-Disposition").unwrap_or_default());
        let has_name = |p: &Parameters, n: &str| p.text(n, None, &mut Vec::new()).is_some();
        let is_named = has_name(&disposition, "filename") || has_name(content_type, "name");
        match kind {
            _ if disposition.value == "attachment" => false,
            "text/plain" | "text/html" => !is_named || place == Place::Alone,
            "text/calendar" | "text/vcard" | "text/x-vcard" | "text/csv" | "text/rfc822-headers" => false,
            // `text/enriched` and other texts are better read with their marks than not at all.
            kind => kind.starts_with("text/") && !is_named && place == Place::Alone,
        }
    }

    fn read_text_part(&mut self, part: &Part<'_>, kind: &str, content_type: &Parameters) -> Vec<Piece> {
        let bytes = part.decoded_body();
        let charset = content_type.plain("charset");
        let text = decode(&bytes, charset.as_deref(), &mut self.problems).into_owned();
        match kind {
            "text/html" => vec![Piece { plain: None, html: Some(text) }],
            _ if content_type.plain("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed")) => {
                let delete_space = content_type.plain("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
                vec![Piece { plain: Some(unflow(&text, delete_space)), html: None }]
            }
            _ => vec![Piece { plain: Some(text), html: None }],
        }
    }

    fn attach(&mut self, part: &Part<'_>, kind: &str, content_type: &Parameters, bytes: Vec<u8>, place: Place) {
        if bytes.trim_ascii().is_empty() && part.header.fields.is_empty() {
            return;
        }
        let disposition = Parameters::read(part.header.first("Content-Disposition").unwrap_or_default());
        let content_id = part.header.first("Content-ID").and_then(|raw| {
            read_ids(raw).into_iter().next().or_else(|| crate::header::normal_id(&String::from_utf8_lossy(raw)))
        });
        let name = disposition
            .text("filename", None, &mut self.problems)
            .or_else(|| content_type.text("name", None, &mut self.problems));
        let name = name.and_then(|n| base_name(&n)).unwrap_or_else(|| self.make_name(kind, &bytes));
        let inline = disposition.value == "inline"
            || disposition.value.is_empty()
                && (place == Place::Related || content_id.is_some() && kind.starts_with("image/"));
        let mime = if kind.contains('/') { kind } else { "application/octet-stream" };
        self.attachments.push(Attachment { name, mime: mime.to_owned(), bytes, content_id, inline });
    }

    fn make_name(&mut self, kind: &str, bytes: &[u8]) -> String {
        if kind == "message/rfc822" || kind == "message/global" {
            let inner = split_part(bytes);
            let subject = inner.header.first("Subject").map(|raw| read_name(raw, None, &mut self.problems));
            if let Some(name) = subject.and_then(|s| base_name(&s.replace(['/', '\\'], "-"))) {
                return format!("{}.eml", name.chars().take(100).collect::<String>());
            }
        }
        let extension = match kind {
            "message/rfc822" | "message/global" => "eml",
            "text/plain" | "message/delivery-status" | "text/rfc822-headers" => "txt",
            "text/html" => "html",
            "text/calendar" => "ics",
            "text/vcard" | "text/x-vcard" => "vcf",
            "text/csv" => "csv",
            "image/jpeg" | "image/jpg" => "jpg",
            "image/png" => "png",
            "image/gif" => "gif",
            "application/pdf" => "pdf",
            "application/pgp-signature" => "asc",
            "application/ms-tnef" => "dat",
            _ => "bin",
        };
        format!("attachment-{}.{extension}", self.attachments.len() + 1)
    }

    fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// The last step of a path, which old programs send whole.
fn base_name(name: &str) -> Option<String> {
    let name: String =
        name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let name = strip_invisible(&name);
    (!name.is_empty() && name != "." && name != "..").then(|| name.chars().take(255).collect())
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
    let pieces = reader.read_part(&part, 0, Place::Alone);
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

fn join_texts(texts: impl Iterator<Item = String>) -> String {
    let mut joined = String::new();
    for text in texts {
        if text.trim().is_empty() {
            continue;
        }
        if !joined.is_empty() {
            joined.truncate(joined.trim_end().len());
            joined.push_str("\n\n");
        }
        joined.push_str(&text);
    }
    joined
}

fn join_html(pieces: &[Piece]) -> String {
    let mut joined = String::new();
    for piece in pieces {
        match (&piece.html, &piece.plain) {
            (Some(html), _) => joined.push_str(html),
            (None, Some(plain)) => joined.push_str(&escape_html(&normal_text(plain))),
            _ => {}
        }
    }
    joined
}

/// NFC, LF, no NUL or other control characters, no white space at the end.
fn normal_text(text: &str) -> String {
    let text = nfc(text.into());
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    if text.chars().all(is_plain) {
        return text.trim_end().to_owned();
    }
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{c}', '\u{b}', '\u{85}'], "\n");
    text.chars().filter(|c| is_plain(*c)).collect::<String>().trim_end().to_owned()
}

/// RFC 3676: joins lines that were broken by the writing program and takes away the stuffed space.
fn unflow(text: &str, delete_space: bool) -> String {
    let mut flowed: Vec<String> = Vec::new();
    let mut open_quote: Option<usize> = None;
    for line in text.lines() {
        let quote = line.bytes().take_while(|&b| b == b'>').count();
        let content = &line[quote..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature = content == "-- ";
        let is_open = content.ends_with(' ') && !is_signature;
        let kept = if is_open && delete_space { &content[..content.len() - 1] } else { content };
        match flowed.last_mut() {
            Some(last) if open_quote == Some(quote) && !is_signature => last.push_str(kept),
            _ if quote > 0 => flowed.push(format!("{} {kept}", ">".repeat(quote))),
            _ => flowed.push(kept.to_owned()),
        }
        open_quote = is_open.then_some(quote);
    }
    flowed.join("\n")
}
