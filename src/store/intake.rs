//! A list that somebody brings becomes a collection, or is added to one.

use std::collections::HashMap;
use std::sync::Arc;

use super::Catalog;
use super::choices::Choices;
use super::collection::{About, Collection, InvalidCollection};
use super::edit::{Author, Draft, Edit, RequestKey, Wish};
use super::in_parallel::{CalledOff, Progress};
pub use super::intake_rows::{Content, Reading, read};
use super::intake_rows::{Row, Rows};
use super::putting::{Decision, Provenance, Putting, Room};
use super::roles::InvalidList;
use super::unkept::is_kept;
use crate::domain::names::{InvalidId, check_collection_id};
use crate::domain::{Datum, FeatureId, Field, Remark, Schema, Value};
use crate::formats::layer::{ColumnTypes, InvalidLayer};
use crate::formats::sheet::{InvalidSheet, RefusedRow};
use crate::industry::{Corrections, Matcher};

/// Says what a list is to become.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// The id of the collection.
    pub id: String,
    /// Its title; its id, or the title that it had, when not given.
    pub title: Option<String>,
    /// How it is put in.
    pub mode: Mode,
    /// Whether rows without a position are placed by their names.
    pub is_geocoded: bool,
    /// What the positions of the list are measured against.
    pub datum: Datum,
    /// The country of rows that name none; empty for anywhere.
    pub country: String,
    /// Whether the collection is shown only to who has a token for it.
    pub is_private: Option<bool>,
    /// The layer of a file that has several; the first, if none is named.
    pub layer: Option<String>,
    /// What its columns are said to hold.
    pub types: ColumnTypes,
    /// What a person decided about labels of industries.
    pub corrections: Corrections,
    /// Who brings it.
    pub by: Author,
    /// What the client calls the request.
    pub key: Option<RequestKey>,
}

impl Wanted {
    /// How its file is read; one that comes to a collection has its types where it says none itself.
    #[must_use]
    pub fn reading(&self, catalog: &Catalog) -> Reading {
        let known = catalog.collection(&self.id).filter(|_| self.mode != Mode::New);
        let types = self.types.clone();
        Reading {
            layer: self.layer.clone(),
            types: match known {
                Some(known) => types.with_known(known.schema()),
                None => types,
            },
            is_geocoded: self.is_geocoded,
        }
    }
}

/// Says how a list is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// As a collection that is not there yet.
    #[default]
    New,
    /// In the place of the collection of its id, if there is one.
    Replace,
    /// As more features of one that is there.
    Append,
}

/// Holds a list as it was brought.
#[derive(Debug)]
pub struct Brought<'a> {
    /// What is in it.
    pub content: Content,
    /// The file that it came in.
    pub origin: Origin<'a>,
}

/// Names the file that a list came in.
#[derive(Debug)]
pub struct Origin<'a> {
    /// Its name.
    pub source: &'a str,
    /// Its checksum (SHA-256), in hexadecimal.
    pub sha256: String,
    /// Its size, in bytes.
    pub bytes: usize,
}

/// What a list is turned into, to be handed to the store.
#[derive(Debug)]
pub struct Taken {
    /// What is asked of the store.
    pub act: Act,
    /// What became of the rows.
    pub report: Report,
}

/// What is asked of the store.
#[derive(Debug)]
pub enum Act {
    /// A collection as a whole.
    Put(Box<Collection>, Box<Putting>),
    /// More features of one that is there.
    Add(Edit),
}

/// Tells what became of the rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The id of the collection.
    pub collection: String,
    /// How many rows became features.
    pub features: usize,
    /// How many of these stand somewhere.
    pub placed: usize,
    /// How many were placed how, where rows were placed by their names: status and count.
    pub statuses: Vec<(String, usize)>,
    /// Which column was taken for what, in words.
    pub roles: String,
    /// What the list was read as.
    pub kind: String,
    /// The rows that could not be read.
    pub refused: Vec<RefusedRow>,
    /// What a reader should know of the list as a whole, each with its code.
    pub warnings: Vec<(&'static str, Remark)>,
}

