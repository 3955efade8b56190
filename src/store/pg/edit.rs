//! From edits to the database: each whole or not at all, all of a batch lasting together.
//!
//! A batch first takes the rows of the collections that it edits, in the order of their ids. Another
//! instance that edits one of them waits there, so no edit is made on what it does not see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use postgres::types::ToSql;

use super::cells::{Cell, Ewkb};
use super::failure::{Failure, is_key_taken};
use super::layout::table;
use super::read::Layer;
use super::session::Session;
use crate::domain::{Feature, FeatureId, Schema, Value};
use crate::formats::{ewkb, geojson};
use crate::store::collection::Change;
use crate::store::edit::{Author, Done, Draft, Edit, EditError, RequestKey, Wish, granted};
use crate::store::store_error::StoreError;

/// Tells what came of work on collections that were kept from others meanwhile.
pub(super) struct Worked<T> {
    pub(super) result: T,
    /// The revisions of the collections before it and after it.
    pub(super) before: Vec<(String, i64)>,
    pub(super) after: Vec<(String, i64)>,
}

/// Holds one change with what was there before.
struct Step {
    id: String,
    before: Option<Feature>,
    change: Change,
}

/// Holds a collection that is kept from others until the end of the batch.
pub(super) struct Held {
    pub(super) layer: Layer,
    revision: i64,
    next_number: i64,
    is_changed: bool,
}

pub(super) type Holding = BTreeMap<String, Held>;

impl Session {
    pub(super) fn batch(
        &mut self,
        edits: &[Edit],
    ) -> Result<Worked<Vec<Result<Done, EditError>>>, Failure> {
        let ids: BTreeSet<&str> = edits.iter().map(|edit| edit.collection.as_str()).collect();
        self.keeping(ids, |work, holding| {
            edits.iter().map(|edit| work.attempt(edit, "edit", holding)).collect()
        })
    }

    /// Works on collections in one transaction in which nobody else edits them.
    pub(super) fn keeping<T>(
        &mut self,
        ids: BTreeSet<&str>,
        work: impl FnOnce(&mut Self, &mut Holding) -> Result<T, Failure>,
    ) -> Result<Worked<T>, Failure> {
        self.atomically("BEGIN; SET LOCAL jidi.counts_itself = 'yes'", |session| {
            let mut holding = session.hold(ids)?;
            let revisions = |holding: &Holding| {
                holding.iter().map(|(id, held)| (id.clone(), held.revision)).collect()
            };
            let before = revisions(&holding);
            let result = work(session, &mut holding)?;
            session.count(&mut holding)?;
            Ok(Worked { result, before, after: revisions(&holding) })
        })
    }

    /// Takes the collections that are edited, in the order of their ids.
    fn hold(&mut self, ids: BTreeSet<&str>) -> Result<Holding, Failure> {
        let ids: Vec<&str> = ids.into_iter().collect();
        let sql = "SELECT id, revision, next_number FROM jidi.collections WHERE id = ANY($1) ORDER BY id FOR UPDATE";
        let mut holding = Holding::new();
        for row in self.rows(sql, &[&ids])? {
            let id: String = row.get(0);
            let (revision, next_number) = (row.get(1), row.get(2));
            if let Some(layer) = self.layer(&id)? {
                holding.insert(id, Held { layer, revision, next_number, is_changed: false });
            }
        }
        Ok(holding)
    }

    /// Counts the batch for each collection that it changed, and tells everyone.
    fn count(&mut self, holding: &mut Holding) -> Result<(), Failure> {
        let sql = "UPDATE jidi.collections SET revision = revision + 1, next_number = $2 WHERE id = $1 RETURNING revision, pg_notify('jidi_changed', $1)";
        for (id, held) in holding.iter_mut().filter(|(_, held)| held.is_changed) {
            if let Some(row) = self.row(sql, &[id, &held.next_number])? {
                held.revision = row.get(0);
            }
        }
        Ok(())
    }

    /// Makes an edit, or leaves everything as it was before it; `what` is its word in the history.
    pub(super) fn attempt(
        &mut self,
        edit: &Edit,
        what: &str,
        holding: &mut Holding,
    ) -> Result<Result<Done, EditError>, Failure> {
        let mut is_second = false;
        loop {
            self.run("SAVEPOINT edit")?;
            let failure = match self.apply(edit, what, holding) {
                Ok(done) => {
                    self.run("RELEASE edit")?;
                    return Ok(Ok(done));
                }
                Err(failure) => failure,
            };
            if failure.is_cut_off() {
                return Err(failure);
            }
            self.run("ROLLBACK TO edit; RELEASE edit")?;
            // Another instance used the key for another collection; what it did is seen now.
            if is_second || !is_key_taken(&failure) {
                return failure.refusal().map(Err);
            }
            is_second = true;
        }
    }

