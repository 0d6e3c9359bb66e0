//! Reads header values from their raw bytes: encoded words, parameters, addresses and ids.
//!
//! Bytes, not text, because a Korean syllable may be split over two encoded words or two parameter segments, and
//! because raw 8-bit headers must be decoded as carefully as bodies.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;

use crate::Problem;
use crate::charset::{decode, find, nfc};

/// One mailbox of a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The display name, decoded, NFC. Never used to find the address: a name may contain anything.
    pub name: Option<String>,
    /// `local@domain` as written. Empty when the header names somebody without giving an address.
    pub email: String,
}

/// A header field: its name and its raw value, still folded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    pub name: &'a [u8],
    pub value: &'a [u8],
}

/// The fields of one header block, in their order.
pub(crate) struct Fields<'a> {
    pub fields: Vec<Field<'a>>,
}

impl<'a> Fields<'a> {
    /// All values of a field in their order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().filter(move |f| f.name.eq_ignore_ascii_case(name.as_bytes())).map(|f| f.value)
    }

    pub fn first(&self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }
}

/// A decoded header text on one line: no line breaks or other control characters survive.
pub(crate) fn read_text(raw: &[u8], hint: Option<&str>, problems: &mut Vec<Problem>) -> String {
    let text = decode_words(&unfold(raw), hint, problems);
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => {}
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => line.push(' '),
            c => line.push(c),
        }
    }
    nfc(Cow::Borrowed(line.trim()))
}

/// A name that is shown beside others: no invisible or direction-changing characters.
pub(crate) fn read_name(raw: &[u8], hint: Option<&str>, problems: &mut Vec<Problem>) -> String {
    strip_invisible(&read_text(raw, hint, problems))
}

pub(crate) fn strip_invisible(text: &str) -> String {
    let is_invisible = |c: char| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}');
    text.chars().filter(|c| !is_invisible(*c)).collect::<String>().trim().to_owned()
}

/// Joins folded lines: a line break with the white space that follows becomes one space.
pub(crate) fn unfold(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return Cow::Borrowed(raw.trim_ascii());
    }
    let mut line = Vec::with_capacity(raw.len());
    let mut at_fold = false;
    for &byte in raw {
        match byte {
            0 => {}
            b'\r' | b'\n' => at_fold = true,
            b' ' | b'\t' if at_fold => {}
            byte => {
                if std::mem::take(&mut at_fold) {
                    line.push(b' ');
                }
                line.push(byte);
            }
        }
    }
    Cow::Owned(line.trim_ascii().to_vec())
}

/// Decodes the encoded words (RFC 2047) of an unfolded value. Neighbouring words of one charset are joined as bytes
/// before they are decoded, so that a syllable may be split between them.
pub(crate) fn decode_words(raw: &[u8], hint: Option<&str>, problems: &mut Vec<Problem>) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut word: Option<(String, Vec<u8>)> = None;
    let (mut from, mut at) = (0, 0);
    while let Some(found) = find(&raw[at..], b"=?") {
        let begin = at + found;
        let Some((charset, bytes, end)) = read_word(&raw[begin..]) else {
            at = begin + 2;
            continue;
        };
        let between = &raw[from..begin];
        match &mut word {
            Some((label, pending)) if between.trim_ascii().is_empty() && label.eq_ignore_ascii_case(charset) => {
                pending.extend_from_slice(&bytes);
            }
            _ => {
                let is_joined = word.is_some() && between.trim_ascii().is_empty();
                flush_word(&mut word, &mut text, problems);
                if !is_joined {
                    text.push_str(&decode(between, hint, problems));
                }
                word = Some((charset.to_owned(), bytes));
            }
        }
        at = begin + end;
        from = at;
    }
    flush_word(&mut word, &mut text, problems);
    text.push_str(&decode(&raw[from..], hint, problems));
    text
}

