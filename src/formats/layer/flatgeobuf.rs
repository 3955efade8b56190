//! Layers as FlatGeobuf (version 3), every table checked before it is looked into.

use ::flatgeobuf::{
    ColumnType, Header, size_prefixed_root_as_feature, size_prefixed_root_as_header,
};
use serde_json::Value as Json;

use super::collect::{Collector, Found};
use super::flatgeobuf_geometry::{geometry, has_heights};
use super::{InvalidLayer, Layer};
use crate::domain::{Crs, FieldType, Value};
use crate::formats::crs_text;
use crate::formats::flatgeobuf::{DATE, JOINED, LIST};
use crate::formats::list_text;

const FLATGEOBUF: &str = "FlatGeobuf";

/// The bytes of a node of the index.
const NODE_BYTES: u64 = 40;

/// Reads every feature, in the order of the file.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Layer, InvalidLayer> {
    let broken = |reason: &str| InvalidLayer::broken(FLATGEOBUF, reason);
    let is_marked = bytes.starts_with(b"fgb\x03") && bytes.get(4..7) == Some(b"fgb");
    let rest = bytes.get(8..).filter(|_| is_marked).ok_or_else(|| broken("not of version 3"))?;
    let (head, mut rest) = table(rest).ok_or_else(|| broken("it ends in its header"))?;
    let head = head.to_vec(); // where its numbers are aligned
    let header = size_prefixed_root_as_header(&head)
        .map_err(|error| InvalidLayer::broken(FLATGEOBUF, format!("its header: {error}")))?;
    let index = index_bytes(header.features_count(), header.index_node_size());
    let index = index.and_then(|bytes| usize::try_from(bytes).ok());
    rest =
        index.and_then(|index| rest.get(index..)).ok_or_else(|| broken("it ends in its index"))?;
    let mut all = Collector::new(FLATGEOBUF, bytes.len(), most_rows);
    all.set_name(header.name().unwrap_or_default());
    note_crs(&mut all, &header)?;
    let columns = columns(&mut all, &header)?;
    let (mut line, mut aligned) = (0, Vec::new());
    while !rest.is_empty() {
        line += 1;
        let Some((feature, behind)) = table(rest) else {
            all.refuse(line, "", "the file ends in this feature")?;
            break;
        };
        rest = behind;
        aligned.clear();
        aligned.extend_from_slice(feature);
        match found(&mut all, &header, &columns, &aligned, line) {
            Ok(found) => all.add(found)?,
            Err(reason) => all.refuse(line, "", reason)?,
        }
    }
    let count = header.features_count();
    if count != 0 && count != line {
        return Err(broken(&format!("it has {line} features where its header says {count}")));
    }
    Ok(all.finish())
}

/// Takes a table with its length in front, and what is behind.
fn table(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
    bytes.split_at_checked(length.checked_add(4)?)
}

/// How long the index of so many features is; there is none if its nodes have no size.
fn index_bytes(count: u64, node_size: u16) -> Option<u64> {
    if count == 0 || node_size == 0 {
        return Some(0);
    }
    let node_size = u64::from(node_size.max(2));
    let (mut level, mut nodes) = (count, count);
    while level > 1 {
        level = level.div_ceil(node_size);
        nodes = nodes.checked_add(level)?;
    }
    if count == 1 {
        nodes += 1; // a root above the only leaf
    }
    nodes.checked_mul(NODE_BYTES)
}

fn note_crs(all: &mut Collector, header: &Header<'_>) -> Result<(), InvalidLayer> {
    let metadata: Json =
        serde_json::from_str(header.metadata().unwrap_or_default()).unwrap_or_default();
    if let Some(datum) = metadata["datum"].as_str().and_then(|name| name.parse().ok()) {
        all.set_datum(datum);
        return Ok(());
    }
    let Some(crs) = header.crs() else { return Ok(()) };
    let is_epsg = crs.org().is_none_or(|org| org.eq_ignore_ascii_case("epsg"));
    let (code, wkt) = (i64::from(crs.code()), crs.wkt().unwrap_or_default());
    let is_crs84 = crs.code_string() == Some("CRS84");
    if code == 0 && wkt.is_empty() && !is_crs84 {
        return Ok(());
    }
    let by_code = Crs::from_epsg(code).filter(|_| is_epsg);
    let known = by_code.or_else(|| is_crs84.then(Crs::default));
    let known = known.or_else(|| crs_text::from_wkt(wkt));
    let name = crs.name().map_or_else(|| format!("EPSG:{code}"), str::to_owned);
    all.set_crs(known.ok_or(InvalidLayer::Crs(name))?);
    Ok(())
}

/// Holds a column of values; one of bytes has no number and is passed over.
struct Column {
    number: Option<usize>,
    kind: ColumnType,
    /// Whether its texts are lists joined by `;`.
    is_joined: bool,
}

