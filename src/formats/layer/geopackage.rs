//! Layers as GeoPackage (OGC 12-128r19), read from a copy in memory that nothing can write to.

use std::io::Cursor;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use super::collect::{Collector, Found};
use super::{InvalidLayer, Layer};
use crate::domain::{Crs, FieldType, Value};
use crate::formats::{crs_text, gpkg_blob, gpkg_cells, gpkg_layout, list_text};

const GEOPACKAGE: &str = "GeoPackage";

/// After how many steps the database asks whether to go on: a view can count for ever.
const STEPS: i32 = 100_000;
/// How often it may ask whatever the file's size.
const ASKED: usize = 2_000;
/// For how many bytes of the file it may ask once more: twenty steps a byte, some ten times what
/// reading it takes.
const BYTES_FOR_EACH: usize = 5_000;

/// Reads the table of features of a name or identifier, or the first one.
pub(super) fn read(
    bytes: &[u8],
    name: Option<&str>,
    most_rows: usize,
) -> Result<Layer, InvalidLayer> {
    let broken = |error: rusqlite::Error| InvalidLayer::broken(GEOPACKAGE, error);
    let connection = open(bytes).map_err(broken)?;
    let tables = tables(&connection).map_err(broken)?;
    let table = match name {
        None => tables.first(),
        Some(name) => tables.iter().find(|table| table.name == name || table.identifier == name),
    };
    let table = table.ok_or_else(|| InvalidLayer::NoLayer {
        name: name.unwrap_or("of features").to_owned(),
        there: tables.iter().map(|table| table.name.clone()).collect(),
    })?;
    let mut all = Collector::new(GEOPACKAGE, bytes.len(), most_rows);
    all.set_name(table.name.clone());
    note_crs(&mut all, &connection, table)?;
    if name.is_none() && tables.len() > 1 {
        let others: Vec<&str> = tables[1..].iter().map(|table| table.name.as_str()).collect();
        let others = others.join(", ");
        all.warn(
            "other_layers",
            format!("Only the first layer, {}, was read; there are also {others}.", table.name),
            format!("只读取了第一个图层 {}，另有 {others}。", table.name),
        );
    }
    read_rows(&mut all, &connection, table)?;
    Ok(all.finish())
}

/// Holds a table of features.
struct Table {
    name: String,
    identifier: String,
    geometry: String,
    srs_id: i64,
}

/// Opens a copy of the file; one that is left in write-ahead mode is read as it stands.
fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut bytes = bytes.to_vec();
    if let Some(versions) = bytes.get_mut(18..20) {
        versions.copy_from_slice(&[1, 1]); // the rollback journal: memory has no log beside it
    }
    let mut connection = Connection::open_in_memory()?;
    let length = bytes.len();
    connection.deserialize_read_exact("main", Cursor::new(bytes), length, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA query_only = ON;")?;
    let mut left = ASKED + length / BYTES_FOR_EACH;
    let is_too_long = move || {
        left = left.saturating_sub(1);
        left == 0
    };
    connection.progress_handler(STEPS, Some(is_too_long))?;
    Ok(connection)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let sql = "SELECT c.table_name, coalesce(c.identifier, c.table_name), g.column_name, g.srs_id \
               FROM gpkg_contents c JOIN gpkg_geometry_columns g ON g.table_name = c.table_name \
               WHERE c.data_type = 'features' ORDER BY c.rowid";
    let mut statement = connection.prepare(sql)?;
    let table = |row: &rusqlite::Row<'_>| {
        Ok(Table {
            name: row.get(0)?,
            identifier: row.get(1)?,
            geometry: row.get(2)?,
            srs_id: row.get(3)?,
        })
    };
    statement.query_map([], table)?.collect()
}

/// Takes the system of a table: undefined degrees are taken as longitude and latitude.
fn note_crs(
    all: &mut Collector,
    connection: &Connection,
    table: &Table,
) -> Result<(), InvalidLayer> {
    if let Some(datum) = gpkg_blob::named_datum(&table.geometry) {
        all.set_datum(datum);
        return Ok(());
    }
    if table.srs_id == 0 {
        all.warn(
            "no_crs",
            "The file does not say what its degrees are measured against; WGS 84 was assumed.",
            "文件未说明坐标所用基准，按 WGS 84 处理。",
        );
        return Ok(());
    }
    let sql = "SELECT organization, organization_coordsys_id, definition, srs_name \
               FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let row = connection.query_row(sql, [table.srs_id], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        ))
    });
    let row = row.optional().map_err(|error| InvalidLayer::broken(GEOPACKAGE, error))?;
    let Some((organization, code, definition, name)) = row else {
        return Err(InvalidLayer::Crs(format!(
            "the system {} that it does not describe",
            table.srs_id
        )));
    };
    let by_code = organization.eq_ignore_ascii_case("epsg").then(|| Crs::from_epsg(code)).flatten();
    let crs = by_code.or_else(|| crs_text::from_wkt(&definition));
    all.set_crs(crs.ok_or(InvalidLayer::Crs(name))?);
    Ok(())
}

