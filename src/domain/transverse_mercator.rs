//! Transverse Mercator grids on an ellipsoid: Gauss-Krüger zones and UTM.

use super::LonLat;

/// Holds an ellipsoid of revolution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipsoid {
    /// The equatorial radius, in metres.
    pub a_m: f64,
    /// One over the flattening.
    pub inverse_flattening: f64,
}

impl Ellipsoid {
    /// The ellipsoid of WGS 84.
    pub const WGS84: Self = Self { a_m: 6_378_137.0, inverse_flattening: 298.257_223_563 };
    /// The ellipsoid of CGCS 2000; 0.1 mm flatter than that of WGS 84.
    pub const CGCS2000: Self = Self { a_m: 6_378_137.0, inverse_flattening: 298.257_222_101 };
}

/// Says how a grid lies on its ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// The central meridian, in degrees.
    pub central_lon: f64,
    /// The latitude from which northings count, in degrees.
    pub origin_lat: f64,
    /// The scale along the central meridian.
    pub scale: f64,
    /// The easting of the central meridian, in metres.
    pub false_easting_m: f64,
    /// The northing of the origin, in metres.
    pub false_northing_m: f64,
}

/// Turns positions into eastings and northings of a grid, and back.
///
/// # Errors of the method
///
/// Five nanometres within 3,900 km of the central meridian.
///
/// # References
///
/// Krüger (1912), Konforme Abbildung des Erdellipsoids in der Ebene; the series to the sixth order
/// of the third flattening as in Karney (2011), Transverse Mercator with an accuracy of a few
/// nanometers, J. Geodesy 85, 475–485, equations 7–11, 14, 19–21, 35 and 36.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransverseMercator {
    grid: Grid,
    /// The radius of the rectifying sphere times the scale, in metres.
    radius_m: f64,
    /// The eccentricity, squared.
    e2: f64,
    alpha: [f64; 6],
    beta: [f64; 6],
    /// The rectifying latitude of the origin, in radians.
    origin: f64,
}

impl TransverseMercator {
    /// Lays a grid on an ellipsoid.
    #[must_use]
    pub fn new(ellipsoid: Ellipsoid, grid: Grid) -> Self {
        let f = 1.0 / ellipsoid.inverse_flattening;
        let n = f / (2.0 - f);
        let n2 = n * n;
        let mean = 1.0 + n2 * (1.0 / 4.0 + n2 * (1.0 / 64.0 + n2 / 256.0));
        let flat = Self {
            grid,
            radius_m: grid.scale * ellipsoid.a_m / (1.0 + n) * mean,
            e2: f * (2.0 - f),
            alpha: series(n, &ALPHA),
            beta: series(n, &BETA),
            origin: 0.0,
        };
        let (_, origin) = flat.rectified(grid.central_lon, grid.origin_lat);
        Self { origin, ..flat }
    }

    /// The easting and northing of a position, in metres.
    #[must_use]
    pub fn from_lon_lat(&self, at: LonLat) -> (f64, f64) {
        self.from_degrees(at.lon(), at.lat())
    }

    /// The central meridian, in degrees.
    #[must_use]
    pub fn central_lon(&self) -> f64 {
        self.grid.central_lon
    }

    /// How the grid lies.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The easting and northing of a longitude and latitude in degrees, in metres.
    #[must_use]
    pub fn from_degrees(&self, lon: f64, lat: f64) -> (f64, f64) {
        let (eta, xi) = self.rectified(lon, lat);
        (
            self.grid.false_easting_m + self.radius_m * eta,
            self.grid.false_northing_m + self.radius_m * (xi - self.origin),
        )
    }

    /// The longitude and latitude of an easting and northing in metres, in degrees; no numbers where
    /// there is no such place.
    #[must_use]
    pub fn to_degrees(&self, easting_m: f64, northing_m: f64) -> (f64, f64) {
        let eta = (easting_m - self.grid.false_easting_m) / self.radius_m;
        let xi = (northing_m - self.grid.false_northing_m) / self.radius_m + self.origin;
        let (mut eta_conformal, mut xi_conformal) = (eta, xi);
        for (order, beta) in (1..).zip(self.beta) {
            let (angle, width) = (2.0 * f64::from(order) * xi, 2.0 * f64::from(order) * eta);
            xi_conformal -= beta * angle.sin() * width.cosh();
            eta_conformal -= beta * angle.cos() * width.sinh();
        }
        let (sinh, cos) = (eta_conformal.sinh(), xi_conformal.cos());
        let tau = self.geodetic(xi_conformal.sin() / sinh.hypot(cos));
        let lon = self.grid.central_lon + sinh.atan2(cos).to_degrees();
        (lon, tau.atan().to_degrees())
    }

    /// Places a position on the rectifying sphere: η and ξ, in radians.
    fn rectified(&self, lon: f64, lat: f64) -> (f64, f64) {
        let turned = (lon - self.grid.central_lon + 180.0).rem_euclid(360.0) - 180.0;
        let (sin, cos) = turned.to_radians().sin_cos();
        let tau = self.conformal(lat.to_radians().tan());
        let xi_conformal = tau.atan2(cos);
        let eta_conformal = (sin / tau.hypot(cos)).asinh();
        let (mut eta, mut xi) = (eta_conformal, xi_conformal);
        for (order, alpha) in (1..).zip(self.alpha) {
            let twice = 2.0 * f64::from(order);
            let (angle, width) = (twice * xi_conformal, twice * eta_conformal);
            xi += alpha * angle.sin() * width.cosh();
            eta += alpha * angle.cos() * width.sinh();
        }
        (eta, xi)
    }

