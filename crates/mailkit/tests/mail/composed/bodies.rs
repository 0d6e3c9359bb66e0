//! Bodies: every charset that Korean mail has, as it is labelled and as it is not, in every transfer encoding.

use super::wire::{euc_kr, iso_2022_kr, transfer, utf_8};
use super::{Row, mail};

type Encode = fn(&str) -> Vec<u8>;

const PLAIN: &str = "안녕하세요, 사랑방입니다.\n견적(quote) 3건을 부탁드립니다. 크기는 A4입니다.";
/// Syllables that only CP949 has.
const EXTENDED: &str = "똠방각하 펲시콜라 뷁 햏자 쓩 꽥.\n그 밖에는 보통 글입니다.";

/// (label, how it is really encoded, the text)
const LABELLED: &[(&str, Encode, &str)] = &[
    ("euc-kr", euc_kr, PLAIN),
    ("EUC-KR", euc_kr, EXTENDED),
    ("ks_c_5601-1987", euc_kr, PLAIN),
    ("ks_c_5601-1987", euc_kr, EXTENDED),
    ("cp949", euc_kr, EXTENDED),
    ("x-windows-949", euc_kr, EXTENDED),
    ("utf-8", utf_8, PLAIN),
    ("utf-8", utf_8, EXTENDED),
    ("iso-2022-kr", iso_2022_kr, PLAIN),
];

/// Labels that are not true, as they come: by programs that know one charset, and by gateways that rewrite.
const WRONG: &[(&str, Encode)] = &[
    ("utf-8", euc_kr),
    ("euc-kr", utf_8),
    ("ks_c_5601-1987", utf_8),
    ("iso-8859-1", euc_kr),
    ("iso-8859-1", utf_8),
    ("us-ascii", euc_kr),
    ("us-ascii", utf_8),
    ("windows-1252", euc_kr),
    ("x-unknown", euc_kr),
    ("ansi", utf_8),
];

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, (label, encode, text)) in LABELLED.iter().enumerate() {
        for encoding in ["8bit", "base64", "quoted-printable"] {
            rows.push(row(&format!("body {at}: {label} by {encoding}"), Some(label), encoding, encode(text), text));
        }
    }
    for (label, encode) in WRONG {
        for encoding in ["8bit", "base64"] {
            let kind = if encode(PLAIN) == utf_8(PLAIN) { "UTF-8" } else { "EUC-KR" };
            rows.push(row(
                &format!("body: {kind} labelled {label} by {encoding}"),
                Some(label),
                encoding,
                encode(PLAIN),
                PLAIN,
            ));
        }
    }
    for (kind, encode) in [("UTF-8", utf_8 as Encode), ("EUC-KR", euc_kr), ("ISO-2022-KR", iso_2022_kr)] {
        rows.push(row(&format!("body: {kind} without a label"), None, "8bit", encode(PLAIN), PLAIN));
    }
    rows
}

fn row(name: &str, label: Option<&str>, encoding: &str, bytes: Vec<u8>, text: &str) -> Row {
    let kind = label.map_or("text/plain".to_owned(), |label| format!("text/plain; charset=\"{label}\""));
    let header = [("Content-Type", kind.into_bytes()), ("Content-Transfer-Encoding", encoding.as_bytes().to_vec())];
    Row {
        name: name.into(),
        mail: mail(&header, &transfer(encoding, &bytes)),
        subject: Some("plan".into()),
        text: Some(text.into()),
        written: Some(text.into()),
        files: Some(Vec::new()),
        ..Row::default()
    }
}
