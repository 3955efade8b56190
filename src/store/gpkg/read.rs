//! From the file to collections.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, Row};

use super::layout::quoted;
use super::{Gpkg, cells};
use crate::domain::names::is_collection_id;
use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use crate::formats::gpkg_blob;
use crate::store::backend::Bundled;
use crate::store::collection::About;
use crate::store::edit::Stored;
use crate::store::store_error::StoreError;

/// Describes the layer of a collection: its own fields, and where they stand in the table.
pub(super) struct Layer {
    pub(super) schema: Schema,
    pub(super) geometry: String,
    pub(super) key: String,
}

impl Gpkg {
    pub(super) fn read_revisions(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT id, revision FROM jidi_collections ORDER BY rowid";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Changes whenever another connection has committed something; cheap.
    pub(super) fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    pub(super) fn read_bundled(&self, collection: &str) -> Result<Option<Bundled>, StoreError> {
        let sql =
            "SELECT bundled, revision != bundled_revision FROM jidi_collections WHERE id = ?1";
        let bundled = |row: &Row<'_>| {
            Ok(Bundled { checksum: row.get(0)?, is_edited: row.get::<_, Option<bool>>(1)? })
        };
        Ok(self.connection.query_row(sql, [collection], bundled).optional()?)
    }

    /// Holds the revisions of now against those that are known.
    pub(super) fn note_revisions(&mut self) -> Result<(), StoreError> {
        let now = self.read_revisions()?;
        let known = std::mem::take(&mut self.known);
        let changed = now.iter().filter(|one| !known.contains(one)).map(|(id, _)| id);
        let gone = known.iter().map(|(id, _)| id);
        let gone = gone.filter(|id| !now.iter().any(|(there, _)| there == *id));
        for id in changed.chain(gone) {
            if !self.stale.contains(id) {
                self.stale.push(id.clone());
            }
        }
        self.known = now;
        Ok(())
    }

    /// Takes the revisions of now as known.
    pub(super) fn know_revisions(&mut self) -> Result<(), StoreError> {
        self.known = self.read_revisions()?;
        Ok(())
    }

    pub(super) fn read_collection(&self, id: &str) -> Result<Option<Stored>, StoreError> {
        let sql = "SELECT id, title, title_zh, description, description_zh, data_as_of, licence, attribution FROM jidi_collections WHERE id = ?1";
        let about = self.connection.query_row(sql, [id], about).optional()?;
        let Some(about) = about.filter(|about| is_collection_id(&about.id)) else {
            return Ok(None);
        };
        let layer = self.layer(id)?;
        let rows = self.rows(id, &layer)?;
        Ok(Some(Stored { about, schema: layer.schema, rows }))
    }

    /// Reads what the layer of a collection looks like now: another program may have added columns.
    pub(super) fn layer(&self, table: &str) -> Result<Layer, StoreError> {
        let sql = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?1";
        let geometry: String = self.connection.query_row(sql, [table], |row| row.get(0))?;
        let sql = "SELECT c.name, c.type, c.pk, f.kind, f.description FROM pragma_table_info(?1) c LEFT JOIN jidi_fields f ON f.collection = ?1 AND f.name = c.name ORDER BY c.cid";
        let mut query = self.connection.prepare_cached(sql)?;
        let mut rows = query.query([table])?;
        let (mut fields, mut key) = (Vec::new(), String::from("fid"));
        while let Some(row) = rows.next()? {
            let (name, column_type): (String, String) = (row.get(0)?, row.get(1)?);
            if row.get::<_, i64>(2)? > 0 {
                key = name;
            } else if name != geometry {
                let word: Option<String> = row.get(3)?;
                let words: Option<String> = row.get(4)?;
                let kind = cells::kind(word.as_deref(), &column_type);
                fields.push(Field::new(&name, kind, &words.unwrap_or_default()));
            }
        }
        Ok(Layer { schema: Schema::new(fields), geometry, key })
    }

    fn rows(&self, table: &str, layer: &Layer) -> Result<Vec<(i64, Feature)>, StoreError> {
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {}",
            columns(layer),
            quoted(table),
            quoted(&layer.key)
        );
        let mut query = self.connection.prepare(&sql)?;
        let mut rows = query.query([])?;
        let (mut found, mut taken) = (Vec::new(), HashSet::new());
        while let Some(row) = rows.next()? {
            let mut feature = feature(row, table, layer)?;
            if !taken.insert(feature.id.clone()) {
                rename(&mut feature, layer, &key_id(row, table)?);
                if !taken.insert(feature.id.clone()) {
                    continue; // no id is left for it
                }
            }
            found.push((row.get(0)?, feature));
        }
        Ok(found)
    }

    /// Reads one feature by its id, as it is in the file now.
    pub(super) fn feature(
        &self,
        table: &str,
        layer: &Layer,
        id: &str,
    ) -> Result<Option<(i64, Feature)>, StoreError> {
        let sql = format!("SELECT {} FROM {} WHERE \"id\" = ?1", columns(layer), quoted(table));
        let mut query = self.connection.prepare_cached(&sql)?;
        let found = query
            .query_row([id], |row| Ok((row.get::<_, i64>(0)?, feature(row, table, layer)?)))
            .optional()?;
        Ok(found)
    }
}

/// The columns in which features are read: key, geometry, fields.
fn columns(layer: &Layer) -> String {
    let fields = layer.schema.fields().iter().map(|field| quoted(&field.name));
    let all = [quoted(&layer.key), quoted(&layer.geometry)].into_iter().chain(fields);
    all.collect::<Vec<_>>().join(", ")
}

fn about(row: &Row<'_>) -> rusqlite::Result<About> {
    Ok(About {
        id: row.get(0)?,
        title: row.get(1)?,
        title_zh: row.get(2)?,
        description: row.get(3)?,
        description_zh: row.get(4)?,
        data_as_of: row.get(5)?,
        licence: row.get(6)?,
        attribution: row.get(7)?,
    })
}

fn feature(row: &Row<'_>, table: &str, layer: &Layer) -> rusqlite::Result<Feature> {
    let fields = layer.schema.fields();
    let mut values = Vec::with_capacity(fields.len());
    for (number, field) in fields.iter().enumerate() {
        values.push(cells::read(row.get_ref(number + 2)?, field.field_type));
    }
    let blob = row.get_ref(1)?.as_blob_or_null()?;
    let own = layer.schema.position("id").and_then(|place| match &values[place] {
        Value::Text(id) => FeatureId::new(id).ok(),
        _ => None,
    });
    let id = match own {
        Some(id) => id,
        None => key_id(row, table)?,
    };
    let mut feature = Feature::new(id, blob.and_then(|blob| gpkg_blob::read(blob).ok()), values);
    let id = feature.id.clone();
    rename(&mut feature, layer, &id);
    Ok(feature)
}

/// The id of a row that brings none, or one that cannot be an id or is another row's.
fn key_id(row: &Row<'_>, table: &str) -> rusqlite::Result<FeatureId> {
    let key: i64 = row.get(0)?;
    let short: String = table.chars().take(40).collect();
    FeatureId::new(&format!("{short}-{key}"))
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn rename(feature: &mut Feature, layer: &Layer, id: &FeatureId) {
    feature.id = id.clone();
    let place = layer.schema.position("id");
    if let Some(place) =
        place.filter(|&place| layer.schema.fields()[place].field_type == FieldType::Text)
    {
        feature.values[place] = Value::Text(id.as_str().into());
    }
}
