//! GeoPackage 1.3 (OGC 12-128r18): one layer with its spatial index, made in a file of its own and
//! sent when it is complete.

use std::borrow::Borrow;
use std::fs::File;
use std::io;

use geo::{BoundingRect, CoordsIter};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement, params};

use super::gpkg_layout::{self, literal, quoted};
use super::{Contents, Layout, crs_definition, gpkg_blob, gpkg_cells};
use crate::domain::{Feature, FieldType};

/// The version of the standard, as the file's head bears it.
const VERSION: i64 = 10_300;

/// Writes a GeoPackage with one layer.
///
/// Lists are JSON arrays, and the schema extension of the standard says so (annex F.9). Positions in GCJ-02 or BD-09 are of an undefined system, and the column
/// of geometries is called by their datum: `geom_gcj02`.
///
/// # Errors
///
/// What the writer or the database reports.
pub fn write(
    out: &mut dyn io::Write,
    contents: Contents<'_>,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    fill(file.path(), contents, features, layout)?;
    io::copy(&mut File::open(file.path())?, out)?;
    Ok(())
}

fn fill(
    path: &std::path::Path,
    contents: Contents<'_>,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    let work = Connection::open(path).map_err(io::Error::other)?;
    work.execute_batch(&format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = {}; PRAGMA user_version = {VERSION}; BEGIN;",
        gpkg_layout::APPLICATION_ID
    ))
    .map_err(io::Error::other)?;
    let layer = Layer::new(contents, layout);
    work.execute_batch(&layer.tables(contents, layout)).map_err(io::Error::other)?;
    let title = if contents.title.is_empty() { contents.name } else { contents.title };
    let sql = "UPDATE gpkg_contents SET identifier = ?1 WHERE table_name = ?2";
    work.execute(sql, params![title, contents.name]).map_err(io::Error::other)?;
    let insert = layer.insert(contents);
    let mut rows = work.prepare(&insert).map_err(io::Error::other)?;
    let rtree = format!(
        "INSERT INTO \"rtree_{}_{}\" VALUES (?1, ?2, ?3, ?4, ?5)",
        contents.name, layer.geometry
    );
    let mut boxes = work.prepare(&rtree).map_err(io::Error::other)?;
    for (key, feature) in (1..).zip(features) {
        let feature: &Feature = feature.borrow();
        layer.add(&mut rows, &mut boxes, key, feature, layout)?;
    }
    drop((rows, boxes));
    work.execute_batch(&layer.end(contents)).map_err(io::Error::other)?;
    work.close().map_err(|(_, error)| io::Error::other(error))
}

/// Says how the layer's table is made.
struct Layer {
    key: &'static str,
    geometry: String,
    /// Whether the id has a column beside the fields.
    has_own_id: bool,
}

impl Layer {
    fn new(contents: Contents<'_>, layout: Layout) -> Self {
        let fields = contents.schema.fields();
        let is_taken =
            |name: &str| fields.iter().any(|field| field.name.eq_ignore_ascii_case(name));
        let [key, geometry] = gpkg_layout::own_columns(is_taken);
        let geometry = gpkg_blob::column_name(geometry, layout.declared_datum());
        Self { key, geometry, has_own_id: contents.schema.position("id").is_none() }
    }

    /// The tables of the file, all but the triggers, which would be called by every row.
    fn tables(&self, contents: Contents<'_>, layout: Layout) -> String {
        let (srs_id, more) = (srs_id(layout), system(layout));
        let kind = if layout.points_only { "POINT" } else { "GEOMETRY" };
        let lists = contents.schema.fields().iter();
        let lists = lists.filter(|field| field.field_type == FieldType::List);
        let lists: Vec<&str> = lists.map(|field| field.name.as_str()).collect();
        let own = self.has_own_id.then(|| "\"id\" TEXT".to_owned());
        let columns = contents.schema.fields().iter();
        let columns = columns.map(|field| {
            format!("{} {}", quoted(&field.name), gpkg_cells::column_type(field.field_type))
        });
        let columns: Vec<String> = own.into_iter().chain(columns).collect();
        let own = [self.key, self.geometry.as_str()];
        let description = layout
            .declared_datum()
            .map_or_else(String::new, |datum| format!("The positions are in {}.", datum.title()));
        [
            gpkg_layout::TABLES,
            &more,
            &format!(
                "INSERT INTO gpkg_contents (table_name, data_type, description, srs_id) VALUES ({}, 'features', {}, {srs_id});",
                literal(contents.name),
                literal(&description)
            ),
            &gpkg_layout::feature_table(contents.name, own, &columns.join(", "), kind),
            &gpkg_layout::geometry_column(contents.name, own[1], kind, srs_id),
            &gpkg_layout::json_columns(contents.name, &lists),
        ]
        .concat()
    }

