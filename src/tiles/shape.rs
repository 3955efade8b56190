//! What of a geometry a tile shows, in whole units.

use geo::{Geometry, LineString, Polygon};

use super::clip::{Place, Window};
use super::square::Square;
use super::{BUFFER, EXTENT};
use crate::domain::{Datum, LonLat};

/// A corner in whole units of a tile, east and south.
pub type Corner = [i32; 2];

/// Holds what a tile shows of one geometry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Points inside the square itself.
    Points(Vec<Corner>),
    /// Lines, cut at the buffer.
    Lines(Vec<Vec<Corner>>),
    /// Rings cut at the buffer, each without its last corner: an outer one, with an area above
    /// nothing by the surveyor's formula, then its holes, with one below (MVT 2.1, 4.3.4.4).
    Polygons(Vec<Vec<Corner>>),
}

impl Shape {
    /// Draws a geometry into a square: one shape for each kind that it consists of.
    ///
    /// What is smaller than a unit and no point is left out. Areas and lines at the antimeridian are
    /// seen from both sides of it.
    #[must_use]
    pub fn of(geometry: &Geometry<f64>, square: Square, datum: Datum) -> Vec<Self> {
        Self::coarse(geometry, square, datum, 1)
    }

    /// The same with the corners of areas and lines on a grid of so many units: what is smaller is
    /// left out, and areas that share a border still do.
    ///
    /// # References
    ///
    /// Rossignac & Borrel (1993), Multi-resolution 3D approximations for rendering complex scenes,
    /// Modeling in Computer Graphics, pp. 455–465: clustering of corners by a grid.
    #[must_use]
    pub fn coarse(
        geometry: &Geometry<f64>,
        square: Square,
        datum: Datum,
        grid_units: u32,
    ) -> Vec<Self> {
        let grid = f64::from(grid_units);
        let mut drawn = Drawn { datum, grid, ..Drawn::new(square) };
        drawn.add(geometry);
        let Drawn { points, lines, rings, .. } = drawn;
        let shapes = [Self::Points(points), Self::Lines(lines), Self::Polygons(rings)];
        shapes.into_iter().filter(|shape| !shape.is_empty()).collect()
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Points(points) => points.is_empty(),
            Self::Lines(parts) | Self::Polygons(parts) => parts.is_empty(),
        }
    }
}

/// Gathers what is drawn of a geometry.
struct Drawn {
    square: Square,
    datum: Datum,
    /// How wide the grid is on which corners stand.
    grid: f64,
    points: Vec<Corner>,
    lines: Vec<Vec<Corner>>,
    rings: Vec<Vec<Corner>>,
}

impl Drawn {
    fn new(square: Square) -> Self {
        let (points, lines, rings) = (Vec::new(), Vec::new(), Vec::new());
        Self { square, datum: Datum::Wgs84, grid: 1.0, points, lines, rings }
    }

