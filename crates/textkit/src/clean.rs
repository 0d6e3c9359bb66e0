//! Brings text from outside into the one form that is stored, shown and counted in.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The stored form of a text: Unicode NFC, lines ended by `\n`, and no control characters but `\n` and `\t`.
///
/// NUL becomes U+FFFD, so that its place stays visible (no engine stores it); other C0 controls and DEL carry nothing a
/// reader could see and are left out. Cleaning a clean text changes nothing.
pub fn clean_text(text: &str) -> String {
    let plain = strip_controls(text);
    match is_nfc_quick(plain.chars()) {
        IsNormalized::Yes => plain,
        _ => plain.nfc().collect(),
    }
}

fn strip_controls(text: &str) -> String {
    if !text.bytes().any(is_unwanted) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\0' => out.push('\u{FFFD}'),
            c if c.is_ascii() && is_unwanted(c as u8) => {}
            c => out.push(c),
        }
    }
    out
}

/// Continuation bytes of UTF-8 are all above 0x7F, so looking at bytes is enough.
fn is_unwanted(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0x7F
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_ends_become_newlines() {
        assert_eq!(clean_text("a\r\nb\rc\r\r\nd\n"), "a\nb\nc\n\nd\n");
    }

    #[test]
    fn nul_stays_visible_and_other_controls_go() {
        assert_eq!(clean_text("a\0b\u{1b}[1mc\td\u{7f}"), "a\u{FFFD}b[1mc\td");
    }

    #[test]
    fn decomposed_hangul_is_composed() {
        assert_eq!(clean_text("\u{1100}\u{1167}\u{11af}\u{110c}\u{1166}"), "결제");
    }

    #[test]
    fn a_mark_parted_from_its_letter_by_a_control_is_joined() {
        assert_eq!(clean_text("e\u{1}\u{301}"), "é");
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in any::<String>()) {
            let once = clean_text(&text);
            prop_assert_eq!(clean_text(&once), once.clone());
            prop_assert!(!once.contains(['\0', '\r']));
        }
    }
}
