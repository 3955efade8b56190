//! Layers as GeoJSON (RFC 7946) and as sequences of GeoJSON features (RFC 8142), read feature by feature.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::collect::{Collector, Found};
use super::geojson_properties::{Name, Properties, value};
use super::{InvalidLayer, Layer, geojson_geometry};
use crate::domain::{Crs, FieldType};

const GEOJSON: &str = "GeoJSON";
const GEOJSON_SEQ: &str = "GeoJSONSeq";

/// Reads a FeatureCollection, one feature, or a bare geometry.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Layer, InvalidLayer> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| InvalidLayer::broken(GEOJSON, format!("not UTF-8: {error}")))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut all = Collector::new(GEOJSON, bytes.len(), most_rows);
    let mut json = serde_json::Deserializer::from_str(text);
    let mut stopped = None;
    let top = Top { all: &mut all, stopped: &mut stopped };
    let read = top.deserialize(&mut json).and_then(|kind| json.end().map(|()| kind));
    if let Some(stopped) = stopped {
        return Err(stopped);
    }
    match read.map_err(|error| InvalidLayer::broken(GEOJSON, error))?.as_deref() {
        Some("FeatureCollection") => {}
        Some("Feature") => add(&mut all, 1, text)?,
        Some(_) => add(&mut all, 1, &format!(r#"{{"type":"Feature","geometry":{text}}}"#))?,
        None => return Err(InvalidLayer::broken(GEOJSON, "it has no `type`")),
    }
    Ok(all.finish())
}

/// Reads features one a line, or parted by record separators.
pub(super) fn read_seq(bytes: &[u8], most_rows: usize) -> Result<Layer, InvalidLayer> {
    const SEPARATOR: u8 = 0x1e;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mark = if bytes.first() == Some(&SEPARATOR) { SEPARATOR } else { b'\n' };
    let mut all = Collector::new(GEOJSON_SEQ, bytes.len(), most_rows);
    let mut line = 1;
    let mut count = 0;
    for part in bytes.split(|byte| *byte == mark) {
        let blank = part.iter().take_while(|byte| byte.is_ascii_whitespace());
        let first = line + newlines(blank);
        let text = part.trim_ascii();
        if !text.is_empty() {
            count += 1;
            match std::str::from_utf8(text) {
                Ok(text) => add(&mut all, first, text)?,
                Err(error) => {
                    all.refuse(
                        first,
                        &String::from_utf8_lossy(text),
                        format!("not UTF-8: {error}"),
                    )?;
                }
            }
        }
        line += newlines(part.iter()) + u64::from(mark == b'\n');
    }
    let layer = all.finish();
    match layer.refused.first() {
        Some(row) if layer.refused.len() == count => {
            let reason = format!("no line is a feature; line {}: {}", row.line, row.reason);
            Err(InvalidLayer::broken(GEOJSON_SEQ, reason))
        }
        _ if count == 0 => Err(InvalidLayer::Empty),
        _ => Ok(layer),
    }
}

fn newlines<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    bytes.filter(|byte| **byte == b'\n').count() as u64
}

/// The members of a feature.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'a, str>>,
    id: Option<Json>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow, default)]
    properties: Option<Properties<'a>>,
    datum: Option<Json>,
    #[serde(rename = "contentCrs")]
    content_crs: Option<Json>,
    #[serde(borrow)]
    types: Option<&'a RawValue>,
}

