//! Jidi's own tables of the file, beside those of GeoPackage 1.3 (OGC 12-128r18).

use crate::formats::gpkg_layout;
pub(super) use crate::formats::gpkg_layout::{
    APPLICATION_ID, feature_table, literal, own_columns, quoted,
};

/// The version of Jidi's own tables; one that is lower is brought up, one that is higher refused.
pub(super) const LAYOUT: i64 = 3;

/// Tables that every GeoPackage has, and Jidi's own in layout 1; `migrate` brings them up.
pub(super) fn tables() -> String {
    [gpkg_layout::TABLES, OWN_TABLES].concat()
}

/// Jidi's own tables in layout 1.
const OWN_TABLES: &str = r"
CREATE TABLE jidi_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE jidi_collections (
  id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, title_zh TEXT NOT NULL,
  description TEXT NOT NULL, description_zh TEXT NOT NULL, data_as_of TEXT NOT NULL,
  licence TEXT NOT NULL, attribution TEXT NOT NULL, next_number INTEGER NOT NULL DEFAULT 1,
  bundled TEXT, bundled_revision INTEGER, revision INTEGER NOT NULL DEFAULT 0);
CREATE TABLE jidi_fields (
  collection TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, description TEXT NOT NULL,
  PRIMARY KEY (collection, name));
CREATE TABLE jidi_edits (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL,
  what TEXT NOT NULL, collection TEXT NOT NULL, request_key TEXT UNIQUE, digest TEXT,
  ids TEXT NOT NULL, undone_by INTEGER);
CREATE TABLE jidi_history (
  number INTEGER PRIMARY KEY AUTOINCREMENT, edit INTEGER NOT NULL, collection TEXT NOT NULL,
  feature TEXT NOT NULL, before TEXT, after TEXT);
CREATE INDEX jidi_history_feature ON jidi_history (collection, feature);
CREATE INDEX jidi_history_edit ON jidi_history (edit);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
  VALUES ('jidi_edits', 'attributes', 'Changes', 'Who changed what, and when');
";

/// What tells programs of the geometries of a table, and its spatial index, still empty.
pub(super) fn geometry_column(table: &str, geometry: &str, kind: &str) -> String {
    gpkg_layout::geometry_column(table, geometry, kind, 4326)
}

/// What keeps the spatial index true and counts the changes, whoever makes them.
pub(super) fn triggers(table: &str, own: [&str; 2]) -> String {
    let name = quoted(table);
    let text = literal(table);
    let count = format!("UPDATE jidi_collections SET revision = revision + 1 WHERE id = {text};");
    let index = gpkg_layout::index_triggers(table, own);
    format!(
        r#"{index}
CREATE TRIGGER "jidi_{table}_insert" AFTER INSERT ON {name} BEGIN {count} END;
CREATE TRIGGER "jidi_{table}_update" AFTER UPDATE ON {name} BEGIN {count} END;
CREATE TRIGGER "jidi_{table}_delete" AFTER DELETE ON {name} BEGIN {count} END;
"#
    )
}