    /// The tangent of the conformal latitude, from that of the geodetic one (equations 7–9).
    fn conformal(&self, tau: f64) -> f64 {
        let e = self.e2.sqrt();
        let secant = tau.hypot(1.0);
        let sigma = (e * (e * tau / secant).atanh()).sinh();
        tau * sigma.hypot(1.0) - sigma * secant
    }

    /// The tangent of the geodetic latitude, from that of the conformal one, by Newton's method
    /// (equations 19–21); it doubles the digits with each step.
    fn geodetic(&self, conformal: f64) -> f64 {
        let rest = 1.0 - self.e2;
        let mut tau = conformal / rest;
        for _ in 0..5 {
            let now = self.conformal(tau);
            let step = (conformal - now) / now.hypot(1.0) * (1.0 + rest * tau * tau)
                / (rest * tau.hypot(1.0));
            tau += step;
        }
        tau
    }
}

/// Sums a table of rational coefficients: row j holds those of n^(j+1), n^(j+2), … to n⁶.
fn series(n: f64, table: &[&[(f64, f64)]; 6]) -> [f64; 6] {
    std::array::from_fn(|row| {
        let first = n.powi(i32::try_from(row).unwrap_or(0) + 1);
        let sum = table[row].iter().rev().fold(0.0, |sum, (over, under)| sum * n + over / under);
        first * sum
    })
}

/// Coefficients of the forward series (Karney 2011, equation 35).
const ALPHA: [&[(f64, f64)]; 6] = [
    &[(1.0, 2.0), (-2.0, 3.0), (5.0, 16.0), (41.0, 180.0), (-127.0, 288.0), (7891.0, 37800.0)],
    &[(13.0, 48.0), (-3.0, 5.0), (557.0, 1440.0), (281.0, 630.0), (-1983433.0, 1935360.0)],
    &[(61.0, 240.0), (-103.0, 140.0), (15061.0, 26880.0), (167603.0, 181440.0)],
    &[(49561.0, 161280.0), (-179.0, 168.0), (6601661.0, 7257600.0)],
    &[(34729.0, 80640.0), (-3418889.0, 1995840.0)],
    &[(212378941.0, 319334400.0)],
];

/// Coefficients of the inverse series (Karney 2011, equation 36).
const BETA: [&[(f64, f64)]; 6] = [
    &[(1.0, 2.0), (-2.0, 3.0), (37.0, 96.0), (-1.0, 360.0), (-81.0, 512.0), (96199.0, 604800.0)],
    &[(1.0, 48.0), (1.0, 15.0), (-437.0, 1440.0), (46.0, 105.0), (-1118711.0, 3870720.0)],
    &[(17.0, 480.0), (-37.0, 840.0), (-209.0, 4480.0), (5569.0, 90720.0)],
    &[(4397.0, 161280.0), (-11.0, 504.0), (-830251.0, 7257600.0)],
    &[(4583.0, 161280.0), (-108847.0, 3991680.0)],
    &[(20648693.0, 638668800.0)],
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_epsg_guidance_note_comes_out() {
        // IOGP 373-7-2, 3.5.3.1, British National Grid: 50°30′N 0°30′E.
        let airy = Ellipsoid { a_m: 6_377_563.396, inverse_flattening: 299.324_964_6 };
        let grid = Grid {
            central_lon: -2.0,
            origin_lat: 49.0,
            scale: 0.999_601_271_7,
            false_easting_m: 400_000.0,
            false_northing_m: -100_000.0,
        };
        let national = TransverseMercator::new(airy, grid);
        let (easting, northing) = national.from_lon_lat(LonLat::from_degrees(0.5, 50.5).unwrap());
        assert!((easting - 577_274.99).abs() < 0.01, "{easting}");
        assert!((northing - 69_740.50).abs() < 0.01, "{northing}");
        let (lon, lat) = national.to_degrees(577_274.99, 69_740.50);
        assert!((lon - 0.5).abs() < 2e-7 && (lat - 50.5).abs() < 2e-7, "{lon} {lat}");
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_back(turn in -30.0..30.0f64, lat in -85.0..85.0f64) {
            let grid = Grid {
                central_lon: 117.0, origin_lat: 0.0, scale: 0.9996,
                false_easting_m: 500_000.0, false_northing_m: 0.0,
            };
            let utm = TransverseMercator::new(Ellipsoid::WGS84, grid);
            let (easting, northing) =
                utm.from_lon_lat(LonLat::from_degrees(117.0 + turn, lat).unwrap());
            let (lon, back) = utm.to_degrees(easting, northing);
            prop_assert!((lon - 117.0 - turn).abs() < 1e-11, "{lon}");
            prop_assert!((back - lat).abs() < 1e-11, "{back}");
        }
    }
}
