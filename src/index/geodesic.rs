//! Distances and bearings: on the sphere for searching, on the ellipsoid for answers.

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};

use crate::domain::LonLat;

/// The mean radius of the Earth in metres (IUGG R1).
pub const SPHERE_RADIUS_M: f64 = 6_371_008.8;

/// How much longer than the great circle, or shorter, a geodesic on WGS 84 can be, and some to spare.
///
/// On the ellipsoid a distance is between 0.9955 and 1.0057 of the one on the sphere. So a place
/// that is among the k nearest on the ellipsoid lies within 1.0057 / 0.9955 < 1.012 of the k-th
/// nearest distance on the sphere.
pub const SPHERE_SLACK: f64 = 1.012;

/// Holds the shortest way between two positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// Length in metres.
    pub distance_m: f64,
    /// Direction at the start, in degrees clockwise from north, 0 to 360; `None` over 0 m.
    pub bearing_deg: Option<f64>,
}

/// Measures the geodesic between two positions on the WGS 84 ellipsoid.
///
/// # References
///
/// Karney (2013), Algorithms for geodesics, Journal of Geodesy 87, 43–55.
#[must_use]
pub fn way(from: LonLat, to: LonLat) -> Way {
    if from.unit_vector() == to.unit_vector() {
        return Way { distance_m: 0.0, bearing_deg: None };
    }
    let (distance_m, azimuth, _, _): (f64, f64, f64, f64) =
        Geodesic::wgs84().inverse(from.lat(), from.lon(), to.lat(), to.lon());
    let bearing_deg = (distance_m > 0.0).then(|| azimuth.rem_euclid(360.0));
    Way { distance_m, bearing_deg }
}

/// Measures the geodesic between two positions, in metres on the WGS 84 ellipsoid.
#[must_use]
pub fn distance_m(from: LonLat, to: LonLat) -> f64 {
    way(from, to).distance_m
}

/// Walks along the geodesic from a position; `None` if what is reached is no position.
///
/// # Units
///
/// `bearing_deg`: degrees clockwise from north. `distance_m`: metres on the WGS 84 ellipsoid.
#[must_use]
pub fn destination(from: LonLat, bearing_deg: f64, distance_m: f64) -> Option<LonLat> {
    let (lat, lon): (f64, f64) =
        Geodesic::wgs84().direct(from.lat(), from.lon(), bearing_deg, distance_m);
    LonLat::from_degrees(lon, lat).ok()
}

/// Measures the great circle between two positions, in metres.
///
/// # References
///
/// The haversine formula in the form of Sinnott (1984), Virtues of the haversine,
/// Sky and Telescope 68, 159.
#[must_use]
pub fn great_circle_m(from: LonLat, to: LonLat) -> f64 {
    let half_lat = ((to.lat() - from.lat()).to_radians() / 2.0).sin();
    let half_lon = ((to.lon() - from.lon()).to_radians() / 2.0).sin();
    let cos = from.lat().to_radians().cos() * to.lat().to_radians().cos();
    let haversine = half_lat * half_lat + cos * half_lon * half_lon;
    2.0 * SPHERE_RADIUS_M * haversine.clamp(0.0, 1.0).sqrt().asin()
}

/// Turns a squared chord of the unit sphere into metres along the great circle.
#[must_use]
pub fn arc_m(chord_squared: f64) -> f64 {
    2.0 * SPHERE_RADIUS_M * (chord_squared / 4.0).clamp(0.0, 1.0).sqrt().asin()
}

/// Turns metres along the great circle into a squared chord; half the globe and more is all of it.
#[must_use]
pub fn chord_squared(arc_m: f64) -> f64 {
    let half_angle = (arc_m / (2.0 * SPHERE_RADIUS_M)).clamp(0.0, std::f64::consts::FRAC_PI_2);
    4.0 * half_angle.sin().powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::from_degrees(lon, lat).unwrap()
    }

    #[test]
    fn a_tenth_of_a_degree_differs_by_direction_on_the_ellipsoid_only() {
        // Worked example: 0.1° from the origin, eastwards and northwards.
        let (origin, east, north) = (at(0.0, 0.0), at(0.1, 0.0), at(0.0, 0.1));
        assert!((great_circle_m(origin, east) - 11_119.5).abs() < 0.05);
        assert!((great_circle_m(origin, north) - 11_119.5).abs() < 0.05);
        assert!((distance_m(origin, east) - 11_131.9).abs() < 0.05);
        assert!((distance_m(origin, north) - 11_057.4).abs() < 0.05);
    }

    #[test]
    fn the_way_leads_to_its_destination() {
        let (from, to) = (at(120.74, 31.65), at(121.09, 31.45));
        let Way { distance_m: metres, bearing_deg } = way(from, to);
        let reached = destination(from, bearing_deg.unwrap(), metres).unwrap();
        assert!(distance_m(reached, to) < 0.001);
    }

    #[test]
    fn bearings_run_clockwise_from_north_and_nowhere_has_none() {
        let origin = at(0.0, 0.0);
        assert_eq!(way(origin, at(0.1, 0.0)).bearing_deg, Some(90.0));
        assert_eq!(way(origin, at(-0.1, 0.0)).bearing_deg, Some(270.0));
        assert_eq!(way(origin, origin).bearing_deg, None);
        assert_eq!(way(at(180.0, 5.0), at(-180.0, 5.0)), way(origin, origin));
    }

    #[test]
    fn the_ellipsoid_stays_within_the_slack_that_the_index_grants() {
        let mut worst: (f64, f64) = (1.0, 1.0);
        for lat in (-90..=90).step_by(5) {
            for (lon, other) in
                [(0.5, 5.0), (30.0, -40.0), (90.0, 60.0), (179.0, -5.0), (0.0, 89.0)]
            {
                let (a, b) = (at(0.0, f64::from(lat)), at(lon, other));
                let ratio = distance_m(a, b) / great_circle_m(a, b);
                worst = (worst.0.min(ratio), worst.1.max(ratio));
            }
        }
        assert!(worst.1 / worst.0 < SPHERE_SLACK, "{worst:?}");
    }

    #[test]
    fn chords_and_arcs_turn_into_each_other() {
        for arc in [0.0, 1.0, 45_000.0, 9_000_000.0, 20_015_000.0] {
            assert!((arc_m(chord_squared(arc)) - arc).abs() < 1.0, "{arc}");
        }
    }
}
