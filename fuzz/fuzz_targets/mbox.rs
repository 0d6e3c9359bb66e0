//! An archive, cut into its mails.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/mailkit/tests/mail/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let [limit, rest @ ..] = data {
        properties::check_mbox(rest, usize::from(*limit) * 8);
    }
});
