//! Nearest places and places within a radius, true at the poles and across the antimeridian.
//!
//! The tree holds unit vectors. The length of a chord grows with the great circle, so the
//! nearest vectors are the nearest places on the sphere, without a special case anywhere. What
//! the tree gathers is then measured on the ellipsoid.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::KdTree;
use super::geodesic::{SPHERE_SLACK, Way, arc_m, chord_squared, way};
use super::kd_tree::squared_chord;
use crate::domain::LonLat;

/// What rounding may take from a chord, in metres: 10 cm near the antipode, far less elsewhere.
const ROUNDING_M: f64 = 1.0;

/// Holds places so that those near any position are found quickly.
#[derive(Debug, Clone)]
pub struct SphereIndex {
    tree: SphereTree,
    places: Vec<LonLat>,
}

/// Finds places that somebody else holds, and asks for those to be measured.
#[derive(Debug, Clone)]
pub struct SphereTree(KdTree);

/// Holds one place found near a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// The number of the place, in the order in which the index was given them.
    pub place: usize,
    /// The way to it from the position asked about.
    pub way: Way,
}

impl SphereIndex {
    /// Indexes places; they are known by their numbers from here on.
    ///
    /// # Shape
    ///
    /// n places, fewer than 2³², duplicates allowed.
    #[must_use]
    pub fn new(places: Vec<LonLat>) -> Self {
        Self { tree: SphereTree::new(places.iter().copied()), places }
    }

    /// How many places the index holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Says whether the index holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Finds the k nearest places on the ellipsoid, of those that `accepts` lets pass.
    ///
    /// The k-th nearest on the sphere gives a radius; everything within [`SPHERE_SLACK`] of it
    /// is measured with Karney's geodesics and ranked anew. No place among the k nearest on the
    /// ellipsoid can lie outside: its geodesic is at most that of the sphere's k-th, which is at
    /// most 1.0057 of the radius, and a great circle is at most 1 / 0.9955 of its geodesic.
    ///
    /// # Shape
    ///
    /// At most k neighbors, ordered by distance, then by number.
    ///
    /// # Units
    ///
    /// Metres on the WGS 84 ellipsoid.
    pub fn nearest(
        &self,
        from: LonLat,
        k: usize,
        accepts: impl Fn(usize) -> bool,
    ) -> Vec<Neighbor> {
        let query = SphereQuery { from, k, within_m: None, most: usize::MAX };
        self.tree.nearest(query, |place| Some(self.places[place]), accepts).unwrap_or_default()
    }

    /// Finds every place within a radius on the ellipsoid, the edge included.
    ///
    /// # Shape
    ///
    /// Neighbors ordered by distance, then by number.
    ///
    /// # Units
    ///
    /// `radius_m`: metres on the WGS 84 ellipsoid.
    #[must_use]
    pub fn within(&self, from: LonLat, radius_m: f64) -> Vec<Neighbor> {
        let reach = chord_squared(radius_m * SPHERE_SLACK + ROUNDING_M);
        let mut gathered = Vec::new();
        self.tree.0.within(&from.unit_vector(), reach, |hit| {
            let place = hit.number as usize;
            let neighbor = Neighbor { place, way: way(from, self.places[place]) };
            if neighbor.way.distance_m <= radius_m {
                gathered.push(neighbor);
            }
        });
        rank(&mut gathered);
        gathered
    }
}

/// Says what is near to what.
#[derive(Debug, Clone, Copy)]
pub struct SphereQuery {
    /// From here.
    pub from: LonLat,
    /// So many.
    pub k: usize,
    /// Those within a distance on the ellipsoid, in metres, and perhaps some others.
    pub within_m: Option<f64>,
    /// Unless more places than so many would have to be looked at.
    pub most: usize,
}

impl SphereTree {
    /// Indexes places, which are known by their numbers from here on.
    ///
    /// # Shape
    ///
    /// n places, fewer than 2³², duplicates allowed.
    #[must_use]
    pub fn new(places: impl Iterator<Item = LonLat>) -> Self {
        let vectors: Vec<[f64; 3]> = places.map(LonLat::unit_vector).collect();
        Self(KdTree::new(&vectors))
    }

