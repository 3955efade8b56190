//! `jidi doctor`: what is loaded, from where, in what version, and what is missing.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::DataArgs;
use super::table::{self, Align};
use crate::domain::Value;
use crate::http::Web;
use crate::store::{Catalog, Collection};

/// Say what is loaded, from where, in what version, and what is missing
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Write JSON instead of text
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &DoctorArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let catalog = data.load()?;
    let missing = missing(&catalog);
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", report(&catalog, &missing))?;
    } else {
        say(&mut out, &catalog, &missing)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a full service would have and this one has not.
fn missing(catalog: &Catalog) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !catalog.has_boundaries {
        missing.push(
            "boundaries: provinces, prefectures and counties are not listed, and positions are assigned \
             by the nearest seat; start without --boundaries none, or name a file",
        );
    }
    if !Web::embedded().is_built() {
        missing.push("the web page: make run builds it into the binary");
    }
    missing
}

fn say(out: &mut dyn Write, catalog: &Catalog, missing: &[&str]) -> io::Result<()> {
    let (townships, zones) = catalog.places.gazetteer.counts();
    let units = catalog.places.gazetteer.units().len();
    writeln!(out, "jidi {}, data {}\n", env!("CARGO_PKG_VERSION"), catalog.fingerprint)?;
    let files: Vec<Vec<String>> = catalog
        .files
        .iter()
        .map(|file| {
            vec![
                file.name.clone(),
                kilobytes(file.bytes),
                file.sha256[..12].to_owned(),
                file.origin.clone(),
            ]
        })
        .collect();
    let columns = [
        ("file", Align::Left),
        ("kB", Align::Right),
        ("sha256", Align::Left),
        ("from", Align::Left),
    ];
    table::write(out, &columns, &files)?;
    let (keys, bytes) = catalog.places.gazetteer.names().size();
    writeln!(
        out,
        "\nGazetteer: {units} units, {townships} townships, {zones} zones; {keys} names in an index of {} kB.",
        kilobytes(bytes)
    )?;
    for collection in &catalog.collections {
        let id = &collection.about().id;
        let placed = placed(collection);
        writeln!(out, "{id}: {} features{}", collection.len(), in_words(&placed))?;
    }
    catalog.warnings.iter().try_for_each(|warning| writeln!(out, "\nWarning: {warning}."))?;
    match missing {
        [] => writeln!(out, "\nNothing is missing."),
        missing => missing.iter().try_for_each(|what| writeln!(out, "\nMissing: {what}.")),
    }
}

fn report(catalog: &Catalog, missing: &[&str]) -> Json {
    let files: Vec<Json> = catalog
        .files
        .iter()
        .map(|file| json!({"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "from": file.origin}))
        .collect();
    let collections: Vec<Json> = catalog
        .collections
        .iter()
        .map(
            |one| json!({"id": one.about().id, "features": one.len(), "match_status": placed(one)}),
        )
        .collect();
    let (keys, bytes) = catalog.places.gazetteer.names().size();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "data": catalog.fingerprint,
        "files": files,
        "collections": collections,
        "names": {"keys": keys, "index_bytes": bytes},
        "warnings": catalog.warnings,
        "missing": missing,
    })
}

/// Counts the features of each match status.
fn placed(collection: &Collection) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    if let Some(field) = collection.schema().position("match_status") {
        for feature in collection.features() {
            if let Value::Text(status) = &feature.values[field] {
                *counts.entry(status.to_string()).or_insert(0) += 1;
            }
        }
    }
    counts
}

fn in_words(counts: &BTreeMap<String, usize>) -> String {
    let words: Vec<String> =
        counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

fn kilobytes(bytes: usize) -> String {
    bytes.div_ceil(1000).to_string()
}
