//! `jidi export`: a collection as a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::DataArgs;
use crate::domain::Bbox;
use crate::formats::{DEFAULT_DECIMALS, Format, Layout};
use crate::store::{Collection, Selection};

/// Write a collection as GeoJSON, GeoJSONSeq or CSV
#[derive(Debug, Args)]
#[command(
    after_help = "The end of the file's name says the format: .geojson, .geojsonl, .csv. Examples:\n  jidi export bases -o bases.geojson\n  jidi export hubs -o hubs.csv\n  jidi export hubs -o - --format geojsonl --bbox 117,28,123,33"
)]
pub(super) struct ExportArgs {
    /// Collection to write, such as bases or hubs
    collection: String,
    /// File to write; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Format, when the file's name does not say it: geojson, geojsonl or csv
    #[arg(long, value_parser = Format::from_name)]
    format: Option<Format>,
    /// Only what meets the box, edges included; west > east crosses the antimeridian
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true)]
    bbox: Option<Bbox>,
}

pub(super) fn run(args: &ExportArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let format = format(args)?;
    let catalog = data.load()?;
    let collection = super::collection(&catalog, &args.collection)?;
    let selection = Selection { bbox: args.bbox, ..Selection::default() };
    if args.output == Path::new("-") {
        write(&mut BufWriter::new(io::stdout().lock()), format, collection, &selection)?;
    } else {
        let written = to_file(&args.output, format, collection, &selection)
            .with_context(|| format!("{} cannot be written", args.output.display()))?;
        eprintln!("{written} features written to {}", args.output.display());
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

/// Writes beside the file first and renames then, so that no half file is ever seen.
///
/// A link is followed, and a file keeps its permissions. What is no file, a pipe or a device, is
/// written as it stands.
fn to_file(
    path: &Path,
    format: Format,
    collection: &Collection,
    selection: &Selection,
) -> io::Result<usize> {
    let existing = fs::metadata(path).ok();
    if existing.as_ref().is_some_and(|target| !target.is_file()) {
        let target = fs::OpenOptions::new().write(true).open(path)?;
        return write(&mut BufWriter::new(target), format, collection, selection);
    }
    let path = if existing.is_some() { path.canonicalize()? } else { path.to_owned() };
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(name);
    let written =
        write_beside(&beside, existing.as_ref(), |out| write(out, format, collection, selection))
            .and_then(|count| fs::rename(&beside, &path).map(|()| count));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_beside(
    beside: &Path,
    existing: Option<&fs::Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<usize>,
) -> io::Result<usize> {
    let mut out = BufWriter::new(File::create(beside)?);
    if let Some(existing) = existing {
        out.get_ref().set_permissions(existing.permissions())?;
    }
    let count = write(&mut out)?;
    out.get_ref().sync_all()?;
    Ok(count)
}

fn write(
    out: &mut dyn Write,
    format: Format,
    collection: &Collection,
    selection: &Selection,
) -> io::Result<usize> {
    let layout = Layout { decimals: DEFAULT_DECIMALS, points_only: collection.is_points() };
    let mut count = 0;
    let features = collection.select(selection).inspect(|_| count += 1);
    format.write(out, collection.schema(), features, layout)?;
    out.flush()?;
    Ok(count)
}
