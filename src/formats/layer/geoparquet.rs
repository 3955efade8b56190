//! Layers as GeoParquet (1.0, 1.1): geometries as well-known binary or as points of two numbers.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use serde_json::Value as Json;

use super::collect::{Collector, Found};
use super::geoparquet_value::{Kind, value};
use super::{InvalidLayer, Layer, parquet_footer};
use crate::domain::{Crs, FieldType, Value};
use crate::formats::{crs_text, gpkg_blob, wkb};

const GEOPARQUET: &str = "GeoParquet";

/// How long the description at the end of a file may be, in bytes.
const MOST_FOOTER_BYTES: usize = 64 * 1024 * 1024;

/// Reads every row, in the order of the file.
///
/// The library stops hard at some files that are no Parquet, so it works in a thread of its own.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Layer, InvalidLayer> {
    let broken = |reason: &str| InvalidLayer::broken(GEOPARQUET, reason);
    let [body @ .., a, b, c, d, b'P', b'A', b'R', b'1'] = bytes else {
        return Err(broken("it does not end in PAR1: it may be cut"));
    };
    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    let start = body.len().checked_sub(length);
    let start = start.ok_or_else(|| broken("its description is longer than it is"))?;
    if length > MOST_FOOTER_BYTES {
        return Err(broken("its description is too long"));
    }
    parquet_footer::check(&body[start..]).map_err(broken)?;
    thread::scope(|scope| {
        let reader = thread::Builder::new();
        let reader = reader.spawn_scoped(scope, || read_all(bytes, most_rows));
        let reader = reader.map_err(|error| InvalidLayer::broken(GEOPARQUET, error))?;
        reader.join().unwrap_or_else(|panic| match panic.downcast::<String>() {
            Ok(words) => Err(InvalidLayer::broken(GEOPARQUET, words)),
            Err(panic) if panic.is::<&str>() => Err(broken("its parts contradict one another")),
            Err(panic) => resume_unwind(panic),
        })
    })
}

fn refused(error: ParquetError) -> InvalidLayer {
    InvalidLayer::broken(GEOPARQUET, error)
}

fn read_all(bytes: &[u8], most_rows: usize) -> Result<Layer, InvalidLayer> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(refused)?;
    let file = reader.metadata().file_metadata();
    let pairs = file.key_value_metadata();
    let geo = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == "geo"));
    let geo: Json =
        geo.and_then(|pair| serde_json::from_str(pair.value.as_deref()?).ok()).unwrap_or_default();
    let mut all = Collector::new(GEOPARQUET, bytes.len(), most_rows);
    let schema = file.schema();
    let geometry = geometry_column(schema, &geo);
    match &geometry {
        Some(name) => note_crs(&mut all, name, &geo)?,
        None => all.has_no_place(),
    }
    let covering = covering(&geo, geometry.as_deref());
    let (columns, kept) = columns(&mut all, schema, geometry.as_deref(), covering)?;
    let root =
        Type::group_type_builder(schema.name()).with_fields(kept).build().map_err(refused)?;
    if columns.is_empty() {
        return Ok(all.finish());
    }
    let rows = reader.get_row_iter(Some(root)).map_err(refused)?;
    for (line, row) in (1..).zip(rows) {
        match found(&mut all, &row.map_err(refused)?, &columns, line) {
            Ok(found) => all.add(found)?,
            Err(reason) => all.refuse(line, "", reason)?,
        }
    }
    Ok(all.finish())
}

/// Says what a column is.
enum Column {
    Geometry,
    Value { number: usize, kind: Kind },
}

/// The name of the column of geometries: as the description says, else one that is known to be.
fn geometry_column(schema: &Type, geo: &Json) -> Option<String> {
    if let Some(name) = geo["primary_column"].as_str() {
        return Some(name.to_owned());
    }
    let is_bytes = |field: &&Arc<Type>| {
        field.is_primitive() && field.get_physical_type() == Physical::BYTE_ARRAY
    };
    let is_geometry = |field: &&Arc<Type>| {
        let info = field.get_basic_info();
        let logical = info.logical_type_ref();
        let is_declared =
            matches!(logical, Some(LogicalType::Geometry(..) | LogicalType::Geography(..)));
        let is_named = ["geometry", "geom", "wkb", "wkb_geometry"].contains(&field.name());
        is_declared
            || (is_named && logical.is_none() && info.converted_type() == ConvertedType::NONE)
    };
    let found = schema.get_fields().iter().filter(is_bytes).find(is_geometry);
    found.map(|field| field.name().to_owned())
}

