//! From the database to collections.

use postgres::Row;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;

use super::cells::{Ewkb, TimeCell, column_type, kind};
use super::failure::Failure;
use super::layout::{OWN_COLUMNS, quoted, table};
use super::session::Session;
use super::source::{in_utc, is_without_zone};
use crate::domain::names::is_collection_id;
use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use crate::formats::ewkb;
use crate::store::backend::Bundled;
use crate::store::collection::About;
use crate::store::edit::Stored;

/// What describes a collection, and its revision.
const ABOUT: &str =
    "id, title, title_zh, description, description_zh, data_as_of, licence, attribution, revision";

/// Types of columns that are left aside.
const UNREAD: [&str; 4] = ["geometry", "geography", "raster", "bytea"];

/// Describes the table of a collection as it is now: another program may have added columns.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) schema: Schema,
    pub(super) key: &'static str,
    pub(super) geometry: &'static str,
    /// The types of the columns of the fields, as SQL writes them.
    types: Vec<String>,
}

impl Layer {
    /// The fields with the types of their columns, as SQL writes them.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&Field, &str)> {
        self.schema.fields().iter().zip(self.types.iter().map(String::as_str))
    }

    /// The columns of the fields.
    pub(super) fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| quoted(&field.name)).collect()
    }

    /// What selects geometry, id and fields, each in the type in which it travels.
    pub(super) fn selected(&self) -> String {
        let fields = self.schema.fields().iter().zip(&self.types);
        let fields = fields.map(|(field, own)| {
            let name = in_utc(quoted(&field.name), own);
            format!("{name}::{}", column_type(field.field_type))
        });
        [self.geometry.to_owned(), "\"id\"".to_owned()]
            .into_iter()
            .chain(fields)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// What turns the arguments from number `first` on into the types of the fields' columns.
    pub(super) fn arguments(&self, first: usize) -> Vec<String> {
        let fields = self.schema.fields().iter().zip(&self.types).enumerate();
        let fields = fields.map(|(place, (field, own))| {
            let travels = column_type(field.field_type);
            let argument = format!("${}::{travels}", first + place);
            // A clock without a zone is read in UTC, and written in UTC.
            if is_without_zone(own) {
                format!("({argument} AT TIME ZONE 'UTC')::{own}")
            } else {
                format!("{argument}::{own}")
            }
        });
        fields.collect()
    }
}

impl Session {
    /// The collections with their revisions, in the order in which they were made.
    pub(super) fn revisions(&mut self) -> Result<Vec<(String, i64)>, Failure> {
        let rows = self.rows("SELECT id, revision FROM jidi.collections ORDER BY place", &[])?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    pub(super) fn bundled(&mut self, id: &str) -> Result<Option<Bundled>, Failure> {
        let sql =
            "SELECT bundled, revision <> bundled_revision FROM jidi.collections WHERE id = $1";
        let row = self.row(sql, &[&id])?;
        Ok(row.map(|row| Bundled { checksum: row.get(0), is_edited: row.get(1) }))
    }

    /// Reads a collection and its revision as they were at one moment.
    pub(super) fn collection(&mut self, id: &str) -> Result<Option<(i64, Stored)>, Failure> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.atomically(begin, |work| work.collection_now(id))
    }

    /// The same in the transaction of the caller.
    pub(super) fn collection_now(&mut self, id: &str) -> Result<Option<(i64, Stored)>, Failure> {
        let sql = format!("SELECT {ABOUT} FROM jidi.collections WHERE id = $1");
        let Some(row) = self.row(&sql, &[&id])?.filter(|_| is_collection_id(id)) else {
            return Ok(None);
        };
        let Some(layer) = self.layer(id)? else { return Ok(None) };
        let rows = self.keyed(id, &layer)?;
        let stored = Stored { about: about(&row), schema: layer.schema, rows };
        Ok(Some((row.get(8), stored)))
    }

    /// Describes a collection with its revision if it has more features than a number.
    pub(super) fn larger(
        &mut self,
        id: &str,
        most: i64,
    ) -> Result<Option<(i64, About, Layer)>, Failure> {
        let sql = format!("SELECT {ABOUT} FROM jidi.collections WHERE id = $1");
        let Some(row) = self.row(&sql, &[&id])?.filter(|_| is_collection_id(id)) else {
            return Ok(None);
        };
        let Some(layer) = self.layer(id)? else { return Ok(None) };
        let sql = format!("SELECT EXISTS (SELECT FROM {} OFFSET $1::bigint)", table(id));
        let is_larger = self.row(&sql, &[&most])?.is_some_and(|row| row.get(0));
        Ok(is_larger.then(|| (row.get(8), about(&row), layer)))
    }

