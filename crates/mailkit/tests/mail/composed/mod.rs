//! A golden set that is written by a program: each mail is made byte by byte from a readable row, and must read in body,
//! subject, names, files and quote cut exactly as the row says.

mod bodies;
mod headers;
mod names;
mod replies;
mod shapes;
mod wire;

use std::fmt::Write;

use mailkit::{parse_mail, split_reply};

/// A mail and what it must read as. What is `None` is not looked at.
#[derive(Default)]
pub struct Row {
    pub name: String,
    pub mail: Vec<u8>,
    pub subject: Option<String>,
    /// `Name <address>`
    pub from: Option<String>,
    pub text: Option<String>,
    /// The text without quotes and signature.
    pub written: Option<String>,
    /// Names and bytes, in their order.
    pub files: Option<Vec<(String, Vec<u8>)>>,
}

/// A whole mail. A header line that is not given has a usual value.
pub fn mail(header: &[(&str, Vec<u8>)], body: &[u8]) -> Vec<u8> {
    let usual = [
        ("From", b"Jisu <jisu@example.com>".to_vec()),
        ("To", b"help@soban.example".to_vec()),
        ("Subject", b"plan".to_vec()),
        ("Date", b"Sat, 21 Nov 2026 15:04:05 +0900".to_vec()),
        ("Message-ID", b"<composed@example.com>".to_vec()),
        ("MIME-Version", b"1.0".to_vec()),
    ];
    let is_given = |name: &str| header.iter().any(|(given, _)| *given == name);
    let mut out = Vec::new();
    for (name, value) in header.iter().chain(usual.iter().filter(|(name, _)| !is_given(name))) {
        out.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    out.extend(b"\r\n");
    out.extend(body);
    out.extend(b"\r\n");
    out
}

/// A part of a multipart.
pub fn part(header: &str, body: &[u8]) -> Vec<u8> {
    [b"--b\r\n", header.as_bytes(), b"\r\n\r\n", body, b"\r\n"].concat()
}

pub fn multipart(kind: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let kind = format!("multipart/{kind}; boundary=b").into_bytes();
    mail(&[("Content-Type", kind)], &[parts.concat(), b"--b--".to_vec()].concat())
}

/// Every row of the set.
pub fn all() -> Vec<Row> {
    [bodies::rows(), headers::rows(), names::rows(), replies::rows(), shapes::rows()].into_iter().flatten().collect()
}

#[test]
fn every_composed_mail_reads_as_its_row_says() {
    let all = all();
    let mut wrong = String::new();
    let mut right = 0;
    for row in &all {
        let read = parse_mail(&row.mail);
        let from = read.from.as_ref().map(|a| format!("{} <{}>", a.name.as_deref().unwrap_or_default(), a.email));
        let files: Vec<(String, Vec<u8>)> =
            read.attachments.iter().map(|file| (file.name.clone(), file.bytes.clone())).collect();
        let mut written = split_reply(&read.text).visible_text(&read.text);
        // Between two stretches stands what stood around the folded one: at least a blank line.
        while written.contains("\n\n\n") {
            written = written.replace("\n\n\n", "\n\n");
        }
        let mut faults = String::new();
        let mut compare = |what: &str, wanted: &Option<String>, found: String| {
            if wanted.as_ref().is_some_and(|wanted| *wanted != found) {
                write!(faults, "  {what}: {found:?}\n  wanted: {:?}\n", wanted.as_ref().unwrap()).unwrap();
            }
        };
        compare("subject", &row.subject, read.subject.clone());
        compare("from", &row.from, from.unwrap_or_default());
        compare("text", &row.text, read.text.clone());
        compare("written", &row.written, written);
        if row.files.as_ref().is_some_and(|wanted| *wanted != files) {
            write!(faults, "  files: {files:?}\n  wanted: {:?}\n", row.files).unwrap();
        }
        match faults.is_empty() {
            true => right += 1,
            false => write!(wrong, "{}\n{faults}", row.name).unwrap(),
        }
    }
    eprintln!("{right} of {} composed mails right", all.len());
    assert!(all.len() >= 120, "only {} composed mails", all.len());
    assert!(wrong.is_empty(), "{wrong}");
    let mut names: Vec<&str> = all.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two rows have one name");
}
