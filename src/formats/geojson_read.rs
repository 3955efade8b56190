//! Features as clients send them: GeoJSON read against a schema, every fault named.

use geo::{CoordsIter, Geometry};
use serde_json::{Map, Value as Json};

use crate::domain::timestamp::read_day;
use crate::domain::{Feature, FeatureId, FieldType, LonLat, Schema, Value, wound};

/// Holds what a feature says: a field that it does not mention is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its id.
    pub id: Option<FeatureId>,
    /// Its geometry: not mentioned, null, or there.
    pub geometry: Option<Option<Geometry<f64>>>,
    /// One value for each field of the schema.
    pub values: Vec<Option<Value>>,
}

impl Sent {
    /// The whole feature under an id: what is not mentioned is null.
    #[must_use]
    pub fn into_feature(self, schema: &Schema, id: FeatureId) -> Feature {
        let mut values: Vec<Value> =
            self.values.into_iter().map(Option::unwrap_or_default).collect();
        if let Some(place) = schema.position("id") {
            values[place] = Value::Text(id.as_str().into());
        }
        Feature::new(id, self.geometry.flatten(), values)
    }
}

/// Says what is wrong with one part of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a field, `id`, `geometry`.
    pub field: String,
    /// The value refused and the rule that it broke.
    pub reason: String,
}

impl Fault {
    fn new(field: &str, reason: impl Into<String>) -> Self {
        Self { field: field.to_owned(), reason: reason.into() }
    }
}

/// Reads a feature, or a part of one for a merge patch.
///
/// # Errors
///
/// Every fault, in the order of the text.
pub fn read(schema: &Schema, text: &[u8]) -> Result<Sent, Vec<Fault>> {
    let json: Json = serde_json::from_slice(text)
        .map_err(|error| vec![Fault::new("", format!("no JSON: {error}"))])?;
    read_json(schema, &json)
}

/// Reads the features of a FeatureCollection, or the one feature that the text is.
///
/// # Errors
///
/// Every fault, with the place of its feature in front of the field: `features[2].year`.
pub fn read_all(schema: &Schema, text: &[u8]) -> Result<Vec<Sent>, Vec<Fault>> {
    let json: Json = serde_json::from_slice(text)
        .map_err(|error| vec![Fault::new("", format!("no JSON: {error}"))])?;
    let Some(features) = json.get("features").and_then(Json::as_array) else {
        return read_json(schema, &json).map(|sent| vec![sent]);
    };
    let (mut sent, mut faults) = (Vec::new(), Vec::new());
    for (number, feature) in features.iter().enumerate() {
        match read_json(schema, feature) {
            Ok(one) => sent.push(one),
            Err(found) => faults.extend(found.into_iter().map(|fault| Fault {
                field: format!("features[{number}].{}", fault.field),
                ..fault
            })),
        }
    }
    if faults.is_empty() { Ok(sent) } else { Err(faults) }
}

fn read_json(schema: &Schema, json: &Json) -> Result<Sent, Vec<Fault>> {
    let Some(members) = json.as_object() else {
        return Err(vec![Fault::new("", "not an object: send a GeoJSON Feature")]);
    };
    let mut faults = Vec::new();
    if members.get("type").is_some_and(|kind| kind != "Feature") {
        faults.push(Fault::new("type", format!("{} is not \"Feature\"", members["type"])));
    }
    let none = Map::new();
    let properties = match members.get("properties") {
        None | Some(Json::Null) => &none,
        Some(Json::Object(properties)) => properties,
        Some(other) => {
            faults.push(Fault::new("properties", format!("{} is no object", shown(other))));
            &none
        }
    };
    let id = id(members.get("id"), properties.get("id"), &mut faults);
    let geometry = members.get("geometry").map(|json| geometry(json, &mut faults));
    let values = values(schema, properties, &mut faults);
    if faults.is_empty() { Ok(Sent { id, geometry, values }) } else { Err(faults) }
}

/// The id at the top, or that among the properties, which must be the same.
fn id(top: Option<&Json>, inner: Option<&Json>, faults: &mut Vec<Fault>) -> Option<FeatureId> {
    let given = [top, inner].into_iter().flatten().filter(|id| !id.is_null());
    let texts: Vec<String> =
        given.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect();
    let first = texts.first()?;
    if texts.iter().any(|text| text != first) {
        let reason = format!("`{first}` at the top and `{}` among the properties", texts[1]);
        faults.push(Fault::new("id", reason));
    }
    match FeatureId::new(first) {
        Ok(id) => Some(id),
        Err(error) => {
            faults.push(Fault::new("id", error.to_string()));
            None
        }
    }
}

fn geometry(json: &Json, faults: &mut Vec<Fault>) -> Option<Geometry<f64>> {
    if json.is_null() {
        return None;
    }
    let read = serde_json::from_value::<geojson::Geometry>(json.clone())
        .map_err(|error| error.to_string())
        .and_then(|geometry| Geometry::try_from(geometry).map_err(|error| error.to_string()))
        .and_then(|geometry| match outside(&geometry) {
            Some((lon, lat)) => {
                Err(format!("({lon}, {lat}) is no longitude and latitude in degrees, WGS 84"))
            }
            None => Ok(wound(geometry)),
        });
    read.map_err(|reason| faults.push(Fault::new("geometry", reason))).ok()
}

