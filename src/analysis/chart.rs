//! A flat map of a part of the sphere on which great circles are straight lines.

use geo::{Area, BooleanOps, Coord, LineString, MultiLineString, MultiPolygon, Polygon, Rect};

use crate::index::geodesic::SPHERE_RADIUS_M;

/// The least cosine from the middle at which the map is used: 84° away, ten times enlarged.
const LEAST_COSINE: f64 = 0.1;

/// No edge is drawn longer than this, in radians (0.25°), for GeoJSON draws edges straight in degrees.
const LONGEST_EDGE: f64 = 0.25 * std::f64::consts::PI / 180.0;

/// Nearer to the axis than this a vector has no longitude.
const POLE: f64 = 1e-12;

type Vector = [f64; 3];

/// Holds a gnomonic projection.
///
/// # References
///
/// Snyder (1987), Map Projections: A Working Manual, USGS PP 1395, 164–168.
#[derive(Debug, Clone)]
pub struct Chart {
    middle: Vector,
    east: Vector,
    north: Vector,
}

fn dot(a: &Vector, b: &Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: &Vector, b: &Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn unit(a: Vector) -> Option<Vector> {
    let length = dot(&a, &a).sqrt();
    (length > 1e-9).then(|| a.map(|x| x / length))
}

impl Chart {
    /// Puts the middle of the map at the mean of some vectors.
    ///
    /// `None` if there are none, if they have no mean, or if one is farther than 84° from it.
    #[must_use]
    pub fn around(points: &[Vector]) -> Option<Self> {
        let mut sum = [0.0; 3];
        for point in points {
            for d in 0..3 {
                sum[d] += point[d];
            }
        }
        let middle = unit(sum.map(|x| x / points.len().max(1) as f64))?;
        let least = (0..3).min_by(|&a, &b| middle[a].abs().total_cmp(&middle[b].abs()))?;
        let mut axis = [0.0; 3];
        axis[least] = 1.0;
        let east = unit(cross(&axis, &middle))?;
        let north = cross(&middle, &east);
        let chart = Self { middle, east, north };
        points.iter().all(|point| chart.to_plane(point).is_some()).then_some(chart)
    }

    /// Takes a unit vector to the map; `None` if it is farther than 84° from the middle.
    #[must_use]
    pub fn to_plane(&self, point: &Vector) -> Option<Coord<f64>> {
        let height = dot(point, &self.middle);
        (height >= LEAST_COSINE).then(|| Coord {
            x: dot(point, &self.east) / height,
            y: dot(point, &self.north) / height,
        })
    }

    /// Takes a position on the map back to the sphere.
    #[must_use]
    pub fn to_sphere(&self, at: Coord<f64>) -> Vector {
        let length = (1.0 + at.x * at.x + at.y * at.y).sqrt();
        let along = |d: usize| self.middle[d] + at.x * self.east[d] + at.y * self.north[d];
        [along(0) / length, along(1) / length, along(2) / length]
    }

    /// Takes a polygon back to degrees, cut at the antimeridian, with a pole inside where it holds one.
    ///
    /// Outer rings run counterclockwise, as RFC 7946 wants them.
    #[must_use]
    pub fn to_degrees(&self, polygon: &Polygon<f64>) -> MultiPolygon<f64> {
        let mut whole = degrees_of(&self.ring(polygon.exterior()));
        for hole in polygon.interiors() {
            whole = whole.difference(&degrees_of(&self.ring(hole)));
        }
        whole
    }

    /// Takes a line back to degrees, cut at the antimeridian.
    #[must_use]
    pub fn line_to_degrees(&self, from: Coord<f64>, to: Coord<f64>) -> MultiLineString<f64> {
        let ends = [self.to_sphere(from), self.to_sphere(to)];
        let mut path = along(&ends[0], &ends[1]);
        path.push(ends[1]);
        let flat = unwrap(&path);
        let mut lines = vec![Vec::new()];
        for pair in flat.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let turn = |x: f64| ((x + 180.0) / 360.0).floor();
            lines[0].push(a);
            if turn(a.x) == turn(b.x) {
                continue;
            }
            let edge = turn(a.x.max(b.x)) * 360.0 - 180.0;
            let at = Coord { x: edge, y: a.y + (b.y - a.y) * (edge - a.x) / (b.x - a.x) };
            lines[0].push(at);
            lines.insert(0, vec![at]);
        }
        lines[0].extend(flat.last());
        lines.reverse();
        lines.retain(|line| line.len() > 1 && line.iter().any(|at| *at != line[0]));
        let home = |line: Vec<Coord<f64>>| {
            let middle = f64::midpoint(line[0].x, line[line.len() - 1].x);
            let shift = ((middle + 180.0) / 360.0).floor() * 360.0;
            LineString::new(line.into_iter().map(|at| Coord { x: at.x - shift, y: at.y }).collect())
        };
        MultiLineString::new(lines.into_iter().map(home).collect())
    }

    /// The ring on the sphere, counterclockwise seen from outside, with short edges, not closed.
    fn ring(&self, ring: &LineString<f64>) -> Vec<Vector> {
        let mut corners: Vec<Vector> = ring.coords().map(|&at| self.to_sphere(at)).collect();
        if Polygon::new(ring.clone(), Vec::new()).signed_area() < 0.0 {
            corners.reverse();
        }
        corners.windows(2).flat_map(|pair| along(&pair[0], &pair[1])).collect()
    }
}

