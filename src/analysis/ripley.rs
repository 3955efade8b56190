//! How many neighbors within each distance? Ripley's K, Besag's L, cross-K, Clark and Evans.

use rayon::prelude::*;

use super::envelope::Curve;
use super::nulls::Simulations;
use super::p_values::{PValues, Tails};
use super::window::{Window, cap_m2};
use crate::domain::{LonLat, Watch};
use crate::index::KdTree;
use crate::index::geodesic::SPHERE_RADIUS_M;
use crate::index::kd_tree::reach;

/// Says what is done about neighbors beyond the window's edge.
///
/// There is no translation correction: the sphere has no translations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Nothing; K is too small at large distances.
    Ignored,
    /// Only points farther than r from the edge are asked for their neighbors.
    Border,
    /// A neighbor at distance d counts as many times as the circle of radius d is whole against its
    /// part inside.
    Isotropic,
}

/// Counts neighbors within each distance, against the density of the points.
///
/// K(r) = A / (n_A n_B) Σ 1[d ≤ r] e over pairs of a point of A and another of B, with n_B − 1 for
/// n_B if A and B are the same. Where points are strewn evenly it is the area of a cap, 2πR²(1 −
/// cos r/R); see [`cap_m2`]. `None` where there are no pairs to count.
///
/// # Shape
///
/// `radii_m` in rising order; one value for each. `from` and `to` are numbers of positions.
///
/// # Units
///
/// K in m².
///
/// # References
///
/// Ripley (1976), J. Applied Probability 13, 255–266, and (1977), JRSS B 39, 172–212; on the sphere:
/// Robeson, Li & Huang (2014), Spatial Statistics 10; Møller & Rubak (2016), Spatial Statistics 18.
#[must_use]
pub fn cross_k(
    positions: &[LonLat],
    [from, to]: [&[u32]; 2],
    window: &Window,
    edge: Edge,
    radii_m: &[f64],
) -> Curve {
    watched_cross_k(positions, [from, to], window, edge, radii_m, &Watch::default())
}

/// As [`cross_k`]; once the watch called it off, neighbors are found no more.
#[must_use]
pub fn watched_cross_k(
    positions: &[LonLat],
    [from, to]: [&[u32]; 2],
    window: &Window,
    edge: Edge,
    radii_m: &[f64],
    watch: &Watch,
) -> Curve {
    let vectors: Vec<[f64; 3]> =
        to.iter().map(|&point| positions[point as usize].unit_vector()).collect();
    let tree = KdTree::new(&vectors).watched(watch);
    let reaches: Vec<f64> = radii_m.iter().map(|&radius_m| reach(radius_m)).collect();
    let Some(&farthest) = reaches.last() else { return Vec::new() };
    let of_point = |&point: &u32| -> (Vec<f64>, usize) {
        let at = positions[point as usize];
        let mut counts = vec![0.0; radii_m.len()];
        let mut hits = Vec::new();
        tree.within(&at.unit_vector(), farthest, |hit| {
            if to[hit.number as usize] != point {
                let is_measured = edge == Edge::Isotropic;
                hits.push((hit.chord_squared, if is_measured { hit.distance_m() } else { 0.0 }));
            }
        });
        let farthest_m = radii_m[radii_m.len() - 1];
        let step_m = (farthest_m / 200.0).max(1.0);
        let edge_m = match edge {
            _ if watch.is_off() => f64::INFINITY,
            Edge::Ignored => f64::INFINITY,
            // An edge beyond the longest distance cuts nothing off.
            Edge::Border | Edge::Isotropic => {
                window.edge_distance_m(at, step_m, farthest_m + step_m)
            }
        };
        if edge == Edge::Isotropic {
            // In rising order, so that the sum does not depend on the order of the input.
            hits.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        for (chord, distance_m) in hits {
            let bin = reaches.partition_point(|&reach| reach < chord);
            counts[bin] += match edge {
                Edge::Isotropic if distance_m > edge_m - step_m => {
                    1.0 / window.share_of_circle(at, distance_m).max(1.0 / 256.0)
                }
                _ => 1.0,
            };
        }
        let usable = match edge {
            Edge::Border => radii_m.partition_point(|&radius_m| radius_m <= edge_m),
            Edge::Ignored | Edge::Isotropic => radii_m.len(),
        };
        (counts, usable)
    };
    let rows: Vec<(Vec<f64>, usize)> = from.par_iter().map(of_point).collect();
    let sorted = |points: &[u32]| {
        let mut points = points.to_vec();
        points.sort_unstable();
        points
    };
    let is_same = from.len() == to.len() && sorted(from) == sorted(to);
    let others = to.len().saturating_sub(usize::from(is_same));
    let value = |at: usize| {
        let mut sums: Vec<f64> = rows
            .iter()
            .filter(|(_, usable)| *usable > at)
            .map(|(counts, _)| counts[..=at].iter().sum())
            .collect();
        let pairs = sums.len() as f64 * others as f64;
        sums.sort_by(f64::total_cmp);
        (pairs > 0.0).then(|| window.area_m2() * sums.iter().sum::<f64>() / pairs)
    };
    (0..radii_m.len()).map(value).collect()
}

/// Ripley's K of some positions; see [`cross_k`].
#[must_use]
pub fn k_function(positions: &[LonLat], window: &Window, edge: Edge, radii_m: &[f64]) -> Curve {
    let all: Vec<u32> = (0u32..).take(positions.len()).collect();
    cross_k(positions, [&all, &all], window, edge, radii_m)
}

/// Turns K into the radius of a cap of that area: L(r) = r where points are strewn evenly.
///
/// # References
///
/// Besag (1977), discussion of Ripley, JRSS B 39, 193–195; on the sphere R acos(1 − K / 2πR²).
#[must_use]
pub fn l_of_k(k_m2: f64) -> f64 {
    let half = (k_m2.max(0.0) / (4.0 * std::f64::consts::PI)).sqrt() / SPHERE_RADIUS_M;
    2.0 * SPHERE_RADIUS_M * half.min(1.0).asin()
}

/// Holds the index of Clark and Evans in one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClarkEvans {
    /// Mean distance to the nearest neighbor over 0.5 √(A/n): below 1 clustered, above dispersed.
    pub value: f64,
    /// With Donnelly's correction for the edge.
    pub corrected: f64,
    /// The mean distance over that of the draws: the edge is then the same on both sides, and this is
    /// what the p-values are of.
    pub simulated: Option<f64>,
    /// In standard deviations of the uncorrected index, 0.26136 / √(n²/A).
    pub z_value: f64,
    /// p-values of the mean distance among `simulations` draws of n positions in the window.
    pub p_values: Option<PValues>,
}

