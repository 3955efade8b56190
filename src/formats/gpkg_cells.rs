//! Values as cells of a GeoPackage: the types of its columns (OGC 12-128r18, table 1) and what stands in
//! them.

use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};

use super::list_text;
use crate::domain::{FieldType, Timestamp, Value};

/// The type of the column of a field; lists are text.
#[must_use]
pub fn column_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text | FieldType::List => "TEXT",
        FieldType::Integer => "INTEGER",
        FieldType::Real => "REAL",
        FieldType::Boolean => "BOOLEAN",
        FieldType::Date => "DATE",
        FieldType::DateTime => "DATETIME",
    }
}

/// The type of field of a column, whoever made it: sizes behind the name, as in `TEXT(20)`, do not count.
#[must_use]
pub fn field_type(column_type: &str) -> FieldType {
    let name = column_type.to_ascii_uppercase();
    if name.contains("INT") {
        FieldType::Integer
    } else if ["REAL", "DOUBLE", "FLOAT"].iter().any(|real| name.starts_with(real)) {
        FieldType::Real
    } else {
        match name.as_str() {
            "BOOLEAN" => FieldType::Boolean,
            "DATE" => FieldType::Date,
            "DATETIME" | "TIMESTAMP" => FieldType::DateTime,
            _ => FieldType::Text,
        }
    }
}

/// Writes a value; a list as [`list_text::write`] does.
#[must_use]
pub fn write(value: &Value) -> ToSqlOutput<'_> {
    match value {
        Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
        Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::Integer(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
        Value::Real(number) => ToSqlOutput::Borrowed(ValueRef::Real(*number)),
        Value::Boolean(is_true) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*is_true))),
        Value::DateTime(at) => ToSqlOutput::Owned(Cell::Text(instant(*at))),
        Value::List(items) => ToSqlOutput::Owned(Cell::Text(list_text::write(items))),
        Value::Date(day) => ToSqlOutput::Owned(Cell::Text(day.to_string())),
    }
}

/// Writes a value of a column that says to hold JSON where it holds lists.
pub(super) fn write_json(value: &Value) -> ToSqlOutput<'_> {
    match value {
        Value::List(items) => ToSqlOutput::Owned(Cell::Text(list_text::json(items))),
        other => write(other),
    }
}

/// Writes an instant with milliseconds, as the standard asks, or with microseconds where it has them.
fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    let (whole, fraction) = text.trim_end_matches('Z').split_at(19);
    format!("{whole}.{:0<3}Z", fraction.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_milliseconds_and_more_where_they_need_it() {
        let written = |text: &str| instant(text.parse().unwrap());
        assert_eq!(written("2020-10-13T08:00:00Z"), "2020-10-13T08:00:00.000Z");
        assert_eq!(written("2020-10-13T08:00:00.25Z"), "2020-10-13T08:00:00.250Z");
        assert_eq!(written("2020-10-13T08:00:00.123456Z"), "2020-10-13T08:00:00.123456Z");
    }

    #[test]
    fn each_type_of_field_has_a_column_that_says_it() {
        for kind in FieldType::ALL.into_iter().filter(|kind| *kind != FieldType::List) {
            assert_eq!(field_type(column_type(kind)), kind);
        }
        assert_eq!(field_type("mediumint"), FieldType::Integer);
        assert_eq!(field_type("TEXT(20)"), FieldType::Text);
    }
}
