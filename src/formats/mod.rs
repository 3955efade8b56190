//! How features are written down: one file for each format.
//!
//! The only floor below `http` and `cli` that knows JSON.

pub mod answer;
pub mod cql2;
mod crs_definition;
pub mod crs_text;
pub mod csv;
pub mod ewkb;
pub mod flatgeobuf;
mod flatgeobuf_geometry;
pub mod geojson;
pub mod geojson_feature;
pub mod geojson_read;
pub mod geojson_seq;
pub mod geopackage;
pub mod geoparquet;
mod geoparquet_columns;
mod geoparquet_metadata;
pub mod gpkg_blob;
pub mod gpkg_cells;
pub mod gpkg_layout;
pub mod heights;
pub mod kml;
pub mod layer;
pub mod list_text;
mod most;
mod place_columns;
pub mod pmtiles;
pub mod sheet;
pub mod spelling;
pub mod square_matrix;
pub mod table;
pub mod tile_json;
pub mod topojson;
mod unpacked;
pub mod wkb;

use std::borrow::Borrow;
use std::io;

use geo::{Geometry, MapCoords, coord};

pub use most::Most;

use crate::domain::{Datum, Feature, LonLat, RegisteredCrs, Schema};

/// Decimal places of a degree that are written unless asked otherwise: about 0.1 m.
pub const DEFAULT_DECIMALS: u8 = 6;
/// Decimal places of a metre that are written unless asked otherwise.
pub const METRE_DECIMALS: u8 = 3;

/// Names a format that features can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One GeoJSON FeatureCollection (RFC 7946).
    GeoJson,
    /// One GeoJSON feature a line.
    GeoJsonSeq,
    /// A comma-separated table (RFC 4180).
    Csv,
    /// A FlatGeobuf with its index.
    FlatGeobuf,
    /// A GeoPackage 1.3.
    GeoPackage,
    /// A GeoParquet 1.1.
    GeoParquet,
    /// A KML 2.3 document.
    Kml,
}

/// Says what the features of a file are, as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// The name of the layer: the id of a collection.
    pub name: &'a str,
    /// What it is called in words.
    pub title: &'a str,
    /// The fields of every feature.
    pub schema: &'a Schema,
}

/// A name that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format that Jidi writes: choose one of {names}", names = Format::names())]
pub struct UnknownFormat(pub String);

impl Format {
    /// Every format, the default first.
    pub const ALL: [Self; 7] = [
        Self::GeoJson,
        Self::GeoJsonSeq,
        Self::Csv,
        Self::FlatGeobuf,
        Self::GeoPackage,
        Self::GeoParquet,
        Self::Kml,
    ];

    /// The name in `f=` and at the end of a file's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::GeoJsonSeq => "geojsonl",
            Self::Csv => "csv",
            Self::FlatGeobuf => "fgb",
            Self::GeoPackage => "gpkg",
            Self::GeoParquet => "parquet",
            Self::Kml => "kml",
        }
    }

    /// The media type in HTTP.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::GeoJson => "application/geo+json",
            Self::GeoJsonSeq => "application/x-ndjson",
            Self::Csv => "text/csv",
            Self::FlatGeobuf => "application/flatgeobuf",
            Self::GeoPackage => "application/geopackage+sqlite3",
            Self::GeoParquet => "application/vnd.apache.parquet",
            Self::Kml => "application/vnd.google-earth.kml+xml",
        }
    }

    /// Says whether it is made in files of its own, which no thread of a server must wait for.
    #[must_use]
    pub fn is_spooled(self) -> bool {
        !matches!(self, Self::GeoJson | Self::GeoJsonSeq | Self::Csv)
    }

    /// Finds a format by its name.
    ///
    /// # Errors
    ///
    /// [`UnknownFormat`], which lists the names there are.
    pub fn from_name(name: &str) -> Result<Self, UnknownFormat> {
        let named = Self::ALL.into_iter().find(|format| format.name() == name);
        named.ok_or_else(|| UnknownFormat(name.to_owned()))
    }

    fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// Writes features, all of one schema, one after the other; FlatGeobuf, GeoPackage and KML
    /// through a file of their own in the system's folder for such, GeoParquet by groups of rows.
    /// All but FlatGeobuf keep the order.
    ///
    /// # Errors
    ///
    /// What the writer reports.
    pub fn write(
        self,
        out: &mut dyn io::Write,
        contents: Contents<'_>,
        features: impl Iterator<Item = impl Borrow<Feature>>,
        layout: Layout,
    ) -> io::Result<()> {
        let schema = contents.schema;
        match self {
            Self::GeoJson => geojson::write_file(out, schema, features, layout),
            Self::GeoJsonSeq => geojson_seq::write(out, schema, features, layout),
            Self::Csv => csv::write(out, schema, features, layout),
            Self::FlatGeobuf => flatgeobuf::write(out, contents, features, layout),
            Self::GeoPackage => geopackage::write(out, contents, features, layout),
            Self::GeoParquet => geoparquet::write(out, contents, features, layout),
            Self::Kml => kml::write(out, contents, features, layout),
        }
    }
}

