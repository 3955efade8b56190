//! The cheapest way to link all points: a minimum spanning tree of mutual reachability.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::UnionFind;
use crate::index::KdTree;
use crate::index::kd_tree::squared_chord;

/// Marks a box whose points are in several components.
const MIXED: u32 = u32::MAX;

/// Holds one link of the tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The number of one end.
    pub a: u32,
    /// The number of the other end.
    pub b: u32,
    /// Mutual reachability, as a squared chord of the unit sphere.
    pub chord_squared: f64,
}

/// Measures how far each point's `min_points`-th neighbor is, the point itself the first.
///
/// # Shape
///
/// n squared chords in the order of the numbers; infinite where there are fewer points, 0 for
/// `min_points` of 0 and 1.
#[must_use]
pub fn core_chords(tree: &KdTree, min_points: usize) -> Vec<f64> {
    let others = min_points.saturating_sub(1);
    if others == 0 {
        return vec![0.0; tree.len()];
    }
    if others >= tree.len() {
        return vec![f64::INFINITY; tree.len()];
    }
    let table = tree.all_nearest(others);
    (0..tree.len()).map(|number| table.row(number)[others - 1].chord_squared).collect()
}

/// Measures how far around each point enough weight lies, its own included.
///
/// # Shape
///
/// n weights, finite and not negative, and n squared chords in the order of the numbers; infinite
/// where all together weigh less.
#[must_use]
pub fn heavy_chords(tree: &KdTree, weights: &[f64], min_weight: f64) -> Vec<f64> {
    let of = |point: &[f64; 3]| {
        let mut k = 8;
        loop {
            let hits = tree.nearest(point, k, None);
            let mut sum = 0.0;
            let enough = hits.iter().find(|hit| {
                sum += weights[hit.number as usize];
                sum >= min_weight
            });
            match enough {
                Some(hit) => return hit.chord_squared,
                None if hits.len() < k => return f64::INFINITY,
                None => k *= 4,
            }
        }
    };
    let by_slot: Vec<f64> = tree.points().par_iter().with_min_len(256).map(of).collect();
    let mut chords = vec![f64::INFINITY; tree.len()];
    for (&number, chord) in tree.numbers().iter().zip(by_slot) {
        chords[number as usize] = chord;
    }
    chords
}

/// Links all points by edges of least mutual reachability.
///
/// The mutual reachability of two points is the greatest of their distance and their two core
/// distances; with core distances of 0 it is the distance. In each round every component takes its
/// least edge to another (Borůvka), found in the tree under the best bound so far; a neighbor found
/// once is kept for as long as it stays in another component. Where edges are equally long the
/// tree is one of several, but the multiset of its lengths, and what is linked at each length, is
/// always the same.
///
/// # Shape
///
/// n − 1 edges, shortest first, fewer once the watch of the tree called it off; `cores` holds n
/// squared chords.
///
/// # References
///
/// Borůvka (1926); March, Ram & Gray (2010), Fast Euclidean minimum spanning tree, KDD, 603–612;
/// Campello, Moulavi, Zimek & Sander (2015), ACM TKDD 10, 5 (mutual reachability).
#[must_use]
pub fn spanning_tree(tree: &KdTree, cores: &[f64]) -> Vec<Edge> {
    let n = tree.len();
    let mut search = Search::new(tree, cores);
    let mut sets = UnionFind::new(n);
    let mut edges = Vec::with_capacity(n.saturating_sub(1));
    while edges.len() + 1 < n {
        search.round();
        if tree.watch().is_off() {
            break;
        }
        for edge in search.chosen() {
            if sets.join(edge.a, edge.b) {
                let [a, b] = [edge.a, edge.b].map(|slot| tree.numbers()[slot as usize]);
                edges.push(Edge { a: a.min(b), b: a.max(b), ..edge });
            }
        }
        search.relabel(&mut sets);
    }
    edges.sort_by(|x, y| {
        x.chord_squared.total_cmp(&y.chord_squared).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    edges
}

/// What is known of a point's nearest neighbor in another component.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// No neighbor outside is nearer than this.
    at_least: f64,
    /// The slot of the neighbor at exactly that reach, or `MIXED`.
    partner: u32,
}

struct Search<'a> {
    tree: &'a KdTree,
    /// Core chord of each slot, and the least in each box.
    cores: Vec<f64>,
    least_core: Vec<f64>,
    /// Component of each slot, and of each box.
    component: Vec<u32>,
    box_component: Vec<u32>,
    known: Vec<Known>,
    /// The least reach out of each component so far, as bits.
    best: Vec<AtomicU64>,
}

impl<'a> Search<'a> {
    fn new(tree: &'a KdTree, cores: &[f64]) -> Self {
        let cores: Vec<f64> = tree.numbers().iter().map(|&number| cores[number as usize]).collect();
        let least = |node: &crate::index::kd_tree::Node| {
            cores[node.slots()].iter().copied().fold(f64::INFINITY, f64::min)
        };
        let least_core = tree.nodes().iter().map(least).collect();
        let n = tree.len();
        let mut search = Self {
            tree,
            cores,
            least_core,
            component: (0u32..).take(n).collect(),
            box_component: vec![MIXED; tree.nodes().len()],
            known: vec![Known { at_least: 0.0, partner: MIXED }; n],
            best: (0..n).map(|_| AtomicU64::new(f64::INFINITY.to_bits())).collect(),
        };
        search.label_boxes();
        search
    }

