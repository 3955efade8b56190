//! Collections taken out and put back as a whole, and what is kept aside for that.
//!
//! The table of a collection that is replaced or removed moves into a schema of its own; moved back,
//! it is what it was, with its indexes and triggers.

use super::failure::Failure;
use super::layout::{ADVISORY_LOCK, quoted, table};
use super::session::Session;
use crate::store::edit::{Author, Done, EditError};

/// What was kept, in both tables.
const ABOUT: &str = "id, title, title_zh, description, description_zh, data_as_of, licence, attribution, next_number, bundled, bundled_revision, is_private";

impl Session {
    /// Takes a collection out.
    pub(super) fn remove(&mut self, id: &str, by: &Author) -> Result<Done, Failure> {
        self.forget();
        self.atomically("BEGIN", |work| {
            work.run("SET LOCAL lock_timeout = '2min'")?;
            work.execute("SELECT pg_advisory_xact_lock($1)", &[&ADVISORY_LOCK])?;
            if !work.holds(id)? {
                return Err(EditError::NotStored(id.to_owned()).into());
            }
            let number = work.record(by, "remove", id, None, &[])?;
            work.keep_before(id, number)?;
            work.delist(id)?;
            Ok(Done::whole(number))
        })
    }

    /// Keeps what a collection is before an edit, in the place of what was kept of it earlier.
    pub(super) fn keep_before(&mut self, id: &str, number: i64) -> Result<(), Failure> {
        for row in
            self.rows("SELECT kept FROM jidi.before WHERE id = $1 AND kept IS NOT NULL", &[&id])?
        {
            let kept: String = row.get(0);
            self.run(&format!("DROP TABLE IF EXISTS jidi_before.{}", quoted(&kept)))?;
            self.execute("DELETE FROM jidi.fields WHERE collection = $1", &[&kept])?;
        }
        self.execute("DELETE FROM jidi.before WHERE id = $1", &[&id])?;
        if !self.holds(id)? {
            self.execute("INSERT INTO jidi.before (edit, id) VALUES ($1, $2)", &[&number, &id])?;
            return Ok(());
        }
        let kept = format!("jidi_before_{number}");
        let sql = format!(
            "INSERT INTO jidi.before (edit, kept, {ABOUT}) SELECT $1, $2, {ABOUT} FROM jidi.collections WHERE id = $3"
        );
        self.execute(&sql, &[&number, &kept, &id])?;
        self.run(&format!(
            "ALTER TABLE {} RENAME TO {kept}; ALTER TABLE jidi_data.{kept} SET SCHEMA jidi_before",
            table(id)
        ))?;
        self.execute(
            "UPDATE jidi.fields SET collection = $2 WHERE collection = $1",
            &[&id, &kept],
        )?;
        Ok(())
    }

    /// Puts back what an edit replaced or removed, and takes out what it brought.
    pub(super) fn put_back(&mut self, id: &str, number: i64, by: &Author) -> Result<Done, Failure> {
        let row = self.row("SELECT kept FROM jidi.before WHERE edit = $1", &[&number])?;
        let row = row.ok_or_else(|| {
            EditError::CannotUndo(format!("what `{id}` was before it was put in is not kept"))
        })?;
        let kept: Option<String> = row.get(0);
        let undone = self.record(by, &format!("undo {number}"), id, None, &[])?;
        if self.holds(id)? {
            self.run(&format!("DROP TABLE IF EXISTS {}", table(id)))?;
            self.execute("DELETE FROM jidi.fields WHERE collection = $1", &[&id])?;
            self.delist(id)?;
        }
        if let Some(kept) = kept {
            let sql = format!(
                "INSERT INTO jidi.collections ({ABOUT}, revision) SELECT {ABOUT}, coalesce((SELECT value::bigint FROM jidi.meta WHERE key = 'revision'), 0) FROM jidi.before WHERE edit = $1"
            );
            self.execute(&sql, &[&number])?;
            self.run(&format!(
                "ALTER TABLE jidi_before.{kept} SET SCHEMA jidi_data; ALTER TABLE jidi_data.{kept} RENAME TO {}",
                quoted(id)
            ))?;
            let sql = "UPDATE jidi.fields SET collection = $2 WHERE collection = $1";
            self.execute(sql, &[&kept, &id])?;
        }
        self.execute("DELETE FROM jidi.before WHERE edit = $1", &[&number])?;
        self.execute("SELECT pg_notify('jidi_changed', $1)", &[&id])?;
        self.forget();
        Ok(Done::whole(undone))
    }

    /// Says whether there is a collection, and keeps others from it until the transaction ends.
    fn holds(&mut self, id: &str) -> Result<bool, Failure> {
        let sql = "SELECT FROM jidi.collections WHERE id = $1 FOR UPDATE";
        Ok(self.row(sql, &[&id])?.is_some())
    }

    /// Takes a collection from the list; another of its id will not have the revision of this.
    fn delist(&mut self, id: &str) -> Result<(), Failure> {
        let sql = "INSERT INTO jidi.meta SELECT 'revision', revision + 1 FROM jidi.collections WHERE id = $1 ON CONFLICT (key) DO UPDATE SET value = greatest(jidi.meta.value::bigint, excluded.value::bigint)";
        self.execute(sql, &[&id])?;
        let sql =
            "DELETE FROM jidi.collections WHERE id = $1 RETURNING pg_notify('jidi_changed', id)";
        self.row(sql, &[&id])?;
        Ok(())
    }
}
