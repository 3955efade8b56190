//! Jidi on the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    jidi::cli::run()
}
