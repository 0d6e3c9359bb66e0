//! Subjects and names of people: encoded words whole, cut inside a syllable, side by side, and none at all.

use super::wire::{euc_kr, iso_2022_kr, nfd, utf_8, word, words};
use super::{Row, mail};

const SUBJECT: &str = "[사랑방] 요금제 변경과 견적 문의드립니다";
const EXTENDED: &str = "똠방각하 펲 햏 문의";

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in ['B', 'Q', 'b', 'q'] {
        rows.push(subject(&format!("utf-8 {kind}"), word("utf-8", kind, &utf_8(SUBJECT)), SUBJECT));
        rows.push(subject(&format!("euc-kr {kind}"), word("euc-kr", kind, &euc_kr(SUBJECT)), SUBJECT));
    }
    for label in ["ks_c_5601-1987", "cp949", "UHC"] {
        rows.push(subject(label, word(label, 'B', &euc_kr(EXTENDED)), EXTENDED));
    }
    rows.push(subject("iso-2022-kr B", word("iso-2022-kr", 'B', &iso_2022_kr(SUBJECT)), SUBJECT));
    rows.push(subject("utf-8 words cut inside a syllable", words("utf-8", 'B', &utf_8(SUBJECT), 20), SUBJECT));
    rows.push(subject("utf-8 Q words cut inside a syllable", words("UTF-8", 'Q', &utf_8(SUBJECT), 7), SUBJECT));
    rows.push(subject("euc-kr words cut inside a syllable", words("euc-kr", 'B', &euc_kr(SUBJECT), 13), SUBJECT));
    rows.push(subject("euc-kr Q words cut inside a syllable", words("euc-kr", 'Q', &euc_kr(SUBJECT), 5), SUBJECT));
    let two = format!("{}\r\n {}", word("utf-8", 'B', &utf_8("결제 오류: ")), word("euc-kr", 'B', &euc_kr("카드")));
    rows.push(subject("words of two charsets", two, "결제 오류: 카드"));
    let among = format!("Re: {} (urgent) {}", word("utf-8", 'Q', &utf_8("견적")), word("utf-8", 'Q', &utf_8("급함")));
    rows.push(subject("words among plain ones", among, "Re: 견적 (urgent) 급함"));
    rows.push(subject("underscores are blanks", "=?utf-8?Q?plan_=EA=B0=80_A?=".into(), "plan 가 A"));
    rows.push(subject("a label that is not true", word("euc-kr", 'B', &utf_8(SUBJECT)), SUBJECT));
    rows.push(subject("taken apart into letters", word("utf-8", 'B', &utf_8(&nfd(SUBJECT))), SUBJECT));
    rows.push(raw("utf-8 without words", utf_8(SUBJECT), SUBJECT));
    rows.push(raw("euc-kr without words", euc_kr(SUBJECT), SUBJECT));
    rows.push(raw("cp949 without words", euc_kr(EXTENDED), EXTENDED));

    let name = "김지수";
    for (what, from, shown) in [
        ("utf-8 B", format!("{} <jisu@example.com>", word("utf-8", 'B', &utf_8(name))), name),
        ("euc-kr Q", format!("{} <jisu@example.com>", word("euc-kr", 'Q', &euc_kr(name))), name),
        ("in quotes", format!("\"{}\" <jisu@example.com>", word("ks_c_5601-1987", 'B', &euc_kr(name))), name),
        ("without a blank", format!("{}<jisu@example.com>", word("utf-8", 'B', &utf_8(name))), name),
        (
            "cut in a syllable",
            format!("{} <jisu@example.com>", words("utf-8", 'B', &utf_8("김지수 사랑방 고객지원팀"), 10)),
            "김지수 사랑방 고객지원팀",
        ),
        ("taken apart into letters", format!("{} <jisu@example.com>", word("utf-8", 'B', &utf_8(&nfd(name)))), name),
        (
            "a comma inside",
            format!("{} <jisu@example.com>", word("utf-8", 'B', &utf_8("김지수, 사랑방"))),
            "김지수, 사랑방",
        ),
        ("in a comment", format!("jisu@example.com ({})", word("utf-8", 'B', &utf_8(name))), name),
    ] {
        rows.push(from_row(what, from.into_bytes(), shown));
    }
    rows.push(from_row("utf-8 without words", utf_8("\"김지수\" <jisu@example.com>"), name));
    rows.push(from_row("euc-kr without words", euc_kr("김지수 <jisu@example.com>"), name));
    rows
}

fn subject(name: &str, value: String, shown: &str) -> Row {
    raw(name, value.into_bytes(), shown)
}

fn raw(name: &str, value: Vec<u8>, shown: &str) -> Row {
    let mail = mail(&[("Subject", value)], b"body");
    Row {
        name: format!("subject: {name}"),
        mail,
        subject: Some(shown.into()),
        text: Some("body".into()),
        ..Row::default()
    }
}

fn from_row(name: &str, value: Vec<u8>, shown: &str) -> Row {
    let mail = mail(&[("From", value)], b"body");
    Row { name: format!("from: {name}"), mail, from: Some(format!("{shown} <jisu@example.com>")), ..Row::default() }
}
