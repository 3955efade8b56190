//! `jidi industries`: groups and classes, or what industry labels stand for.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use serde_json::Value as Json;

use super::DataArgs;
use super::table::{self, Align};
use crate::domain::industry::Industries;
use crate::http::industries_json;
use crate::industry::{Candidate, Corrections, Match, Matcher};
use crate::store::Catalog;

/// List groups of industries, or find which industry a label stands for
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  jidi industries                          the groups, with colours, codes and divisions\n  jidi industries \"nylon new materials\"    what a label stands for\n  jidi industries 新能源汽车 锂电 --json\n  jidi industries \"auto electronics\" --corrections decided.csv"
)]
pub(super) struct IndustriesArgs {
    /// Labels, in English or Chinese
    #[arg(value_name = "LABEL")]
    labels: Vec<String>,
    /// CSV file of decisions with the columns label, `industry_codes` and, if wished, `io_sectors`, sei, group
    #[arg(long, value_name = "FILE")]
    corrections: Option<PathBuf>,
    /// Write JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Reads a file of corrections.
pub(super) fn corrections(path: &Path, industries: &Industries) -> anyhow::Result<Corrections> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
    Ok(Corrections::read(&shown, &bytes, industries)?)
}

pub(super) fn run(args: &IndustriesArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let catalog = Catalog::load(&data.geodata())?;
    let industries = &catalog.industries;
    let mut out = io::stdout().lock();
    let decided = match &args.corrections {
        Some(path) => corrections(path, industries)?,
        None => Corrections::default(),
    };
    if args.labels.is_empty() {
        if args.json {
            writeln!(out, "{:#}", industries_json::all(industries))?;
        } else {
            write_groups(&mut out, industries)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let matcher = Matcher::new(Arc::clone(industries), &decided);
    let found: Vec<Match> = args.labels.iter().map(|label| matcher.find(label)).collect();
    if args.json {
        let mut all: Vec<Json> =
            found.iter().map(|one| industries_json::found(one, industries)).collect();
        let said = if all.len() == 1 { all.remove(0) } else { Json::from(all) };
        writeln!(out, "{said:#}")?;
    } else {
        found.iter().try_for_each(|one| write_match(&mut out, one, industries))?;
    }
    let is_found = found.iter().all(|one| !one.candidates.is_empty());
    Ok(if is_found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_groups(out: &mut dyn Write, industries: &Industries) -> io::Result<()> {
    let columns = ["slot", "colour", "code", "group", "name", "divisions"];
    let columns = columns.map(|name| (name, Align::Left));
    let rows: Vec<Vec<String>> = industries
        .groups
        .iter()
        .map(|group| {
            let divisions = if group.divisions.len() > 12 {
                format!("the other {}", group.divisions.len())
            } else {
                group.divisions.join(" ")
            };
            vec![
                group.slot.to_string(),
                group.colour.clone(),
                format!("{} {}", group.code_en, group.code_zh),
                group.id.clone(),
                format!("{} {}", group.name_en, group.name_zh),
                divisions,
            ]
        })
        .collect();
    table::write(out, &columns, &rows)?;
    writeln!(
        out,
        "\n{} labels, {} divisions of GB/T 4754-2017, {} input-output sectors: see --json.\njidi industries LABEL finds what a label stands for.",
        industries.labels.len(),
        industries.divisions.len(),
        industries.sectors.len()
    )
}

fn write_match(out: &mut dyn Write, found: &Match, industries: &Industries) -> io::Result<()> {
    writeln!(out, "{}: {}", found.label, found.status.as_str())?;
    if found.candidates.is_empty() {
        return writeln!(out, "  nothing is like it: decide it with --corrections\n");
    }
    let columns = ["score", "confidence", "group", "GB/T 4754", "sectors", "SEI", "why"];
    let columns = columns.map(|name| (name, Align::Left));
    let row = |one: &Candidate| {
        let divisions = one.industry_codes.iter().map(|code| {
            industries
                .division(code)
                .map_or(code.clone(), |division| format!("{code} {}", division.name_en))
        });
        vec![
            format!("{:.2}", one.score),
            one.confidence.as_str().to_owned(),
            one.group.clone(),
            divisions.collect::<Vec<_>>().join("; "),
            one.io_sectors.join(" "),
            one.sei.join(" "),
            one.reason.en.clone(),
        ]
    };
    table::write(out, &columns, &found.candidates.iter().map(row).collect::<Vec<_>>())?;
    writeln!(out)
}
