//! GeoJSON text sequences in their newline-delimited form: one feature a line.

use std::borrow::Borrow;
use std::io;

use super::Layout;
use super::geojson::feature;
use crate::domain::{Feature, Schema};

/// Writes one GeoJSON feature a line, without record separators.
///
/// # Errors
///
/// What the writer reports.
pub fn write(
    out: &mut dyn io::Write,
    schema: &Schema,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    for one in features {
        serde_json::to_writer(&mut *out, &feature(schema, one.borrow(), layout))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
