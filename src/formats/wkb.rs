//! Well-known binary, as ISO 13249-3 and PostGIS write it, read so that no bytes can do harm.
//!
//! Counts are checked against the bytes that are left before anything is allocated.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Point, Polygon};

use crate::domain::wound;

/// How deeply geometries may stand in one another.
const MOST_NESTED: usize = 32;

/// Bytes that are no geometry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no geometry: {0}")]
pub struct InvalidWkb(&'static str);

/// Holds a geometry and whether it had heights or measures, which were left aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Flat {
    /// The geometry in two dimensions.
    pub geometry: Geometry<f64>,
    /// Whether there was a third number.
    pub has_heights: bool,
}

/// Reads a geometry, and lets its rings run as those of GeoJSON; heights and measures are left aside, and an empty point has no positions.
///
/// # Errors
///
/// [`InvalidWkb`] when the bytes are none.
pub fn read(bytes: &[u8]) -> Result<Flat, InvalidWkb> {
    let mut reader = Reader { bytes, is_little: true, has_heights: false };
    let geometry = reader.geometry(0)?;
    Ok(Flat { geometry: wound(geometry), has_heights: reader.has_heights })
}

struct Reader<'a> {
    bytes: &'a [u8],
    is_little: bool,
    has_heights: bool,
}

