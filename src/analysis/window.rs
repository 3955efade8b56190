//! The area in which points could have been: windows on the sphere.

use std::collections::BTreeSet;

use geo::{Area, BoundingRect, Coord, Line, LineString, LinesIter, MultiPolygon, Rect};

use super::random::Random;
use crate::domain::LonLat;
use crate::index::geodesic::{SPHERE_RADIUS_M, great_circle_m};
use crate::index::prepared_area::{Place, PreparedArea};

/// Directions in which a circle is looked at for the isotropic correction.
const DIRECTIONS: u32 = 256;

/// Holds an area of the sphere whose edges are straight in degrees, as GeoJSON draws them.
#[derive(Debug, Clone)]
pub struct Window {
    area: PreparedArea,
    /// What parts inside from outside: neither cuts at the antimeridian nor seams between parts.
    edges: Vec<Line<f64>>,
    bounds: Rect<f64>,
    /// Area on the sphere in km².
    area_km2: f64,
}

/// An area without extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the window has no area: give a polygon in degrees, cut at the antimeridian")]
pub struct EmptyWindow;

impl Window {
    /// Takes an area in degrees, cut at the antimeridian; parts may share seams but not overlap.
    pub fn new(area: &MultiPolygon<f64>) -> Result<Self, EmptyWindow> {
        let bounds = area.bounding_rect().ok_or(EmptyWindow)?;
        let whole: f64 = area
            .iter()
            .map(|part| {
                ring_km2(part.exterior()) - part.interiors().iter().map(ring_km2).sum::<f64>()
            })
            .sum();
        if !(area.unsigned_area() > 0.0 && whole > 0.0) {
            return Err(EmptyWindow);
        }
        let edges = edges(area);
        let area = PreparedArea::new(area).ok_or(EmptyWindow)?;
        Ok(Self { area, edges, bounds, area_km2: whole })
    }

    /// The area in m².
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.area_km2 * 1e6
    }

    /// The length of its edge in metres, seas and lakes that it leaves out among it.
    #[must_use]
    pub fn perimeter_m(&self) -> f64 {
        let ends = |line: &Line<f64>| Some((position(line.start)?, position(line.end)?));
        let length_m =
            |line: &Line<f64>| ends(line).map_or(0.0, |(from, to)| great_circle_m(from, to));
        self.edges.iter().map(length_m).sum()
    }

    /// Says whether a position is inside, or on an edge or a seam.
    #[must_use]
    pub fn contains(&self, at: LonLat) -> bool {
        self.area.place(Coord { x: at.lon(), y: at.lat() }) != Place::Outside
    }

    /// Draws a position inside, each equally likely by area on the sphere.
    pub fn draw(&self, random: &mut Random) -> LonLat {
        let sine = |lat: f64| lat.to_radians().sin();
        let [south, north] = [sine(self.bounds.min().y), sine(self.bounds.max().y)];
        loop {
            let lon = self.bounds.min().x + self.bounds.width() * random.uniform();
            let lat = (south + (north - south) * random.uniform()).clamp(-1.0, 1.0).asin();
            if let Ok(at) = LonLat::from_degrees(lon, lat.to_degrees())
                && self.contains(at)
            {
                return at;
            }
        }
    }

    /// The distance to the nearest edge in metres, to half of `step_m`, but no more than `most_m`.
    #[must_use]
    pub fn edge_distance_m(&self, from: LonLat, step_m: f64, most_m: f64) -> f64 {
        let to = |at: Coord<f64>| position(at).map_or(f64::INFINITY, |at| great_circle_m(from, at));
        self.edges.iter().fold(most_m, |nearest, &line| {
            // No way to another latitude is shorter than along the meridian.
            let [south, north] = [line.start.y.min(line.end.y), line.start.y.max(line.end.y)];
            let beside = (south - from.lat()).max(from.lat() - north).to_radians();
            if beside * SPHERE_RADIUS_M >= nearest {
                return nearest;
            }
            nearer(line, nearest.min(to(line.start)), step_m, &to)
        })
    }

    /// The share of a circle around a position that is inside, by 256 directions.
    #[must_use]
    pub fn share_of_circle(&self, around: LonLat, radius_m: f64) -> f64 {
        let angle = radius_m / SPHERE_RADIUS_M;
        let (lat, lon) = (around.lat().to_radians(), around.lon().to_radians());
        let is_inside = |direction: &u32| {
            let bearing =
                std::f64::consts::TAU * (f64::from(*direction) + 0.5) / f64::from(DIRECTIONS);
            let sine = lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos();
            let east = bearing.sin() * angle.sin() * lat.cos();
            let turned = lon + east.atan2(angle.cos() - lat.sin() * sine);
            let degrees = (turned.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
            LonLat::from_degrees(degrees, sine.clamp(-1.0, 1.0).asin().to_degrees())
                .is_ok_and(|at| self.contains(at))
        };
        (0..DIRECTIONS).filter(is_inside).count() as f64 / f64::from(DIRECTIONS)
    }
}

