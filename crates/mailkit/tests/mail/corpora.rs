//! Public mail: 1,400 mails of lists, and the fixtures of three other mail libraries.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use mailkit::{MboxReader, ParsedMail, Problem, parse_mail, split_reply, thread_keys};
use serde_json::Value;

use crate::{list_files, shared_mail};

fn easy_ham(mail: &Path) -> Vec<(String, Vec<u8>)> {
    let files = list_files(&mail.join("easy-ham-2"), &[".eml"]);
    files.iter().map(|f| (f.display().to_string(), fs::read(f).unwrap())).collect()
}

#[test]
fn fourteen_hundred_list_mails_have_the_counts_that_were_counted_independently() {
    let Some(folder) = shared_mail() else { return };
    let expected: Value = serde_json::from_slice(&fs::read(folder.join("easy-ham-2-expected.json")).unwrap()).unwrap();
    let mails: Vec<ParsedMail> = easy_ham(&folder).iter().map(|(_, bytes)| parse_mail(bytes)).collect();
    let ids: HashSet<&str> = mails.iter().filter_map(|m| m.message_id.as_deref()).collect();
    let parents = |m: &ParsedMail| thread_keys(m).parents;
    let count = |is: &dyn Fn(&ParsedMail) -> bool| mails.iter().filter(|m| is(m)).count() as u64;
    let emails = mails.iter().filter_map(|m| m.from.as_ref()).map(|a| a.email.to_lowercase()).collect::<BTreeSet<_>>();
    let domains = emails.iter().filter_map(|e| e.split_once('@')).map(|(_, d)| d.to_owned()).collect::<BTreeSet<_>>();
    let found = BTreeMap::from([
        ("messages", mails.len() as u64),
        ("distinct_message_ids", ids.len() as u64),
        ("no_message_id", count(&|m| m.message_id.is_none())),
        ("unparsable_or_missing_date", count(&|m| m.problems.contains(&Problem::BadDate))),
        ("distinct_senders", emails.len() as u64),
        ("sender_domains", domains.len() as u64),
        ("with_reply_headers", count(&|m| !m.in_reply_to.is_empty() || !m.references.is_empty())),
        ("reply_parent_in_folder", count(&|m| parents(m).iter().any(|p| ids.contains(p.as_str())))),
        ("precedence_bulk", count(&|m| matches!(m.precedence.as_deref(), Some("bulk" | "list")))),
        ("html_parts", count(&|m| m.html.is_some() || m.attachments.iter().any(|a| a.mime == "text/html"))),
    ]);
    let wanted: BTreeMap<&str, u64> = found.keys().map(|k| (*k, expected[*k].as_u64().unwrap())).collect();
    assert_eq!(found, wanted);
}

#[test]
fn an_mbox_and_a_folder_of_the_same_mails_are_the_same_mails() {
    let Some(folder) = shared_mail() else { return };
    let from_files: Vec<_> =
        easy_ham(&folder).into_iter().map(|(_, bytes)| (bytes.clone(), parse_mail(&bytes))).collect();
    let file = fs::File::open(folder.join("easy-ham-2.mbox")).unwrap();
    let items: Vec<_> = MboxReader::new(std::io::BufReader::new(file)).map(|item| item.unwrap()).collect();
    assert_eq!(items.len(), from_files.len());
    for (item, (bytes, from_file)) in items.iter().zip(&from_files) {
        // The mbox was written without the empty lines that some files end in.
        assert!(item.bytes.trim_ascii_end() == bytes.trim_ascii_end(), "other bytes at {}", item.offset);
        let mail = parse_mail(&item.bytes);
        assert_eq!((&mail.id, &mail.text, mail.date), (&from_file.id, &from_file.text, from_file.date));
    }
    assert!(items.windows(2).all(|pair| pair[0].end == pair[1].offset));
}

#[test]
fn no_file_of_the_public_mail_makes_the_reader_panic() {
    let Some(folder) = shared_mail() else { return };
    let files = list_files(&folder, &[""]);
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let mail = parse_mail(&bytes);
        assert!(!mail.id.is_empty(), "{}", path.display());
        split_reply(&mail.text).visible_text(&mail.text);
        // As an mbox, whatever it is.
        let ended = MboxReader::new(&bytes[..]).map(|item| item.map_or(0, |item| parse_mail(&item.bytes).text.len()));
        ended.take(2_000).for_each(drop);
    }
    eprintln!("{} files read", files.len());
    assert!(files.len() > 1_600, "only {} files", files.len());
}