    /// Finds what every component may need to know of its way out.
    fn round(&mut self) {
        let infinite = f64::INFINITY.to_bits();
        self.best.par_iter().for_each(|best| best.store(infinite, Ordering::Relaxed));
        let mut known = std::mem::take(&mut self.known);
        let this = &*self;
        known.par_iter_mut().enumerate().with_min_len(1024).for_each(|(slot, known)| {
            let is_outside = known.partner != MIXED
                && this.component[known.partner as usize] != this.component[slot];
            if is_outside {
                this.lower(slot, known.at_least);
            } else {
                known.partner = MIXED;
            }
        });
        known.par_iter_mut().enumerate().with_min_len(256).for_each(|(slot, known)| {
            let goes_on = !this.tree.watch().is_off();
            if goes_on && known.partner == MIXED && known.at_least <= this.bound(slot) {
                this.look(slot, known);
            }
        });
        self.known = known;
    }

    /// The least edge out of every component, in the order of the components' slots.
    fn chosen(&self) -> Vec<Edge> {
        let mut chosen: Vec<Option<Edge>> = vec![None; self.known.len()];
        for (slot, known) in (0u32..).zip(&self.known) {
            let best = &mut chosen[self.component[slot as usize] as usize];
            if known.partner != MIXED && best.is_none_or(|edge| known.at_least < edge.chord_squared)
            {
                *best = Some(Edge { a: slot, b: known.partner, chord_squared: known.at_least });
            }
        }
        chosen.into_iter().flatten().collect()
    }

    fn relabel(&mut self, sets: &mut UnionFind) {
        for (slot, component) in (0u32..).zip(&mut self.component) {
            *component = sets.root(slot);
        }
        self.label_boxes();
    }

    fn label_boxes(&mut self) {
        for (at, node) in self.tree.nodes().iter().enumerate().rev() {
            self.box_component[at] = if node.is_leaf() {
                let slots = &self.component[node.slots()];
                let first = slots.first().copied().unwrap_or(MIXED);
                if slots.iter().all(|&other| other == first) { first } else { MIXED }
            } else {
                let (left, right) =
                    (self.box_component[at + 1], self.box_component[node.right as usize]);
                if left == right { left } else { MIXED }
            };
        }
    }

    fn bound(&self, slot: usize) -> f64 {
        let component = self.component[slot] as usize;
        f64::from_bits(self.best[component].load(Ordering::Relaxed))
    }

    /// Lowers the bound of a slot's component; reaches are not negative, so their bits are in order.
    fn lower(&self, slot: usize, chord_squared: f64) {
        let component = self.component[slot] as usize;
        self.best[component].fetch_min(chord_squared.to_bits(), Ordering::Relaxed);
    }

    /// Looks for the nearest point outside the component of a slot, below the component's bound.
    fn look(&self, slot: usize, known: &mut Known) {
        let mut found = Known { at_least: self.bound(slot), partner: MIXED };
        let from = &self.tree.points()[slot];
        self.look_in(0, self.tree.nodes()[0].nearest_chord(from), slot, &mut found);
        *known = found;
        if found.partner != MIXED {
            self.lower(slot, found.at_least);
        }
    }

