//! How dense is it here? Kernel surfaces on the sphere, and their contours.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use rayon::prelude::*;

use crate::domain::LonLat;
use crate::index::KdTree;
use crate::index::geodesic::SPHERE_RADIUS_M;
use crate::index::kd_tree::reach;

/// Says how a point's mass is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// 3/(πh²) (1 − d²/h²)² within the bandwidth h, nothing beyond.
    Quartic,
    /// 1/(2πh²) exp(−d²/2h²), left out beyond 6 h; for bandwidths far below the Earth's radius.
    Gaussian,
    /// The von Mises-Fisher density with κ = (R/h)², which integrates to 1 on the sphere.
    VonMisesFisher,
}

/// Holds a kernel and its bandwidth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// The shape.
    pub kernel: Kernel,
    /// The bandwidth h in km.
    pub bandwidth_km: f64,
}

/// A bandwidth that spreads nothing.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a bandwidth of {0} km spreads nothing: give one above 0, such as 50")]
pub struct InvalidBandwidth(pub f64);

impl Smoothing {
    /// Takes a kernel and a bandwidth in km.
    pub fn new(kernel: Kernel, bandwidth_km: f64) -> Result<Self, InvalidBandwidth> {
        if bandwidth_km.is_finite() && bandwidth_km > 0.0 {
            Ok(Self { kernel, bandwidth_km })
        } else {
            Err(InvalidBandwidth(bandwidth_km))
        }
    }

    /// The density per km² that one point gives at a distance in km.
    ///
    /// # References
    ///
    /// Silverman (1986), Density Estimation, 76; Hall, Watson & Cabrera (1987), Kernel density
    /// estimation with spherical data, Biometrika 74, 751–762.
    #[must_use]
    pub fn at_km(self, distance_km: f64) -> f64 {
        let (d, h) = (distance_km, self.bandwidth_km);
        let square = (d / h).powi(2);
        let pi = std::f64::consts::PI;
        match self.kernel {
            Kernel::Quartic if square >= 1.0 => 0.0,
            Kernel::Quartic => 3.0 / (pi * h * h) * (1.0 - square).powi(2),
            Kernel::Gaussian => (-0.5 * square).exp() / (2.0 * pi * h * h),
            Kernel::VonMisesFisher => {
                let radius_km = SPHERE_RADIUS_M / 1000.0;
                let kappa = (radius_km / h).powi(2);
                // cos θ − 1 without cancellation.
                let fall = -2.0 * (d / (2.0 * radius_km)).sin().powi(2);
                let scale = kappa / (2.0 * pi * -(-2.0 * kappa).exp_m1());
                scale * (kappa * fall).exp() / (radius_km * radius_km)
            }
        }
    }

    /// Beyond this distance in km a point gives nothing, or less than 2·10⁻⁸ of its peak.
    fn cutoff_km(self) -> f64 {
        match self.kernel {
            Kernel::Quartic => self.bandwidth_km,
            Kernel::Gaussian | Kernel::VonMisesFisher => 6.0 * self.bandwidth_km,
        }
    }
}

/// Measures the density at some positions.
///
/// Mass near a coast or a border is spread over it; what lies beyond is not brought back, so the
/// density is too low along the edge of the study area.
///
/// # Shape
///
/// `weights`: one for each point, or `None` for 1 each. One value for each of `at`.
///
/// # Units
///
/// Per km².
#[must_use]
pub fn densities(
    points: &[LonLat],
    weights: Option<&[f64]>,
    smoothing: Smoothing,
    at: &[LonLat],
) -> Vec<f64> {
    let vectors: Vec<[f64; 3]> = points.iter().map(|point| point.unit_vector()).collect();
    densities_over(&KdTree::new(&vectors), weights, smoothing, at)
}

/// As [`densities`], over a tree of the points, whose watch may call it off.
#[must_use]
pub fn densities_over(
    tree: &KdTree,
    weights: Option<&[f64]>,
    smoothing: Smoothing,
    at: &[LonLat],
) -> Vec<f64> {
    let reach = reach(smoothing.cutoff_km() * 1000.0);
    let density = |position: &LonLat| {
        let mut parts = Vec::new();
        tree.within(&position.unit_vector(), reach, |hit| {
            let weight = weights.map_or(1.0, |weights| weights[hit.number as usize]);
            parts.push(weight * smoothing.at_km(hit.distance_m() / 1000.0));
        });
        // In rising order, so that the sum does not depend on the order of the points.
        parts.sort_by(f64::total_cmp);
        parts.iter().sum()
    };
    at.par_iter().map(density).collect()
}