/// Says how geometries are laid out in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// Decimal places of a degree, or of a metre.
    pub decimals: u8,
    /// Whether every geometry is a point, so that a table has `lon` and `lat` instead of `wkt`.
    pub points_only: bool,
    /// What the positions are measured against; the file names it unless it is WGS 84.
    pub datum: Datum,
    /// The system that positions are turned into; CRS84 where the datum is not WGS 84.
    pub crs: RegisteredCrs,
    /// Whether a table begins with the mark by which spreadsheet programs know UTF-8.
    pub has_bom: bool,
}

impl Layout {
    /// The usual one: WGS 84, to [`DEFAULT_DECIMALS`] places.
    #[must_use]
    pub fn new(points_only: bool) -> Self {
        let (datum, crs) = (Datum::Wgs84, RegisteredCrs::CRS84);
        Self { decimals: DEFAULT_DECIMALS, points_only, datum, crs, has_bom: false }
    }

    /// The name of the datum that a file must bear.
    #[must_use]
    pub fn declared_datum(self) -> Option<Datum> {
        (self.datum != Datum::Wgs84).then_some(self.datum)
    }

    /// The system that a file must bear.
    #[must_use]
    pub fn declared_crs(self) -> Option<RegisteredCrs> {
        (self.crs != RegisteredCrs::CRS84).then_some(self.crs)
    }

    /// What files and columns of positions bear behind their names: the datum or the system, if it is not
    /// the usual one.
    #[must_use]
    pub fn suffix(self) -> String {
        let datum = self.declared_datum().map(|datum| datum.as_str().to_owned());
        let named = datum.or_else(|| self.declared_crs().map(RegisteredCrs::word));
        named.map_or_else(String::new, |name| format!("_{name}"))
    }

    /// Puts a geometry in WGS 84 into the datum or the system, east first, and rounds it.
    fn geometry(self, shape: &Geometry<f64>) -> Geometry<f64> {
        shape.map_coords(|at| {
            let (lon, lat) = self.position(at.x, at.y);
            coord! { x: lon, y: lat }
        })
    }

    fn position(self, lon: f64, lat: f64) -> (f64, f64) {
        let (lon, lat) = match LonLat::from_degrees(lon, lat) {
            Ok(at) if self.declared_datum().is_some() => {
                let shifted = self.datum.from_wgs84(at);
                (shifted.lon(), shifted.lat())
            }
            _ => self.crs.from_wgs84(lon, lat),
        };
        (rounded(lon, self.decimals), rounded(lat, self.decimals))
    }
}

/// As many decimal places as a number has.
pub const EXACT: u8 = u8::MAX;

/// Rounds a number to so many decimal places.
fn rounded(number: f64, decimals: u8) -> f64 {
    if decimals == EXACT {
        return number;
    }
    let scale = 10f64.powi(i32::from(decimals));
    (number * scale).round() / scale
}