/// Compares the mean distance to the nearest neighbor with that of points strewn in a window.
///
/// The answer hangs on the window more than on the points: give at least three. `None` for fewer
/// than two points.
///
/// # References
///
/// Clark & Evans (1954), Ecology 35, 445–453; Donnelly (1978), Simulations to determine the variance
/// and edge effect of total nearest-neighbour distance.
#[must_use]
pub fn clark_evans(
    positions: &[LonLat],
    window: &Window,
    simulations: Simulations<'_>,
) -> Option<ClarkEvans> {
    let n = positions.len() as f64;
    let observed = mean_nearest_m(positions)?;
    let expected = 0.5 * (window.area_m2() / n).sqrt();
    let donnelly = expected + (0.0514 + 0.0412 / n.sqrt()) * window.perimeter_m() / n;
    let drawn = simulations.draw(|random| {
        let drawn: Vec<LonLat> = positions.iter().map(|_| window.draw(random)).collect();
        mean_nearest_m(&drawn).unwrap_or(0.0)
    });
    let of_draws = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let mut tails = Tails::default();
    for mean_m in drawn {
        tails.add(mean_m, observed, 0.0);
    }
    Some(ClarkEvans {
        value: observed / expected,
        corrected: observed / donnelly,
        simulated: (of_draws > 0.0).then(|| observed / of_draws),
        z_value: (observed - expected) / (0.26136 / (n * n / window.area_m2()).sqrt()),
        p_values: (tails.draws > 0).then(|| tails.of_draws()),
    })
}

/// The mean distance to the nearest neighbor in metres; `None` for fewer than two positions.
#[must_use]
pub fn mean_nearest_m(positions: &[LonLat]) -> Option<f64> {
    let vectors: Vec<[f64; 3]> = positions.iter().map(|position| position.unit_vector()).collect();
    let mut nearest: Vec<f64> =
        KdTree::new(&vectors).all_nearest(1).hits.iter().map(|hit| hit.distance_m()).collect();
    nearest.sort_by(f64::total_cmp);
    (!nearest.is_empty()).then(|| nearest.iter().sum::<f64>() / nearest.len() as f64)
}

/// The values of K, in m², where points are strewn evenly.
#[must_use]
pub fn k_expected(radii_m: &[f64]) -> Vec<f64> {
    radii_m.iter().map(|&radius_m| cap_m2(radius_m)).collect()
}

#[cfg(test)]
#[path = "ripley_tests.rs"]
mod tests;