/// Adds the feature that a text is, or lists it as refused.
fn add(all: &mut Collector, line: u64, text: &str) -> Result<(), InvalidLayer> {
    let members: Members<'_> = match serde_json::from_str(text) {
        Ok(members) => members,
        Err(error) => return all.refuse(line, text, format!("no feature: {error}")),
    };
    if members.kind.as_deref() != Some("Feature") {
        let kind = members.kind.as_deref().unwrap_or("nothing");
        return all.refuse(line, text, format!("its type is {kind}, not Feature"));
    }
    if let Some(Json::String(datum)) = members.datum {
        note_datum(all, &datum);
    }
    if let Some(Json::String(uri)) = members.content_crs
        && !note_content_crs(all, &uri)?
    {
        return all.refuse(line, text, format!("its contentCrs, {uri}, is not that of the others"));
    }
    if let Some(types) = members.types {
        note_types(all, types.get())?;
    }
    let geometry = match members.geometry.filter(|text| text.get() != "null") {
        None => None,
        Some(raw) => match geojson_geometry::read(raw.get()) {
            Ok((geometry, has_heights)) => {
                if has_heights {
                    all.note_heights();
                }
                Some(geometry)
            }
            Err(reason) => return all.refuse(line, text, reason),
        },
    };
    let id = members.id.and_then(|id| match id {
        Json::String(text) => Some(text),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let properties = members.properties.map(|properties| properties.0).unwrap_or_default();
    let mut values = Vec::with_capacity(properties.len());
    for (name, raw) in properties {
        let column = all.column(&name)?;
        values.push((column, value(raw.get(), all.may_be_time(column))));
    }
    all.add(Found { line, id, geometry, values })
}

/// Takes the datum that a file of ours names.
fn note_datum(all: &mut Collector, text: &str) {
    if let Ok(datum) = text.parse() {
        all.set_datum(datum);
    }
}

/// Takes the system that an answer of OGC API Features names beside its features, whose numbers come in the
/// order of the register; false where others named another.
fn note_content_crs(all: &mut Collector, uri: &str) -> Result<bool, InvalidLayer> {
    let crs = uri.parse().map_err(|_| InvalidLayer::Crs(uri.to_owned()))?;
    Ok(all.set_registered(crs))
}

/// Takes the types of the columns that a file of ours tells; a member of another shape is another's, and
/// passed over.
fn note_types(all: &mut Collector, raw: &str) -> Result<(), InvalidLayer> {
    let Ok(Properties(pairs)) = serde_json::from_str(raw) else { return Ok(()) };
    let kind = |raw: &RawValue| FieldType::from_word(serde_json::from_str(raw.get()).ok()?);
    let told: Option<Vec<_>> = pairs.iter().map(|(name, raw)| Some((name, kind(raw)?))).collect();
    told.unwrap_or_default().into_iter().try_for_each(|(name, kind)| all.tell(name, kind))
}

/// Reads the members of the object at the top, and gives its `type`.
struct Top<'a> {
    all: &'a mut Collector,
    /// Why reading was stopped, when it was not for the text.
    stopped: &'a mut Option<InvalidLayer>,
}

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = Option<String>;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a GeoJSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kind = None;
        while let Some(name) = map.next_key::<Name<'de>>()? {
            match &*name.0 {
                "type" => kind = Some(map.next_value::<String>()?),
                "features" => {
                    map.next_value_seed(Features { all: self.all, stopped: self.stopped })?;
                }
                "crs" => {
                    let noted = note_crs(self.all, &map.next_value()?);
                    noted.map_err(|refused| stop(self.stopped, refused))?;
                }
                "contentCrs" => {
                    if let Json::String(uri) = map.next_value()? {
                        let noted = note_content_crs(self.all, &uri);
                        noted.map_err(|refused| stop(self.stopped, refused))?;
                    }
                }
                "types" => {
                    let noted = note_types(self.all, map.next_value::<&RawValue>()?.get());
                    noted.map_err(|refused| stop(self.stopped, refused))?;
                }
                "datum" => {
                    if let Json::String(datum) = map.next_value()? {
                        note_datum(self.all, &datum);
                    }
                }
                "name" => {
                    if let Json::String(name) = map.next_value()? {
                        self.all.set_name(name);
                    }
                }
                _ => {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
        Ok(kind)
    }
}

/// Ends reading for a reason that is not the text's.
fn stop<E: serde::de::Error>(stopped: &mut Option<InvalidLayer>, refused: InvalidLayer) -> E {
    *stopped = Some(refused);
    E::custom("stopped")
}

/// Takes the coordinate reference system of GeoJSON as it was before RFC 7946, which many programs
/// still write.
fn note_crs(all: &mut Collector, json: &Json) -> Result<(), InvalidLayer> {
    if json.is_null() {
        return Ok(());
    }
    let name = json["properties"]["name"].as_str().unwrap_or_default();
    let last = name.rsplit([':', '/']).next().unwrap_or_default();
    let is_crs84 = name.to_ascii_uppercase().contains("CRS84");
    let crs = last.parse().ok().and_then(Crs::from_epsg);
    match crs.or_else(|| is_crs84.then(Crs::default)) {
        Some(crs) => all.set_crs(crs),
        None if name.is_empty() => return Err(InvalidLayer::Crs(json.to_string())),
        None => return Err(InvalidLayer::Crs(name.to_owned())),
    }
    Ok(())
}