/// Holds values at the corners of a regular net in degrees, rows from the south, each from the west.
#[derive(Debug, Clone, PartialEq)]
pub struct Net {
    /// Longitude of the first column.
    pub west: f64,
    /// Latitude of the first row.
    pub south: f64,
    /// Degrees between columns and between rows.
    pub step: f64,
    /// How many columns there are.
    pub columns: usize,
    /// The values, row by row.
    pub values: Vec<f64>,
}

impl Net {
    /// The positions of a net, in the order of its values; those beyond the poles are left out.
    #[must_use]
    pub fn positions(west: f64, south: f64, step: f64, [columns, rows]: [usize; 2]) -> Vec<LonLat> {
        let at = |row: usize, column: usize| {
            let lon = west + step * column as f64;
            let turned = if lon > 180.0 { lon - 360.0 } else { lon };
            LonLat::from_degrees(turned, south + step * row as f64).ok()
        };
        (0..rows).flat_map(|row| (0..columns).filter_map(move |column| at(row, column))).collect()
    }

    /// Draws the areas in which the surface is at least a level.
    ///
    /// Within a cell the surface is taken as linear along its sides; where two opposite corners are
    /// above, the mean of the four decides whether they are one area (marching squares). Outside the
    /// net the surface is below everything.
    ///
    /// # References
    ///
    /// Maple (2003), Geometric design and space planning using the marching squares and marching cube
    /// algorithms, Int. Conf. Geometric Modeling and Graphics, 90–95.
    #[must_use]
    pub fn at_least(&self, level: f64) -> MultiPolygon<f64> {
        let rows = self.values.len().checked_div(self.columns).unwrap_or(0);
        if rows < 2 || self.columns < 2 || level.is_nan() {
            return MultiPolygon::new(Vec::new());
        }
        let pieces: Vec<Polygon<f64>> = (0..rows - 1)
            .flat_map(|row| (0..self.columns - 1).map(move |column| (row, column)))
            .flat_map(|(row, column)| self.cell(row, column, level))
            .collect();
        if pieces.is_empty() {
            return MultiPolygon::new(pieces);
        }
        geo::unary_union(&pieces)
    }

    /// The part of one cell that is at least a level.
    fn cell(&self, row: usize, column: usize, level: f64) -> Vec<Polygon<f64>> {
        let corners = [(0, 0), (0, 1), (1, 1), (1, 0)].map(|(up, right)| {
            let value = self.values[(row + up) * self.columns + column + right];
            let x = self.west + self.step * (column + right) as f64;
            let y = self.south + self.step * (row + up) as f64;
            (Coord { x, y }, value)
        });
        let above = corners.map(|(_, value)| value >= level);
        let mean = corners.iter().map(|(_, value)| value).sum::<f64>() / 4.0;
        let is_saddle = above[0] == above[2] && above[1] == above[3] && above[0] != above[1];
        let crossing = |a: usize, b: usize| {
            let ((from, low), (to, high)) = (corners[a], corners[b]);
            let share = (level - low) / (high - low);
            Coord { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }
        };
        let ring = |coords: Vec<Coord<f64>>| Polygon::new(LineString::new(coords), Vec::new());
        if is_saddle && mean < level {
            let corner = |at: usize| {
                let (before, after) = ((at + 3) % 4, (at + 1) % 4);
                ring(vec![corners[at].0, crossing(at, after), crossing(before, at)])
            };
            return (0..4).filter(|&at| above[at]).map(corner).collect();
        }
        let mut outline = Vec::new();
        for at in 0..4 {
            let next = (at + 1) % 4;
            if above[at] {
                outline.push(corners[at].0);
            }
            if above[at] != above[next] {
                outline.push(crossing(at, next));
            }
        }
        if outline.len() < 3 { Vec::new() } else { vec![ring(outline)] }
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, Contains, Point, Validation};

    use super::*;

    fn smoothing(kernel: Kernel, bandwidth_km: f64) -> Smoothing {
        Smoothing::new(kernel, bandwidth_km).unwrap()
    }

