//! `jidi import`: a list becomes a collection of the store.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::DataArgs;
use super::progress::in_parallel;
use super::stores::{Missing, author};
use crate::domain::names::is_collection_id;
use crate::domain::{Datum, Feature};
use crate::formats::sheet::{RefusedRow, Sheet, SheetKind};
use crate::store::collection::About;
use crate::store::edit::{Draft, Edit, Stored, Wish};
use crate::store::{
    Backend, Catalog, Choices, Collection, Located, Locator, Roles, located_features,
};

/// Keep a list as a collection of the store
#[derive(Debug, Args)]
#[command(
    after_help = "INPUT is a table with a header (.csv, .tsv), a workbook (.xlsx), JSON rows or GeoJSON points. Rows that bring their\nposition stand there; with --geocode the others are placed by their names. Nothing is half written: the collection is\nthere whole or as it was before.\n\nExamples:\n  jidi import firms.csv --collection firms\n  jidi import list.xlsx --collection suppliers --geocode --title \"Suppliers 2026\"\n  jidi import more.csv --collection firms --append"
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
}

pub(super) fn run(args: &ImportArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let id = &args.collection;
    anyhow::ensure!(
        is_collection_id(id),
        "`{id}` cannot be the id of a collection: use a-z 0-9 _ -, a letter first, at most 63"
    );
    let sheet = read(&args.input)?;
    let mut store =
        data.open(Missing::Make)?.context("there is no store: name one with --store")?;
    let catalog = Catalog::load_stored(&data.geodata(), store.as_mut(), &author())?;
    let known = catalog.collection(id);
    match known {
        Some(_) if !args.append && !args.replace => {
            anyhow::bail!("there is a collection `{id}` already: say --append or --replace")
        }
        None if args.append => anyhow::bail!("there is no collection `{id}` to append to"),
        _ => {}
    }
    check_columns(&sheet)?;
    let (schema, features) = placed(args, &sheet, &catalog)?;
    let count = features.len();
    if let Some(known) = known.filter(|_| args.append) {
        append(store.as_mut(), known, &schema, features)?;
    } else {
        let about = about(args, known.map(|known| known.about()));
        let stored = Stored { about, schema, features };
        store.put_collection(&stored, None, &author())?;
    }
    report(count, id, &sheet.refused);
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Sheet> {
    let input = path.display();
    let bytes = fs::read(path).with_context(|| format!("{input} cannot be read"))?;
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    Sheet::read(&bytes, SheetKind::from_end(end), usize::MAX).with_context(|| input.to_string())
}

/// Refuses columns whose names differ in case only, or that have none: a table tells neither apart.
fn check_columns(sheet: &Sheet) -> anyhow::Result<()> {
    for (number, name) in sheet.columns.iter().enumerate() {
        let before = &sheet.columns[..number];
        anyhow::ensure!(!name.is_empty(), "column {} has no name: give it one", number + 1);
        if let Some(other) = before.iter().find(|other| other.eq_ignore_ascii_case(name)) {
            anyhow::bail!("columns `{other}` and `{name}` differ in case only: rename one");
        }
    }
    Ok(())
}

/// Places the rows: where they say they are, and by their names if that is wished.
fn placed(
    args: &ImportArgs,
    sheet: &Sheet,
    catalog: &Catalog,
) -> anyhow::Result<(crate::domain::Schema, Vec<Feature>)> {
    let roles =
        if args.geocode { Roles::of(sheet, None, None)? } else { Roles::of_positions(sheet)? };
    let choices = Choices::default();
    let locator = Locator {
        places: &catalog.places,
        roles: &roles,
        choices: &choices,
        datum: args.datum,
        country: if args.country == "any" { "" } else { &args.country },
    };
    eprintln!("{} rows ({}): {}", sheet.rows.len(), sheet.encoding, roles.in_words(sheet));
    if !args.geocode {
        let features = located_features::given(sheet, &roles, args.datum);
        return Ok((located_features::own_schema(sheet), features));
    }
    let located: Vec<Located<'_>> = in_parallel(&sheet.rows, |row| locator.locate(row))
        .into_iter()
        .collect::<Result<_, _>>()?;
    if let Some(warning) = Located::datum_warning(&located) {
        eprintln!("Warning: {}.", warning.en);
    }
    Ok((located_features::schema(sheet), located_features::features(sheet, &located)))
}

fn about(args: &ImportArgs, before: Option<&About>) -> About {
    let mut about = before.cloned().unwrap_or_else(|| About {
        id: args.collection.clone(),
        title: args.collection.clone(),
        title_zh: args.collection.clone(),
        description: String::new(),
        description_zh: String::new(),
        data_as_of: author().at.chars().take(10).collect(),
        licence: String::new(),
        attribution: String::new(),
    });
    if let Some(title) = &args.title {
        about.title.clone_from(title);
        about.title_zh.clone_from(title);
    }
    about
}

/// Adds features to a collection in one edit; columns that it does not have are refused.
fn append(
    store: &mut dyn Backend,
    known: &Collection,
    schema: &crate::domain::Schema,
    features: Vec<Feature>,
) -> anyhow::Result<()> {
    let places: Vec<usize> = schema
        .fields()
        .iter()
        .map(|field| {
            known.schema().position(&field.name).with_context(|| {
                format!("the collection `{}` has no column `{}`", known.about().id, field.name)
            })
        })
        .collect::<Result<_, _>>()?;
    let width = known.schema().fields().len();
    let wishes = features.into_iter().map(|feature| {
        let mut values = vec![crate::domain::Value::Null; width];
        for (place, value) in places.iter().zip(feature.values) {
            values[*place] = value;
        }
        // Ids that were made from lines of this list say nothing in the collection.
        let id = Some(feature.id).filter(|id| !id.as_str().starts_with("row-"));
        Wish::Create(Draft { id, geometry: feature.geometry, values })
    });
    let collection = known.about().id.clone();
    let edit = Edit { collection, wishes: wishes.collect(), by: author(), key: None };
    store.commit(&[edit])?.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(())
}

fn report(count: usize, id: &str, refused: &[RefusedRow]) {
    eprintln!("{count} features are kept in the collection `{id}`.");
    for RefusedRow { line, value, reason } in refused {
        eprintln!("line {line} was not read: {reason}: {value}");
    }
}
