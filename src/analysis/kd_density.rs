//! Are plants of an industry too near to each other? Duranton and Overman's K-density.

use rayon::prelude::*;

use super::chord_counts::ChordBins;
use super::envelope::{Curve, Envelope, envelope};
use super::nulls::Simulations;
use super::pair_spread::PairSpread;
use super::random::Random;
use crate::domain::Watch;
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::{reach, squared_chord};

/// How many bandwidths from a distance the kernel still counts: φ(6) / φ(0) is 10⁻⁸.
const TAIL: f64 = 6.0;

/// How many bins of distance a bandwidth has in simulations; see [`Bins`].
const BINS: f64 = 32.0;

/// The pairs of so many sites are counted by chord before they are binned by distance.
const COUNTED: usize = 1_000;

/// Of so many plants the observed density is summed exactly.
const EXACT: usize = 2_000;

/// So many rows of pairs are one piece of work.
const ROWS: usize = 1_024;

/// Holds the distances between all pairs of some sites, with what each pair weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct PairDistances {
    distances_m: Vec<f64>,
    weights: Vec<f64>,
}

impl PairDistances {
    /// Measures all pairs; `weights` gives each site's size, `None` counts each pair as one.
    #[must_use]
    pub fn new(sites: &[[f64; 3]], weights: Option<&[f64]>) -> Self {
        let mut pairs = Vec::with_capacity(sites.len() * sites.len().saturating_sub(1) / 2);
        for (i, a) in sites.iter().enumerate() {
            for (j, b) in sites.iter().enumerate().skip(i + 1) {
                let weight = weights.map_or(1.0, |weights| weights[i] * weights[j]);
                pairs.push((arc_m(squared_chord(a, b)), weight));
            }
        }
        // In rising order: quartiles need it, and sums then do not depend on the order of sites.
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (distances_m, weights) = pairs.into_iter().unzip();
        Self { distances_m, weights }
    }

    /// The bandwidth 0.9 min(sd, IQR / 1.34) m^(−1/5) of m distances; `None` if that is not above 0.
    ///
    /// # References
    ///
    /// Silverman (1986), Density Estimation, 47–48; quartiles between neighbors as R's type 7.
    #[must_use]
    pub fn bandwidth_m(&self) -> Option<f64> {
        let (m, sd) = (self.distances_m.len(), self.sd_m()?);
        let range = self.quantile(0.75)? - self.quantile(0.25)?;
        let spread = if range > 0.0 { sd.min(range / 1.34) } else { sd };
        let h = 0.9 * spread * (m as f64).powf(-0.2);
        (h > 0.0).then_some(h)
    }

    /// The median distance, to which the curve is drawn.
    #[must_use]
    pub fn median_m(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// How many pairs there are.
    pub(super) fn len(&self) -> usize {
        self.distances_m.len()
    }

    /// The standard deviation of the distances; `None` for fewer than two.
    pub(super) fn sd_m(&self) -> Option<f64> {
        let m = self.distances_m.len();
        let mean = self.distances_m.iter().sum::<f64>() / m as f64;
        let squares: f64 = self.distances_m.iter().map(|d| (d - mean).powi(2)).sum();
        (m > 1).then(|| (squares / (m - 1) as f64).sqrt())
    }

    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        let place = share * self.distances_m.len().checked_sub(1)? as f64;
        let lower = self.distances_m[place as usize];
        let upper = self.distances_m[(place as usize + 1).min(self.distances_m.len() - 1)];
        Some(lower + (upper - lower) * place.fract())
    }

    /// The density of distances at each radius, exactly: Σ w φ((r − d)/h) / (h Σ w), reflected at 0.
    ///
    /// # Units
    ///
    /// Per metre. `None` everywhere for fewer than two sites.
    #[must_use]
    pub fn density(&self, bandwidth_m: f64, radii_m: &[f64]) -> Curve {
        let all: f64 = self.weights.iter().sum();
        let at = |&radius_m: &f64| {
            let pairs = self.distances_m.iter().zip(&self.weights);
            let sum: f64 = pairs.map(|(d, w)| w * reflected(radius_m, *d, bandwidth_m)).sum();
            (all > 0.0).then(|| sum / (bandwidth_m * all))
        };
        radii_m.par_iter().map(at).collect()
    }
}

