//! Walks the MIME structure of a message: splits header from body and multiparts into parts, within bounds.
//!
//! A multipart is cut at its own boundary before its parts are looked at, so that a part that was never closed ends
//! where its parent goes on.

use crate::charset::find;
use crate::header::{Field, Fields, Parameters, decode_base64, decode_quoted_printable};

/// How deep multiparts may be nested; what lies deeper is kept whole as an attachment.
pub(crate) const MAX_DEPTH: usize = 32;
/// How many parts are read; the rest is kept whole as one attachment.
pub(crate) const MAX_PARTS: usize = 500;
/// How many header fields are read.
const MAX_FIELDS: usize = 5000;

/// One part: its header fields and its body, still encoded.
pub(crate) struct Part<'a> {
    pub header: Fields<'a>,
    pub body: &'a [u8],
    /// All bytes of the part.
    pub raw: &'a [u8],
}

/// Splits `raw` at the empty line. A header that is not followed by one ends where lines stop looking like fields.
pub(crate) fn split_part(raw: &[u8]) -> Part<'_> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let line = &raw[at..line_end(raw, at)];
        let next = at + line.len();
        if line.trim_ascii().is_empty() {
            at = next;
            break;
        }
        if matches!(line[0], b' ' | b'\t') {
            // A folded line belongs to the field before it; the values are slices of one block.
            if let Some(field) = fields.last_mut() {
                let begin = field.value.as_ptr() as usize - raw.as_ptr() as usize;
                field.value = &raw[begin..next];
            }
        } else if let Some(field) = read_field(line) {
            if fields.len() < MAX_FIELDS {
                fields.push(field);
            }
        } else if !is_envelope_line(line) && !is_field_next(raw, next) {
            break;
        }
        at = next;
    }
    Part { header: Fields { fields }, body: &raw[at..], raw }
}

fn line_end(raw: &[u8], at: usize) -> usize {
    raw[at..].iter().position(|&b| b == b'\n').map_or(raw.len(), |len| at + len + 1)
}

fn read_field(line: &[u8]) -> Option<Field<'_>> {
    let colon = line.iter().take(200).position(|&b| b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(|b| matches!(b, 33..=126));
    is_name.then(|| Field { name, value: &line[colon + 1..] })
}

/// The `From ` line of an mbox, quoted or not, left in front of a message.
fn is_envelope_line(line: &[u8]) -> bool {
    line.trim_ascii_start().strip_prefix(b">").unwrap_or(line).starts_with(b"From ")
}

/// Whether a broken line stands among fields rather than being the beginning of the body.
fn is_field_next(raw: &[u8], at: usize) -> bool {
    at < raw.len() && read_field(&raw[at..line_end(raw, at)]).is_some()
}

impl<'a> Part<'a> {
    pub fn content_type(&self) -> Parameters {
        Parameters::read(self.header.first("Content-Type").unwrap_or_default())
    }

    /// The body without its transfer encoding.
    pub fn decoded_body(&self) -> Vec<u8> {
        let encoding = self.header.first("Content-Transfer-Encoding").unwrap_or_default();
        match Parameters::read(encoding).value.as_str() {
            "base64" => decode_base64(self.body),
            "quoted-printable" => decode_quoted_printable(self.body),
            "x-uuencode" | "uuencode" | "x-uue" | "uue" => decode_uu(self.body).unwrap_or_else(|| self.body.to_vec()),
            _ => self.body.to_vec(),
        }
    }
}

/// What a multipart was cut into.
pub(crate) struct Pieces<'a> {
    pub parts: Vec<&'a [u8]>,
    /// What stands before the first boundary and after the last, where readers do not look.
    pub outside: [&'a [u8]; 2],
    /// Whether the closing boundary was there.
    pub is_closed: bool,
}

/// Cuts a multipart body at `boundary`, or at the line that serves as one if the declared boundary is not there.
pub(crate) fn split_multipart<'a>(body: &'a [u8], boundary: Option<&str>) -> Option<Pieces<'a>> {
    let declared = boundary.and_then(|boundary| cut_at(body, boundary.trim_end().as_bytes()));
    declared.or_else(|| cut_at(body, find_boundary(body)?))
}

fn cut_at<'a>(body: &'a [u8], boundary: &[u8]) -> Option<Pieces<'a>> {
    if boundary.is_empty() {
        return None;
    }
    let mut pieces = Pieces { parts: Vec::new(), outside: [b"", b""], is_closed: false };
    let (mut at, mut open) = (0, None);
    while at < body.len() {
        let end = line_end(body, at);
        let mark =
            body[at..end].strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)).map(<[u8]>::trim_ascii);
        if let Some(tail @ (b"" | b"--")) = mark {
            match open {
                Some(begin) => pieces.parts.push(without_line_end(&body[begin..at.max(begin)])),
                None => pieces.outside[0] = &body[..at],
            }
            open = Some(end);
            if tail == b"--" {
                pieces.is_closed = true;
                // Some programs close a multipart and then go on with it.
                let goes_on = find(&body[end..], &[b"--", boundary].concat()).is_some();
                if !goes_on {
                    pieces.outside[1] = &body[end..];
                    open = None;
                    break;
                }
            }
        }
        at = end;
    }
    if let Some(begin) = open {
        pieces.parts.push(&body[begin..]);
    }
    (!pieces.parts.is_empty()).then_some(pieces)
}

/// The line break before a boundary belongs to the boundary.
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Guesses the boundary of a multipart that does not name its own: a first line `--something` followed by a
/// field `Content-…`.
fn find_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while at < body.len() {
        let end = line_end(body, at);
        let line = body[at..end].trim_ascii_end();
        let next = &body[end..line_end(body, end.min(body.len()))];
        let is_header_next = next.len() > 8 && next[..8].eq_ignore_ascii_case(b"content-");
        match line.strip_prefix(b"--") {
            Some(boundary) if !boundary.is_empty() && is_header_next => return Some(boundary),
            _ => at = end,
        }
    }
    None
}

/// The first uuencoded file in `body`.
fn decode_uu(body: &[u8]) -> Option<Vec<u8>> {
    let mut lines = body.split(|&b| b == b'\n').map(<[u8]>::trim_ascii_end);
    lines.by_ref().find(|line| line.starts_with(b"begin "))?;
    let mut bytes = Vec::new();
    for line in lines.take_while(|line| *line != b"end") {
        let Some((&length, data)) = line.split_first() else { continue };
        let length = usize::from(length.wrapping_sub(32) & 63);
        let from = bytes.len();
        for group in data.chunks(4) {
            let value = |i: usize| u32::from(group.get(i).copied().unwrap_or(32).wrapping_sub(32) & 63);
            let word = value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3);
            bytes.extend_from_slice(&word.to_be_bytes()[1..]);
        }
        bytes.truncate(from + length);
    }
    Some(bytes)
}