    /// Reads what the table of a collection looks like; `None` when there is no table.
    ///
    /// An `id` that is no field of the collection, columns of further geometries and of bytes are
    /// left aside.
    pub(super) fn layer(&mut self, collection: &str) -> Result<Option<Layer>, Failure> {
        let sql = "
SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), t.typname::text, t.typcategory::text,
  f.description
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN jidi.fields f ON f.collection = $1 AND f.name = a.attname
WHERE c.relnamespace = to_regnamespace('jidi_data') AND c.relname = $1
  AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum";
        let rows = self.rows(sql, &[&collection])?;
        let is_there = |name: &str| rows.iter().any(|row| row.get::<_, &str>(0) == name);
        let own = OWN_COLUMNS.map(|[usual, other]| if is_there(other) { other } else { usual });
        let (mut fields, mut types) = (Vec::new(), Vec::new());
        for row in &rows {
            let (name, description): (&str, Option<&str>) = (row.get(0), row.get(4));
            let is_unread = UNREAD.contains(&row.get(2)) || own.contains(&name);
            if is_unread || (name == "id" && description.is_none()) {
                continue;
            }
            let kind = kind(row.get(2), row.get(3));
            fields.push(Field::new(name, kind, description.unwrap_or_default()));
            types.push(row.get(1));
        }
        let [key, geometry] = own;
        let layer = Layer { schema: Schema::new(fields), key, geometry, types };
        Ok((!rows.is_empty()).then_some(layer))
    }

    /// Reads the features of a table with the keys of their rows.
    fn keyed(&mut self, collection: &str, layer: &Layer) -> Result<Vec<(i64, Feature)>, Failure> {
        let (selected, table, key) = (layer.selected(), table(collection), layer.key);
        let sql = format!("SELECT {selected}, {key}::bigint FROM {table} ORDER BY {key}");
        let statement = self.prepared(&sql)?;
        let none: [&(dyn ToSql + Sync); 0] = [];
        let mut rows = self.client().query_raw(&statement, none)?;
        let (mut found, last) = (Vec::new(), layer.schema.fields().len() + 2);
        while let Some(row) = rows.next()? {
            let feature = feature(&row, &layer.schema)?;
            found.extend(feature.map(|feature| (row.get(last), feature)));
        }
        Ok(found)
    }

    /// Reads one feature by its id as it is now, and keeps others from changing it until the end of
    /// the transaction.
    pub(super) fn locked_feature(
        &mut self,
        collection: &str,
        layer: &Layer,
        id: &str,
    ) -> Result<Option<Feature>, Failure> {
        let (selected, table) = (layer.selected(), table(collection));
        let sql = format!("SELECT {selected} FROM {table} WHERE \"id\" = $1 FOR UPDATE");
        match self.row(&sql, &[&id])? {
            Some(row) => feature(&row, &layer.schema),
            None => Ok(None),
        }
    }
}

fn about(row: &Row) -> About {
    About {
        id: row.get(0),
        title: row.get(1),
        title_zh: row.get(2),
        description: row.get(3),
        description_zh: row.get(4),
        data_as_of: row.get(5),
        licence: row.get(6),
        attribution: row.get(7),
    }
}

/// Reads a feature; `None` when its id cannot be one, which the table forbids.
pub(super) fn feature(row: &Row, schema: &Schema) -> Result<Option<Feature>, Failure> {
    let Ok(id) = FeatureId::new(row.try_get(1)?) else { return Ok(None) };
    let fields = schema.fields().iter().enumerate();
    let values = fields.map(|(number, field)| value(row, number + 2, field.field_type));
    let values = values.collect::<Result<_, _>>()?;
    let geometry: Option<Ewkb> = row.try_get(0)?;
    let geometry = geometry.and_then(|bytes| ewkb::read(&bytes.0).ok());
    Ok(Some(Feature::new(id, geometry, values)))
}

fn value(row: &Row, column: usize, kind: FieldType) -> Result<Value, postgres::Error> {
    let value = match kind {
        FieldType::Text => {
            row.try_get::<_, Option<&str>>(column)?.map(|text| Value::Text(text.into()))
        }
        FieldType::Integer => row.try_get::<_, Option<i64>>(column)?.map(Value::Integer),
        FieldType::Real => {
            let number: Option<f64> = row.try_get(column)?;
            number.filter(|number| number.is_finite()).map(Value::Real)
        }
        FieldType::Boolean => row.try_get::<_, Option<bool>>(column)?.map(Value::Boolean),
        FieldType::Date | FieldType::DateTime => {
            row.try_get::<_, Option<TimeCell>>(column)?.map(|cell| cell.0)
        }
        FieldType::List => {
            let items: Option<Vec<Option<String>>> = row.try_get(column)?;
            items.map(|items| Value::List(items.into_iter().flatten().collect()))
        }
    };
    Ok(value.unwrap_or(Value::Null))
}