    /// Finds the nearest as [`SphereIndex::nearest`] says; `None` when it would have to look at more
    /// places than it may.
    ///
    /// # Shape
    ///
    /// `position`: where the place of a number is, the same that was indexed.
    pub fn nearest(
        &self,
        query: SphereQuery,
        position: impl Fn(usize) -> Option<LonLat>,
        accepts: impl Fn(usize) -> bool,
    ) -> Option<Vec<Neighbor>> {
        let SphereQuery { from, k, within_m, most } = query;
        if k == 0 {
            return Some(Vec::new());
        }
        let vector = from.unit_vector();
        let mut gathered = Vec::with_capacity(k.min(self.0.points().len()));
        let reach = |metres: f64| chord_squared(metres * SPHERE_SLACK + ROUNDING_M);
        let within_chord_squared = within_m.map_or(f64::INFINITY, reach);
        let mut reach_chord_squared = within_chord_squared;
        for (looked, (place, chord)) in self.by_chord(&vector).enumerate() {
            if chord > reach_chord_squared {
                break;
            }
            if looked >= most {
                return None;
            }
            if accepts(place)
                && let Some(at) = position(place)
            {
                gathered.push(Neighbor { place, way: way(from, at) });
                if gathered.len() == k {
                    reach_chord_squared = reach(arc_m(chord)).min(within_chord_squared);
                }
            }
        }
        rank(&mut gathered);
        gathered.truncate(k);
        Some(gathered)
    }

    /// Every place with its squared chord, the nearest first: boxes and points wait in one queue.
    ///
    /// # References
    ///
    /// Hjaltason & Samet (1999), Distance browsing in spatial databases, ACM Transactions on Database
    /// Systems 24(2), pp. 265–318.
    fn by_chord(&self, from: &[f64; 3]) -> impl Iterator<Item = (usize, f64)> {
        // Squared chords are not negative, so their bits are in their order.
        let mut waiting = BinaryHeap::from([Reverse((0u64, false, 0usize))]);
        std::iter::from_fn(move || {
            while let Some(Reverse((bits, is_point, at))) = waiting.pop() {
                if is_point {
                    return Some((self.0.numbers()[at] as usize, f64::from_bits(bits)));
                }
                let node = &self.0.nodes()[at];
                if node.is_leaf() {
                    waiting.extend(node.slots().map(|slot| {
                        let chord = squared_chord(from, &self.0.points()[slot]);
                        Reverse((chord.to_bits(), true, slot))
                    }));
                } else {
                    waiting.extend([at + 1, node.right as usize].map(|child| {
                        let chord = self.0.nodes()[child].nearest_chord(from);
                        Reverse((chord.to_bits(), false, child))
                    }));
                }
            }
            None
        })
    }
}

