//! The value of header fields: encoded words, addresses, parameters.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/mailkit/tests/mail/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    properties::check_header(data);
});
