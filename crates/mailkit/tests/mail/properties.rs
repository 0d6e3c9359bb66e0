//! What holds for whatever comes in: nothing panics, nothing is out of bounds, sizes stay in proportion, nothing that runs is
//! left. Shared by the property tests and, included by path, by the targets of `fuzz/`.

use mailkit::machine::{MachineMail, classify};
use mailkit::{
    Address, MboxError, MboxReader, ParsedMail, normalised_subject, parse_mail, read_envelope, read_forwarded,
    read_html, split_reply, thread_keys,
};

/// A whole mail.
pub fn check_mail(bytes: &[u8]) -> ParsedMail {
    let mail = parse_mail(bytes);
    assert!(!mail.id.is_empty());
    for line in [&mail.subject, &mail.id].into_iter().chain(mail.attachments.iter().map(|a| &a.name)) {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    mail.from.iter().chain(&mail.sender).chain(&mail.to).chain(&mail.cc).for_each(check_address);
    assert!(!mail.text.contains(['\r', '\0']) && mail.text.trim_end() == mail.text);
    assert!(mail.attachments.iter().all(|a| !a.name.is_empty() && !a.name.contains(['/', '\\']) && a.name != ".."));
    assert!(mail.attachments.len() <= 600 && mail.text.len() <= 8 * bytes.len() + 4000);
    let keys = thread_keys(&mail);
    assert!(!keys.parents.contains(&keys.own));
    check_reply(&mail.text);
    normalised_subject(&mail.subject);
    mail.html.iter().for_each(|html| check_cleaned(html));
    if let Some(forwarded) = read_forwarded(&mail) {
        check_address(&forwarded.from);
    }
    mail
}

fn check_address(address: &Address) {
    for part in [Some(&address.email), address.name.as_ref()].into_iter().flatten() {
        assert!(!part.contains(['\r', '\n', '\0']), "{address:?}");
    }
}

/// The value of header fields: addresses, a subject, a name of a file, ids.
pub fn check_header(value: &[u8]) {
    for name in ["From", "To", "Subject", "References", "Date", "Content-Type", "Content-Disposition"] {
        check_mail(&[name.as_bytes(), b": ", value, b"\r\n\r\ntext"].concat());
    }
}

/// A page from a stranger.
pub fn check_html(html: &str) {
    let text = read_html(html);
    assert!(text.len() <= 8 * html.len() + 4000);
    check_mail(format!("Content-Type: text/html; charset=utf-8\r\n\r\n{html}").as_bytes());
}

/// What is left of a page holds no tag and no attribute that runs or calls home.
fn check_cleaned(html: &str) {
    const NEVER: [&str; 16] = [
        "script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "meta", "base", "link",
        "video", "audio", "template", "noscript",
    ];
    for (tag, values) in list_tags(html) {
        let mut words = tag.split(|letter: char| letter.is_whitespace() || letter == '=' || letter == '/');
        let name = words.next().unwrap_or_default();
        assert!(!NEVER.contains(&name), "<{name}> in {html}");
        let is_harmful = |word: &str| word.starts_with("on") || ["id", "class", "name", "background"].contains(&word);
        assert!(!words.any(is_harmful), "<{tag}> in {html}");
        let leads = |scheme: &str| values.iter().any(|value| value.trim_start().starts_with(scheme));
        assert!(!["javascript:", "vbscript:", "data:text"].into_iter().any(leads), "{values:?} in {html}");
    }
}

/// The tags of a page in small letters, each beside the values of its attributes, which stand in double quotes.
fn list_tags(html: &str) -> Vec<(String, Vec<String>)> {
    let (mut tags, mut rest) = (Vec::new(), html);
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let (mut tag, mut values, mut is_value, mut end) = (String::new(), Vec::<String>::new(), false, rest.len());
        for (at, letter) in rest.char_indices() {
            match letter {
                '"' if is_value => is_value = false,
                '"' => {
                    is_value = true;
                    values.push(String::new());
                }
                '>' if !is_value => {
                    end = at;
                    break;
                }
                _ if is_value => {
                    values.last_mut().into_iter().for_each(|value| value.push(letter.to_ascii_lowercase()))
                }
                _ => tag.push(letter.to_ascii_lowercase()),
            }
        }
        rest = &rest[end..];
        tags.push((tag, values));
    }
    tags
}

/// A mail of a program, and its outside.
pub fn check_machine(bytes: &[u8]) {
    let mail = check_mail(bytes);
    if let Some(MachineMail::Bounce(report) | MachineMail::Delayed(report)) = classify(bytes) {
        for one in &report.recipients {
            let parts = [&one.address, &one.status, &one.said];
            assert!(parts.into_iter().all(|part| !part.contains(['\r', '\n', '\0'])), "{one:?}");
        }
    }
    let envelope = read_envelope(bytes, &mail, Some("mx"));
    envelope.delivered_to.iter().for_each(check_address);
    assert_eq!(envelope.body_hash, read_envelope(bytes, &mail, None).body_hash);
}

/// The text of a reply.
pub fn check_reply(text: &str) {
    let reply = split_reply(text);
    let len = text.chars().count();
    let mut folded: Vec<_> = reply.quoted.iter().chain(&reply.signature).collect();
    folded.sort_by_key(|range| range.start);
    assert!(folded.iter().all(|range| range.start < range.end && range.end <= len));
    assert!(folded.windows(2).all(|pair| pair[0].end <= pair[1].start), "{reply:?}");
    // Nothing is lost: each character that is no blank is visible or folded, never both.
    let mut count = vec![0u8; len];
    for range in folded.into_iter().cloned().chain(reply.visible(text)) {
        count[range].iter_mut().for_each(|c| *c += 1);
    }
    assert!(text.chars().zip(count).all(|(c, n)| n == 1 || n == 0 && c.is_whitespace()), "{text:?} {reply:?}");
}

/// What stands in an invitation.
pub fn check_calendar(lines: &[u8]) {
    let begin = b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261130\r\n";
    check_mail(&[&begin[..], lines, b"\r\nEND:VEVENT\r\n"].concat());
}

/// An archive: every byte belongs to one mail, and reading can be resumed where any of them ends.
pub fn check_mbox(rest: &[u8], limit: usize) {
    let mbox = [b"From x Sat Nov 21 15:04:05 2026\n".as_slice(), rest].concat();
    let (mut end, mut mails) = (0, 0);
    for item in MboxReader::new(&mbox[..]).with_limit(limit) {
        let (item_offset, item_end) = match item {
            Ok(item) => {
                assert!(item.bytes.len() <= limit);
                (item.offset, item.end)
            }
            Err(MboxError::TooBig { offset, end, .. }) => (offset, end),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(item_offset, end);
        (end, mails) = (item_end, mails + 1);
    }
    assert_eq!(end, mbox.len() as u64);
    if let Some(Ok(first)) = MboxReader::new(&mbox[..]).next() {
        let resumed = MboxReader::resumed(&mbox[first.end as usize..], first.end);
        assert_eq!(resumed.count() + 1, mails);
    }
}