/// The lesser of a distance and that to a line, whose halves are looked at where they may be nearer.
///
/// A line of n degrees, straight in them, is at most n · 111.196 km long, so no place of it is farther
/// from its middle than half of that.
fn nearer(
    line: Line<f64>,
    nearest: f64,
    step_m: f64,
    distance_m: &impl Fn(Coord<f64>) -> f64,
) -> f64 {
    let across = line.end - line.start;
    let length_m = across.x.hypot(across.y) * 111_196.0;
    let middle = line.start + across / 2.0;
    let from_middle_m = distance_m(middle);
    let nearest = nearest.min(from_middle_m);
    if length_m <= step_m || from_middle_m - length_m / 2.0 >= nearest {
        return nearest;
    }
    let nearest = nearer(Line::new(line.start, middle), nearest, step_m, distance_m);
    nearer(Line::new(middle, line.end), nearest, step_m, distance_m)
}

fn position(at: Coord<f64>) -> Option<LonLat> {
    LonLat::from_degrees(at.x, at.y).ok()
}

/// The edges of an area: a segment that two parts have in common is no edge, nor is a cut at the
/// antimeridian.
fn edges(area: &MultiPolygon<f64>) -> Vec<Line<f64>> {
    let key = |line: &Line<f64>| {
        let [a, b] = [line.start, line.end].map(|end| [end.x.to_bits(), end.y.to_bits()]);
        [a.min(b), a.max(b)]
    };
    let mut odd = BTreeSet::new();
    for line in area.lines_iter() {
        let key = key(&line);
        if !odd.remove(&key) {
            odd.insert(key);
        }
    }
    let is_cut = |line: &Line<f64>| line.start.x.abs() == 180.0 && line.start.x == line.end.x;
    area.lines_iter().filter(|line| odd.contains(&key(line)) && !is_cut(line)).collect()
}

/// The area of a ring whose edges are straight in degrees: the integral of sin φ over longitude.
///
/// Exact for edges along meridians and parallels; others are followed in steps of 0.1°.
fn ring_km2(ring: &LineString<f64>) -> f64 {
    let mut sum = 0.0;
    for line in ring.lines() {
        let steps = ((line.end.y - line.start.y).abs() / 0.1).ceil().max(1.0);
        for step in 0..steps as u32 {
            let middle =
                line.start.y + (line.end.y - line.start.y) * (f64::from(step) + 0.5) / steps;
            sum += (line.end.x - line.start.x).to_radians() / steps * middle.to_radians().sin();
        }
    }
    sum.abs() * (SPHERE_RADIUS_M / 1000.0).powi(2)
}

