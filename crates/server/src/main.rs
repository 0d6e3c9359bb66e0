//! `sarang`: see `sarang --help`.
use std::process::ExitCode;

fn main() -> ExitCode {
    server::run()
}