/// The kind of a geometry and how many numbers a position has.
#[derive(Clone, Copy)]
struct Head {
    kind: u32,
    numbers: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], InvalidWkb> {
        let (head, rest) =
            self.bytes.split_first_chunk::<N>().ok_or(InvalidWkb("its bytes end too early"))?;
        self.bytes = rest;
        Ok(*head)
    }

    fn number(&mut self) -> Result<u32, InvalidWkb> {
        let bytes = self.take()?;
        Ok(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn real(&mut self) -> Result<f64, InvalidWkb> {
        let bytes = self.take()?;
        Ok(if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// Reads how many parts follow, each of some bytes at least.
    fn count(&mut self, least_bytes: usize) -> Result<usize, InvalidWkb> {
        let count = self.number()? as usize;
        if count.saturating_mul(least_bytes) > self.bytes.len() {
            return Err(InvalidWkb("it says that it has more parts than its bytes can hold"));
        }
        Ok(count)
    }

    /// Reads byte order and kind, in the numbering of ISO or with the flags of PostGIS.
    fn head(&mut self) -> Result<Head, InvalidWkb> {
        self.is_little = match self.take()? {
            [0] => false,
            [1] => true,
            _ => return Err(InvalidWkb("its byte order is neither 0 nor 1")),
        };
        let code = self.number()?;
        if code & 0x2000_0000 != 0 {
            self.number()?; // the code of the datum
        }
        let flags = [0x8000_0000, 0x4000_0000].map(|flag| usize::from(code & flag != 0));
        let plain = code & 0x1FFF_FFFF;
        let beyond = match plain / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(InvalidWkb("its kind is not known")),
        };
        let numbers = 2 + beyond.max(flags[0] + flags[1]);
        self.has_heights |= numbers > 2;
        Ok(Head { kind: plain % 1000, numbers })
    }

    fn position(&mut self, numbers: usize) -> Result<Coord<f64>, InvalidWkb> {
        let at = Coord { x: self.real()?, y: self.real()? };
        for _ in 2..numbers {
            self.real()?;
        }
        Ok(at)
    }

    fn line(&mut self, numbers: usize) -> Result<LineString<f64>, InvalidWkb> {
        let count = self.count(8 * numbers)?;
        (0..count).map(|_| self.position(numbers)).collect::<Result<_, _>>().map(LineString)
    }

    fn polygon(&mut self, numbers: usize) -> Result<Polygon<f64>, InvalidWkb> {
        let count = self.count(4)?;
        let rings: Vec<_> = (0..count).map(|_| self.line(numbers)).collect::<Result<_, _>>()?;
        let mut rings = rings.into_iter();
        let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(outer, rings.collect()))
    }

    /// Reads the parts of a geometry that has parts of one kind.
    fn parts<T>(
        &mut self,
        kind: u32,
        read: impl Fn(&mut Self, usize) -> Result<T, InvalidWkb>,
    ) -> Result<Vec<T>, InvalidWkb> {
        let count = self.count(5)?;
        let part = |_| {
            let head = self.head()?;
            if head.kind != kind {
                return Err(InvalidWkb("a part is of another kind than the whole"));
            }
            read(self, head.numbers)
        };
        (0..count).map(part).collect()
    }

    fn geometry(&mut self, depth: usize) -> Result<Geometry<f64>, InvalidWkb> {
        if depth > MOST_NESTED {
            return Err(InvalidWkb("its geometries stand too deep in one another"));
        }
        let Head { kind, numbers } = self.head()?;
        Ok(match kind {
            1 => {
                let at = self.position(numbers)?;
                if at.x.is_nan() && at.y.is_nan() {
                    return Ok(MultiPoint(Vec::new()).into());
                }
                Point(at).into()
            }
            2 => self.line(numbers)?.into(),
            3 => self.polygon(numbers)?.into(),
            4 => MultiPoint(self.parts(1, |reader, n| reader.position(n).map(Point))?).into(),
            5 => MultiLineString(self.parts(2, Self::line)?).into(),
            6 => MultiPolygon(self.parts(3, Self::polygon)?).into(),
            7 => {
                let count = self.count(5)?;
                let parts = (0..count).map(|_| self.geometry(depth + 1));
                Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
            }
            8..=14 => return Err(InvalidWkb("curves are not read: make them lines first")),
            _ => return Err(InvalidWkb("its kind is not known")),
        })
    }
}

#[cfg(test)]
mod tests {
    use geo::polygon;
    use geozero::{CoordDimensions, ToWkb};
    use proptest::prelude::*;

    use super::*;

    fn area() -> Geometry<f64> {
        let ring = polygon![
            exterior: [(x: 0.1, y: 0.0), (x: 4.0, y: -0.0), (x: 0.0, y: 4.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 1.0, y: 2.0), (x: 2.0, y: 1.0)]],
        ];
        MultiPolygon(vec![ring.clone(), ring]).into()
    }

    #[test]
    fn what_another_library_writes_is_read() {
        let shapes: [Geometry<f64>; 3] = [
            Point::new(1.5, -2.5).into(),
            area(),
            Geometry::GeometryCollection(GeometryCollection(vec![area()])),
        ];
        for shape in shapes {
            let plain = shape.to_wkb(CoordDimensions::xy()).unwrap();
            assert_eq!(read(&plain), Ok(Flat { geometry: shape.clone(), has_heights: false }));
            let extended = shape.to_ewkb(CoordDimensions::xy(), Some(4326)).unwrap();
            assert_eq!(read(&extended).unwrap().geometry, shape);
        }
    }

    #[test]
    fn heights_are_left_aside_in_both_spellings_and_byte_orders() {
        let numbers = [1.0f64, 2.0, 3.0].map(f64::to_be_bytes).concat();
        for kind in [1001u32, 2001, 0x8000_0001, 0x4000_0001] {
            let bytes = [&[0][..], &kind.to_be_bytes(), &numbers].concat();
            let read = read(&bytes).unwrap();
            assert_eq!(read, Flat { geometry: Point::new(1.0, 2.0).into(), has_heights: true });
        }
    }

    #[test]
    fn a_count_that_the_bytes_cannot_hold_is_refused_before_anything_is_made() {
        let bytes = [&[1u8, 2, 0, 0, 0][..], &[0xff; 4], &[0; 64]].concat();
        assert!(read(&bytes).is_err());
        let nested = [1u8, 7, 0, 0, 0, 1, 0, 0, 0].repeat(10_000);
        assert!(read(&nested).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(at in 0usize..400, bit in 0u8..8, cut in 0usize..400) {
            let mut bytes = area().to_wkb(CoordDimensions::xy()).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let _ = read(&bytes);
            let _ = read(&bytes[..cut.min(bytes.len())]);
        }
    }
}
