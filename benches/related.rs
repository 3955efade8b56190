//! The promise: related industries near 11 bases among 949 hubs in 20 ms, near one base among 10⁶
//! firms in 2 s; the relatedness of 10³ industries in 10³ regions in 1 s.

use divan::{Bencher, black_box};
use jidi::analysis::random::Random;
use jidi::analysis::related::{Around, Decay, SitesByKind};
use jidi::analysis::relatedness::{CoOccurrence, Colocation, Measure, Relatedness};
use jidi::domain::LonLat;

fn main() {
    divan::main();
}

const DECAY: Decay = Decay { length_m: 100_000.0 };
const KINDS: usize = 150;

/// Sites strewn over eastern China, each of one of 150 kinds.
fn sites(n: usize) -> (Vec<[f64; 3]>, Vec<u32>) {
    let mut random = Random::new(1, 1);
    let mut draw = |from: f64, to: f64| from + (to - from) * random.uniform();
    let place = |lon, lat| LonLat::from_degrees(lon, lat).map(LonLat::unit_vector);
    let points =
        (0..n).filter_map(|_| place(draw(104.0, 122.0), draw(22.0, 41.0)).ok()).collect::<Vec<_>>();
    let mut random = Random::new(1, 2);
    let kinds = points.iter().map(|_| u32::try_from(random.below(KINDS)).unwrap_or(0)).collect();
    (points, kinds)
}

fn relatedness() -> Vec<Option<f64>> {
    (0..KINDS).map(|kind| Some(if kind < 15 { 0.05 * kind as f64 } else { 0.001 })).collect()
}

fn near(by_kind: &SitesByKind, from: [f64; 3], known: &[Option<f64>], stream: u64) -> usize {
    let around = Around { from, without: None, relatedness: known };
    black_box(by_kind.index(around, DECAY));
    black_box(by_kind.p_value(around, DECAY, 999, 1, stream));
    (0..15).map(|kind| by_kind.nearest(kind, &from, 3, None).len()).sum()
}

#[divan::bench(sample_count = 10)]
fn eleven_bases_among_949_hubs(bencher: Bencher<'_, '_>) {
    let ((points, kinds), known) = (sites(949), relatedness());
    bencher.bench_local(|| {
        let by_kind = SitesByKind::new(&points, &kinds, KINDS, vec![1.0; points.len()]);
        let bases = points.iter().step_by(80).take(11).zip(0..);
        bases.map(|(base, stream)| near(&by_kind, *base, &known, stream)).sum::<usize>()
    });
}

#[divan::bench(sample_count = 3)]
fn one_base_among_a_million_firms(bencher: Bencher<'_, '_>) {
    let ((points, kinds), known) = (sites(1_000_000), relatedness());
    bencher.bench_local(|| {
        let by_kind = SitesByKind::new(&points, &kinds, KINDS, vec![1.0; points.len()]);
        near(&by_kind, points[0], &known, 1)
    });
}

#[divan::bench(sample_count = 5)]
fn a_thousand_industries_in_a_thousand_regions(bencher: Bencher<'_, '_>) {
    let mut random = Random::new(1, 3);
    let is_strong: Vec<bool> = (0..1_000_000).map(|_| random.below(5) == 0).collect();
    let codes: Vec<String> = (0..1_000).map(|code| code.to_string()).collect();
    bencher.bench_local(|| {
        let counts = CoOccurrence::new(1_000, &is_strong);
        Colocation::new(Measure::Colocation, codes.clone(), &counts).between(1, 2)
    });
}
