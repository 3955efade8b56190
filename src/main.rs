//! Jidi on the command line.

use std::process::ExitCode;

/// Many small texts are read and written.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    jidi::cli::run()
}
