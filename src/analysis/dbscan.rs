//! Dense groups at one radius: DBSCAN.

use rayon::prelude::*;

use super::UnionFind;
use crate::index::KdTree;
use crate::index::kd_tree::{Node, reach, squared_chord};

/// Numbers a cluster, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u32);

/// Holds what a clustering says of every point.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// The cluster of each point; `None` is noise.
    pub labels: Vec<Option<ClusterId>>,
    /// Whether each point is a core point.
    pub is_core: Vec<bool>,
    /// How many clusters there are; their ids are 1 to this number.
    pub clusters: usize,
}

/// Says when a point is dense enough to be a core point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Density<'a> {
    /// At least so many points within the radius, the point itself included.
    Points(usize),
    /// At least so much weight within the radius, that of the point itself included.
    Weight {
        /// One weight for each point, such as employment; finite and not negative.
        weights: &'a [f64],
        /// The least sum.
        min_weight: f64,
    },
}

impl Clustering {
    /// The members of each cluster, in rising order; the first list is that of cluster 1.
    #[must_use]
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.clusters];
        for (point, label) in self.labels.iter().enumerate() {
            if let Some(ClusterId(id)) = label {
                members[*id as usize - 1].push(point);
            }
        }
        members
    }
}

/// Gathers points that lie densely together and leaves the lone ones as noise.
///
/// A core point has enough points, or enough weight, within `eps_m`, itself included. A cluster is
/// a set of core points linked by such neighborhoods; ids count clusters from 1 by their first
/// core point. A border point, not core but within `eps_m` of one, goes to the nearest core
/// point's cluster; of equally near ones, to the lowest id. So no answer depends on the order of
/// the input, but for the numbering of the clusters.
///
/// Boxes of the tree that are nowhere wider than `eps_m` hold core points of one cluster only; two
/// such boxes are joined by the first pair within `eps_m`. Lists of neighbors are never stored.
///
/// # Shape
///
/// n points in, n labels out, in the same order.
///
/// # Units
///
/// `eps_m`: metres along the great circle, the edge included.
///
/// # References
///
/// Ester, Kriegel, Sander & Xu (1996), A density-based algorithm for discovering clusters in large
/// spatial databases with noise, KDD-96, 226–231. Schubert, Sander, Ester, Kriegel & Xu (2017),
/// DBSCAN revisited, revisited, ACM TODS 42, 19. Boxes: Gan & Tao (2015), DBSCAN revisited,
/// SIGMOD, 519–530.
#[must_use]
pub fn dbscan(tree: &KdTree, eps_m: f64, density: Density<'_>) -> Clustering {
    let reach = reach(eps_m);
    let is_core = match density {
        Density::Points(min_points) => tree.crowded(reach, min_points),
        Density::Weight { weights, min_weight } => heavy(tree, reach, weights, min_weight),
    };
    let cores = tree.subset(&is_core);
    let mut labels = vec![None; tree.len()];
    let clusters = number_sets(&cores, components(&cores, reach), &mut labels);
    let border = |slot: usize| -> Option<(u32, ClusterId)> {
        let from = &tree.points()[slot];
        let nearest = cores.nearest_within(from, reach)?.chord_squared;
        let mut lowest = None;
        cores.within(from, nearest, |hit| {
            let id = labels[hit.number as usize];
            lowest = if lowest.is_none() { id } else { lowest.min(id) };
        });
        Some((tree.numbers()[slot], lowest?))
    };
    let borders: Vec<(u32, ClusterId)> =
        (0..tree.len()).into_par_iter().filter(|&slot| !is_core[slot]).filter_map(border).collect();
    for (point, id) in borders {
        labels[point as usize] = Some(id);
    }
    Clustering { labels, is_core: by_number(tree, &is_core), clusters }
}

/// Says of every slot whether enough weight lies within a reach.
fn heavy(tree: &KdTree, reach: f64, weights: &[f64], min_weight: f64) -> Vec<bool> {
    let is_heavy = |point: &[f64; 3]| {
        let mut near = Vec::new();
        tree.within(point, reach, |hit| near.push(weights[hit.number as usize]));
        // In rising order, so that the sum is the same whatever order the points came in.
        near.sort_unstable_by(f64::total_cmp);
        near.iter().sum::<f64>() >= min_weight
    };
    tree.points().par_iter().with_min_len(512).map(is_heavy).collect()
}

fn by_number(tree: &KdTree, by_slot: &[bool]) -> Vec<bool> {
    let mut by_number = vec![false; tree.len()];
    for (&number, &value) in tree.numbers().iter().zip(by_slot) {
        by_number[number as usize] = value;
    }
    by_number
}