/// φ of both the distance and its mirror image below 0.
fn reflected(radius_m: f64, distance_m: f64, bandwidth_m: f64) -> f64 {
    let phi = |u: f64| (-0.5 * u * u).exp() * (0.5 / std::f64::consts::PI).sqrt();
    phi((radius_m - distance_m) / bandwidth_m) + phi((radius_m + distance_m) / bandwidth_m)
}

/// Says how distances are binned, and what that can do to a density.
///
/// A distance is shared between the ends of its bin, which puts a chord in the place of the kernel: off
/// by at most an eighth of the squared width times the greatest curvature, 2 φ(0) / h² where it is
/// reflected. Where pairs are counted first they all stand at the mean of another bin, no wider, which
/// is off by as much again. What is beyond six bandwidths is left out, and a hundredth is added for
/// means that are of squared chords. A density is a mean of kernels over pairs, so it is off by no more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bins {
    /// The width of a bin in metres, a thirty-second of the bandwidth.
    pub width_m: f64,
    /// How much a density from bins is off at most, per metre.
    pub greatest_error: f64,
    /// Whether the observed density is summed over all pairs one by one instead.
    pub is_observed_exact: bool,
}

/// Holds the K-density of an industry against those of sites drawn from all.
#[derive(Debug, Clone, PartialEq)]
pub struct KdTest {
    /// The bandwidth in metres.
    pub bandwidth_m: f64,
    /// How the draws, and the observed density of many plants, are binned.
    pub bins: Bins,
    /// The density at each radius, per metre.
    pub observed: Curve,
    /// What draws of as many sites have.
    pub envelope: Envelope,
    /// Index of localisation: by how much the density is above the global band; 0 if nowhere.
    pub localisation: Vec<f64>,
    /// Index of dispersion: by how much it is below, where it is nowhere above; 0 otherwise.
    pub dispersion: Vec<f64>,
}

/// Compares the distances among an industry's sites with those among sites drawn from all.
///
/// Draws are without replacement from all sites, those of the industry among them, so coasts,
/// mountains and cities are the same for all; no window and no edge correction is needed. Sizes, if
/// given, are those of the industry's plants, shuffled over the sites drawn. `None` if the industry
/// has no two sites apart. Of up to 2,000 plants all pairs are listed and the observed density is
/// exact; of more it is binned as the draws are, and memory grows with the sites alone.
///
/// # Shape
///
/// `industry`: numbers of sites. `radii_m` in rising order, up to the median distance.
///
/// # References
///
/// Duranton & Overman (2005), Testing for localization using micro-geographic data, Review of
/// Economic Studies 72, 1077–1106. Bins: Scholl & Brenner (2015), J. Economic Geography 17.
#[must_use]
pub fn kd_test(
    sites: &[[f64; 3]],
    industry: &[u32],
    sizes: Option<&[f64]>,
    radii_m: &[f64],
    simulations: Simulations<'_>,
    watch: &Watch,
) -> Option<KdTest> {
    let own: Vec<[f64; 3]> = industry.iter().map(|&site| sites[site as usize]).collect();
    let bandwidth_m = PairSpread::of(&own, watch)?.bandwidth_m()?;
    let grid = Grid::new(bandwidth_m, radii_m, watch);
    let bins = Bins {
        width_m: grid.step_m,
        greatest_error: grid.greatest_error(own.len(), sizes.is_some()),
        is_observed_exact: own.len() <= EXACT,
    };
    let observed = if bins.is_observed_exact {
        PairDistances::new(&own, sizes).density(bandwidth_m, radii_m)
    } else {
        grid.density(&own, sizes)
    };
    let simulate = |random: &mut Random| {
        let mut drawn: Vec<u32> = (0u32..).take(sites.len()).collect();
        random.shuffle_first(&mut drawn, industry.len());
        let drawn: Vec<[f64; 3]> =
            drawn[..industry.len()].iter().map(|&site| sites[site as usize]).collect();
        grid.density(&drawn, sizes)
    };
    let simulated: Vec<Curve> = simulations.draw(simulate);
    let envelope = envelope(&observed, &simulated, 0.05);
    let beyond = |a: Option<f64>, b: Option<f64>| Some((a? - b?).max(0.0));
    let above = |at: usize| beyond(observed[at], envelope.global_hi[at]).unwrap_or(0.0);
    let localisation: Vec<f64> = (0..radii_m.len()).map(above).collect();
    let is_localised = localisation.iter().any(|excess| *excess > 0.0);
    let below = |at: usize| beyond(envelope.global_lo[at], observed[at]).unwrap_or(0.0);
    let dispersion =
        (0..radii_m.len()).map(|at| if is_localised { 0.0 } else { below(at) }).collect();
    Some(KdTest { bandwidth_m, bins, observed, envelope, localisation, dispersion })
}