    fn insert(&self, contents: Contents<'_>) -> String {
        let own = self.has_own_id.then(|| "\"id\"".to_owned());
        let fields = contents.schema.fields().iter().map(|field| quoted(&field.name));
        let columns: Vec<String> = own.into_iter().chain(fields).collect();
        let places: Vec<String> =
            (1..=columns.len() + 2).map(|number| format!("?{number}")).collect();
        format!(
            "INSERT INTO {} ({}, {}, {}) VALUES ({})",
            quoted(contents.name),
            self.key,
            self.geometry,
            columns.join(", "),
            places.join(", ")
        )
    }

    fn add(
        &self,
        rows: &mut Statement<'_>,
        boxes: &mut Statement<'_>,
        key: i64,
        feature: &Feature,
        layout: Layout,
    ) -> io::Result<()> {
        let shape = feature.geometry().map(|shape| layout.geometry(&shape));
        let blob = shape.as_ref().map(|shape| gpkg_blob::write_in(shape, srs_id(layout)));
        let blob = blob.transpose().map_err(io::Error::other)?;
        let own = self.has_own_id.then(|| ToSqlOutput::from(feature.id.as_str()));
        let cells = own.into_iter().chain(feature.values.iter().map(gpkg_cells::write_json));
        let mut bind = |place: usize, cell: ToSqlOutput<'_>| {
            rows.raw_bind_parameter(place, cell).map_err(io::Error::other)
        };
        bind(1, ToSqlOutput::from(key))?;
        bind(2, blob.as_deref().map_or(ToSqlOutput::Borrowed(ValueRef::Null), ToSqlOutput::from))?;
        for (place, cell) in (3..).zip(cells) {
            bind(place, cell)?;
        }
        rows.raw_execute().map_err(io::Error::other)?;
        let around = shape.filter(|shape| shape.coords_count() > 0);
        if let Some(around) = around.and_then(|shape| shape.bounding_rect()) {
            let (min, max) = (around.min(), around.max());
            let edges = params![key, min.x, max.x, min.y, max.y];
            boxes.execute(edges).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// What is done when all rows are there.
    fn end(&self, contents: Contents<'_>) -> String {
        let rtree = format!("\"rtree_{}_{}\"", contents.name, self.geometry);
        let extent = format!(
            "UPDATE gpkg_contents SET (min_x, max_x, min_y, max_y) = (SELECT min(minx), max(maxx), min(miny), max(maxy) FROM {rtree}) WHERE table_name = {};",
            literal(contents.name)
        );
        let triggers = gpkg_layout::index_triggers(contents.name, [self.key, &self.geometry]);
        [&extent, &triggers, "COMMIT;"].concat()
    }
}

/// The system of a layer, by its number; 0 is an undefined one.
fn srs_id(layout: Layout) -> i32 {
    crs_definition::of(layout).map_or(0, |crs| crs.code().map_or(gpkg_blob::WGS84, i32::from))
}

/// Describes the system of a layer where it is not one of those that every file has.
fn system(layout: Layout) -> String {
    let crs = crs_definition::of(layout);
    let Some((crs, code)) = crs.and_then(|crs| Some((crs, crs.code()?))) else {
        return String::new();
    };
    if i32::from(code) == gpkg_blob::WGS84 {
        return String::new();
    }
    format!(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ({}, {code}, 'EPSG', {code}, {}, NULL);",
        literal(&crs.title()),
        literal(&crs_definition::wkt(crs))
    )
}
