//! Values of fields and geometries as the database takes and sends them.

use std::error::Error;

use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use time::Date;

use crate::domain::timestamp::is_written;
use crate::domain::{FieldType, Timestamp, Value};

type Failed = Box<dyn Error + Sync + Send>;

/// The type of the column of a field, and that in which its values travel.
pub(super) fn column_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Integer => "bigint",
        FieldType::Real => "double precision",
        FieldType::List => "text[]",
        FieldType::Boolean => "boolean",
        FieldType::Date => "date",
        FieldType::DateTime => "timestamptz",
    }
}

/// The type of field of a column, which another program may have made; `category` as in `pg_type`.
pub(super) fn kind(name: &str, category: &str) -> FieldType {
    match name {
        "int2" | "int4" | "int8" => FieldType::Integer,
        "float4" | "float8" | "numeric" => FieldType::Real,
        "bool" => FieldType::Boolean,
        "date" => FieldType::Date,
        "timestamp" | "timestamptz" => FieldType::DateTime,
        _ if category == "A" => FieldType::List,
        _ => FieldType::Text,
    }
}

/// The day that the database counts from, as the binary form of its dates and timestamps does
/// (PostgreSQL, `datetime.h`).
const EPOCH: Date = time::macros::date!(2000 - 01 - 01);

/// Microseconds from 1970 to that day.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// Writes a day as the database sends and takes it.
fn write_day(day: Date, out: &mut BytesMut) {
    let days = day.to_julian_day() - EPOCH.to_julian_day();
    out.extend_from_slice(&days.to_be_bytes());
}

/// Writes an instant likewise.
fn write_instant(at: Timestamp, out: &mut BytesMut) {
    out.extend_from_slice(&(at.micros() - EPOCH_MICROS).to_be_bytes());
}

/// Holds a day or an instant that the database sends or takes; what is infinite, or of a year with more
/// than four digits, is null.
#[derive(Debug)]
pub(super) struct TimeCell(pub(super) Value);

impl ToSql for TimeCell {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match self.0 {
            Value::Date(day) => write_day(day, out),
            Value::DateTime(at) => write_instant(at, out),
            _ => return Ok(IsNull::Yes),
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::DATE | Type::TIMESTAMPTZ)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for TimeCell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        let value = if *ty == Type::DATE {
            let days = i32::from_be_bytes(raw.try_into()?).checked_add(EPOCH.to_julian_day());
            let day = days.and_then(|days| Date::from_julian_day(days).ok());
            day.filter(|day| is_written(*day)).map(Value::Date)
        } else {
            let micros = i64::from_be_bytes(raw.try_into()?).checked_add(EPOCH_MICROS);
            micros.and_then(Timestamp::from_micros).map(Value::DateTime)
        };
        Ok(Self(value.unwrap_or_default()))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::DATE | Type::TIMESTAMPTZ)
    }
}

/// Holds a value on its way into a column of a kind.
#[derive(Debug)]
pub(super) struct Cell<'a>(pub(super) &'a Value, pub(super) FieldType);

impl ToSql for Cell<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        let text = &Type::TEXT;
        match (self.1, self.0) {
            (_, Value::Null) => Ok(IsNull::Yes),
            (FieldType::Text, Value::Text(value)) => value.as_str().to_sql(text, out),
            (FieldType::Text, Value::Integer(value)) => value.to_string().to_sql(text, out),
            (FieldType::Text, Value::Real(value)) => value.to_string().to_sql(text, out),
            (FieldType::Integer, Value::Integer(value)) => value.to_sql(&Type::INT8, out),
            (FieldType::Real, Value::Integer(value)) => (*value as f64).to_sql(&Type::FLOAT8, out),
            (FieldType::Real, Value::Real(value)) => value.to_sql(&Type::FLOAT8, out),
            (
                FieldType::Text,
                value @ (Value::Boolean(_) | Value::Date(_) | Value::DateTime(_)),
            ) => value.in_a_cell().to_sql(text, out),
            (FieldType::Boolean, Value::Boolean(value)) => value.to_sql(&Type::BOOL, out),
            (FieldType::Date, Value::Date(day)) => {
                write_day(*day, out);
                Ok(IsNull::No)
            }
            (FieldType::DateTime, Value::DateTime(at)) => {
                write_instant(*at, out);
                Ok(IsNull::No)
            }
            (FieldType::List, Value::List(items)) => (&**items).to_sql(&Type::TEXT_ARRAY, out),
            (kind, value) => {
                Err(format!("{value:?} is no value of a field of {}", kind.words()).into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Holds a geometry as the database sends and takes it.
#[derive(Debug)]
pub(super) struct Ewkb(pub(super) Vec<u8>);

impl ToSql for Ewkb {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        ty.name() == "geometry"
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Ewkb {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(raw.to_vec()))
    }

    fn accepts(ty: &Type) -> bool {
        ty.name() == "geometry"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_travel_as_the_database_counts_them() {
        let bytes = |value: Value| {
            let mut out = BytesMut::new();
            TimeCell(value).to_sql(&Type::DATE, &mut out).unwrap();
            out.to_vec()
        };
        // SELECT date_send('2000-01-02'), timestamptz_send('2000-01-01 00:00:01Z')
        let day = Value::Date(time::macros::date!(2000 - 01 - 02));
        assert_eq!(bytes(day.clone()), [0, 0, 0, 1]);
        let at = Value::DateTime("2000-01-01T00:00:01Z".parse().unwrap());
        assert_eq!(bytes(at.clone()), [0, 0, 0, 0, 0, 0x0f, 0x42, 0x40]);
        let back = |ty: &Type, raw: &[u8]| TimeCell::from_sql(ty, raw).unwrap().0;
        assert_eq!(back(&Type::DATE, &bytes(day.clone())), day);
        assert_eq!(back(&Type::TIMESTAMPTZ, &bytes(at.clone())), at);
        for infinite in [i32::MAX, i32::MIN] {
            assert_eq!(back(&Type::DATE, &infinite.to_be_bytes()), Value::Null);
        }
        for infinite in [i64::MAX, i64::MIN] {
            assert_eq!(back(&Type::TIMESTAMPTZ, &infinite.to_be_bytes()), Value::Null);
        }
    }
}
