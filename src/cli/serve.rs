//! `jidi serve`: the map and the API.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::settings::{LogFormat, Settings};
use super::stores::{Missing, author};
use super::{DataArgs, check, log};
use crate::http::{self, Jobs, Metrics, Service, Web};
use crate::store::{Catalog, Keeper, Snapshots};

/// Serve the map and the API
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  jidi serve\n  jidi serve --listen 0.0.0.0:80 --public-url https://jidi.example.org\n  jidi serve --log-level info --log-format json    one line for each request\n  jidi serve --check                               is the one that runs there ready?"
)]
pub(super) struct ServeArgs {
    /// Serve the web page from a folder instead of the one in the binary, for work on it
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// Ask the service that already runs there whether it is ready, and say so by the exit code
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(args: ServeArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let settings = args.settings;
    if args.check {
        return check::run(settings.listen);
    }
    log::start(settings.log_format, &settings.log_level)?;
    if let Some(folder) = args.web.as_ref().filter(|folder| !folder.join("index.html").is_file()) {
        anyhow::bail!("--web {}: no index.html there; run npm run build in web/", folder.display());
    }
    let begun = Instant::now();
    let mut store = data.open(Missing::Make)?;
    let catalog = match &mut store {
        Some(store) => Catalog::load_stored(&data.geodata(), store.as_mut(), &author())?,
        None => Catalog::load(&data.geodata())?,
    };
    let web = args.web.map_or_else(Web::embedded, Web::Folder);
    let format = settings.log_format;
    introduce(&catalog, &web, format);
    if let Some(place) = data.place().filter(|_| store.is_some()) {
        say(format, &format!("Lists are kept in {place}."));
    }
    if settings.writable {
        anyhow::ensure!(store.is_some(), "--writable needs a store: name a file with --store");
        http::check_writable(settings.listen, &catalog)?;
    }
    let loaded_ms = begun.elapsed().as_millis();
    let limits = settings.limits();
    let (public_url, trust_proxy) = (settings.public_url, settings.trust_proxy);
    let catalog = Snapshots::new(catalog);
    // What other programs change in the store is seen as long as the keeper is kept.
    let keeper = store.map(|store| Keeper::start(store, catalog.clone()));
    let metrics = Metrics::new()?;
    let keeper_of_changes =
        keeper.as_ref().filter(|_| settings.writable).map(|(keeper, _)| keeper.clone());
    let service = Service {
        catalog,
        store: keeper.as_ref().map(|(keeper, _)| keeper.condition().clone()),
        keeper: keeper_of_changes,
        public_url,
        trust_proxy,
        web,
        limits,
        metrics,
        jobs: Jobs::new(),
    };
    http::serve(service, settings.listen, |address| {
        say(format, &format!("Loaded in {loaded_ms} ms."));
        // Whoever started the service may have closed the output; it serves all the same.
        let _ =
            writeln!(io::stdout(), "Jidi serves the map on http://{address} (stop with Ctrl-C)");
    })?;
    if let Some((keeper, thread)) = keeper {
        drop(keeper);
        let _ = thread.join();
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what is served and what is missing.
fn introduce(catalog: &Catalog, web: &Web, format: LogFormat) {
    for collection in &catalog.collections {
        let about = collection.about();
        say(format, &format!("{:>6}  {} ({})", collection.len(), about.title, about.id));
    }
    if !catalog.has_boundaries {
        say(
            format,
            "No boundaries: provinces, prefectures and counties are not listed, and positions are assigned by the nearest seat.",
        );
    }
    catalog.warnings.iter().for_each(|warning| say(format, &format!("Warning: {warning}.")));
    if !web.is_built() {
        say(format, "The web page is not in this binary: make run builds it.");
    }
}

/// Says a line on standard error, if anyone listens; where programs read the log, as a line of it.
fn say(format: LogFormat, line: &str) {
    match format {
        LogFormat::Text => {
            let _ = writeln!(io::stderr(), "{line}");
        }
        LogFormat::Json => tracing::info!("{}", line.trim_start()),
    }
}
