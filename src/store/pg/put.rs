//! Whole collections into the database.

use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};

use super::cells::{column_type, word};
use super::edit::{cells, geometry};
use super::failure::Failure;
use super::layout::{
    ADVISORY_LOCK, ID_COLUMN, OWN_COLUMNS, feature_table, index_and_triggers, quoted, table,
};
use super::session::Session;
use crate::store::collection::About;
use crate::store::edit::{Author, Stored};
use crate::store::store_error::StoreError;

/// The longest name of a column, in bytes; PostgreSQL cuts off what is longer.
const LONGEST_NAME: usize = 63;

impl Session {
    /// Puts a collection in and gives its revision; `None` when the same bundled list is there.
    pub(super) fn put(
        &mut self,
        stored: &Stored,
        bundled: Option<&str>,
        by: &Author,
    ) -> Result<Option<i64>, Failure> {
        let long = |name: &&String| name.len() > LONGEST_NAME;
        if let Some(name) = stored.schema.fields().iter().map(|field| &field.name).find(long) {
            return Err(StoreError::LongName(name.clone()).into());
        }
        self.forget();
        self.atomically("BEGIN", |work| {
            // Instances that start together over a new database all come to fill it.
            work.run("SET LOCAL lock_timeout = '2min'")?;
            work.execute("SELECT pg_advisory_xact_lock($1)", &[&ADVISORY_LOCK])?;
            let id = &stored.about.id;
            let known = work.bundled(id)?.and_then(|known| known.checksum);
            if bundled.is_some() && known.as_deref() == bundled {
                return Ok(None);
            }
            work.describe(&stored.about, bundled)?;
            work.run(&format!("DROP TABLE IF EXISTS {}", table(id)))?;
            let is_field = |name: &str| stored.schema.position(name).is_some();
            let own = OWN_COLUMNS.map(|[usual, other]| if is_field(usual) { other } else { usual });
            work.make_table(stored, own)?;
            work.fill(stored, own[1])?;
            work.run(&index_and_triggers(id, own[1]))?;
            let what = format!("put {} features", stored.features.len());
            work.record(by, &what, id, None, &[])?;
            let sql = "UPDATE jidi.collections SET bundled_revision = CASE WHEN bundled IS NULL THEN bundled_revision ELSE revision END WHERE id = $1 RETURNING revision, pg_notify('jidi_changed', $1)";
            Ok(work.row(sql, &[id])?.map(|row| row.get(0)))
        })
    }

    /// Writes what the collection is, and keeps others from it until the end of the transaction.
    fn describe(&mut self, about: &About, bundled: Option<&str>) -> Result<(), Failure> {
        let sql = "INSERT INTO jidi.collections (id, title, title_zh, description, description_zh, data_as_of, licence, attribution, bundled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO UPDATE SET title = $2, title_zh = $3, description = $4, description_zh = $5, data_as_of = $6, licence = $7, attribution = $8, bundled = $9, revision = jidi.collections.revision + 1";
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
                &bundled,
            ],
        )?;
        Ok(())
    }

    fn make_table(&mut self, stored: &Stored, own: [&str; 2]) -> Result<(), Failure> {
        let (id, fields) = (&stored.about.id, stored.schema.fields());
        let columns = fields.iter().map(|field| match field.name.as_str() {
            "id" => ID_COLUMN.to_owned(),
            name => format!("{} {}", quoted(name), column_type(field.field_type)),
        });
        let mut columns: Vec<String> = columns.collect();
        if stored.schema.position("id").is_none() {
            columns.insert(0, ID_COLUMN.to_owned());
        }
        let postgis = self.postgis().to_owned();
        self.run(&feature_table(id, own, &columns.join(", "), &postgis))?;
        self.execute("DELETE FROM jidi.fields WHERE collection = $1", &[id])?;
        for field in fields {
            let kind = word(field.field_type);
            let sql = "INSERT INTO jidi.fields VALUES ($1, $2, $3, $4)";
            self.execute(sql, &[id, &field.name, &kind, &field.description])?;
        }
        Ok(())
    }

    /// Copies all features in at once.
    fn fill(&mut self, stored: &Stored, geometry_column: &str) -> Result<(), Failure> {
        let Stored { about, schema, features } = stored;
        let names = schema.fields().iter().map(|field| quoted(&field.name));
        let names = names.filter(|name| name != "\"id\"");
        let names: Vec<String> =
            [geometry_column.into(), "\"id\"".into()].into_iter().chain(names).collect();
        let (table, names) = (table(&about.id), names.join(", "));
        let types = self.copied_types(&format!("SELECT {names} FROM {table}"))?;
        let id_place = schema.position("id");
        let copy = format!("COPY {table} ({names}) FROM STDIN BINARY");
        let mut writer = BinaryCopyInWriter::new(self.client().copy_in(&copy)?, &types);
        for feature in features {
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