/// The density of the distances among all sites: what draws of any number of them have on average.
#[must_use]
pub fn kd_of_all(sites: &[[f64; 3]], bandwidth_m: f64, radii_m: &[f64], watch: &Watch) -> Curve {
    Grid::new(bandwidth_m, radii_m, watch).density(sites, None)
}

/// Bins of distance, fine against the bandwidth, and the kernel between bins and radii.
struct Grid<'a> {
    bandwidth_m: f64,
    step_m: f64,
    bins: usize,
    farthest: f64,
    /// The bins of chords, where they are few enough.
    chords: Option<ChordBins>,
    /// For each radius its first bin and the kernel there and at the next ones.
    kernels: Vec<(usize, Vec<f64>)>,
    watch: &'a Watch,
}

impl<'a> Grid<'a> {
    fn new(bandwidth_m: f64, radii_m: &[f64], watch: &'a Watch) -> Self {
        let step_m = bandwidth_m / BINS;
        let farthest_m = radii_m.last().copied().unwrap_or(0.0) + TAIL * bandwidth_m;
        let bins = (farthest_m / step_m).ceil() as usize + 2;
        let kernel = |&radius_m: &f64| {
            let first = ((radius_m - TAIL * bandwidth_m) / step_m).max(0.0) as usize;
            let last = ((radius_m + TAIL * bandwidth_m) / step_m) as usize + 1;
            let at = |bin: usize| reflected(radius_m, bin as f64 * step_m, bandwidth_m);
            (first, (first..=last.min(bins - 1)).map(at).collect())
        };
        Self {
            bandwidth_m,
            step_m,
            bins,
            farthest: reach(farthest_m),
            chords: ChordBins::new(step_m, farthest_m),
            kernels: radii_m.iter().map(kernel).collect(),
            watch,
        }
    }

    fn density(&self, sites: &[[f64; 3]], sizes: Option<&[f64]>) -> Curve {
        match self.counting(sites.len(), sizes.is_some()) {
            Some(chords) => self.of_counted(sites, &chords),
            None => self.of_shared(sites, sizes),
        }
    }

    /// The bins of chords by which the pairs of so many sites are counted first, if they are.
    fn counting(&self, sites: usize, has_sizes: bool) -> Option<ChordBins> {
        self.chords.filter(|_| !has_sizes && sites >= COUNTED)
    }

    /// How much the density of so many sites is off at most, per metre; see [`Bins`].
    fn greatest_error(&self, sites: usize, has_sizes: bool) -> f64 {
        let times = if self.counting(sites, has_sizes).is_some() { 2.02 } else { 1.0 };
        let highest = (0.5 / std::f64::consts::PI).sqrt();
        let of_bins = times * 2.0 * highest / (8.0 * BINS * BINS);
        let of_tail = 2.0 * highest * (-0.5 * TAIL * TAIL).exp();
        (of_bins + of_tail) / self.bandwidth_m
    }

    /// The density from pairs that are counted by chord.
    fn of_counted(&self, sites: &[[f64; 3]], chords: &ChordBins) -> Curve {
        let mut bins = vec![0.0; self.bins];
        for chord in chords.count(sites, self.watch) {
            self.share(&mut bins, chord.distance_m, chord.pairs as f64);
        }
        self.smoothed(&bins, (sites.len() * (sites.len() - 1) / 2) as f64)
    }

    /// The density from pairs that are shared one by one.
    fn of_shared(&self, sites: &[[f64; 3]], sizes: Option<&[f64]>) -> Curve {
        // Pieces of rows are added in their order, so no thread changes a digit.
        let pieces: Vec<usize> = (0..sites.len()).step_by(ROWS).collect();
        let counted: Vec<(Vec<f64>, f64)> =
            pieces.par_iter().map(|&first| self.shared(sites, sizes, first)).collect();
        let (mut bins, mut all) = (vec![0.0; self.bins], 0.0);
        for (piece, weight) in counted {
            bins.iter_mut().zip(piece).for_each(|(bin, more)| *bin += more);
            all += weight;
        }
        self.smoothed(&bins, all)
    }

