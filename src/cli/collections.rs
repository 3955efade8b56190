//! `jidi collections`: what there is.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::DataArgs;
use super::table::{self, Align};
use crate::store::Collection;

/// List the collections
#[derive(Debug, Args)]
pub(super) struct CollectionsArgs {
    /// Write JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CollectionsArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let catalog = data.load()?;
    let mut out = io::stdout().lock();
    if args.json {
        let rows: Vec<Json> = catalog.collections.iter().map(|one| object(one)).collect();
        writeln!(out, "{:#}", Json::from(rows))?;
    } else {
        let columns = [
            ("id", Align::Left),
            ("features", Align::Right),
            ("data as of", Align::Left),
            ("title", Align::Left),
        ];
        let rows: Vec<Vec<String>> = catalog.collections.iter().map(|one| row(one)).collect();
        table::write(&mut out, &columns, &rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn row(collection: &Collection) -> Vec<String> {
    let about = collection.about();
    vec![
        about.id.clone(),
        collection.len().to_string(),
        about.data_as_of.clone(),
        format!("{} {}", about.title, about.title_zh),
    ]
}

fn object(collection: &Collection) -> Json {
    let about = collection.about();
    json!({
        "id": about.id,
        "features": collection.len(),
        "data_as_of": about.data_as_of,
        "title": about.title,
        "title_zh": about.title_zh,
        "licence": about.licence,
        "attribution": about.attribution,
    })
}
