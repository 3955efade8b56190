//! How many pairs of sites are how far apart: every pair counted, none kept.

use rayon::prelude::*;

use crate::domain::Watch;
use crate::index::geodesic::{SPHERE_RADIUS_M, arc_m};

/// So many sites are measured against one at a time: their coordinates stay in the nearest cache.
const BLOCK: usize = 512;
/// The bits of a squared chord below its bin that are added up, for the mean of the bin.
const REST: u32 = 16;
/// A number of 64 bits holds so many sums of rests, and their count above them.
const HELD: usize = 1 << 24;
/// Below these many bits a bin is wider than counting gains; above, all bins leave the cache.
const BITS: std::ops::RangeInclusive<u32> = 10..=12;

/// Bins of squared chords, each a fixed part of its distance wide.
///
/// The leading bits of a floating-point number are its logarithm, piecewise linear: they are the bin,
/// so no root, no arcus and no comparison is needed for a pair. Bins do not cross powers of two, so
/// the mean of bits within a bin is the mean of squared chords.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ChordBins {
    /// Bits below those that make the bin.
    shift: u32,
    /// The bin of `least`.
    first: u64,
    /// What is nearer counts as this far; squared.
    least: f64,
}

/// Holds the pairs of a bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ChordBin {
    /// How many there are; not none.
    pub pairs: u64,
    /// The great circle of their mean squared chord.
    pub distance_m: f64,
}

impl ChordBins {
    /// Makes bins that are at most so wide at the farthest distance and narrower before it.
    ///
    /// `None` where that asks for more bins than counting is worth.
    pub fn new(width_m: f64, farthest_m: f64) -> Option<Self> {
        // A bin of b bits is 2^−b of its squared chord wide, s: ds/s = dθ / tan(θ/2).
        let half = (farthest_m / 2.0 / SPHERE_RADIUS_M).min(std::f64::consts::FRAC_PI_2);
        let bits = (2.0 * SPHERE_RADIUS_M * half.tan() / width_m).log2().ceil() - 1.0;
        if bits > f64::from(*BITS.end()) {
            return None;
        }
        let shift = f64::MANTISSA_DIGITS - 1 - (bits.max(0.0) as u32).max(*BITS.start());
        let least = (width_m / 256.0 / SPHERE_RADIUS_M).powi(2).max(f64::MIN_POSITIVE);
        Some(Self { shift, first: least.to_bits() >> shift, least })
    }

    /// Counts all pairs; the bins that have any, nearest first.
    ///
    /// Only whole numbers are added, so neither threads nor the order of sites change a digit. What
    /// comes back means nothing if the watch called it off.
    pub fn count(&self, sites: &[[f64; 3]], watch: &Watch) -> Vec<ChordBin> {
        let [x, y, z] = [0, 1, 2].map(|axis| sites.iter().map(|site| site[axis]).collect());
        let axes = [x, y, z];
        let none = || Tally::new(self.len());
        let tally = (0..sites.len().div_ceil(BLOCK))
            .into_par_iter()
            .fold(none, |mut tally, block| {
                self.count_block(&axes, block, &mut tally, watch);
                tally
            })
            .reduce(none, Tally::and);
        self.bins(tally)
    }

    fn len(&self) -> usize {
        // The squared chord of antipodes is 4, but for rounding.
        (5.0_f64.to_bits() >> self.shift) as usize - self.first as usize + 1
    }

    /// The pairs of the sites of a block with all sites before them.
    fn count_block(&self, axes: &[Vec<f64>; 3], block: usize, tally: &mut Tally, watch: &Watch) {
        let end = ((block + 1) * BLOCK).min(axes[0].len());
        let mut bits = [0; BLOCK];
        for row in 0..end {
            if watch.is_off() {
                return;
            }
            let first = (block * BLOCK).max(row + 1);
            let at = axes.each_ref().map(|axis| axis[row]);
            let others = axes.each_ref().map(|axis| &axis[first.min(end)..end]);
            let bits = &mut bits[..others[0].len()];
            self.squared_chords(at, others, bits);
            tally.add(bits, self.shift, self.first);
        }
    }

    /// The bits of the squared chords from one site; a loop without branches, so several at once.
    fn squared_chords(&self, at: [f64; 3], others: [&[f64]; 3], bits: &mut [u64]) {
        for (((bits, x), y), z) in bits.iter_mut().zip(others[0]).zip(others[1]).zip(others[2]) {
            let d = [x - at[0], y - at[1], z - at[2]];
            *bits = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).max(self.least).to_bits();
        }
    }

    fn bins(&self, tally: Tally) -> Vec<ChordBin> {
        let bin = |(at, [pairs, rests]): (u64, [u64; 2])| {
            let rest = rests as f64 / pairs as f64 * f64::from(self.shift - REST).exp2();
            let bits = ((self.first + at) << self.shift) + rest as u64;
            ChordBin { pairs, distance_m: arc_m(f64::from_bits(bits)) }
        };
        (0..).zip(tally.whole()).filter(|(_, [pairs, _])| *pairs > 0).map(bin).collect()
    }
}

