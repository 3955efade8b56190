//! The tables that every GeoPackage 1.3 has (OGC 12-128r18), and what keeps its spatial index true.

/// `GPKG` in ASCII, which marks the file for every program that reads it.
pub const APPLICATION_ID: i64 = 0x4750_4B47;

/// Tables that every GeoPackage has; WGS 84 is among its systems.
pub const TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', NULL);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"#;

/// The table of a layer.
#[must_use]
pub fn feature_table(table: &str, [key, geometry]: [&str; 2], columns: &str, kind: &str) -> String {
    let name = quoted(table);
    format!(
        "CREATE TABLE {name} ({key} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {geometry} {kind}, {columns});"
    )
}

/// What tells programs of the geometries of a table, and its spatial index, still empty
/// (GeoPackage, annexes L, F.3).
#[must_use]
pub fn geometry_column(table: &str, geometry: &str, kind: &str, srs_id: i32) -> String {
    let text = literal(table);
    format!(
        r#"
INSERT INTO gpkg_geometry_columns VALUES ({text}, '{geometry}', '{kind}', {srs_id}, 0, 0);
INSERT INTO gpkg_extensions VALUES ({text}, '{geometry}', 'gpkg_rtree_index',
  'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');
CREATE VIRTUAL TABLE "rtree_{table}_{geometry}" USING rtree(id, minx, maxx, miny, maxy);
"#
    )
}

/// The media type of columns that hold JSON.
pub const JSON: &str = "application/json";

/// The schema extension, which says that some columns of a table hold JSON (annex F.9); nothing where
/// there are none.
#[must_use]
pub fn json_columns(table: &str, columns: &[&str]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let row = |column: &&str| {
        format!(
            "INSERT INTO gpkg_data_columns (table_name, column_name, mime_type) VALUES ({}, {}, '{JSON}');",
            literal(table),
            literal(column)
        )
    };
    let rows: String = columns.iter().map(row).collect();
    format!(
        r"
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec120/#extension_schema', 'read-write'),
  ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec120/#extension_schema', 'read-write');
{rows}
"
    )
}

/// What keeps the spatial index true, whoever makes a change (annex F.3).
#[must_use]
pub fn index_triggers(table: &str, [key, geometry]: [&str; 2]) -> String {
    let name = quoted(table);
    let rtree = format!("\"rtree_{table}_{geometry}\"");
    let box_of = format!(
        "ST_MinX(NEW.{geometry}), ST_MaxX(NEW.{geometry}), ST_MinY(NEW.{geometry}), ST_MaxY(NEW.{geometry})"
    );
    let new = format!("(NEW.{geometry} NOTNULL AND NOT ST_IsEmpty(NEW.{geometry}))");
    let no_new = format!("(NEW.{geometry} ISNULL OR ST_IsEmpty(NEW.{geometry}))");
    let old = format!("(OLD.{geometry} NOTNULL AND NOT ST_IsEmpty(OLD.{geometry}))");
    let no_old = format!("(OLD.{geometry} ISNULL OR ST_IsEmpty(OLD.{geometry}))");
    format!(
        r#"
CREATE TRIGGER "rtree_{table}_{geometry}_insert" AFTER INSERT ON {name} WHEN {new}
BEGIN INSERT OR REPLACE INTO {rtree} VALUES (NEW.{key}, {box_of}); END;
CREATE TRIGGER "rtree_{table}_{geometry}_update2" AFTER UPDATE OF {geometry} ON {name}
WHEN OLD.{key} = NEW.{key} AND {no_new}
BEGIN DELETE FROM {rtree} WHERE id = OLD.{key}; END;
CREATE TRIGGER "rtree_{table}_{geometry}_update4" AFTER UPDATE ON {name}
WHEN OLD.{key} != NEW.{key} AND {no_new}
BEGIN DELETE FROM {rtree} WHERE id IN (OLD.{key}, NEW.{key}); END;
CREATE TRIGGER "rtree_{table}_{geometry}_update5" AFTER UPDATE ON {name}
WHEN OLD.{key} != NEW.{key} AND {new}
BEGIN DELETE FROM {rtree} WHERE id = OLD.{key};
INSERT OR REPLACE INTO {rtree} VALUES (NEW.{key}, {box_of}); END;
CREATE TRIGGER "rtree_{table}_{geometry}_update6" AFTER UPDATE OF {geometry} ON {name}
WHEN OLD.{key} = NEW.{key} AND {new} AND {old}
BEGIN UPDATE {rtree} SET minx = ST_MinX(NEW.{geometry}), maxx = ST_MaxX(NEW.{geometry}),
miny = ST_MinY(NEW.{geometry}), maxy = ST_MaxY(NEW.{geometry}) WHERE id = NEW.{key}; END;
CREATE TRIGGER "rtree_{table}_{geometry}_update7" AFTER UPDATE OF {geometry} ON {name}
WHEN OLD.{key} = NEW.{key} AND {new} AND {no_old}
BEGIN INSERT INTO {rtree} VALUES (NEW.{key}, {box_of}); END;
CREATE TRIGGER "rtree_{table}_{geometry}_delete" AFTER DELETE ON {name} WHEN OLD.{geometry} NOT NULL
BEGIN DELETE FROM {rtree} WHERE id = OLD.{key}; END;
"#
    )
}

/// A name as SQL writes it.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL writes it.
#[must_use]
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Names for the key and the geometry of a table that none of its columns has: GeoPackage programs
/// expect `fid` and `geom`, and a list may have its own.
#[must_use]
pub fn own_columns(taken: impl Fn(&str) -> bool) -> [&'static str; 2] {
    let free = |names: [&'static str; 2]| if taken(names[0]) { names[1] } else { names[0] };
    [free(["fid", "jidi_fid"]), free(["geom", "jidi_geom"])]
}