    #[test]
    fn the_worked_example_has_the_densities_of_the_brief() {
        let told = [
            (Kernel::Quartic, 1.30992e-5),
            (Kernel::Gaussian, 5.66406e-6),
            (Kernel::VonMisesFisher, 5.66408e-6),
        ];
        for (kernel, told) in told {
            let found = smoothing(kernel, 150.0).at_km(100.0);
            assert!((found / told - 1.0).abs() < 1e-5, "{kernel:?} {found}");
        }
        assert_eq!(Smoothing::new(Kernel::Quartic, 0.0), Err(InvalidBandwidth(0.0)));
        assert!(Smoothing::new(Kernel::Quartic, f64::NAN).is_err());
    }

    #[test]
    fn kernels_integrate_to_one_over_the_sphere() {
        let radius_km = SPHERE_RADIUS_M / 1000.0;
        for (kernel, bandwidth_km, slack) in [
            (Kernel::VonMisesFisher, 2_000.0, 1e-6),
            (Kernel::VonMisesFisher, 50.0, 1e-6),
            (Kernel::Quartic, 100.0, 1e-4),
            (Kernel::Gaussian, 100.0, 1e-4),
        ] {
            let steps = 200_000;
            let step_km = std::f64::consts::PI * radius_km / f64::from(steps);
            let ring = |step: i32| {
                let d = (f64::from(step) + 0.5) * step_km;
                let around = std::f64::consts::TAU * radius_km * (d / radius_km).sin();
                smoothing(kernel, bandwidth_km).at_km(d) * around * step_km
            };
            let whole: f64 = (0..steps).map(ring).sum();
            assert!((whole - 1.0).abs() < slack, "{kernel:?} {whole}");
        }
    }

    #[test]
    fn densities_add_weigh_and_pass_the_antimeridian() {
        let at = |lon, lat| LonLat::from_degrees(lon, lat).unwrap();
        let points = [at(179.9, 0.0), at(-179.9, 0.0), at(0.0, 0.0)];
        let quartic = smoothing(Kernel::Quartic, 50.0);
        let found =
            densities(&points, Some(&[1.0, 2.0, 9.0]), quartic, &[at(180.0, 0.0), at(90.0, 0.0)]);
        assert!((found[0] - 3.0 * quartic.at_km(11.119_508)).abs() < 1e-12);
        assert_eq!(found[1], 0.0);
        assert_eq!(densities(&[], None, quartic, &points), [0.0; 3]);
    }

    fn hill(columns: usize) -> Net {
        let middle = (columns - 1) as f64 / 2.0;
        let value = |at: usize| {
            let (x, y) = ((at % columns) as f64 - middle, (at / columns) as f64 - middle);
            middle - x.hypot(y)
        };
        Net {
            west: 0.0,
            south: 0.0,
            step: 1.0,
            columns,
            values: (0..columns * columns).map(value).collect(),
        }
    }

    #[test]
    fn a_contour_of_a_cone_is_a_circle_and_lies_within_lower_ones() {
        let net = hill(41);
        let [low, high] = [5.0, 12.0].map(|level| net.at_least(level));
        for (area, radius) in [(&low, 15.0), (&high, 8.0)] {
            assert!(area.is_valid() && area.0.len() == 1, "{area:?}");
            let told = std::f64::consts::PI * radius * radius;
            assert!((area.unsigned_area() / told - 1.0).abs() < 0.01, "{}", area.unsigned_area());
        }
        assert!(low.contains(&high));
        assert!(net.at_least(99.0).0.is_empty());
        assert!(Net { values: vec![1.0], ..hill(1) }.at_least(0.0).0.is_empty());
    }

    #[test]
    fn a_ring_has_a_hole_and_a_saddle_is_parted_by_its_mean() {
        let mut net = hill(9);
        net.values.iter_mut().for_each(|value| *value = -(*value - 2.0).abs());
        let ring = net.at_least(-1.0);
        assert!(
            ring.is_valid()
                && !ring.contains(&Point::new(4.0, 4.0))
                && ring.contains(&Point::new(2.0, 4.0))
        );
        let saddle = |middle: f64| Net {
            west: 0.0,
            south: 0.0,
            step: 1.0,
            columns: 2,
            values: vec![middle, 0.0, 0.0, middle],
        };
        assert_eq!(saddle(1.0).at_least(0.6).0.len(), 2, "the mean, .5, is below");
        assert_eq!(saddle(1.0).at_least(0.4).0.len(), 1, "and here above");
    }

    #[test]
    fn nets_wrap_at_the_antimeridian() {
        let positions = Net::positions(179.0, 0.0, 1.0, [3, 1]);
        assert_eq!(positions.iter().map(|at| at.lon()).collect::<Vec<_>>(), [179.0, 180.0, -179.0]);
    }
}
