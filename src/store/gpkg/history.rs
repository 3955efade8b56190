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
            let Some(number) = store.last_edit(collection)? else {
                let reason = "nothing was edited since it was put in".to_owned();
                return Ok(Err(EditError::CannotUndo(reason)));
            };
            let wishes = match store.wishes_back(collection, number)? {
                Ok(wishes) => wishes,
                Err(refused) => return Ok(Err(refused)),
            };
            let edit =
                Edit { collection: collection.to_owned(), wishes, by: by.clone(), key: None };
            let done = store.attempt(&edit, &format!("undo {number}"))?;
            if let Ok(done) = &done {
                let sql = "UPDATE jidi_edits SET undone_by = ?2 WHERE number = ?1";
                store.connection.execute(sql, [number, done.number])?;
            }
            Ok(done)
        })
    }

    /// The last edit that still stands, after the collection was put in as a whole.
    fn last_edit(&self, collection: &str) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT number FROM jidi_edits WHERE collection = ?1 AND what = 'edit' AND undone_by IS NULL AND number > ifnull((SELECT max(number) FROM jidi_edits WHERE collection = ?1 AND what LIKE 'put %'), 0) ORDER BY number DESC LIMIT 1";
        Ok(self.connection.query_row(sql, [collection], |row| row.get(0)).optional()?)
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

fn past(row: &Row<'_>) -> rusqlite::Result<Past> {
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
