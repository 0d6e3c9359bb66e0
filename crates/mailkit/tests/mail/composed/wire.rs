//! Writes mail byte by byte as programs send it: charsets, transfer encodings, encoded words, names of files.

use encoding_rs::EUC_KR;
use unicode_normalization::UnicodeNormalization;

/// CP949, the superset of EUC-KR: syllables outside of it take bytes that EUC-KR does not have.
pub fn euc_kr(text: &str) -> Vec<u8> {
    let (bytes, _, has_errors) = EUC_KR.encode(text);
    assert!(!has_errors, "{text} has no place in CP949");
    bytes.into_owned()
}

pub fn utf_8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// RFC 1557: the designator once, and each stretch of Korean between SO and SI, its bytes without their eighth bit.
pub fn iso_2022_kr(text: &str) -> Vec<u8> {
    let mut out = b"\x1b$)C".to_vec();
    out.extend(shifted(text));
    out
}

fn shifted(text: &str) -> Vec<u8> {
    let (mut out, mut is_korean) = (Vec::new(), false);
    for c in text.chars() {
        if c.is_ascii() == is_korean {
            out.push(if is_korean { 0x0f } else { 0x0e });
            is_korean = !is_korean;
        }
        match c.is_ascii() {
            true => out.push(c as u8),
            false => out.extend(euc_kr(&c.to_string()).iter().map(|byte| byte & 0x7f)),
        }
    }
    if is_korean {
        out.push(0x0f);
    }
    out
}

/// As macOS names files: each syllable taken apart into its letters.
pub fn nfd(text: &str) -> String {
    text.nfd().collect()
}

pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| LETTERS[(bits & 63) as usize] as char;
    bytes
        .chunks(3)
        .flat_map(|three| {
            let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            let mut four = [letter(bits >> 18), letter(bits >> 12), '=', '='];
            if three.len() > 1 {
                four[2] = letter(bits >> 6);
            }
            if three.len() > 2 {
                four[3] = letter(bits);
            }
            four
        })
        .collect()
}

fn hex(bytes: &[u8], mark: char, is_plain: impl Fn(u8) -> bool) -> String {
    let byte = |b: &u8| if is_plain(*b) { (*b as char).to_string() } else { format!("{mark}{b:02X}") };
    bytes.iter().map(byte).collect()
}

/// A body in a transfer encoding: 7bit, 8bit, base64 or quoted-printable, in lines of at most 76 characters.
pub fn transfer(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    match encoding {
        "base64" => base64(bytes).as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]),
        "quoted-printable" => {
            let lines = bytes.split(|b| *b == b'\n').map(|line| {
                let mut coded = hex(line, '=', |b| (b' '..=b'~').contains(&b) && b != b'=');
                // Gateways cut blanks at the end of a line.
                if coded.ends_with(' ') {
                    coded.replace_range(coded.len() - 1.., "=20");
                }
                let mut out = String::new();
                let mut width = 0;
                let mut rest = coded.as_str();
                while !rest.is_empty() {
                    let take = if rest.starts_with('=') { 3 } else { 1 };
                    if width + take > 75 {
                        out.push_str("=\r\n");
                        width = 0;
                    }
                    out.push_str(&rest[..take]);
                    (rest, width) = (&rest[take..], width + take);
                }
                out
            });
            lines.collect::<Vec<_>>().join("\r\n").into_bytes()
        }
        _ => bytes.to_vec(),
    }
}

/// An encoded word of these bytes: `=?euc-kr?B?…?=`.
pub fn word(charset: &str, kind: char, bytes: &[u8]) -> String {
    let coded = match kind.to_ascii_uppercase() {
        'B' => base64(bytes),
        _ => hex(bytes, '=', |b| b.is_ascii_alphanumeric()),
    };
    format!("=?{charset}?{kind}?{coded}?=")
}

/// The same in several words, folded, cut every `every` bytes without regard to characters.
pub fn words(charset: &str, kind: char, bytes: &[u8], every: usize) -> String {
    bytes.chunks(every).map(|part| word(charset, kind, part)).collect::<Vec<_>>().join("\r\n ")
}

/// A value of RFC 2231 in one piece: `filename*=utf-8''%EA…`.
pub fn extended(name: &str, charset: &str, bytes: &[u8]) -> String {
    format!("{name}*={charset}''{}", hex(bytes, '%', |b| b.is_ascii_alphanumeric() || b == b'.'))
}

/// The same in segments of `every` bytes.
pub fn segments(name: &str, charset: &str, bytes: &[u8], every: usize) -> String {
    let part = |(n, part): (usize, &[u8])| {
        let said = if n == 0 { format!("{charset}''") } else { String::new() };
        format!("{name}*{n}*={said}{}", hex(part, '%', |b| b.is_ascii_alphanumeric() || b == b'.'))
    };
    bytes.chunks(every).enumerate().map(part).collect::<Vec<_>>().join(";\r\n ")
}
