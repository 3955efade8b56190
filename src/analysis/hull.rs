//! The outline of a group: convex, concave, or a band around its links.

use geo::concave_hull::ConcaveHullOptions;
use geo::{
    Area, ConcaveHull, ConvexHull, Coord, Geometry, LineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};
use geo::{Validation, unary_union};

use super::chart::{Chart, area_km2};
use super::merges::links;
use crate::domain::Watch;
use crate::index::KdTree;
use crate::index::geodesic::SPHERE_RADIUS_M;

/// Corners of a full circle.
const CORNERS: u32 = 48;

/// So many bands are joined at once, before the watch is asked again.
const JOINED: usize = 256;

/// Says which outline is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HullShape {
    /// The least convex area: great circles from corner to corner.
    Convex,
    /// The convex area with long edges dug in towards the points.
    Concave,
    /// All places within a distance of the links of the group's spanning tree.
    ///
    /// One point makes a circle, two a capsule.
    Buffer {
        /// The distance in metres, above 0.
        radius_m: f64,
    },
}

/// Holds an outline; it describes a group and tests nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Hull {
    /// In degrees, cut at the antimeridian: a (multi)polygon; a point or a line for groups without
    /// area; the points themselves for groups that span more than a hemisphere.
    pub geometry: Geometry<f64>,
    /// Area on the sphere in km²; 0 for points and lines.
    pub area_km2: f64,
}

/// Draws the outline of some points; `None` if there are none.
///
/// # Units
///
/// Unit vectors in, degrees out.
///
/// # References
///
/// Concave: Park & Oh (2012), A new concave hull algorithm and concaveness measure, J. Information
/// Science and Engineering 28, with concavity 1.
#[must_use]
pub fn hull(points: &[[f64; 3]], shape: HullShape) -> Option<Hull> {
    watched_hull(points, shape, &Watch::default())
}

/// As [`hull`]; once the watch called it off, what comes back means nothing.
#[must_use]
pub fn watched_hull(points: &[[f64; 3]], shape: HullShape, watch: &Watch) -> Option<Hull> {
    let mut points = points.to_vec();
    points.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    points.dedup();
    points.first()?;
    let drawn = Chart::around(&points).and_then(|chart| match shape {
        HullShape::Buffer { radius_m } => buffered(&chart, &points, radius_m, watch),
        HullShape::Convex | HullShape::Concave => outlined(&chart, &points, shape),
    });
    Some(drawn.unwrap_or_else(|| scattered(&points)))
}

fn scattered(points: &[[f64; 3]]) -> Hull {
    let geometry = match points {
        [only] => Geometry::Point(degrees(only)),
        _ => Geometry::MultiPoint(MultiPoint::new(points.iter().map(degrees).collect())),
    };
    Hull { geometry, area_km2: 0.0 }
}

fn degrees(v: &[f64; 3]) -> Point<f64> {
    Point::new(v[1].atan2(v[0]).to_degrees(), v[2].atan2(v[0].hypot(v[1])).to_degrees())
}

fn outlined(chart: &Chart, points: &[[f64; 3]], shape: HullShape) -> Option<Hull> {
    let flat: Vec<Coord<f64>> =
        points.iter().map(|point| chart.to_plane(point)).collect::<Option<_>>()?;
    if flat.len() == 1 {
        return Some(scattered(points));
    }
    let cloud = MultiPoint::new(flat.iter().map(|&at| Point::from(at)).collect());
    let convex = cloud.convex_hull();
    let [from, to] = farthest(&flat);
    let length = (from.x - to.x).hypot(from.y - to.y);
    // Thinner than a millionth of its length, less than a millimetre in a kilometre, it is a line.
    if convex.unsigned_area() <= 1e-6 * length * length {
        let mut lines = chart.line_to_degrees(from, to);
        let geometry = match lines.0.len() {
            1 => Geometry::LineString(lines.0.remove(0)),
            _ => Geometry::MultiLineString(lines),
        };
        return Some(Hull { geometry, area_km2: 0.0 });
    }
    let concave = || cloud.concave_hull_with_options(ConcaveHullOptions::default().concavity(1.0));
    let outline = match shape {
        HullShape::Concave => Some(concave()).filter(|concave| {
            concave.is_valid() && concave.unsigned_area() > 0.25 * convex.unsigned_area()
        }),
        _ => None,
    };
    Some(finished(chart, &[outline.unwrap_or(convex)]))
}