fn note_crs(all: &mut Collector, name: &str, geo: &Json) -> Result<(), InvalidLayer> {
    if let Some(datum) = gpkg_blob::named_datum(name) {
        all.set_datum(datum);
        return Ok(());
    }
    match geo["columns"][name].get("crs") {
        None => {} // longitude and latitude in WGS 84, says the standard
        Some(Json::Null) => all.warn(
            "no_crs",
            "The file does not say what its positions are measured against; WGS 84 was assumed.",
            "文件未说明坐标所用基准，按 WGS 84 处理。",
        ),
        Some(json) => {
            let words = || json["name"].as_str().map_or_else(|| json.to_string(), str::to_owned);
            let crs: Option<Crs> = crs_text::from_projjson(json);
            all.set_crs(crs.ok_or_else(|| InvalidLayer::Crs(words()))?);
        }
    }
    Ok(())
}

/// The name of the column that only repeats the boxes of the geometries.
fn covering<'a>(geo: &'a Json, geometry: Option<&str>) -> Option<&'a str> {
    geo["columns"][geometry?]["covering"]["bbox"]["xmin"][0].as_str()
}

/// Declares the columns and gives those of the file that are read, in its order.
fn columns(
    all: &mut Collector,
    schema: &Type,
    geometry: Option<&str>,
    covering: Option<&str>,
) -> Result<(Vec<Column>, Vec<Arc<Type>>), InvalidLayer> {
    let (mut columns, mut kept) = (Vec::new(), Vec::new());
    for field in schema.get_fields() {
        let name = field.name();
        if Some(name) == covering {
            continue;
        }
        if Some(name) == geometry {
            columns.push(Column::Geometry);
        } else if is_bytes(field) {
            all.warn_of_bytes(name);
            continue;
        } else {
            let number = all.declare(name, field_type(field))?;
            columns.push(Column::Value { number, kind: Kind::of(field) });
        }
        kept.push(Arc::clone(field));
    }
    Ok((columns, kept))
}

fn is_bytes(field: &Type) -> bool {
    let info = field.get_basic_info();
    field.is_primitive()
        && matches!(
            field.get_physical_type(),
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY
        )
        && info.converted_type() == ConvertedType::NONE
        && !matches!(info.logical_type_ref(), Some(LogicalType::String | LogicalType::Float16))
}

fn field_type(field: &Type) -> FieldType {
    let info = field.get_basic_info();
    if !field.is_primitive() {
        let is_list = info.converted_type() == ConvertedType::LIST;
        return if is_list { FieldType::List } else { FieldType::Text };
    }
    if info.repetition() == Repetition::REPEATED {
        return FieldType::List;
    }
    match info.logical_type_ref() {
        Some(LogicalType::Date) => return FieldType::Date,
        Some(LogicalType::Timestamp(_)) => return FieldType::DateTime,
        _ => {}
    }
    let is_plain = matches!(
        info.converted_type(),
        ConvertedType::NONE
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64
            | ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64
    );
    if info.converted_type() == ConvertedType::DATE {
        return FieldType::Date;
    }
    if [ConvertedType::TIMESTAMP_MILLIS, ConvertedType::TIMESTAMP_MICROS]
        .contains(&info.converted_type())
    {
        return FieldType::DateTime;
    }
    match field.get_physical_type() {
        Physical::INT32 | Physical::INT64 if is_plain => FieldType::Integer,
        Physical::FLOAT | Physical::DOUBLE => FieldType::Real,
        Physical::BOOLEAN => FieldType::Boolean,
        Physical::INT96 => FieldType::DateTime,
        _ => FieldType::Text,
    }
}

fn found(all: &mut Collector, row: &Row, columns: &[Column], line: u64) -> Result<Found, String> {
    let mut found = Found { line, ..Found::default() };
    for ((_, field), column) in row.get_column_iter().zip(columns) {
        match column {
            Column::Geometry => found.geometry = geometry(all, field)?,
            Column::Value { number, kind } => {
                let value = value(field, *kind);
                if matches!(value, Value::DateTime(_)) {
                    all.note_zone(kind.has_zone());
                }
                found.values.push((*number, value));
            }
        }
    }
    Ok(found)
}

fn geometry(all: &mut Collector, field: &Field) -> Result<Option<geo::Geometry<f64>>, String> {
    match field {
        Field::Null => Ok(None),
        Field::Bytes(bytes) => {
            let flat = wkb::read(bytes.data()).map_err(|error| error.to_string())?;
            if flat.has_heights {
                all.note_heights();
            }
            Ok(Some(flat.geometry))
        }
        Field::Group(point) => {
            let number = |name: &str| {
                let mut members = point.get_column_iter();
                members.find(|(member, _)| member == &name).and_then(|(_, field)| match field {
                    Field::Double(number) => Some(*number),
                    _ => None,
                })
            };
            if number("z").or_else(|| number("m")).is_some() {
                all.note_heights();
            }
            let at = number("x").zip(number("y")).ok_or("its point has no x and y")?;
            Ok(Some(geo::Point::new(at.0, at.1).into()).filter(|_| !at.0.is_nan()))
        }
        _ => {
            Err("its geometry is neither well-known binary nor a point: write it as WKB".to_owned())
        }
    }
}
