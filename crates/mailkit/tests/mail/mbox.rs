//! Mbox files as they are found: quoted, cut, in CRLF, with a message of any size among the others.

use std::io::{BufRead, BufReader, Cursor, Read};

use mailkit::{MboxError, MboxItem, MboxReader};

const FROM: &str = "From kim@example.com Sat Nov 21 15:04:05 2026\n";

fn read_all(mbox: &[u8]) -> Vec<MboxItem> {
    MboxReader::new(mbox).map(|item| item.unwrap()).collect()
}

fn bodies(mbox: &[u8]) -> Vec<String> {
    read_all(mbox).iter().map(|item| String::from_utf8_lossy(&item.bytes).into_owned()).collect()
}

#[test]
fn messages_come_out_one_by_one_without_what_belongs_to_the_mbox() {
    let mbox = format!("{FROM}Subject: a\n\nfirst\n\n{FROM}Subject: b\n\nsecond\n\n");
    let items = read_all(mbox.as_bytes());
    assert_eq!(bodies(mbox.as_bytes()), ["Subject: a\n\nfirst\n", "Subject: b\n\nsecond\n"]);
    assert_eq!(items[0].from_line, FROM.trim_end());
    assert_eq!((items[0].offset, items[0].end), (0, items[1].offset));
    assert_eq!(items[1].end, mbox.len() as u64);
    assert!(items.iter().all(|item| !item.is_truncated));
}

#[test]
fn quoted_from_lines_lose_one_mark() {
    let mbox = format!("{FROM}\n>From a friend\n>>From deeper\n> From elsewhere\n>Fromage\n\n");
    assert_eq!(bodies(mbox.as_bytes()), ["\nFrom a friend\n>From deeper\n> From elsewhere\n>Fromage\n"]);
}

#[test]
fn prose_that_begins_with_from_is_not_a_message() {
    let prose =
        "From here on it is easy.\n\nFrom Monday to Friday in May 2026\n\nFrom 10:30 on Sat Nov 21 we are closed.\n";
    let mbox = format!("{FROM}\n{prose}\nnot after an empty line:\n{FROM}end\n");
    assert_eq!(bodies(mbox.as_bytes()), [format!("\n{prose}\nnot after an empty line:\n{FROM}end\n")]);
}

#[test]
fn from_lines_of_many_programs_are_known() {
    for line in [
        "From kim@example.com Sat Nov 21 15:04:05 2026",
        "From - Sat Nov 21 15:04:05 2026",
        "From MAILER-DAEMON Fri Jul  8 12:08:34 2011",
        "From 1849214214214@xxx Sat Nov 21 15:04:05 +0000 2026",
        "From kim@example.com  Sat Nov 21 15:04 KST 2026",
        "From \"kim lee\"@example.com Sat, 21 Nov 2026 15:04:05 +0900",
        "From kim@example.com Sat Nov 21 15:04:05 2026 remote from uucp",
    ] {
        let mbox = format!("{FROM}\nx\n\n{line}\nSubject: y\n\n");
        assert_eq!(bodies(mbox.as_bytes()).len(), 2, "{line}");
    }
}

#[test]
fn crlf_and_zero_bytes_and_a_mark_of_byte_order_do_no_harm() {
    let mbox = format!("\u{feff}{FROM}Subject: a\n\nx\0y\n\n{FROM}\nz\n\n").replace('\n', "\r\n");
    assert_eq!(bodies(mbox.as_bytes()), ["Subject: a\r\n\r\nx\0y\r\n", "\r\nz\r\n"]);
}

#[test]
fn a_cut_file_gives_what_is_there_and_says_so() {
    let mbox = format!("{FROM}Subject: a\n\nwhole\n\n{FROM}Subject: b\n\nhalf a li");
    let items = read_all(mbox.as_bytes());
    assert_eq!((items[0].is_truncated, items[1].is_truncated), (false, true));
    assert_eq!(items[1].bytes, b"Subject: b\n\nhalf a li");
}

#[test]
fn what_is_no_mbox_is_refused_with_a_sentence() {
    let errors: Vec<_> = MboxReader::new(&b"\n\nSubject: a single mail\n\ntext\n"[..]).collect();
    assert_eq!(errors.len(), 1);
    let Err(error @ MboxError::NotMbox { offset: 2 }) = &errors[0] else { panic!("{errors:?}") };
    assert!(error.to_string().contains("not an mbox file: at byte 2"), "{error}");
    assert_eq!(MboxReader::new(&b"\n \r\n"[..]).count(), 0);
    assert!(matches!(MboxReader::new(&[0u8; 4096][..]).next(), Some(Err(MboxError::NotMbox { offset: 0 }))));
}

