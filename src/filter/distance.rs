//! Whether a geometry comes within a distance of a position, on the ellipsoid.

use geo::{Contains, Coord, CoordsIter, Geometry, Line, LinesIter, Point};

use crate::domain::{Bbox, LonLat};
use crate::index::geodesic::{SPHERE_RADIUS_M, SPHERE_SLACK, distance_m, great_circle_m};

/// How often the part of an edge that holds its nearest position is narrowed: to 1e-9 of it.
const STEPS: usize = 44;

/// Says whether some position of a geometry lies within a distance, the edge included.
///
/// Edges are straight in degrees, as everywhere in GeoJSON. Of an edge that could come near enough,
/// the nearest position is found by golden section, to a billionth of its length.
///
/// # Units
///
/// `metres` on the WGS 84 ellipsoid.
pub(super) fn is_within(geometry: &Geometry<f64>, from: LonLat, metres: f64) -> bool {
    let near = |at: Coord<f64>| position(at).is_some_and(|at| is_near(from, at, metres));
    if let Geometry::Point(point) = geometry {
        return near(point.0);
    }
    let point = Point::new(from.lon(), from.lat());
    let has_area = |geometry: &Geometry<f64>| match geometry {
        Geometry::Polygon(area) => area.contains(&point),
        Geometry::MultiPolygon(areas) => areas.contains(&point),
        _ => false,
    };
    if geometry.coords_iter().any(near) {
        return true;
    }
    match geometry {
        Geometry::GeometryCollection(parts) => {
            parts.iter().any(|part| is_within(part, from, metres))
        }
        Geometry::LineString(line) => {
            line.lines_iter().any(|edge| edge_is_near(edge, from, metres))
        }
        Geometry::MultiLineString(lines) => {
            lines.lines_iter().any(|edge| edge_is_near(edge, from, metres))
        }
        Geometry::Polygon(area) => {
            has_area(geometry) || area.lines_iter().any(|edge| edge_is_near(edge, from, metres))
        }
        Geometry::MultiPolygon(areas) => {
            has_area(geometry) || areas.lines_iter().any(|edge| edge_is_near(edge, from, metres))
        }
        _ => false,
    }
}

fn position(at: Coord<f64>) -> Option<LonLat> {
    LonLat::from_degrees(at.x, at.y).ok()
}

/// Measures on the sphere first, which decides almost always.
fn is_near(from: LonLat, to: LonLat, metres: f64) -> bool {
    let sphere = great_circle_m(from, to);
    sphere <= metres / SPHERE_SLACK
        || sphere <= metres * SPHERE_SLACK + 1.0 && distance_m(from, to) <= metres
}

/// Says whether an edge, both of whose ends are too far, comes near enough between them.
fn edge_is_near(edge: Line<f64>, from: LonLat, metres: f64) -> bool {
    let (Some(start), Some(end)) = (position(edge.start), position(edge.end)) else {
        return false;
    };
    // Along a straight line in degrees, the length is at most that of its two legs.
    let length = (edge.dx().abs() + edge.dy().abs()).to_radians() * SPHERE_RADIUS_M;
    let least = great_circle_m(from, start).min(great_circle_m(from, end)) - length;
    if least > metres * SPHERE_SLACK {
        return false;
    }
    let at = |share: f64| {
        let (x, y) = (edge.start.x + share * edge.dx(), edge.start.y + share * edge.dy());
        position(Coord { x, y }).map_or(f64::INFINITY, |at| distance_m(from, at))
    };
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        let (to_left, to_right) = (at(left), at(right));
        if to_left.min(to_right) <= metres {
            return true;
        }
        if to_left < to_right {
            high = right;
        } else {
            low = left;
        }
    }
    false
}

/// A box that holds everything within a distance of a position, and a little more.
pub(super) fn around(from: LonLat, metres: f64) -> Bbox {
    let angle = (metres * SPHERE_SLACK + 1.0) / SPHERE_RADIUS_M;
    let (south, north) = (from.lat() - angle.to_degrees(), from.lat() + angle.to_degrees());
    let everywhere =
        || Bbox { west: -180.0, south: south.max(-90.0), east: 180.0, north: north.min(90.0) };
    if south <= -90.0 || north >= 90.0 {
        return everywhere();
    }
    // The meridians that touch the circle: Bronstein et al., Handbook of Mathematics, right
    // spherical triangles, sin(Δλ) = sin(angle) / cos(φ).
    let half = (angle.sin() / from.lat().to_radians().cos()).asin().to_degrees();
    if !half.is_finite() || half >= 180.0 {
        return everywhere();
    }
    let wrapped = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
    Bbox { west: wrapped(from.lon() - half), south, east: wrapped(from.lon() + half), north }
}

#[cfg(test)]
mod tests {
    use geo::{line_string, polygon};
    use proptest::prelude::*;

    use super::*;
    use crate::index::geodesic::destination;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::from_degrees(lon, lat).unwrap()
    }

    #[test]
    fn a_point_at_the_distance_itself_is_within() {
        let (from, to) = (at(120.0, 30.0), at(120.5, 30.4));
        let metres = distance_m(from, to);
        let point = Geometry::from(Point::new(120.5, 30.4));
        assert!(is_within(&point, from, metres) && !is_within(&point, from, metres - 0.001));
    }

    #[test]
    fn a_line_is_as_near_as_its_nearest_position() {
        // The equator from 10° W to 10° E passes (0, 0.1), 11 057.4 m to the south of it.
        let line = Geometry::from(line_string![(x: -10.0, y: 0.0), (x: 10.0, y: 0.0)]);
        let from = at(0.0, 0.1);
        assert!(is_within(&line, from, 11_057.5) && !is_within(&line, from, 11_057.3));
    }

    #[test]
    fn a_position_in_an_area_is_at_no_distance_from_it() {
        let area = polygon![(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 9.)];
        assert!(is_within(&area.into(), at(4.0, 4.0), 0.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn the_box_holds_everything_within_the_distance(
            lon in -180.0..180.0f64, lat in -90.0..90.0f64,
            metres in prop_oneof![0.0..1e4f64, 0.0..2.1e7f64], share in 0.0..1.0f64, bearing in 0.0..360.0f64,
        ) {
            let from = at(lon, lat);
            let bbox = around(from, metres);
            if let Some(reached) = destination(from, bearing, metres * share) {
                prop_assert!(bbox.contains(reached), "{bbox:?} {reached:?}");
            }
        }
    }
}
