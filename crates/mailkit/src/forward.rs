//! A mail that one of us passed on by hand: whose words they are, as the block above them says, in Korean, English or
//! Japanese.
use crate::header::{Address, read_addresses};
use crate::{ParsedMail, parse_mail};

/// Words of somebody else inside a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    pub from: Address,
    /// Microseconds since 1970 UTC, when the block or the mail inside says it in a form that is understood.
    pub date: Option<i64>,
    pub subject: Option<String>,
    pub text: String,
}

/// Labels before the colon, in lower case and without spaces.
const FROM: [&str; 6] = ["from", "보낸사람", "보낸이", "발신", "差出人", "送信者"];
const SUBJECT: [&str; 4] = ["subject", "제목", "件名", "題名"];
const DATE: [&str; 8] = ["date", "sent", "보낸날짜", "날짜", "보낸일시", "日付", "送信日時", "日時"];
/// Lines of a block beyond which it is none.
const MOST_LINES: usize = 20;

/// What a mail passes on; nothing when it passes on nothing that can be told apart.
pub fn read_forwarded(mail: &ParsedMail) -> Option<Forwarded> {
    let inside = mail.attachments.iter().find(|file| file.mime == "message/rfc822").map(|file| parse_mail(&file.bytes));
    if let Some(inside) = inside
        && let Some(from) = inside.from.filter(|from| from.email.contains('@'))
    {
        let subject = Some(inside.subject).filter(|subject| !subject.is_empty());
        return Some(Forwarded { from, date: inside.date, subject, text: inside.text });
    }
    let lines: Vec<&str> = mail.text.lines().collect();
    (0..lines.len()).find_map(|at| read_block(&lines[at..]))
}

/// A block of labels that begins with the sender's, and the words below it.
fn read_block(lines: &[&str]) -> Option<Forwarded> {
    let (label, value) = label_of(lines.first()?)?;
    if !FROM.contains(&label.as_str()) {
        return None;
    }
    let addresses = read_addresses(value.replace(['[', ']'], " ").as_bytes(), None, &mut Vec::new());
    let from = addresses.into_iter().find(|from| from.email.contains('@'))?;
    let (mut subject, mut date, mut labels, mut end) = (None, None, 1, 1);
    for line in lines[1..].iter().take(MOST_LINES) {
        match label_of(line) {
            Some((label, value)) if SUBJECT.contains(&label.as_str()) => subject = Some(value.to_owned()),
            Some((label, value)) if DATE.contains(&label.as_str()) => date = crate::date::read_date(value),
            Some(_) => {}
            None => break,
        }
        labels += 1;
        end += 1;
    }
    // One line that looks like a label may be anything.
    if labels < 2 {
        return None;
    }
    let text = lines[end..].join("\n").trim().to_owned();
    Some(Forwarded { from, date, subject: subject.filter(|subject| !subject.is_empty()), text })
}

/// `보낸 사람: 김민지 <…>` → (`보낸사람`, the rest). A quoted or starred line counts as the plain one.
fn label_of(line: &str) -> Option<(String, &str)> {
    let line = line.trim_start_matches(['>', '*', '-', ' ', '\u{a0}']);
    let (label, value) = line.split_once([':', '：'])?;
    let label: String = label.trim_end_matches('*').split_whitespace().collect::<String>().to_lowercase();
    let is_label = !label.is_empty() && label.chars().count() <= 12 && !label.contains(['<', '/', '@']);
    is_label.then(|| (label, value.trim_matches([' ', '*', '\u{a0}'])))
}
