//! The geometries of a shapefile (ESRI white paper, July 1998): records of numbers in two byte orders.

use geo::{Area, Contains, Coord, Geometry, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Point, Polygon};

/// How long the header is, in bytes.
const HEADER_BYTES: usize = 100;

/// Holds a record: its geometry, or why it has none.
pub(super) type Record = Result<Option<Geometry<f64>>, String>;

/// Holds what a file of geometries says.
pub(super) struct Shapes {
    pub records: Vec<Record>,
    /// How many of them had heights or measures.
    pub with_heights: usize,
}

/// Reads the records one behind the other; the numbers that they bear are not looked at.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Shapes, String> {
    let header = bytes.get(..HEADER_BYTES).ok_or("it ends in its header")?;
    if !header.starts_with(&9994_i32.to_be_bytes()) {
        return Err("it does not begin as a shapefile does".to_owned());
    }
    let mut rest = &bytes[HEADER_BYTES..];
    let mut shapes = Shapes { records: Vec::new(), with_heights: 0 };
    while rest.len() >= 8 && shapes.records.len() <= most_rows {
        let words = i32::from_be_bytes([rest[4], rest[5], rest[6], rest[7]]);
        let length = usize::try_from(words).map_err(|_| "a record has no length".to_owned())? * 2;
        let Some(content) = rest.get(8..8 + length) else {
            shapes.records.push(Err("the file ends in this record".to_owned()));
            break;
        };
        let mut reader = Reader(content);
        let mut has_heights = false;
        shapes.records.push(reader.geometry(&mut has_heights));
        shapes.with_heights += usize::from(has_heights);
        rest = &rest[8 + length..];
    }
    Ok(shapes)
}

/// The bytes of a record that are still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or("its record ends too early")?;
        self.0 = rest;
        Ok(*head)
    }

    fn number(&mut self) -> Result<i32, String> {
        self.take().map(i32::from_le_bytes)
    }

    fn position(&mut self) -> Result<Coord<f64>, String> {
        let x = f64::from_le_bytes(self.take()?);
        Ok(Coord { x, y: f64::from_le_bytes(self.take()?) })
    }

    /// Reads how many things follow, each of some bytes.
    fn count(&mut self, bytes: usize) -> Result<usize, String> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if count.saturating_mul(bytes) > self.0.len() {
            return Err("it says that it has more than its record can hold".to_owned());
        }
        Ok(count)
    }

    fn geometry(&mut self, has_heights: &mut bool) -> Record {
        let kind = self.number()?;
        *has_heights |= kind > 10;
        Ok(Some(match kind {
            0 => return Ok(None),
            1 | 11 | 21 => Point(self.position()?).into(),
            8 | 18 | 28 => {
                self.take::<32>()?;
                let count = self.count(16)?;
                let points = (0..count).map(|_| self.position().map(Point));
                MultiPoint(points.collect::<Result<_, _>>()?).into()
            }
            3 | 13 | 23 => {
                let mut lines = self.parts()?;
                match lines.len() {
                    1 => lines.remove(0).into(),
                    _ => MultiLineString(lines).into(),
                }
            }
            5 | 15 | 25 => {
                let mut polygons = polygons(self.parts()?);
                match polygons.len() {
                    1 => polygons.remove(0).into(),
                    _ => MultiPolygon(polygons).into(),
                }
            }
            31 => return Err("a multipatch is not read".to_owned()),
            other => return Err(format!("its kind of geometry, {other}, is not known")),
        }))
    }

    /// Reads parts: where each begins, then all their positions.
    fn parts(&mut self) -> Result<Vec<LineString<f64>>, String> {
        self.take::<32>()?;
        let parts = self.count(4)?;
        let points = self.number()?;
        let starts: Vec<i32> = (0..parts).map(|_| self.number()).collect::<Result<_, _>>()?;
        let points = usize::try_from(points).unwrap_or(usize::MAX);
        if points.saturating_mul(16) > self.0.len() {
            return Err("it says that it has more than its record can hold".to_owned());
        }
        let points: Vec<_> = (0..points).map(|_| self.position()).collect::<Result<_, _>>()?;
        let start = |part: usize| starts.get(part).and_then(|start| usize::try_from(*start).ok());
        let part = |number| {
            let from = start(number).unwrap_or(usize::MAX);
            let to = if number + 1 < parts { start(number + 1).unwrap_or(0) } else { points.len() };
            let part = points.get(from..to).ok_or("its parts do not follow one another")?;
            Ok(LineString(part.to_vec()))
        };
        (0..parts).map(part).collect()
    }
}