#[test]
fn no_fixture_of_another_library_makes_the_reader_panic_or_lose_words() {
    let Some(folder) = shared_mail() else { return };
    let mut lost = Vec::new();
    let mut read = 0;
    for name in [
        "stalwart-mail-parser/resources/eml",
        "stalwart-mail-parser/resources/maildir",
        "cpython-email/data",
        "ruby-mail/spec/fixtures/emails",
    ] {
        for path in list_files(&folder.join(name), &[".eml", ".txt", "sample_output_multipart", ":2,S", ":2,", ".mbox"])
        {
            let bytes = fs::read(&path).unwrap();
            let mail = parse_mail(&bytes);
            read += 1;
            let all = everything(&mail);
            for word in words_of(&bytes) {
                if !all.contains(&word) {
                    lost.push(format!("{}: {word:?}", path.display()));
                }
            }
        }
    }
    eprintln!("{read} fixtures read");
    assert!(lost.is_empty(), "{} words lost:\n{}", lost.len(), lost.join("\n"));
}

/// All that came out of a mail, as words.
fn everything(mail: &ParsedMail) -> HashSet<String> {
    let mut all = format!("{} {}", mail.text, mail.html.as_deref().unwrap_or_default());
    for attachment in &mail.attachments {
        all.push(' ');
        all.push_str(&String::from_utf8_lossy(&attachment.bytes));
    }
    ascii_words(&all).collect()
}

fn ascii_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| w.len() > 3).map(str::to_lowercase)
}

/// The words of the lines that are surely text: after the first empty line, in a stretch that is not a header, not
/// encoded, and made of plain words.
fn words_of(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let mut words = Vec::new();
    for block in text.split("\n\n").skip(1) {
        // Nobody reads the notice in front of the first boundary.
        let lower = block.to_lowercase();
        if ["mime", "multi-part", "multi part", "multipart", "mail reader"].iter().any(|notice| lower.contains(notice))
        {
            continue;
        }
        let is_prose = block.lines().filter(|l| !l.trim().is_empty()).all(|l| {
            let l = l.trim();
            !l.starts_with("--") && !l.contains(['=', '<', '>', '&', '@', ':']) && l.split_whitespace().count() > 2
        });
        if is_prose {
            words.extend(ascii_words(block));
        }
    }
    words
}

#[test]
fn what_another_parser_found_in_its_fixtures_is_found_too() {
    let Some(folder) = shared_mail() else { return };
    let mut differences = Vec::new();
    for path in list_files(&folder.join("stalwart-mail-parser/resources/eml"), &[".eml"]) {
        let Ok(json) = fs::read(path.with_extension("json")) else { continue };
        let expected: Value = serde_json::from_slice(&json).unwrap();
        let mail = parse_mail(&fs::read(&path).unwrap());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = format!("{}/{name}", path.parent().unwrap().file_name().unwrap().to_string_lossy());
        if let Some(subject) = header(&expected, "subject").and_then(|v| v["Text"].as_str())
            // Where that parser gave up on a charset, we must not.
            && (squash(subject) != squash(&mail.subject) || mail.subject.contains('\u{fffd}'))
            && !subject.contains(['\u{fffd}', '+'])
        {
            differences.push(format!("{name}: subject {subject:?} but {:?}", mail.subject));
        }
        if let Some(email) = header(&expected, "from").and_then(|v| v["Address"]["List"][0]["address"].as_str())
            && mail.from.as_ref().map(|a| a.email.as_str()) != Some(email)
        {
            differences.push(format!("{name}: from {email:?} but {:?}", mail.from));
        }
        if let Some(date) = header(&expected, "date").and_then(|v| v.get("DateTime"))
            && date["year"].as_u64() >= Some(1970)
            && mail.date.is_none()
        {
            differences.push(format!("{name}: no date, but {date}"));
        }
        let all = everything(&mail);
        for part in expected["parts"].as_array().unwrap() {
            let Some(text) = part["body"]["Text"].as_str() else { continue };
            // Parts that it did not cut (an inner multipart left open) or decode (uuencode) hold marks, not words.
            if text.contains("\n--") || text.contains("\nbegin 600") {
                continue;
            }
            for word in ascii_words(text).filter(|w| !all.contains(w)).take(3) {
                differences.push(format!("{name}: text lacks {word:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

fn header<'a>(message: &'a Value, name: &str) -> Option<&'a Value> {
    let headers = message["parts"][0]["headers"].as_array()?;
    headers.iter().find(|h| h["name"] == name).map(|h| &h["value"])
}

fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