    fn apply(&mut self, edit: &Edit, what: &str, holding: &mut Holding) -> Result<Done, Failure> {
        if let Some(done) =
            edit.key.as_ref().map(|key| self.done_before(key)).transpose()?.flatten()
        {
            return Ok(done);
        }
        let collection = &edit.collection;
        let not_stored = || EditError::NotStored(collection.clone());
        let held = holding.get_mut(collection).ok_or_else(not_stored)?;
        let steps = edit.wishes.iter().map(|wish| self.grant(collection, held, wish.clone()));
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<String> = steps.iter().map(|step| step.id.clone()).collect();
        let number = self.record(&edit.by, what, collection, edit.key.as_ref(), &ids)?;
        self.remember(number, collection, &held.layer.schema, &steps)?;
        held.is_changed = true;
        let changes = steps.into_iter().map(|step| step.change).collect();
        Ok(Done { number, ids, changes, was_done: false, is_whole: false })
    }

    /// What a request did that was made before under the same name.
    pub(super) fn done_before(&mut self, key: &RequestKey) -> Result<Option<Done>, Failure> {
        let sql = "SELECT number, digest, ids FROM jidi.edits WHERE request_key = $1";
        let Some(row) = self.row(sql, &[&key.key])? else { return Ok(None) };
        if row.get::<_, Option<&str>>(1) != Some(&key.digest) {
            return Err(EditError::KeyUsed(key.key.clone()).into());
        }
        let (number, ids) = (row.get(0), row.get(2));
        Ok(Some(Done { number, ids, changes: Vec::new(), was_done: true, is_whole: false }))
    }

    /// Does what a wish asks for, unless it is refused.
    fn grant(&mut self, collection: &str, held: &mut Held, wish: Wish) -> Result<Step, Failure> {
        let id = match &wish {
            Wish::Create(draft) => return self.create(collection, held, draft),
            Wish::Replace { feature, .. } => feature.id.as_str().to_owned(),
            Wish::Update { id, .. } | Wish::Delete { id, .. } => id.clone(),
        };
        let layer = &held.layer;
        let before = self.locked_feature(collection, layer, &id)?;
        let change = granted(wish, &layer.schema, before.clone())?;
        match &change {
            Change::Put(feature) | Change::Add(feature, _) => {
                self.update(collection, layer, before.as_ref(), feature)?;
            }
            Change::Delete(id) => {
                let sql = format!("DELETE FROM {} WHERE \"id\" = $1", table(collection));
                self.execute(&sql, &[id])?;
            }
        }
        Ok(Step { id, before, change })
    }

    fn create(
        &mut self,
        collection: &str,
        held: &mut Held,
        draft: &Draft,
    ) -> Result<Step, Failure> {
        loop {
            let id = draft.id.clone().map_or_else(|| held.next_id(collection), Ok)?;
            let layer = &held.layer;
            let Draft { geometry, values, .. } = draft.clone();
            let mut feature = Feature::new(id, geometry, values);
            name(&mut feature, &layer.schema);
            let id = feature.id.as_str().to_owned();
            if let Some(key) = self.insert(collection, layer, &feature)? {
                let change = Change::Add(Arc::new(feature), key);
                return Ok(Step { id, before: None, change });
            }
            if draft.id.is_some() {
                return Err(EditError::Exists(id).into());
            }
        }
    }

    /// Puts a feature in, and gives the key of its row; `None` when one of its id is there.
    fn insert(
        &mut self,
        collection: &str,
        layer: &Layer,
        feature: &Feature,
    ) -> Result<Option<i64>, Failure> {
        let (geometry, id) = (geometry(feature)?, feature.id.as_str());
        let cells = cells(&layer.schema, feature);
        let mut columns = vec![layer.geometry.to_owned()];
        let mut arguments = vec!["$1".to_owned()];
        let mut args: Vec<&(dyn ToSql + Sync)> = vec![&geometry];
        // The id has a column also where it is no field of the collection.
        if layer.schema.position("id").is_none() {
            columns.push("\"id\"".to_owned());
            arguments.push("$2".to_owned());
            args.push(&id);
        }
        arguments.extend(layer.arguments(args.len() + 1));
        columns.extend(layer.names());
        args.extend(cells.iter().map(|cell| cell as &(dyn ToSql + Sync)));
        let (table, columns, arguments) =
            (table(collection), columns.join(", "), arguments.join(", "));
        let sql = format!(
            "INSERT INTO {table} ({columns}) VALUES ({arguments}) ON CONFLICT (\"id\") DO NOTHING RETURNING {}::bigint",
            layer.key
        );
        Ok(self.row(&sql, &args)?.map(|row| row.get(0)))
    }

