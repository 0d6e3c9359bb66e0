//! One message, written: a letter of ours as the bytes that go out. Nothing in it can become a header that was not meant.

use crate::Address;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address as Written;
use mail_builder::headers::{HeaderType, date::Date, message_id::MessageId, raw::Raw, text::Text};

/// The longest address (RFC 5321 §4.5.3.1.3) and its part before the `@`.
const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL: usize = 64;
/// A Message-ID that others may carry on; a line has room for 998.
const LONGEST_ID: usize = 500;

/// What is to go out. Addresses were checked with [`check_address`].
#[derive(Debug, Clone, Default)]
pub struct Letter {
    pub from: Address,
    /// Where answers are to go, unless to `from`.
    pub reply_to: Option<String>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: String,
    /// Without brackets.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    /// Oldest first.
    pub references: Vec<String>,
    /// Microseconds since 1970 UTC.
    pub date: i64,
    /// Plain text; it goes out as UTF-8.
    pub text: String,
    /// The same as HTML, for those who like it better; the plain text stays beside it.
    pub html: Option<String>,
    /// Headers of machines, such as `Auto-Submitted`.
    pub headers: Vec<(&'static str, String)>,
    /// Files that go with it: name, type, bytes.
    pub files: Vec<(String, String, Vec<u8>)>,
}

/// A part of a letter that would not be what it is meant to be on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable(pub &'static str);

/// Writes a letter (RFC 5322, with CRLF). Refuses line breaks and other control characters wherever they could begin a
/// header of their own, and ids that are none.
pub fn compose(letter: &Letter) -> Result<Vec<u8>, Unwritable> {
    let plain = |what: &'static str, text: &str| {
        if text.chars().any(char::is_control) { Err(Unwritable(what)) } else { Ok(()) }
    };
    plain("subject", &letter.subject)?;
    for one in [&letter.from].into_iter().chain(&letter.to).chain(&letter.cc) {
        plain("name", one.name.as_deref().unwrap_or_default())?;
        check_address(&one.email).filter(|address| *address == one.email).ok_or(Unwritable("address"))?;
    }
    if let Some(address) = &letter.reply_to {
        check_address(address).filter(|checked| checked == address).ok_or(Unwritable("reply_to"))?;
    }
    for id in [&letter.message_id].into_iter().chain(&letter.in_reply_to).chain(&letter.references) {
        is_message_id(id).then_some(()).ok_or(Unwritable("message_id"))?;
    }
    for (_, value) in &letter.headers {
        (value.is_ascii() && plain("header", value).is_ok()).then_some(()).ok_or(Unwritable("header"))?;
    }
    for (name, kind, _) in &letter.files {
        plain("file", name)?;
        plain("file", kind)?;
    }
    let mut mail = MessageBuilder::new()
        .from(written(&letter.from))
        .subject(Text::new(letter.subject.as_str()))
        .message_id(letter.message_id.as_str())
        .date(Date::new(letter.date.div_euclid(1_000_000)))
        .text_body(letter.text.as_str());
    if let Some(html) = &letter.html {
        mail = mail.html_body(html.as_str());
    }
    if !letter.to.is_empty() {
        mail = mail.to(Written::new_list(letter.to.iter().map(written).collect()));
    }
    if !letter.cc.is_empty() {
        mail = mail.cc(Written::new_list(letter.cc.iter().map(written).collect()));
    }
    if let Some(address) = &letter.reply_to {
        mail = mail.reply_to(Written::new_address(letter.from.name.clone(), address.clone()));
    }
    if let Some(id) = &letter.in_reply_to {
        mail = mail.in_reply_to(id.as_str());
    }
    if !letter.references.is_empty() {
        mail = mail.references(MessageId::new_list(letter.references.iter().map(String::as_str)));
    }
    for (name, value) in &letter.headers {
        mail = mail.header(*name, HeaderType::Raw(Raw::new(value.as_str())));
    }
    for (name, kind, bytes) in &letter.files {
        mail = mail.attachment(kind.as_str(), name.as_str(), bytes.as_slice());
    }
    mail.write_to_vec().map_err(|_| Unwritable("message"))
}

fn written(one: &Address) -> Written<'_> {
    Written::new_address(one.name.as_deref(), one.email.as_str())
}

