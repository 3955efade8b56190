//! Values of fields as cells of the file, and back.

use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};

use crate::domain::{FieldType, Value};

/// The type of a column, as GeoPackage names it.
pub(super) fn column_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text | FieldType::List => "TEXT",
        FieldType::Integer => "INTEGER",
        FieldType::Real => "REAL",
    }
}

/// The word for a type of field in `jidi_fields`.
pub(super) fn word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Integer => "integer",
        FieldType::Real => "real",
        FieldType::List => "list",
    }
}

/// The type of field of a word, or else of a column that another program made.
pub(super) fn kind(word: Option<&str>, column_type: &str) -> FieldType {
    match word {
        Some("text") => return FieldType::Text,
        Some("integer") => return FieldType::Integer,
        Some("real") => return FieldType::Real,
        Some("list") => return FieldType::List,
        _ => {}
    }
    let column_type = column_type.to_ascii_uppercase();
    if column_type.contains("INT") || column_type == "BOOLEAN" {
        FieldType::Integer
    } else if ["REAL", "DOUBLE", "FLOAT"].iter().any(|name| column_type.starts_with(name)) {
        FieldType::Real
    } else {
        FieldType::Text
    }
}

/// Writes a value; items of a list are joined by `;`.
pub(super) fn write(value: &Value) -> ToSqlOutput<'_> {
    match value {
        Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::Integer(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
        Value::Real(number) => ToSqlOutput::Borrowed(ValueRef::Real(*number)),
        Value::List(items) => ToSqlOutput::Owned(Cell::Text(items.join(";"))),
    }
}

/// Reads a cell as what its field holds; another program may have put something else there.
pub(super) fn read(cell: ValueRef<'_>, kind: FieldType) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match (kind, cell) {
        (_, ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
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
        (FieldType::List, ValueRef::Text(bytes)) => {
            let text = text(bytes);
            let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
            Value::List(items.map(str::to_owned).collect())
        }
        (FieldType::List, ValueRef::Integer(number)) => {
            Value::List(vec![number.to_string()].into())
        }
        (FieldType::List, ValueRef::Real(number)) => Value::List(vec![number.to_string()].into()),
    }
}
