//! Values of a Parquet file as those of a field.

use parquet::basic::{LogicalType, TimeUnit};
use parquet::record::{Field, List, Row};
use parquet::schema::types::Type;
use serde_json::Value as Json;
use time::{Duration, OffsetDateTime};

use crate::domain::timestamp::is_written;
use crate::domain::{Timestamp, Value};

/// Says what the whole numbers of a column count, where the file says more than their type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What they say.
    Plain,
    /// Parts of a second since 1970, in UTC or on a clock that nobody knows.
    Instant { is_nanos: bool, is_utc: bool },
}

impl Kind {
    pub(super) fn of(column: &Type) -> Self {
        match column.get_basic_info().logical_type_ref() {
            Some(LogicalType::Timestamp(timestamp)) => Self::Instant {
                is_nanos: timestamp.unit == TimeUnit::NANOS,
                is_utc: timestamp.is_adjusted_to_u_t_c,
            },
            _ => Self::Plain,
        }
    }

    /// Says whether instants are in UTC; files that have no word for it mean UTC.
    pub(super) fn has_zone(self) -> bool {
        !matches!(self, Self::Instant { is_utc: false, .. })
    }
}

/// Turns a value into one of a field: lists of text stay lists, and what is nested becomes JSON
/// text.
pub(super) fn value(field: &Field, kind: Kind) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Str(text) => Value::Text(text.as_str().into()),
        Field::Bool(is_true) => Value::Boolean(*is_true),
        Field::Byte(number) => Value::Integer((*number).into()),
        Field::Short(number) => Value::Integer((*number).into()),
        Field::Int(number) => Value::Integer((*number).into()),
        Field::Long(number) => match kind {
            Kind::Instant { is_nanos: true, .. } => instant(i128::from(*number)),
            _ => Value::Integer(*number),
        },
        Field::UByte(number) => Value::Integer((*number).into()),
        Field::UShort(number) => Value::Integer((*number).into()),
        Field::UInt(number) => Value::Integer((*number).into()),
        Field::ULong(number) => i64::try_from(*number)
            .map_or_else(|_| Value::Text(number.to_string().into()), Value::Integer),
        Field::Float16(number) => real(number.to_f64()),
        Field::Float(number) => real((*number).into()),
        Field::Double(number) => real(*number),
        Field::TimestampMillis(number) => instant(i128::from(*number) * 1_000_000),
        Field::TimestampMicros(number) => instant(i128::from(*number) * 1_000),
        Field::Date(days) => date(*days),
        Field::ListInternal(list) => list_value(list),
        Field::Group(_) | Field::MapInternal(_) => Value::Text(json(field).to_string().into()),
        Field::Decimal(_) | Field::TimeMillis(_) | Field::TimeMicros(_) | Field::Bytes(_) => {
            Value::Text(field.to_string().into())
        }
    }
}

/// A number, or null for what is none.
fn real(number: f64) -> Value {
    if number.is_finite() { Value::Real(number) } else { Value::Null }
}

fn list_value(list: &List) -> Value {
    let text = |item: &Field| match item {
        Field::Str(text) => Some(text.clone()),
        _ => None,
    };
    match list.elements().iter().map(text).collect() {
        Some(items) => Value::List(items),
        None => Value::Text(list.elements().iter().map(json).collect::<Json>().to_string().into()),
    }
}

fn json(field: &Field) -> Json {
    match field {
        Field::Group(row) => object(row),
        Field::MapInternal(map) => {
            let name = |key: &Field| match key {
                Field::Str(text) => text.clone(),
                other => other.to_string(),
            };
            map.entries().iter().map(|(key, member)| (name(key), json(member))).collect()
        }
        Field::ListInternal(list) => list.elements().iter().map(json).collect(),
        other => match value(other, Kind::Plain) {
            Value::Null => Json::Null,
            Value::Text(text) => Json::from(text.as_str()),
            Value::Integer(number) => Json::from(number),
            Value::Real(number) => Json::from(number),
            Value::List(items) => Json::from(items.into_vec()),
            Value::Boolean(is_true) => Json::from(is_true),
            time @ (Value::Date(_) | Value::DateTime(_)) => Json::from(time.in_a_cell()),
        },
    }
}

fn object(row: &Row) -> Json {
    row.get_column_iter().map(|(name, member)| (name.clone(), json(member))).collect()
}

/// A day, from days since 1970; text where its year has more than four digits.
fn date(days: i32) -> Value {
    let epoch = OffsetDateTime::UNIX_EPOCH.date();
    match epoch.checked_add(Duration::days(days.into())) {
        Some(day) if is_written(day) => Value::Date(day),
        Some(day) => Value::Text(day.to_string().into()),
        None => Value::Text(format!("{days} days since 1970").into()),
    }
}

/// An instant, from nanoseconds since 1970; text where it is finer than a microsecond, or its year has
/// more than four digits.
fn instant(nanos: i128) -> Value {
    let Ok(at) = OffsetDateTime::from_unix_timestamp_nanos(nanos) else {
        return Value::Text(format!("{nanos} ns since 1970").into());
    };
    if let Some(at) = Timestamp::new(at) {
        return Value::DateTime(at);
    }
    let (hour, minute, second, nano) = at.to_hms_nano();
    Value::Text(format!("{}T{hour:02}:{minute:02}:{second:02}.{nano:09}Z", at.date()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_times_and_what_is_finer_keeps_its_digits() {
        let text = |text: &str| Value::Text(text.into());
        let words = |value: &Value| (value.in_a_cell(), !matches!(value, Value::Text(_)));
        let time = |text: &str| (text.to_owned(), true);
        assert_eq!(words(&value(&Field::Date(18_628), Kind::Plain)), time("2021-01-01"));
        assert_eq!(value(&Field::Date(i32::MAX), Kind::Plain), text("2147483647 days since 1970"));
        let nanos = Kind::Instant { is_nanos: true, is_utc: true };
        let at = |nanoseconds| value(&Field::Long(nanoseconds), nanos);
        assert_eq!(words(&at(1_500_000_000)), time("1970-01-01T00:00:01.5Z"));
        assert_eq!(at(1), text("1970-01-01T00:00:00.000000001Z"));
        let before = value(&Field::TimestampMillis(-1), Kind::Plain);
        assert_eq!(words(&before), time("1969-12-31T23:59:59.999Z"));
        assert_eq!(value(&Field::Double(f64::NAN), Kind::Plain), Value::Null);
        assert_eq!(value(&Field::ULong(u64::MAX), Kind::Plain), text("18446744073709551615"));
    }
}
