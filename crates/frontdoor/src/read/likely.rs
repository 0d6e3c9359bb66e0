//! What a file looks like by how it begins: so that a whole file of another format is refused rather than skipped line by
//! line, and a folder gives the mails that are in it.
use super::Place;
use super::lines::Lines;
use crate::model::Format;
use mailkit::{MboxError, MboxReader};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

/// Lines of a jsonl file that are looked at; empty ones do not count.
const LINES: usize = 20;
/// So many mails in one file are an archive. One mail may begin with a `From ` line too, and quote another.
const MAILS: usize = 3;
/// How much of a line, and of a mail, is kept while looking; and how much of a file is looked at.
const LONGEST: usize = 1 << 20;
const ENOUGH: u64 = 64 << 20;

/// The key of the sentence that refuses a file; none when nothing speaks against its being of this format.
pub fn find_objection(path: &Path, format: Format) -> io::Result<Option<&'static str>> {
    let begin = || Ok::<_, io::Error>(BufReader::new(File::open(path)?.take(ENOUGH)));
    match format {
        // Their groups say themselves what is missing.
        Format::Mbox | Format::Canny | Format::Fider | Format::Requests => Ok(None),
        Format::Eml if path.is_dir() => Ok(None),
        Format::Eml => Ok(holds_mails(begin()?).then_some("error-import-is-mbox")),
        Format::Jsonl | Format::Roadmap => {
            let lines = Lines::new(begin()?, Place::default(), LONGEST).take(LINES);
            let lines = lines.collect::<io::Result<Vec<_>>>()?;
            let Some(first) =
                lines.first().filter(|_| lines.iter().all(|line| !line.bytes.trim_ascii_start().starts_with(b"{")))
            else {
                return Ok(None);
            };
            Ok(Some(match () {
                () if holds_mails(begin()?) => "error-import-is-mbox",
                () if begins_as_mail(&first.bytes) => "error-import-is-mail",
                () if first.bytes.starts_with(b"[") => "error-import-is-list",
                () => "error-import-not-jsonl",
            }))
        }
    }
}

/// Whether this is an archive of mails: `From ` lines, each with a header below it.
pub fn holds_mails(reader: impl BufRead) -> bool {
    let mails = MboxReader::new(reader).with_limit(LONGEST).map_while(|mail| match mail {
        Ok(mail) => Some(begins_as_mail(&mail.bytes)),
        Err(MboxError::TooBig { .. }) => Some(true),
        Err(MboxError::NotMbox { .. } | MboxError::Io { .. }) => None,
    });
    mails.filter(|is_mail| *is_mail).take(MAILS).count() == MAILS
}

/// Whether the first line is of a header, or the `From ` line that some programs leave above it.
pub fn begins_as_mail(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let name = bytes.iter().take_while(|b| is_of_name(b)).count();
    bytes.starts_with(b"From ") || bytes.starts_with(b">From ") || (name > 0 && bytes.get(name) == Some(&b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: a@b.example\nSubject: Hello\n\nWhat is said.\n\n";
    const FROM: &str = "From a@b.example Mon Nov  2 09:00:00 2026\n";

    fn objection(text: &str, format: Format) -> Option<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), text).unwrap();
        find_objection(&folder.path().join("file"), format).unwrap()
    }

    #[test]
    fn a_file_of_another_format_is_told_from_one_with_bad_lines() {
        let mbox = format!("{FROM}{MAIL}").repeat(3);
        assert_eq!(objection(&mbox, Format::Jsonl), Some("error-import-is-mbox"));
        assert_eq!(objection(MAIL, Format::Jsonl), Some("error-import-is-mail"));
        assert_eq!(objection("[\n {\"external_id\": \"a\"},\n]", Format::Jsonl), None, "some lines may be read");
        assert_eq!(objection("[\n [1],\n]", Format::Jsonl), Some("error-import-is-list"));
        assert_eq!(objection("external_id,name\n1,Kim\n", Format::Jsonl), Some("error-import-not-jsonl"));
        assert_eq!(objection("\u{feff}\n\n  {\"a\":1}\nnonsense\n", Format::Jsonl), None);
        assert_eq!(objection(&format!("{}{{}}\n", "x\n".repeat(19)), Format::Jsonl), None, "the twentieth line");
        assert_eq!(objection("", Format::Jsonl), None);
    }

    #[test]
    fn an_archive_is_no_mail_and_a_mail_that_quotes_is_no_archive() {
        let quoting = format!("{FROM}{MAIL}From a@b.example Mon Nov  2 09:00:00 2026\nis how it began.\n\n");
        assert_eq!(objection(&format!("{FROM}{MAIL}").repeat(3), Format::Eml), Some("error-import-is-mbox"));
        for mail in [MAIL, &format!("{FROM}{MAIL}"), &format!("{quoting}{quoting}"), &format!("{MAIL}{FROM}{MAIL}")] {
            assert_eq!(objection(mail, Format::Eml), None, "{mail}");
        }
    }

    #[test]
    fn a_mail_begins_with_a_field() {
        for mail in [MAIL, "Return-Path: <a@b>", "\u{feff}Received: by x", FROM, ">From a@b"] {
            assert!(begins_as_mail(mail.as_bytes()), "{mail}");
        }
        for other in ["", "Milk\nBread: two\n", "{\"a\": 1}", "Dear all: hello", "\u{0}\u{1}:"] {
            assert!(!begins_as_mail(other.as_bytes()), "{other}");
        }
    }
}
