//! The rows of a list, as they are or placed by their names, before they are features.

use std::collections::HashSet;

use geo::{Geometry, MapCoords, coord};

use super::Catalog;
use super::choices::{Choice, Choices};
use super::edit::Author;
use super::in_parallel::{Progress, in_parallel};
use super::intake::{IntakeError, Report, Wanted};
use super::located::{Located, Locator, Pair, own_columns};
use super::located_features as found;
use super::putting::Decision;
use super::roles::Roles;
use super::unkept::without_unkept;
use crate::domain::base::MatchStatus;
use crate::domain::{Datum, Feature, FeatureId, Field, FieldType, LonLat, Remark, Schema, Value};
use crate::formats::Most;
use crate::formats::layer::{ColumnTypes, Layer, LayerKind, LayerRow, kind_of};
use crate::formats::sheet::{RefusedRow, Sheet, SheetRow};

/// The column that every collection has.
const ID: &str = "id";
/// Where an id is kept that cannot be the id of a feature.
const SOURCE_ID: &str = "source_id";

/// What is in a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Rows of text, to be placed by their names or their own positions.
    Rows(Sheet),
    /// Features.
    Features(Layer),
}

/// Says how a file is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The layer of one with several; the first, if none is named.
    pub layer: Option<String>,
    /// What its columns hold.
    pub types: ColumnTypes,
    /// Whether rows without a position are placed by their names.
    pub is_geocoded: bool,
}

/// Reads a file, named or of a media type, of so much at most.
///
/// # Errors
///
/// [`IntakeError`] when it is of no kind that is read, or makes no sense.
pub fn read(
    bytes: &[u8],
    [name, media_type]: [&str; 2],
    how: &Reading,
    most: impl Into<Most>,
) -> Result<Content, IntakeError> {
    // A name says more than the media type that a browser makes of it, but no name says nothing.
    let said = if name.is_empty() { media_type } else { name };
    let kind = kind_of(said, bytes).or_else(|| kind_of(media_type, bytes));
    let kind = kind.ok_or_else(|| {
        IntakeError::Kind(if name.is_empty() { media_type } else { name }.to_owned())
    })?;
    let layer = how.layer.as_deref();
    let no_layers = layer.filter(|_| !kind.has_layers()).map(|name| no_layers(kind, name));
    if let Some(sheet) = kind.rows_to_place(how.is_geocoded) {
        let mut sheet = Sheet::read_named(bytes, sheet, layer, most)?;
        how.types.apply_to_sheet(&mut sheet)?;
        sheet.warnings.extend(no_layers);
        return Ok(without_unkept(Content::Rows(sheet)));
    }
    let mut read = Layer::read_named(bytes, kind, layer, &how.types, most)?;
    read.warnings.extend(no_layers.filter(|_| layer != Some(read.name.as_str())));
    Ok(without_unkept(Content::Features(read)))
}

/// Says that a file has one list only, whatever layer was asked for.
fn no_layers(kind: LayerKind, asked: &str) -> (&'static str, Remark) {
    let kind = kind.title();
    let remark = Remark::new(
        format!(
            "a file of the kind {kind} has one layer only, which was read: `{asked}` chooses none"
        ),
        format!("{kind} 文件只有一个图层，已读取；`{asked}` 未用于选择图层"),
    );
    ("layer", remark)
}

/// Holds rows that are to become features.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Their fields, without an id.
    pub(super) fields: Vec<Field>,
    pub(super) all: Vec<Row>,
    pub(super) refused: Vec<RefusedRow>,
    /// How many were placed how.
    pub(super) statuses: Vec<(String, usize)>,
    pub(super) decisions: Vec<Decision>,
    pub(super) warnings: Vec<(&'static str, Remark)>,
    /// Which column was taken for what, in words.
    pub(super) roles: String,
    /// What the list was read as.
    pub(super) kind: &'static str,
}

/// Holds one row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    /// The id that it brings, not checked.
    pub(super) id: Option<String>,
    pub(super) geometry: Option<Geometry<f64>>,
    pub(super) values: Vec<Value>,
}

impl Rows {
    /// Takes features as they are.
    pub(super) fn as_they_are(wanted: &Wanted, layer: Layer) -> Result<Self, IntakeError> {
        let is_placed = layer.rows.iter().any(|row| row.geometry.is_some());
        // A row whose position is refused says that there are positions.
        if !is_placed && !layer.has_place && !layer.rows.is_empty() && layer.refused.is_empty() {
            let names = layer.schema.fields().iter().map(|field| field.name.as_str());
            return Err(IntakeError::NoPosition(names.collect::<Vec<_>>().join(", ")));
        }
        Self::of_layer(wanted, layer)
    }

