//! From an older layout of Jidi's own tables to the newest, with a copy of the file before.

use std::path::{Path, PathBuf};

use rusqlite::backup::Progress;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::layout::LAYOUT;
use crate::store::store_error::StoreError;

/// What brings layout 1 to 2, 2 to 3 and so on, in this order.
const STEPS: [&str; 2] = [
    "
CREATE TABLE jidi_tokens (
  name TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL UNIQUE, scope TEXT NOT NULL,
  collection TEXT, created TEXT NOT NULL, revoked TEXT);
ALTER TABLE jidi_collections ADD COLUMN is_private INTEGER NOT NULL DEFAULT 0;
",
    "
CREATE TABLE jidi_before (
  edit INTEGER PRIMARY KEY, kept TEXT, kind TEXT,
  id TEXT NOT NULL, title TEXT, title_zh TEXT, description TEXT, description_zh TEXT,
  data_as_of TEXT, licence TEXT, attribution TEXT, next_number INTEGER, bundled TEXT,
  bundled_revision INTEGER, is_private INTEGER);
CREATE TABLE jidi_provenance (
  edit INTEGER PRIMARY KEY, collection TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL, kind TEXT NOT NULL, datum TEXT NOT NULL, is_geocoded INTEGER NOT NULL,
  rows INTEGER NOT NULL, refused INTEGER NOT NULL, version TEXT NOT NULL, who TEXT NOT NULL,
  at TEXT NOT NULL);
CREATE TABLE jidi_pins (
  collection TEXT NOT NULL, query TEXT NOT NULL, within TEXT NOT NULL, lon REAL, lat REAL,
  adcode TEXT, is_candidate INTEGER NOT NULL, decided_by TEXT NOT NULL, decided_on TEXT NOT NULL,
  PRIMARY KEY (collection, query, within));
CREATE TABLE jidi_results (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, process TEXT NOT NULL,
  who TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL, created TEXT NOT NULL,
  started TEXT NOT NULL, finished TEXT NOT NULL, parameters TEXT NOT NULL,
  media_type TEXT NOT NULL, result BLOB NOT NULL);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES
  ('jidi_pins', 'attributes', 'Pins', 'Where people placed the rows of a text'),
  ('jidi_provenance', 'attributes', 'Provenance', 'Where each collection comes from'),
  ('jidi_results', 'attributes', 'Results', 'What analyses and imports answered');
",
];

/// The layout of a file; 0 when it does not say.
pub(super) fn layout(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT value FROM jidi_meta WHERE key = 'layout'";
    let text: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Brings a file up to the newest layout; what it was before is kept beside it.
pub(super) fn bring_up(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let before = layout(connection)?;
    if before >= LAYOUT {
        return Ok(());
    }
    connection.backup("main", copy_of(path, before), None::<fn(Progress)>)?;
    let work = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    take_steps(&work, layout(&work)?)?; // another program may have been first
    work.commit()?;
    Ok(())
}

/// Takes the steps from a layout to the newest, in the transaction of the caller.
pub(super) fn take_steps(work: &Connection, from: i64) -> Result<(), StoreError> {
    let done = usize::try_from(from - 1).unwrap_or(0);
    for step in STEPS.iter().skip(done) {
        work.execute_batch(step)?;
    }
    let sql =
        "INSERT INTO jidi_meta VALUES ('layout', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1";
    work.execute(sql, [LAYOUT.to_string()])?;
    Ok(())
}

/// Where the file of before is kept.
fn copy_of(path: &Path, layout: i64) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".layout{layout}.bak"));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::super::Gpkg;
    use super::super::layout::tables;
    use super::*;
    use crate::store::Backend as _;

    #[test]
    fn a_file_of_layout_1_is_kept_and_brought_up() {
        let path = std::env::temp_dir().join(format!("jidi-layout1-{}.gpkg", std::process::id()));
        let copy = copy_of(&path, 1);
        let remove = || [&path, &copy].map(std::fs::remove_file);
        let _ = remove();
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&tables()).unwrap();
        old.execute_batch("INSERT INTO jidi_meta VALUES ('layout', '1'); INSERT INTO jidi_collections (id, title, title_zh, description, description_zh, data_as_of, licence, attribution) VALUES ('mine', '', '', '', '', '', '', '')").unwrap();
        drop(old);
        let mut store = Gpkg::open(&path).unwrap();
        assert_eq!(store.revisions().unwrap(), [("mine".to_owned(), 0)]);
        assert_eq!((store.tokens().unwrap(), store.private().unwrap()), (vec![], vec![]));
        drop(store);
        assert_eq!(layout(&Connection::open(&copy).unwrap()), Ok(1));
        assert_eq!(layout(&Connection::open(&path).unwrap()), Ok(LAYOUT));
        let written = std::fs::metadata(&copy).unwrap().modified().unwrap();
        drop(Gpkg::open(&path).unwrap());
        assert_eq!(std::fs::metadata(&copy).unwrap().modified().unwrap(), written);
        let _ = remove();
    }
}
