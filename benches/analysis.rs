//! The promise of speed: neighbors of all points, dense groups, and conditional permutations.
//!
//! Beside each stands the definition by all pairs, at the smallest size only, and the crate `kdtree`,
//! a k-d tree that is asked point by point.

#![expect(clippy::expect_used, reason = "the positions are made here, inside the box of China")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jidi::analysis::dbscan::{Density, dbscan};
use jidi::analysis::hdbscan::{HdbscanParams, Selection, hdbscan};
use jidi::analysis::kd_density::kd_of_all;
use jidi::analysis::local::{Draws, Local, local_tests};
use jidi::analysis::marcon_puech::{Neighborhoods, Reach, Sites, m_test};
use jidi::analysis::nulls::Simulations;
use jidi::analysis::weights::Weights;
use jidi::domain::{LonLat, Watch};
use jidi::index::KdTree;
use jidi::index::kd_tree::{reach, squared_chord};
use kdtree::distance::squared_euclidean;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const SMALL: [usize; 1] = [10_000];
const K: usize = 10;
const EPS_M: f64 = 2_000.0;

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

/// Points as firms lie: three of four around one of 300 towns, the rest anywhere in the box of China.
fn points(count: usize) -> Vec<[f64; 3]> {
    let mut draw = Draw(20_201_013);
    let towns: Vec<(f64, f64)> =
        (0..300).map(|_| (85.0 + 45.0 * draw.next(), 20.0 + 28.0 * draw.next())).collect();
    let point = |number: usize| {
        let (mut lon, mut lat) = (85.0 + 45.0 * draw.next(), 20.0 + 28.0 * draw.next());
        if !number.is_multiple_of(4) {
            let town = towns[number % 300];
            let (radius, angle) = (0.5 * draw.next().powi(2), std::f64::consts::TAU * draw.next());
            (lon, lat) = (town.0 + radius * angle.cos(), town.1 + radius * angle.sin());
        }
        LonLat::from_degrees(lon, lat).expect("inside the box").unit_vector()
    };
    (0..count).map(point).collect()
}

/// The named alternative over the same vectors.
fn alternative(points: &[[f64; 3]]) -> kdtree::KdTree<f64, usize, [f64; 3]> {
    let mut tree = kdtree::KdTree::new(3);
    for (number, point) in points.iter().enumerate() {
        tree.add(*point, number).expect("a finite vector");
    }
    tree
}

#[divan::bench(args = SIZES, max_time = 10)]
fn nearest_of_all(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    bencher.bench(|| KdTree::new(black_box(&points)).all_nearest(K));
}

#[divan::bench(args = SIZES, max_time = 10)]
fn nearest_of_all_by_kdtree(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    bencher.bench(|| {
        let tree = alternative(black_box(&points));
        let nearest = |point| tree.nearest(point, K + 1, &squared_euclidean).map(|hits| hits.len());
        points.iter().filter_map(|point| nearest(point).ok()).sum::<usize>()
    });
}

#[divan::bench(args = SMALL, max_time = 10)]
fn nearest_of_all_by_all_pairs(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    bencher.bench(|| {
        let row = |point: &[f64; 3]| {
            let mut row: Vec<f64> =
                points.iter().map(|other| squared_chord(point, other)).collect();
            row.select_nth_unstable_by(K, f64::total_cmp);
            row[K]
        };
        points.iter().map(row).sum::<f64>()
    });
}

#[divan::bench(args = SIZES, max_time = 10)]
fn dense_groups(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    bencher.bench(|| dbscan(&KdTree::new(black_box(&points)), EPS_M, Density::Points(K)).clusters);
}

/// The neighborhoods that the textbook needs, and nothing else of it.
#[divan::bench(args = SIZES, max_time = 10)]
fn neighborhoods_by_kdtree(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    let reach = reach(EPS_M);
    bencher.bench(|| {
        let tree = alternative(black_box(&points));
        let near = |point| tree.within(point, reach, &squared_euclidean).map(|hits| hits.len());
        points.iter().filter_map(|point| near(point).ok()).filter(|near| *near >= K).count()
    });
}

#[divan::bench(args = SMALL, max_time = 10)]
fn neighborhoods_by_all_pairs(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    let reach = reach(EPS_M);
    bencher.bench(|| {
        let near = |a: &[f64; 3]| points.iter().filter(|b| squared_chord(a, b) <= reach).count();
        points.iter().filter(|point| near(point) >= K).count()
    });
}

#[divan::bench(args = SIZES, max_time = 10)]
fn groups_of_any_density(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    let selection = Selection::ExcessOfMass;
    let params = HdbscanParams { min_points: 26, min_cluster_size: 25, selection };
    bencher.bench(|| {
        hdbscan(&KdTree::new(black_box(&points)), params).map(|found| found.clustering.clusters)
    });
}

#[divan::bench(args = [10_000, 100_000], max_time = 10)]
fn hot_spots(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    let weights = Weights::k_nearest(&KdTree::new(&points), 8);
    let mut draw = Draw(7);
    let y: Vec<f64> = (0..count).map(|_| draw.next()).collect();
    let draws = Draws { permutations: 999, count_up_to: 0, stop_after: None, seed: 1 };
    bencher.bench(|| local_tests(Local::Moran, &weights, black_box(&y), draws));
}

#[divan::bench(args = [10_000, 100_000], max_time = 10)]
fn hot_spots_stopped_early(bencher: Bencher<'_, '_>, count: usize) {
    let points = points(count);
    let weights = Weights::k_nearest(&KdTree::new(&points), 8);
    let mut draw = Draw(7);
    let y: Vec<f64> = (0..count).map(|_| draw.next()).collect();
    let draws = Draws { permutations: 999, count_up_to: 0, stop_after: Some(20), seed: 1 };
    bencher.bench(|| local_tests(Local::Moran, &weights, black_box(&y), draws));
}

/// All pairs of 20,000 sites into bins, one pass; items are pairs.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn k_density_of_200_million_pairs(bencher: Bencher<'_, '_>) {
    let sites = points(20_000);
    let radii_m: Vec<f64> = (1..=64).map(|step| 10_000.0 * f64::from(step)).collect();
    let (pairs, watch) = (sites.len() * (sites.len() - 1) / 2, Watch::default());
    bencher
        .counter(ItemsCount::new(pairs))
        .bench(|| kd_of_all(black_box(&sites), 20_000.0, &radii_m, &watch));
}

/// M of 2,000 sites of five industries up to 1,000 km, with 100 simulations.
#[divan::bench(max_time = 5)]
fn m_of_2_000_sites(bencher: Bencher<'_, '_>) {
    let points = points(2_000);
    let sizes = vec![1.0; points.len()];
    let industries: Vec<u32> = (0..5).cycle().take(points.len()).collect();
    let radii_m: Vec<f64> = (1..=20).map(|step| 50_000.0 * f64::from(step)).collect();
    bencher.bench(|| {
        let near = Neighborhoods::new(black_box(&points), &radii_m, Reach::Cumulative);
        let plants = Sites { points: &points, sizes: &sizes, industries: &industries };
        m_test(plants, [0, 0], &near, Simulations::new(100, 1))
    });
}
