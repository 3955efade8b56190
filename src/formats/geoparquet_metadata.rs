//! What a GeoParquet says of its geometries (GeoParquet 1.1.0, "File metadata").

use std::collections::BTreeSet;

use geo::{BoundingRect, CoordsIter, Geometry, Rect};
use serde_json::{Value as Json, json};

use super::{Layout, crs_definition, gpkg_blob};
use crate::domain::{Datum, RegisteredCrs, Schema};

/// Names the columns that are not fields.
pub(super) struct Names {
    pub geometry: String,
    pub bbox: &'static str,
    pub has_own_id: bool,
}

impl Names {
    pub(super) fn new(schema: &Schema, datum: Option<Datum>) -> Self {
        let is_taken = |name: &str| schema.position(name).is_some();
        let free = |names: [&'static str; 2]| names[usize::from(is_taken(names[0]))];
        Self {
            geometry: gpkg_blob::column_name(free(["geometry", "jidi_geometry"]), datum),
            bbox: free(["bbox", "jidi_bbox"]),
            has_own_id: !is_taken("id"),
        }
    }
}

/// Holds what is said of all geometries together.
#[derive(Debug, Default)]
pub(super) struct Summary {
    kinds: BTreeSet<&'static str>,
    around: Option<[f64; 4]>,
}

impl Summary {
    /// Adds a geometry, and gives the box around it.
    pub(super) fn add(&mut self, shape: &Geometry<f64>) -> Option<Rect<f64>> {
        self.kinds.insert(kind(shape));
        let around = shape.bounding_rect().filter(|_| shape.coords_count() > 0)?;
        let (min, max) = (around.min(), around.max());
        let [west, south, east, north] = self.around.unwrap_or([min.x, min.y, max.x, max.y]);
        self.around = Some([west.min(min.x), south.min(min.y), east.max(max.x), north.max(max.y)]);
        Some(around)
    }

    /// The object under the key `geo`.
    pub(super) fn geo(&self, names: &Names, layout: Layout) -> Json {
        let edge = |edge: &str| json!([names.bbox, edge]);
        let mut column = json!({
            "encoding": "WKB",
            "geometry_types": self.kinds,
            "covering": {"bbox": {
                "xmin": edge("xmin"), "ymin": edge("ymin"),
                "xmax": edge("xmax"), "ymax": edge("ymax"),
            }},
        });
        if let Some(around) = self.around {
            column["bbox"] = json!(around);
        }
        match crs_definition::of(layout) {
            // Longitude and latitude in WGS 84 is what the standard assumes.
            Some(crs) if crs == RegisteredCrs::CRS84 => {}
            Some(crs) => column["crs"] = crs_definition::projjson(crs),
            None => column["crs"] = Json::Null,
        }
        json!({"version": "1.1.0", "primary_column": names.geometry, "columns": {&names.geometry: column}})
    }
}

fn kind(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}
