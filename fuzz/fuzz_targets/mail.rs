//! A whole mail.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/mailkit/tests/mail/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    properties::check_mail(data);
});
