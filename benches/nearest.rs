//! The promise of speed: the nearest places, and those within a radius, from an index.
//!
//! Beside the index stand brute force (every geodesic measured, the definition) and the crate
//! `kdtree`, a k-d tree over the same unit vectors that ranks by great circle only.

#![expect(clippy::expect_used, reason = "the positions are made here, inside the box of China")]

use divan::{Bencher, black_box};
use jidi::domain::LonLat;
use jidi::index::SphereIndex;
use jidi::index::geodesic::way;
use kdtree::KdTree;
use kdtree::distance::squared_euclidean;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const K: usize = 10;
const RADIUS_M: f64 = 20_000.0;

fn main() {
    divan::main();
}

/// Draws numbers in [0, 1) from a seed (`SplitMix64`).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Places as firms lie: three of four around one of 300 towns, the rest anywhere in the box of China.
fn places(count: usize) -> Vec<LonLat> {
    let mut draw = Draw(20_201_013);
    let towns: Vec<(f64, f64)> =
        (0..300).map(|_| (85.0 + 45.0 * draw.next(), 20.0 + 28.0 * draw.next())).collect();
    (0..count)
        .map(|number| {
            let (lon, lat) = if number % 4 == 0 {
                (75.0 + 60.0 * draw.next(), 18.0 + 35.0 * draw.next())
            } else {
                let (lon, lat) = towns[number % towns.len()];
                (
                    lon + 0.4 * (draw.next() + draw.next() - 1.0),
                    lat + 0.3 * (draw.next() + draw.next() - 1.0),
                )
            };
            LonLat::from_degrees(lon, lat).expect("inside the box of China")
        })
        .collect()
}

/// A hundred positions to ask about, so that a measurement is not one lucky place.
fn questions() -> Vec<LonLat> {
    places(100_000).into_iter().step_by(1_001).collect()
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn build(bencher: Bencher<'_, '_>, count: usize) {
    let places = places(count);
    bencher.with_inputs(|| places.clone()).bench_values(SphereIndex::new);
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn build_kdtree(bencher: Bencher<'_, '_>, count: usize) {
    let places = places(count);
    bencher.bench(|| kdtree_of(&places));
}

#[divan::bench(args = SIZES)]
fn nearest_100(bencher: Bencher<'_, '_>, count: usize) {
    let index = SphereIndex::new(places(count));
    let questions = questions();
    bencher.bench(|| {
        for &from in &questions {
            black_box(index.nearest(from, K, |_| true));
        }
    });
}

#[divan::bench(args = SIZES)]
fn nearest_100_kdtree_great_circle_only(bencher: Bencher<'_, '_>, count: usize) {
    let tree = kdtree_of(&places(count));
    let questions = questions();
    bencher.bench(|| {
        for from in &questions {
            black_box(tree.nearest(&from.unit_vector(), K, &squared_euclidean).expect("finite"));
        }
    });
}

#[divan::bench(args = SIZES, sample_count = 1, sample_size = 1)]
fn nearest_1_brute_force(bencher: Bencher<'_, '_>, count: usize) {
    let places = places(count);
    let from = questions()[7];
    bencher.bench(|| {
        let mut ways: Vec<(f64, usize)> = places
            .iter()
            .enumerate()
            .map(|(place, &to)| (way(from, to).distance_m, place))
            .collect();
        ways.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        ways.truncate(K);
        ways
    });
}

#[divan::bench(args = SIZES)]
fn within_20_km_100(bencher: Bencher<'_, '_>, count: usize) {
    let index = SphereIndex::new(places(count));
    let questions = questions();
    bencher.bench(|| {
        for &from in &questions {
            black_box(index.within(from, RADIUS_M));
        }
    });
}

#[divan::bench(args = SIZES)]
fn within_20_km_100_kdtree_great_circle_only(bencher: Bencher<'_, '_>, count: usize) {
    let tree = kdtree_of(&places(count));
    let questions = questions();
    let reach = (RADIUS_M / 6_371_008.8).powi(2);
    bencher.bench(|| {
        for from in &questions {
            black_box(tree.within(&from.unit_vector(), reach, &squared_euclidean).expect("finite"));
        }
    });
}

fn kdtree_of(places: &[LonLat]) -> KdTree<f64, usize, [f64; 3]> {
    let mut tree = KdTree::new(3);
    for (number, place) in places.iter().enumerate() {
        tree.add(place.unit_vector(), number).expect("finite");
    }
    tree
}
