//! Whole collections into the database.

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};

use super::cells::column_type;
use super::edit::{cells, geometry};
use super::failure::Failure;
use super::layout::{
    ADVISORY_LOCK, ID_COLUMN, OWN_COLUMNS, feature_table, index_and_triggers, nearest_index,
    quoted, table,
};
use super::session::Session;
use crate::store::collection::{About, Collection};
use crate::store::edit::{Done, EditError};
use crate::store::putting::{Putting, Room};
use crate::store::store_error::StoreError;

/// The longest name of a column, in bytes; PostgreSQL cuts off what is longer.
const LONGEST_NAME: usize = 63;

impl Session {
    /// Puts a collection in and gives its revision; none when it was done before, or the same
    /// bundled list is there.
    pub(super) fn put(
        &mut self,
        collection: &Collection,
        how: &Putting,
    ) -> Result<(Option<i64>, Done), Failure> {
        let schema = collection.schema();
        let long = |name: &&String| name.len() > LONGEST_NAME;
        if let Some(name) = schema.fields().iter().map(|field| &field.name).find(long) {
            return Err(StoreError::LongName(name.clone()).into());
        }
        self.forget();
        self.atomically("BEGIN", |work| {
            // Instances that start together over a new database all come to fill it.
            work.run("SET LOCAL lock_timeout = '2min'")?;
            work.execute("SELECT pg_advisory_xact_lock($1)", &[&ADVISORY_LOCK])?;
            if let Some(done) = how.key.as_ref().map(|key| work.done_before(key)).transpose()?.flatten() {
                return Ok((None, done));
            }
            let id = &collection.about().id;
            let known = work.bundled(id)?;
            if how.room == Room::Free && known.is_some() {
                return Err(EditError::Taken(id.clone()).into());
            }
            if how.bundled.is_some() && known.and_then(|known| known.checksum) == how.bundled {
                return Ok((None, Done::whole(0)));
            }
            let what = format!("put {} features", collection.len());
            let number = work.record(&how.by, &what, id, how.key.as_ref(), &[])?;
            if how.bundled.is_none() {
                work.keep_before(id, number)?;
            }
            work.describe(collection.about(), how)?;
            work.lay(collection)?;
            work.keep_papers(id, number, how.provenance.as_ref(), &how.decisions)?;
            let sql = "UPDATE jidi.collections SET bundled_revision = CASE WHEN bundled IS NULL THEN bundled_revision ELSE revision END WHERE id = $1 RETURNING revision, pg_notify('jidi_changed', $1)";
            let revision = work.row(sql, &[id])?.map(|row| row.get(0));
            Ok((revision, Done::whole(number)))
        })
    }

    /// Makes the table of a collection anew, with its features, its indexes and its triggers.
    pub(super) fn lay(&mut self, collection: &Collection) -> Result<(), Failure> {
        let id = &collection.about().id;
        self.run(&format!("DROP TABLE IF EXISTS {}", table(id)))?;
        let is_field = |name: &str| collection.schema().position(name).is_some();
        let own = OWN_COLUMNS.map(|[usual, other]| if is_field(usual) { other } else { usual });
        self.make_table(collection, own)?;
        self.fill(collection, own[1])?;
        self.run(&index_and_triggers(id, own[1]))?;
        if collection.is_points() {
            let postgis = self.postgis().to_owned();
            self.run(&nearest_index(id, own[1], &postgis))?;
        }
        Ok(())
    }

    /// Writes what the collection is, and keeps others from it until the end of the transaction.
    pub(super) fn describe(&mut self, about: &About, how: &Putting) -> Result<(), Failure> {
        let sql = "INSERT INTO jidi.collections (id, title, title_zh, description, description_zh, data_as_of, licence, attribution, bundled, is_private, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, false), coalesce((SELECT value::bigint FROM jidi.meta WHERE key = 'revision'), 0)) ON CONFLICT (id) DO UPDATE SET title = $2, title_zh = $3, description = $4, description_zh = $5, data_as_of = $6, licence = $7, attribution = $8, bundled = $9, is_private = coalesce($10, jidi.collections.is_private), revision = jidi.collections.revision + 1";
        self.execute(
            sql,
            &[
                &about.id,
                &about.title,
                &about.title_zh,
                &about.description,
                &about.description_zh,
                &about.data_as_of,
                &about.licence,
                &about.attribution,
                &how.bundled,
                &how.is_private,
            ],
        )?;
        Ok(())
    }

    fn make_table(&mut self, collection: &Collection, own: [&str; 2]) -> Result<(), Failure> {
        let (id, fields) = (&collection.about().id, collection.schema().fields());
        let columns = fields.iter().map(|field| match field.name.as_str() {
            "id" => ID_COLUMN.to_owned(),
            name => format!("{} {}", quoted(name), column_type(field.field_type)),
        });
        let mut columns: Vec<String> = columns.collect();
        if collection.schema().position("id").is_none() {
            columns.insert(0, ID_COLUMN.to_owned());
        }
        let postgis = self.postgis().to_owned();
        self.run(&feature_table(id, own, &columns.join(", "), &postgis))?;
        self.execute("DELETE FROM jidi.fields WHERE collection = $1", &[id])?;
        for field in fields {
            let kind = field.field_type.as_str();
            let sql = "INSERT INTO jidi.fields VALUES ($1, $2, $3, $4)";
            self.execute(sql, &[id, &field.name, &kind, &field.description])?;
        }
        Ok(())
    }

    /// Copies all features in at once.
    fn fill(&mut self, collection: &Collection, geometry_column: &str) -> Result<(), Failure> {
        let (about, schema) = (collection.about(), collection.schema());
        let names = schema.fields().iter().map(|field| quoted(&field.name));
        let names = names.filter(|name| name != "\"id\"");
        let names: Vec<String> =
            [geometry_column.into(), "\"id\"".into()].into_iter().chain(names).collect();
        let (table, names) = (table(&about.id), names.join(", "));
        let types = self.copied_types(&format!("SELECT {names} FROM {table}"))?;
        let id_place = schema.position("id");
        let copy = format!("COPY {table} ({names}) FROM STDIN BINARY");
        let mut writer = BinaryCopyInWriter::new(self.client().copy_in(&copy)?, &types);
        for feature in collection.features() {
            let (geometry, id) = (geometry(feature)?, feature.id.as_str());
            let cells = cells(schema, feature);
            let mut row: Vec<&(dyn ToSql + Sync)> = vec![&geometry, &id];
            let fields = cells.iter().enumerate().filter(|(place, _)| Some(*place) != id_place);
            row.extend(fields.map(|(_, cell)| cell as &(dyn ToSql + Sync)));
            writer.write(&row)?;
        }
        writer.finish()?;
        Ok(())
    }

    fn copied_types(&mut self, sql: &str) -> Result<Vec<Type>, Failure> {
        let statement = self.client().prepare(sql)?;
        Ok(statement.columns().iter().map(|column| column.type_().clone()).collect())
    }
}
