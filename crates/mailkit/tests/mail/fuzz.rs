//! Noise, and mail with noise in it: what `properties.rs` says holds for all of it.

use crate::properties::{check_calendar, check_header, check_html, check_machine, check_mail, check_mbox, check_reply};
use proptest::prelude::*;

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

/// Pieces that pages are made of, harmful ones too.
fn tag() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<svg",
        "<math>",
        "<mtext>",
        "<mglyph>",
        "<annotation-xml>",
        "<table>",
        "<td>",
        "</table>",
        "<template>",
        "<noscript>",
        "<textarea>",
        "<title>",
        "<xmp>",
        "<plaintext>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>",
        "<p id=x title=\"",
        "\">",
        "<!--",
        "-->",
        "]]>",
        "<![CDATA[",
        "&lt;script&gt;",
        "&#x3c;",
        "style='color:red;background:url(x)'",
        "<form><input>",
        "<iframe src=x>",
        "<base href=x>",
        "<blockquote>",
        "</blockquote>",
        "<br>",
        "<li>",
        "</p>",
        "<",
        ">",
        "/>",
        "'",
        "\"",
        "=",
        " ",
        "글",
        "\0",
    ])
    .prop_map(str::to_owned);
    prop_oneof![5 => known, 1 => "\\PC{0,12}"]
}

/// Pieces that reports of other servers are made of.
fn report() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "From: MAILER-DAEMON@mx.example\r\n",
        "Return-Path: <>\r\n",
        "Auto-Submitted: auto-replied\r\n",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n",
        "\r\n--b\r\n",
        "\r\n--b--\r\n",
        "Content-Type: message/delivery-status\r\n\r\n",
        "Content-Type: message/rfc822\r\n\r\n",
        "\r\n",
        "Final-Recipient: rfc822; <A@B.example>\r\n",
        "Original-Recipient: x\r\n",
        "Action: failed\r\n",
        "Action: delayed\r\n",
        "Status: 5.1.1 (x)\r\n",
        "Diagnostic-Code: smtp; 550\r\n no\r\n",
        "Message-ID: <a@b>\r\n",
        "X-Failed-Recipients: a@b, c\r\n",
        "Authentication-Results: mx; dmarc=pass (\"\r\n",
        "Delivered-To: a@b\r\n",
        "List-Id: <x>\r\n",
        "Precedence: bulk\r\n",
    ])
    .prop_map(|piece| piece.as_bytes().to_vec());
    prop_oneof![6 => known, 1 => prop::collection::vec(any::<u8>(), 0..20)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_mail(&bytes);
    }

    #[test]
    fn any_pieces_of_mail_are_read(pieces in prop::collection::vec(piece(), 0..60)) {
        let bytes = pieces.concat();
        check_mail(&bytes);
    }

    #[test]
    fn any_header_is_read(pieces in prop::collection::vec(piece(), 0..30)) {
        check_header(&pieces.concat());
    }

    #[test]
    fn any_calendar_is_read(pieces in prop::collection::vec(piece(), 0..60)) {
        check_calendar(&pieces.concat());
    }

    #[test]
    fn any_html_is_cleaned(pieces in prop::collection::vec(tag(), 0..40)) {
        check_html(&pieces.concat());
    }

    #[test]
    fn any_report_is_told_from_other_mail(pieces in prop::collection::vec(report(), 0..40)) {
        check_machine(&pieces.concat());
    }

    #[test]
    fn any_text_is_split_without_loss(lines in prop::collection::vec(line(), 0..30)) {
        check_reply(&lines.join("\n"));
    }

    #[test]
    fn any_mbox_is_read_to_its_end_and_can_be_resumed(pieces in prop::collection::vec(piece(), 0..60), limit in 0usize..300) {
        check_mbox(&pieces.concat(), limit);
    }
}

#[test]
fn golden_mails_cut_and_damaged_anywhere_are_read() {
    let folder = crate::golden_folder();
    let files = crate::list_files(&folder, &[".eml"]);
    let kept = files.iter().map(|file| std::fs::read(file).unwrap());
    for whole in kept.chain(crate::composed::all().into_iter().map(|row| row.mail)) {
        for cut in (0..whole.len()).step_by(31) {
            check_mail(&whole[..cut]);
            let mut damaged = whole.clone();
            damaged[cut] = damaged[cut].wrapping_add(cut as u8 | 1);
            check_mail(&damaged);
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
        check_mail(bytes.as_bytes());
    }
}