fn columns(all: &mut Collector, header: &Header<'_>) -> Result<Vec<Column>, InvalidLayer> {
    let mut columns = Vec::new();
    for column in header.columns().into_iter().flatten() {
        let (kind, name) = (column.type_(), column.name());
        let is_joined = column.metadata() == Some(JOINED);
        let field_type = match kind {
            ColumnType::Binary => {
                all.warn_of_bytes(name);
                columns.push(Column { number: None, kind, is_joined });
                continue;
            }
            ColumnType::Float | ColumnType::Double => FieldType::Real,
            ColumnType::String if is_joined => FieldType::List,
            ColumnType::Json if column.metadata() == Some(LIST) => FieldType::List,
            ColumnType::String | ColumnType::Json => FieldType::Text,
            ColumnType::Bool => FieldType::Boolean,
            ColumnType::DateTime if column.metadata() == Some(DATE) => FieldType::Date,
            ColumnType::DateTime => FieldType::DateTime,
            _ => FieldType::Integer,
        };
        let number = Some(all.declare(name, field_type)?);
        columns.push(Column { number, kind, is_joined });
    }
    Ok(columns)
}

fn found(
    all: &mut Collector,
    header: &Header<'_>,
    columns: &[Column],
    bytes: &[u8],
    line: u64,
) -> Result<Found, String> {
    let feature = size_prefixed_root_as_feature(bytes).map_err(|error| error.to_string())?;
    if feature.columns().is_some_and(|own| !own.is_empty()) {
        return Err("it has columns of its own, which are not read".to_owned());
    }
    let geometry = match feature.geometry() {
        Some(shape) => {
            if has_heights(&shape, 0) {
                all.note_heights();
            }
            Some(geometry(&shape, header.geometry_type(), 0)?)
        }
        None => None,
    };
    let mut properties = Properties(feature.properties().map_or(&[][..], |bytes| bytes.bytes()));
    let mut values = Vec::new();
    while !properties.0.is_empty() {
        let number = u16::from_le_bytes(properties.take()?);
        let column = columns
            .get(usize::from(number))
            .ok_or_else(|| format!("it has a value for a column {number} that there is not"))?;
        let value = match column.kind {
            ColumnType::DateTime => all.time(&properties.text()?),
            _ => properties.value(column)?,
        };
        values.extend(column.number.map(|number| (number, value)));
    }
    Ok(Found { line, id: None, geometry, values })
}

/// The values of a feature that are still to be read.
struct Properties<'a>(&'a [u8]);

impl Properties<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let cut = || "its values end too early".to_owned();
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or_else(cut)?;
        self.0 = rest;
        Ok(*head)
    }

    fn bytes(&mut self) -> Result<&[u8], String> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let cut = || "its values end too early".to_owned();
        let (head, rest) = self.0.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(head)
    }

    fn text(&mut self) -> Result<String, String> {
        let text = std::str::from_utf8(self.bytes()?);
        Ok(text.map_err(|error| format!("text that is not UTF-8: {error}"))?.to_owned())
    }

    fn value(&mut self, column: &Column) -> Result<Value, String> {
        Ok(match column.kind {
            ColumnType::Byte => Value::Integer(i8::from_le_bytes(self.take()?).into()),
            ColumnType::UByte => Value::Integer(u8::from_le_bytes(self.take()?).into()),
            ColumnType::Bool => Value::Boolean(self.take()? != [0]),
            ColumnType::Short => Value::Integer(i16::from_le_bytes(self.take()?).into()),
            ColumnType::UShort => Value::Integer(u16::from_le_bytes(self.take()?).into()),
            ColumnType::Int => Value::Integer(i32::from_le_bytes(self.take()?).into()),
            ColumnType::UInt => Value::Integer(u32::from_le_bytes(self.take()?).into()),
            ColumnType::Long => Value::Integer(i64::from_le_bytes(self.take()?)),
            ColumnType::ULong => {
                let number = u64::from_le_bytes(self.take()?);
                i64::try_from(number)
                    .map_or_else(|_| Value::Text(number.to_string().into()), Value::Integer)
            }
            ColumnType::Float => real(f32::from_le_bytes(self.take()?).into()),
            ColumnType::Double => real(f64::from_le_bytes(self.take()?)),
            ColumnType::String if column.is_joined => {
                let text = self.text()?;
                let items = text.split(';').map(str::to_owned);
                Value::List(if text.is_empty() { Box::default() } else { items.collect() })
            }
            ColumnType::Json => {
                let text = self.text()?;
                list_text::read_json(&text).map_or_else(|| Value::Text(text.into()), Value::List)
            }
            ColumnType::String | ColumnType::DateTime => Value::Text(self.text()?.into()),
            ColumnType::Binary => {
                self.bytes()?;
                Value::Null
            }
            ColumnType(other) => return Err(format!("its columns are of an unknown type {other}")),
        })
    }
}

/// A number, or null for what is none.
fn real(number: f64) -> Value {
    if number.is_finite() { Value::Real(number) } else { Value::Null }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_as_long_as_another_library_says() {
        for count in [1usize, 2, 15, 16, 17, 256, 257, 100_000] {
            let wanted = ::flatgeobuf::packed_r_tree::PackedRTree::index_size(count, 16);
            assert_eq!(index_bytes(count as u64, 16), Some(wanted as u64), "{count}");
        }
        assert_eq!(index_bytes(u64::MAX, 16), None);
        assert_eq!((index_bytes(0, 16), index_bytes(9, 0)), (Some(0), Some(0)));
    }

    #[test]
    fn what_is_none_is_refused() {
        for bytes in [&b"fgb\x03fgb\x00"[..], b"fgb\x03fgb\x00\xff\xff\xff\xff", b"fgb\x02fgb\x00"]
        {
            assert!(read(bytes, 9).is_err());
        }
    }
}
