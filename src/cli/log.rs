//! The log: lines on standard error, to be read or to be collected.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use super::settings::LogFormat;

/// Begins to log what the filter wants.
pub(super) fn start(format: LogFormat, level: &str) -> anyhow::Result<()> {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(level)?)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => {
            log.with_ansi(io::stderr().is_terminal()).with_target(false).init();
        }
        LogFormat::Json => {
            log.json().flatten_event(true).with_span_list(false).init();
        }
    }
    Ok(())
}