/// The area of a cap of the sphere in m²: what K is if points are strewn evenly.
///
/// # References
///
/// Robeson, Li & Huang (2014), Point-pattern analysis on the sphere, Spatial Statistics 10, 76–86.
#[must_use]
pub fn cap_m2(radius_m: f64) -> f64 {
    let half = (radius_m / (2.0 * SPHERE_RADIUS_M)).clamp(0.0, std::f64::consts::FRAC_PI_2);
    4.0 * std::f64::consts::PI * (SPHERE_RADIUS_M * half.sin()).powi(2)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A box in degrees.
    pub(in crate::analysis) fn boxed(west: f64, south: f64, east: f64, north: f64) -> Window {
        Window::new(&Rect::new((west, south), (east, north)).to_polygon().into()).unwrap()
    }

    #[test]
    fn a_box_has_the_area_of_its_zone_and_a_cap_is_a_little_less_than_its_circle() {
        let zone = boxed(-180.0, 0.0, 180.0, 30.0).area_m2();
        let told = 2.0 * std::f64::consts::PI * SPHERE_RADIUS_M.powi(2) * 0.5;
        assert!((zone / told - 1.0).abs() < 1e-12);
        let planar = std::f64::consts::PI * 2e6_f64.powi(2);
        assert!((planar / cap_m2(2e6) - 1.008_2).abs() < 2e-4, "{}", planar / cap_m2(2e6));
        assert!(
            (cap_m2(3e7) / (4.0 * std::f64::consts::PI * SPHERE_RADIUS_M.powi(2)) - 1.0).abs()
                < 1e-12
        );
        let line = LineString::from(vec![(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]);
        let flat = MultiPolygon::new(vec![geo::Polygon::new(line, Vec::new())]);
        assert!(
            Window::new(&flat).is_err() && Window::new(&MultiPolygon::new(Vec::new())).is_err()
        );
    }

    #[test]
    fn draws_are_even_by_area_and_not_by_latitude() {
        let window = boxed(0.0, 0.0, 10.0, 60.0);
        let mut random = Random::new(2, 2);
        let south = (0..10_000).filter(|_| window.draw(&mut random).lat() < 30.0).count();
        // sin 30° / sin 60° = .5774, with a standard deviation of 49 draws.
        assert!((5_600..5_950).contains(&south), "{south}");
    }

    #[test]
    fn a_circle_at_an_edge_is_half_inside_and_at_a_corner_a_quarter() {
        let window = boxed(0.0, 0.0, 10.0, 10.0);
        let at = |lon, lat| LonLat::from_degrees(lon, lat).unwrap();
        assert_eq!(window.share_of_circle(at(5.0, 5.0), 100_000.0), 1.0);
        assert!((window.share_of_circle(at(0.0, 5.0), 100_000.0) - 0.5).abs() < 0.01);
        assert!((window.share_of_circle(at(0.0, 0.0), 100_000.0) - 0.25).abs() < 0.01);
        assert!(
            (window.edge_distance_m(at(1.0, 5.0), 1_000.0, 1e7) / 110_772.0 - 1.0).abs() < 1e-4
        );
    }

    #[test]
    fn the_nearest_edge_is_as_near_as_walking_along_all_edges_finds() {
        let corners =
            vec![(100.0, 20.0), (121.0, 24.0), (118.0, 41.0), (109.0, 33.0), (98.0, 39.0)];
        let window = geo::Polygon::new(LineString::from(corners), Vec::new());
        let window = Window::new(&MultiPolygon::new(vec![window])).unwrap();
        let mut random = Random::new(8, 8);
        for _ in 0..40 {
            let at = window.draw(&mut random);
            let along = |line: &Line<f64>| {
                let step = |n: u32| line.start + (line.end - line.start) * (f64::from(n) / 4_000.0);
                let steps = (0..=4_000).filter_map(|n| position(step(n)));
                steps.map(|edge| great_circle_m(at, edge)).fold(f64::INFINITY, f64::min)
            };
            let walked = window.edges.iter().map(along).fold(f64::INFINITY, f64::min);
            let found = window.edge_distance_m(at, 500.0, f64::INFINITY);
            assert!((found - walked).abs() < 500.0, "{at:?}: {found} {walked}");
            assert_eq!(window.edge_distance_m(at, 500.0, 70_000.0), found.min(70_000.0));
        }
    }

    #[test]
    fn a_seam_between_two_parts_is_no_edge_and_belongs_to_the_window() {
        let part = |west, east| Rect::new((west, 0.0), (east, 10.0)).to_polygon();
        let halves =
            Window::new(&MultiPolygon::new(vec![part(0.0, 5.0), part(5.0, 10.0)])).unwrap();
        let whole = boxed(0.0, 0.0, 10.0, 10.0);
        let at = LonLat::from_degrees(5.0, 5.0).unwrap();
        assert!(halves.contains(at));
        let far = [&halves, &whole].map(|window| window.edge_distance_m(at, 1_000.0, 1e7));
        assert_eq!(far[0], far[1]);
        let around = [&halves, &whole].map(Window::perimeter_m);
        assert!((around[0] / around[1] - 1.0).abs() < 1e-4, "{around:?}");
        // 10° on the equator, two meridians, and the great circle along 10° north.
        assert!((around[1] / 4.432e6 - 1.0).abs() < 1e-3, "{around:?}");
        let both = Window::new(&MultiPolygon::new(vec![part(170.0, 180.0), part(-180.0, -170.0)]));
        assert!((both.unwrap().perimeter_m() / 6.64e6 - 1.0).abs() < 1e-2);
    }
}
