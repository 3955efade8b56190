//! At which radii nothing changes: merge lists, gaps, elbows, and how long a cluster exists.

use super::dbscan::Clustering;
use super::hierarchy::Hierarchy;
use super::spanning_tree::{core_chords, spanning_tree};
use crate::index::KdTree;
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::reach;

/// Holds a radius, and over which radii the answer is the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plateau {
    /// The last merge before the gap, in metres.
    pub from_m: f64,
    /// The next merge, in metres.
    pub to_m: f64,
}

/// Holds the radii at which a group of core points stands alone and whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Existence {
    /// The least radius, in metres, that makes one group of them.
    pub from_m: f64,
    /// The radius at which they join others; `None` if nobody is left to join.
    pub to_m: Option<f64>,
}

impl Plateau {
    /// The radius in the middle of the plateau on a logarithmic scale.
    #[must_use]
    pub fn middle_m(self) -> f64 {
        (self.from_m * self.to_m).sqrt()
    }
}

/// Lists at which distances groups join, nearest first (single linkage).
///
/// # References
///
/// Florek et al. (1951); Gower & Ross (1969), Minimum spanning trees and single linkage cluster
/// analysis, Applied Statistics 18, 54–64.
#[must_use]
pub fn single_linkage(tree: &KdTree) -> Hierarchy {
    Hierarchy::new(tree.len(), &spanning_tree(tree, &core_chords(tree, 1)))
}

/// The links of the shortest tree over all points, as pairs of numbers.
#[must_use]
pub fn links(tree: &KdTree) -> Vec<[usize; 2]> {
    let edges = spanning_tree(tree, &core_chords(tree, 1));
    edges.iter().map(|edge| [edge.a as usize, edge.b as usize]).collect()
}

/// Finds the largest gap between successive merge heights, by their ratio.
///
/// Heights of 0 m, duplicates, do not count. `None` for fewer than two different heights.
///
/// # Shape
///
/// `heights_m`: in rising order. Of equally large gaps, the first.
#[must_use]
pub fn largest_gap(heights_m: &[f64]) -> Option<Plateau> {
    let mut best: Option<Plateau> = None;
    for pair in heights_m.windows(2).filter(|pair| pair[0] > 0.0 && pair[0] < pair[1]) {
        let gap = Plateau { from_m: pair[0], to_m: pair[1] };
        if best.is_none_or(|best| gap.to_m / gap.from_m > best.to_m / best.from_m) {
            best = Some(gap);
        }
    }
    best
}

/// The distance of each point's `min_points`-th neighbor, itself the first, in rising order.
///
/// # Units
///
/// Metres along the great circle; empty if there are fewer points than that.
#[must_use]
pub fn distance_curve(tree: &KdTree, min_points: usize) -> Vec<f64> {
    let mut curve: Vec<f64> = core_chords(tree, min_points)
        .into_iter()
        .filter(|chord| chord.is_finite())
        .map(arc_m)
        .collect();
    curve.sort_by(f64::total_cmp);
    curve
}

/// Finds where a rising curve lies farthest below the chord from its first to its last value.
///
/// `None` if it nowhere lies below. Of equally low places, the first.
///
/// # References
///
/// Sander, Ester, Kriegel & Xu (1998), Density-based clustering in spatial databases, Data Mining
/// and Knowledge Discovery 2, 169–194, propose the curve and its first valley; the chord makes the
/// valley a definition.
#[must_use]
pub fn elbow(curve: &[f64]) -> Option<usize> {
    let (first, last) = (curve.first()?, curve.last()?);
    let step = (last - first) / (curve.len() - 1).max(1) as f64;
    let below = |at: usize| first + step * at as f64 - curve[at];
    let lowest =
        (0..curve.len()).fold(0, |best, at| if below(at) > below(best) { at } else { best });
    (below(lowest) > 0.0).then_some(lowest)
}

/// Says for which radii the core points of each cluster stand together and apart from all others.
///
/// With other radii a border point may come or go, or become a core point that was none; with
/// `min_points` of 2 there are no border points, and the interval is that of the whole cluster.
///
/// # Shape
///
/// One interval for each cluster of a clustering at `eps_m` and `min_points`, in the order of ids;
/// it always holds `eps_m`.
///
/// # References
///
/// Components of mutual reachability as in DBSCAN*: Campello et al. (2013), PAKDD, 160–172.
#[must_use]
pub fn existences(
    tree: &KdTree,
    min_points: usize,
    eps_m: f64,
    clustering: &Clustering,
) -> Vec<Existence> {
    existences_by(tree, &core_chords(tree, min_points), eps_m, clustering)
}