fn flush_word(word: &mut Option<(String, Vec<u8>)>, text: &mut String, problems: &mut Vec<Problem>) {
    if let Some((charset, bytes)) = word.take() {
        text.push_str(&decode(&bytes, Some(&charset), problems));
    }
}

/// The longest encoded word that is looked for; the standard allows 75 bytes, programs write more.
const MAX_WORD: usize = 8192;

/// `=?charset?B?…?=` at the beginning of `raw`: the charset, the bytes it stands for, and its length.
fn read_word(raw: &[u8]) -> Option<(&str, Vec<u8>, usize)> {
    let window = &raw[..raw.len().min(MAX_WORD)];
    let rest = &window[2..];
    let charset_len = rest.iter().take(64).position(|&b| b == b'?')?;
    let charset = std::str::from_utf8(&rest[..charset_len]).ok()?;
    if charset.is_empty() || charset.bytes().any(|b| b.is_ascii_whitespace()) {
        return None;
    }
    // RFC 2231 lets a language follow the charset: `utf-8*ko`.
    let charset = charset.split('*').next().unwrap_or(charset);
    let encoding = *rest.get(charset_len + 1)?;
    if rest.get(charset_len + 2) != Some(&b'?') {
        return None;
    }
    let begin = 2 + charset_len + 3;
    let data = &window[begin..];
    let (len, mark) = match find(data, b"?=") {
        Some(len) => (len, 2),
        // The last word of a cut header may lack its end.
        None if window.len() == raw.len() && !data.iter().any(u8::is_ascii_whitespace) => (data.len(), 0),
        None => return None,
    };
    let bytes = match encoding {
        b'B' | b'b' => decode_base64(&data[..len]),
        b'Q' | b'q' => decode_q(&data[..len]),
        _ => return None,
    };
    Some((charset, bytes, begin + len + mark))
}

fn decode_q(data: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = data.iter().map(|&b| if b == b'_' { b' ' } else { b }).collect();
    decode_hex(&spaced, b'=')
}

/// Replaces `mark` and two hexadecimal digits by the byte they stand for; anything else stands for itself.
fn decode_hex(data: &[u8], mark: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        match data.get(i + 1..i + 3).filter(|_| data[i] == mark).and_then(hex_byte) {
            Some(byte) => {
                bytes.push(byte);
                i += 3;
            }
            None => {
                bytes.push(data[i]);
                i += 1;
            }
        }
    }
    bytes
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    Some(digit(digits[0])? << 4 | digit(digits[1])?)
}

/// Base64 that forgives: padding is not needed, a few stray bytes are passed over, and what a mailing list added in
/// plain text below, or all of it if it is no base64, stands for itself.
pub(crate) fn decode_base64(data: &[u8]) -> Vec<u8> {
    if let Some(bytes) = base64_decode(data) {
        return bytes;
    }
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=') || b.is_ascii_whitespace();
    let stray = data.iter().filter(|b| !is_base64(b)).count();
    if stray * 100 <= data.len() {
        let clean: Vec<u8> = data.iter().copied().filter(is_base64).collect();
        return base64_decode(&clean).unwrap_or_else(|| data.to_vec());
    }
    let lines = data.split_inclusive(|&b| b == b'\n');
    let len = lines.take_while(|line| line.iter().all(is_base64)).map(<[u8]>::len).sum();
    let (encoded, added) = data.split_at(len);
    let mut bytes = base64_decode(encoded).unwrap_or_else(|| encoded.to_vec());
    if !bytes.is_empty() && !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(added);
    bytes
}

/// Quoted-printable that forgives: `=` before anything but two digits or a line end stands for itself.
pub(crate) fn decode_quoted_printable(data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len());
    for line in data.split_inclusive(|&b| b == b'\n') {
        let text = line.trim_ascii_end();
        let end = &line[line.len() - line.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count()..];
        match text.strip_suffix(b"=") {
            Some(soft) => bytes.extend(decode_hex(soft, b'=')),
            None => {
                bytes.extend(decode_hex(text, b'='));
                bytes.extend_from_slice(end);
            }
        }
    }
    bytes
}

