//! How well clusters are parted: silhouette, DBCV, and agreement between two clusterings.

use rayon::prelude::*;

use super::dbscan::{ClusterId, Clustering};
use super::spanning_tree::{Edge, spanning_tree};
use crate::index::KdTree;
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::squared_chord;

fn distance_m(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    arc_m(squared_chord(a, b))
}

/// Compares, for each point, the mean distance to its own cluster with that to the next one.
///
/// s = (b − a) / max(a, b), with a the mean distance to the other members of its own cluster and b
/// the least mean distance to the members of another. A lone member has 0, noise has `None` and is
/// no cluster; with fewer than two clusters all are `None`. It punishes long clusters; see [`dbcv`].
///
/// # Shape
///
/// n unit vectors and n labels in, n values in [−1, 1] out. All pairs are measured.
///
/// # References
///
/// Rousseeuw (1987), Silhouettes, J. Computational and Applied Mathematics 20, 53–65.
#[must_use]
pub fn silhouettes(points: &[[f64; 3]], clustering: &Clustering) -> Vec<Option<f64>> {
    let members = clustering.members();
    if members.len() < 2 {
        return vec![None; points.len()];
    }
    let mean = |point: usize, others: &[usize]| {
        let sum: f64 = others.iter().map(|&other| distance_m(&points[point], &points[other])).sum();
        sum / others.iter().filter(|&&other| other != point).count() as f64
    };
    let silhouette = |point: usize| {
        let ClusterId(own) = clustering.labels[point]?;
        let own = own as usize - 1;
        if members[own].len() == 1 {
            return Some(0.0);
        }
        let within = mean(point, &members[own]);
        let others = members.iter().enumerate().filter(|&(cluster, _)| cluster != own);
        let next = others.map(|(_, other)| mean(point, other)).fold(f64::INFINITY, f64::min);
        let larger = within.max(next);
        Some(if larger == 0.0 { 0.0 } else { (next - within) / larger })
    };
    (0..points.len()).into_par_iter().map(silhouette).collect()
}

/// Scores a density clustering: the mean of V(C) over all points, noise counting 0.
///
/// V(C) = (separation − sparseness) / max of both. The core distance of a member is the harmonic
/// kind of mean (Σ d⁻² / (|C| − 1))^(−1/2) over the other members, for two dimensions. Sparseness
/// is the longest inner edge of the cluster's own spanning tree of mutual reachability, one
/// between points of degree above 1; if there is none, the longest edge. Separation is the least
/// mutual reachability from its inner points (all points, if there are none) to those of another
/// cluster. Duplicates of a point make its core distance 0.
///
/// `None` with fewer than two clusters of two or more points. A cluster of one point scores 0.
///
/// # References
///
/// Moulavi, Jaskowiak, Campello, Zimek & Sander (2014), Density-based clustering validation, SDM,
/// 839–847.
#[must_use]
pub fn dbcv(points: &[[f64; 3]], clustering: &Clustering) -> Option<f64> {
    let clusters: Vec<Dense> = clustering
        .members()
        .into_iter()
        .filter(|members| members.len() > 1)
        .map(|members| Dense::new(points, members))
        .collect();
    if clusters.len() < 2 {
        return None;
    }
    let value = |at: usize| {
        let others = (0..clusters.len()).filter(|&other| other != at);
        let separation = others
            .map(|other| clusters[at].separation(&clusters[other], points))
            .fold(f64::INFINITY, f64::min);
        let sparseness = clusters[at].sparseness_m;
        let larger = separation.max(sparseness);
        let value = if larger == 0.0 { 0.0 } else { (separation - sparseness) / larger };
        value * clusters[at].members.len() as f64
    };
    Some((0..clusters.len()).map(value).sum::<f64>() / points.len() as f64)
}

/// A cluster with the core distances of its members and what is inner.
struct Dense {
    members: Vec<usize>,
    core_m: Vec<f64>,
    /// Places in `members`.
    inner: Vec<usize>,
    sparseness_m: f64,
}

impl Dense {
    fn new(points: &[[f64; 3]], members: Vec<usize>) -> Self {
        let others = (members.len() - 1) as f64;
        let core = |&point: &usize| {
            let inverse_square =
                |&other: &usize| distance_m(&points[point], &points[other]).powi(-2);
            let sum: f64 =
                members.iter().filter(|&&other| other != point).map(inverse_square).sum();
            (sum / others).powf(-0.5)
        };
        let core_m: Vec<f64> = members.par_iter().map(core).collect();
        let vectors: Vec<[f64; 3]> = members.iter().map(|&member| points[member]).collect();
        let cores: Vec<f64> =
            core_m.iter().map(|&core| crate::index::geodesic::chord_squared(core)).collect();
        let edges = spanning_tree(&KdTree::new(&vectors), &cores);
        let mut degree = vec![0; members.len()];
        for edge in &edges {
            degree[edge.a as usize] += 1;
            degree[edge.b as usize] += 1;
        }
        let mut inner: Vec<usize> = (0..members.len()).filter(|&at| degree[at] > 1).collect();
        if inner.is_empty() {
            inner = (0..members.len()).collect();
        }
        let is_inner = |edge: &&Edge| degree[edge.a as usize] > 1 && degree[edge.b as usize] > 1;
        let longest = edges.iter().rev().find(is_inner).or(edges.last());
        let sparseness_m = longest.map_or(0.0, |edge| arc_m(edge.chord_squared));
        Self { members, core_m, inner, sparseness_m }
    }