/// As [`existences`], of points that are core points from these squared chords on.
#[must_use]
pub fn existences_by(
    tree: &KdTree,
    cores: &[f64],
    eps_m: f64,
    clustering: &Clustering,
) -> Vec<Existence> {
    let hierarchy = Hierarchy::new(tree.len(), &spanning_tree(tree, cores));
    let parents = hierarchy.parents();
    let reach = reach(eps_m);
    let height = |node: u32| match hierarchy.merge(node) {
        Some(merge) => merge.chord_squared,
        None => cores[node as usize],
    };
    let existence = |members: &Vec<usize>| {
        let first = members.iter().find(|&&member| clustering.is_core[member])?;
        let mut node = *first as u32;
        while let Some(parent) = parents[node as usize].filter(|&parent| height(parent) <= reach) {
            node = parent;
        }
        let to_m = parents[node as usize].map(height).filter(|chord| chord.is_finite()).map(arc_m);
        Some(Existence { from_m: arc_m(height(node)), to_m })
    };
    clustering.members().iter().filter_map(existence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::dbscan::{Density, dbscan};
    use crate::domain::LonLat;

    /// What the eleven bases as printed give, in km: merge heights and nearest-neighbor distances.
    const MERGES: [f64; 10] = [44.8, 69.0, 136.9, 343.3, 407.6, 451.8, 480.4, 676.5, 687.5, 708.0];
    const NEAREST: [f64; 11] =
        [44.8, 44.8, 69.0, 69.0, 136.9, 343.3, 343.3, 407.6, 451.8, 676.5, 687.5];

    #[test]
    fn the_gap_among_eleven_bases_is_two_and_a_half_fold() {
        let gap = largest_gap(&MERGES).unwrap();
        assert_eq!(gap, Plateau { from_m: 136.9, to_m: 343.3 });
        assert!((gap.middle_m() - 216.8).abs() < 0.1);
        assert_eq!(largest_gap(&[5.0]), None);
        assert_eq!(largest_gap(&[0.0, 0.0, 7.0, 7.0]), None);
    }

    #[test]
    fn the_elbow_among_eleven_bases_is_where_the_brief_says() {
        assert_eq!(elbow(&NEAREST).map(|at| NEAREST[at]), Some(69.0));
        assert_eq!(elbow(&[]), None);
        assert_eq!(elbow(&[3.0]), None);
        assert_eq!(elbow(&[1.0, 2.0, 3.0]), None, "a straight line has no elbow");
        assert_eq!(elbow(&[1.0, 3.0, 4.0]), None, "nor has one that lies above its chord");
    }

    fn tree(degrees: &[(f64, f64)]) -> KdTree {
        let vector =
            |&(lon, lat): &(f64, f64)| LonLat::from_degrees(lon, lat).unwrap().unit_vector();
        KdTree::new(&degrees.iter().map(vector).collect::<Vec<_>>())
    }

    #[test]
    fn a_cluster_exists_from_its_last_inner_link_to_its_first_outer_one() {
        // On the equator at 0, 1, 3 and 9 degrees of 111.195 km: links of 1, 2 and 6 degrees.
        let tree = tree(&[(0.0, 0.0), (1.0, 0.0), (3.0, 0.0), (9.0, 0.0)]);
        let degree_m = 1_f64.to_radians() * 6_371_008.8;
        let heights: Vec<f64> =
            single_linkage(&tree).merges.iter().map(|merge| merge.height_m() / degree_m).collect();
        assert!(
            heights.iter().zip([1.0, 2.0, 6.0]).all(|(found, told)| (found - told).abs() < 1e-6)
        );
        let eps_m = 3.0 * degree_m;
        let found = dbscan(&tree, eps_m, Density::Points(2));
        let [existence] = existences(&tree, 2, eps_m, &found)[..] else { panic!("one cluster") };
        assert!((existence.from_m / degree_m - 2.0).abs() < 1e-6);
        assert!((existence.to_m.unwrap() / degree_m - 6.0).abs() < 1e-6);
        // Just inside both ends the clustering is the same; just outside it is another.
        let labels = |eps_m: f64| dbscan(&tree, eps_m, Density::Points(2)).labels;
        assert_eq!(labels(existence.from_m), found.labels);
        assert_eq!(labels(existence.to_m.unwrap() * 0.999_999), found.labels);
        assert_ne!(labels(existence.from_m * 0.999_999), found.labels);
        assert_ne!(labels(existence.to_m.unwrap()), found.labels);
        let whole = dbscan(&tree, 7.0 * degree_m, Density::Points(2));
        assert_eq!(existences(&tree, 2, 7.0 * degree_m, &whole)[0].to_m, None);
    }

    #[test]
    fn a_lone_core_point_exists_from_its_own_core_distance() {
        // At 2.5 degrees only the middle point has three within; its neighbors are border points.
        let tree = tree(&[(0.0, 0.0), (2.0, 0.0), (4.2, 0.0)]);
        let eps_m = 2.3 * 111_195.08;
        let found = dbscan(&tree, eps_m, Density::Points(3));
        assert_eq!(found.is_core, [false, true, false]);
        let [existence] = existences(&tree, 3, eps_m, &found)[..] else { panic!("one cluster") };
        assert!((existence.from_m / 111_195.08 - 2.2).abs() < 1e-6);
        assert!((existence.to_m.unwrap() / 111_195.08 - 4.2).abs() < 1e-5);
    }

    #[test]
    fn the_distance_curve_rises_and_needs_enough_points() {
        let curve = distance_curve(&tree(&[(0.0, 0.0), (1.0, 0.0), (3.0, 0.0)]), 2);
        assert!(curve.is_sorted() && curve.len() == 3);
        assert!(distance_curve(&tree(&[(0.0, 0.0)]), 2).is_empty());
    }
}