/// An address that mail can be sent to, as it goes on the wire: without white space around it, its domain in ASCII
/// (`문의@예시.한국` has none: its local part would need a server that takes UTF-8). Nothing for what is none. Only plain
/// local parts: a quoted one may hide anything, and nobody writes one.
pub fn check_address(text: &str) -> Option<String> {
    let (local, domain) = text.trim().rsplit_once('@')?;
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_local = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && local.chars().all(is_atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    // A name of a host in an address is written as it is; in a URL it might be escaped.
    if !is_local || domain.len() > LONGEST_ADDRESS || domain.ends_with('.') || domain.contains('%') {
        return None;
    }
    let domain = ascii_domain(domain)?;
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let address = format!("{local}@{domain}");
    (domain.split('.').all(is_label) && address.len() <= LONGEST_ADDRESS).then_some(address)
}

/// A domain as it goes on the wire, which is also how two spellings of it are one: `예시.한국` and `xn--vv4b11d.xn--3e0b707e`.
pub fn ascii_domain(domain: &str) -> Option<String> {
    match url::Host::parse(domain).ok()? {
        url::Host::Domain(domain) => Some(domain),
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => None,
    }
}

/// Whether others can be told this Message-ID: `left@right` of printable ASCII without white space or brackets. What mails
/// without one are called among us, and namesakes, are none.
pub fn is_message_id(id: &str) -> bool {
    let is_sign = |b: u8| b.is_ascii_graphic() && !b"<>()[]\\\"#,;".contains(&b);
    let halves = id.split_once('@');
    id.len() <= LONGEST_ID
        && id.bytes().all(is_sign)
        && halves.is_some_and(|(left, right)| !left.is_empty() && !right.is_empty() && !right.contains('@'))
        && !id.ends_with("@no-message-id.invalid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_mail;

    fn address(name: &str, email: &str) -> Address {
        Address { name: Some(name.to_owned()).filter(|name| !name.is_empty()), email: email.into() }
    }

    fn letter() -> Letter {
        Letter {
            from: address("소반 고객지원", "help@soban.example"),
            to: vec![address("김민지", "minji@example.com")],
            subject: "Re: 견적서를 다시 보내 주실 수 있을까요? 지난번 것은 열리지 않아서요".into(),
            message_id: "0123.abc@soban.example".into(),
            date: 1_795_000_000_000_000,
            text: "안녕하세요.\n.\n..둘\nFrom 처음\n\n-- \n소반 드림\n".into(),
            ..Letter::default()
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut one = letter();
        one.reply_to = Some("help+x.y@soban.example".into());
        one.cc = vec![address("Kim, \"Jun\" <boss>", "jun@example.com"), address("", "a@example.com")];
        one.in_reply_to = Some("parent@example.com".into());
        one.references = (0..20).map(|n| format!("{n}.{}@example.com", "r".repeat(60))).collect();
        one.headers = vec![("Auto-Submitted", "auto-replied".into())];
        one.files = vec![("견적서 2026년.pdf".into(), "application/pdf".into(), vec![0, 1, 2, 255])];
        let bytes = compose(&one).unwrap();
        let mail = parse_mail(&bytes);
        assert_eq!(mail.problems, [], "{}", String::from_utf8_lossy(&bytes));
        assert_eq!(mail.subject, one.subject);
        assert_eq!((mail.from.as_ref(), &mail.to, &mail.cc), (Some(&one.from), &one.to, &one.cc));
        assert_eq!(mail.reply_to[0].email, "help+x.y@soban.example");
        assert_eq!(mail.message_id.as_deref(), Some("0123.abc@soban.example"));
        assert_eq!(mail.in_reply_to, ["parent@example.com"]);
        assert_eq!(mail.references, one.references);
        assert_eq!(mail.date, Some(one.date));
        assert_eq!(mail.text.trim_end(), one.text.trim_end());
        assert!(mail.auto_submitted);
        assert_eq!(
            (mail.attachments[0].name.as_str(), &mail.attachments[0].bytes),
            ("견적서 2026년.pdf", &vec![0, 1, 2, 255])
        );
        let lines = bytes.split(|b| *b == b'\n');
        assert!(lines.clone().all(|line| line.len() <= 998 && (line.is_empty() || line.ends_with(b"\r"))));
        assert!(bytes.is_ascii(), "any server takes it");
    }

    #[test]
    fn a_line_break_never_begins_a_header() {
        let trick = "x\r\nBcc: everybody@example.com";
        let tricks: [fn(&mut Letter, &str); 9] = [
            |letter, trick| letter.subject = trick.into(),
            |letter, trick| letter.from.name = Some(trick.into()),
            |letter, trick| letter.to[0].name = Some(trick.into()),
            |letter, trick| letter.to[0].email = format!("{trick}@example.com"),
            |letter, trick| letter.reply_to = Some(trick.into()),
            |letter, trick| letter.message_id = trick.into(),
            |letter, trick| letter.in_reply_to = Some(trick.into()),
            |letter, trick| letter.references = vec!["a@b".into(), trick.into()],
            |letter, trick| letter.headers = vec![("Auto-Submitted", trick.into())],
        ];
        for (at, set) in tricks.iter().enumerate() {
            for trick in [trick, "x\nBcc: a@example.com", "x\rBcc: a@example.com", "x\u{85}y", "x\0y"] {
                let mut one = letter();
                set(&mut one, trick);
                assert!(compose(&one).is_err(), "{at}: {trick:?}");
            }
        }
        let mut one = letter();
        one.text = "first\r\n\r\nBcc: a@example.com\r\n.\r\nQUIT\r\n".into();
        let mail = parse_mail(&compose(&one).unwrap());
        assert!(mail.text.contains("Bcc: a@example.com"), "in the text it is text");
    }

    #[test]
    fn only_what_can_be_sent_to_is_an_address() {
        for good in ["a@b", "minji+x@sub.example.com", "o'neil_%=!@example.com"] {
            assert_eq!(check_address(good).as_deref(), Some(good));
        }
        assert_eq!(check_address(" Minji@EXAMPLE.com "), Some("Minji@example.com".into()));
        assert_eq!(check_address("a@예시.한국"), Some("a@xn--vv4b11d.xn--3e0b707e".into()));
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c",
            "a@b c",
            "a@b\r\nRCPT TO:<x@y>",
            "a\r\n@b",
            "<a@b>",
            "a@b,c@d",
            "a@b;c@d",
            "a@@b",
            "a.@b",
            ".a@b",
            "a..b@c",
            "\"a b\"@c",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b.",
            "a@-b",
            "가@b",
            "a@b_c",
            "a@%41",
            long.as_str(),
        ] {
            assert_eq!(check_address(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn ids_that_only_we_use_are_told_to_nobody() {
        assert!(is_message_id("CAJ=x+1_2@mail.example.com"));
        let long = format!("{}@b", "a".repeat(600));
        for bad in
            ["", "@", "a", "a b@c", "a@b>", "<a@b>", "a@b#0123456789abcdef", "blake3:00", "a@b\r\nX: y", "가@b", &long]
        {
            assert!(!is_message_id(bad), "{bad}");
        }
        assert!(!is_message_id(&parse_mail(b"From: a@b\n\nno id").id));
    }
}