/// Numbers the sets of core points from 1 by their first core point, labels these, and counts them.
fn number_sets(cores: &KdTree, mut sets: UnionFind, labels: &mut [Option<ClusterId>]) -> usize {
    let mut root_of = vec![u32::MAX; labels.len()];
    for (slot, &number) in (0u32..).zip(cores.numbers()) {
        root_of[number as usize] = sets.root(slot);
    }
    let mut id_of_root = vec![None; cores.len()];
    let mut clusters = 0;
    for (label, root) in labels.iter_mut().zip(root_of).filter(|(_, root)| *root != u32::MAX) {
        *label = *id_of_root[root as usize].get_or_insert_with(|| {
            clusters += 1;
            Some(ClusterId(clusters))
        });
    }
    clusters as usize
}

/// Joins the slots that are linked by steps within a reach.
fn components(tree: &KdTree, reach: f64) -> UnionFind {
    let mut linking = Linking { tree, reach, sets: UnionFind::new(tree.len()) };
    if !tree.is_empty() {
        linking.inside(0);
    }
    linking.sets
}

struct Linking<'a> {
    tree: &'a KdTree,
    reach: f64,
    sets: UnionFind,
}

impl Linking<'_> {
    /// Links what is within one box.
    fn inside(&mut self, at: usize) {
        if self.tree.watch().is_off() {
            return;
        }
        let node = &self.tree.nodes()[at];
        if node.is_empty() {
            return;
        }
        if node.farthest_chord_to(node) <= self.reach {
            self.join_all(node);
        } else if node.is_leaf() {
            for slot in node.slots() {
                for other in slot + 1..node.end as usize {
                    self.join_if_near(slot, other);
                }
            }
        } else {
            let right = node.right as usize;
            self.inside(at + 1);
            self.inside(right);
            self.between(at + 1, right);
        }
    }

    /// Links what is in one box with what is in another.
    fn between(&mut self, a: usize, b: usize) {
        let (left, right) = (&self.tree.nodes()[a], &self.tree.nodes()[b]);
        let is_far = left.nearest_chord_to(right) > self.reach;
        if is_far || left.is_empty() || right.is_empty() || self.tree.watch().is_off() {
            return;
        }
        let is_one = |node: &Node| node.farthest_chord_to(node) <= self.reach;
        match (is_one(left), is_one(right)) {
            (true, true) => {
                let [x, y] = [left.start, right.start];
                if self.sets.root(x) != self.sets.root(y) && self.any_near(a, b) {
                    self.sets.join(x, y);
                }
            }
            _ if left.is_leaf() && right.is_leaf() => {
                for slot in left.slots() {
                    for other in right.slots() {
                        self.join_if_near(slot, other);
                    }
                }
            }
            (left_is_one, right_is_one) => {
                let split_left = !left.is_leaf()
                    && (right.is_leaf()
                        || right_is_one
                        || (!left_is_one && left.len() >= right.len()));
                if split_left {
                    let upper = left.right as usize;
                    self.between(a + 1, b);
                    self.between(upper, b);
                } else {
                    let upper = right.right as usize;
                    self.between(a, b + 1);
                    self.between(a, upper);
                }
            }
        }
    }

    /// Says whether any point of one box is near any of another; stops at the first such pair.
    fn any_near(&self, a: usize, b: usize) -> bool {
        let (left, right) = (&self.tree.nodes()[a], &self.tree.nodes()[b]);
        if left.is_empty() || right.is_empty() || left.nearest_chord_to(right) > self.reach {
            return false;
        }
        if left.farthest_chord_to(right) <= self.reach {
            return true;
        }
        if left.is_leaf() && right.is_leaf() {
            let points = self.tree.points();
            return left.slots().any(|slot| {
                right
                    .slots()
                    .any(|other| squared_chord(&points[slot], &points[other]) <= self.reach)
            });
        }
        if !left.is_leaf() && (right.is_leaf() || left.len() >= right.len()) {
            self.any_near(a + 1, b) || self.any_near(left.right as usize, b)
        } else {
            self.any_near(a, b + 1) || self.any_near(a, right.right as usize)
        }
    }

    fn join_all(&mut self, node: &Node) {
        for slot in node.start + 1..node.end {
            self.sets.join(node.start, slot);
        }
    }

    fn join_if_near(&mut self, slot: usize, other: usize) {
        let points = self.tree.points();
        if squared_chord(&points[slot], &points[other]) <= self.reach {
            self.sets.join(slot as u32, other as u32);
        }
    }
}

#[cfg(test)]
#[path = "dbscan_tests.rs"]
mod tests;
