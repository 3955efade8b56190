//! Dense groups at all radii: HDBSCAN*.

use super::dbscan::{ClusterId, Clustering};
use super::hierarchy::Hierarchy;
use super::spanning_tree::{core_chords, spanning_tree};
use crate::index::KdTree;
use crate::index::geodesic::arc_m;

/// Says which clusters of the condensed hierarchy are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Those whose stability exceeds that of all they split into (excess of mass).
    ExcessOfMass,
    /// Those that split no further.
    Leaf,
}

/// Holds the sizes that HDBSCAN* asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HdbscanParams {
    /// The neighbor that makes a core distance, the point itself counted as the first.
    pub min_points: usize,
    /// The least size of a cluster, at least 2.
    pub min_cluster_size: usize,
    /// Which clusters are taken.
    pub selection: Selection,
}

/// Holds the clusters of a hierarchy and how firmly points belong to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Hdbscan {
    /// Labels; ids count clusters from 1 by their first member. Core points are all members.
    pub clustering: Clustering,
    /// How firmly each point belongs, 0 (noise) to 1.
    pub probabilities: Vec<f64>,
    /// For each cluster, in the order of ids, how long it exists.
    pub clusters: Vec<Persistence>,
}

/// Holds over which distances a cluster of the condensed hierarchy exists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Persistence {
    /// Below this reach, in metres, it has fallen apart or lost its last point.
    pub from_m: f64,
    /// At this reach, in metres, it joins another cluster.
    pub to_m: f64,
    /// Σ (1/d of the point's leaving − 1/d of the cluster's birth), per metre. Infinite where the
    /// cluster has duplicates enough to be dense at 0 m, as the definition has it.
    pub stability: f64,
}

/// A minimal cluster size that makes no cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("min_cluster_size is {0}: a cluster has at least 2 points")]
pub struct ClusterTooSmall(pub usize);

impl HdbscanParams {
    /// The defaults for n points: 0.5 % of them but at least 5 in a cluster, at most 5 for a core.
    #[must_use]
    pub fn for_points(n: usize) -> Self {
        let min_cluster_size = n.div_ceil(200).max(5);
        Self {
            min_points: min_cluster_size.min(5),
            min_cluster_size,
            selection: Selection::ExcessOfMass,
        }
    }
}

/// A cluster of the condensed hierarchy.
#[derive(Debug)]
struct Condensed {
    parent: Option<usize>,
    children: Vec<usize>,
    birth_lambda: f64,
    /// λ at which points leave, and how many do.
    leaving: Vec<(f64, usize)>,
    stability: f64,
}

/// Finds clusters of any density.
///
/// Mutual reachability is the greatest of the distance and both core distances. As the reach
/// shrinks, the hierarchy falls apart; a part of at least `min_cluster_size` points lives on, and
/// if two or more do, each is a new cluster. What lives longest, measured in λ = 1/distance and
/// summed over the points, is taken. All that ties falls apart at once (see [`Hierarchy`]), so the
/// clusters do not depend on the order of the input. The whole is never a cluster.
///
/// A point whose own core distance is the height at which two clusters part belongs to neither, as
/// in the paper, where edges of one length are removed at once; binary implementations give it to
/// one of them, by the order of the input. That is about one point a cluster.
///
/// # Shape
///
/// n points in; fewer than `min_cluster_size` are all noise.
///
/// # Errors
///
/// [`ClusterTooSmall`] when `min_cluster_size` is below 2.
///
/// # References
///
/// Campello, Moulavi & Sander (2013), PAKDD, 160–172; Campello, Moulavi, Zimek & Sander (2015),
/// ACM TKDD 10, 5; probabilities as McInnes & Healy (2017) have them.
pub fn hdbscan(tree: &KdTree, params: HdbscanParams) -> Result<Hdbscan, ClusterTooSmall> {
    if params.min_cluster_size < 2 {
        return Err(ClusterTooSmall(params.min_cluster_size));
    }
    let edges = spanning_tree(tree, &core_chords(tree, params.min_points));
    let hierarchy = Hierarchy::new(tree.len(), &edges);
    Ok(of_hierarchy(&hierarchy, params))
}

fn of_hierarchy(hierarchy: &Hierarchy, params: HdbscanParams) -> Hdbscan {
    let (mut clusters, left) = condense(hierarchy, params.min_cluster_size);
    for cluster in &mut clusters {
        cluster.stability = stability(cluster);
    }
    let is_taken = take(&clusters, params.selection);
    let mut home = vec![None; clusters.len()];
    for at in 0..clusters.len() {
        home[at] =
            if is_taken[at] { Some(at) } else { clusters[at].parent.and_then(|up| home[up]) };
    }
    label(&clusters, &home, &left)
}