/// A value with parameters, such as `text/plain; charset=euc-kr`.
pub(crate) struct Parameters {
    /// The value before the first semicolon, in lower case.
    pub value: String,
    params: Vec<(String, Vec<u8>)>,
}

impl Parameters {
    pub fn read(raw: &[u8]) -> Parameters {
        let line = unfold(raw);
        let head = line.split(|&b| b == b';').next().unwrap_or_default();
        let value = String::from_utf8_lossy(head).to_ascii_lowercase();
        let value = value.split(['(', ' ', '\t']).find(|s| !s.is_empty()).unwrap_or_default().to_owned();
        let mut params = Vec::new();
        let mut rest = line.get(head.len()..).unwrap_or_default();
        while let Some(eq) = rest.iter().position(|&b| b == b'=') {
            let name = String::from_utf8_lossy(&rest[..eq]);
            let name = name.trim_matches(|c: char| c == ';' || c.is_whitespace()).to_ascii_lowercase();
            let (value, after) = read_parameter_value(&rest[eq + 1..]);
            params.push((name.rsplit([';', ' ']).next().unwrap_or_default().to_owned(), value));
            rest = after;
        }
        Parameters { value, params }
    }

    /// A parameter as it stands, in ASCII, such as a boundary or a charset.
    pub fn plain(&self, name: &str) -> Option<String> {
        let bytes = match self.raw(name) {
            Some(bytes) => bytes.clone(),
            None => self.extended(name)?.1,
        };
        Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()).filter(|s| !s.is_empty())
    }

    /// The bytes of a parameter as they stand.
    pub fn raw(&self, name: &str) -> Option<&Vec<u8>> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// A parameter as text: RFC 2231 segments, or encoded words, or raw 8-bit bytes.
    pub fn text(&self, name: &str, hint: Option<&str>, problems: &mut Vec<Problem>) -> Option<String> {
        if let Some((charset, bytes)) = self.extended(name) {
            // Programs put encoded words into segments too.
            let text = if find(&bytes, b"=?").is_some() {
                read_name(&bytes, charset.as_deref().or(hint), problems)
            } else {
                let text = decode(&bytes, charset.as_deref().or(hint), problems);
                strip_invisible(&nfc(text))
            };
            return Some(text).filter(|s| !s.is_empty());
        }
        let raw = self.raw(name)?;
        Some(read_name(raw, hint, problems)).filter(|s| !s.is_empty())
    }

    /// The joined bytes of `name*`, or `name*0*`, `name*1`, … (RFC 2231), and their charset.
    fn extended(&self, name: &str) -> Option<(Option<String>, Vec<u8>)> {
        let mut segments: Vec<(usize, bool, &[u8])> = Vec::new();
        for (key, value) in &self.params {
            let Some(tail) = key.strip_prefix(name).and_then(|t| t.strip_prefix('*')) else { continue };
            let (number, is_encoded) = match tail.strip_suffix('*') {
                Some(number) => (number, true),
                None => (tail, tail.is_empty()),
            };
            let number = if number.is_empty() { Some(0) } else { number.parse().ok() };
            segments.push((number?, is_encoded, value));
        }
        if segments.is_empty() {
            return None;
        }
        segments.sort_by_key(|(number, ..)| *number);
        let (mut charset, mut bytes) = (None, Vec::new());
        for (i, (_, is_encoded, value)) in segments.iter().enumerate() {
            let mut value = *value;
            if i == 0 && *is_encoded {
                let mut pieces = value.splitn(3, |&b| b == b'\'');
                if let (Some(label), Some(_), Some(rest)) = (pieces.next(), pieces.next(), pieces.next()) {
                    charset = Some(String::from_utf8_lossy(label).into_owned()).filter(|s| !s.is_empty());
                    value = rest;
                }
            }
            match is_encoded {
                true => bytes.extend(decode_hex(value, b'%')),
                false => bytes.extend_from_slice(value),
            }
        }
        Some((charset, bytes))
    }
}