/// A list that cannot become what is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// The id is none.
    #[error(transparent)]
    Id(#[from] InvalidId),
    /// There is a collection of the id.
    #[error("there is a collection `{0}` already: choose another id, replace it, or append to it")]
    Taken(String),
    /// There is none to append to.
    #[error("there is no collection `{0}` to append to")]
    NoCollection(String),
    /// The collection is not kept in the store.
    #[error("`{0}` comes with the boundaries and cannot be changed: choose another id")]
    Fixed(String),
    /// The file is of no kind that is read.
    #[error(
        "`{0}` is of no kind that is read here: bring a table, a workbook, GeoJSON, FlatGeobuf, a GeoPackage, GeoParquet, a zipped shapefile or KML"
    )]
    Kind(String),
    /// The file is no layer.
    #[error(transparent)]
    Layer(#[from] InvalidLayer),
    /// The file is no sheet.
    #[error(transparent)]
    Sheet(#[from] InvalidSheet),
    /// Nothing says where the rows are.
    #[error(
        "nothing says where the rows are: bring columns lon and lat, or wkt, or say --geocode (geocode=true) to have rows placed by their names; there are {0}"
    )]
    NoPosition(String),
    /// A column has no name.
    #[error("column {0} has no name: give it one")]
    Unnamed(usize),
    /// A table cannot tell two columns apart.
    #[error("columns `{0}` and `{1}` differ in case only: rename one")]
    TwoColumns(String, String),
    /// No store has a place for the name of a column.
    #[error("the name of column {number}, `{}`, has the character NUL in it: name it otherwise", name.escape_debug())]
    ColumnName {
        /// Its number, from 1.
        number: usize,
        /// Its name.
        name: String,
    },
    /// No store has a place for the title.
    #[error("the title `{}` has the character NUL in it: write it without", .0.escape_debug())]
    Title(String),
    /// There are rows, and none of them can be taken.
    #[error("none of its {} rows can be taken, so nothing is changed: {}", .0.len(), first_of(.0))]
    NoRow(Vec<RefusedRow>),
    /// The collection has no such column.
    #[error("the collection `{collection}` has no column `{column}`: it has {known}")]
    NoColumn {
        /// The collection.
        collection: String,
        /// The column of the list.
        column: String,
        /// Those that the collection has.
        known: String,
    },
    /// The country is none.
    #[error("`{0}` is no country: write an ISO 3166-1 code such as CN, or any")]
    Country(String),
    /// The columns say nothing of places.
    #[error(transparent)]
    List(#[from] InvalidList),
    /// The features make no collection.
    #[error(transparent)]
    Collection(#[from] InvalidCollection),
    /// It was called off.
    #[error(transparent)]
    CalledOff(#[from] CalledOff),
}

impl IntakeError {
    /// Says whether the file is larger than is taken.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        let is_large = |sheet: &InvalidSheet| matches!(sheet, InvalidSheet::Unpacked(_));
        match self {
            Self::Layer(InvalidLayer::Unpacked(_) | InvalidLayer::TooLarge(_)) => true,
            Self::Layer(InvalidLayer::Sheet(sheet)) | Self::Sheet(sheet) => is_large(sheet),
            _ => false,
        }
    }
}

/// How many refused rows a sentence names.
const MOST_NAMED: usize = 3;

/// The first of the rows that were refused, and how many more there are.
fn first_of(refused: &[RefusedRow]) -> String {
    let named = refused.iter().take(MOST_NAMED).map(|row| {
        let RefusedRow { line, value, reason } = row;
        let value = if value.is_empty() { String::new() } else { format!(": {value}") };
        format!("line {line}: {reason}{value}")
    });
    let named = named.collect::<Vec<_>>().join("; ");
    match refused.len().saturating_sub(MOST_NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}

/// Says, before a list is read, whether it can become what is wanted.
///
/// # Errors
///
/// [`IntakeError`].
pub fn check(catalog: &Catalog, wanted: &Wanted) -> Result<(), IntakeError> {
    let id = &wanted.id;
    check_collection_id(id)?;
    let is_there = catalog.collection(id).is_some();
    let country = &wanted.country;
    if let Some(title) = wanted.title.as_ref().filter(|title| !is_kept(title)) {
        return Err(IntakeError::Title(title.clone()));
    }
    match wanted.mode {
        _ if is_there && !catalog.is_stored(id) => Err(IntakeError::Fixed(id.clone())),
        // What comes twice under one key was done: that is for the store to say.
        Mode::New if is_there && wanted.key.is_none() => Err(IntakeError::Taken(id.clone())),
        Mode::Append if !is_there => Err(IntakeError::NoCollection(id.clone())),
        _ if !country.is_empty() && catalog.places.gazetteer.world().country(country).is_none() => {
            Err(IntakeError::Country(country.clone()))
        }
        _ => Ok(()),
    }
}

/// Turns a list into what is wanted; `choices` are what a person decided about its places.
///
/// # Errors
///
/// [`IntakeError`].
pub fn take(
    catalog: &Catalog,
    wanted: &Wanted,
    brought: Brought<'_>,
    choices: &Choices,
    progress: &Progress,
) -> Result<Taken, IntakeError> {
    check(catalog, wanted)?;
    let Brought { content, origin } = brought;
    let rows = match content {
        Content::Rows(sheet) => Rows::by_names(catalog, wanted, &sheet, choices, progress)?,
        Content::Features(layer) if wanted.is_geocoded => {
            Rows::by_names_where_missing(catalog, wanted, layer, choices, progress)?
        }
        Content::Features(layer) => Rows::as_they_are(wanted, layer)?,
    };
    let known = catalog.collection(&wanted.id);
    let into = known.filter(|_| wanted.mode == Mode::Append).map(|known| known.schema());
    let own = matcher(catalog, wanted);
    let rows = rows.with_industries(own.as_ref().unwrap_or(&catalog.matcher), into);
    check_columns(&rows.fields)?;
    let mut report = rows.report(&wanted.id);
    let act = if let Some(known) = known.filter(|_| wanted.mode == Mode::Append) {
        Act::Add(added(wanted, known, rows, &mut report)?)
    } else {
        let about = about(wanted, known.map(|known| known.about()));
        let decisions = rows.decisions.clone();
        let (schema, features) = rows.numbered(&wanted.id);
        let collection = Collection::new(about, schema, features)?;
        let how = putting(wanted, origin, &report, decisions);
        Act::Put(Box::new(collection), Box::new(how))
    };
    // A list of no rows is one; a list of which nothing is left is a mistake, and would empty what is there.
    if report.features == 0 && !report.refused.is_empty() {
        return Err(IntakeError::NoRow(report.refused));
    }
    Ok(Taken { act, report })
}

/// The matcher that follows the corrections that came with the list, if any did.
fn matcher(catalog: &Catalog, wanted: &Wanted) -> Option<Matcher> {
    let is_any = !wanted.corrections.all().is_empty();
    is_any.then(|| Matcher::new(Arc::clone(&catalog.industries), &wanted.corrections))
}

/// Refuses columns whose names differ in case only, or that have none, as a table tells neither apart,
/// and those whose names no store can keep.
fn check_columns(fields: &[Field]) -> Result<(), IntakeError> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (number, Field { name, .. }) in fields.iter().enumerate() {
        if name.is_empty() {
            return Err(IntakeError::Unnamed(number + 1));
        }
        if !is_kept(name) {
            return Err(IntakeError::ColumnName { number: number + 1, name: name.clone() });
        }
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), name) {
            return Err(IntakeError::TwoColumns(other.to_owned(), name.clone()));
        }
    }
    Ok(())
}

