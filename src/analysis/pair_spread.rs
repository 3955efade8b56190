//! How far apart the pairs of some sites are on the whole: what a bandwidth and a median are made of.

use rayon::prelude::*;

use super::kd_density::PairDistances;
use crate::domain::Watch;
use crate::index::geodesic::{SPHERE_RADIUS_M, arc_m};
use crate::index::kd_tree::squared_chord;

/// Of so many sites all pairs are listed; the quantiles of more are read from bins.
const LISTED: usize = 2_000;
/// Bins of distance from nought to the antipodes, 76 m each.
const BINS: usize = 1 << 18;

/// Holds what the distances of all pairs of some sites are on the whole, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairSpread {
    /// How many pairs there are.
    pairs: f64,
    /// Their standard deviation.
    sd_m: f64,
    /// A quarter, a half and three quarters of them are not farther apart.
    quartiles_m: [f64; 3],
}

impl PairSpread {
    /// Measures all pairs, and keeps none: memory grows with the sites, time with their square.
    ///
    /// `None` for fewer than two pairs, and where the watch called it off. Above 2,000 sites a
    /// quantile is read from bins of 76 m.
    #[must_use]
    pub fn of(sites: &[[f64; 3]], watch: &Watch) -> Option<Self> {
        if sites.len() < 3 {
            return None;
        }
        if sites.len() > LISTED { Self::binned(sites, watch) } else { Self::listed(sites) }
    }

    fn listed(sites: &[[f64; 3]]) -> Option<Self> {
        let pairs = PairDistances::new(sites, None);
        let quartiles = [0.25, 0.5, 0.75].map(|share| pairs.quantile(share));
        let [Some(first), Some(median), Some(third)] = quartiles else { return None };
        let quartiles_m = [first, median, third];
        Some(Self { pairs: pairs.len() as f64, sd_m: pairs.sd_m()?, quartiles_m })
    }

    fn binned(sites: &[[f64; 3]], watch: &Watch) -> Option<Self> {
        let step_m = std::f64::consts::PI * SPHERE_RADIUS_M / BINS as f64;
        // Sums row by row, then the rows in order: no thread changes a digit.
        let row = |bins: &mut Vec<u64>, at: usize| {
            let [mut sum, mut squares] = [0.0; 2];
            for other in sites[at + 1..].iter().take_while(|_| !watch.is_off()) {
                let distance_m = arc_m(squared_chord(&sites[at], other));
                bins[((distance_m / step_m) as usize).min(BINS - 1)] += 1;
                sum += distance_m;
                squares += distance_m * distance_m;
            }
            (at, sum, squares)
        };
        let none = || (vec![0; BINS], Vec::new());
        let (bins, mut sums) = (0..sites.len())
            .into_par_iter()
            .with_min_len(sites.len().div_ceil(16))
            .fold(none, |(mut bins, mut rows), at| {
                rows.push(row(&mut bins, at));
                (bins, rows)
            })
            .reduce(none, |(mut a, mut rows), (b, more)| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                rows.extend(more);
                (a, rows)
            });
        if watch.is_off() {
            return None;
        }
        sums.sort_by_key(|(at, _, _)| *at);
        let pairs = (sites.len() * (sites.len() - 1) / 2) as f64;
        let (sum, squares) =
            sums.iter().fold((0.0, 0.0), |all, row| (all.0 + row.1, all.1 + row.2));
        let sd_m = ((squares - sum * sum / pairs) / (pairs - 1.0)).max(0.0).sqrt();
        let quantile = |share: f64| {
            let mut left = share * (pairs - 1.0);
            let at = bins.iter().position(|&count| {
                let is_here = left < count as f64;
                left -= if is_here { 0.0 } else { count as f64 };
                is_here
            });
            let at = at.unwrap_or(BINS - 1);
            // What stands in the first bin may stand at one place.
            let within = if at == 0 { 0.0 } else { (left + 0.5) / bins[at].max(1) as f64 };
            step_m * (at as f64 + within)
        };
        Some(Self { pairs, sd_m, quartiles_m: [0.25, 0.5, 0.75].map(quantile) })
    }

    /// The bandwidth 0.9 min(sd, IQR / 1.34) m^(−1/5) of m distances; `None` if that is not above 0.
    ///
    /// # References
    ///
    /// Silverman (1986), Density Estimation, 47–48; quartiles between neighbors as R's type 7.
    #[must_use]
    pub fn bandwidth_m(self) -> Option<f64> {
        let range = self.quartiles_m[2] - self.quartiles_m[0];
        let spread = if range > 0.0 { self.sd_m.min(range / 1.34) } else { self.sd_m };
        let h = 0.9 * spread * self.pairs.powf(-0.2);
        (h > 0.0).then_some(h)
    }

    /// The median distance.
    #[must_use]
    pub fn median_m(self) -> f64 {
        self.quartiles_m[1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::random::Random;
    use crate::domain::LonLat;

    fn sites(count: usize) -> Vec<[f64; 3]> {
        let mut random = Random::new(2, 2);
        let mut at =
            || LonLat::from_degrees(100.0 + 20.0 * random.uniform(), 40.0 * random.uniform());
        (0..count).map(|_| at().unwrap().unit_vector()).collect()
    }

    #[test]
    fn bins_tell_what_the_list_of_all_pairs_tells() {
        let sites = sites(300);
        let listed = PairSpread::listed(&sites).unwrap();
        let binned = PairSpread::binned(&sites, &Watch::default()).unwrap();
        for (binned, listed) in binned.quartiles_m.iter().zip(listed.quartiles_m) {
            assert!((binned - listed).abs() < 80.0, "{binned} {listed}: a bin is 76 m");
        }
        assert!((binned.sd_m / listed.sd_m - 1.0).abs() < 1e-9);
        let [a, b] = [binned, listed].map(|one| one.bandwidth_m().unwrap());
        assert!((a / b - 1.0).abs() < 1e-3, "{a} {b}");
        let of_pairs = PairDistances::new(&sites, None);
        assert_eq!(
            (listed.bandwidth_m(), listed.median_m()),
            (of_pairs.bandwidth_m(), of_pairs.median_m().unwrap())
        );
    }

    #[test]
    fn threads_change_no_digit_and_one_place_has_no_bandwidth() {
        let sites = sites(2_100);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = one.install(|| PairSpread::of(&sites, &Watch::default()));
        assert_eq!(alone, PairSpread::of(&sites, &Watch::default()));
        let same = vec![[1.0, 0.0, 0.0]; 2_100];
        let spread = PairSpread::of(&same, &Watch::default()).unwrap();
        assert_eq!((spread.bandwidth_m(), spread.median_m()), (None, 0.0));
        let off = Watch::default();
        off.call_off();
        assert_eq!(PairSpread::of(&sites, &off), None);
    }
}
