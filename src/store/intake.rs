//! A list that somebody brings becomes a collection, or is added to one.

use std::collections::HashMap;

use geo::Geometry;

use super::Catalog;
use super::choices::{Choice, Choices};
use super::collection::{About, Collection, InvalidCollection};
use super::edit::{Author, Draft, Edit, RequestKey, Wish};
use super::in_parallel::{CalledOff, Progress, in_parallel};
use super::located::{Located, Locator};
use super::located_features as features;
use super::putting::{Decision, Provenance, Putting, Room};
use super::roles::{InvalidList, Roles};
use crate::domain::names::{InvalidId, check_collection_id};
use crate::domain::{Datum, Feature, Remark, Schema, Value};
use crate::formats::sheet::{RefusedRow, Sheet, SheetRow};

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
    /// Who brings it.
    pub by: Author,
    /// What the client calls the request.
    pub key: Option<RequestKey>,
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
    /// Its rows.
    pub sheet: &'a Sheet,
    /// The name of its file.
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
    /// What a reader should know of the list as a whole.
    pub warnings: Vec<Remark>,
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
    /// A column has no name.
    #[error("column {0} has no name: give it one")]
    Unnamed(usize),
    /// A table cannot tell two columns apart.
    #[error("columns `{0}` and `{1}` differ in case only: rename one")]
    TwoColumns(String, String),
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
    brought: &Brought<'_>,
    choices: &Choices,
    progress: &Progress,
) -> Result<Taken, IntakeError> {
    check(catalog, wanted)?;
    let sheet = brought.sheet;
    check_columns(sheet)?;
    let roles = if wanted.is_geocoded {
        Roles::of(sheet, None, None)?
    } else {
        Roles::of_positions(sheet)?
    };
    let locator = Locator {
        places: &catalog.places,
        roles: &roles,
        choices,
        datum: wanted.datum,
        country: &wanted.country,
    };
    let rows = if wanted.is_geocoded {
        Placed::by_names(sheet, &locator, progress)?
    } else {
        let (given, refused) = features::given(sheet, &roles, wanted.datum);
        Placed {
            schema: features::own_schema(sheet),
            features: given,
            refused,
            ..Placed::default()
        }
    };
    let report = Report {
        collection: wanted.id.clone(),
        features: rows.features.len(),
        placed: rows.features.iter().filter(|one| one.geometry.is_some()).count(),
        statuses: rows.statuses,
        roles: roles.in_words(sheet),
        kind: sheet.encoding.to_owned(),
        refused: in_order(&sheet.refused, &rows.refused),
        warnings: rows.warning.into_iter().collect(),
    };
    let known = catalog.collection(&wanted.id);
    let act = if let Some(known) = known.filter(|_| wanted.mode == Mode::Append) {
        Act::Add(added(wanted, known, &rows.schema, rows.features)?)
    } else {
        let about = about(wanted, known.map(|known| known.about()));
        let collection = Collection::new(about, rows.schema, rows.features)?;
        let how = putting(wanted, brought, &report, rows.decisions);
        Act::Put(Box::new(collection), Box::new(how))
    };
    Ok(Taken { act, report })
}

/// Rows that could not be read or placed, in the order of the list.
fn in_order(unread: &[RefusedRow], unplaced: &[RefusedRow]) -> Vec<RefusedRow> {
    let mut refused = [unread, unplaced].concat();
    refused.sort_by_key(|row| row.line);
    refused
}

/// Refuses columns whose names differ in case only, or that have none: a table tells neither apart.
fn check_columns(sheet: &Sheet) -> Result<(), IntakeError> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (number, name) in sheet.columns.iter().enumerate() {
        if name.is_empty() {
            return Err(IntakeError::Unnamed(number + 1));
        }
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), name) {
            return Err(IntakeError::TwoColumns(other.to_owned(), name.clone()));
        }
    }
    Ok(())
}

