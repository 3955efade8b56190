//! Geometries as a GeoPackage keeps them: a header with the box around, and well-known binary
//! (OGC 12-128r19, 2.1.3).

use geo::{BoundingRect, Geometry};
use geozero::{CoordDimensions, ToWkb};

use super::wkb::{self, Flat};
use crate::domain::Datum;

/// The code of WGS 84 in longitude and latitude.
pub const WGS84: i32 = 4326;

/// A blob that is no geometry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidBlob(String);

/// Writes a geometry in WGS 84; what is larger than a point bears its box in the header.
///
/// # Errors
///
/// [`InvalidBlob`] for kinds of geometry that GeoPackage does not know.
pub fn write(geometry: &Geometry<f64>) -> Result<Vec<u8>, InvalidBlob> {
    write_in(geometry, WGS84)
}

/// Writes a geometry of a system, east first.
///
/// # Errors
///
/// [`InvalidBlob`] as [`write()`] says.
pub fn write_in(geometry: &Geometry<f64>, srs_id: i32) -> Result<Vec<u8>, InvalidBlob> {
    let envelope = match geometry {
        Geometry::Point(_) => None,
        other => other.bounding_rect(),
    };
    let envelope =
        envelope.map(|rect| vec![rect.min().x, rect.max().x, rect.min().y, rect.max().y]);
    geometry
        .to_gpkg_wkb(CoordDimensions::xy(), Some(srs_id), envelope.unwrap_or_default())
        .map_err(|error| InvalidBlob(error.to_string()))
}

/// Reads a geometry; heights and measures are left aside.
///
/// # Errors
///
/// [`InvalidBlob`] when the bytes are none.
pub fn read(blob: &[u8]) -> Result<Geometry<f64>, InvalidBlob> {
    read_flat(blob).map(|flat| flat.geometry)
}

/// Reads a geometry and says whether heights or measures were left aside.
///
/// # Errors
///
/// [`InvalidBlob`] when the bytes are none.
pub fn read_flat(blob: &[u8]) -> Result<Flat, InvalidBlob> {
    let refused = |reason: &str| InvalidBlob(reason.to_owned());
    let [b'G', b'P', _version, flags, rest @ ..] = blob else {
        return Err(refused("it does not begin with GP"));
    };
    if flags & 0b0010_0000 != 0 {
        return Err(refused("it is of a kind that an extension defines"));
    }
    let envelope = match flags >> 1 & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(refused("the kind of its envelope is not known")),
    };
    let wkb = rest.get(4 + envelope..).ok_or_else(|| refused("it ends too early"))?;
    wkb::read(wkb).map_err(|error| InvalidBlob(error.to_string()))
}

/// The name of the column of geometries of a file: it bears the datum if that is not WGS 84.
#[must_use]
pub fn column_name(stem: &str, datum: Option<Datum>) -> String {
    datum.map_or_else(|| stem.to_owned(), |datum| format!("{stem}_{}", datum.as_str()))
}

/// The datum that the name of a column of geometries bears, as [`column_name`] gives it.
#[must_use]
pub fn named_datum(column: &str) -> Option<Datum> {
    let (_, end) = column.rsplit_once('_')?;
    end.parse().ok()
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