    /// Puts a feature in the place of what was there; a geometry that stays is not touched, for
    /// another program may have put one there that is kept only in part here.
    fn update(
        &mut self,
        collection: &str,
        layer: &Layer,
        before: Option<&Feature>,
        feature: &Feature,
    ) -> Result<(), Failure> {
        let sets = layer.names().into_iter().zip(layer.arguments(2));
        let mut sets: Vec<String> = sets.map(|(name, value)| format!("{name} = {value}")).collect();
        let is_moved = before.is_none_or(|before| before.geometry() != feature.geometry());
        if is_moved {
            sets.push(format!("{} = ${}", layer.geometry, sets.len() + 2));
        }
        if sets.is_empty() {
            return Ok(());
        }
        let (table, sets) = (table(collection), sets.join(", "));
        let sql = format!("UPDATE {table} SET {sets} WHERE \"id\" = $1");
        let (geometry, id) = (geometry(feature)?, feature.id.as_str());
        let cells = cells(&layer.schema, feature);
        let mut args: Vec<&(dyn ToSql + Sync)> = vec![&id];
        args.extend(cells.iter().map(|cell| cell as &(dyn ToSql + Sync)));
        if is_moved {
            args.push(&geometry);
        }
        self.execute(&sql, &args)?;
        Ok(())
    }

    /// Notes an edit, and gives its number.
    pub(super) fn record(
        &mut self,
        by: &Author,
        what: &str,
        collection: &str,
        key: Option<&RequestKey>,
        ids: &[String],
    ) -> Result<i64, Failure> {
        let sql = "INSERT INTO jidi.edits (at, who, what, collection, request_key, digest, ids) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING number";
        let (key, digest) = key.map(|key| (key.key.as_str(), key.digest.as_str())).unzip();
        let row = self.row(sql, &[&by.at, &by.who, &what, &collection, &key, &digest, &ids])?;
        Ok(row.map_or(0, |row| row.get(0)))
    }

    /// Writes what an edit changed into the history.
    fn remember(
        &mut self,
        edit: i64,
        collection: &str,
        schema: &Schema,
        steps: &[Step],
    ) -> Result<(), Failure> {
        let exact = |feature: &Feature| geojson::exact(schema, feature);
        let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
        let before: Vec<_> = steps.iter().map(|step| step.before.as_ref().map(exact)).collect();
        let after: Vec<_> = steps
            .iter()
            .map(|step| match &step.change {
                Change::Put(feature) | Change::Add(feature, _) => Some(exact(feature)),
                Change::Delete(_) => None,
            })
            .collect();
        let sql = "INSERT INTO jidi.history (edit, collection, feature, before, after) SELECT $1, $2, feature, before, after FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS steps (feature, before, after, place) ORDER BY place";
        self.execute(sql, &[&edit, &collection, &ids, &before, &after])?;
        Ok(())
    }
}

impl Held {
    /// Makes the next id of a collection: its name and a number that was never used.
    fn next_id(&mut self, collection: &str) -> Result<FeatureId, Failure> {
        let short: String = collection.chars().take(40).collect();
        let id = FeatureId::new(&format!("{short}-{}", self.next_number));
        self.next_number += 1;
        Ok(id.map_err(|error| StoreError::Other(error.to_string()))?)
    }
}

/// Writes the id of a feature where its fields say it.
fn name(feature: &mut Feature, schema: &Schema) {
    if let Some(place) = schema.position("id") {
        feature.values[place] = Value::Text(feature.id.as_str().into());
    }
}

/// The geometry of a feature on its way.
pub(super) fn geometry(feature: &Feature) -> Result<Option<Ewkb>, Failure> {
    let bytes = feature.geometry().as_deref().map(ewkb::write).transpose();
    Ok(bytes.map_err(|error| StoreError::Other(error.to_string()))?.map(Ewkb))
}

/// The values of a feature on their way.
pub(super) fn cells<'a>(schema: &Schema, feature: &'a Feature) -> Vec<Cell<'a>> {
    let fields = schema.fields().iter().zip(&feature.values);
    fields.map(|(field, value)| Cell(value, field.field_type)).collect()
}
