//! GeoJSON text sequences in their newline-delimited form: one feature a line.

use std::borrow::Borrow;
use std::io;

use super::Layout;
use super::geojson_feature::FeatureWriter;
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
    let writer = FeatureWriter::new(schema, layout);
    let mut text = Vec::new();
    for one in features {
        text.clear();
        writer.write(&mut text, one.borrow())?;
        text.push(b'\n');
        out.write_all(&text)?;
    }
    Ok(())
}
