//! The whole database into a file and back, each in one transaction.

use std::path::Path;

use postgres::Row;

use super::Postgres;
use super::failure::Failure;
use super::layout::{ADVISORY_LOCK, quoted, table};
use super::session::Session;
use crate::store::archive::{Archive, Archived, ArchivedEdit};
use crate::store::edit::{RequestKey, Stored};
use crate::store::history::{Past, Trace};
use crate::store::kept::Kept;
use crate::store::putting::Putting;
use crate::store::store_error::StoreError;
use crate::store::tokens::Token;
use crate::store::{Collection, Gpkg};

impl Postgres {
    /// Writes everything that the database keeps into a new file, as of one moment.
    ///
    /// One collection at a time is held in memory for that.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the file cannot be made, or something in the database cannot be read.
    pub fn back_up(&mut self, path: &Path) -> Result<(), StoreError> {
        self.work(|session| {
            let _ = std::fs::remove_file(path);
            let mut file = Gpkg::open(path)?;
            session.atomically("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", |work| {
                let mut failure = None;
                let filled = file.fill(|to| {
                    work.give(to).map_err(|found| {
                        let reason = StoreError::Other("the backup was given up".to_owned());
                        failure = Some(found);
                        reason
                    })
                });
                failure.map_or(filled.map_err(Failure::from), Err)
            })
        })
    }

    /// Puts what a file holds in the place of everything that the database keeps, at once: whoever
    /// serves it sees what was there before until all is there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; then the database is as it was.
    pub fn restore(&mut self, file: &Gpkg) -> Result<(), StoreError> {
        self.work(|session| {
            session.forget();
            session.atomically("BEGIN; SET LOCAL lock_timeout = '2min'", |work| {
                work.execute("SELECT pg_advisory_xact_lock($1)", &[&ADVISORY_LOCK])?;
                let above = work.clear()?;
                let mut refill = Refill { work, above, failure: None };
                let given = file.give(&mut refill);
                match refill.failure {
                    Some(failure) => Err(failure),
                    None => Ok(given?),
                }?;
                work.number_on()
            })
        })
    }
}

impl Session {
    fn give(&mut self, to: &mut dyn Archive) -> Result<(), Failure> {
        for (id, revision) in self.revisions()? {
            let Some((_, Stored { about, schema, rows })) = self.collection_now(&id)? else {
                continue;
            };
            let sql = "SELECT next_number, bundled, bundled_revision, is_private FROM jidi.collections WHERE id = $1";
            let Some(row) = self.row(sql, &[&id])? else { continue };
            let from = self.provenance()?.into_iter().find(|(of, _)| *of == id);
            let brought_by = self.brought_by(&id)?;
            let decisions = self.decisions(&id)?;
            let collection = Collection::of_rows(about, schema, rows).map_err(StoreError::from)?;
            to.collection(&Archived {
                collection,
                next_number: row.get(0),
                bundled: row.get(1),
                bundled_revision: row.get(2),
                revision,
                is_private: row.get(3),
                provenance: from.map(|(_, from)| (brought_by, from)),
                decisions,
            })?;
        }
        let sql = "SELECT number, at, who, what, ids, undone_by, collection, request_key, digest FROM jidi.edits ORDER BY number";
        for row in self.rows(sql, &[])? {
            to.edit(&self.archived_edit(&row)?)?;
        }
        for job in self.jobs()? {
            to.job(&job)?;
        }
        for token in self.tokens()? {
            to.token(&token)?;
        }
        Ok(())
    }

    fn archived_edit(&mut self, row: &Row) -> Result<ArchivedEdit, Failure> {
        let past: Past = super::history::past(row);
        let (key, digest): (Option<String>, Option<String>) = (row.get(7), row.get(8));
        let key = key.zip(digest).map(|(key, digest)| RequestKey { key, digest });
        let sql = "SELECT feature, before, after FROM jidi.history WHERE edit = $1 ORDER BY number";
        let traces = self.rows(sql, &[&past.number])?;
        let traces = traces.iter().map(|row| Trace {
            id: row.get(0),
            before: row.get(1),
            after: row.get(2),
        });
        Ok(ArchivedEdit { past, collection: row.get(6), key, traces: traces.collect() })
    }

