//! Administrative units as collections: polygons with names and codes.

use super::Places;
use super::collection::{About, Collection, InvalidCollection};
use super::places::adcode;
use crate::domain::base::UnitName;
use crate::domain::schema::FieldType::{Real, Text};
use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use crate::formats::topojson::Area;
use crate::geocode::records::{Level, Unit};

const FIELDS: [(&str, FieldType, &str); 10] = [
    ("id", Text, "Stable id: the GB/T 2260 code."),
    ("adcode", Text, "GB/T 2260 code."),
    ("name", Text, "English name."),
    ("name_zh", Text, "Chinese name."),
    ("province", Text, "Province in English."),
    ("province_zh", Text, "Province in Chinese."),
    ("prefecture", Text, "Prefecture in English; null above it."),
    ("prefecture_zh", Text, "Prefecture in Chinese; null above it."),
    ("seat_lon", Real, "Longitude of the seat in degrees, WGS 84."),
    ("seat_lat", Real, "Latitude of the seat in degrees, WGS 84."),
];

/// Makes a collection of the areas whose codes the gazetteer knows, and counts the others.
pub(super) fn collection(
    about: About,
    level: Level,
    areas: &[Area],
    places: &Places,
) -> Result<(Collection, usize), InvalidCollection> {
    let fields = FIELDS.iter().map(|(name, kind, words)| Field::new(name, *kind, words));
    let features: Vec<Feature> =
        areas.iter().filter_map(|area| feature(area, level, places)).collect();
    let unknown = areas.len() - features.len();
    Ok((Collection::new(about, Schema::new(fields.collect()), features)?, unknown))
}

fn feature(area: &Area, level: Level, places: &Places) -> Option<Feature> {
    let code = adcode(area)?;
    let number = places.gazetteer.unit_at(level, code)?;
    let Unit { name, position, .. } = &places.gazetteer.units()[number];
    let chain = places.gazetteer.chain(number);
    let english =
        |unit: Option<&UnitName>| Value::optional_text(unit.map(|unit| unit.name.as_str()));
    let chinese =
        |unit: Option<&UnitName>| Value::optional_text(unit.map(|unit| unit.name_zh.as_str()));
    let values = vec![
        Value::Text(code.to_string().into()),
        Value::Text(code.to_string().into()),
        Value::text(&name.name),
        Value::text(&name.name_zh),
        english(chain.province.as_ref()),
        chinese(chain.province.as_ref()),
        english(chain.prefecture.as_ref()),
        chinese(chain.prefecture.as_ref()),
        Value::Real(position.lon()),
        Value::Real(position.lat()),
    ];
    let geometry = Some(area.polygons.clone().into());
    Some(Feature::new(FeatureId::new(&code.to_string()).ok()?, geometry, values))
}