    fn add(&mut self, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(point) => self.add_point(point.x(), point.y()),
            Geometry::MultiPoint(points) => {
                points.iter().for_each(|point| self.add_point(point.x(), point.y()));
            }
            Geometry::Line(line) => self.add_line(&LineString::from(vec![line.start, line.end])),
            Geometry::LineString(line) => self.add_line(line),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.add_line(line)),
            Geometry::Polygon(polygon) => self.add_polygon(polygon),
            Geometry::MultiPolygon(all) => all.iter().for_each(|one| self.add_polygon(one)),
            Geometry::Rect(rect) => self.add_polygon(&rect.to_polygon()),
            Geometry::Triangle(triangle) => self.add_polygon(&triangle.to_polygon()),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.add(part)),
        }
    }

    fn add_point(&mut self, lon: f64, lat: f64) {
        let Ok(at) = LonLat::from_degrees(lon, lat) else { return };
        let unit = self.square.unit_of(self.datum.from_wgs84(at));
        self.points.extend(unit.map(|unit| unit.map(u32::cast_signed)));
    }

    fn places(&self, line: &LineString<f64>) -> Vec<Place> {
        let place = |(lon, lat)| match LonLat::from_degrees(lon, lat) {
            Ok(at) if self.datum != Datum::Wgs84 => {
                let at = self.datum.from_wgs84(at);
                self.square.project(at.lon(), at.lat())
            }
            _ => self.square.project(lon, lat),
        };
        line.coords().map(|at| place((at.x, at.y))).collect()
    }

    /// The same places as they are seen from here, and from one way around the globe or the other.
    fn worlds(&self, places: &[Place]) -> Vec<Vec<Place>> {
        let around = self.square.around();
        let reach = |by: f64| {
            let places = places.iter().map(|place| place[0] + by);
            let (least, most) = places.fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)));
            least <= window().most && most >= window().least
        };
        let shifts: Vec<f64> = [0.0, -around, around].into_iter().filter(|by| reach(*by)).collect();
        let shift = |by: f64| places.iter().map(|[x, y]| [x + by, *y]).collect();
        shifts.into_iter().map(shift).collect()
    }

    fn add_line(&mut self, line: &LineString<f64>) {
        for world in self.worlds(&self.places(line)) {
            let parts = window().line(&world);
            let grid = self.grid;
            let whole = |place: &Place| on_grid(*place, grid);
            let parts = parts.iter().map(|part| straightened(part.iter().map(whole), false));
            self.lines.extend(parts.filter(|part| part.len() >= 2));
        }
    }

    fn add_polygon(&mut self, polygon: &Polygon<f64>) {
        let outer = self.worlds(&self.opened(polygon.exterior()));
        let outer: Vec<_> = outer.iter().filter_map(|ring| self.drawn_ring(ring, true)).collect();
        if outer.is_empty() {
            return;
        }
        // One outer ring for each side of the globe that is seen; a hole goes to the one around it.
        let holes: Vec<_> = polygon
            .interiors()
            .iter()
            .flat_map(|hole| self.worlds(&self.opened(hole)))
            .filter_map(|ring| self.drawn_ring(&ring, false))
            .collect();
        let single = outer.len() == 1;
        for ring in outer {
            let around = bounds(&ring);
            self.rings.push(ring);
            let within = |hole: &&Vec<Corner>| single || is_within(bounds(hole), around);
            self.rings.extend(holes.iter().filter(within).cloned());
        }
    }

    /// Cuts a ring and turns it the way that its kind demands; `None` when no area is left.
    fn drawn_ring(&self, ring: &[Place], is_outer: bool) -> Option<Vec<Corner>> {
        let cut = window().ring(ring);
        let mut ring = straightened(cut.iter().map(|place| on_grid(*place, self.grid)), true);
        let area = doubled_area(&ring);
        if (area > 0) != is_outer {
            ring.reverse();
        }
        (area != 0).then_some(ring)
    }

    /// A ring without its last place, which is its first.
    fn opened(&self, ring: &LineString<f64>) -> Vec<Place> {
        let mut places = self.places(ring);
        if places.len() > 1 && ring.0.first() == ring.0.last() {
            places.pop();
        }
        places
    }
}

fn window() -> Window {
    Window { least: -f64::from(BUFFER), most: f64::from(EXTENT + BUFFER) }
}

#[expect(clippy::cast_possible_truncation, reason = "places in the window are small")]
fn on_grid(place: Place, grid: f64) -> Corner {
    place.map(|part| ((part / grid).round() * grid) as i32)
}

/// Twice the area by the surveyor's formula; above nothing for a ring that is seen clockwise.
fn doubled_area(ring: &[Corner]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&Corner, &Corner)| {
        i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1])
    };
    ring.iter().zip(next).map(cross).sum()
}

/// Leaves out corners that stand twice, and those on the straight way between their neighbors.
fn straightened(corners: impl Iterator<Item = Corner>, is_ring: bool) -> Vec<Corner> {
    let mut kept: Vec<Corner> = Vec::new();
    for corner in corners {
        push_straight(&mut kept, corner);
    }
    if is_ring {
        while kept.len() > 1 && kept.first() == kept.last() {
            kept.pop();
        }
    }
    kept
}

