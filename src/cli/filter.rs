//! Conditions as they are typed.

use crate::domain::RegisteredCrs;
use crate::filter::Filter;
use crate::formats::cql2;
use crate::store::Collection;

/// Reads a condition on the features of a collection: CQL2 JSON when it starts with a brace, else
/// CQL2 Text.
pub(super) fn read(text: Option<&str>, collection: &Collection) -> anyhow::Result<Option<Filter>> {
    let Some(text) = text else { return Ok(None) };
    let read = if text.trim_start().starts_with('{') { cql2::from_json } else { cql2::from_text };
    let refused = |error: String| anyhow::anyhow!("--filter is refused: {error}");
    let expression =
        read(text, RegisteredCrs::CRS84).map_err(|error| refused(error.to_string()))?;
    let filter = Filter::new(collection.schema(), expression);
    filter.map(Some).map_err(|error| refused(error.to_string()))
}