/// Holds rows that were placed.
#[derive(Default)]
struct Placed {
    schema: Schema,
    features: Vec<Feature>,
    refused: Vec<RefusedRow>,
    statuses: Vec<(String, usize)>,
    decisions: Vec<Decision>,
    warning: Option<Remark>,
}

/// What is kept of a row once it is placed: an answer with its candidates would be large.
struct Row<'a> {
    cells: &'a SheetRow,
    geometry: Option<Geometry<f64>>,
    found: Vec<Value>,
    status: &'static str,
    decision: Option<Decision>,
    shift: Option<super::located::Pair>,
}

impl Placed {
    fn by_names(
        sheet: &Sheet,
        locator: &Locator<'_>,
        progress: &Progress,
    ) -> Result<Self, IntakeError> {
        let placed = in_parallel(&sheet.rows, progress, |row| {
            locator.locate(row).map(|located| Row::of(&located, row))
        })?;
        let rows: Vec<Row<'_>> = placed.into_iter().collect::<Result<_, _>>()?;
        let mut statuses: Vec<(String, usize)> = Vec::new();
        for row in &rows {
            match statuses.iter_mut().find(|(status, _)| status == row.status) {
                Some((_, count)) => *count += 1,
                None => statuses.push((row.status.to_owned(), 1)),
            }
        }
        let pairs: Vec<_> = rows.iter().filter_map(|row| row.shift).collect();
        let warning = Located::shift_warning(&pairs);
        let decisions = rows.iter().filter_map(|row| row.decision.clone()).collect();
        let rows = rows.into_iter().map(|row| (row.cells, row.geometry, row.found));
        let features = features::numbered(sheet, rows);
        Ok(Self {
            schema: features::schema(sheet),
            features,
            refused: Vec::new(),
            statuses,
            decisions,
            warning,
        })
    }
}

impl<'a> Row<'a> {
    fn of(located: &Located<'_>, row: &'a SheetRow) -> Self {
        Self {
            cells: row,
            geometry: features::point(located),
            found: features::found(located),
            status: located.status(),
            decision: decision(located),
            shift: located.pair(),
        }
    }
}

/// The decision that a row followed, unless it is for its line alone.
fn decision(located: &Located<'_>) -> Option<Decision> {
    let choice = located.choice?;
    let at = located.placement.position;
    Some(Decision {
        query: located.text.to_owned(),
        within: located.within.to_owned(),
        at: at.filter(|_| choice != Choice::LeaveOut),
        adcode: located.placement.chain.adcode,
        is_candidate: matches!(choice, Choice::Candidate(_) | Choice::CandidateAt { .. }),
        by: Author::default(),
    })
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
    brought: &Brought<'_>,
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
            source: brought.source.to_owned(),
            sha256: brought.sha256.clone(),
            bytes: brought.bytes as u64,
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

/// Adds features to a collection in one edit; columns that it does not have are refused.
fn added(
    wanted: &Wanted,
    known: &Collection,
    schema: &Schema,
    features: Vec<Feature>,
) -> Result<Edit, IntakeError> {
    let place = |name: &str| {
        known.schema().position(name).ok_or_else(|| {
            let names = known.schema().fields().iter().map(|field| field.name.as_str());
            IntakeError::NoColumn {
                collection: wanted.id.clone(),
                column: name.to_owned(),
                known: names.collect::<Vec<_>>().join(", "),
            }
        })
    };
    let places: Vec<usize> =
        schema.fields().iter().map(|field| place(&field.name)).collect::<Result<_, _>>()?;
    let width = known.schema().fields().len();
    let wishes = features.into_iter().map(|feature| {
        let mut values = vec![Value::Null; width];
        for (place, value) in places.iter().zip(feature.values) {
            values[*place] = value;
        }
        // Ids that were made from lines of this list say nothing in the collection.
        let id = Some(feature.id).filter(|id| !id.as_str().starts_with("row-"));
        Wish::Create(Draft { id, geometry: feature.geometry, values })
    });
    Ok(Edit {
        collection: wanted.id.clone(),
        wishes: wishes.collect(),
        by: wanted.by.clone(),
        key: wanted.key.clone(),
    })
}
