//! `jidi processes`: which analyses there are, and what they take.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::table::{self, Align};
use crate::process::{Default, PROCESSES, Parameter, Process};

/// List the analyses that jidi run offers
#[derive(Debug, Args)]
pub(super) struct ProcessesArgs {
    /// Write JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ProcessesArgs) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    if args.json {
        let all: Vec<Json> = PROCESSES.iter().map(|process| object(process)).collect();
        writeln!(out, "{:#}", Json::from(all))?;
        return Ok(ExitCode::SUCCESS);
    }
    let columns = [("process", Align::Left), ("title", Align::Left), ("parameters", Align::Left)];
    let row = |process: &&Process| {
        let names: Vec<&str> = process.parameters.iter().map(|one| one.name).collect();
        let title = format!("{} {}", process.title[0], process.title[1]);
        vec![process.name.to_owned(), title, names.join(", ")]
    };
    let rows: Vec<Vec<String>> = PROCESSES.iter().map(row).collect();
    table::write(&mut out, &columns, &rows)?;
    writeln!(out, "\njidi run PROCESS --help says what each parameter takes.")?;
    Ok(ExitCode::SUCCESS)
}

fn object(process: &Process) -> Json {
    let parameter = |one: &Parameter| {
        let (default, rule) = match one.default {
            Default::Fixed(text) => (Some(text), None),
            Default::Chosen(rule) => (None, Some(rule[0])),
            Default::Nothing => (None, None),
        };
        json!({"name": one.name, "description": one.words[0], "takes": one.takes(), "default": default, "chosen": rule})
    };
    let parameters: Vec<Json> = process.all_parameters().map(parameter).collect();
    json!({
        "id": process.name,
        "title": process.title[0],
        "title_zh": process.title[1],
        "description": process.words[0],
        "parameters": parameters,
        "references": process.references,
    })
}
