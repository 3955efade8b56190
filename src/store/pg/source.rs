//! What a question reads: a table or a view, and how its columns become features.

use super::cells::column_type;
use super::layout::{quoted, table};
use super::read::Layer;
use crate::domain::{FieldType, Schema};

/// How the columns of a relation are read, each in words of SQL.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The relation, under the name `one`, so that no column is mistaken for what is made of it.
    pub(super) relation: String,
    pub(super) schema: Schema,
    /// The id of a feature, as text.
    pub(super) id: String,
    /// The column that finds and orders the features.
    pub(super) key: Key,
    /// The geometry in WGS 84.
    pub(super) geometry: String,
    /// The columns of the fields.
    pub(super) columns: Vec<Column>,
    /// Whether the transactions of the server tell whether it has changed.
    pub(super) is_local: bool,
}

/// How a field is read, and what is held against a value that is asked for.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) selected: String,
    pub(super) compared: String,
}

/// The column that finds a feature by its id, and the order of the features.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// What is held against an id.
    pub(super) found_by: String,
    pub(super) kind: KeyKind,
    /// What the features are ordered by: unique, and never null.
    pub(super) order: String,
    pub(super) order_kind: KeyKind,
}

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    Text,
    Integer,
    Uuid,
}

impl KeyKind {
    /// The kind of a column by the name of its type, if it can be a key.
    pub(super) fn of(type_name: &str) -> Option<Self> {
        match type_name {
            "text" | "varchar" => Some(Self::Text),
            "int2" | "int4" | "int8" => Some(Self::Integer),
            "uuid" => Some(Self::Uuid),
            _ => None,
        }
    }

    /// The type that an argument has, written as the id is: `None` for an id that no key can be.
    pub(super) fn argument(self, id: &str) -> Option<&'static str> {
        match self {
            Self::Text => Some("text"),
            Self::Integer => {
                let number: i64 = id.parse().ok()?;
                (number.to_string() == id).then_some("bigint")
            }
            Self::Uuid => is_uuid(id).then_some("uuid"),
        }
    }
}

/// Says whether an id is a UUID as the database writes it.
fn is_uuid(id: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let dashes = [8, 13, 18, 23];
    id.len() == 36
        && id
            .bytes()
            .enumerate()
            .all(|(place, byte)| if dashes.contains(&place) { byte == b'-' } else { is_hex(byte) })
}

impl Source {
    /// The table of a collection of ours.
    pub(super) fn own(collection: &str, layer: &Layer) -> Self {
        let id = "\"id\"".to_owned();
        let key = Key {
            found_by: id.clone(),
            kind: KeyKind::Text,
            order: format!("one.{}", layer.key),
            order_kind: KeyKind::Integer,
        };
        let columns = layer.columns().map(|(field, own)| {
            column(&in_utc(quoted(&field.name), own), field.field_type, is_plain(own))
        });
        Self {
            relation: format!("{} AS one", table(collection)),
            schema: layer.schema.clone(),
            id,
            key,
            geometry: layer.geometry.to_owned(),
            columns: columns.collect(),
            is_local: true,
        }
    }

    /// What selects geometry, id and fields, each in the type in which it travels.
    pub(super) fn selected(&self) -> String {
        let fields = self.columns.iter().map(|column| column.selected.as_str());
        let all: Vec<&str> =
            [self.geometry.as_str(), self.id.as_str()].into_iter().chain(fields).collect();
        all.join(", ")
    }
}

/// Says whether values of a type are compared as they are, so that an index serves.
pub(super) fn is_plain(type_name: &str) -> bool {
    matches!(
        type_name,
        "text"
            | "varchar"
            | "character varying"
            | "bigint"
            | "integer"
            | "smallint"
            | "int8"
            | "int4"
            | "int2"
            | "float8"
            | "double precision"
            | "bool"
            | "boolean"
            | "date"
            | "timestamptz"
            | "timestamp with time zone"
    )
}

/// Says whether a type is of clocks that do not say their zone.
pub(super) fn is_without_zone(type_name: &str) -> bool {
    type_name.starts_with("timestamp") && !type_name.contains("tz") && !type_name.contains("with t")
}

/// What reads a column: a clock that does not say its zone is in UTC.
pub(super) fn in_utc(column: String, type_name: &str) -> String {
    if is_without_zone(type_name) { format!("({column} AT TIME ZONE 'UTC')") } else { column }
}

/// Reads a column of a kind of field as what the database makes of it.
pub(super) fn column(name: &str, kind: FieldType, is_plain: bool) -> Column {
    let selected = format!("{name}::{}", column_type(kind));
    // By its relation: alone, it would name two columns of an answer where it is the id, too.
    let compared = if is_plain { format!("one.{name}") } else { selected.clone() };
    Column { selected, compared }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_no_key_can_be_is_known_before_the_database_is_asked() {
        assert_eq!(KeyKind::Integer.argument("-7"), Some("bigint"));
        for id in ["07", "+7", "7.0", "a", "", "99999999999999999999"] {
            assert_eq!(KeyKind::Integer.argument(id), None, "{id}");
        }
        let uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
        assert_eq!(KeyKind::Uuid.argument(uuid), Some("uuid"));
        for id in [&uuid.to_uppercase(), &uuid.replace('-', ""), "a0eebc99"] {
            assert_eq!(KeyKind::Uuid.argument(id), None, "{id}");
        }
        assert_eq!(KeyKind::Text.argument("anything"), Some("text"));
    }

    #[test]
    fn a_clock_without_a_zone_is_read_in_utc() {
        for name in ["timestamp", "timestamp without time zone", "timestamp(3) without time zone"] {
            assert!(is_without_zone(name), "{name}");
        }
        for name in
            ["timestamptz", "timestamp with time zone", "timestamp(3) with time zone", "date"]
        {
            assert!(!is_without_zone(name), "{name}");
        }
        assert_eq!(in_utc("\"a\"".into(), "timestamp"), "(\"a\" AT TIME ZONE 'UTC')");
    }
}
