//! Relatedness by where industries stand: regions that are strong in both.

use rayon::prelude::*;

use super::{Measure, Relatedness, Square};
use crate::analysis::regions::{RegionTable, location_quotients};

/// Says which regions are strong in which industry: a location quotient of 1 or more.
///
/// # Shape
///
/// Regions × industries, row by row, as the table is.
#[must_use]
pub fn presence(table: &RegionTable) -> Vec<bool> {
    location_quotients(table).iter().map(|lq| lq.is_some_and(|lq| lq >= 1.0)).collect()
}

/// Counts for each pair of industries the regions that are strong in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoOccurrence {
    n: usize,
    /// n rows of n counts; on the diagonal how many regions are strong in the industry.
    counts: Vec<u32>,
}

impl CoOccurrence {
    /// Counts by bits: one for each region, 64 at a time.
    ///
    /// # Shape
    ///
    /// `is_strong`: regions × industries, row by row.
    #[must_use]
    pub fn new(industries: usize, is_strong: &[bool]) -> Self {
        let regions = is_strong.len().checked_div(industries).unwrap_or(0);
        let words = regions.div_ceil(64);
        let mut bits = vec![0_u64; industries * words];
        for (region, row) in is_strong.chunks_exact(industries.max(1)).enumerate() {
            for (industry, _) in row.iter().enumerate().filter(|(_, is_strong)| **is_strong) {
                bits[industry * words + region / 64] |= 1 << (region % 64);
            }
        }
        let of = |industry: usize| &bits[industry * words..(industry + 1) * words];
        let row = |a: usize| (0..industries).map(move |b| (a, b));
        let both = |(a, b): (usize, usize)| -> u32 {
            of(a).iter().zip(of(b)).map(|(a, b)| (a & b).count_ones()).sum()
        };
        let counts = (0..industries).into_par_iter().flat_map_iter(|a| row(a).map(both)).collect();
        Self { n: industries, counts }
    }

    /// How many regions are strong in both, or in the one if it is named twice.
    #[must_use]
    pub fn count(&self, a: usize, b: usize) -> u32 {
        self.counts[a * self.n + b]
    }

    /// Hidalgo's proximity: C_ij / max(k_i, k_j); 0 where no region is strong in either.
    #[must_use]
    pub fn proximity(&self, a: usize, b: usize) -> f64 {
        let larger = self.count(a, a).max(self.count(b, b));
        if larger == 0 { 0.0 } else { f64::from(self.count(a, b)) / f64::from(larger) }
    }

    /// For each industry how many pairs it is in, with others than itself: S_i.
    fn pairs(&self) -> Vec<f64> {
        let others = |a: usize| (0..self.n).filter(move |&b| b != a);
        (0..self.n).map(|a| others(a).map(|b| f64::from(self.count(a, b))).sum()).collect()
    }
}

/// Holds what is counted from places.
#[derive(Debug, Clone, PartialEq)]
pub struct Colocation {
    measure: Measure,
    codes: Vec<String>,
    values: Square,
}

impl Colocation {
    /// Compares industries by the regions that are strong in both.
    ///
    /// With S_i the number of pairs that industry i is in and T their sum: the association strength
    /// is C_ij T / (S_i S_j); the probability index C_ij over T/2 times
    /// S_i/T · S_j/(T − S_i) + S_j/T · S_i/(T − S_j). `None` where an industry is in no pair: what
    /// never stands with anything says nothing. An industry with itself is 1 by proximity and not
    /// known by the others.
    ///
    /// # References
    ///
    /// Hidalgo et al. (2007), Science 317, 482–487; van Eck & Waltman (2009), JASIST 60, 1635–1651;
    /// Steijn (2021), Quantitative Science Studies 2, 778–794.
    #[must_use]
    pub fn new(measure: Measure, codes: Vec<String>, counts: &CoOccurrence) -> Self {
        let pairs = counts.pairs();
        let all: f64 = pairs.iter().sum();
        let values = Square::symmetric(codes.len(), |a, b| {
            let (both, s_a, s_b) = (f64::from(counts.count(a, b)), pairs[a], pairs[b]);
            match measure {
                Measure::Association | Measure::Probability if a == b => None,
                Measure::Association => (s_a * s_b > 0.0).then(|| both * all / (s_a * s_b)),
                Measure::Probability => {
                    let expected = s_a / all * s_b / (all - s_a) + s_b / all * s_a / (all - s_b);
                    let expected = expected * all / 2.0;
                    (expected > 0.0 && expected.is_finite()).then(|| both / expected)
                }
                _ if a == b => Some(1.0),
                _ => Some(counts.proximity(a, b)),
            }
        });
        Self { measure, codes, values }
    }
}