#[test]
fn content_length_is_not_believed() {
    let mbox = format!("{FROM}Content-Length: 99999\n\nshort\n\n{FROM}Content-Length: 1\n\nlong enough\n\n");
    assert_eq!(bodies(mbox.as_bytes()).len(), 2);
}

#[test]
fn reading_goes_on_at_any_offset_it_gave() {
    let mbox: String = (0..50).map(|i| format!("{FROM}Subject: {i}\n\n{}\n\n", "text\n".repeat(i))).collect();
    let all = read_all(mbox.as_bytes());
    assert_eq!(all.len(), 50);
    for item in &all {
        let rest: Vec<_> =
            MboxReader::resumed(&mbox.as_bytes()[item.offset as usize..], item.offset).map(|i| i.unwrap()).collect();
        assert_eq!(rest.first(), Some(item));
        let after = MboxReader::resumed(&mbox.as_bytes()[item.end as usize..], item.end).count();
        assert_eq!(after + 1, rest.len());
    }
}

#[test]
fn a_message_over_the_limit_is_passed_over_and_its_neighbours_come_in() {
    let mbox = format!("{FROM}\nsmall\n\n{FROM}\n{}\n\n{FROM}\nlast\n\n", "big line\n".repeat(1000));
    let items: Vec<_> = MboxReader::new(mbox.as_bytes()).with_limit(2000).collect();
    let [Ok(first), Err(error), Ok(last)] = &items[..] else { panic!("{items:?}") };
    assert_eq!((&first.bytes[..], &last.bytes[..]), (&b"\nsmall\n"[..], &b"\nlast\n"[..]));
    let MboxError::TooBig { offset, end, size, limit: 2000, .. } = error else { panic!("{error}") };
    assert_eq!((*offset, *end), (first.end, last.offset));
    assert_eq!(*size, 9003);
}

/// `head`, then `size` bytes without a line break, then `tail`.
struct LongLine {
    head: Cursor<Vec<u8>>,
    size: usize,
    tail: Cursor<Vec<u8>>,
}

impl Read for LongLine {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let from_head = self.head.read(buffer)?;
        if from_head > 0 {
            return Ok(from_head);
        }
        let len = buffer.len().min(self.size);
        if len > 0 {
            buffer[..len].fill(b'x');
            self.size -= len;
            return Ok(len);
        }
        self.tail.read(buffer)
    }
}

#[test]
fn a_line_of_200_megabytes_takes_no_more_memory_than_the_limit() {
    let head = Cursor::new(format!("{FROM}\nsmall\n\n{FROM}\n").into_bytes());
    let tail = Cursor::new(format!("\n\n{FROM}\nlast\n\n").into_bytes());
    let reader = BufReader::new(LongLine { head, size: 200 << 20, tail });
    let items: Vec<_> = MboxReader::new(reader).with_limit(1 << 20).collect();
    let [Ok(_), Err(MboxError::TooBig { size, .. }), Ok(last)] = &items[..] else { panic!("{items:?}") };
    assert!(*size > 200 << 20);
    assert_eq!(last.bytes, b"\nlast\n");
    // What was kept of the long line is what the limit allows, not what the line had.
    assert!(last.bytes.capacity() < 4 << 20);
}

#[test]
fn an_error_of_reading_is_passed_on_with_its_place() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk on fire"))
        }
    }
    let reader = BufReader::new(FROM.as_bytes().chain(Broken));
    let items: Vec<_> = MboxReader::new(reader).collect();
    let [Err(MboxError::Io { offset, .. })] = &items[..] else { panic!("{items:?}") };
    assert_eq!(*offset, FROM.len() as u64);
}

#[test]
fn reading_in_small_bites_is_the_same_as_at_once() {
    let mbox = format!("{FROM}Subject: a\n\n>From x\n\n{FROM}\n한글 본문\n\n").repeat(3);
    let bites: Vec<_> =
        MboxReader::new(BufReader::with_capacity(1, mbox.as_bytes())).map(|item| item.unwrap()).collect();
    assert_eq!(bites, read_all(mbox.as_bytes()));
    let _: &dyn BufRead = &mbox.as_bytes();
}
