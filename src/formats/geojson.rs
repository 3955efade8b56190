//! GeoJSON (RFC 7946): longitude first, WGS 84, no `crs` member.

use std::borrow::Borrow;
use std::io;

use geo::{Geometry, MapCoords, coord};
use geojson::JsonObject;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Layout;
use super::geojson_feature::FeatureWriter;
use crate::domain::{Feature, Schema, Value};

/// So many bytes are written at once.
const WRITTEN_BYTES: usize = 32 * 1024;

/// The name of the member that tells what columns hold.
const TYPES: &str = "types";

/// Members of a FeatureCollection beside `type` and `features`, in the order in which they are written.
pub type Members = JsonObject;

/// Turns a feature into a GeoJSON object: every field is there, null when unknown.
///
/// A datum that is not WGS 84, which RFC 7946 has no word for, is a foreign member, and so is another
/// reference system, `contentCrs`; its positions are in the order of the register (OGC API Features
/// Part 2).
#[must_use]
pub fn feature(schema: &Schema, feature: &Feature, layout: Layout) -> geojson::Feature {
    let names = schema.fields().iter().map(|field| field.name.clone());
    let values = feature.values.iter().map(value);
    geojson::Feature {
        bbox: None,
        geometry: feature.geometry().map(|shape| geometry(&shape, layout)),
        id: Some(geojson::feature::Id::String(feature.id.as_str().to_owned())),
        properties: Some(names.zip(values).collect()),
        foreign_members: crs_member(layout),
    }
}

/// Writes a feature to the last digit, as histories and tags of versions need it.
#[must_use]
pub fn exact(schema: &Schema, one: &Feature) -> String {
    let layout = Layout { decimals: super::EXACT, ..Layout::new(false) };
    let mut text = Vec::new();
    let wrote = FeatureWriter::new(schema, layout).write(&mut text, one);
    let text = wrote.ok().and_then(|()| String::from_utf8(text).ok());
    text.unwrap_or_else(|| feature(schema, one, layout).to_string())
}

/// Writes a feature with a member of its own behind it.
///
/// # Errors
///
/// None that is known: what is written has a form in JSON.
pub fn write_feature(
    out: &mut Vec<u8>,
    (schema, one): (&Schema, &Feature),
    layout: Layout,
    (name, member): (&str, &impl Serialize),
) -> io::Result<()> {
    FeatureWriter::new(schema, layout).write(out, one)?;
    out.pop();
    out.push(b',');
    serde_json::to_writer(&mut *out, name)?;
    out.push(b':');
    serde_json::to_writer(&mut *out, member)?;
    out.push(b'}');
    Ok(())
}

/// The member of a file that tells what its columns hold, in the words of the import's `types`; none where
/// there are no columns.
pub(super) fn types_member(schema: &Schema) -> Members {
    let words = schema.fields().iter();
    let words = words.map(|one| (one.name.clone(), Json::from(one.field_type.as_str())));
    let types: Members = words.collect();
    let member = (!types.is_empty()).then(|| (TYPES.to_owned(), Json::Object(types)));
    member.into_iter().collect()
}

/// The member that names the datum or the system of a file, where it is not WGS 84, longitude first.
pub(super) fn crs_member(layout: Layout) -> Option<Members> {
    let datum = layout.declared_datum().map(|datum| ("datum", datum.title().to_owned()));
    let (name, text) = datum.or_else(|| Some(("contentCrs", layout.declared_crs()?.uri())))?;
    Some([(name.to_owned(), Json::from(text))].into_iter().collect())
}

/// Turns a geometry into its GeoJSON object, laid out as asked.
#[must_use]
pub fn geometry(shape: &Geometry<f64>, layout: Layout) -> geojson::Geometry {
    laid_out(shape, layout, layout.crs.is_north_first())
}

pub(super) fn laid_out(
    shape: &Geometry<f64>,
    layout: Layout,
    is_north_first: bool,
) -> geojson::Geometry {
    let shape = layout.geometry(shape);
    if is_north_first {
        return geojson::Geometry::from(&shape.map_coords(|at| coord! { x: at.y, y: at.x }));
    }
    geojson::Geometry::from(&shape)
}

