//! The rows of a list as features, for the formats of GIS programs.

use std::collections::HashSet;

use geo::Geometry;

use super::located::{COLUMNS, Located, own_columns};
use crate::domain::base::{Confidence, Precision};
use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use crate::formats::sheet::{Sheet, SheetRow};

/// The fields of the features of a list: the columns of its own, and what was found.
#[must_use]
pub fn schema(sheet: &Sheet) -> Schema {
    let own = own_schema(sheet);
    Schema::new(own.fields().iter().cloned().chain(found_fields()).collect())
}

/// What is found for each row, as fields.
pub(super) fn found_fields() -> impl Iterator<Item = Field> {
    found_columns().map(|name| {
        let kind = if name == "uncertainty_km" { FieldType::Real } else { FieldType::Text };
        Field::new(name, kind, "Found by the geocoder")
    })
}

/// The fields of the features of a list that brings its positions, an `id` among them.
fn own_schema(sheet: &Sheet) -> Schema {
    let made =
        sheet.column(&["id"]).is_none().then(|| Field::new("id", FieldType::Text, "Stable id"));
    Schema::new(made.into_iter().chain(own_fields(sheet)).collect())
}

fn own_fields(sheet: &Sheet) -> impl Iterator<Item = Field> {
    own_columns(sheet).map(|column| {
        // Ids are text wherever they are written.
        let is_id = sheet.columns[column] == "id";
        let kind = if is_id { FieldType::Text } else { sheet.kinds[column] };
        Field::new(&sheet.columns[column], kind, "Of the list")
    })
}

/// The values of [`own_schema`].
fn own_values(sheet: &Sheet, row: &SheetRow, id: &FeatureId) -> Vec<Value> {
    let made = sheet.column(&["id"]).is_none();
    let id = || Value::Text(id.as_str().into());
    let own = own_columns(sheet).map(|column| match sheet.columns[column].as_str() {
        "id" => id(),
        _ => sheet.value(row, column),
    });
    made.then(id).into_iter().chain(own).collect()
}

/// Gives rows their ids: their own `id` if it can be one and no other row has it, else their line.
struct Ids {
    column: Option<usize>,
    taken: HashSet<FeatureId>,
}

impl Ids {
    fn of(sheet: &Sheet) -> Self {
        Self { column: sheet.column(&["id"]), taken: HashSet::new() }
    }

    fn next(&mut self, row: &SheetRow) -> Option<FeatureId> {
        let own = self.column.and_then(|column| FeatureId::new(&row.cells[column]).ok());
        let by_line = || FeatureId::new(&format!("row-{}", row.line)).ok();
        let own = own.filter(|id| !self.taken.contains(id));
        let id = own.or_else(by_line)?;
        self.taken.insert(id.clone());
        Some(id)
    }
}

/// The rows as features, in their order; a row of no place has no geometry.
///
/// A feature's id is the row's own `id` if it can be one and no other row has it, else its line.
#[must_use]
pub fn features(sheet: &Sheet, located: &[Located<'_>]) -> Vec<Feature> {
    let mut ids = Ids::of(sheet);
    let feature = |one: &Located<'_>| {
        let id = ids.next(one.row)?;
        let mut values = own_values(sheet, one.row, &id);
        values.extend(found(one));
        Some(Feature::new(id, point(one), values))
    };
    located.iter().filter_map(feature).collect()
}

/// Where a row stands.
pub(super) fn point(one: &Located<'_>) -> Option<Geometry<f64>> {
    one.placement.position.map(|at| geo::Point::new(at.lon(), at.lat()).into())
}

/// What is found, apart from the position, which is the geometry.
fn found_columns() -> impl Iterator<Item = &'static str> {
    COLUMNS.into_iter().filter(|name| !matches!(*name, "match_lon" | "match_lat"))
}

/// What was found for a row: the values of the fields behind its own.
pub(super) fn found(one: &Located<'_>) -> Vec<Value> {
    let placement = &one.placement;
    let place = one.place.as_ref();
    let chain = |name: fn(&crate::domain::base::UnitName) -> &str| {
        let chain = place.map_or(&[][..], |place| &place.chain);
        Value::text(&chain.iter().map(name).collect::<Vec<_>>().join(" / "))
    };
    vec![
        Value::text(one.status()),
        Value::optional_text(placement.confidence.map(Confidence::as_str)),
        Value::optional_text(placement.precision.map(Precision::as_str)),
        placement.uncertainty_km.map_or(Value::Null, Value::Real),
        place
            .and_then(|place| place.adcode)
            .map_or(Value::Null, |code| Value::Text(code.to_string().into())),
        Value::optional_text(place.map(|place| place.name.name.as_str())),
        Value::optional_text(place.map(|place| place.name.name_zh.as_str())),
        chain(|unit| &unit.name),
        chain(|unit| &unit.name_zh),
        Value::text(&one.reason.en),
        Value::text(&one.reason.zh),
        Value::text(&one.names()),
        Value::text(&one.candidates()),
    ]
}