    fn separation(&self, other: &Self, points: &[[f64; 3]]) -> f64 {
        let reach = |a: usize, b: usize| {
            let apart = distance_m(&points[self.members[a]], &points[other.members[b]]);
            apart.max(self.core_m[a]).max(other.core_m[b])
        };
        let nearest =
            |&a: &usize| other.inner.iter().map(|&b| reach(a, b)).fold(f64::INFINITY, f64::min);
        self.inner.par_iter().map(nearest).reduce(|| f64::INFINITY, f64::min)
    }
}

/// Measures how far two clusterings agree on which pairs belong together, corrected for chance.
///
/// 1 is full agreement, 0 what chance gives. Each noise point stands alone. `None` for fewer than
/// two points.
///
/// # References
///
/// Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2, 193–218.
#[must_use]
pub fn adjusted_rand(a: &Clustering, b: &Clustering) -> Option<f64> {
    let n = a.labels.len().min(b.labels.len());
    if n < 2 {
        return None;
    }
    let pairs = |count: usize| (count * count.saturating_sub(1) / 2) as f64;
    let together = |mut keys: Vec<(Option<ClusterId>, Option<ClusterId>)>| -> f64 {
        keys.sort_unstable();
        keys.chunk_by(|x, y| x == y).map(|same| pairs(same.len())).sum()
    };
    let labels = || a.labels.iter().zip(&b.labels);
    let of_both = together(
        labels().filter(|(x, y)| x.is_some() && y.is_some()).map(|(&x, &y)| (x, y)).collect(),
    );
    let of_a = together(a.labels.iter().filter(|x| x.is_some()).map(|&x| (x, None)).collect());
    let of_b = together(b.labels.iter().filter(|y| y.is_some()).map(|&y| (None, y)).collect());
    let expected = of_a * of_b / pairs(n);
    let most = f64::midpoint(of_a, of_b);
    Some(if most == expected { 1.0 } else { (of_both - expected) / (most - expected) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;

    fn five() -> Vec<[f64; 3]> {
        [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (1.0, 1.0), (1.05, 1.0)]
            .map(|(lon, lat)| LonLat::from_degrees(lon, lat).unwrap().unit_vector())
            .to_vec()
    }

    fn clustering(ids: &[u32]) -> Clustering {
        let labels: Vec<_> = ids.iter().map(|&id| (id > 0).then_some(ClusterId(id))).collect();
        let clusters = ids.iter().max().map_or(0, |&most| most as usize);
        Clustering { is_core: vec![true; ids.len()], labels, clusters }
    }

    #[test]
    fn the_worked_example_has_the_silhouettes_of_the_brief() {
        let found = silhouettes(&five(), &clustering(&[1, 1, 1, 2, 2]));
        for (found, told) in found.iter().zip([0.930, 0.911, 0.912, 0.963, 0.964]) {
            assert!((found.unwrap() - told).abs() < 5.1e-4, "{found:?} {told}");
        }
        let lone = silhouettes(&five(), &clustering(&[1, 1, 1, 0, 2]));
        assert_eq!((lone[3], lone[4]), (None, Some(0.0)));
        assert_eq!(silhouettes(&five(), &clustering(&[1, 1, 1, 1, 1])), [None; 5]);
    }

    #[test]
    fn the_worked_example_has_the_dbcv_of_the_brief() {
        let found = dbcv(&five(), &clustering(&[1, 1, 1, 2, 2])).unwrap();
        assert!((found - 0.936_869).abs() < 5e-7, "{found}");
        assert_eq!(dbcv(&five(), &clustering(&[1, 1, 1, 0, 0])), None);
        assert_eq!(dbcv(&[], &clustering(&[])), None);
        let noisy =
            dbcv(&[five(), vec![[0.0, 0.0, 1.0]]].concat(), &clustering(&[1, 1, 1, 2, 2, 0]));
        assert!((noisy.unwrap() - found * 5.0 / 6.0).abs() < 1e-12, "noise counts in the weight");
    }

    #[test]
    fn agreement_is_one_with_itself_and_near_nought_by_chance() {
        let a = clustering(&[1, 1, 1, 2, 2, 0]);
        assert_eq!(adjusted_rand(&a, &a), Some(1.0));
        assert_eq!(
            adjusted_rand(&a, &clustering(&[2, 2, 2, 1, 1, 0])),
            Some(1.0),
            "names do not count"
        );
        // Two by two against halves crosswise: no pair in common, 2 expected of 3.
        let crosswise = adjusted_rand(&clustering(&[1, 1, 2, 2]), &clustering(&[1, 2, 1, 2]));
        assert!((crosswise.unwrap() + 0.5).abs() < 1e-12, "{crosswise:?}");
        assert_eq!(adjusted_rand(&clustering(&[1]), &clustering(&[1])), None);
    }
}
