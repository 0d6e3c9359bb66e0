//! Shapes: HTML alone and beside text, quotes in HTML, mails in mails, reports, and invitations to meetings.

use super::wire::{base64, euc_kr, transfer, utf_8};
use super::{Row, mail, multipart, part};

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(html());
    rows.extend(parts());
    rows.extend(invitations());
    rows
}

fn text_row(name: &str, mail: Vec<u8>, text: &str) -> Row {
    Row { name: format!("shape: {name}"), mail, text: Some(text.into()), ..Row::default() }
}

/// HTML alone, with what the person wrote in it.
const HTML: &[(&str, &str, &str)] = &[
    (
        "Gmail",
        "<div dir=\"ltr\">네, 좋습니다.</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">2026년 11월 21일 (토) 오후 3:04, 박서준 &lt;<a href=\"mailto:seojun@example.com\">seojun@example.com</a>&gt;님이 작성:<br></div><blockquote class=\"gmail_quote\">진행할까요?</blockquote></div>",
        "네, 좋습니다.",
    ),
    (
        "Apple",
        "<div>확인했습니다.</div><div><br><blockquote type=\"cite\"><div>2026. 11. 21. 오후 3:04, 박서준 &lt;seojun@example.com&gt; 작성:</div><br><div>진행할까요?</div></blockquote></div>",
        "확인했습니다.",
    ),
    (
        "Outlook",
        "<div class=\"WordSection1\"><p class=\"MsoNormal\">검토 부탁드립니다.<o:p></o:p></p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt\"><p class=\"MsoNormal\"><b>보낸 사람:</b> 박서준 &lt;seojun@example.com&gt;<br><b>보낸 날짜:</b> 2026년 11월 21일 토요일 오후 3:04<br><b>받는 사람:</b> 김지수<br><b>제목:</b> RE: 견적</p></div><p class=\"MsoNormal\">지난 글</p></div>",
        "검토 부탁드립니다.",
    ),
    (
        "Naver",
        "<div>넵 감사합니다~</div><div><br></div><div style=\"border-top:1px solid #ccc\"><p>-----Original Message-----<br><b>From:</b> \"박서준\"&lt;seojun@naver.com&gt;<br><b>To:</b> \"김지수\"&lt;jisu@example.com&gt;;<br><b>Sent:</b> 2026-11-21 (토) 15:04:05 (GMT+09:00)<br><b>Subject:</b> 견적</p><div>지난 글</div></div>",
        "넵 감사합니다~",
    ),
    (
        "Gmail ja",
        "<div dir=\"ltr\">承知しました。</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">2026年11月21日(土) 15:04 Kim &lt;kim@example.com&gt;:<br></div><blockquote>いかがでしょうか。</blockquote></div>",
        "承知しました。",
    ),
];

fn html() -> Vec<Row> {
    let row = |(program, html, written): &(&str, &str, &str)| Row {
        name: format!("shape: HTML of {program}"),
        mail: mail(
            &[
                ("Content-Type", b"text/html; charset=utf-8".to_vec()),
                ("Content-Transfer-Encoding", b"base64".to_vec()),
            ],
            &transfer("base64", html.as_bytes()),
        ),
        written: Some((*written).into()),
        ..Row::default()
    };
    HTML.iter().map(row).collect()
}

fn parts() -> Vec<Row> {
    let plain = part("Content-Type: text/plain; charset=ks_c_5601-1987", &euc_kr("글로 된 본문입니다."));
    let html = part("Content-Type: text/html; charset=utf-8", "<p>꾸민 <b>본문</b>입니다.</p>".as_bytes());
    let inner = mail(&[("Subject", utf_8("안쪽 제목"))], &utf_8("안쪽 글"));
    let forwarded = [b"--b\r\nContent-Type: message/rfc822\r\n\r\n", &inner[..], b"\r\n"].concat();
    let image = part(
        "Content-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64",
        base64(b"\x89PNG").as_bytes(),
    );
    let flowed = mail(
        &[("Content-Type", b"text/plain; charset=utf-8; format=flowed; delsp=yes".to_vec())],
        "한 줄을 여러 줄로 \r\n나눠 보낸 \r\n글입니다.\r\n\r\n다음 문단.".as_bytes(),
    );
    let only_html = mail(
        &[("Content-Type", b"text/html; charset=euc-kr".to_vec())],
        &euc_kr("<ul><li>첫째</li><li>둘째</li></ul><p>끝.</p>"),
    );
    vec![
        text_row(
            "text and HTML: the text is read",
            multipart("alternative", &[plain.clone(), html.clone()]),
            "글로 된 본문입니다.",
        ),
        text_row("HTML with a picture in it", multipart("related", &[html, image]), "꾸민 본문입니다."),
        Row {
            files: None,
            ..text_row(
                "a mail inside, with words",
                multipart("mixed", &[plain, forwarded.clone()]),
                "글로 된 본문입니다.",
            )
        },
        text_row(
            "only a mail inside",
            multipart("mixed", &[forwarded]),
            "From: Jisu <jisu@example.com>\nSubject: 안쪽 제목\n\n안쪽 글",
        ),
        text_row("flowed lines", flowed, "한 줄을 여러 줄로나눠 보낸글입니다.\n\n다음 문단."),
        text_row("a list in HTML of euc-kr", only_html, "- 첫째\n- 둘째\n\n끝."),
    ]
}