/// The first position that is none.
fn outside(geometry: &Geometry<f64>) -> Option<(f64, f64)> {
    let positions = geometry.coords_iter().map(|at| (at.x, at.y));
    positions.into_iter().find(|&(lon, lat)| LonLat::from_degrees(lon, lat).is_err())
}

fn values(
    schema: &Schema,
    properties: &Map<String, Json>,
    faults: &mut Vec<Fault>,
) -> Vec<Option<Value>> {
    let mut values = vec![None; schema.fields().len()];
    for (name, json) in properties {
        match schema.position(name) {
            _ if name == "id" => {} // read with the one at the top
            Some(field) => match value(schema.fields()[field].field_type, json) {
                Ok(value) => values[field] = Some(value),
                Err(reason) => faults.push(Fault::new(name, reason)),
            },
            None => faults.push(Fault::new(name, "the collection has no such field")),
        }
    }
    values
}

fn value(kind: FieldType, json: &Json) -> Result<Value, String> {
    let refused = |what: &str| Err(format!("{} is not {what}", shown(json)));
    match (kind, json) {
        (_, Json::Null) => Ok(Value::Null),
        (FieldType::Text | FieldType::List, _) if has_nul(json) => {
            Err("it has the character NUL in it, which no store keeps".to_owned())
        }
        (FieldType::Text, Json::String(text)) => Ok(Value::text(text)),
        (FieldType::Text, _) => refused("text"),
        (FieldType::Integer, _) => {
            json.as_i64().map(Value::Integer).map_or_else(|| refused("a whole number"), Ok)
        }
        (FieldType::Real, _) => {
            json.as_f64().map(Value::Real).map_or_else(|| refused("a number"), Ok)
        }
        (FieldType::List, Json::Array(items)) => {
            let texts: Option<Box<[String]>> =
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            texts.map(Value::List).map_or_else(|| refused("a list of text"), Ok)
        }
        (FieldType::List, _) => refused("a list of text"),
        (FieldType::Boolean, _) => {
            json.as_bool().map(Value::Boolean).map_or_else(|| refused("true or false"), Ok)
        }
        (FieldType::Date, _) => {
            let day = json.as_str().and_then(read_day);
            day.map(Value::Date).map_or_else(|| refused("a day, such as \"2020-10-13\""), Ok)
        }
        (FieldType::DateTime, _) => {
            let at = json.as_str().and_then(|text| text.parse().ok());
            let words = "an instant to the microsecond, such as \"2020-10-13T08:00:00Z\"";
            at.map(Value::DateTime).map_or_else(|| refused(words), Ok)
        }
    }
}

/// Says whether a text, or one of a list, has the character NUL in it.
fn has_nul(json: &Json) -> bool {
    match json {
        Json::String(text) => text.contains('\0'),
        Json::Array(items) => items.iter().any(has_nul),
        _ => false,
    }
}

/// The beginning of a value, to show what is refused.
fn shown(json: &Json) -> String {
    let text = json.to_string();
    if text.chars().count() > 60 {
        format!("{}…", text.chars().take(60).collect::<String>())
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Field;

    fn schema() -> Schema {
        Schema::new(vec![
            Field::new("id", FieldType::Text, ""),
            Field::new("name", FieldType::Text, ""),
            Field::new("year", FieldType::Integer, ""),
            Field::new("codes", FieldType::List, ""),
        ])
    }

    #[test]
    fn a_feature_says_what_it_says_and_no_more() {
        let text = r#"{"type":"Feature","id":7,"geometry":null,"properties":{"id":"7","name":"","codes":["39"]}}"#;
        let sent = read(&schema(), text.as_bytes()).unwrap();
        assert_eq!(sent.id.unwrap().as_str(), "7");
        assert_eq!(sent.geometry, Some(None));
        assert_eq!(
            sent.values,
            [None, Some(Value::Null), None, Some(Value::List(vec!["39".into()].into()))]
        );
        assert_eq!(read(&schema(), b"{}").unwrap().geometry, None);
    }

    #[test]
    fn every_fault_is_named_with_its_place() {
        let text = r#"{"features":[{"type":"Feature","properties":{}},{"type":"Thing","id":"a b",
            "geometry":{"type":"Point","coordinates":[200,0]},"properties":{"year":"x","colour":1,"codes":[1]}}]}"#;
        let faults = read_all(&schema(), text.as_bytes()).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            ["type", "id", "geometry", "year", "colour", "codes"]
                .map(|field| format!("features[1].{field}"))
        );
        assert!(faults[3].reason.contains("\"x\" is not a whole number"));
        let nul = r#"{"properties":{"name":"a\u0000b","codes":["39","\u0000"]}}"#;
        let faults = read(&schema(), nul.as_bytes()).unwrap_err();
        assert!(faults.len() == 2 && faults[0].reason.contains("NUL"), "{faults:?}");
        assert!(read(&schema(), b"nonsense").is_err() && read(&schema(), b"[]").is_err());
    }
}