    fn look_in(&self, at: usize, nearest: f64, slot: usize, found: &mut Known) {
        let own = self.cores[slot];
        let is_settled = found.partner != MIXED && found.at_least <= own;
        let least = nearest.max(self.least_core[at]).max(own);
        let cannot_win = least > found.at_least
            || (least == found.at_least && (found.partner != MIXED || least < f64::INFINITY));
        let is_own = self.box_component[at] == self.component[slot];
        if is_settled || is_own || cannot_win {
            return;
        }
        let node = &self.tree.nodes()[at];
        let from = &self.tree.points()[slot];
        if node.is_leaf() {
            for other in node.slots() {
                if self.component[other] == self.component[slot] {
                    continue;
                }
                let chord = squared_chord(from, &self.tree.points()[other]);
                let reach = chord.max(self.cores[other]).max(own);
                let is_first = found.partner == MIXED && found.at_least == f64::INFINITY;
                if reach < found.at_least || is_first {
                    *found = Known { at_least: reach, partner: other as u32 };
                }
            }
            return;
        }
        let right = node.right as usize;
        let [left_chord, right_chord] =
            [at + 1, right].map(|half| self.tree.nodes()[half].nearest_chord(from));
        if left_chord <= right_chord {
            self.look_in(at + 1, left_chord, slot, found);
            self.look_in(right, right_chord, slot, found);
        } else {
            self.look_in(right, right_chord, slot, found);
            self.look_in(at + 1, left_chord, slot, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::LonLat;

    #[test]
    fn a_tree_that_is_called_off_half_way_comes_back_within_a_second() {
        let mut random = crate::analysis::random::Random::new(4, 4);
        let points: Vec<[f64; 3]> = (0..120_000)
            .map(|_| LonLat::from_degrees(10.0 * random.uniform(), 10.0 * random.uniform()))
            .map(|at| at.unwrap().unit_vector())
            .collect();
        let watch = crate::domain::Watch::default();
        let tree = KdTree::new(&points).watched(&watch);
        let after = std::thread::scope(|scope| {
            let work = scope.spawn(|| {
                let edges = spanning_tree(&tree, &core_chords(&tree, 25));
                (std::time::Instant::now(), edges.len())
            });
            std::thread::sleep(std::time::Duration::from_millis(60));
            watch.call_off();
            let called_off = std::time::Instant::now();
            let (ended, edges) = work.join().unwrap();
            assert!(edges + 1 < points.len(), "called off too late to tell anything");
            ended.saturating_duration_since(called_off)
        });
        assert!(after.as_secs_f64() < 1.0, "{after:?}");
    }

    #[test]
    fn enough_weight_lies_where_adding_it_up_from_the_nearest_says() {
        let mut random = crate::analysis::random::Random::new(7, 7);
        let points: Vec<[f64; 3]> = (0..90)
            .map(|_| LonLat::from_degrees(5.0 * random.uniform(), 5.0 * random.uniform()))
            .map(|at| at.unwrap().unit_vector())
            .collect();
        let weights: Vec<f64> = (0..90).map(|at| f64::from(at * 13 % 7)).collect();
        let tree = KdTree::new(&points);
        for least in [0.5, 6.0, 55.0, 269.5, 1e6] {
            let found = heavy_chords(&tree, &weights, least);
            for (at, found) in found.iter().enumerate() {
                let mut near: Vec<(f64, f64)> = (0..90)
                    .map(|other| (squared_chord(&points[at], &points[other]), weights[other]))
                    .collect();
                near.sort_by(|a, b| a.0.total_cmp(&b.0));
                let mut sum = 0.0;
                let told = near.iter().find(|(_, weight)| {
                    sum += weight;
                    sum >= least
                });
                assert_eq!(*found, told.map_or(f64::INFINITY, |(chord, _)| *chord), "{least} {at}");
            }
        }
        let ones = vec![1.0; 90];
        assert_eq!(heavy_chords(&tree, &ones, 4.0), core_chords(&tree, 4));
    }

    /// Prim's algorithm on the whole matrix: the definition without any cleverness.
    fn by_definition(points: &[[f64; 3]], cores: &[f64]) -> Vec<f64> {
        let n = points.len();
        let mut reach = vec![f64::INFINITY; n];
        let mut is_in = vec![false; n];
        let mut lengths = Vec::new();
        let mut at = 0;
        for _ in 1..n {
            is_in[at] = true;
            for other in (0..n).filter(|&other| !is_in[other]) {
                let chord = squared_chord(&points[at], &points[other]);
                reach[other] = reach[other].min(chord.max(cores[at]).max(cores[other]));
            }
            at = (0..n)
                .filter(|&other| !is_in[other])
                .min_by(|&a, &b| reach[a].total_cmp(&reach[b]))
                .unwrap();
            lengths.push(reach[at]);
        }
        lengths.sort_by(f64::total_cmp);
        lengths
    }

    fn anywhere() -> impl Strategy<Value = [f64; 3]> {
        let grid = (-6i32..=6, -3i32..=3).prop_map(|(x, y)| (f64::from(x * 30), f64::from(y * 30)));
        prop_oneof![grid, (-180.0..=180.0, -90.0..=90.0)]
            .prop_map(|(lon, lat)| LonLat::from_degrees(lon, lat).unwrap().unit_vector())
    }

    #[test]
    fn trees_of_nothing_and_of_one_have_no_edges() {
        for n in 0..2 {
            let tree = KdTree::new(&vec![[1.0, 0.0, 0.0]; n]);
            assert!(spanning_tree(&tree, &core_chords(&tree, 3)).is_empty());
        }
        let twins = KdTree::new(&[[1.0, 0.0, 0.0]; 3]);
        let edges = spanning_tree(&twins, &core_chords(&twins, 2));
        assert!(edges.len() == 2 && edges.iter().all(|edge| edge.chord_squared == 0.0));
        assert_eq!(
            spanning_tree(&twins, &core_chords(&twins, 9)).len(),
            2,
            "infinite cores link, too"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn the_lengths_are_those_of_prim(points in prop::collection::vec(anywhere(), 1..200), min_points in 0usize..12) {
            let tree = KdTree::new(&points);
            let cores = core_chords(&tree, min_points);
            let edges = spanning_tree(&tree, &cores);
            let lengths: Vec<f64> = edges.iter().map(|edge| edge.chord_squared).collect();
            prop_assert_eq!(lengths, by_definition(&points, &cores));
            let mut sets = UnionFind::new(points.len());
            prop_assert!(edges.iter().all(|edge| sets.join(edge.a, edge.b)), "a cycle");
        }
    }
}