/// Turns the value of a field into JSON.
#[must_use]
pub fn value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::from(text.as_str()),
        Value::Integer(number) => Json::from(*number),
        Value::Real(number) => Json::from(*number),
        Value::List(items) => Json::from(&**items),
        Value::Boolean(is_true) => Json::from(*is_true),
        Value::Date(_) | Value::DateTime(_) => Json::from(value.in_a_cell()),
    }
}

/// Writes a FeatureCollection feature by feature, so that memory does not grow with it.
///
/// # Errors
///
/// What the writer reports.
pub fn write_collection(
    out: &mut dyn io::Write,
    schema: &Schema,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
    members: &Members,
) -> io::Result<()> {
    let crs = crs_member(layout).unwrap_or_default();
    write_with(out, &FeatureWriter::new(schema, layout), features, crs.iter().chain(members))
}

/// Writes a file: a FeatureCollection that tells what its columns hold, with east first in every system, and
/// its name in the member `crs`, as it was before RFC 7946 and as other programs still read it.
///
/// # Errors
///
/// What the writer reports.
pub(super) fn write_file(
    out: &mut dyn io::Write,
    schema: &Schema,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    let crs = match layout.declared_crs() {
        Some(crs) => json_member("crs", json!({"type": "name", "properties": {"name": crs.urn()}})),
        None => crs_member(layout).unwrap_or_default(),
    };
    let types = types_member(schema);
    let writer = FeatureWriter::of_file(schema, layout);
    write_with(out, &writer, features, crs.iter().chain(&types))
}

fn json_member(name: &str, member: Json) -> Members {
    std::iter::once((name.to_owned(), member)).collect()
}

fn write_with<'a>(
    out: &mut dyn io::Write,
    writer: &FeatureWriter,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    members: impl Iterator<Item = (&'a String, &'a Json)>,
) -> io::Result<()> {
    let mut text = Vec::with_capacity(2 * WRITTEN_BYTES);
    text.extend_from_slice(br#"{"type":"FeatureCollection""#);
    for (name, member) in members {
        text.push(b',');
        serde_json::to_writer(&mut text, name)?;
        text.push(b':');
        serde_json::to_writer(&mut text, member)?;
    }
    text.extend_from_slice(br#","features":["#);
    for (number, one) in features.enumerate() {
        text.extend_from_slice(if number == 0 { b"\n" } else { b",\n" });
        writer.write(&mut text, one.borrow())?;
        if text.len() >= WRITTEN_BYTES {
            out.write_all(&text)?;
            text.clear();
        }
    }
    text.extend_from_slice(b"\n]}\n");
    out.write_all(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FeatureId, Field, FieldType};

    #[test]
    fn every_field_is_there_and_a_place_nobody_knows_is_null() {
        let schema = Schema::new(vec![
            Field::new("id", FieldType::Text, ""),
            Field::new("codes", FieldType::List, ""),
            Field::new("year", FieldType::Integer, ""),
        ]);
        let values =
            vec![Value::text("a"), Value::List(vec!["39".into(), "40".into()].into()), Value::Null];
        let lost = Feature::new(FeatureId::new("a").unwrap(), None, values);
        let mut out = Vec::new();
        write_collection(
            &mut out,
            &schema,
            [&lost].into_iter(),
            Layout::new(true),
            &Members::new(),
        )
        .unwrap();
        let json: Json = serde_json::from_slice(&out).unwrap();
        assert_eq!(
            json["features"][0],
            serde_json::json!({
                "type": "Feature", "id": "a", "geometry": null,
                "properties": {"id": "a", "codes": ["39", "40"], "year": null},
            })
        );
    }

    #[test]
    fn coordinates_have_as_many_decimals_as_asked_for() {
        let point = Geometry::from(geo::Point::new(105.571_234_56, 30.5));
        let layout = Layout { decimals: 3, ..Layout::new(true) };
        let json = serde_json::to_value(geometry(&point, layout)).unwrap();
        assert_eq!(json["coordinates"], serde_json::json!([105.571, 30.5]));
    }
}
