//! From edits to the file: each whole or not at all, and on the disk before it is acknowledged.

use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, OptionalExtension, params, params_from_iter};

use super::Gpkg;
use super::layout::quoted;
use super::read::Layer;
use crate::domain::{Feature, FeatureId, Value};
use crate::formats::{geojson, gpkg_blob, gpkg_cells};
use crate::store::collection::Change;
use crate::store::edit::{Author, Done, Draft, Edit, EditError, RequestKey, Wish, granted};
use crate::store::store_error::StoreError;

impl Gpkg {
    pub(super) fn write_edits(
        &mut self,
        edits: &[Edit],
    ) -> Result<Vec<Result<Done, EditError>>, StoreError> {
        self.in_transaction(|store| edits.iter().map(|edit| store.attempt(edit, "edit")).collect())
    }

    /// Does work that lasts when this returns, or leaves nothing.
    pub(super) fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let result = self.note_revisions().and_then(|()| work(self)).and_then(|result| {
            self.know_revisions()?;
            self.connection.execute_batch("COMMIT")?;
            Ok(result)
        });
        if result.is_err() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        result
    }

    /// Makes one edit, or leaves nothing of it; `what` is its word in the history.
    pub(super) fn attempt(
        &mut self,
        edit: &Edit,
        what: &str,
    ) -> Result<Result<Done, EditError>, StoreError> {
        self.connection.execute_batch("SAVEPOINT edit")?;
        let result = self.apply(edit, what);
        let end = if result.as_ref().is_ok_and(Result::is_ok) {
            "RELEASE edit"
        } else {
            "ROLLBACK TO edit; RELEASE edit"
        };
        self.connection.execute_batch(end)?;
        result
    }

    fn apply(&self, edit: &Edit, what: &str) -> Result<Result<Done, EditError>, StoreError> {
        if let Some(known) = self.done_before(edit.key.as_ref())? {
            return Ok(known);
        }
        let sql = "SELECT count(*) FROM jidi_collections WHERE id = ?1";
        let is_stored: i64 =
            self.connection.prepare_cached(sql)?.query_row([&edit.collection], |row| row.get(0))?;
        if is_stored == 0 {
            return Ok(Err(EditError::NotStored(edit.collection.clone())));
        }
        let layer = self.layer(&edit.collection)?;
        let mut steps = Vec::with_capacity(edit.wishes.len());
        for wish in &edit.wishes {
            match self.grant(&edit.collection, &layer, wish.clone())? {
                Ok(step) => steps.push(step),
                Err(refused) => return Ok(Err(refused)),
            }
        }
        let ids: Vec<String> = steps.iter().map(|step| step.id.clone()).collect();
        let number =
            record(&self.connection, &edit.by, what, &edit.collection, edit.key.as_ref(), &ids)?;
        let sql = "INSERT INTO jidi_history (edit, collection, feature, before, after) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut history = self.connection.prepare_cached(sql)?;
        for step in &steps {
            let exact = |feature: &Feature| geojson::exact(&layer.schema, feature);
            let before = step.before.as_ref().map(exact);
            let after = match &step.change {
                Change::Put(feature) | Change::Add(feature, _) => Some(exact(feature)),
                Change::Delete(_) => None,
            };
            history.execute(params![number, edit.collection, step.id, before, after])?;
        }
        let changes = steps.into_iter().map(|step| step.change).collect();
        Ok(Ok(Done { number, ids, changes, was_done: false, is_whole: false }))
    }

    /// What a request did that was made before under the same name.
    pub(super) fn done_before(
        &self,
        key: Option<&RequestKey>,
    ) -> Result<Option<Result<Done, EditError>>, StoreError> {
        let Some(key) = key else { return Ok(None) };
        let sql = "SELECT number, digest, ids FROM jidi_edits WHERE request_key = ?1";
        let known: Option<(i64, String, String)> = self
            .connection
            .prepare_cached(sql)?
            .query_row([&key.key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        Ok(known.map(|(number, digest, ids)| {
            if digest != key.digest {
                return Err(EditError::KeyUsed(key.key.clone()));
            }
            let ids = ids.split(';').filter(|id| !id.is_empty()).map(str::to_owned).collect();
            Ok(Done { number, ids, changes: Vec::new(), was_done: true, is_whole: false })
        }))
    }

    /// Does what a wish asks for, unless it is refused.
    fn grant(
        &self,
        table: &str,
        layer: &Layer,
        wish: Wish,
    ) -> Result<Result<Step, EditError>, StoreError> {
        let id = match &wish {
            Wish::Create(draft) => return self.create(table, layer, draft),
            Wish::Replace { feature, .. } => feature.id.as_str().to_owned(),
            Wish::Update { id, .. } | Wish::Delete { id, .. } => id.clone(),
        };
        let (key, before) = self.feature(table, layer, &id)?.unzip();
        let change = match granted(wish, &layer.schema, before.clone()) {
            Ok(change) => change,
            Err(refused) => return Ok(Err(refused)),
        };
        match &change {
            Change::Put(feature) | Change::Add(feature, _) => {
                self.update_row(table, layer, key.unwrap_or(0), feature)?;
            }
            Change::Delete(_) => {
                let (table, name) = (quoted(table), quoted(&layer.key));
                let sql = format!("DELETE FROM {table} WHERE {name} = ?1");
                self.connection.prepare_cached(&sql)?.execute([key])?;
            }
        }
        Ok(Ok(Step { id, before, change }))
    }

    fn create(
        &self,
        table: &str,
        layer: &Layer,
        draft: &Draft,
    ) -> Result<Result<Step, EditError>, StoreError> {
        let id = match &draft.id {
            Some(id) if self.feature(table, layer, id.as_str())?.is_some() => {
                return Ok(Err(EditError::Exists(id.as_str().to_owned())));
            }
            Some(id) => id.clone(),
            None => self.next_id(table, layer)?,
        };
        let mut values = draft.values.clone();
        if let Some(place) = layer.schema.position("id") {
            values[place] = Value::Text(id.as_str().into());
        }
        let feature = Feature::new(id, draft.geometry.clone(), values);
        let key = Inserter::new(&self.connection, table, layer)?.insert(&feature)?;
        let id = feature.id.as_str().to_owned();
        Ok(Ok(Step { id, before: None, change: Change::Add(Arc::new(feature), key) }))
    }

    /// Makes the next id of a collection: its name and a number that was never used.
    fn next_id(&self, table: &str, layer: &Layer) -> Result<FeatureId, StoreError> {
        let sql = "UPDATE jidi_collections SET next_number = next_number + 1 WHERE id = ?1 RETURNING next_number - 1";
        loop {
            let number: i64 =
                self.connection.prepare_cached(sql)?.query_row([table], |row| row.get(0))?;
            let short: String = table.chars().take(40).collect();
            let id = FeatureId::new(&format!("{short}-{number}"))
                .map_err(|error| StoreError::Other(error.to_string()))?;
            if self.feature(table, layer, id.as_str())?.is_none() {
                return Ok(id);
            }
        }
    }

    fn update_row(
        &self,
        table: &str,
        layer: &Layer,
        key: i64,
        feature: &Feature,
    ) -> Result<(), StoreError> {
        let fields = layer.schema.fields().iter().map(|field| quoted(&field.name));
        let columns = std::iter::once(quoted(&layer.geometry)).chain(fields);
        let sets: Vec<String> =
            columns.enumerate().map(|(number, name)| format!("{name} = ?{}", number + 2)).collect();
        let (table, name) = (quoted(table), quoted(&layer.key));
        let sql = format!("UPDATE {table} SET {} WHERE {name} = ?1", sets.join(", "));
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement.raw_bind_parameter(1, key)?;
        statement.raw_bind_parameter(2, blob(feature)?)?;
        for (number, value) in feature.values.iter().enumerate() {
            statement.raw_bind_parameter(number + 3, gpkg_cells::write(value))?;
        }
        statement.raw_execute()?;
        Ok(())
    }
}

/// Holds one change with what was there before.
struct Step {
    id: String,
    before: Option<Feature>,
    change: Change,
}

fn blob(feature: &Feature) -> Result<Option<Vec<u8>>, StoreError> {
    let blob = feature.geometry().as_deref().map(gpkg_blob::write).transpose();
    blob.map_err(|error| StoreError::Other(error.to_string()))
}

/// Inserts features into one table.
pub(super) struct Inserter<'a> {
    connection: &'a Connection,
    statement: CachedStatement<'a>,
}