/// The λ at a reach: how near, per metre.
fn lambda(chord_squared: f64) -> f64 {
    1.0 / arc_m(chord_squared)
}

/// Walks down the hierarchy; gives the clusters and, for each point, where and when it left.
fn condense(hierarchy: &Hierarchy, least: usize) -> (Vec<Condensed>, Vec<(usize, f64)>) {
    let new = |parent, birth_lambda| Condensed {
        parent,
        children: Vec::new(),
        birth_lambda,
        leaving: Vec::new(),
        stability: 0.0,
    };
    let mut clusters = vec![new(None, 0.0)];
    let mut left = vec![(0, 0.0); hierarchy.points];
    let mut open: Vec<(u32, usize)> = hierarchy.root().map(|root| (root, 0)).into_iter().collect();
    while let Some((node, cluster)) = open.pop() {
        let Some(merge) = hierarchy.merge(node) else { continue };
        let now = lambda(merge.chord_squared);
        let (large, small): (Vec<u32>, Vec<u32>) =
            merge.parts.iter().partition(|&&part| hierarchy.size(part) >= least);
        for part in small {
            clusters[cluster].leaving.push((now, hierarchy.size(part)));
            hierarchy.visit_points(part, |point| left[point as usize] = (cluster, now));
        }
        if let [only] = large[..] {
            open.push((only, cluster));
            continue;
        }
        for part in large {
            clusters[cluster].leaving.push((now, hierarchy.size(part)));
            let child = clusters.len();
            clusters[cluster].children.push(child);
            clusters.push(new(Some(cluster), now));
            open.push((part, child));
        }
    }
    (clusters, left)
}

/// Σ (λ − birth), added from the least, so that no order of points changes a digit.
fn stability(cluster: &mut Condensed) -> f64 {
    cluster.leaving.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    cluster
        .leaving
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let points: usize = same.iter().map(|&(_, count)| count).sum();
            (same[0].0 - cluster.birth_lambda) * points as f64
        })
        .sum()
}

fn take(clusters: &[Condensed], selection: Selection) -> Vec<bool> {
    let mut is_taken = vec![false; clusters.len()];
    let mut worth = vec![0.0; clusters.len()];
    for at in (1..clusters.len()).rev() {
        let cluster = &clusters[at];
        let mut below: Vec<f64> = cluster.children.iter().map(|&child| worth[child]).collect();
        below.sort_by(f64::total_cmp);
        let below: f64 = below.iter().sum();
        is_taken[at] = match selection {
            Selection::Leaf => cluster.children.is_empty(),
            Selection::ExcessOfMass => cluster.children.is_empty() || cluster.stability >= below,
        };
        worth[at] = if is_taken[at] { cluster.stability } else { below };
    }
    // Only the uppermost of those taken count; children stand behind their parents.
    let mut is_covered = vec![false; clusters.len()];
    for at in 1..clusters.len() {
        is_covered[at] =
            clusters[at].parent.is_some_and(|parent| is_covered[parent] || is_taken[parent]);
        is_taken[at] &= !is_covered[at];
    }
    is_taken
}

fn label(clusters: &[Condensed], home: &[Option<usize>], left: &[(usize, f64)]) -> Hdbscan {
    let mut ids = vec![None; clusters.len()];
    let mut persistences = Vec::new();
    let mut labels = Vec::with_capacity(left.len());
    let mut probabilities = Vec::with_capacity(left.len());
    for &(cluster, at) in left {
        let Some(home) = home[cluster] else {
            labels.push(None);
            probabilities.push(0.0);
            continue;
        };
        let last = clusters[home].leaving.last().map_or(0.0, |&(lambda, _)| lambda);
        let id = *ids[home].get_or_insert_with(|| {
            persistences.push(Persistence {
                from_m: 1.0 / last,
                to_m: 1.0 / clusters[home].birth_lambda,
                stability: clusters[home].stability,
            });
            ClusterId(persistences.len() as u32)
        });
        labels.push(Some(id));
        probabilities.push(if last.is_finite() && last > 0.0 { (at / last).min(1.0) } else { 1.0 });
    }
    let is_core = labels.iter().map(Option::is_some).collect();
    let clustering = Clustering { labels, is_core, clusters: persistences.len() };
    Hdbscan { clustering, probabilities, clusters: persistences }
}

#[cfg(test)]
#[path = "hdbscan_tests.rs"]
mod tests;
