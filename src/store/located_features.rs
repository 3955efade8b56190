//! The rows of a list as features, for the formats of GIS programs.

use std::collections::HashSet;

use super::located::{COLUMNS, Located, own_columns};
use crate::domain::base::{Confidence, Precision};
use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use crate::formats::sheet::Sheet;

/// The fields of the features of a list: the columns of its own, and what was found.
#[must_use]
pub fn schema(sheet: &Sheet) -> Schema {
    let own = own_columns(sheet)
        .map(|column| Field::new(&sheet.columns[column], sheet.kinds[column], "Of the list"));
    let found = found_columns().map(|name| {
        let kind = if name == "uncertainty_km" { FieldType::Real } else { FieldType::Text };
        Field::new(name, kind, "Found by the geocoder")
    });
    Schema::new(own.chain(found).collect())
}

/// The rows as features, in their order; a row of no place has no geometry.
///
/// A feature's id is the row's own `id` if it can be one and no other row has it, else its line.
#[must_use]
pub fn features(sheet: &Sheet, located: &[Located<'_>]) -> Vec<Feature> {
    let id_column = sheet.column(&["id"]);
    let mut taken = HashSet::new();
    let feature = |one: &Located<'_>| {
        let own = id_column.and_then(|column| FeatureId::new(&one.row.cells[column]).ok());
        let own = own.filter(|id| taken.insert(id.clone()));
        let by_line = || FeatureId::new(&format!("row-{}", one.row.line)).ok();
        Some(Feature {
            id: own.or_else(by_line)?,
            geometry: one.placement.position.map(|at| geo::Point::new(at.lon(), at.lat()).into()),
            values: values(sheet, one),
        })
    };
    located.iter().filter_map(feature).collect()
}

/// What is found, apart from the position, which is the geometry.
fn found_columns() -> impl Iterator<Item = &'static str> {
    COLUMNS.into_iter().filter(|name| !matches!(*name, "match_lon" | "match_lat"))
}

fn values(sheet: &Sheet, one: &Located<'_>) -> Vec<Value> {
    let own = own_columns(sheet).map(|column| sheet.value(one.row, column));
    let placement = &one.placement;
    let place = one.place.as_ref();
    let chain = |name: fn(&crate::domain::base::UnitName) -> &str| {
        let chain = place.map_or(&[][..], |place| &place.chain);
        Value::text(&chain.iter().map(name).collect::<Vec<_>>().join(" / "))
    };
    let found = [
        Value::text(one.status()),
        Value::optional_text(placement.confidence.map(Confidence::as_str)),
        Value::optional_text(placement.precision.map(Precision::as_str)),
        placement.uncertainty_km.map_or(Value::Null, Value::Real),
        place
            .and_then(|place| place.adcode)
            .map_or(Value::Null, |code| Value::Text(code.to_string())),
        Value::optional_text(place.map(|place| place.name.name.as_str())),
        Value::optional_text(place.map(|place| place.name.name_zh.as_str())),
        chain(|unit| &unit.name),
        chain(|unit| &unit.name_zh),
        Value::text(&one.reason.en),
        Value::text(&one.reason.zh),
    ];
    own.chain(found).collect()
}
