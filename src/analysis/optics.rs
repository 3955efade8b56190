//! The order in which points are reached: OPTICS.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::spanning_tree::core_chords;
use crate::index::KdTree;
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::reach;

/// Holds the order of the points and how far each was from those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Optics {
    /// The points in the order in which they were reached.
    pub order: Vec<usize>,
    /// By point: how far it was when it was reached, in metres; infinite where a walk began.
    pub reachability_m: Vec<f64>,
    /// By point: the distance of its `min_points`-th neighbor, itself the first; infinite beyond
    /// `max_eps_m`.
    pub core_m: Vec<f64>,
    /// By point: the point from which it was reached.
    pub predecessor: Vec<Option<usize>>,
}

/// Orders points so that clusters of every density up to a radius are valleys of reachability.
///
/// The next point is always the one of least reachability, max(core(p), d(p, o)) over the core
/// points p before it; ties, and the beginnings of walks, go by the lowest number.
///
/// # Units
///
/// `max_eps_m`: metres along the great circle; infinite looks at all pairs.
///
/// # References
///
/// Ankerst, Breunig, Kriegel & Sander (1999), OPTICS: ordering points to identify the clustering
/// structure, SIGMOD, 49–60.
#[must_use]
pub fn optics(tree: &KdTree, min_points: usize, max_eps_m: f64) -> Optics {
    let n = tree.len();
    let limit = reach(max_eps_m);
    let cores: Vec<f64> = core_chords(tree, min_points)
        .into_iter()
        .map(|chord| if chord <= limit { chord } else { f64::INFINITY })
        .collect();
    let mut vectors = vec![[0.0; 3]; n];
    for (point, &number) in tree.points().iter().zip(tree.numbers()) {
        vectors[number as usize] = *point;
    }
    let mut reachability = vec![f64::INFINITY; n];
    let mut predecessor = vec![None; n];
    let mut is_done = vec![false; n];
    let mut order = Vec::with_capacity(n);
    for start in 0..n {
        if is_done[start] {
            continue;
        }
        // Squared chords are not negative, so their bits are in their order.
        let mut open = BinaryHeap::from([Reverse((f64::INFINITY.to_bits(), start))]);
        while let Some(Reverse((_, point))) = open.pop() {
            if tree.watch().is_off() {
                break;
            }
            if std::mem::replace(&mut is_done[point], true) {
                continue;
            }
            order.push(point);
            if cores[point] == f64::INFINITY {
                continue;
            }
            tree.within(&vectors[point], limit, |hit| {
                let other = hit.number as usize;
                let reached = hit.chord_squared.max(cores[point]);
                if !is_done[other] && reached < reachability[other] {
                    reachability[other] = reached;
                    predecessor[other] = Some(point);
                    open.push(Reverse((reached.to_bits(), other)));
                }
            });
        }
    }
    let metres = |chords: Vec<f64>| chords.into_iter().map(in_metres).collect();
    Optics { order, reachability_m: metres(reachability), core_m: metres(cores), predecessor }
}

fn in_metres(chord: f64) -> f64 {
    if chord.is_finite() { arc_m(chord) } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::LonLat;

    fn tree(degrees: &[(f64, f64)]) -> KdTree {
        let vector =
            |&(lon, lat): &(f64, f64)| LonLat::from_degrees(lon, lat).unwrap().unit_vector();
        KdTree::new(&degrees.iter().map(vector).collect::<Vec<_>>())
    }

    #[test]
    fn the_worked_example_has_two_valleys() {
        let five = [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1), (1.0, 1.0), (1.05, 1.0)];
        let found = optics(&tree(&five), 2, f64::INFINITY);
        assert_eq!(found.order, [0, 1, 2, 3, 4]);
        let told = [f64::INFINITY, 11.1195, 11.1195, 149.593, 5.5589];
        for (reach, told) in found.reachability_m.iter().zip(told) {
            assert!(*reach == told || (reach / 1000.0 - told).abs() < 6e-4, "{reach} {told}");
        }
        // With a limit below the gap the second walk begins anew.
        assert_eq!(optics(&tree(&five), 2, 100_000.0).reachability_m[3], f64::INFINITY);
        assert_eq!(optics(&tree(&five), 3, 15_000.0).core_m[4], f64::INFINITY);
    }

    #[test]
    fn nothing_and_one_are_answered() {
        assert!(optics(&tree(&[]), 2, f64::INFINITY).order.is_empty());
        let one = optics(&tree(&[(1.0, 1.0)]), 2, f64::INFINITY);
        assert_eq!((one.order, one.core_m), (vec![0], vec![f64::INFINITY]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

        #[test]
        fn each_next_point_has_the_least_reachability(
            cells in prop::collection::vec((0i32..20, 0i32..20), 1..60), min_points in 1usize..6,
        ) {
            let degrees: Vec<(f64, f64)> =
                cells.iter().map(|&(x, y)| (f64::from(x) * 0.1, f64::from(y) * 0.1)).collect();
            let tree = tree(&degrees);
            let found = optics(&tree, min_points, f64::INFINITY);
            // The definition: the least over all done core points, by all pairs, ties by number.
            let chord = |a: usize, b: usize| {
                let vector = |(lon, lat)| LonLat::from_degrees(lon, lat).unwrap().unit_vector();
                crate::index::kd_tree::squared_chord(&vector(degrees[a]), &vector(degrees[b]))
            };
            let cores = core_chords(&tree, min_points);
            let mut done: Vec<usize> = Vec::new();
            for &point in &found.order {
                let reached = |other: usize| {
                    done.iter().map(|&p| chord(p, other).max(cores[p])).fold(f64::INFINITY, f64::min)
                };
                let next = (0..degrees.len()).filter(|other| !done.contains(other))
                    .min_by(|&a, &b| reached(a).total_cmp(&reached(b)).then(a.cmp(&b))).unwrap();
                prop_assert_eq!(point, next);
                prop_assert_eq!(found.reachability_m[point], in_metres(reached(point)));
                done.push(point);
            }
        }
    }
}
