//! Noise, and mail with noise in it: nothing panics, nothing is out of bounds, sizes stay in proportion.

use mailkit::{MboxReader, ParsedMail, normalised_subject, parse_mail, split_reply, thread_keys};
use proptest::prelude::*;

/// What must hold for whatever was read.
fn check(mail: &ParsedMail, size: usize) {
    assert!(!mail.id.is_empty());
    for line in [&mail.subject, &mail.id].into_iter().chain(mail.attachments.iter().map(|a| &a.name)) {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    assert!(!mail.text.contains(['\r', '\0']) && mail.text.trim_end() == mail.text);
    assert!(mail.attachments.iter().all(|a| !a.name.is_empty() && !a.name.contains(['/', '\\']) && a.name != ".."));
    assert!(mail.attachments.len() <= 600 && mail.text.len() <= 8 * size + 4000);
    let keys = thread_keys(mail);
    assert!(!keys.parents.contains(&keys.own));
    check_reply(&mail.text);
    normalised_subject(&mail.subject);
}

fn check_reply(text: &str) {
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

/// Pieces that mail is made of, so that noise gets past the first look.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "From: ",
        "Subject: ",
        "Content-Type: multipart/mixed; boundary=b\r\n",
        "Content-Type: multipart/alternative; boundary=\"b\"\n",
        "Content-Type: text/html; charset=euc-kr\r\n",
        "Content-Type: text/plain; charset=iso-2022-kr\n",
        "Content-Type: message/rfc822\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\n",
        "Content-Transfer-Encoding: x-uuencode\n",
        "Content-Disposition: attachment; filename*0*=euc-kr''%B0; filename*1*=%A1\n",
        "charset=utf-16",
        "format=flowed; delsp=yes",
        "\r\n",
        "\n",
        "\n\n",
        "\r\n\r\n",
        "--b\r\n",
        "--b\n",
        "--b--\n",
        "--",
        "=?euc-kr?B?",
        "=?utf-8?Q?=EA=B0",
        "?=",
        "=?",
        "\x1b$)C\x0e",
        "0!0\"\x0f",
        "<p>",
        "</p>",
        "<table><tr><td>",
        "<blockquote>",
        "<img src='http://x'>",
        "<a href=\"mailto:x\">",
        "<!--",
        "-->",
        "&#x",
        "&amp;",
        "<style>",
        "style=\"display:none\"",
        "\"",
        "<",
        ">",
        "@",
        ",",
        ";",
        ":",
        "(",
        ")",
        "\\",
        "=\n",
        "=3D",
        "안녕하세요",
        "똠",
        "References: <a@b> <c@d>\n",
        "In-Reply-To: <",
        "Date: Sat, 21 Nov 2026 15:04:05 +0900\n",
        "Message-ID: <x@y>\n",
        "begin 644 x\n",
        "Content-Type: text/calendar; method=REPLY\r\n\r\n",
        "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n",
        "BEGIN:VEVENT\r\n",
        "DTSTART;TZID=Asia/Seoul:20261130T150000\r\n",
        "DTEND:00000101\r\n",
        "DURATION:P99999W\r\n",
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=\"\":mailto:\r\n",
        "SUMMARY:\\\\n\r\n \r\n",
        "END:VEVENT\r\n",
        "end\n",
        "From kim@example.com Sat Nov 21 15:04:05 2026\n",
        ">From x\n",
        "\0",
        "\t",
        " ",
    ])
    .prop_map(|piece| piece.as_bytes().to_vec());
    prop_oneof![4 => known, 1 => prop::collection::vec(any::<u8>(), 0..20), 1 => "\\PC{0,12}".prop_map(String::into_bytes)]
}

fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        "> quoted",
        ">> deeper",
        "--",
        "-- ",
        "On Sat, Nov 21, 2026 at 3:04 PM Kim <kim@example.com> wrote:",
        "-----Original Message-----",
        "보낸 사람: 김지수 <jisu@example.com>",
        "보낸 날짜: 2026년 11월 21일",
        "받는 사람: 지원팀",
        "제목: 문의",
        "2026년 11월 21일 (토) 오후 3:04, 김지수님이 작성:",
        "From: a@b",
        "Subject: x",
        "Date: y",
        "To: z",
        "________________",
        "Sent from my iPhone",
        "나의 iPhone에서 보냄",
        "```",
        "words of my own",
        "wrote:",
        "a écrit :",
        "https://example.com/unsubscribe",
        "   ",
        "\u{a0}",
    ])
    .prop_map(str::to_owned);
    prop_oneof![6 => known, 1 => "\\PC{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&parse_mail(&bytes), bytes.len());
    }

    #[test]
    fn any_pieces_of_mail_are_read(pieces in prop::collection::vec(piece(), 0..60)) {
        let bytes = pieces.concat();
        check(&parse_mail(&bytes), bytes.len());
    }

    #[test]
    fn any_calendar_is_read(pieces in prop::collection::vec(piece(), 0..60)) {
        let begin = b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261130\r\n";
        let bytes = [&begin[..], &pieces.concat(), b"\r\nEND:VEVENT\r\n"].concat();
        check(&parse_mail(&bytes), bytes.len());
    }

    #[test]
    fn any_text_is_split_without_loss(lines in prop::collection::vec(line(), 0..30)) {
        check_reply(&lines.join("\n"));
    }

    #[test]
    fn any_mbox_is_read_to_its_end_and_can_be_resumed(pieces in prop::collection::vec(piece(), 0..60), limit in 0usize..300) {
        let mbox = [b"From x Sat Nov 21 15:04:05 2026\n".to_vec(), pieces.concat()].concat();
        let mut end = 0;
        for item in MboxReader::new(&mbox[..]).with_limit(limit) {
            let (item_offset, item_end) = match item {
                Ok(item) => {
                    assert!(item.bytes.len() <= limit);
                    (item.offset, item.end)
                }
                Err(mailkit::MboxError::TooBig { offset, end, .. }) => (offset, end),
                Err(error) => panic!("{error}"),
            };
            assert_eq!(item_offset, end);
            end = item_end;
        }
        assert_eq!(end, mbox.len() as u64);
    }
}

#[test]
fn golden_mails_cut_and_damaged_anywhere_are_read() {
    let folder = crate::golden_folder();
    let files = crate::list_files(&folder, &[".eml"]);
    let kept = files.iter().map(|file| std::fs::read(file).unwrap());
    for whole in kept.chain(crate::composed::all().into_iter().map(|row| row.mail)) {
        for cut in (0..whole.len()).step_by(31) {
            check(&parse_mail(&whole[..cut]), cut);
            let mut damaged = whole.clone();
            damaged[cut] = damaged[cut].wrapping_add(cut as u8 | 1);
            check(&parse_mail(&damaged), damaged.len());
        }
    }
}

#[test]
fn hostile_structures_are_bounded() {
    let head = "From: a@example.com\r\n";
    let n = 20_000;
    let nested_multiparts: String =
        (0..n).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n")).collect();
    for body in [
        "Content-Type: message/rfc822\r\n\r\n".repeat(n),
        nested_multiparts,
        format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(n)),
        format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b--\r\n".repeat(n)),
        format!("Content-Type: multipart/digest; boundary=b\r\n\r\n{}", "--b\r\n\r\nSubject: x\r\n\r\ny\r\n".repeat(n)),
        format!("Subject: {}\r\n\r\n", "=?a?Q?x".repeat(n)),
        format!("Subject: {}\r\n\r\n", "=?utf-8?Q?a?= ".repeat(n)),
        format!("References: {}\r\n\r\n", "<a@b> <".repeat(n)),
        format!("To: {}\r\n\r\n", "a,(\"<".repeat(n)),
        format!("Content-Type: text/plain;{}\r\n\r\nx", "name*0*=x;".repeat(n)),
        "X: y\r\n".repeat(n),
        format!("\r\n{}", "--\n\n\n".repeat(n)),
        format!("\r\n{}", "From: a@b\n".repeat(n)),
        format!("\r\n{}", "On 2026 at 15:04 <a@b> wrote\n".repeat(n)),
    ] {
        let bytes = format!("{head}{body}");
        check(&parse_mail(bytes.as_bytes()), bytes.len());
    }
}
