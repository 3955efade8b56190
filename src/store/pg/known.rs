//! Which values of the database are unknown here: numbers and times that are infinite or none, and times
//! beyond what four digits of a year can write. Memory holds them as null.

use crate::domain::FieldType;

/// Says whether the value of a column is known, and null where there is none; `None` for kinds of which
/// each value is.
pub(super) fn is_known(column: &str, kind: FieldType) -> Option<String> {
    let (low, high) = match kind {
        FieldType::Real => (">", ["double precision '-Infinity'", "double precision 'Infinity'"]),
        FieldType::Date => (">=", ["DATE '0001-01-01 BC'", "DATE '10000-01-01'"]),
        FieldType::DateTime => (
            ">=",
            ["TIMESTAMPTZ '0001-01-01 00:00:00+00 BC'", "TIMESTAMPTZ '10000-01-01 00:00:00+00'"],
        ),
        FieldType::Text | FieldType::Integer | FieldType::List | FieldType::Boolean => return None,
    };
    Some(format!("(({column}) {low} {} AND ({column}) < {})", high[0], high[1]))
}

/// A column, null where its value is unknown.
pub(super) fn or_null(column: &str, kind: FieldType) -> String {
    where_known(column, kind, &format!("({column})"))
}

/// A condition on a column, unknown where its value is.
pub(super) fn where_known(column: &str, kind: FieldType, text: &str) -> String {
    match is_known(column, kind) {
        Some(known) => format!("(CASE WHEN {known} THEN {text} END)"),
        None => text.to_owned(),
    }
}

/// Says whether the value of a column is null or unknown.
pub(super) fn is_null(column: &str, kind: FieldType) -> String {
    let unknown = is_known(column, kind).map(|known| format!(" OR NOT {known}"));
    format!("(({column}) IS NULL{})", unknown.unwrap_or_default())
}