/// The two places farthest apart along the longer side of the box: the ends, if all lie on a line.
fn farthest(flat: &[Coord<f64>]) -> [Coord<f64>; 2] {
    let spread = |of: fn(&Coord<f64>) -> f64| {
        let all = flat.iter().map(of);
        all.clone().fold(f64::NEG_INFINITY, f64::max) - all.fold(f64::INFINITY, f64::min)
    };
    let of: fn(&Coord<f64>) -> f64 =
        if spread(|at| at.x) >= spread(|at| at.y) { |at| at.x } else { |at| at.y };
    let by = |a: &&Coord<f64>, b: &&Coord<f64>| of(a).total_cmp(&of(b));
    [flat.iter().min_by(by), flat.iter().max_by(by)].map(|at| at.copied().unwrap_or_default())
}

fn buffered(chart: &Chart, points: &[[f64; 3]], radius_m: f64, watch: &Watch) -> Option<Hull> {
    let tree = KdTree::new(points).watched(watch);
    let circles: Vec<Vec<Coord<f64>>> = points
        .iter()
        .map(|point| circle(point, radius_m).iter().map(|at| chart.to_plane(at)).collect())
        .collect::<Option<_>>()?;
    let around = |corners: Vec<Coord<f64>>| LineString::new(corners).convex_hull();
    let bands: Vec<Polygon<f64>> = if points.len() == 1 {
        circles.into_iter().map(around).collect()
    } else {
        let band = |[a, b]: [usize; 2]| around([&circles[a][..], &circles[b]].concat());
        let mut links = links(&tree);
        // By where they are, so that what is joined at once lies together.
        links.sort_unstable_by_key(|[a, b]| (*a.min(b), *a.max(b)));
        links.into_iter().map(band).collect()
    };
    Some(finished(chart, &together(&bands, watch)))
}

/// The area that is in any of the bands: pieces of them joined, then pieces with pieces.
fn together(bands: &[Polygon<f64>], watch: &Watch) -> Vec<Polygon<f64>> {
    let joined = |piece: &[Polygon<f64>]| {
        if watch.is_off() { Vec::new() } else { unary_union(piece).0 }
    };
    let mut pieces: Vec<Vec<Polygon<f64>>> = bands.chunks(JOINED).map(joined).collect();
    while pieces.len() > 1 {
        pieces = pieces.chunks(2).map(|pair| joined(&pair.concat())).collect();
    }
    pieces.pop().unwrap_or_default()
}

/// The corners of a circle on the sphere.
fn circle(middle: &[f64; 3], radius_m: f64) -> Vec<[f64; 3]> {
    let angle = radius_m / SPHERE_RADIUS_M;
    let [x, y, z] = *middle;
    // Two directions across the middle, chosen away from the axis that is nearest to it.
    let across = if z.abs() < 0.9 { [-y, x, 0.0] } else { [0.0, -z, y] };
    let length = (across[0].powi(2) + across[1].powi(2) + across[2].powi(2)).sqrt();
    let u = across.map(|part| part / length);
    let v = [y * u[2] - z * u[1], z * u[0] - x * u[2], x * u[1] - y * u[0]];
    let corner = |corner: u32| {
        let (sin, cos) = (std::f64::consts::TAU * f64::from(corner) / f64::from(CORNERS)).sin_cos();
        [0, 1, 2].map(|d| middle[d] * angle.cos() + (u[d] * cos + v[d] * sin) * angle.sin())
    };
    (0..CORNERS).map(corner).collect()
}

fn finished(chart: &Chart, polygons: &[Polygon<f64>]) -> Hull {
    let area = |ring: &LineString<f64>| {
        let corners = ring.coords().skip(1).map(|&at| chart.to_sphere(at)).collect::<Vec<_>>();
        area_km2(&corners)
    };
    let area_km2 = polygons
        .iter()
        .map(|part| area(part.exterior()) - part.interiors().iter().map(area).sum::<f64>())
        .sum();
    let mut parts: Vec<Polygon<f64>> =
        polygons.iter().flat_map(|polygon| chart.to_degrees(polygon).0).collect();
    // Straight edges in degrees can cross where two great circles part at a very sharp angle near a
    // pole; what they enclose together is drawn then.
    if !parts.iter().all(Validation::is_valid) {
        parts = unary_union(&parts).0;
    }
    let geometry = match parts.len() {
        1 => Geometry::Polygon(parts.remove(0)),
        _ => Geometry::MultiPolygon(MultiPolygon::new(parts)),
    };
    Hull { geometry, area_km2 }
}

#[cfg(test)]
#[path = "hull_tests.rs"]
mod tests;
