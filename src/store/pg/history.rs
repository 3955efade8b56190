//! The history in the database, and edits undone.

use postgres::Row;

use super::edit::{Holding, Worked};
use super::failure::Failure;
use super::session::Session;
use crate::domain::Schema;
use crate::store::edit::{Author, Done, Edit, EditError, Wish};
use crate::store::history::{Past, Trace, back};

impl Session {
    pub(super) fn history(&mut self, collection: &str, limit: usize) -> Result<Vec<Past>, Failure> {
        let sql = "SELECT number, at, who, what, ids, undone_by FROM jidi.edits WHERE collection = $1 ORDER BY number DESC LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.rows(sql, &[&collection, &limit])?.iter().map(past).collect())
    }

    /// Undoes the last edit in one transaction.
    pub(super) fn undo(
        &mut self,
        collection: &str,
        by: &Author,
    ) -> Result<Worked<Result<Done, EditError>>, Failure> {
        self.keeping([collection].into(), |work, holding| {
            work.undo_held(collection, by, holding).map_or_else(|no| no.refusal().map(Err), Ok)
        })
    }

    fn undo_held(
        &mut self,
        collection: &str,
        by: &Author,
        holding: &mut Holding,
    ) -> Result<Result<Done, EditError>, Failure> {
        let nothing = || EditError::CannotUndo("nothing was edited since it was put in".to_owned());
        let (number, what) = self.last_edit(collection)?.ok_or_else(nothing)?;
        let done = if what == "edit" {
            let not_stored = || EditError::NotStored(collection.to_owned());
            let schema = holding.get(collection).ok_or_else(not_stored)?.layer.schema.clone();
            let wishes = self.wishes_back(&schema, number)?;
            let edit =
                Edit { collection: collection.to_owned(), wishes, by: by.clone(), key: None };
            self.attempt(&edit, &format!("undo {number}"), holding)?
        } else {
            Ok(self.put_back(collection, number, by)?)
        };
        if let Ok(done) = &done {
            let sql = "UPDATE jidi.edits SET undone_by = $2 WHERE number = $1";
            self.execute(sql, &[&number, &done.number])?;
        }
        Ok(done)
    }

    /// The last edit that still stands, and what it was.
    fn last_edit(&mut self, collection: &str) -> Result<Option<(i64, String)>, Failure> {
        let sql = "SELECT number, what FROM jidi.edits WHERE collection = $1 AND what NOT LIKE 'undo %' AND undone_by IS NULL ORDER BY number DESC LIMIT 1";
        Ok(self.row(sql, &[&collection])?.map(|row| (row.get(0), row.get(1))))
    }

    fn wishes_back(&mut self, schema: &Schema, number: i64) -> Result<Vec<Wish>, Failure> {
        let sql =
            "SELECT feature, before, after FROM jidi.history WHERE edit = $1 ORDER BY number DESC";
        let rows = self.rows(sql, &[&number])?;
        let traces =
            rows.iter().map(|row| Trace { id: row.get(0), before: row.get(1), after: row.get(2) });
        Ok(traces.map(|trace| back(schema, &trace)).collect::<Result<_, _>>()?)
    }
}

pub(super) fn past(row: &Row) -> Past {
    Past {
        number: row.get(0),
        at: row.get(1),
        who: row.get(2),
        what: row.get(3),
        ids: row.get(4),
        undone_by: row.get(5),
    }
}
