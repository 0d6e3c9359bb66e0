//! `sarang`: see `sarang --help`.
use std::process::ExitCode;

/// Gives back what training and large imports needed for a while, which the allocator of the system may keep for ever.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::run()
}