impl<'a> Inserter<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        table: &str,
        layer: &Layer,
    ) -> Result<Self, StoreError> {
        let fields = layer.schema.fields().iter().map(|field| quoted(&field.name));
        let columns: Vec<String> = std::iter::once(quoted(&layer.geometry)).chain(fields).collect();
        let places: Vec<String> = (1..=columns.len()).map(|number| format!("?{number}")).collect();
        let (columns, places) = (columns.join(", "), places.join(", "));
        let sql = format!("INSERT INTO {} ({columns}) VALUES ({places})", quoted(table));
        Ok(Self { connection, statement: connection.prepare_cached(&sql)? })
    }

    /// Inserts a feature, and gives the key of its row.
    pub(super) fn insert(&mut self, feature: &Feature) -> Result<i64, StoreError> {
        let statement = &mut self.statement;
        statement.raw_bind_parameter(1, blob(feature)?)?;
        for (number, value) in feature.values.iter().enumerate() {
            statement.raw_bind_parameter(number + 2, gpkg_cells::write(value))?;
        }
        statement.raw_execute()?;
        Ok(self.connection.last_insert_rowid())
    }
}

/// Notes an edit, and gives its number.
pub(super) fn record(
    connection: &Connection,
    by: &Author,
    what: &str,
    collection: &str,
    key: Option<&RequestKey>,
    ids: &[String],
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO jidi_edits (at, who, what, collection, request_key, digest, ids) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (key, digest) = key.map(|key| (key.key.as_str(), key.digest.as_str())).unzip();
    let row = [
        Some(by.at.as_str()),
        Some(by.who.as_str()),
        Some(what),
        Some(collection),
        key,
        digest,
        Some(&ids.join(";")),
    ];
    connection.prepare_cached(sql)?.execute(params_from_iter(row))?;
    Ok(connection.last_insert_rowid())
}