fn about(wanted: &Wanted, before: Option<&About>) -> About {
    let mut about = before.cloned().unwrap_or_else(|| About {
        id: wanted.id.clone(),
        title: wanted.id.clone(),
        title_zh: wanted.id.clone(),
        description: String::new(),
        description_zh: String::new(),
        data_as_of: String::new(),
        licence: String::new(),
        attribution: String::new(),
    });
    about.data_as_of = wanted.by.at.chars().take(10).collect();
    if let Some(title) = &wanted.title {
        about.title.clone_from(title);
        about.title_zh.clone_from(title);
    }
    about
}

fn putting(
    wanted: &Wanted,
    origin: Origin<'_>,
    report: &Report,
    decisions: Vec<Decision>,
) -> Putting {
    let by = wanted.by.clone();
    let decided = decisions.into_iter().map(|one| Decision { by: by.clone(), ..one });
    Putting {
        key: wanted.key.clone(),
        room: if wanted.mode == Mode::New { Room::Free } else { Room::Any },
        bundled: None,
        is_private: wanted.is_private,
        provenance: Some(Provenance {
            source: origin.source.to_owned(),
            sha256: origin.sha256,
            bytes: origin.bytes as u64,
            kind: report.kind.clone(),
            datum: wanted.datum.as_str().to_owned(),
            is_geocoded: wanted.is_geocoded,
            rows: report.features as u64,
            refused: report.refused.len() as u64,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            who: by.who.clone(),
            at: by.at.clone(),
        }),
        decisions: decided.collect(),
        by,
    }
}

/// Adds features to a collection in one edit; columns that it does not have are refused, and rows
/// whose values its columns do not hold are left out and named.
fn added(
    wanted: &Wanted,
    known: &Collection,
    rows: Rows,
    report: &mut Report,
) -> Result<Edit, IntakeError> {
    let schema = known.schema();
    let place = |name: &str| {
        schema.position(name).ok_or_else(|| {
            let names = schema.fields().iter().map(|field| field.name.as_str());
            IntakeError::NoColumn {
                collection: wanted.id.clone(),
                column: name.to_owned(),
                known: names.collect::<Vec<_>>().join(", "),
            }
        })
    };
    let places: Vec<usize> =
        rows.fields.iter().map(|field| place(&field.name)).collect::<Result<_, _>>()?;
    let mut wishes = Vec::with_capacity(rows.all.len());
    for row in rows.all {
        let line = row.line;
        match draft(schema, &places, row) {
            Ok(draft) => wishes.push(Wish::Create(draft)),
            Err((value, reason)) => report.refused.push(RefusedRow { line, value, reason }),
        }
    }
    report.features = wishes.len();
    report.refused.sort_by_key(|row| row.line);
    Ok(Edit {
        collection: wanted.id.clone(),
        wishes,
        by: wanted.by.clone(),
        key: wanted.key.clone(),
    })
}

/// A row as a feature of a collection, or the value that cannot stand there, and why.
fn draft(schema: &Schema, places: &[usize], row: Row) -> Result<Draft, (String, String)> {
    let mut values = vec![Value::Null; schema.fields().len()];
    for (&place, value) in places.iter().zip(row.values) {
        let field = &schema.fields()[place];
        let shown = value.in_a_cell();
        values[place] = value.turned_into(field.field_type).ok_or_else(|| {
            let kind = field.field_type.words();
            (shown, format!("the column `{}` holds {kind}", field.name))
        })?;
    }
    let id = row.id.map(|id| FeatureId::new(&id).map_err(|error| (id, error.to_string())));
    Ok(Draft { id: id.transpose()?, geometry: row.geometry, values })
}