fn push_straight(kept: &mut Vec<Corner>, corner: Corner) {
    if kept.last() == Some(&corner) {
        return;
    }
    if let [.., before, last] = kept[..]
        && is_between(before, last, corner)
    {
        kept.pop();
    }
    kept.push(corner);
}

/// Says whether a corner lies on the straight way from one to another.
fn is_between(from: Corner, at: Corner, to: Corner) -> bool {
    let step = |a: Corner, b: Corner| [0, 1].map(|axis| i64::from(b[axis]) - i64::from(a[axis]));
    let (first, second) = (step(from, at), step(at, to));
    first[0] * second[1] == first[1] * second[0] && first[0] * second[0] + first[1] * second[1] > 0
}

type Bounds = [Corner; 2];

fn bounds(ring: &[Corner]) -> Bounds {
    let edge = |pick: fn(i32, i32) -> i32, start: i32| {
        [0, 1].map(|axis| ring.iter().map(|corner| corner[axis]).fold(start, pick))
    };
    [edge(i32::min, i32::MAX), edge(i32::max, i32::MIN)]
}

fn is_within(inner: Bounds, outer: Bounds) -> bool {
    [0, 1].iter().all(|&axis| inner[0][axis] >= outer[0][axis] && inner[1][axis] <= outer[1][axis])
}

#[cfg(test)]
mod tests {
    use geo::{line_string, polygon};

    use super::*;
    use crate::tiles::TileMatrixSet;

    fn world() -> Square {
        Square::new(TileMatrixSet::WorldCrs84Quad, 0, 0, 1).unwrap()
    }

    fn drawn(geometry: impl Into<Geometry<f64>>, square: Square) -> Vec<Shape> {
        Shape::of(&geometry.into(), square, Datum::Wgs84)
    }

    #[test]
    fn a_polygon_with_a_hole_is_turned_as_the_format_demands_whatever_it_was() {
        // In the eastern half of the sheet a degree is 4096 / 180 = 22.76 units.
        let outer = vec![(0.0, 0.0), (90.0, 0.0), (90.0, 45.0), (0.0, 45.0), (0.0, 0.0)];
        let hole = vec![(45.0, 22.5), (67.5, 22.5), (67.5, 33.75), (45.0, 33.75), (45.0, 22.5)];
        for is_turned in [false, true] {
            let ring = |mut ring: Vec<(f64, f64)>| {
                if is_turned {
                    ring.reverse();
                }
                LineString::from(ring)
            };
            let shapes =
                drawn(Polygon::new(ring(outer.clone()), vec![ring(hole.clone())]), world());
            let [Shape::Polygons(rings)] = &shapes[..] else { panic!("{shapes:?}") };
            let areas: Vec<i64> = rings.iter().map(|ring| doubled_area(ring)).collect();
            assert_eq!(areas, [2 * 2048 * 1024, -2 * 512 * 256]);
        }
    }

    #[test]
    fn an_area_at_the_antimeridian_shows_in_the_buffer_on_the_other_side() {
        let area = polygon![(x: 179.0, y: 0.0), (x: 180.0, y: 0.0), (x: 180.0, y: 9.0), (x: 179.0, y: 9.0)];
        let west = Square::new(TileMatrixSet::WorldCrs84Quad, 0, 0, 0).unwrap();
        let shapes = drawn(area, west);
        let [Shape::Polygons(rings)] = &shapes[..] else { panic!("{shapes:?}") };
        assert_eq!(bounds(&rings[0]), [[-23, 1843], [0, 2048]]);
    }

    #[test]
    fn an_area_below_a_unit_is_left_out_and_a_straight_line_has_two_corners() {
        let tiny = polygon![(x: 10.0, y: 0.0), (x: 10.001, y: 0.0), (x: 10.001, y: 0.001)];
        assert!(drawn(tiny, world()).is_empty());
        let line = line_string![(x: 0.0, y: 0.0), (x: 45.0, y: 0.0), (x: 90.0, y: 0.0)];
        assert_eq!(drawn(line, world()), [Shape::Lines(vec![vec![[0, 2048], [2048, 2048]]])]);
    }
}
