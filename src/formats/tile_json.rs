//! What vector tiles hold, as `TileJSON` 3.0 and the metadata of archives of tiles say it.

use serde_json::{Map, Value as Json, json};

use super::Contents;
use crate::domain::{Datum, FieldType};

/// Says what tiles hold beside the features.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    /// What the collection is.
    pub contents: Contents<'a>,
    /// The groups that cells count apart.
    pub groups: &'a [String],
    /// The highest zoom.
    pub max_zoom: u8,
}

/// Describes the layer of the tiles (`TileJSON` 3.0, 3.3).
#[must_use]
pub fn vector_layer(layer: Layer<'_>) -> Json {
    let kind = |field_type| match field_type {
        FieldType::Integer | FieldType::Real => "Number",
        FieldType::Boolean => "Boolean",
        FieldType::Text | FieldType::List | FieldType::Date | FieldType::DateTime => "String",
    };
    let fields = layer.contents.schema.fields().iter();
    let mut fields: Map<String, Json> =
        fields.map(|field| (field.name.clone(), json!(kind(field.field_type)))).collect();
    fields.insert("id".into(), json!("String"));
    fields.insert("count".into(), json!("Number"));
    fields.extend(layer.groups.iter().map(|group| (format!("count_{group}"), json!("Number"))));
    json!({"id": layer.contents.name, "fields": fields, "minzoom": 0, "maxzoom": layer.max_zoom})
}

/// Describes an archive of tiles: an object, as text.
#[must_use]
pub fn metadata(layer: Layer<'_>, words: Words<'_>) -> String {
    let title = layer.contents.title;
    let is_plain = words.datum == Datum::Wgs84;
    let name =
        if is_plain { title.to_owned() } else { format!("{title} ({})", words.datum.title()) };
    json!({
        "name": name,
        "description": words.description,
        "attribution": words.attribution,
        "type": "overlay",
        "datum": words.datum.as_str(),
        "generator": concat!("jidi ", env!("CARGO_PKG_VERSION")),
        "vector_layers": [vector_layer(layer)],
    })
    .to_string()
}

/// Says what an archive is in words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What the collection is.
    pub description: &'a str,
    /// Who must be named.
    pub attribution: &'a str,
    /// What the positions are measured against.
    pub datum: Datum,
}
