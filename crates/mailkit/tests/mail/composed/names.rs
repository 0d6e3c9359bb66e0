//! Names of files, as programs write them and as they should not.

use super::wire::{base64, euc_kr, extended, nfd, segments, utf_8, word, words};
use super::{Row, multipart, part};

const NAME: &str = "2026년 상반기 견적서 (최종).pdf";

pub fn rows() -> Vec<Row> {
    let in_quotes = |bytes: Vec<u8>| [b"filename=\"", &bytes[..], b"\""].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("RFC 2231, utf-8", extended("filename", "utf-8", &utf_8(NAME)).into(), NAME),
        ("RFC 2231, euc-kr", extended("filename", "euc-kr", &euc_kr(NAME)).into(), NAME),
        (
            "RFC 2231, ks_c_5601-1987",
            extended("filename", "ks_c_5601-1987", &euc_kr("똠방각하.txt")).into(),
            "똠방각하.txt",
        ),
        (
            "RFC 2231 in segments, cut inside syllables, utf-8",
            segments("filename", "utf-8", &utf_8(NAME), 7).into(),
            NAME,
        ),
        (
            "RFC 2231 in segments, cut inside syllables, euc-kr",
            segments("filename", "euc-kr", &euc_kr(NAME), 5).into(),
            NAME,
        ),
        ("RFC 2231, taken apart into letters", extended("filename", "utf-8", &utf_8(&nfd(NAME))).into(), NAME),
        (
            "RFC 2231 in segments, taken apart into letters",
            segments("filename", "utf-8", &utf_8(&nfd(NAME)), 8).into(),
            NAME,
        ),
        ("an encoded word in quotes", in_quotes(word("utf-8", 'B', &utf_8(NAME)).into()), NAME),
        ("an encoded word of euc-kr in quotes", in_quotes(word("euc-kr", 'B', &euc_kr(NAME)).into()), NAME),
        (
            "an encoded word without quotes",
            [b"filename=", word("euc-kr", 'Q', &euc_kr("계약서.hwp")).as_bytes()].concat(),
            "계약서.hwp",
        ),
        ("encoded words cut inside a syllable", in_quotes(words("utf-8", 'B', &utf_8(NAME), 11).into()), NAME),
        ("an encoded word, taken apart into letters", in_quotes(word("utf-8", 'B', &utf_8(&nfd(NAME))).into()), NAME),
        ("utf-8 as it is", in_quotes(utf_8(NAME)), NAME),
        ("euc-kr as it is", in_quotes(euc_kr(NAME)), NAME),
        ("cp949 as it is", in_quotes(euc_kr("펲시 뷁.xlsx")), "펲시 뷁.xlsx"),
        (
            "both forms: the extended one counts",
            [b"filename=\"x.pdf\"; ", extended("filename", "utf-8", &utf_8(NAME)).as_bytes()].concat(),
            NAME,
        ),
        ("a folder in front", in_quotes(utf_8("C:\\Users\\지수\\견적서.pdf")), "견적서.pdf"),
        ("folders that lead up", in_quotes(utf_8("../../견적서.pdf")), "견적서.pdf"),
        ("an invisible character in front of a dot", in_quotes(utf_8("\u{200b}.htaccess")), ".htaccess"),
        ("letters that turn the direction", in_quotes(utf_8("견적\u{202e}fdp.exe")), "견적fdp.exe"),
    ];
    let mut rows: Vec<Row> = cases.into_iter().map(|(name, parameter, shown)| row(name, parameter, shown)).collect();
    let type_only = format!(
        "Content-Type: application/pdf; name=\"{}\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64",
        word("euc-kr", 'B', &euc_kr(NAME))
    );
    rows.push(of_part("named by its type alone", type_only.into_bytes(), NAME));
    rows
}

fn row(name: &str, parameter: Vec<u8>, shown: &str) -> Row {
    let header = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; ";
    of_part(name, [&header[..], &parameter].concat(), shown)
}

fn of_part(name: &str, header: Vec<u8>, shown: &str) -> Row {
    let bytes = b"\x00the bytes of a file\xff".to_vec();
    let file = [b"--b\r\n", &header[..], b"\r\n\r\n", base64(&bytes).as_bytes(), b"\r\n"].concat();
    let text = part("Content-Type: text/plain; charset=utf-8", "첨부합니다.".as_bytes());
    Row {
        name: format!("file: {name}"),
        mail: multipart("mixed", &[text, file]),
        text: Some("첨부합니다.".into()),
        files: Some(vec![(shown.into(), bytes)]),
        ..Row::default()
    }
}