    fn of_layer(wanted: &Wanted, mut layer: Layer) -> Result<Self, IntakeError> {
        let mut fields = layer.schema.fields().to_vec();
        let id = id_column(fields.iter().map(|field| field.name.as_str()))?;
        id.map(|id| fields.remove(id));
        let turn = turned(wanted.datum, layer.datum);
        let warnings = warnings(wanted, &layer);
        let rows = layer.rows.drain(..).map(|mut row| {
            let named = id.map(|id| row.values.remove(id).in_a_cell());
            Row {
                line: row.line,
                id: row.id.or(named),
                geometry: row.geometry.map(&turn),
                values: row.values,
            }
        });
        Ok(Self {
            fields,
            all: rows.collect(),
            refused: layer.refused,
            warnings,
            kind: layer.kind,
            ..Self::default()
        })
    }

    /// Places rows by their names, unless they bring their positions.
    pub(super) fn by_names(
        catalog: &Catalog,
        wanted: &Wanted,
        sheet: &Sheet,
        choices: &Choices,
        progress: &Progress,
    ) -> Result<Self, IntakeError> {
        let id = id_column(sheet.columns.iter().map(String::as_str))?;
        let own: Vec<usize> = own_columns(sheet).filter(|column| Some(*column) != id).collect();
        let fields = own
            .iter()
            .map(|&column| Field::new(&sheet.columns[column], sheet.kinds[column], "Of the list"));
        let fields: Vec<Field> = fields.collect();
        let row = |row: &SheetRow| Row {
            line: row.line,
            id: id.map(|id| row.cells[id].clone()).filter(|id| !id.is_empty()),
            geometry: None,
            values: own.iter().map(|&column| sheet.value(row, column)).collect(),
        };
        let all = Self {
            fields,
            all: sheet.rows.iter().map(row).collect(),
            refused: sheet.refused.clone(),
            warnings: sheet.warnings.clone(),
            kind: sheet.encoding,
            ..Self::default()
        };
        all.placed(catalog, wanted, sheet, choices, progress)
    }

    /// Places those features by their names that bring no geometry.
    pub(super) fn by_names_where_missing(
        catalog: &Catalog,
        wanted: &Wanted,
        layer: Layer,
        choices: &Choices,
        progress: &Progress,
    ) -> Result<Self, IntakeError> {
        let fields = layer.schema.fields();
        let sheet = Sheet {
            columns: fields.iter().map(|field| field.name.clone()).collect(),
            kinds: fields.iter().map(|field| field.field_type).collect(),
            rows: layer.rows.iter().map(cells).collect(),
            refused: Vec::new(),
            encoding: layer.kind,
            warnings: Vec::new(), // told with the layer
            quoted_names: Vec::new(),
        };
        let all = Self::of_layer(wanted, layer)?;
        all.placed(catalog, wanted, &sheet, choices, progress)
    }

    /// Adds what the geocoder finds for each row; one that has a geometry keeps it.
    fn placed(
        mut self,
        catalog: &Catalog,
        wanted: &Wanted,
        sheet: &Sheet,
        choices: &Choices,
        progress: &Progress,
    ) -> Result<Self, IntakeError> {
        let roles = Roles::of(sheet, None, None)?;
        let locator = Locator {
            places: &catalog.places,
            roles: &roles,
            choices,
            datum: wanted.datum,
            country: &wanted.country,
        };
        let placed = in_parallel(&sheet.rows, progress, |row| {
            locator.locate(row).map(|located| Placed::of(&located))
        })?;
        let mut pairs: Vec<Pair> = Vec::new();
        for (row, placed) in self.all.iter_mut().zip(placed) {
            let mut placed = placed?;
            if row.geometry.is_some() {
                placed = Placed::given();
            } else {
                row.geometry = placed.geometry;
            }
            row.values.extend(placed.found);
            pairs.extend(placed.shift);
            self.decisions.extend(placed.decision);
            match self.statuses.iter_mut().find(|(status, _)| status == placed.status) {
                Some((_, count)) => *count += 1,
                None => self.statuses.push((placed.status.to_owned(), 1)),
            }
        }
        self.fields.extend(found::found_fields());
        self.warnings.extend(Located::shift_warning(&pairs).map(|remark| ("gcj02_shift", remark)));
        self.roles = roles.in_words(sheet);
        Ok(self)
    }

    /// What became of the rows so far.
    pub(super) fn report(&self, collection: &str) -> Report {
        Report {
            collection: collection.to_owned(),
            features: self.all.len(),
            placed: self.all.iter().filter(|row| row.geometry.is_some()).count(),
            statuses: self.statuses.clone(),
            roles: self.roles.clone(),
            kind: self.kind.to_owned(),
            refused: self.refused.clone(),
            warnings: self.warnings.clone(),
        }
    }