/// Adds each feature of the list as it comes.
struct Features<'a> {
    all: &'a mut Collector,
    stopped: &'a mut Option<InvalidLayer>,
}

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut features: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(feature) = features.next_element::<&RawValue>()? {
            number += 1;
            let added = add(self.all, number, feature.get());
            added.map_err(|refused| stop(self.stopped, refused))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Datum, Value};

    #[test]
    fn numbers_keep_their_digits_and_nested_values_their_text() {
        for (raw, wanted) in [
            ("9223372036854775807", Value::Integer(i64::MAX)),
            ("18446744073709551615", Value::Text("18446744073709551615".into())),
            ("1e999", Value::Text("1e999".into())),
            ("5.0", Value::Real(5.0)),
            ("true", Value::Boolean(true)),
            ("false", Value::Boolean(false)),
            (r#""2020-10-13""#, Value::Text("2020-10-13".into())),
            (r#"["a","b"]"#, Value::List(vec!["a".into(), "b".into()].into())),
            ("[1,2]", Value::Text("[1,2]".into())),
            (r#"{"a":1}"#, Value::Text(r#"{"a":1}"#.into())),
            (r#""\u5e38熟""#, Value::Text("常熟".into())),
            ("null", Value::Null),
        ] {
            assert_eq!(value(raw, false), wanted, "{raw}");
        }
        assert!(matches!(value("-0", false), Value::Real(zero) if zero.is_sign_negative()));
    }

    /// The type of the column `a`, and its values as they are written, by the values in JSON.
    fn column(members: &str, values: &[&str]) -> (FieldType, Vec<String>) {
        let feature = |value: &&str| {
            format!(r#"{{"type":"Feature","geometry":null,"properties":{{"a":{value}}}}}"#)
        };
        let features: Vec<String> = values.iter().map(feature).collect();
        let features = features.join(",");
        let text = format!(r#"{{"type":"FeatureCollection","features":[{features}]{members}}}"#);
        let layer = read(text.as_bytes(), 99).unwrap();
        let cells = layer.rows.iter().map(|row| row.values[0].in_a_cell());
        (layer.schema.fields()[0].field_type, cells.collect())
    }

    #[test]
    fn texts_that_are_all_spelt_as_times_are_times_and_lose_no_digit() {
        let (day, at) = (r#""2020-10-13""#, r#""2020-10-13T08:00:00Z""#);
        for (values, wanted) in [
            (vec!["null", day, r#""2024-02-29""#], FieldType::Date),
            (vec![at, "null", r#""2020-10-13T08:00:00.25Z""#], FieldType::DateTime),
            (vec![day, at], FieldType::Text),
            (vec![day, r#""soon""#, day], FieldType::Text),
            (vec![day, r#""""#], FieldType::Text),
            (vec![day, "5"], FieldType::Text),
            (vec![r#""2023-02-29""#], FieldType::Text),
            (vec![at, r#""2020-10-13T08:00:00+08:00""#], FieldType::Text),
            (vec![at, r#""2020-10-13T08:00:00.250Z""#], FieldType::Text),
            (vec![r#""2020-10-13 08:00:00""#], FieldType::Text),
        ] {
            let (kind, cells) = column("", &values);
            assert_eq!(kind, wanted, "{values:?}");
            let same = values.iter().map(|raw| raw.trim_matches('"').replace("null", ""));
            assert_eq!(cells, same.collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_a_file_tells_of_its_columns_is_taken_where_its_values_fit() {
        let day = r#""2020-10-13""#;
        for (told, values, wanted) in [
            (r#"{"a":"text"}"#, vec![day], FieldType::Text),
            (r#"{"a":"text"}"#, vec!["7"], FieldType::Text),
            (r#"{"a":"date"}"#, vec!["null"], FieldType::Date),
            (r#"{"a":"date"}"#, vec![day, r#""soon""#], FieldType::Text),
            (r#"{"a":"real"}"#, vec!["5"], FieldType::Real),
            (r#"{"a":"integer"}"#, vec!["5", "5.5"], FieldType::Real),
            (r#"{"a":"list"}"#, vec!["null", "[]"], FieldType::List),
            (r#"{"a":"thing"}"#, vec![day], FieldType::Date),
            (r#"{"a":"text","b":7}"#, vec![day], FieldType::Date),
            (r#"["text"]"#, vec![day], FieldType::Date),
            ("null", vec!["null"], FieldType::Text),
        ] {
            let (kind, _) = column(&format!(r#","types":{told}"#), &values);
            assert_eq!(kind, wanted, "{told} {values:?}");
        }
        let empty =
            br#"{"type":"FeatureCollection","types":{"b":"real","a":"date"},"features":[]}"#;
        let fields = read(empty, 9).unwrap().schema.fields().to_vec();
        assert_eq!(
            (fields[0].field_type, fields[1].field_type),
            (FieldType::Real, FieldType::Date)
        );
        let seq = br#"{"type":"Feature","geometry":null,"properties":{"a":null},"types":{"a":"boolean"}}"#;
        let layer = read_seq(seq, 9).unwrap();
        assert_eq!(layer.schema.fields()[0].field_type, FieldType::Boolean);
    }

    #[test]
    fn a_bad_feature_is_listed_and_the_others_are_read() {
        let layer = read(
            br#"{"type":"FeatureCollection","name":"towns","features":[
                {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[120.5,31.5]},"properties":{"name":"a","n":1}},
                {"type":"Feature","geometry":{"type":"Point","coordinates":["x",1]},"properties":{}},
                {"type":"Thing"}, 5,
                {"type":"Feature","geometry":null,"properties":null}]}"#,
            10,
        )
        .unwrap();
        assert_eq!(layer.name, "towns");
        assert_eq!(layer.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(layer.rows[0].id.as_deref(), Some("7"));
        assert_eq!(layer.rows[1].values, [Value::Null, Value::Null]);
        assert_eq!(layer.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(layer.schema.fields()[1].field_type, FieldType::Integer);
    }

    #[test]
    fn sequences_have_lines_with_and_without_separators() {
        let one = r#"{"type":"Feature","geometry":null,"properties":{"a":1}}"#;
        let lines = read_seq(format!("{one}\r\n\nbroken\n{one}").as_bytes(), 9).unwrap();
        assert_eq!(lines.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 4]);
        assert_eq!(lines.refused[0].line, 3);
        let pretty = one.replace(',', ",\n");
        let parted = read_seq(format!("\u{1e}{pretty}\n\u{1e}{one}\n").as_bytes(), 9).unwrap();
        assert_eq!(parted.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 4]);
        assert!(read_seq(b"nonsense\nmore", 9).is_err() && read_seq(b"\n\n", 9).is_err());
    }

    #[test]
    fn the_system_of_the_file_is_turned_back_or_refused() {
        let text = |name: &str| {
            format!(
                r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[13522390.428774875,3662707.257050403]}}}}],"crs":{{"type":"name","properties":{{"name":"{name}"}}}}}}"#
            )
        };
        let layer = read(text("urn:ogc:def:crs:EPSG::3857").as_bytes(), 9).unwrap();
        let at = layer.rows[0].geometry.clone().unwrap();
        let geo::Geometry::Point(at) = at else { panic!("{at:?}") };
        assert!((at.x() - 121.4737).abs() < 1e-9 && (at.y() - 31.2304).abs() < 1e-9);
        assert_eq!(layer.warnings.len(), 1);
        let refused = read(text("EPSG:2154").as_bytes(), 9).unwrap_err().to_string();
        assert!(refused.contains("EPSG:2154") && refused.contains("reproject"), "{refused}");
        let degrees = read(text("urn:ogc:def:crs:OGC:1.3:CRS84").as_bytes(), 9).unwrap();
        assert!(degrees.rows.is_empty() && degrees.refused.len() == 1, "metres are no degrees");
    }

    #[test]
    fn single_features_bare_geometries_and_other_datums_are_read() {
        let point = r#"{"type":"Point","coordinates":[121.48,31.23]}"#;
        let bare = read(point.as_bytes(), 9).unwrap();
        assert_eq!(bare.rows.len(), 1);
        let shifted = format!(
            r#"{{"type":"Feature","datum":"GCJ-02","geometry":{point},"properties":{{}}}}"#
        );
        let shifted = read(shifted.as_bytes(), 9).unwrap();
        assert_eq!(shifted.datum, Some(Datum::Gcj02));
        assert_ne!(shifted.rows[0].geometry, bare.rows[0].geometry);
        for text in ["", "[]", "{}", "{\"type\":\"FeatureCollection\"", "\u{0}"] {
            assert!(read(text.as_bytes(), 9).is_err(), "{text}");
        }
        assert_eq!(read(br#"{"type":"FeatureCollection","features":[]}"#, 9).unwrap().rows, []);
    }
}