    /// Takes everything out, and gives a revision above all that there were: a validator must never
    /// name two states.
    fn clear(&mut self) -> Result<i64, Failure> {
        let sql = "SELECT coalesce(max(revision), 0) + 1 FROM (SELECT revision FROM jidi.collections FOR UPDATE) AS all_of_them";
        let above = self.row(sql, &[])?.map_or(1, |row| row.get(0));
        for (id, _) in self.revisions()? {
            self.run(&format!("DROP TABLE IF EXISTS {}", table(&id)))?;
        }
        for row in self.rows("SELECT kept FROM jidi.before WHERE kept IS NOT NULL", &[])? {
            let kept: String = row.get(0);
            self.run(&format!("DROP TABLE IF EXISTS jidi_before.{}", quoted(&kept)))?;
        }
        self.run("SET LOCAL jidi.counts_itself = 'yes'; DELETE FROM jidi.before; DELETE FROM jidi.provenance; DELETE FROM jidi.pins; DELETE FROM jidi.results; DELETE FROM jidi.history; DELETE FROM jidi.edits; DELETE FROM jidi.tokens; DELETE FROM jidi.fields; DELETE FROM jidi.collections; SELECT pg_notify('jidi_changed', '')")?;
        Ok(above)
    }

    /// Lets the next edit have the next number.
    fn number_on(&mut self) -> Result<(), Failure> {
        self.run("SELECT setval(pg_get_serial_sequence('jidi.edits', 'number'), (SELECT greatest(max(number), 1) FROM jidi.edits))")
    }

    fn take_collection(&mut self, one: &Archived, above: i64) -> Result<(), Failure> {
        let about = one.collection.about();
        let (bundled, is_private) = (one.bundled.clone(), Some(one.is_private));
        self.describe(about, &Putting { bundled, is_private, ..Putting::default() })?;
        self.lay(&one.collection)?;
        let is_edited = one.bundled_revision != Some(one.revision);
        let revision = above + one.revision;
        let bundled_revision = one.bundled_revision.map(|_| revision - i64::from(is_edited));
        let sql = "UPDATE jidi.collections SET next_number = $2, bundled_revision = $3, revision = $4 WHERE id = $1";
        self.execute(sql, &[&about.id, &one.next_number, &bundled_revision, &revision])?;
        let (number, from) = one.provenance.as_ref().map(|(number, from)| (*number, from)).unzip();
        self.keep_papers(&about.id, number.unwrap_or(0), from, &one.decisions)
    }

    fn take_edit(&mut self, one: &ArchivedEdit) -> Result<(), Failure> {
        let Past { number, at, who, what, ids, undone_by } = &one.past;
        let (key, digest) = one.key.as_ref().map(|key| (&key.key, &key.digest)).unzip();
        let sql = "INSERT INTO jidi.edits (number, at, who, what, collection, request_key, digest, ids, undone_by) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let collection = &one.collection;
        self.execute(sql, &[number, at, who, what, collection, &key, &digest, ids, undone_by])?;
        let sql = "INSERT INTO jidi.history (edit, collection, feature, before, after) VALUES ($1, $2, $3, $4, $5)";
        for Trace { id, before, after } in &one.traces {
            self.execute(sql, &[number, collection, id, before, after])?;
        }
        Ok(())
    }
}

/// Takes in what a file gives; the first failure is kept, for the file knows only its own.
struct Refill<'a> {
    work: &'a mut Session,
    above: i64,
    failure: Option<Failure>,
}

impl Refill<'_> {
    fn done(&mut self, result: Result<(), Failure>) -> Result<(), StoreError> {
        result.map_err(|failure| {
            self.failure = Some(failure);
            StoreError::Other("the database took not all of it".to_owned())
        })
    }
}

impl Archive for Refill<'_> {
    fn collection(&mut self, one: &Archived) -> Result<(), StoreError> {
        let taken = self.work.take_collection(one, self.above);
        self.done(taken)
    }

    fn edit(&mut self, one: &ArchivedEdit) -> Result<(), StoreError> {
        let taken = self.work.take_edit(one);
        self.done(taken)
    }

    fn job(&mut self, one: &Kept) -> Result<(), StoreError> {
        let taken = self.work.keep_job(one);
        self.done(taken)
    }

    fn token(&mut self, one: &Token) -> Result<(), StoreError> {
        let taken = self.work.add_token(one);
        self.done(taken)
    }
}
