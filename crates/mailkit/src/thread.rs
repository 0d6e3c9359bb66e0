//! The keys by which messages are one thread.

use crate::ParsedMail;
use crate::header::normal_id;

/// What a message is called and whom it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadKeys {
    /// The message's own id; always there.
    pub own: String,
    /// Ids of the messages it answers, nearest first: In-Reply-To, then References from the last to the first.
    pub parents: Vec<String>,
}

/// The thread keys of a message. Ids are without brackets and white space; their case is kept, as it counts.
pub fn thread_keys(mail: &ParsedMail) -> ThreadKeys {
    let mut parents: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::from([mail.id.clone()]);
    for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
        if let Some(id) = normal_id(id).filter(|id| is_plausible(id))
            && seen.insert(id.clone())
        {
            parents.push(id);
        }
    }
    ThreadKeys { own: mail.id.clone(), parents }
}

/// Programs write all sorts of words into these fields; an id has no spaces and is longer than a word.
fn is_plausible(id: &str) -> bool {
    id.contains('@') || id.len() >= 8 && id.contains(|c: char| c.is_ascii_digit())
}

/// Marks that programs put before the subject of an answer or a forward, in lower case and without their colon.
const MARKS: [&str; 36] = [
    "re",
    "fw",
    "fwd",
    "답장",
    "회신",
    "전달",
    "답변",
    "응답",
    "재전송",
    "sv",
    "vs",
    "vb",
    "vl",
    "aw",
    "wg",
    "antw",
    "ant",
    "tr",
    "rv",
    "r",
    "i",
    "rif",
    "res",
    "enc",
    "ref",
    "odp",
    "pd",
    "ynt",
    "ilt",
    "转发",
    "回复",
    "答复",
    "回覆",
    "轉寄",
    "返信",
    "転送",
];

/// The subject without marks of answering and forwarding, white space joined, in lower case: equal for the messages
/// of one thread. A list's `[name]` stays, since `[BUG] login` is a subject; but marks before and after it go.
pub fn normalised_subject(subject: &str) -> String {
    let mut subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut prefix = String::new();
    loop {
        if let Some(rest) = strip_mark(&subject) {
            subject = rest.to_owned();
        } else if prefix.is_empty()
            && let Some((list, rest)) = split_list_name(&subject)
            && strip_mark(rest).is_some()
        {
            prefix = list.to_owned();
            subject = rest.to_owned();
        } else {
            break;
        }
    }
    if !prefix.is_empty() && !subject.starts_with(&prefix) {
        subject = format!("{prefix} {subject}");
    }
    subject.trim().to_lowercase()
}

/// `Re: x` → `x`; also `RE[2]:`, `Re(3):`, `Re^2:`, `[답장] x`, a full-width colon, and spaces before it.
fn strip_mark(subject: &str) -> Option<&str> {
    if let Some((mark, rest)) = split_list_name(subject)
        && MARKS.contains(&mark.trim_matches(['[', ']']).to_lowercase().as_str())
    {
        return Some(rest);
    }
    let (head, rest) = subject.split_once([':', '：'])?;
    let head = head.trim().to_lowercase();
    let head = head.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^*".contains(c)).trim();
    MARKS.contains(&head).then(|| rest.trim_start())
}

fn split_list_name(subject: &str) -> Option<(&str, &str)> {
    let end = subject.strip_prefix('[')?.find(']')? + 2;
    Some((&subject[..end], subject[end..].trim_start()))
}