/// Orders neighbors by distance, equally near ones by number.
fn rank(neighbors: &mut [Neighbor]) {
    neighbors
        .sort_by(|a, b| a.way.distance_m.total_cmp(&b.way.distance_m).then(a.place.cmp(&b.place)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::from_degrees(lon, lat).unwrap()
    }

    fn index(degrees: &[(f64, f64)]) -> SphereIndex {
        SphereIndex::new(degrees.iter().map(|&(lon, lat)| at(lon, lat)).collect())
    }

    fn places(neighbors: &[Neighbor]) -> Vec<usize> {
        neighbors.iter().map(|neighbor| neighbor.place).collect()
    }

    /// The definition, read literally: measure every place, order, take k.
    fn brute_force(all: &[LonLat], from: LonLat, k: usize) -> Vec<Neighbor> {
        let mut neighbors: Vec<Neighbor> = all
            .iter()
            .enumerate()
            .map(|(place, &to)| Neighbor { place, way: way(from, to) })
            .collect();
        rank(&mut neighbors);
        neighbors.truncate(k);
        neighbors
    }

    #[test]
    fn the_nearest_on_the_ellipsoid_comes_first_where_the_sphere_sees_a_tie() {
        // 0.1° east and 0.1° north are equally far on the sphere; on WGS 84 north is 74 m nearer.
        let found = index(&[(0.1, 0.0), (0.0, 0.1)]).nearest(at(0.0, 0.0), 1, |_| true);
        assert_eq!(places(&found), [1]);
    }

    #[test]
    fn neighbors_are_found_across_the_antimeridian_and_around_a_pole() {
        let line = index(&[(179.9, 0.0), (-179.9, 0.0), (0.0, 0.0)]);
        assert_eq!(places(&line.nearest(at(-179.95, 0.0), 2, |_| true)), [1, 0]);
        let pole = index(&[(0.0, 89.9), (180.0, 89.8), (90.0, 80.0)]);
        assert_eq!(places(&pole.nearest(at(12.0, 90.0), 2, |_| true)), [0, 1]);
        assert_eq!(places(&pole.within(at(12.0, 90.0), 30_000.0)), [0, 1]);
    }

    #[test]
    fn equally_near_places_come_in_the_order_of_their_numbers() {
        let twins = index(&[(1.0, 1.0), (5.0, 5.0), (1.0, 1.0), (1.0, 1.0)]);
        let found = twins.nearest(at(1.0, 1.0), 2, |_| true);
        assert_eq!(places(&found), [0, 2]);
        assert_eq!(found[1].way.bearing_deg, None);
    }

    #[test]
    fn asking_for_more_than_there_are_gives_all_and_for_none_gives_none() {
        let three = index(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]);
        assert_eq!(three.nearest(at(0.0, 0.0), 99, |_| true).len(), 3);
        assert!(three.nearest(at(0.0, 0.0), 0, |_| true).is_empty());
        assert!(index(&[]).nearest(at(0.0, 0.0), 3, |_| true).is_empty());
    }

    #[test]
    fn a_radius_includes_its_edge() {
        let one = index(&[(0.1, 0.0)]);
        let edge_m = way(at(0.0, 0.0), at(0.1, 0.0)).distance_m;
        assert_eq!(one.within(at(0.0, 0.0), edge_m).len(), 1);
        assert!(one.within(at(0.0, 0.0), edge_m - 0.001).is_empty());
        assert_eq!(one.within(at(-179.9, 0.0), 30_000_000.0).len(), 1, "the whole globe");
    }

    #[test]
    fn who_looks_at_no_more_than_so_many_finds_them_or_says_so() {
        let line = index(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
        let look = |most, within_m| {
            let query = SphereQuery { from: at(0.0, 0.0), k: 1, within_m, most };
            let found = line.tree.nearest(query, |n| Some(line.places[n]), |n| n == 2);
            found.map(|found| places(&found))
        };
        assert_eq!((look(2, None), look(3, None)), (None, Some(vec![2])));
        // 2° are 222.6 km: what is within 150 km is known after two.
        assert_eq!((look(1, Some(150_000.0)), look(2, Some(150_000.0))), (None, Some(vec![])));
    }

    #[test]
    fn refused_places_do_not_count_towards_k() {
        let line = index(&[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
        assert_eq!(places(&line.nearest(at(0.0, 0.0), 2, |place| place % 2 == 1)), [1, 3]);
    }

    /// Positions anywhere, with poles, antimeridian and a coarse grid (many ties) well represented.
    fn anywhere() -> impl Strategy<Value = LonLat> {
        let lon = prop_oneof![
            -180.0..=180.0,
            Just(180.0),
            Just(-180.0),
            (-36i32..=36).prop_map(|d| f64::from(d * 5))
        ];
        let lat = prop_oneof![
            -90.0..=90.0,
            Just(90.0),
            Just(-90.0),
            (-18i32..=18).prop_map(|d| f64::from(d * 5))
        ];
        (lon, lat).prop_map(|(lon, lat)| at(lon, lat))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

        #[test]
        fn nearest_agrees_with_brute_force_anywhere(
            all in prop::collection::vec(anywhere(), 0..160), from in anywhere(), k in 0usize..40,
        ) {
            let found = SphereIndex::new(all.clone()).nearest(from, k, |_| true);
            prop_assert_eq!(found, brute_force(&all, from, k));
        }

        #[test]
        fn within_agrees_with_brute_force_anywhere(
            all in prop::collection::vec(anywhere(), 0..160), from in anywhere(), radius_m in 0.0..20_100_000.0,
        ) {
            let mut expected = brute_force(&all, from, all.len());
            expected.retain(|neighbor| neighbor.way.distance_m <= radius_m);
            prop_assert_eq!(SphereIndex::new(all).within(from, radius_m), expected);
        }
    }
}
