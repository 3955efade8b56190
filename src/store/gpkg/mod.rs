//! The embedded store: one GeoPackage that QGIS and GDAL open and edit as it is.
//!
//! Each collection is a layer of its own name. Jidi's own tables stand beside them: what the
//! collections are, the history of changes, the names of requests that were done.

mod archive;
mod cells;
mod connection;
mod functions;
mod history;
mod layers;
mod layout;
mod migrate;
mod papers;
mod read;
mod rtree;
mod tokens;
mod whole;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use self::layout::{APPLICATION_ID, LAYOUT, tables};
use super::backend::{Backend, Bundled};
use super::collection::Collection;
use super::edit::{Author, Done, Edit, EditError, Stored};
use super::history::Past;
use super::kept::Kept;
use super::putting::{Decision, Provenance, Putting};
use super::store_error::StoreError;
use super::tokens::Token;

/// How long another program may hold the file before a change is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of the file is kept in memory, in KiB: a large list is put in without reading twice.
const CACHE_KIB: i64 = 64 * 1024;

/// Holds the open file.
#[derive(Debug)]
pub struct Gpkg {
    connection: Connection,
    path: PathBuf,
    is_read_only: bool,
    /// The version of its tables; that of a file that may only be read stays as it is.
    layout: i64,
    /// The revisions of the collections as they were read or written last.
    known: Vec<(String, i64)>,
    /// Collections that another program changed since.
    stale: Vec<String>,
    /// The version of the data when it was last looked at.
    seen: Option<i64>,
}

impl Gpkg {
    /// Opens the file, or makes it with nothing in it; one that may only be read is opened for that.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is no file of ours, newer than this program, damaged or out of reach.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let unreachable =
            |reason: String| StoreError::Unreachable { path: path.to_owned(), reason };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| unreachable(error.to_string()))?;
        }
        let connection = connection::open(path).map_err(|error| unreachable(error.to_string()))?;
        let is_read_only = connection.is_readonly("main")?;
        connection.busy_timeout(PATIENCE)?;
        functions::add(&connection)?;
        let mut store = Self {
            connection,
            path: path.to_owned(),
            is_read_only,
            layout: LAYOUT,
            known: Vec::new(),
            stale: Vec::new(),
            seen: None,
        };
        store.prepare()?;
        Ok(store)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the tables of a new file, and holds an old one against what is known.
    fn prepare(&mut self) -> Result<(), StoreError> {
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let is_empty = count("SELECT count(*) FROM sqlite_master")? == 0;
        if is_empty && !self.is_read_only {
            return self.make_tables();
        }
        let is_ours = count("SELECT count(*) FROM sqlite_master WHERE name = 'jidi_meta'")? == 1;
        if !is_ours {
            return Err(StoreError::NotOurs { path: self.path.clone() });
        }
        let found = migrate::layout(&self.connection)?;
        if found > LAYOUT {
            let store = self.path.display().to_string();
            return Err(StoreError::Newer { store, found, known: LAYOUT });
        }
        if !self.is_read_only {
            self.tune()?;
            migrate::bring_up(&mut self.connection, &self.path)?;
        }
        if self.is_read_only {
            self.layout = found;
        }
        Ok(())
    }

    fn make_tables(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 10300;"
        ))?;
        self.tune()?;
        let work = self.connection.transaction()?;
        work.execute_batch(&tables())?;
        migrate::take_steps(&work, 1)?;
        work.commit()?;
        Ok(())
    }

    /// A log beside the file: readers go on while something is written, and what is acknowledged is
    /// on the disk.
    fn tune(&self) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", "ON")?;
        self.connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        Ok(())
    }

    /// Writes everything into another file, as it is now, while others go on with this one. What the
    /// other file held is gone then, at once and as a whole.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the other file cannot be written.
    pub fn back_up(&self, path: &Path) -> Result<(), StoreError> {
        let unreachable = |error: rusqlite::Error| StoreError::Unreachable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let mut copy = Connection::open(path).map_err(unreachable)?;
        copy.busy_timeout(PATIENCE)?;
        let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy)?;
        backup.run_to_completion(4_096, Duration::ZERO, None)?;
        Ok(())
    }

    /// Looks for damage.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] with what is found first.
    pub fn check(&self) -> Result<(), StoreError> {
        let sql = "PRAGMA integrity_check(1)";
        let found: String = self.connection.query_row(sql, [], |row| row.get(0))?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found)) }
    }
}

impl Backend for Gpkg {
    fn revisions(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        self.read_revisions()
    }

    fn load(&mut self, id: &str) -> Result<Option<Stored>, StoreError> {
        self.read_collection(id)
    }

    fn bundled(&mut self, id: &str) -> Result<Option<Bundled>, StoreError> {
        self.read_bundled(id)
    }

    fn put_collection(
        &mut self,
        collection: &Collection,
        how: &Putting,
    ) -> Result<Result<Done, EditError>, StoreError> {
        self.write_collection(collection, how)
    }

    fn remove_collection(
        &mut self,
        id: &str,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        self.take_collection(id, by)
    }

    fn provenance(&mut self) -> Result<Vec<(String, Provenance)>, StoreError> {
        self.read_provenance()
    }

    fn decisions(&mut self, id: &str) -> Result<Vec<Decision>, StoreError> {
        self.read_decisions(id)
    }

    fn keep_job(&mut self, job: &Kept) -> Result<(), StoreError> {
        self.write_job(job)
    }

    fn job(&mut self, id: &str) -> Result<Option<Kept>, StoreError> {
        self.read_job(id)
    }

    fn forget_job(&mut self, id: &str) -> Result<bool, StoreError> {
        self.delete_job(id)
    }

    fn commit(&mut self, edits: &[Edit]) -> Result<Vec<Result<Done, EditError>>, StoreError> {
        self.write_edits(edits)
    }

    fn take_stale(&mut self) -> Result<Vec<String>, StoreError> {
        self.note_revisions()?;
        Ok(std::mem::take(&mut self.stale))
    }

    fn is_touched(&mut self) -> Result<bool, StoreError> {
        let now = Some(self.data_version()?);
        Ok(std::mem::replace(&mut self.seen, now) != now)
    }

    fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    fn tokens(&mut self) -> Result<Vec<Token>, StoreError> {
        self.read_tokens()
    }

    fn add_token(&mut self, token: &Token) -> Result<(), StoreError> {
        self.write_token(token)
    }

    fn revoke_token(&mut self, name: &str, at: &str) -> Result<bool, StoreError> {
        self.mark_revoked(name, at)
    }

    fn private(&mut self) -> Result<Vec<String>, StoreError> {
        self.read_private()
    }

    fn set_private(&mut self, id: &str, is_private: bool) -> Result<bool, StoreError> {
        self.mark_private(id, is_private)
    }

    fn history(&mut self, collection: &str, limit: usize) -> Result<Vec<Past>, StoreError> {
        self.read_history(collection, limit)
    }

    fn undo(
        &mut self,
        collection: &str,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        self.write_undo(collection, by)
    }
}
