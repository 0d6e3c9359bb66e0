//! Reads the body of a message: which parts are its text, which are attachments, and what they are called.

use crate::calendar::read_meetings;
use crate::charset::{decode, nfc};
use crate::header::{Parameters, normal_id, read_ids, read_name, strip_invisible};
use crate::html::escape_html;
use crate::mime::{MAX_DEPTH, MAX_PARTS, Part, split_multipart, split_part};
use crate::{Attachment, Problem};

/// A stretch of the body that is read.
pub(crate) struct Piece {
    pub plain: Option<String>,
    pub html: Option<String>,
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
pub(crate) struct BodyReader {
    pub attachments: Vec<Attachment>,
    pub problems: Vec<Problem>,
    /// Invitations, a line each.
    pub meetings: Vec<String>,
    parts: usize,
}

impl BodyReader {
    /// Reads a whole message's body.
    pub fn read(&mut self, message: &Part<'_>) -> Vec<Piece> {
        self.read_part(message, 0, Place::Alone)
    }

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
        let in_html = || if kind == "text/html" { charset_in_html(&bytes) } else { None };
        let charset = content_type.plain("charset").or_else(in_html);
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
        if matches!(kind, "text/calendar" | "application/ics") {
            let charset = content_type.plain("charset");
            let meetings = read_meetings(&decode(&bytes, charset.as_deref(), &mut self.problems));
            // The same invitation often comes as a form of the text and as a file.
            let fresh = meetings.into_iter().filter(|one| !self.meetings.contains(one));
            let fresh: Vec<String> = fresh.collect();
            self.meetings.extend(fresh);
        }
        let disposition = Parameters::read(part.header.first("Content-Disposition").unwrap_or_default());
        let content_id = part
            .header
            .first("Content-ID")
            .and_then(|raw| read_ids(raw).into_iter().next().or_else(|| normal_id(&String::from_utf8_lossy(raw))));
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

    pub fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

/// The charset that HTML without a label names in its own head.
fn charset_in_html(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let (_, label) = head.split_once("charset=")?;
    let label = label.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.:".contains(c)).unwrap_or(label.len());
    Some(label[..end].to_owned()).filter(|label| !label.is_empty())
}

/// The last step of a path, which old programs send whole.
fn base_name(name: &str) -> Option<String> {
    let name: String =
        name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    let name = strip_invisible(&name);
    (!name.is_empty() && name != "." && name != "..").then(|| name.chars().take(255).collect())
}

pub(crate) fn join_texts(texts: impl Iterator<Item = String>) -> String {
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

pub(crate) fn join_html(pieces: &[Piece]) -> String {
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
pub(crate) fn normal_text(text: &str) -> String {
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
