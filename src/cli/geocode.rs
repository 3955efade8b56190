//! `jidi geocode`: a list of places, located.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::Args;

use super::DataArgs;
use super::review;
use super::whole_file;
use crate::domain::Datum;
use crate::formats::sheet::{RefusedRow, Sheet};
use crate::geocode::{Answer, Gazetteer, Query};
use crate::store::{Located, Roles};

/// Say so often how far a list is.
const PROGRESS_ROWS: usize = 2_000;

/// Locate a list of places
#[derive(Debug, Args)]
#[command(
    after_help = "INPUT is a table with a header (.csv, .tsv) or plain text with one name a line (.txt). Columns are found by their\nnames in English or Chinese: name/名称, place/地址, province/省, adcode/代码, lon/经度, lat/纬度.\nThe output holds every row in its order: its own columns and what was found.\n\nExamples:\n  jidi geocode bases.txt -o located.csv\n  jidi geocode list.csv -o located.csv --review review.csv\n  jidi geocode list.csv -o located.csv --pins review.csv       after `choose` was filled in"
)]
pub(super) struct GeocodeArgs {
    /// List to locate
    input: PathBuf,
    /// File to write; `-` for standard output
    #[arg(short, long, value_name = "OUT.csv", default_value = "-")]
    output: PathBuf,
    /// Also write the rows that a person should look at, with their candidates
    #[arg(long, value_name = "REVIEW.csv")]
    review: Option<PathBuf>,
    /// Use the decisions of a review file: number of a candidate, or lon,lat, in column `choose`
    #[arg(long, value_name = "REVIEW.csv")]
    pins: Option<PathBuf>,
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
    let input = args.input.display();
    let bytes = fs::read(&args.input).with_context(|| format!("{input} cannot be read"))?;
    let is_list = args.input.extension().is_some_and(|end| end == "txt");
    let sheet = Sheet::read(&bytes, is_list).with_context(|| input.to_string())?;
    let roles = Roles::of(&sheet, args.name.as_deref(), args.place.as_deref())?;
    let choices = args.pins.as_deref().map(review::read_choices).transpose()?.unwrap_or_default();
    let catalog = data.load()?;
    let gazetteer = &catalog.places.gazetteer;
    let country = if args.country == "any" { "" } else { &args.country };
    if !country.is_empty() && gazetteer.world().country(country).is_none() {
        anyhow::bail!(
            "--country {country}: no country; write an ISO 3166-1 code such as CN, or any"
        );
    }
    eprintln!(
        "{} rows of {input} ({}): {}",
        sheet.rows.len(),
        sheet.encoding,
        roles.in_words(&sheet)
    );
    let answers = locate(&sheet, &roles, gazetteer, country);
    let located: Vec<Located<'_>> = sheet
        .rows
        .iter()
        .zip(&answers)
        .map(|(row, answer)| {
            Located::new(row, answer, &choices, roles.query(row).text, roles.given(row, args.datum))
        })
        .collect::<Result<_, _>>()?;
    whole_file::write(&args.output, |out| Located::write_table(out, &sheet, &located))
        .with_context(|| format!("{} cannot be written", args.output.display()))?;
    if let Some(path) = &args.review {
        whole_file::write(path, |out| review::write(out, &located))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if let Some(warning) = Located::datum_warning(&located) {
        eprintln!("Warning: {warning}.");
    }
    report(&located, &sheet.refused, args.review.as_deref());
    Ok(ExitCode::SUCCESS)
}

/// Finds every row, the same text only once.
fn locate(sheet: &Sheet, roles: &Roles, gazetteer: &Gazetteer, country: &str) -> Vec<Answer> {
    let begun = Instant::now();
    let shows = io::stderr().is_terminal() && sheet.rows.len() > PROGRESS_ROWS;
    let count = sheet.rows.len();
    let answers = sheet.rows.iter().enumerate().map(|(number, row)| {
        if shows && number % PROGRESS_ROWS == 0 {
            let _ = write!(io::stderr(), "\r{number} of {count}");
        }
        gazetteer.geocode(Query { country, ..roles.query(row) })
    });
    let answers = answers.collect();
    if shows {
        let _ = writeln!(
            io::stderr(),
            "\r{count} of {count} in {:.1} s",
            begun.elapsed().as_secs_f64()
        );
    }
    answers
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
