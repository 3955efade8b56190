//! The layers of the file: made, filled, set aside and put back, each with what hangs on it.

use rusqlite::{Connection, Row, params};

use super::layout::{feature_table, geometry_column, literal, own_columns, quoted, triggers};
use super::read::Layer;
use super::rtree::{self, Boxed};
use super::write::Inserter;
use crate::formats::gpkg_cells;
use crate::store::Collection;
use crate::store::collection::About;
use crate::store::store_error::StoreError;

/// What the id of a feature may be, as SQL says it; a missing one is made.
const ID_COLUMN: &str = "\"id\" TEXT CHECK (\"id\" IS NULL OR (length(\"id\") BETWEEN 1 AND 64 AND \"id\" NOT GLOB '*[^A-Za-z0-9._~-]*'))";

/// Makes the layer of a collection with all its features; `number` is that of the edit.
pub(super) fn make(
    work: &Connection,
    collection: &Collection,
    number: i64,
) -> Result<(), StoreError> {
    let (about, fields) = (collection.about(), collection.schema().fields());
    let id = &about.id;
    let own = own_columns(|name| fields.iter().any(|field| field.name.eq_ignore_ascii_case(name)));
    let columns = fields.iter().map(|field| match field.name.as_str() {
        "id" => ID_COLUMN.to_owned(),
        name => format!("{} {}", quoted(name), gpkg_cells::column_type(field.field_type)),
    });
    let kind = if collection.is_points() { "POINT" } else { "GEOMETRY" };
    work.execute_batch(&feature_table(id, own, &columns.collect::<Vec<_>>().join(", "), kind))?;
    for field in fields {
        let kind = field.field_type.as_str();
        work.execute(
            "INSERT INTO jidi_fields VALUES (?1, ?2, ?3, ?4)",
            params![id, field.name, kind, field.description],
        )?;
    }
    let [key, geometry] = own.map(str::to_owned);
    let layer = Layer { schema: collection.schema().clone(), geometry, key };
    let mut insert = Inserter::new(work, id, &layer)?;
    let mut boxes = Vec::with_capacity(collection.len());
    for feature in collection.features() {
        let row = insert.insert(feature)?;
        let around = feature.bounding_rect();
        boxes.extend(
            around.map(|rect| (row, [rect.min().x, rect.max().x, rect.min().y, rect.max().y])),
        );
    }
    let ids = format!("jidi_ids_{number}");
    work.execute_batch(&format!("CREATE UNIQUE INDEX {ids} ON {} (\"id\")", quoted(id)))?;
    show(work, about, own, kind, &boxes)
}

/// Names a full table where programs look, and adds what keeps its indexes true.
pub(super) fn show(
    work: &Connection,
    about: &About,
    own: [&str; 2],
    kind: &str,
    boxes: &[Boxed],
) -> Result<(), StoreError> {
    let id = &about.id;
    let sql = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?1, 'features', ?2, ?3, 4326)";
    work.execute(sql, params![id, identifier(work, id, &about.title)?, about.description])?;
    let [key, geometry] = own;
    work.execute_batch(&geometry_column(id, geometry, kind))?;
    rtree::fill(work, &format!("rtree_{id}_{geometry}"), boxes)?;
    let extent = boxes
        .iter()
        .map(|(_, edges)| *edges)
        .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].max(b[3])]);
    let [west, east, south, north] = [0, 1, 2, 3].map(|side| extent.map(|extent| extent[side]));
    let sql = "UPDATE gpkg_contents SET min_x = ?2, max_x = ?3, min_y = ?4, max_y = ?5, last_change = strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name = ?1";
    work.execute(sql, params![id, west, east, south, north])?;
    work.execute_batch(&triggers(id, own))?;
    work.execute_batch(&made_id(id, key))?;
    Ok(())
}

/// Takes a layer from where programs look, with its triggers and its spatial index; its table and
/// its fields stay.
fn hide(work: &Connection, id: &str) -> Result<(), StoreError> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1";
    let names = work
        .prepare(sql)?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    for name in names {
        work.execute_batch(&format!("DROP TRIGGER {}", quoted(&name)))?;
    }
    for table in ["gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"] {
        work.execute(&format!("DELETE FROM {table} WHERE table_name = ?1"), [id])?;
    }
    work.execute_batch(&format!(
        "DROP TABLE IF EXISTS \"rtree_{id}_geom\"; DROP TABLE IF EXISTS \"rtree_{id}_jidi_geom\";"
    ))?;
    Ok(())
}

