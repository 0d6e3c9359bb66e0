//! Mails written for these tests, byte by byte: what Korean mail is really like, and what it should read as.
//!
//! Each `tests/golden/*.eml` has a `.txt` beside it: what is expected of its header, an empty line, and its text.

use std::fmt::Write;
use std::fs;

use mailkit::{Address, ParsedMail, Problem, parse_mail};

use crate::list_files;

fn show_address(address: &Address) -> String {
    let name = address.name.as_deref().map(|name| format!("{name} ")).unwrap_or_default();
    format!("{name}<{}>", address.email)
}

fn show_problem(problem: &Problem) -> String {
    match problem {
        Problem::UnknownCharset(label) => format!("UnknownCharset({label})"),
        other => format!("{other:?}"),
    }
}

/// The mail in the words of the expectation, with the lines that the expectation has.
fn show(mail: &ParsedMail, expected: &str) -> String {
    let mut shown = String::new();
    for line in expected.lines().take_while(|line| !line.is_empty()) {
        let (key, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
        let html = mail.html.as_deref().unwrap_or_default();
        let found = match key {
            "subject" => mail.subject.clone(),
            "from" => mail.from.as_ref().map(show_address).unwrap_or_default(),
            "to" => mail.to.iter().map(show_address).collect::<Vec<_>>().join(", "),
            "date" => mail.date.map(|date| date.to_string()).unwrap_or_default(),
            "html" if html.contains(value) => value.to_owned(),
            "html_lacks" if !html.contains(value) => value.to_owned(),
            "html" | "html_lacks" => html.to_owned(),
            "attachment" => continue,
            "problems" => mail.problems.iter().map(show_problem).collect::<Vec<_>>().join(" "),
            other => panic!("unknown expectation {other}"),
        };
        if key == "problems" {
            for a in &mail.attachments {
                let id = a.content_id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
                let inline = if a.inline { " inline" } else { "" };
                writeln!(shown, "attachment: {} {} {}{id}{inline}", a.name, a.mime, a.bytes.len()).unwrap();
            }
        }
        writeln!(shown, "{key}: {found}").unwrap();
    }
    format!("{shown}\n{}\n", mail.text)
}

#[test]
fn every_golden_mail_reads_as_it_was_meant() {
    let folder = crate::golden_folder();
    let mut wrong = String::new();
    let files = list_files(&folder, &[".eml"]);
    for file in &files {
        let expected = fs::read_to_string(file.with_extension("txt")).unwrap();
        let found = show(&parse_mail(&fs::read(file).unwrap()), &expected);
        if found != expected {
            write!(wrong, "=== {}\n{found}--- expected\n{expected}", file.file_name().unwrap().display()).unwrap();
        }
    }
    assert!(files.len() >= 60, "only {} golden mails", files.len());
    assert!(wrong.is_empty(), "{wrong}");
}
