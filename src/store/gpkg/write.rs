//! From edits to the file: each whole or not at all, and on the disk before it is acknowledged.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::layout::{feature_table, literal, own_columns, quoted, triggers};
use super::read::Layer;
use super::{Gpkg, cells};
use crate::domain::{Feature, FeatureId, Value};
use crate::formats::{geojson, gpkg_blob};
use crate::store::collection::Change;
use crate::store::edit::{Author, Done, Draft, Edit, EditError, Stored, Wish, granted};
use crate::store::store_error::StoreError;

/// What the id of a feature may be, as SQL says it; a missing one is made.
const ID_COLUMN: &str = "\"id\" TEXT UNIQUE CHECK (\"id\" IS NULL OR (length(\"id\") BETWEEN 1 AND 64 AND \"id\" NOT GLOB '*[^A-Za-z0-9._~-]*'))";

impl Gpkg {
    pub(super) fn write_collection(
        &mut self,
        stored: &Stored,
        bundled: Option<&str>,
        by: &Author,
    ) -> Result<(), StoreError> {
        let work = self.connection.transaction()?;
        let id = &stored.about.id;
        let is_taken = |name: &str| {
            stored.schema.fields().iter().any(|field| field.name.eq_ignore_ascii_case(name))
        };
        let own = own_columns(is_taken);
        drop_layer(&work, id)?;
        make_layer(&work, stored, own, bundled)?;
        insert_all(&work, stored, own)?;
        work.execute_batch(&triggers(id, own))?;
        work.execute_batch(&made_id(id, own[0]))?;
        let count = stored.features.len();
        record(&work, by, &format!("put {count} features"), id, None, &[])?;
        if bundled.is_some() {
            let sql = "UPDATE jidi_collections SET bundled_revision = revision WHERE id = ?1";
            work.execute(sql, [id])?;
        }
        work.commit()?;
        self.know_revisions()
    }

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
        if let Some(known) = self.done_before(edit)? {
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
        let number = record(
            &self.connection,
            &edit.by,
            what,
            &edit.collection,
            edit.key.as_ref().map(|key| (key.key.as_str(), key.digest.as_str())),
            &ids,
        )?;
        let sql = "INSERT INTO jidi_history (edit, collection, feature, before, after) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut history = self.connection.prepare_cached(sql)?;
        for step in &steps {
            let exact = |feature: &Feature| geojson::exact(&layer.schema, feature);
            let before = step.before.as_ref().map(exact);
            let after = match &step.change {
                Change::Put(feature) => Some(exact(feature)),
                Change::Delete(_) => None,
            };
            history.execute(params![number, edit.collection, step.id, before, after])?;
        }
        let changes = steps.into_iter().map(|step| step.change).collect();
        Ok(Ok(Done { number, ids, changes, was_done: false }))
    }

    /// What a request did that was made before under the same name.
    fn done_before(&self, edit: &Edit) -> Result<Option<Result<Done, EditError>>, StoreError> {
        let Some(key) = &edit.key else { return Ok(None) };
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
            Ok(Done { number, ids, changes: Vec::new(), was_done: true })
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
            Change::Put(feature) => self.update_row(table, layer, key.unwrap_or(0), feature)?,
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
            values[place] = Value::Text(id.as_str().to_owned());
        }
        let feature = Feature { id, geometry: draft.geometry.clone(), values };
        insert(&self.connection, table, layer, &feature)?;
        let id = feature.id.as_str().to_owned();
        Ok(Ok(Step { id, before: None, change: Change::Put(Arc::new(feature)) }))
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
            statement.raw_bind_parameter(number + 3, cells::write(value))?;
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
    let blob = feature.geometry.as_ref().map(gpkg_blob::write).transpose();
    blob.map_err(|error| StoreError::Other(error.to_string()))
}

fn insert(
    connection: &Connection,
    table: &str,
    layer: &Layer,
    feature: &Feature,
) -> Result<(), StoreError> {
    let fields = layer.schema.fields().iter().map(|field| quoted(&field.name));
    let columns: Vec<String> = std::iter::once(quoted(&layer.geometry)).chain(fields).collect();
    let places: Vec<String> = (1..=columns.len()).map(|number| format!("?{number}")).collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        quoted(table),
        columns.join(", "),
        places.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement.raw_bind_parameter(1, blob(feature)?)?;
    for (number, value) in feature.values.iter().enumerate() {
        statement.raw_bind_parameter(number + 2, cells::write(value))?;
    }
    statement.raw_execute()?;
    Ok(())
}