    /// Gives the rows their ids: their own if it can be one and no other row has it, else the
    /// collection's name and a number. An id that cannot be one is kept beside it.
    pub(super) fn numbered(self, collection: &str) -> (Schema, Vec<Feature>) {
        let own = |row: &Row| row.id.as_ref().and_then(|id| FeatureId::new(id).ok());
        let mut taken: HashSet<FeatureId> = HashSet::with_capacity(self.all.len());
        let short: String = collection.chars().take(40).collect();
        let is_own: Vec<bool> =
            self.all.iter().map(|row| own(row).is_some_and(|id| taken.insert(id))).collect();
        let is_lost = |(row, is_own): (&Row, &bool)| row.id.is_some() && !is_own;
        let has_lost = self.all.iter().zip(&is_own).any(is_lost);
        let mut fields = vec![Field::new(ID, FieldType::Text, "Stable id")];
        if has_lost {
            let words = "The id in the file, where it cannot be one here";
            fields.push(Field::new(SOURCE_ID, FieldType::Text, words));
        }
        fields.extend(self.fields);
        let mut features = Vec::with_capacity(self.all.len());
        for ((row, is_own), number) in self.all.into_iter().zip(is_own).zip(1_u64..) {
            // The row's own number, or one that no row has.
            let numbers = std::iter::once(number).chain(1_000_000_000..);
            let made =
                numbers.filter_map(|number| FeatureId::new(&format!("{short}-{number}")).ok());
            let id = match row.id.as_ref().filter(|_| is_own) {
                Some(id) => FeatureId::new(id).ok(),
                None => made.into_iter().find(|id| taken.insert(id.clone())),
            };
            let Some(id) = id else { continue }; // there are more numbers than rows
            let mut values = Vec::with_capacity(fields.len());
            values.push(Value::Text(id.as_str().into()));
            if has_lost {
                values.push(Value::optional_text(row.id.as_deref().filter(|_| !is_own)));
            }
            values.extend(row.values);
            features.push(Feature::new(id, row.geometry, values));
        }
        (Schema::new(fields), features)
    }
}

/// What is kept of a row once it is placed: an answer with its candidates would be large.
struct Placed {
    geometry: Option<Geometry<f64>>,
    found: Vec<Value>,
    status: &'static str,
    decision: Option<Decision>,
    shift: Option<Pair>,
}

impl Placed {
    fn of(located: &Located<'_>) -> Self {
        Self {
            geometry: found::point(located),
            found: found::found(located),
            status: located.status(),
            decision: decision(located),
            shift: located.pair(),
        }
    }

    /// Of a row that brings its geometry.
    fn given() -> Self {
        let status = MatchStatus::Given.as_str();
        let mut values = vec![Value::Null; found::found_fields().count()];
        values[0] = Value::text(status);
        Self { geometry: None, found: values, status, decision: None, shift: None }
    }
}

/// The decision that a row followed.
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

/// The column of the ids, however it is written.
fn id_column<'a>(names: impl Iterator<Item = &'a str>) -> Result<Option<usize>, IntakeError> {
    let mut all = names.enumerate().filter(|(_, name)| name.eq_ignore_ascii_case(ID));
    match (all.next(), all.next()) {
        (Some((_, one)), Some((_, other))) => {
            Err(IntakeError::TwoColumns(one.to_owned(), other.to_owned()))
        }
        (one, _) => Ok(one.map(|(place, _)| place)),
    }
}

fn cells(row: &LayerRow) -> SheetRow {
    SheetRow::new(row.line, row.values.iter().map(Value::in_a_cell).collect())
}

/// Turns geometries of the datum that is told into WGS 84, unless the file named its own.
fn turned(told: Datum, named: Option<Datum>) -> impl Fn(Geometry<f64>) -> Geometry<f64> {
    let is_as_it_is = named.is_some() || matches!(told, Datum::Wgs84 | Datum::Cgcs2000);
    move |shape| {
        if is_as_it_is {
            return shape;
        }
        shape.map_coords(|at| match LonLat::from_degrees(at.x, at.y) {
            Ok(at) => {
                let turned = told.to_wgs84(at);
                coord! { x: turned.lon(), y: turned.lat() }
            }
            Err(_) => at,
        })
    }
}

/// What a reader should know of a layer.
fn warnings(wanted: &Wanted, layer: &Layer) -> Vec<(&'static str, Remark)> {
    let told = wanted.datum;
    let is_other = layer.datum.filter(|named| told != Datum::Wgs84 && *named != told);
    let named = is_other.map(|named| {
        Remark::new(
            format!(
                "the file says that it is in {}, so it was not read as {}",
                named.title(),
                told.title()
            ),
            format!("文件注明坐标为{}，未按{}读取", named.title(), told.title()),
        )
    });
    let is_placed = layer.rows.iter().any(|row| row.geometry.is_some());
    let is_nowhere = !is_placed && !layer.rows.is_empty() && !wanted.is_geocoded;
    let nowhere = is_nowhere.then(|| {
        Remark::new(
            "no feature has a position: --geocode (geocode=true) has them placed by their names",
            "所有要素均无坐标：--geocode（geocode=true）可按名称定位",
        )
    });
    let all = layer.warnings.iter().cloned().chain(named.map(|remark| ("datum", remark)));
    all.chain(nowhere.map(|remark| ("no_position", remark))).collect()
}
