//! Reports of other servers, answers nobody typed, and what servers wrote on the outside.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/mailkit/tests/mail/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    properties::check_machine(data);
});