/// Holds a column of values.
struct Column {
    number: usize,
    kind: FieldType,
    /// Whether its texts are said to be JSON.
    is_json: bool,
}

fn read_rows(
    all: &mut Collector,
    connection: &Connection,
    table: &Table,
) -> Result<(), InvalidLayer> {
    let broken = |error: rusqlite::Error| InvalidLayer::broken(GEOPACKAGE, error);
    let (columns, names) = columns(all, connection, table)?;
    let names = std::iter::once(quoted(&table.geometry)).chain(names);
    let names: Vec<String> = names.collect();
    let sql = format!("SELECT {} FROM {}", names.join(", "), quoted(&table.name));
    let mut statement = connection.prepare(&sql).map_err(broken)?;
    let mut rows = statement.query([]).map_err(broken)?;
    let mut line = 0;
    while let Some(row) = rows.next().map_err(broken)? {
        line += 1;
        match found(all, row, &columns, line).map_err(broken)? {
            Ok(found) => all.add(found)?,
            Err(reason) => all.refuse(line, &table.name, reason)?,
        }
    }
    Ok(())
}

/// Declares the columns of values; the key and columns of bytes are none.
fn columns(
    all: &mut Collector,
    connection: &Connection,
    table: &Table,
) -> Result<(Vec<Column>, Vec<String>), InvalidLayer> {
    let broken = |error: rusqlite::Error| InvalidLayer::broken(GEOPACKAGE, error);
    let sql = "SELECT name, upper(type), pk FROM pragma_table_info(?1)";
    let mut statement = connection.prepare(sql).map_err(broken)?;
    let column = |row: &rusqlite::Row<'_>| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    };
    let found = statement.query_map([&table.name], column).map_err(broken)?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(broken)?;
    let json = json_columns(connection, &table.name).map_err(broken)?;
    let (mut columns, mut names) = (Vec::new(), Vec::new());
    for (name, declared, key) in found {
        let is_key = key > 0 && declared.starts_with("INT");
        if is_key || name == table.geometry {
            continue;
        }
        if declared.starts_with("BLOB") {
            all.warn_of_bytes(&name);
            continue;
        }
        let is_json = json.contains(&name);
        let kind = if is_json { FieldType::List } else { gpkg_cells::field_type(&declared) };
        let number = all.declare(&name, kind)?;
        names.push(quoted(&name));
        columns.push(Column { number, kind, is_json });
    }
    Ok((columns, names))
}

fn found(
    all: &mut Collector,
    row: &rusqlite::Row<'_>,
    columns: &[Column],
    line: u64,
) -> rusqlite::Result<Result<Found, String>> {
    let geometry = match row.get_ref(0)? {
        ValueRef::Null => None,
        ValueRef::Blob(blob) => match gpkg_blob::read_flat(blob) {
            Ok(flat) => {
                if flat.has_heights {
                    all.note_heights();
                }
                Some(flat.geometry)
            }
            Err(error) => return Ok(Err(error.to_string())),
        },
        _ => return Ok(Err("its geometry is no blob".to_owned())),
    };
    let mut values = Vec::with_capacity(columns.len());
    for (place, column) in columns.iter().enumerate() {
        match value(all, row.get_ref(place + 1)?, column) {
            Ok(value) => values.push((column.number, value)),
            Err(reason) => return Ok(Err(reason)),
        }
    }
    Ok(Ok(Found { line, id: None, geometry, values }))
}

/// The columns that the schema extension says to hold JSON.
fn json_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT count(*) FROM pragma_table_info('gpkg_data_columns') \
               WHERE name IN ('table_name', 'column_name', 'mime_type')";
    let known: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    if known < 3 {
        return Ok(Vec::new());
    }
    let sql = "SELECT column_name FROM gpkg_data_columns WHERE table_name = ?1 AND mime_type = ?2";
    let mut statement = connection.prepare(sql)?;
    statement.query_map([table, gpkg_layout::JSON], |row| row.get(0))?.collect()
}

/// Reads a cell as what it is; its column says whether 0 and 1 are truths, and a text a time or a list.
fn value(all: &mut Collector, cell: ValueRef<'_>, column: &Column) -> Result<Value, String> {
    let kind = column.kind;
    Ok(match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number @ 0..=1) if kind == FieldType::Boolean => {
            Value::Boolean(number == 1)
        }
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => {
            let text = std::str::from_utf8(bytes);
            let text = text.map_err(|error| format!("text that is not UTF-8: {error}"))?;
            let list = if column.is_json { list_text::read_json(text) } else { None };
            match list {
                Some(items) => Value::List(items),
                None if kind.is_time() => all.time(text),
                None => Value::Text(text.into()),
            }
        }
        ValueRef::Blob(_) => return Err("a value is bytes, not text or a number".to_owned()),
    })
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
