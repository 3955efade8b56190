//! What the service can be told by flag, by environment variable and in a file.
//!
//! Every argument that has an environment variable is a setting, here and among the arguments of
//! all verbs: `jidi serve` takes it, the settings file may name it, `jidi config` shows it. So a
//! new setting is a field with its attribute, and `hide_env_values` makes it a secret.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use axum::http::uri::Authority;
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::http::{Limits, RateLimit};

/// What one client may ask for in a second where the whole network can ask.
const PUBLIC_RATE: u32 = 50;

/// The most that can be asked for: a limit of one request each microsecond is none.
const MAX_RATE: u32 = 1_000_000;

/// Holds the settings of the service.
#[derive(Debug, Args)]
#[command(next_help_heading = "The service")]
pub(super) struct Settings {
    /// Address and port to listen on
    #[arg(
        long,
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT",
        env = "JIDI_LISTEN"
    )]
    pub(super) listen: SocketAddr,
    /// Address that links begin with, when clients reach the service under another one
    #[arg(long, value_name = "URL", env = "JIDI_PUBLIC_URL", value_parser = public_url)]
    pub(super) public_url: Option<String>,
    /// Believe X-Forwarded-Host, -Proto and the last X-Forwarded-For: only behind a proxy that sets them
    #[arg(
        long, value_name = "true|false", env = "JIDI_TRUST_PROXY", action = ArgAction::Set,
        num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true",
        value_parser = BoolishValueParser::new(), hide_possible_values = true
    )]
    pub(super) trust_proxy: bool,
    /// Take changes over the API from who shows a token; see jidi token
    #[arg(
        long, value_name = "true|false", env = "JIDI_WRITABLE", action = ArgAction::Set,
        num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true",
        value_parser = BoolishValueParser::new(), hide_possible_values = true
    )]
    pub(super) writable: bool,
    /// How large a list that is sent to be located may be, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..), env = "JIDI_MAX_BODY_MIB")]
    max_body_mib: u16,
    /// How many rows such a list may have
    #[arg(long, value_name = "ROWS", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..), env = "JIDI_MAX_LIST_ROWS")]
    max_list_rows: u32,
    /// How large a file that becomes a collection may be, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..), env = "JIDI_MAX_UPLOAD_MIB")]
    max_upload_mib: u16,
    /// How many rows such a file may have
    #[arg(long, value_name = "ROWS", default_value_t = 2_000_000, value_parser = clap::value_parser!(u32).range(1..), env = "JIDI_MAX_UPLOAD_ROWS")]
    max_upload_rows: u32,
    /// How large a zipped file or a workbook may be once it is unpacked, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u16).range(1..), env = "JIDI_MAX_UNPACKED_MIB")]
    max_unpacked_mib: u16,
    /// How many seconds an analysis may be estimated at, and take, while its client waits
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..), env = "JIDI_MAX_RUN_SECONDS")]
    max_run_seconds: u16,
    /// The same for an analysis that is a job
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..), env = "JIDI_MAX_JOB_SECONDS")]
    max_job_seconds: u32,
    /// Requests a second that one client may make, 0 for any number; `auto` is any number on a loopback address, else 50
    #[arg(long, value_name = "N|auto", default_value = "auto", value_parser = rate, env = "JIDI_RATE_LIMIT")]
    rate_limit: Rate,
    /// Requests that one client may make at once, after a pause
    #[arg(long, value_name = "N", default_value = "100", env = "JIDI_RATE_BURST")]
    rate_burst: NonZeroU32,
    /// How log lines are written
    #[arg(long, value_name = "text|json", value_enum, hide_possible_values = true, default_value_t = LogFormat::Text, env = "JIDI_LOG_FORMAT")]
    pub(super) log_format: LogFormat,
    /// What is logged: error, warn, info (a line for each request), debug, or module=level
    #[arg(long, value_name = "LEVEL", default_value = "warn", value_parser = log_level, env = "RUST_LOG")]
    pub(super) log_level: String,
}

/// Says how log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// To be read.
    Text,
    /// One object a line.
    Json,
}

/// Says how often a client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rate {
    /// As the address that is listened on suggests.
    Auto,
    /// So often in a second; 0 is as often as it likes.
    PerSecond(u32),
}

impl Settings {
    /// How much a request may ask for.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            body_bytes: usize::from(self.max_body_mib) * 1024 * 1024,
            list_rows: self.max_list_rows as usize,
            upload_bytes: usize::from(self.max_upload_mib) * 1024 * 1024,
            upload_rows: self.max_upload_rows as usize,
            unpacked_bytes: usize::from(self.max_unpacked_mib) * 1024 * 1024,
            run_s: u32::from(self.max_run_seconds),
            job_s: self.max_job_seconds,
            rate: self.rate(),
        }
    }

    fn rate(&self) -> Option<RateLimit> {
        let per_second = match self.rate_limit {
            Rate::Auto if self.listen.ip().is_loopback() => 0,
            Rate::Auto => PUBLIC_RATE,
            Rate::PerSecond(count) => count,
        };
        let per_second = NonZeroU32::new(per_second)?;
        Some(RateLimit { per_second, burst: self.rate_burst })
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let host = rest.map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    match host.map(str::parse::<Authority>) {
        Some(Ok(host)) if !host.as_str().contains('@') => Ok(text.to_owned()),
        _ => {
            Err("write http:// or https:// and a host, and no path: the page is at the root"
                .to_owned())
        }
    }
}

fn rate(text: &str) -> Result<Rate, String> {
    match text.parse() {
        _ if text == "auto" => Ok(Rate::Auto),
        Ok(count) if count <= MAX_RATE => Ok(Rate::PerSecond(count)),
        _ => Err(format!("write a whole number from 0 to {MAX_RATE}, or auto")),
    }
}

fn log_level(text: &str) -> Result<String, String> {
    match EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("write a level, such as info, or module=level".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Told {
        #[command(flatten)]
        settings: Settings,
    }

    fn per_second(arguments: &[&str]) -> Option<u32> {
        let all = ["jidi"].iter().chain(arguments);
        Told::parse_from(all).settings.limits().rate.map(|rate| rate.per_second.get())
    }

    #[test]
    fn a_client_of_the_network_is_limited_and_one_of_this_machine_is_not() {
        assert_eq!(per_second(&["--listen=127.0.0.1:1"]), None);
        assert_eq!(per_second(&["--listen=[::1]:1"]), None);
        assert_eq!(per_second(&["--listen=0.0.0.0:1"]), Some(50));
        assert_eq!(per_second(&["--listen=0.0.0.0:1", "--rate-limit=0"]), None);
        assert_eq!(per_second(&["--listen=127.0.0.1:1", "--rate-limit=7"]), Some(7));
    }
}
