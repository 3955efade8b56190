//! Finds the groups of points, as `clusters` was asked to: by method, radius and sizes.

use super::cluster_weight::Weighing;
use crate::analysis::dbscan::{ClusterId, Clustering, Density, dbscan};
use crate::analysis::hdbscan::{HdbscanParams, Selection, hdbscan};
use crate::analysis::hierarchy::Hierarchy;
use crate::analysis::merges::{Plateau, distance_curve, elbow, existences_by, largest_gap};
use crate::analysis::optics::optics;
use crate::analysis::spanning_tree::{core_chords, spanning_tree};
use crate::domain::Watch;
use crate::index::KdTree;
use crate::index::geodesic::arc_m;

/// Below so many points the radius is chosen by merges, from there on by the curve of distances.
pub(super) const FEW: usize = 50;

/// Says how groups are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Recipe {
    pub(super) method: Method,
    pub(super) min_points: usize,
    pub(super) min_cluster_size: usize,
    /// Which clusters of the hierarchy HDBSCAN* takes.
    pub(super) selection: Selection,
    /// Whether it is said over which radii each cluster exists; where only labels are wanted, it is not.
    pub(super) tells_radii: bool,
    /// The radius in metres; chosen anew for each set of points when `None`.
    pub(super) eps_m: Option<f64>,
}

/// Names a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Dbscan,
    Hdbscan,
    Optics,
}

/// Says which radius was chosen, and by what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Chosen {
    /// In the middle of the largest gap between merges.
    Gap(Plateau),
    /// At the elbow of the sorted distances to the `min_points`-th point, in metres.
    Elbow(f64),
}

/// Holds the groups that were found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) clustering: Clustering,
    /// How firmly each point belongs; only HDBSCAN* says.
    pub(super) probabilities: Option<Vec<f64>>,
    /// By point: the order in which it was reached and from how far; only OPTICS says.
    pub(super) reached: Option<Vec<(usize, f64)>>,
    /// For each cluster, over which radii it exists, in metres.
    pub(super) exists_m: Vec<(f64, Option<f64>)>,
}

impl Found {
    /// The members of each cluster, in the order of their rows.
    pub(super) fn members_by(&self, rows: &[usize]) -> Vec<Vec<usize>> {
        let mut members = self.clustering.members();
        for members in &mut members {
            members.sort_by_key(|&member| rows[member]);
        }
        members
    }

    /// Numbers the clusters by the first row that is a core point; says which number each had, from 0.
    pub(super) fn numbered_by(mut self, rows: &[usize]) -> (Self, Vec<usize>) {
        let first = |members: &Vec<usize>| {
            let core = members.iter().find(|&&member| self.clustering.is_core[member]);
            core.or(members.first()).map(|&member| rows[member])
        };
        let firsts: Vec<Option<usize>> = self.members_by(rows).iter().map(first).collect();
        let mut order: Vec<usize> = (0..firsts.len()).collect();
        order.sort_by_key(|&old| firsts[old]);
        let mut numbers = vec![ClusterId(0); order.len()];
        for (number, &old) in (1u32..).zip(&order) {
            numbers[old] = ClusterId(number);
        }
        for ClusterId(label) in self.clustering.labels.iter_mut().flatten() {
            *label = numbers[*label as usize - 1].0;
        }
        self.exists_m = order.iter().map(|&old| self.exists_m[old]).collect();
        (self, order)
    }
}

impl Chosen {
    /// The radius, in metres.
    pub(super) fn eps_m(self) -> f64 {
        match self {
            Self::Gap(plateau) => plateau.middle_m(),
            Self::Elbow(eps_m) => eps_m,
        }
    }
}

/// The distances at which points become connected, in metres, in rising order.
///
/// Mutual reachability, as DBSCAN with `min_points` joins them; with 2 it is single linkage.
pub(super) fn merge_heights(tree: &KdTree, min_points: usize) -> Vec<f64> {
    let hierarchy =
        Hierarchy::new(tree.len(), &spanning_tree(tree, &core_chords(tree, min_points)));
    let merges = hierarchy.merges.iter().filter(|merge| merge.chord_squared.is_finite());
    merges.flat_map(|merge| vec![arc_m(merge.chord_squared); merge.parts.len() - 1]).collect()
}

