//! Cells of the file as values of fields.

use rusqlite::types::ValueRef;

use crate::domain::timestamp::read_day;
use crate::domain::{FieldType, Timestamp, Value};
use crate::formats::{gpkg_cells, list_text};

/// The type of field of a word in `jidi_fields`, or else of a column that another program made.
pub(super) fn kind(word: Option<&str>, column_type: &str) -> FieldType {
    word.and_then(FieldType::from_word).unwrap_or_else(|| gpkg_cells::field_type(column_type))
}

/// Reads a cell as what its field holds; another program may have put something else there.
pub(super) fn read(cell: ValueRef<'_>, kind: FieldType) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match (kind, cell) {
        (_, ValueRef::Null | ValueRef::Blob(_))
        | (FieldType::Boolean, ValueRef::Real(_))
        | (FieldType::Date | FieldType::DateTime, ValueRef::Integer(_) | ValueRef::Real(_)) => {
            Value::Null
        }
        (FieldType::Text, ValueRef::Text(bytes)) => Value::Text(text(bytes).into()),
        (FieldType::Text, ValueRef::Integer(number)) => Value::Text(number.to_string().into()),
        (FieldType::Text, ValueRef::Real(number)) => Value::Text(number.to_string().into()),
        (FieldType::Integer, ValueRef::Integer(number)) => Value::Integer(number),
        (FieldType::Integer, ValueRef::Text(bytes)) => {
            text(bytes).parse().map_or(Value::Null, Value::Integer)
        }
        (FieldType::Integer, ValueRef::Real(number)) => {
            let whole = format!("{number:.0}").parse().ok().filter(|_| number.fract() == 0.0);
            whole.map_or(Value::Null, Value::Integer)
        }
        (FieldType::Real, ValueRef::Integer(number)) => Value::Real(number as f64),
        (FieldType::Real, ValueRef::Real(number)) => Value::Real(number),
        (FieldType::Real, ValueRef::Text(bytes)) => {
            text(bytes).parse().map_or(Value::Null, Value::Real)
        }
        (FieldType::List, ValueRef::Text(bytes)) => Value::List(list_text::read(&text(bytes))),
        (FieldType::List, ValueRef::Integer(number)) => {
            Value::List(vec![number.to_string()].into())
        }
        (FieldType::List, ValueRef::Real(number)) => Value::List(vec![number.to_string()].into()),
        (FieldType::Boolean, ValueRef::Integer(number)) => Value::Boolean(number != 0),
        (FieldType::Boolean, ValueRef::Text(bytes)) => {
            text(bytes).to_ascii_lowercase().parse().map_or(Value::Null, Value::Boolean)
        }
        (FieldType::Date, ValueRef::Text(bytes)) => {
            read_day(&text(bytes)).map_or(Value::Null, Value::Date)
        }
        (FieldType::DateTime, ValueRef::Text(bytes)) => {
            Timestamp::read(&text(bytes)).map_or(Value::Null, |(at, _)| Value::DateTime(at))
        }
    }
}
