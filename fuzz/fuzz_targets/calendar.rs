//! What stands in an invitation.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/mailkit/tests/mail/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    properties::check_calendar(data);
});