/// The value after `=`, and what follows its semicolon.
fn read_parameter_value(raw: &[u8]) -> (Vec<u8>, &[u8]) {
    let raw = raw.trim_ascii_start();
    let Some(quoted) = raw.strip_prefix(b"\"") else {
        let end = raw.iter().position(|&b| b == b';').unwrap_or(raw.len());
        return (raw[..end].trim_ascii().to_vec(), &raw[end..]);
    };
    let mut value = Vec::new();
    let mut i = 0;
    while i < quoted.len() {
        match quoted[i] {
            b'"' => return (value, &quoted[i + 1..]),
            b'\\' if matches!(quoted.get(i + 1), Some(b'"' | b'\\')) => {
                value.push(quoted[i + 1]);
                i += 1;
            }
            byte => value.push(byte),
        }
        i += 1;
    }
    (value, &[])
}

/// The mailboxes of an address header. Encoded words are decoded in names only, never inside an address:
/// `=?utf-8?q?=40attacker.example?=@example.com` stays the nonsense it is.
pub(crate) fn read_addresses(raw: &[u8], hint: Option<&str>, problems: &mut Vec<Problem>) -> Vec<Address> {
    let line = unfold(raw);
    let mut list = AddressList { hint, problems, found: Vec::new(), unfinished: Vec::new() };
    let mut mailbox = Mailbox::default();
    let (mut in_quotes, mut depth, mut in_angle) = (false, 0usize, false);
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let buffer = if depth > 0 {
            &mut mailbox.comment
        } else if in_angle {
            &mut mailbox.angle
        } else {
            &mut mailbox.phrase
        };
        match byte {
            b'\\' if in_quotes || depth > 0 => buffer.extend(bytes.next()),
            b'"' if depth == 0 => {
                in_quotes = !in_quotes;
                mailbox.was_quoted = true;
            }
            byte if in_quotes => buffer.push(byte),
            b'(' if !in_angle => {
                if depth > 0 {
                    buffer.push(byte);
                }
                depth += 1;
            }
            b')' if depth > 0 => {
                depth -= 1;
                if depth > 0 {
                    buffer.push(byte);
                }
            }
            byte if depth > 0 => buffer.push(byte),
            b'<' => {
                in_angle = true;
                mailbox.has_angle = true;
                // `<<a@b>>` and `Name <x> <a@b>`: the last one counts.
                mailbox.angle.clear();
            }
            b'>' => in_angle = false,
            b',' if in_angle && bytes.peek().is_some_and(|b| *b == b'@') => buffer.push(byte),
            b',' | b';' => {
                in_angle = false;
                list.finish(std::mem::take(&mut mailbox));
            }
            // A group, `Friends: a@b, c@d;`: its members are what counts.
            b':' if !in_angle && !mailbox.was_quoted && !buffer.contains(&b'@') => {
                list.unfinished.clear();
                mailbox = Mailbox::default();
            }
            byte => buffer.push(byte),
        }
    }
    list.finish(mailbox);
    list.flush_unfinished();
    list.found
}

#[derive(Default)]
struct Mailbox {
    phrase: Vec<u8>,
    angle: Vec<u8>,
    comment: Vec<u8>,
    has_angle: bool,
    was_quoted: bool,
}

struct AddressList<'a> {
    hint: Option<&'a str>,
    problems: &'a mut Vec<Problem>,
    found: Vec<Address>,
    /// The beginning of a name that was cut at an unquoted comma: `Kim, Minsu <minsu@example.com>`.
    unfinished: Vec<u8>,
}

