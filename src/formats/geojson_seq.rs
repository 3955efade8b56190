//! GeoJSON text sequences in their newline-delimited form: one feature a line. The first bears a member that
//! tells what the columns hold: a line of its own would be no feature.

use std::borrow::Borrow;
use std::io;

use super::Layout;
use super::geojson::{types_member, write_feature};
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
    let mut types = types_member(schema).into_iter().next();
    for one in features {
        text.clear();
        match types.take() {
            None => writer.write(&mut text, one.borrow())?,
            Some((name, types)) => {
                write_feature(&mut text, (schema, one.borrow()), layout, (&name, &types))?;
            }
        }
        text.push(b'\n');
        out.write_all(&text)?;
    }
    Ok(())
}
