//! Values of fields and geometries as the database takes and sends them.

use std::error::Error;

use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::domain::{FieldType, Value};

type Failed = Box<dyn Error + Sync + Send>;

/// The type of the column of a field, and that in which its values travel.
pub(super) fn column_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Integer => "bigint",
        FieldType::Real => "double precision",
        FieldType::List => "text[]",
    }
}

/// The word for a type of field in `jidi.fields`.
pub(super) fn word(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Integer => "integer",
        FieldType::Real => "real",
        FieldType::List => "list",
    }
}

/// The type of field of a column, which another program may have made; `category` as in `pg_type`.
pub(super) fn kind(name: &str, category: &str) -> FieldType {
    match name {
        "bool" | "int2" | "int4" | "int8" => FieldType::Integer,
        "float4" | "float8" | "numeric" => FieldType::Real,
        _ if category == "A" => FieldType::List,
        _ => FieldType::Text,
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
            (FieldType::List, Value::List(items)) => (&**items).to_sql(&Type::TEXT_ARRAY, out),
            (kind, value) => {
                Err(format!("{value:?} is no value of a field of {}", word(kind)).into())
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
