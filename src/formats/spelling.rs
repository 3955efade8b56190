//! How tables of text tell types: by how a cell is spelt, and by how a column is called.
//!
//! A table says no types, but its quotation marks can: a text that is spelt as a number, a truth or a time
//! stands within them, as other programs write it, too. Where the name of a column would say something
//! else than is true, or nothing, as of most lists, [`needs_mark`] has the name stand within them.

use crate::domain::timestamp::read_day;
use crate::domain::{Field, FieldType, Timestamp, Value};

/// Names of columns that hold lists wherever Jidi writes them: items parted by `;`.
const LISTS: [&str; 2] = ["industry_codes", "io_sectors"];

/// Says whether a column is called as the lists are that every table has plain.
#[must_use]
pub fn is_list(name: &str) -> bool {
    LISTS.contains(&name)
}

/// Says whether a column is called as codes are: their digits are no number.
#[must_use]
pub fn is_code(name: &str) -> bool {
    let name = name.to_lowercase();
    let ends = [
        "id", "code", "codes", "sectors", "phone", "zip", "fax", "代码", "编码", "编号", "电话",
        "邮编",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

/// Says whether the type of a field cannot be told from its name and its cells, so that its name stands in
/// quotation marks; where it is a list, its cells do, too.
#[must_use]
pub fn needs_mark(field: &Field) -> bool {
    match field.field_type {
        FieldType::List => !is_list(&field.name),
        FieldType::Text => is_list(&field.name),
        _ => is_list(&field.name) || is_code(&field.name),
    }
}

/// Reads a finite number.
#[must_use]
pub fn number(cell: &str) -> Option<Value> {
    if let Ok(number) = cell.parse::<i64>()
        && cell != "-0"
    {
        return Some(Value::Integer(number));
    }
    cell.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::Real)
}

/// Says whether a cell is a number as it would be written again, but for zeros behind its point.
#[must_use]
pub fn is_number(cell: &str) -> bool {
    match number(cell) {
        Some(Value::Integer(number)) => number.to_string() == cell,
        Some(Value::Real(number)) => {
            let short = if cell.contains('.') {
                cell.trim_end_matches('0').trim_end_matches('.')
            } else {
                cell
            };
            number.to_string() == short
                || format!("{number:?}") == cell
                || format!("{number:e}") == cell
        }
        _ => false,
    }
}

/// Says whether a cell is empty or a value of a type as it would be written again.
#[must_use]
pub fn is_spelt(cell: &str, kind: FieldType) -> bool {
    let turned = Value::text(cell).turned_into(kind);
    turned.is_some_and(|value| value.in_a_cell() == cell)
}

/// Reads a day, or an instant in UTC, that would be written again as the same text.
///
/// # Examples
///
/// ```
/// use jidi::formats::spelling::time;
/// assert!(time("2020-10-13").is_some() && time("2020-10-13T08:00:00.25Z").is_some());
/// assert!(time("2020-10-13T08:00:00.250Z").is_none() && time("2020-10-13T08:00:00+08:00").is_none());
/// ```
#[must_use]
pub fn time(text: &str) -> Option<Value> {
    // A look at a few bytes spares most texts the rest.
    match text.as_bytes() {
        [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _] => read_day(text).map(Value::Date),
        [b'0'..=b'9', _, _, _, b'-', .., b'Z'] => {
            let value = Value::DateTime(text.parse::<Timestamp>().ok()?);
            (value.in_a_cell() == text).then_some(value)
        }
        _ => None,
    }
}

/// The types beside numbers that a cell can be spelt as.
pub const SPELT: [FieldType; 3] = [FieldType::Boolean, FieldType::Date, FieldType::DateTime];

/// Says whether a text is spelt as a number, a truth, a day or an instant.
///
/// # Examples
///
/// ```
/// use jidi::formats::spelling::looks_typed;
/// assert!(looks_typed("7") && looks_typed("true") && looks_typed("2020-10-13"));
/// assert!(!looks_typed("007") && !looks_typed("TRUE") && !looks_typed("常熟"));
/// ```
#[must_use]
pub fn looks_typed(text: &str) -> bool {
    // A look at the first byte spares most texts the rest.
    match text.bytes().next() {
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
            is_number(text) || SPELT[1..].iter().any(|kind| is_spelt(text, *kind))
        }
        Some(b't' | b'f') => is_spelt(text, SPELT[0]),
        _ => false,
    }
}
