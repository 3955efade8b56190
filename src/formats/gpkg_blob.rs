//! Geometries as a GeoPackage keeps them: a header with the box around, and well-known binary
//! (OGC 12-128r19, 2.1.3).

use std::io::Cursor;

use geo::{BoundingRect, Geometry};
use geozero::wkb::{FromWkb, WkbDialect};
use geozero::{CoordDimensions, ToWkb};

/// The code of WGS 84 in longitude and latitude.
const SRID: i32 = 4326;

/// A blob that is no geometry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no geometry: {0}")]
pub struct InvalidBlob(String);

/// Writes a geometry; what is larger than a point bears its box in the header.
///
/// # Errors
///
/// [`InvalidBlob`] for kinds of geometry that GeoPackage does not know.
pub fn write(geometry: &Geometry<f64>) -> Result<Vec<u8>, InvalidBlob> {
    let envelope = match geometry {
        Geometry::Point(_) => None,
        other => other.bounding_rect(),
    };
    let envelope =
        envelope.map(|rect| vec![rect.min().x, rect.max().x, rect.min().y, rect.max().y]);
    geometry
        .to_gpkg_wkb(CoordDimensions::xy(), Some(SRID), envelope.unwrap_or_default())
        .map_err(|error| InvalidBlob(error.to_string()))
}

/// Reads a geometry; heights and measures are left aside.
///
/// # Errors
///
/// [`InvalidBlob`] when the bytes are none.
pub fn read(blob: &[u8]) -> Result<Geometry<f64>, InvalidBlob> {
    Geometry::from_wkb(&mut Cursor::new(blob), WkbDialect::Geopackage)
        .map_err(|error| InvalidBlob(error.to_string()))
}

/// The box around a geometry: west, east, south, north; `None` when it is empty.
#[must_use]
pub fn bounds(blob: &[u8]) -> Option<[f64; 4]> {
    let rect = read(blob).ok()?.bounding_rect()?;
    Some([rect.min().x, rect.max().x, rect.min().y, rect.max().y])
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    #[test]
    fn geometries_come_back_to_the_last_bit() {
        let point: Geometry<f64> = geo::Point::new(120.740_000_000_000_01, -0.1 - 0.2).into();
        let blob = write(&point).unwrap();
        assert_eq!((&blob[..2], blob.len()), (&b"GP"[..], 8 + 21));
        assert_eq!(read(&blob), Ok(point));
        let area: Geometry<f64> =
            polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 0.0, y: 1.0)].into();
        assert_eq!(read(&write(&area).unwrap()), Ok(area.clone()));
        assert_eq!(bounds(&write(&area).unwrap()), Some([0.0, 2.0, 0.0, 1.0]));
        assert!(read(b"GP").is_err() && bounds(b"nothing").is_none());
    }
}
