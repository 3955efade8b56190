//! `jidi geocode`: a list of places, located.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::DataArgs;
use super::pins;
use super::progress;
use super::review;
use super::whole_file;
use crate::domain::Datum;
use crate::formats::sheet::{RefusedRow, Sheet, SheetKind};
use crate::formats::{Contents, Format, Layout};
use crate::store::{Located, Locator, Places, Roles, in_parallel, located_features};

/// Locate a list of places
#[derive(Debug, Args)]
#[command(
    after_help = "INPUT is a table with a header (.csv, .tsv), a workbook (.xlsx), JSON rows or GeoJSON points, or plain text with one\nname a line (.txt). Columns are found by their names in English or Chinese: name/名称, place/地址, province/省,\ncountry/国家, adcode/代码, lon/经度, lat/纬度. The output holds every row in its order: its own columns and what was found.\n\nExamples:\n  jidi geocode bases.txt -o located.csv\n  jidi geocode list.xlsx -o located.geojson --review review.csv\n  jidi geocode list.csv -o located.csv --pins review.csv       after `choose` was filled in\n  jidi geocode list.csv -o located.csv --pins review.csv --save-pins pins.csv"
)]
pub(super) struct GeocodeArgs {
    /// List to locate
    input: PathBuf,
    /// File to write, .csv, .geojson, .geojsonl, .fgb, .gpkg, .parquet or .kml; `-` for CSV on standard output
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    /// Also write the rows that a person should look at, with their candidates
    #[arg(long, value_name = "REVIEW.csv")]
    review: Option<PathBuf>,
    /// Use the decisions of a review file (number of a candidate, lon,lat, or `leave_out`, in column `choose`) or of a pins file
    #[arg(long, value_name = "FILE.csv")]
    pins: Option<PathBuf>,
    /// Also write the decisions that were used, by text, for other lists
    #[arg(long, value_name = "PINS.csv")]
    save_pins: Option<PathBuf>,
    /// Column that holds the name
    #[arg(long, value_name = "COL")]
    name: Option<String>,
    /// Column that holds the place, when it is not in the name
    #[arg(long, value_name = "COL")]
    place: Option<String>,
    /// Datum of the positions that the list comes with: wgs84, cgcs2000, gcj02 or bd09
    #[arg(long, default_value = "wgs84", value_name = "DATUM")]
    datum: Datum,
    /// Country that the list is about; `any` for the whole world
    #[arg(long, value_name = "CODE", default_value = "CN")]
    country: String,
}

pub(super) fn run(args: &GeocodeArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let format = output_format(&args.output)?;
    let (sheet, roles) = read(args)?;
    let read_pins = |path: &Path| pins::read(path, &sheet, &roles);
    let choices = args.pins.as_deref().map(read_pins).transpose()?.unwrap_or_default();
    let catalog = data.load()?;
    let locator = Locator {
        places: &catalog.places,
        roles: &roles,
        choices: &choices,
        datum: args.datum,
        country: country(args, &catalog.places)?,
    };
    eprintln!(
        "{} rows of {} ({}): {}",
        sheet.rows.len(),
        args.input.display(),
        sheet.encoding,
        roles.in_words(&sheet)
    );
    let located: Vec<Located<'_>> =
        in_parallel(&sheet.rows, &progress::shown(), |row| locator.locate(row))?
            .into_iter()
            .collect::<Result<_, _>>()?;
    written(&args.output, |out| write(out, format, &sheet, &located))?;
    if let Some(path) = &args.review {
        written(path, |out| review::write(out, &located))?;
    }
    if let Some(path) = &args.save_pins {
        written(path, |out| pins::write(out, &located))?;
    }
    for (_, warning) in &sheet.warnings {
        eprintln!("Warning: {}", warning.en);
    }
    if let Some(warning) = Located::datum_warning(&located) {
        eprintln!("Warning: {}.", warning.en);
    }
    report(&located, &sheet.refused, args.review.as_deref());
    Ok(ExitCode::SUCCESS)
}

/// The format that the end of a file's name says; CSV for standard output.
fn output_format(path: &Path) -> anyhow::Result<Format> {
    match path.extension().and_then(|end| end.to_str()) {
        Some(end) => Format::from_name(end).with_context(|| format!("-o {}", path.display())),
        None => Ok(Format::Csv),
    }
}

fn read(args: &GeocodeArgs) -> anyhow::Result<(Sheet, Roles)> {
    let input = args.input.display();
    let bytes = fs::read(&args.input).with_context(|| format!("{input} cannot be read"))?;
    let end = args.input.extension().and_then(|end| end.to_str()).unwrap_or_default();
    let sheet = Sheet::read(&bytes, SheetKind::from_end(end), usize::MAX)
        .with_context(|| input.to_string())?;
    let roles = Roles::of(&sheet, args.name.as_deref(), args.place.as_deref())?;
    Ok((sheet, roles))
}

/// The country that the list is about; nothing for any.
fn country<'a>(args: &'a GeocodeArgs, places: &Places) -> anyhow::Result<&'a str> {
    let country = if args.country == "any" { "" } else { &args.country };
    if !country.is_empty() && places.gazetteer.world().country(country).is_none() {
        anyhow::bail!(
            "--country {country}: no country; write an ISO 3166-1 code such as CN, or any"
        );
    }
    Ok(country)
}

fn written(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    whole_file::write(path, write).with_context(|| format!("{} cannot be written", path.display()))
}

/// Writes every row with its own columns and what was found.
fn write(
    out: &mut dyn Write,
    format: Format,
    sheet: &Sheet,
    located: &[Located<'_>],
) -> io::Result<()> {
    if format != Format::Csv {
        let features = located_features::features(sheet, located);
        let schema = located_features::schema(sheet);
        let contents = Contents { name: "located", title: "", schema: &schema };
        return format.write(out, contents, features.iter(), Layout::new(true));
    }
    let mut table = csv::Writer::from_writer(out);
    Located::write_header(&mut table, sheet)?;
    located.iter().try_for_each(|one| one.write_row(&mut table, sheet))?;
    table.flush()
}

/// Says how many rows were found, and which were not read.
fn report(located: &[Located<'_>], refused: &[RefusedRow], review: Option<&Path>) {
    let count = |status: &str| located.iter().filter(|one| one.status() == status).count();
    let mut words = Vec::new();
    for status in ["matched", "pinned", "given", "ambiguous", "conflict", "no_match"] {
        if count(status) > 0 {
            words.push(format!("{} {status}", count(status)));
        }
    }
    eprintln!("{}.", words.join(", "));
    let open = located.iter().filter(|one| one.needs_review()).count();
    if open > 0 {
        match review {
            Some(path) => eprintln!(
                "{open} rows to look at are in {}: fill in `choose` and run again with --pins {}.",
                path.display(),
                path.display()
            ),
            None => eprintln!(
                "{open} rows should be looked at: write them out with --review REVIEW.csv."
            ),
        }
    }
    for RefusedRow { line, value, reason } in refused {
        eprintln!("line {line} was not read: {reason}: {value}");
    }
}