/// Takes a layer out of the file with everything that hangs on it.
fn drop_layer(work: &Connection, id: &str) -> Result<(), StoreError> {
    for (table, column) in [
        ("gpkg_extensions", "table_name"),
        ("gpkg_geometry_columns", "table_name"),
        ("gpkg_contents", "table_name"),
        ("jidi_fields", "collection"),
    ] {
        work.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [id])?;
    }
    work.execute_batch(&format!(
        "DROP TABLE IF EXISTS {}; DROP TABLE IF EXISTS \"rtree_{id}_geom\"; DROP TABLE IF EXISTS \"rtree_{id}_jidi_geom\";",
        quoted(id)
    ))?;
    Ok(())
}

/// Makes the table of a collection and names it where programs look.
fn make_layer(
    work: &Connection,
    stored: &Stored,
    own: [&str; 2],
    bundled: Option<&str>,
) -> Result<(), StoreError> {
    let about = &stored.about;
    let id = &about.id;
    let is_points = stored
        .features
        .iter()
        .all(|feature| matches!(feature.geometry, None | Some(geo::Geometry::Point(_))));
    let fields = stored.schema.fields();
    let columns = fields.iter().map(|field| match field.name.as_str() {
        "id" => ID_COLUMN.to_owned(),
        name => format!("{} {}", quoted(name), cells::column_type(field.field_type)),
    });
    let sql = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?1, 'features', ?2, ?3, 4326)";
    work.execute(sql, params![id, identifier(work, id, &about.title)?, about.description])?;
    let kind = if is_points { "POINT" } else { "GEOMETRY" };
    work.execute_batch(&feature_table(id, own, &columns.collect::<Vec<_>>().join(", "), kind))?;
    for field in fields {
        let kind = cells::word(field.field_type);
        work.execute(
            "INSERT INTO jidi_fields VALUES (?1, ?2, ?3, ?4)",
            params![id, field.name, kind, field.description],
        )?;
    }
    work.execute(
        "INSERT INTO jidi_collections (id, title, title_zh, description, description_zh, data_as_of, licence, attribution, bundled) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET title = ?2, title_zh = ?3, description = ?4, description_zh = ?5, data_as_of = ?6, licence = ?7, attribution = ?8, bundled = ?9, revision = revision + 1",
        params![
            id,
            about.title,
            about.title_zh,
            about.description,
            about.description_zh,
            about.data_as_of,
            about.licence,
            about.attribution,
            bundled,
        ],
    )?;
    Ok(())
}

/// The title of a layer, which no other may have.
fn identifier(work: &Connection, id: &str, title: &str) -> Result<String, StoreError> {
    let sql = "SELECT count(*) FROM gpkg_contents WHERE identifier = ?1";
    let taken: i64 = work.query_row(sql, [title], |row| row.get(0))?;
    Ok(if taken == 0 && !title.is_empty() { title.to_owned() } else { id.to_owned() })
}

/// Puts all features in, then the spatial index in one go.
fn insert_all(
    work: &Connection,
    stored: &Stored,
    [key, geometry]: [&str; 2],
) -> Result<(), StoreError> {
    let id = &stored.about.id;
    let schema = stored.schema.clone();
    let layer = Layer { schema, geometry: geometry.to_owned(), key: key.to_owned() };
    for feature in &stored.features {
        insert(work, id, &layer, feature)?;
    }
    let (table, rtree) = (quoted(id), format!("\"rtree_{id}_{geometry}\""));
    work.execute_batch(&format!(
        "INSERT INTO {rtree} SELECT {key}, ST_MinX({geometry}), ST_MaxX({geometry}), ST_MinY({geometry}), ST_MaxY({geometry}) FROM {table} WHERE {geometry} NOTNULL AND NOT ST_IsEmpty({geometry});
         UPDATE gpkg_contents SET (min_x, max_x, min_y, max_y) = (SELECT min(minx), max(maxx), min(miny), max(maxy) FROM {rtree}), last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = {};",
        literal(id)
    ))?;
    Ok(())
}

/// Gives rows that another program puts in without an id one that nobody else has.
fn made_id(id: &str, key: &str) -> String {
    let (table, text) = (quoted(id), literal(id));
    format!(
        "CREATE TRIGGER \"jidi_{id}_id\" AFTER INSERT ON {table} WHEN NEW.\"id\" IS NULL BEGIN UPDATE {table} SET \"id\" = substr({text}, 1, 40) || '-' || (SELECT next_number FROM jidi_collections WHERE id = {text}) WHERE {key} = NEW.{key}; UPDATE jidi_collections SET next_number = next_number + 1 WHERE id = {text}; END;"
    )
}

/// Notes an edit, and gives its number.
fn record(
    connection: &Connection,
    by: &Author,
    what: &str,
    collection: &str,
    key: Option<(&str, &str)>,
    ids: &[String],
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO jidi_edits (at, who, what, collection, request_key, digest, ids) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (key, digest) = key.unzip();
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