fn calendar(method: &str, event: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@x\r\nDTSTAMP:20261121T060405Z\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn invitation(name: &str, header: &str, body: &[u8], line: &str) -> Row {
    let words = part("Content-Type: text/plain; charset=utf-8", "회의에 초대합니다.".as_bytes());
    let meeting = part(header, body);
    let text = format!("{line}\n\n회의에 초대합니다.");
    Row { text: Some(text), ..text_row(&format!("invitation: {name}"), multipart("mixed", &[words, meeting]), "") }
}

fn invitations() -> Vec<Row> {
    let header = "Content-Type: text/calendar; charset=utf-8; method=REQUEST";
    let seoul = calendar(
        "REQUEST",
        "DTSTART;TZID=Asia/Seoul:20261130T150000\r\nDTEND;TZID=Asia/Seoul:20261130T160000\r\nSUMMARY:분기 점검 회의\\, 2차\r\nLOCATION:사랑방 3층\\; 큰방\r\n",
    );
    let folded = calendar(
        "REQUEST",
        "DTSTART:20261130T060000Z\r\nDTEND:20261201T013000Z\r\nSUMMARY;LANGUAGE=ko:아주 긴 제목을 \r\n 여러 줄로 나눈 회\r\n 의\r\n",
    );
    let whole_days =
        calendar("REQUEST", "DTSTART;VALUE=DATE:20261130\r\nDTEND;VALUE=DATE:20261202\r\nSUMMARY:워크숍\r\n");
    let cancelled = calendar(
        "CANCEL",
        "DTSTART;TZID=\"Korea Standard Time\":20261130T150000\r\nDURATION:PT90M\r\nSUMMARY:분기 점검 회의\r\n",
    );
    let answer = calendar(
        "REPLY",
        "DTSTART:20261130T060000Z\r\nSUMMARY:분기 점검 회의\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=\"정민아\":mailto:mina@example.com\r\n",
    );
    let in_base64 = format!(
        "{header}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=invite.ics"
    );
    let korean = seoul.replace("utf-8", "euc-kr");
    let line = "📅 2026-11-30 15:00–16:00 Asia/Seoul · 분기 점검 회의, 2차 · 사랑방 3층; 큰방";
    vec![
        invitation("in Seoul", header, seoul.as_bytes(), line),
        invitation("as a file", &in_base64, &transfer("base64", seoul.as_bytes()), line),
        invitation("of euc-kr", "Content-Type: text/calendar; charset=euc-kr; method=REQUEST", &euc_kr(&korean), line),
        invitation(
            "over midnight, its title folded",
            header,
            folded.as_bytes(),
            "📅 2026-11-30 06:00 – 2026-12-01 01:30 UTC · 아주 긴 제목을 여러 줄로 나눈 회의",
        ),
        invitation("whole days", header, whole_days.as_bytes(), "📅 2026-11-30 – 2026-12-01 · 워크숍"),
        invitation(
            "cancelled",
            header,
            cancelled.as_bytes(),
            "📅 ✕ 2026-11-30 15:00–16:30 Korea Standard Time · 분기 점검 회의",
        ),
        invitation("an answer", header, answer.as_bytes(), "📅 ✓ 정민아 · 2026-11-30 06:00 UTC · 분기 점검 회의"),
        Row {
            name: "shape: invitation: one that cannot be read is a file".into(),
            files: Some(vec![("broken.ics".into(), b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\n".to_vec())]),
            ..text_row(
                "",
                multipart(
                    "mixed",
                    &[
                        part("Content-Type: text/plain", b"hello"),
                        part(
                            "Content-Type: text/calendar; name=broken.ics",
                            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\n",
                        ),
                    ],
                ),
                "hello",
            )
        },
    ]
}
