//! `jidi serve`: the map and the API.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use axum::http::uri::Authority;
use clap::Args;
use tracing_subscriber::EnvFilter;

use super::DataArgs;
use crate::http::{self, Limits, Metrics, Service, Web};
use crate::store::{Catalog, Snapshots};

/// Serve the map and the API
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  jidi serve\n  jidi serve --listen 0.0.0.0:80 --public-url https://jidi.example.org\n  RUST_LOG=info jidi serve          one line for each request"
)]
pub(super) struct ServeArgs {
    /// Address and port to listen on
    #[arg(
        long,
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS:PORT",
        env = "JIDI_LISTEN"
    )]
    listen: SocketAddr,
    /// Address that links begin with, when clients reach the service under another one
    #[arg(long, value_name = "URL", env = "JIDI_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Believe X-Forwarded-Host and X-Forwarded-Proto: only behind a proxy that sets them
    #[arg(long)]
    trust_proxy: bool,
    /// How large a list that is sent to be located may be, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..), env = "JIDI_MAX_BODY_MIB")]
    max_body_mib: u16,
    /// How many rows such a list may have
    #[arg(long, value_name = "ROWS", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..), env = "JIDI_MAX_LIST_ROWS")]
    max_list_rows: u32,
    /// Serve the web page from a folder instead of the one in the binary, for work on it
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
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

pub(super) fn run(args: ServeArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    start_log()?;
    if let Some(folder) = args.web.as_ref().filter(|folder| !folder.join("index.html").is_file()) {
        anyhow::bail!("--web {}: no index.html there; run npm run build in web/", folder.display());
    }
    let begun = Instant::now();
    let catalog = data.load()?;
    let web = args.web.map_or_else(Web::embedded, Web::Folder);
    introduce(&catalog, &web);
    let loaded_ms = begun.elapsed().as_millis();
    let limits = Limits {
        body_bytes: usize::from(args.max_body_mib) * 1024 * 1024,
        list_rows: args.max_list_rows as usize,
        rate: None,
    };
    let (public_url, trust_proxy) = (args.public_url, args.trust_proxy);
    let catalog = Snapshots::new(catalog);
    let metrics = Metrics::new()?;
    let service = Service { catalog, public_url, trust_proxy, web, limits, metrics };
    http::serve(service, args.listen, |address| {
        say(&format!("Loaded in {loaded_ms} ms."));
        // Whoever started the service may have closed the output; it serves all the same.
        let _ =
            writeln!(io::stdout(), "Jidi serves the map on http://{address} (stop with Ctrl-C)");
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Logs to standard error what `RUST_LOG` asks for: warnings, unless it asks for more.
fn start_log() -> anyhow::Result<()> {
    let wanted = env::var("RUST_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = EnvFilter::try_new(&wanted).with_context(|| {
        format!("RUST_LOG={wanted}: write a level, such as info, or module=level")
    })?;
    let has_colours = io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(has_colours)
        .with_writer(io::stderr)
        .init();
    Ok(())
}

/// Says what is served and what is missing.
fn introduce(catalog: &Catalog, web: &Web) {
    for collection in &catalog.collections {
        let about = collection.about();
        say(&format!("{:>6}  {} ({})", collection.len(), about.title, about.id));
    }
    if !catalog.has_boundaries {
        say(
            "No boundaries: provinces, prefectures and counties are not listed, and positions are assigned by the nearest seat.",
        );
    }
    catalog.warnings.iter().for_each(|warning| say(&format!("Warning: {warning}.")));
    if !web.is_built() {
        say("The web page is not in this binary: make run builds it.");
    }
}

/// Says a line on standard error, if anyone listens.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