/// Distances of some kind within each group, sorted together, in metres.
fn of_all(
    groups: &[Vec<[f64; 3]>],
    min_points: usize,
    watch: &Watch,
    distances: fn(&KdTree, usize) -> Vec<f64>,
) -> Vec<f64> {
    let trees = groups.iter().map(|points| KdTree::new(points).watched(watch));
    let mut all: Vec<f64> = trees.flat_map(|tree| distances(&tree, min_points)).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The sorted distances to the `min_points`-th point of a group, itself counted, in metres.
pub(super) fn curve(groups: &[Vec<[f64; 3]>], min_points: usize, watch: &Watch) -> Vec<f64> {
    of_all(groups, min_points, watch, distance_curve)
}

/// Chooses a radius for some groups of points; `None` where their distances suggest none.
pub(super) fn choose(groups: &[Vec<[f64; 3]>], min_points: usize, watch: &Watch) -> Option<Chosen> {
    let n: usize = groups.iter().map(Vec::len).sum();
    if n < FEW {
        return largest_gap(&of_all(groups, min_points, watch, merge_heights)).map(Chosen::Gap);
    }
    let curve = curve(groups, min_points, watch);
    elbow(&curve).map(|at| curve[at]).filter(|&eps_m| eps_m > 0.0).map(Chosen::Elbow)
}

/// Finds groups among points; `parts` are the points that may be in one group, the rest is noise.
pub(super) fn find(
    points: &[[f64; 3]],
    parts: &[Vec<usize>],
    recipe: Recipe,
    weighing: Option<&Weighing>,
    watch: &Watch,
) -> Found {
    let groups: Vec<Vec<[f64; 3]>> =
        parts.iter().map(|part| part.iter().map(|&point| points[point]).collect()).collect();
    // Without any distance to choose from, points at one place are still together.
    let eps_m = match recipe.method {
        Method::Hdbscan => 0.0,
        _ => recipe
            .eps_m
            .or_else(|| choose(&groups, recipe.min_points, watch).map(Chosen::eps_m))
            .unwrap_or(0.0),
    };
    let of_part = |(group, part): (&Vec<[f64; 3]>, &Vec<usize>)| {
        let weighing = weighing.map(|weighing| weighing.of(part));
        let tree = KdTree::new(group).watched(watch);
        find_in_one(&tree, recipe, eps_m, weighing.as_ref())
    };
    let found: Vec<Found> = groups.iter().zip(parts).map(of_part).collect();
    joined(points.len(), parts, &found)
}

fn find_in_one(tree: &KdTree, recipe: Recipe, eps_m: f64, weighing: Option<&Weighing>) -> Found {
    match recipe.method {
        Method::Hdbscan => of_hdbscan(tree, recipe),
        Method::Dbscan => {
            let density = weighing.map_or(Density::Points(recipe.min_points), Weighing::density);
            let clustering = dbscan(tree, eps_m, density);
            let exists_m = intervals(tree, recipe, eps_m, weighing, &clustering);
            Found { clustering, probabilities: None, reached: None, exists_m }
        }
        Method::Optics => of_optics(tree, recipe, eps_m),
    }
}

fn intervals(
    tree: &KdTree,
    recipe: Recipe,
    eps_m: f64,
    weighing: Option<&Weighing>,
    clustering: &Clustering,
) -> Vec<(f64, Option<f64>)> {
    if !recipe.tells_radii {
        return vec![(0.0, None); clustering.clusters];
    }
    let counted = || core_chords(tree, recipe.min_points);
    let cores = weighing.map_or_else(counted, |weighing| weighing.chords(tree));
    let all = existences_by(tree, &cores, eps_m, clustering);
    all.into_iter().map(|one| (one.from_m, one.to_m)).collect()
}

fn of_hdbscan(tree: &KdTree, recipe: Recipe) -> Found {
    let params = HdbscanParams {
        min_points: recipe.min_points,
        min_cluster_size: recipe.min_cluster_size.max(2),
        selection: recipe.selection,
    };
    let nothing = Clustering {
        labels: vec![None; tree.len()],
        is_core: vec![false; tree.len()],
        clusters: 0,
    };
    let (clustering, probabilities, exists_m) = match hdbscan(tree, params) {
        Ok(found) => {
            let exists = found.clusters.iter().map(|one| (one.from_m, Some(one.to_m)));
            let exists = exists.map(|(from, to)| (from, to.filter(|to| to.is_finite())));
            (found.clustering, found.probabilities, exists.collect())
        }
        Err(_) => (nothing, vec![0.0; tree.len()], Vec::new()), // at least 2, see above
    };
    Found { clustering, probabilities: Some(probabilities), reached: None, exists_m }
}

/// Cuts the order of OPTICS at one radius: a point reached within it is in the cluster before it,
/// one that is not begins another if it is core (Ankerst et al. 1999, `ExtractDBSCAN`).
fn of_optics(tree: &KdTree, recipe: Recipe, eps_m: f64) -> Found {
    let order = optics(tree, recipe.min_points, f64::INFINITY);
    let is_core: Vec<bool> = order.core_m.iter().map(|&core_m| core_m <= eps_m).collect();
    let (mut labels, mut clusters, mut current) = (vec![None; tree.len()], 0, None);
    let mut reached = vec![(0, f64::INFINITY); tree.len()];
    for (place, &point) in order.order.iter().enumerate() {
        reached[point] = (place, order.reachability_m[point]);
        if order.reachability_m[point] > eps_m {
            current = is_core[point].then(|| {
                clusters += 1;
                ClusterId(clusters as u32)
            });
        }
        labels[point] = current;
    }
    let clustering = Clustering { labels, is_core, clusters };
    let exists_m = intervals(tree, recipe, eps_m, None, &clustering);
    Found { clustering, probabilities: None, reached: Some(reached), exists_m }
}

/// Joins what was found in each part, and numbers the clusters by their first core point.
fn joined(n: usize, parts: &[Vec<usize>], found: &[Found]) -> Found {
    let mut order: Vec<(usize, usize, usize)> = Vec::new();
    for (part, (points, found)) in parts.iter().zip(found).enumerate() {
        for (cluster, members) in found.clustering.members().iter().enumerate() {
            let core = members.iter().find(|&&member| found.clustering.is_core[member]);
            order.push((core.or(members.first()).map_or(n, |&at| points[at]), part, cluster));
        }
    }
    order.sort_unstable();
    let mut whole = Found {
        clustering: Clustering {
            labels: vec![None; n],
            is_core: vec![false; n],
            clusters: order.len(),
        },
        probabilities: found.iter().any(|one| one.probabilities.is_some()).then(|| vec![0.0; n]),
        reached: (found.len() == 1).then(|| found[0].reached.clone()).flatten(),
        exists_m: order
            .iter()
            .map(|&(_, part, cluster)| {
                found[part].exists_m.get(cluster).copied().unwrap_or((0.0, None))
            })
            .collect(),
    };
    for (part, (points, found)) in parts.iter().zip(found).enumerate() {
        let id = |ClusterId(id): ClusterId| {
            let place = order.iter().position(|&(_, of, at)| (of, at) == (part, id as usize - 1));
            place.map(|place| ClusterId(place as u32 + 1))
        };
        let ids: Vec<Option<ClusterId>> =
            (1..=found.clustering.clusters).map(|one| id(ClusterId(one as u32))).collect();
        for (at, &point) in points.iter().enumerate() {
            let label = found.clustering.labels[at];
            whole.clustering.labels[point] = label.and_then(|ClusterId(one)| ids[one as usize - 1]);
            whole.clustering.is_core[point] = found.clustering.is_core[at];
            if let (Some(all), Some(own)) = (&mut whole.probabilities, &found.probabilities) {
                all[point] = own[at];
            }
        }
    }
    whole
}