impl AddressList<'_> {
    fn finish(&mut self, mut mailbox: Mailbox) {
        let phrase = mailbox.phrase.trim_ascii();
        if mailbox.has_angle {
            let email = read_email(&mailbox.angle);
            if !email.contains('@') && phrase.contains(&b'@') {
                self.flush_unfinished();
                return self.push(&mailbox.angle, read_email(phrase));
            }
            if !self.unfinished.is_empty() {
                let mut name = std::mem::take(&mut self.unfinished);
                name.extend_from_slice(b", ");
                name.extend_from_slice(phrase);
                mailbox.phrase = name;
            }
            let name = if mailbox.phrase.trim_ascii().is_empty() { &mailbox.comment } else { &mailbox.phrase };
            return self.push(name, email);
        }
        let has_at = |word: &[u8]| word.contains(&b'@') && !(word.starts_with(b"=?") && word.ends_with(b"?="));
        if phrase.contains(&b'@') && mailbox.was_quoted {
            self.flush_unfinished();
            return self.push(&mailbox.comment, read_email(phrase));
        }
        if let Some(word) = phrase.split(u8::is_ascii_whitespace).rfind(|word| has_at(word)) {
            self.flush_unfinished();
            let words = phrase.split(u8::is_ascii_whitespace).filter(|w| *w != word && !w.is_empty());
            let rest = words.collect::<Vec<_>>().join(&b' ');
            let name = if mailbox.comment.is_empty() { rest } else { mailbox.comment };
            return self.push(&name, read_email(word));
        }
        if !phrase.is_empty() {
            if !self.unfinished.is_empty() {
                self.unfinished.extend_from_slice(b", ");
            }
            self.unfinished.extend_from_slice(phrase);
        }
    }

    /// A name that never got its address, or a bare local name such as `root`.
    fn flush_unfinished(&mut self) {
        let phrase = std::mem::take(&mut self.unfinished);
        match phrase.iter().any(|b| b.is_ascii_whitespace() || !b.is_ascii()) || phrase.starts_with(b"=?") {
            _ if phrase.is_empty() => {}
            true => self.push(&phrase, String::new()),
            false => self.push(b"", read_email(&phrase)),
        }
    }

    fn push(&mut self, name: &[u8], email: String) {
        let name = read_name(name, self.hint, self.problems);
        let name = name.trim_matches(|c| c == '\'' || c == '"').trim();
        let name = Some(name.to_owned()).filter(|n| !n.is_empty() && *n != email);
        if name.is_some() || !email.is_empty() {
            self.found.push(Address { name, email });
        }
    }
}

fn read_email(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    // A source route, `@relay.example:user@example.com`, is history; the mailbox follows the colon.
    let text = match text.strip_prefix('@').and_then(|route| route.split_once(':')) {
        Some((_, mailbox)) => mailbox,
        None => text,
    };
    text.trim_matches(|c| c == '\'' || c == '"').to_owned()
}

/// The most ids one field may name; the last ones are kept, being the nearest.
const MAX_IDS: usize = 1000;

/// The message ids of a field, without brackets, in their order.
pub(crate) fn read_ids(raw: &[u8]) -> Vec<String> {
    let text = match find(raw, b"=?") {
        Some(_) => decode_words(&unfold(raw), None, &mut Vec::new()),
        None => String::from_utf8_lossy(raw).into_owned(),
    };
    let mut ids = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let Some(end) = after.find(['>', '<']) else { break };
        if after.as_bytes()[end] == b'>' {
            ids.extend(normal_id(&after[..end]));
            rest = &after[end + 1..];
        } else {
            rest = &after[end..];
        }
    }
    if ids.is_empty() {
        let tokens = text.split(|c: char| c.is_whitespace() || ",;\"<>".contains(c));
        ids.extend(tokens.filter(|t| t.contains('@')).filter_map(normal_id));
    }
    ids.split_off(ids.len().saturating_sub(MAX_IDS))
}

/// An id without white space and control characters; `None` if nothing that could be one is left.
pub(crate) fn normal_id(id: &str) -> Option<String> {
    let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !"<>".contains(*c)).collect();
    (!id.is_empty() && id.len() <= 998 && id != "@").then_some(id)
}
