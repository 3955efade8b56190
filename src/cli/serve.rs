//! `jidi serve`: the map and the API.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::DataArgs;
use crate::http::{self, Service, Web};

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
    /// Serve the web page from a folder instead of the one in the binary, for work on it
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(host) if !host.is_empty() && !text.contains([' ', '?', '#', '"', '<']) => {
            Ok(text.to_owned())
        }
        _ => Err("write http:// or https://, a host, and perhaps a path".to_owned()),
    }
}

pub(super) fn run(args: ServeArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    if let Some(folder) = args.web.as_ref().filter(|folder| !folder.join("index.html").is_file()) {
        anyhow::bail!("--web {}: no index.html there; run npm run build in web/", folder.display());
    }
    let begun = Instant::now();
    let catalog = data.load()?;
    let web = args.web.map_or_else(Web::embedded, Web::Folder);
    for collection in &catalog.collections {
        let about = collection.about();
        eprintln!("{:>6}  {} ({})", collection.features().len(), about.title, about.id);
    }
    if !catalog.has_boundaries {
        eprintln!(
            "No boundaries: provinces, prefectures and counties are not listed, and positions are assigned by the nearest seat."
        );
    }
    if !web.is_built() {
        eprintln!("The web page is not in this binary: make run builds it.");
    }
    let loaded_ms = begun.elapsed().as_millis();
    let service =
        Service { catalog, public_url: args.public_url, trust_proxy: args.trust_proxy, web };
    http::serve(service, args.listen, |address| {
        eprintln!("Loaded in {loaded_ms} ms.");
        println!("Jidi serves the map on http://{address} (stop with Ctrl-C)");
    })?;
    Ok(ExitCode::SUCCESS)
}