impl Relatedness for Colocation {
    fn measure(&self) -> Measure {
        self.measure
    }

    fn codes(&self) -> &[String] {
        &self.codes
    }

    fn between(&self, a: usize, b: usize) -> Option<f64> {
        self.values.at(a, b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::regions::RegionTable;

    fn example() -> (Vec<bool>, CoOccurrence) {
        let amounts = [[10.0, 0.0, 5.0, 3.0], [2.0, 8.0, 6.0, 4.0], [0.0, 9.0, 1.0, 7.0]].concat();
        let is_strong = presence(&RegionTable::new(4, amounts).unwrap());
        let counts = CoOccurrence::new(4, &is_strong);
        (is_strong, counts)
    }

    #[test]
    fn the_worked_example_has_the_presence_and_the_proximities_of_the_brief() {
        let (is_strong, counts) = example();
        let told = [[1, 0, 1, 0], [0, 1, 1, 0], [0, 1, 0, 1]].concat();
        assert_eq!(is_strong.iter().map(|&strong| i32::from(strong)).collect::<Vec<_>>(), told);
        for a in 0..4 {
            for b in 0..a {
                let known = [(2, 0), (2, 1), (3, 1)].contains(&(a, b));
                assert_eq!(counts.proximity(a, b), if known { 0.5 } else { 0.0 }, "{a} {b}");
            }
        }
    }

    #[test]
    fn association_and_probability_are_what_their_formulas_give_by_hand() {
        // Pairs: 1-3, 2-3, 2-4, one region each. S = 1, 2, 2, 1; T = 6.
        let codes = || ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let (_, counts) = example();
        let association = Colocation::new(Measure::Association, codes(), &counts);
        assert_eq!(association.between(0, 2), Some(1.0 * 6.0 / (1.0 * 2.0)));
        assert_eq!(association.between(1, 2), Some(6.0 / 4.0));
        let probability = Colocation::new(Measure::Probability, codes(), &counts);
        // 1/6 · 2/5 + 2/6 · 1/4 = 3/20, times 3 is 9/20.
        assert!((probability.between(0, 2).unwrap() - 20.0 / 9.0).abs() < 1e-12);
        assert_eq!(probability.between(0, 1), Some(0.0), "known to be never together");
        assert_eq!(probability.between(1, 1), None);
    }

    #[test]
    fn what_never_stands_with_anything_is_not_known_by_chance_and_nought_by_proximity() {
        let is_strong = [true, false, false, true, false, false].to_vec();
        let counts = CoOccurrence::new(3, &is_strong);
        let codes = || ["a", "b", "c"].map(str::to_owned).to_vec();
        let of = |measure| Colocation::new(measure, codes(), &counts).between(0, 1);
        assert_eq!([of(Measure::Colocation), of(Measure::Association)], [Some(0.0), None]);
        assert_eq!(of(Measure::Probability), None);
    }

    #[test]
    fn counts_by_bits_are_counts_one_by_one() {
        let (regions, industries) = (130, 7);
        let is_strong: Vec<bool> = (0..regions * industries).map(|at| at * at % 11 < 4).collect();
        let counts = CoOccurrence::new(industries, &is_strong);
        for a in 0..industries {
            for b in 0..industries {
                let both = (0..regions)
                    .filter(|r| is_strong[r * industries + a] && is_strong[r * industries + b]);
                assert_eq!(counts.count(a, b) as usize, both.count());
            }
        }
    }
}
