//! Layers that people bring: features with geometries, in the order of the file, none lost.
//!
//! One module for each format. A reader hands every feature to `collect::Collector`, which finds out what
//! the columns hold, turns positions into WGS 84 and lists what it had to refuse. A
//! [`Sheet`](super::sheet::Sheet), in contrast, holds rows of text that are still to be placed.

mod archive;
mod collect;
mod column;
mod column_types;
mod dbf;
mod flatgeobuf;
mod flatgeobuf_geometry;
mod geojson;
mod geojson_geometry;
mod geojson_properties;
mod geopackage;
mod geoparquet;
mod geoparquet_value;
mod kind;
mod kml;
mod kml_tree;
mod limits;
mod parquet_footer;
mod shapefile;
mod shp;
mod table;

use geo::Geometry;

pub use column_types::ColumnTypes;
pub use kind::{LayerKind, kind_of};

use super::Most;
use super::sheet::{InvalidSheet, RefusedRow};
use crate::domain::{Datum, Remark, Schema, Value};

/// Holds a layer as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its name in the file; empty where the format has none.
    pub name: String,
    /// The columns and what they hold.
    pub schema: Schema,
    /// The features that could be read.
    pub rows: Vec<LayerRow>,
    /// What could not be read.
    pub refused: Vec<RefusedRow>,
    /// What it was read as, such as `GeoPackage`.
    pub kind: &'static str,
    /// The datum that the file names, if it names one; the positions are in WGS 84 already then, and
    /// must not be turned again.
    pub datum: Option<Datum>,
    /// Whether it has a place for positions, though it may have none of them.
    pub has_place: bool,
    /// What a reader should know, each with a code: heights left aside, a projection turned back.
    pub warnings: Vec<(&'static str, Remark)>,
}

/// Holds one feature.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerRow {
    /// The line of the file that it starts in, or its number where a file has no lines; from 1.
    pub line: u64,
    /// The id that the file gives it, not checked.
    pub id: Option<String>,
    /// Where it is, in degrees, longitude first.
    pub geometry: Option<Geometry<f64>>,
    /// One value for each column.
    pub values: Vec<Value>,
}

/// A file that is no layer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLayer {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is not what it seems to be, or broken.
    #[error("the {kind} cannot be read: {reason}")]
    Broken {
        /// What it was read as.
        kind: &'static str,
        /// Where and why it was refused.
        reason: String,
    },
    /// Its coordinates are in a system that is not known here.
    #[error(
        "its positions are in {0}, which is not turned into WGS 84 here: reproject the file first, for example with `ogr2ogr -t_srs EPSG:4326 new.gpkg FILE`"
    )]
    Crs(String),
    /// It has no layer of the name asked for, or none at all.
    #[error("it has no layer `{name}`: there is {}", named(there))]
    NoLayer {
        /// The name asked for.
        name: String,
        /// Those that there are.
        there: Vec<String>,
    },
    /// It has no column of a name whose type is said.
    #[error("it has no column `{name}`: there are {}", named(there))]
    NoColumn {
        /// The name.
        name: String,
        /// Those that there are.
        there: Vec<String>,
    },
    /// What it holds is larger than is taken, in bytes.
    #[error("it is larger than {} MiB once it is unpacked: send it in parts", .0 / 1024 / 1024)]
    Unpacked(usize),
    /// It is larger than is taken.
    #[error("it has more than {0}: send it in parts")]
    TooLarge(String),
    /// It is no table.
    #[error(transparent)]
    Sheet(#[from] InvalidSheet),
}

fn named(there: &[String]) -> String {
    if there.is_empty() { "none".to_owned() } else { there.join(", ") }
}

impl InvalidLayer {
    fn broken(kind: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Broken { kind, reason: reason.to_string() }
    }
}

impl Layer {
    /// Reads the first layer of a file, of so much at most.
    ///
    /// # Errors
    ///
    /// [`InvalidLayer`] when the file as a whole makes no sense; features that make none are listed.
    pub fn read(
        bytes: &[u8],
        kind: LayerKind,
        most: impl Into<Most>,
    ) -> Result<Self, InvalidLayer> {
        Self::read_named(bytes, kind, None, &ColumnTypes::default(), most)
    }

    /// Reads the layer of a name, or the first, of so much at most, its columns as what they are said to
    /// hold; formats of one layer only have no use for the name.
    ///
    /// # Errors
    ///
    /// As [`Layer::read`] says, and when there is no layer or column of a name.
    pub fn read_named(
        bytes: &[u8],
        kind: LayerKind,
        name: Option<&str>,
        types: &ColumnTypes,
        most: impl Into<Most>,
    ) -> Result<Self, InvalidLayer> {
        let most = most.into();
        let most_rows = most.rows;
        if bytes.is_empty() {
            return Err(InvalidLayer::Empty);
        }
        let mut layer = match kind {
            LayerKind::GeoJson => geojson::read(bytes, most_rows),
            LayerKind::GeoJsonSeq => geojson::read_seq(bytes, most_rows),
            LayerKind::FlatGeobuf => flatgeobuf::read(bytes, most_rows),
            LayerKind::GeoPackage => geopackage::read(bytes, name, most_rows),
            LayerKind::GeoParquet => geoparquet::read(bytes, most_rows),
            LayerKind::Shapefile => shapefile::read(bytes, name, most),
            LayerKind::Kml => kml::read(bytes, most_rows),
            LayerKind::Kmz => kml::read_zipped(bytes, most),
            LayerKind::Sheet(kind) => table::read(bytes, kind, name, types, most),
        }?;
        types.apply(&mut layer, kind)?;
        Ok(layer)
    }
}
