//! Geometries as PostGIS sends and takes them: well-known binary with the code of the datum.

use std::io::Cursor;

use geo::{CoordsIter, Geometry};
use geozero::wkb::{FromWkb, WkbDialect};
use geozero::{CoordDimensions, ToWkb};

/// The code of WGS 84 in longitude and latitude.
const SRID: i32 = 4326;

/// Bytes that are no geometry, or a geometry that cannot become bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no geometry: {0}")]
pub struct InvalidEwkb(String);

/// Writes a geometry.
///
/// # Errors
///
/// [`InvalidEwkb`] for kinds of geometry that PostGIS does not know.
pub fn write(geometry: &Geometry<f64>) -> Result<Vec<u8>, InvalidEwkb> {
    geometry
        .to_ewkb(CoordDimensions::xy(), Some(SRID))
        .map_err(|error| InvalidEwkb(error.to_string()))
}

/// Reads a geometry; heights and measures are left aside.
///
/// # Errors
///
/// [`InvalidEwkb`] when the bytes are none, or an empty point, whose coordinates are no numbers.
pub fn read(bytes: &[u8]) -> Result<Geometry<f64>, InvalidEwkb> {
    let geometry = Geometry::from_wkb(&mut Cursor::new(bytes), WkbDialect::Ewkb)
        .map_err(|error| InvalidEwkb(error.to_string()))?;
    let is_finite = geometry.coords_iter().all(|at| at.x.is_finite() && at.y.is_finite());
    if is_finite { Ok(geometry) } else { Err(InvalidEwkb("a coordinate is no number".to_owned())) }
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    #[test]
    fn geometries_come_back_to_the_last_bit() {
        let point: Geometry<f64> = geo::Point::new(120.740_000_000_000_01, -0.1 - 0.2).into();
        let bytes = write(&point).unwrap();
        // Byte order, kind with the flag of a code, the code, two numbers.
        assert_eq!((&bytes[..9], bytes.len()), (&[1, 1, 0, 0, 0x20, 0xE6, 0x10, 0, 0][..], 25));
        assert_eq!(read(&bytes), Ok(point));
        let area: Geometry<f64> =
            polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 0.0, y: 1.0)].into();
        assert_eq!(read(&write(&area).unwrap()), Ok(area));
        let nowhere: Geometry<f64> = geo::Point::new(f64::NAN, f64::NAN).into();
        assert!(read(&write(&nowhere).unwrap()).is_err() && read(b"nothing").is_err());
    }
}