/// Measures a simple ring on the sphere, in km².
///
/// The signed spherical excess of a fan of triangles, tan(E/2) = a·(b×c) / (1 + a·b + b·c + c·a).
///
/// # References
///
/// Van Oosterom & Strackee (1983), The solid angle of a plane triangle, IEEE Trans. Biomed. Eng. 30.
#[must_use]
pub fn area_km2(ring: &[Vector]) -> f64 {
    let Some((first, rest)) = ring.split_first() else { return 0.0 };
    let excess = |b: &Vector, c: &Vector| {
        let turn = dot(first, &cross(b, c));
        2.0 * turn.atan2(1.0 + dot(first, b) + dot(b, c) + dot(c, first))
    };
    let whole: f64 = rest.windows(2).map(|pair| excess(&pair[0], &pair[1])).sum();
    whole.abs() * (SPHERE_RADIUS_M / 1000.0).powi(2)
}

/// The way along a great circle in short steps, without its end.
///
/// Near a pole, where longitudes turn quickly, the steps are so short that none turns 2°.
fn along(from: &Vector, to: &Vector) -> Vec<Vector> {
    let normal = cross(from, to);
    let angle = dot(&normal, &normal).sqrt().atan2(dot(from, to));
    let steps = (angle / LONGEST_EDGE).ceil().max(1.0);
    let at = |step: usize| {
        let share = step as f64 / steps;
        let mixed = [0, 1, 2]
            .map(|d| from[d] * ((1.0 - share) * angle).sin() + to[d] * (share * angle).sin());
        if step == 0 { *from } else { unit(mixed).unwrap_or(*from) }
    };
    let mut path = Vec::new();
    let mut last = *from;
    for step in 1..=steps as usize {
        let next = if step as f64 == steps { *to } else { at(step) };
        path.push(last);
        halve(&last, &next, 40, &mut path);
        last = next;
    }
    path
}

/// Adds the middle of a step, and of its halves, for as long as the longitude turns too quickly.
fn halve(from: &Vector, to: &Vector, depth: u32, path: &mut Vec<Vector>) {
    let (Some(start), Some(end)) = (lon_of(from), lon_of(to)) else { return };
    let turn = ((end - start + 540.0).rem_euclid(360.0) - 180.0).abs();
    let Some(middle) = unit([from[0] + to[0], from[1] + to[1], from[2] + to[2]]) else { return };
    if turn > 2.0 && depth > 0 {
        halve(from, &middle, depth - 1, path);
        path.push(middle);
        halve(&middle, to, depth - 1, path);
    }
}

/// The longitude in degrees; `None` at a pole.
fn lon_of(v: &Vector) -> Option<f64> {
    (v[0].hypot(v[1]) > POLE).then(|| v[1].atan2(v[0]).to_degrees())
}

/// Turns a path into degrees whose longitudes never jump; a pole is passed along its own latitude.
fn unwrap(path: &[Vector]) -> Vec<Coord<f64>> {
    let Some(start) = path.iter().find_map(lon_of) else { return Vec::new() };
    let mut lon = start;
    let mut flat: Vec<Coord<f64>> = Vec::with_capacity(path.len());
    let mut pole = None;
    for vector in path {
        let lat = vector[2].atan2(vector[0].hypot(vector[1])).to_degrees();
        let Some(next) = lon_of(vector) else {
            flat.push(Coord { x: lon, y: 90.0_f64.copysign(lat) });
            pole = Some(90.0_f64.copysign(lat));
            continue;
        };
        lon += (next - lon + 540.0).rem_euclid(360.0) - 180.0;
        if let Some(pole) = pole.take() {
            flat.push(Coord { x: lon, y: pole });
        }
        flat.push(Coord { x: lon, y: lat });
    }
    flat
}

