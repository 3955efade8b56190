//! `jidi export`: a collection as a file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::DataArgs;
use super::whole_file;
use crate::domain::{Bbox, Datum};
use crate::formats::{EXACT, Format, Layout};
use crate::store::{Collection, Selection};

/// Write a collection as GeoJSON, GeoJSONSeq, CSV, FlatGeobuf, GeoPackage, GeoParquet or KML
#[derive(Debug, Args)]
#[command(
    after_help = "The end of the file's name says the format: .geojson, .geojsonl, .csv, .fgb, .gpkg, .parquet, .kml. Examples:\n  jidi export bases -o bases.geojson\n  jidi export hubs -o hubs.csv --bom\n  jidi export hubs -o hubs.gpkg\n  jidi export hubs -o - --format geojsonl --bbox 117,28,123,33\n  jidi export hubs -o parks.csv --filter \"year >= 2010 AND name LIKE '%Park%'\""
)]
pub(super) struct ExportArgs {
    /// Collection to write, such as bases or hubs
    collection: String,
    /// File to write; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Format, when the file's name does not say it: geojson, geojsonl, csv, fgb, gpkg, parquet or kml
    #[arg(long, value_parser = Format::from_name)]
    format: Option<Format>,
    /// Only what meets the box, edges included; west > east crosses the antimeridian
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    bbox: Option<Bbox>,
    /// Only what matches a condition in CQL2 Text, or in CQL2 JSON
    #[arg(long, value_name = "CQL2")]
    filter: Option<String>,
    /// Datum of the positions: wgs84, cgcs2000, or gcj02 or bd09 for the maps of Amap and Baidu
    #[arg(long, default_value = "wgs84", value_name = "DATUM")]
    datum: Datum,
    /// Decimal places of a degree; all that there are, unless given
    #[arg(long, value_name = "PLACES", value_parser = clap::value_parser!(u8).range(0..=15))]
    decimals: Option<u8>,
    /// Begin a CSV with the mark by which spreadsheet programs know UTF-8
    #[arg(long)]
    bom: bool,
}

pub(super) fn run(args: &ExportArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let format = format(args)?;
    let catalog = data.load()?;
    let collection = super::collection(&catalog, &args.collection)?;
    let filter = super::filter::read(args.filter.as_deref(), collection)?;
    let selection = Selection { bbox: args.bbox, filter, ..Selection::default() };
    anyhow::ensure!(!args.bom || format == Format::Csv, "--bom is for CSV only");
    let layout = Layout {
        datum: args.datum,
        decimals: args.decimals.unwrap_or(EXACT),
        has_bom: args.bom,
        ..Layout::new(collection.is_points())
    };
    let written =
        whole_file::write(&args.output, |out| write(out, format, collection, &selection, layout));
    let written = match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(error)
                .with_context(|| format!("{} cannot be written", args.output.display()));
        }
        other => other?,
    };
    if args.output != Path::new("-") {
        eprintln!("{written} features written to {}", args.output.display());
    }
    if let Some(datum) = layout.declared_datum() {
        eprintln!("The positions are in {}, and the file says so.", datum.title());
    }
    Ok(ExitCode::SUCCESS)
}

/// The format that was named, else the one that the file's name ends in.
fn format(args: &ExportArgs) -> anyhow::Result<Format> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let name = args.output.extension().and_then(|name| name.to_str()).unwrap_or_default();
    Format::from_name(name).with_context(|| {
        format!("{}: the end of the name says no format; use --format", args.output.display())
    })
}

fn write(
    out: &mut dyn Write,
    format: Format,
    collection: &Collection,
    selection: &Selection,
    layout: Layout,
) -> io::Result<usize> {
    collection.write(out, format, selection, layout)
}
