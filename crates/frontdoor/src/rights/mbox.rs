//! One mail after another in a file (mboxrd, after RFC 4155), and what was said elsewhere written as a mail (RFC 5322).
use base::Time;
use base64::{Engine, engine::general_purpose::STANDARD};
use conversations::{Attachment, Entry, Head};
use std::collections::HashMap;

/// Adds a mail. Lines that would read as the beginning of the next one get a `>`, also those that have some already.
pub fn add(out: &mut Vec<u8>, at: Time, mail: &[u8]) {
    out.extend(format!("From MAILER-DAEMON {}\n", asctime(at)).as_bytes());
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let marks = line.iter().take_while(|byte| **byte == b'>').count();
        if line[marks..].starts_with(b"From ") {
            out.push(b'>');
        }
        out.extend(line);
        out.push(b'\n');
    }
    out.push(b'\n');
}

/// An entry as a mail: UTF-8 in base64, its files as attachments.
pub fn compose(
    head: &Head,
    entry: &Entry,
    name: &str,
    address: Option<&str>,
    files: &HashMap<i64, (&Attachment, Vec<u8>)>,
) -> Vec<u8> {
    let boundary = format!("part-{}", entry.id);
    let from = match address.filter(|address| is_plain(address)) {
        Some(address) => format!("{} <{address}>", encode(name)),
        None => format!("{} <nobody@sarangbang.invalid>", encode(name)),
    };
    let subject = encode(head.subject.as_deref().unwrap_or_default());
    let mut mail = format!(
        "From: {from}\nDate: {}\nSubject: {subject}\nMessage-ID: <{}@sarangbang.invalid>\nX-Channel: {}\nMIME-Version: 1.0\n",
        rfc_date(entry.said_at),
        entry.id,
        head.channel
    );
    let text = format!(
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{}",
        lines_of(entry.text.as_bytes())
    );
    if files.is_empty() {
        mail.push_str(&text);
        return mail.into_bytes();
    }
    mail.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n--{boundary}\n{text}"));
    let mut places: Vec<&i64> = files.keys().collect();
    places.sort_unstable();
    for (file, bytes) in places.into_iter().map(|place| &files[place]) {
        let mime = if is_plain(&file.mime) { file.mime.as_str() } else { "application/octet-stream" };
        mail.push_str(&format!(
            "--{boundary}\nContent-Type: {mime}\nContent-Transfer-Encoding: base64\n\
             Content-Disposition: attachment; filename*=utf-8''{}\n\n{}",
            percent(&file.name),
            lines_of(bytes)
        ));
    }
    mail.push_str(&format!("--{boundary}--\n"));
    mail.into_bytes()
}

/// Printable ASCII without white space, brackets and quotes: fits into a header as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\(),;:".contains(&b))
}

/// A text in a header: encoded words of at most 75 characters (RFC 2047), each of whole characters.
fn encode(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.is_ascii() && line.len() < 70 && !line.contains(['<', '>', '"', '(', ')', ',', ';', ':', '@', '=', '?']) {
        return line;
    }
    let (mut words, mut part) = (Vec::new(), String::new());
    for c in line.chars() {
        if part.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut part));
        }
        part.push(c);
    }
    words.push(part);
    words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join("\n ")
}

fn percent(text: &str) -> String {
    let byte =
        |b: u8| if b.is_ascii_alphanumeric() || b"-._".contains(&b) { (b as char).into() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect::<Vec<String>>().concat()
}

/// Base64 in lines of 76 characters.
fn lines_of(bytes: &[u8]) -> String {
    let coded = STANDARD.encode(bytes);
    let mut out = String::with_capacity(coded.len() + coded.len() / 76 + 1);
    for line in coded.as_bytes().chunks(76) {
        out.extend(line.iter().map(|byte| *byte as char));
        out.push('\n');
    }
    out
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// (weekday, day, month, year, time of day), of the moment as RFC 3339 shows it in UTC.
fn parts(at: Time) -> (&'static str, String, &'static str, String, String) {
    let text = at.to_string();
    let month = text.get(5..7).and_then(|m| m.parse::<usize>().ok()).unwrap_or(1);
    // 1970-01-01 was a Thursday.
    let weekday = (at.0.div_euclid(Time::DAY) + 3).rem_euclid(7) as usize;
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().to_owned();
    (DAYS[weekday], part(8..10), MONTHS[(month - 1) % 12], part(0..4), part(11..19))
}

/// `Sat Nov 21 06:04:05 2026`
fn asctime(at: Time) -> String {
    let (weekday, day, month, year, clock) = parts(at);
    format!("{weekday} {month} {:>2} {clock} {year}", day.trim_start_matches('0'))
}

fn rfc_date(at: Time) -> String {
    let (weekday, day, month, year, clock) = parts(at);
    format!("{weekday}, {day} {month} {year} {clock} +0000")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_begin_a_mail_are_marked_and_read_back_as_they_were() {
        let mut out = Vec::new();
        let mail = b"Subject: x\n\nFrom here it goes on\n>From there\n>>From\n".to_vec();
        add(&mut out, Time::parse("2026-11-21T06:04:05Z").unwrap(), &mail);
        add(&mut out, Time::parse("2026-01-02T00:00:00Z").unwrap(), b"Subject: y\r\n\r\nno end");
        let text = String::from_utf8(out.clone()).unwrap();
        assert!(text.starts_with("From MAILER-DAEMON Sat Nov 21 06:04:05 2026\n"), "{text}");
        assert!(text.contains("\n>From here it goes on\n>>From there\n"), "{text}");
        let items: Vec<_> = mailkit::MboxReader::new(&out[..]).map(|item| item.unwrap().bytes).collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].trim_ascii_end(), mail.trim_ascii_end());
    }

    #[test]
    fn a_header_cannot_be_broken_out_of() {
        let encoded = encode("안녕하세요 사랑방입니다, 아주 긴 제목을 여러 조각으로\r\nBcc: x@y.example");
        assert!(encoded.split("\n ").all(|word| word.starts_with("=?utf-8?B?") && word.len() <= 75), "{encoded}");
        assert_eq!(percent("계약 서.pdf"), "%EA%B3%84%EC%95%BD%20%EC%84%9C.pdf");
        assert!(!is_plain("a@b>\nBcc: c") && is_plain("kim@soban.example"));
    }
}