    /// Shares what weighs so much between the two bins around a distance, unless it is too far.
    fn share(&self, bins: &mut [f64], distance_m: f64, weight: f64) {
        let place = distance_m / self.step_m;
        let bin = place as usize;
        if bin + 1 < bins.len() {
            bins[bin] += weight * (1.0 - place.fract());
            bins[bin + 1] += weight * place.fract();
        }
    }

    /// The pairs of a piece of rows with all later sites, binned, and what they weigh together.
    fn shared(&self, sites: &[[f64; 3]], sizes: Option<&[f64]>, first: usize) -> (Vec<f64>, f64) {
        let (mut bins, mut all) = (vec![0.0; self.bins], 0.0);
        for (i, a) in sites.iter().enumerate().skip(first).take(ROWS) {
            if self.watch.is_off() {
                break;
            }
            for (j, b) in sites.iter().enumerate().skip(i + 1) {
                let weight = sizes.map_or(1.0, |sizes| sizes[i] * sizes[j]);
                all += weight;
                let chord = squared_chord(a, b);
                if chord <= self.farthest {
                    self.share(&mut bins, arc_m(chord), weight);
                }
            }
        }
        (bins, all)
    }

    /// The density of binned distances at each radius.
    fn smoothed(&self, bins: &[f64], all: f64) -> Curve {
        let at = |(first, kernel): &(usize, Vec<f64>)| {
            let sum: f64 = bins[*first..].iter().zip(kernel).map(|(bin, k)| bin * k).sum();
            (all > 0.0).then(|| sum / (self.bandwidth_m * all))
        };
        self.kernels.iter().map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LonLat;

    /// One unit of the worked example is 100 m; the sphere is flat to nine digits there.
    fn vectors(units: &[(f64, f64)]) -> Vec<[f64; 3]> {
        let degrees = 0.1 / 111.195_080_2;
        units
            .iter()
            .map(|&(x, y)| LonLat::from_degrees(x * degrees, y * degrees).unwrap().unit_vector())
            .collect()
    }

    const FIVE: [(f64, f64); 5] = [(1.0, 1.0), (2.0, 1.0), (2.0, 3.0), (7.0, 8.0), (8.0, 8.0)];

    #[test]
    fn the_worked_example_has_the_bandwidth_and_density_of_the_brief() {
        let pairs = PairDistances::new(&vectors(&FIVE), None);
        let h = pairs.bandwidth_m().unwrap();
        assert!((h / 100.0 - 2.132_52).abs() < 5.1e-6, "{h}");
        let found = pairs.density(h, &[0.0, 100.0, 500.0, 1000.0]);
        for (found, told) in found.iter().zip([0.112_951, 0.107_478, 0.052_968, 0.087_143]) {
            assert!((found.unwrap() * 100.0 - told).abs() < 1e-6, "{found:?} {told}");
        }
    }

    #[test]
    fn bins_agree_with_the_exact_sum() {
        let sites = vectors(&FIVE);
        let sizes = [5.0, 3.0, 2.0, 4.0, 6.0];
        let radii: Vec<f64> = (0..40).map(|step| f64::from(step) * 30.0).collect();
        let pairs = PairDistances::new(&sites, Some(&sizes));
        let h = pairs.bandwidth_m().unwrap();
        let exact = pairs.density(h, &radii);
        let peak = exact.iter().flatten().copied().fold(0.0, f64::max);
        for (exact, binned) in
            exact.iter().zip(Grid::new(h, &radii, &Watch::default()).density(&sites, Some(&sizes)))
        {
            assert!((exact.unwrap() - binned.unwrap()).abs() < 2e-4 * peak, "{exact:?} {binned:?}");
        }
    }

    #[test]
    fn bins_are_off_by_no_more_than_they_say() {
        let mut random = Random::new(4, 4);
        let mut largest: f64 = 0.0;
        // Over 20 km and over 5,000, in lumps and strewn; counted first, shared, and with sizes.
        for (n, width, lumps) in [(1_000, 200.0, 9), (1_000, 50_000.0, 400), (150, 9_000.0, 5)] {
            let lump: Vec<(f64, f64)> =
                (0..lumps).map(|_| (width * random.uniform(), width * random.uniform())).collect();
            let units: Vec<(f64, f64)> = (0..n)
                .map(|at| {
                    let (x, y) = lump[at % lumps];
                    (x + 0.002 * width * random.uniform(), y + 0.002 * width * random.uniform())
                })
                .collect();
            let sites = vectors(&units);
            let sizes: Vec<f64> = (0..n).map(|_| random.uniform().powi(4)).collect();
            for sizes in [None, Some(&sizes[..])] {
                let pairs = PairDistances::new(&sites, sizes);
                let radii: Vec<f64> = (0..9).map(|step| f64::from(step) * 12.0 * width).collect();
                // A bandwidth as chosen, and one in which the lumps are all there is.
                for h in [pairs.bandwidth_m().unwrap(), 0.1 * width] {
                    let watch = Watch::default();
                    let grid = Grid::new(h, &radii, &watch);
                    let bound = grid.greatest_error(n, sizes.is_some());
                    let exact = pairs.density(h, &radii);
                    for (exact, binned) in exact.iter().zip(grid.density(&sites, sizes)) {
                        let off = (exact.unwrap() - binned.unwrap()).abs() / bound;
                        assert!(off <= 1.0, "{n} {width} {h}: {off}");
                        largest = largest.max(off);
                    }
                }
            }
        }
        assert!(largest > 0.05, "a bound that nothing comes near says nothing: {largest}");
    }

    #[test]
    fn many_plants_are_binned_as_their_draws_are() {
        let mut random = Random::new(9, 9);
        let units: Vec<(f64, f64)> =
            (0..2_200).map(|_| (100.0 * random.uniform(), 100.0 * random.uniform())).collect();
        let (sites, radii) = (vectors(&units), [0.0, 1_000.0, 4_000.0]);
        let own: Vec<u32> = (0..2_100).collect();
        let draws = Simulations::new(19, 1);
        let found = kd_test(&sites, &own, None, &radii, draws, &Watch::default()).unwrap();
        let exact = PairDistances::new(&sites[..2_100], None);
        assert!((found.bandwidth_m / exact.bandwidth_m().unwrap() - 1.0).abs() < 0.05);
        let told = exact.density(found.bandwidth_m, &radii);
        let peak = told.iter().flatten().copied().fold(0.0, f64::max);
        for (found, told) in found.observed.iter().zip(told) {
            assert!((found.unwrap() - told.unwrap()).abs() < 2e-4 * peak, "{found:?} {told:?}");
        }
        let off = Watch::default();
        off.call_off();
        assert_eq!(kd_test(&sites, &own, None, &radii, draws, &off), None);
    }

    #[test]
    fn the_density_of_all_distances_integrates_to_one() {
        let pairs = PairDistances::new(&vectors(&FIVE), None);
        let radii: Vec<f64> = (0..4000).map(f64::from).collect();
        let sum: f64 = pairs.density(200.0, &radii).iter().flatten().sum();
        let half_ends = pairs.density(200.0, &[0.0])[0].unwrap() / 2.0;
        assert!((sum - half_ends - 1.0).abs() < 1e-4, "{sum}");
    }

    #[test]
    fn a_tight_industry_among_spread_sites_is_localised_and_a_drawn_one_is_not() {
        let mut random = Random::new(3, 3);
        let mut units: Vec<(f64, f64)> =
            (0..150).map(|_| (100.0 * random.uniform(), 100.0 * random.uniform())).collect();
        units.extend(
            (0..12).map(|_| (50.0 + 10.0 * random.uniform(), 50.0 + 10.0 * random.uniform())),
        );
        let sites = vectors(&units);
        let radii: Vec<f64> = (0..20).map(|step| f64::from(step) * 100.0).collect();
        let tight: Vec<u32> = (150..162).collect();
        let found =
            kd_test(&sites, &tight, None, &radii, Simulations::new(999, 1), &Watch::default())
                .unwrap();
        assert!(
            found.envelope.global_p.unwrap() < 0.01 && found.localisation[4] > 0.0,
            "{found:?}"
        );
        assert!(found.dispersion.iter().all(|value| *value == 0.0));
        let drawn: Vec<u32> = (0..12).collect();
        let found =
            kd_test(&sites, &drawn, None, &radii, Simulations::new(999, 1), &Watch::default())
                .unwrap();
        assert!(found.envelope.global_p.unwrap() > 0.05, "{:?}", found.envelope.global_p);
        assert_eq!(
            kd_test(&sites, &drawn[..1], None, &radii, Simulations::new(9, 1), &Watch::default()),
            None
        );
    }
}
