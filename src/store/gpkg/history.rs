//! The history in the file, and edits undone.

use rusqlite::{OptionalExtension, Row, params};

use super::Gpkg;
use crate::store::edit::{Author, Done, Edit, EditError, Wish};
use crate::store::history::{Past, Trace, back};
use crate::store::store_error::StoreError;

impl Gpkg {
    pub(super) fn read_history(
        &self,
        collection: &str,
        limit: usize,
    ) -> Result<Vec<Past>, StoreError> {
        let sql = "SELECT number, at, who, what, ids, undone_by FROM jidi_edits WHERE collection = ?1 ORDER BY number DESC LIMIT ?2";
        let mut query = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![collection, limit], past)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Undoes the last edit in one transaction.
    pub(super) fn write_undo(
        &mut self,
        collection: &str,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        self.in_transaction(|store| {
            let Some((number, what)) = store.last_edit(collection)? else {
                let reason = "nothing was edited since it was put in".to_owned();
                return Ok(Err(EditError::CannotUndo(reason)));
            };
            let done = if what == "edit" {
                let wishes = match store.wishes_back(collection, number)? {
                    Ok(wishes) => wishes,
                    Err(refused) => return Ok(Err(refused)),
                };
                let edit =
                    Edit { collection: collection.to_owned(), wishes, by: by.clone(), key: None };
                store.attempt(&edit, &format!("undo {number}"))?
            } else {
                store.put_back(collection, number, by)?
            };
            if let Ok(done) = &done {
                let sql = "UPDATE jidi_edits SET undone_by = ?2 WHERE number = ?1";
                store.connection.execute(sql, [number, done.number])?;
            }
            Ok(done)
        })
    }

    /// The last edit that still stands, and what it was.
    fn last_edit(&self, collection: &str) -> Result<Option<(i64, String)>, StoreError> {
        let sql = "SELECT number, what FROM jidi_edits WHERE collection = ?1 AND what NOT LIKE 'undo %' AND undone_by IS NULL ORDER BY number DESC LIMIT 1";
        let last = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        Ok(self.connection.query_row(sql, [collection], last).optional()?)
    }

    fn wishes_back(
        &self,
        collection: &str,
        number: i64,
    ) -> Result<Result<Vec<Wish>, EditError>, StoreError> {
        let layer = self.layer(collection)?;
        let sql =
            "SELECT feature, before, after FROM jidi_history WHERE edit = ?1 ORDER BY number DESC";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([number], trace)?;
        let traces: Vec<Trace> = rows.collect::<Result<_, _>>()?;
        Ok(traces.iter().map(|trace| back(&layer.schema, trace)).collect())
    }
}

fn trace(row: &Row<'_>) -> rusqlite::Result<Trace> {
    Ok(Trace { id: row.get(0)?, before: row.get(1)?, after: row.get(2)? })
}

pub(super) fn past(row: &Row<'_>) -> rusqlite::Result<Past> {
    let ids: String = row.get(4)?;
    Ok(Past {
        number: row.get(0)?,
        at: row.get(1)?,
        who: row.get(2)?,
        what: row.get(3)?,
        ids: ids.split(';').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        undone_by: row.get(5)?,
    })
}
