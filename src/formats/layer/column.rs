//! What one column of a layer has been seen to hold, and the one type that this fits into.

use crate::domain::{FieldType, Value};

/// A whole number beyond is not exact as a number with a fraction.
const MOST_EXACT: u64 = 1 << 53;

/// What a column has been seen to hold.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may have been seen")]
pub(super) struct Seen {
    text: bool,
    integer: bool,
    /// A whole number that is not exact as a `f64`.
    large: bool,
    real: bool,
    list: bool,
    boolean: bool,
    date: bool,
    date_time: bool,
}

/// Holds what is known of a column.
pub(super) struct Column {
    pub name: String,
    /// The type that the format has for it.
    pub declared: Option<FieldType>,
    /// The type that a member of the file tells.
    pub told: Option<FieldType>,
    pub seen: Seen,
}

impl Seen {
    pub(super) fn note(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Text(_) => self.text = true,
            Value::Integer(number) => {
                self.integer = true;
                self.large |= number.unsigned_abs() > MOST_EXACT;
            }
            Value::Real(_) => self.real = true,
            Value::List(_) => self.list = true,
            Value::Boolean(_) => self.boolean = true,
            Value::Date(_) => self.date = true,
            Value::DateTime(_) => self.date_time = true,
        }
    }
}

impl Column {
    pub(super) fn new(name: &str, declared: Option<FieldType>) -> Self {
        Self { name: name.to_owned(), declared, told: None, seen: Seen::default() }
    }

    /// Says whether texts that are spelt as times may be such: no other text was seen, none is told, and
    /// ids are texts.
    pub(super) fn may_be_time(&self) -> bool {
        !self.seen.text && self.told != Some(FieldType::Text) && self.name != "id"
    }

    /// The one type that all values of the column fit into without loss.
    pub(super) fn field_type(&self) -> FieldType {
        if self.told == Some(FieldType::Text) {
            return FieldType::Text;
        }
        let Seen { text, integer, large, real, list, boolean, date, date_time } = self.seen;
        let of_each_kind = [
            (integer || real, self.number_type(real, large)),
            (text, FieldType::Text),
            (list, FieldType::List),
            (boolean, FieldType::Boolean),
            (date, FieldType::Date),
            (date_time, FieldType::DateTime),
        ];
        let mut seen = of_each_kind.into_iter().filter(|(is_seen, _)| *is_seen);
        match (seen.next(), seen.next()) {
            (None, _) => self.declared.or(self.told).unwrap_or(FieldType::Text),
            (Some((_, one)), None) => one,
            _ => FieldType::Text,
        }
    }

    /// The type that numbers fit into; text where some have too many digits for a fraction.
    fn number_type(&self, real: bool, large: bool) -> FieldType {
        match (real, large) {
            (true, true) => FieldType::Text,
            (true, false) => FieldType::Real,
            (false, false) if self.declared.or(self.told) == Some(FieldType::Real) => {
                FieldType::Real
            }
            (false, _) => FieldType::Integer,
        }
    }
}

/// Turns a value into one of the column's type.
pub(super) fn fit(value: &mut Value, field_type: FieldType) {
    let fitting = match (field_type, &*value) {
        (FieldType::Real, Value::Integer(number)) => Value::Real(*number as f64),
        (FieldType::Text, Value::List(items)) => {
            Value::Text(serde_json::Value::from(&**items).to_string().into())
        }
        (FieldType::Text, Value::Null | Value::Text(_)) => return,
        (FieldType::Text, other) => Value::Text(other.in_a_cell().into()),
        _ => return,
    };
    *value = fitting;
}
