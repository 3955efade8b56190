//! `jidi collections`: what there is.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value as Json, json};

use super::DataArgs;
use super::stores::Missing;
use super::table::{self, Align};
use crate::store::Collection;

/// List the collections
#[derive(Debug, Args)]
pub(super) struct CollectionsArgs {
    /// Write JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Show a stored collection over the API only to who has a token for it
    #[arg(long, value_name = "COLLECTION", conflicts_with = "open")]
    private: Option<String>,
    /// Show a private collection to everybody again
    #[arg(long, value_name = "COLLECTION")]
    open: Option<String>,
}

pub(super) fn run(args: &CollectionsArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let marks = [(&args.private, true), (&args.open, false)];
    for (id, is_private) in marks.iter().filter_map(|(id, mark)| Some((id.as_ref()?, *mark))) {
        let none = || anyhow::anyhow!("no store is there: name a file with --store");
        let mut store = data.open(Missing::Bundled)?.ok_or_else(none)?;
        let is_there = store.set_private(id, is_private)?;
        anyhow::ensure!(is_there, "the store has no collection `{id}`");
    }
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
