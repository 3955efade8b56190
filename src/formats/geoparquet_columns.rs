//! The columns of a GeoParquet, written value by value with their levels of presence.

use std::io;
use std::sync::Arc;

use geo::Rect;
use geozero::{CoordDimensions, ToWkb};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use time::Date;

use super::Layout;
use super::geoparquet_metadata::{Names, Summary};
use crate::domain::{Feature, FieldType, Schema, Value};

/// What Parquet counts days from.
const UNIX_EPOCH: Date = time::macros::date!(1970 - 01 - 01);

/// The columns of the file: the id if no field is, the fields, the geometry, the box around it.
pub(super) fn schema(schema: &Schema, names: &Names) -> Result<Type, ParquetError> {
    let mut columns = Vec::new();
    if names.has_own_id {
        columns.push(text("id", Repetition::REQUIRED)?);
    }
    for field in schema.fields() {
        columns.push(match field.field_type {
            FieldType::Text => text(&field.name, Repetition::OPTIONAL)?,
            FieldType::Integer => plain(&field.name, Physical::INT64, Repetition::OPTIONAL)?,
            FieldType::Real => plain(&field.name, Physical::DOUBLE, Repetition::OPTIONAL)?,
            FieldType::List => list(&field.name)?,
            FieldType::Boolean => plain(&field.name, Physical::BOOLEAN, Repetition::OPTIONAL)?,
            FieldType::Date => typed(&field.name, Physical::INT32, LogicalType::Date)?,
            FieldType::DateTime => {
                let instants = LogicalType::timestamp(true, TimeUnit::MICROS);
                typed(&field.name, Physical::INT64, instants)?
            }
        });
    }
    columns.push(plain(&names.geometry, Physical::BYTE_ARRAY, Repetition::OPTIONAL)?);
    let edges = ["xmin", "ymin", "xmax", "ymax"];
    let edges = edges.map(|edge| plain(edge, Physical::DOUBLE, Repetition::REQUIRED));
    let edges = edges.into_iter().collect::<Result<Vec<_>, _>>()?;
    columns.push(group(names.bbox, edges)?);
    Type::group_type_builder("schema").with_fields(columns).build()
}

fn plain(name: &str, kind: Physical, presence: Repetition) -> Result<Arc<Type>, ParquetError> {
    Type::primitive_type_builder(name, kind).with_repetition(presence).build().map(Arc::new)
}

fn text(name: &str, presence: Repetition) -> Result<Arc<Type>, ParquetError> {
    let column = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
        .with_repetition(presence)
        .with_logical_type(Some(LogicalType::String))
        .with_converted_type(ConvertedType::UTF8);
    column.build().map(Arc::new)
}

fn typed(name: &str, kind: Physical, means: LogicalType) -> Result<Arc<Type>, ParquetError> {
    Type::primitive_type_builder(name, kind)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(means))
        .build()
        .map(Arc::new)
}

fn group(name: &str, members: Vec<Arc<Type>>) -> Result<Arc<Type>, ParquetError> {
    let group = Type::group_type_builder(name).with_repetition(Repetition::OPTIONAL);
    group.with_fields(members).build().map(Arc::new)
}

fn list(name: &str) -> Result<Arc<Type>, ParquetError> {
    let items = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![text("element", Repetition::REQUIRED)?])
        .build()?;
    let list = Type::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(items)]);
    list.build().map(Arc::new)
}

