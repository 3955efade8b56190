//! The whole file, out of another kind of store or into one.

use rusqlite::{Row, params};

use super::{Gpkg, layers, whole};
use crate::store::Collection;
use crate::store::archive::{Archive, Archived, ArchivedEdit};
use crate::store::edit::{RequestKey, Stored};
use crate::store::history::{Past, Trace};
use crate::store::kept::Kept;
use crate::store::putting::Putting;
use crate::store::store_error::StoreError;
use crate::store::tokens::Token;

impl Gpkg {
    /// Fills a new file with what another store gives; with all of it or with nothing.
    pub(in crate::store) fn fill(
        &mut self,
        give: impl FnOnce(&mut dyn Archive) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.in_transaction(|store| give(store))
    }

    /// Gives everything that another kind of store keeps, too.
    pub(in crate::store) fn give(&self, to: &mut dyn Archive) -> Result<(), StoreError> {
        for (id, revision) in self.read_revisions()? {
            let Some(Stored { about, schema, rows }) = self.read_collection(&id)? else {
                continue;
            };
            let sql =
                "SELECT next_number, bundled, bundled_revision FROM jidi_collections WHERE id = ?1";
            let is_private = self.read_private()?.contains(&id);
            let collection = Collection::of_rows(about, schema, rows)?;
            let from = self.read_provenance()?.into_iter().find(|(of, _)| *of == id);
            let brought_by = self.brought_by(&id)?;
            let decisions = self.read_decisions(&id)?;
            let archived = self.connection.query_row(sql, [&id], |row| {
                let (next_number, bundled, bundled_revision) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(Archived {
                    collection,
                    next_number,
                    bundled,
                    bundled_revision,
                    revision,
                    is_private,
                    provenance: from.map(|(_, from)| (brought_by, from)),
                    decisions,
                })
            })?;
            to.collection(&archived)?;
        }
        let sql = "SELECT number, at, who, what, ids, undone_by, collection, request_key, digest FROM jidi_edits ORDER BY number";
        let mut query = self.connection.prepare(sql)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            to.edit(&self.edit(row)?)?;
        }
        self.read_jobs()?.iter().try_for_each(|job| to.job(job))?;
        self.read_tokens()?.iter().try_for_each(|token| to.token(token))
    }

    fn edit(&self, row: &Row<'_>) -> Result<ArchivedEdit, StoreError> {
        let past: Past = super::history::past(row)?;
        let key: Option<String> = row.get(7)?;
        let digest: Option<String> = row.get(8)?;
        let key = key.zip(digest).map(|(key, digest)| RequestKey { key, digest });
        let sql = "SELECT feature, before, after FROM jidi_history WHERE edit = ?1 ORDER BY number";
        let mut query = self.connection.prepare_cached(sql)?;
        let traces = query.query_map([past.number], |row| {
            Ok(Trace { id: row.get(0)?, before: row.get(1)?, after: row.get(2)? })
        })?;
        let traces = traces.collect::<Result<_, _>>()?;
        Ok(ArchivedEdit { past, collection: row.get(6)?, key, traces })
    }
}

impl Archive for Gpkg {
    fn collection(&mut self, one: &Archived) -> Result<(), StoreError> {
        let (work, about) = (&self.connection, one.collection.about());
        let (bundled, is_private) = (one.bundled.clone(), Some(one.is_private));
        // Each collection was put in by an edit, so the next edit has a higher number than this.
        let sql = "SELECT count(*) + 1 FROM jidi_collections";
        layers::make(work, &one.collection, work.query_row(sql, [], |row| row.get(0))?)?;
        whole::describe(work, about, &Putting { bundled, is_private, ..Putting::default() })?;
        let sql = "UPDATE jidi_collections SET next_number = ?2, bundled_revision = ?3, revision = ?4 WHERE id = ?1";
        let Archived { next_number, bundled_revision, revision, .. } = one;
        work.execute(sql, params![about.id, next_number, bundled_revision, revision])?;
        let (number, from) = one.provenance.as_ref().map(|(number, from)| (*number, from)).unzip();
        self.write_papers(&about.id, number.unwrap_or(0), from, &one.decisions)
    }

    fn edit(&mut self, one: &ArchivedEdit) -> Result<(), StoreError> {
        let Past { number, at, who, what, ids, undone_by } = &one.past;
        let (key, digest) = one.key.as_ref().map(|key| (&key.key, &key.digest)).unzip();
        let sql = "INSERT INTO jidi_edits (number, at, who, what, collection, request_key, digest, ids, undone_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let ids = ids.join(";");
        self.connection.prepare_cached(sql)?.execute(params![
            number,
            at,
            who,
            what,
            one.collection,
            key,
            digest,
            ids,
            undone_by
        ])?;
        let sql = "INSERT INTO jidi_history (edit, collection, feature, before, after) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut insert = self.connection.prepare_cached(sql)?;
        for Trace { id, before, after } in &one.traces {
            insert.execute(params![number, one.collection, id, before, after])?;
        }
        Ok(())
    }

    fn job(&mut self, one: &Kept) -> Result<(), StoreError> {
        self.insert_job(one)
    }

    fn token(&mut self, one: &Token) -> Result<(), StoreError> {
        self.write_token(one)
    }
}