/// Takes a layer out of the file with everything that hangs on it.
pub(super) fn drop(work: &Connection, id: &str) -> Result<(), StoreError> {
    hide(work, id)?;
    drop_table(work, id)
}

/// Takes a table that programs do not see, with its fields.
pub(super) fn drop_table(work: &Connection, name: &str) -> Result<(), StoreError> {
    work.execute("DELETE FROM jidi_fields WHERE collection = ?1", [name])?;
    work.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(name)))?;
    Ok(())
}

/// Sets the table of a layer aside under another name.
pub(super) fn set_aside(work: &Connection, id: &str, name: &str) -> Result<(), StoreError> {
    hide(work, id)?;
    rename(work, id, name)
}

/// Puts a table that was set aside back under its name.
pub(super) fn put_back(
    work: &Connection,
    name: &str,
    about: &About,
    kind: &str,
) -> Result<(), StoreError> {
    rename(work, name, &about.id)?;
    let sql = "SELECT name FROM pragma_table_info(?1)";
    let names = work
        .prepare(sql)?
        .query_map([&about.id], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    // Key and geometry are the first two columns of every table that this program makes.
    let own = |place: usize, usual: &'static str, other: &'static str| {
        if names.get(place).is_some_and(|name| name == other) { other } else { usual }
    };
    let own = [own(0, "fid", "jidi_fid"), own(1, "geom", "jidi_geom")];
    show(work, about, own, kind, &boxes(work, &about.id, own)?)
}

/// The boxes around the geometries of a table.
fn boxes(
    work: &Connection,
    id: &str,
    [key, geometry]: [&str; 2],
) -> Result<Vec<Boxed>, StoreError> {
    let sql = format!(
        "SELECT {key}, ST_MinX({geometry}), ST_MaxX({geometry}), ST_MinY({geometry}), ST_MaxY({geometry}) FROM {} WHERE {geometry} NOTNULL AND NOT ST_IsEmpty({geometry})",
        quoted(id)
    );
    let mut query = work.prepare(&sql)?;
    let boxed =
        |row: &Row<'_>| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]));
    let rows = query.query_map([], boxed)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn rename(work: &Connection, from: &str, to: &str) -> Result<(), StoreError> {
    // Views that people made go on to mean the name, not the table that had it.
    work.pragma_update(None, "legacy_alter_table", "ON")?;
    work.execute_batch(&format!("ALTER TABLE {} RENAME TO {}", quoted(from), quoted(to)))?;
    work.execute("UPDATE jidi_fields SET collection = ?2 WHERE collection = ?1", [from, to])?;
    Ok(())
}

/// What the geometries of a layer are said to be.
pub(super) fn kind(work: &Connection, id: &str) -> Result<String, StoreError> {
    let sql = "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?1";
    Ok(work.query_row(sql, [id], |row| row.get(0))?)
}

/// The title of a layer, which no other may have.
fn identifier(work: &Connection, id: &str, title: &str) -> Result<String, StoreError> {
    let sql = "SELECT count(*) FROM gpkg_contents WHERE identifier = ?1";
    let taken: i64 = work.query_row(sql, [title], |row| row.get(0))?;
    Ok(if taken == 0 && !title.is_empty() { title.to_owned() } else { id.to_owned() })
}

/// Gives rows that another program puts in without an id one that nobody else has.
fn made_id(id: &str, key: &str) -> String {
    let (table, text) = (quoted(id), literal(id));
    format!(
        "CREATE TRIGGER \"jidi_{id}_id\" AFTER INSERT ON {table} WHEN NEW.\"id\" IS NULL BEGIN UPDATE {table} SET \"id\" = substr({text}, 1, 40) || '-' || (SELECT next_number FROM jidi_collections WHERE id = {text}) WHERE {key} = NEW.{key}; UPDATE jidi_collections SET next_number = next_number + 1 WHERE id = {text}; END;"
    )
}