/// Writes one group of rows.
pub(super) fn write_group<W: io::Write + Send>(
    file: &mut SerializedFileWriter<W>,
    schema: &Schema,
    names: &Names,
    rows: &[&Feature],
    layout: Layout,
    summary: &mut Summary,
) -> io::Result<()> {
    let mut group = file.next_row_group().map_err(io_error)?;
    if names.has_own_id {
        let ids: Vec<ByteArray> = rows.iter().map(|row| row.id.as_str().into()).collect();
        write::<ByteArrayType, W>(&mut group, &ids, None, None)?;
    }
    for (place, field) in schema.fields().iter().enumerate() {
        let values = rows.iter().map(|row| &row.values[place]);
        match field.field_type {
            FieldType::Text => optional::<ByteArrayType, W>(&mut group, values.map(as_text))?,
            FieldType::Integer => optional::<Int64Type, W>(&mut group, values.map(as_integer))?,
            FieldType::Real => optional::<DoubleType, W>(&mut group, values.map(as_real))?,
            FieldType::List => write_lists(&mut group, values)?,
            FieldType::Boolean => optional::<BoolType, W>(&mut group, values.map(as_truth))?,
            FieldType::Date => optional::<Int32Type, W>(&mut group, values.map(as_days))?,
            FieldType::DateTime => optional::<Int64Type, W>(&mut group, values.map(as_micros))?,
        }
    }
    write_places(&mut group, rows, layout, summary)?;
    group.close().map_err(io_error)?;
    Ok(())
}

/// Writes the geometries and the boxes around them.
fn write_places<W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    rows: &[&Feature],
    layout: Layout,
    summary: &mut Summary,
) -> io::Result<()> {
    let (mut shapes, mut boxes) = (Vec::new(), Vec::new());
    for row in rows {
        let shape = row.geometry().map(|shape| layout.geometry(&shape));
        boxes.push(shape.as_ref().and_then(|shape| summary.add(shape)));
        let wkb = shape.map(|shape| shape.to_wkb(CoordDimensions::xy())).transpose();
        shapes.push(wkb.map_err(io::Error::other)?.map(ByteArray::from));
    }
    optional::<ByteArrayType, W>(group, shapes.into_iter())?;
    let edges: [fn(Rect<f64>) -> f64; 4] = [
        |around| around.min().x,
        |around| around.min().y,
        |around| around.max().x,
        |around| around.max().y,
    ];
    for edge in edges {
        optional::<DoubleType, W>(group, boxes.iter().map(|around| around.map(edge)))?;
    }
    Ok(())
}

fn as_text(value: &Value) -> Option<ByteArray> {
    match value {
        Value::Text(text) => Some(text.as_str().into()),
        _ => None,
    }
}

fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}

fn as_real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(number) => Some(*number),
        _ => None,
    }
}

fn as_truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(is_true) => Some(*is_true),
        _ => None,
    }
}

/// Days since 1970.
fn as_days(value: &Value) -> Option<i32> {
    match value {
        Value::Date(day) => Some(day.to_julian_day() - UNIX_EPOCH.to_julian_day()),
        _ => None,
    }
}

/// Microseconds since 1970.
fn as_micros(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(at) => Some(at.micros()),
        _ => None,
    }
}

/// Writes a column of values that may be missing: level 1 is there, level 0 is null.
fn optional<T: DataType, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = Option<T::T>>,
) -> io::Result<()> {
    let (mut there, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        there.extend(value);
    }
    write::<T, W>(group, &there, Some(&levels), None)
}

/// Writes a column of lists: level 0 is null, 1 an empty list, 2 an item; the first item of a list
/// repeats nothing, the others the list.
fn write_lists<'a, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: impl Iterator<Item = &'a Value>,
) -> io::Result<()> {
    let (mut items, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for value in values {
        match value {
            Value::List(list) if !list.is_empty() => {
                for (number, item) in list.iter().enumerate() {
                    items.push(ByteArray::from(item.as_str()));
                    levels.push(2);
                    repeats.push(i16::from(number > 0));
                }
            }
            other => {
                levels.push(i16::from(matches!(other, Value::List(_))));
                repeats.push(0);
            }
        }
    }
    write::<ByteArrayType, W>(group, &items, Some(&levels), Some(&repeats))
}

fn write<T: DataType, W: io::Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
    repeats: Option<&[i16]>,
) -> io::Result<()> {
    let column = group.next_column().map_err(io_error)?;
    let mut column = column.ok_or_else(|| io::Error::other("the file has fewer columns"))?;
    column.typed::<T>().write_batch(values, levels, repeats).map_err(io_error)?;
    column.close().map_err(io_error)
}

/// Keeps what the library reports.
pub(super) fn io_error(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
