//! A page from a stranger, cleaned.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/mailkit/tests/mail/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|html: &str| {
    properties::check_html(html);
});
