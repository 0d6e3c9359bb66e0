//! Turns bytes into text when the label may be missing, unknown or wrong, as it is in much Korean mail.
//!
//! Every byte comes out as something: where nothing else fits, as Windows-1252.

use std::borrow::Cow;

use encoding_rs::{EUC_KR, Encoding, ISO_2022_JP, WINDOWS_1252};
use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::Problem;

/// What a charset label asks for.
enum Charset {
    Unlabelled,
    Unknown,
    Utf8,
    Korean,
    Iso2022Kr,
    /// UTF-16, UTF-7 and the like, in which ASCII bytes do not stand for themselves.
    Wide(DecoderFnc),
    /// One byte a character; half the mail that says so is really something else.
    SingleByte(DecoderFnc),
    MultiByte(DecoderFnc),
}

impl Charset {
    fn of_label(label: &str) -> Charset {
        let label = label.trim_matches(|c: char| c.is_whitespace() || "\"'".contains(c)).to_ascii_lowercase();
        let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        match plain.as_str() {
            "" | "usascii" | "ascii" | "ansix341968" | "iso646us" | "unknown8bit" | "8bit" | "7bit" | "default"
            | "xunknown" | "unknown" | "none" => return Charset::Unlabelled,
            "utf8" | "utf8mb4" | "xutf8" | "unicode11utf8" | "unicode20utf8" => return Charset::Utf8,
            "euckr" | "xeuckr" | "cseuckr" | "ksc5601" | "ksc56011987" | "ksc56011989" | "ksc56011992"
            | "csksc56011987" | "ksx1001" | "cp949" | "xcp949" | "ms949" | "windows949" | "xwindows949" | "ibm949"
            | "uhc" | "xuhc" | "korean" | "isoir149" | "949" | "kr" => return Charset::Korean,
            "iso2022kr" | "csiso2022kr" => return Charset::Iso2022Kr,
            // The web's decoders refuse these whole; as unlabelled text at least their ASCII survives.
            "iso2022cn" | "iso2022cnext" | "hzgb2312" | "replacement" => return Charset::Unknown,
            _ => {}
        }
        let Some(decoder) = charset_decoder(label.as_bytes()) else { return Charset::Unknown };
        if plain.starts_with("utf") || plain.contains("ucs2") || plain.contains("unicode") {
            return Charset::Wide(decoder);
        }
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if !encoding.is_single_byte() => Charset::MultiByte(decoder),
            _ => Charset::SingleByte(decoder),
        }
    }
}

/// Decodes `bytes`, trusting `label` only as far as the bytes bear it out.
pub(crate) fn decode<'a>(bytes: &'a [u8], label: Option<&str>, problems: &mut Vec<Problem>) -> Cow<'a, str> {
    let charset = label.map_or(Charset::Unlabelled, Charset::of_label);
    if let Some(text) = decode_marked(bytes) {
        return text;
    }
    if let Charset::Wide(decoder) = charset {
        // UTF-16 of anything but the rarest text holds zero bytes; UTF-8 never does.
        return match std::str::from_utf8(bytes) {
            Ok(text) if !bytes.is_ascii() && !bytes.contains(&0) => text.into(),
            _ => decoder(bytes).into(),
        };
    }
    if let Charset::Iso2022Kr = charset {
        return decode_iso_2022_kr(bytes).into();
    }
    if let Charset::Unknown = charset {
        let problem = Problem::UnknownCharset(label.unwrap_or_default().chars().take(60).collect());
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    if bytes.is_ascii() && !bytes.iter().any(|b| matches!(b, 0x0e | 0x1b)) {
        return String::from_utf8_lossy(bytes);
    }
    match charset {
        Charset::Korean => decode_korean(bytes),
        Charset::SingleByte(decoder) => decode_single_byte(bytes, decoder),
        Charset::MultiByte(decoder) => {
            let text = decoder(bytes);
            match std::str::from_utf8(bytes) {
                Ok(utf8) if text.contains(char::REPLACEMENT_CHARACTER) => utf8.into(),
                _ => text.into(),
            }
        }
        _ => guess(bytes),
    }
}

/// Text that begins with a byte order mark says itself what it is.
fn decode_marked(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, mark) = Encoding::for_bom(bytes)?;
    // Two bytes of a mark in front of 8-bit text are too weak a sign for UTF-16 unless zero bytes follow.
    if encoding != encoding_rs::UTF_8 && !bytes.contains(&0) {
        return None;
    }
    Some(encoding.decode_without_bom_handling(&bytes[mark..]).0)
}