/// Turns a counterclockwise ring on the sphere into polygons in degrees.
fn degrees_of(ring: &[Vector]) -> MultiPolygon<f64> {
    // Begin where there is a longitude, and come back to it.
    let start = ring.iter().position(|v| v[0].hypot(v[1]) > POLE).unwrap_or(0);
    let mut path: Vec<Vector> = [&ring[start..], &ring[..start]].concat();
    path.extend(path.first().copied());
    let mut flat = unwrap(&path);
    let (Some(first), Some(last)) = (flat.first().copied(), flat.last().copied()) else {
        return MultiPolygon::new(Vec::new());
    };
    let turns = ((last.x - first.x) / 360.0).round();
    // The ring closes where it began, not a rounding error beside it.
    let last = Coord { x: first.x + 360.0 * turns, y: first.y };
    if let Some(end) = flat.last_mut() {
        *end = last;
    }
    if turns != 0.0 {
        // Counterclockwise around the north pole is eastwards, around the south pole westwards. Two
        // rounds hold one from antimeridian to antimeridian, so that no other seam is cut.
        let pole = 90.0 * turns;
        let again: Vec<Coord<f64>> =
            flat[1..].iter().map(|at| Coord { x: at.x + 360.0 * turns, y: at.y }).collect();
        flat.extend(again);
        let last = Coord { x: last.x + 360.0 * turns, ..last };
        flat.extend([Coord { x: last.x, y: pole }, Coord { x: first.x, y: pole }]);
    }
    flat.dedup();
    let whole = Polygon::new(LineString::new(flat), Vec::new());
    let [west, east] = whole
        .exterior()
        .coords()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[w, e], at| [w.min(at.x), e.max(at.x)]);
    if west >= -180.0 && east <= 180.0 {
        return MultiPolygon::new(vec![whole]);
    }
    let mut parts = Vec::new();
    for turn in -2..=2 {
        let shift = f64::from(turn) * 360.0;
        let world =
            Rect::new(Coord { x: shift - 180.0, y: -90.0 }, Coord { x: shift + 180.0, y: 90.0 });
        let is_met = west < world.max().x && east > world.min().x;
        let is_filled = west <= world.min().x && east >= world.max().x;
        let is_wanted = if turns == 0.0 { is_met } else { is_filled && parts.is_empty() };
        if is_wanted {
            let cut = whole.intersection(&world.to_polygon());
            parts.extend(cut.into_iter().map(|part| shifted(&part, -shift)));
        }
    }
    MultiPolygon::new(parts)
}

fn shifted(polygon: &Polygon<f64>, by: f64) -> Polygon<f64> {
    use geo::MapCoords;
    // The cut is made on a fine grid; what it left beside the antimeridian or a pole goes there.
    let snap = |value: f64, edge: f64| {
        if value.abs() > edge - 1e-6 { edge.copysign(value) } else { value }
    };
    polygon.map_coords(|at| Coord { x: snap(at.x + by, 180.0), y: snap(at.y, 90.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;

    fn vector(lon: f64, lat: f64) -> Vector {
        LonLat::from_degrees(lon, lat).unwrap().unit_vector()
    }

    #[test]
    fn what_goes_to_the_map_comes_back() {
        let points = [vector(170.0, 60.0), vector(-150.0, 80.0), vector(179.0, 71.0)];
        let chart = Chart::around(&points).unwrap();
        for point in &points {
            let back = chart.to_sphere(chart.to_plane(point).unwrap());
            assert!((0..3).all(|d| (back[d] - point[d]).abs() < 1e-14));
        }
    }

    #[test]
    fn a_map_of_more_than_a_hemisphere_is_refused() {
        assert!(Chart::around(&[]).is_none());
        assert!(Chart::around(&[vector(0.0, 0.0), vector(180.0, 0.0)]).is_none());
        let round = [vector(0.0, 0.0), vector(120.0, 0.0), vector(-120.0, 0.0), vector(0.0, 80.0)];
        assert!(Chart::around(&round).is_none());
    }

    #[test]
    fn an_octant_is_an_eighth_of_the_sphere() {
        let octant = [vector(0.0, 0.0), vector(90.0, 0.0), vector(0.0, 90.0)];
        let sphere = 4.0 * std::f64::consts::PI * 6371.0088_f64.powi(2);
        assert!((area_km2(&octant) / sphere - 0.125).abs() < 1e-14);
        assert_eq!(area_km2(&[]), 0.0);
    }

    #[test]
    fn a_line_over_the_antimeridian_is_cut_there_and_one_over_the_pole_follows_it() {
        let ends = [vector(179.0, 10.0), vector(-179.0, 10.0)];
        let chart = Chart::around(&ends).unwrap();
        let line = |ends: &[Vector; 2], chart: &Chart| {
            let [a, b] = [&ends[0], &ends[1]].map(|end| chart.to_plane(end).unwrap());
            chart.line_to_degrees(a, b)
        };
        let cut = line(&ends, &chart);
        assert_eq!(cut.0.len(), 2);
        assert_eq!(cut.0[0].0.last().unwrap().x, 180.0);
        assert_eq!(cut.0[1].0[0].x, -180.0);
        let over = [vector(0.0, 89.0), vector(180.0, 89.0)];
        let over = line(&over, &Chart::around(&over).unwrap());
        assert!(over.0.iter().flat_map(|line| &line.0).any(|at| at.y > 89.999_999), "{over:?}");
    }
}