/// Pairs and the sums of their rests, bin by bin.
struct Tally {
    /// Both in one number, rests below: one addition for each pair.
    packed: Vec<u64>,
    /// How many pairs are in `packed`.
    held: usize,
    /// Both apart, of what was in `packed` before.
    sums: Vec<[u64; 2]>,
}

impl Tally {
    fn new(bins: usize) -> Self {
        Self { packed: vec![0; bins], held: 0, sums: Vec::new() }
    }

    fn add(&mut self, bits: &[u64], shift: u32, first: u64) {
        if self.held + bits.len() >= HELD {
            self.unpack();
        }
        self.held += bits.len();
        for bits in bits {
            let rest = (bits >> (shift - REST)) & ((1 << REST) - 1);
            self.packed[((bits >> shift) - first) as usize] += (HELD << REST) as u64 | rest;
        }
    }

    fn unpack(&mut self) {
        self.sums.resize(self.packed.len(), [0; 2]);
        let low = (HELD << REST) as u64;
        for (sums, packed) in self.sums.iter_mut().zip(&mut self.packed) {
            sums[0] += *packed / low;
            sums[1] += *packed % low;
            *packed = 0;
        }
        self.held = 0;
    }

    fn whole(mut self) -> Vec<[u64; 2]> {
        self.unpack();
        self.sums
    }

    fn and(mut self, other: Self) -> Self {
        self.unpack();
        for (sums, more) in self.sums.iter_mut().zip(other.whole()) {
            sums[0] += more[0];
            sums[1] += more[1];
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::random::Random;
    use crate::domain::LonLat;
    use crate::index::kd_tree::squared_chord;

    fn sites(count: usize) -> Vec<[f64; 3]> {
        let mut random = Random::new(4, 4);
        let mut at =
            || LonLat::from_degrees(360.0 * random.uniform() - 180.0, 80.0 * random.uniform());
        (0..count).map(|_| at().unwrap().unit_vector()).collect()
    }

    #[test]
    fn every_pair_is_in_the_bin_of_its_own_distance() {
        let mut sites = sites(1_100);
        sites.push(sites[0]);
        sites.push(sites[0].map(|part| -part));
        let bins = ChordBins::new(50_000.0, 15_000_000.0).unwrap();
        let found = bins.count(&sites, &Watch::default());
        let mut told: Vec<f64> = Vec::new();
        for (at, a) in sites.iter().enumerate() {
            told.extend(sites[at + 1..].iter().map(|b| arc_m(squared_chord(a, b))));
        }
        told.sort_by(f64::total_cmp);
        assert_eq!(found.iter().map(|bin| bin.pairs).sum::<u64>(), told.len() as u64);
        assert!(found[0].pairs == 1 && found[0].distance_m < 200.0, "one place: {:?}", found[0]);
        let mut rest = &told[..];
        for bin in &found {
            let (here, after) = rest.split_at(bin.pairs as usize);
            rest = after;
            let mean = here.iter().sum::<f64>() / here.len() as f64;
            let width = here[here.len() - 1] - here[0];
            if bin.distance_m < 15_000_000.0 {
                assert!(width <= 50_000.0, "{bin:?}");
                // A root of a mean is not the mean of roots, by a part of the width squared.
                let slack = 200.0 + width * width / bin.distance_m;
                assert!((bin.distance_m - mean).abs() <= slack, "{bin:?} {mean}");
            }
        }
    }

    #[test]
    fn threads_and_the_order_of_sites_change_nothing() {
        let mut sites = sites(1_500);
        let bins = ChordBins::new(500.0, 1_000_000.0).unwrap();
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = one.install(|| bins.count(&sites, &Watch::default()));
        assert_eq!(alone, bins.count(&sites, &Watch::default()));
        sites.reverse();
        assert_eq!(alone, bins.count(&sites, &Watch::default()));
    }

    #[test]
    fn sums_that_would_run_over_are_set_aside() {
        let bits = vec![1.5_f64.to_bits() | (((1 << REST) - 1) << 26); 1 << 12];
        let mut tally = Tally::new(1);
        for _ in 0..=HELD / bits.len() {
            tally.add(&bits, 42, 1.5_f64.to_bits() >> 42);
        }
        let pairs = (HELD + bits.len()) as u64;
        assert_eq!(tally.whole(), [[pairs, pairs * ((1 << REST) - 1)]]);
    }

    #[test]
    fn too_many_bins_are_not_made() {
        assert_eq!(ChordBins::new(1.0, 10_000_000.0), None);
        assert_eq!(ChordBins::new(50_000.0, 20_015_000.0), None, "the antipodes");
        assert!(ChordBins::new(1_000.0, 1_000.0).is_some(), "a bin as wide as all");
    }
}