/// EUC-KR and its superset CP949 (UHC), unless the bytes are really UTF-8.
fn decode_korean(bytes: &[u8]) -> Cow<'_, str> {
    if has_iso_2022_kr_mark(bytes) {
        return decode_iso_2022_kr(bytes).into();
    }
    let (korean, has_errors) = EUC_KR.decode_without_bom_handling(bytes);
    match std::str::from_utf8(bytes) {
        // Syllables take three bytes in UTF-8. Shorter sequences may well be EUC-KR: "크" is C5 A9, UTF-8 for "ũ".
        Ok(utf8) if has_errors || utf8.chars().any(|c| c as u32 >= 0x800) => utf8.into(),
        _ if has_errors && korean.matches(char::REPLACEMENT_CHARACTER).count() * 4 > count_hangul(&korean) => {
            guess(bytes)
        }
        _ => korean,
    }
}

fn decode_single_byte(bytes: &[u8], decoder: DecoderFnc) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        // Real text of one byte a character is next to never valid UTF-8 by chance.
        Ok(utf8) => utf8.into(),
        Err(_) if is_paired_hangul(bytes) => EUC_KR.decode_without_bom_handling(bytes).0,
        Err(_) => decoder(bytes).into(),
    }
}

/// Old Korean programs label EUC-KR as Latin 1. In KS X 1001 each syllable is two high bytes with a lead in B0–C8.
fn is_paired_hangul(bytes: &[u8]) -> bool {
    let (mut hangul, mut other, mut i) = (0usize, 0usize, 0);
    while i < bytes.len() {
        if bytes[i] < 0x80 {
            i += 1;
            continue;
        }
        match (bytes[i], bytes.get(i + 1)) {
            (0xb0..=0xc8, Some(0xa1..=0xfe)) => hangul += 1,
            (0xa1..=0xfd, Some(0xa1..=0xfe)) => other += 1,
            _ => return false,
        }
        i += 2;
    }
    hangul >= 2 && other * 4 <= hangul
}

fn guess(bytes: &[u8]) -> Cow<'_, str> {
    let utf8_error = match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\x1b') && !has_iso_2022_kr_mark(bytes) => return text.into(),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    if has_iso_2022_kr_mark(bytes) {
        return decode_iso_2022_kr(bytes).into();
    }
    if [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(J"].iter().any(|mark| find(bytes, mark).is_some()) {
        let (text, has_errors) = ISO_2022_JP.decode_without_bom_handling(bytes);
        if !has_errors {
            return text;
        }
    }
    if utf8_error.is_none() {
        return String::from_utf8_lossy(bytes);
    }
    let korean = EUC_KR.decode_without_bom_handling(bytes).0;
    let hangul = count_hangul(&korean);
    let broken = korean.matches(char::REPLACEMENT_CHARACTER).count();
    let other = korean.chars().filter(|c| !c.is_ascii()).count() - hangul - broken;
    if hangul > 0 && broken * 20 <= hangul && other * 2 <= hangul {
        return korean;
    }
    let utf8 = String::from_utf8_lossy(bytes);
    let broken = utf8.matches(char::REPLACEMENT_CHARACTER).count();
    let whole = utf8.chars().filter(|c| !c.is_ascii()).count() - broken;
    if broken * 4 <= whole {
        return utf8;
    }
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

fn count_hangul(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, '가'..='힣' | 'ㄱ'..='ㆎ')).count()
}

const ISO_2022_KR_MARK: &[u8] = b"\x1b$)C";

fn has_iso_2022_kr_mark(bytes: &[u8]) -> bool {
    find(bytes, ISO_2022_KR_MARK).is_some()
}

/// RFC 1557: SO begins KS X 1001 in seven bits, SI ends it, and each line begins in ASCII again.
/// The syllables are those of EUC-KR without their high bits. No decoder of the web reads it any more.
fn decode_iso_2022_kr(bytes: &[u8]) -> String {
    let mut euc = Vec::with_capacity(bytes.len());
    let (mut i, mut is_shifted) = (0, false);
    while i < bytes.len() {
        if bytes[i..].starts_with(ISO_2022_KR_MARK) {
            i += ISO_2022_KR_MARK.len();
            continue;
        }
        match bytes[i] {
            0x0e => is_shifted = true,
            0x0f => is_shifted = false,
            b'\n' => {
                is_shifted = false;
                euc.push(b'\n');
            }
            byte @ 0x21..=0x7e if is_shifted => euc.push(byte | 0x80),
            byte => euc.push(byte),
        }
        i += 1;
    }
    match std::str::from_utf8(&euc) {
        Ok(text) => text.to_owned(),
        Err(_) => EUC_KR.decode_without_bom_handling(&euc).0.into_owned(),
    }
}

/// Where `needle` begins in `bytes`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| byte == first) {
        at += found + 1;
        if bytes[at..].starts_with(rest) {
            return Some(at - 1);
        }
    }
    None
}

/// Unicode NFC; macOS writes Korean in separate letters (NFD).
pub(crate) fn nfc(text: Cow<'_, str>) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.into_owned(),
        _ => text.nfc().collect(),
    }
}
