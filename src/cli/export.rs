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
use crate::store::pyramid::{self, NoArchive, Written};
use crate::store::{Collection, Selection};

/// Write a collection as GeoJSON, GeoJSONSeq, CSV, FlatGeobuf, GeoPackage, GeoParquet, KML or as tiles
#[derive(Debug, Args)]
#[command(
    after_help = "The end of the file's name says the format: .geojson, .geojsonl, .csv, .fgb, .gpkg, .parquet, .kml, .pmtiles. Examples:\n  jidi export bases -o bases.geojson\n  jidi export hubs -o hubs.csv --bom\n  jidi export hubs -o hubs.gpkg\n  jidi export counties -o counties.pmtiles --max-zoom 9\n  jidi export hubs -o - --format geojsonl --bbox 117,28,123,33\n  jidi export hubs -o parks.csv --filter \"year >= 2010 AND name LIKE '%Park%'\""
)]
pub(super) struct ExportArgs {
    /// Collection to write, such as bases or hubs
    collection: String,
    /// File to write; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Format, when the file's name does not say it: geojson, geojsonl, csv, fgb, gpkg, parquet, kml or pmtiles
    #[arg(long, value_parser = Output::from_name)]
    format: Option<Output>,
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
    /// Highest zoom of .pmtiles; 10, and for points the first at which each is shown, unless given
    #[arg(long, value_name = "ZOOM", value_parser = clap::value_parser!(u8).range(0..=i64::from(pyramid::MAX_ZOOM)))]
    max_zoom: Option<u8>,
    /// Begin a CSV with the mark by which spreadsheet programs know UTF-8
    #[arg(long)]
    bom: bool,
}

/// Says what is written: the features themselves, or tiles of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Output {
    Features(Format),
    Tiles,
}

impl Output {
    fn from_name(name: &str) -> Result<Self, String> {
        match name {
            "pmtiles" => Ok(Self::Tiles),
            _ => Format::from_name(name)
                .map(Self::Features)
                .map_err(|error| format!("{error}, pmtiles")),
        }
    }
}

pub(super) fn run(args: &ExportArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let output = output(args)?;
    check(args, output)?;
    let catalog = data.load()?;
    let collection = super::collection(&catalog, &args.collection)?;
    let filter = super::filter::read(args.filter.as_deref(), collection)?;
    let selection = Selection { bbox: args.bbox, filter, ..Selection::default() };
    let written = match output {
        Output::Features(format) => write(args, format, collection, &selection),
        Output::Tiles => write_tiles(args, collection, &selection),
    };
    let written = match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(error)
                .with_context(|| format!("{} cannot be written", args.output.display()));
        }
        other => other?,
    };
    if args.output != Path::new("-") {
        eprintln!("{written} written to {}", args.output.display());
    }
    if args.datum != Datum::Wgs84 {
        eprintln!("The positions are in {}, and the file says so.", args.datum.title());
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses what says nothing for a format.
fn check(args: &ExportArgs, output: Output) -> anyhow::Result<()> {
    let is_tiles = output == Output::Tiles;
    anyhow::ensure!(!args.bom || output == Output::Features(Format::Csv), "--bom is for CSV only");
    anyhow::ensure!(args.max_zoom.is_none() || is_tiles, "--max-zoom is for PMTiles only");
    anyhow::ensure!(
        args.decimals.is_none() || !is_tiles,
        "--decimals is not for PMTiles, whose positions are whole units of a tile: use --max-zoom"
    );
    Ok(())
}

/// The format that was named, else the one that the file's name ends in.
fn output(args: &ExportArgs) -> anyhow::Result<Output> {
    if let Some(output) = args.format {
        return Ok(output);
    }
    let name = args.output.extension().and_then(|name| name.to_str()).unwrap_or_default();
    Output::from_name(name).map_err(anyhow::Error::msg).with_context(|| {
        format!("{}: the end of the name says no format; use --format", args.output.display())
    })
}

fn write(
    args: &ExportArgs,
    format: Format,
    collection: &Collection,
    selection: &Selection,
) -> io::Result<String> {
    let layout = Layout {
        datum: args.datum,
        decimals: args.decimals.unwrap_or(EXACT),
        has_bom: args.bom,
        ..Layout::new(collection.is_points())
    };
    let write = |out: &mut dyn Write| collection.write(out, format, selection, layout);
    whole_file::write(&args.output, write).map(|count| format!("{count} features"))
}

fn write_tiles(
    args: &ExportArgs,
    collection: &Collection,
    selection: &Selection,
) -> io::Result<String> {
    let narrowed = collection.narrowed(selection).map_err(as_io)?;
    let written = whole_file::write(&args.output, |out| {
        narrowed.write_pmtiles(out, args.datum, args.max_zoom).map_err(as_io)
    })?;
    let Written { tiles, max_zoom } = written;
    Ok(format!("{} features as {tiles} tiles of the zooms 0 to {max_zoom}", narrowed.len()))
}

fn as_io(error: NoArchive) -> io::Error {
    match error {
        NoArchive::Io(error) => error,
        other => io::Error::other(other),
    }
}