/// Puts rings together: clockwise ones are outlines, the others holes of the outline around them.
fn polygons(rings: Vec<LineString<f64>>) -> Vec<Polygon<f64>> {
    let (mut outlines, mut holes): (Vec<Polygon<f64>>, Vec<LineString<f64>>) = (vec![], vec![]);
    let is_alone = rings.len() == 1;
    for ring in rings.into_iter().filter(|ring| !ring.0.is_empty()) {
        let area = Polygon::new(ring, Vec::new());
        if is_alone || area.signed_area() <= 0.0 {
            outlines.push(area);
        } else {
            holes.push(area.into_inner().0);
        }
    }
    for hole in holes {
        let corner = Point(hole.0[0]);
        let around = if outlines.len() == 1 { Some(0) } else { around(&outlines, corner) };
        match around {
            Some(number) => outlines[number].interiors_push(hole),
            None => outlines.push(Polygon::new(hole, Vec::new())), // wound the wrong way
        }
    }
    outlines
}

/// The smallest outline around a position.
fn around(outlines: &[Polygon<f64>], at: Point<f64>) -> Option<usize> {
    let is_around = |number: &usize| {
        let area = &outlines[*number];
        area.contains(&at) || touches(area, at)
    };
    let area = |number: &usize| outlines[*number].unsigned_area();
    let smaller = |one: &usize, other: &usize| area(one).total_cmp(&area(other));
    (0..outlines.len()).filter(is_around).min_by(smaller)
}

/// Says whether a position is a corner of an outline.
fn touches(area: &Polygon<f64>, corner: Point<f64>) -> bool {
    area.exterior().0.contains(&corner.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(number: usize) -> i32 {
        number.try_into().unwrap()
    }

    /// A file with one record of some content.
    fn file(content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; HEADER_BYTES];
        bytes[..4].copy_from_slice(&9994_i32.to_be_bytes());
        bytes.extend(1_i32.to_be_bytes());
        bytes.extend(int(content.len() / 2).to_be_bytes());
        bytes.extend(content);
        bytes
    }

    fn polygon(rings: &[&[(f64, f64)]]) -> Vec<u8> {
        let mut bytes = [&5_i32.to_le_bytes()[..], &[0; 32]].concat();
        let count: usize = rings.iter().map(|ring| ring.len()).sum();
        bytes.extend(int(rings.len()).to_le_bytes());
        bytes.extend(int(count).to_le_bytes());
        let mut start = 0_i32;
        for ring in rings {
            bytes.extend(start.to_le_bytes());
            start += int(ring.len());
        }
        for (x, y) in rings.iter().copied().flatten() {
            bytes.extend(x.to_le_bytes());
            bytes.extend(y.to_le_bytes());
        }
        bytes
    }

    const OUTLINE: &[(f64, f64)] = &[(0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 0.0), (0.0, 0.0)];
    const HOLE: &[(f64, f64)] = &[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0)];
    const FAR: &[(f64, f64)] = &[(20.0, 0.0), (20.0, 1.0), (21.0, 0.0), (20.0, 0.0)];

    #[test]
    fn holes_go_to_the_outline_around_them() {
        let read = read(&file(&polygon(&[FAR, HOLE, OUTLINE])), 9).unwrap();
        let Ok(Some(Geometry::MultiPolygon(areas))) = &read.records[0] else { panic!() };
        let holes: Vec<usize> = areas.iter().map(|area| area.interiors().len()).collect();
        assert_eq!(holes, [0, 1]);
    }

    #[test]
    fn broken_records_are_refused_one_by_one() {
        let whole = file(&polygon(&[OUTLINE]));
        for cut in 0..whole.len() {
            let _ = read(&whole[..cut], 9);
        }
        for at in HEADER_BYTES..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                let _ = read(&flipped, 9);
            }
        }
        assert!(read(&whole[..200], 9).unwrap().records[0].is_err());
        assert!(read(b"nothing", 9).is_err());
    }
}
