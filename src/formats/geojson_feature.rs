//! One GeoJSON feature after the other as text, without a tree of values between.

use std::io;

use geo::Geometry;

use super::Layout;
use super::geojson::{Members, crs_member, laid_out};
use crate::domain::{Feature, Schema, Value};

/// Writes features of one schema, to the byte as [`feature`](super::geojson::feature) describes them.
#[derive(Debug)]
pub struct FeatureWriter {
    /// The names of the fields as JSON, with what stands before and behind them, one after the other.
    names: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// Whatever stands behind the properties.
    end: String,
    layout: Layout,
    is_north_first: bool,
}

impl FeatureWriter {
    /// Prepares what all features have in common.
    #[must_use]
    pub fn new(schema: &Schema, layout: Layout) -> Self {
        Self::prepared(schema, layout, crs_member(layout))
    }

    /// The same for a file that names its system at the top: there and in its features east comes first.
    #[must_use]
    pub(super) fn of_file(schema: &Schema, layout: Layout) -> Self {
        let datum = crs_member(layout).filter(|_| layout.declared_crs().is_none());
        Self { is_north_first: false, ..Self::prepared(schema, layout, datum) }
    }

    fn prepared(schema: &Schema, layout: Layout, more: Option<Members>) -> Self {
        let mut names = Vec::with_capacity(256);
        let mut ends = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            if !ends.is_empty() {
                names.push(b',');
            }
            names.extend(serde_json::to_vec(&field.name).unwrap_or_default());
            names.push(b':');
            ends.push(names.len());
        }
        let more = more.into_iter().flatten();
        let more =
            more.map(|(name, member)| format!(",{}:{member}", serde_json::Value::from(name)));
        let end = format!("}}{}}}", more.collect::<String>());
        Self { names, ends, end, layout, is_north_first: layout.crs.is_north_first() }
    }

    /// Adds a feature to a text.
    ///
    /// # Errors
    ///
    /// None that is known: what is written has a form in JSON.
    pub fn write(&self, out: &mut Vec<u8>, feature: &Feature) -> io::Result<()> {
        out.extend_from_slice(br#"{"type":"Feature","geometry":"#);
        match feature.geometry().as_deref() {
            None => out.extend_from_slice(b"null"),
            Some(Geometry::Point(at)) => {
                let (east, north) = self.layout.position(at.x(), at.y());
                out.extend_from_slice(br#"{"type":"Point","coordinates":"#);
                let position = if self.is_north_first { [north, east] } else { [east, north] };
                serde_json::to_writer(&mut *out, &position)?;
                out.push(b'}');
            }
            Some(shape) => {
                let shape = laid_out(shape, self.layout, self.is_north_first);
                serde_json::to_writer(&mut *out, &shape)?;
            }
        }
        out.extend_from_slice(br#","id":"#);
        write_text(out, feature.id.as_str())?;
        out.extend_from_slice(br#","properties":{"#);
        let mut begin = 0;
        for (end, value) in self.ends.iter().zip(&feature.values) {
            out.extend_from_slice(&self.names[begin..*end]);
            write_value(out, value)?;
            begin = *end;
        }
        out.extend_from_slice(self.end.as_bytes());
        Ok(())
    }
}

/// Writes a text; most have no character that JSON escapes, and are copied whole.
fn write_text(out: &mut Vec<u8>, text: &str) -> serde_json::Result<()> {
    let is_escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    // Without a way out in the middle, many bytes are compared at once.
    if text.as_bytes().iter().fold(false, |any, byte| any | is_escaped(byte)) {
        return serde_json::to_writer(out, text);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

fn write_value(out: &mut Vec<u8>, value: &Value) -> serde_json::Result<()> {
    match value {
        Value::Null => {
            out.extend_from_slice(b"null");
            Ok(())
        }
        Value::Text(text) => write_text(out, text),
        Value::Integer(number) => serde_json::to_writer(out, number),
        Value::Real(number) => serde_json::to_writer(out, number),
        Value::List(items) => serde_json::to_writer(out, items),
        Value::Boolean(is_true) => serde_json::to_writer(out, is_true),
        Value::Date(_) | Value::DateTime(_) => serde_json::to_writer(out, &value.in_a_cell()),
    }
}

#[cfg(test)]
mod tests {
    use geo::{Geometry, Point, polygon};
    use proptest::prelude::*;

    use super::super::geojson;
    use super::*;
    use crate::domain::{Datum, FeatureId, Field, FieldType, RegisteredCrs};

    fn schema() -> Schema {
        let field = |name: &str, kind| Field::new(name, kind, "");
        Schema::new(vec![
            field("name", FieldType::Text),
            field("say \"it\" 名", FieldType::Integer),
            field("real", FieldType::Real),
            field("list", FieldType::List),
        ])
    }

    fn is_the_same(feature: &Feature, layout: Layout) {
        let mut out = Vec::new();
        FeatureWriter::new(&schema(), layout).write(&mut out, feature).unwrap();
        let wanted = geojson::feature(&schema(), feature, layout).to_string();
        assert_eq!(String::from_utf8(out).unwrap(), wanted);
    }

    #[test]
    fn areas_missing_places_and_other_systems_are_written_as_they_are_described() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.123_456_789)];
        let values = vec![Value::Null, Value::Integer(-7), Value::Real(1e21), Value::Null];
        for geometry in [None, Some(Geometry::from(square)), Some(Point::new(116.4, 39.9).into())] {
            let one = Feature::new(FeatureId::new("a").unwrap(), geometry, values.clone());
            for datum in [Datum::Wgs84, Datum::Gcj02] {
                is_the_same(&one, Layout { datum, ..Layout::new(false) });
            }
            for epsg in [4326, 4490, 3857] {
                let crs = RegisteredCrs::from_epsg(epsg).unwrap();
                is_the_same(&one, Layout { crs, ..Layout::new(false) });
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_described(
            name in ".*", number: i64, real: f64, list in prop::collection::vec(".*", 0..3),
            lon in -180.0..=180.0_f64, lat in -90.0..=90.0_f64, decimals in 0..9_u8,
        ) {
            let values = vec![Value::Text(name.into()), Value::Integer(number), Value::Real(real), Value::List(list.into())];
            let geometry = Some(Geometry::from(Point::new(lon, lat)));
            let one = Feature::new(FeatureId::new("a-1").unwrap(), geometry, values);
            for decimals in [decimals, super::super::EXACT] {
                is_the_same(&one, Layout { decimals, ..Layout::new(true) });
            }
        }
    }
}
