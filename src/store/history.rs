//! Who changed what and when, and the way back.

use super::edit::{Draft, EditError, Expected, Wish, tag_of};
use crate::domain::{Feature, FeatureId, Schema};
use crate::formats::geojson_read;

/// Tells of one edit that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its number.
    pub number: i64,
    /// When (RFC 3339, UTC).
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done, in a word or two.
    pub what: String,
    /// The features that were changed.
    pub ids: Vec<String>,
    /// The edit that undid it.
    pub undone_by: Option<i64>,
}

/// Holds what one edit made of one feature, as exact GeoJSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) id: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// What is to be asked for so that a feature is again what it was; refused later if it has been
/// changed since.
pub(super) fn back(schema: &Schema, trace: &Trace) -> Result<Wish, EditError> {
    let Trace { id, before, after } = trace;
    let expected = || Expected::OneOf(after.iter().map(|text| tag_of(text)).collect());
    let Some(before) = before else {
        return Ok(Wish::Delete { id: id.clone(), expected: expected() });
    };
    let feature = feature(schema, id, before)?;
    Ok(match after {
        Some(_) => Wish::Replace { feature, expected: expected() },
        None => Wish::Create(Draft {
            geometry: feature.to_geometry(),
            id: Some(feature.id),
            values: feature.values.into_vec(),
        }),
    })
}

fn feature(schema: &Schema, id: &str, text: &str) -> Result<Feature, EditError> {
    let cannot = |reason: String| EditError::CannotUndo(format!("`{id}` as it was: {reason}"));
    let sent = geojson_read::read(schema, text.as_bytes()).map_err(|faults| {
        let texts: Vec<String> =
            faults.iter().map(|fault| format!("{}: {}", fault.field, fault.reason)).collect();
        cannot(texts.join("; "))
    })?;
    let id = FeatureId::new(id).map_err(|error| cannot(error.to_string()))?;
    Ok(sent.into_feature(schema, id))
}
