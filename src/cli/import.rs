//! `jidi import`: a list becomes a collection of the store.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use sha2::{Digest, Sha256};

use super::stores::{Missing, author};
use super::{DataArgs, industries, pins, progress};
use crate::domain::Datum;
use crate::domain::names::check_collection_id;
use crate::formats::layer::ColumnTypes;
use crate::formats::sheet::RefusedRow;
use crate::industry::Corrections;
use crate::store::geodata::hexadecimal;
use crate::store::intake::{self, Act, Brought, Content, Mode, Origin, Report, Wanted};
use crate::store::{Backend, Catalog, Choices, Roles};

/// Keep a list as a collection of the store
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(
    after_help = "INPUT is a table (.csv, .tsv, .xlsx) with columns lon and lat, or wkt; GeoJSON, GeoJSONSeq, FlatGeobuf, a GeoPackage,\nGeoParquet, a zipped shapefile or KML. With --geocode, rows without a position are placed by their names. Nothing is half written: the collection is\nthere whole or as it was before.\n\nExamples:\n  jidi import firms.csv --collection firms\n  jidi import list.xlsx --collection suppliers --geocode --title \"Suppliers 2026\"\n  jidi import more.csv --collection firms --append\n  jidi import list.csv --collection suppliers --replace --geocode --pins pins.csv"
)]
pub(super) struct ImportArgs {
    /// List to keep
    input: PathBuf,
    /// Id of the collection: a-z, 0-9, _ and -, a letter first
    #[arg(long, value_name = "ID")]
    collection: String,
    /// Title of a new collection; its id, unless given
    #[arg(long)]
    title: Option<String>,
    /// Place rows without a position by their names
    #[arg(long)]
    geocode: bool,
    /// Put the list in the place of a collection that is there
    #[arg(long, conflicts_with = "append")]
    replace: bool,
    /// Add the rows to a collection that is there
    #[arg(long)]
    append: bool,
    /// Datum of the positions that the list comes with: wgs84, cgcs2000, gcj02 or bd09
    #[arg(long, default_value = "wgs84", value_name = "DATUM")]
    datum: Datum,
    /// Country that the list is about; `any` for the whole world
    #[arg(long, value_name = "CODE", default_value = "CN")]
    country: String,
    /// Decisions to follow: a review file or pins of jidi geocode; they are kept with the collection
    #[arg(long, value_name = "FILE", requires = "geocode")]
    pins: Option<PathBuf>,
    /// CSV file of decisions about labels of industries, as jidi industries takes it
    #[arg(long, value_name = "FILE")]
    corrections: Option<PathBuf>,
    /// Layer of a file, or sheet of a workbook, that has several; the first unless given
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// What columns hold, where the file does not say it: text, integer, real, list (items parted by
    /// `;`), boolean, date or date-time
    #[arg(long, value_name = "NAME:TYPE,…", value_parser = ColumnTypes::read)]
    types: Option<ColumnTypes>,
    /// Show the collection over the API only to who has a token for it
    #[arg(long)]
    private: bool,
}

pub(super) fn run(args: &ImportArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let mut wanted = wanted(args);
    check_collection_id(&wanted.id)?;
    let shown = args.input.display();
    let bytes = fs::read(&args.input).with_context(|| format!("{shown} cannot be read"))?;
    let source = args.input.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut store =
        data.open(Missing::Make)?.context("there is no store: name one with --store")?;
    let catalog = Catalog::load_stored(&data.geodata(), store.as_mut(), &author())?;
    if let Some(path) = &args.corrections {
        wanted.corrections = industries::corrections(path, &catalog.industries)?;
    }
    intake::check(&catalog, &wanted).map_err(|error| with_flags(&error))?;
    let content = intake::read(&bytes, [&source, ""], &wanted.reading(&catalog), usize::MAX)
        .with_context(|| shown.to_string())?;
    let sha256 = hexadecimal(&Sha256::digest(&bytes));
    let origin = Origin { source: &source, sha256, bytes: bytes.len() };
    drop(bytes);
    let choices = choices(args, &content, store.as_mut())?;
    let brought = Brought { content, origin };
    let taken = intake::take(&catalog, &wanted, brought, &choices, &progress::shown())
        .with_context(|| shown.to_string())?;
    tell_before(&taken.report);
    match taken.act {
        Act::Put(collection, how) => {
            store.put_collection(&collection, &how)??;
            // The process is about to end: no need to give back what it holds, feature by feature.
            std::mem::forget(collection);
        }
        Act::Add(edit) => {
            store.commit(&[edit])?.into_iter().collect::<Result<Vec<_>, _>>()?;
        }
    }
    tell(&taken.report);
    Ok(ExitCode::SUCCESS)
}

fn wanted(args: &ImportArgs) -> Wanted {
    Wanted {
        id: args.collection.clone(),
        title: args.title.clone(),
        mode: match (args.replace, args.append) {
            (true, _) => Mode::Replace,
            (_, true) => Mode::Append,
            _ => Mode::New,
        },
        is_geocoded: args.geocode,
        datum: args.datum,
        country: if args.country == "any" { String::new() } else { args.country.clone() },
        is_private: args.private.then_some(true),
        layer: args.layer.clone(),
        types: args.types.clone().unwrap_or_default(),
        corrections: Corrections::default(),
        by: author(),
        key: None,
    }
}

/// Says a refusal in the words of the command line.
fn with_flags(error: &intake::IntakeError) -> anyhow::Error {
    match error {
        intake::IntakeError::Taken(id) => {
            anyhow::anyhow!("there is a collection `{id}` already: say --append or --replace")
        }
        other => anyhow::anyhow!("{other}"),
    }
}

/// What was decided about the places of the list: in a file, and before for the same collection.
fn choices(
    args: &ImportArgs,
    content: &Content,
    store: &mut dyn Backend,
) -> anyhow::Result<Choices> {
    if !args.geocode {
        return Ok(Choices::default());
    }
    let mut choices = match (&args.pins, content) {
        (Some(path), Content::Rows(sheet)) => {
            pins::read(path, sheet, &Roles::of(sheet, None, None)?)?
        }
        (Some(_), Content::Features(_)) => {
            anyhow::bail!(
                "--pins is for tables: in {} the features have geometries",
                args.input.display()
            )
        }
        (None, _) => Choices::default(),
    };
    choices.remember(&store.decisions(&args.collection)?);
    Ok(choices)
}

fn tell_before(report: &Report) {
    let roles = if report.roles.is_empty() { "" } else { ": " };
    eprintln!("{} rows ({}){roles}{}", report.features, report.kind, report.roles);
    for (_, warning) in &report.warnings {
        eprintln!("Warning: {}.", warning.en.trim_end_matches('.'));
    }
}

fn tell(report: &Report) {
    if !report.statuses.is_empty() {
        let words = report.statuses.iter().map(|(status, count)| format!("{count} {status}"));
        eprintln!("{}.", words.collect::<Vec<_>>().join(", "));
    }
    eprintln!("{} features are kept in the collection `{}`.", report.features, report.collection);
    for RefusedRow { line, value, reason } in &report.refused {
        eprintln!("line {line} was not read: {reason}: {value}");
    }
}
