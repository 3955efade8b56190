//! Coordinate reference systems that are turned into WGS 84 without a table of shifts.

use super::transverse_mercator::{Ellipsoid, Grid, TransverseMercator};
use super::{Datum, LonLat};

/// Names what the numbers of a file are: degrees, or metres of a projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Crs {
    /// Longitude and latitude of a datum.
    Degrees(Datum),
    /// Metres of the web's maps (EPSG:3857), on a sphere.
    WebMercator,
    /// Metres of a transverse Mercator grid on WGS 84 or CGCS 2000.
    TransverseMercator(TransverseMercator),
}

impl Default for Crs {
    fn default() -> Self {
        Self::Degrees(Datum::Wgs84)
    }
}

/// The greatest radius of the Earth, in metres: that of the sphere of Web Mercator, too.
const RADIUS_M: f64 = 6_378_137.0;

impl Crs {
    /// Finds a system by its code in the register of the EPSG.
    ///
    /// Known are 4326, 4490, 3857, the zones of UTM (326xx, 327xx), and those of Gauss-Krüger on
    /// CGCS 2000 (4491–4554), which are 6° or 3° wide, with or without their number before the
    /// easting.
    #[must_use]
    pub fn from_epsg(code: i64) -> Option<Self> {
        let degrees = match code {
            4326 | 4979 | 4327 => Some(Datum::Wgs84),
            4490 | 4480 => Some(Datum::Cgcs2000),
            _ => None,
        };
        if let Some(datum) = degrees {
            return Some(Self::Degrees(datum));
        }
        if [3857, 900_913, 3785, 102_100].contains(&code) {
            return Some(Self::WebMercator);
        }
        let zone = |first: i64| (code - first) as f64;
        let (ellipsoid, central_lon, number) = match code {
            4491..=4501 => (Ellipsoid::CGCS2000, 75.0 + 6.0 * zone(4491), 13.0 + zone(4491)),
            4502..=4512 => (Ellipsoid::CGCS2000, 75.0 + 6.0 * zone(4502), 0.0),
            4513..=4533 => (Ellipsoid::CGCS2000, 75.0 + 3.0 * zone(4513), 25.0 + zone(4513)),
            4534..=4554 => (Ellipsoid::CGCS2000, 75.0 + 3.0 * zone(4534), 0.0),
            32_601..=32_660 => (Ellipsoid::WGS84, -177.0 + 6.0 * zone(32_601), 0.0),
            32_701..=32_760 => (Ellipsoid::WGS84, -177.0 + 6.0 * zone(32_701), 0.0),
            _ => return None,
        };
        let is_utm = ellipsoid == Ellipsoid::WGS84;
        let grid = Grid {
            central_lon,
            origin_lat: 0.0,
            scale: if is_utm { 0.9996 } else { 1.0 },
            false_easting_m: 500_000.0 + 1_000_000.0 * number,
            false_northing_m: if code > 32_700 { 10_000_000.0 } else { 0.0 },
        };
        Some(Self::TransverseMercator(TransverseMercator::new(ellipsoid, grid)))
    }

    /// Turns two numbers of the system into longitude and latitude in WGS 84, in degrees.
    ///
    /// They are not checked: what is no place comes out as no position.
    #[must_use]
    pub fn to_wgs84(&self, x: f64, y: f64) -> (f64, f64) {
        match self {
            Self::Degrees(datum) => match LonLat::from_degrees(x, y) {
                Ok(at) if matches!(datum, Datum::Gcj02 | Datum::Bd09) => {
                    let at = datum.to_wgs84(at);
                    (at.lon(), at.lat())
                }
                _ => (x, y),
            },
            Self::WebMercator => {
                ((x / RADIUS_M).to_degrees(), (y / RADIUS_M).sinh().atan().to_degrees())
            }
            Self::TransverseMercator(grid) => grid.to_degrees(x, y),
        }
    }

    /// Turns longitude and latitude in WGS 84, in degrees, into two numbers of the system, east first.
    #[must_use]
    pub fn from_wgs84(&self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Degrees(datum) => match LonLat::from_degrees(lon, lat) {
                Ok(at) if matches!(datum, Datum::Gcj02 | Datum::Bd09) => {
                    let at = datum.from_wgs84(at);
                    (at.lon(), at.lat())
                }
                _ => (lon, lat),
            },
            Self::WebMercator => {
                (RADIUS_M * lon.to_radians(), RADIUS_M * lat.to_radians().tan().asinh())
            }
            Self::TransverseMercator(grid) => grid.from_degrees(lon, lat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn degrees(code: i64, x: f64, y: f64) -> (f64, f64) {
        Crs::from_epsg(code).unwrap().to_wgs84(x, y)
    }

    fn assert_at((lon, lat): (f64, f64), wanted: (f64, f64)) {
        let is_there = (lon - wanted.0).abs() < 1e-9 && (lat - wanted.1).abs() < 1e-9;
        assert!(is_there, "{lon}, {lat} is not {wanted:?}");
    }

    #[test]
    fn the_grids_agree_with_proj() {
        // Recorded from pyproj 3.7.2 (PROJ 9): code, easting, northing, longitude, latitude.
        let recorded = [
            (4491, 13543796.825153468, 4229815.872409598, (75.5, 38.2)), // CGCS2000 / Gauss-Kruger zone 13
            (4501, 23440415.389275156, 5329856.352456367, (134.2, 48.1)), // CGCS2000 / Gauss-Kruger zone 23
            (4508, 714690.8427077814, 2590399.3256122083, (113.1, 23.4)), // CGCS2000 / Gauss-Kruger CM 111E
            (4527, 39585229.48272138, 3520028.1791360006, (117.9, 31.8)), // CGCS2000 / 3-degree Gauss-Kruger zone 39
            (4549, 640412.3150366272, 3457455.48858212, (121.4737, 31.2304)), // CGCS2000 / 3-degree Gauss-Kruger CM 120E
            (32650, 447971.33453562227, 4417668.015520256, (116.3913, 39.9075)), // WGS 84 / UTM zone 50N
            (32643, 370843.9665990555, 4362239.782392662, (73.5, 39.4)), // WGS 84 / UTM zone 43N
            (32756, 333568.9410115521, 6247473.33684402, (151.2, -33.9)), // WGS 84 / UTM zone 56S
            (3857, 13522390.428774875, 3662707.257050403, (121.4737, 31.2304)), // WGS 84 / Pseudo-Mercator
        ];
        for (code, x, y, wanted) in recorded {
            assert_at(degrees(code, x, y), wanted);
        }
    }
    #[test]
    fn degrees_are_taken_as_they_are_and_unknown_codes_are_none() {
        assert_eq!(degrees(4326, 104.1, 30.2), (104.1, 30.2));
        assert_eq!(degrees(4490, 104.1, 30.2), (104.1, 30.2));
        for code in [0, -1, 2154, 4214, 4610, 4555, 32_661, 32_700, 32_761] {
            assert_eq!(Crs::from_epsg(code), None, "{code}");
        }
    }
}
